package dev.facet.cli;

import java.nio.file.Path;

/** Where a pack's signature lies: {@code NAME.sig} beside {@code NAME.safetensors}. */
final class SignatureFile {
    private static final String PACK = ".safetensors";

    private SignatureFile() {}

    static Path of(Path pack) {
        String name = pack.getFileName().toString();
        String stem = name.endsWith(PACK) ? name.substring(0, name.length() - PACK.length()) : name;
        return pack.resolveSibling(stem + ".sig");
    }
}
