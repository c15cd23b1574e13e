// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Devices
internal import HTTP
internal import NIOHTTP1
internal import Notices
internal import Payments
internal import People
internal import Registers

/// The door of household devices: every request is signed by the key that the device made (RFC 9421).
extension Parts {
    private static let signatureParameters: [Operation.Parameter] = ["signature-input", "signature", "content-digest", "device-counter"].map {
        .init(
            $0, .header, Schema.string(["minLength": .integer(1), "maxLength": .integer(500), "pattern": .string("^[!-~]( ?[!-~])*$")]), "See the guide of household devices.",
            required: true)
    }
    private static let deviceProblems = [400, 401, 403, 404, 409, 413, 415, 422, 503, 507]
    private static let viewSchema = Schema.object([
        ("device", Schema.string()), ("household", Schema.string()), ("now", Schema.instant), ("total", Schema.integer(min: 0)),
        ("bills", Schema.array(.object(["type": .string("object")]))),
        ("payments", Schema.array(Parts.paymentSchema)),
        ("notices", Schema.array(Schema.object([("key", Schema.string()), ("text", Schema.string()), ("english", Schema.string()), ("created", Schema.instant)]))),
        ("limits", Schema.object([("pin", Schema.integer(min: 0)), ("daily", Schema.integer(min: 0)), ("spent", Schema.integer(min: 0))])), ("pin", Schema.boolean),
        ("pin_locked", Schema.boolean),
        ("mandate", Schema.boolean),
    ])

    var deviceAPI: [Endpoint] {
        [
            Endpoint(
                .POST, "/api/v1/device/enrolment", .open, bodyMax: 1 << 14,
                operation: Operation(
                    id: "enrolDevice", tag: "device",
                    summary: ["vi": "Kích hoạt thiết bị", "en": "Enrol a device: the key it made, proven by signing with it, against its one-time code"],
                    parameters: Parts.signatureParameters,
                    body: (
                        "application/json",
                        Schema.object(
                            [
                                ("code", Schema.string(["maxLength": .integer(40)])), ("secret", Schema.string(["maxLength": .integer(40)])),
                                ("key", Schema.string(["maxLength": .integer(60)])),
                                ("imei", Schema.string(["maxLength": .integer(20)])), ("iccid", Schema.string(["maxLength": .integer(24)])),
                                ("number", Schema.string(["maxLength": .integer(20)])),
                                ("generation", Schema.string(["enum": .array([.string("3G"), .string("4G")])])), ("firmware", Schema.string(["maxLength": .integer(40)])),
                            ], closed: true)
                    ), answers: [.init(200, "Enrolled, or enrolled before with this key.", schema: Schema.object([("device", Schema.string()), ("household", Schema.string())]))],
                    problems: Parts.deviceProblems + [429])
            ) { request, _, _ in try await enrol(request) },
            Endpoint(
                .GET, "/api/v1/device/view", .open,
                operation: Operation(
                    id: "getDeviceView", tag: "device", summary: ["vi": "Những gì thiết bị hiện ra", "en": "What the device shows: bills, payments, notices, limits"],
                    parameters: Parts.signatureParameters, answers: [.init(200, "As it is now.", schema: Parts.viewSchema)], problems: Parts.deviceProblems)
            ) { request, _, _ in Response(json: try json(try await payments.view(try signature(request)))) },
            Endpoint(
                .POST, "/api/v1/device/messages", .open, bodyMax: 1 << 16,
                operation: Operation(
                    id: "postDeviceMessages", tag: "device", summary: ["vi": "Thiết bị báo tình trạng", "en": "Heartbeats and notices shown, up to 100 under one signature"],
                    parameters: Parts.signatureParameters,
                    body: (
                        "application/json",
                        Schema.object(
                            [
                                (
                                    "messages",
                                    Schema.array(
                                        Schema.object(
                                            [
                                                ("sort", Schema.string(["enum": .array([.string("heartbeat"), .string("shown")])])),
                                                ("key", Schema.string(["maxLength": .integer(200)])),
                                                ("battery", Schema.integer(min: 0, max: 100)), ("signal", Schema.integer(min: 0, max: 100)),
                                                ("fault", Schema.string(["maxLength": .integer(100)])),
                                                ("firmware", Schema.string(["maxLength": .integer(40)])), ("iccid", Schema.string(["maxLength": .integer(20)])),
                                            ], required: ["sort"], closed: true))
                                )
                            ], closed: true)
                    ), answers: [.init(200, "So many were taken.", schema: Schema.object([("taken", Schema.integer(min: 0)), ("now", Schema.instant)]))],
                    problems: Parts.deviceProblems)
            ) { request, _, _ in
                let signature = try signature(request)
                let messages = try messages(try json(request))
                let taken = try await payments.take(messages, signature, content: String(decoding: request.body.prefix(2000), as: UTF8.self))
                return Response(json: .object(["taken": .integer(Int64(taken)), "now": .string(registry.world.now().description)]))
            },
            Endpoint(
                .POST, "/api/v1/device/payments", .open, bodyMax: 1 << 14,
                operation: Operation(
                    id: "postDevicePayment", tag: "device", summary: ["vi": "Nộp từ thiết bị", "en": "Pay from the household's account, within the device's limits"],
                    parameters: Parts.signatureParameters,
                    body: (
                        "application/json",
                        Schema.object(
                            [
                                ("id", Schema.string(["minLength": .integer(1), "maxLength": .integer(64)])), ("bills", Schema.array(Parts.lineSchema)),
                                ("proof", Schema.string(["maxLength": .integer(60)])),
                            ], required: ["id", "bills"], closed: true)
                    ), answers: [.init(200, "Taken, or taken before.", schema: Parts.paymentSchema)], problems: Parts.deviceProblems)
            ) { request, _, _ in
                let signature = try signature(request)
                let body = try json(request)
                try members(body, only: ["id", "bills", "proof"])
                guard let id = body["id"]?.string else { throw malformedMember("id") }
                let wanted = DevicePayment(
                    id: id, lines: try lines(body["bills"], "bills"),
                    proof: body["proof"]?.string.flatMap { Encoding.bytes(base64: $0) })
                return Response(json: try json(try await payments.pay(wanted, signature)))
            },
            Endpoint(
                .POST, "/api/v1/device/payments/{id}/undo", .open, bodyMax: 1 << 12,
                operation: Operation(
                    id: "undoDevicePayment", tag: "device", summary: ["vi": "Hủy một lần nộp từ thiết bị", "en": "Take back a payment that this device asked for"],
                    parameters: [.init("id", .path, Schema.string(["minLength": .integer(1), "maxLength": .integer(64)]), "The payment's id.")] + Parts.signatureParameters,
                    answers: [.init(200, "Undone, or undone before.", schema: Parts.paymentSchema)], problems: Parts.deviceProblems)
            ) { request, _, parameters in Response(json: try json(try await payments.undo(parameters[0], try signature(request)))) },
        ]
    }

