// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
internal import Registers
internal import Store

/// A letter that reminds an office, as its record says.
public struct Urging: Sendable {
    public let number: String
    public let office: String
    public let commune: String?
    public let instruction: String
    public let late: String
    public let records: String
    public let sent: Day
    public let due: Day
    public let answered: Day?
    public let answer: String?
    /// What was late when it was sent, with the records' names; empty in lists of letters.
    public let parts: [LatePart]
    /// The record's last entry, so that an answer meets what its writer saw.
    public let last: Int64

    public func isLate(on day: Day) -> Bool { answered == nil && due < day }
}

extension Steering {
    /// Who sends letters in the city's name: a right to write them for the whole city.
    public func maySend(_ authority: Authority) -> Bool {
        authority.grants.contains { ($0.register == names.urgings || $0.register == "*") && $0.acts.contains(.write) && $0.unit == nil }
    }

    /// Who answers a letter: those who work for the office it goes to, and send none. A commune answers those to its own offices, and none to a department.
    public func mayAnswer(_ urging: Urging, _ authority: Authority) -> Bool {
        guard !maySend(authority) else { return false }
        let isOfCommune = communeOffices.contains(urging.office)
        return authority.grants.contains { grant in
            let works = grant.register == Office.right(urging.office) && grant.acts.contains(.write)
            guard let unit = grant.unit else { return works }
            let reads = grant.register == names.urgings && grant.acts.contains(.read)
            return isOfCommune && unit == urging.commune && (works || reads)
        }
    }

    /// Codes of the offices that each commune has.
    var communeOffices: Set<String> {
        Set(instructions.map(\.responsible.inCommunes.code) + dossiers.procedures.map(\.office).filter(\.isOfCommunes).map(\.code))
    }

    /// The offices that letters go to.
    public func offices() throws -> [Choice] {
        guard case .choice(let offices)? = try registry.register(names.urgings).field("office")?.kind else { return [] }
        return offices
    }

    /// The one office of the city in whose name somebody answers; nil for who works for several, or for none, or sends letters.
    public func ownOffice(_ authority: Authority) throws -> Choice? {
        guard !maySend(authority) else { return nil }
        let own = try offices().filter { office in
            authority.grants.contains { $0.register == Office.right(office.code) && $0.acts.contains(.write) && $0.unit == nil }
        }
        return own.count == 1 ? own[0] : nil
    }

    /// Letters, the latest first: all, or those to one commune, to one office.
    public func urgings(to commune: String? = nil, office: String? = nil, for authority: Authority, limit: Int = Steering.listedMax) async throws -> [Urging] {
        let register = try registry.register(names.urgings)
        var query = RecordQuery()
        if let commune { query.filters.append(("commune", commune)) }
        if let office { query.filters.append(("office", office)) }
        // Of more letters than are looked at, the latest are.
        query.isNewestFirst = true
        query.limit = 100
        // From the end, so that no number of old letters hides a new one.
        query.isNewestFirst = true
        var all: [Urging] = []
        repeat {
            let page = try await registry.records(names.urgings, query, for: authority, door: "page")
            all += page.records.compactMap { urging($0, register, isWhole: false) }
            query.after = page.next
        } while query.after != nil && all.count < limit
        return Array(all.sorted { ($1.sent, $1.number) < ($0.sent, $0.number) }.prefix(limit))
    }

    public func urging(_ number: String, for authority: Authority) async throws -> Urging {
        let view = try await registry.record(names.urgings, number, for: authority, door: "page")
        guard let found = urging(view, try registry.register(names.urgings), isWhole: true) else { throw RegisterError.noSuchRecord }
        return found
    }

    private func urging(_ view: RecordView, _ register: Register, isWhole: Bool) -> Urging? {
        func text(_ name: String) -> String? { view.value(name, in: register)?.string }
        guard let number = view.key, let office = text("office"), let instruction = text("instruction"), let late = text("late"),
            let sent = view.value("sent", in: register)?.day, let due = view.value("due", in: register)?.day
        else { return nil }
        return Urging(
            number: number, office: office, commune: text("commune"), instruction: instruction, late: late, records: text("records") ?? "", sent: sent, due: due,
            answered: view.value("answered", in: register)?.day, answer: text("answer"),
            parts: isWhole ? text("annex").map(LatePart.read) ?? [] : [], last: view.last)
    }

    /// Sends a letter with what was late as it was drafted: it is a record, which its office answers, and a message where the office is reached.
    /// Gives its number.
    public func urge(_ texts: [String: String], parts: [LatePart] = [], by authority: Authority) async throws -> String {
        guard maySend(authority) else {
            throw RegisterError.forbidden(["vi": "Chỉ lãnh đạo, văn phòng thành phố gửi đôn đốc.", "en": "Only the city's leaders and office send letters."])
        }
        let register = try registry.register(names.urgings)
        let key = try registry.freshKey(names.urgings)
        var all = texts.filter { ["office", "commune", "instruction", "late", "records", "due"].contains($0.key) }
        all[register.key.name] = key
        all["sent"] = registry.world.today.description
        if !parts.isEmpty { all["annex"] = LatePart.text(parts, max: try textMax("annex")) }
        let item = try registry.item(names.urgings, texts: all, effective: nil)
        // What the office is told stands or falls with the letter.
        try await database.write { connection in
            _ = try self.registry.enter([Change(self.names.urgings, key: key, .put(item), expecting: .absent)], cause: "urging", by: authority, on: connection)
            _ = try self.tell(Item.Fields(item: item, register: register), .letter, on: connection)
        }
        return key
    }

    /// The office answers.
    public func answer(_ urging: Urging, words: String, by authority: Authority) async throws {
        guard mayAnswer(urging, authority) else {
            throw RegisterError.forbidden(["vi": "Chỉ đơn vị được đôn đốc mới trả lời.", "en": "Only the office that was urged answers."])
        }
        guard urging.answered == nil else {
            throw RegisterError.objections([Objection(field: "answer", code: "answered", ["vi": "Đôn đốc này đã được trả lời.", "en": "This letter has been answered."])])
        }
        let register = try registry.register(names.urgings)
        // A letter out of a list lacks its annex.
        let annex = try await registry.record(names.urgings, urging.number, for: authority, door: "page").value("annex", in: register)?.string
        var texts: [String: String] = [
            register.key.name: urging.number, "office": urging.office, "instruction": urging.instruction, "late": urging.late, "sent": urging.sent.description,
            "due": urging.due.description, "answered": registry.world.today.description, "answer": words.tidied,
        ]
        texts["commune"] = urging.commune
        if !urging.records.isEmpty { texts["records"] = urging.records }
        texts["annex"] = annex
        let item = try registry.item(names.urgings, texts: texts, effective: nil)
        // The office may write its answer and nothing else of the letter.
        let writer = Authority(authority.sort, id: authority.id, name: authority.name, grants: [Grant(names.urgings, [.read, .write])], purpose: authority.purpose)
        _ = try await registry.enter([Change(names.urgings, key: urging.number, .put(item), expecting: .state(urging.last))], cause: "answer", by: writer)
    }
}
