// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers
internal import Steering

/// The duty to keep data fresh, by register, unit and field: who is behind, of how many, and which records those are.
extension Parts {
    var dutyPages: [Endpoint] {
        guard let steering else { return [] }
        return [
            Endpoint(.GET, "/steering/duties", .officers) { request, caller, _ in
                try seesBoard(caller, steering)
                return try await offLoop { try dutiesPage(request, caller, steering) }
            },
            Endpoint(.GET, "/steering/duties/{register}/{field}", .officers) { request, caller, parameters in
                try seesBoard(caller, steering)
                return try await offLoop { try dutyPage(request, caller, steering, parameters[0], parameters[1]) }
            },
        ]
    }

    static let dutiesTitle: Text = ["vi": "Trách nhiệm cập nhật", "en": "Duties to keep data"]
    private static let wholeCity: Text = ["vi": "Toàn thành phố", "en": "The whole city"]

    /// The duty that an address names as `population.phone`.
    func namedDuty(_ request: Request, _ steering: Steering) throws -> DutyStanding? {
        guard let parts = request.parameter("duty")?.split(separator: "."), parts.count == 2 else { return nil }
        return try steering.duty(of: String(parts[0]), field: String(parts[1]))
    }

    // MARK: All duties

    private struct DutyLine {
        let isLate: Bool
        let cells: [HTML]
    }

    private func stateTag(isLooked: Bool = true, isLate: Bool, isKnown: Bool = true, _ l: Language) -> HTML {
        if !isLooked { return "<span class=\"tag tag-wait\">\(["vi": "đang rà soát", "en": "being looked at"] as Text, l)</span>" }
        if !isKnown { return "<span class=\"tag\">\(["vi": "theo dõi", "en": "followed"] as Text, l)</span>" }
        if isLate { return "<span class=\"tag tag-late\">\(["vi": "chậm", "en": "late"] as Text, l)</span>" }
        return "<span class=\"tag tag-ok\">\(["vi": "đạt", "en": "met"] as Text, l)</span>"
    }

    private func dutiesPage(_ request: Request, _ caller: Caller, _ steering: Steering) throws -> Response {
        let l = caller.language
        let duties = Dictionary(grouping: try steering.duties(), by: \.register.name)
        var lines: [DutyLine] = []
        for one in try steering.freshness() {
            lines.append(registerLine(one, l))
            if one.register.name == steering.names.signed { lines.append(signingLine(one.register, try steering.signing(), l)) }
            for duty in duties[one.register.name] ?? [] { lines.append(fieldLine(duty, caller)) }
        }
        let late = lines.filter(\.isLate)
        let rows = (late + lines.filter { !$0.isLate }).map(\.cells)
        let heads: [Text] = [
            ["vi": "Sổ", "en": "Register"], ["vi": "Trường", "en": "Field"], ["vi": "Yêu cầu", "en": "Duty"], ["vi": "Đơn vị giữ sổ", "en": "Keeper"],
            ["vi": "Phường, xã chậm", "en": "Communes late"], Self.wholeCity, ["vi": "Tình trạng", "en": "State"],
        ]
        let lead: Text = [
            "vi": "Sổ nào, phường, xã nào, trường nào phải cập nhật, và đang chậm ở đâu. Tính lúc mở trang, từ số đếm giữ theo từng lần ghi.",
            "en": "Which register, which commune, which field must be kept, and where that is late. Reckoned as the page opens, from counts kept with each entry.",
        ]
        let content: HTML = """
            <h1>\(Self.dutiesTitle, l)</h1><p class="lead">\(lead, l)</p>
            <dl class="figures"><div><dt>\(Self.dutiesTitle, l)</dt><dd>\(l.number(rows.count))</dd></div><div><dt>\(["vi": "Đang chậm", "en": "Late"] as Text, l)</dt><dd>\(l.number(late.count))</dd></div></dl>
            \(table(Self.dutiesTitle, heads, rows, l))
            """
        return boardFrame(Self.dutiesTitle, request, caller).response(content)
    }

    private func registerLink(_ register: Register, _ l: Language) -> HTML { "<a href=\"/registers/\(register.name)\">\(register.title, l)</a>" }

