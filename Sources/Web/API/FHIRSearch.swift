// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// What may be asked of a type of resource.
struct FHIRParameter: Sendable {
    let name: String
    /// FHIR's word: token, string, reference, date.
    let sort: String
    let text: String
    /// What may stand behind the name and a colon.
    var modifiers: [String] = []

    static let common = [
        FHIRParameter(name: "_id", sort: "token", text: "Ids, separated by commas."),
        FHIRParameter(name: "_lastUpdated", sort: "date", text: "gt, ge, lt, le, sa, eb or eq and a date or instant; what was retired is in the history."),
        FHIRParameter(name: "identifier", sort: "token", text: "A licence or certificate number, with or without its system."),
    ]
    private static let active = FHIRParameter(name: "active", sort: "token", text: "Whether the licence is in force today: true or false.")
    private static let title = FHIRParameter(
        name: "name", sort: "string",
        text: "Words, each by its beginning, with or without marks; with :contains a part of the name, with :exact the whole name or one part of a person's, as it is written.",
        modifiers: ["contains", "exact"])
    private static let family = FHIRParameter(
        name: "family", sort: "string", text: "The family name by its beginning, with or without marks; :contains, :exact.", modifiers: ["contains", "exact"])
    private static let given = FHIRParameter(
        name: "given", sort: "string", text: "The given names, or one of them, by the beginning, with or without marks; :contains, :exact.", modifiers: ["contains", "exact"])
    private static let parent = FHIRParameter(name: "partof", sort: "reference", text: "What it is a part of: a station's medical centre, a branch's hospital.")
    private static let practitioner = FHIRParameter(name: "practitioner", sort: "reference", text: "The practitioner.")
    private static let organization = FHIRParameter(name: "organization", sort: "reference", text: "The organization.")
    private static let location = FHIRParameter(name: "location", sort: "reference", text: "The location.")
    private static let service = FHIRParameter(name: "service", sort: "reference", text: "The healthcare service of the place where the role is.")

    static func all(of type: FHIRType) -> [FHIRParameter] {
        switch type {
        case .practitioner: common + [active, title, family, given]
        case .practitionerRole:
            common + [
                active, practitioner, organization, location, service, FHIRParameter(name: "role", sort: "token", text: "The profession's code."),
                FHIRParameter(name: "specialty", sort: "token", text: "The specialty as it is written in the register, with or without marks."),
            ]
        case .organization: common + [active, title, parent, FHIRParameter(name: "type", sort: "token", text: "The sort of organization.")]
        case .location:
            common + [
                FHIRParameter(name: "status", sort: "token", text: "active or inactive."), title, organization, parent,
                FHIRParameter(name: "type", sort: "token", text: "The sort of location."),
            ]
        case .healthcareService:
            common + [
                active, title, organization, location,
                FHIRParameter(name: "service-type", sort: "token", text: "A service as it is written in the register, with or without marks."),
            ]
        }
    }
}

/// One condition: any of the values will do.
struct FHIRCriterion: Sendable {
    let name: String
    var modifier: String?
    let values: [String]

    func holds(_ resource: FHIRResource) -> Bool { values.contains { holds($0, resource) } }

    private func holds(_ value: String, _ resource: FHIRResource) -> Bool {
        switch name {
        case "_id": return value == resource.id
        case "identifier": return resource.identifiers.contains { FHIRCriterion.isToken(value, $0.system, $0.value) }
        case "active": return value == (resource.isActive ? "true" : "false")
        case "status": return value == (resource.isActive ? "active" : "inactive")
        case "name", "family", "given": return isName(value, resource.names(name))
        case FHIRReference.parent: return FHIRCriterion.id(value, resource.type).map { $0 == resource.parent } ?? false
        case "practitioner": return FHIRCriterion.id(value, .practitioner).map { $0 == resource.linked(.practitioner) } ?? false
        case "organization": return FHIRCriterion.id(value, .organization).map { $0 == resource.linked(.organization) } ?? false
        case "location": return FHIRCriterion.id(value, .location).map { $0 == resource.linked(.location) } ?? false
        case "service": return FHIRCriterion.id(value, .healthcareService).map { $0 == resource.linked(.healthcareService) } ?? false
        case "type":
            return resource.kind.map { FHIRCriterion.isToken(value, $0.system, $0.code) } ?? false
                || FHIRCriterion.isToken(value, FHIRResource.facility.system, FHIRResource.facility.code)
        case "role": return resource.kind.map { FHIRCriterion.isToken(value, $0.system, $0.code) } ?? false
        case "specialty": return resource.text(.specialty).map { $0.folded == value.folded } ?? false
        case "service-type":
            return resource.services.contains { $0.folded == value.folded }
                || (resource.services.isEmpty && resource.kind.map { FHIRCriterion.isToken(value, $0.system, $0.code) } ?? false)
        default: return false
        }
    }

