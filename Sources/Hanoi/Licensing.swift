// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Whether a practising licence is in force on a day, with the reasons in words.
public enum Licensing {
    /// Issued, not expired, not revoked, not suspended; each a reason of its own.
    public static func explain(_ licence: Item.Fields, on day: Day) -> Explanation {
        let reasons = [issued(licence, day), unexpired(licence, day), unrevoked(licence, day), unsuspended(licence, day)]
        return Explanation(
            name: "licence", title: ["vi": "Giấy phép hành nghề còn hiệu lực", "en": "Practising licence in force"],
            reasons.allSatisfy { $0.state == .holds } ? .entitled : .notEntitled, amount: nil, reasons: reasons, sources: [HealthWorkers.register.law])
    }

    private static func reason(_ code: String, _ holds: Bool, _ vi: String, _ en: String) -> Explanation.Reason {
        Explanation.Reason(code: code, holds ? .holds : .fails, words: Text(vi: vi, en: en))
    }

    private static func issued(_ licence: Item.Fields, _ day: Day) -> Explanation.Reason {
        guard let issued = licence["issued"].day else { return reason("issued", false, "Chưa cấp.", "Not issued.") }
        let (vi, en) = (issued.written(.vietnamese), issued.written(.english))
        return issued <= day
            ? reason("issued", true, "Đã cấp ngày \(vi).", "Issued on \(en).") : reason("issued", false, "Chưa cấp: cấp ngày \(vi).", "Not yet issued: it is issued on \(en).")
    }

    private static func unexpired(_ licence: Item.Fields, _ day: Day) -> Explanation.Reason {
        guard let expires = licence["expires"].day else { return reason("expires", true, "Không ghi thời hạn.", "Has no term.") }
        let (vi, en) = (expires.written(.vietnamese), expires.written(.english))
        return day <= expires
            ? reason("expires", true, "Có giá trị đến hết ngày \(vi).", "Valid until the end of \(en).") : reason("expires", false, "Hết hạn ngày \(vi).", "Expired on \(en).")
    }

    private static func unrevoked(_ licence: Item.Fields, _ day: Day) -> Explanation.Reason {
        guard let revoked = licence["revoked"].day, revoked <= day else { return reason("revoked", true, "Không bị thu hồi.", "Not revoked.") }
        return reason("revoked", false, "Bị thu hồi từ ngày \(revoked.written(.vietnamese)).", "Revoked on \(revoked.written(.english)).")
    }

    private static func unsuspended(_ licence: Item.Fields, _ day: Day) -> Explanation.Reason {
        guard let from = licence["suspended_from"].day, from <= day else { return reason("suspended", true, "Không bị đình chỉ.", "Not suspended.") }
        guard let until = licence["suspended_until"].day else {
            return reason(
                "suspended", false, "Bị đình chỉ từ ngày \(from.written(.vietnamese)), đến khi có quyết định khác.",
                "Suspended from \(from.written(.english)) until decided otherwise.")
        }
        let (vi, en) = (until.written(.vietnamese), until.written(.english))
        return until < day
            ? reason("suspended", true, "Đã hết đình chỉ ngày \(vi).", "The suspension ended on \(en).")
            : reason("suspended", false, "Bị đình chỉ đến hết ngày \(vi).", "Suspended until the end of \(en).")
    }
}
