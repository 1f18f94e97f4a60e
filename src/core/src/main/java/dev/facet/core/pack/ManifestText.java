package dev.facet.core.pack;

/** What texts of a manifest may be: bounded, and without control characters other than line breaks and tabs. */
final class ManifestText {
    private ManifestText() {}

    static void check(String property, String value, int maxLength) {
        if (value.length() > maxLength) {
            throw new IllegalArgumentException(
                    "%s: characters=%d, expected at most %d".formatted(property, value.length(), maxLength));
        }
        if (value.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
            throw new IllegalArgumentException("%s: holds a control character".formatted(property));
        }
    }
}
