// SPDX-License-Identifier: Apache-2.0
internal import Foundation

extension String {
    /// The text in Unicode's normal form C, as everything is stored. Vietnamese text that already is costs one look at its bytes.
    public var composed: String { isPlainlyComposed ? self : precomposedStringWithCanonicalMapping }

    /// True when no scalar can change under normalization: ASCII, Latin letters with their marks inside, no combining mark.
    private var isPlainlyComposed: Bool {
        var bytes = utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case 0..<0x80: continue
            case 0xC2...0xCB: _ = bytes.next()
            case 0xE1:
                guard let second = bytes.next(), second >= 0xB8, second <= 0xBB else { return false }
                _ = bytes.next()
            default: return false
            }
        }
        return true
    }

    /// Letters and digits only, lower case, without marks, đ as d, words parted by one space: what search compares.
    public var folded: String {
        var result = [UInt8]()
        result.reserveCapacity(utf8.count)
        var pendingSpace = false
        func put(_ byte: UInt8) {
            if pendingSpace, !result.isEmpty { result.append(0x20) }
            pendingSpace = false
            result.append(byte)
        }
        var needsSlowPath = false
        for scalar in unicodeScalars {
            let value = scalar.value
            if value < 0x80 {
                let byte = UInt8(value)
                switch byte {
                case 0x30...0x39, 0x61...0x7A: put(byte)
                case 0x41...0x5A: put(byte + 0x20)
                default: pendingSpace = true
                }
            } else if value < 0x2000, FoldTable.base[Int(value)] != 0 {
                put(FoldTable.base[Int(value)])
            } else if value >= 0x300, value < 0x370 {
                continue
            } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                needsSlowPath = true
                break
            } else {
                pendingSpace = true
            }
        }
        guard needsSlowPath else { return String(decoding: result, as: UTF8.self) }
        return foldedSlowly
    }

    /// Any script: canonical decomposition without marks, lower case.
    private var foldedSlowly: String {
        var result = ""
        var pendingSpace = false
        for scalar in decomposedStringWithCanonicalMapping.lowercased().unicodeScalars {
            if scalar.properties.generalCategory == .nonspacingMark { continue }
            guard scalar.isWordScalar else {
                pendingSpace = true
                continue
            }
            if pendingSpace, !result.isEmpty { result += " " }
            pendingSpace = false
            result.unicodeScalars.append(scalar == "đ" || scalar == "ð" ? "d" : scalar)
        }
        return result
    }

    /// Trimmed, one space between words, NFC.
    public var tidied: String {
        let composed = composed
        var previousIsSpace = true
        var isTidy = true
        for byte in composed.utf8 {
            let isSpace = byte == 0x20
            if isSpace, previousIsSpace { isTidy = false }
            if byte == 0xC2 || byte == 0xE2 || byte == 0xE3 || byte < 0x20 { isTidy = false }
            previousIsSpace = isSpace
        }
        if isTidy, !(previousIsSpace && !composed.isEmpty) { return composed }
        // Spaces of Unicode's Zs category are spaces; control characters stay, so that they are refused and not hidden.
        return composed.split(whereSeparator: { $0 == " " || $0 == "\u{A0}" || $0 == "\u{3000}" || ("\u{2000}"..."\u{200A}").contains($0) })
            .joined(separator: " ")
    }

    /// The first character that has no place in a register: controls, direction overrides, invisible marks.
    public var firstForbiddenScalar: Unicode.Scalar? {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return nil }
        return unicodeScalars.first { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7F...0x9F, 0xAD, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFD, 0xE000...0xF8FF,
                0xE0000...0xE007F:
                return true
            default: return scalar.properties.generalCategory == .unassigned
            }
        }
    }

    /// Old tone placement (`hoà`, `thuý`, `khoẻ`) as the new one (`hòa`, `thúy`, `khỏe`), at a syllable's end only; `quý` stays.
    public var modernToneMarks: String {
        let scalars = Array(composed.unicodeScalars)
        var result = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            if index + 1 < scalars.count, let pair = ToneMarks.moved[ToneMarks.Pair(scalars[index], scalars[index + 1])],
                index + 2 == scalars.count || !scalars[index + 2].properties.isAlphabetic,
                !(index > 0 && (scalars[index - 1] == "q" || scalars[index - 1] == "Q"))
            {
                result.append(pair.0)
                result.append(pair.1)
                index += 2
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return String(result)
    }

    /// A Vietnamese key for sorting: base letters in the alphabet's order first, then tones (ngang, huyền, hỏi, ngã, sắc, nặng), then case.
    public var collationKey: [UInt8] {
        var letters = [UInt8]()
        var tones = [UInt8]()
        var cases = [UInt8]()
        for scalar in modernToneMarks.unicodeScalars {
            if let weight = Collation.weights[scalar] {
                letters.append(weight.letter)
                tones.append(weight.tone)
                cases.append(weight.isUpper ? 1 : 0)
            } else if scalar.value < 0x80 {
                let byte = UInt8(scalar.value)
                letters.append(byte >= 0x30 && byte <= 0x39 ? 40 + byte - 0x30 : (byte == 0x20 ? 2 : 3))
            } else {
                letters.append(250)
                letters.append(contentsOf: String(scalar).utf8)
            }
        }
        return letters + [0] + tones + [0] + cases
    }

    /// True when this text sorts before `other` in a Vietnamese list.
    public func sortsBefore(_ other: String) -> Bool { collationKey.lexicographicallyPrecedes(other.collationKey) }
}

