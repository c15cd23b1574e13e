// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Store

/// Fresh databases for tests: files of SQLite, or schemas of the PostgreSQL that `THANGLONG_TEST_POSTGRES` names.
public enum TestStores {
    public static let postgres = ProcessInfo.processInfo.environment["THANGLONG_TEST_POSTGRES"]
    private static let server = Result { try Database(path: postgres ?? "") }

    /// The path or address of a database in which nothing is yet.
    public static func fresh(_ name: String) throws -> String {
        let id = UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        guard let postgres else { return FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-\(id).db").path }
        let schema = "t\(id)"
        try server.get().writeAndWait { try $0.run(SQL(stringLiteral: "CREATE SCHEMA \(schema)")) }
        return postgres + (postgres.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(schema)"
    }

    /// Where files that belong beside a database go.
    public static func folder(of path: String) -> String {
        guard Database.isAddress(path) else { return path }
        return FileManager.default.temporaryDirectory.appendingPathComponent(String(path.suffix(33))).path
    }

    public static func remove(_ path: String) {
        guard Database.isAddress(path), let schema = path.split(separator: "%3D").last else {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            return
        }
        // Other connections to it may still be closing; a schema that stays goes with its server.
        _ = try? server.get().writeAndWait { try $0.run(SQL(stringLiteral: "DROP SCHEMA IF EXISTS \(schema) CASCADE")) }
    }
}
