// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Store

/// Whose list a file is: fields with the value that every line of it has.
struct Scope {
    let values: [(field: Field, position: Int, value: Value)]

    init() { values = [] }

    init(_ texts: [String: String], _ plan: Plan, _ reading: Reading) throws {
        var objections: [Objection] = []
        var values: [(field: Field, position: Int, value: Value)] = []
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard let position = plan.register.position(of: name), position >= 0 else {
                objections.append(
                    Objection(
                        field: "scope-" + name, code: "scope",
                        Text(vi: "Sổ \(plan.register.name) không có trường “\(name.shortened)”.", en: "The register \(plan.register.name) has no field “\(name.shortened)”.")))
                continue
            }
            let field = plan.register.fields[position]
            do {
                let value = try field.kind.parse(text, reading)
                if value.isNull { objections.append(Objection(field: "scope-" + name, code: "required", Plan.requiredText(field))) }
                values.append((field, position, value))
            } catch {
                objections.append(Objection(field: "scope-" + name, code: error.code, error.text))
            }
        }
        guard objections.isEmpty else { throw RegisterError.objections(objections) }
        self.values = values
    }

    /// A line of somebody else's list.
    func objections(to item: Item) -> [Objection] {
        values.filter { item.values[$0.position] != $0.value }.map { one in
            Objection(
                field: one.field.name, code: "scope",
                Text(
                    vi: "Tệp này là danh sách của “\(one.value.plain)”; dòng này ghi “\(item.values[one.position].plain.shortened)”.",
                    en: "This file is the list of “\(one.value.plain)”; the line says “\(item.values[one.position].plain.shortened)”."))
        }
    }
}

/// A snapshot: the file is the whole register, or the whole of its scope, and what it lacks may end.
extension LoadSession {
    /// So many missing records are named.
    private static let keysShownMax = 200

    /// What the register has and the file has not.
    func settleSnapshot() throws {
        let (missing, total) = try findMissing()
        result.missing = missing.count
        result.scopeSize = total
        result.missingKeys = missing.prefix(Self.keysShownMax).map(\.key)
        guard !missing.isEmpty else { return }
        hold(missing.count, of: total)
        guard options.isRetiringMissing, result.heldBack == nil, !options.isDryRun else { return }
        try retire(missing)
    }

    /// Records that stand within the scope and in no line. What is there without a column of its own is read from its entry.
    private func findMissing() throws -> (missing: [(key: String, group: String)], total: Int) {
        var missing: [(key: String, group: String)] = []
        var total = 0
        let register = plan.register
        let groupName = groupColumn.map { plan.columns[$0].name }
        var condition: SQL = "retired = 0"
        var others: [(position: Int, value: Value)] = []
        var wanted = scope.values.map { (field: $0.field.name, position: $0.position, value: $0.value) }
        if !scope.values.isEmpty, let open = register.lists?.open, let position = register.position(of: open.field) {
            wanted.append((open.field, position, .string(open.value)))
        }
        for one in wanted {
            if let column = plan.column(one.field), let text = one.value.string {
                condition = "\(condition) AND \(name: column.name) = \(text)"
            } else {
                others.append((one.position, one.value))
            }
        }
        let filter = condition
        let unseen = others
        try registry.database.read { connection in
            let column = SQL(stringLiteral: groupName ?? "key")
            var found: [(key: String, group: String, entry: Int64)] = []
            try connection.each("SELECT key, \(column), entry FROM record_\(name: plan.table) WHERE \(filter) ORDER BY \(column)") { row in
                if unseen.isEmpty {
                    total += 1
                    if !seen.contains(Self.hash(row.text(0))) { missing.append((row.text(0), row.text(1))) }
                } else {
                    found.append((row.text(0), row.text(1), row.integer(2)))
                }
                return true
            }
            for one in found {
                guard let item = try registry.journals.entry(one.entry, in: register.name, on: connection).flatMap({ plan.item($0) }),
                    unseen.allSatisfy({ item.values[$0.position] == $0.value })
                else { continue }
                total += 1
                if !seen.contains(Self.hash(one.key)) { missing.append((one.key, one.group)) }
            }
        }
        return (missing, total)
    }

    /// Says why nobody ends, if so: what an office sent by mistake must not empty its list.
    private func hold(_ missing: Int, of total: Int) {
        if result.lines == 0 {
            result.heldBack = ["vi": "Tệp không có dòng nào dưới tiêu đề: không ai bị kết thúc.", "en": "The file has no lines below its head: nobody is retired."]
        } else if result.lines == result.rejected, !options.isForced {
            result.heldBack = ["vi": "Mọi dòng đều bị từ chối: không ai bị kết thúc. Sửa tệp trước.", "en": "Every line was rejected: nobody is retired. Mend the file first."]
        } else if unreadableLines > 0, !options.isForced {
            result.heldBack = Text(
                vi: "Có \(unreadableLines) dòng không đọc được mã, nên không rõ hồ sơ nào thiếu: không ai bị kết thúc. Sửa các dòng ấy trước.",
                en: "\(unreadableLines) lines have no readable key, so it is not clear which records are missing: nobody is retired. Mend those lines first.")
        } else if !result.unclear.isEmpty, !options.isForced {
            let lines = result.unclear.prefix(10).map { String($0) }.joined(separator: ", ") + (result.unclear.count > 10 ? ", …" : "")
            result.heldBack = Text(
                vi: "Không rõ dòng \(lines) là ghi chú hay hồ sơ thiếu mã: không ai bị kết thúc. Ghi mã vào dòng ấy hoặc xóa dòng ấy trước.",
                en: "It is not clear whether line \(lines) is a remark or a record without a key: nobody is retired. Give the line its key or take it out first.")
        } else if Double(missing) > registry.limits.retireShareMax * Double(total), missing > options.confirmedMissing, !options.isForced {
            let most = Int(registry.limits.retireShareMax * 100)
            result.isConfirmable = true
            result.heldBack = Text(
                vi: "Tệp thiếu \(missing) trên \(total) hồ sơ (\(missing * 100 / total) %), quá \(most) %: không ai bị kết thúc cho tới khi có người xem lại và xác nhận.",
                en:
                    "The file lacks \(missing) of \(total) records (\(missing * 100 / total) %), more than \(most) %: nobody is retired until a second look confirms it."
            )
        }
    }

    /// A household that ends, ends in one act.
    private func retire(_ missing: [(key: String, group: String)]) throws {
        var index = 0
        while index < missing.count {
            var end = index + 1
            while end < missing.count, groupColumn != nil, missing[end].group == missing[index].group { end += 1 }
            let changes = missing[index..<end].map { Change(plan.register.name, key: $0.key, .retire, expecting: .anything, effective: options.effective) }
            index = end
            let this = Unchecked(self)
            do {
                let entries = try registry.database.writeAndWait { connection in
                    try this.value.registry.enter(
                        changes, cause: this.value.parser.cause, by: this.value.authority, load: this.value.load, on: connection
                    ).map(\.entry)
                }
                firstEntry = firstEntry ?? entries.min()
                lastEntry = entries.max()
                result.retired += changes.count
            } catch RegisterError.objections(let objections) {
                for objection in objections where result.samples.count < 20 { result.samples.append((0, objection)) }
            }
        }
    }
}
