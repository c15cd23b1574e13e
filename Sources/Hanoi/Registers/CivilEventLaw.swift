// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// What a birth, a death and a marriage change, by the laws on civil status, residence and marriage.
enum CivilEventLaw {
    static let follow: Consequences = { happenings, records, reading in
        try happenings.filter(\.isNew).flatMap { one -> [Consequence] in
            let item = one.after!
            switch item["kind"].string {
            case "birth":
                for other in try records.all("civil-event", where: "child", is: item["child"].plain) where other.key != one.key {
                    throw Objection(field: "child", code: "born", ["vi": "Trẻ này đã được khai sinh.", "en": "This birth is registered already."])
                }
                return try birth(item, records)
            case "death":
                for other in try records.all("civil-event", where: "deceased", is: item["deceased"].plain) where other.key != one.key {
                    throw Objection(field: "deceased", code: "dead", ["vi": "Người này đã được khai tử.", "en": "This death is registered already."])
                }
                return try death(item, records, reading)
            case "marriage": return try marriage(one.key, item, records, reading)
            default: return []
            }
        }
    }

    // MARK: Birth

    /// The child joins the household of the mother, or else of the father.
    private static func birth(_ item: Item.Fields, _ records: any Records) throws -> [Consequence] {
        let child = item["child"].plain
        if let known = try records.find("population", child) {
            // Loaded with the population already: the event only has to tell of the same person.
            guard known["birth"] == item["day"], known["sex"] == item["sex"] else {
                throw Objection(
                    field: "child", code: "other-person",
                    ["vi": "Số định danh này đã cấp cho người khác ngày sinh hoặc giới tính.", "en": "This ID number belongs to a person of another birth date or sex."])
            }
            return []
        }
        var parents: [Found] = []
        for name in ["mother", "father"] {
            guard let id = item[name].string else { continue }
            guard let parent = try records.find("population", id) else { continue }
            if let born = PartialDay(parent["birth"].plain)?.first, let day = item["day"].day, day.age(bornOn: born) < 12 {
                throw Objection(field: name, code: "parent-age", ["vi": "Cha, mẹ phải lớn hơn con ít nhất 12 tuổi.", "en": "A parent is at least 12 years older than the child."])
            }
            parents.append(parent)
        }
        if item["mother"].isNull, item["father"].isNull, let code = item["household"].string {
            // A child found alone is registered into the household that takes it in.
            guard let home = try records.find("household", code), home["commune"] == item["commune"] else {
                throw Objection(
                    field: "household", code: "agreement", ["vi": "Hộ nuôi trẻ phải ở phường, xã đăng ký.", "en": "The household that takes the child in must be in this commune."])
            }
            return [
                .put(
                    "population", child,
                    [
                        "name": item["name"], "birth": item["day"], "sex": item["sex"], "ethnicity": item["ethnicity"], "household": item["household"],
                        "relation": .string("other"),
                        "commune": home["commune"],
                    ])
            ]
        }
        guard let parent = parents.first(where: { $0["commune"] == item["commune"] }) ?? parents.first else {
            throw Objection(
                field: "mother", code: "no-home",
                ["vi": "Cha, mẹ không còn trong sổ dân cư nên chưa rõ con ở hộ nào.", "en": "Neither parent is in the population register, so the child's household is unknown."])
        }
        guard parent["commune"] == item["commune"] else {
            throw Objection(
                field: "commune", code: "other-commune",
                [
                    "vi": "Khai sinh tại nơi cư trú của cha hoặc mẹ (Luật Hộ tịch, Điều 13).",
                    "en": "A birth is registered where the mother or father lives (Law on Civil Status, article 13).",
                ])
        }
        let relation: String
        switch parent["relation"].string {
        case "head", "spouse": relation = "child"
        case "child": relation = "grandchild"
        default: relation = "other"
        }
        return [
            .put(
                "population", child,
                [
                    "name": item["name"], "birth": item["day"], "sex": item["sex"], "ethnicity": item["ethnicity"], "household": parent["household"],
                    "relation": .string(relation), "commune": parent["commune"],
                ])
        ]
    }

    // MARK: Death

