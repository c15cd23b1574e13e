// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// The start-up portal as everybody sees it: who there is, where, what they raised, who helps them.
extension Parts {
    var startupPages: [Endpoint] {
        [
            Endpoint(.GET, "/startups", .open) { request, caller, _ in try await startupList(request, caller) }.shared,
            Endpoint(.GET, "/startups/map", .open) { request, caller, _ in try await startupMap(request, caller) }.shared,
            Endpoint(.GET, "/startups/investors", .open) { request, caller, _ in try await investorList(request, caller) }.shared,
            Endpoint(.GET, "/startups/incubators", .open) { request, caller, _ in try await incubatorList(request, caller) }.shared,
            Endpoint(.GET, "/startups/offers", .open) { request, caller, _ in try await offerList(request, caller) }.shared,
            Endpoint(.GET, "/startups/{key}", .open) { request, caller, parameters in try await startupPage(request, caller, parameters[0]) }.shared,
        ]
    }

    private static let startupsAtOnce = 20
    private static let roundsShown = 50
    private static let startupFilters = ["sector", "stage", "commune"]
    private static let noStartup: Text = ["vi": "Chưa có doanh nghiệp hay nhóm khởi nghiệp nào.", "en": "There is no start-up yet."]
    static let startupsTitle: Text = ["vi": "Khởi nghiệp", "en": "Start-ups"]

    func startupFrame(_ title: Text, _ request: Request, _ caller: Caller) -> Layout {
        layout(title, request, caller, door: "home", crumbs: [(title: Self.startupsTitle[caller.language], href: "/startups")])
    }

    /// The ways between the portal's pages.
    func startupTabs(_ open: String, _ l: Language) -> HTML {
        let tabs: [(String, Text)] = [
            ("/startups", Self.startupsTitle), ("/startups/map", ["vi": "Bản đồ", "en": "Map"]), ("/startups/investors", ["vi": "Nhà đầu tư", "en": "Investors"]),
            ("/startups/incubators", ["vi": "Nơi ươm tạo", "en": "Incubators"]), ("/startups/offers", ["vi": "Cơ hội, sự kiện, cố vấn", "en": "Opportunities, events, mentors"]),
        ]
        let items: [HTML] = tabs.map { href, title in "<li><a href=\"\(href)\"\(href == open ? " aria-current=\"page\"" as HTML : nil)>\(title, l)</a></li>" }
        return "<nav class=\"tabs\" aria-label=\"\(["vi": "Cổng khởi nghiệp", "en": "Start-up portal"] as Text, l)\"><ul>\(items)</ul></nav>"
    }

    func choices(of field: String, in register: Register) -> [Choice] {
        guard case .choice(let choices)? = register.field(field)?.kind else { return [] }
        return choices
    }

    func choiceName(_ code: String, _ field: String, _ register: Register, _ l: Language) -> String {
        choices(of: field, in: register).first { $0.code == code }?.title[l] ?? code
    }

    /// An address that others wrote: followed at one's own risk, and worth nothing to who wrote it.
    func outsideLink(_ text: String) -> HTML {
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else { return HTML(text: text) }
        return "<a href=\"\(text)\" rel=\"nofollow noopener\">\(text)</a>"
    }

    /// What is not certain about a start-up, said beside its name.
    func startupTags(_ one: Startup, _ book: StartupBook, _ register: Register, _ l: Language) throws -> HTML {
        if one.isEnded { return "<span class=\"tag tag-closed\">\(choiceName(one.stage, "stage", register, l))</span>" }
        let isOld = !one.isConfirmed(on: registry.world.today)
        let isAtRest = try !book.isAtWork(one.enterprise)
        return """
            \(isAtRest ? "<span class=\"tag tag-late\">\(["vi": "doanh nghiệp đã giải thể hoặc tạm ngừng", "en": "enterprise dissolved or paused"] as Text, l)</span> " as HTML : nil)\
            \(isOld ? "<span class=\"tag tag-wait\">\(["vi": "chưa xác nhận lại", "en": "no longer confirmed"] as Text, l)</span> " as HTML : nil)\
            \(one.waitsForEnterprise ? "<span class=\"tag tag-wait\">\(["vi": "doanh nghiệp chưa xác nhận", "en": "not confirmed by the enterprise"] as Text, l)</span> " as HTML : nil)\
            \(one.enterprise == nil ? "<span class=\"tag tag-info\">\(["vi": "nhóm chưa có công ty", "en": "team without a company"] as Text, l)</span>" as HTML : nil)
            """
    }

