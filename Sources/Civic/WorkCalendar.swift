// SPDX-License-Identifier: Apache-2.0

/// Which days offices work, and when on such a day: Monday to Friday without the days off, and the Saturdays that make up for one.
public struct WorkCalendar: Sendable {
    /// A time of day, in minutes after midnight in Hà Nội.
    public typealias Minute = Int

    public let daysOff: Set<Day>
    public let makeUpDays: Set<Day>
    /// The hours of an office, in order.
    public let hours: [Range<Minute>]

    public static let officeHours: [Range<Minute>] = [8 * 60..<12 * 60, 13 * 60 + 30..<17 * 60]

    public init(daysOff: Set<Day>, makeUpDays: Set<Day>, hours: [Range<Minute>] = officeHours) {
        precondition(!hours.isEmpty && zip(hours, hours.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }, "Office hours follow each other.")
        self.daysOff = daysOff
        self.makeUpDays = makeUpDays
        self.hours = hours
    }

    public func isWorking(_ day: Day) -> Bool {
        if makeUpDays.contains(day) { return true }
        return day.weekday < 5 && !daysOff.contains(day)
    }

    /// The first working day from this one on.
    public func working(from day: Day) -> Day {
        var day = day
        while !isWorking(day) { day = day + 1 }
        return day
    }

    /// The working day that many working days after this one; the day itself does not count.
    public func day(_ count: Int, workingDaysAfter day: Day) -> Day {
        var day = day
        var left = count
        while left > 0 {
            day = day + 1
            if isWorking(day) { left -= 1 }
        }
        return day
    }

    /// How many working days lie after the first day, up to the second with it.
    public func workingDays(after first: Day, to last: Day) -> Int {
        guard first < last else { return 0 }
        return (1...(last - first)).count { isWorking(first + $0) }
    }

    public var opening: Minute { hours.first!.lowerBound }
    public var closing: Minute { hours.last!.upperBound }

    /// When what arrives at a moment counts as received: then, while an office works; otherwise when it next opens.
    public func received(_ instant: Instant) -> Instant {
        let day = instant.day
        if isWorking(day) {
            let minute = instant.minuteOfDay
            if hours.contains(where: { $0.contains(minute) }) { return instant }
            if let next = hours.first(where: { $0.lowerBound > minute }) { return day.at(minute: next.lowerBound) }
        }
        return working(from: day + 1).at(minute: opening)
    }

    /// The moment after so many minutes of office hours.
    public func instant(_ minutes: Int, workingMinutesAfter instant: Instant) -> Instant {
        var at = received(instant)
        var left = Int64(minutes) * 60_000
        while true {
            let minute = at.minuteOfDay
            let span = hours.first { $0.contains(minute) }!
            let end = at.day.at(minute: span.upperBound)
            let room = end.milliseconds - at.milliseconds
            if left <= room { return Instant(milliseconds: at.milliseconds + left) }
            left -= room
            at = received(end)
        }
    }
}

/// How long an office may take by law.
public enum Term: Sendable, Hashable {
    /// Working days after the day of receipt; due when the office closes.
    case workingDays(Int)
    /// Calendar days; when the last is a day off, the next working day (Civil Code 2015, article 148).
    case days(Int)
    /// Office hours.
    case hours(Int)
    /// On the day of receipt; what comes at or after that minute, on the next working day.
    case sameDay(until: WorkCalendar.Minute)
    /// By a fixed day of the year, such as the end of a yearly review.
    case yearly(month: Int, day: Int)

    public var title: Text {
        switch self {
        case .workingDays(let count): Text(vi: "\(count) ngày làm việc", en: count == 1 ? "1 working day" : "\(count) working days")
        case .days(let count): Text(vi: "\(count) ngày", en: count == 1 ? "1 day" : "\(count) days")
        case .hours(let count): Text(vi: "\(count) giờ làm việc", en: count == 1 ? "1 office hour" : "\(count) office hours")
        case .sameDay(let minute):
            Text(
                vi: "trong ngày; nộp từ \(minute / 60) giờ thì trả vào ngày làm việc sau",
                en: "the same day; when handed in at or after \(minute / 60):00, the next working day")
        case .yearly(let month, let day): Text(vi: "theo đợt, trước ngày \(day)/\(month)", en: "in the yearly round, by \(day)/\(month)")
        }
    }
}

extension WorkCalendar {
    /// When an answer is due that was received at a moment of office hours.
    public func due(_ term: Term, from received: Instant) -> Instant {
        let start = self.received(received)
        switch term {
        case .workingDays(let count): return day(count, workingDaysAfter: start.day).at(minute: closing)
        case .days(let count): return working(from: start.day + count).at(minute: closing)
        case .hours(let count): return instant(count * 60, workingMinutesAfter: start)
        case .sameDay(let until): return (start.minuteOfDay < until ? start.day : day(1, workingDaysAfter: start.day)).at(minute: closing)
        case .yearly(let month, let day):
            let year = start.day.year
            let this = Day(year: year, month: month, day: day)!
            return working(from: start.day <= this ? this : Day(year: year + 1, month: month, day: day)!).at(minute: closing)
        }
    }

    /// The due moment after a pause: what was left of the term when it began is left when it ends.
    /// Terms of days grow by the days that passed, terms of hours by the office hours.
    public func due(_ term: Term, was due: Instant, pausedFrom start: Instant, to end: Instant) -> Instant {
        guard start < end else { return due }
        switch term {
        case .workingDays, .sameDay:
            let days = workingDays(after: start.day, to: end.day)
            return days == 0 ? due : day(days, workingDaysAfter: due.day).at(minute: due.minuteOfDay)
        case .days: return working(from: due.day + (end.day - start.day)).at(minute: due.minuteOfDay)
        case .hours: return instant(workingMinutes(from: start, to: due), workingMinutesAfter: end)
        case .yearly: return due
        }
    }

    /// Whole minutes of office hours between two moments; none when the second is earlier.
    public func workingMinutes(from start: Instant, to end: Instant) -> Int {
        guard start < end else { return 0 }
        var sum: Int64 = 0
        var day = start.day
        while day <= end.day {
            if isWorking(day) {
                for span in hours {
                    let from = max(start.milliseconds, day.at(minute: span.lowerBound).milliseconds)
                    let to = min(end.milliseconds, day.at(minute: span.upperBound).milliseconds)
                    if from < to { sum += to - from }
                }
            }
            day = day + 1
        }
        return Int(sum / 60_000)
    }
}

extension Day {
    /// 0 for Monday to 6 for Sunday.
    public var weekday: Int { (Int(number) % 7 + 10) % 7 }

    /// The moment at that minute of the day in Hà Nội, UTC+7 all year.
    public func at(minute: WorkCalendar.Minute) -> Instant { Instant(milliseconds: Int64(number) * 86_400_000 + Int64(minute) * 60_000 - 25_200_000) }
}

extension Instant {
    /// Whole minutes after midnight in Hà Nội.
    public var minuteOfDay: WorkCalendar.Minute { Int((milliseconds - day.at(minute: 0).milliseconds) / 60_000) }
}
