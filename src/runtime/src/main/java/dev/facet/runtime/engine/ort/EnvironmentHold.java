package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ONNX Runtime's environment until the process has ended. Its Java library releases the environment in a shutdown hook, which
 * runs as soon as the process is told to stop, beside the runs that are still being finished: they read freed memory, and the process
 * dies. The native environment counts its holders, and only that hook ever lets go; so one more holder, which never does, is enough.
 * The library has no public call for it.
 */
final class EnvironmentHold {
    private static final Logger LOG = LoggerFactory.getLogger(EnvironmentHold.class);

    private static boolean held;

    private EnvironmentHold() {}

    /** Makes the environment where there is none, and holds it. Call after whatever decides how it is made. */
    static synchronized void keep() {
        if (held) {
            return;
        }
        held = true;
        OrtEnvironment.getEnvironment();
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            api.setAccessible(true);
            Method create = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            create.setAccessible(true);
            create.invoke(
                    null,
                    api.getLong(null),
                    OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(),
                    OrtEnvironment.DEFAULT_NAME);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("ONNX Runtime's environment can't be held: runs that a stop meets may end the process", e);
        }
    }
}
