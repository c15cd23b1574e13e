// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Dossiers
internal import HTTP
internal import NIOHTTP1
internal import Papers
internal import People
internal import Registers

/// A shift of a student guide, as its record says.
struct GuideShift {
    let key: String
    /// Nil where the reader may not see persons.
    let student: String?
    let place: String
    let commune: String
    let day: Day
    let from: String
    let until: String
    let dossiers: Int
    let succeeded: Int

    init?(_ view: RecordView, _ register: Register) {
        func text(_ name: String) -> String { view.value(name, in: register)?.plain ?? "" }
        guard !view.isRetired, let day = view.value("day", in: register)?.day else { return nil }
        key = view.key ?? view.ref
        student = view.value("student", in: register)?.string
        place = text("place")
        commune = text("commune")
        self.day = day
        from = text("from")
        until = text("until")
        dossiers = Int(text("dossiers")) ?? 0
        succeeded = Int(text("succeeded")) ?? 0
    }

    var minutes: Int { max(0, GuideShift.minutes(until) - GuideShift.minutes(from)) }

    private static func minutes(_ text: String) -> Int {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        return parts.count == 2 ? parts[0] * 60 + parts[1] : 0
    }
}

/// Student guides: who guides where and when, for those who organise; and a guide's own shifts and certificate.
extension Parts {
    var guidePages: [Endpoint] {
        [
            Endpoint(.GET, "/guides", .officers) { request, caller, _ in try await guidesPage(request, caller) },
            Endpoint(.GET, "/me/guiding", .open) { request, caller, _ in try await own(request) { try await myGuiding(request, caller, $0) } },
            Endpoint(.POST, "/me/guiding/certificate", .open, bodyMax: 1 << 14) { request, caller, _ in
                try await own(request, sending: true) { session in
                    let done = try await ownShifts(session).filter { $0.day <= registry.world.today }
                    guard let first = done.map(\.day).min(), let last = done.map(\.day).max() else { throw RegisterError.noSuchRecord }
                    let deeds = GuideDeeds(minutes: sum(done, \.minutes), shifts: done.count, dossiers: sum(done, \.dossiers), first: first, last: last)
                    let certificate = try await dossiers.certify(deeds, of: session.row, named: try await ownName(session))
                    return .redirect("/me/guiding/certificates/\(certificate.code)")
                }
            },
            Endpoint(.GET, "/me/guiding/certificates/{code}", .open) { request, caller, parameters in
                try await own(request) { session in
                    guard let certificate = try dossiers.guideCertificates(of: session.row).first(where: { $0.code == parameters[0] }) else { throw RegisterError.noSuchRecord }
                    return try await offLoop { try guidePaper(request, caller, certificate) }
                }
            },
        ]
    }

    private func sum(_ shifts: [GuideShift], _ part: (GuideShift) -> Int) -> Int { shifts.reduce(0) { $0 + part($1) } }

    private func hours(_ minutes: Int, _ l: Language) -> String {
        Text(vi: "\(minutes / 60) giờ \(minutes % 60) phút", en: "\(minutes / 60) h \(minutes % 60) min")[l]
    }

    private func share(_ part: Int, of whole: Int) -> String { whole == 0 ? "–" : "\(part * 100 / whole) %" }

    // MARK: For those who organise

    private static let shiftsMax = 5000
    private static let daysCounted = 365
    private static let daysAtOnce = 31

    /// Every shift of these days.
    private func shifts(_ register: Register, from: Day, until: Day, _ caller: Caller) async throws -> [GuideShift] {
        var query = RecordQuery()
        query.days = ("day", from, until)
        query.limit = registry.limits.pageMax
        var shifts: [GuideShift] = []
        repeat {
            let page = try await registry.records(register.name, query, for: caller.authority, door: "page")
            shifts += page.records.compactMap { GuideShift($0, register) }
            query.after = page.next
        } while query.after != nil
        return shifts
    }

    /// What was done in a year, or in as many months as hold `shiftsMax`, the latest first: from which day on it is whole.
    private func doneShifts(_ register: Register, _ caller: Caller) async throws -> (shifts: [GuideShift], since: Day) {
        let today = registry.world.today
        let begin = today + -Self.daysCounted
        var done: [GuideShift] = []
        var since = today + 1
        while since > begin, done.count < Self.shiftsMax {
            let from = max(begin, since + -Self.daysAtOnce)
            done += try await shifts(register, from: from, until: since + -1, caller)
            since = from
        }
        return (done, since)
    }

