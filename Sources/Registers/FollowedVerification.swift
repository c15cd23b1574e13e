// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Journal
internal import Store

extension Registry {
    /// Recomputes what is followed: every leaf from the salts kept and the values of our own entry, the tree, and the signature of its head.
    func verifyFollowed(_ followed: Followed, progress: (Int64) -> Void) throws -> VerificationResult {
        let plan = try plan(followed.register)
        func damage(_ number: Int64?, _ vi: String, _ en: String) -> Damage { Damage(journal: followed.origin, number: number, Text(vi: vi, en: en)) }
        var edge = MerkleEdge()
        do {
            try database.read { connection in
                let names = try connection.all("SELECT id, names FROM mirror_form WHERE followed = \(followed.id)") {
                    ($0.integer(0), $0.text(1).split(separator: " ").map(String.init))
                }
                let forms = Dictionary(uniqueKeysWithValues: names)
                try connection.each(
                    "SELECT number, entry, form, effective, recorded, unit, salts, hidden, leaf, record FROM \(name: "mirror_\(followed.id)") ORDER BY number"
                ) { row in
                    let number = row.integer(0)
                    guard number == edge.size else { throw damage(edge.size, "thiếu mục này", "this entry is missing") }
                    guard let names = forms[row.integer(2)], let leaf = Hash(row.blob(8)) else { throw damage(number, "mục không đọc được", "it cannot be read") }
                    if let own = row.optionalInteger(1) {
                        guard let entry = try self.journals.entry(own, in: followed.register, on: connection), entry.record == row.integer(9) else {
                            throw damage(number, "không có mục tương ứng trong sổ", "the register has no entry for it")
                        }
                        // What was erased, or has no field here, cannot be made again; its leaf still is part of the tree.
                        if !entry.isErased, names.allSatisfy({ $0 == "_retired" || plan.register.position(inEntry: $0) != nil }) {
                            guard let made = self.remade(number, row, names, entry, plan, followed), made.leafHash == leaf else {
                                throw damage(number, "nội dung đã nhận không khớp giá trị băm của nó", "what was received does not match its leaf hash")
                            }
                        }
                    }
                    edge.append(leaf)
                    if edge.size % 65_536 == 0 { progress(edge.size) }
                    return true
                }
                let stored = try connection.first("SELECT size, edge FROM followed WHERE id = \(followed.id)") { MerkleEdge(size: $0.integer(0), bytes: $0.blob(1)) }
                guard stored == edge else { throw damage(edge.size, "cây của sổ được theo không khớp các mục", "the tree of what is followed does not match its entries") }
                if followed.size > 0 {
                    let checkpoint = Checkpoint(note: followed.note, keys: [NoteKey(name: followed.origin, publicKey: followed.publicKey)])
                    guard let checkpoint, checkpoint.size == followed.seen, checkpoint.size > edge.size || checkpoint.root == edge.root else {
                        throw damage(nil, "đầu cây đã ký không khớp", "the signed head does not match")
                    }
                }
            }
            return VerificationResult(journal: followed.origin, entries: edge.size, records: Int(edge.size), damage: nil)
        } catch let damage as Damage {
            return VerificationResult(journal: followed.origin, entries: 0, records: 0, damage: damage)
        }
    }

    private func remade(_ number: Int64, _ row: Row, _ names: [String], _ entry: Entry, _ plan: Plan, _ followed: Followed) -> FeedEntry? {
        let salts = row.blob(6)
        guard salts.count == names.count * 16, let item = plan.item(entry) else { return nil }
        let values = names.map { name -> Value in
            if name == "_retired" { return .boolean(true) }
            let position = plan.register.position(inEntry: name)!
            return position < 0 ? .string(item.key) : item.values[position]
        }
        return FeedEntry(
            number: number, effective: Day(number: Int32(truncatingIfNeeded: row.integer(3))), recorded: Instant(milliseconds: row.integer(4)), unit: row.text(5), names: names,
            values: values, salts: salts, hidden: row.blob(7), journal: String(followed.origin.split(separator: "/").last!))
    }
}
