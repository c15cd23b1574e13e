// SPDX-License-Identifier: Apache-2.0

/// Clock and chance, passed in from the program's roof so that nothing below summons them.
public struct World: Sendable {
    public let now: @Sendable () -> Instant
    /// So many unpredictable bytes.
    public let random: @Sendable (Int) -> [UInt8]

    public init(now: @escaping @Sendable () -> Instant, random: @escaping @Sendable (Int) -> [UInt8]) {
        self.now = now
        self.random = random
    }

    public var today: Day { now().day }
}
