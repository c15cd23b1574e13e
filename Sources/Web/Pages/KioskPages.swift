// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import Journal
internal import NIOHTTP1
internal import Papers
internal import People
internal import Registers

/// Kiosks: a machine with its own key; the same pages as at home, large, and nothing left behind.
extension Parts {
    var kioskPages: [Endpoint] {
        return [
            Endpoint(.GET, "/kiosk", .open) { request, caller, _ in
                var response = try kioskStart(request, caller)
                // Whoever comes here begins anew: nobody finds the one before still signed in.
                if request.cookie(options.kioskCookie) != nil, let session = try citizen(request) {
                    try accounts.signOutCitizen(session)
                    response.headers.add(name: "set-cookie", value: citizenCookie("", maxAge: 0))
                }
                return response
            },
            Endpoint(.POST, "/kiosk/enrolment", .open, bodyMax: 1 << 14) { request, _, _ in
                let body = try json(request)
                guard let code = body["code"]?.string, let key = body["key"]?.string.flatMap({ Encoding.bytes(base64: $0) }) else { throw Parts.badEnrolment }
                do {
                    return Response(json: .object(["kiosk": .integer(try accounts.enrolKiosk(code: code, publicKey: key, address: request.address))]))
                } catch is AccountError { throw Parts.badEnrolment }
            },
            Endpoint(.POST, "/kiosk/session", .open, bodyMax: 1 << 14) { request, _, _ in
                let body = try json(request)
                guard let id = body["kiosk"]?.integer, let minute = body["minute"]?.integer, let signature = body["signature"]?.string.flatMap({ Encoding.bytes(base64: $0) })
                else {
                    throw Parts.badEnrolment
                }
                do {
                    let secret = try accounts.openKiosk(id, minute: minute, signature: signature)
                    return Response(json: .object(["kiosk": .integer(id)]), headers: [("set-cookie", kioskCookie(secret, maxAge: 2 * 86_400))])
                } catch is AccountError { throw Parts.badEnrolment }
            },
            Endpoint(.GET, "/kiosk/minute", .open) { _, _, _ in Response(json: .object(["minute": .integer(accounts.kioskMinute)])) },
            Endpoint(.POST, "/kiosk/ticket", .open, bodyMax: 1 << 14) { request, _, _ in
                guard let kiosk = try kiosk(request) else { return .redirect("/kiosk") }
                return .redirect("/tickets/\(try await dossiers.takeTicket(unit: kiosk.unit).code)")
            },
            Endpoint(.POST, "/kiosk/end", .open, bodyMax: 1 << 14) { request, _, _ in
                if let session = try citizen(request) { try accounts.signOutCitizen(session) }
                // The key stays; all that could be somebody's goes.
                return .redirect(
                    "/kiosk",
                    headers: [
                        ("set-cookie", citizenCookie("", maxAge: 0)), ("set-cookie", visitCookie("", maxAge: 0)), ("clear-site-data", "\"cache\""),
                    ])
            },
            Endpoint(.GET, "/kiosk/offline", .open) { request, caller, _ in
                let l = caller.language
                let title: Text = ["vi": "Đang nối lại", "en": "Reconnecting"]
                return layout(title, request, caller).response(
                    "<h1>\(title, l)</h1><p class=\"lead\" data-reconnect>\(["vi": "Máy đang mất mạng. Việc đang làm dở được giữ ở thành phố; máy tự nối lại.", "en": "There is no network. What was begun is kept by the city; this machine reconnects by itself."] as Text, l)</p>"
                )
            },
            Endpoint(.GET, "/kiosk-worker.js", .open) { _, _, _ in
                Response(.ok, type: "text/javascript; charset=utf-8", assets.bytes("kiosk-worker.js"), headers: [("cache-control", "no-cache"), ("service-worker-allowed", "/")])
            },
            Endpoint(.GET, "/admin/kiosks", .officers) { request, caller, _ in try kiosksPage(request, caller) },
            Endpoint(.POST, "/admin/kiosks", .officers, bodyMax: 1 << 14) { request, caller, _ in
                try mayAdminister(caller)
                let form = request.form ?? []
                let unit = form.first { $0.name == "unit" }?.value ?? ""
                let place = (form.first { $0.name == "place" }?.value ?? "").tidied
                var wrong: [Objection] = []
                if registry.units.find(unit, on: registry.world.today)?.level != .commune {
                    wrong.append(Objection(field: "unit", code: "unit", ["vi": "Chọn phường, xã.", "en": "Choose a ward or commune."]))
                }
                if place.isEmpty || place.count > 120 { wrong.append(Objection(field: "place", code: "required", ["vi": "Ghi nơi đặt máy.", "en": "Say where it stands."])) }
                guard wrong.isEmpty else { return try kiosksPage(request, caller, objections: wrong) }
                return try kiosksPage(request, caller, code: try accounts.addKiosk(unit: unit, place: place))
            },
            Endpoint(.POST, "/admin/kiosks/{id}/revocation", .officers, bodyMax: 1 << 14) { _, caller, parameters in
                try mayAdminister(caller)
                if let id = Int64(parameters[0]) { try accounts.revokeKiosk(id) }
                return .redirect("/admin/kiosks")
            },
        ]
    }

