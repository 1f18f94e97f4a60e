package dev.facet.core.image;

/**
 * How one photo lies in the network's input: scaled to {@code height×width}, then padded at the right and the bottom to
 * {@code paddedHeight×paddedWidth}.
 *
 * @param photoHeight rows of the photo, upright
 * @param photoWidth columns of the photo, upright
 * @param height rows after scaling
 * @param width columns after scaling
 * @param paddedHeight rows of the network's input
 * @param paddedWidth columns of the network's input
 */
public record Frame(int photoHeight, int photoWidth, int height, int width, int paddedHeight, int paddedWidth) {
    public Frame {
        if (photoHeight < 1
                || photoWidth < 1
                || height < 1
                || width < 1
                || paddedHeight < height
                || paddedWidth < width) {
            throw new IllegalArgumentException("frame does not fit: photo=%d×%d, scaled=%d×%d, padded=%d×%d"
                    .formatted(photoHeight, photoWidth, height, width, paddedHeight, paddedWidth));
        }
    }

    /** The frame of a tensor that is neither scaled nor padded. */
    public static Frame identity(int height, int width) {
        return new Frame(height, width, height, width, height, width);
    }
}
