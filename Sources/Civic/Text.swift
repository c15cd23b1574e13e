// SPDX-License-Identifier: Apache-2.0

/// The two languages every text of the interface is written in.
public enum Language: String, CaseIterable, Sendable {
    case vietnamese = "vi"
    case english = "en"
}

/// A text in Vietnamese and English, written as `["vi": "Phường", "en": "Ward"]`.
public struct Text: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public let vi: String
    public let en: String

    public init(vi: String, en: String) {
        self.vi = vi
        self.en = en
    }

    public init(dictionaryLiteral elements: (String, String)...) {
        var vi = ""
        var en = ""
        for (language, text) in elements {
            switch language {
            case "vi": vi = text
            case "en": en = text
            default: preconditionFailure("A text is written in vi and en, not in \(language).")
            }
        }
        self.init(vi: vi, en: en)
    }

    /// The same words in both languages: a name, a number, a code.
    public static func same(_ words: String) -> Text { Text(vi: words, en: words) }

    public subscript(language: Language) -> String { language == .vietnamese ? vi : en }
}

/// What is wrong with a value, said to the person who entered it, at the field.
public struct Objection: Error, Sendable, Hashable {
    /// The field's name; empty when the record as a whole is meant.
    public let field: String
    /// A stable code for programs, such as `required` or `pattern`.
    public let code: String
    public let text: Text

    public init(field: String, code: String, _ text: Text) {
        self.field = field
        self.code = code
        self.text = text
    }

    /// The same objection at another field.
    public func at(_ field: String) -> Objection { Objection(field: field, code: code, text) }
}
