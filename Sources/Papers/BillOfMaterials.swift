// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What a program is made of besides its own source, as its package files say, written as CycloneDX 1.6.
public struct BillOfMaterials: Sendable {
    public struct Component: Sendable, Hashable {
        public let name: String
        /// Nil where only a requirement is known.
        public let version: String?
        /// What the package file asks for: `from 2.101.0`.
        public let requirement: String?
        /// Where it comes from; nil for libraries of the system.
        public let source: String?
    }

    public private(set) var components: [Component] = []

    /// From the texts of `Package.swift` and `Package.resolved`, as far as there are any. What is pinned tells its version.
    public init(package: String?, resolved: [UInt8]?) throws(JSON.Fault) {
        var pinned: [Component] = []
        if let resolved {
            let document = try JSON(parsing: resolved)
            for pin in Self.list(document["pins"] ?? document["object"]?["pins"]) {
                let source = pin["location"]?.string ?? pin["repositoryURL"]?.string
                guard let name = pin["identity"]?.string ?? pin["package"]?.string else { continue }
                let state = pin["state"]
                pinned.append(Component(name: name, version: state?["version"]?.string ?? state?["revision"]?.string, requirement: nil, source: source))
            }
        }
        components = pinned
        for asked in package.map({ Self.asked($0) }) ?? [] where !pinned.contains(where: { Self.same($0, asked) }) { components.append(asked) }
        components.sort { ($0.name, $0.source ?? "") < ($1.name, $1.source ?? "") }
    }

    private static func list(_ json: JSON?) -> [JSON] { if case .array(let list)? = json { list } else { [] } }
    private static func bare(_ address: String) -> String { (address.hasSuffix(".git") ? String(address.dropLast(4)) : address).lowercased() }
    private static func same(_ left: Component, _ right: Component) -> Bool { left.source.map { bare($0) } == right.source.map { bare($0) } && left.source != nil }

    /// `.package(url: "…", from: "…")` and `pkgConfig: "…"`, outside of comments.
    private static func asked(_ text: String) -> [Component] {
        let code = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.tidyStart.hasPrefix("//") }.joined(separator: "\n")
        var found: [Component] = []
        for part in code.split(separator: ".package(", omittingEmptySubsequences: false).dropFirst() {
            let quoted = part.split(separator: "\"", maxSplits: 4, omittingEmptySubsequences: false)
            guard quoted.count > 3, quoted[0].contains("url:") else { continue }
            let address = String(quoted[1])
            let word = quoted[2].filter { $0.isLetter }
            let name = bare(address).split(separator: "/").last.map { String($0) } ?? address
            found.append(Component(name: name, version: word == "exact" ? String(quoted[3]) : nil, requirement: "\(word) \(quoted[3])", source: address))
        }
        for part in code.split(separator: "pkgConfig:", omittingEmptySubsequences: false).dropFirst() {
            let quoted = part.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
            guard quoted.count > 2, !found.contains(where: { $0.name == String(quoted[1]) }) else { continue }
            found.append(Component(name: String(quoted[1]), version: nil, requirement: nil, source: nil))
        }
        return found
    }

    /// The document. The same program at the same moment gives the same bytes.
    public func document(of name: String, version: String, fingerprint: String, at moment: Instant) -> JSON {
        let parts = components.enumerated().map { index, one in
            var members = [
                JSON.Member("type", .string("library")), JSON.Member("bom-ref", .string("\(index + 1)-\(one.name)")), JSON.Member("name", .string(one.name)),
                // Package files do not tell a licence, and none is guessed.
                JSON.Member("licenses", .array([.object(["license": .object(["name": .string("unknown")])])])),
            ]
            if let version = one.version { members.append(JSON.Member("version", .string(version))) }
            if let purl = Self.purl(one) { members.append(JSON.Member("purl", .string(purl))) }
            if let source = one.source { members.append(JSON.Member("externalReferences", .array([.object(["type": .string("vcs"), "url": .string(source)])]))) }
            if let asked = one.requirement {
                members.append(JSON.Member("properties", .array([.object(["name": .string("thanglong:requirement"), "value": .string(asked)])])))
            }
            return JSON.object(members)
        }
        return .object([
            "bomFormat": .string("CycloneDX"), "specVersion": .string("1.6"), "version": .integer(1),
            "metadata": .object([
                "timestamp": .string(moment.description),
                "component": .object([
                    "type": .string("application"), "bom-ref": .string("program"), "name": .string(name), "version": .string(version),
                    "hashes": .array([.object(["alg": .string("SHA-256"), "content": .string(fingerprint)])]),
                ]),
            ]), "components": .array(parts),
        ])
    }

    private static func purl(_ one: Component) -> String? {
        guard let source = one.source, let scheme = source.firstRange(of: "://") else { return nil }
        return "pkg:swift/" + bare(String(source[scheme.upperBound...])) + (one.version.map { "@" + $0 } ?? "")
    }
}

extension Substring {
    fileprivate var tidyStart: Substring { drop { $0 == " " || $0 == "\t" } }
}
