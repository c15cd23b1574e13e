// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Store

/// A value in force and where it came from: a flag, the environment, a file, or the default.
struct Setting {
    let name: String
    let value: String
    let source: String
}

/// Flags win over `THANGLONG_…` variables, those over a file given by `--config`, that over the defaults.
enum Configuration {
    static let known = [
        "database", "files", "listen", "instance", "behind-tls", "access-log", "sms", "mail", "mail-from", "identity-issuer", "identity-client", "identity-claim", "identity-name",
        "seal", "city-account", "bank", "undo-seconds",
    ]

    static func setting(_ name: String, flag: String?, file: String?, default fallback: String) throws -> Setting {
        precondition(known.contains(name), "Every setting is listed.")
        if let flag { return Setting(name: name, value: flag, source: "flag") }
        let variable = "THANGLONG_" + name.uppercased().replacingOccurrences(of: "-", with: "_")
        if let value = ProcessInfo.processInfo.environment[variable] { return Setting(name: name, value: value, source: "$\(variable)") }
        if let file, let value = try read(file)[name] { return Setting(name: name, value: value, source: file) }
        return Setting(name: name, value: fallback, source: "default")
    }

    /// Lines of `name = value`; empty ones and those that start with # say nothing. A name that is not known stops the program.
    static func read(_ path: String) throws -> [String: String] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw Failure("The configuration file \(path) cannot be read.") }
        var values: [String: String] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[1].isEmpty else { throw Failure("\(path), line \(number + 1): write it as name = value.") }
            guard known.contains(parts[0]) else {
                throw Failure("\(path), line \(number + 1): there is no setting “\(parts[0])”. Known: \(known.joined(separator: ", ")).")
            }
            guard values.updateValue(parts[1], forKey: parts[0]) == nil else { throw Failure("\(path), line \(number + 1): “\(parts[0])” stands twice.") }
        }
        return values
    }

    /// The address of a courier may hold a password.
    static func masked(_ setting: Setting) -> Setting {
        guard let slashes = setting.value.range(of: "//"), let at = setting.value.lastIndex(of: "@") else { return setting }
        return Setting(name: setting.name, value: setting.value[..<slashes.upperBound] + "••••" + setting.value[at...], source: setting.source)
    }

    static func flag(_ setting: Setting) throws -> Bool {
        switch setting.value {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default: throw Failure("“\(setting.name)” is true or false, not “\(setting.value)” (\(setting.source)).")
        }
    }
}

/// A database, and where the files that belong to it lie: its signing key and what was sent to be loaded.
struct DatabasePlace {
    /// A file, or the address of a database of PostgreSQL.
    let path: String
    /// To this the files' endings are added: `.key`, `-uploads`.
    let files: String

    var isAddress: Bool { Database.isAddress(path) }
    var key: String { files + ".key" }

    /// As it may be shown: without the password that an address may hold.
    var shown: String {
        guard isAddress, var parts = URLComponents(string: path) else { return path }
        if parts.password != nil { parts.password = "••••" }
        parts.queryItems = parts.queryItems?.map { $0.name == "password" ? URLQueryItem(name: "password", value: "••••") : $0 }
        return parts.string?.removingPercentEncoding ?? path
    }

    /// Without a place of their own, files lie beside a database file; for an address, in the working folder under the database's name.
    init(path: String, files: String? = nil) {
        self.path = path
        self.files = files ?? (Database.isAddress(path) ? "thanglong-" + (DatabasePlace.name(path) ?? "database") : path)
    }

    private static func name(_ address: String) -> String? {
        let name = URLComponents(string: address)?.path.split(separator: "/").last.map(String.init)
        return name.flatMap { $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") } ? $0 : nil }
    }
}

/// Which database a verb works on.
struct DatabaseOption: ParsableArguments {
    @Option(name: .customLong("database"), help: "The database: a file, or postgresql://… Default: $THANGLONG_DATABASE or thanglong.db.")
    var database: String?
    @Option(help: "Where the signing key (PATH.key) and sent files lie. Default: beside the database file; for PostgreSQL thanglong-NAME in this folder.")
    var files: String?
    @Option(help: "A file of settings, lines of name = value.") var config: String?

    var setting: Setting { get throws { try Configuration.setting("database", flag: database, file: config, default: "thanglong.db") } }
    var place: DatabasePlace {
        get throws {
            let database = try setting.value
            let files = try Configuration.setting("files", flag: files, file: config, default: "").value
            return DatabasePlace(path: database, files: files.isEmpty ? nil : files)
        }
    }
}

/// Where a server listens.
struct ListenOption: ParsableArguments {
    @Option(name: .customLong("listen"), help: "Address and port. Default: $THANGLONG_LISTEN or 127.0.0.1:8080; port 0 takes any free one.")
    var listen: String?

    func setting(file: String?) throws -> Setting { try Configuration.setting("listen", flag: listen, file: file, default: "127.0.0.1:8080") }

    func parts(file: String?) throws -> (host: String, port: Int) {
        let text = try setting(file: file).value
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else {
            throw Failure("“\(text)” is no address to listen on; write it as 127.0.0.1:8080.")
        }
        return (String(text[..<colon]).trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port)
    }
}

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the configuration in force and where each value came from; secrets are never shown.")
    @OptionGroup var database: DatabaseOption
    @OptionGroup var listen: ListenOption
    @Flag(help: "As one JSON line.") var json = false

    func run() throws {
        let settings = [
            Setting(name: "database", value: try database.place.shown, source: try database.setting.source),
            Setting(name: "files", value: try database.place.files, source: try Configuration.setting("files", flag: database.files, file: database.config, default: "").source),
            try listen.setting(file: database.config), try Configuration.setting("instance", flag: nil, file: database.config, default: "hanoi"),
            try Configuration.setting("behind-tls", flag: nil, file: database.config, default: "false"),
            try Configuration.setting("access-log", flag: nil, file: database.config, default: "false"),
            Configuration.masked(try Configuration.setting("sms", flag: nil, file: database.config, default: "")),
            Configuration.masked(try Configuration.setting("mail", flag: nil, file: database.config, default: "")),
            try Configuration.setting("mail-from", flag: nil, file: database.config, default: ""),
            try Configuration.setting("identity-issuer", flag: nil, file: database.config, default: ""),
            try Configuration.setting("identity-client", flag: nil, file: database.config, default: ""),
            try Configuration.setting("identity-claim", flag: nil, file: database.config, default: "citizen_id"),
            try Configuration.setting("identity-name", flag: nil, file: database.config, default: "VNeID"),
            try Configuration.setting("undo-seconds", flag: nil, file: database.config, default: "1800"),
            try Configuration.setting("city-account", flag: nil, file: database.config, default: ""),
            try Configuration.setting("bank", flag: nil, file: database.config, default: ""),
            try Configuration.setting("seal", flag: nil, file: database.config, default: ""),
        ]
        if json {
            let members = settings.map { "\"\($0.name)\":{\"value\":\"\($0.value)\",\"source\":\"\($0.source)\"}" }
            return Terminal.print("{\(members.joined(separator: ","))}")
        }
        for setting in settings { Terminal.print("\(setting.name) = \(setting.value)  (\(setting.source))") }
        Terminal.print("signing key = ••••  (\(try database.place.key))")
    }
}
