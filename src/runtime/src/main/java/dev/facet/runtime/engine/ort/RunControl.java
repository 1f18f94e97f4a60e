package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.cancellation.Cancellation;

/** The options of one run, and the way to end it early. A cancellation that comes while they close finds them closed. */
final class RunControl implements AutoCloseable {
    private final OrtSession.RunOptions options;
    private Cancellation.Registration registration = () -> {};
    private boolean closed;

    private RunControl(OrtSession.RunOptions options) {
        this.options = options;
    }

    /**
     * Options that end the run when the work is cancelled.
     *
     * @param shrunk arenas that give back what this run made them grow by, as ONNX Runtime names them; none if empty
     */
    static RunControl open(Cancellation cancellation, String shrunk) throws OrtException {
        RunControl control = new RunControl(new OrtSession.RunOptions());
        try {
            if (!shrunk.isEmpty()) {
                control.options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", shrunk);
            }
            control.registration = cancellation.onCancel(control::terminate);
            return control;
        } catch (OrtException | RuntimeException e) {
            control.close();
            throw e;
        }
    }

    OrtSession.RunOptions options() {
        return options;
    }

    private synchronized void terminate() {
        if (closed) {
            return;
        }
        try {
            options.setTerminate(true);
        } catch (OrtException e) {
            throw new IllegalStateException("run can't be told to end: " + e.getMessage() + " (bug)", e);
        }
    }

    @Override
    public void close() {
        registration.close();
        synchronized (this) {
            closed = true;
            options.close();
        }
    }
}
