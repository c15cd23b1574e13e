// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Store

/// What a load knows while it runs. Its entering part runs on the writer's thread, one group of lines at a time;
/// between the groups the loader looks at the result.
final class LoadSession {
    let registry: Registry
    let plan: Plan
    let parser: LineParser
    let load: Int64
    let options: LoadOptions
    let authority: Authority
    var isFresh: Bool
    var expectedSize: Int64?
    var result = LoadResult()
    /// What became of each line, kept for batches only.
    var outcomes: [Int: (result: String, entry: Int64?, objections: [Objection])] = [:]
    var isKeepingOutcomes = false
    /// Whose list it is.
    var scope = Scope()
    /// Where the file says beside its codes whom they mean.
    var comparer: Comparer?

    /// Hashes of the keys the file has named: 8 bytes a line, for duplicates and for snapshots.
    private(set) var seen: Set<UInt64> = []
    /// In a fresh register: hashes of the groups that have their one member.
    private var headed: Set<UInt64> = []
    /// Lines whose neighbours make their group's shares whole, so that they can be entered at once.
    private var approved: Set<Int> = []
    private(set) var deferredLines: Set<Int> = []
    private(set) var unreadableLines = 0
    private var deferred: [LoadLine] = []
    private var isSecondPass = false
    private var mayWriteUnit: [String: Bool] = [:]
    private var lastUnit = ""
    private var mayWriteLast = false
    private var references: [ReferenceCheck]
    /// Other registers' values that must agree with columns of this one.
    private let dependents: [(table: String, reference: String, field: String, column: Int, text: Text)]
    let groupColumn: Int?
    private let headColumn: Int?
    private let shareColumn: Int?
    var firstEntry: Int64?
    var lastEntry: Int64?

    private struct ReferenceCheck {
        let field: Field
        let position: Int
        let target: String
        let agreements: [(column: String, position: Int, field: String, text: Text)]
        var statement: Statement?
        var lastKey = ""
        var lastDay: Day?
        var lastFound: [Cell]?
        /// What the lines of this group refer to, when it was asked for all at once.
        var found: [String: (since: Day, cells: [Cell])] = [:]
        var isFilled = false
    }

    /// Records whose present content is shown as an example.
    private(set) var examplesOf: [Int64] = []

    /// Takes a dry run back: everything was done, nothing stays.
    struct DryRun: Error { let refused: [LoadLine] }

    init(
        _ registry: Registry, _ plan: Plan, parser: LineParser, load: Int64, options: LoadOptions, authority: Authority, isFresh: Bool
    ) {
        self.registry = registry
        self.plan = plan
        self.parser = parser
        self.load = load
        self.options = options
        self.authority = authority
        self.isFresh = isFresh
        let rule = plan.register.groupRule
        groupColumn = rule.flatMap { rule in plan.columns.firstIndex { $0.field.name == rule.group } }
        headColumn = rule.flatMap { rule in plan.columns.firstIndex { $0.field.name == rule.field } }
        shareColumn = rule?.share.flatMap { share in plan.columns.firstIndex { $0.field.name == share } }
        references = plan.register.fields.enumerated().compactMap { position, field in
            guard let target = field.kind.referencedRegister else { return nil }
            let agreements = plan.register.agreements.filter { $0.reference == field.name }.map { agreement in
                (
                    column: "c_" + agreement.other, position: plan.columns.firstIndex { $0.field.name == agreement.field }!,
                    field: agreement.field, text: agreement.text
                )
            }
            return ReferenceCheck(field: field, position: position, target: target, agreements: agreements)
        }
        dependents = registry.dependents(of: plan)
        result.load = load
        result.skipped = options.readOver.lines
        result.unclear = options.readOver.unclear
    }

    func startSecondPass() {
        isSecondPass = true
        deferredLines = []
    }

    static func hash(_ text: String) -> UInt64 { UInt64(bitPattern: Int64(text.hashValue)) }

    // MARK: Entering

