package dev.facet.trainer.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/** Starts the engine: allocator, offline, threads. Train on the thread that started it: gradient mode is per thread. */
public final class TorchEngine {
    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_MAX = -4;
    private static final int M_ARENA_MAX = -8;

    private static boolean started;

    private TorchEngine() {}

    /**
     * Starts the engine once per process.
     *
     * @throws TorchException if its native library is missing
     */
    public static synchronized void start() {
        if (!started) {
            unpackIntoTheTemporaryFolder();
            keepFreedMemory();
            letWaitingThreadsSleep();
            System.setProperty("ai.djl.offline", "true");
            try {
                Engine.getEngine("PyTorch");
            } catch (RuntimeException | LinkageError e) {
                throw new TorchException(
                        "PyTorch engine can't start: is pytorch-native-cpu for this platform on the class path?"
                                + " os=%s, arch=%s, cause=%s"
                                        .formatted(
                                                System.getProperty("os.name"),
                                                System.getProperty("os.arch"),
                                                e.getMessage()),
                        e);
            }
            started = true;
        }
        JniUtils.setGradMode(false);
    }

    /** A new manager on the processor; who calls closes it. */
    public static NDManager newManager() {
        return newManager(TorchDevice.CPU);
    }

    /** A new manager on a device; who calls closes it. */
    public static NDManager newManager(TorchDevice device) {
        start();
        return NDManager.newBaseManager(device.device(), "PyTorch");
    }

    /** JNA would make a folder of its own in the user's cache, and leave it there. */
    private static void unpackIntoTheTemporaryFolder() {
        if (System.getProperty("jna.tmpdir") == null) {
            System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
        }
    }

    /**
     * Threads of OpenMP that wait for work spin by default: on a machine that others use, too, training takes a multiple of the
     * time. Read when its library is loaded, so it is set before; what the environment says already stays.
     */
    private static void letWaitingThreadsSleep() {
        if (!Platform.isLinux() && !Platform.isMac()) {
            return;
        }
        int keep = 0;
        NativeLibrary.getInstance("c").getFunction("setenv").invokeInt(new Object[] {"OMP_WAIT_POLICY", "PASSIVE", keep
        });
    }

    /**
     * Makes glibc keep what is freed: each step allocates the same buffers, and returning them to the kernel costs half the
     * step in page faults. Elsewhere nothing is done.
     */
    private static void keepFreedMemory() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            Function mallopt = NativeLibrary.getInstance("c").getFunction("mallopt");
            mallopt.invokeInt(new Object[] {M_ARENA_MAX, 1});
            mallopt.invokeInt(new Object[] {M_MMAP_MAX, 0});
            mallopt.invokeInt(new Object[] {M_TRIM_THRESHOLD, Integer.MAX_VALUE});
            mallopt.invokeInt(new Object[] {M_TOP_PAD, 64 << 20});
        } catch (UnsatisfiedLinkError e) {
            // Not glibc: its allocator has no such knobs.
        }
    }
}
