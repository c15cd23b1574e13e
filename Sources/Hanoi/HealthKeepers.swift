// SPDX-License-Identifier: Apache-2.0
public import Civic

extension Keepers {
    public static let health = Keeper("health-department", ["vi": "Sở Y tế Hà Nội", "en": "Hà Nội Department of Health"])
}
