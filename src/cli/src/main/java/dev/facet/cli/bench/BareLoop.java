package dev.facet.cli.bench;

import dev.facet.cli.bench.plain.BareNetwork;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.LongAdder;

/**
 * The floor: ONNX Runtime's run of the merged network on an input that is there already, and nothing else. CPU time is that of
 * the threads that ask.
 */
final class BareLoop implements Contender {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final BareNetwork network;
    private final FloatBuffer input;
    private final int height;
    private final int width;
    private final LongAdder nanos = new LongAdder();

    BareLoop(BareNetwork network, FloatBuffer input, int height, int width) {
        this.network = network;
        this.input = input;
        this.height = height;
        this.width = width;
    }

    @Override
    public String name() {
        return "bare loop";
    }

    @Override
    public void ask() {
        long begin = THREADS.getCurrentThreadCpuTime();
        network.run(input.duplicate(), height, width);
        nanos.add(THREADS.getCurrentThreadCpuTime() - begin);
    }

    @Override
    public double cpuMillis() {
        return nanos.sum() / 1e6;
    }
}
