// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
internal import Ledger
internal import Registers
internal import Store

/// What the fund for re-investment promised or paid for a purpose.
public struct Commitment: Sendable, Equatable {
    public let id: String
    public let purpose: String
    public let title: String
    public let payee: String
    public let amount: Money
    public let spent: Money
    /// proposed, committed, spent, released
    public let state: String
    public let day: Day
    public let author: String
}

/// An approved purpose with what was promised and spent of it.
public struct FundPurpose: Sendable, Equatable {
    public let code: String
    public let title: String
    public let decision: String
    public let approved: Money
    public let until: Day?
    public let committed: Money
    public let spent: Money
    public var remaining: Money { Money(approved.amount - committed.amount - spent.amount) }
}

/// The fund as everybody may see it.
public struct FundView: Sendable, Equatable {
    public let income: Money
    public let committed: Money
    public let spent: Money
    public let purposes: [FundPurpose]
    /// Income by month, oldest first.
    public let months: [(month: String, amount: Money)]
    public var remaining: Money { Money(income.amount - committed.amount - spent.amount) }

    public static func == (left: FundView, right: FundView) -> Bool {
        left.income == right.income && left.committed == right.committed && left.spent == right.spent && left.purposes == right.purposes && left.months.count == right.months.count
    }
}

/// Another schedule of fees to try on last year's dossiers.
public struct FeeScenario: Sendable, Equatable {
    /// New fees by procedure, at the counter and online; a procedure that is not named keeps its own.
    public var fees: [String: (counter: Int64, online: Int64)] = [:]
    /// Exemptions that would no longer hold.
    public var liftedExemptions: Set<String> = []
    /// Of ten thousand, to the fund.
    public var fundParts: Int64 = 3000
    public init() {}

    public static func == (left: FeeScenario, right: FeeScenario) -> Bool {
        left.liftedExemptions == right.liftedExemptions && left.fundParts == right.fundParts && left.fees.keys == right.fees.keys
            && left.fees.allSatisfy { name, fee in right.fees[name].map { $0 == fee } ?? false }
    }
}

/// What a scenario would have earned, beside what was charged.
public struct FeeForecast: Sendable {
    public struct Row: Sendable, Equatable {
        public let name: Text
        public let count: Int64
        public let charged: Int64
        public let wouldBe: Int64
    }

    public let from: Day
    public let to: Day
    public let byProcedure: [Row]
    public let byChannel: [Row]
    public let byGroup: [Row]
    public let total: Row
    public let fund: Int64
}

extension Payments {
    // MARK: The fund

    static func spending(_ purpose: String) -> String { "spent:\(purpose.lowercased())" }

    public func fund() throws -> FundView {
        try database.read { connection in
            let account = try connection.first("SELECT \(Ledger.accountColumns) FROM ledger_book WHERE name = \(Dossiers.fundAccount)") { Ledger.account($0, from: 0) }
            let months = try connection.all(
                """
                SELECT e.effective, CAST(sum(-l.change) AS BIGINT) FROM ledger_book b JOIN ledger_leg l ON l.account = b.id JOIN entry_ledger e ON e.number = l.number \
                WHERE b.name = \(Dossiers.fundAccount) AND l.change < 0 GROUP BY e.effective ORDER BY e.effective
                """
            ) { (Day(number: Int32($0.integer(0))), $0.integer(1)) }
            var byMonth: [(month: String, amount: Money)] = []
            for (day, amount) in months {
                let month = String(day.description.prefix(7))
                if byMonth.last?.month == month { byMonth[byMonth.count - 1].amount = Money(byMonth.last!.amount.amount + amount) } else { byMonth.append((month, Money(amount))) }
            }
            let sums = try connection.all(
                """
                SELECT purpose, CAST(sum(CASE WHEN state = 'committed' OR state = 'proposed' THEN amount ELSE 0 END) AS BIGINT), \
                CAST(sum(CASE WHEN state = 'spent' THEN spent ELSE 0 END) AS BIGINT) FROM commitment GROUP BY purpose
                """
            ) { ($0.text(0), $0.integer(1), $0.integer(2)) }
            let records = self.registry.records(on: connection)
            let purposes = try self.registry.rows(of: self.city.purposes, after: -1, limit: 1000, on: connection).compactMap { row -> FundPurpose? in
                guard let found = try records.find(self.city.purposes, row.key) else { return nil }
                let sum = sums.first { $0.0 == row.key }
                return FundPurpose(
                    code: row.key, title: found["title"].plain, decision: found["decision"].plain, approved: Money(found["approved"].integer ?? 0), until: found["until"].day,
                    committed: Money(sum?.1 ?? 0), spent: Money(sum?.2 ?? 0))
            }
            let spent = purposes.reduce(0) { $0 + $1.spent.amount }
            return FundView(
                income: Money(spent - (account?.balance ?? 0)), committed: Money(account?.debitsPending ?? 0), spent: Money(spent), purposes: purposes, months: byMonth)
        }
    }

