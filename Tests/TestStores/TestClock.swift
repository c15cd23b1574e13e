// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import Synchronization

/// The real clock until it is stopped: how long a test takes changes nothing then.
public final class TestClock: Sendable {
    private let moment: Mutex<Instant?>

    public init(at instant: Instant? = nil) { moment = Mutex(instant) }

    public func stop(at instant: Instant) { moment.withLock { $0 = instant } }

    public func now() -> Instant { moment.withLock { $0 } ?? Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
