package dev.facet.trainer.loop;

import dev.facet.core.json.StrictJson;
import dev.facet.core.safetensors.AtomicFile;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.network.Parameters;
import dev.facet.trainer.step.Trainee;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of a run: {@code last.safetensors} (values under {@code model.}, the optimizer's state under {@code optimizer.}, the average
 * under {@code average.}; its metadata holds step, seed and best score as JSON) and {@code best.safetensors}. Each is
 * replaced whole or not at all.
 */
public final class Checkpoints {
    private static final String STATE = "facet.training";
    private static final String AVERAGE = "average.";
    private static final long MAX_BYTES = 2L << 30;

    private final Path folder;

    public Checkpoints(Path folder) {
        this.folder = folder;
    }

    private Path lastFile() {
        return folder.resolve("last.safetensors");
    }

    private Path bestFile() {
        return folder.resolve("best.safetensors");
    }

    /** Whether there is something to resume from. */
    public boolean exist() {
        return Files.isRegularFile(lastFile());
    }

    void save(Trainee trainee, Average average, RunState state) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>(trainee.snapshot());
        average.snapshot().forEach((name, tensor) -> tensors.put(AVERAGE + name, tensor));
        String json = StrictJson.write(state);
        SafetensorsWriter.write(lastFile(), Map.of(STATE, json), tensors);
        AtomicFile.write(folder.resolve("state.json"), channel -> {
            ByteBuffer bytes = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    RunState load(Trainee trainee, Average average) throws IOException {
        var file = SafetensorsReader.read(lastFile(), MAX_BYTES);
        String json = file.metadata().get(STATE);
        if (json == null) {
            throw new IllegalArgumentException(
                    "not a checkpoint: no '%s' in the metadata [file=%s]".formatted(STATE, lastFile()));
        }
        trainee.restore(file.tensors());
        average.restore(under(AVERAGE, file.tensors()));
        return StrictJson.read(json, RunState.class);
    }

    void saveBest(Map<String, Tensor> values) throws IOException {
        SafetensorsWriter.write(bestFile(), Map.of(), values);
    }

    /** The values with the best score; those of now where none was scored. */
    Map<String, Tensor> best(Parameters parameters) throws IOException {
        return Files.isRegularFile(bestFile())
                ? SafetensorsReader.read(bestFile(), MAX_BYTES).tensors()
                : parameters.snapshot();
    }

    private static Map<String, Tensor> under(String prefix, Map<String, Tensor> tensors) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), tensor);
            }
        });
        return found;
    }
}
