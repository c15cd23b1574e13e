// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Registers
internal import Store

extension Dossiers {
    /// The number of somebody of age with a phone, for trying out the citizens' door in a city of invented people.
    public func anybody() throws -> String? {
        guard let phone = city.phone else { return nil }
        return try database.read { connection in
            try self.registry.rows(of: self.city.people, after: -1, limit: 400, on: connection).first { one in
                guard let person = try self.registry.records(on: connection).find(self.city.people, one.key), !person[phone].isNull,
                    let birth = PartialDay(person["birth"].plain)
                else { return false }
                return self.world.today.age(bornOn: birth.first) >= 25
            }?.key
        }
    }

    /// Fills a city of invented people with dossiers in every state, by the engine's own acts, for demonstrations and measurements.
    /// Several hundred are one commit. Gives how many were handed in.
    /// `applications` are short forms without papers.
    public func rehearse(_ count: Int, of applications: [(procedure: String, texts: [String: String])], progress: (Int) -> Void = { _ in }) throws -> Int {
        let clerk = Authority(.officer, id: "officer:rehearsal", name: "", grants: [Grant("*", [.read, .write])])
        let head = Authority(.officer, id: "officer:rehearsal-head", name: "", grants: [Grant("*", [.read, .decide])])
        var done = 0
        var after: Int64 = -1
        var round = 0
        while done < count {
            let people = try database.look { try self.registry.rows(of: self.city.people, after: after, limit: 400, on: $0) }
            guard !people.isEmpty else {
                // Everybody again, for something else.
                guard after >= 0, round < 100 else { break }
                after = -1
                round += 1
                continue
            }
            after = people.last!.row
            let wanted = count - done
            let turn = round
            done += try database.writeAndWait { connection in
                var made = 0
                for (row, key) in people where made < wanted {
                    let choice = applications[Int(row &+ Int64(turn)) % applications.count]
                    guard let person = try self.registry.records(on: connection).find(self.city.people, key), let birth = PartialDay(person["birth"].plain),
                        self.world.today.age(bornOn: birth.first) >= 20
                    else { continue }
                    let id = Encoding.base32(self.world.random(16))
                    let json = JSON.object(choice.texts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }).text
                    try connection.run(
                        """
                        INSERT INTO draft (id, owner, applicant, procedure, subject, channel, answers, dossier, updated) \
                        VALUES (\(id), \("rehearsal"), \(row), \(choice.procedure), \(row), 2, \(json), \(String?.none), \(self.world.now()))
                        """)
                    do {
                        let dossier = try self.submit(id, owner: "rehearsal", on: connection)
                        try self.rehearse(dossier, state: Int(row % 10), clerk, head, connection)
                        made += 1
                    } catch DossierError.objections {
                        try connection.run("DELETE FROM draft WHERE id = \(id)")
                    }
                }
                return made
            }
            progress(done)
        }
        return done
    }

    /// As far as its turn says: some new, most being worked on or waiting, some decided and handed over.
    private func rehearse(_ dossier: Dossier, state: Int, _ clerk: Authority, _ head: Authority, _ connection: Connection) throws {
        func act(_ act: DossierAct, _ who: Authority) throws { _ = try self.act(act, on: dossier.code, expecting: nil, by: .officer(who), connection) }
        guard state >= 2 else { return }
        try act(.receive, clerk)
        // What would change a register stays with the officer: the invented people are what they are.
        guard state >= 4, try procedure(of: dossier).writes.isEmpty else { return }
        if dossier.owesFee { try act(.pay(transfer: "fee:\(dossier.code)"), clerk) }
        guard state >= 6 else { return }
        try act(.propose(isApproval: true, reasons: "", findings: [:]), clerk)
        guard state >= 7 else { return }
        try act(.decide(isApproval: true, reasons: ""), head)
        if state >= 9 { try act(.handOver, clerk) }
    }
}
