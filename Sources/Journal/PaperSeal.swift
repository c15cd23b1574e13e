// SPDX-License-Identifier: Apache-2.0
internal import COpenSSL
public import Civic

/// The key and certificate by which an instance signs papers: P-256 and an X.509 certificate, since readers of PDF know those.
public final class PaperSeal: Sendable {
    /// PKCS #8 and X.509 in DER; the first certificate is the signer's.
    private let key: [UInt8]
    public let certificates: [[UInt8]]

    /// Why a key and certificate cannot sign.
    public enum Problem: Error, Sendable, Equatable { case unreadable, doNotMatch }

    private init(key: [UInt8], certificates: [[UInt8]]) {
        self.key = key
        self.certificates = certificates
    }

    /// The seal that an instance made for itself, with the certificate it has kept.
    convenience init(seed: [UInt8], certificate: [UInt8]) {
        let pair = Self.pair(seed)
        defer { EVP_PKEY_free(pair) }
        self.init(key: Self.der { i2d_PrivateKey(pair, $0) }, certificates: [certificate])
    }

    /// A key that follows from the instance's signing key.
    private static func pair(_ seed: [UInt8]) -> OpaquePointer {
        let derived = Hash.of(Array("thanglong paper seal".utf8) + seed).array
        let curve = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)!
        let scalar = BN_bin2bn(derived, 32, nil)!
        let order = EC_GROUP_get0_order(EC_KEY_get0_group(curve))!
        let context = BN_CTX_new()!
        // 1 to order - 1.
        let last = BN_dup(order)!
        BN_sub_word(last, 1)
        BN_div(nil, scalar, scalar, last, context)
        BN_add_word(scalar, 1)
        let point = EC_POINT_new(EC_KEY_get0_group(curve))!
        EC_POINT_mul(EC_KEY_get0_group(curve), point, scalar, nil, nil, context)
        EC_KEY_set_private_key(curve, scalar)
        EC_KEY_set_public_key(curve, point)
        let pair = EVP_PKEY_new()!
        precondition(EVP_PKEY_set1_EC_KEY(pair, curve) == 1, "A P-256 key is a key.")
        defer {
            EC_POINT_free(point)
            BN_CTX_free(context)
            BN_free(last)
            BN_clear_free(scalar)
            EC_KEY_free(curve)
        }
        return pair
    }

    /// The seal that an instance makes for itself: its key follows from the signing key, its certificate is signed by itself.
    public convenience init(seed: [UInt8], name: String, from: Instant, until: Instant) {
        let pair = Self.pair(seed)
        defer { EVP_PKEY_free(pair) }
        let certificate = X509_new()!
        defer { X509_free(certificate) }
        X509_set_version(certificate, 2)
        let serial = BN_bin2bn(Array(Hash.of(Array(name.utf8) + Array(from.description.utf8)).array.prefix(16)).map { $0 & 0x7F }, 16, nil)
        BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate))
        BN_free(serial)
        ASN1_TIME_set(X509_getm_notBefore(certificate), time_t(from.milliseconds / 1000))
        ASN1_TIME_set(X509_getm_notAfter(certificate), time_t(until.milliseconds / 1000))
        let subject = X509_get_subject_name(certificate)
        for (field, value) in [("C", "VN"), ("O", "Thăng Long"), ("CN", name)] {
            let bytes = Array(value.utf8)
            X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0)
        }
        X509_set_issuer_name(certificate, subject)
        X509_set_pubkey(certificate, pair)
        for (id, value) in [(NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature,nonRepudiation"), (NID_subject_key_identifier, "hash")] {
            var context = X509V3_CTX()
            X509V3_set_ctx(&context, certificate, certificate, nil, nil, 0)
            let part = X509V3_EXT_conf_nid(nil, &context, id, value)
            X509_add_ext(certificate, part, -1)
            X509_EXTENSION_free(part)
        }
        precondition(X509_sign(certificate, pair, EVP_sha256()) > 0, "A certificate can be signed by its own key.")
        self.init(key: Self.der { i2d_PrivateKey(pair, $0) }, certificates: [Self.der { i2d_X509(certificate, $0) }])
    }

    /// A key and certificates that an authority gave, in PEM: the signer's certificate first, then those above it.
    public convenience init(pem: [UInt8]) throws {
        var found: (key: [UInt8]?, certificates: [[UInt8]]) = (nil, [])
        let keys = BIO_new_mem_buf(pem, Int32(pem.count))
        defer { BIO_free(keys) }
        if let pair = PEM_read_bio_PrivateKey(keys, nil, nil, nil) {
            found.key = Self.der { i2d_PrivateKey(pair, $0) }
            EVP_PKEY_free(pair)
        }
        let list = BIO_new_mem_buf(pem, Int32(pem.count))
        defer { BIO_free(list) }
        while let certificate = PEM_read_bio_X509(list, nil, nil, nil) {
            found.certificates.append(Self.der { i2d_X509(certificate, $0) })
            X509_free(certificate)
        }
        guard let private_ = found.key, !found.certificates.isEmpty else { throw Problem.unreadable }
        let isPair = Self.withParts(private_, found.certificates) { pair, certificates in X509_check_private_key(certificates[0], pair) == 1 }
        guard isPair else { throw Problem.doNotMatch }
        self.init(key: private_, certificates: found.certificates)
    }

    private static func der(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(write(nil)))
        bytes.withUnsafeMutableBufferPointer { buffer in
            var at = buffer.baseAddress
            _ = write(&at)
        }
        return bytes
    }

    private static func withParts<T>(_ key: [UInt8], _ certificates: [[UInt8]], _ body: (OpaquePointer, [OpaquePointer]) -> T) -> T {
        let pair = key.withUnsafeBufferPointer { buffer -> OpaquePointer in
            var at = buffer.baseAddress
            return d2i_AutoPrivateKey(nil, &at, buffer.count)
        }
        let parts = certificates.map { bytes in
            bytes.withUnsafeBufferPointer { buffer -> OpaquePointer in
                var at = buffer.baseAddress
                return d2i_X509(nil, &at, buffer.count)
            }
        }
        defer {
            EVP_PKEY_free(pair)
            parts.forEach { X509_free($0) }
        }
        return body(pair, parts)
    }

    /// A detached CMS signature over the message (RFC 5652) with the certificate's hash among what is signed (CAdES).
    public func sign(_ message: [UInt8]) -> [UInt8] {
        Self.withParts(key, certificates) { pair, certificates in
            let base = UInt32(CMS_BINARY | CMS_DETACHED | CMS_PARTIAL)
            let cms = CMS_sign(nil, nil, nil, nil, base)
            defer { CMS_ContentInfo_free(cms) }
            let signer = CMS_add1_signer(cms, certificates[0], pair, EVP_sha256(), base | UInt32(CMS_CADES | CMS_NOSMIMECAP))
            precondition(signer != nil, "A checked pair signs.")
            for certificate in certificates.dropFirst() { CMS_add1_cert(cms, certificate) }
            let source = BIO_new_mem_buf(message, Int32(message.count))
            defer { BIO_free(source) }
            precondition(CMS_final(cms, source, nil, base) == 1, "A checked pair signs.")
            return Self.der { i2d_CMS_ContentInfo(cms, $0) }
        }
    }

    public var pem: String {
        certificates.map { bytes in
            let text = Encoding.base64(bytes)
            var lines: [Substring] = []
            var rest = text[...]
            while !rest.isEmpty {
                lines.append(rest.prefix(64))
                rest = rest.dropFirst(64)
            }
            return "-----BEGIN CERTIFICATE-----\n" + lines.joined(separator: "\n") + "\n-----END CERTIFICATE-----\n"
        }.joined()
    }
}
