package dev.facet.cli;

import picocli.CommandLine.Option;

/** The options that say how many requests a benchmark of a server sends. */
final class RequestRounds {
    @Option(
            names = "--rounds",
            defaultValue = "8",
            description = "Rounds of ten requests that count (default ${DEFAULT-VALUE}).")
    private int counted;

    @Option(
            names = "--warm-up",
            defaultValue = "3000",
            description =
                    "Small requests before the first row, while the JIT compiler is busy (default ${DEFAULT-VALUE}).")
    private int warmUp;

    int counted() {
        return counted;
    }

    int warmUp() {
        return warmUp;
    }
}
