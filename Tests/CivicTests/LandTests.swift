// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Civic

struct `Words of the land` {
    @Test func `shares add exactly`() {
        #expect(Share("2/4")?.description == "1/2")
        #expect(Share("33,3 %")?.description == "333/1000")
        for wrong in ["7/6", "0", "0/3", "-1/2", "1/0", "a", "", "1/2/3", "101 %"] { #expect(Share(wrong) == nil, "\(wrong)") }
        let sum = Share.sum([Share("1/3")!, Share("1/6")!, Share("1/2")!])
        #expect(sum?.numerator == sum?.denominator)
    }

    @Test func `the city's grid and the positions of maps`() {
        // Vectors of EPSG:5897 by an independent library, tolerance 5 cm.
        let projected = VN2000.project(VN2000.Position(latitude: 21.0285, longitude: 105.8525))
        #expect(abs(projected.east - 588611.513) < 0.05 && abs(projected.north - 2326236.249) < 0.05)
        let onMap = VN2000.position(Polygon.Point(east: 588415.232, north: 2326344.367))
        #expect(abs(onMap.latitude - 21.0285) < 5e-7 && abs(onMap.longitude - 105.8525) < 5e-7)
        let back = VN2000.grid(onMap)
        #expect(abs(back.east - 588415.232) < 0.01 && abs(back.north - 2326344.367) < 0.01)
    }

    @Test func `months are added as calendars do`() {
        for (day, months, expected) in [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 24, "2026-02-28"), ("2026-11-24", 36, "2029-11-24"), ("2026-12-31", 2, "2027-02-28")] {
            #expect(Day(day)!.adding(months: months).description == expected)
        }
    }
}
