// SPDX-License-Identifier: Apache-2.0
import Civic
import Hanoi
import Registers
import Store
import Testing

struct `A random sample` {
    private static func household(_ number: Int) -> String { String(2_000_000_000 + number) }

    /// Households of two communes, in blocks of four places: so that a small register has many.
    private static func city() throws -> ScratchCity {
        var bounds = RegisterLimits()
        bounds.sampleBlock = 4
        let city = try ScratchCity(bounds: bounds)
        let lines = (0..<60).map { "\(household($0)),\($0 % 3 == 0 ? "00008" : "00004"),Số \($0),family,\n" }
        _ = try city.load("household", "code,commune,address,kind,registered\n" + lines.joined())
        return city
    }

    /// As anybody draws it from the whole list, without the sample's page.
    private static func byHand(_ city: ScratchCity, unit: String?, size: Int, seed: String, known: Instant?) async throws -> (entries: [Int64], of: Int) {
        var query = RecordQuery()
        query.known = known
        query.on = known?.day
        query.limit = 1000
        if let unit { query.filters = [(field: "commune", value: unit)] }
        let list = try await city.registry.records("household", query, for: ScratchCity.operator_, door: "test").records
        return (Registry.draw(size, of: list.count, seed: seed).map { list[$0].entry }, list.count)
    }

    private static func expectSame(_ city: ScratchCity, known: Instant?) async throws {
        for unit in [nil, "00004", "00008"] {
            for size in [1, 7, 200] {
                for seed in ["1", "20261128"] {
                    let hand = try await byHand(city, unit: unit, size: size, seed: seed, known: known)
                    let (records, count) = try await city.registry.sample(
                        Draw(register: "household", unit: unit, size: size, seed: seed, known: known ?? city.registry.world.now()), asked: "test", for: ScratchCity.operator_)
                    #expect(records.map(\.entry) == hand.entries && count == hand.of, "\(unit ?? "city") \(size) \(seed)")
                }
            }
        }
    }

    @Test func `is the one that anybody draws from the list, today and of a former moment`() async throws {
        let city = try Self.city()
        try await Self.expectSame(city, known: nil)
        let loaded = city.registry.world.now()
        city.setToday("2026-11-25")
        // Moved, ended, entered late for an earlier day, waiting for a later one.
        for number in stride(from: 0, to: 60, by: 5) { try city.put("household", Self.household(number), ["commune": "00004", "address": "Số \(number) mới", "kind": "family"]) }
        for number in [1, 33, 59] {
            let change = Change("household", key: Self.household(number), .retire, expecting: .anything)
            _ = try city.registry.enterAndWait([change], cause: "test", by: ScratchCity.operator_)
        }
        try await Self.expectSame(city, known: nil)
        try await Self.expectSame(city, known: loaded)
        let changed = city.registry.world.now()
        city.setToday("2026-11-26")
        for number in [2, 3, 5, 9] {
            try city.put("household", Self.household(number), ["commune": "00008", "address": "Số \(number) sau", "kind": "family"], effective: "2026-12-01")
        }
        try city.put("household", Self.household(60), ["commune": "00008", "address": "Số 60", "kind": "family"], effective: "2026-12-01")
        for number in [10, 12, 13] {
            try city.put("household", Self.household(number), ["commune": "00008", "address": "Số \(number) trước", "kind": "family"], effective: "2026-11-24")
        }
        let waiting = city.registry.world.now()
        try await Self.expectSame(city, known: nil)
        city.setToday("2026-12-02")
        for known in [loaded, changed, waiting, nil] { try await Self.expectSame(city, known: known) }
    }

    @Test func `has a list that is counted before the draw is entered, and stays the one that anybody draws from`() async throws {
        let city = try Self.city()
        let texts = [
            "state": "drawn", "office": "construction-department", "commune": "00004", "register": "household", "day": "2026-11-24", "sample": "7", "source": "journal",
        ]
        let change = try city.change("inspection", "KTR000001", texts)
        _ = try await city.registry.enter([change], cause: "test", by: ScratchCity.operator_)
        let register = try city.registry.register("inspection")
        let view = try await city.registry.record("inspection", "KTR000001", for: ScratchCity.operator_, door: "test")
        let draw = try #require(Draw(inspection: { view.value($0, in: register) ?? .null }))
        let entered = try city.database.read { connection in try city.registry.records(on: connection).origin(of: "inspection", "KTR000001") }
        let origin = try #require(entered)
        #expect(draw.known < origin.recorded && draw.seed == origin.seed)
        city.setToday("2026-11-25")
        for number in [1, 4, 7] {
            let end = Change("household", key: Self.household(number), .retire, expecting: .anything)
            _ = try city.registry.enterAndWait([end], cause: "test", by: ScratchCity.operator_)
        }
        // Asked twice, for the second answer is remembered.
        for _ in 1...2 {
            let hand = try await Self.byHand(city, unit: "00004", size: 7, seed: draw.seed, known: draw.known)
            let (records, count) = try await city.registry.sample(draw, asked: "test", for: ScratchCity.operator_)
            #expect(records.map(\.entry) == hand.entries && count == hand.of && count == 40)
            #expect(view.value("among", in: register)?.integer == Int64(count))
        }
        // Where nothing was made ready the draw counts by itself, at its own moment.
        let other = try city.change("inspection", "KTR000002", texts.merging(["commune": "00008", "day": "2026-11-25"]) { $1 })
        _ = try city.registry.enterAndWait([other], cause: "test", by: ScratchCity.operator_)
        let counted = try await city.value("inspection", "KTR000002", "among")
        #expect(counted == "20")
    }

    @Test func `of an empty register is empty, and not larger than allowed`() async throws {
        let city = try ScratchCity()
        let now = city.registry.world.now()
        func draw(_ size: Int) -> Draw { Draw(register: "household", unit: nil, size: size, seed: "1", known: now) }
        let (records, count) = try await city.registry.sample(draw(5), asked: "test", for: ScratchCity.operator_)
        #expect(records.isEmpty && count == 0)
        await #expect(throws: RegisterError.self) {
            _ = try await city.registry.sample(draw(city.registry.limits.sampleMax + 1), asked: "test", for: ScratchCity.operator_)
        }
    }
}
