// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Journal
import Registers
import Store
import Testing

@Suite("Following another instance")
struct FollowingTests {
    /// A source with people, an agreement over some of their fields, and who follows it.
    final class Pair {
        let source: ScratchCity
        let follower: ScratchCity
        let system: Authority
        var id: Int64 = 0

        init(fields: String = "name birth sex commune") throws {
            source = try ScratchCity.full()
            follower = try ScratchCity(instance: "department", seed: 2)
            system = Authority(.system, id: "system:health", name: "health", grants: [Grant("population", [.read, .personal])], purpose: Purpose.find("exchange"))
            try Pair.agree(source, fields: fields)
            id = try follower.registry.follow("https://city.example", register: "population", key: key(of: source), token: "tl_secret", purpose: "exchange").id
        }

        static func agree(_ city: ScratchCity, fields: String) throws {
            try city.put(
                "sharing-agreement", "CS000001",
                [
                    "party": "Sở Y tế", "system": "health", "register": "population", "fields": fields, "purpose": "exchange", "basis": "Quy chế 12/2026",
                    "until": "2027-12-31",
                ])
        }

        func key(of city: ScratchCity, _ register: String = "population") -> NoteKey {
            NoteKey(name: city.registry.journals.origin(of: register), publicKey: city.registry.journals.publicKey)
        }

        var state: Followed { get throws { try follower.registry.followedRegister(id)! } }

        func step(limit: Int = 10_000, from other: ScratchCity? = nil) async throws -> [UInt8] {
            let state = try state
            return try await (other ?? source).registry.feed("population", from: state.size, seen: state.seen, limit: limit, for: system, door: "api").bytes
        }

        @discardableResult
        func follow(limit: Int = 10_000) async throws -> Int { try follower.registry.take(try await step(limit: limit), of: id).entries }
    }

