// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1

/// What the OpenAPI document says of a route.
struct Operation: Sendable {
    struct Parameter: Sendable {
        enum Place: String, Sendable { case path, query, header }
        let name: String
        let place: Place
        let schema: JSON
        let text: String
        let isRequired: Bool

        init(_ name: String, _ place: Place, _ schema: JSON, _ text: String, required isRequired: Bool = false) {
            self.isRequired = isRequired || place == .path
            self.name = name
            self.place = place
            self.schema = schema
            self.text = text
        }
    }

    struct Answer: Sendable {
        let status: Int
        let text: String
        let type: String?
        let schema: JSON?

        init(_ status: Int, _ text: String, _ type: String? = "application/json", schema: JSON? = nil) {
            self.status = status
            self.text = text
            self.type = type
            self.schema = schema
        }
    }

    let id: String
    let tag: String
    let summary: Text
    var parameters: [Parameter] = []
    var body: (type: String, schema: JSON)?
    let answers: [Answer]
    /// Errors as problem+json.
    var problems: [Int] = []
    var isOpen = false
}

/// Short ways of writing JSON Schema.
enum Schema {
    static func string(_ more: KeyValuePairs<String, JSON> = [:]) -> JSON {
        .object([JSON.Member("type", .string("string"))] + more.map { JSON.Member($0.key, $0.value) })
    }
    static let date = string(["format": .string("date")])
    static let instant = string(["format": .string("date-time")])
    static func integer(min: Int64? = nil, max: Int64? = nil) -> JSON {
        var members = [JSON.Member("type", .string("integer"))]
        if let min { members.append(.init("minimum", .integer(min))) }
        if let max { members.append(.init("maximum", .integer(max))) }
        return .object(members)
    }
    static let boolean: JSON = .object(["type": .string("boolean")])
    static func array(_ items: JSON) -> JSON { .object(["type": .string("array"), "items": items]) }
    static func object(_ properties: [(String, JSON)], required: [String]? = nil, closed: Bool = false) -> JSON {
        var members: [JSON.Member] = [
            .init("type", .string("object")), .init("properties", .object(properties.map { JSON.Member($0.0, $0.1) })),
            .init("required", .array((required ?? properties.map(\.0)).map(JSON.string))),
        ]
        if closed { members.append(.init("additionalProperties", .boolean(false))) }
        return .object(members)
    }
    static func reference(_ name: String) -> JSON { .object(["$ref": .string("#/components/schemas/\(name)")]) }
    static func nullable(_ schema: JSON) -> JSON { .object(["anyOf": .array([schema, .object(["type": .string("null")])])]) }
    static let text = object([("vi", string()), ("en", string())])
    /// Answers by their names: texts, whole numbers that JSON keeps, yes and no.
    static let answers: JSON = .object([
        JSON.Member("type", .string("object")),
        JSON.Member(
            "additionalProperties",
            .object([
                JSON.Member("anyOf", .array([string(["maxLength": .integer(2000)]), integer(min: -(1 << 53 - 1), max: 1 << 53 - 1), boolean, .object(["type": .string("null")])]))
            ])),
    ])
}

extension Kind {
    /// The JSON Schema of a value that is entered.
    var schema: JSON {
        switch self {
        case .text(let max): Schema.string(["maxLength": .integer(Int64(max))])
        case .name: Schema.string(["maxLength": .integer(Int64(Kind.nameMax))])
        case .address: Schema.string(["maxLength": .integer(Int64(Kind.addressMax))])
        case .code(let pattern): Schema.string(["pattern": .string(pattern.regularExpression)])
        case .choice(let choices): Schema.string(["enum": .array(choices.map { .string($0.code) })])
        case .day: Schema.date
        case .partialDay: Schema.string(["pattern": .string("^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")])
        case .integer(let range): Schema.integer(min: range.lowerBound, max: range.upperBound)
        case .decimal(let places): Schema.string(["pattern": .string("^-?[0-9]{1,12}([.][0-9]{1,\(places)})?$")])
        case .money: Schema.integer(min: 0, max: 1 << 53 - 1)
        case .boolean: Schema.boolean
        case .citizenID: Schema.string(["pattern": .string("^[0-9]{12}$")])
        case .oldID: Schema.string(["pattern": .string("^[0-9]{9}$")])
        case .taxCode: Schema.string(["pattern": .string("^([0-9]{10}|[0-9]{10}-[0-9]{3}|[0-9]{12})$")])
        case .phone: Schema.string(["pattern": .string("^0[0-9]{9,10}$")])
        case .unit(let level): Schema.string(["pattern": .string(level == .commune ? "^[0-9]{5}$" : "^[0-9]{2,3}$")])
        case .reference: Schema.string(["maxLength": .integer(100)])
        case .references: Schema.string(["maxLength": .integer(4000)])
        case .share: Schema.string(["pattern": .string("^[0-9]{1,6}(/[0-9]{1,6})?$")])
        case .polygon: Schema.string(["maxLength": .integer(8000)])
        }
    }
}

