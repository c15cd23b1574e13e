// SPDX-License-Identifier: Apache-2.0
import Civic
import Hanoi
import Testing

@testable import Registers

private let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

private let servants = ["CB000011": "Nguyễn Văn An", "CB000012": "Trần Thị Bình", "CB000013": "Lê Văn Chi"]

private let contract = [
    "sort": "hire", "title": "Thuê cổng", "paper": "1/HĐ", "office": "science-department", "provider": "Công ty Mẫu", "provider_tax": "0100000028", "amount": "1200",
    "from": "2026-01-01", "until": "2026-12-31", "measures": "99,9 %",
]

private let milestone = [
    "contract": "HD000001", "title": "Bàn giao", "due": "2026-06-30", "delivered": "2026-06-20", "evidence": hash, "tests_passed": "40", "tests_failed": "0",
]

private func member(_ number: String, minutes: String = "NT00000001", conflict: String = "", attendance: String = "present") -> [String: String] {
    let known: (servant: String, name: String, role: String)
    switch number {
    case "TV0000000001": known = ("CB000011", "Nguyễn Văn An", "chair")
    case "TV0000000002": known = ("CB000012", "Trần Thị Bình", "secretary")
    case "TV0000000003": known = ("CB000013", "Lê Văn Chi", "member")
    default: known = ("", "Phạm Thị Dung", "member")
    }
    return [
        "minutes": minutes, "sort": known.servant.isEmpty ? "expert" : "servant", "servant": known.servant, "name": known.name, "organization": "Cơ quan Mẫu",
        "role": known.role, "attendance": attendance, "conflict": conflict,
    ]
}

private let an = "TV0000000001"
private let binh = "TV0000000002"
private let chi = "TV0000000003"
private let dung = "TV0000000004"

/// A contract with one delivered milestone, and minutes with three civil servants and one expert that wait for votes.
private func council(conflictOfChi: String = "", conditions: String = "", quorum: String = "2") throws -> ScratchCity {
    let city = try ScratchCity()
    for (number, name) in servants {
        try city.put(
            "civil-servant", number,
            [
                "name": name, "category": "civil-servant", "office": "justice-department", "post": "Chuyên viên", "rank": "01.003", "step": "1", "coefficient": "2.34",
                "step_since": "2024-01-01",
            ])
    }
    try city.put("it-contract", "HD000001", contract)
    try city.put("it-milestone", "MC00000001", milestone)
    try city.put("acceptance", "NT00000001", minutes(conditions: conditions, quorum: quorum))
    for number in [an, binh, chi, dung] { try city.put("council-member", number, member(number, conflict: number == chi ? conflictOfChi : "")) }
    return city
}

private func minutes(result: String = "open", conditions: String = "", quorum: String = "2") -> [String: String] {
    ["contract": "HD000001", "milestone": "MC00000001", "day": "2026-07-03", "decision": "1/QĐ", "quorum": quorum, "result": result, "conditions": conditions]
}

extension ScratchCity {
    fileprivate func ballot(_ member: String, _ criterion: String, _ vote: String = "for", number: Int, cast: String = "paper", paper: String? = nil) throws -> Change {
        let own = String(repeating: String(member.suffix(1)), count: 64)
        return try change(
            "acceptance-vote", "PV" + String(String(10_000_000_000 + number).dropFirst()),
            [
                "minutes": "NT00000001", "member": member, "criterion": criterion, "vote": vote, "reason": vote == "against" ? "Chưa đủ." : "", "cast": cast,
                "paper": cast == "paper" ? paper ?? own : "",
            ])
    }

    /// Every member's votes but those that are said otherwise, as one act.
    fileprivate func ballots(_ members: [String], against: [String: String] = [:], from first: Int = 1) throws -> [Change] {
        try members.enumerated().flatMap { row, member in
            try AcceptanceVotes.criteria.enumerated().map { column, criterion in
                try ballot(member, criterion.code, against[member] == criterion.code ? "against" : "for", number: first + row * 10 + column)
            }
        }
    }

    fileprivate func enter(_ changes: [Change], by author: Authority = ScratchCity.operator_) throws { _ = try registry.enterAndWait(changes, cause: "test", by: author) }

