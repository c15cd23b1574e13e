// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import Journal
internal import Store

/// A line of a list of which somebody has to say who it is.
public struct MatchReview: Sendable {
    public enum State: String, Sendable { case open, same, other }

    public let id: Int64
    public let source: Int64
    public let line: Int
    public let register: String
    public let values: [String: String]
    public let candidates: [(row: Int64, probability: Double, levels: [Int?])]
    public let state: State
    public let decidedBy: String?
    public let decided: Instant?
    public let chosen: Int64?
    public let load: Int64?
}

extension Registry {
    /// A list's columns by what recognising needs: the fields, and an address by what offices call it.
    func matched(_ preview: FilePreview, _ plan: Plan) throws -> [String?] {
        let matching = plan.register.matching!
        var columns = preview.mapping.columns
        for part in matching.parts {
            guard case .address(let reference, let field) = part.comparison, let target = plan.register.field(reference)?.kind.referencedRegister,
                let declared = try register(target).field(field)
            else { continue }
            let names = ([part.field, declared.title.vi, declared.title.en, "Nơi thường trú", "Chỗ ở", "Nơi ở"] + declared.alsoCalled).map(\.folded)
            if let column = columns.indices.first(where: { columns[$0] == nil && names.contains(preview.title($0).folded) }) { columns[column] = part.field }
        }
        let known = Set(matching.parts.map(\.field) + matching.takes)
        columns = columns.map { $0.flatMap { known.contains($0) ? $0 : nil } }
        let missing = matching.parts.prefix(2).map(\.field).filter { !columns.contains($0) }
        guard missing.isEmpty else {
            let titles = missing.map { plan.register.field($0)!.title }
            throw RegisterError.file(
                Text(
                    vi: "Không cột nào của tệp là: \(titles.map(\.vi).joined(separator: ", ")). Các cột: \((0..<preview.width).map { preview.title($0) }.joined(separator: ", ")).",
                    en:
                        "No column of the file is: \(titles.map(\.en).joined(separator: ", ")). Its columns: \((0..<preview.width).map { preview.title($0) }.joined(separator: ", "))."
                ))
        }
        return columns
    }

    /// Recognises the people of a list, enters what it may change, and leaves the doubtful ones to somebody.
    func takePeople(_ file: SourceFile, _ mapping: FileMapping, _ titles: [String], _ plan: Plan, _ source: DataSource, isTrial: Bool) throws -> (LoadResult, review: Int) {
        let authority = Authority(
            .system, id: "source:\(source.name)", name: source.name, grants: [Grant(source.register, [.read, .personal, .write])], purpose: Purpose.find("correction"))
        var lines: [Unrecognised] = []
        var originals: [Int: [String]] = [:]
        let table = try MappedFile(path: file.path)
        let readers = mapping.columns.map { name in CellReader(name.flatMap { plan.register.field($0) }, name.flatMap { mapping.codes[$0] } ?? [:], reading()) }
        try table.rows(sheet: mapping.sheet) { row, cells in
            guard row > mapping.head.upperBound, cells.contains(where: { !$0.isEmpty }), !MappedFile.isNumbering(cells) else { return true }
            var values: [String: String] = [:]
            for (column, name) in mapping.columns.enumerated() where cells.indices.contains(column) {
                guard let name else { continue }
                let raw = mapping.isTCVN3 ? TCVN3.unicode(cells[column]) : cells[column]
                // An address is as it was written; the others are what their fields read.
                let text = plan.register.field(name) == nil ? raw.tidied : readers[column].read(raw)
                values[name] = plan.register.field(name).flatMap { try? $0.kind.parse(text, reading()).plain } ?? text
            }
            lines.append(Unrecognised(line: row + 1, values: values))
            originals[row + 1] = cells
            return true
        }
        let found = try recognise(source.register, lines, by: authority, door: "source")
        let values = Dictionary(uniqueKeysWithValues: lines.map { ($0.line, $0.values) })
        var result = LoadResult()
        var rejects = RejectFile(path: file.rejects, header: titles)
        var changes: [(line: Int, change: Change)] = []
        var review: [Recognition] = []
        for one in found {
            switch one.decision {
            case .same:
                if let change = try takeover(plan, values[one.line]!, row: one.candidates[0].row) { changes.append((one.line, change)) } else { result.unchanged += 1 }
            case .review: review.append(one)
            case .none:
                result.rejected += 1
                let objection = Objection(
                    field: plan.register.key.name, code: "unknown-person", ["vi": "Không tìm thấy ai như vậy trong sổ.", "en": "There is nobody like this in the register."])
                if result.samples.count < 20 { result.samples.append((one.line, objection)) }
                try rejects.add(one.line, [objection], originals[one.line] ?? [])
            }
        }
        result.changed = changes.count
        guard !isTrial else {
            try rejects.close()
            return (result, review.count)
        }
        if !changes.isEmpty {
            let (load, refused) = try enterAsLoad(changes.map(\.change), plan, name: "\(source.name): \(file.name)", by: authority)
            result.load = load
            result.changed -= refused.count
            result.rejected += refused.count
            for (place, objections) in refused { try rejects.add(changes[place].line, objections, originals[changes[place].line] ?? []) }
        }
        try rejects.close()
        try keep(review, values, file, source)
        return (result, review.count)
    }

