package dev.facet.exchange.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of the method's reference, as patterns: {@code <t>.} stands for the task's name and a dot, or for nothing where
 * the encoder is common to all tasks ({@code common_mt_params}).
 */
final class ReferenceNames {
    /** Stands for the task's name and a dot. */
    static final String TASK = "<t>.";

    /** What the counters of the reference's norms end with. */
    static final String COUNTER = "num_batches_tracked";

    /** Convolutions of the decoder, ours to the reference's. */
    static final Map<String, String> DECODER_CONVOLUTIONS;

    /** Norms of the decoder, ours to the reference's. */
    static final Map<String, String> DECODER_NORMS;

    static {
        Map<String, String> convolutions = new LinkedHashMap<>();
        Map<String, String> norms = new LinkedHashMap<>();
        for (int branch = 0; branch < 5; branch++) {
            // Index 0 of the pooled branch is the pooling.
            int first = branch == 4 ? 1 : 0;
            String list = "layer5." + TASK + "conv2d_list." + branch + ".";
            put(convolutions, norms, "decoder.aspp." + branch, list + first, list + (first + 1));
        }
        String project = "layer5." + TASK + "conv2d_final.";
        put(convolutions, norms, "decoder.project", project + 0, project + 1);
        String low = "low_level_reduce." + TASK;
        put(convolutions, norms, "decoder.low", low + 0, low + 1);
        String fuse = "concat." + TASK;
        put(convolutions, norms, "decoder.fuse.0", fuse + 0, fuse + 1);
        put(convolutions, norms, "decoder.fuse.1", fuse + 3, fuse + 4);
        DECODER_CONVOLUTIONS = Collections.unmodifiableMap(convolutions);
        DECODER_NORMS = Collections.unmodifiableMap(norms);
    }

    private ReferenceNames() {}

    private static void put(
            Map<String, String> convolutions, Map<String, String> norms, String unit, String conv, String norm) {
        convolutions.put(unit, conv + ".weight");
        norms.put(unit + ".norm", norm + ".");
    }

    /** W_s of a convolution, common to all tasks; the first is what the reference writes. */
    static List<String> filters(String convolution) {
        return List.of(
                convolution + ".Ws.weight",
                convolution + ".Ws." + TASK + "weight",
                convolution + "." + TASK + "weight");
    }

    /** What precedes {@code weight}, or {@code weight_g} and {@code weight_v}, of W_t. */
    static String modulator(String convolution) {
        return convolution + ".Wt." + TASK;
    }

    /** What precedes the four tensors of a series adapter's norm; the first is what the reference writes. */
    static List<String> adapterNorm(String convolution) {
        return List.of(
                convolution + ".bnorm.bnorm." + TASK, convolution + ".bnorm." + TASK, convolution + ".bn." + TASK);
    }

    /** What precedes the four tensors of an encoder's norm; the first is what the reference writes. */
    static List<String> norm(String norm) {
        String shortcut = ".downsample.1";
        if (norm.endsWith(shortcut)) {
            String block = norm.substring(0, norm.length() - shortcut.length());
            return List.of(block + ".downsample.bnorm.bnorm." + TASK, block + ".downsample.1." + TASK);
        }
        return List.of(norm + ".bnorm." + TASK, norm + "." + TASK);
    }

    /** A shortcut's weights, by our name of the convolution; the first is what the reference writes. */
    static List<String> shortcut(String convolution) {
        String block = convolution.substring(0, convolution.length() - ".downsample.0".length());
        return List.of(block + ".downsample.conv.conv." + TASK + "weight", convolution + "." + TASK + "weight");
    }

    /** The prediction's weights and bias end with {@code weight} and {@code bias}. */
    static String predict() {
        return "predict." + TASK;
    }

    /** The name for a task. */
    static String of(String pattern, String task) {
        return pattern.replace(TASK, task + ".");
    }

    /** The name where no task is named. */
    static String common(String pattern) {
        return pattern.replace(TASK, "");
    }
}
