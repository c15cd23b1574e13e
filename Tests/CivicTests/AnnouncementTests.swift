// SPDX-License-Identifier: Apache-2.0
import Civic
import Hanoi
import Testing

struct `Announcement 699 is the catalogue of the program` {
    private let all = Announcement699.instructions

    @Test func `every register and every procedure serves an instruction, and none is invented`() {
        let registers = Set(City.registers.map(\.name))
        let procedures = Set(City.procedures.map(\.code))
        let served = Set(all.flatMap(\.registers))
        #expect(served == registers, "\(served.symmetricDifference(registers).sorted())")
        // The review of procedures is about all of them, and by itself serves none.
        let done = Set(all.filter { $0.id != "10.a" }.flatMap(\.procedures))
        #expect(done == procedures, "\(done.symmetricDifference(procedures).sorted())")
    }

    @Test func `every instruction has what serves it, who answers for it and a figure, in both languages`() {
        #expect(Set(all.map(\.id)).count == all.count)
        for one in all {
            #expect(!one.indicators.isEmpty && !(one.registers.isEmpty && one.procedures.isEmpty), "\(one.id)")
            for text in [one.title, one.responsible.title] { #expect(!text.vi.isEmpty && !text.en.isEmpty, "\(one.id)") }
        }
    }

    @Test func `what indicators count is declared: registers, fields, choices and checks`() throws {
        let registers = Dictionary(uniqueKeysWithValues: City.registers.map { ($0.name, $0) })
        func holds(_ name: String, _ values: [String: String]) throws {
            let register = try #require(registers[name], "\(name)")
            for (field, value) in values {
                let found = try #require(register.fields.first { $0.name == field }, "\(name).\(field)")
                #expect(found.isFiltered || found.isCounted, "\(name).\(field)")
                if case .choice(let choices) = found.kind { #expect(choices.contains { $0.code == value }, "\(name).\(field)=\(value)") }
            }
        }
        for indicator in all.flatMap(\.indicators) {
            switch indicator {
            case .records(let name, let values, _): try holds(name, values)
            case .share(let name, let values, let among, _):
                try holds(name, values)
                try holds(name, among)
            case .sum(let name, let field, _): #expect(registers[name]?.fields.contains { $0.name == field } == true, "\(name).\(field)")
            case .reached(let name, let field, let day, let month, _):
                let register = try #require(registers[name], "\(name)")
                guard case .reference(let other)? = register.field(field)?.kind else {
                    Issue.record("\(name).\(field) refers to nothing")
                    continue
                }
                #expect(registers[other] != nil, "\(name).\(field)")
                #expect(register.field(day)?.isFiltered == true && (1...12).contains(month), "\(name).\(day)")
            case .fresh(let name): #expect(registers[name] != nil, "\(name)")
            case .late(let name, let check): #expect(registers[name]?.checks.contains { check == nil || $0.code == check } == true, "\(name) \(check ?? "")")
            default: continue
            }
        }
    }
}
