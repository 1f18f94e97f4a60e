package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;

/** Decodes the first page of a TIFF, piece by piece, to 8-bit RGB: 16 bits are rounded, alpha is laid on white. */
final class TiffDecoder {
    private final byte[] bytes;
    private final TiffHeader header;
    private final int[] palette;
    private final byte[] rgb;
    private final int full;
    private final int alpha;
    private final int colors;

    private TiffDecoder(byte[] bytes, TiffHeader header) {
        this.bytes = bytes;
        this.header = header;
        this.palette = header.photometric == TiffHeader.PALETTE ? header.palette() : new int[0];
        this.rgb = new byte[Math.multiplyExact(Math.multiplyExact(header.height, header.width), 3)];
        this.full = (1 << header.bits) - 1;
        this.alpha = header.alpha();
        this.colors = header.photometric == TiffHeader.RGB ? 3 : 1;
    }

    static Raster decode(byte[] bytes, TiffHeader header, Cancellation cancellation) {
        TiffDecoder decoder = new TiffDecoder(bytes, header);
        int pieces = header.down() * header.across();
        byte[][] parts = new byte[header.parts()][Math.multiplyExact(header.pieceHeight, header.rowBytes())];
        for (int piece = 0; piece < pieces; piece++) {
            cancellation.check();
            int row = piece / header.across();
            for (int part = 0; part < parts.length; part++) {
                decoder.unpack(part * pieces + piece, header.rows(row), parts[part]);
            }
            decoder.place(parts, row * header.pieceHeight, piece % header.across() * header.pieceWidth, cancellation);
        }
        return new Raster(header.height, header.width, decoder.rgb);
    }

    private void unpack(int piece, int rows, byte[] target) {
        int[] place = header.place(piece);
        int size = rows * header.rowBytes();
        TiffCompression.unpack(header.compression, bytes, place[0], place[0] + place[1], target, size);
        if (!header.predicted) {
            return;
        }
        int step = header.together();
        for (int y = 0; y < rows; y++) {
            int begin = y * header.rowBytes();
            if (header.bits == 8) {
                for (int i = begin + step; i < begin + header.rowBytes(); i++) {
                    target[i] += target[i - step];
                }
                continue;
            }
            for (int i = step; i < header.pieceWidth * step; i++) {
                int sum = wide(target, begin + 2 * i) + wide(target, begin + 2 * (i - step));
                int high = header.isLittleEndian() ? 1 : 0;
                target[begin + 2 * i + high] = (byte) (sum >> 8);
                target[begin + 2 * i + 1 - high] = (byte) sum;
            }
        }
    }

    private int wide(byte[] data, int at) {
        int first = data[at] & 0xFF;
        int second = data[at + 1] & 0xFF;
        return header.isLittleEndian() ? second << 8 | first : first << 8 | second;
    }

    private void place(byte[][] parts, int top, int left, Cancellation cancellation) {
        int rows = Math.min(header.pieceHeight, header.height - top);
        int columns = Math.min(header.pieceWidth, header.width - left);
        for (int y = 0; y < rows; y++) {
            cancellation.check();
            int to = ((top + y) * header.width + left) * 3;
            for (int x = 0; x < columns; x++) {
                pixel(parts, y, x, to);
                to += 3;
            }
        }
    }

    private void pixel(byte[][] parts, int y, int x, int to) {
        if (header.photometric == TiffHeader.PALETTE) {
            int color = palette[sample(parts, y, x, 0)];
            rgb[to] = (byte) (color >> 16);
            rgb[to + 1] = (byte) (color >> 8);
            rgb[to + 2] = (byte) color;
            return;
        }
        long opacity = alpha == 0 ? full : sample(parts, y, x, colors);
        for (int channel = 0; channel < 3; channel++) {
            long value = sample(parts, y, x, colors == 1 ? 0 : channel);
            if (header.photometric == TiffHeader.WHITE_IS_ZERO) {
                value = full - value;
            }
            if (alpha == 1) {
                value = Math.min(full, value + full - opacity);
            } else if (alpha == 2) {
                value = (value * opacity + full * (full - opacity) + full / 2) / full;
            }
            rgb[to + channel] = (byte) (full == 255 ? value : (value * 255 + full / 2) / full);
        }
    }

    private int sample(byte[][] parts, int y, int x, int index) {
        byte[] data = parts[header.separate ? index : 0];
        int place = x * header.together() + (header.separate ? 0 : index);
        int row = y * header.rowBytes();
        return switch (header.bits) {
            case 8 -> data[row + place] & 0xFF;
            case 16 -> wide(data, row + 2 * place);
            default -> {
                int bit = place * header.bits;
                yield data[row + (bit >> 3)] >> 8 - header.bits - (bit & 7) & full;
            }
        };
    }
}
