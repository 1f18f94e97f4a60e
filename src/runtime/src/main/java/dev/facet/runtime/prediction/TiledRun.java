package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.encoding.TiledEncoding;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import dev.facet.core.image.Resolution;
import dev.facet.core.image.TileGrid;
import dev.facet.core.image.Tiling;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.engine.AnsweringPack;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.schedule.EngineTurns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers an image tile by tile, from left to right and top to bottom. Every pack answers a tile before the next one is cut, so that
 * they share its features; each run takes a turn of the engine of its own, so that other requests get theirs in between. Thread-safe.
 */
public final class TiledRun {
    private final Engine engine;
    private final FeatureBatches batches;
    private final InputBuffers buffers;
    private final RequestListener listener;

    /** @param turns taken for each run */
    public TiledRun(Engine engine, EngineTurns turns, InputBuffers buffers) {
        this(engine, new FeatureBatches(engine, turns, buffers, 1), buffers, RequestListener.NONE);
    }

    /**
     * @param batches by which prefixes are run; its turns are taken for each run of a pack, too
     * @param listener of the request whose image it is
     */
    TiledRun(Engine engine, FeatureBatches batches, InputBuffers buffers, RequestListener listener) {
        this.engine = engine;
        this.batches = batches;
        this.buffers = buffers;
        this.listener = listener;
    }

    /**
     * Answers an image.
     *
     * @param packs in the order in which they answer a tile: a deeper prefix after those that it extends
     * @param resolution with a tiling
     * @return what each of the packs gave, in their order
     * @throws IllegalArgumentException if a pack's network doesn't take such tiles
     * @throws dev.facet.core.cancellation.CancelledException if it was cancelled
     * @throws dev.facet.core.cancellation.DeadlineExceededException if its deadline passed
     */
    public List<TiledAnswer> run(
            Raster image,
            List<? extends AnsweringPack> packs,
            AnswerForm form,
            Resolution resolution,
            Cancellation cancellation) {
        Tiling tiling = resolution.tiling().orElseThrow();
        // Packs whose networks want other multiples are cut into other tiles.
        Map<TileGrid, List<Integer>> byGrid = new LinkedHashMap<>();
        for (int i = 0; i < packs.size(); i++) {
            TileGrid grid = TileGrid.of(
                    tiling,
                    image.height(),
                    image.width(),
                    packs.get(i).manifest().input());
            byGrid.computeIfAbsent(grid, key -> new ArrayList<>()).add(i);
        }
        TiledAnswer[] answers = new TiledAnswer[packs.size()];
        byGrid.forEach((grid, indices) -> {
            Frame frame = resolution.answer(grid.frame());
            Raster shown = PredictionEncoder.needsImage(form)
                    ? Resampler.resize(image, frame.imageHeight(), frame.imageWidth())
                    : null;
            List<TiledPack> running = new ArrayList<>();
            try {
                for (int index : indices) {
                    AnsweringPack pack = packs.get(index);
                    TaskKind task = pack.manifest().task();
                    running.add(new TiledPack(
                            pack,
                            new TiledEncoding(task, grid, frame, form, shown, cancellation),
                            cancellation,
                            listener));
                }
                run(image, grid, running, cancellation);
                for (int i = 0; i < running.size(); i++) {
                    answers[indices.get(i)] = running.get(i).answer();
                }
            } finally {
                running.forEach(TiledPack::close);
            }
        });
        return Arrays.asList(answers);
    }

    private void run(Raster image, TileGrid grid, List<TiledPack> packs, Cancellation cancellation) {
        for (int row = 0; row < grid.rows().count(); row++) {
            for (int column = 0; column < grid.columns().count(); column++) {
                cancellation.check();
                if (packs.stream().allMatch(TiledPack::hasFailed)) {
                    return;
                }
                answerTile(image, grid, row, column, packs);
            }
            for (TiledPack pack : packs) {
                pack.finishRow(row);
            }
        }
        packs.forEach(TiledPack::finish);
    }

    private void answerTile(Raster image, TileGrid grid, int row, int column, List<TiledPack> packs) {
        SourceImage tile = SourceImage.of(grid.cut(image, row, column));
        Frame frame = grid.tileFrame(row, column);
        // A tile is no image that anybody else has: its features are shared here only.
        try (NetworkInputs inputs = new NetworkInputs(tile, engine, batches, buffers, new FeatureCache(0), listener)) {
            for (TiledPack pack : packs) {
                pack.run(row, column, inputs, frame);
            }
        }
    }
}
