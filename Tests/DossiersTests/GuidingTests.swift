// SPDX-License-Identifier: Apache-2.0
import Civic
import Dossiers
import Foundation
import Registers
import Store
import Testing

struct `Shifts of student guides` {
    private static let helper = Authority(.officer, id: "officer:sinhvien", name: "Sinh viên", grants: [Grant("help", [.write])])
    private static let student = "001192000004"

    private func enter(_ office: ScratchOffice, _ key: String, _ texts: [String: String]) throws {
        var all = [
            "number": key, "student": Self.student, "school": "Trường Đại học Mẫu", "commune": "00004", "place": "Nhà văn hóa", "from": "08:00", "until": "11:30",
            "state": "planned",
        ]
        all.merge(texts) { $1 }
        let item = try office.registry.item("guiding-shift", texts: all, effective: nil)
        _ = try office.registry.enterAndWait([Change("guiding-shift", key: key, .put(item), expecting: .anything)], cause: "test", by: ScratchOffice.all)
    }

    private static let stated = ["state": "done", "source": "stated", "dossiers": "9", "succeeded": "7"]

    @Test func `a planned shift is begun by its guide on its day, measured, and entered as done`() async throws {
        let office = try ScratchOffice()
        let row = try office.row(Self.student)
        try enter(office, "TN00000001", ["day": "2026-11-17"])
        #expect(try office.dossiers.shiftsToday(of: row).isEmpty)
        await #expect(throws: DossierError.self) { try await office.dossiers.startShift(at: "", planned: "TN00000001", of: row, by: Self.helper) }
        office.set("2026-11-17T01:05:00Z")
        #expect(try office.dossiers.shiftsToday(of: row).map(\.key) == ["TN00000001"])
        let other = try office.row("001090000001")
        await #expect(throws: DossierError.self) { try await office.dossiers.startShift(at: "", planned: "TN00000001", of: other, by: Self.helper) }
        // The place alone tells which shift it is.
        try await office.dossiers.startShift(at: "nha van hoa", of: row, by: Self.helper)
        let shift = try #require(try office.dossiers.shift(of: Self.helper))
        #expect(try office.dossiers.shifts(of: Self.helper).map(\.planned) == ["TN00000001"])
        try await office.dossiers.noteHelp(shift, person: other, by: Self.helper)
        let dossier = try await office.submitted("1.003677")
        try await office.dossiers.noteHelped(shift, dossier: dossier.code)
        #expect(try office.dossiers.guideShifts(of: row).map(\.state) == [.planned])
        office.set("2026-11-17T04:05:00Z")
        try await office.dossiers.endShift(by: Self.helper)
        let done = try #require(try office.dossiers.guideShifts(of: row).first)
        #expect(done.state == .done && !done.isFromList && GuideShift.minutes([done]) == 180 && done.dossiers == 1)
        #expect(done.measured?.people == 1 && done.measured?.dossiers == GuidedFigures(handedIn: 1, ended: 0, atFirst: 0))
        #expect(try office.dossiers.measuredShifts(from: Day("2026-11-17")!, until: Day("2026-11-17")!)["TN00000001"] == done.measured)
        #expect(try office.registry.count("guiding-shift", where: ["state": "done", "source": "measured"]) == 1)
        #expect(try office.damages().isEmpty)
    }

