// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Dossiers
internal import HTTP
internal import NIOHTTP1
internal import People
internal import Registers

/// What one person is entitled to on a day, rule by rule, with the reasons in words: for officers, and for oneself.
extension Parts {
    var welfarePersonPages: [Endpoint] {
        [
            Endpoint(.GET, "/welfare/person", .officers) { request, caller, _ in try personForm(request, caller, []) },
            Endpoint(.POST, "/welfare/person", .officers, bodyMax: 1 << 14) { request, caller, _ in try findPerson(request, caller) },
            Endpoint(.GET, "/welfare/person/{ref}", .officers) { request, caller, parameters in try await personEntitlements(request, caller, parameters[0]) },
            Endpoint(.GET, "/me/entitlements", .open) { request, caller, _ in
                try await own(request) { session in try await myEntitlements(request, caller, session) }
            },
        ]
    }

    private static let title: Text = ["vi": "Được hưởng gì, vì sao", "en": "What one is entitled to, and why"]

    /// Those who may see persons where they live and in a register that a rule looks for enrolment in.
    private func mayExplain(_ caller: Caller) throws -> String {
        guard let people = registry.entitlements.first?.people else { throw RegisterError.noSuchRecord }
        guard registry.mayExplainEntitled(caller.authority) else { throw RegisterError.forbidden(Self.notForYou) }
        return people
    }

