// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Dossiers
public import Notices
internal import Registers
internal import Store
internal import Synchronization

/// How a letter reaches its office.
public enum Delivery: Sendable {
    /// A message about a letter, and where it stands.
    public struct Message: Sendable {
        public let channel: NoticeChannel
        public let state: NoticeState
        public let entered: Instant
        public let isReminder: Bool
    }

    /// By these messages, the oldest first.
    case told([Message])
    /// The register of offices has neither a mail address nor a mobile number of it.
    case noAddress
    /// It came into the register otherwise than by being sent, as from a file.
    case notSent

    /// Nothing of it arrives by itself: it is delivered on paper.
    public var needsPaper: Bool {
        switch self {
        case .told(let messages): messages.allSatisfy { $0.state == .refused }
        case .noAddress, .notSent: true
        }
    }
}

/// What an office is told of a letter: that it is there, or that its answer is overdue.
enum Telling: String, CaseIterable {
    case letter, reminder
}

extension Steering {
    /// So much of what is late stands in a text message; mail has all of it.
    static let shortMax = 160
    /// So many unanswered letters are looked at for a reminder.
    static let overdueMax = 10_000
    /// So many of them at once, in one question and one commit.
    private static let remindedAtOnce = 500

    private static let channels: [NoticeChannel] = [.mail, .sms]

    private static func key(_ number: String, _ telling: Telling, _ channel: NoticeChannel) -> String { "urging:\(number):\(telling.rawValue):\(channel.rawValue)" }

    private static func keys(_ number: String, _ telling: Telling) -> [String] { channels.map { key(number, telling, $0) } }

    // MARK: Where offices are reached

    /// An office's mail address, and its phone if that gets text messages; a commune's office by its commune.
    private func addresses(_ office: String, _ commune: String?, on connection: Connection) throws -> [(channel: NoticeChannel, address: String)] {
        let records = registry.records(on: connection)
        var found: Found?
        if let commune { found = try records.find(names.offices, "\(office)-\(commune)") }
        if found == nil { found = try records.find(names.offices, office) }
        guard let found else { return [] }
        var addresses: [(channel: NoticeChannel, address: String)] = []
        if let mail = found["mail"].string { addresses.append((.mail, mail)) }
        if let phone = found["phone"].string, Phone(phone)?.isMobile == true { addresses.append((.sms, phone)) }
        return addresses
    }

    // MARK: Telling

    /// Enters what an office is told of a letter, inside the caller's transaction: once, whoever asks how often. False where it cannot be reached.
    func tell(_ letter: Item.Fields, _ telling: Telling, on connection: Connection) throws -> Bool {
        let register = try registry.register(names.urgings)
        guard let number = letter[register.key.name].string, let office = letter["office"].string, let due = letter["due"].day else { return false }
        let addresses = try addresses(office, letter["commune"].string, on: connection)
        let id = letter["instruction"].plain
        let instruction = instructions.first { $0.id == id }?.title.vi ?? ""
        var late = letter["late"].plain
        while late.hasSuffix(".") { late.removeLast() }
        let day = due.written(.vietnamese)
        let isReminder = telling == .reminder
        let head = isReminder ? "Quá hạn trả lời đôn đốc \(number)" : "Đôn đốc \(number)"
        let subject = isReminder ? head : "\(head), trả lời trước hết \(day)"
        let sender = register.keeper.name.vi
        let first = isReminder ? "\(sender) nhắc lại đôn đốc \(number), quá hạn trả lời từ \(day)." : "\(sender) đôn đốc (\(number))."
        let ask = isReminder ? "Đề nghị trả lời ngay" : "Đề nghị cập nhật và trả lời trước hết \(day)"
        let place = "tại mục “Đôn đốc” của Bảng điều hành."
        for (channel, address) in addresses {
            let text: String
            if channel == .sms {
                let short = late.count > Self.shortMax ? "\(late.prefix(Self.shortMax))…" : late
                text = "\(head), chỉ đạo \(id): \(short). \(ask) \(place)"
            } else {
                text = "\(first)\n\nChỉ đạo \(id): \(instruction).\nViệc chậm: \(late).\n\n\(ask) \(place)"
            }
            try dossiers.notices.add(
                Notice(key: Self.key(number, telling, channel), channel: channel, address: address, subject: subject, text: text, created: registry.world.now()), on: connection)
        }
        return !addresses.isEmpty
    }

    /// Reminds offices of letters whose answer is overdue, each letter once, while offices work. Gives how many letters.
    public func remindOverdue() async throws -> Int {
        let now = registry.world.now()
        // A text message at night wakes somebody and is answered no sooner.
        guard dossiers.city.calendar.received(now) == now else { return 0 }
        let today = registry.world.today
        // An office that has no address now will hardly have one in an hour; tomorrow it is tried again.
        let tried: Set<String> = unreached.withLock { $0.flatMap { $0.day == today ? $0.letters : nil } ?? [] }
        let overdue = try registry.foundNames(names.urgings, check: "unanswered", unit: nil, limit: Self.overdueMax).filter { !tried.contains($0) }
        var count = 0
        for start in stride(from: 0, to: overdue.count, by: Self.remindedAtOnce) {
            let letters = overdue[start..<min(start + Self.remindedAtOnce, overdue.count)]
            let told = Set(try dossiers.notices.rows(letters.flatMap { Self.keys($0, .reminder) }).map(\.key))
            let untold = letters.filter { number in !Self.keys(number, .reminder).contains { told.contains($0) } }
            if !untold.isEmpty { count += try await remind(untold, on: today) }
        }
        return count
    }

    private func remind(_ letters: [String], on today: Day) async throws -> Int {
        let (count, failed) = try await database.write { connection -> (Int, [String]) in
            let records = self.registry.records(on: connection)
            var count = 0
            var failed: [String] = []
            for number in letters {
                // It may have been answered since it was found.
                guard let letter = try records.find(self.names.urgings, number), letter["answered"].isNull, let due = letter["due"].day, due < today else { continue }
                if try self.tell(letter.fields, .reminder, on: connection) { count += 1 } else { failed.append(number) }
            }
            return (count, failed)
        }
        unreached.withLock { kept in
            let known: Set<String> = kept.flatMap { $0.day == today ? $0.letters : nil } ?? []
            kept = (today, known.union(failed))
        }
        return count
    }

    // MARK: What became of it

    /// How each of these letters reaches its office, by their numbers.
    public func deliveries(of letters: [Urging]) throws -> [String: Delivery] {
        var tellings: [String: (number: String, isReminder: Bool)] = [:]
        for letter in letters {
            for telling in Telling.allCases { for key in Self.keys(letter.number, telling) { tellings[key] = (letter.number, telling == .reminder) } }
        }
        var messages: [String: [Delivery.Message]] = [:]
        for row in try dossiers.notices.rows(tellings.keys.sorted()) {
            guard let (number, isReminder) = tellings[row.key], let channel = NoticeChannel(rawValue: row.channel) else { continue }
            messages[number, default: []].append(Delivery.Message(channel: channel, state: row.state, entered: row.created, isReminder: isReminder))
        }
        return try database.read { connection in
            var deliveries: [String: Delivery] = [:]
            for letter in letters {
                if let told = messages[letter.number] {
                    deliveries[letter.number] = .told(told)
                } else {
                    deliveries[letter.number] = try self.addresses(letter.office, letter.commune, on: connection).isEmpty ? .noAddress : .notSent
                }
            }
            return deliveries
        }
    }
}
