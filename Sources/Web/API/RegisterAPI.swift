// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Foundation
internal import Journal
internal import NIOHTTP1
internal import Registers

/// Registers as wholes: their declarations, batches, feeds, counts, answers, acts.
extension Parts {
    var registerAPI: [Endpoint] {
        [
            Endpoint(
                .GET, "/api/v1/registers", .open,
                operation: Operation(
                    id: "listRegisters", tag: "registers", summary: ["vi": "Các sổ", "en": "All registers"],
                    answers: [
                        .init(200, "The registers.", schema: Schema.object([("registers", Schema.array(.object(["type": .string("object")])))]))
                    ], isOpen: true)
            ) { _, _, _ in Response(json: .object(["registers": .array(try registry.registers.map { try summary($0) })])) },
            Endpoint(
                .GET, "/api/v1/registers/{register}", .open,
                operation: Operation(
                    id: "getRegister", tag: "registers", summary: ["vi": "Khai báo của sổ", "en": "A register's declaration"],
                    parameters: [registerParameter], answers: [.init(200, "The declaration.", schema: .object(["type": .string("object")]))],
                    problems: [404], isOpen: true)
            ) { _, _, parameters in Response(json: try declaration(try registry.register(parameters[0]))) },
            Endpoint(
                .POST, "/api/v1/registers/{register}/entries", .registers, bodyMax: 16 << 20,
                operation: Operation(
                    id: "postEntries", tag: "records", summary: ["vi": "Gửi nhiều hồ sơ", "en": "Enter many records as JSON Lines"],
                    parameters: [
                        registerParameter,
                        Parts.idempotencyParameter,
                    ], body: ("application/x-ndjson", .object([JSON.Member]())),
                    answers: [
                        .init(
                            200, "What became of each line.",
                            schema: Schema.object(
                                [("lines", Schema.array(.object(["type": .string("object")])))]
                                    + ["added", "changed", "unchanged", "rejected"].map { ($0, Schema.integer(min: 0)) }))
                    ], problems: [400, 401, 403, 404, 413, 415, 422, 503, 507])
            ) { request, caller, parameters in try await postEntries(request, caller, parameters[0]) },
            Endpoint(
                .GET, "/api/v1/registers/{register}/entries", .registers,
                operation: Operation(
                    id: "listEntries", tag: "registers", summary: ["vi": "Dòng thay đổi", "en": "The change feed, in number order"],
                    parameters: [
                        registerParameter, .init("after", .query, Schema.integer(min: 0, max: 1 << 53 - 1), "Entries after this number. Default: all."),
                        .init("limit", .query, Schema.integer(min: 1, max: Int64(registry.limits.pageMax)), "Entries at once. Default: 100."),
                        Parts.purposeParameter,
                    ], answers: [.init(200, "JSON Lines, one entry a line.", "application/x-ndjson")], problems: [400, 401, 403, 404, 422, 503])
            ) { request, caller, parameters in
                let limit = try wholeNumber(request, "limit").map(Int.init) ?? registry.limits.pageDefault
                let (lines, next) = try await registry.changes(parameters[0], after: try wholeNumber(request, "after"), limit: limit, for: caller.authority, door: "api")
                return Response(
                    .ok, type: "application/x-ndjson", lines, headers: next.map { [("link", "</api/v1/registers/\(parameters[0])/entries?after=\($0)>; rel=\"next\"")] } ?? [])
            },
            Endpoint(
                .GET, "/api/v1/registers/{register}/statistics", .registers,
                operation: Operation(
                    id: "getStatistics", tag: "registers", summary: ["vi": "Số đếm", "en": "Counts kept with every entry"],
                    parameters: [
                        registerParameter,
                        .init("by", .query, Schema.string(["maxLength": .integer(200)]), "Fields, separated by commas; `age` for five-year groups."),
                        .init("on", .query, Schema.date, "The day. Default: today."),
                    ],
                    answers: [
                        .init(
                            200, "Groups with their counts; small groups of persons are null for those who may not see persons.",
                            schema: Schema.object([
                                ("by", Schema.array(Schema.string())), ("on", Schema.date), ("total", Schema.integer(min: 0)),
                                ("groups", Schema.array(.object(["type": .string("object")]))),
                            ]))
                    ], problems: [400, 401, 403, 404, 422, 503])
            ) { request, caller, parameters in
                let fields = (request.parameter("by") ?? "").split(separator: ",").map(String.init)
                let on = try day(request)
                return Response(.ok, type: "application/json", bytes(try await offLoop { try registry.statistics(parameters[0], by: fields, on: on, for: caller.authority) }))
            },
            Endpoint(
                .GET, "/api/v1/catalog", .open,
                operation: Operation(
                    id: "getCatalog", tag: "registers", summary: ["vi": "Danh mục dữ liệu mở", "en": "A DCAT catalogue of the registers with open fields, as JSON-LD"],
                    answers: [.init(200, "The catalogue.", "application/ld+json")], problems: [400])
            ) { request, _, _ in Response(.ok, type: "application/ld+json", Array(try catalog(request).text.utf8)) },
            Endpoint(
                .POST, "/api/v1/registers/{register}/answers", .registers, bodyMax: 1 << 14,
                operation: Operation(
                    id: "answerQuestion", tag: "registers",
                    summary: ["vi": "Câu hỏi có, không về một hồ sơ", "en": "A yes/no question about one record, answered signed"],
                    parameters: [registerParameter, Parts.purposeParameter],
                    body: (
                        "application/json",
                        Schema.object(
                            [
                                ("key", Schema.string(["minLength": .integer(1), "maxLength": .integer(100)])),
                                (
                                    "question",
                                    Schema.string(["enum": .array(Array(Set(registry.registers.flatMap { $0.questions.map(\.code) })).sorted().map(JSON.string))])
                                ), ("place", Schema.string(["minLength": .integer(1), "maxLength": .integer(100)])),
                            ], required: ["key", "question"], closed: true)
                    ),
                    answers: [
                        .init(
                            200, "The statement and its Ed25519 signature over the statement's RFC 8785 form.",
                            schema: Schema.object([
                                ("answer", Schema.boolean), ("statement", .object(["type": .string("object")])), ("signature", Schema.string()), ("verifier", Schema.string()),
                            ]))
                    ], problems: [400, 401, 403, 404, 413, 415, 422, 503])
            ) { request, caller, parameters in try await answerQuestion(request, caller, parameters[0]) },
            Endpoint(
                .POST, "/api/v1/acts", .registers,
                operation: Operation(
                    id: "enterAct", tag: "records", summary: ["vi": "Nhiều thay đổi trong một việc", "en": "Changes that belong together: all of them or none"],
                    parameters: [Parts.idempotencyParameter],
                    body: (
                        "application/json",
                        Schema.object(
                            [
                                ("cause", Schema.string(["maxLength": .integer(200)])),
                                (
                                    "changes",
                                    .object([
                                        "type": .string("array"), "minItems": .integer(1), "maxItems": .integer(Int64(registry.limits.actMax)),
                                        "items": Schema.object(
                                            [
                                                ("register", Schema.string(["enum": .array(registry.registers.map { .string($0.name) })])),
                                                ("key", Schema.string(["minLength": .integer(1), "maxLength": .integer(100)])),
                                                ("item", .object(["oneOf": .array(registry.registers.map { Schema.reference($0.name) })])), ("retire", Schema.boolean),
                                                ("effective", Schema.date),
                                                ("entry", Schema.integer(min: 0, max: 1 << 53 - 1)),
                                            ], required: ["register", "key"], closed: true),
                                    ])
                                ),
                            ], required: ["changes"], closed: true)
                    ), answers: [.init(200, "What became of each change.", schema: Schema.object([("outcomes", Schema.array(Parts.outcomeSchema))]))],
                    problems: [400, 401, 403, 404, 409, 412, 413, 415, 422, 503, 507])
            ) { request, caller, _ in
                if caller.authority.sort == .visitor { try mayEnter("*", caller) }
                return try await onceOnly(request, caller, "acts") { try await act(request, caller) }
            },
        ]
    }

