// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// The directory of care services in FHIR R4, as IHE mCSD asks for it: find (ITI-90) and follow (ITI-91).
/// Every answer is what a stranger may see, whoever asks.
extension Parts {
    static let fhirType = "application/fhir+json"

    var fhirAPI: [Endpoint] {
        guard !options.fhir.sources.isEmpty else { return [] }
        return [
            Endpoint(.GET, "/fhir/metadata", .open, operation: fhirOperation("fhirCapabilities", ["vi": "FHIR: có những gì", "en": "FHIR: what there is"])) { request, caller, _ in
                try fhirAccepts(request)
                return fhirResponse(fhirCapabilities(request, caller.language), caller.language)
            },
            Endpoint(
                .GET, "/fhir/{type}", .open,
                operation: fhirOperation("fhirSearch", ["vi": "FHIR: tìm", "en": "FHIR: search"], [fhirTypeParameter] + fhirSearchParameters)
            ) { request, caller, parameters in try await fhirFind(request, request.query, parameters[0], caller.language) },
            Endpoint(
                .POST, "/fhir/{type}/_search", .open, bodyMax: 1 << 16,
                operation: fhirOperation(
                    "fhirSearchByForm", ["vi": "FHIR: tìm bằng biểu mẫu", "en": "FHIR: search by form"], [fhirTypeParameter],
                    body: (
                        "application/x-www-form-urlencoded",
                        .object([
                            "type": .string("object"), "properties": .object(fhirSearchParameters.map { JSON.Member($0.name, $0.schema) }),
                            "additionalProperties": Schema.string(),
                        ])
                    ))
            ) { request, caller, parameters in
                guard request.header("content-type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
                    throw Problem(
                        .unsupportedMediaType, "media-type",
                        ["vi": "Nội dung phải là application/x-www-form-urlencoded.", "en": "The content must be application/x-www-form-urlencoded."])
                }
                guard let form = request.form else { throw Problem(.badRequest, "form", ["vi": "Không phải biểu mẫu.", "en": "This is no form."]) }
                return try await fhirFind(request, request.query + form, parameters[0], caller.language)
            },
            Endpoint(
                .GET, "/fhir/{type}/_history", .open,
                operation: fhirOperation("fhirTypeHistory", ["vi": "FHIR: lịch sử của loại", "en": "FHIR: history of a type"], [fhirTypeParameter] + fhirHistoryParameters)
            ) { request, caller, parameters in try await fhirTypeHistory(request, parameters[0], caller.language) },
            Endpoint(
                .GET, "/fhir/{type}/{id}", .open,
                operation: fhirOperation("fhirRead", ["vi": "FHIR: xem một mục", "en": "FHIR: read"], [fhirTypeParameter, Parts.fhirIDParameter])
            ) { request, caller, parameters in
                try fhirAccepts(request)
                let (source, key) = try fhirRecord(parameters[0], parameters[1])
                guard let view = try await fhirView(source, key), view.key != nil else { throw RegisterError.noSuchRecord }
                guard !view.isRetired else { throw Parts.fhirGone }
                return fhirResponse(try fhirResource(source, view, caller.language), caller.language)
            },
            Endpoint(
                .GET, "/fhir/{type}/{id}/_history", .open,
                operation: fhirOperation(
                    "fhirHistory", ["vi": "FHIR: lịch sử của một mục", "en": "FHIR: history of a resource"],
                    [fhirTypeParameter, Parts.fhirIDParameter] + fhirHistoryParameters)
            ) { request, caller, parameters in try await fhirHistory(request, parameters[0], parameters[1], caller.language) },
            Endpoint(
                .GET, "/fhir/{type}/{id}/_history/{version}", .open,
                operation: fhirOperation(
                    "fhirVersion", ["vi": "FHIR: một phiên bản", "en": "FHIR: read a version"],
                    [fhirTypeParameter, Parts.fhirIDParameter, .init("version", .path, Schema.string(["pattern": .string("^[0-9]{1,18}$")]), "The version's id.")])
            ) { request, caller, parameters in
                try fhirAccepts(request)
                let (source, key) = try fhirRecord(parameters[0], parameters[1])
                let version = try await registry.openHistory(source.register.name, key).first { String($0.view.entry) == parameters[2] }
                guard let version else { throw RegisterError.noSuchRecord }
                guard !version.view.isRetired else { throw Parts.fhirGone }
                return fhirResponse(try fhirResource(source, version.view, isInForce: version.isInForce, caller.language), caller.language)
            },
        ]
    }

