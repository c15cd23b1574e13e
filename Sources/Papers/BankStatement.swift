// SPDX-License-Identifier: Apache-2.0
public import Civic

/// One day of an account as its bank tells it.
public struct BankStatement: Sendable, Equatable {
    public struct Line: Sendable, Equatable {
        /// The bank's own number of the movement.
        public let reference: String
        public let day: Day
        /// More than none when money came.
        public let amount: Int64
        public let text: String

        public init(reference: String, day: Day, amount: Int64, text: String) {
            self.reference = reference
            self.day = day
            self.amount = amount
            self.text = text
        }
    }

    /// What the file says is wrong with itself, at its line where it has lines.
    public struct Fault: Error, Sendable, Equatable {
        public let line: Int
        public let text: Text
    }

    public let id: String
    public let account: String
    /// The last day it covers.
    public let day: Day
    public let opening: Int64
    public let closing: Int64
    public internal(set) var lines: [Line]

    public init(id: String, account: String, day: Day, opening: Int64, closing: Int64, lines: [Line]) {
        self.id = id
        self.account = account
        self.day = day
        self.opening = opening
        self.closing = closing
        self.lines = lines
    }

    /// Reads any of the formats, which it recognises by how they begin.
    public static func read(_ bytes: [UInt8]) throws(Fault) -> [BankStatement] {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let first = text.first(where: { $0 > 0x20 }) else { throw Fault(line: 1, text: ["vi": "Tệp rỗng.", "en": "The file is empty."]) }
        if first == 0x3C { return try CAMT053.read(Array(text)).map(\.named) }
        guard let string = String(validating: text, as: UTF8.self) else { throw Fault(line: 1, text: ["vi": "Tệp không phải UTF-8.", "en": "The file is not UTF-8."]) }
        let head = string.prefix(400)
        return try (head.contains(":20:") && head.contains(":25:") ? MT940.read(string) : [try StatementCSV.read(Array(text))]).map(\.named)
    }

    /// References are what the city's books can keep, and each line has one: of the statement and the line's place where the bank gives none.
    var named: BankStatement {
        var copy = self
        copy.lines = lines.enumerated().map { index, line in
            let kept = String(line.reference.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_") }.prefix(50))
            return .init(reference: kept.isEmpty ? "\(id)-\(index + 1)" : kept, day: line.day, amount: line.amount, text: String(line.text.prefix(160)))
        }
        return copy
    }

    /// Whether the movements lead from the opening balance to the closing one.
    public var adds: Bool { opening + lines.reduce(0) { $0 + $1.amount } == closing }

    /// Whole đồng, with or without zeros after the decimal mark.
    static func amount(_ text: some StringProtocol) -> Int64? {
        let parts = text.split(whereSeparator: { $0 == "," || $0 == "." })
        guard let first = parts.first, parts.count <= 2, first.utf8.count <= 16, first.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        if parts.count == 2 { guard parts[1].allSatisfy({ $0 == "0" }), parts[1].utf8.count <= 2 else { return nil } }
        return Int64(first)
    }
}

/// SWIFT's customer statement message.
enum MT940 {
    typealias Fault = BankStatement.Fault

    static func read(_ text: String) throws(Fault) -> [BankStatement] {
        // A tag begins a line; what follows without one belongs to it.
        var fields: [(tag: String, value: String, line: Int)] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.trimmedEnd
            if line.hasPrefix(":"), let end = line.dropFirst().firstIndex(of: ":"), line.distance(from: line.startIndex, to: end) <= 4 {
                fields.append((String(line.dropFirst().prefix(upTo: end)), String(line[line.index(after: end)...]), index + 1))
            } else if line == "-" || line.hasPrefix("-}") || line.hasPrefix("{") || line.isEmpty {
                continue
            } else if !fields.isEmpty {
                fields[fields.count - 1].value += " " + line
            }
        }
        var statements: [BankStatement] = []
        var account = ""
        var number = ""
        var opening: (amount: Int64, day: Day)?
        var lines: [BankStatement.Line] = []
        for field in fields {
            switch field.tag {
            case "25": account = String(field.value.split(separator: "/").last ?? "")
            case "28C": number = field.value
            case "60F", "60M":
                opening = try balance(field.value, field.line)
                lines = []
            case "61": lines.append(try movement(field.value, field.line))
            case "86":
                guard let last = lines.last else { continue }
                lines[lines.count - 1] = .init(reference: last.reference, day: last.day, amount: last.amount, text: field.value.tidied)
            case "62F", "62M":
                guard let start = opening else { throw Fault(line: field.line, text: ["vi": "Thiếu số dư đầu (:60F:).", "en": "The opening balance (:60F:) is missing."]) }
                let end = try balance(field.value, field.line)
                statements.append(
                    BankStatement(id: "\(end.day)-\(number.replacing("/", with: "-"))", account: account, day: end.day, opening: start.amount, closing: end.amount, lines: lines))
                opening = nil
            default: continue
            }
        }
        guard !statements.isEmpty, opening == nil else {
            throw Fault(line: fields.last?.line ?? 1, text: ["vi": "Thiếu số dư cuối (:62F:): tệp bị cắt.", "en": "The closing balance (:62F:) is missing: the file is cut off."])
        }
        return statements
    }

