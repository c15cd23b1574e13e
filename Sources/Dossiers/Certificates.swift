// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Journal
internal import Registers
internal import Store

/// What a decision handed out: an entry of the journal of certificates, by which anyone who holds the paper can check it.
public struct Certificate: Sendable {
    /// 128 random bits: who does not hold the paper does not find it.
    public let code: String
    public let procedure: Procedure
    public let dossier: String
    public let entry: Entry

    public func value(_ name: String) -> Value { entry.value(name) ?? .null }
    /// The content was erased on a court's order or at the person's wish.
    public var isErased: Bool { entry.isErased }

    /// What it says beside its holder, in the order of the form.
    public var content: [(field: Field, value: Value)] {
        (procedure.questions + procedure.findings).compactMap { field in
            let value = value(field.name)
            return value.isNull ? nil : (field, value)
        }
    }
}

/// What checking a credential found.
public struct CredentialCheck: Sendable {
    public let procedure: Procedure?
    /// What its holder chose to show.
    public let claims: [(name: String, value: Value)]
    public let number: Int64
    public let issued: Instant
}

/// Why a credential is none of ours.
public enum CredentialError: Error, Sendable, Equatable { case malformed, badSignature, foreignDisclosure, notInJournal }

extension Dossiers {
    public static let certificatesJournal = "certificates"
    private static let holderNames = ["holder_id", "holder_name", "holder_birth", "holder_sex"]

    /// The names of a certificate's pairs: each can be shown without the others.
    static func certificateNames(_ procedure: Procedure) -> [String] {
        var names: [String] = ["number", "code", "procedure", "dossier", "office", "issued"]
        names += holderNames
        names += procedure.questions.map(\.name)
        names += procedure.findings.map(\.name)
        names += ["_author", "_cause"]
        return names
    }

    func openCertificates() throws {
        for procedure in city.procedures {
            let names = Dossiers.certificateNames(procedure)
            precondition(Set(names).count == names.count, "\(procedure.code) has a question named like a part of its certificate.")
            // The first opening reads every form there is; what is known needs no commit.
            guard (try? journals.form(of: Dossiers.certificatesJournal, names: names)) == nil else { continue }
            try journals.open(Dossiers.certificatesJournal, names: names)
        }
    }

    /// Issues what an approval hands out, inside the decision's commit.
    func issue(_ procedure: Procedure, _ dossier: Dossier, _ application: Application, by party: Party, _ connection: Connection) throws {
        let names = Dossiers.certificateNames(procedure)
        let form = try journals.form(of: Dossiers.certificatesJournal, names: names)
        let code = Encoding.base32(world.random(16))
        var values: [String: Value] = [
            "number": .string(dossier.code), "code": .string(code), "procedure": .string(procedure.code), "dossier": .string(dossier.code),
            "office": .string(procedure.office.code), "issued": .string(world.today.description), "_author": .string(party.id), "_cause": .string("dossier:\(dossier.code)"),
        ]
        for name in ["id", "name", "birth", "sex"] { values["holder_" + name] = application.subject[name] }
        values["holder_id"] = .string(application.subject.key)
        for field in procedure.questions + procedure.findings { values[field.name] = application[field.name] }
        var content: [UInt8] = [0x5B]
        for name in names {
            if content.count > 1 { content.append(0x2C) }
            (values[name] ?? .null).write(to: &content)
        }
        content.append(0x5D)
        let today = world.today
        let place = try journals.append(
            journals.sealer(for: form).seal(content: content, effective: today), form: form, to: Dossiers.certificatesJournal, record: nil, previous: nil, effective: today,
            unit: dossier.submission.unit, load: nil, on: connection)
        try connection.run(
            "INSERT INTO certificate (number, code, dossier, procedure) VALUES (\(place.number), \(code), \(dossier.code), \(procedure.code))")
        if let row = try registry.row(ofKey: application.subject.key, in: city.people, on: connection) {
            try connection.run("INSERT INTO certificate_holder (person, procedure, number) VALUES (\(row), \(procedure.code), \(place.number))")
        }
    }

    func certificate(where condition: SQL, on connection: Connection) throws -> Certificate? {
        let found = try connection.first("SELECT number, code, dossier, procedure FROM certificate WHERE \(condition)") {
            ($0.integer(0), $0.text(1), $0.text(2), $0.text(3))
        }
        guard let found, let entry = try journals.entry(found.0, in: Dossiers.certificatesJournal, on: connection) else { return nil }
        // The version whose questions it answers.
        let declared = try versions(of: found.3).last { Dossiers.certificateNames($0) == entry.form.names } ?? procedure(found.3)
        return Certificate(code: found.1, procedure: declared, dossier: found.2, entry: entry)
    }

