// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Foundation
import Hanoi
import Journal
import Papers
import Registers
import Store

/// Asks git about a folder.
struct Git {
    let folder: String

    enum Answer {
        case text(String)
        case refused
        case noGit
    }

    /// What git prints; its own errors go where ours go, unless it is only asked whether.
    func ask(_ arguments: [String], isQuiet: Bool = false) throws -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", folder] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        if isQuiet { process.standardError = FileHandle.nullDevice }
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        // What env gives when there is no such program.
        if process.terminationStatus == 127 { return .noGit }
        return process.terminationStatus == 0 ? .text(String(decoding: bytes, as: UTF8.self)) : .refused
    }

    func text(_ arguments: [String]) throws -> String {
        guard case .text(let text) = try ask(arguments) else { throw Failure("git \(arguments[0]) failed in \(folder).") }
        return text
    }

    /// Whether the folder is one of git's. Where git is missing and the folder has its traces, that is an error: the snapshot would be another.
    var isAtWork: Bool {
        get throws {
            switch try ask(["rev-parse", "--is-inside-work-tree"], isQuiet: true) {
            case .text: return true
            case .refused:
                guard !FileManager.default.fileExists(atPath: folder + "/.git") else {
                    throw Failure("git does not answer for \(folder). Run git -C \(folder) status to see why.")
                }
                return false
            case .noGit:
                guard !FileManager.default.fileExists(atPath: folder + "/.git") else { throw Failure("git is missing; install it, for \(folder) is kept by git.") }
                return false
            }
        }
    }
}

struct Copyright: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Build the dossier for registering the copyright of a program: fingerprint of its source, bill of materials, authors, and a PDF to file.")

    @Argument(help: "The folder with the program's source.") var directory: String
    @Option(help: "The key of the system in the register it-system, such as TT0001.") var system: String
    @Option(help: "The folder to write into; it is made.") var out: String
    @Option(help: "The title of the work. Default: the system's name.") var title: String?
    @Option(help: "The owner. Default: the People's Committee of the city.") var owner: String?
    @Option(name: .customLong("program-version"), help: "The program's version. Default: git's description, else 1.0.") var edition: String?
    @Option(help: "What the program does, in a few sentences.") var description: String?
    @Option(parsing: .upToNextOption, help: "Authors, where no history tells them.") var author: [String] = []
    @Option(help: "vi or en.") var language = "vi"
    @OptionGroup var database: DatabaseOption

    func validate() throws {
        guard Language(rawValue: language) != nil else { throw ValidationError("--language is vi or en.") }
    }

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        let record = try city.standing(ITSystems.register.name, system)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder), isFolder.boolValue else { throw Failure("There is no folder \(directory).") }
        let source = try SourceOfProgram(directory, out: out, authors: author)
        let work = CopyrightDossier(
            title: title ?? record["name"].plain, owner: owner ?? "Ủy ban nhân dân thành phố Hà Nội", version: edition ?? source.version ?? "1.0",
            description: description ?? "", system: system, source: source, made: city.world.now())
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        func write(_ name: String, _ bytes: [UInt8]) throws {
            guard FileManager.default.createFile(atPath: "\(out)/\(name)", contents: Data(bytes)) else { throw Failure("The file \(out)/\(name) cannot be written.") }
        }
        let writer = PDFWriter(fonts: try Copyright.fonts())
        let seal = try city.journals.paperSeal(name: City.name.vi)
        let signer = PaperSigner(name: City.name.vi) { seal.sign($0) }
        try write("snapshot.sha256", Array(source.snapshot.list.utf8))
        try write("bom.cdx.json", Array((work.materials.text + "\n").utf8))
        try write("authors.csv", CSV.line(["author", "changes"]) + source.authors.flatMap { CSV.line([$0.name, $0.changes.map { String($0) } ?? ""]) })
        try write("copyright.pdf", writer.write(work.paper(Language(rawValue: language)!), signedBy: signer))
        if source.isChanged { Terminal.say("The folder differs from its last commit; the snapshot is of the folder as it is.") }
        if source.authors.isEmpty { Terminal.say("No history tells the authors; name them with --author.") }
        Terminal.print("\(source.snapshot.fingerprint.hex)  \(source.snapshot.files.count) files")
        Terminal.print("Wrote \(out)/copyright.pdf, snapshot.sha256, bom.cdx.json and authors.csv.")
    }

    private static func fonts() throws -> PaperFonts {
        do { return try PaperFonts() } catch PaperError.missing(let path) { throw Failure("The font \(path) is missing. Install fonts-noto-core.") }
    }
}

/// A program's source as it lies in a folder, with what its history tells.
struct SourceOfProgram {
    let snapshot: SourceSnapshot
    let materials: BillOfMaterials
    /// The most changes first; without a number where no history tells it.
    let authors: [(name: String, changes: Int?)]
    let version: String?
    let commit: String?
    /// There is something in the folder that was not committed.
    let isChanged: Bool

