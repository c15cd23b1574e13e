// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import Registers

/// Dossiers for departments' own systems: hand in, look, act. The same rules as on the pages, since they are the same calls.
extension Parts {
    private static let codeParameter = Operation.Parameter("code", .path, Schema.string(["minLength": .integer(1), "maxLength": .integer(40)]), "The dossier's code.")
    private static let acts = [
        "receipt", "refusal-of-receipt", "assignment", "note", "request", "forwarding", "proposal", "return-to-officer", "decision", "payment", "handing-over", "stop", "apology",
    ]

    private static let dossierSchema = Schema.object(
        [
            ("code", Schema.string()), ("procedure", Schema.string()), ("office", Schema.string()), ("unit", Schema.string()),
            ("status", Schema.object([("code", Schema.integer(min: 1, max: 10)), ("title", Schema.text)])), ("channel", Schema.integer(min: 1, max: 3)),
            ("submitted", Schema.instant), ("due", Schema.nullable(Schema.instant)), ("late", Schema.boolean), ("last", Schema.integer(min: 0)),
        ], required: ["code", "procedure", "office", "unit", "status", "submitted", "due", "late"])

    private static let actSchema = Schema.object(
        [
            ("reasons", Schema.string(["maxLength": .integer(2000)])), ("reason", Schema.string(["maxLength": .integer(2000)])),
            ("text", Schema.string(["maxLength": .integer(2000)])),
            ("approval", Schema.boolean), ("due", Schema.date), ("findings", Schema.answers),
            ("papers", Schema.array(Schema.object([("code", Schema.string()), ("text", Schema.string())], closed: true))),
        ], required: [], closed: true)

    private static let handInSchema = Schema.object(
        [
            ("procedure", Schema.string(["maxLength": .integer(20)])), ("applicant", Schema.string(["maxLength": .integer(40)])),
            ("subject", Schema.string(["maxLength": .integer(40)])),
            ("channel", Schema.integer(min: 1, max: 3)), ("answers", Schema.answers),
            ("files", Schema.array(Schema.object([("paper", Schema.string()), ("content", Schema.string(["contentEncoding": .string("base64")]))], closed: true))),
        ], required: ["procedure", "applicant"], closed: true)

