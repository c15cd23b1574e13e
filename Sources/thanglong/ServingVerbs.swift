// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Dossiers
import Exchange
import Foundation
import HTTP
import Hanoi
import Journal
import Notices
import Papers
import Payments
import People
import Registers
import Steering
import Store
import Synchronization
import Web

extension CityRoles {
    /// Which of Hà Nội's registers the site leans on.
    static let hanoi = CityRoles(
        people: Population.register.name, posts: (CivilServants.register.name, "commune"), tasks: (Tasks.register.name, "officer", "due"),
        death: (CivilEvents.register.name, "kind=death&deceased="), correction: DataCorrection.procedure.code,
        startups: StartupRoles(
            startups: Startups.register.name, rounds: FundingRounds.register.name, investors: Investors.register.name, incubators: Incubators.register.name,
            offers: StartupOffers.register.name, enterprises: Enterprises.register.name, active: ("status", "active"), representative: "representative", ended: "ended",
            confirmationDays: Startups.confirmationDays), guiding: GuidingShifts.register.name, lessonsHeld: LessonsHeld.register.name)
}

extension ITServiceRegisters {
    static let hanoi = ITServiceRegisters(
        contracts: ITContracts.register.name, milestones: ITMilestones.register.name, measures: ServiceMeasures.register.name, deductions: ServiceDeductions.register.name,
        providerInvoices: ServiceInvoices.register.name, minutes: AcceptanceMinutes.register.name, members: CouncilMembers.register.name,
        votes: AcceptanceVotes.register.name, lateCheck: "late", unseenCheck: "unseen", unseenDays: ITMilestones.unseenDays,
        measure: { ServiceMeasures.measure($0) }, step: { ServiceDeductions.step($0) },
        tally: { AcceptanceMinutes.tally($0, $1, $2) })
}

extension SoftwareGate {
    static let hanoi = SoftwareGate(register: MinistrySoftware.register.name) { SoftwareAssessment.refusal($0) }
}

/// Serving until the process is asked to stop.
enum Serving {
    /// Another address than this machine's own is for a proxy with TLS, and the operator says so.
    static func checkAddress(_ host: String, isSecure: Bool) throws {
        guard host == "127.0.0.1" || host == "::1" || host == "localhost" || isSecure else {
            throw Failure("Listening on \(host) without TLS would show passwords on the way. Put a TLS proxy before it and add --behind-tls, or listen on 127.0.0.1.")
        }
    }

