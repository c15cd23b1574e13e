// SPDX-License-Identifier: Apache-2.0

/// An administrative unit in one period of its life. Codes are reused: only code and first day together name a unit.
public struct Unit: Sendable, Hashable {
    public enum Level: String, Sendable, CaseIterable {
        case city, district, commune
    }

    public struct ID: Sendable, Hashable, CustomStringConvertible {
        public let code: String
        public let firstDay: Day
        public init(code: String, firstDay: Day) {
            self.code = code
            self.firstDay = firstDay
        }
        public var description: String { "\(code)-\(firstDay)" }
    }

    public let code: String
    public let firstDay: Day
    /// The last day in force; nil while it is.
    public let lastDay: Day?
    public let name: String
    public let level: Level
    public let type: String
    public let parent: String?

    public init(code: String, firstDay: Day, lastDay: Day?, name: String, level: Level, type: String, parent: String?) {
        self.code = code
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.name = name
        self.level = level
        self.type = type
        self.parent = parent
    }

    public var id: ID { ID(code: code, firstDay: firstDay) }
    public func isInForce(on day: Day) -> Bool { firstDay <= day && (lastDay.map { day <= $0 } ?? true) }
}

/// What a resolution says of one old unit's way into one new unit.
public struct UnitChange: Sendable, Hashable {
    public enum Part: String, Sendable, CaseIterable {
        /// The whole area and all its people.
        case whole
        /// A part of the area and of the people.
        case areaAndPeople = "part_area_pop"
        /// A part of the area where nobody lives.
        case areaOnly = "part_area_only"
        /// A part of the area and all the people.
        case areaAllPeople = "part_area_all_pop"
        /// What the other clauses left.
        case remainder

        public var title: Text {
            switch self {
            case .whole: ["vi": "Toàn bộ diện tích và dân cư", "en": "The whole area and all residents"]
            case .areaAndPeople: ["vi": "Một phần diện tích và dân cư", "en": "A part of the area and of the residents"]
            case .areaOnly: ["vi": "Một phần diện tích, không có dân cư", "en": "A part of the area without residents"]
            case .areaAllPeople: ["vi": "Một phần diện tích và toàn bộ dân cư", "en": "A part of the area and all residents"]
            case .remainder: ["vi": "Phần diện tích và dân cư còn lại", "en": "The remaining area and residents"]
            }
        }
    }

    public let from: Unit.ID
    public let to: Unit.ID
    public let part: Part
    public let clause: String
    public let isDefault: Bool

    public init(from: Unit.ID, to: Unit.ID, part: Part, clause: String, isDefault: Bool) {
        self.from = from
        self.to = to
        self.part = part
        self.clause = clause
        self.isDefault = isDefault
    }
}

/// All units of the city through time, and how they became each other.
public struct UnitTable: Sendable {
    public let units: [Unit]
    public let changes: [UnitChange]
    private let byCode: [String: [Int]]
    private let byID: [Unit.ID: Int]
    private let changesFrom: [Unit.ID: [Int]]
    private let changesTo: [Unit.ID: [Int]]
    private let byFoldedName: [String: [Int]]

    public init(units: [Unit] = [], changes: [UnitChange] = []) {
        self.units = units
        self.changes = changes
        var byCode: [String: [Int]] = [:]
        var byID: [Unit.ID: Int] = [:]
        var byName: [String: [Int]] = [:]
        for (index, unit) in units.enumerated() {
            byCode[unit.code, default: []].append(index)
            byID[unit.id] = index
            byName[UnitTable.foldedName(unit.name), default: []].append(index)
        }
        for (code, list) in byCode { byCode[code] = list.sorted { units[$0].firstDay < units[$1].firstDay } }
        self.byCode = byCode
        self.byID = byID
        byFoldedName = byName
        changesFrom = Dictionary(grouping: changes.indices, by: { changes[$0].from })
        changesTo = Dictionary(grouping: changes.indices, by: { changes[$0].to })
    }

    /// The unit that bears the code on that day.
    public func find(_ code: String, on day: Day) -> Unit? {
        guard let list = byCode[code] else { return nil }
        for index in list.reversed() where units[index].isInForce(on: day) { return units[index] }
        return nil
    }

    public func find(_ id: Unit.ID) -> Unit? { byID[id].map { units[$0] } }

    /// The last unit to bear the code.
    public func latest(_ code: String) -> Unit? { byCode[code]?.last.map { units[$0] } }

    /// Every unit that has borne the code, oldest first.
    public func bearers(of code: String) -> [Unit] { (byCode[code] ?? []).map { units[$0] } }

    public func inForce(on day: Day, level: Unit.Level? = nil) -> [Unit] {
        units.filter { $0.isInForce(on: day) && (level == nil || $0.level == level) }
    }

    /// The units that this one's area and people went to, the proposed one first.
    public func successors(of unit: Unit) -> [(unit: Unit, change: UnitChange)] {
        (changesFrom[unit.id] ?? []).compactMap { index in find(changes[index].to).map { ($0, changes[index]) } }
            .sorted { ($0.change.isDefault ? 0 : 1, $0.unit.code) < ($1.change.isDefault ? 0 : 1, $1.unit.code) }
    }

    public func predecessors(of unit: Unit) -> [(unit: Unit, change: UnitChange)] {
        (changesTo[unit.id] ?? []).compactMap { index in find(changes[index].from).map { ($0, changes[index]) } }
            .sorted { $0.unit.code < $1.unit.code }
    }

    /// True when the unit of `code` lies in `scope` or is it, on that day; the city covers all.
    public func covers(scope: String, _ code: String, on day: Day) -> Bool {
        if scope == code { return true }
        var next = (find(code, on: day) ?? latest(code))?.parent
        for _ in 0..<4 {
            guard let current = next else { return false }
            if current == scope { return true }
            next = (find(current, on: day) ?? latest(current))?.parent
        }
        return false
    }

    /// Units whose name is meant by what somebody wrote: exact letters first, then old tone marks, then without marks.
    public func named(_ name: String, district: String? = nil, on day: Day) -> [Unit] {
        let wanted = UnitTable.plainName(name)
        var found = (byFoldedName[UnitTable.foldedName(name)] ?? []).map { units[$0] }.filter { $0.isInForce(on: day) }
        if let district {
            let folded = UnitTable.foldedName(district)
            found = found.filter { unit in
                unit.parent.flatMap { find($0, on: day) }.map { UnitTable.foldedName($0.name) == folded || $0.code == district } ?? false
            }
        }
        let exact = found.filter { UnitTable.plainName($0.name) == wanted }
        if !exact.isEmpty { return exact }
        let modern = found.filter { UnitTable.plainName($0.name).modernToneMarks == wanted.modernToneMarks }
        return modern.isEmpty ? found : modern
    }

    static let prefixes = ["phường ", "xã ", "thị trấn ", "quận ", "huyện ", "thị xã ", "thành phố "]

    static func plainName(_ name: String) -> String {
        let lower = name.tidied.lowercased()
        for prefix in prefixes where lower.hasPrefix(prefix) { return String(lower.dropFirst(prefix.count)) }
        return lower
    }

    static func foldedName(_ name: String) -> String {
        let folded = name.folded
        for prefix in prefixes.map(\.folded) where folded.hasPrefix(prefix + " ") { return String(folded.dropFirst(prefix.count + 1)) }
        return folded
    }
}
