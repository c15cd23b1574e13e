// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Devices
internal import Dossiers
internal import HTTP
internal import Journal
internal import NIOHTTP1
internal import Papers
internal import Payments
internal import People
internal import Registers

/// Who stands at the households' door: somebody who knows the household's code and a number of one who lives there, or a citizen of it.
struct HouseholdVisit {
    let household: String
    let citizen: CitizenSession?
    let formKey: String
    var author: String { citizen == nil ? "household:\(household)" : "citizen" }
}

/// The households' door: all that is owed by one code, one basket, one payment.
extension Parts {
    static let banks: [(code: String, title: String)] = [
        ("970405", "Agribank"), ("970415", "VietinBank"), ("970418", "BIDV"), ("970436", "Vietcombank"), ("970407", "Techcombank"), ("970416", "ACB"), ("970422", "MB"),
        ("970423", "TPBank"),
        ("970432", "VPBank"), ("970403", "Sacombank"), ("970437", "HDBank"), ("970441", "VIB"), ("970443", "SHB"), ("970448", "OCB"),
    ]
    private var householdCookie: String { options.isSecure ? "__Host-household" : "household" }
    private static let visitSeconds: Int64 = 15 * 60

    var householdPages: [Endpoint] {
        [
            Endpoint(.GET, "/household", .open) { request, caller, _ in
                try householdVisit(request) != nil ? .redirect("/household/bills") : try householdDoor(request, caller, .empty)
            },
            Endpoint(.POST, "/household", .open, bodyMax: 1 << 14) { request, caller, _ in try enterHousehold(request, caller) },
            Endpoint(.POST, "/household/leave", .open, bodyMax: 1 << 14) { _, _, _ in .redirect("/household", headers: [("set-cookie", visitCookie("", maxAge: 0))]) },
            Endpoint(.GET, "/household/bills", .open) { request, caller, _ in try await visiting(request) { try basketPage(request, caller, $0, []) } },
            Endpoint(.POST, "/household/pay", .open, bodyMax: 1 << 16) { request, caller, _ in try await visiting(request, sending: true) { try await payPage(request, caller, $0) }
            },
            Endpoint(.GET, "/household/bills/{id}", .open) { request, caller, parameters in
                try await visiting(request) { try billPage(request, caller, $0, parameters[0], []) }
            },
            Endpoint(.POST, "/household/bills/{id}/dispute", .open, bodyMax: 1 << 14) { request, caller, parameters in
                try await visiting(request, sending: true) { visit in
                    guard try payments.basket(of: visit.household).lines.contains(where: { $0.id == parameters[0] }) else { throw PaymentError.noSuchBill(parameters[0]) }
                    return try await acting {
                        try await payments.dispute(parameters[0], reason: MoneyForm(request).texts["reason"] ?? "", author: visit.author)
                        return .redirect("/household/bills/\(Request.encode(parameters[0]))")
                    } refused: {
                        try billPage(request, caller, visit, parameters[0], $0)
                    }
                }
            },
            Endpoint(.GET, "/household/payments/{id}", .open) { request, caller, parameters in
                try await visiting(request) { try paymentPage(request, caller, $0, parameters[0], []) }
            },
            Endpoint(.POST, "/household/payments/{id}/undo", .open, bodyMax: 1 << 14) { request, caller, parameters in
                try await visiting(request, sending: true) { visit in
                    try await acting {
                        _ = try await payments.undo(parameters[0], author: visit.author) { mayUndo($0, visit) }
                        return .redirect("/household/payments/\(Request.encode(parameters[0]))")
                    } refused: {
                        try paymentPage(request, caller, visit, parameters[0], $0)
                    }
                }
            },
            Endpoint(.GET, "/household/account", .open) { request, caller, _ in try await resident(request) { try accountPage(request, caller, $0, []) } },
            Endpoint(.POST, "/household/account", .open, bodyMax: 1 << 14) { request, caller, _ in
                try await resident(request, sending: true) { visit in
                    let form = MoneyForm(request)
                    return try await acting {
                        if form.texts["do"] == "end" {
                            try await payments.endMandate(of: visit.household, author: visit.author)
                        } else {
                            try await payments.allow(
                                household: visit.household, bank: form.texts["bank"] ?? "", account: form.texts["account"] ?? "", holder: form.texts["holder"] ?? "",
                                daily: amount(form.texts["daily"] ?? "") ?? 0, author: visit.author)
                        }
                        return .redirect("/household/account")
                    } refused: {
                        try accountPage(request, caller, visit, $0)
                    }
                }
            },
            Endpoint(.GET, "/household/devices", .open) { request, caller, _ in try await resident(request) { try householdDevices(request, caller, $0, []) } },
            Endpoint(.POST, "/household/devices/{code}/{act}", .open, bodyMax: 1 << 14) { request, caller, parameters in
                try await resident(request, sending: true) { try await changeDevice(request, caller, $0, parameters[0], parameters[1]) }
            },
        ]
    }

