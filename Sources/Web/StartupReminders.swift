// SPDX-License-Identifier: Apache-2.0
internal import Civic
public import Dossiers
internal import Notices
public import Registers
internal import Store

/// Tells who confirms a start-up that its confirmation is about to end.
public struct StartupReminders: Sendable {
    private let book: StartupBook
    private let dossiers: Dossiers

    public init(registry: Registry, dossiers: Dossiers, roles: StartupRoles) {
        book = StartupBook(registry: registry, roles: roles, lists: StartupLists())
        self.dossiers = dossiers
    }

    private static let channels: [NoticeChannel] = [.sms, .mail]

    /// One confirmation is reminded of once, whoever asks how often.
    private func key(_ one: Startup, until: Day, _ channel: NoticeChannel) -> String { "startup:\(one.key):\(until):\(channel.rawValue)" }

    /// Enters reminders of all confirmations that end within two weeks, while offices work. Gives how many start-ups were reminded.
    public func remind() async throws -> Int {
        let now = book.registry.world.now()
        // A text message at night wakes somebody and is answered no sooner.
        guard dossiers.city.calendar.received(now) == now else { return 0 }
        let today = book.registry.world.today
        var count = 0
        for one in try await book.startups().all where !one.isEnded {
            guard let until = one.confirmedUntil, today <= until, until - today <= StartupBook.askedAgainDays, try book.isAtWork(one.enterprise) else { continue }
            guard try dossiers.notices.rows(Self.channels.map { key(one, until: until, $0) }).isEmpty else { continue }
            if try await tell(one, until: until) { count += 1 }
        }
        return count
    }

    /// False where nobody confirms it who can be reached.
    private func tell(_ one: Startup, until: Day) async throws -> Bool {
        let registry = book.registry
        guard let person = try book.confirmer(of: try book.found(one.key)), let row = try registry.row(of: person, in: dossiers.city.people) else { return false }
        let contact = try dossiers.contact(of: row)
        let l = contact.language
        let subject: Text = ["vi": "Xác nhận lại trên cổng khởi nghiệp", "en": "Confirm on the start-up portal"]
        let day = until.written(l)
        let text = Text(
            vi:
                "“\(one.name)”: lần xác nhận trên cổng khởi nghiệp có giá trị đến hết \(day). Mở “Hồ sơ của tôi” để xem lại và xác nhận; quá hạn thì không còn được tính trong số liệu.",
            en:
                "“\(one.name)”: its confirmation on the start-up portal holds until the end of \(day). Open “My applications” to look at it and confirm; after that it is left out of the figures."
        )
        let addresses: [(channel: NoticeChannel, address: String?)] = [(.sms, contact.phone), (.mail, contact.mail)]
        let notices = addresses.compactMap { channel, address -> Notice? in
            guard let address else { return nil }
            return Notice(key: key(one, until: until, channel), channel: channel, address: address, subject: subject[l], text: text[l], created: registry.world.now())
        }
        guard !notices.isEmpty else { return false }
        let outbox = dossiers.notices
        try await registry.database.write { connection in
            for notice in notices { try outbox.add(notice, on: connection) }
        }
        return true
    }
}