    static func run(
        _ city: OpenCity, host: String, port: Int, isDemo: Bool, isSecure: Bool, accessLog: Bool, couriers: [NoticeChannel: any Courier] = [:], identity: IdentityActs? = nil,
        seal: String = "", bankSecret: [UInt8]? = nil, bank connect: (_ city: String) throws -> (any Bank)? = { _ in nil }, ready: (String) throws -> Void
    ) async throws {
        let log: @Sendable (String) -> Void = { Terminal.say($0) }
        let site = Site(
            registry: city.registry, accounts: city.accounts, dossiers: city.dossiers, payments: city.payments, devices: city.devices, steering: city.steering,
            options: SiteOptions(
                cityName: City.name, isDemo: isDemo, isSecure: isSecure, accessLog: accessLog ? log : nil, roles: .hanoi, boundaries: Boundaries.communes,
                fhir: HealthFHIR.mapping, following: .over(city.registry), press: try Serving.press(city, seal),
                couriers: couriers.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue): \($0.value.name)" }, identity: identity, bankSecret: bankSecret,
                lessons: Lessons.all, itServices: .hanoi, hasBoard: true, software: .hanoi, offices: City.workplaces))
        let server: Server
        do {
            server = try await Server.start(host: host, port: port, service: site)
        } catch {
            throw Failure("Cannot listen on \(host):\(port): is another program there? (\(error))")
        }
        let inspector = Inspector(city.registry)
        inspector.start()
        let others = city.database.isPostgres ? Others(city.registry) : nil
        others?.start()
        let followers = Followers(city.registry)
        followers.start()
        let keeper = SourceKeeper(city.registry)
        keeper.start()
        let clock = LegalClock(city.dossiers)
        clock.start()
        let entitlements = EntitlementClock(city.registry)
        entitlements.start()
        let board = BoardClock(city.steering, startups: CityRoles.hanoi.startups.map { StartupReminders(registry: city.registry, dossiers: city.dossiers, roles: $0) })
        board.start()
        let postman = Postman(city.dossiers.notices, couriers)
        postman.start()
        let url = "http://\(host.contains(":") ? "[\(host)]" : host):\(server.port)"
        let money = MoneyClock(city.payments, bank: try connect(url))
        money.start()
        try ready(url)
        await stopRequested()
        Terminal.say("Stopping: taking no new requests, ending the running ones.")
        inspector.stop()
        others?.stop()
        followers.stop()
        keeper.stop()
        clock.stop()
        entitlements.stop()
        board.stop()
        postman.stop()
        money.stop()
        try await server.stop()
        city.close()
    }

    /// Papers need their font; without it the rest of the city is served.
    private static func press(_ city: OpenCity, _ file: String) throws -> PaperPress? {
        do {
            let seal: PaperSeal
            if file.isEmpty {
                seal = try city.journals.paperSeal(name: City.name.vi)
            } else {
                guard let pem = FileManager.default.contents(atPath: file), let given = try? PaperSeal(pem: Array(pem)) else {
                    throw Failure("\(file) does not hold a private key and its certificate in PEM.")
                }
                seal = given
            }
            return PaperPress(fonts: try PaperFonts(), seal: seal, name: City.name.vi)
        } catch PaperError.missing(let path) {
            Terminal.say("No papers will be printed: the font \(path) is missing. Install fonts-noto-core.")
            return nil
        }
    }

    private static func stopRequested() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            signal(SIGTERM, SIG_IGN)
            signal(SIGINT, SIG_IGN)
            let queue = DispatchQueue(label: "signals")
            let sources = [SIGTERM, SIGINT].map { DispatchSource.makeSignalSource(signal: $0, queue: queue) }
            nonisolated(unsafe) var isDone = false
            for source in sources {
                source.setEventHandler {
                    guard !isDone else { return }
                    isDone = true
                    sources.forEach { $0.cancel() }
                    continuation.resume()
                }
                source.resume()
            }
        }
    }
}

/// Follows the other servers of the same database: a unit that one of them enters is known to all within a second.
final class Others: Sendable {
    private let registry: Registry
    private let isStopped = Mutex(false)
    private static let pauseSeconds = 0.5

    init(_ registry: Registry) { self.registry = registry }

    func start() {
        let thread = Thread { [self] in
            while !isStopped.withLock({ $0 }) {
                // While the database is away nothing changes there that could be seen.
                try? registry.noticeOthers()
                Thread.sleep(forTimeInterval: Self.pauseSeconds)
            }
        }
        thread.start()
    }

    func stop() { isStopped.withLock { $0 = true } }
}

/// Lets the legal clock ring: every few seconds all that is due, here or on another server of the same city.
final class LegalClock: Sendable {
    private let dossiers: Dossiers
    private let isStopped = Mutex(false)
    private static let pauseSeconds = 5.0

    init(_ dossiers: Dossiers) { self.dossiers = dossiers }

