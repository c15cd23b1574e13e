// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import People

/// Signing in and out, setting a password by a one-time link, naming a purpose.
extension Parts {
    var accountPages: [Endpoint] {
        [
            Endpoint(.GET, "/sign-in", .open) { request, caller, _ in signInForm(request, caller, user: "", problem: nil) },
            Endpoint(.POST, "/sign-in", .open, bodyMax: 1 << 14) { request, caller, _ in try await signIn(request, caller) },
            Endpoint(.POST, "/sign-out", .officers, bodyMax: 1 << 14) { _, caller, _ in
                try await accounts.signOut(caller.session!)
                return .redirect("/", headers: [("set-cookie", cookie("", maxAge: 0))])
            },
            Endpoint(.GET, "/setup", .open) { request, caller, _ in try setupForm(request, caller, code: request.parameter("code") ?? "", problem: nil) },
            Endpoint(.POST, "/setup", .open, bodyMax: 1 << 14) { request, caller, _ in try await setup(request, caller) },
            Endpoint(.GET, "/purpose", .officers) { request, caller, _ in
                layout(["vi": "Mục đích", "en": "Purpose"], request, caller, door: "officer").response(
                    "<h1>\(["vi": "Mục đích", "en": "Purpose"], caller.language)</h1>" + purposeForm(caller, next: request.parameter("next") ?? "/officer"))
            },
            Endpoint(.POST, "/purpose", .officers, bodyMax: 1 << 14) { request, caller, _ in try await setPurpose(request, caller) },
        ]
    }

    private func cookie(_ secret: String, maxAge: Int) -> String {
        "\(sessionCookie)=\(secret); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Lax\(options.isSecure ? "; Secure" : "")"
    }

