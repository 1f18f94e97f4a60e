package dev.facet.cli.bench;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.engine.PreparedPack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long runs take on a device: wall time, since a GPU computes while the processor waits. Nothing else should use the machine.
 */
final class DeviceTimes {
    private static final List<Integer> BATCHES = List.of(1, 2, 4, 8);
    private static final int WARM_UPS = 2;
    private static final Cancellation WANTED = Cancellation.withoutDeadline();

    private final DeviceSetting setting;
    private final Engine engine;

    DeviceTimes(DeviceSetting setting, Engine engine) {
        this.setting = setting;
        this.engine = engine;
    }

    private static double millis(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e6;
    }

    private static boolean offers(ModulatorPack pack, Plan plan) {
        return pack.manifest().plans().containsKey(plan);
    }

    private Rounds<Double> rounds(List<Rounds.Side<Double>> sides) throws IOException, InterruptedException {
        return Rounds.measure(WARM_UPS, setting.rounds(), sides);
    }

    /** One image through each pack under each plan. */
    Table packs() throws IOException, InterruptedException {
        Table table = new Table("One image", "pack", "plan", "opening", "whole run", "common part", "pack's part");
        for (ModulatorPack pack : setting.packs()) {
            for (Plan plan : List.of(Plan.FACTORED, Plan.MERGED)) {
                if (offers(pack, plan)) {
                    setting.say("times: %s, %s", pack.manifest().name(), plan.id());
                    row(table, pack, plan);
                }
            }
        }
        table.note(
                "The common part runs in sessions of its own: its features come back to main memory and are sent again with the"
                        + " pack's part, and under factored the pack's tensors with each run.");
        return table;
    }

    private void row(Table table, ModulatorPack pack, Plan plan) throws IOException, InterruptedException {
        NetworkInput input = setting.input(1);
        long begin = System.nanoTime();
        try (PreparedPack prepared = engine.prepare(pack, plan)) {
            double opening = (System.nanoTime() - begin) / 1e6;
            try (Features features = engine.features(prepared.prefix(), input, WANTED)) {
                Rounds<Double> times = rounds(List.of(
                        () -> millis(() -> prepared.run(input, WANTED)),
                        () -> millis(() -> engine.features(prepared.prefix(), input, WANTED)
                                .close()),
                        () -> millis(() -> prepared.run(features, WANTED))));
                table.row(
                        Cell.words(pack.manifest().name()),
                        Cell.words(plan.id()),
                        new Cell.Amount(opening, 0, "ms"),
                        Cell.millis(Spread.of(times.of(0))),
                        Cell.millis(Spread.of(times.of(1))),
                        Cell.millis(Spread.of(times.of(2))));
            }
        }
    }

    /** All packs on one image: as single calls, and on features that are computed once. */
    Table tasks() throws IOException, InterruptedException {
        Table table = new Table("All packs on one image", "packs", "plan", "single calls", "one call", "ratio");
        for (Plan plan : List.of(Plan.FACTORED, Plan.MERGED)) {
            setting.say("times: all packs, %s", plan.id());
            List<PreparedPack> open = new ArrayList<>();
            try {
                for (ModulatorPack pack : setting.packs()) {
                    if (offers(pack, plan)) {
                        open.add(engine.prepare(pack, plan));
                    }
                }
                NetworkInput input = setting.input(1);
                Rounds<Double> times = rounds(List.of(
                        () -> millis(() -> open.forEach(pack -> pack.run(input, WANTED))),
                        () -> millis(() -> together(open, input))));
                table.row(
                        Cell.words("%d", open.size()),
                        Cell.words(plan.id()),
                        Cell.millis(Spread.of(times.of(0))),
                        Cell.millis(Spread.of(times.of(1))),
                        Cell.ratio(Spread.ofRatios(times.of(1), times.of(0))));
            } finally {
                open.forEach(PreparedPack::close);
            }
        }
        return table;
    }

    private void together(List<PreparedPack> packs, NetworkInput input) {
        List<Prefix> prefixes =
                packs.stream().map(PreparedPack::prefix).distinct().toList();
        for (Prefix prefix : prefixes) {
            try (Features features = engine.features(prefix, input, WANTED)) {
                packs.stream().filter(pack -> pack.prefix().equals(prefix)).forEach(pack -> pack.run(features, WANTED));
            }
        }
    }

    /** Features of several images in one run. */
    Table batches() throws IOException, InterruptedException {
        Table table = new Table(
                "The common part for several images in one run", "images", "a run", "an image", "to one image");
        setting.say("times: batches");
        try (PreparedPack pack = prefixed()) {
            List<Rounds.Side<Double>> sides = new ArrayList<>();
            for (int batch : BATCHES) {
                NetworkInput input = setting.inputs(batch);
                sides.add(() -> {
                    // Twice, of which one counts: the first makes plans for this number of images.
                    engine.features(pack.prefix(), input, WANTED).close();
                    return millis(
                            () -> engine.features(pack.prefix(), input, WANTED).close());
                });
            }
            Rounds<Double> times = rounds(sides);
            for (int i = 0; i < BATCHES.size(); i++) {
                int batch = BATCHES.get(i);
                List<Double> each =
                        times.of(i).stream().map(time -> time / batch).toList();
                table.row(
                        Cell.words("%d", batch),
                        Cell.millis(Spread.of(times.of(i))),
                        Cell.millis(Spread.of(each)),
                        Cell.ratio(Spread.ofRatios(each, times.of(0))));
            }
        }
        return table;
    }

    /** What it costs that a run has another size than the one before. */
    Table sizes() throws IOException, InterruptedException {
        Table table = new Table("Sizes that take turns", "inputs", "a run", "to one size");
        setting.say("times: sizes");
        NetworkInput square = setting.input(1);
        NetworkInput wide = setting.input(setting.side() / 2, setting.side(), 1);
        NetworkInput three = setting.inputs(4);
        try (PreparedPack pack = prefixed()) {
            Rounds<Double> times = rounds(List.of(
                    () -> after(pack, square, square),
                    () -> after(pack, wide, square),
                    () -> after(pack, three, square)));
            List<String> inputs =
                    List.of("one size", "%d×%d before".formatted(wide.height(), wide.width()), "a batch of 4 before");
            for (int i = 0; i < inputs.size(); i++) {
                table.row(
                        Cell.words(inputs.get(i)),
                        Cell.millis(Spread.of(times.of(i))),
                        Cell.ratio(Spread.ofRatios(times.of(i), times.of(0))));
            }
        }
        table.note(
                "The run of a whole pack on %d×%d, and what ran before it.".formatted(setting.side(), setting.side()));
        return table;
    }

    private static double after(PreparedPack pack, NetworkInput before, NetworkInput input) {
        pack.run(before, WANTED);
        return millis(() -> pack.run(input, WANTED));
    }

    /** The first pack with a common part, or the first at all. */
    private PreparedPack prefixed() {
        ModulatorPack pack = setting.packs().stream()
                .filter(each -> !Prefix.of(each.manifest(), Plan.FACTORED).isEmpty())
                .findFirst()
                .orElse(setting.packs().get(0));
        return engine.prepare(pack, offers(pack, Plan.MERGED) ? Plan.MERGED : Plan.FACTORED);
    }
}
