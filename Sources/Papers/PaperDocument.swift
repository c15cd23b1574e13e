// SPDX-License-Identifier: Apache-2.0
public import Civic

/// A paper by its content: what it says in which order, and nothing of how it is drawn.
public struct PaperDocument: Sendable {
    public enum Block: Sendable {
        /// The office on the left, the State's name and motto on the right, as decree 30/2020 lays letters out.
        case letterhead(office: [String], state: [String])
        /// The number on the left, place and date on the right.
        case numbered(String, at: String)
        case title(String, below: String?)
        case paragraph(String)
        case heading(String)
        case facts([(String, String)])
        case list([String])
        /// Who signs, on the right.
        case signature([String])
        /// A code with what it leads to, beside words for people.
        case code(QRCode, alternative: String, words: [String])
    }

    public let title: String
    public let language: Language
    public let author: String
    public let made: Instant
    public let blocks: [Block]

    public init(title: String, language: Language, author: String, made: Instant, blocks: [Block]) {
        self.title = title
        self.language = language
        self.author = author
        self.made = made
        self.blocks = blocks
    }
}

/// Signs the bytes of a paper: gives a detached CMS signature in DER.
public struct PaperSigner: Sendable {
    public let name: String
    public let sign: @Sendable ([UInt8]) -> [UInt8]

    public init(name: String, sign: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.name = name
        self.sign = sign
    }
}
