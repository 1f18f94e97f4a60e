package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** The options that say which bank and which packs a command works with. */
final class PackSelection {
    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--pack", paramLabel = "FILE", description = "Pack file. May be repeated.")
    private List<Path> packFiles = List.of();

    @Option(
            names = "--task",
            paramLabel = "KIND",
            split = ",",
            description =
                    "Kind, for the default pack of that kind in models/: segmentation, human-parts, depth, normals, saliency, edges;"
                            + " several with commas.")
    private List<String> tasks = List.of();

    Path bankFile() {
        return Defaults.bank(bankFile);
    }

    FilterBank bank() throws IOException {
        return BankReader.read(bankFile());
    }

    /** The bank, and the calibration beside it. */
    CalibratedBank calibratedBank() throws IOException {
        return CalibratedBank.read(bankFile());
    }

    /** The packs of {@link #packFiles()}. */
    List<ModulatorPack> packs(FilterBank bank) throws IOException {
        List<ModulatorPack> packs = new ArrayList<>();
        for (Path file : packFiles()) {
            packs.add(PackReader.read(file, bank));
        }
        return packs;
    }

    /** The kind that {@code --task} names, by our name or the reference's. */
    String kind() {
        if (tasks.size() != 1) {
            throw CommandFailure.usage("which task? expected --task KIND, one of " + TaskKind.IDS);
        }
        return kind(tasks.get(0));
    }

    private static String kind(String task) {
        return ReferenceTask.find(task)
                .map(ReferenceTask::kindId)
                .orElseThrow(() -> CommandFailure.usage(
                        "unknown task kind: value='%s', expected one of %s".formatted(task, TaskKind.IDS)));
    }

    /** The files that were named, then those in models/ that answer for the kinds. */
    List<Path> packFiles() throws IOException {
        if (packFiles.isEmpty() && tasks.isEmpty()) {
            throw CommandFailure.usage("which pack? expected --pack FILE or --task KIND");
        }
        List<Path> files = new ArrayList<>(packFiles);
        for (String task : tasks) {
            files.add(defaultPack(kind(task)));
        }
        return files;
    }

    private Path defaultPack(String kind) throws IOException {
        Set<String> found = new TreeSet<>();
        Path chosen = null;
        PackId newest = null;
        for (Path file : packFiles(bankFile)) {
            PackManifest manifest = PackReader.readUnbound(file).manifest();
            found.add(manifest.task().id());
            PackId id = new PackId(manifest.name(), manifest.version());
            // As in a server that was just started: the first name answers for the kind, with its newest version.
            boolean better = newest == null || (id.name().equals(newest.name()) && newest.compareTo(id) < 0);
            if (manifest.task().id().equals(kind) && better) {
                chosen = file;
                newest = id;
            }
        }
        if (chosen == null) {
            throw new CommandFailure(
                    "no pack of this kind: kind='%s', folder=%s has %s".formatted(kind, Defaults.models(), found));
        }
        return chosen;
    }

    /** The packs in {@code models/}, sorted. */
    static List<Path> packFiles(Path bankFile) throws IOException {
        return PackStore.seedFiles(Defaults.models(), Defaults.bank(bankFile));
    }
}
