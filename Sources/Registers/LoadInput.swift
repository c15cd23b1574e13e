// SPDX-License-Identifier: Apache-2.0
internal import CZlib
internal import Civic
internal import Foundation

/// A piece of a file: whole lines, and the number of the first.
struct Piece: Sendable {
    let bytes: [UInt8]
    let firstLine: Int
    /// Lines too long to be read, which were skipped.
    let overlong: [Int]
    let isLast: Bool
}

/// Reads a file in pieces of whole lines, with flat memory, plain or gzip.
final class LineReader {
    enum Format { case csv, jsonLines }

    private let source: ByteSource
    private let format: Format
    private let lineMax: Int
    private var carry: [UInt8] = []
    private var line = 1
    private var isFirst = true
    private var isEnded = false
    static let pieceBytes = 256 << 10

    init(path: String, format: Format, limits: RegisterLimits) throws {
        source = try ByteSource(path: path, expansionMax: limits.expansionMax)
        self.format = format
        lineMax = limits.lineMax
    }

    /// Share of the file that has been read.
    var progress: Double { source.progress }

    func next() throws -> Piece? {
        guard !isEnded else { return nil }
        var buffer = carry
        carry = []
        var overlong: [Int] = []
        let firstLine = line
        while true {
            let more = try source.read(Self.pieceBytes)
            if isFirst {
                isFirst = false
                if more.starts(with: [0xFF, 0xFE]) || more.starts(with: [0xFE, 0xFF]) {
                    throw RegisterError.file([
                        "vi": "Tệp ghi theo UTF-16. Hãy lưu lại theo UTF-8 rồi nạp.", "en": "The file is UTF-16. Save it as UTF-8 and load it again.",
                    ])
                }
                buffer += more.starts(with: [0xEF, 0xBB, 0xBF]) ? more.dropFirst(3) : more[...]
            } else {
                buffer += more
            }
            if more.isEmpty {
                isEnded = true
                line += Self.lines(buffer[...])
                return buffer.isEmpty && overlong.isEmpty ? nil : Piece(bytes: buffer, firstLine: firstLine, overlong: overlong, isLast: true)
            }
            if let end = lastLineEnd(buffer) {
                carry = Array(buffer[end...])
                buffer.removeSubrange(end...)
                line += Self.lines(buffer[...])
                return Piece(bytes: buffer, firstLine: firstLine, overlong: overlong, isLast: false)
            }
            if buffer.count > lineMax {
                // No end in sight: give the line up at its next line feed, whatever quotes are open.
                overlong.append(line)
                try skipToLineEnd(&buffer)
                if overlong.count > 1000 { throw RegisterError.file(["vi": "Quá nhiều dòng quá dài.", "en": "Too many lines are too long."]) }
                if !buffer.isEmpty || source.isEnded { continue }
            }
        }
    }

    private func skipToLineEnd(_ buffer: inout [UInt8]) throws {
        // The first line feed after the row's start closes it, so that one open quote does not swallow the file.
        if let end = buffer.firstIndex(of: 0x0A) {
            buffer.removeSubrange(...end)
            line += 1
            return
        }
        while true {
            let more = try source.read(Self.pieceBytes)
            if more.isEmpty {
                buffer = []
                return
            }
            if let end = more.firstIndex(of: 0x0A) {
                buffer = Array(more[(end + 1)...])
                line += 1
                return
            }
        }
    }

    /// The place after the last row that is complete: a line feed outside quotes.
    private func lastLineEnd(_ buffer: [UInt8]) -> Int? {
        buffer.withUnsafeBufferPointer { bytes in
            if format == .jsonLines { return bytes.lastIndex(of: 0x0A).map { $0 + 1 } }
            var isQuoted = false
            var end: Int?
            for index in bytes.indices {
                let byte = bytes[index]
                if byte == 0x22 {
                    isQuoted.toggle()
                } else if byte == 0x0A, !isQuoted {
                    end = index + 1
                }
            }
            return end
        }
    }

    static func lines(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBufferPointer { $0.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) } }
    }
}

/// The bytes of a file, unpacked when it is gzip.
final class ByteSource {
    private let handle: Int32
    private let total: Int
    private var taken = 0
    private var given = 0
    /// zlib keeps a pointer to it, so it must not move.
    private var stream: UnsafeMutablePointer<z_stream>?
    private var input: [UInt8] = []
    private var inputAt = 0
    private var isBetweenMembers = false
    private let expansionMax: Int
    private(set) var isEnded = false

    init(path: String, expansionMax: Int) throws {
        handle = open(path, O_RDONLY)
        guard handle >= 0 else {
            throw RegisterError.file(Text(vi: "Không mở được tệp \(path).", en: "The file \(path) cannot be opened."))
        }
        var status = stat()
        fstat(handle, &status)
        total = max(1, Int(status.st_size))
        self.expansionMax = expansionMax
        var magic = [UInt8](repeating: 0, count: 2)
        let isPacked = pread(handle, &magic, 2, 0) == 2 && magic == [0x1F, 0x8B]
        if isPacked {
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
                stream.deallocate()
                throw RegisterError.file(["vi": "Không giải nén được tệp.", "en": "The file cannot be unpacked."])
            }
            self.stream = stream
        }
    }

    deinit {
        if let stream {
            inflateEnd(stream)
            stream.deallocate()
        }
        close(handle)
    }

    var progress: Double { min(1, Double(taken) / Double(total)) }

    private func readFile(_ count: Int) throws -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, size in
            let got = Foundation.read(handle, buffer.baseAddress, count)
            failed = got < 0
            size = max(0, got)
        }
        guard !failed else { throw RegisterError.file(["vi": "Không đọc được tệp.", "en": "The file cannot be read."]) }
        taken += bytes.count
        return bytes
    }

    /// Up to `count` bytes; empty at the end.
    func read(_ count: Int) throws -> [UInt8] {
        guard let stream else {
            let bytes = try readFile(count)
            isEnded = bytes.isEmpty
            return bytes
        }
        var output = [UInt8](repeating: 0, count: count)
        var produced = 0
        while produced == 0, !isEnded {
            if inputAt == input.count {
                input = try readFile(64 << 10)
                inputAt = 0
                if input.isEmpty {
                    guard isBetweenMembers else { throw RegisterError.file(["vi": "Tệp nén bị cụt.", "en": "The compressed file ends too early."]) }
                    isEnded = true
                    break
                }
            }
            try input.withUnsafeMutableBufferPointer { source in
                try output.withUnsafeMutableBufferPointer { target in
                    if isBetweenMembers {
                        // A file may be several compressed ones after each other.
                        inflateReset(stream)
                        isBetweenMembers = false
                    }
                    stream.pointee.next_in = source.baseAddress! + inputAt
                    stream.pointee.avail_in = UInt32(source.count - inputAt)
                    stream.pointee.next_out = target.baseAddress!
                    stream.pointee.avail_out = UInt32(count)
                    let code = inflate(stream, Z_NO_FLUSH)
                    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
                        throw RegisterError.file(["vi": "Tệp nén bị hỏng.", "en": "The compressed file is damaged."])
                    }
                    inputAt = source.count - Int(stream.pointee.avail_in)
                    produced = count - Int(stream.pointee.avail_out)
                    isBetweenMembers = code == Z_STREAM_END
                }
            }
        }
        given += produced
        guard given <= max(1 << 20, taken * expansionMax) else {
            throw RegisterError.file(
                Text(
                    vi: "Tệp nén nở ra quá \(expansionMax) lần; không nạp.", en: "The compressed file expands more than \(expansionMax) times; refused."))
        }
        output.removeSubrange(produced...)
        return output
    }
}
