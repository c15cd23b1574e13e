// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The one thread that writes. It takes all that waits into one transaction, each command in its savepoint,
/// flushes the disk once and answers everybody.
final class Writer: @unchecked Sendable {
    private struct Command {
        let run: (Connection) throws -> Void
        let answer: ((any Error)?) -> Void
        /// Whether running it again, after nothing of the first time was kept, does the same.
        let isRepeatable: Bool
    }

    private enum Work {
        case command(Command)
        case alone(run: (Connection) -> Void)
    }

    private var connection: Connection
    private let reopen: () throws -> Connection
    private let limits: StoreLimits
    private let condition = NSCondition()
    private var queue: [Work] = []
    private var isStopping = false
    private var isRunning = false
    private var participants: [any WriteParticipant] = []
    private var othersVersion: Int64?
    /// On PostgreSQL: the running transaction's place among all that write, and its number in the server's own books.
    private var turn: (number: Int64, transaction: String)?
    private var isReconnected = false

    init(_ connection: Connection, limits: StoreLimits, reopen: @escaping () throws -> Connection) {
        self.connection = connection
        self.limits = limits
        self.reopen = reopen
    }

    func join(_ participant: some WriteParticipant) { condition.withLock { participants.append(participant) } }

    func start() {
        isRunning = true
        let thread = Thread { [self] in loop() }
        thread.name = "writer"
        thread.stackSize = 4 << 20
        thread.start()
    }

    func stop() {
        condition.lock()
        guard !isStopping || isRunning else { return condition.unlock() }
        isStopping = true
        condition.broadcast()
        while isRunning { condition.wait() }
        // They hold the database that holds this writer.
        participants.removeAll()
        condition.unlock()
    }

    func submit<T>(isRepeatable: Bool, _ body: @escaping (Connection) throws -> T, _ completion: @escaping (Result<T, any Error>) -> Void) {
        var value: T?
        enqueue(
            .command(
                Command(
                    run: { value = try body($0) },
                    answer: { error in
                        if let error { completion(.failure(error)) } else { completion(.success(value!)) }
                    }, isRepeatable: isRepeatable)))
    }

    func outsideTransaction(_ body: @escaping (Connection) throws -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        var failure: (any Error)?
        enqueue(
            .alone { connection in
                do { try body(connection) } catch { failure = error }
                done.signal()
            })
        done.wait()
        if let failure { throw failure }
    }

    private func enqueue(_ work: Work) {
        condition.lock()
        let refusal: StoreError? = isStopping ? .closed : queue.count >= limits.queueMax ? .overloaded : nil
        if refusal == nil {
            queue.append(work)
            if queue.count == 1 { condition.signal() }
        }
        condition.unlock()
        guard let refusal else { return }
        switch work {
        case .command(let command): command.answer(refusal)
        case .alone(let run): run(connection)
        }
    }

    private func loop() {
        while true {
            condition.lock()
            while queue.isEmpty, !isStopping { condition.wait() }
            if queue.isEmpty, isStopping {
                isRunning = false
                condition.broadcast()
                condition.unlock()
                return
            }
            let group = Array(queue.prefix(limits.groupMax))
            queue.removeFirst(group.count)
            let participants = participants
            condition.unlock()
            commit(group, participants)
        }
    }

    // MARK: One transaction

    private func commit(_ group: [Work], _ participants: [any WriteParticipant]) {
        var commands: [Command] = []
        for work in group {
            switch work {
            case .alone(let run): run(connection)
            case .command(let command): commands.append(command)
            }
        }
        guard !commands.isEmpty else { return }
        if commands.count == 1 { return commitAlone(commands[0], participants) }
        var refused: [(any Error)?] = Array(repeating: nil, count: commands.count)
        do {
            try begin(participants)
            for (index, command) in commands.enumerated() {
                participants.forEach { $0.mark() }
                try connection.savepoint()
                do {
                    try command.run(connection)
                    try connection.release()
                } catch let error as StoreError where error.isFatalToTransaction {
                    throw error
                } catch {
                    refused[index] = error
                    try connection.rollBackToSavepoint()
                    participants.forEach { $0.returnToMark() }
                }
            }
            try participants.forEach { try $0.willCommit(connection) }
            try finish()
        } catch {
            // Nothing of this group was acknowledged.
            connection.rollback()
            participants.forEach { $0.didRollBack() }
            if wantsAnotherTry(error) {
                // Each by itself: whoever was at fault fails alone.
                for command in commands { commitAlone(command, participants) }
            } else {
                for (index, command) in commands.enumerated() { command.answer(refused[index] ?? error) }
            }
            return
        }
        participants.forEach { $0.didCommit() }
        for (index, command) in commands.enumerated() { command.answer(refused[index]) }
    }

