package dev.facet.cli.bench;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.encoding.Representation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.PreparedPack;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;

/**
 * What an answer costs without a server, on one thread: JPEG to PNG.
 *
 * @param aroundMillis CPU time of decoding, resizing, the answer's pixels and encoding: all but the engine's run
 */
record BareAnswer(double aroundMillis) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Answers so often; the mean of all. */
    static BareAnswer of(Engine engine, PreparedPack pack, Frame frame, byte[] jpeg, int count) {
        double around = 0;
        for (int i = 0; i < count; i++) {
            around += once(engine, pack, frame, jpeg) / count;
        }
        return new BareAnswer(around);
    }

    private static double once(Engine engine, PreparedPack pack, Frame frame, byte[] jpeg) {
        double begin = cpuMillis();
        Raster image = ImageDecoder.read(jpeg, ImageLimits.DEFAULT);
        FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
        InputTensor.prepare(image, frame, engine.bank().manifest().input(), input);
        double prepared = cpuMillis();
        NetworkOutput output = pack.run(input, frame.paddedHeight(), frame.paddedWidth());
        double computed = cpuMillis();
        AnswerForm form = AnswerForm.of(Representation.PNG);
        PredictionEncoder.encode(pack.manifest().task(), output, frame, form, image, Cancellation.withoutDeadline());
        return prepared - begin + cpuMillis() - computed;
    }

    private static double cpuMillis() {
        return THREADS.getCurrentThreadCpuTime() / 1e6;
    }
}