    // MARK: The list

    private func startupList(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        let book = try startupBook()
        let register = try book.register
        var form = MoneyForm()
        for name in ["q"] + Self.startupFilters { form.texts[name] = String((request.parameter(name) ?? "").tidied.prefix(200)) }
        let words = (form.texts["q"] ?? "").split(separator: " ").prefix(registry.limits.wordsMax).joined(separator: " ")
        var query = RecordQuery()
        query.text = words.isEmpty ? nil : words
        query.filters = Self.startupFilters.compactMap { name in form.texts[name].flatMap { $0.isEmpty ? nil : (field: name, value: $0) } }
        query.limit = Self.startupsAtOnce
        query.after = request.parameter("after")
        let page: RecordPage
        do {
            page = try await registry.records(book.roles.startups, query, for: .visitor, door: "page")
        } catch RegisterError.objections(let objections) {
            throw Problem(.badRequest, "filter", objections[0].text)
        }
        let isAsked = query.text != nil || !query.filters.isEmpty
        let items = try page.records.compactMap { Startup($0, register, ended: book.roles.ended) }.map { try startupItem($0, book, register, l) }
        let kept = request.query.filter { $0.name != "after" && $0.name != "lang" }.map { "\(Request.encode($0.name))=\(Request.encode($0.value))" }
        let more: HTML? = page.next.map { next in
            "<nav class=\"pages\" aria-label=\"\(["vi": "Trang", "en": "Pages"] as Text, l)\"><a rel=\"next\" href=\"/startups?\((kept + ["after=\(next)"]).joined(separator: "&"))\">\(["vi": "Trang sau", "en": "Next page"] as Text, l)</a></nav>"
        }
        let none: Text =
            isAsked
            ? ["vi": "Không có doanh nghiệp hay nhóm khởi nghiệp nào như vậy. Thử ít từ hơn, hoặc bỏ bớt lọc.", "en": "There is no such start-up. Try fewer words or filters."]
            : Self.noStartup
        var figures: HTML?
        if !isAsked, query.after == nil { figures = try await startupFigures(book, register, l) }
        let content: HTML = """
            <h1>\(["vi": "Khởi nghiệp sáng tạo của thành phố", "en": "The city's start-ups"] as Text, l)</h1>
            <p class="lead">\(["vi": "Doanh nghiệp, nhóm khởi nghiệp tự nói về mình và xác nhận lại; điều không ai xác nhận nữa được ghi rõ.", "en": "Start-ups speak for themselves and confirm it again; what nobody confirms any more is marked."] as Text, l)</p>
            \(startupTabs("/startups", l))\(startupSearch(form, register, isFiltered: !query.filters.isEmpty, l))
            <p><a class="button" href="/startups/register">\(["vi": "Đăng ký doanh nghiệp, nhóm khởi nghiệp", "en": "Register your start-up"] as Text, l)</a></p>
            \(figures)
            <section><h2>\(isAsked ? ["vi": "Tìm thấy, kể cả mục không còn được xác nhận", "en": "Found, also what is not confirmed"] as Text : ["vi": "Danh sách, kể cả mục không còn được xác nhận", "en": "All of them, also what is not confirmed"] as Text, l)</h2>
            \(items.isEmpty ? "<p class=\"notice\">\(none, l)</p>" as HTML : "<ul class=\"hits\">\(items)</ul>" as HTML)\(more)</section>
            \(openData(book, l))
            """
        return layout(Self.startupsTitle, request, caller, door: "home").response(content)
    }

