// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Devices
internal import Dossiers
internal import Ledger
public import Notices
internal import Store

/// What a device is shown: all that its household owes, what was paid lately, what it is told.
public struct DeviceView: Sendable {
    public let device: Device
    public let basket: Basket
    public let payments: [Payment]
    public let notices: [Notice]
    public let spentToday: Int64
    public let hasMandate: Bool
    public let now: Instant
}

/// What a device asks to pay.
public struct DevicePayment: Sendable, Equatable {
    public let id: String
    public let lines: [PaymentLine]
    /// What the PIN makes of the payment; nil when none was typed.
    public let proof: [UInt8]?

    public init(id: String, lines: [PaymentLine], proof: [UInt8]?) {
        self.id = id
        self.lines = lines
        self.proof = proof
    }
}

/// One of a device's messages.
public enum DeviceMessage: Sendable {
    case heartbeat(DeviceReport)
    /// A notice was shown to people.
    case shown(key: String)
}

/// Why a device's payment is not taken, beside what may be wrong with any payment.
public enum DevicePaymentError: Error, Sendable, Equatable {
    case pinNeeded(above: Int64)
    /// Wrong, or tried too often.
    case wrongPin
    case dailyLimit(Int64, spent: Int64)

    public var text: Text {
        switch self {
        case .pinNeeded(let limit): Text(vi: "Nộp trên \(Money(limit)) cần mã PIN.", en: "A payment above \(Money(limit)) needs the PIN.")
        case .wrongPin:
            [
                "vi": "Mã PIN sai. Sau 5 lần sai phải đặt lại PIN trên trang “Các khoản của hộ” hoặc tại phường, xã.",
                "en": "The PIN is wrong. After 5 wrong tries it must be set anew under “Household bills” or at the commune.",
            ]
        case .dailyLimit(let limit, let spent):
            Text(
                vi: "Vượt hạn mức một ngày của thiết bị: \(Money(limit)), hôm nay đã nộp \(Money(spent)).",
                en: "This would pass the device's daily limit of \(Money(limit)); \(Money(spent)) was paid today.")
        }
    }
}

extension Payments {
    private func device(_ taken: Result<Devices.Taken, DeviceError>) throws -> Device {
        switch try taken.get() {
        case .new(let device), .again(let device): device
        }
    }

    private func known() throws -> Devices {
        guard let devices else { throw DeviceError.unknown }
        return devices
    }

    /// Takes a request's counter, then does what it asks for, in one commit. A freeze is committed though the request is refused.
    private func hear<T: Sendable>(_ signature: HTTPSignature, content: String? = nil, _ body: @escaping @Sendable (Device, Connection) throws -> T) async throws -> T {
        let devices = try known()
        let code = try devices.recognise(signature)
        return try await database.write { connection -> Result<T, DeviceError> in
            switch try devices.take(signature, of: code, content: content, on: connection) {
            case .failure(let error): return .failure(error)
            case .success(let taken): return .success(try body(self.device(.success(taken)), connection))
            }
        }.get()
    }

    /// What the device's screen shows.
    public func view(_ signature: HTTPSignature) async throws -> DeviceView {
        let device = try await hear(signature) { device, _ in device }
        return try view(of: device)
    }

    func view(of device: Device) throws -> DeviceView {
        try database.read { connection in
            DeviceView(
                device: device, basket: try self.basket(of: device.household, on: connection),
                payments: try self.payments("household = \(device.household) ORDER BY created DESC, id", limit: 10, on: connection),
                notices: try self.dossiers.notices.waiting(for: device.household, .device, notOlderThan: self.limits.deviceNoticeMilliseconds, on: connection),
                spentToday: try self.spent(by: device, on: connection), hasMandate: try self.mandate(of: device.household, on: connection) != nil, now: self.world.now())
        }
    }

    private func spent(by device: Device, on connection: Connection) throws -> Int64 {
        try connection.first(
            """
            SELECT CAST(coalesce(sum(total), 0) AS BIGINT) FROM payment WHERE household = \(device.household) AND device = \(device.code) AND created >= \(world.now().dayStart) \
            AND state <= 2
            """
        ) { $0.integer(0) }!
    }

    /// Heartbeats and what was shown, many in one request: the signature is over all of them.
    public func take(_ messages: [DeviceMessage], _ signature: HTTPSignature, content: String) async throws -> Int {
        try await hear(signature, content: content) { device, connection in
            for message in messages {
                switch message {
                case .heartbeat(let report): try self.known().note(report, of: device.code, on: connection)
                case .shown(let key): try self.dossiers.notices.acknowledge(key, for: device.household, .device, on: connection)
                }
            }
            return messages.count
        }
    }

    /// Pays from the household's account, within the device's limits. The payment's id makes sending it again harmless.
    public func pay(_ wanted: DevicePayment, _ signature: HTTPSignature) async throws -> Payment {
        let outcome = try await hear(signature) { device, connection -> Result<Payment, DevicePaymentError> in
            let order = PaymentOrder(
                id: wanted.id, household: device.household, lines: wanted.lines, means: .mandate, channel: .device,
                author: "device:\(device.code)",
                device: device.code)
            if let kept = try self.payment(wanted.id, on: connection) {
                guard kept.device == device.code else { throw PaymentError.otherContent(wanted.id) }
                return .success(try self.pay(order, on: connection))
            }
            let total = try wanted.lines.reduce(Int64(0)) { sum, line in
                if let amount = line.amount?.amount { return sum + min(max(amount, 0), self.limits.amountMax) }
                if line.bill.hasPrefix("fee:") { return sum + (try self.dossiers.owedFee(of: String(line.bill.dropFirst(4)), on: connection)?.amount.amount ?? 0) }
                return sum + (try self.bill(line.bill, on: connection)?.remaining.amount ?? 0)
            }
            let spent = try self.spent(by: device, on: connection)
            guard spent + total <= device.dailyLimit else { return .failure(.dailyLimit(device.dailyLimit, spent: spent)) }
            if total > device.pinLimit {
                guard let proof = wanted.proof else { return .failure(.pinNeeded(above: device.pinLimit)) }
                // A wrong PIN is counted, so this is committed too.
                guard try self.known().isRight(proof, payment: wanted.id, total: total, of: device.code, on: connection) else { return .failure(.wrongPin) }
            }
            do {
                return .success(try self.pay(order, on: connection))
            } catch PaymentError.confirm {
                // Whoever holds the machine pays what its household owes, and nothing else.
                throw PaymentError.forbidden(["vi": "Thiết bị chỉ nộp các khoản của chính hộ này.", "en": "A device pays the bills of its own household only."])
            }
        }
        return try outcome.get()
    }

    public func undo(_ payment: String, _ signature: HTTPSignature) async throws -> Payment {
        try await hear(signature) { device, connection in
            guard let kept = try self.payment(payment, on: connection), kept.household == device.household, kept.device == device.code else { throw PaymentError.noSuchPayment }
            if kept.state == .undone { return kept }
            guard kept.mayUndo(at: self.world.now()) else { throw PaymentError.tooLate }
            return try self.end(kept, .undone, fault: nil, author: "device:\(device.code)", on: connection)
        }
    }
}
