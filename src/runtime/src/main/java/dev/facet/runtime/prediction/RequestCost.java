package dev.facet.runtime.prediction;

import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageHeader;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.registry.Lease;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a request will take, told from its image's header before anything is decoded.
 *
 * @param pixels of network input for all packs, a share of the image's own for decoding and for each answer, and a fixed part
 * @param memoryBytes upper bound of what it holds at the same time: decoded image, network inputs, features, answers
 */
record RequestCost(long pixels, long memoryBytes) {
    /** Decoding or encoding a pixel costs about so much less than computing one. */
    private static final long IMAGE_PIXELS_PER_NETWORK_PIXEL = 32;

    /** What a request costs besides: of the order of a hundredth of a second on one core. */
    private static final long FIXED_PIXELS = 16 << 10;

    /**
     * Reckons.
     *
     * @param engine by whose frames the inputs are sized
     * @param copies of inputs and features that batches hold beside the request's own
     */
    static RequestCost of(Engine engine, ImageHeader header, List<Lease> packs, AnswerForm form, int copies) {
        long imagePixels = (long) header.height() * header.width();
        double networkPixels = 0;
        long answerBytes = 0;
        Set<Frame> frames = new HashSet<>();
        Map<Prefix, Set<Frame>> features = new HashMap<>();
        for (Lease pack : packs) {
            TaskKind task = pack.manifest().task();
            Frame frame = engine.frame(pack.manifest().input(), header.height(), header.width());
            long padded = (long) frame.paddedHeight() * frame.paddedWidth();
            frames.add(frame);
            double shared = shareOf(pack.prefix());
            networkPixels += padded * (1 - shared);
            if (features.computeIfAbsent(pack.prefix(), prefix -> new HashSet<>())
                    .add(frame)) {
                networkPixels += padded * shared;
                answerBytes += (1L + copies) * pack.prefix().featureBytes(frame.paddedHeight(), frame.paddedWidth());
            }
            answerBytes +=
                    mapBytes(task, frame) + PredictionEncoder.peakBytes(task, header.height(), header.width(), form);
        }
        long inputBytes = frames.stream()
                .mapToLong(frame -> (1L + copies) * 3 * Float.BYTES * frame.paddedHeight() * frame.paddedWidth())
                .sum();
        long rasterBytes = 3 * imagePixels;
        return new RequestCost(
                FIXED_PIXELS + (long) networkPixels + (packs.size() + 1) * imagePixels / IMAGE_PIXELS_PER_NETWORK_PIXEL,
                Math.max(header.decodingBytes(), rasterBytes + inputBytes + answerBytes));
    }

    /** Share of a network's multiply-adds that lie in a prefix: ResNet-18, output stride 16, separable decoder. */
    private static double shareOf(Prefix prefix) {
        return switch (prefix.end()) {
            case CONV1 -> 0;
            case LAYER1 -> 0.03;
            case LAYER2 -> 0.16;
            case LAYER3 -> 0.28;
            case LAYER4 -> 0.41;
        };
    }

    /** The decoder's stride-4 map. */
    private static long mapBytes(TaskKind task, Frame frame) {
        return (long) Float.BYTES * task.outputs() * (frame.paddedHeight() / 4 + 1) * (frame.paddedWidth() / 4 + 1);
    }
}
