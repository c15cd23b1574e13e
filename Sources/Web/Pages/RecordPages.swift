// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import People
internal import Journal
internal import NIOHTTP1
internal import Registers

/// A record: what it says, whom it belongs with, how it came to be, and how to check it.
extension Parts {
    var recordPages: [Endpoint] {
        [
            Endpoint(.GET, "/registers/{register}/new", .officers) { request, caller, parameters in
                let register = try registry.register(parameters[0])
                try mayEnter(register.name, caller)
                var texts: [String: String] = [:]
                // A person stands in the address by the ref; those who may see persons find the number in the form.
                for (name, value) in request.query { if let field = register.field(name) { texts[name] = try named(value, field, caller) } }
                if let unit = caller.authority.unit(for: register.name), let field = register.jurisdiction, texts[field.name] == nil { texts[field.name] = unit }
                return form(request, caller, register, FormState(texts: texts))
            },
            Endpoint(.POST, "/registers/{register}/records", .officers) { request, caller, parameters in
                try await create(request, caller, try registry.register(parameters[0]))
            },
            Endpoint(.GET, "/registers/{register}/records/{key}", .registers) { request, caller, parameters in
                try await recordPage(request, caller, try registry.register(parameters[0]), parameters[1])
            },
            Endpoint(.GET, "/registers/{register}/records/{key}/proof", .registers) { _, caller, parameters in
                Response(
                    .ok, type: "application/json", try await registry.proof(parameters[0], parameters[1], for: caller.authority, door: "page"),
                    headers: [("content-disposition", "attachment; filename=\"proof.json\"")])
            },
            Endpoint(.GET, "/registers/{register}/records/{key}/change", .officers) { request, caller, parameters in
                try await changeForm(request, caller, try registry.register(parameters[0]), parameters[1])
            },
            Endpoint(.POST, "/registers/{register}/records/{key}", .officers) { request, caller, parameters in
                try await change(request, caller, try registry.register(parameters[0]), parameters[1])
            },
            Endpoint(.GET, "/registers/{register}/records/{key}/division", .officers) { request, caller, parameters in
                try await divisionForm(request, caller, try registry.register(parameters[0]), parameters[1], nil)
            },
            Endpoint(.POST, "/registers/{register}/records/{key}/division", .officers) { request, caller, parameters in
                try await divide(request, caller, try registry.register(parameters[0]), parameters[1])
            },
            Endpoint(.GET, "/registers/{register}/records/{key}/retirement", .officers) { request, caller, parameters in
                try await retirementForm(request, caller, try registry.register(parameters[0]), parameters[1], nil)
            },
            Endpoint(.POST, "/registers/{register}/records/{key}/retirement", .officers) { request, caller, parameters in
                try await retire(request, caller, try registry.register(parameters[0]), parameters[1])
            },
        ]
    }

    private func named(_ value: String, _ field: Field, _ caller: Caller) throws -> String {
        guard case .reference(let target) = field.kind, (try? registry.register(target).hasPersonalKey) == true, value.utf8.count != 12 else { return value }
        guard caller.authority.purpose != nil, caller.authority.may(.personal, target) else { return "" }
        return try registry.key(of: value, in: target) ?? value
    }

    // MARK: The record