    @Test func `what the agreement names comes, the rest as digests, and everything verifies`() async throws {
        let pair = try Pair()
        #expect(try await pair.follow() == 4)
        #expect(try await pair.follower.value("population", "001090000001", "name") == "Nguyễn Văn An")
        #expect(try await pair.follower.value("population", "001090000001", "household") == "")
        #expect(try await pair.follower.value("population", "001090000001", "relation") == "")
        let state = try pair.state
        #expect(state.size == 4 && state.agreement == "CS000001" && state.fields == ["id", "name", "birth", "sex", "commune"] && state.until == Day("2027-12-31"))
        #expect(try pair.follower.registry.followToken(pair.id) == "tl_secret")
        let stored = try pair.follower.database.look { try $0.first("SELECT token FROM followed") { String(decoding: $0.blob(0), as: UTF8.self) }! }
        #expect(!stored.contains("tl_secret"))
        // Found, counted and proven like any record, and the person sees the look.
        var query = RecordQuery()
        query.text = "nguyen mai"
        let found = try await pair.follower.registry.records("population", query, for: ScratchCity.operator_, door: "test")
        #expect(found.records.count == 1)
        let row = try await pair.source.registry.record("population", "001090000001", for: ScratchCity.operator_, door: "test").row
        #expect(
            try pair.source.database.read { try pair.source.registry.reads(of: row, in: "population", limit: 9, on: $0) }.contains {
                $0.asked == "follow: CS000001 0–3" && $0.reader == "system:health"
            })
        #expect(try pair.follower.damages() == [])
        // A value changed in the follower's own tables no longer fits what the source signed.
        try pair.follower.database.writeAndWait { try $0.run("UPDATE mirror_1 SET unit = '00008' WHERE number = 1") }
        #expect(try pair.follower.damages() == ["thanglong/test/population, entry 1: what was received does not match its leaf hash"])
    }

    @Test func `changes, moves and endings follow, live; nothing goes by itself`() async throws {
        let pair = try Pair()
        try await pair.follow()
        let before = try pair.follower.registry.summary(of: "population").size
        #expect(try await pair.follow() == 0)
        #expect(try pair.follower.registry.summary(of: "population").size == before)
        try pair.source.put(
            "population", "001192000002",
            [
                "name": "Đặng Thị Hòa", "birth": "1992-05-06", "sex": "female", "ethnicity": "01", "household": "1000000001", "relation": "spouse", "commune": "00004",
            ])
        _ = try pair.source.registry.enterAndWait([Change("population", key: "001320000003", .retire, expecting: .anything)], cause: "test", by: ScratchCity.operator_)
        #expect(try pair.source.registry.feedIsLonger("population", than: pair.state.size))
        #expect(try await pair.follow(limit: 1) == 1)
        #expect(try await pair.follow(limit: 1) == 1)
        #expect(try await pair.follower.value("population", "001192000002", "name") == "Đặng Thị Hòa")
        #expect(try await pair.follower.value("population", "001320000003", "name") == nil)
        #expect(try pair.follower.registry.summary(of: "population").size == before - 1)
        #expect(try pair.follower.damages() == [])
    }

    @Test(arguments: ["forged value", "forged and hashed again", "cut off", "half a line", "reordered", "another register", "another key", "empty", "repeated"])
    func `a stream that is not what was signed enters nothing`(_ fault: String) async throws {
        let pair = try Pair()
        try await pair.follow(limit: 1)
        let good = try await pair.step(limit: 3)
        var lines = String(decoding: good, as: UTF8.self).split(separator: "\n").map(String.init)
        var bytes: [UInt8]?
        switch fault {
        case "forged value":
            lines[1] = lines[1].replacing("\"unit\":\"00004\"", with: "\"unit\":\"00008\"")
        case "forged and hashed again":
            // A disclosure of another value, well formed in itself.
            let salt = Encoding.base64URL([UInt8](repeating: 7, count: 16))
            let forged = Encoding.base64URL(Array("[\"\(salt)\",\"name\",\"Kẻ Mạo Danh\"]".utf8))
            var json = try JSON(parsing: Array(lines[1].utf8))
            if case .object(var members) = json, case .array(var list)? = json["disclosures"] {
                list[1] = .string(forged)
                members = members.map { $0.name == "disclosures" ? JSON.Member("disclosures", .array(list)) : $0 }
                json = .object(members)
            }
            lines[1] = json.text
        case "cut off": lines.removeLast()
        case "half a line": bytes = good.dropLast(40)
        case "reordered": lines.swapAt(1, 2)
        case "another register":
            bytes = try await pair.source.registry.feed("administrative-unit", from: 0, seen: nil, for: .visitor, door: "api").bytes
        case "another key":
            let stranger = try ScratchCity(seed: 9)
            _ = try stranger.load("household", ScratchCity.households)
            _ = try stranger.load("population", ScratchCity.people)
            let note = try stranger.database.look { try stranger.registry.journals.checkpoint(of: "population", on: $0) }
            var json = try JSON(parsing: Array(lines[0].utf8))
            if case .object(let members) = json { json = .object(members.map { $0.name == "checkpoint" ? JSON.Member("checkpoint", .string(note)) : $0 }) }
            lines[0] = json.text
        case "empty": bytes = []
        default: bytes = try await pair.source.registry.feed("population", from: 0, seen: nil, limit: 1, for: pair.system, door: "api").bytes
        }
        let sent = bytes ?? Array((lines.joined(separator: "\n") + "\n").utf8)
        #expect(throws: FollowError.self) { try pair.follower.registry.take(sent, of: pair.id) }
        #expect(try pair.state.size == 1)
        #expect(try pair.follower.registry.summary(of: "population").entries == 1)
        // The right bytes still go through: nothing was lost.
        #expect(try pair.state.state == .running)
        #expect(try pair.follower.registry.take(good, of: pair.id).entries == 3)
        #expect(try pair.follower.damages() == [])
    }

    @Test func `a source that shows another history is stopped and both heads are kept`() async throws {
        let pair = try Pair()
        try await pair.follow()
        // The same name and key, another past: three people, later four, none of them with the salts of before.
        let other = try ScratchCity.full()
        try Pair.agree(other, fields: "name birth sex commune")
        let forked = try await pair.step(from: other)
        #expect(throws: FollowError.self) { try pair.follower.registry.take(forked, of: pair.id) }
        let state = try pair.state
        #expect(state.state == .stopped && state.problem?.en.contains("another history") == true)
        try pair.follower.registry.setFollowing(pair.id, running: true)
        #expect(try pair.state.state == .stopped)
        // What was verified before stays.
        #expect(try pair.follower.registry.summary(of: "population").size == 4)
        #expect(try pair.follower.damages() == [])
    }

    @Test func `a longer history that forgets the old one is stopped when it cannot be proven again`() async throws {
        let pair = try Pair()
        try await pair.follow()
        let other = try ScratchCity.full()
        try Pair.agree(other, fields: "name birth sex commune")
        _ = try other.registry.enterAndWait([Change("population", key: "001320000003", .retire, expecting: .anything)], cause: "test", by: ScratchCity.operator_)
        let forked = try await pair.step(from: other)
        for tries in 1...3 {
            #expect(throws: FollowError.self) { try pair.follower.registry.take(forked, of: pair.id) }
            #expect(try pair.state.state == (tries < 3 ? .running : .stopped))
        }
        // Nothing more comes in, not even what would have been right.
        let right = try await pair.step()
        #expect(throws: FollowError.self) { try pair.follower.registry.take(right, of: pair.id) }
        #expect(try pair.state.problem?.en.contains("another history") == true)
    }

    @Test func `the same steps carried by hand, again and again`() async throws {
        let pair = try Pair()
        let key = pair.key(of: pair.source)
        let other = try ScratchCity(instance: "ward", seed: 3)
        let id = try other.registry.follow(Registry.bundleSource, register: "population", key: key, token: nil, purpose: nil).id
        #expect(try other.registry.take(pair.source.registry.feedAndWait("population", from: 0, limit: 3, for: pair.system).bytes, of: id).entries == 3)
        #expect(try other.registry.take(pair.source.registry.feedAndWait("population", from: 3, for: pair.system).bytes, of: id).entries == 1)
        _ = try pair.source.registry.enterAndWait([Change("population", key: "001320000003", .retire, expecting: .anything)], cause: "test", by: ScratchCity.operator_)
        #expect(try other.registry.take(pair.source.registry.feedAndWait("population", from: 4, for: pair.system).bytes, of: id).entries == 1)
        #expect(try other.registry.summary(of: "population").size == 3)
        #expect(try other.damages() == [])
        // A bundle beside a feed over the network changes nothing about that.
        #expect(try pair.follower.registry.follow(Registry.bundleSource, register: "population", key: key, token: nil, purpose: "benefit").source == "https://city.example")
        #expect(try pair.state.purpose == "exchange")
    }

    @Test func `a source answers for its own records only, and for what the register can hold`() async throws {
        let pair = try Pair(fields: "*")
        _ = try pair.follower.load("household", ScratchCity.households)
        // One of these people is kept here.
        try pair.follower.put(
            "population", "001058000004",
            ["name": "Lê Văn Đức", "birth": "1958", "sex": "male", "ethnicity": "01", "household": "1000000002", "relation": "head", "commune": "00008", "phone": "0912000000"])
        try await pair.follow()
        #expect(try await pair.follower.value("population", "001058000004", "phone") == "0912000000")
        #expect(try pair.state.size == 4 && pair.state.skipped == 1)
        _ = try pair.source.registry.enterAndWait(
            [Change("population", key: "001058000004", .retire, expecting: .anything), Change("household", key: "1000000002", .retire, expecting: .anything)], cause: "test",
            by: ScratchCity.operator_)
        try await pair.follow()
        #expect(try await pair.follower.value("population", "001058000004", "name") == "Lê Văn Đức")
        #expect(try pair.state.skipped == 2)
        #expect(try pair.follower.damages() == [])
    }

    @Test func `what lies outside the reader's unit is proven and not shown, in open registers too`() async throws {
        let city = try ScratchCity.full()
        try city.put(
            "sharing-agreement", "CS000009",
            ["party": "Phường", "system": "ward", "register": "population", "fields": "*", "purpose": "exchange", "basis": "x", "until": "2027-12-31"])
        let ward = Authority(.system, id: "system:ward", name: "ward", grants: [Grant("population", [.read, .personal], unit: "00008")], purpose: Purpose.find("exchange"))
        let bytes = try await city.registry.feed("population", from: 0, seen: nil, for: ward, door: "api").bytes
        let lines = bytes.split(separator: 0x0A).dropFirst().map { try? JSON(parsing: $0) }
        let shown = lines.map { line in if case .array(let list)? = line?["disclosures"] { list.count } else { -1 } }
        #expect(shown.prefix(3).allSatisfy { $0 <= 1 } && shown[3] > 8)
    }

    @Test func `without an agreement, after it, or for another purpose nothing is sent`() async throws {
        let pair = try Pair()
        func refused(_ authority: Authority) async -> Bool {
            do {
                _ = try await pair.source.registry.feed("population", from: 0, seen: nil, for: authority, door: "api")
                return false
            } catch RegisterError.forbidden { return true } catch RegisterError.purposeNeeded { return true } catch { return false }
        }
        let grants = [Grant("population", [.read, .personal])]
        #expect(await !refused(pair.system))
        #expect(await refused(Authority(.system, id: "system:tax", name: "tax", grants: grants, purpose: Purpose.find("exchange"))))
        #expect(await refused(Authority(.system, id: "system:health", name: "health", grants: grants, purpose: Purpose.find("benefit"))))
        #expect(await refused(Authority(.system, id: "system:health", name: "health", grants: grants)))
        #expect(await refused(Authority(.system, id: "system:health", name: "health", grants: [Grant("population", [.read])], purpose: Purpose.find("exchange"))))
        #expect(await refused(ScratchCity.operator_))
        pair.source.setToday("2027-12-31")
        #expect(await !refused(pair.system))
        pair.source.setToday("2028-01-01")
        #expect(await refused(pair.system))
        pair.source.setToday("2026-11-24")
        _ = try pair.source.registry.enterAndWait([Change("sharing-agreement", key: "CS000001", .retire, expecting: .anything)], cause: "ended", by: ScratchCity.operator_)
        #expect(await refused(pair.system))
    }

    @Test func `a clock that jumps back at either side stops nothing and changes no order`() async throws {
        let pair = try Pair()
        try await pair.follow(limit: 2)
        pair.source.setToday("2026-11-24")
        pair.follower.setToday("2026-10-01")
        try pair.source.put(
            "population", "001192000002",
            ["name": "Đặng Thị Hòa", "birth": "1992-05-06", "sex": "female", "ethnicity": "01", "household": "1000000001", "relation": "spouse", "commune": "00004"],
            effective: "2026-11-24")
        #expect(try await pair.follow() == 3)
        #expect(try await pair.source.value("population", "001192000002", "name", on: "2026-11-24") == pair.follower.value("population", "001192000002", "name", on: "2026-11-24"))
        // Right again, as a clock is set.
        pair.follower.setToday("2026-11-24")
        #expect(try pair.source.damages() == [])
        #expect(try pair.follower.damages() == [])
    }

    @Test func `an agreement names what exists`() throws {
        let pair = try Pair()
        let terms = ["party": "Sở Y tế", "system": "health", "register": "population", "fields": "name shoe_size", "purpose": "exchange", "basis": "x", "until": "2027-12-31"]
        #expect(throws: RegisterError.self) { try pair.source.put("sharing-agreement", "CS000002", terms) }
        #expect(throws: RegisterError.self) { try pair.source.put("sharing-agreement", "CS000002", terms.merging(["register": "nothing", "fields": "*"]) { $1 }) }
        try pair.source.put("sharing-agreement", "CS000002", terms.merging(["fields": "*"]) { $1 })
    }

    @Test func `a followed record is changed where it is kept`() async throws {
        let pair = try Pair(fields: "*")
        try await pair.follow()
        _ = try pair.follower.load("household", ScratchCity.households)
        let an = [
            "name": "Nguyễn Văn Ân", "birth": "1990-01-02", "sex": "male", "ethnicity": "01", "household": "1000000001", "relation": "head", "commune": "00004",
        ]
        #expect(throws: RegisterError.self) { try pair.follower.put("population", "001090000001", an) }
        let result = try pair.follower.load("population", ScratchCity.people.replacing("Nguyễn Văn An", with: "Nguyễn Văn Ân"))
        #expect(result.changed == 0 && result.rejected >= 1)
        #expect(try await pair.follower.value("population", "001090000001", "name") == "Nguyễn Văn An")
        #expect(try pair.follower.damages() == [])
    }

    @Test func `two instances follow each other`() async throws {
        let one = try ScratchCity.full()
        let two = try ScratchCity(instance: "two", seed: 2)
        for (source, follower, register) in [(one, two, "household"), (two, one, "administrative-unit")] {
            if register == "household" {
                try source.put(
                    "sharing-agreement", "CS000001",
                    ["party": "Hai", "system": "two", "register": register, "fields": "*", "purpose": "exchange", "basis": "x", "until": "2027-12-31"])
            }
            let system = Authority(.system, id: "system:two", name: "two", grants: [Grant(register, [.read, .personal])], purpose: Purpose.find("exchange"))
            let key = NoteKey(name: source.registry.journals.origin(of: register), publicKey: source.registry.journals.publicKey)
            let id = try follower.registry.follow("https://x", register: register, key: key, token: nil, purpose: nil).id
            let step = try await source.registry.feed(register, from: 0, seen: 0, for: system, door: "api")
            #expect(try follower.registry.take(step.bytes, of: id).entries > 1)
        }
        #expect(try two.export("household") == one.export("household"))
        #expect(try one.damages() == [] && two.damages() == [])
    }
}

