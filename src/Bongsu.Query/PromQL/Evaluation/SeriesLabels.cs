using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The labels of a series, asked for only where they are needed: a store may have to build them.</summary>
internal readonly struct SeriesLabels(LabelSet? labels, ISeriesSelection? selection, int index)
{
    public static implicit operator SeriesLabels(LabelSet labels) => new(labels, null, 0);

    public LabelSet Get() => labels ?? selection!.Labels(index);
}
