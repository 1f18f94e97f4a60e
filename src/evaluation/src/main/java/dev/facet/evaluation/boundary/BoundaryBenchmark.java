package dev.facet.evaluation.boundary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts what a map of edge strengths finds of the boundaries that people drew (Martin, Fowlkes and Malik, PAMI 26(5), 2004):
 * suppressed to ridges, cut at each threshold, thinned, and matched one to one within a distance, to each annotator by
 * itself. A detected pixel is right if it is matched to any of them; recall counts the pixels of all of them. The truths are
 * taken as they are. Thread-safe.
 *
 * <p>Detected pixels of neighbouring thresholds are nearly the same, so the matchings are carried from the highest threshold
 * down and only changed by what comes and goes; {@link NearestMatching} says why that changes no count.
 */
public final class BoundaryBenchmark {
    private BoundaryBenchmark() {}

    /**
     * Counts one image.
     *
     * @param strengths {@code height·width} strengths 0 … 255, unsigned, row-major: probabilities as they are written to PNG
     * @param truths one map for each annotator, at least one, not 0 is a boundary
     */
    public static BoundaryCounts count(
            byte[] strengths, List<byte[]> truths, int height, int width, BoundaryOptions options) {
        check(strengths, truths, height, width);
        int[][] detected = detected(NonMaximumSuppression.apply(strengths, height, width), height, width, options);
        int[] pixels = union(detected, strengths.length);
        int[] number = new int[strengths.length];
        for (int i = 0; i < pixels.length; i++) {
            number[pixels[i]] = i;
        }
        double reach = options.maxDistance() * Math.sqrt((double) height * height + (double) width * width);
        long truthPixels = 0;
        List<NearestMatching> matchings = new ArrayList<>();
        for (byte[] truth : truths) {
            PixelGraph graph = PixelGraph.of(pixels, truth, height, width, reach);
            truthPixels += graph.truth();
            matchings.add(new NearestMatching(graph, options.nearest()));
        }
        BoundaryCounts counts = BoundaryCounts.empty(detected.length);
        Arrays.fill(counts.truth(), truthPixels);
        boolean[] present = new boolean[pixels.length];
        for (int i = detected.length - 1; i >= 0; i--) {
            counts.detected()[i] = detected[i].length;
            if (i + 1 < detected.length && detected[i] == detected[i + 1]) {
                counts.matchedDetected()[i] = counts.matchedDetected()[i + 1];
                counts.matchedTruth()[i] = counts.matchedTruth()[i + 1];
                continue;
            }
            update(matchings, present, detected[i], number);
            for (NearestMatching matching : matchings) {
                counts.matchedTruth()[i] += matching.size();
            }
            counts.matchedDetected()[i] = matchedByAny(matchings, detected[i], number);
        }
        return counts;
    }

    private static void check(byte[] strengths, List<byte[]> truths, int height, int width) {
        if (height < 1 || width < 1 || strengths.length != Math.multiplyExact(height, width)) {
            throw new IllegalArgumentException(
                    "map does not fit: height=%d, width=%d, values=%d".formatted(height, width, strengths.length));
        }
        if (truths.isEmpty()) {
            throw new IllegalArgumentException("no truth to match: annotators=0, expected at least 1");
        }
        for (byte[] truth : truths) {
            if (truth.length != strengths.length) {
                throw new IllegalArgumentException(
                        "truth does not fit: height=%d, width=%d, values=%d".formatted(height, width, truth.length));
            }
        }
    }

    /** By threshold the positions of the detected pixels, ascending; the same array where nothing changes. */
    private static int[][] detected(float[] ridges, int height, int width, BoundaryOptions options) {
        double[] thresholds = options.thresholds();
        int[][] detected = new int[thresholds.length][];
        int before = -1;
        byte[] map = new byte[ridges.length];
        for (int i = thresholds.length - 1; i >= 0; i--) {
            float threshold = (float) thresholds[i];
            int count = 0;
            for (int at = 0; at < ridges.length; at++) {
                map[at] = (byte) (ridges[at] > threshold ? 1 : 0);
                count += map[at];
            }
            // The cuts are nested: equally many pixels are the same pixels.
            detected[i] = count == before ? detected[i + 1] : positions(Thinning.thin(map, height, width));
            before = count;
        }
        return detected;
    }

    private static int[] positions(byte[] map) {
        int[] positions = new int[map.length];
        int count = 0;
        for (int at = 0; at < map.length; at++) {
            if (map[at] != 0) {
                positions[count++] = at;
            }
        }
        return Arrays.copyOf(positions, count);
    }

    private static int[] union(int[][] detected, int size) {
        byte[] map = new byte[size];
        for (int[] positions : detected) {
            for (int at : positions) {
                map[at] = 1;
            }
        }
        return positions(map);
    }

    private static void update(List<NearestMatching> matchings, boolean[] present, int[] detected, int[] number) {
        boolean[] now = new boolean[present.length];
        for (int at : detected) {
            now[number[at]] = true;
        }
        for (NearestMatching matching : matchings) {
            for (int pixel = 0; pixel < now.length; pixel++) {
                if (present[pixel] && !now[pixel]) {
                    matching.remove(pixel);
                }
            }
            for (int pixel = 0; pixel < now.length; pixel++) {
                if (now[pixel] && !present[pixel]) {
                    matching.add(pixel);
                }
            }
        }
        System.arraycopy(now, 0, present, 0, now.length);
    }

    private static long matchedByAny(List<NearestMatching> matchings, int[] detected, int[] number) {
        long count = 0;
        for (int at : detected) {
            for (NearestMatching matching : matchings) {
                if (matching.isMatched(number[at])) {
                    count++;
                    break;
                }
            }
        }
        return count;
    }
}
