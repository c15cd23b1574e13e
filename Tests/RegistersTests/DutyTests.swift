// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Store
import Testing

@testable import Registers

/// Trees in streets, of which somebody must say the species and look at each once in a while.
private func trees(_ duties: [FieldDuty]) -> [Register] {
    let states = [Choice("standing", ["vi": "Đang đứng", "en": "Standing"]), Choice("stump", ["vi": "Gốc cây", "en": "A stump"])]
    return [
        AdministrativeUnits.register, UnitChanges.register,
        Register(
            "tree", ["vi": "Cây xanh", "en": "Trees"], ["vi": "Cây trên phố.", "en": "Trees in streets."], keptBy: Keepers.peoplesCommittee, under: ["vi": "Luật", "en": "Law"],
            updated: .monthly, key: Field("id", .code(.digits(4)), ["vi": "Số", "en": "Number"], .open),
            fields: [
                Field("species", .text(max: 80), ["vi": "Loài", "en": "Species"], .open, required: false),
                Field("state", .choice(states), ["vi": "Tình trạng", "en": "State"], .open, counted: true),
                Field("commune", .unit(.commune), ["vi": "Phường", "en": "Ward"], .open, counted: true, jurisdiction: true),
                Field("seen", .day, ["vi": "Xem ngày", "en": "Seen on"], .open, required: false),
            ], duties: duties, label: ["id"], example: [:]),
    ]
}

private let named = FieldDuty("species", filled: 75, among: ["state": ["standing"]])
private let seen = FieldDuty("seen", within: 30)

struct `The duty to keep a field` {
    private func plant(_ city: ScratchCity, _ key: String, _ commune: String, species: String? = nil, state: String = "standing", seen: String? = "2026-11-24") throws {
        var texts = ["state": state, "commune": commune]
        texts["species"] = species
        texts["seen"] = seen
        try city.put("tree", key, texts)
    }

    /// `00004 1/4`: failing of records, by unit.
    private func figures(_ city: ScratchCity, _ field: String) throws -> [String] {
        let one = try #require(try city.registry.duties().first { $0.duty.field == field })
        return one.counts.map { "\($0.unit) \($0.failing)/\($0.records)" }
    }

