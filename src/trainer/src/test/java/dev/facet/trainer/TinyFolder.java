package dev.facet.trainer;

import dev.facet.core.bank.BankWriter;
import dev.facet.core.image.PngWriter;
import dev.facet.trainer.sample.LabelPlane;
import dev.facet.trainer.sample.LabelledImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The tiny task as a data set in the plain layout, with a bank and a configuration beside it. */
public final class TinyFolder {
    private TinyFolder() {}

    /**
     * Writes {@code data}, {@code bank.safetensors} and {@code tiny.yaml} into a folder.
     *
     * @return the configuration
     */
    public static Path write(Path folder) throws IOException {
        Path data = folder.resolve("data");
        for (String name : List.of("images", "segmentation", "saliency", "splits")) {
            Files.createDirectories(data.resolve(name));
        }
        List<LabelledImage> images = TinyTask.images(7);
        for (LabelledImage image : images) {
            int height = image.image().height();
            int width = image.image().width();
            byte[] ids = ((LabelPlane.Ids) image.plane(TinyTask.KIND.id())).values();
            byte[] grey = new byte[ids.length];
            for (int i = 0; i < ids.length; i++) {
                grey[i] = (byte) (ids[i] == 1 ? 255 : 0);
            }
            String file = image.id() + ".png";
            Files.write(
                    data.resolve("images").resolve(file),
                    PngWriter.rgb8(height, width, image.image().rgb(), Map.of()));
            Files.write(data.resolve("segmentation").resolve(file), PngWriter.grey8(height, width, ids, Map.of()));
            Files.write(data.resolve("saliency").resolve(file), PngWriter.grey8(height, width, grey, Map.of()));
        }
        Files.writeString(data.resolve("classes.txt"), "dark\nbright\n");
        list(data, "train", images.subList(0, 5));
        list(data, "val", images.subList(5, 7));
        list(data, "test", images.subList(5, 7));
        BankWriter.write(folder.resolve("bank.safetensors"), RandomBank.of(1));
        Path config = folder.resolve("tiny.yaml");
        Files.writeString(config, """
                training_strategy: {max_iter: 8}
                model:
                  bank: '%s'
                  modulated_from: layer4
                  parameters: {decoder: {width: 8, low_level_width: 4, rates: [1, 2, 3]}}
                input: {size: 48}
                dataset: {root: '%s', task: segmentation}
                train_dataloader:
                  dataset_args: {augmentations: {RandomCrop: {size: 32}}}
                  dataloader_args: {batch_size: 2}
                logger: {train_log_iter: 1, val_log_iter: 4, image_log_iter: 4, histogram_iter: 4, checkpoint_iter: 2}
                pack: {name: tiny}
                """.formatted(folder.resolve("bank.safetensors"), data));
        return config;
    }

    private static void list(Path data, String split, List<LabelledImage> images) throws IOException {
        Files.write(
                data.resolve("splits").resolve(split + ".txt"),
                images.stream().map(LabelledImage::id).toList());
    }
}
