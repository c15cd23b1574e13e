// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Store

/// Fields of few values as columns in memory, for questions that nobody declared a count for.
///
/// Built at the first question from every record's state and brought along from the entries since; given up when nobody asks.
/// A row has one code a field, two bytes each, so a million people ask for two megabytes a field. Touched under its lock only.
final class RegisterColumns: @unchecked Sendable {
    struct Column {
        var codes: [UInt16] = []
        var values: [String] = []
        var numbers: [String: UInt16] = [:]

        mutating func code(_ value: String) -> UInt16? {
            if let known = numbers[value] { return known }
            guard values.count < Int(UInt16.max) - 1 else { return nil }
            let code = UInt16(values.count)
            numbers[value] = code
            values.append(value)
            return code
        }
    }

    /// The code of a record that no longer stands.
    static let gone = UInt16.max

    private var rows: [Int64] = []
    private var columns: [Column] = []
    /// The field of each column.
    private var fields: [Int] = []
    private var births: [Int32] = []
    private var size: Int64 = 0
    private var day: Day?
    var lastAsked: Int64 = 0

    /// Makes sure that the columns say what the first `size` entries say.
    func prepare(_ positions: [Int], birth: Int?, _ plan: Plan, _ registry: Registry, _ connection: Connection) throws {
        // Terms end by themselves: what was made on another day is made again.
        if plan.termColumn != nil, day != registry.world.today { rows = [] }
        day = registry.world.today
        let now = try registry.journals.committedSize(of: plan.register.name, on: connection)
        let missing = positions.filter { !fields.contains($0) }
        let needsBirths = birth != nil && births.isEmpty
        if rows.isEmpty || !missing.isEmpty || needsBirths {
            fields = Array(Set(positions + fields)).sorted()
            rows = []
            births = []
            columns = fields.map { _ in Column() }
            try build(plan, birth, registry, connection)
        } else if now > size {
            try bringAlong(plan, birth, registry, connection)
        }
        size = now
    }

    private func inTerm(_ plan: Plan) -> SQL {
        guard let term = plan.termColumn.map({ plan.columns[$0].name }), let day else { return "" }
        return " AND (r.\(name: term) IS NULL OR r.\(name: term) >= \(day))"
    }

    /// The values of an entry of any version of the declaration, in today's order.
    private func parts(_ number: Int64, _ plan: Plan, _ registry: Registry, _ connection: Connection) throws -> [ArraySlice<UInt8>] {
        guard let item = try registry.journals.entry(number, in: plan.register.name, on: connection).flatMap({ plan.item($0) }) else { return [] }
        return RawArray.slices(plan.contentStart(item).dropLast() + [0x5D])
    }

    private func build(_ plan: Plan, _ birth: Int?, _ registry: Registry, _ connection: Connection) throws {
        let form = try registry.journals.form(of: plan.register.name, names: plan.names).id
        try connection.each(
            """
            SELECT r.row, e.content, e.form, e.number FROM record_\(name: plan.table) r JOIN entry_\(name: plan.table) e ON e.number = r.entry \
            WHERE r.retired = 0\(inTerm(plan)) ORDER BY r.row
            """
        ) { row in
            rows.append(row.integer(0))
            if row.isNull(1) {
                append([], plan, birth)
            } else if row.integer(2) == form {
                append(RawArray.slices(row.blob(1)), plan, birth)
            } else {
                append(try parts(row.integer(3), plan, registry, connection), plan, birth)
            }
            return true
        }
    }

    private func append(_ parts: [ArraySlice<UInt8>], _ plan: Plan, _ birth: Int?) {
        for index in columns.indices {
            let code = code(index, parts, plan)
            columns[index].codes.append(code)
        }
        if let birth { births.append(born(parts, birth, plan)) }
    }

    private func code(_ index: Int, _ parts: [ArraySlice<UInt8>], _ plan: Plan) -> UInt16 {
        guard parts.count > plan.register.fields.count else { return Self.gone }
        let raw = parts[fields[index] + 1]
        let text = raw.first == 0x22 ? String(decoding: raw.dropFirst().dropLast(), as: UTF8.self) : raw.first == 0x6E ? "" : String(decoding: raw, as: UTF8.self)
        return columns[index].code(text) ?? Self.gone
    }

    private func born(_ parts: [ArraySlice<UInt8>], _ birth: Int, _ plan: Plan) -> Int32 {
        guard parts.count > plan.register.fields.count else { return .max }
        return PartialDay(String(decoding: parts[birth + 1].dropFirst().dropLast(), as: UTF8.self))?.first.number ?? .max
    }

