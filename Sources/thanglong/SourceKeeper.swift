// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Registers
import Store
import Synchronization

/// Looks into the folders of sources and takes the files that wait. Of several servers on one database one does it.
final class SourceKeeper: Sendable {
    private let registry: Registry
    private let isStopped = Mutex(false)
    private static let lookSeconds = 2.0
    private static let restSeconds = 10.0

    init(_ registry: Registry) { self.registry = registry }

    func start() {
        let thread = Thread { [self] in
            // How large each file was at the last look: one that still grows is left alone.
            var sizes: [String: Int] = [:]
            var said = ""
            while !isStopped.withLock({ $0 }) {
                do {
                    try look(&sizes)
                    said = ""
                } catch {
                    // The disk or the database is away: it is tried again, and said once.
                    let sentence = Terminal.sentence(error)
                    if sentence != said { Terminal.say("Sources wait: \(sentence)") }
                    said = sentence
                    Thread.sleep(forTimeInterval: Self.restSeconds)
                }
                Thread.sleep(forTimeInterval: Self.lookSeconds)
            }
        }
        thread.qualityOfService = .utility
        thread.stackSize = 4 << 20
        thread.start()
    }

    private func look(_ sizes: inout [String: Int]) throws {
        for source in try registry.sources() where source.state != .paused {
            guard let lock = registry.database.exclusive("source-\(source.id)") else { continue }
            defer { withExtendedLifetime(lock) {} }
            if let folder = source.folder { try gather(folder, source, &sizes) }
            if try registry.takeFiles(of: source), let folder = source.folder { try giveBack(folder, source) }
        }
    }

    private func gather(_ folder: String, _ source: DataSource, _ sizes: inout [String: Int]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = folder + "/" + name
            let lower = name.lowercased()
            guard !name.hasPrefix("."), !lower.hasSuffix(".rejected.csv"), [".csv", ".txt", ".jsonl", ".ndjson", ".xlsx"].contains(where: { lower.hasSuffix($0) }) else { continue }
            let size = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
            guard sizes.updateValue(size, forKey: path) == size else { continue }
            sizes[path] = nil
            var problem: String?
            do {
                _ = try registry.receive([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), name: name, of: source)
            } catch RegisterError.file(let text) {
                problem = "\(text.vi)\n\(text.en)\n"
            }
            let away = folder + (problem == nil ? "/done" : "/refused")
            try FileManager.default.createDirectory(atPath: away, withIntermediateDirectories: true)
            let target = "\(away)/\(Int(Date().timeIntervalSince1970))-\(name)"
            try FileManager.default.moveItem(atPath: path, toPath: target)
            if let problem { try Data(problem.utf8).write(to: URL(fileURLWithPath: target + ".why.txt")) }
        }
    }

    /// Lines that were refused go back to where they came from.
    private func giveBack(_ folder: String, _ source: DataSource) throws {
        for file in try registry.files(of: source) where file.state == .taken && FileManager.default.fileExists(atPath: file.rejects) {
            let target = "\(folder)/\(file.name).\(file.id).rejected.csv"
            if !FileManager.default.fileExists(atPath: target) { try FileManager.default.copyItem(atPath: file.rejects, toPath: target) }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}
