// SPDX-License-Identifier: Apache-2.0
internal import COpenSSL
internal import Civic

/// 32 bytes of SHA-256.
public struct Hash: Sendable, Hashable {
    var bytes: SIMD32<UInt8>

    @inline(__always)
    init(zero: Void = ()) { bytes = SIMD32() }

    public init?(_ array: some Collection<UInt8>) {
        guard array.count == 32 else { return nil }
        bytes = SIMD32(array)
    }

    @inline(__always)
    init(_ pointer: UnsafeRawPointer) { bytes = pointer.loadUnaligned(as: SIMD32<UInt8>.self) }

    public var array: [UInt8] { withUnsafeBytes(of: bytes) { Array($0) } }
    public var hex: String { Encoding.hex(array) }
    public var base64: String { Encoding.base64(array) }

    public static func of(_ data: some Sequence<UInt8>) -> Hash { Array(data).withUnsafeBytes { sha256($0) } }
}

@inline(__always)
func sha256(_ data: UnsafeRawBufferPointer) -> Hash {
    var context = SHA256_CTX()
    var result = Hash()
    SHA256_Init(&context)
    SHA256_Update(&context, data.baseAddress, data.count)
    withUnsafeMutableBytes(of: &result.bytes) { _ = SHA256_Final($0.baseAddress!.assumingMemoryBound(to: UInt8.self), &context) }
    return result
}

/// The hash of two pieces, one after the other.
@inline(__always)
func sha256(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Hash {
    var context = SHA256_CTX()
    var result = Hash()
    SHA256_Init(&context)
    SHA256_Update(&context, first.baseAddress, first.count)
    SHA256_Update(&context, second.baseAddress, second.count)
    withUnsafeMutableBytes(of: &result.bytes) { _ = SHA256_Final($0.baseAddress!.assumingMemoryBound(to: UInt8.self), &context) }
    return result
}

/// RFC 9162: a leaf's hash has the prefix 0.
@inline(__always)
func leafHash(_ data: UnsafeRawBufferPointer) -> Hash {
    var context = SHA256_CTX()
    var result = Hash()
    var prefix: UInt8 = 0
    SHA256_Init(&context)
    SHA256_Update(&context, &prefix, 1)
    SHA256_Update(&context, data.baseAddress, data.count)
    withUnsafeMutableBytes(of: &result.bytes) { _ = SHA256_Final($0.baseAddress!.assumingMemoryBound(to: UInt8.self), &context) }
    return result
}

/// RFC 9162: an inner node's hash has the prefix 1.
@inline(__always)
func nodeHash(_ left: Hash, _ right: Hash) -> Hash {
    var context = SHA256_CTX()
    var result = Hash()
    var prefix: UInt8 = 1
    SHA256_Init(&context)
    SHA256_Update(&context, &prefix, 1)
    withUnsafeBytes(of: left.bytes) { _ = SHA256_Update(&context, $0.baseAddress, 32) }
    withUnsafeBytes(of: right.bytes) { _ = SHA256_Update(&context, $0.baseAddress, 32) }
    withUnsafeMutableBytes(of: &result.bytes) { _ = SHA256_Final($0.baseAddress!.assumingMemoryBound(to: UInt8.self), &context) }
    return result
}

/// An Ed25519 key pair (RFC 8032).
public struct SigningKey: Sendable {
    public let seed: [UInt8]
    public let publicKey: [UInt8]

    /// The seed is 32 unpredictable bytes.
    public init(seed: [UInt8]) {
        precondition(seed.count == 32, "An Ed25519 seed has 32 bytes.")
        self.seed = seed
        let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32)
        defer { EVP_PKEY_free(key) }
        var public_ = [UInt8](repeating: 0, count: 32)
        var length = 32
        precondition(EVP_PKEY_get_raw_public_key(key, &public_, &length) == 1, "Ed25519 is part of every OpenSSL since 1.1.1.")
        publicKey = public_
    }

    public func sign(_ message: [UInt8]) -> [UInt8] {
        let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32)
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        var signature = [UInt8](repeating: 0, count: 64)
        var length = 64
        let done = EVP_DigestSignInit(context, nil, nil, nil, key) == 1 && EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        precondition(done, "Signing with a valid key cannot fail.")
        return signature
    }

    public static func isValid(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
        guard signature.count == 64, publicKey.count == 32,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, 32)
        else { return false }
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, 64, message, message.count) == 1
    }
}

