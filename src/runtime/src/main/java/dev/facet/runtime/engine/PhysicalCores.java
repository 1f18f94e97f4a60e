package dev.facet.runtime.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The cores that this process may compute on. Two hardware threads of one core share its vector units, so a second one adds
 * nothing to a convolution: cores count, not what the system calls processors.
 */
public final class PhysicalCores {
    private static final Path PROCESSORS = Path.of("/sys/devices/system/cpu");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    private PhysicalCores() {}

    /**
     * At least 1, and never more than {@link Runtime#availableProcessors()}, which knows a container's limit. Where the system
     * doesn't tell (other than Linux), that is the answer.
     */
    public static int count() {
        int available = Runtime.getRuntime().availableProcessors();
        int cores = count(PROCESSORS, STATUS);
        return cores == 0 ? available : Math.min(cores, available);
    }

    /**
     * Cores of the processors that may be used; 0 if it can't be told.
     *
     * @param processors the folder that has {@code cpuN/topology}
     * @param status of the process, with the line that lists its processors
     */
    static int count(Path processors, Path status) {
        try {
            Set<String> cores = new HashSet<>();
            for (int processor : allowed(Files.readAllLines(status)).stream().toArray()) {
                Path topology = processors.resolve("cpu" + processor).resolve("topology");
                cores.add(read(topology.resolve("physical_package_id")) + "/" + read(topology.resolve("core_id")));
            }
            return cores.size();
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    /** The numbers of a list such as {@code 0-3,8}. */
    private static BitSet allowed(List<String> status) throws IOException {
        String list = status.stream()
                .filter(line -> line.startsWith(ALLOWED))
                .findFirst()
                .orElseThrow(() -> new IOException("no line '%s'".formatted(ALLOWED)))
                .substring(ALLOWED.length())
                .strip();
        BitSet processors = new BitSet();
        for (String range : list.split(",")) {
            String[] ends = range.split("-", 2);
            processors.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
        }
        return processors;
    }
}
