package dev.facet.runtime.engine;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import java.util.List;

/** An engine that hands everything on to another one, for tests that watch a part of it. The other one stays its owner's. */
public abstract class ForwardingEngine implements Engine {
    /** Where everything goes. */
    protected final Engine engine;

    protected ForwardingEngine(Engine engine) {
        this.engine = engine;
    }

    @Override
    public FilterBank bank() {
        return engine.bank();
    }

    @Override
    public EngineReport report() {
        return engine.report();
    }

    @Override
    public Frame frame(InputPolicy policy, int imageHeight, int imageWidth) {
        return engine.frame(policy, imageHeight, imageWidth);
    }

    @Override
    public Plan automaticPlan(PackManifest manifest) {
        return engine.automaticPlan(manifest);
    }

    @Override
    public PreparedPack prepare(ModulatorPack pack, Plan plan) {
        return engine.prepare(pack, plan);
    }

    @Override
    public Features features(Prefix prefix, NetworkInput input, Cancellation cancellation) {
        return engine.features(prefix, input, cancellation);
    }

    @Override
    public Features extend(Features shallower, Prefix prefix, Cancellation cancellation) {
        return engine.extend(shallower, prefix, cancellation);
    }

    @Override
    public List<Features> split(Features batch, int images) {
        return engine.split(batch, images);
    }

    @Override
    public void close() {}
}
