// SPDX-License-Identifier: Apache-2.0

/// Who enters an act, as far as what follows from it may depend on that.
public struct Author: Sendable, Hashable {
    /// The number of the civil servant whose own account it is; nil for whatever else enters.
    public let servant: String?
    /// Who holds the database itself and loads what was decided elsewhere.
    public let isOperator: Bool

    public init(servant: String?, isOperator: Bool) {
        self.servant = servant
        self.isOperator = isOperator
    }
}

/// What happened to one record in an act.
public struct Happening {
    public let key: String
    /// What stood on that day before the act; nil when nothing did.
    public let before: Item.Fields?
    /// What stands after it; nil when the record was retired.
    public let after: Item.Fields?
    public let effective: Day
    public let author: Author

    public init(key: String, before: Item.Fields?, after: Item.Fields?, effective: Day, author: Author) {
        self.key = key
        self.before = before
        self.after = after
        self.effective = effective
        self.author = author
    }

    public var isNew: Bool { before == nil }
    /// The field's value is another one than before.
    public func changed(_ field: String) -> Bool { after.map { $0[field] } != before.map { $0[field] } }
}

/// A standing record as a declaration's rules read it.
public struct Found {
    public let key: String
    public let fields: Item.Fields
    /// The day from which its latest state holds.
    public let since: Day

    public init(key: String, fields: Item.Fields, since: Day) {
        self.key = key
        self.fields = fields
        self.since = since
    }

    public subscript(name: String) -> Value { fields[name] }
}

/// What the registers hold while an act is judged. A rule asks here and nowhere else.
public protocol Records {
    /// The record with that key whose latest state stands.
    func find(_ register: String, _ key: String) throws -> Found?
    /// Standing records by a reference or a filtered field.
    func all(_ register: String, where field: String, is value: String) throws -> [Found]
    /// The same by two such fields.
    func all(_ register: String, where field: String, is value: String, and other: (field: String, value: String)) throws -> [Found]
    /// Whether a civil servant has an account of their own.
    func holdsAccount(servant: String) throws -> Bool
    /// A key that no record has, for registers that make keys.
    func newKey(_ register: String) throws -> String

    // Journals and whole lists can be asked while an act is entered, and nowhere else.

    /// How many entries of a day these registers' journals have in a unit; nil on a day with so many in the whole city that it is a load.
    func entries(of registers: [String], in unit: String, on day: Day) throws -> Int?
    /// The entry that created a record.
    func origin(of register: String, _ key: String) throws -> Origin?
    /// How many records a list has at a moment shortly before the act's own, or at that: whichever was counted.
    func counted(_ list: WholeList, before moment: Instant) throws -> (known: Instant, of: Int)
    /// The records that a draw gives, and how many it chose among.
    func drawn(_ draw: Draw) throws -> Drawn
}

extension Records {
    public func entries(of registers: [String], in unit: String, on day: Day) throws -> Int? { preconditionFailure("Journals are asked while an act is entered.") }
    public func origin(of register: String, _ key: String) throws -> Origin? { preconditionFailure("Journals are asked while an act is entered.") }
    public func counted(_ list: WholeList, before moment: Instant) throws -> (known: Instant, of: Int) {
        preconditionFailure("Lists are counted while an act is entered.")
    }
    public func drawn(_ draw: Draw) throws -> Drawn { preconditionFailure("Samples are drawn while an act is entered.") }
}

extension Records {
    public func all(_ register: String, where field: String, is value: String, and other: (field: String, value: String)) throws -> [Found] {
        try all(register, where: field, is: value).filter { $0[other.field].plain == other.value }
    }

    public func holdsAccount(servant: String) throws -> Bool { false }
}

/// A change that the law attaches to another. It needs no right of its own: who may enter the cause enters what follows from it.
public struct Consequence {
    public enum Content {
        /// These values; the record's other fields stay as they are.
        case put([String: Value])
        case retire
    }

    public let register: String
    public let key: String
    public let content: Content
    /// Nil for the day of what caused it.
    public let effective: Day?

    public static func put(_ register: String, _ key: String, _ values: [String: Value], from effective: Day? = nil) -> Consequence {
        Consequence(register: register, key: key, content: .put(values), effective: effective)
    }

    public static func retire(_ register: String, _ key: String, from effective: Day? = nil) -> Consequence {
        Consequence(register: register, key: key, content: .retire, effective: effective)
    }
}

/// All that follows from an act's changes of one register. Throws an `Objection` when the act may not be.
public typealias Consequences = @Sendable ([Happening], any Records, Reading) throws -> [Consequence]

/// How keys are made: a prefix and random digits, so that no counter is shared.
public struct KeyForm: Sendable {
    public let prefix: String
    public let digits: Int

    public init(_ prefix: String, digits: Int) {
        self.prefix = prefix
        self.digits = digits
    }

    public var kind: Kind { .code(CodePattern([.text(prefix), .digits(digits...digits)])) }
}

/// Records that come from others keep a sum: parcels divided or merged keep their area.
public struct Lineage: Sendable {
    /// The field with the keys of those it came from, and the field whose sum is kept.
    public let parents: String
    public let sum: String
    /// Allowed difference: the larger of a share of the whole and a fixed amount a new record.
    public let share: Double
    public let each: Double

    public init(parents: String, keeps sum: String, withinShare share: Double, orEach each: Double) {
        self.parents = parents
        self.sum = sum
        self.share = share
        self.each = each
    }
}
