package dev.facet.cli;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.runtime.engine.ort.response.ResponseStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet bank decompose}: response initialization (ECCV 2020, section 3.2). */
@Command(
        name = "decompose",
        mixinStandardHelpOptions = true,
        description = {
            "Turns a bank into the basis of its own responses: runs the network over images, sums up the covariance of every",
            "convolution's response, and takes its eigenvectors. At full rank nothing changes but the basis. The reference's RI",
            "folder (components.npy, mean.npy, singular_values.npy by convolution) is read with --ri, written with --write-ri."
        },
        footer = {
            "",
            "Example: facet bank decompose plain.safetensors --images images/ --out bank.safetensors --fp16",
            "         facet bank decompose plain.safetensors --images images/ --out half.safetensors --rank 0.5,conv1=48",
            "         facet bank decompose plain.safetensors --ri RI/resnet18 --out bank.safetensors"
        })
final class BankDecomposeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BANK", description = "A bank with its initial values.")
    private Path source;

    @ArgGroup(multiplicity = "1")
    private Source from;

    /** Where the basis comes from. */
    private static final class Source {
        @Option(names = "--images", required = true, description = "Folder of images.")
        private Path images;

        @Option(names = "--ri", required = true, description = "The reference's folder of a decomposition made before.")
        private Path folder;
    }

    @Option(
            names = "--basis",
            defaultValue = "RESPONSES",
            description =
                    "Which vectors are kept at a cut rank: those of the responses, the singular vectors of the weights, or the"
                            + " first filters (${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}).")
    private ResponseBasis.Kind basis;

    @Option(
            names = "--positions",
            description = "Sum up so many random positions per image and convolution (default: all).")
    private Integer positions;

    @Option(names = "--write-ri", description = "Writes the basis as the reference's folder, too.")
    private Path written;

    @Option(
            names = "--images-name",
            description = "What the images are called in the manifest (default: the folder's name).")
    private String imagesName;

    @Option(names = "--out", required = true, description = "Where the bank goes.")
    private Path out;

    @Option(
            names = "--rank",
            split = ",",
            description =
                    "Rows that are kept: a share such as 0.75, and rows of a convolution such as conv1=48 (default: all).")
    private List<String> rank = List.of();

    @Option(names = "--crop", defaultValue = "224", description = "Side of the centre crops (default 224).")
    private int crop;

    @Option(names = "--limit", description = "Use only the first N images.")
    private Integer limit;

    @Option(
            names = "--fp16",
            description =
                    "Round the filters of layer3 and layer4 to fp16: about half the size, and part of the bank's identity.")
    private boolean half;

    @Override
    public Integer call() throws IOException {
        FilterBank bank = BankReader.read(source);
        if (!bank.hasInitialValues()) {
            throw new CommandFailure(
                    "the bank has no initial values: a decomposition needs the pre-trained norms [bank=%s]"
                            .formatted(source.getFileName()));
        }
        if (!bank.manifest().ranks().isEmpty()) {
            throw new CommandFailure("the bank is truncated already: ranks=%s"
                    .formatted(bank.manifest().ranks()));
        }
        Architecture architecture = bank.manifest().architecture();
        Ranks ranks = Ranks.parse(rank, architecture);
        List<Path> images = from.images == null ? List.of() : images();
        ResponseBasis vectors = from.images == null
                ? ResponseFolder.read(from.folder, architecture)
                : ResponseBasis.of(basis, bank, sums(bank, images));
        if (written != null) {
            ResponseFolder.write(written, vectors);
        }
        FilterBank decomposed =
                ResponseDecomposition.decompose(bank, vectors, ranks, response(images), provenance(bank));
        if (half) {
            decomposed = RoundedBank.of(decomposed);
        }
        double worst = images.isEmpty() ? 0 : report(bank, decomposed, images);
        double tolerance = half ? 2e-3 : 1e-4;
        if (decomposed.manifest().ranks().isEmpty() && worst > tolerance) {
            throw new CommandFailure("responses differ from the original's: max|Δ|/max|y|=%.2e, expected at most %.0e"
                    .formatted(worst, tolerance));
        }
        BankWriter.write(out, decomposed);
        System.out.println("bank " + decomposed.fingerprint());
        return 0;
    }

    private List<Path> images() throws IOException {
        List<Path> images = ImageFiles.in(from.images);
        return limit == null ? images : images.subList(0, Math.min(limit, images.size()));
    }

    private Map<String, ResponseStatistics.Sums> sums(FilterBank bank, List<Path> images) throws IOException {
        if (positions != null && positions < 1) {
            throw new CommandFailure("positions: value=%d, expected at least 1".formatted(positions));
        }
        return ResponseCollector.collect(
                bank.manifest().architecture(),
                PlainLayers.of(bank),
                images,
                crop,
                bank.manifest().input(),
                positions == null ? OptionalInt.empty() : OptionalInt.of(positions),
                "collecting responses");
    }

    /** What a basis of responses was made of, here or by the reference. */
    private Optional<BankManifest.Response> response(List<Path> images) {
        if (from.images == null) {
            return Optional.of(BankManifest.Response.ofFiles(imagesName()));
        }
        if (basis != ResponseBasis.Kind.RESPONSES) {
            return Optional.empty();
        }
        return Optional.of(new BankManifest.Response(
                imagesName(), images.size(), positions == null ? "all" : positions.toString()));
    }

    private String imagesName() {
        Path folder = from.images != null ? from.images : from.folder;
        return imagesName != null
                ? imagesName
                : folder.toAbsolutePath().normalize().getFileName().toString();
    }

    /** What the manifest has no field for is said in words. */
    private String provenance(FilterBank bank) {
        String before = bank.manifest().provenance();
        if (from.images == null) {
            return before + "\nBasis: components of the response initialization '" + imagesName() + "'.";
        }
        return switch (basis) {
            case RESPONSES -> before;
            case WEIGHTS ->
                before + "\nBasis: left singular vectors of the filters; mean responses of " + imagesName() + ".";
            case FILTERS -> before + "\nBasis: the filters themselves; mean responses of " + imagesName() + ".";
        };
    }

    /** Prints how far each layer's responses are from the original's. */
    private double report(FilterBank original, FilterBank decomposed, List<Path> images) throws IOException {
        Map<String, ResponseDecomposition.Difference> differences = ResponseDecomposition.differences(
                original, decomposed, images.subList(0, Math.min(4, images.size())), crop);
        System.out.println("max|Δ|/max|y| of responses, to the original network's");
        System.out.printf("%-16s %5s %5s %11s %15s%n", "convolution", "C_out", "rank", "same input", "through network");
        double worst = 0;
        for (Map.Entry<String, ResponseDecomposition.Difference> entry : differences.entrySet()) {
            String name = entry.getKey();
            ResponseDecomposition.Difference difference = entry.getValue();
            System.out.printf(
                    "%-16s %5d %5d %11.2e %15.2e%n",
                    name,
                    original.rank(name),
                    decomposed.rank(name),
                    difference.sameInput(),
                    difference.throughNetwork());
            worst = Math.max(worst, difference.sameInput());
        }
        return worst;
    }
}
