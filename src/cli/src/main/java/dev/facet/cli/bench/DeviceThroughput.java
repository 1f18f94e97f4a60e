package dev.facet.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.prediction.FeatureBatches;
import dev.facet.runtime.prediction.FeatureCache;
import dev.facet.runtime.prediction.InputBuffers;
import dev.facet.runtime.prediction.NetworkInputs;
import dev.facet.runtime.prediction.SourceImage;
import dev.facet.runtime.schedule.EngineTurns;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Images a second where several clients ask at the same time, with and without batches, as the server runs them. */
final class DeviceThroughput {
    private static final List<Integer> CLIENTS = List.of(1, 4, 16);
    private static final List<Integer> BATCHES = List.of(1, 8);
    private static final List<Integer> RUNS = List.of(1, 2);
    private static final long BUFFER_BYTES = 1L << 28;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final DeviceSetting setting;
    private final Engine engine;

    DeviceThroughput(DeviceSetting setting, Engine engine) {
        this.setting = setting;
        this.engine = engine;
    }

    /** With one pack, every image another one. */
    Table measure() throws InterruptedException, ExecutionException {
        Table table = new Table(
                "Clients side by side",
                "clients",
                "runs at a time",
                "largest batch",
                "images a second",
                "CPU an image");
        ModulatorPack pack = setting.packs().get(0);
        Plan plan = pack.manifest().plans().containsKey(Plan.MERGED) ? Plan.MERGED : Plan.FACTORED;
        try (PreparedPack prepared = engine.prepare(pack, plan)) {
            for (int clients : CLIENTS) {
                for (int runs : RUNS) {
                    for (int batch : BATCHES) {
                        setting.say("throughput: clients=%d, runs at a time=%d, batch=%d", clients, runs, batch);
                        row(table, prepared, clients, runs, batch);
                    }
                }
            }
        }
        table.note("%s, %s; making the input and the network's run, no decoding and no encoding."
                .formatted(pack.manifest().name(), plan.id()));
        return table;
    }

    private void row(Table table, PreparedPack pack, int clients, int runs, int batch)
            throws InterruptedException, ExecutionException {
        InputBuffers buffers = new InputBuffers(BUFFER_BYTES);
        FeatureBatches batches = new FeatureBatches(engine, new EngineTurns(runs), buffers, batch);
        int images = Math.max(1, 4 * setting.rounds() / clients);
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            ask(threads, clients, 1, pack, batches, buffers);
            long begin = System.nanoTime();
            long cpu = SYSTEM.getProcessCpuTime();
            ask(threads, clients, images, pack, batches, buffers);
            double seconds = (System.nanoTime() - begin) / 1e9;
            double cpuMillis = (SYSTEM.getProcessCpuTime() - cpu) / 1e6;
            int all = images * clients;
            table.row(
                    Cell.words("%d", clients),
                    Cell.words("%d", runs),
                    Cell.words("%d", batch),
                    new Cell.Amount(all / seconds, 1, ""),
                    new Cell.Amount(cpuMillis / all, 1, "ms"));
        } finally {
            threads.shutdown();
        }
    }

    private void ask(
            ExecutorService threads,
            int clients,
            int images,
            PreparedPack pack,
            FeatureBatches batches,
            InputBuffers buffers)
            throws InterruptedException, ExecutionException {
        List<Future<?>> asked = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            Raster image = new Raster(
                    setting.side(), setting.side(), SyntheticImage.draw(setting.side(), setting.side(), client + 1L));
            asked.add(threads.submit(() -> {
                for (int i = 0; i < images; i++) {
                    answer(image, pack, batches, buffers);
                }
            }));
        }
        for (Future<?> each : asked) {
            each.get();
        }
    }

    private void answer(Raster image, PreparedPack pack, FeatureBatches batches, InputBuffers buffers) {
        try (NetworkInputs inputs =
                new NetworkInputs(SourceImage.of(image), engine, batches, buffers, new FeatureCache(0))) {
            inputs.run(pack, inputs.frame(pack), Cancellation.withoutDeadline());
        }
    }
}
