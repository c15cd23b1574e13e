// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
public import Ledger
public import Notices
public import Registers
internal import Store
internal import Synchronization

/// What the dossiers need to know of their city.
public struct DossierCity: Sendable {
    public let procedures: [Procedure]
    /// When in life people look for them, in the order of life.
    public let occasions: [Occasion]
    public let calendar: WorkCalendar
    /// The register of people, in which applicants are found.
    public let people: String
    /// The field of that register that holds a person's phone.
    public let phone: String?
    /// The register of who may act for whom.
    public let delegations: String?
    /// The register of student guides' shifts: student, place, day, from, until, state, source, dossiers, succeeded.
    public let guiding: String?
    /// How fees are shared, oldest first.
    public let feeShares: [FeeShares]
    /// The agency in a dossier's code, by its office and unit.
    public let agency: @Sendable (Office, String) -> String

    public init(
        procedures: [Procedure], occasions: [Occasion], calendar: WorkCalendar, people: String, phone: String? = nil, delegations: String? = nil,
        guiding: String? = nil, feeShares: [FeeShares] = [], agency: @escaping @Sendable (Office, String) -> String
    ) {
        self.procedures = procedures
        self.occasions = occasions
        self.calendar = calendar
        self.people = people
        self.phone = phone
        self.delegations = delegations
        self.guiding = guiding
        self.feeShares = feeShares
        self.agency = agency
    }
}

/// Who acts on a dossier or looks at it.
public enum Party: Sendable {
    /// A citizen who has signed in, by the row of their record.
    case citizen(Int64)
    case officer(Authority)
    /// Time itself.
    case clock

    var id: String {
        switch self {
        case .citizen: "citizen"
        case .officer(let authority): authority.id
        case .clock: "clock"
        }
    }
}

/// The dossiers of a city: applications from the first question to the certificate. Every act is an entry of their journal.
public final class Dossiers: Sendable {
    public let registry: Registry
    public let city: DossierCity
    public let limits: DossierLimits
    public let ledger: Ledger
    public let notices: Notices
    let database: Database
    let journals: Journals
    let world: World
    private let versions: [String: [Procedure]]
    private let inForce = Mutex<[String: Int]>([:])

    public static let journal = "dossiers"
    static let entryNames = ["dossier", "event", "content", "_author", "_cause"]

    public init(registry: Registry, city: DossierCity, limits: DossierLimits = DossierLimits()) throws {
        self.registry = registry
        self.city = city
        self.limits = limits
        database = registry.database
        journals = registry.journals
        world = registry.world
        versions = Dictionary(grouping: city.procedures, by: \.code).mapValues { $0.sorted { $0.version < $1.version } }
        ledger = try Ledger(database: database, journals: journals, world: world)
        notices = try Notices(database: database, world: world)
        try database.migrate(Dossiers.migration)
        try database.writeAndWait { connection in
            try connection.createTable(
                "dossier",
                """
                number INTEGER PRIMARY KEY, code TEXT NOT NULL, procedure TEXT NOT NULL, office TEXT NOT NULL, unit TEXT NOT NULL, status INTEGER NOT NULL, \
                step INTEGER NOT NULL, proposed INTEGER NOT NULL, officer TEXT, applicant INTEGER NOT NULL, draft TEXT NOT NULL, \
                submitted INTEGER NOT NULL, due INTEGER, ended INTEGER, on_time INTEGER, level INTEGER NOT NULL, rating INTEGER, last INTEGER NOT NULL
                """, spreadBy: "number")
            for (name, columns) in Dossiers.indexes {
                try connection.run("CREATE INDEX IF NOT EXISTS dossier_\(name: name) ON dossier (\(SQL(stringLiteral: columns)))")
            }
        }
        try journals.open(Dossiers.journal, names: Dossiers.entryNames)
        try openCertificates()
        try openVersions()
        try fillCharges()
        try fillOutcomes()
    }

    static let indexes = [
        ("code", "code"), ("applicant", "applicant, number"), ("queue", "office, unit, status, due"), ("all_units", "office, status, due"),
        ("procedure", "procedure"),
    ]

