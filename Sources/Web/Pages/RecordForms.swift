// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import People
internal import NIOHTTP1
internal import Registers

/// What a form shows: texts as they were typed, and what is wrong with them.
struct FormState {
    var texts: [String: String] = [:]
    var objections: [Objection] = []
    /// The entry that is changed; nil for a new record.
    var state: Int64?
    var id: String?
    var effective = ""
    var cause = ""
    /// Others of the group who could take over: key and name.
    var successors: [(key: String, name: String)] = []
    var successor = ""
}

/// Forms drawn from the declaration: create, change, retire.
extension Parts {
    func form(_ request: Request, _ caller: Caller, _ register: Register, _ state: FormState, status: HTTPResponseStatus = .ok) -> Response {
        let l = caller.language
        let isNew = state.id == nil
        // One thing a page: what happened first, then only what belongs to it.
        if isNew, let question = register.caseField, state.objections.isEmpty, (state.texts[question.name] ?? "").isEmpty {
            return caseChoice(request, caller, register, question, state)
        }
        let kind = register.caseField.flatMap { field -> Text? in
            guard case .choice(let choices) = field.kind else { return nil }
            return choices.first { $0.code == state.texts[field.name] }?.title
        }
        let title: Text =
            isNew
            ? kind.map { Text(vi: "Đăng ký: \($0.vi.lowercased())", en: "Register: \($0.en.lowercased())") }
                ?? Text(vi: "Hồ sơ mới: \(register.title.vi.lowercased())", en: "New record: \(register.title.en.lowercased())")
            : Text(vi: "Sửa hồ sơ: \(register.title.vi.lowercased())", en: "Change record: \(register.title.en.lowercased())")
        let frame = layout(
            title, request, caller, door: "registers",
            crumbs: [((["vi": "Các sổ", "en": "Registers"] as Text)[l], "/registers"), (register.title[l], "/registers/\(register.name)")].map { (title: $0.0, href: $0.1) })
        let action = isNew ? "/registers/\(register.name)/records" : "/registers/\(register.name)/records/\(Request.encode(state.id!))"
        // Where numbers are made by the program nobody is asked for one.
        var fields: [HTML] = isNew && register.keyForm == nil ? [input(register.key, state, l, isRequired: true)] : []
        let question = register.caseField
        let chosen = question.flatMap { state.texts[$0.name] } ?? ""
        for field in register.fields {
            if let question, field.name == question.name, case .choice(let choices) = field.kind {
                let name = choices.first { $0.code == chosen }?.title[l] ?? chosen
                fields.append(
                    "<dl class=\"summary\"><div><dt>\(field.title, l)</dt><dd>\(name)</dd></div></dl><input type=\"hidden\" name=\"\(field.name)\" value=\"\(chosen)\">")
                continue
            }
            if let condition = field.condition, condition.field == question?.name, !condition.values.contains(chosen) { continue }
            fields.append(input(field, state, l, isRequired: field.isRequired && (field.condition == nil || field.condition?.field == question?.name)))
        }
        let content: HTML = """
            \(errorSummary(state.objections, l))
            <h1>\(title, l)</h1>
            <form method="post" action="\(action)" novalidate data-guard>
            <input type="hidden" name="csrf" value="\(caller.session?.formKey ?? "")">
            \(state.state.map { "<input type=\"hidden\" name=\"_state\" value=\"\(String($0))\">" as HTML })
            \(fields)
            \(successorField(state, l))
            \(isNew && register.consequences != nil && register.caseField != nil ? nil : plainField("_effective", ["vi": "Hiệu lực từ ngày", "en": "Holds from"], ["vi": "Để trống nếu là hôm nay.", "en": "Leave empty for today."], state.effective, state, l, width: "w-10"))
            \(plainField("_cause", ["vi": "Căn cứ, lý do", "en": "Reason"], ["vi": "Ví dụ: số tờ khai, quyết định.", "en": "Such as the number of a declaration or decision."], state.cause, state, l, width: "w-full"))
            <p><button class="button">\(isNew ? (["vi": "Đăng ký", "en": "Register"] as Text) : (["vi": "Lưu thay đổi", "en": "Save changes"] as Text), l)</button></p>
            </form>
            """
        return frame.response(status, content)
    }