    /// Enters a group of lines and returns the refused ones. In a dry run everything is done and then taken back.
    func enter(_ lines: [LoadLine], on connection: Connection) throws -> [LoadLine] {
        var refused: [LoadLine] = []
        try noticeOthers(on: connection)
        // What was found in an earlier transaction may have ended since.
        for index in references.indices { references[index].lastFound = nil }
        if connection.isRemote { try findAll(lines, on: connection) }
        try comparer?.prepare(lines, on: connection)
        try approveRuns(lines, on: connection)
        for line in lines {
            guard line.objections.isEmpty else {
                // A line that is refused still says that its record is in the file.
                if line.item.key.isEmpty { unreadableLines += 1 } else { seen.insert(Self.hash(line.item.key)) }
                refused.append(try explained(line, on: connection))
                continue
            }
            if let objections = try enter(line, on: connection) {
                refused.append(
                    LoadLine(
                        line: line.line, item: line.item, effective: line.effective, cells: [], words: nil, start: [], sealed: nil,
                        objections: objections, doubts: 0, kept: line.kept, compared: line.compared))
            }
        }
        if options.isDryRun { throw DryRun(refused: refused) }
        expectedSize = try registry.journals.size(of: plan.register.name, on: connection)
        try note(on: connection)
        return refused
    }

    /// While a register was empty nobody else's records had to be looked for. Once somebody else enters, they must.
    private func noticeOthers(on connection: Connection) throws {
        guard isFresh, !options.isDryRun else { return }
        let size = try registry.journals.size(of: plan.register.name, on: connection)
        if size != expectedSize {
            try registry.finishLate(plan, on: connection)
            try connection.run("UPDATE load SET late = 0 WHERE id = \(load)")
            registry.late.remove(plan.register.name)
            isFresh = false
        }
    }

    /// Nil when the line was entered, is unchanged or waits for others of its group.
    private func enter(_ line: LoadLine, on connection: Connection) throws -> [Objection]? {
        if !isSecondPass, !seen.insert(Self.hash(line.item.key)).inserted {
            return [
                Objection(
                    field: plan.register.key.name, code: "repeated",
                    ["vi": "Mã này đã có ở một dòng trên của tệp.", "en": "This key stands in an earlier line of the file."])
            ]
        }
        // Only who may enter the line is told whether it fits. A line that changes nothing is compared too: its code may stand in the wrong row.
        if let comparer, scope.objections(to: line.item).isEmpty, forbidden(line) == nil {
            let wrong = try comparer.objections(to: line, on: connection)
            if !wrong.isEmpty { return wrong }
        }
        let current = isFresh ? nil : try registry.current(plan, key: line.item.key, on: connection)
        var line = line
        if let current, !current.isRetired {
            let stored = try registry.journals.entry(current.entry, in: plan.register.name, on: connection)
            if !parser.absent.isEmpty, let item = stored.flatMap({ plan.item($0) }) { line = merged(line, with: item) }
            if let content = stored?.content, content.starts(with: line.start), options.effective.map({ $0 == current.since }) ?? true {
                result.unchanged += 1
                if isKeepingOutcomes { outcomes[line.line] = ("unchanged", current.entry, []) }
                return nil
            }
        }
        if let objection = try registry.followedObjection(plan, current, on: connection) { return [objection] }
        if let objections = try objections(to: line, on: connection) { return objections }
        if let current, !current.isRetired, let objection = foreign(line, current) { return [objection] }
        if let current, !current.isRetired, let objection = try leftBehind(line, current, on: connection) { return [objection] }
        if try mustWait(line, current, on: connection) || hasConsequences(line, current) {
            try wait(line)
            return nil
        }
        try put(line, current, on: connection)
        return nil
    }