    // MARK: Coming in

    func visitCookie(_ value: String, maxAge: Int64) -> String {
        "\(householdCookie)=\(value); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Strict\(options.isSecure ? "; Secure" : "")"
    }

    private func visitMark(_ household: String, _ until: Int64) -> String { Encoding.base64URL(journals.mac("household \(household) \(until)")) }

    /// A citizen of the household, or a visit that began with its code.
    private func householdVisit(_ request: Request) throws -> HouseholdVisit? {
        if let session = try citizen(request), session.helper == nil, let household = try payments.household(of: session.row) {
            return HouseholdVisit(household: household, citizen: session, formKey: session.formKey)
        }
        guard let parts = request.cookie(householdCookie)?.split(separator: ".").map(String.init), parts.count == 3, let until = Int64(parts[1]),
            until > registry.world.now().milliseconds / 1000, equalInConstantTime(Array(parts[2].utf8), Array(visitMark(parts[0], until).utf8))
        else { return nil }
        return HouseholdVisit(household: parts[0], citizen: nil, formKey: Encoding.base64URL(journals.mac("form \(parts[2])")))
    }

    private func visiting(_ request: Request, sending: Bool = false, _ page: (HouseholdVisit) async throws -> Response) async throws -> Response {
        guard let visit = try householdVisit(request) else { return .redirect("/household") }
        if sending {
            let sent = request.form?.first { $0.name == "csrf" }?.value ?? ""
            guard equalInConstantTime(Array(sent.utf8), Array(visit.formKey.utf8)) else { throw Site.foreignForm }
        }
        return try await page(visit)
    }

    /// What only somebody who lives there and has signed in may do: and only who is of age.
    private func resident(_ request: Request, sending: Bool = false, _ page: (HouseholdVisit) async throws -> Response) async throws -> Response {
        guard let visit = try householdVisit(request) else { return .redirect("/household") }
        guard let session = visit.citizen else { return .redirect("/me?next=/me/household") }
        guard try payments.isOfAge(session.row) else {
            throw Problem(.forbidden, "age", ["vi": "Việc này dành cho người từ 18 tuổi trong hộ.", "en": "This is for those of 18 or older in the household."])
        }
        if sending { try checkForm(request, session) }
        return try await page(visit)
    }

