package dev.facet.exchange.checkpoint;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One task of a checkpoint of the method's reference, on its way to a bank and a pack. Immutable.
 *
 * <p>The modulation is read from names and shapes: no {@code Wt} is {@code none}; a norm behind the adapter is {@code
 * ra-series}; {@code layer2.0.conv1.Wt} with as many columns as the convolution has inputs is {@code ra-parallel}, with as
 * many as it has outputs {@code rc}. Weight normalization of the modulator (NFF) is merged.
 *
 * @param architecture encoder
 * @param task the task's name in the checkpoint
 * @param modulation how the task adapts the bank
 * @param outputs channels of the prediction
 * @param decoderWidth channels of the decoder, 256 in the reference
 * @param lowLevelWidth channels that layer1's map is reduced to, 48 in the reference
 * @param filters tensors of a bank without initial values: the {@code Ws}
 * @param tensors tensors of a pack, as {@link TensorLayout#pack} says, without a prefix
 */
public record ReferenceCheckpoint(
        Architecture architecture,
        String task,
        Modulation modulation,
        int outputs,
        int decoderWidth,
        int lowLevelWidth,
        Map<String, Tensor> filters,
        Map<String, Tensor> tensors) {

    public ReferenceCheckpoint {
        filters = Collections.unmodifiableMap(new LinkedHashMap<>(filters));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The tasks that a checkpoint holds, by the names of their predictions. */
    public static Set<String> tasks(Map<String, Tensor> checkpoint) {
        Set<String> tasks = new TreeSet<>();
        for (String name : checkpoint.keySet()) {
            String[] parts = name.split("\\.");
            if (parts.length == 3 && parts[0].equals("predict") && parts[2].equals("weight")) {
                tasks.add(parts[1]);
            }
        }
        return tasks;
    }

    /**
     * Takes one task out of a checkpoint.
     *
     * @param architecture encoder; told from the names where it is empty
     * @param task the reference's name or ours; may be empty where the checkpoint has one task only
     * @throws CheckpointException if a tensor is missing, misshapen or not finite, or one is there that has no place
     */
    public static ReferenceCheckpoint of(
            Map<String, Tensor> checkpoint, Optional<Architecture> architecture, Optional<String> task) {
        Set<String> tasks = tasks(checkpoint);
        String name = choose(tasks, task);
        ReferenceTensors source = new ReferenceTensors(checkpoint, name);
        Architecture encoder = architecture.orElseGet(() -> PretrainedNetwork.guess(checkpoint));
        Modulation modulation = modulation(encoder, source);
        Map<String, Tensor> filters = new LinkedHashMap<>();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Convolution conv : encoder.convolutions()) {
            Shape shape = new Shape(conv.outChannels(), conv.inChannels(), conv.kernel(), conv.kernel());
            Tensor weights = source.get(ReferenceNames.filters(conv.name()), shape);
            filters.put(conv.name(), weights);
            putModulation(source, tensors, conv, modulation, weights);
            source.putNorm(tensors, conv.norm(), ReferenceNames.norm(conv.norm()), conv.outChannels());
        }
        for (Convolution conv : encoder.shortcuts()) {
            Shape shape = new Shape(conv.outChannels(), conv.inChannels(), 1, 1);
            tensors.put(conv.name() + ".weight", source.get(ReferenceNames.shortcut(conv.name()), shape));
            source.putNorm(tensors, conv.norm(), ReferenceNames.norm(conv.norm()), conv.outChannels());
        }
        ReferenceCheckpoint result = withDecoder(source, encoder, name, modulation, filters, tensors);
        Set<String> others = new HashSet<>(tasks);
        others.remove(name);
        source.refuseUnused(others);
        return result;
    }

    private static String choose(Set<String> tasks, Optional<String> wanted) {
        if (wanted.isEmpty()) {
            if (tasks.size() == 1) {
                return tasks.iterator().next();
            }
            throw new CheckpointException("which task? the checkpoint holds %s".formatted(tasks));
        }
        String name = wanted.get();
        Optional<String> reference = ReferenceTask.find(name).map(ReferenceTask::referenceName);
        if (tasks.contains(name) || tasks.isEmpty()) {
            return tasks.isEmpty() ? reference.orElse(name) : name;
        }
        return reference
                .filter(tasks::contains)
                .orElseThrow(() -> new CheckpointException(
                        "no such task in the checkpoint: task='%s', expected=%s".formatted(name, tasks)));
    }

    private static Modulation modulation(Architecture architecture, ReferenceTensors source) {
        Convolution probe = architecture.blocks(Stage.LAYER2, 32).get(0).conv1();
        Optional<Tensor> modulator = source.modulator(probe.name());
        if (modulator.isEmpty()) {
            return Modulation.NONE;
        }
        List<String> adapterNorm = ReferenceNames.adapterNorm(probe.name()).stream()
                .map(prefix -> prefix + "weight")
                .toList();
        if (source.find(adapterNorm).isPresent()) {
            return Modulation.RA_SERIES;
        }
        Shape shape = modulator.get().shape();
        if (shape.equals(new Shape(probe.outChannels(), probe.outChannels(), 1, 1))) {
            return Modulation.RC;
        }
        if (shape.equals(new Shape(probe.outChannels(), probe.inChannels(), 1, 1))) {
            return Modulation.RA_PARALLEL;
        }
        throw new CheckpointException(
                "unknown modulation: '%s.Wt' has shape %s, expected [%d, %d, 1, 1] or [%d, %d, 1, 1]"
                        .formatted(
                                probe.name(),
                                shape,
                                probe.outChannels(),
                                probe.outChannels(),
                                probe.outChannels(),
                                probe.inChannels()));
    }

    private static void putModulation(
            ReferenceTensors source,
            Map<String, Tensor> tensors,
            Convolution conv,
            Modulation modulation,
            Tensor weights) {
        String name = conv.name();
        switch (modulation) {
            case RC -> tensors.put(name + ".modulator", modulator(source, conv, conv.outChannels()));
            case RA_PARALLEL -> tensors.put(name + ".adapter", modulator(source, conv, conv.inChannels()));
            case RA_SERIES -> {
                tensors.put(name + ".adapter", modulator(source, conv, conv.outChannels()));
                source.putNorm(tensors, name + ".adapter_norm", ReferenceNames.adapterNorm(name), conv.outChannels());
            }
            case NONE -> tensors.put(name + ".weight", weights);
            case NORM -> throw new IllegalStateException("the reference has no norms-only checkpoints (bug)");
        }
    }

    private static Tensor modulator(ReferenceTensors source, Convolution conv, int columns) {
        Tensor modulator = source.modulator(conv.name())
                .orElseThrow(() -> new CheckpointException("missing modulator: name='%s.Wt'".formatted(conv.name())));
        Shape expected = new Shape(conv.outChannels(), columns, 1, 1);
        if (!modulator.shape().equals(expected)) {
            throw new CheckpointException("wrong shape: tensor='%s.Wt', shape=%s, expected=%s"
                    .formatted(conv.name(), modulator.shape(), expected));
        }
        return modulator;
    }

    private static ReferenceCheckpoint withDecoder(
            ReferenceTensors source,
            Architecture architecture,
            String task,
            Modulation modulation,
            Map<String, Tensor> filters,
            Map<String, Tensor> tensors) {
        Shape predict = shape(source, ReferenceNames.predict() + "weight");
        Shape low = shape(source, ReferenceNames.DECODER_CONVOLUTIONS.get("decoder.low"));
        int outputs = predict.intExtent(0);
        Decoder decoder;
        try {
            decoder =
                    new Decoder(Decoder.Kind.DEEPLABV3PLUS, predict.intExtent(1), low.intExtent(0), List.of(6, 12, 18));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CheckpointException("decoder is not the reference's: " + e.getMessage(), e);
        }
        Map<String, Shape> layout = TensorLayout.decoder(decoder, outputs);
        ReferenceNames.DECODER_CONVOLUTIONS.forEach((unit, pattern) -> {
            String name = unit + ".conv.weight";
            tensors.put(name, source.get(List.of(pattern), layout.get(name)));
        });
        ReferenceNames.DECODER_NORMS.forEach((norm, prefix) -> source.putNorm(
                tensors, norm, List.of(prefix), layout.get(norm + ".weight").intExtent(0)));
        for (String part : List.of("weight", "bias")) {
            String name = "decoder.predict." + part;
            tensors.put(name, source.get(List.of(ReferenceNames.predict() + part), layout.get(name)));
        }
        return new ReferenceCheckpoint(
                architecture, task, modulation, outputs, decoder.width(), decoder.lowLevelWidth(), filters, tensors);
    }

    private static Shape shape(ReferenceTensors source, String pattern) {
        Shape shape = source.find(List.of(pattern))
                .map(Tensor::shape)
                .orElseThrow(() -> new CheckpointException("missing tensor: name='%s'".formatted(pattern)));
        if (shape.rank() != 4) {
            throw new CheckpointException(
                    "wrong shape: tensor='%s', shape=%s, expected 4 extents".formatted(pattern, shape));
        }
        return shape;
    }

    /** The bank of the checkpoint's frozen filters: no initial values, no decomposition. */
    public FilterBank bank(Normalization input, String provenance, String licence) {
        return new FilterBank(
                new BankManifest(architecture, Optional.empty(), Map.of(), input, provenance, licence), filters);
    }

    /** The decoder; its dilations are not in a checkpoint, the reference has 6, 12, 18 at output stride 16 and twice that at 8. */
    public Decoder decoder(int outputStride) {
        return new Decoder(
                Decoder.Kind.DEEPLABV3PLUS,
                decoderWidth,
                lowLevelWidth,
                Decoder.reference(outputStride).rates());
    }
}
