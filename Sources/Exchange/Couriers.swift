// SPDX-License-Identifier: Apache-2.0
internal import CCurl
internal import Civic
internal import HTTP
internal import Foundation
public import Notices

/// Couriers by where they lead: `file:FOLDER`, `http://…`, `https://…`, `smtp://…`, `smtps://…`.
public enum Couriers {
    /// Nil for an address that names no courier, or one that cannot carry the channel.
    public static func find(_ address: String, _ channel: NoticeChannel, from sender: String, token: String?) -> (any Courier)? {
        if address.hasPrefix("file:") { return FileCourier(folder: String(address.dropFirst(5))) }
        if address.hasPrefix("https://") || address.hasPrefix("http://") { return HTTPCourier(address: address, token: token) }
        if channel == .mail, address.hasPrefix("smtp://") || address.hasPrefix("smtps://"), sender.contains("@") { return SMTPCourier(address: address, sender: sender) }
        return nil
    }
}

/// Writes each notice to a file named by its key: for machines that pick them up, and for trying out.
struct FileCourier: Courier {
    let folder: String
    let isRepeatable = true
    var name: String { "file:\(folder)" }

    func deliver(_ notice: Notice) async throws(DeliveryError) {
        let name = String(
            notice.key.map { (one: Character) -> Character in
                let isPlain = one.isLetter || one.isNumber || one == "-" || one == "."
                return one.isASCII && isPlain ? one : "_"
            })
        let file = "\(folder)/\(name).\(notice.channel.rawValue).json"
        let json = JSON.object([
            "key": .string(notice.key), "channel": .string(notice.channel.rawValue), "to": .string(notice.address), "subject": .string(notice.subject),
            "text": .string(notice.text),
        ])
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let content = Data((json.text + "\n").utf8)
            let part = file + ".part"
            guard FileManager.default.createFile(atPath: part, contents: content, attributes: [.posixPermissions: 0o600]) else { throw CocoaError(.fileWriteUnknown) }
            guard rename(part, file) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw .notNow("\(error.localizedDescription)")
        }
    }
}

/// Posts each notice as JSON to a provider's gateway. Its key goes along as Idempotency-Key, so that sending it again is harmless.
struct HTTPCourier: Courier {
    let address: String
    let token: String?
    let isRepeatable = true
    var name: String { address }

    func deliver(_ notice: Notice) async throws(DeliveryError) {
        let json = JSON.object(["to": .string(notice.address), "text": .string(notice.text), "subject": .string(notice.subject), "channel": .string(notice.channel.rawValue)])
        var headers = [("Content-Type", "application/json"), ("Idempotency-Key", notice.key)]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        let answer: HTTPAnswer
        do { answer = try HTTPClient().post(address, Array(json.text.utf8), headers: headers, seconds: 20, max: 1 << 16) } catch {
            throw .notNow((error as? HTTPFailure)?.text.en ?? "\(error)")
        }
        switch answer.status {
        case 200..<300: return
        case 400..<500 where answer.status != 408 && answer.status != 425 && answer.status != 429:
            throw .refused("\(answer.status) \(String(decoding: answer.body.prefix(200), as: UTF8.self))")
        default: throw .notNow("status \(answer.status)")
        }
    }
}

/// Hands mail to a mail server. A server may have taken a mail whose answer was lost, so that only a person sends it again.
struct SMTPCourier: Courier {
    let address: String
    let sender: String
    let isRepeatable = false
    var name: String {
        // An address may hold a password.
        guard let at = address.lastIndex(of: "@"), let slashes = address.range(of: "//") else { return address }
        return address[..<slashes.upperBound] + "…" + address[at...]
    }

    func deliver(_ notice: Notice) async throws(DeliveryError) {
        guard notice.address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3C && $0 != 0x3E }), notice.address.contains("@") else { throw .refused("no mail address") }
        try Mailer.send(message(notice), to: notice.address, from: sender, over: address)
    }

    /// RFC 5322 with a plain text in UTF-8.
    private func message(_ notice: Notice) -> [UInt8] {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        let host = sender.split(separator: "@").last.map { String($0.filter { $0 != ">" }) } ?? "localhost"
        let id = Encoding.hex(Array(notice.key.utf8))
        let body = Encoding.base64(Array(notice.text.utf8))
        var lines: [Substring] = []
        var rest = body[...]
        while !rest.isEmpty {
            lines.append(rest.prefix(76))
            rest = rest.dropFirst(76)
        }
        // A header's word holds at most 45 bytes, so that it stays within its 75 characters.
        var words: [String] = []
        var word = ""
        for character in notice.subject {
            if (word + String(character)).utf8.count > 42 {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        words.append(word)
        let subject = words.map { "=?UTF-8?B?\(Encoding.base64(Array($0.utf8)))?=" }.joined(separator: "\r\n ")
        return Array(
            """
            From: <\(sender)>\r
            To: <\(notice.address)>\r
            Subject: \(subject)\r
            Date: \(formatter.string(from: Date(timeIntervalSince1970: TimeInterval(notice.created.milliseconds / 1000))))\r
            Message-ID: <\(id)@\(host)>\r
            Auto-Submitted: auto-generated\r
            MIME-Version: 1.0\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Transfer-Encoding: base64\r
            \r
            \(lines.joined(separator: "\r\n"))\r

            """.utf8)
    }
}

/// Mail through libcurl.
enum Mailer {
    private final class Source {
        let bytes: [UInt8]
        var at = 0
        init(_ bytes: [UInt8]) { self.bytes = bytes }
    }

    static func send(_ message: [UInt8], to recipient: String, from sender: String, over server: String) throws(DeliveryError) {
        let handle = curl_easy_init()!
        defer { curl_easy_cleanup(handle) }
        let source = Source(message)
        let recipients = curl_slist_append(nil, "<\(recipient)>")
        defer { curl_slist_free_all(recipients) }
        curl_set_text(handle, CURLOPT_URL, server)
        curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, 10)
        curl_set_long(handle, CURLOPT_TIMEOUT, 60)
        // STARTTLS where the server has it; a password is never sent without.
        curl_set_long(handle, CURLOPT_USE_SSL, server.contains("@") ? Int(CURLUSESSL_ALL.rawValue) : Int(CURLUSESSL_TRY.rawValue))
        curl_set_text(handle, CURLOPT_MAIL_FROM, "<\(sender)>")
        curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
        curl_set_long(handle, CURLOPT_UPLOAD, 1)
        curl_set_reader(
            handle,
            { buffer, size, count, context in
                let source = Unmanaged<Source>.fromOpaque(context!).takeUnretainedValue()
                let length = min(size * count, source.bytes.count - source.at)
                guard length > 0 else { return 0 }
                source.bytes.withUnsafeBytes { buffer!.update(from: $0.baseAddress!.advanced(by: source.at).assumingMemoryBound(to: CChar.self), count: length) }
                source.at += length
                return length
            }, Unmanaged.passUnretained(source).toOpaque())
        let code = withExtendedLifetime(source) { curl_easy_perform(handle) }
        guard code != CURLE_OK else { return }
        let reason = String(cString: curl_easy_strerror(code))
        let status = curl_status(handle)
        if status >= 500, status < 600 { throw .refused("\(status)") }
        // Before the first byte of the mail nothing can have been taken.
        if source.at == 0 || (400..<500).contains(status) { throw .notNow(reason) }
        throw .unknown(reason)
    }
}
