// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// The API for people: to read and to try.
extension Parts {
    var developerPages: [Endpoint] {
        [
            Endpoint(.GET, "/developers", .open) { request, caller, _ in developers(request, caller) }.shared,
            Endpoint(.GET, "/api", .open) { _, _, _ in .redirect("/developers") },
            Endpoint(.GET, "/problems/{code}", .open) { request, caller, parameters in
                layout(.same(parameters[0]), request, caller).response(
                    "<h1 class=\"code\">\(parameters[0])</h1><p>\(["vi": "Mã này cho biết loại lỗi; câu giải thích nằm trong “detail” của câu trả lời.", "en": "This code names a kind of error; the sentence that explains it stands in the answer's “detail”."], caller.language)</p>"
                )
            },
        ]
    }

    private func developers(_ request: Request, _ caller: Caller) -> Response {
        let l = caller.language
        let documented = endpoints.compactMap { endpoint in endpoint.operation.map { (endpoint, $0) } }
        let tags: [(String, Text)] = [
            ("registers", ["vi": "Các sổ", "en": "Registers"]), ("records", ["vi": "Hồ sơ", "en": "Records"]),
            ("units", ["vi": "Đơn vị hành chính", "en": "Administrative units"]),
            ("proofs", ["vi": "Bằng chứng", "en": "Proofs"]), ("operations", ["vi": "Vận hành", "en": "Operations"]),
        ]
        let host = request.header("host") ?? "localhost"
        let example = "curl http://\(host)/api/v1/registers/administrative-unit/records?q=ba+dinh"
        let sections: [HTML] = tags.map { tag, title in
            let list = documented.filter { $0.1.tag == tag }
            return "<section><h2>\(title, l)</h2>\(list.map { operationBox($0.0, $0.1, l) })</section>"
        }
        let content: HTML = """
            <h1>\(["vi": "Kết nối hệ thống", "en": "Connect a system"], l)</h1>
            <p class="lead">\(["vi": "Một API cho mọi sổ: đọc, ghi, theo dõi thay đổi, kiểm chứng.", "en": "One API for all registers: read, enter, follow changes, verify."], l)</p>
            <ol class="steps">
            <li>\(["vi": "Dữ liệu mở thì gọi ngay, không cần xin phép.", "en": "Open data needs no permission: just ask."], l)<pre tabindex="0"><code>\(example)</code></pre></li>
            <li>\(["vi": "Dữ liệu khác cần mã truy cập do người quản trị cấp; gửi trong tiêu đề Authorization: Bearer.", "en": "Other data needs a token from the administrator, sent as Authorization: Bearer."], l)</li>
            <li>\(["vi": "Dữ liệu cá nhân cần thêm tiêu đề Purpose; mỗi lần đọc đều được ghi cho người liên quan.", "en": "Personal data also needs the header Purpose; each read is recorded for the person concerned."], l)</li>
            </ol>
            <p><a href="/openapi.json">OpenAPI 3.1</a> · <a href="/log/keys">\(["vi": "Khóa kiểm chứng", "en": "Verifier keys"], l)</a></p>
            \(sections)
            """
        return layout(["vi": "Kết nối hệ thống", "en": "Connect a system"], request, caller, door: "developers").response(content)
    }

    private func operationBox(_ endpoint: Endpoint, _ operation: Operation, _ l: Language) -> HTML {
        let method = endpoint.method.rawValue
        let parameters: [HTML] = operation.parameters.map { parameter in
            "<tr><th scope=\"row\" class=\"code\">\(parameter.name)</th><td>\(parameter.place.rawValue)</td><td lang=\"en\">\(parameter.text)</td></tr>"
        }
        let table: HTML? =
            parameters.isEmpty
            ? nil
            : """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(["vi": "Tham số của", "en": "Parameters of"] as Text, l) \(operation.id)"><table><caption class="visually-hidden">\(operation.id)</caption><thead><tr><th scope="col">\(["vi": "Tên", "en": "Name"] as Text, l)</th><th scope="col">\(["vi": "Ở đâu", "en": "Where"] as Text, l)</th><th scope="col">\(["vi": "Là gì", "en": "What"] as Text, l)</th></tr></thead><tbody>\(parameters)</tbody></table></div>
            """
        return """
            <details class="api-op" id="\(operation.id)"><summary><span class="verb verb-\(method.lowercased())">\(method)</span> <span class="code">\(endpoint.path)</span> \(operation.summary, l)</summary>
            \(table)\(tryForm(endpoint, operation, l))</details>
            """
    }

    private func tryForm(_ endpoint: Endpoint, _ operation: Operation, _ l: Language) -> HTML {
        let id = operation.id
        var inputs: [HTML] = operation.parameters.filter { $0.place != .header }.map { parameter in
            let example = parameter.name == "register" ? "administrative-unit" : ""
            return """
                <div class="field"><label for="\(id)-\(parameter.name)">\(parameter.name)</label><input class="w-20" type="text" id="\(id)-\(parameter.name)" name="\(parameter.place.rawValue).\(parameter.name)" value="\(example)"></div>
                """
        }
        if !operation.isOpen {
            inputs.append(
                """
                <div class="field"><label for="\(id)-token">\(["vi": "Mã truy cập", "en": "Token"], l)</label><input class="w-full" type="password" id="\(id)-token" name="token" autocomplete="off"></div>
                <div class="field"><label for="\(id)-purpose">Purpose</label><input class="w-20" type="text" id="\(id)-purpose" name="purpose"></div>
                """)
        }
        if operation.parameters.contains(where: { $0.name == "If-Match" }) {
            inputs.append("<div class=\"field\"><label for=\"\(id)-match\">If-Match</label><input class=\"w-20\" type=\"text\" id=\"\(id)-match\" name=\"header.If-Match\"></div>")
        }
        if operation.body != nil {
            inputs.append(
                "<div class=\"field\"><label for=\"\(id)-body\">\(["vi": "Nội dung", "en": "Body"], l)</label><textarea class=\"w-full\" id=\"\(id)-body\" name=\"body\" rows=\"5\"></textarea></div>"
            )
        }
        return """
            <form class="try" hidden data-try="\(endpoint.method.rawValue) \(endpoint.path)" data-purpose-header="Purpose" data-content-type="\(operation.body?.type ?? "")" data-text-sending="\(["vi": "Đang gửi…", "en": "Sending…"], l)" data-text-failed="\(["vi": "Không gửi được.", "en": "It could not be sent."], l)">
            \(inputs)<p><button class="button secondary">\(["vi": "Thử", "en": "Try it"], l)</button></p></form>
            <output></output><pre class="answer" tabindex="0" aria-label="\(["vi": "Câu trả lời của", "en": "Answer of"] as Text, l) \(id)"></pre>
            """
    }
}
