// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Store

/// What became of the dossiers that were handed in beside helpers.
public struct GuidedFigures: Sendable, Equatable {
    public let handedIn: Int
    /// Those that have come to an end, without those that their applicants withdrew.
    public let ended: Int
    /// Of those that ended, the ones that were approved without anybody having asked for papers.
    public let atFirst: Int

    public init(handedIn: Int, ended: Int, atFirst: Int) {
        self.handedIn = handedIn
        self.ended = ended
        self.atFirst = atFirst
    }
}

/// How a guided dossier ended, as it is kept beside the help.
enum GuidedOutcome: Int64 {
    case failed = 0
    case atFirst = 1
    /// The applicant thought better of it: it tells nothing of the guide.
    case withdrawn = 2
}

extension Dossier {
    /// Nil while nobody has decided: what is open has not succeeded yet.
    var guidedOutcome: GuidedOutcome? {
        switch state {
        case .submitted, .received, .handling, .waitingForPapers, .waitingForFee: nil
        case .withdrawn: .withdrawn
        case .declined, .stopped: .failed
        case .decided(let isApproved, _, _), .returned(let isApproved, _): isApproved && !hasAskedForPapers ? .atFirst : .failed
        }
    }
}

extension Dossiers {
    static let outcomeSteps: [SQL] = [
        "ALTER TABLE help_dossier ADD COLUMN outcome INTEGER", "CREATE INDEX help_dossier_shift ON help_dossier (shift, outcome)",
        "CREATE INDEX help_dossier_open ON help_dossier (dossier) WHERE outcome IS NULL", "CREATE INDEX help_shift_started ON help_shift (started)",
    ]

    /// How a dossier ended, in the commit that ends it; nothing where nobody helped.
    func noteOutcome(of dossier: Dossier, _ connection: Connection) throws {
        guard let outcome = dossier.guidedOutcome?.rawValue else { return }
        try connection.run("UPDATE help_dossier SET outcome = \(outcome) WHERE dossier = \(dossier.code)")
    }

    /// Outcomes of dossiers that ended before outcomes were kept.
    func fillOutcomes() throws {
        var last = ""
        while true {
            let from = last
            let missing = try database.look { connection in
                try connection.all(
                    """
                    SELECT h.dossier FROM help_dossier h JOIN dossier d ON d.code = h.dossier WHERE h.outcome IS NULL AND d.ended IS NOT NULL AND h.dossier > \(from) \
                    ORDER BY h.dossier LIMIT 500
                    """
                ) { $0.text(0) }
            }
            guard let end = missing.last else { return }
            last = end
            try database.writeAndWait { connection in for code in missing { try self.noteOutcome(of: self.load(code, on: connection).dossier, connection) } }
        }
    }

    /// Counts of rows `d` of guided dossiers, as `figures` reads them.
    static let outcomeCounts: SQL = "count(*), count(CASE WHEN d.outcome IN (0, 1) THEN 1 END), count(CASE WHEN d.outcome = 1 THEN 1 END)"

    static func figures(_ row: Row) -> GuidedFigures { GuidedFigures(handedIn: Int(row.integer(0)), ended: Int(row.integer(1)), atFirst: Int(row.integer(2))) }

    /// The dossiers handed in on shifts that began on that day or later.
    public func guidedFigures(since day: Day) throws -> GuidedFigures {
        let begin = Dossiers.midnight(day)
        return try database.look { connection in
            try connection.first(
                "SELECT \(Dossiers.outcomeCounts) FROM help_shift s JOIN help_dossier d ON d.shift = s.id WHERE s.started >= \(begin)", Dossiers.figures)!
        }
    }

    /// When a day begins in Hà Nội, in milliseconds.
    static func midnight(_ day: Day) -> Int64 { day.at(minute: 0).milliseconds }
}
