// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import HTTP
internal import Journal
internal import Synchronization

/// Why an identity provider's word cannot be taken.
public enum IdentityError: Error, Sendable, Equatable {
    case unreachable(String)
    case refused(String)
}

/// Another provider of identities by OpenID Connect (authorization code with PKCE), such as the national one.
public final class OpenIDConnect: Sendable {
    private let issuer: String
    private let clientID: String
    private let secret: String
    /// The claim that holds the personal number.
    private let claim: String
    private let world: World
    private let known = Mutex<(authorize: String, token: String, keys: String)?>(nil)

    public init(issuer: String, clientID: String, secret: String, claim: String, world: World) {
        self.issuer = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        self.clientID = clientID
        self.secret = secret
        self.claim = claim
        self.world = world
    }

    private func ask(_ url: String, form: [(String, String)]? = nil) throws(IdentityError) -> JSON {
        let answer: HTTPAnswer
        do {
            let client = HTTPClient()
            if let form {
                let body = form.map { "\(OpenIDConnect.encoded($0.0))=\(OpenIDConnect.encoded($0.1))" }.joined(separator: "&")
                let basic = Encoding.base64(Array("\(OpenIDConnect.encoded(clientID)):\(OpenIDConnect.encoded(secret))".utf8))
                answer = try client.post(
                    url, Array(body.utf8), headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", "Basic \(basic)"), ("Accept", "application/json")],
                    seconds: 15,
                    max: 1 << 20)
            } else {
                answer = try client.get(url, seconds: 15, max: 1 << 20)
            }
        } catch { throw .unreachable("\(error)") }
        guard answer.status == 200, let json = try? JSON(parsing: answer.body) else { throw .refused("status \(answer.status)") }
        return json
    }

    private func discovered() throws(IdentityError) -> (authorize: String, token: String, keys: String) {
        if let known = known.withLock({ $0 }) { return known }
        let json = try ask(issuer + "/.well-known/openid-configuration")
        let named = json["issuer"]?.string.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        guard named == issuer, let authorize = json["authorization_endpoint"]?.string, let token = json["token_endpoint"]?.string, let keys = json["jwks_uri"]?.string else {
            throw .refused("the provider's description is not that of \(issuer)")
        }
        known.withLock { $0 = (authorize, token, keys) }
        return (authorize, token, keys)
    }

    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(Unicode.Scalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    /// Where the person is sent to say who they are.
    public func address(state: String, nonce: String, verifier: String, back: String) throws -> String {
        let challenge = Encoding.base64URL(Hash.of(verifier.utf8).array)
        let query = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", back), ("scope", "openid profile"), ("state", state), ("nonce", nonce),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ]
        let authorize = try discovered().authorize
        return authorize + (authorize.contains("?") ? "&" : "?") + query.map { "\($0.0)=\(OpenIDConnect.encoded($0.1))" }.joined(separator: "&")
    }

    /// The personal number that the provider vouches for.
    public func number(code: String, verifier: String, nonce: String, back: String) throws -> String {
        let place = try discovered()
        let json = try ask(
            place.token,
            form: [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back), ("code_verifier", verifier)] + (secret.isEmpty ? [("client_id", clientID)] : []))
        guard let token = json["id_token"]?.string else { throw IdentityError.refused("no id_token") }
        let claims = try checked(token, keys: try ask(place.keys), nonce: nonce)
        guard let number = claims[claim]?.string else { throw IdentityError.refused("no claim \(claim)") }
        return number
    }

    /// OpenID Connect Core, section 3.1.3.7.
    private func checked(_ token: String, keys: JSON, nonce: String) throws(IdentityError) -> JSON {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let head = Encoding.bytes(base64: parts[0]).flatMap({ try? JSON(parsing: $0) }),
            let body = Encoding.bytes(base64: parts[1]).flatMap({ try? JSON(parsing: $0) }),
            let signature = Encoding.bytes(base64: parts[2]), case .array(let list)? = keys["keys"]
        else { throw .refused("malformed id_token") }
        let signed = Array("\(parts[0]).\(parts[1])".utf8)
        let kid = head["kid"]?.string
        let isSigned = list.contains { key in
            guard kid == nil || key["kid"]?.string == kid else { return false }
            func bytes(_ name: String) -> [UInt8]? { key[name]?.string.flatMap { Encoding.bytes(base64: $0) } }
            switch (head["alg"]?.string, key["kty"]?.string) {
            case ("RS256", "RSA"):
                guard let modulus = bytes("n"), let exponent = bytes("e") else { return false }
                return RSA.isValid(signature, of: signed, modulus: modulus, exponent: exponent)
            case ("ES256", "EC"):
                guard let x = bytes("x"), let y = bytes("y") else { return false }
                return P256.isValid(signature, of: signed, by: [4] + x + y)
            case ("EdDSA", "OKP"): return bytes("x").map { SigningKey.isValid(signature, of: signed, by: $0) } ?? false
            default: return false
            }
        }
        guard isSigned else { throw .refused("the signature does not hold") }
        let named = body["iss"]?.string.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        guard named == issuer else { throw .refused("issued by another") }
        var audience: [String] = []
        switch body["aud"] {
        case .string(let one): audience = [one]
        case .array(let all): audience = all.compactMap(\.string)
        default: break
        }
        guard audience.contains(clientID), audience.count == 1 || body["azp"]?.string == clientID else { throw .refused("meant for another") }
        let seconds = world.now().milliseconds / 1000
        guard let expires = body["exp"]?.integer, expires > seconds - 60, let issued = body["iat"]?.integer, issued < seconds + 60 else { throw .refused("out of its time") }
        guard body["nonce"]?.string == nonce else { throw .refused("for another request") }
        return body
    }
}
