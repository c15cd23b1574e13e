// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The texts of a program's interface, out of the common forms of resource files.
public enum ResourceStrings {
    /// Why a file has no texts.
    public enum Problem: Error, Sendable, Equatable {
        case unknownForm
        case unreadable(String)
    }

    /// Endings of the files that can be read.
    public static let forms = [".strings", ".properties", ".json", ".po", ".xml", ".resx"]

    public static func texts(_ bytes: [UInt8], named name: String) throws(Problem) -> [String] {
        guard let ending = forms.first(where: { name.lowercased().hasSuffix($0) }) else { throw .unknownForm }
        var body = bytes[...]
        if body.starts(with: [0xEF, 0xBB, 0xBF]) { body = body.dropFirst(3) }
        guard let text = String(validating: body, as: UTF8.self) else { throw .unreadable("UTF-8") }
        switch ending {
        case ".strings": return strings(text)
        case ".properties": return properties(text)
        case ".po": return catalogue(text)
        case ".json":
            let json: JSON
            do {
                json = try JSON(parsing: body)
            } catch {
                throw .unreadable(error.reason)
            }
            var found: [String] = []
            walk(json, &found)
            return found
        default: return try markup(Array(body), isResx: ending == ".resx")
        }
    }

    // MARK: JSON

    private static func walk(_ json: JSON, _ found: inout [String]) {
        switch json {
        case .string(let text): found.append(text)
        case .array(let list): for one in list { walk(one, &found) }
        case .object(let members): for member in members where !member.name.hasPrefix("@") { walk(member.value, &found) }
        default: break
        }
    }

    // MARK: "key" = "value";

    private static func strings(_ text: String) -> [String] {
        var found: [String] = []
        var quoted: [String] = []
        let characters = Array(text)
        var at = 0
        while at < characters.count {
            let character = characters[at]
            let next = at + 1 < characters.count ? characters[at + 1] : " "
            if character == "/", next == "/" {
                while at < characters.count, !characters[at].isNewline { at += 1 }
            } else if character == "/", next == "*" {
                at += 2
                while at + 1 < characters.count, characters[at] != "*" || characters[at + 1] != "/" { at += 1 }
                at += 2
            } else if character == "\"" {
                quoted.append(Self.quoted(characters, &at))
            } else {
                if character == ";" {
                    if quoted.count >= 2 { found.append(quoted[1]) }
                    quoted = []
                }
                at += 1
            }
        }
        return found
    }

    /// What stands between two quotation marks; `at` is moved behind the second.
    private static func quoted(_ characters: [Character], _ at: inout Int) -> String {
        var text = ""
        at += 1
        while at < characters.count, characters[at] != "\"" {
            if characters[at] == "\\", at + 1 < characters.count {
                at += 1
                switch characters[at] {
                case "n", "t", "r": text.append(" ")
                case "U", "u":
                    let digits = String(characters[min(at + 1, characters.count)..<min(at + 5, characters.count)])
                    if digits.count == 4, let scalar = UInt32(digits, radix: 16).flatMap({ Unicode.Scalar($0) }) {
                        text.unicodeScalars.append(scalar)
                        at += 4
                    }
                default: text.append(characters[at])
                }
            } else {
                text.append(characters[at])
            }
            at += 1
        }
        at += 1
        return text
    }

    // MARK: key=value

    private static func properties(_ text: String) -> [String] {
        var found: [String] = []
        var line = ""
        for part in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let rest = part.drop { $0 == " " || $0 == "\t" }
            if line.isEmpty, rest.isEmpty || rest.hasPrefix("#") || rest.hasPrefix("!") { continue }
            line += rest
            // An odd number of backslashes at the end carries the line on.
            if line.reversed().prefix(while: { $0 == "\\" }).count % 2 == 1 {
                line.removeLast()
                continue
            }
            if let told = value(of: line) { found.append(told) }
            line = ""
        }
        if let told = value(of: line) { found.append(told) }
        return found
    }

    private static func value(of line: String) -> String? {
        let characters = Array(line)
        var at = 0
        while at < characters.count, !"=: \t".contains(characters[at]) { at += characters[at] == "\\" ? 2 : 1 }
        guard at < characters.count else { return nil }
        let rest = characters[at...].drop { "=: \t".contains($0) }
        // The value reads as a quoted text does, without its marks.
        var marked: [Character] = ["\""]
        for character in rest { if character == "\"" { marked += ["\\", "\""] } else { marked.append(character) } }
        var start = 0
        return quoted(marked, &start)
    }

    // MARK: msgid, msgstr

    /// A text without a translation is shown as it was written, so the original counts.
    private static func catalogue(_ text: String) -> [String] {
        var found: [String] = []
        var original = ""
        var translations: [String] = []
        enum Part { case none, original, plural, translation }
        var part = Part.none
        func end() {
            if !original.isEmpty {
                let told = translations.filter { !$0.isEmpty }
                found += told.isEmpty ? [original] : told
            }
            original = ""
            translations = []
        }
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("#") { continue }
            if line.hasPrefix("msgid_plural") {
                part = .plural
            } else if line.hasPrefix("msgid") {
                end()
                part = .original
            } else if line.hasPrefix("msgstr") {
                part = .translation
                translations.append("")
            } else if line.hasPrefix("msgctxt") {
                part = .none
            }
            guard let mark = line.firstIndex(of: "\"") else { continue }
            let characters = Array(line[mark...])
            var at = 0
            let words = quoted(characters, &at)
            switch part {
            case .original: original += words
            case .translation: translations[translations.count - 1] += words
            case .plural, .none: break
            }
        }
        end()
        return found
    }

    // MARK: XML

    private static func markup(_ bytes: [UInt8], isResx: Bool) throws(Problem) -> [String] {
        var found: [String] = []
        var scanner = XMLScanner()
        // The element whose text counts, and how deep the reading is in it.
        var text: String?
        var depth = 0
        var isOurs = false
        do {
            try scanner.take(bytes[...], isLast: true) { (event: XMLScanner.Event) throws(PaperError) in
                switch event {
                case .start(let name, let attributes):
                    if text != nil {
                        depth += 1
                    } else if isResx {
                        // Pictures and settings have a type; texts have none.
                        if name == "data" { isOurs = attributes["type"] == nil && attributes["mimetype"] == nil }
                        if name == "value", isOurs { text = "" }
                    } else if name == "string" || name == "string-array" || name == "plurals" {
                        isOurs = attributes["translatable"] != "false"
                        if name == "string", isOurs { text = "" }
                    } else if name == "item", isOurs {
                        text = ""
                    }
                case .end(let name):
                    if let words = text {
                        if depth > 0 {
                            depth -= 1
                        } else {
                            found.append(words)
                            text = nil
                        }
                    }
                    if name == "data" || name == "string-array" || name == "plurals" { isOurs = false }
                case .text(let words):
                    if text != nil { text! += words }
                }
            }
        } catch {
            if case .xml(let reason) = error { throw .unreadable(reason) }
            throw .unreadable("XML")
        }
        return found
    }
}
