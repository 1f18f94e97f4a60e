/**
 * One optimizer step: update rules, their state, and the step over one task or several. Read {@link
 * dev.facet.trainer.step.Trainee} first. Depends on {@code network}, {@code loss}, {@code sample}
 * and {@code engine}.
 */
package dev.facet.trainer.step;
