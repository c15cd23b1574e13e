// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Notices
internal import Registers
public import Store

/// Where somebody can be reached.
public struct Contact: Sendable {
    /// As the population register has it.
    public let phone: String?
    /// Confirmed by its owner.
    public let mail: String?
    public let language: Language
    /// An address that waits for its code.
    public let unconfirmed: String?
}

extension Dossiers {
    // MARK: Who can be reached where

    public func contact(of person: Int64) throws -> Contact { try database.read { try self.contact(of: person, on: $0) } }

    public func contact(of person: Int64, on connection: Connection) throws -> Contact {
        let kept = try connection.first("SELECT mail, language, wanted FROM contact WHERE person = \(person)") {
            ($0.optionalText(0), Language(rawValue: $0.text(1)) ?? .vietnamese, $0.optionalText(2))
        }
        var phone: String?
        if let field = city.phone, let key = try registry.key(ofRow: person, in: city.people, on: connection) {
            phone = try registry.records(on: connection).find(city.people, key)?[field].string
        }
        return Contact(phone: phone, mail: kept?.0, language: kept?.1 ?? .vietnamese, unconfirmed: kept?.2)
    }

    /// Keeps a wish for mail until its owner enters the code that is sent there. An empty address ends it.
    public func wish(mail: String, language: Language, of person: Int64) async throws {
        let mail = mail.tidied
        guard mail.isEmpty || MailAddress.isWellFormed(mail) else {
            throw DossierError.objections([
                Objection(
                    field: "mail", code: "mail", ["vi": "Địa chỉ thư chưa đúng dạng, như ten@example.vn.", "en": "The mail address is malformed; it looks like name@example.vn."])
            ])
        }
        let now = world.now()
        let code = Encoding.digits(world.random(8))
        let hash = Hash.of(code.utf8).array
        let until = now.milliseconds + 30 * 60_000
        let known = try contact(of: person)
        if !mail.isEmpty, known.mail == mail {
            return try await database.write { try $0.run("UPDATE contact SET language = \(language.rawValue) WHERE person = \(person)") }
        }
        try await database.write { connection in
            let mayAsk = try connection.first("SELECT until, tries FROM contact WHERE person = \(person)") { ($0.optionalInteger(0) ?? 0, $0.integer(1)) }
            if !mail.isEmpty, let (last, tries) = mayAsk, last > now.milliseconds, tries >= 3 {
                throw DossierError.notNow(["vi": "Đã gửi mã ba lần. Chờ nửa giờ rồi thử lại.", "en": "A code was sent three times. Wait half an hour."])
            }
            let tries = mayAsk.map { $0.0 > now.milliseconds ? $0.1 + 1 : 1 } ?? 1
            try connection.run(
                """
                INSERT INTO contact (person, mail, language, wanted, code, until, tries) VALUES (\(person), \(String?.none), \(language.rawValue), \
                \(mail.isEmpty ? nil : mail), \(hash), \(until), \(tries)) \
                ON CONFLICT (person) DO UPDATE SET language = excluded.language, wanted = excluded.wanted, code = excluded.code, until = excluded.until, tries = excluded.tries
                """)
            guard !mail.isEmpty else { return try connection.run("UPDATE contact SET mail = NULL WHERE person = \(person)") }
            let text: Text = Text(
                vi: "Mã xác nhận địa chỉ thư của bạn với thành phố: \(code). Mã dùng trong 30 phút. Nếu bạn không xin, hãy bỏ qua thư này.",
                en: "The code that confirms your mail address with the city: \(code). It works for 30 minutes. If you did not ask for it, ignore this mail.")
            try self.notices.add(
                Notice(
                    key: "contact:\(person):\(now.milliseconds)", channel: .mail, address: mail,
                    subject: (["vi": "Xác nhận địa chỉ thư", "en": "Confirm your mail address"] as Text)[language],
                    text: text[language], created: now), on: connection)
        }
    }

    /// The code came to the address: from now on the person is told there.
    public func confirm(code: String, of person: Int64) async throws {
        let hash = Hash.of(code.filter(\.isNumber).utf8).array
        let now = world.now()
        let isRight = try await database.write { connection -> Bool in
            try connection.run(
                "UPDATE contact SET mail = wanted, wanted = NULL, code = NULL WHERE person = \(person) AND code = \(hash) AND until > \(now) AND wanted IS NOT NULL AND tries < 10")
            if connection.changes == 1 { return true }
            try connection.run("UPDATE contact SET tries = tries + 1 WHERE person = \(person)")
            return false
        }
        guard isRight else {
            throw DossierError.objections([Objection(field: "code", code: "code", ["vi": "Mã không đúng hoặc đã hết hạn.", "en": "The code is wrong or has expired."])])
        }
    }

