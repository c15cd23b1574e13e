// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Papers
internal import Registers
internal import Steering

/// What the board prints: the monthly report, and letters that urge.
extension Parts {
    private func thePress() throws -> PaperPress {
        guard let press = options.press else {
            throw Problem(
                .serviceUnavailable, "no-press",
                ["vi": "Máy chủ thiếu phông chữ để in. Báo người quản trị.", "en": "The server lacks the font for printing. Tell the administrator."])
        }
        return press
    }

    private static let state = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"]

    /// The month that a report is about, with its last kept values and those of the month before; this month's are of now.
    private func month(_ request: Request, _ steering: Steering) throws -> (last: Day, now: [String: KeptFigure], before: [String: KeptFigure]) {
        let today = registry.world.today
        var first = Day(year: today.year, month: today.parts.month, day: 1)!
        if let text = request.parameter("month") {
            guard text.utf8.count == 7, let asked = Day(text + "-01"), asked <= today else {
                throw Problem(.badRequest, "month", ["vi": "month có dạng 2026-11, không ở tương lai.", "en": "month looks like 2026-11 and does not lie ahead."])
            }
            first = asked
        }
        let (year, number, _) = first.parts
        let next = number == 12 ? Day(year: year + 1, month: 1, day: 1)! : Day(year: year, month: number + 1, day: 1)!
        let last = min(today, next + -1)
        var now: [String: KeptFigure] = [:]
        if last == today {
            for standing in try steering.board() {
                for (indicator, figure) in standing.rows { now["\(standing.instruction.id) \(indicator.code)"] = KeptFigure(figure.value, of: figure.of) }
            }
        } else {
            now = try steering.values(upTo: last)
        }
        return (last, now, try steering.values(upTo: first + -1))
    }

    func monthlyReport(_ request: Request, _ caller: Caller, _ steering: Steering) throws -> Response {
        let press = try thePress()
        let l = caller.language
        let (last, now, before) = try month(request, steering)
        let name = "steering-\(last.description.prefix(7))"
        let all = seesAll(caller)
        let bytes = try steering.paper("\(name) \(l.rawValue)\(all ? " all" : "")") {
            press.writer.write(try report(last, now, before, l, try standings(steering, all)), signedBy: press.signer)
        }
        return Response(.ok, type: "application/pdf", bytes, headers: [("content-disposition", "inline; filename=\"\(name).pdf\"")])
    }

    /// The board for officers, or what everybody may see of it.
    private func standings(_ steering: Steering, _ all: Bool) throws -> [Standing] { try steering.board().map { all ? $0 : $0.forVisitors } }

    private func report(_ last: Day, _ now: [String: KeptFigure], _ before: [String: KeptFigure], _ l: Language, _ board: [Standing]) throws -> PaperDocument {
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        let isNow = last == registry.world.today
        let place = options.cityName.vi.replacing("Thành phố ", with: "")
        var blocks: [PaperDocument.Block] = [
            .letterhead(office: ["UBND \(options.cityName.vi.uppercased())", say("VĂN PHÒNG", "OFFICE")], state: Self.state),
            .title(
                say("BÁO CÁO THỰC HIỆN THÔNG BÁO 699/TB-UBND", "REPORT ON ANNOUNCEMENT 699/TB-UBND"),
                below: "\(say("Tháng", "Month")) \(last.parts.month)/\(last.year). \(place), \(dateWords(registry.world.today, l))"),
        ]
        if isNow {
            blocks.append(
                .facts([
                    (say("Chỉ đạo", "Instructions"), l.number(board.count)), (say("Đúng tiến độ", "On track"), l.number(board.count(where: \.isMet))),
                    (say("Có việc chậm", "With something late"), l.number(board.count(where: \.isLate))),
                ]))
        }
        let chapters = Dictionary(grouping: board) { Int($0.instruction.id.prefix { $0 != "." }) ?? 0 }
        for chapter in chapters.keys.sorted() {
            blocks.append(.heading((Parts.chapters[chapter] ?? .same(String(chapter)))[l]))
            for standing in chapters[chapter]! {
                let state = standing.isLate ? say(": có việc chậm", ": something is late") : standing.isMet ? say(": đúng tiến độ", ": on track") : ""
                blocks.append(.paragraph("\(standing.instruction.id) \(standing.instruction.title[l]) – \(standing.instruction.responsible.title[l])\(isNow ? state : "")."))
                blocks.append(
                    .list(
                        standing.rows.map { indicator, figure in
                            let key = "\(standing.instruction.id) \(indicator.code)"
                            let value = isNow ? written(figure, l) : now[key].map { written(figure.at($0), l) } ?? say("không lưu", "not kept")
                            let mark = !isNow ? "" : figure.state == .late ? say(" (chậm)", " (late)") : figure.state == .met ? say(" (đạt)", " (met)") : ""
                            let beside = now[key].flatMap { now in before[key].map { against(now, $0, l) } } ?? ""
                            return "\(figure.title[l]): \(value)\(mark)\(beside)"
                        }))
            }
        }
        blocks.append(
            .paragraph(
                say(
                    "Số liệu lấy lúc \(registry.world.now().written(.vietnamese)), không có dữ liệu cá nhân.",
                    "Figures taken at \(registry.world.now().written(.english)), without personal data.")))
        return PaperDocument(
            title: say("Báo cáo thực hiện Thông báo 699/TB-UBND", "Report on announcement 699/TB-UBND"), language: l, author: options.cityName[l], made: registry.world.now(),
            blocks: blocks)
    }

