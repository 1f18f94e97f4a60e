package dev.facet.trainer.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The keys of the network and the input that a pack stands for: what a configuration that starts from it leaves out is as there. */
final class PackNetwork {
    private static final String FROM = "model.from";

    private PackNetwork() {}

    /**
     * The keys of the pack in {@code model.from}; none where there is none.
     *
     * @throws IllegalArgumentException if there is no such file
     * @throws dev.facet.core.pack.PackException if it is no pack
     */
    static ObjectNode of(JsonNode file, JsonNode setting) throws IOException {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        JsonNode from = setting != null ? setting : ConfigurationTree.at(file, FROM);
        if (from.isMissingNode() || from.isNull()) {
            return tree;
        }
        Path path = Path.of(from.asText());
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(
                    "no such pack: key='%s', file=%s, expected a pack to start from".formatted(FROM, path));
        }
        PackManifest manifest = PackReader.readManifest(path);
        ObjectNode model = tree.putObject("model");
        model.put("architecture", manifest.architecture().id());
        model.put("modulated_from", manifest.modulatedFrom().id());
        model.put("modulation", manifest.modulation().id());
        ObjectNode parameters = model.putObject("parameters");
        parameters.put("output_stride", manifest.outputStride());
        parameters.put("NFF", manifest.modulation() == Modulation.RC);
        ObjectNode decoder = parameters.putObject("decoder");
        decoder.put("kind", manifest.decoder().kind().id());
        decoder.put("width", manifest.decoder().width());
        decoder.put("low_level_width", manifest.decoder().lowLevelWidth());
        ArrayNode rates = decoder.putArray("rates");
        manifest.decoder().rates().forEach(rates::add);
        ObjectNode input = tree.putObject("input");
        input.put("size", manifest.input().size());
        input.put("enlarge", manifest.input().enlarge());
        return tree;
    }

    /** The key that names the pack. */
    static String key() {
        return FROM;
    }
}
