package dev.facet.trainer.bench;

import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageException;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Segmentation;
import dev.facet.trainer.sample.AugmentationSettings;
import dev.facet.trainer.sample.BatchSource;
import dev.facet.trainer.sample.ImageSource;
import dev.facet.trainer.sample.LabelPlane;
import dev.facet.trainer.sample.LabelledImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Images that belong to nobody: JPEG files of 500×375 in memory, decoded anew for every view, as from a data set. */
final class SyntheticImageSource implements ImageSource {
    private static final int COUNT = 16;
    private static final int HEIGHT = 375;
    private static final int WIDTH = 500;
    private static final List<Double> SCALES = List.of(0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0);

    private final List<byte[]> files = new ArrayList<>();
    private final LabelPlane labels;

    SyntheticImageSource(int classes) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < COUNT; i++) {
            files.add(jpeg(random));
        }
        byte[] ids = new byte[HEIGHT * WIDTH];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (byte) (i % WIDTH / 40 % classes);
        }
        this.labels = new LabelPlane.Ids(ids);
    }

    /** Random views of these images, prepared ahead. */
    static BatchSource batches(BenchSettings settings) {
        AugmentationSettings views =
                new AugmentationSettings(SCALES, false, settings.size(), settings.size(), 0.5, 0, 0, 0);
        BatchSource.Order order = new BatchSource.Order(settings.batch(), 1, 0, settings.workers());
        Segmentation task = settings.task();
        return new BatchSource(
                new SyntheticImageSource(task.outputs()), List.of(task.id()), Normalization.IMAGENET, views, order);
    }

    @Override
    public int size() {
        return COUNT;
    }

    @Override
    public String id(int index) {
        return "image-" + index;
    }

    @Override
    public LabelledImage image(int index) {
        try {
            Raster image = ImageDecoder.read(files.get(index), ImageLimits.DEFAULT);
            return new LabelledImage(id(index), image, Map.of(Segmentation.ID, labels));
        } catch (ImageException e) {
            throw new IllegalStateException("own image can't be read (bug)", e);
        }
    }

    private static byte[] jpeg(SplittableRandom random) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        double phase = random.nextDouble() * 6;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int wave = (int) (100 + 80 * Math.sin(phase + x / 23.0) * Math.cos(y / 17.0)) + random.nextInt(24);
                image.setRGB(x, y, wave << 16 | (wave + x / 8) << 8 | (255 - wave));
            }
        }
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            ImageIO.write(image, "jpeg", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
