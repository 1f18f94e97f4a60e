package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;

/** Ends a reader's work between two rows when nobody waits for it: it may have read all its input long before. */
final class UnwantedReading implements IIOReadProgressListener {
    private final Cancellation cancellation;

    UnwantedReading(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    @Override
    public void imageProgress(ImageReader source, float percentageDone) {
        if (cancellation.isStopped()) {
            source.abort();
        }
    }

    @Override
    public void sequenceStarted(ImageReader source, int minIndex) {}

    @Override
    public void sequenceComplete(ImageReader source) {}

    @Override
    public void imageStarted(ImageReader source, int imageIndex) {}

    @Override
    public void imageComplete(ImageReader source) {}

    @Override
    public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

    @Override
    public void thumbnailProgress(ImageReader source, float percentageDone) {}

    @Override
    public void thumbnailComplete(ImageReader source) {}

    @Override
    public void readAborted(ImageReader source) {}
}
