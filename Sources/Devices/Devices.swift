// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Journal
public import Store
internal import Synchronization

/// The bounds of devices, in one place.
public struct DeviceLimits: Sendable {
    /// A signed request holds so long before and after the city's clock.
    public var windowMilliseconds: Int64 = 300_000
    /// A counter may leap so far; a larger leap is refused and moves nothing, so that no device locks itself out.
    public var leapMax: UInt64 = 10_000
    /// How many past requests are remembered, to tell a request sent again from a second device with the same key.
    public var remembered: UInt64 = 128
    public var codeMilliseconds: Int64 = 7 * 86_400_000
    public var codeTriesMax: Int64 = 10
    public var pinTriesMax: Int64 = 5
    /// Silent for so long, a device counts as lost from sight.
    public var silentMilliseconds: Int64 = 3 * 86_400_000
    /// A payment above this needs the PIN; so much may be paid a day.
    public var pinLimit: Int64 = 500_000
    public var dailyLimit: Int64 = 5_000_000
    public init() {}
}

/// A device in a household.
public struct Device: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        /// Announced, and waiting for its key.
        case announced
        case active
        /// Two devices were seen with its key: nothing is taken from either.
        case frozen
        case revoked

        public var title: Text {
            switch self {
            case .announced: ["vi": "Chờ kích hoạt", "en": "To be enrolled"]
            case .active: ["vi": "Đang dùng", "en": "In use"]
            case .frozen: ["vi": "Tạm khóa: nghi bị sao chép", "en": "Frozen: perhaps cloned"]
            case .revoked: ["vi": "Đã thu hồi", "en": "Revoked"]
            }
        }
    }

    public let code: String
    public let household: String
    public let commune: String
    public let state: State
    public let publicKey: [UInt8]?
    public let imei: String?
    public let iccid: String?
    public let number: String?
    public let network: String?
    public let generation: String?
    public let firmware: String?
    public let enrolled: Instant?
    public let seen: Instant?
    public let counter: UInt64
    /// Percent of the battery and of the signal, as it last said.
    public let battery: Int?
    public let signal: Int?
    public let fault: String?
    public let pinLimit: Int64
    public let dailyLimit: Int64
    public let hasPin: Bool
    /// Wrong tries in a row.
    public let pinTries: Int64
}

/// Why a device is not listened to.
public enum DeviceError: Error, Sendable, Equatable {
    case unknown
    case malformed(String)
    case badSignature
    /// Its clock is off by so many milliseconds.
    case clock(off: Int64)
    /// The counter was used or leaps too far; the last one that was taken is told to a sender who has the key.
    case counter(last: UInt64)
    /// The very request was taken before.
    case replay
    case frozen
    case revoked
    case badCode
    case objections([Objection])

    public var text: Text {
        switch self {
        case .unknown, .badSignature: ["vi": "Thiết bị này không được nhận ra.", "en": "This device is not recognised."]
        case .malformed(let header): Text(vi: "Yêu cầu thiếu hoặc sai “\(header)”.", en: "The request lacks “\(header)”, or it is malformed.")
        case .clock: ["vi": "Đồng hồ của thiết bị lệch quá 5 phút.", "en": "The device's clock is off by more than 5 minutes."]
        case .counter: ["vi": "Số đếm của thiết bị không hợp lệ.", "en": "The device's counter is not acceptable."]
        case .replay: ["vi": "Yêu cầu này đã nhận rồi.", "en": "This request was taken before."]
        case .frozen:
            [
                "vi": "Thiết bị tạm khóa vì nghi bị sao chép. Mang ra phường, xã để mở lại.",
                "en": "The device is frozen because it may have been cloned. Take it to the commune to have it opened.",
            ]
        case .revoked: ["vi": "Thiết bị đã bị thu hồi.", "en": "The device was revoked."]
        case .badCode: ["vi": "Mã kích hoạt sai, đã dùng hoặc quá hạn.", "en": "The enrolment code is wrong, used or too old."]
        case .objections(let all): Text(vi: all.map(\.text.vi).joined(separator: " "), en: all.map(\.text.en).joined(separator: " "))
        }
    }
}

/// What a device tells of itself when it is enrolled.
public struct DeviceIdentity: Sendable {
    public var imei = ""
    public var iccid = ""
    /// The SIM's telephone number.
    public var number = ""
    /// `3G` or `4G`.
    public var generation = ""
    public var firmware = ""
    public init() {}
}

/// The household devices: announced by officers, enrolled by a key that each makes itself, listened to while their signature, clock and counter hold.
public final class Devices: Sendable {
    let database: Database
    let journals: Journals
    let world: World
    public let limits: DeviceLimits
    /// Keys of devices that were heard lately, so that a signature is checked without asking the database.
    private let keys = Mutex<[String: (key: [UInt8], until: Int64)]>([:])

