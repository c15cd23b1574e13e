// SPDX-License-Identifier: Apache-2.0
import Civic
import Hanoi
import Testing

struct `Payment codes` {
    /// Made by two other programs (vietnam-qr-pay 1.0.0 and napas-qr-python 0.2.0), which agree.
    static let vectors = [
        "00020101021138540010A00000072701240006970436011001234567890208QRIBFTTA53037045802VN63046A15",
        "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA53037045405200005802VN62210817H26.1.250708.00016304AC5F",
        "00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA530370454061500005802VN62240820LE PHI TTHC 1.0042226304EB90",
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA53037045405999995802VN62310827HP T11/2025 HS 0010171234566304312C",
        "00020101021126280010A000000775011001021547785303704540480005802VN5914KHO BAC HA NOI62420106BL00010308TT PVHCC0706TERM010806Le phi63041FB0",
        "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN62150811Chuyen tien6304BBB8",
        "00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA530370454061500005802VN62210817AFWD WITHDRAWAL12630469B7",
    ]

    @Test(arguments: vectors) func `is read, and written as it was`(text: String) throws {
        let code = try VietQR(reading: text)
        #expect(code.text == text)
        #expect(try VietQR(json: JSON(parsing: code.json.text.utf8)).text == text)
        // Any digit changed is noticed.
        for place in [20, 40, text.utf8.count - 5] {
            var bytes = Array(text.utf8)
            bytes[place] = bytes[place] == 0x31 ? 0x32 : 0x31
            #expect(throws: VietQR.Fault.self) { try VietQR(reading: String(decoding: bytes, as: UTF8.self)) }
        }
    }

    @Test func `what is made says what it was made of, and equals the others' code`() throws {
        let code = try VietQR(bank: "970415", account: "113366668888", amount: Money(20_000), purpose: "H26.1.250708.0001")
        #expect(code.text == Self.vectors[1])
        #expect(code.amount == Money(20_000) && code.purpose == "H26.1.250708.0001" && code.isDynamic)
        #expect(throws: VietQR.Fault.self) { try VietQR(bank: "97041", account: "1", amount: nil) }
        #expect(throws: VietQR.Fault.self) { try VietQR(bank: "970415", account: "1", amount: Money(0)) }
        #expect(throws: VietQR.Fault.self) { try VietQR(bank: "970415", account: "1", amount: nil, purpose: "phí") }
        #expect(try VietQR(reading: Self.vectors[4]).json["merchant"]?.string == "0102154778")
        #expect(throws: VietQR.Fault.checksum) { try VietQR(reading: Self.vectors[0].dropLast(4) + "ABCD") }
    }
}

struct `Numbers of equipment` {
    @Test func `check digits catch a slip`() {
        let code = DeviceCode(commune: "00004", household: "1000000001", ordinal: 1)!.description
        #expect(DeviceCode(code)?.description == code)
        #expect(DeviceCode(code.lowercased().filter { $0 != "-" })?.household == "1000000001")
        for place in code.indices where code[place].isNumber {
            var wrong = code
            wrong.replaceSubrange(place...place, with: code[place] == "5" ? "6" : "5")
            #expect(DeviceCode(wrong) == nil, "\(wrong)")
        }
        #expect(IMEI("490154203237518") != nil && IMEI("490154203237519") == nil && IMEI("49015420323751") == nil)
        #expect(ICCID("8984040000123456781")?.issuer == "Viettel" && ICCID("8984040000123456782") == nil && ICCID("8901040000123456785") == nil)
    }
}

struct `Fees shared and tariffs` {
    @Test func `no đồng is lost or made`() {
        let shares = FeePilot.shares.last!
        for amount in [1, 2, 3, 7, 9999, 10_000, 123_457] as [Int64] {
            let parts = shares.divide(Money(amount))
            #expect(parts.reduce(0) { $0 + $1.amount.amount } == amount && parts.allSatisfy { $0.amount.amount > 0 })
        }
        #expect(shares.divide(Money(10)).map(\.amount.amount) == [5, 2, 3])
        for one in FeePilot.shares { #expect(one.shares.reduce(0) { $0 + $1.parts } == 10_000) }
    }

    @Test func `tiers are reckoned by the day, and the first and last unit of a tier too`() throws {
        let day = try #require(Day("2026-11-01"))
        func total(_ units: Int64, on day: Day, days: Int64 = 30) -> Int64? { Tariffs.electricity.reckon(units, on: day, days: days)?.lines.map(\.amount).reduce(Int64(0), +) }
        #expect(total(0, on: day) == 0)
        #expect(total(50, on: day) == 50 * 1984 && total(51, on: day) == 50 * 1984 + 2050)
        let sixTiers: [(units: Int64, price: Int64)] = [(50, 1984), (50, 2050), (100, 2380), (100, 2998), (100, 3350), (50, 3460)]
        #expect(total(450, on: day) == sixTiers.reduce(0) { $0 + $1.units * $1.price })
        // Half a month has half the tiers; an older day has its own prices; before all there is none.
        #expect(total(50, on: day, days: 15) == Int64(25 * 1984 + 25 * 2050))
        #expect(total(50, on: Day("2024-12-31")!) == Int64(50 * 1893))
        #expect(total(50, on: Day("2020-01-01")!) == nil)
        #expect(Tariffs.electricity.reckon(50, on: day)?.tax == 7936)
    }
}

struct `Amounts` {
    @Test(
        arguments: [
            (122_500_000_000, "122,5 tỷ đồng", "122.5 billion đồng"), (1_000_000_000, "1 tỷ đồng", "1 billion đồng"), (999_999_999, "999,9 triệu đồng", "999.9 million đồng"),
            (1_234_500_000_000, "1.234,5 tỷ đồng", "1,234.5 billion đồng"), (999_999, "999.999 đ", "999,999 đ"), (-2_050_000, "−2 triệu đồng", "−2 million đồng"),
            (Int64.min, "−9.223.372.036,8 tỷ đồng", "−9,223,372,036.8 billion đồng"), (0, "0 đ", "0 đ"),
        ] as [(Int64, String, String)])
    func `an amount is said to a tenth of a million or a billion, never more than it is`(amount: Int64, vi: String, en: String) {
        #expect(Language.vietnamese.said(Money(amount)) == vi)
        #expect(Language.english.said(Money(amount)) == en)
    }
}
