package dev.facet.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;

/** What goes out over one connection; only touched on its event loop. Netty says what waits, and not what has been sent. */
final class SentBytes extends ChannelOutboundHandlerAdapter {
    int answersUnderWay;
    boolean watched;

    private final Channel channel;
    private long writes;

    private SentBytes(Channel channel) {
        this.channel = channel;
    }

    /**
     * What of a connection's answers has not gone out yet. Two that are equal and not empty: nothing went out between them.
     *
     * @param waiting bytes that wait for the socket, and streams of HTTP/2 that wait for the client's windows
     * @param writes that have gone out whole so far
     * @param progress bytes that have gone out of the one under way
     * @param windows bytes that the client takes of the waiting streams, summed up
     */
    record Unsent(long waiting, long writes, long progress, long windows) {}

    /** That of a connection that is open, from the first call on. */
    static SentBytes of(Channel channel) {
        SentBytes known = channel.pipeline().get(SentBytes.class);
        if (known == null) {
            known = new SentBytes(channel);
            channel.pipeline().addFirst(known);
        }
        return known;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(message, promise.unvoid().addListener(written -> writes++));
    }

    Unsent unsent() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null) {
            return new Unsent(0, writes, 0, 0);
        }
        long bytes = buffer.totalPendingWriteBytes();
        Http2ConnectionHandler http2 = channel.pipeline().get(Http2ConnectionHandler.class);
        if (http2 == null) {
            return new Unsent(bytes, writes, buffer.currentProgress(), 0);
        }
        long[] streams = waitingStreams(http2);
        return new Unsent(bytes + streams[0], writes, buffer.currentProgress(), streams[1]);
    }

    /** How many streams wait for the client's windows, and the sum of these. */
    private static long[] waitingStreams(Http2ConnectionHandler handler) {
        Http2RemoteFlowController flow = handler.encoder().flowController();
        Http2Connection connection = handler.connection();
        long[] sums = {0, flow.windowSize(connection.connectionStream())};
        try {
            connection.forEachActiveStream(stream -> {
                if (flow.hasFlowControlled(stream)) {
                    sums[0]++;
                    sums[1] += flow.windowSize(stream);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("streams can't be looked at (bug)", e);
        }
        return sums;
    }
}
