package dev.facet.trainer.export;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.network.Modulators;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes a pack of trained weights: gains merged into modulators, values rounded, then a self-test of what is stored. */
public final class PackExport {
    private static final int SELF_TEST_SIDE = 96;

    private PackExport() {}

    /**
     * Makes a pack.
     *
     * @param trained values by name, as the trained network has them
     * @param halves whether matrices are stored in fp16; norms and biases are fp32, their range is too wide and they are small
     */
    public static ModulatorPack of(
            FilterBank bank, PackManifest manifest, Map<String, Tensor> trained, boolean halves) {
        Map<String, Tensor> merged = Modulators.merge(trained);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : manifest.layout().keySet()) {
            Tensor tensor = merged.get(name);
            boolean matrix = tensor.shape().rank() > 1;
            tensors.put(name, halves && matrix ? tensor.toFloat16() : tensor);
        }
        Raster image = SelfTestImage.draw(
                SELF_TEST_SIDE, SELF_TEST_SIDE, manifest.provenance().seed());
        tensors.put(
                ModulatorPack.SELF_TEST_IMAGE,
                Tensor.ofBytes(new Shape(image.height(), image.width(), 3), image.rgb()));
        float[] output = answer(bank, new ModulatorPack(manifest, tensors, ""), image);
        tensors.put(
                ModulatorPack.SELF_TEST_OUTPUT,
                Tensor.of(new Shape(1, manifest.task().outputs(), image.height(), image.width()), output));
        return new ModulatorPack(manifest, tensors, "");
    }

    private static float[] answer(FilterBank bank, ModulatorPack pack, Raster image) {
        FloatBuffer input = InputTensor.allocate(image.height(), image.width());
        InputTensor.prepare(
                image,
                Frame.identity(image.height(), image.width()),
                bank.manifest().input(),
                input);
        float[] nchw = new float[3 * image.height() * image.width()];
        input.get(0, nchw);
        return DjlForward.forward(bank, pack, nchw, image.height(), image.width());
    }
}
