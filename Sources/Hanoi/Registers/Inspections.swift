// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Examinations of how an office keeps its register. The sample is drawn from a recorded seed, so that anyone can draw it again.
public enum Inspections: RegisterDeclaration {
    public static let register = Register(
        "inspection", ["vi": "Kiểm tra cập nhật dữ liệu", "en": "Inspections"],
        [
            "vi": "Kiểm tra đơn vị nào, sổ nào, mẫu bao nhiêu, sai bao nhiêu, khắc phục đến ngày nào.",
            "en": "Which office and register were examined, on how many records, what was wrong, and by when it is mended.",
        ],
        keptBy: Keepers.cityOffice, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .monthly,
        key: Field("number", keys.kind, ["vi": "Mã cuộc kiểm tra", "en": "Number"], .open),
        fields: [
            Field("office", .choice(Offices.all), ["vi": "Đơn vị được kiểm tra", "en": "Office examined"], .open, counted: true),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, required: false, counted: true),
            Field("register", .text(max: 60), ["vi": "Sổ", "en": "Register"], .open, filtered: true, hint: ["vi": "Ví dụ: population", "en": "For example: population"]),
            Field("day", .day, ["vi": "Kiểm tra ngày", "en": "Examined on"], .open),
            Field(
                "seed", .code(CodePattern([.digits(1...19)])), ["vi": "Số chọn mẫu", "en": "Seed of the sample"], .open,
                hint: ["vi": "Công bố trước; từ số này ai cũng chọn lại được đúng mẫu.", "en": "Announced before; anyone can draw the same sample from it."]),
            Field(
                "drawn", .text(max: 30), ["vi": "Thời điểm chọn mẫu", "en": "Moment of drawing"], .open, required: false,
                hint: ["vi": "Giờ UTC; cùng số chọn mẫu thì chọn lại được đúng mẫu.", "en": "In UTC; with the seed it draws the same sample again."]),
            Field("sample", .integer(1...10_000), ["vi": "Số hồ sơ kiểm tra", "en": "Records examined"], .open),
            Field("wrong", .integer(0...10_000), ["vi": "Số hồ sơ có sai sót", "en": "Records with faults"], .open),
            Field("findings", .text(max: 2000), ["vi": "Sai sót", "en": "Findings"], .official, required: false, searched: true),
            Field("evidence", .text(max: 2000), ["vi": "Mã băm chứng cứ (SHA-256)", "en": "Fingerprints of evidence (SHA-256)"], .official, required: false),
            Field("mend_by", .day, ["vi": "Khắc phục đến ngày", "en": "To be mended by"], .open, required: false),
            Field("mended", .day, ["vi": "Khắc phục xong ngày", "en": "Mended on"], .open, required: false),
        ],
        rules: [
            SectorRules.commune, SectorRules.declared(), SectorRules.past("day"), SectorRules.past("mended"), SectorRules.order("day", "mend_by"),
            SectorRules.order("day", "mended"),
            SectorRules.fingerprints("evidence"),
            Rule("share", at: "wrong", ["vi": "Số sai sót nhiều hơn số hồ sơ kiểm tra.", "en": "More faults than records examined."]) { item, _ in
                (item["wrong"].integer ?? 0) <= (item["sample"].integer ?? 0)
            },
            Rule("follow-up", at: "mend_by", ["vi": "Có sai sót thì ghi sai gì và khắc phục đến ngày nào.", "en": "Faults are described and have a day by which they are mended."])
            { item, _ in
                item["wrong"].integer == 0 || (!item["mend_by"].isNull && !item["findings"].isNull)
            },
        ],
        keys: keys,
        checks: [
            Check("not-mended", dueFrom: ["vi": "Quá hạn khắc phục", "en": "Not mended in time"]) { found, _ in found["mended"].isNull ? found["mend_by"].day.map { $0 + 1 } : nil }
        ],
        label: ["register", "office"],
        example: [
            "number": .string("KT000001"), "office": .string("commune-police"), "commune": .string("00004"), "register": .string("population"), "day": .string("2026-10-05"),
            "seed": .string("20261005"), "drawn": .string("2026-10-05T01:00:00.000Z"), "sample": .integer(50), "wrong": .integer(2),
            "findings": .string("Hai hồ sơ thiếu số điện thoại đã có trong giấy tờ."),
            "evidence": .string("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), "mend_by": .string("2026-10-20"), "mended": .string("2026-10-15"),
        ])

    static let keys = KeyForm("KT", digits: 6)
}
