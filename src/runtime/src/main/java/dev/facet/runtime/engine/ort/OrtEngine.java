package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.folding.PackFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.runtime.engine.DeviceDefaults;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.EngineReport;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine on ONNX Runtime. Thread-safe.
 *
 * <p>The bank's own network, which prefixes are, runs in sessions of its own, and packs on what they give. Factored: one session
 * per {@link Signature}, the bank its constants (embedded in the model, since at level ALL ONNX
 * Runtime re-orders what it finds there), every tensor of the pack an input of the graph. Merged and int8: one session per pack.
 * Sessions close with their last pack.
 */
public final class OrtEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(OrtEngine.class);

    /** Bytes for each pixel of the network's input, in fp32. */
    private static final long KEPT_PER_PIXEL = 176;

    private final FilterBank bank;
    private final Int8Support int8;
    private final SessionFactory factory;
    private final TensorVault vault;
    private final int sizeMultiple;
    private final PrefixSessions prefixes;
    private final FeatureSplitter splitter = new FeatureSplitter();
    private final Sessions sessions = new Sessions();

    private OrtEngine(FilterBank bank, Int8Support int8, SessionFactory factory, TensorVault vault, int sizeMultiple) {
        this.bank = bank;
        this.int8 = int8;
        this.factory = factory;
        this.vault = vault;
        this.sizeMultiple = sizeMultiple;
        this.prefixes = new PrefixSessions(bank, int8.calibration(), factory);
    }

    /** Opens an engine over a bank without a calibration: packs with a prefix can't run under int8. */
    public static OrtEngine open(FilterBank bank, EngineOptions options) {
        return open(bank, Optional.empty(), options);
    }

    /**
     * Opens an engine over a bank and says in the log where it runs.
     *
     * @param calibration the bank's, for prefixes in int8
     * @throws dev.facet.runtime.engine.EngineException if the device that was asked for can't be used
     */
    public static OrtEngine open(FilterBank bank, Optional<BankCalibration> calibration, EngineOptions options) {
        SessionFactory factory = SessionFactory.of(options);
        EnvironmentHold.keep();
        NativeFolder.removeAtExit();
        int sizeMultiple = options.sizeMultiple() > 0
                ? options.sizeMultiple()
                : DeviceDefaults.of(factory.device()).sizeMultiple();
        LOG.info(
                "engine: device={} ({}), threads={}, inputs padded to multiples of {}",
                factory.device(),
                factory.reason(),
                options.effectiveThreads(),
                sizeMultiple == EngineOptions.OWN_MULTIPLE ? "each pack's own number" : sizeMultiple);
        Int8Support int8 = Int8Support.of(calibration, factory);
        LOG.info("int8: {}", int8);
        return new OrtEngine(bank, int8, factory, new TensorVault(), sizeMultiple);
    }

    @Override
    public FilterBank bank() {
        return bank;
    }

    @Override
    public EngineReport report() {
        List<EngineReport.Session> open = new ArrayList<>(prefixes.report());
        open.addAll(sessions.report());
        return new EngineReport(factory.device(), factory.reason(), open);
    }

    @Override
    public Frame frame(InputPolicy policy, int imageHeight, int imageWidth) {
        return policy.frame(imageHeight, imageWidth, sizeMultiple);
    }

    @Override
    public PreparedPack prepare(ModulatorPack pack, Plan plan) {
        PackFit.check(bank, pack, plan);
        if (plan == Plan.INT8) {
            int8.check(pack.manifest());
        }
        Prefix prefix = Prefix.of(pack.manifest(), plan);
        prefixes.retain(prefix);
        try {
            return switch (plan) {
                case FACTORED -> factored(pack, prefix);
                case MERGED -> merged(pack, prefix);
                case INT8 -> quantized(pack, prefix);
            };
        } catch (RuntimeException | Error e) {
            prefixes.release(prefix);
            throw e;
        }
    }

    @Override
    public Plan automaticPlan(PackManifest manifest) {
        boolean offered = manifest.plans().containsKey(Plan.INT8);
        return offered && int8.obstacle(manifest).isEmpty() ? Plan.INT8 : Plan.FACTORED;
    }

    @Override
    public Features features(Prefix prefix, NetworkInput input, Cancellation cancellation) {
        OrtFeatures image = PrefixSessions.input(prefix.cutAt(Stage.CONV1), input);
        if (prefix.isEmpty()) {
            return image;
        }
        try (image) {
            return prefixes.extend(image, prefix, cancellation);
        }
    }

    @Override
    public Features extend(Features shallower, Prefix prefix, Cancellation cancellation) {
        if (!(shallower instanceof OrtFeatures own) || !prefix.canExtend(shallower.prefix())) {
            throw new IllegalArgumentException("features don't lead there: prefix='%s', expected one that '%s' extends"
                    .formatted(shallower.prefix(), prefix));
        }
        return prefixes.extend(own, prefix, cancellation);
    }

    @Override
    public List<Features> split(Features batch, int images) {
        if (!(batch instanceof OrtFeatures own) || batch.prefix().isEmpty()) {
            throw new IllegalArgumentException(
                    "features can't be taken apart: prefix='%s', expected this engine's, not empty"
                            .formatted(batch.prefix()));
        }
        return splitter.split(own, images);
    }

    private PreparedPack factored(ModulatorPack pack, Prefix prefix) {
        Signature signature = Signature.of(pack.manifest());
        Map<String, Weights> folded = PackFolding.factored(bank, pack);
        Map<String, OnnxTensor> operands = vault.copy(folded);
        try {
            SharedSession session = sessions.acquire(signature, () -> {
                NetworkGraph.Built graph = NetworkGraph.factored(bank, signature);
                return new SharedSession(factory.open(graph.model()), signature.toString(), graph.bankBytes());
            });
            return new OrtPack(
                    this,
                    pack.manifest(),
                    pack.digest(),
                    Plan.FACTORED,
                    session.session(),
                    operands,
                    bytes(folded),
                    () -> release(signature, prefix));
        } catch (RuntimeException | Error e) {
            operands.values().forEach(OnnxTensor::close);
            throw e;
        }
    }

    private PreparedPack merged(ModulatorPack pack, Prefix prefix) {
        Signature signature = Signature.of(pack.manifest());
        Map<String, Weights> folded = PackFolding.merged(bank, pack);
        NetworkGraph.Built graph = NetworkGraph.merged(bank, signature, folded);
        return alone(pack, Plan.MERGED, prefix, graph.model(), bytes(folded) + graph.bankBytes());
    }

    private PreparedPack quantized(ModulatorPack pack, Prefix prefix) {
        Map<String, Weights> folded = PackFolding.merged(bank, pack);
        Map<String, ActivationScale> before =
                int8.calibration().map(BankCalibration::scales).orElse(Map.of());
        NetworkGraph.Built graph = QuantizedGraph.pack(pack, before, folded);
        return alone(pack, Plan.INT8, prefix, graph.model(), graph.model().length);
    }

    /**
     * A pack in a session of its own.
     *
     * @param weightBytes of its constants
     */
    private PreparedPack alone(ModulatorPack pack, Plan plan, Prefix prefix, byte[] model, long weightBytes) {
        Object key = new Object();
        String label = "%s/%s/%s"
                .formatted(plan.id(), pack.manifest().name(), pack.manifest().version());
        SharedSession session = sessions.acquire(key, () -> new SharedSession(factory.open(model), label, 0));
        return new OrtPack(
                this,
                pack.manifest(),
                pack.digest(),
                plan,
                session.session(),
                Map.of(),
                weightBytes + keptBytes(pack.manifest().input(), plan),
                () -> release(key, prefix));
    }

    /**
     * What such a session keeps of a run for its next one, after an image of the size that the pack takes; larger ones give back
     * what they took. ONNX Runtime doesn't tell, so this is what was measured (facet bench plug).
     */
    private static long keptBytes(InputPolicy input, Plan plan) {
        return (long) input.size() * input.size() * (plan == Plan.INT8 ? KEPT_PER_PIXEL / 2 : KEPT_PER_PIXEL);
    }

    /** The arenas of a session that give back what a run of a pack in it made them grow by. */
    String shrunkAfter(long pixels, InputPolicy input, Plan plan) {
        return plan == Plan.FACTORED
                ? factory.shrunkAfter(pixels)
                : factory.shrunkAfter(pixels, (long) input.size() * input.size());
    }

    private void release(Object key, Prefix prefix) {
        sessions.release(key);
        prefixes.release(prefix);
    }

    private static long bytes(Map<String, Weights> weights) {
        return weights.values().stream()
                .mapToLong(weight -> (long) weight.values().length * Float.BYTES)
                .sum();
    }

    /** Closes the engine. A pack that is still open keeps its session until it is closed itself. */
    @Override
    public void close() {
        vault.close();
        splitter.close();
    }
}
