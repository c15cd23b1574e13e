// SPDX-License-Identifier: Apache-2.0

/// Who may see a field: anyone; officers of the city at work; those with a purpose, each look entered in the journal of reads.
public enum Privacy: String, Sendable, Comparable, CaseIterable {
    case open, official, personal

    public static func < (left: Privacy, right: Privacy) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}

/// One field of a register.
public struct Field: Sendable {
    public let name: String
    public let title: Text
    public let hint: Text?
    public let kind: Kind
    public let privacy: Privacy
    public let isRequired: Bool
    /// Its words are found by the folded search.
    public let isSearched: Bool
    /// Lists can be filtered by it.
    public let isFiltered: Bool
    /// Counts by its values are kept with each entry.
    public let isCounted: Bool
    /// The unit in this field decides whose record it is.
    public let isJurisdiction: Bool
    /// The reference stays when what it names has ended: an owner who died owned it still.
    public let isLasting: Bool
    /// The field has a meaning only while another has one of these values; otherwise it stays empty.
    public let condition: Condition?
    /// Names that entries of earlier versions have for it.
    public let formerly: [String]
    /// What heads of offices' files call it.
    public let alsoCalled: [String]

    public struct Condition: Sendable, Hashable {
        public let field: String
        public let values: [String]
        public init(_ field: String, _ values: String...) {
            self.field = field
            self.values = values
        }
    }

    public init(
        _ name: String, _ kind: Kind, _ title: Text, _ privacy: Privacy, required: Bool = true, searched: Bool = false, filtered: Bool = false,
        counted: Bool = false, jurisdiction: Bool = false, lasting: Bool = false, when condition: Condition? = nil, formerly: [String] = [], alsoCalled: [String] = [],
        hint: Text? = nil
    ) {
        self.name = name
        self.kind = kind
        self.title = title
        self.privacy = privacy
        isLasting = lasting
        self.condition = condition
        self.formerly = formerly
        self.alsoCalled = alsoCalled
        isRequired = required
        isSearched = searched
        isFiltered = filtered || counted || jurisdiction
        isCounted = counted
        isJurisdiction = jurisdiction
        self.hint = hint
    }
}

/// How soon a change in life must stand in the register.
public enum UpdateDuty: String, Sendable {
    case daily, weekly, monthly, yearly, asNeeded

    public var title: Text {
        switch self {
        case .daily: ["vi": "Hằng ngày", "en": "Daily"]
        case .weekly: ["vi": "Hằng tuần", "en": "Weekly"]
        case .monthly: ["vi": "Hằng tháng", "en": "Monthly"]
        case .yearly: ["vi": "Hằng năm", "en": "Yearly"]
        case .asNeeded: ["vi": "Khi có thay đổi", "en": "When something changes"]
        }
    }

    /// Days without an entry or a "no change" after which the keeper is late; nil when there is no term.
    public var days: Int? {
        switch self {
        case .daily: 1
        case .weekly: 7
        case .monthly: 31
        case .yearly: 366
        case .asNeeded: nil
        }
    }
}

/// The office that keeps a register.
public struct Keeper: Sendable, Hashable {
    public let code: String
    public let name: Text
    public init(_ code: String, _ name: Text) {
        self.code = code
        self.name = name
    }

    /// An office under its own name.
    public init(_ office: Office) { self.init(office.code, office.title) }
}

/// A check across the fields of one record.
public struct Rule: Sendable {
    public enum Severity: Sendable {
        /// The entry is refused.
        case refuse
        /// The entry is taken and the doubt is shown, because life has exceptions.
        case doubt
    }

    public let code: String
    public let field: String
    public let severity: Severity
    public let text: Text
    public let holds: @Sendable (Item.Fields, Reading) -> Bool

    public init(
        _ code: String, at field: String, _ text: Text, _ severity: Severity = .refuse, holds: @escaping @Sendable (Item.Fields, Reading) -> Bool
    ) {
        self.code = code
        self.field = field
        self.severity = severity
        self.text = text
        self.holds = holds
    }
}

