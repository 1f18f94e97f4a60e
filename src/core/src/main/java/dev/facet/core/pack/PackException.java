package dev.facet.core.pack;

import java.util.List;

/** A pack that can't be accepted, with all that is wrong with it. */
public final class PackException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Finding> findings;

    /**
     * One fault.
     *
     * @param fault what kind
     * @param detail what is wrong, with values and expectation
     */
    public record Finding(PackFault fault, String detail) {
        @Override
        public String toString() {
            return fault + ": " + detail;
        }
    }

    public PackException(List<Finding> findings) {
        super(String.join("; ", findings.stream().map(Finding::toString).toList()));
        this.findings = List.copyOf(findings);
    }

    public PackException(PackFault fault, String detail) {
        this(List.of(new Finding(fault, detail)));
    }

    /** All faults found, the first one first. At least one. */
    public List<Finding> findings() {
        return findings;
    }

    /** The first fault. */
    public PackFault fault() {
        return findings.get(0).fault();
    }
}