    private func catalog(_ request: Request) throws -> JSON {
        let base = (options.isSecure ? "https://" : "http://") + (request.header("host") ?? "localhost")
        func texts(_ text: Text) -> JSON {
            .array([
                .object(["@value": .string(text.vi), "@language": .string("vi")]), .object(["@value": .string(text.en), "@language": .string("en")]),
            ])
        }
        func id(_ address: String) -> JSON { .object(["@id": .string(address)]) }
        let eu = "http://publications.europa.eu/resource/authority/"
        let sets: [JSON] = try registry.registers.filter(\.isOpen).map { register in
            let page = "\(base)/registers/\(register.name)"
            let files: [(String, String)] = [
                ("\(page)/records.csv", "text/csv"), ("\(page)/records.xlsx", Parts.workbookType),
                ("\(base)/api/v1/registers/\(register.name)/records", "application/json"),
            ]
            var members: [JSON.Member] = [
                .init("@id", .string(page)), .init("@type", .string("dcat:Dataset")), .init("dct:identifier", .string(register.name)), .init("dct:title", texts(register.title)),
                .init("dct:description", texts(register.summary)),
                .init("dct:publisher", .object(["@type": .string("foaf:Agent"), "foaf:name": texts(register.keeper.name)])),
                .init("dct:accessRights", id(eu + "access-right/PUBLIC")),
                .init("dct:accrualPeriodicity", id(eu + "frequency/" + register.updated.frequency)), .init("dcat:landingPage", id(page)),
                .init(
                    "dcat:distribution",
                    .array(
                        files.map { address, type in
                            .object([
                                "@type": .string("dcat:Distribution"), "dcat:accessURL": id(address), "dcat:mediaType": id("https://www.iana.org/assignments/media-types/" + type),
                            ])
                        })),
            ]
            if let updated = try registry.summary(of: register.name).updated {
                members.append(.init("dct:modified", .object(["@value": .string(updated.description), "@type": .string("xsd:dateTime")])))
            }
            return .object(members)
        }
        return .object([
            "@context": .object([
                "dcat": .string("http://www.w3.org/ns/dcat#"), "dct": .string("http://purl.org/dc/terms/"), "foaf": .string("http://xmlns.com/foaf/0.1/"),
                "xsd": .string("http://www.w3.org/2001/XMLSchema#"),
            ]), "@id": .string("\(base)/api/v1/catalog"), "@type": .string("dcat:Catalog"),
            "dct:title": texts(["vi": "Dữ liệu mở của thành phố", "en": "The city's open data"]),
            "dct:description": texts(["vi": "Các sổ có trường công khai; trường khác không có ở đây.", "en": "Registers with open fields; other fields are not here."]),
            "dct:publisher": .object(["@type": .string("foaf:Agent"), "foaf:name": texts(options.cityName)]), "dcat:dataset": .array(sets),
        ])
    }

