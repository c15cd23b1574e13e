// SPDX-License-Identifier: Apache-2.0

/// A calendar day, counted from 1970-01-01; it has no time and no time zone.
public struct Day: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let number: Int32

    public init(number: Int32) { self.number = number }

    /// Nil when the calendar has no such day. Years 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Day.length(ofMonth: month, year: year) else {
            return nil
        }
        // Days since the civil epoch, after Howard Hinnant's chrono algorithms: years start in March.
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Reads `2025-07-01` and `01/07/2025`.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var result = 0
            for index in range {
                guard bytes[index] >= 0x30, bytes[index] <= 0x39 else { return nil }
                result = result * 10 + Int(bytes[index] - 0x30)
            }
            return result
        }
        if bytes[4] == 0x2D, bytes[7] == 0x2D, let y = number(0..<4), let m = number(5..<7), let d = number(8..<10) {
            self.init(year: y, month: m, day: d)
        } else if bytes[2] == 0x2F, bytes[5] == 0x2F, let d = number(0..<2), let m = number(3..<5), let y = number(6..<10) {
            self.init(year: y, month: m, day: d)
        } else {
            return nil
        }
    }

    public var parts: (year: Int, month: Int, day: Int) {
        let z = Int(number) + 719_468
        let era = z / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let m = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * m + 2) / 5 + 1
        let month = m < 10 ? m + 3 : m - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    public var year: Int { parts.year }

    /// The day's position in its year, from 0.
    public var ordinal: Int { Int(number - Day(year: year, month: 1, day: 1)!.number) }

    public static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    public static func + (day: Day, days: Int) -> Day { Day(number: day.number + Int32(days)) }
    public static func - (left: Day, right: Day) -> Int { Int(left.number - right.number) }

    /// `2025-07-01`
    public var description: String {
        let (year, month, day) = parts
        return String(unsafeUninitializedCapacity: 10) { buffer in
            buffer[0] = 0x30 + UInt8(year / 1000)
            buffer[1] = 0x30 + UInt8(year / 100 % 10)
            buffer[2] = 0x30 + UInt8(year / 10 % 10)
            buffer[3] = 0x30 + UInt8(year % 10)
            buffer[4] = 0x2D
            buffer[5] = 0x30 + UInt8(month / 10)
            buffer[6] = 0x30 + UInt8(month % 10)
            buffer[7] = 0x2D
            buffer[8] = 0x30 + UInt8(day / 10)
            buffer[9] = 0x30 + UInt8(day % 10)
            return 10
        }
    }

    /// `01/07/2025` in Vietnamese, `1 July 2025` in English.
    public func written(_ language: Language) -> String {
        let (year, month, day) = parts
        switch language {
        case .vietnamese: return "\(day < 10 ? "0" : "")\(day)/\(month < 10 ? "0" : "")\(month)/\(year)"
        case .english: return "\(day) \(Day.englishMonths[month - 1]) \(year)"
        }
    }

    static let englishMonths = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]

    /// Whole years from `birth` to this day, as law counts an age: the birthday completes the year;
    /// who is born on 29 February completes it on 1 March in common years.
    public func age(bornOn birth: Day) -> Int {
        let now = parts
        let then = birth.parts
        return now.year - then.year - ((now.month, now.day) < (then.month, then.day) ? 1 : 0)
    }

    /// The same day so many months later; the last day of a shorter month.
    public func adding(months: Int) -> Day {
        let now = parts
        let count = now.year * 12 + now.month - 1 + months
        for day in stride(from: now.day, through: 28, by: -1) { if let found = Day(year: count / 12, month: count % 12 + 1, day: day) { return found } }
        return Day(year: count / 12, month: count % 12 + 1, day: min(now.day, 28))!
    }

    /// The latest birth day of those who are at least `age` on this day.
    public func birthday(ofAge age: Int) -> Day {
        let now = parts
        return Day(year: max(1, now.year - age), month: now.month, day: now.day)
            ?? Day(year: max(1, now.year - age), month: 2, day: 28)!
    }
}

/// A day that old papers sometimes give only by month or year: `1958`, `1958-05` or `1958-05-20`.
public struct PartialDay: Sendable, Hashable, CustomStringConvertible {
    public enum Precision: Sendable { case year, month, day }

