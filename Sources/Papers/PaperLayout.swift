// SPDX-License-Identifier: Apache-2.0

/// What a part of a paper is, for those who hear it read out (PDF 1.7, section 14.8.4).
final class Tag {
    let kind: String
    let attributes: String
    /// What a picture shows.
    let alternative: String?
    var children: [Tag] = []
    /// The marked content of this part, by page.
    var content: [(page: Int, id: Int)] = []

    init(_ kind: String, _ attributes: String = "", alternative: String? = nil) {
        self.kind = kind
        self.attributes = attributes
        self.alternative = alternative
    }

    func add(_ child: Tag) -> Tag {
        children.append(child)
        return child
    }
}

enum Face: Int, CaseIterable { case regular, bold, italic }

/// Sets a paper on A4 pages: where each line stands, and the part of the paper it belongs to.
struct PaperLayout {
    static let width = 595.0
    static let height = 842.0
    private static let left = 85.0
    private static let right = 545.0
    private static let top = 785.0
    private static let bottom = 70.0
    private static let size = 12.5
    private static let leading = 1.35

    let fonts: PaperFonts
    let root = Tag("Document")
    /// Drawing orders, a page each.
    private(set) var pages: [[UInt8]] = [[]]
    /// The part that each piece of marked content of a page belongs to.
    private(set) var owners: [[Tag]] = [[]]
    /// The glyphs of each face, with the text they stand for.
    private(set) var used: [[UInt16: Unicode.Scalar]] = Array(repeating: [:], count: Face.allCases.count)
    private var y = PaperLayout.top

    init(_ document: PaperDocument, fonts: PaperFonts) {
        self.fonts = fonts
        for block in document.blocks { set(block) }
        for page in pages.indices where pages.count > 1 {
            let text = "\(page + 1)/\(pages.count)"
            draw("/Artifact <</Type /Pagination>> BDC", on: page)
            draw(line(text, .regular, 10, x: (Self.width - width(text, .regular, 10)) / 2, y: 40), on: page)
            draw("EMC", on: page)
        }
    }

    func font(_ face: Face) -> TrueType {
        switch face {
        case .regular: fonts.regular
        case .bold: fonts.bold
        case .italic: fonts.italic
        }
    }

    // MARK: Drawing

    private mutating func draw(_ order: String, on page: Int) {
        pages[page] += Array(order.utf8)
        pages[page].append(0x0A)
    }

    private mutating func mark(_ tag: Tag, _ body: (inout PaperLayout) -> Void) {
        let page = pages.count - 1
        tag.content.append((page, owners[page].count))
        draw("/\(tag.kind) <</MCID \(owners[page].count)>> BDC", on: page)
        owners[page].append(tag)
        body(&self)
        draw("EMC", on: page)
    }

