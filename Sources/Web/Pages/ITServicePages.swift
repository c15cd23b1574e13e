// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import HTTP
internal import NIOHTTP1
internal import People
internal import Registers

/// The registers of IT services, and how their records are read: which they are the city says.
public struct ITServiceRegisters: Sendable {
    public let contracts: String
    public let milestones: String
    public let measures: String
    public let deductions: String
    public let providerInvoices: String
    public let minutes: String
    public let members: String
    public let votes: String
    /// The milestones' check that finds what is due and not delivered.
    public let lateCheck: String
    /// The one that finds what was delivered so many days ago and is not accepted.
    public let unseenCheck: String
    public let unseenDays: Int
    /// A record of each as the reckoning takes it, by the values of its fields.
    public let measure: @Sendable (_ value: (String) -> Value) -> ServiceMeasure?
    public let step: @Sendable (_ value: (String) -> Value) -> DeductionStep?
    public let tally: @Sendable (_ minutes: (String) -> Value, _ members: [(String) -> Value], _ votes: [(String) -> Value]) -> AcceptanceTally

    public init(
        contracts: String, milestones: String, measures: String, deductions: String, providerInvoices: String, minutes: String, members: String, votes: String, lateCheck: String,
        unseenCheck: String, unseenDays: Int,
        measure: @escaping @Sendable (_ value: (String) -> Value) -> ServiceMeasure?, step: @escaping @Sendable (_ value: (String) -> Value) -> DeductionStep?,
        tally: @escaping @Sendable (_ minutes: (String) -> Value, _ members: [(String) -> Value], _ votes: [(String) -> Value]) -> AcceptanceTally
    ) {
        self.contracts = contracts
        self.milestones = milestones
        self.measures = measures
        self.deductions = deductions
        self.providerInvoices = providerInvoices
        self.minutes = minutes
        self.members = members
        self.votes = votes
        self.lateCheck = lateCheck
        self.unseenCheck = unseenCheck
        self.unseenDays = unseenDays
        self.measure = measure
        self.step = step
        self.tally = tally
    }

    var all: [String] { [contracts, milestones, measures, deductions, providerInvoices, minutes, members, votes] }
}

/// Records of one register with its declaration, for reading fields by name.
struct ITShelf {
    let register: Register
    let records: [RecordView]
    /// False where there are more than are read at once.
    let isWhole: Bool

    func value(_ record: RecordView, _ field: String) -> Value { record.value(field, in: register) ?? .null }
    func reader(_ record: RecordView) -> (String) -> Value { { value(record, $0) } }
}

/// Contracts of IT services: what is late, what waits for the council, each month's invoice, and the council's minutes with every vote.
extension Parts {
    var itServicePages: [Endpoint] {
        guard let it = options.itServices else { return [] }
        return [
            Endpoint(.GET, "/it-services", .officers) { request, caller, _ in try await itServicesHome(request, caller, it) },
            Endpoint(.GET, "/it-services/{contract}", .officers) { request, caller, parameters in try await itContractPage(request, caller, parameters[0], it) },
            Endpoint(.GET, "/it-services/minutes/{key}", .officers) { request, caller, parameters in try await minutesPage(request, caller, parameters[0], it) },
            Endpoint(.GET, "/it-services/minutes/{key}/minutes.pdf", .officers) { request, caller, parameters in
                try await minutesPaper(request, caller, parameters[0], it)
            },
        ]
    }

    /// Who may read every register that the pages show.
    func readsITServices(_ caller: Caller) -> Bool { options.itServices.map { $0.all.allSatisfy { caller.authority.may(.read, $0) } } ?? false }

