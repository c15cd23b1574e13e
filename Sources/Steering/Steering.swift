// SPDX-License-Identifier: Apache-2.0
public import Civic
public import Devices
public import Dossiers
public import Payments
public import People
public import Registers
internal import Store
internal import Synchronization

/// A figure of the board: what is counted, how far it is, and where the evidence lies.
public struct Figure: Sendable {
    public enum State: String, Sendable {
        case met, late
        /// Neither: a number to know.
        case known
    }

    public let title: Text
    public let value: Int64
    /// What it is a part of.
    public let of: Int64?
    public let goal: Int64?
    public let state: State
    /// The page that shows what was counted.
    public let evidence: String?
    public let style: Style

    public enum Style: Sendable { case number, money, days }

    public init(_ title: Text, _ value: Int64, of whole: Int64? = nil, goal: Int64? = nil, state: State = .known, evidence: String? = nil, style: Style = .number) {
        self.title = title
        self.value = value
        of = whole
        self.goal = goal
        self.state = state
        self.evidence = evidence
        self.style = style
    }

    /// The same figure with the numbers of another day, without a judgement.
    public func at(_ kept: KeptFigure) -> Figure { Figure(title, kept.value, of: kept.whole, style: style) }

    /// In percent, where it is a part.
    public var percent: Int64? { of.map { $0 == 0 ? 0 : value * 100 / $0 } }
}

/// How an instruction stands.
public struct Standing: Sendable {
    public let instruction: Instruction
    public let rows: [(indicator: Indicator, figure: Figure)]
    public var figures: [Figure] { rows.map(\.figure) }

    public init(instruction: Instruction, rows: [(indicator: Indicator, figure: Figure)]) {
        self.instruction = instruction
        self.rows = rows
    }

    public var isLate: Bool { figures.contains { $0.state == .late } }
    public var isMet: Bool { !isLate && figures.contains { $0.state == .met } }
    /// What anybody may see of it.
    public var forVisitors: Standing { Standing(instruction: instruction, rows: rows.filter { !instruction.forOfficers.contains($0.indicator) }) }
}

/// A figure as it stood at the end of a day.
public struct KeptFigure: Sendable, Equatable {
    public let value: Int64
    public let whole: Int64?
    /// What is compared from day to day: the part in percent where it is a part, else the number.
    public var compared: Int64 { whole.map { $0 == 0 ? 0 : value * 100 / $0 } ?? value }

    public init(_ value: Int64, of whole: Int64?) {
        self.value = value
        self.whole = whole
    }
}

/// Which registers the board writes and reads beside those that instructions name.
public struct SteeringRegisters: Sendable {
    /// Sign-offs by unit, day and register.
    public let signoffs: String
    /// The register that is signed off daily.
    public let signed: String
    /// The registers whose journals its sign-offs cover.
    public let covered: [String]
    public let urgings: String
    /// Draws of samples, and what was found wrong in them.
    public let inspections: String
    public let findings: String
    /// Where offices are reached.
    public let offices: String

    public init(signoffs: String, signed: String, covered: [String], urgings: String, inspections: String, findings: String, offices: String) {
        self.signoffs = signoffs
        self.signed = signed
        self.covered = covered
        self.findings = findings
        self.urgings = urgings
        self.inspections = inspections
        self.offices = offices
    }
}

