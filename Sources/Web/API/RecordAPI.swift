// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Foundation
internal import Journal
internal import NIOHTTP1
internal import Registers

/// Records over the API: find, enter, history, proof.
extension Parts {
    var registerParameter: Operation.Parameter {
        .init("register", .path, Schema.string(["enum": .array(registry.registers.map { .string($0.name) })]), "The register's name.")
    }
    var keyParameter: Operation.Parameter {
        .init("key", .path, Schema.string(["minLength": .integer(1), "maxLength": .integer(100)]), "The record's key or its ref.")
    }
    var timeParameters: [Operation.Parameter] {
        [
            .init("on", .query, Schema.date, "The day on which the state holds. Default: today."),
            .init("known", .query, Schema.instant, "The state as it was known at this moment. Default: now."),
        ]
    }
    static let purposeParameter = Operation.Parameter(
        "Purpose", .header, Schema.string(["enum": .array(Purpose.all.map { .string($0.code) })]),
        "Why personal data is read. Needed for personal fields; each look is entered for the person concerned.")
    var pageParameters: [Operation.Parameter] {
        [
            .init("limit", .query, Schema.integer(min: 1, max: Int64(registry.limits.pageMax)), "Records a page. Default: 100."),
            .init("after", .query, Schema.string(["pattern": .string("^[A-Za-z0-9_-]{3,64}$")]), "The `next` of the page before."),
        ]
    }

