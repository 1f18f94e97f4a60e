package dev.facet.cli;

import dev.facet.core.publish.PackPublisher;
import dev.facet.core.publish.Publication;
import dev.facet.core.publish.PublishOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet publish}: plugs a pack into a running server. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        description = "Uploads a pack to a running server, which checks it and serves it at once.",
        footer = {"", "Example: facet publish models/extra/streets.safetensors --server http://localhost:8080"})
final class PublishCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACK")
    private Path file;

    @Option(names = "--server", defaultValue = "http://localhost:8080", description = "Default http://localhost:8080.")
    private URI server;

    @Option(names = "--key", description = "Management key; default: FACET_MANAGEMENT_KEY of the environment.")
    private String key;

    @Option(names = "--no-activate", description = "Only store it: the active version goes on answering.")
    private boolean inactive;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<String> bearer = Optional.ofNullable(key != null ? key : System.getenv("FACET_MANAGEMENT_KEY"));
        Path signatureFile =
                file.resolveSibling(file.getFileName().toString().replaceFirst("\\.safetensors$", "") + ".sig");
        Optional<String> signature = Files.isRegularFile(signatureFile)
                ? Optional.of(Files.readString(signatureFile).trim())
                : Optional.empty();
        PublishOptions options = new PublishOptions(bearer, !inactive, signature, Duration.ofMinutes(5));
        try (ProgressBar progress = Progress.bar("publishing", Files.size(file))) {
            Publication publication = new PackPublisher(server).publish(file, options, progress::stepTo);
            progress.close();
            System.out.printf(
                    "%s %s%ndigest %s%n",
                    publication.created() ? "plugged" : "was there already:",
                    publication.address(),
                    publication.digest());
        }
        return 0;
    }
}
