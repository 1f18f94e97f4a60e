package dev.facet.cli.reliability;

import java.util.SplittableRandom;

/** Damage to a text such as a manifest's JSON or a query: hostile values in the place of numbers and words. Thread-safe. */
final class TextMutations {
    private static final String[] HOSTILE = {
        "-1",
        "0",
        "1e309",
        "-0.0",
        "NaN",
        "null",
        "true",
        "[]",
        "{}",
        "\"\"",
        "2147483648",
        "9223372036854775808",
        "1".repeat(400),
        "[".repeat(2000),
        "{\"a\":".repeat(500),
        "%00",
        "%",
        "%zz",
        "%F0%9F%92%A3",
        "../../etc/passwd",
        "..%2f..%2f",
        "\u0000",
        "\u202E",
        "\uD83D\uDCA3",
        "\\uD800",
        "x".repeat(5000),
        "${jndi:ldap://127.0.0.1/x}",
        "' OR 1=1 --",
        "\r\n\r\n",
        ";",
        "&&&&",
        "a=b=c",
    };

    private TextMutations() {}

    static String mutate(String text, SplittableRandom random) {
        String changed = text;
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            changed = once(changed, random);
        }
        return changed;
    }

    static String hostile(SplittableRandom random) {
        return HOSTILE[random.nextInt(HOSTILE.length)];
    }

    private static String once(String text, SplittableRandom random) {
        if (text.isEmpty()) {
            return hostile(random);
        }
        int from = random.nextInt(text.length());
        int wordBegin = from;
        while (wordBegin > 0 && isWord(text.charAt(wordBegin - 1))) {
            wordBegin--;
        }
        int wordEnd = from;
        while (wordEnd < text.length() && isWord(text.charAt(wordEnd))) {
            wordEnd++;
        }
        int to = Math.min(text.length(), from + 1 + random.nextInt(12));
        return switch (random.nextInt(6)) {
            case 0 -> text.substring(0, wordBegin) + hostile(random) + text.substring(wordEnd);
            case 1 -> text.substring(0, from) + hostile(random) + text.substring(from);
            case 2 -> text.substring(0, from) + text.substring(to);
            case 3 -> text.substring(0, to) + text.substring(from);
            case 4 -> text.substring(0, from);
            default ->
                text.substring(0, from)
                        + (char) (text.charAt(from) ^ 1 << random.nextInt(7))
                        + text.substring(from + 1);
        };
    }

    private static boolean isWord(char letter) {
        return Character.isLetterOrDigit(letter) || letter == '.' || letter == '-' || letter == '_';
    }
}
