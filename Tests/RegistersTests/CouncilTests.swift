// SPDX-License-Identifier: Apache-2.0
import Civic
import Hanoi
import Testing

@testable import Registers

/// A contract with one delivered milestone, and minutes that wait for votes.
private func council(recused: String = "", aside: String = "0", conditions: String = "") throws -> ScratchCity {
    let city = try ScratchCity()
    try city.put(
        "it-contract", "HD000001",
        [
            "sort": "hire", "title": "Thuê cổng", "paper": "1/HĐ", "office": "science-department", "provider": "Công ty Mẫu", "provider_tax": "0100000028", "amount": "1200",
            "from": "2026-01-01", "until": "2026-12-31", "measures": "99,9 %",
        ])
    try city.put(
        "it-milestone", "MC00000001",
        [
            "contract": "HD000001", "title": "Bàn giao", "due": "2026-06-30", "delivered": "2026-06-20",
            "evidence": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ])
    try city.put("acceptance", "NT00000001", minutes(recused: recused, aside: aside, conditions: conditions))
    return city
}

private func minutes(result: String = "open", recused: String = "", aside: String = "0", present: String? = nil, conditions: String = "") -> [String: String] {
    [
        "contract": "HD000001", "milestone": "MC00000001", "day": "2026-07-03", "decision": "1/QĐ", "members": "An; Bình; Chi; Dung", "size": "4",
        "present": present ?? (aside == "0" ? "4" : "3"),
        "conflicts": recused.isEmpty ? "Không" : "\(recused) có người thân.", "recused": recused, "aside": aside, "quorum": "3", "result": result, "conditions": conditions,
    ]
}

extension ScratchCity {
    fileprivate func ballot(_ member: String, _ criterion: String, _ vote: String = "for", number: Int) throws -> Change {
        try change(
            "acceptance-vote", "PV" + String(String(10_000_000_000 + number).dropFirst()),
            ["minutes": "NT00000001", "member": member, "criterion": criterion, "vote": vote, "reason": vote == "against" ? "Chưa đủ." : ""])
    }

    /// Every member's votes but those that are said otherwise, as one act.
    fileprivate func ballots(_ members: [String], against: [String: String] = [:]) throws -> [Change] {
        try members.enumerated().flatMap { row, member in
            try AcceptanceVotes.criteria.enumerated().map { column, criterion in
                try ballot(member, criterion.code, against[member] == criterion.code ? "against" : "for", number: row * 10 + column + 1)
            }
        }
    }

    fileprivate func enter(_ changes: [Change]) throws { _ = try registry.enterAndWait(changes, cause: "test", by: Self.operator_) }

    fileprivate func refusal(_ changes: [Change]) -> String? {
        do {
            try enter(changes)
            return nil
        } catch RegisterError.objections(let objections) {
            return objections.map(\.code).joined(separator: " ")
        } catch {
            return "\(error)"
        }
    }
}

struct `The Acceptance Council` {
    @Test func `accepts with the last vote, and the milestone with it`() async throws {
        let city = try council()
        let votes = try city.ballots(["An", "Bình", "Chi", "Dung"], against: ["Dung": "documents"])
        for vote in votes.dropLast() { try city.enter([vote]) }
        #expect(try await city.value("acceptance", "NT00000001", "result") == "open")
        try city.enter([votes.last!])
        #expect(try await city.value("acceptance", "NT00000001", "result") == "accepted")
        #expect(try await city.value("it-milestone", "MC00000001", "accepted") == "2026-07-03")
        #expect(try city.damages().isEmpty)
    }

