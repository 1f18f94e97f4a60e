package dev.facet.cli;

import dev.facet.core.file.AtomicFile;
import dev.facet.core.file.PrivateFile;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.runtime.registry.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet pack sign}: signs packs for servers that take signed ones only. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        description = {
            "Signs packs: writes NAME.sig beside NAME.safetensors, which publish sends along and a server finds in its models folder.",
            "A pack that is damaged isn't signed."
        },
        footer = {"", "Example: facet pack sign normals.safetensors --key signing.pem"})
final class PackSignCommand implements Callable<Integer> {
    private static final long MAX_KEY_BYTES = 16 << 10;

    @Parameters(paramLabel = "PACK", arity = "1..*", description = "Pack files.")
    private List<Path> files;

    @Option(names = "--key", required = true, description = "The private key: a file that keygen --signing has made.")
    private Path keyFile;

    @Override
    public Integer call() throws IOException {
        SigningKey key = key();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            ModulatorPack pack = PackReader.readUnbound(bytes);
            Path target = SignatureFile.of(file);
            AtomicFile.write(target, key.sign(bytes) + "\n");
            System.out.printf(
                    "signed: %s@%s, digest=%s, signature=%s%n",
                    pack.manifest().name(), pack.manifest().version(), pack.digest(), target);
        }
        return 0;
    }

    private SigningKey key() throws IOException {
        if (Files.size(keyFile) > MAX_KEY_BYTES) {
            throw new CommandFailure("key: file=%s, expected at most %d bytes".formatted(keyFile, MAX_KEY_BYTES));
        }
        if (PrivateFile.isOpenToOthers(keyFile)) {
            System.err.printf("facet: key can be read by others: file=%s, expected mode 600%n", keyFile);
        }
        try {
            return SigningKey.ofPem(Files.readString(keyFile));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("key: file=%s, %s".formatted(keyFile, e.getMessage()));
        }
    }
}
