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
            var said: [String: String] = [:]
            while !isStopped.withLock({ $0 }) {
                do {
                    let sources = try registry.sources().filter { $0.state != .paused }
                    // One server looks at a time; while there is nothing to look into, none asks for the right.
                    let lock = sources.isEmpty ? nil : registry.database.exclusive("sources")
                    defer { withExtendedLifetime(lock) {} }
                    for source in lock == nil ? [] : sources {
                        do {
                            try look(source, &sizes)
                            said[source.name] = nil
                        } catch {
                            // Its folder, the disk or the database is away: the others go on; it is tried again, and said once.
                            let sentence = Terminal.sentence(error)
                            if said.updateValue(sentence, forKey: source.name) != sentence { Terminal.say("The source \(source.name) waits: \(sentence)") }
                        }
                    }
                } catch {
                    Thread.sleep(forTimeInterval: Self.restSeconds)
                }
                Thread.sleep(forTimeInterval: Self.lookSeconds)
            }
        }
        thread.qualityOfService = .utility
        thread.stackSize = 4 << 20
        thread.start()
    }

    private func look(_ source: DataSource, _ sizes: inout [String: Int]) throws {
        if let folder = source.folder { try gather(folder, source, &sizes) }
        if try registry.takeFiles(of: source), let folder = source.folder { try giveBack(folder, source) }
    }

    private func gather(_ folder: String, _ source: DataSource, _ sizes: inout [String: Int]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = folder + "/" + name
            let lower = name.lowercased()
            guard !name.hasPrefix("."), !lower.hasSuffix(".rejected.csv"), !lower.hasSuffix(".why.txt"),
                [".csv", ".txt", ".jsonl", ".ndjson", ".xlsx"].contains(where: { lower.hasSuffix($0) })
            else { continue }
            // A file itself, not what a link or a pipe of that name leads to.
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let size = Int(status.st_size)
            guard sizes.updateValue(size, forKey: path) == size else { continue }
            sizes[path] = nil
            var problem: Text?
            if size > Registry.sourceBytesMax {
                let most = Registry.sourceBytesMax >> 20
                problem = Text(vi: "Tệp lớn hơn \(most) MB; hãy chia nhỏ.", en: "The file is larger than \(most) MB; divide it.")
            } else {
                do {
                    _ = try registry.receive(try bytes(path, size), name: name, of: source)
                } catch RegisterError.file(let text) {
                    problem = text
                }
            }
            let away = folder + (problem == nil ? "/done" : "/refused")
            try FileManager.default.createDirectory(atPath: away, withIntermediateDirectories: true)
            let target = "\(away)/\(Int(Date().timeIntervalSince1970))-\(name.suffix(80))"
            try FileManager.default.moveItem(atPath: path, toPath: target)
            if let problem { try tell(problem, target + ".why.txt") }
        }
    }

    private func bytes(_ path: String, _ size: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure("The file \(path) cannot be read.") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        return [UInt8](try handle.read(upToCount: size) ?? Data())
    }

    private func tell(_ problem: Text, _ path: String) throws { try Data("\(problem.vi)\n\(problem.en)\n".utf8).write(to: URL(fileURLWithPath: path)) }

    /// Lines that were refused, and why a file was, go back to where they came from.
    private func giveBack(_ folder: String, _ source: DataSource) throws {
        for file in try registry.files(of: source) {
            if file.state == .taken, FileManager.default.fileExists(atPath: file.rejects) {
                let target = "\(folder)/\(file.name).\(file.id).rejected.csv"
                if !FileManager.default.fileExists(atPath: target) { try FileManager.default.copyItem(atPath: file.rejects, toPath: target) }
            } else if file.state == .refused, let problem = file.problem {
                let target = "\(folder)/\(file.name).\(file.id).why.txt"
                if !FileManager.default.fileExists(atPath: target) { try tell(problem, target) }
            }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}
