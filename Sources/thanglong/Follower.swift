// SPDX-License-Identifier: Apache-2.0
import Civic
import Exchange
import Foundation
import HTTP
import Journal
import Registers
import Store
import Synchronization
import Web

/// Asks a source for what is new in one register, and has it checked and entered.
final class Follower {
    private let registry: Registry
    private let id: Int64
    private let client = HTTPClient()
    private let ahead = HTTPClient()
    /// Entries asked for at once: fewer after an answer that was too large or too slow.
    private var limit = Registry.feedMax
    private static let limitMin = 100

    init(_ registry: Registry, _ id: Int64) {
        self.registry = registry
        self.id = id
    }

    /// What a source says when it refuses.
    struct Refusal: Error, CustomStringConvertible {
        let status: Int
        let description: String
    }

    /// The verifier key of a register's journal at a source, by its `/log/keys`.
    static func key(of register: Register, at source: String) throws -> NoteKey {
        let answer = try HTTPClient().get(source + "/log/keys", seconds: 20, max: 1 << 20)
        guard answer.status == 200 else { throw Refusal(status: answer.status, description: "\(source) gives no verifier keys (HTTP \(answer.status)). Is it a Thăng Long?") }
        let keys = String(decoding: answer.body, as: UTF8.self).split(separator: "\n").compactMap { NoteKey(line: String($0)) }
        guard let key = keys.first(where: { $0.name.hasSuffix("/" + register.journal) }) else {
            throw Refusal(status: 404, description: "\(source) has no register \(register.name).")
        }
        return key
    }

    /// Takes what there is, step by step, until the source has no more. Gives how many entries came. With `wait` it first waits for news.
    func catchUp(wait: Int, until isStopped: () -> Bool = { false }, progress: (_ have: Int64, _ all: Int64) -> Void = { _, _ in }) throws -> Int {
        guard let followed = try registry.followedRegister(id), followed.state == .running else { return 0 }
        let token = try registry.followToken(id)
        var entries = 0
        var bytes = try ask(client, followed, from: followed.size, seen: followed.seen, wait: wait, token)
        while true {
            let (to, size) = Follower.announced(bytes)
            // The next step travels while this one is checked and entered.
            let next: Ahead? = to < size ? Ahead { [self] in try ask(ahead, followed, from: to, seen: size, wait: 0, token) } : nil
            do {
                let taken = try registry.take(bytes, of: id)
                entries += taken.entries
                progress(to, taken.size)
            } catch {
                _ = next?.result()
                throw error
            }
            guard let next, !isStopped() else { return entries }
            bytes = try next.result().get()
        }
    }

    /// Compares what is here with what the source has.
    func drift() throws -> DriftReport {
        guard let followed = try registry.followedRegister(id) else { throw RegisterError.noSuchRecord }
        let token = try registry.followToken(id)
        return try registry.drift(followed.register, fields: followed.fields, followed: id) { question in
            try Follower.sketch(client, followed.source, followed.register, question, token, followed.purpose)
        }
    }

    static func sketch(_ client: HTTPClient, _ source: String, _ register: String, _ question: SketchQuestion, _ token: String?, _ purpose: String?) throws -> [UInt8] {
        let answer = try client.post(
            "\(source)/api/v1/registers/\(register)/sketch", Array(question.json.text.utf8), headers: headers(token, purpose) + [("Content-Type", "application/json")], seconds: 300
        )
        guard answer.status == 200 else { throw refusal(answer) }
        return answer.body
    }

    private func ask(_ client: HTTPClient, _ followed: Followed, from: Int64, seen: Int64, wait: Int, _ token: String?) throws -> [UInt8] {
        let url = "\(followed.source)/api/v1/registers/\(followed.register)/feed?from=\(from)&seen=\(seen)&wait=\(wait)&limit="
        var answer: HTTPAnswer?
        while answer == nil {
            do {
                answer = try client.get(url + String(limit), headers: Follower.headers(token, followed.purpose), seconds: wait + 60)
                limit = min(limit * 2, Registry.feedMax)
            } catch let failure as HTTPFailure where (failure == .tooLarge || failure == .tooSlow) && limit > Follower.limitMin {
                limit = max(limit / 4, Follower.limitMin)
            }
        }
        guard let answer, answer.status == 200 else { throw Follower.refusal(answer!) }
        return answer.body
    }

