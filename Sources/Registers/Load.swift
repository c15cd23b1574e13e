// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import Journal
internal import Store
internal import Synchronization

/// How a file is loaded.
public struct LoadOptions: Sendable {
    public enum Mode: String, Sendable { case upsert, snapshot }

    public var isDryRun = false
    /// The unit that enters, for registers whose records name none.
    public var unit: String?
    public var effective: Day?
    public var mode = Mode.upsert
    /// In a snapshot: retire the records that the file does not have.
    public var isRetiringMissing = false
    /// In a snapshot: also when that is more than a twentieth of the register.
    public var isForced = false
    /// In a snapshot: so many may end, because somebody has looked at them a second time.
    public var confirmedMissing = 0
    /// Whose list the file is: these fields have these values in every line, and a snapshot looks at no other records.
    public var scope: [String: String] = [:]
    /// Where rejected lines go; nil keeps them only in the result's sample.
    public var rejectsPath: String?
    /// What the load is called, when the file has another name on the disk.
    public var fileName: String?
    /// So many added and so many changed records are shown with what changes.
    public var examplesMax = 0
    /// Rows that were read over when the file was matched.
    var readOver = ReadOver()

    public init() {}
}

/// A record that a load adds or changes: field by field what it says before and after.
public struct LoadExample: Sendable {
    public let line: Int
    public let isNew: Bool
    public let changes: [(field: String, before: Value, after: Value)]
}

public struct LoadResult: Sendable {
    public var load: Int64 = 0
    public var added = 0
    public var changed = 0
    public var unchanged = 0
    public var rejected = 0
    public var retired = 0
    /// In a snapshot: records of the register that the file does not have.
    public var missing = 0
    /// In a snapshot: how many records there were within its scope.
    public var scopeSize = 0
    /// The first of those that the file does not have, by their keys.
    public var missingKeys: [String] = []
    /// Why nobody was retired although records are missing; nil when nothing is held back.
    public var heldBack: Text?
    /// A second look may lift what holds back.
    public var isConfirmable = false
    /// Lines entered although something about them is unusual.
    public var doubtful = 0
    /// The first objections, to show at once.
    public var samples: [(line: Int, objection: Objection)] = []
    public var examples: [LoadExample] = []
    /// Heads of the file's columns that no field takes.
    public var unread: [String] = []
    /// Lines that were read over: titles, sums, signatures.
    public var skipped: [Int] = []
    /// Those of them that may be records all the same.
    public var unclear: [Int] = []

    public init() {}
    public var lines: Int { added + changed + unchanged + rejected }
}

public struct LoadProgress: Sendable {
    public let lines: Int
    /// From 0 to 1.
    public let share: Double
    public let seconds: Double
}

extension Registry {
    /// Loads a file into a register. Every line is judged; good ones are entered, bad ones are told with their line, field and reason.
    /// Runs on the calling thread and two more; memory does not grow with the file.
    public func load(
        _ register: String, file: String, options: LoadOptions = LoadOptions(), by authority: Authority,
        progress: ((LoadProgress) -> Void)? = nil
    ) throws -> LoadResult {
        let plan = try plan(register)
        guard authority.may(.write, register) else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền cập nhật sổ này.", "en": "You may not enter into this register."])
        }
        let name = file.lowercased()
        // A list of one office is matched also as CSV: it has heads of its own and leaves out what its scope says.
        guard name.hasSuffix(".xlsx") || (!options.scope.isEmpty && name.hasSuffix(".csv") && !isConverted(file)) else {
            return try Loader(self, plan, file: file, options: options, authority: authority).run(progress: progress)
        }
        // A workbook's columns are matched as they were for the same head, or by their names.
        let preview = try preview(register, file: file)
        let converted = file + ".converted.csv"
        defer { try? FileManager.default.removeItem(atPath: converted) }
        var options = options
        options.readOver = try convert(register, file: file, mapping: preview.mapping, filling: options.scope, to: converted)
        options.fileName = options.fileName ?? URL(fileURLWithPath: file).lastPathComponent
        var result = try Loader(self, plan, file: converted, options: options, authority: authority).run(progress: progress)
        result.unread = preview.unread
        return result
    }
}

