// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// Where two instances' records of one register differ.
public struct DriftReport: Sendable {
    public enum What: String, Sendable { case missingHere = "missing-here", missingThere = "missing-there", differs }
    public let register: String
    public let records: Int
    public let differences: [(key: String, what: What)]
    /// What travelled, both ways, and what all values compared come to here.
    public let exchanged: Int
    public let compared: Int
}

/// What is compared: sums of hashes of records, gathered in so many buckets by a hash of their keys.
public struct SketchQuestion: Sendable {
    public static let bucketsMax = 1 << 20
    public let fields: [String]
    /// Chosen anew for each comparison, so that sums of one say nothing about another's.
    public let salt: String
    public let buckets: Int
    /// Buckets whose records are asked for one by one; nil asks for the sums.
    public let of: [Int]?
    /// Of those buckets, the hashes of keys whose keys themselves are asked for.
    public let keys: [String]?

    public init(fields: [String], salt: String, buckets: Int, of: [Int]? = nil, keys: [String]? = nil) {
        self.fields = fields
        self.salt = salt
        self.buckets = buckets
        self.of = of
        self.keys = keys
    }

    public var json: JSON {
        .object([
            "fields": .array(fields.map(JSON.string)), "salt": .string(salt), "buckets": .integer(Int64(buckets)),
            "of": of.map { .array($0.map { .integer(Int64($0)) }) } ?? .null, "keys": keys.map { .array($0.map(JSON.string)) } ?? .null,
        ])
    }

    /// Nil when it is no such question.
    public init?(_ json: JSON) {
        guard case .object(let members) = json, members.allSatisfy({ ["fields", "salt", "buckets", "of", "keys"].contains($0.name) }), case .array(let names)? = json["fields"],
            let salt = json["salt"]?.string, (16...100).contains(salt.unicodeScalars.count), let buckets = json["buckets"]?.integer, (1...Int64(Self.bucketsMax)).contains(buckets)
        else { return nil }
        var of: [Int]?
        switch json["of"] {
        case nil, .null?: break
        case .array(let list)?:
            let numbers = list.compactMap { $0.integer.map(Int.init(truncatingIfNeeded:)) }
            guard numbers.count == list.count, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
            of = numbers
        default: return nil
        }
        var keys: [String]?
        switch json["keys"] {
        case nil, .null?: break
        case .array(let list)?:
            keys = list.compactMap(\.string)
            guard keys!.count == list.count else { return nil }
        default: return nil
        }
        self.init(fields: names.compactMap(\.string), salt: salt, buckets: Int(buckets), of: of, keys: keys)
        guard fields.count == names.count else { return nil }
    }
}

extension Registry {
    /// Answers a question of a comparison: five bytes a bucket, the sum of its records' hashes; or five of the key's hash and five of the
    /// record's for each record of the buckets asked for; or a line `hash key` for each key asked for.
    public func sketch(_ register: String, _ question: SketchQuestion, for authority: Authority, door: String) async throws -> [UInt8] {
        let plan = try plan(register)
        let grant = try feedGrant(register, for: authority)
        guard question.fields.allSatisfy({ grant.fields.contains($0) }) else {
            throw RegisterError.forbidden(["vi": "Có trường không thuộc thỏa thuận.", "en": "Some of these fields are not part of the agreement."])
        }
        let highest = (question.fields.compactMap { plan.register.field($0)?.privacy } + [plan.register.key.privacy]).max() ?? .open
        guard highest == .open || (wideSight(plan, authority) >= highest && scope(plan, authority, asking: highest) == nil) else {
            throw RegisterError.forbidden(["vi": "Chỉ so sánh được toàn sổ.", "en": "Only whole registers are compared."])
        }
        let (bytes, rows) = try await database.reading { connection in
            var sums = [UInt64](repeating: 0, count: question.of == nil ? question.buckets : 0)
            var found: [UInt8] = []
            var rows: [Int64] = []
            let buckets = Set(question.of ?? [])
            let keys = Set(question.keys ?? [])
            try self.eachSketched(plan, question, mirror: nil, on: connection) { row, key, keyHash, hash, _ in
                let bucket = Int(keyHash % UInt64(question.buckets))
                guard question.of != nil else { return sums[bucket] &+= hash }
                guard buckets.contains(bucket) else { return }
                if question.keys == nil {
                    found += keyHash.fiveBytes + hash.fiveBytes
                } else if keys.contains(Encoding.hex(keyHash.fiveBytes)) {
                    rows.append(row)
                    found += Array(Encoding.hex(keyHash.fiveBytes).utf8) + [0x20] + Array(key.utf8) + [0x0A]
                }
            }
            return (question.of == nil ? sums.flatMap(\.fiveBytes) : found, rows)
        }
        // Hashes of few values can be guessed: whoever asks for those of single records has looked at them.
        if highest == .personal, question.of != nil {
            let isNamed = question.keys != nil && rows.count <= Registry.followedNamedMax
            if !isNamed || !rows.isEmpty {
                try await enterRead(
                    register, rows: isNamed ? rows : [Registry.everybody], authority: authority, door: door, asked: "compare: \(grant.agreement ?? "")")
            }
        }
        return bytes
    }

