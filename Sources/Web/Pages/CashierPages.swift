// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Dossiers
internal import HTTP
internal import NIOHTTP1
internal import Notices
internal import Payments
internal import Registers

/// A cashier's counter: a household's code, the bills, the money, the receipt; and the drawer at the end of the shift.
extension Parts {
    var cashierPages: [Endpoint] {
        [
            Endpoint(.GET, "/cashier", .officers) { request, caller, _ in try await cashierPage(request, caller, []) },
            Endpoint(.POST, "/cashier/pay", .officers, bodyMax: 1 << 16) { request, caller, _ in try await takeCash(request, caller) },
            Endpoint(.GET, "/cashier/payments/{id}", .officers) { request, caller, parameters in
                _ = try drawer(caller)
                return try cashReceipt(request, caller, parameters[0], [])
            },
            Endpoint(.POST, "/cashier/payments/{id}/undo", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                _ = try drawer(caller)
                let id = caller.authority.id
                return try await acting {
                    _ = try await payments.undo(parameters[0], author: id) { $0.author == id }
                    return .redirect("/cashier/payments/\(Request.encode(parameters[0]))")
                } refused: {
                    try cashReceipt(request, caller, parameters[0], $0)
                }
            },
            Endpoint(.GET, "/cashier/drawer", .officers) { request, caller, _ in try drawerPage(request, caller, []) },
            Endpoint(.POST, "/cashier/drawer", .officers, bodyMax: 1 << 14) { request, caller, _ in
                let unit = try drawer(caller)
                let form = MoneyForm(request)
                return try await acting {
                    let (_, deposit) = try await payments.closeDrawer(
                        of: caller.authority.id, in: unit, counted: Money(amount(form.texts["counted"] ?? "") ?? -1), request: form.texts["id"] ?? "")
                    return .redirect("/cashier/drawer?closed=\(deposit ?? "empty")")
                } refused: {
                    try drawerPage(request, caller, $0)
                }
            },
        ]
    }

