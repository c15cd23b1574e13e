// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Devices
public import HTTP
public import Dossiers
internal import Foundation
public import Journal
public import NIOHTTP1
public import Papers
public import Payments
public import People
public import Registers
public import Steering
internal import Store
internal import Synchronization

/// Who calls, and in which language.
struct Caller: Sendable {
    let authority: Authority
    let session: Session?
    let language: Language
}

/// Which registers hold the people who sign in, the officers' posts and their open work.
public struct CityRoles: Sendable {
    public var people: String?
    public var posts: (register: String, unit: String)?
    public var tasks: (register: String, officer: String, due: String)?
    public var death: (register: String, path: String)?
    /// The procedure by which people have their own data corrected.
    public var correction: String?
    /// The registers of the start-up portal; nil where there is none.
    public var startups: StartupRoles?
    /// The register of guiding shifts: student, place, day, from, until, state, source, dossiers, succeeded.
    public var guiding: String?
    /// The register of lessons that schools have held, with a field `lesson`.
    public var lessonsHeld: String?

    public init(
        people: String? = nil, posts: (register: String, unit: String)? = nil, tasks: (register: String, officer: String, due: String)? = nil,
        death: (register: String, path: String)? = nil, correction: String? = nil, startups: StartupRoles? = nil, guiding: String? = nil,
        lessonsHeld: String? = nil
    ) {
        self.lessonsHeld = lessonsHeld
        self.guiding = guiding
        self.correction = correction
        self.startups = startups
        self.people = people
        self.posts = posts
        self.tasks = tasks
        self.death = death
    }
}

/// What an administrator may have done with other instances, by who speaks to them.
public struct FollowingActs: Sendable {
    /// Begins to follow a register at an address. Throws a `Text` wrapped in `FollowingProblem` when the other side cannot be asked.
    public let begin: @Sendable (_ address: String, _ register: Register, _ token: String?, _ purpose: String) throws -> Void
    public let compare: @Sendable (_ followed: Int64) throws -> DriftReport

    public init(
        begin: @escaping @Sendable (_ address: String, _ register: Register, _ token: String?, _ purpose: String) throws -> Void,
        compare: @escaping @Sendable (_ followed: Int64) throws -> DriftReport
    ) {
        self.begin = begin
        self.compare = compare
    }
}

/// Why another instance could not be asked.
public struct FollowingProblem: Error, Sendable {
    public let text: Text
    public init(_ text: Text) { self.text = text }
}

/// How another provider is asked who somebody is, by who speaks to it.
public struct IdentityActs: Sendable {
    public let name: String
    /// Where the person is sent.
    public let address: @Sendable (_ state: String, _ nonce: String, _ verifier: String, _ back: String) throws -> String
    /// The personal number that it vouches for.
    public let number: @Sendable (_ code: String, _ verifier: String, _ nonce: String, _ back: String) throws -> String

    public init(
        name: String, address: @escaping @Sendable (_ state: String, _ nonce: String, _ verifier: String, _ back: String) throws -> String,
        number: @escaping @Sendable (_ code: String, _ verifier: String, _ nonce: String, _ back: String) throws -> String
    ) {
        self.name = name
        self.address = address
        self.number = number
    }
}

/// The register of ministries' software, and which of it gets no token: which register and which rule the city says.
public struct SoftwareGate: Sendable {
    public let register: String
    /// Why the software of a record gets no token; nil when it may have one.
    public let refusal: @Sendable (_ value: (String) -> Value) -> Text?

    public init(register: String, refusal: @escaping @Sendable (_ value: (String) -> Value) -> Text?) {
        self.register = register
        self.refusal = refusal
    }

    /// The same by the record's key, as the register says today. What is not there is not accepted.
    func objection(to software: String, in registry: Registry) throws -> Text? {
        let unknown = Text(vi: "Sổ phần mềm của bộ, ngành không có “\(software)”.", en: "The register of ministries' software has no “\(software)”.")
        let declared = try registry.register(register)
        do {
            guard let record = try registry.recordAtOnce(register, software, for: .visitor), !record.isRetired else { return unknown }
            return refusal { record.value($0, in: declared) ?? .null }
        } catch RegisterError.noSuchRecord {
            return unknown
        }
    }
}

/// Prints papers and seals them.
public struct PaperPress: Sendable {
    let writer: PDFWriter
    let signer: PaperSigner
    /// The certificates by which a seal is checked, in PEM.
    let certificates: String