extension Registry {
    /// What to do where a person's number is missing, field by field.
    fileprivate func advice(_ register: Register) -> [String: Text] {
        var advice: [String: Text] = [:]
        for field in register.allFields {
            let target = field.kind.referencedRegister.flatMap { try? self.register($0) }
            guard (target?.key.kind ?? field.kind) == .citizenID else { continue }
            advice[field.name] = [
                "vi": "Ghi số định danh cá nhân 12 chữ số: xem trên thẻ căn cước, VNeID, hoặc tra sổ dân cư theo họ tên và ngày sinh.",
                "en": "Write the personal ID of 12 digits: look on the identity card, in VNeID, or in the population register by name and birth.",
            ]
        }
        return advice
    }
}

extension Registry {
    /// Begins a load: what its entries name, and what is taken back as a whole.
    func beginLoad(_ register: String, named name: String, by authority: Authority, undoing undone: Int64? = nil) throws -> Int64 {
        let now = world.now()
        let author = authority.id
        return try database.writeAndWait { connection in
            let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM load") { $0.integer(0) }!
            try connection.run(
                """
                INSERT INTO load (id, register, file, author, started, added, changed, unchanged, rejected, retired, undoes) \
                VALUES (\(id), \(register), \(name), \(author), \(now), 0, 0, 0, 0, 0, \(undone))
                """)
            return id
        }
    }
}

/// One load: pieces are read, parsed on other threads, and entered in order, a group of lines a transaction.
private final class Loader {
    private let registry: Registry
    private let plan: Plan
    private let file: String
    private let options: LoadOptions
    private let authority: Authority
    private let format: LineReader.Format
    private let session: LoadSession
    private let parser: LineParser
    private let isFresh: Bool
    private var rejects: RejectFile
    private let header: [String]
    private static let windowMax = 6

