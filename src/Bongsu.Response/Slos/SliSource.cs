namespace Bongsu.Response.Slos;

/// <summary>How an objective is measured: expressions that give the number of bad and of all events when <c>$window</c> is replaced by a duration.</summary>
/// <param name="Warnings">What is doubtful about it, such as a latency threshold between two buckets.</param>
public sealed record SliSource(string Bad, string Total, IReadOnlyList<string> Warnings)
{
    public const string WindowVariable = "$window";

    public string BadIn(string window) => Bad.Replace(WindowVariable, window, StringComparison.Ordinal);

    public string TotalIn(string window) => Total.Replace(WindowVariable, window, StringComparison.Ordinal);

    /// <summary>The share of bad events; events that were never seen failing count as 0 bad, no events as no data.</summary>
    public string RatioIn(string window) => $"(({BadIn(window)}) or vector(0)) / ({TotalIn(window)} > 0)";

    /// <summary>From the owner's own counters.</summary>
    public static SliSource Of(Sli.Events events)
    {
        var total = Counted(events.Total);
        var bad = events.Bad is { } given ? Counted(given) : $"({total}) - (({Counted(events.Good!)}) or vector(0))";
        return new SliSource(bad, total, []);
    }

    // Sloth's spelling of the variable is taken too.
    private static string Counted(string expression)
    {
        var text = expression.Trim().Replace("{{.window}}", WindowVariable, StringComparison.Ordinal).Replace("{{ .window }}", WindowVariable, StringComparison.Ordinal);
        return text.Contains(WindowVariable, StringComparison.Ordinal) ? text : $"sum(increase({text}[{WindowVariable}]))";
    }
}

/// <summary>Finds how an availability or latency objective of a service is measured now; null when the service has no usable telemetry.</summary>
public delegate ValueTask<SliSource?> FindSliSource(SloSpec slo, long nowMs, CancellationToken cancellationToken);