extension Unicode.Scalar {
    /// A letter or a number by its general category: what words of the search are made of, in both stores.
    public var isWordScalar: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }
}

private enum FoldTable {
    /// Scalar value to ASCII base letter; 0 where there is none.
    static let base: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 0x2000)
        for value in 0xC0..<0x250 { fill(&table, value) }
        for value in 0x1E00..<0x1F00 { fill(&table, value) }
        for (letter, base) in [("đ", "d"), ("Đ", "d"), ("ð", "d"), ("Ð", "d"), ("ø", "o"), ("Ø", "o"), ("ł", "l"), ("Ł", "l")] {
            table[Int(letter.unicodeScalars.first!.value)] = base.utf8.first!
        }
        return table
    }()

    private static func fill(_ table: inout [UInt8], _ value: Int) {
        guard let scalar = Unicode.Scalar(UInt32(value)) else { return }
        let first = String(scalar).decomposedStringWithCanonicalMapping.lowercased().unicodeScalars.first!
        if first.value < 0x80, first.properties.isAlphabetic { table[value] = UInt8(first.value) }
    }
}

private enum ToneMarks {
    struct Pair: Hashable {
        let first: Unicode.Scalar
        let second: Unicode.Scalar
        init(_ first: Unicode.Scalar, _ second: Unicode.Scalar) {
            self.first = first
            self.second = second
        }
    }

    /// `oà` → `òa` and so on for oa, oe, uy in both cases.
    static let moved: [Pair: (Unicode.Scalar, Unicode.Scalar)] = {
        var table: [Pair: (Unicode.Scalar, Unicode.Scalar)] = [:]
        let marked: [Character: String] = [
            "o": "òóỏõọ", "u": "ùúủũụ", "a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ",
            "O": "ÒÓỎÕỌ", "U": "ÙÚỦŨỤ", "A": "ÀÁẢÃẠ", "E": "ÈÉẺẼẸ", "Y": "ỲÝỶỸỴ",
        ]
        for (first, second) in [("o", "a"), ("o", "e"), ("u", "y"), ("O", "A"), ("O", "E"), ("U", "Y"), ("O", "a"), ("O", "e"), ("U", "y")]
            as [(Character, Character)]
        {
            for (from, to) in zip(marked[second]!.unicodeScalars, marked[first]!.unicodeScalars) {
                table[Pair(first.unicodeScalars.first!, from)] = (to, second.unicodeScalars.first!)
            }
        }
        return table
    }()
}

private enum Collation {
    struct Weight {
        let letter: UInt8
        let tone: UInt8
        let isUpper: Bool
    }

    static let weights: [Unicode.Scalar: Weight] = {
        // Each letter with its six tones; the alphabet's order is primary, the tones' order secondary.
        let alphabet = [
            "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "b", "c", "d", "đ", "eèẻẽéẹ", "êềểễếệ", "f", "g", "h", "iìỉĩíị", "j", "k", "l", "m", "n",
            "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "p", "q", "r", "s", "t", "uùủũúụ", "ưừửữứự", "v", "w", "x", "yỳỷỹýỵ", "z",
        ]
        var table: [Unicode.Scalar: Weight] = [:]
        for (letter, forms) in alphabet.enumerated() {
            for (tone, scalar) in forms.unicodeScalars.enumerated() {
                table[scalar] = Weight(letter: UInt8(60 + letter), tone: UInt8(1 + tone), isUpper: false)
                let upper = String(scalar).uppercased().unicodeScalars.first!
                table[upper] = Weight(letter: UInt8(60 + letter), tone: UInt8(1 + tone), isUpper: true)
            }
        }
        return table
    }()
}
