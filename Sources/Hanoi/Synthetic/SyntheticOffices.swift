// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Where an invented city's offices are reached: each of the city once, those of communes once a commune.
/// Some portals do not guide yet, some were not looked at for long, and a few offices have no mail address.
enum SyntheticOffices {
    private static let titles = ["commune-committee": "Ủy ban nhân dân", "commune-police": "Công an", "commune-service-centre": "Trung tâm Phục vụ hành chính công"]
    private static let boxes = ["commune-committee": "ubnd", "commune-police": "cap", "commune-service-centre": "hcc"]

    static func lines(today: Day, _ random: inout SplitMix64) -> [SyntheticSectors.Line] {
        var lines: [SyntheticSectors.Line] = []
        for office in Offices.all where !Offices.ofCommunes.contains(office.code) {
            let box = office.title.vi.folded.split(separator: " ").joined()
            let own = ["code": office.code, "office": office.code, "name": office.title.vi, "mail": "\(box)@hanoi.example"]
            lines.append(line(own, portal: "https://\(box).hanoi.example", today, &random))
        }
        for commune in City.communeCodes {
            guard let unit = UnitData.table.find(commune, on: today) else { continue }
            let place = unit.name.folded.split(separator: " ").joined(separator: "-")
            for office in Offices.all where Offices.ofCommunes.contains(office.code) {
                let name = "\(titles[office.code]!) \(unit.name.prefix(1).lowercased())\(unit.name.dropFirst())"
                let mail = random.chance(3) ? "" : "\(boxes[office.code]!).\(place)@hanoi.example"
                let own = ["code": "\(office.code)-\(commune)", "office": office.code, "commune": commune, "name": name, "mail": mail]
                lines.append(line(own, portal: "https://\(place).hanoi.example", today, &random))
            }
        }
        return lines
    }

    private static func line(_ own: [String: String], portal: String, _ today: Day, _ random: inout SplitMix64) -> SyntheticSectors.Line {
        var cells = own
        let isMobile = random.chance(30)
        let serial = String(1_000_000 + random.below(8_999_999))
        cells["address"] = "Số \(1 + random.below(300)), phố \(random.pick(SyntheticNames.streets))"
        cells["phone"] = (isMobile ? random.pick(SyntheticNames.mobilePrefixes) : "0243") + serial
        cells["portal"] = portal
        let guides = random.chance(88)
        cells["guides"] = guides ? "true" : "false"
        if guides, random.chance(90) { cells["guide_page"] = portal + "/huong-dan-dich-vu-cong" }
        let back = random.chance(5) ? OfficeAddresses.lookDays + random.below(60) : 1 + random.below(OfficeAddresses.lookDays - 10)
        cells["checked"] = (today + -back).description
        let register = OfficeAddresses.register
        return (register.name, register.allFields.map { cells[$0.name] ?? "" })
    }
}
