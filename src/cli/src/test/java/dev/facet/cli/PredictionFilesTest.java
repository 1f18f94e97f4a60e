package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.task.Segmentation;
import dev.facet.evaluation.dataset.PredictionFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionFilesTest {
    @TempDir
    private Path folder;

    @Test
    void classesComeBackAndAreShownInTheColoursOfVoc() throws Exception {
        Segmentation kind = (Segmentation) ReferenceTask.SEMSEG.kind(21);
        PredictionFiles.write(folder, "a", new Prediction.LabelMap(1, 3, new byte[] {0, 20, 7}, kind.classes()));

        Prediction read = PredictionFolder.open(kind, folder).prediction("a");

        assertThat(((Prediction.LabelMap) read).ids()).containsExactly(0, 20, 7);
        byte[] rgb = ImageDecoder.read(folder.resolve("a_decoded.png"), ImageLimits.DEFAULT)
                .rgb();
        assertThat(rgb).containsExactly(0, 0, 0, 0, 64, 128, 128, 128, 128);
    }

    @Test
    void distancesAndNormalsComeBack() throws Exception {
        Depth depth = new Depth("metre", 0.001);
        PredictionFiles.write(folder, "d", new Prediction.DepthMap(2, 2, new float[] {1, 2.125f, -3, 4e-6f}, depth));
        assertThat(((Prediction.DepthMap) PredictionFolder.open(depth, folder).prediction("d")).values())
                .containsExactly(1, 2.125f, -3, 4e-6f);

        Normals normals = new Normals("any");
        PredictionFiles.write(folder, "n", new Prediction.NormalMap(1, 1, new float[] {0.6f, 0, -0.8f}, normals));
        float[] read =
                ((Prediction.NormalMap) PredictionFolder.open(normals, folder).prediction("n")).values();
        assertThat(read[0]).isCloseTo(0.6f, within(1.001f / 255));
        assertThat(read[1]).isCloseTo(0, within(1.001f / 255));
        assertThat(read[2]).isCloseTo(-0.8f, within(1.001f / 255));
    }
}
