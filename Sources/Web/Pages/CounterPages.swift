// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import People
internal import Registers

/// The one-stop counter: the line, the person who stands there, and the same forms as at home.
extension Parts {
    var counterPages: [Endpoint] {
        return [
            Endpoint(.GET, "/counter", .officers) { request, caller, _ in try counter(request, caller, problem: []) },
            Endpoint(.GET, "/dossiers", .officers) { request, _, _ in
                let code = (request.parameter("code") ?? "").filter { !$0.isWhitespace }.uppercased()
                return .redirect(code.isEmpty ? "/inbox" : "/dossiers/\(Request.encode(String(code.prefix(40))))")
            },
            Endpoint(.POST, "/counter/next", .officers, bodyMax: 1 << 14) { request, caller, _ in
                let unit = try counterUnit(request, caller)
                let desk = String((request.form?.first { $0.name == "desk" }?.value ?? "").tidied.prefix(10))
                _ = try await dossiers.callNext(unit: unit, desk: desk.isEmpty ? "1" : desk, by: caller.authority)
                return .redirect("/counter?unit=\(unit)&desk=\(Request.encode(desk.isEmpty ? "1" : desk))")
            },
            Endpoint(.POST, "/counter/tickets/{code}/end", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                let form = request.form ?? []
                try await dossiers.endTicket(parameters[0], served: form.contains { $0.name == "how" && $0.value == "served" }, by: caller.authority)
                return .redirect("/counter?unit=\(try counterUnit(request, caller))&desk=\(Request.encode(form.first { $0.name == "desk" }?.value ?? "1"))")
            },
            Endpoint(.POST, "/counter/visitor", .officers, bodyMax: 1 << 14) { request, caller, _ in
                let number = CardCode.number(in: request.form?.first { $0.name == "number" }?.value ?? "")
                guard let (row, _) = try await visitor(number, caller) else {
                    return try counter(
                        request, caller,
                        problem: [
                            Objection(
                                field: "number", code: "reference",
                                ["vi": "Sổ dân cư không có số này. Xem lại thẻ.", "en": "The population register does not hold this number. Look at the card again."])
                        ])
                }
                return .redirect("/counter/people/\(registry.ref(of: row, in: dossiers.city.people))")
            },
            Endpoint(.GET, "/counter/people/{ref}", .officers) { request, caller, parameters in try await person(request, caller, parameters[0]) },
            Endpoint(.GET, "/counter/people/{ref}/apply/{code}", .officers) { request, caller, parameters in
                try await beginning(request, caller, try receiving(caller, parameters[0], parameters[1]), parameters[1])
            },
            Endpoint(.POST, "/counter/people/{ref}/apply/{code}", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try await begun(request, try receiving(caller, parameters[0], parameters[1]), parameters[1])
            },
            Endpoint(.GET, "/counter/dossiers/{code}", .officers) { request, caller, parameters in try handedIn(request, caller, parameters[0]) },
            Endpoint(.GET, "/counter/drafts/{id}", .officers) { request, caller, parameters in
                try await draftPage(request, caller, try receiving(caller, draft: parameters[0]), parameters[0])
            },
            Endpoint(.POST, "/counter/drafts/{id}", .officers, bodyMax: 48 << 20) { request, caller, parameters in
                try await draftSent(request, caller, try receiving(caller, draft: parameters[0]), parameters[0])
            },
            Endpoint(.GET, "/counter/drafts/{id}/check", .officers) { request, caller, parameters in
                try await checkPage(request, caller, try receiving(caller, draft: parameters[0]), parameters[0])
            },
            Endpoint(.POST, "/counter/drafts/{id}/submission", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try await submitted(request, caller, try receiving(caller, draft: parameters[0]), parameters[0])
            },
            Endpoint(.GET, "/queue/{unit}", .open) { request, caller, parameters in try hall(request, caller, parameters[0]) },
            Endpoint(.GET, "/book", .open) { request, caller, _ in try bookingPage(request, caller, []) },
            Endpoint(.POST, "/book", .open, bodyMax: 1 << 14) { request, caller, _ in
                let form = request.form ?? []
                func text(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
                do {
                    try accounts.countBooking(address: request.address)
                    let day = Day(text("day"))
                    let minute = Int(text("slot"))
                    guard let day, let minute, registry.units.find(text("unit"), on: registry.world.today)?.level == .commune else {
                        throw DossierError.objections([Objection(field: "slot", code: "required", ["vi": "Chọn giờ hẹn.", "en": "Choose a time."])])
                    }
                    return .redirect("/tickets/\(try await dossiers.book(unit: text("unit"), on: day, at: minute).code)")
                } catch DossierError.objections(let objections) {
                    return try bookingPage(request, caller, objections)
                } catch AccountError.tooManyTries {
                    throw Problem(
                        .tooManyRequests, "too-many", ["vi": "Đã hẹn quá nhiều lần. Chờ mười phút rồi thử lại.", "en": "Too many bookings. Wait ten minutes and try again."])
                }
            },
            Endpoint(.GET, "/tickets/{code}", .open) { request, caller, parameters in try ticketPage(request, caller, parameters[0]) },
            Endpoint(.POST, "/tickets/{code}/cancellation", .open, bodyMax: 1 << 14) { _, _, parameters in
                try await dossiers.cancelTicket(parameters[0])
                return .redirect("/tickets/\(Request.encode(parameters[0]))")
            },
        ]
    }

    // MARK: The officer's side

    /// The unit whose counter is served: the officer's own, or the one that who serves the whole city has chosen.
    private func counterUnit(_ request: Request, _ caller: Caller) throws -> String {
        let asked = request.form?.first { $0.name == "unit" }?.value ?? request.parameter("unit")
        let own = caller.authority.grants.filter { $0.register.hasPrefix("office/") && $0.acts.contains(.write) }.compactMap(\.unit).first
        let unit = asked.flatMap { $0.isEmpty ? nil : $0 } ?? own ?? registry.units.inForce(on: registry.world.today, level: .commune).first?.code ?? ""
        guard dossiers.mayServe(unit, caller.authority) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho cán bộ tiếp nhận của đơn vị.", "en": "This page is for those who receive dossiers in the unit."])
        }
        return unit
    }

