// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import CZlib
internal import Foundation
internal import Journal
internal import Store

/// What a run wrote of one register.
public struct DatasetPart: Sendable {
    public let register: String
    public let fields: [String]
    /// From which entry on, and up to which, exclusive.
    public let from: Int64
    public let to: Int64
    public let files: Int
}

/// The city's registers as files for analysis: every entry a line, by commune and month, with CSVW metadata and a DCAT catalogue. A later run
/// adds what is new.
public struct Dataset {
    /// Columns that every file begins with.
    static let columns: [(name: String, title: Text, datatype: String)] = [
        ("entry", ["vi": "Số mục trong nhật ký", "en": "Number in the journal"], "integer"),
        ("record", ["vi": "Số của hồ sơ", "en": "Number of the record"], "integer"),
        ("effective", ["vi": "Có hiệu lực từ ngày", "en": "Holds from"], "date"),
        ("recorded", ["vi": "Thời điểm ghi", "en": "Entered at"], "dateTime"),
        ("retired", ["vi": "Xóa đăng ký", "en": "Ends the record"], "boolean"),
    ]

    let registry: Registry
    let folder: String

    public init(_ registry: Registry, folder: String) {
        self.registry = registry
        self.folder = folder
    }

    // MARK: What was written before

    private struct State {
        var registers: [String: (next: Int64, fields: [String])] = [:]

        init(path: String) throws {
            guard let data = FileManager.default.contents(atPath: path) else { return }
            guard let json = try? JSON(parsing: [UInt8](data)), case .object(let members)? = json["registers"] else {
                throw RegisterError.file(Text(vi: "Tệp \(path) không đọc được.", en: "\(path) cannot be read."))
            }
            for member in members {
                guard let next = member.value["next"]?.integer, case .array(let fields)? = member.value["fields"] else { continue }
                registers[member.name] = (next, fields.compactMap(\.string))
            }
        }

        var json: JSON {
            .object([
                "registers": .object(
                    registers.sorted { $0.key < $1.key }.map {
                        JSON.Member($0.key, .object(["next": .integer($0.value.next), "fields": .array($0.value.fields.map(JSON.string))]))
                    })
            ])
        }
    }

    // MARK: Writing

