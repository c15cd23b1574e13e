// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The certificate of criminal record, forms 1 and 2.
enum CriminalRecord: ProcedureDeclaration {
    static let procedure = Procedure(
        "3.000333", ["vi": "Cấp Phiếu lý lịch tư pháp", "en": "Criminal record certificate"],
        need: ["vi": "Xin phiếu lý lịch tư pháp", "en": "Getting a criminal record certificate"],
        words: ["lý lịch tư pháp", "tiền án"], on: Occasions.papers,
        under: ["vi": "Luật Lý lịch tư pháp 28/2009/QH12, Điều 44 đến 48", "en": "Law on Criminal Records 28/2009/QH12, articles 44 to 48"],
        decidedBy: CityOffices.cityPolice, at: .city, about: [.oneself], facts: [Legal.person, Legal.home],
        questions: [
            Field("form", .choice(forms), ["vi": "Loại phiếu", "en": "Which form"], .official),
            Field("aim", .text(max: 200), ["vi": "Để làm gì", "en": "What it is for"], .personal, required: false),
            Field("copies", .integer(1...10), ["vi": "Số bản", "en": "Copies"], .official),
        ],
        within: Legal.within(.days(10), ["vi": "Luật Lý lịch tư pháp 2009, Điều 48", "en": "Law on Criminal Records 2009, article 48"]),
        fees: [
            Dated(Fee(counter: 200_000, online: 200_000, except: [Legal.child]), from: Legal.twoTiers, under: ["vi": "Thông tư 16/2025/TT-BTC", "en": "Circular 16/2025/TT-BTC"])
        ],
        result: ["vi": "Phiếu lý lịch tư pháp", "en": "Criminal record certificate"], example: ["form": .string("1"), "copies": .integer(1)])

    static let forms = [
        Choice("1", ["vi": "Số 1: cho cá nhân, cơ quan, tổ chức", "en": "Form 1: for persons and offices"]),
        Choice("2", ["vi": "Số 2: để biết về lý lịch của mình", "en": "Form 2: for knowing one's own record"]),
    ]
}
