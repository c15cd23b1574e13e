// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Journal
internal import Ledger
internal import NIOHTTP1
internal import Payments
internal import Registers
internal import Store

/// Bills, payments and banks for other systems: what billers send and fetch, what payment services ask for, what banks tell.
extension Parts {
    private static let householdParameter = Operation.Parameter("code", .path, Schema.string(["pattern": .string("^[0-9]{10}$")]), "The household's code.")
    private static let billerParameter = Operation.Parameter("code", .path, Schema.string(["pattern": .string("^[A-Z]{2,6}[0-9]{0,4}$")]), "The biller's code.")
    private static let moneySchema = Schema.integer(min: 0, max: 1 << 53 - 1)

    private static let payableSchema = Schema.object([
        ("bill", Schema.string()), ("payee", Schema.string()), ("sort", Schema.string()), ("title", Schema.text), ("period", Schema.string()),
        ("class", Schema.nullable(Schema.string())), ("detail", Schema.nullable(Schema.string())),
        ("remaining", moneySchema), ("held", moneySchema), ("due", Schema.nullable(Schema.date)), ("late", Schema.boolean), ("disputed", Schema.boolean),
        ("person", Schema.nullable(Schema.string())), ("version", Schema.integer(min: 0)),
    ])
    private static let basketSchema = Schema.object([("household", Schema.string()), ("total", moneySchema), ("bills", Schema.array(payableSchema))])
    static let paymentSchema = Schema.object([
        ("id", Schema.string()), ("code", Schema.string()), ("state", Schema.string(["enum": .array(PaymentState.allCases.map { .string($0.name) })])), ("total", moneySchema),
        ("means", Schema.string()), ("channel", Schema.string()), ("created", Schema.instant), ("until", Schema.nullable(Schema.instant)),
        ("fault", Schema.nullable(Schema.string())),
        ("qr", Schema.nullable(Schema.string())), ("bills", Schema.array(Schema.object([("bill", Schema.string()), ("amount", moneySchema)]))),
    ])
    static let lineSchema = Schema.object(
        [("bill", Schema.string(["maxLength": .integer(60)])), ("amount", Schema.integer(min: 1, max: 1 << 53 - 1)), ("version", Schema.integer(min: 0, max: 1 << 53 - 1))],
        required: ["bill"],
        closed: true)
    private static let orderSchema = Schema.object(
        [
            ("id", Schema.string(["minLength": .integer(1), "maxLength": .integer(64), "pattern": .string("^[A-Za-z0-9.:_~=-]+$")])),
            ("household", Schema.string(["pattern": .string("^[0-9]{10}$")])),
            ("bills", Schema.array(lineSchema)), ("means", Schema.string(["enum": .array([.string("transfer")])])), ("confirmed", Schema.boolean),
        ], required: ["id", "household", "bills"], closed: true)
    private static let draftSchema = Schema.object(
        [
            ("reference", Schema.string(["maxLength": .integer(18)])), ("household", Schema.string(["maxLength": .integer(20)])),
            ("person", Schema.string(["maxLength": .integer(20)])), ("class", Schema.string(["minLength": .integer(1), "maxLength": .integer(20)])),
            ("amount", Schema.integer(min: 1, max: 1 << 53 - 1)), ("consumption", Schema.integer(min: 0, max: 1_000_000)), ("days", Schema.integer(min: 1, max: 400)),
            ("read", Schema.string(["format": .string("date")])),
            ("title", Schema.string(["maxLength": .integer(120)])), ("period", Schema.string(["maxLength": .integer(20)])), ("due", Schema.date),
        ], required: ["reference", "title", "period", "due"], closed: true)
    private static let billSchema = Schema.object([
        ("bill", Schema.string()), ("household", Schema.nullable(Schema.string())), ("title", Schema.string()), ("period", Schema.string()),
        ("class", Schema.nullable(Schema.string())), ("amount", moneySchema), ("paid", moneySchema),
        ("held", moneySchema), ("due", Schema.date), ("state", Schema.string()), ("dispute", Schema.nullable(Schema.string())),
    ])
    private static let paymentProblems = [400, 401, 403, 404, 409, 413, 415, 422, 503, 507]
    static let paymentsRight = "payments"

