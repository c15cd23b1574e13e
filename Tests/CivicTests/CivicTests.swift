// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hanoi
import Testing

@testable import Civic

private func vectors(_ name: String) throws -> [[String]] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors/\(name)")
    return Array(CSV.rows([UInt8](try Data(contentsOf: path))).dropFirst())
}

private let units = UnitTable()
private func reading(_ day: String = "2026-11-24") -> Reading { Reading(day: Day(day)!, today: Day("2026-11-24")!, units: units) }

struct `Days and moments` {
    @Test(arguments: [
        ("2024-02-29", true), ("2023-02-29", false), ("1900-02-29", false), ("2000-02-29", true), ("29/02/2024", true), ("2025-13-01", false), ("2025-00-01", false),
        ("1/2/2025", false),
    ])
    func `only real days are read`(text: String, isReal: Bool) { #expect((Day(text) != nil) == isReal) }

    @Test func `a day says itself back for four hundred years`() {
        for number in stride(from: Int32(-140_000), to: 100_000, by: 37) {
            let day = Day(number: number)
            #expect(Day(day.description) == day)
            #expect(Day(day.written(.vietnamese)) == day)
        }
    }

    @Test func `who is born on 29 February is a year older on 1 March`() {
        let birth = Day("2008-02-29")!
        #expect(Day("2026-02-28")!.age(bornOn: birth) == 17)
        #expect(Day("2026-03-01")!.age(bornOn: birth) == 18)
        #expect(Day("2028-02-29")!.age(bornOn: birth) == 20)
    }

    @Test(arguments: ["1958", "1958-05", "1958-05-20"])
    func `a day known in part keeps its precision`(text: String) { #expect(PartialDay(text)?.description == text) }

    @Test func `moments keep milliseconds and offsets`() {
        #expect(Instant("2026-02-01T03:04:05.678Z")?.description == "2026-02-01T03:04:05.678Z")
        #expect(Instant("2026-02-01T10:04:05+07:00")?.description == "2026-02-01T03:04:05.000Z")
        #expect(Instant("2026-02-01T17:30:00Z")?.day == Day("2026-02-02"))
        #expect(Instant(milliseconds: -1).description == "1969-12-31T23:59:59.999Z")
        #expect(Instant("2026-02-01") == nil)
        #expect(Instant("2026-02-01T25:00:00Z") == nil)
    }
}

struct `Working time` {
    private let calendar = City.calendar

    @Test func `every vector of deadlines is reckoned right`() throws {
        for row in try vectors("vectors_working_days.csv") {
            let due = calendar.due(.workingDays(Int(row[1])!), from: Day(row[0])!.at(minute: 9 * 60))
            #expect(due == Day(row[2])!.at(minute: 17 * 60), "\(row)")
        }
    }

    @Test func `what comes out of hours counts from when the office opens`() {
        let friday = Day("2026-11-20")!
        #expect(calendar.received(friday.at(minute: 12 * 60)) == friday.at(minute: 13 * 60 + 30))
        #expect(calendar.received(friday.at(minute: 17 * 60)) == Day("2026-11-23")!.at(minute: 8 * 60))
        // The day of Vietnamese culture, a make-up Saturday, and the Sunday after it.
        #expect(!calendar.isWorking(Day("2026-11-24")!) && calendar.isWorking(Day("2026-08-22")!) && !calendar.isWorking(Day("2026-08-23")!))
        #expect(calendar.due(.sameDay(until: 15 * 60), from: friday.at(minute: 14 * 60 + 59)) == friday.at(minute: 17 * 60))
        #expect(calendar.due(.sameDay(until: 15 * 60), from: friday.at(minute: 15 * 60)) == Day("2026-11-23")!.at(minute: 17 * 60))
        #expect(calendar.due(.hours(2), from: friday.at(minute: 16 * 60)) == Day("2026-11-23")!.at(minute: 9 * 60))
        #expect(calendar.due(.days(4), from: friday.at(minute: 600)) == Day("2026-11-25")!.at(minute: 17 * 60))
        #expect(calendar.due(.yearly(month: 12, day: 14), from: Day("2026-12-15")!.at(minute: 600)) == Day("2027-12-14")!.at(minute: 17 * 60))
    }

    @Test func `a pause gives back what it took, and no more`() {
        let start = Day("2026-11-16")!.at(minute: 600)
        let due = calendar.due(.workingDays(3), from: start)
        #expect(calendar.due(.workingDays(3), was: due, pausedFrom: start, to: Day("2026-11-16")!.at(minute: 900)) == due)
        // Friday to Wednesday, with a weekend and a day off between.
        let paused = calendar.due(.workingDays(3), was: due, pausedFrom: Day("2026-11-20")!.at(minute: 600), to: Day("2026-11-25")!.at(minute: 600))
        #expect(due == Day("2026-11-19")!.at(minute: 1020) && paused == Day("2026-11-23")!.at(minute: 1020))
        #expect(calendar.workingMinutes(from: Day("2026-11-20")!.at(minute: 990), to: Day("2026-11-23")!.at(minute: 510)) == 60)
    }
}

struct `Numbers of persons and enterprises` {
    @Test func `every vector of personal IDs is judged right`() throws {
        for row in try vectors("vectors_cccd.csv") {
            let id = Result { try CitizenID(row[0], year: 2026) }
            if row[1].hasPrefix("valid") {
                let value = try id.get()
                #expect(row[1].contains("province=\(value.province)"))
                #expect(row[1].contains("sex=\(value.sex == .male ? "nam" : "nữ")"))
                #expect(row[1].contains("year=\(value.birthYear)"))
            } else {
                let fault: CitizenID.Fault = row[1].hasPrefix("bad_province") ? .province : row[1].hasPrefix("future") ? .futureBirth : .format
                #expect(throws: fault) { try id.get() }
            }
        }
    }

    @Test func `every vector of tax codes is judged right`() throws {
        for row in try vectors("vectors_mst.csv") {
            let code = Result { try TaxCode(row[0]) }
            if row[1] == "valid" { #expect(try code.get().digits == row[2]) } else { #expect((try? code.get()) == nil, "\(row[0]) is not valid") }
        }
    }

    @Test func `a person's twelve digits are a tax code without a check digit`() throws { #expect(try TaxCode("001090123456").digits == "001090123456") }

    @Test(arguments: [
        ("0912 345 678", "0912345678"), ("+84 912 345 678", "0912345678"), ("(024) 3825 3536", "02438253536"), ("01621234567", "0321234567"), ("12345", nil), ("0112345678", nil),
    ])
    func `phones have one form`(text: String, expected: String?) { #expect(Phone(text)?.digits == expected) }
}

struct `Vietnamese text` {
    @Test(arguments: [
        ("Nguyễn Văn Đặng", "nguyen van dang"), ("Hoà", "hoa"), ("Hòa", "hoa"), ("Ðường", "duong"), ("  Láng   Hạ ", "lang ha"), ("Số 12/8, ngõ 34", "so 12 8 ngo 34"),
    ])
    func `search folds marks, case and đ`(text: String, folded: String) {
        #expect(text.folded == folded)
        #expect(text.decomposedStringWithCanonicalMapping.folded == folded)
    }

    @Test(arguments: [("hoà", "hòa"), ("Thuý", "Thúy"), ("khoẻ", "khỏe"), ("quý", "quý"), ("hoàn", "hoàn"), ("HOÀ", "HÒA"), ("Hoà Bình", "Hòa Bình")])
    func `old tone marks become new at a syllable's end`(old: String, new: String) { #expect(old.modernToneMarks == new) }

    @Test func `a list sorts as ICU's Vietnamese collation does`() {
        let sorted = [
            "Do Hung", "Dương Thị Hoa", "Đặng Thị Hòa", "Đỗ Hùng", "Lê Hoa", "Lê Hòa", "Lê Hỏa", "Nguyễn Văn An", "Nguyễn Văn Ánh", "Nguyễn Văn Ân", "Phạm Y", "Phạm Ý",
            "Trần Thị Ăn",
        ]
        #expect(sorted.shuffled().sorted { $0.sortsBefore($1) } == sorted)
        #expect(!"Lê Hoà".sortsBefore("Lê Hòa") && !"Lê Hòa".sortsBefore("Lê Hoà"))
    }

    @Test func `text is stored composed`() { #expect("Đặng".decomposedStringWithCanonicalMapping.composed.utf8.elementsEqual("Đặng".utf8)) }

    @Test(arguments: ["a\u{0}b", "a\u{202E}b", "a\u{200B}b", "a\u{FEFF}b", "a\u{7F}b"])
    func `hidden characters are found`(text: String) { #expect(text.firstForbiddenScalar != nil) }
}

struct `Kinds read what people and files write` {
    private func value(_ kind: Kind, _ text: String) -> Value? { try? kind.parse(text, reading()) }
    private func code(_ kind: Kind, _ text: String) -> String? {
        do {
            _ = try kind.parse(text, reading())
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `names are letters of any script`() {
        #expect(value(.name, "  Nguyễn   Thị Hương ") == .string("Nguyễn Thị Hương"))
        #expect(value(.name, "Ðặng Văn A") == .string("Đặng Văn A"))
        #expect(value(.name, "Y-Bhăm O'Brien") != nil)
        for bad in ["=HYPERLINK(1)", "Nguyễn 3", "<b>", "A\u{202E}B", "-A"] { #expect(code(.name, bad) != nil, "\(bad)") }
    }

    @Test(arguments: ["=1+1", "+84", "-x", "@a"])
    func `text that a spreadsheet would run is refused`(text: String) { #expect(code(.text(max: 100), text) == "formula") }

    @Test func `a text of ten million characters is refused at once`() { #expect(code(.text(max: 100), String(repeating: "x", count: 10_000_000)) == "length") }

    @Test func `choices are read by code and by title`() {
        let kind = Kind.choice([Choice("male", ["vi": "Nam", "en": "Male"]), Choice("female", ["vi": "Nữ", "en": "Female"])])
        #expect(value(kind, "male") == .string("male"))
        #expect(value(kind, "NỮ") == .string("female"))
        #expect(code(kind, "x") == "choice")
    }

    @Test(arguments: [("12,50", "12.5"), ("007", "7"), ("-0", "0"), ("2.97", "2.97")])
    func `decimals have one form`(text: String, expected: String) { #expect(value(.decimal(places: 2), text) == .string(expected)) }

    @Test func `JSON values keep their types`() {
        #expect((try? Kind.integer(0...10).parse(JSON.string("5"), reading())) == nil)
        #expect((try? Kind.integer(0...10).parse(JSON.integer(5), reading())) == .integer(5))
        #expect((try? Kind.name.parse(JSON.integer(5), reading())) == nil)
    }

    @Test func `patterns match themselves and nothing else`() {
        let pattern = CodePattern([.digits(2...5), .text("-"), .digits(4...4)])
        #expect(pattern.matches("01-2025") && pattern.matches("00004-2025"))
        #expect(!pattern.matches("1-2025") && !pattern.matches("000040-2025") && !pattern.matches("01-20255"))
        #expect(pattern.regularExpression == "^[0-9]{2,5}-[0-9]{4}$")
    }
}

struct `JSON is strict` {
    @Test(arguments: ["{\"a\":1,\"a\":2}", "[1,]", "{\"a\":01}", "\"\\u12\"", "\"\u{1}\"", "1.5", "[1] x", "\"\\ud800\"", "nul", ""])
    func `broken text is refused`(text: String) { #expect(throws: JSON.Fault.self) { try JSON(parsing: text.utf8) } }

    @Test func `depth is bounded`() { #expect(throws: JSON.Fault.self) { try JSON(parsing: String(repeating: "[", count: 100_000).utf8) } }

    @Test func `text comes back as RFC 8785 writes it`() throws {
        let text = #"{"a":"é\u0001\n\"\\/","b":[1,true,null,-5],"c":{"d":"😀"}}"#
        #expect(try JSON(parsing: text.utf8).text == text)
        #expect(try JSON(parsing: Array("[1.0, 1e3]".utf8)).text == "[1,1000]")
    }
}

struct `CSV after RFC 4180` {
    @Test func `quotes, commas, line ends and doubled quotes`() {
        let rows = CSV.rows(Array("a,b\r\n\"x,1\",\"say \"\"hi\"\"\"\n\"two\nlines\",\n".utf8))
        #expect(rows == [["a", "b"], ["x,1", "say \"hi\""], ["two\nlines", ""]])
    }

    @Test func `what is written is read back`() {
        let cells = ["plain", "com,ma", "quo\"te", "li\nne", "", "đ"]
        #expect(CSV.rows(CSV.line(cells)) == [cells])
    }
}

struct `Encodings` {
    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func `bases come back`(text: String) {
        let bytes = Array(text.utf8)
        #expect(Encoding.bytes(base64: Encoding.base64(bytes)) == bytes)
        #expect(Encoding.bytes(base64: Encoding.base64URL(bytes)) == bytes)
        #expect(Encoding.bytes(base32: Encoding.base32(bytes)) == bytes)
        #expect(Encoding.bytes(hex: Encoding.hex(bytes)) == bytes)
        #expect(Encoding.base64(bytes) == Data(bytes).base64EncodedString())
    }
}

struct `Rights` {
    private let table = UnitTable(units: [
        Unit(code: "01", firstDay: Day("2020-01-01")!, lastDay: nil, name: "Hà Nội", level: .city, type: "municipality", parent: nil),
        Unit(code: "00004", firstDay: Day("2025-07-01")!, lastDay: nil, name: "Phường Ba Đình", level: .commune, type: "ward", parent: "01"),
        Unit(code: "00008", firstDay: Day("2025-07-01")!, lastDay: nil, name: "Phường Ngọc Hà", level: .commune, type: "ward", parent: "01"),
    ])

    @Test(arguments: ["population:read", "population:read,personal,write@00004", "*:administer"])
    func `a grant says itself back`(text: String) { #expect(Grant(text)?.text == text) }

    @Test(arguments: ["population", "population:fly", "a:b:c", "population:read@x"])
    func `a broken grant is none`(text: String) { #expect(Grant(text) == nil) }

    @Test func `a right in one ward is none in the next, every act tried`() {
        for act in Act.allCases {
            let authority = Authority(.officer, id: "o", name: "", grants: [Grant("population", [act], unit: "00004")])
            for other in Act.allCases {
                #expect(authority.may(other, "population", unit: "00004", units: table, on: Day("2026-01-01")!) == (act == other))
                #expect(!authority.may(other, "population", unit: "00008", units: table, on: Day("2026-01-01")!))
                #expect(!authority.may(other, "household", unit: "00004", units: table, on: Day("2026-01-01")!))
            }
        }
    }
}
