// SPDX-License-Identifier: Apache-2.0
internal import Civic
public import Journal
internal import Ledger
internal import Store

extension Payments {
    /// Recomputes the journal, and compares every bill and payment with its entries and with the ledger. Gives how many entries there are, and the first damage.
    public func verify(progress: ((Int64) -> Void)? = nil) throws -> (entries: Int64, damage: Damage?) {
        try database.read { connection in
            let entries: Int64
            do { entries = try self.journals.verify(Payments.journal, on: connection) { progress?($0) } } catch let damage as Damage { return (0, damage) }
            func damage(_ number: Int64?, _ vi: String, _ en: String) -> Damage { Damage(journal: Payments.journal, number: number, Text(vi: vi, en: en)) }

            // Each bill says what its last issue says, and is paid and held for exactly what the payments hold and paid.
            var found: Damage?
            try connection.each(
                """
                SELECT b.id, b.number, b.last, b.amount, b.paid, b.held, b.state, \
                CAST(coalesce((SELECT sum(i.amount) FROM payment_item i JOIN payment p ON p.id = i.payment WHERE i.bill = b.id AND p.state = 2), 0) AS BIGINT), \
                CAST(coalesce((SELECT sum(i.amount) FROM payment_item i JOIN payment p ON p.id = i.payment WHERE i.bill = b.id AND (p.state = 1 OR (p.state = 0 AND p.means = 'mandate'))), 0) AS BIGINT) \
                FROM bill b
                """
            ) { row in
                let (paid, held) = (row.integer(4), row.integer(5))
                if paid != row.integer(7) || held != row.integer(8) {
                    found = damage(row.integer(1), "khoản \(row.text(0)) khác với các lần nộp", "the bill \(row.text(0)) differs from its payments")
                } else if paid + held > row.integer(3) || (row.integer(6) == 1) != (paid >= row.integer(3)) && row.integer(6) != 2 {
                    found = damage(row.integer(1), "khoản \(row.text(0)) nộp quá hoặc sai tình trạng", "the bill \(row.text(0)) is overpaid or in a wrong state")
                }
                return found == nil
            }
            if found != nil { return (entries, found) }
            var issued: [String: Int64] = [:]
            var states: [String: String] = [:]
            try self.journals.eachEntry(from: 0, in: Payments.journal, on: connection) { entry in
                guard let subject = entry.value("subject")?.string, let event = entry.value("event")?.string, let content = entry.value("content")?.string else { return true }
                if event == "issued" || event == "replaced" {
                    issued[subject] = (try? JSON(parsing: content.utf8))?["amount"]?.integer ?? -1
                } else if ["asked", "held", "posted", "undone", "failed", "reversed"].contains(event) {
                    states[subject] = event
                }
                return true
            }
            let bills = try connection.first("SELECT count(*) FROM bill") { Int($0.integer(0)) }!
            guard bills == issued.count else { return (entries, damage(nil, "số khoản khác với các mục", "the number of bills differs from the entries")) }
            try connection.each("SELECT id, amount, number FROM bill") { row in
                if issued[row.text(0)] != row.integer(1) {
                    found = damage(row.integer(2), "khoản \(row.text(0)) khác với mục của nó", "the bill \(row.text(0)) differs from its entry")
                }
                return found == nil
            }
            var count = 0
            try connection.each("SELECT id, state, number FROM payment") { row in
                count += 1
                if states[row.text(0)] != PaymentState(rawValue: row.integer(1))?.name {
                    found = damage(row.integer(2), "lần nộp \(row.text(0)) khác với mục của nó", "the payment \(row.text(0)) differs from its entry")
                }
                return found == nil
            }
            if found == nil, count != states.count { found = damage(nil, "số lần nộp khác với các mục", "the number of payments differs from the entries") }
            if found != nil { return (entries, found) }

            // What bills were paid is what the billers' accounts received, and what is held there is what is held of bills.
            let bought = try connection.first("SELECT CAST(coalesce(sum(paid), 0) AS BIGINT) FROM bill") { $0.integer(0) }!
            let accounts = try connection.first(
                "SELECT CAST(coalesce(sum(l.change), 0) AS BIGINT) FROM ledger_book b JOIN ledger_leg l ON l.account = b.id WHERE b.name >= 'biller:' AND b.name < 'biller:~' AND l.change < 0"
            ) { -$0.integer(0) }!
            let promised = try connection.first(
                "SELECT CAST(coalesce(sum(i.amount), 0) AS BIGINT) FROM payment_item i JOIN payment p ON p.id = i.payment WHERE p.state = 1 AND i.bill NOT LIKE 'fee:%'"
            ) { $0.integer(0) }!
            let pending = try connection.first("SELECT CAST(coalesce(sum(credits_pending), 0) AS BIGINT) FROM ledger_book WHERE name >= 'biller:' AND name < 'biller:~'") {
                $0.integer(0)
            }!
            let reversed = try connection.first(
                "SELECT CAST(coalesce(sum(i.amount), 0) AS BIGINT) FROM payment_item i JOIN payment p ON p.id = i.payment WHERE p.state = 5"
            ) { $0.integer(0) }!
            if bought + reversed != accounts || promised != pending { found = damage(nil, "các khoản đã nộp khác với sổ cái", "what is paid differs from the ledger") }
            if found != nil { return (entries, found) }

            // A payout is the sum of the receipts it holds.
            try connection.each(
                """
                SELECT p.id, p.amount, CAST(coalesce((SELECT sum(CASE WHEN r.event = 'posted' THEN r.amount ELSE -r.amount END) FROM biller_receipt r WHERE r.payout = p.id), 0) AS BIGINT) \
                FROM payout p WHERE p.state IN ('proposed', 'ordered', 'done') AND p.biller NOT LIKE 'return:%'
                """
            ) { row in
                if row.integer(1) != row.integer(2) {
                    found = damage(nil, "khoản chuyển \(row.text(0)) khác với các biên nhận của nó", "the payout \(row.text(0)) differs from its receipts")
                }
                return found == nil
            }
            return (entries, found)
        }
    }
}
