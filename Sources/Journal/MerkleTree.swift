// SPDX-License-Identifier: Apache-2.0

/// The growing edge of an RFC 9162 tree: enough to append and to know the root. Full tiles leave it as they fill.
public struct MerkleTree: Sendable {
    /// 256 hashes of one level: level 0 are leaves, level 1 the roots of level-0 tiles, and so on.
    struct Tile: Sendable {
        let level: Int
        let index: Int64
        let hashes: [Hash]
    }

    public private(set) var size: Int64 = 0
    /// The roots of perfect subtrees, largest first.
    private var edge: [Hash] = []
    /// The growing tile of each level.
    private(set) var growing: [[Hash]] = [[]]
    /// Tiles that filled since they were last taken.
    private var filled: [Tile] = []

    public init() {}

    /// Rebuilds the edge from the growing tiles of every level.
    init(size: Int64, growing: [[Hash]]) {
        self.size = size
        self.growing = growing
        // Each growing tile holds the perfect subtrees of its eight bits of the size.
        for level in growing.indices.reversed() {
            var rest = growing[level][...]
            for bit in (0..<8).reversed() where size >> Int64(level * 8 + bit) & 1 == 1 {
                let width = 1 << bit
                edge.append(MerkleTree.perfectRoot(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
        }
    }

    public mutating func append(_ leaf: Hash) {
        var carry = leaf
        var height = 0
        var rest = size
        put(carry, level: 0)
        while rest & 1 == 1 {
            carry = nodeHash(edge.removeLast(), carry)
            rest >>= 1
            height += 1
            if height % 8 == 0 {
                let level = height / 8
                filled.append(Tile(level: level - 1, index: size >> Int64(height), hashes: growing[level - 1]))
                growing[level - 1].removeAll(keepingCapacity: true)
                put(carry, level: level)
            }
        }
        edge.append(carry)
        size += 1
    }

    private mutating func put(_ hash: Hash, level: Int) {
        if growing.count == level { growing.append([]) }
        growing[level].append(hash)
    }

    mutating func takeFilled() -> [Tile] {
        defer { filled.removeAll() }
        return filled
    }

    /// The root; of the empty tree the hash of nothing.
    public var root: Hash {
        guard var root = edge.last else { return Hash.of([]) }
        for subtree in edge.dropLast().reversed() { root = nodeHash(subtree, root) }
        return root
    }

    static func perfectRoot(_ hashes: ArraySlice<Hash>) -> Hash {
        var row = Array(hashes)
        while row.count > 1 { row = stride(from: 0, to: row.count, by: 2).map { nodeHash(row[$0], row[$0 + 1]) } }
        return row[0]
    }
}

/// Proofs over any source of perfect subtrees (RFC 9162 section 2.1).
public struct MerkleProof {
    /// The root of the perfect subtree of height h at index i.
    let perfect: (_ height: Int, _ index: Int64) throws -> Hash

    /// The hashes that lead from a leaf to the root of the first `size` leaves.
    public func inclusion(_ index: Int64, in size: Int64) throws -> [Hash] {
        precondition(index >= 0 && index < size, "The leaf lies in the tree.")
        var path: [Hash] = []
        var low: Int64 = 0
        var high = size
        var tail: [Hash] = []
        while high - low > 1 {
            let middle = low + Self.split(high - low)
            if index < middle {
                tail.append(try root(middle, high))
                high = middle
            } else {
                tail.append(try root(low, middle))
                low = middle
            }
        }
        path = tail.reversed()
        return path
    }

    /// The hashes that show that the first `old` of `size` leaves are unchanged.
    public func consistency(from old: Int64, to size: Int64) throws -> [Hash] {
        precondition(old >= 0 && old <= size, "The old tree is no larger than the new.")
        guard old > 0, old < size else { return [] }
        return try subproof(old, 0, size, isWhole: true)
    }

    private func subproof(_ old: Int64, _ low: Int64, _ high: Int64, isWhole: Bool) throws -> [Hash] {
        let count = high - low
        if old == count { return isWhole ? [] : [try root(low, high)] }
        let k = Self.split(count)
        if old <= k { return try subproof(old, low, low + k, isWhole: isWhole) + [try root(low + k, high)] }
        return try subproof(old - k, low + k, high, isWhole: false) + [try root(low, low + k)]
    }

    /// The root of leaves low ..< high; low is a multiple of the largest power of two in the count.
    public func root(_ low: Int64, _ high: Int64) throws -> Hash {
        let count = high - low
        if count == 0 { return Hash.of([]) }
        if count & (count - 1) == 0 {
            let height = count.trailingZeroBitCount
            return try perfect(height, low >> Int64(height))
        }
        let k = Self.split(count)
        return nodeHash(try root(low, low + k), try root(low + k, high))
    }

    /// The largest power of two below n.
    static func split(_ n: Int64) -> Int64 { 1 << Int64(63 - (n - 1).leadingZeroBitCount) }

    /// RFC 9162 section 2.1.3.2.
    public static func verifies(inclusionOf leaf: Hash, at index: Int64, size: Int64, path: [Hash], root: Hash) -> Bool {
        guard index >= 0, index < size else { return false }
        var fn = index
        var sn = size - 1
        var result = leaf
        for hash in path {
            if sn == 0 { return false }
            if fn & 1 == 1 || fn == sn {
                result = nodeHash(hash, result)
                while fn & 1 == 0, fn != 0 {
                    fn >>= 1
                    sn >>= 1
                }
            } else {
                result = nodeHash(result, hash)
            }
            fn >>= 1
            sn >>= 1
        }
        return sn == 0 && result == root
    }

    /// RFC 9162 section 2.1.4.2.
    public static func verifies(consistencyFrom old: Int64, root oldRoot: Hash, to size: Int64, root newRoot: Hash, path: [Hash]) -> Bool {
        if old == size { return path.isEmpty && oldRoot == newRoot }
        guard old > 0, old < size else { return old == 0 && path.isEmpty }
        var proof = path[...]
        if old & (old - 1) == 0 { proof = [oldRoot] + proof }
        guard let first = proof.popFirst() else { return false }
        var fn = old - 1
        var sn = size - 1
        while fn & 1 == 1 {
            fn >>= 1
            sn >>= 1
        }
        var fr = first
        var sr = first
        for hash in proof {
            if sn == 0 { return false }
            if fn & 1 == 1 || fn == sn {
                fr = nodeHash(hash, fr)
                sr = nodeHash(hash, sr)
                while fn & 1 == 0, fn != 0 {
                    fn >>= 1
                    sn >>= 1
                }
            } else {
                sr = nodeHash(sr, hash)
            }
            fn >>= 1
            sn >>= 1
        }
        return sn == 0 && fr == oldRoot && sr == newRoot
    }
}