    private func answerQuestion(_ request: Request, _ caller: Caller, _ register: String) async throws -> Response {
        _ = try registry.register(register)
        let body = try json(request)
        let place = body["place"]?.string
        guard case .object(let members) = body, members.count == (place == nil ? 2 : 3), let key = body["key"]?.string, !key.isEmpty, key.count <= 100,
            let question = body["question"]?.string, place.map({ !$0.isEmpty && $0.count <= 100 }) ?? true
        else {
            throw Problem(
                .badRequest, "question",
                ["vi": "Cần hai mục: key và question; có thể thêm place.", "en": "Two members are needed: key and question; place may be a third."])
        }
        let answer = try await registry.answer(question, about: key, at: place, in: register, for: caller.authority, door: "api")
        // RFC 8785 orders members by name; they stand in that order here.
        let statement = JSON.object(
            [
                JSON.Member("answer", .boolean(answer)), JSON.Member("at", .string(registry.world.now().description)), JSON.Member("key", .string(key)),
                JSON.Member("on", .string(registry.world.today.description)),
            ] + (place.map { [JSON.Member("place", .string($0))] } ?? []) + [JSON.Member("question", .string(question)), JSON.Member("register", .string(register))])
        let signature = journals.sign(Array(statement.text.utf8))
        let verifier = NoteKey(name: journals.origin(of: register), publicKey: journals.publicKey).line
        return Response(json: .object(["answer": .boolean(answer), "statement": statement, "signature": .string(Encoding.base64(signature)), "verifier": .string(verifier)]))
    }

    // MARK: Declarations

