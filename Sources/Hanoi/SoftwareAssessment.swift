// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What was found of one criterion of a ministry's software.
public struct CriterionResult: Sendable {
    public let criterion: String
    /// Whole percent.
    public let share: Int
    public let passes: Bool
    public let reason: Text

    public init(criterion: String, share: Int, passes: Bool, reason: Text) {
        self.criterion = criterion
        self.share = share
        self.passes = passes
        self.reason = reason
    }
}

/// How software handed over by a ministry is judged, and what follows for its record and its tokens.
public enum SoftwareAssessment {
    /// Percent of texts in Vietnamese.
    public static let languageMin = 95
    /// Percent of the data's lines that a register would take.
    public static let acceptedMin = 95
    /// Percent of the data's lines that are records the city knows.
    public static let knownMin = 80
    /// Announcement 699: without Vietnamese or without data it is not put to use.
    static let blocking = ["language", "data"]

    public static var criteria: [String] { MinistrySoftware.criteria.map(\.name) }
    public static func title(of criterion: String) -> Text { MinistrySoftware.criteria.first { $0.name == criterion }?.title ?? .same(criterion) }

    public static func language(_ share: LanguageShare) -> CriterionResult {
        let reason: Text =
            share.counted == 0
            ? ["vi": "Tệp không có chuỗi nào để đếm.", "en": "The files have no texts to count."]
            : Text(
                vi: "\(share.vietnamese) trên \(share.counted) chuỗi là tiếng Việt (\(share.percent) %), cần \(languageMin) %.",
                en: "\(share.vietnamese) of \(share.counted) texts are Vietnamese (\(share.percent) %); \(languageMin) % are needed.")
        return CriterionResult(criterion: "language", share: share.percent, passes: share.percent >= languageMin, reason: reason)
    }

    /// `known` lines are records of the register already; `accepted` are those and the new ones that it would take. The lower share is entered.
    public static func data(lines: Int, known: Int, accepted: Int, register: Register) -> CriterionResult {
        func percent(_ count: Int) -> Int { lines == 0 ? 0 : count * 100 / lines }
        let reason: Text =
            lines == 0
            ? ["vi": "Tệp dữ liệu không có dòng nào.", "en": "The file of data has no lines."]
            : Text(
                vi:
                    "\(register.title.vi): \(known) trên \(lines) dòng khớp hồ sơ đã có (\(percent(known)) %, cần \(knownMin) %); sổ nhận được \(accepted) dòng (\(percent(accepted)) %, cần \(acceptedMin) %).",
                en:
                    "\(register.title.en): \(known) of \(lines) lines match known records (\(percent(known)) %, \(knownMin) % are needed); \(accepted) would be accepted (\(percent(accepted)) %, \(acceptedMin) % are needed)."
            )
        return CriterionResult(
            criterion: "data", share: min(percent(known), percent(accepted)), passes: percent(known) >= knownMin && percent(accepted) >= acceptedMin, reason: reason)
    }

    public static func sharing(passed: Int, of all: Int) -> CriterionResult {
        let reason: Text =
            all == 0
            ? ["vi": "Tài liệu API không có thao tác GET nào gọi được mà không cần tham số.", "en": "The API's document has no GET operation without parameters."]
            : Text(vi: "\(passed) trên \(all) thao tác GET trả lời đúng như tài liệu.", en: "\(passed) of \(all) GET operations answer as documented.")
        return CriterionResult(criterion: "sharing", share: all == 0 ? 0 : passed * 100 / all, passes: all > 0 && passed == all, reason: reason)
    }

    /// The record's fields with these results entered. What lacks Vietnamese or data is refused; what was refused for that alone waits for a decision again.
    public static func fields(_ fields: [String: String], with results: [CriterionResult], on day: Day) -> [String: String] {
        var fields = fields
        let wasBlocked = blocking.contains { fields[$0] == "fail" }
        for one in results {
            fields[one.criterion] = one.passes ? "pass" : "fail"
            fields[one.criterion + "_share"] = String(one.share)
        }
        fields["assessed"] = day.description
        let isBlocked = blocking.contains { fields[$0] == "fail" }
        let reasons = results.filter { !$0.passes && blocking.contains($0.criterion) }.map { "\(title(of: $0.criterion).vi): \($0.reason.vi)" }
        if isBlocked {
            fields["decision"] = "refused"
            if !reasons.isEmpty { fields["reason"] = reasons.joined(separator: " ") }
        } else if wasBlocked, fields["decision"] == "refused" {
            fields["decision"] = "pending"
            fields["reason"] = ""
        }
        return fields
    }

    /// Why software gets no token; nil when it may have one.
    public static func refusal(_ value: (String) -> Value) -> Text? {
        let name = value("name").plain
        let why = value("reason").isNull ? "" : " " + value("reason").plain
        if let failed = blocking.first(where: { value($0).string == "fail" }) {
            let title = title(of: failed)
            return Text(vi: "“\(name)” không đạt tiêu chí \(title.vi.lowercased()).\(why)", en: "“\(name)” failed the criterion “\(title.en)”.\(why)")
        }
        switch value("decision").string {
        case "accepted": return nil
        case "refused": return Text(vi: "“\(name)” không được đưa vào sử dụng.\(why)", en: "“\(name)” was refused.\(why)")
        default: return Text(vi: "“\(name)” chưa được quyết định đưa vào sử dụng.", en: "“\(name)” is not accepted yet.")
        }
    }
}