    @Test func `a certificate tells when a shift it counts was changed or taken out`() async throws {
        let office = try ScratchOffice()
        let row = try office.row(Self.student)
        #expect(try await office.dossiers.certify(row, named: "Lê Thị Bình") == nil)
        for (key, day) in [("TN00000001", "2026-11-12"), ("TN00000002", "2026-11-13")] { try enter(office, key, Self.stated.merging(["day": day]) { $1 }) }
        let first = try #require(try await office.dossiers.certify(row, named: "Lê Thị Bình"))
        #expect(first.minutes == 420 && first.statedMinutes == 420 && first.dossiers == 18 && first.stated == 18 && first.shifts == 2)
        #expect(try await office.dossiers.certify(row, named: "Lê Thị Bình")?.code == first.code)
        // Neither another shift nor the paper's own number in the register changes what it says.
        try enter(office, "TN00000003", Self.stated.merging(["day": "2026-11-14"]) { $1 })
        try enter(office, "TN00000001", Self.stated.merging(["day": "2026-11-12", "certificate": "GCN-2026-0001"]) { $1 })
        #expect(try office.dossiers.changedShifts(of: first) == 0)
        try enter(office, "TN00000001", Self.stated.merging(["day": "2026-11-12", "dossiers": "3", "succeeded": "3"]) { $1 })
        #expect(try office.dossiers.changedShifts(of: first) == 1)
        let second = try #require(try await office.dossiers.certify(row, named: "Lê Thị Bình"))
        #expect(second.code != first.code && second.dossiers == 21)
        #expect(try office.dossiers.changedShifts(of: second) == 0)
        _ = try office.registry.enterAndWait([Change("guiding-shift", key: "TN00000002", .retire, expecting: .anything)], cause: "test", by: ScratchOffice.all)
        #expect(try office.dossiers.changedShifts(of: first) == 2)
        #expect(try office.dossiers.changedShifts(of: second) == 1)
    }

    @Test func `nobody guides at two places at once, and nothing is done before its day`() throws {
        let office = try ScratchOffice()
        try enter(office, "TN00000001", ["day": "2026-11-20"])
        #expect(throws: RegisterError.self) { try enter(office, "TN00000002", ["day": "2026-11-20", "from": "11:00", "until": "12:00"]) }
        try enter(office, "TN00000002", ["day": "2026-11-20", "from": "11:30", "until": "12:00"])
        try enter(office, "TN00000003", ["day": "2026-11-20", "student": "001090000001"])
        try enter(office, "TN00000004", ["day": "2026-11-21"])
        #expect(throws: RegisterError.self) { try enter(office, "TN00000004", ["day": "2026-11-20"]) }
        #expect(throws: RegisterError.self) { try enter(office, "TN00000005", Self.stated.merging(["day": "2026-11-23"]) { $1 }) }
        #expect(throws: RegisterError.self) { try enter(office, "TN00000005", ["day": "2028-11-20"]) }
    }

    @Test func `times of one person that overlap count once`() throws {
        func shift(_ key: String, _ student: String, _ from: String, _ until: String) throws -> GuideShift {
            let values: [String: Value] = [
                "student": .string(student), "day": .string("2026-11-12"), "from": .string(from), "until": .string(until), "dossiers": .integer(4), "succeeded": .integer(2),
            ]
            return try #require(GuideShift(key: key, value: { values[$0] ?? .null }, measured: nil))
        }
        let shifts = [try shift("1", "a", "08:00", "11:00"), try shift("2", "a", "10:00", "12:00"), try shift("3", "a", "10:30", "10:45"), try shift("4", "b", "08:00", "09:00")]
        #expect(GuideShift.minutes(shifts) == 240 + 60)
        // Entries from before shifts were planned are of what was done.
        #expect(shifts.allSatisfy { $0.state == .done && $0.isFromList && $0.dossiers == 4 })
    }

    @Test func `a shift that nobody ended is over with the day and ended with the last person helped`() async throws {
        let office = try ScratchOffice()
        try await office.dossiers.startShift(at: "Nhà văn hóa", by: Self.helper)
        let shift = try #require(try office.dossiers.shift(of: Self.helper))
        office.set("2026-11-16T03:00:00Z")
        try await office.dossiers.noteHelp(shift, person: try office.row("001090000001"), by: Self.helper)
        office.set("2026-11-17T02:00:00Z")
        #expect(try office.dossiers.shift(of: Self.helper) == nil)
        try await office.dossiers.startShift(at: "Nhà văn hóa", by: Self.helper)
        let shifts = try office.dossiers.shifts(of: Self.helper)
        #expect(shifts.count == 2 && shifts[1].ended == Instant("2026-11-16T03:00:00Z") && shifts[0].ended == nil)
    }
}
