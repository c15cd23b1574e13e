// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Devices
internal import HTTP
internal import NIOHTTP1
internal import Payments
internal import Registers

/// The fleet of household devices: where they are, which are silent, faulty or frozen; announcing, revoking and moving them.
extension Parts {
    var fleetPages: [Endpoint] {
        [
            Endpoint(.GET, "/fleet", .officers) { request, caller, _ in
                try keepsDevices(caller, .read)
                return try await offLoop { try fleetPage(request, caller, []) }
            },
            Endpoint(.POST, "/fleet", .officers, bodyMax: 1 << 14) { request, caller, _ in
                try keepsDevices(caller, .write)
                let household = (MoneyForm(request).texts["household"] ?? "").filter(\.isNumber)
                return try await acting {
                    let commune = try commune(of: household, caller)
                    let made = try await devices.announce(household: household, commune: commune, author: caller.authority.id)
                    return try devicePage(request, caller, made.code, [], secret: made.secret)
                } refused: {
                    try fleetPage(request, caller, $0)
                }
            },
            Endpoint(.GET, "/fleet/{code}", .officers) { request, caller, parameters in
                try keepsDevices(caller, .read)
                return try devicePage(request, caller, parameters[0], [])
            },
            Endpoint(.POST, "/fleet/{code}/{act}", .officers, bodyMax: 1 << 14) { request, caller, parameters in
                try keepsDevices(caller, .write)
                let device = try ownDevice(parameters[0], caller, .write)
                let form = MoneyForm(request)
                return try await acting {
                    switch parameters[1] {
                    case "revocation":
                        try await devices.revoke(device.code, reason: (form.texts["reason"] ?? "").tidied, author: caller.authority.id)
                        return .redirect("/fleet/\(device.code)")
                    case "pin":
                        try await devices.setPin(form.texts["pin"] ?? "", of: device.code, author: caller.authority.id)
                        return .redirect("/fleet/\(device.code)")
                    case "reopening":
                        let secret = try await devices.reopen(device.code, author: caller.authority.id)
                        return try devicePage(request, caller, device.code, [], secret: secret)
                    case "move":
                        let household = (form.texts["household"] ?? "").filter(\.isNumber)
                        let commune = try commune(of: household, caller)
                        let made = try await devices.move(device.code, to: household, commune: commune, author: caller.authority.id)
                        return try devicePage(request, caller, made.code, [], secret: made.secret)
                    default: throw DeviceError.unknown
                    }
                } refused: {
                    try devicePage(request, caller, device.code, $0)
                }
            },
        ]
    }

    /// What a machine reports of itself, in words; others' words stay as they are.
    func faultText(_ fault: String, _ l: Language) -> String {
        switch fault {
        case "disk-full": (["vi": "Gần hết bộ nhớ", "en": "Storage nearly full"] as Text)[l]
        case "sim-changed": (["vi": "Đã đổi SIM", "en": "Another SIM"] as Text)[l]
        default: fault
        }
    }

    private func keepsDevices(_ caller: Caller, _ act: Act) throws {
        guard caller.authority.may(act, Devices.right) else {
            throw RegisterError.forbidden(["vi": "Trang này dành cho cán bộ quản lý thiết bị.", "en": "This page is for officers who look after devices."])
        }
    }

    /// The commune of a household, which must be the officer's own.
    private func commune(of household: String, _ caller: Caller) throws -> String {
        guard household.utf8.count == 10, let commune = try payments.commune(ofHousehold: household) else {
            throw PaymentError.objections([Objection(field: "household", code: "unknown", PaymentError.noSuchHousehold.text)])
        }
        guard caller.authority.may(.write, Devices.right, unit: commune, units: registry.units, on: registry.world.today) else {
            throw PaymentError.objections([Objection(field: "household", code: "unit", ["vi": "Hộ thuộc phường, xã khác.", "en": "The household is in another commune."])])
        }
        return commune
    }

    private func ownDevice(_ code: String, _ caller: Caller, _ act: Act = .read) throws -> Device {
        guard let device = try devices.find(code), caller.authority.may(act, Devices.right, unit: device.commune, units: registry.units, on: registry.world.today) else {
            throw Problem(.notFound, "no-such-device", ["vi": "Không có thiết bị này ở đơn vị của bạn.", "en": "There is no such device in your unit."])
        }
        return device
    }

    private func scope(_ caller: Caller) -> String? { caller.authority.grants.first { $0.register == Devices.right || $0.register == "*" }?.unit }

