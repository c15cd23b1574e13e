// SPDX-License-Identifier: Apache-2.0

/// Reads the XML of office files piece by piece. It knows elements, attributes, text and the five entities; a document type is refused,
/// so that no entity can grow and nothing outside is ever asked for.
struct XMLScanner {
    enum Event {
        case start(String, [String: String])
        case end(String)
        case text(String)
    }

    private var buffer: [UInt8] = []
    static let tokenMax = 1 << 20

    /// Takes the next bytes and gives the events that they complete.
    mutating func take(_ bytes: ArraySlice<UInt8>, isLast: Bool = false, _ body: (Event) throws(PaperError) -> Void) throws(PaperError) {
        buffer += bytes
        var at = 0
        while at < buffer.count {
            if buffer[at] == 0x3C {
                if buffer[at...].starts(with: Array("<!--".utf8)) {
                    guard let end = find("-->", from: at) else { break }
                    at = end
                    continue
                }
                if buffer[at...].starts(with: Array("<![CDATA[".utf8)) {
                    guard let end = find("]]>", from: at) else { break }
                    try body(.text(String(decoding: buffer[(at + 9)..<(end - 3)], as: UTF8.self)))
                    at = end
                    continue
                }
                guard let close = buffer[at...].firstIndex(of: 0x3E) else { break }
                let inside = buffer[(at + 1)..<close]
                at = close + 1
                guard let first = inside.first else { throw .xml("empty tag") }
                if first == 0x3F { continue }
                if first == 0x21 { throw .xml("document type") }
                if first == 0x2F {
                    try body(.end(XMLScanner.local(inside.dropFirst())))
                    continue
                }
                let isEmpty = inside.last == 0x2F
                let (name, attributes) = try XMLScanner.tag(isEmpty ? inside.dropLast() : inside)
                try body(.start(name, attributes))
                if isEmpty { try body(.end(name)) }
            } else {
                guard let next = buffer[at...].firstIndex(of: 0x3C) else {
                    guard isLast else { break }
                    at = buffer.count
                    continue
                }
                try body(.text(try XMLScanner.text(buffer[at..<next])))
                at = next
            }
        }
        buffer.removeSubrange(..<at)
        guard buffer.count <= Self.tokenMax else { throw .xml("a token is too long") }
    }

    private func find(_ end: String, from start: Int) -> Int? {
        let wanted = Array(end.utf8)
        var at = start
        while at + wanted.count <= buffer.count {
            if buffer[at] == wanted[0], buffer[at..<(at + wanted.count)].elementsEqual(wanted) { return at + wanted.count }
            at += 1
        }
        return nil
    }

    /// A name without its prefix.
    private static func local(_ bytes: ArraySlice<UInt8>) -> String {
        let name = bytes.prefix { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        let start = name.lastIndex(of: 0x3A).map { $0 + 1 } ?? name.startIndex
        return String(decoding: name[start...], as: UTF8.self)
    }

    private static func tag(_ bytes: ArraySlice<UInt8>) throws(PaperError) -> (String, [String: String]) {
        let name = local(bytes)
        var attributes: [String: String] = [:]
        var at = bytes.firstIndex { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D } ?? bytes.endIndex
        while at < bytes.endIndex {
            while at < bytes.endIndex, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0A || bytes[at] == 0x0D { at += 1 }
            guard at < bytes.endIndex else { break }
            guard let equals = bytes[at...].firstIndex(of: 0x3D), equals + 1 < bytes.endIndex else { throw .xml("an attribute without a value") }
            let key = String(decoding: bytes[at..<equals], as: UTF8.self)
            let quote = bytes[equals + 1]
            guard quote == 0x22 || quote == 0x27, let end = bytes[(equals + 2)...].firstIndex(of: quote) else { throw .xml("an attribute without quotes") }
            attributes[key] = try text(bytes[(equals + 2)..<end])
            at = end + 1
        }
        return (name, attributes)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(PaperError) -> String {
        guard bytes.contains(0x26) else { return String(decoding: bytes, as: UTF8.self) }
        var output: [UInt8] = []
        var at = bytes.startIndex
        while at < bytes.endIndex {
            guard bytes[at] == 0x26 else {
                output.append(bytes[at])
                at += 1
                continue
            }
            guard let end = bytes[at...].firstIndex(of: 0x3B), end - at <= 10 else { throw .xml("an entity without its end") }
            let name = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
            switch name {
            case "amp": output.append(0x26)
            case "lt": output.append(0x3C)
            case "gt": output.append(0x3E)
            case "quot": output.append(0x22)
            case "apos": output.append(0x27)
            default:
                let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
                guard let number, let scalar = Unicode.Scalar(number) else { throw .xml("an unknown entity") }
                output += Array(String(scalar).utf8)
            }
            at = end + 1
        }
        return String(decoding: output, as: UTF8.self)
    }
}