    private func recordPage(_ request: Request, _ caller: Caller, _ register: Register, _ id: String) async throws -> Response {
        let l = caller.language
        let crumbs = [
            ((["vi": "Các sổ", "en": "Registers"] as Text)[l], "/registers"), (register.title[l], "/registers/\(register.name)"),
        ]
        let frame = layout(register.title, request, caller, door: "registers", crumbs: crumbs.map { (title: $0.0, href: $0.1) })
        if caller.session != nil, caller.authority.may(.personal, register.name), caller.authority.purpose == nil,
            register.allFields.contains(where: { $0.privacy == .personal })
        {
            return frame.response("<h1>\(register.title, l)</h1>" + purposeForm(caller, next: target(request)))
        }
        let (record, entries) = try await registry.history(register.name, id, for: caller.authority, door: "page")
        let on = try day(request)
        let known = try instant(request)
        let asked = try day(request, "asked") ?? on ?? registry.world.today
        let shown: RecordView
        if on == nil, known == nil {
            shown = record
        } else {
            do {
                shown = try await registry.record(register.name, id, on: on, known: known, for: caller.authority, door: "page")
            } catch RegisterError.noSuchRecord {
                return frame.response(
                    "<h1>\(label(record, register, l))</h1>\(timeForm(request, on, l))<p class=\"notice\">\(["vi": "Vào ngày ấy chưa có hồ sơ này.", "en": "On that day this record was not there."] as Text, l)</p>"
                )
            }
        }
        if let account = caller.session?.account { accounts.note(register: register.name, row: record.row, of: account) }
        let mayWrite = caller.authority.may(.write, register.name, unit: jurisdiction(shown, register), units: registry.units, on: registry.world.today)
        let base = recordHref(record, register)
        let past: HTML? =
            on != nil || known != nil
            ? "<p class=\"notice\">\(["vi": "Hồ sơ như vào ngày", "en": "The record as it was on"] as Text, l) \((on ?? registry.world.today).written(l)). <a href=\"\(base)\">\(["vi": "Xem hiện nay", "en": "See it as it is now"] as Text, l)</a></p>"
            : nil
        let actions: HTML? =
            mayWrite && on == nil && known == nil && caller.session != nil && !record.isRetired
            ? "<p class=\"no-print\"><a class=\"button\" href=\"\(base)/change\">\(["vi": "Sửa", "en": "Change"] as Text, l)</a> <a class=\"button secondary\" href=\"\(base)/retirement\">\(["vi": "Xóa đăng ký", "en": "Retire"] as Text, l)</a></p>\(counterForm(record, register, caller))"
            : nil
        let doubts: HTML = HTML.joined(
            try registry.doubts(shown).map { "<p class=\"notice notice-warn\">\($0.text, l)</p>" as HTML })
        let content: HTML = """
            <p class="caption">\(register.title, l)</p><h1>\(label(shown, register, l)) \(statusTag(shown, l))</h1>
            \(past)\(on == nil && known == nil ? planned(entries, base, l) : nil)\(doubts)
            <dl class="summary">\(summaryRows(shown, register, l))</dl>
            \(actions)\(entitlementLink(shown, register, caller))
            \(try await explainedQuestions(id, shown, register, on: asked, known: known, caller))
            \(try await related(shown, register, caller))
            \(register.name == "administrative-unit" ? unitHistory(shown, register, l) : nil)
            \(try plan(of: shown, register, caller))
            <section id="history"><h2>\(["vi": "Lịch sử", "en": "History"], l)</h2>\(timeForm(request, on, l))\(timeline(entries, register, showsAuthors: caller.authority.may(.read, register.name), l))</section>
            \(proofSection(record, register, caller))
            \(purposeLine(caller, request))
            """
        return frame.response(content)
    }

    /// Changes that wait for their day.
    private func planned(_ entries: [(entry: Entry, view: RecordView)], _ base: String, _ l: Language) -> HTML? {
        let days = Set(entries.map(\.entry.effective).filter { $0 > registry.world.today }).sorted()
        guard !days.isEmpty else { return nil }
        let links: [HTML] = days.map { day in "<a href=\"\(base)?on=\(day.description)\">\(day.written(l))</a>" }
        return "<p class=\"notice\">\(["vi": "Có thay đổi đã định từ ngày", "en": "A change is planned from"] as Text, l) \(HTML.joined(links, ", ")).</p>"
    }

    /// At the counter: a code by which the person sees who looked at them.
    private func counterForm(_ view: RecordView, _ register: Register, _ caller: Caller) -> HTML? {
        guard register.name == options.roles.people, view.key != nil else { return nil }
        return
            "<form class=\"no-print\" method=\"post\" action=\"\(recordHref(view, register))/access-code\"><input type=\"hidden\" name=\"csrf\" value=\"\(caller.session?.formKey ?? "")\"><p><button class=\"link\">\(["vi": "In mã để người này tự xem ai đã xem dữ liệu của mình", "en": "Print a code by which this person sees who looked at their data"] as Text, caller.language)</button></p></form>"
    }

