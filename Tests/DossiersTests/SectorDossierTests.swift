// SPDX-License-Identifier: Apache-2.0
import Civic
@testable import Dossiers
import Hanoi
import Journal
import Registers
import Store
import Testing

extension ScratchOffice {
    /// Received, paid, proposed and not yet decided.
    fileprivate func proposed(_ dossier: Dossier, _ findings: [String: Value] = [:], office name: String, unit: String? = nil) async throws -> Dossier {
        let clerk = Party.officer(ScratchOffice.officer("mai", office: name, unit: unit))
        var now = try await act(.receive, dossier, by: clerk)
        if now.owesFee { now = try await act(.pay(transfer: "T-" + dossier.code), now, by: clerk) }
        return try await act(.propose(isApproval: true, reasons: "", findings: findings), now, by: clerk)
    }

    fileprivate func decided(_ dossier: Dossier, office name: String, unit: String? = nil) async throws -> Dossier {
        try await act(.decide(isApproval: true, reasons: ""), dossier, by: Party.officer(ScratchOffice.officer("son", [.read, .write, .decide], office: name, unit: unit)))
    }

    fileprivate func approved(_ dossier: Dossier, _ findings: [String: Value] = [:], office name: String, unit: String? = nil) async throws -> Dossier {
        try await decided(try await proposed(dossier, findings, office: name, unit: unit), office: name, unit: unit)
    }

    fileprivate func keys(_ register: String, where field: String, is value: String) throws -> [String] {
        try registry.database.read { connection in try registry.records(on: connection).all(register, where: field, is: value).map(\.key) }
    }

    fileprivate func cause(_ register: String, _ key: String) async throws -> String? {
        try await registry.history(register, key, for: ScratchOffice.all, door: "test").entries.last?.entry.cause
    }

    /// Who is, or may be, entitled to the social pension and does not get it.
    fileprivate func missing() throws -> [String] {
        let today = registry.world.today
        let rule = try #require(City.entitlements.first { $0.name == "social-pension" && $0.isInForce(on: today) })
        var keys: [String] = []
        _ = try registry.walk(rule, on: today) { finding in if finding.sort == .missing || finding.sort == .possible { keys.append(finding.key) } }
        return keys.sorted()
    }

    /// The codes of what is objected to a draft that is filled in so.
    fileprivate func objections(_ code: String, _ texts: [String: String], about subject: String = "001090000001") async throws -> [String] {
        let draft = try await draft(code, texts, about: subject)
        return try dossiers.preview(draft.id, owner: "citizen:1").objections.map(\.code)
    }

    fileprivate func elder(_ key: String, _ birth: String) throws {
        try put([
            (
                "population", key,
                ["name": "Nguyễn Văn Lão", "birth": birth, "sex": "male", "ethnicity": "01", "household": "1000000001", "relation": "other", "commune": "00004"]
            )
        ])
    }

    fileprivate func school(_ key: String, commune: String = "00004", level: String = "primary") throws {
        try put([
            (
                "school", key,
                [
                    "name": "Trường Ví Dụ \(key)", "level": level, "public": "true", "commune": commune, "address": "Số 3, phố Ví Dụ", "classes": "30", "places": "1000",
                ]
            )
        ])
    }

    fileprivate func pharmacist(revoked: Bool = false) throws {
        var texts = ["name": "Lê Thị Dược", "profession": "pharmacist", "scope": "Bán lẻ thuốc", "issued": "2020-01-02"]
        if revoked { texts.merge(["revoked": "2026-11-01", "revoked_because": "theo đề nghị"]) { $1 } }
        try put([("health-worker", "1234/HNO-CCHND", texts)])
    }

    fileprivate func shop() throws {
        try put([
            (
                "household-business", "01A8000777",
                [
                    "name": "Thuốc Ví Dụ", "owner": "001090000001", "commune": "00004", "premises": "Số 5, phố Ví Dụ", "line": "47721", "registered": "2025-07-01",
                    "status": "active",
                ]
            )
        ])
    }
}

private let committee = "commune-committee"
private let pension = ["pension": "false", "payout": "home"]
private let elder = "001145000007"

