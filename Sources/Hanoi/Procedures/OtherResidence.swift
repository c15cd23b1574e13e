// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Who leaves for long tells the police of the commune.
enum TemporaryAbsence: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.003677", ["vi": "Khai báo tạm vắng", "en": "Temporary absence"], need: ["vi": "Đi vắng lâu ngày", "en": "Going away for long"],
        words: ["đi xa", "vắng nhà", "nghĩa vụ quân sự"],
        on: Occasions.moving, under: ["vi": "Luật Cư trú 68/2020/QH14, Điều 31", "en": "Law on Residence 68/2020/QH14, article 31"], decidedBy: CityOffices.communePolice,
        at: .home,
        about: [.oneself, .child], facts: [Legal.person, Legal.home],
        questions: [
            Field("group", .choice(groups), ["vi": "Bạn thuộc trường hợp nào", "en": "Which case is yours"], .personal),
            Field("away_from", .day, ["vi": "Vắng từ ngày", "en": "Away from"], .official), Field("away_until", .day, ["vi": "Vắng đến ngày", "en": "Away until"], .official),
            Field("away_to", .address, ["vi": "Nơi đến", "en": "Where you go"], .personal),
        ],
        papers: [
            Paper(
                "permission", ["vi": "Văn bản đồng ý của cơ quan giám sát, quản lý", "en": "Consent of the supervising office"],
                because: ["vi": "do cơ quan khác cấp", "en": "another office gives it"],
                when: .init("group", "supervised"))
        ],
        within: Legal.within(.workingDays(1), ["vi": "Luật Cư trú 2020, Điều 31 khoản 4", "en": "Law on Residence 2020, article 31(4)"]), fees: Legal.free(Legal.residenceFees),
        result: ["vi": "Phiếu khai báo tạm vắng (CT03)", "en": "Slip of temporary absence (CT03)"], writes: ["residence"],
        check: { application, _, _ in
            guard let from = application["away_from"].day, let until = application["away_until"].day, until < from else { return [] }
            return [Legal.objection("away_until", "order", "Ngày về phải sau ngày đi.", "The last day must come after the first.")]
        },
        entries: { application, records, _ in
            [
                .put(
                    "residence", try records.newKey("residence"),
                    [
                        "person": .string(application.subject.key), "kind": .string("absent"), "commune": .string(application.unit), "address": application["away_to"],
                        "from": application["away_from"], "until": application["away_until"],
                    ])
            ]
        }, example: ["group": .string("long"), "away_from": .string("2026-12-01"), "away_until": .string("2027-12-31"), "away_to": .string("Thành phố Đà Nẵng")])

    static let groups = [
        Choice("supervised", ["vi": "Đang bị giám sát, quản lý theo quyết định", "en": "Under supervision by order"]),
        Choice("conscript", ["vi": "Trong độ tuổi nghĩa vụ quân sự, vắng từ 3 tháng", "en": "Of conscription age, away three months or more"]),
        Choice("long", ["vi": "Vắng từ 12 tháng trở lên", "en": "Away twelve months or more"]),
    ]
}

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

/// An identity card for people of fourteen and older: first issue, exchange, replacement.
enum IdentityCard: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.014061", ["vi": "Cấp thẻ căn cước cho người từ đủ 14 tuổi", "en": "Identity card from the age of 14"],
        need: ["vi": "Làm, đổi, làm lại thẻ căn cước", "en": "Getting an identity card"],
        words: ["cccd", "căn cước công dân", "chứng minh thư", "mất thẻ"], on: Occasions.papers,
        under: ["vi": "Luật Căn cước 26/2023/QH15", "en": "Law on Identification 26/2023/QH15"],
        decidedBy: CityOffices.communePolice, at: .home, about: [.oneself], facts: [Legal.person, Legal.home],
        questions: [Field("issue", .choice(issues), ["vi": "Bạn cần", "en": "You need"], .official)],
        within: Legal.within(.workingDays(7), ["vi": "Luật Căn cước 2023, Điều 26", "en": "Law on Identification 2023, article 26"]),
        fees: [
            Dated(
                Fee(counter: 50_000, online: 50_000, except: [first, Legal.elder]), from: Legal.twoTiers, under: ["vi": "Thông tư 73/2024/TT-BTC", "en": "Circular 73/2024/TT-BTC"])
        ],
        result: ["vi": "Thẻ căn cước", "en": "Identity card"],
        check: { application, _, reading in
            guard Legal.age(application.subject, reading).map({ $0 < 14 }) ?? false else { return [] }
            return [Legal.objection("", "age", "Người dưới 14 tuổi theo thủ tục khác.", "Children under 14 have a procedure of their own.")]
        }, example: ["issue": .string("exchange")])

    static let first = Exemption("first-issue", ["vi": "Cấp lần đầu", "en": "First issue"]) { application, _, _ in application["issue"].string == "first" }

    static let issues = [
        Choice("first", ["vi": "Thẻ đầu tiên", "en": "A first card"]),
        Choice("exchange", ["vi": "Đổi thẻ hết hạn, hỏng, sai", "en": "Another for an expired, broken or wrong one"]),
        Choice("replacement", ["vi": "Làm lại thẻ bị mất", "en": "Another for a lost one"]),
    ]
}

/// The certificate of criminal record, forms 1 and 2.
enum CriminalRecord: ProcedureDeclaration {
    static let procedure = Procedure(
        "3.000333", ["vi": "Cấp Phiếu lý lịch tư pháp", "en": "Criminal record certificate"],
        need: ["vi": "Xin phiếu lý lịch tư pháp", "en": "Getting a criminal record certificate"],
        words: ["lý lịch tư pháp", "tiền án"], on: Occasions.papers,
        under: ["vi": "Luật Lý lịch tư pháp 28/2009/QH12, Điều 44 đến 48", "en": "Law on Criminal Records 28/2009/QH12, articles 44 to 48"],
        decidedBy: CityOffices.cityPolice, at: .city, about: [.oneself], facts: [Legal.person, Legal.home],
        questions: [
            Field("form", .choice(forms), ["vi": "Loại phiếu", "en": "Which form"], .official),
            Field("aim", .text(max: 200), ["vi": "Để làm gì", "en": "What it is for"], .personal, required: false),
            Field("copies", .integer(1...10), ["vi": "Số bản", "en": "Copies"], .official),
        ],
        within: Legal.within(.days(10), ["vi": "Luật Lý lịch tư pháp 2009, Điều 48", "en": "Law on Criminal Records 2009, article 48"]),
        fees: [
            Dated(Fee(counter: 200_000, online: 200_000, except: [Legal.child]), from: Legal.twoTiers, under: ["vi": "Thông tư 16/2025/TT-BTC", "en": "Circular 16/2025/TT-BTC"])
        ],
        result: ["vi": "Phiếu lý lịch tư pháp", "en": "Criminal record certificate"], example: ["form": .string("1"), "copies": .integer(1)])

    static let forms = [
        Choice("1", ["vi": "Số 1: cho cá nhân, cơ quan, tổ chức", "en": "Form 1: for persons and offices"]),
        Choice("2", ["vi": "Số 2: để biết về lý lịch của mình", "en": "Form 2: for knowing one's own record"]),
    ]
}