    private func isName(_ value: String, _ names: [String]) -> Bool {
        let asked = value.folded
        switch modifier {
        case "exact": return names.contains(value)
        case "contains": return !asked.isEmpty && names.contains { $0.folded.contains(asked) }
        default:
            guard name == "name" else { return !asked.isEmpty && names.contains { $0.folded.hasPrefix(asked) } }
            let words = (names.first ?? "").folded.split(separator: " ")
            return !asked.isEmpty && asked.split(separator: " ").allSatisfy { one in words.contains { $0.hasPrefix(one) } }
        }
    }

    /// `code`, `system|code`, `|code` for a code without a system, `system|` for any code of it.
    static func isToken(_ asked: String, _ system: String, _ code: String) -> Bool {
        guard let bar = asked.firstIndex(of: "|") else { return asked == code }
        let value = asked[asked.index(after: bar)...]
        return asked[..<bar] == system && (value.isEmpty || value == code)
    }

    /// The id that a reference names: `id`, `Type/id` or an address that ends so.
    static func id(_ reference: String, _ type: FHIRType) -> String? {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        guard let id = parts.last, parts.count == 1 || parts[parts.count - 2] == type.rawValue else { return nil }
        return String(id)
    }
}

/// A search or a history as it was asked.
struct FHIRQuery: Sendable {
    var criteria: [FHIRCriterion] = []
    /// What is told beside what is found.
    var inclusions: [FHIRInclusion] = []
    /// From this moment on, and before that one.
    var from: Instant?
    var until: Instant?
    var count: Int
    /// Where the page before ended.
    var page: String?
    /// The parameters that were understood, for the address of this page.
    var used: [(name: String, value: String)] = []

    static let valuesMax = 100
    static let lengthMax = 200

    /// What refers to one resource.
    init(whatRefersTo id: String, by reference: FHIRReference, count: Int) {
        criteria = [FHIRCriterion(name: reference.name, values: [id])]
        self.count = count
    }

