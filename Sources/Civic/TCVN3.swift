// SPDX-License-Identifier: Apache-2.0

/// The letters of old office files: TCVN 5712 VN3 (“ABC”), whose bytes programs show as Latin letters and signs.
public enum TCVN3 {
    private static let table: [Unicode.Scalar: Unicode.Scalar] = {
        let pairs: [(UInt32, String)] = [
            (0xA0, " "), (0xA1, "Ă"), (0xA2, "Â"), (0xA3, "Ê"), (0xA4, "Ô"), (0xA5, "Ơ"), (0xA6, "Ư"), (0xA7, "Đ"), (0xA8, "ă"), (0xA9, "â"), (0xAA, "ê"), (0xAB, "ô"),
            (0xAC, "ơ"), (0xAD, "ư"), (0xAE, "đ"), (0xB5, "à"), (0xB6, "ả"), (0xB7, "ã"), (0xB8, "á"), (0xB9, "ạ"), (0xBB, "ằ"), (0xBC, "ẳ"), (0xBD, "ẵ"), (0xBE, "ắ"),
            (0xC6, "ặ"), (0xC7, "ầ"), (0xC8, "ẩ"), (0xC9, "ẫ"), (0xCA, "ấ"), (0xCB, "ậ"), (0xCC, "è"), (0xCE, "ẻ"), (0xCF, "ẽ"), (0xD0, "é"), (0xD1, "ẹ"), (0xD2, "ề"),
            (0xD3, "ể"), (0xD4, "ễ"), (0xD5, "ế"), (0xD6, "ệ"), (0xD7, "ì"), (0xD8, "ỉ"), (0xDC, "ĩ"), (0xDD, "í"), (0xDE, "ị"), (0xDF, "ò"), (0xE1, "ỏ"), (0xE2, "õ"),
            (0xE3, "ó"), (0xE4, "ọ"), (0xE5, "ồ"), (0xE6, "ổ"), (0xE7, "ỗ"), (0xE8, "ố"), (0xE9, "ộ"), (0xEA, "ờ"), (0xEB, "ở"), (0xEC, "ỡ"), (0xED, "ớ"), (0xEE, "ợ"),
            (0xEF, "ù"), (0xF1, "ủ"), (0xF2, "ũ"), (0xF3, "ú"), (0xF4, "ụ"), (0xF5, "ừ"), (0xF6, "ử"), (0xF7, "ữ"), (0xF8, "ứ"), (0xF9, "ự"), (0xFA, "ỳ"), (0xFB, "ỷ"),
            (0xFC, "ỹ"), (0xFD, "ý"), (0xFE, "ỵ"),
        ]
        return Dictionary(uniqueKeysWithValues: pairs.map { (Unicode.Scalar($0.0)!, $0.1.unicodeScalars.first!) })
    }()

    /// Signs that stand for letters in TCVN3 and that no Vietnamese text in Unicode has inside a word.
    private static let signs: Set<Unicode.Scalar> = Set(
        [
            0xA1, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBB, 0xBC, 0xBD, 0xBE, 0xC6, 0xC7, 0xCB, 0xCE, 0xCF, 0xD0, 0xD1,
            0xD6, 0xD7, 0xD8, 0xDE, 0xDF, 0xE4, 0xE5, 0xE6, 0xE7, 0xEB, 0xEE, 0xEF, 0xF0, 0xF1, 0xF6, 0xF7, 0xF8, 0xFB, 0xFC, 0xFE,
        ]
        .map { Unicode.Scalar($0 as UInt32)! })

    /// The text in Unicode. The font decides capitals there: a word written in capitals gets its marked letters as capitals too.
    public static func unicode(_ text: String) -> String {
        var result = ""
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { result += " " }
            var scalars = String.UnicodeScalarView()
            for scalar in word.unicodeScalars { scalars.append(table[scalar] ?? scalar) }
            let converted = String(scalars)
            let plain = word.unicodeScalars.filter { $0.isASCII && $0.properties.isAlphabetic }
            let isCapital = plain.count > 0 && plain.allSatisfy(\.properties.isUppercase) && (plain.count > 1 || word.unicodeScalars.count > 2)
            result += isCapital ? converted.uppercased() : converted
        }
        return result.composed
    }

    /// Whether texts look as if they were written in TCVN3: signs inside words, and no letter that only Unicode has.
    public static func isLikely(_ texts: some Sequence<String>) -> Bool {
        var odd = 0
        for text in texts {
            for scalar in text.unicodeScalars {
                if scalar.value > 0xFF, scalar.properties.isAlphabetic { return false }
                if signs.contains(scalar) { odd += 1 }
            }
        }
        return odd > 0
    }
}
