package dev.facet.trainer.bench;

import dev.facet.core.image.Normalization;
import dev.facet.core.image.PngWriter;
import dev.facet.core.task.Segmentation;
import dev.facet.evaluation.dataset.DatasetOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.trainer.sample.AugmentationSettings;
import dev.facet.trainer.sample.BatchSource;
import dev.facet.trainer.sample.DatasetImages;
import dev.facet.trainer.sample.LastBatch;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Images that belong to nobody, JPEG files of 500×375, with class maps beside them, in the plain layout of a data set. Every side
 * reads the same files.
 */
final class BenchFolder {
    private static final int COUNT = 16;
    private static final int HEIGHT = 375;
    private static final int WIDTH = 500;
    private static final int STRIPE = 40;
    private static final List<Double> SCALES = List.of(0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0);
    private static final String SPLIT = "train";

    private BenchFolder() {}

    /** Writes the data set. */
    static void write(Path folder, int classes) throws IOException {
        for (String name : List.of("images", "segmentation", "splits")) {
            Files.createDirectories(folder.resolve(name));
        }
        byte[] ids = new byte[HEIGHT * WIDTH];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (byte) (i % WIDTH / STRIPE % classes);
        }
        byte[] map = PngWriter.grey8(HEIGHT, WIDTH, ids, Map.of());
        SplittableRandom random = new SplittableRandom(1);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            String name = "image-" + i;
            names.add(name);
            writeImage(folder.resolve("images").resolve(name + ".jpg"), random);
            Files.write(folder.resolve("segmentation").resolve(name + ".png"), map);
        }
        Files.write(folder.resolve("splits").resolve(SPLIT + ".txt"), names);
        Files.write(
                folder.resolve("classes.txt"),
                IntStream.range(0, classes).mapToObj(id -> "class " + id).toList());
    }

    /** Random views of these images, prepared ahead. Nothing is kept: every image is decoded anew, as from a large data set. */
    static BatchSource batches(BenchSettings settings, Path folder) {
        AugmentationSettings views =
                new AugmentationSettings(SCALES, false, settings.size(), settings.size(), 0.5, 0, 0, 0);
        BatchSource.Order order = new BatchSource.Order(settings.batch(), LastBatch.FULL, 1, 0, settings.workers());
        Segmentation task = settings.task();
        LabelledDataset dataset = LabelledDataset.open(folder, "", List.of(task.id()), SPLIT, DatasetOptions.REFERENCE);
        DatasetImages images =
                new DatasetImages(dataset, List.of(task), new DatasetImages.Preparation(Optional.empty(), 1, 0));
        return new BatchSource(images, List.of(task.id()), Normalization.IMAGENET, views, order);
    }

    private static void writeImage(Path file, SplittableRandom random) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        double phase = random.nextDouble() * 6;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int wave = (int) (100 + 80 * Math.sin(phase + x / 23.0) * Math.cos(y / 17.0)) + random.nextInt(24);
                image.setRGB(x, y, wave << 16 | (wave + x / 8) << 8 | (255 - wave));
            }
        }
        ImageIO.write(image, "jpeg", file.toFile());
    }
}
