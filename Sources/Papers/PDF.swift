// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import CZlib

/// Writes papers as tagged PDF 1.7 (PDF/UA-1) with the text of every glyph, and signs them as PAdES (ETSI EN 319 142-1) does.
public struct PDFWriter: Sendable {
    private let fonts: PaperFonts

    public init(fonts: PaperFonts) { self.fonts = fonts }

    /// Room for a signature with its certificates.
    private static let signatureMax = 12_000

    public func write(_ document: PaperDocument, signedBy signer: PaperSigner? = nil) -> [UInt8] {
        var file = PDFFile()
        let layout = PaperLayout(document, fonts: fonts)
        let catalog = file.reserve()
        let pageTree = file.reserve()
        let structure = file.reserve()
        let pages = layout.pages.map { _ in file.reserve() }
        let faces = Face.allCases.map { face -> Int? in layout.used[face.rawValue].isEmpty ? nil : embed(layout.font(face), layout.used[face.rawValue], in: &file) }
        let resources = "<</Font <<" + zip(Face.allCases, faces).compactMap { face, id in id.map { "/F\(face.rawValue) \($0) 0 R" } }.joined(separator: " ") + ">>>>"
        let field = signer.map { _ in (widget: file.reserve(), value: file.reserve()) }

        // The parts of the paper, for those who hear it.
        var ids: [ObjectIdentifier: Int] = [:]
        func number(_ tag: Tag) {
            ids[ObjectIdentifier(tag)] = file.reserve()
            for child in tag.children { number(child) }
        }
        number(layout.root)
        let form = field.map { _ in file.reserve() }
        func put(_ tag: Tag, under parent: Int) {
            let id = ids[ObjectIdentifier(tag)]!
            var kids = tag.content.map { "<</Type /MCR /Pg \(pages[$0.page]) 0 R /MCID \($0.id)>>" } + tag.children.map { "\(ids[ObjectIdentifier($0)]!) 0 R" }
            if tag === layout.root, let form { kids.append("\(form) 0 R") }
            let alternative = tag.alternative.map { " /Alt \(PDFFile.text($0))" } ?? ""
            file.put(id, "<</Type /StructElem /S /\(tag.kind) /P \(parent) 0 R \(tag.attributes)\(alternative) /K [\(kids.joined(separator: " "))]>>")
            for child in tag.children { put(child, under: id) }
        }
        put(layout.root, under: structure)
        var parents = layout.owners.enumerated().map { page, tags in "\(page) [\(tags.map { "\(ids[ObjectIdentifier($0)]!) 0 R" }.joined(separator: " "))]" }
        if let field, let form, let signer {
            file.put(
                form,
                "<</Type /StructElem /S /Form /P \(ids[ObjectIdentifier(layout.root)]!) 0 R /Alt \(PDFFile.text(signer.name)) /K <</Type /OBJR /Pg \(pages[0]) 0 R /Obj \(field.widget) 0 R>>>>"
            )
            parents.append("\(pages.count) \(form) 0 R")
        }
        file.put(
            structure,
            "<</Type /StructTreeRoot /K [\(ids[ObjectIdentifier(layout.root)]!) 0 R] /ParentTree <</Nums [\(parents.joined(separator: " "))]>> /ParentTreeNextKey \(parents.count)>>"
        )

        for (index, page) in pages.enumerated() {
            let content = file.stream(layout.pages[index])
            let annotations = index == 0 ? field.map { " /Annots [\($0.widget) 0 R]" } ?? "" : ""
            file.put(
                page,
                "<</Type /Page /Parent \(pageTree) 0 R /MediaBox [0 0 595 842] /Resources \(resources) /Contents \(content) 0 R /StructParents \(index) /Tabs /S\(annotations)>>")
        }
        file.put(pageTree, "<</Type /Pages /Kids [\(pages.map { "\($0) 0 R" }.joined(separator: " "))] /Count \(pages.count)>>")
        let metadata = file.stream(Array(Self.metadata(document).utf8), "/Type /Metadata /Subtype /XML", isPlain: true)
        let forms = field.map { " /AcroForm <</Fields [\($0.widget) 0 R] /SigFlags 3>>" } ?? ""
        file.put(
            catalog,
            "<</Type /Catalog /Pages \(pageTree) 0 R /Lang (\(document.language.rawValue)) /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>> /StructTreeRoot \(structure) 0 R /Metadata \(metadata) 0 R\(forms)>>"
        )
        let info = file.reserve()
        let date = Self.date(document.made)
        file.put(
            info,
            "<</Title \(PDFFile.text(document.title)) /Author \(PDFFile.text(document.author)) /Creator (Thang Long) /Producer (Thang Long) /CreationDate (\(date)) /ModDate (\(date))>>"
        )
        if let field, let signer {
            file.put(
                field.widget,
                "<</Type /Annot /Subtype /Widget /FT /Sig /T (signature) /TU \(PDFFile.text(signer.name)) /V \(field.value) 0 R /Rect [0 0 0 0] /F 132 /P \(pages[0]) 0 R /StructParent \(pages.count)>>"
            )
            file.put(
                field.value,
                "<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Name \(PDFFile.text(signer.name)) /M (\(date)) /ByteRange [0 0000000000 0000000000 0000000000] /Contents <\(String(repeating: "0", count: 2 * Self.signatureMax))>>>"
            )
        }
        var bytes = file.finish(root: catalog, info: info)
        if let field, let signer { Self.sign(&bytes, at: file.offset(of: field.value), by: signer) }
        return bytes
    }

