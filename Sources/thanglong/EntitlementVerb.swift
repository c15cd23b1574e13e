// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Foundation
import Registers
import Synchronization

/// Compares the law with the registers once a night, beside the server.
final class EntitlementClock: Sendable {
    private let registry: Registry
    private let isStopped = Mutex(false)
    private let ended = DispatchSemaphore(value: 0)
    private static let pauseSeconds = 5.0

    init(_ registry: Registry) { self.registry = registry }

    func start() {
        let thread = Thread { [self] in
            var waits = 0.0
            while !isStopped.withLock({ $0 }) {
                Thread.sleep(forTimeInterval: 1)
                waits -= 1
                guard waits <= 0 else { continue }
                waits = Self.pauseSeconds
                do {
                    // Right after midnight the day is another one, and what is kept is of yesterday.
                    let rules = try registry.staleEntitlements()
                    if !rules.isEmpty {
                        _ = try registry.refresh(rules, progress: { _, _ in if self.isStopped.withLock({ $0 }) { throw CancellationError() } })
                    }
                } catch is CancellationError {
                    break
                } catch {
                    // The database is away or full: it is tried again, and pages say of which moment they are.
                    Terminal.say("The law could not be compared with the registers: \(Terminal.sentence(error))")
                    waits = 60
                }
            }
            ended.signal()
        }
        thread.qualityOfService = .utility
        thread.stackSize = 4 << 20
        thread.start()
    }

    func stop() {
        isStopped.withLock { $0 = true }
        ended.wait()
    }
}

struct Entitlements: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find who is entitled and not enrolled, and who is enrolled and no longer entitled; print the counts.",
        discussion: "Without --day the result is kept for the pages, as every night. With it nothing is kept.")

    @Option(help: "The rule's name, such as social-pension. Default: all under which people are enrolled.") var rule: String?
    @Option(help: "The day whose law and ages count. Default: today.", transform: Arguments.day) var day: Day?
    @Flag(help: "The result as one JSON line.") var json = false
    @OptionGroup var database: DatabaseOption

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        let registry = city.registry
        let rules = registry.enrolling(on: day).filter { rule == nil || $0.name == rule }
        guard !rules.isEmpty else {
            let names = Set(registry.entitlements.filter { $0.enrolment != nil }.map(\.name)).sorted().joined(separator: ", ")
            throw Failure("No such rule was in force on that day. There are: \(names).")
        }
        let line = ProgressLine("Judging", isQuiet: json)
        var lines: [JSON] = []
        for rule in rules {
            let began = Date()
            let run: EntitlementRun
            if let day {
                run = try registry.walk(rule, on: day, progress: { line.show(done: 0, share: $0) }, found: { _ in })
            } else if let kept = try registry.refresh([rule], progress: { line.show(done: 0, share: $1) })?.first {
                run = kept
            } else {
                throw Failure("Another process is at it. Try again in a minute.")
            }
            line.end()
            let seconds = Date().timeIntervalSince(began)
            let rate = Int(Double(run.people) / max(seconds, 0.001))
            let total = run.total
            lines.append(
                .object([
                    "rule": .string(rule.name), "day": .string(run.day.description), "people": .integer(Int64(run.people)), "judged": .integer(Int64(run.judged)),
                    "entitled": .integer(Int64(total.entitled)), "enrolled": .integer(Int64(total.enrolled)), "missing": .integer(Int64(total.missing)),
                    "possible": .integer(Int64(total.possible)), "wrong": .integer(Int64(total.wrong)), "milliseconds": .integer(Int64(seconds * 1000)),
                    "perSecond": .integer(Int64(rate)),
                ]))
            guard !json else { continue }
            Terminal.print("\(rule.name) on \(run.day): \(rule.title.en)")
            Terminal.print("  \(Terminal.number(total.missing)) entitled and not enrolled, of \(Terminal.number(total.entitled)) entitled")
            Terminal.print("  \(Terminal.number(total.possible)) who may be entitled, to be asked about")
            Terminal.print("  \(Terminal.number(total.wrong)) enrolled and no longer entitled, of \(Terminal.number(total.enrolled)) enrolled")
            let tenths = Int(seconds * 10)
            Terminal.print(
                "  \(Terminal.number(run.people)) people, \(Terminal.number(run.judged)) judged, in \(tenths / 10).\(tenths % 10) s: \(Terminal.number(rate)) people a second")
        }
        if json { Terminal.print(JSON.object(["rules": .array(lines)]).text) }
    }
}
