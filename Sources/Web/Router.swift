// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1

/// Who may enter a route at all. What they see there the registers decide, in one place.
enum Access: Sendable {
    /// Anyone; nothing personal can be reached.
    case open
    /// Anyone may ask; the register answers by the caller's rights.
    case registers
    /// Signed-in officers.
    case officers
}

/// A route: a method and a path whose `{}` parts are given to the handler.
struct Endpoint: Sendable {
    let method: HTTPMethod
    let pattern: [String]
    let access: Access
    let bodyMax: Int
    /// Tried first; nil leaves the request to `handler`.
    let quick: (@Sendable (Request, Caller, [String]) throws -> Response?)?
    let handler: @Sendable (Request, Caller, [String]) async throws -> Response
    let operation: Operation?
    /// A page that every stranger sees alike: kept for a second, or until something is entered.
    var isShared = false

    init(
        _ method: HTTPMethod, _ path: String, _ access: Access, bodyMax: Int = 1 << 20, operation: Operation? = nil,
        quick: (@Sendable (Request, Caller, [String]) throws -> Response?)? = nil,
        _ handler: @escaping @Sendable (Request, Caller, [String]) async throws -> Response
    ) {
        self.method = method
        pattern = path.split(separator: "/").map(String.init)
        self.access = access
        self.bodyMax = bodyMax
        self.operation = operation
        self.quick = quick
        self.handler = handler
    }

    /// The same route, its page kept for strangers.
    var shared: Endpoint {
        var endpoint = self
        endpoint.isShared = true
        return endpoint
    }

    var path: String { "/" + pattern.joined(separator: "/") }
}

/// Finds the route of a request.
struct Router: Sendable {
    private final class Node: @unchecked Sendable {
        var children: [String: Node] = [:]
        var parameter: Node?
        /// Takes the whole rest of the path.
        var rest: [HTTPMethod.RawValue: Endpoint] = [:]
        var endpoints: [HTTPMethod.RawValue: Endpoint] = [:]
    }

    enum Match {
        case found(Endpoint, [String])
        case wrongMethod(allowed: [String])
        case none
    }

    private let root = Node()
    let endpoints: [Endpoint]

    init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints
        for endpoint in endpoints {
            var node = root
            var isRest = false
            for part in endpoint.pattern {
                if part == "{*}" {
                    isRest = true
                    break
                }
                if part.hasPrefix("{") {
                    node.parameter = node.parameter ?? Node()
                    node = node.parameter!
                } else {
                    node.children[part] = node.children[part] ?? Node()
                    node = node.children[part]!
                }
            }
            if isRest { node.rest[endpoint.method.rawValue] = endpoint } else { node.endpoints[endpoint.method.rawValue] = endpoint }
        }
    }

    func match(_ method: HTTPMethod, _ path: [String]) -> Match {
        var found: (table: [HTTPMethod.RawValue: Endpoint], parameters: [String])?
        walk(root, path[...], [], &found)
        guard let found, !found.table.isEmpty else { return .none }
        // A HEAD is a GET whose body is not sent.
        if let endpoint = found.table[method.rawValue] ?? (method == .HEAD ? found.table["GET"] : nil) { return .found(endpoint, found.parameters) }
        return .wrongMethod(allowed: found.table.keys.sorted())
    }

    private func walk(_ node: Node, _ path: ArraySlice<String>, _ parameters: [String], _ found: inout (table: [HTTPMethod.RawValue: Endpoint], parameters: [String])?) {
        guard found == nil else { return }
        guard let first = path.first else {
            if !node.endpoints.isEmpty { found = (node.endpoints, parameters) }
            return
        }
        if let child = node.children[first] { walk(child, path.dropFirst(), parameters, &found) }
        if let child = node.parameter, !first.isEmpty { walk(child, path.dropFirst(), parameters + [first], &found) }
        if found == nil, !node.rest.isEmpty { found = (node.rest, parameters + Array(path)) }
    }
}
