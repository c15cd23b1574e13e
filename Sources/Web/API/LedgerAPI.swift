// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Dossiers
internal import HTTP
internal import Ledger
internal import NIOHTTP1
internal import Payments
internal import Registers
internal import Store

/// The ledger for systems that keep accounts with the city: transfers, batches, accounts, statements.
extension Parts {
    private static let idSchema = Schema.string(["minLength": .integer(1), "maxLength": .integer(100), "pattern": .string("^[A-Za-z0-9.:_~=-]+$")])
    private static let accountSchema = Schema.string(["minLength": .integer(1), "maxLength": .integer(100), "pattern": .string("^[a-z0-9:.-]+$")])
    private static let amountSchema = Schema.integer(min: 1, max: Ledger.amountMax)

    private static let transferMembers: [(String, JSON)] = [
        ("id", idSchema), ("debit", accountSchema), ("credit", accountSchema), ("amount", amountSchema), ("code", Schema.string(["maxLength": .integer(200)])),
    ]
    private static let transferSchema = Schema.object(
        transferMembers + [("hold", Schema.integer(min: 1, max: 31_536_000))], required: ["id", "debit", "credit", "amount", "code"], closed: true)
    private static let enteredSchema = Schema.object(
        transferMembers + [
            ("state", Schema.string(["enum": .array(["posted", "pending", "voided", "expired"].map(JSON.string))])), ("posted", Schema.integer(min: 0)),
            ("number", Schema.integer(min: 0)),
            ("until", Schema.nullable(Schema.instant)),
        ])
    private static let commandSchema = Schema.object(
        [("act", Schema.string(["enum": .array(["transfer", "post", "void"].map(JSON.string))]))] + transferMembers + [
            ("hold", Schema.integer(min: 1, max: 31_536_000)), ("linked", Schema.boolean),
        ], required: ["act", "id"], closed: true)
    private static let accountAnswer = Schema.object([
        ("name", Schema.string()), ("balance", Schema.integer()), ("debitsPending", Schema.integer(min: 0)), ("creditsPending", Schema.integer(min: 0)),
        ("floor", Schema.nullable(Schema.integer())), ("ceiling", Schema.nullable(Schema.integer())),
    ])
    private static let ledgerProblems = [400, 401, 403, 404, 409, 413, 415, 422, 503, 507]

    var ledger: Ledger { dossiers.ledger }

