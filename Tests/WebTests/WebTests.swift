// SPDX-License-Identifier: Apache-2.0
import Dossiers
import Foundation
import Hanoi
import Journal
import NIOHTTP1
import Payments
import Store
import TestStores
import Testing

@testable import Civic
import Devices
import HTTP
@testable import People
@testable import Registers
import Steering
@testable import Web

/// A site over a small city, asked without a socket.
final class ScratchSite: @unchecked Sendable {
    let path: String
    let site: Site
    let accounts: Accounts
    let registry: Registry
    let dossiers: Dossiers
    let payments: Payments
    let devices: Devices
    let steering: Steering
    let token: String
    private let clock: TestClock

    /// From here on the city's clock stands at this moment.
    func setClock(_ instant: String) { clock.stop(at: Instant(instant)!) }

    init(at instant: String? = nil) throws {
        path = try TestStores.fresh("site")
        let database = try Database(path: path)
        let clock = TestClock(at: instant.map { Instant($0)! })
        self.clock = clock
        let world = World(now: clock.now, random: SystemRandomness.bytes)
        let journals = try Journals(database: database, world: world, instance: "test", key: SigningKey(seed: [UInt8](repeating: 1, count: 32)))
        registry = try Registry(
            database: database, journals: journals, world: world, registers: City.registers,
            unitRegisters: .init(units: AdministrativeUnits.register.name, changes: UnitChanges.register.name), entitlements: City.entitlements,
            holdsAccount: { try Accounts.holds(servant: $0, on: $1) })
        accounts = try Accounts(database: database, world: world)
        dossiers = try Dossiers(
            registry: registry,
            city: DossierCity(
                procedures: City.procedures, occasions: Occasions.all, calendar: City.calendar, people: "population", phone: "phone", delegations: "delegation",
                guiding: "guiding-shift",
                agency: City.agency
            ))
        devices = try Devices(database: database, journals: journals, world: world)
        payments = try Payments(
            dossiers: dossiers,
            city: PaymentCity(
                billers: "biller", people: "population", households: "household", purposes: "fund-purpose",
                account: .init(bank: "970436", number: "0011001234567", holder: "KHO BAC HA NOI"), tariffs: Tariffs.all, calendar: City.calendar), devices: devices)
        steering = try Steering(
            instructions: Announcement699.instructions,
            names: SteeringRegisters(
                signoffs: "daily-signoff", signed: "population", covered: DailySignoffs.covered("population"), urgings: "urging", inspections: "inspection",
                findings: "inspection-finding", offices: "office"), signedFrom: City.signedFrom,
            registry: registry, dossiers: dossiers, payments: payments, devices: devices, accounts: accounts)
        site = Site(
            registry: registry, accounts: accounts, dossiers: dossiers, payments: payments, devices: devices, steering: steering,
            options: SiteOptions(
                cityName: City.name,
                roles: CityRoles(
                    people: "population", posts: ("civil-servant", "commune"), tasks: ("task", "officer", "due"), correction: DataCorrection.procedure.code,
                    startups: .test, guiding: GuidingShifts.register.name, lessonsHeld: LessonsHeld.register.name),
                boundaries: Boundaries.communes, fhir: HealthFHIR.mapping, bankSecret: Array("a secret of the test's own bank".utf8), lessons: Lessons.all, itServices: .test,
                hasBoard: true, software: SoftwareGate(register: "ministry-software") { SoftwareAssessment.refusal($0) }, offices: City.workplaces
            ))
        token = try accounts.addToken(name: "t", grants: [Grant("*", [.read, .personal, .write])])
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        let units = AdministrativeUnits.register
        _ = try registry.enterAndWait(
            UnitData.items().filter { $0.ends == nil }.map { entry in
                Change(
                    units.name, key: entry.item["id"]!.plain, .put(Item(key: entry.item["id"]!.plain, values: units.fields.map { entry.item[$0.name] ?? .null })),
                    expecting: .anything,
                    effective: entry.from)
            }, cause: "t", by: all)
        try registry.reloadUnits()
        let household = Item(key: "1000000001", values: [.string("00004"), .string("Số 12, phố Kim Mã"), .string("family"), .null])
        let person = Item(
            key: "001090000001",
            values: [.string("Nguyễn Văn An"), .string("1990-01-02"), .string("male"), .string("01"), .null, .null, .string("1000000001"), .string("head"), .string("00004")])
        _ = try registry.enterAndWait(
            [Change("household", key: household.key, .put(household), expecting: .absent), Change("population", key: person.key, .put(person), expecting: .absent)], cause: "t",
            by: all)
    }

