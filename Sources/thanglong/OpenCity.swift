// SPDX-License-Identifier: Apache-2.0
import Civic
import Devices
import Dossiers
import Foundation
import Hanoi
import Journal
import Payments
import People
import Registers
import Steering
import Store

extension World {
    /// The real clock and the system's randomness.
    static let real = World(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        },
        random: { SystemRandomness.bytes($0) })
}

extension DossierCity {
    static let hanoi = DossierCity(
        procedures: City.procedures, occasions: Occasions.all, calendar: City.calendar, people: Population.register.name, phone: "phone", delegations: Delegations.register.name,
        guiding: GuidingShifts.register.name, feeShares: FeePilot.shares,
        agency: City.agency)
}

extension SteeringRegisters {
    static let hanoi = SteeringRegisters(
        signoffs: DailySignoffs.register.name, signed: Population.register.name, covered: DailySignoffs.covered(Population.register.name),
        urgings: Urgings.register.name, inspections: Inspections.register.name, findings: InspectionFindings.register.name,
        offices: OfficeAddresses.register.name)
}

/// What a person at the terminal must read when a job cannot be done.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// One city's database, opened with everything over it.
struct OpenCity {
    let world = World.real
    let database: Database
    let journals: Journals
    let registry: Registry
    let accounts: Accounts
    let dossiers: Dossiers
    let devices: Devices
    let payments: Payments
    let steering: Steering

    /// Opens the database and its signing key, which lies beside it, readable by its owner only.
    init(
        _ place: DatabasePlace, instance: String = "hanoi", mustExist: Bool = false, isServing: Bool = false, account: PaymentCity.CityAccount = .invented,
        paying: PaymentLimits = PaymentLimits()
    ) throws {
        if !place.isAddress { try OpenCity.checkFile(place, mustExist: mustExist) }
        let oldMask = umask(0o077)
        defer { umask(oldMask) }
        do {
            var limits = StoreLimits()
            // A server reads the same pages again and again, and maps them; a job walks through once and keeps its memory small.
            if !isServing { limits.mappedBytes = 0 }
            database = try Database(path: place.path, filesPath: place.files, limits: limits)
        } catch StoreError.notADatabase(let reason) {
            throw Failure(place.isAddress ? "\(place.shown) cannot hold a city: \(reason)" : "\(place.path) is not a database of this program.")
        } catch StoreError.disconnected(let reason) {
            throw Failure("The database \(place.shown) does not answer: \(reason)")
        }
        if place.isAddress {
            let isNew = try !database.look { try $0.hasTable("signing_key") }
            guard !isNew || !mustExist else { throw Failure("There is no city yet in \(place.shown). Make one with thanglong load or thanglong serve.") }
            guard isNew || FileManager.default.fileExists(atPath: place.key) else { throw OpenCity.missingKey(place) }
        }
        do {
            journals = try Journals(database: database, world: world, instance: instance, key: try OpenCity.key(place, world))
        } catch JournalError.foreignKey {
            throw Failure("The key \(place.key) did not sign this database. Put the right key file there.")
        }
        registry = try Registry(
            database: database, journals: journals, world: world, registers: City.registers,
            unitRegisters: .init(units: AdministrativeUnits.register.name, changes: UnitChanges.register.name), entitlements: City.entitlements,
            holdsAccount: { try Accounts.holds(servant: $0, on: $1) },
            rebuilding: { Terminal.say("The register \($0.name) was brought to its new declaration.") })
        accounts = try Accounts(
            database: database, world: world,
            renamed: Dictionary(uniqueKeysWithValues: City.registers.filter { $0.journal != $0.name }.map { ($0.journal, $0.name) }))
        dossiers = try Dossiers(registry: registry, city: .hanoi)
        devices = try Devices(database: database, journals: journals, world: world)
        payments = try Payments(dossiers: dossiers, city: .hanoi(account), devices: devices, limits: paying)
        steering = try Steering(
            instructions: Announcement699.instructions, names: .hanoi, signedFrom: City.signedFrom, registry: registry, dossiers: dossiers, payments: payments, devices: devices,
            accounts: accounts)
        try FoundingFacts.enter(into: registry)
    }

    private static func isEmpty(_ path: String) -> Bool { ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0) == 0 }

    private static func checkFile(_ place: DatabasePlace, mustExist: Bool) throws {
        let path = place.path
        guard !mustExist || FileManager.default.fileExists(atPath: path) else {
            throw Failure("There is no database at \(path). Give its path with --database, or make one with thanglong load or thanglong serve.")
        }
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: directory) else { throw Failure("The folder \(directory) cannot be written.") }
        let isNew = !FileManager.default.fileExists(atPath: path)
        guard isNew || FileManager.default.fileExists(atPath: place.key) || OpenCity.isEmpty(path) else { throw missingKey(place) }
    }

    private static func missingKey(_ place: DatabasePlace) -> Failure {
        Failure("The signing key \(place.key) is missing. Put it back from where it is kept; without it nothing can be signed.")
    }

    static func key(_ place: DatabasePlace, _ world: World) throws -> SigningKey {
        let file = place.key
        if let text = try? String(contentsOfFile: file, encoding: .utf8) {
            guard let seed = Encoding.bytes(base64: text.trimmingCharacters(in: .whitespacesAndNewlines)), seed.count == 32 else {
                throw Failure("\(file) is not a signing key.")
            }
            return SigningKey(seed: seed)
        }
        let seed = world.random(32)
        guard FileManager.default.createFile(atPath: file, contents: Data((Encoding.base64(seed) + "\n").utf8), attributes: [.posixPermissions: 0o600]) else {
            throw Failure("The key file \(file) cannot be written.")
        }
        return SigningKey(seed: seed)
    }

    func close() { database.close() }

    /// The record with that key, which must stand.
    func standing(_ register: String, _ key: String) throws -> Item.Fields {
        guard let found = try database.read({ try registry.records(on: $0).find(register, key) }) else {
            throw Failure("There is no record \(key) in the register \(register).")
        }
        return found.fields
    }
}

/// What every city of this program knows from its first day: its administrative units.
enum FoundingFacts {
    static func enter(into registry: Registry) throws {
        let units = AdministrativeUnits.register
        guard try registry.summary(of: units.name).entries == 0 else { return }
        let founder = Authority(.operator_, id: "founding", name: "founding", grants: [Grant("*", [.write, .read])])
        let items = UnitData.items()
        var changes = items.map { Change(units.name, key: $0.item["id"]!.plain, .put(item($0.item, units)), expecting: .anything, effective: $0.from) }
        changes += items.compactMap { entry in
            entry.ends.map { Change(units.name, key: entry.item["id"]!.plain, .retire, expecting: .anything, effective: $0) }
        }
        try enter(changes, cause: "resolution", founder, registry)
        let day = Day(year: 2025, month: 7, day: 1)!
        try enter(
            UnitData.changeItems().map {
                Change(UnitChanges.register.name, key: $0["id"]!.plain, .put(item($0, UnitChanges.register)), expecting: .anything, effective: day)
            }, cause: "resolution", founder, registry)
        try registry.reloadUnits()
    }

    private static func item(_ values: [String: Value], _ register: Register) -> Item {
        Item(key: values[register.key.name]!.plain, values: register.fields.map { values[$0.name] ?? .null })
    }

    private static func enter(_ changes: [Change], cause: String, _ author: Authority, _ registry: Registry) throws {
        for start in stride(from: 0, to: changes.count, by: 500) {
            _ = try registry.enterAndWait(Array(changes[start..<min(start + 500, changes.count)]), cause: cause, by: author)
        }
    }
}
