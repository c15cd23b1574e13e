// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Dossiers
internal import HTTP
internal import NIOHTTP1
internal import Registers
internal import Steering

/// The leaders' board: each instruction with its live figures, what is late, who answers for it, and one button to urge them.
/// Figures are sums; there is nothing personal in them, so that anybody may see the board.
extension Parts {
    var steeringPages: [Endpoint] {
        guard let steering else { return [] }
        return [
            Endpoint(.GET, "/steering", .open) { request, caller, _ in try await offLoop { try boardPage(request, caller, steering) } }.shared,
            Endpoint(.GET, "/steering/instructions/{id}", .open) { request, caller, parameters in
                try await offLoop { try instructionPage(request, caller, steering, parameters[0], []) }
            },
            Endpoint(.POST, "/steering/instructions/{id}/urging", .officers, bodyMax: 1 << 16) { request, caller, parameters in
                try await sendUrging(request, caller, steering, parameters[0])
            },
            Endpoint(.GET, "/steering/communes", .officers) { request, caller, _ in
                try seesBoard(caller, steering)
                return try await offLoop { try leaguePage(request, caller, steering) }
            },
            Endpoint(.GET, "/steering/departments", .officers) { request, caller, _ in
                try seesBoard(caller, steering)
                return try await offLoop { try departmentsPage(request, caller, steering) }
            },
            Endpoint(.GET, "/steering/procedures", .open) { request, caller, _ in try await offLoop { try reviewPage(request, caller, steering) } }.shared,
            Endpoint(.GET, "/steering/urgings", .officers) { request, caller, _ in
                try seesBoard(caller, steering)
                return try await urgingsPage(request, caller, steering)
            },
            Endpoint(.GET, "/steering/urgings/{number}", .officers) { request, caller, parameters in
                try seesBoard(caller, steering)
                return try await urgingPage(request, caller, steering, parameters[0], [])
            },
            Endpoint(.GET, "/steering/urgings/{number}/letter.pdf", .officers) { _, caller, parameters in
                try seesBoard(caller, steering)
                let letter = try await steering.urging(parameters[0], for: caller.authority)
                return try await offLoop { try urgingLetter(letter, caller, steering) }
            },
            Endpoint(.POST, "/steering/urgings/{number}/answer", .officers, bodyMax: 1 << 16) { request, caller, parameters in
                try seesBoard(caller, steering)
                return try await answerUrging(request, caller, steering, parameters[0])
            },
            Endpoint(.GET, "/steering/report.pdf", .open) { request, caller, _ in try await offLoop { try monthlyReport(request, caller, steering) } },
            Endpoint(.GET, "/steering/report.xlsx", .open) { request, caller, _ in try await offLoop { try monthlySheet(request, caller, steering) } },
        ]
    }

