package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.runtime.registry.Lease;
import java.util.ArrayList;
import java.util.List;

/** Answers requests for images in tiles. Thread-safe. */
final class TiledResponses {
    private final TiledRun tiles;

    TiledResponses(TiledRun tiles) {
        this.tiles = tiles;
    }

    /**
     * Answers a request.
     *
     * @param order in which the packs answer a tile
     * @return the answers, in the order of the packs
     */
    List<PredictionResponse> answer(
            PredictionRequest request,
            List<LeasedPacks.Entry> packs,
            List<Integer> order,
            SourceImage image,
            long queueNanos) {
        Cancellation cancellation = request.cancellation();
        PredictionResponse[] responses = new PredictionResponse[packs.size()];
        List<Integer> answering = new ArrayList<>();
        for (int index : order) {
            LeasedPacks.Entry pack = packs.get(index);
            if (pack.lease() == null) {
                responses[index] = pack.failed();
            } else if (open(pack.lease(), cancellation, index, pack, responses)) {
                answering.add(index);
            }
        }
        if (!answering.isEmpty()) {
            List<Lease> leases =
                    answering.stream().map(index -> packs.get(index).lease()).toList();
            List<TiledAnswer> answers =
                    tiles.run(image.raster(cancellation), leases, request.form(), request.resolution(), cancellation);
            for (int i = 0; i < answers.size(); i++) {
                int index = answering.get(i);
                responses[index] = response(packs.get(index), answers.get(i), image, queueNanos);
            }
        }
        return List.of(responses);
    }

    /** A cold pack is opened before the engine is waited for, so that it keeps nobody else waiting. */
    private static boolean open(
            Lease lease, Cancellation cancellation, int index, LeasedPacks.Entry pack, PredictionResponse[] responses) {
        try {
            lease.open(cancellation);
            return true;
        } catch (RuntimeException e) {
            cancellation.check();
            responses[index] = pack.failed(e);
            return false;
        }
    }

    private static PredictionResponse response(
            LeasedPacks.Entry pack, TiledAnswer answer, SourceImage image, long queueNanos) {
        if (answer.failure().isPresent()) {
            return pack.failed(answer.failure().get());
        }
        StageTimes times = new StageTimes(
                image.decodeNanos(),
                answer.input(),
                queueNanos + answer.queue(),
                answer.prefix(),
                answer.compute(),
                answer.encode());
        return pack.answered(answer.encoded().orElseThrow(), answer.features(), times);
    }
}
