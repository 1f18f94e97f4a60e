package dev.facet.evaluation.dataset;

import dev.facet.core.image.Raster;
import dev.facet.core.task.LabelClass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Several data sets as one: their images one after another, under the ids {@code SOURCE/ID}. Immutable and thread-safe.
 *
 * <p>A source with a weight gets that share of the views of training, in relation to the other weights; without weights each gets
 * a share in proportion to its images. Within a source its images' own weights decide.
 */
public final class JoinedDataset implements LabelledDataset {
    private final OpenedSplit opened;
    private final List<Source> sources;
    private final Map<String, Place> places;

    /**
     * One of the data sets.
     *
     * @param name unique
     * @param dataset opened for the same kinds as the others
     * @param weight above 0; all sources have one, or none
     */
    public record Source(String name, PlainDataset dataset, OptionalDouble weight) {
        public Source {
            if (!PlainFiles.isName(name)) {
                throw new IllegalArgumentException(
                        "name of a source: value='%s', expected a name without separators".formatted(name));
            }
            if (weight.isPresent() && !(weight.getAsDouble() > 0 && weight.getAsDouble() < 1e9)) {
                throw new IllegalArgumentException(
                        "weight of a source: value=%s, expected above 0, below 1e9 [source=%s]"
                                .formatted(weight.getAsDouble(), name));
            }
        }

        /** What the weights of images are multiplied by. */
        private double factor() {
            double sum = dataset.ids().stream().mapToDouble(dataset::weight).sum();
            return weight.orElse(dataset.ids().size()) / sum;
        }
    }

    /** Where an image comes from. */
    private record Place(PlainDataset dataset, String id, double weight) {}

    private JoinedDataset(OpenedSplit opened, List<Source> sources, Map<String, Place> places) {
        this.opened = opened;
        this.sources = sources;
        this.places = places;
    }

    /**
     * Joins data sets.
     *
     * @param sources at least one
     * @throws DatasetException if sources disagree about classes
     * @throws IllegalArgumentException if two sources have one name, or some have a weight and others none
     */
    public static JoinedDataset of(List<Source> sources) {
        List<Source> all = List.copyOf(sources);
        Set<String> names = new LinkedHashSet<>();
        Set<String> splits = new LinkedHashSet<>();
        Map<String, Place> places = new LinkedHashMap<>();
        PlainDataset first = all.get(0).dataset();
        for (Source source : all) {
            if (!names.add(source.name())) {
                throw new IllegalArgumentException(
                        "two sources of one name: value='%s', expected another for one of them"
                                .formatted(source.name()));
            }
            if (source.weight().isPresent() != all.get(0).weight().isPresent()) {
                throw new IllegalArgumentException(
                        "weights of sources: '%s' has %s, expected one in all sources or in none"
                                .formatted(source.name(), source.weight().isPresent() ? "one" : "none"));
            }
            checkClasses(all.get(0), source);
            splits.add(source.dataset().split());
            double factor = source.factor();
            for (String id : source.dataset().ids()) {
                double weight = factor * source.dataset().weight(id);
                places.put(source.name() + "/" + id, new Place(source.dataset(), id, weight));
            }
        }
        OpenedSplit opened = new OpenedSplit(
                String.join(", ", names), String.join(", ", splits), first.kinds(), List.copyOf(places.keySet()));
        return new JoinedDataset(opened, all, new HashMap<>(places));
    }

    private static void checkClasses(Source first, Source other) {
        for (String kind : first.dataset().kinds()) {
            List<String> expected = first.dataset().classes(kind);
            List<String> given = other.dataset().classes(kind);
            for (int id = 0; id < Math.max(expected.size(), given.size()); id++) {
                String ours = id < expected.size() ? expected.get(id) : "none";
                String theirs = id < given.size() ? given.get(id) : "none";
                if (!ours.equals(theirs)) {
                    throw new DatasetException(
                            "sources with other classes: class %d of %s is '%s' in '%s', expected '%s' as in '%s'"
                                    .formatted(id, kind, theirs, other.name(), ours, first.name()));
                }
            }
        }
    }

    private Place place(String id) {
        Place place = places.get(id);
        if (place == null) {
            throw new IllegalArgumentException("no such image: id='%s' [split=%s]".formatted(id, split()));
        }
        return place;
    }

    @Override
    public OpenedSplit opened() {
        return opened;
    }

    @Override
    public List<LabelClass> labelClasses(String kind) {
        return sources.get(0).dataset().labelClasses(kind);
    }

    @Override
    public boolean keepsHoles() {
        return true;
    }

    @Override
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (Source source : sources) {
            source.dataset().remarks().forEach(remark -> remarks.add("%s: %s".formatted(source.name(), remark)));
        }
        return List.copyOf(remarks);
    }

    @Override
    public double weight(String id) {
        return place(id).weight();
    }

    @Override
    public Raster image(String id) {
        Place place = place(id);
        return place.dataset().image(place.id());
    }

    @Override
    public Label label(String id, String kind) {
        Place place = place(id);
        return place.dataset().label(place.id(), kind);
    }

    @Override
    public Path labelFile(String id, String kind) {
        Place place = place(id);
        return place.dataset().labelFile(place.id(), kind);
    }

    @Override
    public Sample sample(String id) {
        Place place = place(id);
        Sample sample = place.dataset().sample(place.id());
        return new Sample(id, sample.image(), sample.labels(), sample.weights());
    }
}
