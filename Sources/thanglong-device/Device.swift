// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Foundation
import HTTP
import Journal

@main
struct DeviceProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "thanglong-device", abstract: "The program of a household device: shows what the household owes, and pays it.",
        discussion: "Start with: thanglong-device enrol --city https://… --code HN-… --secret …", version: version,
        subcommands: [Enrol.self, Run.self, Status.self, Install.self, Simulate.self])

    static let version = "0.1.0"
}

extension World {
    static let real = World(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        },
        random: { SystemRandomness.bytes($0) })
}

/// What a person at the terminal must read when a job cannot be done.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

struct FolderOption: ParsableArguments {
    @Option(help: "Where the device keeps its key and its queue. Default: $THANGLONG_DEVICE or /var/lib/thanglong-device.") var folder: String?
    var path: String { folder ?? ProcessInfo.processInfo.environment["THANGLONG_DEVICE"] ?? FolderOption.usual }
    static let usual = "/var/lib/thanglong-device"
}

struct Enrol: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make the device's key and enrol it with the one-time code from the commune.")

    @OptionGroup var folder: FolderOption
    @Option(help: "The city's address, https://…") var city: String
    @Option(help: "The device's code, HN-…") var code: String
    @Option(help: "The one-time code.") var secret: String
    @Option(help: "The machine's IMEI. Default: read from the modem by mmcli.") var imei: String?
    @Option(help: "The SIM's ICCID. Default: read from the modem by mmcli.") var iccid: String?
    @Option(help: "The SIM's telephone number.") var number: String?
    @Option(help: "3G or 4G.") var generation = "4G"

    func run() async throws {
        guard city.hasPrefix("https://") || city.hasPrefix("http://127.0.0.1") || city.hasPrefix("http://localhost") else { throw Failure("The city's address must be https://…") }
        guard let code = DeviceCode(code) else { throw Failure("“\(code)” is no device code: check each digit on the label.") }
        let modem = Modem.read()
        guard let imei = IMEI(imei ?? modem.imei ?? "") else { throw Failure("Give the machine's IMEI with --imei: 15 digits, the last a check digit.") }
        guard let iccid = ICCID(iccid ?? modem.iccid ?? "") else { throw Failure("Give the SIM's number with --iccid: 19 or 20 digits that begin with 8984.") }
        guard let phone = Phone(number ?? modem.number ?? "") else { throw Failure("Give the SIM's telephone number with --number.") }
        let box = try Box(folder: folder.path, making: true)
        try box.set("city", city)
        try box.set("code", code.description)
        let link = try CityLink(box: box, world: .real)
        let body = JSON.object([
            "code": .string(code.description), "secret": .string(secret), "key": .string(Encoding.base64(box.key.publicKey)), "imei": .string(imei.digits),
            "iccid": .string(iccid.digits),
            "number": .string(phone.digits), "generation": .string(generation), "firmware": .string(DeviceProgram.version),
        ])
        switch try await link.ask("POST", "/api/v1/device/enrolment", body, language: .english) {
        case .done(let answer):
            try box.set("household", answer["household"]?.string ?? "")
            print("Enrolled \(code) for household \(answer["household"]?.string ?? ""). Now run: thanglong-device run --folder \(folder.path)")
        case .refused(_, _, let detail): throw Failure(detail)
        case .away(let reason): throw Failure("The city does not answer: \(reason)")
        }
    }
}

/// What the modem says of itself, where there is one.
enum Modem {
    static func read() -> (imei: String?, iccid: String?, number: String?, signal: Int?) {
        func ask(_ arguments: [String]) -> String? {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/mmcli")
            process.arguments = arguments
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            guard FileManager.default.isExecutableFile(atPath: "/usr/bin/mmcli"), (try? process.run()) != nil else { return nil }
            let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return process.terminationStatus == 0 ? text : nil
        }
        func value(_ name: String, _ text: String?) -> String? {
            text?.split(separator: "\n").first { $0.hasPrefix(name) }?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let modem = ask(["-m", "any", "--output-keyvalue"])
        let sim = ask(["-i", "any", "--output-keyvalue"])
        return (
            value("modem.3gpp.imei", modem), value("sim.properties.iccid", sim), value("modem.generic.own-numbers.value[1]", modem),
            value("modem.generic.signal-quality.value", modem).flatMap { Int($0) }
        )
    }
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the device's screen and keep in touch with the city.")

    @OptionGroup var folder: FolderOption
    @Option(help: "Where the screen is served, for the browser on this machine only.") var listen = "127.0.0.1:8090"
    @Option(help: "Seconds between two looks at the city.") var every = 15.0

    func run() async throws {
        let parts = listen.split(separator: ":")
        guard parts.count == 2, parts[0] == "127.0.0.1", let port = Int(parts[1]) else { throw Failure("The screen is served on 127.0.0.1 only, such as 127.0.0.1:8090.") }
        let box = try Box(folder: folder.path, making: false)
        let link = try CityLink(box: box, world: .real)
        let keeper = Keeper(box: box, link: link, world: .real)
        let server = try await Server.start(host: "127.0.0.1", port: port, service: Screen(box: box, keeper: keeper, world: .real))
        print("The screen: http://127.0.0.1:\(server.port)")
        var beats = 0
        while true {
            await keeper.settle()
            await keeper.look()
            if beats % 4 == 0 { await keeper.beat() }
            beats += 1
            await keeper.rest(seconds: every)
        }
    }
}

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tell how the device stands: enrolment, last contact, what waits.")
    @OptionGroup var folder: FolderOption

