package dev.facet.runtime.engine;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Block;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** The network spelled out in plain loops and doubles, nothing folded: what engines are compared with. */
final class ReferenceNetwork {
    private record Map3(int channels, int height, int width, double[] values) {
        Map3(int channels, int height, int width) {
            this(channels, height, width, new double[channels * height * width]);
        }

        double at(int c, int y, int x) {
            return values[(c * height + y) * width + x];
        }
    }

    private final FilterBank bank;
    private final ModulatorPack pack;

    private ReferenceNetwork(FilterBank bank, ModulatorPack pack) {
        this.bank = bank;
        this.pack = pack;
    }

    /** The stride-4 map. */
    static NetworkOutput run(FilterBank bank, ModulatorPack pack, FloatBuffer nchw, int height, int width) {
        Map3 image = new Map3(3, height, width);
        for (int i = 0; i < image.values.length; i++) {
            image.values[i] = nchw.get(i);
        }
        Map3 map = new ReferenceNetwork(bank, pack).network(image);
        float[] values = new float[map.values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) map.values[i];
        }
        return new NetworkOutput(map.channels, map.height, map.width, values);
    }

    private Map3 network(Map3 image) {
        PackManifest manifest = pack.manifest();
        Architecture architecture = manifest.architecture();
        Map3 x = maxPool(relu(modulated(image, architecture.stem())));
        Map3 low = null;
        for (Stage stage : Stage.values()) {
            if (stage != Stage.CONV1) {
                for (Block block : architecture.blocks(stage, manifest.outputStride())) {
                    x = block(x, block);
                }
                low = stage == Stage.LAYER1 ? x : low;
            }
        }
        return decoder(x, low);
    }

    private Map3 block(Map3 x, Block block) {
        Map3 y = modulated(relu(modulated(x, block.conv1())), block.conv2());
        Map3 shortcut = x;
        if (block.shortcut().isPresent()) {
            Convolution conv = block.shortcut().get();
            boolean banks = isPrefix(conv) || pack.manifest().modulation() == Modulation.NORM;
            Tensor weight =
                    banks ? bank.tensor("init." + conv.name() + ".weight") : pack.tensor(conv.name() + ".weight");
            shortcut = encoderNorm(convolve(x, weight, conv.stride(), 1, 0, 1), conv);
        }
        return relu(add(y, shortcut));
    }

    private boolean isPrefix(Convolution conv) {
        return conv.stage().compareTo(pack.manifest().modulatedFrom()) < 0;
    }

    private Map3 encoderNorm(Map3 x, Convolution conv) {
        return isPrefix(conv) ? bankNorm(x, "init." + conv.norm()) : packNorm(x, conv.norm());
    }

    private Map3 modulated(Map3 x, Convolution conv) {
        String name = conv.name();
        if (isPrefix(conv)) {
            return encoderNorm(frozen(x, conv), conv);
        }
        Map3 y = switch (pack.manifest().modulation()) {
            case RC -> pointwise(filtered(x, conv), pack.tensor(name + ".modulator"));
            case RA_SERIES -> {
                Map3 z = frozen(x, conv);
                yield add(z, pointwise(packNorm(z, name + ".adapter_norm"), pack.tensor(name + ".adapter")));
            }
            case RA_PARALLEL ->
                add(frozen(x, conv), convolve(x, pack.tensor(name + ".adapter"), conv.stride(), 1, 0, 1));
            case NORM -> frozen(x, conv);
            case NONE -> convolve(x, pack.tensor(name + ".weight"), conv.stride(), conv.dilation(), conv.padding(), 1);
        };
        return encoderNorm(y, conv);
    }

    private Map3 filtered(Map3 x, Convolution conv) {
        return convolve(x, bank.tensor(conv.name()), conv.stride(), conv.dilation(), conv.padding(), 1);
    }

    private Map3 frozen(Map3 x, Convolution conv) {
        String modulator = "init." + conv.name() + ".modulator";
        Map3 y = filtered(x, conv);
        return bank.has(modulator) ? pointwise(y, bank.tensor(modulator)) : y;
    }

    private Map3 decoder(Map3 x, Map3 low) {
        List<Integer> rates = pack.manifest().decoder().rates();
        Map3 mean = new Map3(x.channels, 1, 1);
        for (int c = 0; c < x.channels; c++) {
            for (int i = 0; i < x.height * x.width; i++) {
                mean.values[c] += x.values[c * x.height * x.width + i] / (x.height * x.width);
            }
        }
        Map3 joined = concatenate(List.of(
                unit(x, "decoder.aspp.0", 1),
                unit(x, "decoder.aspp.1", rates.get(0)),
                unit(x, "decoder.aspp.2", rates.get(1)),
                unit(x, "decoder.aspp.3", rates.get(2)),
                resize(unit(mean, "decoder.aspp.4", 1), x.height, x.width)));
        Map3 projected = unit(joined, "decoder.project", 1);
        Map3 reduced = unit(low, "decoder.low", 1);
        Map3 fused = concatenate(List.of(resize(projected, reduced.height, reduced.width), reduced));
        fused = unit(unit(fused, "decoder.fuse.0", 1), "decoder.fuse.1", 1);
        Map3 predicted = pointwise(fused, pack.tensor("decoder.predict.weight"));
        float[] bias = pack.tensor("decoder.predict.bias").toFloatArray();
        int area = predicted.height * predicted.width;
        for (int i = 0; i < predicted.values.length; i++) {
            predicted.values[i] += bias[i / area];
        }
        return predicted;
    }

    private Map3 unit(Map3 x, String name, int rate) {
        Map3 y;
        if (pack.tensors().containsKey(name + ".depthwise.weight")) {
            Map3 depth = convolve(x, pack.tensor(name + ".depthwise.weight"), 1, rate, rate, x.channels);
            y = pointwise(depth, pack.tensor(name + ".pointwise.weight"));
        } else {
            Tensor weight = pack.tensor(name + ".conv.weight");
            y = convolve(x, weight, 1, rate, weight.shape().intExtent(2) == 1 ? 0 : rate, 1);
        }
        return relu(packNorm(y, name + ".norm"));
    }

    private Map3 packNorm(Map3 x, String name) {
        return norm(
                x,
                pack.tensor(name + ".weight"),
                pack.tensor(name + ".bias"),
                pack.tensor(name + ".running_mean"),
                pack.tensor(name + ".running_var"));
    }

    private Map3 bankNorm(Map3 x, String name) {
        return norm(
                x,
                bank.tensor(name + ".weight"),
                bank.tensor(name + ".bias"),
                bank.tensor(name + ".running_mean"),
                bank.tensor(name + ".running_var"));
    }

    private static Map3 norm(Map3 x, Tensor weight, Tensor bias, Tensor mean, Tensor variance) {
        float[] gamma = weight.toFloatArray();
        float[] beta = bias.toFloatArray();
        float[] mu = mean.toFloatArray();
        float[] sigma = variance.toFloatArray();
        Map3 y = new Map3(x.channels, x.height, x.width);
        int area = x.height * x.width;
        for (int i = 0; i < y.values.length; i++) {
            int c = i / area;
            y.values[i] = (x.values[i] - mu[c]) / Math.sqrt(sigma[c] + 1e-5) * gamma[c] + beta[c];
        }
        return y;
    }

    private static Map3 pointwise(Map3 x, Tensor weight) {
        return convolve(x, weight, 1, 1, 0, 1);
    }

    private static Map3 convolve(Map3 x, Tensor weight, int stride, int dilation, int padding, int group) {
        int out = weight.shape().intExtent(0);
        int in = weight.shape().intExtent(1);
        int kernel = weight.shape().intExtent(2);
        float[] w = weight.toFloatArray();
        int reach = dilation * (kernel - 1) + 1;
        Map3 y = new Map3(
                out, (x.height + 2 * padding - reach) / stride + 1, (x.width + 2 * padding - reach) / stride + 1);
        for (int o = 0; o < out; o++) {
            int first = o / (out / group) * in;
            for (int i = 0; i < in; i++) {
                for (int ky = 0; ky < kernel; ky++) {
                    for (int kx = 0; kx < kernel; kx++) {
                        double factor = w[((o * in + i) * kernel + ky) * kernel + kx];
                        int firstColumn = Math.max(0, ceiling(padding - kx * dilation, stride));
                        int endColumn = Math.min(y.width, ceiling(x.width + padding - kx * dilation, stride));
                        for (int row = 0; row < y.height; row++) {
                            int sourceRow = row * stride - padding + ky * dilation;
                            if (sourceRow < 0 || sourceRow >= x.height) {
                                continue;
                            }
                            int target = (o * y.height + row) * y.width;
                            int source = ((first + i) * x.height + sourceRow) * x.width - padding + kx * dilation;
                            for (int column = firstColumn; column < endColumn; column++) {
                                y.values[target + column] += factor * x.values[source + column * stride];
                            }
                        }
                    }
                }
            }
        }
        return y;
    }

    private static int ceiling(int dividend, int divisor) {
        return Math.floorDiv(dividend + divisor - 1, divisor);
    }

    private static Map3 maxPool(Map3 x) {
        Map3 y = new Map3(x.channels, (x.height - 1) / 2 + 1, (x.width - 1) / 2 + 1);
        for (int c = 0; c < y.channels; c++) {
            for (int row = 0; row < y.height; row++) {
                for (int column = 0; column < y.width; column++) {
                    double largest = Double.NEGATIVE_INFINITY;
                    for (int sy = Math.max(0, row * 2 - 1); sy <= Math.min(x.height - 1, row * 2 + 1); sy++) {
                        for (int sx = Math.max(0, column * 2 - 1); sx <= Math.min(x.width - 1, column * 2 + 1); sx++) {
                            largest = Math.max(largest, x.at(c, sy, sx));
                        }
                    }
                    y.values[(c * y.height + row) * y.width + column] = largest;
                }
            }
        }
        return y;
    }

    /** PyTorch's bilinear interpolation with {@code align_corners=False}. */
    private static Map3 resize(Map3 x, int height, int width) {
        Map3 y = new Map3(x.channels, height, width);
        for (int row = 0; row < height; row++) {
            double sy = Math.max(0, (row + 0.5) * x.height / height - 0.5);
            int y0 = (int) sy;
            int y1 = Math.min(x.height - 1, y0 + 1);
            for (int column = 0; column < width; column++) {
                double sx = Math.max(0, (column + 0.5) * x.width / width - 0.5);
                int x0 = (int) sx;
                int x1 = Math.min(x.width - 1, x0 + 1);
                for (int c = 0; c < x.channels; c++) {
                    double upper = x.at(c, y0, x0) * (1 - (sx - x0)) + x.at(c, y0, x1) * (sx - x0);
                    double lower = x.at(c, y1, x0) * (1 - (sx - x0)) + x.at(c, y1, x1) * (sx - x0);
                    y.values[(c * height + row) * width + column] = upper * (1 - (sy - y0)) + lower * (sy - y0);
                }
            }
        }
        return y;
    }

    private static Map3 concatenate(List<Map3> maps) {
        int channels = maps.stream().mapToInt(Map3::channels).sum();
        Map3 joined = new Map3(channels, maps.get(0).height, maps.get(0).width);
        int offset = 0;
        for (Map3 map : new ArrayList<>(maps)) {
            System.arraycopy(map.values, 0, joined.values, offset, map.values.length);
            offset += map.values.length;
        }
        return joined;
    }

    private static Map3 relu(Map3 x) {
        Map3 y = new Map3(x.channels, x.height, x.width);
        for (int i = 0; i < y.values.length; i++) {
            y.values[i] = Math.max(0, x.values[i]);
        }
        return y;
    }

    private static Map3 add(Map3 a, Map3 b) {
        Map3 y = new Map3(a.channels, a.height, a.width);
        for (int i = 0; i < y.values.length; i++) {
            y.values[i] = a.values[i] + b.values[i];
        }
        return y;
    }
}