    private func personForm(_ request: Request, _ caller: Caller, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        _ = try mayExplain(caller)
        let frame = layout(Self.title, request, caller, door: "officer", crumbs: welfareCrumbs(l))
        if caller.authority.purpose == nil { return frame.response("<h1>\(Self.title, l)</h1>" + purposeForm(caller, next: "/welfare/person")) }
        let form = MoneyForm(objections.isEmpty ? nil : request, objections)
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(Self.title, l)</h1><p class="lead">\(["vi": "Gõ số định danh của một người. Mỗi chính sách được giải thích: có hay không, vì sao, bao nhiêu, theo văn bản nào.", "en": "Enter a person's ID number. Every rule is explained: yes or no, why, how much, by which law."] as Text, l)</p>
            <form method="post" action="/welfare/person" novalidate>\(csrf(caller))
            \(entry("number", ["vi": "Số định danh cá nhân", "en": "Personal ID number"], hint: ["vi": "12 chữ số trên thẻ căn cước.", "en": "The 12 digits on the identity card."], mode: "numeric", form, l))
            \(entry("day", ["vi": "Vào ngày", "en": "On the day"], hint: ["vi": "Ngày/tháng/năm. Để trống là hôm nay.", "en": "Day/month/year. Left empty it is today."], width: "w-10", isOptional: true, form, l))
            <p><button class="button">\(["vi": "Xem", "en": "Show"] as Text, l)</button></p></form>
            \(purposeLine(caller, request))
            """
        return frame.response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    /// The number is given in a form and stands in no address: the page is that of the person's ref.
    private func findPerson(_ request: Request, _ caller: Caller) throws -> Response {
        let people = try mayExplain(caller)
        guard caller.authority.purpose != nil else { throw RegisterError.purposeNeeded }
        func text(_ name: String) -> String { (request.form?.first { $0.name == name }?.value ?? "").trimmed }
        var wrong: [Objection] = []
        var day: Day?
        do {
            day = try text("day").isEmpty ? nil : Kind.day.parse(text("day"), registry.reading()).day
        } catch {
            wrong.append(error.at("day"))
        }
        let number = CardCode.number(in: text("number"))
        let ref = try registry.entitlementRef(of: number, in: people)
        if ref == nil {
            wrong.append(
                Objection(field: "number", code: "reference", ["vi": "Không có số này trong sổ dân cư.", "en": "This number is not in the population register."]))
        }
        guard wrong.isEmpty, let ref else { return try personForm(request, caller, wrong) }
        return .redirect("/welfare/person/\(ref)" + (day.map { "?on=\($0)" } ?? ""))
    }

    private func personEntitlements(_ request: Request, _ caller: Caller, _ ref: String) async throws -> Response {
        let l = caller.language
        let people = try registry.register(try mayExplain(caller))
        let frame = layout(Self.title, request, caller, door: "officer", crumbs: welfareCrumbs(l))
        if caller.authority.purpose == nil { return frame.response("<h1>\(Self.title, l)</h1>" + purposeForm(caller, next: target(request))) }
        let day = try day(request) ?? registry.world.today
        let (person, answers, withheld) = try await registry.explainEntitlements(of: ref, on: day, for: caller.authority, door: "page")
        let hidden = try notShown(withheld, l)
        let content: HTML = """
            <p class="caption">\(Self.title, l)</p><h1>\(label(person, people, l))</h1>
            <p class="lead"><span class="code">\(person.key ?? "")</span> · \(["vi": "vào ngày", "en": "on"] as Text, l) \(day.written(l))</p>
            \(explained(answers, on: day, l))\(hidden)
            <p class="no-print"><a href="\(recordHref(person, people))">\(["vi": "Hồ sơ dân cư", "en": "The person's record"] as Text, l)</a> · <a href="/welfare/person">\(["vi": "Người khác, ngày khác", "en": "Another person or day"] as Text, l)</a></p>
            \(purposeLine(caller, request))
            """
        return frame.response(content)
    }

    /// What is kept back, and the right that is missing for it.
    private func notShown(_ withheld: [WithheldEntitlement], _ l: Language) throws -> HTML? {
        guard !withheld.isEmpty else { return nil }
        let items: [HTML] = try withheld.map { one in
            let names = try one.registers.map { try registry.register($0).title[l] }.joined(separator: ", ")
            return "<li>\(one.rule.title, l): <span class=\"muted\">\(names)</span></li>"
        }
        return """
            <section><h2>\(["vi": "Không hiển thị", "en": "Not shown"] as Text, l)</h2>
            <p>\(["vi": "Câu trả lời dựa vào sổ mà bạn chưa được phân quyền xem dữ liệu cá nhân ở nơi người này cư trú:", "en": "The answer rests on registers in which you may not see personal data where this person lives:"] as Text, l)</p>
            <ul>\(items)</ul></section>
            """
    }

    // MARK: One's own

    private func myEntitlements(_ request: Request, _ caller: Caller, _ session: CitizenSession) async throws -> Response {
        let l = caller.language
        guard session.register == registry.entitlements.first?.people else { throw RegisterError.noSuchRecord }
        let title: Text = ["vi": "Tôi được hưởng gì", "en": "What I am entitled to"]
        let day = registry.world.today
        let answers = try await registry.ownEntitlements(row: session.row, on: day)
        let notAdded = Explanation.notAdded(answers)
        let apply: [HTML] = answers.filter { $0.isEntitled && !notAdded.contains($0.name) }.compactMap { answer in
            registry.entitlement(answer.name)?.procedure.map {
                "<p><a class=\"button\" href=\"/me/apply/\($0)\">\(["vi": "Chưa hưởng? Nộp hồ sơ", "en": "Not getting it? Apply"] as Text, l): \(answer.title, l)</a></p>"
            }
        }
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Theo luật hôm nay và những gì các sổ của thành phố ghi về bạn. Thấy sai, hãy đề nghị sửa dữ liệu của bạn.", "en": "By today's law and what the city's registers say of you. If something is wrong, propose a correction of your data."] as Text, l)</p>
            \(explained(answers, on: day, l))\(apply)
            <p><a href="/me/dossiers">\(["vi": "Hồ sơ của tôi", "en": "My applications"] as Text, l)</a> · <a href="/me/reads">\(["vi": "Thành phố giữ gì về tôi", "en": "What the city holds about me"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "home").response(content)
    }

    /// What is paid first, then what is granted and not added, each answer with its reasons; at last what the registers cannot tell.
    private func explained(_ answers: [Explanation], on day: Day, _ l: Language) -> HTML {
        let notAdded = Explanation.notAdded(answers)
        let granted = answers.filter { $0.isEntitled && !notAdded.contains($0.name) } + answers.filter { notAdded.contains($0.name) }
        let told = (granted + answers.filter { $0.verdict == .notEntitled }).map { explained($0, isAdded: !notAdded.contains($0.name), on: day, l) }
        let open: [HTML] = answers.filter { $0.verdict == .unjudged }.map { "<li>\($0.title, l)</li>" }
        return open.isEmpty
            ? HTML.joined(told)
            : """
            \(told)<section><h2>\(["vi": "Các sổ chưa đủ để trả lời", "en": "What the registers cannot tell"] as Text, l)</h2>
            <p>\(["vi": "Các sổ chỉ biết người đang hưởng những khoản này, và không có người này. Ai thấy mình thuộc diện thì hỏi phường, xã.", "en": "The registers know only who gets these already, and this person is not among them. Whoever may be meant asks at the commune."] as Text, l)</p>
            <ul>\(open)</ul></section>
            """
    }

    private func verdict(_ answer: Explanation, isAdded: Bool) -> (words: Text, tag: String) {
        guard isAdded else {
            return (["vi": "Đủ điều kiện, không cộng thêm: chỉ hưởng mức cao nhất", "en": "Entitled, not added: only the highest is paid"], "tag-info")
        }
        switch answer.verdict {
        case .entitled: return (["vi": "Được hưởng", "en": "Entitled"], "tag-ok")
        case .possible: return (["vi": "Có thể được hưởng", "en": "May be entitled"], "tag-info")
        case .notEntitled: return (["vi": "Chưa đủ điều kiện", "en": "Not entitled"], "tag-info")
        case .unjudged: return (["vi": "Chưa rõ", "en": "Not known"], "tag-info")
        }
    }

    private func explained(_ answer: Explanation, isAdded: Bool, on day: Day, _ l: Language) -> HTML {
        let term: Text =
            answer.verdict == .possible ? ["vi": "mỗi tháng, nếu được hưởng", "en": "a month, if entitled"] : ["vi": "mỗi tháng", "en": "a month"]
        let amount: HTML? = isAdded ? answer.amount.map { "<p><strong>\(money($0, l))</strong> \(term, l)</p>" as HTML } : nil
        let caution = answer.isEntitled && isAdded ? registry.entitlement(answer.name, on: day)?.caution : nil
        let notice: HTML? = caution.map { "<p class=\"notice\">\($0, l)</p>" as HTML }
        return explanation(answer, title: answer.title, verdict(answer, isAdded: isAdded), details: amount, rest: notice, l)
    }
}
