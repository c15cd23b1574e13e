// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Journal
import Store
import TestStores
import Testing

@testable import Registers

private let an = ["name": "Nguyễn Văn An", "birth": "1990-01-02", "sex": "male", "ethnicity": "01", "household": "1000000001", "relation": "head", "commune": "00004"]

struct `A record through time` {
    @Test func `holds what was true on a day as it was known at a moment`() async throws {
        let city = try ScratchCity.full()
        let start = city.registry.world.now()
        let household = ["commune": "00004", "kind": "family", "address": "Số 12, phố Kim Mã"]
        try city.put("household", "1000000009", household.merging(["address": "Số 1"]) { $1 }, effective: "2026-01-01")
        try city.put("household", "1000000009", household.merging(["address": "Số 2"]) { $1 }, effective: "2026-06-01")
        let middle = city.registry.world.now()
        // Known late, true earlier.
        try city.put("household", "1000000009", household.merging(["address": "Số 3"]) { $1 }, effective: "2026-03-01")
        // Waits for its day.
        try city.put("household", "1000000009", household.merging(["address": "Số 4"]) { $1 }, effective: "2027-01-01")
        for (on, known, expected) in [
            ("2026-01-15", nil, "Số 1"), ("2026-03-15", nil, "Số 3"), ("2026-07-01", nil, "Số 2"), (nil, nil, "Số 2"), ("2027-02-01", nil, "Số 4"), ("2026-03-15", middle, "Số 1"),
            ("2027-02-01", middle, "Số 2"),
        ] as [(String?, Instant?, String)] {
            #expect(try await city.value("household", "1000000009", "address", on: on, known: known) == expected, "on \(on ?? "today")")
        }
        await #expect(throws: RegisterError.self) { try await city.value("household", "1000000009", "address", on: "2025-12-31") }
        await #expect(throws: RegisterError.self) { try await city.value("household", "1000000009", "address", known: start) }
        var query = RecordQuery()
        query.text = "so 2"
        #expect(try await city.registry.records("household", query, for: ScratchCity.operator_, door: "test").records.count == 1)
        query.text = "so 4"
        #expect(try await city.registry.records("household", query, for: ScratchCity.operator_, door: "test").records.isEmpty)
        city.setToday("2027-01-01")
        #expect(try await city.value("household", "1000000009", "address") == "Số 4")
        #expect(try await city.registry.records("household", query, for: ScratchCity.operator_, door: "test").records.count == 1)
        #expect(try city.damages().isEmpty)
    }

    @Test func `answers every day and moment as a plain reading of its entries does, seed printed`() async throws {
        let seed = UInt64.random(in: 1...1_000_000)
        print("seed \(seed)")
        var random = Seeded(seed: seed)
        let city = try ScratchCity()
        var entries: [(day: Int, address: String?, at: Instant)] = []
        for step in 0..<30 {
            let day = random.below(40)
            let effective = (Day("2026-10-15")! + day).description
            let isThere = entries.sorted { $0.day < $1.day }.last?.address != nil
            if random.below(6) == 0, isThere {
                let change = Change("household", key: "1000000009", .retire, expecting: .anything, effective: Day(effective))
                guard (try? city.registry.enterAndWait([change], cause: "t", by: ScratchCity.operator_)) != nil else { continue }
                entries.append((day, nil, city.registry.world.now()))
            } else {
                let address = "Số \(step)"
                let outcome = try city.put(
                    "household", "1000000009", ["commune": random.below(2) == 0 ? "00004" : "00008", "kind": "family", "address": address], effective: effective)
                guard outcome.what != .unchanged else { continue }
                entries.append((day, address, city.registry.world.now()))
            }
        }
        func expected(_ day: Int, _ known: Int) -> String? {
            var best: (day: Int, index: Int)?
            for (index, entry) in entries.enumerated() where index < known && entry.day <= day { if best == nil || (entry.day, index) > best! { best = (entry.day, index) } }
            return best.flatMap { entries[$0.index].address }
        }
        for day in stride(from: 0, to: 42, by: 3) {
            let on = (Day("2026-10-15")! + day).description
            for known in [entries.count, entries.count / 2, 1] {
                let moment = known == entries.count ? nil : entries[known - 1].at
                let got = try? await city.value("household", "1000000009", "address", on: on, known: moment)
                #expect(got == expected(day, known), "seed \(seed), on \(on), \(known) known")
                var query = RecordQuery()
                query.on = Day(on)
                query.known = moment
                let listed = try await city.registry.records("household", query, for: ScratchCity.operator_, door: "test").records
                #expect(listed.compactMap { $0.value("address", in: Households.register)?.plain } == (expected(day, known).map { [$0] } ?? []), "seed \(seed), list on \(on)")
            }
            let statistics = try city.registry.statistics("household", by: ["kind"], on: Day(on), for: ScratchCity.operator_)
            #expect(statistics.total == (expected(day, entries.count) == nil ? 0 : 1), "seed \(seed), count on \(on)")
        }
        #expect(try city.damages().isEmpty, "seed \(seed)")
    }