    /// `C261128VND1234567,00`
    private static func balance(_ text: String, _ line: Int) throws(Fault) -> (amount: Int64, day: Day) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 11, bytes[0] == 0x43 || bytes[0] == 0x44, let day = day(text.dropFirst().prefix(6)), let amount = BankStatement.amount(text.dropFirst(10)) else {
            throw Fault(line: line, text: ["vi": "Số dư không đúng dạng.", "en": "The balance is malformed."])
        }
        guard text.dropFirst(7).prefix(3) == "VND" else { throw Fault(line: line, text: ["vi": "Chỉ nhận sao kê bằng VND.", "en": "Only statements in VND are taken."]) }
        return (bytes[0] == 0x43 ? amount : -amount, day)
    }

    /// `2611281128C150000,NTRFTL123456789012//FT26332000001`
    private static func movement(_ text: String, _ line: Int) throws(Fault) -> BankStatement.Line {
        let fault = Fault(line: line, text: ["vi": "Dòng :61: không đúng dạng.", "en": "The line :61: is malformed."])
        guard let day = day(text.prefix(6)) else { throw fault }
        var rest = text.dropFirst(6)
        if rest.prefix(4).allSatisfy(\.isNumber) { rest = rest.dropFirst(4) }
        let isReversal = rest.first == "R"
        if isReversal { rest = rest.dropFirst() }
        guard let mark = rest.first, mark == "C" || mark == "D" else { throw fault }
        rest = rest.dropFirst()
        // The currency's third letter may stand here.
        if let letter = rest.first, letter.isLetter { rest = rest.dropFirst() }
        let digits = rest.prefix { $0.isNumber || $0 == "," }
        guard let amount = BankStatement.amount(digits), amount > 0 else { throw fault }
        rest = rest.dropFirst(digits.count).dropFirst(4)
        let halves = rest.split(separator: "//", maxSplits: 1)
        guard let reference = (halves.count == 2 ? halves[1] : halves.first)?.split(separator: " ").first, !reference.isEmpty else { throw fault }
        let isCredit = (mark == "C") != isReversal
        // The bank may give no reference of its own: the caller makes one of the line's place.
        return .init(reference: reference == "NONREF" ? "" : String(reference), day: day, amount: isCredit ? amount : -amount, text: String(halves.first ?? ""))
    }

    private static func day(_ text: some StringProtocol) -> Day? {
        guard text.utf8.count == 6, let number = Int(text) else { return nil }
        return Day(year: 2000 + number / 10_000, month: number / 100 % 100, day: number % 100)
    }
}

extension Substring {
    fileprivate var trimmedEnd: String {
        var view = self
        while let last = view.last, last == " " || last == "\r" { view = view.dropLast() }
        return String(view)
    }
}

/// ISO 20022's bank-to-customer statement.
enum CAMT053 {
    typealias Fault = BankStatement.Fault

    private struct Draft {
        var id = ""
        var account = ""
        var opening: Int64?
        var closing: Int64?
        var day: Day?
        var lines: [BankStatement.Line] = []
    }

