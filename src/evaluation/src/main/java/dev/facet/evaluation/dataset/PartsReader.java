package dev.facet.evaluation.dataset;

import dev.facet.core.image.Raster;
import dev.facet.evaluation.mat.MatException;
import dev.facet.evaluation.mat.MatValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One image's annotation of PASCAL-Part as a map of human parts: 1 head, 2 torso, 3 upper arm, 4 lower arm, 5 upper leg, 6
 * lower leg, 0 everything else.
 *
 * <pre>anno.objects(i): class, class_ind (15 is a person), mask, parts(j): part_name, mask</pre>
 *
 * Parts are painted in the order of the file, later ones over earlier ones. An image with persons but without their parts is
 * all 0; one without a person is all 255, ignored.
 */
final class PartsReader {
    static final int PERSON = 15;

    private static final Map<String, Integer> IDS = Map.ofEntries(
            Map.entry("hair", 1),
            Map.entry("head", 1),
            Map.entry("lear", 1),
            Map.entry("rear", 1),
            Map.entry("lebrow", 1),
            Map.entry("rebrow", 1),
            Map.entry("leye", 1),
            Map.entry("reye", 1),
            Map.entry("mouth", 1),
            Map.entry("nose", 1),
            Map.entry("neck", 2),
            Map.entry("torso", 2),
            Map.entry("luarm", 3),
            Map.entry("ruarm", 3),
            Map.entry("llarm", 4),
            Map.entry("rlarm", 4),
            Map.entry("lhand", 4),
            Map.entry("rhand", 4),
            Map.entry("luleg", 5),
            Map.entry("ruleg", 5),
            Map.entry("llleg", 6),
            Map.entry("rlleg", 6),
            Map.entry("lfoot", 6),
            Map.entry("rfoot", 6));

    /** One part of a person. */
    private record Part(int id, MatValue.Numbers mask) {}

    private final Path file;
    private final boolean person;
    private final List<Part> parts = new ArrayList<>();
    private final Optional<MatValue.Numbers> anyMask;

    private PartsReader(Path file) {
        this.file = file;
        boolean found = false;
        MatValue.Numbers mask = null;
        for (Map<String, MatValue> object : objects(Matrices.variable(file, "anno"))) {
            if (object.get("mask") instanceof MatValue.Numbers numbers) {
                mask = numbers;
            }
            if (field(object, "class_ind").numbers().scalar() == PERSON) {
                found = true;
                addParts(object);
            }
        }
        person = found;
        anyMask = parts.isEmpty()
                ? Optional.ofNullable(mask)
                : Optional.of(parts.get(0).mask());
    }

    /** Reads an annotation; {@link DatasetException} naming the file if it isn't one. */
    static PartsReader read(Path file) {
        try {
            return new PartsReader(file);
        } catch (MatException e) {
            throw new DatasetException("%s [file=%s, variable=anno]".formatted(e.getMessage(), file), e);
        }
    }

    private static List<Map<String, MatValue>> objects(MatValue anno) {
        List<Map<String, MatValue>> structures = anno.structures();
        if (structures.size() != 1) {
            throw new MatException("annotations: count=%d, expected=1".formatted(structures.size()));
        }
        return field(structures.get(0), "objects").structures();
    }

    private static MatValue field(Map<String, MatValue> structure, String name) {
        MatValue value = structure.get(name);
        if (value == null) {
            throw new MatException("no such field: name='%s', there are %s".formatted(name, structure.keySet()));
        }
        return value;
    }

    private void addParts(Map<String, MatValue> object) {
        for (Map<String, MatValue> part : field(object, "parts").structures()) {
            String name = field(part, "part_name").text();
            Integer id = IDS.get(name);
            if (id == null) {
                throw new MatException("part of a person: name='%s', expected one of %s"
                        .formatted(name, IDS.keySet().stream().sorted().toList()));
            }
            parts.add(new Part(id, field(part, "mask").numbers()));
        }
    }

    /** Whether one of the objects is a person. */
    boolean hasPerson() {
        return person;
    }

    /** Height and width, where any object of the image has a mask. */
    Optional<List<Integer>> extents() {
        return anyMask.map(MatValue.Numbers::extents);
    }

    /** The label at the size of the masks. */
    Label.ClassMap label(boolean listed) {
        List<Integer> extents = extents().orElseThrow();
        return label(listed, extents.get(0), extents.get(1));
    }

    /** The label of an image without masks. */
    Label.ClassMap label(boolean listed, Raster image) {
        return label(listed, image.height(), image.width());
    }

    private Label.ClassMap label(boolean listed, int height, int width) {
        byte[] ids = new byte[Math.multiplyExact(height, width)];
        if (!listed) {
            Arrays.fill(ids, (byte) Label.ClassMap.IGNORED);
            return new Label.ClassMap(height, width, ids);
        }
        for (Part part : parts) {
            if (!part.mask.extents().equals(List.of(height, width))) {
                throw new DatasetException("masks of two sizes: extents=%s, expected=[%d, %d] [file=%s]"
                        .formatted(part.mask.extents(), height, width, file));
            }
            part.mask.forEachNonZero(at -> ids[at % height * width + at / height] = (byte) part.id);
        }
        return new Label.ClassMap(height, width, ids);
    }
}