    /// The first page of a register with cases: what is to be registered?
    private func caseChoice(_ request: Request, _ caller: Caller, _ register: Register, _ question: Field, _ state: FormState) -> Response {
        let l = caller.language
        guard case .choice(let choices) = question.kind else { preconditionFailure("A case is one of a list.") }
        let rest = state.texts.filter { $0.key != question.name && !$0.value.isEmpty }.sorted { $0.key < $1.key }
            .map { "&\($0.key)=\(Request.encode($0.value))" }.joined()
        let content: HTML = """
            <h1>\(["vi": "Đăng ký việc gì?", "en": "What is to be registered?"] as Text, l)</h1>
            <div class="grid">\(choices.map { choice in
                "<a class=\"card\" href=\"/registers/\(register.name)/new?\(question.name)=\(choice.code)\(rest)\"><h2>\(choice.title, l)</h2></a>" as HTML
            })</div>
            """
        return layout(
            register.title, request, caller, door: "registers",
            crumbs: [(title: (["vi": "Các sổ", "en": "Registers"] as Text)[l], href: "/registers"), (title: register.title[l], href: "/registers/\(register.name)")]
        ).response(content)
    }

    func errorSummary(_ objections: [Objection], _ l: Language) -> HTML? {
        guard !objections.isEmpty else { return nil }
        return """
            <div class="error-summary" role="alert" tabindex="-1"><h2>\(["vi": "Cần sửa", "en": "Please correct"], l)</h2><ul>\(objections.map { objection in
                objection.field.isEmpty
                    ? "<li>\(objection.text, l)</li>" as HTML : "<li><a href=\"#f-\(objection.field)\">\(objection.text, l)</a></li>" as HTML
            })</ul></div>
            """
    }

    private func objectionLines(_ name: String, _ state: FormState, _ l: Language) -> HTML? {
        let own = state.objections.filter { $0.field == name }
        guard !own.isEmpty else { return nil }
        return "<p class=\"error-message\" id=\"e-\(name)\">\(HTML.joined(own.map { HTML(text: $0.text[l]) }, "<br>"))</p>"
    }

    func plainField(_ name: String, _ title: Text, _ hint: Text, _ value: String, _ state: FormState, _ l: Language, width: String) -> HTML {
        let error = objectionLines(name, state, l)
        return """
            <div class="field\(error == nil ? "" : " has-error")"><label for="f-\(name)">\(title, l)</label><p class="hint" id="h-\(name)">\(hint, l)</p>\(error)\
            <input class="\(width)" type="text" id="f-\(name)" name="\(name)" value="\(value)" aria-describedby="h-\(name)\(error == nil ? "" : " e-\(name)")"></div>
            """
    }

