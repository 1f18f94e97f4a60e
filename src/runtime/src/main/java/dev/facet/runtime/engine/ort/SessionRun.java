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
     * @param shrunk arenas that give back what this run made them grow by ({@link SessionFactory#shrunkAfter})
     * @param what runs, for the message of a failure
     * @return the caller's, to be closed
     */
    static OrtSession.Result run(
            OrtSession session, Map<String, OnnxTensor> inputs, String shrunk, Cancellation cancellation, String what) {
        cancellation.check();
        try (RunControl control = RunControl.open(cancellation, shrunk)) {
            return session.run(inputs, control.options());
        } catch (OrtException e) {
            // A run that was told to end fails; what ended it is what the caller wants to know.
            cancellation.check();
            throw new EngineException("run failed: %s [%s]".formatted(e.getMessage(), what), e);
        }
    }
}
