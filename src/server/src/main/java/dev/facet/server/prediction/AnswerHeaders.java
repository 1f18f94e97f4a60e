package dev.facet.server.prediction;

import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.runtime.prediction.StageTimes;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What an answer's headers say beside its content: which pack gave it, what its values mean, and how long it took. */
final class AnswerHeaders {
    private AnswerHeaders() {}

    static Map<String, String> of(PredictionResponse.Success answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Facet-Task", answer.kind());
        headers.put("Facet-Pack", answer.pack().name());
        headers.put("Facet-Pack-Version", answer.pack().version());
        headers.put("Facet-Pack-Digest", answer.digest());
        headers.put("Server-Timing", serverTiming(answer.times()));
        headers.putAll(answer.encoded().headers());
        return headers;
    }

    /** Milliseconds. */
    private static String serverTiming(StageTimes times) {
        return String.join(
                ", ",
                metric("decode", times.decode()),
                metric("input", times.input()),
                metric("queue", times.queue()),
                metric("compute", times.compute()),
                metric("encode", times.encode()));
    }

    private static String metric(String name, long nanos) {
        return String.format(Locale.ROOT, "%s;dur=%.3f", name, nanos / 1e6);
    }
}
