// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import Journal
internal import Store

/// What became of one line of a batch.
public struct LineResult: Sendable {
    public let line: Int
    public let key: String
    /// `added`, `changed`, `unchanged` or `rejected`.
    public let result: String
    public let entry: Int64?
    public let objections: [Objection]
}

extension Registry {
    /// Enters up to 10,000 JSON lines: all that is valid is entered, every line has its answer. Works like a small load and can be undone like one.
    public func enterBatch(_ register: String, jsonLines: [UInt8], by authority: Authority) async throws -> [LineResult] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async {
                continuation.resume(with: Result { try self.enterBatchAndWait(register, jsonLines, authority) })
            }
        }
    }

    private func enterBatchAndWait(_ register: String, _ bytes: [UInt8], _ authority: Authority) throws -> [LineResult] {
        let plan = try plan(register)
        guard authority.may(.write, register) else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền cập nhật sổ này.", "en": "You may not enter into this register."])
        }
        let form = try journals.form(of: register, names: plan.names)
        let lineCount = bytes.split(separator: 0x0A).count
        guard lineCount <= limits.batchMax else {
            throw RegisterError.badRequest(
                Text(vi: "Một lần gửi nhiều nhất \(limits.batchMax) dòng.", en: "One request has at most \(limits.batchMax) lines."))
        }
        guard lineCount > 0 else { throw RegisterError.badRequest(["vi": "Không có dòng nào.", "en": "There are no lines."]) }
        let load = try beginLoad(register, named: "API", by: authority)
        let reading = reading()
        let parser = LineParser(
            plan: plan, reading: reading, form: form, journals: journals, author: authority.id, cause: "load:\(load)", format: .jsonLines,
            columns: [], absent: [], isSealing: false, today: reading.today)
        let lines = parser.parse(Piece(bytes: bytes, firstLine: 1, overlong: [], isLast: true))
        let session = LoadSession(self, plan, parser: parser, load: load, options: LoadOptions(), authority: authority, isFresh: false)
        session.isKeepingOutcomes = true
        let box = UncheckedBatch(session)
        var refused = try database.writeAndWait { try box.value.enter(lines, on: $0) }
        if !session.deferredLines.isEmpty {
            let waiting = lines.filter { session.deferredLines.contains($0.line) }
            session.startSecondPass()
            refused += try database.writeAndWait { try box.value.enter(waiting, on: $0) }
            for family in session.families() {
                do {
                    try database.writeAndWait { try box.value.enterFamily(family, on: $0) }
                } catch RegisterError.objections(let objections) {
                    for line in family { session.outcomes[line.line] = ("rejected", nil, objections) }
                }
            }
        }
        for line in refused { session.outcomes[line.line] = ("rejected", nil, line.objections) }
        session.result.rejected = session.outcomes.values.count { $0.result == "rejected" }
        try session.finish()
        return lines.map { line in
            let outcome = session.outcomes[line.line] ?? ("rejected", nil, [])
            return LineResult(line: line.line, key: line.item.key, result: outcome.result, entry: outcome.entry, objections: outcome.objections)
        }
    }
}

private struct UncheckedBatch<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
