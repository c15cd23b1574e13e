// SPDX-License-Identifier: Apache-2.0

/// A payment code as Vietnamese banks read it: EMVCo merchant-presented mode with NAPAS's account template.
/// Fields are two digits of identifier, two of length, and the value; the last one is a checksum over everything before its value.
public struct VietQR: Sendable, Equatable {
    /// A field in its place: a text, or fields of its own.
    public indirect enum Field: Sendable, Equatable {
        case text(String, String)
        case group(String, [Field])

        public var id: String {
            switch self {
            case .text(let id, _), .group(let id, _): id
            }
        }
    }

    public enum Fault: Error, Sendable, Equatable {
        /// Not fields with lengths that fit.
        case structure(at: Int)
        case checksum
        /// A field is missing or malformed.
        case field(String)

        public var text: Text {
            switch self {
            case .structure(let at): Text(vi: "Mã không đúng cấu trúc từ ký tự thứ \(at + 1).", en: "The code is malformed from character \(at + 1).")
            case .checksum: ["vi": "Mã sai tổng kiểm tra: đã bị sửa hoặc đọc lỗi.", "en": "The code's checksum is wrong: it was changed or misread."]
            case .field(let id): Text(vi: "Trường \(id) thiếu hoặc sai.", en: "Field \(id) is missing or wrong.")
            }
        }
    }

    /// All fields but the checksum, in their order.
    public let fields: [Field]

    static let napas = "A000000727"
    private static let groups: Set<String> = Set((26...51).map(String.init) + ["62", "64"])

    // MARK: Reading

    public init(reading text: String) throws(Fault) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 12, bytes.count <= 512 else { throw .structure(at: 0) }
        guard bytes[bytes.count - 8..<bytes.count - 4].elementsEqual("6304".utf8) else { throw .field("63") }
        let crc = String(decoding: bytes.suffix(4), as: UTF8.self)
        guard crc == VietQR.checksum(bytes.dropLast(4)) else { throw .checksum }
        fields = try VietQR.parse(bytes[..<(bytes.count - 8)], isTop: true)
        guard case .text("00", "01")? = fields.first else { throw .field("00") }
        guard value("53") == "704" else { throw .field("53") }
        guard value("58") == "VN" else { throw .field("58") }
        if let amount = value("54"), Int64(amount) == nil || amount.utf8.count > 13 { throw .field("54") }
    }

    private static func parse(_ bytes: ArraySlice<UInt8>, isTop: Bool) throws(Fault) -> [Field] {
        var fields: [Field] = []
        var at = bytes.startIndex
        while at < bytes.endIndex {
            guard at + 4 <= bytes.endIndex, bytes[at..<at + 4].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { throw .structure(at: at) }
            let id = String(decoding: bytes[at..<at + 2], as: UTF8.self)
            let length = Int(bytes[at + 2] - 0x30) * 10 + Int(bytes[at + 3] - 0x30)
            guard at + 4 + length <= bytes.endIndex else { throw .structure(at: at) }
            let value = bytes[at + 4..<at + 4 + length]
            if isTop, groups.contains(id) {
                var inner = try parse(value, isTop: false)
                if inner.first == .text("00", napas) {
                    // The account is again a template: the bank's number and the account's.
                    for (index, field) in inner.enumerated() {
                        if case .text("01", _) = field, case .text(_, let text) = field {
                            inner[index] = .group("01", try parse(Array(text.utf8)[...], isTop: false))
                        }
                    }
                }
                fields.append(.group(id, inner))
            } else {
                guard let text = String(validating: value, as: UTF8.self) else { throw .structure(at: at) }
                fields.append(.text(id, text))
            }
            at += 4 + length
        }
        return fields
    }

    // MARK: Making

    /// Asks for money into an account; without an amount the payer types one.
    public init(bank: String, account: String, amount: Money? = nil, purpose: String? = nil, name: String? = nil) throws(Fault) {
        guard bank.utf8.count == 6, bank.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { throw .field("38-01-00") }
        guard (1...19).contains(account.utf8.count), account.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) }) else { throw .field("38-01-01") }
        var fields: [Field] = [
            .text("00", "01"), .text("01", amount == nil ? "11" : "12"),
            .group("38", [.text("00", VietQR.napas), .group("01", [.text("00", bank), .text("01", account)]), .text("02", "QRIBFTTA")]), .text("53", "704"),
        ]
        if let amount {
            guard amount.amount > 0, String(amount.amount).utf8.count <= 13 else { throw .field("54") }
            fields.append(.text("54", String(amount.amount)))
        }
        fields.append(.text("58", "VN"))
        if let name { fields.append(.text("59", String(name.ascii.uppercased().prefix(25)))) }
        if let purpose {
            guard (1...25).contains(purpose.utf8.count), purpose.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { throw .field("62-08") }
            fields.append(.group("62", [.text("08", purpose)]))
        }
        self.fields = fields
    }

    public init(fields: [Field]) { self.fields = fields }

    /// The text that goes into the squares.
    public var text: String {
        let body = VietQR.write(fields) + "6304"
        return body + VietQR.checksum(Array(body.utf8)[...])
    }

    private static func write(_ fields: [Field]) -> String {
        fields.map { field in
            let value: String
            switch field {
            case .text(_, let text): value = text
            case .group(_, let inner): value = write(inner)
            }
            let length = value.utf8.count
            return field.id + (length < 10 ? "0" : "") + String(length) + value
        }.joined()
    }

    /// CRC-16/CCITT-FALSE as four capital hexadecimal digits.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> String {
        var crc: UInt16 = 0xFFFF
        for byte in bytes {
            crc ^= UInt16(byte) << 8
            for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
        }
        let hex = String(crc, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - hex.utf8.count) + hex
    }

    // MARK: What it says

    private func value(_ path: String...) -> String? {
        var level = fields
        for (index, id) in path.enumerated() {
            guard let field = level.first(where: { $0.id == id }) else { return nil }
            switch field {
            case .text(_, let text): return index == path.count - 1 ? text : nil
            case .group(_, let inner): level = inner
            }
        }
        return nil
    }

    public var isDynamic: Bool { value("01") == "12" }
    public var bank: String? { value("38", "01", "00") }
    public var account: String? { value("38", "01", "01") }
    public var amount: Money? { value("54").flatMap { Int64($0) }.map { Money($0) } }
    public var name: String? { value("59") }
    public var bill: String? { value("62", "01") }
    public var purpose: String? { value("62", "08") }
}

