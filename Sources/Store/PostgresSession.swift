// SPDX-License-Identifier: Apache-2.0
internal import CPostgres
internal import Foundation

/// One connection to PostgreSQL, used by one thread at a time.
///
/// Statements whose answer nobody waits for are sent ahead of it (pipelining); rows of plain inserts are kept back and
/// go together, many by COPY. Whoever reads a table first sends what is kept back for it, so no one can tell.
final class PostgresSession {
    private let connection: OpaquePointer
    /// One for each statement that was sent and not answered: the command it belongs to, and the statement it prepares.
    private var unread: [(command: Int, prepares: PostgresStatement?, isAsked: Bool)] = []
    /// Counts the commands of a transaction, so that an error is laid at the right door.
    private var command = 0
    private var names = 0
    private var cursors = 0
    private var kept: [String: KeptRows] = [:]
    private var foreseen: [Question: OpaquePointer] = [:]
    private var lastChanges = 0
    private var lateFailure: StoreError?
    private(set) var isInTransaction = false

    static let unreadMax = 2000
    static let keptRowsMax = 20_000
    static let keptBytesMax = 8 << 20
    /// From so many rows on, COPY costs less than single statements.
    static let copyMin = 24

    /// Of several hosts that an address names, a writer takes the one that writes; a reader takes the first that answers, be it a standby.
    static func open(_ address: String, readOnly: Bool, settings: [String]) throws -> PostgresSession {
        let hosts = hosts(of: address)
        // One by one: libpq tries the next host when nobody listens, but not when a proxy accepts and hangs up.
        for host in hosts.dropLast() {
            do {
                return try PostgresSession(address, host: host, readOnly: readOnly, settings: settings)
            } catch StoreError.disconnected {
                continue
            }
        }
        return try PostgresSession(address, host: hosts.last ?? nil, readOnly: readOnly, settings: settings)
    }

    /// The hosts of an address with their ports; one without a name when it names none or one.
    private static func hosts(of address: String) -> [(host: String, port: String)?] {
        guard let options = PQconninfoParse(address, nil) else { return [nil] }
        defer { PQconninfoFree(options) }
        var values: [String: [String]] = [:]
        var at = options
        while let keyword = at.pointee.keyword {
            if let value = at.pointee.val { values[String(cString: keyword)] = String(cString: value).split(separator: ",").map(String.init) }
            at += 1
        }
        guard let hosts = values["host"], hosts.count > 1 else { return [nil] }
        let ports = values["port"] ?? ["5432"]
        return hosts.enumerated().map { ($0.element, ports.count > $0.offset ? ports[$0.offset] : ports[0]) }
    }

