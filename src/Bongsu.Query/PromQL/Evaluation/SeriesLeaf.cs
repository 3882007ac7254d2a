using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// A part of an expression whose result has a series for each stored series, each computed from that one alone: a selector, or a range function of one.
/// Its series can be computed in any order and on any thread. Immutable.
/// </summary>
internal abstract class SeriesLeaf(QueryContext context, ISeriesSelection selection, TimeGrid grid)
{
    public TimeGrid Grid { get; } = grid;

    public QueryContext Context { get; } = context;

    public int Count => Selection.Count;

    /// <summary>Results lose their metric name.</summary>
    public abstract bool DropsName { get; }

    protected ISeriesSelection Selection { get; } = selection;

    /// <summary>Roughly the nanoseconds that all series take.</summary>
    public long Work => Count * (100 + Grid.Count * 3L + SampledMs / 15_000);

    /// <summary>The time over which samples are read.</summary>
    protected abstract long SampledMs { get; }

    public LabelSet Labels(int series) => Selection.Labels(series);

    public abstract SeriesLeafReader OpenReader();

    /// <summary>Hands over the series that have any value, in their order; the consumer owns each and gives its column back.</summary>
    public void Each(Action<StepSeries> consume)
    {
        var workers = Workers(Count);
        if (workers <= 1)
            EachAlone(consume);
        else
            EachShared(workers, consume);
    }

    /// <summary>How many threads are worth it for work that falls into so many pieces.</summary>
    public int Workers(int pieces) => Work < Context.Options.ParallelWork ? 1 : Math.Max(1, Math.Min(pieces, Context.Options.MaxWorkers));

    private void EachAlone(Action<StepSeries> consume)
    {
        using var reader = OpenReader();
        for (var i = 0; i < Count; i++)
        {
            if (Compute(reader, i) is { } series)
                consume(series);
        }
    }

    // A batch is computed by all workers, then handed over in order: at most a batch is held that nobody has asked for yet.
    private void EachShared(int workers, Action<StepSeries> consume)
    {
        const int piece = 64;
        var batch = Math.Clamp((4 << 20) / (8 * Math.Max(1, Grid.Count)), piece * workers, 4096);
        var computed = new StepSeries?[Math.Min(batch, Count)];
        var readers = new SeriesLeafReader?[workers];
        try
        {
            for (var from = 0; from < Count; from += batch)
            {
                var to = Math.Min(from + batch, Count);
                var first = from;
                WorkShare.Run((to - from + piece - 1) / piece, workers, (worker, number) =>
                {
                    var reader = readers[worker] ??= OpenReader();
                    for (var i = first + number * piece; i < Math.Min(first + (number + 1) * piece, to); i++)
                        computed[i - first] = Compute(reader, i);
                });
                for (var i = 0; i < to - from; i++)
                {
                    Context.Check();
                    if (computed[i] is { } series)
                        consume(series);
                }
            }
        }
        finally
        {
            foreach (var reader in readers)
                reader?.Dispose();
        }
    }

    private StepSeries? Compute(SeriesLeafReader reader, int index)
    {
        var series = new StepSeries(Labels(index), Context.Rent(Grid.Count)) { DropName = DropsName };
        if (reader.Compute(index, series))
            return series;
        Context.Return(series.Values);
        return null;
    }
}
