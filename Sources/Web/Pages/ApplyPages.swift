// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import Journal
internal import NIOHTTP1
internal import People
internal import Registers

/// A citizen applies: for whom, what the city does not know yet, check, hand in.
extension Parts {
    var applyPages: [Endpoint] {
        return [
            Endpoint(.GET, "/me/apply/{code}", .open) { request, caller, parameters in
                try await own(request) { session in try await beginning(request, caller, filling(session, request), parameters[0]) }
            },
            Endpoint(.POST, "/me/apply/{code}", .open, bodyMax: 1 << 14) { request, caller, parameters in
                try await own(request, sending: true) { session in try await begun(request, filling(session, request), parameters[0]) }
            },
            Endpoint(.GET, "/me/drafts/{id}", .open) { request, caller, parameters in
                try await own(request) { session in try await draftPage(request, caller, filling(session, request), parameters[0]) }
            },
            Endpoint(.POST, "/me/drafts/{id}", .open, bodyMax: 48 << 20) { request, caller, parameters in
                try await own(request, sending: true) { session in try await draftSent(request, caller, filling(session, request), parameters[0]) }
            },
            Endpoint(.GET, "/me/drafts/{id}/check", .open) { request, caller, parameters in
                try await own(request) { session in try await checkPage(request, caller, filling(session, request), parameters[0]) }
            },
            Endpoint(.POST, "/me/drafts/{id}/submission", .open, bodyMax: 1 << 14) { request, caller, parameters in
                try await own(request, sending: true) { session in try await submitted(request, caller, filling(session, request), parameters[0]) }
            },
            Endpoint(.POST, "/me/drafts/{id}/removal", .open, bodyMax: 1 << 14) { request, _, parameters in
                try await own(request, sending: true) { session in
                    try await dossiers.drop(parameters[0], owner: session.owner)
                    return .redirect("/me/dossiers")
                }
            },
        ]
    }

    private func filling(_ session: CitizenSession, _ request: Request) -> Filling {
        var filling = Filling(
            owner: session.owner, applicant: session.row, register: session.register, formKey: session.formKey, base: "/me", home: "/me/dossiers", channel: .online)
        filling.isMasked = session.helper != nil || (try? helper(request)) != nil
        return filling
    }

    func begun(_ request: Request, _ filling: Filling, _ code: String) async throws -> Response {
        let wanted = request.form?.first { $0.name == "for" }?.value ?? ""
        let subjects = try dossiers.subjects(of: dossiers.procedure(code), applicant: filling.applicant)
        guard let subject = subjects.first(where: { registry.ref(of: $0.row, in: filling.register) == wanted }) else { throw DossierError.noSuchDraft }
        let draft = try await dossiers.begin(code, owner: filling.owner, applicant: filling.applicant, subject: subject.row, channel: filling.channel)
        return .redirect("\(filling.base)/drafts/\(draft.id)")
    }

    func draftPage(_ request: Request, _ caller: Caller, _ filling: Filling, _ id: String) async throws -> Response {
        let draft = try dossiers.draft(id, owner: filling.owner)
        if let code = draft.dossier { return .redirect(filling.dossier(code)) }
        return try await draftForm(request, caller, filling, draft, objections: [])
    }

    func submitted(_ request: Request, _ caller: Caller, _ filling: Filling, _ id: String) async throws -> Response {
        do {
            let dossier = try await dossiers.submit(id, owner: filling.owner)
            if let helper = try helper(request), let shift = try dossiers.shift(of: helper) { try await dossiers.noteHelped(shift, dossier: dossier.code) }
            return .redirect(filling.dossier(dossier.code))
        } catch DossierError.objections(let objections) {
            return try await draftForm(request, caller, filling, dossiers.draft(id, owner: filling.owner), objections: objections)
        }
    }

