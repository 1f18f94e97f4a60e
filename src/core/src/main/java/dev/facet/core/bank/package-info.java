/**
 * Filter banks and their files. Read {@link dev.facet.core.bank.FilterBank} first. Depends on {@code tensor}, {@code
 * network}, {@code image}, {@code safetensors}.
 */
package dev.facet.core.bank;
