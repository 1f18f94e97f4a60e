package dev.facet.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the tests in a JVM of its own, with a heap of a given size. */
public final class ForkedJvm {
    /** What a JVM with these libraries needs for itself. */
    private static final long OWN_BYTES = 16L << 20;

    private ForkedJvm() {}

    /**
     * Runs it to its end, two minutes at most.
     *
     * @param bytes heap that is there for the work; a tenth more and the JVM's own are added
     * @return what it said, its exit status last
     */
    public static String run(long bytes, Class<?> main, Object... arguments) throws IOException, InterruptedException {
        long heap = (bytes + bytes / 10 + OWN_BYTES) / (1 << 20);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap + "m",
                "-XX:+UseSerialGC",
                "-Xmn4m",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("not done after two minutes: " + said);
        }
        return said + process.exitValue();
    }
}
