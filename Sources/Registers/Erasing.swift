// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

extension Registry {
    /// Erases the personal content of a record under a court's or an authority's order: the record is retired, the secrets and values of all
    /// its entries are deleted and only their digests stay, its row and its search words are blanked. Every proof still holds.
    /// Gives how many entries were erased.
    public func erase(_ register: String, key: String, order: String, by authority: Authority) throws -> Int {
        let plan = try plan(register)
        guard authority.may(.administer, register), authority.may(.write, register) else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền xóa nội dung.", "en": "You may not erase content."])
        }
        guard !order.isEmpty else { throw RegisterError.badRequest(["vi": "Cần số văn bản.", "en": "The order's number is needed."]) }
        return try database.writeAndWait { connection in
            guard let current = try self.current(plan, key: key, on: connection) else { throw RegisterError.noSuchRecord }
            if !current.isRetired {
                _ = try self.enter(
                    [Change(register, key: key, .retire, expecting: .anything, effective: max(current.since, self.world.today))], cause: "erase:\(order)", by: authority,
                    load: nil, on: connection)
            }
            let numbers = try connection.all("SELECT number FROM entry_\(name: plan.table) WHERE record = \(current.row)") { $0.integer(0) }
            // The order's number stays, where every look at the person stands.
            try self.appendRead(
                register, rows: [current.row], authority: authority,
                purpose: Purpose("erasure", ["vi": "Xóa nội dung theo văn bản", "en": "Erasing content under an order"]), door: "erase",
                asked: "erase: \(order.tidied)", on: connection)
            for number in numbers { try self.journals.erase(number, in: register, on: connection) }
            let texts = try connection.all(
                """
                SELECT text FROM record_\(name: plan.table) WHERE row = \(current.row) AND text IS NOT NULL \
                UNION SELECT text FROM version_\(name: plan.table) WHERE row = \(current.row) AND text IS NOT NULL
                """
            ) { $0.integer(0) }
            let blank = SQL(stringLiteral: ", text = NULL" + plan.columns.map { ", \($0.name) = NULL" }.joined())
            let name = Registry.erasedKey(current.row)
            // What was counted before the end stays counted on those days: numbers tell of nobody.
            try connection.run("UPDATE record_\(name: plan.table) SET key = \(name)\(blank) WHERE row = \(current.row)")
            try connection.run("UPDATE version_\(name: plan.table) SET key = \(name)\(blank) WHERE row = \(current.row)")
            for text in texts { try self.removeUnused(text, plan, on: connection) }
            return numbers.count
        }
    }

    static func erasedKey(_ row: Int64) -> String { "erased:\(row)" }

    /// Words that no record has any more are not kept.
    private func removeUnused(_ text: Int64, _ plan: Plan, on connection: Connection) throws {
        let isUsed = try connection.first(
            """
            SELECT 1 FROM record_\(name: plan.table) WHERE text = \(text) UNION ALL SELECT 1 FROM version_\(name: plan.table) WHERE text = \(text) LIMIT 1
            """
        ) { _ in true }
        guard isUsed == nil, let words = try connection.first("SELECT words FROM \(name: plan.texts.table) WHERE id = \(text)", { $0.text(0) }) else { return }
        try plan.texts.remove(id: text, words: words, on: connection)
        statements[plan.table]?.textIDs[words] = nil
    }
}