    /// For the citizen who has signed in; others are asked to, and come back here.
    func own(_ request: Request, sending: Bool = false, _ page: (CitizenSession) async throws -> Response) async throws -> Response {
        guard let session = try citizen(request) else {
            // At a kiosk the address of one person's dossier is not handed to the next.
            let isOthers = request.cookie(options.kioskCookie) != nil && ["dossiers", "drafts"].contains(request.path.dropFirst().first ?? "") && request.path.count > 2
            return .redirect(isOthers ? "/me" : "/me?next=\(Request.encode(request.method == .GET ? request.rawPath : "/me/dossiers"))")
        }
        if sending { try checkForm(request, session) }
        let beside = try helper(request)
        if let opened = session.helper, beside?.id != opened {
            // What was begun beside a helper ends with the helper.
            try accounts.signOutCitizen(session)
            return .redirect("/me", headers: [("set-cookie", citizenCookie("", maxAge: 0))])
        }
        if let helper = beside {
            // Who helps must be on a shift, and sees the forms only.
            guard let shift = try dossiers.shift(of: helper) else { return .redirect("/help") }
            let isPaper = request.path.contains("papers") || request.path.last == "credential"
            guard !isPaper, request.path.dropFirst().first.map({ ["apply", "drafts", "dossiers", "sign-out"].contains($0) }) ?? true else {
                throw RegisterError.forbidden(["vi": "Việc này bạn làm một mình, không có người hướng dẫn.", "en": "This is for you alone, without a helper."])
            }
            try await dossiers.noteHelp(shift, person: session.row, by: helper)
        }
        return try await page(session)
    }

    /// A citizen's form carries the key of the citizen's own session.
    func checkForm(_ request: Request, _ session: CitizenSession) throws {
        guard request.form?.contains(where: { $0.name == "csrf" && equalInConstantTime(Array($0.value.utf8), Array(session.formKey.utf8)) }) == true else { throw Site.foreignForm }
    }

    /// Who decides, with the commune where there is one.
    func officeWords(_ procedure: Procedure, _ unit: String, _ l: Language) -> String {
        procedure.office.isOfCommunes ? "\(procedure.office.title[l]) · \(scopeName(unit, l))" : procedure.office.title[l]
    }

    private func applyFrame(_ request: Request, _ caller: Caller, _ procedure: Procedure, _ filling: Filling) -> Layout {
        let l = caller.language
        let home: Text = filling.base == "/me" ? ["vi": "Hồ sơ của tôi", "en": "My applications"] : ["vi": "Quầy một cửa", "en": "Counter"]
        return layout(
            procedure.title, request, caller, door: filling.base == "/me" ? "services" : "officer",
            crumbs: [(home[l], filling.home), (procedure.need[l], "/services/\(procedure.code)")].map {
                (title: $0.0, href: $0.1)
            })
    }

    func beginning(_ request: Request, _ caller: Caller, _ filling: Filling, _ code: String) async throws -> Response {
        let l = caller.language
        let procedure = try dossiers.procedure(code)
        let subjects = try dossiers.subjects(of: procedure, applicant: filling.applicant)
        let frame = applyFrame(request, caller, procedure, filling)
        guard !subjects.isEmpty else {
            return frame.response(
                "<h1>\(procedure.need, l)</h1><p class=\"notice\">\(["vi": "Trong hộ của bạn không có ai thuộc thủ tục này.", "en": "Nobody in your household is concerned by this procedure."] as Text, l)</p><p><a href=\"/services\">\(["vi": "Tìm dịch vụ khác", "en": "Find another service"] as Text, l)</a></p>"
            )
        }
        try await note(subjects.map(\.row), filling)
        let choices: [HTML] = subjects.enumerated().map { index, one in
            let isSelf = one.row == filling.applicant && filling.base == "/me"
            let label =
                filling.isMasked
                ? (isSelf ? ["vi": "Tôi", "en": "Myself"] as Text : Text(vi: "Người thứ \(index + 1)", en: "Person \(index + 1)"))[l]
                : isSelf ? Text(vi: "Tôi: \(one.name)", en: "Myself: \(one.name)")[l] : one.name
            return
                "<label><input type=\"radio\" name=\"for\" value=\"\(registry.ref(of: one.row, in: filling.register))\"\(index == 0 ? " checked" : "")><span>\(label)</span></label>"
        }
        let content: HTML = """
            <h1>\(procedure.need, l)</h1><p class="lead">\(procedure.title, l)</p>
            <form method="post" action="\(filling.apply)/\(procedure.code)"><input type="hidden" name="csrf" value="\(filling.formKey)">
            <fieldset class="field"><legend>\(["vi": "Hồ sơ này cho ai?", "en": "Who is this for?"] as Text, l)</legend><div class="choices">\(choices)</div></fieldset>
            <p><button class="button">\(["vi": "Tiếp tục", "en": "Continue"] as Text, l)</button></p></form>
            <p class="muted">\(["vi": "Bạn có thể dừng bất cứ lúc nào; những gì đã điền được giữ 30 ngày.", "en": "You may stop at any time; what you filled in is kept for 30 days."] as Text, l)</p>
            """
        return frame.response(content)
    }

