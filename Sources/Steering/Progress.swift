// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Registers

/// One thing that a letter was about, as it was on the day of sending and as it is now.
public struct UrgingProgress: Sendable {
    public let part: LatePart
    /// As of now, with what it is called and where it is listed; nil where it is no longer counted so, as when a check has another name since.
    public let figure: Figure?
    /// What it is called.
    public let title: Text
    /// Of the records that the letter named, how many are still found; nil where it named none.
    public let still: Int?

    public var before: KeptFigure { KeptFigure(part.count, of: part.whole) }
    /// The register of the records that were named.
    public var register: String? { part.finding?.register }

    init(_ part: LatePart, _ figure: Figure, still: Int? = nil) {
        self.part = part
        self.figure = figure
        self.still = still
        title = figure.title
    }

    /// What nothing of today can be compared with.
    init(_ part: LatePart, called title: Text) {
        self.part = part
        self.title = title
        figure = nil
        still = nil
    }
}

extension Steering {
    /// Whether a letter helped: each figure that was late when it was sent, then and now.
    public func progress(of urging: Urging) throws -> [UrgingProgress] {
        let standing = try standing(urging.instruction)
        return try urging.parts.map { part -> UrgingProgress in
            if let (name, check) = part.finding {
                guard let register = registry.registers.first(where: { $0.name == name }) else { return UrgingProgress(part, called: .same(part.code)) }
                var reason: Text = ["vi": "cần xem lại", "en": "in need of a look"]
                if let check {
                    // Of a check that is declared no longer nothing is found, which does not mean that all is mended.
                    guard let said = try registry.reason(check, of: name) else {
                        return UrgingProgress(part, called: Text(vi: "\(register.title.vi): \(check)", en: "\(register.title.en): \(check)"))
                    }
                    reason = said
                }
                let count = try registry.foundCount(name, check: check, unit: urging.commune)
                let figure = Figure(
                    Text(vi: "\(register.title.vi): \(reason.vi)", en: "\(register.title.en): \(reason.en)"), Int64(count), state: count > 0 ? .late : .met,
                    evidence: Self.address(register, check, urging.commune))
                let still = part.names.isEmpty ? nil : try registry.stillFound(name, check: check, among: part.names)
                return UrgingProgress(part, figure, still: still)
            }
            guard let row = standing?.rows.first(where: { $0.indicator.code.tidied == part.code }) else { return UrgingProgress(part, called: .same(part.code)) }
            if case .signed = row.indicator, let commune = urging.commune, let own = try signing().first(where: { $0.unit == commune }) {
                let title: Text = ["vi": "Ngày chưa xác nhận cập nhật dân cư", "en": "Days of the population not signed off"]
                let days = Figure(title, Int64(own.missing.count), state: own.isLate ? .late : .met, evidence: "/steering/communes")
                let open = Set(own.missing.map(\.description))
                return UrgingProgress(part, days, still: part.names.count { open.contains($0) })
            }
            return UrgingProgress(part, row.figure)
        }
    }
}
