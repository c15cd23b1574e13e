// SPDX-License-Identifier: Apache-2.0
import Civic
import Dossiers
import HTTP
import Hanoi
import NIOHTTP1
import Notices
import Registers
import Steering
import Testing

@testable import Web

struct `Letters that urge reach their offices` {
    private static let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
    private static let letter = ["office": "commune-police", "commune": "00004", "instruction": "8.b", "late": "Chưa xác nhận ngày 19/11.", "due": "2026-11-25"]

    private func put(_ site: ScratchSite, _ register: String, _ texts: [String: String]) throws {
        let item = try site.registry.item(register, texts: texts, effective: nil)
        _ = try site.registry.enterAndWait([Change(register, key: item.key, .put(item), expecting: .anything)], cause: "t", by: Self.all)
    }

    /// The police of Ba Đình, with a mail address and a mobile phone.
    private func police(_ site: ScratchSite) throws {
        let texts = [
            "code": "commune-police-00004", "office": "commune-police", "commune": "00004", "name": "Công an phường Ba Đình", "address": "Số 12, phố Kim Mã",
            "mail": "cap.phuong-ba-dinh@hanoi.example", "phone": "0912345678", "guides": "false", "checked": "2026-11-01",
        ]
        try put(site, "office", texts)
    }

    private func notices(_ site: ScratchSite) throws -> [Notice] { try site.dossiers.notices.waiting().filter { $0.key.hasPrefix("urging:") } }

