package dev.facet.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress of long work, on stderr. */
final class Progress {
    private Progress() {}

    static ProgressBar bar(String title, long steps) {
        return new ProgressBarBuilder()
                .setTaskName(title)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(System.console() == null ? 10_000 : 250)
                .build();
    }
}
