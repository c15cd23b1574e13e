// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Journal
public import Store

/// The city's double-entry ledger: every transfer is an entry of its journal, and at every commit all legs sum to zero.
///
/// Balances of the accounts that are in use stay in memory and are written once a commit, however many transfers it holds:
/// a busy account costs one row a group. That memory belongs to the writer's thread; everything else reads the tables.
public final class Ledger: WriteParticipant, @unchecked Sendable {
    /// An account in memory, with what the tables say of it.
    final class Book {
        let id: Int64
        var account: Account
        var stored: Account
        init(_ id: Int64, _ account: Account) {
            self.id = id
            self.account = account
            stored = account
        }
    }

    private enum Undo {
        case changed(Book, Account)
        case opened(String)
    }

    let database: Database
    let journals: Journals
    let world: World
    private var books: [String: Book] = [:]
    private var touched: [String: Book] = [:]
    private var undo: [Undo] = []
    private var nextBook: Int64?
    /// The last day that has its first entry noted, and the last one that is closed.
    private var notedDay: Day?
    private var closedDay: Day??
    private var form: (form: Form, sealer: Sealer)?

    public static let journal = "ledger"
    static let entryNames = ["id", "act", "debit", "credit", "amount", "code", "until", "_author", "_cause"]
    /// As entries were before transfers could be held.
    static let firstEntryNames = ["id", "debit", "credit", "amount", "code", "_author", "_cause"]
    static let booksMax = 100_000
    /// The largest amount: sums of two thousand of them still fit.
    public static let amountMax: Int64 = 1 << 52
    public static let batchMax = 10_000

    public init(database: Database, journals: Journals, world: World) throws {
        self.database = database
        self.journals = journals
        self.world = world
        try database.migrate(Ledger.migration)
        try journals.open(Ledger.journal, names: Ledger.entryNames)
        database.join(self)
    }

    private static let migration = Migration(
        "ledger",
        steps: [
            [
                "CREATE TABLE ledger_account (name TEXT NOT NULL PRIMARY KEY, balance INTEGER NOT NULL)",
                """
                CREATE TABLE transfer (id TEXT NOT NULL PRIMARY KEY, debit TEXT NOT NULL, credit TEXT NOT NULL, amount INTEGER NOT NULL, code TEXT NOT NULL, \
                number INTEGER NOT NULL)
                """,
                "CREATE INDEX transfer_code ON transfer (code)",
            ],
            [
                """
                CREATE TABLE ledger_book (id INTEGER PRIMARY KEY, name TEXT NOT NULL, balance INTEGER NOT NULL, debits_pending INTEGER NOT NULL, \
                credits_pending INTEGER NOT NULL, floor INTEGER, ceiling INTEGER)
                """,
                "CREATE UNIQUE INDEX ledger_book_name ON ledger_book (name)",
                "INSERT INTO ledger_book (id, name, balance, debits_pending, credits_pending) SELECT row_number() OVER (ORDER BY name), name, balance, 0, 0 FROM ledger_account",
                "CREATE TABLE ledger_leg (account INTEGER NOT NULL, number INTEGER NOT NULL, change INTEGER NOT NULL, balance INTEGER NOT NULL, PRIMARY KEY (account, number))"
                    + TableStyle.clustered,
                """
                INSERT INTO ledger_leg (account, number, change, balance) SELECT b.id, l.number, l.change, CAST(sum(l.change) OVER (PARTITION BY b.id ORDER BY l.number) AS BIGINT) \
                FROM (SELECT debit AS name, number, amount AS change FROM transfer UNION ALL SELECT credit, number, -amount FROM transfer) l JOIN ledger_book b ON b.name = l.name
                """,
                "ALTER TABLE transfer ADD COLUMN state INTEGER NOT NULL DEFAULT 0", "ALTER TABLE transfer ADD COLUMN until INTEGER",
                "ALTER TABLE transfer ADD COLUMN posted INTEGER",
                "ALTER TABLE transfer ADD COLUMN settled INTEGER", "CREATE INDEX transfer_number ON transfer (number)",
                "CREATE INDEX transfer_held ON transfer (until) WHERE state = 1",
                "CREATE TABLE ledger_day (day INTEGER PRIMARY KEY, first INTEGER NOT NULL)",
                """
                CREATE TABLE ledger_closing (day INTEGER NOT NULL, account INTEGER NOT NULL, opening INTEGER NOT NULL, debits INTEGER NOT NULL, credits INTEGER NOT NULL, \
                PRIMARY KEY (day, account))
                """,
                "CREATE TABLE ledger_closed (day INTEGER PRIMARY KEY, number INTEGER NOT NULL)", "DROP TABLE ledger_account",
            ],
        ])

