// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Papers
internal import Payments
internal import Registers

/// The billers' door: send bills, see what is paid and what is not, answer those who object, see what the city has paid out.
extension Parts {
    var billerPages: [Endpoint] {
        [
            Endpoint(.GET, "/biller", .officers) { request, caller, _ in try billerChoice(request, caller) },
            Endpoint(.GET, "/biller/{code}", .officers) { request, caller, parameters in
                try works(caller, for: parameters[0])
                return try await offLoop { try billerHome(request, caller, parameters[0]) }
            },
            Endpoint(.GET, "/biller/{code}/upload", .officers) { request, caller, parameters in
                try works(caller, for: parameters[0])
                return try uploadPage(request, caller, parameters[0], [])
            },
            Endpoint(.POST, "/biller/{code}/upload", .officers, bodyMax: 33 << 20) { request, caller, parameters in
                try works(caller, for: parameters[0], writing: true)
                return try await takeBillFile(request, caller, parameters[0])
            },
            Endpoint(.POST, "/biller/{code}/upload/{file}", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try works(caller, for: parameters[0], writing: true)
                let form = MoneyForm(request)
                return try await acting {
                    let report = try await payments.enter(file: parameters[1], of: parameters[0], isReplacing: form.texts["replace"] == "yes", author: caller.authority.id)
                    return try reportPage(request, caller, parameters[0], report, isReplacing: form.texts["replace"] == "yes", isEntered: true)
                } refused: {
                    try uploadPage(request, caller, parameters[0], $0)
                }
            },
            Endpoint(.GET, "/biller/{code}/bills", .officers) { request, caller, parameters in
                try works(caller, for: parameters[0])
                return try await offLoop { try billerBills(request, caller, parameters[0]) }
            },
            Endpoint(.POST, "/biller/{code}/bills/{act}", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try works(caller, for: parameters[0], writing: true)
                let form = MoneyForm(request)
                let id = form.texts["bill"] ?? ""
                guard id.hasPrefix(parameters[0] + ".") else { throw PaymentError.noSuchBill(id) }
                return try await acting {
                    switch parameters[1] {
                    case "cancellation": try await payments.cancel(id, reason: (form.texts["reason"] ?? "").tidied, author: caller.authority.id)
                    case "answer": try await payments.uphold(id, answer: form.texts["answer"] ?? "", author: caller.authority.id)
                    default: throw PaymentError.noSuchBill(id)
                    }
                    return .redirect("/biller/\(parameters[0])/bills?state=\(form.texts["list"] == "open" ? "open" : "disputed")")
                } refused: {
                    try billerBills(request, caller, parameters[0], objections: $0)
                }
            },
            Endpoint(.GET, "/biller/{code}/receipts", .officers) { request, caller, parameters in
                try works(caller, for: parameters[0])
                return try await offLoop { try billerReceipts(request, caller, parameters[0]) }
            },
            Endpoint(.GET, "/biller/{code}/payouts/{payout}", .officers) { request, caller, parameters in
                try works(caller, for: parameters[0])
                return try await offLoop { try payoutPage(request, caller, parameters[0], parameters[1]) }
            },
            Endpoint(.GET, "/biller/{code}/payouts/{payout}/receipts.csv", .officers) { request, caller, parameters in
                try works(caller, for: parameters[0])
                return try await offLoop { try payoutFile(caller, parameters[0], parameters[1], isWorkbook: false) }
            },
            Endpoint(.GET, "/biller/{code}/payouts/{payout}/receipts.xlsx", .officers) { request, caller, parameters in
                try works(caller, for: parameters[0])
                return try await offLoop { try payoutFile(caller, parameters[0], parameters[1], isWorkbook: true) }
            },
        ]
    }

