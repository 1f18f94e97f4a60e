package dev.facet.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.BankWriter;
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
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.TinyTask;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.network.Adaptation;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.network.Start;
import dev.facet.trainer.sample.Batch;
import dev.facet.trainer.step.OptimizerSettings;
import dev.facet.trainer.step.TaskObjective;
import dev.facet.trainer.step.Trainee;
import dev.facet.trainer.step.UpdateRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackExportTest {
    private static final FilterBank BANK = RandomBank.plain(4);

    @TempDir
    Path folder;

    @Test
    void aPackIsReadBackAndTheSameTrainingGivesTheSameBytes() throws Exception {
        for (Decoder decoder : new Decoder[] {TinyTask.SEPARABLE, TinyTask.DENSE}) {
            Adaptation adaptation = TinyTask.FUSED.from(Stage.LAYER4);
            ModulatorPack pack = export(adaptation, decoder, 1);
            checkReadBack(pack);
            assertThat(PackWriter.toBytes(export(adaptation, decoder, 1))).isEqualTo(PackWriter.toBytes(pack));
        }
    }

    /** Trained a step, exported, read strictly, and answered as its self-test says. */
    @ParameterizedTest
    @EnumSource(Modulation.class)
    void packsOfEveryModulationAreReadBack(Modulation modulation) throws Exception {
        Stage from = modulation == Modulation.NONE ? Stage.CONV1 : Stage.LAYER4;
        checkReadBack(export(Adaptation.of(modulation).from(from), TinyTask.SEPARABLE, 1));
    }

    private void checkReadBack(ModulatorPack pack) throws Exception {
        Path file = folder.resolve("pack");
        String digest = PackWriter.write(file, pack);
        ModulatorPack read = PackReader.read(file, BANK);
        assertThat(read.digest()).isEqualTo(digest);
        assertThat(read.tensors()).isEqualTo(pack.tensors());
    }

    /** The claim of the method: what another task trains changes no byte of the bank and of a pack that is there. */
    @Test
    void trainingAnotherTaskLeavesBankAndPackAsTheyWere() throws Exception {
        Path bankFile = folder.resolve("bank");
        Path packFile = folder.resolve("first");
        BankWriter.write(bankFile, BANK);
        PackWriter.write(packFile, export(TinyTask.FUSED.from(Stage.LAYER4), TinyTask.SEPARABLE, 1));
        byte[] bankBytes = Files.readAllBytes(bankFile);
        byte[] packBytes = Files.readAllBytes(packFile);
        FilterBank bank = BankReader.read(bankFile);
        ModulatorPack first = PackReader.read(packFile, bank);
        float[] image = batch("any", 1).images();
        float[] before = DjlForward.forward(bank, first, image, 64, 32);

        ModulatorPack second = export(Adaptation.of(Modulation.RA_SERIES).from(Stage.LAYER3), TinyTask.SEPARABLE, 2);
        PackWriter.write(folder.resolve("second"), second);

        assertThat(DjlForward.forward(bank, first, image, 64, 32)).isEqualTo(before);
        assertThat(Files.readAllBytes(bankFile)).isEqualTo(bankBytes);
        assertThat(Files.readAllBytes(packFile)).isEqualTo(packBytes);
        assertThat(PackWriter.toBytes(first)).isEqualTo(packBytes);
        assertThat(new FilterBank(bank.manifest(), bank.tensors()).fingerprint())
                .isEqualTo(BANK.fingerprint());
    }

    @Test
    void matricesAreHalvesAndNormsAreNot() {
        ModulatorPack pack = export(TinyTask.FUSED.from(Stage.LAYER4), TinyTask.SEPARABLE, 0);
        assertThat(pack.tensor("layer4.0.conv1.modulator").type()).isEqualTo(ElementType.F16);
        assertThat(pack.tensor("layer4.0.bn1.running_var").type()).isEqualTo(ElementType.F32);
    }

    private static ModulatorPack export(Adaptation adaptation, Decoder decoder, int steps) {
        NetworkSpecification network = TinyTask.network(adaptation, decoder);
        PackManifest manifest = new PackManifest(
                "tiny",
                "1",
                "bright or dark",
                TinyTask.KIND,
                network.needsBank() ? Optional.of(BANK.fingerprint()) : Optional.empty(),
                network.architecture(),
                network.outputStride(),
                network.modulation(),
                network.modulatedFrom(),
                Map.of(),
                decoder,
                new InputPolicy(64, false, 16),
                Map.of(Plan.FACTORED, 0.0),
                new Provenance("none", "none", "none", 1, 0, "test"),
                List.of(),
                "none",
                1e-3);
        String name = TinyTask.KIND.id();
        TaskObjective task =
                new TaskObjective(name, network, Start.bank(), Loss.forKind(TinyTask.KIND, OptionalDouble.empty()), 1);
        OptimizerSettings settings = OptimizerSettings.of(UpdateRule.Sgd.withMomentum(0.9), 1e-4);
        try (NDManager manager = TorchEngine.newManager();
                Trainee trainee = Trainee.begin(
                        manager, BANK, List.of(task), Trainee.Joint.NOTHING_SHARED, settings, 5, Precision.FP32)) {
            for (int step = 0; step < steps; step++) {
                trainee.step(batch(name, step), 0.01);
            }
            return PackExport.of(BANK, manifest, trainee.values(name), true);
        }
    }

    private static Batch batch(String task, int step) {
        Random random = new Random(step);
        float[] images = new float[2 * 3 * 32 * 32];
        float[] labels = new float[2 * 32 * 32];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 32 / 16;
        }
        return new Batch(List.of("a", "b"), 32, 32, images, Map.of(task, labels));
    }
}