    @Test func `two writers on one record: one is told`() throws {
        let city = try ScratchCity.full()
        let first = try city.put("household", "1000000001", ["commune": "00004", "kind": "family", "address": "Số 13"])
        #expect(first.what == .changed)
        #expect(throws: RegisterError.self) { try city.put("household", "1000000001", ["commune": "00004", "kind": "family", "address": "Số 14"], expecting: .state(0)) }
        try city.put("household", "1000000001", ["commune": "00004", "kind": "family", "address": "Số 14"], expecting: .state(first.entry))
        #expect(throws: RegisterError.self) { try city.put("household", "1000000001", ["commune": "00004", "kind": "family", "address": "Số 15"], expecting: .absent) }
    }

    @Test func `counts on any day are exact to the birthday`() throws {
        let city = try ScratchCity.full()
        func band(_ on: String, _ band: String) throws -> Int {
            try city.registry.statistics("population", by: ["age"], on: Day(on), for: ScratchCity.operator_).groups.first { $0.values == [band] }?.count ?? 0
        }
        // Registered today; the counts hold from today on.
        #expect(try band("2026-11-24", "30-34") == 1)
        #expect(try band("2026-11-24", "35-39") == 1)
        #expect(try band("2027-05-05", "30-34") == 1)
        #expect(try band("2027-05-06", "30-34") == 0)
        #expect(try band("2027-05-06", "35-39") == 2)
        #expect(try city.registry.statistics("population", by: [], on: Day("2026-11-23"), for: ScratchCity.operator_).total == 0)
    }
}

