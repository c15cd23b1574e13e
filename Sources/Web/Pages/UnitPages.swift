// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// From an old ward, commune or address to the new one.
extension Parts {
    var unitPages: [Endpoint] {
        [
            Endpoint(.GET, "/units", .open) { request, caller, _ in try unitPage(request, caller) }.shared,
            Endpoint(
                .GET, "/api/v1/units", .open,
                operation: Operation(
                    id: "findUnits", tag: "units", summary: ["vi": "Đơn vị cũ nay thuộc đâu", "en": "What a former unit became"],
                    parameters: [
                        .init("q", .query, Schema.string(["maxLength": .integer(200)]), "A unit's name or a whole address."),
                        .init("code", .query, Schema.string(["pattern": .string("^[0-9]{2,5}$")]), "A unit's code."),
                        .init("on", .query, Schema.date, "The day for which the name or code is meant. Default: any."),
                    ],
                    answers: [.init(200, "Units with their successors.", schema: Schema.object([("units", Schema.array(.object(["type": .string("object")])))]))],
                    problems: [400], isOpen: true)
            ) { request, _, _ in Response(json: .object(["units": .array(try findUnits(request).map { unitJSON($0) })])) },
        ]
    }

    /// The communes that a code, a name or an address may mean; those that ended first.
    private func findUnits(_ request: Request) throws -> [Unit] {
        let units = registry.units
        let on = try day(request)
        if let code = request.parameter("code") {
            guard (2...5).contains(code.utf8.count), code.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
                throw Problem(.badRequest, "code", ["vi": "Mã đơn vị gồm 2 đến 5 chữ số.", "en": "A unit's code has 2 to 5 digits."])
            }
            return units.bearers(of: code).filter { unit in on.map { unit.isInForce(on: $0) } ?? true }
        }
        guard let q = request.parameter("q"), !q.isEmpty else { return [] }
        guard q.unicodeScalars.count <= 200 else { throw Problem(.badRequest, "q", ["vi": "Địa chỉ dài quá 200 ký tự.", "en": "The address is longer than 200 characters."]) }
        return AddressReader(units: units, today: registry.world.today).communes(in: q, on: on)
    }

    private func unitJSON(_ unit: Unit) -> JSON {
        func json(_ unit: Unit) -> [JSON.Member] {
            [
                .init("id", .string(unit.id.description)), .init("code", .string(unit.code)), .init("name", .string(unit.name)),
                .init("from", .string(unit.firstDay.description)), .init("to", unit.lastDay.map { .string($0.description) } ?? .null),
                .init("parent", unit.parent.map(JSON.string) ?? .null),
            ]
        }
        func list(_ pairs: [(unit: Unit, change: UnitChange)]) -> JSON {
            .array(
                pairs.map { pair in
                    .object(
                        json(pair.unit) + [
                            .init("part", .string(pair.change.part.rawValue)), .init("clause", .string(pair.change.clause)),
                            .init("proposed", .boolean(pair.change.isDefault)),
                        ])
                })
        }
        return .object(
            json(unit) + [
                .init("divided", .boolean(registry.units.successors(of: unit).count > 1)), .init("successors", list(registry.units.successors(of: unit))),
                .init("predecessors", list(registry.units.predecessors(of: unit))),
            ])
    }

    private func unitPage(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let asked = request.parameter("q") ?? request.parameter("code") ?? ""
        let found = try findUnits(request)
        let results: HTML =
            asked.isEmpty
            ? nearby(l)
            : found.isEmpty
                ? "<p class=\"notice\">\(["vi": "Không thấy phường, xã nào có tên như vậy. Thử viết tên phường, xã và tên quận, huyện cũ.", "en": "No ward or commune of that name was found. Try the commune's name with the former district's."] as Text, l)</p>"
                : HTML.joined(found.prefix(12).map { unitCard($0, l) })
        let content: HTML = """
            <h1>\(["vi": "Địa chỉ cũ, địa chỉ mới", "en": "Old address, new address"], l)</h1>
            <p class="lead">\(["vi": "Viết tên phường, xã cũ hoặc cả địa chỉ, có dấu hay không dấu đều được.", "en": "Write the former ward or commune, or the whole address, with or without marks."], l)</p>
            <form class="search" method="get" action="/units" role="search"><label for="q">\(["vi": "Phường, xã hoặc địa chỉ", "en": "Ward, commune or address"], l)</label>
            <input type="search" id="q" name="q" value="\(asked)" maxlength="200" autocomplete="off"><button class="button">\(["vi": "Tìm", "en": "Find"], l)</button></form>
            \(results)
            """
        return layout(["vi": "Phường, xã", "en": "Communes"], request, caller, door: "units").response(content)
    }

    private func unitCard(_ unit: Unit, _ l: Language) -> HTML {
        let parent = unit.parent.flatMap { registry.units.find($0, on: unit.firstDay) }.map { $0.level == .city ? "" : ", " + $0.name } ?? ""
        let period: HTML =
            unit.lastDay.map { "<span class=\"tag tag-closed\">\(["vi": "đến", "en": "until"] as Text, l) \($0.written(l))</span>" as HTML }
            ?? "<span class=\"tag tag-ok\">\(["vi": "hiện nay", "en": "today"] as Text, l)</span>"
        let successors = registry.units.successors(of: unit)
        let answer: HTML?
        if unit.lastDay == nil {
            answer = nil
        } else if successors.isEmpty {
            answer =
                "<p>\(["vi": "Đã nhập vào đơn vị khác trước ngày 1/7/2025; chưa có dữ liệu chi tiết.", "en": "It was merged before 1 July 2025; the details are not in our data."] as Text, l)</p>"
        } else if successors.count == 1 {
            answer =
                "<p>\(["vi": "Toàn bộ nay thuộc", "en": "All of it now belongs to"] as Text, l) <strong><a href=\"/registers/administrative-unit/records/\(successors[0].unit.id.description)\">\(successors[0].unit.name)</a></strong>.</p>"
        } else {
            answer = """
                <p class="notice notice-warn">\(["vi": "Đơn vị này đã được chia. Nơi ở của bạn thuộc một trong các đơn vị sau; đơn vị đầu là đề xuất, cán bộ xác nhận theo từng nhà.", "en": "This unit was divided. Your home belongs to one of the following; the first is a proposal, an officer confirms it house by house."] as Text, l)</p>
                """
        }
        return """
            <section class="card"><h2><a href="/registers/administrative-unit/records/\(unit.id.description)">\(unit.name)\(parent)</a> \(period)</h2>
            \(answer)\(successors.count > 1 ? unitList(["vi": "Nay thuộc", "en": "It became"], successors, l) : nil)
            \(unit.lastDay == nil ? unitList(["vi": "Được lập từ", "en": "Formed from"], registry.units.predecessors(of: unit), l) : nil)</section>
            """
    }

    private func nearby(_ l: Language) -> HTML {
        let communes = registry.units.inForce(on: registry.world.today, level: .commune).sorted { $0.name.sortsBefore($1.name) }
        return """
            <h2>\(communes.count) \(["vi": "phường, xã hiện nay", "en": "wards and communes today"] as Text, l)</h2>
            <ul class="columns">\(communes.map { "<li><a href=\"/units?code=\($0.code)&amp;on=\(registry.world.today.description)\">\($0.name)</a></li>" as HTML })</ul>
            """
    }
}