    /// How far a figure is from that of the month before; parts in points of a hundred.
    private func against(_ now: KeptFigure, _ before: KeptFigure, _ l: Language) -> String {
        let change = now.compared.subtractingReportingOverflow(before.compared).partialValue
        let points = now.whole == nil ? "" : (["vi": " điểm %", "en": " points"] as Text)[l]
        let number = "\(change >= 0 ? "+" : "−")\(l.number(change.magnitude > UInt64(Int64.max) ? .max : abs(change)))\(points)"
        return Text(vi: "; so với tháng trước \(number)", en: "; against the month before \(number)")[l]
    }

    func monthlySheet(_ request: Request, _ caller: Caller, _ steering: Steering) throws -> Response {
        let l = caller.language
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        let (last, now, before) = try month(request, steering)
        let isNow = last == registry.world.today
        var sheet = try SpreadsheetWriter(
            title: "699",
            header: [
                say("Chỉ đạo", "Instruction"), say("Nội dung", "Title"), say("Chịu trách nhiệm", "Responsible"), say("Chỉ số", "Figure"), say("Giá trị", "Value"),
                say("Trên", "Of"),
                say("Mục tiêu", "Goal"), say("Tháng trước", "Month before"), say("Trên (tháng trước)", "Of (month before)"), say("Tình trạng", "State"),
            ])
        for standing in try standings(steering, seesAll(caller)) {
            for (indicator, figure) in standing.rows {
                let key = "\(standing.instruction.id) \(indicator.code)"
                func cell(_ number: Int64?) -> String { number.map { String($0) } ?? "" }
                var state = ""
                if isNow, figure.state == .late { state = say("chậm", "late") }
                if isNow, figure.state == .met { state = say("đạt", "met") }
                let row: [String] = [
                    standing.instruction.id, standing.instruction.title[l], standing.instruction.responsible.title[l], figure.title[l], cell(now[key]?.value),
                    cell(now[key]?.whole), cell(figure.goal), cell(before[key]?.value), cell(before[key]?.whole), state,
                ]
                try sheet.add(row)
            }
        }
        try sheet.close()
        return Response(
            .ok, type: Parts.workbookType, sheet.take(), headers: [("content-disposition", "attachment; filename=\"steering-\(last.description.prefix(7)).xlsx\"")])
    }

    func urgingLetter(_ urging: Urging, _ caller: Caller, _ steering: Steering) throws -> Response {
        let press = try thePress()
        let place = options.cityName.vi.replacing("Thành phố ", with: "")
        let instruction = steering.instructions.first { $0.id == urging.instruction }?.title.vi ?? urging.instruction
        var blocks: [PaperDocument.Block] = [
            .letterhead(office: ["UBND \(options.cityName.vi.uppercased())", "VĂN PHÒNG"], state: Self.state),
            .numbered("Số: \(urging.number)", at: "\(place), \(dateWords(urging.sent, .vietnamese))"), .title("V/v ĐÔN ĐỐC CẬP NHẬT DỮ LIỆU", below: nil),
            .paragraph("Kính gửi: \(addressee(urging, steering, .vietnamese))"),
            .paragraph("Thực hiện Thông báo 699/TB-UBND, mục \(urging.instruction): \(instruction)."), .paragraph("Đến nay còn chậm: \(urging.late)"),
        ]
        if !urging.records.isEmpty { blocks.append(.list(urging.records.split(separator: ";").map { String($0).tidied })) }
        blocks.append(.paragraph("Đề nghị cập nhật và trả lời trước hết \(dateWords(urging.due, .vietnamese))."))
        blocks.append(.signature(["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"]))
        blocks += annexBlocks(urging, try steering.progress(of: urging))
        let document = PaperDocument(title: "Đôn đốc \(urging.number)", language: .vietnamese, author: options.cityName.vi, made: registry.world.now(), blocks: blocks)
        return Response(
            .ok, type: "application/pdf", press.writer.write(document, signedBy: press.signer), headers: [("content-disposition", "inline; filename=\"\(urging.number).pdf\"")])
    }
}