    private static func headers(_ token: String?, _ purpose: String?) -> [(String, String)] {
        (token.map { [("Authorization", "Bearer " + $0)] } ?? []) + (purpose.map { [("Purpose", $0)] } ?? [])
    }

    private static func refusal(_ answer: HTTPAnswer) -> Refusal {
        let detail = (try? JSON(parsing: answer.body))?["detail"]?.string
        return Refusal(status: answer.status, description: "The source answers \(answer.status)\(detail.map { ": \($0)" } ?? ".")")
    }

    /// How far a step says it goes; only to ask for the next one, nothing is believed.
    private static func announced(_ bytes: [UInt8]) -> (to: Int64, size: Int64) {
        guard let header = try? JSON(parsing: bytes.prefix(while: { $0 != 0x0A })), let to = header["to"]?.integer, let size = header["size"]?.integer else { return (0, 0) }
        return (to, size)
    }

    /// What went wrong, for the page and the terminal.
    static func text(_ error: any Error) -> Text {
        switch error {
        case FollowError.unproven(let text), FollowError.otherHistory(let text): text
        case FollowError.moved: ["vi": "Một tiến trình khác cũng đang theo sổ này.", "en": "Another process follows this register too."]
        case let failure as HTTPFailure: failure.text
        case let refusal as Refusal: Text(vi: "Nơi giữ sổ từ chối (\(refusal.status)): \(refusal.description)", en: refusal.description)
        default: Text(vi: Terminal.sentence(error), en: Terminal.sentence(error))
        }
    }
}

/// A piece of work on a thread of its own.
private final class Ahead: @unchecked Sendable {
    private var answer: Result<[UInt8], any Error>?
    private let done = DispatchSemaphore(value: 0)

    init(_ work: @escaping () throws -> [UInt8]) {
        nonisolated(unsafe) let work = work
        Thread { [self] in
            answer = Result { try work() }
            done.signal()
        }.start()
    }

    func result() -> Result<[UInt8], any Error> {
        done.wait()
        done.signal()
        return answer!
    }
}

/// Follows everything that is to be followed, beside the server. Of several servers on one database one follows.
final class Followers: Sendable {
    private let registry: Registry
    private let isStopped = Mutex(false)
    private let running = Mutex<Set<Int64>>([])
    private static let waitSeconds = 8
    private static let lookSeconds = 1.0
    private static let restSeconds = 5.0

    init(_ registry: Registry) { self.registry = registry }

    func start() {
        let thread = Thread { [self] in
            while !isStopped.withLock({ $0 }) {
                // While the database is away nothing is asked for.
                for followed in (try? registry.followedRegisters()) ?? [] where followed.state == .running && followed.isReached {
                    guard running.withLock({ $0.insert(followed.id).inserted }) else { continue }
                    let thread = Thread { [self] in
                        follow(followed.id)
                        running.withLock { _ = $0.remove(followed.id) }
                    }
                    thread.qualityOfService = .utility
                    thread.stackSize = 4 << 20
                    thread.start()
                }
                Thread.sleep(forTimeInterval: Self.lookSeconds)
            }
        }
        thread.start()
    }

    private func follow(_ id: Int64) {
        guard let lock = registry.database.exclusive("follow-\(id)") else { return Thread.sleep(forTimeInterval: Self.restSeconds) }
        defer { withExtendedLifetime(lock) {} }
        let follower = Follower(registry, id)
        while !isStopped.withLock({ $0 }) {
            do {
                guard try registry.followedRegister(id)?.state == .running else { return }
                _ = try follower.catchUp(wait: Self.waitSeconds, until: { isStopped.withLock { $0 } })
            } catch {
                // It is said on the page and tried again; what was verified stays.
                let text = Follower.text(error)
                try? registry.noteFollowing(id, problem: text, answered: error is Follower.Refusal)
                Thread.sleep(forTimeInterval: Self.restSeconds)
            }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}

extension FollowingActs {
    static func over(_ registry: Registry) -> FollowingActs {
        @Sendable func told<T>(_ work: () throws -> T) throws -> T {
            do { return try work() } catch { throw FollowingProblem(Follower.text(error)) }
        }
        return FollowingActs(
            begin: { address, register, token, purpose in
                _ = try told { try registry.follow(address, register: register.name, key: Follower.key(of: register, at: address), token: token, purpose: purpose) }
            }, compare: { id in try told { try Follower(registry, id).drift() } })
    }
}

extension Followed {
    /// Whether its source is an address; bundles are brought by hand.
    var isReached: Bool { source != Registry.bundleSource }
}
