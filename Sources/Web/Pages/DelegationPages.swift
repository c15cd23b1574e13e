// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import People
internal import Registers

/// Letting somebody else apply for one, and taking it back.
extension Parts {
    var delegationPages: [Endpoint] {
        return [
            Endpoint(.GET, "/me/delegations", .open) { request, caller, _ in try await own(request) { session in try delegationsPage(request, caller, session, []) } },
            Endpoint(.POST, "/me/delegations", .open, bodyMax: 1 << 14) { request, caller, _ in
                try await own(request, sending: true) { session in
                    let form = request.form ?? []
                    func text(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
                    do {
                        try await dossiers.delegate(from: session.row, to: text("agent"), named: text("name"), scope: text("scope"), until: text("until"))
                        return .redirect("/me/delegations")
                    } catch DossierError.objections(let objections) {
                        return try delegationsPage(request, caller, session, objections)
                    }
                }
            },
            Endpoint(.POST, "/me/delegations/{number}/end", .open, bodyMax: 1 << 14) { request, _, parameters in
                try await own(request, sending: true) { session in
                    try await dossiers.revoke(parameters[0], by: session.row)
                    return .redirect("/me/delegations")
                }
            },
        ]
    }

    private func delegationsPage(_ request: Request, _ caller: Caller, _ session: CitizenSession, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Ủy quyền làm thủ tục", "en": "Delegations"]
        let (given, received) = try dossiers.delegations(of: session.row)
        guard let register = dossiers.city.delegations.flatMap({ try? registry.register($0) }), let scopes = register.field("scope") else { throw RegisterError.noSuchRecord }
        let form = request.form ?? []
        let state = FormState(texts: Dictionary(form.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }), objections: objections)
        func list(_ delegations: [Delegation], _ word: Text, _ end: Text) -> HTML {
            "<ul class=\"hits\">\(delegations.map { one in "<li><p><strong>\(one.other)</strong> · \(display(.string(one.scope), scopes, l)) · \(word, l) \(one.until.written(l))</p><form class=\"inline\" method=\"post\" action=\"/me/delegations/\(one.number)/end\"><input type=\"hidden\" name=\"csrf\" value=\"\(session.formKey)\"><button class=\"link\">\(end, l)<span class=\"visually-hidden\"> \(one.other)</span></button></form></li>" as HTML })</ul>"
        }
        let until: Text = ["vi": "đến hết", "en": "until"]
        let fields: [HTML] = [
            Field("agent", .text(max: 20), ["vi": "Số định danh của người được ủy quyền", "en": "The other person's ID number"], .personal),
            Field(
                "name", .text(max: 100), ["vi": "Họ và tên của người ấy", "en": "Their full name"], .personal,
                hint: ["vi": "Phải khớp với số định danh, để không ủy quyền nhầm.", "en": "It must belong to the number, so that nobody else gets the right."]),
            scopes, Field("until", .day, ["vi": "Đến hết ngày, nhiều nhất một năm", "en": "Until the end of, a year at most"], .official),
        ].map { input($0, state, l, isRequired: true) }
        let content: HTML = """
            \(errorSummary(objections, l))
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Bố mẹ, ông bà nhờ con cháu; người ở xa nhờ người nhà. Rút lại lúc nào cũng được.", "en": "For parents and elders whom their children help, and for those who are away. It can be taken back at any time."] as Text, l)</p>
            \(received.isEmpty ? nil : "<section><h2>\(["vi": "Bạn được ủy quyền thay mặt", "en": "You may act for"] as Text, l)</h2>\(list(received, until, ["vi": "thôi nhận", "en": "give it up"]))</section>" as HTML)
            \(given.isEmpty ? nil : "<section><h2>\(["vi": "Bạn đã ủy quyền cho", "en": "People who may act for you"] as Text, l)</h2>\(list(given, until, ["vi": "rút lại", "en": "take it back"]))</section>" as HTML)
            <section><h2>\(["vi": "Ủy quyền mới", "en": "A new delegation"] as Text, l)</h2><form method="post" action="/me/delegations" novalidate data-guard><input type="hidden" name="csrf" value="\(session.formKey)">\(fields)
            <p><button class="button">\(["vi": "Ủy quyền", "en": "Delegate"] as Text, l)</button></p></form></section>
            <p><a href="/me/dossiers">\(["vi": "Về hồ sơ của tôi", "en": "Back to my applications"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "home").response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
