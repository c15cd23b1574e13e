// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hanoi
import HTTP
import NIOHTTP1
import People
import Registers
import Testing

@testable import Civic
@testable import Web

extension ScratchSite {
    static let an = "001090000001"
    static let binh = "001185000002"

    private func put(_ register: String, _ texts: [String: String]) throws {
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        let item = try registry.item(register, texts: texts, effective: nil)
        _ = try registry.enterAndWait([Change(register, key: item.key, .put(item), expecting: .anything)], cause: "t", by: all)
    }

    /// A second person, four enterprises, an investor, and start-ups that officers entered.
    func startupCity() throws {
        try put(
            "population",
            [
                "id": Self.binh, "name": "Trần Thị Bình", "birth": "1985-03-04", "sex": "female", "ethnicity": "01", "household": "1000000001", "relation": "spouse",
                "commune": "00004",
            ])
        for (code, name, person, status) in [
            ("0100000010", "Công ty TNHH Ngõ Nhỏ", Self.an, "active"), ("0100000028", "Công ty TNHH Của Bình", Self.binh, "active"),
            ("0100000035", "Công ty TNHH Không Tên", "", "active"), ("0100000042", "Công ty TNHH Đã Nghỉ", Self.an, "dissolved"),
        ] {
            try put(
                "enterprise",
                [
                    "tax_code": code, "name": name, "type": "llc-one", "commune": "00004", "address": "Số 1, phố Ví Dụ", "representative": person, "founded": "2019-04-01",
                    "status": status,
                ])
        }
        try put("investor", ["number": "DT000001", "name": "Quỹ Mầm Xanh", "kind": "fund", "agreed": "2026-02-01"])
        for (key, name, about, sector, stage, commune, jobs, until) in [
            ("KN000001", "Sổ Chợ", "Ghi sổ bằng giọng nói cho tiểu thương.", "finance", "market", "00004", "12", "2027-01-31"),
            ("KN000002", "Nhắc Thuốc", "Nhắc người già uống thuốc bằng giọng nói.", "health", "prototype", "00008", "5", "2026-11-15"),
        ] {
            try put(
                "startup",
                [
                    "number": key, "name": name, "sector": sector, "stage": stage, "commune": commune, "about": about, "founders": "2",
                    "jobs": jobs, "founded": "2024-03-15", "confirmed_until": until, "website": "https://\(key.lowercased()).example.vn", "registrant": Self.binh,
                ])
        }
        try put(
            "funding-round",
            [
                "number": "GV00000001", "startup": "KN000001", "round": "seed", "amount": "7500000000", "day": "2026-05-10", "investors": "DT000001",
                "source": "https://kn000001.example.vn/tin",
            ])
    }

    func enrol(_ who: (headers: [(String, String)], key: String), _ changes: [String: String] = [:]) async -> Answer {
        var texts = [
            "csrf": who.key, "sector": "software", "stage": "market", "commune": "00004", "about": "Chỉ đường tới từng ngách.", "founders": "2", "jobs": "7",
            "founded": "15/03/2024",
        ]
        texts.merge(changes) { _, new in new }
        return await ask(.POST, "/startups/register", who.headers, body: texts.map { "\($0.key)=\(Request.encode($0.value))" }.joined(separator: "&"))
    }

    func confirm(_ place: String, _ who: (headers: [(String, String)], key: String), _ changes: [String: String] = [:]) async -> Answer {
        let page = await ask(.GET, place + "/confirm", who.headers).text
        let state = page.firstRange(of: "name=\"_state\" value=\"").map { page[$0.upperBound...].prefix { $0 != "\"" } } ?? "0"
        var texts = ["csrf": who.key, "_state": String(state), "stage": "growth", "jobs": "9", "website": "", "about": "Chỉ đường cho người giao hàng."]
        texts.merge(changes) { _, new in new }
        return await ask(.POST, place + "/confirm", who.headers, body: texts.map { "\($0.key)=\(Request.encode($0.value))" }.joined(separator: "&"))
    }
}

struct `The start-up portal` {
    private func city() throws -> ScratchSite {
        let site = try ScratchSite(at: "2026-11-16T02:00:00Z")
        try site.startupCity()
        return site
    }

    @Test func `every page answers in both languages`() async throws {
        let site = try city()
        for target in ["", "/map", "/investors", "/incubators", "/offers", "/KN000001"] {
            for language in ["vi", "en"] {
                let page = await site.ask(.GET, "/startups\(target)?lang=\(language)")
                #expect(page.status == 200 && page.text.contains("<html lang=\"\(language)\">"), "\(target)")
                #expect(!page.text.contains("=&quot;"), "\(target) escapes its own markup")
            }
        }
        #expect(await site.ask(.GET, "/").text.contains("href=\"/startups\""))
        #expect(await site.ask(.GET, "/startups/KN999999").status == 404)
        #expect(await site.ask(.GET, "/startups/register").headers.first(name: "location") == "/me?next=%2Fstartups%2Fregister")
    }