    init(_ folder: String, out: String, authors named: [String]) throws {
        let git = Git(folder: folder)
        let paths: [String]
        if try git.isAtWork {
            paths = try git.text(["ls-files", "-z"]).split(separator: "\0").map { String($0) }
            let names = try git.text(["log", "--format=%aN", "--", "."]).split(separator: "\n").map { String($0) }
            let counted = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            var all: [(name: String, changes: Int?)] = []
            for one in counted { all.append((one.key, one.value)) }
            for name in named { all.append((name, nil)) }
            authors = all
            commit = try git.text(["rev-parse", "HEAD"]).trimmingCharacters(in: .whitespacesAndNewlines)
            isChanged = try !git.text(["status", "--porcelain", "--untracked-files=no", "--", "."]).isEmpty
            if case .text(let text) = try git.ask(["describe", "--tags", "--always"], isQuiet: true) {
                version = text.trimmingCharacters(in: .whitespacesAndNewlines)
            } else {
                version = nil
            }
        } else {
            paths = try SourceSnapshot.paths(in: folder, excluding: out)
            authors = named.map { (name: $0, changes: nil) }
            commit = nil
            version = nil
            isChanged = false
        }
        do {
            snapshot = try SourceSnapshot(folder: folder, paths: paths)
        } catch {
            switch error {
            case .noFolder(let path): throw Failure("There is no folder \(path).")
            case .unreadable(let path): throw Failure("The file \(path) cannot be read. Where git keeps it, commit its removal or restore it first.")
            case .badPath(let path): throw Failure("The path “\(path)” has a sign that no list can hold; rename the file.")
            case .empty: throw Failure("There is no file in \(folder).")
            }
        }
        let package = FileManager.default.contents(atPath: folder + "/Package.swift").map { String(decoding: $0, as: UTF8.self) }
        let resolved = FileManager.default.contents(atPath: folder + "/Package.resolved").map { Array($0) }
        do {
            materials = try BillOfMaterials(package: package, resolved: resolved)
        } catch {
            throw Failure("\(folder)/Package.resolved cannot be read: \(error.reason).")
        }
    }
}

/// What is filed for the copyright of a program.
struct CopyrightDossier {
    let title: String
    let owner: String
    let version: String
    let description: String
    let system: String
    let source: SourceOfProgram
    let made: Instant

    var materials: JSON { source.materials.document(of: title, version: version, fingerprint: source.snapshot.fingerprint.hex, at: made) }

    func paper(_ l: Language) -> PaperDocument {
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        let snapshot = source.snapshot
        let day = made.day
        let authors = source.authors.map { one in
            one.changes.map { say("\(one.name): \(l.number($0)) lần sửa", "\(one.name): \(l.number($0)) changes") } ?? one.name
        }
        let languages = snapshot.languages.map {
            say("\($0.name): \(l.number($0.lines)) dòng, \(l.number($0.files)) tệp", "\($0.name): \(l.number($0.lines)) lines in \(l.number($0.files)) files")
        }
        let parts = source.materials.components.map { one in
            let version = one.version ?? one.requirement ?? say("không rõ phiên bản", "version unknown")
            let origin = one.source ?? say("thư viện của hệ điều hành", "library of the system")
            return say("\(one.name), \(version), \(origin); giấy phép: chưa rõ", "\(one.name), \(version), \(origin); licence: unknown")
        }
        var facts: [(String, String)] = [
            (say("Tên tác phẩm", "Title"), title), (say("Loại hình", "Kind"), say("Chương trình máy tính", "Computer program")), (say("Phiên bản", "Version"), version),
            (say("Chủ sở hữu", "Owner"), owner), (say("Mã hệ thống", "System"), system), (say("Ngày lập", "Made on"), day.written(l)),
            (say("Số tệp", "Files"), l.number(snapshot.files.count)), (say("Mã băm mã nguồn (SHA-256)", "Fingerprint of the source (SHA-256)"), snapshot.fingerprint.hex),
        ]
        if let commit = source.commit { facts.append((say("Bản ghi git", "Commit"), commit + (source.isChanged ? say(" (có sửa thêm)", " (with changes)") : ""))) }
        var blocks: [PaperDocument.Block] = [
            .letterhead(office: [owner.uppercased()], state: ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"]),
            .title(say("HỒ SƠ ĐĂNG KÝ QUYỀN TÁC GIẢ CHƯƠNG TRÌNH MÁY TÍNH", "DOSSIER FOR REGISTERING THE COPYRIGHT OF A COMPUTER PROGRAM"), below: title), .facts(facts),
            .heading(say("1. Mô tả", "1. Description")), .paragraph(description.isEmpty ? say("Chủ sở hữu bổ sung mô tả.", "The owner adds a description.") : description),
            .heading(say("2. Tác giả", "2. Authors")),
        ]
        blocks.append(authors.isEmpty ? .paragraph(say("Chưa có lịch sử mã nguồn; chủ sở hữu ghi tác giả.", "There is no history; the owner names the authors.")) : .list(authors))
        blocks += [.heading(say("3. Mã nguồn theo ngôn ngữ", "3. Source by language")), .list(languages), .heading(say("4. Thành phần của bên khác", "4. Parts by others"))]
        blocks.append(parts.isEmpty ? .paragraph(say("Tệp gói phần mềm không kể thành phần nào.", "No package file names any.")) : .list(parts))
        blocks += [
            .heading(say("5. Kiểm tra lại mã băm", "5. Checking the fingerprint")),
            .paragraph(
                say(
                    "Tệp snapshot.sha256 có một dòng cho mỗi tệp mã nguồn: mã băm SHA-256, hai dấu cách, đường dẫn, xếp theo byte của đường dẫn. Mã băm mã nguồn là SHA-256 của chính tệp ấy.",
                    "The file snapshot.sha256 has a line for each source file: its SHA-256, two spaces, its path, in the order of the paths' bytes. The fingerprint is the SHA-256 of that file."
                )), .signature([say("CHỦ SỞ HỮU", "THE OWNER"), owner]),
        ]
        return PaperDocument(title: say("Hồ sơ quyền tác giả: \(title)", "Copyright dossier: \(title)"), language: l, author: owner, made: made, blocks: blocks)
    }
}
