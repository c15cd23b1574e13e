// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Foundation
internal import NIOHTTP1
internal import People
internal import Registers

/// Files on their way into a register: send, match the columns, see what would change, enter, mend, take back.
extension Parts {
    var loadPages: [Endpoint] {
        [
            Endpoint(.GET, "/loads", .officers) { request, caller, _ in try loadList(request, caller, objections: []) },
            Endpoint(.POST, "/loads", .officers, bodyMax: uploads.limits.bytesMax + (1 << 16)) { request, caller, _ in try await receive(request, caller) },
            Endpoint(.GET, "/loads/undo/{load}", .officers) { request, caller, parameters in try await undoPage(request, caller, parameters[0]) },
            Endpoint(.POST, "/loads/undo/{load}", .officers) { request, caller, parameters in try await undo(request, caller, parameters[0]) },
            Endpoint(.GET, "/loads/{id}", .officers) { request, caller, parameters in
                try uploadPage(request, caller, try uploads.find(parameters[0], for: caller.authority))
            },
            Endpoint(.POST, "/loads/{id}/mapping", .officers) { request, caller, parameters in
                try await judge(request, caller, try uploads.find(parameters[0], for: caller.authority))
            },
            Endpoint(.GET, "/loads/{id}/mapping", .officers) { request, caller, parameters in
                let upload = try uploads.find(parameters[0], for: caller.authority)
                return try mappingForm(request, caller, upload, try uploads.preview(upload), [])
            },
            Endpoint(.POST, "/loads/{id}/entry", .officers) { request, caller, parameters in
                try enter(request, caller, try uploads.find(parameters[0], for: caller.authority))
            },
            Endpoint(.GET, "/loads/{id}/missing", .officers) { request, caller, parameters in
                try missingPage(request, caller, try uploads.find(parameters[0], for: caller.authority), [])
            },
            Endpoint(.POST, "/loads/{id}/removal", .officers) { _, caller, parameters in
                uploads.drop(try uploads.find(parameters[0], for: caller.authority))
                return .redirect("/loads")
            },
            Endpoint(.GET, "/loads/{id}/rejected.csv", .officers) { _, caller, parameters in
                let upload = try uploads.find(parameters[0], for: caller.authority)
                guard let data = FileManager.default.contents(atPath: upload.rejects) else { throw RegisterError.noSuchRecord }
                return Response(
                    .ok, type: "text/csv; charset=utf-8", [0xEF, 0xBB, 0xBF] + [UInt8](data), headers: [("content-disposition", "attachment; filename=\"rejected.csv\"")])
            },
        ]
    }

    var loadsTitle: Text { ["vi": "Nạp tệp", "en": "Load a file"] }

