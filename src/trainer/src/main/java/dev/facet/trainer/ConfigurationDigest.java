package dev.facet.trainer;

import dev.facet.core.digest.Sha256;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.TrainingConfiguration;
import java.io.IOException;
import java.util.Map;

/** Names a configuration by what it says, wherever its files lie and however much is logged. */
final class ConfigurationDigest {
    private static final Map<String, String> ELSEWHERE = Map.of(
            "dataset.root", "data",
            "model.bank", "bank",
            "logger.results_dir", "results",
            "logger.train_log_iter", "1",
            "logger.image_log_iter", "0",
            "logger.histogram_iter", "0",
            "logger.checkpoint_iter", "0",
            "logger.tensorboard", "false",
            "train_dataloader.dataloader_args.num_workers", "1");

    private ConfigurationDigest() {}

    /** SHA-256 in lower-case hex. */
    static String of(TrainingConfiguration configuration) throws IOException {
        String text = ConfigurationReader.write(
                ConfigurationReader.parse(ConfigurationReader.write(configuration), ELSEWHERE));
        return Sha256.hex(text);
    }
}