    func seesBoard(_ caller: Caller, _ steering: Steering) throws {
        guard caller.authority.may(.read, steering.names.urgings) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho lãnh đạo và đơn vị được giao việc.", "en": "This page is for leaders and the offices that have the work."])
        }
    }

    func boardFrame(_ title: Text, _ request: Request, _ caller: Caller) -> Layout {
        layout(title, request, caller, door: "steering", crumbs: [((["vi": "Bảng điều hành", "en": "The board"] as Text)[caller.language], "/steering")])
    }

    // MARK: Figures in words

    func written(_ figure: Figure, _ l: Language) -> String {
        let number = figure.style == .money ? "\(l.number(figure.value)) đ" : l.number(figure.value)
        if figure.of == 0 { return (figure.style == .days ? ["vi": "chưa có mục nào", "en": "no entry yet"] : ["vi": "chưa có", "en": "none yet"] as Text)[l] }
        if figure.style == .days {
            let most = figure.goal.map { Text(vi: ", nhiều nhất \($0)", en: ", \($0) at most")[l] } ?? ""
            return "\(number) \((["vi": "ngày", "en": "days"] as Text)[l])\(most)"
        }
        if let whole = figure.of { return "\(number) / \(l.number(whole)) (\(figure.percent ?? 0) %)" }
        if let goal = figure.goal, figure.state != .known || goal > 0 { return "\(number) / \(l.number(goal))" }
        return number
    }

    private func figureTag(_ figure: Figure, _ l: Language) -> HTML? {
        switch figure.state {
        case .met: " <span class=\"tag tag-ok\">\(["vi": "đạt", "en": "met"] as Text, l)</span>"
        case .late: " <span class=\"tag tag-late\">\(["vi": "chậm", "en": "late"] as Text, l)</span>"
        case .known: nil
        }
    }

    func standingTag(_ standing: Standing, _ l: Language) -> HTML {
        standing.isLate
            ? "<span class=\"tag tag-late\">\(["vi": "có việc chậm", "en": "something is late"] as Text, l)</span>"
            : standing.isMet
                ? "<span class=\"tag tag-ok\">\(["vi": "đúng tiến độ", "en": "on track"] as Text, l)</span>"
                : "<span class=\"tag\">\(["vi": "theo dõi", "en": "followed"] as Text, l)</span>"
    }

    /// A standing as the caller may see it: visitors are not told what would show where the city is weak.
    private func seen(_ standing: Standing, _ caller: Caller) -> Standing { seesAll(caller) ? standing : standing.forVisitors }

    func seesAll(_ caller: Caller) -> Bool {
        guard let steering, caller.session != nil else { return false }
        return caller.authority.may(.read, steering.names.urgings)
    }

    private func figureList(_ standing: Standing, _ trends: [String: [(day: Day, figure: KeptFigure)]], _ caller: Caller) -> HTML {
        let l = caller.language
        let items: [HTML] = standing.rows.map { row in
            let figure = row.figure
            let number: HTML = "<strong class=\"num\">\(written(figure, l))</strong>"
            let open = caller.session != nil || figure.evidence.map { path in Self.publicEvidence.contains(where: path.hasPrefix) && !path.contains("finding=") } ?? false
            let title: HTML = open && figure.evidence != nil ? "<a href=\"\(figure.evidence!)\">\(figure.title, l)</a>" : HTML(text: figure.title[l])
            let points = trends["\(standing.instruction.id) \(row.indicator.code)"] ?? []
            return "<li>\(title): \(number)\(figureTag(figure, l))\(change(figure, points, l))</li>"
        }
        return "<ul class=\"figure-list\">\(items)</ul>"
    }

    /// How a figure moved since the first day that is kept, as a small line and in words; nothing where it did not move.
    private func change(_ figure: Figure, _ points: [(day: Day, figure: KeptFigure)], _ l: Language) -> HTML? {
        guard figure.of != 0, let first = points.first, first.day < registry.world.today else { return nil }
        let now = KeptFigure(figure.value, of: figure.of).compared
        let (moved, overflow) = now.subtractingReportingOverflow(first.figure.compared)
        guard moved != 0, !overflow, moved != .min else { return nil }
        let unit = figure.of != nil ? (["vi": " điểm %", "en": " points"] as Text)[l] : ""
        let days = Int(registry.world.today.number - first.day.number)
        let words = Text(
            vi: "\(moved > 0 ? "tăng" : "giảm") \(l.number(abs(moved)))\(unit) trong \(days) ngày",
            en: "\(moved > 0 ? "up" : "down") \(l.number(abs(moved)))\(unit) in \(days) days")
        let line = points.filter { $0.day < registry.world.today }.map { ($0.day, $0.figure.compared) } + [(registry.world.today, now)]
        return " <span class=\"moved\">\(Charts.spark(line))<span>\(words, l)</span></span>"
    }

    private static let publicEvidence = ["/services", "/fund", "/registers", "/statistics", "/developers", "/startups"]

    // MARK: The board

    private func boardPage(_ request: Request, _ caller: Caller, _ steering: Steering) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Bảng điều hành", "en": "The board"]
        let board = try steering.board().map { seen($0, caller) }
        let trends = try steering.trends()
        let shown = Shown(rawValue: request.parameter("show") ?? "") ?? .all
        let maySend = caller.session != nil && steering.maySend(caller.authority)
        let chapters = Dictionary(grouping: board.filter(shown.takes)) { String($0.instruction.id.prefix { $0 != "." }) }
        let sections: [HTML] = chapters.keys.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }.map { chapter in
            let cards: [HTML] = chapters[chapter]!.map { standing in
                let id = standing.instruction.id
                let urge: HTML? =
                    maySend && standing.isLate
                    ? "<a class=\"button small secondary no-print\" href=\"/steering/instructions/\(id)?urge=yes#urge\">\(["vi": "Đôn đốc", "en": "Urge"] as Text, l)<span class=\"visually-hidden\"> \(id)</span></a>"
                    : nil
                return """
                    <section class="card"><h3><a href="/steering/instructions/\(id)">\(id) \(standing.instruction.title, l)</a></h3>
                    <p>\(standingTag(standing, l)) <span class="muted">\(standing.instruction.responsible.title, l)</span></p>\(figureList(standing, trends, caller))\(urge.map { "<p>\($0)</p>" as HTML })</section>
                    """
            }
            return "<h2>\(Self.chapters[Int(chapter) ?? 0] ?? .same(chapter), l)</h2><div class=\"grid wide\">\(cards)</div>"
        }
        let tiles: [HTML] = Shown.allCases.map { one in
            let count = l.number(board.count(where: one.takes))
            let link: HTML = one == shown ? "<strong>\(one.title, l)</strong>" : "<a href=\"/steering\(one == .all ? "" : "?show=\(one.rawValue)")\">\(one.title, l)</a>"
            return "<div><dt>\(link)</dt><dd>\(count)</dd></div>"
        }
        let month = registry.world.today.description.prefix(7)
        let isLeader = caller.authority.may(.read, steering.names.urgings) && caller.session != nil
        let tools: HTML? =
            isLeader
            ? """
            <p><a class="button secondary" href="/steering/duties">\(Self.dutiesTitle, l)</a> <a class="button secondary" href="/steering/communes">\(["vi": "126 phường, xã", "en": "126 communes"] as Text, l)</a> <a class="button secondary" href="/steering/departments">\(["vi": "Các cơ quan", "en": "Departments"] as Text, l)</a> <a class="button secondary" href="/steering/urgings">\(["vi": "Đôn đốc", "en": "Urging"] as Text, l)</a> <a class="button secondary" href="/inspections">\(["vi": "Kiểm tra", "en": "Inspections"] as Text, l)</a></p>
            """
            : nil
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Từng chỉ đạo của Thông báo 699/TB-UBND với số liệu lúc này.", "en": "Each instruction of announcement 699/TB-UBND with its figures of this moment."] as Text, l)</p>
            <dl class="figures">\(tiles)</dl>
            \(tools)<p><a href="/steering/procedures">\(["vi": "Rà soát thủ tục", "en": "Review of procedures"] as Text, l)</a></p>
            <form class="search no-print" method="get" action="/steering/report.pdf"><label for="f-month">\(["vi": "Báo cáo tháng", "en": "Monthly report"] as Text, l)</label><input id="f-month" type="month" name="month" value="\(month)" max="\(month)" required><button class="button secondary">PDF</button> <button class="button secondary" formaction="/steering/report.xlsx">XLSX</button></form>
            \(sections)
            """
        return layout(title, request, caller, door: "steering").response(content)
    }

    /// Which instructions the board shows.
    private enum Shown: String, CaseIterable {
        case all
        case late
        case met

        var title: Text {
            switch self {
            case .all: ["vi": "Chỉ đạo", "en": "Instructions"]
            case .late: ["vi": "Có việc chậm", "en": "With something late"]
            case .met: ["vi": "Đúng tiến độ", "en": "On track"]
            }
        }

        func takes(_ standing: Standing) -> Bool {
            switch self {
            case .all: true
            case .late: standing.isLate
            case .met: standing.isMet
            }
        }
    }

    static let chapters: [Int: Text] = [
        1: ["vi": "1. Hệ thống của thành phố", "en": "1. The city's systems"], 2: ["vi": "2. Cơ sở dữ liệu nền tảng", "en": "2. Core databases"],
        3: ["vi": "3. Dịch vụ công nghệ thông tin", "en": "3. IT services"], 4: ["vi": "4. Thông tin và truyền thông", "en": "4. Information and communications"],
        5: ["vi": "5. Giáo dục", "en": "5. Education"], 6: ["vi": "6. Y tế", "en": "6. Health"],
        7: ["vi": "7. Lao động, thương binh và xã hội", "en": "7. Labour, merit and welfare"],
        8: ["vi": "8. Công an", "en": "8. Police"], 9: ["vi": "9. Hướng dẫn trên cổng của đơn vị", "en": "9. Guidance on offices' portals"],
        10: ["vi": "10. Rà soát, kiểm tra, đôn đốc", "en": "10. Review, inspection, urging"],
    ]

    // MARK: One instruction

    private func instructionPage(_ request: Request, _ caller: Caller, _ steering: Steering, _ id: String, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        guard let found = try steering.standing(id) else {
            throw Problem(.notFound, "no-such-instruction", ["vi": "Không có chỉ đạo này.", "en": "There is no such instruction."])
        }
        let standing = seen(found, caller)
        let kept = try steering.trends()
        let title = Text(vi: "\(id) \(standing.instruction.title.vi)", en: "\(id) \(standing.instruction.title.en)")
        // Days since an entry are told by the figure itself.
        let trends: [HTML] = standing.rows.filter { $0.figure.style != .days }.compactMap { row in
            let title = row.figure.of == nil ? row.figure.title : Text(vi: "\(row.figure.title.vi) (%)", en: "\(row.figure.title.en) (%)")
            return Charts.trend(title, (kept["\(id) \(row.indicator.code)"] ?? []).map { ($0.day, $0.figure.compared) }, l)
        }
        let registers: [HTML] = standing.instruction.registers.compactMap { name in
            (try? registry.register(name)).map { "<li><a href=\"/registers/\(name)\">\($0.title, l)</a> <span class=\"muted\">\($0.keeper.name, l)</span></li>" }
        }
        let procedures: [HTML] = standing.instruction.procedures.compactMap { code in
            (try? dossiers.procedure(code)).map { "<li><a href=\"/services/\(code)\">\($0.title, l)</a></li>" }
        }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1><p>\(standingTag(standing, l)) \(["vi": "Chịu trách nhiệm", "en": "Responsible"] as Text, l): <strong>\(standing.instruction.responsible.title, l)</strong>\(standing.instruction.due.map { " · \((["vi": "hạn trong thông báo", "en": "due by the announcement"] as Text)[l]) \($0.written(l))" } ?? "")</p>
            <h2>\(["vi": "Số liệu lúc này", "en": "Figures of this moment"] as Text, l)</h2>\(figureList(standing, [:], caller))
            \(trends.isEmpty ? nil : "<h2>\(["vi": "60 ngày qua", "en": "The last 60 days"] as Text, l)</h2>\(trends)" as HTML)
            \(registers.isEmpty ? nil : "<h2>\(["vi": "Các sổ thực hiện", "en": "Registers that serve it"] as Text, l)</h2><ul>\(registers)</ul>" as HTML)
            \(procedures.isEmpty ? nil : "<h2>\(["vi": "Các thủ tục thực hiện", "en": "Procedures that serve it"] as Text, l)</h2><ul>\(procedures)</ul>" as HTML)
            \(try urgeForm(request, caller, steering, standing, objections))
            """
        return boardFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func urgeForm(_ request: Request, _ caller: Caller, _ steering: Steering, _ standing: Standing, _ objections: [Objection]) throws -> HTML? {
        let l = caller.language
        guard caller.session != nil, steering.maySend(caller.authority) else { return nil }
        // A draft goes through every finding of whole registers, and is made for who asks for it.
        guard !objections.isEmpty || ["commune", "duty", "urge"].contains(where: { request.parameter($0) != nil }) else {
            return """
                <p class="no-print"><a class="button secondary" href="/steering/instructions/\(standing.instruction.id)?urge=yes#urge">\(["vi": "Đôn đốc", "en": "Urge"] as Text, l)</a></p>
                """
        }
        let offices = try steering.offices()
        var form = MoneyForm(objections.isEmpty ? nil : request, objections)
        let commune = request.parameter("commune").flatMap { code in registry.units.find(code, on: registry.world.today)?.code }
        if objections.isEmpty {
            let draft = try draft(request, steering, standing, commune)
            form.texts["late"] = draft.late
            form.texts["records"] = draft.records
            form.texts["commune"] = commune ?? ""
            form.texts["due"] = (registry.world.today + 5).description
            // A field's duty is its register's keeper's; in a commune it is its office there.
            let keeper = try commune == nil ? namedDuty(request, steering).map(\.register.keeper.code) : nil
            let addressee = keeper.flatMap { code in offices.first { $0.code == code }?.code } ?? standing.instruction.responsible.addressee(in: commune)?.code
            form.texts["office"] = addressee ?? ""
        }
        let communes =
            [("", (["vi": "Không riêng phường, xã nào", "en": "No commune in particular"] as Text)[l])]
            + registry.units.inForce(on: registry.world.today, level: .commune).map { ($0.code, $0.name) }
        // Where every office answers, nobody is chosen for the sender.
        let choose: Text = ["vi": "Chọn đơn vị", "en": "Choose an office"]
        let addressees: [(code: String, title: String)] = [(code: "", title: choose[l])] + offices.map { (code: $0.code, title: $0.title[l]) }
        let duty = request.parameter("duty").map { "?duty=\(Request.encode($0))" } ?? ""
        func area(_ name: String, _ label: Text, max: Int) -> HTML {
            let error = form.objections.first { $0.field == name }?.text
            return """
                <div class="field\(error == nil ? "" : " has-error")"><label for="f-\(name)">\(label, l)</label>\(error.map { "<p class=\"error-message\" id=\"e-\(name)\">\($0, l)</p>" as HTML })<textarea id="f-\(name)" name="\(name)" rows="4" maxlength="\(max)"\(error == nil ? nil : " aria-invalid=\"true\" aria-describedby=\"e-\(name)\"" as HTML)>\(form.texts[name] ?? "")</textarea></div>
                """
        }
        return """
            <details id="urge" open class="no-print"><summary>\(["vi": "Đôn đốc", "en": "Urge"] as Text, l)</summary>
            <form method="get" action="/steering/instructions/\(standing.instruction.id)" class="search"><label for="f-of">\(["vi": "Soạn sẵn cho phường, xã", "en": "Draft it for a commune"] as Text, l)</label><select id="f-of" name="commune">\(communes.map { "<option value=\"\($0.0)\"\($0.0 == form.texts["commune"] ? " selected" as HTML : nil)>\($0.1)</option>" as HTML })</select>\(request.parameter("duty").map { "<input type=\"hidden\" name=\"duty\" value=\"\($0)\">" as HTML })<button class="button secondary">\(["vi": "Soạn", "en": "Draft"] as Text, l)</button></form>
            <form method="post" action="/steering/instructions/\(standing.instruction.id)/urging\(duty)" novalidate>\(csrf(caller))\
            \(pick("office", ["vi": "Gửi đơn vị", "en": "To"], addressees, form, l))\(pick("commune", ["vi": "Phường, xã", "en": "Ward or commune"], communes, form, l))\
            \(area("late", ["vi": "Việc chậm", "en": "What is late"], max: 1000))\(area("records", ["vi": "Hồ sơ nào", "en": "Which records"], max: 2000))\(entry("due", ["vi": "Trả lời trước hết ngày", "en": "Answer due"], type: "date", form, l))\
            <p><button class="button">\(["vi": "Gửi đôn đốc", "en": "Send"] as Text, l)</button></p></form></details>
            """
    }

    /// What a letter would say of an instruction, or of the duty that the address names.
    private func draft(_ request: Request, _ steering: Steering, _ standing: Standing, _ commune: String?) throws -> UrgingDraft {
        if let duty = try namedDuty(request, steering) { return try steering.draft(duty, commune: commune) }
        return try steering.draft(standing, commune: commune)
    }

    private func sendUrging(_ request: Request, _ caller: Caller, _ steering: Steering, _ id: String) async throws -> Response {
        var texts = MoneyForm(request).texts.filter { !$0.value.tidied.isEmpty }
        texts["instruction"] = id
        let commune = texts["commune"]
        do {
            // The annex tells the day of sending, whenever the form was drafted.
            let parts = try await offLoop { () -> [LatePart] in
                guard steering.maySend(caller.authority), let standing = try steering.standing(id) else { return [] }
                return try draft(request, steering, standing, commune).parts
            }
            return .redirect("/steering/urgings/\(try await steering.urge(texts, parts: parts, by: caller.authority))")
        } catch RegisterError.objections(let objections) {
            return try instructionPage(request, caller, steering, id, objections)
        }
    }

    // MARK: Letters

    private func urgingsPage(_ request: Request, _ caller: Caller, _ steering: Steering) async throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Đôn đốc", "en": "Urging"]
        let unit = caller.authority.grants.first { $0.register == steering.names.urgings }?.unit
        // Who works for one department finds its letters first.
        let own = try steering.ownOffice(caller.authority)
        let asked = request.parameter("office") ?? own?.code
        let office = try steering.offices().first { $0.code == asked }
        let list = try await steering.urgings(to: unit, office: office?.code, for: caller.authority)
        let deliveries = try await offLoop { try steering.deliveries(of: list) }
        let today = registry.world.today
        let rows: [[HTML]] = list.map { one in
            let state: HTML =
                one.answered.map { "<span class=\"tag tag-ok\">\(["vi": "trả lời", "en": "answered"] as Text, l) \($0.written(l))</span>" }
                ?? (one.isLate(on: today)
                    ? "<span class=\"tag tag-late\">\(["vi": "quá hạn trả lời", "en": "answer overdue"] as Text, l)</span>"
                    : "<span class=\"tag tag-wait\">\(["vi": "chờ trả lời", "en": "awaits an answer"] as Text, l)</span>")
            let way: HTML = deliveries[one.number].map { deliveryWords($0, l) } ?? ""
            return [
                "<a class=\"code\" href=\"/steering/urgings/\(one.number)\">\(one.number)</a>", HTML(text: addressee(one, steering, l)), HTML(text: one.instruction),
                HTML(text: one.late), way, HTML(text: one.due.written(l)), state,
            ]
        }
        let heads: [Text] = [
            ["vi": "Mã", "en": "Number"], ["vi": "Gửi", "en": "To"], ["vi": "Chỉ đạo", "en": "Instruction"], ["vi": "Việc chậm", "en": "What is late"],
            ["vi": "Chuyển đến đơn vị", "en": "Delivery"], ["vi": "Hạn trả lời", "en": "Answer due"], ["vi": "Tình trạng", "en": "State"],
        ]
        let none: HTML = "<p class=\"notice\">\(["vi": "Chưa có đôn đốc nào.", "en": "Nobody has been urged."] as Text, l)</p>"
        let cut = try onlyLatest(list.count, of: Steering.listedMax, in: steering.names.urgings, l)
        let chosen: HTML? = office.map {
            "<p class=\"lead\">\($0.title, l) · <a href=\"/steering/urgings?office=\">\(["vi": "mọi đơn vị", "en": "all offices"] as Text, l)</a></p>" as HTML
        }
        return boardFrame(title, request, caller).response("<h1>\(title, l)</h1>\(chosen)\(rows.isEmpty ? none : table(title, heads, rows, l))\(cut)")
    }

    /// Letters to somebody's unit, or to all, whose answer is overdue.
    func overdueLetters(_ caller: Caller) throws -> Int {
        guard let steering, caller.authority.may(.read, steering.names.urgings) else { return 0 }
        if let own = try steering.ownOffice(caller.authority) { return try registry.findings(steering.names.urgings, check: "unanswered", by: "office")[own.code] ?? 0 }
        let overdue = try registry.findings(steering.names.urgings, check: "unanswered")
        let unit = caller.authority.grants.first { $0.register == steering.names.urgings }?.unit
        return unit.map { overdue[$0] ?? 0 } ?? overdue.values.reduce(0, +)
    }

    func addressee(_ urging: Urging, _ steering: Steering, _ l: Language) -> String {
        let name = (try? steering.offices())?.first { $0.code == urging.office }?.title[l] ?? urging.office
        guard let place = urging.commune.map({ scopeName($0, l) }) else { return name }
        // `Công an phường, xã` of Ba Đình is `Công an phường Ba Đình`.
        let kind = "phường, xã"
        return name.contains(kind) ? name.replacing(kind, with: place.prefix(1).lowercased() + place.dropFirst()) : "\(name), \(place)"
    }

    private func urgingPage(_ request: Request, _ caller: Caller, _ steering: Steering, _ number: String, _ objections: [Objection]) async throws -> Response {
        let l = caller.language
        let one = try await steering.urging(number, for: caller.authority)
        let title = Text(vi: "Đôn đốc \(number)", en: "Letter \(number)")
        let instruction = steering.instructions.first { $0.id == one.instruction }?.title
        let form = MoneyForm(objections.isEmpty ? nil : request, objections)
        let mayAnswer = one.answered == nil && steering.mayAnswer(one, caller.authority)
        let deliveries = try await offLoop { try steering.deliveries(of: [one]) }
        let way: HTML? = deliveries[one.number].map {
            "<div><dt>\(["vi": "Chuyển đến đơn vị", "en": "Delivery"] as Text, l)</dt><dd>\(deliveryWords($0, l))</dd></div>" as HTML
        }
        let isOpen = one.answered == nil && steering.maySend(caller.authority)
        let progress = try await offLoop { try steering.progress(of: one) }
        let paper: HTML? = try isOpen ? deliveries[one.number].flatMap { try paperNotice($0, steering, l) } : nil
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>
            <dl class="summary"><div><dt>\(["vi": "Gửi", "en": "To"] as Text, l)</dt><dd>\(addressee(one, steering, l))</dd></div><div><dt>\(["vi": "Chỉ đạo", "en": "Instruction"] as Text, l)</dt><dd><a href="/steering/instructions/\(one.instruction)">\(one.instruction) \(instruction?[l] ?? "")</a></dd></div>\
            <div><dt>\(["vi": "Việc chậm", "en": "What is late"] as Text, l)</dt><dd>\(one.late)</dd></div>\(one.records.isEmpty ? nil : "<div><dt>\(["vi": "Hồ sơ", "en": "Records"] as Text, l)</dt><dd>\(one.records)</dd></div>" as HTML)\
            <div><dt>\(["vi": "Gửi ngày", "en": "Sent on"] as Text, l)</dt><dd>\(one.sent.written(l))</dd></div><div><dt>\(["vi": "Trả lời trước hết ngày", "en": "Answer due"] as Text, l)</dt><dd>\(one.due.written(l))</dd></div>\
            \(way)\(one.answered.map { "<div><dt>\(["vi": "Trả lời", "en": "Answer"] as Text, l) \($0.written(l))</dt><dd>\(one.answer ?? "")</dd></div>" as HTML })</dl>
            \(paper)<p class="no-print"><a href="/steering/urgings/\(number)/letter.pdf">\(["vi": "Công văn (PDF)", "en": "Letter (PDF)"] as Text, l)</a></p>
            \(progressTable(one, progress, l))\(mayAnswer ? """
            <form method="post" action="/steering/urgings/\(number)/answer" novalidate>\(csrf(caller))\(entry("answer", ["vi": "Trả lời của đơn vị", "en": "Your office's answer"], width: "w-full", form, l))<p><button class="button">\(["vi": "Trả lời", "en": "Answer"] as Text, l)</button></p></form>
            """ as HTML : nil)
            """
        return boardFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func answerUrging(_ request: Request, _ caller: Caller, _ steering: Steering, _ number: String) async throws -> Response {
        let words = MoneyForm(request).texts["answer"] ?? ""
        guard !words.tidied.isEmpty else {
            return try await urgingPage(
                request, caller, steering, number, [Objection(field: "answer", code: "required", ["vi": "Viết câu trả lời.", "en": "Write the answer."])])
        }
        do {
            try await steering.answer(try await steering.urging(number, for: caller.authority), words: words, by: caller.authority)
            return .redirect("/steering/urgings/\(number)")
        } catch RegisterError.objections(let objections) {
            return try await urgingPage(request, caller, steering, number, objections)
        }
    }

    // MARK: Units and procedures beside each other

    /// What is said of a commune's days whose sign-offs tell less than the journals.
    private func untoldWords(_ signing: SigningUnit, _ l: Language) -> HTML? {
        let denied = signing.untold.filter { signing.denied.contains($0.key) }
        let early = signing.untold.filter { !signing.denied.contains($0.key) }
        func days(_ count: Int) -> String { "\(count) \(count == 1 ? "day" : "days")" }
        func changes(_ days: [Day: Int]) -> Int { days.values.reduce(0, +) }
        var lines: [HTML] = []
        if !denied.isEmpty {
            let words = Text(
                vi: "\(denied.count) ngày xác nhận không có thay đổi mà nhật ký có \(changes(denied)): phải xác nhận lại",
                en: "\(days(denied.count)) signed as without change, the journals have \(changes(denied)): to be signed again")
            lines.append("<br><span class=\"tag tag-late\">\(words, l)</span>")
        }
        if !early.isEmpty {
            let after = changes(early)
            let words = Text(
                vi: "\(early.count) ngày xác nhận sớm, sau đó nhập thêm \(after) thay đổi: phải xác nhận lại",
                en: "\(days(early.count)) signed early, \(after) \(after == 1 ? "change" : "changes") after it: to be signed again")
            lines.append("<br>\(words, l)")
        }
        return lines.isEmpty ? nil : HTML.joined(lines, "")
    }

    private func leaguePage(_ request: Request, _ caller: Caller, _ steering: Steering) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "126 phường, xã", "en": "The 126 communes"]
        let league = try steering.league()
        let maySend = steering.maySend(caller.authority)
        let rows: [[HTML]] = league.map { row in
            let missing: HTML? =
                row.signing.isLate ? " <span class=\"tag tag-late\">\(["vi": "thiếu", "en": "missing"] as Text, l) \(row.signing.missing.count)</span>" : nil
            let signed: HTML = row.signing.days == 0 ? "–" : "\(row.signing.inTime) / \(row.signing.days)\(missing)\(untoldWords(row.signing, l))"
            let late: HTML = row.signing.days == 0 ? "–" : "\(row.signing.late.count) / \(row.signing.days)"
            return [
                "<a href=\"/units/\(row.unit)\">\(scopeName(row.unit, l))</a>", signed, late, HTML(text: row.signing.last?.written(l) ?? "–"),
                row.records == 0 ? "–" : "\(l.number(Int(row.findingRate.rounded())))", HTML(text: row.timed == 0 ? "–" : "\(row.onTime) / \(row.timed)"),
                maySend && row.signing.isLate
                    ? "<a href=\"/steering/instructions/\(Self.signingInstruction(steering))?commune=\(row.unit)\">\(["vi": "đôn đốc", "en": "urge"] as Text, l)<span class=\"visually-hidden\"> \(scopeName(row.unit, l))</span></a>"
                    : "",
            ]
        }
        let heads: [Text] = [
            ["vi": "Phường, xã", "en": "Commune"], ["vi": "Ngày xác nhận đúng hạn, trong số ngày", "en": "Days signed in time, of days"],
            ["vi": "Ngày xác nhận muộn, trong số ngày", "en": "Days signed late, of days"], ["vi": "Lần cuối", "en": "Last"],
            ["vi": "Điều cần xem lại, trên 1.000 hồ sơ", "en": "Findings, of 1,000 records"], ["vi": "Hồ sơ dịch vụ công đúng hạn", "en": "Dossiers on time"],
            ["vi": "Thao tác", "en": "Acts"],
        ]
        let late = league.count { $0.signing.isLate }
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Chậm xác nhận", "en": "Behind with sign-offs"] as Text, l): \(l.number(late)). \(["vi": "Tính lúc mở trang, cho 30 ngày qua; hôm nay chưa tính. Đúng hạn là đến hết ngày hôm sau.", "en": "Reckoned as the page opens, over the last 30 days; today does not count yet. In time is until the end of the next day."] as Text, l)</p>
            <p class="no-print"><a href="/steering/departments">\(["vi": "So sánh các cơ quan, đơn vị", "en": "Departments compared"] as Text, l)</a> · <a href="/steering/duties">\(Self.dutiesTitle, l)</a></p>
            \(table(title, maySend ? heads : heads.dropLast(), maySend ? rows : rows.map { $0.dropLast() }, l))
            """
        return boardFrame(title, request, caller).response(content)
    }

    /// The instruction under which units sign off.
    static func signingInstruction(_ steering: Steering) -> String {
        steering.instructions.first { $0.registers.first == steering.names.signoffs }?.id ?? steering.instructions.first { $0.registers.contains(steering.names.signoffs) }?.id
            ?? ""
    }

    private func reviewPage(_ request: Request, _ caller: Caller, _ steering: Steering) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Rà soát thủ tục", "en": "Review of procedures"]
        let reviews = try steering.reviews()
        let rows: [[HTML]] = reviews.map { one in
            func share(_ part: Int, _ whole: Int) -> String { whole < 5 ? "–" : "\(part * 100 / whole) %" }
            return [
                "<a href=\"/services/\(one.procedure.code)\">\(one.procedure.title, l)</a>", HTML(text: one.count > 0 && one.count < 5 ? "<5" : l.number(one.count)),
                HTML(
                    text: one.hours.map {
                        one.ended < 5 ? "–" : $0 >= 48 ? "\($0 / 24) \((["vi": "ngày", "en": "days"] as Text)[l])" : "\($0) \((["vi": "giờ", "en": "hours"] as Text)[l])"
                    } ?? "–"),
                HTML(text: share(one.onTime, one.timed)), HTML(text: share(one.asked, one.looked)), HTML(text: share(one.refused, one.looked)),
                HTML(text: share(one.online, one.looked)),
                HTML(text: l.number(one.procedure.papers.count)), HTML.joined(one.proposals.map { HTML(text: $0[l]) }, "<br>"),
            ]
        }
        let heads: [Text] = [
            ["vi": "Thủ tục", "en": "Procedure"], ["vi": "Số hồ sơ", "en": "Dossiers"], ["vi": "Thời gian trung bình", "en": "Time on average"],
            ["vi": "Đúng hạn", "en": "On time"],
            ["vi": "Phải bổ sung", "en": "Papers asked for"], ["vi": "Từ chối, dừng", "en": "Refused, stopped"], ["vi": "Trực tuyến", "en": "Online"],
            ["vi": "Giấy tờ yêu cầu", "en": "Papers"], ["vi": "Đề xuất", "en": "Proposals"],
        ]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Dùng bao nhiêu, mất bao lâu, khó ở khâu nào. Tỷ lệ bổ sung, từ chối, trực tuyến tính trên 2.000 hồ sơ gần nhất; ít hơn 5 thì không nêu.", "en": "How often used, how long it takes, where it hurts. Shares of papers asked for, refusals and online are of the latest 2,000 dossiers; fewer than 5 are not told."] as Text, l)</p>\(table(title, heads, rows, l))
            """
        return boardFrame(title, request, caller).response(content)
    }
}
