package dev.facet.runtime.prediction;

import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.encoding.TiledEncoding;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageHeader;
import dev.facet.core.image.Resolution;
import dev.facet.core.image.TileGrid;
import dev.facet.core.pack.PackManifest;
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
    static RequestCost of(
            Engine engine, ImageHeader header, List<Lease> packs, AnswerForm form, Resolution resolution, int copies) {
        double networkPixels = 0;
        long answerPixels = 0;
        long answerBytes = 0;
        long shownBytes = 0;
        Set<Frame> inputs = new HashSet<>();
        Map<Prefix, Set<Frame>> features = new HashMap<>();
        for (Lease pack : packs) {
            Part part = Part.of(engine, header, pack.manifest(), form, resolution);
            Frame input = part.input();
            long padded = (long) input.paddedHeight() * input.paddedWidth();
            inputs.add(input);
            double shared = shareOf(pack.prefix());
            networkPixels += part.runs() * padded * (1 - shared);
            if (features.computeIfAbsent(pack.prefix(), prefix -> new HashSet<>())
                    .add(input)) {
                networkPixels += part.runs() * padded * shared;
                answerBytes += (1L + copies) * pack.prefix().featureBytes(input.paddedHeight(), input.paddedWidth());
            }
            answerPixels += part.answerPixels();
            answerBytes += mapBytes(pack.manifest().task(), input) + part.encodingBytes();
            if (PredictionEncoder.needsImage(form) && resolution.side().isPresent()) {
                shownBytes = Math.max(shownBytes, 3 * part.answerPixels());
            }
        }
        // Of a tile, its part of the image is there beside the input.
        long sampleBytes =
                (1L + copies) * 3 * Float.BYTES + (resolution.tiling().isPresent() ? 3 : 0);
        long inputBytes = inputs.stream()
                .mapToLong(input -> sampleBytes * input.paddedHeight() * input.paddedWidth())
                .sum();
        long imagePixels = (long) header.height() * header.width();
        return new RequestCost(
                FIXED_PIXELS + (long) networkPixels + (imagePixels + answerPixels) / IMAGE_PIXELS_PER_NETWORK_PIXEL,
                Math.max(header.decodingBytes(), 3 * imagePixels + shownBytes + inputBytes + answerBytes));
    }

    /**
     * Reckons what a tensor takes.
     *
     * @param copies of inputs and features that batches hold beside the request's own
     */
    static RequestCost ofTensor(ReceivedTensor tensor, Lease pack, int copies) {
        int height = tensor.height();
        int width = tensor.width();
        long pixels = (long) tensor.batch() * height * width;
        TaskKind task = pack.manifest().task();
        long image = (1L + copies)
                        * (3L * Float.BYTES * height * width + pack.prefix().featureBytes(height, width))
                + mapBytes(task, Frame.identity(height, width));
        return new RequestCost(
                tensor.batch() * FIXED_PIXELS + pixels + 2 * pixels / IMAGE_PIXELS_PER_NETWORK_PIXEL,
                tensor.batch() * image + PredictionEncoder.peakTensorBytes(task, tensor.batch(), height, width));
    }

    /**
     * What of a request is one pack's.
     *
     * @param input what goes through its network at a time: the image, or a tile
     * @param runs how often
     * @param answerPixels of its answer
     * @param encodingBytes of its answer, and of what is blended of its tiles' maps
     */
    private record Part(Frame input, long runs, long answerPixels, long encodingBytes) {
        static Part of(
                Engine engine, ImageHeader header, PackManifest manifest, AnswerForm form, Resolution resolution) {
            TaskKind task = manifest.task();
            if (resolution.tiling().isPresent()) {
                TileGrid grid =
                        TileGrid.of(resolution.tiling().get(), header.height(), header.width(), manifest.input());
                Frame answer = resolution.answer(grid.frame());
                long bytes = TiledEncoding.peakBytes(task, grid, answer, form);
                return new Part(grid.tileFrame(0, 0), grid.count(), pixels(answer), bytes);
            }
            Frame input = engine.frame(manifest.input(), header.height(), header.width());
            Frame answer = resolution.answer(input);
            long bytes = PredictionEncoder.peakBytes(task, answer.imageHeight(), answer.imageWidth(), form);
            return new Part(input, 1, pixels(answer), bytes);
        }

        private static long pixels(Frame answer) {
            return (long) answer.imageHeight() * answer.imageWidth();
        }
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
