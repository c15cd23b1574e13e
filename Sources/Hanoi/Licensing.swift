// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Whether a practising licence is in force on a day, whether a facility or a pharmacy may be open, and whether somebody may practise there, with the
/// reasons in words.
public enum Licensing {
    /// Issued, not expired, not revoked, not suspended; each a reason of its own.
    public static func explain(_ licence: Item.Fields, on day: Day) -> Explanation {
        answer(
            "licence", ["vi": "Giấy phép hành nghề còn hiệu lực", "en": "Practising licence in force"],
            [issued(licence, day), unexpired(licence, day), unrevoked(licence, day), unsuspended(licence, day)], [HealthWorkers.register.law])
    }

    /// The licence, and the place where its holder is registered to practise, as both were on the day.
    public static func explain(_ licence: Item.Fields, at facility: Item.Fields?, on day: Day) -> Explanation {
        answer(
            "practice", ["vi": "Được hành nghề", "en": "May practise"], explain(licence, on: day).reasons + [place(licence, facility, day)],
            [HealthWorkers.register.law, HealthFacilities.register.law])
    }

    /// Open since, its licence not expired, neither closed nor suspended.
    public static func explain(facility: Item.Fields, on day: Day) -> Explanation {
        answer(
            "facility", ["vi": "Cơ sở được hoạt động", "en": "The facility may be open"], [opened(facility, day), unexpired(facility, day), running(facility, day)],
            [HealthFacilities.register.law])
    }

    /// A certificate, good practice assessed, neither closed nor suspended.
    public static func explain(pharmacy: Item.Fields, on day: Day) -> Explanation {
        answer(
            "pharmacy", ["vi": "Cơ sở được bán thuốc", "en": "May sell medicines"], [issued(pharmacy, day), practice(pharmacy, day), running(pharmacy, day)],
            [Pharmacies.register.law])
    }

    /// The pharmacy, and the one in charge of it; nil where that licence does not stand in the register.
    public static func explain(pharmacy: Item.Fields, inCharge pharmacist: Item.Fields?, on day: Day) -> Explanation {
        let own = explain(pharmacy: pharmacy, on: day)
        guard let licence = pharmacy["pharmacist"].string else { return own }
        return answer(own.name, own.title, own.reasons + [inCharge(licence, pharmacist, day)], own.sources + [HealthWorkers.register.law])
    }

    private static func inCharge(_ licence: String, _ pharmacist: Item.Fields?, _ day: Day) -> Explanation.Reason {
        guard let pharmacist, pharmacist["profession"].string == "pharmacist" else {
            return reason(
                "pharmacist", false, "Người phụ trách (\(licence)) không có chứng chỉ dược sĩ trong sổ.",
                "The one in charge (\(licence)) has no pharmacist's licence in the register.")
        }
        let failing = explain(pharmacist, on: day).reasons.filter { $0.state == .fails }
        guard !failing.isEmpty else {
            return reason("pharmacist", true, "Dược sĩ phụ trách (\(licence)) được hành nghề.", "The pharmacist in charge (\(licence)) may practise.")
        }
        let (vi, en) = (failing.map(\.words.vi).joined(separator: " "), failing.map(\.words.en).joined(separator: " "))
        return reason("pharmacist", false, "Dược sĩ phụ trách (\(licence)) không được hành nghề: \(vi)", "The pharmacist in charge (\(licence)) may not practise: \(en)")
    }

    private static func answer(_ name: String, _ title: Text, _ reasons: [Explanation.Reason], _ sources: [Text]) -> Explanation {
        let fails = reasons.contains { $0.state == .fails }
        let verdict: Explanation.Verdict = fails ? .notEntitled : reasons.contains { $0.state == .unknown } ? .possible : .entitled
        return Explanation(name: name, title: title, verdict, amount: nil, reasons: reasons, sources: sources)
    }

    private static func reason(_ code: String, _ holds: Bool, _ vi: String, _ en: String) -> Explanation.Reason {
        Explanation.Reason(code: code, holds ? .holds : .fails, words: Text(vi: vi, en: en))
    }

    private static func place(_ licence: Item.Fields, _ facility: Item.Fields?, _ day: Day) -> Explanation.Reason {
        guard let key = licence["facility"].string else {
            return Explanation.Reason(
                code: "place", .unknown, words: ["vi": "Sổ chưa ghi nơi đăng ký hành nghề.", "en": "The register names no place where this person is registered to practise."])
        }
        guard let facility else {
            return reason("place", false, "Ngày ấy sổ không có nơi đăng ký hành nghề \(key).", "The place of practice, \(key), was not in the register that day.")
        }
        let name = facility["name"].plain
        let failing = explain(facility: facility, on: day).reasons.filter { $0.state == .fails }
        guard !failing.isEmpty else {
            return reason("place", true, "Đăng ký hành nghề tại \(name); nơi ấy được hoạt động.", "Registered to practise at \(name), which may be open.")
        }
        let (vi, en) = (failing.map(\.words.vi).joined(separator: " "), failing.map(\.words.en).joined(separator: " "))
        return reason("place", false, "Đăng ký hành nghề tại \(name); nơi ấy không được hoạt động: \(vi)", "Registered to practise at \(name), which may not be open: \(en)")
    }

    private static func opened(_ facility: Item.Fields, _ day: Day) -> Explanation.Reason {
        guard let opened = facility["opened"].day else { return reason("opened", false, "Chưa hoạt động.", "Not open yet.") }
        let (vi, en) = (opened.written(.vietnamese), opened.written(.english))
        return opened <= day
            ? reason("opened", true, "Hoạt động từ ngày \(vi).", "Open since \(en).")
            : reason("opened", false, "Chưa hoạt động: từ ngày \(vi).", "Not open yet: it opens on \(en).")
    }

    private static func practice(_ pharmacy: Item.Fields, _ day: Day) -> Explanation.Reason {
        guard let expires = pharmacy["gpp_expires"].day else {
            return pharmacy["kind"].string == "cabinet"
                ? reason("gpp", true, "Tủ thuốc của trạm y tế không phải ghi GPP.", "A health station's cabinet states no GPP.")
                : reason("gpp", false, "Chưa ghi GPP.", "No GPP is entered.")
        }
        let (vi, en) = (expires.written(.vietnamese), expires.written(.english))
        return day <= expires
            ? reason("gpp", true, "GPP có giá trị đến hết ngày \(vi).", "GPP is valid until the end of \(en).")
            : reason("gpp", false, "GPP hết hạn ngày \(vi).", "GPP expired on \(en).")
    }

    private static func running(_ facility: Item.Fields, _ day: Day) -> Explanation.Reason {
        guard facility["state"].string != "active" else { return reason("state", true, "Không bị đình chỉ, không đóng cửa.", "Neither suspended nor closed.") }
        guard facility["state"].string == "suspended" else { return reason("state", false, "Đã đóng cửa.", "Closed.") }
        guard let until = facility["suspended_until"].day else {
            return reason("state", false, "Bị đình chỉ đến khi có quyết định khác.", "Suspended until decided otherwise.")
        }
        let (vi, en) = (until.written(.vietnamese), until.written(.english))
        return until < day
            ? reason("state", true, "Đã hết đình chỉ ngày \(vi).", "The suspension ended on \(en).")
            : reason("state", false, "Bị đình chỉ đến hết ngày \(vi).", "Suspended until the end of \(en).")
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