    func input(_ field: Field, _ state: FormState, _ l: Language, isRequired: Bool) -> HTML {
        let name = field.name
        let value = state.texts[name] ?? ""
        let error = objectionLines(name, state, l)
        let hint: HTML? = (field.hint ?? defaultHint(field.kind)).map { "<p class=\"hint\" id=\"h-\(name)\">\($0, l)</p>" }
        let describedBy = [hint == nil ? nil : "h-\(name)", error == nil ? nil : "e-\(name)"].compactMap { $0 }.joined(separator: " ")
        let described: HTML = describedBy.isEmpty ? "" : " aria-describedby=\"\(describedBy)\""
        let invalid: HTML = error == nil ? "" : " aria-invalid=\"true\""
        let optional: HTML? = isRequired ? nil : " <span class=\"muted\">(\(["vi": "không bắt buộc", "en": "optional"] as Text, l))</span>"
        let mark = error == nil ? "" : " has-error"
        func choices(_ list: [(code: String, title: String)]) -> HTML {
            """
            <fieldset class="field\(mark)" id="f-\(name)" tabindex="-1"\(described)><legend>\(field.title, l)\(optional)</legend>\(hint)\(error)<div class="choices">\(list.map { choice in
                "<label><input type=\"radio\" name=\"\(name)\" value=\"\(choice.code)\"\(choice.code == value ? " checked" : "")><span>\(choice.title)</span></label>" as HTML
            })</div></fieldset>
            """
        }
        func select(_ list: [(code: String, title: String)]) -> HTML {
            """
            <div class="field\(mark)"><label for="f-\(name)">\(field.title, l)\(optional)</label>\(hint)\(error)<select id="f-\(name)" name="\(name)"\(described)\(invalid)>\
            <option value="">\(["vi": "Chọn", "en": "Choose"] as Text, l)</option>\(list.map { choice in
                "<option value=\"\(choice.code)\"\(choice.code == value ? " selected" : "")>\(choice.title)</option>" as HTML
            })</select></div>
            """
        }
        switch field.kind {
        case .choice(let list) where list.count <= 4: return choices(list.map { ($0.code, $0.title[l]) })
        case .choice(let list): return select(list.map { ($0.code, $0.title[l]) })
        case .boolean: return choices([("true", (["vi": "Có", "en": "Yes"] as Text)[l]), ("false", (["vi": "Không", "en": "No"] as Text)[l])])
        case .polygon, .references:
            return """
                <div class="field\(mark)"><label for="f-\(name)">\(field.title, l)\(optional)</label>\(hint)\(error)\
                <textarea id="f-\(name)" name="\(name)" rows="3"\(described)\(invalid)>\(value)</textarea></div>
                """
        case .unit(let level):
            let units = registry.units.inForce(on: registry.world.today, level: level).sorted { $0.name.sortsBefore($1.name) }
            return select(units.map { ($0.code, "\($0.name) (\($0.code))") })
        default:
            let (width, mode) = inputStyle(field.kind)
            return """
                <div class="field\(mark)"><label for="f-\(name)">\(field.title, l)\(optional)</label>\(hint)\(error)\
                <input class="\(width)" type="text" id="f-\(name)" name="\(name)" value="\(value)" autocomplete="off"\(mode)\(described)\(invalid)></div>
                """
        }
    }

    private func inputStyle(_ kind: Kind) -> (String, HTML) {
        switch kind {
        case .share: ("w-10", "")
        case .citizenID, .oldID: ("w-20", " inputmode=\"numeric\"")
        case .phone: ("w-20", " inputmode=\"tel\"")
        case .day, .partialDay: ("w-10", "")
        case .integer, .money, .decimal: ("w-10", " inputmode=\"decimal\"")
        case .code, .reference, .taxCode: ("w-20", "")
        default: ("w-full", "")
        }
    }

    private func defaultHint(_ kind: Kind) -> Text? {
        switch kind {
        case .day: ["vi": "Ngày/tháng/năm, ví dụ 27/03/2025.", "en": "Day/month/year, such as 27/03/2025."]
        case .partialDay: ["vi": "Ngày/tháng/năm, hoặc chỉ năm.", "en": "Day/month/year, or the year alone."]
        case .money: ["vi": "Bằng đồng, chỉ chữ số.", "en": "In đồng, digits only."]
        default: nil
        }
    }

    private func successorField(_ state: FormState, _ l: Language) -> HTML? {
        guard !state.successors.isEmpty else { return nil }
        return """
            <div class="field"><label for="f-_successor">\(["vi": "Chủ hộ mới, nếu người này rời hộ hoặc thôi làm chủ hộ", "en": "New head, if this person leaves the household or stops being its head"], l)</label>\
            <select id="f-_successor" name="_successor"><option value="">\(["vi": "Không đổi chủ hộ", "en": "The head stays"], l)</option>\(state.successors.map { person in
                "<option value=\"\(person.key)\"\(person.key == state.successor ? " selected" : "")>\(person.name)</option>" as HTML
            })</select></div>
            """
    }

    // MARK: Acts of a form

