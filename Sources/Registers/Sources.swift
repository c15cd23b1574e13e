// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import Journal
internal import Store

/// A system that cannot speak our API and sends files: into a watched folder, or pushed over HTTP.
public struct DataSource: Sendable {
    public enum State: String, Sendable {
        /// Its first file is tried; nothing is entered before somebody has seen what it would change.
        case proposed
        case running, paused
    }

    public let id: Int64
    public let name: String
    public let register: String
    public let unit: String?
    /// The watched folder; nil where files are pushed.
    public let folder: String?
    /// How often a file is due.
    public let hours: Int?
    /// Its people come without their key and are recognised.
    public let isMatching: Bool
    public let state: State
    public let lastTaken: Instant?
    public let created: Instant

    /// Whether a file is overdue at that moment.
    public func isLate(_ now: Instant) -> Bool {
        guard state == .running, let hours else { return false }
        return now.milliseconds - (lastTaken ?? created).milliseconds > Int64(hours) * 3_600_000
    }
}

/// A file of a source, and what became of it.
public struct SourceFile: Sendable {
    public enum State: String, Sendable { case received, tried, taken, refused }

    public let id: Int64
    public let source: Int64
    public let name: String
    public let received: Instant
    public let state: State
    public let added: Int
    public let changed: Int
    public let unchanged: Int
    public let rejected: Int
    /// Lines for somebody to look at.
    public let review: Int
    public let load: Int64?
    public let problem: Text?
    let path: String
    public var rejects: String { path + ".rejected.csv" }
}

extension Registry {
    static let sourceTables: [SQL] = [
        """
        CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL, register TEXT NOT NULL, unit TEXT, folder TEXT, hours INTEGER, \
        matching INTEGER NOT NULL, state TEXT NOT NULL, head TEXT, last_taken INTEGER, created INTEGER NOT NULL, approved_by TEXT, UNIQUE (name))
        """,
        """
        CREATE TABLE source_file (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL, extension TEXT NOT NULL, hash TEXT NOT NULL, \
        received INTEGER NOT NULL, state TEXT NOT NULL, head TEXT NOT NULL, added INTEGER NOT NULL, changed INTEGER NOT NULL, unchanged INTEGER NOT NULL, \
        rejected INTEGER NOT NULL, review INTEGER NOT NULL, load INTEGER, problem_vi TEXT, problem_en TEXT)
        """,
        """
        CREATE TABLE match_review (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL, register TEXT NOT NULL, \
        content TEXT NOT NULL, candidates TEXT NOT NULL, state TEXT NOT NULL, decided_by TEXT, decided INTEGER, chosen INTEGER, load INTEGER)
        """,
    ]

    private static let sourceColumns: SQL = "id, name, register, unit, folder, hours, matching, state, last_taken, created"
    private static let fileColumns: SQL =
        "id, source, name, extension, received, state, added, changed, unchanged, rejected, review, load, problem_vi, problem_en"

    private func source(_ row: Row) -> DataSource {
        DataSource(
            id: row.integer(0), name: row.text(1), register: row.text(2), unit: row.optionalText(3), folder: row.optionalText(4),
            hours: row.optionalInteger(5).map(Int.init), isMatching: row.integer(6) != 0, state: DataSource.State(rawValue: row.text(7)) ?? .paused,
            lastTaken: row.optionalInteger(8).map { Instant(milliseconds: $0) }, created: Instant(milliseconds: row.integer(9)))
    }

    private var sourceFolder: String { database.filesPath + "-sources" }

    private func file(_ row: Row) -> SourceFile {
        SourceFile(
            id: row.integer(0), source: row.integer(1), name: row.text(2), received: Instant(milliseconds: row.integer(4)),
            state: SourceFile.State(rawValue: row.text(5)) ?? .refused, added: Int(row.integer(6)), changed: Int(row.integer(7)), unchanged: Int(row.integer(8)),
            rejected: Int(row.integer(9)), review: Int(row.integer(10)), load: row.optionalInteger(11),
            problem: row.optionalText(12).map { Text(vi: $0, en: row.optionalText(13) ?? $0) }, path: "\(sourceFolder)/\(row.integer(0)).\(row.text(3))")
    }

    // MARK: What is declared

    public func sources() throws -> [DataSource] { try database.look { try $0.all("SELECT \(Registry.sourceColumns) FROM source ORDER BY name", self.source) } }

    public func source(named name: String) throws -> DataSource {
        guard let source = try database.look({ try $0.first("SELECT \(Registry.sourceColumns) FROM source WHERE name = \(name)", self.source) }) else {
            throw RegisterError.noSuchRecord
        }
        return source
    }

