package dev.facet.evaluation.boundary;

import java.util.Arrays;

/** A binary heap of nodes by the length of the path to them. A node may lie in it more than once. Not thread-safe. */
final class PathQueue {
    private long[] keys = new long[64];
    private int[] nodes = new int[64];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        size = 0;
    }

    long leastKey() {
        return keys[0];
    }

    void add(long key, int node) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            nodes = Arrays.copyOf(nodes, size * 2);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) / 2;
            if (keys[parent] <= key) {
                break;
            }
            keys[at] = keys[parent];
            nodes[at] = nodes[parent];
            at = parent;
        }
        keys[at] = key;
        nodes[at] = node;
    }

    int removeLeast() {
        int least = nodes[0];
        size--;
        long key = keys[size];
        int node = nodes[size];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && keys[child + 1] < keys[child]) {
                child++;
            }
            if (keys[child] >= key) {
                break;
            }
            keys[at] = keys[child];
            nodes[at] = nodes[child];
            at = child;
        }
        keys[at] = key;
        nodes[at] = node;
        return least;
    }
}
