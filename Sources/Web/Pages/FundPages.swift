// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Dossiers
internal import HTTP
internal import NIOHTTP1
internal import Notices
internal import Papers
internal import Payments
internal import People
internal import Registers

/// The fund for re-investment as everybody sees it, its commitments, and the fees that feed it: tried, and reported.
extension Parts {
    var fundPages: [Endpoint] {
        [
            Endpoint(.GET, "/fund", .open) { request, caller, _ in try await offLoop { try fundPage(request, caller) } }.shared,
            Endpoint(.GET, "/treasury/fund", .officers) { request, caller, _ in
                try keepsMoney(caller)
                return try await offLoop { try fundDesk(request, caller, []) }
            },
            Endpoint(.POST, "/treasury/fund/{act}", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try keepsMoney(caller, parameters[0] == "approve" ? .decide : .write)
                let form = MoneyForm(request)
                return try await acting {
                    if parameters[0] == "commitment" {
                        try await payments.commit(
                            purpose: form.texts["purpose"] ?? "", title: form.texts["title"] ?? "", payee: form.texts["payee"] ?? "",
                            amount: Money(amount(form.texts["amount"] ?? "") ?? 0),
                            author: caller.authority.id)
                    } else {
                        try await payments.decide(
                            commitment: form.texts["commitment"] ?? "", parameters[0], amount: amount(form.texts["amount"] ?? "").map { Money($0) }, author: caller.authority.id)
                    }
                    return .redirect("/treasury/fund")
                } refused: {
                    try fundDesk(request, caller, $0)
                }
            },
            Endpoint(.GET, "/treasury/fees", .officers) { request, caller, _ in
                try keepsMoney(caller)
                return try await offLoop { try feesPage(request, caller) }
            },
            Endpoint(.GET, "/treasury/fees/report.pdf", .officers) { request, caller, _ in
                try keepsMoney(caller)
                return try await offLoop { try feeReport(request, caller) }
            },
            Endpoint(.GET, "/treasury/fees/report.xlsx", .officers) { request, caller, _ in
                try keepsMoney(caller)
                return try await offLoop { try feeSheet(request, caller) }
            },
            Endpoint(.GET, "/treasury/letters", .officers) { request, caller, _ in
                try keepsMoney(caller)
                return try await lettersPage(request, caller)
            },
            Endpoint(.POST, "/treasury/letters", .officers, bodyMax: 1 << 16) { request, caller, _ in
                try keepsMoney(caller, .write)
                let keys = (request.form ?? []).filter { $0.name == "key" }.map { $0.value.split(separator: "|", maxSplits: 1).map(String.init) }
                try await payments.printed(keys.filter { $0.count == 2 }.map { (household: $0[0], key: $0[1]) })
                return .redirect("/treasury/letters")
            },
        ]
    }

    private func purposeTable(_ fund: FundView, _ l: Language) -> HTML {
        let rows: [[HTML]] = fund.purposes.map { one in
            [
                "\(one.title)<br><span class=\"muted\">\(one.decision)\(one.until.map { " · \((["vi": "đến", "en": "until"] as Text)[l]) \($0.written(l))" } ?? "")</span>",
                money(one.approved, l), money(one.committed, l), money(one.spent, l), money(one.remaining, l),
            ]
        }
        return table(
            ["vi": "Các mục được duyệt", "en": "Approved purposes"],
            [
                ["vi": "Nội dung", "en": "Purpose"], ["vi": "Được chi", "en": "Approved"], ["vi": "Đã cam kết", "en": "Committed"], ["vi": "Đã chi", "en": "Spent"],
                ["vi": "Còn", "en": "Left"],
            ], rows, l)
    }

    private func fundFigures(_ fund: FundView, _ l: Language) -> HTML {
        func one(_ title: Text, _ amount: Money) -> HTML { "<div><dt>\(title, l)</dt><dd>\(money(amount, l))</dd></div>" }
        return """
            <dl class="figures">\(one(["vi": "Đã thu vào quỹ", "en": "Income"], fund.income))\(one(["vi": "Đã cam kết", "en": "Committed"], fund.committed))\(one(["vi": "Đã chi", "en": "Spent"], fund.spent))\(one(["vi": "Còn lại", "en": "Remaining"], fund.remaining))</dl>
            """
    }

