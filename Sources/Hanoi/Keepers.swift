// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The offices of Hà Nội that keep registers.
public enum Keepers {
    public static let peoplesCommittee = Keeper(
        "people-committee", ["vi": "Ủy ban nhân dân thành phố Hà Nội", "en": "Hà Nội People's Committee"])
    public static let police = Keeper("city-police", ["vi": "Công an thành phố Hà Nội", "en": "Hà Nội Police Department"])
}
