// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// What a follower may be sent of a register.
public struct FeedGrant: Sendable {
    /// The agreement's key; nil when only open fields are sent.
    public let agreement: String?
    /// Names of the fields whose values are sent. Everything else goes as digests.
    public let fields: [String]
    public let until: Day?
    /// Whether the agreement names the record's key itself, which followers are sent in any case.
    public let namesKey: Bool
}

/// One step of a feed: entries from a number on, with what shows that they belong to the signed journal.
public struct FeedStep: Sendable {
    public let from: Int64
    public let to: Int64
    /// One line of JSON, then one line an entry.
    public let bytes: [UInt8]
}

extension Registry {
    /// The register in which data-sharing agreements are entered, and the names of its fields.
    public static let agreementRegister = "sharing-agreement"
    /// Entries of one step at most.
    public static let feedMax = 10_000

    /// What this caller may follow: the agreement in force that names its system and the register, else the open fields.
    public func feedGrant(_ register: String, for authority: Authority) throws -> FeedGrant {
        let plan = try plan(register)
        let open = FeedGrant(agreement: nil, fields: plan.register.allFields.filter { $0.privacy == .open }.map(\.name), until: nil, namesKey: true)
        guard authority.sort == .system, plans[Registry.agreementRegister] != nil else {
            guard plan.register.isOpen else { throw agreementNeeded(plan) }
            return open
        }
        guard let agreement = try agreement(authority.name, register: plan.register.name) else {
            guard plan.register.isOpen else { throw agreementNeeded(plan) }
            return open
        }
        let names = agreement.fields["fields"].plain.split(separator: " ").map(String.init)
        let granted =
            names == ["*"]
            ? plan.register.allFields
            : plan.register.allFields.filter { field in
                names.contains(field.name) || field.name == plan.register.key.name || !field.formerly.allSatisfy { !names.contains($0) }
            }
        let highest = granted.map(\.privacy).max() ?? .open
        // An agreement names fields; the right to see persons at all is the token's.
        if highest == .personal {
            guard authority.may(.personal, plan.register.name) else {
                throw RegisterError.forbidden([
                    "vi": "Mã truy cập này không có quyền xem dữ liệu cá nhân của sổ.", "en": "This token has no right to personal data of the register.",
                ])
            }
            guard let purpose = authority.purpose else { throw RegisterError.purposeNeeded }
            guard purpose.code == agreement.fields["purpose"].plain else {
                throw RegisterError.forbidden(
                    Text(
                        vi: "Thỏa thuận \(agreement.key) chỉ cho mục đích “\(agreement.fields["purpose"].plain)”.",
                        en: "Agreement \(agreement.key) is for the purpose “\(agreement.fields["purpose"].plain)” only."))
            }
        } else if highest == .official, !authority.may(.read, plan.register.name), !authority.may(.personal, plan.register.name) {
            throw RegisterError.forbidden(["vi": "Mã truy cập này không có quyền ở sổ.", "en": "This token has no right to the register."])
        }
        return FeedGrant(
            agreement: agreement.key, fields: granted.map(\.name), until: agreement.fields["until"].day,
            namesKey: names == ["*"] || names.contains(plan.register.key.name))
    }

    private func agreementNeeded(_ plan: Plan) -> RegisterError {
        .forbidden(
            Text(
                vi: "Theo sổ “\(plan.register.title.vi)” cần một thỏa thuận chia sẻ dữ liệu đang có hiệu lực, ghi tên hệ thống này.",
                en: "Following “\(plan.register.title.en)” needs a data-sharing agreement in force that names this system."))
    }

    /// The latest agreement that holds today.
    func agreement(_ system: String, register: String) throws -> (key: String, fields: Item.Fields)? {
        let plan = try plan(Registry.agreementRegister)
        guard let column = plan.column("system"), plan.column("register") != nil else { return nil }
        let today = world.today
        return try database.read { connection in
            let keys = try connection.all(
                "SELECT key FROM record_\(name: plan.table) WHERE \(name: column.name) = \(system) AND c_register = \(register) AND retired = 0 ORDER BY row DESC"
            ) { $0.text(0) }
            for key in keys {
                guard let found = try StandingRecords(registry: self, connection: connection).find(Registry.agreementRegister, key) else { continue }
                guard found.since <= today, let until = found["until"].day, until >= today else { continue }
                return (key, found.fields)
            }
            return nil
        }
    }

    /// Whether the signed journal is longer than that; asked again and again by those who wait.
    public func feedIsLonger(_ register: String, than size: Int64) throws -> Bool {
        let name = try plan(register).register.name
        return try database.look { try (self.journals.head(of: name, on: $0)?.size ?? 0) > size }
    }

