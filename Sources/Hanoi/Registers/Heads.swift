// SPDX-License-Identifier: Apache-2.0

/// What the heads of offices' lists call the fields that many registers have.
enum Heads {
    static let personalID = [
        "Số định danh cá nhân", "Mã định danh cá nhân", "Số ĐDCN", "Số ĐDCN/CCCD", "Số CCCD/ĐDCN", "Số định danh/CCCD", "Số CCCD", "CCCD", "Số căn cước",
        "Số căn cước công dân", "Số thẻ căn cước", "Số CCCD/CMND", "Số CMND/CCCD",
    ]
    static let names = ["Họ tên", "Họ, chữ đệm và tên", "Họ tên khai sinh"]
    static let communes = ["Phường", "Xã", "Mã phường, xã", "Mã xã", "Tên phường, xã", "Xã, phường", "Đơn vị hành chính"]
    static let phones = ["Số điện thoại", "SĐT", "ĐT", "Số ĐT", "Điện thoại liên hệ"]
    static let decisions = ["Số QĐ", "Quyết định số"]
    static let decisionDays = ["Ngày QĐ", "Ngày ký", "Ngày ký quyết định", "Ngày ra quyết định"]
    static let states = ["Trạng thái", "Tình trạng hoạt động"]

    /// What many registers call a field, and what only this one does.
    static func all(_ shared: [String], _ own: String...) -> [String] { shared + own }
}
