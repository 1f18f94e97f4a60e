package dev.facet.core.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Walks a JPEG's markers before a decoder sees them (ITU T.81, annex B): sizes, components, and the parts that the picture is
 * made of. Only these go on: metadata, profiles, thumbnails, comments and what follows the picture are left out. What decides the
 * colours is read here, by libjpeg's rules, and written anew.
 */
final class JpegHeader {
    /**
     * A progressive file may send any number of scans, each a few bytes long, that make the decoder visit every block again. Encoders
     * make about ten; libjpeg's most detailed script about thirty.
     */
    private static final int MAX_SCANS = 100;

    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int QUANTIZATION_TABLES = 0xDB;
    private static final int RESTART_INTERVAL = 0xDD;
    private static final int JFIF_SEGMENT = 0xE0;
    private static final int EXIF_SEGMENT = 0xE1;
    private static final int ADOBE_SEGMENT = 0xEE;

    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
    /** Length, JFIF 1.1, square pixels, no thumbnail. */
    private static final byte[] JFIF_HEADER = {-1, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };

    private final byte[] bytes;
    /** Begin and end of the parts that go on. */
    private final List<int[]> kept = new ArrayList<>();
    /** Begin of the scan's lists of components. */
    private final List<Integer> scanHeaders = new ArrayList<>();

    private final JpegProfile profile;
    private int frame;
    private int height;
    private int width;
    private int components;
    /** Of the frame's component specifications: id, sampling factors, table. */
    private int specifications;

    private boolean jfif;
    private int adobeTransform = -1;
    private int orientation = Orientation.UPRIGHT;
    private int headerBytes;

    private JpegHeader(byte[] bytes) {
        this.bytes = bytes;
        this.profile = new JpegProfile(bytes);
    }

    static JpegHeader read(byte[] bytes, ImageLimits limits) {
        JpegHeader header = new JpegHeader(bytes);
        header.walk(limits);
        if (header.frame == 0 || header.scanHeaders.isEmpty()) {
            throw corrupt("no picture in it");
        }
        return header;
    }

    private void walk(ImageLimits limits) {
        int at = 2;
        while (at + 2 <= bytes.length) {
            int marker = bytes[at + 1] & 0xFF;
            if (bytes[at] != -1 || marker == 0xFF || isData(marker)) {
                // Fill bytes, or rubbish that decoders pass over.
                at++;
                continue;
            }
            if (marker == END_OF_IMAGE) {
                kept.add(new int[] {at, at + 2});
                return;
            }
            int end = at + 4 <= bytes.length ? at + 2 + unsignedShort(at + 2) : Integer.MAX_VALUE;
            if (end > bytes.length || end < at + 4) {
                throw corrupt("segment %02X reaches beyond the file".formatted(marker));
            }
            segment(marker, at + 4, end, limits);
            if (marker == START_OF_SCAN) {
                end = endOfData(end);
            }
            if (isPicture(marker)) {
                kept.add(new int[] {at, end});
            }
            at = end;
        }
        // Without an end of image: the decoder, which gets none either, judges.
    }

    private static boolean isPicture(int marker) {
        return marker == START_OF_SCAN
                || marker == HUFFMAN_TABLES
                || marker == QUANTIZATION_TABLES
                || marker == RESTART_INTERVAL
                || isFrame(marker);
    }

    private int endOfData(int begin) {
        int at = begin;
        while (at + 2 <= bytes.length) {
            if (bytes[at] == -1 && (bytes[at + 1] & 0xFF) != 0xFF && !isData(bytes[at + 1] & 0xFF)) {
                return at;
            }
            at++;
        }
        return bytes.length;
    }

    /** A stuffed 0xFF, TEM, a restart, or a start of image: markers without a length. */
    private static boolean isData(int marker) {
        return marker <= 1 || (marker >= 0xD0 && marker <= 0xD8);
    }

