package dev.facet.trainer;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.TensorRole;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.loop.TaskSettings;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.network.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A pack whose weights a run starts from. Its encoder must be that of the run. Its decoder is taken where it is built alike, and its
 * last layer where that means the same.
 *
 * @param file for messages
 * @param pack made for the run's bank
 */
record WarmStart(Path file, ModulatorPack pack) {
    private static final String LAST_LAYER = "decoder.predict.";

    /**
     * Reads the pack.
     *
     * @throws dev.facet.core.pack.PackException if it is broken or was made for another bank
     */
    static WarmStart read(Path file, FilterBank bank) throws IOException {
        return new WarmStart(file, PackReader.read(file, bank));
    }

    /** The pack by name and bytes, for provenance. */
    String identity() {
        PackManifest manifest = pack.manifest();
        return "%s@%s (sha256 %s)".formatted(manifest.name(), manifest.version(), pack.digest());
    }

    /**
     * What a task starts from.
     *
     * @throws IllegalArgumentException if the pack's encoder is another one
     */
    Start of(TaskSettings task) {
        NetworkSpecification network = task.network();
        PackManifest manifest = pack.manifest();
        check(
                "model.architecture",
                manifest.architecture().id(),
                network.architecture().id());
        check(
                "model.modulation",
                manifest.modulation().id(),
                network.modulation().id());
        check(
                "model.modulated_from",
                manifest.modulatedFrom().id(),
                network.modulatedFrom().id());
        Map<String, Tensor> values = new LinkedHashMap<>();
        manifest.layout().keySet().forEach(name -> {
            boolean decoder = TensorRole.of(name).isDecoder();
            boolean taken = !decoder || hasDecoder(task) && (!name.startsWith(LAST_LAYER) || meansTheSame(task));
            if (taken) {
                values.put(name, pack.tensor(name));
            }
        });
        return Start.values(values);
    }

    /** What of the pack a task takes, in words. */
    String said(TaskSettings task) {
        String what = hasDecoder(task)
                ? meansTheSame(task)
                        ? "all weights"
                        : "all weights but the last layer's, which begins anew: the pack has %s, the task %s"
                                .formatted(meaning(pack.manifest().task()), meaning(task.kind()))
                : "the encoder's weights; the decoder begins anew: the pack has %s, the task %s"
                        .formatted(
                                built(pack.manifest().decoder()),
                                built(task.network().decoder()));
        return "%s starts from %s@%s: %s%s"
                .formatted(task.name(), pack.manifest().name(), pack.manifest().version(), what, otherForm(task));
    }

    private void check(String key, String found, String expected) {
        if (!found.equals(expected)) {
            throw new IllegalArgumentException(
                    "pack to start from has another encoder: %s=%s, expected=%s as the configuration has it [file=%s]"
                            .formatted(key, found, expected, file));
        }
    }

    /** Whether the decoders have the same tensors. Rates say how far apart the inputs of a filter lie, and aren't part of it. */
    private boolean hasDecoder(TaskSettings task) {
        Decoder theirs = pack.manifest().decoder();
        Decoder ours = task.network().decoder();
        return theirs.kind() == ours.kind()
                && theirs.width() == ours.width()
                && theirs.lowLevelWidth() == ours.lowLevelWidth();
    }

    private String otherForm(TaskSettings task) {
        PackManifest manifest = pack.manifest();
        NetworkSpecification network = task.network();
        return manifest.outputStride() == network.outputStride()
                        && manifest.decoder().rates().equals(network.decoder().rates())
                ? ""
                : "; the pack's output stride is %d with rates %s, the task's %d with %s"
                        .formatted(
                                manifest.outputStride(),
                                manifest.decoder().rates(),
                                network.outputStride(),
                                network.decoder().rates());
    }

    private boolean meansTheSame(TaskSettings task) {
        TaskKind theirs = pack.manifest().task();
        TaskKind ours = task.kind();
        if (theirs instanceof ClassKind classes && ours instanceof ClassKind wanted) {
            return theirs.id().equals(ours.id()) && classes.classNames().equals(wanted.classNames());
        }
        if (theirs instanceof Depth depth && ours instanceof Depth wanted) {
            return depth.quantity() == wanted.quantity();
        }
        return theirs.id().equals(ours.id());
    }

    private static String built(Decoder decoder) {
        return "%s of width %d and %d, rates %s"
                .formatted(decoder.kind().id(), decoder.width(), decoder.lowLevelWidth(), decoder.rates());
    }

    private static String meaning(TaskKind kind) {
        if (kind instanceof ClassKind classes) {
            return "%s of %d classes".formatted(kind.id(), classes.classNames().size());
        }
        return kind instanceof Depth depth
                ? "%s as %s".formatted(kind.id(), depth.quantity().id())
                : kind.id();
    }
}
