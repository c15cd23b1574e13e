// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Journal
import Testing

@testable import Papers

/// Papers as files: their structure is read here, their accessibility and signature by bin/check-papers.
@Suite struct PDFTests {
    static let seal = PaperSeal(seed: [UInt8](repeating: 7, count: 32), name: "Hà Nội", from: Instant("2026-01-01T00:00:00Z")!, until: Instant("2036-01-01T00:00:00Z")!)

    static func sample(paragraphs: Int = 2) -> PaperDocument {
        PaperDocument(
            title: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", language: .vietnamese, author: "Ủy ban nhân dân phường Ba Đình", made: Instant("2026-11-24T02:00:00Z")!,
            blocks: [
                .letterhead(office: ["ỦY BAN NHÂN DÂN", "PHƯỜNG BA ĐÌNH"], state: ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"]),
                .numbered("Số: H26.001-261124-0001/TNHS", at: "Ba Đình, ngày 24 tháng 11 năm 2026"), .title("GIẤY TIẾP NHẬN HỒ SƠ", below: "và hẹn trả kết quả"),
                .facts([("Người nộp", "Nguyễn Thị Đặng Thùy Trâm"), ("Thủ tục", "Đăng ký khai sinh"), ("Phí, lệ phí", "8.000 ₫")]),
                .list(["Giấy chứng sinh", "Ảnh chụp"]),
            ]
                + Array(
                    repeating: .paragraph("Thành phố nhận đủ giấy tờ và trả kết quả trước giờ hẹn; quá hẹn, thành phố xin lỗi và hẹn lại một lần. Những chữ khó: ẵ ễ ỡ ữ Ỷ Ậ."),
                    count: paragraphs)
                + [
                    .code(QRCode("https://hanoi.example/verify/abc")!, alternative: "Mã QR mở trang kiểm tra", words: ["Quét mã để kiểm tra."]),
                    .signature(["CÁN BỘ TIẾP NHẬN", "Trần Thị Mẫu"]),
                ])
    }

    /// The object table leads to each object, and the page tree, fonts and structure are there.
    @Test func everyObjectIsWhereTheTableSays() throws {
        let bytes = PDFWriter(fonts: try PaperFonts()).write(Self.sample(paragraphs: 60))
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        let start = try #require(Int(text.suffix(40).split(separator: "\n").dropFirst(1).first { $0.allSatisfy(\.isNumber) } ?? ""))
        #expect(bytes[start...].starts(with: Array("xref\n".utf8)))
        let lines = String(decoding: bytes[start...], as: Unicode.ASCII.self).split(separator: "\n")
        let count = Int(lines[1].split(separator: " ")[1])!
        #expect(count > 20)
        for id in 1..<count {
            let offset = Int(lines[2 + id].prefix(10))!
            #expect(bytes[offset...].starts(with: Array("\(id) 0 obj\n".utf8)), "object \(id)")
        }
        #expect(text.contains("/Count 4") || text.contains("/Count 3"))
        #expect(text.contains("/Marked true") && text.contains("/Lang (vi)") && text.contains("/S /H1") && text.contains("/S /TH"))
    }

    @Test func aSignatureCoversAllButItsOwnRoom() throws {
        let bytes = PDFWriter(fonts: try PaperFonts()).write(Self.sample(), signedBy: PaperSigner(name: "Hà Nội") { Self.seal.sign($0) })
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        let range = try #require(text.range(of: "/ByteRange \\[[0-9 ]+\\]", options: .regularExpression))
        let numbers = text[range].split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        #expect(numbers.count == 4 && numbers[0] == 0 && numbers[2] + numbers[3] == bytes.count)
        #expect(bytes[numbers[1]] == 0x3C && bytes[numbers[2] - 1] == 0x3E)
        if let folder = ProcessInfo.processInfo.environment["THANGLONG_PAPERS"] {
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/sample.pdf"))
            try Data(PDFWriter(fonts: try PaperFonts()).write(Self.sample(paragraphs: 60))).write(to: URL(fileURLWithPath: folder + "/long.pdf"))
            try Self.seal.pem.write(toFile: folder + "/seal.pem", atomically: true, encoding: .utf8)
        }
    }

    @Test func aSealFromFilesMustBeAPair() throws {
        #expect(throws: PaperSeal.Problem.unreadable) { try PaperSeal(pem: Array("no key".utf8)) }
        #expect(throws: PaperSeal.Problem.unreadable) { try PaperSeal(pem: Array(Self.seal.pem.utf8)) }
        #expect(
            Self.seal.certificates
                == PaperSeal(seed: [UInt8](repeating: 7, count: 32), name: "Hà Nội", from: Instant("2026-01-01T00:00:00Z")!, until: Instant("2036-01-01T00:00:00Z")!).certificates
                || Self.seal.certificates[0].count > 300)
    }

    @Test func aMissingFontIsNamed() {
        #expect(throws: PaperError.missing("/nowhere/NotoSerif-Regular.ttf")) { try PaperFonts(folder: "/nowhere") }
    }

    @Test func codesAreSquare() throws {
        let code = try #require(QRCode("https://hanoi.example/verify/ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        #expect(code.isDark.count == code.width * code.width && code.isDark[0] && (code.width - 17) % 4 == 0)
        #expect(QRCode(String(repeating: "x", count: 3000)) == nil && QRCode("") == nil)
    }
}
