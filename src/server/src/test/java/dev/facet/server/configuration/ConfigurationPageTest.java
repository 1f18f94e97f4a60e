package dev.facet.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.PageTable;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists the settings that there are, with their defaults. */
class ConfigurationPageTest {
    @Test
    void listsEveryKeyAndNoOther() throws IOException {
        List<String> listed = rows().stream()
                .flatMap(row -> PageTable.code(row.get(0)).stream())
                .toList();

        assertThat(listed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(SettingKeys.all());
    }

    @Test
    void listsTheDefaults() throws IOException {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(FacetConfiguration.class)
                .build();
        for (List<String> row : rows()) {
            String key = PageTable.code(row.get(0)).get(0);
            String value = config.getConfigValue(key).getValue();
            if (value != null) {
                assertThat(row.get(1)).as(key).startsWith("`" + value + "`");
            } else {
                // In words, since it follows from other things.
                assertThat(row.get(1)).as(key).isNotEmpty().doesNotMatch("`[^`]*`");
            }
        }
    }

    @Test
    void listsWhatTheServerSetsOfQuarkus() throws IOException {
        Properties set = new Properties();
        try (InputStream in = FacetConfiguration.class.getResourceAsStream("/application.properties")) {
            set.load(in);
        }
        int compared = 0;
        for (List<String> row : PageTable.rows("configuration.md", "key", "default here")) {
            String key = PageTable.code(row.get(0)).get(0);
            if (set.containsKey(key)) {
                assertThat(PageTable.code(row.get(1))).as(key).startsWith(set.getProperty(key));
                compared++;
            }
        }
        assertThat(compared).as("keys that are set and listed").isGreaterThan(5);
    }

    private static List<List<String>> rows() throws IOException {
        return PageTable.rows("configuration.md", "key", "default");
    }
}
