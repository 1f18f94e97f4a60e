package dev.facet.server.http;

import dev.facet.server.configuration.FacetConfiguration;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds connections, in all and by address: one more is closed as it is accepted, idle ones counted. Quarkus' own bound knows no
 * addresses, and can't be counted without its meters of every request.
 *
 * <p>It sits in front of the listening socket, which the first request that comes over it shows. Thread-safe.
 */
@Singleton
class ConnectionLimits {
    private final int most;
    private final int mostOfAddress;
    private final Refusals refusals;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<InetAddress, Integer> openByAddress = new ConcurrentHashMap<>();
    private final Set<Channel> watched = ConcurrentHashMap.newKeySet();
    private final Accepting accepting = new Accepting();

    ConnectionLimits(FacetConfiguration configuration, Refusals refusals) {
        this.most = configuration.limits().connections();
        this.mostOfAddress = configuration.limits().connectionsPerAddress();
        this.refusals = refusals;
    }

    /** Watches the socket that a request's connection was accepted on, from now on. */
    void watch(HttpServerRequest request) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        Channel listening = channel.parent();
        if (listening != null && watched.add(listening)) {
            count(channel);
            listening.closeFuture().addListener(closed -> watched.remove(listening));
            listening.pipeline().addFirst(accepting);
        }
    }

    private void count(Channel connection) {
        open.incrementAndGet();
        InetAddress address = address(connection.remoteAddress());
        if (address != null) {
            openByAddress.merge(address, 1, Integer::sum);
        }
        connection.closeFuture().addListener(closed -> {
            open.decrementAndGet();
            if (address != null) {
                openByAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
            }
        });
    }

    private static InetAddress address(SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet.getAddress() : null;
    }

    /** Whether one more is accepted; counts it if it isn't. */
    private boolean accepts(Channel connection) {
        if (open.get() >= most) {
            refusals.count(Refusals.Reason.CONNECTIONS);
            return false;
        }
        InetAddress address = address(connection.remoteAddress());
        if (mostOfAddress > 0 && address != null && openByAddress.getOrDefault(address, 0) >= mostOfAddress) {
            refusals.count(Refusals.Reason.ADDRESS_CONNECTIONS);
            return false;
        }
        return true;
    }

    /** Sees each connection before anything is set up for it; one thread accepts. */
    @ChannelHandler.Sharable
    private final class Accepting extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel connection = (Channel) message;
            if (accepts(connection)) {
                count(connection);
                context.fireChannelRead(message);
            } else {
                connection.unsafe().closeForcibly();
            }
        }
    }
}
