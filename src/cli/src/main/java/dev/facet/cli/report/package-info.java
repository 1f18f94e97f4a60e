/**
 * Results as people and programs read them: {@link dev.facet.cli.report.MarkedPage} is a Markdown page of which commands
 * replace sections. Depends on the JDK alone; {@code cli.bench} and {@code cli.reliability} use it.
 */
package dev.facet.cli.report;
