// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Permanent residence in another household, with those who move along decided by the registers' own rules.
enum PermanentResidence: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.004222", ["vi": "Đăng ký thường trú", "en": "Permanent residence"],
        need: ["vi": "Chuyển hẳn đến nơi ở mới", "en": "Moving to a new home for good"], words: ["nhập khẩu", "hộ khẩu", "chuyển khẩu", "chuyển nhà"], on: Occasions.moving,
        under: ["vi": "Luật Cư trú 68/2020/QH14, Điều 20 đến 22", "en": "Law on Residence 68/2020/QH14, articles 20 to 22"], decidedBy: CityOffices.communePolice,
        at: .answer("to_commune"), about: [.oneself, .child], facts: [Legal.person, Legal.home, Fact(.answer("to_household", register: "household"), "commune", "kind")],
        questions: [
            Field("to_commune", .unit(.commune), ["vi": "Chuyển đến phường, xã", "en": "Moving to the ward or commune"], .official),
            Field(
                "to_household", .reference("household"), ["vi": "Mã hộ nơi chuyển đến", "en": "Code of the household joined"], .official,
                hint: ["vi": "10 chữ số; chủ hộ nơi đến cho bạn mã này.", "en": "10 digits; its head gives it to you."]),
            Field("to_relation", .choice(Population.relations), ["vi": "Là gì của chủ hộ nơi đến", "en": "What you are to its head"], .personal),
            Field(
                "right", .choice(rights), ["vi": "Ở đó vì", "en": "You may live there because"], .official),
        ],
        papers: [
            Paper(
                "consent", ["vi": "Ý kiến đồng ý của chủ hộ, chủ sở hữu chỗ ở", "en": "Consent of the head and of the owner"],
                because: ["vi": "chữ ký của người khác", "en": "it is another's signature"], when: .init("right", "owned", "family", "rented", "lent")),
            Paper(
                "dwelling", ["vi": "Giấy tờ chứng minh chỗ ở hợp pháp", "en": "Proof of lawful dwelling"], because: Legal.scan, when: .init("right", "rented", "lent")),
        ],
        within: Legal.within(.workingDays(7), ["vi": "Luật Cư trú 2020, Điều 22 khoản 3", "en": "Law on Residence 2020, article 22(3)"]),
        fees: [Dated(Fee(counter: 20_000, online: 10_000, except: [Legal.child, Legal.elder]), from: Legal.twoTiers, under: Legal.residenceFees)],
        result: ["vi": "Thông báo kết quả đăng ký cư trú (CT08)", "en": "Notice of registration of residence (CT08)"], writes: ["residence"],
        check: { application, records, reading in
            var objections = try Legal.household(application["to_household"], at: "to_household", records, in: application.unit)
            // A newborn belongs to the household already and is registered there for the first time.
            let isNewborn = try application["right"].string == "born" && records.all("residence", where: "person", is: application.subject.key).isEmpty
            if application["right"].string == "born", !isNewborn || application["to_household"] != application.subject["household"] || Legal.age(application.subject, reading) != 0
            {
                objections.append(Legal.objection("right", "born", "Chỉ cho trẻ dưới một tuổi ở hộ của bố, mẹ.", "Only for a child under one in the household of a parent."))
            }
            if application["to_household"] == application.subject["household"], !isNewborn {
                objections.append(Legal.objection("to_household", "same", "Người này đang thường trú ở hộ ấy.", "This person lives in that household already."))
            }
            if application.subject["relation"].string == "head",
                try records.all("population", where: "household", is: application.subject["household"].plain).count > 1
            {
                objections.append(
                    Legal.objection(
                        "to_household", "head-leaves", "Bạn là chủ hộ và hộ còn người khác: đổi chủ hộ trước khi chuyển đi.",
                        "You head a household with others in it: change its head before you leave."))
            }
            return objections
        },
        entries: { application, records, _ in
            let home = try records.find("household", application["to_household"].plain)
            return [
                .put(
                    "residence", try records.newKey("residence"),
                    [
                        "person": .string(application.subject.key), "kind": .string("permanent"), "commune": .string(application.unit), "address": home?["address"] ?? .null,
                        "household": application["to_household"], "relation": application["to_relation"], "from": .string(application.day.description),
                        "reason": .string("Hồ sơ \(application.dossier)"),
                    ])
            ]
        },
        example: ["to_commune": .string("00008"), "to_household": .string("1000000002"), "to_relation": .string("other"), "right": .string("family")])

    static let rights = [
        Choice("owned", ["vi": "Nhà của tôi", "en": "It is my house"]), Choice("family", ["vi": "Về ở với người thân", "en": "I join my family"]),
        Choice("rented", ["vi": "Thuê", "en": "I rent it"]), Choice("lent", ["vi": "Mượn, ở nhờ", "en": "It is lent to me"]),
        Choice("born", ["vi": "Trẻ mới sinh ở cùng bố, mẹ", "en": "A newborn who lives with a parent"]),
    ]
}
