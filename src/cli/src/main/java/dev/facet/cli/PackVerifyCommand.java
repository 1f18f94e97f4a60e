package dev.facet.cli;

import dev.facet.core.image.Normalization;
import dev.facet.core.json.StrictJson;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import dev.facet.runtime.registry.DetachedSignature;
import dev.facet.runtime.registry.TrustedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet pack verify}: would a server take this pack? */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks packs as a server does when they are plugged: format, digest, every tensor, the bank's fingerprint, and the",
            "self-test on this machine's engine. Exit code 0 if all would be accepted, 1 with the faults if not."
        },
        footer = {"", "Example: facet pack verify normals.safetensors --bank bank.safetensors --plan merged"})
final class PackVerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACK", arity = "1..*", description = "Pack files.")
    private List<Path> files;

    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--plan", defaultValue = "factored", description = "factored, merged or int8 (default factored).")
    private String plan;

    @Option(
            names = "--tolerance",
            defaultValue = "1e-3",
            description =
                    "Cap on the self-test's tolerance, relative to the largest output (default 1e-3, a server's).")
    private double cap;

    @Option(
            names = "--int8-tolerance",
            defaultValue = "0.05",
            description = "The same cap for the self-test under int8 (default 0.05, a server's).")
    private double int8Cap;

    @Option(names = "--device", defaultValue = "cpu", description = "auto, cpu or cuda[:n] (default cpu).")
    private String device;

    @Option(
            names = "--trusted-key",
            description =
                    "A public key, as keygen --signing prints it: the pack must be signed with it, or with another one that is"
                            + " given so (NAME.sig).")
    private List<String> trustedKeys = List.of();

    @Option(names = "--json", description = "As JSON, one line a pack.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        CalibratedBank bank = CalibratedBank.read(Defaults.bank(bankFile));
        EngineOptions options = new EngineOptions(DeviceChoice.of(device), 0, false);
        TrustedKeys trusted = TrustedKeys.of(trustedKeys);
        int refused = 0;
        try (Engine engine = bank.open(options)) {
            for (Path file : files) {
                try {
                    ModulatorPack pack = PackReader.read(file, bank.bank());
                    trusted.checkStored(Files.readAllBytes(file), DetachedSignature.read(SignatureFile.of(file)));
                    report(file, pack, selfTest(engine, pack));
                } catch (PackException e) {
                    refuse(file, e);
                    refused++;
                }
            }
        }
        return refused == 0 ? 0 : 1;
    }

    private double selfTest(Engine engine, ModulatorPack pack) {
        Normalization input = engine.bank().manifest().input();
        try (PreparedPack prepared = engine.prepare(pack, Plan.of(plan))) {
            SelfTest.check(prepared, pack, input, prepared.plan() == Plan.INT8 ? int8Cap : cap);
            Tensor actual = SelfTest.output(prepared, pack.tensor(ModulatorPack.SELF_TEST_IMAGE), input);
            return SelfTest.relativeDifference(SelfTest.expected(prepared, pack).toFloatArray(), actual.toFloatArray());
        }
    }

    private void report(Path file, ModulatorPack pack, double difference) {
        if (json) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("file", file.toString());
            facts.put("accepted", true);
            facts.put("name", pack.manifest().name());
            facts.put("version", pack.manifest().version());
            facts.put("digest", pack.digest());
            facts.put("plan", plan);
            facts.put("selfTestDifference", difference);
            System.out.println(StrictJson.write(facts));
        } else {
            System.out.printf(
                    "%s: accepted, %s@%s, digest=%s, plan=%s, self-test max|Δ|/max|y|=%.1e%n",
                    file, pack.manifest().name(), pack.manifest().version(), pack.digest(), plan, difference);
        }
    }

    private void refuse(Path file, PackException refusal) {
        if (json) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("file", file.toString());
            facts.put("accepted", false);
            facts.put(
                    "faults",
                    refusal.findings().stream()
                            .map(finding -> Map.of("fault", finding.fault().name(), "detail", finding.detail()))
                            .toList());
            System.out.println(StrictJson.write(facts));
        } else {
            refusal.findings().forEach(finding -> System.err.printf("%s: refused, %s%n", file, finding));
        }
    }
}
