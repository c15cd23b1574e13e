// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Registers

/// What a contract costs month by month: reckoned from the measures, and beside it what the provider asks for.
extension Parts {
    /// The records of one contract that an invoice needs.
    private struct InvoiceShelves {
        let contracts: ITShelf
        let contract: RecordView
        let measures: ITShelf
        let deductions: ITShelf
        let invoices: ITShelf
        let schedule: [DeductionStep]
        /// The measures of a month.
        let months: [String: [RecordView]]

        var isWhole: Bool { measures.isWhole && deductions.isWhole && invoices.isWhole }

        /// What a level is called.
        func title(_ level: String) -> Text {
            guard case .choice(let choices)? = deductions.register.field("level")?.kind else { return .same(level) }
            return choices.first { $0.code == level }?.title ?? .same(level)
        }

        func isWithinTerm(_ month: String) -> Bool {
            guard let from = contracts.value(contract, "from").day, let until = contracts.value(contract, "until").day else { return true }
            return ServiceInvoice.isWithin(month, from: from, until: until)
        }

        func asked(in month: String) -> [RecordView] { invoices.records.filter { invoices.value($0, "month").plain == month } }
    }

    /// Every month reckoned from the measures and the schedule, the latest first.
    func itInvoices(
        _ contracts: ITShelf, _ record: RecordView, _ contract: (field: String, value: String), _ it: ITServiceRegisters, _ caller: Caller
    ) async throws -> HTML {
        let l = caller.language
        let measures = try await shelf(it.measures, where: contract, caller)
        let deductions = try await shelf(it.deductions, where: contract, caller)
        let shelves = InvoiceShelves(
            contracts: contracts, contract: record, measures: measures, deductions: deductions, invoices: try await shelf(it.providerInvoices, where: contract, caller),
            schedule: deductions.records.compactMap { it.step(deductions.reader($0)) },
            months: Dictionary(grouping: measures.records) { measures.value($0, "month").plain })
        let title: Text = ["vi": "Hóa đơn theo tháng", "en": "Invoices by month"]
        // An invoice over a part of the measures would be a wrong one.
        guard shelves.isWhole else {
            let why = Text(
                vi: "Hợp đồng có hơn \(Self.itRecordsMax) số đo, mức khấu trừ hoặc hóa đơn, trang này không đọc đủ nên không tính hóa đơn nào.",
                en: "The contract has more than \(Self.itRecordsMax) measures, steps of deduction or invoices. This page cannot read them all, so it reckons no invoice.")
            return "<h2>\(title, l)</h2><p class=\"notice\">\(why, l)</p>"
        }
        let how: Text = [
            "vi": "Tính lại từ sổ số đo và bảng khấu trừ: ai cũng tính lại được. Hóa đơn của bên cung cấp chỉ duyệt được khi khớp với số tính lại.",
            "en": "Reckoned from the registers of measures and deductions, so that anybody can reckon it again. A provider's invoice is approved only where both say the same.",
        ]
        var reckoned: [String: ServiceInvoice] = [:]
        var parts: [HTML] = []
        let billed = shelves.invoices.records.map { shelves.invoices.value($0, "month").plain }
        for month in Set(shelves.months.keys).union(billed).sorted(by: >) {
            let part = invoicePart(month, shelves, it, l)
            parts.append(part.html)
            reckoned[month] = part.invoice
        }
        let links: [HTML] = [measures, deductions, shelves.invoices].map { one in
            "<a href=\"/registers/\(one.register.name)?contract=\(Request.encode(contract.value))\">\(one.register.title, l)</a>"
        }
        let entering: HTML? =
            caller.authority.may(.write, it.providerInvoices)
            ? "<p><a class=\"button secondary\" href=\"/registers/\(it.providerInvoices)/new?contract=\(Request.encode(contract.value))&state=received\">\(["vi": "Nhập hóa đơn của bên cung cấp", "en": "Enter a provider's invoice"] as Text, l)</a></p>"
            : nil
        return """
            <h2>\(title, l)</h2><p>\(how, l) \(HTML.joined(links, " · "))</p>\(soFar(reckoned, shelves, l))\(entering)\(parts)
            """
    }

    /// The sums of all months beside the contract's amount; said aloud where they are more.
    private func soFar(_ reckoned: [String: ServiceInvoice], _ shelves: InvoiceShelves, _ l: Language) -> HTML {
        let amount = shelves.contracts.value(shelves.contract, "amount").integer ?? 0
        let sum = reckoned.values.reduce(Int64(0)) { $0.addingReportingOverflow($1.total.amount).partialValue }
        let approvedRecords = shelves.invoices.records.filter { shelves.invoices.value($0, "state").string == "approved" }
        let approved = approvedRecords.reduce(Int64(0)) { $0.addingReportingOverflow(shelves.invoices.value($1, "amount").integer ?? 0).partialValue }
        let sumTitle: Text = ["vi": "Tính lại đến nay", "en": "Reckoned so far"]
        let approvedTitle: Text = ["vi": "Hóa đơn đã duyệt", "en": "Invoices approved"]
        let amountTitle: Text = ["vi": "Giá trị hợp đồng", "en": "Amount of the contract"]
        let over: HTML?
        if sum > amount || approved > amount {
            let words = Text(
                vi: "Vượt giá trị hợp đồng \(l.number(max(sum, approved) - amount)) đ.", en: "This is \(l.number(max(sum, approved) - amount)) đ more than the contract's amount.")
            over = "<p class=\"notice\" role=\"status\">\(words, l)</p>"
        } else {
            over = nil
        }
        return """
            <dl class="figures"><div><dt>\(sumTitle, l)</dt><dd>\(money(Money(sum), l))</dd></div><div><dt>\(approvedTitle, l)</dt><dd>\(money(Money(approved), l))</dd></div>\
            <div><dt>\(amountTitle, l)</dt><dd>\(money(Money(amount), l))</dd></div></dl>\(over)
            """
    }

