using Bongsu.Telemetry.Labels;

namespace Bongsu.Telemetry.Logs;

/// <summary>What to select: records of streams that pass all matchers, with a time in [FromNanos, ToNanos).</summary>
/// <param name="FromNanos">First time, ns since the epoch.</param>
/// <param name="ToNanos">First time no longer wanted.</param>
/// <param name="Matchers">On stream labels; all must pass.</param>
/// <param name="NewestFirst">Order of the records over all batches.</param>
/// <param name="Needles">Hint: UTF-8 texts that the body of every wanted record contains. A store may return more records, never fewer.</param>
public sealed record LogSelect(long FromNanos, long ToNanos, IReadOnlyList<LabelMatcher> Matchers, bool NewestFirst = true,
    IReadOnlyList<ReadOnlyMemory<byte>>? Needles = null)
{
    /// <summary>
    /// Hint: conditions on fields that every wanted record meets, as a query sees them behind <c>| json</c> when nothing before it changes line or labels.
    /// A store may return more records, never fewer.
    /// </summary>
    public IReadOnlyList<FieldCondition>? Fields { get; init; }

    /// <summary>
    /// Hint: conditions on labels of the stream and fields of the record, its scope and its resource that every wanted record meets, as a query sees them before any stage; bodies are
    /// not looked at. A store may return more records, never fewer.
    /// </summary>
    public IReadOnlyList<FieldCondition>? RecordFields { get; init; }

    /// <summary>Hint: what the body of every wanted record has besides: expressions that are found in it. A store may return more records, never fewer.</summary>
    public IReadOnlyList<LineMatcher>? Expressions { get; init; }

    /// <summary>
    /// Hint: the only fields of JSON bodies that are read; bodies are not. A store may then give their values in place of a body
    /// (see <see cref="LogBatch.HasFields"/>), and of such a record all <see cref="Needles"/>, <see cref="Expressions"/>, <see cref="Fields"/> and <see cref="RecordFields"/> have been checked.
    /// </summary>
    public IReadOnlyList<string>? OnlyFields { get; init; }
}

/// <summary>The log half of a telemetry store. Thread-safe.</summary>
public interface ILogStore
{
    /// <summary>As <see cref="Metrics.IMetricStore.AppendAsync"/>. A record equal to a stored one in stream, time, body, fields and trace is accepted, and stored once. What is
    /// not stored is marked as dropped in the batch.</summary>
    ValueTask<AppendResult> AppendAsync(LogBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Batches in time order (records in order within and across batches), produced as they are asked for: stop enumerating and no more is read.
    /// A batch is valid until the next one is asked for. Damage is reported through <paramref name="warnings"/>.
    /// </summary>
    IAsyncEnumerable<LogBatch> SelectAsync(LogSelect select, ICollection<string> warnings, CancellationToken cancellationToken);

    /// <summary>Label sets of the streams that have records in the time.</summary>
    ValueTask<IReadOnlyList<LabelSet>> StreamsAsync(LogSelect select, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes records that are there: durable, and in no answer any more, when it completes. They leave the disk later, by themselves. Only of a store
    /// with <see cref="StoreCapabilities.LogDeletion"/>.
    /// </summary>
    ValueTask DeleteAsync(LogDeletion deletion, CancellationToken cancellationToken);

    /// <summary>Deletions of which the disk still holds something, oldest first.</summary>
    ValueTask<IReadOnlyList<LogDeletion>> DeletionsAsync(CancellationToken cancellationToken);
}
