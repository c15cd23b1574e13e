// SPDX-License-Identifier: Apache-2.0

/// How a record came into its register.
public struct Origin: Sendable {
    /// Who entered it.
    public let author: String
    public let recorded: Instant
    /// The hash of the entry's leaf in the journal's tree. It holds fresh salts, so that nobody knows it before.
    public let leaf: [UInt8]
    /// Nothing was entered of the record since.
    public let isAll: Bool

    public init(author: String, recorded: Instant, leaf: [UInt8], isAll: Bool) {
        self.author = author
        self.recorded = recorded
        self.leaf = leaf
        self.isAll = isAll
    }

    /// The seed of a sample that nobody chose: the leaf's first eight bytes as a whole number, the first byte the highest, its last 18 decimal digits.
    public var seed: String { String(leaf.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 1_000_000_000_000_000_000) }
}

/// All records of a register that stand, of one unit or of the whole city.
public struct WholeList: Sendable, Hashable {
    public let register: String
    public let unit: String?

    public init(of register: String, in unit: String?) {
        self.register = register
        self.unit = unit
    }
}

/// What an act will ask for that takes a walk over a register, so that it can be made ready before the commit in which every writer would wait for it.
public enum Foreseen: Sendable {
    /// How many records a list has.
    case list(WholeList)
    /// What a draw gives.
    case draw(Draw)
}

/// Tells of a record that is about to be entered what its consequences will ask for; nil where that is nothing large.
public typealias Foresight = @Sendable (Item.Fields, any Records) throws -> Foreseen?

/// What is drawn from a register: so many records of one unit or of all, as they were known at a moment.
public struct Draw: Sendable, Hashable {
    public let register: String
    public let unit: String?
    public let size: Int
    public let seed: String
    public let known: Instant

    public init(register: String, unit: String?, size: Int, seed: String, known: Instant) {
        self.register = register
        self.unit = unit
        self.size = size
        self.seed = seed
        self.known = known
    }
}

extension Draw {
    /// What an inspection's record says was drawn; nil while the program has not written it there, as in records from before draws were entered first.
    public init?(inspection value: (String) -> Value) {
        guard let register = value("register").string, let size = value("sample").integer, let seed = value("seed").string, !value("among").isNull,
            let known = value("drawn").string.flatMap({ Instant($0) })
        else { return nil }
        self.init(register: register, unit: value("commune").string, size: Int(size), seed: seed, known: known)
    }
}

/// The records of a sample by the names that pages give them – the ref where the key is a person's –, each with its unit.
public struct Drawn: Sendable {
    public let units: [String: String]
    /// How many records the list has.
    public let of: Int

    public init(units: [String: String], of: Int) {
        self.units = units
        self.of = of
    }
}
