// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Copies certified from an original that is shown.
enum CertifiedCopies: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.000815", ["vi": "Chứng thực bản sao từ bản chính", "en": "Certified copies of an original"],
        need: ["vi": "Chứng thực bản sao giấy tờ", "en": "Having copies certified"], words: ["công chứng", "sao y", "photo"],
        on: Occasions.papers, under: Legal.certification, decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself], facts: [Fact(.subject, "name", "commune")],
        questions: [
            Field("original", .text(max: 200), ["vi": "Giấy tờ cần chứng thực", "en": "Which paper"], .personal),
            Field("pages", .integer(1...200), ["vi": "Tổng số trang của các bản sao", "en": "Pages of all copies together"], .official),
        ],
        within: Legal.within(.sameDay(until: 15 * 60), ["vi": "Nghị định 23/2015/NĐ-CP, Điều 7", "en": "Decree 23/2015/NĐ-CP, article 7"]),
        fees: [Dated(Fee(counter: 2000, online: 2000, times: "pages"), from: Legal.twoTiers, under: Legal.certificationFees)],
        result: ["vi": "Bản sao chứng thực", "en": "Certified copies"], fourEyes: false,
        example: ["original": .string("Bằng tốt nghiệp"), "pages": .integer(4)])
}