    private func works(_ caller: Caller, for biller: String, writing: Bool = false) throws {
        guard caller.authority.may(writing ? .write : .read, Payments.right(biller)) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho người của đơn vị thu.", "en": "This page is for those who work for the biller."])
        }
        _ = try payments.biller(biller)
    }

    /// The billers for which somebody works.
    func billers(of caller: Caller) -> [String] { caller.authority.grants.map(\.register).filter { $0.hasPrefix("biller/") }.map { String($0.dropFirst(7)) } }

    private func billerChoice(_ request: Request, _ caller: Caller) throws -> Response {
        let mine = billers(of: caller)
        if mine.count == 1 { return .redirect("/biller/\(mine[0])") }
        let l = caller.language
        let title: Text = ["vi": "Đơn vị thu", "en": "Billers"]
        let items: [HTML] = try mine.map { "<li><a href=\"/biller/\($0)\">\(try payments.biller($0).name)</a></li>" }
        let content: HTML = """
            <h1>\(title, l)</h1>\(items.isEmpty ? "<p class=\"notice\">\(["vi": "Tài khoản của bạn không làm cho đơn vị thu nào.", "en": "Your account works for no biller."] as Text, l)</p>" as HTML : "<ul>\(items)</ul>" as HTML)
            """
        return layout(title, request, caller, door: "officer").response(content)
    }

    private func billerFrame(_ title: Text, _ request: Request, _ caller: Caller, _ code: String) -> Layout {
        layout(title, request, caller, door: "officer", crumbs: [((["vi": "Đơn vị thu", "en": "Biller"] as Text)[caller.language] + " " + code, "/biller/\(code)")])
    }

    private func billerHome(_ request: Request, _ caller: Caller, _ code: String) throws -> Response {
        let l = caller.language
        let biller = try payments.biller(code)
        let figures = try payments.figures(of: code)
        let owed = try payments.owedToBillers().first { $0.code == code }?.amount ?? Money(0)
        let payouts = try payments.payouts(to: code, limit: 20)
        func figure(_ title: Text, _ value: HTML, _ href: String? = nil) -> HTML {
            "<div><dt>\(href.map { "<a href=\"\($0)\">\(title, l)</a>" as HTML } ?? HTML(text: title[l]))</dt><dd>\(value)</dd></div>"
        }
        let base = "/biller/\(code)"
        let rows: [[HTML]] = payouts.map {
            [HTML(text: $0.created.day.written(l)), "<a class=\"code\" href=\"\(base)/payouts/\($0.id)\">\($0.id)</a>", money($0.amount, l), HTML(text: payoutState($0.state)[l])]
        }
        let content: HTML = """
            <h1>\(biller.name)</h1>
            <dl class="figures">\(figure(["vi": "Chưa nộp", "en": "Open"], "\(l.number(figures.open.count))<br>\(money(Money(figures.open.amount), l))", "\(base)/bills"))\(figure(["vi": "Trong đó quá hạn", "en": "Of them overdue"], "\(l.number(figures.late.count))<br>\(money(Money(figures.late.amount), l))"))\
            \(figure(["vi": "Đã nộp", "en": "Paid"], "\(l.number(figures.paid.count))<br>\(money(Money(figures.paid.amount), l))", "\(base)/bills?state=paid"))\(figure(["vi": "Có khiếu nại", "en": "Disputed"], "\(l.number(figures.disputed))", "\(base)/bills?state=disputed"))</dl>
            <p><a class="button" href="\(base)/upload">\(["vi": "Gửi tệp các khoản", "en": "Send a file of bills"] as Text, l)</a> <a class="button secondary" href="\(base)/receipts">\(["vi": "Biên nhận", "en": "Receipts"] as Text, l)</a></p>
            \(Charts.amounts(["vi": "Các khoản theo tình trạng", "en": "Bills by state"], [((["vi": "Chưa nộp", "en": "Open"] as Text)[l], figures.open.amount), ((["vi": "Quá hạn", "en": "Overdue"] as Text)[l], figures.late.amount), ((["vi": "Đã nộp", "en": "Paid"] as Text)[l], figures.paid.amount)], l))
            <h2>\(["vi": "Thành phố đang giữ cho đơn vị", "en": "Held by the city for you"] as Text, l): \(money(owed, l))</h2><p><a href="\(base)/payouts/held">\(["vi": "Gồm những biên nhận nào", "en": "Which receipts it holds"] as Text, l)</a></p>
            \(rows.isEmpty ? nil : table(["vi": "Đã chuyển cho đơn vị", "en": "Paid out"], [["vi": "Ngày", "en": "Day"], ["vi": "Mã", "en": "Number"], ["vi": "Số tiền", "en": "Amount"], ["vi": "Tình trạng", "en": "State"]], rows, l))
            """
        return layout(.same(biller.name), request, caller, door: "officer").response(content)
    }

    // MARK: Files

    private func uploadPage(_ request: Request, _ caller: Caller, _ code: String, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Gửi tệp các khoản", "en": "Send a file of bills"]
        let error = objections.first { $0.field == "file" }?.text
        let hasTariff = try payments.biller(code).tariff != nil
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1><p class="lead">\(["vi": "Tệp XLSX hoặc CSV. Bạn xem trước từng dòng; chưa ghi gì cho đến khi bạn bấm ghi.", "en": "An XLSX or CSV file. You see every line first; nothing is entered until you say so."] as Text, l)</p>
            <form method="post" action="/biller/\(code)/upload" enctype="multipart/form-data" novalidate>\(csrf(caller))
            <div class="field\(error == nil ? "" : " has-error")"><label for="f-file">\(["vi": "Tệp", "en": "File"] as Text, l)</label>\(error.map { "<p class=\"error-message\" id=\"e-file\">\($0, l)</p>" as HTML })<input type="file" id="f-file" name="file" accept=".xlsx,.csv"\(error == nil ? nil : " aria-invalid=\"true\" aria-describedby=\"e-file\"" as HTML)></div>
            <div class="field"><label><input type="checkbox" name="replace" value="yes"> \(["vi": "Thay thế các khoản đã gửi có cùng số", "en": "Replace bills sent before with the same number"] as Text, l)</label></div>
            <p><button class="button">\(["vi": "Xem trước", "en": "Preview"] as Text, l)</button></p></form>
            <h2>\(["vi": "Các cột", "en": "Columns"] as Text, l)</h2><p>\(["vi": "Mã khoản, Mã hộ (hoặc Số định danh của học sinh, kèm Lớp), Số tiền, Nội dung, Kỳ, Hạn nộp.", "en": "reference, household (or person, a pupil's number, and class), amount, title, period, due."] as Text, l)\(hasTariff ? " \((["vi": "Có thể gửi Tiêu thụ, Số ngày và Ngày ghi chỉ số thay cho số tiền; thành phố tính theo biểu giá của ngày đó.", "en": "consumption, days and read (the day of reading) may stand for the amount; the city reckons by that day's tariff."] as Text)[l])" : "")</p>
            """
        return billerFrame(title, request, caller, code).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func takeBillFile(_ request: Request, _ caller: Caller, _ code: String) async throws -> Response {
        let parts = request.parts ?? []
        let isReplacing = request.form?.contains { $0.name == "replace" && $0.value == "yes" } ?? false
        guard let file = parts.first(where: { $0.name == "file" && $0.file?.isEmpty == false }), !file.content.isEmpty else {
            return try uploadPage(request, caller, code, [Objection(field: "file", code: "required", ["vi": "Chọn tệp cần gửi.", "en": "Choose the file."])])
        }
        return try await acting {
            let report = try await payments.receive(file: file.file ?? "", Array(file.content), of: code, isReplacing: isReplacing, author: caller.authority.id)
            return try reportPage(request, caller, code, report, isReplacing: isReplacing, isEntered: false)
        } refused: {
            try uploadPage(request, caller, code, $0)
        }
    }

    private func reportPage(_ request: Request, _ caller: Caller, _ code: String, _ report: BillFileReport, isReplacing: Bool, isEntered: Bool) throws -> Response {
        let l = caller.language
        let title: Text = isEntered ? ["vi": "Đã ghi", "en": "Entered"] : ["vi": "Xem trước, chưa ghi gì", "en": "Preview, nothing is entered"]
        let problems: [[HTML]] = report.problems.map { one in
            [HTML(text: String(one.line)), HTML(text: one.reference), HTML.joined(one.objections.map { HTML(text: $0.text[l]) }, "<br>")]
        }
        let samples: [[HTML]] = report.samples.map { [HTML(text: String($0.line)), HTML(text: $0.reference), money($0.amount ?? Money(0), l)] }
        let go: HTML? =
            isEntered || report.added + report.replaced == 0
            ? nil
            : """
            <form method="post" action="/biller/\(code)/upload/\(report.id)">\(csrf(caller))\(isReplacing ? "<input type=\"hidden\" name=\"replace\" value=\"yes\">" as HTML : nil)<p><button class="button">\(["vi": "Ghi các dòng đúng", "en": "Enter the good lines"] as Text, l) (\(l.number(report.added + report.replaced)))</button></p></form>
            """
        let lineHead: Text = ["vi": "Dòng", "en": "Line"]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(report.name)</p>
            <dl class="figures"><div><dt>\(["vi": "Mới", "en": "New"] as Text, l)</dt><dd>\(l.number(report.added))</dd></div><div><dt>\(["vi": "Thay thế", "en": "Replaced"] as Text, l)</dt><dd>\(l.number(report.replaced))</dd></div><div><dt>\(["vi": "Không đổi", "en": "Unchanged"] as Text, l)</dt><dd>\(l.number(report.unchanged))</dd></div><div><dt>\(["vi": "Cần sửa", "en": "To be mended"] as Text, l)</dt><dd>\(l.number(report.refused))</dd></div></dl>
            <p>\(["vi": "Tổng số tiền", "en": "Sum"] as Text, l): <strong>\(money(Money(report.total), l))</strong></p>\(go)
            \(problems.isEmpty ? nil : "<h2>\(["vi": "Dòng cần sửa", "en": "Lines to mend"] as Text, l)</h2>\(table(["vi": "Dòng cần sửa", "en": "Lines to mend"], [lineHead, ["vi": "Mã khoản", "en": "Number"], ["vi": "Điều cần sửa", "en": "What is wrong"]], problems, l))" as HTML)
            \(samples.isEmpty ? nil : "<h2>\(["vi": "Những dòng đầu", "en": "The first lines"] as Text, l)</h2>\(table(["vi": "Những dòng đầu", "en": "The first lines"], [lineHead, ["vi": "Mã khoản", "en": "Number"], ["vi": "Số tiền", "en": "Amount"]], samples, l))" as HTML)
            <p><a href="/biller/\(code)">\(["vi": "Về trang đơn vị thu", "en": "Back to the biller's page"] as Text, l)</a></p>
            """
        return billerFrame(title, request, caller, code).response(content)
    }

    // MARK: Lists

    private func billerBills(_ request: Request, _ caller: Caller, _ code: String, objections: [Objection] = []) throws -> Response {
        let l = caller.language
        let name = request.method == .POST ? MoneyForm(request).texts["list"] ?? "disputed" : request.parameter("state") ?? "open"
        let states: [(String, BillState, Text)] = [
            ("open", .open, ["vi": "Chưa nộp", "en": "Open"]), ("disputed", .open, ["vi": "Có khiếu nại", "en": "Disputed"]), ("paid", .paid, ["vi": "Đã nộp", "en": "Paid"]),
            ("cancelled", .cancelled, ["vi": "Đã hủy", "en": "Cancelled"]),
        ]
        guard let state = states.first(where: { $0.0 == name }) else { throw Problem(.badRequest, "state", ["vi": "Không có nhóm này.", "en": "There is no such list."]) }
        var after: (due: Day, id: String)?
        if let text = request.parameter("after") {
            let halves = text.split(separator: "_", maxSplits: 1).map(String.init)
            if halves.count == 2, let due = Day(halves[0]) { after = (due, halves[1]) }
        }
        let bills = try payments.bills(of: code, state: state.1, isDisputed: name == "disputed", after: after, limit: 50)
        let today = registry.world.today
        let maySend = caller.authority.may(.write, Payments.right(code))
        let rows: [[HTML]] = try bills.map { bill in
            let acts: HTML
            if name == "disputed" {
                acts = """
                    \(bill.dispute ?? "")\(maySend ? """
                    <form method="post" action="/biller/\(code)/bills/answer" novalidate>\(csrf(caller))<input type="hidden" name="bill" value="\(bill.id)"><label for="a-\(bill.id)" class="visually-hidden">\(["vi": "Trả lời", "en": "Answer"] as Text, l) \(bill.id)</label><input class="w-full" type="text" id="a-\(bill.id)" name="answer" maxlength="500"> <button class="button secondary">\(["vi": "Giữ nguyên, trả lời", "en": "It stands, answer"] as Text, l)</button></form>
                    <form class="inline" method="post" action="/biller/\(code)/bills/cancellation">\(csrf(caller))<input type="hidden" name="bill" value="\(bill.id)"><button class="link">\(["vi": "hủy khoản", "en": "cancel the bill"] as Text, l)<span class="visually-hidden"> \(bill.id)</span></button></form>
                    """ as HTML : nil)
                    """
            } else if name == "open", maySend, bill.held.amount == 0 {
                acts =
                    "<form class=\"inline\" method=\"post\" action=\"/biller/\(code)/bills/cancellation\">\(csrf(caller))<input type=\"hidden\" name=\"bill\" value=\"\(bill.id)\"><input type=\"hidden\" name=\"list\" value=\"open\"><button class=\"link\">\(["vi": "hủy", "en": "cancel"] as Text, l)<span class=\"visually-hidden\"> \(bill.id)</span></button></form>"
            } else {
                acts = bill.held.amount > 0 ? "\(["vi": "đang nộp", "en": "being paid"] as Text, l) \(money(bill.held, l))" : ""
            }
            return [
                "<span class=\"code\">\(bill.id)</span>",
                "\(bill.title) \(bill.period)\(bill.schoolClass.map { "<br><span class=\"muted\">\(["vi": "lớp", "en": "class"] as Text, l) \($0)</span>" as HTML })",
                HTML(text: try bill.household ?? payments.pupil(of: bill) ?? "–"), money(bill.amount, l),
                money(bill.paid, l),
                "\(bill.due.written(l))\(bill.state == .open && bill.due < today ? " <span class=\"tag tag-late\">\(["vi": "quá hạn", "en": "overdue"] as Text, l)</span>" as HTML : nil)",
                acts,
            ]
        }
        let tabs: [HTML] = states.map { "<li><a href=\"/biller/\(code)/bills?state=\($0.0)\"\($0.0 == name ? " aria-current=\"page\"" as HTML : nil)>\($0.2, l)</a></li>" }
        let more: HTML? =
            bills.count == 50
            ? "<p><a href=\"/biller/\(code)/bills?state=\(name)&amp;after=\(bills.last!.due.description)_\(Request.encode(bills.last!.id))\">\(["vi": "Xem tiếp", "en": "Show more"] as Text, l)</a></p>"
            : nil
        let heads: [Text] = [
            ["vi": "Mã khoản", "en": "Number"], ["vi": "Nội dung", "en": "What for"], ["vi": "Hộ hoặc người", "en": "Household or person"], ["vi": "Số tiền", "en": "Amount"],
            ["vi": "Đã nộp", "en": "Paid"],
            ["vi": "Hạn", "en": "Due"], ["vi": "Thao tác", "en": "Acts"],
        ]
        let content: HTML = """
            \(errorSummary(objections.map { $0.at("") }, l))<h1>\(state.2, l)</h1><nav class="crumbs" aria-label="\(["vi": "Nhóm", "en": "Lists"] as Text, l)"><ul class="columns">\(tabs)</ul></nav>
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Không có khoản nào.", "en": "There is none."] as Text, l)</p>" as HTML : table(state.2, heads, rows, l))\(more)
            """
        return billerFrame(state.2, request, caller, code).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func billerReceipts(_ request: Request, _ caller: Caller, _ code: String) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Biên nhận", "en": "Receipts"]
        let list = try payments.latestReceipts(of: code, limit: 200)
        let rows: [[HTML]] = list.map {
            [
                HTML(text: $0.moment.written(l)), "<span class=\"code\">\($0.bill)</span>", "<span class=\"code\">\($0.payment)</span>", money($0.amount, l),
                HTML(text: Self.receiptEvent($0.event)[l]),
            ]
        }
        let heads: [Text] = [
            ["vi": "Lúc", "en": "At"], ["vi": "Mã khoản", "en": "Bill"], ["vi": "Lần nộp", "en": "Payment"], ["vi": "Số tiền", "en": "Amount"], ["vi": "Nội dung", "en": "What"],
        ]
        let content: HTML = """
            <h1>\(title, l)</h1><p>\(["vi": "200 lần gần nhất, mới nhất trước. Hệ thống của đơn vị lấy đủ danh sách qua API, theo số thứ tự.", "en": "The latest 200, newest first. Your own system fetches all of them over the API, by their numbers."] as Text, l)</p>
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Chưa có biên nhận.", "en": "There is none yet."] as Text, l)</p>" as HTML : table(title, heads, rows, l))
            """
        return billerFrame(title, request, caller, code).response(content)
    }

    private static func receiptEvent(_ event: String) -> Text {
        switch event {
        case "accepted": ["vi": "đã nhận, còn hủy được", "en": "received, can be undone"]
        case "posted": ["vi": "đã ghi cho đơn vị", "en": "entered for you"]
        case "undone": ["vi": "đã hủy", "en": "undone"]
        case "failed": ["vi": "không thành", "en": "failed"]
        default: ["vi": "ngân hàng không chuyển, trừ lại", "en": "the bank did not pay, taken back"]
        }
    }

    // MARK: What a payout holds

    private func payoutState(_ state: String) -> Text {
        switch state {
        case "proposed": ["vi": "chờ duyệt", "en": "to be approved"]
        case "ordered": ["vi": "đang chuyển", "en": "on its way"]
        case "done": ["vi": "đã chuyển", "en": "paid"]
        case "refused": ["vi": "ngân hàng từ chối", "en": "refused by the bank"]
        default: ["vi": "đã rút", "en": "withdrawn"]
        }
    }

    /// `held` stands for what the city has not paid out yet.
    private func receiptChoice(_ code: String, _ payout: String) throws -> (Payments.ReceiptChoice, Payout?) {
        if payout == "held" { return (.held, nil) }
        guard let found = try payments.payout(payout), found.payee == code else {
            throw Problem(.notFound, "no-such-payout", ["vi": "Không có lần chuyển này.", "en": "There is no such payout."])
        }
        return (.payout(payout), found)
    }

    private func payoutPage(_ request: Request, _ caller: Caller, _ code: String, _ id: String) throws -> Response {
        let l = caller.language
        let (choice, payout) = try receiptChoice(code, id)
        let title: Text = payout.map { Text(vi: "Lần chuyển \($0.id)", en: "Payout \($0.id)") } ?? ["vi": "Thành phố đang giữ cho đơn vị", "en": "Held by the city for you"]
        let (count, sum) = try payments.receiptSum(of: code, choice)
        let list = try payments.receipts(of: code, choice, after: request.parameter("after").flatMap { Int64($0) } ?? -1, limit: 200)
        let rows: [[HTML]] = try list.map { one in
            let bill = try payments.bill(one.bill)
            return [
                HTML(text: String(one.number)), "<span class=\"code\">\(one.bill)</span>", "\(bill.title) \(bill.period)", "<span class=\"code\">\(one.payment)</span>",
                HTML(text: one.moment.written(l)), money(Money(one.event == "reversed" ? -one.amount.amount : one.amount.amount), l), HTML(text: Self.receiptEvent(one.event)[l]),
            ]
        }
        let heads: [Text] = [
            ["vi": "Số", "en": "Number"], ["vi": "Mã khoản", "en": "Bill"], ["vi": "Nội dung", "en": "What for"], ["vi": "Lần nộp", "en": "Payment"], ["vi": "Lúc", "en": "At"],
            ["vi": "Số tiền", "en": "Amount"], ["vi": "Tình trạng", "en": "State"],
        ]
        let base = "/biller/\(code)/payouts/\(id)"
        let figures: HTML = """
            <dl class="figures"><div><dt>\(["vi": "Biên nhận", "en": "Receipts"] as Text, l)</dt><dd>\(l.number(count))</dd></div><div><dt>\(["vi": "Cộng", "en": "Sum"] as Text, l)</dt><dd>\(money(Money(sum), l))</dd></div>\
            \(payout.map { "<div><dt>\(["vi": "Đã chuyển", "en": "Paid out"] as Text, l)</dt><dd>\(money($0.amount, l))</dd></div><div><dt>\(["vi": "Tình trạng", "en": "State"] as Text, l)</dt><dd>\(payoutState($0.state), l)</dd></div><div><dt>\(["vi": "Ngày đề xuất", "en": "Proposed"] as Text, l)</dt><dd>\($0.created.day.written(l))</dd></div>" as HTML })</dl>
            """
        let more: HTML? =
            list.count >= 200 ? "<p><a href=\"\(base)?after=\(String(list.last!.number))\">\(["vi": "Xem tiếp", "en": "Show more"] as Text, l)</a></p>" : nil
        let none: HTML = "<p class=\"notice\">\(["vi": "Không có biên nhận nào.", "en": "There is none."] as Text, l)</p>"
        let content: HTML = """
            <h1>\(title, l)</h1>\(figures)
            \(rows.isEmpty ? nil : "<p class=\"no-print\"><a class=\"button secondary\" href=\"\(base)/receipts.xlsx\">\(["vi": "Tải về Excel", "en": "Download for Excel"] as Text, l)</a> <a class=\"button secondary\" href=\"\(base)/receipts.csv\">CSV</a></p>" as HTML)
            \(rows.isEmpty ? none : table(["vi": "Biên nhận", "en": "Receipts"], heads, rows, l))\(more)
            """
        return billerFrame(title, request, caller, code).response(content)
    }

    /// The same as a file for the biller's own books, all of it.
    private func payoutFile(_ caller: Caller, _ code: String, _ id: String, isWorkbook: Bool) throws -> Response {
        let (choice, _) = try receiptChoice(code, id)
        let l = caller.language
        let header = [
            Text(vi: "Số biên nhận", en: "receipt"), Text(vi: "Mã khoản", en: "reference"), Text(vi: "Nội dung", en: "title"), Text(vi: "Kỳ", en: "period"),
            Text(vi: "Lớp", en: "class"), Text(vi: "Lần nộp", en: "payment"), Text(vi: "Lúc", en: "moment"), Text(vi: "Số tiền, đồng", en: "amount"),
        ].map { $0[l] }
        var sheet = try SpreadsheetWriter(title: id, header: header)
        var csv: [UInt8] = [0xEF, 0xBB, 0xBF] + CSV.line(header)
        var after: Int64 = -1
        while true {
            let page = try payments.receipts(of: code, choice, after: after, limit: 1000)
            for one in page {
                let bill = try payments.bill(one.bill)
                let cells = [
                    String(one.number), String(one.bill.dropFirst(code.count + 1)), bill.title, bill.period, bill.schoolClass ?? "", one.payment, one.moment.written(l),
                    String(one.event == "reversed" ? -one.amount.amount : one.amount.amount),
                ]
                if isWorkbook { try sheet.add(cells) } else { csv += CSV.line(cells) }
            }
            guard page.count >= 1000, let last = page.last else { break }
            after = last.number
        }
        if isWorkbook { try sheet.close() }
        let name = "\(code)-\(id).\(isWorkbook ? "xlsx" : "csv")"
        return Response(
            .ok, type: isWorkbook ? Parts.workbookType : "text/csv; charset=utf-8", isWorkbook ? sheet.take() : csv,
            headers: [("content-disposition", "attachment; filename=\"\(name)\"")])
    }
}
