// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// The 54 ethnic groups with the codes of decision 121-TCTK/PPCĐ of 2 March 1979.
enum Ethnicities {
    static let all: [Choice] = [
        "Kinh", "Tày", "Thái", "Hoa", "Khơ-me", "Mường", "Nùng", "HMông", "Dao", "Gia-rai", "Ngái", "Ê-đê", "Ba Na", "Xơ-đăng",
        "Sán Chay", "Cơ-ho", "Chăm", "Sán Dìu", "Hrê", "Mnông", "Ra-glai", "Xtiêng", "Bru-Vân Kiều", "Thổ", "Giáy", "Cơ-tu",
        "Gié-Triêng", "Mạ", "Khơ-mú", "Co", "Tà-ôi", "Chơ-ro", "Kháng", "Xinh-mun", "Hà Nhì", "Chu-ru", "Lào", "La Chí", "La Ha",
        "Phù Lá", "La Hủ", "Lự", "Lô Lô", "Chứt", "Mảng", "Pà Thẻn", "Cơ Lao", "Cống", "Bố Y", "Si La", "Pu Péo", "Brâu", "Ơ Đu",
        "Rơ-măm",
    ].enumerated().map { index, name in Choice(index < 9 ? "0\(index + 1)" : "\(index + 1)", .same(name)) }
}
