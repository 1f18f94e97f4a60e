package dev.facet.cli;

import dev.facet.core.json.StrictJson;
import dev.facet.exchange.publish.ManagementKey;
import dev.facet.exchange.publish.PackPublisher;
import dev.facet.exchange.publish.Publication;
import dev.facet.exchange.publish.PublishOptions;
import dev.facet.exchange.publish.PublishRehearsal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet publish}: puts a pack on a server. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        description = "Uploads a pack to a running server, which checks it and serves it from then on.",
        footer = {
            "",
            "Example: facet publish models/extra/streets.safetensors --server http://localhost:8080",
            "The key is taken from --key-file, or from --key, or from the environment variable "
                    + ManagementKey.VARIABLE + ",",
            "or, for a server on this machine, from management.key in its data folder."
        })
final class PublishCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACK", description = "A pack file; a signature beside it (NAME.sig) is sent along.")
    private Path file;

    @Option(
            names = "--server",
            defaultValue = "http://localhost:8080",
            description = "Address: localhost:8080, https://packs.example (default http://localhost:8080).")
    private String server;

    @Option(names = "--key", description = "The server's key (visible to others on this machine: --key-file isn't).")
    private String key;

    @Option(names = "--key-file", description = "File with the key.")
    private Path keyFile;

    @Option(names = "--no-activate", description = "Upload only; the version that answers now stays.")
    private boolean inactive;

    @Option(
            names = "--dry-run",
            description =
                    "Let the server check, prepare and self-test the pack, and say what it would do; it keeps nothing.")
    private boolean dryRun;

    @Option(names = "--timeout", defaultValue = "300", description = "Seconds until the answer (default 300).")
    private long timeoutSeconds;

    @Option(names = "--json", description = "Print the server's answer as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PackPublisher publisher = PackPublisher.of(server);
        PublishOptions options =
                new PublishOptions(key(publisher.server()), !inactive, signature(), Duration.ofSeconds(timeoutSeconds));
        String outcome;
        try (Progress progress = Progress.bar("uploading", Files.size(file))) {
            outcome = dryRun
                    ? rehearse(publisher, options, progress)
                    : said(publisher.publish(file, options, progress::stepTo));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
        System.out.println(outcome);
        return 0;
    }

    private String rehearse(PackPublisher publisher, PublishOptions options, Progress progress)
            throws IOException, InterruptedException {
        PublishRehearsal rehearsal = publisher.rehearse(file, options, progress::stepTo);
        return json ? StrictJson.write(rehearsal) : rehearsal.summary();
    }

    private String said(Publication publication) {
        return json ? StrictJson.write(facts(publication)) : publication.summary();
    }

    private static Map<String, Object> facts(Publication publication) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("address", publication.address());
        facts.put("digest", publication.digest());
        facts.put("created", publication.created());
        facts.put("active", publication.active());
        return facts;
    }

    private Optional<String> key(URI server) throws IOException {
        if (keyFile == null && key != null) {
            return Optional.of(key).filter(value -> !value.isEmpty());
        }
        return ManagementKey.find(keyFile, server);
    }

    private Optional<String> signature() throws IOException {
        Path signature = SignatureFile.of(file);
        return Files.isRegularFile(signature)
                ? Optional.of(Files.readString(signature).strip())
                : Optional.empty();
    }
}
