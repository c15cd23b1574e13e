// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The names of an entry's pairs, in the order of its values. A journal has a new form when its declaration changes;
/// old entries keep theirs.
public struct Form: Sendable, Equatable {
    public let id: Int64
    public let names: [String]
    public var isRetirement: Bool { names.last == "_retired" }
}

/// One entry of a journal as it is stored.
public struct Entry: Sendable {
    public let number: Int64
    /// The number of the entry that created the record.
    public let record: Int64
    /// The record's entry before this one.
    public let previous: Int64?
    public let effective: Day
    public let recorded: Instant
    public let unit: String
    public let form: Form
    public let load: Int64?
    /// Nil after the personal content was erased.
    public let secret: [UInt8]?
    public let content: [UInt8]?
    public let leafHash: [UInt8]
    /// Kept when the content was erased: the digests, quoted and separated by commas.
    let keptDigests: String?
    public let journal: String

    public var isErased: Bool { content == nil }
    public var isRetirement: Bool { form.isRetirement }

    /// The values by the form's order; empty when erased.
    public var values: [Value] {
        guard let content, let json = try? JSON(parsing: content), case .array(let values) = json else { return [] }
        return values.map { Value($0) ?? .null }
    }

    public func value(_ name: String) -> Value? {
        guard let position = form.names.firstIndex(of: name) else { return nil }
        let values = values
        return position < values.count ? values[position] : nil
    }

    public var author: String { value("_author")?.string ?? "" }
    public var cause: String { value("_cause")?.string ?? "" }

    /// The leaf's exact bytes, made again from the content.
    public func leafBytes() -> [UInt8] {
        var bytes: [UInt8]
        if let secret, let content {
            // Content that is not what its form says can have no leaf of its own.
            guard RawArray.slices(content).count == form.names.count else { return [] }
            let sealer = Sealer(names: form.names, random: { _ in [] })
            bytes = Array("{\"_sd\":[".utf8)
            sealer.appendDigests(secret: secret, content: content, to: &bytes)
        } else {
            bytes = Array("{\"_sd\":[".utf8) + Array((keptDigests ?? "").utf8)
        }
        bytes += Array("],\"effective\":\"\(effective)\",\"number\":\(number)".utf8)
        return bytes + Leaf.end(recorded: recorded, register: journal, unit: unit)
    }

    /// The disclosures of the pairs whose names are allowed, in the form's order.
    public func disclosures(of isAllowed: (String) -> Bool) -> [String] {
        guard let secret, let content, RawArray.slices(content).count == form.names.count else { return [] }
        return zip(form.names, RawArray.split(content)).filter { isAllowed($0.0) }.map {
            Disclosure.encode(secret: secret, name: $0.0, rawValue: $0.1)
        }
    }
}
