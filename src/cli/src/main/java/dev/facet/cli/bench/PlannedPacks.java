package dev.facet.cli.bench;

import dev.facet.cli.sample.PackFile;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Copies of one pack on a server, one for each plan that it offers. */
final class PlannedPacks {
    private PlannedPacks() {}

    /** The plans that a pack offers, in their order. */
    static List<Plan> plans(PackManifest manifest) {
        List<Plan> plans = new ArrayList<>(List.of(Plan.values()));
        plans.retainAll(manifest.plans().keySet());
        return plans;
    }

    /** Plugs them. */
    static void plug(MeasuredServer server, byte[] file, PackManifest manifest)
            throws IOException, InterruptedException {
        for (Plan plan : plans(manifest)) {
            String name = name(manifest, plan);
            server.process().plug(name, PackFile.parse(file).copy(name, "1", manifest.description()), plan.id());
        }
    }

    /** Takes them away. */
    static void unplug(MeasuredServer server, PackManifest manifest) throws IOException, InterruptedException {
        for (Plan plan : plans(manifest)) {
            server.process().unplug(name(manifest, plan));
        }
    }

    /** The copies that are plugged, each asked for the answer to that image as PNG. */
    static List<ServerContender> contenders(MeasuredServer server, PackManifest manifest, byte[] jpeg) {
        return plans(manifest).stream()
                .map(plan -> server.asking("Facet, " + plan.id(), path(manifest, plan), jpeg))
                .toList();
    }

    /** The copy's name. */
    static String name(PackManifest manifest, Plan plan) {
        return "bench-%s-%s".formatted(manifest.name(), plan.id());
    }

    /** Where the copy answers with a PNG. */
    static String path(PackManifest manifest, Plan plan) {
        return "/v1/%s.png?pack=%s".formatted(manifest.task().id(), name(manifest, plan));
    }
}
