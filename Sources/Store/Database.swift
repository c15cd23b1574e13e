// SPDX-License-Identifier: Apache-2.0
internal import CSQLite
internal import Foundation
internal import Synchronization

/// The bounds of the store, in one place.
public struct StoreLimits: Sendable {
    public var readersMax = 8
    public var writerCacheKiB = 65_536
    public var readerCacheKiB = 8192
    public var mappedBytes = 1 << 30
    /// Commands in one transaction.
    public var groupMax = 1024
    /// Commands waiting; more are refused so that nobody waits for minutes.
    public var queueMax = 20_000
    /// Pages in the write-ahead log before they are moved into the database.
    public var logPages = 8192
    /// On PostgreSQL: into how many parts by hash the large tables of a new city are cut; 0 leaves them whole.
    public var parts = 0
    /// How long writers wait for a server of PostgreSQL that went away.
    public var reconnectSeconds = 30

    public init() {}
}

/// Something that keeps its own state beside a transaction and must follow it: the trees of the journals.
public protocol WriteParticipant: AnyObject, Sendable {
    /// Remember the state before a command.
    func mark()
    /// The command failed: return to the mark.
    func returnToMark()
    /// Write what belongs to the transaction.
    func willCommit(_ connection: Connection) throws
    func didCommit()
    /// The whole transaction failed: forget what was in memory.
    func didRollBack()
}

/// Readers' connections at rest. `NSLock`, because a sanitizer follows it, as it does not `Mutex`.
private final class IdleConnections: @unchecked Sendable {
    private let lock = NSLock()
    private var connections: [Connection] = []

    func take() -> Connection? { lock.withLock { connections.popLast() } }
    func put(_ connection: Connection) { lock.withLock { connections.append(connection) } }
    func removeAll() { lock.withLock { connections.removeAll() } }
}

/// The database: one writer that commits in groups, and readers that never wait for it.
public final class Database: Sendable {
    /// A file of SQLite, or the address of a database of PostgreSQL.
    public let path: String
    /// Where files that belong to the database lie, to which their endings are added: beside it, or for PostgreSQL where its opener said.
    public let filesPath: String
    public var isPostgres: Bool { Database.isAddress(path) }
    public let limits: StoreLimits
    private let writer: Writer
    private let idle = IdleConnections()
    private let slots: DispatchSemaphore
    private let readers: DispatchQueue

    /// Opens the database: a file, made when there is none, or `postgresql://…`, which must be there.
    public init(path: String, filesPath: String? = nil, limits: StoreLimits = StoreLimits()) throws {
        self.path = path
        self.filesPath =
            filesPath ?? (Database.isAddress(path) ? NSTemporaryDirectory() + "thanglong-" + String(path.utf8.reduce(5381) { ($0 &* 33) ^ UInt64($1) }, radix: 36) : path)
        self.limits = limits
        let connection = try Database.open(path, readOnly: false, limits: limits)
        if connection.isPostgres { try Database.prepare(connection) }
        writer = Writer(connection, limits: limits) { try Database.open(path, readOnly: false, limits: limits) }
        slots = DispatchSemaphore(value: limits.readersMax)
        readers = DispatchQueue(label: "readers", attributes: .concurrent)
        writer.start()
    }

    /// Whether a database is named by an address of PostgreSQL rather than by a file.
    public static func isAddress(_ path: String) -> Bool { path.hasPrefix("postgresql://") || path.hasPrefix("postgres://") }

    private static func open(_ path: String, readOnly: Bool, limits: StoreLimits) throws -> Connection {
        if isAddress(path) {
            let connection = try Connection(address: path, readOnly: readOnly)
            connection.parts = limits.parts
            return connection
        }
        let connection = try Connection(path: path, readOnly: readOnly)
        for setting in Dialect.opening(readOnly: readOnly, limits: limits) { try connection.run(SQL(stringLiteral: setting)) }
        return connection
    }

    /// What every database of PostgreSQL needs before its first transaction; several processes may come at once.
    private static func prepare(_ connection: Connection) throws {
        let encoding = try connection.first("SELECT current_setting('server_encoding')") { $0.text(0) }
        guard encoding == "UTF8" else { throw StoreError.notADatabase("the database's encoding is \(encoding ?? "unknown"); it must be UTF8") }
        try connection.begin()
        try connection.run("SELECT pg_advisory_xact_lock(7310577, 1)")
        for statement in PostgresDialect.turns { try connection.run(SQL(stringLiteral: statement)) }
        try connection.commit()
    }

    /// Adds a participant to every later transaction. Call before serving.
    public func join(_ participant: some WriteParticipant) { writer.join(participant) }

    /// Reads on the calling thread, one consistent state for the whole closure.
    public func read<T>(_ body: (Connection) throws -> T) throws -> T {
        try look { connection in
            try connection.beginRead()
            defer { connection.endRead() }
            return try body(connection)
        }
    }

