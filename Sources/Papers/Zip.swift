// SPDX-License-Identifier: Apache-2.0
internal import CZlib
internal import Foundation

/// Why a paper could not be read.
public enum PaperError: Error, Sendable, Equatable {
    case notAZip
    case damaged(String)
    /// It unpacks to more than is allowed.
    case tooLarge
    case missing(String)
    case xml(String)
}

/// The files inside a zip, unpacked one at a time with a bound.
struct ZipReader {
    private struct Entry {
        let method: UInt16
        let packed: Int
        let unpacked: Int
        let offset: Int
    }

    private let bytes: Data
    private var entries: [String: Entry] = [:]
    static let entriesMax = 5000

    init(path: String) throws(PaperError) {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else { throw .missing(path) }
        self.bytes = bytes
        func number(_ at: Int, _ width: Int) -> Int {
            guard at >= 0, at + width <= bytes.count else { return 0 }
            return (0..<width).reduce(0) { $0 | Int(bytes[bytes.startIndex + at + $1]) << (8 * $1) }
        }
        // The end record is at most 64 KiB of comment before the end.
        var end = bytes.count - 22
        let last = max(0, bytes.count - 22 - 65_535)
        while end >= last, number(end, 4) != 0x0605_4B50 { end -= 1 }
        guard bytes.count >= 22, end >= last, end >= 0 else { throw .notAZip }
        let count = number(end + 10, 2)
        var at = number(end + 16, 4)
        guard count <= Self.entriesMax else { throw .tooLarge }
        for _ in 0..<count {
            guard number(at, 4) == 0x0201_4B50 else { throw .damaged("directory") }
            let nameLength = number(at + 28, 2)
            guard at + 46 + nameLength <= bytes.count else { throw .damaged("directory") }
            let name = String(decoding: bytes[(bytes.startIndex + at + 46)..<(bytes.startIndex + at + 46 + nameLength)], as: UTF8.self)
            entries[name] = Entry(method: UInt16(number(at + 10, 2)), packed: number(at + 20, 4), unpacked: number(at + 24, 4), offset: number(at + 42, 4))
            let extraLength: Int = number(at + 30, 2)
            let noteLength: Int = number(at + 32, 2)
            at += 46 + nameLength + extraLength + noteLength
        }
    }

    var names: [String] { entries.keys.sorted() }

    /// Gives a file's bytes piece by piece.
    func read(_ name: String, max: Int, _ body: (ArraySlice<UInt8>) throws(PaperError) -> Void) throws(PaperError) {
        guard let entry = entries[name] else { throw .missing(name) }
        let header = entry.offset
        guard header + 30 <= bytes.count else { throw .damaged(name) }
        func number(_ at: Int) -> Int { Int(bytes[bytes.startIndex + at]) | Int(bytes[bytes.startIndex + at + 1]) << 8 }
        let start = header + 30 + number(header + 26) + number(header + 28)
        guard start + entry.packed <= bytes.count, start >= 0 else { throw .damaged(name) }
        let packed = [UInt8](bytes[(bytes.startIndex + start)..<(bytes.startIndex + start + entry.packed)])
        switch entry.method {
        case 0:
            guard packed.count <= max else { throw .tooLarge }
            try body(packed[...])
        case 8: try ZipReader.inflate(packed, name, max: max, body)
        default: throw .damaged(name)
        }
    }

    func whole(_ name: String, max: Int) throws(PaperError) -> [UInt8] {
        var all: [UInt8] = []
        try read(name, max: max) { (piece) throws(PaperError) in all += piece }
        return all
    }

    private static func inflate(_ packed: [UInt8], _ name: String, max: Int, _ body: (ArraySlice<UInt8>) throws(PaperError) -> Void) throws(PaperError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { throw .damaged(name) }
        defer { inflateEnd(stream) }
        var output = [UInt8](repeating: 0, count: 256 << 10)
        var given = 0
        var at = 0
        while true {
            var produced = 0
            var code = Z_OK
            packed.withUnsafeBufferPointer { source in
                output.withUnsafeMutableBufferPointer { target in
                    stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + at })
                    stream.pointee.avail_in = UInt32(source.count - at)
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    code = CZlib.inflate(stream, Z_NO_FLUSH)
                    produced = target.count - Int(stream.pointee.avail_out)
                }
            }
            at = packed.count - Int(stream.pointee.avail_in)
            given += produced
            guard given <= max else { throw .tooLarge }
            if produced > 0 { try body(output[..<produced]) }
            if code == Z_STREAM_END { return }
            guard code == Z_OK, produced > 0 || at < packed.count else { throw .damaged(name) }
        }
    }
}

