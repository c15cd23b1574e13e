// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// A key on somebody's own device by which they sign in (WebAuthn level 3, ES256).
public struct Passkey: Sendable {
    public let id: [UInt8]
    public let created: Instant
    public let used: Instant?
}

extension Accounts {
    /// A challenge for registering a key (`person`) or for signing in (nil): once, for five minutes.
    public func passkeyChallenge(person: Int64?) throws -> [UInt8] {
        let challenge = world.random(32)
        let hash = Hash.of(challenge).array
        let now = world.now()
        let until = now.milliseconds + 5 * 60_000
        try database.writeAndWait { connection in
            try connection.run("DELETE FROM passkey_challenge WHERE until < \(now)")
            try connection.run("INSERT INTO passkey_challenge (hash, person, until) VALUES (\(hash), \(person), \(until))")
        }
        return challenge
    }

    /// What the browser says it did, for which challenge, on which site; the challenge is used up.
    private func useChallenge(_ clientData: [UInt8], kind: String, origin: String, person: Int64?) throws -> Bool {
        guard let json = try? JSON(parsing: clientData), json["type"]?.string == kind, json["origin"]?.string == origin, json["crossOrigin"] != .boolean(true),
            let challenge = json["challenge"]?.string.flatMap({ Encoding.bytes(base64: $0) })
        else { return false }
        let hash = Hash.of(challenge).array
        let now = world.now()
        return try database.writeAndWait { connection in
            let found = try connection.first("SELECT person FROM passkey_challenge WHERE hash = \(hash) AND until > \(now)") { $0.optionalInteger(0) }
            try connection.run("DELETE FROM passkey_challenge WHERE hash = \(hash)")
            return connection.changes == 1 && found == .some(person)
        }
    }

    /// What stands in authenticator data: present and verified by the user, for this site.
    private struct AuthenticatorData {
        let flags: UInt8
        let counter: Int64
        let rest: ArraySlice<UInt8>
        var isPresent: Bool { flags & 1 != 0 }
        var isVerified: Bool { flags & 4 != 0 }

        init?(_ bytes: [UInt8], site: String) {
            guard bytes.count >= 37, equalInConstantTime(Array(bytes[0..<32]), Hash.of(site.utf8).array) else { return nil }
            flags = bytes[32]
            counter = bytes[33..<37].reduce(0) { $0 << 8 | Int64($1) }
            rest = bytes[37...]
        }
    }

    /// Takes a new key of somebody who has signed in. `site` is the host without its port.
    public func addPasskey(register: String, row: Int64, clientData: [UInt8], attestation: [UInt8], site: String, origin: String) throws {
        guard try useChallenge(clientData, kind: "webauthn.create", origin: origin, person: row), let (object, _) = CBOR.read(attestation[...]),
            let data = object[.text("authData")]?.bytes, let parsed = AuthenticatorData(data, site: site), parsed.isPresent, parsed.isVerified, parsed.flags & 0x40 != 0,
            parsed.rest.count > 18
        else { throw AccountError.wrongPassword }
        let rest = Array(parsed.rest)
        let length = Int(rest[16]) << 8 | Int(rest[17])
        guard length > 0, length <= 1023, rest.count > 18 + length, let (key, _) = CBOR.read(rest[(18 + length)...]) else { throw AccountError.wrongPassword }
        // COSE (RFC 9053): an EC2 key for ES256 on P-256.
        guard key[.integer(1)] == .integer(2), key[.integer(3)] == .integer(-7), key[.integer(-1)] == .integer(1), let x = key[.integer(-2)]?.bytes, x.count == 32,
            let y = key[.integer(-3)]?.bytes, y.count == 32
        else { throw AccountError.wrongPassword }
        let id = Array(rest[18..<18 + length])
        let point = [4] + x + y
        let now = world.now()
        try database.writeAndWait { connection in
            guard try connection.first("SELECT count(*) FROM passkey WHERE register = \(register) AND record = \(row)", { $0.integer(0) })! < 10 else { throw AccountError.tooMany }
            try connection.run(
                """
                INSERT INTO passkey (id, register, record, public_key, counter, created, used) \
                VALUES (\(id), \(register), \(row), \(point), \(parsed.counter), \(now), \(Int64?.none)) ON CONFLICT (id) DO NOTHING
                """)
            guard connection.changes == 1 else { throw AccountError.wrongPassword }
        }
    }

    /// Signs somebody in by a key; gives the session's secret. A counter that goes back is a copied key, and is refused.
    public func signIn(passkey id: [UInt8], clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8], site: String, origin: String, address: String) throws -> String {
        try countTry("address:" + address, limits.triesOfAddressMax)
        guard try useChallenge(clientData, kind: "webauthn.get", origin: origin, person: nil), let data = AuthenticatorData(authenticatorData, site: site), data.isPresent,
            data.isVerified
        else { throw AccountError.wrongPassword }
        let found = try database.look { connection in
            try connection.first("SELECT register, record, public_key, counter FROM passkey WHERE id = \(id)") { ($0.text(0), $0.integer(1), $0.blob(2), $0.integer(3)) }
        }
        guard let (register, row, point, counter) = found, P256.isValid(signature, of: authenticatorData + Hash.of(clientData).array, by: point),
            data.counter > counter || (data.counter == 0 && counter == 0)
        else { throw AccountError.wrongPassword }
        let now = world.now()
        try database.writeAndWait { try $0.run("UPDATE passkey SET counter = \(data.counter), used = \(now) WHERE id = \(id)") }
        return try openCitizenSession(register: register, row: row)
    }

    public func passkeys(register: String, row: Int64) throws -> [Passkey] {
        try database.look { connection in
            try connection.all("SELECT id, created, used FROM passkey WHERE register = \(register) AND record = \(row) ORDER BY created") {
                Passkey(id: $0.blob(0), created: Instant(milliseconds: $0.integer(1)), used: $0.optionalInteger(2).map { Instant(milliseconds: $0) })
            }
        }
    }

    public func removePasskey(_ id: [UInt8], register: String, row: Int64) throws {
        try database.writeAndWait { try $0.run("DELETE FROM passkey WHERE id = \(id) AND register = \(register) AND record = \(row)") }
    }

    // MARK: Another provider's word

    /// Remembers what was asked of an identity provider, for ten minutes: the state's hash, the nonce, the proof key and where to go then.
    public func addIdentityRequest(state: String, nonce: String, verifier: String, next: String) throws {
        let hash = Hash.of(state.utf8).array
        let now = world.now()
        let until = now.milliseconds + 600_000
        try database.writeAndWait { connection in
            try connection.run("DELETE FROM identity_request WHERE until < \(now)")
            try connection.run("INSERT INTO identity_request (hash, nonce, verifier, next, until) VALUES (\(hash), \(nonce), \(verifier), \(next), \(until))")
        }
    }

    /// What was asked with this state, once.
    public func useIdentityRequest(state: String) throws -> (nonce: String, verifier: String, next: String)? {
        let hash = Hash.of(state.utf8).array
        let now = world.now()
        return try database.writeAndWait { connection in
            let found = try connection.first("SELECT nonce, verifier, next FROM identity_request WHERE hash = \(hash) AND until > \(now)") { ($0.text(0), $0.text(1), $0.text(2)) }
            try connection.run("DELETE FROM identity_request WHERE hash = \(hash)")
            return connection.changes == 1 ? found : nil
        }
    }

    public func unpredictable() -> String { Encoding.base64URL(world.random(32)) }
}
