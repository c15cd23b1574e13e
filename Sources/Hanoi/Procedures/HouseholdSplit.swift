// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A part of a household becomes a household of its own at the same address.
enum HouseholdSplit: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.010038", ["vi": "Tách hộ", "en": "Splitting a household"],
        need: ["vi": "Tách ra thành hộ riêng ở cùng địa chỉ", "en": "Becoming a household of your own at the same address"],
        words: ["tách khẩu", "tách sổ"], on: Occasions.moving, under: ["vi": "Luật Cư trú 68/2020/QH14, Điều 25", "en": "Law on Residence 68/2020/QH14, article 25"],
        decidedBy: CityOffices.communePolice, at: .home, about: [.oneself], facts: [Legal.person, Legal.home, Fact(.members, "name", "relation", "birth")],
        questions: [
            Field(
                "along", .references("population"), ["vi": "Những người cùng tách ra", "en": "Who leaves with you"], .personal, required: false,
                hint: ["vi": "Số định danh, cách nhau bằng dấu chấm phẩy; để trống nếu chỉ mình bạn.", "en": "Their ID numbers, separated by semicolons; empty if you alone."])
        ],
        papers: [
            Paper(
                "consent", ["vi": "Ý kiến đồng ý của chủ hộ, chủ sở hữu chỗ ở", "en": "Consent of the head and of the owner"],
                because: ["vi": "chữ ký của người khác", "en": "it is another's signature"])
        ],
        within: Legal.within(.workingDays(5), ["vi": "Luật Cư trú 2020, Điều 25 khoản 3", "en": "Law on Residence 2020, article 25(3)"]),
        fees: [Dated(Fee(counter: 10_000, online: 5_000, except: [Legal.elder]), from: Legal.twoTiers, under: Legal.residenceFees)],
        findings: [
            Field(
                "new_household", .code(.digits(10)), ["vi": "Mã hộ mới", "en": "Code of the new household"], .official,
                hint: ["vi": "10 chữ số, chưa hộ nào mang.", "en": "10 digits that no household has."])
        ],
        result: ["vi": "Thông báo kết quả (CT08)", "en": "Notice of the result (CT08)"], writes: ["household", "population"],
        check: { application, records, reading in
            var objections: [Objection] = []
            if application.subject["relation"].string == "head" {
                objections.append(Legal.objection("", "head", "Chủ hộ không tách khỏi hộ của mình; người khác tách ra.", "The head does not leave the own household; others do."))
            }
            if Legal.age(application.subject, reading).map({ $0 < 18 }) ?? true {
                objections.append(Legal.objection("", "age", "Người tách hộ phải đủ năng lực hành vi dân sự.", "Who splits a household must be of age."))
            }
            for key in keys(application) where try records.find("population", key)?["household"] != application.subject["household"] {
                objections.append(
                    Legal.objection("along", "member", "\(key.prefix(3))…: người này không ở trong hộ.", "\(key.prefix(3))…: this person does not belong to the household."))
            }
            if let code = application["new_household"].string, try records.find("household", code) != nil {
                objections.append(Legal.objection("new_household", "exists", "Mã này đã có hộ mang.", "A household has this code already."))
            }
            return objections
        },
        entries: { application, records, _ in
            guard let home = try records.find("household", application.subject["household"].plain) else { return [] }
            let code = application["new_household"]
            return [
                .put("household", code.plain, ["commune": home["commune"], "address": home["address"], "kind": home["kind"], "registered": .string(application.day.description)]),
                .put("population", application.subject.key, ["household": code, "relation": .string("head")]),
            ] + keys(application).map { .put("population", $0, ["household": code, "relation": .string("other")]) }
        }, example: [:])

    private static func keys(_ application: Application) -> [String] { application["along"].plain.split(separator: ";").map { String($0).tidied }.filter { !$0.isEmpty } }
}
