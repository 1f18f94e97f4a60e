package dev.facet.runtime.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.EncodingOptions;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.encoding.Representation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageFormat;
import dev.facet.core.image.ImageHeader;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import dev.facet.core.image.Resolution;
import dev.facet.core.image.Tiling;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.Depth;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.core.task.VocPalette;
import dev.facet.runtime.engine.AnsweringPack;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackStore;
import dev.facet.runtime.registry.Packs;
import dev.facet.runtime.registry.RegistryLimits;
import dev.facet.runtime.registry.RegistryListener;
import dev.facet.runtime.registry.RegistrySettings;
import dev.facet.runtime.registry.Route;
import dev.facet.runtime.registry.UnknownPackException;
import dev.facet.runtime.schedule.Client;
import dev.facet.runtime.schedule.EngineTurns;
import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.runtime.schedule.Scheduler;
import dev.facet.runtime.schedule.SchedulerLimits;
import dev.facet.runtime.schedule.TooMuchMemoryException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers in tiles and at other sizes, through the whole service on a real engine. */
@Timeout(120)
class TiledPredictionTest {
    private static final TaskKind CLASSES = new Segmentation(IntStream.range(0, 5)
            .mapToObj(id -> new LabelClass("class " + id, VocPalette.color(id)))
            .toList());
    private static final Map<String, TaskKind> KINDS =
            Map.of("edges", RandomNetworks.EDGES, "normals", RandomNetworks.NORMALS, "segmentation", CLASSES);
    private static final AnswerForm PNG = AnswerForm.of(Representation.PNG);
    private static final AnswerForm NPY = AnswerForm.of(Representation.NPY);
    private static final AnswerForm LOGITS = new AnswerForm(Representation.RAW, EncodingOptions.DEFAULT, true);
    private static final AnswerForm OVERLAY = AnswerForm.of(Representation.JPEG);

    @TempDir
    static Path folder;

    private static Engine engine;
    private static PackStore store;
    private static PackRegistry registry;

    private final MemoryBudget memory = new MemoryBudget(64 << 20, 16 << 20);
    private final RequestThreads threads = new RequestThreads(2, 3, 2);
    private final Scheduler scheduler =
            new Scheduler(new SchedulerLimits(3, Duration.ofMinutes(1), 0), memory, threads.work());
    private final InputBuffers buffers = new InputBuffers(1 << 20);
    private final PredictionService service = new PredictionService(
            registry,
            engine,
            scheduler,
            new FeatureBatches(engine, new EngineTurns(1), buffers, 1),
            buffers,
            new FeatureCache(1 << 20),
            new PredictionLimits(new ImageLimits(32 << 20, 2_000_000, 3000), 100, 256, 64 << 20),
            threads);

    @BeforeAll
    static void openRegistry() throws IOException {
        engine = OrtEngine.open(RandomNetworks.bank(71), EngineOptions.cpu(1));
        Files.createDirectories(folder.resolve("models"));
        long seed = 1;
        for (String kind : List.of("edges", "normals", "segmentation")) {
            Path file = folder.resolve("models").resolve(kind + ".safetensors");
            Files.write(file, PackWriter.toBytes(Packs.pack(engine, new PackId(kind, "1"), KINDS.get(kind), seed++)));
        }
        store = PackStore.open(folder.resolve("models"), folder.resolve("bank"), folder.resolve("data"));
        RegistryLimits limits = new RegistryLimits(9, 1 << 30, 1e-3);
        registry = PackRegistry.open(engine, store, RegistrySettings.of(limits), new RegistryListener() {});
    }

    @AfterAll
    static void closeRegistry() throws IOException {
        registry.close();
        store.close();
        engine.close();
    }

    @AfterEach
    void nothingIsHeld() throws InterruptedException {
        while (memory.heldBytes() > 0 || scheduler.underWay() > 0) {
            Thread.sleep(1);
        }
        threads.close();
    }

    private static Raster image(int height, int width) {
        byte[] rgb = new byte[height * width * 3];
        new SplittableRandom(height).nextBytes(rgb);
        return new Raster(height, width, rgb);
    }

    private static byte[] file(Raster image) {
        return PngWriter.rgb8(image.height(), image.width(), image.rgb(), Map.of());
    }

    private static Resolution tiles(int size, int overlap, int side) {
        return new Resolution(
                side == 0 ? OptionalInt.empty() : OptionalInt.of(side), Optional.of(new Tiling(size, overlap)));
    }

    private static Resolution side(int side) {
        return new Resolution(OptionalInt.of(side), Optional.empty());
    }

