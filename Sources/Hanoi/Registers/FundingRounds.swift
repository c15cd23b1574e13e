// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Money that start-ups have raised. Each sum says where it can be read.
public enum FundingRounds: RegisterDeclaration {
    public static let register = Register(
        "funding-round", ["vi": "Vòng gọi vốn", "en": "Funding rounds"],
        ["vi": "Doanh nghiệp, nhóm khởi nghiệp nào đã nhận bao nhiêu vốn, ngày nào, theo nguồn nào.", "en": "Which start-up raised how much, when, and where that can be read."],
        keptBy: Keepers.science,
        under: [
            "vi": "Nghị định 38/2018/NĐ-CP về đầu tư cho doanh nghiệp khởi nghiệp sáng tạo", "en": "Decree 38/2018/NĐ-CP on investment in start-ups",
        ], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã vòng gọi vốn", "en": "Number"], .open),
        fields: [
            Field("startup", .reference("startup"), ["vi": "Doanh nghiệp, nhóm khởi nghiệp", "en": "Start-up"], .open, filtered: true, lasting: true),
            Field("round", .choice(rounds), ["vi": "Vòng", "en": "Round"], .open, counted: true),
            Field("amount", .money, ["vi": "Số vốn (đồng)", "en": "Amount (đồng)"], .open), Field("day", .day, ["vi": "Công bố ngày", "en": "Announced on"], .open),
            Field(
                "investors", .references("investor"), ["vi": "Nhà đầu tư", "en": "Investors"], .open, required: false, lasting: true,
                hint: ["vi": "Mã nhà đầu tư, cách nhau bằng dấu chấm phẩy.", "en": "Investors' numbers, separated by semicolons."]),
            Field(
                "source", .text(max: 300), ["vi": "Nguồn", "en": "Source"], .open,
                hint: ["vi": "Địa chỉ https://… hoặc số văn bản, ví dụ 12/QĐ-SKHCN.", "en": "An address https://… or a document's number such as 12/QĐ-SKHCN."]),
        ],
        rules: [
            SectorRules.past("day"),
            Rule(
                "source", at: "source",
                ["vi": "Ghi địa chỉ trang hoặc số văn bản để ai cũng kiểm tra được.", "en": "Give an address or a document's number, so that anyone can check."]
            ) {
                item, _ in
                guard let source = item["source"].string else { return true }
                if source.hasPrefix("https://") || source.hasPrefix("http://") { return true }
                let number = source.prefix { $0 != "/" }
                return number.count < source.count && number.utf8.contains { $0 >= 0x30 && $0 <= 0x39 }
            },
            Rule("amount", at: "amount", ["vi": "Số vốn phải lớn hơn không.", "en": "The amount must be more than nothing."]) { item, _ in
                item["amount"].integer.map { $0 > 0 } ?? true
            },
        ],
        keys: keys,
        checks: [
            Check("twice", .duplicate, ["vi": "Cùng doanh nghiệp hay nhóm, vòng và ngày được ghi hai lần", "en": "Same start-up, round and day twice"], through: ["startup"]) {
                found, records, _ in
                let others = try records.all("funding-round", where: "startup", is: found["startup"].plain)
                return others.filter { $0["round"] == found["round"] && $0["day"] == found["day"] }.count < 2
            },
            Check("before", .contradictory, ["vi": "Nhận vốn trước ngày bắt đầu", "en": "It raised money before it was founded"], through: ["startup"]) { found, records, _ in
                guard let day = found["day"].day, let founded = try records.find("startup", found["startup"].plain)?["founded"].day else { return true }
                return founded <= day
            },
        ],
        counting: Counting(["vi": "của nơi còn được xác nhận", "en": "of those still confirmed"], at: "/startups") { found, records, reading in
            guard let startup = try records.find("startup", found["startup"].plain) else { return false }
            return try Startups.counts(startup, records, reading)
        }, label: ["startup", "round"],
        example: [
            "number": .string("GV00000001"), "startup": .string("KN000001"), "round": .string("seed"), "amount": .integer(7_500_000_000), "day": .string("2025-10-10"),
            "investors": .string("DT000001"), "source": .string("https://bandongo.example.vn/goi-von"),
        ])

    static let keys = KeyForm("GV", digits: 8)

    static let rounds = [
        Choice("grant", ["vi": "Tài trợ, giải thưởng", "en": "Grant or prize"]), Choice("pre-seed", ["vi": "Tiền hạt giống", "en": "Pre-seed"]),
        Choice("seed", ["vi": "Hạt giống", "en": "Seed"]), Choice("series-a", ["vi": "Vòng A", "en": "Series A"]),
        Choice("series-b", ["vi": "Vòng B", "en": "Series B"]), Choice("later", ["vi": "Vòng sau", "en": "Later"]),
    ]
}
