// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import People
internal import Registers
internal import Store
internal import Synchronization

/// Which registers the start-up portal shows. Their fields are named as the portal reads them; of the register of enterprises it is told the two that it asks.
public struct StartupRoles: Sendable {
    let startups: String
    let rounds: String
    let investors: String
    let incubators: String
    let offers: String
    let enterprises: String
    /// The field and value of an enterprise that is at work.
    let active: (field: String, value: String)
    /// The field with an enterprise's legal representative.
    let representative: String
    /// The stage of a start-up that has ended.
    let ended: String
    /// For how many days a confirmation holds.
    let confirmationDays: Int

    public init(
        startups: String, rounds: String, investors: String, incubators: String, offers: String, enterprises: String, active: (field: String, value: String),
        representative: String, ended: String, confirmationDays: Int
    ) {
        self.startups = startups
        self.rounds = rounds
        self.investors = investors
        self.incubators = incubators
        self.offers = offers
        self.enterprises = enterprises
        self.active = active
        self.representative = representative
        self.ended = ended
        self.confirmationDays = confirmationDays
    }
}

/// A start-up as everybody sees it.
struct Startup: Sendable {
    let key: String
    let name: String
    let enterprise: String?
    let sector: String
    let stage: String
    let commune: String
    let website: String?
    let about: String
    let founders: Int64
    let jobs: Int64
    let founded: Day?
    let confirmedUntil: Day?
    let enterpriseConfirmed: Day?
    let isEnded: Bool

    init?(_ view: RecordView, _ register: Register, ended: String) {
        guard let key = view.key, !view.isRetired else { return nil }
        func value(_ field: String) -> Value { view.value(field, in: register) ?? .null }
        self.key = key
        name = value("name").plain
        enterprise = value("enterprise").string
        sector = value("sector").plain
        stage = value("stage").plain
        commune = value("commune").plain
        website = value("website").string
        about = value("about").plain
        founders = value("founders").integer ?? 0
        jobs = value("jobs").integer ?? 0
        founded = value("founded").day
        confirmedUntil = value("confirmed_until").day
        enterpriseConfirmed = value("enterprise_confirmed").day
        isEnded = stage == ended
    }

    /// What it says of itself is still confirmed.
    func isConfirmed(on day: Day) -> Bool { confirmedUntil.map { day <= $0 } ?? false }
    /// It names a company whose representative has not said so.
    var waitsForEnterprise: Bool { enterprise != nil && enterpriseConfirmed == nil }
}

/// Money that a start-up has raised, and where that can be read.
struct FundingRound: Sendable {
    let key: String
    let startup: String
    let round: String
    let amount: Int64
    let day: Day
    let investors: [String]
    let source: String

    init?(_ view: RecordView, _ register: Register) {
        func value(_ field: String) -> Value { view.value(field, in: register) ?? .null }
        guard let key = view.key, !view.isRetired, let day = value("day").day, let amount = value("amount").integer else { return nil }
        self.key = key
        startup = value("startup").plain
        round = value("round").plain
        self.amount = amount
        self.day = day
        investors = value("investors").plain.split(separator: ";").map { String($0).tidied }
        source = value("source").plain
    }
}

/// Who confirms what a start-up says.
enum StartupHand: String {
    case registrant, representative, officer
}

/// A register's records as a page reads them: the newest first, and whether there were more than it reads.
struct StartupList: Sendable {
    var records: [RecordView] = []
    var isCut = false
    /// Keys of those that figures count, by the rule of the register itself; nil where it has none.
    var counted: Set<String>?

    func counts(_ key: String) -> Bool { counted?.contains(key) ?? true }
}

/// Whole lists that were just read, so that who asks again and again reads no register again and again.
final class StartupLists: Sendable {
    private let lists = Mutex<[String: (list: StartupList, entries: Int64, read: Instant)]>([:])

    /// How long a list is kept while its register has no new entry. A new day is seen as late as that.
    private static let keptMilliseconds: Int64 = 2000

    func find(_ register: String, entries: Int64, now: Instant) -> StartupList? {
        guard let kept = lists.withLock({ $0[register] }), kept.entries == entries else { return nil }
        return (0..<Self.keptMilliseconds).contains(now.milliseconds - kept.read.milliseconds) ? kept.list : nil
    }

    func keep(_ list: StartupList, of register: String, entries: Int64, now: Instant) { lists.withLock { $0[register] = (list, entries, now) } }
}