    // MARK: Entering

    /// Moves or holds money inside the caller's transaction. The same transfer again is a no-op.
    public func enter(_ transfer: Transfer, author: String, unit: String, cause: String, on connection: Connection) throws {
        try enter([.enter(transfer)], LedgerOrigin(author: author, unit: unit, cause: cause), on: connection)
    }

    /// Does all of it or, when one cannot be done, none and throws why.
    public func enter(_ acts: [LedgerAct], _ origin: LedgerOrigin, on connection: Connection) throws {
        let commands = acts.enumerated().map { LedgerCommand($1, linked: $0 + 1 < acts.count) }
        if let error = try enter(commands, origin, on: connection).compactMap({ $0 }).first(where: { $0 != .chain }) { throw error }
    }

    /// Does each of it, a chain of linked ones wholly or not at all; gives for each why it was not done.
    public func enter(_ commands: [LedgerCommand], _ origin: LedgerOrigin, on connection: Connection) throws -> [LedgerError?] {
        var errors: [LedgerError?] = Array(repeating: nil, count: commands.count)
        let today = world.today
        if let closed = try lastClosed(on: connection), today <= closed { return commands.map { _ in .closed(today) } }
        var known = try find(commands.map(\.act.id), on: connection)
        var first = 0
        while first < commands.count {
            var last = first
            while commands[last].isLinked, last + 1 < commands.count { last += 1 }
            let mark = undo.count
            var steps: [Step] = []
            // What the chain's ids stood for before it; a copy of all would cost more than the work.
            var former: [(id: String, entered: EnteredTransfer?)] = []
            do {
                for index in first...last {
                    if last > first { former.append((commands[index].act.id, known[commands[index].act.id])) }
                    do {
                        if let step = try plan(commands[index].act, &known, on: connection) { steps.append(step) }
                    } catch let error as LedgerError {
                        errors[index] = error
                        throw error
                    }
                }
                for step in steps {
                    // What was held earlier in the same chain has its number only now.
                    let id = step.entered.transfer.id
                    known[id] = try write(step, at: known[id]?.number ?? -1, origin, today, on: connection)
                }
            } catch is LedgerError {
                revert(to: mark, isWhole: false)
                for one in former.reversed() { known[one.id] = one.entered }
                for index in first...last where errors[index] == nil { errors[index] = .chain }
            }
            first = last + 1
        }
        return errors
    }

    /// A change that was found possible and already counted in memory.
    private struct Step {
        enum Sort: String { case transfer, hold, post, void, expire }
        let sort: Sort
        var entered: EnteredTransfer
        let amount: Money
        let debit: (book: Int64, balance: Int64)
        let credit: (book: Int64, balance: Int64)
    }

    private func plan(_ act: LedgerAct, _ known: inout [String: EnteredTransfer], on connection: Connection) throws -> Step? {
        switch act {
        case .enter(let transfer):
            guard transfer.amount.amount > 0, transfer.amount.amount <= Ledger.amountMax else { throw LedgerError.badAmount }
            guard Ledger.isID(transfer.id), transfer.code.utf8.count <= 200 else { throw LedgerError.badID }
            if let old = known[transfer.id] {
                // A hold begins when it is entered: sent again, it is the first one.
                guard old.transfer == transfer || (old.transfer.hold != nil && transfer.hold != nil && old.transfer.isLike(transfer)) else {
                    throw LedgerError.otherContent(id: transfer.id)
                }
                return nil
            }
            guard transfer.debit != transfer.credit else { throw LedgerError.badAccount(transfer.credit) }
            let debit = try book(transfer.debit, on: connection)
            let credit = try book(transfer.credit, on: connection)
            let amount = transfer.amount.amount
            let all = [debit.account.balance, debit.account.debitsPending, credit.account.balance, credit.account.creditsPending]
            if all.contains(where: { abs($0) > 1 << 60 }) { throw LedgerError.limit(account: transfer.debit) }
            if let ceiling = debit.account.ceiling, debit.account.balance + debit.account.debitsPending + amount > ceiling { throw LedgerError.limit(account: transfer.debit) }
            if let floor = credit.account.floor, credit.account.balance - credit.account.creditsPending - amount < floor { throw LedgerError.limit(account: transfer.credit) }
            let isHeld = transfer.hold != nil
            change(debit) { if isHeld { $0.debitsPending += amount } else { $0.balance += amount } }
            change(credit) { if isHeld { $0.creditsPending += amount } else { $0.balance -= amount } }
            let entered = EnteredTransfer(transfer: transfer, state: isHeld ? .pending : .single, number: -1, posted: isHeld ? Money(0) : transfer.amount, settled: nil)
            known[transfer.id] = entered
            return Step(sort: isHeld ? .hold : .transfer, entered: entered, amount: transfer.amount, debit: place(debit), credit: place(credit))
        case .post(let id, let part):
            guard var entered = known[id] else { throw LedgerError.noSuchTransfer(id: id) }
            let amount = part ?? entered.transfer.amount
            guard amount.amount > 0, amount <= entered.transfer.amount else { throw LedgerError.badAmount }
            if entered.state == .posted {
                guard entered.posted == amount else { throw LedgerError.otherContent(id: id) }
                return nil
            }
            guard entered.state == .pending, let until = entered.transfer.hold, until > world.now() else {
                throw LedgerError.notHeld(id: id, entered.state == .pending ? .expired : entered.state)
            }
            return try settle(.post, amount, &entered, .posted, &known, on: connection)
        case .void(let id):
            guard var entered = known[id] else { throw LedgerError.noSuchTransfer(id: id) }
            if entered.state == .voided { return nil }
            guard entered.state == .pending else { throw LedgerError.notHeld(id: id, entered.state) }
            return try settle(.void, entered.transfer.amount, &entered, .voided, &known, on: connection)
        }
    }

