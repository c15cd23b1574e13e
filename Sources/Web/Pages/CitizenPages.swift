// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import Journal
internal import NIOHTTP1
internal import People
internal import Registers

/// The citizen's own page: what the city holds about me, and who looked at it, when and why.
extension Parts {
    var citizenPages: [Endpoint] {
        [
            Endpoint(.GET, "/me", .open) { request, caller, _ in try me(request, caller, problem: nil) },
            Endpoint(.POST, "/me", .open, bodyMax: 1 << 14) { request, caller, _ in try await signInCitizen(request, caller) },
            Endpoint(.GET, "/me/household", .open) { request, _, _ in try await own(request) { _ in .redirect("/household/bills") } },
            Endpoint(.GET, "/me/reads", .open) { request, caller, _ in try await own(request) { session in try await myReads(request, caller, session) } },
            Endpoint(.POST, "/me/sign-out", .open, bodyMax: 1 << 14) { request, _, _ in
                if let session = try citizen(request) {
                    try checkForm(request, session)
                    try accounts.signOutCitizen(session)
                }
                return .redirect("/", headers: [("set-cookie", citizenCookie("", maxAge: 0))])
            },
            Endpoint(.POST, "/registers/{register}/records/{key}/access-code", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try await accessCode(request, caller, parameters[0], parameters[1])
            },
        ]
    }

    func citizenCookie(_ secret: String, maxAge: Int) -> String {
        "\(options.citizenCookie)=\(secret); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Strict\(options.isSecure ? "; Secure" : "")"
    }

    func citizen(_ request: Request) throws -> CitizenSession? { try request.cookie(options.citizenCookie).flatMap { try accounts.citizenSession($0) } }

    // MARK: Signing in

    private func me(_ request: Request, _ caller: Caller, problem: Text?, number: String = "", isSent: Bool = false) throws -> Response {
        let next = ownPlace(request.parameter("next") ?? request.form?.first { $0.name == "next" }?.value)
        if try citizen(request) != nil { return .redirect(next) }
        let l = caller.language
        let title: Text = ["vi": "Trang của tôi", "en": "My page"]
        let content: HTML = """
            \(problem.map { "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>\(["vi": "Chưa vào được", "en": "You are not signed in"] as Text, l)</h2><ul><li><a href=\"#number\">\($0, l)</a></li></ul></div>" as HTML })
            \(isSent ? "<p class=\"notice\" role=\"status\">\(["vi": "Nếu sổ dân cư có số điện thoại của bạn, mã đã được gửi tới đó. Mã dùng trong 5 phút.", "en": "If the population register has your phone, a code was sent there. It works for 5 minutes."] as Text, l)</p>" as HTML : nil)
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Nộp và theo dõi hồ sơ, xem thành phố giữ gì về bạn và ai đã xem.", "en": "Apply and follow, see what the city holds about you and who looked at it."] as Text, l)</p>
            <form method="post" action="/me" novalidate><input type="hidden" name="next" value="\(next)">
            <div class="field"><label for="number">\(["vi": "Số định danh cá nhân", "en": "Personal ID number"] as Text, l)</label><p class="hint" id="h-number">\(["vi": "12 chữ số trên thẻ căn cước; ở ki-ốt, đưa mã vuông trên thẻ vào máy quét.", "en": "The 12 digits on your identity card; at a kiosk hold the card's square code to the scanner."] as Text, l)</p><input class="w-20" type="text" inputmode="numeric" id="number" name="number" value="\(number)" autocomplete="off" aria-describedby="h-number"></div>
            <div class="field"><label for="code">\(["vi": "Mã dùng một lần", "en": "One-time code"] as Text, l)</label><p class="hint" id="h-code">\(["vi": "Nhận qua điện thoại (bấm nút dưới), hoặc giấy từ quầy một cửa của phường, xã.", "en": "By phone (press the button below), or on paper from your commune's counter."] as Text, l)</p><input class="w-20" type="text" id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" aria-describedby="h-code"></div>
            <p><button class="button">\(["vi": "Vào", "en": "Enter"] as Text, l)</button> <button class="button secondary" name="send" value="phone">\(["vi": "Gửi mã tới điện thoại của tôi", "en": "Send a code to my phone"] as Text, l)</button></p></form>
            \(otherWays(next, l))
            """
        return layout(title, request, caller, door: "home").response(problem == nil ? .ok : .unprocessableContent, content)
    }

