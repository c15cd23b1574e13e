// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import People
internal import Registers

/// The officers' inbox over all procedures, and one dossier with all that may be done with it now.
extension Parts {
    var inboxPages: [Endpoint] {
        return [
            Endpoint(.GET, "/inbox", .officers) { request, caller, _ in try await offLoop { try inbox(request, caller) } },
            Endpoint(.POST, "/inbox/batch", .officers, bodyMax: 1 << 16) { request, caller, _ in try await batch(request, caller) },
            Endpoint(.GET, "/dossiers/{code}", .officers) { request, caller, parameters in
                try await dossierPage(request, caller, parameters[0], sent: nil)
            },
            Endpoint(.GET, "/dossiers/{code}/files/{hash}", .officers) { _, caller, parameters in
                let file = try await dossiers.file(parameters[1], of: parameters[0], for: .officer(caller.authority))
                return Response(
                    .ok, type: file.type.rawValue, file.content,
                    headers: [("content-disposition", "attachment; filename=\"\(parameters[1].prefix(12)).\(file.type.suffix)\""), ("content-security-policy", "sandbox")])
            },
            Endpoint(.POST, "/dossiers/{code}/{act}", .officers, bodyMax: 1 << 16) { request, caller, parameters in
                let form = request.form ?? []
                do {
                    _ = try await dossiers.act(
                        try officerAct(parameters[1], form, caller, parameters[0]), on: parameters[0],
                        expecting: form.first { $0.name == "_state" }.flatMap { Int64($0.value) },
                        by: .officer(caller.authority))
                    return .redirect("/dossiers/\(parameters[0])")
                } catch DossierError.objections(let objections) {
                    return try await dossierPage(request, caller, parameters[0], sent: SentAct(parameters[1], form, objections))
                }
            },
        ]
    }

    /// An act that was refused: what was typed, and what is wrong with it, for the form it came from.
    private struct SentAct {
        /// The form's name; a proposal has two.
        let form: String
        let texts: [String: String]
        let objections: [Objection]

        init(_ act: String, _ pairs: [(name: String, value: String)], _ objections: [Objection]) {
            texts = Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            form = act == "proposal" ? "proposal-\(texts["approval"] ?? "")" : act
            let findings = Set(pairs.map(\.name).filter { $0.hasPrefix("finding-") })
            self.objections = objections.map { findings.contains("finding-" + $0.field) ? $0.at("finding-" + $0.field) : $0 }
        }
    }

    func officerAct(_ name: String, _ form: [(name: String, value: String)], _ caller: Caller, _ code: String) throws -> DossierAct {
        func text(_ name: String) -> String { String((form.first { $0.name == name }?.value ?? "").trimmed.prefix(2000)) }
        switch name {
        case "receipt": return .receive
        case "refusal-of-receipt": return .decline(reasons: text("reasons"))
        case "assignment": return .assign(officer: caller.authority.id)
        case "note": return .note(text: text("text"))
        case "request":
            let asked = form.filter { $0.name == "papers" }.map(\.value)
            return .askForPapers(asked.map { AskedPaper(code: $0, text: text("text-" + $0)) })
        case "forwarding": return .forward
        case "proposal":
            let findings = Dictionary(
                form.filter { $0.name.hasPrefix("finding-") }.map { (String($0.name.dropFirst(8)), Value.string($0.value)) }, uniquingKeysWith: { first, _ in first })
            return .propose(isApproval: text("approval") == "yes", reasons: text("reasons"), findings: findings)
        case "return-to-officer": return .sendBack(reasons: text("reasons"))
        case "decision": return .decide(isApproval: text("approval") == "yes", reasons: "")
        case "payment":
            // The receipt's number makes the transfer: pressing twice takes the money once.
            return .pay(transfer: "fee:\(code)")
        case "handing-over": return .handOver
        case "stop": return .stop(reason: text("reason"))
        case "apology":
            guard let day = Day(text("due")) else {
                throw DossierError.objections([
                    Objection(field: "due", code: "date", ["vi": "Nhập ngày có thật, dạng ngày/tháng/năm.", "en": "Enter a real date as day/month/year."])
                ])
            }
            return .apologise(reason: text("reason"), due: dossiers.city.calendar.working(from: day).at(minute: dossiers.city.calendar.closing))
        default: throw DossierError.noSuchDossier
        }
    }

