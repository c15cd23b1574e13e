// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The one thread that writes. It takes all that waits into one transaction, each command in its savepoint,
/// flushes the disk once and answers everybody.
final class Writer: @unchecked Sendable {
    private enum Work {
        case command(run: (Connection) throws -> Void, answer: ((any Error)?) -> Void)
        case alone(run: (Connection) -> Void)
    }

    private let connection: Connection
    private let limits: StoreLimits
    private let condition = NSCondition()
    private var queue: [Work] = []
    private var isStopping = false
    private var isRunning = false
    private var participants: [any WriteParticipant] = []
    private var othersVersion: Int64?

    init(_ connection: Connection, limits: StoreLimits) {
        self.connection = connection
        self.limits = limits
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
        condition.unlock()
    }

    func submit<T>(_ body: @escaping (Connection) throws -> T, _ completion: @escaping (Result<T, any Error>) -> Void) {
        var value: T?
        enqueue(
            .command(
                run: { value = try body($0) },
                answer: { error in
                    if let error { completion(.failure(error)) } else { completion(.success(value!)) }
                }))
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
        case .command(_, let answer): answer(refusal)
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

    /// Another process may have written since the last transaction; then nothing kept in memory holds any more.
    private func noticeOthers(_ participants: [any WriteParticipant]) throws {
        let statement = try connection.statement(Dialect.othersVersion)
        defer { statement.reset() }
        guard try statement.step() else { return }
        let version = statement.row.integer(0)
        if version != othersVersion, othersVersion != nil { participants.forEach { $0.didRollBack() } }
        othersVersion = version
    }

    private func commit(_ group: [Work], _ participants: [any WriteParticipant]) {
        var commands: [(run: (Connection) throws -> Void, answer: ((any Error)?) -> Void)] = []
        for work in group {
            switch work {
            case .alone(let run): run(connection)
            case .command(let run, let answer): commands.append((run, answer))
            }
        }
        guard !commands.isEmpty else { return }
        if commands.count == 1 { return commitAlone(commands[0], participants) }
        var refused: [(any Error)?] = Array(repeating: nil, count: commands.count)
        do {
            try execute(Dialect.begin)
            try noticeOthers(participants)
            for (index, command) in commands.enumerated() {
                participants.forEach { $0.mark() }
                try execute(Dialect.savepoint)
                do {
                    try command.run(connection)
                    try execute(Dialect.release)
                } catch let error as StoreError where error.isFatalToTransaction {
                    throw error
                } catch {
                    refused[index] = error
                    try execute(Dialect.rollbackToSavepoint)
                    try execute(Dialect.release)
                    participants.forEach { $0.returnToMark() }
                }
            }
            try participants.forEach { try $0.willCommit(connection) }
            try execute(Dialect.commit)
        } catch {
            // SQLite may have rolled back already; nothing of this group was acknowledged.
            _ = try? execute(Dialect.rollback)
            participants.forEach { $0.didRollBack() }
            for (index, command) in commands.enumerated() { command.answer(refused[index] ?? error) }
            return
        }
        participants.forEach { $0.didCommit() }
        for (index, command) in commands.enumerated() { command.answer(refused[index]) }
    }

    /// One command needs no savepoint: the transaction is its own. For a large load that matters, because
    /// what a savepoint remembers is walked by each statement under it.
    private func commitAlone(_ command: (run: (Connection) throws -> Void, answer: ((any Error)?) -> Void), _ participants: [any WriteParticipant]) {
        var failure: (any Error)?
        do {
            try execute(Dialect.begin)
            try noticeOthers(participants)
            participants.forEach { $0.mark() }
            do {
                try command.run(connection)
            } catch let error as StoreError where error.isFatalToTransaction {
                throw error
            } catch {
                failure = error
                try execute(Dialect.rollback)
                participants.forEach { $0.returnToMark() }
                participants.forEach { $0.didCommit() }
            }
            if failure == nil {
                try participants.forEach { try $0.willCommit(connection) }
                try execute(Dialect.commit)
                participants.forEach { $0.didCommit() }
            }
        } catch {
            // SQLite may have rolled back already; nothing was acknowledged.
            _ = try? execute(Dialect.rollback)
            participants.forEach { $0.didRollBack() }
            failure = failure ?? error
        }
        command.answer(failure)
    }

    private func execute(_ text: String) throws { try connection.statement(text).done() }
}

extension StoreError {
    /// After these the transaction can't go on, so every command of the group is answered with the error.
    var isFatalToTransaction: Bool {
        switch self {
        case .diskFull, .busy, .notADatabase: true
        case .constraint, .failed, .overloaded, .closed: false
        }
    }
}
