// SPDX-License-Identifier: Apache-2.0
internal import Civic

extension City {
    /// What invented people apply for: short forms without papers.
    public static let rehearsed: [(procedure: String, texts: [String: String])] = [
        (MaritalStatus.procedure.code, ["used_for": "property"]), (MaritalStatus.procedure.code, ["used_for": "marriage"]),
        (DataCorrection.procedure.code, ["item": "phone", "right_text": "0900000000"]),
    ]
}