    /// The file has not all columns: the others keep what the record says.
    private func merged(_ line: LoadLine, with item: Item) -> LoadLine {
        var merged = line.item
        for position in parser.absent { merged.values[position] = item.values[position] }
        return LoadLine(
            line: line.line, item: merged, effective: line.effective,
            cells: plan.columns.map { Plan.cell(merged.values[$0.position], $0.field.kind) }, words: plan.isSearched ? plan.words(merged) : nil,
            start: plan.contentStart(merged), sealed: nil, objections: [], doubts: line.doubts, kept: line.kept, compared: line.compared)
    }

    /// Whether the loader has no right to enter for the line's unit.
    private func forbidden(_ line: LoadLine) -> Objection? {
        let unit = registry.unit(plan, line.cells) ?? options.unit ?? registry.place(plan, line.cells, authority)
        if unit != lastUnit {
            if mayWriteUnit[unit] == nil {
                let place = plan.register.jurisdiction == nil ? registry.cityUnit : unit
                mayWriteUnit[unit] = authority.may(.write, plan.register.name, unit: place, units: registry.units, on: line.effective)
            }
            lastUnit = unit
            mayWriteLast = mayWriteUnit[unit]!
        }
        guard !mayWriteLast else { return nil }
        return Objection(
            field: plan.register.jurisdiction?.name ?? "", code: "unit-forbidden",
            Text(vi: "Bạn không có quyền cập nhật cho đơn vị \(unit).", en: "You may not enter for unit \(unit)."))
    }

    private func objections(to line: LoadLine, on connection: Connection) throws -> [Objection]? {
        var objections = scope.objections(to: line.item)
        if let refusal = forbidden(line) { objections.append(refusal) }
        for index in references.indices {
            guard let key = line.item.values[references[index].position].string else { continue }
            try find(index, key, by: line.effective, on: connection)
            guard let found = references[index].lastFound else {
                let target = try registry.plan(references[index].target).register
                objections.append(Objection(field: references[index].field.name, code: "reference", target.absence(of: key)))
                continue
            }
            for (agreement, cell) in zip(references[index].agreements, found) where line.cells[agreement.position] != cell {
                objections.append(Objection(field: agreement.field, code: "agreement", agreement.text))
            }
        }
        return objections.isEmpty ? nil : objections
    }

    /// What should have followed from another record is missing because that record is: the commune of a person whose number is wrong. Then the number is told.
    private func explained(_ line: LoadLine, on connection: Connection) throws -> LoadLine {
        var objections = line.objections
        for completion in plan.register.completions {
            guard let through = completion.through ?? completion.beside,
                let at = objections.firstIndex(where: { $0.field == completion.field && $0.code == "required" })
            else { continue }
            if objections.contains(where: { $0.field == through.reference }) {
                objections.remove(at: at)
                continue
            }
            guard let reference = references.first(where: { $0.field.name == through.reference }), line.item.values.indices.contains(reference.position),
                let key = line.item.values[reference.position].string
            else { continue }
            let target = try registry.plan(reference.target)
            guard try registry.current(target, key: key, on: connection) == nil else { continue }
            objections[at] = Objection(field: through.reference, code: "reference", target.register.absence(of: key))
        }
        return LoadLine(
            line: line.line, item: line.item, effective: line.effective, cells: line.cells, words: nil, start: [], sealed: nil, objections: objections, doubts: 0, kept: line.kept)
    }

    /// Asks for all the records that these lines refer to at once.
    private func findAll(_ lines: [LoadLine], on connection: Connection) throws {
        for index in references.indices where references[index].target != plan.register.name {
            references[index].found.removeAll(keepingCapacity: true)
            let position = references[index].position
            let keys = Set(lines.compactMap { $0.objections.isEmpty ? $0.item.values[position].string : nil }).sorted()
            let target = try registry.plan(references[index].target)
            let columns = SQL(stringLiteral: references[index].agreements.map { ", " + $0.column }.joined())
            let standing: SQL = references[index].field.isLasting ? "" : " AND retired = 0"
            for start in stride(from: 0, to: keys.count, by: Self.keysAtOnce) {
                let some = keys[start..<min(start + Self.keysAtOnce, keys.count)]
                // The list is filled up with its last key, so that one prepared statement serves every length.
                let list = SQL.joined((0..<Self.keysAtOnce).map { "\(some[min(some.startIndex + $0, some.endIndex - 1)])" }, by: ", ")
                try connection.each("SELECT key, since\(columns) FROM record_\(name: target.table) WHERE key IN (\(list))\(standing) LIMIT \(Self.keysAtOnce)") { row in
                    references[index].found[row.text(0)] = (
                        Day(number: Int32(truncatingIfNeeded: row.integer(1))), references[index].agreements.indices.map { row.cell(2 + $0) }
                    )
                    return true
                }
            }
            references[index].isFilled = true
        }
    }