    func summary(_ register: Register) throws -> JSON {
        let state = try registry.summary(of: register.name)
        return .object([
            "name": .string(register.name), "title": .object(["vi": .string(register.title.vi), "en": .string(register.title.en)]),
            "keeper": .string(register.keeper.code), "updated": state.updated.map { .string($0.description) } ?? .null,
            "update": .string(register.updated.rawValue), "size": .integer(Int64(state.size)), "entries": .integer(state.entries),
            "today": .integer(state.today), "href": .string("/api/v1/registers/\(register.name)"),
            "records": .string("/api/v1/registers/\(register.name)/records"), "checkpoint": .string("/log/\(register.name)/checkpoint"),
        ])
    }

    private func declaration(_ register: Register) throws -> JSON {
        guard case .object(let members) = try summary(register) else { return .null }
        func text(_ text: Text) -> JSON { .object(["vi": .string(text.vi), "en": .string(text.en)]) }
        return .object(
            members + [
                .init("summary", text(register.summary)), .init("keeperName", text(register.keeper.name)), .init("law", text(register.law)),
                .init("key", .string(register.key.name)),
                .init("questions", .array(register.questions.map { .object(["code": .string($0.code), "text": text($0.text)]) })),
                .init("schema", OpenAPI.item(register)),
                .init(
                    "fields",
                    .array(
                        register.allFields.map { field in
                            .object([
                                "name": .string(field.name), "title": text(field.title), "privacy": .string(field.privacy.rawValue),
                                "required": .boolean(field.isRequired || field.name == register.key.name), "searched": .boolean(field.isSearched),
                                "filtered": .boolean(field.isFiltered), "counted": .boolean(field.isCounted),
                            ])
                        })),
            ])
    }

    /// Thousands of groups are written as bytes at once.
    func bytes(_ statistics: Statistics) -> [UInt8] {
        var output = Array("{\"by\":".utf8)
        JSON.array(statistics.by.map(JSON.string)).write(to: &output)
        output += Array(",\"on\":\"\(statistics.on)\",\"total\":\(statistics.total),\"groups\":[".utf8)
        for (index, group) in statistics.groups.enumerated() {
            output.append(contentsOf: index == 0 ? "{".utf8 : ",{".utf8)
            for (field, value) in zip(statistics.by, group.values) {
                JSON.write(field, to: &output)
                output.append(0x3A)
                JSON.write(value, to: &output)
                output.append(0x2C)
            }
            output.append(contentsOf: "\"count\":".utf8)
            output.append(contentsOf: (group.count.map(String.init) ?? "null").utf8)
            output.append(0x7D)
        }
        return output + Array("]}".utf8)
    }

    static let idempotencyParameter = Operation.Parameter(
        "Idempotency-Key", .header, Schema.string(["minLength": .integer(1), "maxLength": .integer(100), "pattern": .string("^[!-~]+$")]),
        "The same key and body give the same answer again.")

    // MARK: Batches

    private func postEntries(_ request: Request, _ caller: Caller, _ register: String) async throws -> Response {
        _ = try registry.register(register)
        try mayEnter(register, caller)
        let type = (request.header("content-type") ?? "application/x-ndjson").lowercased()
        guard ["application/x-ndjson", "application/jsonl", "application/json-lines"].contains(where: { type.hasPrefix($0) }) else {
            throw Problem(
                .unsupportedMediaType, "media-type", ["vi": "Nội dung phải là application/x-ndjson.", "en": "The content must be application/x-ndjson."])
        }
        return try await onceOnly(request, caller, register) { try await enterLines(request, caller, register) }
    }

    /// The same Idempotency-Key and body give the same answer again; another body is refused.
    private func onceOnly(_ request: Request, _ caller: Caller, _ place: String, _ work: () async throws -> JSON) async throws -> Response {
        guard request.header("idempotency-key") != nil else { return Response(json: try await work()) }
        let key = try idempotencyKey(request)
        let digest = Hash.of(Array(place.utf8) + [0] + request.body).array
        if let kept = try registry.keptAnswer(caller: caller.authority.id, key: key) { return try answer(kept, digest) }
        var bytes: [UInt8] = []
        try await work().write(to: &bytes)
        return try answer(
            try await registry.keepAnswer(caller: caller.authority.id, key: key, request: digest, status: 200, answer: bytes), digest)
    }

