// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers
internal import Steering

/// Inspections: every draw is entered before its sample is shown, and findings belong to its records.
extension Parts {
    var inspectionPages: [Endpoint] {
        guard let steering else { return [] }
        return [
            Endpoint(.GET, "/inspections", .officers) { request, caller, _ in try await inspectionsPage(request, caller, steering) },
            Endpoint(.POST, "/inspections", .officers, bodyMax: 1 << 16) { request, caller, _ in try await drawSample(request, caller, steering) },
            Endpoint(.GET, "/inspections/findings", .officers) { request, caller, _ in try await findingsPage(request, caller, steering) },
            Endpoint(.POST, "/inspections/findings/{number}/answer", .officers, bodyMax: 1 << 16) { request, caller, parts in
                try await answerFinding(request, caller, steering, parts[0])
            },
            Endpoint(.GET, "/inspections/{number}", .officers) { request, caller, parts in try await inspectionPage(request, caller, steering, parts[0]) },
            Endpoint(.POST, "/inspections/{number}/findings", .officers, bodyMax: 1 << 16) { request, caller, parts in
                try await enterFinding(request, caller, steering, parts[0])
            },
            Endpoint(.POST, "/inspections/{number}/closure", .officers, bodyMax: 1 << 16) { request, caller, parts in
                try await closeInspection(request, caller, steering, parts[0])
            },
        ]
    }

    private static let inspectionsTitle: Text = ["vi": "Kiểm tra cập nhật dữ liệu", "en": "Inspections"]
    private static let findingsTitle: Text = ["vi": "Sai sót qua kiểm tra", "en": "Findings of inspections"]

    private func mayRead(_ caller: Caller, _ steering: Steering) throws {
        guard caller.authority.may(.read, steering.names.inspections) else {
            throw RegisterError.forbidden([
                "vi": "Trang này dành cho thanh tra, lãnh đạo và đơn vị được kiểm tra.", "en": "This page is for inspectors, leaders and those who are examined.",
            ])
        }
    }

    /// Said where a page shows the latest of a register's records, with the way to all of them.
    func onlyLatest(_ count: Int, of most: Int, in name: String, _ l: Language) throws -> HTML? {
        guard count >= most else { return nil }
        let words = Text(vi: "Trang này chỉ hiện \(most) mục gần nhất; mở sổ để thấy đủ:", en: "This page shows the latest \(most) only; open the register for all:")
        let title = try registry.register(name).title
        return "<p class=\"notice\">\(words, l) <a href=\"/registers/\(name)\">\(title, l)</a></p>"
    }

    private func choices(_ field: String, of register: String) throws -> [(code: String, title: Text)] {
        guard case .choice(let choices)? = try registry.register(register).field(field)?.kind else { return [] }
        return choices.map { (code: $0.code, title: $0.title) }
    }

    // MARK: All draws

