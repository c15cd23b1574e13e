// SPDX-License-Identifier: Apache-2.0

/// The resources of HL7 FHIR R4 in which a directory of care services is told.
public enum FHIRType: String, Sendable, CaseIterable {
    case practitioner = "Practitioner"
    case practitionerRole = "PractitionerRole"
    case organization = "Organization"
    case location = "Location"
    case healthcareService = "HealthcareService"
}

/// What a field of a register is in a resource.
public enum FHIRPart: String, Sendable, CaseIterable {
    case name, phone, address, commune, hours
    /// Profession or sort of facility: a choice.
    case kind
    /// A person's degree: a choice.
    case degree
    /// What a licence allows, in words.
    case scope
    case specialty
    /// First and last day of a licence, and the day from which it was revoked.
    case from, until, revoked
    /// References to the records that a role or a service links; the record itself where none is named.
    case practitioner, organization
    /// The record that this one is a part of, told as the same type.
    case parent
    case latitude, longitude
    /// Services in words, separated by semicolons.
    case services
}

/// That the records of a register are told as resources of one type. Only open fields can be named: nothing else ever leaves by this door.
public struct FHIRSource: Sendable {
    public let type: FHIRType
    public let register: Register
    /// The register's question whose answer is the resource's `active`.
    public let question: String
    public let fields: [FHIRPart: String]
    /// Further fields that are identifiers.
    public let numbers: [String]
    /// The kind of all of them, when no field says it: a choice of another register's field.
    public let fixedKind: (register: String, field: String, choice: Choice)?

    public init(
        _ type: FHIRType, from register: Register, active question: String, numbers: [String] = [], kind fixedKind: (register: String, field: String, choice: Choice)? = nil,
        _ fields: [FHIRPart: String]
    ) {
        precondition(register.key.privacy == .open, "A resource's register has an open key.")
        precondition(register.questions.contains { $0.code == question }, "\(register.name) answers no question \(question).")
        for name in Array(fields.values) + numbers {
            precondition(register.field(name)?.privacy == .open, "\(register.name) has no open field \(name).")
        }
        self.type = type
        self.register = register
        self.question = question
        self.numbers = numbers
        self.fixedKind = fixedKind
        self.fields = fields
    }

    public func field(_ part: FHIRPart) -> Field? { fields[part].flatMap { register.field($0) } }
}

/// A city's declaration of what it tells in FHIR.
public struct FHIRMapping: Sendable {
    /// What the URIs of the city's identifiers and codes begin with.
    public let namespace: String
    /// What ids begin with, by register, so that an id says which register it is of.
    public let marks: [String: String]
    public let sources: [FHIRSource]

    public init(namespace: String, marks: [String: String], _ sources: [FHIRSource]) {
        for source in sources {
            let mark = marks[source.register.name] ?? ""
            precondition(!mark.isEmpty && mark.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7A }, "\(source.register.name) has no mark of letters a to z.")
        }
        precondition(Set(marks.values).count == marks.count, "Each register has a mark of its own.")
        self.namespace = namespace
        self.marks = marks
        self.sources = sources
    }

    public static let none = FHIRMapping(namespace: "", marks: [:], [])

    public func sources(of type: FHIRType) -> [FHIRSource] { sources.filter { $0.type == type } }
    /// Types that something is told as, in the order of FHIRType.
    public var types: [FHIRType] { FHIRType.allCases.filter { type in sources.contains { $0.type == type } } }

    // MARK: Ids

    /// The id of a record: its register's mark, then its key with every byte but letters, digits and `-` as `.` and two hexadecimal digits.
    public func id(of key: String, in register: String) -> String? {
        guard let mark = marks[register] else { return nil }
        var id = mark + "-"
        for byte in key.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: id.unicodeScalars.append(Unicode.Scalar(byte))
            default: id += (byte < 16 ? ".0" : ".") + String(byte, radix: 16, uppercase: true)
            }
        }
        return id.utf8.count <= 64 ? id : nil
    }

    /// The record that an id names; nil when it is none of ours.
    public func record(of id: String) -> (register: String, key: String)? {
        guard let dash = id.firstIndex(of: "-"), let register = marks.first(where: { $0.value == id[..<dash] })?.key else { return nil }
        var bytes: [UInt8] = []
        var rest = id[id.index(after: dash)...].utf8
        while let byte = rest.popFirst() {
            guard byte == 0x2E else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(), let escaped = Encoding.bytes(hex: String(decoding: [high, low], as: UTF8.self))?.first
            else { return nil }
            bytes.append(escaped)
        }
        // One record has one id only.
        guard let key = String(validating: bytes, as: UTF8.self), !key.isEmpty, self.id(of: key, in: register) == id else { return nil }
        return (register, key)
    }

    // MARK: Names of identifiers and codes

    /// The system of a register's keys.
    public func system(of register: String) -> String { namespace + register }
    /// The system of a field's codes or numbers.
    public func system(of register: String, _ field: String) -> String { namespace + register + ":" + field }
}
