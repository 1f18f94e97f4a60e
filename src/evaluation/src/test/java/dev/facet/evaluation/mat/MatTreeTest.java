package dev.facet.evaluation.mat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatTreeTest {
    @TempDir
    private Path folder;

    @Test
    void readsStructuresInStructures() throws Exception {
        MatValue anno = MatReader.read(resource("structures.mat"), "anno");

        Map<String, MatValue> image = anno.structures().get(0);
        assertThat(image.get("imname").text()).isEqualTo("2008_000003");
        List<Map<String, MatValue>> objects = image.get("objects").structures();
        assertThat(objects).hasSize(2);
        assertThat(objects.get(0).get("class").text()).isEqualTo("person");
        assertThat(objects.get(0).get("class_ind").numbers().scalar()).isEqualTo(15);
        assertThat(objects.get(1).get("parts").structures()).isEmpty();
        List<Map<String, MatValue>> parts = objects.get(0).get("parts").structures();
        assertThat(parts).extracting(part -> part.get("part_name").text()).containsExactly("head", "torso", "llleg");
        MatValue.Matrix mask = parts.get(1).get("mask").numbers().matrix();
        assertThat(mask.height()).isEqualTo(6);
        assertThat(mask.width()).isEqualTo(7);
        assertThat(Arrays.stream(MatFixture.rows(mask)).sum()).isEqualTo(9);
        assertThat(mask.at(1, 2)).isEqualTo(1);
        assertThat(parts.get(2).get("mask").numbers().matrix().at(5, 2)).isEqualTo(1);
        assertThat(MatReader.read(folder.resolve("a.mat"), "other").numbers().count())
                .isEqualTo(3);
    }

    @Test
    void readsCellsOfStructuresAlike() throws Exception {
        MatValue anno = MatReader.read(resource("cells.mat"), "anno");

        List<Map<String, MatValue>> objects =
                anno.structures().get(0).get("objects").structures();
        assertThat(objects).extracting(object -> object.get("class").text()).containsExactly("person", "cat");
        assertThat(objects.get(0).get("parts").structures())
                .extracting(part -> part.get("part_name").text())
                .containsExactly("hair", "rfoot");
        assertThat(objects.get(1).get("parts").structures()).isEmpty();
    }

    @Test
    void findsWhatIsNotZeroWhateverTheType() throws Exception {
        int[] mask = new int[21 * 3];
        for (int at : new int[] {0, 9, 16, 40, 62}) {
            mask[at % 21 * 3 + at / 21] = 7;
        }
        double[] doubles = Arrays.stream(mask).asDoubleStream().toArray();
        for (Object array : List.of(
                new MatFixture.Bytes(21, 3, mask),
                new MatFixture.Shorts(21, 3, mask),
                new MatFixture.Singles(21, 3, doubles))) {
            List<Integer> found = new ArrayList<>();
            MatReader.read(write(MatFixture.file("m", array)), "m").numbers().forEachNonZero(found::add);
            assertThat(found).containsExactly(0, 9, 16, 40, 62);
        }
    }

    @Test
    void saysWhatAValueIsInstead() throws Exception {
        Path file = write(MatFixture.file("a", List.of(Map.of("x", "text"))));
        MatValue structure = MatReader.read(file, "a");
        assertThatThrownBy(structure::numbers).isInstanceOf(MatException.class).hasMessageContaining("structures (1)");
        MatValue text = structure.structures().get(0).get("x");
        assertThatThrownBy(text::structures).isInstanceOf(MatException.class).hasMessageContaining("found=text");
        assertThatThrownBy(() ->
                        MatReader.read(write(MatFixture.file("a", 3)), "a").text())
                .isInstanceOf(MatException.class)
                .hasMessageContaining("expected=text");
    }

    @Test
    void answersEveryTruncationAndChangedByteWithAMatException() throws Exception {
        byte[] bytes = MatFixture.file(
                "anno",
                List.of(Map.of(
                        "objects",
                        List.of(Map.of(
                                "class_ind", 15, "mask", new MatFixture.Bytes(2, 2, 0, 1, 1, 0), "name", "x")))));
        for (int length = 0; length < bytes.length; length += 3) {
            Path file = write(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> MatReader.read(file, "anno")).isInstanceOf(MatException.class);
        }
        long seed = 7;
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            byte[] damaged = bytes.clone();
            damaged[128 + random.nextInt(bytes.length - 128)] ^= (byte) (1 << random.nextInt(8));
            try {
                readAll(MatReader.read(write(damaged), "anno"));
            } catch (MatException e) {
                assertThat(e).as("seed=%d, round=%d", seed, round).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void refusesArraysThatPromiseMoreThanTheFileHolds() throws Exception {
        byte[] bytes = MatFixture.file("a", List.of(Map.of("x", 1)));
        // Flags 16, extents 8 + 8 behind the file's header and the array's tag: the number of structures.
        int columns = 128 + 8 + 16 + 8 + 4;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(columns, Integer.MAX_VALUE);
        Path file = write(bytes);
        assertThatThrownBy(() -> MatReader.read(file, "a"))
                .isInstanceOf(MatException.class)
                .hasMessageContaining("2147483647 elements");
    }

    @Test
    void refusesCellsNestedWithoutEnd() throws Exception {
        Object value = 1;
        for (int depth = 0; depth < 40; depth++) {
            value = List.of(Map.of("x", value));
        }
        Path file = write(MatFixture.file("a", value));
        assertThatThrownBy(() -> MatReader.read(file, "a"))
                .isInstanceOf(MatException.class)
                .hasMessageContaining("depth=17");
    }

    private static void readAll(MatValue value) {
        if (value instanceof MatValue.Structures structures) {
            structures.elements().forEach(fields -> fields.values().forEach(MatTreeTest::readAll));
        } else if (value instanceof MatValue.Cells cells) {
            cells.values().forEach(MatTreeTest::readAll);
        } else if (value instanceof MatValue.Numbers numbers) {
            for (int i = 0; i < numbers.count(); i++) {
                numbers.at(i);
            }
        }
    }

    private Path write(byte[] bytes) throws Exception {
        return Files.write(folder.resolve("a.mat"), bytes);
    }

    private Path resource(String name) throws Exception {
        try (InputStream in = MatTreeTest.class.getResourceAsStream("/dev/facet/evaluation/mat/" + name)) {
            return write(in.readAllBytes());
        }
    }
}
