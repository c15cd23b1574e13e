// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Registers

/// How a unit keeps a duty, beside the others.
public struct DutyUnit: Sendable {
    /// Empty where records belong to no unit.
    public let unit: String
    /// Records for which the duty counts, and those of them that do not keep it.
    public let records: Int
    public let failing: Int
    /// In percent.
    public let goal: Int
    public var kept: Int { records - failing }
    public var percent: Int { records == 0 ? 100 : kept * 100 / records }
    public var isLate: Bool { kept * 100 < goal * records }

    /// Whether less of its records keep the duty than of the other's.
    func isWorse(than other: DutyUnit) -> Bool {
        let (left, right) = (kept * other.records, other.kept * records)
        if left != right { return left < right }
        return failing != other.failing ? failing > other.failing : unit < other.unit
    }
}

/// How a duty of a field stands.
public struct DutyStanding: Sendable {
    public let register: Register
    public let duty: FieldDuty
    /// Every record has been looked at; until then nothing is known.
    public let isLooked: Bool
    /// The units that have such records, the worst first.
    public let units: [DutyUnit]
    public var records: Int { units.reduce(0) { $0 + $1.records } }
    public var failing: Int { units.reduce(0) { $0 + $1.failing } }
    public var lateUnits: Int { units.count(where: \.isLate) }
    public var isLate: Bool { isLooked && lateUnits > 0 }
    /// The duty's name in addresses: `population.phone`.
    public var code: String { "\(register.name).\(duty.field)" }
    public var field: Field? { register.field(duty.field) }
}

/// How a register's own duty to be kept stands.
public struct RegisterFreshness: Sendable {
    public let register: Register
    /// The day of the last entry; nil when there is none.
    public let last: Day?
    /// Days since.
    public let days: Int?
    public let isLate: Bool
}

extension Steering {
    /// The duties of fields, of every register or of one, with all units beside each other. Reckoned when it is read, from kept counts.
    public func duties(of register: String? = nil) throws -> [DutyStanding] {
        try registry.duties(of: register).map { one in
            let units = one.counts.map { DutyUnit(unit: $0.unit, records: $0.records, failing: $0.failing, goal: one.duty.goal) }
            return DutyStanding(register: one.register, duty: one.duty, isLooked: one.isLooked, units: units.sorted { $0.isWorse(than: $1) })
        }
    }

    /// One duty by its register and field.
    public func duty(of register: String, field: String) throws -> DutyStanding? {
        guard registry.registers.contains(where: { $0.name == register && $0.duties.contains { $0.field == field } }) else { return nil }
        return try duties(of: register).first { $0.duty.field == field }
    }

    /// Days since each register's last entry, against its duty.
    public func freshness() throws -> [RegisterFreshness] {
        let last = try registry.lastEntries()
        return registry.registers.map { freshness(of: $0, last[$0.name]?.day) }
    }

    /// The same of one register.
    func freshness(of register: Register) throws -> RegisterFreshness { freshness(of: register, try registry.lastEntries(of: [register.name])[register.name]?.day) }

    private func freshness(of register: Register, _ last: Day?) -> RegisterFreshness {
        let days = last.map { max(0, registry.world.today - $0) }
        let isLate = register.updated.days.map { term in days.map { $0 > term } ?? true } ?? false
        return RegisterFreshness(register: register, last: last, days: days, isLate: isLate)
    }

    /// The instruction under which an office is urged about a register: the one that it serves first of all.
    public func instruction(serving register: String) -> Instruction? {
        instructions.first { $0.registers.first == register } ?? instructions.first { $0.registers.contains(register) }
    }
}
