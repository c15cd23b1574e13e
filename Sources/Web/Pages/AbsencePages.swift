// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
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
        let typed = Dictionary((request.form ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let state = FormState(texts: typed, objections: objections)
        let fields: [HTML] = [
            Field("deputy", .choice(others.map { Choice($0.user, .same($0.name)) }), ["vi": "Người làm thay", "en": "Who stands in"], .official),
            Field("first", .day, ["vi": "Từ ngày", "en": "From"], .official), Field("last", .day, ["vi": "Đến hết ngày", "en": "Until the end of"], .official),
        ].map { input($0, state, l, isRequired: true) }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>
            \(rows.isEmpty ? nil : "<ul class=\"hits\">\(rows)</ul>" as HTML)
            <form method="post" action="/officer/absence" novalidate>\(csrf(caller))
            \(fields)
            <p><button class="button">\(["vi": "Ghi", "en": "Save"] as Text, l)</button></p></form>
            <p class="muted">\(["vi": "Trong những ngày ấy, người thay giải quyết hồ sơ như bạn; lịch sử ghi cả hai tên. Ai đề xuất thì vẫn không tự ký.", "en": "On those days they handle dossiers as you do; the history names both. Who proposes still does not decide."] as Text, l)</p>
            """
        return layout(title, request, caller, door: "officer", crumbs: [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer")])
            .response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
