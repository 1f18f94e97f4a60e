package dev.facet.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
    private static final String HASH = "0".repeat(63) + "a";

    private static List<KeyGrant> parse(String text) {
        return KeyFile.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsKeysWithTheirScopesAndLimits() {
        List<KeyGrant> grants = parse(
                """
                # cameras at the gate
                camera sha256:%1$s predict rate=2.5 burst=40 pixels-per-hour=2G pixels-per-day=300M

                ops\tsha256:%1$sb   predict,manage
                """.formatted(HASH.substring(1)).replace("sha256:" + HASH.substring(1) + " ", "sha256:" + HASH + " "));

        assertThat(grants)
                .containsExactly(
                        new KeyGrant(
                                "camera",
                                HASH,
                                Set.of(Scope.PREDICT),
                                new KeyLimits(2.5, 40, 2_000_000_000, 300_000_000)),
                        new KeyGrant(
                                "ops", HASH.substring(1) + "b", Set.of(Scope.PREDICT, Scope.MANAGE), KeyLimits.NONE));
    }

    @Test
    void aRateHasABurstOfASecond() {
        assertThat(parse("a sha256:" + HASH + " predict rate=7.2")
                        .get(0)
                        .limits()
                        .burst())
                .isEqualTo(8);
        assertThat(parse("a sha256:" + HASH + " predict rate=0.01")
                        .get(0)
                        .limits()
                        .burst())
                .isEqualTo(1);
    }

    @Test
    void aLineIsReadAsItIsWritten() {
        for (KeyLimits limits : List.of(
                KeyLimits.NONE,
                new KeyLimits(0.0001, 1, 0, 0),
                new KeyLimits(1_000_000, 1_000_000, 1, KeyLimits.MOST_PIXELS))) {
            KeyGrant grant = new KeyGrant("a", HASH, Set.of(Scope.MANAGE), limits);
            assertThat(KeyGrant.parse(grant.toString())).isEqualTo(grant);
        }
    }

    @Test
    void oneNameMayHaveSeveralKeysWhileOneTakesTheOthersPlace() {
        String second = "camera sha256:" + "b".repeat(64) + " predict rate=5";
        assertThat(parse("camera sha256:" + HASH + " predict rate=5\n" + second))
                .hasSize(2);
        assertThatThrownBy(() -> parse("camera sha256:" + HASH + " predict rate=6\n" + second))
                .hasMessageContaining("line=2")
                .hasMessageContaining("share their limits");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "camera",
                "camera HASH",
                "camera HASH nothing",
                "camera HASH predict,",
                "camera HASH predict rate=0",
                "camera HASH predict rate=NaN",
                "camera HASH predict rate=1 rate=2",
                "camera HASH predict rate=-1",
                "camera HASH predict rate=2000000",
                "camera HASH predict burst=3",
                "camera HASH predict rate=0.001 burst=1000",
                "camera HASH predict rate=1 burst=0",
                "camera HASH predict pixels-per-hour=0",
                "camera HASH predict pixels-per-hour=101T",
                "camera HASH predict pixels-per-day=1.5G",
                "camera HASH predict colour=red",
                "Camera HASH predict",
                "management HASH predict",
                "none HASH predict",
                "camera sha256:abc predict",
                "camera md5:abc predict",
                "camera HASH predict\ncamera HASH predict"
            })
    void refusesALineThatIsNone(String line) {
        assertThatThrownBy(() -> parse(line.replace("HASH", "sha256:" + HASH)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line=");
    }

    @Test
    void noMessageRepeatsAKeyThatStandsThere() {
        String key = ApiKey.generate();
        String own = "correct-horse-battery-staple";
        for (String line : List.of(
                key,
                "camera " + key + " predict",
                "camera sha256:" + key + " predict",
                "camera sha256:" + HASH + " " + key)) {
            assertThatThrownBy(() -> parse(line))
                    .hasMessageContaining("a key itself stands there")
                    .hasMessageNotContaining(key.substring(8));
        }
        for (String line : List.of(
                own + " sha256 predict extra",
                "camera " + own + " predict",
                "camera sha256:" + HASH + " " + own,
                "camera sha256:" + HASH + " predict " + own,
                "camera sha256:" + HASH + " predict rate=" + own)) {
            assertThatThrownBy(() -> parse(line)).hasMessageNotContaining(own);
        }
    }

    @Test
    void refusesAFileWithoutKeysAndOneThatIsTooLarge() {
        assertThatThrownBy(() -> parse("")).hasMessageContaining("no keys");
        assertThatThrownBy(() -> parse("# nothing yet\n")).hasMessageContaining("no keys");
        assertThatThrownBy(() -> KeyFile.parse(new byte[(1 << 20) + 1])).hasMessageContaining("too large");
        assertThatThrownBy(() -> KeyFile.parse(new byte[] {(byte) 0xff, (byte) 0xfe}))
                .hasMessageContaining("UTF-8");
        String many = IntStream.rangeClosed(0, 1000)
                .mapToObj("k sha256:%064x predict"::formatted)
                .collect(Collectors.joining("\n"));
        assertThatThrownBy(() -> parse(many)).hasMessageContaining("too many keys");
    }

    @Test
    void keysAreRandomAndHaveTheirForm() {
        String key = ApiKey.generate();
        assertThat(key).startsWith("facet_").hasSize(49).isNotEqualTo(ApiKey.generate());
        assertThat(ApiKey.isWellFormed(key)).isTrue();
        assertThat(ApiKey.isWellFormed("facet_secret")).isFalse();
        assertThat(ApiKey.isWellFormed(key + "x")).isFalse();
        assertThat(ApiKey.hash("facet_")).isEqualTo("f0e329b17d18f9098d42b73595eca0d8066d0f367ae67a36e1b25de1c7503382");
    }
}
