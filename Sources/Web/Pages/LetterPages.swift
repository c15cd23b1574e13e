// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Papers
internal import Registers
internal import Steering

/// What became of what a letter was about: the figures of the day of sending beside those of now, and the records that it named.
extension Parts {
    func progressTable(_ letter: Urging, _ progress: [UrgingProgress], _ l: Language) -> HTML? {
        guard !progress.isEmpty else { return nil }
        let title: Text = ["vi": "Từ ngày gửi đến nay", "en": "Since it was sent"]
        let rows: [[HTML]] = progress.map { one in
            guard let figure = one.figure else { return [HTML(text: one.title[l]), HTML(text: keptWords(one.before, l)), "–", "–", progressTag(one, isAnswered: false, l)] }
            let name: HTML = figure.evidence.map { "<a href=\"\($0)\">\(one.title, l)</a>" } ?? HTML(text: one.title[l])
            let still: HTML = one.still.map { HTML(text: "\(l.number($0)) / \(l.number(one.part.names.count))") } ?? "–"
            return [name, HTML(text: written(figure.at(one.before), l)), HTML(text: written(figure, l)), still, progressTag(one, isAnswered: letter.answered != nil, l)]
        }
        let heads: [Text] = [
            ["vi": "Việc chậm", "en": "What was late"], Text(vi: "Ngày gửi \(letter.sent.written(.vietnamese))", en: "Sent on \(letter.sent.written(.english))"),
            ["vi": "Hiện nay", "en": "Now"], ["vi": "Hồ sơ nêu trong phụ lục còn chưa xong", "en": "Records of the annex still open"], ["vi": "Tình trạng", "en": "State"],
        ]
        return "<h2>\(title, l)</h2>\(table(title, heads, rows, l))\(namedRecords(progress, l))"
    }

    /// A figure whose meaning is no longer known: the number as it was kept.
    private func keptWords(_ figure: KeptFigure, _ l: Language) -> String {
        let number = l.number(figure.value)
        guard let whole = figure.whole else { return number }
        return "\(number) / \(l.number(whole))"
    }

    private func progressTag(_ one: UrgingProgress, isAnswered: Bool, _ l: Language) -> HTML {
        guard let figure = one.figure else {
            return "<span class=\"tag\">\(["vi": "không so sánh được: cách tính đã đổi", "en": "not comparable: it is counted otherwise now"] as Text, l)</span>"
        }
        guard figure.state == .late else { return "<span class=\"tag tag-ok\">\(["vi": "không còn chậm", "en": "no longer late"] as Text, l)</span>" }
        let words: Text = isAnswered ? ["vi": "đã trả lời, vẫn chậm", "en": "answered and still late"] : ["vi": "vẫn chậm", "en": "still late"]
        return "<span class=\"tag tag-late\">\(words, l)</span>"
    }

    /// Each record that the annex names, for who may open it.
    private func namedRecords(_ progress: [UrgingProgress], _ l: Language) -> HTML? {
        let lists: [HTML] = progress.compactMap { one -> HTML? in
            guard let register = one.register, !one.part.names.isEmpty else { return nil }
            let items: [HTML] = one.part.names.map { "<li><a class=\"code\" href=\"/registers/\(register)/records/\(Request.encode($0))\">\($0)</a></li>" }
            return "<h3>\(one.title, l)</h3><p>\(namedWords(one.part), l)</p><ul class=\"columns\">\(items)</ul>"
        }
        guard !lists.isEmpty else { return nil }
        return "<details><summary>\(["vi": "Phụ lục: hồ sơ ngày gửi", "en": "Annex: records on the day of sending"] as Text, l)</summary>\(lists)</details>"
    }

    private func namedWords(_ part: LatePart) -> Text {
        let (named, all) = (Int64(part.names.count), part.count)
        if named >= all { return Text(vi: "\(all) hồ sơ.", en: "\(all) \(all == 1 ? "record" : "records").") }
        return Text(
            vi: "\(all) hồ sơ, nêu \(named) hồ sơ đăng ký trước nhất; còn \(all - named) hồ sơ nữa.",
            en: "\(all) records, of which the \(named) registered first are named.")
    }

    /// So many records stand in a paragraph of an annex, which lies on one page or two.
    private static let namesOfParagraph = 40

    /// The annex of a letter: what was late on the day of sending and each record by its name, as far as they were kept.
    func annexBlocks(_ letter: Urging, _ progress: [UrgingProgress]) -> [PaperDocument.Block] {
        guard !progress.isEmpty else { return [] }
        var blocks: [PaperDocument.Block] = [.heading("PHỤ LỤC: số liệu và hồ sơ ngày \(letter.sent.written(.vietnamese))")]
        for one in progress {
            let isList = one.register != nil
            let before = one.figure.map { written($0.at(one.before), .vietnamese) } ?? keptWords(one.before, .vietnamese)
            let value = isList ? namedWords(one.part).vi : "\(before)."
            blocks.append(.paragraph("\(one.title.vi): \(value)"))
            var rest = one.part.names[...]
            while !rest.isEmpty {
                blocks.append(.paragraph(rest.prefix(Self.namesOfParagraph).joined(separator: ", ")))
                rest = rest.dropFirst(Self.namesOfParagraph)
            }
        }
        return blocks
    }
}