    /// Only places of this site, never another one.
    func place(_ next: String?) -> String {
        guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), !next.contains("\\"), next.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "/officer" }
        return next
    }

    private func signInForm(_ request: Request, _ caller: Caller, user: String, problem: Text?, status: HTTPResponseStatus = .ok) -> Response {
        let l = caller.language
        let next = request.parameter("next") ?? request.form?.first { $0.name == "next" }?.value ?? ""
        let summary: HTML? = problem.map {
            "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>\(["vi": "Chưa đăng nhập được", "en": "You are not signed in"] as Text, l)</h2><ul><li><a href=\"#user\">\($0, l)</a></li></ul></div>"
        }
        let content: HTML = """
            \(summary)
            <h1>\(["vi": "Cán bộ đăng nhập", "en": "Officers sign in"], l)</h1>
            <form method="post" action="/sign-in" novalidate>
            <input type="hidden" name="next" value="\(next)">
            <div class="field"><label for="user">\(["vi": "Tên đăng nhập", "en": "User name"], l)</label><input class="w-20" type="text" id="user" name="user" value="\(user)" autocomplete="username" autocapitalize="none" spellcheck="false"></div>
            <div class="field"><label for="password">\(["vi": "Mật khẩu", "en": "Password"], l)</label><input class="w-20" type="password" id="password" name="password" autocomplete="current-password"></div>
            <p><button class="button">\(["vi": "Đăng nhập", "en": "Sign in"], l)</button></p>
            </form>
            <p class="muted">\(["vi": "Quên mật khẩu: người quản trị của đơn vị gửi cho bạn một đường dẫn dùng một lần.", "en": "Forgot your password: your office's administrator sends you a link that works once."], l)</p>
            """
        return layout(["vi": "Đăng nhập", "en": "Sign in"], request, caller).response(status, content)
    }

    private func signIn(_ request: Request, _ caller: Caller) async throws -> Response {
        let form = request.form ?? []
        let user = form.first { $0.name == "user" }?.value.trimmed.lowercased() ?? ""
        let password = form.first { $0.name == "password" }?.value ?? ""
        do {
            // The hash takes a tenth of a second: not on an event loop.
            let accounts = accounts
            let address = request.address
            let secret = try await offLoop { try accounts.signIn(user: user, password: password, address: address) }
            return .redirect(place(form.first { $0.name == "next" }?.value), headers: [("set-cookie", cookie(secret, maxAge: 43_200))])
        } catch AccountError.wrongPassword {
            return signInForm(
                request, caller, user: user, problem: ["vi": "Tên đăng nhập hoặc mật khẩu không đúng.", "en": "The user name or the password is wrong."],
                status: .unauthorized)
        } catch AccountError.tooManyTries {
            return signInForm(
                request, caller, user: user,
                problem: ["vi": "Đã thử quá nhiều lần. Chờ mười phút rồi thử lại.", "en": "Too many tries. Wait ten minutes and try again."],
                status: .tooManyRequests)
        }
    }

    private func setupForm(_ request: Request, _ caller: Caller, code: String, problem: Text?) throws -> Response {
        let l = caller.language
        guard let account = try accounts.owner(ofLink: code) else {
            throw Problem(
                .notFound, "expired-link",
                [
                    "vi": "Đường dẫn này đã dùng hoặc đã hết hạn. Xin người quản trị đường dẫn mới.",
                    "en": "This link was used or has expired. Ask your administrator for a new one.",
                ])
        }
        let summary: HTML? = problem.map {
            "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>\(["vi": "Cần sửa", "en": "Please correct"] as Text, l)</h2><ul><li><a href=\"#password\">\($0, l)</a></li></ul></div>"
        }
        let content: HTML = """
            \(summary)
            <h1>\(["vi": "Đặt mật khẩu", "en": "Set your password"], l)</h1>
            <p class="lead">\(account.name) · <span class="code">\(account.user)</span></p>
            <form method="post" action="/setup" novalidate><input type="hidden" name="code" value="\(code)">
            <div class="field"><label for="password">\(["vi": "Mật khẩu mới", "en": "New password"], l)</label><p class="hint" id="h-password">\(["vi": "Ít nhất 12 ký tự. Một câu dài dễ nhớ thì tốt hơn từ ngắn khó nhớ.", "en": "At least 12 characters. A long sentence you remember beats a short word you don't."], l)</p>\
            <input class="w-full" type="password" id="password" name="password" autocomplete="new-password" aria-describedby="h-password"></div>
            <p><button class="button">\(["vi": "Lưu mật khẩu", "en": "Save password"], l)</button></p></form>
            """
        return layout(["vi": "Đặt mật khẩu", "en": "Set your password"], request, caller).response(problem == nil ? .ok : .unprocessableContent, content)
    }

    private func setup(_ request: Request, _ caller: Caller) async throws -> Response {
        let form = request.form ?? []
        let code = form.first { $0.name == "code" }?.value ?? ""
        let password = form.first { $0.name == "password" }?.value ?? ""
        do {
            let accounts = accounts
            try await offLoop { try accounts.setPassword(link: code, to: password) }
            return .redirect("/sign-in")
        } catch AccountError.weakPassword {
            return try setupForm(request, caller, code: code, problem: ["vi": "Mật khẩu cần ít nhất 12 ký tự.", "en": "The password needs at least 12 characters."])
        } catch AccountError.expiredLink {
            return try setupForm(request, caller, code: code, problem: nil)
        }
    }

    // MARK: Purpose

    func purposeForm(_ caller: Caller, next: String) -> HTML {
        let l = caller.language
        return """
            <form method="post" action="/purpose"><input type="hidden" name="csrf" value="\(caller.session?.formKey ?? "")"><input type="hidden" name="next" value="\(place(next))">
            <div class="field"><label for="purpose">\(["vi": "Bạn xem dữ liệu cá nhân để làm gì?", "en": "Why do you look at personal data?"], l)</label>\
            <p class="hint" id="h-purpose">\(["vi": "Mục đích được ghi lại cùng tên bạn; người được xem sẽ thấy.", "en": "The purpose is recorded with your name; the person concerned will see it."], l)</p>\
            <select id="purpose" name="purpose" aria-describedby="h-purpose"><option value="">\(["vi": "Chọn mục đích", "en": "Choose a purpose"], l)</option>\(Purpose.all.filter { $0.code != "demo" || options.isDemo }.map { purpose in
                "<option value=\"\(purpose.code)\"\(purpose == caller.authority.purpose ? " selected" : "")>\(purpose.title, l)</option>" as HTML
            })</select></div>
            <p><button class="button">\(["vi": "Tiếp tục", "en": "Continue"], l)</button></p></form>
            """
    }

    private func setPurpose(_ request: Request, _ caller: Caller) async throws -> Response {
        let form = request.form ?? []
        guard let purpose = form.first(where: { $0.name == "purpose" }).flatMap({ Purpose.find($0.value) }), purpose.code != "demo" || options.isDemo else {
            let l = caller.language
            return layout(["vi": "Mục đích", "en": "Purpose"], request, caller, door: "officer").response(
                .unprocessableContent,
                "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>\(["vi": "Cần sửa", "en": "Please correct"], l)</h2><ul><li><a href=\"#purpose\">\(["vi": "Chọn một mục đích.", "en": "Choose a purpose."], l)</a></li></ul></div><h1>\(["vi": "Mục đích", "en": "Purpose"], l)</h1>"
                    + purposeForm(caller, next: form.first { $0.name == "next" }?.value ?? "/officer"))
        }
        try await accounts.setPurpose(purpose, of: caller.session!)
        return .redirect(place(form.first { $0.name == "next" }?.value))
    }
}
