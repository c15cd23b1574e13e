// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers
internal import Steering

/// What local police and inspectors do for the board: sign days off, draw samples.
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
            Endpoint(.GET, "/inspections/sample", .officers) { request, caller, _ in try await samplePage(request, caller, steering) },
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

    /// What is said of a day whose sign-off came too soon.
    private func earlyWords(_ count: Int) -> Text {
        Text(
            vi: "Xác nhận sớm, sau đó nhập thêm \(count) thay đổi: xác nhận lại",
            en: "Signed early, \(count) \(count == 1 ? "change" : "changes") after it: sign again")
    }

    private func signingPage(_ request: Request, _ caller: Caller, _ steering: Steering) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Xác nhận cập nhật hằng ngày", "en": "Daily sign-off"]
        let unit = try signs(caller, steering, request.parameter("unit"))
        let today = registry.world.today
        let register = try registry.register(steering.names.signed)
        func form(_ day: Day, isToday: Bool) throws -> HTML {
            let words: Text
            switch try steering.changes(of: unit, on: day, within: 20_000) {
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
            let early: HTML? = own?.early[day].map { count -> HTML in "<br><span class=\"tag tag-late\">\(earlyWords(count), l)</span>" }
            return ["\(day.written(l))\(early)", try form(day, isToday: false)]
        }
        let state: HTML?
        switch own?.today {
        case nil: state = nil
        case 0?:
            state =
                "<p class=\"notice notice-ok\" role=\"status\">\(["vi": "Đã xác nhận. Nhập thêm thì xác nhận lại.", "en": "Signed off. After further entries, sign again."] as Text, l)</p>"
        case let count?: state = "<p class=\"notice\" role=\"status\">\(earlyWords(count), l)</p>"
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
            <h2>\(["vi": "Những ngày chưa xác nhận", "en": "Days not signed off"] as Text, l)</h2>
            \(missing.isEmpty ? "<p class=\"notice notice-ok\">\(["vi": "Không thiếu ngày nào trong 30 ngày qua.", "en": "None is missing in the last 30 days."] as Text, l)</p>" as HTML : table(["vi": "Những ngày chưa xác nhận", "en": "Days not signed off"], [["vi": "Ngày", "en": "Day"], ["vi": "Thao tác", "en": "Acts"]], missing, l))
            """
        return layout(title, request, caller, door: "officer").response(content)
    }

    // MARK: Samples

    private func samplePage(_ request: Request, _ caller: Caller, _ steering: Steering) async throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Chọn mẫu kiểm tra", "en": "Draw a sample"]
        guard caller.authority.may(.read, steering.names.inspections) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho thanh tra và lãnh đạo.", "en": "This page is for inspectors and leaders."])
        }
        let mine = registry.registers.filter { caller.authority.may(.read, $0.name) || caller.authority.may(.personal, $0.name) }
        var form = MoneyForm()
        for name in ["register", "commune", "size", "seed", "known"] { form.texts[name] = request.parameter(name) }
        let communes =
            [("", (["vi": "Toàn thành phố", "en": "The whole city"] as Text)[l])] + registry.units.inForce(on: registry.world.today, level: .commune).map { ($0.code, $0.name) }
        var result: HTML?
        if let name = form.texts["register"], let seed = form.texts["seed"]?.tidied, !seed.isEmpty, let register = mine.first(where: { $0.name == name }) {
            guard (1...19).contains(seed.utf8.count), seed.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
                form.objections = [Objection(field: "seed", code: "pattern", ["vi": "Số chọn mẫu gồm 1 đến 19 chữ số.", "en": "A seed has 1 to 19 digits."])]
                return samplePage(request, caller, title, form, mine, communes, nil)
            }
            if let text = form.texts["known"], !text.isEmpty, Instant(text) == nil {
                form.objections = [
                    Objection(field: "seed", code: "known", ["vi": "Thời điểm chọn mẫu trong địa chỉ không đọc được.", "en": "The moment in the address cannot be read."])
                ]
                return samplePage(request, caller, title, form, mine, communes, nil)
            }
            let known = form.texts["known"].flatMap { Instant($0) } ?? registry.world.now()
            let commune = form.texts["commune"].flatMap { $0.isEmpty ? nil : $0 }
            let size = min(registry.limits.sampleMax, max(1, Int(form.texts["size"] ?? "") ?? 20))
            let (records, count) = try await registry.sample(name, unit: commune, size: size, seed: seed, known: known, for: caller.authority)
            let rows: [[HTML]] = records.enumerated().map { index, record in
                [HTML(text: String(index + 1)), "<a href=\"\(recordHref(record, register))\">\(label(record, register, l))</a>", HTML(text: record.recorded.written(l))]
            }
            let again = "/inspections/sample?register=\(name)&commune=\(commune ?? "")&size=\(size)&seed=\(seed)&known=\(Request.encode(known.description))"
            let enter =
                "/registers/\(steering.names.inspections)/new?register=\(name)&commune=\(commune ?? "")&seed=\(seed)&drawn=\(Request.encode(known.description))&sample=\(records.count)&day=\(registry.world.today)"
            result = """
                <h2>\(["vi": "Mẫu", "en": "The sample"] as Text, l): \(l.number(records.count)) / \(l.number(count))</h2>
                <p>\(["vi": "Ai mở địa chỉ này cũng chọn được đúng mẫu này:", "en": "Whoever opens this address draws the same sample:"] as Text, l) <a class="code" href="\(again)">seed \(seed), \(known.written(l))</a></p>
                \(table(["vi": "Hồ sơ trong mẫu", "en": "Records of the sample"], [["vi": "Số", "en": "No."], ["vi": "Hồ sơ", "en": "Record"], ["vi": "Ghi lúc", "en": "Entered"]], rows, l))
                <p><a class="button" href="\(enter)">\(["vi": "Ghi kết quả kiểm tra", "en": "Enter the findings"] as Text, l)</a></p>
                """
        }
        return samplePage(request, caller, title, form, mine, communes, result)
    }

    private func samplePage(
        _ request: Request, _ caller: Caller, _ title: Text, _ form: MoneyForm, _ registers: [Register], _ communes: [(String, String)], _ result: HTML?
    ) -> Response {
        let l = caller.language
        let content: HTML = """
            \(errorSummary(form.objections, l))<h1>\(title, l)</h1><p class="lead">\(["vi": "Công bố số chọn mẫu trước, rồi chọn: không ai chọn trước được hồ sơ.", "en": "Announce the seed before, then draw: nobody can choose beforehand."] as Text, l)</p>
            <form method="get" action="/inspections/sample">\(pick("register", ["vi": "Sổ", "en": "Register"], registers.map { ($0.name, $0.title[l]) }, form, l))\(pick("commune", ["vi": "Phường, xã", "en": "Ward or commune"], communes, form, l))\
            \(entry("size", ["vi": "Số hồ sơ", "en": "How many"], width: "w-5", mode: "numeric", form, l))\(entry("seed", ["vi": "Số chọn mẫu", "en": "Seed"], width: "w-10", mode: "numeric", form, l))<p><button class="button">\(["vi": "Chọn mẫu", "en": "Draw"] as Text, l)</button></p></form>\(result)
            \(purposeLine(caller, request))
            """
        return boardFrame(title, request, caller).response(form.objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