    deinit { TestStores.remove(path) }

    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let text: String
        var json: JSON { (try? JSON(parsing: text.utf8)) ?? .null }
        var cookie: String? { headers.first(name: "set-cookie")?.split(separator: ";").first.map(String.init) }
    }

    func ask(_ method: HTTPMethod = .GET, _ target: String, _ headers: [(String, String)] = [], body: String = "") async -> Answer {
        let request = Request(method: method, target: target, headers: HTTPHeaders([("host", "localhost")] + headers), body: Array(body.utf8), address: "127.0.0.1")!
        let response = await site.answer(request)
        var bytes: [UInt8] = []
        switch response.body {
        case .bytes(let all): bytes = all
        case .stream(let produce): try? produce { bytes += $0 }
        }
        return Answer(status: Int(response.status.code), headers: response.headers, text: String(decoding: bytes, as: UTF8.self))
    }

    var system: [(String, String)] { [("authorization", "Bearer \(token)"), ("purpose", "residence")] }

    func signedIn(_ user: String = "lan", grants: [Grant] = [Grant("population", [.read, .personal, .write]), Grant("household", [.read, .personal, .write])]) async throws -> [(
        String, String
    )] {
        let code = try accounts.add(user: user, name: "Lan", grants: grants)
        try accounts.setPassword(link: code, to: "một câu dài dễ nhớ")
        let answer = await ask(.POST, "/sign-in", body: "user=\(user)&password=" + Request.encode("một câu dài dễ nhớ"))
        #expect(answer.status == 303)
        return [("cookie", answer.cookie!)]
    }

    func formKey(_ headers: [(String, String)], _ target: String = "/officer") async -> String {
        let page = await ask(.GET, target, headers).text
        return String(page[page.firstRange(of: "name=\"csrf\" value=\"")!.upperBound...].prefix { $0 != "\"" })
    }
}

struct `The API` {
    private let base = "/api/v1/registers/population/records"

    @Test func `creates, reads, changes with If-Match, and retires`() async throws {
        let site = try ScratchSite()
        let item = #"{"name":"Trần Thị Bé","birth":"2020-05-06","sex":"female","ethnicity":"01","household":"1000000001","relation":"child","commune":"00004"}"#
        let target = "\(base)/001320000009"
        let created = await site.ask(.PUT, target, site.system, body: "{\"item\":\(item)}")
        #expect(created.status == 201 && created.json["result"] == .string("added"))
        #expect(await site.ask(.PUT, target, site.system, body: "{\"item\":\(item)}").status == 409)
        let tag = created.headers.first(name: "etag")!
        let changed = await site.ask(.PUT, target, site.system + [("if-match", tag)], body: "{\"item\":\(item.replacing("Bé", with: "Bống"))}")
        #expect(changed.status == 200 && changed.json["result"] == .string("changed"))
        #expect(await site.ask(.PUT, target, site.system + [("if-match", tag)], body: "{\"item\":\(item)}").status == 412)
        let read = await site.ask(.GET, target, site.system)
        #expect(read.json["item"]?["name"] == .string("Trần Thị Bống"))
        let ref = read.json["ref"]!.string!
        #expect(await site.ask(.GET, "\(base)/\(ref)", site.system).json["key"] == .string("001320000009"))
        #expect(await site.ask(.DELETE, target, site.system).status == 200)
        #expect(await site.ask(.DELETE, target, site.system).status == 404)
        let entries = await site.ask(.GET, "\(target)/entries", site.system).json
        guard case .array(let list)? = entries["entries"] else { Issue.record("no entries"); return }
        #expect(list.count == 3)
    }

