// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// Who is entitled and not enrolled, and who is enrolled and no longer entitled: counts by unit, and lists for those who settle them.
extension Parts {
    var welfarePages: [Endpoint] {
        [
            Endpoint(.GET, "/welfare", .officers) { request, caller, _ in try await offLoop { try welfareOverview(request, caller) } },
            Endpoint(.POST, "/welfare/refresh", .officers, bodyMax: 1 << 14) { _, caller, _ in
                let rules = registry.enrolling().filter { registry.mayListEntitled($0, caller.authority) }
                guard !rules.isEmpty else { throw RegisterError.forbidden(Self.notForYou) }
                let runs = try await offLoop { try registry.refresh(rules) }
                return .redirect(runs == nil ? "/welfare?busy=1" : "/welfare")
            },
            Endpoint(.GET, "/welfare/{rule}/missing", .officers) { request, caller, parameters in try await casesPage(request, caller, parameters[0], .missing) },
            Endpoint(.GET, "/welfare/{rule}/possible", .officers) { request, caller, parameters in try await casesPage(request, caller, parameters[0], .possible) },
            Endpoint(.GET, "/welfare/{rule}/wrong", .officers) { request, caller, parameters in try await casesPage(request, caller, parameters[0], .wrong) },
            Endpoint(.GET, "/welfare/{rule}/missing.csv", .officers) { request, caller, parameters in try await casesFile(request, caller, parameters[0], .missing) },
            Endpoint(.GET, "/welfare/{rule}/possible.csv", .officers) { request, caller, parameters in
                try await casesFile(request, caller, parameters[0], .possible)
            },
            Endpoint(.GET, "/welfare/{rule}/wrong.csv", .officers) { request, caller, parameters in try await casesFile(request, caller, parameters[0], .wrong) },
        ] + welfarePersonPages
    }

    static let notForYou: Text = [
        "vi": "Việc này dành cho cán bộ được xem dữ liệu cá nhân ở sổ đối tượng hưởng.", "en": "This is for officers who may see personal data of those enrolled.",
    ]

    private static let isBusy: Text = [
        "vi": "Đang có lượt tính khác. Chờ một phút rồi mở lại.", "en": "It is being worked out already. Open this again in a minute.",
    ]

    static let casesAPage = 100

