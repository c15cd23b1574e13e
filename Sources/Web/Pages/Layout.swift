// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import People

/// The frame of every page: skip link, doors, language, footer.
struct Layout {
    let title: Text
    let caller: Caller
    let request: Request
    let options: SiteOptions
    let assets: Assets
    /// The door that is marked as open.
    var door = ""
    var crumbs: [(title: String, href: String)] = []
    /// Shown on a kiosk: large, without a way out, with an end.
    var isKiosk = false
    /// A helper sits beside.
    var isHelped = false

    var language: Language { caller.language }

    func response(_ content: HTML, hero: HTML? = nil) -> Response { response(.ok, content, hero: hero) }

    func response(_ status: HTTPResponseStatus, _ content: HTML, hero: HTML? = nil) -> Response {
        Response(status, type: "text/html; charset=utf-8", document(content, hero: hero).bytes)
    }

    private func document(_ content: HTML, hero: HTML?) -> HTML {
        let l = language
        let site = "Thăng Long · \(options.cityName[l])"
        let mode = isKiosk ? "kiosk" : caller.session == nil || isHelped ? "public" : "officer"
        return """
            <!doctype html>
            <html lang="\(l.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title[l]) – \(site)</title>
            <link rel="stylesheet" href="\(assets.path("site.css"))">
            <link rel="icon" href="\(assets.path("mark.svg"))" type="image/svg+xml">
            <script src="\(assets.path("site.js"))" defer></script>\(isKiosk || request.path.first == "kiosk" ? "<script src=\"\(assets.path("kiosk.js"))\" defer></script>" as HTML : nil)\(request.path.first == "me" ? "<script src=\"\(assets.path("passkey.js"))\" defer></script>" as HTML : nil)
            </head>
            <body class="\(mode)"\(isKiosk ? kioskWords : nil)>
            <a class="skip" href="#main">\(["vi": "Tới nội dung chính", "en": "Skip to the main content"], l)</a>
            \(options.isDemo ? demoRibbon : nil)
            <header class="top"><div class="top-inner">
            <a class="brand" href="\(isKiosk ? "/kiosk" : "/")">\(assets.mark)<div><strong lang="vi">Thăng Long</strong><span>\(options.cityName, l)</span></div></a>
            <div class="top-tools">\(languageLink)\(isKiosk ? endTool : signTool)</div>
            \(isKiosk ? nil : doors)
            </div></header>
            \(isHelped ? helpedRibbon : nil)
            <main id="main" tabindex="-1">\(hero)<div class="page">\(isKiosk ? nil : crumbList)\(content)</div></main>
            \(isKiosk ? nil : footer)
            </body>
            </html>
            """
    }

    /// What the kiosk's script says.
    private var kioskWords: HTML {
        """
         data-kiosk data-text-idle="\(["vi": "Bạn còn ở đó không?", "en": "Are you still there?"] as Text, language)" data-text-stay="\(["vi": "Tôi còn làm tiếp", "en": "I am still here"] as Text, language)" \
        data-text-end="\(["vi": "Kết thúc", "en": "End"] as Text, language)" data-text-wipe="\(["vi": "Máy sẽ xóa màn hình sau ít giây.", "en": "The screen will be cleared in a few seconds."] as Text, language)" \
        data-text-space="\(["vi": "dấu cách", "en": "space"] as Text, language)" data-text-done="\(["vi": "xong", "en": "done"] as Text, language)" data-text-keys="\(["vi": "Bàn phím", "en": "Keyboard"] as Text, language)" data-text-erase="\(["vi": "xóa", "en": "erase"] as Text, language)"
        """
    }

    private var endTool: HTML {
        "<form method=\"post\" action=\"/kiosk/end\" data-kiosk-end><button class=\"button secondary\">\(["vi": "Kết thúc", "en": "End"] as Text, language)</button></form>"
    }

    private var helpedRibbon: HTML {
        "<div class=\"demo-ribbon\" role=\"region\" aria-label=\"\(["vi": "Đang được giúp", "en": "Being helped"] as Text, language)\">\(["vi": "Có người hướng dẫn ngồi cạnh: dữ liệu của bạn được che. Xong việc, bấm Thoát.", "en": "A helper sits beside you: your data is masked. Sign out when done."] as Text, language)</div>"
    }

    private var demoRibbon: HTML {
        "<div class=\"demo-ribbon\" role=\"region\" aria-label=\"\(["vi": "Lưu ý", "en": "Notice"], language)\">\(["vi": "Bản dùng thử: mọi người và địa chỉ đều do máy tạo ra.", "en": "Demonstration: all people and addresses are invented."], language)</div>"
    }

    private var languageLink: HTML {
        let other: Language = language == .vietnamese ? .english : .vietnamese
        // What was sent as a form cannot be opened again in the other language; what it is about can.
        let query = request.query.filter { $0.name != "lang" }.map { "\(Request.encode($0.name))=\(Request.encode($0.value))" } + ["lang=\(other.rawValue)"]
        return """
            <a href="\(request.rawPath)?\(query.joined(separator: "&"))" lang="\(other.rawValue)" hreflang="\(other.rawValue)">\(other == .english ? "English" : "Tiếng Việt")</a>
            """
    }

    private var signTool: HTML {
        guard let session = caller.session else { return "<a href=\"/sign-in\">\(["vi": "Cán bộ đăng nhập", "en": "Officers sign in"], language)</a>" }
        return """
            <span>\(session.account.name)</span>
            <form method="post" action="/sign-out"><input type="hidden" name="csrf" value="\(session.formKey)">\
            <button class="link">\(["vi": "Đăng xuất", "en": "Sign out"], language)</button></form>
            """
    }

