// SPDX-License-Identifier: Apache-2.0
import Civic
import HTTP
import Hanoi
import NIOHTTP1
import Registers
import Testing

@testable import Steering
@testable import Web

struct `The board` {
    private static let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])

    private func put(_ site: ScratchSite, _ register: String, _ texts: [String: String]) throws {
        let item = try site.registry.item(register, texts: texts, effective: nil)
        _ = try site.registry.enterAndWait([Change(register, key: item.key, .put(item), expecting: .anything)], cause: "t", by: Self.all)
    }

    private func shop(_ site: ScratchSite, _ key: String) throws {
        var texts = Dictionary(uniqueKeysWithValues: ShoppingPlaces.register.example.map { ($0.key, $0.value.plain) })
        texts[ShoppingPlaces.register.key.name] = key
        try put(site, "shopping-place", texts)
    }

    @Test func `every instruction is there for everybody, and its figure moves when a shop connects`() async throws {
        let site = try ScratchSite()
        let before = await site.ask(.GET, "/steering")
        #expect(before.status == 200)
        for one in Announcement699.instructions { #expect(before.text.contains("/steering/instructions/\(one.id)\""), "\(one.id)") }
        func connected() throws -> Int64 {
            site.steering.forget()
            return try #require(try site.steering.standing("2.f")).figures[0].value
        }
        #expect(try connected() == 0)
        let example = ShoppingPlaces.register.example
        try shop(site, example[ShoppingPlaces.register.key.name]!.plain)
        #expect(try connected() == (example["connection"]?.string == "both" ? 1 : 0))
        let page = await site.ask(.GET, "/steering/instructions/2.f?lang=en")
        #expect(page.status == 200 && page.text.contains("200") && !page.text.contains("/urging\""))
        #expect(await site.ask(.GET, "/steering/instructions/99.z").status == 404)
    }

    @Test func `a commune signs its day off, and those who do not are late`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        let grants = [Grant("daily-signoff", [.read, .write], unit: "00004"), Grant("population", [.read], unit: "00004")]
        var police = try await site.signedIn("ca", grants: grants)
        #expect(try site.steering.signing().allSatisfy { !$0.isLate })
        let page = await site.ask(.GET, "/signoff", police)
        #expect(page.status == 200 && page.text.contains("đã nhập đủ"))
        var key = await site.formKey(police, "/signoff")
        #expect(await site.ask(.POST, "/signoff", police, body: "csrf=\(key)&unit=00004&day=2026-11-20").status == 303)
        #expect(try site.steering.signing().first { $0.unit == "00004" }?.today == 0)
        // Another commune's day is not theirs to sign, nor is tomorrow.
        #expect(await site.ask(.POST, "/signoff", police, body: "csrf=\(key)&unit=00008&day=2026-11-20").status == 403)
        #expect(await site.ask(.POST, "/signoff", police, body: "csrf=\(key)&unit=00004&day=2026-11-21").status == 422)
        site.setClock("2026-11-22T02:00:00Z")
        let signing = try site.steering.signing()
        #expect(signing.first { $0.unit == "00004" }?.missing == [Day("2026-11-21")!])
        #expect(signing.first { $0.unit == "00008" }?.missing.count == 2 && signing.count == 126)
        // Signing late mends it, and signing twice is one.
        police = try await site.signedIn("ca2", grants: grants)
        key = await site.formKey(police, "/signoff")
        for _ in 0..<2 { #expect(await site.ask(.POST, "/signoff", police, body: "csrf=\(key)&unit=00004&day=2026-11-21").status == 303) }
        #expect(try site.steering.signing().first { $0.unit == "00004" }?.isLate == false)
    }

    @Test func `a day signed before the end of its work counts once it is signed again after what was entered later`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        let day = try #require(Day("2026-11-20"))
        func own() throws -> SigningUnit { try #require(try site.steering.signing().first { $0.unit == "00004" }) }
        func phone(_ number: String) throws {
            try put(
                site, "population",
                [
                    "id": "001090000001", "name": "Nguyễn Văn An", "birth": "1990-01-02", "sex": "male", "ethnicity": "01", "phone": number, "household": "1000000001",
                    "relation": "head", "commune": "00004",
                ])
        }
        let police = try await site.signedIn("ca", grants: [Grant("daily-signoff", [.read, .write], unit: "00004"), Grant("population", [.read], unit: "00004")])
        try await site.steering.sign("00004", on: day, by: Self.all)
        #expect(try own().today == 0)
        try phone("0912345678")
        #expect(try own().today == 1)
        #expect(await site.ask(.GET, "/signoff?lang=en", police).text.contains("Signed off, 1 change after it: sign again"))
        site.setClock("2026-11-21T02:00:00Z")
        #expect(try own().missing == [day] && own().untold == [day: 1] && own().isLate)
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write]), Grant("daily-signoff", [.read])])
        #expect(await site.ask(.GET, "/steering/communes?lang=en", leader).text.contains("1 day signed early, 1 change after it"))
        try await site.steering.sign("00004", on: day, by: Self.all)
        #expect(try own().missing.isEmpty && own().untold.isEmpty && own().late.isEmpty && own().last == day)
        // From half past four on a sign-off is not early: what comes in the evening is the next day's work.
        site.setClock("2026-11-21T09:30:00Z")
        try phone("0912345670")
        try await site.steering.sign("00004", on: day + 1, by: Self.all)
        try phone("0912345679")
        site.setClock("2026-11-22T02:00:00Z")
        #expect(try own().missing.isEmpty)
        // But a day that was said to be without change is not one when something comes in the evening.
        site.setClock("2026-11-22T09:30:00Z")
        try await site.steering.sign("00004", on: day + 2, by: Self.all)
        try phone("0912345671")
        site.setClock("2026-11-23T02:00:00Z")
        #expect(try own().missing == [day + 2] && own().denied == [day + 2])
        let later = try await site.signedIn("lanhdao2", grants: [Grant("urging", [.read, .write]), Grant("daily-signoff", [.read])])
        #expect(await site.ask(.GET, "/steering/communes?lang=en", later).text.contains("1 day signed as without change, the journals have 1"))
    }

    @Test func `a sign-off that says something else than the journals is refused, whoever enters it`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        func signoff(_ day: String, _ changes: String?) throws {
            var texts = ["code": "00008-\(day)-population", "commune": "00008", "day": day, "register": "population", "outcome": changes == nil ? "no-change" : "changes"]
            texts["changes"] = changes
            try put(site, "daily-signoff", texts)
        }
        #expect(throws: RegisterError.self) { try signoff("2026-11-19", "3") }
        try signoff("2026-11-19", nil)
        // A change of a household or of a residence is a change too.
        try put(site, "household", ["code": "1000000099", "commune": "00008", "address": "Số 9", "kind": "family"])
        #expect(throws: RegisterError.self) { try signoff("2026-11-20", nil) }
        #expect(throws: RegisterError.self) { try signoff("2026-11-20", "2") }
        try signoff("2026-11-20", "1")
        #expect(try site.steering.signing().first { $0.unit == "00008" }?.today == 0)
    }

    @Test func `days that are signed long after stay signed late`() async throws {
        let site = try ScratchSite(at: "2026-11-01T02:00:00Z")
        let first = try #require(Day("2026-11-01"))
        try await site.steering.sign("00008", on: first, by: Self.all)
        site.setClock("2026-11-30T02:00:00Z")
        for back in 1...29 { try await site.steering.sign("00004", on: first + (back - 1), by: Self.all) }
        let own = try #require(try site.steering.signing().first { $0.unit == "00004" })
        #expect(own.days == 29 && own.missing.isEmpty && own.late.count == 28 && own.inTime == 1)
        let board = try #require(try site.steering.standing("8.b")).rows.first { $0.indicator == .signed }
        #expect(board?.figure.value == 0)
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write]), Grant("daily-signoff", [.read])])
        #expect(await site.ask(.GET, "/steering/communes?lang=en", leader).text.contains("28 / 29"))
    }

    @Test func `a leader urges with exactly what is late, and the office answers`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        try put(site, "daily-signoff", ["code": "00008-2026-11-19-population", "commune": "00008", "day": "2026-11-19", "register": "population", "outcome": "no-change"])
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write]), Grant("daily-signoff", [.read])])
        let league = await site.ask(.GET, "/steering/communes?lang=en", leader)
        #expect(league.status == 200 && league.text.contains("commune=00004"))
        let form = await site.ask(.GET, "/steering/instructions/8.b?commune=00004", leader).text
        #expect(form.contains("19/11/2026"))
        let key = await site.formKey(leader, "/steering/instructions/8.b")
        let fields = "csrf=\(key)&office=commune-police&commune=00004&late=" + Request.encode("Chưa xác nhận ngày 19/11") + "&records=00004-2026-11-19-population"
        let wrong = await site.ask(.POST, "/steering/instructions/8.b/urging", leader, body: fields + "&due=2026-11-01")
        #expect(wrong.status == 422 && wrong.text.contains("Chưa xác nhận ngày 19/11"))
        let sent = await site.ask(.POST, "/steering/instructions/8.b/urging", leader, body: fields + "&due=2026-11-25")
        #expect(sent.status == 303)
        let place = sent.headers.first(name: "location")!
        // Their own commune's officer answers; another's does not see it.
        let own = try await site.signedIn("ca", grants: [Grant("urging", [.read], unit: "00004")])
        let other = try await site.signedIn("ca8", grants: [Grant("urging", [.read], unit: "00008")])
        #expect(await site.ask(.GET, place, own).text.contains("Chưa xác nhận ngày 19/11"))
        #expect(!(await site.ask(.GET, place, other).text.contains("Chưa xác nhận ngày 19/11")))
        let answerKey = await site.formKey(own, place)
        // Who answers sends no letters, and writes nothing of the letter but the answer; who sends does not answer.
        #expect(await site.ask(.POST, "/steering/instructions/8.b/urging", own, body: fields.replacing(key, with: answerKey) + "&due=2026-11-25").status == 403)
        #expect(await site.ask(.POST, place + "/answer", leader, body: "csrf=\(key)&answer=x").status == 403)
        #expect(await site.ask(.POST, place + "/answer", own, body: "csrf=\(answerKey)&answer=").status == 422)
        #expect(await site.ask(.POST, place + "/answer", own, body: "csrf=\(answerKey)&answer=" + Request.encode("Đã xác nhận bù")).status == 303)
        #expect(await site.ask(.GET, place, leader).text.contains("Đã xác nhận bù"))
        #expect(await site.ask(.GET, "/steering/urgings", leader).text.contains("trả lời"))
        // A visitor sees no letter.
        #expect(await site.ask(.GET, place).status == 401)
    }

    @Test func `duties of fields stand beside each other, and a letter names the records`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        func building(_ number: String, phone: String?) throws {
            var texts = Dictionary(uniqueKeysWithValues: ApartmentBuildings.register.example.map { ($0.key, $0.value.plain) })
            texts["number"] = number
            texts["name"] = "Chung cư \(number)"
            texts["group"] = nil
            texts["phone"] = phone
            try put(site, "apartment-building", texts)
        }
        try building("CC000001", phone: nil)
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write]), Grant("apartment-building", [.read])])
        #expect(await site.ask(.GET, "/steering/duties/apartment-building/phone?lang=en", leader).text.contains("still being looked at"))
        _ = try site.registry.inspect()
        let all = await site.ask(.GET, "/steering/duties?lang=en", leader)
        #expect(all.status == 200 && all.text.contains("/steering/duties/apartment-building/phone") && all.text.contains("0 % (0 / 1)"))
        #expect(all.text.contains("last entry") && all.text.contains("nothing entered yet") && all.text.contains("href=\"/steering/communes\""))
        let one = await site.ask(.GET, "/steering/duties/apartment-building/phone?lang=en", leader).text
        #expect(one.contains("finding=duty-phone&amp;commune=00004") && one.contains("/steering/instructions/4.a?duty=apartment-building.phone&amp;commune=00004"))
        let form = await site.ask(.GET, "/steering/instructions/4.a?duty=apartment-building.phone&commune=00004", leader).text
        #expect(form.contains("CC000001") && form.contains("mới đạt 0 %, yêu cầu 90 %"))
        #expect(!(await site.ask(.GET, "/steering/instructions/4.a?duty=apartment-building.phone&commune=00008", leader).text.contains("CC000001")))
        // Another building has a phone, then so has the first; the figure follows each entry.
        try building("CC000002", phone: "02438253537")
        #expect(await site.ask(.GET, "/steering/duties?lang=en", leader).text.contains("50 % (1 / 2)"))
        try building("CC000001", phone: "02438253536")
        #expect(try site.steering.duty(of: "apartment-building", field: "phone")?.isLate == false)
        // One person of one commune could be recognised.
        let people = await site.ask(.GET, "/steering/duties/population/phone?lang=en", leader).text
        #expect(people.contains("&lt;5") && !people.contains("/registers/population?finding"))
        // Whoever sees the persons of one commune is not told of so few in another, nor in the whole city.
        let neighbour = try await site.signedIn("phuong8", grants: [Grant("urging", [.read], unit: "00008"), Grant("population", [.read, .personal], unit: "00008")])
        let own = try await site.signedIn("phuong4", grants: [Grant("urging", [.read], unit: "00004"), Grant("population", [.read, .personal], unit: "00004")])
        func hidden(_ who: [(String, String)]) async -> Int {
            await site.ask(.GET, "/steering/duties/population/phone?lang=en", who).text.split(separator: "&lt;5", omittingEmptySubsequences: false).count - 1
        }
        #expect(await hidden(neighbour) == 2)
        #expect(await hidden(own) == 1)
        #expect(await site.ask(.GET, "/steering/duties/population/nothing", leader).status == 404)
        let clerk = try await site.signedIn("canbo", grants: [Grant("apartment-building", [.read])])
        #expect(await site.ask(.GET, "/steering/duties", clerk).status == 403)
        #expect(await site.ask(.GET, "/steering/duties").status == 401)
    }

    @Test func `a unit at the goal keeps its duty, one under it is late, and the worst comes first`() {
        func unit(_ code: String, _ records: Int, _ failing: Int) -> DutyUnit { DutyUnit(unit: code, records: records, failing: failing, goal: 90) }
        #expect(!unit("a", 10, 1).isLate && unit("b", 10, 2).isLate && unit("c", 1000, 101).isLate && unit("d", 3, 0).percent == 100)
        #expect([unit("a", 10, 1), unit("b", 10, 2), unit("c", 1000, 101)].sorted { $0.isWorse(than: $1) }.map(\.unit) == ["b", "c", "a"])
    }

    @Test func `the same seed draws the same sample, and the look is entered`() async throws {
        #expect(Registry.draw(3, of: 2, seed: "1") == [0, 1])
        let once = Registry.draw(20, of: 1000, seed: "20261120")
        #expect(once.count == 20 && Set(once).count == 20 && once == Registry.draw(20, of: 1000, seed: "20261120") && once != Registry.draw(20, of: 1000, seed: "20261121"))
        let site = try ScratchSite()
        var inspector = Authority(.officer, id: "officer:tt", name: "TT", grants: [Grant("population", [.read, .personal])])
        inspector.purpose = Purpose.all[0]
        let draw = Draw(register: "population", unit: "00004", size: 5, seed: "7", known: site.registry.world.now())
        let (records, count) = try await site.registry.sample(draw, asked: "test", for: inspector)
        #expect(count >= 1 && records.count == min(5, count))
        let head = try site.registry.journalHeads().first { $0.name == Registry.readsJournal }
        #expect((head?.size ?? 0) > 0)
    }

    private func buildings(_ site: ScratchSite, _ count: Int) throws {
        for number in 1...count {
            var texts = Dictionary(uniqueKeysWithValues: ApartmentBuildings.register.example.map { ($0.key, $0.value.plain) })
            texts["number"] = "CC00000\(number)"
            texts["name"] = "Chung cư \(number)"
            texts["group"] = nil
            try put(site, "apartment-building", texts)
        }
    }

    private static let drawing = ["register": "apartment-building", "office": "construction-department", "source": "journal"]

    @Test func `a seed cannot be chosen, and whoever draws again is seen to`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        try buildings(site, 5)
        let grants = [Grant("inspection", [.read, .write]), Grant("inspection-finding", [.read, .write]), Grant("apartment-building", [.read])]
        let inspector = try await site.signedIn("thanhtra", grants: grants)
        let key = await site.formKey(inspector, "/inspections")
        let form = "csrf=\(key)&register=apartment-building&office=construction-department&commune=&sample=2"
        let first = await site.ask(.POST, "/inspections", inspector, body: form + "&source=journal")
        #expect(first.status == 303)
        let page = await site.ask(.GET, first.headers.first(name: "location")! + "?lang=en", inspector).text
        #expect(page.contains("draw 1 in 30 days") && page.contains("2 / 5"))
        let second = await site.ask(.POST, "/inspections", inspector, body: form + "&source=journal")
        #expect(await site.ask(.GET, second.headers.first(name: "location")! + "?lang=en", inspector).text.contains("draw 2 in 30 days"))
        // A number is typed only where it was announced, and is marked so.
        #expect(await site.ask(.POST, "/inspections", inspector, body: form + "&source=journal&seed=7").status == 422)
        #expect(await site.ask(.POST, "/inspections", inspector, body: form + "&source=announced&seed=7").status == 422)
        #expect(await site.ask(.POST, "/inspections", inspector, body: form + "&source=announced&seed=7&announcement=" + Request.encode("Công báo 12")).status == 303)
        #expect(await site.ask(.GET, "/inspections?lang=en", inspector).text.contains("announced seed"))
        // What was drawn stays: it does not go, and becomes no other draw.
        let register = try site.registry.register("inspection")
        let kept = try #require(try await site.steering.inspections(for: Self.all).last)
        let number = try #require(kept.key)
        #expect(throws: RegisterError.self) {
            _ = try site.registry.enterAndWait([Change("inspection", key: number, .retire, expecting: .anything)], cause: "t", by: Self.all)
        }
        for (field, value) in [("sample", "3"), ("seed", "7"), ("turn", "9")] {
            var texts = Dictionary(uniqueKeysWithValues: register.allFields.map { ($0.name, kept.value($0.name, in: register)?.plain ?? "") })
            texts[field] = value
            #expect(throws: RegisterError.self, "\(field)") { try put(site, "inspection", texts) }
        }
        // Who reads no apartment building draws none.
        let stranger = try await site.signedIn("khac", grants: [Grant("inspection", [.read, .write])])
        let strange = form.replacing(key, with: await site.formKey(stranger, "/inspections"))
        #expect(await site.ask(.POST, "/inspections", stranger, body: strange + "&source=journal").status == 403)
    }

    @Test func `a finding about a record that was not drawn is refused, and counts follow from findings`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        try buildings(site, 5)
        let number = try await site.steering.draw(Self.drawing.merging(["sample": "2"]) { $1 }, by: Self.all)
        let register = try site.registry.register("inspection")
        func inspection() async throws -> RecordView { try await site.registry.record("inspection", number, for: Self.all, door: "test") }
        let drawn = try await inspection()
        let draw = try #require(Draw(inspection: { drawn.value($0, in: register) ?? .null }))
        let sample = try await site.registry.sample(draw, asked: "test", for: Self.all).records.compactMap(\.key)
        let other = try #require((1...5).map { "CC00000\($0)" }.first { !sample.contains($0) })
        func finding(_ record: String, commune: String = "00004", field: String = "manager") async throws {
            try await site.steering.find(
                ["record": record, "commune": commune, "fault": "outdated", "field": field, "words": "Đã thay ban quản trị.", "due": "2026-11-22"], in: number, by: Self.all)
        }
        await #expect(throws: RegisterError.self) { try await finding(other) }
        await #expect(throws: RegisterError.self) { try await finding(sample[0], commune: "00008") }
        await #expect(throws: RegisterError.self) { try await finding(sample[0], field: "nothing") }
        try await finding(sample[0])
        try await finding(sample[0], field: "phone")
        // A count that somebody types is not the one that follows.
        var texts = Dictionary(uniqueKeysWithValues: register.allFields.map { ($0.name, drawn.value($0.name, in: register)?.plain ?? "") })
        texts["state"] = "closed"
        texts["wrong"] = "0"
        #expect(throws: RegisterError.self) { try put(site, "inspection", texts) }
        try await site.steering.close(try await inspection(), conclusion: "Một nhà sai.", by: Self.all)
        let closed = try await inspection()
        #expect(closed.value("checked", in: register)?.integer == 2 && closed.value("wrong", in: register)?.integer == 1)
        await #expect(throws: RegisterError.self) { try await finding(sample[1]) }
        // What was concluded stays, on that day and later.
        await #expect(throws: RegisterError.self) { try await site.steering.close(closed, conclusion: "Không nhà nào sai.", by: Self.all) }
        site.setClock("2026-11-21T02:00:00Z")
        var anew = Dictionary(uniqueKeysWithValues: register.allFields.map { ($0.name, closed.value($0.name, in: register)?.plain ?? "") })
        anew["findings"] = "Không nhà nào sai."
        #expect(throws: RegisterError.self) { try put(site, "inspection", anew) }
        #expect(try await inspection().value("findings", in: register)?.string == "Một nhà sai.")
        // Its own commune answers and mends; another does not see it. Not mended in time counts under 10.b.
        site.setClock("2026-11-23T02:00:00Z")
        _ = try site.registry.inspect()
        func late() throws -> Int { try site.registry.findings("inspection-finding", check: "not-mended").values.reduce(0, +) }
        #expect(try late() == 2)
        func officer(_ user: String, _ unit: String) async throws -> [(String, String)] {
            try await site.signedIn(user, grants: [Grant("inspection", [.read], unit: unit), Grant("inspection-finding", [.read], unit: unit)])
        }
        let own = try await officer("phuong4", "00004")
        let page = await site.ask(.GET, "/inspections/findings", own).text
        let start = try #require(page.firstRange(of: "/inspections/findings/SS")).upperBound
        let name = "SS" + page[start...].prefix(8)
        #expect(!(await site.ask(.GET, "/inspections/findings", try await officer("phuong8", "00008")).text.contains(name)))
        let key = await site.formKey(own, "/inspections/findings")
        // A refused answer keeps what was typed and ticked, at its own field.
        let empty = await site.ask(.POST, "/inspections/findings/\(name)/answer", own, body: "csrf=\(key)&answer=&mended=yes")
        #expect(empty.status == 422 && empty.text.contains("href=\"#f-answer-\(name)\"") && empty.text.contains("id=\"f-answer-\(name)\"") && empty.text.contains(" checked>"))
        #expect(await site.ask(.POST, "/inspections/findings/\(name)/answer", own, body: "csrf=\(key)&answer=" + Request.encode("Đã sửa") + "&mended=yes").status == 303)
        _ = try site.registry.inspect()
        #expect(try late() == 1)
    }

    @Test func `figures are kept day by day, and printed as a table`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        try await site.steering.keepToday()
        site.setClock("2026-11-21T02:00:00Z")
        try await site.steering.keepToday()
        try await site.steering.keepToday()
        #expect(try site.steering.trends()["2.b \(Indicator.records(of: "population").code)"]?.map(\.day) == [Day("2026-11-20")!, Day("2026-11-21")!])
        #expect(await site.ask(.GET, "/steering/instructions/2.b?lang=en").text.contains("chart-line"))
        let sheet = await site.ask(.GET, "/steering/report.xlsx")
        #expect(sheet.status == 200 && sheet.text.hasPrefix("PK"))
        #expect(await site.ask(.GET, "/steering/report.xlsx?month=2026-10").status == 200)
        #expect(await site.ask(.GET, "/steering/report.xlsx?month=2027-01").status == 400)
        #expect(await site.ask(.GET, "/steering/procedures?lang=en").text.contains("Nobody has used it here"))
    }

    @Test func `visitors are not told where the city's systems are weak, in no paper either`() async throws {
        let site = try ScratchSite()
        let weak = try #require(ITSystems.register.checks.first { $0.code == "backup-due" }).text.en
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write])])
        #expect(await site.ask(.GET, "/steering?lang=en", leader).text.contains(weak))
        #expect(await site.ask(.GET, "/steering?lang=en").text.contains(weak) == false)
        #expect(await site.ask(.GET, "/steering/instructions/1.b?lang=en", leader).text.contains(weak))
        #expect(await site.ask(.GET, "/steering/instructions/1.b?lang=en").text.contains(weak) == false)
        let (open, whole) = (await site.ask(.GET, "/steering/report.xlsx?lang=en"), await site.ask(.GET, "/steering/report.xlsx?lang=en", leader))
        #expect(open.text.utf8.count < whole.text.utf8.count)
    }

    @Test func `the board can be narrowed to what is late, says how figures moved and has one button to urge`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        let before = try site.steering.board().map { standing in
            Standing(instruction: standing.instruction, rows: standing.rows.map { ($0.indicator, $0.figure.at(KeptFigure($0.figure.value + 7, of: $0.figure.of))) })
        }
        try await site.steering.keep(before, as: Day("2026-11-10")!)
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write])])
        let late = await site.ask(.GET, "/steering?show=late&lang=en", leader).text
        #expect(late.contains("/steering/instructions/2.f?urge=yes#urge") && late.contains("down 7 in 10 days"))
        let standing = try #require(try site.steering.board().first { !$0.isLate })
        #expect(late.contains("/steering/instructions/\(standing.instruction.id)\"") == false)
        #expect(await site.ask(.GET, "/steering?show=late&lang=en").text.contains("urge=yes") == false)
        #expect(await site.ask(.GET, "/steering/instructions/2.f?urge=yes&lang=en", leader).text.contains("<details id=\"urge\" open"))
    }

    @Test func `where nothing was reckoned or entered, the board says so`() async throws {
        let site = try ScratchSite()
        let pension = try #require(try site.steering.standing("7.c")).rows.first { $0.indicator == .unenrolled("social-pension") }
        #expect(pension?.figure.state == .known && pension?.figure.of == 0)
        let empty = try #require(try site.steering.standing("5.c")).rows.first { $0.indicator == .fresh("student") }
        #expect(empty?.figure.state == .late && empty?.figure.of == 0)
        #expect(await site.ask(.GET, "/steering/instructions/5.c?lang=en").text.contains("no entry yet"))
    }
}
