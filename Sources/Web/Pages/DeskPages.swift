// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Devices
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import Payments
internal import People
internal import Registers
internal import Steering

/// The officer's desk: one box for everything, the unit's day, open questions, saved lists, what was looked at lately.
extension Parts {
    var deskPages: [Endpoint] {
        [
            Endpoint(.GET, "/officer", .officers) { request, caller, _ in try await desk(request, caller) },
            Endpoint(.GET, "/search", .officers) { request, caller, _ in try await searchPage(request, caller) },
            Endpoint(.POST, "/views", .officers, bodyMax: 1 << 14) { request, caller, _ in
                let form = request.form ?? []
                let name = form.first { $0.name == "name" }?.value.trimmed ?? ""
                let path = place(form.first { $0.name == "path" }?.value)
                guard !name.isEmpty, path.hasPrefix("/registers/") || path.hasPrefix("/statistics/") || path.hasPrefix("/map/") else {
                    throw Problem(.badRequest, "view", ["vi": "Đặt tên cho danh sách cần lưu.", "en": "Give the list a name."])
                }
                do {
                    try accounts.saveView(name, path: path, of: caller.session!.account)
                } catch AccountError.tooMany {
                    throw Problem(.badRequest, "views", ["vi": "Bạn đã lưu 50 danh sách. Bỏ bớt rồi lưu tiếp.", "en": "You have 50 saved lists. Drop some, then save more."])
                }
                return .redirect("/officer")
            },
            Endpoint(.POST, "/views/{id}/removal", .officers, bodyMax: 1 << 14) { _, caller, parameters in
                if let id = Int64(parameters[0]) { try accounts.removeView(id, of: caller.session!.account) }
                return .redirect("/officer")
            },
        ]
    }

    func searchBox(_ text: String, _ l: Language) -> HTML {
        """
        <form class="search" method="get" action="/search" role="search"><label for="q">\(["vi": "Tìm trong mọi sổ bạn được xem", "en": "Search everything you may see"] as Text, l)</label>\
        <input type="search" id="q" name="q" value="\(text)" maxlength="200" autocomplete="off" data-key="/"><button class="button">\(["vi": "Tìm", "en": "Find"] as Text, l)</button></form>
        """
    }

    private func officeName(_ right: String, _ l: Language) -> String {
        let office = dossiers.procedures.first { $0.office.right == right }?.office
        return office.map { (["vi": "Hồ sơ: ", "en": "Dossiers: "] as Text)[l] + $0.title[l] } ?? right
    }

    private func needsPurpose(_ caller: Caller) -> Bool { caller.authority.purpose == nil && caller.authority.grants.contains { $0.acts.contains(.personal) } }

