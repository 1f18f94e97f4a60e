package dev.facet.server.http;

import dev.facet.server.configuration.LimitsConfiguration;
import java.time.Duration;

/**
 * How many bytes a request's body may have, by its path (without a slash at its end), and how long it may take.
 *
 * @param predictionBytes bodies of predictions: the image, a third more for base64, and what multipart adds
 * @param packBytes bodies of uploads
 * @param otherBytes all others, which are small documents
 * @param time from the head of a request to the last byte of its body
 * @param packTime the same for uploads
 * @param bytesPerSecond what has to arrive, see {@link BodyReceiver}
 */
record BodyLimits(
        long predictionBytes, long packBytes, long otherBytes, Duration time, Duration packTime, long bytesPerSecond) {
    private static final long OTHER = 1 << 20;
    private static final String PACKS = "/v1/packs/";

    static BodyLimits of(LimitsConfiguration limits) {
        return new BodyLimits(
                ofImage(limits.imageBytes().asLongValue()),
                limits.packBytes().asLongValue(),
                OTHER,
                limits.bodyTime(),
                limits.packTime(),
                limits.bodyRate().asLongValue());
    }

    /** Bytes of a body that an image of so many bytes may come in. */
    static long ofImage(long imageBytes) {
        return imageBytes / 3 * 4 + OTHER;
    }

    long limit(String method, String path) {
        if (isPrediction(path)) {
            return predictionBytes;
        }
        return isUpload(method, path) ? packBytes : otherBytes;
    }

    /** Whether a request's body is a pack. */
    static boolean isUpload(String method, String path) {
        return method.equals("PUT") && path.startsWith(PACKS);
    }

    private static boolean isPrediction(String path) {
        return path.startsWith("/v1/") && path.indexOf('/', 4) < 0;
    }
}
