package dev.facet.evaluation.report;

import dev.facet.core.failure.Failures;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Text of one size on pictures, drawn by Java2D in whatever the system has for sans serif. Immutable and thread-safe. */
final class Lettering {
    /** Of the smallest letters, in pixels. */
    static final int LEAST_SIZE = 13;

    private static final Color INK = new Color(0x202020);

    /** Looked at once, when text is first wanted: the JDK loads its font libraries for it. */
    private static final class Trial {
        private static final Optional<String> FAILURE = run();

        private static Optional<String> run() {
            try {
                Lettering lettering = new Lettering(LEAST_SIZE);
                Graphics2D graphics =
                        new BufferedImage(LEAST_SIZE, LEAST_SIZE, BufferedImage.TYPE_INT_RGB).createGraphics();
                lettering.draw(graphics, "a", 0, 0);
                graphics.dispose();
                return Optional.empty();
            } catch (OutOfMemoryError | StackOverflowError e) {
                throw e;
            } catch (RuntimeException | Error e) {
                // Without a font, fontconfig or FreeType the JDK throws whatever is at hand, even Error itself.
                return Optional.of(Failures.describe(e));
            }
        }
    }

    private final Font font;
    private final FontMetrics metrics;

    private Lettering(int size) {
        font = new Font(Font.SANS_SERIF, Font.PLAIN, size);
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            smooth(graphics);
            metrics = graphics.getFontMetrics(font);
        } finally {
            graphics.dispose();
        }
    }

    /** Why no text can be drawn on this system; empty where it can. */
    static Optional<String> failure() {
        return Trial.FAILURE;
    }

    /** Letters of that size in pixels; empty where no text can be drawn. */
    static Optional<Lettering> of(int size) {
        return failure().isPresent() ? Optional.empty() : Optional.of(new Lettering(size));
    }

    /** From one line to the next, pixels. */
    int lineHeight() {
        return metrics.getHeight();
    }

    /** Of a text in one line, pixels. */
    int width(String text) {
        return metrics.stringWidth(text);
    }

    /** Draws one line whose left upper corner is at {@code (left, top)}. */
    void draw(Graphics2D graphics, String line, int left, int top) {
        smooth(graphics);
        graphics.setFont(font);
        graphics.setColor(INK);
        graphics.drawString(line, left, top + metrics.getAscent());
    }

    private static void smooth(Graphics2D graphics) {
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }

    /** Lines of at most {@code room} pixels, broken at spaces, and within a word that is longer than a line. */
    List<String> wrapped(String text, int room) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.split(" ")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (width(longer) <= room) {
                line = longer;
                continue;
            }
            if (!line.isEmpty()) {
                lines.add(line);
            }
            line = word;
            while (width(line) > room) {
                int end = fitting(line, room);
                lines.add(line.substring(0, end));
                line = line.substring(end);
            }
        }
        lines.add(line);
        return lines;
    }

    /** How much of a word fits, at least its first character. */
    private int fitting(String word, int room) {
        int end = word.offsetByCodePoints(0, 1);
        while (end < word.length()) {
            int next = word.offsetByCodePoints(end, 1);
            if (width(word.substring(0, next)) > room) {
                break;
            }
            end = next;
        }
        return end;
    }
}
