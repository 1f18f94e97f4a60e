package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.checkpoint.CheckpointWriter;
import dev.facet.core.checkpoint.ReferenceExport;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.PhotoReader;
import dev.facet.core.image.Raster;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.ort.ExportedNetwork;
import dev.facet.runtime.engine.ort.OnnxExporter;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet pack export}: the way out. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a pack with its bank for other programs. onnx: one self-contained file of the merged network, with the resize to",
            "the input's size in it, checked against the pack's own answers before it is kept. reference: a state dictionary in the",
            "names of the method's reference, as a PyTorch checkpoint (*.pth) or as safetensors."
        },
        footer = {"", "Example: facet pack export models/edges.safetensors --out edges.onnx"})
final class PackExportCommand implements Callable<Integer> {
    private static final double TOLERANCE = 1e-4;
    private static final int[][] SIZES = {{96, 128}, {161, 193}, {33, 47}};

    /** What is written. */
    enum Format {
        ONNX,
        REFERENCE
    }

    @Parameters(paramLabel = "PACK")
    private Path file;

    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--format", defaultValue = "onnx", description = "onnx or reference (default onnx).")
    private Format format;

    @Option(names = "--nff", description = "reference: write modulators as gain and rows (weight_g, weight_v).")
    private boolean normalized;

    @Option(names = "--check", description = "onnx: photos to check on, besides random inputs.", arity = "1..*")
    private List<Path> photos = List.of();

    @Option(names = "--out", required = true, description = "Where the file goes.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        FilterBank bank = BankReader.read(Defaults.bank(bankFile));
        ModulatorPack pack = PackReader.read(file, bank);
        if (format == Format.REFERENCE) {
            writeReference(bank, pack);
        } else {
            writeOnnx(bank, pack);
        }
        return 0;
    }

    private void writeReference(FilterBank bank, ModulatorPack pack) throws IOException {
        if (normalized && pack.manifest().modulation() != Modulation.RC) {
            throw new CommandFailure("--nff needs modulators: modulation=%s, expected rc"
                    .formatted(pack.manifest().modulation().id()));
        }
        Map<String, Tensor> state = ReferenceExport.stateDictionary(bank, pack, normalized);
        if (out.toString().endsWith(".safetensors")) {
            SafetensorsWriter.write(out, Map.of(), state);
        } else {
            CheckpointWriter.write(out, state, pack.manifest().provenance().steps());
        }
        System.out.printf("%d tensors%n", state.size());
    }

    private void writeOnnx(FilterBank bank, ModulatorPack pack) throws IOException {
        Path folder = out.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, "." + out.getFileName(), ".partial");
        try {
            OnnxExporter.write(draft, bank, pack);
            double worst = difference(bank, pack, draft);
            if (!(worst <= TOLERANCE)) {
                throw new CommandFailure(
                        "exported file answers otherwise than the pack: max|Δ|/max|y|=%.2e, expected at most %.0e"
                                .formatted(worst, TOLERANCE));
            }
            Files.move(draft, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            System.out.printf("checked: max|Δ|/max|y|=%.2e%n", worst);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private double difference(FilterBank bank, ModulatorPack pack, Path draft) throws IOException {
        double worst = 0;
        try (Engine engine = OrtEngine.open(bank, EngineOptions.cpu(0));
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED);
                ExportedNetwork exported = ExportedNetwork.open(draft)) {
            Random random = new Random(1);
            for (int[] size : SIZES) {
                FloatBuffer input = InputTensor.allocate(size[0], size[1]);
                while (input.hasRemaining()) {
                    input.put((float) random.nextGaussian());
                }
                worst = Math.max(worst, exported.relativeDifference(prepared, input.rewind(), size[0], size[1]));
            }
            for (Path each : photos) {
                Raster photo = PhotoReader.read(each, ImageLimits.DEFAULT);
                Frame frame = pack.manifest().input().frame(photo.height(), photo.width());
                FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
                InputTensor.prepare(photo, frame, bank.manifest().input(), input);
                worst = Math.max(
                        worst, exported.relativeDifference(prepared, input, frame.paddedHeight(), frame.paddedWidth()));
            }
        }
        return worst;
    }
}