    var ledgerAPI: [Endpoint] {
        [
            Endpoint(
                .POST, "/api/v1/ledger/transfers", .registers,
                operation: Operation(
                    id: "postTransfer", tag: "ledger", summary: ["vi": "Chuyển tiền giữa hai tài khoản", "en": "Move money between two accounts, or hold it for `hold` seconds"],
                    body: ("application/json", Parts.transferSchema),
                    answers: [.init(200, "It was entered before, with the same content.", schema: Parts.enteredSchema), .init(201, "Entered.", schema: Parts.enteredSchema)],
                    problems: Parts.ledgerProblems)
            ) { request, caller, _ in
                try mayEnterMoney(caller)
                let transfer = try transfer(try json(request), allowing: ["id", "debit", "credit", "amount", "code", "hold"])
                try keepOut([.enter(transfer)])
                let origin = origin(caller)
                let ledger = ledger
                let (entered, isNew) = try await registry.database.write { connection in
                    let before = try ledger.find(transfer.id, on: connection)
                    try ledger.enter([.enter(transfer)], origin, on: connection)
                    return (try ledger.find(transfer.id, on: connection)!, before == nil)
                }
                return Response(isNew ? .created : .ok, json: Parts.json(entered))
            },
            Endpoint(
                .GET, "/api/v1/ledger/transfers", .registers,
                operation: Operation(
                    id: "listTransfers", tag: "ledger", summary: ["vi": "Tìm khoản chuyển", "en": "Transfers by id or by code"],
                    parameters: [
                        .init("id", .query, Parts.idSchema, "The transfer's id."), .init("code", .query, Schema.string(["maxLength": .integer(200)]), "What transfers are for."),
                    ],
                    answers: [.init(200, "Those there are.", schema: Schema.object([("transfers", Schema.array(Parts.enteredSchema))]))], problems: [400, 401, 403, 422])
            ) { request, caller, _ in
                try maySeeMoney(caller)
                let found: [EnteredTransfer]
                if let id = request.parameter("id") {
                    guard Ledger.isID(id) else { throw malformedMember("id") }
                    found = try ledger.find(id).map { [$0] } ?? []
                } else if let code = request.parameter("code") {
                    guard code.count <= 200 else { throw malformedMember("code") }
                    found = try ledger.transfers(code: code)
                } else {
                    throw Problem(.unprocessableContent, "id", ["vi": "Nêu id hoặc code.", "en": "Give an id or a code."])
                }
                return Response(json: .object(["transfers": .array(found.map(Parts.json))]))
            },
            Endpoint(
                .POST, "/api/v1/ledger/transfers/{id}/{act}", .registers,
                operation: Operation(
                    id: "settleTransfer", tag: "ledger", summary: ["vi": "Hạch toán hoặc hủy khoản đang giữ", "en": "Post or void a held transfer"],
                    parameters: [
                        .init("id", .path, Parts.idSchema, "The transfer's id."),
                        .init("act", .path, Schema.string(["enum": .array([.string("post"), .string("void")])]), "What is done."),
                    ], body: ("application/json", Schema.object([("amount", Parts.amountSchema)], required: [], closed: true)),
                    answers: [.init(200, "Done, or done before.", schema: Parts.enteredSchema)], problems: Parts.ledgerProblems)
            ) { request, caller, parameters in
                try mayEnterMoney(caller)
                let amount = try settlementAmount(request)
                let act: LedgerAct
                switch parameters[1] {
                case "post": act = .post(id: parameters[0], amount: amount)
                case "void": act = .void(id: parameters[0])
                default: throw Problem(.notFound, "no-such-act", ["vi": "Chỉ có post và void.", "en": "There are only post and void."])
                }
                try keepOut([act])
                let origin = origin(caller)
                let ledger = ledger
                let entered = try await registry.database.write { connection in
                    try ledger.enter([act], origin, on: connection)
                    return try ledger.find(parameters[0], on: connection)!
                }
                return Response(json: Parts.json(entered))
            },
            Endpoint(
                .POST, "/api/v1/ledger/batches", .registers, bodyMax: 8 << 20,
                operation: Operation(
                    id: "postLedgerBatch", tag: "ledger", summary: ["vi": "Nhiều khoản một lần", "en": "Up to 10,000 commands; linked ones succeed or fail together"],
                    body: ("application/json", Schema.object([("commands", Schema.array(Parts.commandSchema))], closed: true)),
                    answers: [
                        .init(
                            200, "For each command in its order whether it was done.",
                            schema: Schema.object([
                                (
                                    "results",
                                    Schema.array(
                                        Schema.object(
                                            [("id", Schema.string()), ("done", Schema.boolean), ("error", Schema.string()), ("detail", Schema.string())], required: ["id", "done"]))
                                )
                            ]))
                    ], problems: Parts.ledgerProblems)
            ) { request, caller, _ in
                try mayEnterMoney(caller)
                let commands = try commands(try json(request))
                try keepOut(commands.map(\.act))
                let origin = origin(caller)
                let ledger = ledger
                let errors = try await registry.database.write { try ledger.enter(commands, origin, on: $0) }
                let results: [JSON] = zip(commands, errors).map { command, error in
                    guard let error else { return .object(["id": .string(command.act.id), "done": .boolean(true)]) }
                    return .object([
                        "id": .string(command.act.id), "done": .boolean(false), "error": .string(Problem(error).code), "detail": .string(error.text[caller.language]),
                    ])
                }
                return Response(json: .object(["results": .array(results)]))
            },
            Endpoint(
                .GET, "/api/v1/ledger/sum", .registers,
                operation: Operation(
                    id: "getLedgerSum", tag: "ledger", summary: ["vi": "Tổng các số dư", "en": "What all balances sum to, counted now: zero"],
                    answers: [.init(200, "The sum.", schema: Schema.object([("sum", Schema.integer())]))], problems: [401, 403])
            ) { _, caller, _ in
                try maySeeMoney(caller)
                return Response(json: .object(["sum": .integer(try ledger.sum())]))
            },
            Endpoint(
                .GET, "/api/v1/ledger/accounts", .registers,
                operation: Operation(
                    id: "listAccounts", tag: "ledger", summary: ["vi": "Các tài khoản", "en": "Accounts by name"],
                    parameters: [.init("prefix", .query, Schema.string(["maxLength": .integer(100)]), "How their names begin.")],
                    answers: [.init(200, "Accounts.", schema: Schema.object([("accounts", Schema.array(Parts.accountAnswer))]))], problems: [400, 401, 403])
            ) { request, caller, _ in
                try maySeeMoney(caller)
                let prefix = request.parameter("prefix") ?? ""
                guard prefix.count <= 100 else { throw Problem(.badRequest, "prefix", ["vi": "prefix quá dài.", "en": "prefix is too long."]) }
                return Response(json: .object(["accounts": .array(try ledger.accounts(prefix: prefix).prefix(1000).map(Parts.json))]))
            },
            Endpoint(
                .PUT, "/api/v1/ledger/accounts/{name}", .registers,
                operation: Operation(
                    id: "putAccount", tag: "ledger", summary: ["vi": "Mở tài khoản, đặt giới hạn", "en": "Open an account or set its limits; null has none"],
                    parameters: [.init("name", .path, Parts.accountSchema, "The account's name.")],
                    body: (
                        "application/json",
                        Schema.object(
                            [
                                ("floor", Schema.nullable(Schema.integer(min: -Ledger.amountMax, max: Ledger.amountMax))),
                                ("ceiling", Schema.nullable(Schema.integer(min: -Ledger.amountMax, max: Ledger.amountMax))),
                            ], required: [], closed: true)
                    ), answers: [.init(200, "As it is now.", schema: Parts.accountAnswer)], problems: Parts.ledgerProblems)
            ) { request, caller, parameters in
                try mayEnterMoney(caller)
                let body = try json(request)
                let floor = try limit("floor", in: body)
                let ceiling = try limit("ceiling", in: body)
                guard !payments.keeps(account: parameters[0]) else { throw Parts.cityAccount(parameters[0]) }
                let ledger = ledger
                let account = try await registry.database.write { connection in
                    try ledger.open(parameters[0], floor: floor, ceiling: ceiling, on: connection)
                    return try ledger.account(parameters[0], on: connection)!
                }
                return Response(json: Parts.json(account))
            },
            Endpoint(
                .GET, "/api/v1/ledger/accounts/{name}/statement", .registers,
                operation: Operation(
                    id: "getStatement", tag: "ledger", summary: ["vi": "Sao kê một tài khoản", "en": "What moved on an account, oldest first"],
                    parameters: [
                        .init("name", .path, Parts.accountSchema, "The account's name."),
                        .init("after", .query, Schema.integer(min: -1, max: 1 << 53 - 1), "The last number seen."),
                        .init("limit", .query, Schema.integer(min: 1, max: 1000), "How many. Default: 100."),
                    ],
                    answers: [
                        .init(
                            200, "Movements with the balance after each.",
                            schema: Schema.object([
                                (
                                    "lines",
                                    Schema.array(
                                        Schema.object([
                                            ("number", Schema.integer(min: 0)), ("recorded", Schema.instant), ("transfer", Schema.string()), ("code", Schema.string()),
                                            ("other", Schema.string()),
                                            ("change", Schema.integer()), ("balance", Schema.integer()),
                                        ]))
                                ), ("next", Schema.nullable(Schema.integer(min: 0))),
                            ]))
                    ], problems: [400, 401, 403, 422])
            ) { request, caller, parameters in
                try maySeeMoney(caller)
                let (after, limit) = try place(request)
                guard Account.isName(parameters[0]) else { throw LedgerError.badAccount(parameters[0]) }
                let lines = try await offLoop { try ledger.statement(of: parameters[0], after: after, limit: limit) }
                return Response(
                    json: .object([
                        "lines": .array(
                            lines.map { line in
                                .object([
                                    "number": .integer(line.number), "recorded": .string(line.recorded.description), "transfer": .string(line.transfer), "code": .string(line.code),
                                    "other": .string(line.other), "change": .integer(line.change), "balance": .integer(line.balance),
                                ])
                            }), "next": lines.count == limit ? .integer(lines.last!.number) : .null,
                    ]))
            },
        ]
    }

