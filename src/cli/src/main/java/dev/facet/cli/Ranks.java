package dev.facet.cli;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many rows a decomposition keeps of each convolution.
 *
 * @param share of the rows of convolutions that aren't named, (0, 1]
 * @param named rows by convolution
 */
record Ranks(double share, Map<String, Integer> named) {
    Ranks {
        named = Map.copyOf(named);
        if (!(share > 0 && share <= 1)) {
            throw new CommandFailure("rank: value=%s, expected above 0 and at most 1".formatted(share));
        }
    }

    /** Of shares ({@code 0.75}, at most one) and rows ({@code layer4.1.conv2=384}). */
    static Ranks parse(List<String> values, Architecture architecture) {
        double share = 1;
        Map<String, Integer> named = new LinkedHashMap<>();
        for (String value : values) {
            int equals = value.indexOf('=');
            try {
                if (equals < 0) {
                    share = Double.parseDouble(value);
                } else {
                    named.put(value.substring(0, equals), Integer.parseInt(value.substring(equals + 1)));
                }
            } catch (NumberFormatException e) {
                throw new CommandFailure(
                        "rank: value='%s', expected a share such as 0.75 or rows such as conv1=48".formatted(value));
            }
        }
        check(named, architecture);
        return new Ranks(share, named);
    }

    private static void check(Map<String, Integer> named, Architecture architecture) {
        Map<String, Integer> channels = new LinkedHashMap<>();
        for (Convolution conv : architecture.convolutions()) {
            channels.put(conv.name(), conv.outChannels());
        }
        named.forEach((name, rows) -> {
            Integer full = channels.get(name);
            if (full == null) {
                throw new CommandFailure("rank of an unknown convolution: name='%s', expected one of %s"
                        .formatted(name, channels.keySet()));
            }
            if (rows < 1 || rows > full) {
                throw new CommandFailure("rank: convolution='%s', rows=%d, expected 1..%d".formatted(name, rows, full));
            }
        });
    }

    int of(Convolution conv) {
        int channels = conv.outChannels();
        return named.getOrDefault(conv.name(), Math.max(1, (int) Math.round(share * channels)));
    }
}
