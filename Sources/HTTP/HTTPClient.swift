// SPDX-License-Identifier: Apache-2.0
internal import CCurl
public import Civic

/// An answer of another system.
public struct HTTPAnswer: Sendable {
    public let status: Int
    public let body: [UInt8]
    /// Lines as they came.
    let head: [UInt8]

    /// A header's value, by its name in small letters.
    public func header(_ name: String) -> String? {
        for line in String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let halves = line.split(separator: ":", maxSplits: 1)
            if halves.count == 2, halves[0].lowercased() == name { return halves[1].trimmedSpaces }
        }
        return nil
    }
}

/// Why another system could not be asked.
public enum HTTPFailure: Error, Sendable, Equatable {
    case unknownHost, refused, tooSlow, untrusted, tooLarge
    /// Broken off, or anything else: what libcurl says.
    case failed(String)

    public var text: Text {
        switch self {
        case .unknownHost: ["vi": "Không có máy nào ở địa chỉ này.", "en": "There is no such host."]
        case .refused: ["vi": "Không kết nối được tới địa chỉ này.", "en": "The address cannot be reached."]
        case .tooSlow: ["vi": "Máy kia không trả lời kịp.", "en": "The other side did not answer in time."]
        case .untrusted: ["vi": "Chứng thư TLS của máy kia không đáng tin.", "en": "The other side's TLS certificate is not trusted."]
        case .tooLarge: ["vi": "Câu trả lời quá lớn.", "en": "The answer is too large."]
        case .failed(let reason): Text(vi: "Kết nối bị gián đoạn (\(reason)).", en: "The connection broke off (\(reason)).")
        }
    }

    init(_ code: CURLcode) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_URL_MALFORMAT: self = .unknownHost
        case CURLE_COULDNT_CONNECT: self = .refused
        case CURLE_OPERATION_TIMEDOUT: self = .tooSlow
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE: self = .untrusted
        case CURLE_WRITE_ERROR: self = .tooLarge
        default: self = .failed(String(cString: curl_easy_strerror(code)))
        }
    }
}

/// Asks other systems over HTTP, one question at a time. TLS certificates are always checked; redirects are not followed, because a token
/// goes along.
public final class HTTPClient {
    private let handle: OpaquePointer
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    private final class Sink {
        var bytes: [UInt8] = []
        var head: [UInt8] = []
        let max: Int
        init(max: Int) { self.max = max }
    }

    public init() {
        precondition(HTTPClient.isReady, "libcurl starts.")
        handle = OpaquePointer(curl_easy_init()!)
    }

    deinit { curl_easy_cleanup(UnsafeMutableRawPointer(handle)) }

    public func get(_ url: String, headers: [(String, String)] = [], seconds: Int = 60, max: Int = 64 << 20) throws -> HTTPAnswer {
        try ask(url, body: nil, headers: headers, seconds: seconds, max: max)
    }

    public func post(_ url: String, _ body: [UInt8], headers: [(String, String)], seconds: Int = 60, max: Int = 64 << 20) throws -> HTTPAnswer {
        try ask(url, body: body, headers: headers, seconds: seconds, max: max)
    }

    private func ask(_ url: String, body: [UInt8]?, headers: [(String, String)], seconds: Int, max: Int) throws -> HTTPAnswer {
        let curl = UnsafeMutableRawPointer(handle)
        // Keeps the connection, forgets the last question.
        curl_easy_reset(curl)
        let sink = Sink(max: max)
        var list: UnsafeMutablePointer<curl_slist>?
        for (name, value) in headers where !(name + value).utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) { list = curl_slist_append(list, "\(name): \(value)") }
        defer { curl_slist_free_all(list) }
        curl_set_text(curl, CURLOPT_URL, url)
        curl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https")
        curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        curl_set_long(curl, CURLOPT_CONNECTTIMEOUT, 10)
        curl_set_long(curl, CURLOPT_TIMEOUT, seconds)
        curl_set_text(curl, CURLOPT_USERAGENT, "thanglong")
        curl_set_headers(curl, list)
        curl_set_writer(
            curl,
            { bytes, size, count, target in
                let sink = Unmanaged<Sink>.fromOpaque(target!).takeUnretainedValue()
                let total = size * count
                guard sink.bytes.count + total <= sink.max else { return 0 }
                bytes!.withMemoryRebound(to: UInt8.self, capacity: total) { sink.bytes.append(contentsOf: UnsafeBufferPointer(start: $0, count: total)) }
                return total
            }, Unmanaged.passUnretained(sink).toOpaque())
        curl_set_header_writer(
            curl,
            { bytes, size, count, target in
                let sink = Unmanaged<Sink>.fromOpaque(target!).takeUnretainedValue()
                let total = size * count
                guard sink.head.count + total <= 1 << 16 else { return 0 }
                bytes!.withMemoryRebound(to: UInt8.self, capacity: total) { sink.head.append(contentsOf: UnsafeBufferPointer(start: $0, count: total)) }
                return total
            }, Unmanaged.passUnretained(sink).toOpaque())
        let code = (body ?? []).withUnsafeBytes { bytes -> CURLcode in
            if body != nil { curl_set_bytes(curl, bytes.baseAddress, bytes.count) }
            return curl_easy_perform(curl)
        }
        guard code == CURLE_OK else { throw HTTPFailure(code) }
        return withExtendedLifetime(sink) { HTTPAnswer(status: Int(curl_status(curl)), body: sink.bytes, head: sink.head) }
    }
}
