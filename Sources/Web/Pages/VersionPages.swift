// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Dossiers
internal import NIOHTTP1
internal import Registers

/// Changing a procedure: what a new version would mean for every open dossier, before it is put in force; and the way back.
extension Parts {
    var versionPages: [Endpoint] {
        return [
            Endpoint(.GET, "/admin/procedures", .officers) { request, caller, _ in try proceduresPage(request, caller) },
            Endpoint(.GET, "/admin/procedures/{code}/{version}", .officers) { request, caller, parameters in
                try mayAdminister(caller)
                return try await trialPage(request, caller, parameters[0], Int(parameters[1]) ?? 0)
            },
            Endpoint(.POST, "/admin/procedures/{code}/{version}", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try mayAdminister(caller)
                let how = request.form?.first { $0.name == "do" }?.value
                let version = Int(parameters[1]) ?? 0
                if how == "back" {
                    _ = try await dossiers.rollBack(parameters[0], to: version, by: caller.authority)
                } else {
                    _ = try await dossiers.publish(parameters[0], version: version, moving: how == "move", by: caller.authority)
                }
                return .redirect("/admin/procedures")
            },
        ]
    }

    private func proceduresPage(_ request: Request, _ caller: Caller) throws -> Response {
        try mayAdminister(caller)
        let l = caller.language
        let title: Text = ["vi": "Thủ tục, phiên bản", "en": "Procedures, versions"]
        let rows: [HTML] = try dossiers.procedures.sorted { $0.code < $1.code }.map { one in
            let others: [HTML] = try dossiers.versions(of: one.code).filter { $0.version != one.version }.map { other in
                "<a href=\"/admin/procedures/\(one.code)/\(other.version)\">\(other.version > one.version ? ["vi": "xem thử", "en": "try"] as Text : ["vi": "quay về", "en": "go back to"] as Text, l) \(["vi": "phiên bản", "en": "version"] as Text, l) \(other.version)</a> "
            }
            return
                "<tr><th scope=\"row\" data-label=\"\(["vi": "Thủ tục", "en": "Procedure"] as Text, l)\">\(one.title, l)<br><span class=\"code\">\(one.code)</span></th><td data-label=\"\(["vi": "Đang dùng", "en": "In force"] as Text, l)\">\(one.version)</td><td>\(others)</td></tr>"
        }
        let content: HTML = """
            <h1>\(title, l)</h1>\(adminNavigation(l, request))<p>\(["vi": "Phiên bản mới đi cùng bản cập nhật của phần mềm; nó có hiệu lực khi được công bố ở đây, sau khi xem thử trên mọi hồ sơ đang mở.", "en": "A new version comes with an update of the software; it is in force once it is published here, after a trial on all open dossiers."] as Text, l)</p>
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption><thead><tr><th scope="col">\(["vi": "Thủ tục", "en": "Procedure"] as Text, l)</th><th scope="col">\(["vi": "Đang dùng", "en": "In force"] as Text, l)</th><th scope="col">\(["vi": "Khác", "en": "Others"] as Text, l)</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
        return adminFrame(title, request, caller).response(content)
    }

    private func trialPage(_ request: Request, _ caller: Caller, _ code: String, _ version: Int) async throws -> Response {
        let l = caller.language
        let current = try dossiers.procedure(code)
        let trials = try await offLoop { try dossiers.trial(of: code, version: version) }
        let movable = trials.count { $0.mayMove }
        let title = Text(vi: "\(current.title.vi): phiên bản \(version)", en: "\(current.title.en): version \(version)")
        let rows: [HTML] = trials.prefix(500).map { one in
            let changes: [HTML] = one.differences.map { "<li>\($0, l)</li>" } + one.objections.map { "<li><strong>\($0.text, l)</strong></li>" }
            let outcome: Text = one.mayMove ? ["vi": "chuyển được", "en": "can move"] : ["vi": "giữ phiên bản cũ", "en": "stays"]
            return """
                <tr><th scope="row" data-label="\(["vi": "Hồ sơ", "en": "Dossier"] as Text, l)">\(one.code)</th><td data-label="\(["vi": "Tình trạng", "en": "Status"] as Text, l)">\(statusTag(one.status, isLate: false, l))</td>\
                <td data-label="\(["vi": "Khác đi", "en": "Differences"] as Text, l)">\(changes.isEmpty ? "–" : "<ul>\(changes)</ul>" as HTML)</td><td data-label="\(["vi": "Kết quả", "en": "Outcome"] as Text, l)">\(outcome, l)</td></tr>
                """
        }
        let isBack = version < current.version
        let buttons: HTML =
            isBack
            ? "<button class=\"button warning\" name=\"do\" value=\"back\">\(["vi": "Quay về phiên bản này", "en": "Go back to this version"] as Text, l)</button>"
            : "<button class=\"button\" name=\"do\" value=\"move\">\(["vi": "Công bố và chuyển hồ sơ", "en": "Publish and move dossiers"] as Text, l)</button> <button class=\"button secondary\" name=\"do\" value=\"keep\">\(["vi": "Công bố, giữ hồ sơ cũ", "en": "Publish, keep dossiers as they are"] as Text, l)</button>"
        let content: HTML = """
            <h1>\(title, l)</h1>\(adminNavigation(l, request))
            <p class="lead">\(["vi": "Hồ sơ đang mở", "en": "Open dossiers"] as Text, l): \(l.number(trials.count)) · \(["vi": "chuyển được", "en": "can move"] as Text, l): \(l.number(movable))</p>
            \(rows.isEmpty ? nil : """
            <div class="table-scroll" tabindex="0" role="region" aria-label="\(title, l)"><table class="reflow"><caption class="visually-hidden">\(title, l)</caption><thead><tr><th scope="col">\(["vi": "Hồ sơ", "en": "Dossier"] as Text, l)</th><th scope="col">\(["vi": "Tình trạng", "en": "Status"] as Text, l)</th><th scope="col">\(["vi": "Khác đi", "en": "Differences"] as Text, l)</th><th scope="col">\(["vi": "Kết quả", "en": "Outcome"] as Text, l)</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """ as HTML)
            <form method="post" action="/admin/procedures/\(code)/\(version)">\(csrf(caller))<p>\(buttons)</p></form>
            """
        return adminFrame(title, request, caller).response(content)
    }
}
