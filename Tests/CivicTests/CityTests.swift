// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Civic
@testable import Hanoi

struct `Hà Nội's units` {
    private let table = UnitData.table
    private func day(_ text: String) -> Day { Day(text)! }

    @Test(arguments: [("2024-12-31", 30, 579), ("2025-01-01", 30, 526), ("2025-06-30", 30, 526), ("2025-07-01", 0, 126), ("2026-11-24", 0, 126)])
    func `the numbers of each period`(on: String, districts: Int, communes: Int) {
        #expect(table.inForce(on: day(on), level: .district).count == districts)
        #expect(table.inForce(on: day(on), level: .commune).count == communes)
    }

    @Test func `keys that a register makes begin with letters that no other register's have`() {
        let prefixes = City.registers.compactMap(\.keyForm?.prefix)
        #expect(Set(prefixes).count == prefixes.count, "\(prefixes.sorted())")
    }

    @Test func `795 changes lead from all 526 to all 126`() {
        #expect(table.changes.count == 795)
        #expect(Set(table.changes.map(\.from)).count == 526)
        #expect(Set(table.changes.map(\.to)).count == 126)
        #expect(table.changes.filter { $0.part == .whole }.count == 327)
    }

    @Test func `what the city is founded with is in the normal form of its fields`() throws {
        for (item, from, _) in UnitData.items() {
            for field in AdministrativeUnits.register.fields {
                guard let value = item[field.name], !value.isNull else { continue }
                #expect(try field.kind.parse(value.plain, Reading(day: from, today: from, units: table)) == value, "\(item["id"]!.plain) \(field.name)")
            }
        }
    }

    @Test func `each old unit has exactly one proposed successor`() {
        for (_, changes) in Dictionary(grouping: table.changes, by: \.from) { #expect(changes.count(where: \.isDefault) == 1) }
    }

    @Test func `a code names another unit on another day`() {
        #expect(table.find("00070", on: day("2025-06-30"))?.name == "Phường Hàng Trống")
        #expect(table.find("00070", on: day("2025-07-01"))?.name == "Phường Hoàn Kiếm")
    }

    @Test func `a divided unit knows all its successors`() {
        let daiMo = table.find("00634", on: day("2025-06-30"))!
        #expect(table.successors(of: daiMo).count == 5)
        #expect(table.successors(of: daiMo)[0].change.isDefault)
    }

    @Test func `names that fold to one key are told apart by their letters`() {
        #expect(table.named("Văn Tự", on: day("2025-06-30")).map(\.name) == ["Xã Văn Tự"])
        #expect(table.named("Vân Từ", on: day("2025-06-30")).map(\.name) == ["Xã Vân Từ"])
        #expect(table.named("van tu", on: day("2025-06-30")).count == 2)
        #expect(table.named("Minh Khai", on: day("2025-06-30")).count == 3)
        #expect(table.named("Minh Khai", district: "Quận Hai Bà Trưng", on: day("2025-06-30")).count == 1)
    }
}

struct `Every declaration` {
    private let reading = Reading(day: Day("2026-11-24")!, today: Day("2026-11-24")!, units: UnitData.table)

    @Test(arguments: City.registers.map(\.name))
    func `is complete, in both languages, and its example passes`(name: String) {
        let register = City.registers.first { $0.name == name }!
        var texts = [register.title, register.summary, register.law, register.keeper.name]
        texts += register.allFields.flatMap { [$0.title] + ($0.hint.map { [$0] } ?? []) }
        texts += register.rules.map(\.text) + register.agreements.map(\.text) + register.questions.map(\.text) + register.checks.map(\.text)
        for field in register.allFields { if case .choice(let choices) = field.kind { texts += choices.map(\.title) } }
        for text in texts { #expect(!text.vi.isEmpty && !text.en.isEmpty) }
        #expect(register.example[register.key.name] != nil)
        for field in register.allFields {
            guard let value = register.example[field.name] else {
                let applies = field.condition.map { $0.values.contains(register.example[$0.field]?.plain ?? "") } ?? true
                #expect(!field.isRequired || !applies, "\(name).\(field.name) has no example")
                continue
            }
            #expect((try? field.kind.parse(value.json, reading)) == value, "\(name).\(field.name)")
        }
        let item = Item(key: register.example[register.key.name]!.plain, values: register.fields.map { register.example[$0.name] ?? .null })
        for rule in register.rules { #expect(rule.holds(Item.Fields(item: item, register: register), reading), "\(name): \(rule.code)") }
    }

    @Test func `a reasoning names fields that there are, and none that is personal in other registers`() {
        for register in City.registers {
            for question in register.questions {
                guard let reasoning = question.reasoning else { continue }
                for name in question.reads ?? [] { #expect(register.field(name) != nil, "\(register.name) \(name)") }
                for (other, names) in reasoning.beside {
                    let fields = names.map { name in City.registers.first { $0.name == other }?.field(name) }
                    #expect(fields.allSatisfy { $0.map { $0.privacy < .personal } ?? false }, "\(register.name) \(other)")
                }
            }
        }
    }

    @Test func `names of fields are unique and fit SQL and URLs`() {
        for register in City.registers {
            #expect(Set(register.allFields.map(\.name)).count == register.allFields.count)
            for name in register.allFields.map(\.name) { #expect(name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F }) }
        }
    }
}

struct `The invented city` {
    private func people(_ count: Int, seed: UInt64) -> [[String]] {
        var city = SyntheticCity(seed: seed)
        var people: [[String]] = []
        while people.count < count { people += city.next(peopleMax: count - people.count).people.map(\.cells) }
        return people
    }

    @Test func `is the same for the same seed and another for another`() {
        #expect(people(500, seed: 7) == people(500, seed: 7))
        #expect(people(500, seed: 7) != people(500, seed: 8))
    }

    @Test func `has IDs that agree with sex and birth and never repeat, and one head a household`() throws {
        let people = people(20_000, seed: 1)
        #expect(Set(people.map { $0[0] }).count == people.count)
        for person in people {
            let id = try CitizenID(person[0], year: 2026)
            #expect(id.sex.rawValue == person[3])
            #expect(String(id.birthYear) == person[2].prefix(4))
        }
        for (_, members) in Dictionary(grouping: people, by: { $0[7] }) { #expect(members.count { $0[8] == "head" } == 1) }
    }
}
