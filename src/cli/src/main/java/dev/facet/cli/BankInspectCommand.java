package dev.facet.cli;

import dev.facet.core.bank.BankException;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.safetensors.SafetensorsException;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.tensor.Tensor;
import dev.facet.exchange.checkpoint.CheckpointException;
import dev.facet.exchange.checkpoint.CheckpointReader;
import java.io.IOException;
import java.nio.file.Path;
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
        FilterBank bank = readBank(Defaults.bank(file));
        Facts facts = new Facts();
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
        facts.print(json);
        return 0;
    }

    private static FilterBank readBank(Path file) throws IOException {
        try {
            if (CheckpointReader.isPickled(file)) {
                throw new BankException("a checkpoint of PyTorch");
            }
            return BankReader.read(file);
        } catch (BankException e) {
            if (!isCheckpoint(file)) {
                throw e;
            }
            throw new CommandFailure(
                    "a checkpoint, not a bank: file=%s, expected a bank; make one of it with 'facet bank import %s --out bank.safetensors'"
                            .formatted(file, file));
        }
    }

    private static boolean isCheckpoint(Path file) throws IOException {
        if (CheckpointReader.isPickled(file)) {
            return true;
        }
        try {
            return !CheckpointReader.read(file).isEmpty() && !isOurs(file);
        } catch (CheckpointException e) {
            return false;
        }
    }

    /** Whether its metadata say that it is a bank or a pack, whatever is wrong with it. */
    private static boolean isOurs(Path file) throws IOException {
        try {
            return SafetensorsReader.readMetadata(file, Integer.MAX_VALUE).keySet().stream()
                    .anyMatch(key -> key.startsWith("facet."));
        } catch (SafetensorsException e) {
            return false;
        }
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