extension String {
    /// Letters without marks, and nothing outside ASCII.
    public var ascii: String { String(decoding: folded.utf8.filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self) }
}

extension VietQR {
    // MARK: As JSON

    /// What it says by name, and every field in its place, from which the same text is made again.
    public var json: JSON {
        func list(_ fields: [Field]) -> JSON {
            .array(
                fields.map { field in
                    switch field {
                    case .text(let id, let text): .array([.string(id), .string(text)])
                    case .group(let id, let inner): .array([.string(id), list(inner)])
                    }
                })
        }
        var members: [JSON.Member] = [.init("method", .string(isDynamic ? "dynamic" : "static"))]
        for (name, text) in [
            ("bank", bank), ("account", account), ("merchant", value("26", "01")), ("service", value("38", "02")), ("name", name), ("city", value("60")), ("bill", bill),
            ("store", value("62", "03")), ("reference", value("62", "05")), ("terminal", value("62", "07")), ("purpose", purpose),
        ] { if let text { members.append(.init(name, .string(text))) } }
        if let amount { members.append(.init("amount", .integer(amount.amount))) }
        members.append(.init("fields", list(fields)))
        return .object(members)
    }

    /// From its fields when they are given, otherwise from bank, account, amount, name and purpose.
    public init(json: JSON) throws(Fault) {
        if case .array(let list)? = json["fields"] {
            self.init(fields: try VietQR.fields(list))
            return
        }
        guard let bank = json["bank"]?.string else { throw .field("bank") }
        guard let account = json["account"]?.string else { throw .field("account") }
        try self.init(bank: bank, account: account, amount: json["amount"]?.integer.map { Money($0) }, purpose: json["purpose"]?.string, name: json["name"]?.string)
    }

    private static func fields(_ list: [JSON]) throws(Fault) -> [Field] {
        var fields: [Field] = []
        for one in list {
            guard case .array(let pair) = one, pair.count == 2, let id = pair[0].string, id.utf8.count == 2 else { throw .field("fields") }
            switch pair[1] {
            case .string(let text) where text.utf8.count <= 99: fields.append(.text(id, text))
            case .array(let inner): fields.append(.group(id, try self.fields(inner)))
            default: throw .field(id)
            }
        }
        return fields
    }
}
