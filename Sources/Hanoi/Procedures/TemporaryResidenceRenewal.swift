// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A longer temporary residence at the same place.
enum TemporaryResidenceRenewal: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.002755", ["vi": "Gia hạn tạm trú", "en": "Renewal of temporary residence"], need: ["vi": "Ở tạm trú thêm một thời gian", "en": "Staying on for a time"],
        words: ["gia hạn", "ở thêm"],
        on: Occasions.moving, under: ["vi": "Luật Cư trú 68/2020/QH14, Điều 28 khoản 3", "en": "Law on Residence 68/2020/QH14, article 28(3)"],
        decidedBy: CityOffices.communePolice,
        at: .found { subject, records in try TemporaryResidence.standing(subject.key, records)?["commune"].string }, about: [.oneself, .child],
        facts: [Legal.person, Fact(.records("residence", where: "person"), "kind", "address", "from", "until")],
        questions: [Field("stay_until", .day, ["vi": "Xin ở thêm đến ngày", "en": "Stay on until"], .official)],
        papers: [Paper("dwelling", ["vi": "Giấy tờ chứng minh chỗ ở hợp pháp còn hạn", "en": "Proof of lawful dwelling, still valid"], because: Legal.scan)],
        within: Legal.within(.workingDays(3), ["vi": "Luật Cư trú 2020, Điều 28 khoản 2", "en": "Law on Residence 2020, article 28(2)"]),
        fees: [Dated(Fee(counter: 15_000, online: 7_000, except: [Legal.child, Legal.elder]), from: Legal.twoTiers, under: Legal.residenceFees)],
        result: ["vi": "Thông báo kết quả đăng ký cư trú (CT08)", "en": "Notice of registration of residence (CT08)"], writes: ["residence"],
        check: { application, records, reading in
            guard let standing = try TemporaryResidence.standing(application.subject.key, records), let until = application["stay_until"].day, let now = standing["until"].day
            else { return [] }
            if until <= now { return [Legal.objection("stay_until", "order", "Phải sau ngày hết hạn hiện nay.", "It must come after the present last day.")] }
            if until > now.adding(months: 24) {
                return [Legal.objection("stay_until", "two-years", "Mỗi lần gia hạn nhiều nhất hai năm.", "Each renewal is for two years at most.")]
            }
            return []
        },
        entries: { application, records, _ in
            guard let standing = try TemporaryResidence.standing(application.subject.key, records) else {
                throw Legal.objection("", "none", "Không còn đăng ký tạm trú nào để gia hạn.", "There is no temporary residence left to renew.")
            }
            // A new term from the day after the old one: the old one stays in history as it was.
            let from = standing["until"].day.map { $0 + 1 } ?? application.day
            return [
                .put(
                    "residence", try records.newKey("residence"),
                    [
                        "person": .string(application.subject.key), "kind": .string("temporary"), "commune": standing["commune"], "address": standing["address"],
                        "from": .string(from.description), "until": application["stay_until"], "reason": standing["reason"],
                    ])
            ]
        }, example: ["stay_until": .string("2028-01-31")])
}
