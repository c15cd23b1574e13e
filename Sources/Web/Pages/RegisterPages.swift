// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import People
internal import NIOHTTP1
internal import Registers

/// All registers; one register with search, filters and counts; statistics.
extension Kind {
    /// A small number that counts nothing, such as a map sheet: written without separators.
    var isNumbering: Bool { if case .integer(let range) = self { range.upperBound <= 99_999 } else { false } }
}

extension Parts {
    var registerPages: [Endpoint] {
        [
            Endpoint(.GET, "/registers", .open) { request, caller, _ in try allRegisters(request, caller) }.shared,
            Endpoint(.GET, "/registers/{register}", .registers) { request, caller, parameters in
                try await oneRegister(request, caller, try registry.register(parameters[0]))
            }.shared,
            Endpoint(.GET, "/registers/{register}/records.csv", .registers) { request, caller, parameters in
                try await list(request, caller, parameters[0], format: .csv, door: "page")
            },
            Endpoint(.GET, "/registers/{register}/records.xlsx", .registers) { request, caller, parameters in
                try await list(request, caller, parameters[0], format: .xlsx, door: "page")
            },
            Endpoint(.GET, "/statistics/{register}", .open) { request, caller, parameters in
                try statisticsPage(request, caller, try registry.register(parameters[0]))
            }.shared,
        ]
    }

