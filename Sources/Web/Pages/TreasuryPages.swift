// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Dossiers
internal import HTTP
internal import Ledger
internal import NIOHTTP1
internal import Papers
internal import Payments
internal import Registers

/// The treasurer's desk: what the accounts hold, what the bank says, what nothing explains, what goes to billers, and the end of a day.
extension Parts {
    var treasuryPages: [Endpoint] {
        [
            Endpoint(.GET, "/treasury", .officers) { request, caller, _ in
                try keepsMoney(caller)
                return try await offLoop { try treasuryHome(request, caller, []) }
            },
            Endpoint(.GET, "/treasury/accounts/{name}", .officers) { request, caller, parameters in
                try keepsMoney(caller)
                return try await offLoop { try ledgerAccountPage(request, caller, parameters[0]) }
            },
            Endpoint(.POST, "/treasury/closing", .officers, bodyMax: 1 << 14) { request, caller, _ in
                try keepsMoney(caller, .decide)
                let form = MoneyForm(request)
                return try await acting {
                    guard let day = Day(form.texts["day"] ?? "") else {
                        throw PaymentError.objections([Objection(field: "day", code: "date", ["vi": "Chọn ngày cần khóa.", "en": "Choose the day to close."])])
                    }
                    try await payments.closeBooks(of: day, author: caller.authority.id)
                    return .redirect("/treasury/days/\(day)")
                } refused: {
                    try treasuryHome(request, caller, $0)
                }
            },
            Endpoint(.GET, "/treasury/days/{day}", .officers) { request, caller, parameters in
                try keepsMoney(caller)
                return try closedDayPage(request, caller, parameters[0])
            },
            Endpoint(.GET, "/treasury/unexplained", .officers) { request, caller, _ in
                try keepsMoney(caller)
                return try unexplainedPage(request, caller, [], about: nil)
            },
            Endpoint(.POST, "/treasury/unexplained/{act}", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try keepsMoney(caller, .write)
                return try await settleQuestion(request, caller, parameters[0])
            },
            Endpoint(.GET, "/treasury/statements", .officers) { request, caller, _ in
                try keepsMoney(caller)
                return try await offLoop { try statementsPage(request, caller, []) }
            },
            Endpoint(.POST, "/treasury/statements", .officers, bodyMax: 129 << 20) { request, caller, _ in
                try keepsMoney(caller, .write)
                return try await takeStatement(request, caller)
            },
            Endpoint(.GET, "/treasury/payouts", .officers) { request, caller, _ in
                try keepsMoney(caller)
                return try payoutsPage(request, caller, [])
            },
            Endpoint(.POST, "/treasury/payouts/{act}", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try keepsMoney(caller, .write)
                let form = MoneyForm(request)
                return try await acting {
                    switch parameters[0] {
                    case "proposal": try await payments.proposePayout(to: form.texts["biller"] ?? "", author: caller.authority.id)
                    case "approval":
                        try keepsMoney(caller, .decide)
                        try await payments.approvePayout(form.texts["payout"] ?? "", author: caller.authority.id)
                    case "withdrawal": try await payments.withdrawPayout(form.texts["payout"] ?? "", author: caller.authority.id)
                    default: throw PaymentError.noSuchPayment
                    }
                    return .redirect("/treasury/payouts")
                } refused: {
                    try payoutsPage(request, caller, $0)
                }
            },
        ]
    }