    private func inspectionsPage(_ request: Request, _ caller: Caller, _ steering: Steering, _ objections: [Objection] = []) async throws -> Response {
        let l = caller.language
        try mayRead(caller, steering)
        let register = try registry.register(steering.names.inspections)
        let list = try await steering.inspections(for: caller.authority)
        let rows: [[HTML]] = list.map { one -> [HTML] in
            func text(_ name: String) -> String { one.value(name, in: register)?.plain ?? "" }
            let number = one.key ?? one.ref
            let place = text("commune").isEmpty ? (["vi": "Toàn thành phố", "en": "The whole city"] as Text)[l] : scopeName(text("commune"), l)
            let result: HTML = text("wrong").isEmpty ? "–" : "\(text("wrong")) / \(text("checked"))"
            return [
                "<a class=\"code\" href=\"/inspections/\(number)\">\(number)</a>", HTML(text: title(ofRegister: text("register"), l)), HTML(text: place),
                HTML(text: Instant(text("drawn"))?.written(l) ?? "–"), HTML(text: text("inspector")), turnTag(text("turn"), l), result,
                stateTag(one, register, l),
            ]
        }
        let heads: [Text] = [
            ["vi": "Mã", "en": "Number"], ["vi": "Sổ", "en": "Register"], ["vi": "Nơi", "en": "Where"], ["vi": "Rút mẫu lúc", "en": "Drawn at"],
            ["vi": "Người rút", "en": "Drawn by"], ["vi": "Lần rút", "en": "Which draw"], ["vi": "Sai, trong số kiểm tra", "en": "Wrong, of those examined"],
            ["vi": "Tình trạng", "en": "State"],
        ]
        let none: HTML = "<p class=\"notice\">\(["vi": "Chưa rút mẫu lần nào.", "en": "No sample has been drawn."] as Text, l)</p>"
        let cut = try onlyLatest(list.count, of: Steering.listedMax, in: register.name, l)
        let form: HTML? = try steering.mayInspect(caller.authority) ? drawForm(request, caller, steering, objections) : nil
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(Self.inspectionsTitle, l)</h1>
            <p class="lead">\(["vi": "Mỗi lần rút mẫu được ghi trước khi mẫu hiện ra, và không xóa được.", "en": "Each draw is entered before its sample is shown, and stays."] as Text, l) <a href="/inspections/findings">\(Self.findingsTitle, l)</a></p>
            \(rows.isEmpty ? none : table(Self.inspectionsTitle, heads, rows, l))\(cut)\(form)
            \(purposeLine(caller, request))
            """
        return boardFrame(Self.inspectionsTitle, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func title(ofRegister name: String, _ l: Language) -> String { (try? registry.register(name).title[l]) ?? name }

    /// `lần rút thứ 2 trong 30 ngày`: who draws again is seen to do so.
    private func turnTag(_ turn: String, _ l: Language) -> HTML {
        let words = Text(vi: "lần rút thứ \(turn) trong 30 ngày", en: "draw \(turn) in 30 days")
        return "<span class=\"tag \(turn == "1" ? "tag-info" : "tag-late")\">\(words, l)</span>"
    }

    private func stateTag(_ one: RecordView, _ register: Register, _ l: Language) -> HTML {
        let isClosed = one.value("state", in: register)?.string == "closed"
        let words: Text = isClosed ? ["vi": "đã kết luận", "en": "closed"] : ["vi": "đang kiểm tra", "en": "being examined"]
        let announced: Text = ["vi": "số đã công bố", "en": "announced seed"]
        let mark: HTML? = one.value("source", in: register)?.string == "announced" ? " <span class=\"tag tag-wait\">\(announced, l)</span>" : nil
        return "<span class=\"tag \(isClosed ? "tag-ok" : "tag-info")\">\(words, l)</span>\(mark)"
    }

    private func drawForm(_ request: Request, _ caller: Caller, _ steering: Steering, _ objections: [Objection]) throws -> HTML {
        let l = caller.language
        var form = MoneyForm(objections.isEmpty ? nil : request, objections)
        for name in ["register", "commune", "office", "sample"] where form.texts[name] == nil { form.texts[name] = request.parameter(name) }
        if form.texts["sample"] == nil { form.texts["sample"] = "20" }
        let mine = registry.registers.filter { caller.authority.may(.read, $0.name) || caller.authority.may(.personal, $0.name) }
        let city: Text = ["vi": "Toàn thành phố", "en": "The whole city"]
        let communes = [(code: "", title: city[l])] + registry.units.inForce(on: registry.world.today, level: .commune).map { (code: $0.code, title: $0.name) }
        // A draw stays as it was entered, so nobody is chosen for whoever draws.
        let choose: Text = ["vi": "Chọn đơn vị", "en": "Choose an office"]
        let named = try choices("office", of: steering.names.inspections)
        let offices: [(code: String, title: String)] = [(code: "", title: choose[l])] + named.map { (code: $0.code, title: $0.title[l]) }
        let sources = try choices("source", of: steering.names.inspections).map { (code: $0.code, title: $0.title[l]) }
        return """
            <section><h2>\(["vi": "Rút mẫu", "en": "Draw a sample"] as Text, l)</h2>
            <p>\(["vi": "Số chọn mẫu lấy từ chính mục nhật ký của lần rút này, nên không ai biết trước, không ai chọn được. Rút lại thì lần sau ghi là lần thứ hai.", "en": "The seed is taken from this draw's own entry in the journal, so that nobody knows or chooses it. Drawing again is entered as the second draw."] as Text, l)</p>
            <form method="post" action="/inspections">\(csrf(caller))\
            \(pick("register", ["vi": "Sổ", "en": "Register"], mine.map { (code: $0.name, title: $0.title[l]) }, form, l))\
            \(pick("office", ["vi": "Đơn vị được kiểm tra", "en": "Office examined"], offices, form, l))\
            \(pick("commune", ["vi": "Phường, xã", "en": "Ward or commune"], communes, form, l))\
            \(entry("sample", ["vi": "Số hồ sơ, 1 đến 200", "en": "How many, 1 to 200"], width: "w-5", mode: "numeric", form, l))\
            \(pick("source", ["vi": "Số chọn mẫu lấy từ", "en": "Where the seed comes from"], sources, form, l))\
            \(entry("seed", ["vi": "Số đã công bố", "en": "Announced seed"], hint: ["vi": "Chỉ khi đã công bố trước.", "en": "Only where it was announced before."], width: "w-10", mode: "numeric", isOptional: true, form, l))\
            \(entry("announcement", ["vi": "Công bố ở đâu, lúc nào", "en": "Where and when it was announced"], isOptional: true, form, l))\
            <p><button class="button">\(["vi": "Ghi lần rút và rút mẫu", "en": "Enter the draw, then draw"] as Text, l)</button></p></form></section>
            """
    }

    private func drawSample(_ request: Request, _ caller: Caller, _ steering: Steering) async throws -> Response {
        let texts = MoneyForm(request).texts.filter { !$0.value.tidied.isEmpty }
        guard let name = texts["register"], caller.authority.may(.read, name) || caller.authority.may(.personal, name) else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền xem sổ này.", "en": "You may not see this register."])
        }
        do {
            return .redirect("/inspections/\(try await steering.draw(texts, by: caller.authority))")
        } catch RegisterError.objections(let objections) {
            return try await inspectionsPage(request, caller, steering, objections)
        }
    }

    // MARK: One inspection

    private func inspectionPage(_ request: Request, _ caller: Caller, _ steering: Steering, _ number: String, _ objections: [Objection] = []) async throws -> Response {
        let l = caller.language
        try mayRead(caller, steering)
        let register = try registry.register(steering.names.inspections)
        let one = try await registry.record(register.name, number, for: caller.authority, door: "page")
        let fields: (String) -> Value = { one.value($0, in: register) ?? .null }
        let facts: [HTML] = register.fields.compactMap { field -> HTML? in
            guard let value = one.value(field.name, in: register), !value.isNull else { return nil }
            return "<div><dt>\(field.title, l)</dt><dd>\(display(value, field, l))</dd></div>"
        }
        let found = try await findings(of: number, caller, steering)
        let title = Text(vi: "Kiểm tra \(number)", en: "Inspection \(number)")
        let isOpen = fields("state").string == "drawn"
        let mayEnter = isOpen && steering.mayInspect(caller.authority)
        var sample: HTML?
        if let draw = Draw(inspection: fields), seesSample(caller, steering, draw) {
            sample = try await sampleSection(request, caller, steering, number, draw, found, mayEnter: mayEnter, objections)
        }
        let rows = try found.map { try findingRow($0, caller, steering, office: fields("office").string) }
        let none: HTML = "<p class=\"notice\">\(["vi": "Chưa ghi sai sót nào.", "en": "No finding has been entered."] as Text, l)</p>"
        let content: HTML = """
            \(errorSummary(objections, l))<p class="caption"><a href="/inspections">\(Self.inspectionsTitle, l)</a></p><h1>\(title, l)</h1>
            <p>\(turnTag(fields("turn").plain, l)) \(stateTag(one, register, l))</p><dl class="summary">\(facts)</dl>\(sample)
            <section><h2>\(Self.findingsTitle, l)</h2>\(rows.isEmpty ? none : table(Self.findingsTitle, Self.findingHeads, rows, l))</section>\(mayEnter ? closingForm(request, caller, number, objections) : nil)
            \(purposeLine(caller, request))
            """
        return boardFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func closingForm(_ request: Request, _ caller: Caller, _ number: String, _ objections: [Objection]) -> HTML {
        let l = caller.language
        let title: Text = ["vi": "Kết luận", "en": "Conclusion"]
        let told: Text = [
            "vi": "Số hồ sơ kiểm tra và số hồ sơ sai do chương trình đếm. Sau khi kết luận, sai sót không thêm, không sửa được nữa.",
            "en": "The program counts how many were examined and how many were wrong. After that no finding is added or changed.",
        ]
        let typed: String = objections.isEmpty ? "" : MoneyForm(request).texts["conclusion"] ?? ""
        let error: Text? = objections.first { $0.field == "findings" }?.text
        return """
            <section><h2>\(title, l)</h2><p>\(told, l)</p>
            <form method="post" action="/inspections/\(number)/closure">\(csrf(caller))<div class="field\(error == nil ? "" : " has-error")"><label for="f-findings">\(title, l)</label>\
            \(error.map { "<p class=\"error-message\" id=\"e-findings\">\($0, l)</p>" as HTML })\
            <textarea id="f-findings" name="conclusion" rows="3" maxlength="2000"\(error == nil ? nil : " aria-invalid=\"true\" aria-describedby=\"e-findings\"" as HTML)>\(typed)</textarea></div>\
            <p><button class="button secondary">\(["vi": "Kết luận cuộc kiểm tra", "en": "Close the inspection"] as Text, l)</button></p></form></section>
            """
    }

    private func findings(of number: String?, _ caller: Caller, _ steering: Steering) async throws -> [RecordView] {
        guard caller.authority.may(.read, steering.names.findings) else { return [] }
        return try await steering.inspectionFindings(of: number, for: caller.authority)
    }

    /// The whole sample is for those who inspect or lead; who is bound to a unit sees the findings about it.
    private func seesSample(_ caller: Caller, _ steering: Steering, _ draw: Draw) -> Bool {
        let isWide = caller.authority.grants.contains { [steering.names.inspections, "*"].contains($0.register) && $0.acts.contains(.read) && $0.unit == nil }
        return isWide && (caller.authority.may(.read, draw.register) || caller.authority.may(.personal, draw.register))
    }

    private func sampleSection(
        _ request: Request, _ caller: Caller, _ steering: Steering, _ number: String, _ draw: Draw, _ findings: [RecordView], mayEnter: Bool, _ objections: [Objection]
    ) async throws -> HTML {
        let l = caller.language
        let register = try registry.register(draw.register)
        let kept = try registry.register(steering.names.findings)
        let (records, count) = try await registry.sample(draw, asked: "sample \(number)", for: caller.authority)
        func name(_ record: RecordView) -> String { register.hasPersonalKey ? record.ref : record.key ?? record.ref }
        let found = Dictionary(findings.map { ($0.value("record", in: kept)?.plain ?? "", 1) }, uniquingKeysWith: +)
        let rows: [[HTML]] = records.enumerated().map { index, record -> [HTML] in
            let wrong: HTML = found[name(record)].map { "<span class=\"tag tag-late\">\($0)</span>" } ?? "–"
            let enter: HTML = """
                <a href="/inspections/\(number)?record=\(Request.encode(name(record)))#finding">\(["vi": "ghi sai sót", "en": "enter a finding"] as Text, l)<span class="visually-hidden"> \(label(record, register, l))</span></a>
                """
            return [
                HTML(text: String(index + 1)), "<a href=\"\(recordHref(record, register))\">\(label(record, register, l))</a>", HTML(text: record.recorded.written(l)), wrong,
                mayEnter ? enter : "",
            ]
        }
        let heads: [Text] = [
            ["vi": "Số", "en": "No."], ["vi": "Hồ sơ", "en": "Record"], ["vi": "Ghi lúc", "en": "Entered"], ["vi": "Sai sót", "en": "Findings"], ["vi": "Thao tác", "en": "Acts"],
        ]
        let title: Text = ["vi": "Hồ sơ trong mẫu", "en": "Records of the sample"]
        let typed = MoneyForm(request)
        let asked = objections.isEmpty ? request.parameter("record") : typed.texts["record"]
        let chosen = mayEnter ? records.first { name($0) == asked } : nil
        let form: HTML? = try chosen.map { record -> HTML in
            try findingForm(request, caller, steering, number, register, record, name(record), objections)
        }
        return """
            <section><h2>\(["vi": "Mẫu", "en": "The sample"] as Text, l): \(l.number(records.count)) / \(l.number(count))</h2>
            <p>\(["vi": "Mở trang này lúc nào cũng rút lại đúng mẫu này. Ai có quyền xem sổ cũng tự rút lại được từ danh sách.", "en": "This page draws the same sample again whenever it is opened, and so can anybody who may read the register."] as Text, l)</p>
            \(table(title, mayEnter ? heads : heads.dropLast(), mayEnter ? rows : rows.map { $0.dropLast() }, l))\(form)</section>
            """
    }

    private func findingForm(
        _ request: Request, _ caller: Caller, _ steering: Steering, _ number: String, _ register: Register, _ record: RecordView, _ name: String, _ objections: [Objection]
    ) throws -> HTML {
        let l = caller.language
        var form = MoneyForm(objections.isEmpty ? nil : request, objections)
        if form.texts["due"] == nil { form.texts["due"] = (registry.world.today + 15).description }
        let faults = try choices("fault", of: steering.names.findings).map { (code: $0.code, title: $0.title[l]) }
        let all: Text = ["vi": "Cả hồ sơ", "en": "The record as a whole"]
        let fields = [(code: "", title: all[l])] + register.fields.map { (code: $0.name, title: $0.title[l]) }
        let commune = register.jurisdiction.flatMap { record.value($0.name, in: register)?.string } ?? ""
        return """
            <section id="finding"><h3>\(["vi": "Sai sót ở hồ sơ", "en": "A finding about"] as Text, l) \(label(record, register, l))</h3>
            <form method="post" action="/inspections/\(number)/findings">\(csrf(caller))<input type="hidden" name="record" value="\(name)"><input type="hidden" name="commune" value="\(commune)">\
            \(pick("fault", ["vi": "Sai sót loại gì", "en": "What sort of fault"], faults, form, l))\(pick("field", ["vi": "Trường", "en": "Field"], fields, form, l))\
            \(entry("words", ["vi": "Sai thế nào", "en": "What is wrong"], hint: ["vi": "Không chép dữ liệu cá nhân vào đây.", "en": "Copy no personal data into it."], width: "w-full", form, l))\
            \(entry("due", ["vi": "Khắc phục đến ngày", "en": "To be mended by"], width: "w-10", type: "date", form, l))\
            \(entry("evidence", ["vi": "Mã băm chứng cứ (SHA-256)", "en": "Fingerprints of evidence (SHA-256)"], hint: ["vi": "Lệnh sha256sum tệp cho mã này.", "en": "The command sha256sum gives it."], width: "w-full", isOptional: true, form, l))\
            \(entry("kept", ["vi": "Tệp chứng cứ lưu ở đâu", "en": "Where the evidence is kept"], isOptional: true, form, l))\
            <p><button class="button">\(["vi": "Ghi sai sót", "en": "Enter the finding"] as Text, l)</button></p></form></section>
            """
    }

    private func enterFinding(_ request: Request, _ caller: Caller, _ steering: Steering, _ number: String) async throws -> Response {
        let texts = MoneyForm(request).texts.filter { !$0.value.tidied.isEmpty }
        do {
            try await steering.find(texts, in: number, by: caller.authority)
            return .redirect("/inspections/\(number)")
        } catch RegisterError.objections(let objections) {
            return try await inspectionPage(request, caller, steering, number, objections)
        }
    }

    private func closeInspection(_ request: Request, _ caller: Caller, _ steering: Steering, _ number: String) async throws -> Response {
        do {
            let one = try await registry.record(steering.names.inspections, number, for: caller.authority, door: "page")
            try await steering.close(one, conclusion: MoneyForm(request).texts["conclusion"] ?? "", by: caller.authority)
            return .redirect("/inspections/\(number)")
        } catch RegisterError.objections(let objections) {
            return try await inspectionPage(request, caller, steering, number, objections)
        }
    }

    // MARK: The unit's side

    private static let findingHeads: [Text] = [
        ["vi": "Mã", "en": "Number"], ["vi": "Hồ sơ", "en": "Record"], ["vi": "Sai thế nào", "en": "What is wrong"], ["vi": "Chứng cứ", "en": "Evidence"],
        ["vi": "Hạn", "en": "Due"], ["vi": "Trả lời, khắc phục", "en": "Answer, mending"],
    ]

    /// An answer that was refused, as it was typed, and what is wrong with it.
    private struct RefusedAnswer {
        let number: String
        let form: MoneyForm
    }

    private func findingRow(_ one: RecordView, _ caller: Caller, _ steering: Steering, office: String?, _ refused: RefusedAnswer? = nil) throws -> [HTML] {
        let l = caller.language
        let register = try registry.register(steering.names.findings)
        func text(_ name: String) -> String { one.value(name, in: register)?.plain ?? "" }
        let number = one.key ?? one.ref
        let inspections = try registry.register(steering.names.inspections)
        let inspection = try registry.recordAtOnce(inspections.name, text("inspection"), for: caller.authority)
        let examined = inspection.flatMap { $0.value("register", in: inspections)?.string } ?? ""
        let fault = try choices("fault", of: register.name).first { $0.code == text("fault") }?.title ?? .same(text("fault"))
        let field = try? registry.register(examined).field(text("field"))?.title
        let words: HTML = "\(fault, l)\(field.map { " · \($0, l)" as HTML })<br>\(text("words"))"
        let evidence: HTML = text("evidence").isEmpty ? "–" : "<span class=\"code\">\(text("evidence"))</span><br>\(text("kept"))"
        let isLate = text("mended").isEmpty && (Day(text("due")).map { $0 < registry.world.today } ?? false)
        let due: HTML = "<span class=\"tag \(isLate ? "tag-late" : "tag-info")\">\(Day(text("due"))?.written(l) ?? "–")</span>"
        let mended: HTML? = Day(text("mended")).map { day -> HTML in "<span class=\"tag tag-ok\">\(["vi": "đã khắc phục", "en": "mended"] as Text, l) \(day.written(l))</span>" }
        var answer: HTML = "\(mended) \(text("answer"))"
        let mayMend = try steering.mayMend(one, office: office, caller.authority)
        if mended == nil, mayMend {
            let again = refused?.number == number ? refused?.form : nil
            let error: Text? = again?.objections.first?.text
            let typed: String = again?.texts["answer"] ?? text("answer")
            answer = """
                \(answer)<form method="post" action="/inspections/findings/\(number)/answer">\(csrf(caller))<label for="f-answer-\(number)">\(["vi": "Trả lời", "en": "Answer"] as Text, l)</label> \
                \(error.map { "<p class=\"error-message\" id=\"e-answer-\(number)\">\($0, l)</p>" as HTML })\
                <input class="w-20" id="f-answer-\(number)" name="answer" value="\(typed)" maxlength="1000" autocomplete="off"\(error == nil ? nil : " aria-invalid=\"true\" aria-describedby=\"e-answer-\(number)\"" as HTML)> \
                <label><input type="checkbox" name="mended" value="yes"\(again?.texts["mended"] == "yes" ? " checked" as HTML : nil)> \(["vi": "đã khắc phục hôm nay", "en": "mended today"] as Text, l)</label> \
                <button class="button secondary">\(["vi": "Ghi", "en": "Enter"] as Text, l)<span class="visually-hidden"> \(number)</span></button></form>
                """
        }
        return [
            "<span class=\"code\">\(number)</span>", "<a href=\"/registers/\(examined)/records/\(Request.encode(text("record")))\">\(text("record").prefix(12))</a>", words,
            evidence, due,
            answer,
        ]
    }

    private func findingsPage(_ request: Request, _ caller: Caller, _ steering: Steering, _ refused: RefusedAnswer? = nil) async throws -> Response {
        let l = caller.language
        guard caller.authority.may(.read, steering.names.findings) else {
            throw RegisterError.forbidden([
                "vi": "Trang này dành cho thanh tra, lãnh đạo và đơn vị được kiểm tra.", "en": "This page is for inspectors, leaders and those who are examined.",
            ])
        }
        let list = try await findings(of: nil, caller, steering)
        let rows = try list.map { one in try findingRow(one, caller, steering, office: office(of: one, caller, steering), refused) }
        let objections: [Objection] = refused?.form.objections ?? []
        let cut = try onlyLatest(list.count, of: Steering.findingsMax, in: steering.names.findings, l)
        let none: HTML = "<p class=\"notice notice-ok\">\(["vi": "Không có sai sót nào.", "en": "There are no findings."] as Text, l)</p>"
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(Self.findingsTitle, l)</h1><p class="lead">\(["vi": "Chưa khắc phục đứng trước, gần hạn đứng trước.", "en": "What is not mended comes first, the earliest due day first."] as Text, l)</p>
            \(rows.isEmpty ? none : table(Self.findingsTitle, Self.findingHeads, rows, l))\(cut)
            """
        return boardFrame(Self.findingsTitle, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func office(of finding: RecordView, _ caller: Caller, _ steering: Steering) throws -> String? {
        let inspections = try registry.register(steering.names.inspections)
        guard let number = finding.value("inspection", in: try registry.register(steering.names.findings))?.string else { return nil }
        return try registry.recordAtOnce(inspections.name, number, for: caller.authority)?.value("office", in: inspections)?.string
    }

    private func answerFinding(_ request: Request, _ caller: Caller, _ steering: Steering, _ number: String) async throws -> Response {
        let form = MoneyForm(request)
        let one = try await registry.record(steering.names.findings, number, for: caller.authority, door: "page")
        let examined = try office(of: one, caller, steering)
        let words = form.texts["answer"]?.tidied ?? ""
        var objections: [Objection] = []
        if words.isEmpty {
            objections = [Objection(field: "answer", code: "required", ["vi": "Viết câu trả lời.", "en": "Write the answer."])]
        } else {
            do {
                try await steering.mend(one, office: examined, answer: words, isMended: form.texts["mended"] == "yes", by: caller.authority)
                return .redirect("/inspections/findings")
            } catch RegisterError.objections(let refusals) {
                objections = refusals
            }
        }
        // What is wrong is told at the answer: the form asks for nothing else.
        let placed = objections.map { $0.at("answer-\(number)") }
        return try await findingsPage(request, caller, steering, RefusedAnswer(number: number, form: MoneyForm(request, placed)))
    }
}
