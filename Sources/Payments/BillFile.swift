// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Foundation
internal import Papers
internal import Store

/// A file of bills that a biller has sent, and what would become of it.
public struct BillFileReport: Sendable {
    public let id: String
    public let name: String
    public var added = 0
    public var replaced = 0
    public var unchanged = 0
    public var refused = 0
    /// What would be asked for in all.
    public var total: Int64 = 0
    /// The first lines that are refused.
    public var problems: [BillResult] = []
    /// The first good lines.
    public var samples: [BillResult] = []
    public var isWhole: Bool { refused == 0 }
}

extension Payments {
    static let billHeads: [String: [String]] = [
        "reference": ["reference", "so khoan", "ma khoan", "ma hoa don", "so hoa don", "bill"], "household": ["household", "ma ho", "ma ho gia dinh", "so ho"],
        "person": ["person", "so dinh danh", "so dinh danh ca nhan", "cccd", "ma dinh danh"], "amount": ["amount", "so tien", "phai nop", "thanh tien"],
        "class": ["class", "lop", "lop hoc"],
        "consumption": ["consumption", "tieu thu", "san luong", "chi so tieu thu"], "days": ["days", "so ngay"], "read": ["read", "ngay doc", "ngay ghi chi so"],
        "title": ["title", "noi dung", "dien giai", "khoan thu"],
        "period": ["period", "ky", "ky thu", "thang"], "due": ["due", "han nop", "ngay het han", "han thanh toan"],
    ]

    /// Keeps a file and tells what would become of it; nothing is entered.
    public func receive(file name: String, _ content: [UInt8], of biller: String, isReplacing: Bool, author: String) async throws -> BillFileReport {
        guard content.count <= limits.fileBytesMax else {
            throw PaymentError.objections([Objection(field: "file", code: "size", ["vi": "Tệp quá lớn: nhiều nhất 32 MB.", "en": "The file is too large: at most 32 MB."])])
        }
        let drafts = try read(name, content)
        let id = Encoding.base32(world.random(10))
        let now = world.now()
        try await database.write { connection in
            try connection.run("DELETE FROM bill_file WHERE created < \(now.milliseconds - 7 * 86_400_000)")
            try connection.run(
                "INSERT INTO bill_file (id, biller, name, author, created, content) VALUES (\(id), \(biller), \(String(name.suffix(120))), \(author), \(now), \(content))")
        }
        return try await run(drafts, id: id, name: name, of: biller, isReplacing: isReplacing, isTrial: true, author: author)
    }

    /// Enters a file that was seen. Entering it again changes nothing.
    public func enter(file id: String, of biller: String, isReplacing: Bool, author: String) async throws -> BillFileReport {
        let kept = try database.look { try $0.first("SELECT name, content FROM bill_file WHERE id = \(id) AND biller = \(biller)") { ($0.text(0), $0.blob(1)) } }
        guard let (name, content) = kept else { throw PaymentError.notNow(["vi": "Tệp không còn được giữ; hãy gửi lại.", "en": "The file is no longer kept; send it again."]) }
        return try await run(try read(name, content), id: id, name: name, of: biller, isReplacing: isReplacing, isTrial: false, author: author)
    }

    private func run(_ drafts: [(line: Int, draft: BillDraft)], id: String, name: String, of biller: String, isReplacing: Bool, isTrial: Bool, author: String) async throws
        -> BillFileReport
    {
        var report = BillFileReport(id: id, name: name)
        var seen: [String: Int] = [:]
        for start in stride(from: 0, to: drafts.count, by: 1000) {
            let part = Array(drafts[start..<min(start + 1000, drafts.count)])
            let fresh = part.filter { seen[$0.draft.reference] == nil || $0.draft.reference.isEmpty }
            var results = try await issue(fresh, of: biller, isReplacing: isReplacing, isTrial: isTrial, author: author)
            // A number that stands in a part before is refused here as it is within a part.
            for (line, draft) in part where !draft.reference.isEmpty {
                guard let first = seen[draft.reference] else { continue }
                let text = Text(vi: "Mã khoản này đã có ở dòng \(first).", en: "This number stands in line \(first).")
                results.append(BillResult(line: line, reference: draft.reference, outcome: .refused, objections: [Objection(field: "reference", code: "twice", text)], amount: nil))
            }
            for (line, draft) in part where seen[draft.reference] == nil { seen[draft.reference] = line }
            for result in results.sorted(by: { $0.line < $1.line }) {
                switch result.outcome {
                case .added: report.added += 1
                case .replaced: report.replaced += 1
                case .unchanged: report.unchanged += 1
                case .refused:
                    report.refused += 1
                    if report.problems.count < 50 { report.problems.append(result) }
                }
                if result.outcome == .added || result.outcome == .replaced {
                    report.total += result.amount?.amount ?? 0
                    if report.samples.count < 10 { report.samples.append(result) }
                }
            }
        }
        return report
    }

