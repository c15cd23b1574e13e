// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// HTML that is safe by its type: what stands in the literal is markup, what is interpolated is escaped,
/// and only HTML itself goes in as it is. `"<p>\(name)</p>"`
struct HTML: Sendable, ExpressibleByStringInterpolation {
    private(set) var bytes: [UInt8]

    init(stringLiteral value: String) { bytes = Array(value.utf8) }
    init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }
    init(text: String) {
        bytes = []
        HTML.escape(text, to: &bytes)
    }

    /// Markup of the project's own assets.
    init(trusted bytes: [UInt8]) { self.bytes = bytes }

    var isEmpty: Bool { bytes.isEmpty }

    static func + (left: HTML, right: HTML) -> HTML { HTML(trusted: left.bytes + right.bytes) }

    static func joined(_ parts: [HTML], _ separator: HTML = "") -> HTML {
        var result: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { result += separator.bytes }
            result += part.bytes
        }
        return HTML(trusted: result)
    }

    static func escape(_ text: String, to output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case 0x26: output.append(contentsOf: "&amp;".utf8)
            case 0x3C: output.append(contentsOf: "&lt;".utf8)
            case 0x3E: output.append(contentsOf: "&gt;".utf8)
            case 0x22: output.append(contentsOf: "&quot;".utf8)
            case 0x27: output.append(contentsOf: "&#39;".utf8)
            default: output.append(byte)
            }
        }
    }

    struct StringInterpolation: StringInterpolationProtocol {
        var bytes: [UInt8] = []

        init(literalCapacity: Int, interpolationCount: Int) { bytes.reserveCapacity(literalCapacity + interpolationCount * 16) }

        mutating func appendLiteral(_ literal: String) { bytes.append(contentsOf: literal.utf8) }
        mutating func appendInterpolation(_ text: String) { HTML.escape(text, to: &bytes) }
        mutating func appendInterpolation(_ text: Substring) { HTML.escape(String(text), to: &bytes) }
        mutating func appendInterpolation(_ number: some FixedWidthInteger) { bytes.append(contentsOf: String(number).utf8) }
        mutating func appendInterpolation(_ html: HTML) { bytes.append(contentsOf: html.bytes) }
        mutating func appendInterpolation(_ html: HTML?) { if let html { bytes.append(contentsOf: html.bytes) } }
        mutating func appendInterpolation(_ list: [HTML]) { for html in list { bytes.append(contentsOf: html.bytes) } }
        mutating func appendInterpolation(_ text: Text, _ language: Language) { HTML.escape(text[language], to: &bytes) }
    }
}
