// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
internal import Registers
internal import Store

/// One thing to pay, a biller's or a dossier's fee.
public struct Payable: Sendable, Equatable {
    /// A bill's id, or `fee:` and the dossier's code.
    public let id: String
    /// Who receives it, from the register of billers or the procedure's office.
    public let payee: String
    public let sort: String
    public let title: Text
    public let period: String
    public let schoolClass: String?
    public let detail: String?
    public let remaining: Money
    public let due: Day?
    public let isDisputed: Bool
    /// On its way by somebody else.
    public let held: Money
    /// Whom it is for, where it is for one person.
    public let person: Int64?
    public let personName: String?
    /// The bill's last entry, by which a change is noticed.
    public let version: Int64

    public func isLate(on day: Day) -> Bool { due.map { $0 < day } ?? false }
}

/// All that a household has to pay.
public struct Basket: Sendable, Equatable {
    public let household: String
    public let lines: [Payable]
    public var total: Money { Money(lines.reduce(0) { $0 + $1.remaining.amount }) }
}

extension Payments {
    /// Everything open for a household and those who live in it, what is due first before the rest.
    public func basket(of household: String) throws -> Basket { try database.read { try self.basket(of: household, on: $0) } }

    /// The same for an officer or a system, whose look is entered for the people whose names it shows, before it is answered.
    public func basket(of household: String, for authority: Authority, door: String) async throws -> Basket {
        guard let purpose = authority.purpose else { throw RegisterError.purposeNeeded }
        // Found by a reader, so that one household's cold pages do not keep the others waiting; the look is entered before it is answered.
        let (basket, row) = try await database.reading { connection in
            (try self.basket(of: household, on: connection), try self.registry.row(ofKey: household, in: self.city.households, on: connection))
        }
        let people = Array(Set(basket.lines.compactMap(\.person))).sorted()
        try await database.write { connection in
            if !people.isEmpty { try self.registry.appendRead(self.city.people, rows: people, authority: authority, purpose: purpose, door: door, asked: "bills", on: connection) }
            if let row { try self.registry.appendRead(self.city.households, rows: [row], authority: authority, purpose: purpose, door: door, asked: "bills", on: connection) }
        }
        return basket
    }

    func basket(of household: String, on connection: Connection) throws -> Basket {
        guard household.utf8.count <= 20, try hasHousehold(household, on: connection) else { throw PaymentError.noSuchHousehold }
        let members = try members(of: household, on: connection)
        var bills = try connection.all(
            "SELECT \(Payments.billColumns) FROM bill WHERE household = \(household) AND state = 0 AND household IS NOT NULL ORDER BY due LIMIT 200", Payments.bill)
        for member in members {
            bills += try connection.all(
                "SELECT \(Payments.billColumns) FROM bill WHERE person = \(member.row) AND state = 0 AND person IS NOT NULL ORDER BY due LIMIT 200", Payments.bill)
        }
        let names = Dictionary(members.map { ($0.row, $0.name) }, uniquingKeysWith: { first, _ in first })
        var billers: [String: Biller] = [:]
        var lines = try bills.map { bill in
            let biller = try billers[bill.biller] ?? self.biller(bill.biller, on: connection)
            billers[bill.biller] = biller
            return payable(bill, biller, name: bill.person.flatMap { names[$0] })
        }
        lines += try dossiers.owedFees(of: members.map(\.row), on: connection).map { payable($0, name: names[$0.applicant]) }
        lines.sort { ($0.due ?? .distantFuture, $0.id) < ($1.due ?? .distantFuture, $1.id) }
        return Basket(household: household, lines: lines)
    }

    func payable(_ bill: Bill, _ biller: Biller, name: String?) -> Payable {
        Payable(
            id: bill.id, payee: biller.name, sort: biller.sort, title: .same(bill.title), period: bill.period, schoolClass: bill.schoolClass, detail: bill.detail,
            remaining: bill.remaining, due: bill.due,
            isDisputed: bill.dispute != nil, held: bill.held, person: bill.person, personName: name, version: bill.last)
    }

    func payable(_ fee: OwedFee, name: String?) -> Payable {
        let procedure = try? dossiers.procedure(fee.procedure)
        return Payable(
            id: "fee:\(fee.dossier)", payee: procedure?.office.title.vi ?? fee.office, sort: "office",
            title: Text(vi: "Phí: \(procedure?.title.vi ?? fee.procedure)", en: "Fee: \(procedure?.title.en ?? fee.procedure)"), period: fee.dossier, schoolClass: nil, detail: nil,
            remaining: fee.amount,
            due: nil, isDisputed: false, held: Money(0), person: fee.applicant, personName: name, version: 0)
    }

    /// The household whose basket holds a bill or a fee; nil for a number that is none.
    public func household(ofBill id: String) throws -> String? {
        try database.read { connection in
            if let bill = try self.bill(id, on: connection) { return try self.household(of: bill, on: connection) }
            let dossier = id.lowercased().hasPrefix("fee:") ? String(id.dropFirst(4)) : id
            guard let fee = try self.dossiers.owedFee(of: dossier, on: connection), let key = try self.registry.key(ofRow: fee.applicant, in: self.city.people, on: connection)
            else { return nil }
            return try self.registry.records(on: connection).find(self.city.people, key)?["household"].string
        }
    }

    /// Whom a bill is for, as its biller's own list names them: a pupil, by initials and given name.
    public func pupil(of bill: Bill) throws -> String? { try bill.person.map { person in try database.read { try self.name(of: person, on: $0) } } }

    /// One thing to pay by its id, as anybody who holds its number may see it: who receives it, what for, how much. Of a person it gives no name.
    public func payable(_ id: String) throws -> Payable {
        try database.read { connection in
            if id.hasPrefix("fee:") {
                guard let fee = try self.dossiers.owedFee(of: String(id.dropFirst(4)), on: connection) else { throw PaymentError.noSuchBill(id) }
                return self.payable(fee, name: nil)
            }
            guard let bill = try self.bill(id, on: connection) else { throw PaymentError.noSuchBill(id) }
            return self.payable(bill, try self.biller(bill.biller, on: connection), name: nil)
        }
    }

    /// The code that a bank's program reads to pay one bill: into the city's collecting account, by the bill's own number.
    public func code(for payable: Payable) throws -> VietQR {
        try VietQR(
            bank: city.account.bank, account: city.account.number, amount: payable.remaining, purpose: Payments.purpose(of: payable.id),
            name: city.account.holder)
    }

    /// What a bank's reference can carry of a bill's id: a dossier's code goes without its colon.
    static func purpose(of id: String) -> String { String((id.hasPrefix("fee:") ? String(id.dropFirst(4)) : id).prefix(25)) }
}

extension Day {
    static let distantFuture = Day(year: 9999, month: 12, day: 31)!
}