    var recordAPI: [Endpoint] {
        let door = "api"
        return [
            Endpoint(
                .GET, "/api/v1/registers/{register}/records", .registers,
                operation: Operation(
                    id: "listRecords", tag: "records", summary: ["vi": "Tìm và liệt kê hồ sơ", "en": "Find and list records"],
                    parameters: [
                        registerParameter,
                        .init("q", .query, Schema.string(["maxLength": .integer(200)]), "Words, with or without marks; each by its beginning."),
                        .init("finding", .query, Schema.string(["maxLength": .integer(100)]), "Only records that need a look for this reason; see `quality`."),
                    ] + timeParameters + pageParameters + [Parts.purposeParameter],
                    answers: [
                        .init(
                            200, "A page of records; any filterable field may be given as a parameter.",
                            schema: Schema.object(
                                [("records", Schema.array(Schema.reference("record"))), ("next", Schema.nullable(Schema.string()))]))
                    ], problems: [400, 401, 403, 404, 422, 503])
            ) { request, caller, parameters in try await list(request, caller, parameters[0], format: accepted(request), door: door) },
            Endpoint(.GET, "/api/v1/registers/{register}/records.csv", .registers) { request, caller, parameters in
                try await list(request, caller, parameters[0], format: .csv, door: door)
            },
            Endpoint(.GET, "/api/v1/registers/{register}/records.xlsx", .registers) { request, caller, parameters in
                try await list(request, caller, parameters[0], format: .xlsx, door: door)
            },
            Endpoint(.GET, "/api/v1/registers/{register}/records.jsonl", .registers) { request, caller, parameters in
                try await list(request, caller, parameters[0], format: .jsonl, door: door)
            },
            Endpoint(
                .GET, "/api/v1/registers/{register}/records/{key}", .registers,
                operation: Operation(
                    id: "getRecord", tag: "records", summary: ["vi": "Xem một hồ sơ", "en": "Read a record"],
                    parameters: [registerParameter, keyParameter] + timeParameters + [Parts.purposeParameter],
                    answers: [.init(200, "The record; its ETag is its state.", schema: Schema.reference("record"))], problems: [400, 401, 403, 404, 503]),
                quick: { request, caller, parameters in
                    // The hot path: nothing personal is shown, so nothing has to be entered first.
                    guard request.query.isEmpty else { return nil }
                    return try registry.recordAtOnce(parameters[0], parameters[1], for: caller.authority).map { try answer($0) }
                }
            ) { request, caller, parameters in
                let view = try await registry.record(
                    parameters[0], parameters[1], on: try day(request), known: try instant(request), for: caller.authority, door: door)
                return try answer(view)
            },
            Endpoint(
                .PUT, "/api/v1/registers/{register}/records/{key}", .registers,
                operation: Operation(
                    id: "putRecord", tag: "records", summary: ["vi": "Tạo hoặc sửa hồ sơ", "en": "Create or change a record"],
                    parameters: [
                        registerParameter, keyParameter,
                        .init("If-Match", .header, Schema.string(), "The ETag of the state that is changed, or * for any."),
                    ],
                    body: (
                        "application/json",
                        Schema.object(
                            [
                                ("item", .object(["type": .string("object"), "oneOf": .array(registry.registers.map { Schema.reference($0.name) })])),
                                ("effective", Schema.date), ("cause", Schema.string(["maxLength": .integer(200)])),
                                ("successor", Schema.string(["maxLength": .integer(100)])),
                            ], required: ["item"], closed: true)
                    ),
                    answers: [
                        .init(200, "Changed, or unchanged already.", schema: Parts.outcomeSchema), .init(201, "Created.", schema: Parts.outcomeSchema),
                    ], problems: [400, 401, 403, 404, 409, 412, 413, 415, 422, 503, 507])
            ) { request, caller, parameters in try await put(request, caller, parameters[0], parameters[1]) },
            Endpoint(
                .DELETE, "/api/v1/registers/{register}/records/{key}", .registers,
                operation: Operation(
                    id: "retireRecord", tag: "records", summary: ["vi": "Xóa đăng ký", "en": "Retire a record; nothing is erased"],
                    parameters: [
                        registerParameter, keyParameter,
                        .init("If-Match", .header, Schema.string(), "The ETag of the state that ends, or * for any."),
                        .init("cause", .query, Schema.string(["maxLength": .integer(200)]), "Why it ends."),
                        .init("effective", .query, Schema.date, "The day from which it no longer holds. Default: today."),
                    ], answers: [.init(200, "Retired.", schema: Parts.outcomeSchema)], problems: [400, 401, 403, 404, 412, 422, 503, 507])
            ) { request, caller, parameters in try await retire(request, caller, parameters[0], parameters[1]) },
            Endpoint(
                .GET, "/api/v1/registers/{register}/records/{key}/entries", .registers,
                operation: Operation(
                    id: "listRecordEntries", tag: "records", summary: ["vi": "Lịch sử của hồ sơ", "en": "A record's history, oldest first"],
                    parameters: [registerParameter, keyParameter, Parts.purposeParameter],
                    answers: [.init(200, "The entries.", schema: Schema.object([("entries", Schema.array(Schema.reference("entry")))]))],
                    problems: [400, 401, 403, 404, 503])
            ) { _, caller, parameters in
                let (_, entries) = try await registry.history(parameters[0], parameters[1], for: caller.authority, door: door)
                var bytes = Array("{\"entries\":[".utf8)
                for (index, pair) in entries.enumerated() {
                    if index > 0 { bytes.append(0x2C) }
                    try registry.write(pair.entry, pair.view, for: caller.authority, to: &bytes)
                }
                return Response(.ok, type: "application/json", bytes + Array("]}".utf8))
            },
            Endpoint(
                .GET, "/api/v1/registers/{register}/records/{key}/proof", .registers,
                operation: Operation(
                    id: "getProof", tag: "proofs", summary: ["vi": "Bằng chứng của hồ sơ", "en": "The proof of a record's state"],
                    parameters: [registerParameter, keyParameter, Parts.purposeParameter],
                    answers: [
                        .init(
                            200, "Leaf, disclosures, path and signed checkpoint.",
                            schema: Schema.object([
                                ("leaf", .object(["type": .string("object")])), ("disclosures", Schema.array(Schema.string())), ("index", Schema.integer(min: 0)),
                                ("size", Schema.integer(min: 1)), ("path", Schema.array(Schema.string())), ("checkpoint", Schema.string()),
                            ]))
                    ], problems: [400, 401, 403, 404, 503]),
                quick: { _, caller, parameters in
                    try registry.proofAtOnce(parameters[0], parameters[1], for: caller.authority).map { Response(.ok, type: "application/json", $0) }
                }
            ) { _, caller, parameters in
                Response(.ok, type: "application/json", try await registry.proof(parameters[0], parameters[1], for: caller.authority, door: door))
            },
        ]
    }

    static let outcomeSchema = Schema.object(
        [
            ("result", Schema.string(["enum": .array(["added", "changed", "unchanged", "retired"].map(JSON.string))])), ("key", Schema.nullable(Schema.string())),
            ("ref", Schema.string()), ("entry", Schema.integer(min: 0)), ("effective", Schema.date), ("recorded", Schema.instant),
            (
                "doubts",
                Schema.array(Schema.object([("field", Schema.string()), ("code", Schema.string()), ("text", Schema.text)]))
            ),
        ], required: ["result", "key", "ref", "entry", "effective", "recorded"])

    // MARK: Reading

    func day(_ request: Request, _ name: String = "on") throws -> Day? {
        try request.parameter(name).map { text in
            guard let day = Day(text), text.utf8.count == 10, text.utf8.dropFirst(4).first == 0x2D else {
                throw Problem(.badRequest, "date", Text(vi: "\(name) phải là ngày, dạng 2026-01-31.", en: "\(name) must be a date such as 2026-01-31."))
            }
            return day
        }
    }