    private func allRegisters(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let rows: [HTML] = try registry.registers.map { register in
            let state = try registry.summary(of: register.name)
            return """
                <tr><th scope="row"><a href="/registers/\(register.name)">\(register.title, l)</a></th>
                <td data-label="\(["vi": "Nơi giữ", "en": "Kept by"], l)">\(register.keeper.name, l)</td>
                <td data-label="\(["vi": "Cập nhật", "en": "Updated"], l)">\(register.updated.title, l)</td>
                <td class="num" data-label="\(["vi": "Hồ sơ", "en": "Records"], l)">\(l.number(state.size))</td>
                <td class="num" data-label="\(["vi": "Mục hôm nay", "en": "Entries today"], l)">\(l.number(state.today))</td>
                <td data-label="\(["vi": "Mới nhất", "en": "Latest"], l)">\(state.updated.map { $0.written(l) } ?? "–") \(freshness(register, state.updated, l))</td></tr>
                """
        }
        let content: HTML = """
            <h1>\(["vi": "Các sổ của thành phố", "en": "The city's registers"], l)</h1>
            <p class="lead">\(["vi": "Mọi điều thành phố ghi nhận nằm trong các sổ này. Mỗi thay đổi là một mục không xóa được, ai cũng kiểm chứng được.", "en": "All that the city keeps stands in these registers. Every change is an entry that cannot be deleted and that anyone can verify."], l)</p>
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(["vi": "Các sổ", "en": "Registers"], l)"><table class="reflow">
            <caption class="visually-hidden">\(["vi": "Các sổ, nơi giữ và độ mới", "en": "Registers, their keepers and freshness"], l)</caption>
            <thead><tr><th scope="col">\(["vi": "Sổ", "en": "Register"], l)</th><th scope="col">\(["vi": "Nơi giữ", "en": "Kept by"], l)</th>
            <th scope="col">\(["vi": "Cập nhật", "en": "Updated"], l)</th><th scope="col" class="num">\(["vi": "Hồ sơ", "en": "Records"], l)</th>
            <th scope="col" class="num">\(["vi": "Mục hôm nay", "en": "Entries today"], l)</th><th scope="col">\(["vi": "Mới nhất", "en": "Latest"], l)</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
        return layout(["vi": "Các sổ", "en": "Registers"], request, caller, door: "registers").response(content)
    }

    /// Fresh or late against the register's duty.
    func freshness(_ register: Register, _ updated: Instant?, _ l: Language) -> HTML? {
        guard let days = register.updated.days else { return nil }
        guard let updated, registry.world.today - updated.day <= days else {
            return "<span class=\"tag tag-late\">\(["vi": "trễ hạn", "en": "late"], l)</span>"
        }
        return "<span class=\"tag tag-ok\">\(["vi": "đúng hạn", "en": "on time"], l)</span>"
    }

    // MARK: One register

    private func oneRegister(_ request: Request, _ caller: Caller, _ register: Register) async throws -> Response {
        let l = caller.language
        let state = try registry.summary(of: register.name)
        let layout = layout(
            register.title, request, caller, door: "registers", crumbs: [((["vi": "Các sổ", "en": "Registers"] as Text)[l], "/registers")])
        let head: HTML = """
            <p class="caption">\(register.keeper.name, l)</p>
            <h1>\(register.title, l)</h1>
            <p class="lead">\(register.summary, l)</p>
            <dl class="figures">
            <div><dt>\(["vi": "Hồ sơ", "en": "Records"], l)</dt><dd>\(l.number(state.size))</dd></div>
            <div><dt>\(["vi": "Mục hôm nay", "en": "Entries today"], l)</dt><dd>\(l.number(state.today))</dd></div>
            <div><dt>\(["vi": "Mới nhất", "en": "Latest entry"], l)</dt><dd>\(state.updated.map { $0.written(l) } ?? "–")</dd></div>
            </dl>
            """
        let about: HTML = """
            <details><summary>\(["vi": "Về sổ này", "en": "About this register"], l)</summary><dl class="summary">
            <div><dt>\(["vi": "Căn cứ", "en": "Legal basis"], l)</dt><dd>\(register.law, l)</dd></div>
            <div><dt>\(["vi": "Cập nhật", "en": "Updated"], l)</dt><dd>\(register.updated.title, l)</dd></div>
            <div><dt>API</dt><dd><a class="code" href="/api/v1/registers/\(register.name)">/api/v1/registers/\(register.name)</a></dd></div>
            <div><dt>\(["vi": "Nhật ký đã ký", "en": "Signed journal"], l)</dt><dd><a class="code" href="/log/\(register.name)/checkpoint">/log/\(register.name)/checkpoint</a></dd></div>
            </dl></details>
            """
        do {
            let results = try await results(request, caller, register)
            return layout.response(head + results + about)
        } catch RegisterError.purposeNeeded {
            return layout.response(head + purposeForm(caller, next: target(request)) + about)
        } catch RegisterError.forbidden(let text) {
            let signIn: HTML? =
                caller.session == nil
                ? "<p><a class=\"button\" href=\"/sign-in?next=/registers/\(register.name)\">\(["vi": "Đăng nhập", "en": "Sign in"] as Text, l)</a></p>" : nil
            let counts: HTML? =
                register.countedFields.isEmpty
                ? nil
                : "<p><a href=\"/statistics/\(register.name)\">\(["vi": "Số liệu tổng hợp thì ai cũng xem được.", "en": "The figures are open to everyone."] as Text, l)</a></p>"
            return layout.response(head + "<div class=\"notice\"><p>\(text, l)</p>\(counts)</div>\(signIn)" + about)
        }
    }

    func target(_ request: Request) -> String {
        let query = request.query.filter { $0.name != "lang" }.map { "\(Request.encode($0.name))=\(Request.encode($0.value))" }
        return request.rawPath + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    private func results(_ request: Request, _ caller: Caller, _ register: Register) async throws -> HTML {
        let l = caller.language
        var query = try query(request)
        query.limit = 40
        // Officers who see persons name a purpose before the first list of them.
        if register.hasPersonalKey || register.searchedFields.contains(where: { $0.privacy == .personal }),
            caller.authority.may(.personal, register.name), caller.authority.purpose == nil
        {
            throw RegisterError.purposeNeeded
        }
        let page: RecordPage
        do {
            page = try await registry.records(register.name, query, for: caller.authority, door: "page")
        } catch RegisterError.objections(let objections) {
            throw Problem(.badRequest, "filter", objections[0].text)
        }
        let columns = listColumns(register, page.records)
        let rows = page.records.map { row($0, register, columns, l) }
        let isFiltered = query.text != nil || query.finding != nil || !query.filters.isEmpty
        let table: HTML =
            page.records.isEmpty
            ? "<p class=\"notice\">\(isFiltered ? (["vi": "Không có hồ sơ nào như vậy.", "en": "There are no such records."] as Text) : (["vi": "Sổ chưa có hồ sơ.", "en": "The register has no records yet."] as Text), l)</p>"
            : """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(register.title, l)"><table class="reflow">
            <caption class="visually-hidden">\(register.title, l)</caption>
            <thead><tr>\(columns.map { "<th scope=\"col\">\($0.title, l)</th>" as HTML })</tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
        let more: HTML? = page.next.map { next in
            let parts = request.query.filter { $0.name != "after" && $0.name != "lang" }.map { "\(Request.encode($0.name))=\(Request.encode($0.value))" } + ["after=\(next)"]
            return """
                <nav class="pages" aria-label="\(["vi": "Trang", "en": "Pages"], l)">\
                <a rel="next" href="/registers/\(register.name)?\(parts.joined(separator: "&"))">\(["vi": "Trang sau", "en": "Next page"], l)</a></nav>
                """
        }
        let exportQuery = request.query.filter { $0.name != "after" && $0.name != "lang" }.map { "\(Request.encode($0.name))=\(Request.encode($0.value))" }
        let suffix = exportQuery.isEmpty ? "" : "?" + exportQuery.joined(separator: "&")
        let mayRead = caller.authority.may(.read, register.name) || caller.authority.may(.personal, register.name)
        let save: HTML? =
            caller.session == nil
            ? nil
            : """
            <details class="no-print"><summary>\(["vi": "Lưu danh sách này", "en": "Save this list"], l)</summary><form method="post" action="/views"><input type="hidden" name="csrf" value="\(caller.session!.formKey)"><input type="hidden" name="path" value="/registers/\(register.name)\(suffix)">\
            <div class="field"><label for="view-name">\(["vi": "Tên", "en": "Name"] as Text, l)</label><input type="text" id="view-name" name="name" maxlength="80"></div><p><button class="button secondary">\(["vi": "Lưu", "en": "Save"] as Text, l)</button></p></form></details>
            """
        let tools: HTML = """
            <p class="no-print">\(caller.authority.may(.write, register.name) ? "<a class=\"button\" href=\"/registers/\(register.name)/new\">\(["vi": "Đăng ký mới", "en": "Register"] as Text, l)</a> " as HTML : nil)\
            <a href="/registers/\(register.name)/records.xlsx\(suffix)">\(["vi": "Tải về Excel", "en": "Download for Excel"] as Text, l)</a> · <a href="/registers/\(register.name)/records.csv\(suffix)">CSV</a>\
            \(mayRead && caller.session != nil ? " · <a href=\"/quality/\(register.name)\">\(["vi": "Chất lượng dữ liệu", "en": "Data quality"] as Text, l)</a>" as HTML : nil)\
            \(caller.session != nil && caller.authority.may(.write, register.name) ? " · <a href=\"/loads?register=\(register.name)\">\(["vi": "Nạp tệp", "en": "Load a file"] as Text, l)</a>" as HTML : nil)</p>\(save)
            """
        return """
            \(searchForm(request, register, query, l))
            <div class="layout-filter">\(try facets(request, caller, register, query))<div class="results">\(chips(request, register, query, l))\(table)\(more)\(tools)\(purposeLine(caller, request))</div></div>
            """
    }

