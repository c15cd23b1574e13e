// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Devices
import Dossiers
import Exchange
import Foundation
import HTTP
import Hanoi
import Journal
import Ledger
import Payments
import Registers
import Store
import Synchronization

extension PaymentCity {
    /// Hà Nội's registers, and the account that the operator says the city collects into.
    static func hanoi(_ account: CityAccount) -> PaymentCity {
        PaymentCity(
            billers: Billers.register.name, people: Population.register.name, households: Households.register.name, purposes: FundPurposes.register.name, account: account,
            tariffs: Tariffs.all, calendar: City.calendar)
    }
}

extension PaymentCity.CityAccount {
    /// `970436:0011001234567:KHO BAC NHA NUOC`
    init(setting: String) throws {
        let parts = setting.split(separator: ":", maxSplits: 2).map(String.init)
        guard parts.count == 3, (try? VietQR(bank: parts[0], account: parts[1])) != nil, !parts[2].isEmpty else {
            throw Failure("The city's account is BIN:NUMBER:HOLDER, such as 970436:0011001234567:KHO BAC NHA NUOC.")
        }
        self.init(bank: parts[0], number: parts[1], holder: parts[2])
    }

    /// An account that no bank has, until the operator names the city's own.
    static let invented = PaymentCity.CityAccount(bank: "970436", number: "0011001234567", holder: "KHO BAC NHA NUOC HA NOI")
}

/// Does what money has waiting: posts what can no longer be undone, gives up what no bank answered, reminds, and hands orders to the bank.
final class MoneyClock: Sendable {
    private let payments: Payments
    private let bank: (any Bank)?
    private let isStopped = Mutex(false)

    init(_ payments: Payments, bank: (any Bank)?) {
        self.payments = payments
        self.bank = bank
    }

    func start() {
        Task {
            var turn = 0
            var isResumed = bank == nil
            while !isStopped.withLock({ $0 }) {
                do {
                    if !isResumed {
                        try await payments.resumeOrders()
                        isResumed = true
                    }
                    if let bank { _ = try await payments.sendOrders(to: bank) }
                    if turn % 4 == 0 {
                        var report = try await payments.runClock()
                        // What could not be settled stays due and must not keep the loop.
                        while report.done == 500 { report = try await payments.runClock() }
                        for failure in report.failed { Terminal.say("The payment \(failure.payment) could not be settled: \(failure.reason)") }
                        let ledger = payments.ledger
                        _ = try await payments.registry.database.write { try ledger.expire(on: $0) }
                    }
                    if turn % 120 == 0 { _ = try await payments.remind() }
                } catch {
                    // The database is away or full: what is due stays due.
                    if turn % 120 == 0 { Terminal.say("What money has waiting could not be done and will be tried again: \(error)") }
                }
                turn += 1
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}

/// A bank for tests and demonstrations.
struct SandboxBankVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox-bank", abstract: "A bank for tests and demonstrations: takes orders, tells what happened, gives statements.",
        discussion: "The secret that both sides sign with is $THANGLONG_BANK_SECRET, base64 of 24 bytes or more.")

    @OptionGroup var listen: ListenOption
    @Option(help: "The city's address, http://HOST:PORT.") var city: String
    @Option(help: "The city's account there, BIN:NUMBER:HOLDER.") var account: String?
    @Option(help: "What lay in it before, in đồng.") var opening: Int64 = 0
    @Option(help: "Of a hundred messages so many are told twice.") var twice = 0
    @Option(help: "Of a hundred messages so many are never told.") var lost = 0
    @Option(help: "Of a hundred messages so many are told late.") var late = 0
    @Flag(help: "End when the process that started it has ended.") var withParent = false

    func run() async throws {
        let (host, port) = try listen.parts(file: nil)
        guard let secret = BankSecret.given else { throw Failure("Give the bank's secret in $THANGLONG_BANK_SECRET: base64 of at least 24 bytes.") }
        let place = try account.map { try PaymentCity.CityAccount(setting: $0) } ?? .invented
        var faults = SandboxFaults()
        (faults.twice, faults.lost, faults.late) = (twice, lost, late)
        let bank = SandboxBank(bank: place.bank, account: place.number, city: city, secret: secret, opening: opening, faults: faults, world: .real)
        let server = try await Server.start(host: host, port: port, service: bank)
        Terminal.print("http://\(host):\(server.port)")
        let parent = getppid()
        while !withParent || getppid() == parent { try await Task.sleep(for: .seconds(1)) }
        try await server.stop()
    }
}

extension PaymentLimits {
    /// With so many seconds in which a payment may be undone.
    static func configured(undo flag: String?, file: String?) throws -> PaymentLimits {
        let setting = try Configuration.setting("undo-seconds", flag: flag, file: file, default: "1800")
        guard let seconds = Int64(setting.value), (1...86_400).contains(seconds) else { throw Failure("undo-seconds (\(setting.source)) is a number from 1 to 86400.") }
        var limits = PaymentLimits()
        limits.undoMilliseconds = seconds * 1000
        return limits
    }
}

/// What the city and its bank sign their messages with.
enum BankSecret {
    static var given: [UInt8]? {
        guard let text = ProcessInfo.processInfo.environment["THANGLONG_BANK_SECRET"], let bytes = Encoding.bytes(base64: text), bytes.count >= 24 else { return nil }
        return bytes
    }
}

/// The sandbox bank as a child of the demonstration.
final class ChildBank: @unchecked Sendable {
    private let process = Process()
    let address: String

