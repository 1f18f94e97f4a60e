package dev.facet.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** The first directory of a TIFF: its entries, each held against the file (TIFF 6.0, section 2). Nothing is copied. */
final class TiffDirectory {
    private static final int LITTLE_ENDIAN = 0x4949;
    private static final int VERSION = 42;
    /** Offsets of 64 bits. */
    private static final int BIG_VERSION = 43;

    private static final int ENTRY_BYTES = 12;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    /** Bytes of a value, by its type; 0 for those that aren't known. */
    private static final int[] VALUE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

    private final ByteBuffer file;
    /** Place of an entry by its tag. */
    private final Map<Integer, Integer> entries = new HashMap<>();

    private TiffDirectory(ByteBuffer file) {
        this.file = file;
    }

    static boolean isTiff(byte[] bytes) {
        if (bytes.length < 8 || bytes[0] != bytes[1] || (bytes[0] != 'I' && bytes[0] != 'M')) {
            return false;
        }
        int version = ordered(bytes).getShort(2);
        return version == VERSION || version == BIG_VERSION;
    }

    /** Reads the directory of a file that {@link #isTiff}. */
    static TiffDirectory read(byte[] bytes) {
        ByteBuffer file = ordered(bytes);
        if (file.getShort(2) == BIG_VERSION) {
            throw unsupported("BigTIFF");
        }
        int at = file.getInt(4);
        if (at < 8 || at > bytes.length - 2) {
            throw corrupt("directory at %d of %d bytes".formatted(at & 0xFFFFFFFFL, bytes.length));
        }
        int count = file.getShort(at) & 0xFFFF;
        if (count == 0 || count > (bytes.length - at - 2) / ENTRY_BYTES) {
            throw corrupt("directory of %d entries reaches beyond the file".formatted(count));
        }
        TiffDirectory directory = new TiffDirectory(file);
        for (int i = 0; i < count; i++) {
            int entry = at + 2 + ENTRY_BYTES * i;
            directory.entries.putIfAbsent(file.getShort(entry) & 0xFFFF, entry);
        }
        return directory;
    }

    private static ByteBuffer ordered(byte[] bytes) {
        int order = ByteBuffer.wrap(bytes).getShort(0);
        return ByteBuffer.wrap(bytes).order(order == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** How many values an entry has; 0 where there is none. */
    int count(int tag) {
        Integer entry = entries.get(tag);
        if (entry == null) {
            return 0;
        }
        int size = size(entry);
        int count = file.getInt(entry + 4);
        if (size == 0 || count < 1 || count > file.capacity() / size) {
            throw corrupt("entry %d of %d values".formatted(tag, count & 0xFFFFFFFFL));
        }
        place(tag, entry, count * size);
        return count;
    }

    /** One of an entry's values, which is a whole number: unsigned, so 32 bits may be more than an int. */
    long value(int tag, int index) {
        int entry = entries.get(tag);
        int count = count(tag);
        if (index >= count) {
            throw corrupt("entry %d of %d values, expected more".formatted(tag, count));
        }
        int at = place(tag, entry, count * size(entry));
        return switch (file.getShort(entry + 2)) {
            case 1 -> file.get(at + index) & 0xFF;
            case SHORT -> file.getShort(at + 2 * index) & 0xFFFF;
            case LONG -> file.getInt(at + 4 * index) & 0xFFFFFFFFL;
            default -> throw corrupt("entry %d is no whole number".formatted(tag));
        };
    }

    /** The first value; another one where there is no such entry. */
    long first(int tag, long otherwise) {
        return has(tag) ? value(tag, 0) : otherwise;
    }

    /** An entry's bytes; none where there is no such entry, where it reaches beyond the file, or has more than that. */
    byte[] bytes(int tag, int maxBytes) {
        Integer entry = entries.get(tag);
        if (entry == null || size(entry) != 1) {
            return new byte[0];
        }
        int count = file.getInt(entry + 4);
        int at = file.getInt(entry + 8);
        // Four bytes and fewer would lie in the entry: none of those is of use.
        if (count <= 4 || count > maxBytes || at < 0 || at > file.capacity() - count) {
            return new byte[0];
        }
        byte[] bytes = new byte[count];
        file.get(at, bytes);
        return bytes;
    }

    private int size(int entry) {
        int type = file.getShort(entry + 2) & 0xFFFF;
        return type < VALUE_BYTES.length ? VALUE_BYTES[type] : 0;
    }

    /** Where values lie: in the entry, or where it says. */
    private int place(int tag, int entry, int bytes) {
        if (bytes <= 4) {
            return entry + 8;
        }
        int at = file.getInt(entry + 8);
        if (at < 0 || bytes > file.capacity() || at > file.capacity() - bytes) {
            throw corrupt("entry %d reaches beyond the file".formatted(tag));
        }
        return at;
    }

    boolean isLittleEndian() {
        return file.order() == ByteOrder.LITTLE_ENDIAN;
    }

    static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged TIFF: " + what);
    }

    static ImageException unsupported(String what) {
        return new ImageException(
                ImageFault.UNSUPPORTED_FORMAT,
                ("%s isn't read: expected a TIFF of 1 to 8 or 16 bits, grey, RGB or with a palette, uncompressed, LZW, Deflate or"
                                + " PackBits; convert it to such a one, PNG or JPEG")
                        .formatted(what));
    }
}