    private func settle(
        _ sort: Step.Sort, _ amount: Money, _ entered: inout EnteredTransfer, _ state: TransferState, _ known: inout [String: EnteredTransfer], on connection: Connection
    ) throws -> Step {
        let debit = try book(entered.transfer.debit, on: connection)
        let credit = try book(entered.transfer.credit, on: connection)
        let held = entered.transfer.amount.amount
        let moved = state == .posted ? amount.amount : 0
        change(debit) {
            $0.debitsPending -= held
            $0.balance += moved
        }
        change(credit) {
            $0.creditsPending -= held
            $0.balance -= moved
        }
        entered.state = state
        entered.posted = Money(moved)
        known[entered.transfer.id] = entered
        return Step(sort: sort, entered: entered, amount: amount, debit: place(debit), credit: place(credit))
    }

    private func place(_ book: Book) -> (book: Int64, balance: Int64) { (book.id, book.account.balance) }

    /// The entry, the transfer's row and its two legs.
    private func write(_ step: Step, at number: Int64, _ origin: LedgerOrigin, _ today: Day, on connection: Connection) throws -> EnteredTransfer {
        var entered = step.entered
        let transfer = entered.transfer
        let held = entered.number < 0 ? number : entered.number
        let first: Int64? = step.sort == .transfer || step.sort == .hold || held < 0 ? nil : held
        let number = try append(
            [
                .string(transfer.id), .string(step.sort.rawValue), .string(transfer.debit), .string(transfer.credit), .integer(step.amount.amount), .string(transfer.code),
                step.sort == .hold ? .integer(transfer.hold!.milliseconds) : .null,
            ], origin, today, record: first, previous: first, on: connection)
        switch step.sort {
        case .transfer, .hold:
            entered = EnteredTransfer(transfer: transfer, state: entered.state, number: number, posted: entered.posted, settled: nil)
            let until = transfer.hold?.milliseconds
            try connection.run(
                """
                INSERT INTO transfer (id, debit, credit, amount, code, number, state, until) VALUES (\(transfer.id), \(transfer.debit), \(transfer.credit), \
                \(transfer.amount.amount), \(transfer.code), \(number), \(entered.state.rawValue), \(until))
                """)
        case .post, .void, .expire:
            entered = EnteredTransfer(transfer: transfer, state: entered.state, number: held, posted: entered.posted, settled: number)
            try connection.run("UPDATE transfer SET state = \(entered.state.rawValue), posted = \(entered.posted.amount), settled = \(number) WHERE id = \(transfer.id)")
        }
        guard step.sort == .transfer || step.sort == .post else { return entered }
        for (book, change, balance) in [(step.debit.book, step.amount.amount, step.debit.balance), (step.credit.book, -step.amount.amount, step.credit.balance)] {
            try connection.run("INSERT INTO ledger_leg (account, number, change, balance) VALUES (\(book), \(number), \(change), \(balance))")
        }
        return entered
    }

