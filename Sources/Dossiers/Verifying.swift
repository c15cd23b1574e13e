// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Ledger
public import Registers
internal import Store

extension Dossiers {
    /// Recomputes the journals of dossiers and of money, folds every dossier from its entries, and compares the rows and balances beside them.
    public func verify(progress: ((Int64) -> Void)? = nil) throws -> [VerificationResult] {
        let money = try ledger.verify(progress: progress)
        return try verifyDossiers(progress: progress) + [verifyCertificates(progress: progress)] + [
            VerificationResult(journal: Ledger.journal, entries: money.entries, records: Int(money.entries), damage: money.damage)
        ]
    }

    /// Every certificate's entry, and the row by which its paper is found.
    private func verifyCertificates(progress: ((Int64) -> Void)?) throws -> VerificationResult {
        let journal = Dossiers.certificatesJournal
        return try database.read { connection in
            let entries: Int64
            do { entries = try self.journals.verify(journal, on: connection) { progress?($0) } } catch let damage as Damage {
                return VerificationResult(journal: journal, entries: 0, records: 0, damage: damage)
            }
            var damage: Damage?
            var count: Int64 = 0
            try connection.each("SELECT number, code, dossier, procedure FROM certificate ORDER BY number") { row in
                count += 1
                guard let entry = try self.journals.entry(row.integer(0), in: journal, on: connection),
                    entry.isErased || entry.value("code")?.string == row.text(1) && entry.value("dossier")?.string == row.text(2) && entry.value("procedure")?.string == row.text(3)
                else {
                    damage = Damage(journal: journal, number: row.integer(0), ["vi": "giấy tờ khác với mục của nó", "en": "a certificate differs from its entry"])
                    return false
                }
                return true
            }
            if damage == nil, count != entries {
                damage = Damage(journal: journal, number: nil, ["vi": "có mục không thuộc giấy tờ nào", "en": "there are entries that belong to no certificate"])
            }
            return VerificationResult(journal: journal, entries: entries, records: Int(count), damage: damage)
        }
    }

    private func verifyDossiers(progress: ((Int64) -> Void)?) throws -> [VerificationResult] {
        try database.read { connection in
            let entries: Int64
            do { entries = try self.journals.verify(Dossiers.journal, on: connection) { progress?($0) } } catch let damage as Damage {
                return [VerificationResult(journal: Dossiers.journal, entries: 0, records: 0, damage: damage)]
            }
            var count = 0
            var told: Int64 = 0
            var damage: Damage?
            try connection.each(
                "SELECT code, last, status, step, proposed, officer, due, ended, level, rating, number, on_time FROM dossier ORDER BY number"
            ) { row in
                let chain = try self.chain(from: row.integer(1), on: connection)
                told += Int64(chain.count)
                count += 1
                let dossier = try self.fold(row.text(0), chain)
                let isRight =
                    dossier.number == row.integer(10) && chain.allSatisfy { $0.record == dossier.number && $0.value("dossier")?.string == dossier.code }
                    && dossier.status.rawValue == Int(row.integer(2)) && dossier.step == Int(row.integer(3)) && (dossier.proposal != nil) == (row.integer(4) == 1)
                    && dossier.officer == row.optionalText(5) && dossier.due?.milliseconds == row.optionalInteger(6) && dossier.ended?.milliseconds == row.optionalInteger(7)
                    && dossier.escalation == Int(row.integer(8)) && dossier.rating.map(Int64.init) == row.optionalInteger(9)
                    && dossier.isOnTime.map { $0 ? 1 : 0 } == row.optionalInteger(11)
                guard isRight else {
                    damage = Damage(
                        journal: Dossiers.journal, number: dossier.last,
                        Text(vi: "hồ sơ \(dossier.code) khác với các mục của nó", en: "the dossier \(dossier.code) differs from its entries"))
                    return false
                }
                return true
            }
            if damage == nil, told != entries {
                damage = Damage(journal: Dossiers.journal, number: nil, ["vi": "có mục không thuộc hồ sơ nào", "en": "there are entries that belong to no dossier"])
            }
            return [VerificationResult(journal: Dossiers.journal, entries: entries, records: count, damage: damage)]
        }
    }
}
