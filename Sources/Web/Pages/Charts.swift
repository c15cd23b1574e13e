// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Registers

/// Charts as SVG made here, each with its numbers as a table beside it.
enum Charts {
    /// Ages to both sides: men left, women right.
    static func pyramid(_ statistics: Statistics, _ l: Language) -> HTML {
        var bands: [(name: String, male: Int, female: Int)] = []
        for group in statistics.groups {
            let count = group.count ?? 0
            if bands.last?.name != group.values[0] { bands.append((group.values[0], 0, 0)) }
            if group.values[1] == "male" { bands[bands.count - 1].male += count } else { bands[bands.count - 1].female += count }
        }
        guard !bands.isEmpty else { return "" }
        let most = max(1, bands.map { max($0.male, $0.female) }.max()!)
        let rowHeight = 24
        let height = bands.count * rowHeight + 40
        let men: Text = ["vi": "Nam", "en": "Men"]
        let women: Text = ["vi": "Nữ", "en": "Women"]
        let bars: [HTML] = bands.reversed().enumerated().map { index, band in
            let y = index * rowHeight + 30
            let left = band.male * 260 / most
            let right = band.female * 260 / most
            return """
                <rect class="bar" x="\(285 - left)" y="\(y)" width="\(left)" height="18"></rect>\
                <rect class="bar-2" x="355" y="\(y)" width="\(right)" height="18"></rect>\
                <text class="chart-label" x="320" y="\(y + 14)" text-anchor="middle">\(band.name)</text>
                """
        }
        let title: Text = ["vi": "Tháp dân số theo tuổi và giới tính", "en": "Population by age and sex"]
        return """
            <figure class="chart"><figcaption><h2>\(title, l)</h2></figcaption>
            <svg viewBox="0 0 640 \(height)" role="img" aria-label="\(title, l)">
            <text class="chart-label" x="200" y="16" text-anchor="middle">\(men, l)</text><text class="chart-label" x="440" y="16" text-anchor="middle">\(women, l)</text>
            \(bars)</svg>
            <details class="data-table"><summary>\(["vi": "Bảng số", "en": "The numbers"] as Text, l)</summary>
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table><caption class="visually-hidden">\(title, l)</caption><thead><tr><th scope="col">\(["vi": "Tuổi", "en": "Age"] as Text, l)</th><th scope="col" class="num">\(men, l)</th><th scope="col" class="num">\(women, l)</th></tr></thead>
            <tbody>\(bands.map { "<tr><th scope=\"row\">\($0.name)</th><td class=\"num\">\(l.number($0.male))</td><td class=\"num\">\(l.number($0.female))</td></tr>" as HTML })</tbody></table></div></details></figure>
            """
    }

    /// Rows with a bar each, readable as a table.
    static func table(_ title: Text, _ rows: [(name: String, count: Int?)], total: Int, _ l: Language) -> HTML {
        let body: [HTML] = rows.map { row in
            let share = total > 0 ? Double(row.count ?? 0) * 100 / Double(total) : 0
            let tenths = Int(share * 10 + 0.5)
            return """
                <tr><th scope="row">\(row.name.isEmpty ? "–" : row.name)</th><td class="num">\(row.count.map { l.number($0) } ?? "<5")</td>\
                <td class="num">\(tenths / 10)\(l == .vietnamese ? "," : ".")\(tenths % 10) %</td></tr>
                """
        }
        let table: HTML = """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table><caption class="visually-hidden">\(title, l)</caption><thead><tr><th scope="col">\(title, l)</th>\
            <th scope="col" class="num">\(["vi": "Số", "en": "Count"] as Text, l)</th><th scope="col" class="num">\(["vi": "Tỷ lệ", "en": "Share"] as Text, l)</th></tr></thead><tbody>\(body)</tbody></table></div>
            """
        return
            "<section><h2>\(title, l)</h2>\(rows.count > 12 ? "<details class=\"data-table\"><summary>\(rows.count) \(["vi": "dòng", "en": "rows"] as Text, l)</summary>\(table)</details>" as HTML : table)</section>"
    }
}

extension Charts {
    /// Amounts of money as bars, each with its figure: what is read at a glance stays exact.
    static func amounts(_ title: Text, _ rows: [(name: String, amount: Int64)], _ l: Language) -> HTML? { bars(title, rows, unit: " đ", l) }