    public init(fonts: PaperFonts, seal: PaperSeal, name: String) {
        writer = PDFWriter(fonts: fonts)
        signer = PaperSigner(name: name) { seal.sign($0) }
        certificates = seal.pem
    }
}

/// How the site presents itself.
public struct SiteOptions: Sendable {
    public let cityName: Text
    /// The register of persons' households and the like: which registers stand first on the desk.
    public let isDemo: Bool
    /// Reached over TLS, directly or through a proxy: cookies are then for TLS only.
    public let isSecure: Bool
    /// Where one line of JSON a request goes; nil for none.
    public let accessLog: (@Sendable (String) -> Void)?
    /// The registers that the site itself has to know.
    public let roles: CityRoles
    /// The outlines of today's communes, for maps.
    public let boundaries: [String: [[(longitude: Double, latitude: Double)]]]
    /// What is told in FHIR at `/fhir`.
    public let fhir: FHIRMapping
    /// How other instances are asked; nil where that is not possible.
    public let following: FollowingActs?
    /// Another provider of identities, when the city has one.
    public let identity: IdentityActs?
    /// Who carries notices, as the administrator reads it; empty where they only wait.
    public let couriers: [String]
    /// What prints and signs papers; nil where the font is missing.
    public let press: PaperPress?
    /// The secret that banks sign their news with; nil where none is connected.
    public let bankSecret: [UInt8]?
    /// Whether there is a board of instructions.
    public let hasBoard: Bool
    /// The programme of lessons.
    public let lessons: [Lesson]

    /// The offices for whose work accounts get rights.
    public let offices: [Choice]

    /// The registers of IT services; without them their pages are not there.
    public let itServices: ITServiceRegisters?
    /// What a token for a ministry's software is judged by; without it such tokens are not let in.
    public let software: SoftwareGate?

    public init(
        cityName: Text, isDemo: Bool = false, isSecure: Bool = false, accessLog: (@Sendable (String) -> Void)? = nil, roles: CityRoles = CityRoles(),
        boundaries: [String: [[(longitude: Double, latitude: Double)]]] = [:], fhir: FHIRMapping = .none, following: FollowingActs? = nil, press: PaperPress? = nil,
        couriers: [String] = [], identity: IdentityActs? = nil, bankSecret: [UInt8]? = nil, lessons: [Lesson] = [], itServices: ITServiceRegisters? = nil, hasBoard: Bool = false,
        software: SoftwareGate? = nil, offices: [Choice] = []
    ) {
        self.offices = offices
        self.software = software
        self.hasBoard = hasBoard
        self.lessons = lessons
        self.itServices = itServices
        self.bankSecret = bankSecret
        self.identity = identity
        self.couriers = couriers
        self.press = press
        self.following = following
        self.roles = roles
        self.boundaries = boundaries
        self.fhir = fhir
        self.cityName = cityName
        self.isDemo = isDemo
        self.isSecure = isSecure
        self.accessLog = accessLog
    }
}

extension SiteOptions {
    var sessionCookie: String { isSecure ? "__Host-session" : "session" }
    var kioskCookie: String { isSecure ? "__Host-kiosk" : "kiosk" }
    var citizenCookie: String { isSecure ? "__Host-citizen" : "citizen" }
}

/// Everything that answers requests, over one city's engines.
public final class Site: Service {
    let registry: Registry
    let journals: Journals
    let accounts: Accounts
    let options: SiteOptions
    let assets: Assets
    let metrics = Metrics()
    let uploads: Uploads
    private let router: Router
    private let sharedPages = Mutex<[String: SharedPage]>([:])

    public init(registry: Registry, accounts: Accounts, dossiers: Dossiers, payments: Payments, devices: Devices, steering: Steering? = nil, options: SiteOptions) {
        self.registry = registry
        journals = registry.journals
        self.accounts = accounts
        self.options = options
        assets = Assets()
        uploads = Uploads(registry: registry)
        let parts = Parts(
            registry: registry, accounts: accounts, dossiers: dossiers, payments: payments, devices: devices, steering: steering, options: options, assets: assets,
            metrics: metrics,
            uploads: uploads, started: registry.world.now())
        router = Router(parts.endpoints)
    }

    var endpoints: [Endpoint] { router.endpoints }

