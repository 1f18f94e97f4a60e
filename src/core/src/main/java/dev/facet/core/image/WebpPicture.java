package dev.facet.core.image;

/**
 * Where the picture of a WebP lies in its file, and on its canvas.
 *
 * @param begin of the content of its chunk, {@code VP8 } or {@code VP8L}
 * @param end of it
 * @param isLossless whether it is {@code VP8L}
 * @param alphaBegin of a lossy picture's plane of alpha; 0 where there is none
 * @param alphaEnd of it
 * @param height rows
 * @param width columns
 * @param top row of the canvas
 * @param left column of the canvas
 */
record WebpPicture(
        int begin,
        int end,
        boolean isLossless,
        int alphaBegin,
        int alphaEnd,
        int height,
        int width,
        int top,
        int left) {
    boolean hasAlpha() {
        return alphaBegin > 0;
    }

    WebpPicture at(int row, int column) {
        return new WebpPicture(begin, end, isLossless, alphaBegin, alphaEnd, height, width, row, column);
    }
}