    /// What the registers hold, grouped by register, each with its source and day.
    func factList(_ facts: [KnownFact], _ l: Language, masksNumbers: Bool) -> HTML {
        var groups: [(register: Register, record: String, facts: [KnownFact])] = []
        for fact in facts {
            if let last = groups.last, last.register.name == fact.register.name, last.record == fact.record {
                groups[groups.count - 1].facts.append(fact)
            } else {
                groups.append((fact.register, fact.record, [fact]))
            }
        }
        return HTML.joined(
            groups.map { group in
                let rows: [HTML] = group.facts.map { fact in
                    let isOthers = masksNumbers && fact.field.name != fact.register.key.name && isPersonNumber(fact.field)
                    return "<div><dt>\(fact.field.title, l)</dt><dd>\(isOthers ? masked(l) : HTML(text: display(fact.value, fact.field, l)))</dd></div>"
                }
                return """
                    <section class="known"><h3>\(group.register.title, l)</h3><dl class="summary">\(rows)</dl>\
                    <p class="muted">\(["vi": "Nguồn", "en": "Source"] as Text, l): \(group.register.keeper.name, l) · \(["vi": "từ", "en": "since"] as Text, l) \(group.facts[0].since.written(l))</p></section>
                    """
            })
    }

    private func onlyIf(_ condition: Field.Condition, _ procedure: Procedure, _ l: Language) -> HTML {
        let other = procedure.question(condition.field)
        let values = condition.values.map { value in other.map { display(.string(value), $0, l) } ?? value }.joined(separator: ", ")
        return "<p class=\"hint\">\(["vi": "Chỉ khi", "en": "Only if"] as Text, l) “\(other?.title ?? .same(condition.field), l)”: \(values)</p>"
    }