/// The leaders' board: every instruction with its live figures, what is late, who signs every day, who is urged and answers.
public final class Steering: Sendable {
    public let instructions: [Instruction]
    public let names: SteeringRegisters
    public let registry: Registry
    public let dossiers: Dossiers
    public let payments: Payments
    public let devices: Devices
    public let accounts: Accounts
    let database: Database
    private struct Kept: Sendable {
        var standings: [Standing] = []
        var until: Int64 = 0
        /// Figures that take a walk, each with the time until which it holds.
        var slow: [Indicator: (figure: Figure, until: Int64)] = [:]
        var reviews: (list: [ProcedureReview], until: Int64)?
        var trends: (lines: [String: [(day: Day, figure: KeptFigure)]], days: Int, until: Int64)?
        var departments: (list: [DepartmentRow], until: Int64)?
        var timeliness: (byUnit: [String: (timed: Int, onTime: Int)], until: Int64)?
        var papers: [String: (bytes: [UInt8], until: Int64)] = [:]
    }
    private let kept = Mutex(Kept())
    /// Held by who adds the board up.
    private let adding = Mutex(())
    /// Held by who compares departments, communes or procedures.
    private let comparing = Mutex(())
    /// From this minute of a day its sign-off is not early.
    let signedFrom: WorkCalendar.Minute
    /// Overdue letters whose office could not be reached today.
    let unreached = Mutex<(day: Day, letters: Set<String>)?>(nil)
    /// What early sign-offs of days that are over lack, by their entries.
    let settled = Mutex<[Int64: Int]>([:])
    /// How many entries each unit had on days that are over; nil for days of loads.
    let countedDays = Mutex<[Day: [String: Int]?]>([:])

    public init(
        instructions: [Instruction], names: SteeringRegisters, signedFrom: WorkCalendar.Minute, registry: Registry, dossiers: Dossiers, payments: Payments, devices: Devices,
        accounts: Accounts
    ) throws {
        self.instructions = instructions
        self.names = names
        self.signedFrom = signedFrom
        self.registry = registry
        self.dossiers = dossiers
        self.payments = payments
        self.devices = devices
        self.accounts = accounts
        database = registry.database
        try database.migrate(Steering.migration)
    }

    private static let migration = Migration(
        "steering",
        steps: [
            [
                """
                CREATE TABLE steering_figure (instruction TEXT NOT NULL, indicator TEXT NOT NULL, day INTEGER NOT NULL, value INTEGER NOT NULL, whole INTEGER, \
                PRIMARY KEY (instruction, indicator, day))
                """
            ]
        ])

    /// Who counts whole registers: sums over the city, in which no group is so small that it is left out.
    static let counter: Authority = {
        var counter = Authority.operator_()
        counter.purpose = Purpose.find("statistics")
        return counter
    }()

    // MARK: The board

    /// So old a board may be, and a figure that takes a walk through many records.
    static let keptMilliseconds: Int64 = 2000
    static let slowMilliseconds: Int64 = 60_000

    /// All instructions in their order, at most two seconds old. Who asks while it is added up gets the one before, unless that is over a minute old.
    public func board() throws -> [Standing] {
        if let done = try adding.withLockIfAvailable({ _ in try freshBoard() }) { return done }
        let now = registry.world.now().milliseconds
        let before = kept.withLock { $0.until + Self.slowMilliseconds > now ? $0.standings : [] }
        return before.isEmpty ? try adding.withLock { _ in try freshBoard() } : before
    }

    private func freshBoard() throws -> [Standing] {
        let now = registry.world.now().milliseconds
        let known = kept.withLock { $0 }
        if known.until > now, known.until <= now + Self.keptMilliseconds, !known.standings.isEmpty { return known.standings }
        var reckoned: [Indicator: Figure] = [:]
        var slow = known.slow.filter { $0.value.until > now && $0.value.until <= now + Self.slowMilliseconds }
        let standings = try instructions.map { instruction in
            Standing(
                instruction: instruction,
                rows: try instruction.indicators.map { indicator in
                    if let figure = reckoned[indicator] ?? slow[indicator]?.figure { return (indicator, figure) }
                    let figure = try self.figure(indicator, due: instruction.due)
                    if try self.isSlow(indicator) { slow[indicator] = (figure, now + Self.slowMilliseconds) } else { reckoned[indicator] = figure }
                    return (indicator, figure)
                })
        }
        kept.withLock { kept in
            kept.slow = slow
            kept.standings = standings
            kept.until = now + Self.keptMilliseconds
        }
        return standings
    }

    private func isSlow(_ indicator: Indicator) throws -> Bool {
        switch indicator {
        case .sum, .online, .residents: return true
        // Each record is asked whether it counts.
        case .records(let name, _, _), .share(let name, _, _, _): return try registry.register(name).counting != nil
        default: return false
        }
    }

    /// What was added up is added up anew when it is asked for next.
    public func forget() { kept.withLock { $0 = Kept() } }

