// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Journal
import Testing

@testable import Papers

struct `Texts of a program's resource files` {
    private func texts(_ text: String, _ name: String) throws -> [String] { try ResourceStrings.texts(Array(text.utf8), named: name) }

    @Test func `of every common form`() throws {
        #expect(try texts("/* a \"b\" = */\n\"save\" = \"Lưu\"; // c\n\"quote\" = \"Nói \\\"có\\\"\\nrồi\";", "a/Localizable.strings") == ["Lưu", "Nói \"có\" rồi"])
        #expect(try texts("# chú thích\nsave=L\\u01B0u\nlong = một \\\n  hai\nempty\nkey\\:x : y\n", "messages_vi.properties") == ["Lưu", "một hai", "y"])
        #expect(try texts("\u{FEFF}{\"save\":\"Lưu\",\"menu\":{\"open\":\"Mở\"},\"@@locale\":\"vi\",\"n\":1}", "vi.json") == ["Lưu", "Mở"])
        let po = """
            msgid ""
            msgstr "Language: vi\\n"

            #: main.c
            msgid "Save"
            msgstr "Lưu"

            msgid "Open the "
            "file"
            msgstr ""

            msgid "one"
            msgid_plural "many"
            msgstr[0] "một"
            """
        #expect(try texts(po, "vi.po") == ["Lưu", "Open the file", "một"])
        let android = """
            <?xml version="1.0"?><resources><!-- x --><string name="a">Lưu <b>ngay</b> &amp; đóng</string><string name="k" translatable="false">KEY</string>
            <plurals name="p"><item quantity="other">%d hồ sơ</item></plurals><string name="e"/></resources>
            """
        #expect(try texts(android, "res/values-vi/strings.xml") == ["Lưu ngay & đóng", "%d hồ sơ", ""])
        let resx = """
            <root><resheader name="version"><value>2.0</value></resheader><data name="Save" xml:space="preserve"><value>Lưu</value><comment>Save</comment></data>
            <data name="Icon" type="System.Drawing.Bitmap"><value>x.png</value></data></root>
            """
        #expect(try texts(resx, "Form.vi.resx") == ["Lưu"])
    }

    @Test func `files that are not what they say are told`() {
        #expect(throws: ResourceStrings.Problem.unknownForm) { try texts("x", "a.txt") }
        #expect(throws: ResourceStrings.Problem.self) { try texts("{", "a.json") }
        #expect(throws: ResourceStrings.Problem.self) { try texts("<!DOCTYPE x><resources/>", "strings.xml") }
        #expect(throws: ResourceStrings.Problem.unreadable("UTF-8")) { try ResourceStrings.texts([0xFF, 0xFE, 0x41], named: "a.strings") }
    }

    @Test func `a program half in English has half its texts in Vietnamese`() throws {
        let found = try texts("a=Đăng nhập\nb=Sign in\nc=Hồ sơ của tôi\nd=Settings\ne=100 %\n", "m.properties")
        #expect(LanguageShare(found).percent == 50)
    }
}

struct `A snapshot of source` {
    private func folder(_ files: [String: String]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("source-\(UUID().uuidString)").path
        for (name, text) in files {
            let place = URL(fileURLWithPath: path + "/" + name)
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
        }
        return path
    }

    private func snapshot(_ folder: String) throws -> SourceSnapshot { try SourceSnapshot(folder: folder, paths: try SourceSnapshot.paths(in: folder, excluding: folder + "/out")) }

    @Test func `is the same for the same files, and another for one byte`() throws {
        let files = ["a.swift": "let a = 1\n", "b/c.py": "x = 1\ny = 2", "README.md": "# A\n"]
        let first = try folder(files)
        let second = try folder(files)
        defer { for path in [first, second] { try? FileManager.default.removeItem(atPath: path) } }
        #expect(try snapshot(first).fingerprint == snapshot(second).fingerprint)
        try FileManager.default.createDirectory(atPath: second + "/out", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: second + "/out/bom.json"))
        #expect(try snapshot(first).fingerprint == snapshot(second).fingerprint)
        try Data("let a = 2\n".utf8).write(to: URL(fileURLWithPath: second + "/a.swift"))
        #expect(try snapshot(first).fingerprint != snapshot(second).fingerprint)
    }

    @Test func `is what sha256sum makes of the same list, in the order of bytes`() throws {
        let path = try folder(["b": "", "a": "abc", "Z": "abc"])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let made = try snapshot(path)
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(made.list == "\(abc)  Z\n\(abc)  a\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n")
    }

    @Test func `counts lines of languages, follows no link and refuses what no list can hold`() throws {
        let path = try folder(["a.swift": "1\n2\n3", "b.swift": "1\n", "c.py": "1\n", "d.bin": "\u{0}\n"])
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: "/etc/hostname")
        let made = try snapshot(path)
        #expect(made.languages.map(\.name) == ["Swift", "Python"] && made.languages.map(\.lines) == [4, 1])
        #expect(made.files.first { $0.path == "link" }?.bytes == "/etc/hostname".utf8.count)
        #expect(throws: SourceSnapshot.Problem.unreadable("gone")) { try SourceSnapshot(folder: path, paths: ["gone"]) }
        #expect(throws: SourceSnapshot.Problem.badPath("a\nb")) { try SourceSnapshot(folder: path, paths: ["a\nb"]) }
        #expect(throws: SourceSnapshot.Problem.empty) { try SourceSnapshot(folder: path, paths: []) }
    }
}

struct `A bill of materials` {
    private let package = """
        // .package(url: "https://example.org/old", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.6.1"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3"),
        """
    private let resolved = """
        {"originHash":"x","pins":[{"identity":"swift-nio","kind":"remoteSourceControl","location":"https://github.com/apple/swift-nio.git","state":{"revision":"abc","version":"2.102.0"}}],"version":3}
        """

    @Test func `takes versions from what is pinned, the rest from what is asked for`() throws {
        let parts = try BillOfMaterials(package: package, resolved: Array(resolved.utf8)).components
        #expect(parts.map(\.name) == ["sqlite3", "swift-log", "swift-nio"])
        #expect(parts.map(\.version) == [nil, "1.6.1", "2.102.0"])
        #expect(try BillOfMaterials(package: package, resolved: nil).components.first { $0.name == "swift-nio" }?.requirement == "from 2.101.0")
        #expect(try BillOfMaterials(package: nil, resolved: nil).components.isEmpty)
    }

    @Test func `is CycloneDX 1.6, and a licence that nobody told is unknown`() throws {
        let document = try BillOfMaterials(package: package, resolved: Array(resolved.utf8)).document(
            of: "Cổng", version: "3.0", fingerprint: "00", at: Instant("2026-11-24T02:00:00Z")!)
        #expect(document["bomFormat"] == .string("CycloneDX") && document["specVersion"] == .string("1.6"))
        guard case .array(let parts)? = document["components"] else { Issue.record("no components"); return }
        #expect(parts.count == 3 && parts[2]["purl"] == .string("pkg:swift/github.com/apple/swift-nio@2.102.0"))
        #expect(parts.allSatisfy { $0["licenses"] == .array([.object(["license": .object(["name": .string("unknown")])])]) })
    }
}
