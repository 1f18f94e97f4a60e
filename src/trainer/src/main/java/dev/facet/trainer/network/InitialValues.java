package dev.facet.trainer.network;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** What training starts from: the bank's {@code init.*} in the encoder, random values in the decoder. */
final class InitialValues {
    private final FilterBank bank;
    private final NetworkSpecification specification;
    private final Map<String, Tensor> values = new LinkedHashMap<>();

    private InitialValues(FilterBank bank, NetworkSpecification specification) {
        this.bank = bank;
        this.specification = specification;
    }

    /** Values by name; modulators as gains and rows where the specification says so. */
    static Map<String, Tensor> of(FilterBank bank, NetworkSpecification specification, long seed) {
        InitialValues initial = new InitialValues(bank, specification);
        initial.addEncoder();
        initial.addDecoder(new Random(seed ^ 0x5DEECE66DL));
        return Collections.unmodifiableMap(initial.values);
    }

    private void addEncoder() {
        for (Convolution conv : specification.architecture().convolutions(specification.outputStride())) {
            if (!specification.isPrefix(conv.stage())) {
                addModulator(conv.name());
                addNorm(conv.norm());
            }
        }
        for (Convolution conv : specification.architecture().shortcuts(specification.outputStride())) {
            if (!specification.isPrefix(conv.stage())) {
                values.put(conv.name() + ".weight", bank.tensor("init." + conv.name() + ".weight"));
                addNorm(conv.norm());
            }
        }
    }

    private void addModulator(String conv) {
        var initial = BankFolding.modulator(bank, conv);
        Tensor modulator = Tensor.of(initial.shape(), initial.values());
        if (specification.fusion()) {
            values.put(conv + Modulators.ROWS, modulator);
            values.put(conv + Modulators.GAINS, Modulators.gains(modulator));
        } else {
            values.put(conv + ".modulator", modulator);
        }
    }

    private void addNorm(String norm) {
        for (String part : TensorLayout.NORM_PARTS) {
            values.put(norm + "." + part, bank.tensor("init." + norm + "." + part));
        }
    }

    private void addDecoder(Random random) {
        TensorLayout.decoder(specification.decoder(), specification.outputs())
                .forEach((name, shape) -> values.put(name, decoderValue(name, shape, random)));
    }

    /**
     * The reference's N(0, 0.01²) for its own decoder; fan-in scaling (He et al., ICCV 2015) for the separable one, whose
     * chains of small layers start too faint otherwise. Norms are the identity, the predictor's bias is U(±1/√width).
     */
    private Tensor decoderValue(String name, Shape shape, Random random) {
        Decoder decoder = specification.decoder();
        float[] tensor = new float[Math.toIntExact(shape.elements())];
        if (name.endsWith(".norm.weight") || name.endsWith(".running_var")) {
            Arrays.fill(tensor, 1);
        } else if (name.equals("decoder.predict.bias")) {
            double bound = 1 / Math.sqrt(decoder.width());
            for (int i = 0; i < tensor.length; i++) {
                tensor[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
            }
        } else if (name.endsWith("weight")) {
            long fanIn = shape.elements() / shape.extent(0);
            boolean faint = decoder.kind() == Decoder.Kind.DEEPLABV3PLUS || name.startsWith("decoder.predict");
            double deviation = faint ? 0.01 : Math.sqrt(2.0 / fanIn);
            for (int i = 0; i < tensor.length; i++) {
                tensor[i] = (float) (random.nextGaussian() * deviation);
            }
        }
        return Tensor.of(shape, tensor);
    }
}