    struct Sent {
        var texts: [String: String] = [:]
        var effective: Day?
        var effectiveText = ""
        var cause = ""
        var successor: String?
        var state: Int64?
        var objections: [Objection] = []
    }

    func sent(_ request: Request) throws -> Sent {
        guard let pairs = request.form else {
            throw Problem(.badRequest, "form", ["vi": "Biểu mẫu không phải UTF-8.", "en": "The form is not UTF-8."])
        }
        var sent = Sent()
        for (name, value) in pairs {
            switch name {
            case "_effective": sent.effectiveText = value.trimmed
            case "_cause": sent.cause = value
            case "_successor": sent.successor = value.isEmpty ? nil : value
            case "_state": sent.state = Int64(value)
            default: sent.texts[name] = value
            }
        }
        if !sent.effectiveText.isEmpty {
            if let day = Day(sent.effectiveText) {
                sent.effective = day
            } else {
                sent.objections.append(
                    Objection(field: "_effective", code: "date", ["vi": "Nhập ngày có thật, dạng ngày/tháng/năm.", "en": "Enter a real date as day/month/year."]))
            }
        }
        do {
            sent.cause = try Kind.text(max: 200).parse(sent.cause, registry.reading()).plain
        } catch {
            sent.objections.append(error.at("_cause"))
        }
        return sent
    }

    func formState(_ sent: Sent, objections: [Objection], id: String?, successors: [(key: String, name: String)] = []) -> FormState {
        var state = FormState(texts: sent.texts, objections: sent.objections + objections, state: sent.state, id: id)
        state.effective = sent.effectiveText
        state.cause = sent.cause
        state.successors = successors
        state.successor = sent.successor ?? ""
        return state
    }

    private func create(_ request: Request, _ caller: Caller, _ register: Register, _ sent: Sent) async throws -> Response {
        var sent = sent
        if register.keyForm != nil, (sent.texts[register.key.name] ?? "").isEmpty { sent.texts[register.key.name] = try registry.freshKey(register.name) }
        let item = try registry.item(register.name, texts: sent.texts, effective: sent.effective)
        guard sent.objections.isEmpty else { throw RegisterError.objections([]) }
        let outcomes = try await registry.enter(
            [Change(register.name, key: item.key, .put(item), expecting: .absent, effective: sent.effective)], cause: sent.cause.isEmpty ? "page" : sent.cause,
            by: caller.authority)
        let id = register.hasPersonalKey ? registry.ref(of: outcomes[0].row, in: register.name) : Request.encode(outcomes[0].key)
        return .redirect("/registers/\(register.name)/records/\(id)")
    }

    func create(_ request: Request, _ caller: Caller, _ register: Register) async throws -> Response {
        try mayEnter(register.name, caller)
        let sent = try sent(request)
        do {
            return try await create(request, caller, register, sent)
        } catch RegisterError.objections(let objections) {
            return form(request, caller, register, formState(sent, objections: objections, id: nil), status: .unprocessableContent)
        } catch RegisterError.forbidden(let text) {
            // What was typed is not lost.
            return form(
                request, caller, register, formState(sent, objections: [Objection(field: register.jurisdiction?.name ?? "", code: "forbidden", text)], id: nil), status: .forbidden)
        } catch RegisterError.exists {
            let objection = Objection(
                field: register.key.name, code: "exists",
                ["vi": "Mã này đã có trong sổ. Hãy tìm hồ sơ ấy và sửa.", "en": "This key is in the register already. Find that record and change it."])
            return form(request, caller, register, formState(sent, objections: [objection], id: nil), status: .conflict)
        }
    }

