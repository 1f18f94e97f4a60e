package dev.facet.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process and its children wrote and whom they called, as {@code strace} saw it.
 *
 * @param written files and folders that were made, opened for writing, or took another's place
 * @param called addresses of the internet protocols that were connected or sent to
 */
record SystemCalls(Set<Path> written, Set<String> called) {
    /** Per thread a file, so that no call is split; {@code -y}: what is opened is shown with its path. */
    private static final List<String> STRACE = List.of(
            "strace",
            "-ff",
            "-y",
            "-s",
            "4096",
            "-e",
            "trace=open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,"
                    + "truncate,connect,sendto,sendmsg,sendmmsg");

    private static final Pattern OPENED = Pattern.compile("^(?:open|openat|openat2|creat)\\(.*\\) += \\d+<(.*)>$");
    private static final Pattern FOR_WRITING = Pattern.compile("^creat\\(|O_WRONLY|O_RDWR|O_CREAT|O_TRUNC");
    private static final Pattern MADE = Pattern.compile(
            "^(?:mkdir|mknod|rename|link|symlink)(?:at2?)?\\(.*\"((?:[^\"\\\\]|\\\\.)*)\"[^\"]*\\) += 0$");
    private static final Pattern TRUNCATED = Pattern.compile("^truncate\\(\"((?:[^\"\\\\]|\\\\.)*)\".*\\) += 0$");
    private static final Pattern ADDRESS =
            Pattern.compile("inet_addr\\(\"([^\"]+)\"\\)|inet_pton\\(AF_INET6, \"([^\"]+)\"");
    private static final Pattern CALL = Pattern.compile("^(?:connect|sendto|sendmsg|sendmmsg)\\(");

    /** The command line that runs another one and writes its calls to files in a folder, which exists. */
    static List<String> traced(Path folder, List<String> command) {
        List<String> traced = new ArrayList<>(STRACE);
        traced.addAll(List.of("-o", folder.resolve("calls").toString()));
        traced.addAll(command);
        return traced;
    }

    /** Reads what was traced into a folder. */
    static SystemCalls read(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return of(lines);
    }

    /** Reads lines of {@code strace}. */
    static SystemCalls of(List<String> lines) {
        Set<Path> written = new TreeSet<>();
        Set<String> called = new TreeSet<>();
        for (String line : lines) {
            Matcher opened = OPENED.matcher(line);
            if (opened.find() && FOR_WRITING.matcher(line).find()) {
                written.add(Path.of(opened.group(1)));
            }
            for (Pattern pattern : List.of(MADE, TRUNCATED)) {
                Matcher made = pattern.matcher(line);
                if (made.find()) {
                    written.add(Path.of(made.group(1)));
                }
            }
            if (CALL.matcher(line).find()) {
                Matcher address = ADDRESS.matcher(line);
                while (address.find()) {
                    called.add(address.group(1) != null ? address.group(1) : address.group(2));
                }
            }
        }
        return new SystemCalls(written, called);
    }

    /** What was written elsewhere than in these folders; devices and the process's own entries of the kernel don't count. */
    List<Path> writtenOutside(Path... folders) {
        return written.stream()
                .filter(path -> !path.startsWith("/dev") && !path.startsWith("/proc"))
                .filter(path -> Stream.of(folders).noneMatch(path::startsWith))
                .toList();
    }

    /** Who was called on another machine than this one. */
    List<String> calledElsewhere() {
        return called.stream()
                .filter(address ->
                        !address.startsWith("127.") && !address.equals("::1") && !address.startsWith("::ffff:127."))
                .toList();
    }
}
