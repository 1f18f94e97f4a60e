package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.NetworkInput;
import java.util.Map;

/** One run of a session that ends early when its work isn't wanted any more. */
final class SessionRun {
    private static final long KEPT_PIXELS = 1 << 20;

    private SessionRun() {}

    /** An input as a tensor over its buffer; the caller closes it. */
    static OnnxTensor tensor(NetworkInput input) {
        try {
            return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), input.nchw(), new long[] {
                input.batch(), 3, input.height(), input.width()
            });
        } catch (OrtException e) {
            throw new EngineException("input can't become a tensor: " + e.getMessage(), e);
        }
    }

    /**
     * Runs a session.
     *
     * @param pixels of the images: after large ones the arena gives back what they made it grow by
     * @param what runs, for the message of a failure
     * @return the caller's, to be closed
     */
    static OrtSession.Result run(
            OrtSession session, Map<String, OnnxTensor> inputs, long pixels, Cancellation cancellation, String what) {
        cancellation.check();
        try (RunControl control = RunControl.open(cancellation, pixels > KEPT_PIXELS)) {
            return session.run(inputs, control.options());
        } catch (OrtException e) {
            // A run that was told to end fails; what ended it is what the caller wants to know.
            cancellation.check();
            throw new EngineException("run failed: %s [%s, pixels=%d]".formatted(e.getMessage(), what, pixels), e);
        }
    }
}
