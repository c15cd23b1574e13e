// SPDX-License-Identifier: Apache-2.0
internal import CQR

/// A QR code (ISO/IEC 18004) as its squares; true is dark.
public struct QRCode: Sendable, Equatable {
    /// How much of it may be damaged.
    public enum Correction: Sendable {
        case low, medium, quartile

        var level: QRecLevel {
            switch self {
            case .low: QR_ECLEVEL_L
            case .medium: QR_ECLEVEL_M
            case .quartile: QR_ECLEVEL_Q
            }
        }
    }

    public let width: Int
    public let isDark: [Bool]

    /// Nil when the text is too long for the largest code (2,331 bytes with medium correction).
    public init?(_ text: String, _ correction: Correction = .medium) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, correction.level) else { return nil }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        isDark = (0..<width * width).map { code.pointee.data[$0] & 1 == 1 }
    }

    /// Runs of dark squares in a row, so that drawing takes few rectangles.
    var runs: [(x: Int, y: Int, length: Int)] {
        var runs: [(x: Int, y: Int, length: Int)] = []
        for y in 0..<width {
            var x = 0
            while x < width {
                guard isDark[y * width + x] else {
                    x += 1
                    continue
                }
                let start = x
                while x < width, isDark[y * width + x] { x += 1 }
                runs.append((start, y, x - start))
            }
        }
        return runs
    }

    /// The path of an SVG with the quiet zone of four squares that the standard asks for; its view box is `width + 8` square.
    public var path: String { runs.map { "M\($0.x + 4) \($0.y + 4)h\($0.length)v1h-\($0.length)z" }.joined() }
}