    static let migration = Migration(
        "dossiers",
        steps: [
            [
                "CREATE TABLE dossier_sequence (agency TEXT NOT NULL, day INTEGER NOT NULL, taken INTEGER NOT NULL, PRIMARY KEY (agency, day))",
                """
                CREATE TABLE dossier_timer (number INTEGER NOT NULL, kind TEXT NOT NULL, moment INTEGER NOT NULL, failures INTEGER NOT NULL, fault TEXT, \
                PRIMARY KEY (number, kind))
                """,
                "CREATE INDEX dossier_timer_moment ON dossier_timer (moment)",
                """
                CREATE TABLE draft (id TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, applicant INTEGER NOT NULL, procedure TEXT NOT NULL, subject INTEGER NOT NULL, \
                channel INTEGER NOT NULL, answers TEXT NOT NULL, dossier TEXT, updated INTEGER NOT NULL)
                """,
                "CREATE INDEX draft_owner ON draft (owner)", "CREATE INDEX draft_unfinished ON draft (updated) WHERE dossier IS NULL",
                """
                CREATE TABLE dossier_file (draft TEXT NOT NULL, hash TEXT NOT NULL, paper TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL, content BLOB NOT NULL, \
                added INTEGER NOT NULL, PRIMARY KEY (draft, hash, paper))
                """,
            ],
            [
                "CREATE TABLE certificate (number INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL, dossier TEXT NOT NULL, procedure TEXT NOT NULL)",
                "CREATE TABLE contact (person INTEGER NOT NULL PRIMARY KEY, mail TEXT, language TEXT NOT NULL, wanted TEXT, code BLOB, until INTEGER, tries INTEGER NOT NULL)",
                "CREATE UNIQUE INDEX certificate_code ON certificate (code)", "CREATE UNIQUE INDEX certificate_dossier ON certificate (dossier)",
                "CREATE TABLE certificate_holder (person INTEGER NOT NULL, procedure TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (person, procedure, number))",
                "CREATE INDEX draft_subject ON draft (subject)",
            ] + Dossiers.laterSteps, Dossiers.feeSteps, Dossiers.guideSteps, Dossiers.outcomeSteps,
            Dossiers.plannedSteps,
        ])

    private static let laterSteps: [SQL] = Array([ticketSteps, helpSteps, branchSteps, versionSteps].joined())

    /// The version of a procedure that is in force.
    public func procedure(_ code: String) throws(DossierError) -> Procedure {
        guard let all = versions[code] else { throw .noSuchProcedure(code) }
        let number = inForce.withLock { $0[code] }
        return all.first { $0.version == number } ?? all.last!
    }

    public func versions(of code: String) throws(DossierError) -> [Procedure] {
        guard let all = versions[code] else { throw .noSuchProcedure(code) }
        return all
    }

    /// The version that a dossier goes by.
    public func procedure(of dossier: Dossier) throws(DossierError) -> Procedure {
        guard let found = try versions(of: dossier.submission.procedure).first(where: { $0.version == dossier.version }) else {
            throw .noSuchProcedure("\(dossier.submission.procedure) \(dossier.version)")
        }
        return found
    }

    /// The procedures as they are in force, in the order of their declarations.
    public var procedures: [Procedure] {
        var seen: Set<String> = []
        return city.procedures.compactMap { seen.insert($0.code).inserted ? try? procedure($0.code) : nil }
    }

    func setInForce(_ all: [String: Int]) { inForce.withLock { $0 = all } }

    // MARK: Reading

    func entries(of code: String, on connection: Connection) throws -> (entries: [Entry], draft: String) {
        let found = try connection.first("SELECT last, draft FROM dossier WHERE code = \(code)") { ($0.integer(0), $0.text(1)) }
        guard let (last, draft) = found else { throw DossierError.noSuchDossier }
        return (try chain(from: last, on: connection), draft)
    }

    /// A dossier as its entries tell it, and the draft whose files are its own.
    func load(_ code: String, on connection: Connection) throws -> (dossier: Dossier, draft: String) {
        let (entries, draft) = try entries(of: code, on: connection)
        return (try fold(code, entries), draft)
    }

    /// The entries of a dossier in their order.
    func chain(from last: Int64, on connection: Connection) throws -> [Entry] {
        var entries: [Entry] = []
        var next: Int64? = last
        while let number = next {
            guard let entry = try journals.entry(number, in: Dossiers.journal, on: connection) else { throw JournalError.noSuchEntry(number) }
            entries.append(entry)
            next = entry.previous
        }
        return entries.reversed()
    }

