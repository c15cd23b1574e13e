// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Papers
internal import Registers

/// Minutes of the Acceptance Council: who sat in which role, every vote and how it was cast, as a page and as a sealed paper.
extension Parts {
    private struct Sitting {
        let minutes: ITShelf
        let record: RecordView
        let members: ITShelf
        let votes: ITShelf
        let tally: AcceptanceTally

        /// What a criterion is called.
        func title(_ criterion: String, _ l: Language) -> String {
            guard case .choice(let choices)? = votes.register.field("criterion")?.kind else { return criterion }
            return choices.first { $0.code == criterion }?.title[l] ?? criterion
        }

        /// The record of the member who cast a vote.
        func member(of vote: RecordView) -> RecordView? {
            let key = votes.value(vote, "member").string
            return members.records.first { $0.key == key }
        }

        func name(of vote: RecordView) -> String { member(of: vote).map { members.value($0, "name").plain } ?? votes.value(vote, "member").plain }

        var isOpen: Bool { minutes.value(record, "result").string == "open" }
    }

    private func sitting(_ key: String, _ it: ITServiceRegisters, _ caller: Caller) async throws -> Sitting {
        try mustReadITServices(caller)
        let record = try await registry.record(it.minutes, key, for: caller.authority, door: "page")
        guard !record.isRetired else { throw RegisterError.noSuchRecord }
        let minutes = ITShelf(register: try registry.register(it.minutes), records: [record], isWhole: true)
        let members = try await shelf(it.members, where: ("minutes", key), caller)
        let votes = try await shelf(it.votes, where: ("minutes", key), caller)
        let tally = it.tally(minutes.reader(record), members.records.map { members.reader($0) }, votes.records.map { votes.reader($0) })
        return Sitting(minutes: minutes, record: record, members: members, votes: votes, tally: tally)
    }

    private func outcomeWords(_ sitting: Sitting) -> Text {
        switch sitting.tally.outcome {
        case .unfit(let flaw): return flaw.text
        case .open(let missing): return Text(vi: "Đang bỏ phiếu, còn \(missing) phiếu.", en: "Voting; \(missing) votes are missing.")
        case .accepted: return ["vi": "Mọi tiêu chí đều được quá nửa số phiếu tán thành.", "en": "Every criterion has more than half of the votes."]
        case .refused(let failed):
            func names(_ l: Language) -> String { failed.map { sitting.title($0, l) }.joined(separator: "; ") }
            return Text(vi: "Không đủ phiếu tán thành ở: \(names(.vietnamese)).", en: "Too few votes for: \(names(.english)).")
        }
    }

