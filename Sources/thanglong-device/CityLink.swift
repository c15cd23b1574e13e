// SPDX-License-Identifier: Apache-2.0
import Civic
import Devices
import Foundation
import HTTP
import Journal
import Synchronization

/// The city's answer to a signed request.
enum CityAnswer: Sendable {
    case done(JSON)
    /// It said no: with a stable code and words for people.
    case refused(status: Int, code: String, detail: String)
    /// Nobody answered, or the city is busy: to be asked again.
    case away(String)
}

/// Asks the city, every request signed with the device's key and a fresh counter. A clock that is off and a counter that is behind mend themselves.
final class CityLink: Sendable {
    private let city: String
    private let code: String
    private let box: Box
    private let world: World
    /// The city's clock less ours.
    private let offset = Mutex<Int64>(0)

    init(box: Box, world: World) throws {
        self.box = box
        self.world = world
        guard let city = try box.get("city"), let code = try box.get("code") else { throw Failure("The device is not enrolled yet: thanglong-device enrol --help") }
        self.city = city
        self.code = code
    }

    /// The city's time as far as it is known.
    var now: Instant { Instant(milliseconds: world.now().milliseconds + offset.withLock { $0 }) }

    func ask(_ method: String, _ path: String, _ body: JSON? = nil, language: Language? = nil) async throws -> CityAnswer {
        let language = try language ?? box.get("language").flatMap { Language(rawValue: $0) } ?? .vietnamese
        for attempt in 0..<3 {
            let counter = try box.nextCounter()
            let bytes = body.map { Array($0.text.utf8) } ?? []
            let headers = HTTPSignature.headers(
                method: method, path: path, body: bytes, keyID: code, counter: counter, created: now.milliseconds / 1000, key: box.key)
            let answer: HTTPAnswer
            do {
                answer = try await send(method, path, bytes, headers.map { ($0.name, $0.value) } + [("accept-language", language.rawValue)])
            } catch let failure as HTTPFailure {
                return .away(failure.text.en)
            }
            let json = (try? JSON(parsing: answer.body)) ?? .null
            if (200..<300).contains(answer.status) {
                try box.set("contact", String(world.now().milliseconds))
                return .done(json)
            }
            let problem = json["type"]?.string?.split(separator: "/").last.map(String.init) ?? ""
            if problem == "clock", attempt < 2, let off = answer.header("clock-offset").flatMap({ Int64($0) }) {
                offset.withLock { $0 -= off }
                continue
            }
            if problem == "counter", attempt < 2, let last = answer.header("device-counter").flatMap({ UInt64($0) }) {
                try box.raiseCounter(to: last)
                continue
            }
            if answer.status >= 500 || answer.status == 429 || answer.status == 408 { return .away("status \(answer.status)") }
            return .refused(status: answer.status, code: problem, detail: json["detail"]?.string ?? "status \(answer.status)")
        }
        return .away("clock or counter")
    }

    private func send(_ method: String, _ path: String, _ bytes: [UInt8], _ headers: [(String, String)]) async throws -> HTTPAnswer {
        let url = city + path
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async {
                continuation.resume(
                    with: Result {
                        let client = HTTPClient()
                        return method == "GET"
                            ? try client.get(url, headers: headers, seconds: 10, max: 1 << 20)
                            : try client.post(url, bytes, headers: headers + [("content-type", "application/json")], seconds: 10, max: 1 << 20)
                    })
            }
        }
    }
}