    private func registerLine(_ one: RegisterFreshness, _ l: Language) -> DutyLine {
        var last = (["vi": "chưa có mục nào", "en": "nothing entered yet"] as Text)[l]
        if let day = one.last, let days = one.days {
            last = Text(vi: "ghi lần cuối \(day.written(.vietnamese)), cách đây \(days) ngày", en: "last entry \(day.written(.english)), \(days) days ago")[l]
        }
        let tag = stateTag(isLate: one.isLate, isKnown: one.register.updated.days != nil, l)
        return DutyLine(
            isLate: one.isLate,
            cells: [registerLink(one.register, l), "–", HTML(text: one.register.updated.title[l]), HTML(text: one.register.keeper.name[l]), "–", HTML(text: last), tag])
    }

    /// The daily word of each commune, which is a duty of the register by unit.
    private func signingLine(_ register: Register, _ signing: [SigningUnit], _ l: Language) -> DutyLine {
        let late = signing.count(where: \.isLate)
        let signed = signing.reduce(0) { $0 + $1.inTime }
        let days = signing.reduce(0) { $0 + $1.days }
        let duty: Text = ["vi": "Từng phường, xã xác nhận từng ngày", "en": "Each commune signs each day off"]
        let part = days == 0 ? "–" : Text(vi: "\(l.number(signed)) / \(l.number(days)) ngày đúng hạn", en: "\(l.number(signed)) / \(l.number(days)) days in time")[l]
        return DutyLine(
            isLate: late > 0,
            cells: [
                registerLink(register, l), "–", "<a href=\"/steering/communes\">\(duty, l)</a>", HTML(text: register.keeper.name[l]),
                "\(l.number(late)) / \(l.number(signing.count))", HTML(text: part), stateTag(isLate: late > 0, isKnown: days > 0, l),
            ])
    }

    private func fieldLine(_ one: DutyStanding, _ caller: Caller) -> DutyLine {
        let l = caller.language
        let words = one.duty.words(in: one.register)
        let field = one.field?.title ?? .same(one.duty.field)
        let isByUnit = one.register.jurisdiction != nil
        let units: HTML = isByUnit && one.isLooked ? "\(l.number(one.lateUnits)) / \(l.number(one.units.count))" : "–"
        let part = parts(told(one, caller).total, l)
        let city: HTML = one.isLooked ? "\(part.percent) (\(part.kept) / \(part.records))" : "–"
        return DutyLine(
            isLate: one.isLate,
            cells: [
                registerLink(one.register, l), "<a href=\"/steering/duties/\(one.register.name)/\(one.duty.field)\">\(field, l)</a>", HTML(text: words[l]),
                HTML(text: one.register.keeper.name[l]), units, city, stateTag(isLooked: one.isLooked, isLate: one.isLate, l),
            ])
    }

    // MARK: Few people

    /// Where persons stand in a register, so few that they could be recognised are told only to those who may see them there: in the unit, or in the
    /// whole city.
    private func hidesFew(_ register: Register, in unit: String?, _ caller: Caller) -> Bool {
        guard register.allFields.contains(where: { $0.privacy == .personal }) else { return false }
        return !caller.authority.may(.personal, register.name, unit: unit, units: registry.units, on: registry.world.today)
    }

    private func told(_ one: DutyStanding, _ caller: Caller) -> ToldDuty {
        let counts = one.units.map { (unit: $0.unit, records: $0.records, failing: $0.failing) }
        return ToldDuty(counts, smallest: registry.limits.smallGroup) { unit in hidesFew(one.register, in: unit, caller) }
    }

    private func parts(_ line: ToldDuty.Line, _ l: Language) -> (records: String, kept: String, failing: String, percent: String) {
        func words(_ count: ToldCount) -> String {
            switch count {
            case .number(let number): l.number(number)
            case .few: "<\(registry.limits.smallGroup)"
            case .untold: "–"
            }
        }
        var percent = "–"
        if case .number(let records) = line.records, case .number(let kept) = line.kept, records > 0 { percent = "\(kept * 100 / records) %" }
        return (words(line.records), words(line.kept), words(line.failing), percent)
    }

    // MARK: One duty

