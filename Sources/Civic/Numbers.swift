// SPDX-License-Identifier: Apache-2.0

/// The 12 digits that name a person for life: birth province, century and sex, birth year, serial.
/// They carry no check digit. Source: decree 137/2015/NĐ-CP art. 13, circular 07/2016/TT-BCA.
public struct CitizenID: Sendable, Hashable, CustomStringConvertible {
    public enum Sex: String, Sendable { case male, female }
    public enum Fault: String, Error, Sendable { case format, province, futureBirth }

    public let digits: String
    public let sex: Sex
    public let birthYear: Int

    /// Accepts spaces and dots between digits; refuses unknown provinces and birth years after `year`.
    public init(_ text: some StringProtocol, year: Int) throws(Fault) {
        var number: UInt64 = 0
        var count = 0
        var isExact = true
        for byte in text.utf8 {
            if byte == 0x20 || byte == 0x2E {
                isExact = false
                continue
            }
            guard byte >= 0x30, byte <= 0x39, count < 12 else { throw .format }
            number = number * 10 + UInt64(byte - 0x30)
            count += 1
        }
        guard count == 12 else { throw .format }
        guard CitizenID.isProvince(Int(number / 1_000_000_000)) else { throw .province }
        let century = Int(number / 100_000_000 % 10)
        let birthYear = 1900 + century / 2 * 100 + Int(number / 1_000_000 % 100)
        guard birthYear <= year else { throw .futureBirth }
        digits = isExact ? String(text) : String(text.filter { $0 != " " && $0 != "." })
        sex = century % 2 == 0 ? .male : .female
        self.birthYear = birthYear
    }

    /// What to say of an old card's nine digits where the twelve belong, also without the zero that a spreadsheet drops; nil of anything else.
    public static func oldNumber(_ text: String) -> Text? {
        let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x2E }
        guard (8...9).contains(digits.count), digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Text(
            vi: "“\(text)” là số CMND cũ 9 số; ở đây cần số định danh cá nhân 12 số. Xem trên thẻ căn cước, VNeID, hoặc tra sổ dân cư theo họ tên và ngày sinh.",
            en: "“\(text)” is an old card's 9 digits; this needs the personal ID of 12. Look on the identity card, in VNeID, or in the population register by name and birth.")
    }

    public var province: String { String(digits.prefix(3)) }

    public var description: String { digits }

    /// `001090••••••`: enough to tell cards apart, too little to use.
    public var masked: String { digits.prefix(6) + "••••••" }

    /// The 63 provinces' numbers of 2004 to 2025; they stay in issued numbers for ever.
    static func isProvince(_ number: Int) -> Bool { number < 97 && provinces[number] }

    static let provinces: [Bool] = {
        var table = [Bool](repeating: false, count: 97)
        for number in [
            1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52,
            54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
        ] { table[number] = true }
        return table
    }()
}

/// A tax code: 10 digits with a check digit, 13 for a branch (printed `##########-###`), or since 1 July 2025 a person's 12 digits.
public struct TaxCode: Sendable, Hashable, CustomStringConvertible {
    public enum Fault: String, Error, Sendable { case format, length, component, checksum }

    /// Digits only: 10, 12 or 13.
    public let digits: String

    public init(_ text: some StringProtocol) throws(Fault) {
        var value = [UInt8]()
        for byte in text.utf8 where byte != 0x20 && byte != 0x2E && byte != 0x2D {
            guard byte >= 0x30, byte <= 0x39 else { throw .format }
            value.append(byte)
            guard value.count <= 13 else { throw .length }
        }
        guard [10, 12, 13].contains(value.count) else { throw .length }
        digits = String(decoding: value, as: UTF8.self)
        // A person's number has no check digit: the enterprise rule must never be run on it (circular 86/2024/TT-BTC).
        guard value.count != 12 else { return }
        guard value[2..<9].contains(where: { $0 != 0x30 }) else { throw .component }
        guard value.count == 10 || value[10...].contains(where: { $0 != 0x30 }) else { throw .component }
        guard let check = TaxCode.checkDigit(value[0..<9].map { Int($0 - 0x30) }), check == Int(value[9] - 0x30) else { throw .checksum }
    }

    /// The check digit of nine digits; nil when no valid code has them (their weighted sum is a multiple of 11).
    public static func checkDigit(_ nine: [Int]) -> Int? {
        let weights = [31, 29, 23, 19, 17, 13, 7, 5, 3]
        let digit = 10 - zip(nine, weights).reduce(0) { $0 + $1.0 * $1.1 } % 11
        return digit == 10 ? nil : digit
    }

    public var description: String { digits.utf8.count == 13 ? digits.prefix(10) + "-" + digits.suffix(3) : digits }
}

/// A Vietnamese telephone number in its national form, ten or eleven digits from 0.
public struct Phone: Sendable, Hashable, CustomStringConvertible {
    public let digits: String

    /// Reads `+84 912 345 678`, `0912.345.678`, `(024) 3825 3536` and eleven-digit mobiles of before 2018.
    public init?(_ text: some StringProtocol) {
        var value = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39: value.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x20, 0x2E, 0x2D, 0x28, 0x29: continue
            case 0x2B where value.isEmpty: continue
            default: return nil
            }
            guard value.utf8.count <= 13 else { return nil }
        }
        if value.hasPrefix("84"), value.utf8.count >= 11 { value = "0" + value.dropFirst(2) }
        // Mobile prefixes of eleven digits became ten on 15 September 2018.
        if value.utf8.count == 11, let old = Phone.elevenDigitPrefixes[String(value.prefix(4))] { value = old + value.dropFirst(4) }
        let isLandline = (value.utf8.count == 10 || value.utf8.count == 11) && value.hasPrefix("02")
        guard Phone.isMobile(value) || isLandline else { return nil }
        digits = value
    }

    /// Text messages reach it.
    public var isMobile: Bool { Phone.isMobile(digits) }

    private static func isMobile(_ digits: String) -> Bool { digits.utf8.count == 10 && ["03", "05", "07", "08", "09"].contains(digits.prefix(2)) }

    public var description: String { digits }

    static let elevenDigitPrefixes = [
        "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038", "0169": "039",
        "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084", "0125": "085",
        "0127": "081", "0129": "082", "0186": "056", "0188": "058", "0199": "059",
    ]
}