    private func searchForm(_ request: Request, _ register: Register, _ query: RecordQuery, _ l: Language) -> HTML? {
        guard !register.searchedFields.isEmpty else { return nil }
        let names = (register.searchedFields + (register.hasPersonalKey ? [register.key] : [])).map { $0.title[l].lowercased() }.joined(separator: ", ")
        return """
            <form class="search" method="get" action="/registers/\(register.name)" role="search">
            <label for="q">\(["vi": "Tìm theo", "en": "Find by"], l) \(names)</label>
            <input type="search" id="q" name="q" value="\(query.text ?? "")" maxlength="200" autocomplete="off">
            \(query.filters.map { "<input type=\"hidden\" name=\"\($0.field)\" value=\"\($0.value)\">" as HTML })
            \(query.finding.map { "<input type=\"hidden\" name=\"finding\" value=\"\($0)\">" as HTML })
            <button class="button">\(["vi": "Tìm", "en": "Find"], l)</button></form>
            """
    }

    private func link(_ request: Request, _ register: Register, without field: String, adding value: String? = nil) -> String {
        var parts = request.query.filter { $0.name != field && $0.name != "after" && $0.name != "lang" }.map { "\(Request.encode($0.name))=\(Request.encode($0.value))" }
        if let value { parts.append("\(field)=\(Request.encode(value))") }
        return "/registers/\(register.name)" + (parts.isEmpty ? "" : "?" + parts.joined(separator: "&"))
    }

