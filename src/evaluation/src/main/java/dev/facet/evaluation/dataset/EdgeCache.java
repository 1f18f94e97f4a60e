package dev.facet.evaluation.dataset;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Edge maps of 0 and 255 without truths, kept at one bit a pixel. Thread-safe. */
final class EdgeCache {
    private record Packed(int height, int width, BitSet set) {}

    private final Map<String, Packed> kept = new ConcurrentHashMap<>();

    /** The map that was made for the image, or a new one that is kept. */
    Label.EdgeMap get(String id, Supplier<Label.EdgeMap> maker) {
        Packed packed = kept.get(id);
        if (packed != null) {
            byte[] mean = new byte[packed.height * packed.width];
            for (int i = packed.set.nextSetBit(0); i >= 0; i = packed.set.nextSetBit(i + 1)) {
                mean[i] = (byte) 255;
            }
            return new Label.EdgeMap(packed.height, packed.width, mean, List.of());
        }
        Label.EdgeMap map = maker.get();
        BitSet set = new BitSet(map.mean().length);
        for (int i = 0; i < map.mean().length; i++) {
            set.set(i, map.mean()[i] != 0);
        }
        kept.put(id, new Packed(map.height(), map.width(), set));
        return map;
    }
}
