// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Why a household is, or is not, poor: the decision and its year, and what the review's points say.
extension PoorHouseholds {
    /// For a question whose answer is yes for these classes.
    static func reasons(_ name: String, _ classes: Set<String>) -> Question.Reasoning {
        Question.Reasoning { found, _, reading in
            let decided = chair(found.fields, classes)
            let year = validity(found.fields, reading)
            let isYes = decided.state == .holds && year.state == .holds
            var sources: [Text] = [register.law]
            if let form = form(found.fields) { sources.append(form.source) }
            let title: Text = name == "poor" ? ["vi": "Hộ nghèo", "en": "Poor household"] : ["vi": "Hộ nghèo hoặc cận nghèo", "en": "Poor or near-poor household"]
            return Explanation(
                name: name, title: title, isYes ? .entitled : .notEntitled, amount: nil, reasons: [decided, year] + points(found.fields), sources: sources)
        }
    }

    private static func reason(_ code: String, _ holds: Bool, _ vi: String, _ en: String) -> Explanation.Reason {
        Explanation.Reason(code: code, holds ? .holds : .fails, words: Text(vi: vi, en: en))
    }

    private static func chair(_ item: Item.Fields, _ classes: Set<String>) -> Explanation.Reason {
        let code = item["class"].plain
        let title: Text = self.classes.first { $0.code == code }?.title ?? .same(code)
        let day = item["decided"].day
        let (vi, en) = (day.map { " ngày \($0.written(.vietnamese))" } ?? "", day.map { " of \($0.written(.english))" } ?? "")
        return reason(
            "decision", classes.contains(code), "Quyết định \(item["decision"].plain)\(vi) ghi: \(title.vi.lowercased()).",
            "Decision \(item["decision"].plain)\(en) says: \(title.en.lowercased()).")
    }

    private static func validity(_ item: Item.Fields, _ reading: Reading) -> Explanation.Reason {
        let year = item["year"].plain
        return isValid(item, reading)
            ? reason("year", true, "Giấy chứng nhận có giá trị trong năm \(year).", "The certificate is valid in \(year).")
            : reason("year", false, "Giấy chứng nhận chỉ có giá trị trong năm \(year).", "The certificate is valid in \(year) only.")
    }

    /// What the forms say. They do not decide: the commune's chair does. Where they make another class of it, that is left open.
    private static func points(_ item: Item.Fields) -> [Explanation.Reason] {
        guard let form = form(item), let area = PovertyLines.Area(rawValue: item["area"].plain), let income = item["score_b1"].integer, let lacking = item["score_b2"].integer
        else { return [] }
        let agrees = item["class"].string == word(form.classify(area, income: income, lacking: lacking))
        let state: Explanation.Reason.State = agrees ? .holds : .unknown
        let place: Text = areas.first { $0.code == area.rawValue }?.title ?? .same(area.rawValue)
        let limit = form.limit(area)
        let isLow = income <= limit
        let first = Text(
            vi: "Điểm B1 (thu nhập) \(income), \(isLow ? "không quá" : "trên") mức \(limit) của khu vực \(place.vi.lowercased()).",
            en: "Score B1 (income) \(income), \(isLow ? "not above" : "above") the limit of \(limit) for \(place.en.lowercased()) areas.")
        let named = form.items.filter { item[$0.indicator.code].boolean == true }.map(\.indicator.title)
        let (vi, en) = (named.map { $0.vi.lowercased() }.joined(separator: "; "), named.map { $0.en.lowercased() }.joined(separator: "; "))
        let isMuch = lacking >= PovertyForm.lackingLimit
        let second = Text(
            vi: "Điểm B2 (thiếu hụt) \(lacking), \(isMuch ? "từ" : "dưới") \(PovertyForm.lackingLimit) điểm\(vi.isEmpty ? "" : ": " + vi).",
            en: "Score B2 (deprivation) \(lacking), \(isMuch ? "at least" : "under") \(PovertyForm.lackingLimit)\(en.isEmpty ? "" : ": " + en).")
        let reasons = [Explanation.Reason(code: "score-a", state, words: first), Explanation.Reason(code: "score-b2", state, words: second)]
        guard !form.isConfirmed else { return reasons }
        let caution: Text = ["vi": "Mức điểm chưa đối chiếu với thông tư.", "en": "The limits are not confirmed against the circular yet."]
        return reasons + [Explanation.Reason(code: "limits", .unknown, words: caution)]
    }
}
