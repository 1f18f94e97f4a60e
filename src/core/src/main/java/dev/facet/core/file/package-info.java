/**
 * Files that are written whole or not at all ({@link dev.facet.core.file.AtomicFile}), and folders with one writer at a time
 * ({@link dev.facet.core.file.FolderLock}). Stands alone; everyone may depend on it.
 */
package dev.facet.core.file;