/// Finds the communes that an address names.
struct AddressReader {
    let units: UnitTable
    let today: Day

    /// Reads “Số 1, Phường Phúc Xá, Quận Ba Đình, Hà Nội” from its end: the district narrows, the commune decides.
    func communes(in address: String, on day: Day?) -> [Unit] {
        let parts = address.split(whereSeparator: { $0 == "," || $0 == ";" || $0 == "\n" }).map { String($0).tidied }.filter { !$0.isEmpty }
        let days = day.map { [$0] } ?? [today, lastOfOld, lastOf2024]
        let districtNames = Set(units.units.filter { $0.level == .district }.map { UnitTableNames.folded($0.name) })
        let district =
            parts.count > 1 ? parts.dropFirst().first { districtNames.contains(UnitTableNames.folded($0)) && !$0.folded.hasPrefix("phuong") && !$0.folded.hasPrefix("xa ") } : nil
        var found: [Unit] = []
        for part in parts {
            for day in days {
                var here = units.named(part, district: nil, on: day).filter { $0.level == .commune }
                if let district, day < units.latestReform {
                    let narrowed = units.named(part, district: district, on: day).filter { $0.level == .commune }
                    if !narrowed.isEmpty { here = narrowed }
                }
                for unit in here where !found.contains(where: { $0.id == unit.id }) { found.append(unit) }
            }
        }
        // With a district the address is an old one.
        if district != nil { found.sort { ($0.lastDay == nil ? 1 : 0) < ($1.lastDay == nil ? 1 : 0) } }
        return found
    }

    private var lastOfOld: Day { units.latestReform + -1 }
    private var lastOf2024: Day { Day(year: 2024, month: 12, day: 31)! }
}

enum UnitTableNames {
    static func folded(_ name: String) -> String {
        let folded = name.folded
        for prefix in ["phuong ", "xa ", "thi tran ", "quan ", "huyen ", "thi xa ", "thanh pho "] where folded.hasPrefix(prefix) {
            return String(folded.dropFirst(prefix.count))
        }
        return folded
    }
}

extension UnitTable {
    /// The day of the last change of units.
    var latestReform: Day { units.map(\.firstDay).max() ?? Day(number: 0) }
}
