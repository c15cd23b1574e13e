// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import Journal
internal import Store

/// A line of a list that comes without its key.
public struct Unrecognised: Sendable {
    public let line: Int
    /// What it says, by the names of the fields; an address by the name that the declaration gives it.
    public let values: [String: String]

    public init(line: Int, values: [String: String]) {
        self.line = line
        self.values = values
    }
}

/// Who a line may be.
public struct Recognition: Sendable {
    public enum Decision: String, Sendable { case same, review, none }
    public struct Candidate: Sendable {
        public let key: String
        public let row: Int64
        public let probability: Double
        /// How well each field agrees, by the declaration's order; nil where one side has nothing.
        public let levels: [Int?]
    }

    public let line: Int
    public let decision: Decision
    /// The likeliest first.
    public let candidates: [Candidate]
}

extension Registry {
    /// Candidates kept a line, and shown to who decides.
    static let candidatesMax = 12
    static let candidatesShown = 4

    /// Recognises the lines of a list among a register's standing records, in one walk over the register. Memory grows with the list only.
    /// Whoever is shown as a candidate sees the look.
    public func recognise(
        _ register: String, _ lines: [Unrecognised], by authority: Authority, door: String, progress: (Double) -> Void = { _ in }
    ) throws -> [Recognition] {
        let plan = try plan(register)
        guard wideSight(plan, authority) == .personal, scope(plan, authority, asking: .personal) == nil else {
            guard authority.purpose != nil else { throw RegisterError.purposeNeeded }
            throw RegisterError.forbidden([
                "vi": "Việc này chỉ dành cho người được xem dữ liệu cá nhân của toàn sổ.", "en": "This is for those with the right to personal data of the whole register.",
            ])
        }
        guard let matching = plan.register.matching else {
            throw RegisterError.badRequest(["vi": "Sổ này không khai báo cách nhận ra hồ sơ.", "en": "This register does not declare how its records are recognised."])
        }
        let recogniser = try Recogniser(plan, matching, lines)
        let all = try database.read { try self.journals.committedSize(of: register, on: $0) }
        let today = try journals.form(of: plan.register.name, names: plan.names).id
        let table = plan.table
        try database.read { connection in
            try connection.each(
                "SELECT r.row, r.key, e.form, e.content, r.entry FROM record_\(name: table) r JOIN entry_\(name: table) e ON e.number = r.entry WHERE r.retired = 0 AND e.content IS NOT NULL"
            ) { row in
                recogniser.standing += 1
                if recogniser.standing % 50_000 == 0 { progress(min(1, Double(recogniser.standing) / Double(max(1, all)))) }
                if row.integer(2) == today {
                    let content = row.blob(3)
                    let values = RawArray.slices(content)
                    recogniser.look(row: row.integer(0), key: row.text(1)) { Recogniser.text(values[$0 + 1]) }
                } else if let item = try self.journals.entry(row.integer(4), in: plan.register.name, on: connection).flatMap({ plan.item($0) }) {
                    recogniser.look(row: row.integer(0), key: row.text(1)) { item.values[$0].string }
                }
                return true
            }
            try recogniser.addAddresses { register, key in
                guard let other = self.plans[register], let current = try self.current(other, key: key, on: connection),
                    let item = try self.journals.entry(current.entry, in: other.register.name, on: connection).flatMap({ other.item($0) })
                else { return nil }
                return (item, other.register)
            }
        }
        let found = recogniser.decide()
        let rows = Array(Set(found.flatMap { $0.candidates.filter { $0.probability >= 0.001 }.map(\.row) })).sorted()
        if !rows.isEmpty { try enterReadAndWait(register, rows: rows.count > Self.namedMax ? [Self.everybody] : rows, authority: authority, door: door, asked: "match") }
        return found
    }
}

/// Holds a list, and compares records with those lines of it that they may be.
private final class Recogniser {
    private struct Line {
        let line: Int
        let texts: [String?]
        let folded: [String?]
        let days: [PartialDay?]
        let words: [Set<Substring>]
    }

    private struct Pair {
        let row: Int64
        let key: String
        var levels: [Int?]
        let reference: String?
        var weight = 0.0
    }

    /// How often two strangers agree so well in a day of birth.
    private static let strangersDays: [Double] = [1.0 / 25_000, 1.0 / 25_000, 1.0 / 700, 1.0 / 80, 1]

    private let matching: Matching
    private let positions: [Int]
    private let references: [Int?]
    private let targets: [(register: String, field: String)]
    private var lines: [Line] = []
    private var pairs: [[Pair]] = []
    /// Lines by what they share with a record that they may be.
    private var blocks: [String: [Int]] = [:]
    private var names: [String: Int] = [:]
    private var values: [[String: Int]]
    var standing = 0