    @Test func `a duty makes one check with a stable code, and none where the register has one`() {
        let tree = trees([named, seen])[2]
        #expect(tree.checks.map(\.code) == ["duty-species", "duty-seen"])
        #expect(tree.checks.map(\.sort) == [.missing, .outdated])
        #expect(tree.dutyFault == nil)
        #expect(trees([named, named])[2].dutyFault != nil && trees([FieldDuty("height", filled: 1)])[2].dutyFault != nil)
        #expect(trees([FieldDuty("species", found: "nowhere")])[2].dutyFault != nil && trees([FieldDuty("species", filled: 50, among: ["seen": []])])[2].dutyFault != nil)
        #expect(Population.register.checks.count { $0.code == "no-phone" } == 1 && !Population.register.checks.contains { $0.code == "duty-phone" })
        for register in City.registers {
            #expect(register.dutyFault == nil)
            for duty in register.duties { #expect(!duty.words(in: register).vi.isEmpty && !duty.words(in: register).en.isEmpty) }
        }
        #expect(City.registers.flatMap(\.duties).count >= 12)
    }

    @Test func `units are counted with what they fail, and a value that is filled in moves the figure at once`() async throws {
        let city = try ScratchCity(registers: trees([named, seen]))
        for number in 0..<4 { try plant(city, "000\(number)", "00004", species: number == 0 ? nil : "Sấu") }
        try plant(city, "0004", "00008")
        try plant(city, "0005", "00008", state: "stump")
        // Nothing is known before the whole register was looked at.
        #expect(try city.registry.duties().allSatisfy { !$0.isLooked })
        _ = try city.registry.inspect()
        #expect(try city.registry.duties().allSatisfy { $0.isLooked && $0.register.name == "tree" })
        // A stump needs no species; it is seen as the others are.
        #expect(try figures(city, "species") == ["00004 1/4", "00008 1/1"])
        #expect(try figures(city, "seen") == ["00004 0/4", "00008 0/2"])
        var query = RecordQuery()
        query.finding = "duty-species"
        #expect(try await city.registry.records("tree", query, for: ScratchCity.operator_, door: "test").records.compactMap(\.key) == ["0000", "0004"])
        #expect(try city.registry.foundNames("tree", check: "duty-species", unit: "00008", limit: 5) == ["0004"])
        try plant(city, "0004", "00008", species: "Xà cừ")
        #expect(try figures(city, "species") == ["00004 1/4", "00008 0/1"])
        // What is felled is owed no more, and what moves is owed elsewhere.
        _ = try city.registry.enterAndWait([Change("tree", key: "0001", .retire, expecting: .anything)], cause: "felled", by: ScratchCity.operator_)
        try plant(city, "0000", "00008")
        #expect(try figures(city, "species") == ["00004 0/2", "00008 1/2"])
    }

    @Test func `a day grows too old as the calendar moves, without any entry`() throws {
        let city = try ScratchCity(registers: trees([seen]))
        try plant(city, "0000", "00004", seen: "2026-11-20")
        try plant(city, "0001", "00004", seen: nil)
        _ = try city.registry.inspect()
        #expect(try figures(city, "seen") == ["00004 1/2"])
        city.setToday("2026-12-20")
        #expect(try figures(city, "seen") == ["00004 1/2"])
        city.setToday("2026-12-21")
        #expect(try figures(city, "seen") == ["00004 2/2"])
    }

    @Test func `what begins later is not owed yet`() throws {
        let city = try ScratchCity(registers: trees([named]))
        try plant(city, "0000", "00004", species: "Sấu")
        _ = try city.registry.inspect()
        try city.put("tree", "0001", ["species": "Sấu", "state": "standing", "commune": "00004"], effective: "2026-12-01")
        #expect(try figures(city, "species") == ["00004 0/1"])
        city.setToday("2026-12-01")
        #expect(try figures(city, "species") == ["00004 0/2"])
    }

    @Test func `people count from their birthday on`() throws {
        let city = try ScratchCity.full()
        _ = try city.registry.inspect()
        func phones() throws -> [String] {
            let one = try #require(try city.registry.duties(of: "population").first { $0.duty.field == "phone" })
            return one.counts.map { "\($0.unit) \($0.failing)/\($0.records)" }
        }
        #expect(try phones() == ["00004 1/2", "00008 1/1"])
        city.setToday("2038-07-07")
        #expect(try phones() == ["00004 1/2", "00008 1/1"])
        city.setToday("2038-07-08")
        _ = try city.registry.inspect()
        #expect(try phones() == ["00004 2/3", "00008 1/1"])
    }

    /// What is told to a reader to whom these communes' persons are open, and not those of the whole city.
    private func told(_ counts: [(unit: String, records: Int, failing: Int)], open: Set<String> = []) -> ToldDuty {
        ToldDuty(counts, smallest: 5) { unit in unit.map { !open.contains($0) } ?? true }
    }

    @Test func `one commune of few people is not reckoned from the city's total and the others`() {
        let counts = [(unit: "a", records: 100, failing: 20), (unit: "b", records: 3, failing: 1), (unit: "c", records: 50, failing: 10), (unit: "d", records: 80, failing: 30)]
        let all = told(counts)
        #expect(all["b"].records == .few && all["b"].failing == .untold && all["b"].kept == .untold)
        #expect(all["c"].records == .untold && all["a"].records == .number(100) && all.total.records == .number(233))
        // Nor are those who fail: where a commune's part is kept back, so is another's or the city's.
        let failing = told([(unit: "a", records: 100, failing: 20), (unit: "b", records: 60, failing: 2), (unit: "c", records: 50, failing: 10)])
        #expect(failing["b"].records == .number(60) && failing["b"].failing == .few && failing["b"].kept == .untold)
        let kept: [ToldCount] = [failing["a"].failing, failing["b"].failing, failing["c"].failing, failing.total.failing]
        #expect(kept.count { $0 == .few || $0 == .untold } >= 2)
        // A commune whose persons are open to the reader hides no other.
        let own = told(counts, open: ["c"])
        #expect(own["c"].records == .number(50) && own["d"].records == .untold && own["a"].records == .number(100))
        let pair = told(Array(counts.prefix(2)), open: ["a"])
        #expect(pair["a"].kept == .number(80) && pair["b"].records == .few && pair.total.records == .untold)
        // Nothing is kept back where nobody is few, or everybody may be seen.
        #expect(told([(unit: "a", records: 100, failing: 20), (unit: "b", records: 60, failing: 0)]).total.kept == .number(140))
        let open = ToldDuty(counts, smallest: 5) { _ in false }
        #expect(open["b"].failing == .number(1) && open.total.failing == .number(61))
    }

    @Test func `a duty that a later version declares is looked for in what is there already`() throws {
        let path: String
        do {
            let city = try ScratchCity(registers: trees([]))
            path = city.path
            try plant(city, "0000", "00004")
            _ = try city.registry.inspect()
            #expect(try city.registry.duties().isEmpty)
            city.isKept = true
            city.database.close()
        }
        let city = try ScratchCity(path: path, registers: trees([named]))
        #expect(try city.registry.versions(of: "tree").map(\.version) == [1, 2])
        #expect(try city.registry.duties().map(\.isLooked) == [false])
        _ = try city.registry.inspect()
        #expect(try figures(city, "species") == ["00004 1/1"])
        #expect(try city.damages().isEmpty)
    }
}
