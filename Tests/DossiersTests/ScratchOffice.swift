// SPDX-License-Identifier: Apache-2.0
import Civic
import Dossiers
import Foundation
import Hanoi
import Journal
import Registers
import Store
import TestStores
import Testing

/// Offices of a small city whose clock stands where a test puts it.
final class ScratchOffice: @unchecked Sendable {
    let path: String
    let registry: Registry
    let dossiers: Dossiers
    private let clock: TestClock

    /// Monday, nine in the morning in Hà Nội.
    init(at instant: String = "2026-11-16T02:00:00Z", procedures: [Procedure] = City.procedures, limits: DossierLimits = DossierLimits()) throws {
        path = try TestStores.fresh("office")
        let clock = TestClock(at: Instant(instant)!)
        self.clock = clock
        let world = World(now: clock.now, random: SystemRandomness.bytes)
        let database = try Database(path: path)
        let journals = try Journals(database: database, world: world, instance: "test", key: SigningKey(seed: [UInt8](repeating: 1, count: 32)))
        registry = try Registry(
            database: database, journals: journals, world: world, registers: City.registers,
            unitRegisters: .init(units: AdministrativeUnits.register.name, changes: UnitChanges.register.name))
        dossiers = try Dossiers(
            registry: registry,
            city: DossierCity(
                procedures: procedures, occasions: Occasions.all, calendar: City.calendar, people: "population", phone: "phone", delegations: "delegation",
                guiding: "guiding-shift", feeShares: [FeeShares(from: Day("2017-01-01")!, source: .same(""), shares: [.init("fees", .same("fees"), parts: 10_000)])],
                agency: City.agency),
            limits: limits)
        let units = AdministrativeUnits.register
        _ = try registry.enterAndWait(
            UnitData.items().filter { $0.ends == nil }.map { entry in
                Change(
                    units.name, key: entry.item["id"]!.plain, .put(Item(key: entry.item["id"]!.plain, values: units.fields.map { entry.item[$0.name] ?? .null })),
                    expecting: .anything, effective: entry.from)
            }, cause: "test", by: Self.all)
        try registry.reloadUnits()
        try put([
            ("household", "1000000001", ["commune": "00004", "address": "Số 12, phố Kim Mã", "kind": "family"]),
            ("household", "1000000002", ["commune": "00008", "address": "Số 3, ngõ 5, đường Đội Cấn", "kind": "family"]),
            ("population", "001090000001", person("Nguyễn Văn An", "1990-01-02", "male", "1000000001", "head", "00004")),
            ("population", "001192000004", person("Lê Thị Bình", "1992-07-09", "female", "1000000001", "spouse", "00004")),
            ("population", "001320000003", person("Nguyễn Văn Con", "2020-05-06", "male", "1000000001", "child", "00004")),
            ("population", "001145000007", person("Nguyễn Thị Cụ", "1945-03-03", "female", "1000000001", "parent", "00004")),
            ("population", "001192000002", person("Đặng Thị Hoa", "1992-03-04", "female", "1000000002", "head", "00008")),
        ])
    }

    /// The same city, opened by a program with other declarations.
    private init(_ other: ScratchOffice, procedures: [Procedure]) throws {
        path = other.path
        clock = other.clock
        registry = other.registry
        dossiers = try Dossiers(
            registry: other.registry,
            city: DossierCity(
                procedures: procedures, occasions: Occasions.all, calendar: City.calendar, people: "population", phone: "phone", delegations: "delegation",
                guiding: "guiding-shift", feeShares: [FeeShares(from: Day("2017-01-01")!, source: .same(""), shares: [.init("fees", .same("fees"), parts: 10_000)])],
                agency: City.agency))
        before = other
    }
    private var before: ScratchOffice?

    func reopened(procedures: [Procedure]) throws -> ScratchOffice { try ScratchOffice(self, procedures: procedures) }

    deinit { if before == nil { TestStores.remove(path) } }

    static let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))], purpose: Purpose.find("inspection"))
    static func officer(_ name: String, _ acts: Set<Act> = [.read, .write], office: String = "commune-police", unit: String? = "00004") -> Authority {
        Authority(.officer, id: "officer:\(name)", name: name, grants: [Grant(Office.right(office), acts, unit: unit)])
    }
    static let lan = Party.officer(officer("lan"))
    static let hung = Party.officer(officer("hung", [.read, .write, .decide]))

    func set(_ instant: String) { clock.stop(at: Instant(instant)!) }
    func set(_ instant: Instant) { clock.stop(at: instant) }

    private func person(_ name: String, _ birth: String, _ sex: String, _ household: String, _ relation: String, _ commune: String) -> [String: String] {
        ["name": name, "birth": birth, "sex": sex, "ethnicity": "01", "household": household, "relation": relation, "commune": commune]
    }

    func put(_ records: [(register: String, key: String, texts: [String: String])]) throws {
        let day = Day("2025-07-02")!
        _ = try registry.enterAndWait(
            records.map { record in
                var texts = record.texts
                texts[try registry.register(record.register).key.name] = record.key
                return Change(record.register, key: record.key, .put(try registry.item(record.register, texts: texts, effective: day)), expecting: .anything, effective: day)
            }, cause: "test", by: Self.all)
    }

    func row(_ person: String) throws -> Int64 { try registry.row(of: person, in: "population")! }

    /// A draft with its answers and a file for every paper, as its owner would fill it in.
    func draft(
        _ code: String, _ texts: [String: String]? = nil, by applicant: String = "001090000001", about subject: String? = nil, owner: String = "citizen:1", papers: Bool = true
    ) async throws -> Draft {
        let procedure = try dossiers.procedure(code)
        let draft = try await dossiers.begin(code, owner: owner, applicant: try row(applicant), subject: try row(subject ?? applicant), channel: .online)
        try await dossiers.save(texts ?? procedure.example.mapValues(\.plain), in: draft.id, owner: owner)
        if papers { for paper in procedure.papers { _ = try await dossiers.attach(Array("%PDF-1.7 \(paper.code)".utf8), as: paper.code, to: draft.id, owner: owner) } }
        return try dossiers.draft(draft.id, owner: owner)
    }

    func submitted(_ code: String, _ texts: [String: String]? = nil, by applicant: String = "001090000001", about subject: String? = nil) async throws -> Dossier {
        let draft = try await draft(code, texts, by: applicant, about: subject)
        return try await dossiers.submit(draft.id, owner: "citizen:1")
    }

    @discardableResult
    func act(_ act: DossierAct, _ dossier: Dossier, by party: Party = ScratchOffice.lan) async throws -> Dossier {
        try await dossiers.act(act, on: dossier.code, expecting: nil, by: party)
    }

    func value(_ register: String, _ key: String, _ field: String) async throws -> String? {
        let view = try await registry.record(register, key, for: Self.all, door: "test")
        return view.isRetired ? nil : view.value(field, in: try registry.register(register))?.plain
    }

    func damages() throws -> [String] { try registry.verify().compactMap { $0.damage.map { "\($0)" } } + dossiers.verify().compactMap { $0.damage.map { "\($0)" } } }
}
