// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Exchange
import Foundation
import HTTP
import Journal
import People
import Registers
import Store

@main
struct Thanglong: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "thanglong", abstract: "A city's registers: load, find, change and prove.",
        discussion: "Start with: thanglong demo", version: version,
        subcommands: [
            Demo.self, Rehearse.self, Serve.self, Load.self, Export.self, Undo.self, Erase.self, Verify.self, Quality.self, Entitlements.self, Synth.self, Backup.self,
            Restore.self, Copy.self, Follow.self, Bundle.self, Drift.self, Match.self, Source.self, User.self, Token.self, QR.self, DeviceVerb.self, SandboxBankVerb.self,
            Copyright.self, Assess.self, OpenAPIVerb.self, Config.self,
        ])

    static let version = "0.1.0"

    /// Exit codes of the contract: 0 done, 1 refused or failed, 2 wrong usage.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            if code == .success || code == .validationFailure {
                let text = fullMessage(for: error)
                if !text.isEmpty { Terminal.write(text + "\n", to: code == .success ? .standardOutput : .standardError) }
                Foundation.exit(code == .success ? 0 : 2)
            }
            if let exit = error as? ExitCode { Foundation.exit(exit.rawValue) }
            Terminal.say(Terminal.sentence(error))
            Foundation.exit(1)
        }
    }
}

/// What goes to the terminal, and how errors read there.
enum Terminal {
    static func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }
    static func say(_ text: String) { write(text + "\n", to: .standardError) }
    static func print(_ text: String) { write(text + "\n", to: .standardOutput) }
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil }

    /// One readable sentence, English as command lines are.
    static func sentence(_ error: any Error) -> String {
        switch error {
        case let failure as Failure: return failure.description
        case RegisterError.unknownRegister(let name):
            return "There is no register “\(name)”. See thanglong export --help, or GET /api/v1/registers."
        case RegisterError.objections(let objections):
            return objections.map { ($0.field.isEmpty ? "" : $0.field + ": ") + $0.text.en }.joined(separator: "\n")
        case RegisterError.forbidden(let text), RegisterError.badRequest(let text), RegisterError.file(let text): return text.en
        case let failure as HTTPFailure: return failure.text.en
        case RegisterError.purposeNeeded: return "Personal data needs a purpose."
        case RegisterError.noSuchRecord: return "There is no such record."
        case StoreError.diskFull(let message): return "The disk is full or refuses to write (\(message)). Nothing of this step was kept; make room and run it again."
        case StoreError.disconnected(let message): return "The database does not answer (\(message)). Nothing of this step was kept; run it again when it does."
        case StoreError.busy: return "Another process holds the database. Try again when its work is done."
        case MoveError.sourceChanged: return "The city changed while it was copied. Stop what serves it and run the copy again; it begins anew."
        case MoveError.otherTables(let names): return "The two databases have different tables (\(names.joined(separator: ", "))). Open each once with this version of the program."
        case AccountError.userExists(let name): return "“\(name)” exists already."
        case AccountError.unknownUser(let name): return "There is no account “\(name)”."
        case AccountError.unknownToken(let name): return "There is no token “\(name)” in force."
        case AccountError.badUser: return "A user's name has 2 to 40 letters a-z, digits, dots or hyphens."
        default: return "\(error)"
        }
    }

    static func number(_ value: some BinaryInteger) -> String { Language.english.number(value) }
}

/// A progress bar on a terminal, a line every ten seconds elsewhere.
final class ProgressLine {
    private let what: String
    private let isQuiet: Bool
    private var lastLine = Date()
    private var width = 0
    private let started = Date()

    init(_ what: String, isQuiet: Bool = false) {
        self.what = what
        self.isQuiet = isQuiet
    }

    func show(done: Int, share: Double) {
        guard !isQuiet else { return }
        let seconds = Date().timeIntervalSince(started)
        let rate = seconds > 0 ? Double(done) / seconds : 0
        let left = share > 0.001 ? seconds / share - seconds : 0
        let text = "\(what): \(Terminal.number(done)) (\(Int(share * 100)) %), \(Terminal.number(Int(rate))) a second, \(Int(left)) s left"
        if Terminal.isInteractive {
            let filled = Int(share * 24)
            let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: 24 - filled)
            let line = "\(bar) \(text)"
            Terminal.write("\r" + line + String(repeating: " ", count: max(0, width - line.count)), to: .standardError)
            width = line.count
        } else if Date().timeIntervalSince(lastLine) >= 10 {
            lastLine = Date()
            Terminal.say(text)
        }
    }

    func end() { if !isQuiet, Terminal.isInteractive, width > 0 { Terminal.write("\r" + String(repeating: " ", count: width) + "\r", to: .standardError) } }
}