@Suite("Where two instances differ")
struct DriftTests {
    @Test func `every planted difference is found and named, and nothing else`() async throws {
        let one = try ScratchCity.full()
        let two = try ScratchCity.full()
        let lines = (0..<3000).map { "20000\(String($0 + 100_000).suffix(5)),00004,\"Số \($0), phố Kim Mã\",family,2015-03-01" }
        let file = "code,commune,address,kind,registered\n" + lines.joined(separator: "\n") + "\n"
        _ = try one.load("household", file)
        _ = try two.load("household", file)
        try one.put(
            "sharing-agreement", "CS000001",
            ["party": "Hai", "system": "two", "register": "household", "fields": "*", "purpose": "exchange", "basis": "x", "until": "2027-12-31"])
        let system = Authority(.system, id: "system:two", name: "two", grants: [Grant("household", [.read, .personal])], purpose: Purpose.find("exchange"))
        func compare() async throws -> DriftReport {
            // The questions are asked in a thread that waits; here the answers are made beforehand as they are needed.
            let registry = one.registry
            return try await Task.detached {
                try two.registry.drift("household", fields: ["commune", "address", "kind", "registered"], followed: nil) { question in
                    let box = AnswerBox()
                    let done = DispatchSemaphore(value: 0)
                    Task {
                        box.bytes = try? await registry.sketch("household", question, for: system, door: "api")
                        done.signal()
                    }
                    done.wait()
                    return box.bytes ?? []
                }
            }.value
        }
        #expect(try await compare().differences.isEmpty)
        let household = ["commune": "00004", "address": "Số 1, phố Mới", "kind": "family", "registered": "2015-03-01"]
        var expected: [String: DriftReport.What] = [:]
        for number in stride(from: 0, to: 3000, by: 100) {
            let key = "20000\(String(number + 100_000).suffix(5))"
            try two.put("household", key, household)
            expected[key] = .differs
        }
        for number in [7, 77, 777] {
            let key = "20000\(String(number + 100_000).suffix(5))"
            _ = try two.registry.enterAndWait([Change("household", key: key, .retire, expecting: .anything)], cause: "test", by: ScratchCity.operator_)
            expected[key] = .missingHere
        }
        for key in ["3000000001", "3000000002"] {
            try two.put("household", key, household)
            expected[key] = .missingThere
        }
        let report = try await compare()
        #expect(Dictionary(uniqueKeysWithValues: report.differences.map { ($0.key, $0.what) }) == expected)
        #expect(report.records == 3001 && report.exchanged < report.compared / 5)
    }

    final class AnswerBox: @unchecked Sendable { var bytes: [UInt8]? }
}
