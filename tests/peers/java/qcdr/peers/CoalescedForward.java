package qcdr.peers;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * Sends a value downstream when the store's cache writes it out, as the DSL's aggregates do: many
 * changes of one entity between two commits become one output. The Processor API has no public way
 * to it, so this uses what the DSL uses.
 */
final class CoalescedForward {
  private CoalescedForward() {}

  @SuppressWarnings("unchecked")
  static void whenWritten(
      KeyValueStore<Bytes, byte[]> store, ProcessorContext<byte[], byte[]> context) {
    InternalProcessorContext<byte[], byte[]> inner =
        (InternalProcessorContext<byte[], byte[]>) context;
    ProcessorNode<?, ?, ?, ?> own = inner.currentNode();
    boolean caches = ((CachedStateStore<Bytes, byte[]>) store).setFlushListener(change -> {
      ProcessorNode<?, ?, ?, ?> current = inner.currentNode();
      inner.setCurrentNode(own);
      try {
        inner.forward(
            new Record<>(change.key().get(), change.value().newValue, change.timestamp()));
      } finally {
        inner.setCurrentNode(current);
      }
    }, false);
    if (!caches) throw new IllegalStateException("the store has no cache");
  }
}
