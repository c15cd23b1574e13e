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
    /// The record's last entry, so that an answer meets what its writer saw.
    public let last: Int64

    public func isLate(on day: Day) -> Bool { answered == nil && due < day }
}

extension Steering {
    /// Who sends letters in the city's name: a right to write them for the whole city.
    public func maySend(_ authority: Authority) -> Bool {
        authority.grants.contains { ($0.register == names.urgings || $0.register == "*") && $0.acts.contains(.write) && $0.unit == nil }
    }

    /// Who answers a letter: those of the office it goes to, or of its commune.
    public func mayAnswer(_ urging: Urging, _ authority: Authority) -> Bool {
        authority.grants.contains { grant in
            (grant.register == names.urgings && grant.acts.contains(.read) && grant.unit != nil && grant.unit == urging.commune)
                || (grant.register == Office.right(urging.office) && grant.acts.contains(.write) && (grant.unit == nil || grant.unit == urging.commune))
        }
    }

    /// Letters, the latest first: all, or those to one commune, to one office.
    public func urgings(to commune: String? = nil, office: String? = nil, for authority: Authority, limit: Int = 100) async throws -> [Urging] {
        let register = try registry.register(names.urgings)
        var query = RecordQuery()
        if let commune { query.filters.append(("commune", commune)) }
        if let office { query.filters.append(("office", office)) }
        query.limit = 100
        var all: [Urging] = []
        repeat {
            let page = try await registry.records(names.urgings, query, for: authority, door: "page")
            all += page.records.compactMap { urging($0, register) }
            query.after = page.next
        } while query.after != nil && all.count < 2000
        return Array(all.sorted { ($1.sent, $1.number) < ($0.sent, $0.number) }.prefix(limit))
    }

    public func urging(_ number: String, for authority: Authority) async throws -> Urging {
        let view = try await registry.record(names.urgings, number, for: authority, door: "page")
        guard let found = urging(view, try registry.register(names.urgings)) else { throw RegisterError.noSuchRecord }
        return found
    }

    private func urging(_ view: RecordView, _ register: Register) -> Urging? {
        func text(_ name: String) -> String? { view.value(name, in: register)?.string }
        guard let number = view.key, let office = text("office"), let instruction = text("instruction"), let late = text("late"),
            let sent = view.value("sent", in: register)?.day, let due = view.value("due", in: register)?.day
        else { return nil }
        return Urging(
            number: number, office: office, commune: text("commune"), instruction: instruction, late: late, records: text("records") ?? "", sent: sent, due: due,
            answered: view.value("answered", in: register)?.day, answer: text("answer"), last: view.last)
    }

    /// What a letter about an instruction would say: what is late, and exactly which records. For those who may send it.
    public func draft(_ standing: Standing, commune: String?) throws -> (late: String, records: String) {
        var late: [String] = []
        var records: [String] = []
        for (indicator, figure) in standing.rows where figure.state == .late {
            switch indicator {
            case .late(let name, let check):
                let byUnit = try registry.findings(name, check: check)
                let count = commune.map { byUnit[$0] ?? 0 } ?? byUnit.values.reduce(0, +)
                guard count > 0 else { continue }
                late.append("\(figure.title.vi): \(count)")
                let keys = try registry.foundKeys(name, check: check, unit: commune, limit: 20)
                if !keys.isEmpty { records.append("\(try registry.register(name).title.vi): \(keys.joined(separator: ", "))") }
            case .fresh(let name):
                let register = try registry.register(name)
                guard figure.of != 0 else {
                    late.append("sổ “\(register.title.vi)” chưa có mục nào")
                    continue
                }
                late.append("sổ “\(register.title.vi)” đã \(figure.value) ngày chưa có cập nhật (quy định: \(register.updated.title.vi.lowercased()))")
            case .signed:
                guard let commune, let own = try signing().first(where: { $0.unit == commune }) else {
                    late.append("\(figure.title.vi): mới \(figure.value) trên \(figure.of ?? 0)")
                    continue
                }
                guard own.isLate else { continue }
                late.append("chưa xác nhận cập nhật dân cư \(own.missing.count) ngày")
                records.append("Ngày chưa xác nhận: " + own.missing.prefix(31).map { Self.signingWords($0, own) }.joined(separator: ", "))
            default: late.append("\(figure.title.vi): mới \(figure.value)\(figure.goal.map { " trên \($0)" } ?? "")")
            }
        }
        return (String(late.joined(separator: "; ").prefix(1000)), String(records.joined(separator: "; ").prefix(1000)))
    }

    /// `20/11/2026 (xác nhận sớm, sau đó nhập thêm 3 thay đổi)`
    private static func signingWords(_ day: Day, _ signing: SigningUnit) -> String {
        let written = day.written(.vietnamese)
        return signing.early[day].map { "\(written) (xác nhận sớm, sau đó nhập thêm \($0) thay đổi)" } ?? written
    }

    /// Sends a letter: it is a record, which its office answers, and a message where the office is reached. Gives its number.
    public func urge(_ texts: [String: String], by authority: Authority) async throws -> String {
        guard maySend(authority) else {
            throw RegisterError.forbidden(["vi": "Chỉ lãnh đạo, văn phòng thành phố gửi đôn đốc.", "en": "Only the city's leaders and office send letters."])
        }
        let register = try registry.register(names.urgings)
        let key = try registry.freshKey(names.urgings)
        var all = texts.filter { ["office", "commune", "instruction", "late", "records", "due"].contains($0.key) }
        all[register.key.name] = key
        all["sent"] = registry.world.today.description
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
        var texts: [String: String] = [
            register.key.name: urging.number, "office": urging.office, "instruction": urging.instruction, "late": urging.late, "sent": urging.sent.description,
            "due": urging.due.description, "answered": registry.world.today.description, "answer": words.tidied,
        ]
        texts["commune"] = urging.commune
        if !urging.records.isEmpty { texts["records"] = urging.records }
        let item = try registry.item(names.urgings, texts: texts, effective: nil)
        // The office may write its answer and nothing else of the letter.
        let writer = Authority(authority.sort, id: authority.id, name: authority.name, grants: [Grant(names.urgings, [.read, .write])], purpose: authority.purpose)
        _ = try await registry.enter([Change(names.urgings, key: urging.number, .put(item), expecting: .state(urging.last))], cause: "answer", by: writer)
    }
}
