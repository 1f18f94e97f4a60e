package dev.facet.trainer.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds configurations: files, and those that ship with the trainer, by name ({@code pascal/semseg_RC_RI_NFF}). */
public final class ConfigurationFiles {
    private static final String FOLDER = "/dev/facet/trainer/configs/";
    private static final String ENDING = ".yaml";
    private static final long MAX_BYTES = 1 << 20;

    private ConfigurationFiles() {}

    /**
     * A configuration's text.
     *
     * @param name its file's name without folder and ending: the name of the experiment
     * @param folder folder that it lies in; empty for one that ships
     */
    public record Source(String name, Optional<Path> folder, String text) {}

    /**
     * Finds a configuration.
     *
     * @param nameOrFile a file, or the name of a shipped configuration
     * @param beside folder that relative files are looked for in first
     * @throws IllegalArgumentException if there is none
     * @throws IOException if it can't be read
     */
    public static Source find(String nameOrFile, Optional<Path> beside) throws IOException {
        Optional<Path> file = file(nameOrFile, beside);
        if (file.isPresent()) {
            Path path = file.get();
            if (Files.size(path) > MAX_BYTES) {
                throw new IllegalArgumentException("configuration too long: bytes=%d, expected at most %d [file=%s]"
                        .formatted(Files.size(path), MAX_BYTES, path));
            }
            try {
                return new Source(
                        stem(path.getFileName().toString()),
                        Optional.ofNullable(path.toAbsolutePath().getParent()),
                        Files.readString(path));
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException("configuration is not UTF-8 text [file=%s]".formatted(path), e);
            }
        }
        String name = stem(nameOrFile);
        if (shipped().contains(name)) {
            return new Source(name.substring(name.lastIndexOf('/') + 1), Optional.empty(), resource(name));
        }
        throw new IllegalArgumentException("no such configuration: value='%s', expected a file%s"
                .formatted(nameOrFile, Suggestion.of(name, shipped())));
    }

    /** The text of a shipped configuration. */
    static String resource(String name) throws IOException {
        try (InputStream in = ConfigurationFiles.class.getResourceAsStream(FOLDER + name + ENDING)) {
            if (in == null) {
                throw new IllegalStateException("no such resource: name='%s' (bug)".formatted(name));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The names of all shipped configurations and tables, sorted. */
    public static List<String> shipped() throws IOException {
        URL anchor = ConfigurationFiles.class.getResource(FOLDER + "defaults.yaml");
        try {
            URI uri = anchor.toURI();
            if (!uri.getScheme().equals("jar")) {
                return names(Path.of(uri).getParent());
            }
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                return names(jar.getPath(FOLDER));
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException("resource without address: %s (bug)".formatted(anchor), e);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .map(file -> stem(folder.relativize(file).toString().replace('\\', '/')))
                    .filter(name -> !name.endsWith("defaults"))
                    .sorted()
                    .toList();
        }
    }

    private static Optional<Path> file(String name, Optional<Path> beside) {
        try {
            Path path = Path.of(name);
            if (beside.isPresent() && Files.isRegularFile(beside.get().resolve(path))) {
                return Optional.of(beside.get().resolve(path));
            }
            return Files.isRegularFile(path) ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String stem(String name) {
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    }
}