    @Test func `mail and a text message are entered with the letter, once, and its page says where they stand`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        try police(site)
        await #expect(throws: RegisterError.self) { try await site.steering.urge(Self.letter.merging(["due": "2026-11-01"]) { $1 }, by: Self.all) }
        #expect(try notices(site).isEmpty)
        let number = try await site.steering.urge(Self.letter, by: Self.all)
        let told = try notices(site)
        #expect(told.map(\.channel) == [.mail, .sms] && told.map(\.address) == ["cap.phuong-ba-dinh@hanoi.example", "0912345678"])
        for one in told {
            #expect(one.text.contains("8.b") && one.text.contains("Chưa xác nhận ngày 19/11") && one.text.contains("25/11/2026") && one.text.contains("Đôn đốc"))
            #expect(one.key.contains(number) && one.subject.contains(number))
        }
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write])])
        let page = await site.ask(.GET, "/steering/urgings/\(number)", leader).text
        #expect(page.contains("Thư điện tử") && page.contains("Tin nhắn") && page.contains("Chờ gửi"))
        // Nobody carries them here, which the sender has to know.
        #expect(page.contains("giao bản giấy"))
        #expect(await site.ask(.GET, "/steering/urgings?office=commune-police", leader).text.contains("Chờ gửi"))
        #expect(!(await site.ask(.GET, "/steering/urgings?office=city-tax", leader).text.contains(number)))
    }

    @Test func `an office is reminded once, on the day after, and only if it has not answered`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        try police(site)
        let silent = try await site.steering.urge(Self.letter, by: Self.all)
        let answered = try await site.steering.urge(Self.letter, by: Self.all)
        let own = Authority(.officer, id: "officer:ca", name: "CA", grants: [Grant("urging", [.read], unit: "00004")])
        try await site.steering.answer(try await site.steering.urging(answered, for: Self.all), words: "Đã xác nhận bù", by: own)
        func reminded(_ moment: String) async throws -> Int {
            site.setClock(moment)
            _ = try site.registry.inspect()
            return try await site.steering.remindOverdue()
        }
        #expect(try await reminded("2026-11-25T02:00:00Z") == 0)
        // An hour after midnight nobody is at work.
        #expect(try await reminded("2026-11-25T18:00:00Z") == 0)
        #expect(try notices(site).count == 4)
        #expect(try await reminded("2026-11-26T02:00:00Z") == 1)
        #expect(try await reminded("2026-11-26T03:00:00Z") == 0)
        let reminders = try notices(site).filter { $0.key.contains("reminder") }
        #expect(reminders.map(\.channel) == [.mail, .sms] && reminders.allSatisfy { $0.key.contains(silent) && $0.text.contains("uá hạn trả lời") })
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write])])
        #expect(await site.ask(.GET, "/steering/urgings/\(silent)", leader).text.contains("(nhắc lại)"))
    }

    @Test func `an office without an address gets its letter on paper, and the pages say so`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        let number = try await site.steering.urge(Self.letter.merging(["commune": "00008"]) { $1 }, by: Self.all)
        #expect(try notices(site).isEmpty)
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write])])
        let page = await site.ask(.GET, "/steering/urgings/\(number)", leader).text
        #expect(page.contains("Sổ chưa có thư điện tử") && page.contains("letter.pdf"))
        #expect(await site.ask(.GET, "/steering/urgings", leader).text.contains("đơn vị chưa có địa chỉ: giao bản giấy"))
        // A landline gets no text message, and a letter that came from a file was never sent.
        try police(site)
        let texts = Self.letter.merging(["number": "DD00000001", "sent": "2026-11-20"]) { $1 }
        try put(site, "urging", texts)
        #expect(try notices(site).isEmpty)
        #expect(await site.ask(.GET, "/steering/urgings/DD00000001", leader).text.contains("chưa gửi điện tử: giao bản giấy"))
    }

    @Test func `an office without an address is tried once a day`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        _ = try await site.steering.urge(Self.letter, by: Self.all)
        func reminded(_ moment: String) async throws -> Int {
            site.setClock(moment)
            _ = try site.registry.inspect()
            return try await site.steering.remindOverdue()
        }
        #expect(try await reminded("2026-11-26T02:00:00Z") == 0)
        try police(site)
        #expect(try await reminded("2026-11-26T03:00:00Z") == 0)
        #expect(try await reminded("2026-11-27T02:00:00Z") == 1)
        #expect(try await reminded("2026-11-27T03:00:00Z") == 0)
    }

    @Test func `the register of offices takes one record an office, and of communes one a commune`() throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        try police(site)
        let office = ["code": "city-tax", "office": "city-tax", "name": "Thuế thành phố Hà Nội", "address": "Số 1", "guides": "false", "checked": "2026-01-01"]
        try put(site, "office", office)
        for wrong in [
            ["code": "city-police"], ["commune": "00004", "code": "city-tax-00004"], ["office": "commune-police", "code": "commune-police"], ["mail": "thue"],
            ["guides": "true"],
        ] {
            #expect(throws: RegisterError.self, "\(wrong)") { try put(site, "office", office.merging(wrong) { $1 }) }
        }
        let names = OfficeAddresses.register.allFields.map(\.name)
        let lines = SyntheticSectors.lines(seed: 1, today: site.registry.world.today).filter { $0.register == "office" }
        let items = try lines.map { try site.registry.item("office", texts: Dictionary(uniqueKeysWithValues: zip(names, $0.cells)), effective: nil) }
        let outcomes = try site.registry.enterAndWait(items.map { Change("office", key: $0.key, .put($0), expecting: .anything) }, cause: "t", by: Self.all)
        #expect(outcomes.allSatisfy { $0.doubts.isEmpty })
        #expect(try site.registry.count("office") == Offices.list.count { !$0.isOfCommunes } + 3 * 126)
        #expect(try site.registry.count("office", where: ["guides": "false"]) > 0)
    }

    @Test func `departments stand beside each other with their denominators, those behind first`() async throws {
        let site = try ScratchSite(at: "2026-11-20T02:00:00Z")
        _ = try await site.steering.urge(["office": "city-police", "instruction": "8.a", "late": "Sổ tạm trú chưa cập nhật", "due": "2026-11-21"], by: Self.all)
        site.setClock("2026-11-20T03:00:00Z")
        let before = try #require(try site.steering.departments().first { $0.code == "city-police" })
        #expect(before.letters == 1 && before.unanswered == 0)
        let population = try #require(before.kept.first { $0.register.name == "population" })
        #expect(population.records == 1 && population.days == 0 && !population.isLate)
        // Nothing was ever entered there, and its duty has a term.
        #expect(before.kept.first { $0.register.name == "residence" }?.isLate == true)
        site.setClock("2026-11-23T02:00:00Z")
        _ = try site.registry.inspect()
        let rows = try site.steering.departments()
        #expect(rows[0].code == "city-police" && rows[0].letters == 1 && rows[0].unanswered == 1 && rows[0].behind == 2)
        #expect(rows[0].kept.count == City.registers.count { $0.keeper.code == "city-police" })
        #expect(rows.map(\.behind) == rows.map(\.behind).sorted(by: >))
        #expect(Set(City.registers.map(\.keeper.code)).union(City.procedures.map(\.office.code)).isSubset(of: rows.map(\.code)))
        let police = try await site.signedIn("ca", grants: [Grant("population", [.read])])
        #expect(await site.ask(.GET, "/steering/departments").status == 401)
        #expect(await site.ask(.GET, "/steering/departments", police).status == 403)
        let leader = try await site.signedIn("lanhdao", grants: [Grant("urging", [.read, .write])])
        let page = await site.ask(.GET, "/steering/departments?lang=en", leader)
        #expect(page.status == 200 && page.text.contains("/steering/urgings?office=city-police") && page.text.contains("overdue 1"))
        for target in ["/steering", "/steering/communes"] { #expect(await site.ask(.GET, target, leader).text.contains("/steering/departments")) }
    }
}
