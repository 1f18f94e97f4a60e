package dev.facet.evaluation.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A white strip over a picture's whole width with text and swatches, laid out from top to bottom, drawn at the end. */
final class Strip {
    /** At its edges and between what lies side by side, pixels. */
    static final int MARGIN = 6;

    private static final Color FRAME = new Color(0x808080);

    private final Lettering lettering;
    private final int width;
    private final List<Consumer<BufferedImage>> items = new ArrayList<>();
    private int bottom = MARGIN;

    Strip(Lettering lettering, int width) {
        this.lettering = lettering;
        this.width = width;
    }

    int height() {
        return bottom + MARGIN;
    }

    /** Adds a text over the whole width. */
    Strip paragraph(String text) {
        bottom += text(text, MARGIN, width - 2 * MARGIN);
        return this;
    }

    /** Adds texts side by side, one at every {@code pitch} pixels. */
    Strip headings(List<String> texts, int pitch) {
        int most = 0;
        for (int i = 0; i < texts.size(); i++) {
            most = Math.max(most, text(texts.get(i), MARGIN + i * pitch, pitch - MARGIN));
        }
        bottom += most;
        return this;
    }

    /** Adds the entries of a legend, as many to a line as fit. */
    Strip legend(List<LegendEntry> entries) {
        int left = MARGIN;
        for (LegendEntry entry : entries) {
            int swatch = lettering.lineHeight() * (entry.isRamp() ? 5 : 2);
            int wanted = swatch + MARGIN + lettering.width(entry.meaning());
            if (left > MARGIN && left + wanted > width - MARGIN) {
                left = MARGIN;
                bottom += lettering.lineHeight() + MARGIN;
            }
            swatch(entry, left, swatch);
            int text = left + swatch + MARGIN;
            int taken = text(entry.meaning(), text, width - MARGIN - text);
            if (taken > lettering.lineHeight()) {
                bottom += taken - lettering.lineHeight();
            }
            left += wanted + 3 * MARGIN;
        }
        bottom += lettering.lineHeight();
        return this;
    }

    private void swatch(LegendEntry entry, int left, int swatchWidth) {
        int top = bottom;
        int swatchHeight = lettering.lineHeight();
        items.add(image -> {
            for (int y = 0; y < swatchHeight; y++) {
                for (int x = 0; x < swatchWidth; x++) {
                    image.setRGB(left + x, top + y, entry.color(x, y, swatchWidth));
                }
            }
            Graphics2D graphics = image.createGraphics();
            graphics.setColor(FRAME);
            graphics.drawRect(left - 1, top - 1, swatchWidth + 1, swatchHeight + 1);
            graphics.dispose();
        });
    }

    /** Adds a text at the bottom as it is now; says how high it is. */
    private int text(String text, int left, int room) {
        List<String> lines = lettering.wrapped(text, room);
        int top = bottom;
        items.add(image -> {
            Graphics2D graphics = image.createGraphics();
            for (int i = 0; i < lines.size(); i++) {
                lettering.draw(graphics, lines.get(i), left, top + i * lettering.lineHeight());
            }
            graphics.dispose();
        });
        return lines.size() * lettering.lineHeight();
    }

    /** Draws the strip onto a picture of its width. */
    void draw(byte[] rgb, int top) {
        BufferedImage image = new BufferedImage(width, height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height());
        graphics.dispose();
        items.forEach(item -> item.accept(image));
        int to = 3 * top * width;
        for (int color : image.getRGB(0, 0, width, height(), null, 0, width)) {
            rgb[to++] = (byte) (color >> 16);
            rgb[to++] = (byte) (color >> 8);
            rgb[to++] = (byte) color;
        }
    }
}