    @Test func `tells all objections at once, at their fields, in the caller's language`() async throws {
        let site = try ScratchSite()
        let answer = await site.ask(.PUT, "\(base)/001320000009", site.system + [("accept-language", "en")], body: #"{"item":{"name":"=x","birth":"31/02/2020","nick":"y"}}"#)
        #expect(answer.status == 422 && answer.headers.first(name: "content-type") == "application/problem+json")
        guard case .array(let errors)? = answer.json["errors"] else { Issue.record("no errors"); return }
        #expect(Set(errors.compactMap { $0["field"]?.string }) == ["name", "birth", "nick", "sex", "ethnicity", "household", "relation", "commune"])
        #expect(errors.contains { $0["detail"]?.string?.hasPrefix("Enter a real day") ?? false })
    }

    @Test(arguments: ["{", "[]", "{\"item\":1}", "{\"item\":{},\"x\":1}", "{\"item\":{},\"effective\":\"soon\"}", String(repeating: "[", count: 5000), "\u{0}"])
    func `malformed bodies are refused`(body: String) async throws {
        let site = try ScratchSite()
        let answer = await site.ask(.PUT, "\(base)/001320000009", site.system, body: body)
        #expect((400...422).contains(answer.status), "\(body.prefix(20))")
    }

    @Test func `needs a token, a purpose and a right`() async throws {
        let site = try ScratchSite()
        #expect(await site.ask(.GET, base).status == 403)
        #expect(await site.ask(.GET, base, [("authorization", "Bearer nonsense")]).status == 401)
        #expect(await site.ask(.GET, base, site.system + [("purpose", "curiosity")]).status == 200)
        #expect(await site.ask(.GET, base, [site.system[0], ("purpose", "curiosity")]).status == 400)
        #expect(await site.ask(.GET, "\(base)/001090000001", [site.system[0]]).status == 403)
        let ref = await site.ask(.GET, "\(base)/001090000001", site.system).json["ref"]!.string!
        let withoutPurpose = await site.ask(.GET, "\(base)/\(ref)", [site.system[0]])
        #expect(withoutPurpose.status == 200 && withoutPurpose.json["key"] == .null && withoutPurpose.json["item"]?["name"] == nil)
        #expect(await site.ask(.PUT, "\(base)/001320000009", body: "{\"item\":{}}").status == 401)
        let reader = try site.accounts.addToken(name: "r", grants: [Grant("population", [.read])])
        #expect(await site.ask(.PUT, "\(base)/001320000009", [("authorization", "Bearer \(reader)")], body: "{\"item\":{}}").status == 403)
        try site.accounts.revokeToken(name: "r")
        #expect(await site.ask(.GET, base, [("authorization", "Bearer \(reader)")]).status == 401)
    }

    @Test func `gives the same answer to the same key, and refuses another body`() async throws {
        let site = try ScratchSite()
        let target = "/api/v1/registers/household/entries"
        let headers = site.system + [("idempotency-key", "k1"), ("content-type", "application/x-ndjson")]
        let body = "{\"key\":\"1000000005\",\"item\":{\"commune\":\"00004\",\"address\":\"Số 5\",\"kind\":\"family\"}}\n{\"key\":\"x\",\"item\":{}}\n"
        let first = await site.ask(.POST, target, headers, body: body)
        #expect(first.status == 200 && first.json["added"] == .integer(1) && first.json["rejected"] == .integer(1))
        #expect(await site.ask(.POST, target, headers, body: body).text == first.text)
        #expect(await site.ask(.POST, target, headers, body: body + "\n{}").status == 422)
        #expect(try site.registry.summary(of: "household").size == 2)
    }

    @Test func `an act enters all or nothing`() async throws {
        let site = try ScratchSite()
        let bad =
            #"{"changes":[{"register":"household","key":"1000000007","item":{"commune":"00004","address":"Số 7","kind":"family"}},{"register":"population","key":"001090000001","retire":true}]}"#
        #expect(await site.ask(.POST, "/api/v1/acts", site.system, body: bad).status == 200)
        let child =
            #"{"register":"population","key":"001320000009","item":{"name":"Bé","birth":"2020","sex":"female","ethnicity":"01","household":"1000000001","relation":"child","commune":"00004"}}"#
        #expect(
            await site.ask(
                .POST, "/api/v1/acts", site.system,
                body: "{\"changes\":[{\"register\":\"household\",\"key\":\"1000000008\",\"item\":{\"commune\":\"00004\",\"address\":\"Số 8\",\"kind\":\"family\"}},\(child)]}"
            ).status == 422)
        #expect(await site.ask(.GET, "/api/v1/registers/household/records/1000000008", site.system).status == 404)
    }

    @Test func `every route that is documented names its rule, and wrong methods are told`() async throws {
        let site = try ScratchSite()
        #expect(await site.ask(.PATCH, base).status == 405)
        #expect(await site.ask(.PATCH, base).headers.first(name: "allow") == "GET, HEAD")
        #expect(await site.ask(.GET, "/api/v1/nothing").status == 404)
        #expect(await site.ask(.GET, "/api/v1/registers/nothing/records").status == 404)
    }

    @Test(arguments: [
        "/log/population/tile/0/000", "/log/population/tile/0/000.p/9", "/log/population/tile/9/000.p/1", "/log/nothing/checkpoint", "/log/population/tile/0/..",
        "/log/population/tile/entries/001",
    ])
    func `tiles that are not there are not found`(target: String) async throws {
        let site = try ScratchSite()
        guard Request(method: .GET, target: target, headers: [:], body: [], address: "") != nil else { return }
        #expect(await site.ask(.GET, target).status == 404)
    }

