// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What the system saw of a planned shift: the helper's time on it and what came of the dossiers.
public struct MeasuredShift: Sendable, Equatable {
    /// Minutes of Hà Nội's clock, counted like days from 1970.
    public var times: [Range<Int>]
    public var people: Int
    public var dossiers: GuidedFigures
    /// Somebody is still on it.
    public var isOpen: Bool

    public init(times: [Range<Int>], people: Int, dossiers: GuidedFigures, isOpen: Bool) {
        self.times = times
        self.people = people
        self.dossiers = dossiers
        self.isOpen = isOpen
    }
}

/// A shift of a student guide: what its record plans or states, and what was measured of it.
public struct GuideShift: Sendable {
    public enum State: String, Sendable { case planned, done, missed }

    public let key: String
    /// Nil where the reader may not see persons.
    public let student: String?
    public let place: String
    public let commune: String
    public let day: Day
    /// Minutes since midnight; nil where nobody said.
    public let from: Int?
    public let until: Int?
    /// Of a paper list, where one was kept.
    public let statedDossiers: Int
    public let statedSucceeded: Int
    public let measured: MeasuredShift?
    private let entered: State
    private let isStated: Bool

    /// Nil for a record without a day.
    public init?(key: String, value: (String) -> Value, measured: MeasuredShift?) {
        guard let day = value("day").day else { return nil }
        self.key = key
        self.day = day
        self.measured = measured
        student = value("student").string
        place = value("place").plain
        commune = value("commune").plain
        from = GuideShift.minutes(value("from").plain)
        until = GuideShift.minutes(value("until").plain)
        statedDossiers = Int(value("dossiers").integer ?? 0)
        statedSucceeded = Int(value("succeeded").integer ?? 0)
        // Before shifts were planned only what was done was entered, from lists.
        entered = State(rawValue: value("state").plain) ?? .done
        isStated = value("source").string != "measured" && entered == .done
    }

    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        return parts.count == 2 ? parts[0] * 60 + parts[1] : nil
    }

    /// What was begun and ended beside people was done, unless the keeper says that it was missed; while somebody is on it, it is not over.
    public var state: State {
        guard let measured, entered != .missed else { return entered }
        return measured.isOpen ? .planned : .done
    }

    /// Its figures come from a list that somebody kept, not from the system.
    public var isFromList: Bool { measured == nil && isStated }

    /// The time that counts, in minutes of Hà Nội's clock: what was measured, or else what a list states.
    public var times: [Range<Int>] {
        if let measured { return measured.times }
        guard isStated, let from, let until, from < until else { return [] }
        let midnight = Int(day.number) * 1440
        return [midnight + from..<midnight + until]
    }

    public var dossiers: Int { measured?.dossiers.handedIn ?? (isStated ? statedDossiers : 0) }

    /// Minutes of these shifts. Nobody is at two places: times of one person that overlap count once.
    public static func minutes(_ shifts: [GuideShift]) -> Int {
        var sum = 0
        for own in Dictionary(grouping: shifts, by: { $0.student ?? $0.key }).values {
            var end = Int.min
            let times: [Range<Int>] = own.flatMap(\.times).sorted { $0.lowerBound < $1.lowerBound }
            for time in times {
                sum += max(0, time.upperBound - max(time.lowerBound, end))
                end = max(end, time.upperBound)
            }
        }
        return sum
    }

    /// What a certificate counts of it: once this is another text, the certificate no longer says what the city knows.
    var mark: String { state == .done ? "\(key) \(day) \(GuideShift.minutes([self])) \(dossiers)" : "\(key) \(state.rawValue)" }
}