    private func fundPage(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Quỹ tái đầu tư công nghệ thông tin", "en": "Fund for re-investment in IT"]
        let fund = try payments.fund()
        let months = fund.months.suffix(12).map { (name: String($0.month.split(separator: "-").reversed().joined(separator: "/")), amount: $0.amount.amount) }
        let done: [[HTML]] = try payments.commitments().filter { $0.state == "committed" || $0.state == "spent" }.prefix(100).map { one in
            [
                HTML(text: one.day.written(l)), HTML(text: one.title), HTML(text: one.payee), money(one.state == "spent" ? one.spent : one.amount, l),
                HTML(text: (one.state == "spent" ? ["vi": "đã chi", "en": "spent"] as Text : ["vi": "đã cam kết", "en": "committed"] as Text)[l]),
            ]
        }
        let content: HTML = """
            <h1>\(title, l)</h1><p class="lead">\(["vi": "Một phần lệ phí dịch vụ công được trích vào quỹ để nâng cấp chính hệ thống phục vụ bạn. Mỗi đồng vào, ra đều là một mục trong sổ cái kiểm chứng được.", "en": "A part of the fees for public services goes into this fund, to improve the very system that serves you. Every đồng in or out is an entry of a ledger that can be verified."] as Text, l)</p>
            \(fundFigures(fund, l))\(Charts.amounts(["vi": "Thu theo tháng", "en": "Income by month"], months, l))
            <h2>\(["vi": "Được chi vào đâu", "en": "What it may pay for"] as Text, l)</h2>\(fund.purposes.isEmpty ? "<p class=\"notice\">\(["vi": "Chưa có mục chi nào được duyệt.", "en": "No purpose is approved yet."] as Text, l)</p>" as HTML : purposeTable(fund, l))
            \(done.isEmpty ? nil : "<h2>\(["vi": "Đã cam kết và đã chi", "en": "Committed and spent"] as Text, l)</h2>\(table(["vi": "Đã cam kết và đã chi", "en": "Committed and spent"], [["vi": "Ngày", "en": "Day"], ["vi": "Nội dung", "en": "What for"], ["vi": "Bên nhận", "en": "To"], ["vi": "Số tiền", "en": "Amount"], ["vi": "Tình trạng", "en": "State"]], done, l))" as HTML)
            """
        return layout(title, request, caller, door: "home").response(content)
    }