    /// The rows of a CSV or XLSX file as drafts, by the words of its header.
    private func read(_ name: String, _ content: [UInt8]) throws -> [(line: Int, draft: BillDraft)] {
        func refuse(_ vi: String, _ en: String) -> PaymentError { .objections([Objection(field: "file", code: "file", Text(vi: vi, en: en))]) }
        var rows: [(line: Int, cells: [String])] = []
        if content.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("bills-\(Encoding.base32(world.random(10))).xlsx").path
            guard FileManager.default.createFile(atPath: path, contents: Data(content), attributes: [.posixPermissions: 0o600]) else {
                throw StoreError.diskFull("the file could not be kept")
            }
            defer { try? FileManager.default.removeItem(atPath: path) }
            do throws(PaperError) {
                let book = try Spreadsheet(path: path)
                guard let sheet = book.sheets.first else { throw .xml("no sheet") }
                let most = limits.fileLinesMax
                try book.rows(of: sheet) { (line: Int, cells: [String]) throws(PaperError) in
                    rows.append((line, cells))
                    return rows.count <= most + 50
                }
            } catch { throw refuse("Tệp XLSX hỏng hoặc không đọc được.", "The XLSX file is broken or cannot be read.") }
        } else {
            guard String(validating: content, as: UTF8.self) != nil else { throw refuse("Tệp CSV không phải UTF-8.", "The CSV file is not UTF-8.") }
            let plain = content.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(content.dropFirst(3)) : content
            rows = CSV.rows(plain).enumerated().map { ($0 + 1, $1) }
        }
        func meaning(_ cell: String) -> String? { Payments.billHeads.first { $0.value.contains(cell.tidied.folded) }?.key }
        guard let head = rows.prefix(50).firstIndex(where: { row in Set(row.cells.compactMap(meaning)).count >= 4 }) else {
            throw refuse(
                "Không thấy dòng tiêu đề. Cần các cột: Mã khoản, Mã hộ (hoặc Số định danh), Số tiền (hoặc Tiêu thụ), Nội dung, Kỳ, Hạn nộp.",
                "There is no header. Needed columns: reference, household (or person), amount (or consumption), title, period, due.")
        }
        var columns: [String: Int] = [:]
        for (index, cell) in rows[head].cells.enumerated() { if let name = meaning(cell), columns[name] == nil { columns[name] = index } }
        let body = rows[(head + 1)...].filter { $0.cells.contains { !$0.tidied.isEmpty } }
        guard !body.isEmpty else { throw refuse("Tệp không có dòng nào dưới tiêu đề.", "There are no lines below the header.") }
        guard body.count <= limits.fileLinesMax else {
            throw refuse("Tệp có hơn \(limits.fileLinesMax) dòng; hãy chia nhỏ.", "The file has more than \(limits.fileLinesMax) lines; divide it.")
        }
        return body.map { line, cells in
            func text(_ name: String) -> String { columns[name].flatMap { $0 < cells.count ? cells[$0].tidied : nil } ?? "" }
            func some(_ name: String) -> String? { text(name).isEmpty ? nil : text(name) }
            var draft = BillDraft()
            draft.reference = text("reference").uppercased()
            draft.household = some("household")
            draft.person = some("person").map { $0.filter { $0 != " " && $0 != "." } }
            draft.schoolClass = some("class")
            // What is no number is refused as an amount of none.
            draft.amount = some("amount").map { Payments.whole($0) ?? 0 }
            draft.consumption = some("consumption").map { Payments.whole($0) ?? -1 }
            draft.days = some("days").map { Payments.whole($0) ?? 0 } ?? 30
            draft.read = Day(text("read"))
            draft.title = text("title")
            draft.period = text("period")
            draft.due = Day(text("due"))
            return (line, draft)
        }
    }

    /// `350000`, `350.000`, `350,000`, `350000.00`
    static func whole(_ text: String) -> Int64? {
        var body = text.filter { $0 != " " && $0 != "đ" && $0 != "₫" }
        if body.hasSuffix(".00") || body.hasSuffix(",00") || body.hasSuffix(".0") { body = String(body[..<body.lastIndex { $0 == "." || $0 == "," }!]) }
        let groups = body.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "." || $0 == "," })
        guard let first = groups.first, groups.count == 1 || ((1...3).contains(first.count) && groups.dropFirst().allSatisfy { $0.count == 3 }) else { return nil }
        let digits = groups.joined()
        guard (1...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int64(digits)
    }
}