    private var doors: HTML {
        var list: [(String, String, Text)] = [
            ("home", "/", ["vi": "Người dân", "en": "Citizens"]), ("services", "/services", ["vi": "Dịch vụ công", "en": "Services"]),
            ("household", "/household", ["vi": "Hộ gia đình", "en": "Household"]),
            ("registers", "/registers", ["vi": "Các sổ", "en": "Registers"]),
            ("units", "/units", ["vi": "Phường, xã", "en": "Communes"]), ("statistics", "/statistics/population", ["vi": "Thống kê", "en": "Statistics"]),
            ("developers", "/developers", ["vi": "Kết nối", "en": "Developers"]),
        ]
        if options.hasBoard { list.insert(("steering", "/steering", ["vi": "Điều hành", "en": "Board"]), at: list.count - 1) }
        if caller.session != nil { list.insert(("officer", "/officer", ["vi": "Bàn làm việc", "en": "Desk"]), at: 1) }
        return """
            <nav class="doors" aria-label="\(["vi": "Các cửa", "en": "Doors"], language)"><ul>\(list.map { name, href, title in
                "<li><a href=\"\(href)\"\(name == door ? " aria-current=\"page\"" as HTML : nil)>\(title, language)</a></li>" as HTML
            })</ul></nav>
            """
    }

    private var crumbList: HTML? {
        guard !crumbs.isEmpty else { return nil }
        return """
            <nav class="crumbs" aria-label="\(["vi": "Vị trí", "en": "You are here"], language)"><ol>\(crumbs.map { crumb in
                "<li><a href=\"\(crumb.href)\">\(crumb.title)</a></li>" as HTML
            })</ol></nav>
            """
    }

    private var footer: HTML {
        let l = language
        return """
            <footer class="site"><div class="foot-cols">
            <div><p><strong lang="vi">Thăng Long</strong></p><p>\(["vi": "Phần mềm nguồn mở cho chính quyền số của thành phố.", "en": "Open-source software for a city's digital government."], l)</p></div>
            <div><p><a href="/privacy">\(["vi": "Dữ liệu của bạn được bảo vệ thế nào", "en": "How your data is protected"], l)</a></p>\
            <p><a href="/developers">\(["vi": "Dành cho bên kết nối", "en": "For integrators"], l)</a></p></div>
            <div><p><a href="/log/keys">\(["vi": "Khóa kiểm chứng", "en": "Verifier keys"], l)</a></p>\
            <p><a href="/openapi.json">OpenAPI</a></p></div>
            </div></footer>
            """
    }
}

extension Parts {
    func layout(_ title: Text, _ request: Request, _ caller: Caller, door: String = "", crumbs: [(title: String, href: String)] = []) -> Layout {
        var layout = Layout(title: title, caller: caller, request: request, options: options, assets: assets, door: door, crumbs: crumbs)
        layout.isKiosk = request.cookie(options.kioskCookie) != nil && (try? kiosk(request)) != nil
        layout.isHelped = request.path.first == "me" && caller.authority.may(.write, Dossiers.helpRight)
        return layout
    }
}

/// The page of an error, in the same frame as every other.
enum ErrorPage {
    static func response(_ problem: Problem, _ request: Request, _ language: Language, site: Site) -> Response {
        let session = request.cookie(site.sessionCookie).flatMap { try? site.accounts.session($0) }
        let caller = Caller(authority: session?.authority ?? .visitor, session: session, language: language)
        let title: Text
        switch problem.status {
        case .notFound: title = ["vi": "Không tìm thấy", "en": "Not found"]
        case .unauthorized: title = ["vi": "Cần đăng nhập", "en": "Please sign in"]
        case .forbidden: title = ["vi": "Không được phép", "en": "Not allowed"]
        case .internalServerError: title = ["vi": "Có lỗi", "en": "Something went wrong"]
        default: title = ["vi": "Chưa thực hiện được", "en": "This could not be done"]
        }
        var layout = Layout(title: title, caller: caller, request: request, options: site.options, assets: site.assets)
        layout.isKiosk = request.cookie(site.options.kioskCookie).flatMap { try? site.accounts.kiosk($0) } != nil
        // An address that only takes forms is no place to go back to; what it is about is.
        let isForm = request.method == .POST
        let start = layout.isKiosk ? "/kiosk" : "/"
        let about: String? =
            switch (isForm, request.path.first) {
            case (true, "dossiers") where request.path.count > 2: "/dossiers/\(Request.encode(request.path[1]))"
            case (true, "me") where request.path.count > 3 && ["dossiers", "drafts"].contains(request.path[1]): "/me/\(request.path[1])/\(Request.encode(request.path[2]))"
            default: nil
            }
        let next: HTML =
            problem.status == .unauthorized
            ? "<p><a class=\"button\" href=\"/sign-in?next=\(Request.encode(isForm ? about ?? "/officer" : request.rawPath))\">\(["vi": "Đăng nhập", "en": "Sign in"], language)</a></p>"
            : about.map { "<p><a class=\"button\" href=\"\($0)\">\(["vi": "Mở lại", "en": "Open it again"], language)</a></p>" as HTML }
                ?? "<p><a href=\"\(start)\">\(["vi": "Về trang đầu", "en": "To the first page"], language)</a></p>"
        var response = layout.response(problem.status, "<h1>\(title, language)</h1><p class=\"lead\">\(problem.detail, language)</p>\(next)")
        for (name, value) in problem.headers { response.headers.replaceOrAdd(name: name, value: value) }
        return response
    }
}