/// The OpenAPI 3.1 document, written from the routes themselves.
enum OpenAPI {
    static func document(_ endpoints: [Endpoint], registers: [Register]) -> JSON {
        var paths: [(String, [JSON.Member])] = []
        for endpoint in endpoints {
            guard let operation = endpoint.operation else { continue }
            let member = JSON.Member(endpoint.method.rawValue.lowercased(), json(operation))
            if let index = paths.firstIndex(where: { $0.0 == endpoint.path }) { paths[index].1.append(member) } else { paths.append((endpoint.path, [member])) }
        }
        var schemas: [JSON.Member] = [.init("problem", problem), .init("record", record), .init("entry", entry)]
        for register in registers { schemas.append(.init(register.name, item(register))) }
        return .object([
            "openapi": .string("3.1.0"),
            "info": .object([
                "title": .string("Thăng Long"), "version": .string("1"),
                "description": .string("Registers of a city: records with history, proofs and statistics. Errors are RFC 9457 problem details."),
                "license": .object(["name": .string("Apache-2.0"), "identifier": .string("Apache-2.0")]),
            ]),
            "servers": .array([.object(["url": .string("/")])]),
            "security": .array([.object(["token": .array([])]), .object([JSON.Member]())]),
            "paths": .object(paths.map { JSON.Member($0.0, .object($0.1)) }),
            "components": .object([
                "securitySchemes": .object(["token": .object(["type": .string("http"), "scheme": .string("bearer")])]),
                "schemas": .object(schemas),
            ]),
        ])
    }

    private static func json(_ operation: Operation) -> JSON {
        var members: [JSON.Member] = [
            .init("operationId", .string(operation.id)), .init("tags", .array([.string(operation.tag)])),
            .init("summary", .string(operation.summary.en)), .init("x-summary-vi", .string(operation.summary.vi)),
        ]
        if operation.isOpen { members.append(.init("security", .array([.object([JSON.Member]())]))) }
        if !operation.parameters.isEmpty {
            members.append(
                .init(
                    "parameters",
                    .array(
                        operation.parameters.map { parameter in
                            .object([
                                "name": .string(parameter.name), "in": .string(parameter.place.rawValue), "required": .boolean(parameter.isRequired),
                                "description": .string(parameter.text), "schema": parameter.schema,
                            ])
                        })))
        }
        if let body = operation.body {
            members.append(
                .init(
                    "requestBody",
                    .object(["required": .boolean(true), "content": .object([JSON.Member(body.type, .object(["schema": body.schema]))])])))
        }
        var responses: [JSON.Member] = operation.answers.map { answer in
            var response: [JSON.Member] = [.init("description", .string(answer.text))]
            if let type = answer.type {
                response.append(.init("content", .object([JSON.Member(type, .object(answer.schema.map { [JSON.Member("schema", $0)] } ?? []))])))
            }
            return .init(String(answer.status), .object(response))
        }
        for status in operation.problems.sorted() where !operation.answers.contains(where: { $0.status == status }) {
            responses.append(
                .init(
                    String(status),
                    .object([
                        "description": .string("A problem, told in its detail."),
                        "content": .object(["application/problem+json": .object(["schema": Schema.reference("problem")])]),
                    ])))
        }
        members.append(.init("responses", .object(responses)))
        return .object(members)
    }

    static let problem = Schema.object(
        [
            ("type", Schema.string()), ("title", Schema.string()), ("status", Schema.integer()), ("detail", Schema.string()),
            (
                "errors",
                Schema.array(
                    Schema.object([("field", Schema.string()), ("code", Schema.string()), ("detail", Schema.string()), ("text", Schema.text)]))
            ),
        ], required: ["type", "title", "status", "detail"])

    static let record = Schema.object(
        [
            ("key", Schema.nullable(Schema.string())), ("ref", Schema.string()), ("entry", Schema.integer(min: 0)), ("effective", Schema.date),
            ("recorded", Schema.instant), ("retired", Schema.boolean), ("ended", Schema.boolean), ("item", .object(["type": .string("object")])),
        ], required: ["key", "ref", "entry", "effective", "recorded", "item"])

    static let entry = Schema.object(
        [
            ("number", Schema.integer(min: 0)), ("unit", Schema.string()), ("author", Schema.string()), ("cause", Schema.string()),
            ("key", Schema.nullable(Schema.string())), ("ref", Schema.string()), ("entry", Schema.integer(min: 0)), ("effective", Schema.date),
            ("recorded", Schema.instant), ("item", .object(["type": .string("object")])),
        ], required: ["number", "unit", "effective", "recorded"])

    /// The item of a register as it is entered. The key may stand in it; it must then be the address's.
    static func item(_ register: Register) -> JSON {
        let fields = register.fields.map { field in
            (field.name, described(field.isRequired ? field.kind.schema : Schema.nullable(field.kind.schema), field))
        }
        return Schema.object([(register.key.name, register.key.kind.schema)] + fields, required: register.fields.filter(\.isRequired).map(\.name), closed: true)
    }

    private static func described(_ schema: JSON, _ field: Field) -> JSON {
        guard case .object(let members) = schema else { return schema }
        return .object(
            members + [
                .init("title", .string(field.title.en)), .init("x-title-vi", .string(field.title.vi)), .init("x-privacy", .string(field.privacy.rawValue)),
            ])
    }
}
