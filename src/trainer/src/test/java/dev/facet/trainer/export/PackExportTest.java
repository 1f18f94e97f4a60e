package dev.facet.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.core.pack.Provenance;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.TinyTask;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.network.TaskNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackExportTest {
    private static final FilterBank BANK = RandomBank.of(4);

    @TempDir
    Path folder;

    @Test
    void aPackIsReadBackAndTheSameTrainingGivesTheSameBytes() throws Exception {
        for (Decoder decoder : new Decoder[] {TinyTask.SEPARABLE, TinyTask.DENSE}) {
            ModulatorPack pack = export(decoder);
            Path file = folder.resolve(decoder.kind().id());
            String digest = PackWriter.write(file, pack);
            ModulatorPack read = PackReader.read(file, BANK);
            assertThat(read.digest()).isEqualTo(digest);
            assertThat(read.tensors()).isEqualTo(pack.tensors());
            assertThat(PackWriter.toBytes(export(decoder))).isEqualTo(PackWriter.toBytes(pack));
        }
    }

    @Test
    void matricesAreHalvesAndNormsAreNot() {
        ModulatorPack pack = export(TinyTask.SEPARABLE);
        assertThat(pack.tensor("layer4.0.conv1.modulator").type()).isEqualTo(ElementType.F16);
        assertThat(pack.tensor("layer4.0.bn1.running_var").type()).isEqualTo(ElementType.F32);
    }

    private static ModulatorPack export(Decoder decoder) {
        NetworkSpecification network = TinyTask.network(Stage.LAYER4, decoder);
        PackManifest manifest = new PackManifest(
                "tiny",
                "1",
                "bright or dark",
                TinyTask.KIND,
                Optional.of(BANK.fingerprint()),
                network.architecture(),
                network.outputStride(),
                Modulation.RC,
                network.modulatedFrom(),
                Map.of(),
                decoder,
                new InputPolicy(64, false, 16),
                Map.of(Plan.FACTORED, 0.0),
                new Provenance("none", "none", "none", 1, 0, "test"),
                List.of(),
                "none",
                1e-3);
        try (NDManager manager = TorchEngine.newManager();
                TaskNetwork trained = TaskNetwork.begin(manager, BANK, network, 5)) {
            Map<String, Tensor> values = trained.parameters().snapshot();
            return PackExport.of(BANK, manifest, values, true);
        }
    }
}
