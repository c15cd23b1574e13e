// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Civic
@testable import Hanoi

struct `An invoice of a service` {
    private let schedule = [
        DeductionStep(level: "availability", from: Day("2026-01-01")!, limit: Quantity("99.5")!, hundredths: 250),
        DeductionStep(level: "availability", from: Day("2026-01-01")!, limit: Quantity("99")!, hundredths: 1000),
        DeductionStep(level: "availability", from: Day("2026-07-01")!, limit: Quantity("99.9")!, hundredths: 333),
        DeductionStep(level: "response", from: Day("2026-01-01")!, limit: Quantity("30")!, hundredths: 100),
    ]

    private func reckon(_ month: String, price: Int64 = 400_000_001, quantity: String = "1", available: String = "100", answered: String = "10") throws -> ServiceInvoice {
        try ServiceInvoice.reckon(
            month: month,
            [
                ServiceMeasure(title: "Phí tháng", measured: Quantity(quantity)!, .priced(Money(price))),
                ServiceMeasure(title: "Sẵn sàng", measured: Quantity(available)!, .level("availability", target: Quantity("99.9")!, isHighBetter: true)),
                ServiceMeasure(title: "Trả lời", measured: Quantity(answered)!, .level("response", target: Quantity("30")!, isHighBetter: false)),
            ], by: schedule)
    }