    /// The OpenAPI document as `/openapi.json` serves it.
    public var openAPI: String { OpenAPI.document(endpoints, registers: registry.registers).text }

    public func now() -> Instant { registry.world.now() }

    /// Answers at once what can be, and gives the rest as work.
    public func begin(_ request: Request) -> Beginning {
        let isAPI = Site.isAPI(request)
        let language = language(request, isAPI: isAPI)
        switch router.match(request.method, request.path) {
        case .none: return .done(notFound(request, language))
        case .wrongMethod(let allowed):
            let all = allowed + (allowed.contains("GET") ? ["HEAD"] : [])
            let problem = Problem(
                .methodNotAllowed, "method", ["vi": "Địa chỉ này không nhận phương thức đó.", "en": "This address does not take that method."],
                headers: [("allow", all.joined(separator: ", "))])
            return .done(finish(Site.answer(problem, request, language), request))
        case .found(let endpoint, let parameters):
            let sharedKey = endpoint.isShared ? sharedKey(request, language) : nil
            if let sharedKey, let response = shared(sharedKey) { return .done(response) }
            do {
                let caller = try caller(request, language, isAPI: isAPI || endpoint.operation != nil)
                try admit(endpoint, caller, request)
                if let quick = endpoint.quick, let response = try quick(request, caller, parameters) { return .done(finish(response, request)) }
                return .later {
                    let generation = self.registry.generation
                    let response = await self.run(endpoint, request, caller, parameters)
                    if let sharedKey, response.status == .ok { self.share(response, sharedKey, generation) }
                    return response
                }
            } catch {
                return .done(finish(failure(error, request, language, isAPI: isAPI || endpoint.operation != nil), request))
            }
        }
    }

    /// A whole request and its answer, without a socket: for tests.
    func answer(_ request: Request) async -> Response {
        switch begin(request) {
        case .done(let response): return response
        case .later(let work): return await work()
        }
    }

    // MARK: Pages that strangers share

    private struct SharedPage: Sendable {
        let response: Response
        let generation: Int
        let until: Int64
    }

    /// Nil for anybody who is not a stranger.
    private func sharedKey(_ request: Request, _ language: Language) -> String? {
        guard request.method == .GET || request.method == .HEAD, request.header("authorization") == nil, request.cookie(sessionCookie) == nil,
            request.cookie(options.kioskCookie) == nil
        else { return nil }
        return language.rawValue + (request.header("host") ?? "") + request.target
    }

    private func shared(_ key: String) -> Response? {
        guard let page = sharedPages.withLock({ $0[key] }), page.generation == registry.generation, page.until > now().milliseconds else { return nil }
        return page.response
    }

    private func share(_ response: Response, _ key: String, _ generation: Int) {
        let until = now().milliseconds + 1000
        sharedPages.withLock { pages in
            if pages.count >= 500 { pages.removeAll() }
            pages[key] = SharedPage(response: response, generation: generation, until: until)
        }
    }

    private func run(_ endpoint: Endpoint, _ request: Request, _ caller: Caller, _ parameters: [String]) async -> Response {
        do {
            return finish(try await endpoint.handler(request, caller, parameters), request)
        } catch {
            return finish(failure(error, request, caller.language, isAPI: endpoint.operation != nil), request)
        }
    }

    // MARK: Who calls

    private func caller(_ request: Request, _ language: Language, isAPI: Bool) throws -> Caller {
        if let header = request.header("authorization") {
            guard header.lowercased().hasPrefix("bearer "), let bearer = try accounts.bearer(token: String(header.dropFirst(7)).trimmed) else {
                throw Problem(
                    .unauthorized, "unknown-token", ["vi": "Mã truy cập không đúng hoặc đã thu hồi.", "en": "The token is unknown or revoked."],
                    headers: [("www-authenticate", "Bearer")])
            }
            if let software = bearer.software { try mustBeAccepted(software) }
            var authority = bearer.authority
            if let code = request.header("purpose") {
                guard let purpose = Purpose.find(code), purpose.code != "demo" || options.isDemo else {
                    let codes = Purpose.all.map(\.code).joined(separator: ", ")
                    throw Problem(
                        .badRequest, "unknown-purpose",
                        Text(vi: "Mục đích không có trong danh mục: \(codes).", en: "The purpose is not in the list: \(codes)."))
                }
                if let only = authority.onlyPurpose, only != purpose {
                    throw Problem(
                        .forbidden, "other-purpose",
                        Text(vi: "Thỏa thuận của mã này chỉ cho mục đích “\(only.title.vi)”.", en: "This token's agreement is for the purpose “\(only.title.en)” only."))
                }
                authority.purpose = purpose
            }
            return Caller(authority: authority, session: nil, language: language)
        }
        // The API takes no cookies, so that no other site can use an officer's.
        if !isAPI, let secret = request.cookie(sessionCookie), let session = try accounts.session(secret) {
            return Caller(authority: try atPost(session), session: session, language: language)
        }
        return Caller(authority: .visitor, session: nil, language: language)
    }

