// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import Store
internal import Synchronization

/// A file that an officer has sent, on its way into a register.
public struct Upload: Sendable {
    public enum State: Sendable {
        /// Its columns have to be matched.
        case received
        case judging(LoadProgress?)
        case judged(LoadResult)
        case entering(LoadProgress?)
        case entered(LoadResult)
        case failed(Text)
    }

    public let id: String
    public let register: String
    public let file: String
    public let author: String
    public let received: Instant
    public internal(set) var mapping: FileMapping?
    /// Whose list it is; empty where it is nobody's alone.
    public internal(set) var scope: [String: String] = [:]
    /// The list is complete: what it lacks may end.
    public internal(set) var isWhole = false
    public internal(set) var state: State
    /// Heads of the columns that no field takes.
    public internal(set) var unread: [String] = []
    /// Rows below the head.
    public internal(set) var rows = 0
    var readOver = ReadOver()
    let path: String

    var isRunning: Bool {
        switch state {
        case .judging, .entering: true
        default: false
        }
    }
    var converted: String { path + ".csv" }
    public var rejects: String { path + ".rejected.csv" }
}

/// The files that officers have sent, each with what has become of it. Nothing is entered before its sender has seen what would change.
public final class Uploads: Sendable {
    public struct Limits: Sendable {
        public var bytesMax = 32 << 20
        /// Files of one officer that wait.
        public var waitingMax = 10
        public var keptMilliseconds: Int64 = 7 * 86_400_000
        /// Files judged or entered at once.
        public var runningMax = 2
        public init() {}
    }

    let registry: Registry
    public let limits: Limits
    private let folder: String
    private let uploads = Mutex<[String: Upload]>([:])

    public init(registry: Registry, limits: Limits = Limits()) {
        self.registry = registry
        self.limits = limits
        folder = registry.database.filesPath + "-uploads"
        // What an earlier run of the program left is of no use any more: files of people do not lie about.
        clean()
    }

    // MARK: Receiving

