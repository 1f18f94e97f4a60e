package dev.facet.cli;

import dev.facet.core.access.ApiKey;
import dev.facet.core.access.KeyGrant;
import dev.facet.core.access.KeyLimits;
import dev.facet.core.file.PrivateFile;
import dev.facet.runtime.registry.SigningKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code facet keygen}: makes keys of the API, and keys that packs are signed with. */
@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a key. The secret goes into a file that its owner alone can read; no file is replaced. What the server needs of it is",
            "printed: the line for its file of keys (facet.access.keys), or the public key (facet.management.trusted-keys)."
        },
        footer = {
            "",
            "Examples: facet keygen --api camera --scope predict --rate 20 >> keys.txt",
            "          facet keygen --signing --out signing.pem"
        })
final class KeygenCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private Kind kind;

    private static final class Kind {
        @Option(names = "--api", paramLabel = "NAME", description = "A key of the API, for the bearer of that name.")
        private String api;

        @Option(names = "--signing", description = "A key that packs are signed with (facet pack sign).")
        private boolean signing;
    }

    @Option(names = "--scope", description = "With --api: predict, manage or predict,manage (default predict).")
    private String scope;

    @Option(names = "--rate", description = "With --api: requests per second, on average.")
    private Double rate;

    @Option(names = "--burst", description = "With --rate: requests at once (default: a second's worth).")
    private Integer burst;

    @Option(names = "--pixels-per-hour", description = "With --api: pixels of work in an hour, such as 500M or 2G.")
    private String pixelsPerHour;

    @Option(names = "--pixels-per-day", description = "With --api: the same in a day.")
    private String pixelsPerDay;

    @Option(
            names = {"-o", "--out"},
            description = "The file for the secret (default NAME.key, with --signing signing.pem).")
    private Path out;

    @Override
    public Integer call() throws IOException {
        return kind.signing ? signing() : api();
    }

    private int signing() throws IOException {
        if (scope != null || rate != null || burst != null || pixelsPerHour != null || pixelsPerDay != null) {
            throw CommandFailure.usage("--scope, --rate, --burst and --pixels-… go with --api, not with --signing");
        }
        SigningKey.Generated key = SigningKey.generate();
        write(out != null ? out : Path.of("signing.pem"), key.pem());
        System.out.println(key.trustedKey());
        return 0;
    }

    private int api() throws IOException {
        double perSecond = rate == null ? 0 : rate;
        int atOnce = burst != null ? burst : rate == null ? 0 : KeyLimits.usualBurst(perSecond);
        KeyLimits limits = new KeyLimits(
                perSecond,
                atOnce,
                pixels("--pixels-per-hour", pixelsPerHour),
                pixels("--pixels-per-day", pixelsPerDay));
        String key = ApiKey.generate();
        KeyGrant grant =
                new KeyGrant(kind.api, ApiKey.hash(key), KeyGrant.scopes(scope == null ? "predict" : scope), limits);
        // As the server will read it: what can't be written isn't made.
        KeyGrant.parse(grant.toString());
        write(out != null ? out : Path.of(kind.api + ".key"), key + "\n");
        System.out.println(grant);
        return 0;
    }

    private static long pixels(String option, String text) {
        return text == null ? 0 : KeyGrant.pixels(option, text);
    }

    private static void write(Path file, String secret) throws IOException {
        try {
            PrivateFile.create(file, secret);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure("file exists: file=%s, expected a new one; keys aren't replaced".formatted(file));
        }
        System.err.printf("facet: the secret is in %s%n", file);
    }
}
