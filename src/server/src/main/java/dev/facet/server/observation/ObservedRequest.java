package dev.facet.server.observation;

import dev.facet.core.pack.PackManifest;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.runtime.prediction.RequestListener;
import dev.facet.runtime.prediction.RequestStage;
import dev.facet.runtime.registry.PackDescription;
import dev.facet.runtime.registry.PackId;
import dev.facet.server.http.AccessLog;
import dev.facet.server.http.LogMark;
import dev.facet.server.metrics.PredictionMeters;
import dev.facet.server.problem.Problems;
import dev.facet.server.tracing.PredictionSpans;
import dev.facet.server.tracing.RequestSpan;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** One request while it is answered: what happens to it goes to the metrics, the spans and the log. Thread-safe. */
public final class ObservedRequest implements RequestListener {
    private final PredictionMeters meters;
    private final RoutingContext context;
    private final List<PackSelector> asked;
    private final long beginNanos;
    private final LogMark mark;
    private final Optional<PredictionSpans> spans;
    private volatile List<Optional<PackDescription>> held = List.of();
    /** Whose answer is written; null until there is one. */
    private volatile PackId answered;

    private volatile long answeredNanos;

    /**
     * Begins.
     *
     * @param asked for these packs
     * @param beginNanos when its last byte had arrived, on the clock of {@link System#nanoTime()}
     */
    public ObservedRequest(PredictionMeters meters, RoutingContext context, List<PackSelector> asked, long beginNanos) {
        this.meters = meters;
        this.context = context;
        this.asked = asked;
        this.beginNanos = beginNanos;
        this.mark = LogMark.of(context);
        this.spans = RequestSpan.of(context).flatMap(span -> span.prediction(beginNanos));
    }

    @Override
    public Visit enter() {
        return mark.enter();
    }

    @Override
    public void leased(List<Optional<PackDescription>> packs) {
        held = packs;
        packs.forEach(pack -> pack.ifPresent(known -> AccessLog.pack(context, known)));
    }

    @Override
    public void ended(RequestStage stage, long begin, long end) {
        spans.ifPresent(prediction -> prediction.ended(stage, "", begin, end));
    }

    @Override
    public void ended(RequestStage stage, PackManifest pack, long begin, long end) {
        spans.ifPresent(prediction -> prediction.ended(stage, pack.name() + "@" + pack.version(), begin, end));
    }

    /** The packs that it holds, in the order in which they were asked for; none where it didn't come so far. */
    public List<Optional<PackId>> packs() {
        return held.stream().map(pack -> pack.map(PackDescription::id)).toList();
    }

    /**
     * What came of it.
     *
     * @param responses one per pack, none where it failed as a whole
     * @param failure why it failed, else null
     */
    public void answered(List<PredictionResponse> responses, Throwable failure) {
        answeredNanos = System.nanoTime();
        responses.stream()
                .filter(PredictionResponse.Success.class::isInstance)
                .findFirst()
                .ifPresent(first -> answered = ((PredictionResponse.Success) first).pack());
        meters.record(asked, packs(), responses, failure, beginNanos);
        spans.ifPresent(prediction -> tell(prediction, responses, failure));
    }

    private void tell(PredictionSpans prediction, List<PredictionResponse> responses, Throwable failure) {
        prediction.shared();
        List<Optional<PackDescription>> packs = held;
        for (int i = 0; i < packs.size(); i++) {
            Throwable reason = i < responses.size() && responses.get(i) instanceof PredictionResponse.Failure failed
                    ? failed.reason()
                    : failure;
            Optional<String> code = Optional.ofNullable(reason)
                    .map(known -> Problems.of(known).code().name());
            packs.get(i).ifPresent(pack -> prediction.pack(pack, code));
        }
    }

    /** Its answer was sent, or its client is gone. */
    public void written() {
        PackId pack = answered;
        if (pack != null) {
            long now = System.nanoTime();
            meters.written(pack, now - answeredNanos);
            spans.ifPresent(prediction -> prediction.stage(RequestStage.WRITE, answeredNanos, now));
        }
    }
}