    /// What a list says of a record that it may change; nil when it says nothing new.
    private func takeover(_ plan: Plan, _ values: [String: String], row: Int64) throws -> Change? {
        try database.read { connection in
            guard let key = try connection.first("SELECT key FROM record_\(name: plan.table) WHERE row = \(row) AND retired = 0", { $0.text(0) }),
                let current = try self.current(plan, key: key, on: connection),
                var item = try self.journals.entry(current.entry, in: plan.register.name, on: connection).flatMap({ plan.item($0) })
            else { return nil }
            var isNew = false
            for name in plan.register.matching!.takes {
                guard let text = values[name], !text.isEmpty, let position = plan.register.position(of: name), position >= 0,
                    let value = try? plan.register.fields[position].kind.parse(text, self.reading()), item.values[position] != value
                else { continue }
                item.values[position] = value
                isNew = true
            }
            return isNew ? Change(plan.register.name, key: key, .put(item), expecting: .state(current.last)) : nil
        }
    }

    /// Enters changes as a load, so that they can be taken back together. Gives the places of those that were refused, each with why.
    func enterAsLoad(_ changes: [Change], _ plan: Plan, name: String, by authority: Authority) throws -> (load: Int64, refused: [(Int, [Objection])]) {
        let load = try beginLoad(plan.register.name, named: name, by: authority)
        @Sendable func enter(_ piece: [Change]) throws {
            try database.writeAndWait { connection in
                let outcomes = try self.enter(piece, cause: "load:\(load)", by: authority, load: load, on: connection)
                let first = outcomes.map(\.entry).min()
                let last = outcomes.map(\.entry).max()
                try connection.run(
                    "UPDATE load SET changed = changed + \(piece.count), first_entry = coalesce(first_entry, \(first)), last_entry = \(last) WHERE id = \(load)")
            }
        }
        var refused: [(Int, [Objection])] = []
        for start in stride(from: 0, to: changes.count, by: 500) {
            let places = start..<min(start + 500, changes.count)
            do {
                try enter(Array(changes[places]))
            } catch is RegisterError {
                // One of them is refused: each by itself, so that it takes nobody with it.
                for place in places {
                    do {
                        try enter([changes[place]])
                    } catch RegisterError.objections(let objections) {
                        refused.append((place, objections))
                    } catch let fault as RegisterError {
                        guard case .precondition = fault else { throw fault }
                        refused.append(
                            (
                                place,
                                [
                                    Objection(
                                        field: plan.register.key.name, code: "changed",
                                        ["vi": "Hồ sơ vừa thay đổi; gửi lại dòng này.", "en": "The record has just changed; send this line again."])
                                ]
                            ))
                    }
                }
            }
        }
        let end = world.now()
        try database.writeAndWait { try $0.run("UPDATE load SET ended = \(end) WHERE id = \(load)") }
        return (load, refused)
    }

    // MARK: The queue of the doubtful