    init(_ registry: Registry, _ plan: Plan, file: String, options: LoadOptions, authority: Authority) throws {
        self.registry = registry
        self.plan = plan
        self.file = file
        self.options = options
        self.authority = authority
        var name = file.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        if name.hasSuffix(".csv") {
            format = .csv
        } else if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
            format = .jsonLines
        } else {
            throw RegisterError.file([
                "vi": "Chỉ nạp được tệp .csv, .jsonl (có thể nén .gz) và .xlsx.", "en": "Only .csv and .jsonl files, also as .gz, and .xlsx can be loaded.",
            ])
        }
        let registerName = plan.register.name
        isFresh = try registry.database.read { connection in
            try connection.first("SELECT 1 FROM record_\(name: plan.table) LIMIT 1") { _ in true } == nil
        }
        var columns: [Int] = []
        var supplied: Set<Int> = []
        var compared: [(column: Int, comparison: Comparison)] = []
        var header = ["line"]
        if format == .csv {
            let reader = try LineReader(path: file, format: .csv, limits: registry.limits)
            guard let piece = try reader.next(), let first = Loader.firstRow(piece.bytes) else {
                throw RegisterError.file(["vi": "Tệp không có dòng nào.", "en": "The file has no lines."])
            }
            let read = try LineParser.columns(first, plan)
            columns = read
            compared = LineParser.compared(first, plan)
            supplied = Set(zip(first, read).filter { $0.0.hasSuffix(LineParser.suppliedMark) }.map(\.1))
            header = zip(first, read).filter { $0.1 != LineParser.ignoredColumn && $0.1 != LineParser.lineColumn }.map(\.0)
        }
        self.header = header
        let reading = registry.reading(effective: options.effective)
        let fileName = options.fileName ?? URL(fileURLWithPath: file).lastPathComponent
        let scope = try Scope(options.scope, plan, reading)
        let loadID = options.isDryRun ? 0 : try registry.beginLoad(registerName, named: fileName, by: authority)
        let cause = "load:\(loadID)"
        parser = LineParser(
            plan: plan, reading: reading, form: try registry.journals.form(of: registerName, names: plan.names), journals: registry.journals,
            author: authority.id, cause: cause, format: format, columns: columns,
            absent: format == .csv ? plan.register.fields.indices.filter { !columns.contains($0) || supplied.contains($0) } : [],
            isSealing: isFresh, today: reading.today, advice: registry.advice(plan.register), compared: compared)
        session = LoadSession(registry, plan, parser: parser, load: loadID, options: options, authority: authority, isFresh: isFresh)
        session.scope = scope
        session.comparer = try compared.isEmpty ? nil : Comparer(registry, plan, compared.map(\.comparison), authority)
        rejects = RejectFile(path: options.isDryRun ? nil : options.rejectsPath, header: format == .csv ? header : ["original"])
    }

    private static func firstRow(_ bytes: [UInt8]) -> [String]? {
        bytes.withUnsafeBufferPointer { buffer in
            var at = 0
            var cells: [String] = []
            guard !buffer.isEmpty, CSV.readRow(buffer, from: &at, isLast: true, cell: { cells.append(String(decoding: $0, as: UTF8.self)) }) == .complete
            else { return nil }
            return cells
        }
    }

    func run(progress: ((LoadProgress) -> Void)?) throws -> LoadResult {
        // Sorting indexes once beats inserting into them, when nothing is there yet and nobody else is at it.
        let lock = isFresh && !options.isDryRun ? registry.database.exclusive("load-" + plan.table) : nil
        var isLate = false
        if lock != nil {
            let load = session.result.load
            let size = try registry.database.writeAndWait { [plan, registry] connection -> Int64? in
                let isEmpty = try connection.first("SELECT 1 FROM record_\(name: plan.table) LIMIT 1") { _ in true } == nil
                guard isEmpty else { return nil }
                try plan.dropIndexes(connection)
                if plan.isSearched { try plan.texts.startLate(on: connection) }
                registry.late.insert(plan.register.name)
                try registry.startTexts(plan, on: connection)
                try connection.run("UPDATE load SET late = 1 WHERE id = \(load)")
                return try registry.journals.size(of: plan.register.name, on: connection)
            }
            isLate = size != nil
            session.expectedSize = size
        }
        if isLate { try registry.database.setLoading(true) } else if !options.isDryRun { session.isFresh = false }
        defer {
            withExtendedLifetime(lock) {}
            if isLate { try? registry.database.setLoading(false) }
        }
        do {
            try pass(only: nil, progress: progress)
            if !session.deferredLines.isEmpty {
                let lines = session.deferredLines
                session.startSecondPass()
                try pass(only: lines, progress: nil)
            }
            if isLate { try endLate() }
            try settleDeferred()
            if options.mode == .snapshot { try session.settleSnapshot() }
        } catch {
            if isLate { try endLate() }
            // Lines that were handed to the writer before the fault are answered there first.
            try registry.database.writeAndWait { _ in }
            try session.comparer?.enterLooks()
            throw error
        }
        try session.comparer?.enterLooks()
        try rejects.close()
        if !session.examplesOf.isEmpty, authority.purpose != nil {
            try registry.enterReadAndWait(plan.register.name, rows: session.examplesOf, authority: authority, door: "page", asked: "load example")
        }
        try session.finish()
        return session.result
    }

    private func endLate() throws {
        let load = session.result.load
        try registry.database.writeAndWait { [plan, registry] connection in
            guard registry.late.contains(plan.register.name) else { return }
            try registry.finishLate(plan, isAlone: true, on: connection)
            try connection.run("UPDATE load SET late = 0 WHERE id = \(load)")
            registry.late.remove(plan.register.name)
        }
    }

    /// Reads the file once, or only some of its lines.
    private func pass(only wanted: Set<Int>?, progress: ((LoadProgress) -> Void)?) throws {
        let reader = try LineReader(path: file, format: format, limits: registry.limits)
        var window: [Slot] = []
        var isFirst = true
        let started = Date()
        var lastTold = started
        var inFlight: WriteSlot?
        func take() throws {
            let lines = window.removeFirst().wait()
            if let inFlight { try absorb(inFlight) }
            inFlight = start(lines)
            if let progress, Date().timeIntervalSince(lastTold) > 0.2 {
                lastTold = Date()
                progress(LoadProgress(lines: session.result.lines, share: reader.progress, seconds: lastTold.timeIntervalSince(started)))
            }
        }
        while var piece = try reader.next() {
            if isFirst, format == .csv { piece = withoutHeader(piece) }
            isFirst = false
            let slot = Slot()
            let parser = parser
            let ready = piece
            DispatchQueue.global(qos: .userInitiated).async {
                var lines = parser.parse(ready)
                if let wanted { lines.removeAll { !wanted.contains($0.line) } }
                slot.fill(lines)
            }
            window.append(slot)
            if window.count >= Self.windowMax { try take() }
        }
        while !window.isEmpty { try take() }
        if let inFlight { try absorb(inFlight) }
        progress?(LoadProgress(lines: session.result.lines, share: 1, seconds: Date().timeIntervalSince(started)))
    }

    private func withoutHeader(_ piece: Piece) -> Piece {
        let end = piece.bytes.withUnsafeBufferPointer { buffer in
            var at = 0
            _ = CSV.readRow(buffer, from: &at, isLast: true) { _ in }
            return at
        }
        return Piece(
            bytes: Array(piece.bytes[end...]), firstLine: piece.firstLine + LineReader.lines(piece.bytes[..<end]), overlong: piece.overlong,
            isLast: piece.isLast)
    }

    private func start(_ lines: [LoadLine]) -> WriteSlot {
        let slot = WriteSlot()
        let session = UncheckedBox(session)
        registry.database.write(isRepeatable: false, { connection in try session.value.enter(lines, on: connection) }, then: { slot.fill($0) })
        return slot
    }

    private func absorb(_ slot: WriteSlot) throws {
        for refusal in try slot.wait() { try tell(refusal.line, refusal.objections, parser.original(refusal)) }
    }

    private func tell(_ line: Int, _ objections: [Objection], _ original: [String]) throws {
        session.result.rejected += 1
        for objection in objections where session.result.samples.count < 20 { session.result.samples.append((line, objection)) }
        try rejects.add(line, objections, original)
    }

    /// Lines that hold only together: a new head and the old one who steps down. Each family of lines is one act.
    private func settleDeferred() throws {
        let families = session.families()
        for start in stride(from: 0, to: families.count, by: Self.familiesAtOnce) {
            try settle(families[start..<min(start + Self.familiesAtOnce, families.count)])
        }
    }

    private static let familiesAtOnce = 128

    /// Many acts in one transaction; the few that fail are found by halving.
    private func settle(_ families: ArraySlice<[LoadLine]>) throws {
        let session = UncheckedBox(session)
        do {
            try registry.database.writeAndWait(isRepeatable: false) { try session.value.enterFamilies(families, on: $0) }
        } catch is LoadSession.DryRun {
            return
        } catch let error as RegisterError {
            let objections: [Objection]
            switch error {
            case .objections(let all): objections = all
            case .forbidden(let text), .badRequest(let text): objections = [Objection(field: "", code: "refused", text)]
            default: throw error
            }
            if families.count == 1 {
                for line in families.first! { try tell(line.line, objections, parser.original(line)) }
                return
            }
            let middle = families.startIndex + families.count / 2
            try settle(families[..<middle])
            try settle(families[middle...])
        }
    }
}

