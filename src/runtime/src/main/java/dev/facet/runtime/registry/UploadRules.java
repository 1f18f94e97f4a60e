package dev.facet.runtime.registry;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.registry.PackConflictException.Conflict;
import java.util.Optional;

/**
 * What an upload must agree with: its address, what the caller announced, and what is there. Asked before an upload is
 * prepared, to spare that, and again when it is committed.
 */
final class UploadRules {
    private final PackId id;
    private final PlugOptions options;
    private final int maxPacks;

    UploadRules(PackId id, PlugOptions options, int maxPacks) {
        this.id = id;
        this.options = options;
        this.maxPacks = maxPacks;
    }

    PackId id() {
        return id;
    }

    PlugOptions options() {
        return options;
    }

    /**
     * Whether there is room at the address.
     *
     * @throws PackConflictException {@code PRECONDITION_FAILED} or {@code TOO_MANY_PACKS}
     */
    void checkRoom(Snapshot snapshot) {
        if (snapshot.find(id) != null) {
            if (options.createOnly()) {
                throw new PackConflictException(
                        Conflict.PRECONDITION_FAILED, "version exists: pack='%s'".formatted(id));
            }
        } else if (snapshot.packs().size() >= maxPacks) {
            throw new PackConflictException(
                    Conflict.TOO_MANY_PACKS,
                    "as many packs as may be stored: packs=%d, expected at most %d; remove one first"
                            .formatted(snapshot.packs().size(), maxPacks));
        }
    }

    /**
     * Whether a pack is the one that was announced.
     *
     * @throws PackException {@code CONTENT_DIGEST_MISMATCH} or {@code WRONG_ADDRESS}
     */
    void checkContent(ModulatorPack pack) {
        String expected = options.expectedDigest().orElse(pack.digest());
        if (!expected.equals(pack.digest())) {
            throw new PackException(
                    PackFault.CONTENT_DIGEST_MISMATCH,
                    "content digest: value=%s, expected=%s".formatted(pack.digest(), expected));
        }
        PackId actual = PackId.of(pack.manifest());
        if (!actual.equals(id)) {
            throw new PackException(
                    PackFault.WRONG_ADDRESS, "pack says it is '%s', address says '%s'".formatted(actual, id));
        }
    }

    /**
     * The pack under the address, if it has these bytes and hasn't failed; empty where the upload takes its place.
     *
     * @throws PackConflictException {@code VERSION_EXISTS} where there are other bytes. Those of a seed that failed may be
     *     replaced, those of an upload not: what was once served under an address is never anything else.
     */
    Optional<RegisteredPack> samePack(RegistryState state, String digest) {
        RegisteredPack pack = state.snapshot().find(id);
        boolean failed = pack != null && pack.failure().isPresent();
        String stored = pack != null
                ? pack.description().digest()
                : state.index().uploaded().get(id.toString());
        boolean replaceable = failed && pack.description().seed();
        if (stored != null && !stored.equals(digest) && !replaceable) {
            throw new PackConflictException(
                    Conflict.VERSION_EXISTS,
                    "version exists with other bytes: pack='%s', digest=%s, uploaded=%s; make a new version"
                            .formatted(id, stored, digest));
        }
        return failed ? Optional.empty() : Optional.ofNullable(pack);
    }

    /** Whether the pack that is there with these bytes is to answer for its name from now on, and doesn't yet, or not alone. */
    boolean activates(Snapshot snapshot) {
        boolean answersAlone = id.version().equals(snapshot.active().get(id.name()))
                && !snapshot.rollouts().isDivided(id.name());
        return options.activation() == Activation.ALWAYS && !answersAlone;
    }

    /** Whether the pack that is there runs as the upload wants it: it says nothing of a plan, or that one. */
    boolean keepsPlan(RegisteredPack same, Plan plan) {
        return !options.plan().said() || same.description().plan() == plan;
    }
}
