// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
public import HTTP
internal import Journal
public import NIOHTTP1
internal import Synchronization

/// How badly the sandbox bank behaves.
public struct SandboxFaults: Sendable {
    /// Of a hundred messages so many are told twice, never told, or told late.
    public var twice = 0
    public var lost = 0
    public var late = 0
    public var lateSeconds = 5.0
    public init() {}
}

/// A bank for tests and demonstrations, a process of its own: it takes orders, tells what happened, gives statements, and knows how to misbehave.
/// Accounts that end in 0000 have no money; every other one has enough. An account that ends in 9999 does not exist.
public final class SandboxBank: Service {
    private struct Movement {
        let reference: String
        let day: Day
        let amount: Int64
        let text: String
    }

    private struct State {
        var number = 0
        var movements: [Movement] = []
        /// Orders by their id, with what became of each.
        var orders: [String: (body: [UInt8], isDone: Bool, reason: String)] = [:]
        var held: [String: Int64] = [:]
        var moves = 0
    }

    private let bank: String
    private let account: String
    private let city: String
    private let secret: [UInt8]
    private let world: World
    private let opening: Int64
    private let faults: SandboxFaults
    private let state = Mutex(State())

    public init(bank: String, account: String, city: String, secret: [UInt8], opening: Int64, faults: SandboxFaults, world: World) {
        self.bank = bank
        self.account = account
        self.city = city.hasSuffix("/") ? String(city.dropLast()) : city
        self.secret = secret
        self.opening = opening
        self.faults = faults
        self.world = world
    }

    // MARK: Answering

    public func now() -> Instant { world.now() }
    public func language(_ headers: HTTPHeaders) -> Language { .vietnamese }
    public func bodyMax(_ method: HTTPMethod, _ target: String, _ headers: HTTPHeaders) -> Int { 1 << 16 }
    public func noteAnswer(_ request: Request, _ response: Response, since started: Instant) {}
    public func refusal(_ status: HTTPResponseStatus, target: String, language: Language) -> Response {
        Response(status, json: .object(["detail": .string(status.reasonPhrase)]))
    }

    public func begin(_ request: Request) -> Beginning {
        switch (request.method, request.path) {
        case (.POST, ["orders"]): .done(order(request))
        case (.POST, ["transfers"]): .done(transfer(request))
        case (.GET, ["statement"]): .done(statement(request))
        case (.GET, []): .done(page(request))
        default: .done(refusal(.notFound, target: request.target, language: .vietnamese))
        }
    }

    // MARK: Orders

    private func order(_ request: Request) -> Response {
        guard let id = request.header("webhook-id"), let time = request.header("webhook-timestamp"), let signature = request.header("webhook-signature"),
            signature.hasPrefix("v1,"),
            let given = Encoding.bytes(base64: signature.dropFirst(3)), equalInConstantTime(given, MAC.sha256(Array("\(id).\(time).".utf8) + request.body, key: secret)),
            let body = try? JSON(parsing: request.body), let kind = body["kind"]?.string, let amount = body["amount"]?.integer, let payer = body["account"]?.string,
            let reference = body["reference"]?.string, body["id"]?.string == id
        else { return refusal(.unauthorized, target: "", language: .vietnamese) }
        let bytes = request.body
        let today = world.today
        enum Answer {
            case again, conflict
            case new(isDone: Bool, reason: String, number: String)
        }
        let answer = state.withLock { state -> Answer in
            if let known = state.orders[id] { return known.body == bytes ? .again : .conflict }
            var reason = ""
            switch kind {
            case "authorise":
                if payer.hasSuffix("0000") { reason = "insufficient" } else { state.held[reference] = amount }
            case "capture":
                if state.held.removeValue(forKey: reference) == nil { reason = "not-held" } else { move(amount, "CAPTURE \(reference)", today, &state) }
            case "release": state.held[reference] = nil
            // The holder is asked in the bank's own way; here everybody agrees whose account there is.
            case "mandate": if payer.hasSuffix("9999") { reason = "no-account" }
            case "payout": move(-amount, "CHI \(reference)", today, &state)
            default: reason = "unknown"
            }
            state.orders[id] = (bytes, reason.isEmpty, reason)
            state.number += 1
            return .new(isDone: reason.isEmpty, reason: reason, number: "A\(state.number)")
        }
        switch answer {
        case .again: return Response(json: .object(["state": .string("taken")]))
        case .conflict: return refusal(.conflict, target: "", language: .vietnamese)
        case .new(let isDone, let reason, let number):
            tell(
                number,
                .object([
                    "id": .string(number), "bank": .string(bank), "sort": .string(isDone ? "done" : "refused"), "text": .string(id), "amount": .integer(amount),
                    "reason": .string(reason),
                ]))
            return Response(json: .object(["state": .string("taken")]))
        }
    }

