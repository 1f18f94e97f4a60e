package dev.facet.server.prediction;

import dev.facet.runtime.prediction.FeatureSource;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.runtime.prediction.StageTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an answer's headers say beside its content: which pack gave it, what its values mean, and how long it took. */
public final class AnswerHeaders {
    private AnswerHeaders() {}

    /** The headers of an answer. */
    public static Map<String, String> of(PredictionResponse.Success answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Facet-Task", answer.kind());
        headers.put("Facet-Pack", answer.pack().name());
        headers.put("Facet-Pack-Version", answer.pack().version());
        headers.put("Facet-Pack-Digest", answer.digest());
        headers.put("Facet-Pack-Plan", answer.plan().id());
        headers.put("Server-Timing", serverTiming(answer));
        headers.putAll(answer.encoded().headers());
        return headers;
    }

    /** Milliseconds. */
    private static String serverTiming(PredictionResponse.Success answer) {
        StageTimes times = answer.times();
        List<String> metrics = new ArrayList<>();
        metrics.add(metric("decode", times.decode()));
        metrics.add(metric("input", times.input()));
        metrics.add(metric("queue", times.queue()));
        if (answer.features() != FeatureSource.IMAGE) {
            String found = answer.features() == FeatureSource.SHARED ? "hit" : "miss";
            metrics.add(metric("prefix;desc=" + found, times.prefix()));
        }
        metrics.add(metric("compute", times.compute()));
        metrics.add(metric("encode", times.encode()));
        return String.join(", ", metrics);
    }

    private static String metric(String name, long nanos) {
        // Once per stage and request: a Formatter takes longer than all the rest of the headers.
        long micros = Math.max(0, (nanos + 500) / 1000);
        String fraction = Long.toString(1000 + micros % 1000).substring(1);
        return name + ";dur=" + micros / 1000 + "." + fraction;
    }
}
