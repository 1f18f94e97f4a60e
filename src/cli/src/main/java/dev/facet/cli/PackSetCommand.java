package dev.facet.cli;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet pack set}: the same pack under another name or version. */
@Command(
        name = "set",
        description = {
            "Gives a pack another version or name, without training again: a new file with a digest of its own.",
            "What a server has under a version never changes, so one of the two must be new."
        },
        footer = {
            "",
            "Examples: facet pack set edges.safetensors --version 2 --out edges-2.safetensors",
            "          facet pack set edges.safetensors --name outlines --out outlines.safetensors"
        })
final class PackSetCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACK", description = "A pack file; it stays as it is.")
    private Path file;

    @Option(
            names = {"--version", "--pack-version"},
            description = "The new version (default: as it is).")
    private String version;

    @Option(names = "--name", description = "The new name (default: as it is).")
    private String name;

    @Option(names = "--description", description = "The new description, one or two sentences (default: as it is).")
    private String description;

    @Option(names = "--out", required = true, description = "Where the new pack goes; no file is replaced.")
    private Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Override
    public Integer call() throws IOException {
        ModulatorPack pack = PackReader.readUnbound(file);
        PackManifest before = pack.manifest();
        String newName = name != null ? name : before.name();
        String newVersion = version != null ? version : before.version();
        if (newName.equals(before.name()) && newVersion.equals(before.version())) {
            throw new CommandFailure("nothing new: pack=%s@%s, expected another --version or --name"
                    .formatted(before.name(), before.version()));
        }
        if (Files.exists(out)) {
            throw new FileAlreadyExistsException(out.toString());
        }
        PackManifest manifest =
                before.withAddress(newName, newVersion, description != null ? description : before.description());
        String digest = PackWriter.write(out, new ModulatorPack(manifest, pack.tensors(), ""));
        System.out.printf("pack %s@%s %s (was %s@%s)%n", newName, newVersion, digest, before.name(), before.version());
        return 0;
    }
}
