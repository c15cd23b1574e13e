// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The eleven proposals that the announcement mentions and does not name. The city writes what each is and how far it has come.
public enum Proposals: RegisterDeclaration {
    public static let register = Register(
        "proposal", ["vi": "Đề xuất của Sở Thông tin và Truyền thông", "en": "Proposals of the Department of Information and Communications"],
        [
            "vi": "Mười một nội dung đề xuất tại cuộc họp Ban Chỉ đạo năm 2017; thành phố ghi nội dung và kết quả.",
            "en": "Eleven matters proposed to the steering committee in 2017; the city enters what they are and what came of them.",
        ],
        keptBy: Keepers.science, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .monthly,
        key: Field("number", .code(CodePattern([.text("DX"), .digits(2...2)])), ["vi": "Số đề xuất", "en": "Number"], .open),
        fields: [
            Field("title", .text(max: 300), ["vi": "Nội dung", "en": "What is proposed"], .open, required: false, searched: true),
            Field("office", .choice(Offices.all), ["vi": "Đơn vị thực hiện", "en": "Carried out by"], .open, required: false, counted: true),
            Field("state", .choice(states), ["vi": "Tình trạng", "en": "State"], .open, counted: true), Field("due", .day, ["vi": "Hạn", "en": "Due"], .open, required: false),
            Field("result", .text(max: 1000), ["vi": "Kết quả", "en": "Result"], .open, required: false),
        ],
        rules: [
            Rule("named", at: "title", ["vi": "Ghi nội dung trước khi thực hiện.", "en": "Say what it is before it is carried out."]) { item, _ in
                item["state"].string == "open" || !item["title"].isNull
            },
            Rule("result", at: "result", ["vi": "Xong hoặc không làm thì ghi kết quả.", "en": "What is done or dropped has a result."]) { item, _ in
                !["done", "dropped"].contains(item["state"].plain) || !item["result"].isNull
            },
        ],
        checks: [
            Check("unnamed", .missing, ["vi": "Chưa ghi nội dung đề xuất", "en": "Nobody has said what is proposed"]) { found, _, _ in !found["title"].isNull },
            Check("late", dueFrom: ["vi": "Quá hạn thực hiện", "en": "Past its due day"]) { found, _ in
                ["done", "dropped"].contains(found["state"].plain) ? nil : found["due"].day.map { $0 + 1 }
            },
        ],
        label: ["number", "title"],
        example: [
            "number": .string("DX01"), "title": .string("Nội dung do thành phố ghi"), "office": .string("science-department"), "state": .string("going"),
            "due": .string("2027-06-30"),
        ])

    static let states = [
        Choice("open", ["vi": "Chưa bắt đầu", "en": "Open"]), Choice("going", ["vi": "Đang thực hiện", "en": "Under way"]), Choice("done", ["vi": "Xong", "en": "Done"]),
        Choice("dropped", ["vi": "Không thực hiện", "en": "Dropped"]),
    ]
}
