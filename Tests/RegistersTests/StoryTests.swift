// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Journal
import Store
import Testing

@testable import Registers

/// The city of the other tests with a second adult in the first household, a parcel, a business and a servant.
private func storyCity() throws -> ScratchCity {
    let city = try ScratchCity.full()
    try city.put(
        "enterprise", "0100000010",
        [
            "name": "Công ty TNHH Ví Dụ", "type": "llc-one", "commune": "00004", "address": "Số 1", "representative": "001090000001", "representative_name": "Nguyễn Văn An",
            "founded": "2019-04-01", "status": "active",
        ])
    try city.put("land-parcel", "00004-12-105", ["commune": "00004", "sheet": "12", "number": "105", "area": "60", "use": "ODT"])
    _ = try city.registry.enterAndWait(
        [
            try city.change("land-right", "QD00000000000001", owner("001090000001", "Nguyễn Văn An", "1/2")),
            try city.change("land-right", "QD00000000000002", owner("001192000002", "Đặng Thị Hoà", "1/2")),
        ], cause: "test", by: ScratchCity.operator_)
    try city.put("land-certificate", "DA 01234567", ["parcel": "00004-12-105", "commune": "00004", "book": "CS 01234", "issued": "2018-05-04", "issuer": "office"])
    try city.put(
        "household-business", "01A8000125",
        ["name": "Bún chả Ví Dụ", "owner": "001090000001", "commune": "00004", "premises": "Số 12, phố Kim Mã", "line": "56101", "registered": "2020-06-15", "status": "active"])
    for (key, person, name) in [("CB000001", "001090000001", "Nguyễn Văn An"), ("CB000002", "001058000004", "Lê Văn Đức")] {
        try city.put(
            "civil-servant", key,
            [
                "person": person, "name": name, "category": "civil-servant", "office": "commune-committee", "commune": "00004", "post": "Tư pháp – hộ tịch", "rank": "01.003",
                "step": "3", "coefficient": "3", "step_since": "2025-01-01",
            ])
    }
    return city
}

private func owner(_ person: String, _ name: String, _ share: String, parcel: String = "00004-12-105") -> [String: String] {
    ["parcel": parcel, "commune": "00004", "kind": "ownership", "person": person, "holder": name, "share": share, "from": "2015-03-01"]
}

extension ScratchCity {
    func standing(_ register: String, _ field: String, _ value: String) throws -> [Found] {
        try database.read { try StandingRecords(registry: self.registry, connection: $0).all(register, where: field, is: value) }
    }
    func found(_ register: String, _ key: String) throws -> Found? {
        try database.read { try StandingRecords(registry: self.registry, connection: $0).find(register, key) }
    }
    /// The codes of what an act is refused for.
    func refusal(_ body: () throws -> Void) throws -> [String] {
        do {
            try body()
            return []
        } catch RegisterError.objections(let objections) {
            return objections.map { "\($0.field):\($0.code)" }
        }
    }
}

private let birth = [
    "kind": "birth", "day": "2026-11-10", "commune": "00004", "child": "001326000005", "name": "Nguyễn Minh Anh", "sex": "female", "ethnicity": "01", "mother": "001192000002",
    "father": "001090000001",
]

