package dev.facet.evaluation.dataset;

import dev.facet.core.image.PngSamples;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.evaluation.boundary.SegmentBoundaries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A split of PASCAL_MT, the five-task set of PASCAL-Context images that the method was published on, in the layout of its
 * archive or of the older one, whichever a file is found in:
 *
 * <pre>
 * JPEGImages/ID.jpg
 * Context/trainval/ID.mat             pascal-context/trainval/ID.mat    LabelMap, 459 classes
 * PascalParts/ID.mat                  human_parts/ID.mat                anno (PASCAL-Part)
 * SemanticSegmentation/Context/ID.png semseg/{VOC12,pascal-context}/ID.png   palette index 0 … 20, 255
 * NormalsDistill/ID.png               normals_distill/ID.png            RGB, n = 2·v/255 − 1
 * SaliencyDistill/ID.png              sal_distill/ID.png                grey
 * ImageSets/Context/SPLIT.txt         ids
 * ImageSets/Parts/SPLIT.txt           JSON: classes of each image; optional
 * json/{nyu_classes,context_classes}.json   optional
 * </pre>
 *
 * <table>
 * <caption>Labels</caption>
 * <tr><td>edges</td><td>{@link ContextMap#edges}; the benchmark's truth is {@link SegmentBoundaries} of LabelMap</td></tr>
 * <tr><td>segmentation</td><td>the palette's indices</td></tr>
 * <tr><td>human parts</td><td>{@link PartsReader}; where they are the only kind, images without a person are left out</td></tr>
 * <tr><td>normals</td><td>as stored, not of unit length, (0, 0, 0) unless the pixel's class is in {@link NormalClasses}</td></tr>
 * <tr><td>saliency</td><td>v/255 &gt; 0.5</td></tr>
 * </table>
 *
 * Thread-safe: edges are kept once they were made, one bit a pixel, since thinning takes longer than decoding.
 */
public final class PascalDataset implements LabelledDataset {
    private static final String NAME = "PASCALContext";
    private static final List<String> KINDS =
            List.of(Segmentation.ID, HumanParts.ID, Normals.ID, Saliency.ID, Edges.ID);
    private static final int CLASSES = 21;
    private static final int PARTS = 7;

    private final OpenedSplit opened;
    private final DatasetOptions options;
    private final List<String> remarks;
    private final Places places;
    private final Set<Integer> normalClasses;
    private final Optional<PersonIndex> persons;
    private final EdgeCache edges = new EdgeCache();

    private record Places(
            Annotations image,
            Annotations context,
            Annotations parts,
            Annotations segmentation,
            Annotations normals,
            Annotations saliency) {
        Places(Path root) {
            this(
                    Annotations.of(root, "JPEGImages/*.jpg", "JPEGImages/*.png"),
                    Annotations.of(root, "Context/trainval/*.mat", "pascal-context/trainval/*.mat"),
                    Annotations.of(root, "PascalParts/*.mat", "human_parts/*.mat"),
                    Annotations.of(
                            root,
                            "SemanticSegmentation/Context/*.png",
                            "semseg/VOC12/*.png",
                            "semseg/pascal-context/*.png"),
                    Annotations.of(root, "NormalsDistill/*.png", "normals_distill/*.png"),
                    Annotations.of(root, "SaliencyDistill/*.png", "sal_distill/*.png"));
        }

        Stream<Annotations> of(String kind) {
            return switch (kind) {
                case Segmentation.ID -> Stream.of(segmentation);
                case HumanParts.ID -> Stream.of(parts);
                case Normals.ID -> Stream.of(normals, context);
                case Saliency.ID -> Stream.of(saliency);
                default -> Stream.of(context);
            };
        }
    }

    private PascalDataset(
            OpenedSplit opened,
            DatasetOptions options,
            List<String> remarks,
            Places places,
            Set<Integer> normalClasses,
            Optional<PersonIndex> persons) {
        this.opened = opened;
        this.options = options;
        this.remarks = List.copyOf(remarks);
        this.places = places;
        this.normalClasses = normalClasses;
        this.persons = persons;
    }

    /**
     * Opens a split.
     *
     * @param root {@code PASCAL_MT} or the folder around it
     * @throws DatasetException naming the file that is missing or wrong
     */
    public static PascalDataset open(Path root, List<String> kinds, String split, DatasetOptions options) {
        List<String> checked = OpenedSplit.checkedKinds(kinds, KINDS, NAME);
        Path folder = Annotations.folder(root, "PASCAL_MT", NAME);
        if (!Files.isDirectory(folder.resolve("JPEGImages"))) {
            throw new DatasetException(
                    "no PASCAL_MT: folder=%s, expected PASCAL_MT/JPEGImages or JPEGImages in it".formatted(root));
        }
        List<String> listed = PlainFiles.ids(folder.resolve("ImageSets/Context"), split);
        List<String> ids = listed;
        List<String> remarks = new ArrayList<>();
        Places places = new Places(folder);
        Optional<PersonIndex> persons = Optional.empty();
        if (checked.contains(HumanParts.ID)) {
            persons = PersonIndex.read(folder.resolve("ImageSets/Parts").resolve(split + ".txt"), listed, remarks);
        }
        if (checked.equals(List.of(HumanParts.ID))) {
            PersonIndex index = persons.orElseGet(() -> PersonIndex.compute(listed, places.parts()));
            ids = index.withPerson(listed);
            remarks.add("images without a person are left out: %d of %d"
                    .formatted(listed.size() - ids.size(), listed.size()));
            if (ids.isEmpty()) {
                throw new DatasetException("no image with a person [split=%s, folder=%s]".formatted(split, folder));
            }
        }
        Set<Integer> normals = checked.contains(Normals.ID) ? NormalClasses.read(folder, remarks) : Set.of();
        Annotations.check(
                ids,
                split,
                Stream.concat(Stream.of(places.image()), checked.stream().flatMap(places::of)));
        return new PascalDataset(
                new OpenedSplit(NAME, split, checked, ids), options, remarks, places, normals, persons);
    }

    @Override
    public OpenedSplit opened() {
        return opened;
    }

    @Override
    public List<String> remarks() {
        return remarks;
    }

    @Override
    public List<LabelClass> labelClasses(String kind) {
        return switch (opened.checked(kind)) {
            case Segmentation.ID -> ReferenceTask.SEMSEG.classes(CLASSES);
            case HumanParts.ID -> ReferenceTask.HUMAN_PARTS.classes(PARTS);
            default -> List.of();
        };
    }

    @Override
    public Raster image(String id) {
        return places.image().storedImage(id);
    }

    @Override
    public Path labelFile(String id, String kind) {
        return places.of(opened.checked(kind)).findFirst().orElseThrow().expected(id);
    }

    @Override
    public Label label(String id, String kind) {
        return switch (opened.checked(kind)) {
            case Segmentation.ID -> LabelReader.classes(places.segmentation().file(id), CLASSES);
            case HumanParts.ID -> parts(id);
            case Normals.ID -> normals(id);
            case Saliency.ID -> LabelReader.saliency(places.saliency().file(id));
            default -> edges(id);
        };
    }

    private Label parts(String id) {
        PartsReader parts = PartsReader.read(places.parts().file(id));
        boolean person = persons.map(index -> index.hasPerson(id)).orElseGet(parts::hasPerson);
        return parts.extents().isPresent() ? parts.label(person) : parts.label(person, image(id));
    }

    private Label normals(String id) {
        PngSamples samples = LabelReader.rgb(places.normals().file(id));
        ContextMap context = ContextMap.read(places.context().file(id));
        if (context.height() != samples.height() || context.width() != samples.width()) {
            throw new DatasetException("label of another size: label=%d×%d, LabelMap=%d×%d [file=%s]"
                    .formatted(
                            samples.height(),
                            samples.width(),
                            context.height(),
                            context.width(),
                            places.normals().file(id)));
        }
        float[] vectors = new float[samples.values().length];
        for (int i = 0; i < vectors.length; i++) {
            if (normalClasses.contains((int) context.ids()[i / 3])) {
                vectors[i] = 2 * (float) samples.values()[i] / 255 - 1;
            }
        }
        return new Label.NormalMap(samples.height(), samples.width(), vectors);
    }

    private Label edges(String id) {
        if (!options.boundaryTruths()) {
            return edges.get(
                    id, () -> ContextMap.read(places.context().file(id)).edges());
        }
        ContextMap context = ContextMap.read(places.context().file(id));
        Label.EdgeMap map = edges.get(id, context::edges);
        byte[] truth = SegmentBoundaries.of(context.ids(), context.height(), context.width());
        return new Label.EdgeMap(map.height(), map.width(), map.mean(), List.of(truth));
    }
}
