// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import Registers

/// Practice twins for schools and training: the real form and the real rules, an invented person, and nothing that stays.
extension Parts {
    var practicePages: [Endpoint] {
        return [
            Endpoint(.GET, "/practice", .open) { request, caller, _ in practiceList(request, caller) }.shared,
            Endpoint(.GET, "/practice/{code}", .open) { request, caller, parameters in try practiceForm(request, caller, parameters[0], sent: nil) },
            Endpoint(.POST, "/practice/{code}", .open, bodyMax: 1 << 17) { request, caller, parameters in
                let texts = Dictionary((request.form ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
                return try practiceForm(request, caller, parameters[0], sent: texts)
            },
        ]
    }

    private func practiceRibbon(_ l: Language) -> HTML {
        "<p class=\"notice\"><strong>\(["vi": "TẬP LÀM", "en": "PRACTICE"] as Text, l)</strong> \(["vi": "Người trong biểu mẫu là nhân vật giả định; không có gì được lưu hay gửi đi. Đừng nhập dữ liệu thật.", "en": "The person is invented; nothing is kept or sent. Enter no real data."] as Text, l)</p>"
    }

    private func practiceList(_ request: Request, _ caller: Caller) -> Response {
        let l = caller.language
        let title: Text = ["vi": "Tập làm thủ tục", "en": "Practise"]
        let sections: [HTML] = dossiers.city.occasions.map { occasion in
            "<section><h2>\(occasion.title, l)</h2><ul>\(dossiers.procedures.filter { $0.occasion == occasion }.map { "<li><a href=\"/practice/\($0.code)\">\($0.need, l)</a></li>" as HTML })</ul></section>"
        }
        let content: HTML = "<h1>\(title, l)</h1>\(practiceRibbon(l))\(sections)"
        return layout(title, request, caller, door: "services").response(content)
    }

    private func practiceForm(_ request: Request, _ caller: Caller, _ code: String, sent: [String: String]?) throws -> Response {
        let l = caller.language
        let procedure = try dossiers.procedure(code)
        let practice = try dossiers.practise(code, sent ?? [:])
        let objections = sent == nil ? [] : practice.objections
        let frame = layout(procedure.title, request, caller, door: "services", crumbs: [(title: (["vi": "Tập làm thủ tục", "en": "Practise"] as Text)[l], href: "/practice")])
        if sent != nil, objections.isEmpty {
            let steps: [HTML] = procedure.steps.map { "<li><p>\($0.title, l)</p></li>" }
            let content: HTML = """
                <h1>\(procedure.need, l)</h1>\(practiceRibbon(l))
                <p class="notice ok">\(["vi": "Đúng cả. Nếu là hồ sơ thật, bạn nhận mã hồ sơ và giấy tiếp nhận.", "en": "All is right. A real application would now get a code and a receipt."] as Text, l)</p>
                <dl class="summary"><div><dt>\(["vi": "Ngày hẹn trả kết quả", "en": "Due by"] as Text, l)</dt><dd>\(practice.due.written(l))</dd></div><div><dt>\(["vi": "Phí, lệ phí", "en": "Fee"] as Text, l)</dt><dd>\(feeWords(procedure.fee(on: registry.world.today)?.value, l))</dd></div>\
                <div><dt>\(["vi": "Bạn nhận được", "en": "What you get"] as Text, l)</dt><dd>\(procedure.result, l)</dd></div></dl>
                <h2>\(["vi": "Sau đó cơ quan giải quyết", "en": "What the office does next"] as Text, l)</h2><ol>\(steps)</ol>\(practice.planned.flatMap { planned($0, l) })
                <p><a class="button" href="/practice/\(code)">\(["vi": "Làm lại", "en": "Once more"] as Text, l)</a> <a href="/services/\(code)">\(["vi": "Thủ tục thật", "en": "The real service"] as Text, l)</a></p>
                """
            return frame.response(content)
        }
        let state = FormState(texts: sent ?? [:], objections: objections)
        let questions: [HTML] = procedure.questions.map { input($0, state, l, isRequired: $0.isRequired && $0.condition == nil) }
        let general = objections.filter { $0.field.isEmpty }
        let papers: HTML? =
            procedure.papers.isEmpty
            ? nil
            : "<h2>\(["vi": "Giấy tờ", "en": "Papers"] as Text, l)</h2><p>\(["vi": "Hồ sơ thật cần chụp:", "en": "A real application needs pictures of:"] as Text, l)</p><ul>\(procedure.papers.map { "<li>\($0.title, l)</li>" as HTML })</ul>"
        let content: HTML = """
            \(errorSummary(objections, l))
            <h1>\(procedure.need, l)</h1>\(practiceRibbon(l))\(general.map { "<p class=\"error-message\">\($0.text, l)</p>" as HTML })
            <form method="post" action="/practice/\(code)" novalidate>\(questions)\(papers)<p><button class="button">\(["vi": "Nộp thử", "en": "Hand in for practice"] as Text, l)</button></p></form>
            <details><summary>\(["vi": "Những điều thành phố đã có, bạn không phải khai", "en": "What the city has already, so that you need not say it"] as Text, l)</summary>\(factList(practice.facts, l, masksNumbers: false))</details>
            """
        return frame.response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
