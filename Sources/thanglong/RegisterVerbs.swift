// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Devices
import Dossiers
import Foundation
import Hanoi
import Journal
import Payments
import Registers

/// How days and moments are read from the command line.
enum Arguments {
    @Sendable static func day(_ text: String) throws -> Day {
        guard let day = Day(text) else { throw ValidationError("“\(text)” is no date; write it as 2026-01-31.") }
        return day
    }

    @Sendable static func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(text) else { throw ValidationError("“\(text)” is no moment; write it as 2026-01-31T08:00:00Z.") }
        return instant
    }
}

struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Load a CSV, JSON Lines (.gz too) or XLSX file into a register.")

    @Argument(help: "The register's name, such as population.") var register: String
    @Argument(help: "The file: .csv or .jsonl, also with .gz, or .xlsx.") var file: String
    @Flag(help: "Judge every line and enter nothing.") var dryRun = false
    @Option(help: "The unit that enters, where records name none.") var unit: String?
    @Option(help: "The day from which the records hold. Default: today.", transform: Arguments.day) var effective: Day?
    @Option(help: "upsert or snapshot; a snapshot also tells which records the file lacks.") var mode = "upsert"
    @Option(help: "Whose list the file is, as field=value, such as school=01000042; may be given several times. A snapshot then looks at no other records.") var scope: [String] =
        []
    @Flag(help: "In a snapshot: retire the records that the file lacks, up to 5 % of the register or scope.") var retireMissing = false
    @Flag(help: "In a snapshot: retire more than 5 % too.") var force = false
    @Flag(help: "The result as one JSON line.") var json = false
    @OptionGroup var database: DatabaseOption

    func validate() throws {
        guard LoadOptions.Mode(rawValue: mode) != nil else { throw ValidationError("--mode is upsert or snapshot.") }
        guard scope.allSatisfy({ $0.contains("=") && !$0.hasPrefix("=") }) else { throw ValidationError("--scope is field=value, such as school=01000042.") }
    }

    func run() throws {
        let city = try OpenCity(database.place)
        defer { city.close() }
        var options = LoadOptions()
        options.isDryRun = dryRun
        options.unit = unit
        options.effective = effective
        options.mode = LoadOptions.Mode(rawValue: mode)!
        options.isRetiringMissing = retireMissing
        options.isForced = force
        for one in scope {
            let parts = one.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            options.scope[parts[0]] = parts[1]
        }
        options.rejectsPath = file + ".rejected.csv"
        try? FileManager.default.removeItem(atPath: file + ".rejected.csv")
        let line = ProgressLine("Loading \(register)", isQuiet: json && !Terminal.isInteractive)
        let result = try city.registry.load(register, file: file, options: options, by: .operator_()) { line.show(done: $0.lines, share: $0.share) }
        line.end()
        if json {
            Terminal.print(
                JSON.object([
                    "added": .integer(Int64(result.added)), "changed": .integer(Int64(result.changed)), "unchanged": .integer(Int64(result.unchanged)),
                    "rejected": .integer(Int64(result.rejected)), "retired": .integer(Int64(result.retired)),
                    "missing": .integer(Int64(result.missing)), "doubtful": .integer(Int64(result.doubtful)), "load": .integer(result.load),
                    "unread": .array(result.unread.map(JSON.string)),
                    "skipped": .array(result.skipped.map { JSON.integer(Int64($0)) }), "unclear": .array(result.unclear.map { JSON.integer(Int64($0)) }),
                ]).text)
            if retireMissing, result.heldBack != nil { throw ExitCode.failure }
            return
        }
        for sample in result.samples.prefix(10) {
            Terminal.say("line \(sample.line)\(sample.objection.field.isEmpty ? "" : ", " + sample.objection.field): \(sample.objection.text.en)")
        }
        let counts =
            "\(Terminal.number(result.added)) added, \(Terminal.number(result.changed)) changed, \(Terminal.number(result.unchanged)) unchanged, \(Terminal.number(result.rejected)) rejected"
        Terminal.print((dryRun ? "Nothing entered. It would be: " : "") + counts + (result.retired > 0 ? ", \(result.retired) retired" : "") + ".")
        if !result.unread.isEmpty { Terminal.print("Columns that were not read: \(result.unread.joined(separator: "; ")).") }
        if !result.skipped.isEmpty { Terminal.print("Read over as titles, sums or signatures, \(Self.lines(result.skipped)).") }
        if !result.unclear.isEmpty { Terminal.print("They may be records without a key, look at \(Self.lines(result.unclear)).") }
        if options.mode == .snapshot, result.missing > 0, !retireMissing {
            Terminal.print("The file lacks \(Terminal.number(result.missing)) records of the register. With --retire-missing they are retired.")
        }
        if retireMissing, let heldBack = result.heldBack {
            Terminal.say(heldBack.en + " Look at the file again; --force lifts the bound where the file has lines.")
            for key in result.missingKeys.prefix(20) { Terminal.say("  missing: \(key)") }
        }
        if result.doubtful > 0 { Terminal.print("\(Terminal.number(result.doubtful)) entered lines look unusual; see the register's records.") }
        if result.rejected > 0, !dryRun { Terminal.print("Rejected lines with their reasons: \(file).rejected.csv. Mend them there and load that file's lines again.") }
        if !dryRun, result.added + result.changed > 0 { Terminal.print("To take this load back: thanglong undo \(result.load)") }
        if retireMissing, result.heldBack != nil { throw ExitCode.failure }
    }

    private static func lines(_ lines: [Int]) -> String {
        let shown = lines.prefix(20).map { String($0) }.joined(separator: ", ")
        return "\(lines.count == 1 ? "line" : "\(Terminal.number(lines.count)) lines:") \(shown)\(lines.count > 20 ? ", …" : "")"
    }
}

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a register to standard output, as it is or as it was; or with --dataset all entries of all registers into a folder.",
        discussion: "The look at personal data is entered in the journal of reads.")

    @Argument(help: "The register's name; with --dataset it may be left out, or there may be several.") var registers: [String] = []
    @Option(help: "A folder: every entry as a line of compressed files by commune and month, with metadata. A later run adds what is new.") var dataset: String?
    @Option(help: "With --dataset: the system whose agreements say which personal fields are written. Default: no personal fields.") var system: String?
    @Option(help: "csv, jsonl or xlsx.") var format = "csv"
    @Option(help: "The day on which the records hold. Default: today.", transform: Arguments.day) var on: Day?
    @Option(help: "As known at this moment, such as 2026-02-01T00:00:00Z.", transform: Arguments.instant) var known: Instant?
    @Option(help: "Why personal data is read: a purpose's code.") var purpose = "exchange"
    @OptionGroup var database: DatabaseOption

    func validate() throws {
        guard ExportFormat(rawValue: format) != nil else { throw ValidationError("--format is csv, jsonl or xlsx.") }
        guard Purpose.find(purpose) != nil else {
            throw ValidationError("--purpose is one of: \(Purpose.all.map(\.code).joined(separator: ", ")).")
        }
        guard dataset != nil || registers.count == 1 else { throw ValidationError("Name one register, or a folder with --dataset.") }
        guard dataset != nil || system == nil else { throw ValidationError("--system belongs to --dataset.") }
        guard dataset == nil || (on == nil && known == nil && format == "csv") else {
            throw ValidationError("A data set holds every entry, as CSV: --on, --known and --format are not for it.")
        }
    }

    private func writeDataset(_ folder: String, _ city: OpenCity) throws {
        let purpose = Purpose.find(purpose)
        let authority =
            system.map { Authority(.system, id: "system:\($0)", name: $0, grants: [Grant("*", [.read, .personal])], purpose: purpose) } ?? .operator_(purpose: purpose)
        let line = ProgressLine("Writing", isQuiet: false)
        let parts = try Dataset(city.registry, folder: folder).write(registers, for: authority) { _, done, all in
            line.show(done: Int(done), share: Double(done) / Double(all))
        }
        line.end()
        for part in parts {
            let what = part.to > part.from ? "entries \(part.from) to \(part.to - 1) in \(part.files) files" : "nothing new"
            Terminal.print("\(part.register): \(what); \(part.fields.joined(separator: " "))")
        }
        Terminal.print("The catalogue is \(folder)/catalog.jsonld; what the columns mean stands in each register's csv-metadata.json.")
    }

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        if let dataset { return try writeDataset(dataset, city) }
        let register = registers[0]
        var query = RecordQuery()
        query.on = on
        query.known = known
        try city.registry.export(
            register, query, format: ExportFormat(rawValue: format)!, for: .operator_(purpose: Purpose.find(purpose)), door: "command-line"
        ) { try FileHandle.standardOutput.write(contentsOf: Data($0)) }
    }
}