struct `Households and persons` {
    @Test func `a person cannot leave a household without its head, and the head hands over in one act`() throws {
        let city = try ScratchCity.full()
        let change = Change("population", key: "001090000001", .retire, expecting: .anything)
        #expect(throws: RegisterError.self) { try city.registry.enterAndWait([change], cause: "death", by: ScratchCity.operator_) }
        let act = try city.registry.withCompanions(change, successor: "001192000002")
        _ = try city.registry.enterAndWait(act, cause: "death", by: ScratchCity.operator_)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a household moves with all its members, two entries a person`() async throws {
        let city = try ScratchCity.full()
        let move = try city.change("household", "1000000001", ["commune": "00008", "kind": "family", "address": "Số 9"])
        #expect(throws: RegisterError.self) { try city.registry.enterAndWait([move], cause: "move", by: ScratchCity.operator_) }
        _ = try city.registry.enterAndWait(try city.registry.withCompanions(move), cause: "move", by: ScratchCity.operator_)
        let (_, entries) = try await city.registry.history("population", "001320000003", for: ScratchCity.operator_, door: "test")
        #expect(entries.map(\.entry.unit) == ["00004", "00004", "00008"])
        #expect(entries.map { String($0.entry.cause.prefix(8)) }.suffix(2) == ["departs:", "arrives:"])
        #expect(entries[2].entry.number == entries[1].entry.number + 1)
        #expect(try await city.value("population", "001320000003", "commune") == "00008")
        #expect(try city.damages().isEmpty)
    }

    @Test func `the last who leaves takes the household along`() throws {
        let city = try ScratchCity.full()
        let change = Change("population", key: "001058000004", .retire, expecting: .anything)
        _ = try city.registry.enterAndWait(try city.registry.withCompanions(change), cause: "death", by: ScratchCity.operator_)
        #expect(try city.registry.summary(of: "household").size == 1)
    }

    @Test func `a household with members cannot be retired, nor an unknown one joined`() throws {
        let city = try ScratchCity.full()
        #expect(throws: RegisterError.self) {
            try city.registry.enterAndWait([Change("household", key: "1000000001", .retire, expecting: .anything)], cause: "x", by: ScratchCity.operator_)
        }
        #expect(throws: RegisterError.self) { try city.put("population", "001090000001", an.merging(["household": "5555555555"]) { $1 }) }
    }

    @Test func `what must hold, holds on every day an act reaches`() throws {
        let city = try ScratchCity.full()
        city.setToday("2026-12-20")
        let mai = ["name": "Nguyễn Thị Mai", "birth": "2020-07-08", "sex": "female", "ethnicity": "01", "household": "1000000001", "relation": "child", "commune": "00004"]
        try city.put("population", "001320000003", mai.merging(["name": "Nguyễn Thị Mơ"]) { $1 }, effective: "2026-12-10")
        // A second head in the past, between two states.
        #expect(throws: RegisterError.self) { try city.put("population", "001320000003", mai.merging(["relation": "head"]) { $1 }, effective: "2026-12-01") }
        // Two heads until 2030.
        let later = Change(
            "population", key: "001090000001", .put(try city.registry.item("population", texts: an.merging(["id": "001090000001", "relation": "other"]) { $1 }, effective: nil)),
            expecting: .anything, effective: Day("2030-01-01"))
        let now = try city.change(
            "population", "001192000002",
            ["name": "Đặng Thị Hoà", "birth": "1992-05-06", "sex": "female", "ethnicity": "01", "household": "1000000001", "relation": "head", "commune": "00004"])
        #expect(throws: RegisterError.self) { try city.registry.enterAndWait([later, now], cause: "t", by: ScratchCity.operator_) }
        // A household that begins later takes nobody in today.
        try city.put("household", "1000000007", ["commune": "00004", "kind": "family", "address": "Số 7"], effective: "2030-01-01")
        #expect(throws: RegisterError.self) { try city.put("population", "001090000008", an.merging(["household": "1000000007"]) { $1 }) }
        // Nobody is retired under a state that stands.
        #expect(throws: RegisterError.self) {
            try city.registry.enterAndWait(
                [Change("population", key: "001320000003", .retire, expecting: .anything, effective: Day("2026-12-05"))], cause: "t", by: ScratchCity.operator_)
        }
        #expect(try city.damages().isEmpty)
    }

    @Test func `a household does not move by a line of a file, and its only member stays its head`() async throws {
        let city = try ScratchCity.full()
        let moved = try city.load("household", ScratchCity.households.replacing("1000000001,00004", with: "1000000001,00008"))
        #expect(moved.rejected == 1 && moved.samples[0].objection.code == "agreement")
        let demoted = try city.load("population", "id,name,birth,sex,ethnicity,household,relation,commune\n001058000004,Lê Văn Đức,1958,male,01,1000000002,other,00008\n")
        #expect(demoted.rejected == 1 && demoted.samples[0].objection.code == "group-missing")
        let line =
            "{\"key\":\"001058000004\",\"item\":{\"name\":\"Lê Văn Đức\",\"birth\":\"1958\",\"sex\":\"male\",\"ethnicity\":\"01\",\"household\":\"1000000002\",\"relation\":\"other\",\"commune\":\"00008\"}}\n"
        #expect(try await city.registry.enterBatch("population", jsonLines: Array(line.utf8), by: ScratchCity.operator_)[0].result == "rejected")
    }

    @Test func `a state that waits for its day can be changed, with the tag that reading gives`() async throws {
        let city = try ScratchCity.full()
        let texts = ["commune": "00004", "kind": "family", "address": "Số 99"]
        try city.put("household", "1000000001", texts, effective: "2030-01-01")
        let view = try await city.registry.record("household", "1000000001", for: ScratchCity.operator_, door: "t")
        #expect(view.value("address", in: Households.register) == .string("Số 12, phố Kim Mã"))
        try city.put("household", "1000000001", texts.merging(["address": "Số 100"]) { $1 }, expecting: .state(view.last))
        #expect(throws: RegisterError.self) { try city.put("household", "1000000001", texts, expecting: .state(view.last)) }
        #expect(try await city.value("household", "1000000001", "address") == "Số 100")
        #expect(try await city.value("household", "1000000001", "address", on: "2030-01-01") == "Số 99")
        #expect(try city.damages().isEmpty)
    }

    @Test func `random acts never break what must hold, seed printed`() async throws {
        let seed = UInt64.random(in: 1...1_000_000)
        print("seed \(seed)")
        var random = Seeded(seed: seed)
        let city = try ScratchCity.full()
        let keys = (0..<12).map { "00109000001\($0 % 10)".dropLast(1) + "\($0 % 10)" } + ["001090000001", "001058000004"]
        let households = ["1000000001", "1000000002", "1000000003"]
        let communes = ["1000000001": "00004", "1000000002": "00008", "1000000003": "00025"]
        _ = try? city.put("household", "1000000003", ["commune": "00025", "kind": "family", "address": "Số 3"])
        var done = 0
        for _ in 0..<150 {
            let key = String(keys[random.below(keys.count)])
            let household = households[random.below(3)]
            let texts = [
                "name": "Nguyễn Văn \(["An", "Bình", "Đức"][random.below(3)])", "birth": "1990-01-02", "sex": "male", "ethnicity": "01", "household": household,
                "relation": ["head", "child", "spouse", "other"][random.below(4)], "commune": random.below(8) == 0 ? "00004" : communes[household]!,
            ]
            do {
                switch random.below(5) {
                case 0:
                    _ = try city.registry.enterAndWait([Change("population", key: key, .retire, expecting: .anything)], cause: "t", by: ScratchCity.operator_)
                case 1:
                    let change = try city.change("population", key, texts)
                    _ = try city.registry.enterAndWait(
                        try city.registry.withCompanions(change, successor: String(keys[random.below(keys.count)])), cause: "t", by: ScratchCity.operator_)
                case 2:
                    let line = "{\"key\":\"\(key)\",\"item\":{\(texts.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ","))}}\n"
                    _ = try await city.registry.enterBatch("population", jsonLines: Array(line.utf8), by: ScratchCity.operator_)
                case 3:
                    guard let load = try city.registry.loads().first(where: { $0.register == "population" }) else { continue }
                    _ = try city.registry.undo(load: load.id, by: ScratchCity.operator_)
                default: try city.put("population", key, texts)
                }
                done += 1
            } catch is RegisterError { continue }
            try expectWhole(city, seed: seed)
        }
        #expect(done > 10, "seed \(seed)")
        #expect(try city.damages().isEmpty, "seed \(seed)")
    }

    /// Each household has one head or nobody; each person one household, which stands, in the person's commune.
    private func expectWhole(_ city: ScratchCity, seed: UInt64) throws {
        let people = CSV.rows(Array(try city.export("population").utf8)).dropFirst()
        let households = Dictionary(uniqueKeysWithValues: CSV.rows(Array(try city.export("household").utf8)).dropFirst().map { ($0[0], $0[1]) })
        #expect(Set(people.map { $0[0] }).count == people.count)
        for (household, members) in Dictionary(grouping: people, by: { $0[7] }) {
            #expect(members.count { $0[8] == "head" } == 1, "seed \(seed), household \(household)")
            for member in members { #expect(households[household] == member[9], "seed \(seed)") }
        }
    }
}

struct Seeded {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }
}

struct `Search` {
    @Test(arguments: [
        ("nguyen", 2), ("NGUYỄN văn", 1), ("an nguyen", 1), ("dang", 1), ("đặng hoà", 1), ("hòa", 1), ("ng", 2), ("x", 0), ("", 4), ("001090000001", 1), ("00109", 1), ("%", 0),
        ("\" OR *", 0),
    ])
    func `finds words by their beginnings, in any order, with or without marks`(text: String, count: Int) async throws {
        let city = try ScratchCity.full()
        var query = RecordQuery()
        query.text = text.isEmpty ? nil : text
        #expect(try await city.registry.records("population", query, for: ScratchCity.operator_, door: "test").records.count == count)
    }

    @Test func `pages follow each other without a gap or a repeat`() async throws {
        let city = try ScratchCity.full()
        for text in [nil, "n"] as [String?] {
            var query = RecordQuery()
            query.text = text
            query.limit = 1
            var seen: [Int64] = []
            repeat {
                let page = try await city.registry.records("population", query, for: ScratchCity.operator_, door: "test")
                seen += page.records.map(\.row)
                query.after = page.next
            } while query.after != nil
            #expect(Set(seen).count == seen.count && seen.count == (text == nil ? 4 : 2))
        }
        var query = RecordQuery()
        query.after = "nonsense"
        await #expect(throws: RegisterError.self) { try await city.registry.records("population", query, for: ScratchCity.operator_, door: "test") }
    }
}

struct `Who may see what` {
    private func authority(_ grants: [String], purpose: String? = nil) -> Authority {
        Authority(.officer, id: "officer:t", name: "t", grants: grants.map { Grant($0)! }, purpose: purpose.flatMap { Purpose.find($0) })
    }

    @Test func `a stranger sees nothing of persons, an official no person, a keeper with a purpose all`() async throws {
        let city = try ScratchCity.full()
        await #expect(throws: RegisterError.self) { try await city.registry.record("population", "001090000001", for: .visitor, door: "t") }
        let ref = city.registry.ref(of: 0, in: "population")
        // Who may not see the number cannot ask with it either.
        await #expect(throws: RegisterError.self) { try await city.registry.record("population", "001090000001", for: authority(["population:read"]), door: "t") }
        let official = try await city.registry.record("population", ref, for: authority(["population:read"]), door: "t")
        #expect(official.key == nil && official.value("name", in: Population.register) == nil && official.value("commune", in: Population.register) == .string("00004"))
        let withoutPurpose = try await city.registry.record("population", ref, for: authority(["population:read,personal"]), door: "t")
        #expect(withoutPurpose.key == nil)
        let keeper = try await city.registry.record("population", "001090000001", for: authority(["population:read,personal"], purpose: "residence"), door: "t")
        #expect(keeper.value("name", in: Population.register) == .string("Nguyễn Văn An"))
    }

    @Test func `nobody searches or filters by what they may not see`() async throws {
        let city = try ScratchCity.full()
        for grants in [["population:read"], ["population:read,personal"]] {
            var query = RecordQuery()
            query.text = "nguyen"
            await #expect(throws: RegisterError.self) { try await city.registry.records("population", query, for: authority(grants), door: "t") }
            query.text = nil
            query.filters = [("sex", "male")]
            await #expect(throws: RegisterError.self) { try await city.registry.records("population", query, for: authority(grants), door: "t") }
        }
    }

    @Test func `an officer of one ward neither reads nor writes another's`() async throws {
        let city = try ScratchCity.full()
        let officer = authority(["population:read,personal,write@00008", "household:read,write,personal@00008"], purpose: "residence")
        await #expect(throws: RegisterError.self) { try await city.registry.record("population", "001090000001", for: officer, door: "t") }
        let page = try await city.registry.records("population", RecordQuery(), for: officer, door: "t")
        #expect(page.records.map(\.key) == ["001058000004"])
        #expect(throws: RegisterError.self) {
            try city.registry.enterAndWait([Change("population", key: "001090000001", .retire, expecting: .anything)], cause: "t", by: officer)
        }
    }

    @Test func `every look at a person is in the journal of reads before the answer`() async throws {
        let city = try ScratchCity.full()
        let keeper = authority(["population:read,personal"], purpose: "residence")
        func looks() throws -> Int { try city.database.read { try city.registry.reads(of: 0, in: "population", limit: 100, on: $0).count } }
        #expect(try looks() == 0)
        _ = try await city.registry.record("population", "001090000001", for: keeper, door: "t")
        #expect(try looks() == 1)
        _ = try await city.registry.records("population", RecordQuery(), for: keeper, door: "t")
        #expect(try looks() == 2)
        _ = try await city.registry.history("population", "001090000001", for: keeper, door: "t")
        _ = try await city.registry.proof("population", "001090000001", for: keeper, door: "t")
        _ = try await city.registry.changes("population", after: nil, limit: 10, for: keeper, door: "t")
        _ = try await city.registry.answer("adult", about: "001090000001", in: "population", for: keeper, door: "t")
        #expect(try looks() == 6)
        _ = try await city.registry.record("population", city.registry.ref(of: 0, in: "population"), for: authority(["population:read"]), door: "t")
        #expect(try looks() == 6)
        let read = try city.database.read { try city.registry.reads(of: 0, in: "population", limit: 1, on: $0)[0] }
        #expect(read.reader == "officer:t" && read.purpose == "residence" && read.asked == "question: adult")
        #expect(try city.damages().isEmpty)
    }

    @Test func `small groups are not counted for those who may not see persons`() throws {
        let city = try ScratchCity.full()
        let statistics = try city.registry.statistics("population", by: ["sex"], on: nil, for: .visitor)
        #expect(statistics.groups.allSatisfy { $0.count == nil })
    }

    @Test func `a proof discloses only what its reader may see`() async throws {
        let city = try ScratchCity.full()
        func names(_ proof: [UInt8]) throws -> [String] {
            guard case .array(let list)? = try JSON(parsing: proof)["disclosures"] else { return [] }
            return list.compactMap { item in
                guard let bytes = Encoding.bytes(base64: item.string!), case .array(let parts)? = try? JSON(parsing: bytes) else { return nil }
                return parts[1].string
            }
        }
        #expect(
            try names(await city.registry.proof("population", city.registry.ref(of: 0, in: "population"), for: authority(["population:read"]), door: "t")) == [
                "commune", "_author", "_cause",
            ])
        #expect(try names(await city.registry.proof("population", "001090000001", for: ScratchCity.operator_, door: "t")).count == 12)
    }
}

