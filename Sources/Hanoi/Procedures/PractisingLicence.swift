// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The licence without which nobody examines or treats patients.
enum PractisingLicence: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.012289", ["vi": "Cấp mới giấy phép hành nghề khám bệnh, chữa bệnh", "en": "Licence to practise medicine"],
        need: ["vi": "Xin giấy phép hành nghề y", "en": "A licence to practise as a health worker"], words: ["chứng chỉ hành nghề", "bác sĩ", "y sĩ", "điều dưỡng", "hành nghề y"],
        on: Occasions.health,
        under: ["vi": "Luật Khám bệnh, chữa bệnh 15/2023/QH15, Điều 27 đến 30", "en": "Law on Medical Examination and Treatment 15/2023/QH15, articles 27 to 30"],
        decidedBy: CityOffices.health, at: .city, about: [.oneself], facts: [Legal.person],
        questions: [
            Field("title_wanted", .choice(titles), ["vi": "Chức danh hành nghề", "en": "Professional title"], .official),
            Field("specialty", .text(max: 150), ["vi": "Phạm vi, chuyên khoa", "en": "Field or specialty"], .official),
            Field("trained_at", .text(max: 200), ["vi": "Nơi đào tạo", "en": "Where trained"], .personal),
            Field("graduated", .integer(1950...2100), ["vi": "Năm tốt nghiệp", "en": "Year of graduation"], .personal),
        ],
        papers: [
            Paper("degree", ["vi": "Văn bằng đào tạo", "en": "Degree"], because: ["vi": "trường cấp", "en": "the school gives it"]),
            Paper(
                "training", ["vi": "Giấy xác nhận hoàn thành thực hành", "en": "Proof of practical training"],
                because: ["vi": "cơ sở hướng dẫn thực hành cấp", "en": "the place of training gives it"]),
            Paper("fitness", ["vi": "Giấy khám sức khỏe", "en": "Certificate of fitness"], because: ["vi": "cơ sở khám bệnh cấp", "en": "a clinic gives it"]),
        ],
        within: Legal.within(.days(30), ["vi": "Luật Khám bệnh, chữa bệnh 2023, Điều 30", "en": "Law on Medical Examination and Treatment 2023, article 30"]),
        fees: [Dated(Fee(counter: 430_000, online: 430_000), from: Legal.twoTiers, under: ["vi": "Thông tư 59/2023/TT-BTC", "en": "Circular 59/2023/TT-BTC"])],
        findings: [
            Field(
                "licence_number", .code(CodePattern([.digits(6...6), .text("/HNO-GPHN")])), ["vi": "Số giấy phép", "en": "Number of the licence"], .official,
                hint: ["vi": "Ví dụ 001234/HNO-GPHN.", "en": "Such as 001234/HNO-GPHN."]),
            Field("scope_allowed", .text(max: 300), ["vi": "Phạm vi hành nghề được phép", "en": "Scope that is allowed"], .official),
            Field("valid_until", .day, ["vi": "Có hiệu lực đến", "en": "Valid until"], .official),
        ],
        result: ["vi": "Giấy phép hành nghề khám bệnh, chữa bệnh", "en": "Licence to practise medicine"], writes: ["health-worker"],
        check: { application, records, reading in
            var objections: [Objection] = []
            if let age = Legal.age(application.subject, reading), age < 20 {
                objections.append(Legal.objection("", "age", "Người này chưa ở tuổi hoàn thành đào tạo.", "This person is too young to have been trained."))
            }
            if let year = application["graduated"].integer, year > Int64(reading.today.year) {
                objections.append(Legal.objection("graduated", "future", "Năm tốt nghiệp không thể ở tương lai.", "The year cannot lie in the future."))
            }
            return objections + (try licenceObjections(application, records))
        },
        entries: { application, records, _ in
            if let objection = try licenceObjections(application, records).first { throw objection }
            let values: [String: Value] = [
                "person": .string(application.subject.key), "name": application.subject["name"], "profession": application["title_wanted"],
                "scope": application["scope_allowed"], "specialty": application["specialty"], "issued": .string(application.day.description),
                "expires": application["valid_until"],
            ]
            return [.put("health-worker", application["licence_number"].plain, values)]
        },
        example: ["title_wanted": .string("doctor"), "specialty": .string("Đa khoa"), "trained_at": .string("Đại học Y Ví Dụ"), "graduated": .integer(2020)])

    /// One licence a person (Law 15/2023/QH15, article 27), for five years at most, under a number that nobody has.
    private static func licenceObjections(_ application: Application, _ records: any Records) throws -> [Objection] {
        var objections: [Objection] = []
        let standing = try records.all("health-worker", where: "person", is: application.subject.key).first {
            $0["profession"].string != "pharmacist" && HealthWorkers.isInForce($0.fields, on: application.day)
        }
        if let standing {
            objections.append(
                Legal.objection(
                    "", "has-one", "Mỗi người chỉ có một giấy phép; giấy phép số \(standing.key) còn hiệu lực.",
                    "Each person has one licence; number \(standing.key) is in force."))
        }
        if let number = application["licence_number"].string, try records.find("health-worker", number) != nil {
            objections.append(Legal.objection("licence_number", "exists", "Số này đã cấp.", "This number was given already."))
        }
        if let until = application["valid_until"].day, until <= application.day || until > application.day.adding(months: 60) {
            objections.append(Legal.objection("valid_until", "five-years", "Giấy phép có giá trị 5 năm từ ngày cấp.", "A licence lasts five years from its issue."))
        }
        return objections
    }

    static let titles = [
        Choice("doctor", ["vi": "Bác sĩ", "en": "Doctor"]), Choice("assistant", ["vi": "Y sĩ", "en": "Assistant doctor"]), Choice("nurse", ["vi": "Điều dưỡng", "en": "Nurse"]),
        Choice("midwife", ["vi": "Hộ sinh", "en": "Midwife"]), Choice("technician", ["vi": "Kỹ thuật y", "en": "Medical technician"]),
    ]
}
