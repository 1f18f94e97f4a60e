package dev.facet.core.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The task kinds under the names of the method's reference, with the classes, units and axes that its data sets have. Its
 * checkpoints, its configurations and its lines of scores use these names.
 */
public enum ReferenceTask {
    EDGE("edge", Edges.ID),
    HUMAN_PARTS("human_parts", HumanParts.ID),
    SEMSEG("semseg", Segmentation.ID),
    NORMALS("normals", Normals.ID),
    SAL("sal", Saliency.ID),
    DEPTH("depth", Depth.ID);

    private static final List<String> PARTS =
            List.of("background", "head", "torso", "upper arm", "lower arm", "upper leg", "lower leg");
    private static final List<String> PASCAL = List.of(
            "background",
            "aeroplane",
            "bicycle",
            "bird",
            "boat",
            "bottle",
            "bus",
            "car",
            "cat",
            "chair",
            "cow",
            "diningtable",
            "dog",
            "horse",
            "motorbike",
            "person",
            "pottedplant",
            "sheep",
            "sofa",
            "train",
            "tvmonitor");
    private static final List<String> INDOOR = List.of(
            "unlabelled",
            "wall",
            "floor",
            "cabinet",
            "bed",
            "chair",
            "sofa",
            "table",
            "door",
            "window",
            "bookshelf",
            "picture",
            "counter",
            "blinds",
            "desk",
            "shelves",
            "curtain",
            "dresser",
            "pillow",
            "mirror",
            "floor mat",
            "clothes",
            "ceiling",
            "books",
            "refrigerator",
            "television",
            "paper",
            "towel",
            "shower curtain",
            "box",
            "whiteboard",
            "person",
            "night stand",
            "toilet",
            "sink",
            "lamp",
            "bathtub",
            "bag",
            "otherstructure",
            "otherfurniture",
            "otherprop");

    private final String referenceName;
    private final String kindId;

    ReferenceTask(String referenceName, String kindId) {
        this.referenceName = referenceName;
        this.kindId = kindId;
    }

    /** The name in the reference's checkpoints, for example {@code semseg}. */
    public String referenceName() {
        return referenceName;
    }

    /** The task kind's name, for example {@code segmentation}. */
    public String kindId() {
        return kindId;
    }

    /** The task of that name, the reference's or ours; {@code -} and {@code _} are the same. */
    public static Optional<ReferenceTask> find(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(values())
                .filter(task -> task.referenceName.equals(plain)
                        || task.kindId.replace('-', '_').equals(plain))
                .findFirst();
    }

    /** The task of that name, the reference's or ours; {@link IllegalArgumentException} for any other. */
    public static ReferenceTask of(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown task kind: value='%s', expected=%s".formatted(name, names())));
    }

    /** The task of that kind. */
    public static ReferenceTask of(TaskKind kind) {
        return of(kind.id());
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (ReferenceTask task : values()) {
            names.add(task.referenceName);
            if (!task.kindId.equals(task.referenceName)) {
                names.add(task.kindId);
            }
        }
        return names;
    }

    /**
     * The task kind with the reference's meaning: classes of PASCAL (21) or NYUD (41, or 40 without class 0) in the colours
     * of the VOC palette, metres, the axes of the distilled normals.
     *
     * @param outputs channels of the prediction
     * @throws IllegalArgumentException if the kind has another number of channels
     */
    public TaskKind kind(int outputs) {
        TaskKind kind = switch (this) {
            case EDGE -> new Edges("boundaries of labelled regions");
            case HUMAN_PARTS -> new HumanParts(classes(outputs, outputs == PARTS.size() ? PARTS : List.of()));
            case SEMSEG -> new Segmentation(classes(outputs, names(outputs)));
            case NORMALS -> new Normals("x right, y up, z towards the camera, as the training labels have them");
            case SAL -> new Saliency();
            case DEPTH -> new Depth("metre", 0.001);
        };
        if (kind.outputs() != outputs) {
            throw new IllegalArgumentException(
                    "task '%s' predicts %d channels, expected %d".formatted(referenceName, outputs, kind.outputs()));
        }
        return kind;
    }

    /**
     * The classes of {@link #kind}, none where it has none.
     *
     * @throws IllegalArgumentException if the kind has another number of channels
     */
    public List<LabelClass> classes(int outputs) {
        return kind(outputs) instanceof ClassKind labelled ? labelled.classes() : List.of();
    }

    private static List<String> names(int outputs) {
        return switch (outputs) {
            case 21 -> PASCAL;
            case 40 -> INDOOR.subList(1, INDOOR.size());
            case 41 -> INDOOR;
            default -> List.of();
        };
    }

    private static List<LabelClass> classes(int outputs, List<String> names) {
        if (outputs < 2 || outputs > 255) {
            throw new IllegalArgumentException("classes: value=%d, expected 2..255".formatted(outputs));
        }
        List<LabelClass> classes = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            classes.add(new LabelClass(names.isEmpty() ? "class " + i : names.get(i), VocPalette.color(i)));
        }
        return classes;
    }
}
