package dev.facet.server.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a logger and those below it write while this is open, traces included. */
public final class LogLines implements AutoCloseable {
    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            StringBuilder line = new StringBuilder(
                    entry.getParameters() == null
                            ? String.valueOf(entry.getMessage())
                            : format(entry.getMessage(), entry.getParameters()));
            for (Throwable cause = entry.getThrown(); cause != null; cause = cause.getCause()) {
                line.append(' ').append(cause);
            }
            lines.add(line.toString());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private static String format(String message, Object[] parameters) {
        try {
            return message.formatted(parameters);
        } catch (java.util.IllegalFormatException e) {
            return message + " " + List.of(parameters);
        }
    }

    /** @param category empty for all */
    public LogLines(String category) {
        this.logger = Logger.getLogger(category);
        logger.addHandler(handler);
    }

    public List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
