package dev.facet.cli.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What Linux counts for a process that runs. */
public final class ProcessUsage {
    private static final double TICK_MILLIS = 10;

    private ProcessUsage() {}

    /** CPU time of all its threads so far, ended ones too, user and system, in ms; the kernel counts in steps of 10 ms. */
    public static double cpuMillis(long pid) throws IOException {
        return read(folder(pid)).millis();
    }

    /** Its resident set in bytes. */
    public static long residentBytes(long pid) throws IOException {
        return Files.readAllLines(folder(pid).resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow(() -> new IOException("no resident set: pid=" + pid));
    }

    /**
     * A thread.
     *
     * @param name what the kernel calls it: the first 15 characters of Java's name
     * @param millis CPU time so far, in steps of 10 ms
     */
    public record ThreadTime(String name, double millis) {}

    /** The threads that live, by their ids. */
    public static Map<Long, ThreadTime> threads(long pid) throws IOException {
        Map<Long, ThreadTime> threads = new TreeMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(folder(pid).resolve("task"))) {
            for (Path task : tasks) {
                try {
                    threads.put(Long.parseLong(task.getFileName().toString()), read(task));
                } catch (NoSuchFileException e) {
                    // It ended meanwhile.
                    continue;
                }
            }
        }
        return threads;
    }

    private static ThreadTime read(Path folder) throws IOException {
        String stat = Files.readString(folder.resolve("stat"));
        int end = stat.lastIndexOf(')');
        String[] fields = stat.substring(end + 2).split(" ");
        double millis = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MILLIS;
        return new ThreadTime(stat.substring(stat.indexOf('(') + 1, end), millis);
    }

    private static Path folder(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }
}
