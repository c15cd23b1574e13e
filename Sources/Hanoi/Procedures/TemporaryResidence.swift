// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Temporary residence of thirty days and more, two years at most.
enum TemporaryResidence: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.004194", ["vi": "Đăng ký tạm trú", "en": "Temporary residence"],
        need: ["vi": "Đến ở nơi khác một thời gian", "en": "Living elsewhere for a time"], words: ["thuê nhà", "thuê trọ", "ở trọ", "kt3"], on: Occasions.moving,
        under: ["vi": "Luật Cư trú 68/2020/QH14, Điều 27, 28", "en": "Law on Residence 68/2020/QH14, articles 27 and 28"], decidedBy: CityOffices.communePolice,
        at: .answer("at_commune"), about: [.oneself, .child], facts: [Legal.person, Legal.home, Fact(.records("residence", where: "person"), "kind", "address", "until")],
        questions: [
            Field("at_commune", .unit(.commune), ["vi": "Tạm trú tại phường, xã", "en": "In the ward or commune"], .official),
            Field("at_address", .address, ["vi": "Nơi tạm trú: số nhà, ngõ, đường, tổ dân phố", "en": "Where: house number, alley, street, residential group"], .personal),
            Field("stay_from", .day, ["vi": "Tạm trú từ ngày", "en": "Stay from"], .official),
            Field("stay_until", .day, ["vi": "Tạm trú đến ngày", "en": "Stay until"], .official),
            Field("stay_reason", .text(max: 200), ["vi": "Lý do tạm trú", "en": "Reason of the stay"], .personal, required: false),
        ],
        papers: [
            Paper("dwelling", ["vi": "Giấy tờ chứng minh chỗ ở hợp pháp, ví dụ hợp đồng thuê", "en": "Proof of lawful dwelling, such as the lease"], because: Legal.scan)
        ],
        within: Legal.within(.workingDays(3), ["vi": "Luật Cư trú 2020, Điều 28 khoản 2", "en": "Law on Residence 2020, article 28(2)"]),
        fees: [Dated(Fee(counter: 15_000, online: 7_000, except: [Legal.child, Legal.elder]), from: Legal.twoTiers, under: Legal.residenceFees)],
        result: ["vi": "Thông báo kết quả đăng ký cư trú (CT08)", "en": "Notice of registration of residence (CT08)"], writes: ["residence"],
        check: { application, records, _ in
            guard let from = application["stay_from"].day, let until = application["stay_until"].day else { return [] }
            var objections: [Objection] = []
            if until < from { objections.append(Legal.objection("stay_until", "order", "Ngày hết hạn phải sau ngày bắt đầu.", "The last day must come after the first.")) }
            if until > from.adding(months: 24) {
                objections.append(Legal.objection("stay_until", "two-years", "Tạm trú nhiều nhất hai năm; sau đó gia hạn.", "Two years at most; then it is renewed."))
            }
            if until >= from, until - from < 29 {
                objections.append(
                    Legal.objection("stay_until", "thirty-days", "Ở dưới 30 ngày thì chỉ cần thông báo lưu trú.", "For less than 30 days a notice of stay is enough."))
            }
            if application.subject["commune"].string == application.unit,
                try records.find("household", application.subject["household"].plain)?["address"] == application["at_address"]
            {
                objections.append(Legal.objection("at_address", "home", "Đây là nơi thường trú.", "This is the permanent home."))
            }
            return objections
        },
        entries: { application, records, _ in
            [
                .put(
                    "residence", try records.newKey("residence"),
                    [
                        "person": .string(application.subject.key), "kind": .string("temporary"), "commune": .string(application.unit), "address": application["at_address"],
                        "from": application["stay_from"], "until": application["stay_until"], "reason": application["stay_reason"],
                    ])
            ]
        },
        example: [
            "at_commune": .string("00008"), "at_address": .string("Số 3, ngõ 5, phố Ví Dụ"), "stay_from": .string("2026-11-25"), "stay_until": .string("2027-11-24"),
            "stay_reason": .string("Học tập"),
        ])

    /// The subject's temporary residence that ends last.
    static func standing(_ person: String, _ records: any Records) throws -> Found? {
        try records.all("residence", where: "person", is: person).filter { $0["kind"].string == "temporary" }.max { $0["until"].plain < $1["until"].plain }
    }
}