    private init(_ address: String, host: (host: String, port: String)?, readOnly: Bool, settings: [String]) throws {
        isReadOnly = readOnly
        var names = ["dbname", "application_name", "client_encoding", "connect_timeout"]
        var values = [address, "thanglong", "UTF8", "3"]
        if let host {
            names += ["host", "port"]
            values += [host.host, host.port]
        }
        if !readOnly {
            names.append("target_session_attrs")
            values.append("read-write")
        }
        connection = try names.withCStrings { names in
            try values.withCStrings { values in
                guard let connection = PQconnectdbParams(names, values, 1) else { throw StoreError.disconnected("out of memory") }
                return connection
            }
        }
        guard PQstatus(connection) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(connection)).trimmingCharacters(in: .whitespacesAndNewlines)
            // What is initialized is also closed, by `deinit`.
            throw StoreError.disconnected(message)
        }
        for setting in settings {
            let result = PQexec(connection, setting)
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK else {
                throw error(result)
            }
        }
        if readOnly { isStandby = PQparameterStatus(connection, "in_hot_standby").map { String(cString: $0) == "on" } ?? false }
        PQenterPipelineMode(connection)
    }

    deinit {
        forgetForeseen()
        PQfinish(connection)
    }

    /// Whether the server has not hung up, as far as this end can know without asking.
    var isAlive: Bool { PQconsumeInput(connection) == 1 && PQstatus(connection) == CONNECTION_OK }

    var isLost: Bool { PQstatus(connection) != CONNECTION_OK }

    /// Rows that the last statement changed.
    var changes: Int {
        do {
            try sync()
        } catch let failure as StoreError {
            lateFailure = failure
            return 0
        } catch {
            return 0
        }
        return lastChanges
    }

    // MARK: Transactions

    func begin(_ text: String) throws {
        command = 0
        try send(text: text)
        isInTransaction = true
    }

    func savepoint() throws {
        command += 1
        for rows in kept.values { rows.mark() }
        try send(text: "SAVEPOINT command")
    }

    func release() throws { try send(text: "RELEASE SAVEPOINT command") }

    func rollBackToSavepoint() throws {
        for rows in kept.values { rows.returnToMark() }
        lateFailure = nil
        do {
            try sync()
        } catch let failure as StoreError where !failure.isFatalToTransaction {
            // It failed in this command, which has been told.
        }
        try send(text: "ROLLBACK TO SAVEPOINT command")
    }

    /// Answers when the transaction is on the server's disk.
    func commit() throws {
        defer { isInTransaction = false }
        try flush(mentionedIn: nil)
        // A COMMIT behind a failure would be a ROLLBACK that looks like success, so everything before it is heard first.
        try sync()
        try send(text: "COMMIT")
        try sync()
    }

    func rollback() {
        kept.removeAll()
        lateFailure = nil
        isInTransaction = false
        _ = try? sync()
        try? send(text: "ROLLBACK")
        _ = try? sync()
    }

    // MARK: Sending

    /// Sends a statement without parameters and waits for nothing.
    func send(text: String, isAsked: Bool = false) throws {
        forgetForeseen()
        guard PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 1) == 1 else { throw sendingFailure() }
        try sent(isAsked: isAsked)
    }

    /// Sends a statement with its parameters and waits for nothing.
    func send(_ statement: PostgresStatement, _ parameters: ParameterList, isAsked: Bool = false) throws {
        if !isAsked { forgetForeseen() }
        if !statement.isNamed {
            let code = parameters.withPointers { values, lengths, formats, types, count in
                PQsendQueryParams(connection, statement.text, count, types, values, lengths, formats, 1)
            }
            guard code == 1 else { throw sendingFailure() }
            return try sent(isAsked: isAsked)
        }
        if statement.name.isEmpty || !parameters.fits(statement.types) {
            // Prepared with the types its values have now: a value that was missing then may be any.
            names += 1
            statement.name = "s\(names)"
            statement.types = parameters.types
            let code = statement.types.withUnsafeBufferPointer {
                PQsendPrepare(connection, statement.name, statement.text, Int32($0.count), $0.baseAddress)
            }
            guard code == 1 else { throw sendingFailure() }
            try sent(prepares: statement)
        }
        let code = parameters.withPointers { values, lengths, formats, _, count in
            PQsendQueryPrepared(connection, statement.name, count, values, lengths, formats, 1)
        }
        guard code == 1 else { throw sendingFailure() }
        try sent(isAsked: isAsked)
    }

    // MARK: Questions asked ahead

    /// A question with its values.
    struct Question: Hashable {
        let text: String
        let parameters: ParameterList
    }

    /// Asks several questions in one go; their answers wait until they are asked, or until something is written.
    func foresee(_ questions: [(PostgresStatement, ParameterList)]) throws {
        forgetForeseen()
        for (statement, parameters) in questions {
            try flush(mentionedIn: statement)
            try send(statement, parameters, isAsked: true)
        }
        for (question, answer) in zip(questions, try sync()) {
            let known = foreseen.updateValue(answer, forKey: Question(text: question.0.text, parameters: question.1))
            if let known { PQclear(known) }
        }
    }

    func takeForeseen(_ statement: PostgresStatement, _ parameters: ParameterList) -> OpaquePointer? {
        foreseen.isEmpty ? nil : foreseen.removeValue(forKey: Question(text: statement.text, parameters: parameters))
    }

    private func forgetForeseen() {
        guard !foreseen.isEmpty else { return }
        foreseen.values.forEach { PQclear($0) }
        foreseen.removeAll(keepingCapacity: true)
    }

    private func sent(prepares statement: PostgresStatement? = nil, isAsked: Bool = false) throws {
        unread.append((command, statement, isAsked))
        // Answers that somebody waits for are heard by who asked.
        if unread.count >= Self.unreadMax, !unread.contains(where: \.isAsked) { try sync() }
    }

    private func sendingFailure() -> StoreError {
        let message = String(cString: PQerrorMessage(connection)).trimmingCharacters(in: .whitespacesAndNewlines)
        return PQstatus(connection) == CONNECTION_OK ? .failed(code: 0, message) : .disconnected(message)
    }

    // MARK: Waiting

    /// Sends a statement and waits for its answer, which the caller clears.
    func ask(_ statement: PostgresStatement, _ parameters: ParameterList) throws -> OpaquePointer {
        try flush(mentionedIn: statement)
        try send(statement, parameters, isAsked: true)
        guard let result = try sync().first else { throw StoreError.disconnected("no answer") }
        return result
    }

    func ask(text: String) throws -> OpaquePointer {
        try send(text: text, isAsked: true)
        guard let result = try sync().first else { throw StoreError.disconnected("no answer") }
        return result
    }

    /// Hears the answers of all that was sent; gives those that were asked for, which the caller clears.
    @discardableResult
    func sync() throws -> [OpaquePointer] {
        if let failure = lateFailure {
            lateFailure = nil
            throw failure
        }
        guard !unread.isEmpty else { return [] }
        let heard = unread
        unread.removeAll(keepingCapacity: true)
        guard PQpipelineSync(connection) == 1 else { throw sendingFailure() }
        var failure: StoreError?
        var answers: [OpaquePointer] = []
        for item in heard {
            while let result = PQgetResult(connection) {
                switch PQresultStatus(result) {
                case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                    if let text = PQcmdTuples(result), text.pointee != 0 { lastChanges = Int(atoll(text)) }
                    if item.isAsked { answers.append(result) } else { PQclear(result) }
                case PGRES_PIPELINE_ABORTED:
                    item.prepares?.name = ""
                    PQclear(result)
                default:
                    item.prepares?.name = ""
                    if failure == nil {
                        let own = error(result)
                        // An earlier command is already answered for: only the whole group can be taken back now.
                        failure = item.command < command && !own.isFatalToTransaction ? .groupFailed : own
                    }
                    PQclear(result)
                }
            }
        }
        PQclear(PQgetResult(connection))
        if failure == nil, PQstatus(connection) != CONNECTION_OK { failure = sendingFailure() }
        if let failure {
            answers.forEach { PQclear($0) }
            throw failure
        }
        return answers
    }

    // MARK: Rows kept back

    func keep(_ statement: PostgresStatement, _ insert: PlainInsert, _ parameters: ParameterList) throws {
        forgetForeseen()
        let rows: KeptRows
        if let known = kept[statement.text] {
            rows = known
        } else {
            rows = KeptRows(statement, insert, command)
            kept[statement.text] = rows
        }
        // The first values tell the types; another kind of value in the same place goes by itself.
        if !rows.isEmpty, !parameters.fits(rows.types) { try flush(rows) }
        if rows.isEmpty { rows.types = parameters.types }
        rows.append(parameters, command: command)
        if rows.count >= Self.keptRowsMax || rows.byteCount >= Self.keptBytesMax { try flush(rows) }
    }

    /// Sends the rows of every table that the statement names; of every table when there is no statement.
    func flush(mentionedIn statement: PostgresStatement?) throws {
        for rows in kept.values where !rows.isEmpty {
            if let statement, !statement.mentions(rows.insert.table) { continue }
            try flush(rows)
        }
    }

    private func flush(_ rows: KeptRows) throws {
        defer { rows.removeAll() }
        // Rows of earlier commands are already answered for; an error among them takes the group back.
        let own = command
        command = min(command, rows.firstCommand)
        defer { command = own }
        if rows.count < Self.copyMin {
            try rows.each { try send(rows.statement, $0) }
            return
        }
        do {
            try sync()
            try copy(rows)
        } catch let failure as StoreError where rows.firstCommand < own && !failure.isFatalToTransaction {
            throw StoreError.groupFailed
        }
    }

    private func copy(_ rows: KeptRows) throws {
        guard PQexitPipelineMode(connection) == 1 else { throw sendingFailure() }
        defer { PQenterPipelineMode(connection) }
        let start = PQexec(connection, "COPY \(rows.insert.table) (\(rows.insert.columns)) FROM STDIN (FORMAT binary)")
        defer { PQclear(start) }
        guard PQresultStatus(start) == PGRES_COPY_IN else { throw error(start) }
        var isSent = put(KeptRows.head)
        isSent = isSent && rows.withBytes { put($0) }
        isSent = isSent && put([0xFF, 0xFF])
        guard isSent, PQputCopyEnd(connection, nil) == 1 else { throw sendingFailure() }
        var failure: StoreError?
        while let result = PQgetResult(connection) {
            if PQresultStatus(result) != PGRES_COMMAND_OK, failure == nil { failure = error(result) }
            PQclear(result)
        }
        if let failure { throw failure }
        lastChanges = 1
    }

    private func put(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { put($0) } }

    private func put(_ bytes: UnsafeRawBufferPointer) -> Bool {
        PQputCopyData(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count)) == 1
    }

    // MARK: Cursors

    func newCursor() -> String {
        cursors += 1
        return "c\(cursors)"
    }

    // MARK: Errors

    private func error(_ result: OpaquePointer?) -> StoreError {
        let message = result.flatMap { PQresultErrorMessage($0) }.map { String(cString: $0).trimmingCharacters(in: .whitespacesAndNewlines) } ?? "no answer"
        if PQstatus(connection) != CONNECTION_OK { return .disconnected(message) }
        let state = result.flatMap { PQresultErrorField($0, Int32(UnicodeScalar("C").value)) }.map { String(cString: $0) } ?? ""
        switch state.prefix(2) {
        case "23": return .constraint(message)
        case "40": return .busy(message)
        case "08", "57": return .disconnected(message)
        default: break
        }
        switch state {
        case "53100", "58030": return .diskFull(message)
        case "55P03": return .busy(message)
        // A server that became a standby: the one that writes must be found again.
        case "25006": return isReadOnly ? .failed(code: 0, message) : .disconnected(message)
        default: return .failed(code: 0, message)
        }
    }

    private let isReadOnly: Bool
    /// The server follows another: good for reading while that one is away, and not to be kept for longer.
    private(set) var isStandby = false
}

extension [String] {
    /// The strings as C has them, with a nil behind the last.
    fileprivate func withCStrings<T>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) throws -> T) rethrows -> T {
        let copies = map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return try (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { try body($0.baseAddress!) }
    }
}
