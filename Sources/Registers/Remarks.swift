// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Which rows of an office's file were read over.
public struct ReadOver: Sendable, Equatable {
    /// Rows that were read as records.
    public internal(set) var rows = 0
    /// Lines that were not: titles, sums, signatures.
    public internal(set) var lines: [Int] = []
    /// Those of them that may be records all the same.
    public internal(set) var unclear: [Int] = []

    public init() {}
}

/// Tells the titles between the lines, the sums and the signatures of an office's file from its records.
///
/// A row that says something in two columns that are read is a record, whatever it lacks: it is judged, and told what to mend. A pupil without a code must not vanish.
struct Remarks {
    private enum Sort { case record, remark, signatures, underSignatures, unclear }

    private let width: Int
    /// The columns that are read, and those of them that hold numbers and codes.
    private let read: [Int]
    private let numbered: Set<Int>
    private var isUnderSignatures = false
    /// Names under signatures; records, perhaps, if the list goes on below them.
    private var underSignatures: [Int] = []
    private(set) var readOver = ReadOver()

    init(width: Int, read: [Int], numbered: [Int]) {
        self.width = width
        self.read = read
        self.numbered = Set(numbered)
    }

    mutating func isRemark(_ cells: [String], line: Int) -> Bool {
        switch sort(cells.map(\.tidied)) {
        case .record:
            readOver.rows += 1
            readOver.unclear += underSignatures
            underSignatures = []
            isUnderSignatures = false
            return false
        case .remark: break
        case .signatures: isUnderSignatures = true
        case .underSignatures: underSignatures.append(line)
        case .unclear: readOver.unclear.append(line)
        }
        readOver.lines.append(line)
        return true
    }

    private func sort(_ cells: [String]) -> Sort {
        guard width >= 4, read.count >= 2, !numbered.isEmpty else { return .record }
        let texts = Set(cells.filter { !$0.isEmpty })
        func text(_ column: Int) -> String { cells.indices.contains(column) ? cells[column] : "" }
        guard !numbered.contains(where: { Self.isNumber(text($0)) }) else { return .record }
        guard let first = cells.first(where: { !$0.isEmpty }), !Self.isSum(first) else { return .remark }
        if texts.allSatisfy({ Self.isSignature($0) }) { return .signatures }
        // A row that has its number belongs to the list.
        guard !texts.contains(where: { $0.allSatisfy(\.isNumber) }) else { return .record }
        if isUnderSignatures, texts.count <= 3, !texts.contains(where: { $0.contains { $0.isNumber } }) { return .underSignatures }
        if texts.count == 1, let only = texts.first {
            guard only.contains(where: \.isLetter), only.contains(" ") else { return .record }
            let filled = cells.indices.filter { !cells[$0].isEmpty }
            // A title is merged over columns, or begins the row; words where codes belong name nobody.
            if filled.count > 1 || numbered.contains(filled[0]) || (filled[0] == 0 && !read.contains(0)) { return .remark }
            return .unclear
        }
        return texts.count == 2 && read.count(where: { !text($0).isEmpty }) < 2 ? .unclear : .record
    }

    /// A code or what was meant as one; a sentence with a figure is none.
    private static func isNumber(_ text: String) -> Bool { text.contains { $0.isNumber } && !(text.contains(" ") && text.contains { $0.isLetter }) }

    /// With its marks, because Tống is a family name.
    private static func isSum(_ text: String) -> Bool {
        let lower = text.lowercased()
        return ["tổng ", "tổng:", "cộng", "danh sách", "(danh sách", "ấn định"].contains { lower.hasPrefix($0) }
    }

    /// Who signs, or where and when: “Hà Nội, ngày 5 tháng 9 năm 2026”.
    private static func isSignature(_ text: String) -> Bool {
        let folded = " " + text.folded + " "
        if folded.contains(" ngay "), folded.contains(" thang "), folded.contains(" nam ") { return true }
        return signing.contains { folded.contains(" \($0) ") }
    }

    private static let signing = [
        "hieu truong", "pho hieu truong", "giao vien", "gvcn", "nguoi lap", "nguoi lap bieu", "lap bieu", "lap bang", "thu truong", "giam doc", "ke toan", "ky ten",
        "ghi ro ho ten", "xac nhan", "chu tich", "truong phong", "truong cong an", "truong tram", "nguoi ky", "noi nhan", "phu trach", "dai dien", "thu truong don vi",
    ]
}