    private func draftForm(
        _ request: Request, _ caller: Caller, _ filling: Filling, _ draft: Draft, objections: [Objection]
    ) async throws -> Response {
        let l = caller.language
        let procedure = try dossiers.procedure(draft.procedure)
        // A delegation that was taken back, a household that was left: the form closes.
        try dossiers.mustStandFor(draft)
        let facts = try dossiers.facts(procedure, subject: draft.subject, texts: draft.texts)
        try await note(dossiers.people(in: facts), filling)
        let state = FormState(texts: draft.texts, objections: objections)
        let questions: [HTML] = procedure.questions.map { field in
            let condition = field.condition.map { onlyIf($0, procedure, l) }
            return "\(condition)\(input(field, state, l, isRequired: field.isRequired && field.condition == nil))"
        }
        let papers: [HTML] = procedure.papers.map { paper in
            let own = objections.filter { $0.field == "paper-" + paper.code }
            let files: [HTML] = draft.files.filter { $0.paper == paper.code }.enumerated().map { index, file in
                """
                <li>\(["vi": "Tệp", "en": "File"] as Text, l) \(index + 1) (\(file.type.suffix.uppercased()), \(l.number(max(1, file.size >> 10))) KB) \
                <button class="link" name="remove" value="\(file.hash)">\(["vi": "bỏ", "en": "remove"] as Text, l)<span class="visually-hidden"> \(paper.title, l)</span></button></li>
                """
            }
            return """
                <div class="field\(own.isEmpty ? "" : " has-error")"><label for="f-paper-\(paper.code)">\(paper.title, l)\(paper.isRequired ? nil : " <span class=\"muted\">(\(["vi": "không bắt buộc", "en": "optional"] as Text, l))</span>" as HTML)</label>\
                \(paper.condition.map { onlyIf($0, procedure, l) })<p class="hint" id="h-paper-\(paper.code)">\(["vi": "Lý do cần nộp", "en": "Needed because"] as Text, l): \(paper.reason, l). \(["vi": "Ảnh JPEG, PNG hoặc PDF, mỗi tệp đến 10 MB.", "en": "JPEG, PNG or PDF, up to 10 MB each."] as Text, l)</p>\
                \(own.isEmpty ? nil : "<p class=\"error-message\">\(HTML.joined(own.map { HTML(text: $0.text[l]) }, "<br>"))</p>" as HTML)\
                \(files.isEmpty ? nil : "<ul>\(files)</ul>" as HTML)<input type="file" id="f-paper-\(paper.code)" name="paper-\(paper.code)" accept="image/jpeg,image/png,application/pdf" multiple aria-describedby="h-paper-\(paper.code)"></div>
                """
        }
        let content: HTML = """
            \(errorSummary(objections, l))
            <h1>\(procedure.need, l)</h1><p class="lead">\(procedure.title, l)</p>
            <form method="post" action="\(filling.base)/drafts/\(draft.id)" enctype="multipart/form-data" novalidate data-guard><input type="hidden" name="csrf" value="\(filling.formKey)">
            \(procedure.questions.isEmpty ? nil : "<h2>\(["vi": "Những điều thành phố chưa biết", "en": "What the city does not know yet"] as Text, l)</h2>" as HTML)\(questions)
            \(papers.isEmpty ? nil : "<h2>\(["vi": "Giấy tờ", "en": "Papers"] as Text, l)</h2>" as HTML)\(papers)
            <p><button class="button" name="go" value="check">\(["vi": "Xem lại trước khi nộp", "en": "Check before handing in"] as Text, l)</button> <button class="button secondary" name="go" value="save">\(["vi": "Lưu, làm tiếp sau", "en": "Save for later"] as Text, l)</button></p></form>
            \(continued(filling, draft, request, l))
            <details><summary>\(["vi": "Những điều thành phố đã có, bạn không phải khai", "en": "What the city has already, so that you need not say it"] as Text, l)</summary>\(filling.isMasked ? masked(l) : factList(facts, l, masksNumbers: true))
            <p><a href="\(filling.apply)/\(options.roles.correction ?? "")">\(["vi": "Có chỗ sai? Đề nghị sửa", "en": "Is something wrong? Propose a correction"] as Text, l)</a></p></details>
            """
        return applyFrame(request, caller, procedure, filling).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    /// Enters who saw whom: the officer at a counter, or somebody of the household.
    private func note(_ rows: [Int64], _ filling: Filling) async throws {
        if let reader = filling.reader {
            try await dossiers.noteLook(at: Set(rows).union([filling.applicant]).sorted(), at: reader)
        } else {
            try await dossiers.noteLook(at: rows, by: filling.applicant)
        }
    }

    /// On a kiosk: the same draft on one's own phone.
    private func continued(_ filling: Filling, _ draft: Draft, _ request: Request, _ l: Language) -> HTML? {
        guard filling.base == "/me", request.cookie(options.kioskCookie) != nil else { return nil }
        let link = "\(origin(request))/me/drafts/\(draft.id)"
        return
            "<details><summary>\(["vi": "Làm tiếp trên điện thoại của bạn", "en": "Go on with your own phone"] as Text, l)</summary><p>\(["vi": "Quét mã, đăng nhập trên điện thoại; những gì đã điền còn nguyên.", "en": "Scan the code and sign in on your phone; what you filled in is there."] as Text, l)</p>\(square(link, ["vi": "Mã mở hồ sơ này trên điện thoại", "en": "Code that opens this application on a phone"], l))</details>"
    }

    func draftSent(_ request: Request, _ caller: Caller, _ filling: Filling, _ id: String) async throws -> Response {
        let form = request.form ?? []
        let texts = Dictionary(form.filter { !["csrf", "go", "remove"].contains($0.name) }.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        try await dossiers.save(texts, in: id, owner: filling.owner)
        var objections: [Objection] = []
        for part in request.parts ?? [] where part.name.hasPrefix("paper-") && !part.content.isEmpty {
            do {
                _ = try await dossiers.attach(Array(part.content), as: String(part.name.dropFirst(6)), to: id, owner: filling.owner)
            } catch DossierError.objections(let wrong) {
                objections += wrong
            }
        }
        if let hash = form.first(where: { $0.name == "remove" })?.value {
            try await dossiers.detach(hash, from: id, owner: filling.owner)
            return .redirect("\(filling.base)/drafts/\(id)")
        }
        if objections.isEmpty, form.contains(where: { $0.name == "go" && $0.value == "save" }) { return .redirect(filling.home) }
        if objections.isEmpty { objections = try dossiers.preview(id, owner: filling.owner).objections }
        guard objections.isEmpty else { return try await draftForm(request, caller, filling, dossiers.draft(id, owner: filling.owner), objections: objections) }
        return .redirect("\(filling.base)/drafts/\(id)/check")
    }

    /// Check your answers: everything that will be handed in, with what it costs and when an answer is due.
    func checkPage(_ request: Request, _ caller: Caller, _ filling: Filling, _ id: String) async throws -> Response {
        let l = caller.language
        let draft = try dossiers.draft(id, owner: filling.owner)
        if let code = draft.dossier { return .redirect(filling.dossier(code)) }
        let preview = try dossiers.preview(id, owner: filling.owner)
        guard preview.objections.isEmpty, let unit = preview.unit else {
            return try await draftForm(request, caller, filling, draft, objections: preview.objections)
        }
        let procedure = try dossiers.procedure(draft.procedure)
        let answers: [HTML] = procedure.questions.compactMap { field in
            guard let value = preview.answers[field.name], !value.isNull else { return nil }
            return
                "<div><dt>\(field.title, l)</dt><dd>\(display(value, field, l))</dd><dd class=\"act\"><a href=\"\(filling.base)/drafts/\(id)#f-\(field.name)\">\(["vi": "Sửa", "en": "Change"] as Text, l)<span class=\"visually-hidden\"> \(field.title, l)</span></a></dd></div>"
        }
        let papers: [HTML] = procedure.papers.compactMap { paper in
            let count = draft.files.count { $0.paper == paper.code }
            guard count > 0 else { return nil }
            return "<div><dt>\(paper.title, l)</dt><dd>\(l.number(count)) \(["vi": "tệp", "en": count == 1 ? "file" : "files"] as Text, l)</dd></div>"
        }
        let whom = filling.isMasked ? nil : try dossiers.subjects(of: procedure, applicant: draft.applicant).first { $0.row == draft.subject }?.name
        let fee = procedure.fee(on: registry.world.today)?.value
        let owed: HTML
        if let charge = preview.charge, let code = charge.exemption, let exemption = fee?.exemptions.first(where: { $0.code == code }) {
            owed = "\(["vi": "Không phải nộp", "en": "Nothing to pay"] as Text, l): \(exemption.title, l)"
        } else if let charge = preview.charge, charge.amount.amount > 0 {
            owed = "\(charge.amount.description)\(fee?.moment == .approval ? " – \((["vi": "nộp khi được chấp thuận", "en": "to be paid once approved"] as Text)[l])" : "")"
        } else {
            owed = HTML(text: (["vi": "Không thu phí", "en": "Free of charge"] as Text)[l])
        }
        let content: HTML = """
            <h1>\(["vi": "Xem lại trước khi nộp", "en": "Check before handing in"] as Text, l)</h1><p class="lead">\(procedure.title, l)</p>
            <dl class="summary">\(whom.map { "<div><dt>\(["vi": "Hồ sơ này cho", "en": "This is for"] as Text, l)</dt><dd>\($0)</dd></div>" as HTML })\(answers)\(papers)
            <div><dt>\(["vi": "Nơi giải quyết", "en": "Decided by"] as Text, l)</dt><dd>\(officeWords(procedure, unit, l))</dd></div>
            <div><dt>\(["vi": "Phí, lệ phí", "en": "Fee"] as Text, l)</dt><dd>\(owed)</dd></div>
            <div><dt>\(["vi": "Nếu nộp bây giờ, ngày hẹn trả kết quả", "en": "If handed in now, due by"] as Text, l)</dt><dd>\(preview.due.written(l))</dd></div></dl>
            <form method="post" action="\(filling.base)/drafts/\(id)/submission" data-guard><input type="hidden" name="csrf" value="\(filling.formKey)">
            <p>\(["vi": "Khi nộp, bạn cam đoan những điều đã khai là đúng.", "en": "By handing it in you declare that what you say is true."] as Text, l)</p>
            <p><button class="button">\(["vi": "Nộp hồ sơ", "en": "Hand in"] as Text, l)</button> <a href="\(filling.base)/drafts/\(id)">\(["vi": "Sửa lại", "en": "Change something"] as Text, l)</a></p></form>
            """
        return applyFrame(request, caller, procedure, filling).response(content)
    }
}

/// Who fills in a form, at which door: the same form stands at all of them.
struct Filling: Sendable {
    /// Whose drafts they are.
    let owner: String
    let applicant: Int64
    let register: String
    let formKey: String
    /// Where the door's addresses begin.
    let base: String
    /// Where one goes when done or saved.
    let home: String
    let channel: SubmissionChannel
    /// Where applications begin, when not below the base.
    var beginnings: String?
    /// Where a dossier is looked at, when not below home.
    var dossiers: String?
    /// Others look on: values of the registers are not spelled out.
    var isMasked = false
    /// The officer who reads along at a counter.
    var reader: Authority?

    var apply: String { beginnings ?? base + "/apply" }
    func dossier(_ code: String) -> String { (dossiers ?? home) + "/" + code }
}

extension CitizenSession {
    /// Whose drafts they are.
    var owner: String { "citizen:\(row)" }
}