    /// The way to what the person is entitled to, for those who may ask.
    private func entitlementLink(_ view: RecordView, _ register: Register, _ caller: Caller) -> HTML? {
        guard register.name == registry.entitlements.first?.people, view.key != nil, registry.mayExplainEntitled(caller.authority) else { return nil }
        return
            "<p class=\"no-print\"><a href=\"/welfare/person/\(view.ref)\">\(["vi": "Người này được hưởng gì, vì sao", "en": "What this person is entitled to, and why"] as Text, caller.language)</a></p>"
    }

    private func jurisdiction(_ view: RecordView, _ register: Register) -> String? {
        register.jurisdiction.flatMap { view.value($0.name, in: register)?.string } ?? view.unit
    }

    /// What people call the record.
    func label(_ view: RecordView, _ register: Register, _ l: Language) -> String {
        let parts = register.label.compactMap { name in register.field(name).flatMap { field in view.value(name, in: register).map { display($0, field, l) } } }.filter {
            !$0.isEmpty
        }
        if !parts.isEmpty { return parts.joined(separator: register.name == "unit-change" ? " → " : " · ") }
        return view.key ?? (["vi": "Hồ sơ", "en": "Record"] as Text)[l] + " " + view.ref.prefix(6)
    }

    private func statusTag(_ view: RecordView, _ l: Language) -> HTML? {
        if view.isErased { return "<span class=\"tag tag-closed\">\(["vi": "đã xóa nội dung", "en": "content erased"] as Text, l)</span>" }
        if view.isEnded { return "<span class=\"tag tag-closed\">\(["vi": "đã hết hạn", "en": "over"] as Text, l)</span>" }
        if view.isRetired { return "<span class=\"tag tag-closed\">\(["vi": "đã xóa đăng ký", "en": "retired"] as Text, l)</span>" }
        return nil
    }

    private func summaryRows(_ view: RecordView, _ register: Register, _ l: Language) -> [HTML] {
        register.allFields.compactMap { field in
            guard let value = view.value(field.name, in: register) else { return "<div><dt>\(field.title, l)</dt><dd>\(masked(l))</dd></div>" }
            if value.isNull, !field.isRequired { return nil }
            if value.isNull { return nil }
            var text = HTML(text: display(value, field, l))
            if field.kind == .polygon { text = HTML(text: display(value, field, l)) }
            if case .references(let other) = field.kind {
                text = HTML.joined(
                    value.plain.split(separator: ";").map { key in
                        let key = String(key).tidied
                        return "<a class=\"code\" href=\"/registers/\(other)/records/\(Request.encode(key))\">\(key)</a>"
                    }, "; ")
            }
            if case .reference(let other) = field.kind { text = "<a class=\"code\" href=\"/registers/\(other)/records/\(Request.encode(value.plain))\">\(text)</a>" }
            return "<div><dt>\(field.title, l)</dt><dd>\(text)</dd></div>"
        } + [
            "<div><dt>\(["vi": "Hiệu lực từ", "en": "Holds from"] as Text, l)</dt><dd>\(view.effective.written(l))</dd></div>",
            "<div><dt>\(["vi": "Ghi lúc", "en": "Entered at"] as Text, l)</dt><dd>\(view.recorded.written(l)) · \(["vi": "mục số", "en": "entry"] as Text, l) <span class=\"num\">\(view.entry)</span></dd></div>",
        ]
    }

    // MARK: Whom it belongs with