    var dossierAPI: [Endpoint] {
        return [
            Endpoint(
                .GET, "/api/v1/dossiers", .registers,
                operation: Operation(
                    id: "listDossiers", tag: "dossiers", summary: ["vi": "Hồ sơ đến", "en": "The inbox: what waits for an office"],
                    parameters: [
                        .init("queue", .query, Schema.string(["enum": .array(Queue.allCases.map { .string($0.rawValue) })]), "Which of them. Default: open."),
                        .init("limit", .query, Schema.integer(min: 1, max: Int64(dossiers.limits.pageMax)), "How many. Default: 100."),
                    ],
                    answers: [.init(200, "The nearest due times first.", schema: Schema.object([("dossiers", Schema.array(Parts.dossierSchema)), ("more", Schema.boolean)]))],
                    problems: [400, 401, 403])
            ) { request, caller, _ in
                try mustKnow(caller)
                let name = request.parameter("queue") ?? "open"
                guard let queue = Queue(rawValue: name) else { throw Problem(.badRequest, "queue", ["vi": "Không có nhóm này.", "en": "There is no such queue."]) }
                guard let limit = request.parameter("limit").map({ Int($0) }) ?? 100, limit >= 1, limit <= dossiers.limits.pageMax else {
                    throw Problem(.badRequest, "limit", ["vi": "limit không hợp lệ.", "en": "limit is not valid."])
                }
                let (rows, hasMore) = try await offLoop { try dossiers.inbox(queue, for: caller.authority, limit: limit) }
                let now = registry.world.now()
                return Response(
                    json: .object([
                        "dossiers": .array(
                            rows.map { row in
                                .object([
                                    "code": .string(row.code), "procedure": .string(row.procedure), "office": .string(row.office), "unit": .string(row.unit),
                                    "status": status(row.status),
                                    "submitted": .string(row.submitted.description), "due": row.due.map { .string($0.description) } ?? .null, "late": .boolean(row.isLate(at: now)),
                                ])
                            }), "more": .boolean(hasMore),
                    ]))
            },
            Endpoint(
                .POST, "/api/v1/dossiers", .registers, bodyMax: 48 << 20,
                operation: Operation(
                    id: "postDossier", tag: "dossiers", summary: ["vi": "Nộp hồ sơ", "en": "Hand in a dossier"],
                    parameters: [
                        .init(
                            "Idempotency-Key", .header, Schema.string(["minLength": .integer(1), "maxLength": .integer(100), "pattern": .string("^[!-~]+$")]),
                            "The same key and content give the same dossier again; other content is refused.", required: true)
                    ],
                    body: ("application/json", Parts.handInSchema),
                    answers: [.init(200, "It was handed in before, by the same key.", schema: Parts.dossierSchema), .init(201, "Handed in.", schema: Parts.dossierSchema)],
                    problems: [400, 401, 403, 404, 409, 413, 415, 422, 503, 507])
            ) { request, caller, _ in try await handIn(request, caller) },
            Endpoint(
                .GET, "/api/v1/dossiers/{code}", .registers,
                operation: Operation(
                    id: "getDossier", tag: "dossiers", summary: ["vi": "Một hồ sơ", "en": "A dossier with its history; the look is entered for the people concerned"],
                    parameters: [Parts.codeParameter, Parts.purposeParameter],
                    answers: [.init(200, "Its ETag is its state.", schema: Parts.dossierSchema)], problems: [400, 401, 403, 404, 503])
            ) { _, caller, parameters in
                try mustKnow(caller)
                if caller.authority.purpose == nil { throw RegisterError.purposeNeeded }
                let (dossier, history, _) = try await dossiers.dossier(parameters[0], for: .officer(caller.authority))
                return Response(json: json(dossier, history), headers: [("etag", "\"\(dossier.last)\"")])
            },
            Endpoint(
                .POST, "/api/v1/dossiers/{code}/{act}", .registers,
                operation: Operation(
                    id: "actOnDossier", tag: "dossiers", summary: ["vi": "Xử lý hồ sơ", "en": "Act on a dossier"],
                    parameters: [
                        Parts.codeParameter, .init("act", .path, Schema.string(["enum": .array(Parts.acts.map(JSON.string))]), "What is done."),
                        .init("If-Match", .header, Schema.string(), "The ETag of the state that was seen. The same act sent again with it is answered as done."),
                    ], body: ("application/json", Parts.actSchema), answers: [.init(200, "Done.", schema: Parts.dossierSchema)],
                    problems: [400, 401, 403, 404, 409, 413, 415, 422, 503, 507])
            ) { request, caller, parameters in
                try mustKnow(caller)
                guard Parts.acts.contains(parameters[1]) else { throw DossierError.noSuchDossier }
                let form = try pairs(try json(request))
                var expecting: Int64?
                if case .state(let number) = try expectation(request) { expecting = number }
                let after = try await dossiers.act(
                    try officerAct(parameters[1], form, caller, parameters[0]), on: parameters[0], expecting: expecting, by: .officer(caller.authority))
                return Response(json: json(after, []), headers: [("etag", "\"\(after.last)\"")])
            },
        ]
    }

    private func mustKnow(_ caller: Caller) throws {
        guard caller.authority.sort != .visitor else { throw Parts.tokenNeeded }
    }

    private func status(_ status: Dossier.Status) -> JSON {
        .object(["code": .integer(Int64(status.rawValue)), "title": .object(["vi": .string(status.title.vi), "en": .string(status.title.en)])])
    }