    func append(_ values: [Value], _ origin: LedgerOrigin, _ today: Day, record: Int64?, previous: Int64?, on connection: Connection) throws -> Int64 {
        if form == nil {
            let form = try journals.form(of: Ledger.journal, names: Ledger.entryNames)
            self.form = (form, journals.sealer(for: form))
        }
        var content: [UInt8] = [0x5B]
        for value in values + [.string(origin.author), .string(origin.cause)] {
            if content.count > 1 { content.append(0x2C) }
            value.write(to: &content)
        }
        content.append(0x5D)
        let place = try journals.append(
            form!.sealer.seal(content: content, effective: today), form: form!.form, to: Ledger.journal, record: record, previous: previous, effective: today, unit: origin.unit,
            load: nil, on: connection)
        if notedDay != today {
            try connection.run("INSERT INTO ledger_day (day, first) VALUES (\(today), \(place.number)) ON CONFLICT (day) DO NOTHING")
            notedDay = today
        }
        return place.number
    }

    /// Lets go of all held transfers whose time is over; gives how many.
    public func expire(limit: Int = 1000, on connection: Connection) throws -> Int {
        let now = world.now()
        let ids = try connection.all("SELECT id FROM transfer WHERE state = 1 AND until <= \(now) ORDER BY until, id LIMIT \(limit)") { $0.text(0) }
        guard !ids.isEmpty else { return 0 }
        var known = try find(ids, on: connection)
        for id in ids {
            guard var entered = known[id], entered.state == .pending else { continue }
            let step = try settle(.expire, entered.transfer.amount, &entered, .expired, &known, on: connection)
            _ = try write(step, at: entered.number, LedgerOrigin(author: "clock", unit: "01", cause: "expiry"), world.today, on: connection)
        }
        return ids.count
    }

