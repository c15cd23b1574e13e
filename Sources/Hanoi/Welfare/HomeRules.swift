// SPDX-License-Identifier: Apache-2.0
internal import Civic

/// Who lives in somebody's household, as far as rules of welfare ask.
public struct WelfareHome: Sendable, Equatable {
    /// Of 18 and older.
    public var adults = 0
    /// Of 18 to 59.
    public var ofWorkingAge = 0
    /// Under 16.
    public var children = 0

    public init(adults: Int = 0, ofWorkingAge: Int = 0, children: Int = 0) {
        self.adults = adults
        self.ofWorkingAge = ofWorkingAge
        self.children = children
    }

    init(of people: [Found], on day: Day) {
        self.init()
        for person in people {
            guard let born = PartialDay(person["birth"].plain)?.first, born <= day else { continue }
            let age = day.age(bornOn: born)
            if age >= 18 { adults += 1 }
            if (18...59).contains(age) { ofWorkingAge += 1 }
            if age < 16 { children += 1 }
        }
    }
}

/// What two registers together tell of somebody whom a rule may mean: enough that an officer should look, not enough to say yes.
struct WelfareLead: Sendable {
    /// All of them hold, or are not known.
    let conditions: [WelfareCondition]
    /// What it would be of the base.
    let coefficient: @Sendable (WelfareFacts, Day) -> Coefficient

    /// Poor, 60 or older, with nobody of working age at home.
    static let elderAlone = WelfareLead(conditions: [.poor, .aged(60), .nobodyToCare, .carersElsewhere]) { facts, day in
        Coefficient(hundredths: (facts.age(on: day) ?? 0) >= 80 ? 200 : 150)
    }

    /// Poor, the only adult of the household, with a child under 16.
    static let singleParent = WelfareLead(conditions: [.poor, .aged(18), .onlyAdultWithChild, .parentAlone]) { facts, _ in
        Coefficient(hundredths: Int64(max(1, facts.home?.children ?? 1)) * 100)
    }
}

extension WelfareCondition {
    fileprivate static let nobodyToCare = WelfareCondition("nobody-to-care") { facts, _ in
        facts.home.map { $0.ofWorkingAge == 0 } ?? false
            ? reason(true, "Trong hộ không có ai từ 18 đến 59 tuổi.", "Nobody of 18 to 59 lives in the household.")
            : reason(false, "Trong hộ có người từ 18 đến 59 tuổi.", "Somebody of 18 to 59 lives in the household.")
    }

    fileprivate static let carersElsewhere = WelfareCondition("carers-elsewhere") { _, _ in
        unknown(
            "Cần xác minh: có con, cháu hoặc người khác có nghĩa vụ phụng dưỡng ở nơi khác không; người ấy có đang hưởng trợ cấp xã hội hằng tháng không.",
            "To be found out: whether children or others who owe care live elsewhere, and whether they get a monthly assistance themselves.")
    }

    fileprivate static let onlyAdultWithChild = WelfareCondition("only-adult") { facts, _ in
        facts.home.map { $0.adults == 1 && $0.children > 0 } ?? false
            ? reason(true, "Là người lớn duy nhất trong hộ có trẻ dưới 16 tuổi.", "Is the only adult of a household with a child under 16.")
            : reason(false, "Trong hộ có người lớn khác, hoặc không có trẻ dưới 16 tuổi.", "There is another adult in the household, or no child under 16.")
    }

    fileprivate static let parentAlone = WelfareCondition("parent-alone") { _, _ in
        unknown(
            "Cần xác minh: có đúng là cha, mẹ đang nuôi trẻ, chưa có vợ, chồng hoặc vợ, chồng đã chết, mất tích không.",
            "To be found out: whether this is the parent who brings up the child, unmarried, or widowed, or with a spouse who is missing.")
    }
}
