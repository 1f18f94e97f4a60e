package dev.facet.core.pack;

/**
 * Where a pack comes from. No dates and no wall times: the same training gives the same bytes.
 *
 * @param dataset name of the data set, or of the checkpoint
 * @param split images that it was trained on
 * @param command command that made it
 * @param seed seed of the run; 0 for an import
 * @param steps optimizer steps; 0 for an import
 * @param trainer program and version that wrote it
 */
public record Provenance(String dataset, String split, String command, long seed, long steps, String trainer) {
    public Provenance {
        ManifestText.check("dataset", dataset, 1000);
        ManifestText.check("split", split, 1000);
        ManifestText.check("command", command, 20_000);
        ManifestText.check("trainer", trainer, 1000);
    }
}
