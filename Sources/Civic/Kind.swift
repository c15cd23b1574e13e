// SPDX-License-Identifier: Apache-2.0

/// One allowed value of a choice, with what people call it.
public struct Choice: Sendable, Hashable {
    public let code: String
    public let title: Text
    /// What files of offices write for it.
    public let alsoCalled: [String]
    /// All its names as they are compared: without marks, capitals and signs.
    private let names: [String]

    public init(_ code: String, _ title: Text, alsoCalled: [String] = []) {
        self.code = code
        self.title = title
        self.alsoCalled = alsoCalled
        names = ([title.vi, title.en] + alsoCalled).map(\.folded)
    }

    /// Whether a folded text is one of its names.
    public func isCalled(_ folded: String) -> Bool { names.contains(folded) }
}

/// The form of a code, part by part; it also writes itself as a regular expression for JSON Schema and HTML.
public struct CodePattern: Sendable, Hashable {
    public enum Part: Sendable, Hashable {
        case digits(ClosedRange<Int>)
        case letters(ClosedRange<Int>)
        case text(String)
    }

    public let parts: [Part]
    public init(_ parts: [Part]) { self.parts = parts }
    public static func digits(_ count: Int) -> CodePattern { CodePattern([.digits(count...count)]) }

    public func matches(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        for part in parts {
            switch part {
            case .digits(let range):
                let run = bytes.prefix(range.upperBound).prefix { $0 >= 0x30 && $0 <= 0x39 }.count
                guard run >= range.lowerBound else { return false }
                bytes = bytes.dropFirst(run)
            case .letters(let range):
                let run = bytes.prefix(range.upperBound).prefix { $0 >= 0x41 && $0 <= 0x5A }.count
                guard run >= range.lowerBound else { return false }
                bytes = bytes.dropFirst(run)
            case .text(let literal):
                guard bytes.starts(with: literal.utf8) else { return false }
                bytes = bytes.dropFirst(literal.utf8.count)
            }
        }
        return bytes.isEmpty
    }

    public var regularExpression: String {
        "^"
            + parts.map { part in
                switch part {
                case .digits(let range): "[0-9]{\(range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound),\(range.upperBound)")}"
                case .letters(let range): "[A-Z]{\(range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound),\(range.upperBound)")}"
                case .text(let literal): literal.replacing(".", with: "\\.")
                }
            }.joined() + "$"
    }

    /// The form in words: “CB”, 6 chữ số.
    public func words(_ language: Language) -> String {
        func count(_ range: ClosedRange<Int>) -> String {
            range.lowerBound == range.upperBound
                ? "\(range.lowerBound)" : language == .vietnamese ? "\(range.lowerBound) đến \(range.upperBound)" : "\(range.lowerBound) to \(range.upperBound)"
        }
        return parts.map { part in
            switch part {
            case .digits(let range): count(range) + (language == .vietnamese ? " chữ số" : range.upperBound == 1 ? " digit" : " digits")
            case .letters(let range): count(range) + (language == .vietnamese ? " chữ cái in hoa" : range.upperBound == 1 ? " capital letter" : " capital letters")
            case .text(let literal): literal == " " ? (language == .vietnamese ? "dấu cách" : "a space") : "“\(literal)”"
            }
        }.joined(separator: ", ")
    }

    public var lengthMax: Int {
        parts.reduce(0) { sum, part in
            switch part {
            case .digits(let range), .letters(let range): sum + range.upperBound
            case .text(let literal): sum + literal.utf8.count
            }
        }
    }
}

/// What a field holds. The kind carries parsing, the normal form, the messages, the schema, the input and the column.
public enum Kind: Sendable, Hashable {
    /// Free text of at most so many characters.
    case text(max: Int)
    /// A person's name: letters of any script, spaces, apostrophe, hyphen, period.
    case name
    case address
    case code(CodePattern)
    case choice([Choice])
    case day
    /// A day that may be known by month or year only.
    case partialDay
    case integer(ClosedRange<Int64>)
    /// A number with at most so many decimal places, kept as its shortest text.
    case decimal(places: Int)
    case money
    case boolean
    case citizenID
    /// The nine digits of identity cards valid until 31 December 2024.
    case oldID
    case taxCode
    case phone
    /// The code of an administrative unit in force on the entry's effective day.
    case unit(Unit.Level)
    /// The key of a record in another register.
    case reference(String)
    /// Keys of records of a register, separated by semicolons.
    case references(String)
    /// A part of a whole as a fraction.
    case share
    /// An outline on the city's cadastral grid.
    case polygon
}