    fileprivate func refusal(_ changes: [Change], by author: Authority = ScratchCity.operator_) -> String? {
        do {
            try enter(changes, by: author)
            return nil
        } catch RegisterError.objections(let objections) {
            return objections.map(\.code).joined(separator: " ")
        } catch {
            return "\(error)"
        }
    }
}

/// An officer whose account is a civil servant's.
private func officer(_ servant: String?) -> Authority { Authority(.officer, id: "officer:x", name: "x", grants: [Grant("*", [.read, .write])], servant: servant) }

struct `The Acceptance Council` {
    private static let all = [an, binh, chi, dung]

    @Test func `accepts with the last vote, and the milestone with it`() async throws {
        let city = try council()
        let votes = try city.ballots(Self.all, against: [dung: "documents"])
        for vote in votes.dropLast() { try city.enter([vote]) }
        #expect(try await city.value("acceptance", "NT00000001", "result") == "open")
        try city.enter([votes.last!])
        #expect(try await city.value("acceptance", "NT00000001", "result") == "accepted")
        #expect(try await city.value("acceptance", "NT00000001", "seen") == hash)
        #expect(try await city.value("it-milestone", "MC00000001", "accepted") == "2026-07-03")
        #expect(try city.damages().isEmpty)
    }

    @Test func `counts votes of one act together`() async throws {
        let city = try council()
        try city.enter(try city.ballots(Self.all))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "accepted")
    }

    @Test func `refuses when one criterion fails, and the milestone stays open`() async throws {
        let city = try council()
        try city.enter(try city.ballots(Self.all, against: [an: "security", binh: "security"]))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "refused")
        #expect(try await city.value("it-milestone", "MC00000001", "accepted") == "")
    }

    @Test func `what must be mended first is accepted at a later meeting`() async throws {
        let city = try council(conditions: "Bổ sung tài liệu sao lưu.")
        try city.enter(try city.ballots(Self.all))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "conditions")
        #expect(try await city.value("it-milestone", "MC00000001", "accepted") == "")
    }

    @Test func `hears nobody with a conflict, no stranger, and nobody twice`() async throws {
        let city = try council(conflictOfChi: "Có người thân ở bên cung cấp.")
        try city.put("acceptance", "NT00000002", minutes())
        try city.put("council-member", "TV0000000009", member("TV0000000009", minutes: "NT00000002"))
        #expect(city.refusal([try city.ballot(chi, "function", number: 1)]) == "conflict")
        #expect(city.refusal([try city.ballot("TV0000000009", "function", number: 1)]) == "member")
        try city.enter([try city.ballot(an, "function", number: 1)])
        #expect(city.refusal([try city.ballot(an, "function", "against", number: 2)]) == "twice")
        try city.enter(try city.ballots([an, binh]))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "open")
        try city.enter(try city.ballots([dung], from: 50))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "accepted")
    }

    @Test func `lets nobody cast another's vote: who has no account votes on a paper that the secretary enters`() async throws {
        let city = try council()
        let clerk = officer("CB000099")
        #expect(city.refusal([try city.ballot(an, "function", number: 1)], by: clerk) == "secretary")
        #expect(city.refusal([try city.ballot(an, "function", number: 1, cast: "account")], by: clerk) == "own-account")
        #expect(city.refusal([try city.ballot(an, "function", number: 1, cast: "account")]) == "own-account")
        #expect(city.refusal([try city.ballot(dung, "function", number: 1, cast: "account")], by: officer("CB000012")) == "own-account")
        try city.enter([try city.ballot(an, "function", number: 1, cast: "account")], by: officer("CB000011"))
        // Nor does anybody change it or take it away.
        #expect(city.refusal([try city.ballot(an, "function", "against", number: 1)], by: officer("CB000012")) == "own-account")
        #expect(city.refusal([Change("acceptance-vote", key: "PV0000000001", .retire, expecting: .anything)], by: clerk) == "own-account")
        try city.enter([try city.ballot(dung, "function", number: 2)], by: officer("CB000012"))
        let copied = String(repeating: "4", count: 64)
        #expect(city.refusal([try city.ballot(chi, "function", number: 3, paper: copied)], by: officer("CB000012")) == "paper")
    }

    @Test func `votes only when it is one: enough members, a chair, a secretary, a quorum`() throws {
        let city = try council(quorum: "4")
        try city.put("council-member", chi, member(chi, attendance: "absent"))
        #expect(city.refusal([try city.ballot(an, "function", number: 1)]) == "council")
        #expect(city.refusal([try city.change("council-member", "TV0000000005", member(chi))]) == "twice")
        #expect(city.refusal([try city.change("council-member", "TV0000000005", member(dung))]) == "twice")
        let other = member(dung).merging(["name": "Đỗ Văn Em"], uniquingKeysWith: { $1 })
        #expect(city.refusal([try city.change("council-member", "TV0000000005", member(an).merging(["name": "Người Khác"], uniquingKeysWith: { $1 }))]) == "servant-name")
        try city.put("council-member", "TV0000000005", other)
        #expect(city.refusal([try city.ballot(an, "function", number: 1)]) == nil)
    }

    @Test func `keeps a declared conflict, and its list once votes were cast`() async throws {
        let city = try council(conflictOfChi: "Từng làm cho bên cung cấp.")
        #expect(city.refusal([try city.change("council-member", chi, member(chi))]) == "kept")
        #expect(city.refusal([Change("council-member", key: chi, .retire, expecting: .anything)]) == "kept")
        try city.enter(try city.ballots([an, binh]))
        #expect(city.refusal([Change("council-member", key: dung, .retire, expecting: .anything)]) == "voting")
        #expect(city.refusal([try city.change("council-member", "TV0000000005", member(dung).merging(["name": "Đỗ Văn Em"], uniquingKeysWith: { $1 }))]) == "voting")
        #expect(city.refusal([try city.change("council-member", an, member(an, attendance: "absent"))]) == "voting")
        #expect(city.refusal([try city.change("acceptance", "NT00000001", minutes(quorum: "3"))]) == "voting")
        #expect(city.refusal([Change("acceptance", key: "NT00000001", .retire, expecting: .anything)]) == "voting")
        #expect(city.refusal([try city.change("it-milestone", "MC00000001", milestone.merging(["items": "Khác"], uniquingKeysWith: { $1 }))]) == "voting")
        // Who left before voting no longer counts; that is for the secretary to enter, and it brings the result.
        let left = try city.change("council-member", dung, member(dung, attendance: "absent"))
        #expect(city.refusal([left], by: officer("CB000099")) == "own-account")
        try city.enter([left], by: officer("CB000012"))
        #expect(try await city.value("acceptance", "NT00000001", "result") == "accepted")
        #expect(city.refusal([try city.change("council-member", dung, member(dung))]) == "closed")
    }

    @Test func `judges what was tested, and a result is not written by hand`() throws {
        let city = try council()
        #expect(city.refusal([try city.change("acceptance", "NT00000002", minutes(result: "accepted"))]) == "votes")
        #expect(city.refusal([try city.change("acceptance", "NT00000002", minutes(result: "refused"))]) == "votes")
        try city.put("it-milestone", "MC00000002", milestone.merging(["tests_passed": "", "tests_failed": ""], uniquingKeysWith: { $1 }))
        let untested = minutes().merging(["milestone": "MC00000002"], uniquingKeysWith: { $1 })
        #expect(city.refusal([try city.change("acceptance", "NT00000002", untested)]) == "untested")
    }

    @Test func `lets no vote change after the result`() throws {
        let city = try council()
        let votes = try city.ballots(Self.all)
        try city.enter(votes)
        #expect(city.refusal([try city.ballot(an, "function", "against", number: 1)]) == "closed")
        #expect(city.refusal([Change("acceptance-vote", key: votes[0].key, .retire, expecting: .anything)]) == "closed")
        #expect(city.refusal([try city.change("acceptance", "NT00000001", minutes(result: "open"))]) == "closed")
    }

    @Test func `lets nothing of the minutes change after the result, nor the minutes go`() throws {
        let city = try council()
        try city.enter(try city.ballots(Self.all))
        let standing = minutes(result: "accepted").merging(["seen": hash], uniquingKeysWith: { $1 })
        let changes: [[String: String]] = [
            ["conditions": "Sửa."], ["quorum": "3"], ["result": "refused"], ["day": "2026-07-04"], ["decision": "2/QĐ"], ["dissent": "Dung: thiếu tài liệu."], ["seen": ""],
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
        let votes = try city.ballots(Self.all)
        try city.enter(votes)
        func late(_ change: Change) -> String? {
            city.refusal([Change(change.register, key: change.key, change.content, expecting: .anything, effective: Day("2026-11-25")!)])
        }
        #expect(late(try city.change("acceptance", "NT00000001", minutes().merging(["day": "2026-07-04"], uniquingKeysWith: { $1 }))) == "closed")
        #expect(late(try city.ballot(an, "function", "against", number: 1)) == "closed")
        #expect(late(try city.change("it-milestone", "MC00000001", milestone.merging(["items": "Khác"], uniquingKeysWith: { $1 }))) == "accepted")
    }

    @Test func `alone accepts a milestone, and what it accepted stays as it was`() throws {
        let city = try council()
        var changed = milestone.merging(["accepted": "2026-07-03"], uniquingKeysWith: { $1 })
        #expect(city.refusal([try city.change("it-milestone", "MC00000001", changed)]) == "council")
        try city.enter(try city.ballots(Self.all))
        #expect(city.refusal([try city.change("it-milestone", "MC00000001", changed)]) == nil)
        let swapped = [
            ("evidence", String(repeating: "a", count: 64)), ("telemetry", String(repeating: "b", count: 64)), ("delivered", "2026-06-21"), ("items", "Một phần"), ("accepted", ""),
            ("accepted", "2026-07-04"), ("title", "Bàn giao lần một"),
        ]
        for (field, value) in swapped {
            let before = changed[field]
            changed[field] = value
            #expect(city.refusal([try city.change("it-milestone", "MC00000001", changed)]) == "accepted", "\(field)")
            changed[field] = before
        }
        #expect(city.refusal([Change("it-milestone", key: "MC00000001", .retire, expecting: .anything)]) == "accepted")
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
        let people = ["An", "Bình", "Chi", "Dung", "Giang", "Hà"].enumerated().map { index, given -> SyntheticSectors.Servant in
            ("CB00010\(index)", "Nguyễn Thị \(given)", "justice-department")
        }
        for one in people {
            try city.put(
                "civil-servant", one.number,
                [
                    "name": one.name, "category": "civil-servant", "office": one.office, "post": "Chuyên viên", "rank": "01.003", "step": "1", "coefficient": "2.34",
                    "step_since": "2024-01-01",
                ])
        }
        for line in SyntheticSectors.lines(seed: 3, today: Day("2026-11-24")!, servants: people) { files[line.register]! += String(decoding: CSV.line(line.cells), as: UTF8.self) }
        for register in [
            ITSystems.register, ITContracts.register, ITMilestones.register, ServiceDeductions.register, ServiceMeasures.register, ServiceInvoices.register,
            AcceptanceMinutes.register, CouncilMembers.register, AcceptanceVotes.register,
        ] {
            let result = try city.load(register.name, files[register.name]!)
            #expect(result.rejected == 0 && result.added > 0, "\(register.name): \(result.samples.prefix(3))")
        }
        let minutes = try city.export("acceptance")
        #expect(minutes.contains(",accepted,"))
        #expect(try city.export("service-invoice").contains(",approved,"))
    }
}

