package dev.facet.trainer.loop;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.facet.core.json.StrictJson;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a run stands.
 *
 * @param step steps made
 * @param seed seed of the run
 * @param validatedStep step of the last validation that was finished, 0 before there is one
 * @param best by task the weights with the best score so far
 */
public record RunState(int step, long seed, int validatedStep, Map<String, Best> best) {
    public RunState {
        best = Collections.unmodifiableMap(new TreeMap<>(best));
    }

    /**
     * The best weights of a task.
     *
     * @param step step that they are of
     * @param score larger is better; {@code figure} in the file of a run
     */
    public record Best(int step, @JsonProperty("figure") double score) {}

    static RunState begin(long seed) {
        return new RunState(0, seed, 0, Map.of());
    }

    RunState next() {
        return new RunState(step + 1, seed, validatedStep, best);
    }

    RunState validated() {
        return new RunState(step, seed, step, best);
    }

    RunState withBest(String task, double score) {
        Map<String, Best> changed = new TreeMap<>(best);
        changed.put(task, new Best(step, score));
        return new RunState(step, seed, validatedStep, changed);
    }

    /** Whether that score is better than all before. */
    boolean isBest(String task, double score) {
        return Double.isFinite(score)
                && (!best.containsKey(task) || score > best.get(task).score());
    }

    /** The best weights of a task; empty before there are any. */
    public Optional<Best> best(String task) {
        return Optional.ofNullable(best.get(task));
    }

    String json() {
        return StrictJson.write(this);
    }

    /**
     * Reads what {@link #json()} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static RunState of(String json) {
        return StrictJson.read(json, RunState.class);
    }
}