    /// A ministry's software that is refused in its register has lost its token with that entry.
    private func mustBeAccepted(_ software: String) throws {
        func refuse(_ why: Text) -> Problem { Problem(.unauthorized, "software-refused", why, headers: [("www-authenticate", "Bearer")]) }
        guard let gate = options.software else {
            throw refuse(["vi": "Máy chủ này không nhận mã của phần mềm do bộ, ngành chuyển giao.", "en": "This server takes no tokens of ministries' software."])
        }
        if let why = try gate.objection(to: software, in: registry) { throw refuse(why) }
    }

    var sessionCookie: String { options.sessionCookie }

    /// Rights in a unit follow the post that the servant holds today: from midnight of a transfer they are those of the new one.
    private func atPost(_ session: Session) throws -> Authority {
        let own = try atPost(session.authority, session.account)
        // Who stands in for somebody absent has their rights too, as they are at that one's post.
        let others = try accounts.absences(coveredBy: session.account.id).flatMap { try atPost($0.authority(), $0).grants.filter { $0.register.hasPrefix("office/") } }
        return others.isEmpty
            ? own : Authority(own.sort, id: own.id, name: own.name, grants: own.grants + others, purpose: own.purpose, onlyPurpose: own.onlyPurpose, servant: own.servant)
    }

    private func atPost(_ authority: Authority, _ account: Account) throws -> Authority {
        guard let servant = account.servant, let posts = options.roles.posts else { return authority }
        let post = try registry.standing(posts.register, servant, field: posts.unit)
        return authority.bound(toPost: post.stands, unit: post.value)
    }

    private func admit(_ endpoint: Endpoint, _ caller: Caller, _ request: Request) throws {
        switch endpoint.access {
        case .open, .registers: break
        case .officers:
            guard caller.session != nil else {
                throw Problem(.unauthorized, "sign-in", ["vi": "Hãy đăng nhập để tiếp tục.", "en": "Please sign in to continue."])
            }
        }
        guard endpoint.method == .POST, endpoint.operation == nil else { return }
        try checkOrigin(request)
        // A citizen's own forms carry the citizen's own key.
        if let session = caller.session, !Site.openDoors.contains(endpoint.pattern.first ?? "") {
            let sent = request.form?.first { $0.name == "csrf" }?.value ?? ""
            guard equalInConstantTime(Array(sent.utf8), Array(session.formKey.utf8)) else { throw Site.foreignForm }
        }
    }

    /// Forms whose pages check the key themselves: a citizen's own, which carry the citizen's, and those that anybody sends.
    private static let openDoors: Set<String> = ["me", "verify", "practice", "learn", "book", "tickets", "kiosk", "household", "startups"]

    static let foreignForm = Problem(
        .forbidden, "foreign-form",
        ["vi": "Biểu mẫu đã cũ hoặc gửi từ trang khác. Mở lại trang rồi gửi.", "en": "The form is old or came from another site. Open the page again and send it."])

    /// A form comes from our own pages: browsers say where from.
    private func checkOrigin(_ request: Request) throws {
        if let site = request.header("sec-fetch-site"), site != "same-origin", site != "none" { throw Site.foreignForm }
        if let origin = request.header("origin"), origin != "null" {
            guard let host = request.header("host"), origin == "http://\(host)" || origin == "https://\(host)" else { throw Site.foreignForm }
        }
    }

    // MARK: Languages

    public func language(_ headers: HTTPHeaders) -> Language {
        headers.first(name: "accept-language").map { $0.hasPrefix("en") ? .english : .vietnamese } ?? .vietnamese
    }

