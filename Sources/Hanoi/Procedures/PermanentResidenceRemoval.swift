// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A permanent residence that ends: abroad for good, or by decision.
enum PermanentResidenceRemoval: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.003197", ["vi": "Xóa đăng ký thường trú", "en": "Removal of permanent residence"], need: ["vi": "Ra nước ngoài định cư, thôi thường trú", "en": "Leaving for good"],
        words: ["xóa hộ khẩu", "định cư nước ngoài"], on: Occasions.moving, under: ["vi": "Luật Cư trú 68/2020/QH14, Điều 24", "en": "Law on Residence 68/2020/QH14, article 24"],
        decidedBy: CityOffices.communePolice, at: .home, about: [.oneself, .child],
        facts: [Legal.person, Legal.home, Fact(.records("residence", where: "person"), "kind", "address", "from")],
        questions: [Field("ground", .choice(grounds), ["vi": "Trường hợp", "en": "Case"], .personal)],
        papers: [
            Paper("ground", ["vi": "Giấy tờ chứng minh trường hợp xóa", "en": "Proof of the case"], because: ["vi": "do cơ quan khác cấp", "en": "another office gives it"])
        ],
        within: Legal.within(.workingDays(5), ["vi": "Thông tư 55/2021/TT-BCA", "en": "Circular 55/2021/TT-BCA"]), fees: Legal.free(Legal.residenceFees),
        result: ["vi": "Thông báo xóa đăng ký thường trú", "en": "Notice of removal"], writes: ["residence", "population"],
        check: { application, records, _ in
            guard application.subject["relation"].string == "head", try records.all("population", where: "household", is: application.subject["household"].plain).count > 1 else {
                return []
            }
            return [
                Legal.objection(
                    "", "head-leaves", "Người này là chủ hộ và hộ còn người khác: đổi chủ hộ trước.", "This person heads a household with others in it: change its head first.")
            ]
        },
        entries: { application, records, _ in
            try records.all("residence", where: "person", is: application.subject.key).map { .retire("residence", $0.key) } + [.retire("population", application.subject.key)]
        }, example: ["ground": .string("abroad")])

    static let grounds = [
        Choice("abroad", ["vi": "Ra nước ngoài để định cư", "en": "Settling abroad"]),
        Choice("decision", ["vi": "Có quyết định hủy bỏ đăng ký thường trú", "en": "The registration was cancelled by decision"]),
        Choice("dwelling", ["vi": "Hết quyền ở chỗ ở hợp pháp quá 12 tháng", "en": "Without right to the dwelling for over twelve months"]),
    ]
}
