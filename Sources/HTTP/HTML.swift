// SPDX-License-Identifier: Apache-2.0
public import Civic

/// HTML that is safe by its type: what stands in the literal is markup, what is interpolated is escaped,
/// and only HTML itself goes in as it is. `"<p>\(name)</p>"`
public struct HTML: Sendable, ExpressibleByStringInterpolation {
    public private(set) var bytes: [UInt8]

    public init(stringLiteral value: String) { bytes = Array(value.utf8) }
    public init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }
    public init(text: String) {
        bytes = []
        HTML.escape(text, to: &bytes)
    }

    /// Markup of the project's own assets.
    public init(trusted bytes: [UInt8]) { self.bytes = bytes }

    public var isEmpty: Bool { bytes.isEmpty }

    public static func + (left: HTML, right: HTML) -> HTML { HTML(trusted: left.bytes + right.bytes) }

    public static func joined(_ parts: [HTML], _ separator: HTML = "") -> HTML {
        var result: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { result += separator.bytes }
            result += part.bytes
        }
        return HTML(trusted: result)
    }

    public static func escape(_ text: String, to output: inout [UInt8]) {
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

    public struct StringInterpolation: StringInterpolationProtocol {
        @usableFromInline var bytes: [UInt8] = []

        public init(literalCapacity: Int, interpolationCount: Int) { bytes.reserveCapacity(literalCapacity + interpolationCount * 16) }

        public mutating func appendLiteral(_ literal: String) { bytes.append(contentsOf: literal.utf8) }
        public mutating func appendInterpolation(_ text: String) { HTML.escape(text, to: &bytes) }
        public mutating func appendInterpolation(_ text: Substring) { HTML.escape(String(text), to: &bytes) }
        @inlinable public mutating func appendInterpolation(_ number: some FixedWidthInteger) { bytes.append(contentsOf: String(number).utf8) }
        public mutating func appendInterpolation(_ html: HTML) { bytes.append(contentsOf: html.bytes) }
        public mutating func appendInterpolation(_ html: HTML?) { if let html { bytes.append(contentsOf: html.bytes) } }
        public mutating func appendInterpolation(_ list: [HTML]) { for html in list { bytes.append(contentsOf: html.bytes) } }
        public mutating func appendInterpolation(_ text: Text, _ language: Language) { HTML.escape(text[language], to: &bytes) }
    }
}
