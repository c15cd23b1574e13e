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

    /// True for text that needs nothing done to it: ASCII and composed Latin letters, one space between words, none at the ends.
    /// Nearly every name and address is; the others take the long way.
    @inline(__always)
    var isPlainLatin: Bool {
        var copy = self
        return copy.withUTF8 { bytes in
            var index = 0
            var previous: UInt8 = 0x20
            while index < bytes.count {
                let byte = bytes[index]
                switch byte {
                case 0x20:
                    if previous == 0x20 { return false }
                    index += 1
                case 0x21..<0x7F: index += 1
                case 0xC3...0xC8:
                    // Icelandic eth and the signs for times and divided by are looked at elsewhere.
                    guard index + 1 < bytes.count else { return false }
                    if byte == 0xC3 {
                        switch bytes[index + 1] {
                        case 0x90, 0xB0, 0x97, 0xB7: return false;
                        default: break
                        }
                    }
                    index += 2
                case 0xE1:
                    guard index + 2 < bytes.count, bytes[index + 1] >= 0xB8, bytes[index + 1] <= 0xBB else { return false }
                    index += 3
                default: return false
                }
                previous = byte
            }
            return previous != 0x20
        }
    }

    /// Letters and digits only, lower case, without marks, đ as d, words parted by one space: what search compares.
    public var folded: String {
        var copy = self
        let fast: String? = copy.withUTF8 { bytes in
            FoldTable.base.withUnsafeBufferPointer { table in
                var isPlain = true
                let result = String(unsafeUninitializedCapacity: bytes.count + 1) { output in
                    var count = 0
                    var index = 0
                    var pendingSpace = false
                    while index < bytes.count {
                        let byte = bytes[index]
                        var base: UInt8 = 0
                        if byte < 0x80 {
                            base = table[Int(byte)]
                            index += 1
                        } else if byte >= 0xC3, byte <= 0xC9, index + 1 < bytes.count {
                            base = table[Int(byte & 31) << 6 | Int(bytes[index + 1] & 63)]
                            index += 2
                            if base == 0 { isPlain = false }
                        } else if byte == 0xE1, index + 2 < bytes.count {
                            base = table[0x1000 | Int(bytes[index + 1] & 63) << 6 | Int(bytes[index + 2] & 63)]
                            index += 3
                            if base == 0 { isPlain = false }
                        } else {
                            isPlain = false
                        }
                        if !isPlain { return 0 }
                        if base == 0 {
                            pendingSpace = true
                            continue
                        }
                        if pendingSpace, count > 0 {
                            output[count] = 0x20
                            count += 1
                        }
                        pendingSpace = false
                        output[count] = base
                        count += 1
                    }
                    return count
                }
                return isPlain ? result : nil
            }
        }
        return fast ?? foldedSlowly
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
        for value in 0x30..<0x3A { table[value] = UInt8(value) }
        for value in 0x61..<0x7B {
            table[value] = UInt8(value)
            table[value - 0x20] = UInt8(value)
        }
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
