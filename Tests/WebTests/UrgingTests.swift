// SPDX-License-Identifier: Apache-2.0
import Civic
import HTTP
import Hanoi
import NIOHTTP1
import People
import Registers
import Testing

@testable import Steering
@testable import Web

struct `Letters that urge find their office and say which records` {
    private static let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])

    private func put(_ site: ScratchSite, _ register: String, _ texts: [String: String]) throws {
        let item = try site.registry.item(register, texts: texts, effective: nil)
        _ = try site.registry.enterAndWait([Change(register, key: item.key, .put(item), expecting: .anything)], cause: "t", by: Self.all)
    }

    // MARK: Forms as a browser sends them

    private func part(_ page: String, from start: String, to end: String) throws -> String {
        let from = try #require(page.firstRange(of: start), "\(start)").upperBound
        let rest = page[from...]
        let until = try #require(rest.firstRange(of: end)).lowerBound
        return String(rest[..<until]).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing(
            "&amp;", with: "&")
    }

    /// What is chosen in a list: what is marked, else the first entry.
    private func chosen(_ page: String, _ name: String) throws -> String {
        let list = try part(page, from: "<select id=\"f-\(name)\"", to: "</select>")
        let options = list.split(separator: "<option value=\"").dropFirst().map { String($0) }
        let option = try #require(options.first { $0.contains("\" selected") } ?? options.first)
        return String(option.prefix { $0 != "\"" })
    }

    /// The urging form of a page with the values that it was drafted with.
    private func drafted(_ page: String) throws -> (action: String, body: String) {
        var fields = [("csrf", try part(page, from: "name=\"csrf\" value=\"", to: "\""))]
        for name in ["office", "commune"] { fields.append((name, try chosen(page, name))) }
        for name in ["late", "records"] { fields.append((name, String(try part(page, from: "<textarea id=\"f-\(name)\"", to: "</textarea>").drop { $0 != ">" }.dropFirst()))) }
        fields.append(("due", try part(page, from: "name=\"due\" value=\"", to: "\"")))
        let action = try part(page, from: "<form method=\"post\" action=\"/steering/instructions/", to: "\"")
        return ("/steering/instructions/\(action)", fields.map { "\($0.0)=\(Request.encode($0.1))" }.joined(separator: "&"))
    }

    // MARK: Who answers

    @Test func `an account made for an office, with any registers, answers the office's letters and no others`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        let admin = try await site.signedIn("quantri", grants: [Grant("*", [.administer])])
        let key = await site.formKey(admin, "/admin/accounts")
        #expect(Set(Offices.list.map(\.code)).isSubset(of: Set(City.offices)))
        #expect(Offices.ofCommunes.isSubset(of: site.steering.communeOffices))
        #expect(site.steering.communeOffices.isDisjoint(with: Offices.list.filter { !$0.isOfCommunes }.map(\.code)))
        let clerk = Authority(.officer, id: "officer:phuong", name: "P", grants: Role.officer.grants(registers: ["urging"], offices: City.offices, unit: "00004"))
        for office in Offices.list {
            let unit = office.isOfCommunes ? "00004" : ""
            let body = "csrf=\(key)&user=\(office.code)&name=Lan&role=officer&register=it-system&office=\(office.code)&unit=\(unit)"
            #expect(await site.ask(.POST, "/admin/accounts", admin, body: body).status == 200, "\(office.code)")
            let account = try #require(try site.accounts.list().first { $0.user == office.code })
            let texts = ["office": office.code, "commune": "00004", "instruction": "8.b", "late": "Việc chậm", "due": "2026-11-25"]
            let number = try await site.steering.urge(texts, by: Self.all)
            let letter = try await site.steering.urging(number, for: account.authority())
            // A department's letter that names a commune is not the commune's to answer.
            #expect(site.steering.mayAnswer(letter, clerk) == office.isOfCommunes, "\(office.code)")
            let other = office.code == "city-tax" ? "city-police" : "city-tax"
            let stranger = Authority(.officer, id: "officer:khac", name: "K", grants: Role.officer.grants(registers: [], offices: [other], unit: nil))
            #expect(!site.steering.mayAnswer(letter, stranger), "\(office.code)")
            // Nor does who sends letters, whatever offices they work for.
            let sender = Authority(.officer, id: "officer:gui", name: "G", grants: account.grants + [Grant("urging", [.write])])
            #expect(!site.steering.mayAnswer(letter, sender), "\(office.code)")
            try await site.steering.answer(letter, words: "Đã cập nhật", by: account.authority())
            #expect(try await site.steering.urging(number, for: Self.all).answer == "Đã cập nhật", "\(office.code)")
        }
        let unknown = await site.ask(.POST, "/admin/accounts", admin, body: "csrf=\(key)&user=ai&name=Ai&role=officer&office=no-office&unit=")
        #expect(unknown.status == 422)
    }

    @Test func `who works for one department finds its letters first`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        var numbers: [String] = []
        for office in ["science-department", "city-tax"] {
            numbers.append(try await site.steering.urge(["office": office, "instruction": "1.b", "late": "Việc chậm", "due": "2026-11-25"], by: Self.all))
        }
        let rights = Role.officer.grants(registers: ["it-system"], offices: ["science-department"], unit: nil)
        #expect(["urging", "inspection-finding"].allSatisfy { rights.contains(Grant($0, [.read])) })
        let science = try await site.signedIn("khcn", grants: rights)
        let own = await site.ask(.GET, "/steering/urgings", science).text
        #expect(own.contains(numbers[0]) && !own.contains(numbers[1]))
        #expect(await site.ask(.GET, "/steering/urgings?office=", science).text.contains(numbers[1]))
    }

    // MARK: Whom a letter goes to

    @Test func `the form of every instruction is accepted as it was drafted, and goes to the office that answers for it`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write])])
        for one in Announcement699.instructions {
            for commune in [nil, "00004"] as [String?] {
                let page = await site.ask(.GET, "/steering/instructions/\(one.id)?urge=yes\(commune.map { "&commune=\($0)" } ?? "")", leader).text
                let form = try drafted(page)
                let expected = commune == nil ? one.responsible.office : one.responsible.inCommunes
                let sent = await site.ask(.POST, form.action, leader, body: form.body)
                guard let expected else {
                    // Where every office answers, the sender says which.
                    #expect(sent.status == 422, "\(one.id)")
                    let named = form.body.replacing("office=&", with: "office=health-department&")
                    #expect(await site.ask(.POST, form.action, leader, body: named).status == 303, "\(one.id)")
                    continue
                }
                #expect(sent.status == 303, "\(one.id) \(commune ?? "")")
                let place = try #require(sent.headers.first(name: "location"))
                let letter = try await site.steering.urging(String(try #require(place.split(separator: "/").last)), for: Self.all)
                #expect(letter.office == expected.code && letter.commune == commune, "\(one.id)")
            }
        }
        #expect(Announcement699.instruction("8.b")?.responsible.addressee(in: "00004")?.code == "commune-police")
        #expect(Announcement699.instructions.filter { $0.responsible.office == nil }.map(\.id) == ["9.a", "10.a"])
    }

    @Test func `what an office is called is said once`() {
        let titles = Dictionary(uniqueKeysWithValues: Offices.list.map { ($0.code, $0.title) })
        for register in City.registers { if let title = titles[register.keeper.code] { #expect(title == register.keeper.name, "\(register.name)") } }
        for one in Announcement699.instructions {
            for office in [one.responsible.office, one.responsible.inCommunes].compactMap({ $0 }) { #expect(titles[office.code] == office.title, "\(one.id)") }
            #expect(Offices.ofCommunes.contains(one.responsible.inCommunes.code) && one.responsible.office.map { !$0.isOfCommunes } ?? true, "\(one.id)")
        }
    }

    // MARK: Which records

    @Test func `a letter names people's records by their refs, keeps them as of its day, and says what became of them`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        _ = try site.registry.inspect()
        let person = try await site.registry.record("population", "001090000001", for: personal, door: "test")
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write])])
        let page = await site.ask(.GET, "/steering/instructions/2.b?duty=population.phone&commune=00004", leader).text
        #expect(page.contains(person.ref) && !page.contains("001090000001"))
        #expect(page.contains("/registers/population?finding=no-phone&amp;commune=00004"))
        let form = try drafted(page)
        #expect(form.action.hasSuffix("/urging?duty=population.phone"))
        let sent = await site.ask(.POST, form.action, leader, body: form.body)
        let place = try #require(sent.headers.first(name: "location"))
        let number = String(try #require(place.split(separator: "/").last))
        let letter = try await site.steering.urging(number, for: Self.all)
        #expect(letter.office == "commune-police" && letter.parts == [LatePart("late population no-phone", 1, names: [person.ref])])
        #expect(try site.steering.progress(of: letter).map(\.still) == [1])
        #expect(await site.ask(.GET, "\(place)?lang=en", leader).text.contains("/registers/population/records/\(person.ref)"))
        // The office mends it and answers: the letter's page says that it helped, and still what was late.
        try put(
            site, "population",
            [
                "id": "001090000001", "name": "Nguyễn Văn An", "birth": "1990-01-02", "sex": "male", "ethnicity": "01", "phone": "0912345678", "household": "1000000001",
                "relation": "head", "commune": "00004",
            ])
        let police = Authority(.officer, id: "officer:ca", name: "CA", grants: [Grant("urging", [.read], unit: "00004")])
        try await site.steering.answer(letter, words: "Đã bổ sung", by: police)
        let answered = try await site.steering.urging(number, for: Self.all)
        #expect(answered.parts == letter.parts && answered.answer == "Đã bổ sung")
        let now = try #require(try site.steering.progress(of: answered).first)
        #expect(now.before.value == 1 && now.figure?.value == 0 && now.figure?.state == .met && now.still == 0)
        #expect(await site.ask(.GET, "\(place)?lang=en", leader).text.contains("no longer late"))
    }

    @Test func `what is counted otherwise since a letter was sent is not said to be mended, and its annex stays`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        _ = try site.registry.inspect()
        let parts = [LatePart("late population former-check", 3, names: ["REF1001"]), LatePart("late former-register check", 2), LatePart("former", 4, of: 9)]
        let texts = ["office": "city-police", "instruction": "2.b", "late": "Việc chậm", "due": "2026-11-25"]
        let number = try await site.steering.urge(texts, parts: parts, by: Self.all)
        let progress = try site.steering.progress(of: try await site.steering.urging(number, for: Self.all))
        #expect(progress.map(\.part) == parts && progress.allSatisfy { $0.figure == nil && $0.still == nil })
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write])])
        let page = await site.ask(.GET, "/steering/urgings/\(number)?lang=en", leader).text
        #expect(page.contains("not comparable") && page.contains("REF1001") && page.contains("4 / 9") && !page.contains("no longer late"))
        #expect(await site.ask(.GET, "/steering/urgings/\(number)", leader).text.contains("không so sánh được: cách tính đã đổi"))
    }

    private var personal: Authority {
        var reader = Authority(.officer, id: "officer:test", name: "T", grants: [Grant("population", [.read, .personal])])
        reader.purpose = Purpose.all[0]
        return reader
    }

    @Test func `the board's draft names records as the duty's does`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        _ = try site.registry.inspect()
        let person = try await site.registry.record("population", "001090000001", for: personal, door: "test")
        let draft = try site.steering.draft(try #require(try site.steering.standing("2.b")), commune: "00004")
        #expect(draft.records.contains(person.ref) && draft.parts.contains { $0.finding?.register == "population" && $0.names == [person.ref] })
        #expect(draft.late.contains("1 hồ sơ"))
    }

    @Test func `no name is cut, and what is left out is counted`() {
        let list = FoundList(title: "Dân cư", names: (0..<100).map { "K\(1000 + $0)" }, count: 230, address: "/registers/population?finding=x")
        for room in [60, 80, 120, 121, 122, 123, 124, 125, 200] {
            let words = list.words(room: room)
            let names = words.split(whereSeparator: { " ,:".contains($0) }).filter { $0.hasPrefix("K1") }
            #expect(names.allSatisfy { $0.count == 5 } && words.hasSuffix("(/registers/population?finding=x)"))
            #expect(names.isEmpty ? words.contains("230 hồ sơ") : words.contains("và \(230 - names.count) hồ sơ nữa") && words.count <= room, "\(words)")
        }
        #expect(list.words(room: 10_000).contains("và 210 hồ sơ nữa"))
        let sentences = ["a", "b", "c", "d"].map { String(repeating: $0, count: 10) }
        #expect(Steering.whole(sentences, max: 40, rest: "việc khác") == "aaaaaaaaaa; bbbbbbbbbb; và 2 việc khác")
        #expect(Steering.whole(["một", "hai"], max: 100, rest: "việc khác") == "một; hai")
    }

    @Test func `an annex is read as it was written, whole names within its bound`() {
        let parts = [
            LatePart("late population no-phone", 523, names: (0..<300).map { "REF\(1000 + $0)" }), LatePart("fresh population", 5), LatePart("signed", 3, of: 126),
            LatePart("late office ", 2, names: ["a-1"]), LatePart("late household required:address", 1, names: ["1000000001"]),
        ]
        #expect(LatePart.read(LatePart.text(parts, max: 30_000)) == parts)
        #expect(parts[3].finding?.check == nil && parts[4].finding?.check == "required:address")
        let short = LatePart.text(parts, max: 400)
        let read = LatePart.read(short)
        #expect(short.utf8.count <= 400 && read.map(\.code) == parts.map(\.code) && read.map(\.count) == parts.map(\.count))
        #expect(read[0].names.count < 300 && read[0].names == Array(parts[0].names.prefix(read[0].names.count)))
        #expect(LatePart.read("anything at all").isEmpty)
    }
}
