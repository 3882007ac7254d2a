using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Metrics;

internal sealed partial class MetricCollector
{
    [LoggerMessage(1, LogLevel.Warning, "Metric {instrument} has more than {limit} attribute sets; further ones are summed under otel.metric.overflow. The attribute with most values is {attribute}: give it fewer.")]
    private partial void TooManySeries(string instrument, int limit, string attribute);

    [LoggerMessage(2, LogLevel.Warning, "{count} observable instruments failed to report; the first threw {exception}.")]
    private partial void ObservableFailed(int count, string exception);
}
