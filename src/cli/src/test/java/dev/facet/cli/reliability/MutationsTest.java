package dev.facet.cli.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MutationsTest {
    @Test
    void theSameDrawsGiveTheSameDamageAndNearlyAlwaysSome() {
        byte[] file = ImageSamples.png(16, 24, 1);
        byte[] before = file.clone();
        int changed = 0;
        for (int seed = 0; seed < 1000; seed++) {
            byte[] damaged = ByteMutations.mutate(file, new SplittableRandom(seed));
            assertThat(ByteMutations.mutate(file, new SplittableRandom(seed))).isEqualTo(damaged);
            changed += Arrays.equals(damaged, file) ? 0 : 1;
        }
        assertThat(file).as("the original").isEqualTo(before);
        assertThat(changed).isGreaterThan(900);
    }

    @Test
    void damageToTextsEndsInATextWhateverIsLeftOfIt() {
        for (int seed = 0; seed < 1000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String text = "{\"a\": 1.5}";
            for (int i = 0; i < 20; i++) {
                text = TextMutations.mutate(text, random);
                text = text.substring(0, Math.min(text.length(), 10_000));
            }
            assertThat(text).isNotNull();
        }
    }
}