    static func read(_ bytes: [UInt8]) throws(Fault) -> [BankStatement] {
        var scanner = XMLScanner()
        var path: [String] = []
        var statements: [BankStatement] = []
        var draft = Draft()
        var text = ""
        var currency = "VND"
        // Of the balance or entry that is open.
        var code = ""
        var amount: Int64?
        var isCredit = true
        var day: Day?
        var reference = ""
        var words: [String] = []
        var isBooked = true
        var fault: Fault?
        do {
            try scanner.take(bytes[...], isLast: true) { (event: XMLScanner.Event) throws(PaperError) in
                guard fault == nil else { return }
                switch event {
                case .start(let name, let attributes):
                    path.append(name)
                    text = ""
                    switch name {
                    case "Stmt": draft = Draft()
                    case "Bal", "Ntry": (code, amount, isCredit, day, reference, words, isBooked) = ("", nil, true, nil, "", [], true)
                    case "Amt": if let given = attributes["Ccy"] { currency = given }
                    default: break
                    }
                case .text(let piece): text += piece
                case .end(let name):
                    let value = text.tidied
                    let parent = path.dropLast().last ?? ""
                    switch (name, parent) {
                    case ("Id", "Stmt"): draft.id = value
                    case ("IBAN", _) where path.contains("Acct") && !path.contains("Ntry"): draft.account = value
                    case ("Id", "Othr") where path.contains("Acct") && !path.contains("Ntry"): draft.account = value
                    case ("Cd", "CdOrPrtry") where path.contains("Bal"): code = value
                    case ("Amt", "Bal"), ("Amt", "Ntry"):
                        amount = BankStatement.amount(value)
                        if amount == nil || currency != "VND" {
                            fault = Fault(
                                line: 0, text: Text(vi: "Số tiền “\(value)” \(currency) không phải đồng nguyên.", en: "The amount “\(value)” \(currency) is not in whole đồng."))
                        }
                    case ("CdtDbtInd", "Bal"), ("CdtDbtInd", "Ntry"): isCredit = value == "CRDT"
                    case ("Dt", "Dt") where path.contains("Bal"): day = Day(value)
                    case ("DtTm", "Dt") where path.contains("Bal"): day = Day(value.prefix(10))
                    case ("Dt", "BookgDt"): day = Day(value)
                    case ("DtTm", "BookgDt"): day = Day(value.prefix(10))
                    case ("Sts", "Ntry"), ("Cd", "Sts"): if !value.isEmpty { isBooked = value == "BOOK" }
                    case ("AcctSvcrRef", "Ntry"): reference = value
                    case ("AcctSvcrRef", "Refs") where reference.isEmpty: reference = value
                    case ("EndToEndId", _), ("Ustrd", _), ("AddtlNtryInf", _): if !value.isEmpty, value != "NOTPROVIDED" { words.append(value) }
                    case ("Bal", _):
                        guard let amount else { break }
                        let signed = isCredit ? amount : -amount
                        if code == "OPBD" || code == "PRCD" { draft.opening = signed }
                        if code == "CLBD" {
                            draft.closing = signed
                            draft.day = day
                        }
                    case ("Ntry", _):
                        guard isBooked else { break }
                        guard let amount, let day, !reference.isEmpty else {
                            fault = Fault(
                                line: 0,
                                text: Text(
                                    vi: "Bút toán thứ \(draft.lines.count + 1) thiếu số tiền, ngày hoặc số tham chiếu.",
                                    en: "Entry \(draft.lines.count + 1) lacks an amount, a day or a reference."))
                            break
                        }
                        draft.lines.append(.init(reference: reference, day: day, amount: isCredit ? amount : -amount, text: words.joined(separator: " ")))
                    case ("Stmt", _):
                        guard let opening = draft.opening, let closing = draft.closing, let day = draft.day, !draft.id.isEmpty else {
                            fault = Fault(
                                line: 0,
                                text: [
                                    "vi": "Sao kê thiếu mã, số dư đầu (OPBD) hoặc số dư cuối (CLBD).",
                                    "en": "The statement lacks its id, opening (OPBD) or closing balance (CLBD).",
                                ])
                            break
                        }
                        statements.append(BankStatement(id: draft.id, account: draft.account, day: day, opening: opening, closing: closing, lines: draft.lines))
                    default: break
                    }
                    path.removeLast()
                    text = ""
                }
            }
        } catch { throw Fault(line: 0, text: ["vi": "Tệp XML hỏng.", "en": "The XML is broken."]) }
        if let fault { throw fault }
        guard !statements.isEmpty, path.isEmpty else {
            throw Fault(line: 0, text: ["vi": "Không có sao kê nào trọn vẹn trong tệp.", "en": "There is no whole statement in the file."])
        }
        return statements
    }
}

/// A table as banks' sites give it: day, reference, debit and credit or one amount, words, and the balance after each row.
enum StatementCSV {
    typealias Fault = BankStatement.Fault

    private static let names: [String: [String]] = [
        "day": ["date", "ngay", "ngay giao dich", "ngay gd", "ngay hach toan"], "reference": ["reference", "so tham chieu", "so but toan", "ma giao dich", "so gd", "so ct"],
        "debit": ["debit", "ghi no", "phat sinh no", "no"], "credit": ["credit", "ghi co", "phat sinh co", "co"], "amount": ["amount", "so tien"],
        "text": ["description", "noi dung", "dien giai", "text"], "balance": ["balance", "so du"],
    ]

