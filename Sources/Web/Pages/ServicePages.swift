// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import Registers

/// Online services: found by need, told in one page each. The address of applying is the citizen's own.
extension Parts {
    var servicePages: [Endpoint] {
        return [
            Endpoint(.GET, "/services", .open) { request, caller, _ in services(request, caller) }.shared,
            Endpoint(.GET, "/services/track", .open) { request, caller, _ in try track(request, caller) },
            Endpoint(.GET, "/services/{code}", .open) { request, caller, parameters in try service(request, caller, parameters[0]) }.shared,
            Endpoint(.GET, "/services/{code}/units", .open) { request, caller, parameters in try await offLoop { try serviceUnits(request, caller, parameters[0]) } }.shared,
        ]
    }

    /// Procedures by the words people use, with or without marks; the ones that hold most of the words first.
    static func find(_ text: String, in procedures: [Procedure]) -> [Procedure] {
        let words = text.folded.split(separator: " ").map(String.init).filter { !$0.isEmpty }
        guard !words.isEmpty else { return [] }
        let scored = procedures.map { one -> (Procedure, Int) in
            let haystack = ([one.need.vi, one.need.en, one.title.vi, one.title.en, one.occasion.title.vi, one.occasion.title.en, one.code] + one.words).joined(separator: " ")
                .folded
            let parts = haystack.split(separator: " ")
            let hits = words.count { word in parts.contains { $0.hasPrefix(word) } }
            // Words side by side say more than words apart, and most when the need itself begins with them.
            let phrase = words.joined(separator: " ")
            let needs = [one.need.vi.folded, one.need.en.folded]
            return (one, hits * 2 + (haystack.contains(phrase) ? 3 : 0) + (needs.contains { $0.hasPrefix(phrase) } ? 2 : 0))
        }
        let best = scored.map(\.1).max() ?? 0
        return scored.filter { $0.1 > 0 && $0.1 * 2 >= best }.sorted { ($1.1, $0.0.need.vi.count) < ($0.1, $1.0.need.vi.count) }.map(\.0)
    }

    private func services(_ request: Request, _ caller: Caller) -> Response {
        let l = caller.language
        let text = request.parameter("q") ?? ""
        let title: Text = ["vi": "Dịch vụ công trực tuyến", "en": "Online services"]
        let all = dossiers.procedures
        let found = Parts.find(text, in: all)
        let box: HTML = """
            <form class="search" method="get" action="/services" role="search"><label for="q">\(["vi": "Bạn cần làm gì?", "en": "What do you need?"] as Text, l)</label>\
            <input type="search" id="q" name="q" value="\(text)" maxlength="200" autocomplete="off" placeholder="\(["vi": "ví dụ: khai sinh, thue nha", "en": "such as khai sinh, move house"] as Text, l)"><button class="button">\(["vi": "Tìm", "en": "Find"] as Text, l)</button></form>
            """
        let others: HTML =
            "<p><a href=\"/services/track\">\(["vi": "Theo dõi hồ sơ đã nộp", "en": "Follow a dossier"] as Text, l)</a> · <a href=\"/verify\">\(["vi": "Kiểm tra giấy tờ", "en": "Check a paper"] as Text, l)</a></p>"
        var content: HTML = "<h1>\(title, l)</h1>\(box)\(others)"
        if !text.trimmed.isEmpty {
            content =
                content
                + (found.isEmpty
                    ? "<p class=\"notice\">\(["vi": "Chưa thấy dịch vụ nào. Thử từ khác, hoặc chọn theo việc dưới đây.", "en": "No service was found. Try other words, or choose from the list below."] as Text, l)</p>"
                    : "<h2>\(["vi": "Dịch vụ phù hợp", "en": "Services found"] as Text, l)</h2><div class=\"grid\">\(found.map { card($0, l) })</div>")
        }
        if found.isEmpty {
            for occasion in dossiers.city.occasions {
                content = content + "<section><h2>\(occasion.title, l)</h2><div class=\"grid\">\(all.filter { $0.occasion == occasion }.map { card($0, l) })</div></section>"
            }
        }
        return layout(title, request, caller, door: "services").response(content)
    }

