// SPDX-License-Identifier: Apache-2.0

/// A field that other cells of the same line tell, for lists of offices that have no such column.
///
/// Only new records get it; what stands keeps its own value.
public struct Completion: Sendable {
    public let field: String
    /// Copied from the record that another field of the line names: the commune from the school.
    public let through: (reference: String, field: String)?
    public let tell: @Sendable (_ cells: [String: String], _ reading: Reading) -> String?

    public init(_ field: String, through reference: String, _ other: String) {
        self.field = field
        through = (reference, other)
        tell = { _, _ in nil }
    }

    /// Nil while the cells do not tell it.
    public init(_ field: String, tell: @escaping @Sendable (_ cells: [String: String], _ reading: Reading) -> String?) {
        self.field = field
        through = nil
        self.tell = tell
    }
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
