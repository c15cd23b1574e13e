// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import People
internal import Registers

/// Helpers: students and officials who sit beside people at a screen. They see the forms, not the data.
extension Parts {
    var helpPages: [Endpoint] {
        return [
            Endpoint(.GET, "/help", .officers) { request, caller, _ in try helpPage(request, caller, []) },
            Endpoint(.POST, "/help/shift", .officers, bodyMax: 1 << 14) { request, caller, _ in
                do {
                    func value(_ name: String) -> String? { request.form?.first { $0.name == name }?.value }
                    try await dossiers.startShift(at: value("place") ?? "", planned: value("planned"), of: caller.session?.account.person, by: caller.authority)
                    return .redirect("/help")
                } catch DossierError.objections(let objections) {
                    return try helpPage(request, caller, objections)
                }
            },
            Endpoint(.POST, "/help/end", .officers, bodyMax: 1 << 14) { request, caller, _ in
                if let session = try citizen(request) { try accounts.signOutCitizen(session) }
                do {
                    try await dossiers.endShift(by: caller.authority)
                    return .redirect("/help")
                } catch DossierError.objections(let objections) {
                    return try helpPage(request, caller, objections)
                }
            },
        ]
    }

    /// The helper at whose screen a citizen has signed in; nil where nobody helps.
    func helper(_ request: Request) throws -> Authority? {
        guard let session = try request.cookie(options.sessionCookie).flatMap({ try accounts.session($0) }), session.authority.may(.write, Dossiers.helpRight) else { return nil }
        return session.authority
    }

    private func helpPage(_ request: Request, _ caller: Caller, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        guard caller.authority.may(.write, Dossiers.helpRight) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho người hướng dẫn.", "en": "This page is for helpers."])
        }
        let title: Text = ["vi": "Hướng dẫn người dân", "en": "Helping people"]
        let shifts = try dossiers.shifts(of: caller.authority)
        func hours(_ shift: HelpShift) -> String {
            let minutes = ((shift.ended ?? registry.world.now()).milliseconds - shift.started.milliseconds) / 60_000
            return "\(minutes / 60) \((["vi": "giờ", "en": "h"] as Text)[l]) \(minutes % 60) \((["vi": "phút", "en": "min"] as Text)[l])"
        }
        let rows: [HTML] = shifts.map { one in
            """
            <tr><th scope="row" data-label="\(["vi": "Bắt đầu", "en": "Began"] as Text, l)">\(one.started.written(l))</th><td data-label="\(["vi": "Nơi", "en": "Place"] as Text, l)">\(one.place)</td><td data-label="\(["vi": "Thời gian", "en": "Time"] as Text, l)">\(hours(one))</td>\
            <td data-label="\(["vi": "Người", "en": "People"] as Text, l)">\(l.number(one.people))</td><td data-label="\(["vi": "Hồ sơ", "en": "Dossiers"] as Text, l)">\(l.number(one.dossiers.handedIn))</td><td data-label="\(["vi": "Đạt ngay, trong số đã có kết quả", "en": "Right at first, of those that ended"] as Text, l)">\(l.number(one.dossiers.atFirst))/\(l.number(one.dossiers.ended))</td></tr>
            """
        }
        let now: HTML
        if try dossiers.shift(of: caller.authority) != nil {
            now = """
                <p class="notice ok">\(["vi": "Bạn đang trong ca. Người được giúp đăng nhập bằng mã của chính họ; bạn thấy biểu mẫu, không thấy dữ liệu.", "en": "You are on a shift. Whoever you help signs in with their own code; you see the forms, not the data."] as Text, l)</p>
                <p><a class="button" href="/me">\(["vi": "Giúp một người", "en": "Help somebody"] as Text, l)</a></p>
                <form method="post" action="/help/end">\(csrf(caller))<p><button class="button secondary">\(["vi": "Kết thúc ca", "en": "End the shift"] as Text, l)</button></p></form>
                """
        } else {
            let today = try caller.session?.account.person.map { try dossiers.shiftsToday(of: $0) } ?? []
            let planned: [HTML] = today.map { one in
                """
                <form method="post" action="/help/shift">\(csrf(caller))<input type="hidden" name="planned" value="\(one.key)"><p>\(one.place) · \(scopeName(one.commune, l)) · <span class="code">\(one.key)</span></p><p><button class="button">\(["vi": "Bắt đầu ca này", "en": "Begin this shift"] as Text, l)<span class="visually-hidden">: \(one.place)</span></button></p></form>
                """
            }
            let place = input(
                Field("place", .text(max: 120), ["vi": "Bạn hướng dẫn ở đâu", "en": "Where you help"], .official), FormState(objections: objections), l, isRequired: true)
            now = """
                \(planned.isEmpty ? nil : "<h2>\(["vi": "Ca của bạn hôm nay", "en": "Your shifts today"] as Text, l)</h2>\(planned)<h2>\(["vi": "Ca khác", "en": "Another shift"] as Text, l)</h2>" as HTML)
                <form method="post" action="/help/shift" novalidate>\(csrf(caller))\(place)<p><button class="button">\(["vi": "Bắt đầu ca", "en": "Begin a shift"] as Text, l)</button></p></form>
                """
        }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>\(now)
            \(rows.isEmpty ? nil : """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(["vi": "Các ca", "en": "Shifts"] as Text, l)"><table class="reflow"><caption>\(["vi": "Các ca", "en": "Shifts"] as Text, l)</caption><thead><tr><th scope="col">\(["vi": "Bắt đầu", "en": "Began"] as Text, l)</th><th scope="col">\(["vi": "Nơi", "en": "Place"] as Text, l)</th><th scope="col">\(["vi": "Thời gian", "en": "Time"] as Text, l)</th>\
            <th scope="col">\(["vi": "Người", "en": "People"] as Text, l)</th><th scope="col">\(["vi": "Hồ sơ", "en": "Dossiers"] as Text, l)</th><th scope="col">\(["vi": "Đạt ngay, trong số đã có kết quả", "en": "Right at first, of those that ended"] as Text, l)</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """ as HTML)
            """
        return layout(title, request, caller, door: "officer").response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