    static func event(_ entry: Entry) -> DossierEvent? {
        guard let name = entry.value("event")?.string, let content = entry.value("content")?.string, let json = try? JSON(parsing: content.utf8) else { return nil }
        return DossierEvent(name, json)
    }

    func fold(_ code: String, _ entries: [Entry]) throws -> Dossier {
        guard let first = entries.first, case .submitted(let submission)? = Dossiers.event(first) else { throw JournalError.noSuchEntry(entries.first?.number ?? 0) }
        var dossier = Dossier(code: code, number: first.number, submission, at: first.recorded)
        for entry in entries.dropFirst() {
            guard let event = Dossiers.event(entry) else { throw JournalError.noSuchEntry(entry.number) }
            dossier.apply(event, entry: entry.number, at: entry.recorded)
        }
        return dossier
    }

    // MARK: Acting

    /// Does something with a dossier: its entries, the registers' changes, its row and its timers in one commit.
    /// `expecting` is the last entry that the actor saw; nil takes the dossier as it is. What the same actor did just now is answered as done.
    public func act(_ act: DossierAct, on code: String, expecting: Int64?, by party: Party) async throws -> Dossier {
        try await database.write { connection in try self.act(act, on: code, expecting: expecting, by: party, connection) }
    }

    func act(_ act: DossierAct, on code: String, expecting: Int64?, by party: Party, _ connection: Connection) throws -> Dossier {
        let (dossier, draft) = try load(code, on: connection)
        try may(act, dossier, party, connection)
        if let expecting, expecting != dossier.last {
            if try isRepeated(act, dossier, after: expecting, by: party, on: connection) { return dossier }
            throw DossierError.changed(last: dossier.last)
        }
        return try enter(act, dossier, draft: draft, by: party, connection)
    }

    /// A double click, a second tab, the back button: the same actor's same act was entered right after what they saw.
    private func isRepeated(_ act: DossierAct, _ dossier: Dossier, after seen: Int64, by party: Party, on connection: Connection) throws -> Bool {
        let later = try chain(from: dossier.last, on: connection).drop { $0.number <= seen }
        return !later.isEmpty && later.allSatisfy { $0.author == party.id && $0.cause == act.name }
    }

    func enter(_ act: DossierAct, _ before: Dossier, draft: String, by party: Party, _ connection: Connection) throws -> Dossier {
        let procedure = try procedure(of: before)
        let now = world.now()
        var dossier = before
        var events = try before.decide(act, Circumstances(procedure: procedure, calendar: city.calendar, now: now, limits: limits, actor: party.id))
        if case .pay(let transfer, let account) = act, !events.isEmpty, let charge = before.charge {
            // The legs and what they complete are one commit.
            let acts = feeTransfers(transfer, from: account ?? "cash:\(before.submission.unit)", before, charge.amount)
            try ledger.enter(acts, LedgerOrigin(author: party.id, unit: before.submission.unit, cause: "fee"), on: connection)
        }
        if case .propose(_, _, let findings) = act { events = try checked(events, findings, dossier, procedure, connection) }
        // A fee that is owed once the matter is approved is reckoned at that moment.
        if case .endorsed? = events.last, dossier.charge == nil {
            let charge = try charge(procedure, dossier, on: connection)
            if charge.amount.amount == 0, let proposal = dossier.proposal {
                events = [.charged(charge), .decided(isApproved: true, reasons: proposal.reasons, findings: proposal.findings)]
            } else {
                events.append(.charged(charge))
            }
        }
        for event in events {
            if case .decided(let isApproved, _, let findings) = event, isApproved { try carryOut(procedure, dossier, findings, by: party, connection) }
            let place = try append(
                event, code: dossier.code, record: dossier.number, previous: dossier.last, unit: dossier.submission.unit, author: party.id, cause: act.name, connection)
            dossier.apply(event, entry: place.number, at: place.recorded)
            try tell(event, of: dossier, entry: place.number, connection)
        }
        if !events.isEmpty {
            try save(dossier, draft: draft, isNew: false, connection)
            if dossier.charge != before.charge || dossier.payment != before.payment || dossier.isEnded { try noteCharge(dossier, isNew: false, connection) }
        }
        if !events.isEmpty { try followBranches(before, dossier, procedure, by: party, connection) }
        return dossier
    }