    /// Writes what is new of every register, or of those named. Personal fields are written for a system with an agreement only.
    public func write(_ names: [String] = [], for authority: Authority, progress: (String, Int64, Int64) -> Void = { _, _, _ in }) throws -> [DatasetPart] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in names { _ = try registry.register(name) }
        let statePath = folder + "/state.json"
        var state = try State(path: statePath)
        var parts: [DatasetPart] = []
        for register in registry.registers where names.isEmpty || names.contains(register.name) {
            guard let (fields, isPersonal) = try fields(register, authority) else { continue }
            let known = state.registers[register.name]
            guard known == nil || known!.fields == fields else {
                throw RegisterError.file(
                    Text(
                        vi: "Sổ \(register.name) trước đây được ghi với các trường khác. Hãy ghi vào một thư mục mới.",
                        en: "The register \(register.name) was written with other fields before. Write into a new folder."))
            }
            let from = known?.next ?? 0
            let part = try write(register, fields, isPersonal, from: from, authority) { progress(register.name, $0, $1) }
            state.registers[register.name] = (part.to, fields)
            try save(state.json, statePath)
            parts.append(part)
        }
        try describe(state)
        return parts
    }

    /// The fields that are written, and whether they tell of persons. Nil when nothing may be written.
    private func fields(_ register: Register, _ authority: Authority) throws -> ([String], Bool)? {
        if authority.sort == .operator_ {
            let fields = register.allFields.filter { $0.privacy < .personal }.map(\.name)
            return fields.isEmpty ? nil : (fields, false)
        }
        let grant: FeedGrant
        do {
            grant = try registry.feedGrant(register.name, for: authority)
        } catch RegisterError.forbidden(let text) {
            // What no agreement covers is left out; an agreement that does not allow this is said.
            guard try registry.agreement(authority.name, register: register.name) == nil else { throw RegisterError.forbidden(text) }
            return nil
        }
        // A personal key is written only where the agreement names it.
        let fields = register.allFields.filter { grant.fields.contains($0.name) && ($0.name != register.key.name || !register.hasPersonalKey || grant.namesKey) }
        return fields.isEmpty ? nil : (fields.map(\.name), fields.contains { $0.privacy == .personal })
    }

    private func write(
        _ register: Register, _ fields: [String], _ isPersonal: Bool, from: Int64, _ authority: Authority, progress: (Int64, Int64) -> Void
    ) throws -> DatasetPart {
        let plan = try registry.plan(register.name)
        let base = "\(folder)/\(register.name)"
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
        try removeBrokenOff(base, from: from)
        let to = try registry.database.read { try registry.journals.head(of: register.name, on: $0)?.size ?? 0 }
        guard to > from else { return DatasetPart(register: register.name, fields: fields, from: from, to: from, files: 0) }
        if isPersonal {
            try registry.enterReadAndWait(
                register.name, rows: [Registry.everybody], authority: authority, door: "command-line", asked: "dataset: \(fields.joined(separator: ","))")
        }
        let head = CSV.line(Dataset.columns.map(\.name) + fields)
        let positions = fields.map { register.position(of: $0)! }
        var files: [String: GzipFile] = [:]
        var count = 0
        var month = ""
        func closeAll() throws {
            for file in files.values { try file.close() }
            files.removeAll()
        }
        var next = from
        while next < to {
            // In pieces, so that no long read holds back what others write.
            let end = min(next + Int64(Registry.feedMax), to)
            try registry.database.read { connection in
                try registry.journals.eachEntry(from: next, in: register.name, on: connection) { entry in
                    guard entry.number < end else { return false }
                    let recorded = entry.recorded.description
                    if recorded.prefix(7) != month {
                        // Moments only grow: what was written for an earlier month is complete.
                        try closeAll()
                        month = String(recorded.prefix(7))
                    }
                    let item = entry.isRetirement ? nil : plan.item(entry)
                    let named = item.flatMap { item in plan.jurisdictionPosition.flatMap { item.values[$0].string } } ?? (plan.jurisdictionPosition == nil ? nil : entry.unit)
                    // A folder's name: nothing that leads elsewhere.
                    let place = named.flatMap { $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && !$0.isEmpty ? $0 : nil } ?? "city"
                    let file: GzipFile
                    if let known = files[place] {
                        file = known
                    } else {
                        let folder = "\(base)/place=\(place)/month=\(month)"
                        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                        file = try GzipFile("\(folder)/part-\(from)-\(to).csv.gz")
                        file.append(head)
                        files[place] = file
                        count += 1
                    }
                    var line = Array("\(entry.number),\(entry.record),\(entry.effective),\(recorded),\(entry.isRetirement)".utf8)
                    for position in positions {
                        line.append(0x2C)
                        guard let item else { continue }
                        CSV.write(position < 0 ? item.key : item.values[position].plain, to: &line)
                    }
                    line.append(0x0A)
                    file.append(line)
                    try file.flush(whenOver: 1 << 16)
                    return true
                }
            }
            next = end
            progress(next - from, to - from)
        }
        try closeAll()
        return DatasetPart(register: register.name, fields: fields, from: from, to: to, files: count)
    }

    /// What a run left that did not come to its end.
    private func removeBrokenOff(_ base: String, from: Int64) throws {
        for path in Dataset.files(base) {
            let name = path.split(separator: "/").last!
            let numbers = name.dropFirst("part-".count).split(separator: "-")
            guard let first = numbers.first.flatMap({ Int64($0) }), first >= from else { continue }
            try FileManager.default.removeItem(atPath: "\(base)/\(path)")
        }
    }

    private static func files(_ base: String) -> [String] {
        (FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".gz") || $0.hasSuffix(".gz.tmp") }.sorted()
    }

    private func save(_ json: JSON, _ path: String) throws {
        let data = Data((json.text + "\n").utf8)
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw RegisterError.file(Text(vi: "Không ghi được \(path); có thể ổ đĩa đã đầy.", en: "\(path) cannot be written; the disk may be full."))
        }
    }

    // MARK: Describing

    private func describe(_ state: State) throws {
        let registers = registry.registers.filter { state.registers[$0.name] != nil }
        for register in registers { try save(metadata(register, state.registers[register.name]!.fields), "\(folder)/\(register.name)/csv-metadata.json") }
        try save(catalogue(registers, state), folder + "/catalog.jsonld")
    }

    private func texts(_ text: Text) -> JSON {
        .array([.object(["@value": .string(text.vi), "@language": .string("vi")]), .object(["@value": .string(text.en), "@language": .string("en")])])
    }

    /// CSV on the Web: the columns of a register's files, and the files.
    private func metadata(_ register: Register, _ fields: [String]) -> JSON {
        func column(_ name: String, _ title: Text, _ datatype: JSON, isRequired: Bool) -> JSON {
            .object([
                "name": .string(name), "titles": .object(["vi": .string(title.vi), "en": .string(title.en)]), "datatype": datatype, "required": .boolean(isRequired),
            ])
        }
        let columns =
            Dataset.columns.map { column($0.name, $0.title, .string($0.datatype), isRequired: true) }
            + fields.map { name in
                let field = register.field(name)!
                return column(name, field.title, field.kind.csvw, isRequired: false)
            }
        let schema: JSON = .object(["columns": .array(columns), "primaryKey": .string("entry")])
        return .object([
            "@context": .array([.string("http://www.w3.org/ns/csvw"), .object(["@language": .string("vi")])]),
            "dc:title": .string(register.title.vi), "dc:description": .string(register.summary.vi),
            "tables": .array(
                Dataset.files("\(folder)/\(register.name)").map { .object(["url": .string($0), "tableSchema": schema]) }),
        ])
    }

    /// DCAT 2: one data set a register.
    private func catalogue(_ registers: [Register], _ state: State) -> JSON {
        let now = registry.world.now()
        let sets: [JSON] = registers.map { register in
            let (next, fields) = state.registers[register.name]!
            let isPersonal = fields.contains { register.field($0)?.privacy == .personal }
            let isOpen = fields.allSatisfy { register.field($0)?.privacy == .open }
            return .object([
                "@id": .string(register.name + "/"), "@type": .string("dcat:Dataset"), "dct:identifier": .string(register.name), "dct:title": texts(register.title),
                "dct:description": texts(register.summary),
                "dct:publisher": .object(["@type": .string("foaf:Agent"), "foaf:name": texts(register.keeper.name)]),
                "dct:provenance": .object([
                    "@type": .string("dct:ProvenanceStatement"),
                    "rdfs:label": .string("\(registry.journals.origin(of: register.name)), entries 0 to \(next - 1), as of \(now)"),
                ]),
                "dct:accessRights": .object([
                    "@id": .string(
                        "http://publications.europa.eu/resource/authority/access-right/" + (isOpen ? "PUBLIC" : isPersonal ? "RESTRICTED" : "NON_PUBLIC"))
                ]),
                "dct:accrualPeriodicity": .object(["@id": .string("http://publications.europa.eu/resource/authority/frequency/" + register.updated.frequency)]),
                "dct:modified": .object(["@value": .string(now.description), "@type": .string("xsd:dateTime")]),
                "dcat:distribution": .array([
                    .object([
                        "@type": .string("dcat:Distribution"), "dcat:accessURL": .object(["@id": .string(register.name + "/")]),
                        "dcat:mediaType": .object(["@id": .string("https://www.iana.org/assignments/media-types/text/csv")]),
                        "dcat:compressFormat": .object(["@id": .string("https://www.iana.org/assignments/media-types/application/gzip")]),
                        "dct:conformsTo": .object(["@id": .string("https://www.w3.org/TR/tabular-metadata/")]),
                        "foaf:page": .object(["@id": .string(register.name + "/csv-metadata.json")]),
                    ])
                ]),
            ])
        }
        return .object([
            "@context": .object([
                "dcat": .string("http://www.w3.org/ns/dcat#"), "dct": .string("http://purl.org/dc/terms/"), "foaf": .string("http://xmlns.com/foaf/0.1/"),
                "rdfs": .string("http://www.w3.org/2000/01/rdf-schema#"), "xsd": .string("http://www.w3.org/2001/XMLSchema#"),
            ]), "@id": .string("./"), "@type": .string("dcat:Catalog"), "dct:title": texts(["vi": "Các sổ của thành phố", "en": "The city's registers"]),
            "dct:description": texts(["vi": "Mỗi mục của các sổ là một dòng.", "en": "Every entry of the registers is a line."]),
            "dct:publisher": .object(["@type": .string("foaf:Agent"), "foaf:name": .string(registry.journals.instance)]), "dcat:dataset": .array(sets),
        ])
    }
}