/// When a value is read, what it may depend on.
public struct Reading: Sendable {
    /// The day from which the entry holds.
    public let day: Day
    /// Today in Hà Nội.
    public let today: Day
    public let units: UnitTable

    public init(day: Day, today: Day, units: UnitTable) {
        self.day = day
        self.today = today
        self.units = units
    }
}

extension Kind {
    public static let textMax = 2000
    public static let nameMax = 120
    public static let addressMax = 300

    /// What is longer in bytes cannot fit, however it is tidied.
    private var bytesMax: Int {
        guard case .text(let max) = self else { return 8000 }
        return Swift.max(8000, 4 * max)
    }

    /// Reads a value as people and files write it and gives its one normal form. Empty text is null.
    public func parse(_ raw: String, _ reading: Reading) throws(Objection) -> Value {
        if raw.isEmpty { return .null }
        guard raw.utf8.count <= bytesMax else { throw Self.tooLong(Self.textMax) }
        switch self {
        case .citizenID, .oldID, .phone, .taxCode, .day, .partialDay, .integer, .decimal, .money, .boolean, .choice, .code, .unit, .reference, .references, .share, .polygon:
            let text = raw.utf8.first == 0x20 || raw.utf8.last == 0x20 ? raw.tidied : raw
            return text.isEmpty ? .null : try parseExact(text, reading)
        case .text(let max): return try Self.parseText(raw, max: max)
        case .address: return try Self.parseText(raw, max: Self.addressMax)
        case .name: return try Self.parseName(raw)
        }
    }

    /// Reads a value that came as JSON: numbers and booleans in their own type, everything else as text.
    public func parse(_ json: JSON, _ reading: Reading) throws(Objection) -> Value {
        switch (json, self) {
        case (.null, _): return .null
        case (.string(let text), .integer), (.string(let text), .money), (.string(let text), .boolean):
            _ = text
            throw Self.wrongType(self)
        case (.string(let text), _): return try parse(text, reading)
        case (.integer(let number), .integer), (.integer(let number), .money): return try parse(String(number), reading)
        case (.boolean(let value), .boolean): return .boolean(value)
        default: throw Self.wrongType(self)
        }
    }

