// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A TrueType font: what laying out a line and embedding the glyphs of a paper need, and no more.
struct TrueType: Sendable {
    let name: String
    let unitsPerEm: Int
    let ascent: Int
    let descent: Int
    let capHeight: Int
    let box: [Int]
    let italicAngle: Int
    private let bytes: [UInt8]
    private let tables: [String: Range<Int>]
    private let glyphs: [UInt32: UInt16]
    private let advances: [UInt16]
    private let locations: [Int]

    /// Nil when the bytes are no font of this kind.
    init?(_ bytes: [UInt8], name: String) {
        func u16(_ at: Int) -> Int { at + 2 <= bytes.count ? Int(bytes[at]) << 8 | Int(bytes[at + 1]) : 0 }
        func i16(_ at: Int) -> Int { Int(Int16(truncatingIfNeeded: u16(at))) }
        func u32(_ at: Int) -> Int { u16(at) << 16 | u16(at + 2) }
        guard bytes.count > 12, u32(0) == 0x0001_0000 else { return nil }
        var tables: [String: Range<Int>] = [:]
        for index in 0..<u16(4) {
            let at = 12 + 16 * index
            guard at + 16 <= bytes.count else { return nil }
            let start = u32(at + 8)
            let end = start + u32(at + 12)
            guard end <= bytes.count else { return nil }
            tables[String(decoding: bytes[at..<at + 4], as: UTF8.self)] = start..<end
        }
        guard let head = tables["head"]?.lowerBound, let hhea = tables["hhea"]?.lowerBound, let maxp = tables["maxp"]?.lowerBound, let hmtx = tables["hmtx"]?.lowerBound,
            let loca = tables["loca"]?.lowerBound, tables["glyf"] != nil, let cmap = tables["cmap"]?.lowerBound, let os2 = tables["OS/2"]?.lowerBound
        else { return nil }
        self.name = name
        self.bytes = bytes
        self.tables = tables
        unitsPerEm = u16(head + 18)
        box = (0..<4).map { i16(head + 36 + 2 * $0) }
        ascent = i16(hhea + 4)
        descent = i16(hhea + 6)
        capHeight = i16(os2 + 88)
        italicAngle = tables["post"].map { i16($0.lowerBound + 4) } ?? 0
        let count = u16(maxp + 4)
        let measured = u16(hhea + 34)
        guard measured > 0 else { return nil }
        advances = (0..<count).map { UInt16(u16(hmtx + 4 * min($0, measured - 1))) }
        let isLong = u16(head + 50) == 1
        locations = (0...count).map { isLong ? u32(loca + 4 * $0) : 2 * u16(loca + 2 * $0) }
        var glyphs: [UInt32: UInt16] = [:]
        for index in 0..<u16(cmap + 2) {
            let at = cmap + u32(cmap + 8 + 8 * index)
            switch u16(at) {
            case 4:
                let segments = u16(at + 6) / 2
                for segment in 0..<segments {
                    let end = u16(at + 14 + 2 * segment)
                    let start = u16(at + 16 + 2 * segments + 2 * segment)
                    let delta = u16(at + 16 + 4 * segments + 2 * segment)
                    let place = at + 16 + 6 * segments + 2 * segment
                    let offset = u16(place)
                    for scalar in start...max(start, end) where scalar < 0xFFFF {
                        let raw = offset == 0 ? scalar : u16(place + offset + 2 * (scalar - start))
                        if raw != 0 { glyphs[UInt32(scalar)] = UInt16((raw + delta) & 0xFFFF) }
                    }
                }
            case 12:
                for group in 0..<u32(at + 12) {
                    let place = at + 16 + 12 * group
                    let first = u32(place)
                    for scalar in first...max(first, u32(place + 4)) { glyphs[UInt32(scalar)] = UInt16(truncatingIfNeeded: u32(place + 8) + scalar - first) }
                }
            default: continue
            }
        }
        self.glyphs = glyphs.filter { $0.value != 0 && Int($0.value) < count }
    }

    /// The glyph of a scalar; what the font lacks is shown by a question mark.
    func glyph(_ scalar: Unicode.Scalar) -> UInt16 { glyphs[scalar.value] ?? glyphs[0x3F] ?? 0 }

    /// In thousandths of the size.
    func width(_ glyph: UInt16) -> Int { Int(advances[Int(glyph)]) * 1000 / unitsPerEm }
    func width(_ text: some StringProtocol) -> Int { text.unicodeScalars.reduce(0) { $0 + width(glyph($1)) } }