/// ECDSA over P-256 with SHA-256, as browsers make it.
public enum P256 {
    /// `point` is the uncompressed public key (65 bytes); the signature is DER, or r and s of 32 bytes each.
    public static func isValid(_ signature: [UInt8], of message: [UInt8], by point: [UInt8]) -> Bool {
        // The key as SubjectPublicKeyInfo: the algorithm's fixed bytes, then the point.
        guard point.count == 65, point[0] == 4, let key = key(Encoding.bytes(base64: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA")! + point) else { return false }
        defer { EVP_PKEY_free(key) }
        let der = signature.count == 64 ? encoded(signature) : signature
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 && EVP_DigestVerify(context, der, der.count, message, message.count) == 1
    }

    private static func key(_ der: [UInt8]) -> OpaquePointer? {
        der.withUnsafeBufferPointer { buffer in
            var at = buffer.baseAddress
            return d2i_PUBKEY(nil, &at, buffer.count)
        }
    }

    /// r and s as a DER sequence of two integers.
    private static func encoded(_ raw: [UInt8]) -> [UInt8] {
        func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            var value = Array(bytes.drop { $0 == 0 })
            if value.isEmpty || value[0] >= 0x80 { value.insert(0, at: 0) }
            return [2, UInt8(value.count)] + value
        }
        let content = integer(raw[0..<32]) + integer(raw[32..<64])
        return [0x30, UInt8(content.count)] + content
    }
}

/// RSA signatures with SHA-256 (RS256), as identity providers make them.
public enum RSA {
    public static func isValid(_ signature: [UInt8], of message: [UInt8], modulus: [UInt8], exponent: [UInt8]) -> Bool {
        guard modulus.count >= 256, modulus.count <= 1024, !exponent.isEmpty, exponent.count <= 8 else { return false }
        func length(_ count: Int) -> [UInt8] { count < 128 ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xFF)] }
        func tagged(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag] + length(content.count) + content }
        func integer(_ bytes: [UInt8]) -> [UInt8] { tagged(2, (bytes.first ?? 0) >= 0x80 ? [0] + bytes : bytes) }
        let key = tagged(0x30, integer(modulus) + integer(exponent))
        // rsaEncryption, no parameters; then the key as a bit string.
        let der = tagged(0x30, [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00] + tagged(3, [0] + key))
        let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var at = buffer.baseAddress
            return d2i_PUBKEY(nil, &at, buffer.count)
        }
        guard let parsed else { return false }
        defer { EVP_PKEY_free(parsed) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, parsed) == 1 && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

/// Passwords as scrypt (RFC 7914) keeps them: `scrypt$15$salt$hash`, the cost as a power of two.
public enum Password {
    public static let cost = 15

    public static func hash(_ password: String, salt: [UInt8], cost: Int = Password.cost) -> String {
        "scrypt$\(cost)$\(Encoding.base64URL(salt))$\(Encoding.base64URL(derive(password, salt: salt, cost: cost)))"
    }

    /// Takes the same time for every stored hash of one cost, right or wrong.
    public static func matches(_ password: String, _ stored: String) -> Bool {
        let parts = stored.split(separator: "$")
        guard parts.count == 4, parts[0] == "scrypt", let cost = Int(parts[1]), (10...20).contains(cost),
            let salt = Encoding.bytes(base64: parts[2]), let expected = Encoding.bytes(base64: parts[3])
        else { return false }
        return equalInConstantTime(derive(password, salt: salt, cost: cost), expected)
    }

    private static func derive(_ password: String, salt: [UInt8], cost: Int) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: 32)
        // The same letters typed on another keyboard must open the same door.
        let bytes = Array(password.composed.utf8).map { CChar(bitPattern: $0) }
        let done = EVP_PBE_scrypt(bytes, bytes.count, salt, salt.count, 1 << UInt64(cost), 8, 1, 256 << 20, &key, 32)
        precondition(done == 1, "scrypt with these parameters fits its memory.")
        return key
    }
}

public func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}

