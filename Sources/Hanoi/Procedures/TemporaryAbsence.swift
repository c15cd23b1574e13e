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
