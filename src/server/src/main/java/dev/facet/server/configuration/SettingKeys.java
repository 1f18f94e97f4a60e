package dev.facet.server.configuration;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.common.utils.StringUtil;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The keys of {@link FacetConfiguration}, and what the value of each may be, in words. */
@RegisterForReflection(
        targets = {
            FacetConfiguration.class,
            ModelsConfiguration.class,
            DataConfiguration.class,
            EngineConfiguration.class,
            LimitsConfiguration.class,
            PacksConfiguration.class,
            RequestConfiguration.class,
            ManagementConfiguration.class,
            AccessConfiguration.class,
            TracingConfiguration.class
        })
final class SettingKeys {
    private static final Map<String, String> EXPECTED = new TreeMap<>();

    static {
        add("facet", FacetConfiguration.class);
    }

    private SettingKeys() {}

    /** All of them, sorted. */
    static List<String> all() {
        return List.copyOf(EXPECTED.keySet());
    }

    /** What a value is expected to be; empty for a key that isn't ours. */
    static Optional<String> expected(String key) {
        return Optional.ofNullable(EXPECTED.get(key));
    }

    private static void add(String prefix, Class<?> group) {
        for (Method setting : group.getMethods()) {
            if (Modifier.isAbstract(setting.getModifiers())) {
                String key = prefix + "." + StringUtil.skewer(setting.getName());
                if (setting.getReturnType().getPackage() == SettingKeys.class.getPackage()) {
                    add(key, setting.getReturnType());
                } else {
                    EXPECTED.put(key, expected(setting));
                }
            }
        }
    }

    private static String expected(Method setting) {
        Type type = setting.getGenericReturnType();
        if (type instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
            type = optional.getActualTypeArguments()[0];
        }
        Pattern pattern = setting.getAnnotation(Pattern.class);
        if (pattern != null) {
            return pattern.message();
        }
        if (type == int.class || type == long.class) {
            return "a whole number" + bounds(setting.getAnnotation(Min.class), setting.getAnnotation(Max.class));
        }
        if (type == double.class) {
            return setting.isAnnotationPresent(Positive.class) ? "a number above 0" : "a number";
        }
        if (type == boolean.class) {
            return "true or false";
        }
        if (type == Duration.class) {
            return "a duration, for example 500MS, 30S or 5M";
        }
        if (type == MemorySize.class) {
            return "a size, for example 512M or 2G";
        }
        return type instanceof ParameterizedType ? "names, separated by commas" : "a value";
    }

    private static String bounds(Min min, Max max) {
        if (min != null && max != null) {
            return " from %d to %d".formatted(min.value(), max.value());
        }
        return min == null ? "" : " of at least " + min.value();
    }
}
