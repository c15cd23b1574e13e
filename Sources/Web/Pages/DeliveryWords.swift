// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Notices
internal import Registers
internal import Steering

/// How a letter reaches its office, in words.
extension Parts {
    /// A line a message: by mail, sent.
    func deliveryWords(_ delivery: Delivery, _ l: Language) -> HTML {
        switch delivery {
        case .told(let messages):
            let lines: [HTML] = messages.map { one -> HTML in
                let again: Text = ["vi": " (nhắc lại)", "en": " (reminder)"]
                return "\(one.channel.title, l)\(one.isReminder ? again[l] : ""): \(stateTag(one.state, l))"
            }
            return HTML.joined(lines, "<br>")
        case .noAddress:
            return "<span class=\"tag tag-late\">\(["vi": "đơn vị chưa có địa chỉ: giao bản giấy", "en": "the office has no address: deliver it on paper"] as Text, l)</span>"
        case .notSent: return "<span class=\"tag tag-wait\">\(["vi": "chưa gửi điện tử: giao bản giấy", "en": "not sent electronically: deliver it on paper"] as Text, l)</span>"
        }
    }

    private func stateTag(_ state: NoticeState, _ l: Language) -> HTML {
        let sort: String
        switch state {
        case .sent: sort = "tag-ok"
        case .waiting, .sending: sort = "tag-wait"
        case .refused, .unknown: sort = "tag-late"
        }
        return "<span class=\"tag \(sort)\">\(state.title, l)</span>"
    }

    /// What the sender still has to do; nil where the letter arrives by itself.
    func paperNotice(_ delivery: Delivery, _ steering: Steering, _ l: Language) throws -> HTML? {
        let words: Text
        switch delivery {
        case .told(let messages) where delivery.needsPaper || (options.couriers.isEmpty && !options.isDemo && messages.allSatisfy { $0.state == .waiting }):
            words =
                delivery.needsPaper
                ? [
                    "vi": "Không gửi được đến địa chỉ của đơn vị: giao bản giấy, và sửa địa chỉ trong sổ.",
                    "en": "The office's addresses refused it: deliver it on paper, and correct them in the register.",
                ]
                : ["vi": "Hệ thống chưa nối kênh gửi thư, tin nhắn: giao bản giấy.", "en": "Nobody carries mail or text messages yet: deliver it on paper."]
        case .told: return nil
        case .noAddress:
            words = [
                "vi": "Sổ chưa có thư điện tử hay số di động của đơn vị này: giao bản giấy, và ghi địa chỉ vào sổ.",
                "en": "The register has no mail address or mobile number of this office: deliver it on paper, and enter one.",
            ]
        case .notSent:
            words = [
                "vi": "Đôn đốc này được ghi vào sổ mà không gửi từ trang: giao bản giấy.", "en": "This letter was entered without being sent from a page: deliver it on paper.",
            ]
        }
        let offices = try registry.register(steering.names.offices)
        return "<p class=\"notice notice-warn\">\(words, l) <a href=\"/registers/\(offices.name)\">\(offices.title, l)</a></p>"
    }
}
