// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The offices of Hà Nội that keep registers.
public enum Keepers {
    public static let peoplesCommittee = Keeper(
        "people-committee", ["vi": "Ủy ban nhân dân thành phố Hà Nội", "en": "Hà Nội People's Committee"])
    public static let police = Keeper("city-police", ["vi": "Công an thành phố Hà Nội", "en": "Hà Nội Police Department"])
    public static let justice = Keeper("justice-department", ["vi": "Sở Tư pháp", "en": "Department of Justice"])
    public static let environment = Keeper("environment-department", ["vi": "Sở Nông nghiệp và Môi trường", "en": "Department of Agriculture and Environment"])
    public static let finance = Keeper("finance-department", ["vi": "Sở Tài chính", "en": "Department of Finance"])
    public static let homeAffairs = Keeper("home-affairs-department", ["vi": "Sở Nội vụ", "en": "Department of Home Affairs"])
}