    /// Promises money of the fund for an approved purpose: held at once, so that the same đồng is not promised twice. Somebody else approves it.
    public func commit(purpose: String, title: String, payee: String, amount: Money, author: String) async throws {
        let title = title.tidied
        let payee = payee.tidied
        guard !title.isEmpty, !payee.isEmpty, amount.amount > 0, amount.amount <= limits.amountMax else {
            throw PaymentError.objections([
                Objection(field: "amount", code: "required", ["vi": "Ghi việc chi, người nhận và số tiền.", "en": "Give what for, to whom and how much."])
            ])
        }
        try await database.write { connection in
            guard let found = try self.registry.records(on: connection).find(self.city.purposes, purpose), let from = found["from"].day, let until = found["until"].day,
                from <= self.world.today, until >= self.world.today
            else { throw PaymentError.notNow(["vi": "Mục chi này không còn hiệu lực.", "en": "This purpose is not in force."]) }
            let used = try connection.first(
                "SELECT CAST(coalesce(sum(CASE WHEN state = 'spent' THEN spent WHEN state = 'released' THEN 0 ELSE amount END), 0) AS BIGINT) FROM commitment WHERE purpose = \(purpose)"
            ) { $0.integer(0) }!
            guard used + amount.amount <= found["approved"].integer ?? 0 else {
                throw PaymentError.notNow(Text(vi: "Vượt mức được chi của mục \(purpose).", en: "This would pass the approved amount of \(purpose)."))
            }
            let account = try self.ledger.account(Dossiers.fundAccount, on: connection)
            guard -(account?.balance ?? 0) - (account?.debitsPending ?? 0) >= amount.amount else {
                throw PaymentError.notNow(["vi": "Quỹ không còn đủ tiền.", "en": "There is not enough left in the fund."])
            }
            let id = "QC\(Encoding.digits(self.world.random(8)))"
            let end = Instant(milliseconds: self.world.now().milliseconds + 3 * 366 * 86_400_000)
            try self.ledger.enter(
                Transfer(id: id, debit: Dossiers.fundAccount, credit: Payments.spending(purpose), amount: amount, code: id, hold: end), author: author, unit: "01", cause: "fund",
                on: connection)
            try connection.run(
                """
                INSERT INTO commitment (id, purpose, title, payee, amount, spent, state, day, author) VALUES (\(id), \(purpose), \(String(title.prefix(200))), \
                \(String(payee.prefix(120))), \(amount.amount), 0, 'proposed', \(self.world.today), \(author))
                """)
            try self.append(
                "committed", .object(["purpose": .string(purpose), "amount": .integer(amount.amount), "title": .string(title)]), subject: id, record: nil, previous: nil,
                unit: "01",
                author: author, cause: "fund", connection)
        }
    }

    /// Approves, spends or lets go of a commitment. Approving is for another than the proposer; spending for what was approved.
    public func decide(commitment id: String, _ act: String, amount: Money? = nil, author: String) async throws {
        try await database.write { connection in
            guard let one = try self.commitments("id = \(id)", limit: 1, on: connection).first else { throw PaymentError.noSuchPayment }
            let origin = LedgerOrigin(author: author, unit: "01", cause: "fund")
            switch (act, one.state) {
            case ("approve", "proposed"):
                guard one.author != author else { throw PaymentError.forbidden(["vi": "Người đề xuất không tự duyệt.", "en": "The one who proposes does not approve."]) }
                try connection.run("UPDATE commitment SET state = 'committed', approver = \(author) WHERE id = \(id)")
            case ("spend", "committed"):
                let amount = amount ?? one.amount
                guard amount.amount > 0, amount <= one.amount else {
                    throw PaymentError.objections([
                        Objection(field: "amount", code: "range", ["vi": "Chi nhiều nhất bằng số đã cam kết.", "en": "At most what was committed can be spent."])
                    ])
                }
                try self.ledger.enter([.post(id: id, amount: amount)], origin, on: connection)
                try connection.run("UPDATE commitment SET state = 'spent', spent = \(amount.amount) WHERE id = \(id)")
            case ("release", "proposed"), ("release", "committed"):
                try self.ledger.enter([.void(id: id)], origin, on: connection)
                try connection.run("UPDATE commitment SET state = 'released' WHERE id = \(id)")
            default: throw PaymentError.notNow(["vi": "Khoản này đang ở tình trạng khác.", "en": "This stands differently now."])
            }
            try self.append(
                act, .object(["amount": .integer(amount?.amount ?? one.amount.amount)]), subject: id, record: nil, previous: nil, unit: "01", author: author, cause: "fund",
                connection)
        }
    }