    func append(
        _ event: DossierEvent, code: String, record: Int64?, previous: Int64?, unit: String, author: String, cause: String, _ connection: Connection
    ) throws -> Journals.Place {
        let form = try journals.form(of: Dossiers.journal, names: Dossiers.entryNames)
        var content: [UInt8] = [0x5B]
        for (index, text) in [code, event.name, event.json.text, author, cause].enumerated() {
            if index > 0 { content.append(0x2C) }
            JSON.write(text, to: &content)
        }
        content.append(0x5D)
        let today = world.today
        return try journals.append(
            journals.sealer(for: form).seal(content: content, effective: today), form: form, to: Dossiers.journal, record: record, previous: previous, effective: today,
            unit: unit, load: nil, on: connection)
    }

    /// What the officer filled in for the decision is read like any form.
    private func checked(
        _ events: [DossierEvent], _ findings: [String: Value], _ dossier: Dossier, _ procedure: Procedure, _ connection: Connection
    ) throws -> [DossierEvent] {
        guard case .proposed(let proposal)? = events.first, proposal.isApproval else { return events }
        var objections: [Objection] = []
        let texts = findings.mapValues(\.plain)
        let values = Procedure.read(procedure.findings, texts, registry.reading(), &objections)
        guard objections.isEmpty else { throw DossierError.objections(objections) }
        let application = try application(procedure, dossier, findings: values, on: connection)
        // What the decision would enter is tried at once, so that nobody proposes what cannot be.
        objections = try procedure.check(application, registry.records(on: connection), registry.reading())
        guard objections.isEmpty else { throw DossierError.objections(objections) }
        return [.proposed(.init(isApproval: true, reasons: proposal.reasons, findings: values, by: proposal.by))]
    }

    func application(_ procedure: Procedure, _ dossier: Dossier, findings: [String: Value], on connection: Connection) throws -> Application {
        let records = registry.records(on: connection)
        guard let applicant = try records.find(city.people, dossier.submission.applicant) else { throw DossierError.notNow(Self.goneText) }
        guard let subject = try records.find(city.people, dossier.submission.subject) else { throw DossierError.notNow(Self.goneText) }
        return Application(
            procedure: procedure.code, applicant: applicant, subject: subject, answers: dossier.answers, findings: findings, unit: dossier.submission.unit, day: world.today,
            dossier: dossier.code)
    }

    static let goneText: Text = [
        "vi": "Người nộp hoặc người được giải quyết không còn trong sổ dân cư; hãy dừng hồ sơ và nêu lý do.",
        "en": "The applicant or the person concerned is no longer in the population register; stop the dossier and give the reason.",
    ]

    /// Enters into the registers what the law attaches to an approval.
    private func carryOut(_ procedure: Procedure, _ dossier: Dossier, _ findings: [String: Value], by party: Party, _ connection: Connection) throws {
        let application = try application(procedure, dossier, findings: findings, on: connection)
        let records = registry.records(on: connection)
        do {
            if !procedure.isLinked { try issue(procedure, dossier, application, by: party, connection) }
            let consequences = try procedure.entries(application, records, registry.reading())
            for one in consequences { precondition(procedure.writes.contains(one.register), "\(procedure.code) enters into \(one.register) without saying so.") }
            guard !consequences.isEmpty else { return }
            let conductor = Authority(.officer, id: party.id, name: "", grants: procedure.writes.map { Grant($0, [.write]) })
            _ = try registry.enter(consequences, from: world.today, cause: "dossier:\(dossier.code)", by: conductor, on: connection)
        } catch let objection as Objection {
            throw DossierError.objections([objection])
        } catch RegisterError.objections(let objections) {
            throw DossierError.objections(objections)
        }
    }

    func charge(_ procedure: Procedure, _ dossier: Dossier, on connection: Connection) throws -> DossierEvent.Charge {
        try charge(procedure, try application(procedure, dossier, findings: [:], on: connection), dossier.submission.channel, on: dossier.submitted.day, connection)
    }

