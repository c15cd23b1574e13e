// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Brings a cell of an office's file to what the field's kind reads.
struct CellReader {
    private let field: Field?
    private let codes: [String: String]
    private let reading: Reading
    /// How the records that the field names are numbered.
    private let target: Kind?
    /// The file says yes by a mark and no by nothing.
    private let isMarked: Bool

    init(_ field: Field?, _ codes: [String: String], _ reading: Reading, target: Kind? = nil, isMarked: Bool = false) {
        self.field = field
        self.isMarked = isMarked && field?.kind == .boolean
        self.target = target
        self.codes = Dictionary(codes.map { ($0.key.folded, $0.value) }, uniquingKeysWith: { $1 })
        self.reading = reading
    }

    func read(_ raw: String) -> String {
        let text = raw.tidied
        if text.isEmpty { return isMarked ? "false" : "" }
        if let code = codes[text.folded] { return code }
        guard let field else { return MappedFile.day(text)?.description ?? text }
        switch target ?? field.kind {
        case .day: return MappedFile.day(text)?.description ?? text
        case .partialDay: return MappedFile.day(text)?.description ?? text
        // Provinces' numbers begin with two zeros at most; nine digits are an old card's.
        case .citizenID: return text.utf8.count >= 10 ? padded(text, 12) : text
        case .oldID: return padded(text, 9)
        case .phone: return text.utf8.count == 9 && isDigits(text) ? "0" + text : text
        case .code(let pattern):
            var width = 0
            for part in pattern.parts {
                switch part {
                case .digits(let range) where range.lowerBound == range.upperBound: width += range.lowerBound
                case .text(let literal) where isDigits(literal): width += literal.utf8.count
                default: return text
                }
            }
            return padded(text, width)
        case .unit(let level):
            let code = padded(text, level == .commune ? 5 : text.utf8.count)
            if isDigits(code) { return code }
            let named = reading.units.named(text, on: reading.day).filter { $0.level == level }
            return named.count == 1 ? named[0].code : text
        case .boolean: return Self.isMark(text) ? "true" : text
        case .money, .integer:
            // 1.500.000 or 1,500,000
            let groups = text.split(whereSeparator: { $0 == "." || $0 == "," || $0 == " " })
            guard groups.count > 1, groups.allSatisfy({ isDigits(String($0)) }), groups.dropFirst().allSatisfy({ $0.utf8.count == 3 }) else { return text }
            return groups.joined()
        default: return text
        }
    }

    /// The cross or tick that forms have for yes.
    static func isMark(_ text: String) -> Bool { ["x", "X", "×", "✓", "✔", "√", "v", "V"].contains(text) }

    /// Whether it reads numbers of people and things: a remark between the lines has none.
    var isNumbering: Bool {
        switch target ?? field?.kind {
        case .citizenID, .code, .oldID: true
        default: false
        }
    }

    private func isDigits(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }

    /// Spreadsheets drop the zeros that a number begins with.
    private func padded(_ text: String, _ width: Int) -> String {
        guard isDigits(text), text.utf8.count < width, width - text.utf8.count <= 4 else { return text }
        return String(repeating: "0", count: width - text.utf8.count) + text
    }
}