    /// Where a citizen wanted to go: their own pages only, and the forms of the start-up portal.
    func ownPlace(_ next: String?) -> String {
        guard let next, next.hasPrefix("/me/") || next.hasPrefix("/startups/"), next.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else { return "/me/dossiers" }
        return next
    }

    private func signInCitizen(_ request: Request, _ caller: Caller) async throws -> Response {
        let form = request.form ?? []
        let number = CardCode.number(in: form.first { $0.name == "number" }?.value ?? "")
        let code = form.first { $0.name == "code" }?.value ?? ""
        guard let people = options.roles.people else { throw RegisterError.noSuchRecord }
        // A scanner ends the number with Enter, which presses the first button: no code yet is no wrong code.
        if form.contains(where: { $0.name == "send" }) || (!number.isEmpty && code.trimmed.isEmpty) {
            return try await sendPhoneCode(request, caller, String(number.prefix(20)), people)
        }
        do {
            let secret = try accounts.signInCitizen(number: String(number.prefix(20)), code: String(code.prefix(40)), address: request.address, helper: try helper(request)?.id) {
                number in
                try registry.row(of: number, in: people).map { (people, $0) }
            }
            if let session = try accounts.citizenSession(secret) {
                let own = Authority(.visitor, id: "self", name: "", grants: [], purpose: Purpose("self", ["vi": "Tự xem", "en": "Own look"]))
                try await registry.note("own-page", register: session.register, row: session.row, by: own)
            }
            return .redirect(ownPlace(form.first { $0.name == "next" }?.value), headers: [("set-cookie", citizenCookie(secret, maxAge: 1800))])
        } catch AccountError.wrongPassword {
            return try me(
                request, caller, problem: ["vi": "Số định danh hoặc mã không đúng, hoặc mã đã dùng.", "en": "The number or the code is wrong, or the code was used."],
                number: number)
        } catch AccountError.tooManyTries {
            return try me(
                request, caller, problem: ["vi": "Đã thử quá nhiều lần. Chờ mười phút rồi thử lại.", "en": "Too many tries. Wait ten minutes and try again."], number: number)
        }
    }

    /// A code by phone. Nobody learns from the answer whether the number or the phone is known.
    private func sendPhoneCode(_ request: Request, _ caller: Caller, _ number: String, _ people: String) async throws -> Response {
        do {
            try accounts.countCodeRequest(address: request.address)
            if accounts.mayAskForCode(number: number), let row = try registry.row(of: number, in: people) {
                let code = try accounts.addPhoneCode(register: people, row: row)
                try await dossiers.sendSignInCode(code, to: row)
            }
            return try me(request, caller, problem: nil, number: number, isSent: true)
        } catch AccountError.tooManyTries {
            return try me(
                request, caller, problem: ["vi": "Đã xin mã quá nhiều lần. Chờ mười phút rồi thử lại.", "en": "Too many codes were asked for. Wait ten minutes and try again."],
                number: number)
        }
    }

    // MARK: What is held, and who looked