    func instant(_ request: Request) throws -> Instant? {
        try request.parameter("known").map { text in
            guard let instant = Instant(text) else {
                throw Problem(
                    .badRequest, "instant", ["vi": "known phải là thời điểm RFC 3339.", "en": "known must be an RFC 3339 moment such as 2026-01-31T08:00:00Z."])
            }
            return instant
        }
    }

    func query(_ request: Request, ignoring: Set<String> = []) throws -> RecordQuery {
        var query = RecordQuery()
        query.on = try day(request)
        query.known = try instant(request)
        for (name, value) in request.query where !ignoring.contains(name) {
            switch name {
            case "q": query.text = value.isEmpty ? nil : value
            case "on", "known", "lang": continue
            case "after": query.after = value
            case "finding": query.finding = value.isEmpty ? nil : value
            case "limit":
                guard let limit = Int(value) else {
                    throw Problem(.badRequest, "limit", ["vi": "limit phải là số nguyên.", "en": "limit must be a whole number."])
                }
                query.limit = limit
            default: if !value.isEmpty { query.filters.append((name, value)) }
            }
        }
        guard (query.text?.unicodeScalars.count ?? 0) <= 200 else { throw Problem(.badRequest, "q", ["vi": "q quá dài.", "en": "q is too long."]) }
        return query
    }

    static let workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    func accepted(_ request: Request) -> ExportFormat? {
        guard let accept = request.header("accept") else { return nil }
        if accept.contains("text/csv") { return .csv }
        if accept.contains("application/x-ndjson") { return .jsonl }
        if accept.contains(Parts.workbookType) { return .xlsx }
        return nil
    }

