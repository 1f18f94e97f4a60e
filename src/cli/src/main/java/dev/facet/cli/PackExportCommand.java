package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Decoder;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet pack export}: the way out of Facet. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes bank and pack as one file that needs nothing of Facet:",
            "  onnx       the merged network with the resize to the input's size in it; input \"image\" [N, 3, H, W], normalised;",
            "             output \"output\" [N, C, H, W]: logits, unit normals or raw depth",
            "  reference  a checkpoint in the names of the method's reference: PyTorch's zip format, or *.safetensors",
            "The file is checked against the pack's own answers, on random inputs and on the images given, before it is kept."
        },
        footer = {
            "",
            "Example: facet pack export models/edges.safetensors --format onnx --out edges.onnx --check images/"
        })
final class PackExportCommand implements Callable<Integer> {
    /** The formats to export to. */
    enum Format {
        ONNX,
        REFERENCE
    }

    @Parameters(paramLabel = "PACK", description = "A pack file.")
    private Path file;

    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--format", defaultValue = "onnx", description = "onnx or reference (default onnx).")
    private Format format;

    @Option(names = "--out", required = true, description = "Where the file goes.")
    private Path out;

    @Option(
            names = {"--check", "--images"},
            arity = "1..*",
            description = "Images or folders to check the file on as well.")
    private List<String> images = List.of();

    @Option(names = "--nff", description = "reference: modulators as gain and rows, as a network with NFF has them.")
    private boolean normalized;

    @Override
    public Integer call() throws IOException {
        FilterBank bank = BankReader.read(Defaults.bank(bankFile));
        ModulatorPack pack = PackReader.read(file, bank);
        List<ExportCheck.Input> inputs = ExportCheck.inputs(bank, pack, OutputFiles.images(images));
        Path target = out.toAbsolutePath();
        Files.createDirectories(target.getParent());
        Path unchecked = Files.createTempFile(
                target.getParent(), ".unchecked", target.getFileName().toString());
        try {
            double difference = switch (format) {
                case ONNX -> ExportCheck.onnx(unchecked, bank, pack, inputs);
                case REFERENCE -> ExportCheck.reference(unchecked, bank, pack, normalized, inputs);
            };
            Files.move(unchecked, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            System.out.printf(
                    "%s: %d bytes, max|Δ|/max|y|=%.1e to the pack's own answers on %d inputs%n",
                    out, Files.size(target), difference, inputs.size());
        } finally {
            Files.deleteIfExists(unchecked);
        }
        if (format == Format.REFERENCE) {
            sayWhatIsNotInTheFile(pack);
        }
        return 0;
    }

    private static void sayWhatIsNotInTheFile(ModulatorPack pack) {
        Decoder decoder = pack.manifest().decoder();
        int stride = pack.manifest().outputStride();
        Decoder expected = Decoder.reference(stride);
        if (decoder.width() != expected.width()
                || decoder.lowLevelWidth() != expected.lowLevelWidth()
                || !decoder.rates().equals(expected.rates())
                || stride != 16) {
            System.err.printf(
                    "not in the file, to be set in the reference's code: output stride %d, decoder width %d, low-level width %d,"
                            + " ASPP rates %s%n",
                    stride, decoder.width(), decoder.lowLevelWidth(), decoder.rates());
        }
    }
}
