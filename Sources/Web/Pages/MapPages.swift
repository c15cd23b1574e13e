// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Foundation
internal import NIOHTTP1
internal import Registers

/// A register on the map of the city, commune by commune, with the same numbers as a table.
extension Parts {
    var mapPages: [Endpoint] {
        [
            Endpoint(.GET, "/map/{register}", .open) { request, caller, parameters in
                try mapPage(request, caller, try registry.register(parameters[0]))
            }.shared
        ]
    }

    private static let mapWidth = 900.0

    private func mapPage(_ request: Request, _ caller: Caller, _ register: Register) throws -> Response {
        let l = caller.language
        guard let field = register.countedFields.first(where: { if case .unit = $0.kind { true } else { false } }), !options.boundaries.isEmpty else {
            throw Problem(.notFound, "no-map", ["vi": "Sổ này không đếm theo phường, xã.", "en": "This register is not counted by commune."])
        }
        let day = try day(request)
        let on = day ?? registry.world.today
        let statistics = try registry.statistics(register.name, by: [field.name], on: day, for: caller.authority)
        let counts = Dictionary(statistics.groups.map { ($0.values[0], $0.count) }, uniquingKeysWith: { first, _ in first })
        // Five shades, each with as many communes as the others.
        let known = options.boundaries.keys.compactMap { counts[$0] ?? nil }.sorted()
        let limits = known.isEmpty ? [] : (1..<5).map { known[min(known.count - 1, known.count * $0 / 5)] }
        func shade(_ count: Int?) -> Int { count.map { count in limits.count(where: { count >= $0 }) + 1 } ?? 0 }
        let title = Text(vi: "\(register.title.vi) theo phường, xã", en: "\(register.title.en) by commune")
        let seesList = register.isOpen || caller.authority.may(.read, register.name)
        let shapes: [HTML] = options.boundaries.sorted { $0.key < $1.key }.map { code, rings in
            let count = counts[code] ?? nil
            let told = count.map { l.number($0) } ?? (counts[code] == nil ? "0" : "<5")
            let path: HTML =
                "<path class=\"shade-\(String(shade(count ?? (counts[code] == nil ? 0 : nil))))\" d=\"\(outline(rings))\"><title>\(scopeName(code, l)): \(told)</title></path>"
            return seesList ? "<a href=\"/registers/\(register.name)?\(field.name)=\(code)\" aria-label=\"\(scopeName(code, l)): \(told)\">\(path)</a>" : path
        }
        let rows = options.boundaries.keys.map { code in (name: scopeName(code, l), count: counts[code] ?? (counts.keys.contains(code) ? nil : 0)) }
            .sorted { $0.name.sortsBefore($1.name) }
        let height = mapHeight
        let ranges = [0] + limits
        let legend: [HTML] = ranges.indices.map { index in
            let end = index + 1 < ranges.count ? max(ranges[index], ranges[index + 1] - 1) : nil
            let last = end.map { $0 == ranges[index] ? "" : "–" + l.number($0) } ?? "+"
            return "<li><span class=\"swatch shade-\(String(index + 1))\" aria-hidden=\"true\"></span> \(l.number(ranges[index]))\(last)</li>"
        }
        let others: [HTML] = registry.registers.filter { other in
            other.name != register.name && other.countedFields.contains { if case .unit = $0.kind { true } else { false } }
        }.map { "<li><a href=\"/map/\($0.name)\">\($0.title, l)</a></li>" }
        let content: HTML = """
            <p class="caption">\(["vi": "Bản đồ", "en": "Map"] as Text, l)</p><h1>\(register.title, l)</h1>
            <form method="get" action="/map/\(register.name)" class="search"><label for="on">\(["vi": "Tính đến ngày", "en": "As of"] as Text, l)</label><input type="date" id="on" name="on" value="\(on.description)"><button class="button secondary">\(["vi": "Xem", "en": "Show"] as Text, l)</button></form>
            <figure class="chart map"><figcaption>\(title, l), \(on.written(l)): \(l.number(statistics.total))</figcaption>
            <svg viewBox="0 0 \(String(Int(Self.mapWidth))) \(String(Int(height)))" \(seesList ? nil : "role=\"img\" aria-label=\"\(title, l)\"" as HTML)>\(shapes)</svg><ul class="legend">\(legend)</ul></figure>
            \(Charts.table(["vi": "Phường, xã", "en": "Commune"], rows, total: statistics.total, l))
            <details class="no-print"><summary>\(["vi": "Sổ khác", "en": "Other registers"] as Text, l)</summary><ul>\(others)</ul></details>
            <p class="muted"><a href="/statistics/\(register.name)">\(["vi": "Thống kê khác của sổ này", "en": "Other figures of this register"] as Text, l)</a></p>
            """
        return layout(title, request, caller, door: "statistics").response(content)
    }

