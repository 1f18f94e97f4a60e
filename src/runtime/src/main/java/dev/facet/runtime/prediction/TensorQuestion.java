package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.image.Frame;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.schedule.Client;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A tensor for one pack. Its images go through the network one by one, each as if it had come alone, so that an image's answer
 * depends on nothing else in its batch.
 */
final class TensorQuestion implements Question {
    private final TensorRequest request;
    private final AnswerTools tools;

    TensorQuestion(TensorRequest request, AnswerTools tools) {
        this.request = request;
        this.tools = tools;
    }

    @Override
    public List<PackSelector> packs() {
        return List.of(request.pack());
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
        ReceivedTensor tensor = request.tensor();
        tools.limits().checkTensor(tensor.batch(), tensor.height(), tensor.width());
        return RequestCost.ofTensor(
                tensor, packs.leases().get(0), tools.batches().copies());
    }

    @Override
    public List<PredictionResponse> answer(LeasedPacks packs, long queueNanos) {
        LeasedPacks.Entry pack = packs.entries().get(0);
        try {
            return List.of(answer(pack, pack.lease(), queueNanos));
        } finally {
            close();
        }
    }

    private PredictionResponse answer(LeasedPacks.Entry pack, Lease lease, long queueNanos) {
        ReceivedTensor tensor = request.tensor();
        Cancellation cancellation = request.cancellation();
        try {
            // A cold pack is opened before the engine is waited for, so that it keeps nobody else waiting.
            lease.open(cancellation);
            PackAnswer[] answers = new PackAnswer[tensor.batch()];
            AtomicInteger left = new AtomicInteger(answers.length);
            List<Runnable> parts = new ArrayList<>();
            for (int i = 0; i < answers.length; i++) {
                int image = i;
                parts.add(() -> answers[image] = answer(lease, image, left));
            }
            tools.packs().run(parts);
            long begin = System.nanoTime();
            TaskKind task = lease.manifest().task();
            List<NetworkOutput> outputs = Arrays.stream(answers)
                    .map(answer -> Objects.requireNonNull(answer).output())
                    .toList();
            Encoded encoded = PredictionEncoder.encodeTensor(task, outputs, tensor.height(), tensor.width());
            long end = System.nanoTime();
            listener().ended(RequestStage.ENCODE, lease.manifest(), begin, end);
            return pack.answered(encoded, answers[0].features(), times(answers, queueNanos, end - begin));
        } catch (RuntimeException e) {
            cancellation.check();
            return pack.failed(e);
        }
    }

    /** @param left images whose values are still to be copied: after the last one, what was sent can go */
    private PackAnswer answer(Lease lease, int image, AtomicInteger left) {
        SourceTensor source = new SourceTensor(request.tensor(), image, () -> {
            if (left.decrementAndGet() == 0) {
                close();
            }
        });
        try (RequestListener.Visit visit = listener().enter();
                NetworkInputs inputs = new NetworkInputs(
                        source, tools.engine(), tools.batches(), tools.buffers(), new FeatureCache(0), listener())) {
            return inputs.run(lease, Frame.identity(source.height(), source.width()), request.cancellation());
        }
    }

    private static StageTimes times(PackAnswer[] answers, long queueNanos, long encodeNanos) {
        long input = 0;
        long queue = 0;
        long prefix = 0;
        long compute = 0;
        for (PackAnswer answer : answers) {
            input += answer.input();
            queue += answer.queue();
            prefix += answer.prefix();
            compute += answer.compute();
        }
        return new StageTimes(0, input, queueNanos + queue, prefix, compute, encodeNanos);
    }

    @Override
    public void close() {
        request.tensor().close();
    }
}
