// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Store

/// A citizen who has signed in, and the record that is about them.
public struct CitizenSession: Sendable {
    public let register: String
    public let row: Int64
    public let formKey: String
    let idHash: [UInt8]
}

extension Accounts {
    /// A code by which one person sees their own data, given on paper at the counter: once to be used, within a week.
    public func addCitizenCode(register: String, row: Int64, by officer: String) throws -> String {
        let code = String(Encoding.base32(world.random(10)).prefix(12)).uppercased()
        let hash = Hash.of(Accounts.plainCode(code).utf8).array
        let until = world.now().milliseconds + limits.citizenCodeMilliseconds
        try database.writeAndWait { connection in
            try connection.run("DELETE FROM citizen_code WHERE register = \(register) AND record = \(row)")
            try connection.run("INSERT INTO citizen_code (code, register, record, issuer, until) VALUES (\(hash), \(register), \(row), \(officer), \(until))")
        }
        return stride(from: 0, to: 12, by: 4).map { start in String(code.dropFirst(start).prefix(4)) }.joined(separator: "-")
    }

    private static func plainCode(_ code: String) -> String { String(code.uppercased().filter { $0 != "-" && $0 != " " }.map { $0 == "0" ? "O" : $0 == "1" ? "I" : $0 }) }

    /// Signs a person in by their number and the code; gives the session's secret. `rowOf` finds the record of that number.
    public func signInCitizen(number: String, code: String, address: String, rowOf: (String) throws -> (register: String, row: Int64)?) throws -> String {
        try countTry("address:" + address, limits.triesOfAddressMax)
        try countTry("citizen:" + number, limits.triesMax)
        let hash = Hash.of(Accounts.plainCode(code).utf8).array
        let now = world.now()
        // An unknown number costs the same work as a known one.
        let record = try rowOf(number) ?? (register: "", row: -1)
        let secret = Encoding.base64URL(world.random(32))
        let secretHash = Hash.of(secret.utf8).array
        let formKey = Encoding.base64URL(world.random(32))
        try database.writeAndWait { connection in
            // Used up with the first right try.
            try connection.run("DELETE FROM citizen_code WHERE code = \(hash) AND register = \(record.register) AND record = \(record.row) AND until > \(now)")
            guard connection.changes == 1 else { throw AccountError.wrongPassword }
            let oldest = now.milliseconds - self.limits.citizenMilliseconds
            try connection.run("DELETE FROM citizen_session WHERE started < \(oldest)")
            try connection.run(
                "INSERT INTO citizen_session (id, register, record, form_key, started) VALUES (\(secretHash), \(record.register), \(record.row), \(formKey), \(now))")
        }
        return secret
    }

    public func citizenSession(_ secret: String) throws -> CitizenSession? {
        guard secret.utf8.count == 43 else { return nil }
        let hash = Hash.of(secret.utf8).array
        let oldest = world.now().milliseconds - limits.citizenMilliseconds
        return try database.look { connection in
            try connection.first("SELECT register, record, form_key FROM citizen_session WHERE id = \(hash) AND started > \(oldest)") {
                CitizenSession(register: $0.text(0), row: $0.integer(1), formKey: $0.text(2), idHash: hash)
            }
        }
    }

    public func signOutCitizen(_ session: CitizenSession) throws {
        let hash = session.idHash
        try database.writeAndWait { try $0.run("DELETE FROM citizen_session WHERE id = \(hash)") }
    }
}