    @Test(arguments: [
        ("", true, true), ("?q=so+cho", true, false), ("?q=Nh%E1%BA%AFc", false, true), ("?sector=finance", true, false), ("?stage=prototype", false, true),
        ("?commune=00008", false, true), ("?q=giong+noi&sector=health", false, true), ("?sector=farming", false, false), ("?q=", true, true),
    ])
    func `search and filters`(query: String, first: Bool, second: Bool) async throws {
        let page = await (try city()).ask(.GET, "/startups\(query)")
        #expect(page.status == 200 && page.text.contains("<strong>Sổ Chợ") == first && page.text.contains("<strong>Nhắc Thuốc") == second)
    }

    @Test func `a filter that cannot be is told, not failed`() async throws {
        #expect(await (try city()).ask(.GET, "/startups?sector=nothing").status == 400)
    }

    @Test func `figures count what is confirmed, and money names its source`() async throws {
        let site = try city()
        let page = await site.ask(.GET, "/startups").text
        #expect(
            page.contains("<dt>Doanh nghiệp, nhóm khởi nghiệp đang hoạt động</dt><dd>1</dd>") && page.contains("<dt>Việc làm</dt><dd>12</dd>") && page.contains("7.500.000.000"))
        #expect(page.contains("chưa xác nhận lại"))
        #expect(page.contains("href=\"https://kn000001.example.vn/tin\" rel=\"nofollow noopener\""))
        let one = await site.ask(.GET, "/startups/KN000001").text
        #expect(one.contains("Quỹ Mầm Xanh") && one.contains("https://kn000001.example.vn/tin") && one.contains("31/01/2027"))
        #expect(one.contains("rel=\"nofollow noopener\"") && !one.contains("chưa xác nhận lại"))
        // What nobody confirms any more stands in the list, not in the charts and not on the map.
        #expect(page.contains("<th scope=\"row\">Công nghệ tài chính</th>") && !page.contains("<th scope=\"row\">Y tế, sức khỏe</th>"))
        let map = await site.ask(.GET, "/startups/map").text
        func name(_ code: String) -> String { site.registry.units.latest(code)?.name ?? "?" }
        #expect(map.contains("<th scope=\"row\">\(name("00004"))</th>") && !map.contains("<th scope=\"row\">\(name("00008"))</th>"))
    }

    @Test func `a sum that does not fit is none`() {
        #expect(StartupBook.sum([1, 2, 3]) == 6 && StartupBook.sum([] as [Int64]) == 0 && StartupBook.sum([Int64.max, 1]) == nil)
    }

    @Test func `a list is kept for two seconds, unless its register has a new entry`() {
        let lists = StartupLists()
        let read = Instant("2026-11-16T02:00:00Z")!
        lists.keep(StartupList(records: [], isCut: true), of: "startup", entries: 7, now: read)
        for (register, entries, later, isThere) in [
            ("startup", 7, 0, true), ("startup", 7, 1999, true), ("startup", 7, 2000, false), ("startup", 7, -1, false), ("startup", 8, 0, false), ("investor", 7, 0, false),
        ] as [(String, Int64, Int64, Bool)] {
            let list = lists.find(register, entries: entries, now: Instant(milliseconds: read.milliseconds + later))
            #expect((list?.isCut == true) == isThere, "\(register) \(entries) \(later)")
        }
    }

    @Test func `lists are read newest first, and the next page leads on to older ones`() async throws {
        let site = try city()
        var query = RecordQuery()
        query.isNewestFirst = true
        query.limit = 1
        let first = try await site.registry.records("startup", query, for: .visitor, door: "page")
        query.after = first.next
        let second = try await site.registry.records("startup", query, for: .visitor, door: "page")
        #expect(first.records.map(\.key) == ["KN000002"] && second.records.map(\.key) == ["KN000001"] && second.next == nil)
    }

    @Test func `a company registers through its representative, once, under its own name`() async throws {
        let site = try city()
        let an = try await site.citizen(ScratchSite.an)
        #expect(await site.enrol(an, ["enterprise": "0100000010", "csrf": "x"]).status == 403)
        let sent = await site.enrol(an, ["enterprise": "0100000010", "name": "Tên khác"])
        let place = sent.headers.first(name: "location") ?? ""
        #expect(sent.status == 303 && place.hasPrefix("/startups/KN"))
        let page = await site.ask(.GET, place).text
        #expect(page.contains("Công ty TNHH Ngõ Nhỏ") && page.contains("0100000010") && page.contains("15/05/2027") && !page.contains("chưa xác nhận"))
        let again = await site.enrol(an, ["enterprise": "0100000010"])
        #expect(again.status == 422 && again.text.contains("id=\"e-enterprise\"") && again.text.contains("đã được khai"))
        #expect(await site.ask(.GET, "/me/dossiers", an.headers).text.contains(place + "/confirm"))
        let entries = await site.ask(.GET, "/api/v1/registers/startup/records/\(place.split(separator: "/").last!)/entries", site.system)
        #expect(entries.text.contains("registration") && entries.text.contains("citizen"))
    }

    @Test(arguments: [
        ("0100109106", "không có mã số này"), ("0100000028", "người khác"), ("0100000042", "không còn hoạt động"), ("0100000011", "không đúng"),
    ])
    func `a company that is not there, not at work or somebody else's is refused at its field`(code: String, words: String) async throws {
        let site = try city()
        let answer = await site.enrol(try await site.citizen(ScratchSite.an), ["enterprise": code, "jobs": "abc"])
        #expect(answer.status == 422 && answer.text.contains("id=\"e-enterprise\"") && answer.text.contains(words), "\(code)")
        // What else is wrong is told at once, and what was typed is kept.
        #expect(answer.text.contains("id=\"e-jobs\"") && answer.text.contains("value=\"abc\"") && answer.text.contains("value=\"\(code)\""))
        #expect(!answer.text.contains("id=\"e-name\""))
    }

    @Test func `a company whose representative the register does not know waits, and an officer confirms it`() async throws {
        let site = try city()
        let sent = await site.enrol(try await site.citizen(ScratchSite.an), ["enterprise": "0100000035"])
        let place = sent.headers.first(name: "location") ?? ""
        #expect(await site.ask(.GET, place).text.contains("doanh nghiệp chưa xác nhận"))
        #expect(await site.ask(.GET, "/startups?lang=vi").text.contains("<dt>Việc làm</dt><dd>12</dd>"))
        let officer = try await site.signedIn("mai", grants: [Grant("startup", [.read, .write])])
        let key = await site.formKey(officer)
        #expect(await site.confirm(place, (officer, "x"), ["company": "yes"]).status == 403)
        #expect(await site.confirm(place, (officer, key), ["company": "yes"]).headers.first(name: "location") == place)
        #expect(await site.ask(.GET, place).text.contains("doanh nghiệp xác nhận ngày 16/11/2026"))
    }

    @Test func `a claim that the company never confirmed blocks nobody else, and of two only one is confirmed`() async throws {
        let site = try city()
        let an = try await site.citizen(ScratchSite.an)
        let binh = try await site.citizen(ScratchSite.binh)
        let first = (await site.enrol(an, ["enterprise": "0100000035"])).headers.first(name: "location") ?? ""
        #expect(await site.enrol(an, ["enterprise": "0100000035"]).text.contains("đã được khai"))
        let sent = await site.enrol(binh, ["enterprise": "0100000035"])
        let second = sent.headers.first(name: "location") ?? ""
        #expect(sent.status == 303 && second.hasPrefix("/startups/KN") && second != first)
        let officer = try await site.signedIn("mai", grants: [Grant("startup", [.read, .write])])
        let key = await site.formKey(officer)
        #expect(await site.confirm(second, (officer, key), ["company": "yes"]).status == 303)
        let both = await site.confirm(first, (officer, key), ["company": "yes"])
        #expect(both.status == 422 && both.text.contains("đã được khai"))
        // Its own people may still say what is new, and that it has ended.
        #expect(await site.confirm(first, an, ["stage": "ended"]).status == 303)
        // A confirmation that has run out stands in nobody's way either.
        #expect(await site.enrol(an, ["enterprise": "0100000035"]).status == 422)
        site.setClock("2027-05-16T02:00:00Z")
        #expect(await site.enrol(try await site.citizen(ScratchSite.an), ["enterprise": "0100000035"]).status == 303)
    }

    @Test func `a team without a company gives its name, and only once`() async throws {
        let site = try city()
        let an = try await site.citizen(ScratchSite.an)
        let unnamed = await site.enrol(an)
        #expect(unnamed.status == 422 && unnamed.text.contains("id=\"e-name\""))
        let sent = await site.enrol(an, ["name": "Bản Đồ Ngõ"])
        #expect(sent.status == 303)
        #expect(await site.ask(.GET, sent.headers.first(name: "location") ?? "").text.contains("nhóm chưa có công ty"))
        #expect(await site.enrol(an, ["name": "bản đồ  ngõ"]).status == 422)
        #expect(await site.enrol(an, ["name": "Bản Đồ Phố", "website": "javascript:alert(1)"]).status == 422)
    }

    @Test func `what nobody confirms is shown as old, until it is confirmed again`() async throws {
        let site = try city()
        let place = (await site.enrol(try await site.citizen(ScratchSite.an), ["name": "Bản Đồ Ngõ"])).headers.first(name: "location") ?? ""
        #expect(await site.ask(.GET, "/startups").text.contains("<dt>Việc làm</dt><dd>19</dd>"))
        site.setClock("2027-05-15T02:00:00Z")
        #expect(await site.ask(.GET, place).text.contains("chưa xác nhận lại") == false)
        site.setClock("2027-05-16T02:00:00Z")
        #expect(await site.ask(.GET, place).text.contains("chưa xác nhận lại"))
        #expect(await site.ask(.GET, "/startups").text.contains("<dt>Việc làm</dt><dd>0</dd>"))
        let an = try await site.citizen(ScratchSite.an)
        #expect(await site.ask(.GET, "/me/dossiers", an.headers).text.contains("đã quá hạn"))
        let wrong = await site.confirm(place, an, ["jobs": "-1"])
        #expect(wrong.status == 422 && wrong.text.contains("id=\"e-jobs\"") && wrong.text.contains("value=\"-1\""))
        #expect(await site.confirm(place, an, ["_state": "0"]).status == 422)
        #expect(await site.confirm(place, an).headers.first(name: "location") == place)
        let page = await site.ask(.GET, place).text
        #expect(page.contains("Chỉ đường cho người giao hàng.") && page.contains("12/11/2027") && !page.contains("chưa xác nhận lại"))
    }

    @Test func `another person may not confirm it`() async throws {
        let site = try city()
        let place = (await site.enrol(try await site.citizen(ScratchSite.an), ["name": "Bản Đồ Ngõ"])).headers.first(name: "location") ?? ""
        #expect(await site.ask(.GET, place + "/confirm").headers.first(name: "location")?.hasPrefix("/me?next=%2Fstartups%2F") == true)
        let binh = try await site.citizen(ScratchSite.binh)
        #expect(await site.ask(.GET, place + "/confirm", binh.headers).status == 403)
        #expect(await site.confirm(place, binh).status == 403)
        let officer = try await site.signedIn("mai", grants: [Grant("population", [.read])])
        #expect(await site.confirm(place, (officer, await site.formKey(officer))).status == 303)
        #expect(await site.ask(.GET, place).text.contains("Chỉ đường tới từng ngách."))
    }

    @Test func `a visitor sees nothing of who registered it`() async throws {
        let site = try city()
        let sent = await site.enrol(try await site.citizen(ScratchSite.an), ["name": "Bản Đồ Ngõ", "contact": "rieng@example.vn"])
        let place = sent.headers.first(name: "location") ?? ""
        let key = String(place.split(separator: "/").last ?? "")
        for target in [
            place, "/startups", "/registers/startup", "/registers/startup/records.csv", "/registers/startup/records/\(key)", "/registers/startup/records/\(key)/history",
            "/registers/startup/records/\(key)/proof", "/api/v1/registers/startup/records", "/api/v1/registers/startup/records/\(key)",
            "/api/v1/registers/startup/records/\(key)/entries", "/api/v1/registers/startup/records/\(key)/proof",
        ] {
            let page = await site.ask(.GET, target)
            for secret in [ScratchSite.an, "Nguyễn Văn An", "rieng@example.vn"] { #expect(!page.text.contains(secret), "\(target)") }
        }
        for query in ["registrant=\(ScratchSite.an)", "contact=rieng@example.vn"] {
            #expect(await site.ask(.GET, "/api/v1/registers/startup/records?\(query)").status >= 400, "\(query)")
        }
    }

    @Test func `the registers have every field that the portal reads`() throws {
        let site = try city()
        for (name, fields) in [
            ("startup", StartupBook.asked + StartupBook.confirmed + ["confirmed_until", "enterprise_confirmed", "registrant"]),
            ("funding-round", ["startup", "round", "amount", "day", "investors", "source"]), ("investor", ["name", "kind", "least", "most", "seeks", "website"]),
            ("incubator", ["name", "kind", "commune", "address", "website", "places", "phone"]),
            ("startup-offer", ["kind", "title", "about", "from", "until", "place", "organiser", "contact"]), ("enterprise", ["status", "representative"]),
        ] {
            let register = try site.registry.register(name)
            for field in fields { #expect(register.field(field) != nil, "\(name).\(field)") }
        }
    }
}