    public static let journal = "devices"
    static let entryNames = ["device", "event", "content", "_author", "_cause"]
    /// The right of officers who look after devices.
    public static let right = "devices"

    public init(database: Database, journals: Journals, world: World, limits: DeviceLimits = DeviceLimits()) throws {
        self.database = database
        self.journals = journals
        self.world = world
        self.limits = limits
        try database.migrate(
            Migration(
                "devices",
                steps: [
                    [
                        """
                        CREATE TABLE device (code TEXT NOT NULL PRIMARY KEY, household TEXT NOT NULL, commune TEXT NOT NULL, state TEXT NOT NULL, public_key BLOB, secret BLOB, \
                        until INTEGER, tries INTEGER NOT NULL, imei TEXT, iccid TEXT, number TEXT, network TEXT, generation TEXT, firmware TEXT, announced INTEGER NOT NULL, \
                        enrolled INTEGER, seen INTEGER, counter INTEGER NOT NULL, battery INTEGER, signal INTEGER, fault TEXT, pin BLOB, pin_tries INTEGER NOT NULL, \
                        pin_limit INTEGER NOT NULL, daily_limit INTEGER NOT NULL, entry INTEGER NOT NULL, last INTEGER NOT NULL)
                        """,
                        "CREATE INDEX device_household ON device (household)", "CREATE INDEX device_commune ON device (commune, state)",
                        "CREATE INDEX device_imei ON device (imei)",
                        "CREATE TABLE device_request (device TEXT NOT NULL, counter INTEGER NOT NULL, print BLOB NOT NULL, content TEXT, moment INTEGER NOT NULL, PRIMARY KEY (device, counter))"
                            + TableStyle.clustered,
                    ]
                ]))
        try journals.open(Devices.journal, names: Devices.entryNames)
    }

    @discardableResult
    func append(_ event: String, _ content: JSON, device: String, entry: Int64?, previous: Int64?, unit: String, author: String, _ connection: Connection) throws -> Int64 {
        let form = try journals.form(of: Devices.journal, names: Devices.entryNames)
        var bytes: [UInt8] = [0x5B]
        for (index, text) in [device, event, content.text, author, event].enumerated() {
            if index > 0 { bytes.append(0x2C) }
            JSON.write(text, to: &bytes)
        }
        bytes.append(0x5D)
        let today = world.today
        let place = try journals.append(
            journals.sealer(for: form).seal(content: bytes, effective: today), form: form, to: Devices.journal, record: entry, previous: previous, effective: today, unit: unit,
            load: nil,
            on: connection)
        try connection.run("UPDATE device SET last = \(place.number) WHERE code = \(device)")
        return place.number
    }

    // MARK: Announcing and enrolling

    /// Announces a device for a household and gives its code and the one-time code by which it is enrolled.
    public func announce(household: String, commune: String, author: String) async throws -> (code: String, secret: String) {
        try await database.write { try self.announce(household: household, commune: commune, author: author, on: $0) }
    }

    public func announce(household: String, commune: String, author: String, on connection: Connection) throws -> (code: String, secret: String) {
        let count = try connection.first("SELECT count(*) FROM device WHERE household = \(household)") { Int($0.integer(0)) }!
        guard let code = DeviceCode(commune: commune, household: household, ordinal: count + 1)?.description else {
            throw DeviceError.objections([
                Objection(
                    field: "household", code: "pattern", ["vi": "Mã hộ không đúng, hoặc hộ đã có 99 thiết bị.", "en": "The household's code is wrong, or it has had 99 devices."])
            ])
        }
        let secret = String(Encoding.base32(world.random(10)).prefix(12)).uppercased()
        let now = world.now()
        try connection.run(
            """
            INSERT INTO device (code, household, commune, state, secret, until, tries, announced, counter, pin_tries, pin_limit, daily_limit, entry, last) VALUES (\(code), \(household), \
            \(commune), 'announced', \(Devices.print(secret)), \(now.milliseconds + limits.codeMilliseconds), 0, \(now), 0, 0, \(limits.pinLimit), \(limits.dailyLimit), -1, -1)
            """)
        let entry = try append("announced", .object(["household": .string(household)]), device: code, entry: nil, previous: nil, unit: commune, author: author, connection)
        try connection.run("UPDATE device SET entry = \(entry) WHERE code = \(code)")
        return (code, secret)
    }

    static func print(_ text: String) -> [UInt8] { Hash.of(text.utf8).array }

