package dev.facet.cli;

import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.Edges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A bank and packs on it in a folder, as NAME.safetensors.
 *
 * @param folder exists
 */
record ModelsFolder(Path folder) {
    /** Writes a bank, and a pack "edges" with all of its stages modulated. */
    FilterBank writeBankAndEdges() throws IOException {
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, false, 1);
        write(bank);
        write("edges", RandomModels.pack(bank, Modulation.RC, new Edges("boundaries"), 2));
        return bank;
    }

    void write(FilterBank bank) throws IOException {
        BankWriter.write(file("bank"), bank);
    }

    void write(String name, ModulatorPack pack) throws IOException {
        PackWriter.write(file(name), pack);
    }

    Path file(String name) {
        return folder.resolve(name + ".safetensors");
    }

    /** The command line of {@code facet predict} with the bank and these packs. */
    String[] predict(List<String> packs, Object... arguments) {
        List<String> command =
                new ArrayList<>(List.of("predict", "--bank", file("bank").toString(), "--device", "cpu"));
        packs.forEach(pack -> command.addAll(List.of("--pack", file(pack).toString())));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command.toArray(String[]::new);
    }
}
