package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.facet.runtime.engine.EngineException;

/**
 * The one pool of threads that the sessions of this process compute on, however many there are: a pool of each session's own
 * would make threads grow with packs. ONNX Runtime takes its size once, when its environment is made, so the first engine that
 * wants more than one thread decides. Thread-safe.
 *
 * <p>Who wants one thread needs no pool: runs are computed by whoever calls. Who comes later with another number, or after
 * something else made the environment, gets a pool for each session, as ONNX Runtime does by itself; no server does.
 */
final class SharedThreads {
    private static final int UNDECIDED = 0;
    private static final int NONE = -1;

    private static int threads = UNDECIDED;

    private SharedThreads() {}

    /** Whether sessions that compute on that many threads, the caller's included, share the pool. Ask before opening any. */
    static synchronized boolean share(int wanted) {
        if (wanted == 1) {
            return false;
        }
        if (threads == UNDECIDED) {
            threads = makeEnvironment(wanted) ? wanted : NONE;
        }
        return threads == wanted;
    }

    /** Whether there was none yet. */
    private static boolean makeEnvironment(int wanted) {
        try (OrtEnvironment.ThreadingOptions pool = new OrtEnvironment.ThreadingOptions()) {
            pool.setGlobalIntraOpNumThreads(wanted);
            pool.setGlobalInterOpNumThreads(1);
            pool.setGlobalSpinControl(false);
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, OrtEnvironment.DEFAULT_NAME, pool);
            return true;
        } catch (IllegalStateException e) {
            // It exists, made without a pool to share.
            return false;
        } catch (OrtException e) {
            throw new EngineException("threads can't be set: %s [threads=%d]".formatted(e.getMessage(), wanted), e);
        }
    }
}
