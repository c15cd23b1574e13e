// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The outlines of the communes of today, for maps.
public enum Boundaries {
    /// For each commune its rings of longitude and latitude.
    public static let communes: [String: [[(longitude: Double, latitude: Double)]]] = Dictionary(
        uniqueKeysWithValues: UnitData.rows(PackageResources.unit_boundaries_2025_csv).map { row in
            let rings = row["boundary"]!.split(separator: "|").map { ring in
                ring.split(separator: ";").map { point in
                    let numbers = point.split(separator: " ").compactMap { Double($0) }
                    precondition(numbers.count == 2, "A corner of the boundaries' file is wrong.")
                    return (longitude: numbers[0], latitude: numbers[1])
                }
            }
            return (row["code"]!, rings)
        })
}
