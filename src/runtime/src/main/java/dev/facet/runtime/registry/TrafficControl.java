package dev.facet.runtime.registry;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.runtime.registry.PackConflictException.Conflict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Divides the requests of names between versions, and ends that. Versions that are to answer are opened first, so that no request
 * waits for one and none is sent to one that can't answer; then the change is checked again and committed. Thread-safe.
 */
final class TrafficControl {
    private final CommittedState state;
    private final Function<PackId, Lease> acquire;

    TrafficControl(CommittedState state, Function<PackId, Lease> acquire) {
        this.state = state;
        this.acquire = acquire;
    }

    /** What a call makes of the state that it finds. */
    private interface Change {
        /** The next state; the same where nothing is to be changed. */
        RegistryState of(RegistryState current);
    }

    /** See {@link PackRegistry#divide}. */
    Traffic divide(String name, Map<String, Integer> weights, Predicate<Traffic> known, Cancellation cancellation)
            throws IOException {
        Rollouts.checkWeights(weights);
        List<String> answering = weights.entrySet().stream()
                .filter(share -> share.getValue() > 0)
                .map(Map.Entry::getKey)
                .toList();
        Change change = current -> {
            checkShares(current, name, weights);
            return weights.equals(current.snapshot().rollouts().weights().get(name))
                    ? current
                    : current.divided(name, weights);
        };
        change.of(checked(name, known));
        return commit(name, answering, known, change, cancellation);
    }

    private static void checkShares(RegistryState current, String name, Map<String, Integer> weights) {
        for (String version : weights.keySet()) {
            current.require(new PackId(name, version));
        }
        String active = current.activeVersion(name);
        if (active == null || !weights.containsKey(active)) {
            throw new PackConflictException(
                    Conflict.WRONG_VERSION,
                    "the active version has no weight: pack='%s', versions=%s, expected '%s' among them"
                            .formatted(name, weights.keySet().stream().sorted().toList(), active));
        }
        String kind = current.require(new PackId(name, active)).description().kind();
        for (String version : weights.keySet()) {
            PackId id = new PackId(name, version);
            String actual = current.require(id).description().kind();
            if (!actual.equals(kind)) {
                throw new PackConflictException(
                        Conflict.WRONG_KIND,
                        "version is of another kind: pack='%s', kind='%s', expected='%s'".formatted(id, actual, kind));
            }
        }
    }

    /** See {@link PackRegistry#undivide}. */
    Traffic undivide(String name, Predicate<Traffic> known) throws IOException {
        return commit(
                name,
                List.of(),
                known,
                current -> current.snapshot().rollouts().isDivided(name) ? current.undivided(name) : current,
                Cancellation.withoutDeadline());
    }

    /** See {@link PackRegistry#promote}. */
    Traffic promote(String name, Optional<String> version, Predicate<Traffic> known, Cancellation cancellation)
            throws IOException {
        RegistryState before = checked(name, known);
        String chosen = version.isPresent() ? version.get() : onlyOther(before, name);
        Change change = current -> {
            PackId id = new PackId(name, chosen);
            current.require(id);
            if (answersAlone(current, id)) {
                return current;
            }
            if (!current.snapshot().rollouts().hasShare(id)) {
                throw nothing("version has no share of the requests: pack='%s'".formatted(id), current, name);
            }
            return chosen.equals(current.activeVersion(name)) ? current.undivided(name) : current.promoted(id);
        };
        change.of(before);
        return commit(name, List.of(chosen), known, change, cancellation);
    }

    private static String onlyOther(RegistryState current, String name) {
        List<String> others = current.snapshot().rollouts().weights().getOrDefault(name, Map.of()).keySet().stream()
                .filter(version -> !version.equals(current.activeVersion(name)))
                .toList();
        if (others.size() != 1) {
            throw nothing(
                    others.isEmpty()
                            ? "no version to promote: pack='%s'".formatted(name)
                            : "which version to promote isn't said: pack='%s', versions=%s".formatted(name, others),
                    current,
                    name);
        }
        return others.get(0);
    }

    /** See {@link PackRegistry#rollBack}. */
    Traffic rollBack(String name, Optional<String> version, Predicate<Traffic> known, Cancellation cancellation)
            throws IOException {
        RegistryState before = checked(name, known);
        String chosen = version.isPresent() ? version.get() : earlier(before, name);
        Change change = current -> {
            PackId id = new PackId(name, chosen);
            current.require(id);
            if (answersAlone(current, id)) {
                return current;
            }
            String earlier = earlier(current, name);
            if (!chosen.equals(earlier)) {
                throw nothing(
                        "not the version that answered before: pack='%s', version='%s', expected='%s'"
                                .formatted(name, chosen, earlier),
                        current,
                        name);
            }
            return current.snapshot().rollouts().isDivided(name) ? current.undivided(name) : current.activated(id);
        };
        change.of(before);
        return commit(name, List.of(chosen), known, change, cancellation);
    }

    /** The version that a roll-back leads to. */
    private static String earlier(RegistryState current, String name) {
        Rollouts rollouts = current.snapshot().rollouts();
        String earlier = rollouts.isDivided(name)
                ? current.activeVersion(name)
                : rollouts.previous().get(name);
        if (earlier == null) {
            throw nothing("no version to roll back to: pack='%s'".formatted(name), current, name);
        }
        return earlier;
    }

    private static boolean answersAlone(RegistryState current, PackId id) {
        return id.version().equals(current.activeVersion(id.name()))
                && !current.snapshot().rollouts().isDivided(id.name());
    }

    private static PackConflictException nothing(String what, RegistryState current, String name) {
        Traffic traffic = Traffic.of(name, current);
        return new PackConflictException(
                Conflict.WRONG_VERSION, "%s; weights=%s".formatted(what, new TreeMap<>(traffic.weights())));
    }

    /** The state now, if it is the one that the caller knows. */
    private RegistryState checked(String name, Predicate<Traffic> known) {
        RegistryState current = state.get();
        if (!known.test(Traffic.of(name, current))) {
            throw new PackConflictException(
                    Conflict.PRECONDITION_FAILED,
                    "the requests are divided in another way than the call expects: pack='%s'".formatted(name));
        }
        return current;
    }

    private Traffic commit(
            String name, List<String> answering, Predicate<Traffic> known, Change change, Cancellation cancellation)
            throws IOException {
        List<Lease> open = new ArrayList<>();
        try {
            for (String version : answering) {
                Lease lease = acquire.apply(new PackId(name, version));
                open.add(lease);
                lease.open(cancellation);
            }
            return state.change(() -> {
                RegistryState current = checked(name, known);
                RegistryState next = change.of(current);
                if (next != current) {
                    state.commit(next);
                }
                return Traffic.of(name, next);
            });
        } finally {
            open.forEach(Lease::close);
        }
    }
}
