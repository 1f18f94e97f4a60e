package dev.facet.trainer.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.json.StrictJson;
import dev.facet.core.network.Stage;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.sample.BatchSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The child's part: trains so many steps for every number that it reads, and answers with one line each. */
final class SideRun {
    /** What begins a line of ours, among whatever libraries print. */
    static final String MARK = "@bench ";

    /** The side without our measures. */
    static final String PLAIN = "plain";

    private static final String STAGE_MARK = "@";

    private SideRun() {}

    /**
     * One block of steps.
     *
     * @param steps how many
     * @param seconds wall time
     * @param cpuSeconds CPU time of the process, loading included
     * @param waitedSeconds wall time that the loop waited for batches
     * @param peakBytes largest resident memory of the process so far; 0 where the system doesn't say
     * @param loss last loss
     */
    record BlockTime(int steps, double seconds, double cpuSeconds, double waitedSeconds, long peakBytes, double loss) {}

    static void run(Supplier<Side> sides, BenchSettings settings, Path data, PrintStream out)
            throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Side side = sides.get();
                BatchSource batches = BenchFolder.batches(settings, data)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(MARK + StrictJson.write(block(side, batches, Integer.parseInt(line))));
                out.flush();
            }
        }
    }

    private static BlockTime block(Side side, BatchSource batches, int steps) throws InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long waited = batches.waitedNanos();
        long cpu = system.getProcessCpuTime();
        long begin = System.nanoTime();
        double loss = 0;
        for (int i = 0; i < steps; i++) {
            loss = side.step(batches.next());
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
        return new BlockTime(steps, seconds, cpuSeconds, (batches.waitedNanos() - waited) / 1e9, peakBytes(), loss);
    }

    /** {@code VmHWM} of this process. */
    private static long peakBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** The side of that name: {@link #PLAIN}, or a precision and the stage that is modulated from on, {@code fp32@layer2}. */
    static Supplier<Side> side(String name, FilterBank bank, BenchSettings settings) {
        if (name.equals(PLAIN)) {
            return () -> new PlainSide(settings);
        }
        String[] parts = name.split(STAGE_MARK);
        Precision precision = Precision.of(parts[0]);
        Stage from = Stage.of(parts[1]);
        return () -> new FacetSide(bank, settings, precision, from);
    }

    /** The name of one of our sides. */
    static String name(Precision precision, Stage modulatedFrom) {
        return precision.id() + STAGE_MARK + modulatedFrom.id();
    }
}
