package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.Edges;
import dev.facet.runtime.registry.DetachedSignature;
import dev.facet.runtime.registry.TrustedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackSignCommandTest {
    @TempDir
    private Path folder;

    private Path bank;
    private Path pack;
    private Path key;
    private String trusted;

    @BeforeEach
    void makePackAndKey() throws IOException {
        FilterBank filters = RandomModels.bank(Architecture.RESNET18, false, 1);
        bank = folder.resolve("bank.safetensors");
        BankWriter.write(bank, filters);
        pack = folder.resolve("edges.safetensors");
        PackWriter.write(pack, RandomModels.pack(filters, Modulation.RC, new Edges("boundaries"), 2));
        key = folder.resolve("signing.pem");
        trusted = keygen(key);
    }

    private static String keygen(Path file) {
        CommandRun made = CommandRun.of("keygen", "--signing", "--out", file.toString());
        assertThat(made.code()).as(made.err()).isZero();
        return made.out().strip();
    }

    private CommandRun sign(Path with) {
        return CommandRun.of("pack", "sign", pack.toString(), "--key", with.toString());
    }

    private CommandRun verify() {
        String[] arguments = {"pack", "verify", pack.toString(), "--bank", bank.toString(), "--trusted-key", trusted};
        return CommandRun.of(arguments);
    }

    @Test
    void signsAPackForTheServersThatTrustTheKey() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(verify().code()).isEqualTo(1);
        CommandRun signed = sign(key);
        assertThat(signed.code()).as(signed.err()).isZero();
        assertThat(signed.err()).isEmpty();
        assertThat(signed.out()).contains("signed: ", "digest=", "edges.sig");
        TrustedKeys.of(List.of(trusted))
                .checkStored(Files.readAllBytes(pack), DetachedSignature.read(folder.resolve("edges.sig")));
        assertThat(verify().err() + verify().out()).doesNotContain("BAD_SIGNATURE");

        sign(folder.resolve(otherKey()));
        CommandRun others = verify();
        assertThat(others.code()).isEqualTo(1);
        assertThat(others.err() + others.out()).contains("BAD_SIGNATURE", "not that of a trusted key");
    }

    private String otherKey() {
        keygen(folder.resolve("other.pem"));
        return "other.pem";
    }

    @Test
    void signsNoPackThatIsDamaged() throws IOException {
        byte[] bytes = Files.readAllBytes(pack);
        bytes[bytes.length - 1] ^= 1;
        Files.write(pack, bytes);
        CommandRun run = sign(key);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("DIGEST_MISMATCH");
        assertThat(folder.resolve("edges.sig")).doesNotExist();
    }

    @Test
    void saysWhatIsWrongWithAKeyAndNothingOfIt() throws IOException {
        Path api = folder.resolve("api.key");
        CommandRun.of("keygen", "--api", "camera", "--out", api.toString());
        CommandRun wrong = sign(api);
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err())
                .contains("key: file=" + api, "expected an Ed25519 private key")
                .doesNotContain(Files.readString(api).strip());
        assertThat(sign(folder.resolve("absent.pem")).code()).isEqualTo(1);
        assertThat(CommandRun.of("pack", "sign", pack.toString()).code()).isEqualTo(2);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(sign(key).err()).contains("can be read by others");
    }
}
