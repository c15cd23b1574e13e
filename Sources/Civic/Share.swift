// SPDX-License-Identifier: Apache-2.0

/// A part of a whole as a fraction in lowest terms, from above 0 to 1.
public struct Share: Sendable, Hashable, CustomStringConvertible {
    public let numerator: Int64
    public let denominator: Int64
    public static let denominatorMax: Int64 = 100_000

    private init(reduced numerator: Int64, _ denominator: Int64) {
        let common = Share.greatestDivisor(numerator, denominator)
        self.numerator = numerator / common
        self.denominator = denominator / common
    }

    /// Reads `1/3`, `1` or `50 %`; nil when it is no part of a whole.
    public init?(_ text: some StringProtocol) {
        let plain = String(text).filter { $0 != " " }
        if plain.hasSuffix("%") {
            let parts = plain.dropLast().replacing(",", with: ".").split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= 2, let whole = Int64(parts[0]), whole >= 0, whole <= 100 else { return nil }
            let places = parts.count == 2 ? parts[1].count : 0
            guard places <= 3, let fraction = places == 0 ? 0 : Int64(parts[1]), fraction >= 0 else { return nil }
            var scale: Int64 = 1
            for _ in 0..<places { scale *= 10 }
            self.init(whole * scale + fraction, of: 100 * scale)
            return
        }
        let parts = plain.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }), let numerator = Int64(parts[0]),
            let denominator = parts.count == 2 ? Int64(parts[1]) : 1
        else { return nil }
        self.init(numerator, of: denominator)
    }

    public init?(_ numerator: Int64, of denominator: Int64) {
        guard denominator > 0, numerator > 0, numerator <= denominator else { return nil }
        self.init(reduced: numerator, denominator)
        guard self.denominator <= Share.denominatorMax else { return nil }
    }

    public var description: String { denominator == 1 ? "1" : "\(numerator)/\(denominator)" }

    /// The exact sum as a fraction in lowest terms; nil when it is too fine to be told.
    public static func sum(_ shares: some Sequence<Share>) -> (numerator: Int64, denominator: Int64)? {
        var numerator: Int64 = 0
        var denominator: Int64 = 1
        for share in shares {
            let common = greatestDivisor(denominator, share.denominator)
            let (scaled, overflow) = (denominator / common).multipliedReportingOverflow(by: share.denominator)
            guard !overflow, scaled < 1 << 40, numerator < 1 << 20 * scaled else { return nil }
            numerator = numerator * (scaled / denominator) + share.numerator * (scaled / share.denominator)
            let reduced = greatestDivisor(max(numerator, 1), scaled)
            (numerator, denominator) = (numerator / reduced, scaled / reduced)
        }
        return (numerator, denominator)
    }

    private static func greatestDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return max(1, left)
    }
}
