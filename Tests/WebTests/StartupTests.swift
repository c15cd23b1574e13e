// SPDX-License-Identifier: Apache-2.0
import Dossiers
import Foundation
import Hanoi
import HTTP
import NIOHTTP1
import Notices
import People
import Registers
import Steering
import Testing

@testable import Civic
@testable import Web

extension StartupRoles {
    static let test = StartupRoles(
        startups: "startup", rounds: "funding-round", investors: "investor", incubators: "incubator", offers: "startup-offer", enterprises: "enterprise",
        active: ("status", "active"), representative: "representative", ended: "ended", confirmationDays: Startups.confirmationDays)
}

extension ScratchSite {
    static let an = "001090000001"
    static let binh = "001185000002"

    fileprivate func put(_ register: String, _ texts: [String: String]) throws {
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
            try company(code, name, of: person, status)
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

    fileprivate func company(_ code: String, _ name: String, of person: String, _ status: String = "active") throws {
        try put(
            "enterprise",
            [
                "tax_code": code, "name": name, "type": "llc-one", "commune": "00004", "address": "Số 1, phố Ví Dụ", "representative": person, "founded": "2019-04-01",
                "status": status,
            ])
    }

    /// Start-ups, jobs and money, as the board has them.
    fileprivate func boardFigures() throws -> [Int64] {
        steering.forget()
        return try steering.standing("4.f")?.figures.prefix(3).map(\.value) ?? []
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

    @Test func `the board and the portal count the same, of start-ups, jobs and money`() async throws {
        let site = try city()
        try site.put(
            "funding-round",
            ["number": "GV00000002", "startup": "KN000002", "round": "grant", "amount": "1000000000", "day": "2026-06-01", "source": "12/QĐ-SKHCN"])
        func portal(_ startups: Int, _ jobs: Int, _ money: String) async -> Bool {
            let page = await site.ask(.GET, "/startups").text
            return page.contains("đang hoạt động</dt><dd>\(startups)</dd>") && page.contains("<dt>Việc làm</dt><dd>\(jobs)</dd>")
                && page.contains(money) && !page.contains("1.000.000.000") && !page.contains("8.500.000.000")
        }
        #expect(try site.boardFigures() == [1, 12, 7_500_000_000])
        #expect(await portal(1, 12, "7.500.000.000"))
        // A company that has not said so is not counted, one that has is.
        _ = await site.enrol(try await site.citizen(ScratchSite.an), ["enterprise": "0100000035", "jobs": "900"])
        #expect(try site.boardFigures() == [1, 12, 7_500_000_000])
        _ = await site.enrol(try await site.citizen(ScratchSite.an), ["enterprise": "0100000010", "jobs": "30"])
        #expect(try site.boardFigures() == [2, 42, 7_500_000_000])
        #expect(await portal(2, 42, "7.500.000.000"))
        // What ends, and what runs out by the calendar, leaves by itself.
        site.setClock("2027-02-01T02:00:00Z")
        #expect(try site.boardFigures() == [1, 30, 0])
        #expect(await site.ask(.GET, "/steering/instructions/4.f").text.contains("còn được xác nhận"))
    }

    @Test func `a company that is dissolved or rests ends what was confirmed`() async throws {
        let site = try city()
        let an = try await site.citizen(ScratchSite.an)
        let place = (await site.enrol(an, ["enterprise": "0100000010"])).headers.first(name: "location") ?? ""
        #expect(try site.boardFigures() == [2, 19, 7_500_000_000])
        for (second, status) in [(5, "paused"), (10, "dissolved")] {
            try site.company("0100000010", "Công ty TNHH Ngõ Nhỏ", of: ScratchSite.an, status)
            site.setClock("2026-11-16T02:00:\(second < 10 ? "0" : "")\(second)Z")
            #expect(try site.boardFigures() == [1, 12, 7_500_000_000], "\(status)")
            #expect(await site.ask(.GET, "/startups").text.contains("<dt>Việc làm</dt><dd>12</dd>"), "\(status)")
            #expect(await site.ask(.GET, place).text.contains("doanh nghiệp đã giải thể hoặc tạm ngừng"), "\(status)")
            let refused = await site.confirm(place, an)
            #expect(refused.status == 422 && refused.text.contains("không còn hoạt động"), "\(status)")
        }
        _ = try site.registry.inspect()
        #expect(try site.registry.findings("startup", check: "dissolved").values.reduce(0, +) == 1)
        #expect(await site.confirm(place, an, ["stage": "ended"]).status == 303)
    }

    @Test func `one person has ten start-ups at most, however many forms come at once`() async throws {
        let site = try city()
        let an = try await site.citizen(ScratchSite.an)
        let answers = await withTaskGroup(of: Answered.self) { group in
            for number in 1...14 {
                group.addTask {
                    let answer = await site.enrol(an, ["name": "Nhóm số \(number)"])
                    return Answered(status: answer.status, place: answer.headers.first(name: "location") ?? "")
                }
            }
            var all: [Answered] = []
            for await one in group { all.append(one) }
            return all
        }
        let entered = answers.filter { $0.status == 303 }.map(\.place)
        #expect(entered.count == 10 && answers.count { $0.status == 422 } == 4)
        let eleventh = await site.enrol(an, ["name": "Nhóm nữa"])
        #expect(eleventh.status == 422 && eleventh.text.contains("nhiều nhất 10"))
        // What has ended makes room, and takes it again only where there is some.
        #expect(await site.confirm(entered[0], an, ["stage": "ended"]).status == 303)
        #expect(await site.enrol(an, ["name": "Nhóm nữa"]).status == 303)
        let again = await site.confirm(entered[0], an)
        #expect(again.status == 422 && again.text.contains("nhiều nhất 10"))
    }

    private struct Answered: Sendable {
        let status: Int
        let place: String
    }

    @Test func `a team without a company states few jobs`() async throws {
        let site = try city()
        let an = try await site.citizen(ScratchSite.an)
        let many = await site.enrol(an, ["name": "Bản Đồ Ngõ", "jobs": "10000"])
        #expect(many.status == 422 && many.text.contains("id=\"e-jobs\"") && many.text.contains("nhiều nhất 20"))
        #expect(await site.enrol(an, ["name": "Bản Đồ Ngõ", "jobs": "20"]).status == 303)
    }

    @Test func `who represents the company today has the pen, not who did once`() async throws {
        let site = try city()
        let an = try await site.citizen(ScratchSite.an)
        let binh = try await site.citizen(ScratchSite.binh)
        let place = (await site.enrol(an, ["enterprise": "0100000010"])).headers.first(name: "location") ?? ""
        #expect(await site.ask(.GET, place + "/confirm", binh.headers).status == 403)
        try site.company("0100000010", "Công ty TNHH Ngõ Nhỏ", of: ScratchSite.binh)
        #expect(await site.ask(.GET, place + "/confirm", an.headers).status == 403)
        #expect(await site.confirm(place, an).status == 403)
        #expect(!(await site.ask(.GET, "/me/dossiers", an.headers).text.contains(place + "/confirm")))
        #expect(await site.ask(.GET, "/me/dossiers", binh.headers).text.contains(place + "/confirm"))
        #expect(await site.confirm(place, binh).headers.first(name: "location") == place)
        // Where the register names nobody, officers confirm.
        try site.company("0100000010", "Công ty TNHH Ngõ Nhỏ", of: "")
        #expect(await site.ask(.GET, place + "/confirm", an.headers).status == 403)
        let officer = try await site.signedIn("mai", grants: [Grant("startup", [.read, .write])])
        #expect(await site.confirm(place, (officer, await site.formKey(officer))).status == 303)
    }

    @Test func `a team changes what it says, and names its company once it has one`() async throws {
        let site = try city()
        let an = try await site.citizen(ScratchSite.an)
        let place = (await site.enrol(an, ["name": "Bản Đồ Ngõ"])).headers.first(name: "location") ?? ""
        let form = await site.ask(.GET, place + "/confirm", an.headers).text
        #expect(form.contains("name=\"name\"") && form.contains("name=\"enterprise\"") && form.contains("name=\"sector\"") && form.contains("name=\"contact\""))
        #expect(await site.confirm(place, an, ["name": "Bản Đồ Hẻm", "sector": "trade"]).status == 303)
        let changed = await site.ask(.GET, place).text
        #expect(changed.contains("Bản Đồ Hẻm") && changed.contains("Thương mại điện tử"))
        let others = await site.confirm(place, an, ["enterprise": "0100000028"])
        #expect(others.status == 422 && others.text.contains("id=\"e-enterprise\""))
        #expect(await site.confirm(place, an, ["enterprise": "0100000010", "jobs": "25"]).status == 303)
        let page = await site.ask(.GET, place).text
        #expect(page.contains("Công ty TNHH Ngõ Nhỏ") && page.contains("doanh nghiệp xác nhận ngày 16/11/2026"))
        #expect(!(await site.ask(.GET, place + "/confirm", an.headers).text.contains("name=\"enterprise\"")))
    }

    @Test func `who confirms is reminded once before the confirmation ends, while offices work`() async throws {
        let site = try city()
        try site.put(
            "population",
            [
                "id": ScratchSite.an, "name": "Nguyễn Văn An", "birth": "1990-01-02", "sex": "male", "ethnicity": "01", "phone": "0912345678", "household": "1000000001",
                "relation": "head", "commune": "00004",
            ])
        _ = await site.enrol(try await site.citizen(ScratchSite.an), ["name": "Bản Đồ Ngõ"])
        let reminders = StartupReminders(registry: site.registry, dossiers: site.dossiers, roles: .test)
        func reminded(_ moment: String) async throws -> Int {
            site.setClock(moment)
            return try await reminders.remind()
        }
        #expect(try await reminded("2027-04-28T02:00:00Z") == 0)
        #expect(try await reminded("2027-05-05T18:00:00Z") == 0)
        #expect(try await reminded("2027-05-06T02:00:00Z") == 1)
        #expect(try await reminded("2027-05-06T03:00:00Z") == 0)
        let told = try site.dossiers.notices.waiting().filter { $0.key.hasPrefix("startup:") }
        #expect(told.count == 1 && told.allSatisfy { $0.channel == .sms && $0.address == "0912345678" && $0.text.contains("15/05/2027") })
    }

    @Test func `what is over leaves the lists by itself`() async throws {
        let site = try city()
        try site.put(
            "startup-offer",
            [
                "number": "CH000001", "kind": "event", "title": "Ngày hội mẫu", "sector": "software", "from": "2026-11-16", "until": "2026-11-17", "place": "Cung Ví Dụ",
                "organiser": "Sở mẫu", "contact": "hoi@example.vn",
            ])
        try site.put(
            "incubator",
            [
                "number": "VU000001", "name": "Vườn ươm mẫu", "kind": "incubator", "operator": "Trường mẫu", "commune": "00004", "address": "Số 1, phố Kim Mã",
                "website": "https://vuon.example.vn", "opened": "2019-09-01", "closed": "2026-11-17",
            ])
        func shown() async -> [Bool] {
            [await site.ask(.GET, "/startups/offers").text.contains("Ngày hội mẫu"), await site.ask(.GET, "/startups/incubators").text.contains("Vườn ươm mẫu")]
        }
        site.setClock("2026-11-17T10:00:00Z")
        #expect(await shown() == [true, true])
        site.setClock("2026-11-17T17:30:00Z")
        #expect(await shown() == [false, false])
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
            ("startup", StartupBook.asked + StartupBook.confirmed + StartupBook.team + ["confirmed_until", "enterprise_confirmed", "registrant"]),
            ("funding-round", ["startup", "round", "amount", "day", "investors", "source"]), ("investor", ["name", "kind", "least", "most", "seeks", "website"]),
            ("incubator", ["name", "kind", "commune", "address", "website", "places", "phone"]),
            ("startup-offer", ["kind", "title", "about", "from", "until", "place", "organiser", "contact"]), ("enterprise", ["status", "representative"]),
        ] {
            let register = try site.registry.register(name)
            for field in fields { #expect(register.field(field) != nil, "\(name).\(field)") }
        }
    }
}