private struct UncheckedBox<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// The place where one thread leaves lines for another.
private final class Slot: Sendable {
    private let ready = DispatchSemaphore(value: 0)
    private let lines = Mutex<[LoadLine]>([])

    func fill(_ value: [LoadLine]) {
        lines.withLock { $0 = value }
        ready.signal()
    }

    func wait() -> [LoadLine] {
        ready.wait()
        return lines.withLock { $0 }
    }
}

private final class WriteSlot: Sendable {
    private let ready = DispatchSemaphore(value: 0)
    private let answer = Mutex<Result<[LoadLine], any Error>?>(nil)

    func fill(_ value: Result<[LoadLine], any Error>) {
        answer.withLock { $0 = value }
        ready.signal()
    }

    func wait() throws -> [LoadLine] {
        ready.wait()
        do {
            return try answer.withLock { $0! }.get()
        } catch let dry as LoadSession.DryRun {
            return dry.refused
        }
    }
}

/// The rejected lines as a CSV file: line, field, code, the reason in both languages, and the line as it was, to mend and load again.
struct RejectFile {
    private let path: String?
    private let header: [String]
    private var handle: FileHandle?

    init(path: String?, header: [String]) {
        self.path = path
        self.header = header
    }

    mutating func add(_ line: Int, _ objections: [Objection], _ original: [String]) throws {
        guard let path else { return }
        if handle == nil {
            guard
                FileManager.default.createFile(
                    atPath: path, contents: Data(CSV.line(LineParser.rejectColumns + header)), attributes: [.posixPermissions: 0o600]),
                let opened = FileHandle(forWritingAtPath: path)
            else { throw RegisterError.file(Text(vi: "Không ghi được tệp \(path).", en: "The file \(path) cannot be written.")) }
            handle = opened
            try opened.seekToEnd()
        }
        let safe = original.map { RejectFile.harmless($0) }
        func joined(_ part: (Objection) -> String) -> String { objections.map(part).joined(separator: "; ") }
        try handle!.write(
            contentsOf: Data(CSV.line([String(line), joined(\.field), joined(\.code), joined(\.text.vi), joined(\.text.en)] + safe)))
    }

    /// A cell that a spreadsheet would run as a formula gets an apostrophe; this file holds what was refused.
    static func harmless(_ cell: String) -> String {
        guard let first = cell.utf8.first, first == 0x3D || first == 0x2B || first == 0x2D || first == 0x40 || first == 0x09 || first == 0x0D else { return cell }
        return "'" + cell
    }

    mutating func close() throws { try handle?.close() }
}
