// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import People
internal import NIOHTTP1
internal import Registers

/// The citizens' door, the privacy page and the officers' desk.
extension Parts {
    var homePages: [Endpoint] {
        [
            Endpoint(.GET, "/", .open) { request, caller, _ in home(request, caller) }.shared,
            Endpoint(.GET, "/privacy", .open) { request, caller, _ in privacy(request, caller) }.shared,
        ]
    }

    private func home(_ request: Request, _ caller: Caller) -> Response {
        let l = caller.language
        let hero: HTML = """
            <div class="hero"><div>
            <h1>\(["vi": "Chào bạn, bạn cần gì?", "en": "Hello, what do you need?"], l)</h1>
            <p>\(["vi": "Tra cứu phường, xã mới; xem các sổ mở và số liệu của thành phố.", "en": "Find your new ward or commune; see the city's open registers and figures."], l)</p>
            <form class="search" action="/units" method="get" role="search">
            <label for="q">\(["vi": "Phường, xã của bạn", "en": "Your ward or commune"], l)</label>
            <input type="search" id="q" name="q" autocomplete="off" placeholder="\(["vi": "ví dụ: Phúc Xá, Ba Đình", "en": "such as Phuc Xa, Ba Dinh"], l)">
            <button class="button">\(["vi": "Tìm", "en": "Find"], l)</button></form>
            </div></div>
            """
        func door(_ href: String, _ icon: String, _ title: Text, _ text: Text) -> HTML {
            "<a class=\"door\" href=\"\(href)\"><span class=\"door-icon\" aria-hidden=\"true\">\(icon)</span><h2>\(title, l)</h2><p>\(text, l)</p></a>"
        }
        let content: HTML = """
            <div class="grid">
            \(door("/services", "✎", ["vi": "Nộp hồ sơ trực tuyến", "en": "Apply online"], ["vi": "Khai sinh, cư trú, kết hôn, kinh doanh… Không phải khai lại những gì thành phố đã có.", "en": "Births, residence, marriage, business … You need not repeat what the city has already."]))
            \(door("/household", "₫", ["vi": "Các khoản của hộ", "en": "Household bills"], ["vi": "Điện, nước, vệ sinh, tiền học, lệ phí: một mã hộ, nộp một lần, không thêm phí.", "en": "Electricity, water, waste, school, fees: one household code, paid at once, no surcharge."]))
            \(door("/me/dossiers", "☑", ["vi": "Hồ sơ của tôi", "en": "My applications"], ["vi": "Xem đến đâu, bổ sung, tải kết quả; ủy quyền cho người nhà.", "en": "See how far, supply papers, download results; let your family act for you."]))
            \(door("/book", "◷", ["vi": "Hẹn giờ đến quầy", "en": "Book a visit"], ["vi": "Hôm nay và sáu ngày tới, không phải xếp hàng.", "en": "Today and six days ahead, without waiting in line."]))
            \(door("/verify", "✓", ["vi": "Kiểm tra giấy tờ", "en": "Check a paper"], ["vi": "Giấy trên tay có đúng của thành phố không.", "en": "Whether the paper in your hand is the city's."]))
            \(door("/practice", "▷", ["vi": "Tập làm thủ tục", "en": "Practise"], ["vi": "Cho trường học và người mới: biểu mẫu thật, người bịa ra.", "en": "For schools and beginners: real forms, invented people."]))
            \(door("/learn", "✐", ["vi": "Học dùng dịch vụ công", "en": "Learn public services"], ["vi": "Bài học 15 đến 45 phút cho lớp học, tổ dân phố và người hướng dẫn.", "en": "Lessons of 15 to 45 minutes for classes, neighbourhoods and guides."]))
            \(door("/units", "⌂", ["vi": "Địa chỉ cũ, địa chỉ mới", "en": "Old address, new address"], ["vi": "Từ 1/7/2025 Hà Nội có 126 phường, xã và không còn quận, huyện. Xem nơi bạn ở nay thuộc đâu.", "en": "Since 1 July 2025 Hà Nội has 126 wards and communes and no districts. See where your home belongs now."]))
            \(door("/registers", "≡", ["vi": "Các sổ của thành phố", "en": "The city's registers"], ["vi": "Thành phố ghi những gì, ai giữ, cập nhật khi nào, và cách kiểm chứng.", "en": "What the city keeps, who keeps it, how fresh it is, and how to check it."]))
            \(door("/statistics/population", "∿", ["vi": "Dân số bằng số liệu", "en": "The population in figures"], ["vi": "Theo phường, xã, độ tuổi và giới tính, đến hôm nay.", "en": "By commune, age and sex, up to today."]))
            \(door("/me/reads", "◉", ["vi": "Ai đã xem dữ liệu của tôi?", "en": "Who looked at my data?"], ["vi": "Mỗi lần xem dữ liệu cá nhân đều được ghi lại cùng mục đích.", "en": "Every look at personal data is recorded with its purpose."]))
            \(door("/fund", "◔", ["vi": "Quỹ tái đầu tư", "en": "Re-investment fund"], ["vi": "Lệ phí trích vào quỹ, quỹ chi vào đâu, còn bao nhiêu.", "en": "What fees bring in, what the fund pays for and what is left."]))
            \(options.roles.startups == nil ? nil : door("/startups", "↗", ["vi": "Khởi nghiệp", "en": "Start-ups"], ["vi": "Tìm doanh nghiệp, nhóm khởi nghiệp, nhà đầu tư, cơ hội và sự kiện; tự đăng ký doanh nghiệp, nhóm của bạn.", "en": "Find start-ups, investors, opportunities and events; register your own."]))
            \(options.hasBoard ? door("/steering", "☰", ["vi": "Bảng điều hành", "en": "The board"], ["vi": "Từng chỉ đạo của thành phố đến đâu, ai chịu trách nhiệm.", "en": "How far each instruction of the city is, and who answers for it."]) : nil)
            \(door("/sign-in", "→", ["vi": "Cán bộ", "en": "Officers"], ["vi": "Đăng nhập để tra cứu và cập nhật sổ của đơn vị.", "en": "Sign in to look up and update your unit's registers."]))
            \(door("/developers", "{ }", ["vi": "Kết nối hệ thống", "en": "Connect a system"], ["vi": "API mở, tài liệu đầy đủ, thử ngay trên trang.", "en": "An open API, fully described, to try on the page."]))
            </div>
            """
        return layout(["vi": "Người dân", "en": "Citizens"], request, caller, door: "home").response(content, hero: hero)
    }