struct `A social pension that is approved` {
    @Test func `stands in the register once, with the dossier as its cause, and nobody is missed any more`() async throws {
        let office = try ScratchOffice()
        #expect(try office.missing() == [elder])
        let dossier = try await office.submitted("1.014027", pension, about: elder)
        let second = try await office.submitted("1.014027", pension, about: elder)
        let done = try await office.approved(dossier, office: committee, unit: "00004")
        #expect(done.status == .done)
        let keys = try office.keys("beneficiary", where: "person", is: elder)
        #expect(keys.count == 1 && keys[0].hasPrefix("BT"))
        let expected = [
            "commune": "00004", "group": "social-pensioner", "coefficient": "1", "amount": "650000", "from": "2026-11-16", "decision": dossier.code, "decided": "2026-11-16",
        ]
        for (field, value) in expected { #expect(try await office.value("beneficiary", keys[0], field) == value, "\(field)") }
        #expect(try await office.cause("beneficiary", keys[0]) == "dossier:\(dossier.code)")
        #expect(try office.missing().isEmpty && office.dossiers.offers(to: office.row("001090000001")).isEmpty)
        // Another one for the same person is not even proposed.
        await #expect(throws: DossierError.self) { try await office.proposed(second, office: committee, unit: "00004") }
        #expect(try office.keys("beneficiary", where: "person", is: elder).count == 1)
        #expect(try office.damages().isEmpty)
    }

    @Test func `that was proposed twice is decided once`() async throws {
        let office = try ScratchOffice()
        let first = try await office.proposed(try await office.submitted("1.014027", pension, about: elder), office: committee, unit: "00004")
        let second = try await office.proposed(try await office.submitted("1.014027", pension, about: elder), office: committee, unit: "00004")
        _ = try await office.decided(first, office: committee, unit: "00004")
        await #expect(throws: DossierError.self) { try await office.decided(second, office: committee, unit: "00004") }
        #expect(try office.keys("beneficiary", where: "person", is: elder).count == 1)
        #expect(try office.damages().isEmpty)
    }

    @Test func `is entered for nobody when it is refused`() async throws {
        let office = try ScratchOffice()
        let clerk = Party.officer(ScratchOffice.officer("mai", office: committee))
        let chair = Party.officer(ScratchOffice.officer("son", [.read, .write, .decide], office: committee))
        var dossier = try await office.act(.receive, try await office.submitted("1.014027", pension, about: elder), by: clerk)
        dossier = try await office.act(.propose(isApproval: false, reasons: "Đang có lương hưu.", findings: [:]), dossier, by: clerk)
        dossier = try await office.act(.decide(isApproval: false, reasons: ""), dossier, by: chair)
        #expect(try office.keys("beneficiary", where: "person", is: elder).isEmpty && office.missing() == [elder])
    }

    @Test func `is offered and granted from 70 in poor households only`() async throws {
        let office = try ScratchOffice()
        try office.elder("001054000008", "1954-03-03")
        let son = try office.row("001090000001")
        #expect(try office.dossiers.offers(to: son).map(\.name) == ["Nguyễn Thị Cụ"])
        #expect(try await office.objections("1.014027", pension, about: "001054000008") == ["not-entitled"])
        #expect(try await office.objections("1.014027", ["pension": "true", "payout": "home"], about: elder) == ["no-pension"])
        try office.put([("poor-household", "1000000001-2026", PoorHouseholds.register.example.mapValues(\.plain))])
        #expect(try Set(office.dossiers.offers(to: son).map(\.name)) == ["Nguyễn Thị Cụ", "Nguyễn Văn Lão"])
        let dossier = try await office.submitted("1.014027", pension, about: "001054000008")
        _ = try await office.approved(dossier, office: committee, unit: "00004")
        #expect(try office.keys("beneficiary", where: "person", is: "001054000008").count == 1 && office.missing() == [elder])
        #expect(try office.damages().isEmpty)
    }
}

struct `A licence to practise that is approved` {
    private static let health = "health-department"
    private static let findings: [String: Value] = [
        "licence_number": .string("005001/HNO-GPHN"), "scope_allowed": .string("Khám bệnh, chữa bệnh đa khoa"), "valid_until": .string("2031-11-16"),
    ]

