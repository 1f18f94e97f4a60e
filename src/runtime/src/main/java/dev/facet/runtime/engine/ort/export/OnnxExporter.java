package dev.facet.runtime.engine.ort.export;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.file.AtomicFile;
import dev.facet.core.folding.PackFolding;
import dev.facet.core.image.Normalization;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Normals;
import dev.facet.runtime.engine.Signature;
import dev.facet.runtime.engine.ort.NetworkGraph;
import dev.facet.runtime.engine.ort.PackFit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes bank and pack as one self-contained ONNX file (opset 17), the way out of Facet.
 *
 * <p>Input {@code image}: fp32 [batch, 3, height, width], RGB, normalised with the mean and std that the metadata name. Output
 * {@code output}: fp32 [batch, outputs, height, width], what {@code TaskKind.forward} gives: logits, unit normals or raw depth
 * at the input's size. All four extents but the channels are free. The metadata say what the pack is; of depth, {@code facet.quantity}
 * says whether it is a distance or inverse depth.
 */
public final class OnnxExporter {
    private OnnxExporter() {}

    /**
     * The bytes of the file.
     *
     * @throws dev.facet.core.pack.PackException if the pack doesn't fit the bank
     */
    public static byte[] toBytes(FilterBank bank, ModulatorPack pack) {
        PackFit.check(bank, pack, Plan.FACTORED);
        return NetworkGraph.forward(
                bank,
                Signature.of(pack.manifest()),
                PackFolding.merged(bank, pack),
                pack.manifest().task() instanceof Normals,
                metadata(bank.manifest().input(), pack));
    }

    /** Writes the file, whole or not at all. */
    public static void write(Path target, FilterBank bank, ModulatorPack pack) throws IOException {
        AtomicFile.write(target, toBytes(bank, pack));
    }

    private static Map<String, String> metadata(Normalization input, ModulatorPack pack) {
        PackManifest manifest = pack.manifest();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("facet.name", manifest.name());
        metadata.put("facet.version", manifest.version());
        metadata.put("facet.digest", pack.digest());
        metadata.put("facet.bank", manifest.bank().orElse(""));
        metadata.put("facet.task", manifest.task().id());
        if (manifest.task() instanceof Depth depth) {
            metadata.put("facet.quantity", depth.quantity().id());
        }
        metadata.put("facet.licence", manifest.licence());
        metadata.put("facet.description", manifest.description());
        metadata.put("facet.input.mean", numbers(input.mean()));
        metadata.put("facet.input.std", numbers(input.std()));
        metadata.put("facet.input.size", Integer.toString(manifest.input().size()));
        metadata.put("facet.input.multiple", Integer.toString(manifest.input().multiple()));
        return metadata;
    }

    private static String numbers(List<Float> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(" "));
    }
}
