// SPDX-License-Identifier: Apache-2.0

/// Which records of a register figures count, where they do not count all: what nobody stands for any more stays in the list and is not added up.
public struct Counting: Sendable {
    /// What is counted, said behind the register's title.
    public let text: Text
    /// The page that shows what was counted; nil for the register's list.
    public let page: String?
    /// Whether a record counts on the day of the reading.
    public let holds: @Sendable (Found, any Records, Reading) throws -> Bool

    public init(_ text: Text, at page: String? = nil, holds: @escaping @Sendable (Found, any Records, Reading) throws -> Bool) {
        self.text = text
        self.page = page
        self.holds = holds
    }
}
