package dev.facet.runtime.engine.ort.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxExporterTest {
    @TempDir
    private Path folder;

    static Stream<Recipe> recipes() {
        return Stream.of(
                Recipe.PLAIN,
                Recipe.PLAIN.with(RandomNetworks.EDGES).with(RandomNetworks.DENSE),
                Recipe.PLAIN.with(Modulation.RA_PARALLEL).from(Stage.LAYER3),
                Recipe.PLAIN.with(Modulation.NONE).with(RandomNetworks.EDGES));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void theFileAnswersAsThePackAtAnySize(Recipe recipe) throws IOException {
        FilterBank bank = RandomNetworks.bank(50);
        ModulatorPack pack = RandomNetworks.pack(bank, recipe);
        Path file = folder.resolve("network.onnx");
        OnnxExporter.write(file, bank, pack);
        try (Engine engine = OrtEngine.open(bank, EngineOptions.cpu(2));
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED);
                ExportedNetwork network = ExportedNetwork.open(file)) {
            for (int[] size : new int[][] {{64, 64}, {33, 50}, {5, 3}}) {
                assertThat(network.relativeDifference(
                                prepared, RandomNetworks.image(size[0], size[1], 1), size[0], size[1]))
                        .isLessThan(1e-4);
            }
        }
    }

    @Test
    void theFileSaysWhatItIs() throws IOException {
        FilterBank bank = RandomNetworks.bank(51);
        ModulatorPack pack = RandomNetworks.pack(bank, Recipe.PLAIN);
        Path file = folder.resolve("network.onnx");
        OnnxExporter.write(file, bank, pack);
        try (ExportedNetwork network = ExportedNetwork.open(file)) {
            assertThat(network.metadata())
                    .containsEntry("facet.name", "random-1")
                    .containsEntry("facet.version", "1")
                    .containsEntry("facet.digest", "digest-1")
                    .containsEntry("facet.task", "normals")
                    .containsEntry("facet.licence", "CC0-1.0")
                    .containsEntry("facet.bank", bank.fingerprint())
                    .containsEntry("facet.input.mean", "0.485 0.456 0.406");
        }
    }

    @Test
    void nothingIsWrittenForAPackOfAnotherBank() throws IOException {
        ModulatorPack pack = RandomNetworks.pack(RandomNetworks.bank(52), Recipe.PLAIN);
        FilterBank other = RandomNetworks.bank(53);
        assertThatThrownBy(() -> OnnxExporter.write(folder.resolve("network.onnx"), other, pack))
                .isInstanceOf(PackException.class);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
