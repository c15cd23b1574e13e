// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers
internal import Steering

/// What local police do for the board: sign days off.
extension Parts {
    var signingPages: [Endpoint] {
        guard let steering else { return [] }
        return [
            Endpoint(.GET, "/signoff", .officers) { request, caller, _ in try await offLoop { try signingPage(request, caller, steering) } },
            Endpoint(.POST, "/signoff", .officers, bodyMax: 1 << 14) { request, caller, _ in
                let form = MoneyForm(request)
                let unit = try signs(caller, steering, form.texts["unit"])
                guard let day = Day(form.texts["day"] ?? "") else { throw Problem(.badRequest, "day", ["vi": "Ngày không đúng.", "en": "The day is wrong."]) }
                try await steering.sign(unit, on: day, by: caller.authority)
                return .redirect("/signoff?unit=\(unit)")
            },
        ]
    }

    /// The unit for which somebody signs: their own, or the one they name with a right to it.
    private func signs(_ caller: Caller, _ steering: Steering, _ asked: String?) throws -> String {
        let own = caller.authority.grants.filter { $0.acts.contains(.write) && [steering.names.signoffs, "*"].contains($0.register) }
        let unit =
            asked.flatMap { registry.units.find($0, on: registry.world.today)?.code } ?? own.compactMap(\.unit).first
            ?? registry.units.inForce(on: registry.world.today, level: .commune).first?.code
        guard let unit, caller.authority.may(.write, steering.names.signoffs, unit: unit, units: registry.units, on: registry.world.today) else {
            throw RegisterError.forbidden([
                "vi": "Trang này dành cho công an, cán bộ xác nhận cập nhật của phường, xã.", "en": "This page is for those who sign off a commune's day.",
            ])
        }
        return unit
    }

    /// What is said of a day whose sign-off tells less than the journals.
    private func untoldWords(_ count: Int, isDenied: Bool) -> Text {
        isDenied
            ? Text(
                vi: "Đã xác nhận không có thay đổi, nhật ký có \(count): xác nhận lại", en: "Signed off as without change, the journals have \(count): sign again")
            : Text(
                vi: "Đã xác nhận, sau đó nhập thêm \(count) thay đổi: xác nhận lại",
                en: "Signed off, \(count) \(count == 1 ? "change" : "changes") after it: sign again")
    }

    private func signingPage(_ request: Request, _ caller: Caller, _ steering: Steering) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Xác nhận cập nhật hằng ngày", "en": "Daily sign-off"]
        let unit = try signs(caller, steering, request.parameter("unit"))
        let today = registry.world.today
        let register = try registry.register(steering.names.signed)
        func form(_ day: Day, isToday: Bool) throws -> HTML {
            let words: Text
            switch try steering.changes(on: day).map({ $0[unit] ?? 0 }) {
            case nil: words = ["vi": "Xác nhận đã nhập đủ", "en": "Sign off: all entered"]
            case 0?: words = ["vi": "Xác nhận không có thay đổi", "en": "Sign off: no change"]
            case let count?: words = Text(vi: "Xác nhận đã nhập đủ \(count) thay đổi", en: "Sign off: \(count) changes, all entered")
            }
            return """
                <form class="inline" method="post" action="/signoff">\(csrf(caller))<input type="hidden" name="unit" value="\(unit)"><input type="hidden" name="day" value="\(day.description)"><button class="button\(isToday ? "" : " secondary")">\(words, l)<span class="visually-hidden"> \(day.written(l))</span></button></form>
                """
        }
        let own = try steering.signing().first { $0.unit == unit }
        let missing: [[HTML]] = try (own?.missing ?? []).reversed().map { day -> [HTML] in
            let isDenied = own?.denied.contains(day) ?? false
            let untold: HTML? = own?.untold[day].map { count -> HTML in "<br><span class=\"tag tag-late\">\(untoldWords(count, isDenied: isDenied), l)</span>" }
            return ["\(day.written(l))\(untold)", try form(day, isToday: false)]
        }
        let state: HTML?
        switch own?.today {
        case nil: state = nil
        case 0?:
            state =
                "<p class=\"notice notice-ok\" role=\"status\">\(["vi": "Đã xác nhận. Nhập thêm thì xác nhận lại.", "en": "Signed off. After further entries, sign again."] as Text, l)</p>"
        case let count?: state = "<p class=\"notice\" role=\"status\">\(untoldWords(count, isDenied: false), l)</p>"
        }
        let wide = caller.authority.grants.contains { $0.unit == nil && $0.acts.contains(.write) && [steering.names.signoffs, "*"].contains($0.register) }
        let choice: HTML? =
            wide
            ? "<form method=\"get\" action=\"/signoff\" class=\"search\"><label for=\"unit\">\(["vi": "Phường, xã", "en": "Ward or commune"] as Text, l)</label><select id=\"unit\" name=\"unit\">\(registry.units.inForce(on: today, level: .commune).map { "<option value=\"\($0.code)\"\($0.code == unit ? " selected" as HTML : nil)>\($0.name)</option>" as HTML })</select><button class=\"button secondary\">\(["vi": "Xem", "en": "Show"] as Text, l)</button></form>"
            : nil
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(scopeName(unit, l)) · \(register.title, l)</p>\(choice)
            <h2>\(["vi": "Hôm nay", "en": "Today"] as Text, l), \(today.written(l))</h2>
            \(state)\(try form(today, isToday: true))
            \(own.map { signingFigures($0, l) })
            <h2>\(["vi": "Những ngày chưa xác nhận", "en": "Days not signed off"] as Text, l)</h2>
            \(missing.isEmpty ? "<p class=\"notice notice-ok\">\(["vi": "Không thiếu ngày nào trong 30 ngày qua.", "en": "None is missing in the last 30 days."] as Text, l)</p>" as HTML : table(["vi": "Những ngày chưa xác nhận", "en": "Days not signed off"], [["vi": "Ngày", "en": "Day"], ["vi": "Thao tác", "en": "Acts"]], missing, l))
            """
        return layout(title, request, caller, door: "officer").response(content)
    }

    /// How many days were signed in time, late and not at all, of how many.
    private func signingFigures(_ own: SigningUnit, _ l: Language) -> HTML {
        let words = Text(
            vi: "30 ngày qua: đúng hạn \(own.inTime) / \(own.days), muộn \(own.late.count) / \(own.days), chưa xác nhận \(own.missing.count) / \(own.days).",
            en: "The last 30 days: in time \(own.inTime) / \(own.days), late \(own.late.count) / \(own.days), not signed off \(own.missing.count) / \(own.days).")
        let term: Text = [
            "vi": "Đúng hạn là đến hết ngày hôm sau; xác nhận bù vẫn được, nhưng tính là muộn.", "en": "In time is until the end of the next day; later counts as late.",
        ]
        return "<p>\(words, l) \(term, l)</p>"
    }
}