    private func language(_ request: Request, isAPI: Bool) -> Language {
        if isAPI { return language(request.headers) }
        if let chosen = request.parameter("lang").flatMap({ Language(rawValue: $0) }) { return chosen }
        return request.cookie("lang").flatMap { Language(rawValue: $0) } ?? .vietnamese
    }

    // MARK: Failures

    /// What programs ask: no cookies, no pages.
    private static func isAPI(_ request: Request) -> Bool { request.path.first == "api" || request.path.first == "fhir" }

    /// A problem in the words of the door that was asked.
    private static func answer(_ problem: Problem, _ request: Request, _ language: Language) -> Response {
        request.path.first == "fhir" ? problem.outcome(language) : problem.response(language)
    }

    private func failure(_ error: any Error, _ request: Request, _ language: Language, isAPI: Bool) -> Response {
        let problem = Problem(error)
        if problem.status == .internalServerError { options.accessLog?("{\"error\":\(JSON.string("\(error)").text)}") }
        if isAPI || request.path.first == "log" { return Site.answer(problem, request, language) }
        return ErrorPage.response(problem, request, language, site: self)
    }

    private func notFound(_ request: Request, _ language: Language) -> Response {
        let problem = Problem(.notFound, "no-such-page", ["vi": "Không có trang này.", "en": "There is no such page."])
        if Site.isAPI(request) || request.path.first == "log" { return finish(Site.answer(problem, request, language), request) }
        return finish(ErrorPage.response(problem, request, language, site: self), request)
    }

    /// For requests that never became one.
    public func refusal(_ status: HTTPResponseStatus, target: String, language: Language) -> Response {
        let detail: Text
        switch status {
        case .contentTooLarge: detail = ["vi": "Nội dung gửi lên quá lớn.", "en": "What was sent is too large."]
        case .unsupportedMediaType: detail = ["vi": "Không nhận nội dung nén.", "en": "Compressed content is not taken."]
        default: detail = ["vi": "Yêu cầu không đúng dạng.", "en": "The request is malformed."]
        }
        var response = Problem(status, "request", detail).response(language)
        secure(&response)
        return response
    }

    // MARK: Every answer

    private func finish(_ response: Response, _ request: Request) -> Response {
        var response = response
        secure(&response)
        if let chosen = request.parameter("lang"), Language(rawValue: chosen) != nil, !Site.isAPI(request) {
            response.headers.add(name: "set-cookie", value: "lang=\(chosen); Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly\(options.isSecure ? "; Secure" : "")")
        }
        return response
    }

    private func secure(_ response: inout Response) {
        response.headers.add(name: "x-content-type-options", value: "nosniff")
        if response.headers.first(name: "cache-control") == nil { response.headers.add(name: "cache-control", value: "no-store") }
        guard response.headers.first(name: "content-type")?.hasPrefix("text/html") == true else { return }
        response.headers.add(
            name: "content-security-policy",
            value:
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        response.headers.add(name: "referrer-policy", value: "same-origin")
        response.headers.add(name: "cross-origin-opener-policy", value: "same-origin")
        response.headers.add(name: "permissions-policy", value: "camera=(), microphone=(), geolocation=()")
        if options.isSecure { response.headers.add(name: "strict-transport-security", value: "max-age=31536000") }
        response.headers.add(name: "vary", value: "Cookie")
    }

    /// Large bodies are taken from those who are signed in only.
    public func bodyMax(_ method: HTTPMethod, _ target: String, _ headers: HTTPHeaders) -> Int {
        let path = target.prefix { $0 != "?" }.dropFirst().split(separator: "/").map(String.init)
        if case .found(let endpoint, _) = router.match(method, path) {
            guard endpoint.bodyMax > 1 << 20 else { return endpoint.bodyMax }
            if endpoint.pattern.first == "me" {
                let secret = Request.cookie(options.citizenCookie, in: headers)
                return (try? secret.flatMap { try accounts.citizenSession($0) }) == nil ? 1 << 16 : endpoint.bodyMax
            }
            guard case .officers = endpoint.access else { return endpoint.bodyMax }
            let secret = Request.cookie(sessionCookie, in: headers)
            return (try? secret.flatMap { try accounts.session($0) }) == nil ? 1 << 16 : endpoint.bodyMax
        }
        return 1 << 16
    }

    /// The access log keeps no key and no query: only which register and which door.
    public func noteAnswer(_ request: Request, _ response: Response, since started: Instant) {
        let elapsed = registry.world.now().milliseconds - started.milliseconds
        metrics.count(status: Int(response.status.code), milliseconds: elapsed)
        guard let log = options.accessLog else { return }
        let path =
            "/"
            + request.path.enumerated().map { index, part in
                index > 0 && request.path[index - 1] == "records" || index == 2 && request.path[0] == "fhir" ? "…" : part
            }.prefix(5).joined(separator: "/")
        log(
            "{\"time\":\"\(started)\",\"method\":\"\(request.method.rawValue)\",\"path\":\(JSON.string(path).text),\"status\":\(response.status.code),\"ms\":\(elapsed)}"
        )
    }
}

extension String {
    var trimmed: String {
        var view = self[...]
        while view.first == " " { view = view.dropFirst() }
        while view.last == " " { view = view.dropLast() }
        return String(view)
    }
}

/// What all doors are made of.
struct Parts: Sendable {
    let registry: Registry
    let accounts: Accounts
    let dossiers: Dossiers
    let payments: Payments
    let devices: Devices
    let steering: Steering?
    let options: SiteOptions
    let assets: Assets
    let metrics: Metrics
    let uploads: Uploads
    let started: Instant
    let startupLists = StartupLists()

