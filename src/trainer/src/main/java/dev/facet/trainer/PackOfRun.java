package dev.facet.trainer;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.pack.Provenance;
import dev.facet.evaluation.dataset.OpenedSplit;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.export.PackExport;
import dev.facet.trainer.loop.RunSettings;
import dev.facet.trainer.loop.TaskSettings;
import dev.facet.trainer.loop.TrainingRun;
import dev.facet.trainer.network.NetworkSpecification;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the packs of a finished run.
 *
 * @param configuration as read
 * @param trained what was trained on
 * @param command what made it, for the provenance
 */
record PackOfRun(TrainingConfiguration configuration, OpenedSplit trained, String command) {
    private static final String TRAINER = "facet-trainer 0.1.0";
    private static final double SELF_TEST_TOLERANCE = 1e-3;

    /** The name of a task's pack. */
    static String name(TrainingConfiguration configuration, TaskSettings task) {
        Optional<String> name = configuration.pack().name();
        boolean several = configuration.dataset().tasksWeighting().size() > 1;
        return name.map(given -> several ? given + "-" + task.name() : given).orElse(task.name());
    }

    /**
     * Checks that what packs say of themselves can be said.
     *
     * @throws IllegalArgumentException if not
     */
    void check(FilterBank bank, RunSettings settings) {
        for (TaskSettings task : settings.tasks()) {
            try {
                manifest(bank, settings, task, Math.max(1, settings.steps() - 1));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "pack '%s' can't be made: %s [key='pack']".formatted(name(configuration, task), e.getMessage()),
                        e);
            }
        }
    }

    /** The pack of a task; its scores come later. */
    ModulatorPack make(FilterBank bank, RunSettings settings, TaskSettings task, TrainingRun.Result result) {
        return PackExport.of(
                bank,
                manifest(bank, settings, task, result.step()),
                result.weights(),
                configuration.pack().store().equals("fp16"));
    }

    private PackManifest manifest(FilterBank bank, RunSettings settings, TaskSettings task, int step) {
        var pack = configuration.pack();
        NetworkSpecification network = task.network();
        String made = step == settings.steps()
                ? command
                : command + " (weights of step %d of %d)".formatted(step, settings.steps());
        return new PackManifest(
                name(configuration, task),
                pack.version(),
                pack.description(),
                task.kind(),
                network.needsBank() ? Optional.of(bank.fingerprint()) : Optional.empty(),
                network.architecture(),
                network.outputStride(),
                network.modulation(),
                network.modulatedFrom(),
                network.needsBank() ? bank.manifest().ranks() : Map.of(),
                network.decoder(),
                settings.policy(),
                Map.of(Plan.FACTORED, 0.0, Plan.MERGED, 0.0),
                new Provenance(
                        configuration.dataset().datasetName().orElse(trained.dataset()),
                        trained.split(),
                        made,
                        configuration.seed(),
                        step,
                        TRAINER,
                        pack.teacher()),
                List.of(),
                pack.licence(),
                SELF_TEST_TOLERANCE);
    }
}
