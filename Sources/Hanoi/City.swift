// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Hà Nội: every register the city declares, and the facts it starts with.
public enum City {
    public static let name: Text = ["vi": "Thành phố Hà Nội", "en": "Hà Nội"]

    /// In the order in which they refer to each other.
    public static let registers: [Register] = [
        AdministrativeUnits.register, UnitChanges.register, Households.register, Population.register,
    ]
}
