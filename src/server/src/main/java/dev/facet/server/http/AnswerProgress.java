package dev.facet.server.http;

import dev.facet.server.configuration.FacetConfiguration;
import io.netty.channel.Channel;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Cuts connections of clients that stop reading their answers, so that the memory of these comes back: where nothing of what
 * waits to be sent has gone out between two looks, the connection closes. A slow client that reads on keeps its connection.
 */
@Singleton
class AnswerProgress {
    private final long millis;
    private final Refusals refusals;

    AnswerProgress(FacetConfiguration configuration, Refusals refusals) {
        this.millis = Math.max(1, configuration.limits().answerTime().toMillis());
        this.refusals = refusals;
    }

    /** Watches the connection of a request from the head of its answer on. */
    void watch(RoutingContext context) {
        Channel channel = ((ConnectionBase) context.request().connection()).channel();
        AtomicBoolean begun = new AtomicBoolean();
        context.addHeadersEndHandler(head -> {
            if (begun.compareAndSet(false, true)) {
                channel.eventLoop().execute(() -> begin(channel));
            }
        });
        context.addEndHandler(end -> {
            if (begun.get()) {
                channel.eventLoop().execute(() -> SentBytes.of(channel).answersUnderWay--);
            }
        });
    }

    private void begin(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        SentBytes sent = SentBytes.of(channel);
        sent.answersUnderWay++;
        if (!sent.watched) {
            sent.watched = true;
            lookLater(channel, sent.unsent());
        }
    }

    private void lookLater(Channel channel, SentBytes.Unsent before) {
        channel.eventLoop().schedule(() -> look(channel, before), millis, TimeUnit.MILLISECONDS);
    }

    private void look(Channel channel, SentBytes.Unsent before) {
        if (!channel.isOpen()) {
            return;
        }
        SentBytes sent = SentBytes.of(channel);
        SentBytes.Unsent now = sent.unsent();
        if (now.waiting() == 0 && sent.answersUnderWay <= 0) {
            sent.watched = false;
        } else if (now.waiting() > 0 && now.equals(before)) {
            refusals.count(Refusals.Reason.ANSWER_UNREAD);
            channel.unsafe().close(channel.voidPromise());
        } else {
            lookLater(channel, now);
        }
    }
}