    func minutesPage(_ request: Request, _ caller: Caller, _ key: String, _ it: ITServiceRegisters) async throws -> Response {
        let l = caller.language
        let sitting = try await sitting(key, it, caller)
        let title = Text(vi: "Biên bản \(key)", en: "Minutes \(key)")
        let facts: [HTML] = ["contract", "milestone", "day", "decision", "quorum", "result", "conditions", "dissent", "seen"].compactMap {
            name in
            let text = shown(sitting.minutes, sitting.record, name, l)
            return sitting.minutes.register.field(name).flatMap { field in text.isEmpty ? nil : "<div><dt>\(field.title, l)</dt><dd>\(text)</dd></div>" as HTML }
        }
        let rows: [[HTML]] = sitting.tally.counts.map { count in
            let isOpen = count.cast < sitting.tally.voters
            let state: HTML =
                isOpen
                ? "<span class=\"tag tag-wait\">\(["vi": "còn thiếu phiếu", "en": "votes missing"] as Text, l)</span>"
                : count.passes
                    ? "<span class=\"tag tag-ok\">\(["vi": "đạt", "en": "passes"] as Text, l)</span>"
                    : "<span class=\"tag tag-late\">\(["vi": "không đạt", "en": "fails"] as Text, l)</span>"
            return [
                HTML(text: sitting.title(count.criterion, l)), HTML(text: l.number(count.inFavour)), HTML(text: l.number(count.against)), HTML(text: l.number(count.abstained)),
                state,
            ]
        }
        let votes: [[HTML]] = sitting.votes.records.map { one -> [HTML] in
            [
                HTML(text: sitting.name(of: one)), HTML(text: shown(sitting.votes, one, "criterion", l)), HTML(text: shown(sitting.votes, one, "vote", l)),
                HTML(text: shown(sitting.votes, one, "reason", l)), HTML(text: castWords(sitting, one, l)),
            ]
        }
        let people: [[HTML]] = sitting.members.records.map { one -> [HTML] in
            let number = one.key ?? one.ref
            return [
                "<a href=\"\(recordHref(one, sitting.members.register))\">\(shown(sitting.members, one, "name", l))</a> <span class=\"code\">\(number)</span>",
                HTML(text: shown(sitting.members, one, "organization", l)), HTML(text: shown(sitting.members, one, "role", l)),
                HTML(text: shown(sitting.members, one, "attendance", l)), HTML(text: shown(sitting.members, one, "conflict", l)),
            ]
        }
        let byCriterion: Text = ["vi": "Phiếu theo tiêu chí", "en": "Votes by criterion"]
        let byMember: Text = ["vi": "Từng phiếu", "en": "Every vote"]
        let membersTitle: Text = ["vi": "Thành viên", "en": "Members"]
        let memberHeads = ["name", "organization", "role", "attendance", "conflict"].map { sitting.members.register.field($0)!.title }
        let voteHeads = ["member", "criterion", "vote", "reason", "cast"].map { sitting.votes.register.field($0)!.title }
        let criterionHeads: [Text] = [
            ["vi": "Tiêu chí", "en": "Criterion"], ["vi": "Tán thành", "en": "For"], ["vi": "Không tán thành", "en": "Against"], ["vi": "Không ý kiến", "en": "Abstained"],
            ["vi": "Kết quả", "en": "Result"],
        ]
        let council: HTML = people.isEmpty ? "<p class=\"muted\">\(["vi": "Chưa ghi ai.", "en": "Nobody is entered."] as Text, l)</p>" : table(membersTitle, memberHeads, people, l)
        let every: HTML? = votes.isEmpty ? nil : "<h2>\(byMember, l)</h2>\(table(byMember, voteHeads, votes, l))"
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(outcomeWords(sitting), l)</p><dl class="summary">\(facts)</dl>
            <p><a class="button secondary" href="/it-services/minutes/\(Request.encode(key))/minutes.pdf">\(["vi": "Biên bản có chữ ký số (PDF)", "en": "Signed minutes (PDF)"] as Text, l)</a></p>\(entering(sitting, key, caller, it))
            <h2>\(membersTitle, l)</h2><p>\(councilWords(sitting), l)</p>\(council)
            <h2>\(byCriterion, l)</h2>\(table(byCriterion, criterionHeads, rows, l))
            \(every)
            """
        return itFrame(title, request, caller).response(content)
    }

    func minutesPaper(_ request: Request, _ caller: Caller, _ key: String, _ it: ITServiceRegisters) async throws -> Response {
        try mustReadITServices(caller)
        guard let press = options.press else {
            throw Problem(
                .serviceUnavailable, "no-press",
                ["vi": "Máy chủ thiếu phông chữ để in. Báo người quản trị.", "en": "The server lacks the font for printing. Tell the administrator."])
        }
        let l = caller.language
        let sitting = try await sitting(key, it, caller)
        let document = minutesDocument(sitting, key, l)
        let bytes = try await offLoop { press.writer.write(document, signedBy: press.signer) }
        return Response(.ok, type: "application/pdf", bytes, headers: [("content-disposition", "inline; filename=\"\(key).pdf\"")])
    }

    /// How many sit, vote, and stand aside, and how the votes were cast.
    private func councilWords(_ sitting: Sitting) -> Text {
        let tally = sitting.tally
        let papers = Set(sitting.votes.records.filter { sitting.votes.value($0, "cast").string == "paper" }.map { sitting.votes.value($0, "member").plain })
        let own = Set(sitting.votes.records.filter { sitting.votes.value($0, "cast").string == "account" }.map { sitting.votes.value($0, "member").plain })
        return Text(
            vi:
                "Hội đồng có \(tally.members.count) người, \(tally.voters) người có mặt được bỏ phiếu, \(tally.recused.count) người không bỏ phiếu vì xung đột; cần ít nhất \(tally.quorum). \(own.count) người bỏ phiếu bằng tài khoản của mình, \(papers.count) người bằng phiếu giấy do thư ký nhập.",
            en:
                "The council has \(tally.members.count) members; \(tally.voters) are present and may vote, \(tally.recused.count) stand aside for a conflict; the quorum is \(tally.quorum). \(own.count) voted with their own accounts, \(papers.count) on paper that the secretary entered."
        )
    }

    /// How a vote was cast and when it was entered.
    private func castWords(_ sitting: Sitting, _ vote: RecordView, _ l: Language) -> String {
        let moment = vote.recorded.written(l)
        guard sitting.votes.value(vote, "cast").string == "paper" else {
            return Text(vi: "Bằng tài khoản của mình, \(moment)", en: "With their own account, \(moment)")[l]
        }
        let paper = sitting.votes.value(vote, "paper").plain
        return Text(vi: "Phiếu giấy \(paper), nhập \(moment)", en: "On paper \(paper), entered \(moment)")[l]
    }

    /// What whoever looks may enter: members and papers while it is open, and their own vote.
    private func entering(_ sitting: Sitting, _ key: String, _ caller: Caller, _ it: ITServiceRegisters) -> HTML? {
        guard sitting.isOpen else { return nil }
        let l = caller.language
        let place = Request.encode(key)
        func link(_ href: String, _ words: Text) -> HTML { "<a class=\"button secondary\" href=\"\(href)\">\(words, l)</a> " }
        var links: [HTML] = []
        if sitting.votes.records.isEmpty, caller.authority.may(.write, it.members) {
            links.append(link("/registers/\(it.members)/new?minutes=\(place)", ["vi": "Ghi thành viên", "en": "Enter a member"]))
        }
        if sitting.tally.flaw == nil, caller.authority.may(.write, it.votes) {
            let servant = caller.authority.servant
            let mine = servant == nil ? nil : sitting.members.records.first { sitting.members.value($0, "servant").string == servant }
            if let own = mine?.key, sitting.tally.member(own)?.votes == true {
                links.append(link("/registers/\(it.votes)/new?minutes=\(place)&member=\(Request.encode(own))&cast=account", ["vi": "Bỏ phiếu của tôi", "en": "Cast my vote"]))
            }
            links.append(link("/registers/\(it.votes)/new?minutes=\(place)&cast=paper", ["vi": "Nhập phiếu giấy", "en": "Enter a vote on paper"]))
        }
        return links.isEmpty ? nil : "<p>\(links)</p>"
    }

    private func minutesDocument(_ sitting: Sitting, _ key: String, _ l: Language) -> PaperDocument {
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        func fact(_ name: String) -> (String, String)? {
            let text = shown(sitting.minutes, sitting.record, name, l)
            return sitting.minutes.register.field(name).flatMap { text.isEmpty ? nil : ($0.title[l], text) }
        }
        let day = sitting.minutes.value(sitting.record, "day").day ?? registry.world.today
        let place = options.cityName.vi.replacing("Thành phố ", with: "")
        let votes = sitting.votes
        let counts = sitting.tally.counts.map { count in
            say(
                "\(sitting.title(count.criterion, .vietnamese)): \(count.inFavour) tán thành, \(count.against) không tán thành, \(count.abstained) không ý kiến",
                "\(sitting.title(count.criterion, .english)): \(count.inFavour) for, \(count.against) against, \(count.abstained) abstained")
        }
        let each = votes.records.map { one in
            let reason = shown(votes, one, "reason", l)
            let words = "\(sitting.name(of: one)) – \(shown(votes, one, "criterion", l)): \(shown(votes, one, "vote", l))" + (reason.isEmpty ? "" : " (\(reason))")
            return words + ". " + castWords(sitting, one, l)
        }
        let members = sitting.members
        let people = members.records.map { one in
            ["name", "organization", "role", "attendance"].map { shown(members, one, $0, l) }.joined(separator: ", ")
        }
        let conflicts = members.records.compactMap { one -> String? in
            let why = shown(members, one, "conflict", l)
            return why.isEmpty ? nil : "\(shown(members, one, "name", l)): \(why)"
        }
        var dissent = sitting.tally.dissent.map { "\(sitting.tally.member($0.member)?.name ?? $0.member) – \(sitting.title($0.criterion, l)): \($0.reason)" }
        if let more = fact("dissent") { dissent.append(more.1) }
        var blocks: [PaperDocument.Block] = [
            .letterhead(
                office: ["UBND \(options.cityName.vi.uppercased())", "HỘI ĐỒNG NGHIỆM THU"], state: ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"]),
            .numbered("\(say("Số", "No.")): \(key)", at: "\(place), \(dateWords(day, l))"),
            .title(say("BIÊN BẢN HỘI ĐỒNG NGHIỆM THU", "MINUTES OF THE ACCEPTANCE COUNCIL"), below: nil),
            .facts(["contract", "milestone", "decision", "quorum", "seen"].compactMap { fact($0) }), .heading(say("1. Thành viên", "1. Members")), .list(people),
            .paragraph(councilWords(sitting)[l]), .heading(say("2. Xung đột lợi ích", "2. Conflicts of interest")),
        ]
        if conflicts.isEmpty {
            blocks.append(.paragraph(say("Không ai khai.", "None was declared.")))
        } else {
            blocks += [.list(conflicts), .paragraph(say("Những người này không bỏ phiếu.", "They do not vote."))]
        }
        blocks += [
            .heading(say("3. Phiếu theo tiêu chí", "3. Votes by criterion")), .list(counts), .heading(say("4. Từng phiếu", "4. Every vote")),
            each.isEmpty ? .paragraph(say("Chưa có phiếu.", "There are no votes yet.")) : .list(each), .heading(say("5. Ý kiến bảo lưu", "5. Dissent")),
            dissent.isEmpty ? .paragraph(say("Không có.", "None.")) : .list(dissent), .heading(say("6. Kết quả", "6. Result")),
            .paragraph("\(fact("result")?.1 ?? ""). \(outcomeWords(sitting)[l])"),
        ]
        if let conditions = fact("conditions") { blocks.append(.facts([conditions])) }
        blocks.append(.heading(say("7. Chữ ký", "7. Signatures")))
        // The chair last, as papers have it; each in their own place.
        let signing = members.records.filter { members.value($0, "attendance").string == "present" }
        let chairs = signing.filter { members.value($0, "role").string == "chair" }
        for one in signing.filter({ members.value($0, "role").string != "chair" }) + chairs {
            let role = members.value(one, "role").string == "chair" ? say("CHỦ TỊCH HỘI ĐỒNG", "CHAIR OF THE COUNCIL") : shown(members, one, "role", l)
            blocks.append(.signature([role, "", "", shown(members, one, "name", l)]))
        }
        return PaperDocument(
            title: "\(say("Biên bản hội đồng nghiệm thu", "Minutes of the Acceptance Council")) \(key)", language: l, author: options.cityName[l], made: registry.world.now(),
            blocks: blocks)
    }
}
