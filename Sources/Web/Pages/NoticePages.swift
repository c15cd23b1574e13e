// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import Notices
internal import People
internal import Registers

/// Where people are told, what waits in the outbox, and in a demonstration the messages themselves.
extension Parts {
    var noticePages: [Endpoint] {
        return [
            Endpoint(.GET, "/me/contact", .open) { request, caller, _ in try await own(request) { session in try contactPage(request, caller, session, []) } },
            Endpoint(.POST, "/me/contact", .open, bodyMax: 1 << 14) { request, caller, _ in
                try await own(request, sending: true) { session in
                    let form = request.form ?? []
                    func text(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
                    do {
                        if text("do") == "confirm" {
                            try await dossiers.confirm(code: text("code"), of: session.row)
                        } else {
                            try await dossiers.wish(
                                mail: text("do") == "remove" ? "" : text("mail"), language: Language(rawValue: text("language")) ?? .vietnamese, of: session.row)
                        }
                        return .redirect("/me/contact")
                    } catch DossierError.objections(let objections) {
                        return try contactPage(request, caller, session, objections, typed: text("mail"))
                    }
                }
            },
            Endpoint(.GET, "/admin/notices", .officers) { request, caller, _ in try outboxPage(request, caller) },
            Endpoint(.POST, "/admin/notices/again", .officers, bodyMax: 1 << 14) { request, caller, _ in
                try mayAdminister(caller)
                try await dossiers.notices.sendAgain(request.form?.first { $0.name == "key" }?.value ?? "")
                return .redirect("/admin/notices")
            },
            Endpoint(.GET, "/demo/messages", .open) { request, caller, _ in
                guard options.isDemo else { throw RegisterError.noSuchRecord }
                return try messagesPage(request, caller)
            },
        ]
    }

    /// The end of a number is enough to know one's own.
    private func tail(_ phone: String) -> String { "••• " + phone.suffix(3) }

    private func contactPage(_ request: Request, _ caller: Caller, _ session: CitizenSession, _ objections: [Objection], typed: String? = nil) throws -> Response {
        let l = caller.language
        let contact = try dossiers.contact(of: session.row)
        let title: Text = ["vi": "Nơi nhận thông báo", "en": "Where to reach me"]
        func error(_ field: String) -> HTML? { objections.first { $0.field == field }.map { "<p class=\"error-message\">\($0.text, l)</p>" as HTML } }
        let key: HTML = "<input type=\"hidden\" name=\"csrf\" value=\"\(session.formKey)\">"
        let choices: [HTML] = Language.allCases.map { one in
            "<label><input type=\"radio\" name=\"language\" value=\"\(one.rawValue)\"\(one == contact.language ? " checked" as HTML : nil)><span>\(one == .vietnamese ? "Tiếng Việt" : "English")</span></label>"
        }
        let confirm: HTML? = contact.unconfirmed.map { address in
            """
            <section><h2>\(["vi": "Xác nhận địa chỉ", "en": "Confirm the address"] as Text, l)</h2><form method="post" action="/me/contact" novalidate>\(key)<div class="field"><label for="f-code">\(["vi": "Mã đã gửi tới", "en": "The code sent to"] as Text, l) \(address)</label>\(error("code"))\
            <input class="w-10" type="text" inputmode="numeric" id="f-code" name="code" autocomplete="one-time-code"></div><p><button class="button" name="do" value="confirm">\(["vi": "Xác nhận", "en": "Confirm"] as Text, l)</button></p></form></section>
            """
        }
        let remove: HTML? = contact.mail.map { address in
            "<form method=\"post\" action=\"/me/contact\">\(key)<p>\(["vi": "Đang báo tin qua thư:", "en": "You are told by mail:"] as Text, l) <strong>\(address)</strong> <button class=\"link\" name=\"do\" value=\"remove\">\(["vi": "bỏ", "en": "end this"] as Text, l)</button></p></form>"
        }
        let phone: Text =
            contact.phone.map {
                Text(
                    vi: "Tin nhắn được gửi tới số trong sổ dân cư: \(tail($0)). Đổi số: đề nghị sửa dữ liệu của bạn.",
                    en: "Text messages go to the phone in the population register: \(tail($0)). To change it, propose a correction of your data.")
            }
            ?? ["vi": "Sổ dân cư chưa có số điện thoại của bạn. Hãy đề nghị bổ sung.", "en": "The population register has no phone of yours. Propose a correction."]
        let content: HTML = """
            \(errorSummary(objections, l))
            <h1>\(title, l)</h1><p>\(phone, l)</p>\(remove)\(confirm)
            <form method="post" action="/me/contact" novalidate>\(key)<div class="field"><label for="f-mail">\(["vi": "Địa chỉ thư điện tử", "en": "Mail address"] as Text, l)</label>\(error("mail"))<input class="w-full" type="email" id="f-mail" name="mail" autocomplete="email" maxlength="200" value="\(typed ?? contact.mail ?? "")"></div>
            <fieldset class="field"><legend>\(["vi": "Ngôn ngữ của tin", "en": "Language of messages"] as Text, l)</legend><div class="choices">\(choices)</div></fieldset>
            <p><button class="button">\(["vi": "Lưu", "en": "Save"] as Text, l)</button></p></form>
            <p><a href="/me/dossiers">\(["vi": "Về hồ sơ của tôi", "en": "Back to my applications"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "home").response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func outboxPage(_ request: Request, _ caller: Caller) throws -> Response {
        try mayAdminister(caller)
        let l = caller.language
        let title: Text = ["vi": "Tin nhắn, thư đi", "en": "Outbox"]
        let counts: [HTML] = try dossiers.notices.counts().map { one in
            "<div><dt>\((NoticeChannel(rawValue: one.channel)?.title ?? .same(one.channel)), l) · \(one.state.title, l)</dt><dd>\(l.number(one.count))</dd></div>"
        }
        let troubled: [HTML] = try dossiers.notices.troubled().map { row in
            """
            <tr><th scope="row" data-label="\(["vi": "Việc", "en": "About"] as Text, l)">\(row.key)</th><td data-label="\(["vi": "Tình trạng", "en": "State"] as Text, l)">\(row.state.title, l)</td><td data-label="\(["vi": "Lý do", "en": "Reason"] as Text, l)">\(row.fault ?? "")</td>\
            <td><form method="post" action="/admin/notices/again">\(csrf(caller))<input type="hidden" name="key" value="\(row.key)"><button class="button secondary">\(["vi": "Gửi lại", "en": "Send again"] as Text, l)<span class="visually-hidden"> \(row.key)</span></button></form></td></tr>
            """
        }
        let carriers: HTML =
            options.couriers.isEmpty
            ? "<p class=\"notice\">\(["vi": "Chưa cấu hình kênh gửi; thông báo đang chờ. Xem --sms và --mail.", "en": "Nobody carries notices: they wait. See --sms and --mail."] as Text, l)</p>"
            : "<ul>\(options.couriers.map { "<li>\($0)</li>" as HTML })</ul>"
        let content: HTML = """
            <h1>\(title, l)</h1>\(adminNavigation(l, request))\(carriers)
            \(counts.isEmpty ? nil : "<dl class=\"summary\">\(counts)</dl>" as HTML)
            \(troubled.isEmpty ? "<p>\(["vi": "Không có tin nào cần người xem.", "en": "Nothing needs a person."] as Text, l)</p>" as HTML : """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(["vi": "Cần người xem", "en": "Needs a person"] as Text, l)"><table class="reflow"><caption>\(["vi": "Cần người xem", "en": "Needs a person"] as Text, l)</caption><thead><tr><th scope="col">\(["vi": "Việc", "en": "About"] as Text, l)</th><th scope="col">\(["vi": "Tình trạng", "en": "State"] as Text, l)</th>\
            <th scope="col">\(["vi": "Lý do", "en": "Reason"] as Text, l)</th><td></td></tr></thead><tbody>\(troubled)</tbody></table></div>
            """ as HTML)
            """
        return adminFrame(title, request, caller).response(content)
    }

    /// What would have gone to phones and mailboxes.
    private func messagesPage(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Tin nhắn của bản dùng thử", "en": "Messages of the demonstration"]
        let items: [HTML] = try dossiers.notices.waiting().suffix(50).reversed().map { one in
            "<li><p>\(one.text)</p><span class=\"muted\">\(one.channel.title, l) → \(one.address) · \(one.created.written(l))</span></li>"
        }
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Bản dùng thử không gửi đi đâu: mọi tin tới điện thoại và hộp thư hiện ở đây.", "en": "The demonstration sends nothing: what would go to phones and mailboxes is shown here."] as Text, l)</p>
            \(items.isEmpty ? "<p class=\"notice\">\(["vi": "Chưa có tin nào.", "en": "There is none yet."] as Text, l)</p>" as HTML : "<ul class=\"hits\">\(items)</ul>" as HTML)
            """
        return layout(title, request, caller).response(content)
    }
}
