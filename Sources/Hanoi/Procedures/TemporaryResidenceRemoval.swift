// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A temporary residence that ends before its term.
enum TemporaryResidenceRemoval: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.010028", ["vi": "Xóa đăng ký tạm trú", "en": "Removal of temporary residence"], need: ["vi": "Không còn ở nơi tạm trú", "en": "No longer living at the temporary home"],
        words: ["trả phòng", "xóa tạm trú"], on: Occasions.moving, under: ["vi": "Luật Cư trú 68/2020/QH14, Điều 29", "en": "Law on Residence 68/2020/QH14, article 29"],
        decidedBy: CityOffices.communePolice, at: .found { subject, records in try TemporaryResidence.standing(subject.key, records)?["commune"].string },
        about: [.oneself, .child],
        facts: [Legal.person, Fact(.records("residence", where: "person"), "kind", "address", "until")],
        questions: [Field("left", .choice(reasons), ["vi": "Vì sao thôi ở đó", "en": "Why you no longer live there"], .official)],
        within: Legal.within(.workingDays(2), ["vi": "Thông tư 55/2021/TT-BCA", "en": "Circular 55/2021/TT-BCA"]), fees: Legal.free(Legal.residenceFees),
        result: ["vi": "Thông báo xóa đăng ký tạm trú", "en": "Notice of removal"], writes: ["residence"],
        entries: { application, records, _ in try TemporaryResidence.standing(application.subject.key, records).map { [.retire("residence", $0.key)] } ?? [] },
        example: ["left": .string("moved")])

    static let reasons = [
        Choice("moved", ["vi": "Đã chuyển đi nơi khác", "en": "Moved elsewhere"]), Choice("returned", ["vi": "Đã về nơi thường trú", "en": "Went back to the permanent home"]),
    ]
}
