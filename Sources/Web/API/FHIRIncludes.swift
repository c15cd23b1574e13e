// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Registers

/// A reference that resources of one type have to resources of another, by the name of its search parameter.
struct FHIRReference: Sendable, Equatable {
    let source: FHIRType
    let name: String
    let target: FHIRType

    var text: String { "\(source.rawValue):\(name)" }

    static let all = [
        FHIRReference(source: .practitionerRole, name: "practitioner", target: .practitioner),
        FHIRReference(source: .practitionerRole, name: "organization", target: .organization),
        FHIRReference(source: .practitionerRole, name: "location", target: .location),
        FHIRReference(source: .healthcareService, name: "organization", target: .organization),
        FHIRReference(source: .healthcareService, name: "location", target: .location),
        FHIRReference(source: .location, name: "organization", target: .organization),
    ]

    /// What `_include` or `_revinclude` may bring to a search of a type.
    static func possible(_ parameter: String, of type: FHIRType) -> [FHIRReference] { all.filter { (parameter == "_include" ? $0.source : $0.target) == type } }

    /// `Source:name` or `Source:name:Target`.
    static func find(_ value: String, _ parameter: String, of type: FHIRType) -> FHIRReference? {
        possible(parameter, of: type).first { value == $0.text || value == "\($0.text):\($0.target.rawValue)" }
    }
}

extension Parts {
    /// Resources that one page has beside those that were found.
    private static let fhirIncludedMax = 1000

    /// What the found ones refer to and what refers to them, each once, and whether there may be more.
    func fhirIncluded(_ found: [FHIRResource], _ query: FHIRQuery, _ language: Language) async throws -> (resources: [FHIRResource], isCut: Bool) {
        var resources: [FHIRResource] = []
        var known = Set(found.map(fhirAddress))
        func add(_ resource: FHIRResource) {
            if known.insert(fhirAddress(resource)).inserted { resources.append(resource) }
        }
        for reference in query.included {
            for id in Set(found.compactMap { $0.linked(reference.target) }).sorted() where !known.contains("\(reference.target.rawValue)/\(id)") {
                guard resources.count < Parts.fhirIncludedMax else { return (resources, true) }
                guard let record = options.fhir.record(of: id),
                    let source = options.fhir.sources(of: reference.target).first(where: { $0.register.name == record.register }),
                    let view = try await fhirView(source, record.key), !view.isRetired
                else { continue }
                add(fhirResource(source, view, language))
            }
        }
        for reference in query.revIncluded {
            for one in found {
                let left = Parts.fhirIncludedMax - resources.count
                guard left > 0 else { return (resources, true) }
                let (referring, next) = try await fhirSearch(
                    reference.source, FHIRQuery(whatRefersTo: one.id, by: reference, count: min(left, registry.limits.pageMax)), language)
                referring.forEach(add)
                guard next == nil else { return (resources, true) }
            }
        }
        return (resources, false)
    }

    private func fhirAddress(_ resource: FHIRResource) -> String { "\(resource.type.rawValue)/\(resource.id)" }

    /// Entries of a page for what was included, and one that says so when not all of it is there.
    func fhirIncludedEntries(_ found: [FHIRResource], _ query: FHIRQuery, _ base: String, _ language: Language) async throws -> [FHIREntry] {
        guard !query.included.isEmpty || !query.revIncluded.isEmpty else { return [] }
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
