package dev.facet.server.prediction;

import dev.facet.runtime.schedule.Request;
import java.util.function.LongFunction;

/** Tells the scheduler when a client is gone. Thread-safe. */
final class Cancellation {
    private Request current;
    private boolean cancelled;

    /** Makes requests that are cancelled with this. */
    LongFunction<Request> requests(int priority, long deadlineNanos) {
        return pixels -> {
            Request request = new Request(pixels, priority, deadlineNanos);
            synchronized (this) {
                current = request;
                if (cancelled) {
                    request.cancel();
                }
            }
            return request;
        };
    }

    synchronized void cancel() {
        cancelled = true;
        if (current != null) {
            current.cancel();
        }
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }
}