struct `Free questions and erasure` {
    @Test func `a question without kept counts answers what a reading of the export does, also after changes`() throws {
        let city = try ScratchCity.full()
        func ask() throws -> [[String]: Int] {
            let statistics = try city.registry.statistics("population", by: ["ethnicity", "relation", "age"], on: nil, for: ScratchCity.operator_)
            return Dictionary(uniqueKeysWithValues: statistics.groups.map { ($0.values, $0.count!) })
        }
        func read() throws -> [[String]: Int] {
            var sums: [[String]: Int] = [:]
            for row in CSV.rows(Array(try city.export("population").utf8)).dropFirst() {
                let age = Day("2026-11-24")!.age(bornOn: PartialDay(row[2])!.first)
                sums[[row[4], row[8], Registry.ageBand(age)], default: 0] += 1
            }
            return sums
        }
        #expect(try ask() == read())
        try city.put("population", "001090000008", an.merging(["relation": "sibling", "ethnicity": "06", "birth": "1990-11-25"]) { $1 })
        _ = try city.registry.enterAndWait([Change("population", key: "001320000003", .retire, expecting: .anything)], cause: "t", by: ScratchCity.operator_)
        #expect(try ask() == read())
        #expect(throws: RegisterError.self) { try city.registry.statistics("population", by: ["ethnicity"], on: nil, for: .visitor) }
        #expect(throws: RegisterError.self) { try city.registry.statistics("population", by: ["name"], on: nil, for: ScratchCity.operator_) }
    }

