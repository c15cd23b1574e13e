// SPDX-License-Identifier: Apache-2.0

/// Which counts are not shown, so that nobody in a small group can be recognised: the small ones themselves, and as many others as it takes
/// that none of them follows from what is shown. All answers by any of the fields are judged together, for each of them can be asked for.
/// Groups of nobody are known to be empty, and the total is always shown.
struct SmallGroups: Sendable {
    /// Groups that hang together through shared sums are searched for what can be worked out up to this size. Larger ones are protected
    /// along each single sum, which is what hand and spreadsheet can do.
    static let solvedMax = 120

    private let codes: [[String: Int]]
    private let strides: [Int]
    private let hidden: Set<Int>

    /// `values` name the groups by all fields, each once.
    init(_ values: [[String]], _ counts: [Int], smallest: Int) {
        let width = values.first?.count ?? 0
        let codes = (0..<width).map { field in
            Dictionary(uniqueKeysWithValues: Set(values.map { $0[field] }).sorted().enumerated().map { ($0.element, $0.offset + 1) })
        }
        var strides: [Int] = []
        var size = 1
        for field in codes {
            strides.append(size)
            size *= field.count + 1
        }
        self.codes = codes
        self.strides = strides
        var cells = Cells(size: size)
        for (value, count) in zip(values, counts) where count > 0 {
            let parts = (0..<width).map { codes[$0][value[$0]]! * strides[$0] }
            for mask in 0..<(1 << width) {
                var id = 0
                for field in 0..<width where mask >> field & 1 == 0 { id += parts[field] }
                cells.counts[id, default: 0] += count
            }
        }
        let small = Set(cells.counts.filter { $0.value < smallest && $0.key != 0 }.keys)
        guard !small.isEmpty else {
            hidden = []
            return
        }
        for id in cells.counts.keys {
            for field in 0..<width {
                let code = id / strides[field] % (codes[field].count + 1)
                guard code > 0 else { continue }
                cells.sums[Cells.Sum(total: id - code * strides[field], field: field), default: []].append(id)
            }
        }
        for sum in cells.sums.keys.sorted(by: { ($0.field, $0.total) < ($1.field, $1.total) }) {
            for id in cells.sums[sum]! + [sum.total] { cells.of[id, default: []].append(sum) }
        }
        var hidden = small
        cells.hide(&hidden, from: hidden.sorted())
        while let known = cells.firstKnown(hidden, among: small) {
            // One more of its own sums; where all of those are hidden, one of the others.
            let near = cells.of[known]!.flatMap { cells.sums[$0]! + [$0.total] }
            guard let other = cells.best(near, hidden) ?? cells.best(Array(cells.counts.keys), hidden) else { break }
            hidden.insert(other)
            cells.hide(&hidden, from: [other])
        }
        self.hidden = hidden
    }

    /// Whether the group's count is hidden; nil stands for a field that was not asked for.
    func hides(_ group: [String?]) -> Bool {
        var id = 0
        for (field, value) in group.enumerated() {
            guard let value else { continue }
            guard let code = codes[field][value] else { return false }
            id += code * strides[field]
        }
        return hidden.contains(id)
    }

    /// All groups by any of the fields, and the sums that join them: a total, and its parts by one field more.
    private struct Cells {
        struct Sum: Hashable {
            let total: Int
            let field: Int
        }

        var counts: [Int: Int] = [:]
        var sums: [Sum: [Int]] = [:]
        var of: [Int: [Sum]] = [:]

        init(size: Int) { counts.reserveCapacity(min(size, 100_000)) }

        private func unknown(_ sum: Sum, _ hidden: Set<Int>) -> [Int] { (sums[sum]! + [sum.total]).filter(hidden.contains) }

        /// The smallest that may be hidden for another's sake; never the total of all.
        func best(_ cells: [Int], _ hidden: Set<Int>) -> Int? {
            cells.filter { $0 != 0 && !hidden.contains($0) }.min { (counts[$0]!, $0) < (counts[$1]!, $1) }
        }

        /// A sum with one hidden member gives it away: its smallest other is hidden too, until no sum has only one.
        func hide(_ hidden: inout Set<Int>, from cells: [Int]) {
            var waiting = cells.flatMap { of[$0]! }
            var at = 0
            while at < waiting.count {
                let sum = waiting[at]
                at += 1
                guard unknown(sum, hidden).count == 1, let other = best(sums[sum]! + [sum.total], hidden) else { continue }
                hidden.insert(other)
                waiting += of[other]!
            }
        }

        /// A small group whose count follows from the sums, if there is one.
        func firstKnown(_ hidden: Set<Int>, among small: Set<Int>) -> Int? {
            var left = hidden
            for start in small.sorted() where left.remove(start) != nil {
                var component = [start]
                var at = 0
                while at < component.count, component.count <= SmallGroups.solvedMax {
                    for sum in of[component[at]]! { for cell in unknown(sum, left) where left.remove(cell) != nil { component.append(cell) } }
                    at += 1
                }
                guard component.count <= SmallGroups.solvedMax else {
                    // The rest of it is too large as well.
                    while at < component.count {
                        for sum in of[component[at]]! { for cell in unknown(sum, left) where left.remove(cell) != nil { component.append(cell) } }
                        at += 1
                    }
                    continue
                }
                if let known = known(component.sorted(), hidden).first(where: small.contains) { return known }
            }
            return nil
        }

        /// Gauss and Jordan over a large prime: a row that keeps one unknown tells it.
        private func known(_ cells: [Int], _ hidden: Set<Int>) -> [Int] {
            let prime: UInt64 = 2_147_483_647
            let place = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($0.element, $0.offset) })
            var rows: [[UInt64]] = []
            for sum in Set(cells.flatMap { of[$0]! }).sorted(by: { ($0.total, $0.field) < ($1.total, $1.field) }) {
                var row = [UInt64](repeating: 0, count: cells.count)
                for cell in unknown(sum, hidden) { row[place[cell]!] = cell == sum.total ? prime - 1 : 1 }
                rows.append(row)
            }
            var rank = 0
            for column in cells.indices where rank < rows.count {
                guard let pivot = (rank..<rows.count).first(where: { rows[$0][column] != 0 }) else { continue }
                rows.swapAt(rank, pivot)
                let inverse = Self.power(rows[rank][column], prime - 2, prime)
                for index in column..<cells.count { rows[rank][index] = rows[rank][index] * inverse % prime }
                for other in rows.indices where other != rank && rows[other][column] != 0 {
                    let factor = prime - rows[other][column]
                    for index in column..<cells.count where rows[rank][index] != 0 { rows[other][index] = (rows[other][index] + factor * rows[rank][index]) % prime }
                }
                rank += 1
            }
            return rows.prefix(rank).compactMap { row in
                let unknown = row.indices.filter { row[$0] != 0 }
                return unknown.count == 1 ? cells[unknown[0]] : nil
            }
        }

        private static func power(_ base: UInt64, _ exponent: UInt64, _ prime: UInt64) -> UInt64 {
            var (base, exponent, result) = (base, exponent, UInt64(1))
            while exponent > 0 {
                if exponent & 1 == 1 { result = result * base % prime }
                base = base * base % prime
                exponent >>= 1
            }
            return result
        }
    }
}