/// Writes a zip as a stream: nothing of it is kept but its directory.
struct ZipWriter {
    private var output: [UInt8] = []
    private var offset: UInt32 = 0
    private var directory: [UInt8] = []
    private var count: UInt16 = 0
    private var name: [UInt8] = []
    private var start: UInt32 = 0
    private var checksum: UInt = 0
    private var unpacked: UInt32 = 0
    private var packed: UInt32 = 0
    private var packer: Packer?

    /// zlib keeps a pointer to its state, so it must not move; it goes with whoever gives the file up.
    private final class Packer {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

        init?() {
            stream.initialize(to: z_stream())
            guard deflateInit2_(stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        }

        deinit {
            deflateEnd(stream)
            stream.deallocate()
        }
    }

    /// The format counts to 4 GiB.
    var isFull: Bool { offset > 3_900_000_000 || unpacked > 3_900_000_000 }

    /// What has been written since the last time.
    mutating func take() -> [UInt8] {
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }

    private static func bytes(_ number: some FixedWidthInteger, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }

    private mutating func put(_ bytes: [UInt8]) {
        offset += UInt32(bytes.count)
        output += bytes
    }

    mutating func begin(_ file: String) throws {
        name = Array(file.utf8)
        start = offset
        checksum = crc32(0, nil, 0)
        unpacked = 0
        packed = 0
        packer = Packer()
        guard packer != nil else { throw PaperError.damaged(file) }
        // Sizes follow the content; the day is 1 January 1980, so that the same content gives the same file.
        put(Self.bytes(0x0403_4B50 as UInt32, 4))
        put([20, 0, 8, 8, 8, 0, 0, 0, 0x21, 0])
        put([UInt8](repeating: 0, count: 12))
        put(Self.bytes(UInt16(name.count), 2))
        put([0, 0])
        put(name)
    }

    mutating func add(_ content: [UInt8], isLast: Bool = false) {
        guard let stream = packer?.stream else { preconditionFailure("Content comes between a file's begin and its end.") }
        checksum = content.withUnsafeBufferPointer { crc32(checksum, $0.baseAddress, UInt32($0.count)) }
        unpacked += UInt32(content.count)
        var output = [UInt8](repeating: 0, count: 64 << 10)
        var at = 0
        while true {
            var produced = 0
            content.withUnsafeBufferPointer { source in
                output.withUnsafeMutableBufferPointer { target in
                    stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + at })
                    stream.pointee.avail_in = UInt32(source.count - at)
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    _ = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    produced = target.count - Int(stream.pointee.avail_out)
                }
            }
            at = content.count - Int(stream.pointee.avail_in)
            if produced > 0 {
                packed += UInt32(produced)
                put(Array(output[..<produced]))
            }
            if produced < output.count { return }
        }
    }

    mutating func end() {
        add([], isLast: true)
        packer = nil
        put(Self.bytes(0x0807_4B50 as UInt32, 4) + Self.bytes(UInt32(checksum), 4) + Self.bytes(packed, 4) + Self.bytes(unpacked, 4))
        directory += Self.bytes(0x0201_4B50 as UInt32, 4) + [20, 0, 20, 0, 8, 8, 8, 0, 0, 0, 0x21, 0]
        directory += Self.bytes(UInt32(checksum), 4) + Self.bytes(packed, 4) + Self.bytes(unpacked, 4) + Self.bytes(UInt16(name.count), 2)
        directory += [UInt8](repeating: 0, count: 12) + Self.bytes(start, 4) + name
        count += 1
    }

    mutating func file(_ name: String, _ content: String) throws {
        try begin(name)
        add(Array(content.utf8))
        end()
    }

    mutating func close() {
        let at = offset
        put(directory)
        put(Self.bytes(0x0605_4B50 as UInt32, 4))
        put([0, 0, 0, 0])
        put(Self.bytes(count, 2))
        put(Self.bytes(count, 2))
        put(Self.bytes(UInt32(directory.count), 4))
        put(Self.bytes(at, 4))
        put([0, 0])
    }
}
