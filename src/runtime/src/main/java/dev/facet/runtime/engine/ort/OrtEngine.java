package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.PackFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.EngineReport;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.Signature;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine on ONNX Runtime. Thread-safe.
 *
 * <p>Factored: one session per {@link Signature}, the bank its constants (embedded in the model, since at level ALL ONNX
 * Runtime re-orders what it finds there), every tensor of the pack an input of the graph. Merged: one session per pack.
 * Sessions close with their last pack.
 */
public final class OrtEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(OrtEngine.class);

    private final FilterBank bank;
    private final SessionFactory factory;
    private final TensorVault vault;
    private final Sessions sessions = new Sessions();

    private OrtEngine(FilterBank bank, SessionFactory factory, TensorVault vault) {
        this.bank = bank;
        this.factory = factory;
        this.vault = vault;
    }

    /**
     * Opens an engine over a bank and says in the log where it runs.
     *
     * @throws dev.facet.runtime.engine.EngineException if the device that was asked for can't be used
     */
    public static OrtEngine open(FilterBank bank, EngineOptions options) {
        SessionFactory factory = SessionFactory.of(options);
        NativeFolder.removeAtExit();
        LOG.info("engine: device={} ({}), threads={}", factory.device(), factory.reason(), options.effectiveThreads());
        return new OrtEngine(bank, factory, new TensorVault());
    }

    @Override
    public FilterBank bank() {
        return bank;
    }

    @Override
    public EngineReport report() {
        return new EngineReport(factory.device(), factory.reason(), sessions.report());
    }

    @Override
    public PreparedPack prepare(ModulatorPack pack, Plan plan) {
        PackFit.check(bank, pack, plan);
        return switch (plan) {
            case FACTORED -> factored(pack);
            case MERGED -> merged(pack);
            case INT8 ->
                throw new PackException(
                        PackFault.PLAN_REFUSED, "plan=int8 is not available in this engine, expected=factored|merged");
        };
    }

    private PreparedPack factored(ModulatorPack pack) {
        Signature signature = Signature.of(pack.manifest());
        Map<String, Weights> folded = PackFolding.factored(bank, pack);
        Map<String, OnnxTensor> operands = vault.copy(folded);
        try {
            SharedSession session = sessions.acquire(signature, () -> {
                NetworkGraph.Built graph = NetworkGraph.factored(bank, signature);
                return new SharedSession(factory.open(graph.model()), signature.toString(), graph.bankBytes());
            });
            return new OrtPack(
                    pack.manifest(),
                    pack.digest(),
                    Plan.FACTORED,
                    session.session(),
                    operands,
                    bytes(folded),
                    () -> sessions.release(signature));
        } catch (RuntimeException | Error e) {
            operands.values().forEach(OnnxTensor::close);
            throw e;
        }
    }

    private PreparedPack merged(ModulatorPack pack) {
        Signature signature = Signature.of(pack.manifest());
        Map<String, Weights> folded = PackFolding.merged(bank, pack);
        Object key = new Object();
        String label =
                "merged/%s/%s".formatted(pack.manifest().name(), pack.manifest().version());
        SharedSession session = sessions.acquire(key, () -> {
            NetworkGraph.Built graph = NetworkGraph.merged(bank, signature, folded);
            return new SharedSession(factory.open(graph.model()), label, graph.bankBytes());
        });
        return new OrtPack(
                pack.manifest(),
                pack.digest(),
                Plan.MERGED,
                session.session(),
                Map.of(),
                bytes(folded) + session.bankBytes(),
                () -> sessions.release(key));
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
    }
}