    // MARK: Reading what was asked

    private func mayEnterMoney(_ caller: Caller) throws {
        guard caller.authority.sort != .visitor else { throw Parts.tokenNeeded }
        guard caller.authority.may(.write, Ledger.journal) else { throw Problem.noMoney }
    }

    private func maySeeMoney(_ caller: Caller) throws {
        guard caller.authority.sort != .visitor else { throw Parts.tokenNeeded }
        guard caller.authority.may(.read, Ledger.journal) else { throw Problem.noMoney }
    }

    static func cityAccount(_ name: String) -> Problem {
        Problem(
            .forbidden, "city-account",
            Text(vi: "Tài khoản “\(name)” do chính phần thu nộp của thành phố ghi.", en: "The account “\(name)” is written by the city's own collecting and paying."))
    }

    /// What bills, cashiers, banks and the fund write is not for other systems to write, nor to post or void.
    private func keepOut(_ acts: [LedgerAct]) throws {
        for act in acts {
            let transfer: Transfer?
            switch act {
            case .enter(let one): transfer = one
            case .post(let id, _), .void(let id): transfer = try registry.database.look { try ledger.find(id, on: $0) }?.transfer
            }
            for account in [transfer?.debit, transfer?.credit].compactMap({ $0 }) where payments.keeps(account: account) { throw Parts.cityAccount(account) }
        }
    }

    private func origin(_ caller: Caller) -> LedgerOrigin { LedgerOrigin(author: caller.authority.id, unit: "01", cause: "api") }

