package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtSession;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.network.Stage;
import dev.facet.runtime.engine.EngineReport;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sessions of the prefixes in use. The network is cut wherever one of them ends, so that each part of it lies in memory once
 * and features of a shallower prefix become those of a deeper one by running only what lies between. Thread-safe.
 */
final class PrefixSessions {
    private final FilterBank bank;
    private final SessionFactory factory;
    private final Sessions sessions = new Sessions();

    /** Packs by prefix, and the segments that are held for them; both guarded by the lock, which building holds. */
    private final Map<Prefix, Integer> users = new HashMap<>();

    private final Set<PrefixSegment> held = new LinkedHashSet<>();

    /** The prefixes in use, as runs see them. */
    private volatile Set<Prefix> inUse = Set.of();

    PrefixSessions(FilterBank bank, SessionFactory factory) {
        this.bank = bank;
        this.factory = factory;
    }

    /** One more pack uses a prefix. Every call is followed by one {@link #release}. */
    synchronized void retain(Prefix prefix) {
        if (prefix.isEmpty()) {
            return;
        }
        users.merge(prefix, 1, Integer::sum);
        try {
            follow();
        } catch (RuntimeException | Error e) {
            forget(prefix);
            releaseAllBut(needed(inUse));
            throw e;
        }
    }

    synchronized void release(Prefix prefix) {
        if (!prefix.isEmpty()) {
            forget(prefix);
            follow();
        }
    }

    private void forget(Prefix prefix) {
        users.computeIfPresent(prefix, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Holds the segments of the prefixes in use, and no others. */
    private void follow() {
        Set<Prefix> now = Set.copyOf(users.keySet());
        if (now.equals(inUse)) {
            return;
        }
        Set<PrefixSegment> needed = needed(now);
        for (PrefixSegment segment : needed) {
            if (!held.contains(segment)) {
                acquire(segment);
                held.add(segment);
            }
        }
        // From here on runs take the new way; one that still takes the old one opens what it needs.
        inUse = now;
        releaseAllBut(needed);
    }

    private static Set<PrefixSegment> needed(Set<Prefix> prefixes) {
        Set<PrefixSegment> needed = new LinkedHashSet<>();
        prefixes.forEach(prefix -> needed.addAll(path(Stage.CONV1, prefix, prefixes)));
        return needed;
    }

    private void releaseAllBut(Set<PrefixSegment> needed) {
        for (PrefixSegment segment : List.copyOf(held)) {
            if (!needed.contains(segment)) {
                held.remove(segment);
                sessions.release(segment);
            }
        }
    }

    /** The segments from a stage to a prefix' end, cut where others end. */
    private static List<PrefixSegment> path(Stage from, Prefix prefix, Set<Prefix> others) {
        List<PrefixSegment> path = new ArrayList<>();
        Stage begin = from;
        for (Stage cut : Stage.values()) {
            boolean isCut =
                    cut == prefix.end() || cut.compareTo(prefix.end()) < 0 && others.contains(prefix.cutAt(cut));
            if (cut.compareTo(begin) > 0 && isCut) {
                path.add(PrefixSegment.of(prefix.cutAt(cut), begin));
                begin = cut;
            }
        }
        return path;
    }

    private SharedSession acquire(PrefixSegment segment) {
        return sessions.acquire(segment, () -> {
            NetworkGraph.Built graph = PrefixGraph.segment(bank, segment);
            return new SharedSession(factory.open(graph.model()), segment.toString(), graph.bankBytes());
        });
    }

    /** The features of an empty prefix: the input itself. */
    static OrtFeatures input(Prefix empty, NetworkInput input) {
        OnnxTensor image = SessionRun.tensor(input);
        return new OrtFeatures(
                empty,
                input.batch(),
                input.height(),
                input.width(),
                Map.of(NetworkGraph.IMAGE, new SharedTensor(image)),
                0);
    }

    /** Runs what lies between. */
    OrtFeatures extend(OrtFeatures shallower, Prefix prefix, Cancellation cancellation) {
        Stage from = shallower.prefix().end();
        OrtFeatures current = null;
        try {
            for (PrefixSegment segment : path(from, prefix, inUse)) {
                OrtFeatures next = run(current == null ? shallower : current, segment, cancellation);
                if (current != null) {
                    current.close();
                }
                current = next;
            }
            return current;
        } catch (RuntimeException | Error e) {
            if (current != null) {
                current.close();
            }
            throw e;
        }
    }

    private OrtFeatures run(OrtFeatures before, PrefixSegment segment, Cancellation cancellation) {
        SharedSession session = acquire(segment);
        try {
            String input = segment.from() == Stage.CONV1 ? NetworkGraph.IMAGE : PrefixGraph.FEATURES;
            Map<String, OnnxTensor> inputs = Map.of(input, before.tensor(input).tensor());
            OrtSession.Result result =
                    SessionRun.run(session.session(), inputs, before.pixels(), cancellation, session.label());
            return features(before, segment, result);
        } finally {
            sessions.release(segment);
        }
    }

    private static OrtFeatures features(OrtFeatures before, PrefixSegment segment, OrtSession.Result result) {
        Prefix prefix = new Prefix(segment.architecture(), segment.outputStride(), segment.to());
        Map<String, SharedTensor> tensors = new HashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
            tensors.put(output.getKey(), new SharedTensor((OnnxTensor) output.getValue()));
        }
        if (prefix.hasLowLevelMap() && !segment.givesLowLevelMap()) {
            boolean isEnd = segment.from() == Stage.LAYER2;
            tensors.put(
                    PrefixGraph.LOW,
                    before.tensor(isEnd ? PrefixGraph.FEATURES : PrefixGraph.LOW)
                            .hold());
        }
        long bytes = tensors.values().stream()
                .mapToLong(tensor -> tensor.tensor().getInfo().getNumElements()
                        * tensor.tensor().getInfo().type.size)
                .sum();
        return new OrtFeatures(prefix, before.batch(), before.height(), before.width(), tensors, bytes);
    }

    /** One entry per open session. */
    synchronized List<EngineReport.Session> report() {
        return sessions.report(key -> packs((PrefixSegment) key));
    }

    private int packs(PrefixSegment segment) {
        return users.entrySet().stream()
                .filter(user -> path(Stage.CONV1, user.getKey(), inUse).contains(segment))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }
}