    /// Reads on the calling thread without a transaction: right for a single statement, and cheaper.
    public func look<T>(_ body: (Connection) throws -> T) throws -> T {
        slots.wait()
        defer { slots.signal() }
        let connection = try rested() ?? Database.open(path, readOnly: true, limits: limits)
        defer { if connection.isAlive { idle.put(connection) } }
        return try body(connection)
    }

    /// A connection at rest that has not been hung up on.
    private func rested() -> Connection? {
        while let connection = idle.take() { if connection.isAlive { return connection } }
        return nil
    }

    /// Reads on a reader's thread, for work that may take longer than a moment.
    public func reading<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            readers.async { continuation.resume(with: Result { try self.read(body) }) }
        }
    }

    /// Enters a command into the next group; answers when the group is on the disk.
    public func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in writer.submit(isRepeatable: true, body) { continuation.resume(with: $0) } }
    }

    /// The same with a callback, for callers that are not asynchronous. The callback runs on the writer's thread: keep it short.
    /// A command that changes what its caller remembers is not repeatable: after a lost connection it fails instead of running again.
    public func write<T: Sendable>(
        isRepeatable: Bool = true, _ body: @escaping @Sendable (Connection) throws -> T, then completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        writer.submit(isRepeatable: isRepeatable, body, completion)
    }

    /// The same for the command line and start-up: waits on the calling thread.
    public func writeAndWait<T: Sendable>(isRepeatable: Bool = true, _ body: @escaping @Sendable (Connection) throws -> T) throws -> T {
        let done = DispatchSemaphore(value: 0)
        let answer = Mutex<Result<T, any Error>?>(nil)
        writer.submit(isRepeatable: isRepeatable, body) { result in
            answer.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        return try answer.withLock { $0! }.get()
    }

    /// During a large load the log may grow further between two moves, which saves writing pages twice.
    public func setLoading(_ isLoading: Bool) throws {
        if isPostgres { return }
        let pages = isLoading ? limits.logPages * 4 : limits.logPages
        try writer.outsideTransaction { try $0.run(SQL(stringLiteral: Dialect.checkpointPages(pages))) }
    }

    /// Moves the whole log into the database file.
    public func moveLog() throws { if !isPostgres { try writer.outsideTransaction { try $0.run(SQL(stringLiteral: Dialect.truncateLog)) } } }

    /// Grows with every transaction of any process. Nil for a file, whose processes notice each other themselves.
    public func turn() throws -> Int64? {
        guard isPostgres else { return nil }
        return try look { try $0.first("SELECT number FROM store_turn WHERE id = 1") { $0.integer(0) } }
    }

    /// A consistent copy of the database as it is now, while others read and write.
    public func copy(to file: String) throws {
        guard !FileManager.default.fileExists(atPath: file) else { throw StoreError.failed(code: 0, "\(file) exists already") }
        guard !isPostgres else { throw StoreError.failed(code: 0, "a database of PostgreSQL is copied by its own tools") }
        // A connection of its own: it reads one state while others write, and readers may not write files either.
        let connection = try Database.open(path, readOnly: false, limits: limits)
        try connection.run("VACUUM INTO \(file)")
        let descriptor = Foundation.open(file, O_RDONLY)
        guard descriptor >= 0, fsync(descriptor) == 0 else { throw StoreError.diskFull("\(file) could not be written to the disk") }
        Foundation.close(descriptor)
    }

    /// A right that one process at a time may hold, by name; nil while another holds it. It ends with the value, or with its process.
    public func exclusive(_ name: String) -> ExclusiveLock? {
        guard isPostgres else { return ExclusiveLock(file: path + "." + name + ".lock") }
        guard let connection = try? Database.open(path, readOnly: false, limits: limits) else { return nil }
        let isHeld = try? connection.first("SELECT pg_try_advisory_lock(7310577, hashtext(current_schema() || \(name)))") { $0.integer(0) == 1 }
        return isHeld == true ? ExclusiveLock(connection) : nil
    }

    /// Ends the writer and leaves the database in one file, so that the next opening need not read a long log.
    public func close() {
        do { try moveLog() } catch { /* Another process is reading: the log stays, and nothing is lost. */  }
        writer.stop()
        idle.removeAll()
    }
    deinit { writer.stop() }
}

/// A lock that the system, or the server of the database, frees when its holder ends, however it ends.
public final class ExclusiveLock: @unchecked Sendable {
    private let descriptor: Int32
    private let file: String
    /// Held for its session's lock; nothing else is done with it.
    private let connection: Connection?

    init?(file: String) {
        self.file = file
        connection = nil
        descriptor = Foundation.open(file, O_RDWR | O_CREAT, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Foundation.close(descriptor)
            return nil
        }
    }

    init(_ connection: Connection) {
        self.connection = connection
        file = ""
        descriptor = -1
    }

    deinit {
        guard connection == nil else { return }
        unlink(file)
        Foundation.close(descriptor)
    }
}