    func welfareCrumbs(_ l: Language) -> [(title: String, href: String)] {
        [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer"), (title: (["vi": "Trợ cấp, chính sách", "en": "Welfare"] as Text)[l], href: "/welfare")]
    }

    /// What a rule finds. People who only may be entitled are to be looked at, and nobody says that they are.
    private func title(_ sort: EntitlementFinding.Sort, _ rule: EntitlementRule) -> Text {
        switch sort {
        case .missing: ["vi": "Đủ điều kiện mà chưa được hưởng", "en": "Entitled, not enrolled"]
        case .possible where rule.findsOnlyPossible: ["vi": "Cần xem xét, có thể đủ điều kiện", "en": "To be looked at, may be entitled"]
        case .possible: ["vi": "Cần xác minh, có thể đủ điều kiện", "en": "To be asked about, may be entitled"]
        case .wrong: ["vi": "Đang hưởng mà không còn đủ điều kiện", "en": "Enrolled, no longer entitled"]
        }
    }

    // MARK: Counts

    /// Where most are missing comes first, then where most are to be asked about.
    private static func comesFirst(_ first: EntitlementCounts.Line, _ second: EntitlementCounts.Line) -> Bool {
        let one = (first.missing ?? 0, first.possible ?? 0, first.wrong ?? 0, second.unit)
        let other = (second.missing ?? 0, second.possible ?? 0, second.wrong ?? 0, first.unit)
        return one > other
    }

    private func welfareOverview(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Trợ cấp, chính sách", "en": "Welfare"]
        let all = try registry.entitlementCounts(for: caller.authority)
        let sections: [HTML] = all.map { counts in
            let mayList = registry.mayListEntitled(counts.rule, caller.authority)
            let base = "/welfare/\(counts.rule.name)"
            func number(_ value: Int?) -> HTML { value.map { HTML(text: l.number($0)) } ?? masked(l) }
            func link(_ value: Int?, _ sort: EntitlementFinding.Sort, _ unit: String?) -> HTML {
                guard mayList, let value, value > 0 else { return number(value) }
                let place: String = unit.map { ", " + scopeName($0, l) } ?? ""
                let what: HTML = "<span class=\"visually-hidden\"> \(self.title(sort, counts.rule), l)\(place)</span>"
                let query: String = unit.map { "?unit=" + $0 } ?? ""
                return "<a href=\"\(base)/\(sort.rawValue)\(query)\">\(l.number(value))\(what)</a>"
            }
            // Certain and open stand apart: who only may be entitled is late nowhere.
            let asksCertain = counts.rule.findsMissing && !counts.rule.findsOnlyPossible
            let asksOpen = counts.rule.findsOnlyPossible || !counts.rule.notes.isEmpty || (counts.total.possible ?? 1) > 0
            let isOpen = counts.rule.findsMissing && asksOpen
            let rows: [[HTML]] = counts.lines.filter { !$0.unit.isEmpty }.sorted(by: Self.comesFirst).map { line in
                var cells: [HTML] = [HTML(text: scopeName(line.unit, l))]
                if asksCertain { cells += [number(line.entitled), link(line.missing, .missing, line.unit)] }
                if isOpen { cells.append(link(line.possible, .possible, line.unit)) }
                return cells + [number(line.enrolled), link(line.wrong, .wrong, line.unit)]
            }
            let lacking: Text = ["vi": "Chưa được hưởng", "en": "Not enrolled"]
            let open: Text = counts.rule.findsOnlyPossible ? ["vi": "Cần xem xét", "en": "To be looked at"] : ["vi": "Cần xác minh", "en": "To be asked about"]
            var asked: [Text] = asksCertain ? [["vi": "Đủ điều kiện", "en": "Entitled"], lacking] : []
            if isOpen { asked.append(open) }
            let heads: [Text] =
                [["vi": "Phường, xã", "en": "Commune"]] + asked + [["vi": "Đang hưởng", "en": "Enrolled"], ["vi": "Không còn đủ điều kiện", "en": "No longer entitled"]]
            func figure(_ name: Text, _ value: Int?, of whole: Int?, _ sort: EntitlementFinding.Sort) -> HTML {
                let text: HTML = "\(number(value)) <span class=\"muted\">\((["vi": "trên", "en": "of"] as Text)[l])</span> \(number(whole))"
                let shown: HTML = mayList && (value ?? 0) > 0 ? "<a href=\"\(base)/\(sort.rawValue)\">\(text)</a>" : text
                return "<div><dt>\(name, l)</dt><dd>\(shown)</dd></div>"
            }
            let state: HTML =
                counts.ended.map { "<p class=\"muted\">\(["vi": "Tính lúc", "en": "Worked out at"] as Text, l) \($0.written(l)), \(counts.rule.source, l).</p>" as HTML }
                ?? "<p class=\"notice\">\(["vi": "Chưa tính lần nào. Bấm “Tính lại bây giờ”, hoặc chờ đến đêm.", "en": "Nothing is worked out yet. Press “Work it out now”, or wait for the night."] as Text, l)</p>"
            let missing: HTML? = asksCertain ? figure(lacking, counts.total.missing, of: counts.total.entitled, .missing) : nil
            let possible: HTML? = isOpen ? "<div><dt>\(open, l)</dt><dd>\(link(counts.total.possible, .possible, nil))</dd></div>" : nil
            let wrong = figure(["vi": "Không còn đủ điều kiện", "en": "No longer entitled"], counts.total.wrong, of: counts.total.enrolled, .wrong)
            let figures: HTML? = counts.ended == nil ? nil : "<dl class=\"figures\">\(missing)\(possible)\(wrong)</dl>"
            return """
                <section><h2>\(counts.rule.title, l)</h2>\(state)\(counts.rule.caution.map { "<p class=\"notice\">\($0, l)</p>" as HTML })
                \(figures)
                \(rows.isEmpty ? nil : "<details><summary>\(["vi": "Theo phường, xã", "en": "By commune"] as Text, l)<span class=\"visually-hidden\">: \(counts.rule.title, l)</span></summary>\(table(counts.rule.title, heads, rows, l))</details>" as HTML)</section>
                """
        }
        let mayRefresh = all.contains { registry.mayListEntitled($0.rule, caller.authority) }
        let busy: HTML? =
            request.parameter("busy") == nil ? nil : "<p class=\"notice\" role=\"status\">\(Self.isBusy, l)</p>"
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Mỗi đêm hệ thống so luật với các sổ: ai đủ điều kiện mà chưa được hưởng, ai cần xác minh thêm, ai đang hưởng mà đã mất, đã chuyển đi, không đúng tuổi.", "en": "Every night the law is compared with the registers: who is entitled and not enrolled, who has to be asked about, who is enrolled and has died, moved away or is not of the right age."] as Text, l)</p>\(busy)
            \(mayRefresh ? tools(caller) : nil)
            \(HTML.joined(sections))
            """
        return layout(title, request, caller, door: "officer", crumbs: Array(welfareCrumbs(l).prefix(1))).response(content)
    }

    private func tools(_ caller: Caller) -> HTML {
        let l = caller.language
        return """
            <p class="no-print"><a class="button" href="/welfare/person">\(["vi": "Xem một người được hưởng gì", "en": "See what one person is entitled to"] as Text, l)</a></p>
            <form class="no-print" method="post" action="/welfare/refresh">\(csrf(caller))<p><button class="button secondary">\(["vi": "Tính lại bây giờ", "en": "Work it out now"] as Text, l)</button></p></form>
            """
    }

    // MARK: Lists

    private func casesPage(_ request: Request, _ caller: Caller, _ name: String, _ sort: EntitlementFinding.Sort) async throws -> Response {
        let l = caller.language
        guard let rule = registry.entitlement(name), let enrolment = rule.enrolment else { throw RegisterError.noSuchRecord }
        guard registry.mayListEntitled(rule, caller.authority) else { throw RegisterError.forbidden(Self.notForYou) }
        let title = Text(vi: "\(self.title(sort, rule).vi): \(rule.title.vi)", en: "\(self.title(sort, rule).en): \(rule.title.en)")
        let frame = layout(title, request, caller, door: "officer", crumbs: welfareCrumbs(l))
        if caller.authority.purpose == nil { return frame.response("<h1>\(title, l)</h1>" + purposeForm(caller, next: target(request))) }
        let unit = request.parameter("unit")
        let (cases, next) = try await registry.entitlementCases(
            rule, sort, unit: unit, after: request.parameter("after"), limit: Self.casesAPage, for: caller.authority, door: "page")
        let people = try registry.register(rule.people)
        let rows: [[HTML]] = cases.map { one in
            let name: HTML = "<a href=\"/welfare/person/\(one.person.ref)\">\(label(one.person, people, l))</a><br><span class=\"code\">\(one.person.key ?? "")</span>"
            let reasons: [HTML] = one.explanation.deciding.map { "<li>\($0.words, l)</li>" }
            return [
                name, HTML(text: scopeName(one.unit, l)), "<ul>\(reasons)</ul>", HTML(text: one.since.written(l)),
                acts(actions(one, sort, rule, enrolment, caller) + notes(one, sort, rule, caller)),
            ]
        }
        let query = unit.map { "unit=\(Request.encode($0))" }
        let more: HTML? = next.map { after in
            "<p><a href=\"\(request.rawPath)?\(([query, "after=\(after)"] as [String?]).compactMap { $0 }.joined(separator: "&"))\">\(["vi": "Trang sau", "en": "Next page"] as Text, l)</a></p>"
        }
        let heads: [Text] = [
            ["vi": "Người", "en": "Person"], ["vi": "Phường, xã", "en": "Commune"], ["vi": "Vì sao", "en": "Why"], ["vi": "Phát hiện từ ngày", "en": "First seen"],
            ["vi": "Việc cần làm", "en": "What to do"],
        ]
        let nobody: HTML =
            "<p class=\"notice notice-ok\">\(["vi": "Không có ai trong danh sách này.", "en": "Nobody is on this list."] as Text, l)</p>"
        let content: HTML = """
            <h1>\(title, l)</h1>\(unit.map { "<p class=\"lead\">\(scopeName($0, l))</p>" as HTML })\(rule.caution.map { "<p class=\"notice\">\($0, l)</p>" as HTML })
            \(rows.isEmpty ? nil : "<p class=\"no-print\"><a class=\"button secondary\" href=\"\(request.rawPath).csv\(query.map { "?" + $0 } ?? "")\" download>\(["vi": "Tải danh sách (CSV)", "en": "Download the list (CSV)"] as Text, l)</a></p>" as HTML)
            \(rows.isEmpty ? nobody : table(title, heads, rows, l))\(more)
            <p class="muted">\(["vi": "Mỗi người được xét lại khi trang mở. Ai đã được giải quyết thì không còn ở đây. Lượt xem được ghi cho người đó.", "en": "Everybody is judged again as the page opens. Who has been settled is not here any more. Each look is recorded for the person."] as Text, l)</p>
            \(purposeLine(caller, request))
            """
        return frame.response(content)
    }

    private func acts(_ links: [HTML]) -> HTML { links.isEmpty ? "" : "<ul class=\"acts\">\(links.map { "<li>\($0)</li>" as HTML })</ul>" }

    /// What settles it: an enrolment of the missing, an end for the wrong ones. By procedure where the person applies.
    private func actions(_ one: EntitlementCase, _ sort: EntitlementFinding.Sort, _ rule: EntitlementRule, _ enrolment: EntitlementRule.Enrolment, _ caller: Caller) -> [HTML] {
        let l = caller.language
        let who: HTML = "<span class=\"visually-hidden\">: \(one.person.key ?? "")</span>"
        guard caller.authority.may(.write, enrolment.register, unit: one.unit, units: registry.units, on: registry.world.today) else { return [] }
        if let key = one.enrolment {
            let end: Text = sort == .wrong ? ["vi": "Ghi ngày thôi hưởng", "en": "Enter its last day"] : ["vi": "Ghi ngày bắt đầu hưởng", "en": "Enter its first day"]
            return ["<a href=\"/registers/\(enrolment.register)/records/\(Request.encode(key))/change\">\(end, l)\(who)</a>"]
        }
        var query = enrolment.opening
        query[enrolment.person] = one.person.ref
        if let field = (try? registry.register(enrolment.register))?.jurisdiction { query[field.name] = one.unit }
        let address = query.sorted { $0.key < $1.key }.map { "\($0.key)=\(Request.encode($0.value))" }.joined(separator: "&")
        let enrol: HTML = "<a href=\"/registers/\(enrolment.register)/new?\(address)\">\(["vi": "Ghi quyết định cho hưởng", "en": "Enter the decision"] as Text, l)\(who)</a>"
        guard let procedure = rule.procedure else { return [enrol] }
        return [enrol, "<a href=\"/services/\(procedure)\">\(["vi": "Thủ tục", "en": "The procedure"] as Text, l)\(who)</a>"]
    }

    /// What an officer has found out about somebody of whom the registers do not tell enough: it settles the case either way.
    private func notes(_ one: EntitlementCase, _ sort: EntitlementFinding.Sort, _ rule: EntitlementRule, _ caller: Caller) -> [HTML] {
        guard sort == .possible else { return [] }
        let l = caller.language
        let who: HTML = "<span class=\"visually-hidden\">: \(one.person.key ?? "")</span>"
        return rule.notes.compactMap { note -> HTML? in
            guard caller.authority.may(.write, note.register, unit: one.unit, units: registry.units, on: registry.world.today) else { return nil }
            var query = note.opening
            query[note.person] = one.person.ref
            if let field = (try? registry.register(note.register))?.jurisdiction { query[field.name] = one.unit }
            let address = query.sorted { $0.key < $1.key }.map { "\($0.key)=\(Request.encode($0.value))" }.joined(separator: "&")
            return "<a href=\"/registers/\(note.register)/new?\(address)\">\(note.title, l)\(who)</a>"
        }
    }

    private func casesFile(_ request: Request, _ caller: Caller, _ name: String, _ sort: EntitlementFinding.Sort) async throws -> Response {
        let l = caller.language
        guard let rule = registry.entitlement(name), rule.enrolment != nil else { throw RegisterError.noSuchRecord }
        let people = try registry.register(rule.people)
        let header: [Text] = [
            people.key.title, ["vi": "Họ và tên", "en": "Name"], ["vi": "Mã phường, xã", "en": "Commune's code"], ["vi": "Phường, xã", "en": "Commune"],
            ["vi": "Vì sao", "en": "Why"], ["vi": "Mức mỗi tháng, đồng", "en": "Amount a month, đồng"], ["vi": "Phát hiện từ ngày", "en": "First seen"],
            ["vi": "Số hồ sơ hưởng", "en": "File number"],
        ]
        var csv: [UInt8] = [0xEF, 0xBB, 0xBF] + CSV.line(header.map { $0[l] })
        var after: String?
        repeat {
            let page = try await registry.entitlementCases(rule, sort, unit: request.parameter("unit"), after: after, limit: 1000, for: caller.authority, door: "page")
            for one in page.cases {
                csv += CSV.line([
                    one.person.key ?? "", label(one.person, people, l), one.unit, scopeName(one.unit, l), one.explanation.deciding.map { $0.words[l] }.joined(separator: " "),
                    one.explanation.amount.map { String($0.amount) } ?? "", one.since.description, one.enrolment ?? "",
                ])
            }
            after = page.next
        } while after != nil
        return Response(
            .ok, type: "text/csv; charset=utf-8", csv, headers: [("content-disposition", "attachment; filename=\"\(rule.name)-\(sort.rawValue).csv\"")])
    }
}