    var billingAPI: [Endpoint] {
        [
            Endpoint(
                .GET, "/api/v1/households/{code}/bills", .registers,
                operation: Operation(
                    id: "getBasket", tag: "payments",
                    summary: ["vi": "Các khoản một hộ phải nộp", "en": "All that a household owes; the look is entered for those who live there"],
                    parameters: [Parts.householdParameter, Parts.purposeParameter], answers: [.init(200, "What is due first comes first.", schema: Parts.basketSchema)],
                    problems: [400, 401, 403, 404, 503])
            ) { _, caller, parameters in
                try mayPay(caller, .read)
                let basket = try await payments.basket(of: parameters[0], for: caller.authority, door: "api")
                return Response(json: json(basket))
            },
            Endpoint(
                .POST, "/api/v1/payments", .registers,
                operation: Operation(
                    id: "postPayment", tag: "payments",
                    summary: ["vi": "Nộp một hay nhiều khoản", "en": "Pay bills by a transfer, whose code is given"],
                    body: ("application/json", Parts.orderSchema),
                    answers: [.init(200, "It was asked for before, by the same id.", schema: Parts.paymentSchema), .init(201, "Taken.", schema: Parts.paymentSchema)],
                    problems: Parts.paymentProblems)
            ) { request, caller, _ in
                try mayPay(caller, .write)
                let order = try order(try json(request), caller)
                let isNew = (try? payments.payment(order.id)) == nil
                let payment = try await payments.pay(order)
                return Response(isNew ? .created : .ok, json: try json(payment), headers: isNew ? [("location", "/api/v1/payments/\(payment.id)")] : [])
            },
            Endpoint(
                .GET, "/api/v1/payments/{id}", .registers,
                operation: Operation(
                    id: "getPayment", tag: "payments", summary: ["vi": "Một lần nộp", "en": "A payment that this system asked for"],
                    parameters: [.init("id", .path, Schema.string(["minLength": .integer(1), "maxLength": .integer(100)]), "The payment's id.")],
                    answers: [.init(200, "As it is.", schema: Parts.paymentSchema)], problems: [400, 401, 403, 404])
            ) { _, caller, parameters in
                try mayPay(caller, .read)
                let payment = try payments.payment(parameters[0])
                guard payment.author == caller.authority.id else { throw PaymentError.noSuchPayment }
                return Response(json: try json(payment))
            },
            Endpoint(
                .POST, "/api/v1/payments/{id}/undo", .registers,
                operation: Operation(
                    id: "undoPayment", tag: "payments", summary: ["vi": "Hủy một lần nộp", "en": "Take a payment back while it is not posted, at most 30 minutes"],
                    parameters: [.init("id", .path, Schema.string(["minLength": .integer(1), "maxLength": .integer(100)]), "The payment's id.")],
                    answers: [.init(200, "Undone, or undone before.", schema: Parts.paymentSchema)], problems: [400, 401, 403, 404, 409, 503, 507])
            ) { _, caller, parameters in
                try mayPay(caller, .write)
                let id = caller.authority.id
                return Response(json: try json(try await payments.undo(parameters[0], author: id) { $0.author == id }))
            },
            Endpoint(
                .POST, "/api/v1/billers/{code}/bills", .registers, bodyMax: 8 << 20,
                operation: Operation(
                    id: "postBills", tag: "billers",
                    summary: ["vi": "Gửi các khoản phải nộp", "en": "Send up to 10,000 bills; each is answered by itself, and sending again changes nothing"],
                    parameters: [
                        Parts.billerParameter, .init("replace", .query, Schema.boolean, "Bills whose number is known replace the former ones."),
                        .init("trial", .query, Schema.boolean, "Only tell what would become of each."),
                    ], body: ("application/json", Schema.object([("bills", Schema.array(Parts.draftSchema))], closed: true)),
                    answers: [
                        .init(
                            200, "For each bill in its order.",
                            schema: Schema.object([
                                (
                                    "results",
                                    Schema.array(
                                        Schema.object([
                                            ("line", Schema.integer(min: 1)), ("reference", Schema.string()),
                                            ("outcome", Schema.string(["enum": .array(["added", "replaced", "unchanged", "refused"].map(JSON.string))])),
                                            ("amount", Schema.nullable(Parts.moneySchema)),
                                            ("errors", Schema.array(Schema.object([("field", Schema.string()), ("code", Schema.string()), ("detail", Schema.string())]))),
                                        ]))
                                )
                            ]))
                    ], problems: Parts.paymentProblems)
            ) { request, caller, parameters in
                try mayBill(caller, parameters[0], .write)
                let drafts = try drafts(try json(request))
                let isReplacing = try flag(request, "replace")
                let isTrial = try flag(request, "trial")
                var results: [BillResult] = []
                for start in stride(from: 0, to: max(drafts.count, 1), by: 1000) {
                    results += try await payments.issue(
                        Array(drafts[start..<min(start + 1000, drafts.count)]), of: parameters[0], isReplacing: isReplacing, isTrial: isTrial, author: caller.authority.id)
                }
                return Response(json: .object(["results": .array(results.map { json($0, caller.language) })]))
            },
            Endpoint(
                .GET, "/api/v1/billers/{code}/bills", .registers,
                operation: Operation(
                    id: "listBills", tag: "billers", summary: ["vi": "Các khoản của đơn vị thu", "en": "A biller's own bills, what is due first before the rest"],
                    parameters: [
                        Parts.billerParameter,
                        .init("state", .query, Schema.string(["enum": .array(["open", "paid", "cancelled", "disputed"].map(JSON.string))]), "Which. Default: open."),
                        .init("limit", .query, Schema.integer(min: 1, max: 1000), "How many. Default: 100."),
                        .init("after", .query, Schema.string(["maxLength": .integer(60)]), "What `next` said."),
                    ],
                    answers: [.init(200, "Bills.", schema: Schema.object([("bills", Schema.array(Parts.billSchema)), ("next", Schema.nullable(Schema.string()))]))],
                    problems: [400, 401, 403, 404])
            ) { request, caller, parameters in
                try mayBill(caller, parameters[0], .read)
                return Response(json: try await offLoop { try billList(request, parameters[0]) })
            },
            Endpoint(
                .DELETE, "/api/v1/billers/{code}/bills/{reference}", .registers,
                operation: Operation(
                    id: "cancelBill", tag: "billers", summary: ["vi": "Hủy một khoản", "en": "Cancel a bill that is not paid"],
                    parameters: [Parts.billerParameter, .init("reference", .path, Schema.string(["maxLength": .integer(18), "minLength": .integer(1)]), "The bill's number.")],
                    answers: [.init(204, "Cancelled, or cancelled before.", nil)], problems: [400, 401, 403, 404, 409, 503, 507])
            ) { _, caller, parameters in
                try mayBill(caller, parameters[0], .write)
                try await payments.cancel("\(parameters[0]).\(parameters[1])", reason: "api", author: caller.authority.id)
                return Response(.noContent, type: "application/json", [])
            },
            Endpoint(
                .GET, "/api/v1/billers/{code}/payouts", .registers,
                operation: Operation(
                    id: "listPayouts", tag: "billers", summary: ["vi": "Các lần chuyển cho đơn vị thu", "en": "What the city paid out to a biller, newest first"],
                    parameters: [Parts.billerParameter, .init("limit", .query, Schema.integer(min: 1, max: 1000), "How many. Default: 100.")],
                    answers: [
                        .init(
                            200, "Payouts.",
                            schema: Schema.object([
                                (
                                    "payouts",
                                    Schema.array(
                                        Schema.object([
                                            ("payout", Schema.string()), ("amount", Parts.moneySchema),
                                            ("state", Schema.string(["enum": .array(["proposed", "ordered", "done", "refused", "withdrawn"].map(JSON.string))])),
                                            ("created", Schema.instant),
                                        ]))
                                )
                            ]))
                    ], problems: [400, 401, 403, 404])
            ) { request, caller, parameters in
                try mayBill(caller, parameters[0], .read)
                let (_, limit) = try place(request)
                let list: [JSON] = try payments.payouts(to: parameters[0], limit: limit).map { one in
                    .object([
                        "payout": .string(one.id), "amount": .integer(one.amount.amount), "state": .string(one.state), "created": .string(one.created.description),
                    ])
                }
                return Response(json: .object(["payouts": .array(list)]))
            },
            Endpoint(
                .GET, "/api/v1/billers/{code}/receipts", .registers,
                operation: Operation(
                    id: "listReceipts", tag: "billers", summary: ["vi": "Biên nhận cho đơn vị thu", "en": "What was accepted, posted or undone of a biller's bills, in its order"],
                    parameters: [
                        Parts.billerParameter, .init("after", .query, Schema.integer(min: -1, max: 1 << 53 - 1), "The last number seen."),
                        .init("limit", .query, Schema.integer(min: 1, max: 1000), "How many. Default: 100."),
                        .init(
                            "payout", .query, Schema.string(["pattern": .string("^(held|CT[0-9]{12})$")]),
                            "Only those that this payout holds, or `held`: those that are not paid out yet."),
                    ],
                    answers: [
                        .init(
                            200, "Receipts.",
                            schema: Schema.object([
                                (
                                    "receipts",
                                    Schema.array(
                                        Schema.object([
                                            ("number", Schema.integer(min: 0)), ("bill", Schema.string()), ("payment", Schema.string()), ("event", Schema.string()),
                                            ("amount", Parts.moneySchema),
                                            ("moment", Schema.instant), ("payout", Schema.nullable(Schema.string())),
                                        ]))
                                )
                            ]))
                    ], problems: [400, 401, 403, 404])
            ) { request, caller, parameters in
                try mayBill(caller, parameters[0], .read)
                let (after, limit) = try place(request)
                let choice: Payments.ReceiptChoice
                switch request.parameter("payout") {
                case nil: choice = .all
                case "held": choice = .held
                case let id?:
                    guard let payout = try payments.payout(id), payout.payee == parameters[0] else {
                        throw Problem(.badRequest, "payout", ["vi": "Không có lần chuyển này.", "en": "There is no such payout."])
                    }
                    choice = .payout(id)
                }
                let list: [JSON] = try payments.receipts(of: parameters[0], choice, after: after, limit: limit).map { one in
                    .object([
                        "number": .integer(one.number), "bill": .string(one.bill), "payment": .string(one.payment), "event": .string(one.event),
                        "amount": .integer(one.amount.amount),
                        "moment": .string(one.moment.description), "payout": one.payout.map(JSON.string) ?? .null,
                    ])
                }
                return Response(json: .object(["receipts": .array(list)]))
            },
            Endpoint(
                .POST, "/api/v1/bank/news", .open, bodyMax: 1 << 16,
                operation: Operation(
                    id: "postBankNews", tag: "payments",
                    summary: ["vi": "Ngân hàng báo tin", "en": "What a bank tells; signed as Standard Webhooks have it, taken once whatever order it comes in"],
                    parameters: ["webhook-id", "webhook-timestamp", "webhook-signature"].map {
                        .init(
                            $0, .header, Schema.string(["minLength": .integer(1), "maxLength": .integer(200), "pattern": .string("^[!-~]( ?[!-~])*$")]),
                            "As Standard Webhooks have it.", required: true)
                    },
                    body: (
                        "application/json",
                        Schema.object(
                            [
                                ("id", Schema.string(["maxLength": .integer(60)])), ("bank", Schema.string(["pattern": .string("^[0-9]{6}$")])),
                                ("sort", Schema.string(["enum": .array(["done", "refused", "credit"].map(JSON.string))])), ("text", Schema.string(["maxLength": .integer(500)])),
                                ("amount", Parts.moneySchema), ("reason", Schema.string(["maxLength": .integer(100)])),
                            ], required: ["id", "bank", "sort", "text", "amount"], closed: true)
                    ), answers: [.init(200, "Taken.", schema: Schema.object([("outcome", Schema.string())]))], problems: [400, 401, 413, 415, 422, 503, 507])
            ) { request, _, _ in try await bankNews(request) },
        ]
    }

