// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Registers

/// A reference that resources of one type have to resources of another, by the name of its search parameter.
struct FHIRReference: Sendable, Equatable {
    let source: FHIRType
    let name: String
    let target: FHIRType

    var text: String { "\(source.rawValue):\(name)" }

    /// Its name for what a resource is a part of.
    static let parent = "partof"

    static let all = [
        FHIRReference(source: .practitionerRole, name: "practitioner", target: .practitioner),
        FHIRReference(source: .practitionerRole, name: "organization", target: .organization),
        FHIRReference(source: .practitionerRole, name: "location", target: .location),
        FHIRReference(source: .practitionerRole, name: "service", target: .healthcareService),
        FHIRReference(source: .healthcareService, name: "organization", target: .organization),
        FHIRReference(source: .healthcareService, name: "location", target: .location),
        FHIRReference(source: .location, name: "organization", target: .organization),
        FHIRReference(source: .organization, name: parent, target: .organization),
        FHIRReference(source: .location, name: parent, target: .location),
    ]

    /// What `_include` or `_revinclude` may bring to a search of a type.
    static func possible(_ parameter: String, of type: FHIRType) -> [FHIRReference] { all.filter { (parameter == "_include" ? $0.source : $0.target) == type } }
}

/// One way in which a page takes along what belongs to what it found.
struct FHIRInclusion: Sendable, Equatable {
    let reference: FHIRReference
    /// True for what refers to what was found; false for what it refers to.
    let isReverse: Bool
    /// Asked again of what was included.
    let isIterated: Bool

    /// `Source:name`, `Source:name:Target`, `Source:*` or `*`; nil when that means nothing here. What is asked again may begin at any type.
    static func find(_ value: String, _ name: String, of type: FHIRType) -> [FHIRInclusion]? {
        let isIterated = name.hasSuffix(":iterate")
        let parameter = String(name.prefix { $0 != ":" })
        let possible = isIterated ? FHIRReference.all : FHIRReference.possible(parameter, of: type)
        let meant = possible.filter { one in
            value == "*" || value == "\(one.source.rawValue):*" || value == one.text || value == "\(one.text):\(one.target.rawValue)"
        }
        guard value == "*" || !meant.isEmpty else { return nil }
        return meant.map { FHIRInclusion(reference: $0, isReverse: parameter == "_revinclude", isIterated: isIterated) }
    }

    /// The type of those that it is asked of.
    var asked: FHIRType { isReverse ? reference.target : reference.source }
}

extension Parts {
    /// Resources that one page has beside those that were found.
    private static let fhirIncludedMax = 1000
    /// How often what was included is asked what belongs to it, and how often a page asks the registers for all that.
    private static let fhirRoundsMax = 8
    private static let fhirAsksMax = 2000

    /// What the found ones refer to and what refers to them, each once, and whether there may be more.
    func fhirIncluded(_ found: [FHIRResource], _ query: FHIRQuery, _ language: Language) async throws -> (resources: [FHIRResource], isCut: Bool) {
        var resources: [FHIRResource] = []
        var known = Set(found.map(fhirAddress))
        var latest = found
        var inclusions = query.inclusions
        var asks = 0
        for _ in 0..<Parts.fhirRoundsMax where !latest.isEmpty && !inclusions.isEmpty {
            var new: [FHIRResource] = []
            for inclusion in inclusions {
                for one in latest where one.type == inclusion.asked {
                    let left = Parts.fhirIncludedMax - resources.count - new.count
                    guard left > 0, asks < Parts.fhirAsksMax else { return (resources + new, true) }
                    var brought: [FHIRResource] = []
                    var isCut = false
                    if inclusion.isReverse {
                        asks += 1
                        let asked = FHIRQuery(whatRefersTo: one.id, by: inclusion.reference, count: min(left, registry.limits.pageMax))
                        let (referring, next) = try await fhirSearch(inclusion.reference.source, asked, language)
                        brought = referring
                        isCut = next != nil
                    } else {
                        guard let id = one.linked(by: inclusion.reference), !known.contains("\(inclusion.reference.target.rawValue)/\(id)") else { continue }
                        asks += 1
                        if let target = try await fhirTarget(inclusion.reference.target, id, language) { brought = [target] }
                    }
                    new += brought.filter { known.insert(fhirAddress($0)).inserted }
                    guard !isCut else { return (resources + new, true) }
                }
            }
            resources += new
            latest = new
            inclusions = query.inclusions.filter(\.isIterated)
        }
        return (resources, !latest.isEmpty && !inclusions.isEmpty)
    }

    /// The resource that a reference leads to; nil when it is no longer there.
    private func fhirTarget(_ type: FHIRType, _ id: String, _ language: Language) async throws -> FHIRResource? {
        guard let record = options.fhir.record(of: id), let source = options.fhir.sources(of: type).first(where: { $0.register.name == record.register }),
            let view = try await fhirView(source, record.key), !view.isRetired
        else { return nil }
        return try fhirResource(source, view, language)
    }

    private func fhirAddress(_ resource: FHIRResource) -> String { "\(resource.type.rawValue)/\(resource.id)" }

    /// Entries of a page for what was included, and one that says so when not all of it is there.
    func fhirIncludedEntries(_ found: [FHIRResource], _ query: FHIRQuery, _ base: String, _ language: Language) async throws -> [FHIREntry] {
        guard !query.inclusions.isEmpty else { return [] }
        let (resources, isCut) = try await fhirIncluded(found, query, language)
        var entries: [FHIREntry] = resources.map { fhirFound($0, "include", base) }
        if isCut {
            let text: Text = [
                "vi": "Chưa kèm hết mọi mục liên quan; hỏi với _count nhỏ hơn, hoặc tìm riêng loại ấy.",
                "en": "Not all that belongs here is included; ask with a smaller _count, or search that type by itself.",
            ]
            let issue = JSON.object(["severity": .string("warning"), "code": .string("incomplete"), "details": .object(["text": .string(text[language])])])
            let outcome = JSON.object(["resourceType": .string("OperationOutcome"), "issue": .array([issue])])
            entries.append((before: [JSON.Member("resource", outcome)], resource: nil, after: [JSON.Member("search", .object(["mode": .string("outcome")]))]))
        }
        return entries
    }

    func fhirFound(_ resource: FHIRResource, _ mode: String, _ base: String) -> FHIREntry {
        (
            before: [JSON.Member("fullUrl", .string("\(base)/\(fhirAddress(resource))"))], resource: resource,
            after: [JSON.Member("search", .object(["mode": .string(mode)]))]
        )
    }
}
