package dev.facet.trainer.sample;

/**
 * How the images of endless passes become batches: which images a step sees is known without the steps before it.
 *
 * @param images images of a pass
 * @param batchSize images of a batch, at least 2: norms need more than one
 * @param last what becomes of the end of a pass
 */
public record Passes(int images, int batchSize, LastBatch last) {
    public Passes {
        if (batchSize < 2) {
            throw new IllegalArgumentException("batch size: value=%d, expected at least 2".formatted(batchSize));
        }
        if (images < 1 || last != LastBatch.FULL && batches(images, batchSize, last) == 0) {
            throw new IllegalArgumentException(
                    "no batch in a pass: images=%d, batch_size=%d, last_batch=%s, expected more images or last_batch=full"
                            .formatted(images, batchSize, last.id()));
        }
    }

    /**
     * Where a batch begins.
     *
     * @param position images seen before it, those left out at the ends of passes among them: pass·images + place
     * @param size images of the batch
     */
    record Span(long position, int size) {}

    /** The batch of a step, from 0 on. */
    Span span(long step) {
        if (last == LastBatch.FULL) {
            return new Span(step * batchSize, batchSize);
        }
        int batches = batches(images, batchSize, last);
        int place = (int) (step % batches) * batchSize;
        return new Span(step / batches * images + place, Math.min(batchSize, images - place));
    }

    /** Images of all batches of the first {@code steps} steps. */
    public long views(long steps) {
        if (last == LastBatch.FULL) {
            return steps * batchSize;
        }
        int batches = batches(images, batchSize, last);
        long whole = steps / batches * Math.min(images, (long) batches * batchSize);
        return whole + steps % batches * batchSize;
    }

    private static int batches(int images, int batchSize, LastBatch last) {
        int rest = images % batchSize;
        return images / batchSize + (last == LastBatch.SMALLER && rest > 1 ? 1 : 0);
    }
}
