package dev.facet.cli;

import dev.facet.core.encoding.Representation;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Which images a call names, and where each answer goes. */
final class OutputFiles {
    private OutputFiles() {}

    /**
     * One image to answer.
     *
     * @param image file
     * @param target where the answer goes; null for standard output
     * @param representation form of the answer
     */
    record Job(Path image, Path target, Representation representation) {}

    /** An image and the folder that it was found below. */
    private record Found(Path image, Path base) {}

    /**
     * @param arguments files, folders and globs
     * @param out file or standard output for one image given by name; else a folder
     * @param format suffix, or null to take it from {@code out}, else png
     */
    static List<Job> jobs(List<String> arguments, Output out, String format) throws IOException {
        List<Found> found = findAll(arguments);
        boolean single = arguments.size() == 1 && isFile(Path.of(arguments.get(0)));
        if (single && !out.isFolder()) {
            Path target = out.isStandard() ? null : out.path();
            Job job = new Job(found.get(0).image(), target, representation(format, target));
            if (target != null) {
                refuseOverwriting(List.of(job));
            }
            return List.of(job);
        }
        if (out.isStandard() || !out.isFolder() && Files.exists(out.path())) {
            throw CommandFailure.usage("several images and one file: out=%s, expected a folder, such as answers/"
                    .formatted(out.argument()));
        }
        List<Job> jobs = targets(found, out.path(), representation(format, null));
        refuseOverwriting(jobs);
        return jobs;
    }

    /** Whether there is something other than a folder: a pipe is one image, too. */
    private static boolean isFile(Path path) {
        return Files.exists(path) && !Files.isDirectory(path);
    }

    /** The images that files, folders and globs name; none twice. */
    static List<Path> images(List<String> arguments) throws IOException {
        return findAll(arguments).stream().map(Found::image).toList();
    }

    private static List<Found> findAll(List<String> arguments) throws IOException {
        Map<Path, Found> found = new LinkedHashMap<>();
        for (String argument : arguments) {
            for (Found each : find(argument)) {
                found.putIfAbsent(each.image().toAbsolutePath().normalize(), each);
            }
        }
        return List.copyOf(found.values());
    }

    private static void refuseOverwriting(List<Job> jobs) throws IOException {
        Set<Path> images = new HashSet<>();
        for (Job job : jobs) {
            images.add(job.image().toRealPath());
        }
        for (Job job : jobs) {
            if (Files.exists(job.target()) && images.contains(job.target().toRealPath())) {
                throw new CommandFailure("an answer would overwrite an image: file=%s".formatted(job.target()));
            }
        }
    }

    private static List<Job> targets(List<Found> found, Path out, Representation representation) {
        Map<Path, Path> taken = new HashMap<>();
        List<Job> jobs = new ArrayList<>();
        for (Found each : found) {
            Path relative = each.base().relativize(each.image());
            String name = relative.getFileName().toString();
            String stem = name.lastIndexOf('.') > 0 ? name.substring(0, name.lastIndexOf('.')) : name;
            Path target = out.resolve(relative).resolveSibling(stem + "." + representation.suffix());
            if (taken.containsKey(target)) {
                target = out.resolve(relative).resolveSibling(name + "." + representation.suffix());
            }
            Path other = taken.put(target, each.image());
            if (other != null) {
                throw new CommandFailure("two images would have one answer: %s and %s, answer=%s"
                        .formatted(other, each.image(), target));
            }
            jobs.add(new Job(each.image(), target, representation));
        }
        return jobs;
    }

    private static Representation representation(String format, Path out) {
        if (format != null) {
            return Representation.ofSuffix(format);
        }
        if (out == null) {
            return Representation.PNG;
        }
        String name = out.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? Representation.PNG : Representation.ofSuffix(name.substring(dot + 1));
    }

    private static List<Found> find(String argument) throws IOException {
        Path path = Path.of(argument);
        if (Files.isDirectory(path)) {
            return ImageFiles.in(path).stream()
                    .map(image -> new Found(image, path))
                    .toList();
        }
        if (Files.exists(path)) {
            return List.of(new Found(path, parent(path)));
        }
        if (!argument.matches(".*[*?\\[{].*")) {
            throw new CommandFailure("no such image: " + argument + SimilarNames.hint(path));
        }
        Path base = literalPrefix(path);
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + argument);
        try (Stream<Path> files = Files.walk(base)) {
            List<Found> found = files.filter(Files::isRegularFile)
                    .filter(file -> matcher.matches(file))
                    .sorted()
                    .map(file -> new Found(file, base))
                    .toList();
            if (found.isEmpty()) {
                throw new CommandFailure("no image matches: glob='%s'".formatted(argument));
            }
            return found;
        }
    }

    private static Path literalPrefix(Path glob) {
        Path prefix = glob.getRoot() == null ? Path.of("") : glob.getRoot();
        for (Path part : glob) {
            if (part.toString().matches(".*[*?\\[{].*")) {
                break;
            }
            prefix = prefix.resolve(part);
        }
        return prefix;
    }

    private static Path parent(Path path) {
        return path.getParent() == null ? Path.of("") : path.getParent();
    }
}
