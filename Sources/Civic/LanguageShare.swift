// SPDX-License-Identifier: Apache-2.0

/// How many of a program's texts are Vietnamese.
public struct LanguageShare: Sendable {
    /// Texts with words of some language; numbers, signs and international names are not among them.
    public private(set) var counted = 0
    public private(set) var vietnamese = 0
    /// The first texts that are not Vietnamese, to show at once.
    public private(set) var others: [String] = []
    private static let othersMax = 10

    public init(_ texts: some Sequence<String>) {
        for text in texts {
            switch LanguageShare.judge(text) {
            case .neutral: continue
            case .vietnamese:
                counted += 1
                vietnamese += 1
            case .other:
                counted += 1
                if others.count < Self.othersMax { others.append(text) }
            }
        }
    }

    /// Whole percent, rounded down; 0 when there is nothing to count.
    public var percent: Int { counted == 0 ? 0 : vietnamese * 100 / counted }

    enum Judgement { case neutral, vietnamese, other }

    /// A text is Vietnamese when it has letters that only Vietnamese has, or is made of Vietnamese syllables with marks, or of words of a small list.
    static func judge(_ text: String) -> Judgement {
        let words = self.words(text)
        let telling = words.filter { !neutral.contains($0) }
        guard !telling.isEmpty else { return .neutral }
        let marked = telling.filter { word in !word.unicodeScalars.allSatisfy(\.isASCII) }
        guard !marked.isEmpty else { return telling.allSatisfy { plain.contains($0) } ? .vietnamese : .other }
        let letters = Set(marked.joined(separator: "").unicodeScalars)
        guard letters.allSatisfy({ $0.isASCII || isVietnamese($0) }) else { return .other }
        if letters.contains(where: { isOnlyVietnamese($0) }) { return .vietnamese }
        return marked.allSatisfy { isSyllable($0) } ? .vietnamese : .other
    }

    /// Words in small letters, without placeholders such as `%1$s`, `{name}`, `<b>` and `\n`.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var closing: Character?
        var isEscaped = false
        func end() {
            if word.unicodeScalars.contains(where: { $0.properties.isAlphabetic }) { words.append(word) }
            word = ""
        }
        let characters = Array(text.composed.lowercased())
        for (index, character) in characters.enumerated() {
            if let wanted = closing {
                if character == wanted { closing = nil }
                continue
            }
            if isEscaped {
                isEscaped = false
                if "ntr\"'@".contains(character) { continue }
            }
            switch character {
            case "{": closing = "}"
            case "<" where index + 1 < characters.count && (characters[index + 1].isLetter || characters[index + 1] == "/"): closing = ">"
            case "\\": isEscaped = true
            case "%", "$":
                end()
                word = "%"
                continue
            default:
                if word.hasPrefix("%") {
                    // A placeholder ends with its letter.
                    if character.isLetter || character == " " { word = "" }
                    continue
                }
                if character.isLetter {
                    word.append(character)
                    continue
                }
            }
            end()
        }
        end()
        return words
    }

    /// ă, đ, ơ, ư, ĩ, ũ and all vowels with a mark under or over another mark.
    private static func isOnlyVietnamese(_ letter: Unicode.Scalar) -> Bool {
        [0x103, 0x111, 0x1A1, 0x1B0, 0x129, 0x169].contains(letter.value) || (0x1EA0...0x1EF9).contains(letter.value)
    }

    private static let shared = Set("àáâãèéêìíòóôõùúý".unicodeScalars)
    private static func isVietnamese(_ letter: Unicode.Scalar) -> Bool { isOnlyVietnamese(letter) || shared.contains(letter) }

    /// An initial, vowels, an ending, as Vietnamese syllables have them: French and Spanish words with the same marks are seldom so.
    private static func isSyllable(_ word: String) -> Bool {
        let folded = Substring(word.folded)
        let initial = initials.first { folded.hasPrefix($0) } ?? ""
        let rest = folded.dropFirst(initial.count)
        let vowels = rest.prefix { "aeiouy".contains($0) }
        return (1...3).contains(vowels.count) && endings.contains(String(rest.dropFirst(vowels.count)))
    }

    private static let initials = ["ngh", "ch", "gh", "kh", "ng", "nh", "ph", "qu", "th", "tr"] + "bcdghklmnprstvx".map { String($0) }
    private static let endings: Set<String> = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"]

    /// Words that are the same in both languages.
    private static let neutral: Set<String> = [
        "ai", "api", "app", "csv", "email", "excel", "fax", "gb", "gps", "html", "http", "https", "id", "ip", "json", "kb", "mb", "oauth", "ok", "otp", "pdf", "pin", "qr",
        "sms", "url", "usb", "vneid", "wifi", "www", "xml", "zalo", "zip",
    ]

    /// Vietnamese words without marks that stand in programs.
    private static let plain: Set<String> = [
        "an", "ban", "bao", "bay", "ca", "cao", "cha", "chi", "cho", "chung", "con", "cung", "danh", "dung", "ga", "gia", "giao", "hai", "hay", "hinh", "hoa", "in", "khai",
        "khi", "kho", "khoa", "khu", "lan", "lao", "lo", "ma", "mang", "mua", "nam", "nay", "ngang", "nghe", "nhanh", "nhau", "phim", "phong", "qua", "ra", "sang", "sau",
        "sinh", "so", "ta", "tai", "tay", "thanh", "theo", "thi", "thu", "tin", "to", "tra", "trang", "trao", "trong", "trung", "tuy", "vui", "xa", "xanh", "xem", "xin",
        "xong", "xung",
    ]
}
