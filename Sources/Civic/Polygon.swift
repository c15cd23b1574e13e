// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A parcel's outline in metres of the city's cadastral grid, VN-2000 / TM-3 105°00' (EPSG:5897).
/// Written as `easting northing; easting northing; …`, at least three corners, the last joining the first.
public struct Polygon: Sendable, Hashable, CustomStringConvertible {
    public struct Point: Sendable, Hashable {
        public let east: Double
        public let north: Double
        public init(east: Double, north: Double) {
            self.east = east
            self.north = north
        }
    }

    public enum Fault: String, Error, Sendable { case format, corners, outside, crossing, empty }

    public let corners: [Point]
    public static let cornersMax = 500

    public init(_ text: some StringProtocol) throws(Fault) {
        var corners: [Point] = []
        for part in text.split(separator: ";") {
            let numbers = part.split(whereSeparator: { $0 == " " || $0 == "," })
            guard numbers.count == 2, let east = Double(numbers[0]), let north = Double(numbers[1]), east.isFinite, north.isFinite else { throw .format }
            // Centimetres, so that the same outline has one text.
            corners.append(Point(east: (east * 100).rounded() / 100, north: (north * 100).rounded() / 100))
            guard corners.count <= Self.cornersMax + 1 else { throw .corners }
        }
        if corners.count > 1, corners.first == corners.last { corners.removeLast() }
        try self.init(corners: corners)
    }

    public init(corners: [Point]) throws(Fault) {
        guard (3...Self.cornersMax).contains(corners.count) else { throw .corners }
        // The bounds of the city with room around it; a northing given first falls outside.
        guard corners.allSatisfy({ (500_000...640_000).contains($0.east) && (2_260_000...2_400_000).contains($0.north) }) else { throw .outside }
        self.corners = corners
        guard !crossesItself else { throw .crossing }
        guard area >= 0.01 else { throw .empty }
    }

    /// Square metres on the grid.
    public var area: Double {
        var sum = 0.0
        let first = corners[0]
        for (index, corner) in corners.enumerated() {
            let next = corners[(index + 1) % corners.count]
            sum += (corner.east - first.east) * (next.north - first.north) - (next.east - first.east) * (corner.north - first.north)
        }
        return abs(sum) / 2
    }

    public var description: String { corners.map { "\(Polygon.text($0.east)) \(Polygon.text($0.north))" }.joined(separator: "; ") }

    private static func text(_ metres: Double) -> String {
        let hundredths = Int64((metres * 100).rounded())
        let rest = hundredths % 100
        return rest == 0 ? "\(hundredths / 100)" : "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest % 10 == 0 && rest >= 10 ? rest / 10 : rest)"
    }

    /// Two sides that are no neighbours touch, or a corner stands twice.
    private var crossesItself: Bool {
        let count = corners.count
        for i in 0..<count {
            for j in (i + 1)..<count {
                if corners[i] == corners[j] { return true }
                let isNeighbour = j == i + 1 || (i == 0 && j == count - 1)
                let (a, b, c, d) = (corners[i], corners[(i + 1) % count], corners[j], corners[(j + 1) % count])
                if isNeighbour {
                    // Going back along the same line.
                    let shared = j == i + 1 ? b : a
                    let (p, q) = j == i + 1 ? (a, d) : (b, c)
                    if Polygon.turn(p, shared, q) == 0, Polygon.isBetween(p, shared, q) || Polygon.isBetween(q, shared, p) { return true }
                    continue
                }
                if Polygon.meet(a, b, c, d) { return true }
            }
        }
        return false
    }

    private static func turn(_ a: Point, _ b: Point, _ c: Point) -> Double {
        let value = (b.east - a.east) * (c.north - a.north) - (b.north - a.north) * (c.east - a.east)
        return abs(value) < 1e-9 ? 0 : value
    }

    /// Whether `p` lies on the side from `a` to `b`, given that the three are in line.
    private static func isBetween(_ p: Point, _ a: Point, _ b: Point) -> Bool {
        p.east >= min(a.east, b.east) && p.east <= max(a.east, b.east) && p.north >= min(a.north, b.north) && p.north <= max(a.north, b.north)
    }

    private static func meet(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Bool {
        let (one, two, three, four) = (turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b))
        if one * two < 0, three * four < 0 { return true }
        return (one == 0 && isBetween(c, a, b)) || (two == 0 && isBetween(d, a, b)) || (three == 0 && isBetween(a, c, d)) || (four == 0 && isBetween(b, c, d))
    }
}

/// From the city's cadastral grid to the positions that maps use. Formulas: Snyder, Map Projections (USGS 1395), chapter 8;
/// datum shift of EPSG "VN-2000 to WGS 84 (2)", coordinate frame rotation.
public enum VN2000 {
    public struct Position: Sendable, Hashable {
        public let latitude: Double
        public let longitude: Double
        public init(latitude: Double, longitude: Double) {
            self.latitude = latitude
            self.longitude = longitude
        }
    }

    // VN-2000 is measured on the WGS 84 ellipsoid.
    static let a = 6_378_137.0
    static let f = 1 / 298.257223563
    static let e2 = f * (2 - f)
    static let scale = 0.9999
    static let falseEasting = 500_000.0
    static let meridian = 105.0 * .pi / 180

    /// WGS 84 position of a point of EPSG:5897.
    public static func position(_ point: Polygon.Point) -> Position { shift(geographic(point)) }