struct `Stories of the core registers` {
    @Test func `a birth puts the child into the parents' household in the same commit`() async throws {
        let city = try storyCity()
        try city.put("civil-event", "HT00000000000001", birth)
        #expect(try await city.value("population", "001326000005", "household") == "1000000001")
        #expect(try await city.value("population", "001326000005", "relation") == "child")
        let (_, entries) = try await city.registry.history("population", "001326000005", for: ScratchCity.operator_, door: "test")
        #expect(entries.map(\.entry.cause) == ["civil-event HT00000000000001"])
        // The same event again changes nothing.
        #expect(try city.put("civil-event", "HT00000000000001", birth).what == .unchanged)
        #expect(try city.refusal { try city.put("civil-event", "HT00000000000002", birth.merging(["day": "2026-11-11"]) { $1 }) } == ["child:born"])
        #expect(try city.refusal { try city.put("civil-event", "HT00000000000005", birth.merging(["child": "001320000003"]) { $1 }) } == ["child:other-person"])
        #expect(
            try city.refusal { try city.put("civil-event", "HT00000000000003", birth.merging(["child": "001326000006", "commune": "00008"]) { $1 }) } == ["commune:other-commune"])
        #expect(
            try city.refusal { try city.put("civil-event", "HT00000000000004", ["kind": "birth", "day": "2026-11-10", "commune": "00004", "husband": "001090000001"]) }.contains(
                "husband:not-here"))
        #expect(try city.damages().isEmpty)
    }

    @Test func `a death ends residence, post and business, closes the marriage and asks for a new head, in one act`() throws {
        let city = try storyCity()
        try city.put(
            "residence", "CT00000000000001", ["person": "001090000001", "kind": "temporary", "commune": "00008", "address": "Số 3", "from": "2026-03-01", "until": "2027-02-28"])
        try city.put("civil-event", "HT00000000000009", ["kind": "marriage", "day": "2015-02-01", "commune": "00004", "husband": "001090000001", "wife": "001192000002"])
        try city.put("civil-event", "HT00000000000010", ["kind": "death", "day": "2026-11-20", "commune": "00004", "deceased": "001090000001"])
        #expect(try city.found("population", "001090000001") == nil)
        #expect(try city.found("residence", "CT00000000000001") == nil)
        #expect(try city.found("civil-servant", "CB000001") == nil)
        #expect(try city.found("household-business", "01A8000125") == nil)
        #expect(try city.found("enterprise", "0100000010")?["representative"] == .null)
        #expect(try city.found("civil-event", "HT00000000000009")?["ended"].string == "2026-11-20")
        let questions = try city.standing("task", "commune", "00004")
        #expect(Set(questions.map { $0["kind"].plain }) == ["household-head", "representative"])
        // The right stays with the estate until it is inherited.
        #expect(try city.found("land-right", "QD00000000000001")?["person"].string == "001090000001")
        #expect(try city.damages().isEmpty)
        // A new head answers the question.
        let wife = ["name": "Đặng Thị Hoà", "birth": "1992-05-06", "sex": "female", "ethnicity": "01", "phone": "0912345678", "household": "1000000001", "commune": "00004"]
        try city.put("population", "001192000002", wife.merging(["relation": "head"]) { $1 })
        #expect(try city.standing("task", "household", "1000000001").isEmpty)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a head's heir takes over at once; the last member takes the household along`() throws {
        let city = try storyCity()
        let death = ["kind": "death", "day": "2026-11-20", "commune": "00004", "deceased": "001090000001", "successor": "001192000002"]
        #expect(try city.refusal { try city.put("civil-event", "HT00000000000011", death.merging(["successor": "001058000004"]) { $1 }) } == ["successor:not-member"])
        try city.put("civil-event", "HT00000000000011", death)
        #expect(try city.found("population", "001192000002")?["relation"].string == "head")
        #expect(try city.standing("task", "household", "1000000001").isEmpty)
        try city.put("civil-event", "HT00000000000012", ["kind": "death", "day": "2026-11-20", "commune": "00008", "deceased": "001058000004"])
        #expect(try city.found("household", "1000000002") == nil)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a marriage checks ages and sexes, moves one of the two, and nobody marries twice`() throws {
        let city = try storyCity()
        try city.put("household", "1000000003", ["commune": "00004", "address": "Số 7", "kind": "family"])
        try city.put(
            "population", "001195000009",
            ["name": "Trần Thị Lan", "birth": "1995-03-03", "sex": "female", "ethnicity": "01", "household": "1000000003", "relation": "head", "commune": "00004"])
        let wedding = ["kind": "marriage", "day": "2026-11-01", "commune": "00008", "husband": "001058000004", "wife": "001195000009", "household": "1000000002"]
        #expect(try city.refusal { try city.put("civil-event", "HT00000000000020", wedding.merging(["wife": "001320000003"]) { $1 }) } == ["wife:age"])
        #expect(try city.refusal { try city.put("civil-event", "HT00000000000020", wedding.merging(["wife": "001090000001"]) { $1 }) } == ["wife:sex"])
        #expect(try city.refusal { try city.put("civil-event", "HT00000000000020", wedding.merging(["household": "1000000001"]) { $1 }) } == ["household:not-theirs"])
        try city.put("civil-event", "HT00000000000020", wedding)
        #expect(try city.found("population", "001195000009")?["household"].string == "1000000002")
        #expect(try city.found("population", "001195000009")?["relation"].string == "spouse")
        #expect(try city.found("population", "001195000009")?["commune"].string == "00008")
        #expect(try city.found("household", "1000000003") == nil)
        let again = ["kind": "marriage", "day": "2026-11-02", "commune": "00004", "husband": "001058000004", "wife": "001192000002"]
        #expect(try city.refusal { try city.put("civil-event", "HT00000000000021", again) } == ["husband:married"])
        #expect(try city.damages().isEmpty)
    }

    @Test func `a permanent residence moves a person; a head with others left may not go`() throws {
        let city = try storyCity()
        let move = ["kind": "permanent", "commune": "00008", "address": "Số 3", "household": "1000000002", "relation": "other", "from": "2026-11-24"]
        #expect(try city.refusal { try city.put("residence", "CT00000000000005", move.merging(["person": "001090000001"]) { $1 }) } == ["person:head-leaves"])
        try city.put("residence", "CT00000000000006", move.merging(["person": "001192000002"]) { $1 })
        #expect(try city.found("population", "001192000002")?["household"].string == "1000000002")
        #expect(try city.found("population", "001192000002")?["commune"].string == "00008")
        #expect(try city.damages().isEmpty)
    }

    @Test func `a term ends by itself, in lists, counts and on the record`() async throws {
        let city = try storyCity()
        try city.put(
            "residence", "CT00000000000001", ["person": "001090000001", "kind": "temporary", "commune": "00008", "address": "Số 3", "from": "2026-03-01", "until": "2026-12-31"])
        func count(_ on: String?) async throws -> (Int, Int) {
            var query = RecordQuery()
            query.on = on.flatMap { Day($0) }
            let listed = try await city.registry.records("residence", query, for: ScratchCity.operator_, door: "test").records.count
            return (listed, try city.registry.statistics("residence", by: ["kind"], on: query.on, for: ScratchCity.operator_).total)
        }
        for (on, expected) in [(nil, 1), ("2026-12-31", 1), ("2027-01-01", 0)] as [(String?, Int)] { #expect(try await count(on) == (expected, expected), "\(on ?? "today")") }
        #expect(try city.registry.summary(of: "residence").size == 1)
        city.setToday("2027-01-01")
        #expect(try await count(nil) == (0, 0))
        #expect(try city.registry.summary(of: "residence").size == 0)
        #expect(try await city.registry.record("residence", "CT00000000000001", for: ScratchCity.operator_, door: "test").isEnded)
        // Renewed before it was over: the count goes on without a gap, and is right on every day between.
        city.setToday("2026-12-20")
        try city.put(
            "residence", "CT00000000000001", ["person": "001090000001", "kind": "temporary", "commune": "00008", "address": "Số 3", "from": "2026-03-01", "until": "2027-06-30"])
        for (on, expected) in [("2026-12-31", 1), ("2027-06-30", 1), ("2027-07-01", 0)] { #expect(try await count(on) == (expected, expected), "\(on)") }
        #expect(try city.damages().isEmpty)
    }

    @Test func `shares of a parcel sum to one, in an act and in a file`() throws {
        let city = try storyCity()
        #expect(try city.refusal { try city.put("land-right", "QD00000000000003", owner("001058000004", "Lê Văn Đức", "1/6")) } == ["share:share-sum"])
        #expect(try city.refusal { _ = try city.change("land-right", "QD00000000000003", owner("001058000004", "Lê Văn Đức", "7/6")) } == ["share:share"])
        // A sale: one right ends, another begins, in one act.
        _ = try city.registry.enterAndWait(
            [
                Change("land-right", key: "QD00000000000001", .retire, expecting: .anything),
                try city.change("land-right", "QD00000000000004", owner("001058000004", "Lê Văn Đức", "50 %")),
            ], cause: "sale", by: ScratchCity.operator_)
        let result = try city.load(
            "land-right",
            """
            number,parcel,commune,kind,person,enterprise,holder,share,from,until,document
            QD00000000000101,00004-12-106,00004,ownership,001090000001,,Nguyễn Văn An,1/3,2015-03-01,,
            QD00000000000102,00004-12-106,00004,ownership,001192000002,,Đặng Thị Hoà,2/3,2015-03-01,,
            QD00000000000103,00004-12-107,00004,ownership,001090000001,,Nguyễn Văn An,1/3,2015-03-01,,
            QD00000000000104,00004-12-107,00004,ownership,001192000002,,Đặng Thị Hoà,5/6,2015-03-01,,
            QD00000000000105,00004-12-106,00004,mortgage,,0100000010,Công ty TNHH Ví Dụ,,2020-03-01,2030-03-01,
            QD00000000000106,00004-12-108,00004,ownership,001090000001,,Nguyễn Văn An,1/2,2015-03-01,,
            QD00000000000107,00004-12-109,00004,ownership,001090000001,,Nguyễn Văn An,1,2015-03-01,,
            QD00000000000108,00004-12-108,00004,ownership,001192000002,,Đặng Thị Hoà,0.5,2015-03-01,,
            QD00000000000109,00004-12-108,00004,ownership,001192000002,,Đặng Thị Hoà,1/2,2015-03-01,,

            """
        ) { _ in }
        // No parcel is there yet: everything is refused for that.
        #expect(result.added == 0)
        for number in 106...109 { try city.put("land-parcel", "00004-12-\(number)", ["commune": "00004", "sheet": "12", "number": "\(number)", "area": "60", "use": "ODT"]) }
        let file = try city.file(
            "r.csv",
            """
            number,parcel,commune,kind,person,enterprise,holder,share,from,until,document
            QD00000000000101,00004-12-106,00004,ownership,001090000001,,Nguyễn Văn An,1/3,2015-03-01,,
            QD00000000000102,00004-12-106,00004,ownership,001192000002,,Đặng Thị Hoà,2/3,2015-03-01,,
            QD00000000000103,00004-12-107,00004,ownership,001090000001,,Nguyễn Văn An,1/3,2015-03-01,,
            QD00000000000104,00004-12-107,00004,ownership,001192000002,,Đặng Thị Hoà,5/6,2015-03-01,,
            QD00000000000105,00004-12-106,00004,mortgage,,0100000010,Công ty TNHH Ví Dụ,,2020-03-01,2030-03-01,
            QD00000000000106,00004-12-108,00004,ownership,001090000001,,Nguyễn Văn An,1/2,2015-03-01,,
            QD00000000000107,00004-12-109,00004,ownership,001090000001,,Nguyễn Văn An,1,2015-03-01,,
            QD00000000000108,00004-12-108,00004,ownership,001192000002,,Đặng Thị Hoà,0.5,2015-03-01,,
            QD00000000000109,00004-12-108,00004,ownership,001192000002,,Đặng Thị Hoà,1/2,2015-03-01,,

            """)
        let dry = try city.registry.load(
            "land-right", file: file,
            options: {
                var o = LoadOptions(); o.isDryRun = true; return o
            }(), by: ScratchCity.operator_)
        #expect((dry.added, dry.rejected) == (6, 3))
        let done = try city.registry.load("land-right", file: file, by: ScratchCity.operator_)
        #expect((done.added, done.rejected) == (6, 3))
        #expect(Set(done.samples.map { "\($0.line) \($0.objection.code)" }) == ["4 share-sum", "5 share-sum", "9 share"])
        let again = try city.registry.load("land-right", file: file, by: ScratchCity.operator_)
        #expect((again.added, again.changed, again.unchanged) == (0, 0, 6))
        #expect(try city.damages().isEmpty)
    }

    @Test func `a parcel is divided: area kept, rights carried on, the old one ended`() throws {
        let city = try storyCity()
        func child(_ number: Int, _ area: String, _ parents: String = "00004-12-105") -> [String: String] {
            ["commune": "00004", "sheet": "12", "number": "\(number)", "area": area, "use": "ODT", "parents": parents]
        }
        #expect(
            try city.refusal {
                _ = try city.registry.enterAndWait(
                    [try city.change("land-parcel", "00004-12-201", child(201, "40")), try city.change("land-parcel", "00004-12-202", child(202, "30"))], cause: "split",
                    by: ScratchCity.operator_)
            } == ["area:sum"])
        _ = try city.registry.enterAndWait(
            [try city.change("land-parcel", "00004-12-201", child(201, "40")), try city.change("land-parcel", "00004-12-202", child(202, "20.4"))], cause: "split",
            by: ScratchCity.operator_)
        #expect(try city.found("land-parcel", "00004-12-105") == nil)
        for parcel in ["00004-12-201", "00004-12-202"] {
            #expect(try city.standing("land-right", "parcel", parcel).map { $0["share"].plain } == ["1/2", "1/2"])
        }
        #expect(try city.standing("land-right", "parcel", "00004-12-105").isEmpty)
        #expect(try city.found("land-certificate", "DA 01234567") == nil)
        #expect(try city.refusal { try city.put("land-parcel", "00004-12-203", child(203, "60")) } == ["parents:parent"])
        try city.put("land-parcel", "00004-12-210", child(210, "60.4", "00004-12-201; 00004-12-202"))
        #expect(try city.standing("land-right", "parcel", "00004-12-210").count == 2)
        #expect(try city.damages().isEmpty)
    }

    @Test func `an outline that crosses itself or has another area is refused at its field`() throws {
        let city = try storyCity()
        func put(_ outline: String, area: String = "60") throws -> [String] {
            try city.refusal {
                try city.put("land-parcel", "00004-12-300", ["commune": "00004", "sheet": "12", "number": "300", "area": area, "use": "ODT", "outline": outline])
            }
        }
        #expect(try put("588611 2326236; 588615 2326251; 588615 2326236; 588611 2326251") == ["outline:polygon-crossing"])
        #expect(try put("588611 2326236; 588615 2326236; 588615 2326251; 588611 2326251", area: "70") == ["outline:outline-area"])
        #expect(try put("2326236 588611; 2326236 588615; 2326251 588615") == ["outline:polygon-outside"])
        #expect(try put("588611 2326236; 588615 2326236") == ["outline:polygon-corners"])
        #expect(try put("588611 2326236; 588615 2326236; 588615 2326251; 588611 2326251") == [])
    }

    @Test func `a business pauses on its day and opens again by itself`() async throws {
        let city = try storyCity()
        try city.put("business-event", "TB00000000000001", ["business": "01A8000125", "commune": "00004", "kind": "pause", "from": "2026-12-01", "until": "2027-02-28"])
        for (on, status) in [("2026-11-30", "active"), ("2026-12-01", "paused"), ("2027-02-28", "paused"), ("2027-03-01", "active")] {
            #expect(try await city.value("household-business", "01A8000125", "status", on: on) == status, "\(on)")
        }
        #expect(
            try city.refusal { try city.put("business-event", "TB00000000000002", ["business": "01A8000125", "commune": "00008", "kind": "end", "from": "2026-12-05"]) } == [
                "commune:agreement"
            ])
        #expect(try city.damages().isEmpty)
    }

    @Test func `a notice before the planned end counts from its own day`() async throws {
        let city = try storyCity()
        func notice(_ number: Int, _ kind: String, _ from: String, _ until: String? = nil) throws {
            var texts = ["business": "01A8000125", "commune": "00004", "kind": kind, "from": from]
            texts["until"] = until
            try city.put("business-event", "TB0000000000001\(number)", texts)
        }
        try notice(1, "pause", "2026-11-24", "2026-12-24")
        #expect(try city.refusal { try notice(2, "pause", "2026-11-25", "2026-12-05") } == ["kind:status"])
        try notice(3, "reopen", "2026-12-01")
        for (on, status) in [("2026-11-24", "paused"), ("2026-11-30", "paused"), ("2026-12-01", "active"), ("2026-12-24", "active"), ("2026-12-25", "active")] {
            #expect(try await city.value("household-business", "01A8000125", "status", on: on) == status, "\(on)")
        }
        // The page of today shows today's state, not a planned one.
        let (record, _) = try await city.registry.history("household-business", "01A8000125", for: ScratchCity.operator_, door: "test")
        #expect(record.value("status", in: HouseholdBusinesses.register)?.string == "paused")
        // A departure behind a planned change is told, not pushed away.
        try city.put("personnel-decision", "200-QD-2026", ["servant": "CB000001", "kind": "salary-step", "takes_effect": "2026-12-15", "step": "4"])
        #expect(
            try city.refusal { try city.put("personnel-decision", "201-QD-2026", ["servant": "CB000001", "kind": "departure", "takes_effect": "2026-12-01"]) } == [":later-state"])
        #expect(try city.damages().isEmpty)
    }

    @Test func `what a unit may not do through the law`() throws {
        let city = try storyCity()
        func officer(_ unit: String) -> Authority {
            Authority(
                .officer, id: "officer:\(unit)", name: "", grants: City.registers.map { Grant($0.name, [.read, .personal, .write], unit: unit) }, purpose: Purpose.find("residence")
            )
        }
        func enter(_ register: String, _ key: String, _ texts: [String: String], by unit: String) throws {
            _ = try city.registry.enterAndWait([try city.change(register, key, texts)], cause: "t", by: officer(unit))
        }
        // Another unit's business is not taken by writing one's own commune into it.
        let business = ["name": "Bún chả Ví Dụ", "owner": "001090000001", "premises": "Số 9", "line": "56101", "registered": "2020-06-15", "status": "active"]
        #expect(throws: RegisterError.self) { try enter("household-business", "01A8000125", business.merging(["commune": "00008"]) { $1 }, by: "00008") }
        // A parcel of another commune is not ended by naming it a parent.
        let child = ["commune": "00008", "sheet": "1", "number": "1", "area": "60", "use": "ODT", "parents": "00004-12-105"]
        #expect(try city.refusal { try enter("land-parcel", "00008-1-1", child, by: "00008") } == ["commune:other-commune"])
        // A servant of the city's departments is the city's.
        try city.put(
            "civil-servant", "CB000009",
            [
                "name": "Trần Thị Sở", "category": "civil-servant", "office": "justice-department", "post": "Chuyên viên", "rank": "01.003", "step": "1", "coefficient": "2.34",
                "step_since": "2026-01-01",
            ])
        #expect(throws: RegisterError.self) {
            try city.registry.enterAndWait([Change("civil-servant", key: "CB000009", .retire, expecting: .anything)], cause: "t", by: officer("00004"))
        }
        // A marriage and a death are registered where those concerned live; a second death is refused.
        let wedding = ["kind": "marriage", "day": "2026-11-01", "commune": "00025", "husband": "001058000004", "wife": "001192000002"]
        #expect(try city.refusal { try enter("civil-event", "HT00000000000070", wedding, by: "00025") } == ["commune:other-commune"])
        try enter("civil-event", "HT00000000000071", ["kind": "death", "day": "2026-11-20", "commune": "00004", "deceased": "001090000001"], by: "00004")
        #expect(
            try city.refusal { try enter("civil-event", "HT00000000000072", ["kind": "death", "day": "2026-11-21", "commune": "00004", "deceased": "001090000001"], by: "00004") }
                == ["deceased:dead"])
        // The question is not closed without an answer.
        let task = try city.standing("task", "household", "1000000001")[0]
        #expect(
            try city.refusal { _ = try city.registry.enterAndWait([Change("task", key: task.key, .retire, expecting: .anything)], cause: "t", by: officer("00004")) } == [
                ":no-head"
            ])
        // A child found alone goes to the household that takes it in.
        try enter(
            "civil-event", "HT00000000000073",
            [
                "kind": "birth", "day": "2026-11-10", "commune": "00008", "child": "001326000077", "name": "Nguyễn Vô Danh", "sex": "female", "ethnicity": "01",
                "household": "1000000002",
            ], by: "00008")
        #expect(try city.found("population", "001326000077")?["household"].string == "1000000002")
        #expect(try city.damages().isEmpty)
    }

    @Test func `a question by a person is bound to the unit, in open registers too`() async throws {
        let city = try storyCity()
        let local = Authority(
            .officer, id: "officer:x", name: "", grants: City.registers.map { Grant($0.name, [.read, .personal, .write], unit: "00008") }, purpose: Purpose.find("residence"))
        for (register, field, value) in [
            ("land-right", "person", "001090000001"), ("household-business", "owner", "001090000001"), ("enterprise", "representative", "001090000001"),
        ] {
            var query = RecordQuery()
            query.filters = [(field, value)]
            #expect(try await city.registry.records(register, query, for: local, door: "test").records.isEmpty, "\(register)")
            #expect(try await city.registry.records(register, query, for: ScratchCity.operator_, door: "test").records.count > 0, "\(register)")
        }
        #expect(try await city.registry.searchAll("Nguyễn Văn An", for: local, door: "test").allSatisfy { $0.register.name != "land-right" })
    }

    @Test func `a mortgage over a divided parcel rests once on the merged one`() throws {
        let city = try storyCity()
        try city.put(
            "land-right", "QD00000000000050",
            ["parcel": "00004-12-105", "commune": "00004", "kind": "mortgage", "holder": "Ngân hàng Ví Dụ", "from": "2024-01-01", "until": "2034-01-01"])
        func child(_ number: Int, _ area: String, _ parents: String) -> [String: String] {
            ["commune": "00004", "sheet": "12", "number": "\(number)", "area": area, "use": "ODT", "parents": parents]
        }
        _ = try city.registry.enterAndWait(
            [try city.change("land-parcel", "00004-12-201", child(201, "40", "00004-12-105")), try city.change("land-parcel", "00004-12-202", child(202, "20", "00004-12-105"))],
            cause: "split", by: ScratchCity.operator_)
        try city.put("land-parcel", "00004-12-210", child(210, "60", "00004-12-201; 00004-12-202"))
        #expect(try city.standing("land-right", "parcel", "00004-12-210").count { $0["kind"].string == "mortgage" } == 1)
        // The same by a file: what comes from the same parents comes in one act.
        let result = try city.load(
            "land-parcel",
            """
            id,commune,sheet,number,area,use,parents
            00004-12-301,00004,12,301,30,ODT,00004-12-210
            00004-12-302,00004,12,302,30,ODT,00004-12-210

            """)
        #expect((result.added, result.rejected) == (2, 0))
        #expect(try city.standing("land-right", "parcel", "00004-12-302").count == 3)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a transfer changes the post on its day and hands open work over`() async throws {
        let city = try storyCity()
        try city.put(
            "task", "VC00000000000001",
            ["kind": "household-head", "commune": "00004", "household": "1000000001", "officer": "CB000001", "opened": "2026-11-20", "due": "2026-11-27"])
        try city.put(
            "personnel-decision", "125-QD-2026",
            ["servant": "CB000001", "kind": "transfer", "takes_effect": "2026-12-01", "office": "commune-committee", "commune": "00008", "stand_in": "CB000002"])
        for (on, commune, officer) in [("2026-11-30", "00004", "CB000001"), ("2026-12-01", "00008", "CB000002")] {
            #expect(try await city.value("civil-servant", "CB000001", "commune", on: on) == commune)
            #expect(try await city.value("task", "VC00000000000001", "officer", on: on) == officer)
        }
        #expect(
            try city.refusal { try city.put("personnel-decision", "126-QD-2026", ["servant": "CB000001", "kind": "salary-step", "takes_effect": "2026-12-02", "step": "11"]) } == [
                "step:step"
            ])
        #expect(try city.damages().isEmpty)
    }

    @Test func `events in a file change the population as single ones do, and the load is undone whole`() async throws {
        let city = try storyCity()
        let result = try city.load(
            "civil-event",
            """
            number,kind,day,commune,book,child,name,sex,ethnicity,mother,father,deceased,cause,successor,husband,wife,household,ended
            HT00000000000031,birth,10/11/2026,00004,,001326000005,Nguyễn Minh Anh,female,01,001192000002,,,,,,,,
            HT00000000000032,death,20/11/2026,00004,,,,,,,,001090000001,,,,,,
            HT00000000000033,death,20/11/2026,00004,,,,,,,,001058000004,,,,,,

            """)
        #expect((result.added, result.rejected) == (2, 1))
        #expect(result.samples.first?.objection.code == "other-commune")
        #expect(try city.found("population", "001090000001") == nil)
        let rehearsal = try city.registry.undo(load: result.load, isDryRun: true, by: ScratchCity.operator_)
        #expect(rehearsal.refused == 0)
        #expect(try city.found("population", "001090000001") == nil)
        let undone = try city.registry.undo(load: result.load, by: ScratchCity.operator_)
        #expect(undone.refused == 0)
        #expect(try city.found("population", "001090000001")?["relation"].string == "head")
        #expect(try city.found("population", "001326000005") == nil)
        #expect(try city.found("household-business", "01A8000125") != nil)
        #expect(try city.standing("task", "commune", "00004").isEmpty)
        #expect(try city.damages().isEmpty)
        // An undo of the undo does it again.
        let again = try city.registry.undo(load: undone.load, by: ScratchCity.operator_)
        #expect(again.refused == 0)
        #expect(try city.found("population", "001090000001") == nil)
        #expect(try city.found("population", "001326000005") != nil)
        #expect(try city.damages().isEmpty)
    }
}
