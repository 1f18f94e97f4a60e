package dev.facet.core.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A colour profile's header and tags (ICC.1:2022, 7), each held against the bytes that are there. No number in it is believed
 * further: those who read a tag stay inside it.
 */
final class IccTags {
    /** Profiles of cameras, phones and screens have some hundred bytes, with long curves some ten thousand. */
    static final int MAX_BYTES = 1 << 18;

    static final int RGB = 0x52474220;
    static final int GREY = 0x47524159;
    static final int CMYK = 0x434D594B;

    private static final int XYZ = 0x58595A20;
    private static final int SIGNATURE = 0x61637370;
    private static final int HEADER_BYTES = 128;
    private static final int ENTRY_BYTES = 12;
    private static final int MAX_TAGS = 256;
    /** A tag's type and four bytes that are reserved. */
    private static final int MIN_TAG_BYTES = 8;

    private static final int INPUT = 0x73636E72;
    private static final int DISPLAY = 0x6D6E7472;
    private static final int OUTPUT = 0x70727472;
    private static final int SPACE = 0x73706163;

    private final ByteBuffer profile;
    private final Map<Integer, int[]> tags = new HashMap<>();

    private IccTags(ByteBuffer profile) {
        this.profile = profile;
    }

    /** The tags; none where the profile isn't whole, or is none. */
    static Optional<IccTags> read(byte[] bytes) {
        if (bytes.length < HEADER_BYTES + 4) {
            return Optional.empty();
        }
        ByteBuffer profile = ByteBuffer.wrap(bytes);
        int size = profile.getInt(0);
        int count = profile.getInt(HEADER_BYTES);
        if (size < HEADER_BYTES + 4
                || size > bytes.length
                || profile.getInt(36) != SIGNATURE
                || count < 1
                || count > MAX_TAGS
                || count > (size - HEADER_BYTES - 4) / ENTRY_BYTES) {
            return Optional.empty();
        }
        IccTags tags = new IccTags(profile);
        for (int i = 0; i < count; i++) {
            int at = HEADER_BYTES + 4 + ENTRY_BYTES * i;
            int offset = profile.getInt(at + 4);
            int length = profile.getInt(at + 8);
            if (offset < 0 || length < MIN_TAG_BYTES || offset > size || length > size - offset) {
                return Optional.empty();
            }
            tags.tags.putIfAbsent(profile.getInt(at), new int[] {offset, length});
        }
        return Optional.of(tags);
    }

    /** Whether it says what samples of this space look like. */
    boolean describes(int space) {
        int kind = profile.getInt(12);
        return profile.getInt(16) == space && (kind == INPUT || kind == DISPLAY || kind == OUTPUT || kind == SPACE);
    }

    /** Whether colours are connected by XYZ, not by Lab. */
    boolean connectsByXyz() {
        return profile.getInt(20) == XYZ;
    }

    /** A tag's content, its type first. */
    Optional<ByteBuffer> tag(String name) {
        int[] place = tags.get(
                ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt());
        return Optional.ofNullable(place).map(range -> profile.slice(range[0], range[1]));
    }

    /** Whether the tables that a decoder would allocate by their announced sizes are as large as they say. */
    boolean hasWholeTables() {
        return tags.values().stream().allMatch(range -> IccTables.isWhole(profile.slice(range[0], range[1])));
    }
}
