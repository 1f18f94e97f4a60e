package dev.facet.server.configuration;

import com.sun.management.OperatingSystemMXBean;
import dev.facet.core.image.ImageLimits;
import dev.facet.runtime.prediction.PredictionLimits;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;

/** What is accepted from outside. Everything above is refused before it is read, decoded or queued. */
public interface LimitsConfiguration {
    /** Share of the heap that requests may hold unless {@link #memory()} says otherwise, in percent. */
    int HEAP_PERCENT = 60;

    /** Bounds of the default of {@link #packMemory()}. */
    long LEAST_PACK_MEMORY = 256L << 20;

    long MOST_PACK_MEMORY = 8L << 30;

    /** Bound of the default of {@link #featureMemory()}. */
    long MOST_FEATURE_MEMORY = 128L << 20;

    /** Bytes of an encoded image. A request's body may be larger by what multipart or base64 add. */
    @WithDefault("32M")
    MemorySize imageBytes();

    /** Pixels of an image, from its header. */
    @WithDefault("50000000")
    @Min(1)
    long imagePixels();

    /** Longer side of an image in pixels, from its header. */
    @WithDefault("16384")
    @Min(1)
    int imageSide();

    /** Bytes of an uploaded pack. */
    @WithDefault("256M")
    MemorySize packBytes();

    /** Longest expected wait of a prediction in the queue; then 429. Seven may always be ahead of it. */
    @WithDefault("1S")
    Duration queueWait();

    /** Time that a request's body may take, from its head to its last byte; then 408. */
    @WithDefault("60S")
    Duration bodyTime();

    /** The same for an uploaded pack. */
    @WithDefault("10M")
    Duration packTime();

    /** Bytes of a body that have to arrive in each second, on average over five; else 408. */
    @WithDefault("1K")
    MemorySize bodyRate();

    /** Time that a client may read nothing of an answer before its connection is cut. */
    @WithDefault("30S")
    Duration answerTime();

    /** Connections that may be open; one more is closed as it comes. */
    @WithDefault("4096")
    @Min(1)
    int connections();

    /** Connections that one address may have; 0 for no bound of its own, since behind a proxy all clients share one. */
    @WithDefault("0")
    @Min(0)
    int connectionsPerAddress();

    /** Bytes that all requests may hold together, bodies and working memory; 60 % of the largest heap unless set. */
    Optional<MemorySize> memory();

    /**
     * Bytes of {@link #memory()} that are kept for features of images, which requests for the same image share; a tenth of it
     * unless set, 128 MiB at most. 0: only the packs of one request share.
     */
    Optional<MemorySize> featureMemory();

    /** Tasks or packs that one request may ask for. */
    @WithDefault("16")
    @Min(1)
    @Max(1000)
    int tasks();

    /** Versions of packs that have metrics of their own; the others share the label {@code _other}. */
    @WithDefault("100")
    @Min(0)
    int metricPacks();

    /**
     * Bytes of the values of a tensor (Open Inference Protocol), all images of its batch together. A request's body may have as
     * many, and those of an encoded image if that is more.
     */
    @WithDefault("64M")
    MemorySize tensorBytes();

    /** Tiles that an image may be cut into, and images in the batch of a tensor. */
    @WithDefault("256")
    @Min(1)
    @Max(10_000)
    int tiles();

    /** Largest side of a tile or a tensor in pixels; the native memory of a run grows with its square. */
    @WithDefault("1024")
    @Min(64)
    @Max(4096)
    int tileSize();

    /** Packs that may be stored, all versions counted. */
    @WithDefault("10000")
    @Min(1)
    @Max(100_000)
    int packs();

    /**
     * Native bytes that open packs may hold, beside the bank; beyond it those that were not used for longest are closed, and
     * opened again by the next request for them. A quarter of the machine's memory unless set, from 256 MiB to 8 GiB.
     */
    Optional<MemorySize> packMemory();

    /** Largest tolerance that a pack's self-test may ask for, relative to its largest output. */
    @WithDefault("1e-3")
    @Positive
    double selfTestTolerance();

    /** The same for its self-test under int8, which other processors round otherwise. */
    @WithDefault("0.05")
    @Positive
    double int8SelfTestTolerance();

    /** {@link #memory()}, or the default where it isn't set. */
    default long memoryBytes() {
        return memory().map(MemorySize::asLongValue).orElse(Runtime.getRuntime().maxMemory() / 100 * HEAP_PERCENT);
    }

    /** {@link #featureMemory()}, or the default where it isn't set; half of the memory at most. */
    default long featureMemoryBytes() {
        long usual = Math.min(MOST_FEATURE_MEMORY, memoryBytes() / 10);
        return Math.min(
                memoryBytes() / 2, featureMemory().map(MemorySize::asLongValue).orElse(usual));
    }

    /** {@link #packMemory()}, or the default where it isn't set. */
    default long packMemoryBytes() {
        return packMemory().map(MemorySize::asLongValue).orElseGet(LimitsConfiguration::quarterOfMemory);
    }

    private static long quarterOfMemory() {
        long bytes = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
        return Math.max(LEAST_PACK_MEMORY, Math.min(MOST_PACK_MEMORY, bytes / 4));
    }

    /** What a prediction may ask for. */
    default PredictionLimits prediction() {
        return new PredictionLimits(image(), tiles(), tileSize(), tensorBytes().asLongValue());
    }

    /** What is accepted of an image. */
    default ImageLimits image() {
        return new ImageLimits(imageBytes().asLongValue(), imagePixels(), imageSide());
    }
}
