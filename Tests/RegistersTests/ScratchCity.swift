// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Journal
import Registers
import Store
import Synchronization
import TestStores

/// Hà Nội in a temporary file, with a clock that tests may set.
final class ScratchCity: @unchecked Sendable {
    let path: String
    let database: Database
    let registry: Registry
    let clock: Mutex<Int64>
    static let operator_ = Authority(.operator_, id: "test", name: "test", grants: [Grant("*", Set(Act.allCases))], purpose: Purpose.find("inspection"))

    init(
        path: String? = nil, today: String = "2026-11-24", registers: [Register] = City.registers, limits: StoreLimits = StoreLimits(),
        instance: String = "test", seed: UInt8 = 1, bounds: RegisterLimits = RegisterLimits()
    ) throws {
        self.path = try path ?? TestStores.fresh("city")
        database = try Database(path: self.path, limits: limits)
        let clockBox = ClockBox(Int64(Day(today)!.number) * 86_400_000 + 10_000_000)
        let world = World(now: { Instant(milliseconds: clockBox.tick()) }, random: SystemRandomness.bytes)
        box = clockBox
        clock = Mutex(0)
        let journals = try Journals(database: database, world: world, instance: instance, key: SigningKey(seed: [UInt8](repeating: seed, count: 32)))
        registry = try Registry(
            database: database, journals: journals, world: world, registers: registers,
            unitRegisters: .init(units: AdministrativeUnits.register.name, changes: UnitChanges.register.name), entitlements: City.entitlements,
            limits: bounds)
        if try registry.summary(of: "administrative-unit").entries == 0 { try enterUnits() }
    }

    private let box: ClockBox

    /// Whether the file stays when this object goes: another opens it after.
    var isKept = false

    deinit { if !isKept { TestStores.remove(path) } }

    func setToday(_ day: String) { box.set(Int64(Day(day)!.number) * 86_400_000 + 10_000_000) }

    /// The communes in force are enough here, and they load quickly.
    private func enterUnits() throws {
        let register = AdministrativeUnits.register
        let items = UnitData.items().filter { $0.ends == nil || $0.item["level"] == .string("district") || $0.item["code"] == .string("00001") }
        let changes = items.map { entry in
            Change(
                register.name, key: entry.item["id"]!.plain, .put(Item(key: entry.item["id"]!.plain, values: register.fields.map { entry.item[$0.name] ?? .null })),
                expecting: .anything,
                effective: entry.from)
        }
        _ = try registry.enterAndWait(changes, cause: "test", by: Self.operator_)
        try registry.reloadUnits()
    }

    func file(_ name: String, _ text: String) throws -> String {
        let file = TestStores.folder(of: path) + "-" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    func load(_ register: String, _ text: String, name: String? = nil, _ change: (inout LoadOptions) -> Void = { _ in }) throws -> LoadResult {
        var options = LoadOptions()
        change(&options)
        let file = try file(name ?? register + ".csv", text)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try registry.load(register, file: file, options: options, by: Self.operator_)
    }

    @discardableResult
    func put(_ register: String, _ key: String, _ texts: [String: String], effective: String? = nil, expecting: Expectation = .anything) throws -> Outcome {
        var all = texts
        let declaration = try registry.register(register)
        all[declaration.key.name] = key
        let day = effective.flatMap { Day($0) }
        let item = try registry.item(register, texts: all, effective: day)
        return try registry.enterAndWait([Change(register, key: key, .put(item), expecting: expecting, effective: day)], cause: "test", by: Self.operator_)[0]
    }

    func change(_ register: String, _ key: String, _ texts: [String: String]) throws -> Change {
        var all = texts
        all[try registry.register(register).key.name] = key
        return Change(register, key: key, .put(try registry.item(register, texts: all, effective: nil)), expecting: .anything)
    }

    func value(_ register: String, _ key: String, _ field: String, on: String? = nil, known: Instant? = nil) async throws -> String? {
        let view = try await registry.record(register, key, on: on.flatMap { Day($0) }, known: known, for: Self.operator_, door: "test")
        return view.isRetired ? nil : view.value(field, in: try registry.register(register))?.plain
    }

    func export(_ register: String, on: String? = nil) throws -> String {
        var query = RecordQuery()
        query.on = on.flatMap { Day($0) }
        var bytes: [UInt8] = []
        try registry.export(register, query, format: .csv, for: Self.operator_, door: "test") { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    func damages() throws -> [String] { try registry.verify().compactMap { $0.damage.map { "\($0)" } } }

    static let households = """
        code,commune,address,kind,registered
        1000000001,00004,"Số 12, phố Kim Mã",family,2015-03-01
        1000000002,00008,"Số 3, ngõ 5, đường Đội Cấn",family,

        """

    static let people = """
        id,name,birth,sex,ethnicity,old_id,phone,household,relation,commune
        001090000001,Nguyễn Văn An,1990-01-02,male,01,,,1000000001,head,00004
        001192000002,Đặng Thị Hoà,1992-05-06,female,01,,0912345678,1000000001,spouse,00004
        001320000003,Nguyễn Thị Mai,2020-07-08,female,01,,,1000000001,child,00004
        001058000004,Lê Văn Đức,1958,male,01,012345678,,1000000002,head,00008

        """

    static func full(limits: StoreLimits = StoreLimits()) throws -> ScratchCity {
        let city = try ScratchCity(limits: limits)
        _ = try city.load("household", households)
        _ = try city.load("population", people)
        return city
    }
}

/// A clock that moves a millisecond with each look.
final class ClockBox: @unchecked Sendable {
    private let lock = NSLock()
    private var now: Int64
    init(_ now: Int64) { self.now = now }
    func tick() -> Int64 {
        lock.withLock {
            now += 1
            return now
        }
    }
    func set(_ value: Int64) { lock.withLock { now = value } }
}
