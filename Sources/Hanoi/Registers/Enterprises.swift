// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Enterprises and their branches, by their tax codes.
public enum Enterprises: RegisterDeclaration {
    public static let register = Register(
        "enterprise", ["vi": "Doanh nghiệp", "en": "Enterprises"],
        ["vi": "Doanh nghiệp và chi nhánh đăng ký tại thành phố.", "en": "Enterprises and branches registered in the city."],
        keptBy: Keepers.finance,
        under: [
            "vi": "Luật Doanh nghiệp 59/2020/QH14, Điều 33; Nghị định 168/2025/NĐ-CP", "en": "Law on Enterprises 59/2020/QH14, article 33; Decree 168/2025/NĐ-CP",
        ], updated: .daily,
        key: Field(
            "tax_code", .taxCode, ["vi": "Mã số doanh nghiệp", "en": "Enterprise code"], .open, alsoCalled: ["Mã số thuế", "MST", "MSDN", "Mã DN", "Mã số DN", "Mã doanh nghiệp"],
            hint: ["vi": "10 chữ số; chi nhánh 13 chữ số, ví dụ 0100109106-001.", "en": "10 digits; a branch has 13, such as 0100109106-001."]),
        fields: [
            Field("name", .text(max: 200), ["vi": "Tên doanh nghiệp", "en": "Name"], .open, searched: true, alsoCalled: ["Tên công ty", "Tên DN", "Doanh nghiệp", "Tên tổ chức"]),
            Field("type", .choice(types), ["vi": "Loại hình", "en": "Type"], .open, counted: true, alsoCalled: ["Loại hình doanh nghiệp", "Loại hình DN", "Loại hình pháp lý"]),
            Field(
                "parent", .reference("enterprise"), ["vi": "Chi nhánh của", "en": "Branch of"], .open, required: false, when: .init("type", "branch"),
                alsoCalled: ["Mã số doanh nghiệp mẹ", "Mã doanh nghiệp mẹ"]),
            Field("commune", .unit(.commune), ["vi": "Phường, xã", "en": "Ward or commune"], .open, counted: true, jurisdiction: true, alsoCalled: Heads.communes),
            Field("address", .address, ["vi": "Địa chỉ trụ sở", "en": "Head office"], .open, alsoCalled: ["Địa chỉ trụ sở chính", "Trụ sở chính", "Địa chỉ"]),
            Field(
                "representative", .reference("population"), ["vi": "Người đại diện theo pháp luật", "en": "Legal representative"], .personal, required: false, lasting: true,
                alsoCalled: ["Số định danh người đại diện", "Số định danh người đại diện theo pháp luật", "Số CCCD người đại diện", "CCCD người đại diện"]),
            Field(
                "representative_name", .name, ["vi": "Tên người đại diện", "en": "Representative's name"], .open, required: false,
                alsoCalled: ["Người đại diện", "Họ tên người đại diện", "Họ và tên người đại diện", "Đại diện pháp luật", "Tên người đại diện theo pháp luật"]),
            Field("capital", .money, ["vi": "Vốn điều lệ (đồng)", "en": "Charter capital (đồng)"], .open, required: false, alsoCalled: ["Vốn điều lệ", "Vốn"]),
            Field(
                "line", .code(CodePattern([.digits(2...5)])), ["vi": "Ngành chính (VSIC)", "en": "Main line (VSIC)"], .open, required: false,
                alsoCalled: ["Mã ngành", "Mã ngành chính", "Ngành nghề chính", "Mã ngành nghề chính", "Ngành nghề kinh doanh chính"]),
            Field(
                "founded", .day, ["vi": "Ngày đăng ký lần đầu", "en": "First registered on"], .open,
                alsoCalled: ["Ngày thành lập", "Ngày cấp", "Ngày đăng ký", "Ngày cấp đăng ký lần đầu"]),
            Field("status", .choice(statuses), ["vi": "Tình trạng", "en": "Status"], .open, counted: true, alsoCalled: Heads.all(Heads.states, "Tình trạng doanh nghiệp")),
            Field(
                "paused_until", .day, ["vi": "Tạm ngừng đến ngày", "en": "Paused until"], .open, required: false, when: .init("status", "paused"),
                alsoCalled: ["Tạm ngừng kinh doanh đến ngày"]),
        ],
        rules: [
            Rule(
                "company", at: "tax_code",
                [
                    "vi": "Mã số doanh nghiệp có 10 hoặc 13 chữ số; số định danh cá nhân không dùng ở đây.",
                    "en": "An enterprise code has 10 or 13 digits; a personal number does not stand here.",
                ]
            ) {
                item, _ in item["tax_code"].plain.utf8.count != 12
            },
            Rule("branch", at: "type", ["vi": "Mã 13 chữ số là của chi nhánh, mã 10 chữ số thì không.", "en": "A code of 13 digits is a branch's, one of 10 is not."]) { item, _ in
                (item["tax_code"].plain.utf8.count == 14) == (item["type"].string == "branch")
            },
            Rule("branch-parent", at: "parent", ["vi": "Mã chi nhánh phải bắt đầu bằng mã của doanh nghiệp mẹ.", "en": "A branch's code begins with its enterprise's."]) {
                item, _ in
                item["parent"].string.map { item["tax_code"].plain.hasPrefix($0 + "-") } ?? true
            },
            Rule("founded", at: "founded", ["vi": "Ngày đăng ký không thể ở tương lai.", "en": "The day of registration cannot lie in the future."]) { item, reading in
                item["founded"].day.map { $0 <= reading.today } ?? true
            }, SectorRules.order("founded", "paused_until"),
        ],
        consequences: closeQuestions, when: { item, isNew in !isNew && !item["representative"].isNull },
        checks: [
            Check("no-representative", .missing, ["vi": "Chưa có người đại diện theo pháp luật", "en": "No legal representative"]) { found, _, _ in
                found["type"].string == "branch" || !found["representative"].isNull || found["status"].string == "dissolved"
            },
            Check(
                "representative-gone", .contradictory, ["vi": "Người đại diện không còn trong sổ dân cư", "en": "The representative is no longer in the population register"],
                through: ["representative"]
            ) { found, records, _ in
                guard let person = found["representative"].string else { return true }
                return try records.find("population", person) != nil
            },
        ],
        duties: [
            FieldDuty("representative", filled: 90, among: standing, found: "no-representative"),
            FieldDuty("line", filled: 90, among: standing),
        ], twins: [], label: ["name"],
        example: [
            "tax_code": .string("0100000010"), "name": .string("Công ty TNHH Ví Dụ"), "type": .string("llc-one"), "commune": .string("00004"),
            "address": .string("Số 1, phố Ví Dụ"), "representative": .string("001090123456"), "representative_name": .string("Nguyễn Văn Thử"),
            "capital": .integer(1_000_000_000), "line": .string("4711"), "founded": .string("2019-04-01"), "status": .string("active"),
        ])