    @Test func `a signed answer shows nothing but yes or no`() async throws {
        let site = try ScratchSite()
        let answer = await site.ask(.POST, "/api/v1/registers/population/answers", site.system, body: #"{"key":"001090000001","question":"adult"}"#)
        #expect(answer.status == 200 && answer.json["answer"] == .boolean(true))
        let signature = Encoding.bytes(base64: answer.json["signature"]!.string!)!
        #expect(SigningKey.isValid(signature, of: Array(answer.json["statement"]!.text.utf8), by: site.registry.journals.publicKey))
        #expect(!answer.text.contains("1990"))
    }
}

struct `Pages` {
    @Test func `every open page answers in both languages and says which`() async throws {
        let site = try ScratchSite()
        for target in [
            "/", "/registers", "/registers/administrative-unit", "/registers/population", "/registers/administrative-unit/records/00004-2025-07-01", "/units", "/units?q=Phuc+Xa",
            "/statistics/population", "/developers", "/privacy", "/sign-in",
        ] {
            for language in ["vi", "en"] {
                let page = await site.ask(.GET, target + (target.contains("?") ? "&" : "?") + "lang=\(language)")
                #expect(page.status == 200, "\(target)")
                #expect(page.text.contains("<html lang=\"\(language)\">"))
                #expect(page.headers.first(name: "content-security-policy")?.contains("default-src 'none'") == true)
                #expect(!page.text.contains("=&quot;"), "\(target) escapes its own markup")
            }
        }
    }

    @Test func `a stranger's page of persons shows no person`() async throws {
        let site = try ScratchSite()
        for target in ["/registers/population", "/registers/household", "/registers/population?q=nguyen", "/registers/population/records/001090000001"] {
            let page = await site.ask(.GET, target)
            #expect(!page.text.contains("Nguyễn Văn An") && !page.text.contains("001090000001\"") && !page.text.contains("Kim Mã"), "\(target)")
        }
        #expect(await site.ask(.GET, "/officer").status == 401)
        #expect(await site.ask(.GET, "/registers/population/new").status == 401)
        #expect(await site.ask(.POST, "/registers/population/records").status == 401)
    }

    @Test func `an officer names a purpose, reads, and is in the journal`() async throws {
        let site = try ScratchSite()
        let session = try await site.signedIn()
        let asked = await site.ask(.GET, "/registers/population", session)
        #expect(asked.text.contains("name=\"purpose\"") && !asked.text.contains("Nguyễn Văn An"))
        let key = await site.formKey(session)
        #expect(await site.ask(.POST, "/purpose", session, body: "csrf=\(key)&purpose=residence&next=/registers/population").status == 303)
        #expect(await site.ask(.GET, "/registers/population?q=an", session).text.contains("Nguyễn Văn An"))
        #expect(try site.registry.summary(of: "population").size == 1)
        #expect(try site.registry.database.read { try site.registry.reads(of: 0, in: "population", limit: 9, on: $0).count } == 1)
    }

    @Test func `a form comes back with every objection and what was typed`() async throws {
        let site = try ScratchSite()
        let session = try await site.signedIn()
        let key = await site.formKey(session)
        let answer = await site.ask(.POST, "/registers/population/records", session, body: "csrf=\(key)&id=12&name=%3Cscript%3E&birth=31%2F02%2F2020")
        #expect(answer.status == 422)
        #expect(answer.text.contains("error-summary") && answer.text.contains("href=\"#f-id\"") && answer.text.contains("&lt;script&gt;") && !answer.text.contains("<script>"))
        #expect(answer.text.contains("31/02/2020"))
    }

    @Test func `a form of another site is refused`() async throws {
        let site = try ScratchSite()
        let session = try await site.signedIn()
        let key = await site.formKey(session)
        let body = "id=001090000001&csrf="
        #expect(await site.ask(.POST, "/registers/population/records", session, body: body).status == 403)
        #expect(await site.ask(.POST, "/registers/population/records", session + [("origin", "http://evil.example")], body: body + key).status == 403)
        #expect(await site.ask(.POST, "/registers/population/records", session + [("sec-fetch-site", "cross-site")], body: body + key).status == 403)
        #expect(await site.ask(.POST, "/sign-in", [("sec-fetch-site", "cross-site")], body: "user=a").status == 403)
        // The API takes no cookies.
        #expect(await site.ask(.GET, "/api/v1/registers/population/records", session).status == 403)
    }

