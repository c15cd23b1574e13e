// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Store
import Testing

@testable import Registers

struct `A load` {
    @Test func `enters a file, and nothing the second time`() throws {
        let city = try ScratchCity.full()
        let again = try city.load("population", ScratchCity.people)
        #expect((again.added, again.changed, again.unchanged, again.rejected) == (0, 0, 4, 0))
        #expect(try city.damages().isEmpty)
    }

    @Test func `tells every bad line with its field and enters the others`() throws {
        let city = try ScratchCity()
        _ = try city.load("household", ScratchCity.households)
        let lines = [
            ("003090000001,A,1990-01-01,male,01,,,1000000001,other,00004", "id"), ("001090000002,=A,1990-01-01,male,01,,,1000000001,other,00004", "name"),
            ("001090000003,A,1990-13-01,male,01,,,1000000001,other,00004", "birth"), ("001090000004,A,1990-01-01,x,01,,,1000000001,other,00004", "sex"),
            ("001090000005,A,1990-01-01,male,01,,,9999999999,other,00004", "household"), ("001090000006,A,1990-01-01,male,01,,,1000000001,other,00008", "commune"),
            ("001090000007,A,1990-01-01,male,01,,123,1000000001,other,00004", "phone"), ("001090000008,A,1990-01-01,male,01,,,1000000001,other,00001", "commune"),
            ("001090000009,A,2090-01-01,male,01,,,1000000001,other,00004", "birth"), ("001090000010,A\u{202E},1990-01-01,male,01,,,1000000001,other,00004", "name"),
            ("001090000011,A,1990-01-01", ""), ("001090000001,A,1990-01-01,male,01,,,1000000001,other,00004", "id"),
        ]
        var text = "id,name,birth,sex,ethnicity,old_id,phone,household,relation,commune\n001090000001,Nguyễn Văn An,1990-01-02,male,01,,,1000000001,head,00004\n"
        for line in lines { text += line.0 + "\n" }
        let result = try city.load("population", text)
        #expect(result.added == 1 && result.rejected == lines.count)
        #expect(result.samples.map(\.objection.field) == lines.map(\.1))
        #expect(result.samples.map(\.line) == Array(3..<3 + lines.count))
        for sample in result.samples { #expect(!sample.objection.text.vi.isEmpty && !sample.objection.text.en.isEmpty) }
        #expect(try city.damages().isEmpty)
    }

    @Test(arguments: [
        "", "\n", "name\nA\n", "id,name,x\n", "id,id,name\n", "id\n001090000001\n", "\u{0}\u{1}\u{2}", "\"id,name",
    ])
    func `a file that is none of this register is refused whole`(text: String) throws {
        let city = try ScratchCity()
        #expect(throws: RegisterError.self) { try city.load("population", text) }
        #expect(try city.registry.summary(of: "population").entries == 0)
    }

    @Test func `wrong encodings are refused at their line`() throws {
        let city = try ScratchCity()
        _ = try city.load("household", ScratchCity.households)
        let file = try city.file("latin.csv", "")
        defer { try? FileManager.default.removeItem(atPath: file) }
        var data = Data("\u{FEFF}code,commune,address,kind,registered\r\n1000000011,00004,".utf8)
        data.append(contentsOf: [0x50, 0x68, 0xF4])
        data.append(contentsOf: ",family,\r\n1000000012,00004,\"Số 1, phố ".utf8)
        data.append(contentsOf: "Hàng Bạc".decomposedStringWithCanonicalMapping.utf8)
        data.append(contentsOf: "\",family,\r\n".utf8)
        try data.write(to: URL(fileURLWithPath: file))
        let result = try city.registry.load("household", file: file, by: ScratchCity.operator_)
        #expect(result.added == 1 && result.rejected == 1 && result.samples[0].objection.code == "encoding" && result.samples[0].line == 2)
        #expect(try city.export("household").contains("Số 1, phố Hàng Bạc"))
        try Data([0xFF, 0xFE, 0x69, 0x00]).write(to: URL(fileURLWithPath: file))
        #expect(throws: RegisterError.self) { try city.registry.load("household", file: file, by: ScratchCity.operator_) }
    }

    @Test func `an open quote or an endless line costs its lines only`() throws {
        let city = try ScratchCity()
        let endless = String(repeating: "x", count: 10_000_000)
        let text =
            "code,commune,address,kind,registered\n1000000001,00004,\(endless),family,\n1000000002,00004,Số 2,family,\n1000000003,00004,\"\(endless)\n1000000004,00004,Số 4,family,\n"
        let result = try city.load("household", text)
        #expect(result.added == 2, "\(result.samples)")
        #expect(result.rejected == 2)
    }

    @Test func `a compressed file loads like a plain one, several members after each other too`() throws {
        let city = try ScratchCity()
        let lines = ScratchCity.households.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = try city.file("first.csv", lines[0] + "\n" + lines[1] + "\n")
        let second = try city.file("second.csv", lines[2] + "\n")
        for file in [first, second] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["gzip", "-f", file]
            try process.run()
            process.waitUntilExit()
        }
        defer { for file in [first, second] { try? FileManager.default.removeItem(atPath: file + ".gz") } }
        var both = try Data(contentsOf: URL(fileURLWithPath: first + ".gz"))
        both.append(try Data(contentsOf: URL(fileURLWithPath: second + ".gz")))
        try both.write(to: URL(fileURLWithPath: first + ".gz"))
        let result = try city.registry.load("household", file: first + ".gz", by: ScratchCity.operator_)
        #expect(result.added == 2 && result.rejected == 0)
        try both.dropLast(20).write(to: URL(fileURLWithPath: first + ".gz"))
        #expect(throws: RegisterError.self) { try city.registry.load("household", file: first + ".gz", by: ScratchCity.operator_) }
    }

