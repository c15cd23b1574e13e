// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
public import Store

extension Devices {
    static let columns: SQL =
        "code, household, commune, state, public_key, imei, iccid, number, network, generation, firmware, enrolled, seen, counter, battery, signal, fault, pin_limit, daily_limit, pin IS NOT NULL, pin_tries"

    static func device(_ row: Row) -> Device {
        Device(
            code: row.text(0), household: row.text(1), commune: row.text(2), state: Device.State(rawValue: row.text(3)) ?? .revoked, publicKey: row.isNull(4) ? nil : row.blob(4),
            imei: row.optionalText(5), iccid: row.optionalText(6), number: row.optionalText(7), network: row.optionalText(8), generation: row.optionalText(9),
            firmware: row.optionalText(10), enrolled: row.optionalInteger(11).map { Instant(milliseconds: $0) }, seen: row.optionalInteger(12).map { Instant(milliseconds: $0) },
            counter: UInt64(row.integer(13)), battery: row.optionalInteger(14).map { Int($0) }, signal: row.optionalInteger(15).map { Int($0) }, fault: row.optionalText(16),
            pinLimit: row.integer(17), dailyLimit: row.integer(18), hasPin: row.integer(19) != 0, pinTries: row.integer(20))
    }

    func find(_ code: String, on connection: Connection) throws -> Device? { try connection.first("SELECT \(Devices.columns) FROM device WHERE code = \(code)", Devices.device) }

    public func find(_ code: String) throws -> Device? { try database.look { try find(code, on: $0) } }

    /// A household's devices, the newest first.
    public func devices(of household: String) throws -> [Device] {
        try database.look { try $0.all("SELECT \(Devices.columns) FROM device WHERE household = \(household) ORDER BY announced DESC, code", Devices.device) }
    }

    public func hasDevice(_ household: String, on connection: Connection) throws -> Bool {
        try connection.first("SELECT 1 FROM device WHERE household = \(household) AND state = 'active' LIMIT 1") { _ in true } != nil
    }

    // MARK: Changing

    /// From this moment nothing is taken from the device: by an adult of the household, or an officer.
    public func revoke(_ code: String, reason: String, author: String) async throws { try await change(code, to: .revoked, "revoked", reason: reason, author: author) }

    /// An officer has seen the one true device: it is enrolled anew with a fresh code, and its old key is forgotten.
    public func reopen(_ code: String, author: String) async throws -> String {
        let secret = String(Encoding.base32(world.random(10)).prefix(12)).uppercased()
        let until = world.now().milliseconds + limits.codeMilliseconds
        try await change(code, to: .announced, "reopened", reason: "", author: author) { connection in
            try connection.run(
                """
                UPDATE device SET public_key = NULL, secret = \(Devices.print(secret)), until = \(until), tries = 0, counter = 0, pin = NULL, pin_tries = 0 WHERE code = \(code)
                """)
            try connection.run("DELETE FROM device_request WHERE device = \(code)")
        }
        return secret
    }

    private func change(
        _ code: String, to state: Device.State, _ event: String, reason: String, author: String, _ more: @escaping @Sendable (Connection) throws -> Void = { _ in }
    ) async throws {
        try await database.write { connection in
            guard let device = try self.find(code, on: connection) else { throw DeviceError.unknown }
            if device.state == .revoked {
                if state == .revoked { return }
                throw DeviceError.revoked
            }
            if state == .announced, device.state != .frozen, device.state != .announced {
                throw DeviceError.objections([
                    Objection(
                        field: "", code: "active",
                        [
                            "vi": "Máy đang dùng bình thường; muốn kích hoạt lại thì thu hồi rồi cấp mã mới.",
                            "en": "The machine is in use; to enrol it anew, revoke it and give a new code.",
                        ])
                ])
            }
            try connection.run("UPDATE device SET state = \(state.rawValue), secret = NULL WHERE code = \(code)")
            try more(connection)
            let numbers = try connection.first("SELECT entry, last FROM device WHERE code = \(code)") { ($0.integer(0), $0.integer(1)) }!
            try self.append(
                event, .object(["reason": .string(String(reason.prefix(200)))]), device: code, entry: numbers.0, previous: numbers.1, unit: device.commune, author: author,
                connection)
        }
        forgetKey(code)
    }

    /// The machine goes to another household: its code there ends, and it is enrolled anew under a code of the new one.
    public func move(_ code: String, to household: String, commune: String, author: String) async throws -> (code: String, secret: String) {
        try await revoke(code, reason: "moved:\(household)", author: author)
        return try await announce(household: household, commune: commune, author: author)
    }

    // MARK: The PIN

    /// The key that a PIN gives with a device's code. Only this is kept, and what a device proves with it is good for one payment.
    public static func pinKey(_ pin: String, device: String) -> [UInt8] { PinKey.derive(pin, salt: device) }

    /// What a device sends instead of the PIN.
    public static func pinProof(_ key: [UInt8], payment: String, total: Int64) -> [UInt8] { MAC.sha256(Array("\(payment) \(total)".utf8), key: key) }