    private func myReads(_ request: Request, _ caller: Caller, _ session: CitizenSession) async throws -> Response {
        let l = caller.language
        let own = try await registry.own(session.register, row: session.row)
        let sections: [HTML] = own.records.map { register, view in
            let rows: [HTML] = register.allFields.compactMap { field in
                guard let value = view.value(field.name, in: register), !value.isNull else { return nil }
                // Others' numbers are theirs.
                if isPersonNumber(field), value.string != own.key { return "<div><dt>\(field.title, l)</dt><dd>\(masked(l))</dd></div>" }
                return "<div><dt>\(field.title, l)</dt><dd>\(display(value, field, l))</dd></div>"
            }
            return
                "<details\(register.name == session.register ? " open" : "")><summary>\(register.title, l)</summary><dl class=\"summary\">\(rows)</dl>\(register.name == session.register ? "<p><a href=\"/me/apply/\(options.roles.correction ?? "")\">\(["vi": "Có chỗ sai? Đề nghị sửa", "en": "Is something wrong? Propose a correction"] as Text, l)</a></p>" as HTML : nil)</details>"
        }
        let names = officerNames()
        let looks: [HTML] = own.reads.map { read in
            let who = names[read.reader].map { Text(vi: "Cán bộ \($0)", en: "Officer \($0)") } ?? reader(read.reader)
            let why = read.purpose == "self" ? ["vi": "Tự xem", "en": "Own look"] : Purpose.title(read.purpose)
            return """
                <tr><th scope="row" data-label="\(["vi": "Lúc", "en": "When"] as Text, l)"><time datetime="\(read.recorded.description)">\(read.recorded.written(l))</time></th>\
                <td data-label="\(["vi": "Ai", "en": "Who"] as Text, l)">\(who, l)</td><td data-label="\(["vi": "Để làm gì", "en": "Why"] as Text, l)">\(why, l)</td>\
                <td data-label="\(["vi": "Sổ", "en": "Register"] as Text, l)">\((try? registry.register(read.register).title[l]) ?? read.register)</td>\
                <td data-label="\(["vi": "Xem gì", "en": "What"] as Text, l)">\(asked(read.asked), l)</td></tr>
                """
        }
        let title: Text = ["vi": "Ai đã xem dữ liệu của tôi", "en": "Who looked at my data"]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Mỗi lần có người xem dữ liệu của bạn đều được ghi ở đây trước khi họ thấy. Thấy điều lạ, hãy hỏi tại quầy một cửa.", "en": "Every look at your data is recorded here before it is shown. If something seems wrong, ask at the counter."] as Text, l)</p>
            \(looks.isEmpty ? "<p class=\"notice\">\(["vi": "Chưa ai xem.", "en": "Nobody has looked."] as Text, l)</p>" as HTML : """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption><thead><tr><th scope="col">\(["vi": "Lúc", "en": "When"] as Text, l)</th><th scope="col">\(["vi": "Ai", "en": "Who"] as Text, l)</th>\
            <th scope="col">\(["vi": "Để làm gì", "en": "Why"] as Text, l)</th><th scope="col">\(["vi": "Sổ", "en": "Register"] as Text, l)</th><th scope="col">\(["vi": "Xem gì", "en": "What"] as Text, l)</th></tr></thead><tbody>\(looks)</tbody></table></div>
            """ as HTML)
            <h2>\(["vi": "Thành phố giữ gì về tôi", "en": "What the city holds about me"] as Text, l)</h2>\(sections)
            <p><a href="/me/dossiers">\(["vi": "Hồ sơ của tôi", "en": "My applications"] as Text, l)</a> · <a href="/me/entitlements">\(["vi": "Tôi được hưởng gì", "en": "What I am entitled to"] as Text, l)</a> · <a href="/me/contact">\(["vi": "Nơi nhận thông báo", "en": "Where to reach me"] as Text, l)</a></p>
            <form method="post" action="/me/sign-out"><input type="hidden" name="csrf" value="\(session.formKey)"><p><button class="button secondary">\(["vi": "Thoát", "en": "Sign out"] as Text, l)</button></p></form>
            """
        return layout(title, request, caller, door: "home").response(content)
    }

    func isPersonNumber(_ field: Field) -> Bool {
        switch field.kind {
        case .citizenID: true
        case .reference(let target): target == options.roles.people
        default: false
        }
    }

    private func reader(_ id: String) -> Text {
        if id == "self" { return ["vi": "Chính tôi", "en": "Myself"] }
        if id == "household" { return ["vi": "Người trong hộ của tôi", "en": "Somebody of my household"] }
        if id == "delegate" { return ["vi": "Người được ủy quyền, hoặc người liên quan tới hồ sơ", "en": "Somebody with a delegation, or concerned by the application"] }
        if id == "paper" { return ["vi": "Người cầm giấy tờ của tôi", "en": "Somebody who holds a paper of mine"] }
        if id.hasPrefix("system:") { return Text(vi: "Hệ thống \(id.dropFirst(7))", en: "System \(id.dropFirst(7))") }
        if id == "operator" { return ["vi": "Người vận hành máy chủ", "en": "The server's operator"] }
        return .same(id)
    }

    /// What was asked for, in words.
    private func asked(_ asked: String) -> Text {
        switch asked.split(separator: " ").first.map(String.init) ?? "" {
        case "counter": ["vi": "tại quầy một cửa", "en": "at the counter"]
        case "help": ["vi": "người hướng dẫn ngồi cạnh", "en": "a helper sat beside you"]
        case "certificate": ["vi": "nội dung trên giấy", "en": "what the paper says"]
        case "form": ["vi": "khi điền hồ sơ", "en": "while filling in an application"]
        case "dossier": ["vi": "hồ sơ thủ tục", "en": "a dossier"]
        case "access-code": ["vi": "cấp mã xem", "en": "a code was issued"]
        case "own-page": ["vi": "trang của tôi", "en": "my own page"]
        case "load": ["vi": "xem thử khi nạp tệp", "en": "a file being tried"]
        case "comparison": ["vi": "đối chiếu họ tên, ngày sinh trong một danh sách", "en": "name and birth in a list were compared"]
        case "entitlements", "entitlements:": ["vi": "bạn được hưởng chính sách gì", "en": "what you are entitled to"]
        case "record": ["vi": "một hồ sơ", "en": "one record"]
        case "history": ["vi": "hồ sơ và lịch sử", "en": "the record and its history"]
        case "list": ["vi": "danh sách", "en": "a list"]
        case "related": ["vi": "hồ sơ liên quan", "en": "related records"]
        case "search": ["vi": "tìm kiếm", "en": "a search"]
        case "proof": ["vi": "bằng chứng", "en": "the proof"]
        case "feed": ["vi": "dòng thay đổi", "en": "the change feed"]
        case "question:": ["vi": "một câu hỏi có/không", "en": "a yes/no question"]
        case "export:": ["vi": "xuất dữ liệu", "en": "an export"]
        case "erase:": ["vi": "xóa nội dung", "en": "an erasure"]
        default: .same(asked)
        }
    }

    // MARK: At the counter

    /// A code on paper for the person who stands at the counter.
    private func accessCode(_ request: Request, _ caller: Caller, _ name: String, _ id: String) async throws -> Response {
        let l = caller.language
        guard name == options.roles.people else { throw RegisterError.noSuchRecord }
        try mayEnter(name, caller)
        let view = try await registry.record(name, id, for: caller.authority, door: "page")
        let register = try registry.register(name)
        guard !view.isRetired, view.key != nil else { throw RegisterError.noSuchRecord }
        let unit = register.jurisdiction.flatMap { view.value($0.name, in: register)?.string }
        guard caller.authority.may(.write, name, unit: unit, units: registry.units, on: registry.world.today) else {
            throw RegisterError.forbidden(["vi": "Người này thuộc đơn vị khác.", "en": "This person belongs to another unit."])
        }
        // The person sees who was given the key to their page, and each time it was opened.
        try await registry.note("access-code", register: name, row: view.row, by: caller.authority)
        let code = try accounts.addCitizenCode(register: name, row: view.row, by: caller.authority.id)
        let title: Text = ["vi": "Mã xem một lần", "en": "One-time code"]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(label(view, register, l))</p><p class="code code-large">\(code)</p>
            <ol><li>\(["vi": "Mở trang", "en": "Open the page"] as Text, l) <span class="code">\(request.header("host") ?? "")/me</span></li><li>\(["vi": "Nhập số định danh và mã này.", "en": "Enter the personal ID number and this code."] as Text, l)</li></ol>
            <p>\(["vi": "Mã dùng một lần, trong 7 ngày. Chỉ trao tận tay người có tên.", "en": "It works once, within 7 days. Hand it to the person named only."] as Text, l)</p>
            <p class="no-print"><a href="\(recordHref(view, register))">\(["vi": "Về hồ sơ", "en": "Back to the record"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "registers").response(content)
    }
}