    private static let keysAtOnce = 500

    /// Members of one household stand together in most files, so the last answer is kept.
    private func find(_ index: Int, _ key: String, by day: Day, on connection: Connection) throws {
        guard references[index].lastKey != key || references[index].lastDay != day || references[index].lastFound == nil else { return }
        references[index].lastDay = day
        if references[index].isFilled {
            references[index].lastKey = key
            let found = references[index].found[key]
            references[index].lastFound = found.flatMap { references[index].field.isLasting || $0.since <= day ? $0.cells : nil }
            return
        }
        let target = try registry.plan(references[index].target)
        let statement: Statement
        if let known = references[index].statement {
            statement = known
        } else {
            let columns = references[index].agreements.map { ", " + $0.column }.joined()
            statement = try connection.statement(
                "SELECT 1\(columns) FROM record_\(target.table) WHERE key = ?\(references[index].field.isLasting ? "" : " AND retired = 0 AND since <= ?")")
            references[index].statement = statement
        }
        defer { statement.reset() }
        statement.bind(1, key)
        if !references[index].field.isLasting { statement.bind(2, Int64(day.number)) }
        references[index].lastKey = key
        references[index].lastFound = try statement.step() ? references[index].agreements.indices.map { statement.row.cell(1 + $0) } : nil
    }

    /// A household does not move without its members: that is an act, not a line.
    private func leftBehind(_ line: LoadLine, _ current: Current, on connection: Connection) throws -> Objection? {
        for dependent in dependents where line.cells[dependent.column] != current.cells[dependent.column] {
            let statement = try connection.statement(
                "SELECT 1 FROM record_\(dependent.table) WHERE \(dependent.reference) = ? AND retired = 0 AND \(dependent.field) <> ? LIMIT 1")
            defer { statement.reset() }
            statement.bind(1, line.item.key)
            statement.bind(2, line.cells[dependent.column])
            if try statement.step() { return Objection(field: plan.columns[dependent.column].field.name, code: "agreement", dependent.text) }
        }
        return nil
    }

    /// A line does not take another unit's record, except where records arrive.
    private func foreign(_ line: LoadLine, _ current: Current) -> Objection? {
        let unit = registry.place(plan, current.cells, authority)
        guard plan.register.jurisdiction != nil, !plan.register.admitsArrivals,
            !authority.may(.write, plan.register.name, unit: unit, units: registry.units, on: line.effective)
        else { return nil }
        return Objection(
            field: plan.register.key.name, code: "unit-forbidden", ["vi": "Hồ sơ này thuộc đơn vị khác.", "en": "This record belongs to another unit."])
    }