    private func dutyPage(_ request: Request, _ caller: Caller, _ steering: Steering, _ register: String, _ field: String) throws -> Response {
        let l = caller.language
        guard let one = try steering.duty(of: register, field: field) else {
            throw Problem(.notFound, "no-such-duty", ["vi": "Không có yêu cầu cập nhật này.", "en": "There is no such duty."])
        }
        let name = one.field?.title ?? .same(field)
        let title = Text(vi: "\(one.register.title.vi): \(name.vi)", en: "\(one.register.title.en): \(name.en)")
        let instruction = steering.maySend(caller.authority) ? steering.instruction(serving: register) : nil
        let mayList = caller.authority.may(.read, register) || caller.authority.may(.personal, register)
        let told = told(one, caller)
        let rows: [[HTML]] = one.units.map { unit in
            let place = unit.unit.isEmpty ? unitless(one.register)[l] : scopeName(unit.unit, l)
            let part = parts(told[unit.unit], l)
            let spoken: HTML = "<span class=\"visually-hidden\"> \(place)</span>"
            var acts: [HTML] = []
            if mayList, unit.failing > 0 {
                acts.append("<a href=\"\(findingList(one, unit.unit))\">\(["vi": "hồ sơ nào", "en": "which records"] as Text, l)\(spoken)</a>")
            }
            if let instruction, one.isLooked, unit.isLate {
                let commune = unit.unit.isEmpty ? "" : "&commune=\(unit.unit)"
                acts.append("<a href=\"/steering/instructions/\(instruction.id)?duty=\(one.code)\(commune)\">\(["vi": "đôn đốc", "en": "urge"] as Text, l)\(spoken)</a>")
            }
            return [
                unit.unit.isEmpty ? HTML(text: place) : "<a href=\"/units/\(unit.unit)\">\(place)</a>", HTML(text: part.percent), HTML(text: part.kept), HTML(text: part.failing),
                HTML(text: part.records), stateTag(isLooked: one.isLooked, isLate: unit.isLate, l), HTML.joined(acts, " · "),
            ]
        }
        let heads: [Text] = [
            ["vi": "Phường, xã", "en": "Commune"], ["vi": "Tỷ lệ đạt", "en": "Kept"], ["vi": "Hồ sơ đạt", "en": "Records that keep it"], ["vi": "Chưa đạt", "en": "That do not"],
            ["vi": "Trong số", "en": "Of"], ["vi": "Tình trạng", "en": "State"], ["vi": "Thao tác", "en": "Acts"],
        ]
        let part = parts(told.total, l)
        let wait: HTML? =
            one.isLooked
            ? nil
            : "<p class=\"notice\">\(["vi": "Đang rà soát hồ sơ của sổ này: số chưa đủ.", "en": "This register's records are still being looked at: the figures are not whole yet."] as Text, l)</p>"
        let none: HTML = "<p class=\"notice\">\(["vi": "Chưa có hồ sơ nào thuộc yêu cầu này.", "en": "There are no records for which this counts."] as Text, l)</p>"
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(one.duty.words(in: one.register), l) · \(one.register.keeper.name, l)</p>\(wait)
            <dl class="figures"><div><dt>\(Self.wholeCity, l)</dt><dd>\(part.percent)</dd></div><div><dt>\(["vi": "Chưa đạt, trong số", "en": "That do not keep it, of"] as Text, l)</dt><dd>\(part.failing) / \(part.records)</dd></div><div><dt>\(["vi": "Phường, xã chậm", "en": "Communes late"] as Text, l)</dt><dd>\(l.number(one.isLooked ? one.lateUnits : 0)) / \(l.number(one.units.count))</dd></div></dl>
            \(scopeNote(one.duty, one.register, l))\(rows.isEmpty ? none : table(title, heads, rows, l))<p><a href="/steering/duties">\(Self.dutiesTitle, l)</a></p>
            """
        return boardFrame(title, request, caller).response(content)
    }

    private func unitless(_ register: Register) -> Text {
        register.jurisdiction == nil ? Self.wholeCity : ["vi": "Không thuộc phường, xã nào", "en": "Of no commune"]
    }

    private func findingList(_ one: DutyStanding, _ unit: String) -> String {
        let place = one.register.jurisdiction.map { unit.isEmpty ? "" : "&\($0.name)=\(unit)" } ?? ""
        return "/registers/\(one.register.name)?finding=\(one.duty.check)\(place)"
    }

    /// For which records the duty counts, when not for all.
    private func scopeNote(_ duty: FieldDuty, _ register: Register, _ l: Language) -> HTML? {
        var notes: [String] = []
        for (name, values) in duty.among.sorted(by: { $0.key < $1.key }) {
            guard let field = register.field(name), case .choice(let choices) = field.kind else { continue }
            let chosen = choices.filter { values.contains($0.code) }.map { $0.title[l] }
            notes.append("\(field.title[l]): \(chosen.joined(separator: ", "))")
        }
        if let age = duty.age { notes.append(Text(vi: "từ \(age) tuổi", en: "\(age) and older")[l]) }
        guard !notes.isEmpty else { return nil }
        return "<p>\(["vi": "Chỉ tính", "en": "Counted only"] as Text, l): \(notes.joined(separator: "; ")).</p>"
    }
}
