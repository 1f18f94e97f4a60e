package dev.facet.cli;

import dev.facet.core.json.StrictJson;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet pack inspect}: what a pack says of itself. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description =
                "Shows what a pack says of itself. Its format and digest are checked, its bank and self-test are not.")
final class PackInspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACK")
    private Path file;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Option(names = "--tensors", description = "List the tensors too.")
    private boolean listTensors;

    @Override
    public Integer call() throws IOException {
        ModulatorPack pack = PackReader.readUnbound(file);
        Map<String, Object> facts = facts(pack);
        if (json) {
            if (listTensors) {
                Map<String, String> tensors = new LinkedHashMap<>();
                pack.tensors().forEach((name, tensor) -> tensors.put(name, tensor.toString()));
                facts.put("tensors", tensors);
            }
            System.out.println(StrictJson.write(facts));
        } else {
            facts.forEach((key, value) ->
                    System.out.printf("%-14s %s%n", key, value instanceof String ? value : StrictJson.write(value)));
            if (listTensors) {
                pack.tensors().forEach((name, tensor) -> System.out.printf("%-48s %s%n", name, tensor));
            }
        }
        return 0;
    }

    private Map<String, Object> facts(ModulatorPack pack) throws IOException {
        PackManifest manifest = pack.manifest();
        long parameters = manifest.layout().values().stream()
                .mapToLong(shape -> shape.elements())
                .sum();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", manifest.name());
        facts.put("version", manifest.version());
        facts.put("digest", pack.digest());
        facts.put("description", manifest.description());
        facts.put("task", manifest.task());
        facts.put("bank", manifest.bank().orElse("none"));
        facts.put("architecture", manifest.architecture());
        facts.put("outputStride", manifest.outputStride());
        facts.put("modulation", manifest.modulation());
        facts.put("modulatedFrom", manifest.modulatedFrom());
        facts.put("ranks", manifest.ranks());
        facts.put("decoder", manifest.decoder());
        facts.put("input", manifest.input());
        facts.put("plans", manifest.plans().keySet());
        facts.put("provenance", manifest.provenance());
        facts.put("scores", manifest.scores());
        facts.put("licence", manifest.licence());
        facts.put("parameters", parameters);
        facts.put("fileBytes", Files.size(file));
        return facts;
    }
}
