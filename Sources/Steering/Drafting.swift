// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Registers

/// One thing that was late when a letter was sent: which figure, how much, and the names of its records.
public struct LatePart: Sendable, Equatable {
    /// The indicator's code, by which figures are kept from day to day.
    public let code: String
    /// Records, days, or the figure's value.
    public let count: Int64
    /// What it is a part of.
    public let whole: Int64?
    /// Records' keys, refs where keys are somebody's, or days.
    public let names: [String]

    public init(_ code: String, _ count: Int64, of whole: Int64? = nil, names: [String] = []) {
        self.code = code.tidied
        self.count = count
        self.whole = whole
        self.names = names
    }

    /// `late population no-phone` as its register and check; nil where nothing was found in a register.
    public var finding: (register: String, check: String?)? {
        let words = code.split(separator: " ").map(String.init)
        guard words.count >= 2, words[0] == "late" else { return nil }
        return (words[1], words.count > 2 ? words[2] : nil)
    }

    // MARK: As text

    private var head: String { "\(count)\(whole.map { "/\($0)" } ?? "") \(code)" }

    /// `523 late population no-phone: A, B | 5 fresh population`, in at most so many bytes; names that do not fit are left out whole.
    static func text(_ parts: [LatePart], max: Int) -> String {
        var kept: [LatePart] = []
        var size = 0
        for part in parts where size + part.head.utf8.count + 3 <= max {
            size += part.head.utf8.count + 3
            kept.append(part)
        }
        var texts: [String] = []
        for part in kept {
            var text = part.head
            for (index, name) in part.names.enumerated() {
                let piece = (index == 0 ? ": " : ", ") + name
                guard size + piece.utf8.count <= max else { break }
                size += piece.utf8.count
                text += piece
            }
            texts.append(text)
        }
        return texts.joined(separator: " | ")
    }

    /// Reads such a text; what was written otherwise is left out.
    static func read(_ text: String) -> [LatePart] {
        text.split(separator: " | ").compactMap { part -> LatePart? in
            let halves = part.split(separator: ": ", maxSplits: 1)
            guard let head = halves.first, let gap = head.firstIndex(of: " ") else { return nil }
            let numbers = head[..<gap].split(separator: "/").compactMap { Int64($0) }
            guard let count = numbers.first else { return nil }
            let names = halves.count > 1 ? halves[1].split(separator: ", ").map { String($0) } : []
            return LatePart(String(head[gap...]), count, of: numbers.count > 1 ? numbers[1] : nil, names: names)
        }
    }
}

/// What a letter would say, and what goes with it.
public struct UrgingDraft: Sendable {
    /// What is late, in Vietnamese.
    public let late: String
    /// Exactly which records, in Vietnamese, as far as there is room.
    public let records: String
    /// The same for the annex, with the records' names up to a bound.
    public let parts: [LatePart]
}

/// Records that a letter is about.
struct FoundList {
    let title: String
    /// The first of them, as many as an annex takes.
    let names: [String]
    let count: Int
    /// The page that lists all.
    let address: String

    /// As many whole names as there is room for, how many more there are, and where all of them stand.
    func words(room: Int) -> String {
        var shown = 0
        func sentence(_ shown: Int) -> String {
            let left = count - shown
            let named = names.prefix(shown).joined(separator: ", ")
            let rest = shown == 0 ? "\(Steering.said(count)) hồ sơ" : left > 0 ? " và \(Steering.said(left)) hồ sơ nữa" : ""
            return "\(title): \(named)\(rest) (\(address))"
        }
        while shown < min(names.count, Steering.namesShown), sentence(shown + 1).unicodeScalars.count <= room { shown += 1 }
        return sentence(shown)
    }
}

extension Steering {
    /// So many records of a check stand in the letter, and so many in its annex.
    static let namesShown = 20
    static let annexNames = 500

    // MARK: Drafts

