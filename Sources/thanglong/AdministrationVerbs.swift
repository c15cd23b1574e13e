// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Foundation
import Hanoi
import Journal
import Payments
import People
import Registers
import Store
import Web

struct User: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Accounts of officers.", subcommands: [Add.self, List.self, Disable.self, Link.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add an account; prints the link by which its owner sets a password, once, within a day.")

        @Argument(help: "The user's name: a-z, digits, dots, hyphens.") var user: String
        @Option(help: "The person's name.") var name: String?
        @Option(help: "officer, leader, inspector, administrator, helper, cashier or treasurer.") var role = "officer"
        @Option(help: "Registers, separated by commas. Default: all.") var registers: String?
        @Option(help: "Offices whose dossiers the account handles and whose letters it answers, separated by commas. Default: all when no registers are named, else none.")
        var offices: String?
        @Option(help: "The code of a biller for which the account works, and for nothing else.") var biller: String?
        @Option(help: "The unit to which the rights are bound. Default: the whole city.") var unit: String?
        @Option(help: "The number of the civil servant whose account it is; rights in a unit then follow the post.") var servant: String?
        @Option(help: "The personal number of the guide whose account it is; shifts planned for them are then begun by it.") var person: String?
        @OptionGroup var database: DatabaseOption

        func validate() throws {
            guard Role(rawValue: role) != nil else { throw ValidationError("--role is one of: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).") }
        }

        func run() throws {
            let city = try OpenCity(database.place)
            defer { city.close() }
            let names = registers?.split(separator: ",").map(String.init) ?? City.registers.map(\.name)
            for name in names { _ = try city.registry.register(name) }
            if let unit, city.registry.units.find(unit, on: city.world.today) == nil { throw Failure("There is no unit \(unit) in force.") }
            let known = City.offices
            let chosen = offices?.split(separator: ",").map(String.init) ?? (registers == nil ? known : [])
            for office in chosen where !known.contains(office) { throw Failure("There is no office \(office). Offices: \(known.joined(separator: ", ")).") }
            let role = Role(rawValue: role)!
            if role == .cashier, unit == nil { throw Failure("A cashier's drawer stands in a unit: give --unit.") }
            if let biller { _ = try city.payments.biller(biller) }
            let grants = biller.map { [Grant(Payments.right($0), [.read, .write])] } ?? role.grants(registers: names, offices: chosen, unit: unit)
            let row = try person.map { number -> Int64 in
                guard let row = try city.registry.row(of: number, in: Population.register.name) else { throw Failure("The population register has nobody with this number.") }
                return row
            }
            let code = try city.accounts.add(user: user, name: name ?? user, grants: grants, servant: servant, person: row)
            Terminal.print("/setup?code=\(code)")
            Terminal.say("Give \(user) this link on the server's address; it works once, within a day.")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the accounts.")
        @Flag(help: "As one JSON line.") var json = false
        @OptionGroup var database: DatabaseOption

        func run() throws {
            let city = try OpenCity(database.place, mustExist: true)
            defer { city.close() }
            let accounts = try city.accounts.list()
            if json {
                Terminal.print(
                    JSON.object([
                        "accounts": .array(
                            accounts.map {
                                .object([
                                    "user": .string($0.user), "name": .string($0.name), "disabled": .boolean($0.isDisabled),
                                    "grants": .array($0.grants.map { .string($0.text) }),
                                ])
                            })
                    ]).text)
                return
            }
            for account in accounts {
                Terminal.print("\(account.user)  \(account.name)\(account.isDisabled ? "  disabled" : "")  \(account.grants.map(\.text).joined(separator: " "))")
            }
        }
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Disable an account and end its sessions.")
        @Argument var user: String
        @OptionGroup var database: DatabaseOption

        func run() throws {
            let city = try OpenCity(database.place, mustExist: true)
            defer { city.close() }
            try city.accounts.disable(user: user)
            Terminal.print("\(user) is disabled.")
        }
    }

    struct Link: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "A new one-time link for an owner who forgot the password.")
        @Argument var user: String
        @OptionGroup var database: DatabaseOption

        func run() throws {
            let city = try OpenCity(database.place, mustExist: true)
            defer { city.close() }
            Terminal.print("/setup?code=\(try city.accounts.newLink(user: user))")
        }
    }
}

struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tokens of departments' systems.", subcommands: [Add.self, List.self, Revoke.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a token; it is shown once, alone on standard output.")
        @Argument(help: "The system's name.") var name: String
        @Option(parsing: .upToNextOption, help: "REGISTER:read,write,personal[@UNIT], one or more; * for every register.") var grant: [String] = []
        @Option(help: "The key of the ministry's software that the token is for, such as PB000001; it must be accepted.") var software: String?
        @OptionGroup var database: DatabaseOption

        func validate() throws {
            guard !grant.isEmpty else { throw ValidationError("Give at least one --grant, such as population:read.") }
            for text in grant where Grant(text) == nil { throw ValidationError("“\(text)” is no grant; write it as population:read,write,personal.") }
        }

        func run() throws {
            let city = try OpenCity(database.place)
            defer { city.close() }
            let grants = grant.map { Grant($0)! }
            for grant in grants where grant.register != "*" && !["ledger", "payments"].contains(grant.register) {
                if grant.register.hasPrefix("biller/") { _ = try city.payments.biller(String(grant.register.dropFirst(7))) } else { _ = try city.registry.register(grant.register) }
            }
            if let software {
                let found = try city.standing(MinistrySoftware.register.name, software)
                if let why = SoftwareAssessment.refusal({ found[$0] }) { throw Failure("No token: \(why.en)") }
            }
            Terminal.print(try city.accounts.addToken(name: name, grants: grants, software: software))
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens' names and grants.")
        @OptionGroup var database: DatabaseOption

        func run() throws {
            let city = try OpenCity(database.place, mustExist: true)
            defer { city.close() }
            for token in try city.accounts.tokens() {
                Terminal.print("\(token.name)  \(token.grants.map(\.text).joined(separator: " "))  since \(token.created)\(token.revoked.map { "  revoked \($0)" } ?? "")")
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a token at once.")
        @Argument var name: String
        @OptionGroup var database: DatabaseOption

        func run() throws {
            let city = try OpenCity(database.place, mustExist: true)
            defer { city.close() }
            try city.accounts.revokeToken(name: name)
            Terminal.print("\(name) is revoked.")
        }
    }
}

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "A consistent copy of the database, also while it is served. The signing key goes beside it; keep it secret.")
    @Argument(help: "The file to write.") var file: String
    @OptionGroup var database: DatabaseOption

    func run() throws {
        let place = try database.place
        guard !place.isAddress else {
            throw Failure("A database of PostgreSQL is backed up by its own tools, or copied into a file: thanglong copy \(place.shown) \(file)")
        }
        let city = try OpenCity(place, mustExist: true)
        defer { city.close() }
        let oldMask = umask(0o077)
        defer { umask(oldMask) }
        try city.database.copy(to: file)
        try FileManager.default.copyItem(atPath: place.key, toPath: file + ".key")
        Terminal.print("Wrote \(file) and its key \(file).key. Check it with: thanglong verify --database \(file)")
    }
}

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a database from a backup, after verifying every journal and signed head in it.")
    @Argument(help: "The backup file.") var file: String
    @OptionGroup var database: DatabaseOption

    func run() throws {
        let place = try database.place
        guard !place.isAddress else { throw Failure("A backup is restored into a file. Then: thanglong copy FILE \(place.shown)") }
        let target = place.path
        guard FileManager.default.fileExists(atPath: file) else { throw Failure("There is no file \(file).") }
        let header = try FileHandle(forReadingFrom: URL(fileURLWithPath: file)).read(upToCount: 16) ?? Data()
        guard header.starts(with: Data("SQLite format 3".utf8)) else { throw Failure("\(file) is no backup of this program.") }
        guard !FileManager.default.fileExists(atPath: target) else { throw Failure("\(target) exists; move it away first, nothing is overwritten.") }
        let draft = target + ".restoring"
        for name in [draft, draft + ".key", draft + "-wal", draft + "-shm"] { try? FileManager.default.removeItem(atPath: name) }
        let oldMask = umask(0o077)
        defer { umask(oldMask) }
        guard FileManager.default.fileExists(atPath: file + ".key") else { throw Failure("The key \(file).key is missing; without it no new head could be signed.") }
        try FileManager.default.copyItem(atPath: file, toPath: draft)
        try FileManager.default.copyItem(atPath: file + ".key", toPath: draft + ".key")
        for name in [draft, draft + ".key"] { try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: name) }
        do {
            let city = try OpenCity(DatabasePlace(path: draft), mustExist: true)
            let damage = try city.registry.verify().compactMap(\.damage)
            guard damage.isEmpty else { throw Failure("The backup is damaged and was not restored:\n" + damage.map(\.description).joined(separator: "\n")) }
            try city.database.moveLog()
            city.close()
        } catch {
            for name in [draft, draft + ".key", draft + "-wal", draft + "-shm"] { try? FileManager.default.removeItem(atPath: name) }
            throw error
        }
        try FileManager.default.moveItem(atPath: draft, toPath: target)
        try FileManager.default.moveItem(atPath: draft + ".key", toPath: target + ".key")
        for name in [draft + "-wal", draft + "-shm"] { try? FileManager.default.removeItem(atPath: name) }
        Terminal.print("Restored \(target); every journal is whole.")
    }
}

struct OpenAPIVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "openapi", abstract: "Print the OpenAPI 3.1 document.")

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("thanglong-openapi-\(ProcessInfo.processInfo.processIdentifier)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let city = try OpenCity(DatabasePlace(path: folder + "/empty.db"))
        defer { city.close() }
        Terminal.print(
            Site(
                registry: city.registry, accounts: city.accounts, dossiers: city.dossiers, payments: city.payments, devices: city.devices,
                options: SiteOptions(cityName: City.name, fhir: HealthFHIR.mapping)
            ).openAPI)
    }
}