    private func startupSearch(_ form: MoneyForm, _ register: Register, isFiltered: Bool, _ l: Language) -> HTML {
        let all: Text = ["vi": "Tất cả", "en": "All"]
        let selects: [HTML] = Self.startupFilters.compactMap { name in
            guard let field = register.field(name) else { return nil }
            var list = choices(of: name, in: register).map { (code: $0.code, title: $0.title[l]) }
            if case .unit(let level) = field.kind {
                list = registry.units.inForce(on: registry.world.today, level: level).sorted { $0.name.sortsBefore($1.name) }.map { (code: $0.code, title: $0.name) }
            }
            return pick(name, field.title, [(code: "", title: all[l])] + list, form, l)
        }
        return """
            <form method="get" action="/startups" role="search">
            <div class="field"><label for="f-q">\(["vi": "Tìm theo tên, việc đang làm", "en": "Find by name or by what it does"] as Text, l)</label><input class="w-full" type="search" id="f-q" name="q" value="\(form.texts["q"] ?? "")" maxlength="200" autocomplete="off"></div>
            <details\(isFiltered ? " open" : "")><summary>\(["vi": "Lọc theo lĩnh vực, giai đoạn, nơi ở", "en": "Filter by sector, stage and place"] as Text, l)</summary>\(selects)</details>
            <p><button class="button">\(["vi": "Tìm", "en": "Find"] as Text, l)</button>\(isFiltered || !(form.texts["q"] ?? "").isEmpty ? " <a href=\"/startups\">\(["vi": "Bỏ tìm và lọc", "en": "Clear search and filters"] as Text, l)</a>" as HTML : nil)</p></form>
            """
    }

    private func startupItem(_ one: Startup, _ book: StartupBook, _ register: Register, _ l: Language) throws -> HTML {
        let tags = try startupTags(one, book, register, l)
        return """
            <li><p><a href="/startups/\(Request.encode(one.key))"><strong>\(one.name)</strong></a> \(tags)<br>\(one.about)<br>\
            <span class="muted">\(choiceName(one.sector, "sector", register, l)) · \(choiceName(one.stage, "stage", register, l)) · \(scopeName(one.commune, l)) · \(l.number(one.jobs)) \(["vi": "việc làm", "en": "jobs"] as Text, l)</span></p></li>
            """
    }

    // MARK: Figures

