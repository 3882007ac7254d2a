namespace Bongsu.Response.Red;

/// <summary>Where one service's request figures are read: a dialect, the label that names the service there, and the kind of histogram.</summary>
/// <param name="ServiceLabel">Index in <see cref="RedDialect.ServiceLabels"/>.</param>
/// <param name="NativeHistogram">Durations are native histograms and requests are counted from them.</param>
public sealed record RedSource(RedDialect Dialect, int ServiceLabel, bool NativeHistogram)
{
    /// <summary>The name the page shows: the convention, or none.</summary>
    public string Name => Dialect.Kind switch
    {
        RedKind.Native => "http.server.request.duration",
        RedKind.Spans => "spans",
        _ => "legacy",
    };

    /// <summary>The metric that requests are counted with.</summary>
    public string Metric => NativeHistogram ? Dialect.DurationMetric! : Dialect.CounterMetric;

    public bool HasDuration => Dialect.DurationMetric is not null;

    public bool TellsErrors => Dialect.ErrorMatchers.Count > 0;

    public string ServiceLabelName => Dialect.ServiceLabels[ServiceLabel];

    /// <summary>Order of precedence: lower is better.</summary>
    internal int Rank => (DialectIndex * 8) + (ServiceLabel * 2) + (NativeHistogram ? 0 : 1);

    private int DialectIndex
    {
        get
        {
            for (var i = 0; i < RedDialects.All.Count; i++)
            {
                if (ReferenceEquals(RedDialects.All[i], Dialect))
                    return i;
            }
            return RedDialects.All.Count;
        }
    }
}
