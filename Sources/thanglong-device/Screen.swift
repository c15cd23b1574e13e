// SPDX-License-Identifier: Apache-2.0
import Civic
import Devices
import Foundation
import HTTP
import Journal
import NIOHTTP1
import Papers
import Synchronization

/// The device's screen, for the browser on the same machine: 800 by 480, works without JavaScript and without a network.
final class Screen: Service {
    private let box: Box
    private let keeper: Keeper
    private let world: World
    /// Digits of a PIN that is being typed, by the payment they are for.
    private let pins = Mutex<(bill: String, digits: String)>(("", ""))

    init(box: Box, keeper: Keeper, world: World) {
        self.box = box
        self.keeper = keeper
        self.world = world
    }

    func now() -> Instant { world.now() }
    func language(_ headers: HTTPHeaders) -> Language { Request.cookieLanguage(headers) }
    func bodyMax(_ method: HTTPMethod, _ target: String, _ headers: HTTPHeaders) -> Int { 1 << 14 }
    func noteAnswer(_ request: Request, _ response: Response, since started: Instant) {}
    func refusal(_ status: HTTPResponseStatus, target: String, language: Language) -> Response {
        Response(status, type: "text/plain; charset=utf-8", Array(status.reasonPhrase.utf8))
    }

    func begin(_ request: Request) -> Beginning {
        let l = language(request.headers)
        // Another site open in the same browser must not press buttons here.
        if request.method == .POST, let site = request.header("sec-fetch-site"), site != "same-origin", site != "none" {
            return .done(refusal(.forbidden, target: "", language: l))
        }
        // A machine that was revoked says so, and nothing of its household.
        if isStopped, !["screen.css", "language"].contains(request.path.first ?? "") { return .done(request.path.isEmpty ? home(l) : .redirect("/")) }
        switch (request.method, request.path) {
        case (.GET, []): return .done(home(l))
        case (.GET, ["screen.css"]): return .done(Response(.ok, type: "text/css; charset=utf-8", PackageResources.screen_css))
        case (.GET, ["language"]):
            let other: Language = l == .vietnamese ? .english : .vietnamese
            // What the city answers comes in the language of the screen.
            try? box.set("language", other.rawValue)
            keeper.hurry()
            return .done(.redirect("/", headers: [("set-cookie", "lang=\(other.rawValue); Path=/; Max-Age=31536000; SameSite=Lax")]))
        case (.GET, ["pay"]): return .done(confirm(request.parameter("bill") ?? "", l))
        case (.POST, ["pin"]): return .done(typed(request, l))
        case (.POST, ["pay"]): return .later { await self.pay(request, l) }
        case (.GET, ["paid"]): return .done(paid(request.parameter("id") ?? "", l, problem: nil))
        case (.POST, ["undo"]): return .later { await self.undo(request, l) }
        case (.GET, ["notices"]): return .done(notices(l))
        default: return .done(.redirect("/"))
        }
    }

    private var isStopped: Bool { (try? box.get("stop")).flatMap { $0 }.map { !$0.isEmpty } ?? false }

    // MARK: Pages

