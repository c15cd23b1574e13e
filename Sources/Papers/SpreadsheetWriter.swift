// SPDX-License-Identifier: Apache-2.0

/// Writes a workbook as a stream. Every cell is text, so that nothing in it is ever computed and no leading zero is lost.
public struct SpreadsheetWriter {
    private var zip: ZipWriter
    private let title: String
    private let header: [String]
    private var row = 0
    private var sheet = 0
    private var buffer: [UInt8] = []
    /// A sheet has room for 1,048,576 rows; a longer list goes on in another.
    public static let rowsMax = 1_000_000

    public init(title: String, header: [String]) throws {
        zip = ZipWriter()
        self.title = title
        self.header = header
        try beginSheet()
    }

    /// What has been written since the last time.
    public mutating func take() -> [UInt8] { zip.take() }

    private mutating func beginSheet() throws {
        sheet += 1
        row = 0
        try zip.begin("xl/worksheets/sheet\(sheet).xml")
        buffer += Array(
            """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\
            <sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>
            """.utf8)
        write(header, style: 1)
    }

    private mutating func endSheet() {
        buffer += Array("</sheetData></worksheet>".utf8)
        zip.add(buffer)
        buffer.removeAll(keepingCapacity: true)
        zip.end()
    }

    public mutating func add(_ cells: [String]) throws {
        if row > Self.rowsMax {
            endSheet()
            try beginSheet()
        }
        write(cells, style: 0)
        guard buffer.count > 256 << 10 else { return }
        if zip.isFull { throw PaperError.tooLarge }
        zip.add(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ cells: [String], style: Int) {
        row += 1
        buffer += Array("<row r=\"\(row)\">".utf8)
        for cell in cells {
            if cell.isEmpty {
                buffer += Array("<c/>".utf8)
                continue
            }
            buffer += Array("<c t=\"inlineStr\" s=\"\(style)\"><is><t xml:space=\"preserve\">".utf8)
            SpreadsheetWriter.escape(cell, to: &buffer)
            buffer += Array("</t></is></c>".utf8)
        }
        buffer += Array("</row>".utf8)
    }

    static func escape(_ text: String, to output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case 0x26: output += Array("&amp;".utf8)
            case 0x3C: output += Array("&lt;".utf8)
            case 0x3E: output += Array("&gt;".utf8)
            case 0x22: output += Array("&quot;".utf8)
            // XML has no place for other control characters.
            case 0..<0x20 where byte != 0x09 && byte != 0x0A && byte != 0x0D: continue
            default: output.append(byte)
            }
        }
    }

    public mutating func close() throws {
        endSheet()
        var name: [UInt8] = []
        SpreadsheetWriter.escape(String(title.filter { !"[]:*?/\\".contains($0) }.prefix(25)), to: &name)
        let safe = String(decoding: name, as: UTF8.self)
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        let package = "http://schemas.openxmlformats.org/package/2006"
        let type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        let sheets = (1...sheet).map { "<sheet name=\"\(safe)\($0 == 1 ? "" : " \($0)")\" sheetId=\"\($0)\" r:id=\"r\($0)\"/>" }.joined()
        try zip.file("xl/workbook.xml", "\(head)<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><sheets>\(sheets)</sheets></workbook>")
        let links = (1...sheet).map { "<Relationship Id=\"r\($0)\" Type=\"\(office)/worksheet\" Target=\"worksheets/sheet\($0).xml\"/>" }.joined()
        try zip.file(
            "xl/_rels/workbook.xml.rels",
            "\(head)<Relationships xmlns=\"\(package)/relationships\">\(links)<Relationship Id=\"s\" Type=\"\(office)/styles\" Target=\"styles.xml\"/></Relationships>")
        try zip.file(
            "xl/styles.xml",
            """
            \(head)<styleSheet xmlns="\(main)"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
            <fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>\
            <cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyFont="1"/></cellXfs>\
            <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>
            """)
        try zip.file(
            "_rels/.rels",
            "\(head)<Relationships xmlns=\"\(package)/relationships\"><Relationship Id=\"r1\" Type=\"\(office)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")
        let parts = (1...sheet).map { "<Override PartName=\"/xl/worksheets/sheet\($0).xml\" ContentType=\"\(type).worksheet+xml\"/>" }.joined()
        try zip.file(
            "[Content_Types].xml",
            """
            \(head)<Types xmlns="\(package)/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
            <Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="\(type).sheet.main+xml"/>\
            <Override PartName="/xl/styles.xml" ContentType="\(type).styles+xml"/>\(parts)</Types>
            """)
        zip.close()
    }
}
