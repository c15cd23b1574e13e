// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Foundation
internal import NIOHTTP1
internal import Registers

/// Files pushed by systems that have no better way.
extension Parts {
    private var sourceParameter: Operation.Parameter { .init("source", .path, Schema.string(["maxLength": .integer(40)]), "The source's name.") }
    private var fileParameter: Operation.Parameter { .init("file", .path, Schema.integer(min: 1, max: 1 << 53 - 1), "The file's number.") }

    private static let fileSchema = Schema.object(
        [
            ("file", Schema.integer(min: 1)), ("state", Schema.string(["enum": .array(["received", "tried", "taken", "refused"].map(JSON.string))])),
            ("added", Schema.integer(min: 0)), ("changed", Schema.integer(min: 0)), ("unchanged", Schema.integer(min: 0)), ("rejected", Schema.integer(min: 0)),
            ("review", Schema.integer(min: 0)), ("problem", Schema.nullable(Schema.string())), ("rejects", Schema.nullable(Schema.string())),
            ("unread", Schema.array(Schema.string())),
        ])

    var sourceEndpoints: [Endpoint] {
        [
            Endpoint(
                .POST, "/api/v1/sources/{source}/files", .registers, bodyMax: Registry.sourceBytesMax,
                operation: Operation(
                    id: "sendFile", tag: "sources", summary: ["vi": "Gửi một tệp", "en": "Send a file: CSV, JSON Lines or a workbook"],
                    parameters: [sourceParameter, .init("name", .query, Schema.string(["maxLength": .integer(120)]), "What the file is called.")],
                    body: ("application/octet-stream", Schema.string()),
                    answers: [.init(202, "Kept, and taken soon; the same file again is the same answer again.", schema: Parts.fileSchema)],
                    problems: [400, 401, 403, 404, 413, 422, 503, 507])
            ) { request, caller, parameters in
                let source = try source(parameters[0], caller)
                let name = request.parameter("name") ?? "file"
                let file = try await offLoop { try registry.receive(request.body, name: name, of: source) }
                return Response(.accepted, json: try json(file, source, caller))
            },
            Endpoint(
                .GET, "/api/v1/sources/{source}/files/{file}", .registers,
                operation: Operation(
                    id: "getFile", tag: "sources", summary: ["vi": "Tệp đã gửi ra sao", "en": "What became of a file"], parameters: [sourceParameter, fileParameter],
                    answers: [.init(200, "Its state and counts.", schema: Parts.fileSchema)], problems: [401, 403, 404, 503])
            ) { _, caller, parameters in
                let source = try source(parameters[0], caller)
                return Response(json: try json(registry.file(Int64(parameters[1]) ?? 0, of: source), source, caller))
            },
            Endpoint(
                .GET, "/api/v1/sources/{source}/files/{file}/rejects", .registers,
                operation: Operation(
                    id: "getRejects", tag: "sources", summary: ["vi": "Các dòng bị từ chối", "en": "The lines that were refused, each with its reason"],
                    parameters: [sourceParameter, fileParameter],
                    answers: [.init(200, "CSV: line, field, code, reason in both languages, and the line.", "text/csv")], problems: [401, 403, 404, 503])
            ) { _, caller, parameters in
                let file = try registry.file(Int64(parameters[1]) ?? 0, of: try source(parameters[0], caller))
                guard let data = FileManager.default.contents(atPath: file.rejects) else { throw RegisterError.noSuchRecord }
                return Response(.ok, type: "text/csv; charset=utf-8", [UInt8](data), headers: [("content-disposition", "attachment; filename=\"rejected-\(file.id).csv\"")])
            },
        ]
    }

    /// A source is for those who may enter into its register.
    private func source(_ name: String, _ caller: Caller) throws -> DataSource {
        guard caller.authority.sort != .visitor else {
            throw RegisterError.forbidden(["vi": "Cần mã truy cập.", "en": "A token is needed."])
        }
        let source = try registry.source(named: name)
        guard registry.mayKeep(source, caller.authority) else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền cập nhật sổ này.", "en": "You may not enter into this register."])
        }
        return source
    }

    private func json(_ file: SourceFile, _ source: DataSource, _ caller: Caller) throws -> JSON {
        let unread = try registry.unreadColumns(of: file, from: source)
        return .object([
            "file": .integer(file.id), "state": .string(file.state.rawValue), "added": .integer(Int64(file.added)), "changed": .integer(Int64(file.changed)),
            "unchanged": .integer(Int64(file.unchanged)), "rejected": .integer(Int64(file.rejected)), "review": .integer(Int64(file.review)),
            "problem": file.problem.map { .string($0[caller.language]) } ?? .null,
            "rejects": file.rejected > 0 ? .string("/api/v1/sources/\(source.name)/files/\(file.id)/rejects") : .null,
            "unread": .array(unread.map(JSON.string)),
        ])
    }
}