    private func desk(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        let account = caller.session!.account
        let mine = registry.registers.filter { caller.authority.may(.read, $0.name) || $0.isOpen }
        let unit = caller.authority.grants.compactMap(\.unit).first
        let place = unit.map { scopeName($0, l) } ?? options.cityName[l]
        let day: [HTML] = try registry.today(of: unit).map { register, count in
            "<div><dt>\(register.title, l)</dt><dd>\(l.number(count))</dd></div>"
        }
        let views: [HTML] = try accounts.views(of: account).map { view in
            """
            <li><a href="\(view.path)">\(view.name)</a> <form class="inline" method="post" action="/views/\(String(view.id))/removal"><input type="hidden" name="csrf" value="\(caller.session!.formKey)">\
            <button class="link">\(["vi": "bỏ", "en": "drop"] as Text, l)<span class="visually-hidden"> \(view.name)</span></button></form></li>
            """
        }
        let recent: [HTML] = try accounts.recent(of: account).compactMap { entry in
            guard let register = try? registry.register(entry.register) else { return nil }
            let ref = registry.ref(of: entry.row, in: register.name)
            return
                "<li><a href=\"/registers/\(register.name)/records/\(ref)\">\(register.title, l) · \(ref.prefix(6))…</a> <span class=\"muted\">\(entry.seen.written(l))</span></li>"
        }
        let letters = try overdueLetters(caller)
        let waiting = try registry.reviews(for: caller.authority, limit: 1).open
        let tools: [(Bool, String, Text, Text)] = [
            (
                dossiers.hasInbox(caller.authority), "/inbox", ["vi": "Hồ sơ đến", "en": "Inbox"],
                ["vi": "Hồ sơ của người dân, gần hạn đứng trước.", "en": "People's applications, the nearest due first."]
            ),
            (
                dossiers.procedures.contains { dossiers.mayReceive($0, caller.authority) }, "/counter", ["vi": "Quầy một cửa", "en": "One-stop counter"],
                ["vi": "Gọi số, mở hồ sơ cho người đứng ở quầy.", "en": "Call the next, apply for whoever stands there."]
            ),
            (
                caller.authority.may(.write, Dossiers.helpRight), "/help", ["vi": "Hướng dẫn người dân", "en": "Helping people"],
                ["vi": "Ca, giờ, những người đã giúp.", "en": "Shifts, hours, people helped."]
            ),
            (
                options.roles.guiding.map { caller.authority.may(.read, $0) || caller.authority.may(.write, $0) } ?? false, "/guides",
                ["vi": "Học sinh, sinh viên hướng dẫn", "en": "Student guides"],
                ["vi": "Ca, nơi, giờ, hồ sơ đạt ngay lần đầu.", "en": "Shifts, places, hours, what succeeded at first."]
            ),
            (
                dossiers.hasInbox(caller.authority), "/officer/absence", ["vi": "Vắng mặt, người thay", "en": "Absence and deputy"],
                ["vi": "Ai làm thay bạn, từ ngày nào đến ngày nào.", "en": "Who stands in for you, from when until when."]
            ),
            (
                registry.registers.contains { caller.authority.may(.write, $0.name) }, "/loads", ["vi": "Nạp tệp", "en": "Load a file"],
                ["vi": "Bảng tính của cơ quan, xem trước khi ghi.", "en": "Your office's workbook, seen before it is entered."]
            ),
            (
                mine.contains { caller.authority.may(.read, $0.name) || caller.authority.may(.personal, $0.name) }, "/quality", ["vi": "Chất lượng dữ liệu", "en": "Data quality"],
                ["vi": "Thiếu, mâu thuẫn, quá hạn, trùng.", "en": "Missing, contradictory, out of date, duplicate."]
            ),
            (
                registry.mayCountEntitled(caller.authority), "/welfare", ["vi": "Trợ cấp, chính sách", "en": "Welfare"],
                ["vi": "Ai được hưởng mà chưa có tên, ai không còn đủ điều kiện.", "en": "Who is entitled and not enrolled, who is no longer entitled."]
            ),
            (
                caller.authority.may(.administer, "*") || registry.registers.contains { caller.authority.may(.write, $0.name) }, "/sources",
                ["vi": "Nguồn dữ liệu", "en": "Data sources"], ["vi": "Tệp mà các hệ thống khác gửi đến.", "en": "Files that other systems send."]
            ),
            (
                waiting > 0, "/matches", ["vi": "Người cần nhận ra", "en": "People to recognise"],
                Text(vi: "\(waiting) người trong danh sách chưa chắc là ai.", en: "\(waiting) people in lists, not certain who they are.")
            ),
            (
                caller.authority.grants.contains { $0.register == Payments.cashierRight }, "/cashier", ["vi": "Quầy thu", "en": "Cashier"],
                ["vi": "Thu các khoản của hộ bằng tiền mặt.", "en": "Take household payments in cash."]
            ),
            (
                caller.authority.may(.read, Payments.treasuryRight), "/treasury", ["vi": "Ngân quỹ", "en": "Treasury"],
                ["vi": "Số dư, sao kê, việc chờ làm rõ, quỹ tái đầu tư.", "en": "Balances, statements, what is unexplained, the fund."]
            ),
            (
                readsITServices(caller), "/it-services", ["vi": "Dịch vụ công nghệ thông tin", "en": "IT services"],
                ["vi": "Hợp đồng, mốc trễ, hội đồng nghiệm thu, hóa đơn.", "en": "Contracts, late milestones, the Acceptance Council, invoices."]
            ),
            (
                !billers(of: caller).isEmpty, "/biller", ["vi": "Đơn vị thu", "en": "Biller"],
                ["vi": "Gửi các khoản, xem đã nộp, chưa nộp.", "en": "Send bills, see what is paid."]
            ),
            (
                caller.authority.may(.read, Devices.right), "/fleet", ["vi": "Thiết bị trong các hộ", "en": "Household devices"],
                ["vi": "Ở đâu, còn hoạt động không, cấp và thu hồi.", "en": "Where they are, whether they work, give and revoke."]
            ),
            (
                steering.map { caller.authority.may(.write, $0.names.signoffs) } ?? false, "/signoff", ["vi": "Xác nhận cuối ngày", "en": "Daily sign-off"],
                ["vi": "Hôm nay đã nhập đủ, hoặc không có thay đổi.", "en": "All of today is entered, or nothing changed."]
            ),
            (
                steering.map { caller.authority.may(.read, $0.names.urgings) } ?? false, "/steering/urgings", ["vi": "Đôn đốc", "en": "Urging"],
                Text(vi: "Việc chậm lãnh đạo hỏi; quá hạn trả lời: \(letters).", en: "What leaders ask about; answers overdue: \(letters).")
            ),
            (
                steering.map { caller.authority.may(.read, $0.names.findings) } ?? false, "/inspections/findings", ["vi": "Sai sót qua kiểm tra", "en": "Findings of inspections"],
                ["vi": "Hồ sơ nào phải khắc phục, đến ngày nào.", "en": "Which records are to be mended, and by when."]
            ),
            (true, "/map/population", ["vi": "Bản đồ", "en": "Map"], ["vi": "Theo 126 phường, xã.", "en": "By the 126 wards and communes."]),
            (
                caller.authority.may(.administer, "*"), "/admin", ["vi": "Quản trị", "en": "Administration"],
                ["vi": "Tài khoản, mã truy cập, thỏa thuận, nhật ký.", "en": "Accounts, tokens, agreements, journals."]
            ),
        ]
        let content: HTML = """
            <h1>\(["vi": "Bàn làm việc", "en": "Your desk"] as Text, l)</h1>
            <p class="lead">\(account.name) · \(place)\(account.servant.map { " · \($0)" as HTML })</p>
            \(needsPurpose(caller) ? purposeForm(caller, next: "/officer") : searchBox("", l))
            \(try await openQuestions(caller, unit: unit))
            <section><h2>\(["vi": "Mục ghi hôm nay ở đơn vị", "en": "Entered today in your unit"] as Text, l)</h2>\(day.isEmpty ? "<p class=\"muted\">\(["vi": "Hôm nay chưa có mục nào được ghi.", "en": "Nothing has been entered today."] as Text, l)</p>" as HTML : "<dl class=\"figures\">\(day)</dl>" as HTML)</section>
            <div class="grid">\(tools.filter(\.0).map { "<a class=\"card\" href=\"\($0.1)\"><h2>\($0.2, l)</h2><p>\($0.3, l)</p></a>" as HTML })</div>
            \(views.isEmpty ? nil : "<section><h2>\(["vi": "Danh sách đã lưu", "en": "Saved lists"] as Text, l)</h2><ul>\(views)</ul></section>" as HTML)
            \(recent.isEmpty ? nil : "<section><h2>\(["vi": "Vừa xem", "en": "Looked at lately"] as Text, l)</h2><ul>\(recent)</ul></section>" as HTML)
            <section><h2>\(["vi": "Sổ của bạn", "en": "Your registers"] as Text, l)</h2>
            <div class="grid">\(try mine.map { register in
                let state = try registry.summary(of: register.name)
                return """
                    <div class="card"><h3><a href="/registers/\(register.name)">\(register.title, l)</a></h3>
                    <p><span class="num">\(l.number(state.size))</span> \(["vi": "hồ sơ", "en": "records"] as Text, l) \(freshness(register, state.updated, l))</p>
                    \(caller.authority.may(.write, register.name) ? "<p><a href=\"/registers/\(register.name)/new\">\(["vi": "Đăng ký mới", "en": "Register"] as Text, l)<span class=\"visually-hidden\">: \(register.title, l)</span></a></p>" as HTML : nil)</div>
                    """ as HTML
            })</div></section>
            <details><summary>\(["vi": "Quyền của bạn, phím tắt", "en": "Your rights, keys"] as Text, l)</summary><dl class="summary">\(caller.authority.grants.map { grant in
                """
                <div><dt>\(grant.register == "*" ? (["vi": "Mọi sổ", "en": "All registers"] as Text)[l] : (try? registry.register(grant.register).title[l]) ?? officeName(grant.register, l))</dt>\
                <dd>\(HTML.joined(Act.allCases.filter(grant.acts.contains).map { "<span class=\"tag tag-info\">\($0.title, l)</span>" }, " ")) \(grant.unit.map { scopeName($0, l) } ?? options.cityName[l])</dd></div>
                """ as HTML
            })</dl><p>\(["vi": "Phím / đưa con trỏ vào ô tìm; phím j, k đi xuống, đi lên trong danh sách; Enter mở hồ sơ.", "en": "The key / goes to the search box; j and k go down and up a list; Enter opens a record."] as Text, l)</p><p hidden><label><input type="checkbox" data-keys> \(["vi": "Dùng phím tắt", "en": "Use these keys"] as Text, l)</label></p></details>
            \(purposeLine(caller, request))
            """
        return layout(["vi": "Bàn làm việc", "en": "Desk"], request, caller, door: "officer").response(content)
    }