    func keepsMoney(_ caller: Caller, _ act: Act = .read) throws {
        // The treasury is the whole city's: a post in one commune does not reach it.
        guard caller.authority.grants.contains(where: { $0.register == Payments.treasuryRight && $0.unit == nil && $0.acts.contains(act) }) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho thủ quỹ, kế toán của thành phố.", "en": "This page is for the city's treasurers."])
        }
    }

    func treasuryFrame(_ title: Text, _ request: Request, _ caller: Caller) -> Layout {
        layout(title, request, caller, door: "officer", crumbs: [((["vi": "Ngân quỹ", "en": "Treasury"] as Text)[caller.language], "/treasury")])
    }

    private static let accountSorts: [(prefix: String, title: Text)] = [
        ("bank:", ["vi": "Tài khoản ở ngân hàng", "en": "Accounts at banks"]), ("cash:", ["vi": "Tiền mặt ở các quầy", "en": "Cash at counters"]),
        ("transit:", ["vi": "Tiền mặt trên đường ra ngân hàng", "en": "Cash on its way to the bank"]), ("biller:", ["vi": "Phải chuyển cho đơn vị thu", "en": "Owed to billers"]),
        ("suspense:", ["vi": "Chờ làm rõ", "en": "Suspense"]), ("budget:", ["vi": "Ngân sách Nhà nước", "en": "State budget"]),
        ("unit:", ["vi": "Đơn vị giải quyết", "en": "Units that do the work"]),
        ("fund:", ["vi": "Quỹ tái đầu tư", "en": "Re-investment fund"]), ("spent:", ["vi": "Quỹ đã chi", "en": "Spent by the fund"]),
        ("difference:", ["vi": "Chênh lệch quỹ quầy", "en": "Differences of drawers"]),
        ("cost:", ["vi": "Phí ngân hàng", "en": "Bank's fees"]), ("claim:", ["vi": "Ngân hàng còn nợ", "en": "Owed by banks"]),
        ("opening:", ["vi": "Số dư có từ trước", "en": "What was there before"]),
    ]

    /// Whose an account is, where its name alone does not say.
    private func accountOwner(_ name: String) -> String? {
        let parts = name.split(separator: ":").map(String.init)
        guard parts.count > 1 else { return nil }
        switch parts[0] {
        case "biller": return try? payments.biller(parts[1].uppercased()).name
        case "transit", "difference", "cash": return scopeName(parts[1], .vietnamese) + (parts.count > 2 ? " · \(parts[2])" : "")
        default: return nil
        }
    }

    /// A balance with its side, as accountants write it.
    private func sided(_ balance: Int64, _ l: Language) -> HTML {
        let side: Text = balance < 0 ? ["vi": "Có", "en": "Cr"] : ["vi": "Nợ", "en": "Dr"]
        return balance == 0 ? money(Money(0), l) : "\(money(Money(abs(balance)), l)) \(side, l)"
    }

    private func treasuryHome(_ request: Request, _ caller: Caller, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Ngân quỹ", "en": "Treasury"]
        let accounts = try ledger.accounts()
        let sum = try ledger.sum()
        let compared = try payments.reconciliation()
        let form = MoneyForm(objections.isEmpty ? nil : request, objections)
        let last = try ledger.lastClosed()
        var groups: [(String, Int64)] = []
        let sections: [HTML] = Self.accountSorts.compactMap { sort in
            let list = accounts.filter { $0.name.hasPrefix(sort.prefix) }
            guard !list.isEmpty else { return nil }
            let total = list.reduce(0) { $0 + abs($1.balance) }
            groups.append((sort.title[l], total))
            let rows: [[HTML]] = list.prefix(200).map { one in
                [
                    "<a class=\"code\" href=\"/treasury/accounts/\(Request.encode(one.name))\">\(one.name)</a>\(accountOwner(one.name).map { "<br><span class=\"muted\">\($0)</span>" as HTML })",
                    sided(one.balance, l), money(Money(one.debitsPending), l),
                    money(Money(one.creditsPending), l),
                ]
            }
            let heads: [Text] = [
                ["vi": "Tài khoản", "en": "Account"], ["vi": "Số dư", "en": "Balance"], ["vi": "Đang giữ, vào", "en": "Held, coming in"],
                ["vi": "Đang giữ, ra", "en": "Held, going out"],
            ]
            return "<details class=\"data-table\"><summary>\(sort.title, l): \(l.number(total)) đ</summary>\(table(sort.title, heads, rows, l))</details>"
        }
        let tools: [(String, Text, Text)] = [
            (
                "/treasury/statements", ["vi": "Sao kê, đối chiếu", "en": "Statements"],
                Text(vi: "Chênh lệch không giải thích được: \(Money(compared.difference))", en: "Difference that nothing explains: \(Money(compared.difference))")
            ),
            ("/treasury/unexplained", ["vi": "Việc chờ làm rõ", "en": "To be explained"], Text(vi: "\(compared.open) việc", en: "\(compared.open) open")),
            ("/treasury/payouts", ["vi": "Chuyển cho đơn vị thu", "en": "Pay billers"], ["vi": "Đề xuất, người khác duyệt.", "en": "Propose; somebody else approves."]),
            (
                "/treasury/fund", ["vi": "Quỹ tái đầu tư", "en": "Re-investment fund"],
                ["vi": "Cam kết và chi theo mục được duyệt.", "en": "Commit and spend by approved purposes."]
            ),
            ("/treasury/fees", ["vi": "Thử biểu phí khác", "en": "Try other fees"], ["vi": "Năm qua sẽ thu được bao nhiêu.", "en": "What they would have earned last year."]),
            (
                "/treasury/letters", ["vi": "Thư giấy cần in", "en": "Letters to print"],
                ["vi": "Cho hộ không có điện thoại, thiết bị.", "en": "For households without phone or device."]
            ),
        ]
        let drawers: [[HTML]] = try payments.closings(limit: 10).map { one in
            let difference = one.counted.amount - one.expected.amount
            return [
                HTML(text: one.moment.written(l)), HTML(text: scopeName(one.unit, l)), HTML(text: one.cashier), money(one.counted, l),
                difference == 0 ? "0" : "<strong>\(l.number(difference)) đ</strong>",
                "<span class=\"code\">\(one.deposit)</span>",
            ]
        }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>
            <p class="notice \(sum == 0 ? "notice-ok" : "notice-late")">\(["vi": "Tổng mọi số dư vừa cộng lại", "en": "All balances, added up just now"] as Text, l): <strong>\(l.number(sum))</strong></p>
            <div class="grid">\(tools.map { "<a class=\"card\" href=\"\($0.0)\"><h2>\($0.1, l)</h2><p>\($0.2, l)</p></a>" as HTML })</div>
            <h2>\(["vi": "Các tài khoản", "en": "Accounts"] as Text, l)</h2>\(Charts.amounts(["vi": "Tiền đang ở đâu", "en": "Where money lies"], groups, l))\(sections)
            <h2>\(["vi": "Khóa sổ ngày", "en": "Close a day"] as Text, l)</h2><p>\(last.map { "\((["vi": "Đã khóa đến hết ngày", "en": "Closed up to"] as Text)[l]) \($0.written(l)). " } ?? "")\(["vi": "Ngày đã khóa không ghi thêm được gì.", "en": "Nothing can be entered in a closed day."] as Text, l)\(last.map { " <a href=\"/treasury/days/\($0.description)\">\(["vi": "Xem", "en": "Show"] as Text, l)</a>" as HTML })</p>
            <form method="post" action="/treasury/closing" novalidate>\(csrf(caller))\(entry("day", ["vi": "Ngày", "en": "Day"], type: "date", form, l))<p><button class="button secondary">\(["vi": "Khóa sổ", "en": "Close"] as Text, l)</button></p></form>
            \(drawers.isEmpty ? nil : "<h2>\(["vi": "Các quầy kết ca gần đây", "en": "Drawers closed lately"] as Text, l)</h2>\(table(["vi": "Kết ca", "en": "Closings"], [["vi": "Lúc", "en": "At"], ["vi": "Đơn vị", "en": "Unit"], ["vi": "Thu ngân", "en": "Cashier"], ["vi": "Đếm được", "en": "Counted"], ["vi": "Chênh lệch", "en": "Difference"], ["vi": "Mã nộp", "en": "Deposit"]], drawers, l))" as HTML)
            """
        return layout(title, request, caller, door: "officer").response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func ledgerAccountPage(_ request: Request, _ caller: Caller, _ name: String) throws -> Response {
        let l = caller.language
        guard let account = try ledger.account(name) else { throw Problem(.notFound, "no-such-account", ["vi": "Không có tài khoản này.", "en": "There is no such account."]) }
        let rows: [[HTML]] = try ledger.lastMovements(of: name, limit: 100).map { one in
            [
                HTML(text: one.recorded.written(l)), "<span class=\"code\">\(one.code)</span>",
                "<a class=\"code\" href=\"/treasury/accounts/\(Request.encode(one.other))\">\(one.other)</a>",
                money(Money(one.change), l), money(Money(one.balance), l),
            ]
        }
        let title = Text.same(name)
        let content: HTML = """
            <h1 class="code">\(name)</h1><dl class="figures"><div><dt>\(["vi": "Số dư", "en": "Balance"] as Text, l)</dt><dd>\(money(Money(account.balance), l))</dd></div><div><dt>\(["vi": "Đang giữ, vào", "en": "Held, coming in"] as Text, l)</dt><dd>\(money(Money(account.debitsPending), l))</dd></div><div><dt>\(["vi": "Đang giữ, ra", "en": "Held, going out"] as Text, l)</dt><dd>\(money(Money(account.creditsPending), l))</dd></div></dl>
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Chưa có phát sinh.", "en": "Nothing has moved."] as Text, l)</p>" as HTML : table(["vi": "Sao kê, mới nhất trước", "en": "Statement, newest first"], [["vi": "Lúc", "en": "At"], ["vi": "Nội dung", "en": "For"], ["vi": "Đối ứng", "en": "Other account"], ["vi": "Phát sinh", "en": "Change"], ["vi": "Số dư", "en": "Balance"]], rows, l))
            """
        return treasuryFrame(title, request, caller).response(content)
    }

    private func closedDayPage(_ request: Request, _ caller: Caller, _ text: String) throws -> Response {
        let l = caller.language
        guard let day = Day(text) else { throw Problem(.notFound, "no-such-day", ["vi": "Không có ngày này.", "en": "There is no such day."]) }
        let lines = try ledger.closing(of: day)
        let rows: [[HTML]] = lines.map {
            ["<span class=\"code\">\($0.account)</span>", money(Money($0.opening), l), money(Money($0.debits), l), money(Money($0.credits), l), money(Money($0.closing), l)]
        }
        let title = Text(vi: "Sổ ngày \(day.written(.vietnamese))", en: "The books of \(day.written(.english))")
        let sums = lines.reduce((0 as Int64, 0 as Int64)) { ($0.0 + $1.debits, $0.1 + $1.credits) }
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Phát sinh nợ", "en": "Debits"] as Text, l) \(money(Money(sums.0), l)) · \(["vi": "có", "en": "credits"] as Text, l) \(money(Money(sums.1), l))</p>
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Ngày này chưa khóa hoặc không có phát sinh.", "en": "The day is not closed, or nothing moved."] as Text, l)</p>" as HTML : table(title, [["vi": "Tài khoản", "en": "Account"], ["vi": "Đầu ngày", "en": "Opening"], ["vi": "Nợ", "en": "Debits"], ["vi": "Có", "en": "Credits"], ["vi": "Cuối ngày", "en": "Closing"]], rows, l))
            """
        return treasuryFrame(title, request, caller).response(content)
    }

    // MARK: What nothing explains

    private func unexplainedPage(_ request: Request, _ caller: Caller, _ objections: [Objection], about: String?) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Việc chờ làm rõ", "en": "To be explained"]
        let cards: [HTML] = try payments.unexplained().map { one in
            let form = one.id == about ? MoneyForm(request, objections) : MoneyForm.empty
            let hidden: HTML = "\(csrf(caller))<input type=\"hidden\" name=\"question\" value=\"\(one.id)\">"
            // Several forms stand on the page: ids of fields are the question's own.
            let mark = Encoding.base32(Array(one.id.utf8.prefix(24)) + [UInt8(one.id.utf8.reduce(0) { $0 &+ UInt8($1) })])
            func line(_ name: String, _ label: Text, _ width: String) -> HTML {
                let error = form.objections.first { $0.field == name || (name == "bill" && $0.field.isEmpty) }?.text
                return """
                    <div class="field\(error == nil ? "" : " has-error")"><label for="\(name)-\(mark)">\(label, l)</label>\(error.map { "<p class=\"error-message\">\($0, l)</p>" as HTML })<input class="\(width)" type="text" id="\(name)-\(mark)" name="\(name)" value="\(form.texts[name] ?? "")" autocomplete="off"></div>
                    """
            }
            let acts: HTML =
                one.sort.holdsMoney
                ? """
                <form method="post" action="/treasury/unexplained/assignment" novalidate>\(hidden)\(line("bill", ["vi": "Ghi cho khoản số", "en": "Goes to the bill"], "w-20"))<p><button class="button secondary">\(["vi": "Ghi", "en": "Enter"] as Text, l)</button></p></form>
                <details><summary>\(["vi": "Trả lại người chuyển", "en": "Give it back"] as Text, l)</summary><form method="post" action="/treasury/unexplained/return" novalidate>\(hidden)\(line("bank", ["vi": "Mã ngân hàng (BIN)", "en": "Bank's number (BIN)"], "w-10"))\(line("account", ["vi": "Số tài khoản", "en": "Account"], "w-20"))\(line("holder", ["vi": "Chủ tài khoản", "en": "Holder"], "w-20"))<p><button class="button secondary">\(["vi": "Đề xuất trả lại", "en": "Propose"] as Text, l)</button></p></form></details>
                """
                : "\(one.sort == .capture ? captureActs(hidden, l) : nil)<form method=\"post\" action=\"/treasury/unexplained/explanation\" novalidate>\(hidden)\(line("words", ["vi": "Giải thích", "en": "Explanation"], "w-full"))<p><button class=\"button secondary\">\(["vi": "Ghi", "en": "Enter"] as Text, l)</button></p></form>"
            return
                "<section class=\"card\"><h2>\(one.sort.title, l): \(money(one.amount, l))</h2><p class=\"code\">\(one.text)</p><p class=\"muted\">\(one.created.written(l))</p>\(acts)</section>"
        }
        let content: HTML = """
            \(errorSummary(objections.map { $0.at("") }, l))<h1>\(title, l)</h1>
            \(cards.isEmpty ? "<p class=\"notice notice-ok\">\(["vi": "Mọi đồng đều đã rõ.", "en": "Every đồng is explained."] as Text, l)</p>" as HTML : HTML.joined(cards))
            """
        return treasuryFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    /// A capture that the bank refused: ask once more, or take the payment back.
    private func captureActs(_ hidden: HTML, _ l: Language) -> HTML {
        """
        <form method="post" action="/treasury/unexplained/again">\(hidden)<p class="hint">\(["vi": "Ngân hàng giữ tiền rồi chuyển lại từ đầu; người nộp không phải làm gì.", "en": "The bank holds and moves the money anew; the payer need do nothing."] as Text, l)</p><p><button class="button">\(["vi": "Yêu cầu ngân hàng lần nữa", "en": "Ask the bank again"] as Text, l)</button></p></form>
        <form method="post" action="/treasury/unexplained/reversal">\(hidden)<p class="hint">\(["vi": "Trừ lại của đơn vị thu; các khoản trở lại chưa nộp, hộ và đơn vị thu được báo.", "en": "It is taken back from the biller; the bills are open again, household and biller are told."] as Text, l)</p><p><button class="button warn">\(["vi": "Hủy lần nộp", "en": "Take the payment back"] as Text, l)</button></p></form>
        """
    }

    private func settleQuestion(_ request: Request, _ caller: Caller, _ act: String) async throws -> Response {
        let form = MoneyForm(request)
        let id = form.texts["question"] ?? ""
        let author = caller.authority.id
        return try await acting {
            switch act {
            case "assignment": try await payments.assign(id, toBill: (form.texts["bill"] ?? "").trimmed, author: author)
            case "return":
                try await payments.proposeReturn(
                    id, bank: (form.texts["bank"] ?? "").trimmed, account: (form.texts["account"] ?? "").filter { $0 != " " }, holder: form.texts["holder"] ?? "", author: author)
            case "again": try await payments.askAgain(id, author: author)
            case "reversal": try await payments.reverse(id, author: author)
            case "explanation": try await payments.explain(id, words: form.texts["words"] ?? "", author: author)
            default: throw PaymentError.noSuchPayment
            }
            return .redirect("/treasury/unexplained")
        } refused: {
            try unexplainedPage(request, caller, $0, about: id)
        }
    }

    // MARK: Statements

    private func statementsPage(_ request: Request, _ caller: Caller, _ objections: [Objection], reports: [StatementReport] = []) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Sao kê, đối chiếu", "en": "Statements"]
        let view = try payments.reconciliation()
        let error = objections.first?.text
        let told: [HTML] = reports.map { one in
            one.isKnown
                ? "<p class=\"notice\">\(["vi": "Sao kê này đã nhận trước đây, không ghi gì thêm", "en": "This statement was taken before; nothing was entered"] as Text, l): \(one.id)</p>"
                : "<p class=\"notice notice-ok\">\(one.day.written(l)): \(l.number(one.lines)) \(["vi": "dòng, khớp", "en": "lines, matched"] as Text, l) \(l.number(one.matched)), \(["vi": "mới ghi", "en": "entered"] as Text, l) \(l.number(one.entered)), \(["vi": "chờ làm rõ", "en": "to be explained"] as Text, l) \(l.number(one.unexplained)).</p>"
        }
        let transit: [[HTML]] = view.inTransit.prefix(100).map { [HTML(text: $0.day.written(l)), "<span class=\"code\">\($0.code)</span>", money(Money($0.amount), l)] }
        let taken: [[HTML]] = try payments.statements(limit: 31).map {
            [HTML(text: $0.day.written(l)), HTML(text: $0.id), money(Money($0.opening), l), money(Money($0.closing), l), HTML(text: l.number($0.lines))]
        }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>\(told)
            <dl class="figures"><div><dt>\(["vi": "Theo sao kê", "en": "By the statement"] as Text, l)\(view.day.map { " \($0.written(l))" } ?? "")</dt><dd>\(money(Money(view.statement), l))</dd></div><div><dt>\(["vi": "Theo sổ cái", "en": "By the ledger"] as Text, l)</dt><dd>\(money(Money(view.ledger), l))</dd></div>\
            <div><dt>\(["vi": "Chưa lên sao kê", "en": "Not yet on a statement"] as Text, l)</dt><dd>\(money(Money(view.inTransit.reduce(0) { $0 + $1.amount }), l))</dd></div><div><dt>\(["vi": "Không giải thích được", "en": "Unexplained"] as Text, l)</dt><dd><strong>\(money(Money(view.difference), l))</strong></dd></div></dl>
            <form method="post" action="/treasury/statements" enctype="multipart/form-data" novalidate>\(csrf(caller))<div class="field\(error == nil ? "" : " has-error")"><label for="f-file">\(["vi": "Sao kê của ngân hàng", "en": "The bank's statement"] as Text, l)</label><p class="hint" id="h-file">MT940, camt.053, CSV</p>\(error.map { "<p class=\"error-message\" id=\"e-file\">\($0, l)</p>" as HTML })<input type="file" id="f-file" name="file" aria-describedby="h-file"></div><p><button class="button">\(["vi": "Nhận và đối chiếu", "en": "Take and compare"] as Text, l)</button></p></form>
            \(transit.isEmpty ? nil : "<h2>\(["vi": "Chưa lên sao kê", "en": "Not yet on a statement"] as Text, l)</h2>\(table(["vi": "Chưa lên sao kê", "en": "Not yet on a statement"], [["vi": "Ngày", "en": "Day"], ["vi": "Nội dung", "en": "For"], ["vi": "Số tiền", "en": "Amount"]], transit, l))" as HTML)
            \(taken.isEmpty ? nil : "<h2>\(["vi": "Đã nhận", "en": "Taken"] as Text, l)</h2>\(table(["vi": "Sao kê đã nhận", "en": "Statements taken"], [["vi": "Ngày", "en": "Day"], ["vi": "Mã", "en": "Id"], ["vi": "Đầu kỳ", "en": "Opening"], ["vi": "Cuối kỳ", "en": "Closing"], ["vi": "Dòng", "en": "Lines"]], taken, l))" as HTML)
            """
        return treasuryFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func takeStatement(_ request: Request, _ caller: Caller) async throws -> Response {
        guard let file = (request.parts ?? []).first(where: { $0.name == "file" && $0.file?.isEmpty == false }), !file.content.isEmpty else {
            return try statementsPage(request, caller, [Objection(field: "file", code: "required", ["vi": "Chọn tệp sao kê.", "en": "Choose the statement's file."])])
        }
        let statements: [BankStatement]
        do throws(BankStatement.Fault) { statements = try BankStatement.read(Array(file.content)) } catch {
            let place = error.line > 0 ? Text(vi: "Dòng \(error.line): ", en: "Line \(error.line): ") : .same("")
            return try statementsPage(request, caller, [Objection(field: "file", code: "file", Text(vi: place.vi + error.text.vi, en: place.en + error.text.en))])
        }
        return try await acting {
            let reports = try await payments.take(statements, author: caller.authority.id)
            return try statementsPage(request, caller, [], reports: reports)
        } refused: {
            try statementsPage(request, caller, $0)
        }
    }

    // MARK: Paying billers

    private func payoutsPage(_ request: Request, _ caller: Caller, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Chuyển cho đơn vị thu", "en": "Pay billers"]
        let owed: [[HTML]] = try payments.owedToBillers().map { one in
            let name = (try? payments.biller(one.code).name) ?? one.code
            return [
                "\(name) <span class=\"code\">\(one.code)</span>", money(one.amount, l),
                "<form class=\"inline\" method=\"post\" action=\"/treasury/payouts/proposal\">\(csrf(caller))<input type=\"hidden\" name=\"biller\" value=\"\(one.code)\"><button class=\"link\">\(["vi": "đề xuất chuyển", "en": "propose"] as Text, l)<span class=\"visually-hidden\"> \(name)</span></button></form>",
            ]
        }
        let states: [String: Text] = [
            "proposed": ["vi": "chờ người khác duyệt", "en": "waits for another's approval"], "ordered": ["vi": "ngân hàng đang chuyển", "en": "with the bank"],
            "done": ["vi": "xong", "en": "done"],
            "refused": ["vi": "ngân hàng từ chối", "en": "refused by the bank"], "withdrawn": ["vi": "đã rút", "en": "withdrawn"],
        ]
        let rows: [[HTML]] = try payments.payouts(limit: 50).map { one in
            let parts = one.payee.split(separator: ":").map(String.init)
            let payee =
                one.payee.hasPrefix("return:")
                ? "\((["vi": "trả lại", "en": "given back to"] as Text)[l]) \(parts.dropFirst(3).joined(separator: ":")), \(Parts.banks.first { $0.code == parts[1] }?.title ?? parts[1]) \(parts[2])"
                : one.payee
            func button(_ act: String, _ text: Text) -> HTML {
                "<form class=\"inline\" method=\"post\" action=\"/treasury/payouts/\(act)\">\(csrf(caller))<input type=\"hidden\" name=\"payout\" value=\"\(one.id)\"><button class=\"link\">\(text, l)<span class=\"visually-hidden\"> \(one.id)</span></button></form> "
            }
            let acts: HTML =
                one.state != "proposed"
                ? "" : "\(one.author != caller.authority.id ? button("approval", ["vi": "duyệt", "en": "approve"]) : nil)\(button("withdrawal", ["vi": "rút", "en": "withdraw"]))"
            return [
                "<span class=\"code\">\(one.id)</span>", HTML(text: payee), money(one.amount, l), HTML(text: (states[one.state] ?? .same(one.state))[l]), HTML(text: one.author),
                acts,
            ]
        }
        let acts: Text = ["vi": "Nội dung", "en": "Acts"]
        let content: HTML = """
            \(errorSummary(objections.map { $0.at("") }, l))<h1>\(title, l)</h1>
            \(owed.isEmpty ? "<p class=\"notice notice-ok\">\(["vi": "Không còn khoản nào phải chuyển.", "en": "Nothing is owed to billers."] as Text, l)</p>" as HTML : table(["vi": "Phải chuyển", "en": "Owed"], [["vi": "Đơn vị thu", "en": "Biller"], ["vi": "Số tiền", "en": "Amount"], acts], owed, l))
            \(rows.isEmpty ? nil : "<h2>\(["vi": "Các lần chuyển", "en": "Payouts"] as Text, l)</h2>\(table(["vi": "Các lần chuyển", "en": "Payouts"], [["vi": "Mã", "en": "Number"], ["vi": "Người nhận", "en": "Payee"], ["vi": "Số tiền", "en": "Amount"], ["vi": "Tình trạng", "en": "State"], ["vi": "Người đề xuất", "en": "Proposed by"], acts], rows, l))" as HTML)
            """
        return treasuryFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
