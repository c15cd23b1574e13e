// SPDX-License-Identifier: Apache-2.0

/// The duty to keep one field of a register: filled in, or with a day that is not too old, in so many percent of each unit's records.
///
/// What does not keep it is a finding of the register's data quality: of a check that the register declares anyway, or of one that the duty makes.
public struct FieldDuty: Sendable {
    public enum Sort: Sendable, Hashable {
        /// Something stands in the field.
        case filled
        /// The day in the field is not older than so many days.
        case within(days: Int)
        /// What a check of the register says of it.
        case found
    }

    public let field: String
    public let sort: Sort
    /// So many percent of a unit's records must keep it.
    public let goal: Int
    /// It counts for records with one of these values, by counted choice; for all when empty.
    public let among: [String: [String]]
    /// It counts for people who are at least so old, by the counted `birth`; nil for all.
    public let age: Int?
    /// The code of the finding: stable, because lists, letters and kept counts name it.
    public let check: String
    /// Whether the duty makes its check, as none of the register's says the same.
    public let makesCheck: Bool

    private init(_ field: String, _ sort: Sort, _ goal: Int, _ among: [String: [String]], _ age: Int?, _ check: String?) {
        self.field = field
        self.sort = sort
        self.goal = goal
        self.among = among
        self.age = age
        self.check = check ?? "duty-" + field
        makesCheck = check == nil
    }

    /// At least so many percent of the records have the field filled in. `found` names the register's check that finds the others, where there is one.
    public init(_ field: String, filled goal: Int, among: [String: [String]] = [:], from age: Int? = nil, found check: String? = nil) {
        self.init(field, .filled, goal, among, age, check)
    }

    /// The day in the field is at most so many days ago; an empty field is late.
    public init(_ field: String, within days: Int, goal: Int = 100, among: [String: [String]] = [:], from age: Int? = nil) {
        self.init(field, .within(days: days), goal, among, age, nil)
    }

    /// A check of the register's own says which records do not keep it; it must pass over those that are not `among`.
    public init(_ field: String, found check: String, goal: Int = 100, among: [String: [String]] = [:], from age: Int? = nil) {
        self.init(field, .found, goal, among, age, check)
    }

    /// Whether the duty counts for a record.
    func counts(for found: Found, _ reading: Reading) -> Bool {
        for (name, values) in among where !values.contains(found[name].plain) { return false }
        guard let age else { return true }
        return PartialDay(found["birth"].plain).map { reading.today.age(bornOn: $0.first) >= age } ?? false
    }

    /// The check that it makes; nil when the register has one.
    func ownCheck(_ title: Text) -> Check? {
        guard makesCheck else { return nil }
        let duty = self
        guard case .within(let days) = sort else {
            return Check(check, .missing, Text(vi: "Chưa ghi “\(title.vi)”", en: "“\(title.en)” is not filled in")) { found, _, reading in
                !found[duty.field].isNull || !duty.counts(for: found, reading)
            }
        }
        let text = Text(vi: "“\(title.vi)” chưa ghi hoặc đã cũ hơn \(days) ngày", en: "“\(title.en)” is missing or older than \(days) days")
        return Check(check, dueFrom: text) { found, reading in
            guard duty.counts(for: found, reading) else { return nil }
            guard let day = found[duty.field].day else { return found.since }
            return max(found.since, day + (days + 1))
        }
    }

    /// The duty in words; for one that a check says, in the check's.
    public func words(in register: Register) -> Text {
        switch sort {
        case .filled: return Text(vi: "Ghi ở ít nhất \(goal) % hồ sơ", en: "Filled in, in at least \(goal) % of the records")
        case .within(let days):
            let share = goal == 100 ? Text(vi: "", en: "") : Text(vi: ", ở ít nhất \(goal) % hồ sơ", en: ", in at least \(goal) % of the records")
            return Text(vi: "Ghi trong \(days) ngày gần đây\(share.vi)", en: "Of the last \(days) days\(share.en)")
        case .found:
            let reason = register.checks.first { $0.code == check }?.text ?? .same(check)
            return goal == 100
                ? Text(vi: "Không hồ sơ nào: \(reason.vi)", en: "In no record: \(reason.en)")
                : Text(vi: "Nhiều nhất \(100 - goal) % hồ sơ: \(reason.vi)", en: "In at most \(100 - goal) % of the records: \(reason.en)")
        }
    }
}

extension Register {
    /// Why a duty cannot be counted as it is declared; nil when each can.
    public var dutyFault: String? {
        for duty in duties {
            let name = "\(self.name).\(duty.field)"
            guard fields.contains(where: { $0.name == duty.field }) else { return "\(name) is no field." }
            guard duties.count(where: { $0.field == duty.field }) == 1 else { return "\(name) has two duties." }
            guard checks.count(where: { $0.code == duty.check }) == 1 else { return "\(name) needs one check “\(duty.check)”." }
            guard (1...100).contains(duty.goal) else { return "\(name) has a goal that is no percentage." }
            guard jurisdiction?.isCounted ?? true else { return "\(self.name) has duties and no counts by its unit." }
            for other in duty.among.keys {
                guard let field = self.field(other), field.isCounted, case .choice = field.kind else { return "\(name) counts among \(other), which is no counted choice." }
            }
            guard duty.age == nil || self.field("birth")?.isCounted == true else { return "\(name) counts from an age, and no birth is counted." }
        }
        return nil
    }
}