    static func read(_ bytes: [UInt8]) throws(Fault) -> BankStatement {
        let rows = CSV.rows(bytes)
        guard
            let head = rows.firstIndex(where: { row in row.count { cell in names["reference"]!.contains(cell.tidied.folded) || names["balance"]!.contains(cell.tidied.folded) } >= 2
            })
        else {
            throw Fault(
                line: 1, text: ["vi": "Không thấy dòng tiêu đề có “Số tham chiếu” và “Số dư”.", "en": "There is no header with “reference” and “balance”."])
        }
        var columns: [String: Int] = [:]
        for (index, cell) in rows[head].enumerated() {
            if let name = names.first(where: { $0.value.contains(cell.tidied.folded) })?.key { columns[name] = index }
        }
        guard let dayAt = columns["day"], let referenceAt = columns["reference"], let balanceAt = columns["balance"],
            columns["amount"] != nil || (columns["debit"] != nil && columns["credit"] != nil)
        else {
            throw Fault(
                line: head + 1,
                text: ["vi": "Thiếu cột ngày, số tiền (hoặc ghi nợ và ghi có) hoặc số dư.", "en": "A column is missing: date, amount (or debit and credit), balance."])
        }
        // An account number may stand above the table.
        let account = rows[..<head].joined().lazy.map { $0.filter(\.isNumber) }.first { (6...19).contains($0.utf8.count) } ?? ""
        var lines: [BankStatement.Line] = []
        var opening: Int64?
        var balance: Int64 = 0
        for (index, row) in rows.enumerated().dropFirst(head + 1) where row.contains(where: { !$0.tidied.isEmpty }) {
            func cell(_ name: String) -> String { columns[name].flatMap { $0 < row.count ? row[$0].tidied : nil } ?? "" }
            func fault(_ vi: String, _ en: String) -> Fault { Fault(line: index + 1, text: Text(vi: vi, en: en)) }
            guard max(dayAt, referenceAt, balanceAt) < row.count, let day = Day(row[dayAt].tidied.prefix(10)) else {
                throw fault("Ngày không đúng dạng.", "The date is malformed.")
            }
            let reference = row[referenceAt].tidied
            guard !reference.isEmpty else { throw fault("Thiếu số tham chiếu.", "The reference is missing.") }
            let change: Int64? = columns["amount"] != nil ? number(cell("amount")) : (number(cell("credit")) ?? 0) - abs(number(cell("debit")) ?? 0)
            guard let change, change != 0 else { throw fault("Số tiền không phải đồng nguyên.", "The amount is not in whole đồng.") }
            guard let after = number(row[balanceAt].tidied) else { throw fault("Số dư không phải đồng nguyên.", "The balance is not in whole đồng.") }
            if opening == nil {
                opening = after - change
                balance = after - change
            }
            guard balance + change == after else { throw fault("Số dư không khớp với dòng trước.", "The balance does not follow from the line before.") }
            balance = after
            lines.append(.init(reference: reference, day: day, amount: change, text: cell("text")))
        }
        guard let opening, let last = lines.map(\.day).max() else { throw Fault(line: head + 2, text: ["vi": "Không có dòng nào.", "en": "There are no lines."]) }
        return BankStatement(id: "\(lines.map(\.day).min()!)-\(last)-\(lines[0].reference)", account: account, day: last, opening: opening, closing: balance, lines: lines)
    }

    /// `1.234.567`, `1,234,567.00`, `-1234567`: groups of three are told from two decimal zeros by their length.
    private static func number(_ text: String) -> Int64? {
        var digits = ""
        let isNegative = text.hasPrefix("-") || text.hasPrefix("(")
        var body = text.filter { $0 != " " && $0 != "-" && $0 != "+" && $0 != "(" && $0 != ")" }
        if body.hasSuffix(".00") || body.hasSuffix(",00") { body = String(body.dropLast(3)) }
        let groups = body.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "." || $0 == "," })
        guard let first = groups.first, groups.count == 1 || ((1...3).contains(first.count) && groups.dropFirst().allSatisfy { $0.count == 3 }) else { return nil }
        for group in groups { digits += group }
        guard !digits.isEmpty, digits.utf8.count <= 16, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int64(digits) else { return nil }
        return isNegative ? -value : value
    }
}