    /// The first day it can mean.
    public let first: Day
    public let precision: Precision

    /// Reads `1958`, `1958-05`, `05/1958`, `1958-05-20` and `20/05/1958`.
    public init?(_ text: some StringProtocol) {
        let count = text.utf8.count
        if count == 10, let day = Day(text) {
            first = day
            precision = .day
        } else if count == 7, let day = Day(text.contains("/") ? "01/" + text : text + "-01") {
            first = day
            precision = .month
        } else if count == 4, let day = Day(text + "-01-01") {
            first = day
            precision = .year
        } else {
            return nil
        }
    }

    public var description: String {
        switch precision {
        case .day: return first.description
        case .month: return String(first.description.prefix(7))
        case .year: return String(first.description.prefix(4))
        }
    }

    public func written(_ language: Language) -> String {
        let (year, month, _) = first.parts
        switch precision {
        case .day: return first.written(language)
        case .month: return language == .vietnamese ? "\(month < 10 ? "0" : "")\(month)/\(year)" : "\(Day.englishMonths[month - 1]) \(year)"
        case .year: return "\(year)"
        }
    }
}

/// A moment, in milliseconds since 1970-01-01 UTC.
public struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads RFC 3339: `2026-02-01T03:04:05Z`, fractions of a second and offsets allowed.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40, bytes[10] == 0x54 || bytes[10] == 0x74 || bytes[10] == 0x20,
            let day = Day(String(decoding: bytes[0..<10], as: UTF8.self)), bytes[4] == 0x2D
        else { return nil }
        func two(_ at: Int) -> Int? {
            guard at + 1 < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39, bytes[at + 1] >= 0x30, bytes[at + 1] <= 0x39 else { return nil }
            return Int(bytes[at] - 0x30) * 10 + Int(bytes[at + 1] - 0x30)
        }
        guard bytes[13] == 0x3A, bytes[16] == 0x3A, let h = two(11), let m = two(14), let s = two(17), h < 24, m < 60, s <= 60 else { return nil }
        var at = 19
        var fraction = 0
        if at < bytes.count, bytes[at] == 0x2E {
            at += 1
            var scale = 100
            let start = at
            while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 {
                fraction += Int(bytes[at] - 0x30) * scale
                scale /= 10
                at += 1
            }
            guard at > start else { return nil }
        }
        var offsetMinutes = 0
        guard at < bytes.count else { return nil }
        if bytes[at] == 0x5A || bytes[at] == 0x7A {
            at += 1
        } else {
            guard bytes[at] == 0x2B || bytes[at] == 0x2D, let oh = two(at + 1), at + 3 < bytes.count, bytes[at + 3] == 0x3A, let om = two(at + 4),
                oh < 24, om < 60
            else { return nil }
            offsetMinutes = (oh * 60 + om) * (bytes[at] == 0x2D ? -1 : 1)
            at += 6
        }
        guard at == bytes.count else { return nil }
        let seconds = Int64(day.number) * 86_400 + Int64(h * 3600 + m * 60 + s - offsetMinutes * 60)
        milliseconds = seconds * 1000 + Int64(fraction)
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    /// The day it is in Hà Nội, UTC+7 all year.
    public var day: Day { Day(number: Int32((milliseconds + 25_200_000).flooredDivision(86_400_000))) }

    /// `2026-02-01T03:04:05.678Z`
    public var description: String {
        let day = Day(number: Int32(milliseconds.flooredDivision(86_400_000)))
        let rest = Int(milliseconds - Int64(day.number) * 86_400_000)
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        return "\(day)T\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2)).\(padded(rest % 1000, 3))Z"
    }

    /// Hà Nội's clock: `10:04 01/02/2026` or `10:04, 1 February 2026`.
    public func written(_ language: Language) -> String {
        let minute = Int((milliseconds + 25_200_000 - Int64(day.number) * 86_400_000) / 60_000)
        let clock = "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
        return clock + (language == .vietnamese ? " " : ", ") + day.written(language)
    }
}

extension Int64 {
    /// Division that rounds towards minus infinity, so that moments before 1970 fall on their own day.
    func flooredDivision(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
