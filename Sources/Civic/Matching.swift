// SPDX-License-Identifier: Apache-2.0

/// How a register's records are recognised in lists that come without their key. By Fellegi and Sunter (1969): how well a field agrees weighs
/// as much as that is commoner between two records of one person than between strangers.
public struct Matching: Sendable {
    public enum Comparison: Sendable {
        /// A person's name: with marks, without them, one slip, a middle word more or less.
        case name
        /// A day: the same, day and month changed places, one part another, the same year.
        case day
        /// One of few values, the rarer the more it says.
        case value
        /// A number that nearly nobody shares.
        case number
        /// An address in the record that a reference leads to.
        case address(through: String, field: String)
    }

    /// Between two records of one person, how often the field agrees so well; one share a level, the last for no agreement.
    public struct Part: Sendable {
        /// The field, or the name that an address has in lists.
        public let field: String
        public let comparison: Comparison
        public let among: [Double]

        public init(_ field: String, _ comparison: Comparison, agreesAmongSame among: [Double]) {
            precondition(among.count == comparison.levels, "\(field): one share a level.")
            self.field = field
            self.comparison = comparison
            self.among = among
        }
    }

    public let parts: [Part]
    /// How likely somebody in such a list is in the register at all.
    public let present: Double
    /// From which probability on it is the same person, and from which somebody has to look.
    public let same: Double
    public let review: Double
    /// What a list may change of a record that was recognised.
    public let takes: [String]

    public init(_ parts: [Part], present: Double, same: Double, review: Double, takes: [String]) {
        self.parts = parts
        self.present = present
        self.same = same
        self.review = review
        self.takes = takes
    }
}

extension Matching.Comparison {
    public var levels: Int {
        switch self {
        case .name, .day: 5
        case .value, .number: 2
        case .address: 3
        }
    }
}

extension Matching {
    /// 0 the same, 1 without marks, 2 one slip or two words that changed places, 3 first and last word the same, 4 another name.
    public static func nameLevel(_ left: String, _ right: String, foldedLeft: String, foldedRight: String) -> Int {
        if left == right { return 0 }
        if foldedLeft == foldedRight { return 1 }
        let a = foldedLeft.split(separator: " ")
        let b = foldedRight.split(separator: " ")
        guard a.count > 1, b.count > 1 else { return 4 }
        if a.count == b.count {
            if a.sorted() == b.sorted() { return 2 }
            let differing = zip(a, b).filter { $0 != $1 }
            if differing.count == 1, isOneSlip(Array(differing[0].0.utf8), Array(differing[0].1.utf8)) { return 2 }
        }
        return a.first == b.first && a.last == b.last ? 3 : 4
    }

    /// One letter more, less, another, or two that changed places.
    static func isOneSlip(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard abs(left.count - right.count) <= 1 else { return false }
        var start = 0
        while start < min(left.count, right.count), left[start] == right[start] { start += 1 }
        let a = left[start...]
        let b = right[start...]
        if a.count == b.count {
            if a.dropFirst().elementsEqual(b.dropFirst()) { return true }
            return a.count >= 2 && a[start] == b[start + 1] && a[start + 1] == b[start] && a.dropFirst(2).elementsEqual(b.dropFirst(2))
        }
        return a.count > b.count ? a.dropFirst().elementsEqual(b) : b.dropFirst().elementsEqual(a)
    }

    /// 0 the same day, 1 day and month changed places, 2 one of day, month and year is another, 3 the same year, 4 another day.
    public static func dayLevel(_ left: PartialDay, _ right: PartialDay) -> Int {
        let a = left.first.parts
        let b = right.first.parts
        guard left.precision == .day, right.precision == .day else { return left == right ? 2 : a.year == b.year ? 3 : 4 }
        if a == b { return 0 }
        if a.year == b.year, a.month == b.day, a.day == b.month { return 1 }
        var same = 0
        if a.year == b.year { same += 1 }
        if a.month == b.month { same += 1 }
        if a.day == b.day { same += 1 }
        return same == 2 ? 2 : a.year == b.year ? 3 : 4
    }

    /// 0 the same words and numbers, 1 most of them, 2 others. Words that only say what follows do not count.
    public static func addressLevel(_ left: Set<Substring>, _ right: Set<Substring>) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return 2 }
        let common = left.intersection(right).count
        if common == max(left.count, right.count) { return 0 }
        return Double(common) / Double(left.union(right).count) >= 0.5 ? 1 : 2
    }

    public static func addressWords(_ address: String) -> Set<Substring> {
        Set(address.folded.split { !$0.isLetter && !$0.isNumber }.filter { !fillers.contains($0) })
    }

    private static let fillers: Set<Substring> = [
        "so", "nha", "ngo", "ngach", "hem", "duong", "pho", "p", "d", "thon", "xom", "to", "dan", "tdp", "khu", "can", "ho", "chung", "cu", "cc", "toa", "phuong", "xa",
    ]
}
