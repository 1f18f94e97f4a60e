package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.engine.PreparedPack;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A pack in native memory and its hold on a session. That it isn't closed under a run is its holder's promise; who runs it
 * after it was closed is told so.
 */
final class OrtPack implements PreparedPack {
    private final OrtEngine engine;
    private final PackManifest manifest;
    private final Prefix prefix;
    private final String digest;
    private final Plan plan;
    private final OrtSession session;
    private final Map<String, OnnxTensor> operands;
    private final long sizeBytes;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param engine gives the features of images that come without
     * @param operands the graph's inputs but the features; closed with this pack
     * @param sizeBytes native bytes that this pack alone holds
     * @param release gives the sessions back
     */
    OrtPack(
            OrtEngine engine,
            PackManifest manifest,
            String digest,
            Plan plan,
            OrtSession session,
            Map<String, OnnxTensor> operands,
            long sizeBytes,
            Runnable release) {
        this.engine = engine;
        this.manifest = manifest;
        this.prefix = Prefix.of(manifest, plan);
        this.digest = digest;
        this.plan = plan;
        this.session = session;
        this.operands = Map.copyOf(operands);
        this.sizeBytes = sizeBytes;
        this.release = release;
    }

    @Override
    public PackManifest manifest() {
        return manifest;
    }

    @Override
    public Prefix prefix() {
        return prefix;
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public List<NetworkOutput> run(NetworkInput input, Cancellation cancellation) {
        try (Features features = engine.features(prefix, input, cancellation)) {
            return run(features, cancellation);
        }
    }

    @Override
    public List<NetworkOutput> run(Features features, Cancellation cancellation) {
        if (!features.prefix().equals(prefix) || !(features instanceof OrtFeatures own)) {
            throw new IllegalArgumentException("features of another prefix or engine: prefix='%s', expected='%s'"
                    .formatted(features.prefix(), prefix));
        }
        if (closed.get()) {
            throw new IllegalStateException("pack is closed: name='%s'".formatted(manifest.name()));
        }
        Map<String, OnnxTensor> inputs = own.inputs();
        inputs.putAll(operands);
        String what = "pack=%s, pixels=%d".formatted(manifest.name(), own.pixels());
        String shrunk = engine.shrunkAfter(own.pixels(), manifest.input(), plan);
        try (OrtSession.Result result = SessionRun.run(session, inputs, shrunk, cancellation, what)) {
            return outputs((OnnxTensor) result.get(0));
        }
    }

    /** One map for each image of [batch, outputs, height, width]. */
    private static List<NetworkOutput> outputs(OnnxTensor maps) {
        long[] shape = maps.getInfo().getShape();
        int channels = Math.toIntExact(shape[1]);
        int height = Math.toIntExact(shape[2]);
        int width = Math.toIntExact(shape[3]);
        FloatBuffer values = maps.getFloatBuffer();
        if (shape[0] == 1) {
            return List.of(new NetworkOutput(channels, height, width, values.array()));
        }
        List<NetworkOutput> outputs = new ArrayList<>();
        for (int image = 0; image < shape[0]; image++) {
            float[] map = new float[channels * height * width];
            values.get(map);
            outputs.add(new NetworkOutput(channels, height, width, map));
        }
        return outputs;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            operands.values().forEach(OnnxTensor::close);
            release.run();
        }
    }
}
