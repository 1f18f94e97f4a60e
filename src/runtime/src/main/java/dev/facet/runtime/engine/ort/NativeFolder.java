package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary folder that ONNX Runtime unpacks its native library into. At exit it removes the files, but leaves the folder:
 * one more for each start. On Linux alone it can be told which folder this process has.
 */
final class NativeFolder {
    private static final Logger LOG = LoggerFactory.getLogger(NativeFolder.class);
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final String NAME = "onnxruntime-java";

    private static boolean registered;

    private NativeFolder() {}

    /** Loads the library, and sees to it that its folder goes when the process ends. */
    static synchronized void removeAtExit() {
        if (registered || !Files.isReadable(MAPS)) {
            return;
        }
        registered = true;
        OrtEnvironment.getEnvironment();
        List<Path> folders = find();
        if (!folders.isEmpty()) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> folders.forEach(NativeFolder::remove), "onnxruntime-folder"));
        }
    }

    private static List<Path> find() {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.contains("/" + NAME))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))).getParent())
                    .filter(folder -> folder.getFileName().toString().startsWith(NAME))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            LOG.debug("the folder of ONNX Runtime's library isn't known", e);
            return List.of();
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = new ArrayList<>(files.toList());
            all.sort(Comparator.reverseOrder());
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.debug("the folder of ONNX Runtime's library stays: {}", folder, e);
        }
    }
}