    // MARK: Who may

    private func mayPay(_ caller: Caller, _ act: Act) throws {
        guard caller.authority.sort != .visitor else { throw Parts.tokenNeeded }
        guard caller.authority.may(act, Parts.paymentsRight) else { throw Problem.noMoney }
    }

    private func mayBill(_ caller: Caller, _ biller: String, _ act: Act) throws {
        guard caller.authority.sort != .visitor else { throw Parts.tokenNeeded }
        guard caller.authority.may(act, Payments.right(biller)) else { throw Problem.noMoney }
        _ = try payments.biller(biller)
    }

    private func flag(_ request: Request, _ name: String) throws -> Bool {
        switch request.parameter(name) {
        case nil, "false": return false
        case "true": return true
        default: throw Problem(.badRequest, name, Text(vi: "\(name) là true hoặc false.", en: "\(name) is true or false."))
        }
    }

    // MARK: Reading

    func lines(_ list: JSON?, _ name: String) throws -> [PaymentLine] {
        guard case .array(let items)? = list, items.count <= 200 else { throw malformedMember(name) }
        return try items.map { item in
            try members(item, only: ["bill", "amount", "version"])
            guard let bill = item["bill"]?.string, bill.utf8.count <= 60 else { throw malformedMember("bill") }
            if let amount = item["amount"], (amount.integer ?? 0) < 1 { throw malformedMember("amount") }
            if let version = item["version"], (version.integer ?? -1) < 0 { throw malformedMember("version") }
            return PaymentLine(bill: bill, amount: item["amount"]?.integer.map { Money($0) }, version: item["version"]?.integer)
        }
    }

