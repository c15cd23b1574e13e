// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// A state that a record came to have.
public struct RecordChange: Sendable {
    public let view: RecordView
    /// The record began with it.
    public let isFirst: Bool
    /// It is the state of today.
    public let isInForce: Bool
}

extension RecordView {
    /// When this state came to hold: when it was entered, or the first moment of its day when it was entered ahead.
    public var begun: Instant { max(recorded, effective.at(minute: 0)) }
}

extension Registry {
    /// States that hold by now, the newest entry first, as a stranger sees them: all of them, or those that came to hold after a moment.
    /// States that were entered ahead are among them from their day on, never before. `next` leads on as `before`, while there may be more.
    public func openChanges(
        _ register: String, after moment: Instant? = nil, before number: Int64? = nil, limit: Int
    ) async throws -> (changes: [RecordChange], next: Int64?) {
        let plan = try plan(register)
        try mayLook(plan, .visitor)
        guard (1...limits.pageMax).contains(limit) else {
            throw RegisterError.badRequest(Text(vi: "limit từ 1 đến \(limits.pageMax).", en: "limit is from 1 to \(limits.pageMax)."))
        }
        let today = world.today
        return try await database.reading { connection in
            let first = try moment.map { try self.journals.size(of: register, at: $0, on: connection) } ?? 0
            let ahead = moment?.day ?? today
            let before = number ?? Int64.max
            let found = try connection.all(
                """
                SELECT s.entry, s.row FROM (SELECT entry, row, since FROM record_\(name: plan.table) UNION ALL SELECT entry, row, since FROM version_\(name: plan.table)) AS s \
                WHERE s.since <= \(today) AND s.entry < \(before) AND (s.entry >= \(first) OR s.since > \(ahead)) ORDER BY s.entry DESC LIMIT \(limit)
                """
            ) { (entry: $0.integer(0), row: $0.integer(1)) }
            let changes = try found.compactMap { one -> RecordChange? in
                guard let entry = try self.journals.entry(one.entry, in: register, on: connection), !entry.isErased else { return nil }
                let state = try self.state(plan, row: one.row, on: today, size: .max, on: connection)
                return RecordChange(
                    view: self.view(plan, row: one.row, entry: entry, for: .visitor), isFirst: entry.previous == nil, isInForce: state?.entry == one.entry)
            }
            return (changes, found.count == limit ? found.last?.entry : nil)
        }
    }

    /// The same of one record.
    public func openHistory(_ register: String, _ key: String) async throws -> [RecordChange] {
        let (record, entries) = try await history(register, key, for: .visitor, door: "fhir")
        let today = world.today
        return entries.filter { $0.entry.effective <= today && !$0.entry.isErased }.reversed().map {
            RecordChange(view: $0.view, isFirst: $0.entry.previous == nil, isInForce: $0.entry.number == record.entry)
        }
    }
}