    func run() throws {
        let box = try Box(folder: folder.path, making: false)
        print("device: \(try box.get("code") ?? "–")\nhousehold: \(try box.get("household") ?? "–")\ncity: \(try box.get("city") ?? "–")")
        print("last contact: \(try box.get("contact").flatMap { Int64($0) }.map { Instant(milliseconds: $0).description } ?? "never")")
        for payment in try box.payments() { print("payment \(payment.id): \(payment.state) \(payment.fault ?? "")") }
    }
}

struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write the systemd units that start the device and its screen, and the screen's user; prints what to do next.")
    @Option(help: "Where units go.") var units = "/etc/systemd/system"
    @Option(help: "Where the screen's user is declared, for systemd-sysusers.") var users = "/etc/sysusers.d"
    @Option(help: "The program that shows the screen.") var browser = "/usr/bin/chromium"
    @OptionGroup var folder: FolderOption

    func run() throws {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        // The usual folder is systemd's to make; another one belongs to a user of the device's own.
        let isUsual = folder.path == FolderOption.usual
        let place =
            isUsual
            ? "StateDirectory=thanglong-device\nDynamicUser=yes"
            : "User=thanglong-device\nReadWritePaths=\(folder.path)\nExecStartPre=+/usr/bin/chown -R thanglong-device: \(folder.path)"
        let people =
            "# SPDX-License-Identifier: Apache-2.0\nu screen - \"Screen of the household device\" /var/lib/thanglong-screen\nm screen video\nm screen render\nm screen input\n"
            + (isUsual ? "" : "u thanglong-device - \"Household device of the city\" \(folder.path)\n")
        let service = """
            # SPDX-License-Identifier: Apache-2.0
            [Unit]
            Description=Household device of the city
            Wants=network-online.target
            After=network-online.target

            [Service]
            ExecStart=\(program) run
            Environment=THANGLONG_DEVICE=\(folder.path)
            \(place)
            Restart=always
            RestartSec=2
            NoNewPrivileges=yes
            ProtectSystem=strict
            ProtectHome=yes
            PrivateTmp=yes
            PrivateDevices=yes
            ProtectKernelTunables=yes
            ProtectKernelModules=yes
            ProtectControlGroups=yes
            ProtectClock=yes
            ProtectHostname=yes
            RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
            RestrictNamespaces=yes
            RestrictRealtime=yes
            LockPersonality=yes
            MemoryDenyWriteExecute=yes
            SystemCallFilter=@system-service
            CapabilityBoundingSet=
            UMask=0077

            [Install]
            WantedBy=multi-user.target

            """
        let screen = """
            # SPDX-License-Identifier: Apache-2.0
            [Unit]
            Description=Screen of the household device
            After=thanglong-device.service graphical.target
            Requires=thanglong-device.service

            [Service]
            ExecStart=/usr/bin/cage -- \(browser) --kiosk --incognito --noerrdialogs --disable-translate http://127.0.0.1:8090
            User=screen
            StateDirectory=thanglong-screen
            Environment=HOME=/var/lib/thanglong-screen
            PAMName=login
            TTYPath=/dev/tty1
            Restart=always
            RestartSec=2

            [Install]
            WantedBy=graphical.target

            """
        let files = [
            (users + "/thanglong-device.conf", people), (units + "/thanglong-device.service", service), (units + "/thanglong-device-screen.service", screen),
        ]
        for (path, text) in files {
            guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o644]) else {
                throw Failure("\(path) cannot be written.")
            }
            print("Wrote \(path)")
        }
        print("Now: systemd-sysusers && systemctl daemon-reload && systemctl enable --now thanglong-device thanglong-device-screen")
    }
}
