package dev.facet.trainer.network;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** What training starts from, as {@link Start} says. */
final class InitialValues {
    private static final String MODULATOR = ".modulator";
    private static final long ENCODER_STREAM = 0x3C6EF372L;
    private static final long DECODER_STREAM = 0x5DEECE66DL;

    private final FilterBank bank;
    private final NetworkSpecification specification;
    private final Start start;
    private final Map<String, Tensor> values = new LinkedHashMap<>();

    private InitialValues(FilterBank bank, NetworkSpecification specification, Start start) {
        this.bank = bank;
        this.specification = specification;
        this.start = start;
    }

    /**
     * Values by name; modulators as gains and rows where the specification says so.
     *
     * @throws IllegalArgumentException if a value is missing or has another shape
     */
    static Map<String, Tensor> of(FilterBank bank, NetworkSpecification specification, Start start, long seed) {
        InitialValues initial = new InitialValues(bank, specification, start);
        // Each has a stream of its own, so that a decoder begins alike whatever is modulated. The numbers are
        // arbitrary, but they
        // decide the bits of every training.
        initial.addEncoder(new Random(seed ^ ENCODER_STREAM));
        initial.addDecoder(new Random(seed ^ DECODER_STREAM));
        return Collections.unmodifiableMap(initial.values);
    }

    private void addEncoder(Random random) {
        Map<String, Shape> layout = TensorLayout.encoder(
                specification.architecture(),
                specification.modulation(),
                specification.modulatedFrom(),
                bank.manifest().ranks());
        layout.forEach((name, shape) -> {
            Tensor value = encoderValue(name, shape, random);
            if (specification.fusion() && name.endsWith(MODULATOR)) {
                values.putAll(Modulators.split(name.substring(0, name.length() - MODULATOR.length()), value));
            } else {
                values.put(name, value);
            }
        });
    }

    private Tensor encoderValue(String name, Shape shape, Random random) {
        if (start instanceof Start.Bank) {
            return bankValue(name, shape);
        }
        if (start instanceof Start.Values given) {
            return fitting(name, shape, given.tensors().get(name));
        }
        return randomValue(name, shape, random);
    }

    private Tensor bankValue(String name, Shape shape) {
        if (bank.has("init." + name)) {
            return bank.tensor("init." + name);
        }
        int dot = name.lastIndexOf('.');
        String conv = name.substring(0, dot);
        return switch (name.substring(dot)) {
            case MODULATOR -> tensor(BankFolding.modulator(bank, conv));
            // The single-task baseline: the bank's own pre-trained filters.
            case ".weight" ->
                conv.endsWith("adapter_norm") ? constant(shape, 1) : tensor(BankFolding.frozen(bank, conv));
            case ".running_var" -> constant(shape, 1);
            case ".adapter", ".bias", ".running_mean" -> constant(shape, 0);
            default -> throw new IllegalStateException("no initial value: name='%s' (bug)".formatted(name));
        };
    }

    private static Tensor fitting(String name, Shape shape, Tensor tensor) {
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "missing tensor to start from: name='%s', shape=%s".formatted(name, shape));
        }
        if (!tensor.shape().equals(shape)) {
            throw new IllegalArgumentException("wrong shape to start from: tensor='%s', shape=%s, expected=%s"
                    .formatted(name, tensor.shape(), shape));
        }
        return tensor;
    }

    /** Fan-out scaling with the factor of ReLU, as torchvision's ResNets; norms are the identity. */
    static Tensor randomValue(String name, Shape shape, Random random) {
        if (shape.rank() == 1) {
            return constant(shape, name.endsWith(".weight") || name.endsWith(".running_var") ? 1 : 0);
        }
        long fanOut = shape.elements() / shape.extent(1);
        return gaussian(shape, Math.sqrt(2.0 / fanOut), random);
    }

    private void addDecoder(Random random) {
        Map<String, Tensor> given = start instanceof Start.Values some ? some.tensors() : Map.of();
        TensorLayout.decoder(specification.decoder(), specification.outputs())
                .forEach((name, shape) -> values.put(
                        name,
                        given.containsKey(name)
                                ? fitting(name, shape, given.get(name))
                                : decoderValue(name, shape, random)));
    }

    /**
     * The reference's N(0, 0.01²) for its own decoder; fan-in scaling (He et al., ICCV 2015) for the separable one, whose
     * chains of small layers start too faint otherwise. Norms are the identity, the predictor's bias is U(±1/√width).
     */
    private Tensor decoderValue(String name, Shape shape, Random random) {
        Decoder decoder = specification.decoder();
        if (name.endsWith(".norm.weight") || name.endsWith(".running_var")) {
            return constant(shape, 1);
        }
        if (name.equals("decoder.predict.bias")) {
            double bound = 1 / Math.sqrt(decoder.width());
            float[] tensor = new float[Math.toIntExact(shape.elements())];
            for (int i = 0; i < tensor.length; i++) {
                tensor[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
            }
            return Tensor.of(shape, tensor);
        }
        if (name.endsWith("weight")) {
            long fanIn = shape.elements() / shape.extent(0);
            boolean faint = decoder.kind() == Decoder.Kind.DEEPLABV3PLUS || name.startsWith("decoder.predict");
            return gaussian(shape, faint ? 0.01 : Math.sqrt(2.0 / fanIn), random);
        }
        return constant(shape, 0);
    }

    private static Tensor gaussian(Shape shape, double deviation, Random random) {
        float[] tensor = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < tensor.length; i++) {
            tensor[i] = (float) (random.nextGaussian() * deviation);
        }
        return Tensor.of(shape, tensor);
    }

    private static Tensor constant(Shape shape, float value) {
        float[] tensor = new float[Math.toIntExact(shape.elements())];
        Arrays.fill(tensor, value);
        return Tensor.of(shape, tensor);
    }

    private static Tensor tensor(Weights weights) {
        return Tensor.of(weights.shape(), weights.values());
    }
}
