package dev.facet.trainer.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device that libtorch computes on, under PyTorch's name: {@code cpu}, {@code cuda}, {@code cuda:1}, {@code mps}.
 *
 * @param name as it was given
 * @param device what DJL calls it
 */
public record TorchDevice(String name, Device device) {
    /** The processor: every libtorch has it. */
    public static final TorchDevice CPU = new TorchDevice("cpu", Device.cpu());

    private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,3}))?");
    private static final String EXPECTED = "cpu, cuda, cuda:N or mps";

    /**
     * The device of that name.
     *
     * @throws IllegalArgumentException if it is no name of a device
     */
    public static TorchDevice of(String name) {
        if (name.equals(CPU.name)) {
            return CPU;
        }
        if (name.equals("mps")) {
            return new TorchDevice(name, Device.of("mps", 0));
        }
        Matcher cuda = CUDA.matcher(name);
        if (!cuda.matches()) {
            throw new IllegalArgumentException("device: value='%s', expected %s".formatted(name, EXPECTED));
        }
        return new TorchDevice(name, Device.gpu(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1))));
    }

    /** Whether it is the processor. */
    public boolean isCpu() {
        return device.equals(Device.cpu());
    }

    /**
     * Computes something on it; starts the engine.
     *
     * @throws TorchException if this libtorch can't, saying which devices there are
     */
    public void check() {
        try (NDManager manager = TorchEngine.newManager(this);
                NDArray two = manager.ones(new Shape(1)).add(1)) {
            if (!two.getDevice().equals(device)
                    || two.toType(two.getDataType(), true).getFloat() != 2) {
                throw new TorchException(failure("it computes elsewhere"), null);
            }
        } catch (EngineException | IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            throw new TorchException(failure(firstLine(e)), e);
        }
    }

    private String failure(String cause) {
        return "no such device: value='%s', this libtorch has %s, cause=%s"
                .formatted(name, String.join(", ", available()), cause);
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse("");
    }

    /** The devices of this libtorch, as far as it tells; starts the engine. */
    public static List<String> available() {
        TorchEngine.start();
        Engine engine = Engine.getEngine("PyTorch");
        List<String> names = new ArrayList<>(List.of(CPU.name));
        if (engine.hasCapability(StandardCapabilities.CUDA)) {
            for (int i = 0; i < engine.getGpuCount(); i++) {
                names.add("cuda:" + i);
            }
        }
        return names;
    }
}