    /// Residence, post, business roles and what was paid out end; the household gets its new head or is asked who it will be.
    private static func death(_ item: Item.Fields, _ records: any Records, _ reading: Reading) throws -> [Consequence] {
        let id = item["deceased"].plain
        guard let person = try records.find("population", id) else { return [] }
        let died = item["day"].day
        guard person["commune"] == item["commune"] else {
            throw Objection(
                field: "commune", code: "other-commune",
                ["vi": "Khai tử tại nơi cư trú cuối cùng (Luật Hộ tịch, Điều 32).", "en": "A death is registered where the person last lived (Law on Civil Status, article 32)."])
        }
        var consequences = try household(item, person, records, reading)
        consequences.append(.retire("population", id, from: died))
        for residence in try records.all("residence", where: "person", is: id) { consequences.append(.retire("residence", residence.key, from: died)) }
        for servant in try records.all("civil-servant", where: "person", is: id) { consequences.append(.retire("civil-servant", servant.key, from: died)) }
        for business in try records.all("household-business", where: "owner", is: id) { consequences.append(.retire("household-business", business.key, from: died)) }
        for enterprise in try records.all("enterprise", where: "representative", is: id) {
            consequences.append(.put("enterprise", enterprise.key, ["representative": .null, "representative_name": .null]))
            consequences.append(
                .put(
                    "task", try records.newKey("task"),
                    Tasks.item("representative", commune: enterprise["commune"], from: reading.today, days: 10, enterprise: enterprise.key)))
        }
        for (role, _) in [("husband", "wife"), ("wife", "husband")] {
            for marriage in try records.all("civil-event", where: role, is: id) where marriage["ended"].isNull {
                consequences.append(.put("civil-event", marriage.key, ["ended": item["day"]]))
            }
        }
        return try consequences + allowances(of: id, died: item["day"], records)
    }

    /// What is paid to a person ends with the day of death; what was to begin later does not begin. What entitled to it ends as well.
    private static func allowances(of id: String, died: Value, _ records: any Records) throws -> [Consequence] {
        guard let day = died.day else { return [] }
        var consequences: [Consequence] = []
        for one in try records.all("beneficiary", where: "person", is: id) where one["until"].day.map({ $0 > day }) ?? true {
            let hasBegun = one["from"].day.map { $0 <= day } ?? true
            consequences.append(hasBegun ? .put("beneficiary", one.key, ["until": died]) : .retire("beneficiary", one.key, from: day))
        }
        for one in try records.all("contributor", where: "person", is: id) where one["deceased"].isNull {
            var values: [String: Value] = ["deceased": died]
            if let from = one["allowance_from"].day, one["allowance_until"].day.map({ $0 > day }) ?? true {
                // An allowance that had not begun yet never does.
                values["allowance_until"] = from <= day ? died : .null
                if from > day { values["allowance_from"] = .null }
            }
            consequences.append(.put("contributor", one.key, values))
        }
        for one in try records.all("pension", where: "person", is: id) where one["until"].day.map({ $0 > day }) ?? true {
            let hasBegun = one["from"].day.map { $0 <= day } ?? true
            consequences.append(hasBegun && one["kind"].string != Pensions.absent ? .put("pension", one.key, ["until": died]) : .retire("pension", one.key, from: day))
        }
        for certificate in try records.all("disability", where: "person", is: id) { consequences.append(.retire("disability", certificate.key, from: day)) }
        return consequences
    }

    private static func household(_ item: Item.Fields, _ person: Found, _ records: any Records, _ reading: Reading) throws -> [Consequence] {
        let code = person["household"].plain
        let others = try records.all("population", where: "household", is: code).filter { $0.key != person.key }
        if others.isEmpty {
            guard item["successor"].isNull else { throw notMember }
            return [.retire("household", code, from: item["day"].day)]
        }
        if let successor = item["successor"].string {
            guard let heir = others.first(where: { $0.key == successor }) else { throw notMember }
            guard person["relation"].string == "head" else {
                throw Objection(
                    field: "successor", code: "not-head",
                    ["vi": "Người chết không phải chủ hộ nên không cần chủ hộ mới.", "en": "The person did not head the household, so no new head is needed."])
            }
            return [.put("population", heir.key, ["relation": .string("head")], from: item["day"].day)]
        }
        guard person["relation"].string == "head" else { return [] }
        return [
            .put("task", try records.newKey("task"), Tasks.item("household-head", commune: person["commune"], from: reading.today, days: 7, household: code))
        ]
    }

