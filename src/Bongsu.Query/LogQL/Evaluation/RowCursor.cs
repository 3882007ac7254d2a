using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Stands on one wanted record of a selection after the other. Not thread-safe.</summary>
/// <param name="batches">The selection; closed with the cursor.</param>
/// <param name="labels">Labels of its records.</param>
/// <param name="rows">Runs them through the pipeline.</param>
/// <param name="onlyFields">The fields that come in place of lines.</param>
/// <param name="wants">Which records are wanted; each is asked for once.</param>
internal sealed class RowCursor(IAsyncEnumerator<LogBatch> batches, RecordLabels labels, RowScan rows, IReadOnlyList<string> onlyFields, Func<LogBatch, int, bool> wants) : IAsyncDisposable
{
    public RowScan Rows => rows;

    public LogBatch Batch { get; private set; } = new();

    public int Row { get; private set; }

    public long TimeUnixNano => Batch.Records.Span[Row].TimeUnixNano;

    public async ValueTask<bool> MoveAsync()
    {
        while (true)
        {
            while (++Row < Batch.Count)
            {
                if (wants(Batch, Row))
                    return true;
            }
            if (!await batches.MoveNextAsync().ConfigureAwait(false))
                return false;
            (Batch, Row) = (batches.Current, -1);
            labels.Begin(Batch, onlyFields);
        }
    }

    public ValueTask DisposeAsync() => batches.DisposeAsync();
}