    /// Takes the key that the device made, with its identity. The request is signed with that key, which proves that the device has it.
    /// Enrolling again with the same key answers as before.
    public func enrol(code text: String, secret: String, publicKey: [UInt8], _ identity: DeviceIdentity, signature: HTTPSignature) async throws -> Device {
        guard let code = DeviceCode(text)?.description else {
            throw DeviceError.objections([
                Objection(
                    field: "code", code: "check", ["vi": "Mã thiết bị sai: xem lại từng chữ số trên nhãn.", "en": "The device's code is wrong: check each digit on the label."])
            ])
        }
        guard publicKey.count == 32, signature.isValid(by: publicKey), signature.keyID == code else { throw DeviceError.badSignature }
        // There must be room to count on.
        guard signature.counter < 1 << 53 else { throw DeviceError.badSignature }
        var objections: [Objection] = []
        if IMEI(identity.imei) == nil {
            objections.append(
                Objection(field: "imei", code: "check", ["vi": "IMEI gồm 15 chữ số, chữ số cuối là số kiểm tra.", "en": "An IMEI has 15 digits, the last a check digit."]))
        }
        let iccid = ICCID(identity.iccid)
        if iccid == nil {
            objections.append(
                Objection(
                    field: "iccid", code: "check",
                    ["vi": "Số SIM (ICCID) gồm 19 hoặc 20 chữ số, bắt đầu bằng 8984.", "en": "A SIM's number (ICCID) has 19 or 20 digits and begins with 8984."]))
        }
        let phone = Phone(identity.number)
        if phone == nil { objections.append(Objection(field: "number", code: "pattern", ["vi": "Số thuê bao của SIM chưa đúng.", "en": "The SIM's telephone number is wrong."])) }
        if !["3G", "4G"].contains(identity.generation) {
            objections.append(Objection(field: "generation", code: "choice", ["vi": "Mạng là 3G hoặc 4G.", "en": "The network is 3G or 4G."]))
        }
        guard objections.isEmpty else { throw DeviceError.objections(objections) }
        let hash = Devices.print(secret.uppercased().filter { $0 != " " && $0 != "-" })
        let now = world.now()
        guard abs(now.milliseconds - signature.created * 1000) <= limits.windowMilliseconds else { throw DeviceError.clock(off: signature.created * 1000 - now.milliseconds) }
        let isRight = try await database.write { connection -> Bool in
            guard let device = try self.find(code, on: connection) else { return false }
            if device.state == .active, device.publicKey == publicKey { return true }
            let kept = try connection.first("SELECT secret, until, tries FROM device WHERE code = \(code) AND state = 'announced' AND secret IS NOT NULL") {
                ($0.blob(0), $0.integer(1), $0.integer(2))
            }
            guard let (secret, until, tries) = kept, until > now.milliseconds, tries < self.limits.codeTriesMax, equalInConstantTime(secret, hash) else {
                // A wrong code is counted, and the count must stay.
                try connection.run("UPDATE device SET tries = tries + 1 WHERE code = \(code)")
                return false
            }
            if let other = try connection.first("SELECT code FROM device WHERE imei = \(identity.imei) AND state IN ('active', 'frozen') AND code <> \(code)", { $0.text(0) }) {
                throw DeviceError.objections([
                    Objection(
                        field: "imei", code: "taken",
                        Text(vi: "Máy mang IMEI này đang là thiết bị \(other); thu hồi nó trước.", en: "The machine with this IMEI is the device \(other); revoke that first."))
                ])
            }
            try connection.run(
                """
                UPDATE device SET state = 'active', public_key = \(publicKey), secret = NULL, until = NULL, imei = \(IMEI(identity.imei)!.digits), iccid = \(iccid!.digits), \
                number = \(phone!.digits), network = \(iccid!.issuer), generation = \(identity.generation), firmware = \(String(identity.firmware.prefix(40))), enrolled = \(now), \
                seen = \(now), counter = \(Int64(signature.counter)) WHERE code = \(code)
                """)
            try self.append(
                "enrolled", .object(["key": .string(Encoding.base64(publicKey)), "imei": .string(identity.imei)]), device: code, entry: self.entry(code, connection),
                previous: self.last(code, connection),
                unit: device.commune, author: "device:\(code)", connection)
            return true
        }
        guard isRight, let device = try find(code) else { throw DeviceError.badCode }
        return device
    }

    private func entry(_ code: String, _ connection: Connection) throws -> Int64? { try connection.first("SELECT entry FROM device WHERE code = \(code)") { $0.integer(0) } }
    private func last(_ code: String, _ connection: Connection) throws -> Int64? { try connection.first("SELECT last FROM device WHERE code = \(code)") { $0.integer(0) } }

