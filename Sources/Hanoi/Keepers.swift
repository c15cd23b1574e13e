// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The offices of Hà Nội that keep registers, named as they are today.
public enum Keepers {
    public static let peoplesCommittee = Keeper(
        "people-committee", ["vi": "Ủy ban nhân dân thành phố Hà Nội", "en": "Hà Nội People's Committee"])
    public static let police = Keeper(Offices.police)
    public static let justice = Keeper(Offices.justice)
    public static let environment = Keeper(Offices.environment)
    public static let finance = Keeper(Offices.finance)
    public static let homeAffairs = Keeper(Offices.homeAffairs)
    public static let health = Keeper(Offices.health)
    public static let science = Keeper(Offices.science)
    public static let education = Keeper(Offices.education)
    public static let industry = Keeper(Offices.industry)
    public static let construction = Keeper(Offices.construction)
    public static let tax = Keeper(Offices.tax)
    public static let socialInsurance = Keeper(Offices.socialInsurance)
    public static let cityOffice = Keeper(Offices.city)
}
