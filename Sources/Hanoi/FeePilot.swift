// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The pilot of fees that feed a fund for re-investment in information technology, as the announcement of 2017 asks for.
/// The shares are a proposal of this program until the city decides its own.
public enum FeePilot {
    public static let budget = FeeShares.Share("budget", ["vi": "Ngân sách Nhà nước", "en": "State budget"], parts: 10_000)

    public static let shares: [FeeShares] = [
        FeeShares(from: Day(year: 2017, month: 1, day: 1)!, source: ["vi": "Luật Phí và lệ phí 97/2015/QH13", "en": "Law on Fees and Charges 97/2015/QH13"], shares: [budget]),
        FeeShares(
            from: Day(year: 2026, month: 1, day: 1)!, source: ["vi": "Đề xuất thí điểm theo Thông báo 699/TB-UBND", "en": "Proposed pilot under announcement 699/TB-UBND"],
            shares: [
                .init("budget", ["vi": "Ngân sách Nhà nước", "en": "State budget"], parts: 5000),
                .init("unit", ["vi": "Đơn vị giải quyết", "en": "The unit that does the work"], parts: 2000),
                .init("fund", ["vi": "Quỹ tái đầu tư công nghệ thông tin", "en": "Fund for re-investment in IT"], parts: 3000),
            ]),
    ]
}
