// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What start-ups can take part in: opportunities, events, mentors. An offer is over by itself after its last day.
public enum StartupOffers: RegisterDeclaration {
    public static let register = Register(
        "startup-offer", ["vi": "Cơ hội, sự kiện, người cố vấn khởi nghiệp", "en": "Offers to start-ups"],
        ["vi": "Cuộc thi, việc thành phố cần giải, sự kiện, người nhận cố vấn.", "en": "Contests, problems the city wants solved, events, and people who advise."],
        keptBy: Keepers.science, under: ["vi": "Thông báo 699/TB-UBND năm 2017", "en": "Announcement 699/TB-UBND of 2017"], updated: .weekly,
        key: Field("number", keys.kind, ["vi": "Mã tin", "en": "Number"], .open),
        fields: [
            Field("kind", .choice(kinds), ["vi": "Loại", "en": "Kind"], .open, counted: true),
            Field("title", .text(max: 200), ["vi": "Tên", "en": "Title"], .open, searched: true),
            Field("about", .text(max: 1000), ["vi": "Nội dung", "en": "What it is"], .open, required: false, searched: true),
            Field("sector", .choice(Startups.sectors), ["vi": "Lĩnh vực", "en": "Sector"], .open, required: false, counted: true),
            Field("from", .day, ["vi": "Từ ngày", "en": "From"], .open), Field("until", .day, ["vi": "Đến hết ngày", "en": "Until the end of"], .open),
            Field("place", .text(max: 200), ["vi": "Nơi", "en": "Place"], .open),
            Field("organiser", .text(max: 150), ["vi": "Đơn vị tổ chức", "en": "Organised by"], .open, searched: true, when: .init("kind", "opportunity", "event")),
            Field(
                "contact", .text(max: 120), ["vi": "Liên hệ", "en": "Contact"], .open,
                hint: ["vi": "Địa chỉ mà người đăng đồng ý công bố.", "en": "An address that its owner agrees to publish."]),
        ],
        rules: [SectorRules.order("from", "until")], term: "until", keys: keys, label: ["title"],
        example: [
            "number": .string("CH000001"), "kind": .string("event"), "title": .string("Ngày hội khởi nghiệp Thủ đô"), "about": .string("Gặp nhà đầu tư, trình bày sản phẩm."),
            "sector": .string("software"), "from": .string("2026-12-05"), "until": .string("2026-12-06"), "place": .string("Cung Văn hóa Ví Dụ"),
            "organiser": .string("Sở Khoa học và Công nghệ"), "contact": .string("khoinghiep@hanoi.example.vn"),
        ])

    static let keys = KeyForm("CH", digits: 6)

    static let kinds = [
        Choice("opportunity", ["vi": "Cơ hội, đề bài", "en": "Opportunity"]), Choice("event", ["vi": "Sự kiện", "en": "Event"]),
        Choice("mentor", ["vi": "Người cố vấn", "en": "Mentor"]),
    ]
}