    @Test func `counts votes of one act together`() async throws {
        let city = try council()
        try city.enter(try city.ballots(["An", "Bình", "Chi", "Dung"]))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "accepted")
    }

    @Test func `refuses when one criterion fails, and the milestone stays open`() async throws {
        let city = try council()
        try city.enter(try city.ballots(["An", "Bình", "Chi", "Dung"], against: ["An": "security", "Bình": "security"]))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "refused")
        #expect(try await city.value("it-milestone", "MC00000001", "accepted") == "")
    }

    @Test func `what must be mended first is accepted at a later meeting`() async throws {
        let city = try council(conditions: "Bổ sung tài liệu sao lưu.")
        try city.enter(try city.ballots(["An", "Bình", "Chi", "Dung"]))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "conditions")
        #expect(try await city.value("it-milestone", "MC00000001", "accepted") == "")
    }

    @Test func `hears nobody with a conflict, no stranger, and nobody twice`() async throws {
        let city = try council(recused: "Chi", aside: "1")
        #expect(city.refusal([try city.ballot("Chi", "function", number: 1)]) == "conflict")
        #expect(city.refusal([try city.ballot("Em", "function", number: 1)]) == "member")
        try city.enter([try city.ballot("An", "function", number: 1)])
        #expect(city.refusal([try city.ballot("An", "function", "against", number: 2)]) == "twice")
        try city.enter(try city.ballots(["An", "Bình", "Dung"]))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "accepted")
    }

    @Test func `does not sit without a quorum, and a result is not written by hand`() throws {
        let city = try council()
        func code(_ texts: [String: String]) -> String? {
            do {
                try city.put("acceptance", "NT00000002", texts)
                return nil
            } catch RegisterError.objections(let objections) {
                return objections.map(\.code).joined(separator: " ")
            } catch {
                return "\(error)"
            }
        }
        #expect(code(minutes(present: "2")) == "quorum")
        #expect(code(minutes(recused: "Chi", aside: "1", present: "4")) == "present")
        #expect(code(minutes(recused: "Em", aside: "1")) == "recused")
        #expect(code(minutes(recused: "Chi", aside: "0")) == "aside")
        #expect(code(minutes(result: "accepted")) == "votes")
        #expect(code(minutes(result: "refused")) == "votes")
    }

    @Test func `lets no vote change after the result`() throws {
        let city = try council()
        let votes = try city.ballots(["An", "Bình", "Chi", "Dung"])
        try city.enter(votes)
        #expect(city.refusal([try city.ballot("An", "function", "against", number: 1)]) == "closed")
        #expect(city.refusal([Change("acceptance-vote", key: votes[0].key, .retire, expecting: .anything)]) == "closed")
        #expect(city.refusal([try city.change("acceptance", "NT00000001", minutes(result: "open"))]) == "closed")
    }

    @Test func `lets nothing of the minutes change after the result, nor the minutes go`() throws {
        let city = try council()
        try city.enter(try city.ballots(["An", "Bình", "Chi", "Dung"]))
        let standing = minutes(result: "accepted")
        let changes: [[String: String]] = [
            ["conditions": "Sửa."], ["members": "An; Bình; Chi; Em"], ["recused": "Chi", "aside": "1", "present": "3"], ["present": "3"], ["result": "refused"],
            ["day": "2026-07-04"], ["decision": "2/QĐ"], ["dissent": "Dung: thiếu tài liệu."],
        ]
        for changed in changes {
            #expect(city.refusal([try city.change("acceptance", "NT00000001", standing.merging(changed, uniquingKeysWith: { $1 }))]) == "closed", "\(changed)")
        }
        #expect(city.refusal([Change("acceptance", key: "NT00000001", .retire, expecting: .anything)]) == "closed")
        #expect(city.refusal([try city.change("acceptance", "NT00000001", standing)]) == nil)
    }

    @Test func `may mend or end minutes that are still voted on, on the day itself`() throws {
        let city = try council()
        #expect(city.refusal([try city.change("acceptance", "NT00000001", minutes().merging(["day": "2026-07-04"], uniquingKeysWith: { $1 }))]) == nil)
        let ahead = Change("acceptance", key: "NT00000001", .retire, expecting: .anything, effective: Day("2026-11-25")!)
        #expect(city.refusal([ahead]) == "ahead")
        #expect(city.refusal([Change("acceptance", key: "NT00000001", .retire, expecting: .anything)]) == nil)
    }

    @Test func `takes no change as of a day before the result or before the vote`() throws {
        let city = try council()
        city.setToday("2026-11-26")
        let votes = try city.ballots(["An", "Bình", "Chi", "Dung"])
        try city.enter(votes)
        func late(_ register: String, _ key: String, _ texts: [String: String]) throws -> String? {
            let change = try city.change(register, key, texts)
            return city.refusal([Change(register, key: key, change.content, expecting: .anything, effective: Day("2026-11-25")!)])
        }
        #expect(try late("acceptance", "NT00000001", minutes().merging(["day": "2026-07-04"], uniquingKeysWith: { $1 })) == "closed")
        #expect(
            try late("acceptance-vote", votes[0].key, ["minutes": "NT00000001", "member": "An", "criterion": "function", "vote": "against", "reason": "Chưa đủ."]) == "closed")
    }

    @Test func `alone accepts a milestone: nobody types a day that no minutes have`() throws {
        let city = try council()
        var milestone = [
            "contract": "HD000001", "title": "Bàn giao", "due": "2026-06-30", "delivered": "2026-06-20",
            "evidence": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "accepted": "2026-07-03",
        ]
        #expect(city.refusal([try city.change("it-milestone", "MC00000001", milestone)]) == "council")
        try city.enter(try city.ballots(["An", "Bình", "Chi", "Dung"]))
        milestone["title"] = "Bàn giao lần một"
        #expect(city.refusal([try city.change("it-milestone", "MC00000001", milestone)]) == nil)
        milestone["accepted"] = "2026-07-04"
        #expect(city.refusal([try city.change("it-milestone", "MC00000001", milestone)]) == "council")
    }

    @Test func `a ministry's software that lacks data is refused before the rest is assessed`() throws {
        let city = try ScratchCity()
        let texts = [
            "name": "Khám bệnh", "ministry": "Bộ Y tế", "office": "health-department", "version": "1", "received": "2026-11-01", "function": "open", "language": "open",
            "data": "open",
            "sharing": "open", "integration": "open", "decision": "pending",
        ]
        try city.put("ministry-software", "PB000001", texts)
        let failed = CriterionResult(criterion: "data", share: 3, passes: false, reason: ["vi": "Thiếu dữ liệu.", "en": "Data is missing."])
        try city.put("ministry-software", "PB000001", SoftwareAssessment.fields(texts, with: [failed], on: Day("2026-11-24")!))
        #expect(throws: RegisterError.self) {
            try city.put("ministry-software", "PB000001", texts.merging(["decision": "accepted"], uniquingKeysWith: { $1 }))
        }
    }

    @Test func `the invented city's councils come to results, and its invoices can be reckoned`() throws {
        let city = try ScratchCity()
        var files: [String: String] = [:]
        for register in SyntheticSectors.registers { files[register.name] = String(decoding: CSV.line(register.allFields.map(\.name)), as: UTF8.self) }
        for line in SyntheticSectors.lines(seed: 3, today: Day("2026-11-24")!) { files[line.register]! += String(decoding: CSV.line(line.cells), as: UTF8.self) }
        for register in [
            ITSystems.register, ITContracts.register, ITMilestones.register, ServiceDeductions.register, ServiceMeasures.register, AcceptanceMinutes.register,
            AcceptanceVotes.register,
        ] {
            let result = try city.load(register.name, files[register.name]!)
            #expect(result.rejected == 0 && result.added > 0, "\(register.name): \(result.samples.prefix(3))")
        }
        let minutes = try city.export("acceptance")
        #expect(minutes.contains(",accepted,"))
    }
}
