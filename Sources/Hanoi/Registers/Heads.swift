// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// What the heads of offices' lists call the fields that many registers have.
enum Heads {
    static let personalID = [
        "Số định danh cá nhân", "Mã định danh cá nhân", "Số ĐDCN", "Số ĐDCN/CCCD", "Số CCCD/ĐDCN", "Số định danh/CCCD", "Số CCCD", "CCCD", "Số căn cước",
        "Số căn cước công dân", "Số thẻ căn cước", "Số CCCD/CMND", "Số CMND/CCCD",
    ]
    static let names = ["Họ tên", "Họ, chữ đệm và tên", "Họ tên khai sinh"]
    static let births = ["Ngày sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "Năm sinh", "Sinh ngày"]
    static let communes = ["Phường", "Xã", "Mã phường, xã", "Mã xã", "Tên phường, xã", "Xã, phường", "Đơn vị hành chính"]
    static let phones = ["Số điện thoại", "SĐT", "ĐT", "Số ĐT", "Điện thoại liên hệ"]
    static let decisions = ["Số QĐ", "Quyết định số"]
    static let decisionDays = ["Ngày QĐ", "Ngày ký", "Ngày ký quyết định", "Ngày ra quyết định"]
    static let states = ["Trạng thái", "Tình trạng hoạt động"]

    /// A person's name and birth, which lists of offices have beside the number: that the number is this person's.
    static func person(_ through: String..., names own: [String] = [], ownName: String? = nil) -> [Comparison] {
        [
            Comparison("name", through: through, own: ownName, ["vi": "Họ và tên", "en": "Full name"], alsoCalled: names + own),
            Comparison("birth", through: through, ["vi": "Ngày sinh", "en": "Date of birth"], alsoCalled: births),
        ]
    }

    /// What many registers call a field, and what only this one does.
    static func all(_ shared: [String], _ own: String...) -> [String] { shared + own }
}
