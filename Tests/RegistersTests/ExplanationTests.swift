// SPDX-License-Identifier: Apache-2.0
import Civic
import Hanoi
import Store
import Testing

@testable import Registers

private let told = Text(vi: "Được mở cửa không?", en: "May it be open?")

/// A reasoning that tells whatever it is given.
private func tell(_ asked: Found, _ others: [Found] = []) -> Explanation {
    let words = (["name", "note", "manager"].map { asked[$0].plain } + others.map { $0["name"].plain }).joined(separator: "|")
    return Explanation(name: "t", title: told, .entitled, amount: nil, reasons: [.init(code: "t", .holds, words: .same(words))], sources: [])
}

private let pools = Register(
    "pool", ["vi": "Bể bơi", "en": "Pools"], ["vi": "Bể bơi.", "en": "Pools."], keptBy: Keeper("sports-department", ["vi": "Sở Thể thao", "en": "Department of Sports"]),
    under: ["vi": "Luật mẫu", "en": "A sample law"], updated: .asNeeded, key: Field("number", .text(max: 20), ["vi": "Số", "en": "Number"], .open),
    fields: [
        Field("name", .text(max: 100), ["vi": "Tên", "en": "Name"], .open), Field("note", .text(max: 100), ["vi": "Ghi chú", "en": "Note"], .official),
        Field("manager", .text(max: 100), ["vi": "Phụ trách", "en": "Manager"], .personal),
    ],
    questions: [
        Question("open", told, reads: ["name"], because: Question.Reasoning { asked, _, _ in tell(asked) }) { _, _ in true },
        Question("noted", told, reads: ["name", "note"], because: Question.Reasoning { asked, _, _ in tell(asked) }) { _, _ in true },
        Question("managed", told, reads: ["manager"], because: Question.Reasoning { asked, _, _ in tell(asked) }) { _, _ in true },
        // Of itself it may tell the name of no other pool, and of persons nothing.
        Question(
            "beside", told, reads: ["name"],
            because: Question.Reasoning { asked, records, _ in
                let other = try records.find("pool", "2")
                return tell(asked, other.map { [$0] } ?? [])
            }
        ) { _, _ in true },
        Question("personal", told, reads: ["name"], because: Question.Reasoning(beside: ["population": ["name"]]) { asked, _, _ in tell(asked) }) { _, _ in true },
        Question("silent", told) { _, _ in true },
    ],
    label: ["name"], example: ["number": .string("1"), "name": .string("Hồ"), "note": .string("Sâu"), "manager": .string("An")])

struct `Explained questions` {
    private func said(_ city: ScratchCity, for authority: Authority) async throws -> [String: String] {
        let answers = try await city.registry.explanations(of: "1", in: "pool", on: Day("2026-11-24")!, for: authority, door: "t")
        return Dictionary(uniqueKeysWithValues: answers.map { ($0.question.code, $0.explanation.reasons[0].words.en) })
    }

    @Test func `tell a reader what the reader may see, and nothing that was not named`() async throws {
        let city = try ScratchCity(registers: City.registers + [pools])
        try city.put("pool", "1", ["name": "Hồ", "note": "Sâu", "manager": "An"])
        try city.put("pool", "2", ["name": "Ao", "note": "Nông", "manager": "Bình"])
        func looks() throws -> Int { try city.database.read { try city.registry.reads(of: 0, in: "pool", limit: 10, on: $0).count } }
        let open = ["open": "Hồ||", "beside": "Hồ||"]
        #expect(try await said(city, for: .visitor) == open)
        let officer = Authority(.officer, id: "officer:t", name: "t", grants: [Grant("pool", [.read])])
        #expect(try await said(city, for: officer) == open.merging(["noted": "Hồ|Sâu|"], uniquingKeysWith: { $1 }))
        #expect(try looks() == 0)
        #expect(try await said(city, for: ScratchCity.operator_) == open.merging(["noted": "Hồ|Sâu|", "managed": "||An"], uniquingKeysWith: { $1 }))
        #expect(try looks() == 1)
    }

    @Test func `are answered by the records of the day, and by a record's own days where it was entered later`() async throws {
        let city = try ScratchCity()
        let station = [
            "name": "Trạm Y tế Ví Dụ", "type": "station", "ownership": "public", "commune": "00004", "address": "Số 1", "services": "Khám bệnh", "opened": "2020-01-01",
            "state": "active",
        ]
        try city.put("health-facility", "TYT-00004", station, effective: "2026-01-01")
        try city.put("health-facility", "TYT-00004", station.merging(["state": "closed"], uniquingKeysWith: { $1 }), effective: "2026-06-01")
        try city.put(
            "health-worker", "001234/HNO-GPHN",
            ["name": "Nguyễn Văn Thử", "profession": "doctor", "scope": "Nhi", "issued": "2024-05-06", "expires": "2029-05-06", "facility": "TYT-00004"])
        func answer(_ day: String) async throws -> Explanation {
            try await city.registry.explanations(of: "001234/HNO-GPHN", in: "health-worker", on: Day(day)!, for: .visitor, door: "t")[0].explanation
        }
        #expect(try await answer("2026-03-01").verdict == .entitled)
        #expect(try await answer("2026-11-24").deciding.map(\.code) == ["place"])
        #expect(try await answer("2029-05-07").deciding.map(\.code) == ["expires", "place"])
        #expect(try await answer("2024-05-05").deciding.contains { $0.code == "issued" })
        await #expect(throws: RegisterError.self) {
            try await city.registry.explanations(of: "999999/HNO-GPHN", in: "health-worker", on: Day("2026-11-24")!, for: .visitor, door: "t")
        }
    }
}
