// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The degree of a disability, which a council of the commune determines.
enum Disability: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.001699", ["vi": "Xác định mức độ khuyết tật, cấp Giấy xác nhận khuyết tật", "en": "Degree of disability"],
        need: ["vi": "Xin giấy xác nhận khuyết tật", "en": "Getting a disability certificate"], words: ["khuyết tật", "tàn tật"], on: Occasions.support,
        under: ["vi": "Luật Người khuyết tật 51/2010/QH12; Thông tư 01/2019/TT-BLĐTBXH", "en": "Law on Persons with Disabilities 51/2010/QH12; Circular 01/2019/TT-BLĐTBXH"],
        decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself, .member],
        facts: [Legal.person, Legal.home],
        questions: [
            Field("sort", .choice(DisabilityCertificates.kinds), ["vi": "Dạng khuyết tật", "en": "Kind of disability"], .personal),
            Field("help", .choice(needs), ["vi": "Trong việc hằng ngày", "en": "In daily life"], .personal),
        ],
        papers: [
            Paper("medical", ["vi": "Hồ sơ y tế, nếu có", "en": "Medical records, if any"], because: ["vi": "do cơ sở y tế giữ", "en": "hospitals keep them"], required: false)
        ],
        within: Legal.within(.workingDays(25), ["vi": "Thông tư 01/2019/TT-BLĐTBXH", "en": "Circular 01/2019/TT-BLĐTBXH"]),
        fees: Legal.free(["vi": "Luật Người khuyết tật 2010", "en": "Law on Persons with Disabilities 2010"]),
        findings: [
            Field("degree", .choice(DisabilityCertificates.degrees), ["vi": "Mức độ hội đồng kết luận", "en": "Degree found by the council"], .personal),
            Field("concluded", .day, ["vi": "Ngày hội đồng kết luận", "en": "Council's conclusion on"], .personal),
            Field("minutes", .text(max: 60), ["vi": "Số biên bản kết luận", "en": "Number of the minutes"], .official),
            Field("certificate", .text(max: 60), ["vi": "Số giấy xác nhận", "en": "Certificate number"], .official),
            Field(
                "again", .day, ["vi": "Có giá trị đến hết ngày", "en": "Valid until the end of"], .personal, required: false,
                hint: ["vi": "Chỉ ghi khi hội đồng hẹn xác định lại mức độ.", "en": "Only where the council set a day for another examination."]),
        ],
        result: ["vi": "Giấy xác nhận khuyết tật", "en": "Disability certificate"], writes: ["disability"],
        check: { application, _, reading in
            var objections: [Objection] = []
            if let concluded = application["concluded"].day, concluded > reading.today {
                objections.append(Legal.objection("concluded", "future", "Ngày kết luận không thể ở tương lai.", "The council's day cannot lie in the future."))
            }
            if let again = application["again"].day, again <= reading.today {
                objections.append(Legal.objection("again", "order", "Ngày hẹn xác định lại phải sau hôm nay.", "The day of another examination comes after today."))
            }
            return objections
        },
        entries: { application, records, _ in
            // A new certificate takes the place of the one before.
            let earlier = try records.all("disability", where: "person", is: application.subject.key).filter { DisabilityCertificates.isInForce($0.fields, on: application.day) }
            let number = try records.newKey("disability")
            let certificate: [String: Value] = [
                "certificate": application["certificate"], "person": .string(application.subject.key), "commune": .string(application.unit), "kind": application["sort"],
                "degree": application["degree"], "concluded": application["concluded"], "minutes": application["minutes"], "issued": .string(application.day.description),
                "until": application["again"],
            ]
            let ended: [Consequence] = earlier.map { .retire("disability", $0.key) }
            return ended + [.put("disability", number, certificate)]
        },
        example: ["sort": .string("movement"), "help": .string("some")])

    static let needs = [
        Choice("none", ["vi": "Tự làm được", "en": "Needs no help"]), Choice("some", ["vi": "Cần giúp một phần", "en": "Needs some help"]),
        Choice("all", ["vi": "Cần giúp hoàn toàn", "en": "Needs help in everything"]),
    ]
}
