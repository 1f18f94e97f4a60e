package dev.facet.runtime.registry;

import dev.facet.core.digest.Sha256;
import dev.facet.core.failure.Failures;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what is there when a registry opens: the seed packs that weren't removed, and the uploaded ones. Of an uploaded pack
 * only the header is read, since the index has its digest; a seed is read whole for its digest and signature. What can't be
 * registered is a failure and stops nothing. Nothing is prepared. Used once.
 */
final class StoredPacks {
    private static final Logger LOG = LoggerFactory.getLogger(StoredPacks.class);

    private final Engine engine;
    private final PackStore store;
    private final RegistrySettings settings;
    private final PackOpener opener;
    private final Index index;
    private final Set<PackId> uploaded = new TreeSet<>();
    private final Set<PackId> seeds = new TreeSet<>();
    private final List<PackFailure> failures = new ArrayList<>();
    private final NavigableMap<PackId, RegisteredPack> packs = new TreeMap<>();
    private final Map<String, String> active = new TreeMap<>();

    StoredPacks(Engine engine, PackStore store, RegistrySettings settings, PackOpener opener) throws IOException {
        this.engine = engine;
        this.store = store;
        this.settings = settings;
        this.opener = opener;
        this.index = store.readIndex();
        index.uploaded().keySet().forEach(id -> uploaded.add(PackId.parse(id)));
    }

    /**
     * A file and what is in it.
     *
     * @param id address; null where it doesn't say
     * @param manifest null where the file is none that can be registered
     * @param failure why it can't be registered; null where it can
     * @param otherBank whether that is because it was made for another bank
     */
    private record Found(
            PackId id, PackManifest manifest, String digest, Path file, String failure, boolean otherBank) {
        Found(PackId id, PackManifest manifest, String digest, Path file, String failure) {
            this(id, manifest, digest, file, failure, false);
        }
    }

    RegistryState find() throws IOException {
        // Files are read side by side; what follows from them is decided in their order.
        List<Found> seedFiles =
                store.seedFiles().parallelStream().map(this::readSeed).toList();
        List<Found> uploads = uploaded.parallelStream().map(this::readUpload).toList();
        seedFiles.forEach(this::addSeed);
        uploads.forEach(this::add);
        Snapshot snapshot = new Snapshot(packs, active, Map.of(), Rollouts.NONE).withDefaults();
        return new RegistryState(restoreDefaults(restoreActive(snapshot)), index, seeds, failures).withStoredRollouts();
    }

    private interface Reading {
        Found read() throws IOException;
    }

    private static Found attempt(PackId id, Path file, Reading reading) {
        try {
            return reading.read();
        } catch (NoSuchFileException e) {
            return new Found(id, null, null, file, "file is missing");
        } catch (PackException e) {
            boolean otherBank = e.findings().stream().allMatch(finding -> finding.fault() == PackFault.WRONG_BANK);
            return new Found(id, null, null, file, e.getMessage(), otherBank);
        } catch (IOException e) {
            return new Found(id, null, null, file, Failures.describe(e));
        } catch (RuntimeException e) {
            LOG.error("pack failed unexpectedly: {}", file, e);
            return new Found(id, null, null, file, Failures.describe(e));
        }
    }

    private Found readSeed(Path file) {
        Found header = attempt(null, file, () -> {
            PackManifest manifest = PackReader.readManifest(file);
            return new Found(PackId.of(manifest), manifest, null, file, null);
        });
        if (header.failure() != null) {
            return header;
        }
        return attempt(header.id(), file, () -> {
            PackReader.checkBank(header.manifest(), engine.bank());
            byte[] bytes = PackPreparation.read(file);
            settings.keys().checkStored(bytes, DetachedSignature.read(PackStore.signatureFile(file)));
            return new Found(header.id(), header.manifest(), digest(bytes), file, null);
        });
    }

    private static String digest(byte[] bytes) {
        MessageDigest digest = Sha256.begin();
        digest.update(bytes);
        return Sha256.hex(digest);
    }

    private Found readUpload(PackId id) {
        Path file = store.fileOf(id);
        return attempt(id, file, () -> {
            PackManifest manifest = PackReader.readManifest(file);
            if (!PackId.of(manifest).equals(id)) {
                throw new PackException(PackFault.DIGEST_MISMATCH, "stored file is not the one that was uploaded");
            }
            PackReader.checkBank(manifest, engine.bank());
            if (!settings.keys().isEmpty() && !Files.exists(PackStore.signatureFile(file))) {
                throw new PackException(PackFault.BAD_SIGNATURE, "signature is missing beside the stored file");
            }
            return new Found(id, manifest, index.uploaded().get(id.toString()), file, null);
        });
    }

    private void addSeed(Found seed) {
        PackId id = seed.id();
        String name = seed.file().getFileName().toString();
        if (id == null) {
            if (!isDismissed(name)) {
                fail(seed, seed.failure());
            }
            return;
        }
        if (!seeds.add(id)) {
            fail(seed, "another seed pack is '%s' too".formatted(id));
            return;
        }
        if (index.removedSeeds().contains(id.toString()) || uploaded.contains(id)) {
            return;
        }
        if (add(seed)) {
            active.merge(
                    id.name(),
                    id.version(),
                    (one, other) ->
                            new PackId(id.name(), one).compareTo(new PackId(id.name(), other)) < 0 ? other : one);
        }
    }

    /** Whether a seed file that can't be read was removed by its name, or a pack of that name was uploaded in its place. */
    private boolean isDismissed(String file) {
        String name = file.substring(0, file.length() - PackStore.SUFFIX.length());
        return index.removedSeeds().contains(name)
                || uploaded.stream().anyMatch(id -> id.name().equals(name));
    }

    private boolean add(Found found) {
        if (found.failure() != null) {
            fail(found, found.failure());
            return false;
        }
        int most = settings.limits().maxPacks();
        if (packs.size() >= most) {
            fail(found, "as many packs as may be stored: packs=%d, expected at most %d".formatted(packs.size(), most));
            return false;
        }
        PackId id = found.id();
        Plan chosen = index.plans().get(id.toString());
        Plan plan = chosen != null ? chosen : settings.planOf(found.manifest(), engine);
        PackDescription description =
                new PackDescription(id, found.manifest(), found.digest(), plan, !uploaded.contains(id));
        packs.put(id, RegisteredPack.cold(description, found.file(), opener));
        return true;
    }

    private void fail(Found found, String reason) {
        failures.add(new PackFailure(
                Optional.ofNullable(found.id()), found.file().getFileName().toString(), reason, found.otherBank()));
    }

    /** Where the version that was chosen can't answer, none does: another one would answer differently, unasked. */
    private Snapshot restoreActive(Snapshot found) {
        Map<String, String> chosen = new TreeMap<>(found.active());
        index.active().forEach((name, version) -> {
            PackId id = new PackId(name, version);
            if (found.find(id) != null) {
                chosen.put(name, version);
            } else if (uploaded.contains(id)) {
                chosen.remove(name);
            }
        });
        return new Snapshot(packs, chosen, found.defaults(), Rollouts.NONE).withDefaults();
    }

    private Snapshot restoreDefaults(Snapshot found) {
        Snapshot restored = found;
        for (Map.Entry<String, String> entry : index.defaults().entrySet()) {
            RegisteredPack pack = restored.activeOf(entry.getValue());
            if (pack != null && pack.description().kind().equals(entry.getKey())) {
                restored = restored.withDefault(entry.getKey(), entry.getValue());
            }
        }
        return restored;
    }
}
