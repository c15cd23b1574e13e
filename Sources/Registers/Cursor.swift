// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Where a page ended: opaque to callers.
struct Cursor: Sendable {
    let textID: Int64
    let row: Int64
    var text: Int64 { textID }

    init(text: Int64, row: Int64) {
        textID = text
        self.row = row
    }

    init(_ encoded: String) throws {
        guard let bytes = Encoding.bytes(base64: encoded), let plain = String(validating: bytes, as: UTF8.self) else { throw Cursor.fault }
        let parts = plain.split(separator: ".").compactMap { Int64($0) }
        guard parts.count == 2 else { throw Cursor.fault }
        self.init(text: parts[0], row: parts[1])
    }

    var encoded: String { Encoding.base64URL(Array("\(textID).\(row)".utf8)) }

    static var fault: RegisterError {
        .badRequest(["vi": "Giá trị after không do danh sách này đưa ra.", "en": "This value of after was not given by this list."])
    }
}
