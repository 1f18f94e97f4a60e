package dev.facet.server.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What is logged while this is open. */
public final class LogRecords implements AutoCloseable {
    private static final Formatter TEXT = new PatternFormatter("%m%E");

    private final Logger logger;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            ExtLogRecord extended = ExtLogRecord.wrap(entry);
            lines.add(new Line(extended.getLoggerName(), TEXT.format(extended), extended.getMdcCopy()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /**
     * One.
     *
     * @param mdc what it carries beside its text
     */
    public record Line(String category, String text, Map<String, String> mdc) {}

    /** @param category and those below it; empty for all */
    public LogRecords(String category) {
        this.logger = Logger.getLogger(category);
        logger.addHandler(handler);
    }

    /** Those so far. */
    public List<Line> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