    func mustReadITServices(_ caller: Caller) throws {
        guard readsITServices(caller) else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền xem các sổ hợp đồng công nghệ thông tin.", "en": "You may not read the registers of IT contracts."])
        }
    }

    static let itRecordsMax = 5000
    private static let itPageRecords = 100

    /// A page of a register's standing records, from the place that the address names, and the link to the next.
    private func leaf(
        _ name: String, _ title: Text, from place: String, _ request: Request, _ caller: Caller, _ narrow: (inout RecordQuery) -> Void
    ) async throws -> (shelf: ITShelf, more: HTML?) {
        var query = RecordQuery()
        query.limit = Self.itPageRecords
        query.after = request.parameter(place)
        narrow(&query)
        let page = try await registry.records(name, query, for: caller.authority, door: "page")
        let l = caller.language
        let more: HTML? = page.next.map { next -> HTML in
            "<nav class=\"pages\" aria-label=\"\(title, l)\"><a rel=\"next\" href=\"/it-services?\(place)=\(next)\">\(["vi": "Trang sau", "en": "Next page"] as Text, l)</a></nav>"
        }
        return (ITShelf(register: try registry.register(name), records: page.records, isWhole: page.next == nil), more)
    }

    /// Standing records of a register, at most `itRecordsMax`; whether that is all of them it says.
    func shelf(
        _ name: String, where filter: (field: String, value: String)? = nil, days: (field: String, from: Day, until: Day)? = nil, _ caller: Caller
    ) async throws -> ITShelf {
        var query = RecordQuery()
        if let filter { query.filters = [filter] }
        query.days = days
        query.limit = registry.limits.pageMax
        var found: [RecordView] = []
        repeat {
            let page = try await registry.records(name, query, for: caller.authority, door: "page")
            found += page.records
            query.after = page.next
        } while query.after != nil && found.count < Self.itRecordsMax
        return ITShelf(register: try registry.register(name), records: found, isWhole: query.after == nil)
    }

    /// Said wherever a list is not all that there is.
    private func cutNotice(_ shelves: [ITShelf], _ l: Language) -> HTML? {
        let cut = shelves.filter { !$0.isWhole }
        guard !cut.isEmpty else { return nil }
        let links: [HTML] = cut.map { "<a href=\"/registers/\($0.register.name)\">\($0.register.title, l)</a>" }
        return
            "<p class=\"notice\">\(["vi": "Nhiều hồ sơ quá, trang này chỉ đọc những hồ sơ vào sổ trước; mở sổ để thấy đủ:", "en": "There are too many records; this page reads only those entered first. Open the register for all:"] as Text, l) \(HTML.joined(links, ", "))</p>"
    }

    func shown(_ shelf: ITShelf, _ record: RecordView, _ field: String, _ l: Language) -> String {
        shelf.register.field(field).map { display(shelf.value(record, field), $0, l) } ?? ""
    }

    func itFrame(_ title: Text, _ request: Request, _ caller: Caller) -> Layout {
        layout(
            title, request, caller, door: "officer",
            crumbs: [
                ((["vi": "Bàn làm việc", "en": "Desk"] as Text)[caller.language], "/officer"),
                ((["vi": "Dịch vụ công nghệ thông tin", "en": "IT services"] as Text)[caller.language], "/it-services"),
            ])
    }

    // MARK: All contracts

    private func itServicesHome(_ request: Request, _ caller: Caller, _ it: ITServiceRegisters) async throws -> Response {
        try mustReadITServices(caller)
        let l = caller.language
        let title: Text = ["vi": "Dịch vụ công nghệ thông tin", "en": "IT services"]
        let lateTitle: Text = ["vi": "Mốc trễ hạn", "en": "Milestones late"]
        let unseenTitle = Text(vi: "Chờ hội đồng nghiệm thu từ \(it.unseenDays) ngày", en: "Waiting for the Acceptance Council for \(it.unseenDays) days or more")
        let freshTitle: Text = ["vi": "Mới giao, chờ hội đồng nghiệm thu", "en": "Newly delivered, waiting for the Acceptance Council"]
        let votingTitle: Text = ["vi": "Hội đồng đang bỏ phiếu", "en": "Councils that are voting"]
        let contractsTitle: Text = ["vi": "Hợp đồng", "en": "Contracts"]
        let (late, lateMore) = try await leaf(it.milestones, lateTitle, from: "late", request, caller) { $0.finding = it.lateCheck }
        let (unseen, unseenMore) = try await leaf(it.milestones, unseenTitle, from: "waiting", request, caller) { $0.finding = it.unseenCheck }
        let today = registry.world.today
        let delivered = try await shelf(it.milestones, days: (field: "delivered", from: today + (1 - it.unseenDays), until: today), caller)
        let fresh = delivered.records.filter { delivered.value($0, "accepted").isNull }
        let (minutes, votingMore) = try await leaf(it.minutes, votingTitle, from: "voting", request, caller) { $0.filters = [(field: "result", value: "open")] }
        let (contracts, contractsMore) = try await leaf(it.contracts, contractsTitle, from: "after", request, caller) { $0.isNewestFirst = true }
        let counts = try await offLoop { try itServiceCounts(it) }
        let open: [[HTML]] = minutes.records.map { one -> [HTML] in
            let number = one.key ?? one.ref
            return [
                "<a class=\"code\" href=\"/it-services/minutes/\(Request.encode(number))\">\(number)</a>", itContractLink(minutes.value(one, "contract").plain),
                HTML(text: shown(minutes, one, "day", l)),
            ]
        }
        let votingHeads: [Text] = [["vi": "Biên bản", "en": "Minutes"], ["vi": "Hợp đồng", "en": "Contract"], ["vi": "Họp ngày", "en": "Met on"]]
        let voting: HTML? = open.isEmpty ? nil : "<h2>\(votingTitle, l)</h2>\(table(votingTitle, votingHeads, open, l))\(votingMore)"
        let heads: [Text] = [
            ["vi": "Mã", "en": "Number"], ["vi": "Tên gói", "en": "Title"], ["vi": "Bên cung cấp", "en": "Provider"], ["vi": "Giá trị", "en": "Amount"],
            ["vi": "Đến hết ngày", "en": "Until the end of"],
        ]
        let rows: [[HTML]] = contracts.records.map { itContractRow(contracts, $0, l) }
        let dueHead: Text = ["vi": "Hạn", "en": "Due"]
        let deliveredHead: Text = ["vi": "Giao ngày", "en": "Delivered on"]
        let content: HTML = """
            <h1>\(title, l)</h1>\(cutNotice([delivered], l))
            <dl class="figures"><div><dt>\(contractsTitle, l)</dt><dd>\(l.number(counts.contracts))</dd></div>\
            <div><dt>\(lateTitle, l)</dt><dd>\(l.number(counts.late))</dd></div>\
            <div><dt>\(["vi": "Chờ hội đồng", "en": "Waiting for the council"] as Text, l)</dt><dd>\(l.number(counts.unseen + fresh.count))</dd></div></dl>
            \(itSteps(lateTitle, late, late.records, "due", dueHead, l))\(lateMore)
            \(itSteps(unseenTitle, unseen, unseen.records, "delivered", deliveredHead, l))\(unseenMore)
            \(itSteps(freshTitle, delivered, fresh, "delivered", deliveredHead, l))
            \(voting)
            <h2>\(contractsTitle, l)</h2>\(table(contractsTitle, heads, rows, l))\(contractsMore)
            """
        return layout(title, request, caller, door: "officer", crumbs: [((["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], "/officer")]).response(content)
    }

    /// All contracts, and what the registers' checks keep count of.
    private func itServiceCounts(_ it: ITServiceRegisters) throws -> (contracts: Int, late: Int, unseen: Int) {
        let late = try registry.findings(it.milestones, check: it.lateCheck)
        let unseen = try registry.findings(it.milestones, check: it.unseenCheck)
        return (try registry.count(it.contracts), late.values.reduce(0, +), unseen.values.reduce(0, +))
    }

    private func itContractLink(_ key: String) -> HTML { "<a class=\"code\" href=\"/it-services/\(Request.encode(key))\">\(key)</a>" }

    /// Milestones with a day of each, the earliest first.
    private func itSteps(_ title: Text, _ shelf: ITShelf, _ list: [RecordView], _ day: String, _ head: Text, _ l: Language) -> HTML {
        let rows: [[HTML]] = list.sorted { shelf.value($0, day).plain < shelf.value($1, day).plain }.map { one -> [HTML] in
            [itContractLink(shelf.value(one, "contract").plain), HTML(text: shown(shelf, one, "title", l)), HTML(text: shown(shelf, one, day, l))]
        }
        guard !rows.isEmpty else { return "<h2>\(title, l)</h2><p class=\"muted\">\(["vi": "Không có.", "en": "None."] as Text, l)</p>" }
        let heads: [Text] = [["vi": "Hợp đồng", "en": "Contract"], ["vi": "Việc phải giao", "en": "To be delivered"], head]
        return "<h2>\(title, l)</h2>\(table(title, heads, rows, l))"
    }

    private func itContractRow(_ shelf: ITShelf, _ one: RecordView, _ l: Language) -> [HTML] {
        var state: HTML?
        if !shelf.value(one, "settled").isNull {
            state = "<span class=\"tag tag-closed\">\(["vi": "đã thanh lý", "en": "settled"] as Text, l)</span>"
        } else if let until = shelf.value(one, "until").day, until < registry.world.today {
            state = "<span class=\"tag tag-late\">\(["vi": "hết hạn, chưa thanh lý", "en": "over, not settled"] as Text, l)</span>"
        }
        return [
            itContractLink(one.key ?? one.ref), "\(shown(shelf, one, "title", l)) \(state)", HTML(text: shown(shelf, one, "provider", l)),
            HTML(text: shown(shelf, one, "amount", l)),
            HTML(text: shown(shelf, one, "until", l)),
        ]
    }

    // MARK: One contract

    private func itContractPage(_ request: Request, _ caller: Caller, _ key: String, _ it: ITServiceRegisters) async throws -> Response {
        try mustReadITServices(caller)
        let l = caller.language
        let contract = try await registry.record(it.contracts, key, for: caller.authority, door: "page")
        let contracts = ITShelf(register: try registry.register(it.contracts), records: [contract], isWhole: true)
        let own = (field: "contract", value: key)
        let milestones = try await shelf(it.milestones, where: own, caller)
        let minutes = try await shelf(it.minutes, where: own, caller)
        let title = Text.same(shown(contracts, contract, "title", l))
        let facts: [HTML] = ["sort", "paper", "office", "system", "provider", "amount", "from", "until", "measures", "settled"].compactMap { name in
            let text = shown(contracts, contract, name, l)
            return contracts.register.field(name).flatMap { field in text.isEmpty ? nil : "<div><dt>\(field.title, l)</dt><dd>\(text)</dd></div>" as HTML }
        }
        let today = registry.world.today
        let steps: [[HTML]] = milestones.records.sorted { milestones.value($0, "due").plain < milestones.value($1, "due").plain }.map { one in
            let isLate = milestones.value(one, "delivered").isNull && (milestones.value(one, "due").day.map { $0 < today } ?? false)
            let mark: HTML? = isLate ? " <span class=\"tag tag-late\">\(["vi": "trễ", "en": "late"] as Text, l)</span>" : nil
            let tests = milestones.value(one, "tests_passed").integer.map { passed in
                let failed = milestones.value(one, "tests_failed").integer ?? 0
                return Text(vi: "\(passed) đạt, \(failed) không đạt", en: "\(passed) passed, \(failed) failed")[l]
            }
            let prints = (milestones.value(one, "evidence").plain + " " + milestones.value(one, "telemetry").plain).split(separator: " ")
            return [
                "<a href=\"\(recordHref(one, milestones.register))\">\(shown(milestones, one, "title", l))</a>", HTML(text: shown(milestones, one, "items", l)),
                "\(shown(milestones, one, "due", l))\(mark)", HTML(text: shown(milestones, one, "delivered", l)), HTML(text: tests ?? ""),
                HTML.joined(prints.map { "<span class=\"code\" title=\"\($0)\">\($0.prefix(12))…</span>" }, " "), HTML(text: shown(milestones, one, "accepted", l)),
            ]
        }
        let sittings: [[HTML]] = minutes.records.map { one in
            let number = one.key ?? one.ref
            return [
                "<a class=\"code\" href=\"/it-services/minutes/\(Request.encode(number))\">\(number)</a>", HTML(text: shown(minutes, one, "day", l)),
                HTML(text: shown(minutes, one, "result", l)),
            ]
        }
        let milestoneTitle: Text = ["vi": "Mốc thực hiện", "en": "Milestones"]
        let minutesTitle: Text = ["vi": "Biên bản hội đồng", "en": "Minutes of the council"]
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead"><a class="code" href="\(recordHref(contract, contracts.register))">\(key)</a></p><dl class="summary">\(facts)</dl>\(cutNotice([milestones, minutes], l))
            <h2>\(milestoneTitle, l)</h2>\(table(milestoneTitle, [["vi": "Việc phải giao", "en": "To be delivered"], ["vi": "Gồm", "en": "Items"], ["vi": "Hạn", "en": "Due"], ["vi": "Giao ngày", "en": "Delivered on"], ["vi": "Phép thử", "en": "Tests"], ["vi": "Mã băm", "en": "Fingerprints"], ["vi": "Nghiệm thu", "en": "Accepted"]], steps, l))
            <h2>\(minutesTitle, l)</h2>\(sittings.isEmpty ? "<p class=\"muted\">\(["vi": "Hội đồng chưa họp.", "en": "The council has not met."] as Text, l)</p>" as HTML : table(minutesTitle, [["vi": "Biên bản", "en": "Minutes"], ["vi": "Họp ngày", "en": "Met on"], ["vi": "Kết quả", "en": "Result"]], sittings, l))
            \(try await itInvoices(contracts, contract, own, it, caller))
            """
        return itFrame(title, request, caller).response(content)
    }
}