    private func order(_ body: JSON, _ caller: Caller) throws -> PaymentOrder {
        try members(body, only: ["id", "household", "bills", "means", "confirmed"])
        guard let id = body["id"]?.string else { throw malformedMember("id") }
        guard let household = body["household"]?.string else { throw malformedMember("household") }
        let means: PaymentMeans
        switch body["means"] {
        case nil, .string("transfer")?: means = .transfer
        // A household's account is for those who live there, and their device.
        case .string("mandate")?:
            throw Problem(
                .forbidden, "mandate", ["vi": "Chỉ người trong hộ mới nộp từ tài khoản của hộ.", "en": "Only those who live there pay from the household's account."])
        default: throw malformedMember("means")
        }
        let isConfirmed: Bool
        switch body["confirmed"] {
        case nil, .boolean(false)?: isConfirmed = false
        case .boolean(true)?: isConfirmed = true
        default: throw malformedMember("confirmed")
        }
        return PaymentOrder(
            id: id, household: household, lines: try lines(body["bills"], "bills"), means: means, channel: .web, isConfirmed: isConfirmed, author: caller.authority.id)
    }

    private func drafts(_ body: JSON) throws -> [(line: Int, draft: BillDraft)] {
        try members(body, only: ["bills"])
        guard case .array(let list)? = body["bills"], list.count <= 10_000 else { throw malformedMember("bills") }
        return try list.enumerated().map { index, one in
            try members(one, only: ["reference", "household", "person", "class", "amount", "consumption", "days", "read", "title", "period", "due"])
            func text(_ name: String) throws -> String? {
                guard let value = one[name] else { return nil }
                guard let text = value.string, text.utf8.count <= 500 else { throw malformedMember(name) }
                return text
            }
            func number(_ name: String) throws -> Int64? {
                guard let value = one[name] else { return nil }
                guard let number = value.integer else { throw malformedMember(name) }
                return number
            }
            var draft = BillDraft()
            draft.reference = try text("reference") ?? ""
            draft.household = try text("household")
            draft.person = try text("person")
            draft.schoolClass = try text("class").map(\.tidied)
            draft.amount = try number("amount")
            draft.consumption = try number("consumption")
            draft.days = try number("days") ?? 30
            draft.read = try text("read").map { text in
                guard let day = Day(text) else { throw malformedMember("read") }
                return day
            }
            draft.title = (try text("title") ?? "").tidied
            draft.period = (try text("period") ?? "").tidied
            draft.due = try text("due").flatMap { Day($0) }
            return (index + 1, draft)
        }
    }

