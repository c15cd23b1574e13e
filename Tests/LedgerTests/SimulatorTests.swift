// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Journal
import Store
import Synchronization
import TestStores
import Testing

@testable import Ledger

/// Numbers that the same seed gives again (SplitMix64).
struct Dice: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) }
    mutating func one<T>(_ list: [T]) -> T { list[roll(list.count)] }
}

/// Fails the commit of a whole group when told to, as a full disk does.
final class Saboteur: WriteParticipant {
    let strikes = Atomic<Bool>(false)
    func mark() {}
    func returnToMark() {}
    func willCommit(_ connection: Connection) throws {
        if strikes.exchange(false, ordering: .relaxed) { throw StoreError.diskFull("the simulator pulled the plug") }
    }
    func didCommit() {}
    func didRollBack() {}
}

/// A ledger as a child would keep it: the rules again, without tables, journals or memory of books.
struct PlainLedger: Equatable {
    struct Kept: Equatable {
        var transfer: Transfer
        var state: TransferState
        var posted: Int64
    }
    var kept: [String: Kept] = [:]
    var limits: [String: [Int64?]] = [:]
    var closed: Day?

    func balance(_ name: String) -> Int64 {
        kept.values.reduce(0) { sum, one in
            guard one.state == .single || one.state == .posted else { return sum }
            return sum + (one.transfer.debit == name ? one.posted : 0) - (one.transfer.credit == name ? one.posted : 0)
        }
    }
    func held(_ name: String, _ side: KeyPath<Transfer, String>) -> Int64 {
        kept.values.reduce(0) { $0 + ($1.state == .pending && $1.transfer[keyPath: side] == name ? $1.transfer.amount.amount : 0) }
    }

    mutating func apply(_ commands: [LedgerCommand], now: Instant) -> [LedgerError?] {
        if let closed, now.day <= closed { return commands.map { _ in .closed(now.day) } }
        var result: [LedgerError?] = []
        var chain: [LedgerCommand] = []
        for (index, command) in commands.enumerated() {
            chain.append(command)
            if command.isLinked, index + 1 < commands.count { continue }
            let before = self
            var errors: [LedgerError?] = []
            for one in chain {
                let error = errors.contains { $0 != nil } ? LedgerError.chain : apply(one.act, now)
                errors.append(error)
            }
            if errors.contains(where: { $0 != nil }) {
                self = before
                errors = errors.map { $0 ?? .chain }
            }
            result += errors
            chain = []
        }
        return result
    }

    private mutating func apply(_ act: LedgerAct, _ now: Instant) -> LedgerError? {
        switch act {
        case .enter(let transfer):
            let amount = transfer.amount.amount
            guard amount > 0, amount <= 1 << 52 else { return .badAmount }
            if let known = kept[transfer.id] { return known.transfer == transfer ? nil : .otherContent(id: transfer.id) }
            guard transfer.debit != transfer.credit else { return .badAccount(transfer.credit) }
            if let ceiling = limits[transfer.debit]?[1], balance(transfer.debit) + held(transfer.debit, \.debit) + amount > ceiling { return .limit(account: transfer.debit) }
            if let floor = limits[transfer.credit]?[0], balance(transfer.credit) - held(transfer.credit, \.credit) - amount < floor { return .limit(account: transfer.credit) }
            kept[transfer.id] = Kept(transfer: transfer, state: transfer.hold == nil ? .single : .pending, posted: transfer.hold == nil ? amount : 0)
            return nil
        case .post(let id, let part):
            guard let one = kept[id] else { return .noSuchTransfer(id: id) }
            let amount = part?.amount ?? one.transfer.amount.amount
            guard amount > 0, amount <= one.transfer.amount.amount else { return .badAmount }
            if one.state == .posted { return one.posted == amount ? nil : .otherContent(id: id) }
            guard one.state == .pending, one.transfer.hold! > now else { return .notHeld(id: id, one.state == .pending ? .expired : one.state) }
            kept[id]!.state = .posted
            kept[id]!.posted = amount
            return nil
        case .void(let id):
            guard let one = kept[id] else { return .noSuchTransfer(id: id) }
            if one.state == .voided { return nil }
            guard one.state == .pending else { return .notHeld(id: id, one.state) }
            kept[id]!.state = .voided
            return nil
        }
    }
}

struct `The ledger simulated` {
    static let origin = LedgerOrigin(author: "simulator", unit: "01", cause: "test")

    /// So many seeds as `THANGLONG_SEEDS` says, a few at a time; a failure names its seed.
    static let seeds = Int(ProcessInfo.processInfo.environment["THANGLONG_SEEDS"] ?? "") ?? 24

    @Test(arguments: 0..<4)
    func `random commands with crashes give what a plain model gives`(part: Int) async throws {
        for seed in stride(from: part, to: Self.seeds, by: 4) { try await Self.run(seed: seed) }
    }