    private func signature(_ request: Request) throws -> HTTPSignature {
        do throws(HTTPSignature.Fault) {
            return try HTTPSignature(method: request.method.rawValue, path: request.rawPath, body: request.body) { request.header($0) }
        } catch {
            switch error {
            case .malformed(let header): throw DeviceError.malformed(header)
            case .digest: throw DeviceError.malformed("content-digest")
            }
        }
    }

    private func enrol(_ request: Request) async throws -> Response {
        let signature = try signature(request)
        let body = try json(request)
        try members(body, only: ["code", "secret", "key", "imei", "iccid", "number", "generation", "firmware"])
        func text(_ name: String) throws -> String {
            guard let text = body[name]?.string, text.utf8.count <= 60 else { throw malformedMember(name) }
            return text
        }
        guard let key = Encoding.bytes(base64: try text("key")) else { throw malformedMember("key") }
        var identity = DeviceIdentity()
        identity.imei = try text("imei")
        identity.iccid = try text("iccid")
        identity.number = try text("number")
        identity.generation = try text("generation")
        identity.firmware = try text("firmware")
        let device: Device
        do {
            device = try await devices.enrol(code: try text("code"), secret: try text("secret"), publicKey: key, identity, signature: signature)
        } catch DeviceError.badCode {
            // Guesses are counted; a fleet that is enrolled from one place is not held up.
            try accounts.countEnrolment(address: request.address)
            throw DeviceError.badCode
        }
        return Response(json: .object(["device": .string(device.code), "household": .string(device.household)]))
    }

    private func messages(_ body: JSON) throws -> [DeviceMessage] {
        try members(body, only: ["messages"])
        guard case .array(let list)? = body["messages"], list.count <= 100 else { throw malformedMember("messages") }
        return try list.map { one in
            try members(one, only: ["sort", "key", "battery", "signal", "fault", "firmware", "iccid"])
            switch one["sort"]?.string {
            case "shown":
                guard let key = one["key"]?.string, key.utf8.count <= 200 else { throw malformedMember("key") }
                return .shown(key: key)
            case "heartbeat":
                var report = DeviceReport()
                for (name, set) in [("battery", \DeviceReport.battery), ("signal", \DeviceReport.signal)] {
                    guard let value = one[name] else { continue }
                    guard let number = value.integer, (0...100).contains(number) else { throw malformedMember(name) }
                    report[keyPath: set] = Int(number)
                }
                report.fault = one["fault"]?.string
                report.firmware = one["firmware"]?.string
                report.iccid = one["iccid"]?.string.flatMap { ICCID($0)?.digits }
                return .heartbeat(report)
            default: throw malformedMember("sort")
            }
        }
    }

    private func json(_ view: DeviceView) throws -> JSON {
        guard case .object(let basket) = json(view.basket) else { return .null }
        return .object(
            [
                JSON.Member("device", .string(view.device.code)), JSON.Member("now", .string(view.now.description)),
                JSON.Member("payments", .array(try view.payments.map { try json($0) })),
                JSON.Member(
                    "notices",
                    .array(
                        view.notices.map { one in
                            let words = one.text.split(separator: "\n", maxSplits: 1).map(String.init)
                            return .object([
                                "key": .string(one.key), "text": .string(words.first ?? ""), "english": .string(words.last ?? ""), "created": .string(one.created.description),
                            ])
                        })),
                JSON.Member(
                    "limits",
                    .object(["pin": .integer(view.device.pinLimit), "daily": .integer(view.device.dailyLimit), "spent": .integer(view.spentToday)])),
                JSON.Member("pin", .boolean(view.device.hasPin)), JSON.Member("pin_locked", .boolean(view.device.pinTries >= devices.limits.pinTriesMax)),
                JSON.Member("mandate", .boolean(view.hasMandate)),
            ] + basket)
    }
}