    private func keep(_ review: [Recognition], _ values: [Int: [String: String]], _ file: SourceFile, _ source: DataSource) throws {
        guard !review.isEmpty else { return }
        try database.writeAndWait { connection in
            // A file that is taken once more after a crash asks nothing twice.
            try connection.run("DELETE FROM match_review WHERE file = \(file.id) AND state = 'open'")
            var id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM match_review") { $0.integer(0) }!
            for one in review {
                let content = JSON.object(values[one.line]!.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }).text
                let candidates = JSON.array(
                    one.candidates.map { candidate in
                        .object([
                            "row": .integer(candidate.row), "millionths": .integer(Int64(candidate.probability * 1_000_000)),
                            "levels": .array(candidate.levels.map { $0.map { .integer(Int64($0)) } ?? .null }),
                        ])
                    }
                ).text
                try connection.run(
                    """
                    INSERT INTO match_review (id, source, file, line, register, content, candidates, state) \
                    VALUES (\(id), \(source.id), \(file.id), \(one.line), \(source.register), \(content), \(candidates), 'open')
                    """)
                id += 1
            }
        }
    }

    private static let reviewColumns: SQL = "id, source, line, register, content, candidates, state, decided_by, decided, chosen, load"

    private func review(_ row: Row) -> MatchReview {
        var values: [String: String] = [:]
        if case .object(let members)? = try? JSON(parsing: Array(row.text(4).utf8)) { for member in members { values[member.name] = member.value.string } }
        var candidates: [(Int64, Double, [Int?])] = []
        if case .array(let list)? = try? JSON(parsing: Array(row.text(5).utf8)) {
            for one in list {
                var levels: [Int?] = []
                if case .array(let numbers)? = one["levels"] { levels = numbers.map { $0.integer.map(Int.init) } }
                candidates.append((one["row"]?.integer ?? -1, Double(one["millionths"]?.integer ?? 0) / 1_000_000, levels))
            }
        }
        return MatchReview(
            id: row.integer(0), source: row.integer(1), line: Int(row.integer(2)), register: row.text(3), values: values, candidates: candidates,
            state: MatchReview.State(rawValue: row.text(6)) ?? .open, decidedBy: row.optionalText(7), decided: row.optionalInteger(8).map { Instant(milliseconds: $0) },
            chosen: row.optionalInteger(9), load: row.optionalInteger(10))
    }

    /// How many lines wait, and the next of them; for those who may see and change the persons of the whole register.
    public func reviews(for authority: Authority, limit: Int = 50) throws -> (open: Int, next: [MatchReview], decided: [MatchReview]) {
        let names = registers.map(\.name).filter {
            authority.may(.write, $0) && wideSight(plans[$0]!, authority) == .personal && scope(plans[$0]!, authority, asking: .personal) == nil
        }
        guard !names.isEmpty else { return (0, [], []) }
        let list = SQL.joined(names.map { "\($0)" }, by: ", ")
        return try database.look { connection in
            (
                try connection.first("SELECT count(*) FROM match_review WHERE state = 'open' AND register IN (\(list))") { Int($0.integer(0)) }!,
                try connection.all("SELECT \(Registry.reviewColumns) FROM match_review WHERE state = 'open' AND register IN (\(list)) ORDER BY id LIMIT \(limit)", self.review),
                try connection.all(
                    "SELECT \(Registry.reviewColumns) FROM match_review WHERE state <> 'open' AND register IN (\(list)) ORDER BY decided DESC LIMIT 20", self.review)
            )
        }
    }

    public func review(_ id: Int64, for authority: Authority) throws -> MatchReview {
        guard let review = try database.look({ try $0.first("SELECT \(Registry.reviewColumns) FROM match_review WHERE id = \(id)", self.review) }) else {
            throw RegisterError.noSuchRecord
        }
        let plan = try plan(review.register)
        guard authority.may(.write, review.register), scope(plan, authority, asking: .personal) == nil else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền ở sổ này.", "en": "You have no right to this register."])
        }
        guard wideSight(plan, authority) == .personal else { throw RegisterError.purposeNeeded }
        return review
    }

    /// Somebody has looked: it is that record, or none of them. What the list may change is entered as a load of its own.
    public func decide(_ review: MatchReview, same row: Int64?, by authority: Authority) throws {
        let plan = try plan(review.register)
        guard review.state == .open else { throw RegisterError.badRequest(["vi": "Dòng này đã có người quyết định.", "en": "Somebody has decided this line already."]) }
        guard row == nil || review.candidates.contains(where: { $0.row == row }) else { throw RegisterError.noSuchRecord }
        let state = row == nil ? "other" : "same"
        let now = world.now()
        let author = authority.id
        // Whoever comes first decides; only then is something entered.
        let isFirst = try database.writeAndWait { connection in
            guard try connection.first("SELECT 1 FROM match_review WHERE id = \(review.id) AND state = 'open'", { _ in true }) != nil else { return false }
            try connection.run("UPDATE match_review SET state = \(state), decided_by = \(author), decided = \(now), chosen = \(row) WHERE id = \(review.id)")
            return true
        }
        guard isFirst else { throw RegisterError.badRequest(["vi": "Dòng này đã có người quyết định.", "en": "Somebody has decided this line already."]) }
        guard let row else { return }
        do {
            guard let change = try takeover(plan, review.values, row: row) else { return }
            let (load, refused) = try enterAsLoad([change], plan, name: "match \(review.id)", by: authority)
            guard refused.isEmpty else { throw RegisterError.objections(refused[0].1) }
            try database.writeAndWait { try $0.run("UPDATE match_review SET load = \(load) WHERE id = \(review.id)") }
        } catch {
            try database.writeAndWait {
                try $0.run("UPDATE match_review SET state = 'open', decided_by = NULL, decided = NULL, chosen = NULL WHERE id = \(review.id)")
            }
            throw error
        }
    }

    /// Takes a decision back, and what it entered by new entries.
    public func reopen(_ review: MatchReview, by authority: Authority) throws {
        guard review.state != .open else { return }
        if let load = review.load {
            let result = try undo(load: load, by: authority)
            guard result.refused == 0, result.touchedSince == 0 else {
                throw RegisterError.badRequest(["vi": "Hồ sơ đã thay đổi từ đó; hãy sửa trên trang của hồ sơ.", "en": "The record has changed since; change it on its own page."])
            }
        }
        try database.writeAndWait {
            try $0.run("UPDATE match_review SET state = 'open', decided_by = NULL, decided = NULL, chosen = NULL, load = NULL WHERE id = \(review.id)")
        }
    }
}
