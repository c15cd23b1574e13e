// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Ranks with their salary scales by Decree 204/2004/NĐ-CP.
enum Ranks {
    private struct Step {
        let coefficient: String
        let monthsToNext: Int?
    }

    private static let rows = UnitData.rows(PackageResources.civil_servant_ranks_csv).filter { !$0["code"]!.isEmpty }

    static let choices: [Choice] = {
        var seen: Set<String> = []
        return rows.filter { seen.insert($0["code"]!).inserted }.map {
            Choice($0["code"]!, Text(vi: "\($0["name_vi"]!) (\($0["code"]!))", en: "\($0["code"]!) – \($0["name_vi"]!)"))
        }
    }()

    private static let steps: [String: [Int64: Step]] = {
        var steps: [String: [Int64: Step]] = [:]
        for row in rows {
            steps[row["code"]!, default: [:]][Int64(row["step"]!)!] = Step(coefficient: shortest(row["coefficient"]!), monthsToNext: Int(row["months_to_next"] ?? ""))
        }
        return steps
    }()

    private static func shortest(_ text: String) -> String {
        var text = text
        guard text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    static func coefficient(_ rank: String, _ step: Int64) -> String? { steps[rank]?[step]?.coefficient }

    /// Nil on the last step of a scale.
    static func monthsToNext(_ rank: String, _ step: Int64) -> Int? { steps[rank]?[step + 1] == nil ? nil : steps[rank]?[step]?.monthsToNext }

    static func lastStep(_ rank: String) -> Int64 { steps[rank]?.keys.max() ?? 1 }
}
