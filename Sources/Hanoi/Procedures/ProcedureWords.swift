// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The offices of Hà Nội that decide on applications.
public enum CityOffices {
    public static let communePolice = Offices.communePolice
    public static let communeCommittee = Offices.communeCommittee
    static let oneStop = Office("one-stop-shop", ["vi": "Bộ phận một cửa phường, xã", "en": "One-stop shop of the commune"], ofCommunes: true)
    static let socialInsurance = Offices.socialInsurance
    static let cityPolice = Offices.police
    static let finance = Offices.finance
    /// Works for the department, which has its dossiers.
    static let landOffice = Office(Offices.environment.code, ["vi": "Văn phòng đăng ký đất đai Hà Nội", "en": "Hà Nội land registration office"], ofCommunes: false)
    static let health = Offices.health
    static let education = Offices.education
}

/// When in life people come.
public enum Occasions {
    static let birth = Occasion("birth", ["vi": "Sinh con", "en": "Having a child"])
    static let moving = Occasion("moving", ["vi": "Chuyển nhà, cư trú", "en": "Moving and residence"])
    static let marriage = Occasion("marriage", ["vi": "Kết hôn, gia đình", "en": "Marriage and family"])
    static let death = Occasion("death", ["vi": "Người thân qua đời", "en": "A death in the family"])
    static let papers = Occasion("papers", ["vi": "Giấy tờ, chứng thực", "en": "Papers and certified copies"])
    static let business = Occasion("business", ["vi": "Kinh doanh", "en": "Doing business"])
    static let housing = Occasion("housing", ["vi": "Nhà đất, xây dựng", "en": "Land, houses, building"])
    static let support = Occasion("support", ["vi": "Trợ cấp, hỗ trợ", "en": "Allowances and support"])
    static let school = Occasion("school", ["vi": "Học tập", "en": "School"])
    static let health = Occasion("health", ["vi": "Y tế, dược", "en": "Health and medicines"])

    /// In the order of life.
    public static let all = [birth, school, moving, marriage, business, housing, support, health, papers, death]
}

/// Words that several procedures share.
enum Legal {
    /// Communes have no districts above them, and decide themselves, since this day.
    static let twoTiers = Day(year: 2025, month: 7, day: 1)!

    static func within(_ term: Term, _ law: Text) -> [Dated<Term>] { [Dated(term, from: twoTiers, under: law)] }
    static func free(_ law: Text) -> [Dated<Fee>] { [Dated(.none, from: twoTiers, under: law)] }

    static let residence: Text = ["vi": "Luật Cư trú 68/2020/QH14", "en": "Law on Residence 68/2020/QH14"]
    static let residenceFees: Text = ["vi": "Thông tư 75/2022/TT-BTC, Điều 3, 4", "en": "Circular 75/2022/TT-BTC, articles 3 and 4"]
    static let civilStatus: Text = ["vi": "Luật Hộ tịch 60/2014/QH13", "en": "Law on Civil Status 60/2014/QH13"]
    static let certification: Text = ["vi": "Nghị định 23/2015/NĐ-CP về chứng thực", "en": "Decree 23/2015/NĐ-CP on certification"]
    static let certificationFees: Text = ["vi": "Thông tư 226/2016/TT-BTC", "en": "Circular 226/2016/TT-BTC"]

    static let child = Exemption("child", ["vi": "Trẻ em dưới 16 tuổi", "en": "Children under 16"]) { application, _, reading in
        age(application.subject, reading).map { $0 < 16 } ?? false
    }
    static let elder = Exemption("elder", ["vi": "Người từ đủ 60 tuổi", "en": "People of 60 and older"]) { application, _, reading in
        age(application.subject, reading).map { $0 >= 60 } ?? false
    }

    static func age(_ person: Found, _ reading: Reading) -> Int? { PartialDay(person["birth"].plain).map { reading.today.age(bornOn: $0.first) } }

    /// The person as the population register has them: shown, never asked.
    static let person = Fact(.subject, "id", "name", "birth", "sex", "ethnicity", "commune")
    static let home = Fact(.household, "address", "commune")

    static let scan: Text = ["vi": "chưa có trong sổ nào của thành phố", "en": "no register of the city holds it yet"]

    static let communeQuestion: Text = ["vi": "Phường, xã", "en": "Ward or commune"]

    /// The household that stands under a code, or why it cannot be.
    static func household(_ value: Value, at question: String, _ records: any Records, in unit: String) throws -> [Objection] {
        guard let code = value.string else { return [] }
        guard let found = try records.find("household", code) else {
            return [Objection(field: question, code: "reference", ["vi": "Không có hộ nào mang mã này.", "en": "No household has this code."])]
        }
        guard found["commune"].string == unit else {
            return [Objection(field: question, code: "agreement", ["vi": "Hộ này ở phường, xã khác.", "en": "This household is in another commune."])]
        }
        return []
    }

    static func objection(_ field: String, _ code: String, _ vi: String, _ en: String) -> Objection { Objection(field: field, code: code, Text(vi: vi, en: en)) }
}