    func changeForm(_ request: Request, _ caller: Caller, _ register: Register, _ id: String) async throws -> Response {
        try mayEnter(register.name, caller)
        guard caller.authority.purpose != nil || !register.allFields.contains(where: { $0.privacy == .personal }) else {
            return layout(register.title, request, caller, door: "registers").response("<h1>\(register.title, caller.language)</h1>" + purposeForm(caller, next: target(request)))
        }
        let view = try await registry.record(register.name, id, for: caller.authority, door: "page")
        guard !view.isRetired else { throw RegisterError.noSuchRecord }
        // Told before anything is typed, not after.
        let unit = register.jurisdiction.flatMap { view.value($0.name, in: register)?.string }
        guard register.admitsArrivals || unit == nil || caller.authority.may(.write, register.name, unit: unit, units: registry.units, on: registry.world.today) else {
            throw RegisterError.forbidden(["vi": "Hồ sơ này thuộc đơn vị khác.", "en": "This record belongs to another unit."])
        }
        var state = FormState(state: view.last, id: id)
        for field in register.fields { state.texts[field.name] = view.value(field.name, in: register).map { shownText($0, field) } ?? "" }
        state.successors = try await successors(view, register, caller)
        return form(request, caller, register, state)
    }

    /// As people would type it: days as day/month/year.
    private func shownText(_ value: Value, _ field: Field) -> String {
        switch field.kind {
        case .day: value.day?.written(.vietnamese) ?? value.plain
        case .partialDay: value.string.flatMap { PartialDay($0)?.written(.vietnamese) } ?? value.plain
        default: value.plain
        }
    }

    /// The others of the group of a record that holds the group's one role.
    private func successors(_ view: RecordView, _ register: Register, _ caller: Caller) async throws -> [(key: String, name: String)] {
        guard let rule = register.groupRule, case .exactlyOne = rule.sort, view.value(rule.field, in: register)?.string == rule.value,
            let group = view.value(rule.group, in: register)?.string
        else { return [] }
        var query = RecordQuery()
        query.filters = [(rule.group, group)]
        let page = try await registry.records(register.name, query, for: caller.authority, door: "page")
        return page.records.filter { $0.row != view.row }.compactMap { record in record.key.map { ($0, label(record, register, caller.language)) } }
    }

    func change(_ request: Request, _ caller: Caller, _ register: Register, _ id: String) async throws -> Response {
        try mayEnter(register.name, caller)
        var sent = try sent(request)
        let key = try await key(register.name, id, caller)
        sent.texts[register.key.name] = key
        do {
            let item = try registry.item(register.name, texts: sent.texts, effective: sent.effective)
            guard sent.objections.isEmpty else { throw RegisterError.objections([]) }
            guard let state = sent.state else { throw Problem(.badRequest, "state", ["vi": "Biểu mẫu thiếu trạng thái.", "en": "The form lacks its state."]) }
            let change = Change(register.name, key: item.key, .put(item), expecting: .state(state), effective: sent.effective)
            _ = try await registry.enter(
                try registry.withCompanions(change, successor: sent.successor), cause: sent.cause.isEmpty ? "page" : sent.cause, by: caller.authority)
            return .redirect("/registers/\(register.name)/records/\(Request.encode(id))")
        } catch RegisterError.objections(let objections) {
            let view = try await registry.record(register.name, id, for: caller.authority, door: "page")
            return form(
                request, caller, register, formState(sent, objections: objections, id: id, successors: try await successors(view, register, caller)),
                status: .unprocessableContent)
        } catch RegisterError.precondition {
            let view = try await registry.record(register.name, id, for: caller.authority, door: "page")
            let objection = Objection(
                field: "", code: "changed-meanwhile",
                Text(
                    vi: "Người khác vừa sửa hồ sơ này (mục \(view.entry)). Xem lại hồ sơ rồi lưu lần nữa nếu vẫn đúng.",
                    en: "Somebody else has just changed this record (entry \(view.entry)). Look at it again, then save once more if your change still holds."))
            var state = formState(sent, objections: [objection], id: id, successors: try await successors(view, register, caller))
            state.state = view.last
            return form(request, caller, register, state, status: .preconditionFailed)
        }
    }

    // MARK: Retiring

    static let endings: [(code: String, title: Text)] = [
        ("death", ["vi": "Chết, hoặc bị tuyên bố là đã chết", "en": "Death, or declared dead"]), ("left", ["vi": "Rời khỏi thành phố", "en": "Left the city"]),
        ("duplicate", ["vi": "Trùng với hồ sơ khác", "en": "Duplicate of another record"]), ("mistake", ["vi": "Đăng ký nhầm", "en": "Registered by mistake"]),
        ("ended", ["vi": "Chấm dứt theo quy định", "en": "Ended under the law"]),
    ]

