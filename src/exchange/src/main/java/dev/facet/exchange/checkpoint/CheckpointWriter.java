package dev.facet.exchange.checkpoint;

import dev.facet.core.file.AtomicFile;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes PyTorch's zip format, so that {@code torch.load(path, weights_only=True)} gives {@code {"state_dict": {...},
 * "iteration": n}}. Entries are stored, not compressed, and have one fixed time: the same tensors give the same bytes.
 */
public final class CheckpointWriter {
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final String ROOT = "archive/";

    private CheckpointWriter() {}

    /**
     * Writes a checkpoint, whole or not at all.
     *
     * @throws IOException if it can't be written
     */
    public static void write(Path path, Map<String, Tensor> stateDictionary, long iteration) throws IOException {
        byte[] pickle = new PickleWriter().checkpoint(stateDictionary, iteration);
        AtomicFile.write(path, channel -> {
            // Closing the zip would close the channel before it is synchronized: finish() only.
            ZipOutputStream zip = new ZipOutputStream(new Unclosed(Channels.newOutputStream(channel)));
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "data.pkl", ByteBuffer.wrap(pickle));
            put(zip, "byteorder", ByteBuffer.wrap("little".getBytes(StandardCharsets.US_ASCII)));
            int key = 0;
            for (Tensor tensor : stateDictionary.values()) {
                put(zip, "data/" + key++, tensor.data());
            }
            put(zip, "version", ByteBuffer.wrap("3\n".getBytes(StandardCharsets.US_ASCII)));
            zip.finish();
            zip.flush();
        });
    }

    private static void put(ZipOutputStream zip, String name, ByteBuffer content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content.duplicate());
        ZipEntry entry = new ZipEntry(ROOT + name);
        entry.setTimeLocal(TIME);
        entry.setSize(content.remaining());
        entry.setCompressedSize(content.remaining());
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        byte[] chunk = new byte[Math.min(1 << 16, Math.max(1, content.remaining()))];
        while (content.hasRemaining()) {
            int length = Math.min(chunk.length, content.remaining());
            content.get(chunk, 0, length);
            zip.write(chunk, 0, length);
        }
        zip.closeEntry();
    }

    private static final class Unclosed extends OutputStream {
        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }
    }

    /** Pickle, protocol 2, of the few things that a checkpoint is made of. */
    private static final class PickleWriter {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        byte[] checkpoint(Map<String, Tensor> tensors, long iteration) {
            bytes(0x80, 2, '}', '(');
            text("state_dict");
            global("collections", "OrderedDict");
            bytes(')', 'R', '(');
            int key = 0;
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                text(entry.getKey());
                tensor(entry.getValue(), key++);
            }
            bytes('u');
            text("iteration");
            number(iteration);
            bytes('u', '.');
            return out.toByteArray();
        }

        private void tensor(Tensor tensor, int key) {
            global("torch._utils", "_rebuild_tensor_v2");
            bytes('(', '(');
            text("storage");
            global("torch", storage(tensor.type()));
            text(Integer.toString(key));
            text("cpu");
            number(tensor.shape().elements());
            bytes('t', 'Q');
            number(0);
            long[] extents = tensor.shape().extents();
            tuple(extents);
            long[] strides = new long[extents.length];
            long stride = 1;
            for (int i = extents.length - 1; i >= 0; i--) {
                strides[i] = stride;
                stride *= Math.max(1, extents[i]);
            }
            tuple(strides);
            bytes(0x89);
            global("collections", "OrderedDict");
            bytes(')', 'R', 't', 'R');
        }

        private static String storage(ElementType type) {
            return switch (type) {
                case F64 -> "DoubleStorage";
                case F32 -> "FloatStorage";
                case F16 -> "HalfStorage";
                case BF16 -> "BFloat16Storage";
                case I64 -> "LongStorage";
                case I32 -> "IntStorage";
                case I16 -> "ShortStorage";
                case I8 -> "CharStorage";
                case U8 -> "ByteStorage";
                case BOOL -> "BoolStorage";
            };
        }

        private void tuple(long[] values) {
            bytes('(');
            for (long value : values) {
                number(value);
            }
            bytes('t');
        }

        private void number(long value) {
            if (value >= 0 && value < 256) {
                bytes('K', (int) value);
            } else if (value == (int) value) {
                bytes('J');
                little(value, Integer.BYTES);
            } else {
                bytes(0x8A, Long.BYTES);
                little(value, Long.BYTES);
            }
        }

        private void text(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            bytes('X');
            little(utf8.length, Integer.BYTES);
            out.writeBytes(utf8);
        }

        private void global(String module, String name) {
            bytes('c');
            out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        }

        private void little(long value, int width) {
            for (int i = 0; i < width; i++) {
                bytes((int) (value >>> 8 * i) & 0xFF);
            }
        }

        private void bytes(int... values) {
            for (int value : values) {
                out.write(value);
            }
        }
    }
}