struct `A provider's invoice` {
    private static func measure(_ title: String = "Phí", month: String = "2026-05", price: String = "100") -> [String: String] {
        ["contract": "HD000001", "month": month, "measure": "service", "title": title, "measured": "1", "unit_price": price]
    }

    private static func level(_ measured: String, month: String = "2026-05") -> [String: String] {
        ["contract": "HD000001", "month": month, "measure": "availability", "title": "Sẵn sàng", "target": "99.9", "measured": measured, "evidence": hash]
    }

    private static func invoice(_ amount: String, _ state: String = "approved", month: String = "2026-05", number: String = "1C26TMA-1") -> [String: String] {
        [
            "contract": "HD000001", "month": month, "invoice": number, "issued": "2026-06-02", "amount": amount, "received": "2026-06-03", "state": state,
            "note": state == "returned" ? "Chưa khấu trừ." : "",
        ]
    }

    private func city() throws -> ScratchCity {
        let city = try ScratchCity()
        try city.put("it-contract", "HD000001", contract)
        try city.put("service-deduction", "GT00000001", ["contract": "HD000001", "level": "availability", "from": "2026-01-01", "limit": "99.5", "percent": "5"])
        return city
    }

    @Test func `is approved only where the measures give the same`() throws {
        let city = try city()
        func put(_ texts: [String: String], _ key: String = "HG00000001") throws -> String? { city.refusal([try city.change("service-invoice", key, texts)]) }
        #expect(try put(Self.invoice("95")) == "differs")
        try city.put("service-measure", "SD0000000001", Self.measure())
        // The schedule has a level that nobody measured.
        #expect(try put(Self.invoice("100")) == "differs")
        try city.put("service-measure", "SD0000000002", Self.level("99.1"))
        #expect(try put(Self.invoice("100", "received")) == nil)
        #expect(try put(Self.invoice("100")) == "differs")
        #expect(try put(Self.invoice("95", "received", number: "1C26TMA-2"), "HG00000002") == "month-billed")
        #expect(try put(Self.invoice("100", "returned")) == nil)
        #expect(try put(Self.invoice("95", number: "1c26tma-1"), "HG00000002") == "twice")
        #expect(try put(Self.invoice("95", number: "1C26TMA-2"), "HG00000002") == nil)
    }

