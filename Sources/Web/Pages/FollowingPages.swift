// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// Registers that this instance follows elsewhere: how far each has come, what stands in the way, and whether both sides say the same.
extension Parts {
    var followingPages: [Endpoint] {
        [
            Endpoint(.GET, "/admin/following", .officers) { request, caller, _ in try followingPage(request, caller) },
            Endpoint(.POST, "/admin/following", .officers, bodyMax: 1 << 14) { request, caller, _ in try await beginFollowing(request, caller) },
            Endpoint(.POST, "/admin/following/{id}/state", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try mayAdminister(caller)
                let followed = try followed(parameters[0])
                try registry.setFollowing(followed.id, running: request.form?.first { $0.name == "state" }?.value == "running")
                return .redirect("/admin/following")
            },
            Endpoint(.POST, "/admin/following/{id}/comparison", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try await comparisonPage(request, caller, parameters[0])
            },
        ]
    }

    private func followed(_ id: String) throws -> Followed {
        guard let followed = try Int64(id).flatMap({ try registry.followedRegister($0) }) else {
            throw Problem(.notFound, "no-such-following", ["vi": "Không có sổ được theo này.", "en": "This register is not followed."])
        }
        return followed
    }

    private func stateTag(_ followed: Followed, _ l: Language) -> HTML {
        let isThere = followed.size == followed.seen && followed.size > 0
        let (style, text): (String, Text) =
            switch followed.state {
            case .stopped: ("tag tag-closed", ["vi": "đã dừng", "en": "stopped"])
            case .paused: ("tag", ["vi": "tạm ngừng", "en": "paused"])
            case .running where followed.problem != nil: ("tag tag-late", ["vi": "đang chờ", "en": "waiting"])
            case .running: isThere ? ("tag tag-ok", ["vi": "khớp", "en": "up to date"]) : ("tag", ["vi": "đang nhận", "en": "receiving"])
            }
        return "<span class=\"\(style)\">\(text, l)</span>\(followed.problem.map { "<br><span class=\"error-message\">\($0, l)</span>" as HTML })"
    }

    private func followingPage(_ request: Request, _ caller: Caller, problem: Objection? = nil, status: HTTPResponseStatus = .ok) throws -> Response {
        try mayAdminister(caller)
        let l = caller.language
        let title: Text = ["vi": "Sổ theo từ nơi khác", "en": "Registers followed from elsewhere"]
        let form = status == .ok ? [] : request.form ?? []
        func typed(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
        let rows: [[HTML]] = try registry.followedRegisters().map { one in
            let declaration = try registry.register(one.register)
            let fields = one.fields.compactMap { declaration.field($0)?.title[l] }.joined(separator: ", ")
            let act: (String, Text) = one.state == .running ? ("paused", ["vi": "Tạm ngừng", "en": "Pause"]) : ("running", ["vi": "Theo tiếp", "en": "Go on"])
            let name: HTML = "<span class=\"visually-hidden\"> \(one.origin)</span>"
            let state: HTML =
                "<form class=\"inline\" method=\"post\" action=\"/admin/following/\(String(one.id))/state\">\(csrf(caller))<input type=\"hidden\" name=\"state\" value=\"\(act.0)\"><button class=\"link\">\(act.1, l)\(name)</button></form>"
            let compare: HTML? =
                one.source == "bundle" || options.following == nil || one.size == 0
                ? nil
                : "<form class=\"inline\" method=\"post\" action=\"/admin/following/\(String(one.id))/comparison\">\(csrf(caller))<button class=\"link\">\(["vi": "So sánh", "en": "Compare"] as Text, l)\(name)</button></form>"
            return [
                "<a href=\"/registers/\(one.register)\">\(declaration.title, l)</a><br><span class=\"code muted\">\(one.origin)</span>",
                one.source == "bundle" ? "\(["vi": "tệp mang tay", "en": "bundle files"] as Text, l)" : "<span class=\"code\">\(one.source)</span>",
                stateTag(one, l),
                "<span class=\"num\">\(l.number(Int(one.size))) / \(l.number(Int(one.seen)))</span>\(one.skipped == 0 ? nil : "<br><span class=\"muted\">\(Text(vi: "\(Language.vietnamese.number(one.skipped)) mục không ghi vào sổ: hồ sơ của nơi khác, hoặc giá trị lạ", en: "\(Language.english.number(one.skipped)) not entered: records of others, or unknown values"), l)</span>" as HTML)",
                HTML(text: one.contacted?.written(l) ?? "–"),
                "\(fields.isEmpty ? "–" : fields)\(one.agreement.map { "<br><span class=\"muted\">\($0)\(one.until.map { (["vi": ", đến ", "en": ", until "] as Text)[l] + $0.written(l) } ?? "")</span>" as HTML })",
                one.state == .stopped ? "\(compare)" : "\(state) \(compare)",
            ]
        }
        let registers = registry.registers.map { "<option value=\"\($0.name)\"\(typed("register") == $0.name ? " selected" : "")>\($0.title, l)</option>" as HTML }
        let purposes = Purpose.all.filter { $0.code != "demo" || options.isDemo }.map {
            "<option value=\"\($0.code)\"\((typed("purpose").isEmpty ? "exchange" : typed("purpose")) == $0.code ? " selected" : "")>\($0.title, l)</option>" as HTML
        }
        let heads: [Text] = [
            ["vi": "Sổ", "en": "Register"], ["vi": "Từ", "en": "From"], ["vi": "Tình trạng", "en": "State"], ["vi": "Mục đã nhận", "en": "Entries here"],
            ["vi": "Liên lạc gần nhất", "en": "Last contact"], ["vi": "Trường, thỏa thuận", "en": "Fields, agreement"], ["vi": "Việc", "en": "Acts"],
        ]
        let content: HTML = """
            \(summary(problem, l))<h1>\(title, l)</h1>\(adminNavigation(l, request))
            <p class="lead">\(["vi": "Mỗi mục nhận về được đối chiếu với nhật ký có chữ ký của nơi giữ sổ trước khi ghi. Nơi nào đưa ra một lịch sử khác thì dừng ngay. Hồ sơ đã theo chỉ sửa được ở nơi giữ.", "en": "Every entry is checked against the signed journal of the office that keeps it before it is entered here. Where another history is shown, following stops at once. What is followed is changed only where it is kept."] as Text, l)</p>
            \(rows.isEmpty ? "<p class=\"muted\">\(["vi": "Chưa theo sổ nào.", "en": "Nothing is followed yet."] as Text, l)</p>" as HTML : table(title, heads, rows, l))
            <p><a href="/registers/\(Registry.agreementRegister)">\(["vi": "Ai được theo các sổ ở đây: các thỏa thuận chia sẻ dữ liệu", "en": "Who may follow registers kept here: the data-sharing agreements"] as Text, l)</a></p>
            <h2>\(["vi": "Theo thêm một sổ", "en": "Follow another register"] as Text, l)</h2>
            <form method="post" action="/admin/following" novalidate>\(csrf(caller))
            \(field("address", ["vi": "Địa chỉ nơi giữ sổ", "en": "Address of the office that keeps it"], hint: ["vi": "Ví dụ: https://hanoi.example", "en": "For example: https://hanoi.example"], problem, l) { "<input type=\"url\" id=\"address\" name=\"address\" value=\"\(typed("address"))\"\($0)>" })
            \(field("register", ["vi": "Sổ", "en": "Register"], problem, l) { "<select id=\"register\" name=\"register\"\($0)><option value=\"\">\(["vi": "Chọn sổ", "en": "Choose a register"] as Text, l)</option>\(registers)</select>" })
            \(field("token", ["vi": "Mã truy cập", "en": "Token"], hint: ["vi": "Nơi giữ sổ cấp. Để trống nếu sổ công khai.", "en": "Given by that office. Leave it empty for an open register."], isOptional: true, problem, l) { "<input type=\"password\" id=\"token\" name=\"token\" autocomplete=\"off\"\($0)>" })
            \(field("purpose", ["vi": "Mục đích ghi trong thỏa thuận", "en": "Purpose named in the agreement"], problem, l) { "<select id=\"purpose\" name=\"purpose\"\($0)>\(purposes)</select>" })
            <p><button class="button">\(["vi": "Bắt đầu theo", "en": "Begin to follow"] as Text, l)</button></p></form>
            """
        return adminFrame(title, request, caller).response(status, content)
    }

    private func beginFollowing(_ request: Request, _ caller: Caller) async throws -> Response {
        try mayAdminister(caller)
        let form = request.form ?? []
        func value(_ name: String) -> String { form.first { $0.name == name }?.value.trimmed ?? "" }
        func refuse(_ field: String, _ text: Text) throws -> Response {
            try followingPage(request, caller, problem: Objection(field: field, code: "input", text), status: .unprocessableContent)
        }
        guard let address = Followed.address(value("address")) else {
            return try refuse("address", ["vi": "Ghi địa chỉ bắt đầu bằng https://.", "en": "Enter an address that begins with https://."])
        }
        guard let register = registry.registers.first(where: { $0.name == value("register") }) else {
            return try refuse("register", ["vi": "Chọn sổ.", "en": "Choose a register."])
        }
        guard let purpose = Purpose.find(value("purpose")) else { return try refuse("purpose", ["vi": "Chọn mục đích.", "en": "Choose a purpose."]) }
        guard let acts = options.following else {
            return try refuse("address", ["vi": "Máy này không theo được nơi khác.", "en": "This server cannot follow others."])
        }
        let token = value("token").isEmpty ? nil : value("token")
        do {
            try await offLoop { try acts.begin(address, register, token, purpose.code) }
        } catch let problem as FollowingProblem {
            return try refuse("address", problem.text)
        }
        return .redirect("/admin/following")
    }

    private func comparisonPage(_ request: Request, _ caller: Caller, _ id: String) async throws -> Response {
        try mayAdminister(caller)
        let l = caller.language
        let one = try followed(id)
        guard let acts = options.following else { return .redirect("/admin/following") }
        let title: Text = ["vi": "So sánh hai nơi", "en": "Comparison of both sides"]
        let report: DriftReport
        do {
            report = try await offLoop { try acts.compare(one.id) }
        } catch let problem as FollowingProblem {
            let content: HTML = """
                <h1>\(title, l)</h1>\(adminNavigation(l, request))<p class="notice notice-warn">\(problem.text, l)</p><p><a href="/admin/following">\(["vi": "Quay lại", "en": "Back"] as Text, l)</a></p>
                """
            return adminFrame(title, request, caller).response(content)
        }
        let declaration = try registry.register(one.register)
        // Who administers sees no persons: keys of persons are counted, and named on the command line only.
        let isNamed = !declaration.hasPersonalKey
        func count(_ what: DriftReport.What) -> String { l.number(report.differences.count { $0.what == what }) }
        let names: [(DriftReport.What, Text)] = [
            (.differs, ["vi": "Khác nhau", "en": "Different"]), (.missingHere, ["vi": "Ở đây thiếu", "en": "Missing here"]),
            (.missingThere, ["vi": "Nơi giữ không có", "en": "Not at the source"]),
        ]
        let listed: HTML? =
            isNamed && !report.differences.isEmpty
            ? table(
                ["vi": "Các hồ sơ khác nhau", "en": "Records that differ"], [["vi": "Mã", "en": "Key"], ["vi": "Khác thế nào", "en": "How"]],
                report.differences.prefix(200).map { difference in
                    ["<a href=\"/registers/\(one.register)/records/\(Request.encode(difference.key))\">\(difference.key)</a>", "\(names.first { $0.0 == difference.what }!.1, l)"]
                }, l) : nil
        let content: HTML = """
            <h1>\(title, l)</h1>\(adminNavigation(l, request))<p class="lead">\(declaration.title, l) · <span class="code">\(one.origin)</span></p>
            \(report.differences.isEmpty ? "<p class=\"notice\">\(["vi": "Hai nơi giống hệt nhau.", "en": "Both sides say the same."] as Text, l)</p>" as HTML : "<p class=\"notice notice-warn\">\(Text(vi: "\(Language.vietnamese.number(report.differences.count)) hồ sơ không giống nhau.", en: "\(Language.english.number(report.differences.count)) records are not the same."), l)</p>" as HTML)
            <dl class="summary"><div><dt>\(["vi": "Hồ sơ đã so", "en": "Records compared"] as Text, l)</dt><dd>\(l.number(report.records))</dd></div>\(names.map { "<div><dt>\($0.1, l)</dt><dd>\(count($0.0))</dd></div>" as HTML })<div><dt>\(["vi": "Dữ liệu đã gửi, nhận", "en": "Data exchanged"] as Text, l)</dt><dd>\(l.number(report.exchanged / 1024)) KiB</dd></div></dl>
            \(listed)\(isNamed || report.differences.isEmpty ? nil : "<p>\(["vi": "Mã của từng hồ sơ xem bằng lệnh", "en": "The records' keys are shown by"] as Text, l) <code>thanglong drift \(one.source) \(one.register)</code></p>" as HTML)
            <p><a href="/admin/following">\(["vi": "Quay lại", "en": "Back"] as Text, l)</a></p>
            """
        return adminFrame(title, request, caller).response(content)
    }
}
