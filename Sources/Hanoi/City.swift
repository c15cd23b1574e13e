// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Hà Nội: every register the city declares, and the facts it starts with.
public enum City {
    public static let name: Text = ["vi": "Thành phố Hà Nội", "en": "Hà Nội"]

    /// Every register that an instruction names, each after those it refers to, so that their files load in this order.
    public static let registers: [Register] = {
        let named = Announcement699.instructions.flatMap(\.declarations).map { $0.register }
        let byName = Dictionary(named.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var ordered: [Register] = []
        var seen: Set<String> = []
        func add(_ register: Register) {
            guard seen.insert(register.name).inserted else { return }
            for other in register.referredTo { byName[other].map(add) }
            ordered.append(register)
        }
        named.forEach(add)
        return ordered
    }()
}
