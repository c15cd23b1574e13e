// SPDX-License-Identifier: Apache-2.0

/// A field that other cells of the same line tell, for lists of offices that have no such column.
///
/// Only new records get it; what stands keeps its own value.
public struct Completion: Sendable {
    public let field: String
    /// Copied from the record that another field of the line names: the commune from the school.
    public let through: (reference: String, field: String)?
    /// Told with a field of a record that the line names: the grade by the school's level. The cells have it as `school.level`; it is empty where there is no such record.
    public let beside: (reference: String, field: String)?
    public let tell: @Sendable (_ cells: [String: String], _ reading: Reading) -> String?

    public init(_ field: String, through reference: String, _ other: String) {
        self.field = field
        through = (reference, other)
        beside = nil
        tell = { _, _ in nil }
    }

    /// Nil while the cells do not tell it.
    public init(
        _ field: String, beside: (reference: String, field: String)? = nil, tell: @escaping @Sendable (_ cells: [String: String], _ reading: Reading) -> String?
    ) {
        self.field = field
        through = nil
        self.beside = beside
        self.tell = tell
    }
}

/// What an office's list says of the person whom a line names by a code, so that a code in the wrong row is seen: the pupil's name beside the pupil's code.
///
/// It is no field of the register and kept nowhere. A line where it differs is refused.
public struct Comparison: Sendable {
    public let title: Text
    /// What heads of offices' files call it.
    public let alsoCalled: [String]
    /// References, one after the other: from the enrolment to the pupil, from the pupil to the person.
    public let through: [String]
    /// Meant is the one record of this register that stands for its group in what was named: the head of the household.
    public let oneOf: String?
    /// The field that must say the same.
    public let field: String
    /// The line's own field that must say the same, where the register has one; then no other column is needed.
    public let own: String?

    public init(_ field: String, through: [String], oneOf: String? = nil, own: String? = nil, _ title: Text, alsoCalled: [String] = []) {
        self.field = field
        self.through = through
        self.oneOf = oneOf
        self.own = own
        self.title = title
        self.alsoCalled = alsoCalled
    }

    /// What files call the column: `student.person.name`.
    public var column: String { (through + [oneOf, field].compactMap { $0 }).joined(separator: ".") }
}

/// Whose lists come one at a time: a school's pupils of one year, a clinic's staff.
public struct OwnLists: Sendable {
    /// The fields that say whose list it is.
    public let by: [String]
    /// Only records with this value can end because a list lacks them.
    public let open: (field: String, value: String)?

    public init(by: [String], open: (field: String, value: String)? = nil) {
        self.by = by
        self.open = open
    }
}