    /// The review of procedures, at most a minute old.
    public func reviews() throws -> [ProcedureReview] {
        try comparing.withLock { _ in
            let now = registry.world.now().milliseconds
            if let known = kept.withLock({ $0.reviews }), known.until > now, known.until <= now + Self.slowMilliseconds { return known.list }
            let list = try dossiers.reviews()
            kept.withLock { $0.reviews = (list, now + Self.slowMilliseconds) }
            return list
        }
    }

    /// The city's departments beside each other, at most a minute old: every dossier is counted for it. The board does not wait for that.
    public func departments() throws -> [DepartmentRow] {
        try comparing.withLock { _ in
            let now = registry.world.now().milliseconds
            if let known = kept.withLock({ $0.departments }), known.until > now, known.until <= now + Self.slowMilliseconds { return known.list }
            let list = try reckonedDepartments()
            kept.withLock { $0.departments = (list, now + Self.slowMilliseconds) }
            return list
        }
    }

    /// How the communes' dossiers ended, at most a minute old: every dossier is counted for it.
    func timeliness() throws -> [String: (timed: Int, onTime: Int)] {
        try comparing.withLock { _ in
            let now = registry.world.now().milliseconds
            if let known = kept.withLock({ $0.timeliness }), known.until > now, known.until <= now + Self.slowMilliseconds { return known.byUnit }
            let byUnit = try dossiers.timelinessByUnit()
            kept.withLock { $0.timeliness = (byUnit, now + Self.slowMilliseconds) }
            return byUnit
        }
    }

    /// A paper that is the same for everybody, at most a minute old.
    public func paper(_ name: String, make: () throws -> [UInt8]) throws -> [UInt8] {
        let now = registry.world.now().milliseconds
        if let known = kept.withLock({ $0.papers[name] }), known.until > now, known.until <= now + Self.slowMilliseconds { return known.bytes }
        let bytes = try make()
        kept.withLock { kept in
            if kept.papers.count > 20 { kept.papers = [:] }
            kept.papers[name] = (bytes, now + Self.slowMilliseconds)
        }
        return bytes
    }

    public func standing(_ id: String) throws -> Standing? { try board().first { $0.instruction.id == id } }

    private func figure(_ indicator: Indicator, due: Day?) throws -> Figure {
        switch indicator {
        case .records(let name, let values, let goal):
            let register = try registry.register(name)
            let value = Int64(try registry.counted(name, where: values))
            let isOver = due.map { $0 < registry.world.today } ?? false
            // A goal of none is kept as long as there is none.
            let state: Figure.State
            switch goal {
            case nil: state = .known
            case 0?: state = value == 0 ? .met : .late
            case let goal?: state = value >= goal ? .met : isOver ? .late : .known
            }
            return Figure(title(register, values), value, goal: goal.map(Int64.init), state: state, evidence: register.counting?.page ?? list(name, values))
        case .share(let name, let values, let among, let goal):
            let register = try registry.register(name)
            let value = Int64(try registry.counted(name, where: among.merging(values) { $1 }))
            let whole = Int64(try registry.counted(name, where: among))
            let percent = whole == 0 ? 0 : value * 100 / whole
            return Figure(
                title(register, values), value, of: whole, goal: goal.map(Int64.init), state: goal.map { percent >= $0 ? .met : .late } ?? .known,
                evidence: list(name, among.merging(values) { $1 }))
        case .sum(let name, let field, let goal):
            let register = try registry.register(name)
            let value = try registry.sum(name, field: field)
            let isMoney = register.field(field)?.kind == .money
            let what = register.field(field)?.title ?? .same(field)
            let words = title(register, [:])
            return Figure(
                Text(vi: "\(words.vi): \(what.vi)", en: "\(words.en): \(what.en)"), value, goal: goal.map(Int64.init),
                state: goal.map { value >= $0 ? .met : .known } ?? .known, evidence: register.counting?.page ?? list(name, [:]), style: isMoney ? .money : .number)
        case .reached(let name, let field, let day, let month, let goal):
            let today = registry.world.today.parts
            let begin = Day(year: today.month >= month ? today.year : today.year - 1, month: month, day: 1)!
            let (reached, all) = try registry.named(by: field, of: name, day: day, since: begin)
            let register = try registry.register(name)
            let what = register.field(field)?.title ?? .same(field)
            let since = Text(
                vi: "\(what.vi) có trong “\(register.title.vi)” từ \(begin.written(.vietnamese))",
                en: "\(what.en): named in “\(register.title.en)” since \(begin.written(.english))")
            let percent = all == 0 ? 0 : reached * 100 / all
            return Figure(
                since, Int64(reached), of: Int64(all), goal: goal.map(Int64.init), state: goal.map { percent >= $0 ? .met : .late } ?? .known, evidence: list(name, [:]))
        case .fresh(let name): return try fresh(name)
        case .late(let name, let check):
            let register = try registry.register(name)
            let count = try registry.findings(name, check: check).values.reduce(0, +)
            let reason = try check.flatMap { try registry.reason($0, of: name) } ?? ["vi": "cần xem lại", "en": "in need of a look"]
            return Figure(
                Text(vi: "\(register.title.vi): \(reason.vi)", en: "\(register.title.en): \(reason.en)"), Int64(count), state: count > 0 ? .late : .met,
                evidence: check.map { "/registers/\(name)?finding=\($0)" } ?? "/quality/\(name)")
        default: return try ofTheCity(indicator)
        }
    }

