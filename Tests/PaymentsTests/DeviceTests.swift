// SPDX-License-Identifier: Apache-2.0
import Civic
import Devices
import Foundation
import Journal
import Ledger
import Notices
import Payments
import Store
import Testing

/// A device in a household of the small city.
final class ScratchDevice: @unchecked Sendable {
    let city: ScratchTreasury
    let code: String
    let key: SigningKey
    var counter: UInt64 = 0
    /// Its clock less the city's, in seconds.
    var off: Int64 = 0

    init(_ city: ScratchTreasury, household: String = ScratchTreasury.home, commune: String = "00004", key: SigningKey? = nil) async throws {
        self.city = city
        self.key = key ?? SigningKey(seed: SystemRandomness.bytes(32))
        let given = try await city.devices.announce(household: household, commune: commune, author: "officer:lan")
        code = given.code
        _ = try await enrol(secret: given.secret)
    }

    /// The same key in another machine.
    init(cloneOf other: ScratchDevice, key: SigningKey? = nil, code: String? = nil) {
        city = other.city
        self.code = code ?? other.code
        self.key = key ?? other.key
        counter = other.counter
    }

    func enrol(secret: String, imei: String = "490154203237518") async throws -> Device {
        var identity = DeviceIdentity()
        (identity.imei, identity.iccid, identity.number, identity.generation, identity.firmware) = (imei, "8984040000123456781", "0912345678", "4G", "1")
        return try await city.devices.enrol(code: code, secret: secret, publicKey: key.publicKey, identity, signature: try sign("POST", "/api/v1/device/enrolment", []))
    }

    func sign(_ method: String, _ path: String, _ body: [UInt8]) throws -> HTTPSignature {
        counter += 1
        let headers = HTTPSignature.headers(method: method, path: path, body: body, keyID: code, counter: counter, created: city.now.milliseconds / 1000 + off, key: key)
        return try HTTPSignature(method: method, path: path, body: body) { name in headers.first { $0.name == name }?.value }
    }

    func pay(_ id: String, _ bills: [String], proof: [UInt8]? = nil) async throws -> Payment {
        let body = Array("\(id) \(bills)".utf8)
        return try await city.payments.pay(
            DevicePayment(id: id, lines: bills.map { PaymentLine(bill: $0) }, proof: proof), try sign("POST", "/api/v1/device/payments", body))
    }

    func view() async throws -> DeviceView { try await city.payments.view(try sign("GET", "/api/v1/device/view", [])) }
    func beat(_ words: String = "") async throws {
        var report = DeviceReport()
        report.battery = 80
        _ = try await city.payments.take([.heartbeat(report)], try sign("POST", "/api/v1/device/messages", Array(words.utf8)), content: words)
    }
}

struct `Household devices` {
    private func city() async throws -> ScratchTreasury {
        let city = try ScratchTreasury()
        try await city.someBills()
        try await city.allowAndConfirm(household: ScratchTreasury.home, bank: "970436", account: "0123456789", holder: "NGUYEN VAN AN", daily: 20_000_000, author: "citizen")
        return city
    }

    @Test func `a device shows its household's bills and pays one, answered alike when sent again`() async throws {
        let city = try await city()
        let device = try await ScratchDevice(city)
        let view = try await device.view()
        #expect(view.basket.lines.map(\.id) == ["EVNHN.D1", "TH0001.H1"] && view.hasMandate && view.device.network == "Viettel")
        let payment = try await device.pay("d1", ["EVNHN.D1"])
        #expect(payment.state == .asked && payment.device == device.code)
        #expect(try await device.pay("d1", ["EVNHN.D1"]).code == payment.code)
        _ = try await city.payments.receive(BankNews(id: "A1", bank: "970436", sort: .done, text: "\(payment.code)-authorise", amount: Money(350_000)))
        // It is told on the device and shown once.
        let notices = try await device.view().notices
        #expect(notices.count == 1)
        _ = try await city.payments.take([.shown(key: notices[0].key)], try device.sign("POST", "/x", []), content: "")
        #expect(try await device.view().notices.isEmpty)
        #expect(try await city.payments.undo("d1", try device.sign("POST", "/y", [])).state == .undone)
        #expect(try city.devices.verify().damage == nil)
        #expect(try city.damages().isEmpty)
    }