    private func guidesPage(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        guard let name = options.roles.guiding, caller.authority.may(.read, name) || caller.authority.may(.write, name) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho người tổ chức hướng dẫn.", "en": "This page is for those who organise guides."])
        }
        let register = try registry.register(name)
        let title: Text = ["vi": "Học sinh, sinh viên hướng dẫn", "en": "Student guides"]
        let today = registry.world.today
        let chosen = (request.parameter("week").flatMap { Day($0) } ?? today)
        let week = chosen + -chosen.weekday
        let ofWeek = try await shifts(register, from: week, until: week + 6, caller)
        let (done, since) = try await doneShifts(register, caller)
        let beside = try dossiers.guidedFigures(since: today + -365)
        let content: HTML = """
            <h1>\(title, l)</h1>
            <p class="muted">\(["vi": "Các số dưới đây tính đủ mọi ca từ ngày", "en": "The figures count every shift from"] as Text, l) \(since.written(l)) \(["vi": "đến hết hôm nay.", "en": "to the end of today."] as Text, l)</p>
            <dl class="figures"><div><dt>\(["vi": "Ca", "en": "Shifts"] as Text, l)</dt><dd>\(l.number(done.count))</dd></div><div><dt>\(["vi": "Giờ", "en": "Hours"] as Text, l)</dt><dd>\(l.number(sum(done, \.minutes) / 60))</dd></div>\
            <div><dt>\(["vi": "Hồ sơ đã hướng dẫn", "en": "Dossiers guided"] as Text, l)</dt><dd>\(l.number(sum(done, \.dossiers)))</dd></div><div><dt>\(["vi": "Đạt ngay lần đầu", "en": "Succeeded at first"] as Text, l)</dt><dd>\(share(sum(done, \.succeeded), of: sum(done, \.dossiers)))</dd></div></dl>
            <p>\(["vi": "Hồ sơ nộp bên người hướng dẫn, đo trên hệ thống, một năm qua:", "en": "Handed in beside a guide, measured on this system, the past year:"] as Text, l) \(l.number(beside.handedIn)); \(["vi": "đã có kết quả", "en": "ended"] as Text, l): \(l.number(beside.ended)); \(["vi": "đạt ngay, không phải bổ sung, không bị từ chối", "en": "succeeded at first, no papers asked for and not refused"] as Text, l): \(l.number(beside.atFirst)) (\(share(beside.atFirst, of: beside.ended))).</p>
            \(weekTable(ofWeek, week, l))
            <p><a href="/guides?week=\((week + -7).description)">\(["vi": "Tuần trước", "en": "The week before"] as Text, l)</a> · <a href="/guides?week=\((week + 7).description)">\(["vi": "Tuần sau", "en": "The next week"] as Text, l)</a></p>
            \(placeTable(done, l))\(studentTable(done, l))
            <p><a class="button" href="/registers/\(name)">\(["vi": "Mở sổ ca hướng dẫn", "en": "Open the register of shifts"] as Text, l)</a> \(caller.authority.may(.write, name) ? "<a class=\"button secondary\" href=\"/registers/\(name)/new\">\(["vi": "Ghi một ca", "en": "Enter a shift"] as Text, l)</a>" as HTML : nil)</p>
            """
        return layout(title, request, caller, door: "officer", crumbs: [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer")]).response(content)
    }

    private func person(_ shift: GuideShift, _ l: Language) -> HTML { shift.student.map { "<span class=\"code\">\($0)</span>" as HTML } ?? masked(l) }

    private func weekTable(_ shifts: [GuideShift], _ week: Day, _ l: Language) -> HTML {
        let title = Text(
            vi: "Tuần \(week.written(.vietnamese)) – \((week + 6).written(.vietnamese))", en: "The week of \(week.written(.english)) – \((week + 6).written(.english))")
        let rows: [[HTML]] = shifts.sorted { ($0.day, $0.from) < ($1.day, $1.from) }.map {
            [HTML(text: $0.day.written(l)), HTML(text: "\($0.from)–\($0.until)"), HTML(text: $0.place), HTML(text: scopeName($0.commune, l)), person($0, l)]
        }
        guard !rows.isEmpty else { return "<h2>\(title, l)</h2><p class=\"notice\">\(["vi": "Tuần này chưa có ca nào.", "en": "No shift in this week."] as Text, l)</p>" }
        let heads: [Text] = [
            ["vi": "Ngày", "en": "Day"], ["vi": "Giờ", "en": "Hours"], ["vi": "Nơi", "en": "Place"], ["vi": "Phường, xã", "en": "Commune"], ["vi": "Ai", "en": "Who"],
        ]
        return "<h2>\(title, l)</h2>\(table(title, heads, rows, l))"
    }

    private func totals(_ title: Text, _ first: Text, _ groups: [(name: HTML, shifts: [GuideShift])], _ l: Language) -> HTML? {
        guard !groups.isEmpty else { return nil }
        let rows: [[HTML]] = groups.map { name, shifts in
            [
                name, HTML(text: l.number(shifts.count)), HTML(text: hours(sum(shifts, \.minutes), l)), HTML(text: l.number(sum(shifts, \.dossiers))),
                HTML(text: share(sum(shifts, \.succeeded), of: sum(shifts, \.dossiers))),
            ]
        }
        let heads: [Text] = [
            first, ["vi": "Ca", "en": "Shifts"], ["vi": "Thời gian", "en": "Time"], ["vi": "Hồ sơ", "en": "Dossiers"], ["vi": "Đạt ngay lần đầu", "en": "Succeeded at first"],
        ]
        return "<h2>\(title, l)</h2>\(table(title, heads, rows, l))"
    }

    private static let rowsMax = 100

    private func placeTable(_ shifts: [GuideShift], _ l: Language) -> HTML? {
        let groups = Dictionary(grouping: shifts) { $0.place }.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(Self.rowsMax)
        return totals(["vi": "Các nơi hướng dẫn", "en": "Places"], ["vi": "Nơi", "en": "Place"], groups.map { (HTML(text: $0.key), $0.value) }, l)
    }

    private func studentTable(_ shifts: [GuideShift], _ l: Language) -> HTML? {
        let groups = Dictionary(grouping: shifts.filter { $0.student != nil }) { $0.student! }.sorted { (sum($1.value, \.minutes), $0.key) < (sum($0.value, \.minutes), $1.key) }
        guard !groups.isEmpty || shifts.isEmpty else {
            return
                "<h2>\(["vi": "Giờ của từng người", "en": "Hours by student"] as Text, l)</h2><p class=\"notice\">\(["vi": "Chọn mục đích ở một hồ sơ của sổ để thấy từng người; lượt xem được ghi.", "en": "Name a purpose at a record of the register to see each person; the look is entered."] as Text, l)</p>"
        }
        return totals(
            ["vi": "Giờ của từng người", "en": "Hours by student"], ["vi": "Số định danh", "en": "Personal ID"],
            groups.prefix(Self.rowsMax).map { ("<span class=\"code\">\($0.key)</span>" as HTML, $0.value) }, l)
    }

    // MARK: A guide's own

    /// All of them, the latest first: a certificate's hours are whole.
    private func ownShifts(_ session: CitizenSession) async throws -> [GuideShift] {
        guard let name = options.roles.guiding else { throw RegisterError.noSuchRecord }
        let register = try registry.register(name)
        return try await registry.own(session.register, row: session.row, of: name).compactMap { GuideShift($0, register) }.sorted { $0.day > $1.day }
    }

    private func ownName(_ session: CitizenSession) async throws -> String {
        let own = try await registry.own(session.register, row: session.row)
        let person = own.records.first { $0.register.name == session.register }
        return person.flatMap { $0.view.value("name", in: $0.register)?.string } ?? own.key
    }

    private func myGuiding(_ request: Request, _ caller: Caller, _ session: CitizenSession) async throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Các ca hướng dẫn của tôi", "en": "My guiding shifts"]
        let shifts = try await ownShifts(session)
        let done = shifts.filter { $0.day <= registry.world.today }
        let rows: [[HTML]] = shifts.map {
            [
                HTML(text: $0.day.written(l)), HTML(text: "\($0.from)–\($0.until)"), HTML(text: $0.place), HTML(text: l.number($0.dossiers)), HTML(text: l.number($0.succeeded)),
            ]
        }
        let papers: [HTML] = try dossiers.guideCertificates(of: session.row).map {
            "<li><a href=\"/me/guiding/certificates/\($0.code)\">\(["vi": "Giấy chứng nhận", "en": "Certificate"] as Text, l) \($0.issued.written(l)), \(hours($0.minutes, l))</a> <span class=\"muted\">PDF</span></li>"
        }
        let content: HTML
        if shifts.isEmpty {
            content = """
                <h1>\(title, l)</h1><p class="notice">\(["vi": "Chưa có ca nào ghi tên bạn. Hỏi thầy cô hoặc Đoàn trường để đăng ký.", "en": "No shift names you yet. Ask your teacher or the youth union to join."] as Text, l)</p>
                <p><a href="/learn/helping-an-elder">\(["vi": "Bài học trước ca đầu tiên", "en": "The lesson before the first shift"] as Text, l)</a></p>
                """
        } else {
            let heads: [Text] = [
                ["vi": "Ngày", "en": "Day"], ["vi": "Giờ", "en": "Hours"], ["vi": "Nơi", "en": "Place"], ["vi": "Hồ sơ", "en": "Dossiers"],
                ["vi": "Đạt ngay lần đầu", "en": "Succeeded at first"],
            ]
            content = """
                <h1>\(title, l)</h1><p class="lead">\(l.number(done.count)) \(["vi": "ca đã xong", "en": "shifts done"] as Text, l) · \(hours(sum(done, \.minutes), l)) · \(l.number(sum(done, \.dossiers))) \(["vi": "hồ sơ", "en": "dossiers"] as Text, l)</p>
                \(table(title, heads, rows, l))
                \(done.isEmpty ? nil : "<form method=\"post\" action=\"/me/guiding/certificate\"><input type=\"hidden\" name=\"csrf\" value=\"\(session.formKey)\"><p><button class=\"button\">\(["vi": "Lấy giấy chứng nhận (PDF)", "en": "Get the certificate (PDF)"] as Text, l)</button></p></form>" as HTML)
                \(papers.isEmpty ? nil : "<h2>\(["vi": "Giấy đã cấp", "en": "Certificates issued"] as Text, l)</h2><ul>\(papers)</ul>" as HTML)
                """
        }
        return layout(title, request, caller, door: "home").response(content)
    }

