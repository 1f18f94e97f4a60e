package dev.facet.cli;

import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.runtime.engine.ort.response.PlainLayer;
import dev.facet.runtime.engine.ort.response.ResponseStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Collects response statistics over images, with progress; positions as {@link ResponseStatistics} takes them. */
final class ResponseCollector {
    private ResponseCollector() {}

    static Map<String, ResponseStatistics.Sums> collect(
            Architecture architecture,
            Map<String, PlainLayer> layers,
            List<Path> images,
            int crop,
            Normalization normalization,
            OptionalInt positions,
            String title)
            throws IOException {
        if (crop < 32 || crop > 2048) {
            throw new CommandFailure("crop: value=%d, expected 32..2048".formatted(crop));
        }
        try (ResponseStatistics statistics =
                        new ResponseStatistics(architecture, layers, positions, Defaults.threads());
                Progress progress = Progress.bar(title, images.size())) {
            for (Path image : images) {
                statistics.add(ImageFiles.centreCrop(image, crop, normalization), crop, crop);
                progress.step();
            }
            return statistics.sums();
        }
    }
}
