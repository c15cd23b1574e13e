// SPDX-License-Identifier: Apache-2.0
import Civic
import Devices
import Foundation
import Hanoi
import Payments
import People
import Registers
import Store

/// Billers, bills, a bank account and a device for the demonstration's invented households.
struct DemoMoney {
    let city: OpenCity
    private var day: Day { city.world.today }

    struct Box {
        let code: String
        let secret: String
        let household: String
    }

    /// Makes all of it; gives the device that waits to be enrolled in the household of `citizen`, and how many bills there are.
    func make(for citizen: String?) async throws -> (device: Box?, bills: Int) {
        try billers()
        let bills = try await self.bills()
        guard let citizen, let row = try city.registry.row(of: citizen, in: Population.register.name), let household = try city.payments.household(of: row),
            let commune = try city.payments.commune(ofHousehold: household)
        else { return (nil, bills) }
        try await city.payments.allow(household: household, bank: "970436", account: "9\(household)", holder: "TAI KHOAN THU", daily: 20_000_000, author: "demo")
        let device = try await city.devices.announce(household: household, commune: commune, author: "demo")
        return (Box(code: device.code, secret: device.secret, household: household), bills)
    }

    /// So many open bills, the same number for every household, for measurements.
    func rehearse(bills wanted: Int) async throws -> Int {
        try billers()
        var count = 0
        var round = 0
        let line = ProgressLine("Sending bills")
        while count < wanted {
            var after: Int64 = -1
            let before = count
            while count < wanted {
                let start = after
                let page = try await city.database.reading { try city.registry.rows(of: Households.register.name, after: start, limit: 1000, on: $0) }
                guard let last = page.last else { break }
                after = last.row
                let drafts = page.prefix(wanted - count).map { one in
                    var draft = BillDraft()
                    draft.reference = "R\(round)-\(one.key)"
                    draft.household = one.key
                    draft.amount = 100_000
                    draft.title = "Tiền điện"
                    draft.period = "11/2026"
                    draft.due = day + 20
                    return (Int(one.row) + 1, draft)
                }
                count += try await city.payments.issue(drafts, of: "EVNHN", isReplacing: false, isTrial: false, author: "rehearsal").count { $0.outcome == .added }
                line.show(done: count, share: Double(count) / Double(wanted))
            }
            guard count > before else { break }
            round += 1
        }
        line.end()
        return count
    }

    private static let list: [(code: String, name: String, sort: String, tariff: String?)] = [
        ("EVNHN", "Điện lực Hà Nội (mẫu)", "electricity", "electricity"), ("HAWA", "Nước sạch Hà Nội (mẫu)", "water", "water"),
        ("MTDT", "Môi trường đô thị Hà Nội (mẫu)", "waste", nil),
        ("TH0001", "Trường Tiểu học Ví Dụ", "school", nil), ("THCS01", "Trường THCS Ví Dụ", "school", nil), ("THPT01", "Trường THPT Ví Dụ", "school", nil),
    ]

    private func billers() throws {
        let registry = city.registry
        var changes = try Self.list.map { one in
            var texts = [
                "code": one.code, "name": one.name, "sort": one.sort, "bank": "970415",
                "account": "1133\(Luhn.check("1133" + String(one.code.utf8.reduce(0) { $0 * 7 + Int($1) } % 100_000))!)66668888",
                "holder": one.name.ascii.uppercased(), "mail": "thu.\(one.code.lowercased())@example.vn",
            ]
            texts["tariff"] = one.tariff
            return Change(Billers.register.name, key: one.code, .put(try registry.item(Billers.register.name, texts: texts, effective: nil)), expecting: .anything)
        }
        for (code, title, sort, approved) in [
            ("QT0001", "Thay máy chủ trung tâm dữ liệu", "equipment", "500000000"), ("QT0002", "Tập huấn sinh viên hướng dẫn người dân", "training", "120000000"),
        ] {
            let texts = [
                "code": code, "title": title, "sort": sort, "decision": "12/QĐ-UBND", "approved": approved, "from": "\(day.year)-01-01", "until": "\(day.year)-12-31",
            ]
            changes.append(Change(FundPurposes.register.name, key: code, .put(try registry.item(FundPurposes.register.name, texts: texts, effective: nil)), expecting: .anything))
        }
        _ = try registry.enterAndWait(changes, cause: "demo", by: .operator_())
    }

    /// Last month's electricity, water and waste of every household, and this month's fees of its pupils, who live and pay as their numbers say.
    private func bills() async throws -> Int {
        let period = String(day.description.prefix(7).split(separator: "-").reversed().joined(separator: "/"))
        let due = day + 6
        var count = 0
        func send(_ drafts: [(line: Int, draft: BillDraft)], _ biller: String) async throws {
            for start in stride(from: 0, to: drafts.count, by: 1000) {
                let results = try await city.payments.issue(Array(drafts[start..<min(start + 1000, drafts.count)]), of: biller, isReplacing: false, isTrial: false, author: "demo")
                count += results.count { $0.outcome == .added }
            }
        }
        func draft(_ reference: String, _ title: String) -> BillDraft {
            var draft = BillDraft()
            draft.reference = reference
            draft.title = title
            draft.period = period
            draft.due = due
            return draft
        }
        var after: Int64 = -1
        while true {
            let start = after
            let page = try await city.database.reading { try city.registry.rows(of: Households.register.name, after: start, limit: 1000, on: $0) }
            guard let last = page.last else { break }
            after = last.row
            for (biller, title) in [("EVNHN", "Tiền điện"), ("HAWA", "Tiền nước"), ("MTDT", "Vệ sinh môi trường")] {
                try await send(
                    page.map { one in
                        var draft = draft("\(period.filter { $0 != "/" })-\(one.key)", title)
                        draft.household = one.key
                        let turn = Int64(one.key.utf8.reduce(0) { ($0 * 31 + Int($1)) % 997 })
                        switch biller {
                        case "EVNHN": draft.consumption = 80 + turn % 320
                        case "HAWA": draft.consumption = 6 + turn % 22
                        default: draft.amount = 24_000 + turn % 3 * 6000
                        }
                        return (Int(one.row) + 1, draft)
                    }, biller)
            }
        }
        after = -1
        while true {
            let start = after
            let page = try await city.database.reading { connection in
                try city.registry.rows(of: Population.register.name, after: start, limit: 1000, on: connection).map { one in
                    (one.row, one.key, try city.registry.records(on: connection).find(Population.register.name, one.key)?["birth"].plain ?? "")
                }
            }
            guard let last = page.last else { break }
            after = last.0
            for (biller, ages, fee) in [("TH0001", 6...10, Int64(640_000)), ("THCS01", 11...14, 720_000), ("THPT01", 15...17, 810_000)] {
                let pupils = page.filter { one in PartialDay(one.2).map { ages.contains(day.age(bornOn: $0.first)) } ?? false }
                try await send(
                    pupils.map { one in
                        let age = PartialDay(one.2).map { day.age(bornOn: $0.first) } ?? 6
                        var draft = draft("\(period.filter { $0 != "/" })-\(one.0)", "Tiền ăn bán trú")
                        draft.schoolClass = "\(age - 5)A\(one.0 % 4 + 1)"
                        draft.person = one.1
                        draft.amount = fee
                        return (Int(one.0) + 1, draft)
                    }, biller)
            }
        }
        return count
    }
}
