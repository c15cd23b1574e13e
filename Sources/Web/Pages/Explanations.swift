// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Registers

/// An answer with its reasons in words, each with its state, and what it rests on: the same for what somebody is owed and for what somebody may do.
extension Parts {
    /// A section; `details` stand between the heading and the reasons, `rest` between them and the sources.
    func explanation(
        _ answer: Explanation, title: Text, _ verdict: (words: Text, tag: String), details: HTML? = nil, rest: HTML? = nil, _ l: Language
    ) -> HTML {
        let fixed: [HTML] = answer.reasons.filter { !$0.isAlternative }.map { mark($0, l) }
        let ways: [HTML] = answer.reasons.filter(\.isAlternative).map { mark($0, l) }
        let any: HTML? = ways.isEmpty ? nil : "<p>\(["vi": "Và một trong những điều sau:", "en": "And one of these:"] as Text, l)</p><ul>\(ways)</ul>"
        return """
            <section><h2>\(title, l) <span class="tag \(verdict.tag)">\(verdict.words, l)</span></h2>
            \(details)\(fixed.isEmpty ? nil : "<ul>\(fixed)</ul>" as HTML)\(any)\(rest)
            <p class="muted">\(["vi": "Theo", "en": "By"] as Text, l): \(answer.sources.map { $0[l] }.joined(separator: "; "))</p></section>
            """
    }

    private func mark(_ reason: Explanation.Reason, _ l: Language) -> HTML {
        let (word, tag): (Text, String) =
            switch reason.state {
            case .holds: (["vi": "Đạt", "en": "Met"], "tag-ok")
            case .fails: (["vi": "Không đạt", "en": "Not met"], "tag-closed")
            case .unknown: (["vi": "Chưa rõ", "en": "Not known"], "tag-info")
            }
        return "<li><span class=\"tag \(tag)\">\(word, l)</span> \(reason.words, l)</li>"
    }

    /// What a record's register answers about it on a day, with the reasons, for those who may see what they tell of.
    func explainedQuestions(_ id: String, _ view: RecordView, _ register: Register, on day: Day, known: Instant?, _ caller: Caller) async throws -> HTML? {
        guard !view.isRetired, !view.isErased, register.questions.contains(where: { $0.reasoning != nil }) else { return nil }
        let l = caller.language
        let told = try await registry.explanations(of: id, in: register.name, on: day, known: known, for: caller.authority, door: "page")
        let sections: [HTML] = told.enumerated().map { index, one in
            let input = "asked-\(index)"
            let form: HTML = """
                <form method="get" action="\(recordHref(view, register))" class="search no-print"><label for="\(input)">\(["vi": "Hỏi cho ngày khác", "en": "Ask for another day"] as Text, l)</label>\
                <input type="date" id="\(input)" name="asked" value="\(day.description)"><button class="button secondary">\(["vi": "Hỏi", "en": "Ask"] as Text, l)</button></form>
                """
            let details: HTML = "<p>\(["vi": "Vào ngày", "en": "On"] as Text, l) \(day.written(l)).</p>"
            return explanation(one.explanation, title: one.question.text, yesOrNo(one.explanation.verdict), details: details, rest: form, l)
        }
        return HTML.joined(sections)
    }

    private func yesOrNo(_ verdict: Explanation.Verdict) -> (words: Text, tag: String) {
        switch verdict {
        case .entitled: (["vi": "Có", "en": "Yes"], "tag-ok")
        case .possible: (["vi": "Chưa đủ căn cứ", "en": "Not all is known"], "tag-info")
        case .notEntitled: (["vi": "Không", "en": "No"], "tag-closed")
        case .unjudged: (["vi": "Chưa rõ", "en": "Not known"], "tag-info")
        }
    }
}
