package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.digest.Sha256;
import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageException;
import dev.facet.core.image.ImageHeader;
import dev.facet.core.image.Raster;
import dev.facet.core.network.Stage;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.schedule.Client;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An image for one pack or several: for each of them the features of the image are computed unless they are there, for which the image
 * is decoded, then the pack's own part runs, and the answer is encoded, for several packs side by side where threads are free.
 */
final class ImageQuestion implements Question {
    private final PredictionRequest request;
    private final AnswerTools tools;
    private byte[] file;
    private ImageHeader header;

    ImageQuestion(PredictionRequest request, AnswerTools tools) {
        this.request = request;
        this.tools = tools;
    }

    @Override
    public List<PackSelector> packs() {
        return request.packs();
    }

    @Override
    public Client client() {
        return request.client();
    }

    @Override
    public int priority() {
        return request.priority();
    }

    @Override
    public Cancellation cancellation() {
        return request.cancellation();
    }

    @Override
    public RequestListener listener() {
        return request.listener();
    }

    @Override
    public RequestCost look(LeasedPacks packs) {
        file = request.image().read();
        header = ImageHeader.read(file, tools.limits().image());
        tools.limits().check(header.height(), header.width(), request.resolution(), packs.manifests());
        return RequestCost.of(
                tools.engine(),
                header,
                packs.leases(),
                request.form(),
                request.resolution(),
                tools.batches().copies());
    }

    @Override
    public List<PredictionResponse> answer(LeasedPacks packs, long queueNanos) {
        SourceImage image = new SourceImage(header.height(), header.width(), digest(), cancellation -> {
            long begin = System.nanoTime();
            Raster raster = ImageDecoder.read(file, tools.limits().image(), cancellation);
            listener().ended(RequestStage.DECODE, begin, System.nanoTime());
            close();
            return raster;
        });
        try {
            List<Integer> order = shallowFirst(packs.entries());
            return request.resolution().tiling().isPresent()
                    ? tiles().answer(request, packs.entries(), order, image, queueNanos)
                    : answerWhole(packs.entries(), order, image, queueNanos);
        } finally {
            close();
        }
    }

    private TiledResponses tiles() {
        return new TiledResponses(new TiledRun(tools.engine(), tools.batches(), tools.buffers(), listener()));
    }

    private List<PredictionResponse> answerWhole(
            List<LeasedPacks.Entry> packs, List<Integer> order, SourceImage image, long queueNanos) {
        PredictionResponse[] responses = new PredictionResponse[packs.size()];
        try (NetworkInputs inputs = new NetworkInputs(
                image, tools.engine(), tools.batches(), tools.buffers(), tools.features(), listener())) {
            List<Runnable> parts = new ArrayList<>();
            for (int index : order) {
                LeasedPacks.Entry pack = packs.get(index);
                if (pack.lease() == null) {
                    responses[index] = pack.failed();
                } else {
                    parts.add(() -> responses[index] = answer(pack, image, inputs, queueNanos));
                    if (order.size() > 1) {
                        prepare(pack.lease(), inputs);
                    }
                }
            }
            tools.packs().run(parts);
        }
        return List.of(responses);
    }

    /** Features first, for all packs at once; where that fails, the packs that take them say why. */
    private void prepare(Lease lease, NetworkInputs inputs) {
        try {
            inputs.prepare(lease, inputs.frame(lease), request.cancellation());
        } catch (ImageException e) {
            throw e;
        } catch (RuntimeException e) {
            request.cancellation().check();
        }
    }

    /** By which requests share features; empty where they don't. */
    private Optional<String> digest() {
        return tools.features().keptBytes() == 0
                        || request.resolution().tiling().isPresent()
                ? Optional.empty()
                : Optional.of(Sha256.hex(file));
    }

    /** Positions of the packs, so that a deeper prefix extends the features of a shallower one. */
    private static List<Integer> shallowFirst(List<LeasedPacks.Entry> packs) {
        return IntStream.range(0, packs.size())
                .boxed()
                .sorted(Comparator.comparing(index -> packs.get(index).lease() == null
                        ? Stage.CONV1
                        : packs.get(index).lease().prefix().end()))
                .toList();
    }

    /** One pack's answer; its failure is no other's, unless nobody waits any more or the image is damaged. */
    private PredictionResponse answer(
            LeasedPacks.Entry pack, SourceImage image, NetworkInputs inputs, long queueNanos) {
        Cancellation cancellation = request.cancellation();
        Lease lease = pack.lease();
        try (RequestListener.Visit visit = listener().enter()) {
            Frame frame = inputs.frame(lease);
            // A cold pack is opened before the engine is waited for, so that it keeps nobody else waiting.
            lease.open(cancellation);
            PackAnswer answer = inputs.run(lease, frame, cancellation);
            boolean isShown = PredictionEncoder.needsImage(request.form());
            if (isShown) {
                image.raster(cancellation);
            }
            long begin = System.nanoTime();
            Frame answered = request.resolution().answer(frame);
            Raster shown = isShown ? image.shown(answered.imageHeight(), answered.imageWidth(), cancellation) : null;
            Encoded encoded = PredictionEncoder.encode(
                    lease.manifest().task(), answer.output(), answered, request.form(), shown, cancellation);
            long end = System.nanoTime();
            listener().ended(RequestStage.ENCODE, lease.manifest(), begin, end);
            StageTimes times = new StageTimes(
                    image.decodeNanos(),
                    answer.input(),
                    queueNanos + answer.queue(),
                    answer.prefix(),
                    answer.compute(),
                    end - begin);
            return pack.answered(encoded, answer.features(), times);
        } catch (ImageException e) {
            throw e;
        } catch (RuntimeException e) {
            cancellation.check();
            return pack.failed(e);
        }
    }

    @Override
    public void close() {
        request.image().close();
    }
}