    /// The unit in which the caller's drawer stands.
    private func drawer(_ caller: Caller) throws -> String {
        guard let unit = caller.authority.grants.first(where: { $0.register == Payments.cashierRight && $0.acts.contains(.write) })?.unit else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho thu ngân của một đơn vị.", "en": "This page is for a unit's cashiers."])
        }
        return unit
    }

    private func cashierFrame(_ title: Text, _ request: Request, _ caller: Caller) -> Layout {
        layout(title, request, caller, door: "officer", crumbs: [((["vi": "Quầy thu", "en": "Cashier"] as Text)[caller.language], "/cashier")])
    }

    private func cashierPage(_ request: Request, _ caller: Caller, _ objections: [Objection]) async throws -> Response {
        let unit = try drawer(caller)
        let l = caller.language
        let title: Text = ["vi": "Quầy thu", "en": "Cashier"]
        let form = MoneyForm(request, objections)
        let sought = (request.parameter("household") ?? form.texts["household"] ?? "").trimmed
        let code = try sought.contains(".") ? payments.household(ofBill: sought.uppercased()) ?? "0" : sought.filter(\.isNumber)
        var found: HTML?
        var all = objections
        if !code.isEmpty {
            do {
                // Taking somebody's money is what the look is for.
                var authority = caller.authority
                authority.purpose = Purpose.payment
                let basket = try await payments.basket(of: code, for: authority, door: "cashier")
                found = cashBasket(basket, caller, objections.isEmpty ? nil : request)
            } catch PaymentError.noSuchHousehold {
                all.append(Objection(field: "household", code: "unknown", PaymentError.noSuchHousehold.text))
            }
        }
        let day = try payments.day(of: caller.authority.id, in: unit)
        let content: HTML = """
            \(errorSummary(all, l))<h1>\(title, l)</h1>
            <form class="search" method="get" action="/cashier"><label for="f-household">\(["vi": "Mã hộ hoặc mã khoản", "en": "Household code, or a bill's number"] as Text, l)</label><input type="search" id="f-household" name="household" value="\(sought)" autocomplete="off"><button class="button">\(["vi": "Mở", "en": "Open"] as Text, l)</button></form>
            \(found)
            <h2>\(["vi": "Tiền mặt tôi đang giữ", "en": "My drawer today"] as Text, l)</h2><dl class="figures"><div><dt>\(["vi": "Theo sổ", "en": "By the books"] as Text, l)</dt><dd>\(money(day.expected, l))</dd></div><div><dt>\(["vi": "Còn hủy được", "en": "Can be undone"] as Text, l)</dt><dd>\(money(day.held, l))</dd></div></dl>
            <p><a class="button secondary" href="/cashier/drawer">\(["vi": "Kết ca, nộp quỹ", "en": "Close the drawer"] as Text, l)</a></p>
            \(day.payments.isEmpty ? nil : cashTable(day.payments, l))
            """
        return layout(title, request, caller, door: "officer").response(all.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func cashTable(_ payments: [Payment], _ l: Language) -> HTML {
        let rows: [[HTML]] = payments.map {
            [
                "<a class=\"code\" href=\"/cashier/payments/\(Request.encode($0.id))\">\($0.code)</a>", HTML(text: $0.household ?? "–"), money($0.total, l), stateTag($0.state, l),
                HTML(text: $0.created.written(l)),
            ]
        }
        return table(
            ["vi": "Đã thu hôm nay", "en": "Taken today"],
            [
                ["vi": "Biên nhận", "en": "Receipt"], ["vi": "Mã hộ", "en": "Household"], ["vi": "Số tiền", "en": "Amount"], ["vi": "Tình trạng", "en": "State"],
                ["vi": "Lúc", "en": "At"],
            ], rows, l)
    }

    private func cashBasket(_ basket: Basket, _ caller: Caller, _ sent: Request?) -> HTML {
        let l = caller.language
        guard !basket.lines.isEmpty else { return "<p class=\"notice notice-ok\">\(["vi": "Hộ không còn khoản nào phải nộp.", "en": "Nothing is left to pay."] as Text, l)</p>" }
        let form = MoneyForm(sent)
        let rows: [HTML] = basket.lines.map { one in
            let open = one.remaining.amount > 0
            return """
                <li class="bill">\(open ? "<input type=\"checkbox\" id=\"b-\(one.id)\" name=\"bill\" value=\"\(one.id)|\(one.version)\" checked>" as HTML : "<span class=\"check-gap\"></span>")<label for="b-\(one.id)"><strong>\(one.title, l) \(one.period)</strong> \(money(one.remaining, l))<br><span class="muted">\(one.payee)\(one.personName.map { " · \($0)" as HTML })\(classOf(one, l))\(one.due.map { " · \((["vi": "hạn", "en": "due"] as Text)[l]) \($0.written(l))" } ?? "")</span>\(open ? nil : " <span class=\"tag\">\(["vi": "đang nộp", "en": "being paid"] as Text, l)</span>" as HTML)</label></li>
                """
        }
        return """
            <section><h2>\(["vi": "Hộ", "en": "Household"] as Text, l) \(basket.household): \(money(basket.total, l))</h2>
            <form method="post" action="/cashier/pay" novalidate>\(csrf(caller))<input type="hidden" name="household" value="\(basket.household)"><input type="hidden" name="id" value="\(form.texts["id"] ?? "q-\(Encoding.base32(registry.world.random(10)))")"><ul class="bills">\(rows)</ul>
            \(entry("part", ["vi": "Chỉ nộp một phần, đồng", "en": "Only a part, in đồng"], hint: ["vi": "Khi chọn đúng một khoản.", "en": "When exactly one bill is chosen."], width: "w-10", mode: "numeric", isOptional: true, form, l))
            <p><button class="button">\(["vi": "Đã nhận tiền", "en": "Money received"] as Text, l)</button></p></form></section>
            """
    }

    private func takeCash(_ request: Request, _ caller: Caller) async throws -> Response {
        let unit = try drawer(caller)
        let form = MoneyForm(request)
        let part = (form.texts["part"] ?? "").trimmed
        let chosen = (request.form ?? []).filter { $0.name == "bill" }
        return try await acting {
            var share: Int64?
            if !part.isEmpty {
                guard chosen.count == 1, let typed = amount(part), typed > 0 else {
                    throw PaymentError.objections([
                        Objection(field: "part", code: "one", ["vi": "Chọn đúng một khoản và nhập số tiền.", "en": "Choose exactly one bill and enter the amount."])
                    ])
                }
                share = typed
            }
            let lines = chosen.map { one in
                let halves = one.value.split(separator: "|").map(String.init)
                let version = halves.count == 2 ? Int64(halves[1]) : nil
                return PaymentLine(bill: halves.first ?? "", amount: share.map { Money($0) }, version: version == 0 ? nil : version)
            }
            let payment = try await payments.pay(
                PaymentOrder(
                    id: form.texts["id"] ?? "", household: form.texts["household"], lines: lines, means: .cash(cashier: caller.authority.id, unit: unit), channel: .counter,
                    author: caller.authority.id))
            return .redirect("/cashier/payments/\(Request.encode(payment.id))")
        } refused: {
            try await cashierPage(request, caller, $0.map { $0.field == "lines" ? $0.at("") : $0 })
        }
    }

    private func cashReceipt(_ request: Request, _ caller: Caller, _ id: String, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let payment = try payments.payment(id)
        guard payment.author == caller.authority.id else { throw PaymentError.noSuchPayment }
        let title: Text = ["vi": "Biên nhận", "en": "Receipt"]
        let rows: [[HTML]] = payment.items.map { item in
            let one = try? payments.payable(item.bill)
            return ["\(one.map { "\($0.title[l]) \($0.period)" } ?? item.bill)", "\(one?.payee ?? "")", money(item.amount, l)]
        }
        let undo: HTML? =
            payment.mayUndo(at: registry.world.now())
            ? "<form class=\"no-print\" method=\"post\" action=\"/cashier/payments/\(Request.encode(id))/undo\">\(csrf(caller))<p><button class=\"button warning\">\(["vi": "Hủy, trả lại tiền", "en": "Undo and give the money back"] as Text, l)</button></p></form>"
            : nil
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l) \(payment.code)</h1><p>\(stateTag(payment.state, l)) \(payment.created.written(l)) · \(scopeName(payment.unit, l)) · \(["vi": "hộ", "en": "household"] as Text, l) \(payment.household ?? "–")</p>
            \(table(["vi": "Các khoản", "en": "Bills"], [["vi": "Khoản", "en": "Bill"], ["vi": "Người nhận", "en": "Payee"], ["vi": "Số tiền", "en": "Amount"]], rows, l))
            <p class="lead">\(["vi": "Cộng", "en": "Total"] as Text, l): <strong>\(money(payment.total, l))</strong></p>\(undo)
            <p class="no-print"><a class="button" href="/cashier">\(["vi": "Người tiếp theo", "en": "Next person"] as Text, l)</a></p>
            """
        return cashierFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func drawerPage(_ request: Request, _ caller: Caller, _ objections: [Objection]) throws -> Response {
        let unit = try drawer(caller)
        let l = caller.language
        let title: Text = ["vi": "Kết ca, nộp quỹ", "en": "Close the drawer"]
        let day = try payments.day(of: caller.authority.id, in: unit)
        let form = MoneyForm(objections.isEmpty ? nil : request, objections)
        let number = request.parameter("closed")
        let closed = try number.flatMap { try payments.closing($0, of: caller.authority.id) }
        let done: HTML? = closed.map { one in
            let difference = one.counted.amount - one.expected.amount
            var beside = "."
            if difference > 0 { beside = ", \((["vi": "thừa", "en": "over by"] as Text)[l]) \(l.number(difference)) đ." }
            if difference < 0 { beside = ", \((["vi": "thiếu", "en": "short by"] as Text)[l]) \(l.number(-difference)) đ." }
            return """
                <div class="notice \(difference == 0 ? "notice-ok" : "notice-late")" role="status"><p>\(["vi": "Đã kết ca. Theo sổ", "en": "Closed. Expected"] as Text, l) \(money(one.expected, l)), \(["vi": "đếm được", "en": "counted"] as Text, l) \(money(one.counted, l))\(beside)</p>\
                \(one.counted.amount > 0 ? "<p>\(["vi": "Mang tiền ra ngân hàng, ghi nội dung nộp:", "en": "Take the money to the bank with this reference:"] as Text, l) <strong class=\"code code-large\">\(number ?? "")</strong></p>" as HTML : nil)</div>
                """
        }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>\(done)\(number == "empty" ? "<p class=\"notice\" role=\"status\">\(["vi": "Không có tiền để kết ca.", "en": "There is no money to close."] as Text, l)</p>" as HTML : nil)
            \(closed == nil ? """
            <p class="lead">\(["vi": "Theo sổ, bạn phải có", "en": "By the books the drawer holds"] as Text, l) \(money(day.expected, l)). \(["vi": "Kết ca thì các lần thu không hủy được nữa.", "en": "After closing, what was taken can no longer be undone."] as Text, l)</p>
            <form method="post" action="/cashier/drawer" novalidate>\(csrf(caller))<input type="hidden" name="id" value="\(form.texts["id"] ?? "k-\(Encoding.base32(registry.world.random(10)))")">\(entry("counted", ["vi": "Đếm được, đồng", "en": "Counted, in đồng"], width: "w-10", mode: "numeric", form, l))<p><button class="button">\(["vi": "Kết ca", "en": "Close"] as Text, l)</button></p></form>
            """ as HTML : nil)
            <p class="no-print"><a href="/cashier">\(["vi": "Về quầy thu", "en": "Back to the counter"] as Text, l)</a></p>
            """
        return cashierFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