    /// Records that refer to this one, and those that share its group: a household's members, a person's household, land, business and post.
    private func related(_ view: RecordView, _ register: Register, _ caller: Caller) async throws -> HTML? {
        guard !view.isRetired else { return nil }
        let l = caller.language
        let relations = try await registry.relations(of: view, for: caller.authority, door: "page")
        let sections: [HTML] = relations.map { relation in
            let other = relation.register
            let title: Text =
                relation.isGroup
                ? ["vi": "Thành viên của hộ", "en": "Members of the household"]
                : other.fields.count { $0.kind == relation.field.kind } > 1
                    ? Text(vi: "\(other.title.vi): \(relation.field.title.vi.lowercased())", en: "\(other.title.en): \(relation.field.title.en.lowercased())") : other.title
            let columns = relatedColumns(other, relation.field, relation.records)
            let rows: [HTML] = relation.records.map { record in
                let cells: [HTML] = columns.enumerated().map { index, column in
                    let value = record.value(column.name, in: other)
                    let text: HTML = value.map { HTML(text: display($0, column, l)) } ?? masked(l)
                    let isOwn = record.row == view.row && other.name == register.name
                    let content: HTML =
                        index == 0 && !isOwn ? "<a href=\"\(recordHref(record, other))\">\(text.isEmpty ? "–" as HTML : text)</a>" : reference(column, value) ?? text
                    return index == 0
                        ? "<th scope=\"row\" data-label=\"\(column.title, l)\">\(content)</th>" : "<td data-label=\"\(column.title, l)\">\(content)</td>"
                }
                return "<tr>\(cells)</tr>"
            }
            let more: HTML? =
                relation.hasMore && view.key != nil
                ? "<p><a href=\"/registers/\(other.name)?\(relation.field.name)=\(Request.encode(register.hasPersonalKey ? view.ref : view.key!))\">\(["vi": "Xem tất cả", "en": "See all"] as Text, l)</a></p>"
                : nil
            return """
                <section><h2>\(title, l)</h2>
                <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption>
                <thead><tr>\(columns.map { "<th scope=\"col\">\($0.title, l)</th>" as HTML })</tr></thead><tbody>\(rows)</tbody></table></div>\(more)</section>
                """
        }
        return HTML.joined(sections) + (additions(view, register, caller) ?? "")
    }

    /// A cell that leads to the record it names, where the key is no personal one.
    private func reference(_ column: Field, _ value: Value?) -> HTML? {
        guard case .reference(let target) = column.kind, let key = value?.string, (try? registry.register(target).hasPersonalKey) == false else { return nil }
        return "<a class=\"code\" href=\"/registers/\(target)/records/\(Request.encode(key))\">\(key)</a>"
    }

    /// What an officer may register about this record next.
    private func additions(_ view: RecordView, _ register: Register, _ caller: Caller) -> HTML? {
        guard caller.session != nil, let key = view.key, !view.isRetired else { return nil }
        let l = caller.language
        var links: [HTML] = []
        for other in registry.registers where caller.authority.may(.write, other.name) {
            for field in other.fields where field.kind == .reference(register.name) && (!field.isLasting || field.condition != nil || (field.isFiltered && field.isRequired)) {
                let fixed = field.condition.map { condition in condition.values.first.map { "&\(condition.field)=\(Request.encode($0))" } ?? "" } ?? ""
                guard field.condition == nil || field.isRequired else { continue }
                let place =
                    other.jurisdiction.flatMap { own in register.jurisdiction.flatMap { view.value($0.name, in: register)?.string }.map { "&\(own.name)=\(Request.encode($0))" } }
                    ?? ""
                var title = other.title[l]
                if let condition = field.condition, case .choice(let choices)? = other.field(condition.field)?.kind,
                    let choice = choices.first(where: { $0.code == condition.values.first })
                {
                    title = "\(choice.title[l])" + (other.fields.count { $0.condition == condition && $0.kind == field.kind } > 1 ? " (\(field.title[l].lowercased()))" : "")
                }
                links.append(
                    "<li><a href=\"/registers/\(other.name)/new?\(field.name)=\(Request.encode(register.hasPersonalKey ? view.ref : key))\(fixed)\(place)\(agreed(other, view, register, except: other.jurisdiction?.name))\">\(title)</a></li>"
                )
            }
        }
        if register.lineage != nil, caller.authority.may(.write, register.name) {
            let base = recordHref(view, register)
            links.append("<li><a href=\"\(base)/division\">\(["vi": "Tách thửa này", "en": "Divide this one"] as Text, l)</a></li>")
            links.append(
                "<li><a href=\"/registers/\(register.name)/new?\(register.lineage!.parents)=\(Request.encode(key + "; "))\(register.jurisdiction.flatMap { field in view.value(field.name, in: register)?.string.map { "&\(field.name)=\($0)" } } ?? "")\">\(["vi": "Hợp với thửa khác", "en": "Merge it with others"] as Text, l)</a></li>"
            )
        }
        guard !links.isEmpty else { return nil }
        return
            "<details class=\"no-print\"><summary>\(["vi": "Đăng ký tiếp cho hồ sơ này", "en": "Register something about this record"] as Text, l)</summary><ul>\(links)</ul></details>"
    }

