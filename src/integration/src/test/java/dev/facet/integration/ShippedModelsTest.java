package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What models/README.md says of the files beside it. */
class ShippedModelsTest {
    private static final Path MODELS = ServerUnderTest.ROOT.resolve("models");
    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z0-9/-]+\\.safetensors)` \\| .* \\| ([0-9,]+) \\| `([0-9a-f]{64})` \\|");

    @Test
    void everyFileIsListedWithItsSizeAndDigest() throws IOException, NoSuchAlgorithmException {
        List<String> listed;
        try (Stream<String> lines = Files.lines(MODELS.resolve("README.md"))) {
            listed = lines.map(ROW::matcher)
                    .filter(Matcher::matches)
                    .map(row -> "%s %s %s".formatted(row.group(1), row.group(2), row.group(3)))
                    .toList();
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(MODELS)) {
            files = all.filter(file -> file.toString().endsWith(".safetensors")).toList();
        }
        assertThat(files).hasSizeGreaterThan(10);
        assertThat(listed).hasSameSizeAs(files);
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            String name = MODELS.relativize(file).toString().replace('\\', '/');
            assertThat(listed).contains(String.format(Locale.ROOT, "%s %,d %s", name, bytes.length, digest));
        }
    }

    static List<Path> fast() throws IOException {
        try (Stream<Path> all = Files.list(MODELS.resolve("fast"))) {
            return all.toList();
        }
    }

    /** A fast pack takes the place of the default one and nothing but time changes: kind, classes, input and plans are the same. */
    @ParameterizedTest
    @MethodSource("fast")
    void theFastFormAnswersAsTheDefaultPackDoes(Path file) throws IOException {
        FilterBank bank = BankReader.read(MODELS.resolve("bank.safetensors"));
        ModulatorPack fast = PackReader.read(file, bank);
        PackManifest theirs = fast.manifest();
        PackManifest ours =
                PackReader.read(MODELS.resolve(file.getFileName()), bank).manifest();
        assertThat(theirs.name()).isEqualTo(ours.name());
        assertThat(theirs.task()).isEqualTo(ours.task());
        assertThat(theirs.modulatedFrom()).isEqualTo(ours.modulatedFrom());
        assertThat(theirs.input().size()).isEqualTo(ours.input().size());
        assertThat(theirs.input().enlarge()).isEqualTo(ours.input().enlarge());
        assertThat(theirs.plans().keySet()).isEqualTo(ours.plans().keySet()).contains(Plan.INT8);
        assertThat(theirs.outputStride()).isEqualTo(32);
        assertThat(ours.outputStride()).isEqualTo(16);
        assertThat(Integer.parseInt(theirs.version())).isGreaterThan(Integer.parseInt(ours.version()));
    }
}
