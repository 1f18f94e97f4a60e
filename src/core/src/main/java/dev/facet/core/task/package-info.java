/**
 * The task kinds and what their networks' outputs mean. Read {@link dev.facet.core.task.TaskKind} first. Depends on
 * {@code image}.
 */
package dev.facet.core.task;