    private func agreed(_ other: Register, _ view: RecordView, _ register: Register, except: String?) -> String {
        other.agreements.filter { $0.field != except }.compactMap { agreement in
            view.value(agreement.other, in: register)?.string.map { "&\(agreement.field)=\(Request.encode($0))" }
        }.joined()
    }

    private func relatedColumns(_ register: Register, _ reference: Field, _ records: [RecordView]) -> [Field] {
        let first = register.label.compactMap { register.field($0) }.filter { $0.name != reference.name || register.label.count == 1 }
        let group = register.groupRule.flatMap { register.field($0.field) }.flatMap { field in first.contains { $0.name == field.name } ? nil : field }
        let rest = register.fields.filter { field in
            field.name != reference.name && !first.contains { $0.name == field.name } && field.name != group?.name && field.kind != .polygon
        }
        // What none of these records has says nothing here.
        let told = (first + (group.map { [$0] } ?? []) + rest).filter { field in records.contains { $0.value(field.name, in: register).map { !$0.isNull } ?? true } }
        return Array((told.isEmpty ? [register.key] : told).prefix(6))
    }

    private func unitHistory(_ view: RecordView, _ register: Register, _ l: Language) -> HTML? {
        guard let code = view.value("code", in: register)?.string, let first = view.value("valid_from", in: register)?.day,
            let unit = registry.units.find(Unit.ID(code: code, firstDay: first))
        else { return nil }
        return
            "\(unitList(["vi": "Được lập từ", "en": "Formed from"], registry.units.predecessors(of: unit), l))\(unitList(["vi": "Nay thuộc", "en": "Became"], registry.units.successors(of: unit), l))"
    }

    func unitList(_ title: Text, _ list: [(unit: Unit, change: UnitChange)], _ l: Language) -> HTML? {
        guard !list.isEmpty else { return nil }
        let rows: [HTML] = list.map { unit, change in
            """
            <tr><th scope="row" data-label="\(["vi": "Đơn vị", "en": "Unit"] as Text, l)"><a href="/registers/administrative-unit/records/\(unit.id.description)">\(unit.name)</a></th>\
            <td data-label="\(["vi": "Thuộc", "en": "Part of"] as Text, l)">\(unit.parent.flatMap { registry.units.find($0, on: unit.firstDay)?.name } ?? "")</td>\
            <td data-label="\(["vi": "Phần", "en": "Part"] as Text, l)">\(change.part.title, l)</td><td class="num" data-label="\(["vi": "Khoản", "en": "Clause"] as Text, l)">\(change.clause)</td></tr>
            """
        }
        return """
            <section><h2>\(title, l)</h2><div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption>
            <thead><tr><th scope="col">\(["vi": "Đơn vị", "en": "Unit"] as Text, l)</th><th scope="col">\(["vi": "Thuộc", "en": "Part of"] as Text, l)</th><th scope="col">\(["vi": "Phần", "en": "Part"] as Text, l)</th><th scope="col" class="num">\(["vi": "Khoản", "en": "Clause"] as Text, l)</th></tr></thead>
            <tbody>\(rows)</tbody></table></div></section>
            """
    }

    // MARK: How it came to be

    private func timeForm(_ request: Request, _ on: Day?, _ l: Language) -> HTML {
        """
        <form method="get" action="\(request.rawPath)" class="search no-print"><label for="on">\(["vi": "Xem hồ sơ như vào ngày", "en": "See the record as it was on"], l)</label>\
        <input type="date" id="on" name="on" value="\(on?.description ?? "")"><button class="button secondary">\(["vi": "Xem", "en": "Show"], l)</button></form>
        """
    }

    private func timeline(_ entries: [(entry: Entry, view: RecordView)], _ register: Register, showsAuthors: Bool, _ l: Language) -> HTML {
        var items: [HTML] = []
        var before: RecordView?
        for (entry, view) in entries {
            items.append(timelineItem(entry, view, before, register, showsAuthors: showsAuthors, l))
            if !entry.isRetirement { before = view }
        }
        return "<ol class=\"timeline\">\(items.reversed())</ol>"
    }

