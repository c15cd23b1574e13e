// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The offices of the city and of its communes, each named once: they keep registers, decide on applications, answer for instructions and get letters.
public enum Offices {
    public static let communeCommittee = Office("commune-committee", ["vi": "Ủy ban nhân dân phường, xã", "en": "Commune committee"], ofCommunes: true)
    public static let communeServiceCentre = Office(
        "commune-service-centre", ["vi": "Trung tâm Phục vụ hành chính công phường, xã", "en": "Commune public service centre"], ofCommunes: true)
    public static let communePolice = Office("commune-police", ["vi": "Công an phường, xã", "en": "Commune police"], ofCommunes: true)
    /// Prepares the meetings of the city's steering committees and follows up what they decide.
    public static let city = Office(
        "city-office", ["vi": "Văn phòng Ủy ban nhân dân thành phố", "en": "Office of the City People's Committee"], ofCommunes: false)
    public static let justice = Office("justice-department", ["vi": "Sở Tư pháp", "en": "Department of Justice"], ofCommunes: false)
    public static let environment = Office(
        "environment-department", ["vi": "Sở Nông nghiệp và Môi trường", "en": "Department of Agriculture and Environment"], ofCommunes: false)
    public static let finance = Office("finance-department", ["vi": "Sở Tài chính", "en": "Department of Finance"], ofCommunes: false)
    /// Has labour and people with merit since the Department of Labour, Invalids and Social Affairs was dissolved in 2025; poverty reduction went to
    /// Agriculture and Environment, social support to Health.
    public static let homeAffairs = Office("home-affairs-department", ["vi": "Sở Nội vụ", "en": "Department of Home Affairs"], ofCommunes: false)
    public static let health = Office("health-department", ["vi": "Sở Y tế Hà Nội", "en": "Hà Nội Department of Health"], ofCommunes: false)
    public static let education = Office("education-department", ["vi": "Sở Giáo dục và Đào tạo", "en": "Department of Education and Training"], ofCommunes: false)
    /// Digital government, start-ups and innovation. In 2017 the Department of Information and Communications had the first of these; it was merged in 2025.
    public static let science = Office("science-department", ["vi": "Sở Khoa học và Công nghệ", "en": "Department of Science and Technology"], ofCommunes: false)
    public static let police = Office("city-police", ["vi": "Công an thành phố Hà Nội", "en": "Hà Nội Police Department"], ofCommunes: false)
    public static let construction = Office("construction-department", ["vi": "Sở Xây dựng", "en": "Department of Construction"], ofCommunes: false)
    public static let industry = Office("industry-department", ["vi": "Sở Công Thương", "en": "Department of Industry and Trade"], ofCommunes: false)
    /// In 2017: Cục Thuế thành phố Hà Nội.
    public static let tax = Office("city-tax", ["vi": "Thuế thành phố Hà Nội", "en": "Hà Nội Tax Office"], ofCommunes: false)

    /// Pensions and health insurance; an office of the State in the city.
    public static let socialInsurance = Office("social-insurance", ["vi": "Bảo hiểm xã hội thành phố Hà Nội", "en": "Hà Nội Social Insurance"], ofCommunes: false)

    /// Every office that letters go to, in the order in which it is shown.
    public static let list: [Office] = [
        communeCommittee, communeServiceCentre, communePolice, city, justice, environment, finance, homeAffairs, health, education, science, police, construction,
        industry, tax, socialInsurance,
    ]

    /// The same as choices of a field.
    public static let all: [Choice] = list.map { Choice($0.code, $0.title) }

    /// Codes of those that each commune has.
    public static let ofCommunes: Set<String> = Set(list.filter(\.isOfCommunes).map(\.code))
}

extension City {
    /// The offices for whose work rights are given: those that letters go to, and those that decide on applications besides.
    public static let workplaces: [Choice] = {
        var all = Offices.all
        for office in procedures.map(\.office) where !all.contains(where: { $0.code == office.code }) { all.append(Choice(office.code, office.title)) }
        return all
    }()

    /// Their codes.
    public static let offices: [String] = workplaces.map(\.code)
}

/// Who answers for instructions today.
extension Responsible {
    static let science = Responsible(Offices.science, inCommunes: Offices.communeCommittee)
    static let police = Responsible(Offices.police, inCommunes: Offices.communePolice)
    static let environment = Responsible(Offices.environment, inCommunes: Offices.communeCommittee)
    static let finance = Responsible(Offices.finance, inCommunes: Offices.communeCommittee)
    static let homeAffairs = Responsible(Offices.homeAffairs, inCommunes: Offices.communeCommittee)
    static let tax = Responsible(Offices.tax, inCommunes: Offices.communeCommittee)
    static let education = Responsible(Offices.education, inCommunes: Offices.communeCommittee)
    static let health = Responsible(Offices.health, inCommunes: Offices.communeCommittee)
    static let cityOffice = Responsible(Offices.city, inCommunes: Offices.communeCommittee)
    /// What people meet at the counter is the service centre's work in a commune.
    static let scienceAtCounters = Responsible(Offices.science, inCommunes: Offices.communeServiceCentre)

    /// Every office by itself.
    static func everyOffice(inCommunes office: Office) -> Responsible {
        Responsible(everyOffice: ["vi": "Các sở, ngành, phường, xã", "en": "All departments, wards and communes"], inCommunes: office)
    }
}
