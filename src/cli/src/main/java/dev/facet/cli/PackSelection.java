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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** The options that say which bank and which pack a command works with. */
final class PackSelection {
    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--pack", description = "Pack file.")
    private Path packFile;

    @Option(
            names = "--task",
            description =
                    "Kind, for the default pack of that kind in models/: segmentation, human-parts, depth, normals, saliency, edges.")
    private String task;

    Path bankFile() {
        return Defaults.bank(bankFile);
    }

    FilterBank bank() throws IOException {
        return BankReader.read(bankFile());
    }

    ModulatorPack pack(FilterBank bank) throws IOException {
        return PackReader.read(packFile(), bank);
    }

    /** The kind that {@code --task} names, by our name or the reference's. */
    String kind() {
        if (task == null) {
            throw CommandFailure.usage("which task? expected --task KIND, one of " + TaskKind.IDS);
        }
        return ReferenceTask.find(task)
                .map(ReferenceTask::kindId)
                .orElseThrow(() -> new CommandFailure(
                        "unknown task kind: value='%s', expected one of %s".formatted(task, TaskKind.IDS)));
    }

    /** The file that was named, or the one in models/ that answers for the kind. */
    Path packFile() throws IOException {
        if (packFile != null) {
            return packFile;
        }
        if (task == null) {
            throw CommandFailure.usage("which pack? expected --pack FILE or --task KIND");
        }
        String kind = kind();
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