    /// A search of a type by the parameters that it knows, or a history when there is no type.
    init(_ pairs: [(name: String, value: String)], of type: FHIRType? = nil, known: Set<String>, strict isStrict: Bool, limits: RegisterLimits) throws {
        count = limits.pageDefault
        let modified = Set((type.map { FHIRParameter.all(of: $0) } ?? []).flatMap { one in one.modifiers.map { "\(one.name):\($0)" } })
        for (name, value) in pairs where !value.isEmpty {
            guard value.unicodeScalars.count <= FHIRQuery.lengthMax else {
                throw FHIRQuery.invalid(name, "at most \(FHIRQuery.lengthMax) characters", "nhiều nhất \(FHIRQuery.lengthMax) ký tự")
            }
            let base = String(name.prefix { $0 != ":" && $0 != "." })
            switch name {
            case "_format", "_pretty", "lang": continue
            case "_count":
                guard value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), value.contains(where: { $0 != "0" }) else {
                    throw FHIRQuery.invalid(name, "a whole number from 1", "một số nguyên từ 1")
                }
                count = min(Int(value) ?? limits.pageMax, limits.pageMax)
            case "_page":
                page = value
                continue
            case "_include", "_revinclude", "_include:iterate", "_revinclude:iterate":
                guard let asked = type.flatMap({ FHIRInclusion.find(value, name, of: $0) }) else {
                    guard isStrict else { continue }
                    throw Problem(
                        .badRequest, "unknown-parameter",
                        Text(vi: "Không kèm theo “\(value.shortened)” được.", en: "“\(value.shortened)” cannot be included here; /fhir/metadata tells what can."))
                }
                for one in asked where !inclusions.contains(one) { inclusions.append(one) }
            case "_since" where known.contains(name): try bound("ge" + value, name)
            case "_lastUpdated" where known.contains(name): for one in value.split(separator: ",") { try bound(String(one), name) }
            default:
                try FHIRQuery.check(base, value)
                guard known.contains(base) else {
                    guard isStrict else { continue }
                    throw Problem(
                        .badRequest, "unknown-parameter",
                        Text(vi: "Không tìm theo “\(name.shortened)” được.", en: "There is no search by “\(name.shortened)”."))
                }
                guard name == base || modified.contains(name) else {
                    throw Problem(
                        .badRequest, "unknown-modifier", Text(vi: "Không nhận “\(name.shortened)”.", en: "“\(name.shortened)” is not supported; use “\(base)”."))
                }
                try ask(base, name == base ? nil : String(name.dropFirst(base.count + 1)), value)
            }
            used.append((name, value))
        }
        if !inclusions.isEmpty { count = min(count, FHIRQuery.includingMax) }
    }

    /// Resources on a page that has others included.
    static let includingMax = 100

    /// What has a list of values has them for every type, also where the parameter is left out.
    private static func check(_ name: String, _ value: String) throws {
        let values = value.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
        if name == "active", values.contains(where: { $0 != "true" && $0 != "false" }) { throw invalid(name, "true or false", "true hoặc false") }
        if name == "status", values.contains(where: { !["active", "suspended", "inactive"].contains($0) }) {
            throw invalid(name, "active, suspended or inactive", "active, suspended hoặc inactive")
        }
    }

    private mutating func ask(_ name: String, _ modifier: String?, _ value: String) throws {
        let values = value.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
        guard values.count <= FHIRQuery.valuesMax else { throw FHIRQuery.invalid(name, "at most \(FHIRQuery.valuesMax) values", "nhiều nhất \(FHIRQuery.valuesMax) giá trị") }
        criteria.append(FHIRCriterion(name: name, modifier: modifier, values: values))
    }

    private mutating func bound(_ text: String, _ name: String) throws {
        let prefix = String(text.prefix(2))
        let hasPrefix = ["gt", "ge", "lt", "le", "eq", "sa", "eb"].contains(prefix)
        let value = hasPrefix ? String(text.dropFirst(2)) : text
        let range: (start: Instant, end: Instant)
        // A plus sign of an offset arrives as a space from those who did not encode it.
        if let instant = Instant(value.replacing(" ", with: "+")) {
            range = (instant, Instant(milliseconds: instant.milliseconds + 1))
        } else if let day = Day(value), value.utf8.count == 10 {
            range = (day.at(minute: 0), (day + 1).at(minute: 0))
        } else {
            throw FHIRQuery.invalid(name, "a date or an instant such as 2026-01-31T08:00:00Z", "ngày hoặc thời điểm, ví dụ 2026-01-31T08:00:00Z")
        }
        func later(_ moment: Instant) { from = from.map { max($0, moment) } ?? moment }
        func earlier(_ moment: Instant) { until = until.map { min($0, moment) } ?? moment }
        switch hasPrefix ? prefix : "eq" {
        // A moment has no length: greater is after, and less is before.
        case "gt", "sa": later(range.end)
        case "ge": later(range.start)
        case "lt", "eb": earlier(range.start)
        case "le": earlier(range.end)
        default:
            later(range.start)
            earlier(range.end)
        }
    }

    static func invalid(_ name: String, _ en: String, _ vi: String) -> Problem {
        Problem(.badRequest, "invalid-parameter", Text(vi: "\(name) phải là \(vi).", en: "\(name) must be \(en)."))
    }

    func holds(_ resource: FHIRResource) -> Bool {
        let begun = resource.view.begun
        return from.map { $0 <= begun } ?? true && until.map { begun < $0 } ?? true && criteria.allSatisfy { $0.holds(resource) }
    }

    /// What journals are asked with: states that began after this moment.
    var after: Instant? { from.map { Instant(milliseconds: $0.milliseconds - 1) } }
}

/// Where a page ended: in which source, and where there.
struct FHIRPlace: Sendable {
    var source: Int
    var after: String?

    init(_ text: String?) throws {
        guard let text else {
            source = 0
            return
        }
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let number = Int(parts[0]), (0..<100).contains(number) else { throw FHIRPlace.fault }
        source = number
        after = parts.count == 2 ? String(parts[1]) : nil
    }

    var text: String { "\(source)" + (after.map { "-\($0)" } ?? "") }

    static let fault = Problem(
        .unprocessableContent, "page", ["vi": "Giá trị _page không do danh sách này đưa ra.", "en": "This value of _page was not given by this list."])
}

extension Parts {
    /// Looks into the registers for one page. What the registers cannot filter is looked at one by one, so many times at most;
    /// a page may then hold fewer than asked for, and leads on.
    private static let fhirLooksMax = 10

    func fhirSearch(_ type: FHIRType, _ query: FHIRQuery, _ language: Language) async throws -> (found: [FHIRResource], next: String?) {
        let sources = options.fhir.sources(of: type)
        var found: [FHIRResource] = []
        var place = try FHIRPlace(query.page)
        var looks = 0
        while place.source < sources.count, found.count < query.count, looks < Parts.fhirLooksMax {
            let source = sources[place.source]
            let left = query.count - found.count
            looks += 1
            var next: String?
            switch try await fhirCandidates(source, query) {
            case .nothing: looks -= 1
            case .keys(let keys):
                for key in keys {
                    if let view = try await fhirView(source, key), !view.isRetired { found.append(try fhirResource(source, view, language)) }
                }
            case .changes(let moment):
                let (changes, number) = try await registry.openChanges(source.register.name, after: moment, before: try fhirNumber(place.after), limit: left)
                found += try changes.filter { $0.isInForce && !$0.view.isRetired }.map { try fhirResource(source, $0.view, language) }
                next = number.map(String.init)
            case .records(var records):
                records.limit = left
                records.after = place.after
                let page = try await registry.records(source.register.name, records, for: .visitor, door: "fhir")
                found += try page.records.map { try fhirResource(source, $0, language) }
                next = page.next
            }
            found.removeAll { !query.holds($0) }
            if let next { place.after = next } else { place = try FHIRPlace(String(place.source + 1)) }
        }
        return (found, place.source < sources.count ? place.text : nil)
    }

