// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import Devices
internal import HTTP
internal import Dossiers
internal import Journal
internal import Ledger
internal import NIOHTTP1
internal import Payments
internal import People
internal import Registers
internal import Store

/// An error as the API tells it: RFC 9457. Every error of the program becomes its HTTP answer here and nowhere else.
struct Problem: Error, Sendable {
    let status: HTTPResponseStatus
    /// The last part of the problem's type, stable for programs.
    let code: String
    let detail: Text
    var objections: [Objection] = []
    var headers: [(String, String)] = []

    init(_ status: HTTPResponseStatus, _ code: String, _ detail: Text, objections: [Objection] = [], headers: [(String, String)] = []) {
        self.status = status
        self.code = code
        self.detail = detail
        self.objections = objections
        self.headers = headers
    }

    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case RegisterError.unknownRegister(let name):
            self.init(.notFound, "unknown-register", Text(vi: "Không có sổ “\(name.shortened)”.", en: "There is no register “\(name.shortened)”."))
        case RegisterError.noSuchRecord: self.init(.notFound, "no-such-record", ["vi": "Không có hồ sơ này.", "en": "There is no such record."])
        case RegisterError.forbidden(let text): self.init(.forbidden, "forbidden", text)
        case RegisterError.purposeNeeded:
            self.init(
                .forbidden, "purpose-needed",
                [
                    "vi": "Nêu mục đích trước khi xem dữ liệu cá nhân (tiêu đề Purpose).",
                    "en": "Name a purpose before personal data is shown (header Purpose).",
                ])
        case RegisterError.objections(let objections):
            self.init(
                .unprocessableContent, "objections",
                Text(
                    vi: objections.map(\.text.vi).joined(separator: " "), en: objections.map(\.text.en).joined(separator: " ")),
                objections: objections)
        case RegisterError.precondition(let current):
            self.init(
                .preconditionFailed, "changed-meanwhile",
                [
                    "vi": "Hồ sơ đã được người khác thay đổi. Tải lại rồi sửa tiếp.",
                    "en": "Somebody else changed the record. Load it again and repeat your change.",
                ], headers: current.map { [("etag", "\"\($0)\"")] } ?? [])
        case RegisterError.exists(let current):
            self.init(
                .conflict, "exists",
                ["vi": "Hồ sơ đã có. Muốn sửa thì gửi kèm If-Match.", "en": "The record exists. To change it send If-Match."],
                headers: [("etag", "\"\(current)\"")])
        case RegisterError.badRequest(let text), RegisterError.file(let text): self.init(.unprocessableContent, "not-possible", text)
        case let error as DossierError: self.init(error)
        case let error as LedgerError: self.init(error)
        case let error as PaymentError: self.init(error)
        case let error as DeviceError: self.init(error)
        case let error as DevicePaymentError:
            let code =
                switch error {
                case .pinNeeded: "pin-needed"
                case .wrongPin: "wrong-pin"
                case .dailyLimit: "daily-limit"
                }
            self.init(.forbidden, code, error.text)
        case AccountError.tooManyTries:
            self.init(
                .tooManyRequests, "too-many-tries", ["vi": "Đã thử quá nhiều lần. Chờ mười phút.", "en": "Too many tries. Wait ten minutes."], headers: [("retry-after", "600")])
        case is OtherContent: self = .keyReused
        case JournalError.unknownJournal: self.init(.notFound, "unknown-journal", ["vi": "Không có nhật ký này.", "en": "There is no such journal."])
        case JournalError.noSuchEntry, JournalError.beyondSize:
            self.init(.notFound, "no-such-entry", ["vi": "Không có mục này.", "en": "There is no such entry."])
        case StoreError.diskFull:
            self.init(
                HTTPResponseStatus(statusCode: 507), "disk-full",
                ["vi": "Máy chủ hết chỗ lưu. Chưa có gì được ghi.", "en": "The server has no room left. Nothing was entered."],
                headers: [("retry-after", "10")])
        case StoreError.overloaded, StoreError.busy, StoreError.disconnected, StoreError.groupFailed, AccountError.tooBusy:
            self.init(
                .serviceUnavailable, "busy", ["vi": "Hệ thống đang bận. Thử lại sau giây lát.", "en": "The system is busy. Try again in a moment."],
                headers: [("retry-after", "2")])
        default:
            self.init(
                .internalServerError, "internal",
                ["vi": "Có lỗi trong hệ thống. Chưa có gì được ghi.", "en": "Something went wrong here. Nothing was entered."])
        }
    }

    static let keyReused = Problem(
        .unprocessableContent, "key-reused",
        ["vi": "Idempotency-Key này đã dùng cho nội dung khác.", "en": "This Idempotency-Key was used for other content."])

    static let noMoney = Problem(.forbidden, "forbidden", ["vi": "Bạn không có quyền với việc này.", "en": "You have no right to this."])

    private init(_ error: LedgerError) {
        switch error {
        case .otherContent: self.init(.unprocessableContent, "other-content", error.text)
        case .badID, .badAmount, .badAccount: self.init(.unprocessableContent, "not-possible", error.text)
        case .noSuchTransfer: self.init(.notFound, "no-such-transfer", error.text)
        case .limit: self.init(.conflict, "limit", error.text)
        case .notHeld: self.init(.conflict, "not-held", error.text)
        case .closed, .notOver: self.init(.conflict, "closed", error.text)
        case .chain: self.init(.conflict, "chain", error.text)
        }
    }

    private init(_ error: PaymentError) {
        switch error {
        case .noSuchBill, .noSuchPayment, .noSuchBiller, .noSuchHousehold: self.init(.notFound, "not-found", error.text)
        case .changed: self.init(.conflict, "changed-meanwhile", error.text)
        case .notOpen: self.init(.conflict, "not-open", error.text)
        case .beingPaid: self.init(.conflict, "being-paid", error.text)
        case .tooMuch: self.init(.unprocessableContent, "too-much", error.text)
        case .confirm: self.init(.conflict, "confirm", error.text)
        case .otherContent: self.init(.unprocessableContent, "other-content", error.text)
        case .tooLate: self.init(.conflict, "too-late", error.text)
        case .notNow: self.init(.conflict, "not-now", error.text)
        case .forbidden: self.init(.forbidden, "forbidden", error.text)
        case .objections(let objections): self.init(.unprocessableContent, "objections", error.text, objections: objections)
        }
    }

    private init(_ error: DeviceError) {
        switch error {
        case .unknown, .badSignature, .malformed: self.init(.unauthorized, "signature", error.text)
        case .clock(let off): self.init(.unauthorized, "clock", error.text, headers: [("clock-offset", String(off))])
        case .counter(let last): self.init(.conflict, "counter", error.text, headers: [("device-counter", String(last))])
        case .replay: self.init(.conflict, "replay", error.text)
        case .frozen: self.init(.forbidden, "frozen", error.text)
        case .revoked: self.init(.forbidden, "revoked", error.text)
        case .badCode: self.init(.forbidden, "code", error.text)
        case .objections(let objections): self.init(.unprocessableContent, "objections", error.text, objections: objections)
        }
    }

    private init(_ error: DossierError) {
        switch error {
        case .noSuchProcedure: self.init(.notFound, "no-such-procedure", ["vi": "Không có thủ tục này.", "en": "There is no such procedure."])
        case .noSuchDossier, .noSuchDraft: self.init(.notFound, "no-such-dossier", ["vi": "Không có hồ sơ này.", "en": "There is no such dossier."])
        case .notNow(let text): self.init(.conflict, "not-now", text)
        case .askedBefore:
            self.init(
                .conflict, "asked-before",
                ["vi": "Đã yêu cầu bổ sung một lần; pháp luật không cho yêu cầu lần nữa.", "en": "Papers were asked for once already; the law does not allow a second time."])
        case .fourEyes: self.init(.forbidden, "four-eyes", ["vi": "Người đề xuất không tự quyết định.", "en": "The one who proposes does not decide."])
        case .apologisedBefore: self.init(.conflict, "apologised-before", ["vi": "Đã xin lỗi và hẹn lại một lần.", "en": "There was an apology and a new date already."])
        case .changed:
            self.init(
                .conflict, "changed-meanwhile",
                ["vi": "Hồ sơ vừa có thay đổi. Mở lại hồ sơ, xem rồi làm tiếp.", "en": "The dossier has just changed. Open it again, look, and go on."])
        case .forbidden(let text): self.init(.forbidden, "forbidden", text)
        case .objections(let objections): self.init(RegisterError.objections(objections))
        }
    }

    func response(_ language: Language) -> Response {
        var members: [JSON.Member] = [
            .init("type", .string("/problems/\(code)")), .init("title", .string(status.reasonPhrase)), .init("status", .integer(Int64(status.code))),
            .init("detail", .string(detail[language])),
        ]
        if !objections.isEmpty {
            members.append(
                .init(
                    "errors",
                    .array(
                        objections.map {
                            .object([
                                "field": .string($0.field), "code": .string($0.code), "detail": .string($0.text[language]),
                                "text": .object(["vi": .string($0.text.vi), "en": .string($0.text.en)]),
                            ])
                        })))
        }
        var bytes: [UInt8] = []
        JSON.object(members).write(to: &bytes)
        return Response(status, type: "application/problem+json", bytes, headers: headers + [("content-language", language.rawValue)])
    }
}