    /// What a letter about an instruction would say: what is late, and exactly which records. For those who may send it.
    public func draft(_ standing: Standing, commune: String?) throws -> UrgingDraft {
        var late: [String] = []
        var lists: [FoundList] = []
        var other: [String] = []
        var parts: [LatePart] = []
        // What is counted for the whole city is said to be so in a letter to a commune.
        let scope = commune == nil ? "" : " (toàn thành phố)"
        for (indicator, figure) in standing.rows where figure.state == .late {
            switch indicator {
            case .late(let name, let check):
                guard let list = try foundList(name, check, commune) else { continue }
                late.append("\(figure.title.vi): \(Self.said(list.count)) hồ sơ")
                lists.append(list)
                parts.append(LatePart(indicator.code, Int64(list.count), names: list.names))
            case .fresh(let name):
                late.append(try ageWords(name, figure) + scope)
                parts.append(LatePart(indicator.code, figure.value, of: figure.of))
            case .signed:
                let units = try signing()
                guard let commune, let own = units.first(where: { $0.unit == commune }) else {
                    late.append("\(figure.title.vi): mới \(Self.said(figure.value)) trên \(Self.said(figure.of ?? 0))")
                    let behind = units.filter(\.isLate).map { "\(registry.units.find($0.unit, on: registry.world.today)?.name ?? $0.unit) (\($0.missing.count) ngày)" }
                    if !behind.isEmpty { other.append("Phường, xã chưa xác nhận đủ: " + Self.listed(behind)) }
                    parts.append(LatePart(indicator.code, figure.value, of: figure.of))
                    continue
                }
                guard own.isLate else { continue }
                late.append("chưa xác nhận cập nhật dân cư \(own.missing.count) ngày")
                other.append("Ngày chưa xác nhận: " + own.missing.prefix(31).map { Self.signingWords($0, own) }.joined(separator: ", "))
                parts.append(LatePart(indicator.code, Int64(own.missing.count), names: own.missing.map(\.description)))
            default:
                late.append(Self.figureWords(figure) + scope)
                if let address = Self.peopleAddress(indicator) { lists.append(FoundList(title: figure.title.vi, names: [], count: Int(figure.value), address: address)) }
                parts.append(LatePart(indicator.code, figure.value, of: figure.of))
            }
        }
        if late.isEmpty {
            late.append("Đề nghị báo cáo tiến độ: \(standing.instruction.title.vi); \(commune == nil ? "" : "tại phường, xã ")chưa có số liệu quá hạn")
        }
        return try draft(late, lists, other, parts)
    }

    /// What a letter about a duty would say: how far it is kept, and exactly which records are not. For those who may send it.
    public func draft(_ standing: DutyStanding, commune: String?) throws -> UrgingDraft {
        let chosen = commune.map { commune in standing.units.filter { $0.unit == commune } } ?? standing.units
        let failing = chosen.reduce(0) { $0 + $1.failing }
        let records = chosen.reduce(0) { $0 + $1.records }
        let field = standing.field?.title.vi ?? standing.duty.field
        let head = "sổ “\(standing.register.title.vi)”, “\(field)”"
        let list = failing > 0 ? try foundList(standing.register.name, standing.duty.check, commune) : nil
        guard let list else { return try draft(["Đề nghị tiếp tục cập nhật \(head); chưa có hồ sơ nào không đạt"], [], [], []) }
        let reason = try registry.reason(standing.duty.check, of: standing.register.name)?.vi ?? standing.duty.check
        let percent = (records - failing) * 100 / records
        let late = "\(head): \(Self.said(failing)) trên \(Self.said(records)) hồ sơ chưa đạt (\(reason)); mới đạt \(percent) %, yêu cầu \(standing.duty.goal) %"
        let code = Indicator.late(in: standing.register.name, check: standing.duty.check).code
        return try draft([late], [list], [], [LatePart(code, Int64(list.count), names: list.names)])
    }

    private func draft(_ late: [String], _ lists: [FoundList], _ other: [String], _ parts: [LatePart]) throws -> UrgingDraft {
        let most = try textMax("records")
        let room = lists.isEmpty ? most : (most - other.reduce(0) { $0 + $1.unicodeScalars.count + 2 }) / lists.count - 2
        return UrgingDraft(
            late: Self.whole(late, max: try textMax("late"), rest: "việc khác"),
            records: Self.whole(other + lists.map { $0.words(room: room) }, max: most, rest: "danh sách khác trong phụ lục"), parts: parts)
    }