    /// The caller's key, as it must be where one is given or needed.
    func idempotencyKey(_ request: Request) throws -> String {
        guard let key = request.header("idempotency-key"), (1...100).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem(
                .badRequest, "idempotency-key",
                ["vi": "Idempotency-Key có 1 đến 100 ký tự ASCII.", "en": "Idempotency-Key has 1 to 100 visible ASCII characters."])
        }
        return key
    }

    private func answer(_ kept: Registry.KeptAnswer, _ digest: [UInt8]) throws -> Response {
        guard kept.request == digest else { throw Problem.keyReused }
        return Response(HTTPResponseStatus(statusCode: kept.status), type: "application/json", kept.answer)
    }

    private func enterLines(_ request: Request, _ caller: Caller, _ register: String) async throws -> JSON {
        let results = try await registry.enterBatch(register, jsonLines: request.body, by: caller.authority)
        func count(_ what: String) -> JSON { .integer(Int64(results.count { $0.result == what })) }
        return .object([
            "lines": .array(
                results.map { result in
                    .object([
                        "line": .integer(Int64(result.line)), "key": .string(result.key), "result": .string(result.result),
                        "entry": result.entry.map { .integer($0) } ?? .null,
                        "errors": .array(
                            result.objections.map {
                                .object([
                                    "field": .string($0.field), "code": .string($0.code), "detail": .string($0.text[caller.language]),
                                    "text": .object(["vi": .string($0.text.vi), "en": .string($0.text.en)]),
                                ])
                            }),
                    ])
                }), "added": count("added"), "changed": count("changed"), "unchanged": count("unchanged"), "rejected": count("rejected"),
        ])
    }

    // MARK: Acts

    private func act(_ request: Request, _ caller: Caller) async throws -> JSON {
        let body = try json(request)
        guard case .object(let members) = body, case .array(let list)? = body["changes"], !list.isEmpty, list.count <= registry.limits.actMax,
            members.allSatisfy({ ["changes", "cause"].contains($0.name) })
        else {
            throw Problem(
                .badRequest, "changes",
                Text(vi: "Cần “changes” gồm 1 đến \(registry.limits.actMax) thay đổi.", en: "“changes” must have 1 to \(registry.limits.actMax) changes."))
        }
        var changes: [Change] = []
        for json in list {
            guard case .object(let members) = json, let register = json["register"]?.string, let id = json["key"]?.string,
                members.allSatisfy({ ["register", "key", "item", "retire", "effective", "entry"].contains($0.name) })
            else {
                throw Problem(
                    .badRequest, "change",
                    ["vi": "Mỗi thay đổi có register, key, và item hoặc retire.", "en": "Each change has register, key, and item or retire."])
            }
            _ = try registry.register(register)
            try mayEnter(register, caller)
            let key = try await key(register, id, caller)
            let effective = try optionalDay(json["effective"])
            var expectation = Expectation.anything
            if let entry = json["entry"], entry != .null {
                guard let number = entry.integer, number >= 0 else {
                    throw Problem(.badRequest, "entry", ["vi": "entry phải là số mục.", "en": "entry must be an entry's number."])
                }
                expectation = .state(number)
            }
            switch (json["item"], json["retire"]) {
            case (.some(let item), nil), (.some(let item), .some(.boolean(false))):
                let item = try registry.item(register, key: key, json: item, effective: effective)
                changes.append(Change(register, key: item.key, .put(item), expecting: expectation, effective: effective))
            case (nil, .some(.boolean(true))):
                changes.append(Change(register, key: key, .retire, expecting: expectation, effective: effective))
            default:
                throw Problem(
                    .unprocessableContent, "change",
                    ["vi": "Mỗi thay đổi có item hoặc retire: true.", "en": "Each change has either item or retire: true."])
            }
        }
        let outcomes = try await registry.enter(changes, cause: try optionalText(body["cause"], "cause") ?? "act", by: caller.authority)
        return .object([
            "outcomes": .array(outcomes.map { json($0, knows: caller.authority.may(.personal, $0.register) || !((try? registry.register($0.register).hasPersonalKey) ?? true)) })
        ])
    }
}
