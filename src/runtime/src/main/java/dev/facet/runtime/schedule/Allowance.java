package dev.facet.runtime.schedule;

/** What a client may still ask for, in pixels of work. Thread-safe. */
public interface Allowance {
    /** No bounds. */
    Allowance UNLIMITED = new Allowance() {
        @Override
        public void take(long pixels) {}

        @Override
        public void giveBack(long pixels) {}
    };

    /**
     * Takes what a request will cost, all of it or nothing.
     *
     * @throws QuotaExceededException if that is more than there is left
     */
    void take(long pixels);

    /** Gives back what was taken for a request that didn't run. */
    void giveBack(long pixels);
}
