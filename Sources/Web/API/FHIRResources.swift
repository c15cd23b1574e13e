// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Registers

/// A record told as a resource of FHIR R4, in the words of one language.
struct FHIRResource: Sendable {
    let source: FHIRSource
    let view: RecordView
    let isActive: Bool
    let mapping: FHIRMapping
    let language: Language
    /// The unit's name behind its code, and the city's.
    let place: String?
    let city: String

    var key: String { view.key ?? "" }
    var id: String { mapping.id(of: key, in: source.register.name) ?? "" }
    var type: FHIRType { source.type }
    var tag: String { "W/\"\(view.entry)\"" }

    func text(_ part: FHIRPart) -> String? {
        guard let name = source.fields[part], let value = view.value(name, in: source.register), !value.isNull else { return nil }
        return value.plain
    }

    // MARK: What is searched by

    /// What a name is searched in: `name` begins with the whole one, then the parts of a person's.
    func names(_ parameter: String) -> [String] {
        guard let name = text(.name) else { return [] }
        guard type == .practitioner else { return [name] }
        let (family, given) = FHIRResource.nameParts(name)
        let parts = given.isEmpty ? [] : [given.joined(separator: " ")] + given
        return switch parameter {
        case "family": family.map { [$0] } ?? []
        case "given": parts
        default: [name] + (family.map { [$0] } ?? []) + parts
        }
    }

    /// Vietnamese names begin with the family's. One word alone is neither.
    private static func nameParts(_ name: String) -> (family: String?, given: [String]) {
        let words = name.split(separator: " ").map(String.init)
        return words.count > 1 ? (words[0], Array(words.dropFirst())) : (nil, [])
    }

    var identifiers: [(system: String, value: String)] {
        var identifiers = [(system: mapping.system(of: source.register.name), value: key)]
        for name in source.numbers {
            if let number = view.value(name, in: source.register)?.string { identifiers.append((mapping.system(of: source.register.name, name), number)) }
        }
        return identifiers
    }

    var kind: (system: String, code: String, title: Text)? {
        if let fixed = source.fixedKind { return (mapping.system(of: fixed.register, fixed.field), fixed.choice.code, fixed.choice.title) }
        return choice(.kind)
    }

    var services: [String] { (text(.services) ?? "").split(separator: ";").map { String($0).trimmed }.filter { !$0.isEmpty } }

    /// The id of what a role or a service belongs to; nil when nothing of that type is told there.
    func linked(_ type: FHIRType) -> String? {
        let part: FHIRPart = type == .practitioner ? .practitioner : .organization
        guard let field = source.field(part) else {
            return mapping.sources(of: type).contains { $0.register.name == source.register.name } ? id : nil
        }
        return told(field, as: type)
    }

    /// The id of what it is a part of, told as its own type; nil where there is no such thing.
    var parent: String? { source.field(.parent).flatMap { told($0, as: type) } }

    /// The id of what a reference of its type leads to.
    func linked(by reference: FHIRReference) -> String? { reference.name == FHIRReference.parent ? parent : linked(reference.target) }

    private func told(_ field: Field, as type: FHIRType) -> String? {
        guard case .reference(let register) = field.kind, mapping.sources(of: type).contains(where: { $0.register.name == register }) else { return nil }
        return view.value(field.name, in: source.register)?.string.flatMap { mapping.id(of: $0, in: register) }
    }

    private func choice(_ part: FHIRPart) -> (system: String, code: String, title: Text)? {
        guard let field = source.field(part), case .choice(let choices) = field.kind, let code = text(part), let choice = choices.first(where: { $0.code == code })
        else { return nil }
        return (mapping.system(of: source.register.name, field.name), code, choice.title)
    }

    // MARK: JSON

    func write(to output: inout [UInt8]) {
        JSON.object(members).write(to: &output)
        // Places are fractions, which our JSON does not have: they are written as they stand in the record.
        if type == .location, let latitude = text(.latitude), let longitude = text(.longitude) {
            output.removeLast()
            output += Array(",\"position\":{\"longitude\":\(longitude),\"latitude\":\(latitude)}}".utf8)
        }
    }

    var members: [JSON.Member] {
        var members: [JSON.Member] = [
            .init("resourceType", .string(type.rawValue)), .init("id", .string(id)),
            .init("meta", .object(["versionId": .string(String(view.entry)), "lastUpdated": .string(view.begun.description)])),
            .init("language", .string(language.rawValue)), .init("identifier", .array(identifiers.map(identifier))),
        ]
        switch type {
        case .practitioner: members += practitioner
        case .practitionerRole: members += role
        case .organization: members += organization
        case .location: members += location
        case .healthcareService: members += service
        }
        return members
    }

    private func identifier(_ identifier: (system: String, value: String)) -> JSON {
        .object(["use": .string("official"), "system": .string(identifier.system), "value": .string(identifier.value)])
    }

    private var practitioner: [JSON.Member] {
        var licence: [JSON.Member] = [
            .init("identifier", .array([identifier((mapping.system(of: source.register.name), key))])),
            .init("code", concept(kind, text: text(.scope))),
        ]
        licence += period
        licence.append(.init("issuer", .object(["display": .string(source.register.keeper.name[language])])))
        let degree = choice(.degree).map { [JSON.object([JSON.Member("code", concept($0, text: nil))])] } ?? []
        var members = [JSON.Member("active", .boolean(isActive))]
        if let name = text(.name) { members.append(.init("name", .array([humanName(name)]))) }
        return members + [.init("qualification", .array([.object(licence)] + degree))]
    }

