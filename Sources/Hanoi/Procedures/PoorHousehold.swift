// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Whether a household is poor or nearly so; reviewed once a year. What the review finds is the officer's to enter; the class follows from the line.
enum PoorHousehold: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.011606", ["vi": "Công nhận hộ nghèo, hộ cận nghèo hằng năm", "en": "Recognition as a poor or near-poor household"],
        need: ["vi": "Đề nghị xét hộ nghèo, cận nghèo", "en": "Asking to be recognised as a poor household"], words: ["hộ nghèo", "khó khăn"],
        on: Occasions.support, under: ["vi": "Quyết định 24/2021/QĐ-TTg", "en": "Decision 24/2021/QĐ-TTg"], decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself],
        facts: [Legal.person, Legal.home, Fact(.members, "name", "birth", "relation")],
        questions: [
            Field("monthly_income", .money, ["vi": "Thu nhập của cả hộ mỗi tháng (đồng)", "en": "The household's income a month (đồng)"], .personal),
            Field(
                "lacks", .text(max: 500),
                [
                    "vi": "Hộ thiếu những gì: việc làm, y tế, học hành, nhà ở, nước sạch, thông tin",
                    "en": "What the household lacks: work, health care, schooling, housing, clean water, information",
                ], .personal),
        ],
        within: Legal.within(
            .yearly(month: 12, day: 14), ["vi": "Quyết định 24/2021/QĐ-TTg: rà soát 1/9 đến 14/12", "en": "Decision 24/2021/QĐ-TTg: review from 1 September to 14 December"]),
        fees: Legal.free(["vi": "Quyết định 24/2021/QĐ-TTg", "en": "Decision 24/2021/QĐ-TTg"]),
        findings: findings,
        result: ["vi": "Quyết định và Giấy chứng nhận hộ nghèo, cận nghèo", "en": "Decision and certificate"], writes: ["poor-household"],
        check: { application, records, _ in try objections(application, records) },
        entries: { application, records, _ in
            if let objection = try objections(application, records).first { throw objection }
            guard let found = found(application) else { return [] }
            let year = year(of: application)
            var values: [String: Value] = [
                "household": application.subject["household"], "commune": .string(application.unit), "year": .integer(Int64(year)), "class": .string(found.rawValue),
                "area": application["area"], "income": application["income_each"], "score_a": application["score_income"],
                "score_b": .integer(Int64(deprived(application)) * Deprivations.pointsEach), "decision": .string(application.dossier),
                "decided": .string(application.day.description), "until": .string("\(year)-12-31"),
            ]
            for indicator in Deprivations.all { values[indicator.code] = application[indicator.code] }
            return [.put("poor-household", key(application), values)]
        },
        example: ["monthly_income": .integer(4_000_000), "lacks": .string("Việc làm, nhà ở")])

    /// The figures of the review's forms, which nobody can know before the visit.
    private static let findings: [Field] =
        [
            Field("area", .choice(PoorHouseholds.areas), ["vi": "Khu vực", "en": "Area"], .official),
            Field("income_each", .money, ["vi": "Thu nhập bình quân một người mỗi tháng (đồng)", "en": "Income a person a month (đồng)"], .personal),
            Field("score_income", .integer(0...1000), ["vi": "Điểm thu nhập (B1)", "en": "Points for income (B1)"], .personal),
        ] + Deprivations.all.map { Field($0.code, .boolean, $0.title, .personal) }

    /// The review of autumn is for the year after (Decision 24/2021/QĐ-TTg, articles 4 and 5).
    private static func year(of application: Application) -> Int { application.day.parts.month >= 9 ? application.day.year + 1 : application.day.year }

    private static func key(_ application: Application) -> String { "\(application.subject["household"].plain)-\(year(of: application))" }

    private static func deprived(_ application: Application) -> Int { Deprivations.all.count { application[$0.code].boolean == true } }

    /// The class by the line of the year; nil before the review's figures are there.
    private static func found(_ application: Application) -> PovertyClass? {
        guard let area = PovertyLines.Area(rawValue: application["area"].plain), let income = application["income_each"].integer,
            let day = Day(year: year(of: application), month: 1, day: 1)
        else { return nil }
        return PovertyLines.classify(area: area, income: Money(income), deprived: deprived(application), on: day)
    }

    private static func objections(_ application: Application, _ records: any Records) throws -> [Objection] {
        guard let found = found(application) else { return [] }
        let year = year(of: application)
        guard found != .above else {
            return [
                Legal.objection(
                    "income_each", "above", "Theo chuẩn nghèo năm \(year), hộ này không nghèo, không cận nghèo: đề xuất từ chối.",
                    "By the line of \(year) this household is neither poor nor near-poor: propose a refusal.")
            ]
        }
        guard try records.find("poor-household", key(application))?["class"].string == found.rawValue else { return [] }
        return [Legal.objection("", "exists", "Hộ đã được công nhận đúng diện này cho năm \(year).", "The household is recognised in this class for \(year) already.")]
    }
}
