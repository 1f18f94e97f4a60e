package dev.facet.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.access.ApiKey;
import dev.facet.core.access.KeyGrant;
import dev.facet.core.access.KeyLimits;
import dev.facet.core.access.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final KeyLimits ONE = new KeyLimits(0.0001, 1, 0, 0);

    private static KeyGrant grant(String name, String key, KeyLimits limits) {
        return new KeyGrant(name, ApiKey.hash(key), Set.of(Scope.PREDICT), limits);
    }

    @Test
    void findsWhoHasAKey() {
        String camera = ApiKey.generate();
        KeyRing ring =
                KeyRing.of(Optional.of("of the operator"), List.of(grant("camera", camera, KeyLimits.NONE)), null);
        assertThat(ring.find(camera).orElseThrow().name()).isEqualTo("camera");
        assertThat(ring.find(camera).orElseThrow().may(Scope.MANAGE)).isFalse();
        assertThat(ring.find("of the operator").orElseThrow().may(Scope.MANAGE)).isTrue();
        assertThat(ring.find(ApiKey.generate())).isEmpty();
        assertThat(ring.find("")).isEmpty();
        assertThat(ring.find("x".repeat(10_000))).isEmpty();
    }

    @Test
    void theHashOfAWordIsNoKey() {
        KeyRing ring = KeyRing.of(Optional.empty(), List.of(grant("camera", "password", KeyLimits.NONE)), null);
        assertThat(ring.find("password")).isEmpty();
    }

    @Test
    void whatANameHasUsedOutlivesItsKey() {
        String before = ApiKey.generate();
        String after = ApiKey.generate();
        KeyRing ring = KeyRing.of(Optional.empty(), List.of(grant("camera", before, ONE)), null);
        assertThat(ring.find(before).orElseThrow().request()).isEmpty();
        KeyRing both =
                KeyRing.of(Optional.empty(), List.of(grant("camera", before, ONE), grant("camera", after, ONE)), ring);
        assertThat(both.find(before).orElseThrow().request()).isPresent();
        assertThat(both.find(after).orElseThrow().request()).isPresent();
        KeyRing rotated =
                KeyRing.of(Optional.empty(), List.of(grant("camera", after, ONE), grant("other", before, ONE)), both);
        assertThat(rotated.find(after).orElseThrow().request()).isPresent();
        assertThat(rotated.find(before).orElseThrow().request())
                .as("of another name")
                .isEmpty();
    }
}