    private func startupFigures(_ book: StartupBook, _ register: Register, _ l: Language) async throws -> HTML {
        let today = registry.world.today
        let (all, counted, isCut) = try await book.startups()
        let (rounds, roundsAreCut) = try await book.countedRounds()
        let yearAgo = today.adding(months: -12)
        let recent = rounds.filter { $0.day > yearAgo && $0.day <= today }
        func figure(_ title: Text, _ value: HTML) -> HTML { "<div><dt>\(title, l)</dt><dd>\(value)</dd></div>" }
        func chart(_ name: String, _ title: Text, _ of: (Startup) -> String) -> HTML? {
            let counts = Dictionary(grouping: counted, by: of).mapValues(\.count)
            return Charts.counts(title, choices(of: name, in: register).compactMap { one in counts[one.code].map { (name: one.title[l], count: $0) } }, l)
        }
        func total(_ amount: Int64?) -> HTML { amount.map { HTML(text: l.said(Money($0))) } ?? "–" }
        let years = Dictionary(grouping: rounds, by: \.day.year).map { (year: $0.key, amount: StartupBook.sum($0.value.map(\.amount))) }.sorted { $0.year < $1.year }
        // A bar has a length: what cannot be added up is told below the chart.
        let unknown = years.filter { $0.amount == nil }.map { "\($0.year): –" }.joined(separator: " · ")
        let names = Dictionary(all.map { ($0.key, $0.name) }, uniquingKeysWith: { first, _ in first })
        let sources: HTML? =
            recent.isEmpty
            ? nil
            : """
            <details><summary>\(["vi": "Các lần gọi vốn ấy, và nguồn của từng lần", "en": "Those rounds, and the source of each"] as Text, l)</summary>\
            \(table(["vi": "Gọi vốn 12 tháng qua", "en": "Money raised in the last 12 months"], Self.roundHeads, recent.prefix(Self.roundsShown).map { roundRow($0, names[$0.startup] ?? $0.startup, l) }, l))\(onlyNewest(recent.count, l))</details>
            """
        let note = Text(
            vi:
                "Các số, kể cả số vốn, và biểu đồ chỉ tính doanh nghiệp, nhóm đang hoạt động, có thông tin còn được xác nhận: \(l.number(counted.count)) trong \(l.number(all.count)) mục của sổ. Số việc làm là tự khai.",
            en:
                "Figures, money too, and charts are of start-ups at work whose data is confirmed: \(l.number(counted.count)) of the register's \(l.number(all.count)). Jobs are by their own word."
        )
        return """
            <dl class="figures">\(figure(["vi": "Doanh nghiệp, nhóm khởi nghiệp đang hoạt động", "en": "Start-ups at work"], HTML(text: l.number(counted.count))))\
            \(figure(["vi": "Việc làm", "en": "Jobs"], HTML(text: StartupBook.sum(counted.map(\.jobs)).map { l.number($0) } ?? "–")))\
            \(figure(["vi": "Vốn gọi được trong 12 tháng", "en": "Raised in the last 12 months"], total(StartupBook.sum(recent.map(\.amount)))))\
            \(figure(["vi": "Vốn gọi được từ trước đến nay", "en": "Raised so far"], total(StartupBook.sum(rounds.map(\.amount)))))</dl>
            <p class="muted">\(note, l)</p>\(cutNotice(isCut || roundsAreCut, l))\(sources)
            \(chart("sector", ["vi": "Theo lĩnh vực", "en": "By sector"]) { $0.sector })\(chart("stage", ["vi": "Theo giai đoạn", "en": "By stage"]) { $0.stage })
            \(Charts.amounts(["vi": "Vốn gọi được theo năm, đồng", "en": "Money raised by year, in đồng"], years.compactMap { one in one.amount.map { (name: String(one.year), amount: $0) } }, l))\(unknown.isEmpty ? nil : "<p class=\"muted\">\(unknown)</p>" as HTML)
            """
    }

    /// Said under a table of rounds that leaves some out.
    private func onlyNewest(_ count: Int, _ l: Language) -> HTML? {
        guard count > Self.roundsShown else { return nil }
        let text = Text(
            vi: "Chỉ hiện \(Self.roundsShown) lần mới nhất trong \(l.number(count)) lần.", en: "The latest \(Self.roundsShown) of \(l.number(count)) are shown.")
        return "<p class=\"muted\">\(text, l)</p>"
    }

    private static let roundHeads: [Text] = [
        ["vi": "Doanh nghiệp, nhóm khởi nghiệp", "en": "Start-up"], ["vi": "Ngày", "en": "Day"], ["vi": "Vòng", "en": "Round"], ["vi": "Số vốn", "en": "Amount"],
        ["vi": "Nguồn", "en": "Source"],
    ]

    private func roundName(_ round: FundingRound, _ l: Language) -> String {
        guard let roles = options.roles.startups, let register = try? registry.register(roles.rounds) else { return round.round }
        return choiceName(round.round, "round", register, l)
    }

    private func roundRow(_ round: FundingRound, _ name: String, _ l: Language) -> [HTML] {
        [
            "<a href=\"/startups/\(Request.encode(round.startup))\">\(name)</a>", HTML(text: round.day.written(l)), HTML(text: roundName(round, l)), money(Money(round.amount), l),
            outsideLink(round.source),
        ]
    }

