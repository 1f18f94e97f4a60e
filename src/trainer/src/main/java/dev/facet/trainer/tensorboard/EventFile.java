package dev.facet.trainer.tensorboard;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * One event file of TensorBoard. It is a sequence of TFRecords, each a little-endian
 *
 * <pre>
 * uint64 length · uint32 masked CRC-32C of the length · data · uint32 masked CRC-32C of the data
 * </pre>
 *
 * with mask(c) = ((c ≫ 15) | (c ≪ 17)) + 0xA282EAD8, whose data is a protobuf {@code Event} (tensorflow/core/util/event.proto,
 * summary.proto). A run that goes on writes another file; the session's start in it tells TensorBoard to forget what an earlier
 * file holds from that step on.
 *
 * <p>Not thread-safe; whoever opens it closes it.
 */
public final class EventFile implements Closeable {
    private static final int CRC_MASK = 0xA282EAD8;
    private static final int SESSION_START = 1;
    private static final int RGB = 3;

    private final OutputStream out;

    private EventFile(OutputStream out) {
        this.out = out;
    }

    /**
     * Opens a new file in a folder.
     *
     * @param step first step that this file tells of
     */
    public static EventFile open(Path folder, long step) throws IOException {
        Files.createDirectories(folder);
        long seconds = System.currentTimeMillis() / 1000;
        Path file = folder.resolve("events.out.tfevents.%010d.facet".formatted(seconds));
        while (Files.exists(file)) {
            seconds++;
            file = folder.resolve("events.out.tfevents.%010d.facet".formatted(seconds));
        }
        EventFile events =
                new EventFile(new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)));
        try {
            events.write(event(0).text(3, "brain.Event:2"));
            events.write(event(step).message(7, new ProtobufMessage().integer(1, SESSION_START)));
            events.flush();
        } catch (IOException e) {
            events.close();
            throw e;
        }
        return events;
    }

    /** A number over time. */
    public void scalar(String tag, long step, double value) throws IOException {
        write(summary(step, new ProtobufMessage().text(1, tag).single(2, (float) value)));
    }

    /**
     * A picture over time.
     *
     * @param png an RGB picture, encoded
     */
    public void image(String tag, long step, int height, int width, byte[] png) throws IOException {
        ProtobufMessage image = new ProtobufMessage()
                .integer(1, height)
                .integer(2, width)
                .integer(3, RGB)
                .bytes(4, png);
        write(summary(step, new ProtobufMessage().text(1, tag).message(4, image)));
    }

    /** How values are spread over time; values that aren't finite are left out. */
    public void histogram(String tag, long step, float[] values) throws IOException {
        Histogram histogram = Histogram.of(values);
        ProtobufMessage message = new ProtobufMessage()
                .decimal(1, histogram.min())
                .decimal(2, histogram.max())
                .decimal(3, histogram.count())
                .decimal(4, histogram.sum())
                .decimal(5, histogram.squares())
                .decimals(6, histogram.limits())
                .decimals(7, histogram.buckets());
        write(summary(step, new ProtobufMessage().text(1, tag).message(5, message)));
    }

    /** Makes what was written visible to readers. */
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static ProtobufMessage event(long step) {
        return new ProtobufMessage()
                .decimal(1, System.currentTimeMillis() / 1000.0)
                .integer(2, step);
    }

    private static ProtobufMessage summary(long step, ProtobufMessage value) {
        return event(step).message(5, new ProtobufMessage().message(1, value));
    }

    private void write(ProtobufMessage event) throws IOException {
        out.write(record(event.toBytes()));
    }

    /** The TFRecord of some data. */
    static byte[] record(byte[] data) {
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
                .put(length)
                .put(maskedCrc(length))
                .put(data)
                .put(maskedCrc(data))
                .array();
    }

    private static byte[] maskedCrc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        int value = (int) crc.getValue();
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((value >>> 15 | value << 17) + CRC_MASK)
                .array();
    }
}
