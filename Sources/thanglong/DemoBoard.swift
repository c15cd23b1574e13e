// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Steering

/// The board of an invented city has an invented past too: figures of sixty days that lead to today's.
enum DemoBoard {
    static func keep(_ city: OpenCity) async throws {
        let today = city.world.today
        let board = try city.steering.board()
        for ago in stride(from: Int64(60), through: 1, by: -1) {
            let then = board.map { standing in
                Standing(
                    instruction: standing.instruction,
                    // What nobody has looked through yet says nothing of the past.
                    rows: standing.rows.filter { $0.figure.value > 0 && $0.figure.style != .days }.map { row in
                        let kept = KeptFigure(former(row.figure, row.indicator.code, ago), of: row.figure.of)
                        return (row.indicator, row.figure.at(kept))
                    })
            }
            try await city.steering.keep(then, as: today + -Int(ago))
        }
    }

    /// Numbers were a little smaller, what is late a little more.
    private static func former(_ figure: Figure, _ code: String, _ ago: Int64) -> Int64 {
        let pace = Int64(code.utf8.reduce(0) { ($0 &* 31 &+ UInt64($1)) % 997 } % 40)
        // Hundredths of a percent a day.
        let change = figure.value.multipliedReportingOverflow(by: pace * ago)
        guard !change.overflow else { return figure.value }
        let moved = change.partialValue / 10_000
        let then = figure.state == .late && figure.goal == nil && figure.of == nil ? figure.value + moved : figure.value - moved
        return min(then, figure.of ?? then)
    }
}