    private func move(_ amount: Int64, _ text: String, _ day: Day, _ state: inout State) {
        state.moves += 1
        state.movements.append(Movement(reference: "FT\(1_000_000 + state.moves)", day: day, amount: amount, text: text))
    }

    /// Somebody transfers money into the city's account: `{"amount":…,"text":…}`, or the form of the page.
    private func transfer(_ request: Request) -> Response {
        var amount: Int64?
        var text: String?
        let isForm = request.header("content-type")?.hasPrefix("application/x-www-form-urlencoded") == true
        if isForm {
            let form = request.form ?? []
            text = form.first { $0.name == "text" }?.value
            amount = form.first { $0.name == "amount" }.flatMap { Int64($0.value) }
            // A code that was scanned says both.
            if let code = form.first(where: { $0.name == "qr" })?.value.trimmingCharacters(in: .whitespaces), !code.isEmpty, let qr = try? VietQR(reading: code) {
                amount = qr.amount?.amount ?? amount
                text = qr.purpose ?? text
            }
        } else if let body = try? JSON(parsing: request.body) {
            amount = body["amount"]?.integer
            text = body["text"]?.string
        }
        guard let amount, amount > 0, let text, text.utf8.count <= 200 else { return refusal(.badRequest, target: "", language: .vietnamese) }
        let today = world.today
        let reference = state.withLock { state -> String in
            move(amount, text, today, &state)
            return state.movements.last!.reference
        }
        tell(reference, .object(["id": .string(reference), "bank": .string(bank), "sort": .string("credit"), "text": .string(text), "amount": .integer(amount)]))
        return isForm ? .redirect("/?done=\(reference)") : Response(json: .object(["reference": .string(reference)]))
    }

    // MARK: Telling the city

    private func tell(_ id: String, _ news: JSON) {
        let chance = Int(world.random(1)[0]) * 100 / 256
        guard chance >= faults.lost else { return }
        let isTwice = chance < faults.lost + faults.twice
        let isLate = Int(world.random(1)[0]) * 100 / 256 < faults.late
        for _ in 0..<(isTwice ? 2 : 1) {
            Task {
                if isLate { try? await Task.sleep(for: .seconds(faults.lateSeconds)) }
                // Told until it is taken; the city knows what it heard before.
                for attempt in 0..<60 {
                    let answer = await BankClient.post("\(city)/api/v1/bank/news", id: id, news, secret: secret, now: world.now())
                    if case .success(let answer) = answer, answer.status == 200 || answer.status == 422 { return }
                    try? await Task.sleep(for: .seconds(min(0.2 * Double(attempt + 1), 5)))
                }
            }
        }
    }

    // MARK: Statements

    private func statement(_ request: Request) -> Response {
        let day = request.parameter("day").flatMap { Day($0) } ?? world.today
        let all = state.withLock { $0.movements }
        let before = opening + all.filter { $0.day < day }.reduce(0) { $0 + $1.amount }
        let lines = all.filter { $0.day == day }
        let closing = before + lines.reduce(0) { $0 + $1.amount }
        switch request.parameter("format") ?? "mt940" {
        case "mt940": return Response(.ok, type: "text/plain; charset=utf-8", Array(mt940(day, before, closing, lines).utf8))
        case "camt053": return Response(.ok, type: "application/xml", Array(camt053(day, before, closing, lines).utf8))
        case "csv": return Response(.ok, type: "text/csv; charset=utf-8", csv(before, lines))
        default: return refusal(.badRequest, target: "", language: .vietnamese)
        }
    }

