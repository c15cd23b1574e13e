// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Foundation
internal import NIOCore
public import NIOHTTP1
internal import NIOPosix

/// The bounds of the HTTP server, in one place.
public struct ServerLimits: Sendable {
    public var headerMilliseconds: Int64 = 10_000
    public var idleMilliseconds: Int64 = 30_000
    public var connectionsMax = 4096
    public var targetMax = 8192
    public var headersMax = 100
    public init() {}
}

/// How a request is answered: at once, or by work that takes longer than a moment.
public enum Beginning: Sendable {
    case done(Response)
    case later(@Sendable () async -> Response)
}

/// What answers requests.
public protocol Service: Sendable {
    func begin(_ request: Request) -> Beginning
    /// For requests that never became one.
    func refusal(_ status: HTTPResponseStatus, target: String, language: Language) -> Response
    func language(_ headers: HTTPHeaders) -> Language
    func bodyMax(_ method: HTTPMethod, _ target: String, _ headers: HTTPHeaders) -> Int
    func now() -> Instant
    func noteAnswer(_ request: Request, _ response: Response, since started: Instant)
}

/// The HTTP/1.1 server: one event loop a core; quick answers on the loop, everything else as tasks.
public final class Server: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let handlers: Drain

    /// Binds and serves until `stop`.
    public static func start(host: String, port: Int, service: any Service, limits: ServerLimits = ServerLimits()) async throws -> Server {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let drain = Drain()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                guard drain.open() <= limits.connectionsMax else {
                    drain.close()
                    return channel.close()
                }
                channel.closeFuture.whenComplete { _ in drain.close() }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(IdleStateHandler(allTimeout: .milliseconds(limits.idleMilliseconds * 3)))
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(service: service, limits: limits, drain: drain))
                }
            }
        do {
            let channel = try await bootstrap.bind(host: host, port: port).get()
            return Server(group: group, channel: channel, drain: drain)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(group: MultiThreadedEventLoopGroup, channel: any Channel, drain: Drain) {
        self.group = group
        self.channel = channel
        handlers = drain
    }

    public var port: Int { channel.localAddress?.port ?? 0 }

    /// Takes no new requests, lets the running ones end (at most ten seconds), and closes.
    public func stop() async throws {
        try await channel.close()
        handlers.stop()
        for _ in 0..<200 where handlers.running > 0 { try await Task.sleep(for: .milliseconds(50)) }
        try await group.shutdownGracefully()
    }
}

/// Counts connections and running requests.
final class Drain: @unchecked Sendable {
    private let lock = NSLock()
    private var connections = 0
    private var requests = 0
    private var stopping = false

    func open() -> Int {
        lock.withLock {
            connections += 1
            return connections
        }
    }
    func close() { lock.withLock { connections -= 1 } }
    func begin() { lock.withLock { requests += 1 } }
    func end() { lock.withLock { requests -= 1 } }
    func stop() { lock.withLock { stopping = true } }
    var running: Int { lock.withLock { requests } }
    var isStopping: Bool { lock.withLock { stopping } }
}

