package dev.facet.server.http;

import java.util.concurrent.atomic.AtomicLong;

/** An amount that is held now, against a bound. Thread-safe. */
public final class Budget {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    public Budget(long limit) {
        this.limit = limit;
    }

    /** Takes an amount if there is room; who comes while nothing is held always finds room. */
    public boolean take(long amount) {
        long before = held.getAndAdd(amount);
        if (before > 0 && before + amount > limit) {
            held.addAndGet(-amount);
            return false;
        }
        return true;
    }

    /** Gives back what was taken. */
    public void give(long amount) {
        held.addAndGet(-amount);
    }

    /** What is held now. */
    public long held() {
        return held.get();
    }
}
