// SPDX-License-Identifier: Apache-2.0
import Civic
import Devices
import Dossiers
import Foundation
import Hanoi
import Journal
import Ledger
import Notices
import Payments
import Registers
import Store
import TestStores

/// A small city with two households, three billers and a clock that stands where a test puts it.
final class ScratchTreasury: @unchecked Sendable {
    let path: String
    let database: Database
    let registry: Registry
    let dossiers: Dossiers
    let devices: Devices
    let payments: Payments
    private let clock: TestClock
    var ledger: Ledger { dossiers.ledger }

    static let account = PaymentCity.CityAccount(bank: "970436", number: "0011001234567", holder: "KHO BAC HA NOI")
    static let home = "1000000001"
    static let other = "1000000002"
    static let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))], purpose: Purpose.find("inspection"))

    /// Monday, nine in the morning in Hà Nội.
    init(at instant: String = "2026-11-16T02:00:00Z", path: String? = nil) throws {
        self.path = try path ?? TestStores.fresh("treasury")
        let clock = TestClock(at: Instant(instant)!)
        self.clock = clock
        let world = World(now: clock.now, random: SystemRandomness.bytes)
        database = try Database(path: self.path, filesPath: TestStores.folder(of: self.path))
        let journals = try Journals(database: database, world: world, instance: "test", key: SigningKey(seed: [UInt8](repeating: 1, count: 32)))
        registry = try Registry(
            database: database, journals: journals, world: world, registers: City.registers,
            unitRegisters: .init(units: AdministrativeUnits.register.name, changes: UnitChanges.register.name))
        dossiers = try Dossiers(
            registry: registry,
            city: DossierCity(
                procedures: City.procedures, occasions: Occasions.all, calendar: City.calendar, people: "population", phone: "phone", delegations: "delegation",
                feeShares: FeePilot.shares,
                agency: City.agency))
        devices = try Devices(database: database, journals: journals, world: world)
        payments = try Payments(
            dossiers: dossiers,
            city: PaymentCity(
                billers: "biller", people: "population", households: "household", purposes: "fund-purpose", account: Self.account, tariffs: Tariffs.all, calendar: City.calendar),
            devices: devices)
        guard path == nil else { return }
        let units = AdministrativeUnits.register
        _ = try registry.enterAndWait(
            UnitData.items().filter { $0.ends == nil }.map { entry in
                Change(
                    units.name, key: entry.item["id"]!.plain, .put(Item(key: entry.item["id"]!.plain, values: units.fields.map { entry.item[$0.name] ?? .null })),
                    expecting: .anything, effective: entry.from)
            }, cause: "test", by: Self.all)
        try registry.reloadUnits()
        func person(_ name: String, _ birth: String, _ sex: String, _ household: String, _ relation: String, _ commune: String, phone: String? = nil) -> [String: String] {
            var one = ["name": name, "birth": birth, "sex": sex, "ethnicity": "01", "household": household, "relation": relation, "commune": commune]
            one["phone"] = phone
            return one
        }
        func biller(_ name: String, _ sort: String, tariff: String? = nil, mail: String? = nil) -> [String: String] {
            var one = ["name": name, "sort": sort, "bank": "970415", "account": "113366668888", "holder": name.ascii.uppercased()]
            one["tariff"] = tariff
            one["mail"] = mail
            return one
        }
        try put([
            ("household", Self.home, ["commune": "00004", "address": "Số 12, phố Kim Mã", "kind": "family"]),
            ("household", Self.other, ["commune": "00008", "address": "Số 3, ngõ 5, đường Đội Cấn", "kind": "family"]),
            ("population", "001090000001", person("Nguyễn Văn An", "1990-01-02", "male", Self.home, "head", "00004", phone: "0912345678")),
            ("population", "001192000004", person("Lê Thị Bình", "1992-07-09", "female", Self.home, "spouse", "00004")),
            ("population", "001320000003", person("Nguyễn Văn Con", "2018-05-06", "male", Self.home, "child", "00004")),
            ("population", "001192000002", person("Đặng Thị Hoa", "1992-03-04", "female", Self.other, "head", "00008")),
            ("population", "001318000005", person("Đặng Minh Bạn", "2018-01-01", "male", Self.other, "child", "00008")),
            ("biller", "EVNHN", biller("Điện lực Hà Nội", "electricity", tariff: "electricity", mail: "thu@dien.example.vn")),
            ("biller", "NUOC", biller("Nước sạch Hà Nội", "water", tariff: "water")),
            ("biller", "TH0001", biller("Tiểu học Kim Đồng", "school")),
            (
                "fund-purpose", "QT0001",
                ["title": "Máy chủ", "sort": "equipment", "decision": "12/QĐ-UBND", "approved": "100000", "from": "2026-01-01", "until": "2026-12-31"]
            ),
        ])
    }

    deinit {
        database.close()
        TestStores.remove(path)
    }

    func set(_ instant: String) { clock.stop(at: Instant(instant)!) }
    func wait(minutes: Int64) { clock.stop(at: Instant(milliseconds: clock.now().milliseconds + minutes * 60_000)) }
    var now: Instant { clock.now() }

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

    func draft(
        _ reference: String, household: String? = nil, person: String? = nil, amount: Int64? = nil, consumption: Int64? = nil, title: String = "Tiền điện",
        due: String = "2026-11-25"
    )
        -> BillDraft
    {
        var draft = BillDraft()
        draft.reference = reference
        draft.household = household
        draft.person = person
        draft.amount = amount
        draft.consumption = consumption
        draft.title = title
        draft.period = "11/2026"
        draft.due = Day(due)
        return draft
    }

    @discardableResult
    func issue(_ biller: String, _ drafts: BillDraft..., replacing: Bool = false) async throws -> [BillResult] {
        try await payments.issue(drafts.enumerated().map { ($0 + 1, $1) }, of: biller, isReplacing: replacing, isTrial: false, author: "system:biller")
    }

    /// Electricity of 350,000 and tuition of 900,000 for the household.
    func someBills() async throws {
        try await issue("EVNHN", draft("D1", household: Self.home, amount: 350_000))
        try await issue("TH0001", draft("H1", person: "001320000003", amount: 900_000, title: "Học phí lớp 3A"))
    }

    func order(
        _ id: String, _ bills: [String], household: String? = home, means: PaymentMeans = .cash(cashier: "officer:thu", unit: "00004"), channel: PaymentChannel = .counter,
        confirmed: Bool = false
    ) -> PaymentOrder {
        PaymentOrder(
            id: id, household: household, lines: bills.map { PaymentLine(bill: $0) }, means: means, channel: channel, isConfirmed: confirmed, author: "officer:thu")
    }

    /// A mandate that the bank has confirmed.
    func allowAndConfirm(household: String, bank: String, account: String, holder: String, daily: Int64, author: String) async throws {
        try await payments.allow(household: household, bank: bank, account: account, holder: holder, daily: daily, author: author)
        let id = try payments.askedMandate(of: household)!.id
        _ = try await payments.receive(BankNews(id: "M\(id)", bank: bank, sort: .done, text: "\(id)-mandate", amount: Money(daily)))
        let handed = try database.look { try $0.first("SELECT state FROM bank_order WHERE id = \("\(id)-mandate")") { $0.text(0) } }
        precondition(handed == "done", "a confirmed mandate leaves no order")
    }

    func damages() throws -> [String] {
        let money = try ledger.verify().damage
        let paid = try payments.verify().damage
        return [money, paid].compactMap { $0.map { "\($0)" } } + (try ledger.sum() == 0 ? [] : ["the sum is not zero"])
    }

    func told(_ channel: String? = nil) throws -> [String] { try dossiers.notices.waiting().filter { channel == nil || $0.channel.rawValue == channel }.map(\.text) }
}

/// A bank whose answers a test gives.
final class QuietBank: Bank, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [BankOrder] = []
    var orders: [BankOrder] { lock.withLock { kept } }
    func take(_ order: BankOrder) async throws(BankError) { lock.withLock { kept.append(order) } }
}
