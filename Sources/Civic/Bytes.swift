// SPDX-License-Identifier: Apache-2.0

/// Bytes as text: hexadecimal, base64 (RFC 4648), base32 without padding.
public enum Encoding {
    static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let hexDigits = Array("0123456789abcdef".utf8)
    static let base32Digits = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    public static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var result = [UInt8]()
        for byte in bytes {
            result.append(hexDigits[Int(byte >> 4)])
            result.append(hexDigits[Int(byte & 15)])
        }
        return String(decoding: result, as: UTF8.self)
    }

    public static func bytes(hex: some StringProtocol) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var result = [UInt8]()
        func value(_ digit: UInt8) -> UInt8? {
            switch digit {
            case 0x30...0x39: return digit - 0x30
            case 0x61...0x66: return digit - 0x57
            case 0x41...0x46: return digit - 0x37
            default: return nil
            }
        }
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            result.append(high << 4 | low)
        }
        return result
    }

    /// Writes base64url without padding into memory that has room for it; gives the count of characters.
    @inline(__always)
    public static func writeBase64URL(_ source: UnsafeRawPointer, _ count: Int, to target: UnsafeMutablePointer<UInt8>) -> Int {
        encode(source, count, alphabet: urlAlphabet, to: target)
    }

    /// The alphabets as memory that lives as long as the program.
    public nonisolated(unsafe) static let urlAlphabet = memory(url)
    nonisolated(unsafe) static let standardAlphabet = memory(standard)

    private static func memory(_ bytes: [UInt8]) -> UnsafePointer<UInt8> {
        let pointer = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        pointer.initialize(from: bytes, count: bytes.count)
        return UnsafePointer(pointer)
    }

    @inlinable
    @inline(__always)
    public static func encode(
        _ source: UnsafeRawPointer, _ count: Int, alphabet: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var index = 0
        var at = 0
        let bytes = source.assumingMemoryBound(to: UInt8.self)
        while index &+ 2 < count {
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index &+ 1]) << 8 | UInt32(bytes[index &+ 2])
            target[at] = alphabet[Int(group >> 18)]
            target[at &+ 1] = alphabet[Int(group >> 12 & 63)]
            target[at &+ 2] = alphabet[Int(group >> 6 & 63)]
            target[at &+ 3] = alphabet[Int(group & 63)]
            index &+= 3
            at &+= 4
        }
        let left = count - index
        guard left > 0 else { return at }
        let group = UInt32(bytes[index]) << 16 | (left == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
        target[at] = alphabet[Int(group >> 18)]
        target[at + 1] = alphabet[Int(group >> 12 & 63)]
        if left == 2 { target[at + 2] = alphabet[Int(group >> 6 & 63)] }
        return at + left + 1
    }

    private static func text(_ bytes: [UInt8], alphabet: UnsafePointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { buffer in
            guard let base = buffer.baseAddress, !bytes.isEmpty else { return 0 }
            return bytes.withUnsafeBytes { encode($0.baseAddress!, $0.count, alphabet: alphabet, to: base) }
        }
    }

    public static func base64URL(_ bytes: [UInt8]) -> String { text(bytes, alphabet: urlAlphabet) }

    public static func base64(_ bytes: [UInt8]) -> String {
        text(bytes, alphabet: standardAlphabet) + String(repeating: "=", count: (3 - bytes.count % 3) % 3)
    }

    /// What each character of base64 or base64url stands for; 255 for all others.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for alphabet in [standard, url] { for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) } }
        return values
    }()

    /// Reads base64 or base64url, padded or not; nil on any other character.
    /// Eight digits for a one-time code, from eight unpredictable bytes.
    public static func digits(_ bytes: [UInt8]) -> String {
        let number = String(bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 100_000_000)
        return String(repeating: "0", count: 8 - number.utf8.count) + number
    }

    public static func bytes(base64 text: some StringProtocol) -> [UInt8]? {
        var text = String(text)
        return text.withUTF8 { bytes(base64: $0) }
    }

    public static func bytes(base64 text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var count = text.count
        while count > 0, text[count - 1] == 0x3D { count -= 1 }
        let isValid = { (result: inout UnsafeMutableBufferPointer<UInt8>, at: inout Int) -> Bool in
            var group: UInt32 = 0
            var bits = 0
            return values.withUnsafeBufferPointer { values in
                for index in 0..<count {
                    let value = values[Int(text[index])]
                    guard value < 64 else { return false }
                    group = group << 6 | UInt32(value)
                    bits += 6
                    if bits >= 8 {
                        bits -= 8
                        result[at] = UInt8(truncatingIfNeeded: group >> UInt32(bits))
                        at += 1
                    }
                }
                return bits < 6
            }
        }
        var done = false
        let result = [UInt8](unsafeUninitializedCapacity: count * 3 / 4 + 1) { buffer, at in done = isValid(&buffer, &at) }
        return done ? result : nil
    }

    /// 128 bits as 26 characters that can be read aloud.
    public static func base32(_ bytes: [UInt8]) -> String {
        var result = [UInt8]()
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                result.append(base32Digits[Int(group >> bits & 31)])
            }
        }
        if bits > 0 { result.append(base32Digits[Int(group << (5 - bits) & 31)]) }
        return String(decoding: result, as: UTF8.self)
    }

    public static func bytes(base32 text: some StringProtocol) -> [UInt8]? {
        var result = [UInt8]()
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for byte in text.utf8 {
            let value: UInt32
            switch byte {
            case 0x61...0x7A: value = UInt32(byte - 0x61)
            case 0x32...0x37: value = UInt32(byte - 0x32) + 26
            default: return nil
            }
            group = group << 5 | value
            bits += 5
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
        // What is left over must be zero, or two texts would mean the same bytes.
        return group & (1 << bits - 1) == 0 ? result : nil
    }
}
