// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Rules that several registers of the sectors share.
enum SectorRules {
    /// What has happened did not happen tomorrow.
    static func past(_ field: String) -> Rule {
        Rule("future-" + field.replacing("_", with: "-"), at: field, ["vi": "Ngày này không thể ở tương lai.", "en": "This day cannot lie in the future."]) { item, reading in
            item[field].day.map { $0 <= reading.today } ?? true
        }
    }

    /// A licence is not issued tomorrow.
    static let issued = Rule("issued", at: "issued", ["vi": "Ngày cấp không thể ở tương lai.", "en": "The day of issue cannot lie in the future."]) { item, reading in
        item["issued"].day.map { $0 <= reading.today } ?? true
    }

    /// Whoever answers for medicines is a pharmacist.
    static let pharmacist = Rule(
        "pharmacist", at: "pharmacist",
        ["vi": "Người phụ trách phải có chứng chỉ hành nghề dược (CCHND).", "en": "Whoever is in charge holds a pharmacist's licence (CCHND)."]
    ) { item, _ in item["pharmacist"].plain.hasSuffix("-CCHND") }

    static func order(_ first: String, _ last: String) -> Rule {
        Rule(
            "order-" + last.replacing("_", with: "-"), at: last,
            [
                "vi": "Ngày này không thể trước ngày đầu; có lẽ hai ngày bị đổi chỗ.",
                "en": "This day cannot lie before the first one; the two may have changed places.",
            ]
        ) { item, _ in
            guard let from = item[first].day, let until = item[last].day else { return true }
            return from <= until
        }
    }

    static func website(_ field: String = "website", code: String = "website") -> Rule {
        Rule(code, at: field, ["vi": "Địa chỉ trang bắt đầu bằng https:// hoặc http://.", "en": "An address begins with https:// or http://."]) { item, _ in
            item[field].string.map { $0.hasPrefix("https://") || $0.hasPrefix("http://") } ?? true
        }
    }

    /// SHA-256 as 64 hexadecimal digits; several are separated by spaces.
    static func fingerprints(_ field: String, code: String = "fingerprint") -> Rule {
        Rule(
            code, at: field,
            [
                "vi": "Mã băm SHA-256 gồm 64 chữ số thập lục phân viết thường; nhiều mã cách nhau bằng dấu cách.",
                "en": "A SHA-256 fingerprint has 64 hexadecimal digits in lower case; several are separated by spaces.",
            ]
        ) { item, _ in
            item[field].plain.split(separator: " ").allSatisfy { hash in
                hash.utf8.count == 64 && hash.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
            }
        }
    }

    /// A business belongs to an enterprise or to a household business.
    static let oneOwner = Rule("owner", at: "business", ["vi": "Ghi một doanh nghiệp hoặc một hộ kinh doanh.", "en": "Name an enterprise or a household business."]) { item, _ in
        item["enterprise"].isNull != item["business"].isNull
    }

    static let ownerGone = Check(
        "owner-gone", .contradictory,
        ["vi": "Doanh nghiệp, hộ kinh doanh không còn hoặc đã chấm dứt", "en": "The enterprise or household business is gone or has ended"],
        through: ["enterprise", "business"]
    ) { found, records, _ in
        guard found["state"].string != "closed" else { return true }
        if let business = found["business"].string { return try records.find("household-business", business).map { $0["status"].string != "ended" } ?? false }
        return try records.find("enterprise", found["enterprise"].plain).map { $0["status"].string != "dissolved" } ?? false
    }

    /// The register must be one of the city's.
    static func declared(_ field: String = "register") -> Rule {
        Rule("register", at: field, ["vi": "Không có sổ nào tên như vậy.", "en": "There is no register of that name."]) { item, _ in
            item[field].string.map { name in City.registers.contains { $0.name == name } } ?? true
        }
    }

    /// Offices of communes are many: it must be said which.
    static let commune = Rule("commune-office", at: "commune", ["vi": "Cơ quan phường, xã phải ghi rõ phường, xã nào.", "en": "A commune's office must say which commune."]) {
        item, _ in
        !Offices.ofCommunes.contains(item["office"].plain) || !item["commune"].isNull
    }
}