    private func json(_ dossier: Dossier, _ history: [(entry: Int64, event: DossierEvent, author: String, at: Instant)]) -> JSON {
        var members: [JSON.Member] = [
            .init("code", .string(dossier.code)), .init("procedure", .string(dossier.submission.procedure)), .init("office", .string(dossier.submission.office)),
            .init("unit", .string(dossier.submission.unit)), .init("status", status(dossier.status)), .init("channel", .integer(Int64(dossier.submission.channel.rawValue))),
            .init("submitted", .string(dossier.submitted.description)), .init("due", dossier.due.map { .string($0.description) } ?? .null),
            .init("late", .boolean(dossier.isLate(at: registry.world.now()))), .init("last", .integer(dossier.last)),
        ]
        guard !history.isEmpty else { return .object(members) }
        members.append(.init("answers", .object(dossier.answers.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.json) })))
        members.append(
            .init(
                "events",
                .array(
                    history.map { one in
                        .object([
                            "entry": .integer(one.entry), "event": .string(one.event.name), "author": .string(one.author), "recorded": .string(one.at.description),
                            "content": one.event.json,
                        ])
                    })))
        return .object(members)
    }

    /// A body of JSON as the pairs of a form.
    private func pairs(_ body: JSON) throws -> [(name: String, value: String)] {
        guard case .object(let members) = body else {
            throw Problem(.badRequest, "body", ["vi": "Nội dung phải là một đối tượng JSON.", "en": "The content must be a JSON object."])
        }
        var pairs: [(name: String, value: String)] = []
        for member in members {
            switch (member.name, member.value) {
            case ("approval", .boolean(let flag)): pairs.append(("approval", flag ? "yes" : "no"))
            case ("papers", .array(let list)):
                for one in list {
                    guard let code = one["code"]?.string else { throw malformed(member.name) }
                    pairs.append(("papers", code))
                    pairs.append(("text-" + code, one["text"]?.string ?? ""))
                }
            case ("findings", .object(let findings)):
                for finding in findings {
                    guard let value = Value(finding.value) else { throw malformed(finding.name) }
                    pairs.append(("finding-" + finding.name, value.plain))
                }
            case (let name, .string(let text)) where ["reasons", "reason", "text", "due"].contains(name): pairs.append((name, text))
            default: throw malformed(member.name)
            }
        }
        return pairs
    }

    private func malformed(_ name: String) -> Problem {
        Problem(
            .unprocessableContent, "member",
            Text(vi: "“\(name.shortened)” không có ở đây hoặc sai dạng.", en: "“\(name.shortened)” does not belong here or has the wrong shape."))
    }

    private func handIn(_ request: Request, _ caller: Caller) async throws -> Response {
        try mustKnow(caller)
        let key = try idempotencyKey(request)
        let body = try json(request)
        guard case .object(let members) = body else { throw malformed("") }
        for member in members where !["procedure", "applicant", "subject", "channel", "answers", "files"].contains(member.name) { throw malformed(member.name) }
        guard let procedure = body["procedure"]?.string else { throw malformed("procedure") }
        guard let applicant = body["applicant"]?.string, applicant.utf8.count <= 40 else { throw malformed("applicant") }
        let subject = body["subject"].flatMap { $0 == .null ? nil : $0 }
        guard subject == nil || subject?.string != nil else { throw malformed("subject") }
        let number = body["channel"]?.integer ?? 2
        guard let channel = SubmissionChannel(rawValue: Int(clamping: number)), body["channel"] == nil || body["channel"]?.integer != nil else { throw malformed("channel") }
        var texts: [String: String] = [:]
        if let answers = body["answers"] {
            guard case .object(let list) = answers else { throw malformed("answers") }
            for answer in list {
                guard let value = Value(answer.value), value.plain.utf8.count <= 8000 else { throw malformed(answer.name) }
                texts[answer.name] = value.plain
            }
        }
        var files: [(paper: String, content: [UInt8])] = []
        if let list = body["files"] {
            guard case .array(let items) = list, items.count <= dossiers.limits.filesMax else { throw malformed("files") }
            for item in items {
                guard let paper = item["paper"]?.string, let content = item["content"]?.string.flatMap({ Encoding.bytes(base64: $0) }) else { throw malformed("files") }
                files.append((paper, content))
            }
        }
        let (dossier, isNew) = try await dossiers.handIn(
            HandedIn(procedure: procedure, applicant: applicant, subject: subject?.string ?? applicant, channel: channel, texts: texts, files: files), key: key,
            content: request.body, by: caller.authority)
        return Response(
            isNew ? .created : .ok, json: json(dossier, []), headers: [("etag", "\"\(dossier.last)\"")] + (isNew ? [("location", "/api/v1/dossiers/\(dossier.code)")] : []))
    }
}
