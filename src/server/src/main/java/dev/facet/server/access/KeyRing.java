package dev.facet.server.access;

import dev.facet.core.access.ApiKey;
import dev.facet.core.access.KeyGrant;
import dev.facet.core.access.KeyLimits;
import dev.facet.core.access.Scope;
import dev.facet.core.digest.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys that there are at a time. Immutable, but for what their bearers use; thread-safe. */
final class KeyRing {
    private static final String MANAGEMENT = "management";
    /** Longer than any key. */
    private static final int MAX_LENGTH = 4096;

    private final List<Entry> entries;
    private final Map<String, Usage> usages;

    private record Entry(byte[] digest, boolean isApiKey, Caller caller) {}

    private KeyRing(List<Entry> entries, Map<String, Usage> usages) {
        this.entries = entries;
        this.usages = usages;
    }

    /**
     * @param management the management key, which has every scope and no limits
     * @param grants all others
     * @param before from which names take over what they have used; null where there was none
     */
    static KeyRing of(Optional<String> management, List<KeyGrant> grants, KeyRing before) {
        List<Entry> entries = new ArrayList<>();
        Map<String, Usage> usages = new HashMap<>();
        long now = System.nanoTime();
        management.ifPresent(key -> entries.add(new Entry(
                Sha256.of(key),
                false,
                Caller.known(MANAGEMENT, EnumSet.allOf(Scope.class), KeyLimits.NONE, new Usage(now)))));
        for (KeyGrant grant : grants) {
            Usage usage = usages.computeIfAbsent(
                    grant.name(),
                    name -> before == null ? new Usage(now) : before.usages.getOrDefault(name, new Usage(now)));
            Caller caller = Caller.known(grant.name(), grant.scopes(), grant.limits(), usage);
            entries.add(new Entry(HexFormat.of().parseHex(grant.hash()), true, caller));
        }
        return new KeyRing(List.copyOf(entries), usages);
    }

    /** Who has a key. What it takes doesn't depend on the key, but for its length: all keys are compared, and whole. */
    Optional<Caller> find(String key) {
        if (key.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        boolean isApiKey = ApiKey.isWellFormed(key);
        byte[] digest = Sha256.of(key);
        Caller found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest, digest) && (isApiKey || !entry.isApiKey)) {
                found = entry.caller;
            }
        }
        return Optional.ofNullable(found);
    }

    /** Keys, the management key included. */
    int size() {
        return entries.size();
    }
}
