// SPDX-License-Identifier: Apache-2.0

/// Steps that bring one component's tables from any earlier version to this one. Steps are only ever added.
public struct Migration: Sendable {
    public let component: String
    public let steps: [[SQL]]

    public init(_ component: String, steps: [[SQL]]) {
        self.component = component
        self.steps = steps
    }
}

extension Database {
    /// Applies the steps that this database has not seen, each in one transaction with its mark.
    public func migrate(_ migration: Migration) throws {
        try writeAndWait { connection in
            try connection.run("CREATE TABLE IF NOT EXISTS migration (component TEXT NOT NULL, step INTEGER NOT NULL, PRIMARY KEY (component, step))")
            let done = try connection.first("SELECT coalesce(max(step) + 1, 0) FROM migration WHERE component = \(migration.component)") {
                Int($0.integer(0))
            }!
            guard done <= migration.steps.count else {
                throw StoreError.failed(code: 0, "the database was written by a newer version of this program")
            }
            for (step, statements) in migration.steps.enumerated().dropFirst(done) {
                for statement in statements { try connection.run(statement) }
                try connection.run("INSERT INTO migration (component, step) VALUES (\(migration.component), \(step))")
            }
        }
    }
}
