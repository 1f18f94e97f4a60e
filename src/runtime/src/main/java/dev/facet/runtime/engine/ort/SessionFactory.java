package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.EngineOptions;
import java.util.List;
import java.util.Map;

/** Opens sessions, all on one device and with the same settings. Thread-safe. */
public final class SessionFactory {
    /** After images of more pixels together arenas shrink; usual ones find what they need. On a GPU a batch is usual. */
    private static final long KEPT_PIXELS = 1 << 20;

    private static final long KEPT_PIXELS_ON_GPU = 1 << 21;

    private final EngineOptions options;
    private final boolean cuda;
    private final String reason;
    private final boolean sharedThreads;

    private SessionFactory(EngineOptions options, boolean cuda, String reason) {
        this.options = options;
        this.cuda = cuda;
        this.reason = reason;
        this.sharedThreads = SharedThreads.share(options.effectiveThreads());
    }

    /** Decides the device, by opening a session on it. */
    public static SessionFactory of(EngineOptions options) {
        return switch (options.device().kind()) {
            case CPU -> new SessionFactory(options, false, "configured");
            case CUDA -> {
                String obstacle = cudaObstacle(options);
                if (obstacle != null) {
                    throw new EngineException("device=%s is not usable: %s; expected a GPU and the artifact"
                                    .formatted(options.device(), obstacle)
                            + " onnxruntime_gpu (Maven profile -Pcuda, CUDA 12, cuDNN 9), or device=cpu");
                }
                yield new SessionFactory(options, true, "configured");
            }
            case AUTO -> {
                String obstacle = cudaObstacle(options);
                yield obstacle == null
                        ? new SessionFactory(options, true, "automatic: the CUDA provider loads")
                        : new SessionFactory(options, false, "automatic: no CUDA, since " + obstacle);
            }
        };
    }

    /** Why CUDA can't be used, or null. */
    private static String cudaObstacle(EngineOptions options) {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return "this build of ONNX Runtime has no CUDA provider";
        }
        GraphBuilder probe = new GraphBuilder("probe");
        probe.named("Relu", List.of(probe.input("x", 1)), "y");
        probe.output("y", 1);
        try (OrtSession session = new SessionFactory(options, true, "").open(probe.build(Map.of()))) {
            return session.getNumOutputs() == 1 ? null : "its session is empty";
        } catch (OrtException | EngineException e) {
            return "the CUDA provider does not start (" + firstLine(e.getMessage()) + ")";
        }
    }

    private static String firstLine(String message) {
        return message == null ? "no message" : message.lines().findFirst().orElse("no message");
    }

    /** ONNX Runtime's version and the providers that it was built with, in words. Ask after an engine was opened. */
    public static String runtime() {
        return "%s, providers %s"
                .formatted(OrtEnvironment.getEnvironment().getVersion(), OrtEnvironment.getAvailableProviders());
    }

    /** {@code cpu} or {@code cuda:n}. */
    String device() {
        return cuda ? "cuda:" + options.device().index() : "cpu";
    }

    /** Why that device. */
    String reason() {
        return reason;
    }

    /** The arenas that give back what a run on so many pixels made them grow by, as ONNX Runtime names them; none if empty. */
    String shrunkAfter(long pixels) {
        return shrunkAfter(pixels, cuda ? KEPT_PIXELS_ON_GPU : KEPT_PIXELS);
    }

    /** @param usual pixels, after more than which they do */
    String shrunkAfter(long pixels, long usual) {
        if (pixels <= usual) {
            return "";
        }
        return cuda ? "cpu:0;gpu:" + options.device().index() : "cpu:0";
    }

    /** A session of that model at level ALL; the caller closes it. */
    public OrtSession open(byte[] model) {
        try (OrtSession.SessionOptions session = new OrtSession.SessionOptions()) {
            session.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            if (sharedThreads) {
                session.disablePerSessionThreads();
            } else {
                session.setIntraOpNumThreads(options.effectiveThreads());
                session.setInterOpNumThreads(1);
                // Waiting threads sleep: the processors belong to decoding and encoding meanwhile.
                session.addConfigEntry("session.intra_op.allow_spinning", "0");
            }
            // Sizes are symbolic: a pattern per size seen would be kept for ever.
            session.setMemoryPatternOptimization(false);
            // Layers between 8-bit maps that are to stay in fp32 would get 8-bit weights, one scale for all channels.
            session.addConfigEntry("session.disable_quant_qdq", "1");
            if (cuda) {
                CudaProvider.add(session, options);
            }
            return OrtEnvironment.getEnvironment().createSession(model, session);
        } catch (OrtException e) {
            throw new EngineException("session can't be opened: %s [device=%s]".formatted(e.getMessage(), device()), e);
        }
    }
}
