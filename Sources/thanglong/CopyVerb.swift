// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Devices
import Dossiers
import Foundation
import Hanoi
import Journal
import Payments
import People
import Registers
import Steering
import Store

struct Copy: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy a whole city into an empty database: from SQLite to PostgreSQL, or back. Broken off, it goes on when it is run again.")

    @Argument(help: "The database to copy: a file or postgresql://…") var source: String
    @Argument(help: "The database to copy it into; nothing may be there yet.") var target: String
    @Option(help: "Where the source's key lies, without .key. Default: beside the file; for PostgreSQL thanglong-NAME in this folder.") var sourceFiles: String?
    @Option(help: "Where the target's key goes, without .key.") var targetFiles: String?
    @Flag(help: "The result as one JSON line.") var json = false

    func run() throws {
        let from = DatabasePlace(path: source, files: sourceFiles)
        let to = DatabasePlace(path: target, files: targetFiles)
        guard from.path != to.path else { throw Failure("The two databases are the same.") }
        let city = try OpenCity(from, mustExist: true)
        defer { city.close() }
        let oldMask = umask(0o077)
        defer { umask(oldMask) }
        try copyKey(from, to)
        let database: Database
        do {
            database = try Database(path: to.path, filesPath: to.files)
        } catch StoreError.disconnected(let reason) {
            throw Failure("The database \(to.shown) does not answer: \(reason)")
        }
        defer { database.close() }
        switch try database.moveTarget() {
        case .taken: throw Failure("There is a city in \(to.shown) already; nothing is overwritten.")
        case .begun: Terminal.say("Going on with a copy that was broken off.")
        case .empty:
            // Opening it makes the tables; what that writes is replaced.
            let journals = try Journals(database: database, world: city.world, instance: city.journals.instance, key: try OpenCity.key(to, city.world))
            let target = try Registry(
                database: database, journals: journals, world: city.world, registers: City.registers,
                unitRegisters: .init(units: AdministrativeUnits.register.name, changes: UnitChanges.register.name))
            try target.makeMirrors(of: city.registry.followedRegisters())
            let accounts = try Accounts(database: database, world: city.world)
            let dossiers = try Dossiers(registry: target, city: .hanoi)
            let devices = try Devices(database: database, journals: journals, world: city.world)
            let payments = try Payments(dossiers: dossiers, city: .hanoi(.invented), devices: devices)
            _ = try Steering(
                instructions: [], names: .hanoi, signedFrom: City.signedFrom, registry: target, dossiers: dossiers, payments: payments, devices: devices, accounts: accounts)
        }
        let line = ProgressLine("Copying", isQuiet: json && !Terminal.isInteractive)
        let registry = city.registry
        var rows = 0
        let started = Date()
        try city.database.copyAll(to: database, texts: registry.texts, mark: { try registry.mark($0) }) { progress in
            rows = progress.rows
            line.show(done: progress.rows, share: progress.share)
        }
        line.end()
        let seconds = Date().timeIntervalSince(started)
        if json { return Terminal.print("{\"rows\":\(rows),\"seconds\":\(String(format: "%.3f", seconds))}") }
        Terminal.print(
            """
            Copied \(Terminal.number(rows)) rows in \(Int(seconds)) s, journals and signatures as they are. The signing key is \(to.key).
            Check it with: thanglong verify --database '\(to.shown)' --files '\(to.files)'
            """)
    }

    /// The target signs with the source's key; another key that lies there already is not touched.
    private func copyKey(_ from: DatabasePlace, _ to: DatabasePlace) throws {
        let key = try Data(contentsOf: URL(fileURLWithPath: from.key))
        if let there = try? Data(contentsOf: URL(fileURLWithPath: to.key)) {
            guard there == key else { throw Failure("Another key lies at \(to.key). Give a place for this one with --target-files.") }
            return
        }
        guard FileManager.default.createFile(atPath: to.key, contents: key, attributes: [.posixPermissions: 0o600]) else {
            throw Failure("The key file \(to.key) cannot be written.")
        }
    }
}
