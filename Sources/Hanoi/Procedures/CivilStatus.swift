// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A death, told by somebody of the household.
enum DeathRegistration: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.000656", ["vi": "Đăng ký khai tử", "en": "Registration of death"], need: ["vi": "Khai tử cho người thân", "en": "Registering a death in the family"],
        words: ["giấy báo tử", "qua đời", "chết", "mất"],
        on: Occasions.death, under: ["vi": "Luật Hộ tịch 60/2014/QH13, Điều 32 đến 34", "en": "Law on Civil Status 60/2014/QH13, articles 32 to 34"],
        decidedBy: CityOffices.communeCommittee, at: .home,
        about: [.member], facts: [Legal.person, Legal.home, Fact(.members, "name", "relation")],
        questions: [
            Field("died_on", .day, ["vi": "Mất ngày", "en": "Died on"], .personal),
            Field("death_cause", .text(max: 200), ["vi": "Nguyên nhân", "en": "Cause"], .personal, required: false),
            Field(
                "new_head", .reference("population"), ["vi": "Chủ hộ mới", "en": "New head of the household"], .personal, required: false,
                hint: ["vi": "Số định danh, nếu người mất là chủ hộ và gia đình đã chọn.", "en": "The ID number, if the person headed the household and the family has chosen."]),
        ],
        papers: [
            Paper(
                "notice", ["vi": "Giấy báo tử, hoặc giấy tờ thay thế", "en": "Notice of death, or what stands for it"],
                because: ["vi": "cơ sở y tế, cơ quan khác cấp", "en": "a hospital or another office gives it"])
        ],
        within: Legal.within(.sameDay(until: 15 * 60), ["vi": "Luật Hộ tịch 2014, Điều 34", "en": "Law on Civil Status 2014, article 34"]), fees: Legal.free(Legal.civilStatus),
        findings: [Field("book", .text(max: 40), ["vi": "Số, quyển sổ hộ tịch", "en": "Number in the book"], .official, required: false)],
        result: ["vi": "Trích lục khai tử", "en": "Extract of the death"], writes: ["civil-event"],
        check: { application, records, reading in
            if let day = application["died_on"].day, day > reading.today {
                return [Legal.objection("died_on", "future", "Ngày mất không thể ở tương lai.", "It cannot lie in the future.")]
            }
            guard let head = application["new_head"].string else { return [] }
            guard application.subject["relation"].string == "head" else {
                return [Legal.objection("new_head", "not-head", "Người mất không phải chủ hộ nên để trống.", "The person did not head the household: leave it empty.")]
            }
            guard try records.find("population", head)?["household"] == application.subject["household"], head != application.subject.key else {
                return [Legal.objection("new_head", "member", "Chủ hộ mới phải là người trong hộ.", "The new head must belong to the household.")]
            }
            return []
        },
        entries: { application, records, _ in
            [
                .put(
                    "civil-event", try records.newKey("civil-event"),
                    [
                        "kind": .string("death"), "day": application["died_on"], "commune": .string(application.unit), "book": application["book"],
                        "deceased": .string(application.subject.key),
                        "cause": application["death_cause"], "successor": application["new_head"],
                    ])
            ]
        }, example: ["died_on": .string("2026-11-20")])
}

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

/// Extracts of what the civil-status register holds.
enum CivilExtract: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.000635", ["vi": "Cấp bản sao trích lục hộ tịch, bản sao Giấy khai sinh", "en": "Copies of civil-status extracts"],
        need: ["vi": "Xin bản sao khai sinh, kết hôn, khai tử", "en": "Getting a copy of a birth, marriage or death"],
        words: ["trích lục", "bản sao khai sinh"], on: Occasions.papers,
        under: ["vi": "Luật Hộ tịch 60/2014/QH13, Điều 63, 64", "en": "Law on Civil Status 60/2014/QH13, articles 63 and 64"],
        decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself, .child],
        facts: [
            Legal.person, Fact(.records("civil-event", where: "child"), "name", "day", "book"), Fact(.records("civil-event", where: "husband"), "day", "book"),
            Fact(.records("civil-event", where: "wife"), "day", "book"),
        ],
        questions: [
            Field("extract", .choice(CivilEvents.kinds), ["vi": "Trích lục", "en": "Extract of"], .official),
            Field("copies", .integer(1...20), ["vi": "Số bản", "en": "Copies"], .official),
        ],
        within: Legal.within(.workingDays(1), ["vi": "Luật Hộ tịch 2014, Điều 64", "en": "Law on Civil Status 2014, article 64"]),
        fees: [
            Dated(
                Fee(counter: 8000, online: 8000, times: "copies", except: [Legal.elder]), from: Legal.twoTiers,
                under: ["vi": "Thông tư 281/2016/TT-BTC", "en": "Circular 281/2016/TT-BTC"])
        ],
        result: ["vi": "Bản sao trích lục", "en": "Certified extract"], fourEyes: false,
        check: { application, records, _ in
            let roles = ["birth": ["child"], "marriage": ["husband", "wife"], "death": ["deceased"]][application["extract"].plain] ?? []
            for role in roles where try records.all("civil-event", where: role, is: application.subject.key).contains(where: { $0["kind"] == application["extract"] }) { return [] }
            return [Legal.objection("extract", "none", "Sổ hộ tịch của thành phố không có sự kiện này của người ấy.", "The city's register holds no such event of this person.")]
        }, example: ["extract": .string("birth"), "copies": .integer(2)])
}