    private func fundDesk(_ request: Request, _ caller: Caller, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Quỹ tái đầu tư", "en": "Re-investment fund"]
        let fund = try payments.fund()
        let form = MoneyForm(objections.isEmpty ? nil : request, objections)
        let states: [String: Text] = [
            "proposed": ["vi": "chờ người khác duyệt", "en": "waits for another's approval"], "committed": ["vi": "đã cam kết", "en": "committed"],
            "spent": ["vi": "đã chi", "en": "spent"],
            "released": ["vi": "đã bỏ", "en": "released"],
        ]
        let rows: [[HTML]] = try payments.commitments().map { one in
            func button(_ act: String, _ text: Text) -> HTML {
                "<form class=\"inline\" method=\"post\" action=\"/treasury/fund/\(act)\">\(csrf(caller))<input type=\"hidden\" name=\"commitment\" value=\"\(one.id)\"><button class=\"link\">\(text, l)<span class=\"visually-hidden\"> \(one.id)</span></button></form> "
            }
            let acts: HTML
            switch one.state {
            case "proposed":
                acts = "\(one.author == caller.authority.id ? nil : button("approve", ["vi": "duyệt", "en": "approve"]))\(button("release", ["vi": "bỏ", "en": "release"]))"
            case "committed": acts = "\(button("spend", ["vi": "đã chi đủ", "en": "spent in full"]))\(button("release", ["vi": "bỏ", "en": "release"]))"
            default: acts = ""
            }
            return [
                "<span class=\"code\">\(one.id)</span>", "\(one.title) · \(one.purpose)", HTML(text: one.payee), money(one.amount, l),
                HTML(text: (states[one.state] ?? .same(one.state))[l]), acts,
            ]
        }
        let purposes = fund.purposes.map { (code: $0.code, title: "\($0.title) (\($0.code))") }
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>\(fundFigures(fund, l))\(fund.purposes.isEmpty ? nil : purposeTable(fund, l))
            <p><a href="/registers/\(payments.city.purposes)">\(["vi": "Sổ các mục chi", "en": "The register of purposes"] as Text, l)</a></p>
            <h2>\(["vi": "Cam kết chi", "en": "Commit"] as Text, l)</h2><form method="post" action="/treasury/fund/commitment" novalidate>\(csrf(caller))
            \(pick("purpose", ["vi": "Mục chi", "en": "Purpose"], [("", (["vi": "Chọn mục", "en": "Choose"] as Text)[l])] + purposes, form, l))\(entry("title", ["vi": "Việc cụ thể", "en": "What exactly"], width: "w-full", form, l))\(entry("payee", ["vi": "Bên nhận", "en": "To whom"], width: "w-full", form, l))\(entry("amount", ["vi": "Số tiền, đồng", "en": "Amount, in đồng"], width: "w-10", mode: "numeric", form, l))
            <p><button class="button">\(["vi": "Đề xuất cam kết", "en": "Propose"] as Text, l)</button></p></form>
            \(rows.isEmpty ? nil : table(["vi": "Các cam kết", "en": "Commitments"], [["vi": "Mã", "en": "Number"], ["vi": "Nội dung", "en": "What for"], ["vi": "Bên nhận", "en": "To"], ["vi": "Số tiền", "en": "Amount"], ["vi": "Tình trạng", "en": "State"], ["vi": "Thao tác", "en": "Acts"]], rows, l))
            """
        return treasuryFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    // MARK: Trying fees

    /// The scenario that an address describes, and the year it is tried on.
    private func scenario(_ request: Request) throws -> (FeeScenario, from: Day, to: Day, objections: [Objection]) {
        var scenario = FeeScenario()
        var objections: [Objection] = []
        for (name, value) in request.query where name.hasPrefix("c-") || name.hasPrefix("o-") {
            let code = String(name.dropFirst(2))
            guard !value.trimmed.isEmpty, let procedure = try? dossiers.procedure(code) else { continue }
            guard let typed = amount(value), typed >= 0, typed <= 100_000_000 else {
                objections.append(Objection(field: name, code: "range", ["vi": "Nhập số đồng, từ 0 đến 100.000.000.", "en": "Enter an amount in đồng, from 0 to 100,000,000."]))
                continue
            }
            let fee = procedure.fee(on: registry.world.today)?.value
            var pair = scenario.fees[code] ?? (fee?.amount(.counter).amount ?? 0, fee?.amount(.online).amount ?? 0)
            if name.hasPrefix("c-") { pair.counter = typed } else { pair.online = typed }
            scenario.fees[code] = pair
        }
        scenario.liftedExemptions = Set(request.query.filter { $0.name == "lift" }.map(\.value))
        if let text = request.parameter("share") {
            if let share = Int64(text), (0...100).contains(share) {
                scenario.fundParts = share * 100
            } else {
                objections.append(Objection(field: "share", code: "range", ["vi": "Phần góp quỹ từ 0 đến 100 phần trăm.", "en": "The fund's share is from 0 to 100 percent."]))
            }
        }
        let to = request.parameter("to").flatMap { Day($0) } ?? registry.world.today
        let from = request.parameter("from").flatMap { Day($0) } ?? to + -364
        return (scenario, from, to, objections)
    }

    private func forecastTable(_ title: Text, _ rows: [FeeForecast.Row], _ total: FeeForecast.Row, _ l: Language) -> HTML {
        let cells: [[HTML]] = (rows + [total]).map {
            [HTML(text: $0.name[l]), HTML(text: l.number($0.count)), money(Money($0.charged), l), money(Money($0.wouldBe), l), money(Money($0.wouldBe - $0.charged), l)]
        }
        return table(
            title,
            [
                title, ["vi": "Hồ sơ", "en": "Dossiers"], ["vi": "Theo biểu hiện hành", "en": "Charged"], ["vi": "Nếu theo biểu này", "en": "By this schedule"],
                ["vi": "Chênh lệch", "en": "Difference"],
            ], cells, l)
    }

    private func feesPage(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Thử biểu phí khác", "en": "Try another schedule of fees"]
        let (scenario, from, to, objections) = try scenario(request)
        let forecast = try payments.forecast(scenario, from: from, to: to)
        let today = registry.world.today
        let typed = Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        var form = MoneyForm()
        (form.texts, form.objections) = (typed, objections)
        form.texts["share"] = typed["share"] ?? "30"
        form.texts["from"] = from.description
        form.texts["to"] = to.description
        let rows: [HTML] = dossiers.procedures.filter { !$0.isLinked }.map { one in
            let fee = one.fee(on: today)?.value
            func cell(_ prefix: String, _ label: Text, _ now: Int64) -> HTML {
                let name = prefix + one.code
                return
                    "<td data-label=\"\(label, l)\"><label class=\"visually-hidden\" for=\"f-\(name)\">\(one.title, l), \(label, l)</label><input class=\"w-10\" type=\"text\" inputmode=\"numeric\" id=\"f-\(name)\" name=\"\(name)\" value=\"\(typed[name] ?? "")\" placeholder=\"\(l.number(now))\"></td>"
            }
            return
                "<tr><th scope=\"row\">\(one.title, l)</th>\(cell("c-", ["vi": "Tại quầy", "en": "At the counter"], fee?.amount(.counter).amount ?? 0))\(cell("o-", ["vi": "Trực tuyến", "en": "Online"], fee?.amount(.online).amount ?? 0))</tr>"
        }
        let exemptions = Dictionary(
            dossiers.procedures.flatMap { $0.fee(on: today)?.value.exemptions.map { ($0.code, $0.title) } ?? [] }, uniquingKeysWith: { first, _ in first })
        let boxes: [HTML] = exemptions.sorted { $0.key < $1.key }.map {
            "<label><input type=\"checkbox\" name=\"lift\" value=\"\($0.key)\"\(scenario.liftedExemptions.contains($0.key) ? " checked" as HTML : nil)><span>\($0.value, l)</span></label>"
        }
        let query = request.query.filter { $0.name != "lang" }.map { "\(Request.encode($0.name))=\(Request.encode($0.value))" }.joined(separator: "&")
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1><p class="lead">\(["vi": "Tính lại mọi hồ sơ đã nộp trong thời gian này theo biểu phí bạn nhập. Ô để trống giữ mức hiện nay. Không dự báo được số người nộp sẽ tăng hay giảm.", "en": "Reckons every dossier handed in during this time by the fees you enter. An empty box keeps today's fee. Whether more or fewer people would come it cannot foresee."] as Text, l)</p>
            \(Charts.amounts(["vi": "Theo biểu hiện hành và nếu theo biểu này", "en": "Charged, and by this schedule"], [((["vi": "Theo biểu hiện hành", "en": "Charged"] as Text)[l], forecast.total.charged), ((["vi": "Theo biểu này", "en": "By this schedule"] as Text)[l], forecast.total.wouldBe), ((["vi": "Trong đó vào quỹ", "en": "Of it to the fund"] as Text)[l], forecast.fund)], l))
            <p><a class="button secondary" href="/treasury/fees/report.pdf?\(query)">\(["vi": "Báo cáo xin ý kiến Bộ (PDF)", "en": "Report for the Ministry (PDF)"] as Text, l)</a> <a class="button secondary" href="/treasury/fees/report.xlsx?\(query)">XLSX</a></p>
            \(forecastTable(["vi": "Theo kênh", "en": "By channel"], forecast.byChannel, forecast.total, l))\(forecastTable(["vi": "Theo nhóm", "en": "By group"], forecast.byGroup, forecast.total, l))\(forecastTable(["vi": "Theo thủ tục", "en": "By procedure"], forecast.byProcedure, forecast.total, l))
            <form method="get" action="/treasury/fees" novalidate><h2>\(["vi": "Biểu phí thử", "en": "The schedule to try"] as Text, l)</h2>
            \(entry("from", ["vi": "Từ ngày", "en": "From"], type: "date", form, l))\(entry("to", ["vi": "Đến hết ngày", "en": "To the end of"], width: "w-10", type: "date", form, l))\(entry("share", ["vi": "Phần trích vào quỹ, %", "en": "Share of the fund, %"], width: "w-5", mode: "numeric", form, l))
            <fieldset class="field"><legend>\(["vi": "Bỏ miễn phí cho", "en": "No longer exempt"] as Text, l)</legend><div class="choices">\(boxes)</div></fieldset>
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(["vi": "Biểu phí thử", "en": "The schedule to try"] as Text, l)"><table class="reflow"><caption class="visually-hidden">\(["vi": "Biểu phí thử", "en": "The schedule to try"] as Text, l)</caption><thead><tr><th scope="col">\(["vi": "Thủ tục", "en": "Procedure"] as Text, l)</th><th scope="col">\(["vi": "Tại quầy, đồng", "en": "At the counter, đồng"] as Text, l)</th><th scope="col">\(["vi": "Trực tuyến, đồng", "en": "Online, đồng"] as Text, l)</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <p><button class="button">\(["vi": "Tính", "en": "Reckon"] as Text, l)</button></p></form>
            """
        return treasuryFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    // MARK: The report

    private func feeReport(_ request: Request, _ caller: Caller) throws -> Response {
        guard let press = options.press else {
            throw Problem(
                .serviceUnavailable, "no-press",
                ["vi": "Máy chủ thiếu phông chữ để in. Báo người quản trị.", "en": "The server lacks the font for printing. Tell the administrator."])
        }
        let l = caller.language
        let (scenario, from, to, _) = try scenario(request)
        let forecast = try payments.forecast(scenario, from: from, to: to)
        let fund = try payments.fund()
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        func đồng(_ amount: Int64) -> String { "\(l.number(amount)) đ" }
        let place = options.cityName.vi.replacing("Thành phố ", with: "")
        func lines(_ rows: [FeeForecast.Row]) -> [String] {
            rows.map {
                say(
                    "\($0.name.vi): \(l.number($0.count)) hồ sơ, theo biểu hiện hành \(đồng($0.charged)), theo phương án \(đồng($0.wouldBe))",
                    "\($0.name.en): \(l.number($0.count)) dossiers, charged \(đồng($0.charged)), by the proposal \(đồng($0.wouldBe))")
            }
        }
        let changed = scenario.fees.sorted { $0.key < $1.key }.map { code, fee in
            let title = (try? dossiers.procedure(code).title[l]) ?? code
            return say("\(title): tại quầy \(đồng(fee.counter)), trực tuyến \(đồng(fee.online))", "\(title): at the counter \(đồng(fee.counter)), online \(đồng(fee.online))")
        }
        let document = PaperDocument(
            title: say("Báo cáo thí điểm thu phí dịch vụ công trực tuyến", "Report on the pilot of fees for online public services"), language: l, author: options.cityName[l],
            made: registry.world.now(),
            blocks: [
                .letterhead(office: ["UBND \(options.cityName.vi.uppercased())", "SỞ TÀI CHÍNH"], state: ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"]),
                .title(
                    say("BÁO CÁO THÍ ĐIỂM THU PHÍ DỊCH VỤ CÔNG TRỰC TUYẾN", "REPORT ON THE PILOT OF FEES FOR ONLINE PUBLIC SERVICES"),
                    below: "\(place), \(dateWords(registry.world.today, l))"),
                .paragraph(say("Kính gửi: Bộ Tài chính", "To: the Ministry of Finance")),
                .paragraph(
                    say(
                        "Thực hiện Thông báo 699/TB-UBND, thành phố tính lại lệ phí của hồ sơ nộp từ \(from.written(.vietnamese)) đến \(to.written(.vietnamese)) theo phương án dưới đây.",
                        "Under announcement 699/TB-UBND the city has reckoned the fees of dossiers handed in from \(from.written(.english)) to \(to.written(.english)) by the proposal below."
                    )),
                .heading(say("1. Kết quả", "1. Result")),
                .facts([
                    (say("Hồ sơ", "Dossiers"), l.number(forecast.total.count)), (say("Theo biểu hiện hành", "Charged"), đồng(forecast.total.charged)),
                    (say("Theo phương án", "By the proposal"), đồng(forecast.total.wouldBe)),
                    (say("Chênh lệch", "Difference"), đồng(forecast.total.wouldBe - forecast.total.charged)),
                    (say("Trích vào quỹ tái đầu tư", "To the re-investment fund"), "\(đồng(forecast.fund)) (\(scenario.fundParts / 100) %)"),
                ]), .heading(say("2. Mức phí đề xuất", "2. Proposed fees")), changed.isEmpty ? .paragraph(say("Giữ các mức hiện hành.", "Today's fees are kept.")) : .list(changed),
                .heading(say("3. Theo kênh nộp", "3. By channel")), .list(lines(forecast.byChannel)), .heading(say("4. Theo nhóm được miễn và không được miễn", "4. By group")),
                .list(lines(forecast.byGroup)),
                .heading(say("5. Theo thủ tục", "5. By procedure")), .list(lines(forecast.byProcedure)), .heading(say("6. Quỹ tái đầu tư", "6. Re-investment fund")),
                .facts([
                    (say("Đã thu", "Income"), đồng(fund.income.amount)), (say("Đã cam kết", "Committed"), đồng(fund.committed.amount)),
                    (say("Đã chi", "Spent"), đồng(fund.spent.amount)),
                    (say("Còn lại", "Remaining"), đồng(fund.remaining.amount)),
                ]),
                .paragraph(
                    say(
                        "Cách tính: mỗi hồ sơ giữ nguyên kênh nộp và diện miễn; số người nộp được coi là không đổi.",
                        "Method: every dossier keeps its channel and exemption; the number of applicants is taken as unchanged.")),
                .signature([say("NGƯỜI LẬP BÁO CÁO", "PREPARED BY"), caller.session?.account.name ?? ""]),
            ])
        return Response(
            .ok, type: "application/pdf", press.writer.write(document, signedBy: press.signer), headers: [("content-disposition", "inline; filename=\"fee-pilot-\(to).pdf\"")])
    }

    private func feeSheet(_ request: Request, _ caller: Caller) throws -> Response {
        let l = caller.language
        let (scenario, from, to, _) = try scenario(request)
        let forecast = try payments.forecast(scenario, from: from, to: to)
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        var sheet = try SpreadsheetWriter(
            title: say("Thu phí", "Fees"),
            header: [
                say("Cách chia", "Divided by"), say("Mục", "Item"), say("Hồ sơ", "Dossiers"), say("Theo biểu hiện hành, đồng", "Charged, đồng"),
                say("Theo phương án, đồng", "By the proposal, đồng"), say("Chênh lệch, đồng", "Difference, đồng"),
            ])
        func add(_ group: String, _ rows: [FeeForecast.Row]) throws {
            for row in rows { try sheet.add([group, row.name[l], String(row.count), String(row.charged), String(row.wouldBe), String(row.wouldBe - row.charged)]) }
        }
        try add(say("Kênh", "Channel"), forecast.byChannel)
        try add(say("Nhóm", "Group"), forecast.byGroup)
        try add(say("Thủ tục", "Procedure"), forecast.byProcedure)
        try add(say("Cộng", "Total"), [forecast.total])
        try sheet.add([say("Quỹ", "Fund"), say("Trích vào quỹ", "To the fund"), "", "", String(forecast.fund), ""])
        try sheet.close()
        return Response(
            .ok, type: Parts.workbookType, sheet.take(),
            headers: [("content-disposition", "attachment; filename=\"fee-pilot-\(to).xlsx\"")])
    }

    // MARK: Letters

    private func lettersPage(_ request: Request, _ caller: Caller) async throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Thư giấy cần in", "en": "Letters to print"]
        let letters = try await payments.letters(limit: 100, for: caller.authority)
        let items: [HTML] = letters.map { one in
            "<li class=\"letter\"><p><strong>\(["vi": "Kính gửi hộ", "en": "To the household"] as Text, l) \(one.household)</strong><br>\(one.place)</p><p>\(one.text)</p><input type=\"hidden\" name=\"key\" value=\"\(one.household)|\(one.key)\"></li>"
        }
        let content: HTML = """
            <h1>\(title, l)</h1>\(items.isEmpty ? "<p class=\"notice\">\(["vi": "Không có thư nào chờ in.", "en": "No letter waits."] as Text, l)</p>" as HTML : """
            <p class="no-print">\(["vi": "In trang này, rồi đánh dấu đã in: mỗi thư chỉ gửi một lần.", "en": "Print this page, then mark them as printed: each letter goes out once."] as Text, l)</p><form method="post" action="/treasury/letters">\(csrf(caller))<ol class="letters">\(items)</ol><p class="no-print"><button class="button">\(["vi": "Đã in tất cả", "en": "All are printed"] as Text, l)</button></p></form>
            """ as HTML)
            """
        return treasuryFrame(title, request, caller).response(content)
    }
}
