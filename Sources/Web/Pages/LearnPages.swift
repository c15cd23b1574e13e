// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Dossiers
internal import HTTP
internal import NIOHTTP1
internal import Papers
internal import Registers

/// The programme of lessons: what for, steps into the practice twins, questions with explained answers, notes and a sheet to print. Nothing of a visitor is kept.
extension Parts {
    var learnPages: [Endpoint] {
        [
            Endpoint(.GET, "/learn", .open) { request, caller, _ in lessonList(request, caller) }.shared,
            Endpoint(.GET, "/learn/{code}", .open) { request, caller, parameters in lessonPage(request, caller, try lesson(parameters[0]), answered: nil) },
            Endpoint(.POST, "/learn/{code}", .open, bodyMax: 1 << 14) { request, caller, parameters in
                let answers = Dictionary((request.form ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
                return lessonPage(request, caller, try lesson(parameters[0]), answered: answers)
            },
            Endpoint(.GET, "/learn/{code}/sheet.pdf", .open) { request, caller, parameters in
                let lesson = try lesson(parameters[0])
                return try await offLoop { try sheet(request, caller, lesson) }
            }.shared,
        ]
    }

    private static let learnTitle: Text = ["vi": "Học dùng dịch vụ công", "en": "Learn public services"]

    private func lesson(_ code: String) throws -> Lesson {
        guard let lesson = options.lessons.first(where: { $0.code == code }) else { throw RegisterError.noSuchRecord }
        return lesson
    }

    private func minutes(_ lesson: Lesson, _ l: Language) -> String { "\(lesson.minutes) \((["vi": "phút", "en": "minutes"] as Text)[l])" }

    private func lessonList(_ request: Request, _ caller: Caller) -> Response {
        let l = caller.language
        let rows: [HTML] = options.lessons.map { one in
            "<li><a href=\"/learn/\(one.code)\">\(one.title, l)</a> <span class=\"muted\">\(minutes(one, l)) · \(one.audience, l)</span></li>"
        }
        let all = options.lessons.reduce(0) { $0 + $1.minutes }
        let content: HTML = """
            <h1>\(Parts.learnTitle, l)</h1>
            <p class="lead">\(["vi": "Các bài học ngắn cho lớp học, tổ dân phố và người đi hướng dẫn. Mỗi bài có việc để làm trên bản tập làm, câu hỏi có lời giải và tờ phát tay.", "en": "Short lessons for classes, neighbourhoods and guides. Each has something to do in a practice twin, questions with explained answers, and a sheet to hand out."] as Text, l)</p>
            <p class="muted">\(["vi": "Cả chương trình:", "en": "The whole programme:"] as Text, l) \(l.number(all)) \(["vi": "phút", "en": "minutes"] as Text, l)</p>
            <ol>\(rows)</ol><p><a href="/practice">\(["vi": "Mọi bản tập làm", "en": "All practice twins"] as Text, l)</a></p>
            """
        return layout(Parts.learnTitle, request, caller, door: "services").response(content)
    }

    /// Where a step leads, and what is found there.
    private func place(_ place: Lesson.Place, _ l: Language) -> (href: String, title: String) {
        switch place {
        case .practice(let code):
            let need = (try? dossiers.procedure(code).need[l]) ?? code
            return ("/practice/\(code)", Text(vi: "Tập làm: \(need)", en: "Practise: \(need)")[l])
        case .page(let address): return (address, Text(vi: "Mở \(address)", en: "Open \(address)")[l])
        }
    }

    private func lessonPage(_ request: Request, _ caller: Caller, _ lesson: Lesson, answered: [String: String]?) -> Response {
        let l = caller.language
        let steps: [HTML] = lesson.steps.map { step in
            let link = step.place.map { place($0, l) }
            return "<li><p>\(step.text, l)\(link.map { "<br><a href=\"\($0.href)\">\($0.title)</a>" as HTML })</p></li>"
        }
        let questions: [HTML] = lesson.questions.enumerated().map { index, question in questionFields(question, index, answered, l) }
        let right = lesson.questions.enumerated().count { index, question in
            answered?["q\(index)"].flatMap { Int($0) }.map { question.answers.indices.contains($0) && question.answers[$0].isRight } ?? false
        }
        let score: HTML? = answered.map { _ in
            "<p class=\"notice\" role=\"status\">\(["vi": "Đúng", "en": "Right"] as Text, l): \(l.number(right))/\(l.number(lesson.questions.count)). \(["vi": "Không có gì được lưu.", "en": "Nothing is kept."] as Text, l)</p>"
        }
        let held: HTML? = options.roles.lessonsHeld.flatMap { name -> HTML? in
            guard caller.authority.may(.write, name) else { return nil }
            return
                "<p><a class=\"button secondary\" href=\"/registers/\(name)/new?lesson=\(lesson.code)\">\(["vi": "Ghi tiết đã dạy", "en": "Enter a lesson held"] as Text, l)</a></p>"
                as HTML
        }
        let content: HTML = """
            <h1>\(lesson.title, l)</h1><p class="lead">\(minutes(lesson, l)) · \(lesson.audience, l)</p>\(score)
            <h2>\(["vi": "Học xong, em có thể", "en": "Afterwards you can"] as Text, l)</h2><ul>\(lesson.goals.map { "<li>\($0, l)</li>" as HTML })</ul>
            <h2>\(["vi": "Các bước", "en": "Steps"] as Text, l)</h2><ol>\(steps)</ol>
            <h2 id="questions">\(["vi": "Tự kiểm tra", "en": "Check yourself"] as Text, l)</h2>
            <form method="post" action="/learn/\(lesson.code)#questions">\(questions)<p><button class="button">\(["vi": "Xem lời giải", "en": "See the answers"] as Text, l)</button></p></form>
            <details><summary>\(["vi": "Dành cho thầy cô", "en": "For the teacher"] as Text, l)</summary><ul>\(lesson.notes.map { "<li>\($0, l)</li>" as HTML })</ul></details>
            \(held)<p><a href="/learn/\(lesson.code)/sheet.pdf">\(["vi": "Tờ phát tay (PDF)", "en": "Sheet to hand out (PDF)"] as Text, l)</a> · <a href="/learn">\(["vi": "Mọi bài học", "en": "All lessons"] as Text, l)</a></p>
            """
        return layout(lesson.title, request, caller, door: "services", crumbs: [(title: Parts.learnTitle[l], href: "/learn")]).response(content)
    }

