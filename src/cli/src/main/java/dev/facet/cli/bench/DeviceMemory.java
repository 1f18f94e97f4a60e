package dev.facet.cli.bench;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.PreparedPack;
import java.util.ArrayList;
import java.util.List;

/** What an engine and its packs hold, on the GPU and in main memory, step by step. */
final class DeviceMemory {
    private static final int BATCH = 8;
    private static final Cancellation WANTED = Cancellation.withoutDeadline();

    private final DeviceSetting setting;
    private final Table table =
            new Table("Memory", "after", "GPU, this process", "GPU, everybody", "main memory, this process");

    /** Before the engine is opened. */
    DeviceMemory(DeviceSetting setting) {
        this.setting = setting;
        row("the start");
    }

    /** On an engine that has no pack yet; nothing else may run on the device meanwhile. */
    Table measure(Engine engine) {
        row("the engine was opened");
        for (Plan plan : List.of(Plan.FACTORED, Plan.MERGED)) {
            measure(engine, plan);
        }
        table.note("With each step a run on an input of %d×%d.".formatted(setting.side(), setting.side()));
        return table;
    }

    private void measure(Engine engine, Plan plan) {
        setting.say("memory: %s", plan.id());
        List<PreparedPack> open = new ArrayList<>();
        try {
            for (ModulatorPack pack : setting.packs()) {
                if (pack.manifest().plans().containsKey(plan)) {
                    open.add(engine.prepare(pack, plan));
                    open.get(open.size() - 1).run(setting.input(1), WANTED);
                    row("%s: packs open=%d".formatted(plan.id(), open.size()));
                }
            }
            if (!open.isEmpty()) {
                engine.features(open.get(0).prefix(), setting.inputs(BATCH), WANTED)
                        .close();
                row("%s: a batch of %d".formatted(plan.id(), BATCH));
            }
        } finally {
            open.forEach(PreparedPack::close);
        }
        row("%s: packs closed".formatted(plan.id()));
    }

    private void row(String after) {
        table.row(
                Cell.words(after),
                GpuFacts.processBytes().map(Cell::megabytes).orElse(Cell.none()),
                GpuFacts.usedBytes(setting.device().index())
                        .map(Cell::megabytes)
                        .orElse(Cell.none()),
                Cell.megabytes(GpuFacts.residentBytes()));
    }
}
