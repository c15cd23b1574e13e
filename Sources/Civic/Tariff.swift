// SPDX-License-Identifier: Apache-2.0

/// A price by tier, as utilities charge: so much for each of the first units, more for each of the next.
public struct Tariff: Sendable {
    public struct Tier: Sendable, Equatable {
        /// Units up to here, from the tier before; nil for all the rest.
        public let upTo: Int64?
        /// Đồng a unit, before tax.
        public let price: Int64
        public init(upTo: Int64?, price: Int64) {
            self.upTo = upTo
            self.price = price
        }
    }

    /// The prices from one day on.
    public struct Version: Sendable {
        public let from: Day
        public let tiers: [Tier]
        /// Percent added: value added tax, and the fee for waste water where there is one.
        public let tax: Int64
        public let fee: Int64
        public let source: Text
        public init(from: Day, tiers: [Tier], tax: Int64, fee: Int64 = 0, source: Text) {
            self.from = from
            self.tiers = tiers
            self.tax = tax
            self.fee = fee
            self.source = source
        }
    }

    /// One line of the reckoning.
    public struct Line: Sendable, Equatable {
        public let units: Int64
        public let price: Int64
        public var amount: Int64 { units * price }
    }

    public struct Reckoning: Sendable, Equatable {
        public let lines: [Line]
        public let tax: Int64
        public let fee: Int64
        public var total: Int64 { lines.reduce(0) { $0 + $1.amount } + tax + fee }
    }

    public let code: String
    public let title: Text
    public let unit: String
    /// Oldest first.
    public let versions: [Version]

    public init(_ code: String, _ title: Text, unit: String, versions: [Version]) {
        self.code = code
        self.title = title
        self.unit = unit
        self.versions = versions
    }

    /// What is owed for a consumption that was read on a day. Tiers are for a whole month; a period of other length scales them by its days
    /// (`days` of a month of 30). Nil before the first version.
    public func reckon(_ consumption: Int64, on day: Day, days: Int64 = 30) -> Reckoning? {
        guard consumption >= 0, days > 0, let version = versions.last(where: { $0.from <= day }) else { return nil }
        var lines: [Line] = []
        var done: Int64 = 0
        for tier in version.tiers where done < consumption {
            let limit = tier.upTo.map { ($0 * days + 15) / 30 } ?? .max
            let units = min(consumption, limit) - done
            guard units > 0 else { continue }
            lines.append(Line(units: units, price: tier.price))
            done += units
        }
        let net = lines.reduce(0) { $0 + $1.amount }
        // Half a đồng rounds up, as on the utilities' own bills.
        return Reckoning(lines: lines, tax: (net * version.tax + 50) / 100, fee: (net * version.fee + 50) / 100)
    }
}

/// How a fee is shared: so many hundredths of a percent to each, from a day on. The shares of one day sum to all of it.
public struct FeeShares: Sendable {
    public struct Share: Sendable, Equatable {
        /// The beginning of the account that receives it: `budget`, `unit`, `fund`.
        public let account: String
        public let title: Text
        /// Of ten thousand.
        public let parts: Int64
        public init(_ account: String, _ title: Text, parts: Int64) {
            self.account = account
            self.title = title
            self.parts = parts
        }
    }

    public let from: Day
    public let shares: [Share]
    public let source: Text

    public init(from: Day, source: Text, shares: [Share]) {
        precondition(shares.reduce(0) { $0 + $1.parts } == 10_000 && shares.allSatisfy { $0.parts >= 0 }, "The shares of a fee sum to the whole.")
        self.from = from
        self.shares = shares
        self.source = source
    }

    /// Divides an amount by the method of largest remainders: no đồng is lost and none is made.
    public func divide(_ amount: Money) -> [(share: Share, amount: Money)] {
        var parts = shares.map { $0.parts * amount.amount / 10_000 }
        var left = amount.amount - parts.reduce(0, +)
        let order = shares.indices.sorted { (shares[$0].parts * amount.amount % 10_000, -$0) > (shares[$1].parts * amount.amount % 10_000, -$1) }
        for index in order where left > 0 {
            parts[index] += 1
            left -= 1
        }
        return zip(shares, parts).filter { $1 > 0 }.map { ($0, Money($1)) }
    }
}
