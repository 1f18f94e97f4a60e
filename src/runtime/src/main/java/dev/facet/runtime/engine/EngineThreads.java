package dev.facet.runtime.engine;

/**
 * How the cores are shared out among runs on the CPU.
 *
 * <p>All runs share one pool: a run computes on its caller's thread and on those of the pool that nothing else uses now. So
 * {@code concurrency} callers and {@code threads - 1} threads of the pool are all that ever compute, and they are as many as
 * there are cores: a run alone has {@code threads} of them, and as many runs as may go on have all. With more, threads that
 * wait for one another while the system runs others burn a fifth of the time (docs/adr/0013-threads.md).
 *
 * @param threads that one run computes on at most, its caller's included
 * @param concurrency runs at the same time
 */
public record EngineThreads(int threads, int concurrency) {
    public EngineThreads {
        if (threads < 1 || concurrency < 1) {
            throw new IllegalArgumentException(
                    "engine threads: threads=%d, concurrency=%d, expected at least 1".formatted(threads, concurrency));
        }
    }

    /**
     * Chooses what isn't set: a run alone gets half of the cores, rounded up, and {@code threads + concurrency = cores + 1}.
     *
     * @param threads 0 where it isn't set
     * @param concurrency 0 where it isn't set
     * @param cores {@link PhysicalCores#count()}
     */
    public static EngineThreads choose(int threads, int concurrency, int cores) {
        if (threads > 0 && concurrency > 0) {
            return new EngineThreads(threads, concurrency);
        }
        if (threads > 0) {
            return new EngineThreads(threads, Math.max(1, cores + 1 - threads));
        }
        if (concurrency > 0) {
            return new EngineThreads(Math.max(1, cores + 1 - concurrency), concurrency);
        }
        return choose((cores + 1) / 2, 0, cores);
    }
}