    @Test func `erased content is nowhere in the file, and every proof still holds`() throws {
        let city = try ScratchCity.full()
        try city.put(
            "population", "001320000003",
            ["name": "Nguyễn Thị Mơ", "birth": "2020-07-08", "sex": "female", "ethnicity": "01", "household": "1000000001", "relation": "child", "commune": "00004"])
        #expect(try city.registry.erase("population", key: "001320000003", order: "12/2026", by: ScratchCity.operator_) == 3)
        #expect(try city.damages().isEmpty)
        #expect(throws: RegisterError.self) { try city.registry.erase("population", key: "001320000003", order: "12/2026", by: ScratchCity.operator_) }
        if TestStores.postgres == nil {
            try city.database.writeAndWait { try $0.run("INSERT INTO text_population_index (text_population_index) VALUES ('optimize')") }
            try city.database.copy(to: city.path + ".copy")
            defer { try? FileManager.default.removeItem(atPath: city.path + ".copy") }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: city.path + ".copy"))
            for text in ["001320000003", "Nguyễn Thị Mai", "Nguyễn Thị Mơ", "nguyen thi mai", "nguyen thi mo"] { #expect(bytes.range(of: Data(text.utf8)) == nil, "\(text)") }
        }
        try city.database.read { connection in
            let proof = try city.registry.journals.proof(of: 2, in: "population", on: connection)
            let checkpoint = Checkpoint(note: proof.checkpoint, keys: city.registry.journals.noteKeys())!
            let leaf = Hash.of([0] + proof.entry.leafBytes())
            #expect(MerkleProof.verifies(inclusionOf: leaf, at: 2, size: proof.size, path: proof.path, root: checkpoint.root))
        }
    }
}

