package dev.facet.cli;

import dev.facet.core.network.TensorRole;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet pack inspect}: what a pack is. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description =
                "Shows what a pack is. Reads strictly, but asks for no bank and runs nothing: see facet pack verify.",
        footer = {"", "Example: facet pack inspect models/edges.safetensors --json"})
final class PackInspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACK", description = "A pack file.")
    private Path file;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        ModulatorPack pack = PackReader.readUnbound(file);
        Facts facts = facts(pack, Files.size(file));
        facts.print(json);
        return 0;
    }

    private static Facts facts(ModulatorPack pack, long bytes) {
        PackManifest manifest = pack.manifest();
        Facts facts = new Facts();
        facts.put("name", manifest.name());
        facts.put("version", manifest.version());
        facts.put("digest", pack.digest());
        facts.put("bytes", bytes);
        facts.put("description", manifest.description());
        facts.put("task", manifest.task().id());
        facts.put("outputs", manifest.task().outputs());
        if (manifest.task() instanceof Depth depth) {
            facts.put("quantity", depth.quantity().id());
        }
        if (manifest.task() instanceof ClassKind kind) {
            facts.put("classes", kind.classNames());
        }
        facts.put("bank", manifest.bank().orElse("none"));
        facts.put("architecture", manifest.architecture().id());
        facts.put("outputStride", manifest.outputStride());
        facts.put("modulation", manifest.modulation().id());
        facts.put("modulatedFrom", manifest.modulatedFrom().id());
        facts.put("ranks", new TreeMap<>(manifest.ranks()));
        facts.put("decoder", manifest.decoder().kind().id());
        facts.put("decoderWidth", manifest.decoder().width());
        facts.put("lowLevelWidth", manifest.decoder().lowLevelWidth());
        facts.put("rates", manifest.decoder().rates());
        facts.put("inputSize", manifest.input().size());
        facts.put("inputEnlarge", manifest.input().enlarge());
        facts.put("inputMultiple", manifest.input().multiple());
        Map<String, Double> plans = new TreeMap<>();
        manifest.plans().forEach((plan, change) -> plans.put(plan.id(), change));
        facts.put("plans", plans);
        manifest.quantization().ifPresent(quantization -> facts.put("quantization", quantization));
        facts.put("parameters", parameters(pack));
        facts.put("types", types(pack));
        facts.put("scores", manifest.scores());
        facts.put("provenance", manifest.provenance());
        facts.put("licence", manifest.licence());
        facts.put("selfTestTolerance", manifest.selfTestTolerance());
        return facts;
    }

    /** Numbers of trained values by part; running statistics of norms aren't trained, so they aren't counted. */
    private static Map<String, Long> parameters(ModulatorPack pack) {
        Map<String, Long> parts = new LinkedHashMap<>();
        for (String name : pack.manifest().layout().keySet()) {
            TensorRole role = TensorRole.of(name);
            if (!role.isStatistic()) {
                parts.merge(part(role), pack.tensor(name).shape().elements(), Long::sum);
            }
        }
        return parts;
    }

    private static String part(TensorRole role) {
        return switch (role) {
            case FILTERS -> "convolutions";
            case MODULATOR, ADAPTER -> "modulators";
            case SHORTCUT -> "shortcuts";
            case NORM, STATISTIC -> "norms";
            case DECODER, DECODER_STATISTIC -> "decoder";
        };
    }

    private static Map<String, Integer> types(ModulatorPack pack) {
        Map<String, Integer> types = new TreeMap<>();
        for (Tensor tensor : pack.tensors().values()) {
            types.merge(tensor.type().name(), 1, Integer::sum);
        }
        return types;
    }
}