    private func humanName(_ name: String) -> JSON {
        let (family, given) = FHIRResource.nameParts(name)
        var members: [JSON.Member] = [.init("use", .string("official")), .init("text", .string(name))]
        if let family { members += [.init("family", .string(family)), .init("given", .array(given.map(JSON.string)))] }
        return .object(members)
    }

    private var role: [JSON.Member] {
        var members = [JSON.Member("active", .boolean(isActive))]
        members += period
        // The name stands only where the role is the person's own record.
        let name = source.fields[.practitioner] == nil ? text(.name) : nil
        if let link = link(.practitioner, display: name) { members.append(.init("practitioner", link)) }
        if let link = link(.organization) { members.append(.init("organization", link)) }
        if let kind { members.append(.init("code", .array([concept(kind, text: nil)]))) }
        if let specialty = text(.specialty) { members.append(.init("specialty", .array([.object(["text": .string(specialty)])]))) }
        if let link = link(.location) { members.append(.init("location", .array([link]))) }
        if let link = link(.healthcareService) { members.append(.init("healthcareService", .array([link]))) }
        return members + telecom + hours
    }

    private var organization: [JSON.Member] {
        var members = [JSON.Member("active", .boolean(isActive)), facilityType]
        if let name = text(.name) { members.append(.init("name", .string(name))) }
        members += telecom
        if let address { members.append(.init("address", .array([address]))) }
        return members + partOf
    }

    private var location: [JSON.Member] {
        var members = [JSON.Member("status", .string(isActive ? "active" : "inactive"))]
        if let name = text(.name) { members.append(.init("name", .string(name))) }
        members += [.init("mode", .string("instance")), facilityType] + telecom
        if let address { members.append(.init("address", address)) }
        members.append(.init("physicalType", FHIRResource.building))
        if let link = link(.organization) { members.append(.init("managingOrganization", link)) }
        return members + partOf + hours
    }

    private var service: [JSON.Member] {
        var members = [JSON.Member("active", .boolean(isActive))]
        if let link = link(.organization) { members.append(.init("providedBy", link)) }
        if let kind { members.append(.init("category", .array([concept(kind, text: nil)]))) }
        if !services.isEmpty {
            members.append(.init("type", .array(services.map { .object(["text": .string($0)]) })))
        } else if let kind {
            members.append(.init("type", .array([concept(kind, text: nil)])))
        }
        if let link = link(.location) { members.append(.init("location", .array([link]))) }
        if let name = text(.name) { members.append(.init("name", .string(name))) }
        return members + telecom + hours
    }

    // MARK: Parts

    /// IHE mCSD: facilities are organizations and locations with this type beside their own.
    static let facility = (system: "https://profiles.ihe.net/ITI/mCSD/CodeSystem/IHE.mCSD.Organization.Location.Types", code: "facility")

    /// Places of care are buildings, or rooms in one that have its address.
    private static let building = JSON.object([
        "coding": .array([
            .object([
                "system": .string("http://terminology.hl7.org/CodeSystem/location-physical-type"), "code": .string("bu"), "display": .string("Building"),
            ])
        ])
    ])

    private var facilityType: JSON.Member {
        let facility = JSON.object([
            "coding": .array([.object(["system": .string(FHIRResource.facility.system), "code": .string(FHIRResource.facility.code), "display": .string("Facility")])])
        ])
        return .init("type", .array([facility] + (kind.map { [concept($0, text: nil)] } ?? [])))
    }

    private func concept(_ choice: (system: String, code: String, title: Text)?, text: String?) -> JSON {
        var members: [JSON.Member] = []
        if let choice {
            let coding = JSON.object(["system": .string(choice.system), "code": .string(choice.code), "display": .string(choice.title[language])])
            members.append(.init("coding", .array([coding])))
        }
        members.append(.init("text", .string(text ?? choice?.title[language] ?? source.register.title[language])))
        return .object(members)
    }

    private func link(_ type: FHIRType, display: String? = nil) -> JSON? {
        guard let id = linked(type) else { return nil }
        var members = [JSON.Member("reference", .string("\(type.rawValue)/\(id)"))]
        if let display { members.append(.init("display", .string(display))) }
        return .object(members)
    }

    private var partOf: [JSON.Member] { parent.map { [.init("partOf", .object(["reference": .string("\(type.rawValue)/\($0)")]))] } ?? [] }

    /// From the day of issue to the last day, or the day before it was revoked.
    private var period: [JSON.Member] {
        let from = text(.from).flatMap { Day($0) }
        let ends = [text(.until).flatMap { Day($0) }, text(.revoked).flatMap { Day($0) }.map { $0 + -1 }].compactMap { $0 }
        var members: [JSON.Member] = []
        if let from { members.append(.init("start", .string(from.description))) }
        if let end = ends.min() { members.append(.init("end", .string(max(end, from ?? end).description))) }
        return members.isEmpty ? [] : [.init("period", .object(members))]
    }

    private var telecom: [JSON.Member] {
        guard let phone = text(.phone) else { return [] }
        return [.init("telecom", .array([.object(["system": .string("phone"), "value": .string(phone), "use": .string("work")])]))]
    }

    private var hours: [JSON.Member] {
        guard let hours = text(.hours) else { return [] }
        return [.init("availabilityExceptions", .string(hours))]
    }

    private var address: JSON? {
        guard let line = text(.address) else { return nil }
        var members: [JSON.Member] = [
            .init("use", .string("work")), .init("type", .string("physical")),
            .init("text", .string(([line] + (place.map { [$0] } ?? []) + [city]).joined(separator: ", "))), .init("line", .array([.string(line)])),
        ]
        if let place { members.append(.init("district", .string(place))) }
        return .object(members + [.init("state", .string(city)), .init("country", .string("VN"))])
    }
}
