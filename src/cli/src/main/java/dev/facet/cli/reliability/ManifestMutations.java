package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import java.io.IOException;
import java.util.SplittableRandom;

/** Packs with damaged manifests and the right digests, uploaded. */
final class ManifestMutations implements Mutation {
    private final ServerProcess server;
    private final MutationOutcomes outcomes;
    private final PackFile pack;

    ManifestMutations(ServerProcess server, MutationOutcomes outcomes, PackFile pack) {
        this.server = server;
        this.outcomes = outcomes;
        this.pack = pack;
    }

    @Override
    public String name() {
        return "manifests";
    }

    @Override
    public int share() {
        return 5_000;
    }

    @Override
    public void one(SplittableRandom random, String item, int worker) throws IOException, InterruptedException {
        String manifest = pack.manifest()
                .replace("\"name\":\"edges\"", "\"name\":\"%s\"".formatted(PackMutations.nameOf(worker)))
                .replaceFirst("\"version\":\"[^\"]*\"", "\"version\":\"1\"");
        byte[] file = pack.withManifest(TextMutations.mutate(manifest, random));
        PackMutations.upload(server, outcomes, file, item, worker);
    }
}
