/**
 * Who runs when: a bounded queue with priorities, deadlines and drain. Read {@link dev.facet.runtime.schedule.Scheduler}.
 * Depends on nothing of ours.
 */
package dev.facet.runtime.schedule;
