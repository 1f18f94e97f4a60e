package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.network.Stage;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.runtime.engine.EngineReport;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sessions of the prefixes in use, one per segment, so that each part of the network lies in memory once, and the features of
 * a shallower prefix become those of a deeper one by running only what lies between. Thread-safe.
 */
final class PrefixSessions {
    private final FilterBank bank;
    private final Optional<BankCalibration> calibration;
    private final SessionFactory factory;
    private final Sessions sessions = new Sessions();

    /** @param calibration of the bank, for prefixes in int8 */
    PrefixSessions(FilterBank bank, Optional<BankCalibration> calibration, SessionFactory factory) {
        this.bank = bank;
        this.calibration = calibration;
        this.factory = factory;
    }

    /** Opens the sessions of a prefix, where they aren't. Every call is followed by one {@link #release}. */
    void retain(Prefix prefix) {
        List<PrefixSegment> held = new ArrayList<>();
        try {
            for (PrefixSegment segment : PrefixSegment.of(prefix)) {
                acquire(segment);
                held.add(segment);
            }
        } catch (RuntimeException | Error e) {
            held.forEach(sessions::release);
            throw e;
        }
    }

    void release(Prefix prefix) {
        PrefixSegment.of(prefix).forEach(sessions::release);
    }

    private SharedSession acquire(PrefixSegment segment) {
        return sessions.acquire(segment, () -> {
            NetworkGraph.Built graph = segment.calibration().isEmpty()
                    ? PrefixGraph.segment(bank, segment)
                    : QuantizedGraph.segment(bank, calibrationOf(segment), segment);
            return new SharedSession(factory.open(graph.model()), segment.toString(), graph.bankBytes());
        });
    }

    private BankCalibration calibrationOf(PrefixSegment segment) {
        return calibration
                .filter(own -> own.digest().equals(segment.calibration().orElseThrow()))
                .orElseThrow(() -> new IllegalArgumentException("prefix of another calibration: digest=%s, expected=%s"
                        .formatted(
                                segment.calibration().orElseThrow(),
                                calibration.map(BankCalibration::digest).orElse("none"))));
    }

    /** The features of an empty prefix: the input itself. */
    static OrtFeatures input(Prefix empty, NetworkInput input) {
        SharedTensor image = new SharedTensor(SessionRun.tensor(input));
        return new OrtFeatures(
                empty, input.batch(), input.height(), input.width(), Map.of(NetworkGraph.IMAGE, image), 0);
    }

    /** Runs what lies between. */
    OrtFeatures extend(OrtFeatures shallower, Prefix prefix, Cancellation cancellation) {
        OrtFeatures current = shallower;
        try {
            for (PrefixSegment segment : PrefixSegment.of(prefix)) {
                if (segment.from().compareTo(shallower.prefix().end()) >= 0) {
                    OrtFeatures next = run(current, segment, cancellation);
                    closeUnless(current, shallower);
                    current = next;
                }
            }
            return current;
        } catch (RuntimeException | Error e) {
            closeUnless(current, shallower);
            throw e;
        }
    }

    private static void closeUnless(OrtFeatures features, OrtFeatures kept) {
        if (features != kept) {
            features.close();
        }
    }

    private OrtFeatures run(OrtFeatures before, PrefixSegment segment, Cancellation cancellation) {
        SharedSession session = acquire(segment);
        try {
            SharedTensor input = before.map();
            OrtSession.Result result = SessionRun.run(
                    session.session(),
                    Map.of(PrefixGraph.INPUT, input.tensor()),
                    factory.shrunkAfter(before.pixels()),
                    cancellation,
                    "%s, pixels=%d".formatted(session.label(), before.pixels()));
            // The result holds nothing but the tensor, which is the features' from here on.
            return features(before, segment.prefix(), new SharedTensor((OnnxTensor) result.get(0)));
        } finally {
            sessions.release(segment);
        }
    }

    private static OrtFeatures features(OrtFeatures before, Prefix prefix, SharedTensor map) {
        Map<String, SharedTensor> tensors = new HashMap<>();
        tensors.put(PrefixGraph.FEATURES, map);
        if (prefix.hasLowLevelMap()) {
            boolean isLow = before.prefix().end() == Stage.LAYER2;
            tensors.put(PrefixGraph.LOW, (isLow ? before.map() : before.tensor(PrefixGraph.LOW)).hold());
        }
        long bytes =
                tensors.values().stream().mapToLong(SharedTensor::sizeBytes).sum();
        return new OrtFeatures(prefix, before.batch(), before.height(), before.width(), tensors, bytes);
    }

    /** One entry per open session. */
    List<EngineReport.Session> report() {
        return sessions.report();
    }
}