    @Test func `answers “licensed today”, and each person has one`() async throws {
        let office = try ScratchOffice()
        let dossier = try await office.submitted("1.012289")
        #expect(try await office.registry.answer("licensed", about: "005001/HNO-GPHN", in: "health-worker", for: .visitor, door: "test") == false)
        await #expect(throws: DossierError.self) {
            try await office.proposed(dossier, Self.findings.merging(["valid_until": .string("2036-01-01")]) { $1 }, office: Self.health)
        }
        let clerk = Party.officer(ScratchOffice.officer("mai", office: Self.health, unit: nil))
        let proposed = try await office.act(.propose(isApproval: true, reasons: "", findings: Self.findings), dossier, by: clerk)
        _ = try await office.decided(proposed, office: Self.health)
        #expect(try await office.registry.answer("licensed", about: "005001/HNO-GPHN", in: "health-worker", for: .visitor, door: "test"))
        #expect(try office.keys("health-worker", where: "person", is: "001090000001") == ["005001/HNO-GPHN"])
        #expect(try await office.value("health-worker", "005001/HNO-GPHN", "profession") == "doctor")
        #expect(try await office.cause("health-worker", "005001/HNO-GPHN") == "dossier:\(dossier.code)")
        let example = try office.dossiers.procedure("1.012289").example.mapValues(\.plain)
        #expect(try await office.objections("1.012289", example) == ["has-one"])
        #expect(try office.damages().isEmpty)
    }

    @Test func `under a number that was given meanwhile is decided neither here nor there`() async throws {
        let office = try ScratchOffice()
        let proposed = try await office.proposed(try await office.submitted("1.012289"), Self.findings, office: Self.health)
        try office.put([
            (
                "health-worker", "005001/HNO-GPHN",
                ["name": "Trần Thị Khác", "profession": "nurse", "scope": "Điều dưỡng", "issued": "2025-01-01", "expires": "2030-01-01"]
            )
        ])
        await #expect(throws: DossierError.self) { try await office.decided(proposed, office: Self.health) }
        #expect(try await office.value("health-worker", "005001/HNO-GPHN", "name") == "Trần Thị Khác")
        #expect(try office.dossiers.certificate(of: proposed.code) == nil)
        #expect(try await office.dossiers.dossier(proposed.code, for: .clock).dossier.status == .inProgress)
        #expect(try office.damages().isEmpty)
    }
}

struct `A pharmacy's certificate that is approved` {
    private static let health = "health-department"
    private static let answers = [
        "outlet": "pharmacy", "outlet_name": "Nhà thuốc Ví Dụ", "at_commune": "00008", "at_premises": "Số 1, phố Ví Dụ", "licence": "1234/HNO-CCHND",
    ]
    private static let findings: [String: Value] = ["certificate_number": .string("01-4321/ĐKKDD-HNO"), "practice_from": .string("2026-10-01")]

    @Test func `opens the pharmacy of the household business under its pharmacist, who answers for no other`() async throws {
        let office = try ScratchOffice()
        try office.pharmacist()
        #expect(try await office.objections("1.014076", Self.answers) == ["owner"])
        try office.shop()
        let dossier = try await office.submitted("1.014076", Self.answers)
        _ = try await office.approved(dossier, Self.findings, office: Self.health)
        let key = "01-4321/ĐKKDD-HNO"
        let expected = [
            "name": "Nhà thuốc Ví Dụ", "kind": "pharmacy", "commune": "00008", "pharmacist": "1234/HNO-CCHND", "business": "01A8000777", "issued": "2026-11-16",
            "gpp_expires": "2029-10-01", "state": "active",
        ]
        for (field, value) in expected { #expect(try await office.value("pharmacy", key, field) == value, "\(field)") }
        #expect(try await office.cause("pharmacy", key) == "dossier:\(dossier.code)")
        #expect(try await office.registry.answer("licensed", about: key, in: "pharmacy", for: .visitor, door: "test"))
        #expect(try await office.objections("1.014076", Self.answers) == ["in-charge"])
        try office.pharmacist(revoked: true)
        #expect(try await office.registry.answer("licensed", about: key, in: "pharmacy", for: .visitor, door: "test") == false)
        #expect(try office.damages().isEmpty)
    }

    @Test func `is not given to a pharmacist whose licence was revoked, before and after the proposal`() async throws {
        let office = try ScratchOffice()
        try office.shop()
        #expect(try await office.objections("1.014076", Self.answers) == ["reference"])
        try office.pharmacist()
        let proposed = try await office.proposed(try await office.submitted("1.014076", Self.answers), Self.findings, office: Self.health)
        try office.pharmacist(revoked: true)
        await #expect(throws: DossierError.self) { try await office.decided(proposed, office: Self.health) }
        #expect(try await office.objections("1.014076", Self.answers) == ["not-in-force"])
        #expect(try office.keys("pharmacy", where: "pharmacist", is: "1234/HNO-CCHND").isEmpty)
    }

    @Test func `of a wholesaler goes into the register of medicine providers`() async throws {
        let office = try ScratchOffice()
        try office.pharmacist()
        try office.shop()
        let answers = Self.answers.merging(["outlet": "wholesale", "goods": "Dược liệu", "special_control": "false"]) { $1 }
        _ = try await office.approved(try await office.submitted("1.014076", answers), Self.findings, office: Self.health)
        #expect(try await office.value("medicine-provider", "01-4321/ĐKKDD-HNO", "business") == "01A8000777")
        #expect(try await office.value("medicine-provider", "01-4321/ĐKKDD-HNO", "gdp_issued") == "2026-10-01")
        #expect(try office.keys("pharmacy", where: "pharmacist", is: "1234/HNO-CCHND").isEmpty)
    }
}

struct `A place at school` {
    private static let education = "education-department"
    private static let child = "001320000003"

