// SPDX-License-Identifier: Apache-2.0
internal import Civic
public import Journal
internal import Store

extension Devices {
    /// Recomputes the journal and compares every device's state and key with its entries. Gives how many entries there are, and the first damage.
    public func verify(progress: ((Int64) -> Void)? = nil) throws -> (entries: Int64, damage: Damage?) {
        try database.read { connection in
            let entries: Int64
            do { entries = try self.journals.verify(Devices.journal, on: connection) { progress?($0) } } catch let damage as Damage { return (0, damage) }
            var told: [String: (state: Device.State, key: String?)] = [:]
            try self.journals.eachEntry(from: 0, in: Devices.journal, on: connection) { entry in
                guard let code = entry.value("device")?.string, let event = entry.value("event")?.string else { return true }
                switch event {
                case "announced", "reopened": told[code] = (.announced, nil)
                case "enrolled":
                    let content = entry.value("content")?.string ?? ""
                    told[code] = (.active, (try? JSON(parsing: content.utf8))?["key"]?.string)
                case "frozen": told[code]?.state = .frozen
                case "revoked": told[code]?.state = .revoked
                default: break
                }
                return true
            }
            var damage: Damage?
            var count = 0
            try connection.each("SELECT \(Devices.columns) FROM device") { row in
                let device = Devices.device(row)
                count += 1
                let one = told[device.code]
                if one?.state != device.state || (device.state != .announced && one?.key != device.publicKey.map { Encoding.base64($0) }) {
                    damage = Damage(
                        journal: Devices.journal, number: nil, Text(vi: "thiết bị \(device.code) khác với các mục", en: "the device \(device.code) differs from its entries"))
                }
                return damage == nil
            }
            if damage == nil, count != told.count {
                damage = Damage(journal: Devices.journal, number: nil, ["vi": "số thiết bị khác với các mục", "en": "the number of devices differs from the entries"])
            }
            return (entries, damage)
        }
    }
}