    /// Where a dossier stands, by its code alone: nothing that says whose it is.
    private func track(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Theo dõi hồ sơ", "en": "Follow a dossier"]
        let code = String((request.parameter("code") ?? "").filter { !$0.isWhitespace }.uppercased().prefix(40))
        let row = code.isEmpty ? nil : try dossiers.outline(code)
        var answer: HTML = ""
        if let row {
            let procedure = try dossiers.procedure(row.procedure)
            let isLate = row.isLate(at: registry.world.now())
            let due: HTML? = row.due.map { "<div><dt>\(["vi": "Ngày hẹn trả kết quả", "en": "Due by"] as Text, l)</dt><dd>\($0.written(l))</dd></div>" }
            answer = """
                <section><h2 class="code">\(row.code)</h2><p>\(statusTag(row.status, isLate: isLate, l))</p><dl class="summary"><div><dt>\(["vi": "Thủ tục", "en": "Procedure"] as Text, l)</dt><dd>\(procedure.title, l)</dd></div>\
                <div><dt>\(["vi": "Nơi giải quyết", "en": "Decided by"] as Text, l)</dt><dd>\(officeWords(procedure, row.unit, l))</dd></div>\
                <div><dt>\(["vi": "Nộp lúc", "en": "Handed in"] as Text, l)</dt><dd>\(row.submitted.written(l))</dd></div>\(row.status == .done || row.status == .returned ? nil : due)</dl></section>
                """
        } else if !code.isEmpty {
            answer =
                "<p class=\"notice\">\(["vi": "Không có hồ sơ nào mang mã này. Xem lại mã trên giấy tiếp nhận.", "en": "No dossier has this code. Look at the receipt again."] as Text, l)</p>"
        }
        let content: HTML = """
            <h1>\(title, l)</h1><form class="search" method="get" action="/services/track"><label for="code">\(["vi": "Mã hồ sơ trên giấy tiếp nhận", "en": "Code on the receipt"] as Text, l)</label>\
            <input type="text" id="code" name="code" value="\(code)" maxlength="40" autocomplete="off" autocapitalize="characters" placeholder="H26.001-261124-0001"><button class="button">\(["vi": "Xem", "en": "See"] as Text, l)</button></form>
            \(answer)<p><a href="/me/dossiers">\(["vi": "Hồ sơ của tôi", "en": "My applications"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "services").response(content)
    }

    private func card(_ one: Procedure, _ l: Language) -> HTML {
        let today = registry.world.today
        return """
            <a class="card" href="/services/\(one.code)"><h3>\(one.need, l)</h3><p>\(one.title, l)</p>\
            <p class="muted">\(one.term(on: today)?.title ?? .same(""), l) · \(feeWords(one.fee(on: today)?.value, l))</p></a>
            """
    }

    func feeWords(_ fee: Fee?, _ l: Language) -> String {
        guard let fee, !fee.isFree else { return (["vi": "không thu phí", "en": "free of charge"] as Text)[l] }
        if fee.online == fee.counter { return fee.online.description }
        let online = fee.online.amount == 0 ? (["vi": "không thu phí", "en": "free"] as Text)[l] : fee.online.description
        return (["vi": "trực tuyến", "en": "online"] as Text)[l] + " \(online), " + (["vi": "tại quầy", "en": "at the counter"] as Text)[l] + " \(fee.counter)"
    }

    private func service(_ request: Request, _ caller: Caller, _ code: String) throws -> Response {
        let l = caller.language
        let one = try dossiers.procedure(code)
        let today = registry.world.today
        let fee = one.fee(on: today)
        let figures = try dossiers.figures(of: code)
        var rows: [(Text, HTML)] = [
            (["vi": "Ai nộp được", "en": "Who may apply"], HTML.joined(one.subjects.map { HTML(text: $0.title[l]) }, ", ")),
            (["vi": "Nơi giải quyết", "en": "Decided by"], HTML(text: one.office.title[l])),
            (["vi": "Thời hạn", "en": "How long"], HTML(text: one.term(on: today)?.title[l] ?? "–")),
            (["vi": "Phí, lệ phí", "en": "Fee"], HTML(text: feeWords(fee?.value, l))),
        ]
        if let fee, !fee.value.exemptions.isEmpty {
            rows.append((["vi": "Không phải nộp", "en": "Who pays nothing"], HTML.joined(fee.value.exemptions.map { HTML(text: $0.title[l]) }, ", ")))
        }
        rows.append((["vi": "Bạn nhận được", "en": "What you get"], HTML(text: one.result[l])))
        rows.append((["vi": "Căn cứ", "en": "Law"], HTML(text: one.law[l])))
        rows.append((["vi": "Mã thủ tục", "en": "Procedure code"], "<span class=\"code\">\(one.code)</span>"))
        let papers: HTML =
            one.papers.isEmpty
            ? "<p>\(["vi": "Không cần giấy tờ nào: thành phố đã có.", "en": "None: the city has what it needs."] as Text, l)</p>"
            : "<ul>\(one.papers.map { "<li>\($0.title, l)\($0.isRequired && $0.condition == nil ? nil : " <span class=\"muted\">(\(["vi": "tùy trường hợp", "en": "in some cases"] as Text, l))</span>" as HTML) <span class=\"muted\">– \($0.reason, l)</span></li>" as HTML })</ul>"
        let known = Set(
            one.facts.map { fact -> String in
                switch fact.path {
                case .subject, .members: "population"
                case .household: "household"
                case .records(let register, _), .answer(_, let register): register
                }
            }
        ).sorted().compactMap { try? registry.register($0).title[l] }
        let content: HTML = """
            <p class="caption">\(one.occasion.title, l)</p><h1>\(one.need, l)</h1><p class="lead">\(one.title, l)</p>
            <p><a class="button" href="/me/apply/\(one.code)">\(["vi": "Nộp trực tuyến", "en": "Apply online"] as Text, l)</a></p>
            <dl class="summary">\(rows.map { "<div><dt>\($0.0, l)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>
            <h2>\(["vi": "Giấy tờ cần nộp", "en": "Papers to hand in"] as Text, l)</h2>\(papers)
            <h2>\(["vi": "Thành phố đã có, bạn không phải khai", "en": "What the city has, so that you need not say it"] as Text, l)</h2><p>\(HTML.joined(known.map { HTML(text: $0) }, ", "))</p>
            <h2>\(["vi": "Các bước", "en": "Steps"] as Text, l)</h2><ol class="steps">\(one.steps.map { "<li>\($0.title, l)</li>" as HTML })</ol>
            \(figures.count == 0 ? nil : numbers(figures, l))\(figures.count == 0 ? nil : "<p><a href=\"/services/\(one.code)/units\">\(["vi": "Kết quả theo từng đơn vị", "en": "How each unit does"] as Text, l)</a></p>" as HTML)
            """
        return layout(
            one.title, request, caller, door: "services", crumbs: [(title: (["vi": "Dịch vụ công", "en": "Online services"] as Text)[l], href: "/services")]
        ).response(content)
    }

    /// How each unit does with a procedure.
    private func serviceUnits(_ request: Request, _ caller: Caller, _ code: String) throws -> Response {
        let l = caller.language
        let one = try dossiers.procedure(code)
        let title = Text(vi: "\(one.need.vi): từng nơi", en: "\(one.need.en): by unit")
        func cell(_ name: Text, _ value: String) -> HTML { "<td data-label=\"\(name, l)\">\(value)</td>" }
        let columns: [Text] = [
            ["vi": "Nơi giải quyết", "en": "Unit"], ["vi": "Đã nộp", "en": "Handed in"], ["vi": "Đã xong", "en": "Ended"], ["vi": "Đúng hạn", "en": "On time"],
            ["vi": "Thời gian trung bình", "en": "Time, on average"], ["vi": "Hài lòng, trên 5", "en": "Satisfied, of 5"],
        ]
        let rows: [HTML] = try dossiers.figuresByUnit(of: code).map { unit, figures, hours in
            let time =
                hours.map { $0 < 48 ? "\(l.number($0)) \((["vi": "giờ", "en": "hours"] as Text)[l])" : "\(l.number($0 / 24)) \((["vi": "ngày", "en": "days"] as Text)[l])" } ?? "–"
            let tenths = figures.ratings > 0 ? figures.ratingSum * 10 / figures.ratings : 0
            return """
                <tr><th scope="row" data-label="\(columns[0], l)">\(scopeName(unit, l))</th>\(cell(columns[1], l.number(figures.count)))\(cell(columns[2], l.number(figures.ended)))\
                \(cell(columns[3], figures.timed > 0 ? "\(100 * figures.onTime / figures.timed) %" : "–"))\(cell(columns[4], time))\(cell(columns[5], figures.ratings > 0 ? "\(tenths / 10)\(l == .vietnamese ? "," : ".")\(tenths % 10)" : "–"))</tr>
                """
        }
        let content: HTML = """
            <h1>\(title, l)</h1>
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Chưa có hồ sơ nào.", "en": "There is no dossier yet."] as Text, l)</p>" as HTML : """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption><thead><tr>\(columns.map { "<th scope=\"col\">\($0, l)</th>" as HTML })</tr></thead><tbody>\(rows)</tbody></table></div>
            """ as HTML)
            <p class="muted">\(["vi": "Đúng hạn tính theo giờ hẹn đầu tiên, trừ thời gian chờ người dân.", "en": "On time by what was promised first, without the time that people took themselves."] as Text, l)</p>
            """
        return layout(title, request, caller, door: "services", crumbs: [(title: one.need[l], href: "/services/\(code)")]).response(content)
    }

    private func numbers(_ figures: DossierFigures, _ l: Language) -> HTML {
        var cells: [(Text, String)] = [
            (["vi": "Hồ sơ đã nộp", "en": "Applications"], l.number(figures.count)), (["vi": "Đã giải quyết", "en": "Decided"], l.number(figures.ended)),
        ]
        if figures.timed > 0 { cells.append((["vi": "Đúng hạn", "en": "On time"], "\(100 * figures.onTime / figures.timed) %")) }
        if figures.ratings > 0 {
            let tenths = figures.ratingSum * 10 / figures.ratings
            cells.append((["vi": "Điểm hài lòng, trên 5", "en": "Satisfaction, of 5"], "\(tenths / 10)\(l == .vietnamese ? "," : ".")\(tenths % 10)"))
        }
        return
            "<h2 id=\"figures\">\(["vi": "Thủ tục này đến nay", "en": "This service so far"] as Text, l)</h2><dl class=\"figures\">\(cells.map { "<div><dt>\($0.0, l)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>"
    }
}
