// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import NIOHTTP1
internal import People
internal import Registers

/// While an officer is away, somebody stands in; the history of what they do names both.
extension Parts {
    var absencePages: [Endpoint] {
        return [
            Endpoint(.GET, "/officer/absence", .officers) { request, caller, _ in try absencePage(request, caller, []) },
            Endpoint(.POST, "/officer/absence", .officers, bodyMax: 1 << 14) { request, caller, _ in
                let form = request.form ?? []
                func text(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
                var wrong: [Objection] = []
                let (first, last) = (Day(text("first")), Day(text("last")))
                for (name, day) in [("first", first), ("last", last)] where day == nil {
                    wrong.append(Objection(field: name, code: "date", ["vi": "Nhập ngày có thật, dạng ngày/tháng/năm.", "en": "Enter a real date as day/month/year."]))
                }
                if let first, let last {
                    do {
                        try accounts.addDeputy(text("deputy"), of: caller.session!.account, first: first, last: last)
                        return .redirect("/officer/absence")
                    } catch AccountError.unknownUser {
                        wrong.append(Objection(field: "deputy", code: "required", ["vi": "Chọn người làm thay.", "en": "Choose who stands in."]))
                    } catch AccountError.badGrant {
                        wrong.append(Objection(field: "last", code: "order", ["vi": "Từ hôm nay trở đi, nhiều nhất 60 ngày.", "en": "From today on, sixty days at most."]))
                    }
                }
                return try absencePage(request, caller, wrong)
            },
            Endpoint(.POST, "/officer/absence/{id}/end", .officers, bodyMax: 1 << 14) { _, caller, parameters in
                if let id = Int64(parameters[0]) { try accounts.endDeputy(id, of: caller.session!.account) }
                return .redirect("/officer/absence")
            },
        ]
    }

    private func absencePage(_ request: Request, _ caller: Caller, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let me = caller.session!.account
        let title: Text = ["vi": "Vắng mặt, người thay", "en": "Absence and deputy"]
        let names = officerNames()
        let today = registry.world.today
        let rows: [HTML] = try accounts.deputies(of: me).map { one in
            let isMine = one.absent == me.user
            let who = names["officer:" + (isMine ? one.deputy : one.absent)] ?? (isMine ? one.deputy : one.absent)
            let what: Text = isMine ? ["vi": "làm thay bạn", "en": "stands in for you"] : ["vi": "bạn làm thay", "en": "you stand in for them"]
            let end: HTML? =
                isMine && one.ended == nil && one.last >= today
                ? "<form class=\"inline\" method=\"post\" action=\"/officer/absence/\(one.id)/end\">\(csrf(caller))<button class=\"link\">\(["vi": "kết thúc", "en": "end it"] as Text, l)<span class=\"visually-hidden\"> \(who)</span></button></form>"
                : nil
            return "<li><p><strong>\(who)</strong> \(what, l) · \(one.first.written(l)) – \((one.ended ?? one.last).written(l))</p>\(end)</li>"
        }
        let others = try accounts.list().filter { $0.id != me.id && !$0.isDisabled && $0.grants.contains { $0.register.hasPrefix("office/") } }
        let form = request.form ?? []
        func typed(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
        func field(_ name: String, _ label: Text, _ input: HTML) -> HTML {
            let own = objections.filter { $0.field == name }
            return
                "<div class=\"field\(own.isEmpty ? "" : " has-error")\"><label for=\"f-\(name)\">\(label, l)</label>\(own.first.map { "<p class=\"error-message\">\($0.text, l)</p>" as HTML })\(input)</div>"
        }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>
            \(rows.isEmpty ? nil : "<ul class=\"hits\">\(rows)</ul>" as HTML)
            <form method="post" action="/officer/absence" novalidate>\(csrf(caller))
            \(field("deputy", ["vi": "Người làm thay", "en": "Who stands in"], "<select id=\"f-deputy\" name=\"deputy\"><option value=\"\">\(["vi": "Chọn", "en": "Choose"] as Text, l)</option>\(others.map { "<option value=\"\($0.user)\"\($0.user == typed("deputy") ? " selected" as HTML : nil)>\($0.name)</option>" as HTML })</select>"))
            \(field("first", ["vi": "Từ ngày", "en": "From"], "<input class=\"w-10\" type=\"text\" id=\"f-first\" name=\"first\" value=\"\(typed("first"))\">"))
            \(field("last", ["vi": "Đến hết ngày", "en": "Until the end of"], "<input class=\"w-10\" type=\"text\" id=\"f-last\" name=\"last\" value=\"\(typed("last"))\">"))
            <p><button class="button">\(["vi": "Ghi", "en": "Save"] as Text, l)</button></p></form>
            <p class="muted">\(["vi": "Người thay có quyền của bạn trong những ngày ấy; lịch sử ghi cả hai tên. Ai đề xuất thì vẫn không tự ký.", "en": "They have your rights on those days; the history names both. Who proposes still does not decide."] as Text, l)</p>
            """
        return layout(title, request, caller, door: "officer", crumbs: [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer")])
            .response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