    /// What a check wants looked at, of a commune or of the whole city; nil where there is nothing.
    private func foundList(_ name: String, _ check: String?, _ commune: String?) throws -> FoundList? {
        let register = try registry.register(name)
        let count = try registry.foundCount(name, check: check, unit: commune)
        guard count > 0 else { return nil }
        let reason = try check.flatMap { try registry.reason($0, of: name)?.vi }
        return FoundList(
            title: register.title.vi + (reason.map { " – \($0)" } ?? ""), names: try registry.foundNames(name, check: check, unit: commune, limit: Self.annexNames),
            count: count, address: Self.address(register, check, commune))
    }

    /// Where the records of a finding are listed.
    static func address(_ register: Register, _ check: String?, _ commune: String?) -> String {
        guard let check else { return "/quality/\(register.name)" }
        let place = commune.flatMap { commune in register.jurisdiction.map { "&\($0.name)=\(commune)" } } ?? ""
        return "/registers/\(register.name)?finding=\(check)\(place)"
    }

    /// Where people whom a rule of welfare is about are listed, for who may see them.
    private static func peopleAddress(_ indicator: Indicator) -> String? {
        switch indicator {
        case .unenrolled(let rule): "/welfare/\(rule)/missing"
        case .unentitled(let rule): "/welfare/\(rule)/wrong"
        default: nil
        }
    }

    /// The characters that a field of a letter takes.
    func textMax(_ field: String) throws -> Int {
        guard case .text(let max)? = try registry.register(names.urgings).field(field)?.kind else { return Kind.textMax }
        return max
    }

    // MARK: Words

    /// Sentences in so many characters; none is cut, and those left out are counted.
    static func whole(_ sentences: [String], max: Int, rest: String) -> String {
        var kept = sentences
        func text() -> String {
            let left = sentences.count - kept.count
            let tail = left == 0 ? [] : ["và \(left) \(rest)"]
            return (kept + tail).joined(separator: "; ")
        }
        while kept.count > 1, text().unicodeScalars.count > max { kept.removeLast() }
        // One alone that does not fit ends with a word.
        let only = text()
        guard only.unicodeScalars.count > max else { return only }
        let words = String(only.prefix(max - 2)).split(separator: " ").dropLast()
        return words.joined(separator: " ") + " …"
    }

    private func ageWords(_ name: String, _ figure: Figure) throws -> String {
        let register = try registry.register(name)
        guard figure.of != 0 else { return "sổ “\(register.title.vi)” chưa có mục nào" }
        return "sổ “\(register.title.vi)” đã \(figure.value) ngày chưa có cập nhật (quy định: \(register.updated.title.vi.lowercased()))"
    }

    private static func figureWords(_ figure: Figure) -> String {
        if let whole = figure.of {
            let goal = figure.goal.map { ", yêu cầu \($0) %" } ?? ""
            return "\(figure.title.vi): mới \(said(figure.value)) trên \(said(whole))\(goal)"
        }
        switch figure.goal {
        case nil: return "\(figure.title.vi): \(said(figure.value))"
        case 0?: return "\(figure.title.vi): còn \(said(figure.value)), yêu cầu không còn"
        case let goal?: return "\(figure.title.vi): mới \(said(figure.value)) trên \(said(goal))"
        }
    }

    /// A number as it is written in a letter.
    static func said(_ number: some BinaryInteger) -> String { Language.vietnamese.number(number) }

    /// The first names of a list, and how many more there are.
    private static func listed(_ names: [String]) -> String {
        let shown = names.prefix(40).joined(separator: ", ")
        return names.count > 40 ? "\(shown) và \(names.count - 40) nơi nữa" : shown
    }

    /// `20/11/2026 (xác nhận sớm, sau đó nhập thêm 3 thay đổi)`, `20/11/2026 (xác nhận không có thay đổi, nhật ký có 3)`
    private static func signingWords(_ day: Day, _ signing: SigningUnit) -> String {
        let written = day.written(.vietnamese)
        guard let count = signing.untold[day] else { return written }
        return signing.denied.contains(day)
            ? "\(written) (xác nhận không có thay đổi, nhật ký có \(count))" : "\(written) (xác nhận sớm, sau đó nhập thêm \(count) thay đổi)"
    }
}
