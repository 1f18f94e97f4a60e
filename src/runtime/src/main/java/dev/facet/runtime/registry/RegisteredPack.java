package dev.facet.runtime.registry;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.failure.Failures;
import dev.facet.runtime.engine.PreparedPack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A registered pack: what it is, and its prepared form while it is open. Thread-safe.
 *
 * <p>The one guard of "a pack isn't closed under a run" is the set of holders: every lease is one, and every run. A pack
 * without holders may be closed, and opened again by the next one; once it is retired nobody new holds it, and it closes
 * with its last holder.
 */
final class RegisteredPack {
    /** A pack that couldn't be opened is tried again after that time, by the next request. */
    static final Duration RETRY_PAUSE = Duration.ofSeconds(10);

    private final PackDescription description;
    private final PackOpener opener;
    private final Set<Object> holders = new HashSet<>();
    private Path file;
    private PreparedPack prepared;
    private CompletableFuture<PreparedPack> opening;
    private boolean selfTested;
    private PackUnavailableException failure;
    private long failedNanos;
    private boolean retired;
    private boolean setAside;

    private RegisteredPack(PackDescription description, Path file, PackOpener opener, PreparedPack prepared) {
        this.description = description;
        this.file = file;
        this.opener = opener;
        this.prepared = prepared;
        this.selfTested = prepared != null;
    }

    /** A pack that is opened when it is used first. */
    static RegisteredPack cold(PackDescription description, Path file, PackOpener opener) {
        return new RegisteredPack(description, file, opener, null);
    }

    /** A pack that was prepared and self-tested. */
    static RegisteredPack open(PackDescription description, Path file, PackOpener opener, PreparedPack prepared) {
        return new RegisteredPack(description, file, opener, prepared);
    }

    PackDescription description() {
        return description;
    }

    PackId id() {
        return description.id();
    }

    synchronized Path file() {
        return file;
    }

    /** Whether its self-test has passed in this process. */
    synchronized boolean isSelfTested() {
        return selfTested;
    }

    synchronized boolean isOpen() {
        return prepared != null;
    }

    synchronized PackState state() {
        if (prepared != null) {
            return PackState.OPEN;
        }
        if (opening != null) {
            return PackState.OPENING;
        }
        return failure == null ? PackState.COLD : PackState.FAILED;
    }

    /** Native bytes that it alone holds; 0 unless it is open. */
    synchronized long sizeBytes() {
        return prepared == null ? 0 : prepared.sizeBytes();
    }

    /** Why it couldn't be opened; empty unless it failed. */
    synchronized Optional<String> failure() {
        return failure == null ? Optional.empty() : Optional.of(failure.reason());
    }

    /** Adds a holder; false where the pack is retired. */
    synchronized boolean tryHold(Object holder) {
        return !retired && holders.add(holder);
    }

    /**
     * Adds a run to the holders.
     *
     * @param lease must be one of them
     */
    synchronized void beginRun(Object lease, Object run) {
        if (!holders.contains(lease)) {
            throw new IllegalStateException("lease is closed: pack=%s (bug)".formatted(id()));
        }
        holders.add(run);
    }

    /** Takes a holder out; does nothing where it is out already. */
    void release(Object holder) {
        boolean closed;
        synchronized (this) {
            closed = holders.remove(holder) && closeIfRetired();
        }
        if (closed) {
            opener.closed(this);
        }
    }

    /** Whether it is closed now, since it is retired and nobody holds it. Called with the lock. */
    private boolean closeIfRetired() {
        if (!retired || !holders.isEmpty()) {
            return false;
        }
        if (setAside) {
            opener.delete(file);
        }
        return closePrepared();
    }

    private boolean closePrepared() {
        if (prepared == null) {
            return false;
        }
        PreparedPack last = prepared;
        prepared = null;
        last.close();
        return true;
    }

    /**
     * Another one has its place and its file: nobody new gets it from here on, it closes with its last holder. Where that still has to
     * read the file, it gets a name of its own for it, since the successor's may go at any time.
     */
    void replaced() {
        synchronized (this) {
            if (prepared == null && !holders.isEmpty() && !description.seed()) {
                keep(opener.keepAside(file));
            }
        }
        retire(false);
    }

    /** Reads its file there from now on, and deletes it with its last holder; where it lay before, it's still another's. */
    private void keep(Path kept) {
        setAside = !kept.equals(file);
        file = kept;
    }

    /**
     * Nobody new gets it from here on; it closes with its last holder.
     *
     * @param delete whether its file goes; where holders still have to read it, that waits for the last one
     */
    void retire(boolean delete) {
        boolean closed;
        synchronized (this) {
            retired = true;
            if (delete && prepared == null && !holders.isEmpty()) {
                keep(opener.setAside(file));
            } else if (delete) {
                opener.delete(file);
            }
            closed = closeIfRetired();
        }
        if (closed) {
            opener.closed(this);
        }
    }

    /** Closes it, to be opened again by its next use; false where somebody holds it or it isn't open. */
    synchronized boolean tryClose() {
        return holders.isEmpty() && closePrepared();
    }

    /** Its prepared form, opened where it is cold; whoever calls holds it. Waits no longer than the work is wanted. */
    PreparedPack await(Cancellation cancellation) {
        CompletableFuture<PreparedPack> shared;
        synchronized (this) {
            if (prepared != null) {
                return prepared;
            }
            shared = startOpening();
        }
        // A copy: whoever gives up leaves the opening to the others.
        CompletableFuture<PreparedPack> own = shared.copy();
        try (Cancellation.Registration registration = cancellation.onCancel(() -> own.cancel(false))) {
            return own.get(Math.max(1, cancellation.remainingNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | CancellationException e) {
            cancellation.check();
            throw new IllegalStateException("opening ended without a reason: pack=%s (bug)".formatted(id()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException();
        } catch (ExecutionException e) {
            throw unavailable(e.getCause());
        }
    }

    private PackUnavailableException unavailable(Throwable cause) {
        // Made anew: the trace is the waiter's, the cause the opening's.
        String reason = cause instanceof PackUnavailableException known ? known.reason() : Failures.describe(cause);
        return new PackUnavailableException(id().toString(), reason, RETRY_PAUSE, cause);
    }

    /** Begins to open it, where nobody has. */
    synchronized CompletableFuture<PreparedPack> startOpening() {
        if (prepared != null) {
            return CompletableFuture.completedFuture(prepared);
        }
        if (opening == null) {
            checkFailure();
            opening = opener.open(this);
        }
        return opening;
    }

    /** @throws PackUnavailableException if it failed, and it isn't time yet to try again */
    synchronized void checkFailure() {
        if (failure != null && System.nanoTime() - failedNanos < RETRY_PAUSE.toNanos()) {
            throw unavailable(failure);
        }
    }

    /** The opening has succeeded; whether the pack is open, and not retired and closed at once. */
    synchronized boolean opened(PreparedPack result) {
        opening = null;
        failure = null;
        selfTested = true;
        prepared = result;
        return !closeIfRetired();
    }

    /** The opening has failed. */
    synchronized void failed(PackUnavailableException reason) {
        opening = null;
        failure = reason;
        failedNanos = System.nanoTime();
    }
}