    private CompletableFuture<PredictionResult> predict(
            byte[] file, AnswerForm form, Resolution resolution, Cancellation cancellation, String... kinds) {
        List<PackSelector> packs = List.of(kinds).stream()
                .<PackSelector>map(each -> new PackSelector.OfKind(each, Route.random()))
                .toList();
        EncodedImage sent = new EncodedImage() {
            @Override
            public byte[] read() {
                return file;
            }

            @Override
            public void close() {}
        };
        return service.predict(
                        new PredictionRequest(sent, packs, form, resolution, Client.of("client"), 0, cancellation))
                .toCompletableFuture();
    }

    private byte[] answer(Raster image, AnswerForm form, Resolution resolution, String kind) {
        try (PredictionResult result = predict(file(image), form, resolution, Cancellation.withoutDeadline(), kind)
                .join()) {
            return success(result, 0).encoded().content().toBytes();
        }
    }

    private static PredictionResponse.Success success(PredictionResult result, int index) {
        return (PredictionResponse.Success) result.responses().get(index);
    }

    /** What a pack's network gives for an input as large as the image, padded: by the engine alone. */
    private static NetworkOutput run(AnsweringPack pack, Raster image, Frame frame) {
        FloatBuffer nchw = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
        InputTensor.prepare(image, frame, engine.bank().manifest().input(), nchw);
        NetworkInput input = NetworkInput.of(nchw, frame.paddedHeight(), frame.paddedWidth());
        try (Features features = engine.features(pack.prefix(), input, Cancellation.withoutDeadline())) {
            return pack.run(features, Cancellation.withoutDeadline()).get(0);
        }
    }

    /** Tiles along an axis by the rule of the documentation: the fewest that overlap enough, spread evenly, on multiples of 16. */
    private static int[] begins(int length, int size, int overlap) {
        int padded = (length + 15) / 16 * 16;
        if (padded <= size) {
            return new int[] {0};
        }
        int count = (int) Math.ceil((double) (padded - overlap) / (size - overlap));
        return IntStream.range(0, count)
                .map(i -> (padded - size) * i / (count - 1) / 16 * 16)
                .toArray();
    }

    /** What a tile counts for at a sample of the whole map: it fades in over what it shares with the one before, then out. */
    private static float weight(int[] begins, int size, int tile, int sample) {
        double position = 4 * (sample + 0.5);
        double in = tile == 0 ? 1 : fade(position, begins[tile], begins[tile - 1] + size);
        double out = tile == begins.length - 1 ? 0 : fade(position, begins[tile + 1], begins[tile] + size);
        return (float) (in - out);
    }

    private static double fade(double position, double begin, double end) {
        return Math.min(1, Math.max(0, begin == end ? position - begin : (position - begin) / (end - begin)));
    }

    /** The whole map, composed of the maps that the engine gives for each tile alone. */
    private static NetworkOutput composed(AnsweringPack pack, Raster image, int size, int overlap) {
        int paddedHeight = (image.height() + 15) / 16 * 16;
        int paddedWidth = (image.width() + 15) / 16 * 16;
        int tileHeight = Math.min(size, paddedHeight);
        int tileWidth = Math.min(size, paddedWidth);
        int[] tops = begins(image.height(), size, overlap);
        int[] lefts = begins(image.width(), size, overlap);
        int channels = pack.manifest().task().outputs();
        int rows = paddedHeight / 4;
        int columns = paddedWidth / 4;
        float[] map = new float[channels * rows * columns];
        for (int row = 0; row < tops.length; row++) {
            for (int column = 0; column < lefts.length; column++) {
                int height = Math.min(tileHeight, image.height() - tops[row]);
                int width = Math.min(tileWidth, image.width() - lefts[column]);
                byte[] rgb = new byte[height * width * 3];
                for (int y = 0; y < height; y++) {
                    int from = ((tops[row] + y) * image.width() + lefts[column]) * 3;
                    System.arraycopy(image.rgb(), from, rgb, y * width * 3, width * 3);
                }
                Frame frame = new Frame(height, width, height, width, tileHeight, tileWidth);
                NetworkOutput tile = run(pack, new Raster(height, width, rgb), frame);
                for (int i = 0; i < tile.values().length; i++) {
                    int channel = i / (tile.height() * tile.width());
                    int y = tops[row] / 4 + i / tile.width() % tile.height();
                    int x = lefts[column] / 4 + i % tile.width();
                    map[(channel * rows + y) * columns + x] +=
                            weight(tops, tileHeight, row, y) * weight(lefts, tileWidth, column, x) * tile.values()[i];
                }
            }
        }
        return new NetworkOutput(channels, rows, columns, map);
    }

