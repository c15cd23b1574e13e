// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Journal
internal import NIOHTTP1
internal import Registers
internal import Store

/// What auditors read: keys, signed checkpoints and tiles (C2SP tlog-tiles); and what machines watch.
extension Parts {
    private var logParameter: Operation.Parameter {
        .init("journal", .path, Schema.string(["enum": .array(journals.names.map(JSON.string))]), "The journal's name.")
    }

    var logEndpoints: [Endpoint] {
        [
            Endpoint(
                .GET, "/log/keys", .open,
                operation: Operation(
                    id: "getKeys", tag: "proofs", summary: ["vi": "Khóa kiểm chứng", "en": "Verifier keys"],
                    answers: [.init(200, "C2SP note verifier keys, one a line.", "text/plain")], isOpen: true)
            ) { _, _, _ in .text(journals.noteKeys().map(\.line).joined(separator: "\n") + "\n") },
            Endpoint(
                .GET, "/log/{journal}/checkpoint", .open,
                operation: Operation(
                    id: "getCheckpoint", tag: "proofs", summary: ["vi": "Đầu cây đã ký", "en": "The signed tree head"], parameters: [logParameter],
                    answers: [.init(200, "A C2SP tlog-checkpoint.", "text/plain")], problems: [404], isOpen: true)
            ) { _, _, parameters in
                .text(try registry.database.look { try journals.checkpoint(of: parameters[0], on: $0) })
            },
            Endpoint(.GET, "/log/{journal}/tile/{*}", .open) { _, _, parameters in
                guard let response = try tile(parameters) else {
                    throw Problem(.notFound, "no-such-tile", ["vi": "Không có mảnh này.", "en": "There is no such tile."])
                }
                return response
            },
        ]
    }

    private func tile(_ parameters: [String]) throws -> Response? {
        guard parameters.count >= 3, let (index, width) = TilePath.decode(parameters.dropFirst(2).map { Substring($0) }) else { return nil }
        // A full tile never changes; a partial one is a step on its way.
        let cache = [("cache-control", width == 256 ? "public, max-age=31536000, immutable" : "public, max-age=60")]
        if parameters[1] == "entries" {
            return try registry.database.read { try journals.entryBundle(index: index, width: width, in: parameters[0], on: $0) }.map {
                Response(.ok, type: "application/octet-stream", $0, headers: cache)
            }
        }
        guard let level = Int(parameters[1]), String(level) == parameters[1] else { return nil }
        return try registry.database.read { try journals.tile(level: level, index: index, width: width, in: parameters[0], on: $0) }.map {
            Response(.ok, type: "application/octet-stream", $0, headers: cache)
        }
    }

    var operations: [Endpoint] {
        [
            Endpoint(
                .GET, "/health", .open,
                operation: Operation(
                    id: "getHealth", tag: "operations", summary: ["vi": "Còn sống", "en": "Liveness"],
                    answers: [.init(200, "The process answers.", schema: Schema.object([("status", Schema.string())]))], isOpen: true),
                quick: { _, _, _ in Response(json: .object(["status": .string("ok")])) }
            ) { _, _, _ in Response(json: .null) },
            Endpoint(
                .GET, "/ready", .open,
                operation: Operation(
                    id: "getReadiness", tag: "operations", summary: ["vi": "Sẵn sàng", "en": "Readiness"],
                    answers: [.init(200, "Reads and writes go through.", schema: Schema.object([("status", Schema.string())]))], problems: [503, 507],
                    isOpen: true)
            ) { _, _, _ in
                try await registry.database.write { try $0.run("DELETE FROM link WHERE until < 0") }
                return Response(json: .object(["status": .string("ready")]))
            },
            Endpoint(
                .GET, "/metrics", .open,
                operation: Operation(
                    id: "getMetrics", tag: "operations", summary: ["vi": "Số đo vận hành", "en": "Prometheus metrics"],
                    answers: [.init(200, "Prometheus text.", "text/plain")], isOpen: true)
            ) { _, _, _ in
                var text = metrics.text
                text += "# HELP thanglong_records Records in force.\n# TYPE thanglong_records gauge\n"
                for register in registry.registers { text += "thanglong_records{register=\"\(register.name)\"} \(try registry.summary(of: register.name).size)\n" }
                return Response(.ok, type: "text/plain; version=0.0.4; charset=utf-8", Array(text.utf8))
            },
            Endpoint(
                .GET, "/openapi.json", .open,
                operation: Operation(
                    id: "getOpenAPI", tag: "operations", summary: ["vi": "Mô tả API", "en": "This document"],
                    answers: [.init(200, "OpenAPI 3.1.", schema: .object(["type": .string("object")]))], isOpen: true)
            ) { _, _, _ in Response(json: OpenAPI.document(endpoints, registers: registry.registers)) },
        ]
    }
}