    @Test func `makes the pupil and the enrolment, and a transfer changes the school in it`() async throws {
        let office = try ScratchOffice()
        try office.school("01000042")
        try office.school("01000043", commune: "00008")
        try office.school("01000044", level: "kindergarten")
        let wanted = ["class_wanted": "1", "first_choice": "Trường Ví Dụ"]
        let dossier = try await office.submitted("9.000002", wanted, about: Self.child)
        // A school that does not teach the class, and a pupil without a code.
        await #expect(throws: DossierError.self) {
            try await office.proposed(dossier, ["school_given": .string("01000044"), "class_given": .string("Lá")], office: Self.education)
        }
        let clerk = Party.officer(ScratchOffice.officer("mai", office: Self.education, unit: nil))
        let findings: [String: Value] = ["school_given": .string("01000042"), "class_given": .string("1A2"), "student_code": .string("0126000001")]
        let proposed = try await office.act(.propose(isApproval: true, reasons: "", findings: findings), dossier, by: clerk)
        _ = try await office.decided(proposed, office: Self.education)
        #expect(try office.keys("student", where: "person", is: Self.child) == ["0126000001"])
        let expected = [
            "student": "0126000001", "school": "01000042", "commune": "00004", "school_year": "2026-2027", "grade": "1", "class": "1A2", "from": "2026-11-16",
            "until": "2027-05-31", "state": "studying",
        ]
        for (field, value) in expected { #expect(try await office.value("enrolment", "0126000001-2026", field) == value, "\(field)") }
        #expect(try await office.cause("enrolment", "0126000001-2026") == "dossier:\(dossier.code)")
        #expect(try await office.objections("9.000002", wanted, about: Self.child) == ["enrolled"])

        let other = ["school_now": "Trường Ví Dụ", "school_wanted": "Trường Mẫu", "grade": "1", "moved_because": "Chuyển nhà"]
        #expect(try await office.objections("2.002854", other.merging(["grade": "3"]) { $1 }, about: Self.child) == ["grade"])
        let transfer = try await office.submitted("2.002854", other, about: Self.child)
        await #expect(throws: DossierError.self) {
            try await office.proposed(transfer, ["school_given": .string("01000042"), "class_given": .string("1B")], office: Self.education)
        }
        let again = try await office.act(
            .propose(isApproval: true, reasons: "", findings: ["school_given": .string("01000043"), "class_given": .string("1B")]), transfer, by: clerk)
        _ = try await office.decided(again, office: Self.education)
        for (field, value) in ["school": "01000043", "commune": "00008", "class": "1B", "from": "2026-11-16"] {
            #expect(try await office.value("enrolment", "0126000001-2026", field) == value, "\(field)")
        }
        #expect(try office.keys("enrolment", where: "student", is: "0126000001").count == 1)
        let cause = try await office.cause("enrolment", "0126000001-2026")
        #expect(cause == "arrives:00004:dossier:\(transfer.code)")
        #expect(try office.damages().isEmpty)
    }
}
