// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Foundation
internal import NIOHTTP1
internal import Registers

/// Systems that send files: what each sends, how fresh it is, what its first file would change, and the people whom somebody has to recognise.
extension Parts {
    var sourcePages: [Endpoint] {
        [
            Endpoint(.GET, "/sources", .officers) { request, caller, _ in try sourcesPage(request, caller) },
            Endpoint(.POST, "/sources", .officers, bodyMax: 1 << 14) { request, caller, _ in try addSource(request, caller) },
            Endpoint(.GET, "/sources/{name}", .officers) { request, caller, parameters in try sourcePage(request, caller, parameters[0]) },
            Endpoint(.POST, "/sources/{name}/approval", .officers, bodyMax: 1 << 14) { _, caller, parameters in
                try registry.approve(try kept(parameters[0], caller), by: caller.authority)
                return .redirect("/sources/\(parameters[0])")
            },
            Endpoint(.POST, "/sources/{name}/state", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                let source = try kept(parameters[0], caller)
                switch request.form?.first(where: { $0.name == "state" })?.value {
                case "running": try registry.setSource(source, running: true)
                case "paused": try registry.setSource(source, running: false)
                case "proposed": try registry.reconsider(source)
                default: break
                }
                return .redirect("/sources/\(parameters[0])")
            },
            Endpoint(.GET, "/sources/{name}/files/{file}/rejects", .officers) { _, caller, parameters in
                let source = try kept(parameters[0], caller)
                guard registry.mayKeep(source, caller.authority) else { throw notYours }
                let file = try registry.file(Int64(parameters[1]) ?? 0, of: source)
                guard let data = FileManager.default.contents(atPath: file.rejects) else { throw RegisterError.noSuchRecord }
                return Response(
                    .ok, type: "text/csv; charset=utf-8", [UInt8](data), headers: [("content-disposition", "attachment; filename=\"rejected-\(file.id).csv\"")])
            },
            Endpoint(.GET, "/matches", .officers) { request, caller, _ in try matchesPage(request, caller) },
            Endpoint(.GET, "/matches/{id}", .officers) { request, caller, parameters in try await matchPage(request, caller, parameters[0]) },
            Endpoint(.POST, "/matches/{id}/decision", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                let review = try registry.review(Int64(parameters[0]) ?? 0, for: caller.authority)
                let chosen = request.form?.first { $0.name == "record" }?.value ?? ""
                let place = Int(chosen).flatMap { review.candidates.indices.contains($0) ? $0 : nil }
                guard chosen == "none" || place != nil else {
                    throw Problem(.badRequest, "record", ["vi": "Chọn một hồ sơ, hoặc không ai trong số này.", "en": "Choose a record, or none of them."])
                }
                try registry.decide(review, same: place.map { review.candidates[$0].row }, by: caller.authority)
                let next = try registry.reviews(for: caller.authority, limit: 1).next.first
                return .redirect(next.map { "/matches/\($0.id)" } ?? "/matches")
            },
            Endpoint(.POST, "/matches/{id}/reopening", .officers, bodyMax: 1 << 14) { _, caller, parameters in
                try registry.reopen(try registry.review(Int64(parameters[0]) ?? 0, for: caller.authority), by: caller.authority)
                return .redirect("/matches/\(parameters[0])")
            },
        ]
    }

    private var notYours: RegisterError { .forbidden(["vi": "Bạn không có quyền ở nguồn này.", "en": "You have no right to this source."]) }

    /// For those who may enter into its register, and for administrators.
    private func kept(_ name: String, _ caller: Caller) throws -> DataSource {
        let source = try registry.source(named: name)
        guard registry.mayKeep(source, caller.authority) || caller.authority.may(.administer, "*") else { throw notYours }
        return source
    }

