// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Devices
internal import HTTP
internal import Ledger
internal import NIOHTTP1
internal import Payments
internal import Registers

/// What was typed into a form about money, and what is wrong with it.
struct MoneyForm {
    var texts: [String: String] = [:]
    var objections: [Objection] = []

    static let empty = MoneyForm()

    init(_ request: Request? = nil, _ objections: [Objection] = []) {
        texts = Dictionary((request?.form ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        self.objections = objections
    }
}

extension Parts {
    /// One line to type into, with its label, hint and error.
    func entry(
        _ name: String, _ label: Text, hint: Text? = nil, width: String = "w-20", mode: String = "text", isOptional: Bool = false, type: String = "text", _ form: MoneyForm,
        _ l: Language
    ) -> HTML {
        let error = form.objections.first { $0.field == name }?.text
        let ids = [hint == nil ? nil : "h-\(name)", error == nil ? nil : "e-\(name)"].compactMap { $0 }.joined(separator: " ")
        let described: HTML = "\(ids.isEmpty ? nil : " aria-describedby=\"\(ids)\"" as HTML)\(error == nil ? nil : " aria-invalid=\"true\"" as HTML)"
        return """
            <div class="field\(error == nil ? "" : " has-error")"><label for="f-\(name)">\(label, l)\(isOptional ? " <span class=\"muted\">(\(["vi": "không bắt buộc", "en": "optional"] as Text, l))</span>" as HTML : nil)</label>\
            \(hint.map { "<p class=\"hint\" id=\"h-\(name)\">\($0, l)</p>" as HTML })\(error.map { "<p class=\"error-message\" id=\"e-\(name)\">\($0, l)</p>" as HTML })\
            <input class="\(width)" type="\(type)" inputmode="\(mode)" id="f-\(name)" name="\(name)" value="\(type == "password" ? "" : form.texts[name] ?? "")" autocomplete="off"\(described)></div>
            """
    }

    /// One of a list.
    func pick(_ name: String, _ label: Text, _ choices: [(code: String, title: String)], _ form: MoneyForm, _ l: Language) -> HTML {
        let error = form.objections.first { $0.field == name }?.text
        let options: [HTML] = choices.map { "<option value=\"\($0.code)\"\(form.texts[name] == $0.code ? " selected" as HTML : nil)>\($0.title)</option>" }
        return """
            <div class="field\(error == nil ? "" : " has-error")"><label for="f-\(name)">\(label, l)</label>\(error.map { "<p class=\"error-message\" id=\"e-\(name)\">\($0, l)</p>" as HTML })\
            <select id="f-\(name)" name="\(name)"\(error == nil ? nil : " aria-invalid=\"true\" aria-describedby=\"e-\(name)\"" as HTML)>\(options)</select></div>
            """
    }

    /// An amount as people type it: digits, with points or commas between thousands.
    func amount(_ text: String) -> Int64? {
        let digits = text.filter { $0 != "." && $0 != "," && $0 != " " && $0 != "đ" }
        return digits.utf8.count <= 15 && !digits.isEmpty ? Int64(digits) : nil
    }

    func money(_ amount: Money, _ l: Language) -> HTML { "<span class=\"num\">\(l.number(amount.amount)) đ</span>" }

    /// A pupil's class beside the school's name.
    func classOf(_ one: Payable, _ l: Language) -> HTML? { one.schoolClass.map { " · \(["vi": "lớp", "en": "class"] as Text, l) \($0)" } }

    func stateTag(_ state: PaymentState, _ l: Language) -> HTML {
        let style =
            switch state {
            case .asked: "tag tag-wait"
            case .held, .posted: "tag tag-ok"
            case .undone: "tag tag-closed"
            case .failed, .reversed: "tag tag-late"
            }
        return "<span class=\"\(style)\">\(state.title, l)</span>"
    }

    /// Runs an act of a form and answers with its page again when it is refused.
    func acting(_ act: () async throws -> Response, refused: ([Objection]) async throws -> Response) async throws -> Response {
        do {
            return try await act()
        } catch PaymentError.objections(let objections) {
            return try await refused(objections)
        } catch DeviceError.objections(let objections) {
            return try await refused(objections)
        } catch let error as PaymentError {
            return try await refused([Objection(field: "", code: "refused", error.text)])
        } catch let error as LedgerError {
            return try await refused([Objection(field: "", code: "refused", error.text)])
        } catch let error as DeviceError {
            return try await refused([Objection(field: "", code: "refused", error.text)])
        }
    }
}