    private func mt940(_ day: Day, _ before: Int64, _ closing: Int64, _ lines: [Movement]) -> String {
        let date = day.description.replacing("-", with: "").dropFirst(2)
        func balance(_ tag: String, _ amount: Int64) -> String { ":\(tag):\(amount < 0 ? "D" : "C")\(date)VND\(abs(amount)),00" }
        var text = [":20:TL\(date)", ":25:\(bank)/\(account)", ":28C:\(day.ordinal + 1)/1", balance("60F", before)]
        for line in lines {
            text.append(":61:\(date)\(date.dropFirst(2))\(line.amount < 0 ? "D" : "C")\(abs(line.amount)),00NTRFNONREF//\(line.reference)")
            text.append(":86:\(line.text)")
        }
        text += [balance("62F", closing), "-"]
        return text.joined(separator: "\r\n") + "\r\n"
    }

    private func camt053(_ day: Day, _ before: Int64, _ closing: Int64, _ lines: [Movement]) -> String {
        func escaped(_ text: String) -> String { text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;") }
        func balance(_ code: String, _ amount: Int64) -> String {
            """
            <Bal><Tp><CdOrPrtry><Cd>\(code)</Cd></CdOrPrtry></Tp><Amt Ccy="VND">\(abs(amount))</Amt><CdtDbtInd>\(amount < 0 ? "DBIT" : "CRDT")</CdtDbtInd><Dt><Dt>\(day)</Dt></Dt></Bal>
            """
        }
        let entries = lines.map { line in
            """
            <Ntry><Amt Ccy="VND">\(abs(line.amount))</Amt><CdtDbtInd>\(line.amount < 0 ? "DBIT" : "CRDT")</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>\(day)</Dt></BookgDt>\
            <AcctSvcrRef>\(line.reference)</AcctSvcrRef><BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\
            <RmtInf><Ustrd>\(escaped(line.text))</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>S\(day)</MsgId><CreDtTm>\(world.now())</CreDtTm></GrpHdr>
            <Stmt><Id>S\(day)</Id><Acct><Id><Othr><Id>\(account)</Id></Othr></Id></Acct>\(balance("OPBD", before))\(balance("CLBD", closing))
            \(entries.joined(separator: "\n"))
            </Stmt></BkToCstmrStmt></Document>
            """
    }

    private func csv(_ before: Int64, _ lines: [Movement]) -> [UInt8] {
        var bytes = CSV.line(["Số tài khoản", account]) + CSV.line(["Ngày giao dịch", "Số tham chiếu", "Ghi nợ", "Ghi có", "Nội dung", "Số dư"])
        var balance = before
        for line in lines {
            balance += line.amount
            bytes += CSV.line([
                line.day.written(.vietnamese), line.reference, line.amount < 0 ? String(-line.amount) : "", line.amount > 0 ? String(line.amount) : "", line.text, String(balance),
            ])
        }
        return bytes
    }

    // MARK: Its one page

    private func page(_ request: Request) -> Response {
        let last = state.withLock { Array($0.movements.suffix(20).reversed()) }
        let rows: [HTML] = last.map { "<tr><td>\($0.reference)</td><td>\($0.text)</td><td>\(Money($0.amount).description)</td></tr>" }
        let done: HTML? = request.parameter("done").map { "<p role=\"status\"><strong>Đã chuyển. Số tham chiếu \($0).</strong></p>" }
        let today = world.today.description
        let html: HTML = """
            <!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Ngân hàng thử</title></head><body>
            <main><h1>Ngân hàng thử / Sandbox bank</h1>\(done)<p>Chuyển tiền vào tài khoản \(account) của thành phố. / Transfer money into the city's account.</p>
            <form method="post" action="/transfers"><p><label>Mã QR đọc được / Text of a QR code<br><input name="qr" size="60"></label></p>
            <p><label>hoặc số tiền / or an amount<br><input name="amount" inputmode="numeric"></label></p><p><label>Nội dung / Words<br><input name="text" size="40"></label></p><p><button>Chuyển / Transfer</button></p></form>
            <p>Sao kê hôm nay / Today's statement: <a href="/statement?format=mt940&amp;day=\(today)">MT940</a> <a href="/statement?format=camt053&amp;day=\(today)">camt.053</a> <a href="/statement?format=csv&amp;day=\(today)">CSV</a></p>
            <table><caption>Mới nhất / Latest</caption><tbody>\(rows)</tbody></table></main></body></html>
            """
        return Response(.ok, type: "text/html; charset=utf-8", html.bytes)
    }
}
