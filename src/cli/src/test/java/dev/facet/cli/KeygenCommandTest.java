package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.access.ApiKey;
import dev.facet.core.access.KeyFile;
import dev.facet.core.access.KeyGrant;
import dev.facet.core.access.KeyLimits;
import dev.facet.core.access.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeygenCommandTest {
    @TempDir
    private Path folder;

    @Test
    void makesAKeyOfTheApiAndPrintsItsLine() throws IOException {
        Path file = folder.resolve("camera.key");
        CommandRun run = CommandRun.of(
                "keygen",
                "--api",
                "camera",
                "--scope",
                "predict,manage",
                "--rate",
                "20",
                "--burst",
                "40",
                "--pixels-per-hour",
                "2G",
                "--out",
                file.toString());
        assertThat(run.code()).as(run.err()).isZero();
        String key = Files.readString(file).strip();
        assertThat(ApiKey.isWellFormed(key)).isTrue();
        assertThat(KeyFile.parse(run.out().getBytes(StandardCharsets.UTF_8)))
                .containsExactly(new KeyGrant(
                        "camera",
                        ApiKey.hash(key),
                        Set.of(Scope.PREDICT, Scope.MANAGE),
                        new KeyLimits(20, 40, 2_000_000_000, 0)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(run.out() + run.err()).doesNotContain(key);
    }

    @Test
    void replacesNoKey() throws IOException {
        Path file = Files.writeString(folder.resolve("camera.key"), "the old one");
        CommandRun run = CommandRun.of("keygen", "--api", "camera", "--out", file.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("file exists", "keys aren't replaced");
        assertThat(file).hasContent("the old one");
        assertThat(CommandRun.of("keygen", "--signing", "--out", file.toString())
                        .code())
                .isEqualTo(1);
        assertThat(file).hasContent("the old one");
    }

    @Test
    void refusesWhatNoServerWouldRead() {
        for (String[] wrong : new String[][] {
            {"--api", "Camera"},
            {"--api", "management"},
            {"--api", "camera", "--scope", "everything"},
            {"--api", "camera", "--burst", "3"},
            {"--api", "camera", "--rate", "0"},
            {"--api", "camera", "--pixels-per-day", "a lot"},
            {"--api", "camera", "--signing"},
            {"--signing", "--rate", "3"},
            {}
        }) {
            String[] arguments = new String[wrong.length + 3];
            System.arraycopy(
                    new String[] {"keygen", "--out", folder.resolve("key").toString()}, 0, arguments, 0, 3);
            System.arraycopy(wrong, 0, arguments, 3, wrong.length);
            assertThat(CommandRun.of(arguments).code())
                    .as(String.join(" ", wrong))
                    .isEqualTo(2);
            assertThat(folder.resolve("key")).doesNotExist();
        }
    }
}
