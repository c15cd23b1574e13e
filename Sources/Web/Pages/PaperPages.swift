// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import Journal
internal import NIOHTTP1
internal import Papers
internal import People
internal import Registers

/// The papers that a dossier gives.
enum PaperKind: String, CaseIterable {
    case receipt, request, refusal, apology, result

    var title: Text {
        switch self {
        case .receipt: ["vi": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "en": "Receipt with the date of the answer"]
        case .request: ["vi": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "en": "Request for papers"]
        case .refusal: ["vi": "Thông báo từ chối giải quyết hồ sơ", "en": "Notice of refusal"]
        case .apology: ["vi": "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "en": "Apology and new date"]
        case .result: ["vi": "Kết quả giải quyết", "en": "Result"]
        }
    }
}

/// Papers of dossiers as signed PDF, and the result as a credential.
extension Parts {
    var paperPages: [Endpoint] {
        return [
            Endpoint(.GET, "/me/dossiers/{code}/papers/{kind}", .open) { request, caller, parameters in
                try await own(request) { session in try await paper(request, caller, parameters[0], parameters[1], for: .citizen(session.row)) }
            },
            Endpoint(.GET, "/dossiers/{code}/papers/{kind}", .officers) { request, caller, parameters in
                try await paper(request, caller, parameters[0], parameters[1], for: .officer(caller.authority))
            },
            Endpoint(.GET, "/me/dossiers/{code}/credential", .open) { request, _, parameters in
                try await own(request) { session in
                    let (dossier, _, _) = try await dossiers.dossier(parameters[0], for: .citizen(session.row))
                    try await dossiers.noteSubject(of: dossier, by: session.row)
                    guard let text = try dossiers.certificate(of: parameters[0]).flatMap({ dossiers.credential($0) }) else { throw DossierError.noSuchDossier }
                    return Response(
                        .ok, type: "application/dc+sd-jwt", Array(text.utf8), headers: [("content-disposition", "attachment; filename=\"\(parameters[0]).sd-jwt\"")])
                }
            },
        ]
    }

    /// The papers that there are by now.
    func papers(_ dossier: Dossier) -> [PaperKind] {
        var kinds: [PaperKind] = []
        if dossier.received != nil { kinds.append(.receipt) }
        if dossier.hasAskedForPapers { kinds.append(.request) }
        if dossier.apology != nil { kinds.append(.apology) }
        switch dossier.state {
        case .declined, .decided(false, _, _), .returned(false, _): kinds.append(.refusal)
        case .decided(true, _, _), .returned(true, _): if dossier.branches.isEmpty { kinds.append(.result) }
        default: break
        }
        return kinds
    }

    /// Links to the papers and the credential of a dossier.
    func paperLinks(_ dossier: Dossier, base: String, _ l: Language, credential: Bool) -> HTML? {
        let kinds = papers(dossier)
        guard !kinds.isEmpty else { return nil }
        let links: [HTML] = kinds.map { kind in
            let title = kind == .result ? ((try? dossiers.procedure(of: dossier).result) ?? kind.title) : kind.title
            return "<li><a href=\"\(base)/papers/\(kind.rawValue).pdf\">\(title, l)</a> <span class=\"muted\">PDF, \(["vi": "có chữ ký số", "en": "signed"] as Text, l)</span></li>"
        }
        let token: HTML? =
            credential && kinds.contains(.result)
            ? "<li><a href=\"\(base)/credential\">\(["vi": "Bản điện tử, cho máy đọc", "en": "Electronic credential, for machines"] as Text, l)</a> <span class=\"muted\">SD-JWT</span></li>"
            : nil
        return "<h2>\(["vi": "Giấy tờ của hồ sơ", "en": "Papers of this dossier"] as Text, l)</h2><ul>\(links)\(token)</ul>"
    }

    private func paper(_ request: Request, _ caller: Caller, _ code: String, _ name: String, for party: Party) async throws -> Response {
        guard name.hasSuffix(".pdf"), let kind = PaperKind(rawValue: String(name.dropLast(4))) else { throw DossierError.noSuchDossier }
        guard let press = options.press else {
            throw Problem(
                .serviceUnavailable, "no-press",
                ["vi": "Máy chủ thiếu phông chữ để in. Báo người quản trị.", "en": "The server lacks the font for printing. Tell the administrator."])
        }
        let (dossier, history, facts) = try await dossiers.dossier(code, for: party)
        guard papers(dossier).contains(kind) else { throw DossierError.noSuchDossier }
        if case .citizen(let row) = party { try await dossiers.noteSubject(of: dossier, by: row) }
        let certificate = kind == .result ? try dossiers.certificate(of: code) : nil
        let document = try compose(kind, dossier, history, facts, certificate, site: origin(request), caller.language)
        let bytes = try await offLoop { press.writer.write(document, signedBy: press.signer) }
        return Response(.ok, type: "application/pdf", bytes, headers: [("content-disposition", "inline; filename=\"\(code)-\(kind.rawValue).pdf\"")])
    }