    /// The records that the entries since have touched.
    private func bringAlong(_ plan: Plan, _ birth: Int?, _ registry: Registry, _ connection: Connection) throws {
        let touched = try connection.all("SELECT DISTINCT record FROM entry_\(name: plan.table) WHERE number >= \(size) ORDER BY record") { $0.integer(0) }
        let keepsBirths = !births.isEmpty
        for record in touched {
            let state = try connection.first("SELECT entry, retired FROM record_\(name: plan.table) r WHERE row = \(record)\(inTerm(plan))") { ($0.integer(0), $0.integer(1) != 0) }
            var parts: [ArraySlice<UInt8>] = []
            if let state, !state.1 { parts = try self.parts(state.0, plan, registry, connection) }
            guard let place = place(of: record) else {
                rows.append(record)
                append(parts, plan, keepsBirths ? birth ?? plan.countedDay : nil)
                continue
            }
            for index in columns.indices {
                let code = code(index, parts, plan)
                columns[index].codes[place] = code
            }
            if keepsBirths, let day = birth ?? plan.countedDay { births[place] = born(parts, day, plan) }
        }
    }

    private func place(of record: Int64) -> Int? {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle] < record { low = middle + 1 } else { high = middle }
        }
        return low < rows.count && rows[low] == record ? low : nil
    }

    /// How many combinations of values there may be.
    func groups(_ asked: [Int]) -> Int { asked.reduce(1) { $0 * max(1, columns[fields.firstIndex(of: $1)!].values.count) } }

    /// Counts every combination; ages are groups of five years on that day.
    func count(_ parts: [Registry.Part], fields asked: [Int], on day: Day) -> [([String], Int)] {
        let ages = parts.contains { if case .age = $0 { true } else { false } }
        let bands = ages ? 21 : 1
        let chosen = asked.map { field in fields.firstIndex(of: field)! }
        let sizes = chosen.map { max(1, columns[$0].values.count) }
        // One more place for those who no longer stand.
        let nowhere = max(1, sizes.reduce(bands, *))
        var places = [Int32](repeating: 0, count: rows.count)
        for (column, size) in zip(chosen, sizes) {
            columns[column].codes.withUnsafeBufferPointer { codes in
                places.withUnsafeMutableBufferPointer { places in
                    for index in places.indices {
                        places[index] = codes[index] == Self.gone || places[index] < 0 ? -1 : places[index] &* Int32(size) &+ Int32(codes[index])
                    }
                }
            }
        }
        // The latest birthdays of those who are 5, 10, 15 … years old.
        let limits = (1...20).map { day.birthday(ofAge: $0 * 5).number }
        var sums = [Int32](repeating: 0, count: nowhere + 1)
        sums.withUnsafeMutableBufferPointer { sums in
            places.withUnsafeBufferPointer { places in
                for index in places.indices {
                    var place = Int(places[index])
                    if place < 0 { continue }
                    if ages { place = place &* bands &+ band(births[index], limits, day) }
                    sums[place] &+= 1
                }
            }
        }
        return named(sums.dropLast(), parts, chosen: chosen, sizes: sizes, bands: bands, ages: ages)
    }

    private func band(_ birth: Int32, _ limits: [Int32], _ day: Day) -> Int {
        var band = max(0, min(20, (Int(day.number) - Int(birth)) / 1826))
        while band < 20, birth <= limits[band] { band += 1 }
        while band > 0, birth > limits[band - 1] { band -= 1 }
        return band
    }

    private func named(
        _ sums: ArraySlice<Int32>, _ parts: [Registry.Part], chosen: [Int], sizes: [Int], bands: Int, ages: Bool
    ) -> [([String], Int)] {
        var result: [([String], Int)] = []
        for (place, count) in sums.enumerated() where count != 0 {
            var rest = place
            var band = 0
            if ages {
                band = rest % bands
                rest /= bands
            }
            var codes = [Int](repeating: 0, count: chosen.count)
            for index in chosen.indices.reversed() {
                codes[index] = rest % sizes[index]
                rest /= sizes[index]
            }
            var next = 0
            let key = parts.map { part in
                switch part {
                case .age, .year: return Registry.ageBand(band * 5)
                case .field:
                    defer { next += 1 }
                    return columns[chosen[next]].values[codes[next]]
                }
            }
            result.append((key, Int(count)))
        }
        return result.sorted { $0.0.lexicographicallyPrecedes($1.0, by: Registry.naturalOrder) }
    }
}
