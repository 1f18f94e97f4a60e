package dev.facet.cli.bench;

import dev.facet.cli.process.ServerProcess;
import dev.facet.core.pack.Plan;
import java.io.IOException;
import java.util.List;

/** Memory of plugged packs, and whether it is given back. */
final class PlugMemory {
    private static final List<Integer> COUNTS = List.of(1, 5, 20);
    private static final double BAR = 1.5;
    private static final int MAX_FILLERS = 60;
    private static final int OF_A_PLAN = 10;

    private PlugMemory() {}

    /** Of added packs. */
    static Table added(PlugTrial trial) throws IOException, InterruptedException {
        double bytes = trial.floatBytes();
        Table table = new Table(
                "Memory per added pack (%s, %.2f MB of fp32 tensors), factored"
                        .formatted(trial.manifest().name(), bytes / 1e6),
                "packs added",
                "memory",
                "per pack",
                "ratio",
                "bar");
        trial.options().say("plug: memory");
        int fillers = useUpFreeMemory(trial);
        ServerProcess.Memory before = trial.server().memory();
        int plugged = 0;
        for (int count : COUNTS) {
            if (trial.options().quick() && plugged > 0) {
                break;
            }
            while (plugged < count) {
                String name = "bench-" + ++plugged;
                trial.plug(name);
                trial.predict(name);
            }
            double growth = trial.server().memory().minus(before);
            table.row(
                    Cell.words("%d", count),
                    Cell.megabytes(growth),
                    new Cell.Amount(growth / count / 1e6, 2, "MB"),
                    new Cell.Amount(growth / count / bytes, 2, ""),
                    Cell.atMost(growth / count / bytes, BAR));
        }
        for (int i = 1; i <= plugged; i++) {
            trial.server().unplug("bench-" + i);
        }
        for (int i = 1; i <= fillers; i++) {
            trial.server().unplug("bench-filler-" + i);
        }
        table.note(
                "Resident set after garbage collections with a heap of fixed, touched size, plus the live heap. Counted after %d"
                        + " packs that used up what the allocator had free from start and warm-up (a pack that fits in there grows"
                        + " nothing); every added pack answered one request.",
                fillers);
        return table;
    }

    /** Of packs that have answered, under each plan, against what the server counts for them. */
    static Table byPlan(PlugTrial trial) throws IOException, InterruptedException {
        Table table = new Table(
                "Memory per added pack by plan, each having answered a %d² image".formatted(trial.side()),
                "plan",
                "memory, a pack",
                "what the server counts",
                "ratio");
        int count = trial.options().count(OF_A_PLAN, 2);
        for (Plan plan : PlannedPacks.plans(trial.manifest())) {
            trial.options().say("plug: memory, %s", plan.id());
            // The first of a plan opens what its packs share.
            plugAndAnswer(trial, plan, 0);
            ServerProcess.Memory before = trial.server().memory();
            double counted = trial.server().packBytes();
            for (int i = 1; i <= count; i++) {
                plugAndAnswer(trial, plan, i);
            }
            double growth = trial.server().memory().minus(before) / count;
            double own = (trial.server().packBytes() - counted) / count;
            table.row(
                    Cell.words(plan.id()),
                    new Cell.Amount(growth / 1e6, 2, "MB"),
                    new Cell.Amount(own / 1e6, 2, "MB"),
                    new Cell.Amount(growth / own, 2, ""));
            for (int i = 0; i <= count; i++) {
                trial.server().unplug(PlannedPacks.name(trial.manifest(), plan) + "-" + i);
            }
        }
        table.note("Means of %d packs.", count);
        return table;
    }

    private static void plugAndAnswer(PlugTrial trial, Plan plan, int number) throws IOException, InterruptedException {
        String name = PlannedPacks.name(trial.manifest(), plan) + "-" + number;
        trial.plug(name, plan);
        trial.predict(name);
    }

    /** Plugs packs until two in a row grow the server by nearly their own bytes; returns how many. */
    private static int useUpFreeMemory(PlugTrial trial) throws IOException, InterruptedException {
        double bytes = trial.floatBytes();
        int grown = 0;
        int fillers = 0;
        ServerProcess.Memory before = trial.server().memory();
        while (grown < 2 && fillers < trial.options().count(MAX_FILLERS, 2)) {
            String name = "bench-filler-" + ++fillers;
            trial.plug(name);
            trial.predict(name);
            ServerProcess.Memory after = trial.server().memory();
            grown = after.minus(before) > 0.9 * bytes ? grown + 1 : 0;
            before = after;
        }
        return fillers;
    }

    /** Over rounds of plugging, answering and unplugging. */
    static Table overRounds(PlugTrial trial, int rounds) throws IOException, InterruptedException {
        int count = trial.options().count(rounds, 5);
        Table table = new Table("Memory over %d plug/unplug rounds".formatted(count), "round", "resident", "live heap");
        trial.options().say("plug: %d rounds", count);
        ServerProcess.Memory first = null;
        ServerProcess.Memory last = null;
        for (int round = 0; round <= count; round++) {
            trial.plug("bench-round");
            trial.predict("bench-round");
            trial.server().unplug("bench-round");
            if (round % Math.max(1, count / 5) == 0) {
                last = trial.server().memory();
                first = first == null ? last : first;
                table.row(Cell.words("%d", round), Cell.megabytes(last.resident()), Cell.megabytes(last.heap()));
            }
        }
        double growth = last.minus(first);
        table.note(
                "Growth over all rounds: %.1f MB, that is %.1f kB a round and %.2f packs in all (bar: flat).",
                growth / 1e6, growth / count / 1e3, growth / trial.floatBytes());
        return table;
    }
}
