package dev.facet.core.image;

/**
 * How one image lies in the network's input: scaled to {@code height×width}, then padded at the right and the bottom to
 * {@code paddedHeight×paddedWidth}.
 *
 * @param imageHeight rows of the image, upright
 * @param imageWidth columns of the image, upright
 * @param height rows after scaling
 * @param width columns after scaling
 * @param paddedHeight rows of the network's input
 * @param paddedWidth columns of the network's input
 */
public record Frame(int imageHeight, int imageWidth, int height, int width, int paddedHeight, int paddedWidth) {
    public Frame {
        if (imageHeight < 1
                || imageWidth < 1
                || height < 1
                || width < 1
                || paddedHeight < height
                || paddedWidth < width) {
            throw new IllegalArgumentException("frame does not fit: image=%d×%d, scaled=%d×%d, padded=%d×%d"
                    .formatted(imageHeight, imageWidth, height, width, paddedHeight, paddedWidth));
        }
    }

    /** The frame of a tensor that is neither scaled nor padded. */
    public static Frame identity(int height, int width) {
        return new Frame(height, width, height, width, height, width);
    }

    /** The frame of the same picture with other sides: it lies in the network's input as before. */
    public Frame seenAt(int otherHeight, int otherWidth) {
        return new Frame(otherHeight, otherWidth, height, width, paddedHeight, paddedWidth);
    }
}
