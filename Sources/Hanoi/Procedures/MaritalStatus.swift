// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A certificate of marital status, from the city's own register.
enum MaritalStatus: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.004873", ["vi": "Cấp Giấy xác nhận tình trạng hôn nhân", "en": "Certificate of marital status"],
        need: ["vi": "Xác nhận độc thân hoặc tình trạng hôn nhân", "en": "Certifying that one is single or married"],
        words: ["độc thân", "chưa kết hôn"], on: Occasions.marriage, under: ["vi": "Nghị định 123/2015/NĐ-CP, Điều 21, 22", "en": "Decree 123/2015/NĐ-CP, articles 21 and 22"],
        decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself],
        facts: [Legal.person, Legal.home, Fact(.records("civil-event", where: "husband"), "day", "ended"), Fact(.records("civil-event", where: "wife"), "day", "ended")],
        questions: [
            Field("used_for", .choice(uses), ["vi": "Dùng để làm gì", "en": "What it is for"], .personal),
            Field("used_note", .text(max: 200), ["vi": "Ghi rõ", "en": "Say more"], .personal, when: .init("used_for", "other")),
        ],
        within: Legal.within(.workingDays(3), ["vi": "Nghị định 123/2015/NĐ-CP, Điều 22", "en": "Decree 123/2015/NĐ-CP, article 22"]),
        fees: [
            Dated(
                Fee(counter: 15_000, online: 15_000, except: [Legal.elder]), from: Legal.twoTiers,
                under: ["vi": "Nghị quyết của Hội đồng nhân dân thành phố", "en": "Resolution of the City Council"])
        ],
        result: ["vi": "Giấy xác nhận tình trạng hôn nhân", "en": "Certificate of marital status"],
        check: { application, _, reading in
            let age = application.subject["sex"].string == "male" ? 20 : 18
            guard Legal.age(application.subject, reading).map({ $0 < age }) ?? false else { return [] }
            return [Legal.objection("", "age", "Người chưa đủ tuổi kết hôn không được cấp giấy này.", "Who is too young to marry gets no such certificate.")]
        }, example: ["used_for": .string("marriage")])

    static let uses = [
        Choice("marriage", ["vi": "Kết hôn", "en": "Marriage"]), Choice("property", ["vi": "Mua bán nhà đất", "en": "Buying or selling property"]),
        Choice("other", ["vi": "Việc khác", "en": "Something else"]),
    ]
}