    private func openData(_ book: StartupBook, _ l: Language) -> HTML {
        let lines: [HTML] = [book.roles.startups, book.roles.rounds, book.roles.investors, book.roles.incubators, book.roles.offers].compactMap { name in
            guard let register = try? registry.register(name) else { return nil }
            return """
                <li><a href="/registers/\(name)">\(register.title, l)</a>: <a href="/registers/\(name)/records.csv">CSV<span class="visually-hidden"> \(register.title, l)</span></a>, \
                <a href="/registers/\(name)/records.xlsx">Excel<span class="visually-hidden"> \(register.title, l)</span></a>, <a href="/api/v1/registers/\(name)/records">JSON<span class="visually-hidden"> \(register.title, l)</span></a></li>
                """
        }
        return """
            <section><h2>\(["vi": "Dữ liệu mở", "en": "Open data"] as Text, l)</h2><p>\(["vi": "Ai cũng tải được phần công khai của các sổ này và kiểm chứng từng mục.", "en": "Anyone may download the open part of these registers and verify every entry."] as Text, l)</p><ul>\(lines)\
            <li><a href="/api/v1/catalog">\(["vi": "Danh mục dữ liệu mở của thành phố (DCAT)", "en": "The city's catalogue of open data (DCAT)"] as Text, l)</a></li></ul></section>
            """
    }

    // MARK: The map

    private func startupMap(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        let (all, counted, isCut) = try await startupBook().startups()
        let title: Text = ["vi": "Doanh nghiệp, nhóm khởi nghiệp theo phường, xã", "en": "Start-ups by commune"]
        let note: Text = [
            "vi": "Chỉ tính doanh nghiệp, nhóm có thông tin còn được xác nhận; danh sách của mỗi phường, xã kể cả mục khác.",
            "en": "Counted are start-ups whose data is confirmed; a commune's list has the others too.",
        ]
        let rows = Dictionary(grouping: counted, by: \.commune).map { (commune: $0.key, count: $0.value.count, href: "/startups?commune=\(Request.encode($0.key))") }
        let list = rows.map { (name: scopeName($0.commune, l), count: Optional($0.count)) }.sorted { $0.name.sortsBefore($1.name) }
        let shown: HTML =
            rows.isEmpty
            ? "<p class=\"notice\">\(all.contains { !$0.isEnded } ? ["vi": "Chưa có doanh nghiệp hay nhóm khởi nghiệp nào có thông tin còn được xác nhận.", "en": "There is no start-up yet whose data is confirmed."] as Text : Self.noStartup, l)</p>"
            : communeMap(title, rows, l) ?? Charts.table(["vi": "Phường, xã", "en": "Commune"], list, total: counted.count, l)
        return startupFrame(title, request, caller).response(
            "<h1>\(title, l)</h1>\(startupTabs("/startups/map", l))<p class=\"muted\">\(note, l)</p>\(cutNotice(isCut, l))\(shown)")
    }

    // MARK: One start-up