    private func billList(_ request: Request, _ biller: String) throws -> JSON {
        guard let limit = request.parameter("limit").map({ Int($0) }) ?? 100, (1...1000).contains(limit) else {
            throw Problem(.badRequest, "limit", ["vi": "limit không hợp lệ.", "en": "limit is not valid."])
        }
        let name = request.parameter("state") ?? "open"
        let states: [String: BillState] = ["open": .open, "paid": .paid, "cancelled": .cancelled, "disputed": .open]
        guard let state = states[name] else { throw Problem(.badRequest, "state", ["vi": "Không có tình trạng này.", "en": "There is no such state."]) }
        var after: (due: Day, id: String)?
        if let text = request.parameter("after") {
            let halves = text.split(separator: "_", maxSplits: 1).map(String.init)
            guard halves.count == 2, let due = Day(halves[0]) else { throw Problem(.badRequest, "after", ["vi": "after không hợp lệ.", "en": "after is not valid."]) }
            after = (due, halves[1])
        }
        let bills = try payments.bills(of: biller, state: state, isDisputed: name == "disputed", after: after, limit: limit)
        return .object([
            "bills": .array(
                bills.map { bill in
                    .object([
                        "bill": .string(bill.id), "household": bill.household.map(JSON.string) ?? .null, "title": .string(bill.title), "period": .string(bill.period),
                        "class": bill.schoolClass.map(JSON.string) ?? .null,
                        "amount": .integer(bill.amount.amount), "paid": .integer(bill.paid.amount), "held": .integer(bill.held.amount), "due": .string(bill.due.description),
                        "state": .string(bill.state.name), "dispute": bill.dispute.map(JSON.string) ?? .null,
                    ])
                }), "next": bills.count == limit ? .string("\(bills.last!.due)_\(bills.last!.id)") : .null,
        ])
    }

