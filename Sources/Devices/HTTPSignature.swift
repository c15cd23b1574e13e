// SPDX-License-Identifier: Apache-2.0
internal import Civic
public import Journal

/// A request that its sender signed (RFC 9421), as much of it as devices use: method, path, digest of the body (RFC 9530) and the device's counter.
public struct HTTPSignature: Sendable, Equatable {
    public let keyID: String
    public let created: Int64
    public let counter: UInt64
    public let signature: [UInt8]
    /// What was signed.
    public let base: [UInt8]

    public enum Fault: Error, Sendable, Equatable {
        /// A header is missing or malformed.
        case malformed(String)
        /// The body is not what its digest says.
        case digest
    }

    public static let components = ["@method", "@path", "content-digest", "device-counter"]

    /// Reads the signature of a request; nothing is trusted until `isValid`.
    public init(method: String, path: String, body: [UInt8], header: (String) -> String?) throws(Fault) {
        guard let input = header("signature-input"), input.utf8.count <= 500 else { throw .malformed("signature-input") }
        guard let text = header("signature"), text.utf8.count <= 200 else { throw .malformed("signature") }
        guard let digest = header("content-digest"), digest.utf8.count <= 200 else { throw .malformed("content-digest") }
        guard let count = header("device-counter"), (1...19).contains(count.utf8.count), count.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let counter = UInt64(count),
            String(counter) == count
        else { throw .malformed("device-counter") }
        guard digest == HTTPSignature.digest(of: body) else { throw .digest }
        guard let equals = input.firstIndex(of: "="), let label = Optional(input[..<equals]), !label.isEmpty else { throw .malformed("signature-input") }
        let parameters = input[input.index(after: equals)...]
        guard let end = parameters.firstIndex(of: ")"), parameters.first == "(" else { throw .malformed("signature-input") }
        let names = parameters[parameters.index(after: parameters.startIndex)..<end].split(separator: " ").map { $0.filter { $0 != "\"" } }
        guard Set(names) == Set(HTTPSignature.components), names.count == HTTPSignature.components.count else { throw .malformed("signature-input") }
        var created: Int64?
        var keyID: String?
        for piece in parameters[parameters.index(after: end)...].split(separator: ";") {
            let pair = piece.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw .malformed("signature-input") }
            let value = pair[1].filter { $0 != "\"" }
            switch pair[0] {
            case "created": created = Int64(value)
            case "keyid": keyID = value
            case "alg": guard value == "ed25519" else { throw .malformed("alg") }
            default: continue
            }
        }
        guard let created, created > 0, created < 1 << 40, let keyID, keyID.utf8.count <= 60 else { throw .malformed("signature-input") }
        guard text.hasPrefix(label + "=:"), text.hasSuffix(":"), let signature = Encoding.bytes(base64: text.dropFirst(label.count + 2).dropLast()), signature.count == 64 else {
            throw .malformed("signature")
        }
        self.created = created
        self.keyID = keyID
        self.counter = counter
        self.signature = signature
        base = HTTPSignature.base(names: names, parameters: String(parameters), method: method, path: path, digest: digest, counter: count)
    }

    public func isValid(by publicKey: [UInt8]) -> Bool { SigningKey.isValid(signature, of: base, by: publicKey) }

    private static func base(names: [String], parameters: String, method: String, path: String, digest: String, counter: String) -> [UInt8] {
        let values = ["@method": method, "@path": path, "content-digest": digest, "device-counter": counter]
        return Array((names.map { "\"\($0)\": \(values[$0]!)\n" }.joined() + "\"@signature-params\": \(parameters)").utf8)
    }

    public static func digest(of body: [UInt8]) -> String { "sha-256=:\(Hash.of(body).base64):" }

    /// The headers of a request that a device signs.
    public static func headers(
        method: String, path: String, body: [UInt8], keyID: String, counter: UInt64, created: Int64, key: SigningKey
    ) -> [(name: String, value: String)] {
        let digest = digest(of: body)
        let parameters = "(\(components.map { "\"\($0)\"" }.joined(separator: " ")));created=\(created);keyid=\"\(keyID)\";alg=\"ed25519\""
        let base = base(names: components, parameters: parameters, method: method, path: path, digest: digest, counter: String(counter))
        return [
            ("content-digest", digest), ("device-counter", String(counter)), ("signature-input", "sig1=\(parameters)"),
            ("signature", "sig1=:\(Encoding.base64(key.sign(base))):"),
        ]
    }
}
