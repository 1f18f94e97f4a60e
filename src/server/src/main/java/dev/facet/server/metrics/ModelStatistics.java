package dev.facet.server.metrics;

import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.runtime.prediction.StageTimes;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackUnavailableException;
import dev.facet.runtime.registry.UnknownPackException;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the statistics extension of the Open Inference Protocol tells of each model, since the server started. Thread-safe. */
@Singleton
public class ModelStatistics {
    private final Provider<PackRegistry> registry;
    private final Map<Key, Sums> sums = new ConcurrentHashMap<>();

    private record Key(PackId pack, String model) {}

    /** @param registry looked up late: it tells what happens to packs, so it is made after this */
    ModelStatistics(Provider<PackRegistry> registry) {
        this.registry = registry;
    }

    /**
     * A number of times, and how long they took together.
     *
     * @param count times
     * @param nanos together
     */
    public record Total(long count, long nanos) {
        /** Never. */
        public static final Total NONE = new Total(0, 0);

        Total plus(long moreNanos) {
            return new Total(count + 1, nanos + moreNanos);
        }
    }

    /**
     * One model's, one version's.
     *
     * @param lastMillis when the last request was answered, since 1970; 0 for never
     * @param images that were answered
     * @param success requests that were answered, and from their last byte to their answer
     * @param fail requests that weren't
     * @param queue waiting for a place, and for the engine
     * @param input from what was sent to the network's input
     * @param infer the network
     * @param output from the network's map to the answer
     */
    public record Statistics(
            long lastMillis,
            long images,
            Total success,
            Total fail,
            Total queue,
            Total input,
            Total infer,
            Total output) {
        /** Of a model that nobody has asked. */
        public static final Statistics NONE =
                new Statistics(0, 0, Total.NONE, Total.NONE, Total.NONE, Total.NONE, Total.NONE, Total.NONE);

        /** The time of a stage, shared out to images: each goes through the network alone. */
        public Total perImage(Total stage) {
            return new Total(images, stage.nanos());
        }
    }

    private static final class Sums {
        private Statistics current = Statistics.NONE;

        synchronized void success(StageTimes times, long images, long nanos) {
            Statistics before = current;
            current = new Statistics(
                    System.currentTimeMillis(),
                    before.images() + images,
                    before.success().plus(nanos),
                    before.fail(),
                    before.queue().plus(times.queue()),
                    before.input().plus(times.decode() + times.input()),
                    before.infer().plus(times.prefix() + times.compute()),
                    before.output().plus(times.encode()));
        }

        synchronized void fail(long nanos) {
            Statistics before = current;
            current = new Statistics(
                    before.lastMillis(),
                    before.images(),
                    before.success(),
                    before.fail().plus(nanos),
                    before.queue(),
                    before.input(),
                    before.infer(),
                    before.output());
        }

        synchronized Statistics get() {
            return current;
        }
    }

    /**
     * Records what came of a request to a model.
     *
     * @param held the pack that it held; empty where it came to none
     * @param response empty where the request failed as a whole
     * @param images that it has
     * @param nanos from its last byte until now
     */
    public void record(
            String model,
            PackSelector pack,
            Optional<PackId> held,
            Optional<PredictionResponse> response,
            long images,
            long nanos) {
        if (response.isPresent() && response.get() instanceof PredictionResponse.Success success) {
            of(success.pack(), model).success(success.times(), images, nanos);
            return;
        }
        if (held.isPresent()) {
            of(held.get(), model).fail(nanos);
            return;
        }
        try (Lease lease = pack.lease(registry.get())) {
            of(lease.id(), model).fail(nanos);
        } catch (UnknownPackException | PackUnavailableException e) {
            // There is nobody to count it for.
        }
    }

    private Sums of(PackId pack, String model) {
        return sums.computeIfAbsent(new Key(pack, model), absent -> new Sums());
    }

    /** What is known of a model's version. */
    public Statistics get(PackId pack, String model) {
        Sums known = sums.get(new Key(pack, model));
        return known == null ? Statistics.NONE : known.get();
    }

    /** A version was removed. */
    void forget(PackId pack) {
        sums.keySet().removeIf(key -> key.pack().equals(pack));
    }
}