    /// Signs everything but the room of the signature itself.
    private static func sign(_ bytes: inout [UInt8], at start: Int, by signer: PaperSigner) {
        let open = Array("/Contents <".utf8)
        var at = start
        while !bytes[at...].starts(with: open) { at += 1 }
        let from = at + open.count - 1
        let to = from + 2 * signatureMax + 2
        func ten(_ number: Int) -> String { String(repeating: "0", count: 10 - String(number).count) + String(number) }
        let range = Array("/ByteRange [0 \(ten(from)) \(ten(to)) \(ten(bytes.count - to))]".utf8)
        var place = start
        while !bytes[place...].starts(with: Array("/ByteRange [".utf8)) { place += 1 }
        bytes.replaceSubrange(place..<place + range.count, with: range)
        let signature = signer.sign(Array(bytes[..<from] + bytes[to...]))
        precondition(signature.count <= signatureMax, "The signature has more certificates than room was left for.")
        bytes.replaceSubrange(from + 1..<from + 1 + 2 * signature.count, with: Array(Encoding.hex(signature).utf8))
    }

    private func embed(_ font: TrueType, _ used: [UInt16: Unicode.Scalar], in file: inout PDFFile) -> Int {
        let glyphs = used.keys.sorted()
        let data = font.subset(Set(glyphs))
        // Six letters that stand for what is in the subset.
        var seed = glyphs.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        var label = ""
        for _ in 0..<6 {
            label.unicodeScalars.append(Unicode.Scalar(UInt8(65 + seed % 26)))
            seed /= 26
        }
        let name = "\(label)+\(font.name)"
        func scaled(_ value: Int) -> Int { value * 1000 / font.unitsPerEm }
        let program = file.stream(data, "/Length1 \(data.count)")
        let descriptor = file.add(
            "<</Type /FontDescriptor /FontName /\(name) /Flags 6 /FontBBox [\(font.box.map { String(scaled($0)) }.joined(separator: " "))] /ItalicAngle \(font.italicAngle) /Ascent \(scaled(font.ascent)) /Descent \(scaled(font.descent)) /CapHeight \(scaled(font.capHeight)) /StemV 80 /FontFile2 \(program) 0 R>>"
        )
        let widths = glyphs.map { "\($0) [\(font.width($0))]" }.joined(separator: " ")
        let descendant = file.add(
            "<</Type /Font /Subtype /CIDFontType2 /BaseFont /\(name) /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor \(descriptor) 0 R /CIDToGIDMap /Identity /DW 500 /W [\(widths)]>>"
        )
        func hex(_ value: Int) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        var map =
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        for start in stride(from: 0, to: glyphs.count, by: 100) {
            let part = glyphs[start..<min(start + 100, glyphs.count)]
            map += "\(part.count) beginbfchar\n" + part.map { "<\(hex(Int($0)))> <\(String(used[$0]!).utf16.map { hex(Int($0)) }.joined())>\n" }.joined() + "endbfchar\n"
        }
        map += "endcmap CMapName currentdict /CMap defineresource pop end end"
        let unicode = file.stream(Array(map.utf8))
        return file.add("<</Type /Font /Subtype /Type0 /BaseFont /\(name) /Encoding /Identity-H /DescendantFonts [\(descendant) 0 R] /ToUnicode \(unicode) 0 R>>")
    }