    private func invoicePart(_ month: String, _ shelves: InvoiceShelves, _ it: ITServiceRegisters, _ l: Language) -> (html: HTML, invoice: ServiceInvoice?) {
        let name = String(month.split(separator: "-").reversed().joined(separator: "/"))
        guard shelves.isWithinTerm(month) else {
            let why: Text = ["vi": "ngoài thời hạn hợp đồng, không tính", "en": "outside the contract's term, nothing is reckoned"]
            return ("<p class=\"notice\">\(name): \(why, l)</p>", nil)
        }
        let measures = (shelves.months[month] ?? []).compactMap { it.measure(shelves.measures.reader($0)) }
        let invoice: ServiceInvoice
        do throws(InvoiceError) {
            invoice = try ServiceInvoice.reckon(month: month, measures, by: shelves.schedule)
        } catch {
            let why: Text = error == .tooLarge ? ["vi": "số quá lớn", "en": "the numbers are too large"] : ["vi": "không có tháng này", "en": "there is no such month"]
            return ("<p class=\"notice\">\(name): \(why, l)</p>", nil)
        }
        let rows: [[HTML]] = invoice.lines.map { [HTML(text: $0.title), HTML(text: $0.reason[l]), money(Money($0.amount), l)] }
        let sum: [HTML] = ["<strong>\(["vi": "Phải trả", "en": "To be paid"] as Text, l)</strong>", "", "<strong>\(money(invoice.total, l))</strong>"]
        let caption = Text(vi: "Hóa đơn tháng \(name)", en: "Invoice of \(name)")
        let heads: [Text] = [["vi": "Dòng", "en": "Line"], ["vi": "Cách tính", "en": "How"], ["vi": "Số tiền", "en": "Amount"]]
        let deducted: HTML? =
            invoice.deducted.amount > 0
            ? " <span class=\"tag tag-wait\">\(["vi": "khấu trừ", "en": "deducted"] as Text, l) \(money(invoice.deducted, l))</span>" : nil
        let asked = shelves.asked(in: month)
        let beside: [HTML] = asked.map { comparison($0, month, measures, shelves, l) }
        let tags: [HTML] = asked.map { invoiceTag($0, month, measures, shelves, l) }
        let html: HTML = """
            <details><summary>\(name): \(money(invoice.total, l))\(deducted)\(tags)</summary>
            \(table(caption, heads, rows + [sum], l))\(beside)</details>
            """
        return (html, invoice)
    }

    private func compare(_ record: RecordView, _ month: String, _ measures: [ServiceMeasure], _ shelves: InvoiceShelves) -> InvoiceComparison? {
        let billed = Money(shelves.invoices.value(record, "amount").integer ?? 0)
        do throws(InvoiceError) {
            return try InvoiceComparison(billed: billed, month: month, measures, by: shelves.schedule)
        } catch {
            // The month itself cannot be reckoned, and the page has said why.
            return nil
        }
    }

    private func invoiceTag(_ record: RecordView, _ month: String, _ measures: [ServiceMeasure], _ shelves: InvoiceShelves, _ l: Language) -> HTML {
        switch shelves.invoices.value(record, "state").string {
        case "approved": return " <span class=\"tag tag-ok\">\(["vi": "đã duyệt", "en": "approved"] as Text, l)</span>"
        case "returned": return " <span class=\"tag tag-closed\">\(["vi": "trả lại", "en": "returned"] as Text, l)</span>"
        default:
            return compare(record, month, measures, shelves)?.agrees == true
                ? " <span class=\"tag tag-wait\">\(["vi": "khớp, chờ duyệt", "en": "agrees, not yet approved"] as Text, l)</span>"
                : " <span class=\"tag tag-late\">\(["vi": "không khớp", "en": "does not agree"] as Text, l)</span>"
        }
    }

    /// The provider's invoice beside the reckoning, with what explains the difference.
    private func comparison(_ record: RecordView, _ month: String, _ measures: [ServiceMeasure], _ shelves: InvoiceShelves, _ l: Language) -> HTML {
        guard let compared = compare(record, month, measures, shelves) else { return "" }
        let number = shown(shelves.invoices, record, "invoice", l)
        let head: Text = ["vi": "Hóa đơn của bên cung cấp", "en": "Provider's invoice"]
        let facts: [(Text, HTML)] = [
            (["vi": "Tình trạng", "en": "State"], HTML(text: shown(shelves.invoices, record, "state", l))),
            (["vi": "Bên cung cấp đề nghị thanh toán", "en": "The provider asks for"], money(compared.billed, l)),
            (["vi": "Tính lại từ số đo", "en": "The measures give"], money(compared.reckoned.total, l)),
            (["vi": "Chênh lệch", "en": "Difference"], money(Money(compared.difference), l)),
        ]
        let list: [HTML] = facts.map { "<div><dt>\($0.0, l)</dt><dd>\($0.1)</dd></div>" }
        let reasons: [HTML] = compared.reasons { shelves.title($0) }.map { "<li>\($0, l)</li>" }
        let blocked: Text = ["vi": "Chưa duyệt được:", "en": "It cannot be approved:"]
        let why: HTML? = reasons.isEmpty ? nil : "<p>\(blocked, l)</p><ul>\(reasons)</ul>"
        return """
            <h3>\(head, l) <a href="\(recordHref(record, shelves.invoices.register))">\(number)</a></h3><dl class="summary">\(list)</dl>\(why)
            """
    }
}