    private func put(_ line: LoadLine, _ current: Current?, on connection: Connection) throws {
        let name = plan.register.name
        let base = try current.flatMap {
            line.effective >= $0.since ? $0 : try registry.state(plan, row: $0.row, on: line.effective, size: .max, on: connection)
        }
        let oldUnit = base.flatMap { $0.isRetired ? nil : registry.unit(plan, $0.cells) }
        let unit = registry.unit(plan, line.cells) ?? options.unit ?? authority.unit(for: name) ?? registry.cityUnit
        let number: Int64
        if let sealed = line.sealed, oldUnit == nil || oldUnit == unit {
            number = try registry.enter(
                sealed, parser.form, plan, key: line.item.key, words: line.words, current: current, cells: line.cells, effective: line.effective,
                unit: unit, load: load, on: connection
            ).number
        } else {
            number = try registry.apply(
                plan, line.item, current: current, base: base, cells: line.cells, effective: line.effective, unit: unit, oldUnit: oldUnit, cause: parser.cause,
                author: authority.id, load: load, on: connection
            ).number
        }
        if firstEntry == nil { firstEntry = number - (oldUnit != nil && oldUnit != unit ? 1 : 0) }
        lastEntry = number
        if let headColumn, let groupColumn, isFresh || options.isDryRun || shareColumn != nil, case .text(let group) = line.cells[groupColumn],
            line.cells[headColumn] == .text(plan.register.groupRule!.value)
        {
            headed.insert(Self.hash(group))
        }
        let isNew = current == nil || current!.isRetired
        if options.examplesMax > 0 { try show(line, isNew ? nil : current, on: connection) }
        if isNew { result.added += 1 } else { result.changed += 1 }
        if isKeepingOutcomes { outcomes[line.line] = (isNew ? "added" : "changed", number, []) }
        if line.doubts > 0 { result.doubtful += 1 }
    }

    private func show(_ line: LoadLine, _ current: Current?, on connection: Connection) throws {
        guard result.examples.count(where: { $0.isNew == (current == nil) }) < options.examplesMax else { return }
        // What stands there is shown to those only who may see it, and each look is entered.
        let sight = current.map { registry.sight(plan, unit: registry.place(plan, $0.cells, authority), authority) } ?? .personal
        if current != nil, sight < .official { return }
        let before = try current.flatMap { try registry.journals.entry($0.entry, in: plan.register.name, on: connection).flatMap { plan.item($0) } }
        if let current, sight == .personal { examplesOf.append(current.row) }
        var changes: [(field: String, before: Value, after: Value)] = [(plan.register.key.name, .string(line.item.key), .string(line.item.key))]
        for (position, field) in plan.register.fields.enumerated() {
            let old = field.privacy <= sight ? before?.values[position] ?? .null : .null
            if before != nil, field.privacy > sight { continue }
            if before == nil || old != line.item.values[position] { changes.append((field.name, old, line.item.values[position])) }
        }
        result.examples.append(LoadExample(line: line.line, isNew: current == nil, changes: changes))
    }

    // MARK: Groups

    private func isHead(_ cells: [Cell]) -> Bool { cells[headColumn!] == .text(plan.register.groupRule!.value) }
    private func group(_ cells: [Cell]) -> String? { if case .text(let group) = cells[groupColumn!] { group } else { nil } }

    /// True when entering this line alone could leave a group without its one member, or with two.
    private func mustWait(_ line: LoadLine, _ current: Current?, on connection: Connection) throws -> Bool {
        // What holds from another day than everything else is judged on all its days.
        if line.effective > parser.today || (current.map { line.effective < $0.since } ?? false) { return true }
        guard let groupColumn, headColumn != nil else { return false }
        if let shareColumn { return try mustWaitForShares(line, current, groupColumn, shareColumn, on: connection) }
        let standing = current.flatMap { $0.isRetired ? nil : $0 }
        let newGroup = group(line.cells)
        let oldGroup = standing.flatMap { group($0.cells) }
        // Within one group only a line that leaves its role alone can be judged by itself.
        if let standing, oldGroup == newGroup { return isHead(standing.cells) != isHead(line.cells) }
        if let standing, let oldGroup, isHead(standing.cells) { if try memberCount(oldGroup, on: connection).members > 1 { return true } }
        guard let newGroup else { return false }
        let heads: Int64
        if isFresh {
            heads = headed.contains(Self.hash(newGroup)) ? 1 : 0
        } else if options.isDryRun, headed.contains(Self.hash(newGroup)) {
            heads = 1
        } else {
            heads = try memberCount(newGroup, on: connection).heads
        }
        return isHead(line.cells) ? heads != 0 : heads != 1
    }

