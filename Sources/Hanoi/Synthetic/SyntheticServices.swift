// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Contracts of IT services with their milestones, measures, councils and invoices, and the software that ministries hand over.
extension SyntheticSectors {
    mutating func services() {
        var contracts: [Line] = []
        var milestones: [Line] = []
        var deductions: [Line] = []
        var measures: [Line] = []
        var invoices: [Line] = []
        var minutes: [Line] = []
        var members: [Line] = []
        var votes: [Line] = []
        func line(_ register: Register, _ cells: [String: String]) -> Line { (register.name, register.allFields.map { cells[$0.name] ?? "" }) }
        for number in 1...14 {
            let contract = Self.key(ITContracts.keys, number)
            let from = pastDay(420)
            let until = from + 365
            let amount = Int64(5 + random.below(90)) * 100_000_000
            let settled = until + 20 < today && random.chance(80) ? (until + 20).description : ""
            contracts.append(
                line(
                    ITContracts.register,
                    [
                        "number": contract, "sort": random.chance(35) ? "order" : "hire", "title": "Dịch vụ công nghệ thông tin gói \(number)",
                        "paper": "\(number)/\(from.year)/HĐ-CNTT",
                        "office": random.pick(["science-department", "science-department", "city-office", "health-department"]), "system": Self.key(ITSystems.keys, number),
                        "provider": "Công ty Phần Mềm Mẫu \(1 + number % 7)", "provider_tax": taxCode(), "amount": "\(amount)",
                        "from": from.description,
                        "until": until.description, "measures": "Sẵn sàng 99,\(5 + random.below(5)) %; trả lời sự cố trong 30 phút.", "settled": settled,
                    ]))
            let first = Day(year: from.parts.year, month: from.parts.month, day: 1)!
            for (level, limit, percent) in Self.steps {
                deductions.append(
                    line(
                        ServiceDeductions.register,
                        [
                            "number": Self.key(ServiceDeductions.keys, deductions.count + 1), "contract": contract, "level": level, "from": first.description, "limit": limit,
                            "percent": percent,
                        ]))
            }
            var month = first.adding(months: 1)
            while month.adding(months: 1) <= today, month < until {
                let isBad = random.chance(15)
                let available = isBad ? "\(94 + random.below(5)).\(random.below(10))" : "99.\(50 + random.below(50))"
                let answered = "\(isBad ? 20 + random.below(150) : 5 + random.below(24))"
                if random.chance(90) {
                    let cells = providerInvoice(invoices.count + 1, contract, month, price: amount / 12, available, answered)
                    invoices.append(line(ServiceInvoices.register, cells))
                }
                for (measure, title, target, measured, price) in [
                    ("service", "Phí dịch vụ tháng", "", "1", "\(amount / 12)"), ("availability", "Mức sẵn sàng (%)", "99.5", available, ""),
                    ("response", "Trả lời sự cố (phút)", "30", answered, ""),
                ] {
                    measures.append(
                        line(
                            ServiceMeasures.register,
                            [
                                "number": Self.key(ServiceMeasures.keys, measures.count + 1), "contract": contract, "month": String(month.description.prefix(7)),
                                "measure": measure,
                                "title": title, "target": target, "measured": measured, "unit_price": price, "evidence": measure == "service" ? "" : fingerprint(),
                            ]))
                }
                month = month.adding(months: 1)
            }
            for step in 1...3 {
                let milestone = Self.key(ITMilestones.keys, number * 10 + step)
                let due = from + step * 100
                let delivered = min(due + (random.below(30) - 18), today)
                let isDelivered = due + -18 <= today && delivered >= from && random.chance(due < today ? 92 : 30)
                milestones.append(
                    line(
                        ITMilestones.register,
                        [
                            "number": milestone, "contract": contract, "title": "Bàn giao đợt \(step)", "due": due.description,
                            "delivered": isDelivered ? delivered.description : "",
                            "evidence": isDelivered ? fingerprint() : "", "items": "Bản cài đặt; mã nguồn; tài liệu đợt \(step)",
                            "tests_passed": isDelivered ? "\(200 + random.below(400))" : "", "tests_failed": isDelivered ? "0" : "",
                        ]))
                let met = delivered + (5 + random.below(20))
                guard isDelivered, met <= today, servants.count >= 5 else { continue }
                let sitting = council(minutes.count + 1, contract, milestone, met)
                minutes.append(line(AcceptanceMinutes.register, sitting.minutes))
                members += sitting.members.map { line(CouncilMembers.register, $0) }
                // The youngest meetings still wait for votes.
                for vote in sitting.votes.dropLast(met + 3 > today ? 2 : 0) {
                    votes.append(
                        line(AcceptanceVotes.register, vote.merging(["number": Self.key(AcceptanceVotes.keys, votes.count + 1)], uniquingKeysWith: { first, _ in first })))
                }
            }
        }
        lines += contracts + milestones + deductions + measures + invoices
        lines += minutes + members + votes
        for (index, one) in [
            ("Quản lý khám chữa bệnh (mẫu)", "Bộ Y tế", "health-department"), ("Quản lý dược (mẫu)", "Bộ Y tế", "health-department"),
            ("Cơ sở dữ liệu ngành giáo dục (mẫu)", "Bộ Giáo dục và Đào tạo", "education-department"), ("Hồ sơ sức khỏe điện tử (mẫu)", "Bộ Y tế", "health-department"),
            ("Hộ tịch điện tử (mẫu)", "Bộ Tư pháp", "justice-department"), ("Thống kê y tế (mẫu)", "Bộ Y tế", "health-department"),
        ].enumerated() { ministry(index, one.0, one.1, one.2) }
        for number in 1...11 { add(Proposals.register, ["number": "DX" + SyntheticCells.padded(number, 2), "state": "open"]) }
    }

