package dev.facet.trainer;

import dev.facet.core.digest.Sha256;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.TrainingConfiguration;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Names a configuration by what it says, wherever its files lie and however much is logged. */
final class ConfigurationDigest {
    private static final Map<String, String> ELSEWHERE = Map.of(
            "dataset.root", "data",
            "model.bank", "bank",
            "training_strategy.check_data", "null",
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
        Map<String, String> elsewhere = new HashMap<>(ELSEWHERE);
        if (!configuration.dataset().sources().isEmpty()) {
            elsewhere.put(
                    "dataset.sources",
                    ConfigurationReader.anywhere(configuration.dataset().sources()));
        }
        String text = ConfigurationReader.write(
                ConfigurationReader.parse(ConfigurationReader.write(configuration), elsewhere));
        return Sha256.hex(text);
    }
}