    /// What is owed, what was paid, or why nothing is.
    func chargeWords(_ dossier: Dossier, _ procedure: Procedure, _ l: Language) -> String {
        guard let charge = dossier.charge, charge.amount.amount > 0 else {
            let exemption = procedure.fee(on: dossier.submitted.day)?.value.exemptions.first { $0.code == dossier.charge?.exemption }
            return (["vi": "Không thu phí", "en": "Free of charge"] as Text)[l] + (exemption.map { ": \($0.title[l])" } ?? "")
        }
        return charge.amount.description + (dossier.payment == nil ? (["vi": " – chưa nộp", "en": " – not paid"] as Text)[l] : (["vi": " – đã nộp", "en": " – paid"] as Text)[l])
    }

    private func inbox(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let queue = request.parameter("queue").flatMap { Queue(rawValue: $0) } ?? .open
        let isMine = request.parameter("mine") == "1"
        let now = registry.world.now()
        let (rows, hasMore) = try dossiers.inbox(queue, for: caller.authority, officer: isMine ? caller.authority.id : nil, limit: 100)
        let title: Text = ["vi": "Hồ sơ đến", "en": "Inbox"]
        let tabs: [HTML] = Queue.allCases.map { one in
            "<li><a href=\"/inbox?queue=\(one.rawValue)\(isMine ? "&mine=1" : "")\"\(one == queue ? " aria-current=\"page\"" as HTML : nil)>\(one.title, l)</a></li>"
        }
        let names = officerNames()
        let lines: [HTML] = try rows.map { row in
            let procedure = try dossiers.procedure(row.procedure)
            let isLate = row.isLate(at: now)
            let told: HTML? = row.level == 0 ? nil : " <span class=\"muted\">\(["vi": "đã báo cấp", "en": "told to level"] as Text, l) \(row.level)</span>"
            let due =
                row.due.map { "<span class=\"tag \(isLate ? "tag-late" : "tag-info")\">\($0.written(l))</span>" as HTML }
                ?? "<span class=\"muted\">\(["vi": "chưa tiếp nhận", "en": "not received yet"] as Text, l)</span>"
            return """
                <tr><td><label class="pick"><input type="checkbox" name="code" value="\(row.code)"><span class="visually-hidden">\(["vi": "Chọn", "en": "Choose"] as Text, l) \(row.code)</span></label></td><th scope="row" data-label="\(["vi": "Mã", "en": "Code"] as Text, l)"><a href="/dossiers/\(row.code)">\(row.code)</a></th><td data-label="\(["vi": "Thủ tục", "en": "Procedure"] as Text, l)">\(procedure.title, l)</td>\
                <td data-label="\(["vi": "Nơi", "en": "Where"] as Text, l)">\(scopeName(row.unit, l))</td><td data-label="\(["vi": "Tình trạng", "en": "Status"] as Text, l)">\(statusTag(row.status, isLate: false, l))</td>\
                <td data-label="\(["vi": "Cán bộ", "en": "Officer"] as Text, l)">\(row.officer.map { names[$0] ?? $0 } ?? "–")</td><td data-label="\(["vi": "Hạn", "en": "Due"] as Text, l)">\(due)\(told)</td></tr>
                """
        }
        let other =
            isMine
            ? "<a href=\"/inbox?queue=\(queue.rawValue)\">\(["vi": "Xem cả đơn vị", "en": "See the whole unit"] as Text, l)</a>" as HTML
            : "<a href=\"/inbox?queue=\(queue.rawValue)&mine=1\">\(["vi": "Chỉ xem việc của tôi", "en": "Only mine"] as Text, l)</a>" as HTML
        let content: HTML = """
            <h1>\(title, l)</h1><nav class="tabs" aria-label="\(["vi": "Nhóm hồ sơ", "en": "Queues"] as Text, l)"><ul>\(tabs)</ul></nav><p>\(other)</p>
            \(lines.isEmpty ? "<p class=\"notice\">\(["vi": "Không có hồ sơ nào ở đây.", "en": "There is nothing here."] as Text, l)</p>" as HTML : """
            <form method="post" action="/inbox/batch">\(csrf(caller))<input type="hidden" name="queue" value="\(queue.rawValue)"><div class="table-scroll" tabindex="0" role="region" aria-label="\(queue.title, l)"><table class="reflow"><caption>\(queue.title, l)</caption><thead><tr><td></td><th scope="col">\(["vi": "Mã", "en": "Code"] as Text, l)</th><th scope="col">\(["vi": "Thủ tục", "en": "Procedure"] as Text, l)</th><th scope="col">\(["vi": "Nơi", "en": "Where"] as Text, l)</th>\
            <th scope="col">\(["vi": "Tình trạng", "en": "Status"] as Text, l)</th><th scope="col">\(["vi": "Cán bộ", "en": "Officer"] as Text, l)</th><th scope="col">\(["vi": "Hạn", "en": "Due"] as Text, l)</th></tr></thead><tbody>\(lines)</tbody></table></div>\(batchButtons(queue, l))</form>
            """ as HTML)
            \(hasMore ? "<p class=\"muted\">\(["vi": "Còn nữa; những hồ sơ gần hạn nhất đứng trước.", "en": "There are more; the nearest due times come first."] as Text, l)</p>" as HTML : nil)
            """
        return layout(title, request, caller, door: "officer", crumbs: [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer")]).response(content)
    }

    private func batchButtons(_ queue: Queue, _ l: Language) -> HTML? {
        let acts: [(String, Text)]
        switch queue {
        case .open:
            acts = [
                ("receipt", ["vi": "Tiếp nhận những hồ sơ đã chọn", "en": "Receive the chosen"]),
                ("assignment", ["vi": "Nhận xử lý những hồ sơ đã chọn", "en": "Take the chosen"]),
            ]
        case .late: acts = [("assignment", ["vi": "Nhận xử lý những hồ sơ đã chọn", "en": "Take the chosen"])]
        case .results: acts = [("handing-over", ["vi": "Đã trả kết quả những hồ sơ đã chọn", "en": "The chosen were handed over"])]
        case .proposals: acts = [("decision", ["vi": "Ký theo đề xuất những hồ sơ đã chọn", "en": "Decide the chosen as proposed"])]
        case .waiting: return nil
        }
        return "<p>\(acts.map { "<button class=\"button secondary\" name=\"act\" value=\"\($0.0)\">\($0.1, l)</button> " as HTML })</p>"
    }

    /// The same act on several dossiers, each in its own commit: one that is refused keeps none of the others back.
    private func batch(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        let form = request.form ?? []
        let name = form.first { $0.name == "act" }?.value ?? ""
        guard ["receipt", "assignment", "handing-over", "decision"].contains(name) else { throw DossierError.noSuchDossier }
        let queue = form.first { $0.name == "queue" }.flatMap { Queue(rawValue: $0.value) } ?? .open
        var done = 0
        var refused: [HTML] = []
        for code in form.filter({ $0.name == "code" }).map(\.value).prefix(200) {
            do {
                let act: DossierAct
                if name == "decision" {
                    let (dossier, _, _) = try await dossiers.dossier(code, for: .officer(caller.authority))
                    act = .decide(isApproval: dossier.proposal?.isApproval ?? true, reasons: "")
                } else {
                    act = try officerAct(name, form, caller, code)
                }
                _ = try await dossiers.act(act, on: code, expecting: nil, by: .officer(caller.authority))
                done += 1
            } catch let error as DossierError {
                refused.append("<li><a href=\"/dossiers/\(code)\">\(code)</a>: \(Problem(error as any Error).detail, l)</li>")
            }
        }
        guard !refused.isEmpty || done == 0 else { return .redirect("/inbox?queue=\(queue.rawValue)") }
        let title: Text = ["vi": "Làm hàng loạt", "en": "Several at once"]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="notice">\(["vi": "Đã làm", "en": "Done"] as Text, l): \(l.number(done)) · \(["vi": "không làm được", "en": "refused"] as Text, l): \(l.number(refused.count))</p>
            \(done + refused.count == 0 ? "<p>\(["vi": "Bạn chưa chọn hồ sơ nào.", "en": "You chose none."] as Text, l)</p>" as HTML : "<ul>\(refused)</ul>" as HTML)
            <p><a class="button" href="/inbox?queue=\(queue.rawValue)">\(["vi": "Về hồ sơ đến", "en": "Back to the inbox"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "officer", crumbs: [(title: (["vi": "Hồ sơ đến", "en": "Inbox"] as Text)[l], href: "/inbox")]).response(content)
    }

    private func dossierPage(
        _ request: Request, _ caller: Caller, _ code: String, sent: SentAct?
    ) async throws -> Response {
        let l = caller.language
        let (dossier, history, facts) = try await dossiers.dossier(code, for: .officer(caller.authority))
        let procedure = try dossiers.procedure(of: dossier)
        let isLate = dossier.isLate(at: registry.world.now())
        let objections = sent?.objections ?? []
        let answers: [HTML] = procedure.questions.compactMap { field in
            guard let value = dossier.answers[field.name], !value.isNull else { return nil }
            return "<div><dt>\(field.title, l)</dt><dd>\(display(value, field, l))</dd></div>"
        }
        let files: [HTML] = dossier.files.enumerated().map { index, file in
            let title = procedure.papers.first { $0.code == file.paper }?.title[l] ?? file.paper
            return
                "<li><a href=\"/dossiers/\(code)/files/\(file.hash)\">\(title)</a> <span class=\"muted\">\(file.type.suffix.uppercased()), \(l.number(max(1, file.size >> 10))) KB</span></li>"
        }
        var rows: [(Text, HTML)] = [
            (["vi": "Nộp lúc", "en": "Handed in"], "\(dossier.submitted.written(l)) · \(dossier.submission.channel.title, l)"),
            (["vi": "Nơi giải quyết", "en": "Unit"], HTML(text: scopeName(dossier.submission.unit, l))),
            (["vi": "Bước", "en": "Step"], HTML(text: procedure.steps[min(dossier.step, procedure.steps.count - 1)].title[l])),
        ]
        if let due = dossier.due { rows.append((["vi": "Hạn trả", "en": "Due"], "<span class=\"tag \(isLate ? "tag-late" : "tag-info")\">\(due.written(l))</span>")) }
        if dossier.charge != nil { rows.append((["vi": "Phí, lệ phí", "en": "Fee"], HTML(text: chargeWords(dossier, procedure, l)))) }
        let content: HTML = """
            \(errorSummary(objections, l))
            <p class="caption">\(procedure.office.title, l)</p><h1>\(procedure.title, l)</h1>
            <p><span class="code">\(code)</span> \(statusTag(dossier.status, isLate: isLate, l))</p>
            <dl class="summary">\(rows.map { "<div><dt>\($0.0, l)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>
            \(branchList(dossier, base: "/dossiers", l))
            <div class="split"><section><h2>\(["vi": "Người nộp khai", "en": "What the applicant says"] as Text, l)</h2><dl class="summary">\(answers)</dl>\(files.isEmpty ? nil : "<h3>\(["vi": "Giấy tờ", "en": "Papers"] as Text, l)</h3><ul>\(files)</ul>" as HTML)</section>
            <section><h2>\(["vi": "Các sổ ghi", "en": "What the registers say"] as Text, l)</h2>\(factList(facts, l, masksNumbers: false))</section></div>
            \(planned(try dossiers.plannedChanges(of: dossier), l))
            \(paperLinks(dossier, base: "/dossiers/\(code)", l, credential: false))
            \(acts(dossier, procedure, caller, sent, l))
            <h2>\(["vi": "Quá trình", "en": "History"] as Text, l)</h2>\(timeline(history, procedure, l, isInternal: true))
            """
        let crumbs = [((["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], "/officer"), ((["vi": "Hồ sơ đến", "en": "Inbox"] as Text)[l], "/inbox")].map {
            (title: $0.0, href: $0.1)
        }
        return layout(.same(code), request, caller, door: "officer", crumbs: crumbs).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    /// What an approval would enter, beside what stands.
    func planned(_ changes: [PlannedChange]?, _ l: Language) -> HTML? {
        guard let changes else {
            return
                "<p class=\"muted\">\(["vi": "Những gì sẽ ghi vào sổ hiện ra sau khi có đề xuất.", "en": "What would be entered is shown once there is a proposal."] as Text, l)</p>"
        }
        guard !changes.isEmpty else { return nil }
        let title: Text = ["vi": "Nếu chấp thuận, các sổ sẽ đổi", "en": "If approved, the registers will change"]
        let tables: [HTML] = changes.map { change in
            let what: Text =
                change.isRetired
                ? ["vi": "xóa đăng ký", "en": "record ends"] : change.isNew ? ["vi": "hồ sơ mới", "en": "new record"] : ["vi": "sửa", "en": "changed"]
            let rows: [HTML] = change.fields.map { one in
                """
                <tr><th scope="row" data-label="\(["vi": "Mục", "en": "Field"] as Text, l)">\(one.field.title, l)</th><td data-label="\(["vi": "Sổ đang ghi", "en": "Register now"] as Text, l)">\(one.before.isNull ? "–" : display(one.before, one.field, l))</td>\
                <td data-label="\(["vi": "Sẽ ghi", "en": "Will say"] as Text, l)"><ins>\(one.after.isNull ? "–" : display(one.after, one.field, l))</ins></td></tr>
                """
            }
            let caption: HTML = "\(change.register.title, l) · \(what, l)"
            return rows.isEmpty
                ? "<p>\(caption)</p>"
                : "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(change.register.title, l)\"><table class=\"reflow\"><caption>\(caption)</caption><thead><tr><th scope=\"col\">\(["vi": "Mục", "en": "Field"] as Text, l)</th><th scope=\"col\">\(["vi": "Sổ đang ghi", "en": "Register now"] as Text, l)</th><th scope=\"col\">\(["vi": "Sẽ ghi", "en": "Will say"] as Text, l)</th></tr></thead><tbody>\(rows)</tbody></table></div>"
        }
        return "<section><h2>\(title, l)</h2>\(tables)</section>"
    }

    /// A form for each act that the state and the officer's rights admit.
    private func acts(_ dossier: Dossier, _ procedure: Procedure, _ caller: Caller, _ sent: SentAct?, _ l: Language) -> HTML {
        let right = Office.right(dossier.submission.office)
        func may(_ act: Act) -> Bool { caller.authority.may(act, right, unit: dossier.submission.unit, units: registry.units, on: registry.world.today) }
        func form(_ act: String, _ body: HTML, _ button: Text, style: String = "") -> HTML {
            """
            <form method="post" action="/dossiers/\(dossier.code)/\(act)" novalidate data-guard><input type="hidden" name="csrf" value="\(caller.session?.formKey ?? "")"><input type="hidden" name="_state" value="\(String(dossier.last))">\(body)<p><button class="button \(style)">\(button, l)</button></p></form>
            """
        }
        // Only the form that was refused shows what was typed, and is open.
        func typed(_ form: String, _ name: String) -> String { sent?.form == form ? sent!.texts[name] ?? "" : "" }
        func wrong(_ form: String, _ name: String) -> [Objection] { sent?.form == form ? sent!.objections.filter { $0.field == name } : [] }
        func id(_ form: String, _ name: String) -> String { sent?.form == form ? "f-\(name)" : "f-\(form)-\(name)" }
        func errorLine(_ own: [Objection]) -> HTML? { own.first.map { "<p class=\"error-message\">\($0.text, l)</p>" } }
        func area(_ form: String, _ name: String, _ title: Text) -> HTML {
            let own = wrong(form, name)
            return """
                <div class="field\(own.isEmpty ? "" : " has-error")"><label for="\(id(form, name))">\(title, l)</label>\(errorLine(own))<textarea id="\(id(form, name))" name="\(name)" rows="2" maxlength="2000">\(typed(form, name))</textarea></div>
                """
        }
        func folded(_ form: String, _ title: Text, _ body: HTML) -> HTML { "<details\(sent?.form == form ? " open" : "")><summary>\(title, l)</summary>\(body)</details>" }
        /// Every paper and question, each with room to say what is missing.
        func request() -> HTML {
            let chosen = sent?.form == "request" ? Set(sent!.objections.map(\.field)) : []
            let items: [HTML] = (procedure.papers.map { ($0.code, $0.title) } + procedure.questions.map { ($0.name, $0.title) }).map { name, title in
                let own = wrong("request", "text-" + name)
                return """
                    <div class="field\(own.isEmpty ? "" : " has-error")"><label><input type="checkbox" name="papers" value="\(name)"\(chosen.contains("text-" + name) || !typed("request", "text-" + name).isEmpty ? " checked" : "")> <span>\(title, l)</span></label>\
                    <label for="f-text-\(name)" class="visually-hidden">\(["vi": "Thiếu gì, sửa thế nào", "en": "What is missing, and how to mend it"] as Text, l): \(title, l)</label>\(errorLine(own))\
                    <input class="w-full" type="text" id="f-text-\(name)" name="text-\(name)" maxlength="500" value="\(typed("request", "text-" + name))" placeholder="\(["vi": "thiếu gì, sửa thế nào", "en": "what is missing, how to mend it"] as Text, l)"></div>
                    """
            }
            return form(
                "request", "<div id=\"f-papers\" tabindex=\"-1\">\(errorLine(wrong("request", "papers")))\(items)</div>", ["vi": "Gửi yêu cầu", "en": "Send the request"],
                style: "secondary")
        }
        let reasons: Text = ["vi": "Lý do, căn cứ", "en": "Reasons and law"]
        var parts: [HTML] = []
        if may(.write) {
            if procedure.isLinked {
                if case .decided = dossier.state { parts.append(form("handing-over", "", ["vi": "Đã trả kết quả", "en": "Result handed over"])) }
                return parts.isEmpty ? "" : "<section>\(parts)</section>"
            }
            if case .submitted = dossier.state {
                parts.append(form("receipt", "", ["vi": "Tiếp nhận", "en": "Receive"]))
                parts.append(
                    folded(
                        "refusal-of-receipt", ["vi": "Không tiếp nhận", "en": "Do not receive"],
                        form("refusal-of-receipt", area("refusal-of-receipt", "reasons", reasons), ["vi": "Không tiếp nhận", "en": "Do not receive"], style: "warning")))
            }
            if dossier.isRunning, dossier.proposal == nil {
                if dossier.officer != caller.authority.id { parts.append(form("assignment", "", ["vi": "Nhận xử lý", "en": "Take it"], style: "secondary")) }
                if dossier.step + 1 < procedure.steps.count, procedure.steps[dossier.step + 1].role == .officer {
                    parts.append(
                        form(
                            "forwarding", "",
                            Text(
                                vi: "Chuyển bước: \(procedure.steps[dossier.step + 1].title.vi.lowercased())",
                                en: "Next step: \(procedure.steps[dossier.step + 1].title.en.lowercased())"), style: "secondary"))
                }
                let state = sent?.form == "proposal-yes" ? FormState(texts: sent!.texts, objections: sent!.objections) : FormState()
                let findings: [HTML] = procedure.findings.map { field in
                    input(
                        Field("finding-" + field.name, field.kind, field.title, field.privacy, required: field.isRequired, hint: field.hint), state, l, isRequired: field.isRequired
                    )
                }
                parts.append(
                    folded(
                        "proposal-yes", ["vi": "Đề xuất chấp thuận", "en": "Propose approval"],
                        form("proposal", "<input type=\"hidden\" name=\"approval\" value=\"yes\">\(findings)", ["vi": "Trình chấp thuận", "en": "Propose approval"])))
                parts.append(
                    folded(
                        "proposal-no", ["vi": "Đề xuất từ chối", "en": "Propose refusal"],
                        form(
                            "proposal", "<input type=\"hidden\" name=\"approval\" value=\"no\">\(area("proposal-no", "reasons", reasons))",
                            ["vi": "Trình từ chối", "en": "Propose refusal"], style: "secondary")))
                if !dossier.hasAskedForPapers {
                    parts.append(folded("request", ["vi": "Yêu cầu bổ sung, một lần, đủ mọi thứ", "en": "Ask for papers: once, everything at once"], request()))
                }
                if dossier.apology == nil {
                    let own = wrong("apology", "due")
                    let due: HTML = """
                        <div class="field\(own.isEmpty ? "" : " has-error")"><label for="\(id("apology", "due"))">\(["vi": "Hẹn lại ngày", "en": "New date"] as Text, l)</label>\(errorLine(own))<input class="w-10" type="text" id="\(id("apology", "due"))" name="due" value="\(typed("apology", "due"))"></div>
                        """
                    parts.append(
                        folded(
                            "apology", ["vi": "Xin lỗi và hẹn lại, một lần", "en": "Apologise and give a new date, once"],
                            form(
                                "apology", area("apology", "reason", ["vi": "Lý do trễ", "en": "Why it is late"]) + due, ["vi": "Gửi thư xin lỗi", "en": "Send the apology"],
                                style: "secondary")))
                }
            }
            if dossier.owesFee, let charge = dossier.charge, !dossier.isEnded {
                parts.append(
                    form("payment", "", Text(vi: "Đã thu \(charge.amount) tiền mặt", en: "\(charge.amount) taken in cash"), style: dossier.status == .feeAsked ? "" : "secondary"))
            }
            if case .decided = dossier.state { parts.append(form("handing-over", "", ["vi": "Đã trả kết quả", "en": "Result handed over"])) }
            parts.append(
                folded(
                    "note", ["vi": "Ghi chú nội bộ", "en": "Internal note"],
                    form("note", area("note", "text", ["vi": "Nội dung", "en": "Text"]), ["vi": "Ghi", "en": "Add"], style: "secondary")))
        }
        if may(.decide), let proposal = dossier.proposal, dossier.isRunning {
            let what: Text =
                proposal.isApproval
                ? ["vi": "Đề xuất: chấp thuận", "en": "Proposed: approval"] : Text(vi: "Đề xuất: từ chối. \(proposal.reasons)", en: "Proposed: refusal. \(proposal.reasons)")
            let findings: [HTML] = procedure.findings.compactMap { field in
                proposal.findings[field.name].flatMap { $0.isNull ? nil : "<div><dt>\(field.title, l)</dt><dd>\(display($0, field, l))</dd></div>" as HTML }
            }
            parts.append("<p class=\"notice\">\(what, l)</p>\(findings.isEmpty ? nil : "<dl class=\"summary\">\(findings)</dl>" as HTML)")
            let isOwn = procedure.needsFourEyes && proposal.by == caller.authority.id
            parts.append(
                isOwn
                    ? "<p>\(["vi": "Bạn là người đề xuất nên người khác quyết định.", "en": "You made the proposal, so somebody else decides."] as Text, l)</p>"
                    : form(
                        "decision", "<input type=\"hidden\" name=\"approval\" value=\"\(proposal.isApproval ? "yes" : "no")\">",
                        proposal.isApproval ? ["vi": "Ký chấp thuận", "en": "Approve"] : ["vi": "Ký từ chối", "en": "Refuse"]))
            parts.append(
                folded(
                    "return-to-officer", ["vi": "Trả lại người thẩm tra", "en": "Send back"],
                    form("return-to-officer", area("return-to-officer", "reasons", reasons), ["vi": "Trả lại", "en": "Send back"], style: "secondary")))
        }
        if may(.decide), !dossier.isEnded, dossier.state != .submitted {
            parts.append(
                folded("stop", ["vi": "Dừng giải quyết", "en": "Stop it"], form("stop", area("stop", "reason", reasons), ["vi": "Dừng", "en": "Stop"], style: "warning")))
        }
        guard !parts.isEmpty else { return "" }
        return "<section><h2>\(["vi": "Việc làm được bây giờ", "en": "What can be done now"] as Text, l)</h2>\(parts)</section>"
    }
}
