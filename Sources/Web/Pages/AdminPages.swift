// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Devices
internal import HTTP
internal import Dossiers
internal import Foundation
internal import NIOHTTP1
internal import Payments
internal import People
internal import Registers
internal import Steering

/// The administrator's pages: accounts, tokens, agreements of use, journals, the node's health. None of them shows a person's record.
extension Parts {
    var adminPages: [Endpoint] {
        [
            Endpoint(.GET, "/admin", .officers) { request, caller, _ in try healthPage(request, caller) },
            Endpoint(.GET, "/admin/accounts", .officers) { request, caller, _ in try accountsPage(request, caller) },
            Endpoint(.POST, "/admin/accounts", .officers, bodyMax: 1 << 16) { request, caller, _ in try addAccount(request, caller) },
            Endpoint(.POST, "/admin/accounts/{user}/link", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try mayAdminister(caller)
                return try accountsPage(request, caller, link: (parameters[0], try accounts.newLink(user: parameters[0])))
            },
            Endpoint(.POST, "/admin/accounts/{user}/closure", .officers, bodyMax: 1 << 14) { _, caller, parameters in
                try mayAdminister(caller)
                guard parameters[0] != caller.session?.account.user else {
                    throw Problem(.badRequest, "own-account", ["vi": "Không thể tự khóa tài khoản của mình.", "en": "You cannot close your own account."])
                }
                try accounts.disable(user: parameters[0])
                return .redirect("/admin/accounts")
            },
            Endpoint(.GET, "/admin/tokens", .officers) { request, caller, _ in try tokensPage(request, caller) },
            Endpoint(.POST, "/admin/tokens", .officers, bodyMax: 1 << 16) { request, caller, _ in try addToken(request, caller) },
            Endpoint(.POST, "/admin/tokens/{name}/revocation", .officers, bodyMax: 1 << 14) { _, caller, parameters in
                try mayAdminister(caller)
                try accounts.revokeToken(name: parameters[0])
                return .redirect("/admin/tokens")
            },
            Endpoint(.GET, "/admin/agreements", .officers) { request, caller, _ in try agreementsPage(request, caller) },
            Endpoint(.POST, "/admin/agreements", .officers, bodyMax: 1 << 16) { request, caller, _ in try addAgreement(request, caller) },
            Endpoint(.POST, "/admin/agreements/{id}/end", .officers, bodyMax: 1 << 14) { _, caller, parameters in
                try mayAdminister(caller)
                if let id = Int64(parameters[0]) { try accounts.endAgreement(id) }
                return .redirect("/admin/agreements")
            },
            Endpoint(.GET, "/admin/journals", .officers) { request, caller, _ in try journalsPage(request, caller) },
        ]
    }