    private static func date(_ instant: Instant) -> String { "D:" + String(instant.description.prefix(19).filter(\.isNumber)) + "Z" }

    private static func metadata(_ document: PaperDocument) -> String {
        func escaped(_ text: String) -> String { text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;") }
        return """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">\(escaped(document.title))</rdf:li></rdf:Alt></dc:title>
            <dc:creator><rdf:Seq><rdf:li>\(escaped(document.author))</rdf:li></rdf:Seq></dc:creator>
            <dc:language><rdf:Bag><rdf:li>\(document.language.rawValue)</rdf:li></rdf:Bag></dc:language>
            <xmp:CreateDate>\(document.made.description.prefix(19))Z</xmp:CreateDate><xmp:ModifyDate>\(document.made.description.prefix(19))Z</xmp:ModifyDate>
            <pdfuaid:part>1</pdfuaid:part>
            </rdf:Description></rdf:RDF></x:xmpmeta>
            <?xpacket end="r"?>
            """
    }
}

/// The objects of a PDF file as they are written.
private struct PDFFile {
    private var bytes = Array("%PDF-1.7\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
    /// Where each object begins.
    private var offsets: [Int] = [0]

    mutating func reserve() -> Int {
        offsets.append(0)
        return offsets.count - 1
    }

    func offset(of id: Int) -> Int { offsets[id] }

    mutating func put(_ id: Int, _ body: String) { put(id, Array(body.utf8)) }

    private mutating func put(_ id: Int, _ body: [UInt8]) {
        offsets[id] = bytes.count
        bytes += Array("\(id) 0 obj\n".utf8) + body + Array("\nendobj\n".utf8)
    }

    mutating func add(_ body: String) -> Int {
        let id = reserve()
        put(id, body)
        return id
    }

    mutating func stream(_ content: [UInt8], _ entries: String = "", isPlain: Bool = false) -> Int {
        let id = reserve()
        let packed = isPlain ? content : PDFFile.packed(content)
        put(id, Array("<<\(entries) /Length \(packed.count)\(isPlain ? "" : " /Filter /FlateDecode")>>\nstream\n".utf8) + packed + Array("\nendstream".utf8))
        return id
    }

    private static func packed(_ content: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(content.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        let done = compress2(&packed, &length, content, uLong(content.count), 6)
        precondition(done == Z_OK, "What is packed fits its bound.")
        return Array(packed.prefix(Int(length)))
    }

    /// A text string: UTF-16 with its mark, in hexadecimal.
    static func text(_ text: String) -> String {
        "<feff"
            + text.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return String(repeating: "0", count: 4 - digits.count) + digits
            }.joined() + ">"
    }

    mutating func finish(root: Int, info: Int) -> [UInt8] {
        let start = bytes.count
        var table = "xref\n0 \(offsets.count)\n0000000000 65535 f \n"
        for offset in offsets.dropFirst() { table += String(repeating: "0", count: 10 - String(offset).count) + "\(offset) 00000 n \n" }
        // Two papers of the same content have the same mark.
        var mark = bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        var id = ""
        for _ in 0..<16 {
            id += String(mark % 16, radix: 16)
            mark /= 16
        }
        table += "trailer\n<</Size \(offsets.count) /Root \(root) 0 R /Info \(info) 0 R /ID [<\(id)\(id)> <\(id)\(id)>]>>\nstartxref\n\(start)\n%%EOF\n"
        bytes += Array(table.utf8)
        return bytes
    }
}
