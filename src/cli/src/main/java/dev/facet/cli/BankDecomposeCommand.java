package dev.facet.cli;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.runtime.engine.ort.ResponseStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet bank decompose}: response initialization (ECCV 2020, section 3.2). */
@Command(
        name = "decompose",
        mixinStandardHelpOptions = true,
        description = {
            "Turns a bank into the basis of its own responses: runs the network over photos, sums up the covariance of every",
            "convolution's response, and takes its eigenvectors. At full rank nothing changes but the basis."
        },
        footer = {
            "",
            "Example: facet bank decompose plain.safetensors --images photos/ --out bank.safetensors --fp16",
            "         facet bank decompose plain.safetensors --images photos/ --out half.safetensors --rank 0.5,conv1=48"
        })
final class BankDecomposeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BANK", description = "A bank with its initial values.")
    private Path source;

    @Option(names = "--images", required = true, description = "Folder of photos.")
    private Path images;

    @Option(
            names = "--images-name",
            description = "What the photos are called in the manifest (default: the folder's name).")
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

    @Option(names = "--limit", description = "Use only the first N photos.")
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
        List<Path> photos = Photos.in(images);
        if (limit != null) {
            photos = photos.subList(0, Math.min(limit, photos.size()));
        }
        Architecture architecture = bank.manifest().architecture();
        Ranks ranks = Ranks.parse(rank, architecture);
        Map<String, ResponseStatistics.Sums> sums = Responses.collect(
                architecture,
                PlainLayers.of(bank),
                photos,
                crop,
                bank.manifest().input(),
                "collecting responses");
        String name = imagesName != null
                ? imagesName
                : images.toAbsolutePath().normalize().getFileName().toString();
        BankManifest.Response response = new BankManifest.Response(name, photos.size(), "all");
        FilterBank decomposed = ResponseDecomposition.decompose(bank, sums, ranks, response);
        if (half) {
            decomposed = RoundedBank.of(decomposed);
        }
        double worst = report(bank, decomposed, photos, sums);
        double tolerance = half ? 2e-3 : 1e-4;
        if (decomposed.manifest().ranks().isEmpty() && worst > tolerance) {
            throw new CommandFailure("responses differ from the original's: max|Δ|/max|y|=%.2e, expected at most %.0e"
                    .formatted(worst, tolerance));
        }
        BankWriter.write(out, decomposed);
        System.out.println("bank " + decomposed.fingerprint());
        return 0;
    }

    /** Prints how far each layer's responses are from the original's. */
    private double report(
            FilterBank original, FilterBank decomposed, List<Path> photos, Map<String, ResponseStatistics.Sums> sums)
            throws IOException {
        Map<String, ResponseDecomposition.Difference> differences = ResponseDecomposition.differences(
                original, decomposed, photos.subList(0, Math.min(4, photos.size())), crop);
        System.out.println("max|Δ|/max|y| of responses, to the original network's");
        System.out.printf("%-16s %5s %5s %11s %15s%n", "convolution", "C_out", "rank", "same input", "through network");
        double worst = 0;
        for (Map.Entry<String, ResponseDecomposition.Difference> entry : differences.entrySet()) {
            String name = entry.getKey();
            ResponseDecomposition.Difference difference = entry.getValue();
            System.out.printf(
                    "%-16s %5d %5d %11.2e %15.2e%n",
                    name,
                    sums.get(name).sum().length,
                    decomposed.rank(name),
                    difference.sameInput(),
                    difference.throughNetwork());
            worst = Math.max(worst, difference.sameInput());
        }
        return worst;
    }
}
