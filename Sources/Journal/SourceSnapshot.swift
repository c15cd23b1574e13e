// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A program's source as it is handed in: every file with its SHA-256, in the order of their paths' bytes, and one fingerprint of that list.
/// The list is what `sha256sum` prints, so that anybody can make it again.
public struct SourceSnapshot: Sendable {
    public struct File: Sendable, Hashable {
        /// From the folder, with slashes.
        public let path: String
        public let hash: Hash
        public let bytes: Int
        /// Lines of text; nil for what is no text.
        public let lines: Int?
    }

    /// Why a folder has no snapshot.
    public enum Problem: Error, Sendable, Equatable {
        case noFolder(String)
        case unreadable(String)
        /// A line feed in a path would make the list say something else.
        case badPath(String)
        case empty
    }

    public let files: [File]

    /// Of these files of a folder. Links are not followed: the text they hold is their content.
    public init(folder: String, paths: [String]) throws(Problem) {
        var files: [File] = []
        for path in paths.sorted(by: { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }) {
            guard !path.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0x5C }) else { throw .badPath(path) }
            let place = folder + "/" + path
            var isFolder: ObjCBool = false
            let bytes: [UInt8]
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place) {
                bytes = Array(target.utf8)
            } else if FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), isFolder.boolValue {
                // A part that is kept elsewhere has its own snapshot.
                continue
            } else if let data = FileManager.default.contents(atPath: place) {
                bytes = Array(data)
            } else {
                throw .unreadable(path)
            }
            files.append(File(path: path, hash: Hash.of(bytes), bytes: bytes.count, lines: Self.lines(bytes)))
        }
        guard !files.isEmpty else { throw .empty }
        self.files = files
    }

    /// All files below a folder, but not what lies in `excluded`.
    public static func paths(in folder: String, excluding excluded: String? = nil) throws(Problem) -> [String] {
        guard let walker = FileManager.default.enumerator(atPath: folder) else { throw .noFolder(folder) }
        let without = excluded.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        var paths: [String] = []
        while let path = walker.nextObject() as? String {
            let kind = try? FileManager.default.attributesOfItem(atPath: folder + "/" + path)[.type] as? FileAttributeType
            let place = URL(fileURLWithPath: folder + "/" + path).standardizedFileURL.path
            if let without, place == without || place.hasPrefix(without + "/") { continue }
            if kind == .typeRegular || kind == .typeSymbolicLink { paths.append(path) }
        }
        return paths
    }

    /// A line a file: its fingerprint, two spaces, its path.
    public var list: String { files.map { "\($0.hash.hex)  \($0.path)\n" }.joined() }
    public var fingerprint: Hash { Hash.of(list.utf8) }

    /// Text lines by the ending of the files' names, the largest first.
    public var languages: [(name: String, files: Int, lines: Int)] {
        var found: [String: (files: Int, lines: Int)] = [:]
        for file in files {
            guard let lines = file.lines, let name = Self.language(of: file.path) else { continue }
            found[name, default: (0, 0)].files += 1
            found[name, default: (0, 0)].lines += lines
        }
        return found.map { (name: $0.key, files: $0.value.files, lines: $0.value.lines) }.sorted { ($1.lines, $0.name) < ($0.lines, $1.name) }
    }

    private static func lines(_ bytes: [UInt8]) -> Int? {
        guard !bytes.prefix(8000).contains(0) else { return nil }
        return bytes.count { $0 == 0x0A } + (bytes.last.map { $0 != 0x0A } ?? false ? 1 : 0)
    }

    private static let names: [String: String] = [
        "swift": "Swift", "c": "C", "h": "C", "cpp": "C++", "cc": "C++", "hpp": "C++", "java": "Java", "kt": "Kotlin", "cs": "C#", "go": "Go", "rs": "Rust", "py": "Python",
        "rb": "Ruby", "php": "PHP", "js": "JavaScript", "mjs": "JavaScript", "ts": "TypeScript", "tsx": "TypeScript", "vue": "Vue", "html": "HTML", "css": "CSS", "scss": "CSS",
        "sql": "SQL", "sh": "Shell", "xml": "XML", "json": "JSON", "yml": "YAML", "yaml": "YAML", "md": "Markdown",
    ]

    private static func language(of path: String) -> String? {
        let file = path.split(separator: "/").last.map { String($0) } ?? path
        guard let point = file.lastIndex(of: "."), point != file.startIndex else { return nil }
        return names[file[file.index(after: point)...].lowercased()]
    }
}