    /// A question as it is asked, or with each answer explained.
    private func questionFields(_ question: Lesson.Question, _ index: Int, _ answered: [String: String]?, _ l: Language) -> HTML {
        let chosen = answered?["q\(index)"].flatMap { Int($0) }
        let choices: [HTML] = question.answers.enumerated().map { place, answer in
            let isChosen = chosen == place
            let verdict: Text = answer.isRight ? ["vi": "Đúng", "en": "Right"] : ["vi": "Chưa đúng", "en": "Not right"]
            let why: HTML? =
                answered == nil
                ? nil
                : "<p class=\"hint\"><strong>\(verdict, l)</strong>\(isChosen ? " · \(["vi": "em đã chọn", "en": "your choice"] as Text, l)" as HTML : nil): \(answer.why, l)</p>"
            return
                "<label><input type=\"radio\" name=\"q\(index)\" value=\"\(place)\"\(isChosen ? " checked" as HTML : nil)><span>\(answer.text, l)</span></label>\(why)"
        }
        return "<fieldset class=\"field\"><legend>\(question.text, l)</legend><div class=\"choices\">\(choices)</div></fieldset>"
    }

    /// The lesson on paper, for a class without machines.
    private func sheet(_ request: Request, _ caller: Caller, _ lesson: Lesson) throws -> Response {
        guard let press = options.press else {
            throw Problem(
                .serviceUnavailable, "no-press",
                ["vi": "Máy chủ thiếu phông chữ để in. Báo người quản trị.", "en": "The server lacks the font for printing. Tell the administrator."])
        }
        let l = caller.language
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        let site = origin(request)
        let host = site.drop { $0 != "/" }.dropFirst(2)
        var blocks: [PaperDocument.Block] = [
            .title(lesson.title[l], below: "\(minutes(lesson, l)) · \(lesson.audience[l])"), .heading(say("Học xong, em có thể", "Afterwards you can")),
            .list(lesson.goals.map { $0[l] }),
            .heading(say("Các bước", "Steps")),
            .list(
                lesson.steps.map { step in
                    step.text[l] + (step.place.map { " (\(host)\(place($0, l).href))" } ?? "")
                }), .heading(say("Câu hỏi", "Questions")),
        ]
        for question in lesson.questions { blocks += [.paragraph(question.text[l]), .list(question.answers.map { $0.text[l] })] }
        let link = "\(site)/learn/\(lesson.code)"
        if let code = QRCode(link) {
            blocks.append(
                .code(
                    code, alternative: say("Mã QR mở \(link)", "QR code that opens \(link)"),
                    words: [say("Lời giải và bản tập làm:", "Answers and practice twins:"), "\(host)/learn/\(lesson.code)"]))
        }
        let document = PaperDocument(title: lesson.title[l], language: l, author: options.cityName[l], made: registry.world.now(), blocks: blocks)
        return Response(
            .ok, type: "application/pdf", press.writer.write(document), headers: [("content-disposition", "inline; filename=\"\(lesson.code).pdf\"")])
    }
}
