// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import People
internal import Registers

/// A parcel's plan with its neighbours, and the page on which one is divided.
extension Parts {
    private static let neighboursMax = 400
    /// Outlines so near to each other, in metres, are neighbours.
    private static let touching = 1.0

    /// The outline of a record that has one, with those beside it, drawn to scale; the neighbours are also a list.
    func plan(of view: RecordView, _ register: Register, _ caller: Caller) throws -> HTML? {
        let l = caller.language
        guard let field = register.fields.first(where: { $0.kind == .polygon }), let key = view.key, let text = view.value(field.name, in: register)?.string,
            let outline = try? Polygon(text)
        else { return nil }
        // Parcels of the same map sheet share the beginning of their number.
        let sheet = key.split(separator: "-").dropLast().joined(separator: "-") + "-"
        let others = try registry.records(register.name, keysFrom: sheet, limit: Self.neighboursMax, for: caller.authority).compactMap {
            other -> (key: String, outline: Polygon)? in
            guard other.row != view.row, let key = other.key, let text = other.value(field.name, in: register)?.string, let outline = try? Polygon(text) else { return nil }
            return (key, outline)
        }
        let near = others.filter { Self.distance($0.outline, outline) <= Self.touching }
        let box = Self.box(outline)
        let around = others.filter { Self.distance($0.outline, outline) <= max(box.width, box.height) }
        let margin = max(box.width, box.height) * 0.7
        let (left, top) = (box.west - margin, box.north + margin)
        let (width, height) = (box.width + 2 * margin, box.height + 2 * margin)
        func path(_ polygon: Polygon) -> String {
            polygon.corners.map { "\(Self.tenth($0.east - left)),\(Self.tenth(top - $0.north))" }.joined(separator: " ")
        }
        let middle = VN2000.position(Polygon.Point(east: box.west + box.width / 2, north: box.north - box.height / 2))
        let title: Text = ["vi": "Sơ đồ thửa", "en": "Plan"]
        let list: HTML =
            near.isEmpty
            ? "<p class=\"muted\">\(["vi": "Không có thửa liền kề có ranh giới trong sổ.", "en": "No neighbour with an outline is on the register."] as Text, l)</p>"
            : "<p>\(["vi": "Thửa liền kề", "en": "Neighbours"] as Text, l): \(HTML.joined(near.map { "<a class=\"code\" href=\"/registers/\(register.name)/records/\(Request.encode($0.key))\">\($0.key)</a>" }, ", "))</p>"
        return """
            <section id="plan"><h2>\(title, l)</h2><figure class="chart plan"><svg viewBox="0 0 \(Self.tenth(width)) \(Self.tenth(height))" role="img" aria-label="\(title, l) \(key)">
            \(around.map { "<polygon class=\"parcel\" points=\"\(path($0.outline))\"><title>\($0.key)</title></polygon>" as HTML })
            <polygon class="parcel parcel-own" points="\(path(outline))"><title>\(key)</title></polygon></svg></figure>
            <p class="muted">WGS 84: \(Self.degrees(middle.latitude)), \(Self.degrees(middle.longitude)) · \(["vi": "theo ranh giới", "en": "by the outline"] as Text, l) \(Self.decimal(outline.area, l)) m²</p>
            \(list)</section>
            """
    }

    private static func box(_ polygon: Polygon) -> (west: Double, north: Double, width: Double, height: Double) {
        let east = polygon.corners.map(\.east)
        let north = polygon.corners.map(\.north)
        return (east.min()!, north.max()!, east.max()! - east.min()!, north.max()! - north.min()!)
    }

    /// Between the boxes around two outlines, in metres.
    private static func distance(_ one: Polygon, _ other: Polygon) -> Double {
        let (a, b) = (box(one), box(other))
        let x = max(0, max(a.west - (b.west + b.width), b.west - (a.west + a.width)))
        let y = max(0, max((a.north - a.height) - b.north, (b.north - b.height) - a.north))
        return max(x, y)
    }

    static func tenth(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    private static func decimal(_ value: Double, _ l: Language) -> String { l == .vietnamese ? tenth(value).replacing(".", with: ",") : tenth(value) }

    private static func degrees(_ value: Double) -> String {
        let millionths = Int((value * 1_000_000).rounded())
        let rest = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - rest.utf8.count) + rest
    }

    // MARK: Dividing

    private static let partsMax = 4

    /// What each part has of its own: the number, the sum that is kept, the outline.
    private func ownFields(_ register: Register) -> [Field] {
        register.fields.filter { field in
            field.name == register.lineage!.sum || field.kind == .polygon || field.kind.isNumbering
        }
    }

    func divisionForm(_ request: Request, _ caller: Caller, _ register: Register, _ id: String, _ failed: FormState?) async throws -> Response {
        try mayEnter(register.name, caller)
        guard let lineage = register.lineage else { throw RegisterError.noSuchRecord }
        let l = caller.language
        let view = try await registry.record(register.name, id, for: caller.authority, door: "page")
        guard !view.isRetired, let sum = register.field(lineage.sum) else { throw RegisterError.noSuchRecord }
        let state = failed ?? FormState(state: view.last, id: id)
        let title: Text = ["vi": "Tách thửa", "en": "Divide the parcel"]
        let parts: [HTML] = (1...Self.partsMax).map { part in
            let fields: [HTML] = ([register.key] + ownFields(register)).map { field in
                // The form's fields of each part have their own names.
                let named = Field("p\(part)-\(field.name)", field.kind, field.title, field.privacy, required: false, hint: part == 1 ? field.hint : nil)
                return input(named, state, l, isRequired: part <= 2 && (field.isRequired || field.name == register.key.name))
            }
            let heading: HTML = "\(["vi": "Thửa mới", "en": "New parcel"] as Text, l) \(part)"
            return part <= 2
                ? "<fieldset class=\"card\"><legend><h2>\(heading)</h2></legend>\(fields)</fieldset>"
                : "<details class=\"card\"\(state.texts["p\(part)-\(register.key.name)"].map { $0.isEmpty } ?? true ? "" : " open")><summary>\(heading)</summary>\(fields)</details>"
        }
        let content: HTML = """
            \(errorSummary(state.objections, l))
            <h1>\(title, l) \(view.key ?? "")</h1>
            <p class="lead">\(sum.title, l): \(view.value(sum.name, in: register).map { display($0, sum, l) } ?? ""). \(["vi": "Các thửa mới cộng lại phải bằng diện tích cũ, lệch nhiều nhất 1%. Người sử dụng và phần của họ giữ nguyên trên mỗi thửa; thửa cũ hết hiệu lực.", "en": "The new parcels together must have the old area, within 1%. Holders and their shares stay on each; the old parcel ends."] as Text, l)</p>
            <form method="post" action="/registers/\(register.name)/records/\(Request.encode(id))/division" novalidate data-guard>
            <input type="hidden" name="csrf" value="\(caller.session?.formKey ?? "")"><input type="hidden" name="_state" value="\(view.last)">
            \(parts)
            \(plainField("_cause", ["vi": "Căn cứ, lý do", "en": "Reason"], ["vi": "Ví dụ: số quyết định.", "en": "Such as the number of a decision."], state.cause, state, l, width: "w-full"))
            <p><button class="button">\(title, l)</button> <a href="\(recordHref(view, register))">\(["vi": "Thôi", "en": "Cancel"] as Text, l)</a></p></form>
            """
        return layout(
            title, request, caller, door: "registers",
            crumbs: [(title: register.title[l], href: "/registers/\(register.name)"), (title: view.key ?? "", href: recordHref(view, register))]
        ).response(failed == nil ? .ok : .unprocessableContent, content)
    }

    func divide(_ request: Request, _ caller: Caller, _ register: Register, _ id: String) async throws -> Response {
        try mayEnter(register.name, caller)
        guard let lineage = register.lineage else { throw RegisterError.noSuchRecord }
        let sent = try sent(request)
        let view = try await registry.record(register.name, id, for: caller.authority, door: "page")
        guard let key = view.key, !view.isRetired else { throw RegisterError.noSuchRecord }
        var objections: [Objection] = []
        var changes: [Change] = []
        if let state = sent.state, state != view.last {
            objections.append(
                Objection(
                    field: "", code: "changed-meanwhile",
                    ["vi": "Người khác vừa sửa hồ sơ này. Xem lại rồi quyết định.", "en": "Somebody else has just changed this record. Look at it again, then decide."]))
        }
        for part in 1...Self.partsMax {
            let own = sent.texts["p\(part)-\(register.key.name)"]?.trimmed ?? ""
            if part > 2, own.isEmpty { continue }
            var texts: [String: String] = [:]
            for field in register.fields { texts[field.name] = view.value(field.name, in: register)?.plain ?? "" }
            for field in [register.key] + ownFields(register) { texts[field.name] = sent.texts["p\(part)-\(field.name)"] ?? "" }
            texts[lineage.parents] = key
            do {
                let item = try registry.item(register.name, texts: texts, effective: sent.effective)
                changes.append(Change(register.name, key: item.key, .put(item), expecting: .absent, effective: sent.effective))
            } catch RegisterError.objections(let wrong) {
                objections += wrong.map { one in
                    Objection(
                        field: "p\(part)-\(one.field)", code: one.code, Text(vi: "Thửa mới \(part): \(one.text.vi)", en: "New parcel \(part): \(one.text.en)"))
                }
            }
        }
        if objections.isEmpty {
            do {
                _ = try await registry.enter(changes, cause: sent.cause.isEmpty ? "division" : sent.cause, by: caller.authority)
                return .redirect("/registers/\(register.name)/records/\(Request.encode(changes[0].key))")
            } catch RegisterError.objections(let wrong) {
                objections = wrong.map { $0.field == lineage.sum ? $0.at("p1-\($0.field)") : $0 }
            } catch RegisterError.exists {
                objections = [
                    Objection(
                        field: "p1-\(register.key.name)", code: "exists",
                        ["vi": "Một trong các mã thửa mới đã có trong sổ.", "en": "One of the new parcels' numbers is in the register already."])
                ]
            }
        }
        return try await divisionForm(request, caller, register, id, formState(sent, objections: objections, id: id))
    }
}