    // MARK: Listening

    /// The public key of a device that may be listened to, remembered for some seconds: a revocation on another server holds after that.
    private func key(of code: String) throws -> [UInt8] {
        let now = world.now().milliseconds
        if let kept = keys.withLock({ $0[code] }), kept.until > now { return kept.key }
        guard let device = try find(code), let key = device.publicKey else { throw DeviceError.unknown }
        switch device.state {
        case .active: break
        case .frozen: throw DeviceError.frozen
        case .revoked: throw DeviceError.revoked
        case .announced: throw DeviceError.unknown
        }
        keys.withLock { keys in
            if keys.count >= 200_000 { keys.removeAll() }
            keys[code] = (key, now + 10_000)
        }
        return key
    }

    func forgetKey(_ code: String) { keys.withLock { $0[code] = nil } }

    /// Checks a request's signature and clock; its counter is taken with what it asks for, in one commit, by `take`.
    public func recognise(_ signature: HTTPSignature) throws -> String {
        guard let code = DeviceCode(signature.keyID)?.description, code == signature.keyID else { throw DeviceError.unknown }
        guard signature.isValid(by: try key(of: code)) else { throw DeviceError.badSignature }
        let off = signature.created * 1000 - world.now().milliseconds
        guard abs(off) <= limits.windowMilliseconds else { throw DeviceError.clock(off: off) }
        return code
    }

    /// What became of a counter.
    public enum Taken: Sendable {
        case new(Device)
        /// The very request came before: what it asks for is answered as before, by its own ids.
        case again(Device)
    }

    /// Takes a request's counter inside the caller's commit. A counter that another request of the same key has used means that two devices have
    /// the key: both are frozen, which the caller must let be committed.
    /// What it said is kept with it, for as long as the request is remembered.
    public func take(_ signature: HTTPSignature, of code: String, content: String? = nil, on connection: Connection) throws -> Result<Taken, DeviceError> {
        guard let device = try find(code, on: connection) else { return .failure(.unknown) }
        switch device.state {
        case .active: break
        case .frozen: return .failure(.frozen)
        case .revoked, .announced: return .failure(.revoked)
        }
        let counter = signature.counter
        let print = Hash.of(signature.base).array
        if counter <= device.counter {
            let kept = try connection.first("SELECT print FROM device_request WHERE device = \(code) AND counter = \(Int64(clamping: counter))") { $0.blob(0) }
            guard let kept else { return .failure(.counter(last: device.counter)) }
            if kept == print { return .success(.again(device)) }
            try freeze(device, on: connection)
            return .failure(.frozen)
        }
        guard counter - device.counter <= limits.leapMax, counter <= UInt64(Int64.max) else { return .failure(.counter(last: device.counter)) }
        try connection.run("UPDATE device SET counter = \(Int64(counter)), seen = \(world.now()) WHERE code = \(code)")
        try connection.run(
            "INSERT INTO device_request (device, counter, print, content, moment) VALUES (\(code), \(Int64(counter)), \(print), \(content), \(world.now()))")
        if counter % 32 == 0, counter > limits.remembered {
            try connection.run("DELETE FROM device_request WHERE device = \(code) AND counter < \(Int64(counter - limits.remembered))")
        }
        return .success(.new(device))
    }

    private func freeze(_ device: Device, on connection: Connection) throws {
        try connection.run("UPDATE device SET state = 'frozen' WHERE code = \(device.code)")
        try append(
            "frozen", .object(["counter": .integer(Int64(clamping: device.counter))]), device: device.code, entry: entry(device.code, connection),
            previous: last(device.code, connection),
            unit: device.commune, author: "clock", connection)
        forgetKey(device.code)
    }

    /// What a device says of itself, inside the caller's commit.
    public func note(_ report: DeviceReport, of code: String, on connection: Connection) throws {
        try connection.run(
            """
            UPDATE device SET battery = \(report.battery.map(Int64.init)), signal = \(report.signal.map(Int64.init)), fault = CASE WHEN iccid <> \(report.iccid ?? "") AND \
            \(report.iccid ?? "") <> '' THEN 'sim-changed' ELSE \(report.fault.map { String($0.prefix(100)) }) END, \
            firmware = coalesce(\(report.firmware.map { String($0.prefix(40)) }), firmware) WHERE code = \(code)
            """)
    }
}

/// A heartbeat's content.
public struct DeviceReport: Sendable, Equatable {
    public var battery: Int?
    public var signal: Int?
    public var fault: String?
    public var firmware: String?
    /// The SIM in the machine now.
    public var iccid: String?
    public init() {}
}
