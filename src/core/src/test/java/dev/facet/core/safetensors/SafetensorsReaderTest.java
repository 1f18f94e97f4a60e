package dev.facet.core.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.file.AtomicFile;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsReaderTest {
    private static final String ONE = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenReadsBackInItsOrder() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z", Tensor.of(new Shape(2, 1), 1, 2));
        tensors.put("a", Tensor.ofBytes(new Shape(3), (byte) 1, (byte) 2, (byte) 255));
        tensors.put("scalar", Tensor.of(new Shape(), 5));
        tensors.put("empty", Tensor.of(new Shape(0, 3)));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("second \"quoted\" ü", "line\nbreak");
        metadata.put("first", "");
        Path file = folder.resolve("file");

        SafetensorsWriter.write(file, metadata, tensors);
        SafetensorsFile read = SafetensorsReader.read(file, 10_000);

        assertThat(read.tensors()).containsExactlyEntriesOf(tensors);
        assertThat(read.metadata()).containsExactlyEntriesOf(metadata);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).isEqualTo(SafetensorsWriter.toBytes(metadata, tensors));
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8)
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void everyTypeReadsBack(ElementType type) {
        Tensor tensor = Tensor.wrap(type, new Shape(2), ByteBuffer.allocate(2 * type.sizeBytes()));
        byte[] bytes = SafetensorsWriter.toBytes(Map.of(), Map.of("t", tensor));
        assertThat(SafetensorsReader.read(bytes).tensors()).containsExactly(Map.entry("t", tensor));
    }

    @Test
    void keepsTheOrderOfTheDataAndNotOfTheHeader() {
        String header = "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]},"
                + "\"a\":{\"shape\":[1],\"data_offsets\":[0,1],\"dtype\":\"U8\"}}";
        assertThat(SafetensorsReader.read(file(header, 2)).tensors().keySet()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | belong to no tensor",
                "[] | does not begin",
                "{\"a\":1} | expected START_OBJECT",
                "{\"a\":{}} | lacks dtype",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}} | Duplicate field",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]}} | Duplicate field",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":0}} | unknown property",
                "{\"a\":{\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]}} | unknown type",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | covers 8 bytes, expected 12",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9]}} | data section ends at 8",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | begins at byte 4",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 4 bytes that belong to no tensor",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | begins at byte 4",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | covers bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | whole numbers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-0],\"data_offsets\":[0,0]}} | whole numbers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | expected END_ARRAY",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}} | too large",
                "{\"a\":{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,8]}} | too large",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}} | not valid JSON",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}} | more than 8",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}} | expected START_ARRAY",
                "{\"\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | name is empty",
                "{\"__metadata__\":{\"a\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | expected VALUE_STRING",
                "{\"__metadata__\":{\"a\":\"\\ud800\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | surrogate",
                "{\"__metadata__\":{\"a\":\"\\u00E9\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | lower-case hex",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}{} | goes on",
                "{\"a\": | not valid JSON"
            })
    void refusesAHeaderThatIsNotOfTheFormat(String header, String reason) {
        assertThatThrownBy(() -> SafetensorsReader.read(file(header, 8)))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesHeaderLengthsBeforeReadingThem() {
        byte[] good = file(ONE, 8);
        for (long length : new long[] {0, 1, -1, Long.MIN_VALUE, good.length, 9L << 20, Long.MAX_VALUE}) {
            byte[] bytes = good.clone();
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
            assertThatThrownBy(() -> SafetensorsReader.read(bytes))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessageContaining("header length out of bounds: value=" + length);
        }
    }

    @Test
    void refusesAFileAboveTheLimit() throws IOException {
        Path file = folder.resolve("file");
        Files.write(file, file(ONE, 8));
        assertThatThrownBy(() -> SafetensorsReader.read(file, 20))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("expected at most 20");
    }

    @Test
    void aFailedWriteLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("file");
        Files.writeString(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    channel.write(ByteBuffer.allocate(10));
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(file).hasContent("old");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    private static byte[] file(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }
}