    private func ofTheCity(_ indicator: Indicator) throws -> Figure {
        switch indicator {
        case .residents(let age):
            let people = try registry.statistics(payments.city.people, by: ["age"], on: nil, for: Steering.counter)
            let count = people.groups.filter { Int($0.values[0].prefix { $0.isNumber }).map { $0 >= age } ?? false }.reduce(0) { $0 + ($1.count ?? 0) }
            return Figure(Text(vi: "Người từ \(age) tuổi", en: "People of \(age) and older"), Int64(count), evidence: "/statistics/\(payments.city.people)")
        case .services(let goal):
            let count = Int64(dossiers.procedures.count)
            return Figure(
                ["vi": "Thủ tục nộp trực tuyến được", "en": "Procedures one can apply for online"], count, goal: goal.map(Int64.init),
                state: goal.map { count >= $0 ? .met : .known } ?? .known, evidence: "/services")
        case .online:
            let (online, all) = try dossiers.onlineFigures()
            return Figure(
                ["vi": "Hồ sơ nộp trực tuyến, trong những hồ sơ gần nhất", "en": "Handed in online, of the latest dossiers"], Int64(online), of: Int64(all), evidence: "/services")
        case .registers: return Figure(["vi": "Sổ dữ liệu", "en": "Registers"], Int64(registry.registers.count), evidence: "/registers")
        case .feeds:
            let now = registry.world.now()
            let sources = try registry.sources()
            let onTime = sources.count { !$0.isLate(now) }
            return Figure(
                ["vi": "Nguồn dữ liệu gửi đúng hạn", "en": "Data sources that send in time"], Int64(onTime), of: Int64(sources.count),
                state: onTime < sources.count ? .late : .known, evidence: "/sources")
        case .fund:
            let fund = try payments.fund()
            return Figure(["vi": "Quỹ tái đầu tư: đã thu", "en": "Re-investment fund: income"], fund.income.amount, evidence: "/fund", style: .money)
        case .devices:
            let fleet = try devices.fleet()
            var given = 0
            for kind in fleet {
                given += kind.active + kind.silent
                given += kind.faulty + kind.frozen + kind.announced
            }
            return Figure(
                ["vi": "Thiết bị đang dùng, trong các thiết bị đã cấp", "en": "Devices at work, of those given out"], Int64(fleet.reduce(0) { $0 + $1.active }),
                of: Int64(given), evidence: "/fleet")
        case .kiosks:
            let all = try accounts.kiosks().filter { !$0.isRevoked }
            return Figure(["vi": "Ki-ốt đã mở", "en": "Kiosks enrolled"], Int64(all.count { $0.enrolled != nil }), of: Int64(all.count))
        case .helped:
            let guided = try dossiers.guidedFigures(since: registry.world.today + -365)
            return Figure(
                ["vi": "Hồ sơ có người hướng dẫn đã có kết quả, đạt ngay lần đầu, trong 12 tháng", "en": "Guided dossiers that ended, succeeded at first, 12 months"],
                Int64(guided.atFirst), of: Int64(guided.ended), evidence: "/guides")
        case .signed:
            let all = try signing()
            // Where nobody has ever signed, nobody has signed each day.
            let kept = all.count { $0.days > 0 && $0.inTime == $0.days }
            return Figure(
                ["vi": "Phường, xã xác nhận đúng hạn từng ngày trong 30 ngày qua", "en": "Communes that signed off each day of the last 30 in time"], Int64(kept),
                of: Int64(all.count),
                state: kept < all.count ? .late : .met, evidence: "/steering/communes")
        case .unenrolled(let rule):
            let title: Text = registry.entitlement(rule)?.title ?? ["vi": "Trợ cấp", "en": "Assistance"]
            return try entitlement(
                rule, Text(vi: "\(title.vi): người đủ điều kiện mà chưa được hưởng", en: "\(title.en): people entitled and not enrolled")
            ) { $0.missing }
        case .unentitled(let rule):
            let title: Text = registry.entitlement(rule)?.title ?? ["vi": "Trợ cấp", "en": "Assistance"]
            return try entitlement(
                rule, Text(vi: "\(title.vi): người đang hưởng mà không còn đủ điều kiện", en: "\(title.en): people enrolled and no longer entitled")
            ) { $0.wrong }
        case .unverified(let rule):
            let title: Text = registry.entitlement(rule)?.title ?? ["vi": "Trợ cấp", "en": "Assistance"]
            guard let found = try registry.entitlementFigures().first(where: { $0.rule == rule }) else {
                return Figure(Self.unverified(title), 0, of: 0, evidence: "/welfare")
            }
            return Figure(Self.unverified(title), Int64(found.possible), evidence: "/welfare")
        // Neither is connected to the city yet.
        case .screens: return Figure(["vi": "Màn hình kết nối với hệ thống của thành phố", "en": "Screens connected to the city's system"], 0, of: 0)
        case .telemetry: return Figure(["vi": "Cảm biến của trung tâm dữ liệu kết nối với hệ thống", "en": "Data-centre sensors connected to the system"], 0, of: 0)
        default: preconditionFailure("Registers' indicators are reckoned before.")
        }
    }

