// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import NIOHTTP1
internal import Registers

/// What other instances ask: the verifiable feed of a register, and where their records and ours differ.
extension Parts {
    /// A follower that waits for news is asked again after so long.
    static let feedWaitMax: Int64 = 9
    private static let feedLookMilliseconds = 250

    var feedEndpoints: [Endpoint] {
        [
            Endpoint(
                .GET, "/api/v1/registers/{register}/feed", .registers,
                operation: Operation(
                    id: "followRegister", tag: "following",
                    summary: ["vi": "Theo một sổ, từng mục kiểm chứng được", "en": "Follow a register, entry by entry, verifiably"],
                    parameters: [
                        registerParameter,
                        .init("from", .query, Schema.integer(min: 0, max: 1 << 53 - 1), "How many entries the follower has. Default: 0."),
                        .init("seen", .query, Schema.integer(min: 0, max: 1 << 53 - 1), "The size of the last signed head it was shown."),
                        .init("limit", .query, Schema.integer(min: 1, max: Int64(Registry.feedMax)), "Entries at once. Default: \(Registry.feedMax)."),
                        .init("wait", .query, Schema.integer(min: 0, max: Parts.feedWaitMax), "Seconds to wait for an entry when there is none. Default: 0."),
                        Parts.purposeParameter,
                    ],
                    answers: [
                        .init(
                            200,
                            "JSON Lines: first what these entries are and the proofs that the signed checkpoint contains them, then one entry a line with its disclosures and the digests of the rest.",
                            "application/x-ndjson")
                    ], problems: [400, 401, 403, 404, 422, 503])
            ) { request, caller, parameters in
                let register = parameters[0]
                let from = try wholeNumber(request, "from") ?? 0
                let wait = try wholeNumber(request, "wait") ?? 0
                guard wait <= Parts.feedWaitMax else {
                    throw Problem(.badRequest, "wait", Text(vi: "wait nhiều nhất là \(Parts.feedWaitMax) giây.", en: "wait is at most \(Parts.feedWaitMax) seconds."))
                }
                _ = try registry.feedGrant(register, for: caller.authority)
                var looks = wait * 1000 / Int64(Parts.feedLookMilliseconds)
                while looks > 0, try !registry.feedIsLonger(register, than: from) {
                    looks -= 1
                    try await Task.sleep(for: .milliseconds(Parts.feedLookMilliseconds))
                }
                let step = try await registry.feed(
                    register, from: from, seen: try wholeNumber(request, "seen"), limit: try wholeNumber(request, "limit").map { Int(min($0, 1 << 31)) } ?? Registry.feedMax,
                    for: caller.authority, door: "api")
                return Response(.ok, type: "application/x-ndjson", step.bytes)
            },
            Endpoint(
                .POST, "/api/v1/registers/{register}/sketch", .registers, bodyMax: 8 << 20,
                operation: Operation(
                    id: "compareRegister", tag: "following",
                    summary: ["vi": "So sánh hồ sơ của hai nơi", "en": "Compare the records of two instances"],
                    parameters: [registerParameter, Parts.purposeParameter],
                    body: (
                        "application/json",
                        Schema.object(
                            [
                                ("fields", Schema.array(Schema.string())), ("salt", Schema.string(["minLength": .integer(16), "maxLength": .integer(100)])),
                                ("buckets", Schema.integer(min: 1, max: Int64(SketchQuestion.bucketsMax))),
                                ("of", Schema.nullable(Schema.array(Schema.integer(min: 0, max: 1 << 53 - 1)))),
                                ("keys", Schema.nullable(Schema.array(Schema.string()))),
                            ], required: ["fields", "salt", "buckets"], closed: true)
                    ),
                    answers: [
                        .init(
                            200,
                            "Five bytes a bucket: the sum of its records' hashes. With `of`: five of the key's hash and five of the record's for each record of those buckets. With `keys`: a line `hash key` for each.",
                            "application/octet-stream")
                    ], problems: [400, 401, 403, 404, 413, 415, 422, 503])
            ) { request, caller, parameters in
                guard let question = SketchQuestion(try json(request)) else {
                    throw Problem(
                        .badRequest, "sketch",
                        ["vi": "Cần fields, salt, buckets, và có thể có of.", "en": "fields, salt and buckets are needed, and there may be of."])
                }
                return Response(.ok, type: "application/octet-stream", try await registry.sketch(parameters[0], question, for: caller.authority, door: "api"))
            },
        ]
    }

    func wholeNumber(_ request: Request, _ name: String) throws -> Int64? {
        try request.parameter(name).map {
            guard let value = Int64($0), value >= 0, value <= 1 << 53 - 1 else {
                throw Problem(.badRequest, name, Text(vi: "\(name) phải là số không âm.", en: "\(name) must be a number from 0."))
            }
            return value
        }
    }
}