    // MARK: What people are told

    /// Tells the applicant what happened, in the same commit: once for each entry, whatever is sent again.
    func tell(_ event: DossierEvent, of dossier: Dossier, entry: Int64, _ connection: Connection) throws {
        guard let words = words(event, dossier), let row = try registry.row(ofKey: dossier.submission.applicant, in: city.people, on: connection) else { return }
        let contact = try contact(of: row, on: connection)
        let subject = Text(vi: "Hồ sơ \(dossier.code)", en: "Dossier \(dossier.code)")[contact.language]
        let now = world.now()
        for (channel, address) in [(NoticeChannel.sms, contact.phone), (.mail, contact.mail)] {
            guard let address else { continue }
            try notices.add(
                Notice(
                    key: "dossier:\(dossier.code):\(entry):\(channel.rawValue)", channel: channel, address: address, subject: subject, text: words[contact.language], created: now),
                on: connection)
        }
    }

    /// Nothing personal: a message may be read by others.
    private func words(_ event: DossierEvent, _ dossier: Dossier) -> Text? {
        let code = dossier.code
        switch event {
        case .received(_, _) where dossier.owesFee:
            let amount = dossier.charge?.amount.description ?? ""
            return Text(
                vi: "Hồ sơ \(code) đã được tiếp nhận. Cần nộp \(amount) để được giải quyết.",
                en: "Dossier \(code) was received. A fee of \(amount) is to be paid before it goes on.")
        case .received(let due, _):
            return Text(
                vi: "Hồ sơ \(code) đã được tiếp nhận, hẹn trả trước \(due.written(.vietnamese)).",
                en: "Dossier \(code) was received; the answer is due by \(due.written(.english)).")
        case .declined:
            return Text(vi: "Hồ sơ \(code) không được tiếp nhận. Mở “Hồ sơ của tôi” để xem lý do.", en: "Dossier \(code) was not received. Open “My applications” for the reasons.")
        case .papersAsked(_, let until):
            return Text(
                vi: "Hồ sơ \(code) cần bạn bổ sung trước \(until.written(.vietnamese)). Mở “Hồ sơ của tôi” để xem cần gì.",
                en: "Dossier \(code) needs papers from you by \(until.written(.english)). Open “My applications” to see which.")
        case .charged(let charge) where charge.amount.amount > 0 && dossier.received != nil:
            return Text(vi: "Hồ sơ \(code) cần nộp \(charge.amount) để tiếp tục.", en: "Dossier \(code) needs a fee of \(charge.amount) to go on.")
        case .paid:
            let amount = dossier.charge?.amount.description ?? ""
            return Text(vi: "Đã nhận \(amount) cho hồ sơ \(code).", en: "\(amount) was received for dossier \(code).")
        case .decided(let isApproved, _, _):
            return isApproved
                ? Text(
                    vi: "Hồ sơ \(code) đã có kết quả. Mở “Hồ sơ của tôi” để tải, hoặc nhận tại quầy.",
                    en: "Dossier \(code) has its result. Download it in “My applications” or fetch it at the counter.")
                : Text(vi: "Hồ sơ \(code) không được chấp thuận. Mở “Hồ sơ của tôi” để xem lý do.", en: "Dossier \(code) was refused. Open “My applications” for the reasons.")
        case .stopped:
            return Text(vi: "Hồ sơ \(code) đã dừng giải quyết. Mở “Hồ sơ của tôi” để xem lý do.", en: "Dossier \(code) was stopped. Open “My applications” for the reason.")
        case .apologised(_, let due):
            return Text(
                vi: "Xin lỗi bạn: hồ sơ \(code) bị trễ hẹn. Hẹn lại trước \(due.written(.vietnamese)).",
                en: "We are sorry: dossier \(code) is late. The new date is \(due.written(.english)).")
        case .submitted, .assigned, .noted, .supplemented, .forwarded, .proposed, .sentBack, .endorsed, .charged, .withdrawn, .returned, .escalated, .moved, .extended, .branched,
            .joined,
            .rated:
            return nil
        }
    }

    /// Sends a code for signing in to the phone that the population register has. It says nothing of whether there is one.
    public func sendSignInCode(_ code: String, to person: Int64) async throws {
        let contact = try contact(of: person)
        let now = world.now()
        guard let phone = contact.phone else { return }
        let text = Text(
            vi: "Mã đăng nhập của bạn: \(code). Dùng trong 5 phút. Cán bộ không bao giờ hỏi mã này.",
            en: "Your sign-in code: \(code). It works for 5 minutes. No officer ever asks for it.")
        try await notices.add(
            Notice(key: "sign-in:\(person):\(now.milliseconds)", channel: .sms, address: phone, subject: "", text: text[contact.language], created: now))
    }
}
