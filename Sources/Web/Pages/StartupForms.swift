// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Journal
internal import NIOHTTP1
internal import People
internal import Registers

/// A start-up registers itself, and confirms what it says.
extension Parts {
    var startupForms: [Endpoint] {
        [
            Endpoint(.GET, "/startups/register", .open) { request, caller, _ in
                try await own(request) { session in try startupForm(request, caller, session, FormState()) }
            },
            Endpoint(.POST, "/startups/register", .open, bodyMax: 1 << 14) { request, caller, _ in
                try await own(request, sending: true) { session in
                    let book = try startupBook()
                    let texts = typed(request)
                    do {
                        let key = try await book.enrol(texts, by: try book.person(session))
                        return .redirect("/startups/\(Request.encode(key))")
                    } catch RegisterError.objections(let objections) {
                        return try startupForm(request, caller, session, FormState(texts: texts, objections: objections))
                    }
                }
            },
            Endpoint(.GET, "/startups/{key}/confirm", .open) { request, caller, parameters in
                let book = try startupBook()
                let found = try book.found(parameters[0])
                guard let pen = try pen(request, caller, book, found) else { return try signInFirst(request, found) }
                let register = try book.register
                var state = FormState(state: try await registry.record(register.name, found.key, for: .visitor, door: "page").last)
                for name in StartupBook.confirmed + StartupBook.team { state.texts[name] = found[name].plain }
                return try confirmForm(request, caller, book, found, pen, state)
            },
            Endpoint(.POST, "/startups/{key}/confirm", .open, bodyMax: 1 << 14) { request, caller, parameters in
                let book = try startupBook()
                let found = try book.found(parameters[0])
                guard let pen = try pen(request, caller, book, found) else { return try signInFirst(request, found) }
                return try await confirmStartup(request, caller, book, found, pen)
            },
        ]
    }

    private func typed(_ request: Request) -> [String: String] { Dictionary((request.form ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }) }

    // MARK: Registering

