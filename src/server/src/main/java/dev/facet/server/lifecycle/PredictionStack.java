package dev.facet.server.lifecycle;

import dev.facet.runtime.engine.DeviceDefaults;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.prediction.FeatureBatches;
import dev.facet.runtime.prediction.FeatureCache;
import dev.facet.runtime.prediction.InputBuffers;
import dev.facet.runtime.prediction.PredictionService;
import dev.facet.runtime.prediction.RequestThreads;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.schedule.EngineTurns;
import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.runtime.schedule.Scheduler;
import dev.facet.runtime.schedule.SchedulerLimits;
import dev.facet.server.configuration.FacetConfiguration;

/**
 * The way of a request, put together from the configuration.
 *
 * @param memory that requests may hold
 * @param scheduler the one queue
 * @param threads that requests are worked on
 * @param turns of the engine
 * @param features of images that requests share
 * @param service what transports call
 */
record PredictionStack(
        MemoryBudget memory,
        Scheduler scheduler,
        RequestThreads threads,
        EngineTurns turns,
        FeatureCache features,
        PredictionService service) {
    /** Of the memory that requests may hold, what bodies may. */
    private static final int BODIES_PERCENT = 40;

    /** Of the memory that requests may hold, what is kept in buffers for the next inputs. */
    private static final int KEPT_BUFFERS_PERCENT = 10;

    /** Eight connections at a time are nothing to refuse on any machine. */
    private static final int FEWEST_AHEAD = 7;

    /** @param concurrency runs of the engine at the same time */
    static PredictionStack of(FacetConfiguration configuration, int concurrency, Engine engine, PackRegistry registry) {
        int configured = configuration.engine().batch();
        int batch = configured > 0
                ? configured
                : DeviceDefaults.of(engine.report().device()).batch();
        long bytes = configuration.limits().memoryBytes();
        long featureBytes = configuration.limits().featureMemoryBytes();
        FeatureCache features = new FeatureCache(featureBytes);
        MemoryBudget memory = new MemoryBudget(bytes - featureBytes, bytes / 100 * BODIES_PERCENT);
        int processors = Runtime.getRuntime().availableProcessors();
        // While the engine computes for some, the processors decode and encode for others; or as many wait as fit into
        // a run.
        int underWay = concurrency + Math.max(processors, batch);
        RequestThreads threads = new RequestThreads(processors, underWay, concurrency);
        Scheduler scheduler = new Scheduler(
                new SchedulerLimits(underWay, configuration.limits().queueWait(), FEWEST_AHEAD),
                memory,
                threads.work());
        EngineTurns turns = new EngineTurns(concurrency);
        InputBuffers buffers = new InputBuffers(bytes / 100 * KEPT_BUFFERS_PERCENT);
        PredictionService service = new PredictionService(
                registry,
                engine,
                scheduler,
                new FeatureBatches(engine, turns, buffers, batch),
                buffers,
                features,
                configuration.limits().prediction(),
                threads);
        return new PredictionStack(memory, scheduler, threads, turns, features, service);
    }
}