    private enum FHIRCandidates {
        case nothing
        case keys([String])
        case changes(after: Instant)
        case records(RecordQuery)
    }

    /// The narrowest way to what a query may mean. All that is found is compared with the query afterwards.
    private func fhirCandidates(_ source: FHIRSource, _ query: FHIRQuery) async throws -> FHIRCandidates {
        let register = source.register
        let system = options.fhir.system(of: register.name)
        var records = RecordQuery()
        func keys(_ ids: [String?]) -> FHIRCandidates {
            let keys = ids.compactMap { $0.flatMap { options.fhir.record(of: $0) } }.filter { $0.register == register.name }.map(\.key)
            return keys.isEmpty ? .nothing : .keys(Array(Set(keys)).sorted())
        }
        for criterion in query.criteria {
            switch criterion.name {
            case "_id": return keys(criterion.values)
            case "identifier":
                let numbers = criterion.values.map { String($0.split(separator: "|").last ?? "") }
                if source.numbers.isEmpty || criterion.values.allSatisfy({ $0.hasPrefix(system + "|") }) {
                    return keys(numbers.map { options.fhir.id(of: $0, in: register.name) })
                }
                guard numbers.count == 1, source.numbers.count == 1, let field = register.field(source.numbers[0]), field.isFiltered else { continue }
                if try await fhirView(source, numbers[0]) != nil { return .keys(numbers) }
                if case .code(let pattern) = field.kind, !pattern.matches(numbers[0]) { return .nothing }
                records.filters.append((field.name, numbers[0]))
            case "practitioner", "organization", "location", "service", FHIRReference.parent:
                guard let reference = FHIRReference.all.first(where: { $0.source == source.type && $0.name == criterion.name }) else { continue }
                let ids = criterion.values.map { FHIRCriterion.id($0, reference.target) }
                let part: FHIRPart = reference.name == FHIRReference.parent ? .parent : reference.target == .practitioner ? .practitioner : .organization
                // Without a field the record itself is meant, and nothing is its own parent.
                guard let field = source.field(part) else { return part == .parent ? .nothing : keys(ids) }
                guard ids.count == 1 else { continue }
                guard let record = ids[0].flatMap({ options.fhir.record(of: $0) }) else { return .nothing }
                if field.isFiltered { records.filters.append((field.name, record.key)) }
            case "role", "type":
                guard criterion.values.count == 1, let field = source.field(.kind), field.isFiltered, case .choice(let choices) = field.kind,
                    let code = criterion.values[0].split(separator: "|").last.map(String.init), choices.contains(where: { $0.code == code })
                else { continue }
                records.filters.append((field.name, code))
            case "name", "family", "given":
                // Parts of words are in no index.
                guard criterion.modifier != "contains", criterion.values.count == 1, source.field(.name)?.isSearched == true else { continue }
                let words = criterion.values[0].folded.split(separator: " ").prefix(registry.limits.wordsMax)
                // A number alone would be taken for the beginning of a key.
                guard !words.isEmpty, words.count > 1 || !words[0].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { continue }
                records.text = words.joined(separator: " ")
            default: continue
            }
        }
        if let after = query.after, records.filters.isEmpty, records.text == nil { return .changes(after: after) }
        return .records(records)
    }

    /// A record as a stranger sees it, in whatever state; nil when there is none.
    func fhirView(_ source: FHIRSource, _ key: String) async throws -> RecordView? {
        do {
            return try await registry.record(source.register.name, key, for: .visitor, door: "fhir")
        } catch RegisterError.noSuchRecord {
            return nil
        }
    }

    /// A state as a resource. An earlier state is active when its licence was in force on the day it began.
    func fhirResource(_ source: FHIRSource, _ view: RecordView, isInForce: Bool = true, _ language: Language) throws -> FHIRResource {
        let item = Item(key: view.key ?? "", values: view.values.map { $0 ?? .null })
        let reading = registry.reading(effective: isInForce ? nil : view.begun.day)
        let asked = Item.Fields(item: item, register: source.register)
        let isActive = try !view.isRetired && registry.holds(source.question, of: asked, in: source.register.name, reading)
        let unit = source.fields[.commune].flatMap { view.value($0, in: source.register)?.string }
        return FHIRResource(
            source: source, view: view, isActive: isActive, mapping: options.fhir, language: language, place: unit.map { scopeName($0, language) }, city: options.cityName[language]
        )
    }
}
