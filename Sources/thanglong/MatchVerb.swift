// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Foundation
import Registers

struct Match: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Recognise the lines of a list that comes without the register's key; prints who each of them is, as CSV.",
        discussion: "Columns are named as the fields: name, birth, sex, commune, phone, address. Nothing is entered; the look is.")

    @Argument(help: "The register's name, such as population.") var register: String
    @Argument(help: "The list: .csv.") var file: String
    @Option(help: "Why personal data is read: a purpose's code.") var purpose = "correction"
    @OptionGroup var database: DatabaseOption

    func validate() throws {
        guard Purpose.find(purpose) != nil else { throw ValidationError("--purpose is one of: \(Purpose.all.map(\.code).joined(separator: ", ")).") }
    }

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        guard let data = FileManager.default.contents(atPath: file) else { throw Failure("The file \(file) cannot be read.") }
        let rows = CSV.rows([UInt8](data))
        guard let head = rows.first, rows.count > 1 else { throw Failure("The file \(file) has no lines.") }
        let lines = rows.dropFirst().enumerated().map { index, row in
            Unrecognised(line: index + 2, values: Dictionary(zip(head.map(\.tidied), row), uniquingKeysWith: { first, _ in first }))
        }
        let line = ProgressLine("Looking")
        let found = try city.registry.recognise(register, lines, by: .operator_(purpose: Purpose.find(purpose)), door: "command-line") { line.show(done: lines.count, share: $0) }
        line.end()
        Terminal.print("line,decision,key,probability")
        for one in found {
            let best = one.candidates.first
            Terminal.print("\(one.line),\(one.decision.rawValue),\(best?.key ?? ""),\(best.map { String(format: "%.6f", $0.probability) } ?? "")")
        }
        func count(_ decision: Recognition.Decision) -> String { Terminal.number(found.count { $0.decision == decision }) }
        Terminal.say("\(count(.same)) recognised, \(count(.review)) for somebody to look at, \(count(.none)) not found.")
    }
}