extension UpdateDuty {
    /// In the words of the EU's list of frequencies, which DCAT uses.
    public var frequency: String {
        switch days {
        case 1?: "DAILY"
        case 7?: "WEEKLY"
        case let days? where days <= 31: "MONTHLY"
        case .some: "ANNUAL"
        case nil: "IRREG"
        }
    }
}

extension Kind {
    /// The datatype of CSV on the Web.
    fileprivate var csvw: JSON {
        switch self {
        case .day: .string("date")
        case .integer, .money: .string("integer")
        case .boolean: .string("boolean")
        case .decimal: .string("decimal")
        default: .string("string")
        }
    }
}

/// A gzip file that grows by pieces and has its name only when it is whole.
private final class GzipFile {
    private let path: String
    private let handle: FileHandle
    private let stream: UnsafeMutablePointer<z_stream>
    private var waiting: [UInt8] = []

    init(_ path: String) throws {
        self.path = path
        guard FileManager.default.createFile(atPath: path + ".tmp", contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path + ".tmp")
        else { throw RegisterError.file(Text(vi: "Không ghi được \(path).", en: "\(path) cannot be written.")) }
        self.handle = handle
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let code = deflateInit2_(stream, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(code == Z_OK, "zlib has memory for a stream.")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func append(_ bytes: [UInt8]) { waiting += bytes }

    func flush(whenOver size: Int) throws { if waiting.count > size { try pack(Z_NO_FLUSH) } }

    func close() throws {
        try pack(Z_FINISH)
        try write { try handle.close() }
        guard rename(path + ".tmp", path) == 0 else { throw RegisterError.file(Text(vi: "Không ghi được \(path).", en: "\(path) cannot be written.")) }
    }

    private func pack(_ mode: Int32) throws {
        var output = [UInt8](repeating: 0, count: 1 << 16)
        try waiting.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let made = output.withUnsafeMutableBufferPointer { target -> Int in
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    deflate(stream, mode)
                    return target.count - Int(stream.pointee.avail_out)
                }
                let piece = Data(output[0..<made])
                if made > 0 { try write { try handle.write(contentsOf: piece) } }
            } while stream.pointee.avail_out == 0
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private func write(_ body: () throws -> Void) throws {
        do { try body() } catch {
            throw RegisterError.file(Text(vi: "Không ghi được \(path); có thể ổ đĩa đã đầy.", en: "\(path) cannot be written; the disk may be full."))
        }
    }
}