    private static let steps = [
        ("availability", "99.5", "2.5"), ("availability", "99", "10"), ("availability", "95", "30"), ("response", "30", "1"), ("response", "120", "5"),
    ]

    /// What the provider asks for a month: mostly what the measures give, sometimes without what is deducted. The young ones wait.
    private mutating func providerInvoice(_ number: Int, _ contract: String, _ month: Day, price: Int64, _ available: String, _ answered: String) -> [String: String] {
        let schedule = Self.steps.compactMap { step in
            ServiceDeductions.step { field in
                switch field {
                case "level": .string(step.0)
                case "from": .string(month.description)
                case "limit": .string(step.1)
                default: .string(step.2)
                }
            }
        }
        let levels = [("availability", available, "99.5"), ("response", answered, "30")].map { level in
            ServiceMeasure(title: level.0, measured: Quantity(level.1)!, .level(level.0, target: Quantity(level.2)!, isHighBetter: level.0 == "availability"))
        }
        let name = String(month.description.prefix(7))
        let whole = ServiceMeasure(title: "service", measured: Quantity("1")!, .priced(Money(price)))
        guard let reckoned = try? ServiceInvoice.reckon(month: name, [whole] + levels, by: schedule) else { preconditionFailure("An invented month can be reckoned.") }
        let issued = month.adding(months: 1)
        let forgets = reckoned.deducted.amount > 0 && random.chance(50)
        let state = forgets ? (random.chance(60) ? "returned" : "received") : issued + 20 > today ? "received" : "approved"
        return [
            "number": Self.key(ServiceInvoices.keys, number), "contract": contract, "month": name, "invoice": "1C\(issued.year % 100)TMA-\(SyntheticCells.padded(number, 8))",
            "issued": issued.description, "amount": "\(forgets ? price : reckoned.total.amount)", "received": min(issued + 2, today).description, "state": state,
            "note": state == "returned" ? "Chưa trừ phần khấu trừ chất lượng." : "",
        ]
    }

    /// Seven members, two of them from outside, a quorum of five; sometimes one stands aside, sometimes one is against, seldom most are.
    private mutating func council(
        _ number: Int, _ contract: String, _ milestone: String, _ day: Day
    ) -> (minutes: [String: String], members: [[String: String]], votes: [[String: String]]) {
        let minutes = Self.key(AcceptanceMinutes.keys, number)
        var seated: [Servant] = []
        while seated.count < 5 {
            let servant = random.pick(servants)
            if !seated.contains(where: { $0.number == servant.number }) { seated.append(servant) }
        }
        var experts: [String] = []
        while experts.count < 2 {
            let name = person()
            if !experts.contains(name) { experts.append(name) }
        }
        let present = 6 + random.below(2)
        let isRecused = random.chance(20)
        let against = random.chance(8) ? 5 : random.chance(15) ? 1 : 0
        let members: [[String: String]] = (0..<7).map { index in
            let servant = index < seated.count ? seated[index] : nil
            let office = servant.flatMap { one in Offices.all.first { $0.code == one.office }?.title.vi }
            return [
                "number": Self.key(CouncilMembers.keys, number * 10 + index), "minutes": minutes, "sort": servant == nil ? "expert" : "servant",
                "servant": servant?.number ?? "", "name": servant?.name ?? experts[index - seated.count], "organization": office ?? "Viện Công Nghệ Mẫu",
                "role": index == 0 ? "chair" : index == 1 ? "secretary" : "member", "attendance": index < present ? "present" : "absent",
                "conflict": isRecused && index == 2 ? "Từng làm cho bên cung cấp." : "",
            ]
        }
        let voters = members.filter { $0["attendance"] == "present" && $0["conflict"] == "" }
        let papers = voters.map { _ in fingerprint() }
        let votes: [[String: String]] = AcceptanceVotes.criteria.flatMap { criterion in
            voters.enumerated().map { index, member in
                let isAgainst = criterion.code == "documents" && index < against
                return [
                    "minutes": minutes, "member": member["number"]!, "criterion": criterion.code, "vote": isAgainst ? "against" : "for",
                    "reason": isAgainst ? "Tài liệu bàn giao chưa đủ." : "", "cast": "paper", "paper": papers[index],
                ]
            }
        }
        let sitting = [
            "number": minutes, "contract": contract, "milestone": milestone, "day": day.description, "decision": "\(40 + number)/QĐ-SKHCN", "quorum": "5", "result": "open",
        ]
        return (sitting, members, votes)
    }

    /// The second has no Vietnamese, the sixth lacks data: both refused. The fourth is not assessed yet.
    private mutating func ministry(_ index: Int, _ name: String, _ ministry: String, _ office: String) {
        let received = today + -(100 + random.below(200))
        var cells = [
            "number": Self.key(MinistrySoftware.keys, index + 1), "name": name, "ministry": ministry, "office": office, "version": "\(1 + random.below(3)).\(random.below(9))",
            "received": received.description, "decision": "accepted",
        ]
        let failed = [1: "language", 5: "data"][index]
        for criterion in MinistrySoftware.criteria {
            if index == 3 {
                cells[criterion.name] = "open"
            } else {
                cells[criterion.name] = criterion.name == failed ? "fail" : "pass"
                cells[criterion.name + "_share"] = "\(criterion.name == failed ? 10 + random.below(30) : 70 + random.below(31))"
            }
        }
        if index == 3 { cells["decision"] = "pending" } else { cells["assessed"] = (received + 30).description }
        if let failed {
            cells["decision"] = "refused"
            cells["reason"] = failed == "language" ? "Giao diện chưa có tiếng Việt." : "Thiếu dữ liệu của thành phố."
        }
        add(MinistrySoftware.register, cells)
    }
}
