package dev.facet.evaluation.dataset;

import dev.facet.core.failure.Failures;
import dev.facet.core.image.ImageException;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.PngSamples;
import dev.facet.core.image.SampleReader;
import dev.facet.core.task.DepthQuantity;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes label PNGs. Every failure is a {@link DatasetException} that names the file. Thread-safe.
 *
 * <table>
 * <caption>Encodings</caption>
 * <tr><td>classes</td><td>1- to 8-bit grey or palette, the sample is the class id, 255 is ignored</td></tr>
 * <tr><td>depth</td><td>16-bit grey, millimetres, 0 is unknown</td></tr>
 * <tr><td>inverse depth</td><td>8-bit grey, v/255 up to the image's own scale and shift, larger is nearer, all known</td></tr>
 * <tr><td>normals</td><td>8-bit RGB, n = v/127.5 − 1 divided by its length, (0, 0, 0) is unknown</td></tr>
 * <tr><td>saliency, edges</td><td>1- to 8-bit grey, stretched to 0 … 255</td></tr>
 * <tr><td>map of an annotator</td><td>1- to 8-bit grey, any value above 0 is a boundary</td></tr>
 * </table>
 */
public final class LabelReader {
    private static final ImageLimits LIMITS = ImageLimits.DEFAULT;

    private LabelReader() {}

    /**
     * Reads class ids.
     *
     * @param classes number of classes; ids from there on to 254 are errors. 255 where it isn't known
     */
    public static Label.ClassMap classes(Path file, int classes) {
        return classes(file, classes, LabelValues.SAME);
    }

    /**
     * Reads ids that stand for classes.
     *
     * @param classes number of classes; what stands for others from there on to 254 is an error
     */
    static Label.ClassMap classes(Path file, int classes, LabelValues values) {
        PngSamples samples = read(file);
        expect(samples.channels() == 1 && samples.bits() <= 8, file, samples, "grey or palette of at most 8 bits");
        byte[] ids = new byte[samples.values().length];
        for (int i = 0; i < ids.length; i++) {
            int id = values.of(samples.values()[i]);
            if (id >= classes && id != Label.ClassMap.IGNORED) {
                throw new DatasetException(
                        "label beyond the classes: id=%d, expected 0..%d or 255 [file=%s, x=%d, y=%d]"
                                .formatted(id, classes - 1, file, i % samples.width(), i / samples.width()));
            }
            ids[i] = (byte) id;
        }
        return new Label.ClassMap(samples.height(), samples.width(), ids);
    }

    /** Reads ids of segments: grey or palette of any depth, no id ignored. */
    static Matrices.Ids ids(Path file) {
        PngSamples samples = read(file);
        expect(samples.channels() == 1, file, samples, "grey or palette");
        return new Matrices.Ids(samples.height(), samples.width(), samples.values());
    }

    public static Label.DepthMap depth(Path file) {
        return distance(read(file), file);
    }

    /** Reads what a quantity of depth is compared with: distances, or for inverse depth what the picture's bits say. */
    static Label depth(Path file, DepthQuantity quantity) {
        PngSamples samples = read(file);
        boolean inverse = quantity == DepthQuantity.INVERSE_DEPTH && samples.bits() <= 8;
        return inverse ? inverse(samples, file) : distance(samples, file);
    }

    private static Label.DepthMap distance(PngSamples samples, Path file) {
        expect(samples.channels() == 1 && samples.bits() == 16, file, samples, "16-bit grey, millimetres");
        float[] metres = new float[samples.values().length];
        for (int i = 0; i < metres.length; i++) {
            metres[i] = samples.values()[i] / 1000f;
        }
        return new Label.DepthMap(samples.height(), samples.width(), metres);
    }

    private static Label.InverseDepthMap inverse(PngSamples samples, Path file) {
        boolean grey = samples.channels() == 1
                && samples.bits() == 8
                && samples.palette().isEmpty();
        expect(grey, file, samples, "8-bit grey, inverse depth");
        float[] values = new float[samples.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = samples.values()[i] / 255f;
        }
        return new Label.InverseDepthMap(samples.height(), samples.width(), values);
    }

    /** Reads an 8-bit RGB picture's samples. */
    static PngSamples rgb(Path file) {
        PngSamples samples = read(file);
        expect(samples.channels() == 3 && samples.bits() == 8, file, samples, "8-bit RGB");
        return samples;
    }