    static let fhirGone = Problem(HTTPResponseStatus.gone, "retired", ["vi": "Hồ sơ này đã xóa đăng ký; xem _history.", "en": "This was retired; see its _history."])

    // MARK: Finding

    private func fhirFind(_ request: Request, _ pairs: [(name: String, value: String)], _ name: String, _ language: Language) async throws -> Response {
        try fhirAccepts(request)
        let type = try fhirType(name)
        let query = try fhirQuery(request, pairs, of: type, known: Set(FHIRParameter.all(of: type).map(\.name)))
        let (found, next) = try await fhirSearch(type, query, language)
        let base = fhirBase(request)
        let entries = found.map { fhirFound($0, "match", base) } + (try await fhirIncludedEntries(found, query, base, language))
        return fhirBundle("searchset", "\(base)/\(type.rawValue)", query, next, entries, language)
    }

    private func fhirQuery(_ request: Request, _ pairs: [(name: String, value: String)], of type: FHIRType? = nil, known: Set<String>) throws -> FHIRQuery {
        let isStrict = request.headers["prefer"].contains { $0.lowercased().contains("handling=strict") }
        return try FHIRQuery(pairs, of: type, known: known, strict: isStrict, limits: registry.limits)
    }

    // MARK: Histories

    private func fhirHistory(_ request: Request, _ name: String, _ id: String, _ language: Language) async throws -> Response {
        try fhirAccepts(request)
        let (source, key) = try fhirRecord(name, id)
        let query = try fhirQuery(request, request.query, known: ["_since"])
        let before = try fhirNumber(query.page) ?? .max
        let all = try await registry.openHistory(source.register.name, key)
        guard !all.isEmpty else { throw RegisterError.noSuchRecord }
        let rest = all.filter { change in change.view.entry < before && query.from.map { $0 <= change.view.begun } ?? true }
        let shown = rest.prefix(query.count)
        let next = rest.count > shown.count ? shown.last.map { String($0.view.entry) } : nil
        let base = fhirBase(request)
        return fhirBundle("history", "\(base)/\(name)/\(id)/_history", query, next, try shown.map { try fhirEntry(source, $0, base, language) }, language)
    }

    /// The journals of all registers that give a type, laid together by time.
    private func fhirTypeHistory(_ request: Request, _ name: String, _ language: Language) async throws -> Response {
        try fhirAccepts(request)
        let type = try fhirType(name)
        let query = try fhirQuery(request, request.query, known: ["_since"])
        let sources = options.fhir.sources(of: type)
        // A page names where it ended in each journal; 0 is a journal's end, since nothing stands before its first entry.
        var places: [Int64?] = Array(repeating: nil, count: sources.count)
        if let page = query.page { places = try page.split(separator: "-").map { try fhirNumber(String($0)) } }
        guard places.count == sources.count else { throw FHIRPlace.fault }
        var journals: [(source: FHIRSource, changes: ArraySlice<RecordChange>, next: Int64?, place: Int64?)] = []
        for (source, place) in zip(sources, places) {
            guard place != 0 else {
                journals.append((source, [], nil, place))
                continue
            }
            let (changes, next) = try await registry.openChanges(source.register.name, after: query.after, before: place, limit: query.count)
            journals.append((source, changes[...], next, place))
        }
        var shown: [(source: FHIRSource, change: RecordChange)] = []
        while shown.count < query.count {
            let heads = journals.indices.filter { !journals[$0].changes.isEmpty }
            guard let newest = heads.max(by: { journals[$0].changes.first!.view.begun < journals[$1].changes.first!.view.begun }) else { break }
            let change = journals[newest].changes.removeFirst()
            journals[newest].place = change.view.entry
            shown.append((journals[newest].source, change))
            // Behind the last one of a full page there may be more.
            if journals[newest].changes.isEmpty, journals[newest].next != nil { break }
        }
        let ends: [Int64?] = journals.map { $0.changes.isEmpty ? $0.next ?? 0 : $0.place }
        let next: String? = ends.allSatisfy { $0 == 0 } ? nil : ends.map { String($0 ?? Int64.max) }.joined(separator: "-")
        let base = fhirBase(request)
        return fhirBundle("history", "\(base)/\(name)/_history", query, next, try shown.map { try fhirEntry($0.source, $0.change, base, language) }, language)
    }