struct Undo: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take a load back by new entries; records touched since stay.")

    @Argument(help: "The load's number. Without one the loads are listed.") var load: Int64?
    @Flag(help: "Only tell what would be done.") var dryRun = false
    @Flag(help: "The result as one JSON line.") var json = false
    @OptionGroup var database: DatabaseOption

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        guard let load else {
            for load in try city.registry.loads() {
                let ended = load.ended == nil ? ", cut off" : ""
                Terminal.print(
                    "\(load.id)  \(load.register)  \(load.file)  \(load.started)  +\(load.added) ~\(load.changed) =\(load.unchanged) !\(load.rejected)\(ended)"
                        + (load.undoes.map { "  undoes \($0)" } ?? ""))
            }
            return
        }
        let result = try city.registry.undo(load: load, isDryRun: dryRun, by: .operator_())
        if json {
            Terminal.print(
                JSON.object([
                    "undone": .integer(Int64(result.undone)), "touchedSince": .integer(Int64(result.touchedSince)),
                    "refused": .integer(Int64(result.refused)), "load": .integer(result.load),
                ]).text)
            return
        }
        Terminal.print(
            "\(dryRun ? "It would be: " : "")\(Terminal.number(result.undone)) records as before the load, "
                + "\(Terminal.number(result.touchedSince)) touched since and left, \(Terminal.number(result.refused)) needed by others and left.")
    }
}

