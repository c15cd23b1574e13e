// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Store

/// How a procedure fares in use: what a review of procedures looks at.
public struct ProcedureReview: Sendable {
    public let procedure: Procedure
    public let count: Int
    public let ended: Int
    /// Among the latest so many: refused or stopped, asked for papers at least once, handed in online.
    public let looked: Int
    public let refused: Int
    public let asked: Int
    public let online: Int
    /// Hours from handing in to the end, on average; nil when none has ended.
    public let hours: Int?
    public let timed: Int
    public let onTime: Int

    /// What the figures suggest, each with its reason.
    public var proposals: [Text] {
        var all: [Text] = []
        if count == 0 {
            all.append([
                "vi": "Chưa ai dùng trong hệ thống: xem có còn cần, hoặc người dân có tìm thấy không.", "en": "Nobody has used it here: is it still needed, and do people find it?",
            ])
        }
        guard looked >= 5 else { return all }
        func share(_ part: Int, _ whole: Int) -> Int { whole == 0 ? 0 : part * 100 / whole }
        if share(asked, looked) >= 20 {
            all.append(
                Text(
                    vi: "\(share(asked, looked)) % hồ sơ phải bổ sung giấy tờ: viết lại hướng dẫn, hoặc bỏ giấy tờ mà sổ đã có.",
                    en: "\(share(asked, looked)) % of the dossiers needed more papers: reword the guidance, or drop papers that a register has."))
        }
        if share(refused, looked) >= 15 {
            all.append(
                Text(
                    vi: "\(share(refused, looked)) % bị từ chối: kiểm tra điều kiện ngay trong biểu mẫu, trước khi nộp.",
                    en: "\(share(refused, looked)) % are refused: check the conditions in the form, before it is handed in."))
        }
        if procedure.papers.count >= 3 {
            all.append(
                Text(
                    vi: "Yêu cầu \(procedure.papers.count) loại giấy tờ: xem loại nào lấy được từ sổ của thành phố.",
                    en: "Asks for \(procedure.papers.count) papers: which of them does a register of the city have?"))
        }
        if timed >= 5, share(onTime, timed) < 90 {
            all.append(Text(vi: "Chỉ \(share(onTime, timed)) % đúng hạn: bớt bước hoặc thêm người.", en: "Only \(share(onTime, timed)) % on time: fewer steps, or more people."))
        }
        if share(online, looked) < 50 {
            all.append(
                Text(
                    vi: "\(share(online, looked)) % nộp trực tuyến: hỏi ở quầy vì sao chưa nộp trên mạng.",
                    en: "\(share(online, looked)) % are handed in online: ask at the counter why not more."))
        }
        return all
    }
}

extension Dossiers {
    private struct Lot {
        var looked = 0
        var refused = 0
        var asked = 0
        var online = 0
    }

    /// Every procedure with its figures, the most used first. What became of dossiers is looked up in the latest of all of them.
    public func reviews(latest limit: Int = 2000) throws -> [ProcedureReview] {
        try database.read { connection in
            let lots = try self.lots(limit, connection)
            return try self.procedures.map { procedure in
                let row = try connection.first(
                    """
                    SELECT count(*), count(ended), count(on_time), CAST(coalesce(sum(on_time), 0) AS BIGINT), CAST(coalesce(sum(ended - submitted), 0) / 3600000 AS BIGINT) \
                    FROM dossier WHERE procedure = \(procedure.code)
                    """
                ) { row in (0..<5).map { Int(row.integer($0)) } }!
                let lot = lots[procedure.code] ?? Lot()
                return ProcedureReview(
                    procedure: procedure, count: row[0], ended: row[1], looked: lot.looked, refused: lot.refused, asked: lot.asked, online: lot.online,
                    hours: row[1] > 0 ? row[4] / row[1] : nil, timed: row[2], onTime: row[3])
            }.sorted { ($1.count, $0.procedure.code) < ($0.count, $1.procedure.code) }
        }
    }

    private func lots(_ limit: Int, _ connection: Connection) throws -> [String: Lot] {
        var lots: [String: Lot] = [:]
        for code in try connection.all("SELECT code FROM dossier ORDER BY number DESC LIMIT \(limit)", { $0.text(0) }) {
            let dossier = try load(code, on: connection).dossier
            lots[dossier.submission.procedure, default: Lot()].looked += 1
            if dossier.hasAskedForPapers { lots[dossier.submission.procedure]!.asked += 1 }
            if dossier.submission.channel == .online { lots[dossier.submission.procedure]!.online += 1 }
            switch dossier.state {
            case .declined, .stopped, .decided(false, _, _), .returned(false, _): lots[dossier.submission.procedure]!.refused += 1
            default: continue
            }
        }
        return lots
    }

    /// Of the latest dossiers, how many were handed in online.
    public func onlineFigures(latest limit: Int = 500) throws -> (online: Int, of: Int) {
        try database.read { connection in try self.lots(limit, connection).values.reduce((0, 0)) { ($0.0 + $1.online, $0.1 + $1.looked) } }
    }

    /// By unit: how many dossiers have ended with a promised day, and how many of them on time.
    public func timelinessByUnit() throws -> [String: (timed: Int, onTime: Int)] {
        try database.read { connection in
            Dictionary(
                try connection.all("SELECT unit, count(on_time), CAST(coalesce(sum(on_time), 0) AS BIGINT) FROM dossier GROUP BY unit") {
                    ($0.text(0), (timed: Int($0.integer(1)), onTime: Int($0.integer(2))))
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// By the office that decides: how many dossiers have ended with a promised day, how many of them on time, and how many are late and still open.
    public func timelinessByOffice() throws -> [String: (timed: Int, onTime: Int, overdue: Int)] {
        let now = world.now()
        let (received, inProgress) = (Dossier.Status.received.rawValue, Dossier.Status.inProgress.rawValue)
        return try database.read { connection in
            Dictionary(
                try connection.all(
                    """
                    SELECT office, count(on_time), CAST(coalesce(sum(on_time), 0) AS BIGINT), CAST(coalesce(sum(CASE WHEN status IN (\(received), \(inProgress)) \
                    AND (due < \(now) OR level > 0) THEN 1 ELSE 0 END), 0) AS BIGINT) FROM dossier GROUP BY office
                    """
                ) { ($0.text(0), (timed: Int($0.integer(1)), onTime: Int($0.integer(2)), overdue: Int($0.integer(3)))) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
