// SPDX-License-Identifier: Apache-2.0
import Civic
import Hanoi
import Testing

struct `Rules of the sectors' registers` {
    private let reading = Reading(day: Day("2026-11-24")!, today: Day("2026-11-24")!, units: UnitTable())

    private func broken(_ register: Register, _ changes: [String: Value]) -> [String] {
        let values = register.example.merging(changes) { $1 }
        let item = Item(key: values[register.key.name]!.plain, values: register.fields.map { values[$0.name] ?? .null })
        let fields = Item.Fields(item: item, register: register)
        return register.rules.filter { !$0.holds(fields, reading) }.map(\.code)
    }

    @Test func `a household business trades in devices and medicines as an enterprise does, and somebody must own the place`() {
        for register in [MedicalTraders.register, MedicineProviders.register] {
            #expect(broken(register, [:]).isEmpty)
            #expect(broken(register, ["enterprise": .null, "business": .string("01A8000125")]).isEmpty)
            #expect(broken(register, ["enterprise": .null]) == ["owner"])
            #expect(broken(register, ["business": .string("01A8000125")]) == ["owner"])
        }
    }

    @Test func `good practice has both its days and is doubted after three years`() {
        let register = MedicineProviders.register
        #expect(broken(register, ["gdp_expires": .string("2029-04-11")]) == ["gdp-term"])
        #expect(broken(register, ["gdp_issued": .null]) == ["gdp"])
        #expect(broken(register, ["gsp_issued": .string("2026-01-01"), "gsp_expires": .string("2029-01-02")]) == ["gsp-term"])
    }

    @Test func `three groups of contributors have a rate, and only war invalids are asked about as such`() throws {
        let register = Contributors.register
        let rate = try #require(register.field("injury_rate"))
        #expect(rate.condition?.values == ["war-invalid", "sick-soldier", "toxic-chemicals"])
        let heavy = try #require(register.questions.first { $0.code == "heavy-invalid" })
        for (group, answer) in [("war-invalid", true), ("sick-soldier", false)] {
            let values = register.example.merging(["group": .string(group), "injury_rate": .integer(85)]) { $1 }
            let item = Item(key: "NC00000000000001", values: register.fields.map { values[$0.name] ?? .null })
            #expect(heavy.holds(Item.Fields(item: item, register: register), reading) == answer, "\(group)")
        }
    }
}