/// One connection: gathers a request, answers it, takes the next.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let service: any Service
    private let limits: ServerLimits
    private let drain: Drain
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var bodyMax = 1 << 20
    private var isRefused = false
    private var address = ""
    private var deadline: Scheduled<Void>?

    init(service: any Service, limits: ServerLimits, drain: Drain) {
        self.service = service
        self.limits = limits
        self.drain = drain
    }

    func channelActive(context: ChannelHandlerContext) {
        address = context.remoteAddress?.ipAddress ?? ""
        startClock(context, limits.headerMilliseconds)
    }

    func channelInactive(context: ChannelHandlerContext) { deadline?.cancel() }

    private func startClock(_ context: ChannelHandlerContext, _ milliseconds: Int64) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.removeAll(keepingCapacity: body.capacity < 1 << 16)
            isRefused = false
            startClock(context, limits.idleMilliseconds)
            begin(head, context)
        case .body(var buffer):
            guard !isRefused else { return }
            guard body.count + buffer.readableBytes <= bodyMax else {
                refuse(context, .contentTooLarge)
                return
            }
            buffer.withUnsafeReadableBytes { body.append(contentsOf: $0) }
            buffer.moveReaderIndex(forwardBy: buffer.readableBytes)
        case .end:
            deadline?.cancel()
            guard !isRefused, let head else { return }
            self.head = nil
            answer(head, context)
        }
    }

    /// What can be refused before the body comes.
    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard head.uri.utf8.count <= limits.targetMax else { return refuse(context, .uriTooLong) }
        guard head.headers.count <= limits.headersMax else { return refuse(context, .requestHeaderFieldsTooLarge) }
        guard head.headers["content-length"].count <= 1, head.headers["host"].count == 1 else { return refuse(context, .badRequest) }
        bodyMax = service.bodyMax(head.method, head.uri, head.headers)
        if let length = head.headers.first(name: "content-length").flatMap(Int.init), length > bodyMax { return refuse(context, .contentTooLarge) }
        if let encoding = head.headers.first(name: "content-encoding"), encoding.lowercased() != "identity" {
            return refuse(context, .unsupportedMediaType)
        }
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus) {
        guard !isRefused else { return }
        isRefused = true
        var response = service.refusal(status, target: head?.uri ?? "/", language: head.map { service.language($0.headers) } ?? .vietnamese)
        response.headers.replaceOrAdd(name: "connection", value: "close")
        write(response, head: head, isKeptAlive: false, context.channel, isHead: false)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let channel = context.channel
        let isKeptAlive = head.isKeepAlive && !drain.isStopping
        let isHead = head.method == .HEAD
        guard let request = Request(method: head.method, target: head.uri, headers: head.headers, body: body, address: address) else {
            write(service.refusal(.badRequest, target: head.uri, language: service.language(head.headers)), head: head, isKeptAlive: false, channel, isHead: isHead)
            return
        }
        let started = service.now()
        drain.begin()
        switch service.begin(request) {
        case .done(let response):
            service.noteAnswer(request, response, since: started)
            drain.end()
            write(response, head: head, isKeptAlive: isKeptAlive, channel, isHead: isHead)
            startClock(context, limits.idleMilliseconds)
        case .later(let work):
            Self.run(work, Pending(request: request, head: head, started: started, isKeptAlive: isKeptAlive, channel: channel), service, drain)
        }
    }

    /// A request whose answer takes longer than a moment.
    private struct Pending: Sendable {
        let request: Request
        let head: HTTPRequestHead
        let started: Instant
        let isKeptAlive: Bool
        let channel: any Channel
    }

    private static func run(_ work: @escaping @Sendable () async -> Response, _ pending: Pending, _ service: any Service, _ drain: Drain) {
        Task {
            let response = await work()
            service.noteAnswer(pending.request, response, since: pending.started)
            drain.end()
            sendFromTask(response, head: pending.head, isKeptAlive: pending.isKeptAlive, pending.channel, isHead: pending.head.method == .HEAD)
        }
    }

    private static func sendFromTask(_ response: Response, head: HTTPRequestHead, isKeptAlive: Bool, _ channel: any Channel, isHead: Bool) {
        if case .bytes = response.body {
            channel.eventLoop.execute { send(response, head: head, isKeptAlive: isKeptAlive, channel, isHead: isHead) }
        } else {
            send(response, head: head, isKeptAlive: isKeptAlive, channel, isHead: isHead)
        }
    }

    private func write(_ response: Response, head: HTTPRequestHead?, isKeptAlive: Bool, _ channel: any Channel, isHead: Bool) {
        Self.send(response, head: head, isKeptAlive: isKeptAlive, channel, isHead: isHead)
    }

    private static let stallMilliseconds: Int64 = 60_000

    private static func send(_ response: Response, head: HTTPRequestHead?, isKeptAlive: Bool, _ channel: any Channel, isHead: Bool) {
        var headers = response.headers
        let version = head?.version ?? .http1_1
        if !isKeptAlive { headers.replaceOrAdd(name: "connection", value: "close") }
        switch response.body {
        case .bytes(let bytes):
            let hasBody = response.status.mayHaveResponseBody
            if hasBody { headers.replaceOrAdd(name: "content-length", value: String(bytes.count)) }
            channel.write(HTTPServerResponsePart.head(HTTPResponseHead(version: version, status: response.status, headers: headers)), promise: nil)
            if !isHead, hasBody, !bytes.isEmpty {
                var buffer = channel.allocator.buffer(capacity: bytes.count)
                buffer.writeBytes(bytes)
                channel.write(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil)
            }
            let done = channel.writeAndFlush(HTTPServerResponsePart.end(nil))
            if !isKeptAlive { done.whenComplete { _ in channel.close(promise: nil) } }
        case .stream(let produce):
            // Before HTTP/1.1 there are no chunks: the end of the connection ends the body.
            let isChunked = version.major > 1 || version.minor >= 1
            if isChunked { headers.replaceOrAdd(name: "transfer-encoding", value: "chunked") } else { headers.replaceOrAdd(name: "connection", value: "close") }
            let isKeptAlive = isKeptAlive && isChunked
            let fullHeaders = headers
            // A thread that may wait for a slow reader; the loop must not.
            DispatchQueue.global(qos: .utility).async {
                channel.write(HTTPServerResponsePart.head(HTTPResponseHead(version: version, status: response.status, headers: fullHeaders)), promise: nil)
                do {
                    if !isHead {
                        try produce { bytes in
                            guard !bytes.isEmpty else { return }
                            var buffer = channel.allocator.buffer(capacity: bytes.count)
                            buffer.writeBytes(bytes)
                            // A reader who takes nothing for a while is let go; one who is only slow is not.
                            let stalled = channel.eventLoop.scheduleTask(in: .milliseconds(stallMilliseconds)) { channel.close(promise: nil) }
                            defer { stalled.cancel() }
                            try channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer))).wait()
                        }
                    }
                    let done = channel.writeAndFlush(HTTPServerResponsePart.end(nil))
                    if !isKeptAlive { done.whenComplete { _ in channel.close(promise: nil) } }
                } catch {
                    // Half an answer must not look whole: the connection breaks off without the last chunk.
                    channel.close(promise: nil)
                }
            }
        }
    }

    /// Nothing read and nothing written for a long while: nobody is there.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) } else { context.fireUserInboundEventTriggered(event) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