/// The portal's registers, read as a visitor reads them, and what may be entered into them there.
struct StartupBook: Sendable {
    let registry: Registry
    let roles: StartupRoles
    let lists: StartupLists

    /// Records that one page reads at most.
    static let readMax = 20_000
    /// The days before its end in which a confirmation is asked for again.
    static let askedAgainDays = 14
    /// What is asked when a start-up registers, and when it confirms; a team also gives its name, and its company once it has one.
    static let asked = ["enterprise", "name", "sector", "stage", "commune", "about", "website", "founders", "jobs", "founded", "contact"]
    static let confirmed = ["stage", "jobs", "sector", "commune", "founders", "website", "about", "contact"]
    static let team = ["name", "enterprise"]

    var register: Register { get throws { try registry.register(roles.startups) } }

    /// All records of a register, as they were within the last two seconds.
    func records(_ name: String) async throws -> StartupList {
        let now = registry.world.now()
        // The number is asked first: what is entered while the list is read is read again the next time.
        let entries = try registry.database.look { try registry.journals.committedSize(of: name, on: $0) }
        if let kept = lists.find(name, entries: entries, now: now) { return kept }
        var list = try await records(name, where: [])
        list.counted = try registry.countedKeys(name)
        lists.keep(list, of: name, entries: entries, now: now)
        return list
    }

    private func records(_ name: String, where filters: [(field: String, value: String)]) async throws -> StartupList {
        var query = RecordQuery()
        query.filters = filters
        query.limit = registry.limits.pageMax
        query.isNewestFirst = true
        var list = StartupList()
        repeat {
            let page = try await registry.records(name, query, for: .visitor, door: "page")
            list.records += page.records
            query.after = page.next
        } while query.after != nil && list.records.count < Self.readMax
        list.isCut = query.after != nil
        return list
    }

    func startups() async throws -> (all: [Startup], counted: [Startup], isCut: Bool) {
        let register = try register
        let list = try await records(roles.startups)
        let all = list.records.compactMap { Startup($0, register, ended: roles.ended) }
        return (all, all.filter { list.counts($0.key) }, list.isCut)
    }

    func startup(_ key: String) async throws -> Startup {
        let view = try await registry.record(roles.startups, key, for: .visitor, door: "page")
        guard let found = Startup(view, try register, ended: roles.ended) else { throw RegisterError.noSuchRecord }
        return found
    }

    /// The rounds of one start-up, the latest first.
    func rounds(of startup: String) async throws -> [FundingRound] {
        let list = try await records(roles.rounds, where: [(field: "startup", value: startup)])
        return try rounds(list)
    }

    /// Rounds that figures count, the latest first.
    func countedRounds() async throws -> (counted: [FundingRound], isCut: Bool) {
        let list = try await records(roles.rounds)
        return (try rounds(list).filter { list.counts($0.key) }, list.isCut)
    }

    private func rounds(_ list: StartupList) throws -> [FundingRound] {
        let register = try registry.register(roles.rounds)
        return list.records.compactMap { FundingRound($0, register) }.sorted { ($1.day, $1.amount) < ($0.day, $0.amount) }
    }

    /// Amounts added up; nil when the sum does not fit, since anybody's word may be among them.
    static func sum(_ amounts: some Sequence<Int64>) -> Int64? {
        var sum: Int64 = 0
        for amount in amounts {
            let (next, isTooMuch) = sum.addingReportingOverflow(amount)
            guard !isTooMuch else { return nil }
            sum = next
        }
        return sum
    }

    /// The name of an investor who still agrees to be listed.
    func investor(_ key: String) async throws -> String? {
        do {
            let view = try await registry.record(roles.investors, key, for: .visitor, door: "page")
            return view.isRetired || view.isEnded ? nil : view.value("name", in: try registry.register(roles.investors))?.string
        } catch RegisterError.noSuchRecord {
            return nil
        }
    }

    // MARK: Who is who

    /// The number of somebody who has signed in.
    func person(_ session: CitizenSession) throws -> String {
        guard let number = try registry.key(of: registry.ref(of: session.row, in: session.register), in: session.register) else { throw RegisterError.noSuchRecord }
        return number
    }

    /// The start-ups that somebody has registered, for that person alone.
    func own(_ person: String) throws -> [Found] {
        try registry.database.read { try registry.records(on: $0).all(roles.startups, where: "registrant", is: person) }
    }

