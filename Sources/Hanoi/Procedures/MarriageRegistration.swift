// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A marriage; both come once, to sign.
enum MarriageRegistration: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.000894", ["vi": "Đăng ký kết hôn", "en": "Registration of marriage"], need: ["vi": "Kết hôn", "en": "Getting married"],
        words: ["cưới", "lấy vợ", "lấy chồng", "đăng ký kết hôn"], on: Occasions.marriage,
        under: [
            "vi": "Luật Hộ tịch 60/2014/QH13, Điều 17, 18; Luật Hôn nhân và gia đình 52/2014/QH13",
            "en": "Law on Civil Status 60/2014/QH13, articles 17 and 18; Law on Marriage and Family 52/2014/QH13",
        ],
        decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself],
        facts: [Legal.person, Legal.home, Fact(.records("civil-event", where: "husband"), "day", "ended"), Fact(.records("civil-event", where: "wife"), "day", "ended")],
        questions: [
            Field("partner", .reference("population"), ["vi": "Số định danh của người kia", "en": "ID number of your partner"], .personal),
            Field(
                "together", .choice(homes), ["vi": "Sau khi kết hôn ở", "en": "Where you will live"], .personal),
        ],
        papers: [
            Paper(
                "status", ["vi": "Giấy xác nhận tình trạng hôn nhân của người kia", "en": "Certificate of your partner's marital status"],
                because: ["vi": "chỉ khi người kia đăng ký hộ tịch ngoài thành phố", "en": "only if their civil status is kept outside the city"], required: false)
        ],
        within: Legal.within(
            .workingDays(1), ["vi": "Luật Hộ tịch 2014, Điều 18; xác minh thì thêm 5 ngày", "en": "Law on Civil Status 2014, article 18; five more days for inquiries"]),
        fees: Legal.free(Legal.civilStatus),
        findings: [
            Field("signed_on", .day, ["vi": "Hai bên ký ngày", "en": "Signed by both on"], .official),
            Field("book", .text(max: 40), ["vi": "Số, quyển sổ hộ tịch", "en": "Number in the book"], .official, required: false),
        ],
        result: ["vi": "Giấy chứng nhận kết hôn", "en": "Marriage certificate"], writes: ["civil-event"],
        check: { application, records, reading in
            guard let partner = try records.find("population", application["partner"].plain) else {
                return [Legal.objection("partner", "reference", "Không có người này trong sổ dân cư.", "This person is not in the population register.")]
            }
            var objections: [Objection] = []
            for (person, field) in [(application.subject, ""), (partner, "partner")] {
                let age = person["sex"].string == "male" ? 20 : 18
                if Legal.age(person, reading).map({ $0 < age }) ?? false {
                    objections.append(Legal.objection(field, "age", "Nam phải từ đủ 20 tuổi, nữ từ đủ 18 tuổi.", "A man must be 20, a woman 18."))
                }
                if try BirthRegistration.spouse(person.key, records) != nil {
                    objections.append(Legal.objection(field, "married", "Sổ hộ tịch ghi người này đang có vợ hoặc chồng.", "The register says that this person is married."))
                }
            }
            if partner["sex"] == application.subject["sex"] {
                objections.append(Legal.objection("partner", "sex", "Nhà nước chỉ đăng ký kết hôn giữa nam và nữ.", "The State registers the marriage of a man and a woman only."))
            }
            return objections
        },
        entries: { application, records, _ in
            let isHusband = application.subject["sex"].string == "male"
            let own = Value.string(application.subject.key)
            var home = Value.null
            if application["together"].string == "mine" { home = application.subject["household"] }
            if application["together"].string == "theirs" { home = try records.find("population", application["partner"].plain)?["household"] ?? .null }
            return [
                .put(
                    "civil-event", try records.newKey("civil-event"),
                    [
                        "kind": .string("marriage"), "day": application["signed_on"], "commune": .string(application.unit), "book": application["book"],
                        "husband": isHusband ? own : application["partner"], "wife": isHusband ? application["partner"] : own, "household": home,
                    ])
            ]
        }, example: ["partner": .string("001192000002"), "together": .string("apart")])

    static let homes = [
        Choice("mine", ["vi": "Nhà tôi: người kia chuyển về", "en": "My home: my partner moves in"]),
        Choice("theirs", ["vi": "Nhà người kia: tôi chuyển đến", "en": "Theirs: I move there"]),
        Choice("apart", ["vi": "Chưa đổi nơi thường trú", "en": "Neither moves yet"]),
    ]
}
