// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The offices that keep the registers of the sectors, named as they are today.
extension Keepers {
    /// Digital government, start-ups and innovation. In 2017 the Department of Information and Communications had the first of these; it was merged in 2025.
    public static let science = Keeper("science-department", ["vi": "Sở Khoa học và Công nghệ", "en": "Department of Science and Technology"])
    public static let education = Keeper("education-department", ["vi": "Sở Giáo dục và Đào tạo", "en": "Department of Education and Training"])
    public static let industry = Keeper("industry-department", ["vi": "Sở Công Thương", "en": "Department of Industry and Trade"])
    public static let construction = Keeper("construction-department", ["vi": "Sở Xây dựng", "en": "Department of Construction"])
    /// In 2017: Cục Thuế thành phố Hà Nội.
    public static let tax = Keeper("city-tax", ["vi": "Thuế thành phố Hà Nội", "en": "Hà Nội Tax Office"])
    /// Labour and people with merit. In 2017 the Department of Labour, Invalids and Social Affairs; it was dissolved in 2025,
    /// and its poverty reduction went to Agriculture and Environment, its social support to Health.
    public static let labour = homeAffairs
    /// Prepares the meetings of the city's steering committees and follows up what they decide.
    public static let cityOffice = Keeper("city-office", ["vi": "Văn phòng Ủy ban nhân dân thành phố", "en": "Office of the City People's Committee"])
}