    public func setPin(_ pin: String, of code: String, author: String) async throws {
        guard pin.utf8.count == 6, pin.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), Set(pin).count > 2 else {
            throw DeviceError.objections([
                Objection(field: "pin", code: "pattern", ["vi": "Mã PIN gồm 6 chữ số, không quá giống nhau.", "en": "The PIN has 6 digits, not too alike."])
            ])
        }
        let key = Devices.pinKey(pin, device: code)
        try await database.write { connection in
            try connection.run("UPDATE device SET pin = \(key), pin_tries = 0 WHERE code = \(code) AND state <> 'revoked'")
            guard connection.changes == 1 else { throw DeviceError.unknown }
            try self.enterChange("pin", .object([JSON.Member]()), of: code, author: author, connection)
        }
    }

    public func setLimits(pin: Int64, daily: Int64, of code: String, author: String) async throws {
        guard (0...100_000_000).contains(pin), (0...100_000_000).contains(daily) else {
            throw DeviceError.objections([Objection(field: "daily", code: "range", ["vi": "Hạn mức từ 0 đến 100.000.000 đồng.", "en": "A limit is from 0 to 100,000,000 đồng."])])
        }
        try await database.write { connection in
            try connection.run("UPDATE device SET pin_limit = \(pin), daily_limit = \(daily) WHERE code = \(code) AND state <> 'revoked'")
            guard connection.changes == 1 else { throw DeviceError.unknown }
            try self.enterChange("limits", .object(["pin": .integer(pin), "daily": .integer(daily)]), of: code, author: author, connection)
        }
    }

    /// Who changed what guards a device's payments stays known; the PIN itself does not.
    private func enterChange(_ event: String, _ content: JSON, of code: String, author: String, _ connection: Connection) throws {
        let (entry, last, commune) = try connection.first("SELECT entry, last, commune FROM device WHERE code = \(code)") { ($0.integer(0), $0.integer(1), $0.text(2)) }!
        try append(event, content, device: code, entry: entry, previous: last, unit: commune, author: author, connection)
    }

    /// Whether the proof is right; a wrong one is counted, and after five the PIN must be set anew.
    public func isRight(_ proof: [UInt8], payment: String, total: Int64, of code: String, on connection: Connection) throws -> Bool {
        let kept = try connection.first("SELECT pin, pin_tries FROM device WHERE code = \(code) AND pin IS NOT NULL") { ($0.blob(0), $0.integer(1)) }
        guard let (key, tries) = kept, tries < limits.pinTriesMax else { return false }
        if equalInConstantTime(Devices.pinProof(key, payment: payment, total: total), proof) {
            if tries > 0 { try connection.run("UPDATE device SET pin_tries = 0 WHERE code = \(code)") }
            return true
        }
        try connection.run("UPDATE device SET pin_tries = pin_tries + 1 WHERE code = \(code)")
        return false
    }

    // MARK: The fleet

    /// Devices by commune: how many are in use, silent, faulty, frozen.
    public struct CommuneFleet: Sendable, Equatable {
        public let commune: String
        public var active = 0
        public var silent = 0
        public var faulty = 0
        public var frozen = 0
        public var announced = 0
    }

    public func fleet() throws -> [CommuneFleet] {
        let since = world.now().milliseconds - limits.silentMilliseconds
        return try database.look { connection in
            try connection.all(
                """
                SELECT commune, CAST(sum(CASE WHEN state = 'active' THEN 1 ELSE 0 END) AS BIGINT), CAST(sum(CASE WHEN state = 'active' AND seen < \(since) THEN 1 ELSE 0 END) AS BIGINT), \
                CAST(sum(CASE WHEN state = 'active' AND fault IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT), CAST(sum(CASE WHEN state = 'frozen' THEN 1 ELSE 0 END) AS BIGINT), \
                CAST(sum(CASE WHEN state = 'announced' THEN 1 ELSE 0 END) AS BIGINT) FROM device GROUP BY commune ORDER BY commune
                """
            ) { row in
                CommuneFleet(
                    commune: row.text(0), active: Int(row.integer(1)), silent: Int(row.integer(2)), faulty: Int(row.integer(3)), frozen: Int(row.integer(4)),
                    announced: Int(row.integer(5)))
            }
        }
    }

    public enum FleetFilter: String, Sendable, CaseIterable {
        case all, silent, faulty, frozen, announced

        public var title: Text {
            switch self {
            case .all: ["vi": "Tất cả", "en": "All"]
            case .silent: ["vi": "Mất liên lạc quá 3 ngày", "en": "Silent for 3 days"]
            case .faulty: ["vi": "Báo hỏng", "en": "Faulty"]
            case .frozen: ["vi": "Tạm khóa", "en": "Frozen"]
            case .announced: ["vi": "Chờ kích hoạt", "en": "To be enrolled"]
            }
        }
    }

    public func list(_ filter: FleetFilter, commune: String? = nil, after: String = "", limit: Int) throws -> [Device] {
        let since = world.now().milliseconds - limits.silentMilliseconds
        let condition: SQL =
            switch filter {
            case .all: "1 = 1"
            case .silent: "state = 'active' AND seen < \(since)"
            case .faulty: "state = 'active' AND fault IS NOT NULL"
            case .frozen: "state = 'frozen'"
            case .announced: "state = 'announced'"
            }
        let place: SQL = commune.map { commune -> SQL in " AND commune = \(commune)" } ?? ""
        return try database.look { try $0.all("SELECT \(Devices.columns) FROM device WHERE \(condition)\(place) AND code > \(after) ORDER BY code LIMIT \(limit)", Devices.device) }
    }
}