    private static let notMember = Objection(
        field: "successor", code: "not-member", ["vi": "Chủ hộ mới phải là thành viên còn lại của hộ.", "en": "The new head must be one of the household's other members."])

    // MARK: Marriage

    /// Ages by the Law on Marriage and Family 52/2014/QH13, article 8.
    private static func marriage(_ key: String, _ item: Item.Fields, _ records: any Records, _ reading: Reading) throws -> [Consequence] {
        var couple: [Found] = []
        for (role, age) in [("husband", 20), ("wife", 18)] {
            let id = item[role].plain
            guard let person = try records.find("population", id) else {
                // A marriage of long ago may name somebody who has died since.
                if !item["ended"].isNull { continue }
                throw Objection(field: role, code: "reference", ["vi": "Không có người này trong sổ dân cư.", "en": "This person is not in the population register."])
            }
            if let born = PartialDay(person["birth"].plain)?.first, let day = item["day"].day, day.age(bornOn: born) < age {
                throw Objection(field: role, code: "age", Text(vi: "Chưa đủ \(age) tuổi vào ngày kết hôn.", en: "Under \(age) years of age on the day of the marriage."))
            }
            let sex = role == "husband" ? "male" : "female"
            guard person["sex"].string == sex else {
                throw Objection(field: role, code: "sex", ["vi": "Giới tính trong sổ dân cư khác với vai trò này.", "en": "The population register says another sex."])
            }
            for other in ["husband", "wife"] {
                for standing in try records.all("civil-event", where: other, is: id) where standing.key != key && standing["ended"].isNull && item["ended"].isNull {
                    throw Objection(field: role, code: "married", ["vi": "Người này đang có vợ hoặc chồng.", "en": "This person is married already."])
                }
            }
            couple.append(person)
        }
        // Long ago they may have lived elsewhere; what is registered now is registered where one of them lives.
        if item["ended"].isNull, let day = item["day"].day, reading.today - day <= 60, !couple.contains(where: { $0["commune"] == item["commune"] }) {
            throw Objection(
                field: "commune", code: "other-commune",
                [
                    "vi": "Kết hôn đăng ký tại nơi cư trú của một trong hai người (Luật Hộ tịch, Điều 17).",
                    "en": "A marriage is registered where one of the two lives (Law on Civil Status, article 17).",
                ])
        }
        guard let household = item["household"].string, item["ended"].isNull else { return [] }
        guard let home = try records.find("household", household), let host = couple.first(where: { $0["household"].string == household }) else {
            throw Objection(field: "household", code: "not-theirs", ["vi": "Phải là hộ của chồng hoặc của vợ.", "en": "It must be the household of the husband or the wife."])
        }
        guard home["commune"] == item["commune"] else {
            throw Objection(
                field: "household", code: "other-commune",
                ["vi": "Hộ này ở phường, xã khác; việc chuyển hộ đăng ký cư trú tại đó.", "en": "This household is in another commune; the move is registered there."])
        }
        var consequences: [Consequence] = []
        for mover in couple where mover["household"].string != household {
            let old = mover["household"].plain
            let left = try records.all("population", where: "household", is: old).filter { $0.key != mover.key }
            if mover["relation"].string == "head", !left.isEmpty {
                throw Objection(
                    field: "household", code: "head-leaves",
                    [
                        "vi": "Người chuyển đi là chủ hộ và hộ cũ còn thành viên. Đổi chủ hộ trước.",
                        "en": "The one who moves heads a household with other members. Change its head first.",
                    ])
            }
            let relation: String
            switch host["relation"].string {
            case "head": relation = "spouse"
            default: relation = "other"
            }
            consequences.append(.put("population", mover.key, ["household": .string(household), "commune": home["commune"], "relation": .string(relation)]))
            if left.isEmpty { consequences.append(.retire("household", old)) }
        }
        return consequences
    }
}