    @Test func `an open quote in a small file costs its line only`() throws {
        let city = try ScratchCity()
        var text = "code,commune,address,kind,registered\n"
        for number in 1...50 { text += "10000000\(10 + number),00004,\(number == 7 ? "\"" : "")Số \(number),family,\n" }
        let result = try city.load("household", text)
        #expect(result.added == 49 && result.rejected == 1 && result.samples[0].line == 8)
    }

    @Test func `two loads into an empty register at once enter everything once`() async throws {
        let city = try ScratchCity()
        let other = try ScratchCity(path: city.path)
        var text = "code,commune,address,kind,registered\n"
        for number in 0..<3000 { text += "\(1_000_100_000 + number),00004,Số \(number),family,\n" }
        let lines = text
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try city.load("household", lines, name: "a.csv").added }
            group.addTask { try other.load("household", lines, name: "b.csv").added }
            let total = try await group.reduce(0, +)
            #expect(total == 3000)
        }
        #expect(try city.registry.summary(of: "household").size == 3000)
        #expect(try city.damages().isEmpty)
        let again = try ScratchCity(path: city.path)
        #expect(try again.damages().isEmpty)
    }

    @Test func `a load that is cut off is finished at the next opening, not while it runs`() throws {
        let city = try ScratchCity()
        _ = try city.load("household", ScratchCity.households)
        // As a killed process leaves it: the mark is set, indexes and counts are missing.
        try city.database.writeAndWait { connection in
            try connection.run("UPDATE load SET late = 1")
            try connection.run("DROP INDEX record_household_key")
            try connection.run("DELETE FROM count_household")
        }
        let lock = city.database.exclusive("load-household")
        #expect(lock != nil)
        let during = try ScratchCity(path: city.path)
        #expect(!(try during.damages().isEmpty))
        withExtendedLifetime(lock) {}
    }

    @Test func `an undo of what was known late restores what held on that day`() async throws {
        let city = try ScratchCity()
        let texts = ["commune": "00004", "kind": "family"]
        try city.put("household", "1000000001", texts.merging(["address": "Số 1"]) { $1 }, effective: "2026-01-01")
        try city.put("household", "1000000001", texts.merging(["address": "Số 2"]) { $1 }, effective: "2026-06-01")
        let late = try city.load("household", "code,commune,address,kind\n1000000001,00004,Số 3,family\n") { $0.effective = Day("2026-03-01") }
        #expect(late.changed == 1)
        #expect(try await city.value("household", "1000000001", "address", on: "2026-04-01") == "Số 3")
        #expect(try city.registry.undo(load: late.load, by: ScratchCity.operator_).undone == 1)
        #expect(try await city.value("household", "1000000001", "address", on: "2026-04-01") == "Số 1")
        #expect(try await city.value("household", "1000000001", "address") == "Số 2")
        #expect(try city.damages().isEmpty)
    }

    @Test func `a snapshot does not retire whose line was refused`() throws {
        let city = try ScratchCity.full()
        let spoilt = ScratchCity.people.replacing("001320000003,Nguyễn Thị Mai,2020-07-08", with: "001320000003,Nguyễn Thị Mai,2020-77-08")
        let result = try city.load("population", spoilt) {
            $0.mode = .snapshot
            $0.isRetiringMissing = true
            $0.isForced = true
        }
        #expect(result.rejected == 1 && result.retired == 0 && result.missing == 0)
    }

    @Test func `a gzip bomb is refused`() throws {
        let city = try ScratchCity()
        let file = try city.file("bomb.csv", "code,commune,address,kind,registered\n" + String(repeating: "0", count: 60_000_000))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-f", file]
        try process.run()
        process.waitUntilExit()
        defer { try? FileManager.default.removeItem(atPath: file + ".gz") }
        #expect(throws: RegisterError.self) { try city.registry.load("household", file: file + ".gz", by: ScratchCity.operator_) }
    }

    @Test func `JSON Lines as exports write them load elsewhere`() throws {
        let city = try ScratchCity.full()
        let other = try ScratchCity()
        _ = try other.load("household", ScratchCity.households)
        var bytes: [UInt8] = []
        try city.registry.export("population", format: .jsonl, for: ScratchCity.operator_, door: "test") { bytes += $0 }
        let result = try other.load("population", String(decoding: bytes, as: UTF8.self), name: "people.jsonl")
        #expect(result.added == 4 && result.rejected == 0)
        #expect(try city.export("population") == other.export("population"))
    }

    @Test func `members wait for their head, wherever it stands in the file`() throws {
        let city = try ScratchCity()
        _ = try city.load("household", ScratchCity.households)
        let lines = ScratchCity.people.split(separator: "\n").map(String.init)
        let shuffled = ([lines[0]] + [lines[3], lines[2], lines[4], lines[1]]).joined(separator: "\n") + "\n"
        let result = try city.load("population", shuffled)
        #expect(result.added == 4 && result.rejected == 0)
        #expect(try city.damages().isEmpty)
    }

    @Test func `a household without its head is refused line by line`() throws {
        let city = try ScratchCity()
        _ = try city.load("household", ScratchCity.households)
        let text = ScratchCity.people.split(separator: "\n").filter { !$0.contains("Nguyễn Văn An") }.joined(separator: "\n") + "\n"
        let result = try city.load("population", text)
        #expect(result.added == 1 && result.rejected == 2)
        #expect(result.samples.allSatisfy { $0.objection.code == "group-missing" })
    }

    @Test func `a household changes its head in one file, in either order`() throws {
        for isHeadFirst in [true, false] {
            let city = try ScratchCity.full()
            let header = "id,name,birth,sex,ethnicity,old_id,phone,household,relation,commune\n"
            let down = "001090000001,Nguyễn Văn An,1990-01-02,male,01,,,1000000001,spouse,00004\n"
            let up = "001192000002,Đặng Thị Hoà,1992-05-06,female,01,,0912345678,1000000001,head,00004\n"
            let result = try city.load("population", header + (isHeadFirst ? up + down : down + up))
            #expect(result.changed == 2 && result.rejected == 0)
            #expect(try city.load("population", header + down.replacing("spouse", with: "head")).rejected == 1)
            #expect(try city.damages().isEmpty)
        }
    }

    @Test func `a dry run tells the same and enters nothing`() throws {
        let city = try ScratchCity()
        _ = try city.load("household", ScratchCity.households)
        let result = try city.load("population", ScratchCity.people) { $0.isDryRun = true }
        #expect(result.added == 4 && result.rejected == 0)
        #expect(try city.registry.summary(of: "population").entries == 0)
        #expect(try city.load("population", ScratchCity.people).added == 4)
    }

    @Test func `columns that a file lacks keep what is there`() async throws {
        let city = try ScratchCity.full()
        let result = try city.load(
            "population", "id,name,birth,sex,ethnicity,household,relation,commune\n001192000002,Đặng Thị Hòa,1992-05-06,female,01,1000000001,spouse,00004\n")
        #expect(result.changed == 1)
        #expect(try await city.value("population", "001192000002", "phone") == "0912345678")
    }

    @Test func `a snapshot retires what it lacks, never more than a twentieth unless forced`() throws {
        let city = try ScratchCity.full()
        let withoutMai = ScratchCity.people.split(separator: "\n").filter { !$0.contains("Mai") }.joined(separator: "\n") + "\n"
        let told = try city.load("population", withoutMai) { $0.mode = .snapshot }
        #expect(told.missing == 1 && told.retired == 0)
        let held = try city.load("population", withoutMai) {
            $0.mode = .snapshot
            $0.isRetiringMissing = true
        }
        #expect(held.retired == 0 && held.heldBack?.en.contains("1 of 4") == true && held.isConfirmable)
        let forced = try city.load("population", withoutMai) {
            $0.mode = .snapshot
            $0.isRetiringMissing = true
            $0.isForced = true
        }
        #expect(forced.retired == 1)
        #expect(try city.registry.summary(of: "population").size == 3)
        #expect(try city.damages().isEmpty)
    }

    @Test func `is taken back whole, except what was touched since`() async throws {
        let city = try ScratchCity.full()
        let before = try city.export("population")
        let change = try city.load(
            "population",
            "id,name,birth,sex,ethnicity,old_id,phone,household,relation,commune\n001192000002,Trần Thị Hoa,1992-05-06,female,01,,,1000000001,spouse,00004\n001320000003,Trần Thị Mai,2020-07-08,female,01,,,1000000001,child,00004\n"
        )
        try city.put(
            "population", "001320000003",
            ["name": "Nguyễn Thị Mơ", "birth": "2020-07-08", "sex": "female", "ethnicity": "01", "household": "1000000001", "relation": "child", "commune": "00004"])
        let rehearsal = try city.registry.undo(load: change.load, isDryRun: true, by: ScratchCity.operator_)
        #expect(rehearsal.undone == 1 && rehearsal.touchedSince == 1)
        let undone = try city.registry.undo(load: change.load, by: ScratchCity.operator_)
        #expect(undone.undone == 1 && undone.touchedSince == 1 && undone.refused == 0)
        #expect(try city.export("population") == before.replacing("Nguyễn Thị Mai", with: "Nguyễn Thị Mơ"))
        #expect(try city.damages().isEmpty)
    }

    @Test func `of a whole register is taken back, heads and members together`() throws {
        let city = try ScratchCity()
        _ = try city.load("household", ScratchCity.households)
        let load = try city.load("population", ScratchCity.people)
        let undone = try city.registry.undo(load: load.load, by: ScratchCity.operator_)
        #expect(undone.undone == 4 && undone.refused == 0)
        #expect(try city.registry.summary(of: "population").size == 0)
        #expect(try city.damages().isEmpty)
        #expect(try city.load("population", ScratchCity.people).added == 4)
        #expect(try city.damages().isEmpty)
    }
}
