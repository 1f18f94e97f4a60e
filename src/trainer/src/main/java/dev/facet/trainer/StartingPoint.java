package dev.facet.trainer;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.tensor.Tensor;
import dev.facet.exchange.checkpoint.CheckpointReader;
import dev.facet.exchange.checkpoint.PretrainedAdapters;
import dev.facet.exchange.checkpoint.PretrainedNetwork;
import dev.facet.trainer.config.ModelSettings;
import dev.facet.trainer.loop.TaskSettings;
import dev.facet.trainer.network.RandomFilters;
import dev.facet.trainer.network.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a run begins with.
 *
 * @param bank frozen filters
 * @param start values before the first step, for every task that doesn't start from the pack
 * @param pack what it starts from; empty where it is something else
 * @param ownBank whether the bank was made here, of a checkpoint or of random values, and lies in no file yet
 */
record StartingPoint(FilterBank bank, Start start, Optional<WarmStart> pack, boolean ownBank) {
    private static final String LICENCE = "unknown";

    /**
     * Reads what {@code model.start} says: the bank's file, or the reference's ImageNet checkpoint in {@code model_dir}; where nothing
     * is pre-trained, it reads nothing, and the bank is random.
     *
     * @param seed of random filters
     * @throws IllegalArgumentException naming the key that is wrong
     * @throws dev.facet.core.bank.BankException if the bank can't be used
     * @throws dev.facet.exchange.checkpoint.CheckpointException if the checkpoint can't be used
     */
    static StartingPoint of(ModelSettings model, long seed) throws IOException {
        StartingPoint point = switch (model.start()) {
            case CHECKPOINT -> ofCheckpoint(model);
            case NOTHING ->
                new StartingPoint(RandomFilters.of(model.architecture(), seed), Start.random(), Optional.empty(), true);
            case RANDOM -> new StartingPoint(readBank(model), Start.random(), Optional.empty(), false);
            case BANK -> new StartingPoint(readBank(model), Start.bank(), Optional.empty(), false);
            case PACK -> ofPack(model);
        };
        boolean needsInitial = point.start() instanceof Start.Bank || model.modulatedFrom() != Stage.CONV1;
        if (needsInitial && !point.bank().hasInitialValues()) {
            throw new IllegalArgumentException(
                    "bank has no pre-trained network to %s: start=%s, modulated_from=%s, expected %s"
                            .formatted(
                                    point.start() instanceof Start.Bank ? "start from" : "make a prefix of",
                                    model.start().name().toLowerCase(Locale.ROOT),
                                    model.modulatedFrom().id(),
                                    point.ownBank()
                                            ? "model.modulated_from=conv1"
                                            : "a bank with init.* in model.bank"));
        }
        return point;
    }

    private static StartingPoint ofPack(ModelSettings model) throws IOException {
        FilterBank bank = readBank(model);
        WarmStart pack = WarmStart.read(Path.of(model.from().orElseThrow()), bank);
        // Of the network's values the pack has all.
        return new StartingPoint(bank, Start.random(), Optional.of(pack), false);
    }

    /**
     * What a task starts from.
     *
     * @throws IllegalArgumentException if the pack doesn't fit it
     */
    Start start(TaskSettings task) {
        return pack.map(given -> given.of(task)).orElse(start);
    }

    private static FilterBank readBank(ModelSettings model) throws IOException {
        Path file = Path.of(model.bank());
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "no such bank: key='model.bank', file=%s, expected one made by 'facet bank import'"
                            .formatted(file));
        }
        FilterBank bank = BankReader.read(file);
        checkArchitecture("model.bank", bank.manifest().architecture(), model, file);
        boolean rotated = model.parameters().pretrainedArchitecture().equals(Optional.of("RC_RI"));
        if (rotated && bank.manifest().response().isEmpty()) {
            throw new IllegalArgumentException(
                    ("bank without response initialization: key='model.bank', file=%s, expected one made by"
                                    + " 'facet bank decompose' with pretrained_architecture=RC_RI")
                            .formatted(file));
        }
        return bank;
    }

    private static StartingPoint ofCheckpoint(ModelSettings model) throws IOException {
        Modulation modulation = model.effectiveModulation();
        String kind = switch (modulation) {
            case RC -> "RC";
            case RA_SERIES -> "RA_series";
            case RA_PARALLEL -> "RA_parallel";
            case NORM, NONE ->
                throw new IllegalArgumentException(
                        "bad value: key='model.start', value=checkpoint, expected=bank|random|nothing with modulation=%s"
                                .formatted(modulation.id()));
        };
        String folder = model.parameters()
                .modelDir()
                .orElseThrow(() -> new IllegalArgumentException(
                        "missing key: key='model.parameters.model_dir', expected the folder of the checkpoints with"
                                + " model.start=checkpoint"));
        String name = "%s_%s.pth".formatted(model.architecture().id(), kind);
        Path file = Path.of(folder, name);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "no such checkpoint: key='model.parameters.model_dir', file=%s, expected the reference's, or"
                                    .formatted(file)
                            + " model.start=bank to begin with model.bank");
        }
        Map<String, Tensor> checkpoint = CheckpointReader.read(file);
        String provenance = "Made of %s.".formatted(name);
        if (modulation == Modulation.RC) {
            PretrainedNetwork network = PretrainedNetwork.of(checkpoint);
            checkArchitecture("model.parameters.model_dir", network.architecture(), model, file);
            if (!network.hasNorms()) {
                throw new IllegalArgumentException(
                        "checkpoint without norms: file=%s, expected bn1.weight and the others".formatted(file));
            }
            BankManifest manifest = new BankManifest(
                    network.architecture(), Optional.empty(), Map.of(), Normalization.IMAGENET, provenance, LICENCE);
            return new StartingPoint(network.toBank(manifest), Start.bank(), Optional.empty(), true);
        }
        PretrainedAdapters adapters = PretrainedAdapters.of(checkpoint, modulation);
        checkArchitecture("model.parameters.model_dir", adapters.architecture(), model, file);
        FilterBank bank = adapters.bank(Normalization.IMAGENET, provenance, LICENCE);
        return new StartingPoint(bank, Start.values(adapters.tensors()), Optional.empty(), true);
    }

    private static void checkArchitecture(String key, Architecture found, ModelSettings model, Path file) {
        if (found != model.architecture()) {
            throw new IllegalArgumentException(
                    "network of another architecture: key='%s', architecture=%s, expected model.architecture=%s [file=%s]"
                            .formatted(key, found.id(), model.architecture().id(), file));
        }
    }
}