    public static func isID(_ id: String) -> Bool {
        (1...100).contains(id.utf8.count)
            && id.utf8.allSatisfy {
                ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x3A) || [0x2D, 0x2E, 0x5F, 0x7E, 0x3D].contains($0)
            }
    }

    // MARK: Accounts

    /// Opens an account, or changes the limits of one. Accounts open by themselves when money first moves; only limits need this.
    public func open(_ name: String, floor: Int64?, ceiling: Int64? = nil, on connection: Connection) throws {
        let book = try book(name, on: connection)
        guard book.account.floor != floor || book.account.ceiling != ceiling else { return }
        change(book) {
            $0.floor = floor
            $0.ceiling = ceiling
        }
    }

    private func book(_ name: String, on connection: Connection) throws -> Book {
        if let known = books[name] { return known }
        guard Account.isName(name) else { throw LedgerError.badAccount(name) }
        if let (id, account) = try stored(name, on: connection) {
            let book = Book(id, account)
            books[name] = book
            return book
        }
        let id = try nextBook ?? connection.first("SELECT coalesce(max(id) + 1, 1) FROM ledger_book") { $0.integer(0) }!
        nextBook = id + 1
        let account = Account(name: name, balance: 0, debitsPending: 0, creditsPending: 0)
        let book = Book(id, account)
        try connection.run("INSERT INTO ledger_book (id, name, balance, debits_pending, credits_pending) VALUES (\(id), \(name), 0, 0, 0)")
        books[name] = book
        undo.append(.opened(name))
        return book
    }

    private func change(_ book: Book, _ body: (inout Account) -> Void) {
        undo.append(.changed(book, book.account))
        body(&book.account)
        touched[book.account.name] = book
    }

    private func stored(_ name: String, on connection: Connection) throws -> (Int64, Account)? {
        try connection.first("SELECT id, \(Ledger.accountColumns) FROM ledger_book WHERE name = \(name)") { ($0.integer(0), Ledger.account($0, from: 1)) }
    }

    public static let accountColumns: SQL = "name, balance, debits_pending, credits_pending, floor, ceiling"

    public static func account(_ row: Row, from column: Int) -> Account {
        Account(
            name: row.text(column), balance: row.integer(column + 1), debitsPending: row.integer(column + 2), creditsPending: row.integer(column + 3),
            floor: row.optionalInteger(column + 4), ceiling: row.optionalInteger(column + 5))
    }

    /// The account as the running transaction has it.
    public func account(_ name: String, on connection: Connection) throws -> Account? {
        try books[name]?.account ?? stored(name, on: connection)?.1
    }

    // MARK: Following the transaction

    public func mark() { undo.removeAll(keepingCapacity: true) }

    public func returnToMark() {
        revert(to: 0, isWhole: true)
        notedDay = nil
        closedDay = nil
        nextBook = nil
    }

    /// A part of a command failed: what it counted is uncounted. Accounts that it opened stay, empty.
    private func revert(to mark: Int, isWhole: Bool) {
        for step in undo[mark...].reversed() {
            switch step {
            case .changed(let book, let account): book.account = account
            case .opened(let name): if isWhole { books[name] = nil }
            }
        }
        // An account that stays opened inside a command whose part failed must go if the whole command fails.
        let opened = undo[mark...].filter { if case .opened = $0 { !isWhole } else { false } }
        undo.removeSubrange(mark...)
        undo += opened
    }

    public func willCommit(_ connection: Connection) throws {
        guard !touched.isEmpty else { return }
        var sum: Int64 = 0
        var held: Int64 = 0
        for book in touched.values {
            sum += book.account.balance - book.stored.balance
            held += (book.account.debitsPending - book.stored.debitsPending) - (book.account.creditsPending - book.stored.creditsPending)
            guard book.account != book.stored else { continue }
            try connection.run(
                """
                UPDATE ledger_book SET balance = \(book.account.balance), debits_pending = \(book.account.debitsPending), credits_pending = \(book.account.creditsPending), \
                floor = \(book.account.floor), ceiling = \(book.account.ceiling) WHERE id = \(book.id)
                """)
        }
        guard sum == 0, held == 0 else { throw StoreError.failed(code: 0, "the ledger's legs do not sum to zero; nothing of this group is kept") }
    }

    public func didCommit() {
        for book in touched.values { book.stored = book.account }
        touched.removeAll(keepingCapacity: true)
        undo.removeAll(keepingCapacity: true)
        if books.count > Ledger.booksMax { books.removeAll() }
    }

    public func didRollBack() {
        books.removeAll()
        touched.removeAll()
        undo.removeAll()
        notedDay = nil
        closedDay = nil
        nextBook = nil
        form = nil
    }

    // MARK: Reading

    static let transferColumns: SQL = "id, debit, credit, amount, code, number, state, until, posted, settled"

    static func entered(_ row: Row) -> EnteredTransfer {
        let state = TransferState(rawValue: row.integer(6)) ?? .single
        let amount = Money(row.integer(3))
        return EnteredTransfer(
            transfer: Transfer(
                id: row.text(0), debit: row.text(1), credit: row.text(2), amount: amount, code: row.text(4), hold: row.optionalInteger(7).map { Instant(milliseconds: $0) }),
            state: state, number: row.integer(5), posted: state == .single ? amount : Money(row.optionalInteger(8) ?? 0), settled: row.optionalInteger(9))
    }

    public func find(_ id: String, on connection: Connection) throws -> EnteredTransfer? {
        try connection.first("SELECT \(Ledger.transferColumns) FROM transfer WHERE id = \(id)", Ledger.entered)
    }

    public func find(_ id: String) throws -> EnteredTransfer? { try database.look { try find(id, on: $0) } }

    private func find(_ ids: [String], on connection: Connection) throws -> [String: EnteredTransfer] {
        guard ids.count > 1 else { return try ids.first.flatMap { try find($0, on: connection) }.map { [$0.transfer.id: $0] } ?? [:] }
        let questions = Set(ids).map { id -> SQL in "SELECT \(Ledger.transferColumns) FROM transfer WHERE id = \(id)" }
        let found = try connection.firstOfEach(questions, Ledger.entered).compactMap { $0 }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.transfer.id, $0) })
    }

    /// The transfers of one code, in their order.
    public func transfers(code: String) throws -> [EnteredTransfer] {
        try database.look { try $0.all("SELECT \(Ledger.transferColumns) FROM transfer WHERE code = \(code) ORDER BY number", Ledger.entered) }
    }

    public func balance(_ name: String) throws -> Int64 { try account(name)?.balance ?? 0 }

    public func account(_ name: String) throws -> Account? { try database.look { try stored(name, on: $0)?.1 } }

    /// All accounts whose names begin so, by name.
    public func accounts(prefix: String = "") throws -> [Account] {
        let end = prefix + "~"
        return try database.look {
            try $0.all("SELECT \(Ledger.accountColumns) FROM ledger_book WHERE name >= \(prefix) AND name < \(end) ORDER BY name") { Ledger.account($0, from: 0) }
        }
    }

    /// What all balances sum to, counted over every account; it is zero.
    public func sum() throws -> Int64 { try database.look { try $0.first("SELECT CAST(coalesce(sum(balance), 0) AS BIGINT) FROM ledger_book") { $0.integer(0) }! } }

    func lastClosed(on connection: Connection) throws -> Day? {
        if let closedDay { return closedDay }
        let day = try connection.first("SELECT max(day) FROM ledger_closed") { $0.optionalInteger(0) }.flatMap { $0 }.map { Day(number: Int32($0)) }
        closedDay = .some(day)
        return day
    }

    func forgetClosed() { closedDay = nil }
}
