// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// What changes in a household business.
enum HouseholdBusinessChange: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.000720", ["vi": "Đăng ký thay đổi nội dung hộ kinh doanh", "en": "Changing a household business"],
        need: ["vi": "Đổi tên, chỗ bán, ngành của hộ kinh doanh", "en": "Changing the name, place or line of a shop"], words: ["đổi tên quán", "chuyển địa điểm"],
        on: Occasions.business, under: ["vi": "Nghị định 168/2025/NĐ-CP về đăng ký doanh nghiệp", "en": "Decree 168/2025/NĐ-CP on business registration"],
        decidedBy: CityOffices.communeCommittee,
        at: .found { subject, records in try standing(subject.key, records)?["commune"].string }, about: [.oneself],
        facts: [Fact(.subject, "name"), Fact(.records("household-business", where: "owner"), "name", "premises", "line", "capital", "status")],
        questions: [
            Field("change", .choice(changes), ["vi": "Thay đổi gì", "en": "What changes"], .official),
            Field("new_name", .text(max: 150), ["vi": "Tên mới", "en": "New name"], .official, when: .init("change", "name")),
            Field("new_premises", .address, ["vi": "Địa điểm mới trong phường, xã", "en": "New premises in the same commune"], .official, when: .init("change", "premises")),
            Field("new_trade", .code(CodePattern([.digits(2...5)])), ["vi": "Mã ngành mới (VSIC)", "en": "New line (VSIC code)"], .official, when: .init("change", "line")),
            Field("new_funds", .money, ["vi": "Vốn mới (đồng)", "en": "New capital (đồng)"], .official, when: .init("change", "capital")),
        ],
        within: Legal.within(.workingDays(3), ["vi": "Nghị định 168/2025/NĐ-CP", "en": "Decree 168/2025/NĐ-CP"]),
        fees: Legal.free(["vi": "Nghị quyết của Hội đồng nhân dân thành phố", "en": "Resolution of the City Council"]),
        result: ["vi": "Giấy chứng nhận đăng ký hộ kinh doanh mới", "en": "New household business certificate"], writes: ["household-business"],
        entries: { application, records, _ in
            guard let business = try standing(application.subject.key, records) else {
                throw Legal.objection("", "none", "Không còn hộ kinh doanh nào đứng tên người này.", "This person owns no business any more.")
            }
            switch application["change"].string {
            case "name": return [.put("household-business", business.key, ["name": application["new_name"]])]
            case "premises": return [.put("household-business", business.key, ["premises": application["new_premises"]])]
            case "line": return [.put("household-business", business.key, ["line": application["new_trade"]])]
            default: return [.put("household-business", business.key, ["capital": application["new_funds"]])]
            }
        }, example: ["change": .string("name"), "new_name": .string("Bún Ví Dụ")])

    static func standing(_ owner: String, _ records: any Records) throws -> Found? {
        try records.all("household-business", where: "owner", is: owner).first { $0["status"].string != "ended" }
    }

    static let changes = [
        Choice("name", ["vi": "Tên", "en": "Name"]), Choice("premises", ["vi": "Địa điểm", "en": "Premises"]), Choice("line", ["vi": "Ngành nghề", "en": "Line of business"]),
        Choice("capital", ["vi": "Vốn", "en": "Capital"]),
    ]
}