    private func householdDoor(_ request: Request, _ caller: Caller, _ form: MoneyForm) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Các khoản của hộ", "en": "What my household owes"]
        let content: HTML = """
            \(errorSummary(form.objections, l))<h1>\(title, l)</h1>
            <p class="lead">\(["vi": "Điện, nước, vệ sinh, tiền học và lệ phí trong một danh sách, nộp một lần, không thêm phí.", "en": "Electricity, water, waste, school and fees in one list, paid at once, without any surcharge."] as Text, l)</p>
            <form method="post" action="/household" novalidate>
            \(entry("household", ["vi": "Mã hộ", "en": "Household code"], hint: ["vi": "10 chữ số, có trên mọi giấy báo nộp tiền.", "en": "10 digits, printed on every bill."], mode: "numeric", form, l))
            \(entry("digits", ["vi": "4 số cuối căn cước của một người trong hộ", "en": "Last 4 digits of the ID number of somebody who lives there"], width: "w-5", mode: "numeric", form, l))
            <p><button class="button">\(["vi": "Xem các khoản", "en": "Show the bills"] as Text, l)</button></p></form>
            <p class="hint">\(["vi": "Quên mã hộ? Xem giấy báo bất kỳ, hoặc hỏi phường, xã.", "en": "No code at hand? It stands on any bill, or ask at your commune."] as Text, l)</p>
            <p><a href="/me?next=/me/household">\(["vi": "Đăng nhập để nộp từ tài khoản ngân hàng, đặt hạn mức, quản lý thiết bị", "en": "Sign in to pay from a bank account, set limits and look after devices"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "household").response(form.objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func enterHousehold(_ request: Request, _ caller: Caller) throws -> Response {
        var form = MoneyForm(request)
        let code = (form.texts["household"] ?? "").filter(\.isNumber)
        let digits = (form.texts["digits"] ?? "").filter(\.isNumber)
        // Wrong guesses are counted by where they come from and by what is guessed at.
        try accounts.checkHouseholdTries(address: request.address, household: String(code.prefix(10)))
        guard code.utf8.count == 10, digits.utf8.count == 4, try payments.knows(household: code, lastDigits: digits) else {
            try accounts.countHouseholdTry(address: request.address, household: String(code.prefix(10)))
            form.objections = [
                Objection(
                    field: "household", code: "unknown",
                    ["vi": "Mã hộ và 4 số cuối không khớp. Xem lại cả hai.", "en": "The code and the 4 digits do not belong together. Check both."])
            ]
            return try householdDoor(request, caller, form)
        }
        let until = registry.world.now().milliseconds / 1000 + Parts.visitSeconds
        return .redirect("/household/bills", headers: [("set-cookie", visitCookie("\(code).\(until).\(visitMark(code, until))", maxAge: Parts.visitSeconds))])
    }

    private func key(_ visit: HouseholdVisit) -> HTML { "<input type=\"hidden\" name=\"csrf\" value=\"\(visit.formKey)\">" }

    private func frame(_ title: Text, _ request: Request, _ caller: Caller, _ visit: HouseholdVisit) -> Layout {
        layout(title, request, caller, door: "household", crumbs: [((["vi": "Các khoản của hộ", "en": "Household bills"] as Text)[caller.language], "/household/bills")])
    }

    // MARK: The basket

    /// Who has only the code sees no name; the class and school tell a parent whose tuition it is.
    private func nameOf(_ one: Payable, _ visit: HouseholdVisit) -> String? {
        guard let name = one.personName else { return nil }
        return visit.citizen == nil ? name.split(separator: " ").last.map(String.init) : name
    }

    private func basketPage(_ request: Request, _ caller: Caller, _ visit: HouseholdVisit, _ objections: [Objection], outsiders: [Outsider] = []) throws -> Response {
        let l = caller.language
        let form = MoneyForm(objections.isEmpty && outsiders.isEmpty ? nil : request, objections)
        let basket = try payments.basket(of: visit.household)
        let mandate = try visit.citizen == nil ? nil : payments.mandate(of: visit.household)
        let today = registry.world.today
        let chosen = Set((request.form ?? []).filter { $0.name == "bill" }.map(\.value))
        let isAgain = request.method == .POST
        let rows: [HTML] = basket.lines.map { one in
            let isOn = isAgain ? chosen.contains("\(one.id)|\(one.version)") : one.remaining.amount > 0 && !one.isDisputed
            let due: HTML =
                one.isLate(on: today)
                ? "<span class=\"tag tag-late\">\(["vi": "quá hạn", "en": "overdue"] as Text, l) \(one.due!.written(l))</span>"
                : "\(one.due.map { "\((["vi": "hạn", "en": "due"] as Text)[l]) \($0.written(l))" } ?? "")"
            let notes: HTML = """
                \(one.isDisputed ? " <span class=\"tag tag-wait\">\(["vi": "đang khiếu nại", "en": "disputed"] as Text, l)</span>" as HTML : nil)\(one.held.amount > 0 ? " <span class=\"tag\">\(["vi": "đang nộp", "en": "being paid"] as Text, l) \(l.number(one.held.amount)) đ</span>" as HTML : nil)
                """
            let box: HTML =
                one.remaining.amount > 0
                ? "<input type=\"checkbox\" id=\"b-\(one.id)\" name=\"bill\" value=\"\(one.id)|\(one.version)\"\(isOn ? " checked" as HTML : nil)>"
                : "<span class=\"check-gap\"></span>"
            return """
                <li class="bill">\(box)<label for="b-\(one.id)"><strong>\(one.title, l) \(one.period)</strong> \(money(one.remaining, l))<br><span class="muted">\(one.payee)\(nameOf(one, visit).map { " · \($0)" as HTML })\(classOf(one, l))\(one.due == nil ? nil : " · \(due)" as HTML)</span>\(notes)</label> <a href="/household/bills/\(Request.encode(one.id))">\(["vi": "chi tiết", "en": "details"] as Text, l)<span class="visually-hidden"> \(one.title, l) \(one.period)</span></a></li>
                """
        }
        let ways: HTML =
            mandate == nil
            ? """
            <input type="hidden" name="means" value="transfer"><p><button class="button">\(["vi": "Nộp các khoản đã chọn", "en": "Pay what is chosen"] as Text, l)</button></p>\
            <p class="hint">\(["vi": "Bạn sẽ thấy mã vuông để nộp bằng ứng dụng của ngân hàng bất kỳ.", "en": "You will see a square code to pay with any bank's app."] as Text, l)</p>
            """
            : """
            <p><button class="button" name="means" value="mandate">\(["vi": "Nộp từ tài khoản của hộ", "en": "Pay from the household's account"] as Text, l) (••• \(mandate!.account.suffix(3)))</button> <button class="button secondary" name="means" value="transfer">\(["vi": "Nộp bằng mã chuyển khoản", "en": "Pay by transfer code"] as Text, l)</button></p>
            """
        let confirm: HTML? =
            outsiders.isEmpty
            ? nil
            : """
            <div class="notice notice-late" role="alert"><p><strong>\(["vi": "Bạn đang nộp cho người ngoài hộ. Xem lại tên, trường, lớp:", "en": "You are paying for somebody outside the household. Check name, school and class:"] as Text, l)</strong></p><ul>\(outsiders.map { "<li>\($0.words, l)</li>" as HTML })</ul>\
            <p><label><input type="checkbox" name="confirmed" value="yes"> \(["vi": "Đúng người này, tôi nộp", "en": "This is the right person, I pay"] as Text, l)</label></p></div>
            """
        let last: [HTML] = try payments.payments(of: visit.household, limit: 5).map { one in
            "<li><a href=\"/household/payments/\(Request.encode(one.id))\">\(one.code)</a> \(money(one.total, l)) \(stateTag(one.state, l)) <span class=\"muted\">\(one.created.written(l))</span></li>"
        }
        let id = MoneyForm(request).texts["id"] ?? "w-\(Encoding.base32(registry.world.random(10)))"
        let title: Text = ["vi": "Các khoản của hộ", "en": "Household bills"]
        let disputed = basket.lines.filter(\.isDisputed).reduce(Int64(0)) { $0 + $1.remaining.amount }
        let list: HTML =
            rows.isEmpty
            ? "<p class=\"notice notice-ok\">\(["vi": "Hộ không còn khoản nào phải nộp.", "en": "Nothing is left to pay."] as Text, l)</p>"
            : """
            <p class="lead">\(["vi": "Tổng cộng", "en": "In all"] as Text, l): <strong>\(money(basket.total, l))</strong>\(disputed > 0 ? ", \((["vi": "trong đó đang khiếu nại", "en": "of which in dispute"] as Text)[l]) \(l.number(disputed)) đ" : "")</p>\
            \(basket.lines.contains { $0.id.hasPrefix("fee:") } ? "<p class=\"hint\">\(["vi": "Lệ phí hồ sơ nộp là xong ngay, không hủy được; khoản nộp cùng lần với lệ phí cũng vậy.", "en": "A dossier's fee is final at once and cannot be undone, nor can what is paid together with it."] as Text, l)</p>" as HTML : nil)
            """
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(["vi": "Hộ", "en": "Household"] as Text, l) \(visit.household)</h1>\(list)
            <form method="post" action="/household/pay" novalidate>\(key(visit))<input type="hidden" name="id" value="\(id)">
            <ul class="bills">\(rows)</ul>
            \(entry("extra", ["vi": "Nộp thêm khoản của người khác", "en": "Also pay somebody else's bill"], hint: ["vi": "Mã khoản trên giấy báo, ví dụ TH0001.112026-25.", "en": "The number on their bill, such as TH0001.112026-25."], isOptional: true, form, l))
            \(confirm)\(rows.isEmpty && (form.texts["extra"] ?? "").isEmpty ? "<input type=\"hidden\" name=\"means\" value=\"transfer\"><p><button class=\"button secondary\">\(["vi": "Nộp khoản này", "en": "Pay this bill"] as Text, l)</button></p>" as HTML : ways)</form>
            \(last.isEmpty ? nil : "<h2>\(["vi": "Các lần nộp gần đây", "en": "Recent payments"] as Text, l)</h2><ul>\(last)</ul>" as HTML)
            \(visit.citizen == nil ? "<form method=\"post\" action=\"/household/leave\"><p><button class=\"link\">\(["vi": "Xong, đóng lại", "en": "Done, close"] as Text, l)</button></p></form>" as HTML : """
            <p><a href="/household/account">\(["vi": "Tài khoản ngân hàng của hộ", "en": "The household's bank account"] as Text, l)</a> · <a href="/household/devices">\(["vi": "Thiết bị trong nhà", "en": "Household devices"] as Text, l)</a></p>
            """ as HTML)
            """
        return layout(title, request, caller, door: "household").response(objections.isEmpty && outsiders.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func payPage(_ request: Request, _ caller: Caller, _ visit: HouseholdVisit) async throws -> Response {
        let form = request.form ?? []
        func text(_ name: String) -> String { form.first { $0.name == name }?.value.trimmed ?? "" }
        let chosen = form.filter { $0.name == "bill" }
        // A part of one bill, from its own page.
        var part: Money?
        if !text("part").isEmpty, chosen.count == 1 {
            guard let typed = amount(text("part")), typed > 0 else {
                let bill = String(chosen[0].value.prefix { $0 != "|" })
                return try billPage(
                    request, caller, visit, bill, [Objection(field: "part", code: "pattern", ["vi": "Nhập số tiền bằng đồng.", "en": "Enter the amount in đồng."])])
            }
            part = Money(typed)
        }
        var lines = chosen.map { one in
            let halves = one.value.split(separator: "|").map(String.init)
            let version = halves.count == 2 ? Int64(halves[1]) : nil
            return PaymentLine(bill: halves.first ?? "", amount: part, version: version == 0 ? nil : version)
        }
        let extra = text("extra").uppercased()
        if !extra.isEmpty { lines.append(PaymentLine(bill: extra)) }
        let isKiosk = try kiosk(request) != nil
        let order = PaymentOrder(
            id: text("id"), household: visit.household, lines: lines, means: text("means") == "mandate" && visit.citizen != nil ? .mandate : .transfer,
            channel: isKiosk ? .kiosk : .web,
            isConfirmed: text("confirmed") == "yes", author: visit.author)
        do {
            let payment = try await payments.pay(order)
            return .redirect("/household/payments/\(Request.encode(payment.id))")
        } catch PaymentError.confirm(let outsiders) {
            // Whose bill a number is must not be found out by trying numbers.
            try accounts.countHouseholdTry(address: request.address, household: visit.household)
            return try basketPage(request, caller, visit, [], outsiders: outsiders)
        } catch PaymentError.noSuchBill(let id) where id == extra {
            return try basketPage(request, caller, visit, [Objection(field: "extra", code: "unknown", PaymentError.noSuchBill(id).text)])
        } catch PaymentError.objections(let objections) where objections.contains(where: { $0.field == "lines" }) {
            return try basketPage(request, caller, visit, objections.map { $0.at("") })
        } catch PaymentError.tooMuch(let bill, let remaining) where part != nil {
            return try billPage(request, caller, visit, bill, [Objection(field: "part", code: "range", PaymentError.tooMuch(bill: bill, remaining: remaining).text)])
        } catch let error as PaymentError {
            return try basketPage(request, caller, visit, [Objection(field: "", code: "refused", error.text)])
        }
    }

    // MARK: One bill

    private func billPage(_ request: Request, _ caller: Caller, _ visit: HouseholdVisit, _ id: String, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        guard let one = try payments.basket(of: visit.household).lines.first(where: { $0.id == id }) else { throw PaymentError.noSuchBill(id) }
        let form = MoneyForm(objections.isEmpty ? nil : request, objections)
        let title = Text(vi: "\(one.title.vi) \(one.period)", en: "\(one.title.en) \(one.period)")
        let code = try payments.code(for: one)
        let isFee = id.hasPrefix("fee:")
        let hasMandate = try visit.citizen != nil && payments.mandate(of: visit.household) != nil
        let isPart = objections.contains { $0.field == "part" }
        let partly: HTML? =
            isFee || one.remaining.amount == 0
            ? nil
            : """
            <details\(isPart ? " open" as HTML : nil)><summary>\(["vi": "Nộp một phần", "en": "Pay a part"] as Text, l)</summary><form method="post" action="/household/pay" novalidate>\(key(visit))<input type="hidden" name="id" value="w-\(Encoding.base32(registry.world.random(10)))"><input type="hidden" name="bill" value="\(id)|\(one.version)"><input type="hidden" name="means" value="\(hasMandate ? "mandate" : "transfer")">\
            \(entry("part", ["vi": "Số tiền nộp lần này, đồng", "en": "Amount this time, in đồng"], width: "w-10", mode: "numeric", form, l))<p><button class="button secondary">\(["vi": "Nộp phần này", "en": "Pay this part"] as Text, l)</button></p></form></details>
            """
        let pupils: HTML? = one.schoolClass.map { "<div><dt>\(["vi": "Lớp", "en": "Class"] as Text, l)</dt><dd>\($0)</dd></div>" }
        let reading: HTML? = one.detail.map { "<div><dt>\(["vi": "Cách tính", "en": "Reckoning"] as Text, l)</dt><dd>\($0)</dd></div>" as HTML }
        let dispute: HTML? =
            isFee
            ? nil
            : one.isDisputed
                ? "<p class=\"notice\">\(["vi": "Bạn đã khiếu nại khoản này; đơn vị thu sẽ trả lời.", "en": "You have questioned this bill; the biller will answer."] as Text, l)</p>"
                : """
                <details\(objections.isEmpty || isPart ? nil : " open" as HTML)><summary>\(["vi": "Khoản này chưa đúng?", "en": "Is this bill wrong?"] as Text, l)</summary><form method="post" action="/household/bills/\(Request.encode(id))/dispute" novalidate>\(key(visit))\
                \(entry("reason", ["vi": "Điều chưa đúng", "en": "What is wrong"], width: "w-full", form, l))<p><button class="button secondary">\(["vi": "Gửi tới đơn vị thu", "en": "Send to the biller"] as Text, l)</button></p></form></details>
                """
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>
            <dl class="summary"><div><dt>\(["vi": "Người nhận", "en": "Payee"] as Text, l)</dt><dd>\(one.payee)</dd></div><div><dt>\(["vi": "Còn phải nộp", "en": "To pay"] as Text, l)</dt><dd>\(money(one.remaining, l))</dd></div>\
            \(one.due.map { "<div><dt>\(["vi": "Hạn nộp", "en": "Due"] as Text, l)</dt><dd>\($0.written(l))</dd></div>" as HTML })\(nameOf(one, visit).map { "<div><dt>\(["vi": "Nộp cho", "en": "For"] as Text, l)</dt><dd>\($0)</dd></div>" as HTML })\(pupils)\(reading)<div><dt>\(["vi": "Mã khoản", "en": "Number"] as Text, l)</dt><dd class="code">\(id)</dd></div></dl>
            \(one.remaining.amount > 0 ? """
            <h2>\(["vi": "Nộp bằng ứng dụng ngân hàng", "en": "Pay with a bank's app"] as Text, l)</h2><p>\(["vi": "Tiền vào tài khoản thu của thành phố và được ghi ngay cho khoản này.", "en": "The money goes into the city's collecting account and is entered for this bill at once."] as Text, l)</p>\
            \(square(code.text, ["vi": "Mã VietQR của khoản này", "en": "VietQR code of this bill"], l))<p class="muted">\(["vi": "Chủ tài khoản", "en": "Account holder"] as Text, l): \(payments.city.account.holder) · \(payments.city.account.number) · \(["vi": "nội dung", "en": "reference"] as Text, l): <span class="code">\(code.purpose ?? "")</span></p>
            """ as HTML : nil)\(partly)\(dispute)
            """
        return frame(title, request, caller, visit).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    // MARK: One payment

    private func mayUndo(_ payment: Payment, _ visit: HouseholdVisit) -> Bool {
        // Who came with the code alone takes back only what was asked for so.
        // Cash lies in a cashier's drawer: whoever took it gives it back.
        payment.means != "cash" && payment.household == visit.household && (visit.citizen != nil || payment.author == visit.author)
    }

    private func paymentPage(_ request: Request, _ caller: Caller, _ visit: HouseholdVisit, _ id: String, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let payment = try payments.payment(id)
        guard payment.household == visit.household else { throw PaymentError.noSuchPayment }
        let title = Text(vi: "Lần nộp \(payment.code)", en: "Payment \(payment.code)")
        let items: [[HTML]] = payment.items.map { item in
            let one = try? payments.payable(item.bill)
            return ["\(one.map { "\($0.title[l]) \($0.period)" } ?? item.bill)", "\(one?.payee ?? "")", money(item.amount, l)]
        }
        var body: HTML
        switch payment.state {
        case .asked where payment.means == "transfer":
            let code = try payments.code(for: payment)
            body = """
                <p class="lead">\(["vi": "Mở ứng dụng ngân hàng và quét mã này.", "en": "Open your bank's app and scan this code."] as Text, l)</p>\(square(code.text, Text(vi: "Mã VietQR, \(payment.total)", en: "VietQR code, \(payment.total)"), l))
                <dl class="summary"><div><dt>\(["vi": "Số tiền", "en": "Amount"] as Text, l)</dt><dd>\(money(payment.total, l))</dd></div><div><dt>\(["vi": "Chủ tài khoản", "en": "Account holder"] as Text, l)</dt><dd>\(payments.city.account.holder)</dd></div><div><dt>\(["vi": "Số tài khoản", "en": "Account"] as Text, l)</dt><dd class="code">\(payments.city.account.number)</dd></div><div><dt>\(["vi": "Nội dung chuyển", "en": "Reference"] as Text, l)</dt><dd class="code">\(payment.code)</dd></div></dl>
                <p class="muted" role="status" data-waits>\(["vi": "Trang tự đổi khi tiền tới.", "en": "This page changes by itself when the money has come."] as Text, l)</p>
                """
        case .asked:
            body =
                "<p class=\"notice\" role=\"status\" data-waits>\(["vi": "Đang hỏi ngân hàng của hộ, thường xong trong vài giây.", "en": "Your bank is being asked; this takes some seconds."] as Text, l)</p>"
        case .held:
            body =
                "<p class=\"notice notice-ok\" role=\"status\">\(["vi": "Đã nhận. Hủy được đến", "en": "Received. It can be undone until"] as Text, l) \(payment.until.map { $0.written(l) } ?? "").</p>"
        case .posted: body = "<p class=\"notice notice-ok\" role=\"status\">\(["vi": "Đã nộp. Đây là biên nhận của bạn.", "en": "Paid. This is your receipt."] as Text, l)</p>"
        case .undone: body = "<p class=\"notice\" role=\"status\">\(["vi": "Đã hủy, các khoản vẫn còn phải nộp.", "en": "Undone: the bills are still to be paid."] as Text, l)</p>"
        case .failed, .reversed:
            body =
                "<p class=\"notice notice-late\" role=\"alert\">\(["vi": "Không thành", "en": "Failed"] as Text, l): \(Payments.reason(payment.fault ?? ""), l). \(["vi": "Các khoản vẫn còn phải nộp.", "en": "The bills are still to be paid."] as Text, l)</p>"
        }
        let undo: HTML? =
            payment.mayUndo(at: registry.world.now()) && mayUndo(payment, visit)
            ? "<form method=\"post\" action=\"/household/payments/\(Request.encode(id))/undo\">\(key(visit))<p><button class=\"button warning\">\(["vi": "Hủy lần nộp này", "en": "Undo this payment"] as Text, l)</button></p></form>"
            : nil
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>\(body)
            \(table(["vi": "Các khoản", "en": "Bills"], [["vi": "Khoản", "en": "Bill"], ["vi": "Người nhận", "en": "Payee"], ["vi": "Số tiền", "en": "Amount"]], items, l))
            <p><strong>\(["vi": "Cộng", "en": "Total"] as Text, l): \(money(payment.total, l))</strong> · \(payment.channel.title, l) · \(payment.created.written(l)) \(stateTag(payment.state, l))</p>\(undo)
            <p class="no-print"><a href="/household/bills">\(["vi": "Về các khoản của hộ", "en": "Back to the household's bills"] as Text, l)</a></p>
            """
        var response = frame(title, request, caller, visit).response(objections.isEmpty ? .ok : .unprocessableContent, content)
        if payment.state == .asked {
            response.headers.add(name: "refresh", value: payment.means == "transfer" ? "5" : "2")
            // Who is in their bank's app meanwhile finds the page still open; it ends with the payment's own time.
            if visit.citizen == nil {
                let end = registry.world.now().milliseconds / 1000 + Parts.visitSeconds
                response.headers.add(
                    name: "set-cookie", value: visitCookie("\(visit.household).\(end).\(visitMark(visit.household, end))", maxAge: Parts.visitSeconds))
            }
        }
        return response
    }

    // MARK: The bank account

    private func accountPage(_ request: Request, _ caller: Caller, _ visit: HouseholdVisit, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Tài khoản ngân hàng của hộ", "en": "The household's bank account"]
        let form = MoneyForm(objections.isEmpty ? nil : request, objections)
        let mandate = try payments.mandate(of: visit.household)
        let asked: HTML? = try payments.askedMandate(of: visit.household).map { one in
            one.state == "asked"
                ? "<p class=\"notice\" role=\"status\">\(["vi": "Đang chờ ngân hàng hỏi chủ tài khoản", "en": "The bank is asking the holder of the account"] as Text, l) •••\(one.account.suffix(3)). \(["vi": "Chưa trích tiền cho đến khi chủ tài khoản đồng ý.", "en": "Nothing is taken until they agree."] as Text, l)</p>"
                : "<p class=\"notice notice-late\" role=\"status\">\(["vi": "Ngân hàng không xác nhận tài khoản", "en": "The bank did not confirm the account"] as Text, l) •••\(one.account.suffix(3)). \(["vi": "Xem lại số tài khoản và tên chủ tài khoản.", "en": "Check its number and its holder's name."] as Text, l)</p>"
        }
        let current: HTML? = mandate.map { one in
            """
            <dl class="summary"><div><dt>\(["vi": "Tài khoản", "en": "Account"] as Text, l)</dt><dd>\(Parts.banks.first { $0.code == one.bank }?.title ?? one.bank) ••• \(one.account.suffix(3)), \(one.holder)</dd></div><div><dt>\(["vi": "Nhiều nhất một ngày", "en": "At most a day"] as Text, l)</dt><dd>\(money(Money(one.daily), l))</dd></div></dl>
            <form method="post" action="/household/account">\(key(visit))<p><button class="button warning" name="do" value="end">\(["vi": "Ngừng ủy quyền trích tiền", "en": "End this"] as Text, l)</button></p></form>
            """
        }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1><p class="lead">\(["vi": "Cho phép thành phố trích từ một tài khoản khi bạn hoặc thiết bị trong nhà bấm nộp, không bao giờ tự trích. Ngân hàng hỏi chủ tài khoản trước.", "en": "Let the city take payments from an account when you, or the device at home, press pay, and never by itself. The bank asks the account's holder first."] as Text, l)</p>\(asked)\(current)
            <h2>\(mandate == nil ? ["vi": "Đăng ký", "en": "Set up"] as Text : ["vi": "Đổi tài khoản", "en": "Change it"] as Text, l)</h2><form method="post" action="/household/account" novalidate>\(key(visit))
            \(pick("bank", ["vi": "Ngân hàng", "en": "Bank"], [("", (["vi": "Chọn ngân hàng", "en": "Choose the bank"] as Text)[l])] + Parts.banks, form, l))
            \(entry("account", ["vi": "Số tài khoản", "en": "Account number"], mode: "numeric", form, l))\(entry("holder", ["vi": "Chủ tài khoản", "en": "Account holder"], form, l))
            \(entry("daily", ["vi": "Nhiều nhất một ngày, đồng", "en": "At most a day, in đồng"], hint: ["vi": "Ví dụ 2.000.000", "en": "Such as 2,000,000"], mode: "numeric", form, l))
            <p><button class="button">\(["vi": "Cho phép", "en": "Allow"] as Text, l)</button></p></form>
            """
        return frame(title, request, caller, visit).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    // MARK: Devices

    private func householdDevices(_ request: Request, _ caller: Caller, _ visit: HouseholdVisit, _ objections: [Objection], about: String? = nil) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Thiết bị trong nhà", "en": "Household devices"]
        let now = registry.world.now()
        let parts: [HTML] = try devices.devices(of: visit.household).map { one in
            let form = one.code == about ? MoneyForm(request, objections) : MoneyForm.empty
            let isLive = one.state == .active || one.state == .frozen || one.state == .announced
            func act(_ name: String) -> String { "/household/devices/\(one.code)/\(name)" }
            let seen: HTML? = one.seen.map { seen in
                let isSilent = now.milliseconds - seen.milliseconds > devices.limits.silentMilliseconds
                return
                    "<div><dt>\(["vi": "Liên lạc gần nhất", "en": "Last seen"] as Text, l)</dt><dd>\(seen.written(l))\(isSilent ? " <span class=\"tag tag-late\">\(["vi": "mất liên lạc", "en": "silent"] as Text, l)</span>" as HTML : nil)</dd></div>"
            }
            let forms: HTML? =
                isLive
                ? """
                <details\(one.code == about ? " open" as HTML : nil)><summary>\(["vi": "Mã PIN và hạn mức", "en": "PIN and limits"] as Text, l)</summary>
                <form method="post" action="\(act("pin"))" novalidate>\(key(visit))\(entry("pin", ["vi": "Mã PIN mới, 6 chữ số", "en": "New PIN, 6 digits"], width: "w-10", mode: "numeric", type: "password", form, l))<p><button class="button secondary">\(["vi": "Đặt PIN", "en": "Set the PIN"] as Text, l)</button></p></form>
                <form method="post" action="\(act("limits"))" novalidate>\(key(visit))<div class="field"><label for="limit-\(one.code)">\(["vi": "Nộp trên mức này cần PIN, đồng", "en": "Above this the PIN is needed, in đồng"] as Text, l)</label><input class="w-10" type="text" inputmode="numeric" id="limit-\(one.code)" name="above" value="\(one.pinLimit)"></div>\
                <div class="field"><label for="daily-\(one.code)">\(["vi": "Nhiều nhất một ngày, đồng", "en": "At most a day, in đồng"] as Text, l)</label><input class="w-10" type="text" inputmode="numeric" id="daily-\(one.code)" name="daily" value="\(one.dailyLimit)"></div><p><button class="button secondary">\(["vi": "Lưu hạn mức", "en": "Save the limits"] as Text, l)</button></p></form></details>
                <form method="post" action="\(act("revocation"))">\(key(visit))<p><button class="button warning">\(["vi": "Mất máy: thu hồi ngay", "en": "Lost: revoke it now"] as Text, l)<span class="visually-hidden"> \(one.code)</span></button></p></form>
                """ : nil
            return """
                <section class="card"><h2 class="code">\(one.code)</h2><dl class="summary"><div><dt>\(["vi": "Tình trạng", "en": "State"] as Text, l)</dt><dd>\(one.state.title, l)</dd></div>\(seen)\
                \(one.state == .active ? "<div><dt>PIN</dt><dd>\(one.hasPin ? ["vi": "đã đặt", "en": "set"] as Text : ["vi": "chưa đặt", "en": "not set"] as Text, l)</dd></div>" as HTML : nil)</dl>\(forms)</section>
                """
        }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>
            \(parts.isEmpty ? "<p class=\"notice\">\(["vi": "Hộ chưa có thiết bị. Hỏi tại phường, xã.", "en": "The household has none yet. Ask at your commune."] as Text, l)</p>" as HTML : HTML.joined(parts))
            """
        return frame(title, request, caller, visit).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func changeDevice(_ request: Request, _ caller: Caller, _ visit: HouseholdVisit, _ code: String, _ act: String) async throws -> Response {
        guard let device = try devices.find(code), device.household == visit.household else { throw DeviceError.unknown }
        let form = MoneyForm(request)
        return try await acting {
            switch act {
            case "pin": try await devices.setPin(form.texts["pin"] ?? "", of: code, author: visit.author)
            case "limits": try await devices.setLimits(pin: amount(form.texts["above"] ?? "") ?? -1, daily: amount(form.texts["daily"] ?? "") ?? -1, of: code, author: visit.author)
            case "revocation": try await devices.revoke(code, reason: "household", author: visit.author)
            default: throw DeviceError.unknown
            }
            return .redirect("/household/devices")
        } refused: {
            try householdDevices(request, caller, visit, $0, about: code)
        }
    }
}