    private func crumbs(_ l: Language, _ more: [(title: String, href: String)] = []) -> [(title: String, href: String)] {
        [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer")] + more
    }

    private static let sourcesTitle: Text = ["vi": "Nguồn dữ liệu", "en": "Data sources"]

    private func tag(_ source: DataSource, _ l: Language) -> HTML {
        switch source.state {
        case .proposed: "<span class=\"tag\">\(["vi": "chờ duyệt", "en": "to be approved"] as Text, l)</span>"
        case .paused: "<span class=\"tag tag-closed\">\(["vi": "tạm ngừng", "en": "paused"] as Text, l)</span>"
        case .running:
            source.isLate(registry.world.now())
                ? "<span class=\"tag tag-late\">\(["vi": "trễ hạn", "en": "late"] as Text, l)</span>"
                : "<span class=\"tag tag-ok\">\(["vi": "đúng hạn", "en": "on time"] as Text, l)</span>"
        }
    }

    private func sourcesPage(_ request: Request, _ caller: Caller, problem: Objection? = nil, status: HTTPResponseStatus = .ok) throws -> Response {
        let l = caller.language
        let isAdministrator = caller.authority.may(.administer, "*")
        guard isAdministrator || registry.registers.contains(where: { caller.authority.may(.write, $0.name) }) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho cán bộ cập nhật sổ.", "en": "This page is for officers who enter into a register."])
        }
        let form = status == .ok ? [] : request.form ?? []
        func typed(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
        let rows: [[HTML]] = try registry.sources().filter { isAdministrator || registry.mayKeep($0, caller.authority) }.map { source in
            [
                "<a href=\"/sources/\(source.name)\">\(source.name)</a>", "\(try registry.register(source.register).title, l)",
                source.folder.map { "<span class=\"code\">\($0)</span>" as HTML } ?? "\(["vi": "gửi qua API", "en": "pushed over the API"] as Text, l)", tag(source, l),
                HTML(text: source.lastTaken?.written(l) ?? "–"),
                HTML(text: source.hours.map { "\(l.number($0)) \((["vi": "giờ", "en": "h"] as Text)[l])" } ?? "–"),
            ]
        }
        let registers = registry.registers.map { "<option value=\"\($0.name)\"\(typed("register") == $0.name ? " selected" : "")>\($0.title, l)</option>" as HTML }
        let add: HTML? =
            isAdministrator
            ? """
            <h2>\(["vi": "Thêm một nguồn", "en": "Add a source"] as Text, l)</h2>
            <form method="post" action="/sources" novalidate>\(csrf(caller))
            \(field("name", ["vi": "Tên", "en": "Name"], hint: ["vi": "Chữ a-z, chữ số, gạch nối; ví dụ so-lao-dong.", "en": "Letters a-z, digits, hyphens; such as labour-office."], problem, l) { "<input class=\"w-20\" type=\"text\" id=\"name\" name=\"name\" value=\"\(typed("name"))\"\($0)>" })
            \(field("register", ["vi": "Sổ", "en": "Register"], problem, l) { "<select id=\"register\" name=\"register\"\($0)>\(registers)</select>" })
            \(field("folder", ["vi": "Thư mục trên máy chủ", "en": "Folder on the server"], hint: ["vi": "Tệp đặt vào đây được nhận trong vài giây. Để trống nếu gửi qua API.", "en": "Files put here are taken within seconds. Leave it empty for files sent over the API."], isOptional: true, problem, l) { "<input type=\"text\" id=\"folder\" name=\"folder\" value=\"\(typed("folder"))\"\($0)>" })
            \(field("hours", ["vi": "Phải có tệp mới sau mỗi (giờ)", "en": "A new file is due every (hours)"], isOptional: true, problem, l) { "<input class=\"w-10\" type=\"text\" inputmode=\"numeric\" id=\"hours\" name=\"hours\" value=\"\(typed("hours"))\"\($0)>" })
            \(field("matching", ["vi": "Danh sách người không có số định danh", "en": "Lists of people without their ID"], hint: ["vi": "Người trong danh sách được nhận ra theo tên, ngày sinh, địa chỉ; trường hợp ngờ thì cán bộ xem.", "en": "People are recognised by name, date of birth and address; doubtful ones are looked at by an officer."], problem, l) { "<select id=\"matching\" name=\"matching\"\($0)><option value=\"\">\(["vi": "Không", "en": "No"] as Text, l)</option><option value=\"yes\"\(typed("matching") == "yes" ? " selected" : "")>\(["vi": "Có", "en": "Yes"] as Text, l)</option></select>" })
            <p><button class="button">\(["vi": "Thêm nguồn", "en": "Add it"] as Text, l)</button></p></form>
            """ as HTML : nil
        let heads: [Text] = [
            ["vi": "Nguồn", "en": "Source"], ["vi": "Sổ", "en": "Register"], ["vi": "Cách gửi", "en": "How it sends"], ["vi": "Tình trạng", "en": "State"],
            ["vi": "Nhận gần nhất", "en": "Last taken"], ["vi": "Kỳ hạn", "en": "Due every"],
        ]
        let content: HTML = """
            \(summary(problem, l))<h1>\(Parts.sourcesTitle, l)</h1>
            <p class="lead">\(["vi": "Hệ thống của các đơn vị chưa nối trực tiếp thì gửi tệp. Tệp đầu tiên chỉ xem thử; có người duyệt thì tệp ấy và các tệp sau cùng mẫu mới được ghi.", "en": "Systems that are not connected yet send files. The first is only tried; once somebody has approved it, it and later ones of the same form are entered."] as Text, l)</p>
            \(rows.isEmpty ? "<p class=\"muted\">\(["vi": "Chưa có nguồn nào.", "en": "There are no sources yet."] as Text, l)</p>" as HTML : table(Parts.sourcesTitle, heads, rows, l))\(add)
            """
        return layout(Parts.sourcesTitle, request, caller, door: "officer", crumbs: crumbs(l)).response(status, content)
    }

    private func addSource(_ request: Request, _ caller: Caller) throws -> Response {
        try mayAdminister(caller)
        let form = request.form ?? []
        func value(_ name: String) -> String { form.first { $0.name == name }?.value.trimmed ?? "" }
        guard value("hours").isEmpty || Int(value("hours")) != nil else {
            return try sourcesPage(
                request, caller, problem: Objection(field: "hours", code: "input", ["vi": "Ghi số giờ.", "en": "Enter a number of hours."]), status: .unprocessableContent)
        }
        do {
            let source = try registry.addSource(
                value("name"), register: value("register"), unit: nil, folder: value("folder").isEmpty ? nil : value("folder"), hours: Int(value("hours")),
                isMatching: value("matching") == "yes")
            return .redirect("/sources/\(source.name)")
        } catch RegisterError.objections(let objections) {
            return try sourcesPage(request, caller, problem: objections[0], status: .unprocessableContent)
        }
    }

    private func sourcePage(_ request: Request, _ caller: Caller, _ name: String) throws -> Response {
        let source = try kept(name, caller)
        let l = caller.language
        let register = try registry.register(source.register)
        let files = try registry.files(of: source)
        let mayWrite = registry.mayKeep(source, caller.authority)
        let tried = files.first { $0.state == .tried }
        let unreadHeads = try tried.map { try registry.unreadColumns(of: $0, from: source) } ?? []
        func state(_ file: SourceFile) -> HTML {
            switch file.state {
            case .received: "<span class=\"tag\">\(["vi": "đang chờ", "en": "waiting"] as Text, l)</span>"
            case .tried: "<span class=\"tag tag-info\">\(["vi": "đã xem thử", "en": "tried"] as Text, l)</span>"
            case .taken: "<span class=\"tag tag-ok\">\(["vi": "đã ghi", "en": "entered"] as Text, l)</span>"
            case .refused:
                "<span class=\"tag tag-closed\">\(["vi": "bị từ chối", "en": "refused"] as Text, l)</span>\(file.problem.map { "<br><span class=\"error-message\">\($0, l)</span>" as HTML })"
            }
        }
        let rows: [[HTML]] = files.map { file in
            let rejects: HTML =
                file.rejected == 0
                ? "0"
                : mayWrite && FileManager.default.fileExists(atPath: file.rejects)
                    ? "<a href=\"/sources/\(source.name)/files/\(String(file.id))/rejects\">\(l.number(file.rejected))<span class=\"visually-hidden\"> \(["vi": "dòng bị từ chối, tải về", "en": "lines refused, download"] as Text, l)</span></a>"
                    : HTML(text: l.number(file.rejected))
            return [
                HTML(text: file.name), HTML(text: file.received.written(l)), state(file), "<span class=\"num\">\(l.number(file.added))</span>",
                "<span class=\"num\">\(l.number(file.changed))</span>",
                "<span class=\"num\">\(l.number(file.unchanged))</span>", rejects, "<span class=\"num\">\(file.review == 0 ? "–" : l.number(file.review))</span>",
            ]
        }
        func act(_ path: String, _ state: String?, _ text: Text, primary: Bool = false) -> HTML {
            "<form class=\"inline\" method=\"post\" action=\"/sources/\(source.name)/\(path)\">\(csrf(caller))\(state.map { "<input type=\"hidden\" name=\"state\" value=\"\($0)\">" as HTML })<button class=\"\(primary ? "button" : "button secondary")\">\(text, l)</button></form>"
        }
        let approval: HTML? =
            source.state != .proposed
            ? nil
            : tried.map { file in
                """
                <div class="notice notice-warn"><p>\(["vi": "Nếu ghi tệp này:", "en": "If this file is entered:"] as Text, l) <strong>\(Text(vi: "thêm \(Language.vietnamese.number(file.added)), đổi \(Language.vietnamese.number(file.changed)), giữ nguyên \(Language.vietnamese.number(file.unchanged)), từ chối \(Language.vietnamese.number(file.rejected))\(file.review > 0 ? ", cần xem \(Language.vietnamese.number(file.review))" : "")", en: "\(Language.english.number(file.added)) added, \(Language.english.number(file.changed)) changed, \(Language.english.number(file.unchanged)) unchanged, \(Language.english.number(file.rejected)) refused\(file.review > 0 ? ", \(Language.english.number(file.review)) to look at" : "")"), l)</strong>.</p>\(unread(unreadHeads, l))
                \(mayWrite ? act("approval", nil, ["vi": "Duyệt và ghi", "en": "Approve and enter"], primary: true) : "<p>\(["vi": "Cán bộ cập nhật sổ này duyệt.", "en": "An officer of this register approves it."] as Text, l)</p>" as HTML)</div>
                """ as HTML
            }
                ?? "<p class=\"notice\">\(["vi": "Chờ tệp đầu tiên. Tệp sẽ được xem thử, chưa ghi gì.", "en": "Waiting for the first file. It will be tried; nothing is entered."] as Text, l)</p>"
        let heads: [Text] = [
            ["vi": "Tệp", "en": "File"], ["vi": "Nhận lúc", "en": "Received"], ["vi": "Tình trạng", "en": "State"], ["vi": "Thêm", "en": "Added"], ["vi": "Đổi", "en": "Changed"],
            ["vi": "Giữ nguyên", "en": "Unchanged"], ["vi": "Từ chối", "en": "Refused"], ["vi": "Cần xem", "en": "To look at"],
        ]
        let content: HTML = """
            <p class="caption">\(Parts.sourcesTitle, l)</p><h1>\(source.name)</h1>\(approval)
            <dl class="summary"><div><dt>\(["vi": "Sổ", "en": "Register"] as Text, l)</dt><dd><a href="/registers/\(register.name)">\(register.title, l)</a></dd></div>
            <div><dt>\(["vi": "Cách gửi", "en": "How it sends"] as Text, l)</dt><dd>\(source.folder.map { "<span class=\"code\">\($0)</span>" as HTML } ?? "<code>POST /api/v1/sources/\(source.name)/files</code>")</dd></div>
            <div><dt>\(["vi": "Tình trạng", "en": "State"] as Text, l)</dt><dd>\(tag(source, l))</dd></div>
            <div><dt>\(["vi": "Nhận gần nhất", "en": "Last taken"] as Text, l)</dt><dd>\(source.lastTaken?.written(l) ?? "–")\(source.hours.map { hours in "<br><span class=\"muted\">\(Text(vi: "phải có tệp mới sau mỗi \(hours) giờ", en: "a new file is due every \(hours) h"), l)</span>" as HTML })</dd></div>
            \(source.isMatching ? "<div><dt>\(["vi": "Nhận ra người", "en": "Recognising people"] as Text, l)</dt><dd>\(["vi": "theo tên, ngày sinh, địa chỉ", "en": "by name, date of birth, address"] as Text, l) · <a href=\"/matches\">\(["vi": "trường hợp cần xem", "en": "doubtful ones"] as Text, l)</a></dd></div>" as HTML : nil)</dl>
            \(files.isEmpty ? nil : table(["vi": "Các tệp", "en": "Files"], heads, rows, l))
            <div>\(source.state == .running ? act("state", "paused", ["vi": "Tạm ngừng", "en": "Pause"]) : source.state == .paused ? act("state", "running", ["vi": "Nhận tiếp", "en": "Go on"]) : "") \
            \(source.state == .proposed ? nil : act("state", "proposed", ["vi": "Xem thử lại từ tệp sau", "en": "Try the next file anew"]))</div>
            """
        return layout(
            Text(vi: "Nguồn \(source.name)", en: "Source \(source.name)"), request, caller, door: "officer", crumbs: crumbs(l, [(title: Parts.sourcesTitle[l], href: "/sources")])
        ).response(content)
    }

    // MARK: Who is this?

    private static let matchesTitle: Text = ["vi": "Người cần nhận ra", "en": "People to recognise"]

    private func matchesPage(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let frame = layout(Parts.matchesTitle, request, caller, door: "officer", crumbs: crumbs(l))
        if caller.authority.purpose == nil { return frame.response("<h1>\(Parts.matchesTitle, l)</h1>" + purposeForm(caller, next: "/matches")) }
        let queue = try registry.reviews(for: caller.authority)
        let open: [[HTML]] = try queue.next.map { review in
            [
                "<a href=\"/matches/\(String(review.id))\">\(review.values["name"] ?? "–")</a>", HTML(text: review.values["birth"] ?? "–"),
                "\(try registry.register(review.register).title, l)", HTML(text: percent(review.candidates.first?.probability ?? 0, l)),
            ]
        }
        let decided: [[HTML]] = queue.decided.map { review in
            [
                "<a href=\"/matches/\(String(review.id))\">\(review.values["name"] ?? "–")</a>",
                review.state == .same
                    ? "\(["vi": "là người trong sổ", "en": "in the register"] as Text, l)" : "\(["vi": "không phải ai trong số đó", "en": "none of them"] as Text, l)",
                HTML(text: who(review)), HTML(text: review.decided?.written(l) ?? ""),
            ]
        }
        let content: HTML = """
            <h1>\(Parts.matchesTitle, l)</h1>
            <p class="lead">\(["vi": "Danh sách của đơn vị khác có những người chưa chắc là ai trong sổ. Xem từng người, chọn đúng hồ sơ hoặc bỏ qua.", "en": "Lists of other offices name people of whom it is not certain who they are. Look at each, and choose the record or none."] as Text, l)</p>
            <p><strong class="num">\(l.number(queue.open))</strong> \(["vi": "người đang chờ", "en": "are waiting"] as Text, l)</p>
            \(open.isEmpty ? "<p class=\"notice notice-ok\">\(["vi": "Không còn ai cần xem.", "en": "Nobody is left to look at."] as Text, l)</p>" as HTML : table(Parts.matchesTitle, [["vi": "Họ và tên trong danh sách", "en": "Name in the list"], ["vi": "Ngày sinh", "en": "Date of birth"], ["vi": "Sổ", "en": "Register"], ["vi": "Khả năng cao nhất", "en": "Likeliest"]], open, l))
            \(decided.isEmpty ? nil : "<h2>\(["vi": "Vừa quyết định", "en": "Decided lately"] as Text, l)</h2>" + table(["vi": "Vừa quyết định", "en": "Decided lately"], [["vi": "Họ và tên", "en": "Name"], ["vi": "Kết quả", "en": "Result"], ["vi": "Người quyết định", "en": "By"], ["vi": "Lúc", "en": "At"]], decided, l))
            """
        return frame.response(content)
    }

    private func who(_ review: MatchReview) -> String { review.decidedBy.map { $0.hasPrefix("officer:") ? String($0.dropFirst(8)) : $0 } ?? "" }

    private func percent(_ probability: Double, _ l: Language) -> String {
        let tenths = Int((probability * 1000).rounded())
        return "\(tenths / 10)\(l == .vietnamese ? "," : ".")\(tenths % 10) %"
    }

    private func matchPage(_ request: Request, _ caller: Caller, _ id: String) async throws -> Response {
        let l = caller.language
        let frame = layout(Parts.matchesTitle, request, caller, door: "officer", crumbs: crumbs(l, [(title: Parts.matchesTitle[l], href: "/matches")]))
        if caller.authority.purpose == nil { return frame.response("<h1>\(Parts.matchesTitle, l)</h1>" + purposeForm(caller, next: "/matches/\(id)")) }
        let review = try registry.review(Int64(id) ?? 0, for: caller.authority)
        let register = try registry.register(review.register)
        guard let matching = register.matching else { throw RegisterError.noSuchRecord }
        let likely = review.candidates.filter { $0.probability >= 0.001 }
        var views: [RecordView?] = []
        for candidate in likely {
            // Each look is entered before it is shown.
            views.append(try? await registry.record(register.name, registry.ref(of: candidate.row, in: register.name), for: caller.authority, door: "page"))
        }
        func title(_ part: Matching.Part) -> Text {
            if case .address(let reference, let field) = part.comparison, case .reference(let target)? = register.field(reference)?.kind {
                return (try? registry.register(target).field(field)?.title) ?? register.field(reference)!.title
            }
            return register.field(part.field)!.title
        }
        var addresses: [Int: String] = [:]
        for (place, view) in views.enumerated() {
            for part in matching.parts {
                guard case .address(let reference, let field) = part.comparison, case .reference(let target)? = register.field(reference)?.kind,
                    let key = view?.value(reference, in: register)?.string
                else { continue }
                let other = try? await registry.record(target, key, for: caller.authority, door: "page")
                addresses[place] = try other?.value(field, in: registry.register(target))?.plain
            }
        }
        func shown(_ value: Value?, _ part: Matching.Part) -> String {
            guard let value, !value.isNull, let field = register.field(part.field) else { return "–" }
            return display(value, field, l)
        }
        let lines: [HTML] = matching.parts.enumerated().map { index, part in
            let mine = review.values[part.field] ?? ""
            let own = register.field(part.field).flatMap { field in (try? field.kind.parse(mine, registry.reading())).map { display($0, field, l) } } ?? mine
            let cells: [HTML] = likely.enumerated().map { place, candidate in
                let level = candidate.levels.indices.contains(index) ? candidate.levels[index] : nil
                let text = addressText(part, addresses[place]) ?? shown(views[place]?.value(part.field, in: register), part)
                let mark: HTML =
                    level == nil
                    ? ""
                    : level == 0
                        ? "<span class=\"tag tag-ok\">\(["vi": "giống", "en": "same"] as Text, l)</span>"
                        : level == part.comparison.levels - 1
                            ? "<span class=\"tag tag-closed\">\(["vi": "khác", "en": "other"] as Text, l)</span>"
                            : "<span class=\"tag\">\(["vi": "gần giống", "en": "close"] as Text, l)</span>"
                return "<td data-label=\"\(Text(vi: "Hồ sơ \(place + 1)", en: "Record \(place + 1)"), l)\">\(text) \(mark)</td>"
            }
            return
                "<tr><th scope=\"row\" data-label=\"\(["vi": "Trường", "en": "Field"] as Text, l)\">\(title(part), l)</th><td data-label=\"\(["vi": "Danh sách", "en": "The list"] as Text, l)\">\(own.isEmpty ? "–" : own)</td>\(cells)</tr>"
        }
        let heads: [HTML] = likely.enumerated().map { place, candidate in
            let ref = registry.ref(of: candidate.row, in: register.name)
            return
                "<th scope=\"col\"><a href=\"/registers/\(register.name)/records/\(ref)\">\(Text(vi: "Hồ sơ \(place + 1)", en: "Record \(place + 1)"), l)</a> <span class=\"muted\">\(percent(candidate.probability, l))</span></th>"
        }
        let acts: HTML
        if review.state == .open {
            let choices: [HTML] = likely.indices.map { place in
                "<button class=\"button\" name=\"record\" value=\"\(String(place))\">\(Text(vi: "Là người ở hồ sơ \(place + 1)", en: "It is record \(place + 1)"), l)</button> "
            }
            acts = """
                <form method="post" action="/matches/\(String(review.id))/decision">\(csrf(caller))<p>\(choices)<button class="button secondary" name="record" value="none">\(["vi": "Không phải ai trong số này", "en": "None of them"] as Text, l)</button></p></form>
                <p class="muted">\(Text(vi: "Chọn hồ sơ thì ghi vào đó: \(matching.takes.compactMap { register.field($0)?.title.vi.lowercased() }.joined(separator: ", ")), nếu danh sách có. Quyết định hoàn tác được.", en: "Choosing a record enters there what the list says of: \(matching.takes.compactMap { register.field($0)?.title.en.lowercased() }.joined(separator: ", ")). It can be taken back."), l)</p>
                """
        } else {
            acts = """
                <p class="notice">\(review.state == .same ? ["vi": "Đã nhận ra là người trong sổ", "en": "Recognised as somebody in the register"] : ["vi": "Đã xác định không phải ai trong số này", "en": "Found to be none of them"] as Text, l) · \(who(review)) · \(review.decided?.written(l) ?? "")</p>
                <form method="post" action="/matches/\(String(review.id))/reopening">\(csrf(caller))<button class="button secondary">\(["vi": "Hoàn tác quyết định", "en": "Take the decision back"] as Text, l)</button></form>
                """
        }
        let content: HTML = """
            <p class="caption">\(register.title, l) · \(Text(vi: "dòng \(review.line) của danh sách", en: "line \(review.line) of the list"), l)</p><h1>\(["vi": "Người này là ai?", "en": "Who is this?"] as Text, l)</h1>
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(Parts.matchesTitle, l)"><table class="reflow"><caption class="visually-hidden">\(Parts.matchesTitle, l)</caption>
            <thead><tr><th scope="col">\(["vi": "Trường", "en": "Field"] as Text, l)</th><th scope="col">\(["vi": "Danh sách", "en": "The list"] as Text, l)</th>\(heads)</tr></thead><tbody>\(lines)</tbody></table></div>
            \(acts)
            """
        return frame.response(content)
    }

    private func addressText(_ part: Matching.Part, _ address: String?) -> String? {
        if case .address = part.comparison { return address ?? "–" }
        return nil
    }
}
