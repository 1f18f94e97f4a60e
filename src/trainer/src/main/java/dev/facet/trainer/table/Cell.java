package dev.facet.trainer.table;

import java.util.List;

/** One experiment of a table. */
public record Cell(String method, String task, long seed) {
    /** {@code METHOD/TASK/SEED}. */
    @Override
    public String toString() {
        return method + "/" + task + "/" + seed;
    }

    /** Its name in files. */
    public String fileName() {
        return method + "." + task + ".seed-" + seed;
    }

    /**
     * Whether one of the patterns is this cell's.
     *
     * @param patterns {@code METHOD/TASK/SEED}, {@code *} for any; what is left out at the end is any; none is all
     */
    public boolean matches(List<String> patterns) {
        return patterns.isEmpty() || patterns.stream().anyMatch(this::matches);
    }

    private boolean matches(String pattern) {
        String[] parts = pattern.split("/", -1);
        if (parts.length > 3) {
            throw new IllegalArgumentException(
                    "cells: value='%s', expected METHOD/TASK/SEED, * for any".formatted(pattern));
        }
        String[] own = {method, task, Long.toString(seed)};
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].equals("*") && !parts[i].equals(own[i])) {
                return false;
            }
        }
        return true;
    }
}
