// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Whether a household is poor or nearly so; reviewed once a year. The officer enters what the review's forms say; the class follows from it.
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
        findings: findings, result: ["vi": "Quyết định và Giấy chứng nhận hộ nghèo, cận nghèo", "en": "Decision and certificate"], writes: ["poor-household"],
        check: { application, _, reading in
            guard let year = application["year"].integer else { return [] }
            let thisYear = Int64(reading.today.year)
            guard year == thisYear || year == thisYear + 1 else {
                return [Legal.objection("year", "year", "Chỉ công nhận cho năm nay hoặc năm sau.", "It is for this year or the next.")]
            }
            // Limits that nobody has confirmed bind nobody: whoever reviewed the household may say otherwise.
            guard application["class"].isNull, recognised(application) == .above else { return [] }
            return [
                Legal.objection(
                    "score_b1", "above", "Theo điểm thì hộ này không nghèo, không cận nghèo: đề xuất từ chối, hoặc ghi diện mà cuộc rà soát kết luận.",
                    "By the points this household is neither poor nor near-poor: propose a refusal, or enter the class that the review concluded.")
            ]
        },
        entries: { application, _, _ in
            guard let year = application["year"].integer, let means = application["class"].string ?? recognised(application).map(PoorHouseholds.word) else { return [] }
            let household = application.subject["household"].plain
            var values: [String: Value] = [
                "household": .string(household), "commune": .string(application.unit), "year": .integer(year), "class": .string(means),
                "area": application["area"], "income": application["income"], "score_b1": application["score_b1"], "score_b2": .integer(lacking(application, year)),
            ]
            values["decision"] = application["decision"]
            values["decided"] = .string(application.day.description)
            values["until"] = .string("\(year)-12-31")
            for indicator in Deprivations.since2022 { values[indicator.code] = application[indicator.code] }
            return [.put("poor-household", "\(household)-\(year)", values)]
        },
        example: ["monthly_income": .integer(4_000_000), "lacks": .string("Việc làm, nhà ở")])

    private static let findings: [Field] = review + indicators + conclusion

    private static let conclusion: [Field] = [
        Field(
            "class", .choice(PoorHouseholds.classes.filter { $0.code != "escaped" }), ["vi": "Diện kết luận", "en": "Class concluded"], .official, required: false,
            hint: ["vi": "Để trống thì lấy theo điểm.", "en": "Left empty it follows from the points."]),
        Field("decision", .text(max: 60), ["vi": "Số quyết định", "en": "Decision number"], .official),
    ]

    private static let review: [Field] = [
        Field(
            "year", .integer(2025...2030), ["vi": "Công nhận cho năm", "en": "For the year"], .official,
            hint: ["vi": "Rà soát cuối năm thì ghi năm sau.", "en": "The next one, when it is reviewed at the end of a year."]),
        Field("area", .choice(PoorHouseholds.areas), ["vi": "Khu vực", "en": "Area"], .official),
        Field("income", .money, ["vi": "Thu nhập bình quân một người mỗi tháng (đồng)", "en": "Income a person a month (đồng)"], .personal),
        Field("score_b1", .integer(0...1000), ["vi": "Tổng điểm B1 (thu nhập) trên phiếu rà soát", "en": "Score B1 (income), the sum on the form"], .personal),
    ]

    private static let indicators: [Field] = Deprivations.since2022.map { Field($0.code, .boolean, $0.title, .personal) }

    private static func form(_ year: Int64) -> PovertyForm? { Day(year: Int(year), month: 1, day: 1).flatMap { PovertyForm.inForce(on: $0) } }

    /// Score B2: the points of what is lacking.
    private static func lacking(_ application: Application, _ year: Int64) -> Int64 {
        // A year whose form is not known yet is counted as the last one.
        (form(year) ?? PovertyForm.all.last)?.points { application[$0].boolean == true } ?? 0
    }

    /// By the points of the year's forms; by income and indicators where no form is known.
    private static func recognised(_ application: Application) -> PovertyClass? {
        guard let year = application["year"].integer, let area = PovertyLines.Area(rawValue: application["area"].plain), let score = application["score_b1"].integer,
            let day = Day(year: Int(year), month: 1, day: 1)
        else { return nil }
        if let form = form(year) { return form.classify(area, income: score, lacking: lacking(application, year)) }
        let deprived = Deprivations.since2022.count { application[$0.code].boolean == true }
        return application["income"].integer.flatMap { PovertyLines.classify(area: area, income: Money($0), deprived: deprived, on: day) }
    }
}