    private func chips(_ request: Request, _ register: Register, _ query: RecordQuery, _ l: Language) -> HTML? {
        let finding: HTML? = query.finding.map { code in
            let text = (try? registry.reason(code, of: register.name)) ?? .same(code)
            return
                "<p><span class=\"chip\">\(["vi": "Cần xem lại", "en": "Needs a look"] as Text, l): \(text, l) <a href=\"\(link(request, register, without: "finding"))\" aria-label=\"\(["vi": "Bỏ lọc", "en": "Remove filter"] as Text, l)\">×</a></span></p>"
        }
        guard !query.filters.isEmpty else { return finding }
        return (finding ?? "")
            + "<p>\(HTML.joined(query.filters.map { filter in let field = register.field(filter.field)!; return "<span class=\"chip\">\(field.title, l): \(display(.string(filter.value), field, l)) <a href=\"\(link(request, register, without: filter.field))\" aria-label=\"\(["vi": "Bỏ lọc", "en": "Remove filter"] as Text, l): \(field.title, l)\">×</a></span>" }, " "))</p>"
    }

    /// Filters with their counts, from the counts that are kept.
    private func facets(_ request: Request, _ caller: Caller, _ register: Register, _ query: RecordQuery) throws -> HTML? {
        let l = caller.language
        let fields = register.countedFields.filter { field in
            switch field.kind {
            case .choice, .unit: !(field.privacy == .personal && caller.authority.purpose == nil)
            default: false
            }
        }
        guard !fields.isEmpty else { return nil }
        let groups: [HTML] = try fields.map { field in
            let counts = try registry.statistics(register.name, by: [field.name], on: query.on, for: caller.authority).groups
            let chosen = query.filters.first { $0.field == field.name }?.value
            let named = counts.map { (value: $0.values[0], name: display(.string($0.values[0]), field, l), count: $0.count) }
                .sorted { $0.name.sortsBefore($1.name) }
            let list: [HTML] = named.map { entry in
                """
                <li><a href="\(link(request, register, without: field.name, adding: entry.value))"\(entry.value == chosen ? " aria-current=\"true\"" as HTML : nil)>\(entry.name) \
                <span class="count">\(entry.count.map { l.number($0) } ?? "<5")</span></a></li>
                """
            }
            return """
                <details\(named.count <= 8 || chosen != nil ? " open" : "")><summary>\(field.title, l)</summary><ul class="facet-list">\(list)</ul></details>
                """
        }
        return "<aside class=\"facets\" aria-label=\"\(["vi": "Lọc", "en": "Filters"] as Text, l)\">\(groups)</aside>"
    }

    /// What a list shows: the key where it is open, what names the record, then fields that these records have.
    func listColumns(_ register: Register, _ records: [RecordView]) -> [Field] {
        let named = register.label.compactMap { register.field($0) }
        let sees = records.first.map { first in register.fields.filter { first.value($0.name, in: register) != nil } } ?? register.fields
        let rest = sees.filter { field in
            !named.contains { $0.name == field.name } && field.kind != .polygon
                && (records.isEmpty || records.contains { $0.value(field.name, in: register).map { !$0.isNull } ?? false })
        }
        let shown = named.filter { field in field.name != register.key.name && (records.isEmpty || records.contains { $0.value(field.name, in: register) != nil }) }
        // Days and due dates say more than free words.
        let ranked = rest.filter { $0.isFiltered || $0.kind == .day || $0.kind == .share } + rest.filter { !($0.isFiltered || $0.kind == .day || $0.kind == .share) }
        let order = register.fields.map(\.name)
        let chosen = ranked.prefix(max(0, 6 - shown.count)).sorted { order.firstIndex(of: $0.name)! < order.firstIndex(of: $1.name)! }
        let hasKey = records.first.map { $0.key != nil } ?? !register.hasPersonalKey
        if register.hasPersonalKey { return shown + chosen + (hasKey ? [register.key] : []) }
        return [register.key] + shown + chosen
    }

    func recordHref(_ view: RecordView, _ register: Register) -> String {
        "/registers/\(register.name)/records/\(register.hasPersonalKey ? view.ref : Request.encode(view.key ?? view.ref))"
    }

    private func row(_ view: RecordView, _ register: Register, _ columns: [Field], _ l: Language) -> HTML {
        let cells: [HTML] = columns.enumerated().map { index, field in
            let value = view.value(field.name, in: register)
            let text: HTML = value.map { HTML(text: display($0, field, l)) } ?? masked(l)
            let content: HTML = index == 0 ? "<a href=\"\(recordHref(view, register))\">\(text.isEmpty ? "–" as HTML : text)</a>" : text
            return index == 0
                ? "<th scope=\"row\" data-label=\"\(field.title, l)\">\(content)</th>"
                : "<td data-label=\"\(field.title, l)\"\(isCode(field) ? " class=\"code\"" as HTML : nil)>\(content)</td>"
        }
        return "<tr>\(cells)</tr>"
    }

    func masked(_ l: Language) -> HTML {
        "<span class=\"masked\">•••• <span class=\"visually-hidden\">\(["vi": "không hiện với bạn", "en": "not shown to you"] as Text, l)</span></span>"
    }

    private func isCode(_ field: Field) -> Bool {
        switch field.kind {
        case .citizenID, .oldID, .code, .reference, .references, .taxCode, .share: true
        default: false
        }
    }

    /// A value as people read it.
    func display(_ value: Value, _ field: Field, _ l: Language) -> String {
        switch (value, field.kind) {
        case (.null, _): return ""
        case (.string(let code), .choice(let choices)): return choices.first { $0.code == code }?.title[l] ?? code
        case (.string(let code), .unit): return registry.units.find(code, on: registry.world.today)?.name ?? registry.units.latest(code)?.name ?? code
        case (.string(let text), .day): return Day(text)?.written(l) ?? text
        case (.string(let text), .decimal): return l == .vietnamese ? text.replacing(".", with: ",") : text
        case (.string(let text), .polygon): return outlineSummary(text, l)
        case (.string(let text), .partialDay): return PartialDay(text)?.written(l) ?? text
        case (.integer(let amount), .money): return Money(amount).description
        case (.integer(let number), _): return field.kind.isNumbering ? String(number) : l.number(number)
        case (.boolean(let flag), _): return flag ? (["vi": "Có", "en": "Yes"] as Text)[l] : (["vi": "Không", "en": "No"] as Text)[l]
        case (.string(let text), _): return text
        }
    }

    private func outlineSummary(_ text: String, _ l: Language) -> String {
        guard let outline = try? Polygon(text) else { return text }
        return "\(outline.corners.count) \((["vi": "đỉnh", "en": "corners"] as Text)[l])"
    }

    // MARK: Statistics

    private func statisticsPage(_ request: Request, _ caller: Caller, _ register: Register) throws -> Response {
        let l = caller.language
        let day = try day(request)
        let on = day ?? registry.world.today
        if let other = try self.day(request, "with") { return try comparison(request, caller, register, min(on, other), max(on, other)) }
        var parts: [HTML] = []
        if register.field("birth")?.isCounted == true, register.field("sex")?.isCounted == true {
            let pyramid = try registry.statistics(register.name, by: ["age", "sex"], on: day, for: caller.authority)
            parts.append(Charts.pyramid(pyramid, l))
        }
        for field in register.countedFields {
            switch field.kind {
            case .choice, .unit: break
            default: continue
            }
            let statistics = try registry.statistics(register.name, by: [field.name], on: day, for: caller.authority)
            let rows = statistics.groups.map { (name: display(.string($0.values[0]), field, l), count: $0.count) }.sorted {
                if case .unit = field.kind { return $0.name.sortsBefore($1.name) }
                return ($0.count ?? 0) > ($1.count ?? 0)
            }
            parts.append(Charts.table(field.title, rows, total: statistics.total, l))
        }
        let total = try registry.statistics(register.name, by: [], on: day, for: caller.authority).total
        let content: HTML = """
            <p class="caption">\(["vi": "Thống kê", "en": "Statistics"], l)</p>
            <h1>\(register.title, l)</h1>
            <form method="get" action="/statistics/\(register.name)" class="search"><label for="on">\(["vi": "Tính đến ngày", "en": "As of"], l)</label>\
            <input type="date" id="on" name="on" value="\(on.description)"><button class="button secondary">\(["vi": "Xem", "en": "Show"], l)</button></form>
            \(comparisonForm(register, on, nil, l))
            <dl class="figures"><div><dt>\(["vi": "Tổng số vào ngày", "en": "Total on"], l) \(on.written(l))</dt><dd>\(l.number(total))</dd></div></dl>
            \(total == 0 ? "<p class=\"notice\">\(["vi": "Chưa có số liệu cho ngày này.", "en": "There are no figures for this day."] as Text, l)</p>" as HTML : HTML.joined(parts))
            \(options.boundaries.isEmpty ? nil : "<p><a href=\"/map/\(register.name)\">\(["vi": "Xem trên bản đồ", "en": "See it on the map"] as Text, l)</a></p>" as HTML)
            <p class="muted">\(["vi": "Nhóm dưới 5 người không hiện số, để không ai bị nhận ra.", "en": "Groups of fewer than 5 people are not shown, so that nobody can be recognised."], l) <a href="/api/v1/registers/\(register.name)/statistics?by=\(register.countedFields.first?.name ?? "")">API</a></p>
            """
        return layout(
            Text(vi: "Thống kê: \(register.title.vi)", en: "Statistics: \(register.title.en)"), request, caller, door: "statistics"
        ).response(content)
    }

    // MARK: Two dates

    private func comparisonForm(_ register: Register, _ on: Day, _ other: Day?, _ l: Language) -> HTML {
        """
        <details class="no-print"\(other == nil ? "" : " open")><summary>\(["vi": "So sánh hai ngày", "en": "Compare two dates"] as Text, l)</summary><form method="get" action="/statistics/\(register.name)">\
        <div class="field"><label for="from">\(["vi": "Ngày thứ nhất", "en": "First date"] as Text, l)</label><input class="w-20" type="date" id="from" name="on" value="\((other == nil ? on + -365 : on).description)"></div>\
        <div class="field"><label for="with">\(["vi": "Ngày thứ hai", "en": "Second date"] as Text, l)</label><input class="w-20" type="date" id="with" name="with" value="\((other ?? on).description)"></div><p><button class="button secondary">\(["vi": "So sánh", "en": "Compare"] as Text, l)</button></p></form></details>
        """
    }

    /// The same counts on two days side by side, with what came and went.
    private func comparison(_ request: Request, _ caller: Caller, _ register: Register, _ first: Day, _ second: Day) throws -> Response {
        let l = caller.language
        func signed(_ number: Int) -> String { number > 0 ? "+" + l.number(number) : number < 0 ? "−" + l.number(-number) : "0" }
        var parts: [HTML] = []
        for field in register.countedFields {
            switch field.kind {
            case .choice, .unit: break
            default: continue
            }
            var rows: [String: (Int?, Int?)] = [:]
            for group in try registry.statistics(register.name, by: [field.name], on: first, for: caller.authority).groups {
                rows[group.values[0], default: (0, 0)].0 = group.count
            }
            for group in try registry.statistics(register.name, by: [field.name], on: second, for: caller.authority).groups {
                rows[group.values[0], default: (0, 0)].1 = group.count
            }
            let lines: [HTML] = rows.map { (name: display(.string($0.key), field, l), counts: $0.value) }.sorted { $0.name.sortsBefore($1.name) }.map { row in
                let change = row.counts.0.flatMap { before in row.counts.1.map { signed($0 - before) } } ?? "–"
                return """
                    <tr><th scope="row" data-label="\(field.title, l)">\(row.name.isEmpty ? "–" : row.name)</th><td class="num" data-label="\(first.written(l))">\(row.counts.0.map { l.number($0) } ?? "<5")</td><td class="num" data-label="\(second.written(l))">\(row.counts.1.map { l.number($0) } ?? "<5")</td><td class="num" data-label="\(["vi": "Thay đổi", "en": "Change"] as Text, l)">\(change)</td></tr>
                    """
            }
            let table: HTML = """
                <div class="table-scroll" tabindex="0" role="region" aria-label="\(field.title, l)"><table class="reflow"><caption class="visually-hidden">\(field.title, l)</caption><thead><tr><th scope="col">\(field.title, l)</th>\
                <th scope="col" class="num">\(first.written(l))</th><th scope="col" class="num">\(second.written(l))</th><th scope="col" class="num">\(["vi": "Thay đổi", "en": "Change"] as Text, l)</th></tr></thead><tbody>\(lines)</tbody></table></div>
                """
            parts.append("<section><h2>\(field.title, l)</h2>\(table)</section>")
        }
        let before = try registry.statistics(register.name, by: [], on: first, for: caller.authority).total
        let after = try registry.statistics(register.name, by: [], on: second, for: caller.authority).total
        let title = Text(vi: "So sánh: \(register.title.vi)", en: "Comparison: \(register.title.en)")
        let content: HTML = """
            <p class="caption">\(["vi": "So sánh hai ngày", "en": "Two dates compared"] as Text, l)</p><h1>\(register.title, l)</h1>\(comparisonForm(register, first, second, l))
            <dl class="figures"><div><dt>\(first.written(l))</dt><dd>\(l.number(before))</dd></div><div><dt>\(second.written(l))</dt><dd>\(l.number(after))</dd></div><div><dt>\(["vi": "Thay đổi", "en": "Change"] as Text, l)</dt><dd>\(signed(after - before))</dd></div></dl>
            \(HTML.joined(parts))<p><a href="/statistics/\(register.name)">\(["vi": "Về thống kê", "en": "Back to the figures"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "statistics").response(content)
    }
}