    @Test(arguments: [
        // Reached; missed without a step; one step; the larger of two; two levels; a limit that is met is not missed.
        ("2026-05", "99.9", "30", 0), ("2026-05", "99.6", "30", 0), ("2026-05", "99.4", "30", 10_000_000), ("2026-05", "98.999", "30", 40_000_000),
        ("2026-05", "98.999", "30.001", 44_000_000), ("2026-05", "99.5", "30", 0),
        // The schedule of July holds alone; before January there is none.
        ("2026-07", "98", "10", 13_320_000), ("2025-12", "90", "60", 0),
    ])
    func `deducts by the schedule of the month`(month: String, available: String, answered: String, deducted: Int64) throws {
        let invoice = try reckon(month, available: available, answered: answered)
        #expect(invoice.price == Money(400_000_001) && invoice.deducted == Money(deducted) && invoice.total == Money(400_000_001 - deducted))
        #expect(invoice.lines.reduce(0) { $0 + $1.amount } == invoice.total.amount)
        for line in invoice.lines { #expect(!line.reason.vi.isEmpty && !line.reason.en.isEmpty) }
    }

    @Test func `multiplies quantities of three places and rounds halves up`() throws {
        #expect(try reckon("2026-05", price: 1001, quantity: "1.5").price == Money(1502))
        #expect(try reckon("2026-05", price: 1, quantity: "0.499").price == Money(0))
        #expect(throws: InvoiceError.tooLarge) { try reckon("2026-05", price: 1 << 52, quantity: "999999999999.999") }
        #expect(throws: InvoiceError.noMonth("2026-13")) { try reckon("2026-13") }
    }

    @Test func `never deducts more than the price, and says so`() throws {
        let steps = ["a", "b"].map { DeductionStep(level: $0, from: Day("2026-01-01")!, limit: Quantity("99")!, hundredths: 8000) }
        let levels = ["a", "b"].map { ServiceMeasure(title: $0, measured: Quantity("1")!, .level($0, target: Quantity("99")!, isHighBetter: true)) }
        let invoice = try ServiceInvoice.reckon(month: "2026-01", [ServiceMeasure(title: "p", measured: Quantity("1")!, .priced(Money(1000)))] + levels, by: steps)
        #expect(invoice.lines.map(\.amount) == [1000, -800, -200] && invoice.total == Money(0))
        #expect(invoice.lines[2].reason.en.contains("No more than"))
    }

    @Test func `explains itself in both languages`() throws {
        let line = try reckon("2026-05", available: "99.4").lines[1]
        #expect(line.reason.vi == "Đo được 99,4, chỉ tiêu 99,9: kém mức 99,5, khấu trừ 2,5 % của 400.000.001 đ theo bảng từ 01/01/2026.")
        #expect(line.reason.en == "Measured 99.4, target 99.9: worse than 99.5, 2.5 % of 400,000,001 đ is deducted by the schedule from 1 January 2026.")
    }

    @Test(arguments: [("1", 1000), ("0.5", 500), ("99.95", 99_950), ("012.345", 12_345)])
    func `quantities are read exactly`(text: String, thousandths: Int64) { #expect(Quantity(text)?.thousandths == thousandths) }

    @Test(arguments: ["", ".", "1.", ".5", "-1", "1.2345", "1,5", "1.2.3", "x", "1234567890123"])
    func `what is no quantity is none`(text: String) { #expect(Quantity(text) == nil) }
}

struct `A provider's invoice beside the measures` {
    private let schedule = [DeductionStep(level: "availability", from: Day("2026-01-01")!, limit: Quantity("99.5")!, hundredths: 500)]
    private let price = ServiceMeasure(title: "Phí", measured: Quantity("1")!, .priced(Money(1000)))

    private func level(_ measured: String) -> ServiceMeasure {
        ServiceMeasure(title: "Sẵn sàng", measured: Quantity(measured)!, .level("availability", target: Quantity("99.9")!, isHighBetter: true))
    }

    private func compare(_ billed: Int64, _ measures: [ServiceMeasure], month: String = "2026-05") throws -> InvoiceComparison {
        try InvoiceComparison(billed: Money(billed), month: month, measures, by: schedule)
    }

    private func words(_ comparison: InvoiceComparison) -> String { comparison.reasons { .same($0) }.map(\.en).joined(separator: " ") }

    @Test func `agrees when nothing is missing and both say the same`() throws {
        let same = try compare(950, [price, level("99.1")])
        #expect(same.agrees && same.difference == 0 && words(same).isEmpty)
    }

    @Test func `tells what explains the difference`() throws {
        let forgets = try compare(1000, [price, level("99.1")])
        #expect(!forgets.agrees && forgets.difference == 50 && words(forgets).contains("did not take it off"))
        let less = try compare(900, [price, level("99.1")])
        #expect(less.difference == -50 && words(less).contains("below") && words(less).contains("taken off"))
        let more = try compare(1200, [price, level("100")])
        #expect(more.difference == 200 && words(more).contains("200 đ above"))
    }

    @Test func `does not agree while something was not measured`() throws {
        let unmeasured = try compare(1000, [price])
        #expect(!unmeasured.agrees && unmeasured.unmeasured == ["availability"] && unmeasured.difference == 0 && words(unmeasured).contains("availability"))
        #expect(try !compare(0, [level("100")]).agrees)
        // Before the schedule began nothing but the price was asked for.
        #expect(try compare(1000, [price], month: "2025-12").agrees)
    }

    @Test(arguments: [("2025-12", false), ("2026-01", true), ("2026-03", true), ("2026-04", false), ("2026-13", false)])
    func `a month is a contract's when some day of it is`(month: String, isWithin: Bool) {
        #expect(ServiceInvoice.isWithin(month, from: Day("2026-01-20")!, until: Day("2026-03-01")!) == isWithin)
    }
}

struct `Votes of a council` {
    private static func member(_ key: String, _ role: CouncilMember.Role = .member, isServant: Bool = true, isPresent: Bool = true, isRecused: Bool = false) -> CouncilMember {
        CouncilMember(key: key, name: key, role: role, isServant: isServant, isPresent: isPresent, isRecused: isRecused)
    }

    /// Chair, secretary, another servant, and two experts.
    private static func council(recused: [String] = [], absent: [String] = []) -> [CouncilMember] {
        let seats: [(name: String, role: CouncilMember.Role, isServant: Bool)] = [
            ("An", .chair, true), ("Bình", .secretary, true), ("Chi", .member, true), ("Dung", .member, false), ("Em", .member, false),
        ]
        return seats.map { seat in
            member(seat.name, seat.role, isServant: seat.isServant, isPresent: !absent.contains(seat.name), isRecused: recused.contains(seat.name))
        }
    }

    private func tally(
        _ votes: [(String, String, CouncilVote.Choice)], recused: [String] = [], absent: [String] = [], quorum: Int = 2
    ) -> AcceptanceTally {
        AcceptanceTally(
            members: Self.council(recused: recused, absent: absent), quorum: quorum, criteria: ["function", "quality"],
            votes: votes.map { CouncilVote(member: $0.0, criterion: $0.1, $0.2, reason: $0.2 == .against ? "vì sao" : "") })
    }

    private func all(_ criterion: String, _ choices: [CouncilVote.Choice]) -> [(String, String, CouncilVote.Choice)] {
        zip(["An", "Bình", "Chi", "Dung", "Em"], choices).map { ($0, criterion, $1) }
    }

    @Test func `pass when every criterion has more than half of those who voted`() {
        let whole = all("function", [.inFavour, .inFavour, .inFavour, .against, .abstain]) + all("quality", Array(repeating: .inFavour, count: 5))
        #expect(tally(whole).outcome == .accepted)
        #expect(tally(whole).dissent.map(\.member) == ["Dung"] && tally(whole).dissent[0].reason == "vì sao")
        #expect(tally(whole.dropLast()).outcome == .open(missing: 1))
    }

    @Test func `fail when one criterion does not pass`() {
        let split = all("function", Array(repeating: .inFavour, count: 5)) + all("quality", [.inFavour, .inFavour, .against, .against, .abstain])
        #expect(tally(split).outcome == .refused(["quality"]))
    }

    @Test func `need a quorum: as the decision says, and two thirds of the members without a conflict`() {
        #expect(tally([], absent: ["Chi", "Em"]).quorum == 4 && tally([], absent: ["Chi", "Em"]).outcome == .unfit(.noQuorum))
        #expect(tally([], recused: ["Dung"]).quorum == 3 && tally([], recused: ["Dung"], quorum: 5).outcome == .unfit(.noQuorum))
        let few = ["An", "Bình", "Chi"].flatMap { [($0, "function", CouncilVote.Choice.inFavour), ($0, "quality", .inFavour)] }
        #expect(tally(few, recused: ["Dung"], absent: ["Em"]).outcome == .accepted)
    }

    @Test func `need a council: three members, a chair and a secretary of the city, more servants than outsiders`() {
        func flaw(_ members: [CouncilMember]) -> AcceptanceTally.Flaw? { AcceptanceTally(members: members, quorum: 2, criteria: [], votes: []).flaw }
        let council = Self.council()
        #expect(flaw(council) == nil)
        #expect(flaw(Array(council.prefix(2))) == .tooFew)
        #expect(flaw(Array(council.dropFirst())) == .chair)
        #expect(flaw(council + [Self.member("Giang", .chair)]) == .chair)
        #expect(flaw([council[0]] + council.dropFirst(2)) == .secretary)
        #expect(flaw(Self.council(recused: ["Chi"])) == .outsiders)
    }

    @Test func `count once a member, and none of those who stand aside or are absent`() {
        let votes: [(String, String, CouncilVote.Choice)] = [
            ("An", "function", .inFavour), ("An", "function", .against), ("Dung", "function", .inFavour), ("Em", "function", .inFavour), ("Ai đó", "function", .inFavour),
        ]
        let tally = tally(votes, recused: ["Dung"], absent: ["Em"])
        #expect(tally.counts[0].cast == 1 && tally.voters == 3)
        #expect(tally.votes.map { tally.fault(of: $0) } == [.twice, .twice, .conflict, .absent, .notAMember])
    }
}

struct `Vietnamese in a program's texts` {
    @Test(arguments: [
        "Đăng nhập", "Hồ sơ", "Tìm kiếm", "Không có", "Xem sau", "In trang", "Gửi %1$s tới {email}", "Bạn có %d tin", "PDF: tải về", "<b>Lưu</b>", "Xóa\\nhết", "TÊN",
        "Số BHYT là gì?",
    ])
    func `is known by its letters, its syllables, or plain words`(text: String) { #expect(LanguageShare.judge(text) == .vietnamese, "\(text)") }

    @Test(arguments: ["Sign in", "Save", "Créer un dossier", "Größe", "señor", "Résumé", "Submit the form", "登录"])
    func `other languages are others`(text: String) { #expect(LanguageShare.judge(text) == .other, "\(text)") }

    @Test(arguments: ["", "12", "%d %%", "{name}", "PDF", "OK", "—", "API (JSON)"])
    func `what has no words is not counted`(text: String) { #expect(LanguageShare.judge(text) == .neutral, "\(text)") }

    @Test func `the share is of what has words`() {
        let share = LanguageShare(["Lưu", "Xóa", "Save", "12", "PDF"])
        #expect(share.counted == 3 && share.vietnamese == 2 && share.percent == 66 && share.others == ["Save"])
        #expect(LanguageShare([String]()).percent == 0)
    }
}

struct `Software of a ministry` {
    private func passes(_ criterion: String, _ passes: Bool = true) -> CriterionResult {
        CriterionResult(criterion: criterion, share: passes ? 97 : 12, passes: passes, reason: ["vi": "đo được", "en": "measured"])
    }

    private func refusal(_ fields: [String: String]) -> Text? { SoftwareAssessment.refusal { fields[$0].map { $0.isEmpty ? .null : .string($0) } ?? .null } }

    @Test(arguments: ["language", "data"])
    func `is refused, with the reason, when it lacks Vietnamese or data`(criterion: String) {
        let open = ["name": "Khám bệnh", "decision": "pending", "function": "open"]
        let fields = SoftwareAssessment.fields(open, with: [passes(criterion, false), passes("sharing")], on: Day("2026-11-24")!)
        #expect(fields["decision"] == "refused" && fields[criterion] == "fail" && fields[criterion + "_share"] == "12" && fields["assessed"] == "2026-11-24")
        #expect(fields["reason"]?.contains("đo được") == true)
        #expect(refusal(fields)?.en.contains("failed the criterion") == true && refusal(fields)?.vi.contains("đo được") == true)
        // A later version that passes waits for people to decide.
        let again = SoftwareAssessment.fields(fields, with: [passes(criterion)], on: Day("2026-11-25")!)
        #expect(again["decision"] == "pending" && again["reason"] == "")
    }

    @Test func `gets no token before it is accepted`() {
        #expect(refusal(["name": "A", "decision": "pending", "language": "pass", "data": "pass"]) != nil)
        #expect(refusal(["name": "A", "decision": "refused", "reason": "Không cần."])?.vi.hasSuffix("Không cần.") == true)
        #expect(refusal(["name": "A", "decision": "accepted", "language": "fail", "data": "pass"]) != nil)
        #expect(refusal(["name": "A", "decision": "accepted", "language": "pass", "data": "pass"]) == nil)
    }

    @Test func `the bounds of language, data and sharing`() {
        #expect(SoftwareAssessment.language(LanguageShare(Array(repeating: "Lưu", count: 19) + ["Save"])).passes)
        #expect(!SoftwareAssessment.language(LanguageShare(Array(repeating: "Lưu", count: 18) + ["Save"])).passes)
        #expect(!SoftwareAssessment.language(LanguageShare([String]())).passes)
        let people = Population.register
        #expect(SoftwareAssessment.data(lines: 100, known: 80, accepted: 95, register: people).passes)
        #expect(!SoftwareAssessment.data(lines: 100, known: 79, accepted: 100, register: people).passes)
        #expect(!SoftwareAssessment.data(lines: 100, known: 90, accepted: 94, register: people).passes)
        #expect(!SoftwareAssessment.data(lines: 0, known: 0, accepted: 0, register: people).passes)
        #expect(!SoftwareAssessment.sharing(passed: 0, of: 0).passes && SoftwareAssessment.sharing(passed: 3, of: 3).passes && !SoftwareAssessment.sharing(passed: 2, of: 3).passes)
    }
}
