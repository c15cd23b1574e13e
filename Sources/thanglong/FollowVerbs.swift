// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Exchange
import Foundation
import HTTP
import Hanoi
import Journal
import Registers

struct Follow: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow registers of another instance: every entry is checked against its signed journal before it is entered here.",
        discussion: "Without --once it goes on until Ctrl-C. A server follows by itself what is entered on /admin/following.")

    @Argument(help: "The other instance's address, such as https://hanoi.example, or a bundle file.") var source: String
    @Argument(help: "The registers' names.") var registers: [String]
    @Option(help: "The token that the other side gave. Default: $THANGLONG_TOKEN.") var token: String?
    @Option(help: "What the data is for: the purpose's code in the agreement.") var purpose = "exchange"
    @Option(help: "The verifier key of the register's journal, as /log/keys gives it. Default: what the source says the first time.") var key: String?
    @Option(help: "This instance's own name, when its database is made now.") var instance: String?
    @Flag(help: "Take what there is and end.") var once = false
    @Flag(help: "The result as JSON lines.") var json = false
    @OptionGroup var database: DatabaseOption

    func validate() throws {
        guard !registers.isEmpty else { throw ValidationError("Say which registers.") }
        guard Purpose.find(purpose) != nil else { throw ValidationError("--purpose is one of: \(Purpose.all.map(\.code).joined(separator: ", ")).") }
        guard key == nil || NoteKey(line: key!) != nil else { throw ValidationError("--key is a line of /log/keys: name+hash+base64.") }
        guard key == nil || registers.count == 1 else { throw ValidationError("--key is for one register.") }
    }

    func run() throws {
        let name = try Configuration.setting("instance", flag: instance, file: database.config, default: "hanoi").value
        let city = try OpenCity(database.place, instance: name)
        defer { city.close() }
        let address = Followed.address(source)
        let token = token ?? ProcessInfo.processInfo.environment["THANGLONG_TOKEN"]
        var followed: [Followed] = []
        for register in registers {
            let declaration = try city.registry.register(register)
            var pinned = try key.flatMap { NoteKey(line: $0) } ?? known(declaration, city)
            if pinned == nil, let address { pinned = try Follower.key(of: declaration, at: address) }
            guard let pinned else { throw Failure("A bundle says itself who signed it: give the key you trust with --key, a line of the other side's /log/keys.") }
            followed.append(
                try city.registry.follow(address ?? Registry.bundleSource, register: register, key: pinned, token: token, purpose: purpose))
            if !json { Terminal.say("Following \(pinned.name), signed by \(pinned.line.split(separator: "+")[1]).") }
        }
        guard address != nil else { return try takeBundle(followed[0], city) }
        let followers = followed.map { Follower(city.registry, $0.id) }
        repeat {
            for (one, follower) in zip(followed, followers) {
                let line = ProgressLine("Following \(one.register)", isQuiet: json && !Terminal.isInteractive)
                let started = Date()
                let wait = once ? 0 : followed.count == 1 ? 8 : 1
                let count: Int
                do {
                    count = try follower.catchUp(
                        wait: wait,
                        progress: { (have: Int64, all: Int64) in
                            line.show(done: Int(have), share: all == 0 ? 1.0 : Double(have) / Double(all))
                        })
                } catch {
                    line.end()
                    let text = Follower.text(error)
                    try city.registry.noteFollowing(one.id, problem: text, answered: error is Follower.Refusal)
                    let state = try city.registry.followedRegister(one.id)!
                    guard once || state.state == .stopped else {
                        Terminal.say("\(one.register): \(text.en) Trying again.")
                        Thread.sleep(forTimeInterval: 5)
                        continue
                    }
                    throw Failure("\(one.register): \(text.en)")
                }
                line.end()
                if once || count > 0 { tell(try city.registry.followedRegister(one.id)!, count, Date().timeIntervalSince(started)) }
            }
        } while !once
    }

    private func known(_ register: Register, _ city: OpenCity) throws -> NoteKey? {
        let known = try city.registry.followedRegisters().filter { $0.register == register.name }
        return known.count == 1 ? NoteKey(name: known[0].origin, publicKey: known[0].publicKey) : nil
    }

    private func tell(_ followed: Followed, _ count: Int, _ seconds: Double) {
        if json {
            return Terminal.print(
                JSON.object([
                    "register": .string(followed.register), "origin": .string(followed.origin), "entries": .integer(Int64(count)), "size": .integer(followed.size),
                    "source_size": .integer(followed.seen), "agreement": followed.agreement.map(JSON.string) ?? .null, "milliseconds": .integer(Int64(seconds * 1000)),
                ]).text)
        }
        Terminal.print(
            "\(followed.register): \(Terminal.number(count)) entries came, all of them proven; \(Terminal.number(followed.size)) of \(Terminal.number(followed.seen)) are here. Fields: \(followed.fields.joined(separator: " "))."
        )
    }

    /// A bundle is steps one after the other.
    private func takeBundle(_ followed: Followed, _ city: OpenCity) throws {
        guard let data = FileManager.default.contents(atPath: source) else { throw Failure("The file \(source) cannot be read.") }
        let bytes = [UInt8](data)
        let started = Date()
        var at = 0
        var count = 0
        while at < bytes.count {
            let header = try? JSON(parsing: bytes[at...].prefix { $0 != 0x0A })
            guard let from = header?["from"]?.integer, let to = header?["to"]?.integer, from >= 0, to >= from else { throw Failure("\(source) is not a bundle, or it is cut off.") }
            var end = at
            for _ in 0...(to - from) {
                guard let next = bytes[end...].firstIndex(of: 0x0A) else { throw Failure("\(source) is cut off after entry \(from). Nothing after that was taken.") }
                end = next + 1
            }
            let step = Array(bytes[at..<end])
            at = end
            guard let state = try city.registry.followedRegister(followed.id), to > state.size || (to == from && state.size == from) else { continue }
            do {
                count += try city.registry.take(step, of: followed.id).entries
            } catch {
                throw Failure("\(source): \(Follower.text(error).en) \(Terminal.number(count)) entries were taken.")
            }
        }
        tell(try city.registry.followedRegister(followed.id)!, count, Date().timeIntervalSince(started))
    }
}

