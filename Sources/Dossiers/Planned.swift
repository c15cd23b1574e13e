// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Registers
internal import Store

/// What an approval would enter into one record of a register: side by side with what stands there.
public struct PlannedChange: Sendable {
    public let register: Register
    public let key: String
    /// The record ends.
    public let isRetired: Bool
    public let isNew: Bool
    /// Only the fields that would differ.
    public let fields: [(field: Field, before: Value, after: Value)]
}

extension Dossiers {
    /// What the registers would hold if the dossier were approved as it stands; nil while the officer's own findings are missing.
    public func plannedChanges(of dossier: Dossier) throws -> [PlannedChange]? {
        let procedure = try procedure(of: dossier)
        guard !dossier.isEnded, !procedure.writes.isEmpty else { return [] }
        if dossier.proposal == nil, procedure.findings.contains(where: \.isRequired) { return nil }
        return try database.read { connection in
            let records = self.registry.records(on: connection)
            let consequences: [Consequence]
            do {
                let application = try self.application(procedure, dossier, findings: dossier.proposal?.findings ?? [:], on: connection)
                consequences = try procedure.entries(application, records, self.registry.reading())
            } catch is DossierError {
                return nil
            } catch is Objection {
                return nil
            }
            return try self.planned(consequences, records)
        }
    }

    /// Consequences beside what stands.
    func planned(_ consequences: [Consequence], _ records: any Records) throws -> [PlannedChange] {
        try consequences.map { one in
            let register = try registry.register(one.register)
            let standing = try records.find(one.register, one.key)
            guard case .put(let values) = one.content else { return PlannedChange(register: register, key: one.key, isRetired: true, isNew: false, fields: []) }
            let fields = register.fields.compactMap { field -> (field: Field, before: Value, after: Value)? in
                guard let after = values[field.name] else { return nil }
                let before = standing?[field.name] ?? .null
                return before == after ? nil : (field, before, after)
            }
            return PlannedChange(register: register, key: one.key, isRetired: false, isNew: standing == nil, fields: fields)
        }
    }
}
