package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.json.StrictJson;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet bank inspect}: what a bank is. */
@Command(name = "inspect", mixinStandardHelpOptions = true, description = "Shows what a bank is.")
final class BankInspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BANK", arity = "0..1", description = "Default: models/bank.safetensors.")
    private Path file;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        FilterBank bank = BankReader.read(Defaults.bank(file));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("fingerprint", bank.fingerprint());
        facts.put("architecture", bank.manifest().architecture());
        facts.put("decomposition", bank.manifest().response().isPresent() ? "response" : "none");
        facts.put("initialValues", bank.hasInitialValues());
        facts.put("ranks", bank.manifest().ranks());
        facts.put("mean", bank.manifest().input().mean());
        facts.put("std", bank.manifest().input().std());
        facts.put("tensors", bank.tensors().size());
        facts.put("filterParameters", count(bank, false));
        facts.put("initialParameters", count(bank, true));
        facts.put("provenance", bank.manifest().provenance());
        facts.put("licence", bank.manifest().licence());
        if (json) {
            System.out.println(StrictJson.write(facts));
        } else {
            facts.forEach((key, value) -> System.out.printf("%-18s %s%n", key, value));
        }
        return 0;
    }

    private static long count(FilterBank bank, boolean initial) {
        long count = 0;
        for (Map.Entry<String, Tensor> entry : bank.tensors().entrySet()) {
            if (entry.getKey().startsWith("init.") == initial) {
                count += entry.getValue().shape().elements();
            }
        }
        return count;
    }
}