struct Erase: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Erase the personal content of a record under an order; its proofs still hold. This cannot be taken back.")

    @Argument(help: "The register's name.") var register: String
    @Argument(help: "The record's key.") var key: String
    @Option(help: "The number of the order, such as 12/2026/QĐST-DS.") var order: String
    @Flag(help: "Do not ask again.") var yes = false
    @OptionGroup var database: DatabaseOption

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        if !yes {
            Terminal.say("This deletes every value of the record for ever. Type the key again to go on:")
            guard readLine() == key else { throw Failure("Nothing was erased.") }
        }
        let count = try city.registry.erase(register, key: key, order: order, by: .operator_())
        Terminal.print("Erased the content of \(count) entries. Old backups still hold it: replace them.")
    }
}

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Recompute every journal from its entries and compare all that stands beside them; name the first damaged entry.")

    @Option(help: "Only this register, or `dossiers` with the ledger, `payments`, `devices`.") var register: String?
    @Flag(help: "The result as one JSON line.") var json = false
    @OptionGroup var database: DatabaseOption

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        let own = [Dossiers.journal, Payments.journal, Devices.journal]
        var results = register.map { own.contains($0) } ?? false ? [] : try city.registry.verify(register)
        if register == nil || register == Dossiers.journal { results += try city.dossiers.verify() }
        if register == nil || register == Payments.journal {
            let paid = try city.payments.verify()
            results.append(VerificationResult(journal: Payments.journal, entries: paid.entries, records: Int(paid.entries), damage: paid.damage))
        }
        if register == nil || register == Devices.journal {
            let seen = try city.devices.verify()
            results.append(VerificationResult(journal: Devices.journal, entries: seen.entries, records: Int(seen.entries), damage: seen.damage))
        }
        if json {
            Terminal.print(
                JSON.object([
                    "journals": .array(
                        results.map { result in
                            .object([
                                "journal": .string(result.journal), "entries": .integer(result.entries),
                                "damaged": result.damage?.number.map { .integer($0) } ?? .null,
                                "damage": result.damage.map { .string($0.what.en) } ?? .null,
                            ])
                        })
                ]).text)
        }
        var isWhole = true
        for result in results {
            if let damage = result.damage {
                isWhole = false
                Terminal.say("\(damage)")
            } else if !json {
                Terminal.print("\(result.journal): \(Terminal.number(result.entries)) entries, \(Terminal.number(result.records)) records, whole")
            }
        }
        if !isWhole { throw ExitCode(1) }
    }
}

