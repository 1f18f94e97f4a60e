package dev.facet.trainer.loop;

import dev.facet.core.file.AtomicFile;
import dev.facet.core.json.StrictJson;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.step.Trainee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a run: {@code last.safetensors} (values under {@code model.TASK.}, the optimizer's state under {@code
 * optimizer.TASK.}, the average under {@code average.TASK.}; its metadata holds the {@link RunState} as JSON) and {@code
 * best.TASK.safetensors}. Each is replaced whole or not at all.
 */
public final class Checkpoints {
    private static final String STATE = "facet.training";
    private static final String FACT = "facet.run.";
    private static final String AVERAGE = "average.";
    private static final long MAX_BYTES = (2L << 30) - 32;

    private final Path folder;
    private final Map<String, String> facts;

    /**
     * @param folder made when it is first written to
     * @param facts what a run is made of beside its settings, by name: a checkpoint of other facts is refused
     */
    public Checkpoints(Path folder, Map<String, String> facts) {
        this.folder = folder;
        this.facts = Map.copyOf(facts);
    }

    private Path lastFile() {
        return folder.resolve("last.safetensors");
    }

    private Path bestFile(String task) {
        return folder.resolve("best." + task + ".safetensors");
    }

    /** Whether there is something to resume from. */
    public boolean exist() {
        return Files.isRegularFile(lastFile());
    }

    /**
     * Checks that the last checkpoint, if there is one, can be gone on from.
     *
     * @throws IllegalArgumentException naming the fact that is another
     */
    public void check() throws IOException {
        if (exist()) {
            check(SafetensorsReader.read(lastFile(), MAX_BYTES).metadata());
        }
    }

    private void check(Map<String, String> metadata) {
        for (Map.Entry<String, String> fact : new TreeMap<>(facts).entrySet()) {
            String before = metadata.get(FACT + fact.getKey());
            if (!fact.getValue().equals(before)) {
                throw new IllegalArgumentException(
                        "resuming with another %s: value=%s, expected %s as the run began [file=%s]"
                                .formatted(fact.getKey(), fact.getValue(), before, lastFile()));
            }
        }
    }

    /**
     * Writes a checkpoint.
     *
     * @param seconds time in training steps so far; kept beside the checkpoint, whose bytes don't depend on it
     */
    void save(Trainee trainee, Average average, RunState state, double seconds) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>(trainee.snapshot());
        average.snapshot().forEach((name, tensor) -> tensors.put(AVERAGE + name, tensor));
        Map<String, String> metadata = new TreeMap<>();
        facts.forEach((name, value) -> metadata.put(FACT + name, value));
        metadata.put(STATE, state.json());
        SafetensorsWriter.write(lastFile(), metadata, tensors);
        AtomicFile.write(progressFile(), StrictJson.write(new Progress(state, seconds)) + "\n");
    }

    private record Progress(RunState state, double seconds) {}

    private Path progressFile() {
        return folder.resolve("state.json");
    }

    /** Time in training steps up to the last checkpoint; 0 where it isn't known. */
    double seconds() {
        try {
            return StrictJson.read(Files.readString(progressFile()), Progress.class)
                    .seconds();
        } catch (IOException | IllegalArgumentException e) {
            return 0;
        }
    }

    /**
     * Goes back to where the last checkpoint was written.
     *
     * @throws IllegalArgumentException if it is of another run
     */
    RunState load(Trainee trainee, Average average) throws IOException {
        var file = SafetensorsReader.read(lastFile(), MAX_BYTES);
        String json = file.metadata().get(STATE);
        if (json == null) {
            throw new IllegalArgumentException(
                    "not a checkpoint: no '%s' in the metadata [file=%s]".formatted(STATE, lastFile()));
        }
        check(file.metadata());
        RunState state;
        try {
            state = RunState.of(json);
            trainee.restore(file.tensors());
            average.restore(Trainee.under(AVERAGE, file.tensors()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "checkpoint of another run: %s [file=%s]".formatted(e.getMessage(), lastFile()), e);
        }
        return state;
    }

    void saveBest(String task, Map<String, Tensor> values) throws IOException {
        SafetensorsWriter.write(bestFile(task), Map.of(), values);
    }

    Map<String, Tensor> best(String task) throws IOException {
        return SafetensorsReader.read(bestFile(task), MAX_BYTES).tensors();
    }
}
