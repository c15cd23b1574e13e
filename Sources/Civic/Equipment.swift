// SPDX-License-Identifier: Apache-2.0

/// The check digit that catches one wrong digit and most swapped ones (ISO/IEC 7812-1).
public enum Luhn {
    /// The digit that makes the whole valid; nil when there is anything but digits.
    public static func check(_ digits: some StringProtocol) -> Int? {
        var sum = 0
        for (index, byte) in digits.utf8.reversed().enumerated() {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            let digit = Int(byte - 0x30)
            sum += index % 2 == 0 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit
        }
        return (10 - sum % 10) % 10
    }

    public static func isValid(_ digits: some StringProtocol) -> Bool {
        guard digits.utf8.count > 1, let last = Array(digits.utf8).last, let check = check(digits.dropLast()) else { return false }
        return last >= 0x30 && Int(last - 0x30) == check
    }
}

/// The code on a household device's label: `HN-00004-1000000001-01-7`: commune of issue, household, which of its devices, check digit.
/// The code stays with the device's papers; a device that moves to another household gets another code.
public struct DeviceCode: Sendable, Hashable, CustomStringConvertible {
    public let commune: String
    public let household: String
    public let ordinal: Int

    public init?(commune: String, household: String, ordinal: Int) {
        guard commune.utf8.count == 5, household.utf8.count == 10, (1...99).contains(ordinal), Luhn.check(commune + household) != nil else { return nil }
        self.commune = commune
        self.household = household
        self.ordinal = ordinal
    }

    /// Reads it with or without its hyphens, in any case. Nil when a digit is wrong.
    public init?(_ text: some StringProtocol) {
        let plain = String(text.filter { $0 != "-" && $0 != " " }).uppercased()
        guard plain.hasPrefix("HN") else { return nil }
        let digits = plain.dropFirst(2)
        guard digits.utf8.count == 18, Luhn.isValid(digits), let ordinal = Int(digits.dropFirst(15).prefix(2)) else { return nil }
        self.init(commune: String(digits.prefix(5)), household: String(digits.dropFirst(5).prefix(10)), ordinal: ordinal)
    }

    private var number: String { (ordinal < 10 ? "0" : "") + String(ordinal) }

    public var description: String { "HN-\(commune)-\(household)-\(number)-\(Luhn.check(commune + household + number)!)" }
}

/// What a mobile network calls a device: 15 digits, the last a check digit (3GPP TS 23.003).
public struct IMEI: Sendable, Hashable, CustomStringConvertible {
    public let digits: String
    public init?(_ text: some StringProtocol) {
        let digits = String(text.filter { $0 != " " && $0 != "-" })
        guard digits.utf8.count == 15, Luhn.isValid(digits) else { return nil }
        self.digits = digits
    }
    public var description: String { digits }
}

/// The number printed on a SIM card: 89, country 84, operator, serial, check digit; 19 or 20 digits (ITU-T E.118).
public struct ICCID: Sendable, Hashable, CustomStringConvertible {
    public let digits: String
    public init?(_ text: some StringProtocol) {
        let digits = String(text.filter { $0 != " " && $0 != "-" })
        guard digits.utf8.count == 19 || digits.utf8.count == 20, digits.hasPrefix("8984"), Luhn.isValid(digits) else { return nil }
        self.digits = digits
    }

    /// The network that issued it, by the digits after the country.
    public var issuer: String? { ["01": "MobiFone", "02": "Vinaphone", "04": "Viettel", "05": "Vietnamobile", "07": "Gmobile"][String(digits.dropFirst(4).prefix(2))] }
    public var description: String { digits }
}
