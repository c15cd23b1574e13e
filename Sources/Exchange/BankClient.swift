// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import HTTP
public import Payments
internal import Foundation
internal import Journal

/// A bank behind an address: orders go as JSON, signed as Standard Webhooks have it. The order's id is the message's, so that asking again is harmless.
public struct BankClient: Bank {
    private let address: String
    private let secret: [UInt8]
    private let world: World

    public init(address: String, secret: [UInt8], world: World) {
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.secret = secret
        self.world = world
    }

    public func take(_ order: BankOrder) async throws(BankError) {
        let body = JSON.object([
            "id": .string(order.id), "kind": .string(order.kind.rawValue), "reference": .string(order.reference), "amount": .integer(order.amount.amount),
            "bank": .string(order.bank),
            "account": .string(order.account), "name": .string(order.name),
        ])
        let answer = await BankClient.post(address + "/orders", id: order.id, body, secret: secret, now: world.now())
        switch answer {
        case .success(let answer) where (200..<300).contains(answer.status): return
        case .success(let answer) where [400, 409, 422].contains(answer.status):
            throw .refused((try? JSON(parsing: answer.body))?["detail"]?.string ?? "status \(answer.status)")
        case .success(let answer): throw .notNow("status \(answer.status)")
        case .failure(let failure): throw .notNow(failure.text.en)
        }
    }

    /// A signed message to the other side, on a thread that may wait.
    static func post(_ url: String, id: String, _ body: JSON, secret: [UInt8], now: Instant) async -> Result<HTTPAnswer, HTTPFailure> {
        let bytes = Array(body.text.utf8)
        let headers = BankClient.headers(id: id, bytes, secret: secret, now: now)
        return await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                do {
                    continuation.resume(returning: .success(try HTTPClient().post(url, bytes, headers: headers, seconds: 10, max: 1 << 20)))
                } catch {
                    continuation.resume(returning: .failure(error as? HTTPFailure ?? .failed("\(error)")))
                }
            }
        }
    }

    static func headers(id: String, _ body: [UInt8], secret: [UInt8], now: Instant) -> [(String, String)] {
        let time = String(now.milliseconds / 1000)
        let code = MAC.sha256(Array("\(id).\(time).".utf8) + body, key: secret)
        return [("content-type", "application/json"), ("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", "v1,\(Encoding.base64(code))")]
    }
}