    func list(_ request: Request, _ caller: Caller, _ register: String, format: ExportFormat?, door: String) async throws -> Response {
        let query = try query(request)
        if let format {
            try await registry.beginExport(register, query, for: caller.authority, door: door)
            let type = format == .csv ? "text/csv; charset=utf-8" : format == .xlsx ? Parts.workbookType : "application/x-ndjson"
            let language = door == "page" ? caller.language : nil
            return Response.stream(type: type, fileName: "\(register).\(format.rawValue)") { write in
                try registry.export(register, query, format: format, readableIn: language, for: caller.authority, door: door, write: write)
            }
        }
        let page = try await registry.records(register, query, for: caller.authority, door: door)
        let declaration = try registry.register(register)
        var bytes = Array("{\"records\":[".utf8)
        for (index, view) in page.records.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            view.write(declaration, to: &bytes)
        }
        bytes += Array("],\"next\":".utf8)
        (page.next.map(JSON.string) ?? .null).write(to: &bytes)
        bytes.append(0x7D)
        return Response(.ok, type: "application/json", bytes)
    }

    func answer(_ view: RecordView) throws -> Response {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        view.write(try registry.register(view.register), to: &bytes)
        return Response(.ok, type: "application/json", bytes, headers: [("etag", "\"\(view.last)\"")])
    }

    // MARK: Writing

    func json(_ request: Request) throws -> JSON {
        let type = request.header("content-type") ?? "application/json"
        guard type.lowercased().hasPrefix("application/json") else {
            throw Problem(
                .unsupportedMediaType, "media-type", ["vi": "Nội dung phải là application/json.", "en": "The content must be application/json."])
        }
        do {
            return try JSON(parsing: request.body)
        } catch {
            throw Problem(
                .badRequest, "json",
                Text(vi: "Không phải JSON hợp lệ, ở ký tự \(error.offset).", en: "Not valid JSON at character \(error.offset): \(error.reason)."))
        }
    }

    func expectation(_ request: Request) throws -> Expectation {
        guard let header = request.header("if-match")?.trimmed else { return .absent }
        if header == "*" { return .present }
        let text = header.hasPrefix("\"") && header.hasSuffix("\"") && header.utf8.count >= 2 ? String(header.dropFirst().dropLast()) : header
        // What is no ETag of ours matches no state.
        return .state(Int64(text) ?? -1)
    }

    /// The key of a record that a caller names by key or by ref.
    func key(_ register: String, _ id: String, _ caller: Caller) async throws -> String {
        let declaration = try registry.register(register)
        guard id.unicodeScalars.count <= 100 else { throw RegisterError.noSuchRecord }
        guard declaration.hasPersonalKey, id.utf8.count == 26 else { return id }
        return try registry.key(of: id, in: register) ?? id
    }

    private func put(_ request: Request, _ caller: Caller, _ register: String, _ id: String) async throws -> Response {
        let declaration = try registry.register(register)
        try mayEnter(register, caller)
        let body = try json(request)
        guard case .object(let members) = body, let itemJSON = body["item"] else {
            throw Problem(.badRequest, "item", ["vi": "Nội dung phải có “item”.", "en": "The content must have “item”."])
        }
        for member in members where !["item", "effective", "cause", "successor"].contains(member.name) {
            throw Problem(
                .badRequest, "unknown-member", Text(vi: "Không có mục “\(member.name.shortened)”.", en: "There is no member “\(member.name.shortened)”."))
        }
        let effective = try optionalDay(body["effective"])
        let cause = try optionalText(body["cause"], "cause") ?? "api"
        let key = try await key(register, id, caller)
        let item = try registry.item(register, key: key, json: itemJSON, effective: effective)
        let change = Change(register, key: item.key, .put(item), expecting: try expectation(request), effective: effective)
        let changes: [Change]
        if let successor = try optionalText(body["successor"], "successor") {
            changes = try registry.withCompanions(change, successor: successor)
        } else {
            changes = [change]
        }
        let outcomes = try await registry.enter(changes, cause: cause, by: caller.authority)
        return answer(outcomes[0], declaration, knows: id == key || caller.authority.may(.personal, register))
    }

    private func retire(_ request: Request, _ caller: Caller, _ register: String, _ id: String) async throws -> Response {
        let declaration = try registry.register(register)
        try mayEnter(register, caller)
        let cause = request.parameter("cause") ?? "api"
        guard cause.unicodeScalars.count <= 200 else { throw Problem(.badRequest, "cause", ["vi": "cause dài quá 200 ký tự.", "en": "cause is longer than 200 characters."]) }
        guard cause.firstForbiddenScalar == nil else {
            throw Problem(.unprocessableContent, "cause", ["vi": "cause có ký tự không hợp lệ.", "en": "cause has a character that does not belong."])
        }
        let key = try await key(register, id, caller)
        let expectation = try expectation(request)
        let change = Change(
            register, key: key, .retire, expecting: expectation == .absent ? .anything : expectation, effective: try day(request, "effective"))
        let outcomes = try await registry.enter([change], cause: cause.tidied, by: caller.authority)
        return answer(outcomes[0], declaration, knows: id == key || caller.authority.may(.personal, register))
    }

    static let tokenNeeded = Problem(
        .unauthorized, "token-needed", ["vi": "Cần mã truy cập.", "en": "A token is needed."], headers: [("www-authenticate", "Bearer")])

    /// Writers are known before their content is looked at.
    func mayEnter(_ register: String, _ caller: Caller) throws {
        guard caller.authority.may(.write, register) else {
            if caller.authority.sort == .visitor { throw Parts.tokenNeeded }
            throw RegisterError.forbidden(["vi": "Bạn không có quyền cập nhật sổ này.", "en": "You may not enter into this register."])
        }
    }

    func optionalDay(_ json: JSON?) throws -> Day? {
        guard let json, json != .null else { return nil }
        guard let text = json.string, let day = Day(text), text.utf8.dropFirst(4).first == 0x2D else {
            throw Problem(.badRequest, "effective", ["vi": "effective phải là ngày, dạng 2026-01-31.", "en": "effective must be a date such as 2026-01-31."])
        }
        return day
    }

    func optionalText(_ json: JSON?, _ name: String) throws -> String? {
        guard let json, json != .null else { return nil }
        guard let text = json.string, text.count <= 200, text.firstForbiddenScalar == nil else {
            throw Problem(.unprocessableContent, name, Text(vi: "\(name) phải là chữ, nhiều nhất 200 ký tự.", en: "\(name) must be text of at most 200 characters."))
        }
        return text.tidied
    }

    func answer(_ outcome: Outcome, _ declaration: Register, knows isKeyKnown: Bool) -> Response {
        let isNew = outcome.what == .added
        return Response(
            isNew ? .created : .ok, json: json(outcome, knows: isKeyKnown),
            headers: [("etag", "\"\(outcome.entry)\"")]
                + (isNew
                    ? [
                        (
                            "location",
                            "/api/v1/registers/\(outcome.register)/records/\(declaration.hasPersonalKey ? registry.ref(of: outcome.row, in: outcome.register) : Request.encode(outcome.key))"
                        )
                    ] : []))
    }

    func json(_ outcome: Outcome, knows isKeyKnown: Bool) -> JSON {
        .object([
            "result": .string(outcome.what.rawValue), "key": isKeyKnown ? .string(outcome.key) : .null, "ref": .string(registry.ref(of: outcome.row, in: outcome.register)),
            "entry": .integer(outcome.entry), "effective": .string(outcome.effective.description), "recorded": .string(outcome.recorded.description),
            "doubts": .array(
                outcome.doubts.map {
                    .object(["field": .string($0.field), "code": .string($0.code), "text": .object(["vi": .string($0.text.vi), "en": .string($0.text.en)])])
                }),
        ])
    }
}