    private func mustWaitForShares(_ line: LoadLine, _ current: Current?, _ groupColumn: Int, _ shareColumn: Int, on connection: Connection) throws -> Bool {
        let isOwner = isHead(line.cells)
        if let current, !current.isRetired {
            // What says nothing of who owns how much is judged by itself.
            let same = [groupColumn, headColumn!, shareColumn].allSatisfy { line.cells[$0] == current.cells[$0] }
            return !same && (isOwner || isHead(current.cells))
        }
        return isOwner && approved.remove(line.line) == nil
    }

    /// Owners of one parcel stand together in most files: where they make a whole and are the first, nothing has to wait.
    private func approveRuns(_ lines: [LoadLine], on connection: Connection) throws {
        guard let groupColumn, let shareColumn else { return }
        approved = []
        var index = 0
        while index < lines.count {
            guard lines[index].objections.isEmpty, let group = group(lines[index].cells) else {
                index += 1
                continue
            }
            var end = index
            var owners: [LoadLine] = []
            while end < lines.count, lines[end].objections.isEmpty, case .text(group) = lines[end].cells[groupColumn] {
                if isHead(lines[end].cells) { owners.append(lines[end]) }
                end += 1
            }
            index = end
            let shares = owners.compactMap { line in if case .text(let text) = line.cells[shareColumn] { Share(text) } else { nil } }
            guard owners.allSatisfy({ $0.effective <= parser.today && $0.effective == owners[0].effective }), let sum = Share.sum(shares), !shares.isEmpty,
                sum.numerator == sum.denominator, !headed.contains(Self.hash(group))
            else { continue }
            guard Set(owners.map(\.item.key)).count == owners.count, owners.allSatisfy({ !seen.contains(Self.hash($0.item.key)) }) else { continue }
            if !isFresh {
                guard try registry.shares(of: group, plan, on: connection).isEmpty else { continue }
                guard try owners.allSatisfy({ try registry.current(plan, key: $0.item.key, on: connection) == nil }) else { continue }
            }
            // A line that is refused for another reason would leave the others short of a whole.
            guard try owners.allSatisfy({ try objections(to: $0, on: connection) == nil }) else { continue }
            for owner in owners { approved.insert(owner.line) }
        }
    }

    private func hasConsequences(_ line: LoadLine, _ current: Current?) -> Bool {
        let register = plan.register
        let isNew = current == nil || current!.isRetired
        let fields = Item.Fields(item: line.item, register: register)
        if let lineage = register.lineage, isNew, !fields[lineage.parents].isNull { return true }
        return register.consequences != nil && register.isConsequential(fields, isNew)
    }

    private func memberCount(_ group: String, on connection: Connection) throws -> (heads: Int64, members: Int64) {
        try registry.members(of: group, plan, on: connection)
    }

    private func wait(_ line: LoadLine) throws {
        if isSecondPass, deferred.count >= registry.limits.deferredMax {
            throw RegisterError.file([
                "vi": "Quá nhiều dòng chờ chủ hộ. Hãy xếp tệp theo hộ.", "en": "Too many lines wait for the head of their household. Sort the file by household.",
            ])
        }
        if isSecondPass { deferred.append(line) } else { deferredLines.insert(line.line) }
    }