/// Records that share a reference form a group, and something must hold of the whole group.
public struct GroupRule: Sendable {
    public enum Sort: Sendable {
        /// Exactly one record of the group has the value: a household has exactly one head.
        case exactlyOne
        /// The shares in another field, of the records that have the value, make one whole: a parcel's owners.
        case wholeOf(share: String)
    }

    /// The field whose value names the group.
    public let group: String
    public let field: String
    public let value: String
    public let sort: Sort
    public let missing: Text
    public let several: Text
    /// A group may be without its one record while a record of this register asks who it will be.
    public let openQuestion: (register: String, field: String, kind: String)?

    public init(
        exactlyOne value: String, of field: String, in group: String, missing: Text, several: Text,
        unlessAskedIn openQuestion: (register: String, field: String, kind: String)? = nil
    ) {
        self.group = group
        self.field = field
        self.value = value
        sort = .exactlyOne
        self.missing = missing
        self.several = several
        self.openQuestion = openQuestion
    }

    /// The shares of all records of the group whose `field` has `value` sum to one; a group without such a record is left alone.
    public init(sharesIn share: String, of value: String, by field: String, in group: String, sumToOne text: Text) {
        self.group = group
        self.field = field
        self.value = value
        sort = .wholeOf(share: share)
        missing = text
        several = text
        openQuestion = nil
    }
}

/// Values copied from the record a reference names must agree with it: a person's commune is the household's.
public struct Agreement: Sendable {
    public let field: String
    public let reference: String
    public let other: String
    public let text: Text

    public init(_ field: String, with other: String, of reference: String, _ text: Text) {
        self.field = field
        self.other = other
        self.reference = reference
        self.text = text
    }
}

/// A yes/no question about one record that is answered, signed, without showing anything else.
public struct Question: Sendable {
    public let code: String
    public let text: Text
    /// The answer when there is no such record; nil when there is then none.
    public let withoutRecord: Bool?
    public let holds: @Sendable (Item.Fields, Reading) -> Bool
    /// The fields that it reads; nil when it may read any. A question about open fields alone is open to everybody.
    public let reads: [String]?
    /// Asked about a record together with one of another register: "licensed, at this facility". Both must hold.
    public let place: Place?
    /// What must hold as well of the record that one of the fields names; an empty field asks for nothing.
    public let named: Named?

    public struct Place: Sendable {
        public let register: String
        public let holds: @Sendable (_ asked: Item.Fields, _ place: Item.Fields, Reading) -> Bool

        public init(_ register: String, holds: @escaping @Sendable (_ asked: Item.Fields, _ place: Item.Fields, Reading) -> Bool) {
            self.register = register
            self.holds = holds
        }
    }

    /// Why the answer is yes or no, for a record's page; nil where that is not told.
    public let reasoning: Reasoning?

    /// Reasons in words, on the day of the reading, for those who may see every field that the words may tell of: of the record those that the
    /// question reads, of others those named here. What is not named is empty there.
    public struct Reasoning: Sendable {
        /// By register, the fields of other records. Personal ones are never told.
        public let beside: [String: [String]]
        public let explain: @Sendable (_ asked: Found, _ records: any Records, Reading) throws -> Explanation

        public init(beside: [String: [String]] = [:], explain: @escaping @Sendable (_ asked: Found, _ records: any Records, Reading) throws -> Explanation) {
            self.beside = beside
            self.explain = explain
        }
    }

    /// A record that a reference of the asked one names: the pharmacist in charge of a pharmacy. Where it stands no more, the answer is no.
    public struct Named: Sendable {
        public let field: String
        public let holds: @Sendable (_ named: Item.Fields, Reading) -> Bool

        public init(_ field: String, holds: @escaping @Sendable (_ named: Item.Fields, Reading) -> Bool) {
            self.field = field
            self.holds = holds
        }
    }