    private func visitor(_ number: String, _ caller: Caller) async throws -> (row: Int64, name: String)? {
        guard dossiers.procedures.contains(where: { dossiers.mayReceive($0, caller.authority) }) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho cán bộ tiếp nhận.", "en": "This page is for those who receive dossiers."])
        }
        return try await dossiers.visitor(number, for: caller.authority)
    }

    private func counter(_ request: Request, _ caller: Caller, problem: [Objection]) throws -> Response {
        let l = caller.language
        let unit = try counterUnit(request, caller)
        let desk = request.parameter("desk") ?? "1"
        let line = try dossiers.line(unit: unit)
        let title: Text = ["vi": "Quầy một cửa", "en": "One-stop counter"]
        let hidden: HTML = "\(csrf(caller))<input type=\"hidden\" name=\"unit\" value=\"\(unit)\">"
        let mine: [HTML] = try dossiers.calledTickets(unit: unit, by: caller.authority).map { one in
            """
            <li><p><strong class="code-large">\(one.label)</strong></p><form class="inline" method="post" action="/counter/tickets/\(one.code)/end">\(hidden)<input type="hidden" name="desk" value="\(desk)">\
            <button class="button" name="how" value="served">\(["vi": "Xong", "en": "Served"] as Text, l)<span class="visually-hidden"> \(one.label)</span></button> <button class="button secondary" name="how" value="missed">\(["vi": "Vắng", "en": "Did not come"] as Text, l)<span class="visually-hidden"> \(one.label)</span></button></form></li>
            """
        }
        let isWide = caller.authority.grants.contains { $0.register.hasPrefix("office/") && $0.unit == nil && $0.acts.contains(.write) }
        let chooser: HTML? =
            isWide
            ? """
            <form method="get" action="/counter">\(input(Field("unit", .unit(.commune), ["vi": "Quầy của", "en": "Counter of"], .open), FormState(texts: ["unit": unit]), l, isRequired: true))<p><button class="button secondary">\(["vi": "Đổi quầy", "en": "Change"] as Text, l)</button></p></form>
            """ : nil
        let error: HTML? = problem.first.map { "<p class=\"error-message\">\($0.text, l)</p>" }
        let content: HTML = """
            \(errorSummary(problem, l))
            <h1>\(title, l)</h1><p class="lead">\(scopeName(unit, l))</p>
            <div class="split"><section><h2>\(["vi": "Người đứng ở quầy", "en": "Who stands here"] as Text, l)</h2><form method="post" action="/counter/visitor" novalidate>\(hidden)
            <div class="field\(problem.isEmpty ? nil : " has-error" as HTML)"><label for="f-number">\(["vi": "Số định danh, hoặc quét mã trên thẻ", "en": "ID number, or scan the card's code"] as Text, l)</label>\(error)<input class="w-full" type="text" id="f-number" name="number" autocomplete="off" autofocus></div>
            <p><button class="button">\(["vi": "Mở", "en": "Open"] as Text, l)</button></p></form></section>
            <section><form class="search" method="get" action="/dossiers"><label for="f-code">\(["vi": "Mở hồ sơ theo mã", "en": "Open a dossier by its code"] as Text, l)</label><input type="text" id="f-code" name="code" maxlength="40" autocomplete="off" placeholder="H26.001-261124-0001"><button class="button secondary">\(["vi": "Mở", "en": "Open"] as Text, l)</button></form>
            <h2>\(["vi": "Hàng chờ", "en": "The line"] as Text, l)</h2><p>\(["vi": "Đang chờ", "en": "Waiting"] as Text, l): <strong>\(l.number(line.waiting))</strong> · <a href="/queue/\(unit)">\(["vi": "Màn hình ở sảnh", "en": "The hall's screen"] as Text, l)</a></p>
            <form method="post" action="/counter/next">\(hidden)<div class="field"><label for="f-desk">\(["vi": "Bàn số", "en": "Desk"] as Text, l)</label><input class="w-5" type="text" id="f-desk" name="desk" value="\(desk)" maxlength="10"></div><p><button class="button secondary">\(["vi": "Gọi số tiếp theo", "en": "Call the next"] as Text, l)</button></p></form>
            \(mine.isEmpty ? nil : "<ul class=\"hits\">\(mine)</ul>" as HTML)</section></div>\(chooser)
            """
        return layout(title, request, caller, door: "officer", crumbs: [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer")])
            .response(problem.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func row(_ ref: String) throws -> Int64 {
        guard let key = try registry.key(of: ref, in: dossiers.city.people), let row = try registry.row(of: key, in: dossiers.city.people) else { throw RegisterError.noSuchRecord }
        return row
    }

    /// Who stands there, and what they may want.
    private func person(_ request: Request, _ caller: Caller, _ ref: String) async throws -> Response {
        let l = caller.language
        guard let key = try registry.key(of: ref, in: dossiers.city.people), let (_, name) = try await visitor(key, caller) else { throw RegisterError.noSuchRecord }
        let text = request.parameter("q") ?? ""
        let own = dossiers.procedures.filter { dossiers.mayReceive($0, caller.authority) }
        let found = text.trimmed.isEmpty ? [] : Parts.find(text, in: own)
        func item(_ one: Procedure) -> HTML { "<li><a href=\"/counter/people/\(ref)/apply/\(one.code)\">\(one.need, l)</a> <span class=\"muted\">\(one.title, l)</span></li>" }
        let groups: [HTML] = dossiers.city.occasions.compactMap { occasion in
            let list = own.filter { $0.occasion == occasion }
            return list.isEmpty ? nil : "<details><summary>\(occasion.title, l)</summary><ul>\(list.map(item))</ul></details>"
        }
        let content: HTML = """
            <p class="caption">\(["vi": "Người đứng ở quầy", "en": "Who stands here"] as Text, l)</p><h1>\(name)</h1><p class="code">\(key)</p>
            <form class="search" method="get" action="/counter/people/\(ref)" role="search"><label for="q">\(["vi": "Cần làm gì?", "en": "What is needed?"] as Text, l)</label><input type="search" id="q" name="q" value="\(text)" maxlength="200" autocomplete="off" autofocus><button class="button">\(["vi": "Tìm", "en": "Find"] as Text, l)</button></form>
            \(found.isEmpty ? nil : "<ul class=\"hits\">\(found.map(item))</ul>" as HTML)\(groups)
            <p><a href="/counter">\(["vi": "Người tiếp theo", "en": "Next person"] as Text, l)</a></p>
            """
        return layout(.same(name), request, caller, door: "officer", crumbs: [(title: (["vi": "Quầy một cửa", "en": "Counter"] as Text)[l], href: "/counter")]).response(content)
    }

    /// What was handed in here: the officer's own to go on with, or another unit's.
    private func handedIn(_ request: Request, _ caller: Caller, _ code: String) throws -> Response {
        guard let row = try dossiers.outline(code) else { throw DossierError.noSuchDossier }
        if dossiers.isVisible(row.office, row.unit, to: caller.authority) {
            return .redirect("/dossiers/\(code)")
        }
        let l = caller.language
        let procedure = try dossiers.procedure(row.procedure)
        let title: Text = ["vi": "Đã nộp", "en": "Handed in"]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="code code-large">\(row.code)</p><p>\(procedure.title, l) · \(officeWords(procedure, row.unit, l))</p>
            <p>\(["vi": "Hồ sơ do đơn vị khác giải quyết. Người dân theo dõi bằng mã này.", "en": "Another unit deals with it. The applicant follows it by this code."] as Text, l)</p><p><a class="button" href="/counter">\(["vi": "Người tiếp theo", "en": "Next person"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "officer", crumbs: [(title: (["vi": "Quầy một cửa", "en": "Counter"] as Text)[l], href: "/counter")]).response(content)
    }

    private func filling(_ caller: Caller, applicant: Int64, ref: String) -> Filling {
        Filling(
            owner: caller.authority.id, applicant: applicant, register: dossiers.city.people, formKey: caller.session!.formKey, base: "/counter", home: "/counter",
            channel: .counter, beginnings: "/counter/people/\(ref)/apply", dossiers: "/counter/dossiers", reader: caller.authority)
    }

    private func receiving(_ caller: Caller, _ ref: String, _ code: String) throws -> Filling {
        guard dossiers.mayReceive(try dossiers.procedure(code), caller.authority) else {
            throw RegisterError.forbidden(["vi": "Bạn không tiếp nhận thủ tục này.", "en": "You do not receive this procedure."])
        }
        return filling(caller, applicant: try row(ref), ref: ref)
    }

    private func receiving(_ caller: Caller, draft id: String) throws -> Filling {
        let draft = try dossiers.draft(id, owner: caller.authority.id)
        // Who lost the right meanwhile opens no form any more.
        guard dossiers.mayReceive(try dossiers.procedure(draft.procedure), caller.authority) else { throw DossierError.noSuchDraft }
        return filling(caller, applicant: draft.applicant, ref: registry.ref(of: draft.applicant, in: dossiers.city.people))
    }

    // MARK: The hall and the booking

    private func hall(_ request: Request, _ caller: Caller, _ unit: String) throws -> Response {
        let l = caller.language
        guard registry.units.find(unit, on: registry.world.today)?.level == .commune else { throw RegisterError.noSuchRecord }
        let line = try dossiers.line(unit: unit)
        let title: Text = ["vi": "Mời vào quầy", "en": "Please come"]
        let rows: [HTML] = line.called.map { one in
            "<tr><th scope=\"row\"><span class=\"code-large\">\(one.label)</span></th><td>\(["vi": "Bàn", "en": "Desk"] as Text, l) <strong>\(one.desk ?? "")</strong></td></tr>"
        }
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(scopeName(unit, l))</p>
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Chưa gọi số nào.", "en": "No number has been called yet."] as Text, l)</p>" as HTML : "<table><caption class=\"visually-hidden\">\(title, l)</caption><tbody>\(rows)</tbody></table>" as HTML)
            <p role="status">\(["vi": "Đang chờ", "en": "Waiting"] as Text, l): \(l.number(line.waiting))</p>
            """
        var response = layout(title, request, caller).response(content)
        response.headers.add(name: "refresh", value: "5")
        return response
    }

    private func time(_ minute: Int) -> String { (minute / 60 < 10 ? "0" : "") + "\(minute / 60):" + (minute % 60 < 10 ? "0" : "") + "\(minute % 60)" }

    private func bookingPage(_ request: Request, _ caller: Caller, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let form = request.form ?? []
        func chosen(_ name: String) -> String { form.first { $0.name == name }?.value ?? request.parameter(name) ?? "" }
        let title: Text = ["vi": "Hẹn giờ đến quầy", "en": "Book a time at the counter"]
        let unit = chosen("unit")
        let day = Day(chosen("day")) ?? dossiers.bookingDays.first
        let isKnown = registry.units.find(unit, on: registry.world.today)?.level == .commune
        let days: [HTML] = dossiers.bookingDays.map { one in
            "<label><input type=\"radio\" name=\"day\" value=\"\(one.description)\"\(one == day ? " checked" as HTML : nil)><span>\(one.written(l))</span></label>"
        }
        let slots = isKnown ? try day.map { try dossiers.slots(unit: unit, on: $0) } ?? [] : []
        let times: [HTML] = slots.map { slot in
            "<label><input type=\"radio\" name=\"slot\" value=\"\(slot.minute)\"\(slot.free == 0 ? " disabled" as HTML : nil)><span>\(time(slot.minute))\(slot.free == 0 ? " · \((["vi": "hết chỗ", "en": "full"] as Text)[l])" : "")</span></label>"
        }
        let content: HTML = """
            \(errorSummary(objections, l))
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Hôm nay và sáu ngày tới, mỗi lượt mười lăm phút. Không cần đăng nhập.", "en": "Today and six days ahead, a quarter of an hour each. No sign-in."] as Text, l)</p>
            <form method="get" action="/book">\(input(Field("unit", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open), FormState(texts: ["unit": unit]), l, isRequired: true))
            <fieldset class="field"><legend>\(["vi": "Ngày", "en": "Day"] as Text, l)</legend><div class="choices">\(days)</div></fieldset>
            <p><button class="button\(isKnown ? " secondary" as HTML : nil)">\(["vi": "Xem giờ trống", "en": "See free times"] as Text, l)</button></p></form>
            \(!isKnown ? nil : times.isEmpty ? "<p class=\"notice\">\(["vi": "Ngày này không còn giờ nào. Chọn ngày khác.", "en": "There is no time left on this day. Choose another."] as Text, l)</p>" as HTML : """
            <form method="post" action="/book"><input type="hidden" name="unit" value="\(unit)"><input type="hidden" name="day" value="\(day?.description ?? "")">
            <fieldset class="field" id="f-slot" tabindex="-1"><legend>\(["vi": "Giờ", "en": "Time"] as Text, l)</legend>\(objections.first.map { "<p class=\"error-message\">\($0.text, l)</p>" as HTML })<div class="choices columns">\(times)</div></fieldset>
            <p><button class="button">\(["vi": "Hẹn giờ này", "en": "Book it"] as Text, l)</button></p></form>
            """ as HTML)
            """
        return layout(title, request, caller, door: "services", crumbs: [(title: (["vi": "Dịch vụ công", "en": "Online services"] as Text)[l], href: "/services")])
            .response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func ticketPage(_ request: Request, _ caller: Caller, _ code: String) throws -> Response {
        let l = caller.language
        guard let (ticket, ahead) = try dossiers.ticket(code) else { throw RegisterError.noSuchRecord }
        let title: Text = ticket.slot == nil ? ["vi": "Số thứ tự", "en": "Your number"] : ["vi": "Giờ đã hẹn", "en": "Your booking"]
        var rows: [(Text, String)] = [(["vi": "Nơi", "en": "Where"], scopeName(ticket.unit, l)), (["vi": "Ngày", "en": "Day"], ticket.day.written(l))]
        if let slot = ticket.slot { rows.append((["vi": "Giờ", "en": "Time"], time(slot))) }
        rows.append((["vi": "Tình trạng", "en": "State"], ticket.state.title[l] + (ticket.desk.map { (["vi": ", bàn ", "en": ", desk "] as Text)[l] + $0 } ?? "")))
        if ticket.slot == nil, ticket.state == .waiting { rows.append((["vi": "Người chờ trước bạn", "en": "People before you"], l.number(ahead))) }
        let link = "\(origin(request))/tickets/\(ticket.code)"
        let content: HTML = """
            <h1>\(title, l)</h1><p class="code code-large">\(ticket.label)</p>
            <dl class="summary">\(rows.map { "<div><dt>\($0.0, l)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>
            \(square(link, ["vi": "Mã mở trang này trên điện thoại", "en": "Code that opens this page on a phone"], l))
            \(ticket.state == .waiting ? "<form class=\"no-print\" method=\"post\" action=\"/tickets/\(ticket.code)/cancellation\"><p><button class=\"button secondary\">\(["vi": "Hủy", "en": "Cancel it"] as Text, l)</button></p></form>" as HTML : nil)
            <p class="muted">\(["vi": "Giữ trang này hoặc chụp lại; cán bộ gọi đúng số này.", "en": "Keep this page or a picture of it; the officer calls just this number."] as Text, l)</p>
            """
        return layout(title, request, caller, door: "services").response(content)
    }
}