    private func fleetPage(_ request: Request, _ caller: Caller, _ objections: [Objection]) throws -> Response {
        let l = caller.language
        let title: Text = ["vi": "Thiết bị trong các hộ", "en": "Household devices"]
        let unit = scope(caller)
        let all = try devices.fleet().filter { unit == nil || $0.commune == unit }
        let filter = request.parameter("filter").flatMap { Devices.FleetFilter(rawValue: $0) } ?? .all
        let place = unit ?? request.parameter("commune")
        let list = try devices.list(filter, commune: place, after: request.parameter("after") ?? "", limit: 50)
        func sum(_ path: KeyPath<Devices.CommuneFleet, Int>) -> Int { all.reduce(0) { $0 + $1[keyPath: path] } }
        let now = registry.world.now().milliseconds
        let rows: [[HTML]] = list.map { one in
            let isSilent = one.state == .active && one.seen.map { now - $0.milliseconds > devices.limits.silentMilliseconds } ?? true
            return [
                "<a class=\"code\" href=\"/fleet/\(one.code)\">\(one.code)</a>", HTML(text: scopeName(one.commune, l)),
                "\(one.state.title, l)\(isSilent && one.state == .active ? " <span class=\"tag tag-late\">\(["vi": "mất liên lạc", "en": "silent"] as Text, l)</span>" as HTML : nil)",
                HTML(text: one.seen?.written(l) ?? "–"),
                "\(one.network ?? "–") \(one.generation ?? "")", HTML(text: one.firmware ?? "–"), HTML(text: one.fault.map { faultText($0, l) } ?? ""),
            ]
        }
        let heads: [Text] = [
            ["vi": "Mã thiết bị", "en": "Device"], ["vi": "Phường, xã", "en": "Commune"], ["vi": "Tình trạng", "en": "State"], ["vi": "Liên lạc gần nhất", "en": "Last seen"],
            ["vi": "SIM", "en": "SIM"],
            ["vi": "Phần mềm", "en": "Firmware"], ["vi": "Báo hỏng", "en": "Fault"],
        ]
        let tabs: [HTML] = Devices.FleetFilter.allCases.map {
            "<li><a href=\"/fleet?filter=\($0.rawValue)\"\($0 == filter ? " aria-current=\"page\"" as HTML : nil)>\($0.title, l)</a></li>"
        }
        let more: HTML? =
            list.count == 50
            ? "<p><a href=\"/fleet?filter=\(filter.rawValue)&amp;after=\(list.last!.code)\(place.map { "&commune=\($0)" } ?? "")\">\(["vi": "Xem tiếp", "en": "Show more"] as Text, l)</a></p>"
            : nil
        let form = MoneyForm(objections.isEmpty ? nil : request, objections)
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>
            <dl class="figures"><div><dt>\(["vi": "Đang dùng", "en": "In use"] as Text, l)</dt><dd>\(l.number(sum(\.active)))</dd></div><div><dt>\(["vi": "Mất liên lạc quá 3 ngày", "en": "Silent for 3 days"] as Text, l)</dt><dd>\(l.number(sum(\.silent)))</dd></div><div><dt>\(["vi": "Báo hỏng", "en": "Faulty"] as Text, l)</dt><dd>\(l.number(sum(\.faulty)))</dd></div><div><dt>\(["vi": "Tạm khóa", "en": "Frozen"] as Text, l)</dt><dd>\(l.number(sum(\.frozen)))</dd></div><div><dt>\(["vi": "Chờ kích hoạt", "en": "To be enrolled"] as Text, l)</dt><dd>\(l.number(sum(\.announced)))</dd></div></dl>
            \(communeMap(title, all.map { ($0.commune, $0.active, "/fleet?commune=\($0.commune)") }, l))
            <nav class="crumbs" aria-label="\(["vi": "Nhóm", "en": "Lists"] as Text, l)"><ul class="columns">\(tabs)</ul></nav>
            \(rows.isEmpty ? "<p class=\"notice\">\(["vi": "Không có thiết bị nào.", "en": "There is none."] as Text, l)</p>" as HTML : table(title, heads, rows, l))\(more)
            <h2>\(["vi": "Cấp thiết bị cho một hộ", "en": "Give a household a device"] as Text, l)</h2><form method="post" action="/fleet" novalidate>\(csrf(caller))\(entry("household", ["vi": "Mã hộ", "en": "Household code"], mode: "numeric", form, l))<p><button class="button">\(["vi": "Tạo mã thiết bị", "en": "Make its code"] as Text, l)</button></p></form>
            """
        return layout(title, request, caller, door: "officer").response(objections.isEmpty ? .ok : .unprocessableContent, content)
    }

    private func devicePage(_ request: Request, _ caller: Caller, _ code: String, _ objections: [Objection], secret: String? = nil) throws -> Response {
        let l = caller.language
        let one = try ownDevice(code, caller)
        let title = Text(vi: "Thiết bị \(one.code)", en: "Device \(one.code)")
        let form = MoneyForm(objections.isEmpty ? nil : request, objections)
        func fact(_ name: Text, _ value: String?) -> HTML? { value.map { "<div><dt>\(name, l)</dt><dd>\($0)</dd></div>" } }
        let shown: HTML? = secret.map { secret in
            """
            <div class="notice notice-ok" role="status"><p>\(["vi": "Nhập vào máy, một lần, trong bảy ngày. Không hiện lại.", "en": "Enter it on the machine, once, within seven days. It is not shown again."] as Text, l)</p><p>\(["vi": "Mã thiết bị", "en": "Device's code"] as Text, l): <strong class="code code-large">\(one.code)</strong></p><p>\(["vi": "Mã kích hoạt", "en": "Enrolment code"] as Text, l): <strong class="code code-large">\(secret)</strong></p>\(square("\(one.code) \(secret)", ["vi": "Mã kích hoạt", "en": "Enrolment code"], l))</div>
            """
        }
        let acts: HTML? =
            one.state == .revoked
            ? nil
            : """
            <form method="post" action="/fleet/\(one.code)/revocation" novalidate>\(csrf(caller))\(entry("reason", ["vi": "Lý do thu hồi", "en": "Why it is revoked"], isOptional: true, form, l))<p><button class="button warning">\(["vi": "Thu hồi ngay", "en": "Revoke now"] as Text, l)</button></p></form>
            \(one.state == .frozen || one.state == .announced ? """
            <form method="post" action="/fleet/\(one.code)/reopening">\(csrf(caller))<p>\(["vi": "Đã thấy đúng máy và hủy khóa cũ: cấp mã kích hoạt mới.", "en": "You have seen the true machine: give a new enrolment code; the old key ends."] as Text, l)</p><p><button class="button secondary">\(["vi": "Cấp mã mới", "en": "New code"] as Text, l)</button></p></form>
            """ as HTML : nil)
            <form method="post" action="/fleet/\(one.code)/pin" novalidate>\(csrf(caller))\(entry("pin", ["vi": "Mã PIN mới, 6 chữ số", "en": "New PIN, 6 digits"], hint: ["vi": "Người lớn trong hộ, đã xuất trình giấy tờ, tự bấm.", "en": "Typed by an adult of the household who has shown their papers."], width: "w-10", mode: "numeric", type: "password", form, l))<p><button class="button secondary">\(["vi": "Đặt lại PIN", "en": "Set the PIN anew"] as Text, l)</button></p></form>
            <form method="post" action="/fleet/\(one.code)/move" novalidate>\(csrf(caller))\(entry("household", ["vi": "Chuyển sang hộ", "en": "Move to the household"], hint: ["vi": "Mã hộ mới. Mã thiết bị cũ hết hiệu lực.", "en": "The new household's code. The old device code ends."], mode: "numeric", form, l))<p><button class="button secondary">\(["vi": "Chuyển", "en": "Move"] as Text, l)</button></p></form>
            """
        let content: HTML = """
            \(errorSummary(objections, l))<h1>\(title, l)</h1>\(shown)
            <dl class="summary">\(fact(["vi": "Tình trạng", "en": "State"], one.state.title[l]))\(fact(["vi": "Mã hộ", "en": "Household"], one.household))\(fact(["vi": "Phường, xã", "en": "Commune"], scopeName(one.commune, l)))\(fact(["vi": "Kích hoạt", "en": "Enrolled"], one.enrolled?.written(l)))\(fact(["vi": "Liên lạc gần nhất", "en": "Last seen"], one.seen?.written(l)))\
            \(fact(.same("IMEI"), one.imei))\(fact(["vi": "SIM (ICCID)", "en": "SIM (ICCID)"], one.iccid))\(fact(["vi": "Số thuê bao", "en": "Telephone number"], one.number))\(fact(["vi": "Nhà mạng", "en": "Operator"], one.network.map { "\($0) \(one.generation ?? "")" }))\(fact(["vi": "Phần mềm", "en": "Firmware"], one.firmware))\(fact(["vi": "Pin", "en": "Battery"], one.battery.map { "\($0) %" }))\(fact(["vi": "Sóng", "en": "Signal"], one.signal.map { "\($0) %" }))\(fact(["vi": "Báo hỏng", "en": "Fault"], one.fault.map { faultText($0, l) }))</dl>\(acts)
            """
        return layout(title, request, caller, door: "officer", crumbs: [((["vi": "Thiết bị", "en": "Devices"] as Text)[l], "/fleet")]).response(
            objections.isEmpty ? .ok : .unprocessableContent, content)
    }
}