    /// Waiting lines that share a group, old or new, belong to one act.
    func families() -> [[LoadLine]] {
        if let lineage = plan.register.lineage {
            // Those that come from the same parents come in one act.
            var families: [String: [LoadLine]] = [:]
            var order: [String] = []
            for line in deferred {
                let parents = line.item.value(lineage.parents, in: plan.register).string ?? line.item.key
                if families[parents] == nil { order.append(parents) }
                families[parents, default: []].append(line)
            }
            return order.map { families[$0]! }
        }
        guard let groupColumn else { return deferred.map { [$0] } }
        var families: [Int: [LoadLine]] = [:]
        var owner: [String: Int] = [:]
        var parent = Array(deferred.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while parent[index] != index { index = parent[index] }
            return index
        }
        let oldGroups = oldGroups
        for (index, line) in deferred.enumerated() {
            guard case .text(let group) = line.cells[groupColumn] else { continue }
            for name in [group] + (oldGroups[line.item.key].map { [$0] } ?? []) {
                if let other = owner[name] { parent[root(index)] = root(other) } else { owner[name] = index }
            }
        }
        for index in deferred.indices { families[root(index), default: []].append(deferred[index]) }
        return families.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The group a waiting line's record is in now.
    private var oldGroups: [String: String] {
        guard let groupColumn else { return [:] }
        let result = try? registry.database.read { connection in
            var groups: [String: String] = [:]
            for line in self.deferred {
                if let current = try self.registry.current(self.plan, key: line.item.key, on: connection), !current.isRetired,
                    case .text(let group) = current.cells[groupColumn]
                {
                    groups[line.item.key] = group
                }
            }
            return groups
        }
        return result ?? [:]
    }

    func enterFamily(_ family: [LoadLine], on connection: Connection) throws {
        let before = (result, firstEntry, lastEntry)
        do {
            try enterAct(family, on: connection)
            if options.isDryRun { throw DryRun(refused: []) }
            try note(on: connection)
        } catch let dry as DryRun {
            throw dry
        } catch {
            (result, firstEntry, lastEntry) = before
            throw error
        }
    }

    /// Several families as one piece of work; when one of them fails, all are taken back and the caller asks again in halves.
    func enterFamilies(_ families: ArraySlice<[LoadLine]>, on connection: Connection) throws {
        let before = (result, firstEntry, lastEntry)
        do {
            for family in families { try enterAct(family, on: connection) }
            if options.isDryRun { throw DryRun(refused: []) }
            try note(on: connection)
        } catch let dry as DryRun {
            throw dry
        } catch {
            (result, firstEntry, lastEntry) = before
            throw error
        }
    }

    private func enterAct(_ family: [LoadLine], on connection: Connection) throws {
        var obligations = Obligations()
        var happenings: [Happened] = []
        for (index, line) in family.enumerated() {
            let current = try registry.current(plan, key: line.item.key, on: connection)
            try registry.noteTime(plan, line.effective, current, &obligations, on: connection)
            let base = try current.flatMap {
                line.effective >= $0.since ? $0 : try registry.state(plan, row: $0.row, on: line.effective, size: .max, on: connection)
            }
            try put(line, current, on: connection)
            if current == nil { obligations.touched.append((plan.register.name, lastEntry!)) }
            registry.oblige(plan, index: index, row: current?.row ?? lastEntry!, current: current, item: line.item, cells: line.cells, &obligations)
            try registry.note(plan, key: line.item.key, before: base, after: line.item, line.effective, by: authority.author, &happenings, on: connection)
        }
        try registry.follow(happenings, by: authority, load: load, obligations: &obligations, on: connection)
        let objections = try registry.unmet(obligations, on: connection)
        guard objections.isEmpty else { throw RegisterError.objections(objections) }
    }

    // MARK: Ending

    /// Keeps the load's row up to date in the same transaction as its entries.
    private func note(on connection: Connection) throws {
        try connection.run(
            """
            UPDATE load SET added = \(result.added), changed = \(result.changed), unchanged = \(result.unchanged), \
            rejected = \(result.rejected), retired = \(result.retired), first_entry = \(firstEntry), last_entry = \(lastEntry) WHERE id = \(load)
            """)
    }

    func finish() throws {
        guard !options.isDryRun else { return }
        let now = registry.world.now()
        let this = Unchecked(self)
        try registry.database.writeAndWait { connection in
            try this.value.note(on: connection)
            try connection.run("UPDATE load SET ended = \(now) WHERE id = \(this.value.load)")
        }
    }
}

struct Unchecked<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