    /// A number to go on from, and how many.
    func place(_ request: Request) throws -> (after: Int64, limit: Int) {
        guard let after = request.parameter("after").map({ Int64($0) }) ?? -1, after >= -1, after < 1 << 53 else {
            throw Problem(.badRequest, "after", ["vi": "after không hợp lệ.", "en": "after is not valid."])
        }
        guard let limit = request.parameter("limit").map({ Int($0) }) ?? 100, (1...1000).contains(limit) else {
            throw Problem(.badRequest, "limit", ["vi": "limit không hợp lệ.", "en": "limit is not valid."])
        }
        return (after, limit)
    }

    func malformedMember(_ name: String) -> Problem {
        Problem(
            .unprocessableContent, "member",
            Text(vi: "“\(name.shortened)” thiếu, không có ở đây hoặc sai dạng.", en: "“\(name.shortened)” is missing, does not belong here or has the wrong shape."))
    }

    /// A body that is an object with no other members than these.
    func members(_ body: JSON, only names: Set<String>) throws {
        guard case .object(let members) = body else { throw malformedMember("") }
        for member in members where !names.contains(member.name) { throw malformedMember(member.name) }
    }

    private func transfer(_ body: JSON, allowing names: Set<String>) throws -> Transfer {
        try members(body, only: names)
        func text(_ name: String) throws -> String {
            guard let text = body[name]?.string else { throw malformedMember(name) }
            return text
        }
        guard let amount = body["amount"]?.integer else { throw malformedMember("amount") }
        var hold: Instant?
        if let seconds = body["hold"] {
            guard let seconds = seconds.integer, (1...31_536_000).contains(seconds) else { throw malformedMember("hold") }
            hold = Instant(milliseconds: registry.world.now().milliseconds + seconds * 1000)
        }
        return Transfer(id: try text("id"), debit: try text("debit"), credit: try text("credit"), amount: Money(amount), code: try text("code"), hold: hold)
    }

    private func settlementAmount(_ request: Request) throws -> Money? {
        if request.body.isEmpty { return nil }
        let body = try json(request)
        try members(body, only: ["amount"])
        guard let given = body["amount"] else { return nil }
        guard let amount = given.integer, amount > 0 else { throw malformedMember("amount") }
        return Money(amount)
    }

    private func commands(_ body: JSON) throws -> [LedgerCommand] {
        try members(body, only: ["commands"])
        guard case .array(let list)? = body["commands"], list.count <= Ledger.batchMax else { throw malformedMember("commands") }
        return try list.map { one in
            let isLinked: Bool
            switch one["linked"] {
            case .boolean(let flag)?: isLinked = flag
            case nil: isLinked = false
            default: throw malformedMember("linked")
            }
            switch one["act"]?.string {
            case "transfer":
                return LedgerCommand(.enter(try transfer(one, allowing: ["act", "id", "debit", "credit", "amount", "code", "hold", "linked"])), linked: isLinked)
            case "post", "void":
                try members(one, only: ["act", "id", "amount", "linked"])
                guard let id = one["id"]?.string else { throw malformedMember("id") }
                if let amount = one["amount"], amount.integer == nil { throw malformedMember("amount") }
                return LedgerCommand(one["act"]?.string == "post" ? .post(id: id, amount: one["amount"]?.integer.map { Money($0) }) : .void(id: id), linked: isLinked)
            default: throw malformedMember("act")
            }
        }
    }

    private func limit(_ name: String, in body: JSON) throws -> Int64? {
        try members(body, only: ["floor", "ceiling"])
        switch body[name] {
        case nil, .null?: return nil
        case .integer(let value)?:
            guard abs(value) <= Ledger.amountMax else { throw malformedMember(name) }
            return value
        default: throw malformedMember(name)
        }
    }

    // MARK: Writing

    private static func json(_ entered: EnteredTransfer) -> JSON {
        let transfer = entered.transfer
        return .object([
            "id": .string(transfer.id), "debit": .string(transfer.debit), "credit": .string(transfer.credit), "amount": .integer(transfer.amount.amount),
            "code": .string(transfer.code),
            "state": .string(entered.state.name), "posted": .integer(entered.posted.amount), "number": .integer(entered.number),
            "until": transfer.hold.map { .string($0.description) } ?? .null,
        ])
    }

    private static func json(_ account: Account) -> JSON {
        .object([
            "name": .string(account.name), "balance": .integer(account.balance), "debitsPending": .integer(account.debitsPending),
            "creditsPending": .integer(account.creditsPending),
            "floor": account.floor.map(JSON.integer) ?? .null, "ceiling": account.ceiling.map(JSON.integer) ?? .null,
        ])
    }
}
