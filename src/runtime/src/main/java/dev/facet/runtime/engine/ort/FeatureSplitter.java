package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.Features;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the features of several images apart: each image's are copied into memory of their own, by a session of {@code Slice} nodes
 * without an arena, so that they go when their holder closes them. One session per type and number of images. Thread-safe.
 */
final class FeatureSplitter implements AutoCloseable {
    private static final String SOURCE = "source";

    private final Map<Kind, OrtSession> sessions = new HashMap<>();

    /** @param bytes whether the features are uint8, as in int8, and not fp32 */
    private record Kind(int images, boolean bytes) {}

    /** The features of the first images, one for each, the caller's; where one fails, those before it are closed. */
    List<Features> split(OrtFeatures batch, int images) {
        if (images < 1 || images > batch.batch()) {
            throw new IllegalArgumentException("features of %d images: asked for=%d, expected=1..%d"
                    .formatted(batch.batch(), images, batch.batch()));
        }
        List<Map<String, SharedTensor>> parts = new ArrayList<>();
        for (int image = 0; image < images; image++) {
            parts.add(new HashMap<>());
        }
        try {
            batch.inputs().forEach((name, tensor) -> slice(name, tensor, batch.batch(), parts));
        } catch (RuntimeException | Error e) {
            parts.forEach(part -> part.values().forEach(SharedTensor::close));
            throw e;
        }
        return parts.stream().map(part -> one(batch, part)).toList();
    }

    private static Features one(OrtFeatures batch, Map<String, SharedTensor> part) {
        long bytes = part.values().stream().mapToLong(SharedTensor::sizeBytes).sum();
        return new OrtFeatures(batch.prefix(), 1, batch.height(), batch.width(), part, bytes);
    }

    // The result holds nothing but the tensors, which are the parts' from here on.
    @SuppressWarnings("resource")
    private void slice(String name, OnnxTensor tensor, int batch, List<Map<String, SharedTensor>> parts) {
        Set<String> wanted = new LinkedHashSet<>();
        for (int image = 0; image < parts.size(); image++) {
            wanted.add(output(image));
        }
        try {
            Kind kind = new Kind(batch, tensor.getInfo().type == OnnxJavaType.UINT8);
            OrtSession.Result result = session(kind).run(Map.of(SOURCE, tensor), wanted);
            for (int image = 0; image < parts.size(); image++) {
                parts.get(image).put(name, new SharedTensor((OnnxTensor)
                        result.get(output(image)).orElseThrow()));
            }
        } catch (OrtException e) {
            throw new EngineException(
                    "features can't be taken apart: %s [images=%d]".formatted(e.getMessage(), batch), e);
        }
    }

    private synchronized OrtSession session(Kind kind) throws OrtException {
        OrtSession session = sessions.get(kind);
        if (session == null) {
            session = open(kind);
            sessions.put(kind, session);
        }
        return session;
    }

    private static OrtSession open(Kind kind) throws OrtException {
        GraphBuilder graph = new GraphBuilder("split");
        if (kind.bytes()) {
            graph.byteInputOfAnyShape(SOURCE);
        } else {
            graph.inputOfAnyShape(SOURCE);
        }
        String axes = graph.constant("axes", 0);
        for (int image = 0; image < kind.images(); image++) {
            String begin = graph.constant("begin_" + image, image);
            String end = graph.constant("end_" + image, image + 1);
            graph.named("Slice", List.of(SOURCE, begin, end, axes), output(image));
            if (kind.bytes()) {
                graph.byteOutputOfAnyShape(output(image));
            } else {
                graph.outputOfAnyShape(output(image));
            }
        }
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setCPUArenaAllocator(false);
            options.setMemoryPatternOptimization(false);
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            return OrtEnvironment.getEnvironment().createSession(graph.build(Map.of()), options);
        }
    }

    private static String output(int image) {
        return "image_" + image;
    }

    @Override
    public synchronized void close() {
        try {
            for (OrtSession session : sessions.values()) {
                session.close();
            }
        } catch (OrtException e) {
            throw new EngineException("the splitting session can't be closed: " + e.getMessage(), e);
        }
    }
}
