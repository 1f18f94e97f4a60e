package dev.facet.runtime.schedule;

/**
 * What is admitted.
 *
 * @param concurrency runs at the same time
 * @param queued requests that may wait
 * @param queuedPixels pixels of network input that may wait
 */
public record SchedulerLimits(int concurrency, int queued, long queuedPixels) {
    public SchedulerLimits {
        if (concurrency < 1 || queued < 0 || queuedPixels < 0) {
            throw new IllegalArgumentException("scheduler limits: concurrency=%d, queued=%d, queuedPixels=%d"
                    .formatted(concurrency, queued, queuedPixels));
        }
    }
}
