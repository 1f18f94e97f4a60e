package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet pack verify}: everything that a server checks before it plugs a pack. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Checks packs as a server does before it plugs them: format, digest, tensors, bank, self-test.")
final class PackVerifyCommand implements Callable<Integer> {
    private static final double SELF_TEST_CAP = 1e-2;

    @Parameters(paramLabel = "PACK", arity = "1..*")
    private List<Path> files;

    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--plan", defaultValue = "factored", description = "factored or merged (default factored).")
    private String plan;

    @Override
    public Integer call() throws IOException {
        FilterBank bank = BankReader.read(Defaults.bank(bankFile));
        int refused = 0;
        try (Engine engine = OrtEngine.open(bank, EngineOptions.DEFAULT)) {
            for (Path file : files) {
                try {
                    ModulatorPack pack = PackReader.read(file, bank);
                    try (PreparedPack prepared = engine.prepare(pack, Plan.of(plan))) {
                        SelfTest.check(prepared, pack, bank.manifest().input(), SELF_TEST_CAP);
                    }
                    System.out.printf(
                            "%s: fine, %s@%s %s%n",
                            file, pack.manifest().name(), pack.manifest().version(), pack.digest());
                } catch (RuntimeException e) {
                    System.err.printf("%s: %s%n", file, Failures.describe(e));
                    refused++;
                }
            }
        }
        return refused == 0 ? 0 : 1;
    }
}