    public init(
        _ code: String, _ text: Text, withoutRecord: Bool? = nil, reads: [String]? = nil, at place: Place? = nil, because reasoning: Reasoning? = nil, through named: Named? = nil,
        holds: @escaping @Sendable (Item.Fields, Reading) -> Bool
    ) {
        self.code = code
        self.text = text
        self.withoutRecord = withoutRecord
        self.reads = reads
        self.place = place
        self.reasoning = reasoning
        self.named = named
        self.holds = holds
    }
}

/// A register as its legal act describes it: what is kept, by whom, under which law, how fresh, and who may see it.
public struct Register: Sendable {
    public let name: String
    public let title: Text
    public let summary: Text
    public let keeper: Keeper
    public let law: Text
    public let updated: UpdateDuty
    public let key: Field
    public let fields: [Field]
    public let rules: [Rule]
    public let groupRule: GroupRule?
    public let agreements: [Agreement]
    public let questions: [Question]
    /// The field with the last day on which a record holds; it ends by itself.
    public let term: String?
    /// How keys are made when nobody gives one.
    public let keyForm: KeyForm?
    /// What else a change of this register changes, by law, in the same act.
    public let consequences: Consequences?
    /// What those will ask for that takes long.
    public let foresight: Foresight?
    /// Which lines of a file have consequences: the content, and whether the record is new. The others are entered without asking.
    public let isConsequential: @Sendable (Item.Fields, Bool) -> Bool
    /// What keepers should look at again, with what the duties of fields make.
    public let checks: [Check]
    /// Which fields must be kept, and how far.
    public let duties: [FieldDuty]
    /// Records with the same searched words and the same values of these fields may be one; nil when that is not looked for.
    public let twins: [String]?
    /// Which of its records figures count; nil for all.
    public let counting: Counting?
    public let lineage: Lineage?
    /// How its records are recognised in lists without their key.
    public let matching: Matching?
    /// A unit may enter for itself a record that another unit has: people and households move in. Elsewhere the other unit gives it away.
    public let admitsArrivals: Bool
    /// What the other cells of a line tell, where an office's own list has no such column.
    public let completions: [Completion]
    /// What such a list says beside its codes, so that a code in the wrong row is seen.
    public let comparisons: [Comparison]
    /// Whose lists come one at a time; nil where a file is of the whole register.
    public let lists: OwnLists?
    /// The name its journal has kept since the register was first declared.
    public let journal: String
    /// Fields whose values together name a record on pages, in order; the key when empty.
    public let label: [String]
    public let example: [String: Value]
    private let positions: [String: Int]
    private let former: [String: Int]

    public init(
        _ name: String, _ title: Text, _ summary: Text, keptBy keeper: Keeper, under law: Text, updated: UpdateDuty, key: Field, fields: [Field],
        rules: [Rule] = [], group: GroupRule? = nil, agreements: [Agreement] = [], questions: [Question] = [], term: String? = nil, keys keyForm: KeyForm? = nil,
        consequences: Consequences? = nil, foresight: Foresight? = nil,
        when isConsequential: @escaping @Sendable (Item.Fields, Bool) -> Bool = { _, _ in true },
        checks: [Check] = [], duties: [FieldDuty] = [], twins: [String]? = nil, counting: Counting? = nil, lineage: Lineage? = nil, matching: Matching? = nil,
        arrivals admitsArrivals: Bool = false,
        completions: [Completion] = [], comparisons: [Comparison] = [], lists: OwnLists? = nil, journal: String? = nil, label: [String] = [],
        example: [String: Value]
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.keeper = keeper
        self.law = law
        self.updated = updated
        self.key = key
        self.fields = fields
        self.rules = rules
        groupRule = group
        self.agreements = agreements
        self.questions = questions
        self.term = term
        self.keyForm = keyForm
        self.consequences = consequences
        self.foresight = foresight
        self.isConsequential = isConsequential
        self.duties = duties
        self.checks = checks + duties.compactMap { duty in duty.ownCheck(fields.first { $0.name == duty.field }?.title ?? .same(duty.field)) }
        self.twins = twins
        self.counting = counting
        self.lineage = lineage
        self.matching = matching
        self.admitsArrivals = admitsArrivals
        self.completions = completions
        self.comparisons = comparisons
        self.lists = lists
        self.journal = journal ?? name
        self.label = label
        self.example = example
        var positions = [key.name: -1]
        for (index, field) in fields.enumerated() { positions[field.name] = index }
        self.positions = positions
        var former: [String: Int] = [:]
        for (index, field) in ([key] + fields).enumerated() { for old in field.formerly { former[old] = index - 1 } }
        self.former = former
    }