    private func startupForm(_ request: Request, _ caller: Caller, _ session: CitizenSession, _ state: FormState) throws -> Response {
        let l = caller.language
        let register = try startupBook().register
        let title: Text = ["vi": "Đăng ký doanh nghiệp, nhóm khởi nghiệp", "en": "Register a start-up"]
        let fields = StartupBook.asked.compactMap { startupInput($0, register, state, l) }
        let content: HTML = """
            \(errorSummary(state.objections, l))<h1>\(title, l)</h1>
            <p class="lead">\(["vi": "Những điều bạn khai được công bố. Ai khai thì không công bố.", "en": "What you enter is published. Who entered it is not."] as Text, l)</p>
            <form method="post" action="/startups/register" novalidate data-guard><input type="hidden" name="csrf" value="\(session.formKey)">\(fields)
            <p><button class="button">\(["vi": "Đăng ký", "en": "Register"] as Text, l)</button></p></form>
            """
        return startupFrame(title, request, caller).response(state.objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func startupInput(_ name: String, _ register: Register, _ state: FormState, _ l: Language) -> HTML? {
        guard let field = register.field(name) else { return nil }
        switch name {
        case "enterprise":
            let hint: Text = [
                "vi": "Để trống nếu nhóm chưa có công ty. Có mã thì tên lấy từ sổ doanh nghiệp; người đại diện trong sổ là người khai.",
                "en": "Leave it empty for a team without a company. The name then comes from the register; its representative there registers it.",
            ]
            return input(Field(name, field.kind, ["vi": "Mã số doanh nghiệp", "en": "Enterprise code"], field.privacy, hint: hint), state, l, isRequired: false)
        case "name":
            let hint: Text = ["vi": "Chỉ ghi khi không có mã số doanh nghiệp.", "en": "Only where there is no enterprise code."]
            return input(Field(name, field.kind, ["vi": "Tên nhóm", "en": "The team's name"], field.privacy, hint: hint), state, l, isRequired: false)
        case "website":
            let hint: Text = ["vi": "Bắt đầu bằng https://", "en": "Beginning with https://"]
            return input(Field(name, field.kind, field.title, field.privacy, hint: hint), state, l, isRequired: false)
        case "contact":
            let hint: Text = ["vi": "Chỉ cán bộ thấy.", "en": "Seen by officers only."]
            return input(Field(name, field.kind, field.title, field.privacy, hint: hint), state, l, isRequired: false)
        default: return input(field, state, l, isRequired: field.isRequired)
        }
    }

    // MARK: Confirming

    /// Who may confirm a start-up, and the key that their form carries.
    private struct Pen {
        let hand: StartupHand
        let formKey: String
        /// The register of enterprises names this person as the company's representative.
        let isRepresentative: Bool
        /// Nil for officers.
        let person: String?
    }

    private func pen(_ request: Request, _ caller: Caller, _ book: StartupBook, _ found: Found) throws -> Pen? {
        if let session = try citizen(request), session.helper == nil {
            let person = try book.person(session)
            if try book.represents(person, found["enterprise"].string) {
                return Pen(hand: .representative, formKey: session.formKey, isRepresentative: true, person: person)
            }
            // Where a company stands behind it, who entered it once may represent that company no more.
            if found["enterprise_confirmed"].isNull, found["registrant"].string == person {
                return Pen(hand: .registrant, formKey: session.formKey, isRepresentative: false, person: person)
            }
        }
        guard let session = caller.session, caller.authority.may(.write, book.roles.startups) else { return nil }
        return Pen(hand: .officer, formKey: session.formKey, isRepresentative: false, person: nil)
    }

    private func signInFirst(_ request: Request, _ found: Found) throws -> Response {
        guard try citizen(request) != nil else { return .redirect("/me?next=\(Request.encode("/startups/\(Request.encode(found.key))/confirm"))") }
        throw RegisterError.forbidden([
            "vi": "Chỉ người đã khai nhóm chưa có công ty xác nhận, người đang đại diện doanh nghiệp hoặc cán bộ giữ sổ xác nhận được.",
            "en": "Only who registered it while no company has confirmed it, the enterprise's representative of today or the register's officers may confirm it.",
        ])
    }

    private func confirmForm(_ request: Request, _ caller: Caller, _ book: StartupBook, _ found: Found, _ pen: Pen, _ state: FormState) throws -> Response {
        let l = caller.language
        let register = try book.register
        let title: Text = ["vi": "Xác nhận thông tin", "en": "Confirm the data"]
        let isTeam = found["enterprise"].isNull
        // Officers link a company in the register's own form, and see there how it is reached.
        let team = !isTeam ? [] : pen.hand == .officer ? ["name"] : StartupBook.team
        let asked = StartupBook.confirmed.filter { $0 != "contact" || pen.hand != .officer }
        let fields = (team + asked).compactMap { startupInput($0, register, state, l) }
        let waits = !found["enterprise"].isNull && found["enterprise_confirmed"].isNull
        var notice: HTML?
        var box: HTML?
        if waits, pen.isRepresentative {
            notice =
                "<p class=\"notice\">\(["vi": "Bạn là người đại diện theo sổ doanh nghiệp: xác nhận này cũng là của doanh nghiệp.", "en": "You are its representative by the register: this confirms it for the enterprise too."] as Text, l)</p>"
        } else if waits, pen.hand == .officer {
            box = """
                <div class="field"><label><input type="checkbox" name="company" value="yes"\(state.texts["company"] == "yes" ? " checked" as HTML : nil)><span>\(["vi": "Doanh nghiệp đã xác nhận với cơ quan giữ sổ", "en": "The enterprise has confirmed it to the register's office"] as Text, l)</span></label></div>
                """
        } else if waits {
            notice =
                "<p class=\"notice\">\(["vi": "Doanh nghiệp chưa xác nhận: người đại diện đăng nhập và mở trang này, hoặc hỏi cơ quan giữ sổ.", "en": "The enterprise has not confirmed it: its representative signs in and opens this page, or ask the register's office."] as Text, l)</p>"
        }
        let days = Text(
            vi: "Xem lại, sửa nếu cần rồi xác nhận. Lần xác nhận có giá trị \(book.roles.confirmationDays) ngày.",
            en: "Look at it, change what is not so, and confirm. It holds for \(book.roles.confirmationDays) days.")
        let content: HTML = """
            \(errorSummary(state.objections, l))<p class="caption">\(found["name"].plain)</p><h1>\(title, l)</h1><p class="lead">\(days, l)</p>\(notice)
            <form method="post" action="/startups/\(Request.encode(found.key))/confirm" novalidate data-guard><input type="hidden" name="csrf" value="\(pen.formKey)"><input type="hidden" name="_state" value="\(state.state ?? 0)">\(fields)\(box)
            <p><button class="button">\(["vi": "Xác nhận", "en": "Confirm"] as Text, l)</button></p></form>
            <p><a href="/startups/\(Request.encode(found.key))">\(["vi": "Về trang của doanh nghiệp, nhóm khởi nghiệp", "en": "Back to the start-up"] as Text, l)</a></p>
            """
        return startupFrame(title, request, caller).response(state.objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func confirmStartup(_ request: Request, _ caller: Caller, _ book: StartupBook, _ found: Found, _ pen: Pen) async throws -> Response {
        let texts = typed(request)
        guard equalInConstantTime(Array((texts["csrf"] ?? "").utf8), Array(pen.formKey.utf8)) else { throw Site.foreignForm }
        var state = FormState(texts: texts, state: texts["_state"].flatMap { Int64($0) })
        do {
            try await book.confirm(
                found, texts, expecting: state.state ?? -1, speaksForEnterprise: pen.isRepresentative || pen.hand == .officer && texts["company"] == "yes", by: pen.hand,
                person: pen.person, officer: pen.hand == .officer ? caller.authority : nil)
            return .redirect("/startups/\(Request.encode(found.key))")
        } catch RegisterError.objections(let objections) {
            // What the form does not ask is told above it.
            let asked = StartupBook.confirmed + (found["enterprise"].isNull ? StartupBook.team : [])
            state.objections = objections.map { asked.contains($0.field) ? $0 : $0.at("") }
        } catch RegisterError.precondition(let current) {
            // What was typed is kept; what stands now is what the next try changes.
            state.state = current
            state.objections = [
                Objection(
                    field: "", code: "changed",
                    ["vi": "Thông tin vừa được người khác sửa. Xem lại rồi xác nhận lần nữa.", "en": "Somebody else has just changed it. Look again, then confirm once more."])
            ]
        }
        return try confirmForm(request, caller, book, found, pen, state)
    }

    // MARK: On one's own page

    /// The start-ups that somebody confirms, with what has to be confirmed again soon.
    func myStartups(_ session: CitizenSession, _ l: Language) throws -> HTML? {
        guard options.roles.startups != nil else { return nil }
        let book = try startupBook()
        let today = registry.world.today
        let rows: [HTML] = try book.confirmable(by: try book.person(session)).map { one in
            let until = one["confirmed_until"].day ?? today
            let isSoon = until - today <= StartupBook.askedAgainDays
            return """
                <li><a href="/startups/\(Request.encode(one.key))">\(one["name"].plain)</a> <span class="muted">\(["vi": "xác nhận có giá trị đến", "en": "confirmed until"] as Text, l) \(until.written(l))</span>\
                \(isSoon ? " <span class=\"tag \(until < today ? "tag-late" : "tag-wait")\">\(until < today ? ["vi": "đã quá hạn", "en": "run out"] as Text : ["vi": "sắp hết hạn", "en": "ends soon"] as Text, l)</span>" as HTML : nil) \
                <a href="/startups/\(Request.encode(one.key))/confirm">\(["vi": "xác nhận lại", "en": "confirm again"] as Text, l)<span class="visually-hidden"> \(one["name"].plain)</span></a></li>
                """
        }
        return rows.isEmpty ? nil : "<section><h2>\(["vi": "Doanh nghiệp, nhóm khởi nghiệp của tôi", "en": "My start-ups"] as Text, l)</h2><ul>\(rows)</ul></section>"
    }
}
