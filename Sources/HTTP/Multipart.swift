// SPDX-License-Identifier: Apache-2.0

/// A form with files, as browsers send it (RFC 7578).
public enum Multipart {
    public struct Part: Sendable {
        public let name: String
        /// The name the file had at the sender's; nil for a field.
        public let file: String?
        public let content: ArraySlice<UInt8>
    }

    static let partsMax = 500

    /// The boundary of a content type, or nil when it is another type.
    public static func boundary(_ contentType: String?) -> [UInt8]? {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
        for piece in contentType.split(separator: ";").dropFirst() {
            let pair = piece.trimmedSpaces
            guard pair.lowercased().hasPrefix("boundary=") else { continue }
            let value = pair.dropFirst(9).filter { $0 != "\"" }
            return value.isEmpty || value.utf8.count > 70 ? nil : Array("--\(value)".utf8)
        }
        return nil
    }

    /// Nil when the body is not what its type says.
    public static func parts(_ body: [UInt8], boundary: [UInt8]) -> [Part]? {
        var parts: [Part] = []
        guard var at = find(boundary, in: body, from: 0), at == 0 else { return nil }
        at += boundary.count
        while true {
            if body[at...].starts(with: [0x2D, 0x2D]) { return parts }
            guard body[at...].starts(with: [0x0D, 0x0A]), parts.count < partsMax else { return nil }
            at += 2
            guard let headEnd = find([0x0D, 0x0A, 0x0D, 0x0A], in: body, from: at), headEnd - at < 8192, let head = String(validating: body[at..<headEnd], as: UTF8.self),
                let next = find([0x0D, 0x0A] + boundary, in: body, from: headEnd + 2)
            else { return nil }
            var name: String?
            var file: String?
            for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
                name = parameter("name", of: line)
                file = parameter("filename", of: line)
            }
            guard let name else { return nil }
            let start = headEnd + 4
            parts.append(Part(name: name, file: file, content: start <= next ? body[start..<next] : []))
            at = next + 2 + boundary.count
        }
    }

    /// `name="value"`, with the quotes that browsers write as %22.
    private static func parameter(_ name: String, of line: Substring) -> String? {
        for piece in line.split(separator: ";").dropFirst() {
            let pair = piece.trimmedSpaces
            guard pair.hasPrefix(name + "=\""), pair.hasSuffix("\""), pair.utf8.count > name.utf8.count + 2 else { continue }
            return String(pair.dropFirst(name.count + 2).dropLast()).replacing("%22", with: "\"")
        }
        return nil
    }

    private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            wanted.withUnsafeBufferPointer { wanted in
                var at = start
                let last = bytes.count - wanted.count
                while at <= last {
                    if bytes[at] == wanted[0] {
                        var length = 1
                        while length < wanted.count, bytes[at + length] == wanted[length] { length += 1 }
                        if length == wanted.count { return at }
                    }
                    at += 1
                }
                return nil
            }
        }
    }
}

extension Substring {
    public var trimmedSpaces: String {
        var view = self
        while view.first == " " { view = view.dropFirst() }
        while view.last == " " { view = view.dropLast() }
        return String(view)
    }
}
