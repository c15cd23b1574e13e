// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// What of a register needs a look: counts by reason and unit, each leading to its records.
extension Parts {
    var qualityPages: [Endpoint] {
        [
            Endpoint(.GET, "/quality/{register}", .officers) { request, caller, parameters in
                try qualityPage(request, caller, try registry.register(parameters[0]))
            },
            Endpoint(.GET, "/quality", .officers) { request, caller, _ in try qualityOverview(request, caller) },
            Endpoint(
                .GET, "/api/v1/registers/{register}/quality", .registers,
                operation: Operation(
                    id: "quality", tag: "registers", summary: ["vi": "Chất lượng dữ liệu của một sổ", "en": "A register's data quality"],
                    parameters: [.init("register", .path, Schema.string(), "The register's name.")],
                    answers: [
                        .init(
                            200, "How many records need a look, reason by reason.",
                            schema: Schema.object([
                                ("records", Schema.integer(min: 0)), ("checked", Schema.nullable(Schema.instant)),
                                (
                                    "findings",
                                    Schema.array(
                                        Schema.object([
                                            ("code", Schema.string()), ("sort", Schema.string()), ("text", Schema.text), ("count", Schema.integer(min: 0)),
                                            ("units", .object(["type": .string("object")])),
                                        ]))
                                ),
                            ]))
                    ], problems: [403, 404])
            ) { _, caller, parameters in Response(json: try qualityJSON(parameters[0], caller)) },
        ]
    }