    init(city: String, secret: [UInt8]) throws {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["sandbox-bank", "--listen", "127.0.0.1:0", "--city", city, "--opening", "100000000", "--with-parent"]
        process.environment = ProcessInfo.processInfo.environment.merging(["THANGLONG_BANK_SECRET": Encoding.base64(secret)]) { _, new in new }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var line = ""
        while !line.hasSuffix("\n") {
            let piece = output.fileHandleForReading.readData(ofLength: 1)
            guard !piece.isEmpty else { throw Failure("The sandbox bank did not start.") }
            line += String(decoding: piece, as: UTF8.self)
        }
        address = line.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func stop() { process.terminate() }
}

// MARK: VietQR

struct QR: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "qr", abstract: "Read and write payment codes (VietQR).", subcommands: [QRRead.self, QRWrite.self])
}

struct QRRead: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "read", abstract: "Tell what a payment code says.")
    @Argument(help: "The code's text.") var text: String
    @Flag(help: "As JSON, from which qr write makes the same text again.") var json = false

    func run() throws {
        let code: VietQR
        do throws(VietQR.Fault) { code = try VietQR(reading: text) } catch { throw Failure("Not a payment code: \(error.text.en)") }
        if json { return Terminal.print(code.json.text) }
        func line(_ name: String, _ value: String?) { if let value { Terminal.print("\(name): \(value)") } }
        line("bank", code.bank)
        line("account", code.account)
        line("name", code.name)
        line("amount", code.amount?.description)
        line("bill", code.bill)
        line("purpose", code.purpose)
    }
}

struct QRWrite: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "write", abstract: "Make a payment code from what qr read --json prints, or from bank, account, amount, purpose.")
    @Option(name: .customLong("from"), help: "The JSON itself, a file, or - for standard input.") var source: String

    func run() throws {
        let bytes: [UInt8]
        if source == "-" {
            bytes = Array(FileHandle.standardInput.readDataToEndOfFile())
        } else if let data = FileManager.default.contents(atPath: source) {
            bytes = Array(data)
        } else {
            bytes = Array(source.utf8)
        }
        guard let json = try? JSON(parsing: bytes) else { throw Failure("\(source) is neither JSON nor a file with it.") }
        do throws(VietQR.Fault) { Terminal.print(try VietQR(json: json).text) } catch { throw Failure("No payment code can be made of it: \(error.text.en)") }
    }
}

// MARK: Devices

struct DeviceVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Household devices: announce them and get their one-time codes.", subcommands: [DeviceAnnounce.self])
}

struct DeviceAnnounce: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "announce", abstract: "Announce a device for each household named, or for the first so many; prints code,secret,household lines.")
    @OptionGroup var database: DatabaseOption
    @Option(help: "A household's code; may be given several times.") var household: [String] = []
    @Option(help: "For so many households that have none yet.") var count: Int?
    @Flag(help: "Also let payments be taken from an invented account, for tests.") var withInventedAccount = false

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        var households: [(code: String, commune: String)] = []
        func add(_ code: String) throws {
            guard let commune = try city.payments.commune(ofHousehold: code) else { throw Failure("There is no household \(code).") }
            households.append((code, commune))
        }
        for code in household { try add(code) }
        var after: Int64 = -1
        while households.count < household.count + (count ?? 0) {
            let page = try city.database.look { try city.registry.rows(of: Households.register.name, after: after, limit: 500, on: $0) }
            guard let last = page.last else { break }
            after = last.row
            for one in page where households.count < household.count + (count ?? 0) {
                if try city.devices.devices(of: one.key).isEmpty { try add(one.key) }
            }
        }
        let devices = city.devices
        let payments = city.payments
        let isInvented = withInventedAccount
        for start in stride(from: 0, to: households.count, by: 500) {
            let part = Array(households[start..<min(start + 500, households.count)])
            let codes = try city.database.writeAndWait { connection in
                try part.map { one in
                    if isInvented { try payments.allowInvented(household: one.code, on: connection) }
                    return try devices.announce(household: one.code, commune: one.commune, author: "operator", on: connection)
                }
            }
            for (one, code) in zip(part, codes) { Terminal.print("\(code.code),\(code.secret),\(one.code)") }
        }
    }
}
