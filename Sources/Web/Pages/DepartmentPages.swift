// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Steering

/// The city's departments beside each other: the registers they keep, the dossiers they decide, the letters they answer.
extension Parts {
    func departmentsPage(_ request: Request, _ caller: Caller, _ steering: Steering) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "So sánh các cơ quan, đơn vị", "en": "Departments compared"]
        let departments = try steering.departments()
        let maySend = steering.maySend(caller.authority)
        let late = try maySend ? steering.board().filter(\.isLate).map(\.instruction) : []
        let rows: [[HTML]] = departments.map { row -> [HTML] in
            let letters: HTML =
                row.letters == 0
                ? "–" : "<a href=\"/steering/urgings?office=\(row.code)\">\(l.number(row.letters))</a>\(lateTag(row.unanswered, ["vi": "quá hạn", "en": "overdue"], l))"
            let cells: [HTML] = [
                HTML(text: row.name[l]), keptWords(row, l), findingWords(row, l), timelinessWords(row, l),
                row.overdue == 0 ? "0" : "<span class=\"tag tag-late\">\(l.number(row.overdue))</span>", letters,
            ]
            guard maySend else { return cells }
            let acts: [HTML] = late.filter { $0.responsible.office?.code == row.code }.map { one in
                "<a href=\"/steering/instructions/\(one.id)?urge=yes#urge\"><span class=\"visually-hidden\">\(["vi": "đôn đốc", "en": "urge"] as Text, l) \(row.name, l) </span>\(one.id)</a>"
            }
            return cells + [HTML.joined(acts, " · ")]
        }
        let heads: [Text] = [
            ["vi": "Cơ quan, đơn vị", "en": "Office"], ["vi": "Sổ đang giữ", "en": "Registers it keeps"],
            ["vi": "Điều cần xem lại, trên 1.000 hồ sơ", "en": "Findings, of 1,000 records"], ["vi": "Hồ sơ dịch vụ công đúng hạn", "en": "Dossiers on time"],
            ["vi": "Đang quá hạn", "en": "Late and open"], ["vi": "Đôn đốc nhận được", "en": "Letters it got"], ["vi": "Đôn đốc theo chỉ đạo", "en": "Urge under instruction"],
        ]
        let behind = departments.count { $0.behind > 0 }
        let lead: Text = [
            "vi": "Những nơi ấy đứng trước, rồi đến nơi có nhiều điều cần xem lại. Số liệu cũ nhất một phút.",
            "en": "They come first, then those with most to look at again. At most a minute old.",
        ]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Có sổ, hồ sơ hoặc trả lời quá hạn", "en": "With a register, a dossier or an answer overdue"] as Text, l): \(l.number(behind)) / \(l.number(departments.count)). \(lead, l)</p>
            <p class="no-print"><a href="/steering/communes">\(["vi": "126 phường, xã", "en": "The 126 communes"] as Text, l)</a></p>
            \(table(title, maySend ? heads : heads.dropLast(), rows, l))
            """
        return boardFrame(title, request, caller).response(content)
    }

    private func lateTag(_ count: Int, _ word: Text, _ l: Language) -> HTML? {
        count == 0 ? nil : " <span class=\"tag tag-late\">\(word, l) \(l.number(count))</span>"
    }

    /// How many registers, and those that were not touched for longer than their duty allows.
    private func keptWords(_ row: DepartmentRow, _ l: Language) -> HTML {
        guard !row.kept.isEmpty else { return "–" }
        let late: [HTML] = row.late.map { one in
            let age: Text = one.days.map { Text(vi: "\($0) ngày", en: "\($0) days") } ?? ["vi": "chưa ghi lần nào", "en": "nothing entered"]
            return "<br><a href=\"/registers/\(one.register.name)\">\(one.register.title, l)</a> <span class=\"muted\">\(age, l)</span>"
        }
        return "\(l.number(row.kept.count))\(lateTag(row.late.count, ["vi": "chậm", "en": "late"], l))\(late)"
    }

    /// The rate with both its parts, and the register that has most of them.
    private func findingWords(_ row: DepartmentRow, _ l: Language) -> HTML {
        guard row.records > 0 else { return "–" }
        let rate = l.number(Int(row.findingRate.rounded()))
        let parts: HTML = "\(rate) <span class=\"muted\">\(l.number(row.findings)) / \(l.number(row.records))</span>"
        guard let most = row.kept.max(by: { $0.findings < $1.findings }), most.findings > 0 else { return parts }
        return "\(parts)<br><a href=\"/quality/\(most.register.name)\">\(most.register.title, l)</a>"
    }

    private func timelinessWords(_ row: DepartmentRow, _ l: Language) -> HTML {
        guard row.timed > 0 else { return "–" }
        return "<a href=\"/steering/procedures\">\(l.number(row.onTime)) / \(l.number(row.timed))</a> <span class=\"muted\">\(row.onTime * 100 / row.timed) %</span>"
    }
}