    /// A font file with only these glyphs, by their old numbers.
    func subset(_ wanted: Set<UInt16>) -> [UInt8] {
        guard let glyf = tables["glyf"] else { return [] }
        func u16(_ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }
        var needed: Set<Int> = [0]
        var waiting = wanted.map { Int($0) }
        while let glyph = waiting.popLast() {
            guard needed.insert(glyph).inserted || glyph == 0 else { continue }
            let start = glyf.lowerBound + locations[glyph]
            // Letters with marks are often made of other glyphs.
            guard locations[glyph + 1] > locations[glyph], u16(start) & 0x8000 != 0 else { continue }
            var at = start + 10
            while true {
                let flags = u16(at)
                let part = u16(at + 2)
                if !needed.contains(part) { waiting.append(part) }
                let offsets: Int = flags & 1 != 0 ? 4 : 2
                var scale = 0
                if flags & 8 != 0 { scale = 2 } else if flags & 0x40 != 0 { scale = 4 } else if flags & 0x80 != 0 { scale = 8 }
                at += 4 + offsets + scale
                if flags & 0x20 == 0 { break }
            }
        }
        var outlines: [UInt8] = []
        var places: [UInt8] = []
        func append(_ value: Int, to target: inout [UInt8]) { for shift in [24, 16, 8, 0] { target.append(UInt8(truncatingIfNeeded: value >> shift)) } }
        for glyph in 0..<locations.count - 1 {
            append(outlines.count, to: &places)
            if needed.contains(glyph) {
                outlines += bytes[glyf.lowerBound + locations[glyph]..<glyf.lowerBound + locations[glyph + 1]]
                while outlines.count % 4 != 0 { outlines.append(0) }
            }
        }
        append(outlines.count, to: &places)
        var parts: [(String, [UInt8])] = []
        for tag in ["cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"] {
            switch tag {
            case "glyf": parts.append((tag, outlines))
            case "loca": parts.append((tag, places))
            case "head":
                var head = Array(bytes[tables["head"]!])
                head.replaceSubrange(8..<12, with: [0, 0, 0, 0])
                head.replaceSubrange(50..<52, with: [0, 1])
                parts.append((tag, head))
            default: if let range = tables[tag] { parts.append((tag, Array(bytes[range]))) }
            }
        }
        func sum(_ part: [UInt8]) -> Int {
            var sum = 0
            for start in stride(from: 0, to: part.count, by: 4) { for offset in 0..<4 { sum += Int(start + offset < part.count ? part[start + offset] : 0) << (24 - 8 * offset) } }
            return sum & 0xFFFF_FFFF
        }
        let power = Int(log2(Double(parts.count)))
        var file: [UInt8] = [0, 1, 0, 0]
        for value in [parts.count, 16 << power, power, 16 * parts.count - 16 << power] { file += [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)] }
        var offset = 12 + 16 * parts.count
        var headAt = 0
        for (tag, part) in parts {
            file += Array(tag.utf8)
            append(sum(part), to: &file)
            append(offset, to: &file)
            append(part.count, to: &file)
            if tag == "head" { headAt = offset }
            offset += (part.count + 3) & ~3
        }
        for (_, part) in parts { file += part + [UInt8](repeating: 0, count: (4 - part.count % 4) % 4) }
        var adjustment: [UInt8] = []
        append(0xB1B0_AFBA - sum(file), to: &adjustment)
        file.replaceSubrange(headAt + 8..<headAt + 12, with: adjustment)
        return file
    }
}

/// The faces that papers are set in: Noto Serif, from Debian's fonts-noto-core.
public struct PaperFonts: Sendable {
    let regular: TrueType
    let bold: TrueType
    let italic: TrueType

    public static let usualFolder = "/usr/share/fonts/truetype/noto"

    public init(folder: String = PaperFonts.usualFolder) throws(PaperError) {
        func load(_ style: String) throws(PaperError) -> TrueType {
            let path = "\(folder)/NotoSerif-\(style).ttf"
            guard let data = FileManager.default.contents(atPath: path), let font = TrueType(Array(data), name: "NotoSerif-\(style)") else { throw .missing(path) }
            return font
        }
        regular = try load("Regular")
        bold = try load("Bold")
        italic = try load("Italic")
    }
}
