// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Schools of an invented city, and the children of its households at them.
struct SyntheticEducation {
    private let communes: [String]
    private let names: [String: String]
    private let schoolYear: Int
    private var students = 0
    private var hasSchools = false

    /// Lines of `units_2025.csv`, as for `SyntheticHoldings`; `schoolYear` is the year in which the school year begins.
    init(communes: [[String: String]], schoolYear: Int = 2026) {
        self.communes = communes.map { $0["code"]! }.sorted()
        self.schoolYear = schoolYear
        names = Dictionary(uniqueKeysWithValues: communes.map { ($0["code"]!, Self.short($0["name_vi"]!.composed)) })
    }

    /// The household's students and enrolments; before the first household's also all schools.
    mutating func lines(of household: [String], people: [[String]], _ random: inout SplitMix64) -> [SyntheticHoldings.Line] {
        var lines: [SyntheticHoldings.Line] = hasSchools ? [] : schools()
        hasSchools = true
        for person in people { student(person, home: household[1], &lines, &random) }
        return lines
    }

    // MARK: Schools

    private enum Level: Int, CaseIterable {
        case kindergarten = 1
        case primary, lowerSecondary, upperSecondary

        var code: String { ["kindergarten", "primary", "lower-secondary", "upper-secondary"][rawValue - 1] }
        var words: String { ["Mầm non", "Tiểu học", "Trung học cơ sở", "Trung học phổ thông"][rawValue - 1] }
    }

    /// Three a commune, and an upper secondary school in every second one. They need no chance: every city has the same.
    private func schools() -> [SyntheticHoldings.Line] {
        communes.enumerated().flatMap { index, commune in
            Level.allCases.filter { $0 != .upperSecondary || hasUpperSecondary(index) }.map { level in
                let classes = [18, 30, 32, 42][level.rawValue - 1] + index % 5
                return SyntheticCells.line(
                    Schools.register,
                    [
                        "code": Self.school(level, commune), "name": "Trường \(level.words) \(names[commune]!)", "level": level.code,
                        "public": "true", "commune": commune, "address": "Số \(index + level.rawValue), đường \(SyntheticNames.streets[index % SyntheticNames.streets.count])",
                        "phone": "0243\(1_000_000 + index * 10 + level.rawValue)", "classes": "\(classes)", "places": "\(classes * (level.rawValue > 2 ? 45 : 35))",
                        "opened": "\(1955 + index % 60)",
                    ])
            }
        }
    }

    private func hasUpperSecondary(_ index: Int) -> Bool { index % 2 == 0 }

    private static func school(_ level: Level, _ commune: String) -> String { "01\(commune)\(level.rawValue)" }

    /// The code of a commune's lower secondary school.
    static func lowerSecondary(of commune: String) -> String { school(.lowerSecondary, commune) }

    /// `Phường Ba Đình` is `Ba Đình` in the name of a school.
    private static func short(_ name: String) -> String {
        for kind in ["Phường ", "Xã "] where name.hasPrefix(kind) { return String(name.dropFirst(kind.count)) }
        return name
    }

    // MARK: Students

    private mutating func student(_ person: [String], home: String, _ lines: inout [SyntheticHoldings.Line], _ random: inout SplitMix64) {
        // School goes by the year of birth.
        guard let born = Int(person[2].prefix(4)), (3...17).contains(schoolYear - born) else { return }
        let age = schoolYear - born
        guard random.chance(age == 3 ? 82 : age <= 5 ? 95 : age <= 14 ? 99 : 86) else { return }
        students += 1
        precondition(students < 100_000_000, "A student's serial has eight digits.")
        let code = "01" + SyntheticCells.padded(students, 8)
        let begin = "\(schoolYear)-09-05"
        let entered = max(2021, born + 3)
        lines.append(SyntheticCells.line(Students.register, ["code": code, "person": person[0], "commune": person[9], "entered": "\(min(entered, 2025))-09-05"]))
        let level: Level = age <= 5 ? .kindergarten : age <= 10 ? .primary : age <= 14 ? .lowerSecondary : .upperSecondary
        let place = level == .upperSecondary ? upperSecondaryCommune(home) : home
        let grade = age - 5
        let group = "\(random.pick(["A", "A", "B"]))\(1 + random.below(6))"
        lines.append(
            SyntheticCells.line(
                Enrolments.register,
                [
                    "number": "\(code)-\(schoolYear)", "student": code, "school": Self.school(level, place), "commune": place, "school_year": "\(schoolYear)-\(schoolYear + 1)",
                    "grade": age <= 5 ? "nursery" : "\(grade)", "class": age <= 5 ? "Mẫu giáo \(["bé", "nhỡ", "lớn"][age - 3]) \(group)" : "\(grade)\(group)", "from": begin,
                    "until": "\(schoolYear + 1)-07-31", "state": "studying",
                ]))
    }

    /// The home's own upper secondary school or the neighbour's.
    private func upperSecondaryCommune(_ home: String) -> String {
        guard let index = communes.firstIndex(of: home), !hasUpperSecondary(index) else { return home }
        return communes[index - 1]
    }
}