    func loadFrame(_ title: Text, _ request: Request, _ caller: Caller) -> Layout {
        layout(
            title, request, caller, door: "officer",
            crumbs: [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[caller.language], href: "/officer"), (title: loadsTitle[caller.language], href: "/loads")])
    }

    // MARK: Sending

    private func loadList(_ request: Request, _ caller: Caller, objections: [Objection], status: HTTPResponseStatus = .ok) throws -> Response {
        let l = caller.language
        let mine = registry.registers.filter { caller.authority.may(.write, $0.name) }
        let chosen = request.parameter("register") ?? request.form?.first { $0.name == "register" }?.value ?? "population"
        guard !mine.isEmpty else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền nạp tệp vào sổ nào.", "en": "You have no right to load files into a register."])
        }
        let error: HTML? = objections.isEmpty ? nil : "<p class=\"error-message\" id=\"e-file\">\(HTML.joined(objections.map { HTML(text: $0.text[l]) }, "<br>"))</p>"
        let waiting: [HTML] = uploads.list(for: caller.authority).map { upload in
            """
            <tr><th scope="row" data-label="\(["vi": "Tệp", "en": "File"] as Text, l)"><a href="/loads/\(upload.id)">\(upload.file)</a></th>\
            <td data-label="\(["vi": "Sổ", "en": "Register"] as Text, l)">\((try? registry.register(upload.register).title[l]) ?? upload.register)</td>\
            <td data-label="\(["vi": "Tình trạng", "en": "State"] as Text, l)">\(stateName(upload), l)</td><td data-label="\(["vi": "Gửi lúc", "en": "Sent at"] as Text, l)">\(upload.received.written(l))</td></tr>
            """
        }
        let done: [HTML] = try registry.loads(limit: 30).filter { load in mine.contains { $0.name == load.register } }.map { load in
            let what: Text = load.undoes.map { Text(vi: "hoàn tác lần \($0)", en: "undo of \($0)") } ?? .same(load.file)
            let undo: HTML? =
                load.ended != nil && mayUndo(load, caller)
                ? "<a href=\"/loads/undo/\(String(load.id))\">\(["vi": "Hoàn tác", "en": "Take back"] as Text, l)<span class=\"visually-hidden\"> \(String(load.id))</span></a>"
                : nil
            return """
                <tr><th scope="row" data-label="\(["vi": "Lần", "en": "Load"] as Text, l)">\(String(load.id))</th><td data-label="\(["vi": "Tệp", "en": "File"] as Text, l)">\(what, l)</td>\
                <td data-label="\(["vi": "Sổ", "en": "Register"] as Text, l)">\((try? registry.register(load.register).title[l]) ?? load.register)</td>\
                <td data-label="\(["vi": "Lúc", "en": "At"] as Text, l)">\(load.started.written(l))</td>\
                <td class="num" data-label="\(["vi": "Thêm", "en": "Added"] as Text, l)">\(l.number(load.added))</td><td class="num" data-label="\(["vi": "Sửa", "en": "Changed"] as Text, l)">\(l.number(load.changed))</td>\
                <td class="num" data-label="\(["vi": "Từ chối", "en": "Rejected"] as Text, l)">\(l.number(load.rejected))</td><td>\(undo)</td></tr>
                """
        }
        func table(_ title: Text, _ heads: [(Text, Bool)], _ rows: [HTML]) -> HTML? {
            rows.isEmpty
                ? nil
                : """
                <section><h2>\(title, l)</h2><div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption>
                <thead><tr>\(heads.map { "<th scope=\"col\"\($0.1 ? " class=\"num\"" as HTML : nil)>\($0.0, l)</th>" as HTML })</tr></thead><tbody>\(rows)</tbody></table></div></section>
                """
        }
        let content: HTML = """
            \(objections.isEmpty ? nil : "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>\(["vi": "Chưa nhận được tệp", "en": "The file was not taken"] as Text, l)</h2><ul>\(objections.map { "<li><a href=\"#file\">\($0.text, l)</a></li>" as HTML })</ul></div>" as HTML)
            <h1>\(loadsTitle, l)</h1>
            <p class="lead">\(["vi": "Gửi tệp như cơ quan vẫn lập. Bạn xem trước mọi thay đổi; chưa có gì được ghi cho tới khi bạn bấm nạp.", "en": "Send a file as your office keeps it. You see every change first; nothing is entered until you say so."] as Text, l)</p>
            <form method="post" action="/loads" enctype="multipart/form-data">\(csrf(caller))
            <div class="field"><label for="register">\(["vi": "Vào sổ", "en": "Into the register"] as Text, l)</label><select id="register" name="register">\(mine.map { "<option value=\"\($0.name)\"\($0.name == chosen ? " selected" : "")>\($0.title, l)</option>" as HTML })</select></div>
            <div class="field\(error == nil ? "" : " has-error")"><label for="file">\(["vi": "Tệp", "en": "File"] as Text, l)</label><p class="hint" id="h-file">\(["vi": "Bảng tính .xlsx hoặc .csv, nhiều nhất 32 MB. Tiêu đề gộp ô, phông chữ cũ (.VnTime) và ngày kiểu Việt Nam đều đọc được.", "en": "A workbook (.xlsx) or .csv, 32 MB at most. Merged heads, old fonts (.VnTime) and Vietnamese dates are read."] as Text, l)</p>\(error)\
            <input type="file" id="file" name="file" accept=".xlsx,.csv,.txt" aria-describedby="h-file\(error == nil ? "" : " e-file")"></div>
            <p><button class="button">\(["vi": "Gửi tệp", "en": "Send the file"] as Text, l)</button></p></form>
            \(table(["vi": "Tệp của bạn", "en": "Your files"], [(["vi": "Tệp", "en": "File"], false), (["vi": "Sổ", "en": "Register"], false), (["vi": "Tình trạng", "en": "State"], false), (["vi": "Gửi lúc", "en": "Sent at"], false)], waiting))
            \(table(["vi": "Những lần nạp gần đây", "en": "Recent loads"], [(["vi": "Lần", "en": "Load"], false), (["vi": "Tệp", "en": "File"], false), (["vi": "Sổ", "en": "Register"], false), (["vi": "Lúc", "en": "At"], false), (["vi": "Thêm", "en": "Added"], true), (["vi": "Sửa", "en": "Changed"], true), (["vi": "Từ chối", "en": "Rejected"], true), (["vi": "Hoàn tác", "en": "Take back"], false)], done))
            """
        return layout(
            loadsTitle, request, caller, door: "officer", crumbs: [(title: (["vi": "Bàn làm việc", "en": "Desk"] as Text)[l], href: "/officer")]
        ).response(status, content)
    }

    private func stateName(_ upload: Upload) -> Text {
        switch upload.state {
        case .received: ["vi": "chờ nối cột", "en": "columns to be matched"]
        case .judging: ["vi": "đang xem thử", "en": "being tried"]
        case .judged: ["vi": "chờ bạn nạp", "en": "waiting for you"]
        case .entering: ["vi": "đang nạp", "en": "being entered"]
        case .entered: ["vi": "đã nạp", "en": "entered"]
        case .failed: ["vi": "chưa được", "en": "not done"]
        }
    }

    private func receive(_ request: Request, _ caller: Caller) async throws -> Response {
        let name = request.form?.first { $0.name == "register" }?.value ?? ""
        let part = request.parts?.first { $0.name == "file" && $0.file != nil }
        guard let part, !(part.file!.isEmpty && part.content.isEmpty) else {
            return try loadList(
                request, caller, objections: [Objection(field: "file", code: "required", ["vi": "Chọn một tệp.", "en": "Choose a file."])], status: .unprocessableContent)
        }
        do {
            let uploads = uploads
            let authority = caller.authority
            let upload = try await offLoop { try uploads.receive(Array(part.content), name: part.file!, for: name, by: authority) }
            return .redirect("/loads/\(upload.id)")
        } catch RegisterError.file(let text), RegisterError.badRequest(let text) {
            return try loadList(request, caller, objections: [Objection(field: "file", code: "file", text)], status: .unprocessableContent)
        }
    }

    // MARK: One file

    private func uploadPage(_ request: Request, _ caller: Caller, _ upload: Upload) throws -> Response {
        let l = caller.language
        let register = try registry.register(upload.register)
        let title = Text(vi: "\(upload.file) → \(register.title.vi)", en: "\(upload.file) → \(register.title.en)")
        func page(_ content: HTML, refreshing: Bool = false) -> Response {
            var response = loadFrame(title, request, caller).response("<p class=\"caption\">\(register.title, l)</p><h1>\(upload.file)</h1>" + content)
            if refreshing { response.headers.add(name: "refresh", value: "2") }
            return response
        }
        switch upload.state {
        case .received: return try mappingForm(request, caller, upload, try uploads.preview(upload), [])
        case .judging(let progress):
            return page(
                progressView(["vi": "Đang xem thử từng dòng; chưa ghi gì.", "en": "Every line is being tried; nothing is entered."], progress, upload, l), refreshing: true)
        case .entering(let progress): return page(progressView(["vi": "Đang nạp.", "en": "Entering."], progress, upload, l), refreshing: true)
        case .judged(let result):
            let nothing = result.added + result.changed == 0 && !mayRetire(upload, result)
            let enter: HTML? =
                nothing
                ? "<p class=\"notice\">\(["vi": "Không có gì để nạp: mọi dòng đã có trong sổ hoặc bị từ chối.", "en": "There is nothing to enter: every line is on the register already or rejected."] as Text, l)</p>"
                : """
                <form method="post" action="/loads/\(upload.id)/entry">\(csrf(caller))\(retiring(upload, result, l))<p><button class="button">\(["vi": "Nạp", "en": "Enter"] as Text, l) \(l.number(result.added + result.changed)) \(["vi": "dòng", "en": "lines"] as Text, l)</button></p></form>
                """
            return page(
                """
                <h2>\(["vi": "Nếu nạp, sổ sẽ thay đổi thế này", "en": "What would change"] as Text, l)</h2>
                \(figures(result, l))\(unread(upload.unread, l))\(readOver(result, l))\(missing(upload, result, caller))\(examples(result, register, caller))\(refusals(result, register, l))\(enter)
                <p><a href="/loads/\(upload.id)/mapping">\(["vi": "Sửa cách nối cột", "en": "Match the columns again"] as Text, l)</a></p>\(dropForm(upload, caller))
                """)
        case .entered(let result):
            let rejects: HTML? =
                result.rejected > 0
                ? "<p class=\"notice notice-warn\">\(l.number(result.rejected)) \(["vi": "dòng bị từ chối.", "en": "lines were rejected."] as Text, l) <a download=\"rejected.csv\" href=\"/loads/\(upload.id)/rejected.csv\">\(["vi": "Tải các dòng ấy kèm lý do, sửa rồi gửi lại đúng tệp đó", "en": "Download them with their reasons, mend them and send that file again"] as Text, l)</a>.</p>"
                : nil
            return page(
                """
                <p class="notice notice-ok">\(["vi": "Đã nạp xong.", "en": "Entered."] as Text, l)</p>\(figures(result, l))\(unread(upload.unread, l))\(readOver(result, l))\(missing(upload, result, caller))\(rejects)\(refusals(result, register, l))
                <p><a class="button" href="/registers/\(register.name)">\(["vi": "Mở sổ", "en": "Open the register"] as Text, l)</a> <a href="/loads/undo/\(String(result.load))">\(["vi": "Hoàn tác lần nạp này", "en": "Take this load back"] as Text, l)</a></p>\(dropForm(upload, caller))
                """)
        case .failed(let text):
            return page(
                "<p class=\"notice notice-warn\">\(text, l)</p><p><a class=\"button\" href=\"/loads/\(upload.id)/mapping\">\(["vi": "Thử lại", "en": "Try again"] as Text, l)</a></p>\(dropForm(upload, caller))"
            )
        }
    }

    private func dropForm(_ upload: Upload, _ caller: Caller) -> HTML {
        "<form method=\"post\" action=\"/loads/\(upload.id)/removal\">\(csrf(caller))<p><button class=\"link\">\(["vi": "Bỏ tệp này khỏi danh sách", "en": "Drop this file from the list"] as Text, caller.language)</button></p></form>"
    }

    private func progressView(_ what: Text, _ progress: LoadProgress?, _ upload: Upload, _ l: Language) -> HTML {
        let share = progress?.share ?? 0
        let left = progress.flatMap { $0.share > 0.02 ? Int($0.seconds / $0.share - $0.seconds) + 1 : nil }
        let percent = Int(share * 100)
        let time: HTML? = left.map { " · \(["vi": "còn khoảng", "en": "about"] as Text, l) \(String($0)) \(["vi": "giây", "en": "seconds left"] as Text, l)" }
        return """
            <p class="lead">\(what, l)</p><p><progress max="100" value="\(String(percent))" aria-label="\(what, l)">\(String(percent)) %</progress></p>
            <p>\(l.number(progress?.lines ?? 0)) \(["vi": "dòng", "en": "lines"] as Text, l) · \(String(percent)) %\(time)</p>
            <p><a href="/loads/\(upload.id)">\(["vi": "Xem lại tiến độ", "en": "Look again"] as Text, l)</a></p>
            """
    }

    private func figures(_ result: LoadResult, _ l: Language) -> HTML {
        var numbers: [(Text, Int)] = [
            (["vi": "Thêm mới", "en": "Added"], result.added), (["vi": "Thay đổi", "en": "Changed"], result.changed),
            (["vi": "Không đổi", "en": "Unchanged"], result.unchanged),
            (["vi": "Từ chối", "en": "Rejected"], result.rejected), (["vi": "Cần xem lại", "en": "Unusual"], result.doubtful),
        ]
        if result.retired > 0 { numbers.append((["vi": "Kết thúc", "en": "Retired"], result.retired)) }
        return "<dl class=\"figures\">\(numbers.map { "<div><dt>\($0.0, l)</dt><dd>\(l.number($0.1))</dd></div>" as HTML })</dl>"
    }

    /// The columns that nobody reads, so that no one takes them for entered.
    func unread(_ heads: [String], _ l: Language) -> HTML? {
        heads.isEmpty
            ? nil
            : "<p class=\"notice notice-warn\">\(["vi": "Cột không dùng", "en": "Columns that are not read"] as Text, l): \(heads.joined(separator: "; ")).</p>"
    }

    /// The rows that were taken for titles, sums and signatures, so that no record vanishes among them.
    private func readOver(_ result: LoadResult, _ l: Language) -> HTML? {
        func lines(_ lines: [Int]) -> String { lines.prefix(20).map { String($0) }.joined(separator: ", ") + (lines.count > 20 ? ", …" : "") }
        guard !result.skipped.isEmpty else { return nil }
        let what = Text(
            vi: "Bỏ qua \(result.skipped.count) dòng không phải hồ sơ (tiêu đề, dòng cộng, chữ ký): dòng \(lines(result.skipped)).",
            en: "\(result.skipped.count) rows are no records (titles, sums, signatures) and were read over: line \(lines(result.skipped)).")
        let unclear = Text(
            vi: "Xem lại dòng \(lines(result.unclear)): có thể là hồ sơ thiếu mã.", en: "Look at line \(lines(result.unclear)): it may be a record without a key.")
        return "<p>\(what, l)</p>\(result.unclear.isEmpty ? nil : "<p class=\"notice notice-warn\">\(unclear, l)</p>" as HTML)"
    }

    /// What the first added and changed lines would say, field by field.
    private func examples(_ result: LoadResult, _ register: Register, _ caller: Caller) -> HTML? {
        let l = caller.language
        guard !result.examples.isEmpty else { return nil }
        let seesPersons = caller.authority.purpose != nil && caller.authority.may(.personal, register.name)
        func text(_ value: Value, _ field: Field) -> HTML { field.privacy == .personal && !seesPersons ? masked(l) : HTML(text: display(value, field, l)) }
        let items: [HTML] = result.examples.map { example in
            let changes: [HTML] = example.changes.dropFirst().compactMap { change in
                guard let field = register.field(change.field), !(example.isNew && change.after.isNull) else { return nil }
                let old: HTML? = example.isNew || change.before.isNull ? nil : "<del>\(text(change.before, field))</del> "
                return
                    "<li>\(field.title, l): \(old)\(example.isNew ? text(change.after, field) : "<ins>\(change.after.isNull ? "–" as HTML : text(change.after, field))</ins>" as HTML)</li>"
            }
            let key = example.changes.first.map { text($0.after, register.key) }
            return """
                <li><p>\(["vi": "Dòng", "en": "Line"] as Text, l) \(String(example.line)) · \(key) <span class="tag tag-info">\(example.isNew ? (["vi": "thêm", "en": "new"] as Text) : (["vi": "sửa", "en": "changed"] as Text), l)</span></p><ul>\(changes)</ul></li>
                """
        }
        return "<details open><summary>\(["vi": "Ví dụ", "en": "Examples"] as Text, l)</summary><ol class=\"timeline\">\(items)</ol></details>"
    }

    private func refusals(_ result: LoadResult, _ register: Register, _ l: Language) -> HTML? {
        guard !result.samples.isEmpty else { return nil }
        let rows: [HTML] = result.samples.map { sample in
            """
            <tr><th scope="row" class="num" data-label="\(["vi": "Dòng", "en": "Line"] as Text, l)">\(String(sample.line))</th><td data-label="\(["vi": "Trường", "en": "Field"] as Text, l)">\(register.field(sample.objection.field)?.title[l] ?? sample.objection.field)</td>\
            <td data-label="\(["vi": "Lý do", "en": "Reason"] as Text, l)">\(sample.objection.text, l)</td></tr>
            """
        }
        let title: Text = ["vi": "Những dòng bị từ chối đầu tiên", "en": "The first rejected lines"]
        return """
            <section><h2>\(title, l)</h2><div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption><thead><tr><th scope="col" class="num">\(["vi": "Dòng", "en": "Line"] as Text, l)</th>\
            <th scope="col">\(["vi": "Trường", "en": "Field"] as Text, l)</th><th scope="col">\(["vi": "Lý do", "en": "Reason"] as Text, l)</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    // MARK: Matching columns

    private func mappingForm(_ request: Request, _ caller: Caller, _ upload: Upload, _ preview: FilePreview, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let register = try registry.register(upload.register)
        let mapping = preview.mapping
        func options(_ chosen: String?) -> HTML {
            let none: HTML = "<option value=\"\">\(["vi": "– không dùng –", "en": "– leave out –"] as Text, l)</option>"
            let fields: [HTML] = register.allFields.map { field in
                "<option value=\"\(field.name)\"\(field.name == chosen ? " selected" : "")>\(field.title, l)\(field.isRequired && field.condition == nil ? " *" : "")</option>"
            }
            let compared: [HTML] = register.comparisons.map { comparison in
                "<option value=\"\(comparison.column)\"\(comparison.column == chosen ? " selected" : "")>\(["vi": "Đối chiếu", "en": "Compare"] as Text, l): \(comparison.title, l)</option>"
            }
            return none + HTML.joined(fields) + HTML.joined(compared)
                + "<option value=\"_effective\"\(chosen == "_effective" ? " selected" : "")>\(["vi": "Hiệu lực từ ngày", "en": "Holds from"] as Text, l)</option>"
        }
        let rows: [HTML] = (0..<preview.width).map { column in
            let title = preview.title(column)
            let name = title.isEmpty ? Text(vi: "Cột \(column + 1)", en: "Column \(column + 1)") : .same(title)
            let chosen = mapping.columns.indices.contains(column) ? mapping.columns[column] : nil
            let samples = preview.samples(column)
            return """
                <tr><th scope="row" data-label="\(["vi": "Cột trong tệp", "en": "Column of the file"] as Text, l)"><label for="c\(String(column))">\(name, l)</label></th>\
                <td data-label="\(["vi": "Ví dụ", "en": "Samples"] as Text, l)">\(samples.isEmpty ? "–" as HTML : HTML.joined(samples.map { HTML(text: $0) }, "<br>"))</td>\
                <td data-label="\(["vi": "Trường của sổ", "en": "Field of the register"] as Text, l)"><select id="c\(String(column))" name="c\(String(column))">\(options(chosen))</select></td></tr>
                """
        }
        let other: HTML? = preview.likelierRegister.flatMap { name in try? registry.register(name) }.map { likelier in
            "<p class=\"notice notice-warn\">\(["vi": "Tệp này giống sổ", "en": "This file looks like one of the register"] as Text, l) “\(likelier.title, l)” \(["vi": "hơn. Nếu nhầm, gửi lại và chọn sổ đó.", "en": ". If it was sent to the wrong one, send it again and choose that."] as Text, l)</p>"
        }
        let sheets: HTML? =
            preview.sheets.count > 1
            ? "<div class=\"field\"><label for=\"sheet\">\(["vi": "Trang tính", "en": "Sheet"] as Text, l)</label><select id=\"sheet\" name=\"sheet\">\(preview.sheets.enumerated().map { "<option value=\"\(String($0.offset))\"\($0.offset == mapping.sheet ? " selected" : "")>\($0.element)</option>" as HTML })</select></div>"
            : nil
        let content: HTML = """
            \(objections.isEmpty ? nil : "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>\(["vi": "Cần sửa", "en": "Please correct"] as Text, l)</h2><ul>\(objections.map { "<li><a href=\"#\($0.field.hasPrefix("scope-") ? $0.field : "c0")\">\($0.text, l)</a></li>" as HTML })</ul></div>" as HTML)
            <p class="caption">\(register.title, l)</p><h1>\(["vi": "Ghép cột với trường của sổ", "en": "Match the columns with the register"] as Text, l)</h1>
            <p class="lead">\(upload.file) · \(preview.isKept ? (["vi": "đã nhớ cách nối từ lần trước", "en": "matched as it was the last time"] as Text) : (["vi": "đã đoán theo tên cột; xem lại rồi tiếp tục", "en": "guessed by the columns' names; look it over and go on"] as Text), l)</p>\(other)\(unread(preview.unread, l))
            <form method="post" action="/loads/\(upload.id)/mapping">\(csrf(caller))
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(["vi": "Các cột", "en": "Columns"] as Text, l)"><table class="reflow"><caption class="visually-hidden">\(["vi": "Các cột", "en": "Columns"] as Text, l)</caption>
            <thead><tr><th scope="col">\(["vi": "Cột trong tệp", "en": "Column of the file"] as Text, l)</th><th scope="col">\(["vi": "Ví dụ", "en": "Samples"] as Text, l)</th><th scope="col">\(["vi": "Trường của sổ", "en": "Field of the register"] as Text, l)</th></tr></thead><tbody>\(rows)</tbody></table></div>
            \(scopeFields(upload, register, request, objections, l))\(codeFields(preview, register, l))
            <details\(objections.isEmpty ? "" : " open")><summary>\(["vi": "Dòng tiêu đề, trang tính, phông chữ", "en": "Head, sheet, letters"] as Text, l)</summary>\(sheets)
            <div class="field"><label for="first">\(["vi": "Tiêu đề từ dòng", "en": "Header row from"] as Text, l)</label><input class="w-5" type="text" inputmode="numeric" id="first" name="first" value="\(String(mapping.head.lowerBound + 1))"></div>
            <div class="field"><label for="last">\(["vi": "đến dòng", "en": "to"] as Text, l)</label><input class="w-5" type="text" inputmode="numeric" id="last" name="last" value="\(String(mapping.head.upperBound + 1))"></div>
            <div class="field choices"><label><input type="checkbox" name="tcvn3" value="1"\(mapping.isTCVN3 ? " checked" : "")><span>\(["vi": "Chữ viết bằng phông cũ (.VnTime, TCVN3)", "en": "Written in the old letters (.VnTime, TCVN3)"] as Text, l)</span></label></div>
            <p><button class="button secondary" name="action" value="preview">\(["vi": "Đọc lại tệp", "en": "Read the file again"] as Text, l)</button></p></details>
            <p><button class="button" name="action" value="judge">\(["vi": "Xem thử, chưa ghi", "en": "Try it, enter nothing"] as Text, l)</button></p></form>\(dropForm(upload, caller))
            """
        return loadFrame(["vi": "Nối cột", "en": "Match columns"], request, caller).response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    /// Values of the file that a list does not know: 1 for male, X for yes.
    private func codeFields(_ preview: FilePreview, _ register: Register, _ l: Language) -> HTML? {
        var blocks: [HTML] = []
        for (column, name) in preview.mapping.columns.enumerated() {
            guard let name, let field = register.field(name), case .choice(let choices) = field.kind else { continue }
            let known = preview.mapping.codes[name] ?? [:]
            var raw: [String] = []
            for value in preview.samples(column, 60) where !raw.contains(value) && raw.count < 12 {
                if known[value] != nil || (try? field.kind.parse(value, registry.reading())) == nil { raw.append(value) }
            }
            guard !raw.isEmpty else { continue }
            let selects: [HTML] = raw.enumerated().map { index, value in
                """
                <div class="field"><label for="k-\(name)-\(String(index))">“\(value)”</label><input type="hidden" name="r-\(name)-\(String(index))" value="\(value)">\
                <select id="k-\(name)-\(String(index))" name="k-\(name)-\(String(index))"><option value="">\(["vi": "– chưa rõ –", "en": "– unknown –"] as Text, l)</option>\(choices.map { "<option value=\"\($0.code)\"\(known[value] == $0.code ? " selected" : "")>\($0.title, l)</option>" as HTML })</select></div>
                """
            }
            blocks.append(
                "<fieldset class=\"card\"><legend><h2>\(["vi": "Giá trị lạ ở cột", "en": "Unknown values for"] as Text, l) “\(field.title, l)”</h2></legend>\(selects)</fieldset>")
        }
        return blocks.isEmpty ? nil : HTML.joined(blocks)
    }

    private func judge(_ request: Request, _ caller: Caller, _ upload: Upload) async throws -> Response {
        switch upload.state {
        case .judging, .entering: return .redirect("/loads/\(upload.id)")
        default: break
        }
        let form = request.form ?? []
        func value(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
        var mapping = FileMapping()
        mapping.sheet = max(0, Int(value("sheet")) ?? 0)
        mapping.isTCVN3 = value("tcvn3") == "1"
        let first = min(max(1, Int(value("first").trimmed) ?? 1), 100_000)
        let last = min(max(first, Int(value("last").trimmed) ?? first), first + 9)
        mapping.head = (first - 1)...(last - 1)
        let isRead = value("action") == "preview"
        if !isRead {
            let register = try registry.register(upload.register)
            var index = 0
            while let chosen = form.first(where: { $0.name == "c\(index)" })?.value, index < 500 {
                let isKnown = chosen == "_effective" || register.field(chosen) != nil || register.comparison(chosen) != nil
                mapping.columns.append(isKnown ? chosen : nil)
                index += 1
            }
            for (name, raw) in form where name.hasPrefix("r-") {
                let code = value("k-" + name.dropFirst(2))
                guard let field = name.dropFirst(2).split(separator: "-").first, !code.isEmpty else { continue }
                mapping.codes[String(field), default: [:]][raw] = code
            }
        }
        do {
            let ready = mapping
            if isRead {
                let uploads = uploads
                let preview = try await offLoop { try uploads.preview(upload, mapping: ready) }
                return try mappingForm(request, caller, upload, preview, [])
            }
            try uploads.judge(upload, mapping: mapping, scope: scope(request, upload), isWhole: value("whole") == "1", by: caller.authority)
            return .redirect("/loads/\(upload.id)")
        } catch RegisterError.objections(let objections) {
            return try mappingForm(request, caller, upload, try uploads.preview(upload, mapping: mapping), objections)
        }
    }

    // MARK: Taking back

    /// So many entries at most are rehearsed while somebody waits for the page.
    private static let rehearsalMax = 20_000

    private func load(_ text: String, _ caller: Caller) throws -> LoadRecord {
        guard let id = Int64(text), let load = try registry.loads(limit: 10_000).first(where: { $0.id == id }), mayUndo(load, caller), load.ended != nil else {
            throw RegisterError.noSuchRecord
        }
        return load
    }

    /// One's own loads; others' only with a right for the whole city.
    private func mayUndo(_ load: LoadRecord, _ caller: Caller) -> Bool {
        guard caller.authority.may(.write, load.register) else { return false }
        return load.author == caller.authority.id
            || caller.authority.grants.contains { ($0.register == load.register || $0.register == "*") && $0.acts.contains(.write) && $0.unit == nil }
    }

    private func undoPage(_ request: Request, _ caller: Caller, _ text: String) async throws -> Response {
        let l = caller.language
        let load = try load(text, caller)
        guard load.added + load.changed + load.retired <= Self.rehearsalMax else {
            throw RegisterError.badRequest(
                Text(
                    vi: "Lần nạp này lớn; người quản trị hoàn tác bằng lệnh: thanglong undo \(load.id).",
                    en: "This load is large; the administrator takes it back with: thanglong undo \(load.id)."))
        }
        let registry = registry
        let authority = caller.authority
        let rehearsal = try await offLoop { try registry.undo(load: load.id, isDryRun: true, by: authority) }
        let register = try registry.register(load.register)
        let touched: HTML? =
            rehearsal.touched.isEmpty
            ? nil
            : """
            <p class="notice notice-warn">\(["vi": "Những hồ sơ sau đã có thay đổi mới hơn; chúng sẽ được giữ nguyên:", "en": "These records have later entries; they will stay as they are:"] as Text, l)</p>
            <ul>\(rehearsal.touched.map { "<li><a class=\"code\" href=\"/registers/\($0.register)/records/\(Request.encode($0.id))\">\($0.id)</a></li>" as HTML })</ul>
            """
        let content: HTML = """
            <p class="caption">\(register.title, l)</p><h1>\(["vi": "Hoàn tác lần nạp", "en": "Take back load"] as Text, l) \(String(load.id))</h1>
            <p class="lead">\(load.file) · \(load.started.written(l)) · \(load.author)</p>
            <dl class="figures"><div><dt>\(["vi": "Trở lại như trước", "en": "Back as they were"] as Text, l)</dt><dd>\(l.number(rehearsal.undone))</dd></div>\
            <div><dt>\(["vi": "Đã đổi sau đó, giữ nguyên", "en": "Changed since, left"] as Text, l)</dt><dd>\(l.number(rehearsal.touchedSince))</dd></div>\
            <div><dt>\(["vi": "Hồ sơ khác cần đến, giữ nguyên", "en": "Needed by others, left"] as Text, l)</dt><dd>\(l.number(rehearsal.refused))</dd></div></dl>\(touched)
            <p>\(["vi": "Hoàn tác là ghi các mục mới; lịch sử vẫn còn đủ, và có thể hoàn tác chính việc hoàn tác.", "en": "Taking back enters new entries; the history stays whole, and the undo can itself be taken back."] as Text, l)</p>
            \(rehearsal.undone > 0 ? "<form method=\"post\" action=\"/loads/undo/\(String(load.id))\">\(csrf(caller))<p><button class=\"button warn\">\(["vi": "Hoàn tác", "en": "Take back"] as Text, l) \(l.number(rehearsal.undone)) \(["vi": "hồ sơ", "en": "records"] as Text, l)</button></p></form>" as HTML : nil)<p><a href="/loads">\(["vi": "Không hoàn tác", "en": "Leave it as it is"] as Text, l)</a></p>
            """
        return loadFrame(["vi": "Hoàn tác", "en": "Take back"], request, caller).response(content)
    }

    private func undo(_ request: Request, _ caller: Caller, _ text: String) async throws -> Response {
        let load = try load(text, caller)
        guard load.added + load.changed + load.retired <= Self.rehearsalMax else { throw RegisterError.noSuchRecord }
        let registry = registry
        let authority = caller.authority
        _ = try await offLoop { try registry.undo(load: load.id, by: authority) }
        return .redirect("/loads")
    }
}
