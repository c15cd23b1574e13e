// SPDX-License-Identifier: Apache-2.0
import Exchange
import Foundation
import Store
import Synchronization
import TestStores
import Testing

@testable import Civic
@testable import Notices

/// Counts what it is given, and fails as it is told.
private final class Recorder: Courier {
    let isRepeatable: Bool
    let name = "recorder"
    let given = Mutex<[String]>([])
    let failure: Mutex<DeliveryError?>

    init(isRepeatable: Bool, failing failure: DeliveryError? = nil) {
        self.isRepeatable = isRepeatable
        self.failure = Mutex(failure)
    }

    func deliver(_ notice: Notice) async throws(DeliveryError) {
        if let failure = failure.withLock({ $0 }) { throw failure }
        given.withLock { $0.append(notice.key) }
    }
}

struct `The outbox` {
    private struct Box {
        let database: Database
        let notices: Notices
        let clock: TestClock

        init() throws {
            database = try Database(path: try TestStores.fresh("notices"))
            let clock = TestClock(at: Instant("2026-11-24T02:00:00Z")!)
            self.clock = clock
            notices = try Notices(database: database, world: World(now: clock.now, random: { [UInt8](repeating: 0, count: $0) }))
        }

        func add(_ key: String, _ channel: NoticeChannel = .sms) async throws {
            try await notices.add(Notice(key: key, channel: channel, address: "0912345678", subject: "Hồ sơ", text: "Đã nhận", created: clock.now()))
        }
        func state(_ key: String) throws -> String? { try database.read { try $0.first("SELECT state FROM notice WHERE key = \(key)") { $0.text(0) } } }
    }

    @Test func `the same is told once, and forgotten when it is told`() async throws {
        let box = try Box()
        let courier = Recorder(isRepeatable: true)
        for _ in 0..<3 { try await box.add("a") }
        try await box.add("b")
        #expect(try await box.notices.send(by: [.sms: courier]) == 2)
        try await box.add("a")
        #expect(try await box.notices.send(by: [.sms: courier]) == 0)
        #expect(courier.given.withLock { $0.sorted() } == ["a", "b"])
        #expect(try box.notices.waiting().isEmpty)
    }

    @Test func `two servers hand each notice over once`() async throws {
        let box = try Box()
        for number in 0..<60 { try await box.add("n\(number)") }
        let courier = Recorder(isRepeatable: false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { while try await box.notices.send(by: [.sms: courier], limit: 7) > 0 {} } }
            try await group.waitForAll()
        }
        #expect(courier.given.withLock { $0.count } == 60 && Set(courier.given.withLock { $0 }).count == 60)
    }

    @Test func `what fails for now is tried later, then given to a person`() async throws {
        let box = try Box()
        try await box.add("a")
        let courier = Recorder(isRepeatable: false, failing: .notNow("busy"))
        for _ in 0..<20 {
            _ = try await box.notices.send(by: [.sms: courier])
            box.clock.stop(at: Instant(milliseconds: box.clock.now().milliseconds + 12 * 3_600_000))
        }
        #expect(try box.state("a") == "refused")
        #expect(try box.notices.troubled().map(\.fault) == ["busy"])
        courier.failure.withLock { $0 = nil }
        try await box.notices.sendAgain("a")
        #expect(try await box.notices.send(by: [.sms: courier]) == 1)
        #expect(try box.state("a") == "sent")
    }

    @Test(arguments: [true, false])
    func `a hand-over that broke off is repeated only where that is harmless`(isRepeatable: Bool) async throws {
        let box = try Box()
        try await box.add("a")
        // As a process leaves it that was killed between taking the notice and noting its end.
        let until = box.clock.now().milliseconds + Notices.leaseMilliseconds
        _ = try box.database.writeAndWait { try $0.run("UPDATE notice SET state = 'sending', tries = 1, moment = \(until) WHERE key = 'a'") }
        let courier = Recorder(isRepeatable: isRepeatable)
        #expect(try await box.notices.send(by: [.sms: courier]) == 0)
        box.clock.stop(at: Instant(milliseconds: until + 1))
        _ = try await box.notices.send(by: [.sms: courier])
        #expect(try box.state("a") == (isRepeatable ? "sent" : "unknown"))
        #expect(courier.given.withLock { $0.count } == (isRepeatable ? 1 : 0))
    }

    @Test func `a refusal for good is a person's to look at`() async throws {
        let box = try Box()
        try await box.add("a", .mail)
        _ = try await box.notices.send(by: [.mail: Recorder(isRepeatable: false, failing: .refused("550"))])
        #expect(try box.state("a") == "refused")
        #expect(try box.notices.waiting().count == 1)
    }

    @Test func `files are named by what they tell, and addresses name their courier`() async throws {
        let box = try Box()
        try await box.add("dossier:H26.001-261124-0001:7:sms")
        let folder = FileManager.default.temporaryDirectory.path + "/notices-\(UInt64.random(in: 0...UInt64.max))"
        let courier = try #require(Couriers.find("file:\(folder)", .sms, from: "", token: nil))
        #expect(try await box.notices.send(by: [.sms: courier]) == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names == ["dossier_H26.001-261124-0001_7_sms.sms.json"])
        let json = try JSON(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + names[0]))))
        #expect(json["text"]?.string == "Đã nhận" && json["to"]?.string == "0912345678")
        try FileManager.default.removeItem(atPath: folder)
        #expect(Couriers.find("smtp://localhost", .sms, from: "a@b.vn", token: nil) == nil)
        #expect(Couriers.find("smtp://localhost", .mail, from: "", token: nil) == nil)
        #expect(Couriers.find("ftp://x", .mail, from: "a@b.vn", token: nil) == nil)
    }
}
