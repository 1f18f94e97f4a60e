package dev.facet.runtime.registry;

import dev.facet.core.pack.PackManifest;

/**
 * A pack's address.
 *
 * @param name see {@link PackManifest#isName}
 * @param version see {@link PackManifest#isVersion}
 */
public record PackId(String name, String version) implements Comparable<PackId> {
    public PackId {
        if (!PackManifest.isName(name)) {
            throw new IllegalArgumentException("pack name: value='%s', expected [a-z][a-z0-9-]{0,62}".formatted(name));
        }
        if (!PackManifest.isVersion(version)) {
            throw new IllegalArgumentException("pack version: value='%s', expected [0-9]{1,9}".formatted(version));
        }
    }

    static PackId of(PackManifest manifest) {
        return new PackId(manifest.name(), manifest.version());
    }

    static PackId parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("pack address: value='%s', expected name@version".formatted(text));
        }
        return new PackId(text.substring(0, at), text.substring(at + 1));
    }

    @Override
    public int compareTo(PackId other) {
        int byName = name.compareTo(other.name);
        int byNumber = Integer.compare(Integer.parseInt(version), Integer.parseInt(other.version));
        return byName != 0 ? byName : byNumber != 0 ? byNumber : version.compareTo(other.version);
    }

    @Override
    public String toString() {
        return name + "@" + version;
    }
}
