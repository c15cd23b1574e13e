// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Journal
import Store
import TestStores
import Testing

@testable import Ledger

/// A ledger of its own for one test.
final class ScratchLedger: @unchecked Sendable {
    let path: String
    let clock = TestClock(at: Instant(milliseconds: 1_795_000_000_000))
    let database: Database
    let ledger: Ledger
    static let origin = LedgerOrigin(author: "test", unit: "01", cause: "test")

    init(path: String? = nil) throws {
        self.path = try path ?? TestStores.fresh("ledger")
        database = try Database(path: self.path, filesPath: TestStores.folder(of: self.path))
        let clock = clock
        let world = World(now: { clock.now() }, random: { SystemRandomness.bytes($0) })
        ledger = try Ledger(
            database: database, journals: try Journals(database: database, world: world, instance: "test", key: SigningKey(seed: Array(repeating: 7, count: 32))), world: world)
    }
    deinit {
        database.close()
        TestStores.remove(path)
    }

    func enter(_ acts: [LedgerAct]) async throws {
        let ledger = ledger
        try await database.write { try ledger.enter(acts, Self.origin, on: $0) }
    }
    func transfer(_ id: String, _ debit: String, _ credit: String, _ amount: Int64, hold: Instant? = nil) -> LedgerAct {
        .enter(Transfer(id: id, debit: debit, credit: credit, amount: Money(amount), code: "test", hold: hold))
    }
}