    /// Compares the standing records here with those of another instance, which answers through `ask`. Of a register that is followed
    /// only what came from there is compared.
    public func drift(_ register: String, fields: [String], followed id: Int64?, ask: (SketchQuestion) throws -> [UInt8]) throws -> DriftReport {
        let plan = try plan(register)
        let size = try summary(of: register).size
        var buckets = 16
        while buckets < SketchQuestion.bucketsMax, buckets * 16 < size { buckets *= 2 }
        let salt = Encoding.base32(world.random(16))
        let question = SketchQuestion(fields: fields, salt: salt, buckets: buckets)
        var exchanged = question.json.text.utf8.count
        let theirs = try ask(question)
        exchanged += theirs.count
        guard theirs.count == buckets * 5 else { throw RegisterError.badRequest(["vi": "Bên kia trả lời không đúng dạng.", "en": "The other side's answer has another form."]) }
        var sums = [UInt64](repeating: 0, count: buckets)
        var compared = 0
        var records = 0
        try database.read { connection in
            try eachSketched(plan, question, mirror: id, on: connection) { _, key, keyHash, hash, length in
                sums[Int(keyHash % UInt64(buckets))] &+= hash
                compared += length + key.utf8.count
                records += 1
            }
        }
        let differing = (0..<buckets).filter { Array(theirs[($0 * 5)..<($0 * 5 + 5)]) != sums[$0].fiveBytes }
        guard !differing.isEmpty else { return DriftReport(register: register, records: records, differences: [], exchanged: exchanged, compared: compared) }
        func exchange(_ question: SketchQuestion) throws -> [UInt8] {
            let answer = try ask(question)
            exchanged += question.json.text.utf8.count + answer.count
            return answer
        }
        let answer = try exchange(SketchQuestion(fields: fields, salt: salt, buckets: buckets, of: differing))
        var there: [[UInt8]: [UInt8]] = [:]
        for start in stride(from: 0, to: answer.count - answer.count % 10, by: 10) { there[Array(answer[start..<start + 5])] = Array(answer[start + 5..<start + 10]) }
        let wanted = Set(differing)
        var differences: [(key: String, what: DriftReport.What)] = []
        try database.read { connection in
            try eachSketched(plan, question, mirror: id, on: connection) { _, key, keyHash, hash, _ in
                guard wanted.contains(Int(keyHash % UInt64(buckets))) else { return }
                guard let other = there.removeValue(forKey: keyHash.fiveBytes) else { return differences.append((key, .missingThere)) }
                if other != hash.fiveBytes { differences.append((key, .differs)) }
            }
        }
        if !there.isEmpty {
            let names = try exchange(SketchQuestion(fields: fields, salt: salt, buckets: buckets, of: differing, keys: there.keys.map { Encoding.hex($0) }.sorted()))
            for line in names.split(separator: 0x0A) { differences.append((String(decoding: line.dropFirst(11), as: UTF8.self), .missingHere)) }
        }
        return DriftReport(register: register, records: records, differences: differences.sorted { $0.key < $1.key }, exchanged: exchanged, compared: compared)
    }

    /// Every standing record with its key, its key's hash, its own and the length of what was hashed.
    private func eachSketched(
        _ plan: Plan, _ question: SketchQuestion, mirror: Int64?, on connection: Connection, _ body: (Int64, String, UInt64, UInt64, Int) throws -> Void
    ) throws {
        let positions = try question.fields.sorted().map { name in
            guard let position = plan.register.position(of: name) else {
                throw RegisterError.badRequest(Text(vi: "Sổ không có trường “\(name.shortened)”.", en: "The register has no field “\(name.shortened)”."))
            }
            return position
        }.filter { $0 >= 0 }
        let today = try journals.form(of: plan.register.name, names: plan.names).id
        let salt = Array(question.salt.utf8)
        let table = plan.table
        let only: SQL = mirror.map { "AND EXISTS (SELECT 1 FROM \(name: "mirror_\($0)") m WHERE m.record = r.row)" } ?? ""
        var input: [UInt8] = []
        try connection.each(
            """
            SELECT r.row, r.key, e.form, e.content, r.entry FROM record_\(name: table) r JOIN entry_\(name: table) e ON e.number = r.entry \
            WHERE r.retired = 0 AND e.content IS NOT NULL \(only)
            """
        ) { row in
            let key = row.text(1)
            input.removeAll(keepingCapacity: true)
            input += salt
            input += Array(key.utf8)
            let keyHash = Hash.of(input).number
            if row.integer(2) == today {
                let content = row.blob(3)
                let values = RawArray.slices(content)
                for position in positions {
                    input.append(0x1F)
                    input += values[position + 1]
                }
            } else if let item = try self.journals.entry(row.integer(4), in: plan.register.name, on: connection).flatMap({ plan.item($0) }) {
                for position in positions {
                    input.append(0x1F)
                    item.values[position].write(to: &input)
                }
            }
            try body(row.integer(0), key, keyHash, Hash.of(input).number, input.count - salt.count - key.utf8.count)
            return true
        }
    }
}

extension UInt64 {
    /// Enough of a hash to tell a million records apart.
    fileprivate var fiveBytes: [UInt8] { (0..<5).map { UInt8(truncatingIfNeeded: self >> UInt64(32 - $0 * 8)) } }
}

extension Hash {
    fileprivate var number: UInt64 { array[0..<8].reduce(0) { $0 << 8 | UInt64($1) } }
}
