// SPDX-License-Identifier: Apache-2.0

/// What somebody may do with a register.
public enum Act: String, Sendable, CaseIterable {
    /// See fields that are `official`.
    case read
    /// See fields that are `personal`, for a purpose, each look entered in the journal.
    case personal
    /// Create, change, retire, load.
    case write
    /// Decide on an office's dossiers.
    case decide
    /// Accounts, tokens, journals.
    case administer
}

/// A right over one register (or all, `*`) within one unit (or everywhere).
public struct Grant: Sendable, Hashable {
    public let register: String
    public let acts: Set<Act>
    public let unit: String?

    public init(_ register: String, _ acts: Set<Act>, unit: String? = nil) {
        self.register = register
        self.acts = acts
        self.unit = unit
    }

    /// Reads `population:read,write,personal@00004`; the unit may be left out.
    public init?(_ text: String) {
        let halves = text.split(separator: "@", maxSplits: 1)
        guard let first = halves.first, halves.count == 1 || halves[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        let parts = first.split(separator: ":")
        guard parts.count == 2 else { return nil }
        var acts: Set<Act> = []
        for word in parts[1].split(separator: ",") {
            guard let act = Act(rawValue: String(word)) else { return nil }
            acts.insert(act)
        }
        self.init(String(parts[0]), acts, unit: halves.count == 2 ? String(halves[1]) : nil)
    }

    public var text: String {
        "\(register):" + Act.allCases.filter(acts.contains).map(\.rawValue).joined(separator: ",") + (unit.map { "@" + $0 } ?? "")
    }
}

/// Why personal data is read; entered with the reader's name for the person concerned.
public struct Purpose: Sendable, Hashable {
    public let code: String
    public let title: Text
    public init(_ code: String, _ title: Text) {
        self.code = code
        self.title = title
    }

    /// A closed list: a purpose without a name in law is no purpose.
    public static let all: [Purpose] = [
        Purpose("residence", ["vi": "Giải quyết việc cư trú", "en": "Handling a residence matter"]),
        Purpose("civil-status", ["vi": "Giải quyết việc hộ tịch", "en": "Handling a civil-status matter"]),
        Purpose("benefit", ["vi": "Xét hưởng trợ cấp, chính sách", "en": "Deciding on a benefit"]),
        Purpose("correction", ["vi": "Chỉnh sửa, làm sạch dữ liệu", "en": "Correcting data"]),
        Purpose("inspection", ["vi": "Thanh tra, kiểm tra theo quyết định", "en": "Inspection under an order"]),
        Purpose("statistics", ["vi": "Thống kê theo luật định", "en": "Statistics under the law"]),
        Purpose("exchange", ["vi": "Chia sẻ dữ liệu theo quy chế giữa các cơ quan", "en": "Sharing data under an agreement between offices"]),
        Purpose("demo", ["vi": "Dùng thử trên dữ liệu giả", "en": "Trying out on synthetic data"]),
    ]
    /// Handling a dossier is its own purpose: the law of its procedure gives it, nobody chooses it.
    public static let dossier = Purpose("dossier", ["vi": "Giải quyết hồ sơ của người dân", "en": "Handling somebody's dossier"])

    /// Somebody stands at a counter to pay.
    public static let payment = Purpose("payment", ["vi": "Thu các khoản của hộ", "en": "Taking a household's payments"])

    /// Somebody holds a paper and asks whether it is genuine.
    public static let verification = Purpose("verification", ["vi": "Kiểm tra giấy tờ", "en": "Checking a paper"])

    /// A list that was handed in says of a person what their register says, or does not.
    public static let comparison = Purpose("comparison", ["vi": "Đối chiếu danh sách nộp vào sổ", "en": "Checking a list handed in for a register"])

    /// A purpose that somebody may choose.
    public static func find(_ code: String) -> Purpose? { all.first { $0.code == code } }
    /// What a look's purpose is called, chosen or given by law.
    public static func title(_ code: String) -> Text { ([dossier, verification, payment, comparison] + all).first { $0.code == code }?.title ?? .same(code) }
}

/// Who asks, what they may do, and for which purpose they ask now.
public struct Authority: Sendable {
    public enum Sort: String, Sendable { case visitor, officer, system, operator_ = "operator" }

    public let sort: Sort
    /// `officer:lan`, `system:tax`, `operator`; what journals keep as author and reader.
    public let id: String
    public let name: String
    public let grants: [Grant]
    public var purpose: Purpose?
    /// The one purpose for which an agreement lets this system ask; nil when it may name any.
    public let onlyPurpose: Purpose?
    /// The number of the civil servant whose own account this is.
    public let servant: String?

    public init(_ sort: Sort, id: String, name: String, grants: [Grant], purpose: Purpose? = nil, onlyPurpose: Purpose? = nil, servant: String? = nil) {
        self.sort = sort
        self.id = id
        self.name = name
        self.grants = grants
        self.purpose = purpose
        self.onlyPurpose = onlyPurpose
        self.servant = servant
    }

    /// What consequences may know of who enters.
    public var author: Author { Author(servant: servant, isOperator: sort == .operator_) }

    public static let visitor = Authority(.visitor, id: "visitor", name: "", grants: [])

    /// Who holds the database file itself: the command line on the server. It is no door of the network.
    public static func operator_(purpose: Purpose? = nil) -> Authority {
        Authority(.operator_, id: "operator", name: "operator", grants: [Grant("*", Set(Act.allCases))], purpose: purpose)
    }

    public func may(_ act: Act, _ register: String) -> Bool {
        grants.contains { ($0.register == register || $0.register == "*") && $0.acts.contains(act) }
    }

    /// The same rights where they are bound to a unit, now in the unit of the post; none where the post has ended.
    public func bound(toPost stands: Bool, unit: String?) -> Authority {
        // A post in a commune binds every right to it; a post at the city's departments keeps what was given for the whole city.
        let grants = !stands ? [] : self.grants.compactMap { grant in unit.map { Grant(grant.register, grant.acts, unit: $0) } ?? (grant.unit == nil ? grant : nil) }
        return Authority(sort, id: id, name: name, grants: grants, purpose: purpose, onlyPurpose: onlyPurpose, servant: stands ? servant : nil)
    }

    /// With the unit a record belongs to.
    public func may(_ act: Act, _ register: String, unit: String?, units: UnitTable, on day: Day) -> Bool {
        grants.contains { grant in
            guard grant.register == register || grant.register == "*", grant.acts.contains(act) else { return false }
            guard let scope = grant.unit else { return true }
            return unit.map { units.covers(scope: scope, $0, on: day) } ?? false
        }
    }

    /// The unit in whose name this authority enters; the city when it is not bound to one.
    public func unit(for register: String) -> String? {
        grants.first { ($0.register == register || $0.register == "*") && $0.acts.contains(.write) }?.unit
    }
}
