// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// How much floor each person has, for registering residence in a rented dwelling.
enum HousingArea: ProcedureDeclaration {
    static let procedure = Procedure(
        "1.013314", ["vi": "Xác nhận điều kiện diện tích bình quân nhà ở", "en": "Confirmation of floor area a person"],
        need: ["vi": "Xác nhận diện tích nhà để đăng ký thường trú", "en": "Having the floor area confirmed for residence"], words: ["diện tích nhà", "nhà thuê"],
        on: Occasions.housing, under: Legal.residence, decidedBy: CityOffices.communeCommittee, at: .answer("dwelling_commune"), about: [.oneself], facts: [Legal.person],
        questions: [
            Field("dwelling_commune", .unit(.commune), ["vi": "Nhà ở tại phường, xã", "en": "The dwelling's ward or commune"], .official),
            Field("dwelling_address", .address, ["vi": "Nhà ở tại số nhà, đường", "en": "The dwelling's house number and street"], .personal),
            Field("dwelling_area", .integer(5...10_000), ["vi": "Diện tích sàn (m²)", "en": "Floor area (m²)"], .official),
            Field("dwellers", .integer(1...100), ["vi": "Số người đã và sẽ ở", "en": "How many live or will live there"], .official),
        ],
        papers: [Paper("house", ["vi": "Giấy tờ về nhà ở", "en": "Papers of the house"], because: Legal.scan)],
        within: Legal.within(.workingDays(2), ["vi": "Nghị định 154/2024/NĐ-CP", "en": "Decree 154/2024/NĐ-CP"]), fees: Legal.free(Legal.residence),
        result: ["vi": "Giấy xác nhận diện tích bình quân", "en": "Confirmation of floor area"],
        check: { application, _, _ in
            guard let area = application["dwelling_area"].integer, let people = application["dwellers"].integer, area < 8 * people else { return [] }
            return [
                Legal.objection(
                    "dwelling_area", "eight", "Mỗi người phải có từ 8 m² sàn (Luật Cư trú, Điều 20 khoản 3).", "Each person needs 8 m² of floor (Law on Residence, article 20(3)).")
            ]
        }, example: ["dwelling_commune": .string("00004"), "dwelling_address": .string("Số 9, phố Ví Dụ"), "dwelling_area": .integer(45), "dwellers": .integer(4)])
}
