// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Testing

@testable import Registers

@Suite("Groups too small to be shown")
struct SmallGroupsTests {
    private func values(_ sizes: [Int]) -> [[String]] {
        sizes.reduce([[]]) { rows, size in rows.flatMap { row in (0..<size).map { row + [String($0)] } } }
    }

    private func hidden(_ sizes: [Int], _ counts: [Int]) -> [Int] {
        let names = values(sizes)
        let groups = SmallGroups(names, counts, smallest: 5)
        return names.indices.filter { groups.hides(names[$0]) }
    }

    @Test func `one small group takes others with it, so that no sum gives it away`() {
        // Three communes by two sexes; only one group is small.
        #expect(hidden([3, 2], [100, 3, 50, 60, 70, 80]) == [0, 1, 2, 3])
    }

    @Test func `nothing small hides nothing, and empty groups are no secret`() {
        #expect(hidden([3, 2], [100, 30, 50, 60, 70, 80]).isEmpty)
        #expect(hidden([3, 2], [100, 0, 50, 60, 70, 80]).isEmpty)
        #expect(hidden([2], [3, 200]) == [0, 1])
    }

    @Test func `who is alone in a commune is hidden in the commune's sum too`() {
        let groups = SmallGroups([["a", "f"], ["b", "f"], ["b", "m"], ["c", "f"], ["c", "m"]], [3, 40, 50, 60, 70], smallest: 5)
        #expect(groups.hides(["a", "f"]) && groups.hides(["a", nil]) && groups.hides(["b", nil]))
        #expect(!groups.hides([nil, nil]))
    }

    @Test(arguments: [[6, 4], [5, 3, 2], [12, 2], [4, 3, 3], [9, 9], [7]]) func `whatever the counts, no small one can be worked out`(sizes: [Int]) {
        var chance = SystemRandomNumberGenerator()
        for _ in 0..<60 {
            let names = values(sizes)
            let counts = names.map { _ in Int.random(in: 0..<10, using: &chance) < 2 ? Int.random(in: 0..<5, using: &chance) : Int.random(in: 5..<500, using: &chance) }
            let groups = SmallGroups(names, counts, smallest: 5)
            let exposed = exposed(names, counts, groups)
            #expect(exposed.isEmpty, "sizes \(sizes), counts \(counts)")
        }
    }

    /// Which small groups, by any of the fields, follow from all that is shown by any of the fields. By another way than the program's: every
    /// shown count is an equation over the finest groups, and floating-point elimination tells which counts they settle.
    private func exposed(_ names: [[String]], _ counts: [Int], _ groups: SmallGroups) -> [[String?]] {
        let width = names[0].count
        let present = names.indices.filter { counts[$0] > 0 }
        var shown: [[Double]] = []
        var small: [(group: [String?], row: [Double])] = []
        for mask in 0..<(1 << width) {
            let sums = Dictionary(grouping: present) { cell in names[cell].enumerated().map { mask >> $0.offset & 1 == 0 ? $0.element : nil } }
            for (group, cells) in sums {
                let row = present.map { cells.contains($0) ? 1.0 : 0 }
                if !groups.hides(group) { shown.append(row) }
                if cells.reduce(0, { $0 + counts[$1] }) < 5, group.contains(where: { $0 != nil }) {
                    small.append((group, row))
                    #expect(groups.hides(group))
                }
            }
        }
        var rows = shown
        var pivots: [Int] = []
        for column in present.indices where pivots.count < rows.count {
            let rank = pivots.count
            guard let pivot = (rank..<rows.count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }), abs(rows[pivot][column]) > 1e-7 else { continue }
            rows.swapAt(rank, pivot)
            let scale = rows[rank][column]
            rows[rank] = rows[rank].map { $0 / scale }
            for other in rows.indices where other != rank && abs(rows[other][column]) > 1e-12 {
                let factor = rows[other][column]
                for index in rows[other].indices { rows[other][index] -= factor * rows[rank][index] }
            }
            pivots.append(column)
        }
        // A count is settled when its row is made of those shown.
        return small.filter { one in
            var rest = one.row
            for (rank, column) in pivots.enumerated() where abs(rest[column]) > 1e-12 {
                let factor = rest[column]
                for index in rest.indices { rest[index] -= factor * rows[rank][index] }
            }
            return rest.allSatisfy { abs($0) < 1e-6 }
        }.map(\.group)
    }
}
