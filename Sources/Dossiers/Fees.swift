// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Ledger
internal import Registers
public import Store

/// A fee that somebody owes for a dossier.
public struct OwedFee: Sendable, Equatable {
    public let dossier: String
    public let procedure: String
    public let office: String
    public let unit: String
    /// The row of the applicant's record.
    public let applicant: Int64
    public let amount: Money
}

/// What was charged for the dossiers of a kind, summed: what a reckoning of other fees begins with.
public struct ChargedGroup: Sendable, Equatable {
    public let procedure: String
    public let channel: SubmissionChannel
    /// The code of the exemption that freed them; empty for those who had to pay.
    public let exemption: String
    public let count: Int64
    public let amount: Int64
    public let paid: Int64
}

extension Dossiers {
    static let feeSteps: [SQL] = [
        """
        CREATE TABLE dossier_charge (number INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL, procedure TEXT NOT NULL, office TEXT NOT NULL, unit TEXT NOT NULL, \
        applicant INTEGER NOT NULL, channel INTEGER NOT NULL, day INTEGER NOT NULL, amount INTEGER NOT NULL, exemption TEXT NOT NULL, state INTEGER NOT NULL)
        """,
        "CREATE INDEX dossier_charge_owed ON dossier_charge (applicant) WHERE state = 0", "CREATE INDEX dossier_charge_day ON dossier_charge (day)",
    ]

    /// Where a charge stands: owed, paid, or nothing to pay any more.
    private static func chargeState(_ dossier: Dossier) -> Int64 { dossier.payment != nil ? 1 : dossier.owesFee && !dossier.isEnded ? 0 : 2 }

    /// Keeps beside the journal what the dossier was charged, for baskets and figures.
    func noteCharge(_ dossier: Dossier, isNew: Bool, _ connection: Connection) throws {
        let amount = dossier.charge?.amount.amount ?? 0
        let exemption = dossier.charge?.exemption ?? ""
        if isNew {
            let applicant = try registry.row(ofKey: dossier.submission.applicant, in: city.people, on: connection) ?? -1
            try connection.run(
                """
                INSERT INTO dossier_charge (number, code, procedure, office, unit, applicant, channel, day, amount, exemption, state) VALUES (\(dossier.number), \(dossier.code), \
                \(dossier.submission.procedure), \(dossier.submission.office), \(dossier.submission.unit), \(applicant), \(dossier.submission.channel.rawValue), \
                \(dossier.submitted.day), \(amount), \(exemption), \(Dossiers.chargeState(dossier)))
                """)
        } else {
            try connection.run(
                "UPDATE dossier_charge SET amount = \(amount), exemption = \(exemption), state = \(Dossiers.chargeState(dossier)) WHERE number = \(dossier.number)")
        }
    }

    /// Charges of dossiers that were handed in before charges were kept beside the journal: from the newest of them to the oldest, so that what is
    /// still to do always lies below what is done.
    func fillCharges() throws {
        while true {
            let missing = try database.look { connection in
                try connection.all(
                    "SELECT code FROM dossier WHERE number < (SELECT coalesce(min(number), \(Int64.max)) FROM dossier_charge) ORDER BY number DESC LIMIT 500"
                ) { $0.text(0) }
            }
            if missing.isEmpty { return }
            try database.writeAndWait { connection in for code in missing { try self.noteCharge(self.load(code, on: connection).dossier, isNew: true, connection) } }
        }
    }

    /// What these people owe for their dossiers, oldest first.
    public func owedFees(of people: [Int64], on connection: Connection) throws -> [OwedFee] {
        try people.flatMap { person in
            try connection.all(
                "SELECT code, procedure, office, unit, applicant, amount FROM dossier_charge WHERE applicant = \(person) AND state = 0 ORDER BY number", Dossiers.owedFee)
        }
    }

    public func owedFee(of dossier: String, on connection: Connection) throws -> OwedFee? {
        try connection.first(
            "SELECT c.code, c.procedure, c.office, c.unit, c.applicant, c.amount FROM dossier d JOIN dossier_charge c ON c.number = d.number WHERE d.code = \(dossier) AND c.state = 0",
            Dossiers.owedFee)
    }

    private static func owedFee(_ row: Row) -> OwedFee {
        OwedFee(dossier: row.text(0), procedure: row.text(1), office: row.text(2), unit: row.text(3), applicant: row.integer(4), amount: Money(row.integer(5)))
    }

    /// The fee came in by another way than the officer's hand: pays it from an account of the ledger, and what waited for it goes on, all in the caller's commit.
    public func payFee(of dossier: String, from account: String, on connection: Connection) throws {
        let (before, draft) = try load(dossier, on: connection)
        _ = try enter(.pay(transfer: "fee:\(dossier)", from: account), before, draft: draft, by: .clock, connection)
    }

    /// The account's transfers of a paid fee: each share its own, all or none.
    func feeTransfers(_ transfer: String, from account: String, _ dossier: Dossier, _ amount: Money) -> [LedgerAct] {
        let today = world.today
        let shares = city.feeShares.last { $0.from <= today }?.divide(amount) ?? [(FeeShares.Share("fees", .same("fees"), parts: 10_000), amount)]
        return shares.enumerated().map { index, part in
            let name =
                switch part.share.account {
                case "unit": "unit:\(dossier.submission.office):\(dossier.submission.unit)"
                case "fund": Dossiers.fundAccount
                default: "\(part.share.account):\(dossier.submission.office)"
                }
            return .enter(Transfer(id: index == 0 ? transfer : "\(transfer):\(part.share.account)", debit: account, credit: name, amount: part.amount, code: dossier.code))
        }
    }

    public static let fundAccount = "fund:reinvestment"

    /// What was charged from a day to the end of another, by procedure, channel and exemption.
    public func charges(from: Day, to: Day) throws -> [ChargedGroup] {
        try database.look { connection in
            try connection.all(
                """
                SELECT procedure, channel, exemption, count(*), CAST(sum(amount) AS BIGINT), CAST(sum(CASE WHEN state = 1 THEN amount ELSE 0 END) AS BIGINT) FROM dossier_charge \
                WHERE day >= \(from) AND day <= \(to) GROUP BY procedure, channel, exemption ORDER BY procedure, channel, exemption
                """
            ) { row in
                ChargedGroup(
                    procedure: row.text(0), channel: SubmissionChannel(rawValue: Int(row.integer(1))) ?? .online, exemption: row.text(2), count: row.integer(3),
                    amount: row.integer(4),
                    paid: row.integer(5))
            }
        }
    }
}