    var journals: Journals { registry.journals }
    var sessionCookie: String { options.sessionCookie }

    var endpoints: [Endpoint] {
        let parts: [[Endpoint]] = [
            operations, logEndpoints, procedureAPI, dossierAPI, ledgerAPI, billingAPI, deviceAPI, recordAPI, registerAPI, fhirAPI, feedEndpoints,
            sourceEndpoints, homePages, registerPages, recordPages, loadPages, deskPages, qualityPages, welfarePages, steeringPages, dutyPages, signingPages, inspectionPages,
            mapPages, startupPages, startupForms, citizenPages, householdPages, billerPages, cashierPages, treasuryPages, fundPages, itServicePages,
            fleetPages, servicePages, applyPages, myDossierPages, inboxPages, paperPages, verifyPages, noticePages, delegationPages, counterPages,
            kioskPages, helpPages, guidePages, versionPages, practicePages, learnPages, absencePages, passkeyPages, identityPages, adminPages,
            followingPages, sourcePages, accountPages, developerPages, unitPages, assetEndpoints,
        ]
        return Array(parts.joined())
    }
}

/// Counters for Prometheus.
final class Metrics: Sendable {
    private let state = Mutex<(byStatus: [Int: Int], buckets: [Int], sum: Int64)>(([:], Array(repeating: 0, count: 8), 0))
    static let bounds: [Int64] = [1, 5, 20, 50, 100, 500, 2000]

    /// Answers so far, and those that were the server's own fault.
    var answers: (all: Int, failed: Int) { state.withLock { state in (state.byStatus.values.reduce(0, +), state.byStatus.filter { $0.key >= 500 }.values.reduce(0, +)) } }

    func count(status: Int, milliseconds: Int64) {
        state.withLock { state in
            state.byStatus[status, default: 0] += 1
            state.sum += milliseconds
            state.buckets[Metrics.bounds.firstIndex { milliseconds <= $0 } ?? Metrics.bounds.count] += 1
        }
    }

    var text: String {
        let (byStatus, buckets, sum) = state.withLock { $0 }
        var lines = ["# HELP thanglong_requests_total Answered HTTP requests.", "# TYPE thanglong_requests_total counter"]
        for (status, count) in byStatus.sorted(by: { $0.key < $1.key }) { lines.append("thanglong_requests_total{status=\"\(status)\"} \(count)") }
        lines += ["# HELP thanglong_request_duration_seconds Time to answer.", "# TYPE thanglong_request_duration_seconds histogram"]
        var running = 0
        for (bound, count) in zip(Metrics.bounds, buckets) {
            running += count
            lines.append("thanglong_request_duration_seconds_bucket{le=\"\(Double(bound) / 1000)\"} \(running)")
        }
        running += buckets.last!
        lines.append("thanglong_request_duration_seconds_bucket{le=\"+Inf\"} \(running)")
        lines.append("thanglong_request_duration_seconds_sum \(Double(sum) / 1000)")
        lines.append("thanglong_request_duration_seconds_count \(running)")
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Runs work that takes longer than a moment on a thread of its own, so that no event loop waits for it.
func offLoop<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Result { try work() }) }
    }
}
