package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.PreparedPack;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A pack in native memory and its hold on a session. That it isn't closed under a run is its holder's promise; who runs it
 * after it was closed is told so.
 */
final class OrtPack implements PreparedPack {
    private static final int KEPT_PIXELS = 1 << 20;

    private final PackManifest manifest;
    private final String digest;
    private final Plan plan;
    private final OrtSession session;
    private final Map<String, OnnxTensor> operands;
    private final long sizeBytes;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param operands the graph's inputs but the image; closed with this pack
     * @param sizeBytes native bytes that this pack alone holds
     * @param release gives the session back
     */
    OrtPack(
            PackManifest manifest,
            String digest,
            Plan plan,
            OrtSession session,
            Map<String, OnnxTensor> operands,
            long sizeBytes,
            Runnable release) {
        this.manifest = manifest;
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
    public NetworkOutput run(FloatBuffer nchw, int height, int width, Cancellation cancellation) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "image is empty: height=%d, width=%d, expected at least 1".formatted(height, width));
        }
        long expected = Math.multiplyExact(3L * height, width);
        if (!nchw.isDirect() || nchw.remaining() != expected) {
            throw new IllegalArgumentException(
                    "image does not fit: values=%d, direct=%s, expected=%d direct [1, 3, %d, %d]"
                            .formatted(nchw.remaining(), nchw.isDirect(), expected, height, width));
        }
        if (closed.get()) {
            throw new IllegalStateException("pack is closed: name='%s'".formatted(manifest.name()));
        }
        cancellation.check();
        try (OnnxTensor image =
                OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), nchw, new long[] {1, 3, height, width})) {
            Map<String, OnnxTensor> inputs = new HashMap<>(operands);
            inputs.put(NetworkGraph.IMAGE, image);
            try (RunControl control = RunControl.open(cancellation, (long) height * width > KEPT_PIXELS);
                    OrtSession.Result result = session.run(inputs, control.options())) {
                OnnxTensor output = (OnnxTensor) result.get(0);
                long[] shape = output.getInfo().getShape();
                float[] values = output.getFloatBuffer().array();
                return new NetworkOutput(
                        Math.toIntExact(shape[1]), Math.toIntExact(shape[2]), Math.toIntExact(shape[3]), values);
            }
        } catch (OrtException e) {
            // A run that was told to end fails; what ended it is what the caller wants to know.
            cancellation.check();
            throw new EngineException(
                    "run failed: %s [pack=%s, image=%d×%d]".formatted(e.getMessage(), manifest.name(), height, width),
                    e);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            operands.values().forEach(OnnxTensor::close);
            release.run();
        }
    }
}