    static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = abs(hundredths) % 100
        var text = hundredths < 0 ? "-" : ""
        text += String(abs(hundredths) / 100)
        if rest > 0 { text += rest < 10 ? ".0\(rest)" : ".\(rest)" }
        return text
    }

    private mutating func line(_ text: String, _ face: Face, _ size: Double, x: Double, y: Double) -> String {
        let font = font(face)
        var hex = ""
        for scalar in text.unicodeScalars {
            let glyph = font.glyph(scalar)
            used[face.rawValue][glyph] = used[face.rawValue][glyph] ?? scalar
            let digits = String(glyph, radix: 16)
            hex += String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "BT /F\(face.rawValue) \(Self.number(size)) Tf \(Self.number(x)) \(Self.number(y)) Td <\(hex)> Tj ET"
    }

    private func width(_ text: String, _ face: Face, _ size: Double) -> Double { Double(font(face).width(text)) * size / 1000 }

    /// Words onto lines; a word that is wider than a line is broken.
    private func lines(_ text: String, _ face: Face, _ size: Double, within width: Double) -> [String] {
        var lines: [String] = []
        for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var current = ""
            for word in part.split(separator: " ") {
                var word = String(word)
                let longer = current.isEmpty ? word : current + " " + word
                if self.width(longer, face, size) <= width {
                    current = longer
                    continue
                }
                if !current.isEmpty { lines.append(current) }
                while self.width(word, face, size) > width, word.count > 1 {
                    var head = word
                    while self.width(head, face, size) > width, head.count > 1 { head.removeLast() }
                    lines.append(head)
                    word.removeFirst(head.count)
                }
                current = word
            }
            lines.append(current)
        }
        return lines
    }

    private mutating func need(_ height: Double) {
        guard y - height < Self.bottom else { return }
        pages.append([])
        owners.append([])
        y = Self.top
    }

    private mutating func flow(_ text: String, _ face: Face = .regular, _ size: Double = PaperLayout.size, tag: Tag, indent: Double = 0, isCentred: Bool = false) {
        let room = Self.right - Self.left - indent
        var rest = lines(text, face, size, within: room)[...]
        while !rest.isEmpty {
            need(size * Self.leading)
            let fitting = max(1, min(rest.count, Int((y - Self.bottom) / (size * Self.leading))))
            let here = rest.prefix(fitting)
            rest = rest.dropFirst(fitting)
            mark(tag) { layout in
                for text in here {
                    layout.y -= size * Self.leading
                    let x = isCentred ? Self.left + indent + (room - layout.width(text, face, size)) / 2 : Self.left + indent
                    // The space keeps words apart when the text is taken out again.
                    let order = layout.line(text + " ", face, size, x: x, y: layout.y)
                    layout.draw(order, on: layout.pages.count - 1)
                }
            }
        }
    }

    /// Lines in the middle of a column.
    private mutating func column(_ texts: [(String, Face, Double)], from left: Double, to right: Double, startingAt start: Double, in parent: Tag) -> Double {
        var y = start
        for (text, face, size) in texts {
            for part in lines(text, face, size, within: right - left) {
                y -= size * Self.leading
                let place = y
                mark(parent.add(Tag("P"))) { layout in
                    let x = left + (right - left - layout.width(part, face, size)) / 2
                    let order = layout.line(part + " ", face, size, x: x, y: place)
                    layout.draw(order, on: layout.pages.count - 1)
                }
            }
        }
        return y
    }

    private mutating func rule(from left: Double, to right: Double, y: Double) {
        draw("/Artifact BMC 0.6 w \(Self.number(left)) \(Self.number(y)) m \(Self.number(right)) \(Self.number(y)) l S EMC", on: pages.count - 1)
    }

    // MARK: Blocks

    private mutating func set(_ block: PaperDocument.Block) {
        switch block {
        case .letterhead(let office, let state):
            let start = y
            let middle = Self.left + 185
            let left = column(office.enumerated().map { ($1, $0 == office.count - 1 ? .bold : .regular, 11) }, from: Self.left - 20, to: middle - 8, startingAt: start, in: root)
            rule(from: Self.left + 50, to: middle - 78, y: left - 5)
            let right = column(state.enumerated().map { ($1, .bold, $0 == 0 ? 11 : 12) }, from: middle, to: Self.right + 10, startingAt: start, in: root)
            rule(from: middle + 70, to: Self.right - 60, y: right - 5)
            y = min(left, right) - 14
        case .numbered(let number, let place):
            let start = y
            let middle = Self.left + 185
            let left = column([(number, .regular, 11)], from: Self.left - 20, to: middle - 8, startingAt: start, in: root)
            let right = column([(place, .italic, 11.5)], from: middle, to: Self.right + 10, startingAt: start, in: root)
            y = min(left, right) - 16
        case .title(let text, let below):
            flow(text, .bold, 14.5, tag: root.add(Tag("H1")), isCentred: true)
            if let below { flow(below, .bold, 12, tag: root.add(Tag("P")), isCentred: true) }
            y -= 12
        case .heading(let text):
            y -= 4
            need(Self.size * 4)
            flow(text, .bold, tag: root.add(Tag("H2")))
            y -= 3
        case .paragraph(let text):
            flow(text, tag: root.add(Tag("P")))
            y -= 6
        case .list(let items):
            let list = root.add(Tag("L", "/A <</O /List /ListNumbering /Decimal>>"))
            for (index, item) in items.enumerated() {
                let entry = list.add(Tag("LI"))
                need(Self.size * Self.leading)
                let place = y - Self.size * Self.leading
                mark(entry.add(Tag("Lbl"))) { layout in
                    let order = layout.line("\(index + 1). ", .regular, Self.size, x: Self.left + 8, y: place)
                    layout.draw(order, on: layout.pages.count - 1)
                }
                flow(item, tag: entry.add(Tag("LBody")), indent: 28)
            }
            y -= 6
        case .facts(let rows):
            facts(rows)
        case .signature(let texts):
            need(110)
            y = column(texts.enumerated().map { ($1, $0 == 0 ? .bold : .regular, 12) }, from: Self.left + 220, to: Self.right, startingAt: y - 8, in: root) - 10
        case .code(let code, let alternative, let words):
            let side = 3.0 * 33
            need(side + 10)
            let start = y - 6
            let square = side / Double(code.width)
            mark(
                root.add(
                    Tag(
                        "Figure",
                        "/A <</O /Layout /Placement /Block /BBox [\(Self.number(Self.left)) \(Self.number(start - side)) \(Self.number(Self.left + side)) \(Self.number(start))]>>",
                        alternative: alternative))
            ) { layout in
                var path = "q"
                for run in code.runs {
                    path +=
                        " \(Self.number(Self.left + Double(run.x) * square)) \(Self.number(start - Double(run.y + 1) * square)) \(Self.number(Double(run.length) * square)) \(Self.number(square)) re"
                }
                layout.draw(path + " f Q", on: layout.pages.count - 1)
            }
            let below = start - side
            y = start
            for text in words { flow(text, .regular, 10.5, tag: root.add(Tag("P")), indent: side + 16) }
            y = min(y, below) - 10
        }
    }

    private mutating func facts(_ rows: [(String, String)]) {
        let table = root.add(Tag("Table"))
        let middle = Self.left + 170
        for (name, value) in rows {
            let names = lines(name, .regular, Self.size, within: 160)
            let values = lines(value, .bold, Self.size, within: Self.right - middle)
            let height = Double(max(names.count, values.count)) * Self.size * Self.leading
            need(height)
            let row = table.add(Tag("TR"))
            let start = y
            for (texts, face, x, tag) in [
                (names, Face.regular, Self.left, Tag("TH", "/A <</O /Table /Scope /Row>>")), (values, Face.bold, middle, Tag("TD")),
            ] {
                mark(row.add(tag)) { layout in
                    for (index, text) in texts.enumerated() {
                        let order = layout.line(text + " ", face, Self.size, x: x, y: start - Double(index + 1) * Self.size * Self.leading)
                        layout.draw(order, on: layout.pages.count - 1)
                    }
                }
            }
            y = start - height - 3
        }
        y -= 6
    }
}