struct `The ledger` {
    @Test func `one transfer a hundred times at once has one effect`() async throws {
        let scratch = try ScratchLedger()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { try await scratch.enter([scratch.transfer("pay-1", "cash", "biller:water", 90_000)]) } }
            try await group.waitForAll()
        }
        #expect(try scratch.ledger.balance("cash") == 90_000)
        let count = try scratch.ledger.statement(of: "biller:water", limit: 10).count
        #expect(count == 1)
        await #expect(throws: LedgerError.otherContent(id: "pay-1")) { try await scratch.enter([scratch.transfer("pay-1", "cash", "biller:water", 90_001)]) }
        #expect(try scratch.ledger.verify().damage == nil)
    }

    @Test func `a held transfer moves nothing until it is posted, and then once`() async throws {
        let scratch = try ScratchLedger()
        let until = Instant(milliseconds: scratch.clock.now().milliseconds + 1_800_000)
        try await scratch.enter([scratch.transfer("h", "cash", "biller:school", 500, hold: until)])
        let held = try #require(try scratch.ledger.account("cash"))
        #expect(held.balance == 0 && held.debitsPending == 500)
        try await scratch.enter([.post(id: "h", amount: Money(300))])
        try await scratch.enter([.post(id: "h", amount: Money(300))])
        await #expect(throws: LedgerError.otherContent(id: "h")) { try await scratch.enter([.post(id: "h")]) }
        await #expect(throws: LedgerError.notHeld(id: "h", .posted)) { try await scratch.enter([.void(id: "h")]) }
        let posted = try #require(try scratch.ledger.account("cash"))
        #expect(posted.balance == 300 && posted.debitsPending == 0)
    }

    @Test func `a held transfer whose time is over cannot be posted and lets go`() async throws {
        let scratch = try ScratchLedger()
        let until = Instant(milliseconds: scratch.clock.now().milliseconds + 1000)
        try await scratch.enter([scratch.transfer("h", "cash", "biller:school", 500, hold: until)])
        scratch.clock.stop(at: until)
        await #expect(throws: LedgerError.notHeld(id: "h", .expired)) { try await scratch.enter([.post(id: "h")]) }
        let ledger = scratch.ledger
        let gone = try await scratch.database.write { try ledger.expire(on: $0) }
        #expect(gone == 1)
        #expect(try scratch.ledger.account("cash")?.debitsPending == 0)
        #expect(try scratch.ledger.verify().damage == nil)
    }

    @Test func `of a chain all or nothing is done`() async throws {
        let scratch = try ScratchLedger()
        let ledger = scratch.ledger
        try await scratch.database.write { try ledger.open("wallet", floor: 0, on: $0) }
        try await scratch.enter([scratch.transfer("in", "wallet", "bank", 100)])
        await #expect(throws: LedgerError.limit(account: "wallet")) {
            try await scratch.enter([scratch.transfer("a", "biller:a", "wallet", 60), scratch.transfer("b", "biller:b", "wallet", 60)])
        }
        #expect(try scratch.ledger.balance("wallet") == 100)
        #expect(try scratch.ledger.find("a") == nil)
        try await scratch.enter([scratch.transfer("a", "biller:a", "wallet", 60), scratch.transfer("b", "biller:b", "wallet", 40)])
        #expect(try scratch.ledger.balance("wallet") == 0)
    }

    @Test func `held and posted in one chain, the statement still finds the transfer`() async throws {
        let scratch = try ScratchLedger()
        let until = Instant(milliseconds: scratch.clock.now().milliseconds + 1000)
        try await scratch.enter([scratch.transfer("h", "cash", "fees", 500, hold: until), .post(id: "h")])
        let lines = try scratch.ledger.statement(of: "cash", limit: 10)
        #expect(lines.map(\.transfer) == ["h"] && lines.map(\.balance) == [500])
        #expect(try scratch.ledger.find("h")?.number == 0)
        #expect(try scratch.ledger.verify().damage == nil)
    }

    @Test func `a closed day takes nothing more and keeps its figures`() async throws {
        let scratch = try ScratchLedger()
        try await scratch.enter([scratch.transfer("a", "cash", "fees", 100), scratch.transfer("b", "bank", "cash", 30)])
        let day = scratch.clock.now().day
        let ledger = scratch.ledger
        await #expect(throws: LedgerError.notOver(day)) { try await scratch.database.write { try ledger.close(day, by: ScratchLedger.origin, on: $0) } }
        scratch.clock.stop(at: Instant(milliseconds: scratch.clock.now().milliseconds + 86_400_000))
        try await scratch.database.write { try ledger.close(day, by: ScratchLedger.origin, on: $0) }
        try await scratch.enter([scratch.transfer("c", "cash", "fees", 5)])
        let lines = try ledger.closing(of: day)
        #expect(lines.map(\.account) == ["bank", "cash", "fees"])
        #expect(lines[1] == DayLine(account: "cash", opening: 0, debits: 100, credits: 30))
        #expect(try ledger.balance(of: "cash", atEndOf: day) == 70)
        // A clock that runs backwards cannot enter into closed books.
        scratch.clock.stop(at: Instant(milliseconds: 1_795_000_000_000))
        await #expect(throws: LedgerError.closed(day)) { try await scratch.enter([scratch.transfer("d", "cash", "fees", 5)]) }
        #expect(try ledger.verify().damage == nil)
    }

    @Test func `verify sees a balance, a leg, a state and a transfer that were changed behind its back`() async throws {
        for change: SQL in [
            "UPDATE ledger_book SET balance = balance + 1 WHERE name = 'cash'", "UPDATE ledger_leg SET change = change + 1 WHERE number = 0",
            "UPDATE transfer SET amount = 99 WHERE id = 'a'",
            "UPDATE transfer SET state = 3 WHERE id = 'h'", "DELETE FROM ledger_leg WHERE number = 0", "UPDATE transfer SET until = until + 1 WHERE id = 'h'",
        ] {
            let scratch = try ScratchLedger()
            try await scratch.enter([scratch.transfer("a", "cash", "fees", 100)])
            try await scratch.enter([scratch.transfer("h", "cash", "fees", 7, hold: Instant(milliseconds: 1_800_000_000_000))])
            #expect(try scratch.ledger.verify().damage == nil)
            try await scratch.database.write { try $0.run(change) }
            #expect(try scratch.ledger.verify().damage != nil, "\(change.text)")
        }
    }

    @Test func `a ledger of the first version keeps its money`() async throws {
        let path = try TestStores.fresh("ledger")
        let clock = TestClock(at: Instant(milliseconds: 1_795_000_000_000))
        let world = World(now: { clock.now() }, random: { SystemRandomness.bytes($0) })
        do {
            let database = try Database(path: path, filesPath: TestStores.folder(of: path))
            let journals = try Journals(database: database, world: world, instance: "test", key: SigningKey(seed: Array(repeating: 7, count: 32)))
            try journals.open("ledger", names: Ledger.firstEntryNames)
            try database.migrate(
                Migration(
                    "ledger",
                    steps: [
                        [
                            "CREATE TABLE ledger_account (name TEXT NOT NULL PRIMARY KEY, balance INTEGER NOT NULL)",
                            "CREATE TABLE transfer (id TEXT NOT NULL PRIMARY KEY, debit TEXT NOT NULL, credit TEXT NOT NULL, amount INTEGER NOT NULL, code TEXT NOT NULL, number INTEGER NOT NULL)",
                            "CREATE INDEX transfer_code ON transfer (code)",
                        ]
                    ]))
            let form = try journals.form(of: "ledger", names: Ledger.firstEntryNames)
            try await database.write { connection in
                for (id, debit, amount) in [("fee:a", "cash:00004", 7000), ("fee:b", "cash:00008", 5000), ("fee:c", "cash:00004", 1000)] as [(String, String, Int64)] {
                    let content = "[\"\(id)\",\"\(debit)\",\"fees:x\",\(amount),\"code\",\"officer\",\"fee\"]"
                    let place = try journals.append(
                        journals.sealer(for: form).seal(content: Array(content.utf8), effective: world.today), form: form, to: "ledger", record: nil, previous: nil,
                        effective: world.today,
                        unit: "00004", load: nil, on: connection)
                    try connection.run("INSERT INTO transfer (id, debit, credit, amount, code, number) VALUES (\(id), \(debit), 'fees:x', \(amount), 'code', \(place.number))")
                }
                for (name, balance) in [("cash:00004", 8000), ("cash:00008", 5000), ("fees:x", -13_000)] as [(String, Int64)] {
                    try connection.run("INSERT INTO ledger_account (name, balance) VALUES (\(name), \(balance))")
                }
            }
            database.close()
        }
        let scratch = try ScratchLedger(path: path)
        #expect(try scratch.ledger.balance("cash:00004") == 8000)
        #expect(try scratch.ledger.statement(of: "cash:00004", limit: 10).map(\.balance) == [7000, 8000])
        try await scratch.enter([scratch.transfer("new", "cash:00004", "fees:x", 1)])
        #expect(try scratch.ledger.balance("fees:x") == -13_001)
        let report = try scratch.ledger.verify()
        #expect(report.damage == nil && report.entries == 4)
    }
}