    private void segment(int marker, int begin, int end, ImageLimits limits) {
        if (isFrame(marker)) {
            frame(marker, begin, end, limits);
        } else if (marker == START_OF_SCAN) {
            scan(begin, end);
        } else if (scanHeaders.isEmpty()) {
            metadata(marker, begin, end);
        }
    }

    private void frame(int marker, int begin, int end, ImageLimits limits) {
        if (frame != 0) {
            throw corrupt("two frames");
        }
        if (end - begin < 6) {
            throw corrupt("frame of %d bytes".formatted(end - begin));
        }
        frame = marker;
        height = unsignedShort(begin + 1);
        width = unsignedShort(begin + 3);
        components = bytes[begin + 5] & 0xFF;
        specifications = begin + 6;
        if (marker > 0xC2) {
            throw unsupported("%s JPEG isn't read".formatted(marker < 0xC9 ? "lossless" : "arithmetically coded"));
        }
        if (bytes[begin] != 8) {
            throw unsupported("JPEG of %d bits a sample isn't read".formatted(bytes[begin] & 0xFF));
        }
        if (components != 1 && components != 3 && components != 4) {
            throw unsupported("JPEG of %d components isn't read".formatted(components));
        }
        if (height == 0 && width > 0) {
            throw unsupported("JPEG that says its height after its picture isn't read");
        }
        if (end - begin != 6 + 3 * components) {
            throw corrupt("frame of %d components in %d bytes".formatted(components, end - begin));
        }
        limits.check(height, width);
    }

    private void scan(int begin, int end) {
        if (frame == 0) {
            throw corrupt("no frame before its first scan");
        }
        int count = begin < end ? bytes[begin] & 0xFF : 0;
        if (count < 1 || count > 4 || end - begin != 4 + 2 * count) {
            throw corrupt("scan of %d components in %d bytes".formatted(count, end - begin));
        }
        if (scanHeaders.isEmpty()) {
            headerBytes = kept.stream().mapToInt(part -> part[1] - part[0]).sum();
        }
        scanHeaders.add(begin);
        if (scanHeaders.size() > MAX_SCANS) {
            throw new ImageException(
                    ImageFault.CORRUPT, "JPEG of too many scans: expected at most %d".formatted(MAX_SCANS));
        }
    }

    private void metadata(int marker, int begin, int end) {
        if (marker == JFIF_SEGMENT && end - begin >= 14 && startsWith(begin, JFIF)) {
            jfif = true;
        } else if (marker == ADOBE_SEGMENT && end - begin >= 12 && startsWith(begin, ADOBE)) {
            adobeTransform = bytes[begin + 11] & 0xFF;
        } else if (marker == JpegProfile.SEGMENT) {
            profile.add(begin, end);
        } else if (marker == EXIF_SEGMENT && end - begin > EXIF.length && startsWith(begin, EXIF)) {
            if (orientation == Orientation.UPRIGHT) {
                orientation = Orientation.ofTiff(Arrays.copyOfRange(bytes, begin, end));
            }
        }
    }

    private boolean startsWith(int at, byte[] prefix) {
        return at + prefix.length <= bytes.length
                && Arrays.equals(bytes, at, at + prefix.length, prefix, 0, prefix.length);
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != HUFFMAN_TABLES && marker != 0xC8 && marker != 0xCC;
    }

    /** The picture for a decoder, which would allocate what metadata claim: without them. */
    byte[] picture() {
        byte[] colors = colorMarkers();
        int size = 2
                + colors.length
                + kept.stream().mapToInt(part -> part[1] - part[0]).sum();
        ByteBuffer picture = ByteBuffer.allocate(size).put(bytes, 0, 2).put(colors);
        boolean renamed = components == 3 && isDistinct();
        for (int[] part : kept) {
            int to = picture.position();
            picture.put(bytes, part[0], part[1] - part[0]);
            if (renamed && part[0] + 10 == specifications) {
                for (int i = 0; i < components; i++) {
                    picture.put(to + 10 + 3 * i, (byte) (i + 1));
                }
            } else if (renamed && (bytes[part[0] + 1] & 0xFF) == START_OF_SCAN) {
                for (int i = 0; i < bytes[part[0] + 4]; i++) {
                    picture.put(to + 5 + 2 * i, (byte) numberOf(bytes[part[0] + 5 + 2 * i]));
                }
            }
        }
        return picture.array();
    }