    public static Label.NormalMap normals(Path file) {
        PngSamples samples = rgb(file);
        char[] values = samples.values();
        float[] vectors = new float[values.length];
        for (int i = 0; i < values.length; i += 3) {
            if (values[i] == 0 && values[i + 1] == 0 && values[i + 2] == 0) {
                continue;
            }
            double x = values[i] / 127.5 - 1;
            double y = values[i + 1] / 127.5 - 1;
            double z = values[i + 2] / 127.5 - 1;
            // Never 0: 127.5 is not a whole number.
            double length = Math.sqrt(x * x + y * y + z * z);
            vectors[i] = (float) (x / length);
            vectors[i + 1] = (float) (y / length);
            vectors[i + 2] = (float) (z / length);
        }
        return new Label.NormalMap(samples.height(), samples.width(), vectors);
    }

    public static Label.SaliencyMap saliency(Path file) {
        PngSamples samples = read(file);
        return new Label.SaliencyMap(samples.height(), samples.width(), grey(samples, file));
    }

    /** Reads a mean boundary map; it comes without annotators. */
    public static Label.EdgeMap edges(Path file) {
        PngSamples samples = read(file);
        return new Label.EdgeMap(samples.height(), samples.width(), grey(samples, file), List.of());
    }

    /** Reads one annotator's map: 1 where a boundary was drawn. The mean of the answer is 0 or 255. */
    static Label.EdgeMap annotator(Path file) {
        PngSamples samples = read(file);
        byte[] drawn = grey(samples, file);
        byte[] mean = new byte[drawn.length];
        for (int i = 0; i < drawn.length; i++) {
            mean[i] = (byte) (drawn[i] != 0 ? 255 : 0);
            drawn[i] = (byte) (drawn[i] != 0 ? 1 : 0);
        }
        return new Label.EdgeMap(samples.height(), samples.width(), mean, List.of(drawn));
    }

    /** Reads the maps of one image's annotators; the mean map is made of them. */
    static Label.EdgeMap annotators(List<Path> files) {
        List<byte[]> maps = new ArrayList<>();
        Label.EdgeMap first = annotator(files.get(0));
        for (Path file : files) {
            Label.EdgeMap map = annotator(file);
            if (map.height() != first.height() || map.width() != first.width()) {
                throw new DatasetException("maps of two sizes: %d×%d, expected %d×%d [file=%s]"
                        .formatted(map.height(), map.width(), first.height(), first.width(), file));
            }
            maps.addAll(map.annotators());
        }
        byte[] mean = new byte[first.mean().length];
        for (int i = 0; i < mean.length; i++) {
            int drawn = 0;
            for (byte[] map : maps) {
                drawn += map[i];
            }
            mean[i] = (byte) Math.round(255f * drawn / maps.size());
        }
        return new Label.EdgeMap(first.height(), first.width(), mean, maps);
    }

    private static byte[] grey(PngSamples samples, Path file) {
        boolean exact = samples.bits() <= 8 && samples.channels() == 1;
        expect(exact && samples.palette().map(LabelReader::isGrey).orElse(true), file, samples, "grey, at most 8 bits");
        int[] palette = samples.palette().orElse(null);
        int full = (1 << samples.bits()) - 1;
        byte[] levels = new byte[samples.values().length];
        for (int i = 0; i < levels.length; i++) {
            int value = samples.values()[i];
            levels[i] = (byte) (palette == null ? value * 255 / full : value < palette.length ? palette[value] : 0);
        }
        return levels;
    }

    private static boolean isGrey(int[] palette) {
        for (int color : palette) {
            if (color != (color & 0xFF) * 0x010101) {
                return false;
            }
        }
        return true;
    }

    private static PngSamples read(Path file) {
        try {
            return SampleReader.read(file, LIMITS);
        } catch (NoSuchFileException e) {
            throw new DatasetException("no such label: file=%s".formatted(file), e);
        } catch (IOException e) {
            throw new DatasetException("label can't be read: %s [file=%s]".formatted(Failures.describe(e), file), e);
        } catch (ImageException e) {
            throw new DatasetException("%s [file=%s]".formatted(e.getMessage(), file), e);
        }
    }

    private static void expect(boolean right, Path file, PngSamples samples, String expected) {
        if (!right) {
            throw new DatasetException("label of another kind: value=%s, expected=%s [file=%s]"
                    .formatted(samples.description(), expected, file));
        }
    }
}