    static let types = [
        Choice("private", ["vi": "Doanh nghiệp tư nhân", "en": "Private enterprise"], alsoCalled: ["DNTN"]),
        Choice(
            "llc-one", ["vi": "Công ty TNHH một thành viên", "en": "One-member limited company"],
            alsoCalled: ["TNHH MTV", "Công ty TNHH MTV", "TNHH một thành viên", "Công ty trách nhiệm hữu hạn một thành viên"]),
        Choice(
            "llc", ["vi": "Công ty TNHH hai thành viên trở lên", "en": "Limited company"],
            alsoCalled: [
                "TNHH", "TNHH 2 thành viên trở lên", "TNHH hai thành viên trở lên", "Công ty TNHH 2 thành viên trở lên", "Công ty trách nhiệm hữu hạn hai thành viên trở lên",
            ]), Choice("joint-stock", ["vi": "Công ty cổ phần", "en": "Joint-stock company"], alsoCalled: ["CTCP", "Cổ phần", "CP", "Công ty CP"]),
        Choice("partnership", ["vi": "Công ty hợp danh", "en": "Partnership"], alsoCalled: ["Hợp danh"]),
        Choice("branch", ["vi": "Chi nhánh", "en": "Branch"], alsoCalled: ["CN"]),
    ]

    /// What is no branch and is not dissolved.
    private static let standing = ["type": types.map(\.code).filter { $0 != "branch" }, "status": statuses.map(\.code).filter { $0 != "dissolved" }]

    static let statuses = [
        Choice("active", ["vi": "Đang hoạt động", "en": "Active"], alsoCalled: ["Hoạt động", "NNT đang hoạt động"]),
        Choice("paused", ["vi": "Tạm ngừng kinh doanh", "en": "Paused"], alsoCalled: ["Tạm ngừng", "Tạm ngừng hoạt động"]),
        Choice("dissolved", ["vi": "Đã giải thể", "en": "Dissolved"], alsoCalled: ["Giải thể"]),
    ]

    /// A new representative answers the question that the last one's death opened.
    private static let closeQuestions: Consequences = { happenings, records, _ in
        try happenings.filter { $0.after.map { !$0["representative"].isNull } ?? false }.flatMap { one in
            try records.all("task", where: "enterprise", is: one.key).filter { $0["kind"].string == "representative" }.map { .retire("task", $0.key) }
        }
    }
}
