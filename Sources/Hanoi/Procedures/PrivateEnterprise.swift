// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A private enterprise: one person answers for it with all they own.
enum PrivateEnterprise: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.001610", ["vi": "Đăng ký thành lập doanh nghiệp tư nhân", "en": "Founding a private enterprise"],
        need: ["vi": "Mở doanh nghiệp tư nhân", "en": "Founding a private enterprise"], words: ["thành lập công ty", "mở công ty"],
        on: Occasions.business,
        under: [
            "vi": "Luật Doanh nghiệp 59/2020/QH14, Điều 19, 188; Nghị định 168/2025/NĐ-CP", "en": "Law on Enterprises 59/2020/QH14, articles 19 and 188; Decree 168/2025/NĐ-CP",
        ], decidedBy: CityOffices.finance,
        at: .city, about: [.oneself], facts: [Legal.person, Legal.home, Fact(.records("enterprise", where: "representative"), "name", "type", "status")],
        questions: [
            Field("enterprise_name", .text(max: 200), ["vi": "Tên doanh nghiệp muốn đặt", "en": "The name you want"], .official),
            Field("seat_commune", .unit(.commune), ["vi": "Trụ sở tại phường, xã", "en": "Head office in the ward or commune"], .official),
            Field("seat_address", .address, ["vi": "Trụ sở: số nhà, đường", "en": "Head office: house number and street"], .official),
            Field("trade", .code(CodePattern([.digits(2...5)])), ["vi": "Mã ngành chính (VSIC)", "en": "Main line (VSIC code)"], .official),
            Field("funds", .money, ["vi": "Vốn đầu tư (đồng)", "en": "Capital invested (đồng)"], .official),
        ],
        within: Legal.within(.workingDays(3), ["vi": "Luật Doanh nghiệp 2020, Điều 26 khoản 5", "en": "Law on Enterprises 2020, article 26(5)"]),
        fees: [
            Dated(
                Fee(counter: 100_000, online: 100_000), from: Legal.twoTiers, under: ["vi": "Thông tư 47/2019/TT-BTC: phí công bố", "en": "Circular 47/2019/TT-BTC: publication"])
        ],
        findings: [
            Field(
                "new_code", .taxCode, ["vi": "Mã số doanh nghiệp", "en": "Enterprise code"], .official,
                hint: ["vi": "10 chữ số do cơ quan thuế cấp.", "en": "10 digits, given by the tax authority."])
        ],
        result: ["vi": "Giấy chứng nhận đăng ký doanh nghiệp", "en": "Enterprise registration certificate"], writes: ["enterprise"],
        check: { application, records, reading in
            var objections: [Objection] = []
            if Legal.age(application.subject, reading).map({ $0 < 18 }) ?? true {
                objections.append(Legal.objection("", "age", "Chủ doanh nghiệp phải từ đủ 18 tuổi.", "The owner must be 18."))
            }
            if try records.all("enterprise", where: "representative", is: application.subject.key).contains(where: {
                $0["type"].string == "private" && $0["status"].string != "dissolved"
            }) {
                objections.append(
                    Legal.objection("", "one", "Mỗi người chỉ được một doanh nghiệp tư nhân; bạn đã có.", "Each person may own one private enterprise; you have one."))
            }
            if let code = application["new_code"].string {
                if code.utf8.count != 10 { objections.append(Legal.objection("new_code", "pattern", "Mã số doanh nghiệp có 10 chữ số.", "An enterprise code has 10 digits.")) }
                if try records.find("enterprise", code) != nil { objections.append(Legal.objection("new_code", "exists", "Mã này đã cấp.", "This code was given already.")) }
            }
            return objections
        },
        entries: { application, _, _ in
            [
                .put(
                    "enterprise", application["new_code"].plain,
                    [
                        "name": application["enterprise_name"], "type": .string("private"), "commune": application["seat_commune"], "address": application["seat_address"],
                        "representative": .string(application.subject.key), "representative_name": application.subject["name"], "capital": application["funds"],
                        "line": application["trade"],
                        "founded": .string(application.day.description), "status": .string("active"),
                    ])
            ]
        },
        example: [
            "enterprise_name": .string("Doanh nghiệp tư nhân Ví Dụ"), "seat_commune": .string("00004"), "seat_address": .string("Số 7, phố Ví Dụ"), "trade": .string("4711"),
            "funds": .integer(500_000_000),
        ])
}