struct Synth: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write an invented city as CSV files, one a register; the same seed gives the same city.")

    @Argument(help: "The folder to write into.") var directory: String
    @Option(help: "How many people, 1 to 8,500,000.") var people = 10_000
    @Option(help: "The seed.") var seed: UInt64 = 1
    @Option(help: "Percent of people whose line is wrong in one of the ways files are wrong.") var errors = 0

    func validate() throws {
        guard (1...8_500_000).contains(people) else { throw ValidationError("--people is from 1 to 8500000.") }
        guard (0...100).contains(errors) else { throw ValidationError("--errors is from 0 to 100.") }
    }

    func run() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try SyntheticFiles.writeUnits(into: directory)
        let line = ProgressLine("Making people")
        try SyntheticFiles.writePeople(people, seed: seed, errors: errors, today: World.real.today, into: directory) { line.show(done: $0, share: Double($0) / Double(people)) }
        line.end()
        Terminal.print(
            "Wrote administrative-unit.csv and unit-change.csv, which every city has already, and, in the order in which they load: \(SyntheticFiles.registers.map { $0.name + ".csv" }.joined(separator: ", "))."
        )
    }
}

/// The files of an invented city.
enum SyntheticFiles {
    static func writeUnits(into directory: String) throws {
        func write(_ register: Register, _ items: [[String: Value]]) throws {
            let names = register.allFields.map(\.name)
            var bytes = CSV.line(names)
            for item in items { bytes += CSV.line(names.map { item[$0]?.plain ?? "" }) }
            try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/\(register.name).csv"))
        }
        // Units that have ended are the past; a file of the present has those in force.
        try write(AdministrativeUnits.register, UnitData.items().filter { $0.ends == nil }.map(\.item))
        try write(UnitChanges.register, UnitData.changeItems())
    }

    /// In the order in which they load.
    static let registers = SyntheticCity.registers + SyntheticSectors.registers

    static func writePeople(_ count: Int, seed: UInt64, errors: Int, today: Day, into directory: String, progress: (Int) -> Void) throws {
        var city = SyntheticCity(seed: seed, errorPercent: errors)
        var files: [String: BufferedFile] = [:]
        for register in registers {
            files[register.name] = try BufferedFile("\(directory)/\(register.name).csv")
            try files[register.name]!.write(CSV.line(register.allFields.map(\.name)))
        }
        var written = 0
        var told = 0
        // The young who guide others, the companies of start-ups, the servants who sit in councils: some of each are enough.
        var young: [SyntheticSectors.Resident] = []
        var companies: [String] = []
        var servants: [SyntheticSectors.Servant] = []
        while written < count {
            let household = city.next(peopleMax: count - written)
            try files["household"]!.write(CSV.line(household.cells))
            for person in household.people { try files["population"]!.write(CSV.line(person.cells)) }
            for line in household.holdings { try files[line.register]!.write(CSV.line(line.cells)) }
            for person in household.people where young.count < 2000 { young.append((person.cells[0], person.cells[9])) }
            for line in household.holdings where line.register == "enterprise" && companies.count < 500 { companies.append(line.cells[0]) }
            // Those of the city's departments: the commune's column is empty.
            for line in household.holdings where line.register == "civil-servant" && line.cells[5].isEmpty && servants.count < 200 {
                servants.append((line.cells[0], line.cells[2], line.cells[4]))
            }
            written += household.people.count
            if written - told > 20_000 {
                told = written
                progress(written)
            }
        }
        if errors == 0 {
            for line in SyntheticSectors.lines(seed: seed, today: today, residents: young, enterprises: companies, servants: servants) {
                try files[line.register]!.write(CSV.line(line.cells))
            }
        }
        for file in files.values { try file.close() }
    }
}

private final class BufferedFile {
    private let handle: FileHandle
    private var buffer = Data()

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path) else {
            throw Failure("The file \(path) cannot be written.")
        }
        self.handle = handle
    }

    func write(_ bytes: [UInt8]) throws {
        buffer.append(contentsOf: bytes)
        if buffer.count > 1 << 20 {
            try handle.write(contentsOf: buffer)
            buffer.removeAll(keepingCapacity: true)
        }
    }

    func close() throws {
        try handle.write(contentsOf: buffer)
        try handle.close()
    }
}
