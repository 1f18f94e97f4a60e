package dev.facet.cli;

import dev.facet.core.encoding.Representation;
import dev.facet.core.pack.PackManifest;
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
import java.util.function.Function;
import java.util.stream.Stream;

/** Which images a call names, and where each answer goes. */
final class OutputFiles {
    private OutputFiles() {}

    /**
     * One image to answer.
     *
     * @param image file
     * @param targets where the answers go, in the order of the packs; empty for standard output
     * @param representation form of the answers
     */
    record Job(Path image, List<Path> targets, Representation representation) {}

    /** An image and the folder that it was found below. */
    private record Found(Path image, Path base) {}

    /**
     * How the answers of packs are told apart in one folder: by their kinds; where two have one kind, by their names; where two have
     * one name, by names and versions. Nothing for a single pack, whose answers need no word beside the image's name.
     */
    static List<String> words(List<PackManifest> packs) {
        if (packs.size() == 1) {
            return List.of();
        }
        List<Function<PackManifest, String>> ways =
                List.of(pack -> pack.task().id(), PackManifest::name, pack -> pack.name() + "@" + pack.version());
        List<String> words = List.of();
        for (Function<PackManifest, String> way : ways) {
            words = packs.stream().map(way).toList();
            if (Set.copyOf(words).size() == words.size()) {
                return words;
            }
        }
        throw CommandFailure.usage("a pack was named twice: packs=%s".formatted(words));
    }

    /**
     * @param arguments files, folders and globs
     * @param out file or standard output for one image given by name and one pack; else a folder
     * @param format suffix, or null to take it from {@code out}, else png
     * @param words that tell the answers of several packs apart; empty for one pack
     */
    static List<Job> jobs(List<String> arguments, Output out, String format, List<String> words) throws IOException {
        List<Found> found = findAll(arguments);
        boolean oneImage = arguments.size() == 1 && isFile(Path.of(arguments.get(0)));
        if (oneImage && words.isEmpty() && !out.isFolder()) {
            List<Path> target = out.isStandard() ? List.of() : List.of(out.path());
            Job job =
                    new Job(found.get(0).image(), target, representation(format, out.isStandard() ? null : out.path()));
            refuseOverwriting(List.of(job));
            return List.of(job);
        }
        if (!out.isFolder() && (out.isStandard() || Files.exists(out.path()) || looksLikeAnswer(out.path()))) {
            throw CommandFailure.usage("several %s and one file: out=%s, expected a folder, such as answers/"
                    .formatted(words.isEmpty() ? "images" : "packs", out.argument()));
        }
        List<Job> jobs = targets(found, out.path(), representation(format, null), words);
        refuseOverwriting(jobs);
        return jobs;
    }

    /** Who names {@code edges.png} means a file, even if it isn't there. */
    private static boolean looksLikeAnswer(Path out) {
        String suffix = suffix(out);
        return Stream.of(Representation.values())
                .anyMatch(representation -> representation.suffix().equals(suffix));
    }

    private static String suffix(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
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
            for (Path target : job.targets()) {
                if (Files.exists(target) && images.contains(target.toRealPath())) {
                    throw new CommandFailure("an answer would overwrite an image: file=%s".formatted(target));
                }
            }
        }
    }

    private static List<Job> targets(List<Found> found, Path out, Representation representation, List<String> words) {
        List<String> endings = words.isEmpty()
                ? List.of("." + representation.suffix())
                : words.stream()
                        .map(word -> "." + word + "." + representation.suffix())
                        .toList();
        Map<Path, Path> taken = new HashMap<>();
        List<Job> jobs = new ArrayList<>();
        for (Found each : found) {
            Path relative = each.base().relativize(each.image());
            String name = relative.getFileName().toString();
            String stem = name.lastIndexOf('.') > 0 ? name.substring(0, name.lastIndexOf('.')) : name;
            Path beside = out.resolve(relative);
            List<Path> targets = targets(beside, stem, endings);
            if (targets.stream().anyMatch(taken::containsKey)) {
                targets = targets(beside, name, endings);
            }
            for (Path target : targets) {
                Path other = taken.put(target, each.image());
                if (other != null) {
                    throw new CommandFailure("two images would be written to one file: %s and %s, file=%s"
                            .formatted(other, each.image(), target));
                }
            }
            jobs.add(new Job(each.image(), targets, representation));
        }
        return jobs;
    }

    private static List<Path> targets(Path beside, String name, List<String> endings) {
        return endings.stream()
                .map(ending -> beside.resolveSibling(name + ending))
                .toList();
    }

    private static Representation representation(String format, Path out) {
        if (format != null) {
            return Representation.ofSuffix(format);
        }
        if (out == null) {
            return Representation.PNG;
        }
        return out.getFileName().toString().contains(".") ? Representation.ofSuffix(suffix(out)) : Representation.PNG;
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