    static func run(seed: Int) async throws {
        var dice = Dice(UInt64(seed))
        let path = try TestStores.fresh("ledger")
        defer { TestStores.remove(path) }
        let clock = TestClock(at: Instant(milliseconds: 1_795_000_000_000))
        let world = World(now: { clock.now() }, random: { SystemRandomness.bytes($0) })
        let key = SigningKey(seed: Array(repeating: 7, count: 32))
        func open() throws -> (Database, Ledger, Saboteur) {
            let database = try Database(path: path, filesPath: TestStores.folder(of: path))
            let journals = try Journals(database: database, world: world, instance: "test", key: key)
            let saboteur = Saboteur()
            let ledger = try Ledger(database: database, journals: journals, world: world)
            database.join(saboteur)
            return (database, ledger, saboteur)
        }
        var (database, ledger, saboteur) = try open()
        var model = PlainLedger()
        let names = ["cash:a", "cash:b", "bank:x", "biller:p", "biller:q", "fund"]
        var ids: [String] = []
        var now = clock.now().milliseconds
        for step in 0..<120 {
            switch dice.roll(20) {
            case 0:
                // The process ends and another begins: nothing but the tables is left.
                database.close()
                (database, ledger, saboteur) = try open()
            case 1:
                now += Int64(dice.roll(40) * 3_600_000)
                clock.stop(at: Instant(milliseconds: now))
            case 2:
                let name = dice.one(names)
                let floor: Int64? = dice.roll(2) == 0 ? Int64(-dice.roll(4000)) : nil
                let ceiling: Int64? = dice.roll(2) == 0 ? Int64(dice.roll(6000)) : nil
                let current = ledger
                try await database.write { try current.open(name, floor: floor, ceiling: ceiling, on: $0) }
                model.limits[name] = [floor, ceiling]
            case 3:
                let current = ledger
                _ = try await database.write { try current.expire(on: $0) }
                for (id, one) in model.kept where one.state == .pending && one.transfer.hold!.milliseconds <= now { model.kept[id]!.state = .expired }
            case 4 where step > 60:
                let day = Instant(milliseconds: now).day + -1
                let current = ledger
                try await database.write { try current.close(day, by: Self.origin, on: $0) }
                if model.closed.map({ $0 < day }) ?? true { model.closed = day }
                let lines = try ledger.closing(of: day)
                #expect(lines.reduce(0) { $0 + $1.debits } == lines.reduce(0) { $0 + $1.credits }, "seed \(seed)")
            default:
                let commands = (0...dice.roll(8)).map { _ -> LedgerCommand in
                    let isLinked = dice.roll(3) == 0
                    let known = ids.isEmpty ? nil : dice.one(ids)
                    switch dice.roll(10) {
                    case 0 where known != nil: return LedgerCommand(.post(id: known!, amount: dice.roll(2) == 0 ? nil : Money(Int64(dice.roll(800)))), linked: isLinked)
                    case 1 where known != nil, 2 where known != nil: return LedgerCommand(.void(id: known!), linked: isLinked)
                    case 3 where known != nil: return LedgerCommand(.post(id: known!), linked: isLinked)
                    case 4 where known != nil && model.kept[known!] != nil: return LedgerCommand(.enter(model.kept[known!]!.transfer), linked: isLinked)
                    default:
                        let id = known != nil && dice.roll(12) == 0 ? known! : "t\(seed)-\(ids.count)"
                        ids.append(id)
                        return LedgerCommand(
                            .enter(
                                Transfer(
                                    id: id, debit: dice.one(names), credit: dice.one(names), amount: Money(Int64(dice.roll(1000))), code: "c\(dice.roll(5))",
                                    hold: dice.roll(2) == 0 ? nil : Instant(milliseconds: now + Int64(dice.roll(48)) * 3_600_000))), linked: isLinked)
                    }
                }
                let isStruck = dice.roll(8) == 0
                saboteur.strikes.store(isStruck, ordering: .relaxed)
                let current = ledger
                let before = model
                let expected = model.apply(commands, now: clock.now())
                do {
                    let errors = try await database.write { try current.enter(commands, Self.origin, on: $0) }
                    #expect(!isStruck)
                    #expect(errors == expected, "seed \(seed), step \(step)")
                } catch StoreError.diskFull {
                    #expect(isStruck)
                    model = before
                }
            }
            guard step % 15 == 14 else { continue }
            #expect(try ledger.sum() == 0)
            for name in names {
                let account = try ledger.account(name)
                #expect((account?.balance ?? 0) == model.balance(name), "seed \(seed), step \(step), \(name)")
                #expect(
                    (account?.debitsPending ?? 0) == model.held(name, \.debit) && (account?.creditsPending ?? 0) == model.held(name, \.credit),
                    "seed \(seed), step \(step), \(name)")
            }
            for (id, one) in model.kept {
                let found = try ledger.find(id)
                #expect(found?.transfer == one.transfer && found?.state == one.state && found?.posted.amount == one.posted, "seed \(seed), \(id)")
            }
            let report = try ledger.verify()
            #expect(report.damage == nil, "seed \(seed), step \(step): \(report.damage.map { $0.what.en } ?? "")")
        }
        database.close()
    }
}
