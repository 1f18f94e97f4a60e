/**
 * What is sent to servers and networks that are tried or measured: {@link dev.facet.cli.sample.SyntheticImage} draws images,
 * {@link dev.facet.cli.sample.PackFile} copies packs under other names. Depends on core.
 */
package dev.facet.cli.sample;