struct `Damage is found` {
    /// Every table and column that holds something of the city, and a change of it.
    @Test(arguments: [
        "UPDATE entry_population SET content = replace(content, 'Nguyễn Văn An', 'Nguyễn Văn Ản') WHERE number = 0",
        "UPDATE entry_population SET effective = effective + 1 WHERE number = 1",
        "UPDATE entry_population SET recorded = recorded - 1 WHERE number = 1", "UPDATE entry_population SET unit = '00008' WHERE number = 1",
        "UPDATE entry_population SET secret = zeroblob(32) WHERE number = 1", "UPDATE entry_population SET leaf = zeroblob(32) WHERE number = 1",
        "UPDATE entry_population SET record = 3 WHERE number = 1", "UPDATE entry_population SET previous = 0 WHERE number = 1",
        "UPDATE entry_population SET form = 1 WHERE number = 1", "DELETE FROM entry_population WHERE number = 3",
        "DELETE FROM entry_population WHERE number = 1", "UPDATE head_population SET root = zeroblob(32)", "UPDATE head_population SET note = replace(note, 'test', 'tost')",
        "DELETE FROM head_population", "UPDATE record_population SET key = '001090000009' WHERE row = 0", "UPDATE record_population SET c_commune = '00008' WHERE row = 0",
        "UPDATE record_population SET since = since - 1 WHERE row = 0", "UPDATE record_population SET retired = 1 WHERE row = 0",
        "UPDATE record_population SET text = 1 WHERE row = 0",
        "UPDATE record_population SET entry = 1 WHERE row = 0", "DELETE FROM record_population WHERE row = 2", "UPDATE text_population SET words = 'x' WHERE id = 0",
        "DELETE FROM text_population WHERE id = 0", "UPDATE count_population SET n = n + 1 WHERE year = 1990", "DELETE FROM count_population WHERE year = 1990",
        "UPDATE count_days_population SET days = zeroblob(6) WHERE year = 1990", "UPDATE count_change_population SET n = 9 WHERE year = 1990",
        "INSERT INTO read_subject (register, record, number) VALUES ('population', 0, 0)",
    ])
    func `whatever value was changed`(sql: String) throws {
        let city = try ScratchCity.full()
        let sql = TestStores.postgres == nil ? sql : sql.replacing(#/zeroblob\((\d+)\)/#) { "decode(repeat('00', \($0.1)), 'hex')" }
        #expect(try city.damages().isEmpty)
        try city.database.writeAndWait { try $0.run(SQL(stringLiteral: sql)) }
        #expect(!(try city.damages().isEmpty), "\(sql)")
    }

    @Test func `and the first damaged entry is named`() throws {
        let city = try ScratchCity.full()
        try city.database.writeAndWait { try $0.run("UPDATE entry_population SET content = replace(content, '01', '02') WHERE number >= 2") }
        #expect(try city.registry.verify("population")[0].damage?.number == 2)
    }
}