    /// Days since anything was entered, against the keeper's duty.
    private func fresh(_ name: String) throws -> Figure {
        let register = try registry.register(name)
        let title = Text(
            vi: "\(register.title.vi): lần ghi gần nhất cách đây (\(register.updated.title.vi.lowercased()))",
            en: "\(register.title.en): last entry so long ago (\(register.updated.title.en.lowercased()))")
        let one = try freshness(of: register)
        let term = register.updated.days.map(Int64.init)
        let state: Figure.State = one.isLate ? .late : term == nil ? .known : .met
        return Figure(title, Int64(one.days ?? 0), of: one.days == nil ? 0 : nil, goal: term, state: state, evidence: "/registers/\(name)", style: .days)
    }

    /// `Điểm mua sắm: Thuế và hóa đơn điện tử`; where the same word stands in several lists of the register, with the field's name: `Khả năng chia sẻ: đạt`.
    private func title(_ register: Register, _ values: [String: String]) -> Text {
        let words = register.fields.compactMap { field -> Text? in
            guard let value = values[field.name] else { return nil }
            switch field.kind {
            case .choice(let choices):
                guard let title = choices.first(where: { $0.code == value })?.title else { return .same(value) }
                guard Self.isSaidTwice(title, beside: field, in: register) else { return title }
                return Text(vi: "\(field.title.vi): \(title.vi.lowercased())", en: "\(field.title.en): \(title.en.lowercased())")
            case .boolean: return value == "true" ? field.title : Text(vi: "không: \(field.title.vi)", en: "not: \(field.title.en)")
            default: return (try? registry.register(value).title) ?? Text(vi: "\(field.title.vi) \(value)", en: "\(field.title.en) \(value)")
            }
        }
        var name = register.title
        if let counting = register.counting { name = Text(vi: "\(name.vi) (\(counting.text.vi))", en: "\(name.en) (\(counting.text.en))") }
        guard !words.isEmpty else { return name }
        return Text(vi: "\(name.vi): \(words.map(\.vi).joined(separator: ", "))", en: "\(name.en): \(words.map(\.en).joined(separator: ", "))")
    }