    /// What the certificate says, on paper and when it is checked.
    private func guideRows(_ one: GuideCertificate, _ l: Language) -> [(String, String)] {
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        return [
            (say("Họ và tên", "Name"), one.name), (say("Thời gian", "Time"), hours(one.minutes, l)), (say("Số ca", "Shifts"), l.number(one.shifts)),
            (say("Hồ sơ đã hướng dẫn", "Dossiers guided"), l.number(one.dossiers)), (say("Từ ngày", "From"), one.first.written(l)), (say("Đến ngày", "Until"), one.last.written(l)),
            (say("Cấp lúc", "Issued"), one.issued.written(l)),
        ]
    }

    private static let guidePaperTitle: Text = [
        "vi": "Giấy chứng nhận hướng dẫn sử dụng dịch vụ công", "en": "Certificate of guiding people in public services",
    ]

    private func guidePaper(_ request: Request, _ caller: Caller, _ one: GuideCertificate) throws -> Response {
        guard let press = options.press else {
            throw Problem(
                .serviceUnavailable, "no-press",
                ["vi": "Máy chủ thiếu phông chữ để in. Báo người quản trị.", "en": "The server lacks the font for printing. Tell the administrator."])
        }
        let l = caller.language
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        let place = options.cityName.vi.replacing("Thành phố ", with: "")
        let title = Parts.guidePaperTitle[l]
        let site = origin(request)
        let host = site.drop { $0 != "/" }.dropFirst(2)
        var blocks: [PaperDocument.Block] = [
            .letterhead(
                office: ["UBND \(options.cityName.vi.uppercased())", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"], state: ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"]),
            .title(title.uppercased(), below: "\(place), \(dateWords(one.issued.day, l))"),
            .paragraph(
                say(
                    "Chứng nhận người có tên dưới đây đã hướng dẫn người dân sử dụng dịch vụ công trực tuyến:",
                    "This certifies that the person named below has guided people in the use of online public services:")), .facts(guideRows(one, l)),
        ]
        if let code = QRCode("\(site)/verify/\(one.code)") {
            blocks.append(
                .code(
                    code, alternative: say("Mã QR mở trang kiểm tra", "QR code that opens the page that checks it"),
                    words: [
                        say("Kiểm tra giấy này: quét mã, hoặc mở \(host)/verify và nhập", "To check this paper scan the code, or open \(host)/verify and enter"), one.code,
                        say("Bản PDF có chữ ký số của thành phố.", "The PDF bears the city's digital signature."),
                    ]))
        }
        let document = PaperDocument(title: title, language: l, author: options.cityName[l], made: one.issued, blocks: blocks)
        return Response(
            .ok, type: "application/pdf", press.writer.write(document, signedBy: press.signer), headers: [("content-disposition", "inline; filename=\"guiding.pdf\"")])
    }

    /// What anyone sees who checks a guide's certificate.
    func guidePaperPage(_ request: Request, _ caller: Caller, _ one: GuideCertificate) -> Response {
        let l = caller.language
        let rows: [HTML] = guideRows(one, l).map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
        let content: HTML = """
            <p class="caption">\(Parts.verifyTitle, l)</p><h1>\(Parts.guidePaperTitle, l)</h1>
            <p class="notice ok"><strong>\(["vi": "Giấy này do thành phố cấp.", "en": "The city issued this paper."] as Text, l)</strong> \(["vi": "So từng dòng dưới đây với giấy trên tay.", "en": "Compare each line below with the paper in hand."] as Text, l)</p>
            <dl class="summary">\(rows)</dl><p><a href="/verify">\(["vi": "Kiểm tra giấy khác", "en": "Check another paper"] as Text, l)</a></p>
            """
        return layout(Parts.verifyTitle, request, caller).response(content)
    }
}