    func fhirNumber(_ text: String?) throws -> Int64? {
        try text.map {
            guard let number = Int64($0), number >= 0 else { throw FHIRPlace.fault }
            return number
        }
    }

    private func fhirEntry(_ source: FHIRSource, _ change: RecordChange, _ base: String, _ language: Language) throws -> FHIREntry {
        let resource = try fhirResource(source, change.view, isInForce: change.isInForce, language)
        let isGone = change.view.isRetired
        let address = "\(source.type.rawValue)/\(resource.id)"
        let method = isGone ? "DELETE" : change.isFirst ? "POST" : "PUT"
        return (
            before: [JSON.Member("fullUrl", .string("\(base)/\(address)"))], resource: isGone ? nil : resource,
            after: [
                .init("request", .object(["method": .string(method), "url": .string(change.isFirst ? source.type.rawValue : address)])),
                .init(
                    "response",
                    .object([
                        "status": .string(isGone ? "204" : change.isFirst ? "201" : "200"), "etag": .string(resource.tag), "lastModified": .string(change.view.begun.description),
                    ])),
            ]
        )
    }

    // MARK: Answers

    typealias FHIREntry = (before: [JSON.Member], resource: FHIRResource?, after: [JSON.Member])

    private func fhirBundle(_ type: String, _ address: String, _ query: FHIRQuery, _ next: String?, _ entries: [FHIREntry], _ language: Language) -> Response {
        func link(_ relation: String, _ page: String?) -> JSON {
            var pairs = query.used.filter { $0.name != "_count" }
            pairs.append((name: "_count", value: String(query.count)))
            if let page { pairs.append((name: "_page", value: page)) }
            let words = pairs.map { Request.encode($0.name) + "=" + Request.encode($0.value) }.joined(separator: "&")
            return .object(["relation": .string(relation), "url": .string("\(address)?\(words)")])
        }
        let head = JSON.object([
            "resourceType": .string("Bundle"), "meta": .object(["lastUpdated": .string(registry.world.now().description)]), "type": .string(type),
            "link": .array([link("self", query.page)] + (next.map { [link("next", $0)] } ?? [])),
        ])
        var bytes = Array(head.text.utf8.dropLast())
        // A list that FHIR knows is never empty.
        if !entries.isEmpty { bytes += Array(",\"entry\":[".utf8) }
        for (index, entry) in entries.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            bytes += Array(JSON.object(entry.before + (entry.resource == nil ? entry.after : [])).text.utf8)
            guard let resource = entry.resource else { continue }
            bytes.removeLast()
            bytes += Array(",\"resource\":".utf8)
            resource.write(to: &bytes)
            bytes.append(0x2C)
            bytes += Array(JSON.object(entry.after).text.utf8.dropFirst())
        }
        if !entries.isEmpty { bytes.append(0x5D) }
        bytes.append(0x7D)
        return Response(.ok, type: Parts.fhirType, bytes, headers: [("content-language", language.rawValue)])
    }

    private func fhirResponse(_ resource: FHIRResource, _ language: Language) -> Response {
        var bytes: [UInt8] = []
        resource.write(to: &bytes)
        return Response(.ok, type: Parts.fhirType, bytes, headers: [("etag", resource.tag), ("content-language", language.rawValue)])
    }

    private func fhirResponse(_ json: JSON, _ language: Language) -> Response {
        Response(.ok, type: Parts.fhirType, Array(json.text.utf8), headers: [("content-language", language.rawValue)])
    }

    private func fhirBase(_ request: Request) -> String { origin(request) + "/fhir" }

    /// JSON is what there is.
    private func fhirAccepts(_ request: Request) throws {
        let json = ["json", "application/json", "application/fhir+json", "text/json"]
        if let format = request.parameter("_format")?.lowercased() {
            guard json.contains(String(format.prefix { $0 != ";" }).trimmed.replacing(" ", with: "+")) else { throw Parts.fhirJSONOnly }
            return
        }
        guard let accept = request.header("accept"), !accept.isEmpty else { return }
        let ranges = accept.lowercased().split(separator: ",").map { String($0.prefix { $0 != ";" }).trimmed }
        guard ranges.contains(where: { $0 == "*/*" || $0 == "application/*" || json.contains($0) }) else { throw Parts.fhirJSONOnly }
    }

    private static let fhirJSONOnly = Problem(
        .notAcceptable, "json-only", ["vi": "Chỉ có JSON (application/fhir+json).", "en": "There is JSON only (application/fhir+json)."])

    private func fhirType(_ name: String) throws -> FHIRType {
        guard let type = FHIRType(rawValue: name), options.fhir.types.contains(type) else {
            let names = options.fhir.types.map(\.rawValue).joined(separator: ", ")
            throw Problem(.notFound, "unknown-type", Text(vi: "Không có loại “\(name.shortened)”. Có: \(names).", en: "There is no type “\(name.shortened)”. There are: \(names)."))
        }
        return type
    }

    private func fhirRecord(_ name: String, _ id: String) throws -> (source: FHIRSource, key: String) {
        let type = try fhirType(name)
        guard let record = options.fhir.record(of: id), let source = options.fhir.sources(of: type).first(where: { $0.register.name == record.register }) else {
            throw RegisterError.noSuchRecord
        }
        return (source, record.key)
    }

    // MARK: What there is

    private func fhirCapabilities(_ request: Request, _ language: Language) -> JSON {
        func codes(_ codes: [String]) -> JSON { .array(codes.map { .object(["code": .string($0)]) }) }
        let resources = options.fhir.types.map { type in
            var members: [JSON.Member] = [
                .init("type", .string(type.rawValue)), .init("interaction", codes(["read", "vread", "search-type", "history-instance", "history-type"])),
                .init("versioning", .string("versioned")), .init("readHistory", .boolean(true)), .init("updateCreate", .boolean(false)),
                .init("conditionalCreate", .boolean(false)),
                .init(
                    "searchParam",
                    .array(
                        FHIRParameter.all(of: type).map { .object(["name": .string($0.name), "type": .string($0.sort), "documentation": .string($0.text)]) })),
            ]
            // A list that FHIR knows is never empty.
            for (member, parameter) in [("searchInclude", "_include"), ("searchRevInclude", "_revinclude")] {
                let references = FHIRReference.possible(parameter, of: type)
                if !references.isEmpty { members.append(.init(member, .array((["*"] + references.map(\.text)).map(JSON.string)))) }
            }
            return JSON.object(members)
        }
        return .object([
            "resourceType": .string("CapabilityStatement"), "status": .string("active"), "date": .string(started.description),
            "publisher": .string(options.cityName[language]), "kind": .string("instance"), "software": .object(["name": .string("Thăng Long")]),
            "implementation": .object([
                "description": .string("A directory of care services after IHE mCSD: ITI-90 and ITI-91. It reads only; open data of the city's registers."),
                "url": .string(fhirBase(request)),
            ]), "fhirVersion": .string("4.0.1"), "format": .array([.string("json"), .string("application/fhir+json")]),
            "rest": .array([.object(["mode": .string("server"), "documentation": .string(Parts.fhirIncluding), "resource": .array(resources)])]),
        ])
    }

    private static let fhirIncluding =
        "_include and _revinclude take *, Type:* and Type:parameter, and with :iterate are asked again of what was included; a page says when that was not all."

    private var fhirTypeParameter: Operation.Parameter {
        .init("type", .path, Schema.string(["enum": .array(options.fhir.types.map { .string($0.rawValue) })]), "The type of resource.")
    }
    private static let fhirIDParameter = Operation.Parameter(
        "id", .path, Schema.string(["pattern": .string("^[A-Za-z0-9.-]{1,64}$")]), "The id: the register's mark and the key, each other byte as . and two hexadecimal digits.")

    private static let fhirInstant = "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{3})?Z)?"

    private var fhirPaging: [Operation.Parameter] {
        [
            .init("_count", .query, Schema.integer(min: 1), "Resources a page, at most \(registry.limits.pageMax). Default: \(registry.limits.pageDefault)."),
            .init("_page", .query, Schema.string(["pattern": .string("^([0-9]{1,19}(-[A-Za-z0-9_-]{1,64})?)?$")]), "Given by the link `next`."),
        ]
    }
    private var fhirHistoryParameters: [Operation.Parameter] {
        [.init("_since", .query, Schema.string(["pattern": .string("^(\(Parts.fhirInstant))?$")]), "Only what came to hold at this moment or later.")] + fhirPaging
    }
    private var fhirSearchParameters: [Operation.Parameter] {
        var parameters: [Operation.Parameter] = []
        for parameter in options.fhir.types.flatMap({ FHIRParameter.all(of: $0) }) where !parameters.contains(where: { $0.name == parameter.name }) {
            let schema: JSON
            switch parameter.name {
            case "active": schema = Schema.string(["enum": .array([.string("true"), .string("false"), .string("")])])
            case "status": schema = Schema.string(["enum": .array(["active", "suspended", "inactive", ""].map(JSON.string))])
            case "_lastUpdated": schema = Schema.string(["pattern": .string("^((eq|gt|ge|lt|le|sa|eb)?\(Parts.fhirInstant))?$")])
            default: schema = Schema.string(["maxLength": .integer(Int64(FHIRQuery.lengthMax))])
            }
            parameters.append(.init(parameter.name, .query, schema, parameter.text))
            parameters += parameter.modifiers.map { Operation.Parameter("\(parameter.name):\($0)", .query, schema, parameter.text) }
        }
        // What is unknown is left out, as other unknown parameters are.
        let references = Schema.string(["maxLength": .integer(Int64(FHIRQuery.lengthMax))])
        parameters.append(.init("_include", .query, references, "What the found ones refer to; a page then has at most \(FHIRQuery.includingMax) of them."))
        parameters.append(.init("_revinclude", .query, references, "What refers to the found ones; a page then has at most \(FHIRQuery.includingMax) of them."))
        parameters.append(.init("_include:iterate", .query, references, "The same, asked again of what was included, from whatever type."))
        parameters.append(.init("_revinclude:iterate", .query, references, "The same, asked again of what was included, from whatever type."))
        return parameters + fhirPaging
    }

    private func fhirOperation(
        _ id: String, _ summary: Text, _ parameters: [Operation.Parameter] = [], body: (type: String, schema: JSON)? = nil
    ) -> Operation {
        let resource: JSON = .object(["type": .string("object"), "required": .array([.string("resourceType")])])
        let refusals = [400, 401, 403, 404, 406, 410, 413, 415, 422, 503].map { Operation.Answer($0, "An OperationOutcome.", Parts.fhirType, schema: resource) }
        return Operation(
            id: id, tag: "fhir", summary: summary, parameters: parameters, body: body, answers: [.init(200, "FHIR R4.", Parts.fhirType, schema: resource)] + refusals, isOpen: true)
    }
}

extension Problem {
    /// The same problem as FHIR tells it.
    func outcome(_ language: Language) -> Response {
        let sort =
            switch status.code {
            case 401: "login"
            case 403: "forbidden"
            case 404: "not-found"
            case 405, 406, 415: "not-supported"
            case 410: "deleted"
            case 413: "too-long"
            case 400, 422: "invalid"
            case 429: "throttled"
            case 503, 507: "transient"
            default: "exception"
            }
        let texts = objections.isEmpty ? [detail] : objections.map(\.text)
        let issues = texts.map { text in
            JSON.object([
                "severity": .string("error"), "code": .string(sort), "details": .object(["text": .string(text[language])]), "diagnostics": .string("/problems/\(code)"),
            ])
        }
        let json = JSON.object(["resourceType": .string("OperationOutcome"), "issue": .array(issues)])
        return Response(status, type: Parts.fhirType, Array(json.text.utf8), headers: headers + [("content-language", language.rawValue)])
    }
}
