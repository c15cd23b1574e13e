// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Where people live for good or for a time, and who is away: registrations whose terms end by themselves.
public enum Residences: RegisterDeclaration {
    public static let register = Register(
        "residence", ["vi": "Đăng ký cư trú", "en": "Residence"],
        [
            "vi": "Thường trú, tạm trú và tạm vắng; hết hạn thì tự hết hiệu lực.",
            "en": "Permanent and temporary residence and absence; a term that is over ends by itself.",
        ],
        keptBy: Keepers.police,
        under: ["vi": "Luật Cư trú 68/2020/QH14, Điều 20, 27, 31", "en": "Law on Residence 68/2020/QH14, articles 20, 27, 31"], updated: .daily,
        key: Field("number", keys.kind, ["vi": "Số đăng ký", "en": "Registration number"], .official, alsoCalled: ["Số hồ sơ", "Mã hồ sơ"]),
        fields: [
            Field(
                "person", .reference("population"), ["vi": "Người đăng ký", "en": "Person"], .personal, filtered: true,
                alsoCalled: Heads.all(Heads.personalID, "Số định danh", "Số định danh người đăng ký"),
                hint: ["vi": "Số định danh cá nhân, 12 chữ số.", "en": "The personal ID number, 12 digits."]),
            Field(
                "kind", .choice(kinds), ["vi": "Loại đăng ký", "en": "Kind"], .official, counted: true,
                alsoCalled: ["Hình thức cư trú", "Loại cư trú", "Hình thức đăng ký", "Loại hình cư trú"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .official, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field(
                "address", .address, ["vi": "Địa chỉ", "en": "Address"], .personal, searched: true,
                alsoCalled: [
                    "Nơi cư trú", "Chỗ ở", "Chỗ ở hiện tại", "Nơi ở hiện tại", "Địa chỉ cư trú", "Địa chỉ tạm trú", "Nơi tạm trú", "Địa chỉ thường trú", "Nơi thường trú",
                    "Nơi đăng ký thường trú",
                ]),
            Field(
                "household", .reference("household"), ["vi": "Vào hộ", "en": "Household joined"], .personal, required: false, lasting: true,
                when: .init("kind", "permanent"), alsoCalled: ["Mã hộ", "Số hộ", "Mã hộ gia đình", "Mã số hộ"],
                hint: ["vi": "Mã hộ mà người này vào ở, nếu đổi hộ.", "en": "The household that the person joins, if it changes."]),
            Field(
                "relation", .choice(Population.relations), ["vi": "Quan hệ với chủ hộ", "en": "Relation to the head"], .personal, required: false, when: .init("kind", "permanent"),
                alsoCalled: ["Quan hệ", "QH với chủ hộ", "Quan hệ chủ hộ"]),
            Field("from", .day, ["vi": "Từ ngày", "en": "From"], .official, alsoCalled: ["Ngày đăng ký", "Ngày bắt đầu", "Bắt đầu từ ngày"]),
            Field(
                "until", .day, ["vi": "Đến ngày", "en": "Until"], .official, required: false,
                alsoCalled: ["Ngày hết hạn", "Đến hết ngày", "Thời hạn đến ngày"],
                hint: ["vi": "Bắt buộc với tạm trú, nhiều nhất hai năm.", "en": "Needed for temporary residence, two years at most."]),
            Field("reason", .text(max: 200), ["vi": "Lý do", "en": "Reason"], .personal, required: false, alsoCalled: ["Lý do cư trú", "Mục đích cư trú"]),
        ],
        rules: [
            Rule("until-needed", at: "until", ["vi": "Tạm trú phải có ngày hết hạn.", "en": "Temporary residence needs a last day."]) { item, _ in
                item["kind"].string != "temporary" || !item["until"].isNull
            },
            Rule("no-until", at: "until", ["vi": "Thường trú không có ngày hết hạn.", "en": "Permanent residence has no last day."]) { item, _ in
                item["kind"].string != "permanent" || item["until"].isNull
            },
            Rule("order", at: "until", ["vi": "Ngày hết hạn phải sau ngày bắt đầu.", "en": "The last day must come after the first."]) { item, _ in
                guard let from = item["from"].day, let until = item["until"].day else { return true }
                return until >= from
            },
            Rule(
                "two-years", at: "until",
                ["vi": "Tạm trú nhiều nhất hai năm; sau đó gia hạn.", "en": "Temporary residence lasts two years at most; then it is renewed."]
            ) { item, _ in
                guard item["kind"].string == "temporary", let from = item["from"].day, let until = item["until"].day else { return true }
                return until <= from.adding(months: 24)
            },
            Rule(
                "thirty-days", at: "until",
                ["vi": "Ở dưới 30 ngày thì thông báo lưu trú, không đăng ký tạm trú.", "en": "A stay under 30 days is notified, not registered."], .doubt
            ) { item, _ in
                guard item["kind"].string == "temporary", let from = item["from"].day, let until = item["until"].day else { return true }
                return until - from >= 29
            },
        ],
        term: "until", keys: keys, consequences: follow, when: { item, isNew in isNew && !item["household"].isNull },
        checks: [
            Check("ends-soon", dueFrom: ["vi": "Tạm trú còn dưới 15 ngày: nhắc gia hạn", "en": "Temporary residence ends within 15 days: remind of renewal"]) { found, _ in
                found["kind"].string == "temporary" ? found["until"].day.map { $0 + -15 } : nil
            },
            Check(
                "permanent-elsewhere", .contradictory,
                ["vi": "Thường trú ở đây nhưng sổ dân cư ghi phường, xã khác", "en": "Permanent here, but the population register names another commune"], through: ["person"]
            ) { found, records, _ in
                guard found["kind"].string == "permanent", let person = try records.find("population", found["person"].plain) else { return true }
                return person["commune"] == found["commune"]
            },
        ],
        label: ["kind", "address"],
        example: [
            "number": .string("CT00000000000001"), "person": .string("001090123456"), "kind": .string("temporary"), "commune": .string("00004"),
            "address": .string("Số 12, phố Kim Mã"), "from": .string("2026-03-01"), "until": .string("2027-02-28"), "reason": .string("Học tập"),
        ])

    static let keys = KeyForm("CT", digits: 14)

    static let kinds = [
        Choice("permanent", ["vi": "Thường trú", "en": "Permanent residence"], alsoCalled: ["Đăng ký thường trú"]),
        Choice("temporary", ["vi": "Tạm trú", "en": "Temporary residence"], alsoCalled: ["Đăng ký tạm trú"]),
        Choice("absent", ["vi": "Tạm vắng", "en": "Temporary absence"], alsoCalled: ["Khai báo tạm vắng"]),
    ]

    /// A new permanent residence moves the person into that household and ends the earlier one.
    private static let follow: Consequences = { happenings, records, _ in
        var consequences: [Consequence] = []
        for one in happenings where one.isNew {
            guard let item = one.after, item["kind"].string == "permanent", let household = item["household"].string, let id = item["person"].string,
                let person = try records.find("population", id)
            else { continue }
            guard let home = try records.find("household", household) else {
                throw Objection(field: "household", code: "reference", ["vi": "Không có hộ này.", "en": "There is no such household."])
            }
            guard home["commune"] == item["commune"] else {
                throw Objection(field: "household", code: "agreement", ["vi": "Hộ này ở phường, xã khác.", "en": "This household is in another commune."])
            }
            for earlier in try records.all("residence", where: "person", is: id) where earlier.key != one.key && earlier["kind"].string == "permanent" {
                consequences.append(.retire("residence", earlier.key))
            }
            if person["household"].string == household { continue }
            let old = person["household"].plain
            let others = try records.all("population", where: "household", is: old).filter { $0.key != id }
            if person["relation"].string == "head", !others.isEmpty {
                throw Objection(
                    field: "person", code: "head-leaves",
                    [
                        "vi": "Người này là chủ hộ và hộ còn thành viên. Đổi chủ hộ trước, hoặc chuyển cả hộ.",
                        "en": "This person heads a household that has other members. Change its head first, or move the whole household.",
                    ])
            }
            let isFirst = try records.all("population", where: "household", is: household).isEmpty
            consequences.append(
                .put(
                    "population", id,
                    [
                        "household": .string(household), "commune": item["commune"],
                        "relation": isFirst ? .string("head") : item["relation"].isNull ? .string("other") : item["relation"],
                    ]))
            if others.isEmpty { consequences.append(.retire("household", old)) }
        }
        return consequences
    }
}
