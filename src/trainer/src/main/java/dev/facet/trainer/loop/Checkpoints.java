package dev.facet.trainer.loop;

import dev.facet.core.json.StrictJson;
import dev.facet.core.safetensors.AtomicFile;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.step.Trainee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of a run: {@code last.safetensors} (values under {@code model.TASK.}, the optimizer's state under {@code
 * optimizer.TASK.}, the average under {@code average.TASK.}; its metadata holds the {@link RunState} as JSON) and {@code
 * best.TASK.safetensors}. Each is replaced whole or not at all.
 */
public final class Checkpoints {
    private static final String STATE = "facet.training";
    private static final String AVERAGE = "average.";
    private static final long MAX_BYTES = (2L << 30) - 32;

    private final Path folder;

    public Checkpoints(Path folder) {
        this.folder = folder;
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
     * Writes a checkpoint.
     *
     * @param seconds time in training steps so far; kept beside the checkpoint, whose bytes don't depend on it
     */
    void save(Trainee trainee, Average average, RunState state, double seconds) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>(trainee.snapshot());
        average.snapshot().forEach((name, tensor) -> tensors.put(AVERAGE + name, tensor));
        String json = state.json();
        SafetensorsWriter.write(lastFile(), Map.of(STATE, json), tensors);
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
        RunState state;
        try {
            state = RunState.of(json);
            trainee.restore(file.tensors());
            average.restore(under(AVERAGE, file.tensors()));
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

    /** What is named with that prefix, without it. */
    static Map<String, Tensor> under(String prefix, Map<String, Tensor> tensors) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), tensor);
            }
        });
        return found;
    }
}
