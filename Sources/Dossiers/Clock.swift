// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Registers
internal import Store

/// What the clock did in one turn.
public struct ClockReport: Sendable {
    public var done = 0
    /// Dossiers whose act failed, with the reason; they are tried again, and nobody else waits for them.
    public var failed: [(number: Int64, kind: String, reason: String)] = []
}

extension Dossier {
    /// The clock's acts that wait for a moment. They follow from the state alone, so that they can always be made again.
    func timers(_ calendar: WorkCalendar, _ limits: DossierLimits) -> [(kind: String, moment: Instant)] {
        switch state {
        case .submitted: return [("deem", calendar.instant(limits.deemedAfterMinutes, workingMinutesAfter: submitted))]
        case .waitingForPapers(_, _, let until): return [("stop", until)]
        case .waitingForFee(let since): return [("stop", calendar.due(.days(limits.paymentDays), from: since))]
        case .received, .handling:
            guard let due, let promised else { return [] }
            var timers: [(String, Instant)] = []
            if apology == nil { timers.append(("apologise", due)) }
            if escalation < limits.escalationDays.count {
                let days = limits.escalationDays[escalation]
                timers.append(("escalate", days == 0 ? promised : calendar.day(days, workingDaysAfter: promised.day).at(minute: promised.minuteOfDay)))
            }
            return timers
        case .declined, .withdrawn, .stopped, .decided, .returned: return []
        }
    }
}

extension Dossiers {
    func setTimers(of dossier: Dossier, _ connection: Connection) throws {
        try connection.run("DELETE FROM dossier_timer WHERE number = \(dossier.number)")
        for timer in dossier.timers(city.calendar, limits) {
            try connection.run("INSERT INTO dossier_timer (number, kind, moment, failures, fault) VALUES (\(dossier.number), \(timer.kind), \(timer.moment), 0, \(String?.none))")
        }
    }

    /// Does all that is due: each dossier in its own command, so that one that fails neither stops nor delays another.
    /// Call it again and again; what was done is not due any more.
    public func runClock() async throws -> ClockReport {
        var report = ClockReport()
        let now = world.now()
        try await dropOldDrafts()
        // Another server may have published a version meanwhile.
        try noticeVersions()
        while true {
            let due = try database.read { connection in
                try connection.all(
                    """
                    SELECT t.number, t.kind, d.code, t.failures FROM dossier_timer t JOIN dossier d ON d.number = t.number WHERE t.moment <= \(now) \
                    ORDER BY t.moment, t.number LIMIT \(limits.clockBatch)
                    """
                ) { (number: $0.integer(0), kind: $0.text(1), code: $0.text(2), failures: $0.integer(3)) }
            }
            guard !due.isEmpty else { return report }
            let outcomes = await withTaskGroup(of: (Int, String?).self) { group in
                for (index, timer) in due.enumerated() {
                    group.addTask {
                        do {
                            try await self.database.write { connection in try self.ring(timer.kind, timer.code, now, connection) }
                            return (index, nil)
                        } catch {
                            return (index, "\(error)")
                        }
                    }
                }
                return await group.reduce(into: [Int: String]()) { failures, outcome in if let reason = outcome.1 { failures[outcome.0] = reason } }
            }
            report.done += due.count - outcomes.count
            for (index, reason) in outcomes.sorted(by: { $0.key < $1.key }) {
                let timer = due[index]
                report.failed.append((timer.number, timer.kind, reason))
                // Again in a minute, then later and later, but at least once an hour.
                let wait = Int64(min(60, 1 << min(6, timer.failures))) * 60_000
                try await database.write { connection in
                    try connection.run(
                        """
                        UPDATE dossier_timer SET failures = failures + 1, fault = \(String(reason.prefix(500))), moment = \(now.milliseconds + wait) \
                        WHERE number = \(timer.number) AND kind = \(timer.kind)
                        """)
                }
            }
        }
    }

    private func ring(_ kind: String, _ code: String, _ now: Instant, _ connection: Connection) throws {
        let dossier = try load(code, on: connection).dossier
        // Another process may have done it, or the dossier has moved: its timers say what is due now.
        guard let timer = dossier.timers(city.calendar, limits).first(where: { $0.kind == kind }), timer.moment <= now else {
            return try setTimers(of: dossier, connection)
        }
        // While a part waits for the applicant, the whole does too.
        if try isWaiting(dossier, connection) {
            let later = city.calendar.day(1, workingDaysAfter: now.day).at(minute: city.calendar.opening)
            return try connection.run("UPDATE dossier_timer SET moment = \(later) WHERE number = \(dossier.number) AND kind = \(kind)")
        }
        let act: DossierAct
        switch kind {
        case "deem": act = .deemReceived
        case "escalate": act = .escalate(level: dossier.escalation + 1)
        case "apologise":
            act = .apologise(
                reason: Self.lateText, due: city.calendar.day(extraDays(dossier), workingDaysAfter: max(now.day, dossier.due!.day)).at(minute: city.calendar.closing))
        default:
            if case .waitingForFee = dossier.state { act = .stop(reason: Self.unpaidText) } else { act = .stop(reason: Self.unsuppliedText) }
        }
        let after = try self.act(act, on: code, expecting: nil, by: .clock, connection)
        // An act that changes nothing would ring for ever.
        guard after.last > dossier.last else { throw DossierError.notNow(Text(vi: "Việc “\(act.name)” không đổi gì.", en: "The act “\(act.name)” changed nothing.")) }
    }

    /// How many working days a late office gets for its one new date: half of its time by law.
    private func extraDays(_ dossier: Dossier) -> Int {
        switch (try? procedure(of: dossier))?.term(on: dossier.submitted.day) {
        case .workingDays(let days): max(1, (days + 1) / 2)
        case .days(let days): max(1, days / 3)
        default: 1
        }
    }

    static let lateText = "Đơn vị chưa giải quyết xong trong thời hạn."
    static let unpaidText = "Quá thời hạn nộp phí, lệ phí."
    static let unsuppliedText = "Quá thời hạn bổ sung giấy tờ."
}
