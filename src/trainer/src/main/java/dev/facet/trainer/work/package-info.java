/**
 * Work done beside the thread that trains. Read {@link dev.facet.trainer.work.WorkQueue} first. Depends on nothing of ours.
 */
package dev.facet.trainer.work;
