/**
 * Who is worked on when, and with how much memory: one bounded, fair queue. Read {@link
 * dev.facet.runtime.schedule.Scheduler} and {@link dev.facet.runtime.schedule.MemoryBudget}. Depends on core only.
 */
package dev.facet.runtime.schedule;