    /// The certificate that a dossier gave, for those who may see the dossier.
    public func certificate(of dossier: String) throws -> Certificate? {
        try database.read { try self.certificate(where: "dossier = \(dossier)", on: $0) }
    }

    /// The certificate whose code somebody holds on paper. The look is entered for its holder before it is shown.
    public func certificate(code: String) async throws -> Certificate? {
        guard (20...32).contains(code.utf8.count) else { return nil }
        let found = try database.read { connection -> (Certificate, Int64?)? in
            guard let one = try self.certificate(where: "code = \(code)", on: connection) else { return nil }
            return (one, try one.value("holder_id").string.flatMap { try self.registry.row(ofKey: $0, in: self.city.people, on: connection) })
        }
        guard let (one, row) = found else { return nil }
        if let row {
            let reader = Authority(.visitor, id: "paper", name: "", grants: [], purpose: .verification)
            try await database.write { connection in
                try self.registry.appendRead(self.city.people, rows: [row], authority: reader, purpose: .verification, door: "verify", asked: "certificate", on: connection)
            }
        }
        return one
    }

    // MARK: Credentials

    /// The certificate as an SD-JWT (RFC 9901) over the same disclosures that its journal entry has: all of them are given to its holder.
    public func credential(_ certificate: Certificate) -> String? {
        let entry = certificate.entry
        guard !entry.isErased else { return nil }
        let disclosures = entry.disclosures { !$0.hasPrefix("_") }
        let digests = entry.disclosures { _ in true }.map { Disclosure.digest($0) }.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        let header = JSON.object(["alg": .string("EdDSA"), "kid": .string(journals.keyID), "typ": .string("dc+sd-jwt")])
        let payload = JSON.object([
            "_sd": .array(digests.map(JSON.string)), "_sd_alg": .string("sha-256"), "entry": .integer(entry.number), "iat": .integer(entry.recorded.milliseconds / 1000),
            "iss": .string("thanglong/\(journals.instance)"), "vct": .string("urn:thanglong:certificate:\(certificate.procedure.code)"),
        ])
        let head: String = Encoding.base64URL(Array(header.text.utf8))
        let body: String = Encoding.base64URL(Array(payload.text.utf8))
        let signed = "\(head).\(body)"
        let signature: String = Encoding.base64URL(journals.sign(Array(signed.utf8)))
        return "\(signed).\(signature)~" + disclosures.map { "\($0)~" }.joined()
    }

    /// Checks a credential against its signature and the journal. Nothing is read that its holder does not show.
    public func check(credential text: String) throws -> CredentialCheck {
        let parts = text.split(separator: "~", omittingEmptySubsequences: false).map(String.init)
        let token = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, parts.count <= 200, token.count == 3, let head = Encoding.bytes(base64: token[0]), let body = Encoding.bytes(base64: token[1]),
            let signature = Encoding.bytes(base64: token[2]), let header = try? JSON(parsing: head), let payload = try? JSON(parsing: body),
            header["alg"]?.string == "EdDSA", let number = payload["entry"]?.integer, case .array(let list)? = payload["_sd"]
        else { throw CredentialError.malformed }
        guard SigningKey.isValid(signature, of: Array("\(token[0]).\(token[1])".utf8), by: journals.publicKey) else { throw CredentialError.badSignature }
        let digests = Set(list.compactMap(\.string))
        var claims: [(name: String, value: Value)] = []
        // A key binding, if there is one, is the last part and no disclosure.
        for disclosure in parts.dropFirst() where !disclosure.isEmpty && !disclosure.contains(".") {
            guard digests.contains(Disclosure.digest(disclosure)), let bytes = Encoding.bytes(base64: disclosure), let json = try? JSON(parsing: bytes),
                case .array(let triple) = json,
                triple.count == 3, let name = triple[1].string, let value = Value(triple[2])
            else { throw CredentialError.foreignDisclosure }
            claims.append((name, value))
        }
        let entry = try database.read { try self.journals.entry(number, in: Dossiers.certificatesJournal, on: $0) }
        guard let entry, let leaf = try? JSON(parsing: entry.leafBytes()), case .array(let kept)? = leaf["_sd"], Set(kept.compactMap(\.string)) == digests else {
            throw CredentialError.notInJournal
        }
        let code = payload["vct"]?.string?.split(separator: ":").last.map(String.init) ?? ""
        return CredentialCheck(procedure: try? procedure(code), claims: claims, number: number, issued: entry.recorded)
    }
}
