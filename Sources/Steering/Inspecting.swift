// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Registers

extension Steering {
    /// Who draws samples and enters what they found: a right to write inspections for the whole city.
    public func mayInspect(_ authority: Authority) -> Bool {
        authority.grants.contains { ($0.register == names.inspections || $0.register == "*") && $0.acts.contains(.write) && $0.unit == nil }
    }

    /// So many letters and draws are listed, and so many findings, the latest of them.
    public static let listedMax = 100
    public static let findingsMax = 1000

    /// The draws that were entered, the latest first.
    public func inspections(for authority: Authority, limit: Int = Steering.listedMax) async throws -> [RecordView] {
        var query = RecordQuery()
        query.limit = limit
        query.isNewestFirst = true
        return try await registry.records(names.inspections, query, for: authority, door: "page").records
    }

    /// What an inspection found, or what was found in one's own unit; what is not mended comes first, then what is due first.
    public func inspectionFindings(of inspection: String? = nil, for authority: Authority) async throws -> [RecordView] {
        let register = try registry.register(names.findings)
        var query = RecordQuery()
        if let inspection { query.filters.append(("inspection", inspection)) }
        query.isNewestFirst = true
        query.limit = Self.findingsMax
        let found = try await registry.records(names.findings, query, for: authority, door: "page").records
        func text(_ view: RecordView, _ field: String) -> String { view.value(field, in: register)?.plain ?? "" }
        return found.sorted { first, second in
            let (left, right) = (text(first, "mended").isEmpty, text(second, "mended").isEmpty)
            return left == right ? text(first, "due") < text(second, "due") : left
        }
    }

    /// Draws a sample: the record is entered before anybody sees what was drawn, and its own entry is the seed. Gives its number.
    public func draw(_ texts: [String: String], by authority: Authority) async throws -> String {
        let register = try registry.register(names.inspections)
        let key = try registry.freshKey(names.inspections)
        var all = texts.filter { ["office", "commune", "register", "sample", "source", "announcement", "seed"].contains($0.key) }
        all[register.key.name] = key
        all["state"] = "drawn"
        all["day"] = registry.world.today.description
        let item = try registry.item(names.inspections, texts: all, effective: nil)
        _ = try await registry.enter([Change(names.inspections, key: key, .put(item), expecting: .absent)], cause: "draw", by: authority)
        return key
    }

    /// Enters what is wrong with a record of the sample.
    public func find(_ texts: [String: String], in inspection: String, by authority: Authority) async throws {
        let register = try registry.register(names.findings)
        let key = try registry.freshKey(names.findings)
        var all = texts.filter { ["commune", "record", "fault", "field", "words", "due", "evidence", "kept"].contains($0.key) }
        all[register.key.name] = key
        all["inspection"] = inspection
        let item = try registry.item(names.findings, texts: all, effective: nil)
        _ = try await registry.enter([Change(names.findings, key: key, .put(item), expecting: .absent)], cause: "finding", by: authority)
    }

    /// Closes an inspection; how many were wrong is counted from its findings.
    public func close(_ inspection: RecordView, conclusion: String, by authority: Authority) async throws {
        try await enter(["state": "closed", "findings": conclusion.tidied], of: inspection, in: names.inspections, cause: "closure", by: authority)
    }

    /// Who answers a finding and mends it: those of the commune that the record belongs to, and those of the office examined.
    public func mayMend(_ finding: RecordView, office: String?, _ authority: Authority) throws -> Bool {
        let commune = finding.value("commune", in: try registry.register(names.findings))?.string
        return authority.grants.contains { grant in
            let isOwn = grant.register == names.findings && grant.acts.contains(.read) && grant.unit != nil && grant.unit == commune
            guard let office, !isOwn else { return isOwn }
            return grant.register == Office.right(office) && grant.acts.contains(.write) && (grant.unit == nil || grant.unit == commune)
        }
    }

    /// The unit's answer, and the day on which it was mended where it is.
    public func mend(_ finding: RecordView, office: String?, answer: String, isMended: Bool, by authority: Authority) async throws {
        guard try mayMend(finding, office: office, authority) else {
            throw RegisterError.forbidden(["vi": "Chỉ đơn vị được kiểm tra mới trả lời.", "en": "Only the unit that was examined answers."])
        }
        var texts = ["answer": answer.tidied]
        if isMended { texts["mended"] = registry.world.today.description }
        // The unit writes its answer and nothing else of the finding.
        let writer = Authority(authority.sort, id: authority.id, name: authority.name, grants: [Grant(names.findings, [.read, .write])], purpose: authority.purpose)
        try await enter(texts, of: finding, in: names.findings, cause: "mending", by: writer)
    }

    /// Some fields of a record anew, the others as its reader saw them.
    private func enter(_ texts: [String: String], of view: RecordView, in name: String, cause: String, by authority: Authority) async throws {
        guard let key = view.key else { throw RegisterError.noSuchRecord }
        let register = try registry.register(name)
        var all: [String: String] = [:]
        for field in register.allFields {
            let value = view.value(field.name, in: register) ?? .null
            all[field.name] = texts[field.name] ?? (value.isNull ? "" : value.plain)
        }
        let item = try registry.item(name, texts: all, effective: nil)
        _ = try await registry.enter([Change(name, key: key, .put(item), expecting: .state(view.last))], cause: cause, by: authority)
    }
}
