// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Journal
internal import Store

/// A machine in a hall by which people apply: known by a key that it made itself and cannot give away.
public struct Kiosk: Sendable {
    public let id: Int64
    public let unit: String
    public let place: String
    public let enrolled: Instant?
    public let seen: Instant?
    public let isRevoked: Bool
    /// When its day began.
    public var opened: Instant?
}

extension Accounts {
    /// Announces a kiosk and gives the code by which its browser is enrolled, once, within a day.
    public func addKiosk(unit: String, place: String) throws -> String {
        let code = String(Encoding.base32(world.random(10)).prefix(12))
        let hash = Hash.of(code.utf8).array
        let until = world.now().milliseconds + limits.linkMilliseconds
        let place = place.tidied
        try database.writeAndWait { connection in
            let id = try connection.first("SELECT coalesce(max(id) + 1, 1) FROM kiosk") { $0.integer(0) }!
            try connection.run("INSERT INTO kiosk (id, unit, place, code, until) VALUES (\(id), \(unit), \(place), \(hash), \(until))")
        }
        return code
    }

    /// Takes the public key that the kiosk's browser made; gives the kiosk's number.
    public func enrolKiosk(code: String, publicKey: [UInt8], address: String) throws -> Int64 {
        try countTry("kiosk:" + address, limits.triesOfAddressMax)
        let hash = Hash.of(code.lowercased().filter { $0 != "-" && $0 != " " }.utf8).array
        let now = world.now()
        guard publicKey.count == 65, publicKey[0] == 4 else { throw AccountError.expiredLink }
        return try database.writeAndWait { connection in
            guard let id = try connection.first("SELECT id FROM kiosk WHERE code = \(hash) AND until > \(now) AND revoked IS NULL", { $0.integer(0) }) else {
                throw AccountError.expiredLink
            }
            try connection.run("UPDATE kiosk SET public_key = \(publicKey), enrolled = \(now), code = NULL, until = NULL WHERE id = \(id)")
            return id
        }
    }

    /// What a kiosk signs to begin its day: it says which kiosk and which minute, so that it cannot be used again later.
    public func kioskChallenge(_ id: Int64, minute: Int64) -> String { "thanglong kiosk \(id) \(minute)" }
    public var kioskMinute: Int64 { world.now().milliseconds / 60_000 }

    /// Begins a kiosk's session by its signature; gives the secret of its cookie.
    public func openKiosk(_ id: Int64, minute: Int64, signature: [UInt8]) throws -> String {
        guard abs(kioskMinute - minute) <= 2 else { throw AccountError.expiredLink }
        let key = try database.look { try $0.first("SELECT public_key FROM kiosk WHERE id = \(id) AND revoked IS NULL AND public_key IS NOT NULL") { $0.blob(0) } }
        guard let key, P256.isValid(signature, of: Array(kioskChallenge(id, minute: minute).utf8), by: key) else { throw AccountError.wrongPassword }
        let secret = Encoding.base64URL(world.random(32))
        let hash = Hash.of(secret.utf8).array
        let now = world.now()
        try database.writeAndWait { connection in
            try connection.run("DELETE FROM kiosk_session WHERE kiosk = \(id)")
            try connection.run("INSERT INTO kiosk_session (id, kiosk, started) VALUES (\(hash), \(id), \(now))")
            try connection.run("UPDATE kiosk SET seen = \(now) WHERE id = \(id)")
        }
        return secret
    }

    /// The kiosk of a cookie, for as long as two days; its first page begins a new day after half a one, so that none ends under somebody's hands.
    public func kiosk(_ secret: String) throws -> Kiosk? {
        guard secret.utf8.count == 43 else { return nil }
        let hash = Hash.of(secret.utf8).array
        let oldest = world.now().milliseconds - 2 * 86_400_000
        return try database.look { connection in
            try connection.first(
                """
                SELECT k.id, k.unit, k.place, k.enrolled, k.seen, k.revoked, s.started FROM kiosk_session s JOIN kiosk k ON k.id = s.kiosk \
                WHERE s.id = \(hash) AND s.started > \(oldest) AND k.revoked IS NULL
                """
            ) { row in
                var kiosk = self.kiosk(row)
                kiosk.opened = Instant(milliseconds: row.integer(6))
                return kiosk
            }
        }
    }

    public func kiosks() throws -> [Kiosk] {
        try database.look { try $0.all("SELECT id, unit, place, enrolled, seen, revoked FROM kiosk ORDER BY id", self.kiosk) }
    }

    private func kiosk(_ row: Row) -> Kiosk {
        Kiosk(
            id: row.integer(0), unit: row.text(1), place: row.text(2), enrolled: row.optionalInteger(3).map { Instant(milliseconds: $0) },
            seen: row.optionalInteger(4).map { Instant(milliseconds: $0) }, isRevoked: row.optionalInteger(5) != nil)
    }

    public func revokeKiosk(_ id: Int64) throws {
        let now = world.now()
        try database.writeAndWait { connection in
            try connection.run("UPDATE kiosk SET revoked = \(now) WHERE id = \(id) AND revoked IS NULL")
            try connection.run("DELETE FROM kiosk_session WHERE kiosk = \(id)")
        }
    }
}
