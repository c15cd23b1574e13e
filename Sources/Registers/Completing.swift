// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Foundation

/// Fills in what an office's own list leaves out: what its scope says, and what the other cells of a line tell.
final class Completer {
    private let registry: Registry
    private let register: Register
    private let reading: Reading
    private let mapped: [String]
    private let filling: [String: String]
    /// Fields that the file has no column for.
    private let supplied: [String]
    private var known: [String: String] = [:]
    private static let knownMax = 10_000

    init(_ registry: Registry, _ plan: Plan, mapped: [String], filling: [String: String], _ reading: Reading) {
        self.registry = registry
        self.reading = reading
        self.mapped = mapped
        self.filling = filling
        let register = plan.register
        self.register = register
        supplied = register.allFields.map(\.name).filter { name in
            !mapped.contains(name) && (filling[name] != nil || register.completions.contains { $0.field == name })
        }
    }

    /// The columns that come after the file's own. What only follows from other cells is for new records.
    var header: [String] { supplied.map { $0 == register.key.name || filling[$0] != nil ? $0 : $0 + LineParser.suppliedMark } }

    func complete(_ cells: [String]) throws -> [String] {
        guard !supplied.isEmpty || !register.completions.isEmpty else { return cells }
        var values = Dictionary(zip(mapped, cells), uniquingKeysWith: { first, _ in first })
        for (name, text) in filling where (values[name] ?? "").isEmpty { values[name] = text }
        for completion in register.completions where (values[completion.field] ?? "").isEmpty && register.field(completion.field)?.isRequired == true {
            if let beside = completion.beside {
                values["\(beside.reference).\(beside.field)"] = try value(of: beside.field, through: beside.reference, values)
            }
            values[completion.field] = try completion.through.map { try value(of: $0.field, through: $0.reference, values) } ?? completion.tell(values, reading) ?? ""
        }
        return (mapped + supplied).map { values[$0] ?? "" }
    }

    private func value(of field: String, through reference: String, _ values: [String: String]) throws -> String {
        guard let key = values[reference], !key.isEmpty, let target = register.field(reference)?.kind.referencedRegister else { return "" }
        let name = "\(reference).\(field) \(key)"
        if let value = known[name] { return value }
        if known.count >= Self.knownMax { known = [:] }
        let value = try registry.standing(target, key, field: field).value ?? ""
        known[name] = value
        return value
    }
}

extension Registry {
    /// Whether a file is already in the register's own columns, written by a conversion.
    func isConverted(_ file: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: file) else { return false }
        defer { try? handle.close() }
        let start = (try? handle.read(upToCount: LineParser.lineColumnName.utf8.count)) ?? nil
        return start.map { Array($0) == Array(LineParser.lineColumnName.utf8) } ?? false
    }
}