    public func addSource(_ name: String, register: String, unit: String?, folder: String?, hours: Int?, isMatching: Bool) throws -> DataSource {
        let declared = try self.register(register)
        @Sendable func refuse(_ field: String, _ vi: String, _ en: String) -> RegisterError { .objections([Objection(field: field, code: "input", Text(vi: vi, en: en))]) }
        guard (2...40).contains(name.utf8.count), name.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }) else {
            throw refuse("name", "Tên gồm 2 đến 40 chữ a-z, chữ số, gạch nối.", "A name has 2 to 40 letters a-z, digits and hyphens.")
        }
        guard !isMatching || declared.matching != nil else {
            throw refuse("matching", "Sổ này không khai báo cách nhận ra hồ sơ.", "This register does not declare how its records are recognised.")
        }
        guard !isMatching || unit == nil else {
            throw refuse("unit", "Nhận ra người là việc của toàn thành phố; bỏ đơn vị.", "People are recognised in the whole city; leave the unit out.")
        }
        if let folder {
            var isFolder: ObjCBool = false
            guard folder.hasPrefix("/"), FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
                FileManager.default.isWritableFile(atPath: folder)
            else { throw refuse("folder", "Không có thư mục này, hoặc không ghi được vào đó.", "There is no such folder, or it cannot be written.") }
        }
        if let hours { guard (1...8784).contains(hours) else { throw refuse("hours", "Số giờ từ 1 đến 8784.", "Hours are from 1 to 8784.") } }
        let now = world.now()
        try database.writeAndWait { connection in
            guard try connection.first("SELECT 1 FROM source WHERE name = \(name)", { _ in true }) == nil else {
                throw refuse("name", "Đã có nguồn tên này.", "There is a source of that name.")
            }
            let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM source") { $0.integer(0) }!
            try connection.run(
                """
                INSERT INTO source (id, name, register, unit, folder, hours, matching, state, created) \
                VALUES (\(id), \(name), \(declared.name), \(unit), \(folder), \(hours.map { Int64($0) }), \(isMatching), 'proposed', \(now))
                """)
        }
        return try source(named: name)
    }

    /// Who may approve a source and see its files: who may enter into its register for the unit in whose name it enters, or for the whole city.
    public func mayKeep(_ source: DataSource, _ authority: Authority) -> Bool {
        authority.may(.write, source.register, unit: source.unit ?? cityUnit, units: units, on: world.today)
    }

    public func setSource(_ source: DataSource, running isRunning: Bool) throws {
        let state = isRunning ? "running" : "paused"
        try database.writeAndWait { try $0.run("UPDATE source SET state = \(state) WHERE id = \(source.id) AND head IS NOT NULL") }
    }

    public func files(of source: DataSource, limit: Int = 50) throws -> [SourceFile] {
        try database.look { try $0.all("SELECT \(Registry.fileColumns) FROM source_file WHERE source = \(source.id) ORDER BY id DESC LIMIT \(limit)", self.file) }
    }

    public func file(_ id: Int64, of source: DataSource) throws -> SourceFile {
        guard let file = try database.look({ try $0.first("SELECT \(Registry.fileColumns) FROM source_file WHERE id = \(id) AND source = \(source.id)", self.file) }) else {
            throw RegisterError.noSuchRecord
        }
        return file
    }

    // MARK: Receiving

    /// Bytes of a file at most.
    public static let sourceBytesMax = 64 << 20

    /// Keeps a file of a source until it is taken. One that was sent before is the same file again.
    public func receive(_ bytes: [UInt8], name: String, of source: DataSource) throws -> SourceFile {
        guard !bytes.isEmpty else { throw RegisterError.file(["vi": "Tệp không có dòng nào.", "en": "The file has no lines."]) }
        guard bytes.count <= Registry.sourceBytesMax else {
            throw RegisterError.file(
                Text(vi: "Tệp lớn hơn \(Registry.sourceBytesMax >> 20) MB; hãy chia nhỏ.", en: "The file is larger than \(Registry.sourceBytesMax >> 20) MB; divide it."))
        }
        let hash = Hash.of(bytes).hex
        let isWorkbook = bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
        let content: [UInt8]
        do { content = isWorkbook ? bytes : try Registry.tabular(bytes) } catch let fault as RegisterError { throw fault }
        try FileManager.default.createDirectory(atPath: sourceFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let now = world.now()
        let shown = Registry.fileName(name)
        let kind = isWorkbook ? "xlsx" : "csv"
        let folder = sourceFolder
        let id = try database.writeAndWait { connection -> Int64 in
            // Sent once more: the same file. After another one it is a new one, that sets back what the other changed.
            if let newest = try connection.first(
                "SELECT id, hash, state FROM source_file WHERE source = \(source.id) ORDER BY id DESC LIMIT 1",
                {
                    ($0.integer(0), $0.text(1), $0.text(2))
                }), newest.1 == hash, newest.2 != SourceFile.State.refused.rawValue
            {
                if newest.2 == SourceFile.State.taken.rawValue { try connection.run("UPDATE source SET last_taken = \(now) WHERE id = \(source.id)") }
                return newest.0
            }
            let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM source_file") { $0.integer(0) }!
            guard FileManager.default.createFile(atPath: "\(folder)/\(id).\(kind)", contents: Data(content), attributes: [.posixPermissions: 0o600]) else {
                throw RegisterError.file(["vi": "Không lưu được tệp; có thể ổ đĩa đã đầy.", "en": "The file cannot be kept; the disk may be full."])
            }
            try connection.run(
                """
                INSERT INTO source_file (id, source, name, extension, hash, received, state, head, added, changed, unchanged, rejected, review) \
                VALUES (\(id), \(source.id), \(shown), \(kind), \(hash), \(now), 'received', '', 0, 0, 0, 0, 0)
                """)
            return id
        }
        return try file(id, of: source)
    }

    /// A name that is only a name: no folders, no signs that a shell or a page would read otherwise.
    private static func fileName(_ name: String) -> String {
        let last = name.tidied.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        var kept = String(last.map { $0.isLetter || $0.isNumber || "._- ".contains($0) ? $0 : "_" })
        while kept.hasPrefix(".") { kept.removeFirst() }
        while kept.utf8.count > 120 { kept.removeLast() }
        return kept.isEmpty ? "file" : kept
    }

    /// JSON Lines as a table: a column for each member that the first lines have.
    private static func tabular(_ bytes: [UInt8]) throws -> [UInt8] {
        guard bytes.first(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D }) == 0x7B else { return bytes }
        var names: [String] = []
        var rows: [(line: Int, members: [JSON.Member])] = []
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() where line.contains(where: { $0 != 0x20 && $0 != 0x0D }) {
            guard case .object(let members)? = try? JSON(parsing: line) else {
                throw RegisterError.file(Text(vi: "Dòng \(number + 1) không phải là một đối tượng JSON.", en: "Line \(number + 1) is not a JSON object."))
            }
            for member in members where !names.contains(member.name) { names.append(member.name) }
            rows.append((number, members))
        }
        var output = CSV.line(names)
        for row in rows {
            output += CSV.line(names.map { name in row.members.first { $0.name == name }.flatMap { Value($0.value) }?.plain ?? "" })
        }
        return output
    }

    // MARK: Taking

    /// Tries or takes the files that wait. True when there was something to do.
    public func takeFiles(of source: DataSource) throws -> Bool {
        let waiting = try database.look {
            try $0.all("SELECT \(Registry.fileColumns) FROM source_file WHERE source = \(source.id) AND state = 'received' ORDER BY id", self.file)
        }
        guard !waiting.isEmpty, source.state != .paused else { return false }
        for file in waiting {
            guard FileManager.default.fileExists(atPath: file.path) else {
                // On several machines it lies where it was sent to, and is taken there.
                if !database.isPostgres { try refuse(file, ["vi": "Tệp không còn; hãy gửi lại.", "en": "The file is gone; send it again."]) }
                continue
            }
            do {
                try take(file, of: source)
            } catch let fault as RegisterError {
                // What is wrong with the file. Anything else, such as a database that is away, leaves it waiting.
                try refuse(file, Registry.text(fault))
            }
        }
        return true
    }

    private func refuse(_ file: SourceFile, _ text: Text) throws {
        try database.writeAndWait {
            try $0.run("UPDATE source_file SET state = 'refused', problem_vi = \(text.vi), problem_en = \(text.en) WHERE id = \(file.id)")
        }
        try? FileManager.default.removeItem(atPath: file.path)
    }

    private static func text(_ error: RegisterError) -> Text {
        switch error {
        case .file(let text), .badRequest(let text), .forbidden(let text): text
        case .objections(let objections):
            Text(vi: objections.map(\.text.vi).joined(separator: " "), en: objections.map(\.text.en).joined(separator: " "))
        default: ["vi": "Có lỗi khi nhận tệp; gửi lại tệp này được.", "en": "Something went wrong; the file can be sent again."]
        }
    }

    /// In whose name a source enters.
    private func authority(of source: DataSource) -> Authority {
        Authority(
            .system, id: "source:\(source.name)", name: source.name,
            grants: [Grant(source.register, source.isMatching ? [.read, .personal, .write] : [.read, .write], unit: source.isMatching ? nil : source.unit)],
            purpose: Purpose.find("correction"))
    }

    private func take(_ file: SourceFile, of source: DataSource) throws {
        let preview = try preview(source.register, file: file.path)
        var mapping = preview.mapping
        let plan = try plan(source.register)
        if source.isMatching { mapping.columns = try matched(preview, plan) }
        let head = MappedFile.signature(preview.rows, mapping) + " " + mapping.json.text
        let approved = try database.look { try $0.first("SELECT head FROM source WHERE id = \(source.id)") { $0.optionalText(0) } ?? nil }
        guard approved == nil || approved == head else {
            throw RegisterError.file([
                "vi": "Đầu bảng của tệp khác với tệp đã được duyệt. Hãy duyệt lại nguồn này.",
                "en": "The file's head is another than the one that was approved. Approve this source anew.",
            ])
        }
        let isTrial = approved == nil
        try? FileManager.default.removeItem(atPath: file.rejects)
        var result = LoadResult()
        var review = 0
        if source.isMatching {
            (result, review) = try takePeople(file, mapping, (0..<preview.width).map { preview.title($0) }, plan, source, isTrial: isTrial)
        } else {
            let converted = file.path + ".converted.csv"
            defer { try? FileManager.default.removeItem(atPath: converted) }
            var options = LoadOptions()
            options.readOver = try convert(source.register, file: file.path, mapping: mapping, to: converted)
            options.isDryRun = isTrial
            options.unit = source.unit
            options.rejectsPath = file.rejects
            options.fileName = "\(source.name): \(file.name)"
            result = try load(source.register, file: converted, options: options, by: authority(of: source))
        }
        let done = result
        let looks = review
        let now = world.now()
        let state = isTrial ? "tried" : "taken"
        try database.writeAndWait { connection in
            try connection.run(
                """
                UPDATE source_file SET state = \(state), head = \(head), added = \(done.added), changed = \(done.changed), unchanged = \(done.unchanged), \
                rejected = \(done.rejected), review = \(looks), load = \(isTrial || done.load == 0 ? nil : done.load), problem_vi = NULL, problem_en = NULL WHERE id = \(file.id)
                """)
            if !isTrial { try connection.run("UPDATE source SET last_taken = \(now) WHERE id = \(source.id)") }
        }
        // What was taken stands in the register; the file has done its work.
        if !isTrial { try? FileManager.default.removeItem(atPath: file.path) }
    }

    /// The heads of a tried file's columns that no field takes; a file that was taken or refused is no longer there.
    public func unreadColumns(of file: SourceFile, from source: DataSource) throws -> [String] {
        guard file.state == .tried, FileManager.default.fileExists(atPath: file.path) else { return [] }
        var preview = try self.preview(source.register, file: file.path)
        if source.isMatching { preview.mapping.columns = try matched(preview, plan(source.register)) }
        return preview.unread
    }

    /// Somebody has seen what the tried files would change: they are taken, and later ones with the same head.
    public func approve(_ source: DataSource, by authority: Authority) throws {
        guard mayKeep(source, authority) else {
            throw RegisterError.forbidden([
                "vi": "Nguồn này ghi cho đơn vị khác hoặc toàn thành phố; bạn không có quyền đó.",
                "en": "This source enters for another unit or the whole city; you have no right to that.",
            ])
        }
        let author = authority.id
        try database.writeAndWait { connection in
            guard let head = try connection.first("SELECT head FROM source_file WHERE source = \(source.id) AND state = 'tried' ORDER BY id DESC LIMIT 1", { $0.text(0) }) else {
                throw RegisterError.badRequest(["vi": "Chưa có tệp nào được thử.", "en": "No file has been tried yet."])
            }
            try connection.run("UPDATE source SET head = \(head), state = 'running', approved_by = \(author) WHERE id = \(source.id)")
            try connection.run("UPDATE source_file SET state = 'received' WHERE source = \(source.id) AND state = 'tried'")
        }
    }

    /// Forgets the approval: the next file is tried again.
    public func reconsider(_ source: DataSource) throws {
        try database.writeAndWait { try $0.run("UPDATE source SET head = NULL, state = 'proposed' WHERE id = \(source.id)") }
    }
}