    private static func isSaidTwice(_ title: Text, beside field: Field, in register: Register) -> Bool {
        register.fields.contains { other in
            guard other.name != field.name, case .choice(let choices) = other.kind else { return false }
            return choices.contains { $0.title.vi == title.vi }
        }
    }

    /// A sum of the last nightly walk; unknown before the first.
    private func entitlement(_ rule: String, _ title: Text, _ part: (EntitlementFigures) -> Int) throws -> Figure {
        guard let found = try registry.entitlementFigures().first(where: { $0.rule == rule }) else { return Figure(title, 0, of: 0, evidence: "/welfare") }
        let count = part(found)
        return Figure(title, Int64(count), state: count > 0 ? .late : .met, evidence: "/welfare")
    }

    /// Nobody is late with them: that they get nothing may be right.
    private static func unverified(_ title: Text) -> Text {
        Text(vi: "\(title.vi): người cần xác minh, sổ chưa đủ để kết luận", en: "\(title.en): people to be asked about, the registers do not tell enough")
    }

    private func list(_ register: String, _ values: [String: String]) -> String {
        "/registers/\(register)" + (values.isEmpty ? "" : "?" + values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&"))
    }

    // MARK: Trends

    /// Keeps today's figures; the same day again replaces them.
    public func keepToday() async throws { try await keep(try board(), as: registry.world.today) }

    /// Keeps figures as those of a day.
    public func keep(_ standings: [Standing], as day: Day) async throws {
        try await database.write { connection in
            for standing in standings {
                for (indicator, figure) in standing.rows {
                    try connection.run(
                        """
                        INSERT INTO steering_figure (instruction, indicator, day, value, whole) VALUES (\(standing.instruction.id), \(indicator.code), \(day), \(figure.value), \
                        \(figure.of)) ON CONFLICT (instruction, indicator, day) DO UPDATE SET value = excluded.value, whole = excluded.whole
                        """)
                }
            }
        }
    }

    /// The figures of former days by instruction and indicator, the oldest first.
    public func trends(days: Int = 60) throws -> [String: [(day: Day, figure: KeptFigure)]] {
        let since = registry.world.today + -days
        let now = registry.world.now().milliseconds
        if let known = kept.withLock({ $0.trends }), known.days == days, known.until > now, known.until <= now + Self.slowMilliseconds { return known.lines }
        let rows = try database.look {
            try $0.all("SELECT instruction, indicator, day, value, whole FROM steering_figure WHERE day >= \(since) ORDER BY day") {
                ("\($0.text(0)) \($0.text(1))", Day(number: Int32(truncatingIfNeeded: $0.integer(2))), KeptFigure($0.integer(3), of: $0.isNull(4) ? nil : $0.integer(4)))
            }
        }
        var lines: [String: [(day: Day, figure: KeptFigure)]] = [:]
        for (name, day, figure) in rows { lines[name, default: []].append((day, figure)) }
        kept.withLock { $0.trends = (lines, days, now + Self.slowMilliseconds) }
        return lines
    }

    /// The last kept figure of each up to a day, by instruction and indicator: what a month ended with.
    public func values(upTo day: Day) throws -> [String: KeptFigure] {
        try database.look { connection in
            Dictionary(
                try connection.all(
                    """
                    SELECT s.instruction, s.indicator, s.value, s.whole FROM steering_figure s WHERE s.day <= \(day) AND s.day > \(day + -31) AND NOT EXISTS (SELECT 1 FROM \
                    steering_figure t WHERE t.instruction = s.instruction AND t.indicator = s.indicator AND t.day > s.day AND t.day <= \(day))
                    """
                ) { ("\($0.text(0)) \($0.text(1))", KeptFigure($0.integer(2), of: $0.isNull(3) ? nil : $0.integer(3))) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
