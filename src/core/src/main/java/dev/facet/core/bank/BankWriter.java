package dev.facet.core.bank;

import dev.facet.core.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writes banks, whole or not at all; the same bank gives the same bytes. */
public final class BankWriter {
    private BankWriter() {}

    /**
     * Writes a bank with its tensors in byte order of their names.
     *
     * @throws IOException if it can't be written
     */
    public static void write(Path path, FilterBank bank) throws IOException {
        SafetensorsWriter.write(
                path, Map.of(BankFormat.METADATA_KEY, BankFormat.toJson(bank.manifest())), bank.tensors());
    }
}