    func start() {
        Task {
            while !isStopped.withLock({ $0 }) {
                do {
                    let report = try await dossiers.runClock()
                    for failure in report.failed { Terminal.say("A dossier's deadline could not be kept (\(failure.kind), entry \(failure.number)): \(failure.reason)") }
                } catch {
                    // The database is away or full: what is due stays due.
                    Terminal.say("The legal clock could not run and will be tried again: \(error)")
                }
                try? await Task.sleep(for: .seconds(Self.pauseSeconds))
            }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}

/// Keeps the board's figures of each day, so that they can be seen over time, and reminds offices that have not answered and start-ups that have to confirm.
final class BoardClock: Sendable {
    private let steering: Steering
    private let startups: StartupReminders?
    private let isStopped = Mutex(false)
    private static let pauseSeconds = 3600.0

    init(_ steering: Steering, startups: StartupReminders?) {
        self.steering = steering
        self.startups = startups
    }

    func start() {
        Task {
            // The first figures of a large city are added up when people are at work already.
            try? await Task.sleep(for: .seconds(60))
            while !isStopped.withLock({ $0 }) {
                do { try await steering.keepToday() } catch { Terminal.say("The board's figures could not be kept and will be tried again: \(error)") }
                do { _ = try await steering.remindOverdue() } catch { Terminal.say("Offices could not be reminded of letters and will be: \(error)") }
                do { _ = try await startups?.remind() } catch { Terminal.say("Start-ups could not be reminded to confirm and will be: \(error)") }
                try? await Task.sleep(for: .seconds(Self.pauseSeconds))
            }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}

/// Carries the notices of the outbox, every few seconds all that wait.
final class Postman: Sendable {
    private let notices: Notices
    private let couriers: [NoticeChannel: any Courier]
    private let isStopped = Mutex(false)
    private static let pauseSeconds = 0.5

    init(_ notices: Notices, _ couriers: [NoticeChannel: any Courier]) {
        self.notices = notices
        self.couriers = couriers
    }

    func start() {
        guard !couriers.isEmpty else { return }
        Task {
            while !isStopped.withLock({ $0 }) {
                // While the database is away the notices wait in it.
                let count = (try? await notices.send(by: couriers)) ?? 0
                if count == 0 { try? await Task.sleep(for: .seconds(Self.pauseSeconds)) }
            }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve a city's registers: pages, API, journals.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var listen: ListenOption
    @Option(help: "The instance's name in its signed heads; fixed with the first start. Default: hanoi.") var instance: String?
    @Flag(help: "A proxy with TLS stands before this server.") var behindTls = false
    @Flag(help: "Write one line of JSON a request to standard error.") var accessLog = false
    @Option(help: "Who carries text messages: https://… of a gateway, or file:FOLDER. A gateway's token: $THANGLONG_SMS_TOKEN.") var sms: String?
    @Option(help: "Who carries mail: smtp://HOST:25, smtps://USER:PASSWORD@HOST, https://…, or file:FOLDER. A gateway's token: $THANGLONG_MAIL_TOKEN.") var mail: String?
    @Option(help: "The sender's address of mail.") var mailFrom: String?

    @Option(help: "A file with the key and certificates, in PEM, that seal papers. Default: the instance's own.") var seal: String?
    @Option(help: "How many seconds a payment may be undone. Default: 1800.") var undoSeconds: String?
    @Option(help: "The account that the city collects into, BIN:NUMBER:HOLDER.") var cityAccount: String?
    @Option(help: "The bank that takes the city's orders, https://… The secret both sign with: $THANGLONG_BANK_SECRET, base64.") var bank: String?
    @Option(help: "The OpenID Connect issuer by which citizens may sign in. Its client's secret: $THANGLONG_IDENTITY_SECRET.") var identityIssuer: String?
    @Option(help: "The city's client id at that issuer.") var identityClient: String?
    @Option(help: "The claim that holds the personal number. Default: citizen_id.") var identityClaim: String?
    @Option(help: "What the issuer is called on the page. Default: VNeID.") var identityName: String?

    private func identity(_ city: OpenCity) throws -> IdentityActs? {
        let issuer = try Configuration.setting("identity-issuer", flag: identityIssuer, file: database.config, default: "").value
        guard !issuer.isEmpty else { return nil }
        let client = try Configuration.setting("identity-client", flag: identityClient, file: database.config, default: "").value
        guard issuer.hasPrefix("https://") || issuer.hasPrefix("http://127.0.0.1") || issuer.hasPrefix("http://localhost") else {
            throw Failure("The identity issuer must be https://…")
        }
        guard !client.isEmpty else { throw Failure("An identity issuer needs --identity-client.") }
        let provider = OpenIDConnect(
            issuer: issuer, clientID: client, secret: ProcessInfo.processInfo.environment["THANGLONG_IDENTITY_SECRET"] ?? "",
            claim: try Configuration.setting("identity-claim", flag: identityClaim, file: database.config, default: "citizen_id").value, world: city.world)
        return IdentityActs(
            name: try Configuration.setting("identity-name", flag: identityName, file: database.config, default: "VNeID").value,
            address: { try provider.address(state: $0, nonce: $1, verifier: $2, back: $3) }, number: { try provider.number(code: $0, verifier: $1, nonce: $2, back: $3) })
    }

    private func bankClient(_ city: OpenCity) throws -> BankClient? {
        let address = try Configuration.setting("bank", flag: bank, file: database.config, default: "").value
        guard !address.isEmpty else { return nil }
        guard address.hasPrefix("https://") || address.hasPrefix("http://127.0.0.1") || address.hasPrefix("http://localhost") else { throw Failure("The bank must be https://…") }
        guard let secret = BankSecret.given else { throw Failure("A bank needs a secret in $THANGLONG_BANK_SECRET: base64 of at least 24 bytes.") }
        return BankClient(address: address, secret: secret, world: city.world)
    }

    private func couriers() throws -> [NoticeChannel: any Courier] {
        var couriers: [NoticeChannel: any Courier] = [:]
        let sender = try Configuration.setting("mail-from", flag: mailFrom, file: database.config, default: "").value
        for (channel, flag) in [(NoticeChannel.sms, sms), (.mail, mail)] {
            let setting = try Configuration.setting(channel.rawValue, flag: flag, file: database.config, default: "")
            guard !setting.value.isEmpty else { continue }
            let token = ProcessInfo.processInfo.environment["THANGLONG_\(channel.rawValue.uppercased())_TOKEN"]
            guard let courier = Couriers.find(setting.value, channel, from: sender, token: token) else {
                throw Failure("“\(Configuration.masked(setting).value)” (\(setting.source)) carries no \(channel.rawValue); a mail server also needs --mail-from.")
            }
            couriers[channel] = courier
        }
        return couriers
    }

    func run() async throws {
        let (host, port) = try listen.parts(file: database.config)
        let isSecure = try Configuration.flag(Configuration.setting("behind-tls", flag: behindTls ? "true" : nil, file: database.config, default: "false"))
        let isLogging = try Configuration.flag(Configuration.setting("access-log", flag: accessLog ? "true" : nil, file: database.config, default: "false"))
        let instance = try Configuration.setting("instance", flag: instance, file: database.config, default: "hanoi").value
        try Serving.checkAddress(host, isSecure: isSecure)
        let account = try Configuration.setting("city-account", flag: cityAccount, file: database.config, default: "").value
        let city = try OpenCity(
            database.place, instance: instance, isServing: true, account: account.isEmpty ? .invented : try .init(setting: account),
            paying: try .configured(undo: undoSeconds, file: database.config))
        let bank = try bankClient(city)
        let first = try city.accounts.list().isEmpty ? try city.accounts.add(user: "admin", name: "Quản trị", grants: Role.administrator.grants(registers: [], unit: nil)) : nil
        try await Serving.run(
            city, host: host, port: port, isDemo: false, isSecure: isSecure, accessLog: isLogging, couriers: try couriers(), identity: try identity(city),
            seal: try Configuration.setting("seal", flag: seal, file: database.config, default: "").value, bankSecret: BankSecret.given, bank: { _ in bank }
        ) { url in
            Terminal.print("Thăng Long serves \(try database.place.shown) at \(url)")
            if let first { Terminal.print("First start: set the administrator's password within a day, once, at \(url)/setup?code=\(first)") }
            Terminal.print("Add officers with: thanglong user add NAME --role officer --unit CODE --database \(try database.place.shown)")
        }
    }
}

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "A complete invented city in a fresh database, served at once.")

    @Option(help: "How many people, 1 to 8,500,000.") var people = 20_000
    @Option(help: "How many dossiers in all their states. Default: one for every forty people.") var dossiers: Int?
    @OptionGroup var listen: ListenOption
    @Option(name: .customLong("database"), help: "The database file to make. Default: a new file in the temporary folder.") var database: String?
    @Option(help: "How many seconds a payment may be undone. Default: 1800.") var undoSeconds: String?
    @Flag(help: "One line of JSON on standard output before serving.") var json = false

    func validate() throws {
        guard (1...8_500_000).contains(people) else { throw ValidationError("--people is from 1 to 8500000.") }
    }

    func run() async throws {
        let (host, port) = try listen.parts(file: nil)
        try Serving.checkAddress(host, isSecure: false)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("thanglong-demo-\(ProcessInfo.processInfo.processIdentifier)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = database ?? folder + "/demo.db"
        let place = DatabasePlace(path: path, files: Database.isAddress(path) ? folder + "/demo" : nil)
        guard !FileManager.default.fileExists(atPath: path) else { throw Failure("\(path) exists already; the demo makes a fresh database.") }
        let city = try OpenCity(place, instance: "demo", isServing: true, paying: try .configured(undo: undoSeconds, file: nil))
        guard try city.accounts.list().isEmpty else { throw Failure("There is a city in \(place.shown) already; the demo makes a fresh one.") }
        Terminal.say("Making \(Terminal.number(people)) people…")
        try SyntheticFiles.writePeople(people, seed: 1, errors: 0, today: World.real.today, into: folder) { _ in }
        for register in SyntheticFiles.registers.map(\.name) {
            let line = ProgressLine("Loading \(register)")
            let result = try city.registry.load(register, file: "\(folder)/\(register).csv", by: .operator_()) { line.show(done: $0.lines, share: $0.share) }
            line.end()
            Terminal.say("Loaded \(Terminal.number(result.added)) records of \(register).")
            try FileManager.default.removeItem(atPath: "\(folder)/\(register).csv")
        }
        let rehearsed = try city.dossiers.rehearse(dossiers ?? people / 40, of: City.rehearsed)
        Terminal.say("\(Terminal.number(rehearsed)) dossiers were handed in and worked on.")
        let citizen = try city.dossiers.anybody()
        let (device, bills) = try await DemoMoney(city: city).make(for: citizen)
        Terminal.say("\(Terminal.number(bills)) bills were sent to households.")
        let accounts = try DemoAccounts.make(city)
        try await DemoBoard.keep(city)
        let secret = city.world.random(32)
        var bank: ChildBank?
        defer { bank?.stop() }
        try await Serving.run(
            city, host: host, port: port, isDemo: true, isSecure: false, accessLog: false, bankSecret: secret,
            bank: { url in
                bank = try ChildBank(city: url, secret: secret)
                return BankClient(address: bank!.address, secret: secret, world: city.world)
            }
        ) { url in
            if json {
                let list = accounts.people.map { JSON.object(["role": .string($0.role), "user": .string($0.user), "password": .string($0.password)]) }
                Terminal.print(
                    JSON.object([
                        "url": .string(url), "database": .string(place.shown), "files": .string(place.files), "accounts": .array(list), "token": .string(accounts.token),
                        "citizen": citizen.map(JSON.string) ?? .null, "bank": bank.map { .string($0.address) } ?? .null,
                        "device": device.map { .object(["code": .string($0.code), "secret": .string($0.secret), "household": .string($0.household)]) } ?? .null,
                    ])
                    .text)
                return
            }
            Terminal.print("\nThăng Long is ready: \(url)\n\nSign in at \(url)/sign-in as")
            for person in accounts.people { Terminal.print("  \(person.role): \(person.user) / \(person.password)") }
            if let citizen { Terminal.print("or as a citizen at \(url)/me with the number \(citizen): ask for a code by phone and read it at \(url)/demo/messages") }
            Terminal.print(
                """

                Seven things worth seeing (as officer; the README tells more):
                  1. \(url)/officer            one search over everything: nguyen van hung
                  2. a person's page            register a death and see what follows by itself
                  3. a parcel's page            divide it; \(url)/registers/land-parcel
                  4. \(url)/loads              your office's own workbook, seen before it is entered
                  5. \(url)/map/population     and the proof on any record's page
                  6. \(url)/household          what a household owes, by its code: \(device?.household ?? "")
                \(device.map { "     its device: thanglong-device enrol --city \(url) --code \($0.code) --secret \($0.secret)" } ?? "")
                  7. \(url)/steering           each instruction of the city with its figures; as leader: urge
                """)
            Terminal.print(
                "\nTry the API:\n  curl -H 'Authorization: Bearer \(accounts.token)' -H 'Purpose: demo' \(url)/api/v1/registers/population/records?limit=2\n\nDatabase: \(place.shown)\nStop with Ctrl-C."
            )
        }
    }
}

/// Dossiers in a database of invented people, for measuring.
struct Rehearse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Fill a city of invented people with dossiers, for measurements.", shouldDisplay: false)

    @OptionGroup var database: DatabaseOption
    @Option(help: "How many dossiers.") var dossiers = 0
    @Option(help: "How many open bills, shared among all households.") var bills = 0

    func run() async throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        let line = ProgressLine("Handing in")
        let done = try city.dossiers.rehearse(dossiers, of: City.rehearsed) { line.show(done: $0, share: Double($0) / Double(max(1, dossiers))) }
        line.end()
        let sent = bills == 0 ? 0 : try await DemoMoney(city: city).rehearse(bills: bills)
        Terminal.print("{\"dossiers\":\(done),\"bills\":\(sent)}")
    }
}

/// Accounts of a demonstration, with passwords made for this run.
enum DemoAccounts {
    struct Person {
        let role: String
        let user: String
        let password: String
    }

    static func make(_ city: OpenCity) throws -> (people: [Person], token: String) {
        let registers = City.registers.map(\.name)
        let offices = City.offices
        let science = City.registers.filter { $0.keeper.code == Offices.science.code }.map(\.name)
        let commune = UnitData.table.inForce(on: city.world.today, level: .commune).first { $0.code == "00004" }!
        var people: [Person] = []
        // The ward's officer holds a post: a transfer moves these rights along.
        let post = "CB900001"
        try city.registry.enterDemoPost(post, name: "Lê Văn Thử", commune: commune.code)
        for (role, user, name, grants) in [
            (Role.officer, "officer", "Trần Thị Mẫu", Role.officer.grants(registers: registers, offices: offices, unit: nil)),
            (
                Role.officer, "badinh", "Lê Văn Thử (\(commune.name))",
                Role.officer.grants(registers: registers, offices: offices, unit: commune.code)
            ),
            (Role.leader, "leader", "Nguyễn Văn Minh Họa", Role.leader.grants(registers: registers, offices: offices, unit: nil)),
            (Role.inspector, "inspector", "Phạm Thị Kiểm", Role.inspector.grants(registers: registers, unit: nil)),
            (Role.cashier, "cashier", "Đỗ Thị Thu", Role.cashier.grants(registers: [], unit: commune.code)),
            (Role.treasurer, "treasurer", "Vũ Văn Kho", Role.treasurer.grants(registers: [], unit: nil)),
            (Role.treasurer, "treasurer2", "Bùi Thị Quỹ", Role.treasurer.grants(registers: [], unit: nil)),
            (Role.officer, "electricity", "Ngô Văn Điện (Điện lực)", [Grant(Payments.right("EVNHN"), [.read, .write])]),
            // Answers the letters to a department, whose registers it keeps.
            (
                Role.officer, "science", "Hoàng Thị Số (Sở Khoa học và Công nghệ)", Role.officer.grants(registers: science, offices: [Offices.science.code], unit: nil)
            ),
            (Role.administrator, "admin", "Quản trị", Role.administrator.grants(registers: registers, unit: nil)),
        ] {
            let password = Encoding.base32(city.world.random(12)).prefix(16)
            let code = try city.accounts.add(user: user, name: name, grants: grants, servant: user == "badinh" ? post : nil)
            try city.accounts.setPassword(link: code, to: String(password))
            people.append(Person(role: role.rawValue, user: user, password: String(password)))
        }
        let token = try city.accounts.addToken(name: "demo", grants: [Grant("*", [.read, .personal, .write])])
        return (people, token)
    }
}

extension Registry {
    /// The post of the demonstration's ward officer.
    fileprivate func enterDemoPost(_ number: String, name: String, commune: String) throws {
        let item = try item(
            CivilServants.register.name,
            texts: [
                "number": number, "name": name, "category": "civil-servant", "office": "commune-committee", "commune": commune, "post": "Tư pháp – hộ tịch", "rank": "01.003",
                "step": "3", "coefficient": "3", "step_since": "2025-01-01",
            ], effective: nil)
        _ = try enterAndWait([Change(CivilServants.register.name, key: number, .put(item), expecting: .absent)], cause: "demo", by: .operator_())
    }
}
