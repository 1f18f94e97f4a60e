package dev.facet.server.http;

import dev.facet.server.configuration.LimitsConfiguration;
import java.time.Duration;

/**
 * How many bytes a request's body may have, by its path (without a slash at its end), and how long it may take.
 *
 * @param predictionBytes bodies of predictions: the image, a third more for base64, and what multipart adds
 * @param inferenceBytes bodies of the Open Inference Protocol's requests: a tensor, or an image
 * @param packBytes bodies of uploads
 * @param otherBytes all others, which are small documents
 * @param time from the head of a request to the last byte of its body
 * @param packTime the same for uploads
 * @param bytesPerSecond what has to arrive, see {@link BodyReceiver}
 */
record BodyLimits(
        long predictionBytes,
        long inferenceBytes,
        long packBytes,
        long otherBytes,
        Duration time,
        Duration packTime,
        long bytesPerSecond) {
    private static final long OTHER = 1 << 20;
    /** A message without tensors: what is made of one may be fifty times as large. */
    private static final long SMALL_CALL = 64 << 10;

    private static final String PACKS = "/v1/packs/";
    private static final String VERSIONS = "/versions/";
    private static final String MODELS = "/v2/models/";
    private static final String SERVICE = "/inference.GRPCInferenceService/";
    private static final String HEALTH = "/grpc.health.v1.Health/";
    private static final String REPOSITORY = "/v2/repository/models/";

    static BodyLimits of(LimitsConfiguration limits) {
        long image = ofImage(limits.imageBytes().asLongValue());
        return new BodyLimits(
                image,
                Math.max(image, limits.tensorBytes().asLongValue() + OTHER),
                limits.packBytes().asLongValue(),
                OTHER,
                limits.bodyTime(),
                limits.packTime(),
                limits.bodyRate().asLongValue());
    }

    /** Bytes of a body that a file of so many bytes may come in. */
    static long ofImage(long imageBytes) {
        return imageBytes / 3 * 4 + OTHER;
    }

    long limit(String method, String path) {
        if (isPrediction(path)) {
            return predictionBytes;
        }
        if (isInference(path)) {
            return inferenceBytes;
        }
        if (isLoad(method, path)) {
            return ofImage(packBytes);
        }
        if (isLoadCall(path)) {
            return packBytes + OTHER;
        }
        if (path.startsWith(SERVICE) || path.startsWith(HEALTH)) {
            return SMALL_CALL;
        }
        return isUpload(method, path) ? packBytes : otherBytes;
    }

    /** Whether a request's body is a pack, or may have one in it. */
    static boolean isUpload(String method, String path) {
        boolean isPack = method.equals("PUT") && path.startsWith(PACKS) && path.contains(VERSIONS);
        return isPack || isLoad(method, path) || isLoadCall(path);
    }

    /** Over gRPC, where every call is a POST. */
    private static boolean isLoadCall(String path) {
        return path.equals(SERVICE + "RepositoryModelLoad");
    }

    private static boolean isLoad(String method, String path) {
        return method.equals("POST") && path.startsWith(REPOSITORY) && path.endsWith("/load");
    }

    /** Whether a request to a path asks for predictions, if it is a POST. */
    static boolean predicts(String path) {
        return isPrediction(path) || isInference(path) || path.equals(SERVICE + "ModelStreamInfer");
    }

    private static boolean isInference(String path) {
        return path.startsWith(MODELS) && path.endsWith("/infer") || path.equals(SERVICE + "ModelInfer");
    }

    private static boolean isPrediction(String path) {
        return path.startsWith("/v1/") && path.indexOf('/', 4) < 0;
    }
}