    /// Counts as bars, each with its figure.
    static func counts(_ title: Text, _ rows: [(name: String, count: Int)], _ l: Language) -> HTML? { bars(title, rows.map { ($0.name, Int64($0.count)) }, unit: "", l) }

    private static func bars(_ title: Text, _ rows: [(name: String, amount: Int64)], unit: String, _ l: Language) -> HTML? {
        guard let most = rows.map(\.amount).max(), most > 0 else { return nil }
        // The label stands above its bar, so that both fit a phone, where letters are larger.
        let rowHeight = 54
        let bars: [HTML] = rows.enumerated().map { index, row in
            let top = index * rowHeight
            let width = max(1, Int(Double(row.amount) / Double(most) * 430))
            let label = row.name.count > 50 ? row.name.prefix(49) + "…" : row.name[...]
            return """
                <text class="chart-label" x="0" y="\(top + 22)">\(label)</text><rect class="bar" x="0" y="\(top + 30)" width="\(width)" height="18"></rect>\
                <text class="chart-label" x="\(width + 8)" y="\(top + 45)">\(l.number(row.amount))</text>
                """
        }
        let height = rows.count * rowHeight + 4
        let cells: [HTML] = rows.map { "<tr><th scope=\"row\">\($0.name)</th><td class=\"num\">\(l.number($0.amount))\(unit)</td></tr>" }
        return """
            <figure class="chart"><figcaption>\(title, l)</figcaption><svg viewBox="0 0 640 \(height)" role="img" aria-label="\(title, l)">\(bars)</svg>
            <details class="data-table"><summary>\(["vi": "Bảng số", "en": "The numbers"] as Text, l)</summary><table><caption class="visually-hidden">\(title, l)</caption><tbody>\(cells)</tbody></table></details></figure>
            """
    }
}

extension Charts {
    /// A figure over days as a line, with its numbers beside it; nothing for fewer than two days.
    static func trend(_ title: Text, _ points: [(day: Day, value: Int64)], _ l: Language) -> HTML? {
        guard points.count >= 2, let first = points.first?.day, let last = points.last?.day, last > first else { return nil }
        let low = points.map(\.value).min()!
        let high = max(low + 1, points.map(\.value).max()!)
        let line = points.map { point in
            let x = 10 + Double(point.day.number - first.number) / Double(last.number - first.number) * 560
            let y = 110 - Double(point.value - low) / Double(high - low) * 90
            return "\(Int(x)),\(Int(y))"
        }.joined(separator: " ")
        let cells: [HTML] = points.map { "<tr><th scope=\"row\">\($0.day.written(l))</th><td class=\"num\">\(l.number($0.value))</td></tr>" }
        return """
            <figure class="chart"><figcaption>\(title, l)</figcaption><svg viewBox="0 0 640 140" role="img" aria-label="\(title, l)"><polyline class="chart-line" points="\(line)"></polyline>\
            <text class="chart-label" x="10" y="132">\(first.written(l))</text><text class="chart-label" x="570" y="132" text-anchor="end">\(last.written(l))</text><text class="chart-label" x="580" y="24">\(l.number(high))</text><text class="chart-label" x="580" y="112">\(l.number(low))</text></svg>
            <details class="data-table"><summary>\(["vi": "Bảng số", "en": "The numbers"] as Text, l)</summary><table><caption class="visually-hidden">\(title, l)</caption><tbody>\(cells)</tbody></table></details></figure>
            """
    }

    /// A line so small that it stands in a sentence that says the same; not read aloud.
    static func spark(_ points: [(day: Day, value: Int64)]) -> HTML? {
        guard points.count >= 2, let first = points.first?.day, let last = points.last?.day, last > first else { return nil }
        let low = points.map(\.value).min()!
        let span = Double(points.map(\.value).max()!) - Double(low)
        let line = points.map { point in
            let x = 1 + Double(point.day.number - first.number) / Double(last.number - first.number) * 62
            let y = span == 0 ? 8 : 15 - (Double(point.value) - Double(low)) / span * 14
            return "\(Int(x)),\(Int(y))"
        }.joined(separator: " ")
        return "<svg class=\"spark\" viewBox=\"0 0 64 16\" aria-hidden=\"true\"><polyline class=\"chart-line\" points=\"\(line)\"></polyline></svg>"
    }
}