struct Bundle: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a register's feed for a system with an agreement into a file, to be carried by hand and taken with thanglong follow FILE.")

    @Argument(help: "The register's name.") var register: String
    @Argument(help: "The file to write.") var file: String
    @Option(help: "The system that the agreement names.") var system: String
    @Option(help: "The agreement's purpose.") var purpose = "exchange"
    @Option(help: "The first entry: how many the other side has.") var from: Int64 = 0
    @OptionGroup var database: DatabaseOption

    func run() throws {
        guard let purpose = Purpose.find(purpose) else { throw Failure("--purpose is one of: \(Purpose.all.map(\.code).joined(separator: ", ")).") }
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        let authority = Authority(.system, id: "system:\(system)", name: system, grants: [Grant(register, [.read, .personal])], purpose: purpose)
        let old = umask(0o077)
        defer { umask(old) }
        guard FileManager.default.createFile(atPath: file, contents: nil), let handle = FileHandle(forWritingAtPath: file) else { throw Failure("\(file) cannot be written.") }
        let line = ProgressLine("Writing \(register)")
        var next = from
        while true {
            let step = try city.registry.feedAndWait(register, from: next, for: authority)
            guard step.to > step.from || next == from else { break }
            try handle.write(contentsOf: step.bytes)
            next = step.to
            line.show(done: Int(next), share: 0)
            guard step.to > step.from else { break }
        }
        try handle.synchronize()
        try handle.close()
        line.end()
        let journals = city.journals
        let key = NoteKey(name: journals.origin(of: register), publicKey: journals.publicKey)
        let what = next > from ? "Wrote entries \(from) to \(next - 1)" : "There is nothing new after entry \(from - 1); wrote the signed head"
        Terminal.print("\(what) to \(file), readable by its owner only. The other side takes it with:")
        Terminal.print("  thanglong follow \(file) \(register) --key '\(key.line)'")
    }
}

struct Drift: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare a register with the same register of another instance, and name every record that differs.")

    @Argument(help: "The other instance's address.") var source: String
    @Argument(help: "The register's name.") var register: String
    @Option(help: "The token that the other side gave. Default: $THANGLONG_TOKEN, or the one it is followed with.") var token: String?
    @Option(help: "What the data is for.") var purpose = "exchange"
    @Option(help: "The fields to compare, separated by commas. Default: those that are followed.") var fields: String?
    @Flag(help: "The result as JSON lines.") var json = false
    @OptionGroup var database: DatabaseOption

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        guard let address = Followed.address(source) else { throw Failure("“\(source)” is no address; write it as https://hanoi.example.") }
        let followed = try city.registry.followedRegisters().first { $0.register == register && $0.source == address }
        let names = fields.map { $0.split(separator: ",").map(String.init) } ?? followed?.fields
        guard let names, !names.isEmpty else { throw Failure("Say which fields to compare: --fields name,birth") }
        let token = try token ?? ProcessInfo.processInfo.environment["THANGLONG_TOKEN"] ?? followed.flatMap { try city.registry.followToken($0.id) }
        let client = HTTPClient()
        let report: DriftReport
        do {
            report = try city.registry.drift(register, fields: names, followed: followed?.id) { try Follower.sketch(client, address, register, $0, token, purpose) }
        } catch let failure as HTTPFailure {
            throw Failure(Follower.text(failure).en)
        }
        if json {
            for one in report.differences { Terminal.print(JSON.object(["key": .string(one.key), "difference": .string(one.what.rawValue)]).text) }
            return Terminal.print(
                JSON.object([
                    "records": .integer(Int64(report.records)), "differences": .integer(Int64(report.differences.count)), "exchanged_bytes": .integer(Int64(report.exchanged)),
                    "compared_bytes": .integer(Int64(report.compared)),
                ]).text)
        }
        for one in report.differences { Terminal.print("\(one.key)  \(one.what.rawValue)") }
        Terminal.print(
            "\(Terminal.number(report.differences.count)) of \(Terminal.number(report.records)) records differ. \(Terminal.number(report.exchanged / 1024)) KiB travelled to compare \(Terminal.number(report.compared / 1024)) KiB."
        )
    }
}