/// Turns a record's number into 128 bits that say nothing about it, and back: one block of AES-128 under the database's own key.
/// Nothing needs to be stored or indexed for it, and who lacks the key cannot tell it from chance.
public struct ReferenceCipher: @unchecked Sendable {
    private let encryption: AES_KEY
    private let decryption: AES_KEY

    public init(key: [UInt8]) {
        precondition(key.count == 16, "An AES-128 key has 16 bytes.")
        var encryption = AES_KEY()
        var decryption = AES_KEY()
        AES_set_encrypt_key(key, 128, &encryption)
        AES_set_decrypt_key(key, 128, &decryption)
        self.encryption = encryption
        self.decryption = decryption
    }

    public func reference(of record: Int64, in register: String) -> String {
        var block = Array(Hash.of(register.utf8).array.prefix(8))
        for shift in stride(from: 56, through: 0, by: -8) { block.append(UInt8(truncatingIfNeeded: record >> Int64(shift))) }
        var output = [UInt8](repeating: 0, count: 16)
        withUnsafePointer(to: encryption) { AES_encrypt(block, &output, $0) }
        return Encoding.base32(output)
    }

    /// Nil when the reference was not made here for this register.
    public func record(of reference: String, in register: String) -> Int64? {
        guard reference.utf8.count == 26, let block = Encoding.bytes(base32: reference), block.count == 16 else { return nil }
        var plain = [UInt8](repeating: 0, count: 16)
        withUnsafePointer(to: decryption) { AES_decrypt(block, &plain, $0) }
        guard Array(plain.prefix(8)) == Array(Hash.of(register.utf8).array.prefix(8)) else { return nil }
        return plain.dropFirst(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }
}

/// The system's randomness, for the World.
public enum SystemRandomness {
    public static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "The system gives randomness.")
        return bytes
    }
}

/// What must be kept and read again, such as another system's token: AES-256-GCM under a key that does not lie in the database.
public enum SecretBox {
    private static let nonceLength: Int32 = 12
    private static let tagLength: Int32 = 16

    /// Nonce, ciphertext and tag.
    public static func seal(_ plain: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
        precondition(key.count == 32 && nonce.count == Int(nonceLength), "AES-256-GCM takes 32 bytes of key and 12 of nonce.")
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var sealed = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: Int(tagLength))
        var length: Int32 = 0
        let done =
            EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1 && EVP_EncryptUpdate(context, &sealed, &length, plain, Int32(plain.count)) == 1
            && EVP_EncryptFinal_ex(context, nil, &length) == 1 && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, tagLength, &tag) == 1
        precondition(done, "Encryption with a valid key cannot fail.")
        return nonce + sealed + tag
    }

    /// Nil when the bytes were changed or sealed under another key.
    public static func open(_ bytes: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == 32, bytes.count >= Int(nonceLength + tagLength) else { return nil }
        let nonce = Array(bytes.prefix(Int(nonceLength)))
        let sealed = Array(bytes.dropFirst(Int(nonceLength)).dropLast(Int(tagLength)))
        var tag = Array(bytes.suffix(Int(tagLength)))
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var plain = [UInt8](repeating: 0, count: sealed.count)
        var length: Int32 = 0
        let done =
            EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1 && EVP_DecryptUpdate(context, &plain, &length, sealed, Int32(sealed.count)) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, tagLength, &tag) == 1 && EVP_DecryptFinal_ex(context, nil, &length) == 1
        return done ? plain : nil
    }
}

/// Codes that prove a message comes from who has the key: HMAC with SHA-256 (RFC 2104).
public enum MAC {
    public static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 32
        let done = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length)
        precondition(done != nil, "HMAC with SHA-256 cannot fail.")
        return code
    }
}

/// The key that a short number gives, by scrypt at a cost that a small machine bears.
public enum PinKey {
    public static func derive(_ pin: String, salt: String) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: 32)
        let bytes = Array(pin.utf8).map { CChar(bitPattern: $0) }
        let salt = Array(salt.utf8)
        let done = EVP_PBE_scrypt(bytes, bytes.count, salt, salt.count, 1 << 14, 8, 1, 64 << 20, &key, 32)
        precondition(done == 1, "scrypt with these parameters fits its memory.")
        return key
    }
}