    /// Questions that acts have opened in the unit, those that are mine first, the late ones marked.
    private func openQuestions(_ caller: Caller, unit: String?) async throws -> HTML? {
        let l = caller.language
        guard let tasks = options.roles.tasks, caller.authority.may(.read, tasks.register), let register = try? registry.register(tasks.register) else { return nil }
        var query = RecordQuery()
        if let unit, let jurisdiction = register.jurisdiction { query.filters = [(jurisdiction.name, unit)] }
        query.limit = 50
        let page = try await registry.records(register.name, query, for: caller.authority, door: "page")
        guard !page.records.isEmpty else { return nil }
        let servant = caller.session?.account.servant
        let sorted = page.records.sorted { left, right in
            let mine = (left.value(tasks.officer, in: register)?.string == servant && servant != nil, right.value(tasks.officer, in: register)?.string == servant && servant != nil)
            if mine.0 != mine.1 { return mine.0 }
            return (left.value(tasks.due, in: register)?.plain ?? "") < (right.value(tasks.due, in: register)?.plain ?? "")
        }
        let items: [HTML] = sorted.prefix(10).map { record in
            let due = record.value(tasks.due, in: register)?.day
            let isLate = due.map { $0 < registry.world.today } ?? false
            let place = register.jurisdiction.flatMap { field in record.value(field.name, in: register).map { display($0, field, l) } } ?? ""
            return """
                <li><a href="\(recordHref(record, register))">\(label(record, register, l))</a> · \(place) · <span class="tag \(isLate ? "tag-late" : "tag-wait")">\(["vi": "hạn", "en": "due"] as Text, l) \(due?.written(l) ?? "–")</span></li>
                """
        }
        return
            "<section><h2>\(register.title, l)</h2><ul>\(items)</ul><p><a href=\"/registers/\(register.name)\">\(["vi": "Xem tất cả", "en": "See all"] as Text, l)</a></p></section>"
    }

