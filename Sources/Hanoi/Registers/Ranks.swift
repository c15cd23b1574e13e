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

/// Offices where civil servants work.
enum Offices {
    static let ofCommunes: Set<String> = ["commune-committee", "commune-police", "commune-service-centre"]

    static let all = [
        Choice("commune-committee", ["vi": "Ủy ban nhân dân phường, xã", "en": "Commune committee"]),
        Choice("commune-service-centre", ["vi": "Trung tâm Phục vụ hành chính công phường, xã", "en": "Commune public service centre"]),
        Choice("commune-police", ["vi": "Công an phường, xã", "en": "Commune police"]),
        Choice("city-office", ["vi": "Văn phòng Ủy ban nhân dân thành phố", "en": "Office of the City Committee"]),
        Choice("justice-department", Keepers.justice.name), Choice("environment-department", Keepers.environment.name),
        Choice("finance-department", Keepers.finance.name), Choice("home-affairs-department", Keepers.homeAffairs.name),
        Choice("health-department", ["vi": "Sở Y tế", "en": "Department of Health"]),
        Choice("education-department", ["vi": "Sở Giáo dục và Đào tạo", "en": "Department of Education and Training"]),
        Choice("science-department", ["vi": "Sở Khoa học và Công nghệ", "en": "Department of Science and Technology"]), Choice("city-police", Keepers.police.name),
        Choice("construction-department", Keepers.construction.name), Choice("industry-department", Keepers.industry.name), Choice("city-tax", Keepers.tax.name),
    ]
}
