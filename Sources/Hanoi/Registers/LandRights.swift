// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Who holds land with which share, and what rests upon it: leases, mortgages, restrictions.
public enum LandRights: RegisterDeclaration {
    public static let register = Register(
        "land-right", ["vi": "Quyền về đất", "en": "Land rights"],
        ["vi": "Ai sử dụng thửa đất với phần bao nhiêu; cho thuê, thế chấp, hạn chế.", "en": "Who holds a parcel with which share; leases, mortgages and restrictions."],
        keptBy: Keepers.environment,
        under: ["vi": "Luật Đất đai 31/2024/QH15, Điều 26, 27, 133", "en": "Law on Land 31/2024/QH15, articles 26, 27 and 133"], updated: .daily,
        key: Field("number", keys.kind, ["vi": "Mã quyền", "en": "Right number"], .official),
        fields: [
            Field("parcel", .reference("land-parcel"), ["vi": "Thửa đất", "en": "Parcel"], .open, filtered: true, alsoCalled: ["Mã thửa", "Mã thửa đất"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("kind", .choice(kinds), ["vi": "Loại quyền", "en": "Kind"], .open, counted: true, alsoCalled: ["Quyền"]),
            Field(
                "person", .reference("population"), ["vi": "Cá nhân", "en": "Person"], .personal, required: false, lasting: true,
                alsoCalled: Heads.all(Heads.personalID, "Số định danh", "Số định danh chủ sử dụng"),
                hint: ["vi": "Số định danh cá nhân, 12 chữ số.", "en": "The personal ID number, 12 digits."]),
            Field(
                "enterprise", .reference("enterprise"), ["vi": "Tổ chức", "en": "Organisation"], .official, required: false, lasting: true,
                alsoCalled: ["Mã số doanh nghiệp", "Mã số thuế", "MST"]),
            Field(
                "holder", .text(max: 150), ["vi": "Tên người có quyền", "en": "Holder's name"], .personal, searched: true,
                alsoCalled: ["Chủ sử dụng", "Chủ sử dụng đất", "Người sử dụng đất", "Tên chủ sử dụng", "Họ và tên"]),
            Field(
                "share", .share, ["vi": "Phần", "en": "Share"], .official, required: false, alsoCalled: ["Tỷ lệ", "Phần quyền", "Tỷ lệ sở hữu"],
                hint: ["vi": "Ví dụ 1, 1/2, 1/3.", "en": "Such as 1, 1/2, 1/3."]),
            Field("from", .day, ["vi": "Từ ngày", "en": "From"], .official, alsoCalled: ["Ngày bắt đầu", "Ngày đăng ký"]),
            Field("until", .day, ["vi": "Đến ngày", "en": "Until"], .official, required: false, alsoCalled: ["Ngày kết thúc", "Ngày hết hạn", "Đến hết ngày"]),
            Field("document", .text(max: 100), ["vi": "Văn bản", "en": "Document"], .official, required: false, alsoCalled: ["Số văn bản", "Số hợp đồng"]),
        ],
        rules: [
            Rule("holder", at: "person", ["vi": "Ghi một cá nhân hoặc một tổ chức, không ghi cả hai.", "en": "Name a person or an organisation, not both."]) { item, _ in
                item["person"].isNull || item["enterprise"].isNull
            },
            Rule("share-needed", at: "share", ["vi": "Quyền sử dụng đất phải ghi phần.", "en": "A holder's share must be given."]) { item, _ in
                item["kind"].string != "ownership" || !item["share"].isNull
            },
            Rule("share-only", at: "share", ["vi": "Chỉ quyền sử dụng đất mới chia phần.", "en": "Only the holding itself is divided into shares."]) { item, _ in
                item["kind"].string == "ownership" || item["share"].isNull
            },
            Rule("order", at: "until", ["vi": "Ngày kết thúc phải sau ngày bắt đầu.", "en": "The last day must come after the first."]) { item, _ in
                guard let from = item["from"].day, let until = item["until"].day else { return true }
                return until >= from
            },
            Rule("no-term", at: "until", ["vi": "Quyền sử dụng chung với phần không ghi ngày kết thúc ở đây.", "en": "A holding with a share has no last day here."]) { item, _ in
                item["kind"].string != "ownership" || item["until"].isNull
            },
        ],
        group: GroupRule(
            sharesIn: "share", of: "ownership", by: "kind", in: "parcel",
            sumToOne: ["vi": "Các phần của người sử dụng một thửa phải cộng lại bằng 1.", "en": "The shares of a parcel's holders must sum to 1."]),
        agreements: [
            Agreement("commune", with: "commune", of: "parcel", ["vi": "Phường, xã phải là phường, xã của thửa đất.", "en": "The commune must be the parcel's."])
        ],
        term: "until", keys: keys,
        checks: [
            Check(
                "holder-died", .contradictory,
                ["vi": "Người sử dụng đất đã chết hoặc rời sổ dân cư: cần thừa kế", "en": "The holder has died or left the register: inheritance is open"],
                through: ["person"]
            ) { found, records, _ in
                guard let person = found["person"].string else { return true }
                return try records.find("population", person) != nil
            },
            Check("no-link", .missing, ["vi": "Chưa nối với dân cư hoặc doanh nghiệp", "en": "Not linked to a person or an enterprise"]) { found, _, _ in
                found["kind"].string != "ownership" || !found["person"].isNull || !found["enterprise"].isNull
            },
        ],
        label: ["kind", "parcel"],
        example: [
            "number": .string("QD00000000000001"), "parcel": .string("00004-12-105"), "commune": .string("00004"), "kind": .string("ownership"),
            "person": .string("001090123456"), "holder": .string("Nguyễn Văn Thử"), "share": .string("1/2"), "from": .string("2015-03-01"),
        ])

    static let keys = KeyForm("QD", digits: 14)

    static let kinds = [
        Choice("ownership", ["vi": "Sử dụng đất", "en": "Holding"], alsoCalled: ["Quyền sử dụng đất", "QSDĐ"]),
        Choice("lease", ["vi": "Cho thuê", "en": "Lease"], alsoCalled: ["Thuê"]),
        Choice("mortgage", ["vi": "Thế chấp", "en": "Mortgage"]), Choice("restriction", ["vi": "Hạn chế", "en": "Restriction"]),
    ]
}
