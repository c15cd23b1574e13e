// SPDX-License-Identifier: Apache-2.0

/// An address of electronic mail, as far as its form can tell.
public enum MailAddress {
    public static let bytesMax = 200

    /// `ten@example.vn`: a name, one @, a domain with a point in it, and nothing that a mail's head could read otherwise.
    public static func isWellFormed(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), text.utf8.count <= bytesMax else { return false }
        return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3C && $0 != 0x3E && $0 != 0x2C }
    }
}
