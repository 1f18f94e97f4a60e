package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
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
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Tensor;
import dev.facet.exchange.checkpoint.CheckpointContent;
import dev.facet.exchange.checkpoint.ReferenceCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet pack import}: a checkpoint of the method's reference becomes a pack, and a bank where there is none yet. */
@Command(
        name = "import",
        description = {
            "Makes a pack of one task of a checkpoint of the method's reference. The modulation (RC, with or without NFF, RA",
            "parallel, RA series, none) is read from names and shapes; what isn't in a checkpoint is said by options."
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

    @Mixin
    private CheckpointOptions options;

    @Option(names = "--architecture", description = "resnet18 or resnet34; told from the names where it isn't given.")
    private String architecture;

    @Option(
            names = "--task",
            description = "The reference's name or ours; may be left out where the checkpoint has one task.")
    private String task;

    @Option(names = "--output-stride", defaultValue = "16", description = "8, 16 or 32 (default 16).")
    private int outputStride;

    @ArgGroup(multiplicity = "1")
    private Bank bank;

    /** Where the bank is, or goes. */
    private static final class Bank {
        @Option(names = "--bank-out", description = "Make a bank of the checkpoint's filters and write it here.")
        private Path target;

        @Option(names = "--bank", description = "An existing bank of the same filters.")
        private Path source;
    }

    @Option(names = "--out", required = true, description = "Where the pack goes.")
    private Path out;

    @Option(names = "--name", description = "Name of the pack (default: the task kind).")
    private String name;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(
            names = {"--version", "--pack-version"},
            defaultValue = "1",
            description = "Version of the pack (default 1).")
    private String version;

    @Option(names = "--description", description = "One or two sentences for people.")
    private String description;

    @Option(
            names = "--classes-file",
            description = "Names of classes, one a line, with #rrggbb or without (segmentation, human parts).")
    private Path classes;

    @Option(names = "--size", defaultValue = "512", description = "Input policy: longer side in pixels (default 512).")
    private int size;

    @Option(names = "--enlarge", description = "Input policy: enlarge smaller images too.")
    private boolean enlarge;

    @Option(names = "--mean", split = ",", description = "Input mean for --bank-out (default: ImageNet's).")
    private List<Float> mean;

    @Option(
            names = "--std",
            split = ",",
            description = "Input standard deviation for --bank-out (default: ImageNet's).")
    private List<Float> std;

    @Option(
            names = "--dataset",
            description = "What it was trained on, for the manifest (default: the checkpoint's name).")
    private String dataset;

    @Option(names = "--licence", defaultValue = "unknown", description = "Terms, for the manifest.")
    private String licence;

    @Override
    public Integer call() throws IOException {
        CheckpointContent content = options.read(checkpoint);
        ReferenceCheckpoint source = ReferenceCheckpoint.of(
                content.tensors(), Optional.ofNullable(architecture).map(Architecture::of), Optional.ofNullable(task));
        // What a task of the reference doesn't use is refused: all that is left lies elsewhere.
        CheckpointOptions.report(content, content.tensors().keySet());
        FilterBank filters = bank.source != null ? BankReader.read(bank.source) : ownBank(source);
        Map<String, Tensor> tensors = CheckpointPack.onBank(filters, source);
        ModulatorPack pack = PackAssembly.assemble(filters, manifest(filters, source), tensors);
        if (bank.target != null) {
            BankWriter.write(bank.target, filters);
            System.out.println("bank " + filters.fingerprint());
        }
        String digest = PackWriter.write(out, pack);
        System.out.printf(
                "pack %s@%s %s (%s, %s, %d outputs)%n",
                pack.manifest().name(),
                pack.manifest().version(),
                digest,
                pack.manifest().task().id(),
                pack.manifest().modulation().id(),
                pack.manifest().task().outputs());
        return 0;
    }

    private FilterBank ownBank(ReferenceCheckpoint source) {
        Normalization input = new Normalization(
                mean != null ? mean : Normalization.IMAGENET.mean(), std != null ? std : Normalization.IMAGENET.std());
        return source.bank(input, "filters of the task checkpoint " + checkpoint.getFileName(), licence);
    }

    private PackManifest manifest(FilterBank filters, ReferenceCheckpoint source) throws IOException {
        TaskKind kind = ReferenceTask.of(task != null ? task : source.task()).kind(source.outputs());
        if (classes != null) {
            kind = ClassesFile.apply(kind, classes);
        }
        String file = checkpoint.getFileName().toString();
        String command = "facet pack import --checkpoint %s --architecture %s --task %s --output-stride %d"
                .formatted(file, source.architecture().id(), kind.id(), outputStride);
        return new PackManifest(
                name != null ? name : kind.id(),
                version,
                description != null ? description : "Imported from the checkpoint %s.".formatted(file),
                kind,
                source.modulation() == Modulation.NONE ? Optional.empty() : Optional.of(filters.fingerprint()),
                source.architecture(),
                outputStride,
                source.modulation(),
                Stage.CONV1,
                filters.manifest().ranks(),
                source.decoder(outputStride),
                new InputPolicy(size, enlarge, InputPolicy.multiple(outputStride)),
                Map.of(Plan.FACTORED, 0.0, Plan.MERGED, 0.0),
                new Provenance(dataset != null ? dataset : file, "unknown", command, 0, 0, FacetMain.VERSION),
                List.of(),
                licence,
                SELF_TEST_TOLERANCE);
    }
}
