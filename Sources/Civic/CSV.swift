// SPDX-License-Identifier: Apache-2.0

/// Comma-separated values after RFC 4180: UTF-8, a header line, quotes doubled inside quotes.
public enum CSV {
    /// Reads a whole small file into rows; large ones are read in pieces by the load.
    public static func rows(_ bytes: some Collection<UInt8>) -> [[String]] {
        let all = Array(bytes)
        var rows: [[String]] = []
        all.withUnsafeBufferPointer { buffer in
            var at = buffer.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            while at < buffer.count {
                var cells: [String] = []
                _ = readRow(buffer, from: &at, isLast: true) { cells.append(String(decoding: $0, as: UTF8.self)) }
                if !(cells.count == 1 && cells[0].isEmpty) { rows.append(cells) }
            }
        }
        return rows
    }

    public enum RowEnd { case complete, incomplete }

    /// Reads one row from `at` on, giving each cell's bytes; `incomplete` leaves `at` where the row starts.
    /// With `isLast` the end of the bytes ends the row.
    public static func readRow(
        _ bytes: UnsafeBufferPointer<UInt8>, from at: inout Int, isLast: Bool, cell: (UnsafeBufferPointer<UInt8>) -> Void
    ) -> RowEnd {
        let start = at
        var index = at
        let count = bytes.count
        var quoted = [UInt8]()
        while true {
            if index < count, bytes[index] == 0x22 {
                quoted.removeAll(keepingCapacity: true)
                index += 1
                var runStart = index
                while true {
                    while index < count, bytes[index] != 0x22 { index += 1 }
                    quoted.append(contentsOf: bytes[runStart..<index])
                    if index + 1 < count, bytes[index + 1] == 0x22 {
                        quoted.append(0x22)
                        index += 2
                        runStart = index
                        continue
                    }
                    break
                }
                if index >= count, !isLast { return .incomplete }
                index += 1
                // What stands between a closing quote and the next comma belongs to the cell, so that nothing is lost.
                let tail = index
                while index < count, bytes[index] != 0x2C, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
                if tail < index, index <= count { quoted.append(contentsOf: bytes[tail..<index]) }
                quoted.withUnsafeBufferPointer(cell)
            } else {
                let first = index
                while index < count, bytes[index] != 0x2C, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
                if index >= count, !isLast { return .incomplete }
                cell(UnsafeBufferPointer(rebasing: bytes[first..<min(index, count)]))
            }
            guard index < count else {
                guard isLast else {
                    at = start
                    return .incomplete
                }
                at = count
                return .complete
            }
            if bytes[index] == 0x2C {
                index += 1
                continue
            }
            if bytes[index] == 0x0D, index + 1 < count, bytes[index + 1] == 0x0A { index += 1 }
            at = index + 1
            return .complete
        }
    }

    /// Appends a cell, quoted where it must be.
    public static func write(_ cell: String, to output: inout [UInt8]) {
        let needsQuotes = cell.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else {
            output.append(contentsOf: cell.utf8)
            return
        }
        output.append(0x22)
        for byte in cell.utf8 {
            if byte == 0x22 { output.append(0x22) }
            output.append(byte)
        }
        output.append(0x22)
    }

    public static func line(_ cells: [String]) -> [UInt8] {
        var output = [UInt8]()
        for (index, cell) in cells.enumerated() {
            if index > 0 { output.append(0x2C) }
            write(cell, to: &output)
        }
        output.append(0x0A)
        return output
    }
}
