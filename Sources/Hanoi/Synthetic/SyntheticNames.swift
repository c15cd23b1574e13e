// SPDX-License-Identifier: Apache-2.0

/// The words that invented people and streets are made of.
enum SyntheticNames {
    static let maleMiddle = ["Văn", "Đức", "Hữu", "Quang", "Minh", "Xuân", "Công", "Đình", "Ngọc", "Thành", "Quốc", "Gia", "Bá", "Tuấn", "Trọng", "Duy", "Thế", "Viết"]
    static let femaleMiddle = ["Ngọc", "Thu", "Thanh", "Phương", "Minh", "Khánh", "Bảo", "Hồng", "Bích", "Kim", "Diệu", "Thùy", "Mai", "Lan", "Hải", "Tuyết", "Quỳnh"]
    static let maleGiven = [
        "Hùng", "Dũng", "Tuấn", "Anh", "Minh", "Nam", "Sơn", "Long", "Hải", "Đức", "Thành", "Trung", "Hiếu", "Huy", "Khôi", "Bảo", "Phúc", "Thắng",
        "Cường", "Đạt", "Khoa", "Bình", "Quân", "Việt", "Kiên", "Tùng", "Lâm", "Phong", "Tiến", "Toàn", "Vinh", "Hưng", "Duy", "Khánh", "Hoà", "Thịnh",
        "Lộc", "Nghĩa", "Quý", "Tài",
    ]
    static let femaleGiven = [
        "Hương", "Lan", "Hoa", "Nga", "Hằng", "Thảo", "Linh", "Trang", "Hà", "Mai", "Ngọc", "Anh", "Chi", "My", "Nhi", "Vy", "Ngân", "Yến", "Nhung",
        "Hạnh", "Loan", "Thủy", "Tuyết", "Vân", "Quỳnh", "Giang", "Diệp", "Đào", "Hiền", "Phượng", "Uyên", "Trâm", "Ánh", "Oanh", "Dung", "Thơ", "Thuý",
        "Hoà", "Hường", "Liên",
    ]
    static let streets = [
        "Kim Mã", "Láng Hạ", "Giải Phóng", "Nguyễn Trãi", "Cầu Giấy", "Xuân Thủy", "Đê La Thành", "Đội Cấn", "Hoàng Hoa Thám", "Âu Cơ", "Lạc Long Quân",
        "Trường Chinh", "Bạch Mai", "Phố Huế", "Minh Khai", "Tam Trinh", "Ngọc Hồi", "Hàng Bài", "Trần Hưng Đạo", "Lý Thường Kiệt", "Nguyễn Văn Cừ",
        "Ngô Gia Tự", "Quang Trung", "Tố Hữu", "Lê Văn Lương", "Khâm Thiên", "Tôn Đức Thắng", "Thái Hà", "Chùa Bộc", "Tây Sơn", "Phạm Văn Đồng",
        "Hồ Tùng Mậu", "Nguyễn Hoàng Tôn", "Thụy Khuê", "Yên Phụ",
    ]
    static let hamlets = ["Đông", "Đoài", "Thượng", "Hạ", "Trung", "Nội", "Ngoại", "Chợ", "Đình", "Chùa", "Bến", "Giữa", "Mới", "Vườn", "Đồng"]
    static let mobilePrefixes = [
        "032", "033", "034", "035", "036", "037", "038", "039", "070", "076", "077", "078", "079", "081", "082", "083", "084", "085", "086", "088", "089", "090", "091", "093",
        "094", "096", "097", "098",
    ]
    static let otherProvinces = ["035", "036", "034", "038", "040", "030", "033", "025", "024", "026", "027", "037", "042", "019"]
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From 0 to below `bound`.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }

    /// An index by weight, given the running sums of the weights.
    mutating func weighted(_ sums: [Double]) -> Int {
        let point = Double(next() >> 11) / Double(1 << 53) * sums.last!
        var low = 0
        var high = sums.count - 1
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > point { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
