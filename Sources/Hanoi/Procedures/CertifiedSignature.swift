// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// A signature made before the officer.
enum CertifiedSignature: ProcedureDeclaration {
    static let procedure = Procedure(
        "2.000884", ["vi": "Chứng thực chữ ký", "en": "Certified signature"], need: ["vi": "Chứng thực chữ ký trên giấy tờ", "en": "Having a signature certified"],
        words: ["xác nhận chữ ký", "sơ yếu lý lịch"], on: Occasions.papers,
        under: Legal.certification, decidedBy: CityOffices.communeCommittee, at: .home, about: [.oneself], facts: [Legal.person],
        questions: [
            Field("document", .text(max: 200), ["vi": "Văn bản sẽ ký", "en": "What will be signed"], .personal),
            Field("signatures", .integer(1...20), ["vi": "Số văn bản", "en": "How many documents"], .official),
        ],
        papers: [Paper("document", ["vi": "Văn bản sẽ ký", "en": "The document to be signed"], because: ["vi": "do bạn soạn", "en": "you write it yourself"], required: false)],
        within: Legal.within(.sameDay(until: 15 * 60), ["vi": "Nghị định 23/2015/NĐ-CP, Điều 7", "en": "Decree 23/2015/NĐ-CP, article 7"]),
        fees: [Dated(Fee(counter: 10_000, online: 10_000, times: "signatures"), from: Legal.twoTiers, under: Legal.certificationFees)],
        result: ["vi": "Văn bản có chứng thực chữ ký", "en": "The document with the signature certified"],
        fourEyes: false, example: ["document": .string("Sơ yếu lý lịch"), "signatures": .integer(1)])
}
