// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import Journal
internal import NIOHTTP1
internal import Registers

/// The door for anyone who holds a paper: is it genuine, and is what it says what was entered.
extension Parts {
    var verifyPages: [Endpoint] {
        return [
            Endpoint(.GET, "/verify", .open) { request, caller, _ in verifyForm(request, caller, problem: nil, text: "") },
            Endpoint(.POST, "/verify", .open, bodyMax: 1 << 16) { request, caller, _ in
                let text = (request.form?.first { $0.name == "paper" }?.value ?? "").filter { !$0.isWhitespace }
                if text.contains("~") { return checkCredential(request, caller, text) }
                // A code, or the address that the square on the paper holds.
                let code = text.split(separator: "/").last.map(String.init)?.lowercased() ?? ""
                if try await dossiers.guideCertificate(code: code) != nil { return .redirect("/verify/\(Request.encode(code))") }
                guard try await dossiers.certificate(code: code) != nil else {
                    return verifyForm(
                        request, caller,
                        problem: [
                            "vi": "Không có giấy nào mang mã này. Xem lại mã, từng chữ một; nếu vẫn không thấy thì giấy không phải do thành phố cấp.",
                            "en": "No paper has this code. Check it letter by letter; if it is still not found, the city did not issue the paper.",
                        ], text: text)
                }
                return .redirect("/verify/\(Request.encode(code))")
            },
            Endpoint(.GET, "/verify/{code}", .open) { request, caller, parameters in
                if let guide = try await dossiers.guideCertificate(code: parameters[0].lowercased()) { return try guidePaperPage(request, caller, guide) }
                guard let certificate = try await dossiers.certificate(code: parameters[0].lowercased()) else {
                    return verifyForm(
                        request, caller,
                        problem: ["vi": "Không có giấy nào mang mã này: thành phố không cấp nó.", "en": "No paper has this code: the city did not issue it."], text: parameters[0])
                }
                return certificatePage(request, caller, certificate)
            },
            Endpoint(
                .GET, "/log/jwks.json", .open,
                operation: Operation(
                    id: "getCredentialKeys", tag: "proofs", summary: ["vi": "Khóa kiểm chứng giấy điện tử", "en": "Keys of credentials as JWK (RFC 7517, RFC 8037)"],
                    answers: [.init(200, "A JWK set.", schema: Schema.object([("keys", Schema.array(.object(["type": .string("object")])))]))], isOpen: true)
            ) { _, _, _ in
                Response(
                    json: .object([
                        "keys": .array([
                            .object([
                                "kty": .string("OKP"), "crv": .string("Ed25519"), "x": .string(Encoding.base64URL(journals.publicKey)), "kid": .string(journals.keyID),
                                "alg": .string("EdDSA"), "use": .string("sig"),
                            ])
                        ])
                    ]))
            },
            Endpoint(
                .GET, "/log/seal.pem", .open,
                operation: Operation(
                    id: "getSeal", tag: "proofs", summary: ["vi": "Chứng thư của dấu trên PDF", "en": "Certificates of the seal on PDF papers"],
                    answers: [.init(200, "X.509 in PEM.", "application/x-pem-file")], problems: [404], isOpen: true)
            ) { _, _, _ in
                guard let press = options.press else { throw Problem(.notFound, "no-press", ["vi": "Máy chủ này không in giấy.", "en": "This server prints no papers."]) }
                return Response(.ok, type: "application/x-pem-file", Array(press.certificates.utf8))
            },
        ]
    }

    static let verifyTitle: Text = ["vi": "Kiểm tra giấy tờ", "en": "Check a paper"]

    private func verifyForm(_ request: Request, _ caller: Caller, problem: Text?, text: String) -> Response {
        let l = caller.language
        let content: HTML = """
            \(problem.map { "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>\(["vi": "Không xác nhận được", "en": "Not confirmed"] as Text, l)</h2><ul><li><a href=\"#paper\">\($0, l)</a></li></ul></div>" as HTML })
            <h1>\(Parts.verifyTitle, l)</h1><p class="lead">\(["vi": "Giấy của thành phố có mã vuông. Quét mã, hoặc nhập dòng chữ cạnh mã vào đây.", "en": "Papers of the city bear a square code. Scan it, or enter the line of letters beside it."] as Text, l)</p>
            <form method="post" action="/verify"><div class="field"><label for="paper">\(["vi": "Mã trên giấy, hoặc nội dung bản điện tử", "en": "The code on the paper, or the text of an electronic credential"] as Text, l)</label>\
            <textarea id="paper" name="paper" rows="3" maxlength="60000" autocapitalize="none" spellcheck="false" required>\(text)</textarea></div>\
            <p><button class="button">\(["vi": "Kiểm tra", "en": "Check"] as Text, l)</button></p></form>
            <p class="muted">\(["vi": "Người có tên trên giấy thấy mỗi lần giấy được kiểm tra bằng mã. Bản điện tử được kiểm tra mà thành phố không mở dữ liệu nào.", "en": "Whoever the paper names sees each check by code. An electronic credential is checked without opening any data of the city."] as Text, l)</p>
            """
        return layout(Parts.verifyTitle, request, caller).response(problem == nil ? .ok : .unprocessableContent, content)
    }

