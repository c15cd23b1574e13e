// SPDX-License-Identifier: Apache-2.0
public import Civic

/// What the population register says wrongly of somebody, put right at their own proposal.
public enum DataCorrection: ProcedureDeclaration {
    public static let procedure = Procedure(
        "1.010039", ["vi": "Điều chỉnh thông tin về cư trú trong Cơ sở dữ liệu về cư trú", "en": "Correction of data in the register of residence"],
        need: ["vi": "Sửa thông tin của tôi cho đúng", "en": "Having my data corrected"], words: ["sai tên", "sai ngày sinh", "sửa thông tin", "đổi số điện thoại", "cải chính"],
        on: Occasions.papers, under: ["vi": "Luật Cư trú 68/2020/QH14, Điều 26", "en": "Law on Residence 68/2020/QH14, article 26"],
        decidedBy: CityOffices.communePolice, at: .home, about: [.oneself, .child],
        facts: [Fact(.subject, "id", "name", "birth", "sex", "ethnicity", "old_id", "phone", "relation", "commune"), Legal.home],
        questions: [
            Field("item", .choice(items), ["vi": "Điều gì sai", "en": "What is wrong"], .personal),
            Field(
                "right_text", .text(max: 150), ["vi": "Ghi đúng là", "en": "It should say"], .personal,
                hint: [
                    "vi": "Ngày viết 02/09/1990; giới tính viết Nam hoặc Nữ; số điện thoại 10 chữ số.",
                    "en": "A day as 02/09/1990; sex as Nam or Nữ; a phone with 10 digits.",
                ]),
        ],
        papers: [
            Paper(
                "proof", ["vi": "Giấy tờ chứng minh", "en": "What proves it"], because: ["vi": "sổ đang ghi khác", "en": "the register says otherwise"],
                when: .init("item", "name", "birth", "sex", "ethnicity", "old_id"))
        ],
        within: Legal.within(.workingDays(3), ["vi": "Luật Cư trú 2020, Điều 26 khoản 3", "en": "Law on Residence 2020, article 26(3)"]), fees: Legal.free(Legal.residenceFees),
        result: ["vi": "Thông báo kết quả điều chỉnh thông tin", "en": "Notice of the correction"], writes: ["population"],
        check: { application, _, reading in
            // To this phone go the codes by which the person signs in.
            if application["item"].string == "phone", application.applicant.key != application.subject.key, Legal.age(application.subject, reading).map({ $0 >= 18 }) ?? true {
                return [Legal.objection("item", "own", "Số điện thoại chỉ chính người ấy đổi được.", "Only the person themselves may change the phone.")]
            }
            do throws(Objection) {
                let value = try corrected(application, reading)
                guard value != application.subject[application["item"].plain] else {
                    return [Legal.objection("right_text", "same", "Sổ đang ghi đúng như vậy.", "The register says just that.")]
                }
                return []
            } catch {
                return [error.at("right_text")]
            }
        },
        entries: { application, _, reading in
            [.put("population", application.subject.key, [application["item"].plain: try corrected(application, reading)])]
        }, example: ["item": .string("phone"), "right_text": .string("0987654321")])

    /// Read as the register's own field reads it.
    private static func corrected(_ application: Application, _ reading: Reading) throws(Objection) -> Value {
        guard let field = Population.register.field(application["item"].plain) else { return .null }
        return try field.kind.parse(application["right_text"].plain, reading)
    }

    private static let items = ["name", "birth", "sex", "ethnicity", "old_id", "phone"].map { name in Choice(name, Population.register.field(name)!.title) }
}
