package dev.facet.evaluation.boundary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThinningTest {
    @Test
    void agreesWithScikitImage() throws IOException {
        String text;
        try (InputStream in = ThinningTest.class.getResourceAsStream("thinning.txt")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String[] cases = text.strip().split("\n\n");
        assertThat(cases).hasSize(11);
        for (String each : cases) {
            String[] sides = each.split("\n->\n");
            List<String> rows = sides[0].lines().toList();
            byte[] thinned = Thinning.thin(map(rows), rows.size(), rows.get(0).length());
            assertThat(thinned).as(each).isEqualTo(map(sides[1].lines().toList()));
        }
    }

    @Test
    void keepsLinesOfOnePixelAndTheMapItself() {
        byte[] map = map(List.of("#....", ".#...", "..###"));
        byte[] copy = map.clone();

        assertThat(Thinning.thin(map, 3, 5)).isEqualTo(copy);
        assertThat(map).isEqualTo(copy);
    }

    private static byte[] map(List<String> rows) {
        byte[] map = new byte[rows.size() * rows.get(0).length()];
        String all = String.join("", rows);
        for (int i = 0; i < map.length; i++) {
            map[i] = (byte) (all.charAt(i) == '#' ? 1 : 0);
        }
        return map;
    }
}