    private func startupPage(_ request: Request, _ caller: Caller, _ key: String) async throws -> Response {
        let l = caller.language
        let book = try startupBook()
        let register = try book.register
        let one = try await book.startup(key)
        var rounds: [[HTML]] = []
        let own = try await book.rounds(of: one.key)
        for round in own.prefix(Self.roundsShown) {
            var investors: [HTML] = []
            for code in round.investors {
                let name = try await book.investor(code)
                investors.append(HTML(text: name ?? (["vi": "một nhà đầu tư không còn công bố tên", "en": "an investor who is listed no more"] as Text)[l]))
            }
            rounds.append([
                HTML(text: round.day.written(l)), HTML(text: roundName(round, l)), money(Money(round.amount), l), investors.isEmpty ? "–" : HTML.joined(investors, ", "),
                outsideLink(round.source),
            ])
        }
        func row(_ field: String, _ value: HTML?) -> HTML? {
            guard let value, let title = register.field(field)?.title else { return nil }
            return "<div><dt>\(title, l)</dt><dd>\(value)</dd></div>"
        }
        let enterprise: HTML? = one.enterprise.map {
            "<a class=\"code\" href=\"/registers/\(book.roles.enterprises)/records/\(Request.encode($0))\">\($0)</a>\(one.enterpriseConfirmed.map { " · \(["vi": "doanh nghiệp xác nhận ngày", "en": "confirmed by the enterprise on"] as Text, l) \($0.written(l))" as HTML })"
        }
        let isOld = !one.isEnded && !one.isConfirmed(on: registry.world.today)
        var doubt: Text?
        if isOld {
            doubt = ["vi": "Thông tin dưới đây quá hạn xác nhận: không ai bảo đảm là còn đúng.", "en": "The confirmation of what follows has run out: nobody vouches for it now."]
        } else if try !one.isEnded && !book.isAtWork(one.enterprise) {
            doubt = Text(vi: "\(StartupBook.atRest.vi) Mục này không được tính vào số liệu.", en: "\(StartupBook.atRest.en) It is left out of the figures.")
        } else if !one.isEnded, one.waitsForEnterprise {
            doubt = [
                "vi": "Doanh nghiệp chưa xác nhận lời khai này, nên mục này chưa được tính vào số liệu.",
                "en": "The enterprise has not confirmed this yet, so it is left out of the figures.",
            ]
        }
        let notice: HTML? = doubt.map { "<p class=\"notice\">\($0, l)</p>" }
        let heads: [Text] = [
            ["vi": "Ngày", "en": "Day"], ["vi": "Vòng", "en": "Round"], ["vi": "Số vốn", "en": "Amount"], ["vi": "Nhà đầu tư", "en": "Investors"], ["vi": "Nguồn", "en": "Source"],
        ]
        let content: HTML = """
            <p class="caption">\(choiceName(one.sector, "sector", register, l))</p><h1>\(one.name)</h1><p>\(try startupTags(one, book, register, l))</p><p class="lead">\(one.about)</p>
            \(notice)
            <dl class="summary">\(row("stage", HTML(text: choiceName(one.stage, "stage", register, l))))\(row("commune", HTML(text: scopeName(one.commune, l))))\(row("website", one.website.map { outsideLink($0) }))\
            \(row("enterprise", enterprise))\(row("founded", one.founded.map { HTML(text: $0.written(l)) }))\(row("founders", HTML(text: l.number(one.founders))))\(row("jobs", HTML(text: l.number(one.jobs))))\
            \(row("confirmed_until", one.confirmedUntil.map { HTML(text: $0.written(l)) }))</dl>
            <h2>\(["vi": "Vốn đã gọi", "en": "Money raised"] as Text, l)</h2>
            \(rounds.isEmpty ? "<p>\(["vi": "Chưa có lần gọi vốn nào được công bố.", "en": "No round has been announced."] as Text, l)</p>" as HTML : table(["vi": "Vốn đã gọi", "en": "Money raised"], heads, rounds, l))\(onlyNewest(own.count, l))
            <p><a class="button secondary" href="/startups/\(Request.encode(one.key))/confirm">\(["vi": "Là doanh nghiệp, nhóm của bạn? Xác nhận hoặc sửa", "en": "Is it yours? Confirm or change"] as Text, l)</a></p>
            <p class="muted"><a href="/registers/\(register.name)/records/\(Request.encode(one.key))/history">\(["vi": "Mọi thay đổi, và bằng chứng", "en": "Every change, and the proof"] as Text, l)</a> · <a href="/api/v1/registers/\(register.name)/records/\(Request.encode(one.key))">JSON</a></p>
            """
        return startupFrame(.same(one.name), request, caller).response(content)
    }
}