    /// Keeps a file for a register. Its name is only shown, never used as a path.
    public func receive(_ bytes: [UInt8], name: String, for register: String, by authority: Authority) throws -> Upload {
        guard authority.may(.write, register) else {
            throw RegisterError.forbidden(["vi": "Bạn không có quyền cập nhật sổ này.", "en": "You may not enter into this register."])
        }
        let declared = try registry.register(register)
        guard !bytes.isEmpty else { throw RegisterError.file(["vi": "Tệp không có dòng nào.", "en": "The file has no lines."]) }
        guard bytes.count <= limits.bytesMax else {
            throw RegisterError.file(
                Text(
                    vi: "Tệp lớn hơn \(limits.bytesMax >> 20) MB; hãy nạp bằng dòng lệnh.", en: "The file is larger than \(limits.bytesMax >> 20) MB; load it by the command line.")
            )
        }
        let isWorkbook = bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            throw RegisterError.file(["vi": "Tệp .xls cũ: hãy mở và lưu lại thành .xlsx.", "en": "This is an old .xls: open it and save it as .xlsx."])
        }
        clean()
        let mine = uploads.withLock { $0.values.count { $0.author == authority.id } }
        guard mine < limits.waitingMax else {
            throw RegisterError.badRequest(
                Text(vi: "Bạn còn \(mine) tệp chưa xong. Xong hoặc bỏ bớt rồi gửi tiếp.", en: "You have \(mine) files under way. Finish or drop some, then send more."))
        }
        let id = Encoding.base32(registry.world.random(10))
        let upload = Upload(
            id: id, register: declared.name, file: String(name.tidied.prefix(120)), author: authority.id, received: registry.world.now(), mapping: nil, state: .received,
            path: "\(folder)/\(id).\(isWorkbook ? "xlsx" : "csv")")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        uploads.withLock { $0[id] = upload }
        guard FileManager.default.createFile(atPath: upload.path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]) else {
            uploads.withLock { $0[id] = nil }
            throw RegisterError.file(["vi": "Không lưu được tệp; có thể ổ đĩa đã đầy.", "en": "The file cannot be kept; the disk may be full."])
        }
        do {
            // What cannot be read at all is told at once.
            _ = try registry.preview(register, file: upload.path)
        } catch {
            uploads.withLock { $0[id] = nil }
            remove(upload)
            throw error
        }
        return upload
    }

    /// An officer's own file.
    public func find(_ id: String, for authority: Authority) throws -> Upload {
        guard let upload = uploads.withLock({ $0[id] }), upload.author == authority.id else { throw RegisterError.noSuchRecord }
        return upload
    }

    public func list(for authority: Authority) -> [Upload] {
        uploads.withLock { $0.values.filter { $0.author == authority.id } }.sorted { $0.received > $1.received }
    }

    public func preview(_ upload: Upload, mapping: FileMapping? = nil) throws -> FilePreview {
        try registry.preview(upload.register, file: upload.path, mapping: mapping ?? upload.mapping)
    }

    // MARK: Judging and entering

    /// Matches the columns, keeps that for the next time, and begins to judge every line. Nothing is entered.
    public func judge(_ upload: Upload, mapping: FileMapping, scope: [String: String] = [:], isWhole: Bool = false, by authority: Authority) throws {
        let objections = try registry.objections(to: mapping, of: upload.register, filling: scope)
        guard objections.isEmpty else { throw RegisterError.objections(objections) }
        let preview = try registry.preview(upload.register, file: upload.path, mapping: mapping)
        let unread = preview.unread
        try registry.keep(mapping, for: upload.register, rows: preview.rows, by: authority.id)
        try transition(upload.id, to: .judging(nil)) { state in
            switch state {
            case .received, .judged, .failed: true
            case .judging, .entering, .entered: false
            }
        } also: {
            $0.mapping = mapping
            $0.unread = unread
            $0.scope = scope
            $0.isWhole = isWhole && !scope.isEmpty
        }
        run(upload.id) { [self] upload in
            let readOver = try registry.convert(upload.register, file: upload.path, mapping: mapping, filling: scope, to: upload.converted)
            change(upload.id) {
                $0.rows = readOver.rows
                $0.readOver = readOver
            }
            var options = self.options(upload)
            options.readOver = readOver
            options.isDryRun = true
            options.examplesMax = 8
            let result = try registry.load(upload.register, file: upload.converted, options: options, by: authority) { progress in
                self.change(upload.id) { $0.state = .judging(progress) }
            }
            change(upload.id) { $0.state = .judged(result) }
        }
    }

    private func options(_ upload: Upload) -> LoadOptions {
        var options = LoadOptions()
        options.scope = upload.scope
        if upload.isWhole { options.mode = .snapshot }
        options.readOver = upload.readOver
        return options
    }

    /// Enters what was judged. Where it is a whole list, what it lacks ends if that is wished; `confirmed` of them after a second look.
    public func enter(_ upload: Upload, isRetiring: Bool = false, confirmed: Int = 0, by authority: Authority) throws {
        try transition(upload.id, to: .entering(nil)) { if case .judged = $0 { true } else { false } }
        run(upload.id) { [self] upload in
            var options = self.options(upload)
            options.isRetiringMissing = isRetiring
            options.confirmedMissing = confirmed
            options.rejectsPath = upload.rejects
            options.fileName = upload.file
            let result = try registry.load(upload.register, file: upload.converted, options: options, by: authority) { progress in
                self.change(upload.id) { $0.state = .entering(progress) }
            }
            change(upload.id) { $0.state = .entered(result) }
        }
    }

    public func drop(_ upload: Upload) {
        switch upload.state {
        case .judging, .entering: return
        default: break
        }
        uploads.withLock { $0[upload.id] = nil }
        remove(upload)
    }

    /// One act at a time, decided under the lock.
    private func transition(_ id: String, to state: Upload.State, from isAllowed: (Upload.State) -> Bool, also body: (inout Upload) -> Void = { _ in }) throws {
        try uploads.withLock { uploads in
            guard let upload = uploads[id], isAllowed(upload.state) else {
                throw RegisterError.badRequest(["vi": "Tệp này chưa xem thử xong, hoặc đã được nạp.", "en": "This file has not been tried yet, or has been loaded already."])
            }
            guard uploads.values.count(where: { $0.isRunning }) < limits.runningMax else {
                throw RegisterError.badRequest(["vi": "Máy đang nạp tệp khác. Chờ một lát rồi thử lại.", "en": "Other files are being loaded. Wait a little and try again."])
            }
            uploads[id]!.state = state
            body(&uploads[id]!)
        }
    }

    private func run(_ id: String, _ work: @escaping @Sendable (Upload) throws -> Void) {
        DispatchQueue.global(qos: .userInitiated).async { [self] in
            guard let upload = uploads.withLock({ $0[id] }) else { return }
            do {
                try work(upload)
            } catch {
                change(id) { $0.state = .failed(Uploads.text(error)) }
            }
        }
    }

    private static func text(_ error: any Error) -> Text {
        switch error {
        case RegisterError.file(let text), RegisterError.badRequest(let text), RegisterError.forbidden(let text): text
        case RegisterError.objections(let objections): objections.first?.text ?? ["vi": "Tệp không hợp lệ.", "en": "The file is not valid."]
        case StoreError.diskFull:
            ["vi": "Ổ đĩa đã đầy; phần chưa ghi chưa mất, nạp lại sau khi có chỗ.", "en": "The disk is full; nothing is lost, load the file again once there is room."]
        default:
            [
                "vi": "Có lỗi khi nạp tệp. Nạp lại: những dòng đã ghi không bị ghi hai lần.",
                "en": "Something went wrong. Load the file again: what was entered is not entered twice.",
            ]
        }
    }

    private func change(_ id: String, _ body: (inout Upload) -> Void) { uploads.withLock { if $0[id] != nil { body(&$0[id]!) } } }

    /// Files that nobody came back for.
    private func clean() {
        let oldest = registry.world.now().milliseconds - limits.keptMilliseconds
        let old = uploads.withLock { uploads in
            let old = uploads.values.filter { $0.received.milliseconds < oldest }
            for upload in old { uploads[upload.id] = nil }
            return old
        }
        for upload in old { remove(upload) }
        // What an earlier run of the program left.
        let known = uploads.withLock { Set($0.keys) }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where !known.contains(String(name.prefix { $0 != "." })) {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    private func remove(_ upload: Upload) {
        for path in [upload.path, upload.converted, upload.rejects] { try? FileManager.default.removeItem(atPath: path) }
    }
}
