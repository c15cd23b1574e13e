// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// Who helps start-ups, and what they can take part in.
extension Parts {
    private static let nothing: Text = ["vi": "Chưa có gì ở đây.", "en": "There is nothing here yet."]

    /// Said wherever a list was not read to its end.
    func cutNotice(_ isCut: Bool, _ l: Language) -> HTML? {
        guard isCut else { return nil }
        let text = Text(
            vi: "Trang này chỉ đọc \(l.number(StartupBook.readMax)) mục mới nhất của sổ, nên số liệu và danh sách chưa đủ. Tải toàn bộ ở trang của sổ.",
            en: "This page reads the register's newest \(l.number(StartupBook.readMax)) records only: figures and lists are not complete. The register's page has all of them.")
        return "<p class=\"notice\">\(text, l)</p>"
    }

    /// Whom to ask for a place in a list that an office keeps.
    private func askingToBeListed(_ register: Register, _ l: Language) -> HTML {
        let text = Text(
            vi: "Muốn được đăng ở đây, liên hệ cơ quan giữ sổ: \(register.keeper.name.vi).",
            en: "To be listed here, ask the office that keeps the register: \(register.keeper.name.en).")
        return "<p>\(text, l)</p>"
    }

    private func emptyNotice(_ l: Language) -> HTML { "<p class=\"notice\">\(Self.nothing, l)</p>" }

    func investorList(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        let book = try startupBook()
        let register = try registry.register(book.roles.investors)
        let title = register.title
        let list = try await book.records(register.name)
        let rows: [(name: String, cells: [HTML])] = list.records.filter { !$0.isEnded }.map { view in
            func value(_ field: String) -> Value { view.value(field, in: register) ?? .null }
            let least = value("least").integer.map { money(Money($0), l) }
            let most = value("most").integer.map { money(Money($0), l) }
            let range: HTML =
                switch (least, most) {
                case (let least?, let most?): "\(least) – \(most)"
                case (let least?, nil): "\(["vi": "từ", "en": "from"] as Text, l) \(least)"
                case (nil, let most?): "\(["vi": "đến", "en": "up to"] as Text, l) \(most)"
                case (nil, nil): "–"
                }
            return (
                value("name").plain,
                [
                    HTML(text: value("name").plain), HTML(text: choiceName(value("kind").plain, "kind", register, l)), range, HTML(text: value("seeks").string ?? "–"),
                    value("website").string.map { outsideLink($0) } ?? "–",
                ]
            )
        }
        let heads: [Text] = [
            ["vi": "Tên", "en": "Name"], ["vi": "Loại", "en": "Kind"], ["vi": "Mỗi lần đầu tư", "en": "Invests"],
            ["vi": "Tìm doanh nghiệp, nhóm khởi nghiệp thế nào", "en": "Looks for"],
            ["vi": "Trang thông tin", "en": "Website"],
        ]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Những nhà đầu tư đã đồng ý công bố. Thành phố không giới thiệu ai hơn ai.", "en": "Investors who agree to be listed. The city recommends none above another."] as Text, l)</p>
            \(startupTabs("/startups/investors", l))\(cutNotice(list.isCut, l))\(rows.isEmpty ? emptyNotice(l) : table(title, heads, rows.sorted { $0.name.sortsBefore($1.name) }.map(\.cells), l))
            \(askingToBeListed(register, l))
            """
        return startupFrame(title, request, caller).response(content)
    }

    func incubatorList(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        let book = try startupBook()
        let register = try registry.register(book.roles.incubators)
        let title = register.title
        let list = try await book.records(register.name)
        let rows: [(name: String, cells: [HTML])] = list.records.filter { !$0.isEnded }.map { view in
            func value(_ field: String) -> Value { view.value(field, in: register) ?? .null }
            let contact = [value("website").string.map { outsideLink($0) }, value("phone").string.map { HTML(text: $0) }].compactMap { $0 }
            return (
                value("name").plain,
                [
                    HTML(text: value("name").plain), HTML(text: choiceName(value("kind").plain, "kind", register, l)),
                    "\(value("address").plain), \(scopeName(value("commune").plain, l))", HTML(text: value("places").integer.map { l.number($0) } ?? "–"),
                    contact.isEmpty ? "–" : HTML.joined(contact, " · "),
                ]
            )
        }
        let heads: [Text] = [
            ["vi": "Tên", "en": "Name"], ["vi": "Loại", "en": "Kind"], ["vi": "Địa chỉ", "en": "Address"], ["vi": "Số chỗ", "en": "Desks"], ["vi": "Liên hệ", "en": "Contact"],
        ]
        let content: HTML = """
            <h1>\(title, l)</h1>\(startupTabs("/startups/incubators", l))\(cutNotice(list.isCut, l))\(rows.isEmpty ? emptyNotice(l) : table(title, heads, rows.sorted { $0.name.sortsBefore($1.name) }.map(\.cells), l))
            \(askingToBeListed(register, l))
            """
        return startupFrame(title, request, caller).response(content)
    }

    /// What is on offer and not over, by kind, the soonest first.
    func offerList(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        let book = try startupBook()
        let register = try registry.register(book.roles.offers)
        let title: Text = ["vi": "Cơ hội, sự kiện, người cố vấn", "en": "Opportunities, events, mentors"]
        let today = registry.world.today
        let list = try await book.records(register.name)
        let offers = list.records.filter { !$0.isEnded }.map { view -> (kind: String, begins: Day, ends: Day, item: HTML) in
            func value(_ field: String) -> Value { view.value(field, in: register) ?? .null }
            let from = value("from").day ?? today
            let until = value("until").day ?? from
            let days = from == until ? from.written(l) : "\(from.written(l)) – \(until.written(l))"
            let sector = value("sector").string.map { choiceName($0, "sector", register, l) } ?? ""
            let place = [days, sector, value("place").plain, value("organiser").plain].filter { !$0.isEmpty }.joined(separator: " · ")
            let item: HTML = """
                <li><p><strong>\(value("title").plain)</strong><br>\(value("about").string.map { "\($0)<br>" as HTML })<span class="muted">\(place)</span><br>\(["vi": "Liên hệ", "en": "Contact"] as Text, l): \(outsideLink(value("contact").plain))</p></li>
                """
            return (value("kind").plain, max(from, today), until, item)
        }
        let sections: [HTML] = choices(of: "kind", in: register).compactMap { kind in
            let own = offers.filter { $0.kind == kind.code }.sorted { ($0.begins, $0.ends) < ($1.begins, $1.ends) }
            return own.isEmpty ? nil : "<section><h2>\(kind.title, l)</h2><ul class=\"hits\">\(own.map(\.item))</ul></section>"
        }
        let content: HTML = """
            <h1>\(title, l)</h1>\(startupTabs("/startups/offers", l))\(cutNotice(list.isCut, l))\(sections.isEmpty ? emptyNotice(l) : HTML.joined(sections))\(askingToBeListed(register, l))
            """
        return startupFrame(title, request, caller).response(content)
    }
}
