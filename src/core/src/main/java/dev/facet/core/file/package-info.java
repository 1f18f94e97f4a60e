/**
 * Files that are written whole or not at all ({@link dev.facet.core.file.AtomicFile}), folders with one writer at a time
 * ({@link dev.facet.core.file.FolderLock}), and folders that go when they are closed ({@link dev.facet.core.file.TemporaryFolder}). Stands alone; everyone may depend on it.
 */
package dev.facet.core.file;
