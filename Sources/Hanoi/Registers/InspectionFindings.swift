// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What an inspection found wrong in a record of its sample, and how it was mended.
public enum InspectionFindings: RegisterDeclaration {
    public static let register = Register(
        name, ["vi": "Sai sót qua kiểm tra", "en": "Findings of inspections"],
        [
            "vi": "Hồ sơ nào trong mẫu sai gì, hạn khắc phục, đơn vị trả lời và khắc phục ngày nào.",
            "en": "Which record of a sample is wrong in what, by when it is to be mended, the unit's answer and the day it was mended.",
        ],
        keptBy: Keepers.cityOffice, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .asNeeded,
        key: Field("number", keys.kind, ["vi": "Mã sai sót", "en": "Number"], .official),
        fields: [
            Field("inspection", .reference(Inspections.name), ["vi": "Cuộc kiểm tra", "en": "Inspection"], .official, filtered: true, lasting: true),
            Field(
                "commune", .unit(.commune), ["vi": "Phường, xã của hồ sơ", "en": "The record's ward or commune"], .official, required: false, counted: true, jurisdiction: true),
            Field(
                "record", .text(max: 60), ["vi": "Hồ sơ", "en": "Record"], .official,
                hint: [
                    "vi": "Mã hồ sơ; sổ có số định danh thì dùng mã tham chiếu ở địa chỉ của hồ sơ.",
                    "en": "Its key; where keys are persons' numbers, the reference in the record's address.",
                ]),
            Field("fault", .choice(faults), ["vi": "Sai sót loại gì", "en": "What sort of fault"], .official, counted: true),
            Field("field", .text(max: 60), ["vi": "Trường", "en": "Field"], .official, required: false, hint: ["vi": "Ví dụ: phone", "en": "For example: phone"]),
            Field(
                "words", .text(max: 1000), ["vi": "Sai thế nào", "en": "What is wrong"], .official, searched: true,
                hint: ["vi": "Không chép dữ liệu cá nhân vào đây.", "en": "Copy no personal data into it."]),
            Field("due", .day, ["vi": "Khắc phục đến ngày", "en": "To be mended by"], .official),
            Field(
                "evidence", .text(max: 2000), ["vi": "Mã băm chứng cứ (SHA-256)", "en": "Fingerprints of evidence (SHA-256)"], .official, required: false,
                hint: ["vi": "Lệnh sha256sum tệp cho mã này.", "en": "The command sha256sum gives it."]),
            Field(
                "kept", .text(max: 200), ["vi": "Tệp chứng cứ lưu ở đâu", "en": "Where the evidence is kept"], .official, required: false,
                hint: ["vi": "Số hồ sơ lưu trữ, tờ số mấy.", "en": "The archive's file and page."]),
            Field("mended", .day, ["vi": "Khắc phục xong ngày", "en": "Mended on"], .official, required: false),
            Field("answer", .text(max: 1000), ["vi": "Đơn vị trả lời", "en": "The unit's answer"], .official, required: false),
        ],
        rules: [
            SectorRules.past("mended"), SectorRules.fingerprints("evidence"),
            Rule("kept", at: "kept", ["vi": "Có mã băm thì ghi tệp lưu ở đâu.", "en": "Evidence with a fingerprint is kept somewhere: say where."]) { item, _ in
                item["evidence"].isNull || !item["kept"].isNull
            },
        ],
        keys: keys, consequences: follow, foresight: foresight,
        checks: [
            Check("not-mended", dueFrom: ["vi": "Quá hạn khắc phục", "en": "Not mended in time"]) { found, _ in found["mended"].isNull ? found["due"].day.map { $0 + 1 } : nil }
        ],
        label: ["inspection", "fault"],
        example: [
            "number": .string("SS00000001"), "inspection": .string("KTR000001"), "commune": .string("00004"), "record": .string("nhx5tq2r7w3m9k4c6b8d1f0g2h"),
            "fault": .string("missing"), "field": .string("phone"), "words": .string("Thiếu số điện thoại đã có trong giấy tờ."), "due": .string("2026-10-20"),
            "evidence": .string("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), "kept": .string("Hồ sơ lưu trữ 12/2026, tờ 3"),
            "mended": .string("2026-10-15"), "answer": .string("Đã bổ sung theo giấy tờ."),
        ])

    static let name = "inspection-finding"
    static let keys = KeyForm("SS", digits: 8)
    static let faults = [
        Choice("missing", ["vi": "Thiếu dữ liệu", "en": "Something is missing"]), Choice("wrong", ["vi": "Khác giấy tờ", "en": "Differs from the papers"]),
        Choice("outdated", ["vi": "Chưa cập nhật thay đổi", "en": "A change was not entered"]), Choice("no-papers", ["vi": "Không có giấy tờ", "en": "There are no papers"]),
    ]

    /// What an inspection found; the rest of a finding is the unit's.
    private static let told = ["inspection", "commune", "record", "fault", "field", "words", "due", "evidence", "kept"]

    private static let missing = Objection(
        field: "inspection", code: "inspection", ["vi": "Cuộc kiểm tra này chưa rút mẫu.", "en": "This inspection has drawn no sample."])

    private static let closed = Objection(
        field: "inspection", code: "closed",
        ["vi": "Cuộc kiểm tra đã kết luận; chỉ còn ghi trả lời và ngày khắc phục.", "en": "The inspection is closed; only the answer and the day of mending are entered now."])

    private static let follow: Consequences = { happenings, records, _ in
        for one in happenings {
            guard let item = one.after ?? one.before else { continue }
            guard let inspection = try records.find(Inspections.name, item["inspection"].plain) else { throw missing }
            if let before = one.before, before["inspection"] != item["inspection"] {
                throw Objection(
                    field: "inspection", code: "moved", ["vi": "Sai sót không chuyển sang cuộc kiểm tra khác.", "en": "A finding does not move to another inspection."])
            }
            guard inspection["state"].string != "closed" else {
                guard let before = one.before, let after = one.after, told.allSatisfy({ before[$0] == after[$0] }) else { throw closed }
                continue
            }
            if let after = one.after { try judge(after, of: inspection, records) }
        }
        return []
    }

    /// A finding about an open inspection asks for its sample.
    private static let foresight: Foresight = { item, records in
        guard let inspection = try records.find(Inspections.name, item["inspection"].plain), inspection["state"].string != "closed" else { return nil }
        let fields: (String) -> Value = { inspection[$0] }
        guard let draw = Draw(inspection: fields) else { return nil }
        return .draw(draw)
    }

    /// Only records of the sample, which is drawn again for it, are found wrong.
    private static func judge(_ item: Item.Fields, of inspection: Found, _ records: any Records) throws {
        let fields: (String) -> Value = { inspection[$0] }
        guard let draw = Draw(inspection: fields), let register = City.registers.first(where: { $0.name == draw.register }) else { throw missing }
        guard let unit = try records.drawn(draw).units[item["record"].plain] else {
            throw Objection(
                field: "record", code: "not-drawn", ["vi": "Hồ sơ này không có trong mẫu của cuộc kiểm tra.", "en": "This record is not in the inspection's sample."])
        }
        guard item["commune"].string == (register.jurisdiction == nil ? nil : unit) else {
            throw Objection(field: "commune", code: "unit", ["vi": "Ghi đúng phường, xã của hồ sơ trong mẫu.", "en": "Name the commune that the record of the sample has."])
        }
        guard let field = item["field"].string, register.field(field) == nil else { return }
        throw Objection(field: "field", code: "field", Text(vi: "Sổ “\(register.title.vi)” không có trường này.", en: "The register “\(register.title.en)” has no such field."))
    }
}
