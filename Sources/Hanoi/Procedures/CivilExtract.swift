// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Extracts of what the civil-status register holds.
enum CivilExtract: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.000635", ["vi": "Cấp bản sao trích lục hộ tịch, bản sao Giấy khai sinh", "en": "Copies of civil-status extracts"],
        need: ["vi": "Xin bản sao khai sinh, kết hôn, khai tử", "en": "Getting a copy of a birth, marriage or death"],
        words: ["trích lục", "bản sao khai sinh"], on: Occasions.papers,
        under: ["vi": "Luật Hộ tịch 60/2014/QH13, Điều 63, 64", "en": "Law on Civil Status 60/2014/QH13, articles 63 and 64"],
        decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself, .child],
        facts: [
            Legal.person, Fact(.records("civil-event", where: "child"), "name", "day", "book"), Fact(.records("civil-event", where: "husband"), "day", "book"),
            Fact(.records("civil-event", where: "wife"), "day", "book"),
        ],
        questions: [
            Field("extract", .choice(CivilEvents.kinds), ["vi": "Trích lục", "en": "Extract of"], .official),
            Field("copies", .integer(1...20), ["vi": "Số bản", "en": "Copies"], .official),
        ],
        within: Legal.within(.workingDays(1), ["vi": "Luật Hộ tịch 2014, Điều 64", "en": "Law on Civil Status 2014, article 64"]),
        fees: [
            Dated(
                Fee(counter: 8000, online: 8000, times: "copies", except: [Legal.elder]), from: Legal.twoTiers,
                under: ["vi": "Thông tư 281/2016/TT-BTC", "en": "Circular 281/2016/TT-BTC"])
        ],
        result: ["vi": "Bản sao trích lục", "en": "Certified extract"], fourEyes: false,
        check: { application, records, _ in
            let roles = ["birth": ["child"], "marriage": ["husband", "wife"], "death": ["deceased"]][application["extract"].plain] ?? []
            for role in roles where try records.all("civil-event", where: role, is: application.subject.key).contains(where: { $0["kind"] == application["extract"] }) { return [] }
            return [Legal.objection("extract", "none", "Sổ hộ tịch của thành phố không có sự kiện này của người ấy.", "The city's register holds no such event of this person.")]
        }, example: ["extract": .string("birth"), "copies": .integer(2)])
}
