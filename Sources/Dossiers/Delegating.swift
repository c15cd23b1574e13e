// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Registers
internal import Store

/// A right to act for somebody, as both sides see it.
public struct Delegation: Sendable {
    public let number: String
    /// The other side's name.
    public let other: String
    public let scope: String
    public let from: Day
    public let until: Day
}

extension Dossiers {
    /// The delegations somebody has given, and those they were given; only what holds today or later.
    public func delegations(of person: Int64) throws -> (given: [Delegation], received: [Delegation]) {
        guard let register = city.delegations else { return ([], []) }
        return try database.read { connection in
            let records = self.registry.records(on: connection)
            guard let key = try self.registry.key(ofRow: person, in: self.city.people, on: connection) else { return ([], []) }
            func list(_ side: String, _ other: String) throws -> [Delegation] {
                try records.all(register, where: side, is: key).compactMap { found in
                    guard let from = found["from"].day, let until = found["until"].day, until >= self.world.today else { return nil }
                    let name = try records.find(self.city.people, found[other].plain)?["name"].plain ?? ""
                    return Delegation(number: found.key, other: name, scope: found["scope"].plain, from: from, until: until)
                }
            }
            return (try list("grantor", "agent"), try list("agent", "grantor"))
        }
    }

    /// Whom somebody may apply for by delegation in a procedure.
    func grantors(to agent: String, _ procedure: Procedure, on connection: Connection) throws -> [(row: Int64, name: String)] {
        guard let register = city.delegations, procedure.subjects.contains(.oneself) else { return [] }
        let records = registry.records(on: connection)
        var found: [(row: Int64, name: String)] = []
        for one in try records.all(register, where: "agent", is: agent) {
            guard let from = one["from"].day, let until = one["until"].day, from <= world.today, until >= world.today,
                ["all", procedure.occasion.code].contains(one["scope"].plain), let person = try records.find(city.people, one["grantor"].plain),
                let row = try registry.row(ofKey: person.key, in: city.people, on: connection), !found.contains(where: { $0.row == row })
            else { continue }
            found.append((row, person["name"].plain))
        }
        return found
    }

    /// Lets another person act for one. Their number and name must belong together: a slip of one digit gives rights to nobody.
    public func delegate(from person: Int64, to number: String, named name: String, scope: String, until: String) async throws {
        guard let register = city.delegations else { throw DossierError.noSuchDossier }
        let number = number.filter { $0 != " " && $0 != "." }
        let (grantor, agent) = try database.read { connection in
            (
                try self.registry.key(ofRow: person, in: self.city.people, on: connection),
                try self.registry.records(on: connection).find(self.city.people, String(number.prefix(20)))
            )
        }
        guard let grantor else { throw DossierError.noSuchDossier }
        guard let agent, agent["name"].plain.folded == name.tidied.folded else {
            throw DossierError.objections([
                Objection(
                    field: "agent", code: "reference",
                    ["vi": "Số định danh và họ tên không khớp với người nào.", "en": "Number and name do not belong to anybody together."])
            ])
        }
        if let birth = PartialDay(agent["birth"].plain), world.today.age(bornOn: birth.first) < 18 {
            throw DossierError.objections([Objection(field: "agent", code: "age", ["vi": "Người được ủy quyền phải đủ 18 tuổi.", "en": "The other person must be 18 or older."])])
        }
        let key = try database.read { try self.registry.records(on: $0).newKey(register) }
        do {
            let item = try registry.item(
                register, texts: ["number": key, "grantor": grantor, "agent": agent.key, "scope": scope, "from": world.today.description, "until": until], effective: nil)
            let owner = Authority(.visitor, id: "citizen", name: "", grants: [Grant(register, [.write, .personal])])
            _ = try await registry.enter([Change(register, key: key, .put(item), expecting: .absent)], cause: "delegation", by: owner)
        } catch RegisterError.objections(let objections) {
            throw DossierError.objections(objections)
        }
    }

    /// Takes a delegation back, by whoever gave it, or gives it up, by whoever has it.
    public func revoke(_ number: String, by person: Int64) async throws {
        guard let register = city.delegations else { throw DossierError.noSuchDossier }
        let isOwn = try database.read { connection -> Bool in
            guard let key = try self.registry.key(ofRow: person, in: self.city.people, on: connection),
                let found = try self.registry.records(on: connection).find(register, String(number.prefix(40)))
            else { return false }
            return [found["grantor"].plain, found["agent"].plain].contains(key)
        }
        guard isOwn else { throw DossierError.noSuchDossier }
        let owner = Authority(.visitor, id: "citizen", name: "", grants: [Grant(register, [.write, .personal])])
        _ = try await registry.enter([Change(register, key: number, .retire, expecting: .anything)], cause: "revocation", by: owner)
    }
}