    init(_ plan: Plan, _ matching: Matching, _ list: [Unrecognised]) throws {
        self.matching = matching
        let register = plan.register
        positions = matching.parts.map { part in
            if case .address(let reference, _) = part.comparison { return register.position(of: reference)! }
            return register.position(of: part.field)!
        }
        references = matching.parts.map { part in if case .address(let reference, _) = part.comparison { register.position(of: reference) } else { nil } }
        targets = matching.parts.compactMap { part in
            guard case .address(let reference, let field) = part.comparison, let target = register.field(reference)?.kind.referencedRegister else { return nil }
            return (target, field)
        }
        values = matching.parts.map { _ in [:] }
        for one in list {
            let texts = matching.parts.map { part -> String? in
                guard let text = one.values[part.field]?.tidied, !text.isEmpty else { return nil }
                return text
            }
            let folded = zip(matching.parts, texts).map { part, text -> String? in
                if case .name = part.comparison { return text?.folded }
                return nil
            }
            let days = zip(matching.parts, texts).map { part, text -> PartialDay? in
                if case .day = part.comparison { return text.flatMap { PartialDay($0) ?? MappedFile.day($0).flatMap { PartialDay($0.description) } } }
                return nil
            }
            let words = zip(matching.parts, texts).map { part, text -> Set<Substring> in
                if case .address = part.comparison, let text { return Matching.addressWords(text) }
                return []
            }
            let line = Line(line: one.line, texts: texts, folded: folded, days: days, words: words)
            for key in keys(folded: folded.compactMap { $0 }.first, day: days.compactMap { $0 }.first, texts: texts) { blocks[key, default: []].append(lines.count) }
            if let name = folded.compactMap({ $0 }).first { names[name] = 0 }
            lines.append(line)
            pairs.append([])
        }
    }

    /// What two records of one person share at the least: the day of birth or one with its day and month changed, the name with a part of
    /// the day or a value, a number.
    private func keys(folded: String?, day: PartialDay?, texts: [String?]) -> Set<String> {
        var keys: Set<String> = []
        let parts = day?.first.parts
        if let day, day.precision == .day, let parts {
            keys.insert("d\(parts.year)-\(parts.month)-\(parts.day)")
            if parts.day <= 12 { keys.insert("d\(parts.year)-\(parts.day)-\(parts.month)") }
        }
        if let folded {
            if let parts {
                keys.insert("y\(parts.year) \(folded)")
                if day?.precision == .day { keys.insert("m\(parts.month)-\(parts.day) \(folded)") }
                // A slip in the name and the year alone: first and last word, year.
                let words = folded.split(separator: " ")
                if words.count > 1 { keys.insert("e\(parts.year) \(words[0]) \(words[words.count - 1])") }
            }
            for (part, text) in zip(matching.parts, texts) { if case .value = part.comparison, let text, text.utf8.count > 3 { keys.insert("v\(text) \(folded)") } }
        }
        for (part, text) in zip(matching.parts, texts) { if case .number = part.comparison, let text { keys.insert("n\(text)") } }
        return keys
    }

    static func text(_ raw: ArraySlice<UInt8>) -> String? {
        guard raw.first == 0x22 else { return raw.elementsEqual("null".utf8) ? nil : String(decoding: raw, as: UTF8.self) }
        if !raw.contains(0x5C) { return String(decoding: raw.dropFirst().dropLast(), as: UTF8.self) }
        return (try? JSON(parsing: raw))?.string
    }

    /// A standing record of the register.
    func look(row: Int64, key: String, _ value: (Int) -> String?) {
        var texts: [String?] = []
        var folded: String?
        var day: PartialDay?
        for (index, part) in matching.parts.enumerated() {
            let text = value(positions[index])
            switch part.comparison {
            case .name: folded = text?.folded
            case .day: day = text.flatMap { PartialDay($0) }
            case .value: if let text { values[index][text, default: 0] += 1 }
            case .number, .address: break
            }
            texts.append(text)
        }
        if let folded, let count = names[folded] { names[folded] = count + 1 }
        var seen: Set<Int> = []
        for block in keys(folded: folded, day: day, texts: texts) {
            for line in blocks[block] ?? [] where seen.insert(line).inserted { compare(line, row, key, texts, folded, day) }
        }
    }