    func mayAdminister(_ caller: Caller) throws {
        guard caller.authority.may(.administer, "*") else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho người quản trị.", "en": "This page is for administrators."])
        }
    }

    func adminFrame(_ title: Text, _ request: Request, _ caller: Caller) -> Layout {
        layout(
            title, request, caller, door: "officer",
            crumbs: [
                (title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[caller.language], href: "/officer"),
                (title: (["vi": "Quản trị", "en": "Administration"] as Text)[caller.language], href: "/admin"),
            ])
    }

    func adminNavigation(_ l: Language, _ request: Request) -> HTML {
        let pages: [(String, Text)] = [
            ("/admin", ["vi": "Tình trạng máy", "en": "Health"]), ("/admin/accounts", ["vi": "Tài khoản", "en": "Accounts"]),
            ("/admin/tokens", ["vi": "Mã truy cập", "en": "Tokens"]),
            ("/admin/agreements", ["vi": "Thỏa thuận sử dụng", "en": "Agreements of use"]),
            ("/admin/following", ["vi": "Sổ theo từ nơi khác", "en": "Registers followed"]), ("/admin/journals", ["vi": "Nhật ký", "en": "Journals"]),
            ("/admin/procedures", ["vi": "Thủ tục, phiên bản", "en": "Procedures, versions"]), ("/admin/kiosks", ["vi": "Máy ki-ốt", "en": "Kiosks"]),
            ("/admin/notices", ["vi": "Tin nhắn, thư đi", "en": "Outbox"]),
        ]
        return
            "<nav class=\"crumbs\" aria-label=\"\(["vi": "Quản trị", "en": "Administration"] as Text, l)\"><ul class=\"columns\">\(pages.map { "<li><a href=\"\($0.0)\">\($0.1, l)</a></li>" as HTML })</ul></nav>"
    }

    func csrf(_ caller: Caller) -> HTML { "<input type=\"hidden\" name=\"csrf\" value=\"\(caller.session?.formKey ?? "")\">" }

    func table(_ title: Text, _ heads: [Text], _ rows: [[HTML]], _ l: Language) -> HTML {
        let body: [HTML] = rows.map { row in
            let cells: [HTML] = row.enumerated().map { index, cell in
                index == 0 ? "<th scope=\"row\" data-label=\"\(heads[index], l)\">\(cell)</th>" : "<td data-label=\"\(heads[index], l)\">\(cell)</td>"
            }
            return "<tr>\(cells)</tr>"
        }
        return """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption><thead><tr>\(heads.map { "<th scope=\"col\">\($0, l)</th>" as HTML })</tr></thead><tbody>\(body)</tbody></table></div>
            """
    }

    func summary(_ problem: Objection?, _ l: Language) -> HTML? {
        problem.map {
            "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>\(["vi": "Cần sửa", "en": "Please correct"] as Text, l)</h2><ul><li><a href=\"#\($0.field)\">\($0.text, l)</a></li></ul></div>"
        }
    }

    /// A field with its label, its hint and what is wrong with it.
    func field(
        _ id: String, _ label: Text, hint: Text? = nil, isOptional: Bool = false, _ problem: Objection?, _ l: Language, _ input: (_ described: HTML) -> HTML
    ) -> HTML {
        let error = problem.flatMap { $0.field == id ? $0.text : nil }
        let ids = [hint == nil ? nil : "h-\(id)", error == nil ? nil : "e-\(id)"].compactMap { $0 }.joined(separator: " ")
        let described: HTML = "\(ids.isEmpty ? "" : " aria-describedby=\"\(ids)\"" as HTML)\(error == nil ? "" : " aria-invalid=\"true\"" as HTML)"
        return """
            <div class="field\(error == nil ? "" : " has-error")"><label for="\(id)">\(label, l)\(isOptional ? " <span class=\"muted\">(\(["vi": "không bắt buộc", "en": "optional"] as Text, l))</span>" as HTML : "")</label>\
            \(hint.map { "<p class=\"hint\" id=\"h-\(id)\">\($0, l)</p>" as HTML })\(error.map { "<p class=\"error-message\" id=\"e-\(id)\">\($0, l)</p>" as HTML })\(input(described))</div>
            """
    }

    private func message(_ id: String, _ problem: Objection?, _ l: Language) -> HTML? {
        problem.flatMap { $0.field == id ? "<p class=\"error-message\">\($0.text, l)</p>" : nil }
    }

    // MARK: Health

    private func healthPage(_ request: Request, _ caller: Caller) throws -> Response {
        try mayAdminister(caller)
        let l = caller.language
        let title: Text = ["vi": "Tình trạng máy", "en": "Health of this node"]
        let health = registry.health()
        func megabytes(_ bytes: Int64) -> String { "\(l.number(Int(bytes >> 20))) MB" }
        let minutes = Int((registry.world.now().milliseconds - started.milliseconds) / 60_000)
        let answers = metrics.answers
        let facts: [(Text, String)] = [
            (["vi": "Chạy liên tục", "en": "Up for"], "\(l.number(minutes)) \((["vi": "phút", "en": "minutes"] as Text)[l])"),
            (["vi": "Cơ sở dữ liệu", "en": "Database"], megabytes(health.databaseBytes)),
            (["vi": "Nhật ký ghi trước (WAL)", "en": "Write-ahead log"], health.logBytes.map(megabytes) ?? "–"),
            (["vi": "Đĩa còn trống", "en": "Free disk"], health.freeBytes.map(megabytes) ?? "–"),
            (["vi": "Yêu cầu đã trả lời", "en": "Requests answered"], l.number(answers.all)),
            (["vi": "Lỗi của máy chủ (5xx)", "en": "Server errors (5xx)"], l.number(answers.failed)),
            (["vi": "Lần nạp đang chạy", "en": "Loads under way"], l.number(health.runningLoads)),
        ]
        let warning: HTML? =
            health.freeBytes.map { $0 < max(1 << 30, health.databaseBytes / 5) } ?? false
            ? "<p class=\"notice notice-warn\">\(["vi": "Đĩa sắp đầy. Khi hết chỗ, máy vẫn đọc được nhưng không nhận ghi.", "en": "The disk is nearly full. When it is, reading goes on but nothing is entered."] as Text, l)</p>"
            : nil
        let content: HTML = """
            <h1>\(title, l)</h1>\(adminNavigation(l, request))\(warning)<dl class="summary">\(facts.map { "<div><dt>\($0.0, l)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>
            <p><a href="/metrics">Prometheus</a> · <a href="/ready">/ready</a></p>
            <p class="muted">\(["vi": "Kiểm toàn bộ nhật ký và hồ sơ: chạy lệnh thanglong verify trên máy chủ.", "en": "To check all journals and records run thanglong verify on the server."] as Text, l)</p>
            """
        return adminFrame(title, request, caller).response(content)
    }

    // MARK: Accounts

    private func accountsPage(
        _ request: Request, _ caller: Caller, link: (user: String, code: String)? = nil, problem: Objection? = nil, status: HTTPResponseStatus = .ok
    ) throws -> Response {
        try mayAdminister(caller)
        let l = caller.language
        let title: Text = ["vi": "Tài khoản", "en": "Accounts"]
        let form = request.form ?? []
        func typed(_ name: String) -> String { status == .ok ? "" : form.first { $0.name == name }?.value ?? "" }
        let rows: [[HTML]] = try accounts.list().map { account in
            let rights = account.grants.isEmpty ? "–" : roleName(account.grants, l)
            let units = Set(account.grants.compactMap(\.unit)).map { scopeName($0, l) }.joined(separator: ", ")
            let acts: HTML =
                account.isDisabled
                ? "<span class=\"tag tag-closed\">\(["vi": "đã khóa", "en": "closed"] as Text, l)</span>"
                : """
                <form class="inline" method="post" action="/admin/accounts/\(account.user)/link">\(csrf(caller))<button class="link">\(["vi": "Tạo đường dẫn mới", "en": "New link"] as Text, l)<span class="visually-hidden"> \(account.user)</span></button></form> \
                <form class="inline" method="post" action="/admin/accounts/\(account.user)/closure">\(csrf(caller))<button class="link">\(["vi": "Khóa", "en": "Close"] as Text, l)<span class="visually-hidden"> \(account.user)</span></button></form>
                """
            return [
                HTML(text: account.user), HTML(text: account.name), HTML(text: rights), HTML(text: units.isEmpty ? options.cityName[l] : units),
                account.servant.map { "<a class=\"code\" href=\"/registers/\(options.roles.posts?.register ?? "")/records/\(Request.encode($0))\">\($0)</a>" } ?? "–", acts,
            ]
        }
        let communes = registry.units.inForce(on: registry.world.today, level: .commune).sorted { $0.name.sortsBefore($1.name) }
        let shownLink: HTML? = link.map { user, code in
            "<p class=\"notice notice-ok\">\(["vi": "Trao đường dẫn này cho", "en": "Give this link to"] as Text, l) \(user): <span class=\"code\">/setup?code=\(code)</span> \(["vi": "Dùng một lần, trong một ngày.", "en": "It works once, within a day."] as Text, l)</p>"
        }
        let content: HTML = """
            \(summary(problem, l))<h1>\(title, l)</h1>\(adminNavigation(l, request))\(shownLink)
            \(table(title, [["vi": "Tên đăng nhập", "en": "User name"], ["vi": "Họ tên", "en": "Name"], ["vi": "Vai trò", "en": "Role"], ["vi": "Đơn vị", "en": "Unit"], ["vi": "Số hiệu", "en": "Servant"], ["vi": "Việc", "en": "Acts"]], rows, l))
            <h2>\(["vi": "Thêm tài khoản", "en": "Add an account"] as Text, l)</h2>
            <form method="post" action="/admin/accounts" novalidate>\(csrf(caller))
            \(field("user", ["vi": "Tên đăng nhập", "en": "User name"], hint: ["vi": "Chữ thường không dấu, chữ số, dấu chấm.", "en": "Small letters, digits, dots."], problem, l) { "<input class=\"w-20\" type=\"text\" id=\"user\" name=\"user\" value=\"\(typed("user"))\" autocomplete=\"off\" autocapitalize=\"none\"\($0)>" })
            \(field("name", ["vi": "Họ và tên", "en": "Full name"], problem, l) { "<input type=\"text\" id=\"name\" name=\"name\" value=\"\(typed("name"))\" autocomplete=\"off\"\($0)>" })
            <fieldset class="field" id="role" tabindex="-1"><legend>\(["vi": "Vai trò", "en": "Role"] as Text, l)</legend>\(message("role", problem, l))<div class="choices">\(Role.allCases.map { role in
                "<label><input type=\"radio\" name=\"role\" value=\"\(role.rawValue)\"\((typed("role").isEmpty ? "officer" : typed("role")) == role.rawValue ? " checked" : "")><span>\(role.title, l)</span></label>" as HTML
            })</div></fieldset>
            <fieldset class="field"><legend>\(["vi": "Các sổ", "en": "Registers"] as Text, l)</legend><p class="hint">\(["vi": "Không chọn sổ nào là mọi sổ.", "en": "None chosen means all of them."] as Text, l)</p><div class="choices">\(registry.registers.map { register in
                "<label><input type=\"checkbox\" name=\"register\" value=\"\(register.name)\"\(form.contains { $0.name == "register" && $0.value == register.name } && status != .ok ? " checked" : "")><span>\(register.title, l)</span></label>" as HTML
            })</div></fieldset>
            \(officeBoxes(status == .ok ? [] : form, problem, l))
            \(field("unit", ["vi": "Đơn vị", "en": "Unit"], problem, l) { described in
                "<select id=\"unit\" name=\"unit\"\(described)><option value=\"\">\(options.cityName, l)</option>\(communes.map { "<option value=\"\($0.code)\"\(typed("unit") == $0.code ? " selected" : "")>\($0.name)</option>" as HTML })</select>"
            })
            \(field("servant", ["vi": "Số hiệu cán bộ", "en": "Servant number"], hint: ["vi": "Có số hiệu thì quyền ở đơn vị đi theo vị trí công tác: điều động là đổi, thôi việc là hết.", "en": "With it, rights in a unit follow the post: a transfer changes them, a departure ends them."], isOptional: true, problem, l) { "<input class=\"w-20\" type=\"text\" id=\"servant\" name=\"servant\" value=\"\(typed("servant"))\"\($0)>" })
            \(field("person", ["vi": "Số định danh của người hướng dẫn", "en": "The guide's personal number"], hint: ["vi": "Với vai trò người hướng dẫn: ca đã lên lịch cho người này được bắt đầu bằng tài khoản này.", "en": "For helpers: shifts planned for this person are begun by this account."], isOptional: true, problem, l) { "<input class=\"w-20\" type=\"text\" id=\"person\" name=\"person\" value=\"\(typed("person"))\" inputmode=\"numeric\" autocomplete=\"off\"\($0)>" })
            \(field("biller", ["vi": "Làm cho đơn vị thu", "en": "Works for the biller"], hint: ["vi": "Mã đơn vị thu, khi tài khoản chỉ làm việc cho đơn vị đó, ví dụ EVNHN.", "en": "A biller's code when the account works for it and nothing else, such as EVNHN."], isOptional: true, problem, l) { "<input class=\"w-10\" type=\"text\" id=\"biller\" name=\"biller\" value=\"\(typed("biller"))\"\($0)>" })
            <p><button class="button">\(["vi": "Thêm tài khoản", "en": "Add the account"] as Text, l)</button></p></form>
            """
        return adminFrame(title, request, caller).response(status, content)
    }

    private func officeBoxes(_ form: [(name: String, value: String)], _ problem: Objection?, _ l: Language) -> HTML {
        let hint: Text = [
            "vi": "Xử lý hồ sơ, trả lời đôn đốc gửi cơ quan. Không chọn là mọi cơ quan; nếu có chọn sổ thì không cơ quan nào.",
            "en": "Handles its dossiers and answers its letters. None chosen means all of them, or none where registers are chosen.",
        ]
        let boxes: [HTML] = options.offices.map { office -> HTML in
            let isChosen = form.contains { $0.name == "office" && $0.value == office.code }
            return "<label><input type=\"checkbox\" name=\"office\" value=\"\(office.code)\"\(isChosen ? " checked" : "")><span>\(office.title, l)</span></label>"
        }
        return """
            <fieldset class="field" id="office" tabindex="-1"><legend>\(["vi": "Làm việc cho cơ quan", "en": "Works for the office"] as Text, l)</legend><p class="hint">\(hint, l)</p>\(message("office", problem, l))<div class="choices">\(boxes)</div></fieldset>
            """
    }

    private func roleName(_ grants: [Grant], _ l: Language) -> String {
        let letters = steering.map { [$0.names.urgings, $0.names.inspections, $0.names.findings] } ?? []
        // Rights to these are others than to the registers that a role has beside them.
        let grants = grants.filter { !$0.register.hasPrefix(Office.right("")) && $0.register != Devices.right && !letters.contains($0.register) }
        if let biller = grants.first(where: { $0.register.hasPrefix(Payments.right("")) }) {
            return "\((["vi": "Đơn vị thu", "en": "Biller"] as Text)[l]) \(biller.register.dropFirst(Payments.right("").utf8.count))"
        }
        for role in [Role.cashier, .treasurer] where grants.first?.register == role.grants(registers: [], unit: nil)[0].register { return role.title[l] }
        for role in Role.allCases where grants.allSatisfy({ $0.acts == role.grants(registers: ["x"], unit: nil)[0].acts }) { return role.title[l] }
        return grants.map(\.text).joined(separator: " ")
    }

    private func addAccount(_ request: Request, _ caller: Caller) throws -> Response {
        try mayAdminister(caller)
        let form = request.form ?? []
        func value(_ name: String) -> String { form.first { $0.name == name }?.value.trimmed ?? "" }
        func refuse(_ field: String, _ vi: String, _ en: String) throws -> Response {
            try accountsPage(request, caller, problem: Objection(field: field, code: "input", Text(vi: vi, en: en)), status: .unprocessableContent)
        }
        guard let role = Role(rawValue: value("role")) else { return try refuse("role", "Chọn vai trò.", "Choose a role.") }
        guard !value("name").isEmpty else { return try refuse("name", "Ghi họ tên.", "Enter the name.") }
        let chosen = form.filter { $0.name == "register" }.map(\.value)
        let names = chosen.isEmpty ? registry.registers.map(\.name) : try chosen.map { try registry.register($0).name }
        let unit = value("unit").isEmpty ? nil : value("unit")
        if let unit, registry.units.find(unit, on: registry.world.today) == nil { return try refuse("unit", "Không có đơn vị này.", "There is no such unit.") }
        let servant = value("servant").isEmpty ? nil : value("servant").uppercased()
        if let servant, let posts = options.roles.posts {
            let post = try registry.standing(posts.register, servant, field: posts.unit)
            guard post.stands else { return try refuse("servant", "Không có số hiệu này trong sổ cán bộ.", "There is no such number in the register of servants.") }
            guard post.value == nil || unit != nil else {
                return try refuse(
                    "unit", "Cán bộ phường, xã: chọn đơn vị, để quyền gắn với vị trí.", "A commune's servant: choose the unit, so that the rights are bound to the post.")
            }
        }
        let number = value("person").filter { $0 != " " && $0 != "." }
        let person = number.isEmpty ? nil : try options.roles.people.flatMap { try registry.row(of: String(number.prefix(20)), in: $0) }
        guard number.isEmpty || person != nil else { return try refuse("person", "Không có người mang số định danh này.", "Nobody has this personal number.") }
        guard person == nil || role == .helper else { return try refuse("person", "Chỉ ghi cho vai trò người hướng dẫn.", "This is for helpers only.") }
        do {
            let known = options.offices.map(\.code)
            let picked = form.filter { $0.name == "office" }.map(\.value)
            guard picked.allSatisfy({ known.contains($0) }) else { return try refuse("office", "Không có cơ quan này.", "There is no such office.") }
            // Who gets every register gets every office's work too.
            let offices = picked.isEmpty && chosen.isEmpty ? known : picked
            let biller = value("biller").uppercased()
            if !biller.isEmpty, (try? payments.biller(biller)) == nil { return try refuse("biller", "Không có đơn vị thu mang mã này.", "There is no biller with this code.") }
            if role == .cashier, unit == nil { return try refuse("unit", "Thu ngân: chọn đơn vị có quầy.", "A cashier: choose the unit with the counter.") }
            let grants = biller.isEmpty ? role.grants(registers: names, offices: offices, unit: unit) : [Grant(Payments.right(biller), [.read, .write])]
            let code = try accounts.add(user: value("user"), name: value("name"), grants: grants, servant: servant, person: person)
            return try accountsPage(request, caller, link: (value("user"), code))
        } catch AccountError.userExists {
            return try refuse("user", "Tên đăng nhập này đã có.", "This user name is taken.")
        } catch AccountError.badUser {
            return try refuse("user", "Tên đăng nhập gồm 2 đến 40 chữ thường không dấu, chữ số, chấm, gạch nối.", "A user name has 2 to 40 small letters, digits, dots or hyphens.")
        }
    }

    // MARK: Tokens

    private func grantInputs(_ form: [(name: String, value: String)], _ l: Language) -> HTML {
        let rows: [[HTML]] = registry.registers.map { register in
            let boxes: [HTML] = [Act.read, .personal, .write].map { act in
                let value = "\(register.name):\(act.rawValue)"
                return
                    "<label><input type=\"checkbox\" name=\"grant\" value=\"\(value)\"\(form.contains { $0.name == "grant" && $0.value == value } ? " checked" : "")> <span class=\"visually-hidden\">\(act.title, l) – \(register.title, l)</span></label>"
            }
            return [HTML(text: register.title[l])] + boxes
        }
        return table(
            ["vi": "Quyền", "en": "Rights"],
            [["vi": "Sổ", "en": "Register"], ["vi": "Xem", "en": "Read"], ["vi": "Cá nhân", "en": "Personal"], ["vi": "Cập nhật", "en": "Enter"]], rows, l)
    }

    private func grants(_ form: [(name: String, value: String)]) -> [Grant] {
        var acts: [String: Set<Act>] = [:]
        for (name, value) in form where name == "grant" {
            let parts = value.split(separator: ":").map(String.init)
            guard parts.count == 2, let act = Act(rawValue: parts[1]), act != .administer, (try? registry.register(parts[0])) != nil else { continue }
            acts[parts[0], default: []].insert(act)
        }
        return acts.sorted { $0.key < $1.key }.map { Grant($0.key, $0.value) }
    }

    private func tokensPage(_ request: Request, _ caller: Caller, token: String? = nil, problem: Objection? = nil, status: HTTPResponseStatus = .ok) throws
        -> Response
    {
        try mayAdminister(caller)
        let l = caller.language
        let title: Text = ["vi": "Mã truy cập của các hệ thống", "en": "Tokens of systems"]
        let form = status == .ok ? [] : request.form ?? []
        let rows: [[HTML]] = try accounts.tokens().map { token in
            [
                HTML(text: token.name), "<span class=\"code\">\(token.grants.map(\.text).joined(separator: " "))</span>", HTML(text: token.created.written(l)),
                token.revoked.map { "<span class=\"tag tag-closed\">\(["vi": "thu hồi", "en": "revoked"] as Text, l) \($0.written(l))</span>" as HTML }
                    ?? "<form class=\"inline\" method=\"post\" action=\"/admin/tokens/\(Request.encode(token.name))/revocation\">\(csrf(caller))<button class=\"link\">\(["vi": "Thu hồi", "en": "Revoke"] as Text, l)<span class=\"visually-hidden\"> \(token.name)</span></button></form>",
            ]
        }
        let agreements = try accounts.agreements().filter { $0.holds(on: registry.world.today) }
        let chosen = form.first { $0.name == "agreement" }?.value
        let hint: Text = [
            "vi": "Nếu mã dành cho phần mềm do bộ, ngành chuyển giao: mã phần mềm trong sổ, ví dụ PB000001. Phần mềm phải được đưa vào sử dụng; bị từ chối thì mã hết ngay.",
            "en": "When the token is for software of a ministry: its number in the register, such as PB000001. It must be accepted; once it is refused the token is dead.",
        ]
        let software: HTML? =
            options.software == nil
            ? nil
            : field("software", ["vi": "Phần mềm của bộ", "en": "Software of a ministry"], hint: hint, isOptional: true, problem, l) {
                "<input class=\"w-10\" type=\"text\" id=\"software\" name=\"software\" value=\"\(form.first { $0.name == "software" }?.value ?? "")\" autocomplete=\"off\"\($0)>"
            }
        let content: HTML = """
            \(summary(problem, l))<h1>\(title, l)</h1>\(adminNavigation(l, request))
            \(token.map { "<p class=\"notice notice-ok\">\(["vi": "Chỉ hiện một lần; trao ngay cho bên kết nối:", "en": "Shown this once; hand it over now:"] as Text, l) <span class=\"code\">\($0)</span></p>" as HTML })
            \(table(title, [["vi": "Tên", "en": "Name"], ["vi": "Quyền", "en": "Rights"], ["vi": "Cấp lúc", "en": "Issued at"], ["vi": "Tình trạng", "en": "State"]], rows, l))
            <h2>\(["vi": "Cấp mã mới", "en": "Issue a token"] as Text, l)</h2>
            <form method="post" action="/admin/tokens" novalidate>\(csrf(caller))
            \(field("name", ["vi": "Tên hệ thống", "en": "The system's name"], problem, l) { "<input class=\"w-20\" type=\"text\" id=\"name\" name=\"name\" value=\"\(form.first { $0.name == "name" }?.value ?? "")\" autocomplete=\"off\"\($0)>" })
            \(field("agreement", ["vi": "Theo thỏa thuận", "en": "Under the agreement"], hint: ["vi": "Theo thỏa thuận thì quyền và mục đích lấy từ đó, và hết cùng thỏa thuận.", "en": "Under an agreement, rights and purpose are its own and end with it."], problem, l) { described in
                "<select id=\"agreement\" name=\"agreement\"\(described)><option value=\"\">\(["vi": "Không theo thỏa thuận", "en": "None"] as Text, l)</option>\(agreements.map { "<option value=\"\(String($0.id))\"\(chosen == String($0.id) ? " selected" : "")>\($0.party)</option>" as HTML })</select>"
            })
            \(software)
            <details><summary>\(["vi": "Quyền, nếu không theo thỏa thuận", "en": "Rights, when there is no agreement"] as Text, l)</summary>\(grantInputs(form, l))</details>
            <p><button class="button">\(["vi": "Cấp mã", "en": "Issue"] as Text, l)</button></p></form>
            """
        return adminFrame(title, request, caller).response(status, content)
    }

    private func addToken(_ request: Request, _ caller: Caller) throws -> Response {
        try mayAdminister(caller)
        let form = request.form ?? []
        func refuse(_ field: String, _ vi: String, _ en: String) throws -> Response {
            try tokensPage(request, caller, problem: Objection(field: field, code: "input", Text(vi: vi, en: en)), status: .unprocessableContent)
        }
        let name = form.first { $0.name == "name" }?.value.trimmed ?? ""
        let typed = form.first { $0.name == "software" }?.value.tidied ?? ""
        let software = typed.isEmpty ? nil : typed
        guard (2...60).contains(name.count) else { return try refuse("name", "Tên hệ thống có 2 đến 60 ký tự.", "The system's name has 2 to 60 characters.") }
        let agreement = form.first { $0.name == "agreement" }.flatMap { Int64($0.value) }
        let grants = grants(form)
        guard agreement != nil || !grants.isEmpty else { return try refuse("agreement", "Chọn thỏa thuận, hoặc ít nhất một quyền.", "Choose an agreement or at least one right.") }
        if let software {
            guard let gate = options.software else {
                return try refuse("name", "Máy chủ này không cấp mã cho phần mềm của bộ.", "This server issues no tokens for ministries' software.")
            }
            if let why = try gate.objection(to: software, in: registry) { return try refuse("software", why.vi, why.en) }
        }
        do {
            return try tokensPage(request, caller, token: try accounts.addToken(name: name, grants: grants, agreement: agreement, software: software))
        } catch AccountError.userExists {
            return try refuse("name", "Tên này đã dùng.", "This name is taken.")
        } catch AccountError.unknownAgreement {
            return try refuse("agreement", "Thỏa thuận này đã hết.", "This agreement has ended.")
        }
    }

    // MARK: Agreements

    private func agreementsPage(_ request: Request, _ caller: Caller, problem: Objection? = nil, status: HTTPResponseStatus = .ok) throws -> Response {
        try mayAdminister(caller)
        let l = caller.language
        let title: Text = ["vi": "Thỏa thuận sử dụng dữ liệu", "en": "Agreements of use"]
        let form = status == .ok ? [] : request.form ?? []
        func typed(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
        let rows: [[HTML]] = try accounts.agreements().map { agreement in
            [
                HTML(text: agreement.party), HTML(text: agreement.basis), HTML(text: agreement.purpose.title[l]),
                "<span class=\"code\">\(agreement.grants.map(\.text).joined(separator: " "))</span>",
                HTML(text: agreement.until.written(l)),
                agreement.holds(on: registry.world.today)
                    ? "<form class=\"inline\" method=\"post\" action=\"/admin/agreements/\(String(agreement.id))/end\">\(csrf(caller))<button class=\"link\">\(["vi": "Chấm dứt", "en": "End it"] as Text, l)<span class=\"visually-hidden\"> \(agreement.party)</span></button></form>"
                    : "<span class=\"tag tag-closed\">\(["vi": "đã hết", "en": "ended"] as Text, l)</span>",
            ]
        }
        let content: HTML = """
            \(summary(problem, l))<h1>\(title, l)</h1>\(adminNavigation(l, request))
            <p class="lead">\(["vi": "Cơ quan nào được hỏi gì, để làm gì, đến khi nào. Hết thỏa thuận thì mã truy cập của nó hết ngay.", "en": "Which office may ask for what, why and until when. When an agreement ends, so do its tokens, at once."] as Text, l)</p>
            \(rows.isEmpty ? "<p class=\"muted\">\(["vi": "Chưa có thỏa thuận nào.", "en": "There are none yet."] as Text, l)</p>" as HTML : table(title, [["vi": "Bên sử dụng", "en": "Party"], ["vi": "Căn cứ", "en": "Basis"], ["vi": "Mục đích", "en": "Purpose"], ["vi": "Quyền", "en": "Rights"], ["vi": "Đến ngày", "en": "Until"], ["vi": "Việc", "en": "Acts"]], rows, l))
            <h2>\(["vi": "Ghi thỏa thuận mới", "en": "Enter an agreement"] as Text, l)</h2>
            <form method="post" action="/admin/agreements" novalidate>\(csrf(caller))
            \(field("party", ["vi": "Bên sử dụng", "en": "Party"], problem, l) { "<input type=\"text\" id=\"party\" name=\"party\" value=\"\(typed("party"))\"\($0)>" })
            \(field("basis", ["vi": "Căn cứ", "en": "Basis"], hint: ["vi": "Số văn bản, ví dụ quy chế chia sẻ dữ liệu.", "en": "The number of the document, such as a data-sharing agreement."], problem, l) { "<input type=\"text\" id=\"basis\" name=\"basis\" value=\"\(typed("basis"))\"\($0)>" })
            \(field("purpose", ["vi": "Mục đích", "en": "Purpose"], problem, l) { described in
                "<select id=\"purpose\" name=\"purpose\"\(described)><option value=\"\">\(["vi": "Chọn mục đích", "en": "Choose a purpose"] as Text, l)</option>\(Purpose.all.filter { $0.code != "demo" || options.isDemo }.map { "<option value=\"\($0.code)\"\(typed("purpose") == $0.code ? " selected" : "")>\($0.title, l)</option>" as HTML })</select>"
            })
            \(field("until", ["vi": "Đến hết ngày", "en": "Until the end of"], problem, l) { "<input class=\"w-10\" type=\"text\" id=\"until\" name=\"until\" value=\"\(typed("until"))\" placeholder=\"31/12/2027\"\($0)>" })
            <div id="grants" tabindex="-1">\(message("grants", problem, l))\(grantInputs(form, l))</div><p><button class="button">\(["vi": "Ghi thỏa thuận", "en": "Enter it"] as Text, l)</button></p></form>
            """
        return adminFrame(title, request, caller).response(status, content)
    }

    private func addAgreement(_ request: Request, _ caller: Caller) throws -> Response {
        try mayAdminister(caller)
        let form = request.form ?? []
        func value(_ name: String) -> String { form.first { $0.name == name }?.value.trimmed ?? "" }
        func refuse(_ field: String, _ vi: String, _ en: String) throws -> Response {
            try agreementsPage(request, caller, problem: Objection(field: field, code: "input", Text(vi: vi, en: en)), status: .unprocessableContent)
        }
        guard !value("party").isEmpty else { return try refuse("party", "Ghi bên sử dụng.", "Enter the party.") }
        guard !value("basis").isEmpty else { return try refuse("basis", "Ghi căn cứ.", "Enter the basis.") }
        guard let purpose = Purpose.find(value("purpose")), purpose.code != "demo" || options.isDemo else { return try refuse("purpose", "Chọn mục đích.", "Choose a purpose.") }
        guard let until = Day(value("until")), until >= registry.world.today else {
            return try refuse("until", "Ngày hết hạn phải là ngày có thật, từ hôm nay.", "The last day must be a real one, today or later.")
        }
        let grants = grants(form)
        guard !grants.isEmpty else { return try refuse("grants", "Chọn ít nhất một quyền.", "Choose at least one right.") }
        _ = try accounts.addAgreement(party: value("party"), basis: value("basis"), purpose: purpose, grants: grants, until: until)
        return .redirect("/admin/agreements")
    }

    // MARK: Journals

    private func journalsPage(_ request: Request, _ caller: Caller) throws -> Response {
        try mayAdminister(caller)
        let l = caller.language
        let title: Text = ["vi": "Nhật ký", "en": "Journals"]
        let rows: [[HTML]] = try registry.journalHeads().map { head in
            [
                HTML(text: head.title[l]), "<span class=\"num\">\(l.number(Int(head.size)))</span>", HTML(text: head.recorded?.written(l) ?? "–"),
                "<span class=\"hash code\">\(head.root ?? "–")</span>",
                "<a class=\"code\" href=\"/log/\(head.name)/checkpoint\">checkpoint</a>",
            ]
        }
        let content: HTML = """
            <h1>\(title, l)</h1>\(adminNavigation(l, request))<p class="lead">\(["vi": "Bản ký xác nhận mới nhất của mỗi nhật ký. Gửi một bản ra ngoài đều đặn: sau này ai sửa lịch sử cũng lộ.", "en": "The signed head of each journal. Send a copy outside regularly: then nobody can rewrite history unseen."] as Text, l)</p>
            \(table(title, [["vi": "Nhật ký", "en": "Journal"], ["vi": "Mục", "en": "Entries"], ["vi": "Mới nhất", "en": "Latest"], ["vi": "Mã băm gốc", "en": "Root hash"], ["vi": "Bản đã ký", "en": "Signed head"]], rows, l))
            <p><a href="/log/keys">\(["vi": "Khóa kiểm chứng", "en": "Verifier keys"] as Text, l)</a></p>
            """
        return adminFrame(title, request, caller).response(content)
    }
}