    /// EPSG:5897 of a WGS 84 position, for outlines drawn on a map.
    public static func grid(_ position: Position) -> Polygon.Point { project(shift(position, isBack: true)) }

    private static func meridianArc(_ phi: Double) -> Double {
        let e4 = e2 * e2
        let e6 = e4 * e2
        return a
            * ((1 - e2 / 4 - 3 * e4 / 64 - 5 * e6 / 256) * phi - (3 * e2 / 8 + 3 * e4 / 32 + 45 * e6 / 1024) * sin(2 * phi)
                + (15 * e4 / 256 + 45 * e6 / 1024) * sin(4 * phi) - 35 * e6 / 3072 * sin(6 * phi))
    }

    /// VN-2000 latitude and longitude in degrees.
    static func geographic(_ point: Polygon.Point) -> Position {
        let e4 = e2 * e2
        let mu = point.north / scale / (a * (1 - e2 / 4 - 3 * e4 / 64 - 5 * e4 * e2 / 256))
        let root = (1 - e2).squareRoot()
        let e1 = (1 - root) / (1 + root)
        let phi =
            mu + (3 * e1 / 2 - 27 * e1 * e1 * e1 / 32) * sin(2 * mu) + (21 * e1 * e1 / 16 - 55 * e1 * e1 * e1 * e1 / 32) * sin(4 * mu)
            + 151 * e1 * e1 * e1 / 96 * sin(6 * mu)
        let second = e2 / (1 - e2)
        let c = second * cos(phi) * cos(phi)
        let t = tan(phi) * tan(phi)
        let sine = 1 - e2 * sin(phi) * sin(phi)
        let n = a / sine.squareRoot()
        let r = a * (1 - e2) / (sine * sine.squareRoot())
        let d = (point.east - falseEasting) / (n * scale)
        let d2 = d * d
        // In pieces, for long formulas of numbers are slow to compile.
        let latitude4: Double = 5 + 3 * t + 10 * c - 4 * c * c - 9 * second
        let latitude6: Double = 61 + 90 * t + 298 * c + 45 * t * t - 252 * second - 3 * c * c
        let longitude5: Double = 5 - 2 * c + 28 * t - 3 * c * c + 8 * second + 24 * t * t
        let latitudeTerms: Double = d2 / 2 - latitude4 * d2 * d2 / 24
        let latitudeLast: Double = latitude6 * d2 * d2 * d2 / 720
        let longitudeTerms: Double = d - (1 + 2 * t + c) * d2 * d / 6
        let longitudeLast: Double = longitude5 * d2 * d2 * d / 120
        return Position(
            latitude: (phi - n * tan(phi) / r * (latitudeTerms + latitudeLast)) * 180 / .pi,
            longitude: (meridian + (longitudeTerms + longitudeLast) / cos(phi)) * 180 / .pi)
    }

    static func project(_ position: Position) -> Polygon.Point {
        let phi = position.latitude * .pi / 180
        let second = e2 / (1 - e2)
        let n = a / (1 - e2 * sin(phi) * sin(phi)).squareRoot()
        let t = tan(phi) * tan(phi)
        let c = second * cos(phi) * cos(phi)
        let d = (position.longitude * .pi / 180 - meridian) * cos(phi)
        let d2 = d * d
        let east5: Double = 5 - 18 * t + t * t + 72 * c - 58 * second
        let north4: Double = 5 - t + 9 * c + 4 * c * c
        let north6: Double = 61 - 58 * t + t * t + 600 * c - 330 * second
        let east3: Double = (1 - t + c) * d2 * d / 6
        let east: Double = d + east3 + east5 * d2 * d2 * d / 120
        let northFirst: Double = d2 / 2 + north4 * d2 * d2 / 24
        let north: Double = northFirst + north6 * d2 * d2 * d2 / 720
        return Polygon.Point(east: falseEasting + scale * n * east, north: scale * (meridianArc(phi) + n * tan(phi) * north))
    }

    /// The Helmert shift between the two datums, forth or back, at height zero.
    private static func shift(_ position: Position, isBack: Bool = false) -> Position {
        let sign = isBack ? -1.0 : 1.0
        let second = Double.pi / 180 / 3600
        let (dx, dy, dz) = (sign * -191.90441429, sign * -39.30318279, sign * -111.45032835)
        let (rx, ry, rz) = (sign * -0.00928836 * second, sign * 0.01975479 * second, sign * -0.00427372 * second)
        let m = 1 + sign * 0.252906278e-6
        let phi = position.latitude * .pi / 180
        let lambda = position.longitude * .pi / 180
        let n = a / (1 - e2 * sin(phi) * sin(phi)).squareRoot()
        let (x, y, z) = (n * cos(phi) * cos(lambda), n * cos(phi) * sin(lambda), n * (1 - e2) * sin(phi))
        let x2 = dx + m * (x + rz * y - ry * z)
        let y2 = dy + m * (-rz * x + y + rx * z)
        let z2 = dz + m * (ry * x - rx * y + z)
        let p = (x2 * x2 + y2 * y2).squareRoot()
        var latitude = atan2(z2, p * (1 - e2))
        for _ in 0..<5 {
            let n2 = a / (1 - e2 * sin(latitude) * sin(latitude)).squareRoot()
            latitude = atan2(z2 + e2 * n2 * sin(latitude), p)
        }
        return Position(latitude: latitude * 180 / .pi, longitude: atan2(y2, x2) * 180 / .pi)
    }
}