    /// All that stands in a start-up's record, for an act that keeps what it does not change. It is shown to nobody as it is.
    func found(_ key: String) throws -> Found {
        guard let found = try registry.database.read({ try registry.records(on: $0).find(roles.startups, key) }) else { throw RegisterError.noSuchRecord }
        return found
    }

    /// Those that somebody confirms: what they registered, unless a company stands behind it that another represents, and what names a company of theirs.
    func confirmable(by person: String) throws -> [Found] {
        let companies = try registry.database.read { try registry.records(on: $0).all(roles.enterprises, where: roles.representative, is: person).map(\.key) }
        let theirs = try companies.flatMap { code in try registry.database.read { try registry.records(on: $0).all(roles.startups, where: "enterprise", is: code) } }
        let entered = try own(person).filter { one in !theirs.contains { $0.key == one.key } && one["enterprise_confirmed"].isNull }
        return (entered + theirs).filter { $0["stage"].string != roles.ended }
    }

    /// Whether the register of enterprises has this one at work; so is a team without a company.
    func isAtWork(_ enterprise: String?) throws -> Bool {
        guard let enterprise else { return true }
        return try registry.standing(roles.enterprises, enterprise, field: roles.active.field).value == roles.active.value
    }

    /// Who confirms it: today's representative where a company stands behind it, else who registered it.
    func confirmer(of one: Found) throws -> String? {
        guard let enterprise = one["enterprise"].string, !one["enterprise_confirmed"].isNull else { return one["registrant"].string }
        return try registry.standing(roles.enterprises, enterprise, field: roles.representative).value
    }

    func represents(_ person: String, _ enterprise: String?) throws -> Bool {
        guard let enterprise else { return false }
        return try registry.standing(roles.enterprises, enterprise, field: roles.representative).value == person
    }

    // MARK: Registering

    /// The enterprise that a code names, if this person may register it: nobody speaks for a company that the register knows another to represent.
    private func company(_ stated: String, of person: String) async throws -> (code: String, name: String, isRepresentative: Bool) {
        let enterprises = try registry.register(roles.enterprises)
        let code: String
        do {
            code = try enterprises.key.kind.parse(stated, registry.reading()).plain
        } catch {
            throw error.at("enterprise")
        }
        let unknown = Objection(
            field: "enterprise", code: "reference",
            ["vi": "Sổ doanh nghiệp không có mã số này. Xem lại từng chữ số.", "en": "No enterprise has this code. Check each digit."])
        let view: RecordView
        do {
            view = try await registry.record(roles.enterprises, code, for: .visitor, door: "page")
        } catch RegisterError.noSuchRecord {
            throw unknown
        }
        guard !view.isRetired else { throw unknown }
        guard view.value(roles.active.field, in: enterprises)?.string == roles.active.value else {
            throw Objection(field: "enterprise", code: "inactive", Self.atRest)
        }
        let representative = try registry.standing(roles.enterprises, code, field: roles.representative).value
        guard representative == nil || representative == person else {
            throw Objection(
                field: "enterprise", code: "other",
                [
                    "vi": "Sổ doanh nghiệp ghi người đại diện là người khác. Người ấy tự khai, hoặc bạn khai là nhóm chưa có công ty.",
                    "en": "The register names somebody else as its representative. They may register it, or you register as a team without a company.",
                ])
        }
        let isTaken = try registry.database.read { connection in
            try registry.records(on: connection).all(roles.startups, where: "enterprise", is: code).contains { takes($0, from: person) }
        }
        guard !isTaken else {
            throw Objection(
                field: "enterprise", code: "twice",
                ["vi": "Doanh nghiệp này đã được khai là doanh nghiệp khởi nghiệp.", "en": "This enterprise is registered as a start-up already."])
        }
        return (code, enterprises.label.first.flatMap { view.value($0, in: enterprises)?.string } ?? code, representative != nil)
    }

    /// Whether a claim keeps this person from claiming the same company: their own does, and another's that the company stands behind and somebody still confirms.
    private func takes(_ claim: Found, from person: String) -> Bool {
        guard claim["stage"].string != roles.ended else { return false }
        if claim["registrant"].string == person { return true }
        return !claim["enterprise_confirmed"].isNull && (claim["confirmed_until"].day.map { registry.world.today <= $0 } ?? false)
    }

