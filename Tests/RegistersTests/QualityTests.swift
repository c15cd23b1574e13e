// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Store
import Testing

@testable import Registers

struct `Data quality` {
    private func counts(_ city: ScratchCity, _ register: String) throws -> [String: Int] {
        let report = try city.registry.quality(register, for: ScratchCity.operator_)
        return Dictionary(uniqueKeysWithValues: report.findings.filter { $0.count > 0 }.map { ($0.code, $0.count) })
    }

    private func listed(_ city: ScratchCity, _ register: String, _ finding: String) async throws -> [String] {
        var query = RecordQuery()
        query.finding = finding
        return try await city.registry.records(register, query, for: ScratchCity.operator_, door: "test").records.compactMap(\.key)
    }

    @Test func `the kept counts are those of a fresh look, after every sort of change`() async throws {
        let city = try ScratchCity.full()
        _ = try city.registry.inspect()
        // Two adults without a phone, one year without a day.
        #expect(try counts(city, "population") == ["no-phone": 2, "partial-birth": 1])
        #expect(try await listed(city, "population", "partial-birth") == ["001058000004"])
        // A twin appears, then is retired.
        let twin = ["name": "Nguyễn Thị Mai", "birth": "2020-07-08", "sex": "female", "ethnicity": "01", "household": "1000000002", "relation": "other", "commune": "00008"]
        try city.put("population", "001320000033", twin)
        #expect(try counts(city, "population")["duplicate"] == 2)
        #expect(try await listed(city, "population", "duplicate") == ["001320000003", "001320000033"])
        _ = try city.registry.enterAndWait([Change("population", key: "001320000033", .retire, expecting: .anything)], cause: "duplicate", by: ScratchCity.operator_)
        #expect(try counts(city, "population")["duplicate"] == nil)
        // A phone is given; a household without members is entered.
        try city.put(
            "population", "001090000001",
            [
                "name": "Nguyễn Văn An", "birth": "1990-01-02", "sex": "male", "ethnicity": "01", "phone": "0912345678", "household": "1000000001", "relation": "head",
                "commune": "00004",
            ])
        try city.put("household", "1000000009", ["commune": "00004", "address": "Số 7", "kind": "family"])
        #expect(try counts(city, "population") == ["no-phone": 1, "partial-birth": 1])
        #expect(try counts(city, "household") == ["no-member": 1])
        // A death leaves the land to be inherited and the household without a head: other registers' findings follow.
        try city.put("land-parcel", "00004-12-105", ["commune": "00004", "sheet": "12", "number": "105", "area": "60", "use": "ODT"])
        #expect(try counts(city, "land-parcel") == ["no-outline": 1, "no-owner": 1])
        try city.put(
            "land-right", "QD00000000000001",
            ["parcel": "00004-12-105", "commune": "00004", "kind": "ownership", "person": "001090000001", "holder": "Nguyễn Văn An", "share": "1", "from": "2015-03-01"])
        #expect(try counts(city, "land-parcel") == ["no-outline": 1])
        #expect(try counts(city, "land-right") == [:])
        try city.put("civil-event", "HT00000000000010", ["kind": "death", "day": "2026-11-20", "commune": "00004", "deceased": "001090000001"])
        #expect(try counts(city, "land-right") == ["holder-died": 1])
        #expect(try counts(city, "household") == ["no-head": 1, "no-member": 1])
        // From scratch the same is found.
        for register in ["population", "household", "land-parcel", "land-right"] {
            let kept = try counts(city, register)
            try city.database.writeAndWait { try $0.run("DELETE FROM quality WHERE register = \(register)") }
            _ = try city.registry.inspect()
            #expect(try counts(city, register) == kept, "\(register)")
        }
    }

    @Test func `what is due on a day is found from that day on, without anybody looking again`() throws {
        let city = try ScratchCity.full()
        _ = try city.registry.inspect()
        try city.put(
            "residence", "CT00000000000001", ["person": "001090000001", "kind": "temporary", "commune": "00008", "address": "Số 3", "from": "2026-03-01", "until": "2026-12-31"])
        #expect(try counts(city, "residence") == [:])
        city.setToday("2026-12-16")
        #expect(try counts(city, "residence") == ["ends-soon": 1])
    }

    @Test func `a rule that was tightened lists the records that no longer fit, and breaks none`() async throws {
        let path: String
        do {
            let city = try ScratchCity.full()
            path = city.path
            _ = try city.registry.inspect()
            city.isKept = true
            city.database.close()
        }
        let old = Population.register
        let fields = old.fields.map { $0.name == "phone" ? Field("phone", .phone, $0.title, .personal, required: true) : $0 }
        let tight = Register(
            old.name, old.title, old.summary, keptBy: old.keeper, under: old.law, updated: old.updated, key: old.key, fields: fields,
            rules: old.rules + [
                Rule("whole-birth", at: "birth", ["vi": "Cần đủ ngày, tháng sinh.", "en": "The whole birth date is needed."]) { item, _ in item["birth"].plain.utf8.count == 10 }
            ],
            group: old.groupRule, agreements: old.agreements, checks: old.checks, twins: old.twins, label: old.label, example: old.example)
        let city = try ScratchCity(path: path, registers: City.registers.map { $0.name == "population" ? tight : $0 })
        _ = try city.registry.inspect()
        let found = try counts(city, "population")
        #expect(found["required:phone"] == 3)
        #expect(try await listed(city, "population", "required:phone").count == 3)
        #expect(try await city.value("population", "001058000004", "birth") == "1958")
        #expect(
            try city.refusal {
                try city.put(
                    "population", "001058000004",
                    ["name": "Lê Văn Đức", "birth": "1958", "sex": "male", "ethnicity": "01", "household": "1000000002", "relation": "head", "commune": "00008"])
            } == ["phone:required"])
        #expect(try city.damages().isEmpty)
    }

    @Test func `findings are for those with a right, each unit its own`() throws {
        let city = try ScratchCity.full()
        _ = try city.registry.inspect()
        #expect(throws: RegisterError.self) { try city.registry.quality("population", for: .visitor) }
        let local = Authority(.officer, id: "officer:x", name: "x", grants: [Grant("population", [.read, .personal], unit: "00008")])
        let report = try city.registry.quality("population", for: local)
        #expect(report.findings.first { $0.code == "no-phone" }?.count == 1)
        #expect(report.findings.first { $0.code == "no-phone" }?.byUnit == ["00008": 1])
        // So few could be recognised: who may not see persons is not told.
        let leader = Authority(.officer, id: "officer:y", name: "y", grants: [Grant("population", [.read])])
        #expect(try city.registry.quality("population", for: leader).findings.allSatisfy { $0.count == 0 })
    }
}
