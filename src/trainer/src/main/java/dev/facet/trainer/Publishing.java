package dev.facet.trainer;

import dev.facet.exchange.publish.ManagementKey;
import dev.facet.exchange.publish.PackPublisher;
import dev.facet.exchange.publish.Publication;
import dev.facet.exchange.publish.PublishOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of a command that puts its packs on a running server. */
final class Publishing {
    @Option(
            names = "--publish",
            paramLabel = "URL",
            description =
                    "Uploads the finished pack to this server, such as localhost:8080, which serves it from then on. Whether the version is free is checked before the training; the validation scores are written into the pack before the upload.")
    private String server;

    @Option(
            names = {"--api-key-file", "--key-file"},
            paramLabel = "FILE",
            description = "File with the server's key; default: the environment variable " + ManagementKey.VARIABLE
                    + ", then management.key in the data folder of a server on this machine.")
    private Path keyFile;

    /**
     * Checks the options, before anything takes time.
     *
     * @return empty where nothing is to be published
     * @throws IllegalArgumentException if address or key can't be used
     */
    Optional<Target> target() throws IOException {
        if (server == null) {
            if (keyFile != null) {
                throw new IllegalArgumentException("--api-key-file needs --publish URL");
            }
            return Optional.empty();
        }
        if (keyFile != null && !Files.isRegularFile(keyFile)) {
            throw new IllegalArgumentException("no such file: option=--api-key-file, file=%s".formatted(keyFile));
        }
        PackPublisher publisher = PackPublisher.of(server);
        PublishOptions usual = PublishOptions.DEFAULTS;
        return Optional.of(new Target(
                publisher,
                new PublishOptions(
                        ManagementKey.find(keyFile, publisher.server()),
                        usual.activate(),
                        Optional.empty(),
                        usual.timeout())));
    }

    /** A server, and how packs are put on it. */
    record Target(PackPublisher publisher, PublishOptions options) {
        /**
         * Asks whether that version could be published.
         *
         * @param bank fingerprint; empty where the pack needs none
         * @throws dev.facet.exchange.publish.PublishException if not
         */
        void checkFree(String name, String version, Optional<String> bank) throws InterruptedException {
            publisher.checkFree(name, version, bank, options);
        }

        Publication publish(Path file) throws IOException, InterruptedException {
            return publisher.publish(file, options, sent -> {});
        }
    }
}