    // MARK: Banks

    /// Standard Webhooks: the signature covers id, time and body; what is older than five minutes is not taken.
    private func bankNews(_ request: Request) async throws -> Response {
        let refused = Problem(.unauthorized, "signature", ["vi": "Chữ ký không đúng.", "en": "The signature is wrong."])
        guard let secret = options.bankSecret, let id = request.header("webhook-id"), let time = request.header("webhook-timestamp").flatMap({ Int64($0) }),
            let signatures = request.header("webhook-signature"), signatures.utf8.count <= 1000
        else { throw refused }
        let code = MAC.sha256(Array("\(id).\(time).".utf8) + request.body, key: secret)
        let isSigned = signatures.split(separator: " ").contains { one in
            one.hasPrefix("v1,") && Encoding.bytes(base64: one.dropFirst(3)).map { equalInConstantTime($0, code) } ?? false
        }
        guard isSigned, abs(registry.world.now().milliseconds / 1000 - time) <= 300 else { throw refused }
        let body = try json(request)
        try members(body, only: ["id", "bank", "sort", "text", "amount", "reason"])
        guard let number = body["id"]?.string, let bank = body["bank"]?.string, bank.utf8.count == 6, let sort = body["sort"]?.string.flatMap({ BankNews.Sort(rawValue: $0) }),
            let text = body["text"]?.string, let amount = body["amount"]?.integer
        else { throw malformedMember("id, bank, sort, text, amount") }
        let outcome = try await payments.receive(BankNews(id: number, bank: bank, sort: sort, text: text, amount: Money(amount), reason: body["reason"]?.string ?? ""))
        return Response(json: .object(["outcome": .string(outcome.rawValue)]))
    }

    // MARK: Writing

    func json(_ basket: Basket) -> JSON {
        let today = registry.world.today
        return .object([
            "household": .string(basket.household), "total": .integer(basket.total.amount),
            "bills": .array(
                basket.lines.map { one in
                    .object([
                        "bill": .string(one.id), "payee": .string(one.payee), "sort": .string(one.sort),
                        "title": .object(["vi": .string(one.title.vi), "en": .string(one.title.en)]),
                        "period": .string(one.period), "class": one.schoolClass.map(JSON.string) ?? .null, "detail": one.detail.map(JSON.string) ?? .null,
                        "remaining": .integer(one.remaining.amount),
                        "held": .integer(one.held.amount),
                        "due": one.due.map { .string($0.description) } ?? .null, "late": .boolean(one.isLate(on: today)), "disputed": .boolean(one.isDisputed),
                        "person": one.personName.map(JSON.string) ?? .null, "version": .integer(one.version),
                    ])
                }),
        ])
    }

    func json(_ payment: Payment) throws -> JSON {
        .object([
            "id": .string(payment.id), "code": .string(payment.code), "state": .string(payment.state.name), "total": .integer(payment.total.amount),
            "means": .string(payment.means),
            "channel": .string(payment.channel.rawValue), "created": .string(payment.created.description), "until": payment.until.map { .string($0.description) } ?? .null,
            "fault": payment.fault.map(JSON.string) ?? .null, "qr": payment.state == .asked && payment.means == "transfer" ? .string(try payments.code(for: payment).text) : .null,
            "bills": .array(payment.items.map { .object(["bill": .string($0.bill), "amount": .integer($0.amount.amount)]) }),
        ])
    }

    private func json(_ result: BillResult, _ l: Language) -> JSON {
        .object([
            "line": .integer(Int64(result.line)), "reference": .string(result.reference), "outcome": .string(result.outcome.rawValue),
            "amount": result.amount.map { .integer($0.amount) } ?? .null,
            "errors": .array(result.objections.map { .object(["field": .string($0.field), "code": .string($0.code), "detail": .string($0.text[l])]) }),
        ])
    }
}