    private func searchPage(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        let text = request.parameter("q") ?? ""
        let title: Text = ["vi": "Tìm kiếm", "en": "Search"]
        let frame = layout(title, request, caller, door: "officer", crumbs: [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer")])
        if needsPurpose(caller) { return frame.response("<h1>\(title, l)</h1>" + purposeForm(caller, next: target(request))) }
        let hits = try await registry.searchAll(text, for: caller.authority, door: "page")
        let sections: [HTML] = hits.map { hit in
            let register = hit.register
            let rows: [HTML] = hit.records.map { record in
                // When and where tell people of one name apart.
                let rest = register.fields.filter { !register.label.contains($0.name) && $0.kind != .polygon }
                let first = rest.filter { field in
                    switch field.kind {
                    case .day, .partialDay, .unit, .name, .address: true
                    default: register.searchedFields.contains { $0.name == field.name }
                    }
                }
                let extra = (first + rest.filter { field in !first.contains { $0.name == field.name } })
                    .compactMap { field in record.value(field.name, in: register).map { display($0, field, l) } }.filter { !$0.isEmpty }.prefix(3)
                return "<li><a href=\"\(recordHref(record, register))\">\(label(record, register, l))</a> <span class=\"muted\">\(extra.joined(separator: " · "))</span></li>"
            }
            let more: HTML? =
                hit.hasMore
                ? "<p><a href=\"/registers/\(register.name)?q=\(Request.encode(text))\">\(["vi": "Xem tất cả trong sổ này", "en": "See all in this register"] as Text, l)</a></p>"
                : nil
            return "<section><h2>\(register.title, l)</h2><ul class=\"hits\">\(rows)</ul>\(more)</section>"
        }
        let content: HTML = """
            <h1>\(title, l)</h1>\(searchBox(text, l))
            \(text.trimmed.isEmpty ? nil : sections.isEmpty ? "<p class=\"notice\">\(["vi": "Không thấy trong các sổ bạn được xem. Thử bớt từ, hoặc viết không dấu.", "en": "Nothing was found in the registers you may see. Try fewer words, or write without marks."] as Text, l)</p>" as HTML : HTML.joined(sections))
            \(purposeLine(caller, request))
            """
        return frame.response(content)
    }
}