    /// Registers what a form says and gives the start-up's number. All that is wrong comes at once.
    func enrol(_ typed: [String: String], by person: String) async throws -> String {
        let register = try register
        let today = registry.world.today
        var texts = typed.filter { Self.asked.contains($0.key) }
        var objections: [Objection] = []
        let stated = (texts["enterprise"] ?? "").tidied
        texts["enterprise"] = ""
        if stated.isEmpty {
            let name = (texts["name"] ?? "").tidied
            if name.isEmpty {
                objections.append(
                    Objection(
                        field: "name", code: "required",
                        ["vi": "Ghi tên nhóm, hoặc mã số doanh nghiệp nếu đã có công ty.", "en": "Give the team's name, or the enterprise code if there is a company."]))
            } else if try own(person).contains(where: { $0["stage"].string != roles.ended && $0["enterprise"].isNull && $0["name"].plain.folded == name.folded }) {
                objections.append(
                    Objection(field: "name", code: "twice", ["vi": "Bạn đã khai nhóm khởi nghiệp tên này rồi.", "en": "You have registered a start-up of this name already."]))
            }
        } else {
            do {
                let company = try await company(stated, of: person)
                texts["enterprise"] = company.code
                texts["name"] = company.name
                if company.isRepresentative { texts["enterprise_confirmed"] = today.description }
            } catch let objection as Objection {
                objections.append(objection)
            }
        }
        texts[register.key.name] = try registry.freshKey(roles.startups)
        texts["registrant"] = person
        texts["confirmed_until"] = (today + roles.confirmationDays).description
        do {
            let item = try registry.item(roles.startups, texts: texts, effective: nil)
            guard objections.isEmpty else { throw RegisterError.objections([]) }
            _ = try await registry.enter([Change(roles.startups, key: item.key, .put(item), expecting: .absent)], cause: "registration", by: citizenAuthority)
            return item.key
        } catch RegisterError.objections(let others) {
            // A company's name is the register's: nothing is asked about it here.
            let told = Set(objections.map(\.field)).union(stated.isEmpty ? [] : ["name"])
            throw RegisterError.objections(objections + others.filter { !told.contains($0.field) })
        }
    }

    private var citizenAuthority: Authority { Authority(.visitor, id: "citizen", name: "", grants: [Grant(roles.startups, [.write, .personal])]) }

    // MARK: Confirming

    static let atRest: Text = [
        "vi": "Theo sổ doanh nghiệp, doanh nghiệp này không còn hoạt động hoặc đang tạm ngừng.", "en": "By the register this enterprise is dissolved or paused.",
    ]

    /// Confirms or changes what a start-up says of itself, from today for as long as a confirmation holds. What the form does not ask stays as it is.
    /// A team may name its company, if `person` may register that.
    func confirm(
        _ found: Found, _ typed: [String: String], expecting state: Int64, speaksForEnterprise: Bool, by hand: StartupHand, person: String?, officer: Authority?
    ) async throws {
        let register = try register
        let today = registry.world.today
        var texts = Dictionary(uniqueKeysWithValues: register.fields.map { ($0.name, found[$0.name].plain) })
        for name in Self.confirmed { if let text = typed[name] { texts[name] = text } }
        texts[register.key.name] = found.key
        texts["confirmed_until"] = (today + roles.confirmationDays).description
        if found["enterprise"].isNull {
            if let name = typed["name"] { texts["name"] = name }
            if let person, let stated = typed["enterprise"]?.tidied, !stated.isEmpty {
                do {
                    let company = try await company(stated, of: person)
                    texts["enterprise"] = company.code
                    texts["name"] = company.name
                    if company.isRepresentative { texts["enterprise_confirmed"] = today.description }
                } catch let objection as Objection {
                    throw RegisterError.objections([objection])
                }
            }
        } else if texts["stage"] != roles.ended, try !isAtWork(found["enterprise"].string) {
            // Nobody vouches for a company that rests; that it has ended can be said.
            throw RegisterError.objections([Objection(field: "", code: "inactive", Self.atRest)])
        }
        if speaksForEnterprise, !found["enterprise"].isNull, found["enterprise_confirmed"].isNull { texts["enterprise_confirmed"] = today.description }
        let item = try registry.item(roles.startups, texts: texts, effective: nil)
        _ = try await registry.enter(
            [Change(roles.startups, key: found.key, .put(item), expecting: .state(state))], cause: "confirmation by the \(hand.rawValue)", by: officer ?? citizenAuthority)
    }
}

extension Parts {
    func startupBook() throws -> StartupBook {
        guard let roles = options.roles.startups else { throw RegisterError.noSuchRecord }
        return StartupBook(registry: registry, roles: roles, lists: startupLists)
    }
}
