// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation

/// What an OpenAPI document promises of the operations that can be tried without knowing anything: GET, and no parameter that must be given.
public struct APIContract: Sendable {
    public struct Operation: Sendable, Hashable {
        public let path: String
        /// By the documented status, such as `200`, `2XX` or `default`, the types of content; empty where none is told.
        public let answers: [String: Set<String>]
    }

    /// Why a document cannot be tested.
    public enum Problem: Error, Sendable, Equatable { case unreadable, notOpenAPI }

    public let operations: [Operation]
    /// Where its paths begin; nil when the document does not say.
    public let server: String?

    /// Operations that are tried at most.
    public static let operationsMax = 200

    public init(parsing bytes: [UInt8]) throws(Problem) {
        guard let document = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] else { throw .unreadable }
        guard let version = document["openapi"] as? String, version.hasPrefix("3."), let paths = document["paths"] as? [String: Any] else { throw .notOpenAPI }
        server = (document["servers"] as? [[String: Any]])?.first?["url"] as? String
        func resolved(_ value: Any?) -> [String: Any]? {
            guard let object = value as? [String: Any], let reference = object["$ref"] as? String else { return value as? [String: Any] }
            guard reference.hasPrefix("#/") else { return nil }
            var place: Any? = document
            for part in reference.dropFirst(2).split(separator: "/") { place = (place as? [String: Any])?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")] }
            return place as? [String: Any]
        }
        var found: [Operation] = []
        for (path, value) in paths.sorted(by: { $0.key < $1.key }) where !path.contains("{") {
            guard let item = resolved(value), let get = item["get"] as? [String: Any] else { continue }
            let parameters = ((item["parameters"] as? [Any] ?? []) + (get["parameters"] as? [Any] ?? [])).compactMap { resolved($0) }
            guard !parameters.contains(where: { $0["required"] as? Bool == true }) else { continue }
            var answers: [String: Set<String>] = [:]
            for (status, answer) in get["responses"] as? [String: Any] ?? [:] {
                let content = resolved(answer)?["content"] as? [String: Any] ?? [:]
                answers[status.uppercased()] = Set(content.keys.map { Self.bare($0) })
            }
            found.append(Operation(path: path, answers: answers))
        }
        operations = Array(found.prefix(Self.operationsMax))
    }

    /// The address of an operation, where the document was found there.
    public func address(of operation: Operation, documentAt document: String) -> String? {
        guard let base = URL(string: document), let root = URL(string: server ?? "/", relativeTo: base)?.absoluteString else { return nil }
        return (root.hasSuffix("/") ? String(root.dropLast()) : root) + operation.path
    }

    private static func bare(_ type: String) -> String { String(type.prefix { $0 != ";" }).filter { $0 != " " }.lowercased() }

    /// What an answer breaks of the contract; nil when it keeps it.
    public static func objection(to status: Int, type given: String?, of operation: Operation) -> Text? {
        let documented = operation.answers.keys.sorted().joined(separator: ", ")
        guard let types = operation.answers["\(status)"] ?? operation.answers["\(status / 100)XX"] ?? operation.answers["DEFAULT"] else {
            return Text(vi: "trả lời \(status), tài liệu chỉ có: \(documented)", en: "answers \(status); the document has only: \(documented)")
        }
        guard (200...299).contains(status) else {
            return Text(vi: "trả lời \(status): không đọc được gì", en: "answers \(status): nothing can be read")
        }
        let given = given.map { bare($0) } ?? ""
        let isDocumented = types.isEmpty || types.contains { $0 == given || $0 == "*/*" || ($0.hasSuffix("/*") && given.hasPrefix($0.dropLast())) }
        guard isDocumented else {
            let all = types.sorted().joined(separator: ", ")
            return Text(vi: "kiểu nội dung “\(given)”, tài liệu ghi: \(all)", en: "content of type “\(given)”; the document says: \(all)")
        }
        return nil
    }
}
