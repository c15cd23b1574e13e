// SPDX-License-Identifier: Apache-2.0

/// Something about a record that its keeper should look at: the register's data quality, rule by rule.
public struct Check: Sendable {
    public enum Sort: String, Sendable, CaseIterable {
        case missing, contradictory, outdated, duplicate, unfit

        public var title: Text {
            switch self {
            case .missing: ["vi": "Thiếu", "en": "Missing"]
            case .contradictory: ["vi": "Mâu thuẫn", "en": "Contradictory"]
            case .outdated: ["vi": "Quá hạn, đã cũ", "en": "Out of date"]
            case .duplicate: ["vi": "Có thể trùng", "en": "Possible duplicates"]
            case .unfit: ["vi": "Không còn hợp quy tắc hiện nay", "en": "No longer fits today's rules"]
            }
        }
    }

    public let code: String
    public let sort: Sort
    public let text: Text
    /// Fields that refer to records whose change can change the answer.
    public let through: [String]
    /// The day from which the record needs a look; nil when it needs none.
    public let needsLook: @Sendable (Found, any Records, Reading) throws -> Day?

    /// A check of the record alone or with others: true when all is well.
    public init(
        _ code: String, _ sort: Sort, _ text: Text, through: [String] = [], holds: @escaping @Sendable (Found, any Records, Reading) throws -> Bool
    ) {
        self.code = code
        self.sort = sort
        self.text = text
        self.through = through
        needsLook = { found, records, reading in try holds(found, records, reading) ? nil : found.since }
    }

    /// A check that a day decides: the record needs a look from then on.
    public init(_ code: String, dueFrom text: Text, day: @escaping @Sendable (Found, Reading) -> Day?) {
        self.code = code
        sort = .outdated
        self.text = text
        through = []
        needsLook = { found, _, reading in day(found, reading) }
    }
}
