// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import Foundation
internal import Journal
internal import NIOHTTP1
internal import People
internal import Registers

/// Other ways for citizens to sign in: a key on their own device, or another provider's word.
extension Parts {
    private static let refused = Problem(.forbidden, "passkey", ["vi": "Khóa không đúng.", "en": "The key is not right."])

    var passkeyPages: [Endpoint] {
        return [
            Endpoint(.GET, "/me/passkeys", .open) { request, caller, _ in try await own(request) { session in try passkeysPage(request, caller, session) } },
            Endpoint(.POST, "/me/passkeys/options", .open, bodyMax: 1 << 14) { request, _, _ in
                let session = try passkeyOwner(request)
                let challenge = try accounts.passkeyChallenge(person: session.row)
                let ref = registry.ref(of: session.row, in: session.register)
                return Response(
                    json: .object([
                        "challenge": .string(Encoding.base64URL(challenge)),
                        "rp": .object(["id": .string(site(request)), "name": .string("Thăng Long · \(options.cityName.vi)")]),
                        // The name on the device tells nothing to who finds it.
                        "user": .object(["id": .string(Encoding.base64URL(Array(ref.utf8))), "name": .string(String(ref.prefix(6))), "displayName": .string(options.cityName.vi)]),
                        "pubKeyCredParams": .array([.object(["type": .string("public-key"), "alg": .integer(-7)])]),
                        "authenticatorSelection": .object(["residentKey": .string("required"), "userVerification": .string("required")]), "attestation": .string("none"),
                        "timeout": .integer(120_000),
                    ]))
            },
            Endpoint(.POST, "/me/passkeys", .open, bodyMax: 1 << 16) { request, _, _ in
                let session = try passkeyOwner(request)
                let body = try json(request)
                guard let client = bytes(body, "client"), let attestation = bytes(body, "attestation") else { throw Parts.refused }
                do {
                    try accounts.addPasskey(
                        register: session.register, row: session.row, clientData: client, attestation: attestation, site: site(request), origin: origin(request))
                } catch is AccountError { throw Parts.refused }
                return Response(json: .object(["done": .boolean(true)]))
            },
            Endpoint(.POST, "/me/passkeys/removal", .open, bodyMax: 1 << 14) { request, _, _ in
                try await own(request, sending: true) { session in
                    if let id = request.form?.first(where: { $0.name == "id" }).flatMap({ Encoding.bytes(base64: $0.value) }) {
                        try accounts.removePasskey(id, register: session.register, row: session.row)
                    }
                    return .redirect("/me/passkeys")
                }
            },
            Endpoint(.POST, "/me/passkey/options", .open, bodyMax: 1 << 14) { request, _, _ in
                Response(
                    json: .object([
                        "challenge": .string(Encoding.base64URL(try accounts.passkeyChallenge(person: nil))), "rpId": .string(site(request)),
                        "userVerification": .string("required"),
                        "timeout": .integer(120_000),
                    ]))
            },
            Endpoint(.POST, "/me/passkey/session", .open, bodyMax: 1 << 16) { request, _, _ in
                let body = try json(request)
                guard let id = bytes(body, "id"), let client = bytes(body, "client"), let data = bytes(body, "data"), let signature = bytes(body, "signature") else {
                    throw Parts.refused
                }
                do {
                    let secret = try accounts.signIn(
                        passkey: id, clientData: client, authenticatorData: data, signature: signature, site: site(request), origin: origin(request), address: request.address)
                    // The key of somebody who died or left opens nothing any more.
                    guard try helper(request) == nil, let session = try accounts.citizenSession(secret), try registry.stands(row: session.row, in: session.register) else {
                        if let session = try accounts.citizenSession(secret) { try accounts.signOutCitizen(session) }
                        throw Parts.refused
                    }
                    try await noteEntry(secret)
                    return Response(json: .object(["next": .string(ownPlace(body["next"]?.string))]), headers: [("set-cookie", citizenCookie(secret, maxAge: 1800))])
                } catch is AccountError { throw Parts.refused }
            },
        ]
    }

    var identityPages: [Endpoint] {
        return [
            Endpoint(.GET, "/me/identity", .open) { request, _, _ in
                guard let identity = options.identity else { throw RegisterError.noSuchRecord }
                let (state, nonce, verifier) = (accounts.unpredictable(), accounts.unpredictable(), accounts.unpredictable())
                try accounts.addIdentityRequest(state: state, nonce: nonce, verifier: verifier, next: ownPlace(request.parameter("next")))
                let back = origin(request) + "/me/identity/back"
                do {
                    let address = try await offLoop { try identity.address(state, nonce, verifier, back) }
                    // The browser that asked is the one that must come back.
                    return Response(
                        .seeOther, type: "text/plain; charset=utf-8", [],
                        headers: [
                            ("location", address),
                            ("set-cookie", "identity=\(state); Path=/me/identity; Max-Age=600; HttpOnly; SameSite=Lax\(options.isSecure ? "; Secure" : "")"),
                        ])
                } catch { throw Parts.noIdentity(identity.name) }
            },
            Endpoint(.GET, "/me/identity/back", .open) { request, caller, _ in
                guard let identity = options.identity, let people = options.roles.people else { throw RegisterError.noSuchRecord }
                guard let state = request.parameter("state"), let cookie = request.cookie("identity"), equalInConstantTime(Array(state.utf8), Array(cookie.utf8)),
                    let asked = try accounts.useIdentityRequest(state: state), let code = request.parameter("code"), code.utf8.count <= 2000
                else { throw Parts.noIdentity(identity.name) }
                let number: String
                do {
                    number = try await offLoop { try identity.number(code, asked.verifier, asked.nonce, origin(request) + "/me/identity/back") }
                } catch {
                    options.accessLog?("{\"identity\":\(JSON.string("\(error)").text)}")
                    throw Parts.noIdentity(identity.name)
                }
                guard let row = try registry.row(of: String(number.prefix(20)), in: people) else {
                    throw Problem(
                        .forbidden, "not-resident", ["vi": "Sổ dân cư của thành phố không có người này.", "en": "The city's population register does not hold this person."])
                }
                let secret = try accounts.openCitizenSession(register: people, row: row, helper: try helper(request)?.id)
                try await noteEntry(secret)
                // A page of ours leads on, so that the strict cookie goes along.
                let l = caller.language
                let title: Text = ["vi": "Đã đăng nhập", "en": "Signed in"]
                var response = layout(title, request, caller, door: "home").response(
                    "<h1>\(title, l)</h1><p><a class=\"button\" href=\"\(asked.next)\">\(["vi": "Tiếp tục", "en": "Continue"] as Text, l)</a></p>")
                response.headers.add(name: "set-cookie", value: citizenCookie(secret, maxAge: 1800))
                response.headers.add(name: "set-cookie", value: "identity=; Path=/me/identity; Max-Age=0; HttpOnly; SameSite=Lax")
                return response
            },
        ]
    }