    @Test func `above a sum the PIN is needed, five wrong ones end it, and a day has a limit`() async throws {
        let city = try await city()
        let device = try await ScratchDevice(city)
        await #expect(throws: DevicePaymentError.pinNeeded(above: 500_000)) { try await device.pay("d1", ["TH0001.H1"]) }
        await #expect(throws: DevicePaymentError.wrongPin) { try await device.pay("d1", ["TH0001.H1"], proof: [1, 2, 3]) }
        await #expect(throws: DeviceError.self) { try await city.devices.setPin("111111", of: device.code, author: "citizen") }
        try await city.devices.setPin("482913", of: device.code, author: "citizen")
        let key = Devices.pinKey("482913", device: device.code)
        // A proof of another payment is no proof of this.
        await #expect(throws: DevicePaymentError.wrongPin) { try await device.pay("d2", ["TH0001.H1"], proof: Devices.pinProof(key, payment: "d1", total: 900_000)) }
        #expect(try await device.pay("d2", ["TH0001.H1"], proof: Devices.pinProof(key, payment: "d2", total: 900_000)).state == .asked)
        for number in 0..<5 {
            await #expect(throws: DevicePaymentError.wrongPin) {
                try await city.devices.setLimits(pin: 0, daily: 5_000_000, of: device.code, author: "citizen")
                _ = try await device.pay("w\(number)", ["EVNHN.D1"], proof: [9])
            }
        }
        await #expect(throws: DevicePaymentError.wrongPin) { try await device.pay("d3", ["EVNHN.D1"], proof: Devices.pinProof(key, payment: "d3", total: 350_000)) }
        try await city.devices.setLimits(pin: 500_000, daily: 1_000_000, of: device.code, author: "citizen")
        await #expect(throws: DevicePaymentError.dailyLimit(1_000_000, spent: 900_000)) { try await device.pay("d4", ["EVNHN.D1"]) }
        #expect(try city.damages().isEmpty)
    }

    @Test func `a clock off by a day is told by how much, and a leap of the counter moves nothing`() async throws {
        let city = try await city()
        let device = try await ScratchDevice(city)
        device.off = 86_400
        await #expect(throws: DeviceError.clock(off: 86_400_000)) { try await device.beat() }
        device.off = 0
        try await device.beat()
        let last = device.counter
        device.counter = 1 << 60
        await #expect(throws: DeviceError.counter(last: last)) { try await device.beat() }
        device.counter = last
        try await device.beat()
        #expect(try city.devices.find(device.code)?.battery == 80)
    }

    @Test func `a counter used twice freezes both machines, the very request again does not`() async throws {
        let city = try await city()
        let device = try await ScratchDevice(city)
        try await device.beat("one")
        let again = try device.sign("POST", "/m", Array("two".utf8))
        for _ in 0..<3 { _ = try await city.payments.take([], again, content: "two") }
        let clone = ScratchDevice(cloneOf: device)
        try await device.beat("three")
        await #expect(throws: DeviceError.frozen) { try await clone.beat("something else") }
        await #expect(throws: DeviceError.frozen) { try await device.view() }
        #expect(try city.devices.list(.frozen, limit: 10).map(\.code) == [device.code])
        // An officer who has seen the true one opens it with a fresh code.
        let secret = try await city.devices.reopen(device.code, author: "officer:lan")
        device.counter = 0
        _ = try await device.enrol(secret: secret)
        _ = try await device.view()
        #expect(try city.devices.verify().damage == nil)
    }

    @Test func `a code works once, wrong ones are counted, and a machine is one device`() async throws {
        let city = try await city()
        let device = try await ScratchDevice(city)
        await #expect(throws: DeviceError.badCode) { try await ScratchDevice(cloneOf: device).with(SigningKey(seed: SystemRandomness.bytes(32))).enrol(secret: "AAAAAAAAAAAA") }
        let other = try await city.devices.announce(household: ScratchTreasury.other, commune: "00008", author: "officer:lan")
        let second = ScratchDevice(cloneOf: device).with(SigningKey(seed: SystemRandomness.bytes(32)), code: other.code)
        await #expect(throws: DeviceError.self) { try await second.enrol(secret: other.secret) }
        // It moves: the old code ends, the machine is free for the new.
        let moved = try await city.devices.move(device.code, to: ScratchTreasury.other, commune: "00008", author: "officer:lan")
        await #expect(throws: DeviceError.revoked) { try await device.view() }
        let third = ScratchDevice(cloneOf: device).with(SigningKey(seed: SystemRandomness.bytes(32)), code: moved.code)
        for _ in 0..<10 { await #expect(throws: DeviceError.badCode) { try await third.enrol(secret: "AAAAAAAAAAAA") } }
        await #expect(throws: DeviceError.badCode) { try await third.enrol(secret: moved.secret) }
        let fresh = try await city.devices.reopen(moved.code, author: "officer:lan")
        #expect(try await third.enrol(secret: fresh).household == ScratchTreasury.other)
    }

    @Test func `a stolen device is silent at once`() async throws {
        let city = try await city()
        let device = try await ScratchDevice(city)
        _ = try await device.view()
        try await city.devices.revoke(device.code, reason: "stolen", author: "citizen")
        await #expect(throws: DeviceError.revoked) { try await device.pay("d1", ["EVNHN.D1"]) }
        #expect(try city.payments.bill("EVNHN.D1").held == Money(0))
    }

    @Test func `a changed body, path or key is no signature`() async throws {
        let city = try await city()
        let device = try await ScratchDevice(city)
        let body = Array("{}".utf8)
        let headers = HTTPSignature.headers(method: "POST", path: "/a", body: body, keyID: device.code, counter: 9, created: city.now.milliseconds / 1000, key: device.key)
        func read(_ method: String, _ path: String, _ body: [UInt8], _ change: (String, String)? = nil) throws -> HTTPSignature {
            try HTTPSignature(method: method, path: path, body: body) { name in change?.0 == name ? change?.1 : headers.first { $0.name == name }?.value }
        }
        #expect(try city.devices.recognise(read("POST", "/a", body)) == device.code)
        #expect(throws: HTTPSignature.Fault.digest) { try read("POST", "/a", Array("{ }".utf8)) }
        for wrong in [try read("PUT", "/a", body), try read("POST", "/b", body), try read("POST", "/a", body, ("device-counter", "10"))] {
            #expect(throws: DeviceError.badSignature) { try city.devices.recognise(wrong) }
        }
        for (name, value) in [
            ("device-counter", "010"), ("device-counter", "-1"), ("device-counter", "10000000000000000000000"), ("signature", "sig1=:AA==:"), ("signature-input", "sig1=()"),
        ] {
            #expect(throws: HTTPSignature.Fault.self) { try read("POST", "/a", body, (name, value)) }
        }
    }
}

extension ScratchDevice {
    /// Another machine with a key and a code of its own.
    func with(_ key: SigningKey, code: String? = nil) -> ScratchDevice { ScratchDevice(cloneOf: self, key: key, code: code) }
}
