package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.task.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that say which bank and which pack a command works with. */
final class PackSelection {
    /** The reference's names of kinds. */
    private static final Map<String, String> REFERENCE_NAMES =
            Map.of("semseg", "segmentation", "human_parts", "human-parts", "sal", "saliency", "edge", "edges");

    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--pack", description = "Pack file.")
    private Path packFile;

    @Option(
            names = "--task",
            description =
                    "Kind, for the default pack of that kind in models/: segmentation, human-parts, depth, normals, saliency, edges.")
    private String task;

    FilterBank bank() throws IOException {
        return BankReader.read(Defaults.bank(bankFile));
    }

    ModulatorPack pack(FilterBank bank) throws IOException {
        if (packFile != null) {
            return PackReader.read(packFile, bank);
        }
        if (task == null) {
            throw new CommandFailure("which pack? expected --pack FILE or --task KIND");
        }
        String kind = REFERENCE_NAMES.getOrDefault(task, task);
        if (!TaskKind.IDS.contains(kind)) {
            throw new CommandFailure("unknown task: value='%s', expected one of %s".formatted(task, TaskKind.IDS));
        }
        List<String> found = new ArrayList<>();
        for (Path file : packFiles()) {
            ModulatorPack pack = PackReader.read(file, bank);
            if (pack.manifest().task().id().equals(kind)) {
                return pack;
            }
            found.add(pack.manifest().task().id());
        }
        throw new CommandFailure(
                "no pack of this kind: task='%s', folder=%s has %s".formatted(kind, Defaults.models(), found));
    }

    private List<Path> packFiles() throws IOException {
        Path bank = Defaults.bank(bankFile).toAbsolutePath().normalize();
        try (Stream<Path> files = Files.list(Defaults.models())) {
            return files.filter(file -> file.getFileName().toString().endsWith(".safetensors"))
                    .filter(file -> !file.toAbsolutePath().normalize().equals(bank))
                    .sorted()
                    .toList();
        }
    }
}