    @Test func `stays as it was approved, with its measures and its schedule, until it is returned`() throws {
        let city = try city()
        try city.put("service-measure", "SD0000000001", Self.measure())
        try city.put("service-measure", "SD0000000002", Self.level("99.1"))
        try city.put("service-invoice", "HG00000001", Self.invoice("95"))
        #expect(city.refusal([try city.change("service-invoice", "HG00000001", Self.invoice("100", "returned"))]) == "approved")
        #expect(city.refusal([try city.change("service-invoice", "HG00000001", Self.invoice("95", "received"))]) == "approved")
        #expect(city.refusal([Change("service-invoice", key: "HG00000001", .retire, expecting: .anything)]) == "approved")
        #expect(city.refusal([try city.change("service-measure", "SD0000000002", Self.level("99.9"))]) == "approved")
        #expect(city.refusal([Change("service-measure", key: "SD0000000002", .retire, expecting: .anything)]) == "approved")
        let step = ["contract": "HD000001", "level": "availability", "from": "2026-05-01", "limit": "99.5", "percent": "1"]
        #expect(city.refusal([try city.change("service-deduction", "GT00000002", step)]) == "approved")
        #expect(city.refusal([try city.change("service-deduction", "GT00000002", step.merging(["from": "2026-06-01"], uniquingKeysWith: { $1 }))]) == nil)
        #expect(city.refusal([try city.change("service-invoice", "HG00000001", Self.invoice("95", "returned"))]) == nil)
        #expect(city.refusal([try city.change("service-measure", "SD0000000002", Self.level("99.9"))]) == nil)
    }

    @Test func `comes to no more than the contract with the others, and a month is measured once, within the term`() throws {
        let city = try city()
        try city.put("service-measure", "SD0000000001", Self.measure(price: "1000"))
        #expect(city.refusal([try city.change("service-measure", "SD0000000002", Self.measure("PHÍ", price: "1000"))]) == "twice")
        #expect(city.refusal([try city.change("service-measure", "SD0000000002", Self.measure(month: "2025-12"))]) == "term")
        try city.put("service-measure", "SD0000000002", Self.level("99.9"))
        try city.put("service-invoice", "HG00000001", Self.invoice("1000"))
        try city.put("service-measure", "SD0000000003", Self.measure(month: "2026-06", price: "300"))
        try city.put("service-measure", "SD0000000004", Self.level("99.9", month: "2026-06"))
        let next = Self.invoice("300", month: "2026-06", number: "1C26TMA-2")
        #expect(city.refusal([try city.change("service-invoice", "HG00000002", next)]) == "over")
    }
}