    private func timelineItem(_ entry: Entry, _ view: RecordView, _ before: RecordView?, _ register: Register, showsAuthors: Bool, _ l: Language) -> HTML {
        let what: Text
        if entry.isRetirement {
            what = ["vi": "Xóa đăng ký", "en": "Retired"]
        } else if entry.cause.hasPrefix("departs:") {
            what = ["vi": "Chuyển đi", "en": "Moved away"]
        } else if entry.cause.hasPrefix("arrives:") {
            what = ["vi": "Chuyển đến", "en": "Moved in"]
        } else if showsAuthors, let origin = lawfulCause(entry.cause) {
            what = origin
        } else if entry.cause.hasPrefix("undo:") {
            what = ["vi": "Hoàn tác", "en": "Taken back"]
        } else {
            what = before == nil ? ["vi": "Đăng ký", "en": "Registered"] : ["vi": "Thay đổi", "en": "Changed"]
        }
        var changes: [HTML] = []
        if let before, !entry.isRetirement {
            for field in register.fields {
                guard let old = before.value(field.name, in: register), let new = view.value(field.name, in: register), old != new else { continue }
                changes.append(
                    "<li>\(field.title, l): \(old.isNull ? nil : "<del>\(display(old, field, l))</del> " as HTML)\(new.isNull ? "–" as HTML : "<ins>\(display(new, field, l))</ins>" as HTML)</li>"
                )
            }
        }
        let unit = registry.units.find(entry.unit, on: entry.effective)?.name ?? registry.units.latest(entry.unit)?.name ?? entry.unit
        let author: HTML? = showsAuthors && !entry.author.isEmpty ? " · \(authorName(entry.author), l)" : nil
        return """
            <li><p><time datetime="\(entry.recorded.description)">\(entry.recorded.written(l))</time> <span class="tag tag-info">\(what, l)</span></p>\
            <p>\(unit)\(author) · \(["vi": "hiệu lực từ", "en": "holds from"] as Text, l) \(entry.effective.written(l)) · \(["vi": "mục", "en": "entry"] as Text, l) <span class="num">\(entry.number)</span></p>\
            \(changes.isEmpty ? nil : "<ul>\(changes)</ul>" as HTML)</li>
            """
    }

    /// Who entered it, as people call them.
    func authorName(_ id: String) -> Text {
        if id.hasPrefix("officer:") { return .same((try? accounts.find(user: String(id.dropFirst(8))))?.name ?? String(id.dropFirst(8))) }
        if id.hasPrefix("system:") { return Text(vi: "Hệ thống \(id.dropFirst(7))", en: "System \(id.dropFirst(7))") }
        switch id {
        case "operator": return ["vi": "Người vận hành", "en": "The operator"]
        case "founding": return ["vi": "Dữ liệu ban đầu", "en": "Founding data"]
        default: return .same(id)
        }
    }

    /// What an entry by law followed from: `civil-event HT00000000000010`.
    private func lawfulCause(_ cause: String) -> Text? {
        guard let name = cause.split(separator: " ").first.map(String.init), cause.contains(" "), let register = try? registry.register(name) else { return nil }
        return Text(vi: "Theo \(register.title.vi.lowercased())", en: "Follows from \(register.title.en.lowercased())")
    }

    // MARK: How to check it

    private func proofSection(_ view: RecordView, _ register: Register, _ caller: Caller) -> HTML {
        let l = caller.language
        let id = register.hasPersonalKey ? view.ref : view.key ?? view.ref
        let command = "bin/verify-proof proof.json --keys keys.txt"
        return """
            <section id="proof"><h2>\(["vi": "Bằng chứng", "en": "Proof"], l)</h2>
            <p>\(["vi": "Mục này nằm trong nhật ký có chữ ký của thành phố. Ai cũng kiểm chứng được mà không cần tin máy chủ:", "en": "This entry stands in the city's signed journal. Anyone can check it without trusting the server:"], l)</p>
            <ol class="steps">
            <li>\(["vi": "Lấy bằng chứng", "en": "Fetch the proof"], l): <a class="code" download="proof.json" href="/registers/\(register.name)/records/\(Request.encode(id))/proof">proof.json</a></li>
            <li>\(["vi": "Lấy khóa kiểm chứng", "en": "Fetch the verifier keys"], l): <a class="code" href="/log/keys">/log/keys</a></li>
            <li>\(["vi": "Chạy công cụ độc lập", "en": "Run the independent tool"], l): <code>\(command)</code></li>
            </ol></section>
            """
    }
}