    // MARK: What they say

    private func compose(
        _ kind: PaperKind, _ dossier: Dossier, _ history: [(entry: Int64, event: DossierEvent, author: String, at: Instant)], _ facts: [KnownFact], _ certificate: Certificate?,
        site: String, _ l: Language
    ) throws -> PaperDocument {
        let procedure = try dossiers.procedure(of: dossier)
        let unit = scopeName(dossier.submission.unit, .vietnamese)
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        let names = officerNames()
        var moment = dossier.submitted
        var signer = say("CÁN BỘ TIẾP NHẬN", "RECEIVED BY")
        var hand = ""
        func from(_ matches: (DossierEvent) -> Bool) {
            guard let found = history.last(where: { matches($0.event) }) else { return }
            moment = found.at
            hand = names[found.author] ?? ""
        }
        let people = try dossiers.names(dossier)
        var rows: [(String, String)] = [(say("Người nộp", "Applicant"), people.applicant)]
        if people.subject != people.applicant { rows.append((say("Giải quyết cho", "Concerning"), people.subject)) }
        rows.append((say("Thủ tục", "Procedure"), procedure.title[l]))
        rows.append((say("Mã hồ sơ", "Code"), dossier.code))
        var title = kind.title[l]
        var body: [PaperDocument.Block] = []
        var address = "/services/track?code=\(dossier.code)"
        switch kind {
        case .receipt:
            from { if case .received = $0 { true } else { false } }
            rows.append((say("Nộp lúc", "Handed in"), dossier.submitted.written(l)))
            if let promised = history.lazy.compactMap({ if case .received(let due, _) = $0.event { due } else { nil } }).first {
                rows.append((say("Ngày hẹn trả kết quả", "Answer due by"), promised.written(l)))
            }
            rows.append((say("Phí, lệ phí", "Fee"), chargeWords(dossier, procedure, l)))
            let files = procedure.papers.filter { paper in dossier.files.contains { $0.paper == paper.code } }.map(\.title[l])
            if !files.isEmpty { body += [.heading(say("Giấy tờ đã nhận", "Papers received")), .list(files)] }
            body.append(
                .paragraph(
                    say(
                        "Theo dõi hồ sơ bằng mã trên, hoặc quét mã vuông. Quá hẹn mà chưa có kết quả, đơn vị phải xin lỗi bằng văn bản và hẹn lại một lần.",
                        "Follow the dossier by its code or scan the square. If the answer is late, the office must apologise in writing and may give one new date.")))
        case .request:
            from { if case .papersAsked = $0 { true } else { false } }
            if case .papersAsked(let asked, let until)? = history.last(where: { if case .papersAsked = $0.event { true } else { false } })?.event {
                let items = asked.map { one in
                    let what = procedure.papers.first { $0.code == one.code }?.title[l] ?? procedure.question(one.code)?.title[l] ?? one.code
                    return "\(what): \(one.text)"
                }
                body += [
                    .paragraph(say("Để giải quyết, đề nghị bổ sung một lần những điều sau:", "To go on, please supply the following, all at once:")), .list(items),
                    .paragraph(
                        say(
                            "Bổ sung trước \(until.written(.vietnamese)), trực tuyến hoặc tại quầy. Thời hạn giải quyết tạm dừng cho tới khi nhận đủ.",
                            "Supply it by \(until.written(.english)), online or at the counter. The office's time stands still until then.")),
                ]
            }
            signer = say("CÁN BỘ THẨM TRA", "EXAMINING OFFICER")
        case .refusal:
            from {
                switch $0 {
                case .declined, .decided: true
                default: false
                }
            }
            let reasons: String
            switch dossier.state {
            case .declined(let why), .decided(_, let why, _): reasons = why
            default: reasons = history.lazy.compactMap { if case .decided(_, let why, _) = $0.event { why } else { nil } }.last ?? ""
            }
            if case .declined = dossier.state { title = say("Phiếu từ chối tiếp nhận, giải quyết hồ sơ", "Notice that the dossier is not received") }
            body += [
                .paragraph(say("Sau khi xem xét, hồ sơ không được giải quyết vì:", "After examination the application is refused because:")), .paragraph(reasons),
                .paragraph(
                    say(
                        "Căn cứ: \(procedure.law.vi). Không đồng ý, ông/bà có quyền khiếu nại theo Luật Khiếu nại trong 90 ngày kể từ ngày nhận thông báo này.",
                        "Law: \(procedure.law.en). If you disagree you may complain under the Law on Complaints within 90 days of receiving this notice.")),
            ]
            signer = say("NGƯỜI CÓ THẨM QUYỀN", "DECIDED BY")
        case .apology:
            from { if case .apologised = $0 { true } else { false } }
            if case .apologised(let reason, let due)? = history.last(where: { if case .apologised = $0.event { true } else { false } })?.event {
                rows.append((say("Ngày hẹn trả mới", "New date"), due.written(l)))
                body += [
                    .paragraph(
                        say(
                            "Hồ sơ của ông/bà chưa được giải quyết đúng hẹn. Đơn vị xin lỗi ông/bà vì sự chậm trễ này.",
                            "Your application was not answered in time. We apologise for the delay.")), .paragraph(say("Lý do: \(reason)", "Reason: \(reason)")),
                    .paragraph(say("Đây là lần hẹn lại duy nhất.", "This is the only new date that may be given.")),
                ]
            }
            signer = say("THỦ TRƯỞNG ĐƠN VỊ", "HEAD OF THE OFFICE")
        case .result:
            from { if case .decided = $0 { true } else { false } }
            title = procedure.result[l]
            signer = say("NGƯỜI CÓ THẨM QUYỀN", "DECIDED BY")
            if let certificate {
                address = "/verify/\(certificate.code)"
                rows = certificateRows(certificate, l)
                body.append(.paragraph(say("Căn cứ: \(procedure.law.vi).", "Law: \(procedure.law.en).")))
            }
        }
        let office = procedure.office.title.vi.uppercased()
        let isCommune = procedure.office.isOfCommunes
        var blocks: [PaperDocument.Block] = [
            .letterhead(
                office: isCommune ? [office, unit.uppercased()] : [options.cityName.vi.uppercased(), office],
                state: ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"]),
            .numbered("\(say("Số", "No.")): \(dossier.code)", at: "\(isCommune ? unit : options.cityName[l]), \(dateWords(moment.day, l))"), .title(title.uppercased(), below: nil),
        ]
        if l == .english { blocks.append(.paragraph("Courtesy translation; the Vietnamese paper is the one that counts.")) }
        blocks.append(.facts(rows))
        blocks += body
        blocks.append(.signature([signer] + (hand.isEmpty ? [] : [hand])))
        let link = site + address
        let host = site.drop { $0 != "/" }.dropFirst(2)
        if let code = QRCode(link) {
            blocks.append(
                .code(
                    code, alternative: say("Mã QR mở \(link)", "QR code that opens \(link)"),
                    words: [
                        kind == .result
                            ? say("Kiểm tra giấy này: quét mã, hoặc mở \(host)/verify và nhập", "To check this paper scan the code, or open \(host)/verify and enter")
                            : say("Theo dõi hồ sơ: quét mã, hoặc mở", "To follow the dossier scan the code, or open"),
                        kind == .result ? certificate?.code ?? "" : "\(host)\(address)",
                        say("Bản PDF có chữ ký số của thành phố.", "The PDF bears the city's digital signature."),
                    ]))
        }
        return PaperDocument(title: "\(title) \(dossier.code)", language: l, author: options.cityName[l], made: moment, blocks: blocks)
    }

    func dateWords(_ day: Day, _ l: Language) -> String {
        let (year, month, date) = day.parts
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        // Days below ten and the first two months are written with a zero, so that nothing can be put before them.
        return l == .vietnamese ? "ngày \(two(date)) tháng \(month < 3 ? two(month) : String(month)) năm \(year)" : day.written(l)
    }

    /// What a certificate says, in its own order.
    func certificateRows(_ certificate: Certificate, _ l: Language) -> [(String, String)] {
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        var rows: [(String, String)] = []
        let person = options.roles.people.flatMap { try? registry.register($0) }
        for name in ["name", "id", "birth", "sex"] {
            let value = certificate.value("holder_" + name)
            guard !value.isNull else { continue }
            let field = person?.field(name)
            rows.append((name == "name" ? say("Cấp cho", "Issued to") : field?.title[l] ?? name, field.map { display(value, $0, l) } ?? value.plain))
        }
        for (field, value) in certificate.content { rows.append((field.title[l], display(value, field, l))) }
        rows.append((say("Ngày cấp", "Issued on"), certificate.entry.effective.written(l)))
        return rows
    }
}
