package dev.facet.server.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Parts as a ZIP file that is made while it is read. */
final class ZipChunks implements Iterator<byte[]> {
    private static final LocalDateTime ZIP_EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final List<Part> all;
    private final Iterator<Part> parts;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(made, StandardCharsets.UTF_8);
    private Iterator<byte[]> content = List.<byte[]>of().iterator();
    private boolean entryOpen;
    private boolean finished;

    ZipChunks(List<Part> parts) {
        this.all = parts;
        this.parts = parts.iterator();
    }

    @Override
    public boolean hasNext() {
        return !finished;
    }

    @Override
    public byte[] next() {
        if (finished) {
            throw new NoSuchElementException();
        }
        try {
            step();
        } catch (IOException e) {
            throw new UncheckedIOException("a ZIP in memory can't be written (bug)", e);
        }
        byte[] chunk = made.toByteArray();
        made.reset();
        return chunk;
    }

    private void step() throws IOException {
        if (content.hasNext()) {
            zip.write(content.next());
            return;
        }
        if (entryOpen) {
            zip.closeEntry();
            entryOpen = false;
        }
        if (parts.hasNext()) {
            Part part = parts.next();
            // Pictures are compressed already.
            open(
                    part.fileName(),
                    part.mediaType().startsWith("image/") ? Deflater.NO_COMPRESSION : Deflater.BEST_SPEED);
            content = part.content().chunks().get();
            return;
        }
        open("facet.json", Deflater.BEST_SPEED);
        zip.write(JsonForm.index(all));
        zip.closeEntry();
        zip.close();
        finished = true;
    }

    private void open(String name, int level) throws IOException {
        zip.setLevel(level);
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(ZIP_EPOCH);
        zip.putNextEntry(entry);
        entryOpen = true;
    }
}