    /// What is owed by the law of the day of submission; exemptions come from the registers.
    func charge(_ procedure: Procedure, _ application: Application, _ channel: SubmissionChannel, on day: Day, _ connection: Connection) throws -> DossierEvent.Charge {
        guard let fee = procedure.fee(on: day)?.value, fee.amount(channel).amount > 0 else { return .init(amount: Money(0), exemption: nil) }
        let records = registry.records(on: connection)
        for exemption in fee.exemptions where try exemption.holds(application, records, registry.reading()) { return .init(amount: Money(0), exemption: exemption.code) }
        let count = fee.times.flatMap { application[$0].integer } ?? 1
        return .init(amount: Money(fee.amount(channel).amount * count), exemption: nil)
    }

    // MARK: Who may

    /// An act is for those of its office and unit at the moment it is done, for the applicant, or for the clock.
    private func may(_ act: DossierAct, _ dossier: Dossier, _ party: Party, _ connection: Connection) throws {
        switch (act, party) {
        case (.deemReceived, .clock), (.escalate, .clock), (.apologise, .clock), (.stop, .clock): return
        case (.supplement, .citizen(let row)), (.withdraw, .citizen(let row)), (.rate, .citizen(let row)):
            guard try registry.row(ofKey: dossier.submission.applicant, in: city.people, on: connection) == row else { throw DossierError.noSuchDossier }
        case (.deemReceived, _), (.escalate, _), (.rate, .officer), (_, .citizen), (_, .clock): throw DossierError.noSuchDossier
        case (.decide, .officer(let authority)), (.sendBack, .officer(let authority)), (.stop, .officer(let authority)): try must(.decide, dossier, authority)
        case (_, .officer(let authority)): try must(.write, dossier, authority)
        }
    }

    private func must(_ right: Act, _ dossier: Dossier, _ authority: Authority) throws {
        guard isVisible(dossier.submission.office, dossier.submission.unit, to: authority) else { throw DossierError.noSuchDossier }
        guard authority.may(right, Office.right(dossier.submission.office), unit: dossier.submission.unit, units: registry.units, on: world.today) else {
            throw DossierError.forbidden(
                right == .decide
                    ? ["vi": "Việc này dành cho người có quyền quyết định của đơn vị.", "en": "This is for those who decide in this unit."]
                    : ["vi": "Hồ sơ thuộc đơn vị hoặc cơ quan khác.", "en": "The dossier belongs to another unit or office."])
        }
    }

    public func isVisible(_ office: String, _ unit: String, to authority: Authority) -> Bool {
        [Act.read, .write, .decide].contains { authority.may($0, Office.right(office), unit: unit, units: registry.units, on: world.today) }
    }

    // MARK: The row beside the journal

    func save(_ dossier: Dossier, draft: String, isNew: Bool, _ connection: Connection) throws {
        let onTime = dossier.isOnTime.map { Int64($0 ? 1 : 0) }
        if isNew {
            let applicant = try registry.row(ofKey: dossier.submission.applicant, in: city.people, on: connection)!
            try connection.run(
                """
                INSERT INTO dossier (number, code, procedure, office, unit, status, step, proposed, officer, applicant, draft, submitted, due, ended, on_time, level, rating, last) \
                VALUES (\(dossier.number), \(dossier.code), \(dossier.submission.procedure), \(dossier.submission.office), \(dossier.submission.unit), \(dossier.status.rawValue), \
                \(dossier.step), \(dossier.proposal == nil ? 0 : 1), \(dossier.officer), \(applicant), \(draft), \(dossier.submitted), \(dossier.due?.milliseconds), \
                \(dossier.ended?.milliseconds), \(onTime), \(dossier.escalation), \(dossier.rating.map(Int64.init)), \(dossier.last))
                """)
        } else {
            try connection.run(
                """
                UPDATE dossier SET status = \(dossier.status.rawValue), step = \(dossier.step), proposed = \(dossier.proposal == nil ? 0 : 1), officer = \(dossier.officer), \
                due = \(dossier.due?.milliseconds), ended = \(dossier.ended?.milliseconds), on_time = \(onTime), level = \(dossier.escalation), \
                rating = \(dossier.rating.map(Int64.init)), last = \(dossier.last) WHERE number = \(dossier.number)
                """)
        }
        if dossier.isEnded { try noteOutcome(of: dossier, connection) }
        try setTimers(of: dossier, connection)
    }
}
