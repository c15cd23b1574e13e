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

    func monthlyReport(_ caller: Caller, _ steering: Steering) throws -> Response {
        let press = try thePress()
        let l = caller.language
        let today = registry.world.today
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        let board = try steering.board()
        let place = options.cityName.vi.replacing("Thành phố ", with: "")
        var blocks: [PaperDocument.Block] = [
            .letterhead(office: ["UBND \(options.cityName.vi.uppercased())", say("VĂN PHÒNG", "OFFICE")], state: Self.state),
            .title(
                say("BÁO CÁO THỰC HIỆN THÔNG BÁO 699/TB-UBND", "REPORT ON ANNOUNCEMENT 699/TB-UBND"),
                below: "\(say("Tháng", "Month")) \(today.parts.month)/\(today.year). \(place), \(dateWords(today, l))"),
            .facts([
                (say("Chỉ đạo", "Instructions"), l.number(board.count)), (say("Đúng tiến độ", "On track"), l.number(board.count(where: \.isMet))),
                (say("Có việc chậm", "With something late"), l.number(board.count(where: \.isLate))),
            ]),
        ]
        let chapters = Dictionary(grouping: board) { Int($0.instruction.id.prefix { $0 != "." }) ?? 0 }
        for chapter in chapters.keys.sorted() {
            blocks.append(.heading((Parts.chapters[chapter] ?? .same(String(chapter)))[l]))
            for standing in chapters[chapter]! {
                let state = standing.isLate ? say("có việc chậm", "something is late") : standing.isMet ? say("đúng tiến độ", "on track") : say("theo dõi", "followed")
                blocks.append(.paragraph("\(standing.instruction.id) \(standing.instruction.title[l]) – \(standing.instruction.responsible[l]): \(state)."))
                blocks.append(
                    .list(
                        standing.figures.map { figure in
                            "\(figure.title[l]): \(written(figure, l))\(figure.state == .late ? say(" (chậm)", " (late)") : figure.state == .met ? say(" (đạt)", " (met)") : "")"
                        }))
            }
        }
        blocks.append(
            .paragraph(
                say(
                    "Số liệu lấy lúc \(registry.world.now().written(.vietnamese)), không có dữ liệu cá nhân.",
                    "Figures of \(registry.world.now().written(.english)), without personal data.")))
        let document = PaperDocument(
            title: say("Báo cáo thực hiện Thông báo 699/TB-UBND", "Report on announcement 699/TB-UBND"), language: l, author: options.cityName[l], made: registry.world.now(),
            blocks: blocks)
        return Response(
            .ok, type: "application/pdf", press.writer.write(document, signedBy: press.signer),
            headers: [("content-disposition", "inline; filename=\"steering-\(today.description.prefix(7)).pdf\"")])
    }

    func monthlySheet(_ caller: Caller, _ steering: Steering) throws -> Response {
        let l = caller.language
        func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)[l] }
        var sheet = try SpreadsheetWriter(
            title: "699",
            header: [
                say("Chỉ đạo", "Instruction"), say("Nội dung", "Title"), say("Chịu trách nhiệm", "Responsible"), say("Chỉ số", "Figure"), say("Giá trị", "Value"),
                say("Trên", "Of"),
                say("Mục tiêu", "Goal"), say("Tình trạng", "State"),
            ])
        for standing in try steering.board() {
            for figure in standing.figures {
                try sheet.add([
                    standing.instruction.id, standing.instruction.title[l], standing.instruction.responsible[l], figure.title[l], String(figure.value),
                    figure.of.map { String($0) } ?? "", figure.goal.map { String($0) } ?? "",
                    figure.state == .late ? say("chậm", "late") : figure.state == .met ? say("đạt", "met") : "",
                ])
            }
        }
        try sheet.close()
        return Response(
            .ok, type: Parts.workbookType, sheet.take(),
            headers: [("content-disposition", "attachment; filename=\"steering-\(registry.world.today.description.prefix(7)).xlsx\"")])
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
        let document = PaperDocument(title: "Đôn đốc \(urging.number)", language: .vietnamese, author: options.cityName.vi, made: registry.world.now(), blocks: blocks)
        return Response(
            .ok, type: "application/pdf", press.writer.write(document, signedBy: press.signer), headers: [("content-disposition", "inline; filename=\"\(urging.number).pdf\"")])
    }
}
