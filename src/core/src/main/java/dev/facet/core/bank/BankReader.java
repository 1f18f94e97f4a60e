package dev.facet.core.bank;

import dev.facet.core.safetensors.SafetensorsException;
import dev.facet.core.safetensors.SafetensorsFile;
import dev.facet.core.safetensors.SafetensorsReader;
import java.io.IOException;
import java.nio.file.Path;

/** Reads banks, strictly. */
public final class BankReader {
    /** Largest bank accepted: 512 MiB. */
    public static final long MAX_BYTES = 512L << 20;

    private BankReader() {}

    /**
     * Reads a bank.
     *
     * @throws BankException if it isn't one of version 1, or a tensor is missing, unexpected, misshapen or not finite
     * @throws IOException if the file can't be read
     */
    public static FilterBank read(Path path) throws IOException {
        try {
            SafetensorsFile file = SafetensorsReader.read(path, MAX_BYTES);
            String json = file.metadata().get(BankFormat.METADATA_KEY);
            if (json == null) {
                throw new BankException("not a bank: no '%s' in the metadata".formatted(BankFormat.METADATA_KEY));
            }
            return new FilterBank(BankFormat.fromJson(json), file.tensors());
        } catch (SafetensorsException | BankException e) {
            throw new BankException("%s [bank=%s]".formatted(e.getMessage(), path.getFileName()), e);
        }
    }
}