    /// One command needs no savepoint: the transaction is its own. For a large load that matters, because
    /// what a savepoint remembers is walked by each statement under it.
    private func commitAlone(_ command: Command, _ participants: [any WriteParticipant]) {
        var tries = 0
        while true {
            tries += 1
            var failure: (any Error)?
            var isWhole = false
            do {
                try begin(participants)
                participants.forEach { $0.mark() }
                do {
                    try command.run(connection)
                } catch let error as StoreError where error.isFatalToTransaction {
                    throw error
                } catch {
                    failure = error
                    connection.rollback()
                    participants.forEach { $0.returnToMark() }
                    participants.forEach { $0.didCommit() }
                }
                if failure == nil {
                    try participants.forEach { try $0.willCommit(connection) }
                    try finish()
                    participants.forEach { $0.didCommit() }
                }
            } catch {
                // Nothing was acknowledged.
                connection.rollback()
                participants.forEach { $0.didRollBack() }
                failure = failure ?? error
                isWhole = true
            }
            if isWhole, let failure, wantsAnotherTry(failure), command.isRepeatable, tries < Self.triesMax { continue }
            return command.answer(failure)
        }
    }

    private static let triesMax = 5

    private func begin(_ participants: [any WriteParticipant]) throws {
        try connection.begin()
        turn = nil
        // A new connection knows nothing of statements made on the old one.
        if try hasOthersWritten() || isReconnected { participants.forEach { $0.didRollBack() } }
        isReconnected = false
    }

    /// Another process may have written since the last transaction; then nothing kept in memory holds any more.
    private func hasOthersWritten() throws -> Bool {
        guard connection.isPostgres else {
            let statement = try connection.statement(Dialect.othersVersion)
            defer { statement.reset() }
            guard try statement.step() else { return false }
            let version = statement.row.integer(0)
            defer { othersVersion = version }
            return version != othersVersion && othersVersion != nil
        }
        // Waits here while another process writes.
        let statement = try connection.statement(PostgresDialect.takeTurn)
        defer { statement.reset() }
        guard try statement.step() else { throw StoreError.notADatabase("store_turn") }
        turn = (statement.row.integer(0), statement.row.text(1))
        return turn!.number != (othersVersion ?? 0) + 1 && othersVersion != nil
    }

    /// Commits. When the connection breaks while the answer is awaited, the server is asked what became of it.
    private func finish() throws {
        do {
            try connection.commit()
        } catch StoreError.disconnected(let message) {
            guard let turn, reconnect() else { throw StoreError.disconnected(message) }
            let status = try connection.first("SELECT pg_xact_status(\(turn.transaction)::xid8)") { $0.text(0) }
            guard status == "committed" else { throw StoreError.disconnected(message) }
        }
        if let turn { othersVersion = turn.number }
    }

    /// Whether the whole transaction may be tried again, once the connection is there again.
    private func wantsAnotherTry(_ error: any Error) -> Bool {
        // What was written by the failed try did not happen, so others' numbers are compared anew.
        guard connection.isPostgres, let error = error as? StoreError else { return false }
        switch error {
        case .busy, .groupFailed: return true
        case .disconnected: return reconnect()
        default: return false
        }
    }

    /// Finds the server again, or the one that took its place. Writers wait meanwhile; their queue is bounded.
    private func reconnect() -> Bool {
        othersVersion = nil
        for _ in 0..<max(1, limits.reconnectSeconds * 5) where !condition.withLock({ isStopping }) {
            if let fresh = try? reopen() {
                connection = fresh
                isReconnected = true
                return true
            }
            Thread.sleep(forTimeInterval: 0.2)
        }
        return false
    }
}

extension StoreError {
    /// After these the transaction can't go on, so every command of the group is answered with the error.
    var isFatalToTransaction: Bool {
        switch self {
        case .diskFull, .busy, .notADatabase, .disconnected, .groupFailed: true
        case .constraint, .failed, .overloaded, .closed: false
        }
    }
}
