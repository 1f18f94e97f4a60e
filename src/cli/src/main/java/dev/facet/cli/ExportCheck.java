package dev.facet.cli;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Tensor;
import dev.facet.exchange.checkpoint.CheckpointReader;
import dev.facet.exchange.checkpoint.CheckpointWriter;
import dev.facet.exchange.checkpoint.ReferenceCheckpoint;
import dev.facet.exchange.checkpoint.ReferenceExport;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.engine.ort.export.ExportedNetwork;
import dev.facet.runtime.engine.ort.export.OnnxExporter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Writes an export and compares its answers with the pack's. */
final class ExportCheck {
    /** Largest difference that is accepted, relative to the largest answer. */
    static final double TOLERANCE = 1e-4;

    private static final int[][] RANDOM_SIZES = {{64, 64}, {97, 131}, {160, 112}};

    private ExportCheck() {}

    /**
     * A normalised input.
     *
     * @param name for messages
     * @param nchw [1, 3, height, width], direct
     */
    record Input(String name, FloatBuffer nchw, int height, int width) {}

    /** Random inputs of several sizes, odd ones too, and images by the pack's input policy. */
    static List<Input> inputs(FilterBank bank, ModulatorPack pack, List<Path> images) throws IOException {
        List<Input> inputs = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int[] size : RANDOM_SIZES) {
            FloatBuffer nchw = InputTensor.allocate(size[0], size[1]);
            for (int i = 0; i < nchw.capacity(); i++) {
                nchw.put(i, (float) random.nextDouble(-2, 2));
            }
            inputs.add(new Input("random %d×%d".formatted(size[0], size[1]), nchw, size[0], size[1]));
        }
        for (Path image : images) {
            Raster raster = ImageDecoder.read(image, ImageLimits.DEFAULT);
            Frame frame = pack.manifest().input().frame(raster.height(), raster.width());
            FloatBuffer nchw = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
            InputTensor.prepare(raster, frame, bank.manifest().input(), nchw);
            inputs.add(new Input(image.getFileName().toString(), nchw, frame.paddedHeight(), frame.paddedWidth()));
        }
        return inputs;
    }

    /** Writes ONNX and returns the largest difference; {@link CommandFailure} above the tolerance. */
    static double onnx(Path target, FilterBank bank, ModulatorPack pack, List<Input> inputs) throws IOException {
        OnnxExporter.write(target, bank, pack);
        double worst = 0;
        try (ExportedNetwork exported = ExportedNetwork.open(target);
                Engine engine = OrtEngine.open(bank, EngineOptions.cpu(0));
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
            for (Input input : inputs) {
                Answer expected = Answer.of(prepared, input);
                float[] actual = exported.answer(input.nchw(), input.height(), input.width());
                worst = Math.max(worst, checked(input, expected.difference(actual)));
            }
        }
        return worst;
    }

    /** Writes the reference's checkpoint, reads it again as any other, and returns the largest difference. */
    static double reference(Path target, FilterBank bank, ModulatorPack pack, boolean normalized, List<Input> inputs)
            throws IOException {
        Map<String, Tensor> state = ReferenceExport.stateDictionary(bank, pack, normalized);
        if (target.toString().endsWith(".safetensors")) {
            SafetensorsWriter.write(target, Map.of(), state);
        } else {
            CheckpointWriter.write(target, state, pack.manifest().provenance().steps());
        }
        PackManifest manifest = pack.manifest();
        ReferenceCheckpoint read = ReferenceCheckpoint.of(
                CheckpointReader.read(target), Optional.of(manifest.architecture()), Optional.empty());
        FilterBank otherBank = read.bank(bank.manifest().input(), "", "");
        ModulatorPack other = new ModulatorPack(reimported(manifest, read, otherBank), read.tensors(), "");
        double worst = 0;
        try (Engine engine = OrtEngine.open(bank, EngineOptions.cpu(0));
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED);
                Engine otherEngine = OrtEngine.open(otherBank, EngineOptions.cpu(0));
                PreparedPack otherPrepared = otherEngine.prepare(other, Plan.FACTORED)) {
            for (Input input : inputs) {
                Answer expected = Answer.of(prepared, input);
                worst = Math.max(
                        worst,
                        checked(
                                input,
                                expected.difference(
                                        Answer.of(otherPrepared, input).values())));
            }
        }
        return worst;
    }

    private static PackManifest reimported(PackManifest manifest, ReferenceCheckpoint read, FilterBank bank) {
        return new PackManifest(
                manifest.name(),
                manifest.version(),
                manifest.description(),
                manifest.task(),
                read.modulation() == Modulation.NONE ? Optional.empty() : Optional.of(bank.fingerprint()),
                manifest.architecture(),
                manifest.outputStride(),
                read.modulation(),
                Stage.CONV1,
                Map.of(),
                new Decoder(
                        Decoder.Kind.DEEPLABV3PLUS,
                        read.decoderWidth(),
                        read.lowLevelWidth(),
                        manifest.decoder().rates()),
                manifest.input(),
                Map.of(Plan.FACTORED, 0.0),
                manifest.provenance(),
                List.of(),
                manifest.licence(),
                manifest.selfTestTolerance());
    }

    /**
     * A pack's answer.
     *
     * @param values what {@code forward} gives, CHW
     * @param raw what it is made of: not yet of unit length where the answer is normals
     */
    private record Answer(float[] values, float[] raw) {
        static Answer of(PreparedPack pack, Input input) {
            NetworkOutput output = pack.run(input.nchw(), input.height(), input.width());
            TaskKind task = pack.manifest().task();
            float[] values = task.forward(output, input.height(), input.width());
            float[] raw = task instanceof Normals ? output.resized(input.height(), input.width()) : values;
            return new Answer(values, raw);
        }

        /**
         * max|Δ|/max|y|. Unit vectors magnify rounding where the vector was short before it was divided by its length: their
         * differences count in proportion to that length.
         */
        double difference(float[] actual) {
            if (raw == values) {
                return SelfTest.relativeDifference(values, actual);
            }
            if (actual.length != values.length) {
                return Double.POSITIVE_INFINITY;
            }
            int pixels = values.length / 3;
            double longest = Float.MIN_NORMAL;
            double worst = 0;
            for (int pixel = 0; pixel < pixels; pixel++) {
                double length = 0;
                double delta = 0;
                for (int i = pixel; i < values.length; i += pixels) {
                    length += (double) raw[i] * raw[i];
                    double difference = Math.abs((double) values[i] - actual[i]);
                    delta = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(delta, difference);
                }
                longest = Math.max(longest, Math.sqrt(length));
                worst = Math.max(worst, delta * Math.sqrt(length));
            }
            return worst / longest;
        }
    }

    private static double checked(Input input, double difference) {
        if (!(difference <= TOLERANCE)) {
            throw new CommandFailure(
                    "the exported network differs from the pack, so the file isn't kept: input=%s, max|Δ|/max|y|=%.1e, expected at most %.0e"
                            .formatted(input.name(), difference, TOLERANCE));
        }
        return difference;
    }
}