    func retirementForm(_ request: Request, _ caller: Caller, _ register: Register, _ id: String, _ failed: FormState?) async throws -> Response {
        try mayEnter(register.name, caller)
        let l = caller.language
        let view = try await registry.record(register.name, id, for: caller.authority, door: "page")
        guard !view.isRetired else { throw RegisterError.noSuchRecord }
        var state = failed ?? FormState(state: view.last, id: id)
        state.successors = try await successors(view, register, caller)
        let title: Text = ["vi": "Xóa đăng ký", "en": "Retire the record"]
        let frame = layout(
            title, request, caller, door: "registers",
            crumbs: [(register.title[l], "/registers/\(register.name)"), (label(view, register, l), recordHref(view, register))].map { (title: $0.0, href: $0.1) })
        let error = objectionLines("_cause", state, l)
        let content: HTML = """
            \(errorSummary(state.objections, l))
            <h1>\(title, l): \(label(view, register, l))</h1>
            <p>\(["vi": "Hồ sơ không còn hiệu lực từ ngày chọn; lịch sử vẫn giữ nguyên.", "en": "The record no longer holds from that day on; its history stays."], l)</p>
            <form method="post" action="/registers/\(register.name)/records/\(Request.encode(id))/retirement" novalidate>
            <input type="hidden" name="csrf" value="\(caller.session?.formKey ?? "")"><input type="hidden" name="_state" value="\(view.last)">
            <fieldset class="field\(error == nil ? "" : " has-error")" id="f-_cause" tabindex="-1"><legend>\(["vi": "Lý do", "en": "Reason"], l)</legend>\(error)<div class="choices">\(Parts.endings.map { ending in
                "<label><input type=\"radio\" name=\"_cause\" value=\"\(ending.code)\"\(ending.code == state.cause ? " checked" : "")><span>\(ending.title, l)</span></label>" as HTML
            })</div></fieldset>
            \(successorField(state, l))
            \(plainField("_effective", ["vi": "Từ ngày", "en": "From"], ["vi": "Để trống nếu là hôm nay.", "en": "Leave empty for today."], state.effective, state, l, width: "w-10"))
            <p><button class="button warn">\(title, l)</button> <a href="\(recordHref(view, register))">\(["vi": "Không xóa nữa", "en": "Keep the record"], l)</a></p>
            </form>
            """
        return frame.response(failed == nil ? .ok : .unprocessableContent, content)
    }

    func retire(_ request: Request, _ caller: Caller, _ register: Register, _ id: String) async throws -> Response {
        try mayEnter(register.name, caller)
        var sent = try sent(request)
        if !Parts.endings.contains(where: { $0.code == sent.cause }) {
            sent.objections.append(Objection(field: "_cause", code: "required", ["vi": "Chọn lý do.", "en": "Choose a reason."]))
        }
        do {
            guard sent.objections.isEmpty else { throw RegisterError.objections([]) }
            let key = try await key(register.name, id, caller)
            let change = Change(register.name, key: key, .retire, expecting: sent.state.map { .state($0) } ?? .anything, effective: sent.effective)
            _ = try await registry.enter(try registry.withCompanions(change, successor: sent.successor), cause: sent.cause, by: caller.authority)
            return .redirect("/registers/\(register.name)")
        } catch RegisterError.objections(let objections) {
            return try await retirementForm(request, caller, register, id, formState(sent, objections: objections, id: id))
        } catch RegisterError.precondition {
            let objection = Objection(
                field: "", code: "changed-meanwhile",
                ["vi": "Người khác vừa sửa hồ sơ này. Xem lại rồi quyết định.", "en": "Somebody else has just changed this record. Look at it again, then decide."])
            return try await retirementForm(request, caller, register, id, formState(sent, objections: [objection], id: id))
        }
    }
}
