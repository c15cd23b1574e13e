// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Devices
import Foundation
import HTTP
import Journal
import Synchronization

/// Many devices in one program, for load: each with its own key, counter and household.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run 1 to 100,000 simulated devices against a city: enrol, beat, look, pay.",
        discussion: "FILE has a line code,secret,household for each device, as thanglong device announce prints them.")

    @Argument(help: "The file of codes.") var file: String
    @Option(help: "The city's address.") var city: String
    @Option(help: "How many of them. Default: all.") var devices: Int?
    @Option(help: "For so many seconds.") var seconds = 30.0
    @Option(help: "Requests at once.") var concurrency = 32
    @Option(help: "Messages under one signature.") var batch = 1
    @Option(help: "Of a hundred requests so many look and pay; the others are heartbeats.") var paying = 0
    @Option(help: "Writes a line for each payment that the city acknowledged.") var acknowledged: String?
    @Flag(help: "The result as one JSON line.") var json = false

    final class Simulated: @unchecked Sendable {
        let code: String
        let secret: String
        let key: SigningKey
        let lock = NSLock()
        var counter: UInt64 = 0
        var isBusy = false
        var payments = 0
        init(code: String, secret: String) {
            self.code = code
            self.secret = secret
            // The same key in every run, so that a device enrolled once goes on.
            key = SigningKey(seed: Hash.of("simulated \(code)".utf8).array)
        }
    }

    struct Tally {
        var enrolled = 0
        var messages = 0
        var paid = 0
        var refused: [String: Int] = [:]
        var away = 0
        var times: [Double] = []
    }

    func run() async throws {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { throw Failure("\(file) cannot be read.") }
        let all = text.split(separator: "\n").prefix(devices ?? .max).map { line in line.split(separator: ",").map(String.init) }.filter { $0.count >= 2 }
            .map { Simulated(code: $0[0], secret: $0[1]) }
        guard !all.isEmpty else { throw Failure("\(file) names no device.") }
        let tally = Mutex(Tally())
        let log = acknowledged.flatMap { path -> FileHandle? in
            guard FileManager.default.createFile(atPath: path, contents: nil) else { return nil }
            return FileHandle(forWritingAtPath: path)
        }
        let logLock = NSLock()
        let next = Mutex(0)
        // First each makes itself known.
        work { client in
            let index = next.withLock { value -> Int in
                defer { value += 1 }
                return value
            }
            guard index < all.count else { return false }
            let device = all[index]
            let ordinal = Int64(index)
            var imei = String(35_000_000_000_000 + ordinal)
            imei += String(Luhn.check(imei)!)
            var iccid = "8984040000" + String(10_000_000 + ordinal)
            iccid += String(Luhn.check(iccid)!)
            let body = JSON.object([
                "code": .string(device.code), "secret": .string(device.secret), "key": .string(Encoding.base64(device.key.publicKey)), "imei": .string(imei),
                "iccid": .string(iccid),
                "number": .string("09" + String(10_000_000 + ordinal)), "generation": .string("4G"), "firmware": .string("simulated"),
            ])
            for _ in 0..<60 {
                switch self.ask(client, device, "POST", "/api/v1/device/enrolment", Array(body.text.utf8)) {
                case .done:
                    tally.withLock { $0.enrolled += 1 }
                    // An earlier run may have used counters: a leap makes the city say which was its last.
                    device.lock.withLock { device.counter = 1 << 53 }
                case .refused(_, let code, _): tally.withLock { $0.refused[code, default: 0] += 1 }
                case .away:
                    Thread.sleep(forTimeInterval: 0.5)
                    continue
                }
                break
            }
            return true
        }
        // Then they live.
        let end = Date().addingTimeInterval(seconds)
        let heartbeat = JSON.object([
            "messages": .array(
                Array(repeating: .object(["sort": .string("heartbeat"), "battery": .integer(90), "signal": .integer(70), "firmware": .string("simulated")]), count: batch))
        ])
        let beat = Array(heartbeat.text.utf8)
        let turn = Mutex(0)
        let started = Date()
        work { client in
            guard Date() < end else { return false }
            let index = turn.withLock { value -> Int in
                defer { value += 1 }
                return value
            }
            let device = all[index % all.count]
            guard
                device.lock.withLock({ () -> Bool in
                    if device.isBusy { return false }
                    device.isBusy = true
                    return true
                })
            else { return true }
            defer { device.lock.withLock { device.isBusy = false } }
            let isPaying = index / all.count % 100 < self.paying || (self.paying > 0 && index % 100 < self.paying)
            let begun = Date()
            if isPaying {
                self.payOne(client, device, tally, log, logLock)
            } else {
                self.note(self.ask(client, device, "POST", "/api/v1/device/messages", beat), tally) { $0.messages += self.batch }
            }
            let time = Date().timeIntervalSince(begun) * 1000
            tally.withLock { if $0.times.count < 2_000_000 { $0.times.append(time) } }
            return true
        }
        let elapsed = Date().timeIntervalSince(started)
        let result = tally.withLock { $0 }
        let sorted = result.times.sorted()
        func percentile(_ share: Double) -> Double { sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] }
        let line =
            "{\"devices\":\(all.count),\"enrolled\":\(result.enrolled),\"requests\":\(sorted.count),\"messages\":\(result.messages),\"per_second\":\(Int(Double(result.messages) / max(elapsed, 0.001)))"
            + ",\"paid\":\(result.paid),\"away\":\(result.away),\"p50_ms\":\(String(format: "%.1f", percentile(0.5))),\"p99_ms\":\(String(format: "%.1f", percentile(0.99)))"
            + ",\"refused\":{\(result.refused.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}}"
        print(json ? line : line.replacingOccurrences(of: ",\"", with: "\n  \"").replacingOccurrences(of: "{\"dev", with: "{\n  \"dev"))
    }

    /// Runs the work on so many threads, each with a connection of its own, until it says no more.
    private func work(_ body: @escaping @Sendable (HTTPClient) -> Bool) {
        let group = DispatchGroup()
        for _ in 0..<concurrency {
            group.enter()
            let thread = Thread {
                let client = HTTPClient()
                while body(client) {}
                group.leave()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        group.wait()
    }

    private func note(_ answer: CityAnswer, _ tally: borrowing Mutex<Tally>, _ done: (inout Tally) -> Void) {
        tally.withLock { tally in
            switch answer {
            case .done: done(&tally)
            case .refused(_, let code, _): tally.refused[code, default: 0] += 1
            case .away: tally.away += 1
            }
        }
    }

    /// Looks at what is owed and pays the first bill, sent again until the city answers.
    private func payOne(_ client: HTTPClient, _ device: Simulated, _ tally: borrowing Mutex<Tally>, _ log: FileHandle?, _ logLock: NSLock) {
        guard case .done(let view) = ask(client, device, "GET", "/api/v1/device/view", []) else { return tally.withLock { $0.away += 1 } }
        guard case .array(let bills)? = view["bills"], let bill = bills.first(where: { ($0["remaining"]?.integer ?? 0) > 0 }), let id = bill["bill"]?.string else { return }
        // A part each time, so that bills last for the whole run.
        let amount = min(bill["remaining"]!.integer!, 1000)
        let payment = "s-\(device.code)-\(device.lock.withLock { device.payments += 1; return device.payments })-\(Int(Date().timeIntervalSince1970))"
        let body = JSON.object(["id": .string(payment), "bills": .array([.object(["bill": .string(id), "amount": .integer(amount)])])])
        for _ in 0..<120 {
            switch ask(client, device, "POST", "/api/v1/device/payments", Array(body.text.utf8)) {
            case .done(let answer):
                tally.withLock { $0.paid += 1 }
                logLock.withLock { try? log?.write(contentsOf: Data("\(answer["code"]?.string ?? ""),\(amount),\(id)\n".utf8)) }
                return
            case .refused(_, let code, _): return tally.withLock { $0.refused[code, default: 0] += 1 }
            case .away: Thread.sleep(forTimeInterval: 0.25)
            }
        }
        tally.withLock { $0.away += 1 }
    }

    private func ask(_ client: HTTPClient, _ device: Simulated, _ method: String, _ path: String, _ body: [UInt8]) -> CityAnswer {
        for _ in 0..<3 {
            let counter = device.lock.withLock { () -> UInt64 in
                device.counter += 1
                return device.counter
            }
            let headers = HTTPSignature.headers(
                method: method, path: path, body: body, keyID: device.code, counter: counter, created: World.real.now().milliseconds / 1000, key: device.key
            ).map { ($0.name, $0.value) }
            let answer: HTTPAnswer
            do {
                answer =
                    method == "GET"
                    ? try client.get(city + path, headers: headers, seconds: 20, max: 1 << 20)
                    : try client.post(city + path, body, headers: headers + [("content-type", "application/json")], seconds: 20, max: 1 << 20)
            } catch { return .away("\(error)") }
            if (200..<300).contains(answer.status) { return .done((try? JSON(parsing: answer.body)) ?? .null) }
            let json = (try? JSON(parsing: answer.body)) ?? .null
            let code = json["type"]?.string?.split(separator: "/").last.map(String.init) ?? "\(answer.status)"
            if code == "counter", let last = answer.header("device-counter").flatMap({ UInt64($0) }) {
                device.lock.withLock { device.counter = last }
                continue
            }
            if answer.status >= 500 || answer.status == 429 { return .away(code) }
            return .refused(status: answer.status, code: code, detail: json["detail"]?.string ?? "")
        }
        return .away("counter")
    }
}