    private static func noIdentity(_ name: String) -> Problem {
        Problem(
            .badGateway, "identity",
            Text(vi: "\(name) chưa xác nhận được bạn. Thử lại, hoặc dùng mã qua điện thoại.", en: "\(name) did not confirm who you are. Try again, or use a code by phone."))
    }

    private func bytes(_ body: JSON, _ name: String) -> [UInt8]? { body[name]?.string.flatMap { $0.utf8.count <= 20_000 ? Encoding.bytes(base64: $0) : nil } }

    /// The host without its port: what keys are bound to.
    private func site(_ request: Request) -> String {
        let host = request.header("host") ?? ""
        if host.hasPrefix("[") { return String(host.prefix { $0 != "]" }) + "]" }
        return String(host.prefix { $0 != ":" })
    }

    /// The site as the browser knows it.
    func origin(_ request: Request) -> String { "\(options.isSecure ? "https" : "http")://\(request.header("host") ?? "")" }

    private func passkeyOwner(_ request: Request) throws -> CitizenSession {
        guard let session = try citizen(request), session.helper == nil, try helper(request) == nil, let sent = try json(request)["csrf"]?.string,
            equalInConstantTime(Array(sent.utf8), Array(session.formKey.utf8))
        else { throw Site.foreignForm }
        return session
    }

    private func noteEntry(_ secret: String) async throws {
        guard let session = try accounts.citizenSession(secret) else { return }
        let own = Authority(.visitor, id: "self", name: "", grants: [], purpose: Purpose("self", ["vi": "Tự xem", "en": "Own look"]))
        try await registry.note("own-page", register: session.register, row: session.row, by: own)
    }

    /// Below the form for a code: the other ways in.
    func otherWays(_ next: String, _ l: Language) -> HTML {
        let provider: HTML? = options.identity.map {
            "<p><a class=\"button secondary\" href=\"/me/identity?next=\(Request.encode(next))\">\(["vi": "Vào bằng", "en": "Sign in with"] as Text, l) \($0.name)</a></p>"
        }
        return """
            <p><button type="button" class="button secondary" hidden data-passkey-use data-next="\(next)" data-error="passkey-error">\(["vi": "Vào bằng khóa trên máy này", "en": "Sign in with a passkey"] as Text, l)</button></p>
            <p class="error-message" id="passkey-error" role="alert" hidden>\(["vi": "Chưa dùng được khóa trên máy này. Dùng mã qua điện thoại.", "en": "The passkey did not work. Use a code by phone."] as Text, l)</p>\(provider)
            """
    }

    private func passkeysPage(_ request: Request, _ caller: Caller, _ session: CitizenSession) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Khóa đăng nhập trên máy của tôi", "en": "Passkeys on my devices"]
        let rows: [HTML] = try accounts.passkeys(register: session.register, row: session.row).map { one in
            "<li><p>\(["vi": "Tạo", "en": "Made"] as Text, l) \(one.created.written(l))\(one.used.map { " · \((["vi": "dùng lần cuối", "en": "last used"] as Text)[l]) \($0.written(l))" } ?? "")</p><form class=\"inline\" method=\"post\" action=\"/me/passkeys/removal\"><input type=\"hidden\" name=\"csrf\" value=\"\(session.formKey)\"><input type=\"hidden\" name=\"id\" value=\"\(Encoding.base64URL(one.id))\"><button class=\"link\">\(["vi": "bỏ khóa này", "en": "remove it"] as Text, l)<span class=\"visually-hidden\"> \(one.created.written(l))</span></button></form></li>"
        }
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Lần sau vào bằng vân tay, khuôn mặt hoặc mã khóa máy, không cần chờ mã.", "en": "Next time enter with your finger, face or the device's code, without waiting for a message."] as Text, l)</p>
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Bạn chưa có khóa nào.", "en": "You have none yet."] as Text, l)</p>" as HTML : "<ul class=\"hits\">\(rows)</ul>" as HTML)
            <p><button type="button" class="button" hidden data-passkey-add data-key="\(session.formKey)" data-error="passkey-error">\(["vi": "Tạo khóa trên máy này", "en": "Make a passkey on this device"] as Text, l)</button></p>
            <p class="error-message" id="passkey-error" role="alert" hidden>\(["vi": "Chưa tạo được khóa. Máy cần có khóa màn hình.", "en": "No passkey was made. The device needs a screen lock."] as Text, l)</p>
            <p><a href="/me/dossiers">\(["vi": "Về hồ sơ của tôi", "en": "Back to my applications"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "home").response(content)
    }
}
