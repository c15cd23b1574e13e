// SPDX-License-Identifier: Apache-2.0
public import Civic
public import NIOHTTP1

/// A request as handlers see it.
public struct Request: Sendable {
    public let method: HTTPMethod
    /// Without the query, decoded, split at slashes.
    public let path: [String]
    public let rawPath: String
    public let target: String
    public let query: [(name: String, value: String)]
    public let headers: HTTPHeaders
    public let body: [UInt8]
    /// The peer's address.
    public let address: String

    public func header(_ name: String) -> String? { headers.first(name: name) }
    public func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// Nil when the target is not a path this server can mean.
    public init?(method: HTTPMethod, target: String, headers: HTTPHeaders, body: [UInt8], address: String) {
        guard target.utf8.first == 0x2F else { return nil }
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for part in halves[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = Request.decode(part, plusIsSpace: false), !decoded.utf8.contains(0) else { return nil }
            path.append(decoded)
        }
        if path.last == "" { path.removeLast() }
        guard !path.contains(where: { $0 == ".." || $0 == "." }) else { return nil }
        guard let query = Request.form(halves.count == 2 ? halves[1] : "") else { return nil }
        self.method = method
        self.path = path
        rawPath = String(halves[0])
        self.target = target
        self.query = query
        self.headers = headers
        self.body = body
        self.address = address
    }

    /// A form's pairs from its body.
    public var form: [(name: String, value: String)]? {
        if let parts = parts {
            var pairs: [(name: String, value: String)] = []
            for part in parts where part.file == nil {
                guard let value = String(validating: part.content, as: UTF8.self) else { return nil }
                pairs.append((part.name, value))
            }
            return pairs
        }
        guard let text = String(validating: body, as: UTF8.self) else { return nil }
        return Request.form(text[...])
    }

    /// The parts of a form with files; nil for any other body.
    public var parts: [Multipart.Part]? { Multipart.boundary(header("content-type")).flatMap { Multipart.parts(body, boundary: $0) } }

    public static func form(_ text: Substring) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for part in text.split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pairs.count < 500, let name = decode(halves[0], plusIsSpace: true), let value = decode(halves.count == 2 ? halves[1] : "", plusIsSpace: true)
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    /// Percent-decoding; nil when the bytes are not UTF-8 or an escape is broken.
    public static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
        if !text.utf8.contains(where: { $0 == 0x25 || $0 == 0x2B }) { return String(text) }
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        func digit(_ byte: UInt8?) -> UInt8? {
            switch byte {
            case .some(let b) where b >= 0x30 && b <= 0x39: return b - 0x30
            case .some(let b) where b >= 0x41 && b <= 0x46: return b - 0x37
            case .some(let b) where b >= 0x61 && b <= 0x66: return b - 0x57
            default: return nil
            }
        }
        while let byte = iterator.next() {
            if byte == 0x25 {
                guard let high = digit(iterator.next()), let low = digit(iterator.next()) else { return nil }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte == 0x2B && plusIsSpace ? 0x20 : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    public static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    public func cookie(_ name: String) -> String? { Request.cookie(name, in: headers) }

    public static func cookie(_ name: String, in headers: HTTPHeaders) -> String? {
        for header in headers["cookie"] {
            for pair in header.split(separator: ";") {
                let halves = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if halves.count == 2, halves[0] == name { return String(halves[1]) }
            }
        }
        return nil
    }
}

/// An answer. A streamed body is written by a closure on a thread of its own, which waits for slow readers.
public struct Response: Sendable {
    public enum Body: Sendable {
        case bytes([UInt8])
        case stream(@Sendable (_ write: ([UInt8]) throws -> Void) throws -> Void)
    }

    public var status: HTTPResponseStatus
    public var headers: HTTPHeaders
    public var body: Body

    public init(_ status: HTTPResponseStatus, type: String, _ bytes: [UInt8], headers extra: [(String, String)] = []) {
        self.status = status
        headers = HTTPHeaders([("content-type", type)] + extra)
        body = .bytes(bytes)
    }

    public init(_ status: HTTPResponseStatus = .ok, json: JSON, headers extra: [(String, String)] = []) {
        var bytes: [UInt8] = []
        json.write(to: &bytes)
        self.init(status, type: "application/json", bytes, headers: extra)
    }

    public static func text(_ text: String) -> Response { Response(.ok, type: "text/plain; charset=utf-8", Array(text.utf8)) }

    public static func redirect(_ location: String, headers extra: [(String, String)] = []) -> Response {
        precondition(location.hasPrefix("/") && !location.hasPrefix("//"), "Redirects stay on this server.")
        return Response(.seeOther, type: "text/plain; charset=utf-8", [], headers: [("location", location)] + extra)
    }

    public static func stream(type: String, fileName: String? = nil, _ write: @escaping @Sendable (_ write: ([UInt8]) throws -> Void) throws -> Void) -> Response {
        var response = Response(.ok, type: type, [])
        if let fileName { response.headers.add(name: "content-disposition", value: "attachment; filename=\"\(fileName)\"") }
        response.body = .stream(write)
        return response
    }
}

extension HTTPResponseStatus {
    /// The names of RFC 9110.
    public static let unprocessableContent = HTTPResponseStatus.unprocessableEntity
    public static let contentTooLarge = HTTPResponseStatus.payloadTooLarge
}
