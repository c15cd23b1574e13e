// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The cells of invented lines.
enum SyntheticCells {
    /// A number with zeros before it.
    static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    /// A line's cells in the order of the register's fields, those that are not named empty.
    static func line(_ register: Register, _ cells: [String: String]) -> SyntheticHoldings.Line { (register.name, register.allFields.map { cells[$0.name] ?? "" }) }
}
