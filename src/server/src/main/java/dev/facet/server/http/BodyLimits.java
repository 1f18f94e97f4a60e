package dev.facet.server.http;

import dev.facet.server.configuration.LimitsConfiguration;

/**
 * How many bytes a request's body may have, by its path.
 *
 * @param predictionBytes bodies of predictions: the image, a third more for base64, and what multipart adds
 * @param packBytes bodies of uploads
 * @param otherBytes all others, which are small documents
 */
record BodyLimits(long predictionBytes, long packBytes, long otherBytes) {
    private static final long OTHER = 1 << 20;
    private static final String PACKS = "/v1/packs/";

    static BodyLimits of(LimitsConfiguration limits) {
        long image = limits.imageBytes().asLongValue();
        return new BodyLimits(image / 3 * 4 + OTHER, limits.packBytes().asLongValue(), OTHER);
    }

    long limit(String path) {
        if (isPrediction(path)) {
            return predictionBytes;
        }
        return path.startsWith(PACKS) ? packBytes : otherBytes;
    }

    /** Whether a request's body is a pack. */
    static boolean isUpload(String method, String path) {
        return method.equals("PUT") && path.startsWith(PACKS);
    }

    /** Whether a body is read whole before its resource is asked: images are, packs are streamed. */
    static boolean isPrediction(String path) {
        return path.startsWith("/v1/") && path.indexOf('/', 4) < 0;
    }
}
