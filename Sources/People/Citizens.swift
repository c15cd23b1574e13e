// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Store

/// A citizen who has signed in, and the record that is about them.
public struct CitizenSession: Sendable {
    public let register: String
    public let row: Int64
    public let formKey: String
    /// The helper at whose screen it was opened.
    public let helper: String?
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

    /// Counts a request for a code, so that one address cannot have the whole city rung.
    public func countCodeRequest(address: String) throws { try countTry("codes:" + address, limits.triesOfAddressMax) }
    /// Counts it for the number that was typed, known or not; false when there were enough.
    public func mayAskForCode(number: String) -> Bool { (try? countTry("phone:" + number, limits.phoneCodesMax)) != nil }
    public func countEnrolment(address: String) throws { try countTry("enrolments:" + address, limits.triesOfAddressMax) }
    public func checkHouseholdTries(address: String, household: String) throws {
        try checkTries("households:" + address, limits.triesOfAddressMax)
        try checkTries("household:" + household, limits.triesOfAddressMax)
    }
    public func countHouseholdTry(address: String, household: String) throws {
        try countTry("households:" + address, limits.triesOfAddressMax)
        try countTry("household:" + household, limits.triesOfAddressMax)
    }
    public func countBooking(address: String) throws { try countTry("bookings:" + address, limits.triesOfAddressMax) }

    /// A code for the phone that the city knows: eight digits, for five minutes. At most three in ten minutes.
    public func addPhoneCode(register: String, row: Int64) throws -> String {
        let code = Encoding.digits(world.random(8))
        let hash = phoneHash(code, register, row)
        let until = world.now().milliseconds + limits.phoneCodeMilliseconds
        try database.writeAndWait { connection in
            try connection.run("DELETE FROM phone_code WHERE register = \(register) AND record = \(row)")
            try connection.run("INSERT INTO phone_code (register, record, code, until, tries) VALUES (\(register), \(row), \(hash), \(until), 0)")
        }
        return code
    }

    private func phoneHash(_ code: String, _ register: String, _ row: Int64) -> [UInt8] { Hash.of("\(register)/\(row)/\(code)".utf8).array }

    /// Uses a phone's code up; false when it is wrong, old, or was tried too often.
    private func usePhoneCode(_ code: String, _ register: String, _ row: Int64) throws -> Bool {
        let hash = phoneHash(code.filter(\.isNumber), register, row)
        let now = world.now()
        let most = Int64(limits.phoneTriesMax)
        return try database.writeAndWait { connection in
            try connection.run("DELETE FROM phone_code WHERE register = \(register) AND record = \(row) AND code = \(hash) AND until > \(now) AND tries < \(most)")
            if connection.changes == 1 { return true }
            try connection.run("UPDATE phone_code SET tries = tries + 1 WHERE register = \(register) AND record = \(row)")
            return false
        }
    }

    private static func plainCode(_ code: String) -> String { String(code.uppercased().filter { $0 != "-" && $0 != " " }.map { $0 == "0" ? "O" : $0 == "1" ? "I" : $0 }) }

    /// Signs a person in by their number and the code; gives the session's secret. `rowOf` finds the record of that number.
    public func signInCitizen(number: String, code: String, address: String, helper: String? = nil, rowOf: (String) throws -> (register: String, row: Int64)?) throws -> String {
        try countTry("address:" + address, limits.triesOfAddressMax)
        try countTry("citizen:" + number, limits.triesMax)
        let hash = Hash.of(Accounts.plainCode(code).utf8).array
        let now = world.now()
        // An unknown number costs the same work as a known one.
        let record = try rowOf(number) ?? (register: "", row: -1)
        if try usePhoneCode(code, record.register, record.row) { return try openCitizenSession(register: record.register, row: record.row, helper: helper) }
        try database.writeAndWait { connection in
            // Used up with the first right try.
            try connection.run("DELETE FROM citizen_code WHERE code = \(hash) AND register = \(record.register) AND record = \(record.row) AND until > \(now)")
            guard connection.changes == 1 else { throw AccountError.wrongPassword }
        }
        return try openCitizenSession(register: record.register, row: record.row, helper: helper)
    }

    /// A session for somebody who has shown who they are; gives its secret.
    public func openCitizenSession(register: String, row: Int64, helper: String? = nil) throws -> String {
        let secret = Encoding.base64URL(world.random(32))
        let hash = Hash.of(secret.utf8).array
        let formKey = Encoding.base64URL(world.random(32))
        let now = world.now()
        let oldest = now.milliseconds - limits.citizenMilliseconds
        try database.writeAndWait { connection in
            try connection.run("DELETE FROM citizen_session WHERE started < \(oldest)")
            try connection.run("INSERT INTO citizen_session (id, register, record, form_key, started, helper) VALUES (\(hash), \(register), \(row), \(formKey), \(now), \(helper))")
        }
        return secret
    }

    public func citizenSession(_ secret: String) throws -> CitizenSession? {
        guard secret.utf8.count == 43 else { return nil }
        let hash = Hash.of(secret.utf8).array
        let oldest = world.now().milliseconds - limits.citizenMilliseconds
        return try database.look { connection in
            try connection.first("SELECT register, record, form_key, helper FROM citizen_session WHERE id = \(hash) AND started > \(oldest)") {
                CitizenSession(register: $0.text(0), row: $0.integer(1), formKey: $0.text(2), helper: $0.optionalText(3), idHash: hash)
            }
        }
    }

    public func signOutCitizen(_ session: CitizenSession) throws {
        let hash = session.idHash
        try database.writeAndWait { try $0.run("DELETE FROM citizen_session WHERE id = \(hash)") }
    }
}
