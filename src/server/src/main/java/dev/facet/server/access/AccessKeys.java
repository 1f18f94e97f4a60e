package dev.facet.server.access;

import dev.facet.core.access.KeyFile;
import dev.facet.core.access.KeyGrant;
import dev.facet.core.access.Scope;
import dev.facet.core.failure.Failures;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.configuration.StartFailure;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The keys that callers may have: the management key, and those of the file {@code facet.access.keys}. The file is looked at each second,
 * and taken over as a whole once two looks have found the same; one that can't be used changes nothing. Thread-safe.
 */
@Startup
@Singleton
public class AccessKeys {
    private static final Logger LOG = Logger.getLogger(AccessKeys.class);
    private static final long LOOK_MILLIS = 1000;
    private static final String NONE = "none";
    private static final String UNKNOWN = "unknown";

    private final Vertx vertx;
    private final Optional<Path> file;
    private final Optional<String> management;
    private final boolean open;
    private final Caller nobody;
    private final Caller unknown;
    private volatile State state;
    private byte[] taken = new byte[0];
    private byte[] seen;
    private byte[] refused;
    private long timer = -1;

    /** @param problem why the file as it is now isn't used, null where it is */
    private record State(KeyRing ring, String problem) {}

    AccessKeys(FacetConfiguration configuration, ManagementKey management, Vertx vertx) {
        this.vertx = vertx;
        this.file = configuration.access().keys();
        this.management = management.value();
        this.open = file.isEmpty() || configuration.access().openPredictions();
        Set<Scope> strangers = open ? EnumSet.of(Scope.PREDICT) : EnumSet.noneOf(Scope.class);
        this.nobody = Caller.stranger(NONE, strangers);
        // A key that isn't known is told so wherever keys are wanted. Else it may be meant for somebody else, and is
        // ignored.
        this.unknown = Caller.stranger(UNKNOWN, file.isEmpty() ? strangers : EnumSet.noneOf(Scope.class));
        this.state = new State(
                KeyRing.of(
                        this.management,
                        file.map(path -> StartFailure.explained(() -> begin(path)))
                                .orElse(List.of()),
                        null),
                null);
        file.ifPresent(path -> timer = vertx.setPeriodic(LOOK_MILLIS, now -> lookAside()));
    }

    private List<KeyGrant> begin(Path path) throws IOException {
        taken = KeyFile.bytes(path);
        try {
            return KeyFile.parse(taken);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("facet.access.keys: file=%s, %s".formatted(path, e.getMessage()));
        }
    }

    private void lookAside() {
        vertx.executeBlocking(
                        () -> {
                            look();
                            return null;
                        },
                        true)
                .onFailure(failure -> LOG.error("keys weren't looked at", failure));
    }

    /** Looks whether the file has changed. */
    private synchronized void look() {
        Path path = file.orElseThrow();
        byte[] now;
        try {
            now = KeyFile.bytes(path);
        } catch (IOException e) {
            seen = null;
            refuse(path, "file can't be read", Failures.describe(e));
            return;
        }
        if (Arrays.equals(now, taken)) {
            if (state.problem != null) {
                LOG.infof("keys: file=%s is again as it was", path);
            }
            state = new State(state.ring, null);
            refused = null;
        } else if (!Arrays.equals(now, seen)) {
            // It may be half written: the next look tells.
            seen = now;
        } else if (!Arrays.equals(now, refused)) {
            take(path, now);
        }
    }

    private void take(Path path, byte[] now) {
        try {
            KeyRing ring = KeyRing.of(management, KeyFile.parse(now), state.ring);
            state = new State(ring, null);
            taken = now;
            refused = null;
            LOG.infof("keys: file=%s was read again, keys=%d", path, ring.size());
        } catch (IllegalArgumentException e) {
            refused = now;
            refuse(path, e.getMessage(), e.getMessage());
        }
    }

    /** @param told to everybody; without the file's place */
    private void refuse(Path path, String told, String detail) {
        String problem = "the file of keys isn't used, the former keys stay: " + told;
        if (!problem.equals(state.problem)) {
            LOG.errorf("keys stay as they were: file=%s, %s", path, detail);
        }
        state = new State(state.ring, problem);
    }

    /**
     * Who has a key.
     *
     * @param key as it was sent; null for none
     */
    public Caller caller(String key) {
        return key == null ? nobody : state.ring.find(key).orElse(unknown);
    }

    /** Whether there is a file of keys. */
    public boolean hasFile() {
        return file.isPresent();
    }

    /** Whether callers without a key may ask for predictions and lists. */
    public boolean isOpen() {
        return open;
    }

    /** Keys that there are now, the management key included. */
    public int count() {
        return state.ring.size();
    }

    /** Why the file as it is now isn't used; empty where it is. Tells nothing of what stands in it. */
    public Optional<String> problem() {
        return Optional.ofNullable(state.problem);
    }

    @PreDestroy
    void stop() {
        vertx.cancelTimer(timer);
    }
}