    @Test func `a household moves through its page with its members`() async throws {
        let site = try ScratchSite()
        let session = try await site.signedIn()
        let key = await site.formKey(session)
        _ = await site.ask(.POST, "/purpose", session, body: "csrf=\(key)&purpose=residence")
        let page = await site.ask(.GET, "/registers/household/records/1000000001/change", session).text
        let state = page[page.firstRange(of: "name=\"_state\" value=\"")!.upperBound...].prefix { $0 != "\"" }
        let answer = await site.ask(
            .POST, "/registers/household/records/1000000001", session, body: "csrf=\(key)&_state=\(state)&commune=00008&address=S%E1%BB%91+1&kind=family&_cause=CT01")
        #expect(answer.status == 303, "\(answer.text)")
        #expect(await site.ask(.GET, "/api/v1/registers/population/records/001090000001", site.system).json["item"]?["commune"] == .string("00008"))
        let again = await site.ask(
            .POST, "/registers/household/records/1000000001", session, body: "csrf=\(key)&_state=\(state)&commune=00004&address=S%E1%BB%91+1&kind=family")
        #expect(again.status == 412)
    }

    @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nset-cookie: x=y"])
    func `nobody is sent to another site`(next: String) async throws {
        let site = try ScratchSite()
        let code = try site.accounts.add(user: "lan", name: "Lan", grants: [])
        try site.accounts.setPassword(link: code, to: "một câu dài dễ nhớ")
        let answer = await site.ask(.POST, "/sign-in", body: "user=lan&password=\(Request.encode("một câu dài dễ nhớ"))&next=\(Request.encode(next))")
        #expect(answer.headers.first(name: "location") == "/officer")
    }
}

struct `Accounts and sessions` {
    @Test func `a link sets a password once, guesses are bounded, disabling ends sessions`() async throws {
        let site = try ScratchSite()
        let code = try site.accounts.add(user: "lan", name: "Lan", grants: [])
        #expect(throws: AccountError.weakPassword) { try site.accounts.setPassword(link: code, to: "short") }
        try site.accounts.setPassword(link: code, to: "một câu dài dễ nhớ")
        #expect(throws: AccountError.expiredLink) { try site.accounts.setPassword(link: code, to: "một câu dài khác nữa") }
        let secret = try site.accounts.signIn(user: "lan", password: "một câu dài dễ nhớ".decomposedStringWithCanonicalMapping, address: "a")
        #expect(try site.accounts.session(secret) != nil)
        for _ in 0..<10 { #expect(throws: AccountError.wrongPassword) { try site.accounts.signIn(user: "lan", password: "x", address: "a") } }
        #expect(throws: AccountError.tooManyTries) { try site.accounts.signIn(user: "lan", password: "một câu dài dễ nhớ", address: "b") }
        try site.accounts.disable(user: "lan")
        #expect(try site.accounts.session(secret) == nil)
    }

    @Test(.enabled(if: TestStores.postgres == nil)) func `nothing secret is stored as it is`() throws {
        let site = try ScratchSite()
        let code = try site.accounts.add(user: "lan", name: "Lan", grants: [])
        try site.accounts.setPassword(link: code, to: "một câu dài dễ nhớ")
        let secret = try site.accounts.signIn(user: "lan", password: "một câu dài dễ nhớ", address: "a")
        try site.registry.database.moveLog()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: site.path))
        for text in [code, secret, site.token, "một câu dài dễ nhớ"] { #expect(bytes.range(of: Data(text.utf8)) == nil) }
    }
}

struct `Requests` {
    @Test(arguments: ["*", "http://x/", "/%zz", "/%ff", "/a%00b", "/../etc", "/a/../b", "/%2e%2e/x"])
    func `paths that cannot be meant are none`(target: String) { #expect(Request(method: .GET, target: target, headers: [:], body: [], address: "") == nil) }

    @Test func `markup is escaped by its type`() {
        let hostile = "<img src=x onerror=\"a\">&'"
        let html: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
        #expect(
            String(decoding: html.bytes, as: UTF8.self) == "<p title=\"&lt;img src=x onerror=&quot;a&quot;&gt;&amp;&#39;\">&lt;img src=x onerror=&quot;a&quot;&gt;&amp;&#39;</p>")
    }

    @Test func `the OpenAPI document has every route of the API`() throws {
        let site = try ScratchSite()
        let document = try JSON(parsing: Array(site.site.openAPI.utf8))
        for endpoint in site.site.endpoints
        where endpoint.path.hasPrefix("/api/v1") && !endpoint.path.hasSuffix(".csv") && !endpoint.path.hasSuffix(".jsonl") && !endpoint.path.hasSuffix(".xlsx") {
            #expect(document["paths"]?[endpoint.path]?[endpoint.method.rawValue.lowercased()] != nil, "\(endpoint.method) \(endpoint.path)")
        }
    }
}
