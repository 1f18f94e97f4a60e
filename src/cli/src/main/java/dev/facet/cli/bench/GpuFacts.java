package dev.facet.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What the system says of its GPUs: by {@code nvidia-smi}, where it is installed, and of the libraries in this process. */
final class GpuFacts {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final Pattern LIBRARY = Pattern.compile("lib(onnxruntime|cudnn|cudart|cublas|cuda|cufft).*\\.so.*");
    private static final long NANOS = TimeUnit.SECONDS.toNanos(20);

    private GpuFacts() {}

    /** Name, driver, memory and compute capability of each GPU; why there is none known otherwise. */
    static List<String> gpus() {
        return query("--query-gpu=name,driver_version,memory.total,compute_cap")
                .orElse(List.of("none: nvidia-smi isn't there, or doesn't answer"));
    }

    /** Bytes of GPU memory that this process holds; empty where it isn't told, as in some containers. */
    static Optional<Long> processBytes() {
        String pid = Long.toString(ProcessHandle.current().pid());
        return query("--query-compute-apps=pid,used_memory")
                .flatMap(lines -> lines.stream()
                        .map(line -> line.split(",\\s*"))
                        .filter(fields -> fields.length == 2 && fields[0].equals(pid))
                        .findFirst()
                        .flatMap(fields -> mebibytes(fields[1])));
    }

    /** Bytes of GPU memory that are in use, by whomever. */
    static Optional<Long> usedBytes(int gpu) {
        return query("--query-gpu=memory.used", "--id=" + gpu)
                .flatMap(lines -> lines.stream().findFirst())
                .flatMap(GpuFacts::mebibytes);
    }

    private static Optional<Long> mebibytes(String field) {
        try {
            return Optional.of(Long.parseLong(field.strip()) << 20);
        } catch (NumberFormatException e) {
            // "[N/A]"
            return Optional.empty();
        }
    }

    /** Bytes of main memory that this process has resident; 0 where the system doesn't tell. */
    static long residentBytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Names of the libraries of ONNX Runtime, CUDA and cuDNN that are loaded into this process now. */
    static List<String> libraries() {
        try {
            return Files.readAllLines(MAPS).stream()
                    .filter(line -> line.indexOf('/') >= 0)
                    .map(line -> Path.of(line.substring(line.indexOf('/')))
                            .getFileName()
                            .toString())
                    .filter(name -> LIBRARY.matcher(name).matches())
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Lines of {@code nvidia-smi}; empty where it isn't there, fails, or hangs. */
    private static Optional<List<String>> query(String... arguments) {
        List<String> command = new ArrayList<>(List.of("nvidia-smi", "--format=csv,noheader,nounits"));
        command.addAll(List.of(arguments));
        Process process = null;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            boolean ended = process.waitFor(NANOS, TimeUnit.NANOSECONDS);
            if (!ended || process.exitValue() != 0) {
                return Optional.empty();
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Optional.of(output.lines().map(String::strip).toList());
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            if (process != null) {
                process.destroy();
            }
        }
    }
}
