package dev.facet.trainer.table;

import dev.facet.evaluation.report.Headline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The scores of a table against the numbers that are trained in the encoder, as SVG: a panel for each task, better is up, trained
 * numbers on a logarithmic scale; a small dot for each seed, a large one for their mean.
 */
public final class ScorePlot {
    private static final int PANEL_WIDTH = 300;
    private static final int PANEL_HEIGHT = 240;
    private static final int LEFT = 56;
    private static final int TOP = 34;
    private static final int GAP = 76;
    private static final int LEGEND_ROW = 20;
    private static final int TICKS = 4;
    // Okabe and Ito's colours, which most colour-blind people can tell apart.
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#e69f00", "#999933");

    private final Finished finished;
    private final List<String> tasks;
    private final List<String> rows;

    /** A plot of what is finished. */
    public ScorePlot(Finished finished) {
        this.finished = finished;
        ExperimentTable table = finished.table();
        this.tasks = table.tasks().keySet().stream()
                .filter(task -> finished.headline(task).isPresent())
                .toList();
        this.rows = table.rows().keySet().stream()
                .filter(row -> !finished.of(row).isEmpty())
                .toList();
    }

    /** The picture; empty where no cell is finished. */
    public Optional<String> svg() {
        if (tasks.isEmpty()) {
            return Optional.empty();
        }
        int width = LEFT + tasks.size() * (PANEL_WIDTH + GAP);
        int bottom = TOP + PANEL_HEIGHT + 50;
        int height = bottom + rows.size() * LEGEND_ROW + 10;
        StringBuilder svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
                font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                """.formatted(width, height));
        for (int i = 0; i < tasks.size(); i++) {
            panel(svg, tasks.get(i), LEFT + i * (PANEL_WIDTH + GAP));
        }
        for (int i = 0; i < rows.size(); i++) {
            int y = bottom + i * LEGEND_ROW;
            dot(svg, LEFT + 6, y, 5, i, 1);
            text(svg, LEFT + 18, y + 4, "start", rows.get(i));
        }
        return Optional.of(svg.append("</svg>\n").toString());
    }

    /** A range of values. */
    private record Axis(double low, double high) {
        static Axis of(Stream<Double> values, double margin) {
            List<Double> all = values.toList();
            double low = all.stream().min(Double::compare).orElseThrow();
            double high = all.stream().max(Double::compare).orElseThrow();
            double more = high > low ? (high - low) * margin : Math.max(1e-3, Math.abs(high) * 0.01);
            return new Axis(low - more, high + more);
        }

        double share(double value) {
            return (value - low) / (high - low);
        }
    }

    private void panel(StringBuilder svg, String task, int left) {
        Headline headline = finished.headline(task).orElseThrow();
        List<CellResult> cells =
                rows.stream().flatMap(row -> finished.of(row, task).stream()).toList();
        Axis score = Axis.of(cells.stream().map(Finished::score), 0.1);
        Axis trained = Axis.of(cells.stream().map(ScorePlot::magnitude), 0.1);
        svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#888888\"/>%n"
                .formatted(left, TOP, PANEL_WIDTH, PANEL_HEIGHT));
        text(
                svg,
                left + PANEL_WIDTH / 2.0,
                TOP - 12,
                "middle",
                "%s, %s %s".formatted(task, headline.metric(), headline.lowerIsBetter() ? "(lower is better)" : ""));
        for (int i = 0; i <= TICKS; i++) {
            double value = score.low() + (score.high() - score.low()) * i / TICKS;
            double y = y(score, value, headline);
            line(svg, left, y, left + PANEL_WIDTH, y);
            String label = String.format(Locale.ROOT, Math.abs(value) < 2 ? "%.3f" : "%.1f", value);
            text(svg, left - 6, y + 4, "end", label);
        }
        for (int power = (int) Math.ceil(trained.low()); power <= trained.high(); power++) {
            double x = left + PANEL_WIDTH * trained.share(power);
            line(svg, x, TOP, x, TOP + PANEL_HEIGHT);
            text(svg, x, TOP + PANEL_HEIGHT + 16, "middle", count(power));
        }
        text(svg, left + PANEL_WIDTH / 2.0, TOP + PANEL_HEIGHT + 32, "middle", "trained numbers in the encoder");
        for (int i = 0; i < rows.size(); i++) {
            List<CellResult> own = finished.of(rows.get(i), task);
            if (own.isEmpty()) {
                continue;
            }
            double x = left + PANEL_WIDTH * trained.share(magnitude(own.get(0)));
            List<Double> scores = new ArrayList<>();
            for (CellResult cell : own) {
                scores.add(Finished.score(cell));
                dot(svg, x, y(score, Finished.score(cell), headline), 2.5, i, 0.5);
            }
            dot(svg, x, y(score, Spread.mean(scores), headline), 5, i, 1);
        }
    }

    /** A power of ten in a few characters: 10 k, 1 M. */
    private static String count(int power) {
        String unit = List.of("", " k", " M", " G").get(Math.min(3, Math.max(0, power / 3)));
        return "1" + "0".repeat(Math.floorMod(power, 3)) + unit;
    }

    private static double y(Axis axis, double value, Headline headline) {
        double share = axis.share(value);
        return TOP + PANEL_HEIGHT * (headline.lowerIsBetter() ? share : 1 - share);
    }

    private static double magnitude(CellResult result) {
        return Math.log10(Math.max(1, result.trainedEncoder()));
    }

    private static void dot(StringBuilder svg, double x, double y, double radius, int row, double opacity) {
        svg.append(String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" fill-opacity=\"%.1f\"/>%n",
                x,
                y,
                radius,
                COLOURS.get(row % COLOURS.size()),
                opacity));
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    /** Names of rows and tasks are letters, digits and a few signs that need no escape. */
    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text.strip()));
    }
}
