package dev.facet.runtime.prediction;

import dev.facet.core.encoding.Encoded;
import dev.facet.core.pack.PackManifest;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackDescription;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The packs of a request, leased from its admission to its answer; what can't be leased is a failure of its own. */
final class LeasedPacks implements AutoCloseable {
    /**
     * One pack.
     *
     * @param lease null where there is none
     * @param failure why there is none, else null
     */
    record Entry(PackSelector selector, Lease lease, RuntimeException failure) {
        /** Why there is none, as the answer. */
        PredictionResponse failed() {
            String pack = failure instanceof PackUnavailableException known ? known.name() : "";
            return new PredictionResponse.Failure(selector, pack, failure);
        }

        /** What went wrong after it was leased, as the answer. */
        PredictionResponse failed(RuntimeException reason) {
            return new PredictionResponse.Failure(selector, lease.id().name(), reason);
        }

        PredictionResponse answered(Encoded encoded, FeatureSource features, StageTimes times) {
            return new PredictionResponse.Success(
                    selector,
                    lease.id(),
                    lease.manifest().task().id(),
                    lease.digest(),
                    lease.plan(),
                    encoded,
                    features,
                    times);
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    private LeasedPacks() {}

    static LeasedPacks of(List<PackSelector> selectors, PackRegistry registry) {
        LeasedPacks packs = new LeasedPacks();
        for (PackSelector selector : selectors) {
            try {
                packs.entries.add(new Entry(selector, selector.lease(registry), null));
            } catch (RuntimeException e) {
                packs.entries.add(new Entry(selector, null, e));
            }
        }
        return packs;
    }

    List<Entry> entries() {
        return entries;
    }

    List<Lease> leases() {
        return entries.stream().map(Entry::lease).filter(lease -> lease != null).toList();
    }

    /** What each is that was asked for, in that order; empty where there is none. */
    List<Optional<PackDescription>> descriptions() {
        return entries.stream()
                .map(entry -> Optional.ofNullable(entry.lease()).map(Lease::description))
                .toList();
    }

    List<PackManifest> manifests() {
        return leases().stream().map(Lease::manifest).toList();
    }

    /** The answers where no pack could be leased. */
    List<PredictionResponse> failures() {
        return entries.stream()
                .filter(entry -> entry.lease == null)
                .map(Entry::failed)
                .toList();
    }

    @Override
    public void close() {
        leases().forEach(Lease::close);
    }
}
