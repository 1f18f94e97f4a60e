package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.checkpoint.CheckpointReader;
import dev.facet.core.checkpoint.ReferenceCheckpoint;
import dev.facet.core.checkpoint.ReferenceTask;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.core.pack.Provenance;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code facet pack import}: a task of the reference's checkpoint becomes a bank and a pack. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Takes one task out of a checkpoint of the method's reference (RCM with or without NFF, RA_series, RA_parallel, Conv;",
            "PyTorch's zip or pickle format, gzipped or not, or safetensors). The modulation is read from names and shapes."
        },
        footer = {
            "",
            "Example: facet pack import --checkpoint model.pth --architecture resnet18 --task normals \\",
            "           --bank-out bank.safetensors --out normals.safetensors"
        })
final class PackImportCommand implements Callable<Integer> {
    private static final double SELF_TEST_TOLERANCE = 1e-3;

    @Option(names = "--checkpoint", required = true, description = "*.pth, *.pth.gz or *.safetensors.")
    private Path checkpoint;

    @Option(names = "--architecture", description = "resnet18 or resnet34; told from the names where it isn't given.")
    private String architecture;

    @Option(names = "--task", description = "The reference's name (semseg, sal, edge, human_parts, …) or ours.")
    private String task;

    @Option(names = "--output-stride", defaultValue = "16", description = "8 or 16 (default 16); not in a checkpoint.")
    private int outputStride;

    @Option(names = "--bank-out", description = "Where the bank of the checkpoint's filters goes.")
    private Path bankOut;

    @Option(names = "--bank", description = "A bank that was made of these filters before, instead of --bank-out.")
    private Path bankFile;

    @Option(names = "--out", required = true, description = "Where the pack goes.")
    private Path out;

    @Option(names = "--name", description = "Name of the pack (default: its kind).")
    private String name;

    @Option(names = "--pack-version", defaultValue = "1", description = "Version of the pack (default 1).")
    private String version;

    @Option(names = "--size", defaultValue = "512", description = "Longer side of the network's input (default 512).")
    private int size;

    @Option(names = "--mean", split = ",", description = "Input mean, three numbers (default: ImageNet's).")
    private List<Float> mean;

    @Option(
            names = "--std",
            split = ",",
            description = "Input standard deviation, three numbers (default: ImageNet's).")
    private List<Float> std;

    @Option(names = "--licence", defaultValue = "unknown", description = "Licence of the weights, for the manifests.")
    private String licence;

    @Override
    public Integer call() throws IOException {
        if ((bankOut == null) == (bankFile == null)) {
            throw new CommandFailure("which bank? expected --bank-out FILE or --bank FILE, and not both");
        }
        if (outputStride != 8 && outputStride != 16) {
            throw new CommandFailure("output stride: value=%d, expected 8 or 16".formatted(outputStride));
        }
        ReferenceCheckpoint imported = ReferenceCheckpoint.of(
                CheckpointReader.read(checkpoint),
                Optional.ofNullable(architecture).map(Architecture::of),
                Optional.ofNullable(task));
        FilterBank bank = bank(imported);
        ModulatorPack pack = withSelfTest(bank, manifest(imported, bank), imported.tensors());
        if (bankOut != null) {
            BankWriter.write(bankOut, bank);
        }
        String digest = PackWriter.write(out, pack);
        System.out.printf("bank %s%n", bank.fingerprint());
        System.out.printf(
                "pack %s@%s %s %s%n",
                pack.manifest().name(),
                pack.manifest().version(),
                pack.manifest().modulation().id(),
                digest);
        return 0;
    }

    private FilterBank bank(ReferenceCheckpoint imported) throws IOException {
        Normalization input = new Normalization(
                mean != null ? mean : Normalization.IMAGENET.mean(), std != null ? std : Normalization.IMAGENET.std());
        FilterBank own = imported.bank(input, "filters of " + checkpoint.getFileName(), licence);
        if (bankFile == null) {
            return own;
        }
        FilterBank given = BankReader.read(bankFile);
        boolean same = given.manifest().architecture() == imported.architecture()
                && imported.filters().entrySet().stream()
                        .allMatch(entry -> given.has(entry.getKey())
                                && given.tensor(entry.getKey())
                                        .toFloat32()
                                        .equals(entry.getValue().toFloat32()));
        if (!same && imported.modulation() != Modulation.NONE) {
            throw new CommandFailure("the checkpoint's filters are not those of the bank: bank=%s, fingerprint=%s"
                    .formatted(bankFile.getFileName(), given.fingerprint()));
        }
        return given;
    }

    private PackManifest manifest(ReferenceCheckpoint imported, FilterBank bank) {
        TaskKind kind = ReferenceTask.of(task != null ? task : imported.task()).kind(imported.outputs());
        return new PackManifest(
                name != null ? name : kind.id(),
                version,
                "Imported from a checkpoint of the method's reference.",
                kind,
                imported.modulation() == Modulation.NONE ? Optional.empty() : Optional.of(bank.fingerprint()),
                imported.architecture(),
                outputStride,
                imported.modulation(),
                Stage.CONV1,
                Map.of(),
                imported.decoder(outputStride),
                new InputPolicy(size, false, 16),
                Map.of(Plan.FACTORED, 0.0, Plan.MERGED, 0.0),
                new Provenance(checkpoint.getFileName().toString(), "", "facet pack import", 0, 0, "facet 0.1.0"),
                List.of(),
                licence,
                SELF_TEST_TOLERANCE);
    }

    private static ModulatorPack withSelfTest(FilterBank bank, PackManifest manifest, Map<String, Tensor> weights) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights);
        Tensor image = SelfTestImage.create();
        tensors.put(ModulatorPack.SELF_TEST_IMAGE, image);
        long side = image.shape().extent(0);
        tensors.put(
                ModulatorPack.SELF_TEST_OUTPUT,
                Tensor.of(
                        new Shape(1, manifest.task().outputs(), side, side),
                        new float[(int) (manifest.task().outputs() * side * side)]));
        try (Engine engine = OrtEngine.open(bank, EngineOptions.DEFAULT);
                PreparedPack prepared = engine.prepare(new ModulatorPack(manifest, tensors, ""), Plan.FACTORED)) {
            tensors.put(
                    ModulatorPack.SELF_TEST_OUTPUT,
                    SelfTest.output(prepared, image, bank.manifest().input()));
        }
        return new ModulatorPack(manifest, tensors, "");
    }
}
