package dev.facet.server.tracing;

import dev.facet.runtime.prediction.RequestStage;
import dev.facet.runtime.registry.PackDescription;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The spans of one prediction: one for each pack, with the spans of its stages below it, beside those of the stages that all packs share.
 * They are made when the answer is there, of the times that were noted: nothing of a trace follows the request through its threads.
 * Thread-safe.
 */
public final class PredictionSpans {
    private static final AttributeKey<String> PACK = AttributeKey.stringKey("facet.pack.name");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("facet.pack.version");
    private static final AttributeKey<String> DIGEST = AttributeKey.stringKey("facet.pack.digest");
    private static final AttributeKey<String> PLAN = AttributeKey.stringKey("facet.pack.plan");
    private static final AttributeKey<String> TASK = AttributeKey.stringKey("facet.task");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<Long> LEFT_OUT = AttributeKey.longKey("facet.stages.left_out");

    /** An image in 256 tiles would have a thousand for each pack. */
    private static final int MOST_STAGES = 256;

    private final Tracer tracer;
    private final Context parent;
    private final long beginNanos;
    private final long beginEpochNanos;
    private final List<Ended> stages = new ArrayList<>();
    private long leftOut;

    /** A stage; the pack's address, or empty for all. */
    private record Ended(RequestStage stage, String pack, long begin, long end) {}

    PredictionSpans(Tracer tracer, Context parent, long beginNanos) {
        this.tracer = tracer;
        this.parent = parent;
        this.beginNanos = beginNanos;
        long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        this.beginEpochNanos = now - (System.nanoTime() - beginNanos);
    }

    /** Notes a stage of one pack, or, with an empty address, of all. */
    public synchronized void ended(RequestStage stage, String pack, long begin, long end) {
        if (stages.size() < MOST_STAGES) {
            stages.add(new Ended(stage, pack, begin, end));
        } else {
            leftOut++;
        }
    }

    /** Makes the span of a pack, and those of its stages. */
    public synchronized void pack(PackDescription pack, Optional<String> failure) {
        String address = pack.id().toString();
        List<Ended> own =
                stages.stream().filter(stage -> stage.pack().equals(address)).toList();
        long now = System.nanoTime();
        long begin = own.stream().mapToLong(Ended::begin).min().orElse(now);
        long end = own.stream().mapToLong(Ended::end).max().orElse(now);
        Span span = span("predict " + pack.kind(), parent, begin);
        describe(span, pack);
        if (leftOut > 0) {
            span.setAttribute(LEFT_OUT, leftOut);
        }
        failure.ifPresent(code -> span.setAttribute(ERROR, code).setStatus(StatusCode.ERROR));
        Context below = parent.with(span);
        for (Ended stage : own) {
            Span inner = span(stage.stage().label(), below, stage.begin());
            describe(inner, pack);
            inner.end(epoch(stage.end()), TimeUnit.NANOSECONDS);
        }
        span.end(epoch(end), TimeUnit.NANOSECONDS);
    }

    /** Makes the spans of the stages that all packs share. */
    public synchronized void shared() {
        for (Ended stage : stages) {
            if (stage.pack().isEmpty()) {
                stage(stage.stage(), stage.begin(), stage.end());
            }
        }
    }

    /** Makes the span of a stage that all packs share. */
    public void stage(RequestStage stage, long begin, long end) {
        span(stage.label(), parent, begin).end(epoch(end), TimeUnit.NANOSECONDS);
    }

    private static void describe(Span span, PackDescription pack) {
        span.setAttribute(PACK, pack.id().name())
                .setAttribute(VERSION, pack.id().version())
                .setAttribute(DIGEST, pack.digest())
                .setAttribute(PLAN, pack.plan().id())
                .setAttribute(TASK, pack.kind());
    }

    private Span span(String name, Context above, long begin) {
        return tracer.spanBuilder(name)
                .setParent(above)
                .setSpanKind(SpanKind.INTERNAL)
                .setStartTimestamp(epoch(begin), TimeUnit.NANOSECONDS)
                .startSpan();
    }

    private long epoch(long nanos) {
        return beginEpochNanos + nanos - beginNanos;
    }
}