    private static let badEnrolment = Problem(
        .forbidden, "kiosk", ["vi": "Mã ghi danh không đúng, đã dùng hoặc quá hạn; hoặc máy đã bị thu hồi.", "en": "The code is wrong, used or old, or the kiosk was revoked."])

    private func kioskCookie(_ secret: String, maxAge: Int) -> String {
        "\(options.kioskCookie)=\(secret); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Strict\(options.isSecure ? "; Secure" : "")"
    }

    func kiosk(_ request: Request) throws -> Kiosk? { try request.cookie(options.kioskCookie).flatMap { try accounts.kiosk($0) } }

    /// A square code as a drawing in the page.
    func square(_ text: String, _ alternative: Text, _ l: Language) -> HTML? {
        QRCode(text).map { code in
            "<svg class=\"square\" viewBox=\"0 0 \(code.width + 8) \(code.width + 8)\" role=\"img\" aria-label=\"\(alternative, l)\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"\(code.path)\" fill=\"#000\"/></svg>"
        }
    }

    private func kioskStart(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let open = try kiosk(request)
        let isFresh = open?.opened.map { registry.world.now().milliseconds - $0.milliseconds < 43_200_000 } ?? false
        guard let kiosk = open, isFresh else {
            let title: Text = ["vi": "Máy chưa được ghi danh", "en": "This machine is not enrolled"]
            let content: HTML = """
                <h1>\(title, l)</h1><p class="lead" data-kiosk-open data-text-failed="\(["vi": "Không nối được. Thử lại sau vài giây.", "en": "No connection. Trying again in a few seconds."] as Text, l)">\(["vi": "Người quản trị lấy mã ghi danh ở trang Quản trị, mục Máy ki-ốt, rồi nhập vào đây. Máy tự tạo khóa của mình.", "en": "An administrator finds the code on the page Administration, Kiosks, and enters it here. The machine makes its own key."] as Text, l)</p>
                <form data-kiosk-enrol novalidate><div class="field"><label for="code">\(["vi": "Mã ghi danh", "en": "Enrolment code"] as Text, l)</label><p class="error-message" hidden>\(["vi": "Mã không đúng, đã dùng hoặc quá hạn.", "en": "The code is wrong, used or old."] as Text, l)</p><input class="w-20" type="text" id="code" name="code" autocomplete="off" autocapitalize="none" spellcheck="false"></div>\
                <p><button class="button">\(["vi": "Ghi danh máy này", "en": "Enrol this machine"] as Text, l)</button></p></form>
                <noscript><p class="notice">\(["vi": "Ki-ốt cần JavaScript để giữ khóa. Trên máy của bạn, mọi dịch vụ dùng được không cần JavaScript:", "en": "A kiosk needs JavaScript to keep its key. On your own device every service works without:"] as Text, l) <a href="/services">\(["vi": "Dịch vụ công", "en": "Services"] as Text, l)</a></p></noscript>
                """
            return layout(title, request, caller).response(content)
        }
        let title: Text = ["vi": "Xin chào", "en": "Welcome"]
        let tiles: [(String, Text, Text)] = [
            ("/services", ["vi": "Làm thủ tục", "en": "Apply for something"], ["vi": "Khai sinh, cư trú, giấy tờ, trợ cấp…", "en": "Births, residence, papers, allowances…"]),
            ("/household", ["vi": "Nộp các khoản của hộ", "en": "Pay household bills"], ["vi": "Điện, nước, tiền học, lệ phí", "en": "Electricity, water, school, fees"]),
            ("/me/dossiers", ["vi": "Hồ sơ của tôi", "en": "My applications"], ["vi": "Bổ sung, tải kết quả", "en": "Supply papers, get results"]),
            ("/services/track", ["vi": "Theo dõi bằng mã", "en": "Follow by code"], ["vi": "Mã trên giấy tiếp nhận", "en": "The code on the receipt"]),
            ("/book?unit=\(kiosk.unit)", ["vi": "Hẹn giờ", "en": "Book a time"], ["vi": "Hôm nay và sáu ngày tới", "en": "Today and six days ahead"]),
            ("/verify", ["vi": "Kiểm tra giấy tờ", "en": "Check a paper"], ["vi": "Giấy có phải của thành phố?", "en": "Is it the city's?"]),
        ]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(kiosk.place) · \(scopeName(kiosk.unit, l))</p>
            <form method="post" action="/kiosk/ticket"><p><button class="button">\(["vi": "Lấy số thứ tự", "en": "Take a number"] as Text, l)</button></p></form>
            <div class="grid">\(tiles.map { "<a class=\"card\" href=\"\($0.0)\"><h2>\($0.1, l)</h2><p>\($0.2, l)</p></a>" as HTML })</div>
            """
        return layout(title, request, caller).response(content)
    }

    private func kiosksPage(_ request: Request, _ caller: Caller, objections: [Objection] = [], code: String? = nil) throws -> Response {
        try mayAdminister(caller)
        let l = caller.language
        let title: Text = ["vi": "Máy ki-ốt", "en": "Kiosks"]
        let rows: [HTML] = try accounts.kiosks().map { one in
            let state: Text =
                one.isRevoked
                ? ["vi": "đã thu hồi", "en": "revoked"] : one.enrolled == nil ? ["vi": "chờ ghi danh", "en": "to be enrolled"] : ["vi": "đang dùng", "en": "in use"]
            let act: HTML? =
                one.isRevoked
                ? nil
                : "<form class=\"inline\" method=\"post\" action=\"/admin/kiosks/\(one.id)/revocation\">\(csrf(caller))<button class=\"link\">\(["vi": "thu hồi", "en": "revoke"] as Text, l)<span class=\"visually-hidden\"> \(one.place)</span></button></form>"
            return """
                <tr><th scope="row" data-label="\(["vi": "Nơi đặt", "en": "Place"] as Text, l)">\(one.place)</th><td data-label="\(["vi": "Phường, xã", "en": "Commune"] as Text, l)">\(scopeName(one.unit, l))</td><td data-label="\(["vi": "Tình trạng", "en": "State"] as Text, l)">\(state, l)</td>\
                <td data-label="\(["vi": "Mở máy lần cuối", "en": "Last opened"] as Text, l)">\(one.seen?.written(l) ?? "–")</td><td>\(act)</td></tr>
                """
        }
        let typed = Dictionary((request.form ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let state = FormState(texts: objections.isEmpty ? [:] : typed, objections: objections)
        let fields: [HTML] = [
            Field("unit", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .official),
            Field("place", .text(max: 120), ["vi": "Nơi đặt máy", "en": "Where it stands"], .official),
        ].map { input($0, state, l, isRequired: true) }
        let shown: HTML? = code.map {
            "<div class=\"notice ok\"><p>\(["vi": "Mở /kiosk trên máy và nhập mã này, trong một ngày, một lần:", "en": "Open /kiosk on the machine and enter this code, within a day, once:"] as Text, l)</p><p class=\"code code-large\">\($0)</p></div>"
        }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>\(adminNavigation(l, request))\(shown)
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Chưa có máy nào.", "en": "There is none yet."] as Text, l)</p>" as HTML : """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption><thead><tr><th scope="col">\(["vi": "Nơi đặt", "en": "Place"] as Text, l)</th><th scope="col">\(["vi": "Phường, xã", "en": "Commune"] as Text, l)</th><th scope="col">\(["vi": "Tình trạng", "en": "State"] as Text, l)</th><th scope="col">\(["vi": "Mở máy lần cuối", "en": "Last opened"] as Text, l)</th><td></td></tr></thead><tbody>\(rows)</tbody></table></div>
            """ as HTML)
            <h2>\(["vi": "Thêm máy", "en": "Add a kiosk"] as Text, l)</h2><form method="post" action="/admin/kiosks" novalidate>\(csrf(caller))\(fields)<p><button class="button">\(["vi": "Thêm", "en": "Add"] as Text, l)</button></p></form>
            """
        return adminFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
