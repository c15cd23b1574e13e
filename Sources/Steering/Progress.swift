// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Registers

/// One thing that a letter was about, as it was on the day of sending and as it is now.
public struct UrgingProgress: Sendable {
    public let part: LatePart
    /// As of now, with what it is called and where it is listed.
    public let figure: Figure
    /// Of the records that the letter named, how many are still found; nil where it named none.
    public let still: Int?

    public var before: KeptFigure { KeptFigure(part.count, of: part.whole) }
    /// The register of the records that were named.
    public var register: String? { part.finding?.register }
}

extension Steering {
    /// Whether a letter helped: each figure that was late when it was sent, then and now.
    public func progress(of urging: Urging) throws -> [UrgingProgress] {
        let standing = try standing(urging.instruction)
        return try urging.parts.compactMap { part -> UrgingProgress? in
            if let (name, check) = part.finding {
                // A register that is declared no longer has nothing to be compared with.
                guard let register = registry.registers.first(where: { $0.name == name }) else { return nil }
                let reason = try check.flatMap { try registry.reason($0, of: name) } ?? ["vi": "cần xem lại", "en": "in need of a look"]
                let count = try registry.foundCount(name, check: check, unit: urging.commune)
                let figure = Figure(
                    Text(vi: "\(register.title.vi): \(reason.vi)", en: "\(register.title.en): \(reason.en)"), Int64(count), state: count > 0 ? .late : .met,
                    evidence: Self.address(register, check, urging.commune))
                let still = part.names.isEmpty ? nil : try registry.stillFound(name, check: check, among: part.names)
                return UrgingProgress(part: part, figure: figure, still: still)
            }
            guard let row = standing?.rows.first(where: { $0.indicator.code.tidied == part.code }) else { return nil }
            if case .signed = row.indicator, let commune = urging.commune, let own = try signing().first(where: { $0.unit == commune }) {
                let title: Text = ["vi": "Ngày chưa xác nhận cập nhật dân cư", "en": "Days of the population not signed off"]
                let days = Figure(title, Int64(own.missing.count), state: own.isLate ? .late : .met, evidence: "/steering/communes")
                let open = Set(own.missing.map(\.description))
                return UrgingProgress(part: part, figure: days, still: part.names.count { open.contains($0) })
            }
            return UrgingProgress(part: part, figure: row.figure, still: nil)
        }
    }
}