    /// The next step of a feed. `from` is how many entries the follower has, `seen` the size of the last signed head it was shown.
    public func feed(
        _ register: String, from: Int64, seen: Int64?, limit: Int = Registry.feedMax, for authority: Authority, door: String
    ) async throws -> FeedStep {
        let grant = try feedGrant(register, for: authority)
        let (step, rows) = try await database.reading { try self.step(register, from: from, seen: seen, limit: limit, grant, authority, $0) }
        if !rows.isEmpty { try await enterRead(register, rows: rows, authority: authority, door: door, asked: asked(grant, step)) }
        return step
    }

    /// The same for the command line: a bundle that is carried by hand, for a system with an agreement.
    public func feedAndWait(_ register: String, from: Int64, limit: Int = Registry.feedMax, for authority: Authority) throws -> FeedStep {
        let grant = try feedGrant(register, for: authority)
        let (step, rows) = try database.read { try self.step(register, from: from, seen: nil, limit: limit, grant, authority, $0) }
        if !rows.isEmpty { try enterReadAndWait(register, rows: rows, authority: authority, door: "bundle", asked: asked(grant, step)) }
        return step
    }

    private func asked(_ grant: FeedGrant, _ step: FeedStep) -> String { "follow: \(grant.agreement ?? "") \(step.from)–\(step.to - 1)" }

    private func step(
        _ register: String, from: Int64, seen: Int64?, limit: Int, _ grant: FeedGrant, _ authority: Authority, _ connection: Connection
    ) throws -> (FeedStep, rows: [Int64]) {
        let plan = try plan(register)
        guard from >= 0, (1...Registry.feedMax).contains(limit), seen.map({ $0 >= 0 }) ?? true else {
            throw RegisterError.badRequest(
                Text(vi: "from từ 0; limit từ 1 đến \(Registry.feedMax).", en: "from is 0 or more; limit is from 1 to \(Registry.feedMax)."))
        }
        let name = plan.register.name
        let head = try journals.head(of: name, on: connection)
        let size = head?.size ?? 0
        guard from <= size, (seen ?? 0) <= size else {
            throw RegisterError.badRequest(
                Text(
                    vi: "Nhật ký ở đây chỉ có \(size) mục. Bên theo đã thấy nhiều hơn: đây không phải là nhật ký ấy.",
                    en: "The journal has \(size) entries here. The follower has seen more: this is not the same journal."))
        }
        let to = min(from + Int64(limit), size)
        let proofs = journals.proofs(name, on: connection)
        func consistency(_ old: Int64) throws -> JSON { .array(try proofs.consistency(from: old, to: size).map { .string($0.base64) }) }
        var bytes = JSON.object([
            "origin": .string(journals.origin(of: name)), "register": .string(name), "from": .integer(from), "to": .integer(to), "size": .integer(size),
            "checkpoint": .string(try head?.note ?? journals.checkpoint(of: name, on: connection)), "start": try consistency(from), "end": try consistency(to),
            "seen": try seen.map(consistency) ?? .null, "fields": .array(grant.fields.map(JSON.string)), "agreement": grant.agreement.map(JSON.string) ?? .null,
            "until": grant.until.map { .string($0.description) } ?? .null,
        ]).text.utf8.map { $0 }
        bytes.append(0x0A)
        bytes.reserveCapacity(Int(to - from) * 1600)
        let granted = Set(grant.fields.compactMap { plan.register.position(of: $0) })
        func privacy(_ position: Int) -> Privacy { (position < 0 ? plan.register.key : plan.register.fields[position]).privacy }
        var rows: Set<Int64> = []
        // For each form and unit: which names are shown, and whether any of them is personal.
        var shown: [String: (names: Set<String>, isPersonal: Bool)] = [:]
        if to > from {
            try journals.eachEntry(from: from, in: name, on: connection) { entry in
                guard entry.number < to else { return false }
                let key = "\(entry.form.id) \(entry.unit)"
                if shown[key] == nil {
                    // What the agreement names and this reader may see there; the rest is proven and not shown.
                    let sight = self.sight(plan, unit: entry.unit, authority)
                    let visible = entry.form.names.compactMap { name in plan.register.position(inEntry: name).map { (name, $0) } }.filter {
                        granted.contains($0.1) && privacy($0.1) <= sight
                    }
                    shown[key] = (Set(visible.map(\.0) + ["_retired"]), visible.contains { privacy($0.1) == .personal })
                }
                let (names, isPersonal) = shown[key]!
                if isPersonal, !entry.isErased { rows.insert(entry.record) }
                entry.writeFeedLine(disclosing: { names.contains($0) }, to: &bytes)
                return true
            }
        }
        // Those who are many are named together; a few are named one by one, as on a page.
        return (FeedStep(from: from, to: to, bytes: bytes), rows.count > Registry.followedNamedMax ? [Registry.everybody] : rows.sorted())
    }

    /// So many people at most are named one by one in the entry of a feed's step.
    static let followedNamedMax = 200
}
