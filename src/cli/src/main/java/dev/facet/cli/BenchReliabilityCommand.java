package dev.facet.cli;

import dev.facet.cli.reliability.Campaign;
import dev.facet.cli.reliability.CampaignOptions;
import dev.facet.cli.reliability.ResultPage;
import dev.facet.cli.reliability.TrialResult;
import dev.facet.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bench reliability}: a server under pressure. */
@Command(
        name = "reliability",
        mixinStandardHelpOptions = true,
        description = {
            "Tests servers of its own, on the loopback address, with damaged input, kill -9, misbehaving clients, overload,",
            "many pack changes, and long mixed work. Exit code 1 if an expectation is not met. Progress on stderr."
        },
        footer = {
            "",
            "Trials, with the time that they take on two idle cores;",
            "each may be run alone:",
            "  mutations  15 minutes   100,000 damaged inputs",
            "  kills      12 minutes   100 times kill -9 during changes of packs",
            "  clients    13 minutes   slow, stopping, resetting and idle clients",
            "  overload    7 minutes   twice the load that the server can answer",
            "  plugs      10 minutes   a pack is plugged and unplugged 1,000 times",
            "  soak       32 minutes   mixed work, then SIGTERM",
            "",
            "Example: facet bench reliability --only kills,clients --summary docs/reliability.md"
        })
final class BenchReliabilityCommand implements Callable<Integer> {
    @Mixin
    private ServerJar server;

    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--only", split = ",", paramLabel = "TRIAL", description = "These trials alone (default: all).")
    private List<String> only = List.of();

    @Option(names = "--quick", description = "A hundredth of counts and times, to see that the campaign works.")
    private boolean quick;

    @Option(names = "--seed", defaultValue = "1", description = "Of all draws (default 1).")
    private long seed;

    @Option(names = "--minutes", defaultValue = "30", description = "Length of the soak (default 30).")
    private int minutes;

    @Option(
            names = "--side",
            defaultValue = "512",
            description = "Side of the image that is sent in the overload, in pixels (default 512).")
    private int side;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON.")
    private Path json;

    @Option(
            names = "--summary",
            paramLabel = "FILE",
            description = "Write the results into this Markdown page; sections of other trials stay.")
    private Path summary;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isRegularFile(server.jar())) {
            throw new CommandFailure(
                    "no packaged server: file=%s, expected the quarkus-run.jar that the launcher builds"
                            .formatted(server.jar()));
        }
        CampaignOptions options = new CampaignOptions(
                Defaults.home(),
                server.jar(),
                Defaults.bank(bankFile),
                PackSelection.packFiles(bankFile),
                seed,
                quick,
                Duration.ofMinutes(minutes),
                side);
        List<TrialResult> results = new Campaign(options, System.err).run(only);
        if (json != null) {
            Files.writeString(json, StrictJson.write(results) + System.lineSeparator());
        }
        if (summary != null) {
            ResultPage.write(summary, results);
        }
        results.forEach(result -> System.out.printf(
                "%-10s %s, %d s%n", result.trial(), result.sound() ? "sound" : "BROKEN", result.seconds()));
        return results.stream().allMatch(TrialResult::sound) ? 0 : 1;
    }
}