    /** Several rows and columns; tiles that reach over two neighbours; no overlap; other sizes. */
    @ParameterizedTest
    @CsvSource({
        "150,301,96,16,0",
        "150,301,96,48,0",
        "301,90,64,32,0",
        "130,200,64,0,0",
        "150,301,96,32,77",
        "70,90,64,16,500"
    })
    void aTiledAnswerIsTheCompositionOfTheTilesOwnAnswers(int height, int width, int size, int overlap, int side) {
        Raster image = image(height, width);
        Resolution resolution = tiles(size, overlap, side);
        Frame whole = new Frame(height, width, height, width, (height + 15) / 16 * 16, (width + 15) / 16 * 16);
        double scale = (double) side / Math.max(height, width);
        Frame frame =
                side == 0 ? whole : whole.seenAt((int) Math.round(height * scale), (int) Math.round(width * scale));
        Raster shown = Resampler.resize(image, frame.imageHeight(), frame.imageWidth());
        List<String> kinds = List.copyOf(KINDS.keySet());
        List<NetworkOutput> maps = new ArrayList<>();
        for (String kind : kinds) {
            try (Lease lease = registry.acquireDefault(kind, Route.random())) {
                maps.add(composed(lease, image, size, overlap));
            }
        }
        for (AnswerForm form : List.of(LOGITS, PNG, OVERLAY)) {
            try (PredictionResult result = predict(
                            file(image), form, resolution, Cancellation.withoutDeadline(), kinds.toArray(String[]::new))
                    .join()) {
                for (int i = 0; i < kinds.size(); i++) {
                    byte[] expected = PredictionEncoder.encode(
                                    KINDS.get(kinds.get(i)),
                                    maps.get(i),
                                    frame,
                                    form,
                                    shown,
                                    Cancellation.withoutDeadline())
                            .content()
                            .toBytes();
                    assertThat(success(result, i).encoded().content().toBytes())
                            .as("%s, %s", kinds.get(i), form)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void severalTasksShareTheFeaturesOfEachTileAndGiveTheBitsOfOne() {
        Raster image = image(150, 200);
        Resolution resolution = tiles(96, 32, 0);
        try (PredictionResult result = predict(
                        file(image),
                        PNG,
                        resolution,
                        Cancellation.withoutDeadline(),
                        "edges",
                        "saliency",
                        "normals",
                        "segmentation")
                .join()) {
            assertThat(success(result, 0).features()).isEqualTo(FeatureSource.COMPUTED);
            assertThat(((PredictionResponse.Failure) result.responses().get(1)).reason())
                    .isInstanceOf(UnknownPackException.class);
            assertThat(success(result, 2).features()).isEqualTo(FeatureSource.SHARED);
            assertThat(success(result, 3).features()).isEqualTo(FeatureSource.SHARED);
            for (int index : new int[] {0, 2, 3}) {
                PredictionResponse.Success success = success(result, index);
                assertThat(success.encoded().content().toBytes())
                        .isEqualTo(answer(image, PNG, resolution, success.kind()));
            }
        }
    }

    @Test
    void anImageThatFitsIntoATileIsAnsweredAtItsOwnResolution() {
        // The pack's input policy leaves it as it is, too.
        Raster image = image(40, 64);
        for (AnswerForm form : List.of(LOGITS, PNG)) {
            assertThat(answer(image, form, tiles(128, 16, 0), "normals"))
                    .isEqualTo(answer(image, form, Resolution.USUAL, "normals"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 50, 100, 99, 300})
    void anotherSideIsTheNetworksMapResizedStraightToIt(int side) {
        Raster image = image(80, 100);
        KINDS.forEach((kind, task) -> {
            try (Lease lease = registry.acquireDefault(kind, Route.random())) {
                Frame frame = lease.manifest().input().frame(80, 100);
                NetworkOutput map = run(lease, image, frame);
                int height = Math.round(0.8f * side);
                byte[] expected = PredictionEncoder.encode(
                                task,
                                map,
                                new Frame(height, side, frame.height(), frame.width(), 64, 64),
                                NPY,
                                null,
                                Cancellation.withoutDeadline())
                        .content()
                        .toBytes();
                assertThat(answer(image, NPY, side(side), kind)).isEqualTo(expected);
            }
        });
        assertThat(answer(image, NPY, side(100), "edges")).isEqualTo(answer(image, NPY, Resolution.USUAL, "edges"));
    }

    @Test
    void otherRequestsGetTheirTurnsBetweenTheTiles() {
        CompletableFuture<PredictionResult> tiled = predict(
                file(image(1000, 1000)), PNG, tiles(128, 16, 0), Cancellation.withoutDeadline(), "edges", "normals");
        while (scheduler.underWay() == 0) {
            Thread.onSpinWait();
        }
        byte[] small = file(image(40, 60));
        for (int i = 0; i < 3; i++) {
            predict(small, PNG, Resolution.USUAL, Cancellation.withoutDeadline(), "edges")
                    .join()
                    .close();
            assertThat(tiled.isDone()).as("tiles are over before request %d", i).isFalse();
        }
        tiled.join().close();
    }

    @Test
    void aClientThatLeavesEndsItsTiles() {
        Cancellation cancellation = Cancellation.withoutDeadline();
        CompletableFuture<PredictionResult> tiled =
                predict(file(image(1000, 1000)), PNG, tiles(128, 16, 0), cancellation, "edges", "normals");
        while (scheduler.underWay() == 0) {
            Thread.onSpinWait();
        }
        cancellation.cancel();
        assertThatThrownBy(tiled::join).hasCauseInstanceOf(CancelledException.class);
    }

    @Test
    void costsWhatAllTilesCost() {
        ImageHeader header = ImageHeader.read(file(image(1000, 1000)), ImageLimits.DEFAULT);
        try (Lease lease = registry.acquireDefault("edges", Route.random())) {
            // 9 × 9 tiles of 128.
            RequestCost tiled = RequestCost.of(engine, header, List.of(lease), PNG, tiles(128, 16, 0), 0);
            RequestCost whole = RequestCost.of(engine, header, List.of(lease), PNG, Resolution.USUAL, 0);
            assertThat(tiled.pixels() - whole.pixels()).isEqualTo(81L * 128 * 128 - 64 * 64);
            RequestCost small = RequestCost.of(engine, header, List.of(lease), PNG, side(100), 0);
            assertThat(whole.pixels() - small.pixels()).isBetween(30_937L, 30_938L);
            RequestCost overlay = RequestCost.of(engine, header, List.of(lease), OVERLAY, side(100), 0);
            assertThat(RequestCost.of(engine, header, List.of(lease), OVERLAY, Resolution.USUAL, 0)
                            .memoryBytes())
                    .isGreaterThan(overlay.memoryBytes());
        }
    }

    @Test
    void whatIsHeldOfTheNetworkGrowsWithTheTileAndTheWidthOnly() {
        try (Lease lease = registry.acquireDefault("segmentation", Route.random())) {
            long[] bytes = new long[2];
            for (int i = 0; i < 2; i++) {
                int height = 1000 << 2 * i;
                ImageHeader header = new ImageHeader(ImageFormat.PNG, height, 1000, 0);
                // What holds pixels, of the image and of the answer, at their most.
                long pixels = 3L * height * 1000 + (height * 1001L) * 1001 / 1000;
                bytes[i] = RequestCost.of(engine, header, List.of(lease), PNG, tiles(256, 32, 0), 0)
                                .memoryBytes()
                        - pixels;
            }
            assertThat(bytes[1] - bytes[0]).isLessThan(100_000);
        }
    }

    @Test
    void refusesMoreThanTheLimitsAllow() {
        Raster image = image(900, 1000);
        assertRefused(image, tiles(64, 0, 0), "tile='64'", "would be 240 tiles, at most 100");
        assertRefused(image, tiles(512, 0, 0), "tile='512'", "a multiple of 16 from 64 to 256");
        assertRefused(image, side(3001), "side='3001'", "16..1490 for an image of height=900, width=1000");
        assertRefused(image, side(1491), "side='1491'", "at most 2000000 pixels and 3000 a side");
        answer(image, PNG, side(1490), "edges");
    }

    @Test
    void inverseDepthHasNoTiles() {
        PackManifest pack =
                Packs.pack(engine, new PackId("near", "1"), Depth.INVERSE, 9).manifest();
        PredictionLimits limits = PredictionLimits.DEFAULT;
        assertThatThrownBy(() -> limits.check(100, 100, tiles(64, 0, 0), List.of(pack)))
                .isInstanceOf(ParameterException.class)
                .hasMessage(
                        "bad parameter: tile='64', expected none with inverse depth, of which each tile has a scale and a"
                                + " shift of its own [pack=near@1]");
        limits.check(100, 100, side(50), List.of(pack));
    }

    private void assertRefused(Raster image, Resolution resolution, String value, String expected) {
        assertThatThrownBy(() -> answer(image, PNG, resolution, "edges"))
                .cause()
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(value)
                .hasMessageContaining(expected);
    }

    @Test
    void whatCannotBeHeldIsRefusedBeforeItIsDecoded() {
        // Its pixels fit; three answers as run lengths, at their longest, don't.
        Raster image = image(1000, 1900);
        assertThatThrownBy(() -> predict(
                                file(image),
                                AnswerForm.of(Representation.JSON),
                                tiles(256, 128, 0),
                                Cancellation.withoutDeadline(),
                                "segmentation",
                                "segmentation",
                                "segmentation")
                        .join())
                .hasCauseInstanceOf(TooMuchMemoryException.class);
    }
}
