package dev.facet.server.lifecycle;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.core.quantization.CalibrationException;
import dev.facet.core.quantization.CalibrationFile;
import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.engine.DeviceDefaults;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.EngineThreads;
import dev.facet.runtime.engine.PhysicalCores;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.prediction.FeatureCache;
import dev.facet.runtime.prediction.PredictionService;
import dev.facet.runtime.registry.PackFailure;
import dev.facet.runtime.registry.PackReference;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackStore;
import dev.facet.runtime.registry.PackView;
import dev.facet.runtime.registry.RegistryLimits;
import dev.facet.runtime.registry.RegistryListener;
import dev.facet.runtime.registry.RegistrySettings;
import dev.facet.runtime.registry.TrustedKeys;
import dev.facet.runtime.schedule.EngineTurns;
import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.runtime.schedule.Scheduler;
import dev.facet.server.configuration.EngineConfiguration;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.configuration.StartFailure;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Opens what the server stands on when it starts, in order, and closes it in reverse. */
@Startup
@Singleton
public class Components {
    private static final Logger LOG = Logger.getLogger(Components.class);

    /** Packs that the log names. */
    private static final int SHOWN = 50;

    private static final Duration LAST_RUNS = Duration.ofSeconds(5);

    private final Engine engine;
    private final PackStore store;
    private final PackRegistry registry;
    private final PredictionStack predictions;

    Components(FacetConfiguration configuration, RegistryListener listener) throws IOException {
        FilterBank bank = StartFailure.explained(() -> readBank(configuration.bankFile()));
        EngineThreads threads = EngineThreads.choose(
                configuration.engine().threads(), configuration.engine().concurrency(), PhysicalCores.count());
        this.engine = StartFailure.explained(() -> OrtEngine.open(
                bank, calibration(configuration.bankFile(), bank), options(configuration.engine(), threads)));
        PackStore opened = null;
        try {
            opened = PackStore.open(
                    configuration.models().dir(),
                    configuration.bankFile(),
                    configuration.data().dir());
            this.registry = PackRegistry.open(engine, opened, settings(configuration), listener);
        } catch (IOException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            engine.close();
            throw StartFailure.of(e);
        }
        this.store = opened;
        DeviceDefaults defaults = DeviceDefaults.of(engine.report().device());
        boolean chosen = configuration.engine().concurrency() > 0 || defaults.concurrency() == 0;
        int concurrency = chosen ? threads.concurrency() : defaults.concurrency();
        this.predictions = PredictionStack.of(configuration, concurrency, engine, registry);
        LOG.infof("engine: concurrent runs=%d, threads per run=%d", concurrency, threads.threads());
        logPacks();
        if (configuration.engine().warmUp()) {
            WarmUp.run(predictions.service(), registry);
        }
    }

    private static FilterBank readBank(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new StartFailure(
                    "no filter bank: file=%s, expected one there, or elsewhere by facet.models.dir or facet.bank"
                            .formatted(file.toAbsolutePath().normalize()));
        }
        return BankReader.read(file);
    }

    /** A calibration that isn't this bank's is an error: whoever put it there wants int8. */
    private static Optional<BankCalibration> calibration(Path bankFile, FilterBank bank) throws IOException {
        try {
            return CalibrationFile.readBeside(bankFile, bank);
        } catch (CalibrationException e) {
            throw new StartFailure(e.getMessage());
        }
    }

    private static EngineOptions options(EngineConfiguration engine, EngineThreads threads) {
        return new EngineOptions(
                DeviceChoice.of(engine.device()),
                threads.threads(),
                engine.tf32(),
                engine.sizeMultiple(),
                engine.gpuMemory().map(MemorySize::asLongValue).orElse(0L));
    }

    private static RegistrySettings settings(FacetConfiguration configuration) {
        RegistryLimits limits = new RegistryLimits(
                configuration.limits().packs(),
                configuration.limits().packMemoryBytes(),
                configuration.limits().selfTestTolerance(),
                configuration.limits().int8SelfTestTolerance());
        return new RegistrySettings(
                limits,
                trustedKeys(configuration.management().trustedKeys().orElse(List.of())),
                references("facet.packs.pinned", configuration.packs().pinned()),
                references("facet.packs.required", configuration.packs().required()),
                plan(configuration.engine().plan()));
    }

    private static Optional<Plan> plan(String value) {
        return value.equals("auto") ? Optional.empty() : Optional.of(Plan.of(value));
    }

    private static TrustedKeys trustedKeys(List<String> keys) {
        try {
            return TrustedKeys.of(keys);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("facet.management.trusted-keys: " + e.getMessage());
        }
    }

    private static List<PackReference> references(String key, Optional<List<String>> names) {
        try {
            return names.orElse(List.of()).stream().map(PackReference::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new StartFailure(key + ": " + e.getMessage());
        }
    }

    private void logPacks() {
        List<PackView> first = registry.packs(Optional.empty(), SHOWN);
        int more = registry.status().registered() - first.size();
        LOG.infof(
                "packs: %s%s",
                first.stream().map(pack -> pack.id().toString()).toList(),
                more > 0 ? " and %d more".formatted(more) : "");
        List<String> others = new ArrayList<>();
        for (PackFailure failure : registry.failures()) {
            if (failure.otherBank()) {
                others.add(failure.pack());
            } else {
                LOG.errorf("pack isn't served: %s: %s", failure.pack(), failure.reason());
            }
        }
        if (!others.isEmpty()) {
            LOG.infof("packs of another bank, not served: %s", others);
        }
    }

    @Produces
    @Singleton
    Engine engine() {
        return engine;
    }

    @Produces
    @Singleton
    PackStore store() {
        return store;
    }

    @Produces
    @Singleton
    PackRegistry registry() {
        return registry;
    }

    @Produces
    @Singleton
    Scheduler scheduler() {
        return predictions.scheduler();
    }

    @Produces
    @Singleton
    EngineTurns turns() {
        return predictions.turns();
    }

    @Produces
    @Singleton
    MemoryBudget memory() {
        return predictions.memory();
    }

    @Produces
    @Singleton
    FeatureCache features() {
        return predictions.features();
    }

    @Produces
    @Singleton
    PredictionService predictions() {
        return predictions.service();
    }

    /** By now HTTP has drained; what still runs gets a moment, since an engine can't close under a run. */
    @PreDestroy
    void close() throws IOException, InterruptedException {
        if (!predictions.scheduler().drain(LAST_RUNS)) {
            LOG.warn("stopping before all predictions are finished");
            return;
        }
        predictions.threads().close();
        predictions.features().close();
        registry.close();
        engine.close();
        store.close();
    }
}
