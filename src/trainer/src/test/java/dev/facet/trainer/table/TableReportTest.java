package dev.facet.trainer.table;

import static dev.facet.trainer.table.Cells.normals;
import static dev.facet.trainer.table.Cells.segmentation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facet.evaluation.metric.ImageCounts;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class TableReportTest {
    @TempDir
    Path folder;

    private ExperimentTable table(String seeds) throws IOException {
        Path file = folder.resolve("table.yaml");
        Files.writeString(file, """
                {title: Test, data: d, seeds: %s, split: test, baseline: single,
                 compare: [{method: rc, against: frozen}],
                 tasks: {s: {folder: f}, n: {folder: f}}, methods: {single: {}, rc: {}, frozen: {}, none: {}}}
                """.formatted(seeds));
        return ExperimentTable.read(file.toString());
    }

    @Test
    void twoSeedsAreShownWithoutADeviation() throws IOException {
        Finished finished = Cells.finished(
                table("[1, 2]"),
                segmentation("single", 1, 0.5),
                segmentation("single", 2, 0.4),
                segmentation("rc", 1, 0.55),
                segmentation("rc", 2, 0.38),
                normals("single", 1, 20),
                normals("rc", 1, 21));
        Difference difference = new Difference(finished, "rc", "single");
        assertThat(difference.bySeed("s").get(0)).isCloseTo(10, within(1e-9));
        assertThat(difference.bySeed("s").get(1)).isCloseTo(-5, within(1e-9));
        assertThat(difference.bySeed("n").get(0)).isCloseTo(-5, within(1e-9));
        assertThat(difference.gain()).isCloseTo((2.5 - 5) / 2, within(1e-9));
        assertThat(difference.gainDeviation()).isEmpty();
        assertThat(new TableReport(finished).markdown())
                .contains("| method |", "s mIoU ↑", "n mean ↓", "6 of 16 cells")
                .contains("0.5000, 0.4000", "21.0000", "+10.00, −5.00", "−1.25")
                .contains("rc against single")
                .doesNotContain("frozen against", "rc against frozen", "±0")
                .containsPattern("\\| rc +\\| +norms \\| +100 \\| +25.0 % \\| +25.0 % \\|")
                .containsPattern("\\| rc +\\| +adapters \\| +300 \\| +1.50 from 0 \\| +1.50 from 0 \\|");
    }

    /** Differences that cancel within each seed don't make Δm certain: +4 and −4, −4 and +4, 0 and 0. */
    @Test
    void theDeviationOfTheGainIsCarriedThrough() throws IOException {
        Finished finished = Cells.finished(
                table("[1, 2, 3]"),
                segmentation("single", 1, 0.5),
                segmentation("single", 2, 0.5),
                segmentation("single", 3, 0.5),
                segmentation("rc", 1, 0.52),
                segmentation("rc", 2, 0.48),
                segmentation("rc", 3, 0.5),
                normals("single", 1, 25),
                normals("single", 2, 25),
                normals("single", 3, 25),
                normals("rc", 1, 26),
                normals("rc", 2, 24),
                normals("rc", 3, 25));
        Difference difference = new Difference(finished, "rc", "single");
        assertThat(difference.gain()).isCloseTo(0, within(1e-9));
        // Each task deviates by 4; √(16 + 16)/2.
        assertThat(difference.gainDeviation().orElseThrow()).isCloseTo(Math.sqrt(32) / 2, within(1e-9));
        assertThat(difference.gainText(2)).matches("[+−]0.00 ± 2.83");
        assertThat(difference.gainText(3)).endsWith("(2 of 3 tasks)");
        assertThat(difference.text("s")).matches("[+−]0.00 ± 4.00 \\(3\\)");
    }

    /** 200 images whose angles are 1 ± 0.5 degrees larger in pairs: the mean of 200 such differences is known to 0.035. */
    @Test
    void theIntervalIsThatOfTheImagesDifferences() throws IOException {
        Random random = new Random(1);
        Map<String, double[]> single = new LinkedHashMap<>();
        Map<String, double[]> rc = new LinkedHashMap<>();
        double sumSingle = 0;
        double sumRc = 0;
        for (int i = 0; i < 200; i++) {
            double angle = 10 + 20 * random.nextDouble();
            double more = 1 + 0.5 * random.nextGaussian();
            single.put("i" + i, new double[] {angle, 1});
            rc.put("i" + i, new double[] {angle + more, 1});
            sumSingle += angle;
            sumRc += angle + more;
        }
        ExperimentTable table = table("[1]");
        List<CellResult> results =
                new ArrayList<>(List.of(normals("single", 1, sumSingle / 200), normals("rc", 1, sumRc / 200)));
        Map<Cell, ImageCounts> counts = new LinkedHashMap<>();
        counts.put(new Cell("single", "n", 1), new ImageCounts("normals", new TreeMap<>(single)));
        counts.put(new Cell("rc", "n", 1), new ImageCounts("normals", new TreeMap<>(rc)));
        Difference difference = new Difference(Cells.finished(table, results, counts), "rc", "single");
        PairedBootstrap.Interval interval = difference.interval("n").orElseThrow();
        double mean = difference.bySeed("n").get(0);
        assertThat(mean).isBetween(interval.low(), interval.high()).isNegative();
        // 1.96·0.5/√200 degrees of about 20, in per cent, either way; and a little for the base that is drawn, too.
        double half = 100 * 1.96 * 0.5 / Math.sqrt(200) / (sumSingle / 200);
        assertThat(interval.high() - interval.low()).isBetween(2 * half * 0.8, 2 * half * 1.6);
        assertThat(interval.high()).isNegative();
        assertThat(difference.text("n")).matches("−\\d\\.\\d\\d \\[−\\d\\.\\d\\d, −\\d\\.\\d\\d]");
        assertThat(difference.gainInterval()).contains(interval);

        // Other images, or none: no interval.
        rc.put("another", new double[] {1, 1});
        counts.put(new Cell("rc", "n", 1), new ImageCounts("normals", new TreeMap<>(rc)));
        assertThat(new Difference(Cells.finished(table, results, counts), "rc", "single").interval("n"))
                .isEmpty();
        counts.remove(new Cell("rc", "n", 1));
        assertThat(new Difference(Cells.finished(table, results, counts), "rc", "single").gainInterval())
                .isEmpty();
    }

    @Test
    void theSameMethodDiffersByNothingOnAnyDraw() throws IOException {
        Map<String, double[]> images = new LinkedHashMap<>();
        Random random = new Random(2);
        for (int i = 0; i < 30; i++) {
            images.put("i" + i, random.doubles(34 * 3 + 1, 1, 100).toArray());
        }
        ImageCounts counts = new ImageCounts("edges", new TreeMap<>(images));
        assertThat(PairedBootstrap.differences(List.of(new PairedBootstrap.Pair(counts, counts)), false, 1))
                .hasSize(PairedBootstrap.RESAMPLES)
                .containsOnly(0);
    }

    @Test
    void thePlotIsAPictureWithAPanelForEachTaskAndADotForEachCell() throws Exception {
        ExperimentTable table = table("[1, 2]");
        assertThat(new ScorePlot(Cells.finished(table)).svg()).isEmpty();
        Finished finished = Cells.finished(
                table,
                segmentation("single", 1, 0.5),
                segmentation("single", 2, 0.4),
                segmentation("rc", 1, 0.55),
                normals("rc", 1, 21));
        String svg = new ScorePlot(finished).svg().orElseThrow();
        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        // Four cells, three means, two in the legend.
        assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(4 + 3 + 2);
        assertThat(svg)
                .contains("s, mIoU", "n, mean (lower is better)", ">rc<", ">single<")
                .doesNotContain(">none<", "NaN");
    }
}
