// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Dossiers
internal import HTTP
internal import NIOHTTP1
internal import Papers
internal import People
internal import Registers

/// Student guides: who guides where and when, for those who organise; and a guide's own shifts and certificate.
extension Parts {
    var guidePages: [Endpoint] {
        [
            Endpoint(.GET, "/guides", .officers) { request, caller, _ in try await guidesPage(request, caller) },
            Endpoint(.GET, "/me/guiding", .open) { request, caller, _ in try await own(request) { try await myGuiding(request, caller, $0) } },
            Endpoint(.POST, "/me/guiding/certificate", .open, bodyMax: 1 << 14) { request, caller, _ in
                try await own(request, sending: true) { session in
                    guard let certificate = try await dossiers.certify(session.row, named: try await ownName(session)) else { throw RegisterError.noSuchRecord }
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

    /// Of the dossiers that the system saw end, those that succeeded at first.
    private func measuredShare(_ shifts: [GuideShift]) -> String {
        let seen = shifts.compactMap(\.measured)
        return share(seen.reduce(0) { $0 + $1.dossiers.atFirst }, of: seen.reduce(0) { $0 + $1.dossiers.ended })
    }

    /// The same as lists state it.
    private func statedShare(_ shifts: [GuideShift]) -> String {
        let listed = shifts.filter(\.isFromList)
        return share(sum(listed, \.statedSucceeded), of: sum(listed, \.statedDossiers))
    }

    private func clock(_ shift: GuideShift) -> String {
        func written(_ minutes: Int?) -> String {
            guard let minutes else { return "?" }
            return "\(minutes < 600 ? "0" : "")\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
        }
        return shift.from == nil && shift.until == nil ? "–" : "\(written(shift.from))–\(written(shift.until))"
    }

    private func stateName(_ shift: GuideShift, _ l: Language) -> String {
        switch shift.state {
        case .planned: shift.measured == nil ? (["vi": "Đã lên lịch", "en": "Planned"] as Text)[l] : (["vi": "Đang làm", "en": "Under way"] as Text)[l]
        case .done: shift.isFromList ? (["vi": "Đã làm (kê khai)", "en": "Done (stated)"] as Text)[l] : (["vi": "Đã làm", "en": "Done"] as Text)[l]
        case .missed: (["vi": "Vắng", "en": "Missed"] as Text)[l]
        }
    }

    private func hours(_ minutes: Int, _ l: Language) -> String {
        Text(vi: "\(minutes / 60) giờ \(minutes % 60) phút", en: "\(minutes / 60) h \(minutes % 60) min")[l]
    }

    private func share(_ part: Int, of whole: Int) -> String { whole == 0 ? "–" : "\(part * 100 / whole) %" }

    // MARK: For those who organise

    private static let shiftsMax = 5000
    private static let daysCounted = 365
    private static let daysAtOnce = 31

    /// Every shift of these days, with what was measured of it.
    private func shifts(_ register: Register, from: Day, until: Day, _ caller: Caller) async throws -> [GuideShift] {
        var query = RecordQuery()
        query.days = ("day", from, until)
        query.limit = registry.limits.pageMax
        let measured = try dossiers.measuredShifts(from: from, until: until)
        var shifts: [GuideShift] = []
        repeat {
            let page = try await registry.records(register.name, query, for: caller.authority, door: "page")
            for view in page.records where !view.isRetired {
                let key = view.key ?? view.ref
                if let shift = GuideShift(key: key, value: { view.value($0, in: register) ?? .null }, measured: measured[key]) { shifts.append(shift) }
            }
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
            done += try await shifts(register, from: from, until: since + -1, caller).filter { $0.state == .done }
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
            <dl class="figures"><div><dt>\(["vi": "Ca", "en": "Shifts"] as Text, l)</dt><dd>\(l.number(done.count))</dd></div><div><dt>\(["vi": "Giờ", "en": "Hours"] as Text, l)</dt><dd>\(l.number(GuideShift.minutes(done) / 60))</dd></div>\
            <div><dt>\(["vi": "Hồ sơ đã hướng dẫn", "en": "Dossiers guided"] as Text, l)</dt><dd>\(l.number(sum(done, \.dossiers)))</dd></div><div><dt>\(["vi": "Đạt ngay lần đầu, đo được", "en": "Succeeded at first, measured"] as Text, l)</dt><dd>\(measuredShare(done))</dd></div>\
            <div><dt>\(["vi": "Đạt ngay lần đầu, kê khai", "en": "Succeeded at first, stated"] as Text, l)</dt><dd>\(statedShare(done))</dd></div></dl>
            <p class="muted">\(["vi": "Kê khai: ca chỉ có danh sách giấy, hệ thống không đo được. Đạt ngay tính trên hồ sơ đã có kết quả.", "en": "Stated: shifts of which there is a paper list only, that the system did not see. The share is of dossiers that have ended."] as Text, l)</p>
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
        let ordered: [GuideShift] = shifts.sorted { ($0.day, $0.from ?? 0) < ($1.day, $1.from ?? 0) }
        let register = options.roles.guiding ?? ""
        let rows: [[HTML]] = ordered.map { one in
            let place: HTML = "<a href=\"/registers/\(register)/records/\(Request.encode(one.key))\">\(one.place)</a>"
            return [
                HTML(text: one.day.written(l)), HTML(text: clock(one)), place, HTML(text: scopeName(one.commune, l)), person(one, l), HTML(text: stateName(one, l)),
            ]
        }
        guard !rows.isEmpty else { return "<h2>\(title, l)</h2><p class=\"notice\">\(["vi": "Tuần này chưa có ca nào.", "en": "No shift in this week."] as Text, l)</p>" }
        let heads: [Text] = [
            ["vi": "Ngày", "en": "Day"], ["vi": "Giờ", "en": "Hours"], ["vi": "Nơi", "en": "Place"], ["vi": "Phường, xã", "en": "Commune"], ["vi": "Ai", "en": "Who"],
            ["vi": "Tình trạng", "en": "State"],
        ]
        return "<h2>\(title, l)</h2>\(table(title, heads, rows, l))"
    }

    private func totals(_ title: Text, _ first: Text, _ groups: [(name: HTML, shifts: [GuideShift])], _ l: Language) -> HTML? {
        guard !groups.isEmpty else { return nil }
        let rows: [[HTML]] = groups.map { name, shifts in
            [
                name, HTML(text: l.number(shifts.count)), HTML(text: hours(GuideShift.minutes(shifts), l)), HTML(text: l.number(sum(shifts, \.dossiers))),
                HTML(text: measuredShare(shifts)), HTML(text: statedShare(shifts)),
            ]
        }
        let heads: [Text] = [
            first, ["vi": "Ca", "en": "Shifts"], ["vi": "Thời gian", "en": "Time"], ["vi": "Hồ sơ", "en": "Dossiers"],
            ["vi": "Đạt ngay, đo được", "en": "At first, measured"], ["vi": "Đạt ngay, kê khai", "en": "At first, stated"],
        ]
        return "<h2>\(title, l)</h2>\(table(title, heads, rows, l))"
    }

    private static let rowsMax = 100

    private func placeTable(_ shifts: [GuideShift], _ l: Language) -> HTML? {
        let groups = Dictionary(grouping: shifts) { $0.place }.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(Self.rowsMax)
        return totals(["vi": "Các nơi hướng dẫn", "en": "Places"], ["vi": "Nơi", "en": "Place"], groups.map { (HTML(text: $0.key), $0.value) }, l)
    }

    private func studentTable(_ shifts: [GuideShift], _ l: Language) -> HTML? {
        let groups = Dictionary(grouping: shifts.filter { $0.student != nil }) { $0.student! }.map { (id: $0.key, shifts: $0.value, minutes: GuideShift.minutes($0.value)) }
            .sorted { ($1.minutes, $0.id) < ($0.minutes, $1.id) }
        guard !groups.isEmpty || shifts.isEmpty else {
            return
                "<h2>\(["vi": "Giờ của từng người", "en": "Hours by student"] as Text, l)</h2><p class=\"notice\">\(["vi": "Chọn mục đích ở một hồ sơ của sổ để thấy từng người; lượt xem được ghi.", "en": "Name a purpose at a record of the register to see each person; the look is entered."] as Text, l)</p>"
        }
        return totals(
            ["vi": "Giờ của từng người", "en": "Hours by student"], ["vi": "Số định danh", "en": "Personal ID"],
            groups.prefix(Self.rowsMax).map { ("<span class=\"code\">\($0.id)</span>" as HTML, $0.shifts) }, l)
    }

    // MARK: A guide's own

    private func ownName(_ session: CitizenSession) async throws -> String {
        let own = try await registry.own(session.register, row: session.row)
        let person = own.records.first { $0.register.name == session.register }
        return person.flatMap { $0.view.value("name", in: $0.register)?.string } ?? own.key
    }

    private func myGuiding(_ request: Request, _ caller: Caller, _ session: CitizenSession) async throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Các ca hướng dẫn của tôi", "en": "My guiding shifts"]
        let shifts = try dossiers.guideShifts(of: session.row)
        let done = shifts.filter { $0.state == .done }
        let rows: [[HTML]] = shifts.map { one in
            let isOver = one.state == .done
            let atFirst: String =
                one.measured.map { "\(l.number($0.dossiers.atFirst))/\(l.number($0.dossiers.ended))" } ?? "\(l.number(one.statedSucceeded))/\(l.number(one.statedDossiers))"
            return [
                HTML(text: one.day.written(l)), HTML(text: clock(one)), HTML(text: one.place), HTML(text: stateName(one, l)),
                HTML(text: isOver ? hours(GuideShift.minutes([one]), l) : "–"), HTML(text: isOver ? l.number(one.dossiers) : "–"), HTML(text: isOver ? atFirst : "–"),
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
                ["vi": "Ngày", "en": "Day"], ["vi": "Giờ", "en": "Hours"], ["vi": "Nơi", "en": "Place"], ["vi": "Tình trạng", "en": "State"],
                ["vi": "Thời gian", "en": "Time"], ["vi": "Hồ sơ", "en": "Dossiers"],
                ["vi": "Đạt ngay, trong số đã có kết quả", "en": "At first, of those that ended"],
            ]
            content = """
                <h1>\(title, l)</h1><p class="lead">\(l.number(done.count)) \(["vi": "ca đã xong", "en": "shifts done"] as Text, l) · \(hours(GuideShift.minutes(done), l)) · \(l.number(sum(done, \.dossiers))) \(["vi": "hồ sơ", "en": "dossiers"] as Text, l)</p>
                <p class="muted">\(["vi": "Ca bạn bắt đầu ở trang “Hướng dẫn người dân” được hệ thống đo. “Kê khai” là ca chỉ có danh sách giấy.", "en": "A shift that you begin on the page “Helping people” is measured. “Stated” is one of which there is a paper list only."] as Text, l)</p>
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
        var rows = [
            (say("Họ và tên", "Name"), one.name), (say("Thời gian", "Time"), hours(one.minutes, l)), (say("Số ca", "Shifts"), l.number(one.shifts)),
            (say("Hồ sơ đã hướng dẫn", "Dossiers guided"), l.number(one.dossiers)),
        ]
        if one.statedMinutes > 0 || one.stated > 0 {
            let count = l.number(one.stated)
            rows.append((say("Trong đó kê khai", "Of these stated"), hours(one.statedMinutes, l) + say(", \(count) hồ sơ", ", \(count) dossiers")))
        }
        rows += [
            (say("Từ ngày", "From"), one.first.written(l)), (say("Đến ngày", "Until"), one.last.written(l)), (say("Cấp lúc", "Issued"), one.issued.written(l)),
        ]
        return rows
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
    func guidePaperPage(_ request: Request, _ caller: Caller, _ one: GuideCertificate) throws -> Response {
        let l = caller.language
        let changed = try dossiers.changedShifts(of: one)
        let state: HTML
        switch changed {
        case 0?:
            state = """
                <p class="notice ok"><strong>\(["vi": "Giấy này do thành phố cấp.", "en": "The city issued this paper."] as Text, l)</strong> \(["vi": "Mọi ca trong giấy vẫn như khi cấp. So từng dòng dưới đây với giấy trên tay.", "en": "Every shift it counts stands as it did then. Compare each line below with the paper in hand."] as Text, l)</p>
                """
        case let count?:
            state = """
                <p class="notice"><strong>\(["vi": "Giấy này do thành phố cấp, nhưng không còn đúng với sổ.", "en": "The city issued this paper, but the register no longer says the same."] as Text, l)</strong> \(["vi": "Số ca đã sửa hoặc hủy sau khi cấp:", "en": "Shifts changed or taken out since it was issued:"] as Text, l) \(l.number(count))/\(l.number(one.shifts)). \(["vi": "Đề nghị người có tên lấy giấy mới.", "en": "Ask whoever it names for a new one."] as Text, l)</p>
                """
        case nil:
            state = """
                <p class="notice ok"><strong>\(["vi": "Giấy này do thành phố cấp.", "en": "The city issued this paper."] as Text, l)</strong> \(["vi": "Giấy không ghi từng ca, nên không đối chiếu được với sổ hôm nay.", "en": "It does not say which shifts it counts, so that it cannot be compared with today's register."] as Text, l)</p>
                """
        }
        let rows: [HTML] = guideRows(one, l).map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
        let content: HTML = """
            <p class="caption">\(Parts.verifyTitle, l)</p><h1>\(Parts.guidePaperTitle, l)</h1>
            \(state)<dl class="summary">\(rows)</dl><p><a href="/verify">\(["vi": "Kiểm tra giấy khác", "en": "Check another paper"] as Text, l)</a></p>
            """
        return layout(Parts.verifyTitle, request, caller).response(content)
    }
}