    private func qualityJSON(_ register: String, _ caller: Caller) throws -> JSON {
        let report = try registry.quality(register, for: caller.authority)
        return .object([
            "records": .integer(Int64(report.records)), "checked": report.checked.map { .string($0.description) } ?? .null,
            "findings": .array(
                report.findings.filter { $0.count > 0 }.map { finding in
                    .object([
                        "code": .string(finding.code), "sort": .string(finding.sort.rawValue), "text": .object(["vi": .string(finding.text.vi), "en": .string(finding.text.en)]),
                        "count": .integer(Int64(finding.count)),
                        "units": .object(finding.byUnit.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer(Int64($0.value))) }),
                    ])
                }),
        ])
    }

    private func inspected(_ caller: Caller) -> [Register] {
        registry.registers.filter { caller.authority.may(.read, $0.name) || caller.authority.may(.personal, $0.name) }
    }

    private func qualityOverview(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Chất lượng dữ liệu", "en": "Data quality"]
        let mine = inspected(caller)
        guard !mine.isEmpty else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho cán bộ được phân quyền ở một sổ.", "en": "This page is for officers with a right to a register."])
        }
        let rows: [HTML] = try mine.map { register in
            let report = try registry.quality(register.name, for: caller.authority)
            let cells: [HTML] = Check.Sort.allCases.map { sort in
                let count = report.findings.filter { $0.sort == sort }.reduce(0) { $0 + $1.count }
                return "<td class=\"num\" data-label=\"\(sort.title, l)\">\(count == 0 ? "–" : l.number(count))</td>"
            }
            return """
                <tr><th scope="row" data-label="\(["vi": "Sổ", "en": "Register"] as Text, l)"><a href="/quality/\(register.name)">\(register.title, l)</a></th>\
                <td class="num" data-label="\(["vi": "Hồ sơ", "en": "Records"] as Text, l)">\(l.number(report.records))</td>\(cells)</tr>
                """
        }
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Hồ sơ cần xem lại, đếm sẵn theo từng lý do. Bấm vào sổ để thấy lý do và mở hồ sơ.", "en": "Records that need a look, counted by reason. Open a register to see the reasons and the records."] as Text, l)</p>
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption>
            <thead><tr><th scope="col">\(["vi": "Sổ", "en": "Register"] as Text, l)</th><th scope="col" class="num">\(["vi": "Hồ sơ", "en": "Records"] as Text, l)</th>\(Check.Sort.allCases.map { "<th scope=\"col\" class=\"num\">\($0.title, l)</th>" as HTML })</tr></thead><tbody>\(rows)</tbody></table></div>
            """
        return layout(title, request, caller, door: "officer", crumbs: [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer")]).response(content)
    }

    private func qualityPage(_ request: Request, _ caller: Caller, _ register: Register) throws -> Response {
        let l = caller.language
        let report = try registry.quality(register.name, for: caller.authority)
        let title = Text(vi: "Chất lượng: \(register.title.vi)", en: "Quality: \(register.title.en)")
        let progress: HTML? = report.progress.map { share in
            "<p class=\"notice\">\(["vi": "Đang xem lần đầu toàn bộ sổ:", "en": "The whole register is being looked at for the first time:"] as Text, l) \(String(Int(share * 100))) %</p>"
        }
        var sections: [HTML] = []
        for sort in Check.Sort.allCases {
            let found = report.findings.filter { $0.sort == sort && $0.count > 0 }
            guard !found.isEmpty else { continue }
            let rows: [HTML] = found.map { finding in
                let href = "/registers/\(register.name)?finding=\(Request.encode(finding.code))"
                let units = finding.byUnit.filter { !$0.key.isEmpty }.sorted { $0.value > $1.value }
                let list: HTML? =
                    units.count > 1
                    ? "<details><summary>\(String(units.count)) \(["vi": "đơn vị", "en": "units"] as Text, l)</summary><ul class=\"columns\">\(units.prefix(150).map { unit in "<li><a href=\"\(href)&amp;\(register.jurisdiction?.name ?? "")=\(unit.key)\">\(scopeName(unit.key, l))</a> <span class=\"count\">\(l.number(unit.value))</span></li>" as HTML })</ul></details>"
                    : units.first.map { HTML(text: scopeName($0.key, l)) }
                return """
                    <tr><th scope="row" data-label="\(["vi": "Lý do", "en": "Reason"] as Text, l)"><a href="\(href)">\(finding.text, l)</a></th><td class="num" data-label="\(["vi": "Hồ sơ", "en": "Records"] as Text, l)">\(l.number(finding.count))</td>\
                    <td data-label="\(["vi": "Theo đơn vị", "en": "By unit"] as Text, l)">\(list)</td></tr>
                    """
            }
            sections.append(
                """
                <section><h2>\(sort.title, l)</h2><div class="table-scroll" tabindex="0" role="region" aria-label="\(sort.title, l)"><table class="reflow"><caption class="visually-hidden">\(sort.title, l)</caption>
                <thead><tr><th scope="col">\(["vi": "Lý do", "en": "Reason"] as Text, l)</th><th scope="col" class="num">\(["vi": "Hồ sơ", "en": "Records"] as Text, l)</th><th scope="col">\(["vi": "Theo đơn vị", "en": "By unit"] as Text, l)</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
                """)
        }
        let content: HTML = """
            <p class="caption">\(["vi": "Chất lượng dữ liệu", "en": "Data quality"] as Text, l)</p><h1>\(register.title, l)</h1>\(progress)
            <dl class="figures"><div><dt>\(["vi": "Hồ sơ", "en": "Records"] as Text, l)</dt><dd>\(l.number(report.records))</dd></div>\
            <div><dt>\(["vi": "Lượt cần xem lại", "en": "Findings"] as Text, l)</dt><dd>\(l.number(report.findings.reduce(0) { $0 + $1.count }))</dd></div>\
            <div><dt>\(["vi": "Kiểm lúc", "en": "Checked at"] as Text, l)</dt><dd>\(report.checked.map { $0.written(l) } ?? "–")</dd></div></dl>
            \(sections.isEmpty ? "<p class=\"notice notice-ok\">\(["vi": "Không có hồ sơ nào cần xem lại.", "en": "No record needs a look."] as Text, l)</p>" as HTML : HTML.joined(sections))
            <details><summary>\(["vi": "Những điều được kiểm", "en": "What is checked"] as Text, l)</summary><ul>\(report.findings.map { "<li>\($0.text, l)</li>" as HTML })</ul></details>
            """
        return layout(
            title, request, caller, door: "officer",
            crumbs: [(title: (["vi": "Chất lượng dữ liệu", "en": "Data quality"] as Text)[l], href: "/quality"), (title: register.title[l], href: "/registers/\(register.name)")]
        ).response(content)
    }
}
