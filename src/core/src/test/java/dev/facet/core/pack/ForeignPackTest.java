package dev.facet.core.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.SharedData;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.task.Segmentation;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** docs/format.md is enough to write packs: {@code foreign_pack.py} was written from it. */
class ForeignPackTest {
    /** Computed by an independent program from docs/format.md. */
    private static final String DEFAULT_BANK = "096ba3e559b7e0cd0d2ebac3fc0e8151bcfabe79e90bb85ecb5ad4a3ff213f65";

    @Test
    void readsAPackOfAnotherProgramForTheDefaultBank() throws IOException {
        FilterBank bank = BankReader.read(SharedData.root().resolve("models/bank.safetensors"));
        assertThat(bank.fingerprint()).isEqualTo(DEFAULT_BANK);
        byte[] bytes;
        try (InputStream in = ForeignPackTest.class.getResourceAsStream("foreign-v1.safetensors")) {
            bytes = in.readAllBytes();
        }

        ModulatorPack pack = PackReader.read(bytes, bank);

        assertThat(pack.manifest().name()).isEqualTo("foreign");
        assertThat(pack.manifest().description()).isEqualTo("Written by a Python script: «élan».");
        assertThat(((Segmentation) pack.manifest().task()).classes().get(1).color())
                .isEqualTo("#00ff00");
        assertThat(pack.tensor("selftest.image").data().get(17)).isEqualTo((byte) 17);
    }
}
