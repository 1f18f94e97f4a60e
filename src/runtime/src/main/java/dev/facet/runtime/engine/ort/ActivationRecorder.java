package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.folding.PackFolding;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.quantization.ActivationHistogram;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.NetworkInput;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs a network in fp32 over images and counts which values its activations take: what an int8 plan is calibrated on. The same
 * images give the same counts, whatever the number of threads. Not thread-safe.
 */
public final class ActivationRecorder implements AutoCloseable {
    private final QuantizedGraph.Observed graph;
    private final OrtSession session;

    private ActivationRecorder(QuantizedGraph.Observed graph, EngineOptions options) {
        this.graph = graph;
        this.session = SessionFactory.of(options).open(graph.model());
    }

    /** Of the bank's own network, up to the end of the longest prefix. */
    public static ActivationRecorder ofPrefix(FilterBank bank, int outputStride, EngineOptions options) {
        return new ActivationRecorder(QuantizedGraph.observedPrefix(bank, outputStride), options);
    }

    /** Of a pack's own part, behind the bank's own network in fp32. */
    public static ActivationRecorder ofPack(FilterBank bank, ModulatorPack pack, EngineOptions options) {
        return new ActivationRecorder(
                QuantizedGraph.observedPack(bank, pack.manifest(), PackFolding.merged(bank, pack)), options);
    }

    /**
     * Runs over images twice, once for the range of each activation and once to count.
     *
     * @param images asked for one after another, in the same order each time; at least one
     * @return by activation
     */
    public Map<String, ActivationHistogram> record(Iterable<NetworkInput> images) {
        Map<String, float[]> ranges = new TreeMap<>();
        for (NetworkInput image : images) {
            run(image, (activation, values) -> widen(ranges, activation, values));
        }
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("no images to record activations of: count=0");
        }
        Map<String, ActivationHistogram> histograms = new TreeMap<>();
        ranges.forEach((activation, range) -> histograms.put(activation, new ActivationHistogram(range[0], range[1])));
        for (NetworkInput image : images) {
            run(image, (activation, values) -> histograms.get(activation).add(values));
        }
        return histograms;
    }

    private static void widen(Map<String, float[]> ranges, String activation, FloatBuffer values) {
        float[] range = ranges.computeIfAbsent(activation, absent -> new float[] {Float.MAX_VALUE, -Float.MAX_VALUE});
        while (values.hasRemaining()) {
            float value = values.get();
            range[0] = Math.min(range[0], value);
            range[1] = Math.max(range[1], value);
        }
    }

    private interface Reader {
        void read(String activation, FloatBuffer values);
    }

    private void run(NetworkInput input, Reader reader) {
        try (OnnxTensor image = SessionRun.tensor(input);
                OrtSession.Result result = SessionRun.run(
                        session,
                        Map.of(NetworkGraph.IMAGE, image),
                        "",
                        Cancellation.withoutDeadline(),
                        "activations, pixels=%d".formatted(input.pixels()))) {
            for (Map.Entry<String, String> output : new TreeMap<>(graph.activations()).entrySet()) {
                OnnxTensor values = (OnnxTensor) result.get(output.getKey()).orElseThrow();
                reader.read(output.getValue(), values.getFloatBuffer());
            }
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("the recording session can't be closed: " + e.getMessage(), e);
        }
    }
}
