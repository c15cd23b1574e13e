// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Foundation
import Registers
import Synchronization

/// Looks at what was entered, beside the server: the registers' data quality stays counted.
final class Inspector: Sendable {
    private let registry: Registry
    private let isStopped = Mutex(false)
    private let ended = DispatchSemaphore(value: 0)
    /// After so many seconds it looks whether something is new.
    private static let pauseSeconds = 2.0
    /// A piece of looking is followed by a rest so many times as long: people at their desks come first.
    private static let restFactor = 9.0
    private static let restMax = 10.0

    init(_ registry: Registry) { self.registry = registry }

    func start() {
        let thread = Thread { [self] in
            var began = Date()
            while !isStopped.withLock({ $0 }) {
                do {
                    began = Date()
                    _ = try registry.inspect(
                        until: { self.isStopped.withLock { $0 } },
                        progress: { _, _ in
                            Thread.sleep(forTimeInterval: min(Self.restMax, Date().timeIntervalSince(began) * Self.restFactor))
                            began = Date()
                        })
                } catch {
                    // A full disk or a closing database: it is tried again, and pages say how far the looking has come.
                    Terminal.say("Quality checks wait: \(Terminal.sentence(error))")
                    Thread.sleep(forTimeInterval: 30)
                }
                Thread.sleep(forTimeInterval: Self.pauseSeconds)
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

struct Quality: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the records that are missing something, contradict each other, are out of date or twice there; print the counts.")

    @Argument(help: "The register's name. Default: all.") var register: String?
    @Flag(help: "The result as one JSON line.") var json = false
    @OptionGroup var database: DatabaseOption

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        let line = ProgressLine("Looking", isQuiet: json)
        // Records of one register are judged by those of others, so all are looked at.
        while try city.registry.inspect(progress: { _, share in line.show(done: 0, share: share) }) {}
        line.end()
        var members: [JSON.Member] = []
        for declared in city.registry.registers where register == nil || declared.name == register {
            let report = try city.registry.quality(declared.name, for: .operator_())
            let found = report.findings.filter { $0.count > 0 }
            members.append(.init(declared.name, .object(found.map { JSON.Member($0.code, .integer(Int64($0.count))) })))
            guard !json, !found.isEmpty else { continue }
            Terminal.print("\(declared.name): \(Terminal.number(report.records)) records")
            for finding in found { Terminal.print("  \(Terminal.number(finding.count))  \(finding.code): \(finding.text.en)") }
        }
        if json { Terminal.print(JSON.object(members).text) }
    }
}
