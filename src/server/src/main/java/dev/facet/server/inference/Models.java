package dev.facet.server.inference;

import dev.facet.core.image.Normalization;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.registry.PackFailure;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackState;
import dev.facet.runtime.registry.PackUnavailableException;
import dev.facet.runtime.registry.PackView;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The models that there are: two for each registered pack. Thread-safe. */
@ApplicationScoped
public class Models {
    private static final String UNLOADED = "unloaded";

    private final PackRegistry registry;
    private final Normalization normalization;

    Models(PackRegistry registry, Engine engine) {
        this.registry = registry;
        this.normalization = engine.bank().manifest().input();
    }

    /**
     * Describes a model.
     *
     * @param version empty for the one that answers for the name
     * @throws dev.facet.runtime.registry.UnknownPackException if there is none
     * @throws PackUnavailableException if there should be one and it failed
     */
    public ModelDescription describe(ModelName model, Optional<String> version) {
        PackView pack = view(model, version);
        List<String> versions = registry.versions(model.pack()).stream()
                .map(each -> each.id().version())
                .toList();
        return ModelDescription.of(model, pack, versions, normalization);
    }

    private PackView view(ModelName model, Optional<String> version) {
        model.checkVersion(version);
        return version.isPresent()
                ? registry.pack(new PackId(model.pack(), version.get()))
                : registry.active(model.pack());
    }

    /** The packs of a model's versions that are meant: one, or all of them, lowest first. */
    public List<PackId> versions(ModelName model, Optional<String> version) {
        if (version.isPresent()) {
            return List.of(view(model, version).id());
        }
        return registry.versions(model.pack()).stream().map(PackView::id).toList();
    }

    /** Addresses of all registered packs. */
    public List<PackId> all() {
        return registry.packs().stream().map(PackView::id).toList();
    }

    /**
     * Whether a model answers.
     *
     * @param version empty for the one that answers for the name
     * @throws dev.facet.runtime.registry.UnknownPackException if there is none
     */
    public ModelState readiness(ModelName model, Optional<String> version) {
        try {
            return state(model, view(model, version));
        } catch (PackUnavailableException e) {
            return new ModelState(model.toString(), version.orElse(""), false, e.reason());
        }
    }

    /** Every version of every model, also those that don't answer, by name and version. */
    public List<ModelState> index() {
        List<ModelState> models = new ArrayList<>();
        for (PackView pack : registry.packs()) {
            models.add(state(new ModelName(pack.id().name(), false), pack));
            models.add(state(new ModelName(pack.id().name(), true), pack));
        }
        for (PackFailure failure : registry.failures()) {
            failure.id()
                    .filter(id -> models.stream()
                            .noneMatch(known -> known.name().equals(id.name())
                                    && known.version().equals(id.version())))
                    .ifPresent(id -> addUnavailable(id, failure.reason(), models));
        }
        registry.removedSeeds().forEach(id -> addUnavailable(id, UNLOADED, models));
        return models;
    }

    private static void addUnavailable(PackId id, String reason, List<ModelState> models) {
        models.add(new ModelState(id.name(), id.version(), false, reason));
        models.add(new ModelState(new ModelName(id.name(), true).toString(), id.version(), false, reason));
    }

    private static ModelState state(ModelName model, PackView pack) {
        return new ModelState(
                model.toString(),
                pack.id().version(),
                pack.state() != PackState.FAILED,
                pack.failure().orElse(""));
    }
}