    private func compare(_ number: Int, _ row: Int64, _ key: String, _ texts: [String?], _ folded: String?, _ day: PartialDay?) {
        let line = lines[number]
        var levels: [Int?] = []
        var reference: String?
        for (index, part) in matching.parts.enumerated() {
            guard let theirs = texts[index] else {
                levels.append(nil)
                continue
            }
            switch part.comparison {
            case .address:
                reference = theirs
                levels.append(nil)
            case .name:
                levels.append(line.texts[index].map { Matching.nameLevel($0.lowercased(), theirs.lowercased(), foldedLeft: line.folded[index]!, foldedRight: folded!) })
            case .day: levels.append(line.days[index].flatMap { mine in day.map { Matching.dayLevel(mine, $0) } })
            case .value, .number: levels.append(line.texts[index].map { $0 == theirs ? 0 : 1 })
            }
        }
        var pair = Pair(row: row, key: key, levels: levels, reference: reference)
        pair.weight = weight(pair, line)
        pairs[number].append(pair)
        if pairs[number].count > 4 * Registry.candidatesMax { shorten(number) }
    }

    private func shorten(_ number: Int) {
        pairs[number].sort { ($0.weight, $1.row) > ($1.weight, $0.row) }
        pairs[number].removeLast(max(0, pairs[number].count - Registry.candidatesMax))
    }

    /// The addresses of the candidates, each asked for once.
    func addAddresses(_ find: (String, String) throws -> (Item, Register)?) throws {
        guard let index = references.firstIndex(where: { $0 != nil }), let target = targets.first else { return }
        var known: [String: Set<Substring>] = [:]
        for number in lines.indices {
            shorten(number)
            guard !lines[number].words[index].isEmpty else { continue }
            for place in pairs[number].indices {
                guard let key = pairs[number][place].reference else { continue }
                if known[key] == nil {
                    let address = try find(target.register, key).flatMap { item, register in item.value(target.field, in: register).string }
                    known[key] = Matching.addressWords(address ?? "")
                }
                pairs[number][place].levels[index] = known[key]!.isEmpty ? nil : Matching.addressLevel(lines[number].words[index], known[key]!)
            }
        }
    }

    /// The sum of log2(m/u) over the fields that both sides have.
    private func weight(_ pair: Pair, _ line: Line) -> Double {
        var sum = 0.0
        let count = Double(max(standing, 1000))
        for (index, part) in matching.parts.enumerated() {
            guard let level = pair.levels[index] else { continue }
            let among = part.among[level]
            let strangers: Double
            switch part.comparison {
            case .name:
                let same = max(Double(names[line.folded[index]!] ?? 0), 1) / count
                // Slips of a rare name are few as well; first and last word are shared by one in some thousands.
                let slip: Double = min(0.5, same * 3 + 3 / count)
                let shares: [Double] = [same, same, slip, 1.0 / 3000, 1]
                strangers = shares[level]
            case .day: strangers = Self.strangersDays[level]
            case .value:
                let share = Double(line.texts[index].flatMap { values[index][$0] } ?? 1) / count
                strangers = level == 0 ? max(share, 1 / count) : max(1 - share, 0.01)
            case .number: strangers = level == 0 ? 1 / count : 1
            case .address: strangers = level == 0 ? 20 / count : level == 1 ? 0.002 : 1
            }
            sum += log2(among / min(1, strangers))
        }
        return sum
    }

    func decide() -> [Recognition] {
        let count = Double(max(standing, 1))
        // Before anything is compared, each record is as likely as another, and the person may not be there.
        let prior = log2(matching.present / count)
        let absent = 1 - matching.present
        var results: [Recognition] = []
        for number in lines.indices {
            for place in pairs[number].indices { pairs[number][place].weight = weight(pairs[number][place], lines[number]) }
            shorten(number)
            let odds = pairs[number].map { exp2(min($0.weight + prior, 60)) }
            let total = odds.reduce(absent, +)
            let candidates = zip(pairs[number], odds).map { pair, odds in Recognition.Candidate(key: pair.key, row: pair.row, probability: odds / total, levels: pair.levels) }
            let best = candidates.first?.probability ?? 0
            let decision: Recognition.Decision = best >= matching.same ? .same : best >= matching.review ? .review : .none
            results.append(Recognition(line: lines[number].line, decision: decision, candidates: Array(candidates.prefix(Registry.candidatesShown))))
        }
        // One record is not two lines of one list: somebody has to look.
        var taken: [String: [Int]] = [:]
        for (place, result) in results.enumerated() where result.decision == .same { taken[result.candidates[0].key, default: []].append(place) }
        for places in taken.values where places.count > 1 {
            for place in places { results[place] = Recognition(line: results[place].line, decision: .review, candidates: results[place].candidates) }
        }
        return results
    }
}