    private func page(_ title: Text, _ content: HTML, _ l: Language, refresh: Int? = nil) -> Response {
        let isOffline = keeper.isOffline
        let network: Text = isOffline ? ["vi": "Mất mạng", "en": "No network"] : ["vi": "Có mạng", "en": "Connected"]
        let clock = world.now().written(l).prefix(5)
        let html: HTML = """
            <!doctype html><html lang="\(l.rawValue)"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>\(title, l)</title><link rel="stylesheet" href="/screen.css"><link rel="icon" href="data:,"></head><body>
            <header><span>\(clock) · \(network, l)</span><nav><a href="/language" lang="\(l == .vietnamese ? "en" : "vi")">\(l == .vietnamese ? "English" : "Tiếng Việt")</a></nav></header><main>\(content)</main></body></html>
            """
        var response = Response(.ok, type: "text/html; charset=utf-8", html.bytes)
        response.headers.add(name: "cache-control", value: "no-store")
        response.headers.add(
            name: "content-security-policy", value: "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
        if let refresh { response.headers.add(name: "refresh", value: String(refresh)) }
        return response
    }

    private struct Line {
        let id: String
        let title: Text
        let payee: String
        let person: String?
        let schoolClass: String?
        let due: Day?
        let isLate: Bool
        let remaining: Int64
        let version: Int64
    }

    private func lines() -> [Line] {
        // What is on its way is not offered again.
        let waiting = (try? box.payments().filter { ["waiting", "asked", "held"].contains($0.state) }.map(\.body).joined()) ?? ""
        guard case .array(let list)? = keeper.view()["bills"] else { return [] }
        return list.compactMap { one in
            guard let id = one["bill"]?.string, let remaining = one["remaining"]?.integer, remaining > 0, !waiting.contains("\"\(id)\"") else { return nil }
            let period = one["period"]?.string ?? ""
            return Line(
                id: id, title: Text(vi: "\(one["title"]?["vi"]?.string ?? "") \(period)", en: "\(one["title"]?["en"]?.string ?? "") \(period)"), payee: one["payee"]?.string ?? "",
                person: one["person"]?.string, schoolClass: one["class"]?.string, due: one["due"]?.string.flatMap { Day($0) }, isLate: one["late"] == .boolean(true),
                remaining: remaining,
                version: one["version"]?.integer ?? 0)
        }
    }

    private func classOf(_ one: Line, _ l: Language) -> HTML? { one.schoolClass.map { " · \(["vi": "lớp", "en": "class"] as Text, l) \($0)" } }

    private func home(_ l: Language) -> Response {
        let title: Text = ["vi": "Các khoản phải nộp", "en": "What is to be paid"]
        if let stop = (try? box.get("stop")).flatMap({ $0 }), !stop.isEmpty {
            return page(title, "<h1>\(["vi": "Thiết bị đang khóa", "en": "This device is locked"] as Text, l)</h1><p class=\"note bad\">\(stop)</p>", l, refresh: 30)
        }
        let lines = lines()
        let view = keeper.view()
        let total = lines.reduce(0) { $0 + $1.remaining }
        let items: [HTML] = lines.prefix(20).map { one in
            """
            <li><div><strong>\(one.title, l)</strong><br><span class="small">\(one.payee)\(one.person.map { " · \($0)" as HTML })\(classOf(one, l))\(one.due.map { due in " · <span class=\"\(one.isLate ? "late" : "")\">\(one.isLate ? ["vi": "quá hạn", "en": "overdue"] as Text : ["vi": "hạn", "en": "due"] as Text, l) \(due.written(l))</span>" as HTML })</span></div><a class="button" href="/pay?bill=\(Request.encode(one.id))">\(["vi": "Nộp", "en": "Pay"] as Text, l) \(l.number(one.remaining)) đ<span hidden> \(one.title, l)</span></a></li>
            """
        }
        let last: [HTML] = ((try? box.payments()) ?? []).prefix(3).map { payment in
            let (style, words) = state(payment)
            return
                "<li><div><strong>\(payment.words)</strong> \(l.number(payment.total)) đ<br><span class=\"small\">\(words, l)</span></div><a class=\"button plain\" href=\"/paid?id=\(payment.id)\">\(["vi": "Xem", "en": "Show"] as Text, l)<span hidden> \(payment.words) \(style)</span></a></li>"
        }
        var count = 0
        if let text = (try? box.get("notices")).flatMap({ $0 }), case .array(let list)? = try? JSON(parsing: text.utf8) { count = list.count }
        let news: HTML? = count > 0 ? "<p><a href=\"/notices\">\(["vi": "Tin của thành phố", "en": "News from the city"] as Text, l): \(count)</a></p>" : nil
        let empty: HTML =
            view == .null
            ? "<p class=\"note wait\">\(["vi": "Đang nối với thành phố…", "en": "Connecting to the city…"] as Text, l)</p>"
            : "<p class=\"note ok\">\(["vi": "Không còn khoản nào phải nộp.", "en": "Nothing is left to pay."] as Text, l)</p>"
        let mandate: HTML? =
            view != .null && view["mandate"] == .boolean(false)
            ? "<p class=\"note wait\">\(["vi": "Hộ chưa đăng ký tài khoản ngân hàng nên chưa nộp được ở đây. Vào “Các khoản của hộ” trên điện thoại, hoặc nộp tiền mặt tại phường, xã.", "en": "The household has no bank account here yet, so nothing can be paid here. Use “Household bills” on a phone, or pay in cash at your commune."] as Text, l)</p>"
            : nil
        let content: HTML = """
            <h1>\(["vi": "Phải nộp", "en": "To pay"] as Text, l): <span class="sum">\(l.number(total)) đ</span></h1>\(mandate)\(news)
            \(items.isEmpty ? empty : "<ul>\(items)</ul>" as HTML)\(last.isEmpty ? nil : "<h1>\(["vi": "Đã bấm nộp", "en": "Asked to pay"] as Text, l)</h1><ul>\(last)</ul>" as HTML)
            """
        return page(title, content, l, refresh: 15)
    }

    private func state(_ payment: QueuedPayment) -> (style: String, words: Text) {
        switch payment.state {
        case "waiting": ("wait", ["vi": "Chưa gửi được, sẽ tự gửi khi có mạng. Chưa nộp.", "en": "Not sent yet; it goes by itself when there is a network. Not paid yet."])
        case "asked": ("wait", ["vi": "Đang hỏi ngân hàng. Chưa nộp.", "en": "The bank is being asked. Not paid yet."])
        case "held": ("ok", ["vi": "Đã nộp. Hủy được trong 30 phút.", "en": "Paid. It can be undone for 30 minutes."])
        case "posted": ("ok", ["vi": "Đã nộp xong.", "en": "Paid."])
        case "undone": ("wait", ["vi": "Đã hủy.", "en": "Undone."])
        default:
            (
                "bad",
                Text(vi: "Không nộp được. \(payment.fault.map { Screen.reason($0).vi } ?? "")", en: "It could not be paid. \(payment.fault.map { Screen.reason($0).en } ?? "")")
            )
        }
    }

    /// The bank's short reasons in words; a sentence of the city stays as it is.
    private static func reason(_ fault: String) -> Text {
        let halves = fault.split(separator: "|", maxSplits: 1).map(String.init)
        switch halves.first ?? "" {
        case "not-open": return ["vi": "Khoản này đã được nộp hoặc đã hủy.", "en": "It was paid or cancelled meanwhile."]
        case "being-paid": return ["vi": "Người khác trong hộ đang nộp khoản này.", "en": "Somebody else is paying it."]
        case "changed-meanwhile": return ["vi": "Đơn vị thu vừa đổi khoản này. Xem lại rồi bấm nộp.", "en": "The biller has just changed it. Look again and press pay."]
        case "wrong-pin": return ["vi": "Mã PIN sai.", "en": "The PIN is wrong."]
        case "pin-needed": return ["vi": "Khoản lớn cần mã PIN.", "en": "A large amount needs the PIN."]
        case "daily-limit": return ["vi": "Vượt hạn mức một ngày của thiết bị.", "en": "It would pass the device's limit of a day."]
        default: break
        }
        return switch fault {
        case "too-old": ["vi": "Mất mạng quá 14 ngày nên không gửi nữa.", "en": "There was no network for 14 days; it is not sent any more."]
        case "insufficient": ["vi": "Tài khoản không đủ tiền.", "en": "There is not enough money in the account."]
        case "no-answer": ["vi": "Ngân hàng không trả lời.", "en": "The bank did not answer."]
        case "paid-elsewhere": ["vi": "Khoản này đã được nộp cách khác.", "en": "It was paid in another way."]
        default: .same(halves.last ?? fault)
        }
    }

    private func confirm(_ bill: String, _ l: Language, problem: Text? = nil) -> Response {
        guard let one = lines().first(where: { $0.id == bill }) else { return .redirect("/") }
        let limit = keeper.view()["limits"]?["pin"]?.integer ?? 0
        let needsPin = one.remaining > limit
        let title: Text = ["vi": "Nộp khoản này?", "en": "Pay this?"]
        let digits = pins.withLock { pins -> String in
            if pins.bill != bill { pins = (bill, "") }
            return pins.digits
        }
        let what: HTML = """
            <p><strong>\(one.title, l)</strong>\(one.person.map { "<br>\($0)" as HTML })<br><span class="small">\(one.payee)\(classOf(one, l))</span></p><p class="sum"><strong>\(l.number(one.remaining)) đ</strong></p>
            """
        let hidden: HTML = "<input type=\"hidden\" name=\"bill\" value=\"\(bill)\">"
        let pay: HTML = "<form method=\"post\" action=\"/pay\">\(hidden)<button>\(["vi": "Nộp", "en": "Pay"] as Text, l)</button></form>"
        let back: HTML = "<a class=\"button plain\" href=\"/\">\(["vi": "Thôi", "en": "No"] as Text, l)</a>"
        let alert: HTML? = problem.map { "<p class=\"note bad\" role=\"alert\">\($0, l)</p>" }
        guard needsPin else { return page(title, "<h1>\(title, l)</h1>\(alert)\(what)<div class=\"row\">\(pay)\(back)</div>", l) }
        let lock: Text? =
            keeper.view()["pin"] == .boolean(false)
            ? [
                "vi": "Khoản lớn cần mã PIN, mà hộ chưa đặt PIN. Đặt ở mục “Các khoản của hộ” trên điện thoại, hoặc nhờ phường, xã.",
                "en": "A large amount needs a PIN, and none is set. Set it under “Household bills” on a phone, or at your commune.",
            ]
            : keeper.view()["pin_locked"] == .boolean(true)
                ? [
                    "vi": "Mã PIN đã bị khóa vì bấm sai nhiều lần. Đặt lại ở mục “Các khoản của hộ”, hoặc nhờ phường, xã.",
                    "en": "The PIN is locked after too many wrong tries. Set it anew under “Household bills”, or at your commune.",
                ]
                : nil
        if let lock { return page(title, "<h1>\(title, l)</h1>\(what)<p class=\"note bad\" role=\"alert\">\(lock, l)</p><div class=\"row\">\(back)</div>", l) }
        let keys: [HTML] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "x", "0"].map { key in
            "<button name=\"key\" value=\"\(key)\"\(key == "x" ? " aria-label=\"\(["vi": "xóa", "en": "erase"] as Text, l)\"" as HTML : nil)>\(key == "x" ? "⌫" : key)</button>"
        }
        let content: HTML = """
            <h1>\(title, l)</h1>\(alert)<div class="two"><div>\(what)<p class="small">\(["vi": "Khoản lớn: bấm mã PIN 6 số.", "en": "A large amount: type the PIN of 6 digits."] as Text, l)</p><p class="dots" role="status" aria-label="\(digits.count) / 6">\(String(repeating: "●", count: digits.count))\(String(repeating: "○", count: 6 - digits.count))</p><div class="row">\(digits.count == 6 ? pay : nil)\(back)</div></div>
            <form class="pad" method="post" action="/pin">\(hidden)\(keys)</form></div>
            """
        return page(title, content, l)
    }

    private func typed(_ request: Request, _ l: Language) -> Response {
        let bill = request.form?.first { $0.name == "bill" }?.value ?? ""
        let key = request.form?.first { $0.name == "key" }?.value ?? ""
        pins.withLock { pins in
            if pins.bill != bill { pins = (bill, "") }
            if key == "x" { pins.digits = String(pins.digits.dropLast()) } else if key.utf8.count == 1, key.first!.isNumber, pins.digits.count < 6 { pins.digits += key }
        }
        return .redirect("/pay?bill=\(Request.encode(bill))")
    }

    /// On the disk first, then to the city: what was pressed is never forgotten and never done twice.
    private func pay(_ request: Request, _ l: Language) async -> Response {
        let bill = request.form?.first { $0.name == "bill" }?.value ?? ""
        guard let one = lines().first(where: { $0.id == bill }), let code = (try? box.get("code")).flatMap({ $0 }) else { return .redirect("/") }
        let id = "d-\(Encoding.base32(world.random(10)))"
        var members: [JSON.Member] = [
            .init("id", .string(id)),
            .init(
                "bills",
                .array([.object([.init("bill", .string(bill)), .init("amount", .integer(one.remaining))] + (one.version > 0 ? [.init("version", .integer(one.version))] : []))])),
        ]
        let digits = pins.withLock { pins -> String in
            defer { pins = ("", "") }
            return pins.bill == bill ? pins.digits : ""
        }
        if digits.count == 6 {
            // The PIN itself is not kept: only what it makes of this payment.
            members.append(.init("proof", .string(Encoding.base64(Devices.pinProof(Devices.pinKey(digits, device: code), payment: id, total: one.remaining)))))
        }
        do {
            try box.add(
                QueuedPayment(id: id, body: JSON.object(members).text, words: one.title[l], total: one.remaining, state: "waiting", fault: nil, created: world.now()))
        } catch {
            return page(
                ["vi": "Chưa nộp được", "en": "Not paid"],
                "<h1>\(["vi": "Chưa nộp được", "en": "Not paid"] as Text, l)</h1><p class=\"note bad\">\(["vi": "Máy không ghi được. Thử lại sau.", "en": "The machine cannot write. Try again later."] as Text, l)</p>",
                l)
        }
        await keeper.settle()
        keeper.hurry()
        return .redirect("/paid?id=\(id)")
    }

    private func paid(_ id: String, _ l: Language, problem: Text?) -> Response {
        guard let payment = (try? box.payments())?.first(where: { $0.id == id }) else { return .redirect("/") }
        let (style, words) = state(payment)
        let undo: HTML? =
            payment.state == "held"
            ? "<form method=\"post\" action=\"/undo\"><input type=\"hidden\" name=\"id\" value=\"\(id)\"><button class=\"plain\">\(["vi": "Hủy", "en": "Undo"] as Text, l)</button></form>"
            : nil
        let content: HTML = """
            <h1>\(payment.words)</h1>\(problem.map { "<p class=\"note bad\" role=\"alert\">\($0, l)</p>" as HTML })<p class="sum"><strong>\(l.number(payment.total)) đ</strong></p><p class="note \(style)" role="status">\(words, l)</p>
            <div class="row"><a class="button" href="/">\(["vi": "Xong", "en": "Done"] as Text, l)</a>\(undo)</div>
            """
        if ["waiting", "asked"].contains(payment.state) { keeper.hurry() }
        return page(words, content, l, refresh: ["waiting", "asked"].contains(payment.state) ? 3 : nil)
    }

    private func undo(_ request: Request, _ l: Language) async -> Response {
        let id = request.form?.first { $0.name == "id" }?.value ?? ""
        guard let problem = await keeper.undo(id) else { return .redirect("/paid?id=\(Request.encode(id))") }
        let words: Text =
            problem.isEmpty ? ["vi": "Chưa hủy được vì mất mạng. Thử lại trong 30 phút.", "en": "Not undone, there is no network. Try again within 30 minutes."] : .same(problem)
        return paid(id, l, problem: words)
    }

    private func notices(_ l: Language) -> Response {
        let title: Text = ["vi": "Tin của thành phố", "en": "News from the city"]
        var items: [HTML] = []
        if let text = (try? box.get("notices")).flatMap({ $0 }), case .array(let list)? = try? JSON(parsing: text.utf8) {
            items = list.map { one in
                "<li><div>\((l == .english ? one["english"]?.string : nil) ?? one["text"]?.string ?? "")<br><span class=\"small\">\(one["created"]?.string.flatMap { Instant($0) }?.written(l) ?? "")</span></div></li>"
            }
        }
        return page(title, "<h1>\(title, l)</h1><ul>\(items)</ul><div class=\"row\"><a class=\"button\" href=\"/\">\(["vi": "Về", "en": "Back"] as Text, l)</a></div>", l)
    }
}

extension Request {
    fileprivate static func cookieLanguage(_ headers: HTTPHeaders) -> Language { cookie("lang", in: headers).flatMap { Language(rawValue: $0) } ?? .vietnamese }
}