    /// The field's place in `fields`; -1 is the key, nil when there is no such field.
    public func position(of field: String) -> Int? { positions[field] }
    /// The place of the field that an entry of any version calls so.
    public func position(inEntry name: String) -> Int? { positions[name] ?? former[name] }
    public func field(_ name: String) -> Field? {
        guard let position = positions[name] else { return nil }
        return position < 0 ? key : fields[position]
    }
    /// The comparison whose column has this name; nil when there is none.
    public func comparison(_ column: String) -> Comparison? { comparisons.first { $0.column == column } }
    /// Key first, as files and entries have them.
    public var allFields: [Field] { [key] + fields }
    public var hasPersonalKey: Bool { key.privacy == .personal }
    public var jurisdiction: Field? { fields.first(where: \.isJurisdiction) }
    public var searchedFields: [Field] { allFields.filter(\.isSearched) }
    public var countedFields: [Field] { fields.filter(\.isCounted) }
    /// The name for SQL: `household_business`.
    public var table: String { journal.replacing("-", with: "_") }
    /// The list whose choice decides which other fields there are: what happened, which sort of registration.
    public var caseField: Field? { fields.first { field in field.name == "kind" && fields.contains { $0.condition?.field == field.name } } }
    /// Names of the registers that its fields refer to.
    public var referredTo: [String] {
        allFields.compactMap { field in
            switch field.kind {
            case .reference(let name), .references(let name): name
            default: nil
            }
        }
    }
    public var isOpen: Bool { allFields.contains { $0.privacy == .open } }

    /// What to say where a field of another register names a record that this one does not have: what was written, and what belongs there.
    public func absence(of text: String) -> Text {
        if key.kind == .citizenID {
            if let old = CitizenID.oldNumber(text) { return old }
            guard text.utf8.count == 12, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
                return Text(
                    vi: "“\(text.shortened)” không phải số định danh cá nhân: số này gồm đúng 12 chữ số.",
                    en: "“\(text.shortened)” is no personal ID: that has exactly 12 digits.")
            }
            return Text(
                vi: "Sổ “\(title.vi)” không có người mang số \(text). Kiểm tra từng chữ số trên thẻ căn cước.",
                en: "The register “\(title.en)” holds nobody with the number \(text). Check each digit on the identity card.")
        }
        let form = key.hint.map { Text(vi: " \($0.vi)", en: " \($0.en)") } ?? Text(vi: "", en: "")
        return Text(
            vi: "Sổ “\(title.vi)” không có hồ sơ “\(text.shortened)”. Ô này ghi “\(key.title.vi)”, không ghi tên.\(form.vi)",
            en: "The register “\(title.en)” has no record “\(text.shortened)”. This cell takes the “\(key.title.en)”, not a name.\(form.en)")
    }
}

/// A city's declaration of one register.
public protocol RegisterDeclaration: SendableMetatype {
    static var register: Register { get }
}

/// The content of a record: its key and one value a field.
public struct Item: Sendable, Hashable {
    public var key: String
    public var values: [Value]

    public init(key: String, values: [Value]) {
        self.key = key
        self.values = values
    }

    public func value(_ field: String, in register: Register) -> Value { Fields(item: self, register: register)[field] }

    /// An item read by its fields' names.
    public struct Fields {
        let item: Item
        let register: Register

        public init(item: Item, register: Register) {
            self.item = item
            self.register = register
        }

        public subscript(name: String) -> Value {
            guard let position = register.position(of: name) else { return .null }
            return position < 0 ? .string(item.key) : item.values[position]
        }
    }
}