    private func parseExact(_ text: String, _ reading: Reading) throws(Objection) -> Value {
        switch self {
        case .citizenID:
            do {
                return .string(try CitizenID(text, year: reading.today.year).digits)
            } catch {
                switch error {
                case .format:
                    if let text = CitizenID.oldNumber(text) { throw Objection(field: "", code: "pattern", text) }
                    throw Self.objection("pattern", "Số định danh cá nhân gồm đúng 12 chữ số.", "A personal ID has exactly 12 digits.")
                case .province:
                    throw Self.objection(
                        "province", "Ba số đầu của số định danh không phải mã tỉnh nào.", "The first three digits of the ID are no province's code.")
                case .futureBirth:
                    throw Self.objection("birth-year", "Năm sinh trong số định danh còn ở tương lai.", "The birth year in the ID lies in the future.")
                }
            }
        case .oldID:
            let digits = text.filter { $0 != " " }
            guard digits.utf8.count == 9, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
                throw Self.objection("pattern", "Số CMND cũ gồm đúng 9 chữ số.", "An old ID number has exactly 9 digits.")
            }
            return .string(digits)
        case .phone:
            guard let phone = Phone(text) else {
                throw Self.objection(
                    "pattern", "Nhập số điện thoại Việt Nam, ví dụ 0912 345 678.", "Enter a Vietnamese phone number, such as 0912 345 678.")
            }
            return .string(phone.digits)
        case .taxCode:
            do {
                return .string(try TaxCode(text).description)
            } catch {
                throw Self.objection(
                    error.rawValue, "Mã số thuế không đúng. Kiểm tra lại từng chữ số.", "This is not a valid tax code. Check each digit.")
            }
        case .day:
            guard let day = Day(text) else {
                if let swapped = Self.swapped(text) { throw swapped }
                throw Self.objection(
                    "date", "Nhập ngày có thật, dạng ngày/tháng/năm, ví dụ 27/03/2025.", "Enter a real date as day/month/year, such as 27/03/2025.")
            }
            return .string(day.description)
        case .partialDay:
            guard let day = PartialDay(text) else {
                if let swapped = Self.swapped(text) { throw swapped }
                throw Self.objection(
                    "date", "Nhập ngày/tháng/năm có thật, hoặc chỉ năm nếu giấy tờ không ghi rõ, ví dụ 20/05/1958 hoặc 1958.",
                    "Enter a real day/month/year, or the year alone if the papers say no more, such as 20/05/1958 or 1958.")
            }
            return .string(day.description)
        case .integer(let range):
            guard let number = Int64(text), range.contains(number) else {
                throw Self.objection(
                    "range", "Nhập số nguyên từ \(range.lowerBound) đến \(range.upperBound).",
                    "Enter a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return .integer(number)
        case .money:
            guard let number = Int64(text), number >= 0, number <= 1 << 53 - 1 else {
                throw Self.objection("range", "Nhập số tiền bằng đồng, chỉ chữ số.", "Enter an amount in whole đồng, digits only.")
            }
            return .integer(number)
        case .decimal(let places): return .string(try Self.parseDecimal(text, places: places))
        case .boolean:
            switch text.lowercased() {
            case "true", "1", "có": return .boolean(true)
            case "false", "0", "không": return .boolean(false)
            default: throw Self.objection("boolean", "Chọn có hoặc không.", "Choose yes or no.")
            }
        case .choice(let choices):
            if choices.contains(where: { $0.code == text }) { return .string(text) }
            // Files from offices write the title as often as the code.
            let folded = text.folded
            if let match = choices.first(where: { $0.isCalled(folded) }) { return .string(match.code) }
            let vi = choices.prefix(3).map { "\($0.title.vi) (\($0.code))" }.joined(separator: "; ")
            let en = choices.prefix(3).map { "\($0.title.en) (\($0.code))" }.joined(separator: "; ")
            throw Self.objection(
                "choice", "“\(text.shortened)” không có trong danh mục. Ghi tên hoặc mã trong danh mục, ví dụ: \(vi).",
                "“\(text.shortened)” is not in the list. Write a name or code of the list, such as: \(en).")
        case .code(let pattern):
            guard pattern.matches(text) else {
                throw Self.objection(
                    "pattern", "Mã gồm: \(pattern.words(.vietnamese)).", "The code is made of: \(pattern.words(.english)).")
            }
            return .string(text)
        case .unit(let level): return .string(try Self.parseUnit(text, level: level, reading))
        case .reference:
            guard text.utf8.count <= 100, text.firstForbiddenScalar == nil else {
                throw Self.objection("reference", "Không có hồ sơ nào mang mã này.", "No record has this key.")
            }
            return .string(text.composed)
        case .references:
            let keys = text.split(separator: ";").map { String($0).tidied.composed }.filter { !$0.isEmpty }
            guard keys.count <= 100, text.utf8.count <= 4000, text.firstForbiddenScalar == nil, Set(keys).count == keys.count else {
                throw Self.objection("reference", "Mỗi mã ghi một lần, cách nhau bằng dấu chấm phẩy.", "Write each key once, separated by semicolons.")
            }
            return keys.isEmpty ? .null : .string(keys.joined(separator: "; "))
        case .share:
            guard let share = Share(text) else {
                throw Self.objection("share", "Nhập phần như 1/3, 50 % hoặc 1; không quá một.", "Enter a part such as 1/3, 50 % or 1; at most one.")
            }
            return .string(share.description)
        case .polygon: return .string(try Self.parsePolygon(text))
        case .text, .name, .address: return .null
        }
    }

    private static func parsePolygon(_ text: String) throws(Objection) -> String {
        do {
            return try Polygon(text).description
        } catch {
            switch error {
            case .format:
                throw objection(
                    "polygon", "Ghi mỗi đỉnh là “đông bắc” tính bằng mét, cách nhau bằng dấu chấm phẩy.",
                    "Write each corner as “easting northing” in metres, separated by semicolons.")
            case .corners: throw objection("polygon-corners", "Ranh giới có từ 3 đến \(Polygon.cornersMax) đỉnh.", "An outline has 3 to \(Polygon.cornersMax) corners.")
            case .outside:
                throw objection(
                    "polygon-outside", "Có đỉnh nằm ngoài Hà Nội theo VN-2000, kinh tuyến 105°. Kiểm tra thứ tự đông, bắc.",
                    "A corner lies outside Hà Nội on the VN-2000 grid of 105°. Check the order: easting, northing.")
            case .crossing:
                throw objection("polygon-crossing", "Ranh giới tự cắt chính nó. Kiểm tra thứ tự các đỉnh.", "The outline crosses itself. Check the order of its corners.")
            case .empty: throw objection("polygon-empty", "Ranh giới không có diện tích.", "The outline has no area.")
            }
        }
    }

    private static func parseText(_ raw: String, max: Int) throws(Objection) -> Value {
        if raw.utf8.count <= max, raw.isPlainLatin, let first = raw.utf8.first, first != 0x3D, first != 0x2B, first != 0x2D, first != 0x40 { return .string(raw) }
        let text = raw.tidied
        guard !text.isEmpty else { return .null }
        if let scalar = text.firstForbiddenScalar { throw forbidden(scalar) }
        guard text.utf8.count <= max || text.unicodeScalars.count <= max else { throw tooLong(max) }
        // A cell that starts like this is a formula to a spreadsheet; refusing it here keeps every export harmless.
        if let first = text.utf8.first, first == 0x3D || first == 0x2B || first == 0x2D || first == 0x40 {
            throw objection("formula", "Không bắt đầu bằng dấu = + - @.", "It may not start with = + - or @.")
        }
        return .string(text)
    }

    private static func parseName(_ raw: String) throws(Objection) -> Value {
        if raw.utf8.count <= nameMax, raw.isPlainLatin, raw.utf8.allSatisfy({ $0 >= 0x80 || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x20 }) { return .string(raw) }
        var name = raw.tidied
        guard !name.isEmpty else { return .null }
        // Icelandic eth looks like Đ on screen and is typed by mistake.
        if name.unicodeScalars.contains(where: { $0.value == 0xD0 || $0.value == 0xF0 }) {
            name = name.replacing("\u{D0}", with: "\u{110}").replacing("\u{F0}", with: "\u{111}")
        }
        for scalar in name.unicodeScalars {
            let value = scalar.value
            let isLetter = (value >= 0x41 && value <= 0x5A) || (value >= 0x61 && value <= 0x7A) || value == 0x20
            if isLetter || value == 0x27 || value == 0x2019 || value == 0x2D || value == 0x2E { continue }
            if (value >= 0xC0 && value < 0x250 && value != 0xD7 && value != 0xF7) || (value >= 0x1E00 && value < 0x1F00) { continue }
            if value > 0x7F, scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark { continue }
            if let hidden = String(scalar).firstForbiddenScalar { throw forbidden(hidden) }
            throw objection(
                "letters", "Họ tên chỉ gồm chữ cái, dấu cách, gạch nối và dấu chấm; “\(scalar)” không hợp lệ.",
                "A name has letters, spaces, hyphens and periods only; “\(scalar)” does not belong.")
        }
        guard name.utf8.count <= nameMax || name.unicodeScalars.count <= nameMax else { throw tooLong(nameMax) }
        guard let first = name.unicodeScalars.first, first.properties.isAlphabetic else {
            throw objection("letters", "Họ tên bắt đầu bằng chữ cái.", "A name starts with a letter.")
        }
        return .string(name)
    }

    private static func parseDecimal(_ text: String, places: Int) throws(Objection) -> String {
        let problem = objection(
            "decimal", "Nhập một số, nhiều nhất \(places) chữ số thập phân.", "Enter a number with at most \(places) decimal places.")
        var digits = text.utf8[...]
        let isNegative = digits.first == 0x2D
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 0x2E || $0 == 0x2C })
        guard parts.count <= 2, parts[0].count >= 1, parts[0].count <= 12, parts.allSatisfy({ $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }) else {
            throw problem
        }
        guard parts.count == 1 || (parts[1].count >= 1 && parts[1].count <= places) else { throw problem }
        let whole = Int64(String(decoding: parts[0], as: UTF8.self))!
        var fraction = parts.count == 2 ? String(decoding: parts[1], as: UTF8.self) : ""
        while fraction.last == "0" { fraction.removeLast() }
        let magnitude = fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)"
        return isNegative && magnitude != "0" ? "-" + magnitude : magnitude
    }

    private static func parseUnit(_ text: String, level: Unit.Level, _ reading: Reading) throws(Objection) -> String {
        if let unit = reading.units.find(text, on: reading.day), unit.level == level { return text }
        guard let last = reading.units.latest(text) else {
            throw objection("unit", "Không có đơn vị hành chính mang mã “\(text.shortened)”.", "No administrative unit has the code “\(text.shortened)”.")
        }
        if let end = last.lastDay, reading.day > end {
            let successors = reading.units.successors(of: last).map { "\($0.unit.name) (\($0.unit.code))" }.joined(separator: ", ")
            throw objection(
                "unit-ended", "\(last.name) (\(text)) đã hết hiệu lực từ \((end + 1).written(.vietnamese)). Nay là: \(successors).",
                "\(last.name) (\(text)) ended on \(end.written(.english)). It is now: \(successors).")
        }
        throw objection(
            "unit", "\(last.name) (\(text)) không dùng được ở đây vào ngày \(reading.day.written(.vietnamese)).",
            "\(last.name) (\(text)) cannot stand here on \(reading.day.written(.english)).")
    }

    private static func objection(_ code: String, _ vi: String, _ en: String) -> Objection {
        Objection(field: "", code: code, Text(vi: vi, en: en))
    }

    /// A day that would be one with its day and month in the other order; nobody changes it but who knows.
    private static func swapped(_ text: String) -> Objection? {
        guard let day = swappedDay(text) else { return nil }
        let number = day.parts.day
        return objection(
            "date", "Không có tháng \(number): ngày và tháng có lẽ bị đảo. Thứ tự là ngày/tháng/năm; nếu đúng là bị đảo, ghi \(day.written(.vietnamese)).",
            "There is no month \(number): day and month may stand in the wrong order. The order is day/month/year; if so, write \(day.written(.english)).")
    }

    /// The day that 12/31/2026 or 2026-31-12 may mean; nil where the month is not too large.
    public static func swappedDay(_ text: String) -> Day? {
        let numbers = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        guard numbers.count == 3, numbers[1] > 12 else { return nil }
        if numbers[0] > 999 { return Day(year: numbers[0], month: numbers[2], day: numbers[1]) }
        return numbers[2] > 999 ? Day(year: numbers[2], month: numbers[0], day: numbers[1]) : nil
    }

    private static func tooLong(_ max: Int) -> Objection {
        objection("length", "Dài quá \(max) ký tự.", "It is longer than \(max) characters.")
    }

    private static func forbidden(_ scalar: Unicode.Scalar) -> Objection {
        let code = "U+" + String(scalar.value, radix: 16, uppercase: true)
        return objection(
            "character", "Có ký tự ẩn hoặc ký tự điều khiển (\(code)). Xóa đi và nhập lại.",
            "There is a hidden or control character (\(code)). Remove it and enter the text again.")
    }

    private static func wrongType(_ kind: Kind) -> Objection {
        switch kind {
        case .integer, .money: objection("type", "Giá trị phải là số nguyên.", "The value must be a whole number.")
        case .boolean: objection("type", "Giá trị phải là true hoặc false.", "The value must be true or false.")
        default: objection("type", "Giá trị phải là chuỗi ký tự.", "The value must be a string.")
        }
    }
}

extension String {
    /// For repeating what somebody entered inside a message.
    public var shortened: String { count <= 40 ? self : prefix(40) + "…" }
}