    /// A small map of communes by a count of each, with a link to what is counted; the table beside it says the same.
    func communeMap(_ title: Text, _ rows: [(commune: String, count: Int, href: String)], _ l: Language) -> HTML? {
        guard !options.boundaries.isEmpty, rows.count > 1 else { return nil }
        let counts = Dictionary(rows.map { ($0.commune, ($0.count, $0.href)) }, uniquingKeysWith: { first, _ in first })
        let most = max(1, rows.map(\.count).max() ?? 1)
        let shapes: [HTML] = options.boundaries.sorted { $0.key < $1.key }.map { code, rings in
            let count = counts[code]?.0 ?? 0
            let shade = count == 0 ? 0 : min(5, 1 + count * 5 / (most + 1))
            let path: HTML = "<path class=\"shade-\(shade)\" d=\"\(outline(rings))\"><title>\(scopeName(code, l)): \(l.number(count))</title></path>"
            return counts[code].map { "<a href=\"\($0.1)\" aria-label=\"\(scopeName(code, l)): \(l.number(count))\">\(path)</a>" as HTML } ?? path
        }
        let list = rows.map { (name: scopeName($0.commune, l), count: Optional($0.count)) }.sorted { $0.name.sortsBefore($1.name) }
        return """
            <figure class="chart map"><figcaption>\(title, l)</figcaption><svg viewBox="0 0 \(Int(Self.mapWidth)) \(Int(mapHeight))">\(shapes)</svg></figure>
            <details class="data-table"><summary>\(["vi": "Bảng số", "en": "The numbers"] as Text, l)</summary>\(Charts.table(["vi": "Phường, xã", "en": "Commune"], list, total: rows.reduce(0) { $0 + $1.count }, l))</details>
            """
    }

    /// Degrees of longitude are shorter than those of latitude here.
    private var bounds: (west: Double, north: Double, scale: Double, south: Double) {
        var (west, east, north, south) = (180.0, -180.0, -90.0, 90.0)
        for point in options.boundaries.values.joined().joined() {
            (west, east) = (min(west, point.longitude), max(east, point.longitude))
            (north, south) = (max(north, point.latitude), min(south, point.latitude))
        }
        return (west, north, Self.mapWidth / (east - west), south)
    }

    private static let stretch = 1 / 0.9336  // 1 / cos of 21° north

    private var mapHeight: Double {
        let bounds = bounds
        return ((bounds.north - bounds.south) * bounds.scale * Self.stretch).rounded(.up)
    }

    /// Relative steps in whole pixels: short, and neighbours still meet.
    private func outline(_ rings: [[(longitude: Double, latitude: Double)]]) -> String {
        let bounds = Self.cache.bounds(self)
        var path = ""
        for ring in rings {
            var last: (Int, Int)?
            for point in ring {
                let x = Int(((point.longitude - bounds.west) * bounds.scale).rounded())
                let y = Int(((bounds.north - point.latitude) * bounds.scale * Self.stretch).rounded())
                if let (a, b) = last {
                    if (a, b) == (x, y) { continue }
                    path += "l\(x - a)\(y - b < 0 ? "" : " ")\(y - b)"
                } else {
                    path += "M\(x) \(y)"
                }
                last = (x, y)
            }
            path += "z"
        }
        return path
    }

    private static let cache = MapBounds()

    /// The bounds of the city never change while the program runs.
    private final class MapBounds: @unchecked Sendable {
        private let lock = NSLock()
        private var known: (west: Double, north: Double, scale: Double, south: Double)?
        func bounds(_ parts: Parts) -> (west: Double, north: Double, scale: Double, south: Double) {
            lock.withLock {
                if known == nil { known = parts.bounds }
                return known!
            }
        }
    }
}