    private func commitments(_ condition: SQL, limit: Int, on connection: Connection) throws -> [Commitment] {
        try connection.all("SELECT id, purpose, title, payee, amount, spent, state, day, author FROM commitment WHERE \(condition) LIMIT \(limit)") { row in
            Commitment(
                id: row.text(0), purpose: row.text(1), title: row.text(2), payee: row.text(3), amount: Money(row.integer(4)), spent: Money(row.integer(5)), state: row.text(6),
                day: Day(number: Int32(row.integer(7))), author: row.text(8))
        }
    }

    public func commitments(limit: Int = 200) throws -> [Commitment] { try database.look { try commitments("1 = 1 ORDER BY day DESC, id", limit: limit, on: $0) } }

    // MARK: What another schedule would earn

    /// Reckons a scenario over the dossiers handed in between two days. Who was exempt stays so unless the scenario lifts the exemption;
    /// how many would have come at another fee it cannot know, and takes those who came.
    public func forecast(_ scenario: FeeScenario, from: Day, to: Day) throws -> FeeForecast {
        let groups = try dossiers.charges(from: from, to: to)
        var procedures: [String: (count: Int64, charged: Int64, wouldBe: Int64)] = [:]
        var channels: [SubmissionChannel: (count: Int64, charged: Int64, wouldBe: Int64)] = [:]
        var exemptions: [String: (count: Int64, charged: Int64, wouldBe: Int64)] = [:]
        for group in groups {
            let procedure = try? dossiers.procedure(group.procedure)
            let fee = procedure?.fee(on: to)?.value
            let wouldBe: Int64
            if !group.exemption.isEmpty, !scenario.liftedExemptions.contains(group.exemption) {
                wouldBe = 0
            } else if let new = scenario.fees[group.procedure] {
                wouldBe = group.count * (group.channel == .online ? new.online : new.counter)
            } else if !group.exemption.isEmpty {
                wouldBe = group.count * (fee?.amount(group.channel).amount ?? 0)
            } else {
                wouldBe = group.amount
            }
            func add(_ sum: (count: Int64, charged: Int64, wouldBe: Int64)?) -> (count: Int64, charged: Int64, wouldBe: Int64) {
                ((sum?.count ?? 0) + group.count, (sum?.charged ?? 0) + group.amount, (sum?.wouldBe ?? 0) + wouldBe)
            }
            procedures[group.procedure] = add(procedures[group.procedure])
            channels[group.channel] = add(channels[group.channel])
            exemptions[group.exemption] = add(exemptions[group.exemption])
        }
        let exemptionTitles = Dictionary(
            dossiers.procedures.flatMap { procedure in procedure.fee(on: to)?.value.exemptions.map { ($0.code, $0.title) } ?? [] }, uniquingKeysWith: { first, _ in first })
        func row(_ name: Text, _ sum: (count: Int64, charged: Int64, wouldBe: Int64)) -> FeeForecast.Row {
            .init(name: name, count: sum.count, charged: sum.charged, wouldBe: sum.wouldBe)
        }
        let byProcedure = procedures.map { row((try? dossiers.procedure($0.key).title) ?? .same($0.key), $0.value) }.sorted { ($1.wouldBe, $0.name.vi) < ($0.wouldBe, $1.name.vi) }
        let byChannel = SubmissionChannel.allCases.compactMap { channel in channels[channel].map { row(channel.title, $0) } }
        let byGroup = exemptions.sorted { $0.key < $1.key }.map {
            row($0.key.isEmpty ? ["vi": "Không được miễn", "en": "Not exempt"] : exemptionTitles[$0.key] ?? .same($0.key), $0.value)
        }
        let total = procedures.values.reduce((count: Int64(0), charged: Int64(0), wouldBe: Int64(0))) { ($0.count + $1.count, $0.charged + $1.charged, $0.wouldBe + $1.wouldBe) }
        return FeeForecast(
            from: from, to: to, byProcedure: byProcedure, byChannel: byChannel, byGroup: byGroup, total: row(["vi": "Cộng", "en": "Total"], total),
            fund: total.wouldBe * scenario.fundParts / 10_000)
    }
}
