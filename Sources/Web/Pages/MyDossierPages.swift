// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import People
internal import Registers

/// A citizen's own applications: what waits for them, where each stands, what they may do now.
extension Parts {
    var myDossierPages: [Endpoint] {
        return [
            Endpoint(.GET, "/me/dossiers", .open) { request, caller, _ in try await own(request) { session in try await myDossiers(request, caller, session) } },
            Endpoint(.GET, "/me/dossiers/{code}", .open) { request, caller, parameters in
                try await own(request) { session in try await myDossier(request, caller, session, parameters[0], objections: []) }
            },
            Endpoint(.POST, "/me/dossiers/{code}/{act}", .open, bodyMax: 48 << 20) { request, caller, parameters in
                try await own(request, sending: true) { session in
                    do {
                        try await citizenAct(request, session, parameters[0], parameters[1])
                        return .redirect("/me/dossiers/\(parameters[0])")
                    } catch DossierError.objections(let objections) {
                        return try await myDossier(request, caller, session, parameters[0], objections: objections)
                    }
                }
            },
        ]
    }

    private func citizenAct(_ request: Request, _ session: CitizenSession, _ code: String, _ name: String) async throws {
        let form = request.form ?? []
        func text(_ name: String) -> String { form.first { $0.name == name }?.value.trimmed ?? "" }
        let expecting = Int64(text("_state"))
        let act: DossierAct
        switch name {
        case "withdrawal": act = .withdraw(reason: String(text("reason").prefix(500)))
        case "rating": act = .rate(score: Int(text("score")) ?? 0, text: String(text("text").prefix(1000)))
        case "supplement":
            let files = (request.parts ?? []).filter { $0.name.hasPrefix("paper-") && !$0.content.isEmpty }.map {
                (paper: String($0.name.dropFirst(6)), content: Array($0.content))
            }
            let texts = Dictionary(form.filter { !$0.name.hasPrefix("_") && $0.name != "csrf" }.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            _ = try await dossiers.supplement(code, texts: texts, files: files, expecting: expecting, by: .citizen(session.row))
            return
        default: throw DossierError.noSuchDossier
        }
        _ = try await dossiers.act(act, on: code, expecting: expecting, by: .citizen(session.row))
    }

    func statusTag(_ status: Dossier.Status, isLate: Bool, _ l: Language) -> HTML {
        let style: String
        switch status {
        case .done, .returned: style = "tag-ok"
        case .papersAsked, .feeAsked, .new: style = "tag-wait"
        case .notReceived, .withdrawn, .stopped: style = "tag-closed"
        case .received, .inProgress: style = isLate ? "tag-late" : "tag-info"
        }
        return "<span class=\"tag \(style)\">\(status.title, l)\(isLate && style == "tag-late" ? " · \((["vi": "quá hạn", "en": "late"] as Text)[l])" : "")</span>"
    }

    private func myDossiers(_ request: Request, _ caller: Caller, _ session: CitizenSession) async throws -> Response {
        let l = caller.language
        let now = registry.world.now()
        let title: Text = ["vi": "Hồ sơ của tôi", "en": "My applications"]
        let drafts: [HTML] = try dossiers.drafts(of: session.owner).map { draft in
            let procedure = try dossiers.procedure(draft.procedure)
            return """
                <li><a href="/me/drafts/\(draft.id)">\(procedure.need, l)</a> <span class="tag tag-wait">\(["vi": "chưa nộp", "en": "not handed in"] as Text, l)</span> \
                <form class="inline" method="post" action="/me/drafts/\(draft.id)/removal"><input type="hidden" name="csrf" value="\(session.formKey)"><button class="link">\(["vi": "bỏ", "en": "drop"] as Text, l)<span class="visually-hidden"> \(procedure.need, l)</span></button></form></li>
                """
        }
        let offered = try dossiers.offers(to: session.row)
        try await dossiers.noteLook(at: offered.map(\.row), by: session.row)
        let offers: [HTML] = offered.map { one in
            "<li><a href=\"/me/apply/\(one.procedure.code)\">\(one.procedure.need, l)</a> <span class=\"muted\">\((try? helper(request)) == nil ? one.name : "")</span></li>"
        }
        let rows: [HTML] = try dossiers.dossiers(of: session.row).map { row in
            let procedure = try dossiers.procedure(row.procedure)
            return """
                <li><a href="/me/dossiers/\(row.code)">\(procedure.need, l)</a> \(statusTag(row.status, isLate: row.isLate(at: now), l))<br><span class="muted"><span class="code">\(row.code)</span> · \(row.submitted.day.written(l))</span></li>
                """
        }
        let content: HTML = """
            <h1>\(title, l)</h1>
            \(offers.isEmpty ? nil : "<section class=\"notice\"><h2>\(["vi": "Các khoản gia đình bạn có thể được hưởng", "en": "Your family may have a right to"] as Text, l)</h2><ul>\(offers)</ul></section>" as HTML)
            \(drafts.isEmpty ? nil : "<section><h2>\(["vi": "Đang điền", "en": "Being filled in"] as Text, l)</h2><ul>\(drafts)</ul></section>" as HTML)
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Bạn chưa nộp hồ sơ nào.", "en": "You have handed in nothing yet."] as Text, l)</p>" as HTML : "<ul class=\"hits\">\(rows)</ul>" as HTML)
            \(try myStartups(session, l))
            <p><a class="button" href="/services">\(["vi": "Tìm dịch vụ", "en": "Find a service"] as Text, l)</a></p>
            <ul class="columns"><li><a href="/me/reads">\(["vi": "Dữ liệu của tôi, ai đã xem", "en": "My data, and who looked at it"] as Text, l)</a></li><li><a href="/me/entitlements">\(["vi": "Tôi được hưởng gì", "en": "What I am entitled to"] as Text, l)</a></li><li><a href="/me/delegations">\(["vi": "Ủy quyền làm thủ tục", "en": "Delegations"] as Text, l)</a></li>\
            <li><a href="/me/passkeys">\(["vi": "Khóa đăng nhập trên máy của tôi", "en": "Passkeys on my devices"] as Text, l)</a></li><li><a href="/me/contact">\(["vi": "Nơi nhận thông báo", "en": "Where to reach me"] as Text, l)</a></li></ul>
            <form method="post" action="/me/sign-out"><input type="hidden" name="csrf" value="\(session.formKey)"><p><button class="button secondary">\(["vi": "Thoát", "en": "Sign out"] as Text, l)</button></p></form>
            """
        return layout(title, request, caller, door: "home").response(content)
    }

    private func myDossier(
        _ request: Request, _ caller: Caller, _ session: CitizenSession, _ code: String, objections: [Objection]
    ) async throws -> Response {
        let l = caller.language
        let (dossier, history, _) = try await dossiers.dossier(code, for: .citizen(session.row))
        let procedure = try dossiers.procedure(of: dossier)
        let isLate = dossier.isLate(at: registry.world.now())
        var rows: [(Text, HTML)] = [
            (["vi": "Mã hồ sơ", "en": "Code"], "<span class=\"code\">\(dossier.code)</span>"), (["vi": "Nộp lúc", "en": "Handed in"], HTML(text: dossier.submitted.written(l))),
            (["vi": "Nơi giải quyết", "en": "Decided by"], HTML(text: officeWords(procedure, dossier.submission.unit, l))),
        ]
        if let due = dossier.due, !dossier.isEnded { rows.append((["vi": "Ngày hẹn trả kết quả", "en": "Due by"], HTML(text: due.written(l)))) }
        if dossier.charge != nil { rows.append((["vi": "Phí, lệ phí", "en": "Fee"], HTML(text: chargeWords(dossier, procedure, l)))) }
        let content: HTML = """
            \(errorSummary(objections, l))
            <p class="caption">\(procedure.title, l)</p><h1>\(procedure.need, l)</h1><p>\(statusTag(dossier.status, isLate: isLate, l))</p>
            \(told(dossier, l))
            \(branchList(dossier, base: "/me/dossiers", l))
            <dl class="summary">\(rows.map { "<div><dt>\($0.0, l)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>
            \(supplementForm(dossier, procedure, session, objections, l))
            \(paperLinks(dossier, base: "/me/dossiers/\(dossier.code)", l, credential: request.cookie(options.kioskCookie) == nil))
            \(rateForm(dossier, session, objections, l))
            <h2>\(["vi": "Quá trình xử lý", "en": "What has happened"] as Text, l)</h2>\(timeline(history, procedure, l, isInternal: false))
            \(dossier.isEnded ? nil : withdrawForm(dossier, session, l))
            <p class="no-print"><a href="/me/dossiers">\(["vi": "Về hồ sơ của tôi", "en": "Back to my applications"] as Text, l)</a></p>
            """
        return layout(
            procedure.title, request, caller, door: "home", crumbs: [(title: (["vi": "Hồ sơ của tôi", "en": "My applications"] as Text)[l], href: "/me/dossiers")]
        ).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    /// The parts of a linked dossier, each with its own office.
    func branchList(_ dossier: Dossier, base: String, _ l: Language) -> HTML? {
        guard !dossier.branches.isEmpty else { return nil }
        let items: [HTML] = dossier.branches.map { branch in
            let title = (try? dossiers.procedure(branch.procedure).title) ?? .same(branch.procedure)
            let status = (try? dossiers.outline(branch.dossier))?.flatMap { $0 }?.status
            if branch.dossier.isEmpty {
                return
                    "<li>\(title, l) <span class=\"tag tag-closed\">\(["vi": "không bắt đầu được, hãy hỏi tại quầy", "en": "could not begin, ask at the counter"] as Text, l)</span></li>"
            }
            return "<li><a href=\"\(base)/\(branch.dossier)\">\(title, l)</a> \(status.map { statusTag($0, isLate: false, l) })</li>"
        }
        return "<section><h2>\(["vi": "Các phần của hồ sơ", "en": "Parts of this dossier"] as Text, l)</h2><ul>\(items)</ul></section>"
    }

    /// What the state means for the applicant, and what comes next.
    private func told(_ dossier: Dossier, _ l: Language) -> HTML? {
        let text: Text
        switch dossier.state {
        case .submitted:
            text = [
                "vi": "Đã nhận được. Nếu sau một ngày làm việc chưa ai mở, hồ sơ tự được coi là đã tiếp nhận.",
                "en": "It has arrived. If nobody opens it within a working day, it counts as received by itself.",
            ]
        case .declined(let reasons): text = Text(vi: "Không được tiếp nhận: \(reasons)", en: "Not received: \(reasons)")
        case .received, .handling:
            if let apology = dossier.apology {
                text = Text(
                    vi: "Xin lỗi bạn: hồ sơ bị trễ. \(apology) Hẹn lại: \(dossier.due?.written(.vietnamese) ?? "").",
                    en: "We are sorry: this is late. \(apology) New date: \(dossier.due?.written(.english) ?? "").")
            } else {
                text =
                    dossier.branches.isEmpty
                    ? ["vi": "Đang được giải quyết. Bạn không phải làm gì.", "en": "It is being dealt with. You need not do anything."]
                    : [
                        "vi": "Đang được giải quyết. Phần nào cần bạn làm gì thì ghi ở phần ấy dưới đây.",
                        "en": "It is being dealt with. Where a part needs something of you, it says so below.",
                    ]
            }
        case .waitingForPapers(_, _, let until):
            text = Text(
                vi: "Cần bạn bổ sung trước \(until.written(.vietnamese)). Thời hạn giải quyết tạm dừng.",
                en: "Please supply what is asked by \(until.written(.english)). The office's time stands still.")
        case .waitingForFee:
            text = ["vi": "Cần nộp phí để tiếp tục. Nộp tại quầy một cửa, đọc mã hồ sơ.", "en": "A fee is to be paid before it goes on. Pay at the counter and give the code."]
        case .withdrawn: text = ["vi": "Bạn đã rút hồ sơ.", "en": "You withdrew it."]
        case .stopped(let reason): text = Text(vi: "Đã dừng: \(reason)", en: "Stopped: \(reason)")
        case .decided(let isApproved, let reasons, _):
            text =
                isApproved
                ? [
                    "vi": "Đã được chấp thuận. Tải kết quả dưới đây, hoặc nhận bản giấy tại quầy.",
                    "en": "Approved. Download the result below, or fetch it on paper at the counter.",
                ]
                : Text(vi: "Không được chấp thuận: \(reasons)", en: "Not approved: \(reasons)")
        case .returned: text = ["vi": "Đã trả kết quả.", "en": "The result has been handed over."]
        }
        return "<p class=\"notice\">\(text, l)</p>"
    }

    private func supplementForm(_ dossier: Dossier, _ procedure: Procedure, _ session: CitizenSession, _ objections: [Objection], _ l: Language) -> HTML? {
        guard case .waitingForPapers(let asked, _, _) = dossier.state else { return nil }
        let state = FormState(texts: dossier.answers.mapValues(\.plain), objections: objections)
        let fields: [HTML] = asked.map { one in
            let why: HTML = "<p class=\"inset\">\(one.text)</p>"
            if let question = procedure.question(one.code) { return why + input(question, state, l, isRequired: true) }
            let title = procedure.papers.first { $0.code == one.code }?.title[l] ?? one.code
            return why
                + "<div class=\"field\"><label for=\"f-paper-\(one.code)\">\(title)</label><input type=\"file\" id=\"f-paper-\(one.code)\" name=\"paper-\(one.code)\" accept=\"image/jpeg,image/png,application/pdf\" multiple></div>"
        }
        return """
            <section><h2>\(["vi": "Bổ sung", "en": "Supply what is asked"] as Text, l)</h2><form method="post" action="/me/dossiers/\(dossier.code)/supplement" enctype="multipart/form-data" novalidate data-guard>\
            <input type="hidden" name="csrf" value="\(session.formKey)"><input type="hidden" name="_state" value="\(String(dossier.last))">\(fields)<p><button class="button">\(["vi": "Gửi bổ sung", "en": "Send it"] as Text, l)</button></p></form></section>
            """
    }

    private func rateForm(_ dossier: Dossier, _ session: CitizenSession, _ objections: [Objection], _ l: Language) -> HTML? {
        guard dossier.rating == nil, dossier.status == .done || dossier.status == .returned else { return nil }
        let names: [Text] = [
            ["vi": "Rất không hài lòng", "en": "Very dissatisfied"], ["vi": "Không hài lòng", "en": "Dissatisfied"], ["vi": "Bình thường", "en": "Neither"],
            ["vi": "Hài lòng", "en": "Satisfied"],
            ["vi": "Rất hài lòng", "en": "Very satisfied"],
        ]
        return """
            <section><h2>\(["vi": "Mời bạn đánh giá", "en": "How was it?"] as Text, l)</h2><form method="post" action="/me/dossiers/\(dossier.code)/rating" novalidate><input type="hidden" name="csrf" value="\(session.formKey)">\
            <fieldset class="field\(objections.isEmpty ? nil : " has-error" as HTML)" id="f-score" tabindex="-1"><legend>\(["vi": "Mức độ hài lòng", "en": "How satisfied are you?"] as Text, l)</legend>\(objections.first { $0.field == "score" }.map { "<p class=\"error-message\">\($0.text, l)</p>" as HTML })<div class="choices">\(names.enumerated().reversed().map { index, name in
                "<label><input type=\"radio\" name=\"score\" value=\"\(index + 1)\"><span>\(name, l)</span></label>" as HTML
            })</div></fieldset><div class="field"><label for="f-text">\(["vi": "Góp ý", "en": "Comment"] as Text, l) <span class="muted">(\(["vi": "không bắt buộc", "en": "optional"] as Text, l))</span></label><textarea id="f-text" name="text" rows="2" maxlength="1000"></textarea></div>\
            <p><button class="button secondary">\(["vi": "Gửi", "en": "Send"] as Text, l)</button></p></form></section>
            """
    }

    private func withdrawForm(_ dossier: Dossier, _ session: CitizenSession, _ l: Language) -> HTML {
        """
        <details><summary>\(["vi": "Rút hồ sơ", "en": "Withdraw it"] as Text, l)</summary><form method="post" action="/me/dossiers/\(dossier.code)/withdrawal"><input type="hidden" name="csrf" value="\(session.formKey)"><input type="hidden" name="_state" value="\(String(dossier.last))">\
        <div class="field"><label for="f-reason">\(["vi": "Vì sao (không bắt buộc)", "en": "Why (optional)"] as Text, l)</label><input class="w-full" type="text" id="f-reason" name="reason" maxlength="500"></div>\
        <p><button class="button warning">\(["vi": "Rút hồ sơ", "en": "Withdraw it"] as Text, l)</button></p></form></details>
        """
    }

    /// The history in words; notes and proposals are the office's own until there is a decision.
    func timeline(_ history: [(entry: Int64, event: DossierEvent, author: String, at: Instant)], _ procedure: Procedure, _ l: Language, isInternal: Bool) -> HTML {
        let names = isInternal ? officerNames() : [:]
        func who(_ author: String) -> String {
            if author.hasPrefix("citizen") { return (["vi": "người nộp", "en": "the applicant"] as Text)[l] }
            if author == "clock" { return (["vi": "hệ thống", "en": "the system"] as Text)[l] }
            return names[author] ?? author
        }
        let covers = isInternal ? (try? accounts.deputies()) ?? [] : []
        let lines: [HTML] = history.reversed().compactMap { one in
            guard let text = words(one.event, procedure, names, isInternal: isInternal) else { return nil }
            // Who stood in for somebody that day is named with them.
            let absent = covers.filter { "officer:" + $0.deputy == one.author && $0.holds(on: one.at.day) }.map { names["officer:" + $0.absent] ?? $0.absent }
            let by = isInternal ? " · \(who(one.author))\(absent.isEmpty ? "" : (["vi": ", thay ", "en": ", standing in for "] as Text)[l] + absent.joined(separator: ", "))" : ""
            return "<li><p>\(text, l)</p><time datetime=\"\(one.at.description)\">\(one.at.written(l))\(by)</time></li>"
        }
        return "<ol class=\"timeline\">\(lines)</ol>"
    }

    /// What officers are called, by the name that journals keep.
    func officerNames() -> [String: String] {
        Dictionary(((try? accounts.list()) ?? []).map { ("officer:" + $0.user, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    private func words(_ event: DossierEvent, _ procedure: Procedure, _ names: [String: String], isInternal: Bool) -> Text? {
        switch event {
        case .submitted(let one): return Text(vi: "Nộp hồ sơ (\(one.channel.title.vi.lowercased()))", en: "Handed in (\(one.channel.title.en.lowercased()))")
        case .received(let due, let isDeemed):
            return Text(
                vi: "\(isDeemed ? "Được coi là đã tiếp nhận" : "Tiếp nhận"); hẹn trả trước \(due.written(.vietnamese))",
                en: "\(isDeemed ? "Counts as received" : "Received"); due by \(due.written(.english))")
        case .declined(let reasons): return Text(vi: "Không tiếp nhận: \(reasons)", en: "Not received: \(reasons)")
        case .assigned(let officer): return isInternal ? Text(vi: "Giao cho \(names[officer] ?? officer)", en: "Given to \(names[officer] ?? officer)") : nil
        case .noted(let text): return isInternal ? Text(vi: "Ghi chú: \(text)", en: "Note: \(text)") : nil
        case .papersAsked(let papers, _):
            let list = papers.map(\.text).joined(separator: "; ")
            return Text(vi: "Yêu cầu bổ sung: \(list)", en: "Asked for: \(list)")
        case .supplemented: return ["vi": "Đã bổ sung", "en": "Supplied"]
        case .forwarded(let step):
            return isInternal && step < procedure.steps.count ? Text(vi: "Chuyển bước: \(procedure.steps[step].title.vi)", en: "Next step: \(procedure.steps[step].title.en)") : nil
        case .proposed(let one):
            guard isInternal else { return nil }
            return Text(vi: "Đề xuất \(one.isApproval ? "chấp thuận" : "từ chối: \(one.reasons)")", en: "Proposed to \(one.isApproval ? "approve" : "refuse: \(one.reasons)")")
        case .sentBack(let reasons): return isInternal ? Text(vi: "Trả lại người thẩm tra: \(reasons)", en: "Sent back: \(reasons)") : nil
        case .endorsed: return ["vi": "Được chấp thuận, chờ nộp phí", "en": "Approved, waiting for the fee"]
        case .charged(let charge): return charge.amount.amount > 0 ? Text(vi: "Phí phải nộp: \(charge.amount)", en: "Fee to pay: \(charge.amount)") : nil
        case .paid: return ["vi": "Đã nộp phí", "en": "Fee paid"]
        case .decided(let isApproved, let reasons, _): return isApproved ? ["vi": "Chấp thuận", "en": "Approved"] : Text(vi: "Từ chối: \(reasons)", en: "Refused: \(reasons)")
        case .withdrawn(let reason): return Text(vi: "Người nộp rút hồ sơ\(reason.isEmpty ? "" : ": \(reason)")", en: "Withdrawn\(reason.isEmpty ? "" : ": \(reason)")")
        case .stopped(let reason): return Text(vi: "Dừng: \(reason)", en: "Stopped: \(reason)")
        case .returned: return ["vi": "Đã trả kết quả", "en": "Result handed over"]
        case .escalated(let level): return isInternal ? Text(vi: "Quá hạn: báo cấp \(level)", en: "Late: level \(level) is told") : nil
        case .apologised(let reason, let due):
            return Text(vi: "Xin lỗi vì trễ hạn: \(reason) Hẹn lại: \(due.written(.vietnamese))", en: "Apology for being late: \(reason) New date: \(due.written(.english))")
        case .moved(let one):
            return isInternal ? Text(vi: "Chuyển sang quy trình phiên bản \(one.to)", en: "Moved to version \(one.to) of the procedure") : nil
        case .extended(let due):
            return Text(
                vi: "Hẹn lại trước \(due.written(.vietnamese)), vì một phần chờ người nộp", en: "Now due by \(due.written(.english)), since a part waited for the applicant")
        case .branched(let code, let part):
            let title = (try? dossiers.procedure(code).title) ?? .same(code)
            return Text(vi: "Bắt đầu phần: \(title.vi) (\(part))", en: "A part began: \(title.en) (\(part))")
        case .joined(let code, _, let isApproved):
            let title = (try? dossiers.procedure(code).title) ?? .same(code)
            return isApproved
                ? Text(vi: "Xong phần: \(title.vi)", en: "A part is done: \(title.en)") : Text(vi: "Không được giải quyết: \(title.vi)", en: "A part was not granted: \(title.en)")
        case .rated(let score, let text): return Text(vi: "Đánh giá \(score)/5\(text.isEmpty ? "" : ": \(text)")", en: "Rated \(score)/5\(text.isEmpty ? "" : ": \(text)")")
        }
    }
}
