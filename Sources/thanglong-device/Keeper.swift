// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Journal
import Synchronization

/// Keeps the device and the city of one mind: sends what waits, fetches what is owed, tells that it is alive.
final class Keeper: Sendable {
    private let box: Box
    private let link: CityLink
    private let world: World
    private let isAway = Mutex(false)
    private let isHurried = Mutex(false)

    init(box: Box, link: CityLink, world: World) {
        self.box = box
        self.link = link
        self.world = world
    }

    var isOffline: Bool { isAway.withLock { $0 } }

    /// Waits, but not when somebody has just pressed a button.
    func rest(seconds: Double) async {
        let end = world.now().milliseconds + Int64(seconds * 1000)
        while world.now().milliseconds < end, !isHurried.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(200)) }
        isHurried.withLock { $0 = false }
    }

    func hurry() { isHurried.withLock { $0 = true } }

    /// The bills as they were last seen; the screen shows them without a network too.
    func view() -> JSON { (try? box.get("view")).flatMap { $0 }.flatMap { try? JSON(parsing: $0.utf8) } ?? .null }

    func look() async {
        guard let answer = try? await link.ask("GET", "/api/v1/device/view") else { return }
        switch answer {
        case .done(let json):
            isAway.withLock { $0 = false }
            // The city's word on payments that were sent.
            if case .array(let payments)? = json["payments"] {
                for one in payments {
                    guard let id = one["id"]?.string, let state = one["state"]?.string else { continue }
                    try? box.setState(id, state, fault: one["fault"]?.string)
                }
            }
            try? box.set("view", json.text)
            try? box.set("stop", "")
            await told(json)
        case .refused(_, let code, let detail):
            isAway.withLock { $0 = false }
            // Frozen or revoked: the screen says so and shows nothing of the household.
            if code == "frozen" || code == "revoked" {
                try? box.set("stop", detail)
                try? box.set("view", "null")
            }
        case .away: isAway.withLock { $0 = true }
        }
    }

    /// Notices that are on the screen now are not sent again.
    private func told(_ view: JSON) async {
        guard case .array(let notices)? = view["notices"], !notices.isEmpty else { return }
        let kept = (try? box.get("notices")).flatMap { $0 }.flatMap { try? JSON(parsing: $0.utf8) }
        var list: [JSON] = []
        if case .array(let old)? = kept { list = old }
        let known = Set(list.compactMap { $0["key"]?.string })
        list = notices.filter { !known.contains($0["key"]?.string ?? "") } + list
        let oldest = world.now().milliseconds - Box.keptMilliseconds
        list = list.filter { ($0["created"]?.string.flatMap { Instant($0) }?.milliseconds ?? 0) >= oldest }
        guard (try? box.set("notices", JSON.array(Array(list.prefix(30))).text)) != nil else { return }
        let messages = notices.prefix(100).compactMap { $0["key"]?.string }.map { JSON.object(["sort": .string("shown"), "key": .string($0)]) }
        _ = try? await link.ask("POST", "/api/v1/device/messages", .object(["messages": .array(messages)]))
    }

    func beat() async {
        try? box.forgetOld(now: world.now())
        var report: [JSON.Member] = [.init("sort", .string("heartbeat")), .init("firmware", .string(DeviceProgram.version))]
        if let battery = Health.battery { report.append(.init("battery", .integer(Int64(battery)))) }
        if let fault = Health.fault { report.append(.init("fault", .string(fault))) }
        // Another SIM in the machine than the one it was enrolled with is for the officers to see.
        let modem = Modem.read()
        if let iccid = modem.iccid { report.append(.init("iccid", .string(iccid))) }
        if let signal = modem.signal { report.append(.init("signal", .integer(Int64(signal)))) }
        _ = try? await link.ask("POST", "/api/v1/device/messages", .object(["messages": .array([.object(report)])]))
    }

    /// Sends what waits, oldest first. What was sent and not answered is sent again: its id makes that harmless.
    func settle() async {
        guard let waiting = try? box.payments().filter({ $0.state == "waiting" }).reversed() else { return }
        for payment in waiting {
            guard let body = try? JSON(parsing: payment.body.utf8), let answer = try? await link.ask("POST", "/api/v1/device/payments", body) else { return }
            switch answer {
            case .done(let json):
                isAway.withLock { $0 = false }
                try? box.setState(payment.id, json["state"]?.string ?? "asked", fault: nil)
            case .refused(_, let code, let detail): try? box.setState(payment.id, "failed", fault: "\(code)|\(detail)")
            case .away:
                isAway.withLock { $0 = true }
                return
            }
        }
    }

    func undo(_ id: String) async -> String? {
        guard let answer = try? await link.ask("POST", "/api/v1/device/payments/\(id)/undo") else { return "" }
        switch answer {
        case .done(let json):
            try? box.setState(id, json["state"]?.string ?? "undone", fault: nil)
            return nil
        case .refused(_, _, let detail): return detail
        case .away: return ""
        }
    }
}

/// What the machine says of itself, where Linux tells.
enum Health {
    static var battery: Int? {
        let base = "/sys/class/power_supply"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] {
            if let text = try? String(contentsOfFile: "\(base)/\(name)/capacity", encoding: .utf8), let value = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)),
                (0...100).contains(value)
            {
                return value
            }
        }
        return nil
    }

    static var fault: String? {
        var room = statvfs()
        guard statvfs("/", &room) == 0, room.f_blocks > 0 else { return nil }
        return room.f_bavail * 20 < room.f_blocks ? "disk-full" : nil
    }
}