    /** What tells a decoder the colours, without leaving room for its own conclusions. */
    private byte[] colorMarkers() {
        if (components == 4) {
            return adobeTransform < 0 ? profile.segments() : concatenated(adobe(adobeTransform), profile.segments());
        }
        return components == 1 || isYcc() ? JFIF_HEADER : adobe(0);
    }

    /** As libjpeg decides. */
    private boolean isYcc() {
        if (jfif || adobeTransform > 0) {
            return true;
        }
        boolean named =
                bytes[specifications] == 'R' && bytes[specifications + 3] == 'G' && bytes[specifications + 6] == 'B';
        return adobeTransform < 0 && !named;
    }

    private static byte[] adobe(int transform) {
        return new byte[] {
            -1, (byte) ADOBE_SEGMENT, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
        };
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private boolean isDistinct() {
        Set<Byte> ids = new HashSet<>();
        for (int i = 0; i < components; i++) {
            ids.add(bytes[specifications + 3 * i]);
        }
        return ids.size() == components;
    }

    /** A component's number from 1; 0 where a scan names one that there isn't, which no decoder takes. */
    private int numberOf(byte id) {
        for (int i = 0; i < components; i++) {
            if (bytes[specifications + 3 * i] == id) {
                return i + 1;
            }
        }
        return 0;
    }

    /** The colour profile; empty where there is none, or none of the picture's kind that is whole. */
    byte[] profile() {
        return components == 4 ? new byte[0] : profile.content(IccTags.MAX_BYTES);
    }

    /** Whether its picture is decoded to R G B. */
    boolean isColor() {
        return components == 3;
    }

    boolean isGrey() {
        return components == 1;
    }

    int orientation() {
        return orientation;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** What the decoder is given, and what its readers copy of it. */
    long copiedBytes() {
        return bytes.length + 3L * (headerBytes + (components == 4 ? profile.bytes() : 0));
    }

    /** Heap and native memory of decoding, at most. */
    long decodingBytes() {
        long pixels = (long) height * width;
        return rasterBytes() * pixels + (keepsCoefficients() ? coefficientBytes() : 0);
    }

    /** Of the decoder's picture, what it is made of, and its conversion. */
    private long rasterBytes() {
        return switch (components) {
            case 1 -> 4;
            case 3 -> isYcc() && isDistinct() ? 3 : 6;
            default -> 8;
        };
    }

    /** A frame of several scans is decoded when all are there: 16 bits a coefficient are kept until then. */
    private boolean keepsCoefficients() {
        return frame == 0xC2 || bytes[scanHeaders.get(0)] < components;
    }

    private long coefficientBytes() {
        int widest = 1;
        int tallest = 1;
        for (int i = 0; i < components; i++) {
            widest = Math.max(widest, horizontal(i));
            tallest = Math.max(tallest, vertical(i));
        }
        long unitsAcross = (width + 8L * widest - 1) / (8L * widest);
        long unitsDown = (height + 8L * tallest - 1) / (8L * tallest);
        long blocks = 0;
        for (int i = 0; i < components; i++) {
            blocks += unitsAcross * horizontal(i) * unitsDown * vertical(i);
        }
        return blocks * 64 * Short.BYTES;
    }

    private int horizontal(int component) {
        return Math.max(1, bytes[specifications + 3 * component + 1] >> 4 & 0xF);
    }

    private int vertical(int component) {
        return Math.max(1, bytes[specifications + 3 * component + 1] & 0xF);
    }

    private int unsignedShort(int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    private static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged JPEG: " + what);
    }

    private static ImageException unsupported(String what) {
        return new ImageException(
                ImageFault.UNSUPPORTED_FORMAT,
                what + ": expected a baseline or progressive JPEG of 8 bits, or PNG; convert it");
    }
}