    private func certificatePage(_ request: Request, _ caller: Caller, _ certificate: Certificate) -> Response {
        let l = caller.language
        let procedure = certificate.procedure
        let rows: [HTML] =
            certificate.isErased
            ? [] : certificateRows(certificate, l).map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" as HTML }
        let content: HTML = """
            <p class="caption">\(Parts.verifyTitle, l)</p><h1>\(procedure.result, l)</h1>
            <p class="notice ok"><strong>\(["vi": "Giấy này do thành phố cấp.", "en": "The city issued this paper."] as Text, l)</strong> \(["vi": "So từng dòng dưới đây với giấy trên tay.", "en": "Compare each line below with the paper in hand."] as Text, l)</p>
            <dl class="summary"><div><dt>\(["vi": "Số", "en": "Number"] as Text, l)</dt><dd>\(certificate.dossier)</dd></div><div><dt>\(["vi": "Nơi cấp", "en": "Issued by"] as Text, l)</dt><dd>\(officeWords(procedure, certificate.entry.unit, l))</dd></div>\(rows)</dl>
            \(certificate.isErased ? "<p>\(["vi": "Nội dung đã được xóa theo luật; thành phố chỉ còn xác nhận là đã cấp.", "en": "The content was erased by law; the city only confirms that it was issued."] as Text, l)</p>" as HTML : nil)
            <p class="muted">\(["vi": "Nội dung đúng vào ngày cấp. Mục", "en": "A paper says what was true on the day it was issued. Entry"] as Text, l) \(certificate.entry.number) \(["vi": "của nhật ký giấy tờ.", "en": "of the journal of certificates."] as Text, l) <a href="/log/certificates/checkpoint">\(["vi": "Điểm kiểm nhật ký, có chữ ký số", "en": "The journal's signed head"] as Text, l)</a></p>
            <p><a href="/verify">\(["vi": "Kiểm tra giấy khác", "en": "Check another paper"] as Text, l)</a></p>
            """
        return layout(Parts.verifyTitle, request, caller).response(content)
    }

    private func checkCredential(_ request: Request, _ caller: Caller, _ text: String) -> Response {
        let l = caller.language
        let check: CredentialCheck
        do {
            check = try dossiers.check(credential: text)
        } catch {
            let why: Text
            switch error as? CredentialError {
            case .badSignature: why = ["vi": "Chữ ký không phải của thành phố, hoặc nội dung đã bị sửa.", "en": "The signature is not the city's, or the content was changed."]
            case .foreignDisclosure: why = ["vi": "Có dòng không thuộc giấy này: nội dung đã bị sửa.", "en": "A line does not belong to this credential: it was changed."]
            case .notInJournal: why = ["vi": "Nhật ký của thành phố không có giấy này.", "en": "The city's journal does not hold it."]
            default: why = ["vi": "Đây không phải bản điện tử của giấy tờ. Dán nguyên nội dung tệp.", "en": "This is no credential. Paste the whole file."]
            }
            return verifyForm(request, caller, problem: why, text: text)
        }
        let person = options.roles.people.flatMap { try? registry.register($0) }
        let rows: [HTML] = check.claims.filter { !["code", "procedure", "dossier", "office"].contains($0.name) && !$0.value.isNull }.map { claim in
            let field =
                claim.name.hasPrefix("holder_")
                ? (claim.name == "holder_id" ? person?.key : person?.field(String(claim.name.dropFirst(7))))
                : (check.procedure?.questions ?? []).first { $0.name == claim.name } ?? check.procedure?.findings.first { $0.name == claim.name }
            let title: Text =
                field?.title
                ?? (claim.name == "number" ? ["vi": "Số", "en": "Number"] : claim.name == "issued" ? ["vi": "Ngày cấp", "en": "Issued on"] : .same(claim.name))
            let shown = claim.name == "issued" ? Day(claim.value.plain)?.written(l) ?? claim.value.plain : field.map { display(claim.value, $0, l) } ?? claim.value.plain
            return "<div><dt>\(title, l)</dt><dd>\(shown)</dd></div>"
        }
        let content: HTML = """
            <p class="caption">\(Parts.verifyTitle, l)</p><h1>\(check.procedure?.result ?? Parts.verifyTitle, l)</h1>
            <p class="notice ok"><strong>\(["vi": "Bản điện tử này do thành phố cấp và chưa bị sửa.", "en": "The city issued this credential, and it was not changed."] as Text, l)</strong></p>
            <dl class="summary">\(rows)</dl><p class="muted">\(["vi": "Chỉ những dòng người giữ giấy cho xem. Mục", "en": "Only what its holder shows. Entry"] as Text, l) \(check.number), \(check.issued.written(l)).</p>
            <p><a href="/verify">\(["vi": "Kiểm tra giấy khác", "en": "Check another paper"] as Text, l)</a></p>
            """
        return layout(Parts.verifyTitle, request, caller).response(content)
    }
}
