// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Foundation
import Registers

struct Source: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Systems that send files into a register.", subcommands: [Add.self, List.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a source. Its first file is only tried; an officer of the register approves it on /sources.")

        @Argument(help: "Its name: a-z, digits, hyphens.") var name: String
        @Option(help: "The register that its files are for.") var register: String
        @Option(help: "A folder on this server whose files are taken. Without one, files are sent to /api/v1/sources/NAME/files.") var folder: String?
        @Option(help: "After so many hours without a file it is late.") var hours: Int?
        @Option(help: "The unit that enters, where records name none.") var unit: String?
        @Flag(help: "Its lists name people without their ID; they are recognised.") var people = false
        @OptionGroup var database: DatabaseOption

        func run() throws {
            let city = try OpenCity(database.place, mustExist: true)
            defer { city.close() }
            let source = try city.registry.addSource(name, register: register, unit: unit, folder: folder, hours: hours, isMatching: people)
            Terminal.print(
                "Added \(source.name). \(source.folder.map { "Put files into \($0)" } ?? "Send files to POST /api/v1/sources/\(source.name)/files"); the first waits for approval on /sources/\(source.name)."
            )
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the sources and how fresh each is.")
        @Flag(help: "As JSON lines.") var json = false
        @OptionGroup var database: DatabaseOption

        func run() throws {
            let city = try OpenCity(database.place, mustExist: true)
            defer { city.close() }
            for source in try city.registry.sources() {
                let isLate = source.isLate(city.world.now())
                if json {
                    Terminal.print(
                        JSON.object([
                            "name": .string(source.name), "register": .string(source.register), "state": .string(source.state.rawValue), "late": .boolean(isLate),
                            "last_taken": source.lastTaken.map { .string($0.description) } ?? .null,
                        ]).text)
                } else {
                    Terminal.print(
                        "\(source.name)  \(source.register)  \(source.state.rawValue)\(isLate ? ", late" : "")  \(source.lastTaken.map { "last taken \($0)" } ?? "nothing taken yet")"
                    )
                }
            }
        }
    }
}