    private func privacy(_ request: Request, _ caller: Caller) -> Response {
        let l = caller.language
        let content: HTML = """
            <h1>\(["vi": "Dữ liệu của bạn được bảo vệ thế nào", "en": "How your data is protected"], l)</h1>
            <p class="lead">\(["vi": "Thành phố giữ dữ liệu về bạn theo luật. Đây là những điều hệ thống này luôn làm.", "en": "The city keeps data about you as the law says. This is what this system always does."], l)</p>
            <h2>\(["vi": "Chỉ ai có việc mới được xem", "en": "Only those with a task may look"], l)</h2>
            <p>\(["vi": "Mỗi trường thông tin là công khai, nội bộ hoặc cá nhân. Trường cá nhân chỉ hiện cho người được phân quyền ở đơn vị của bạn, khi họ nêu mục đích.", "en": "Every field is open, official or personal. Personal fields are shown only to those authorised for your unit, once they name a purpose."], l)</p>
            <h2>\(["vi": "Mỗi lần xem đều được ghi", "en": "Every look is recorded"], l)</h2>
            <p>\(["vi": "Trước khi thông tin hiện ra, hệ thống ghi ai xem, lúc nào, để làm gì. Bản ghi này không sửa, không xóa được.", "en": "Before anything is shown, the system records who looks, when and why. That record can be neither changed nor deleted."], l)</p>
            <h2>\(["vi": "Không ai sửa lén được", "en": "Nobody can change things unseen"], l)</h2>
            <p>\(["vi": "Mỗi thay đổi là một mục mới trong nhật ký có chữ ký điện tử. Ai cũng kiểm chứng được mà không thấy dữ liệu cá nhân.", "en": "Every change is a new entry in a signed journal. Anyone can verify it without seeing personal data."], l) <a href="/developers">\(["vi": "Cách kiểm chứng", "en": "How to verify"], l)</a></p>
            <h2>\(["vi": "Những mục đích được phép", "en": "The purposes that are allowed"], l)</h2>
            <ul>\(Purpose.all.filter { $0.code != "demo" || options.isDemo }.map { "<li>\($0.title, l)</li>" as HTML })</ul>
            """
        return layout(["vi": "Bảo vệ dữ liệu", "en": "Data protection"], request, caller).response(content)
    }

    func scopeName(_ code: String, _ l: Language) -> String {
        registry.units.find(code, on: registry.world.today)?.name ?? registry.units.latest(code)?.name ?? code
    }

    /// The purpose in force, with the way to another.
    func purposeLine(_ caller: Caller, _ request: Request) -> HTML? {
        guard caller.session != nil, caller.authority.grants.contains(where: { $0.acts.contains(.personal) }) else { return nil }
        let l = caller.language
        let now = caller.authority.purpose.map { $0.title[l] } ?? (["vi": "chưa nêu", "en": "none yet"] as Text)[l]
        return
            "<p class=\"muted no-print\">\(["vi": "Mục đích xem dữ liệu cá nhân", "en": "Purpose of looking at personal data"], l): \(now). <a href=\"/purpose?next=\(Request.encode(request.rawPath))\">\(["vi": "Đổi", "en": "Change"], l)</a></p>"
    }
}

extension Act {
    var title: Text {
        switch self {
        case .read: ["vi": "xem", "en": "read"]
        case .personal: ["vi": "xem dữ liệu cá nhân", "en": "read personal data"]
        case .write: ["vi": "cập nhật", "en": "enter"]
        case .decide: ["vi": "quyết định", "en": "decide"]
        case .administer: ["vi": "quản trị", "en": "administer"]
        }
    }
}
