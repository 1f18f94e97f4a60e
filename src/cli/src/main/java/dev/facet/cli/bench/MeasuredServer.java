package dev.facet.cli.bench;

import dev.facet.cli.process.ServerOptions;
import dev.facet.cli.process.ServerProcess;
import dev.facet.core.file.TemporaryFolder;
import dev.facet.core.quantization.CalibrationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A server with a bank and packs in a folder of its own. Clients that wait are what is measured, not an overload that is
 * refused; and each request is computed, whatever was asked before, unless a benchmark wants it otherwise.
 *
 * @param folder goes with the server
 * @param process the server
 */
record MeasuredServer(TemporaryFolder folder, ServerProcess process) implements AutoCloseable {
    private static final String FEATURE_MEMORY = "FACET_LIMITS_FEATURE_MEMORY";

    /** How a server is started. */
    @FunctionalInterface
    interface Setting {
        ServerOptions change(ServerOptions options);
    }

    /** Starts one with those packs in its models folder, so many threads a run (0: its own choice). */
    static MeasuredServer start(BenchOptions options, List<Path> packs, int threads)
            throws IOException, InterruptedException {
        return start(options.jar(), options.bank(), packs, threads, how -> how);
    }

    /** Starts that installation; {@code setting} has the last word about how. */
    static MeasuredServer start(Path jar, Path bank, List<Path> packs, int threads, Setting setting)
            throws IOException, InterruptedException {
        TemporaryFolder folder = TemporaryFolder.create("facet-bench");
        try {
            Path models = Files.createDirectory(folder.path().resolve("models"));
            putBank(bank, models);
            for (Path pack : packs) {
                Files.copy(pack, models.resolve(pack.getFileName()));
            }
            ServerOptions how = setting.change(options(jar, models, threads));
            return new MeasuredServer(folder, ServerProcess.start(how, folder.path()));
        } catch (IOException | InterruptedException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** Puts a bank into a models folder, with its calibration where it has one. */
    static void putBank(Path bank, Path models) throws IOException {
        Path copy = Files.copy(bank, models.resolve("bank.safetensors"));
        Path calibration = CalibrationFile.beside(bank);
        if (Files.exists(calibration)) {
            Files.copy(calibration, CalibrationFile.beside(copy));
        }
    }

    /** How such a server is started over a models folder. */
    static ServerOptions options(Path jar, Path models, int threads) {
        return ServerOptions.measured(jar, models, threads)
                .withVariable("FACET_LIMITS_QUEUE_WAIT", "60S")
                .withVariable(FEATURE_MEMORY, "0");
    }

    /** Lets requests share the features of an image, as a server does that nobody has told otherwise. */
    static ServerOptions sharing(ServerOptions options) {
        return options.withoutVariable(FEATURE_MEMORY);
    }

    /** It as a side of a comparison, asked for an image's answers at that path. */
    ServerContender asking(String name, String path, byte[] jpeg) {
        return new ServerContender(name, process, path, jpeg);
    }

    @Override
    public void close() {
        process.close();
        folder.close();
    }
}
