package dev.facet.core.pack;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.OptBoolean;
import dev.facet.core.json.StrictJson;
import java.util.Optional;

/**
 * Where a pack comes from. No dates and no wall times: the same training gives the same bytes.
 *
 * @param dataset name of the data set, or of the checkpoint
 * @param split images that it was trained on
 * @param command command that made it
 * @param seed seed of the run; 0 for an import
 * @param steps optimizer steps; 0 for an import
 * @param trainer program and version that wrote it
 * @param teacher the network whose predictions were the labels: such a pack imitates it; empty where people or sensors made them
 */
public record Provenance(
        String dataset,
        String split,
        String command,
        long seed,
        long steps,
        String trainer,

        @JacksonInject(value = StrictJson.ABSENT, useInput = OptBoolean.TRUE)
        @JsonSetter(nulls = Nulls.FAIL)
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<String> teacher) {
    /** Longest {@code teacher}, in characters. */
    public static final int MAX_TEACHER = 1000;

    public Provenance {
        ManifestText.check("dataset", dataset, 1000);
        ManifestText.check("split", split, 1000);
        ManifestText.check("command", command, 20_000);
        ManifestText.check("trainer", trainer, 1000);
        teacher.ifPresent(text -> ManifestText.check("teacher", text, MAX_TEACHER));
    }

    /** Of a pack whose labels no network made. */
    public Provenance(String dataset, String split, String command, long seed, long steps, String trainer) {
        this(dataset, split, command, seed, steps, trainer, Optional.empty());
    }
}
