// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import Registers

/// The catalogue of procedures: for everybody, as the pages tell it.
extension Parts {
    private static let procedureSchema = Schema.object([
        ("code", Schema.string()), ("title", Schema.text), ("need", Schema.text), ("occasion", Schema.string()), ("law", Schema.text), ("office", Schema.string()),
        ("about", Schema.array(Schema.string(["enum": .array(Procedure.Subject.allCases.map { .string($0.rawValue) })]))), ("term", Schema.nullable(Schema.text)),
        ("fee", Schema.nullable(Schema.object([("counter", Schema.integer(min: 0)), ("online", Schema.integer(min: 0)), ("exempt", Schema.array(Schema.text))]))),
        ("result", Schema.text),
    ])

    private static let wholeSchema = Schema.object([
        ("code", Schema.string()), ("title", Schema.text), ("questions", Schema.object([], required: [])),
        ("papers", Schema.array(Schema.object([("code", Schema.string()), ("title", Schema.text), ("required", Schema.boolean)]))),
        ("steps", Schema.array(Schema.object([("code", Schema.string()), ("title", Schema.text)]))),
        ("writes", Schema.array(Schema.string())),
    ])

    var procedureAPI: [Endpoint] {
        return [
            Endpoint(
                .GET, "/api/v1/procedures", .open,
                operation: Operation(
                    id: "getProcedures", tag: "procedures", summary: ["vi": "Các thủ tục", "en": "All procedures"],
                    answers: [.init(200, "In the order of their codes.", schema: Schema.object([("procedures", Schema.array(Parts.procedureSchema))]))], isOpen: true)
            ) { _, _, _ in
                Response(json: .object(["procedures": .array(dossiers.procedures.sorted { $0.code < $1.code }.map { .object(outline($0)) })]))
            },
            Endpoint(
                .GET, "/api/v1/procedures/{code}", .open,
                operation: Operation(
                    id: "getProcedure", tag: "procedures", summary: ["vi": "Một thủ tục", "en": "A procedure: its questions as JSON Schema, papers, steps"],
                    parameters: [.init("code", .path, Schema.string(["maxLength": .integer(20)]), "The national code, such as 1.004194.")],
                    answers: [.init(200, "What it asks, who decides, what it enters.", schema: Parts.wholeSchema)], problems: [404], isOpen: true)
            ) { _, _, parameters in
                let one = try dossiers.procedure(parameters[0])
                let properties = one.questions.map { field -> JSON.Member in
                    guard case .object(let members) = field.kind.schema else { preconditionFailure("A schema is an object.") }
                    return JSON.Member(field.name, .object(members + [JSON.Member("title", .string(field.title.vi))]))
                }
                let required = one.questions.filter { $0.isRequired && $0.condition == nil }.map { JSON.string($0.name) }
                return Response(
                    json: .object(
                        outline(one) + [
                            .init("questions", .object(["type": .string("object"), "properties": .object(properties), "required": .array(required)])),
                            .init(
                                "papers",
                                .array(one.papers.map { .object(["code": .string($0.code), "title": text($0.title), "required": .boolean($0.isRequired && $0.condition == nil)]) })),
                            .init("steps", .array(one.steps.map { .object(["code": .string($0.code), "title": text($0.title)]) })),
                            .init("writes", .array(one.writes.map(JSON.string))),
                        ]))
            },
        ]
    }

    private func text(_ text: Text) -> JSON { .object(["vi": .string(text.vi), "en": .string(text.en)]) }

    private func outline(_ one: Procedure) -> [JSON.Member] {
        let today = registry.world.today
        let fee = one.fee(on: today)?.value
        return [
            .init("code", .string(one.code)), .init("title", text(one.title)), .init("need", text(one.need)), .init("occasion", .string(one.occasion.code)),
            .init("law", text(one.law)),
            .init("office", .string(one.office.code)), .init("about", .array(one.subjects.map { .string($0.rawValue) })),
            .init("term", one.term(on: today).map { text($0.title) } ?? .null),
            .init(
                "fee",
                fee.map {
                    .object(["counter": .integer($0.counter.amount), "online": .integer($0.online.amount), "exempt": .array($0.exemptions.map { text($0.title) })])
                } ?? .null), .init("result", text(one.result)),
        ]
    }
}
