// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// Files that are the whole list of one school: whose list it is, whom it lacks, and the second look before many end.
extension Parts {
    /// Where records of this register come as lists of their own.
    func scopeFields(_ upload: Upload, _ register: Register, _ request: Request, _ objections: [Objection], _ l: Language) -> HTML? {
        guard let lists = register.lists else { return nil }
        let typed = Dictionary((request.form ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let inputs: [HTML] = lists.by.compactMap { register.field($0) }.map { field in
            let name = "scope-" + field.name
            let error = objections.first { $0.field == name }?.text
            let described = [field.hint == nil ? nil : "h-" + name, error == nil ? nil : "e-" + name].compactMap { $0 }.joined(separator: " ")
            return """
                <div class="field\(error == nil ? "" : " has-error")"><label for="\(name)">\(field.title, l)</label>\(field.hint.map { "<p class=\"hint\" id=\"h-\(name)\">\($0, l)</p>" as HTML })\(error.map { "<p class=\"error-message\" id=\"e-\(name)\">\($0, l)</p>" as HTML })\
                <input class="w-20" type="text" id="\(name)" name="\(name)" value="\(typed[name] ?? upload.scope[field.name] ?? "")" autocomplete="off"\(described.isEmpty ? nil : " aria-describedby=\"\(described)\"" as HTML)></div>
                """
        }
        let isWhole = typed["whole"] == "1" || upload.isWhole
        return """
            <fieldset class="card"><legend><h2>\(["vi": "Danh sách này của ai?", "en": "Whose list is it?"] as Text, l)</h2></legend>
            <p>\(["vi": "Để trống nếu tệp ghi ở từng dòng. Nếu điền, mọi dòng nhận giá trị này; dòng ghi khác bị từ chối.", "en": "Leave it empty where the file says so in every line. If you fill it in, every line has this value, and a line that says otherwise is rejected."] as Text, l)</p>\(inputs)
            <div class="field choices"><label><input type="checkbox" name="whole" value="1"\(isWhole ? " checked" as HTML : nil)><span>\(["vi": "Đây là danh sách đầy đủ: xem cả những ai tệp thiếu", "en": "The list is complete: look also for whom it lacks"] as Text, l)</span></label></div></fieldset>
            """
    }

    func scope(_ request: Request, _ upload: Upload) throws -> [String: String] {
        let names = try registry.register(upload.register).lists?.by ?? []
        var scope: [String: String] = [:]
        for name in names {
            let text = (request.form?.first { $0.name == "scope-" + name }?.value ?? "").tidied
            if !text.isEmpty { scope[name] = text }
        }
        return scope
    }

    /// Whether entering may end records that the file lacks, without a second look.
    func mayRetire(_ upload: Upload, _ result: LoadResult) -> Bool { upload.isWhole && result.missing > 0 && result.heldBack == nil }

    func retiring(_ upload: Upload, _ result: LoadResult, _ l: Language) -> HTML? {
        guard mayRetire(upload, result) else { return nil }
        let label = Text(vi: "Kết thúc luôn \(result.missing) hồ sơ mà tệp không có", en: "Also retire the \(result.missing) records that the file lacks")
        return "<div class=\"field choices\"><label><input type=\"checkbox\" name=\"retire\" value=\"1\"><span>\(label, l)</span></label></div>"
    }

    /// Whom the file lacks, and why nobody ends, if so.
    func missing(_ upload: Upload, _ result: LoadResult, _ caller: Caller) -> HTML? {
        let l = caller.language
        guard upload.isWhole, result.missing > 0 else { return nil }
        let title = Text(vi: "Tệp thiếu \(result.missing) trên \(result.scopeSize) hồ sơ", en: "The file lacks \(result.missing) of \(result.scopeSize) records")
        var second: HTML?
        if result.isConfirmable, case .judged = upload.state {
            second = "<p><a href=\"/loads/\(upload.id)/missing\">\(["vi": "Xem lại lần nữa và xác nhận", "en": "Look a second time and confirm"] as Text, l)</a></p>"
        }
        return """
            <section><h2>\(title, l)</h2>\(result.heldBack.map { "<p class=\"notice notice-warn\">\($0, l)</p>" as HTML })\(second)\(missingKeys(upload, result, caller))</section>
            """
    }

    /// Keys that name persons are shown to those who may see persons only.
    private func missingKeys(_ upload: Upload, _ result: LoadResult, _ caller: Caller) -> HTML? {
        let l = caller.language
        guard let register = try? registry.register(upload.register), !register.hasPersonalKey, !result.missingKeys.isEmpty else { return nil }
        let items: [HTML] = result.missingKeys.map { "<li><a class=\"code\" href=\"/registers/\(register.name)/records/\(Request.encode($0))\">\($0)</a></li>" }
        let more: HTML? = result.missing > items.count ? "<li>…</li>" : nil
        return "<details\(result.missing <= 20 ? " open" : "")><summary>\(["vi": "Những hồ sơ ấy", "en": "Those records"] as Text, l)</summary><ul>\(items)\(more)</ul></details>"
    }

    // MARK: The second look

    func missingPage(_ request: Request, _ caller: Caller, _ upload: Upload, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        guard case .judged(let result) = upload.state, upload.isWhole, result.isConfirmable else { return .redirect("/loads/\(upload.id)") }
        let register = try registry.register(upload.register)
        let error = objections.first?.text
        let title: Text = ["vi": "Xem lại lần nữa", "en": "A second look"]
        let ends = Text(
            vi: "Nếu xác nhận, \(result.missing) trên \(result.scopeSize) hồ sơ sẽ kết thúc vì tệp không có họ.",
            en: "If you confirm, \(result.missing) of \(result.scopeSize) records end because the file lacks them.")
        let content: HTML = """
            \(error.map { "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>\(["vi": "Cần sửa", "en": "Please correct"] as Text, l)</h2><ul><li><a href=\"#f-count\">\($0, l)</a></li></ul></div>" as HTML })
            <p class="caption">\(register.title, l) · \(upload.file)</p><h1>\(title, l)</h1><p class="notice notice-warn">\(ends, l)</p>
            <p>\(["vi": "Hỏi lại nơi gửi: có phải tệp thiếu một lớp, một trang, hay chọn nhầm trường không?", "en": "Ask the sender: does the file lack a class or a sheet, or was another school chosen?"] as Text, l)</p>\(missingKeys(upload, result, caller))
            <form method="post" action="/loads/\(upload.id)/entry" novalidate>\(csrf(caller))<input type="hidden" name="retire" value="1"><input type="hidden" name="second" value="1">
            <div class="field\(error == nil ? "" : " has-error")"><label for="f-count">\(["vi": "Gõ số hồ sơ sẽ kết thúc", "en": "Type how many records will end"] as Text, l)</label>\(error.map { "<p class=\"error-message\" id=\"e-count\">\($0, l)</p>" as HTML })\
            <input class="w-5" type="text" inputmode="numeric" id="f-count" name="count" autocomplete="off"\(error == nil ? nil : " aria-invalid=\"true\" aria-describedby=\"e-count\"" as HTML)></div>
            <p><button class="button warn">\(["vi": "Nạp và kết thúc các hồ sơ ấy", "en": "Enter, and retire those records"] as Text, l)</button></p></form><p><a href="/loads/\(upload.id)">\(["vi": "Quay lại, không kết thúc ai", "en": "Back, retiring nobody"] as Text, l)</a></p>
            """
        return loadFrame(title, request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    func enter(_ request: Request, _ caller: Caller, _ upload: Upload) throws -> Response {
        func value(_ name: String) -> String { (request.form?.first { $0.name == name }?.value ?? "").tidied }
        let isRetiring = value("retire") == "1"
        var confirmed = 0
        if value("second") == "1", case .judged(let result) = upload.state {
            guard Int(value("count")) == result.missing else {
                let text = Text(vi: "Số này không đúng: tệp thiếu \(result.missing) hồ sơ.", en: "That is not the number: the file lacks \(result.missing) records.")
                return try missingPage(request, caller, upload, [Objection(field: "count", code: "count", text)])
            }
            confirmed = result.missing
        }
        try uploads.enter(upload, isRetiring: isRetiring, confirmed: confirmed, by: caller.authority)
        return .redirect("/loads/\(upload.id)")
    }
}
